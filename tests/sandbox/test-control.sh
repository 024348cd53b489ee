#!/bin/sh
# The control API.
. "$(dirname "$0")/lib.sh"
start
login
control DELETE requests
call GET "$ecs/cloudservers/limits?a=b"
call GET "$ecs/nonsense"
is "requests" "GET /eu-de/ecs/v1/$project/cloudservers/limits?a=b 200
GET /eu-de/ecs/v1/$project/nonsense 404" "$(control GET requests | cut -d' ' -f2-4)"
is "are numbered" 2 "$(control GET requests | awk '{n = $1 - n} END {print NR}')"
is "count" "1 2 0" "$(control GET 'count?match=limits') $(control GET count) $(control GET \
	'count?match=POST%20')"
control DELETE requests
is "are forgotten" "0" "$(control GET requests | wc -l | tr -d ' ')"

one=$(first ACTIVE)
patch()
{
	curl -s -o "$dir/patched" -w '%{http_code}' -X PATCH "$base/_sandbox/servers/$one$2" ${1:+-d "$1"}
}
is "patch" 200 "$(patch '{"name":"a/../b\n","status":"WEIRD","task_state":"dancing","locked":true,
	"description":null,"metadata":{"x/y":"z","charging_mode":null},"tags":["a=b=c","d"],
	"fault":{"code":404,"message":"m"}}')"
is "all of it" '"a/../b\n" WEIRD dancing true null z null ["a=b=c","d"]' \
	"$(get "$ecs/cloudservers/$one" '.server | "\(.name | tojson) \(.status) \(
	."OS-EXT-STS:task_state") \(.locked) \(.description) \(.metadata["x/y"]) \(
	.metadata.charging_mode) \(.tags | tojson)"')"
is "an unknown member" 400 "$(patch '{"nonsense":1}')"
is "no object" 400 "$(patch '[]')"
is "servers is a line each" '5 a/../b\x0a' "$(control GET servers | awk -v i="$one" '$1 == i {print NF, $2}')"
is "status null is by the table again" "200 ACTIVE" \
	"$(patch '{"status":null,"task_state":null}') $(state "$one" | cut -d' ' -f1)"
is "vm_state" "200 PAUSED null" "$(patch '{"vm_state":"paused"}') $(state "$one")"
is "a long name" "200 300" "$(patch "$(jq -nc '{name:("x" * 300)}')") $(get "$ecs/cloudservers/$one" \
	'.server.name | length')"
is "bytes that are no UTF-8" 200 "$(patch '' '?name_hex=\xff\xfe%5Cx41')"
call GET "$ecs/cloudservers/$one"
is "go out as they are" 1 "$(LC_ALL=C grep -c "$(printf '"name":"\377\376A"')" "$dir/body")"
call GET "$nova/servers?name=A"
is "and break no filter" 200 "$status"
control GET servers >"$dir/servers"
is "nor the list" 12 "$(LC_ALL=C grep -ac . "$dir/servers")"
is "delete at once" "200 404" "$(curl -s -o /dev/null -w '%{http_code}' -X DELETE \
	"$base/_sandbox/servers/$one") $(state "$one")"
is "unknown server" 404 "$(patch '{}')"

used=$(get "$ecs/cloudservers/limits" .absolute.totalInstancesUsed)
new=$(control POST servers '{"name":"ready","tags":{"k":"v"}}')
is "add a ready server" "ready ACTIVE k=v" "$(get "$ecs/cloudservers/$new" \
	'.server | "\(.name) \(.status) \(.tags[0])"')"
is "it counts" $((used + 1)) "$(get "$ecs/cloudservers/limits" .absolute.totalInstancesUsed)"
is "servers" "$new ready ACTIVE eu-de-01 $project" "$(control GET servers | grep ready)"
for key in image vpc subnet security_group flavor flavor_soldout flavor_nocapacity key_name project; do
	like "ids: $key" '?*' "$(id $key)"
done
[ "$(id image)" != "$(id image eu-nl)" ]
is "per region" 0 $?
is "none for nowhere" 404 "$(curl -s -o /dev/null -w '%{http_code}' "$base/_sandbox/ids?region=x")"
is "rights are withdrawn" "201 200 401" "$(auth demo sandbox '{"project":{"name":"eu-de_dev"}}') $(
	curl -s -o "$dir/barred" -w '%{http_code}' -d 'demo eu-de_dev' "$base/_sandbox/bar") $(
	auth demo sandbox '{"project":{"name":"eu-de_dev"}}')"
control POST bar demo >"$dir/barred"
is "and given back" 201 "$(auth demo sandbox '{"project":{"name":"eu-de_dev"}}')"
is "unknown project" 400 "$(curl -s -o "$dir/barred" -w '%{http_code}' -d 'demo x' "$base/_sandbox/bar")"
is "unknown control request" 404 "$(curl -s -o /dev/null -w '%{http_code}' "$base/_sandbox/nope")"

# the ids are those of the services
is "images" true "$(get "$base/eu-de/ims/v2/cloudimages" '[.images[].id] | contains(["'"$(id image)"'"])')"
is "by id" 1 "$(get "$base/eu-de/ims/v2/cloudimages?id=$(id image)" '.images | length')"
is "vpcs" true "$(get "$base/eu-de/vpc/v1/$project/vpcs" '[.vpcs[].id] | contains(["'"$(id vpc)"'"])')"
is "subnets" true "$(get "$base/eu-de/vpc/v1/$project/subnets?vpc_id=$(id vpc)" \
	'[.subnets[].id] | contains(["'"$(id subnet)"'"])')"
is "security groups" true "$(get "$base/eu-de/vpc/v1/$project/security-groups" \
	'[.security_groups[].id] | contains(["'"$(id security_group)"'"])')"
call GET "$base/eu-de/vpc/v1/$project/vpcs/none"
answer "unknown VPC" 404 VPC.0003
call GET "$base/eu-de/vpc/v1/0123/vpcs"
answer "VPC of another project" 400 VPC.0007
is "volumes" "in-use $new" "$(get "$base/eu-de/evs/v2/$project/cloudvolumes/detail?server_id=$new" \
	'.volumes[0] | "\(.status) \(.attachments[0].server_id)"')"
is "volumes by item" 1 "$(get "$base/eu-de/evs/v2/$project/cloudvolumes/detail?limit=1000" .count >"$dir/n"
	get "$base/eu-de/evs/v2/$project/cloudvolumes/detail?offset=$(($(cat "$dir/n") - 1))" \
	'.volumes | length')"
finish
