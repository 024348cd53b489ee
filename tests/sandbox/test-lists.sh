#!/bin/sh
# Lists: pages that count pages, markers, filters; equal seeds give equal clouds.
. "$(dirname "$0")/lib.sh"

start --bms 0 --servers 2500 --seed 7
login
control GET servers >"$dir/one"
is "2500 servers" 2500 "$(wc -l <"$dir/one" | tr -d ' ')"
total=$(awk -v p="$project" '$5 == p' "$dir/one" | wc -l | tr -d ' ')
is "two regions" 2 "$(awk '{print substr($4, 1, 5)}' "$dir/one" | sort -u | wc -l | tr -d ' ')"
is "one in ERROR" 1 "$(awk '$3 == "ERROR"' "$dir/one" | wc -l | tr -d ' ')"
like "names come twice" '?*' "$(awk '{print $2, $5}' "$dir/one" | sort | uniq -d)"

# offset is a page number
page()
{
	get "$ecs/cloudservers/detail?limit=400&offset=$1" '"\(.count) \(.servers | length)"'
}
last=$(((total + 399) / 400))
is "first page" "$total 400" "$(page 1)"
is "last page" "$total $((total - (last - 1) * 400))" "$(page $last)"
is "behind it" "$total 0" "$(page $((last + 1)))"
for i in $(seq $last); do
	get "$ecs/cloudservers/detail?limit=400&offset=$i" '.servers[].id'
done >"$dir/ids"
is "the pages hold each server once" "$total $total" \
	"$(wc -l <"$dir/ids" | tr -d ' ') $(sort -u "$dir/ids" | wc -l | tr -d ' ')"
is "page 0 is page 1" "$(get "$ecs/cloudservers/detail?limit=3&offset=1" '.servers[].id')" \
	"$(get "$ecs/cloudservers/detail?limit=3&offset=0" '.servers[].id')"
is "25 without a limit" 25 "$(get "$ecs/cloudservers/detail" '.servers | length')"
is "1000 at most" 1000 "$(get "$ecs/cloudservers/detail?limit=1000" '.servers | length')"
for bad in limit=1001 limit=0 limit=x limit=-1 offset=-1 offset=x status=NONSENSE; do
	call GET "$ecs/cloudservers/detail?$bad"
	answer "$bad" 400 Ecs.0005
done

# filters
in_project()
{
	awk -v p="$project" "\$5 == p && $1" "$dir/one" | wc -l | tr -d ' '
}
count()
{
	get "$ecs/cloudservers/detail?limit=1&$1" .count
}
is "status=SHUTOFF" "$(in_project '$3 == "SHUTOFF"')" "$(count status=SHUTOFF)"
is "name is a part" "$(in_project '$2 ~ /web-0/')" "$(count name=web-0)"
is "a dot is any character" "$(in_project '$2 ~ /web.0/')" "$(count name=web.0)"
is "a bracket is itself" 0 "$(count 'name=%5B')"
is "tags and not-tags" "$total" \
	"$(($(count tags=role) + $(count not-tags=role)))"
is "not-tags=__type_baremetal" "$total" "$(count not-tags=__type_baremetal)"
is "an unknown parameter" "$total" "$(count nonsense=1)"
one=$(get "$ecs/cloudservers/detail?limit=1" '.servers[0].id')
ip=$(get "$ecs/cloudservers/$one" '.server.addresses[][0].addr')
is "ip_eq" 1 "$(count "ip_eq=$ip")"
is "server_id" 1 "$(count "server_id=$one")"

# Nova pages by marker
next="servers/detail?limit=700"
for i in 1 2 3 4 5; do
	get "$nova/$next" '.servers[].id'
	next=$(body '.servers_links[0].href // "" | sub(".*/v2.1/[^/]*/"; "")')
	[ -n "$next" ] || break
done >"$dir/ids"
is "the markers lead to each server once" "$total $total" \
	"$(wc -l <"$dir/ids" | tr -d ' ') $(sort -u "$dir/ids" | wc -l | tr -d ' ')"
is "25 without a limit" 25 "$(get "$nova/servers" '.servers | length')"
is "never more than 1000" 1000 "$(get "$nova/servers?limit=5000" '.servers | length')"
call GET "$nova/servers?marker=nonsense"
answer "an unknown marker" 400 400
is "changes-since the future" 0 "$(get "$nova/servers?changes-since=2100-01-01T00:00:00Z" \
	'.servers | length')"

# by tag: limit and offset are strings and count items
with_role=$(count tags=role)
two=$(($(count tags=env=prod) + $(count tags=env=dev)))
call POST "$ecs/servers/resource_instances/action" \
	'{"action":"filter","limit":"10","offset":"5","tags":[{"key":"role","values":[]}]}'
is "filter by tag" "200 10 $with_role" \
	"$status $(body '"\(.resources | length) \(.total_count)"')"
call POST "$ecs/servers/resource_instances/action" '{"action":"filter","limit":10}'
answer "a limit that is a number" 400 Ecs.0005
call POST "$ecs/servers/resource_instances/action" \
	'{"action":"count","tags":[{"key":"env","values":["prod","dev"]}]}'
is "count by tag" "$two" \
	"$(body .total_count)"

# the same again
dump()
{
	for kind in detail limits flavors tags; do
		get "$ecs/cloudservers/$kind?limit=1000" . | sed "s,$base,,"
	done
	control GET ids
	get "$nova/os-keypairs" .
	curl -s "$base/_sandbox/ids?region=eu-nl"
}
dump >"$dir/first"
stop
start --bms 0 --servers 2500 --seed 7
login
dump >"$dir/second"
cmp -s "$dir/first" "$dir/second"
is "same seed, same cloud" 0 $?
stop
start --bms 0 --servers 2500 --seed 8
login
dump >"$dir/second"
cmp -s "$dir/first" "$dir/second"
is "another seed, another cloud" 1 $?
finish
