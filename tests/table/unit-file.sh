#!/bin/bash
# contrib/systemd: systemd reads the unit without a complaint. TAP.
set -u
cd "$(dirname "$0")/../.." || exit 1
command -v systemd-analyze >/dev/null || { echo "1..0 # SKIP systemd-analyze is missing"; exit 0; }
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
printf '#!/bin/sh\n' >"$dir/ecsfs"
chmod +x "$dir/ecsfs"
# The program need not be installed yet.
sed "s|^ExecStart=ecsfs|ExecStart=$dir/ecsfs|" contrib/systemd/ecsfs@.service >"$dir/ecsfs@.service"
said=$(HOME=$dir XDG_RUNTIME_DIR=$dir systemd-analyze --user --man=no verify "$dir/ecsfs@work.service" 2>&1 | grep -F ecsfs@)
echo "1..1"
[ -z "$said" ] || { echo "not ok 1 - verify"; printf '%s\n' "$said" | sed 's/^/# /'; exit 1; }
echo "ok 1 - verify"
