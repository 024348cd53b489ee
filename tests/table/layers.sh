#!/bin/bash
# Who may know what (docs/architecture.md, "Layers"): found by grep, told in TAP.
cd "$(dirname "$0")/../.." || exit 99
tests=0
failures=0

# none NAME FILES... - the list of offenders is empty
none()
{
	local name=$1
	shift
	tests=$((tests + 1))
	if [ $# = 0 ]; then
		echo "ok $tests - $name"
	else
		failures=$((failures + 1))
		printf 'not ok %s - %s\n' $tests "$name"
		printf '# %s\n' "$@"
	fi
}

# includes PATTERN PLACE... - files of PLACE that include a header like that
includes()
{
	local pattern=$1
	shift
	grep -rlE "^#include [<\"]($pattern)" --include='*.[ch]' "$@"
}

# calls PATTERN PLACE... - files of PLACE that call a function like that
calls()
{
	local pattern=$1
	shift
	grep -rlE "\<($pattern)\(" --include='*.c' "$@"
}

# but FILE... - those of stdin that are none of these
but()
{
	local allowed
	allowed=$(printf '%s\n' "$@")
	grep -vxF -e "$allowed"
}

long()
{
	find fs client contrib tests -name '*.[ch]' -exec wc -l {} + | awk '$1 > 600 && $2 != "total" { print $2 }'
}

later()
{
	grep -rlE '(^|[[:space:]])(TODO|FIXME|XXX)' --include='*.[ch]' --include='*.sh' fs client contrib tests | but tests/table/layers.sh
}

mapfile -t out < <(includes 'fuse' client)
none "client/ knows no FUSE" "${out[@]}"
mapfile -t out < <(includes 'fs/' client)
none "client/ knows nothing of fs/" "${out[@]}"
mapfile -t out < <(includes 'curl/|cjson/' fs)
none "fs/ knows neither curl nor cJSON" "${out[@]}"
mapfile -t out < <(includes 'curl/' client | but client/engine.c client/multi.c client/multi.h)
none "only client/engine.c and multi.c know curl" "${out[@]}"
mapfile -t out < <(cd client && includes 'cjson/' auth.? call.? catalog.? change.? client.? cloud_profiles.? cloud_rules.? \
	clouds.? conf.? core.h engine.? envelope.? error.? header.? hello.? hint.? list.? login.? loop.? object.? redirect.? reload.? retry.? sign.? types.?)
none "only client/json.c and the services know cJSON" "${out[@]}"
mapfile -t out < <(calls 'fuse_reply_[a-z_]+' fs | but fs/ops.c fs/ops_change.c fs/ops_dir.c fs/ops_open.c)
none "only fs/ops*.c reply" "${out[@]}"
mapfile -t out < <(calls 'fuse_lowlevel_notify_[a-z_]+' fs | but fs/notify.c)
none "only fs/notify.c notifies" "${out[@]}"
mapfile -t out < <(includes 'fs/|client/' contrib/sandbox)
none "the sandbox shares no code with the client" "${out[@]}"
mapfile -t out < <(includes '\.\./' fs client contrib tests)
none "includes start at the root" "${out[@]}"
mapfile -t out < <(grep -rlE '\bECS_ERROR_[A-Z_]+\] = E[A-Z]' --include='*.c' fs | but fs/fault.c)
none "one table from errors to errnos" "${out[@]}"
mapfile -t out < <(long)
none "no file is longer than 600 lines" "${out[@]}"
mapfile -t out < <(later)
none "nothing is left for later" "${out[@]}"

echo "1..$tests"
[ $failures = 0 ]
