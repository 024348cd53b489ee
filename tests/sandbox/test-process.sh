#!/bin/sh
# The program itself: options, the line it prints, how it ends.
. "$(dirname "$0")/lib.sh"

"$ECS_SANDBOX" --help >"$dir/help" 2>&1
is "--help succeeds" 0 $?
is "--help is for 80 columns" "" "$(grep -E '^.{81}' "$dir/help")"
like "--help lists the faults" '*reset-after*' "$(cat "$dir/help")"
like "--version names it" 'ecs-sandbox *' "$("$ECS_SANDBOX" --version)"
for bad in --nonsense --servers=-1 --servers=100001 --port=70000 --fault=kind=none \
	'--fault=kind=429 rate=2' '--fault=match=x' extra; do
	"$ECS_SANDBOX" "$bad" >"$dir/out" 2>"$dir/err" </dev/null
	is "$bad is refused" "2 " "$? $(cat "$dir/out")"
	like "$bad is explained" 'ecs-sandbox: *' "$(cat "$dir/err")"
done

start --clouds-yaml "$dir/clouds.yaml" --log "$dir/log"
like "it prints the auth URL" 'http://127.0.0.1:*/v3' "$url"
is "in one line" 1 "$(wc -l <"$dir/url" | tr -d ' ')"
is "clouds.yaml is private" 600 "$(stat -c %a "$dir/clouds.yaml")"
like "clouds.yaml has the URL" "*auth_url: $url*" "$(cat "$dir/clouds.yaml")"
login
call GET "$ecs/cloudservers/limits"
like "--log is written" "*GET */cloudservers/limits 200 *" "$(cat "$dir/log")"

port=${base##*:}
"$ECS_SANDBOX" --port "$port" >"$dir/out" 2>"$dir/err" </dev/null
is "a taken port is an error" "1 " "$? $(cat "$dir/out")"

exec 9>&-
wait "$pid"
is "it ends when its input ends" 0 $?
pid=

start
kill -INT "$pid"
wait "$pid"
is "it ends on SIGINT" 0 $?
pid=
exec 9>&-

start --servers 0 --bms 0 --token-lifetime 8
login
is "a cloud can be empty" '0 0' "$(get "$ecs/cloudservers/detail" '"\(.count) \(.servers | length)"')"
token_dies()
{
	call GET "$ecs/cloudservers/limits"
	[ "$status" = 401 ]
}
is "a token is good at first" 1 "$(token_dies; echo $?)"
wait_for 30 token_dies
answer "and dies of age" 401 APIG.0307
finish
