#!/bin/bash
# Random operations against a simple model of the cloud (model.py): with a seed that is always the same, and with
# another one each time. By hand, for long: tests/mount/model.py --seed N --steps N
. "$(dirname "$0")/lib.sh"

steps=${ECSFS_MODEL_STEPS:-150}
for seed in 1 $RANDOM; do
	ok "seed $seed" python3 "$(dirname "$0")/model.py" --seed "$seed" --steps "$steps" --shrink 60
done
echo "1..$tests"
[ $failures = 0 ]
