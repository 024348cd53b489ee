#!/bin/sh
# Misbehaviour: every kind, rates, counts, latency.
. "$(dirname "$0")/lib.sh"
start --bms 0 --fault 'kind=503 match=/limits count=1 retry_after=7'
login
list=$ecs/cloudservers/detail

fault()
{
	control DELETE faults
	control POST faults "$1" >"$dir/faults"
}

call GET "$ecs/cloudservers/limits"
answer "--fault" 503 APIG.0613
is "with Retry-After" 7 "$(tr -d '\r' <"$dir/head" | sed -n 's/^Retry-After: //p')"
call GET "$ecs/cloudservers/limits"
is "once" 200 "$status"

fault 'kind=429 match=/cloudservers count=2'
call GET "$list"
answer "429" 429 APIG.0308
is "with Retry-After" 1 "$(tr -d '\r' <"$dir/head" | sed -n 's/^Retry-After: //p')"
call GET "$nova/servers"
is "match is not for others" 200 "$status"
call GET "$list"
is "count" 429 "$status"
call GET "$list"
is "is over" 200 "$status"
like "hits are shown" '*hits=2*' "$(control GET faults)"

fault 'kind=429 code=Common.1503 count=1 skip=1 match="GET /eu-de"'
call GET "$list"
is "skip" 200 "$status"
call GET "$list"
answer "another code, another envelope" 429 Common.1503

fault 'kind=500 count=2'
call GET "$list"
answer "500" 500 Common.0001
call GET "$nova/servers"
is "in Nova's envelope" computeFault "$(body 'keys[0]')"
fault 'kind=502-html count=1'
call GET "$list"
like "502-html" '502 <html>*' "$status $(cat "$dir/body")"
like "is HTML" '*text/html*' "$(cat "$dir/head")"
fault 'kind=504 count=1'
call GET "$list"
answer "504" 504 APIG.0201
fault 'kind=throttle202 count=1'
call POST "$ecs/cloudservers" "$(order x)"
answer "throttle202" 202 Common.0024
fault 'kind=html200 count=1'
call GET "$list"
like "html200" '200 <!DOCTYPE html>*' "$status $(cat "$dir/body")"
fault 'kind=badjson count=1'
call GET "$list"
jq . "$dir/body" >/dev/null 2>&1
[ $? != 0 ]
is "badjson" "200 0 0" "$status $curl_status $?"

fault 'kind=truncate count=1'
call GET "$list"
is "truncate" 18 "$curl_status" # curl: transfer closed with bytes remaining
fault 'kind=reset count=1'
before=$(control GET servers | wc -l)
call POST "$ecs/cloudservers" "$(order lost)"
case $curl_status in 52 | 56) curl_status=cut ;; esac
is "reset" "000 cut $before" "$status $curl_status $(control GET servers | wc -l)"
fault 'kind=reset-after count=1'
call POST "$ecs/cloudservers" "$(order lost)"
case $curl_status in 52 | 56) curl_status=cut ;; esac
is "reset-after did the work" "000 cut $((before + 1))" \
	"$status $curl_status $(control GET servers | wc -l | tr -d ' ')"

# stalls do not hold up others
fault 'kind=stall ms=1500 count=1'
started=$(date +%s%N)
curl -s -o "$dir/stalled" -w '%{http_code}' -H "X-Auth-Token: $token" "$list" >"$dir/stall" &
stalled=$!
wait_for 5 sh -c "curl -s '$base/_sandbox/requests' | grep -q -- '- -$'"
is "a stalled request is in the log" 0 $?
call GET "$list"
is "others are answered" 200 "$status"
[ $(($(date +%s%N) - started)) -lt 1400000000 ]
is "meanwhile" 0 $?
wait $stalled
is "the stalled one at last" 200 "$(cat "$dir/stall")"
[ $(($(date +%s%N) - started)) -ge 1500000000 ]
is "late enough" 0 $?

ms_of_last()
{
	control GET requests | tail -1 | awk '{print $NF}'
}
fault 'kind=slow ms=30 count=1'
time=$(curl -s -o "$dir/body" -w '%{time_total}' -H "X-Auth-Token: $token" "$list")
is "slow" "true 10" "$(jq -n "$time > 0.2") $(body .count)"
control DELETE faults
control POST latency 120
call GET "$list"
is "latency" true "$([ "$(ms_of_last)" -ge 120 ] && echo true)"
control POST latency 0

# many at once, each late: the time of one
control POST latency 400
started=$(date +%s%N)
seq 60 | sed "s,.*,url = \"$list?limit=1\"," >"$dir/urls"
curl -s --no-progress-meter -Z --parallel-max 60 -H "X-Auth-Token: $token" -K "$dir/urls" >"$dir/many"
is "60 at once" 60 "$(jq -s length "$dir/many")"
[ $(($(date +%s%N) - started)) -lt 8000000000 ]
is "do not queue up" 0 $?
control POST latency 0

fault 'kind=expire match=/detail count=1'
call GET "$list"
answer "expire" 401 APIG.0307
call GET "$ecs/cloudservers/limits"
answer "the token stays dead" 401 APIG.0307
login
call GET "$list"
is "a new one is good" 200 "$status"
fault 'kind=429 match=/v3/auth/tokens count=1'
is "tokens are throttled too" 429 "$(auth demo sandbox)"
is "in IAM's way" IAM.0012 "$(jq -r .error_code "$dir/token")"

# rates come from the seed
fault 'kind=503 rate=0.3 match=/limits'
for i in $(seq 60); do
	call GET "$ecs/cloudservers/limits"
	echo "$status"
done >"$dir/rate"
struck=$(grep -c 503 "$dir/rate")
[ "$struck" -gt 5 ] && [ "$struck" -lt 35 ]
is "rate 0.3 of 60" 0 $?

# Well-formed and wrong. Pages of four, of which the first is spoilt.
page()
{
	call GET "$list?limit=4&offset=$1"
	body '[.servers[].id] | join(" ")'
}
control DELETE faults
wait_for 20 sh -c "! curl -s '$base/_sandbox/servers' | grep -q BUILD" # what reset-after has made
good=$(page 1)
first=${good%% *}
status=200
fault 'kind=types count=1'
call GET "$list?limit=4"
is "types: the first has others" "$first number array object" \
	"$(body '.servers[0] | [.id, (.name, .flavor, ."os-extended-volumes:volumes_attached" | type)] | join(" ")')"
is "types: the second is well" "string object array" \
	"$(body '.servers[1] | [.name, .flavor, ."os-extended-volumes:volumes_attached" | type] | join(" ")')"
fault 'kind=types key=id count=1'
call GET "$list?limit=4"
is "types: one member" "number string" "$(body '.servers[0] | [.id, .name | type] | join(" ")')"
fault 'kind=types count=1 key=flavor'
call GET "$ecs/cloudservers/$first"
is "types: of the one object" "$first array" "$(body '.server | "\(.id) \(.flavor | type)"')"
fault 'kind=error200 count=1'
call GET "$list"
answer "error200" 200 Common.0001
fault 'kind=duplicate count=1'
is "duplicate" "$good $first" "$(page 1)"
fault 'kind=missing count=1'
is "missing" "${good% *}" "$(page 1)"
is "the count is the same" "$(control GET servers | awk -v p="$project" '$5 == p' | wc -l | tr -d ' ')" "$(body .count)"
second=$(page 2)
fault 'kind=shrink count=1'
is "shrink: the page is right" "$good" "$(page 1)"
is "shrink: the first is gone" "404 gone" "$(state "$first") $(control GET servers | grep -q "$first" || echo gone)"
is "shrink: the next page has moved" "${second#* }" "$(page 2 | cut -d ' ' -f 1-3)"
fault 'kind=date offset=-86400 count=1'
call GET "$list"
is "date" true "$([ $(($(date +%s) - $(date -d "$(tr -d '\r' <"$dir/head" |
	sed -n 's/^Date: //p')" +%s))) -ge 86400 ] && echo true)"
is "one date" 1 "$(grep -ci '^date:' "$dir/head")"
fault 'kind=redirect count=1'
call GET "$list"
is "redirect" 302 "$status"
like "somewhere else" 'http://127.0.0.1:9/*' "$(tr -d '\r' <"$dir/head" | sed -n 's/^Location: //p')"
fault 'kind=huge size_mb=3 count=1'
call GET "$list?limit=1"
is "huge" "true 1" "$([ "$(wc -c <"$dir/body")" -gt 3145728 ] && echo true) $(body '.servers | length')"

# sequences
answers()
{
	for i in $(seq "$1"); do
		call GET "$ecs/cloudservers/limits"
		echo "$status"
	done | xargs
}
fault 'kind=503,ok,429,redirect match=/limits'
is "a sequence comes once" "503 200 429 302 200 200" "$(answers 6)"
fault 'kind=503,ok match=/limits count=3 skip=1'
is "a sequence goes around" "200 503 200 503 200" "$(answers 5)"
control DELETE faults
control POST faults 'kind=503 match=/limits count=1
kind=429 match=/limits count=2 skip=1' >"$dir/faults"
is "rules one after the other" "503 200 429 429 200" "$(answers 5)"

for bad in 'kind=none' 'rate=1' 'kind=429 rate=x' 'kind=429 count=-1' 'kind=429 nonsense=1' \
	'kind=429 match="' 'kind' 'kind=429,' 'kind=429,none' 'kind=huge size_mb=-1'; do
	is "\"$bad\" is refused" 400 "$(curl -s -o /dev/null -w '%{http_code}' -d "$bad" \
		"$base/_sandbox/faults")"
done
control POST down
call GET "$list"
case $curl_status in 52 | 56) curl_status=cut ;; esac
is "down" "000 cut" "$status $curl_status"
control POST up
control DELETE faults
call GET "$list"
is "up" 200 "$status"

# what is waiting does not keep it from ending
fault 'kind=stall ms=60000'
curl -s -m 20 -H "X-Auth-Token: $token" "$list" >"$dir/stalled" &
stalled=$!
wait_for 5 sh -c "curl -s '$base/_sandbox/requests' | grep -q -- '- -$'"
finish
