#!/bin/sh
# Server groups of ECS.
. "$(dirname "$0")/lib.sh"

start --servers 12 --boot-time 300 --stop-time 200
login
groups=$ecs/cloudservers/os-server-groups
pick()
{
	control GET servers | awk -v s="$1" -v p="$project" '$3 == s && $5 == p { print $1 }' | sed -n "${2:-1}p"
}
running=$(pick ACTIVE)
stopped=$(pick SHUTOFF)

is "none at first" '{"server_groups":[]}' "$(get "$groups" tojson)"
call POST "$groups" '{"server_group":{"name":"test","policies":["anti-affinity"]}}'
is "create" "200 test anti-affinity 0" "$status $(body '.server_group | "\(.name) \(.policies[0]) \(.members | length)"')"
group=$(body .server_group.id)
is "get" test "$(get "$groups/$group" .server_group.name)"
for row in 'no name|{"server_group":{"policies":["anti-affinity"]}}' 'empty name|{"server_group":{"name":"","policies":["anti-affinity"]}}' \
	'no policy|{"server_group":{"name":"a"}}' 'another policy|{"server_group":{"name":"a","policies":["affinity"]}}' \
	'two policies|{"server_group":{"name":"a","policies":["anti-affinity","affinity"]}}' 'no group|{}'; do
	call POST "$groups" "${row#*|}"
	answer "${row%%|*}" 400 Ecs.0005
done

# Members.
call POST "$groups/$group/action" "{\"add_member\":{\"instance_uuid\":\"$running\"}}"
answer "a running server" 400 Ecs.0100
call POST "$groups/$group/action" "{\"add_member\":{\"instance_uuid\":\"$stopped\"}}"
is "a stopped one" 200 "$status"
is "it is in" "$stopped" "$(get "$groups/$group" .server_group.members[0])"
is "it says so itself" "$group" "$(get "$ecs/cloudservers/$stopped" '.server."os:scheduler_hints".group[0]')"
call POST "$groups/$group/action" "{\"add_member\":{\"instance_uuid\":\"$stopped\"}}"
answer "twice" 400 Ecs.0313
call POST "$groups/$group/action" "{\"remove_member\":{\"instance_uuid\":\"$stopped\"}}"
is "remove" 200 "$status"
call POST "$groups/$group/action" "{\"remove_member\":{\"instance_uuid\":\"$stopped\"}}"
answer "again" 400 Ecs.0313
call POST "$groups/$group/action" "{\"add_member\":{\"instance_uuid\":\"$group\"}}"
answer "no server" 404 Ecs.0114
call POST "$groups/$group/action" '{"nonsense":{}}'
answer "no such action" 400 Ecs.0005
call POST "$groups/$stopped/action" "{\"add_member\":{\"instance_uuid\":\"$stopped\"}}"
answer "no group" 404 Ecs.0005

# Made in it.
call POST "$ecs/cloudservers" "$(order in-it "\"os:scheduler_hints\":{\"group\":\"$group\"},")"
is "a server made in it" 200 "$status"
new=$(body .serverIds[0])
has()
{
	[ "$(get "$groups/$group" '.server_group.members | index("'"$new"'")')" = 0 ]
}
wait_for 10 has
is "is a member" 0 $?
call POST "$ecs/cloudservers" "$(order x '"os:scheduler_hints":{"group":"nowhere"},')"
answer "in no group" 400 Ecs.0005
call POST "$ecs/cloudservers" "$(order x "\"count\":16,\"os:scheduler_hints\":{\"group\":\"$group\"},")"
answer "too many members" 400 Ecs.0005

# Pages, and the quota.
for n in 2 3 4 5 6 7 8 9 10; do
	call POST "$groups" '{"server_group":{"name":"g'$n'","policies":["anti-affinity"]}}'
done
is "ten" 200 "$status"
call POST "$groups" '{"server_group":{"name":"g11","policies":["anti-affinity"]}}'
answer "eleven" 400 Ecs.0022
is "the limits say so" "10 10" "$(get "$ecs/cloudservers/limits" '.absolute | "\(.totalServerGroupsUsed) \(.maxServerGroups)"')"
is "Nova's too" "10 10" "$(get "$nova/limits" '.limits.absolute | "\(.totalServerGroupsUsed) \(.maxServerGroups)"')"
is "all at once" "10 null" "$(get "$groups" '"\(.server_groups | length) \(.page_info)"')"
is "a page" 4 "$(get "$groups?limit=4&marker=$group" '.server_groups | length')"
next=$(body .page_info.next_marker)
is "the next" 4 "$(get "$groups?limit=4&marker=$next" '.server_groups | length')"
next=$(body .page_info.next_marker)
is "the last" "1 null" "$(get "$groups?limit=4&marker=$next" '"\(.server_groups | length) \(.page_info)"')"

# Delete.
call DELETE "$groups/$group"
is "delete" 204 "$status"
call DELETE "$groups/$group"
answer "again" 404 Ecs.0005
is "the server stays, in no group" "null" "$(get "$ecs/cloudservers/$new" '.server."os:scheduler_hints".group')"
login eu-de_dev
is "another project has none" 0 "$(get "$ecs/cloudservers/os-server-groups" '.server_groups | length')"
login eu-de reader
call POST "$groups" '{"server_group":{"name":"r","policies":["anti-affinity"]}}'
answer "readers make none" 403 Pdp.0001

finish
