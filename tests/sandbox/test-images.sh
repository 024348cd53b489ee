#!/bin/sh
# IMS: images of servers, their attributes, tags and members.
. "$(dirname "$0")/lib.sh"

start --servers 6 --image-time 4000
login
ims=$base/eu-de/ims
server=$(control GET servers | awk -v p="$project" '$3 == "ACTIVE" && $5 == p { print $1; exit }')

# answer NAME STATUS CODE - of the last call
answer()
{
	is "$1" "$2 $3" "$status $(body .error.code 2>/dev/null)"
}

# image_of BODY - ask for an image; sets $job
image_of()
{
	call POST "$ims/v2/cloudimages/action" "$1"
	job=$(body .job_id 2>/dev/null)
}

state()
{
	get "$ims/v2/cloudimages?id=$1" .images[0].status
}

becomes()
{
	[ "$(state "$1")" = "$2" ]
}

ended()
{
	[ "$(get "$ims/v1/$project/jobs/$1" .status)" = "$2" ]
}

# What an order must be.
for row in \
	'no name|IMG.0001|{"instance_id":"'"$server"'"}' \
	'empty name|IMG.0001|{"name":"","instance_id":"'"$server"'"}' \
	'blank in front|IMG.0001|{"name":" a","instance_id":"'"$server"'"}' \
	'a slash|IMG.0001|{"name":"a/b","instance_id":"'"$server"'"}' \
	'long name|IMG.0002|{"name":"'"$(printf 'x%.0s' $(seq 129))"'","instance_id":"'"$server"'"}' \
	'name in use|IMG.0009|{"name":"golden-web-2025-11","instance_id":"'"$server"'"}' \
	'description|IMG.0004|{"name":"a","description":"<b>","instance_id":"'"$server"'"}' \
	'no server|IMG.0001|{"name":"a"}' \
	'unknown server|IMG.0005|{"name":"a","instance_id":"'"$(id vpc)"'"}' \
	'min_ram|IMG.0001|{"name":"a","min_ram":"1","instance_id":"'"$server"'"}' \
	'tag|IMG.0115|{"name":"a","image_tags":[{"key":"a b"}],"instance_id":"'"$server"'"}' \
	'too many tags|IMG.0116|{"name":"a","tags":["a","b","c","d","e","f","g","h","i","j","k"],"instance_id":"'"$server"'"}' \
	'a file|IMG.0063|{"name":"a","image_url":"b:f"}' \
	'no object|IMG.0001|[]'; do
	image_of "$(echo "$row" | cut -d'|' -f3)"
	answer "$(echo "$row" | cut -d'|' -f1)" 400 "$(echo "$row" | cut -d'|' -f2)"
done

# Making one.
used=$(get "$ims/v1/cloudimages/quota" .quotas.resources[0].used)
image_of '{"name":"mine","description":"d","instance_id":"'"$server"'","image_tags":[{"key":"k","value":"v"},{"key":"x"}]}'
is "accepted" 200 "$status"
made=$job
is "the job is one of IMS" 400 "$(curl -s -o "$dir/null" -w '%{http_code}' -H "X-Auth-Token: $token" "$ecs/jobs/$made")"
image=$(get "$ims/v2/cloudimages?name=mine" .images[0].id)
like "there at once, queued or saving" "[qs]*" "$(state "$image")"
like "the server is at work" "image_*" "$(get "$ecs/cloudservers/$server" '.server."OS-EXT-STS:task_state"')"
image_of '{"name":"other","instance_id":"'"$server"'"}'
answer "not two at once" 400 IMG.0010
call DELETE "$ims/v2/images/$image"
answer "not deleted while it is made" 400 IMG.0090
call PATCH "$ims/v2/cloudimages/$image" '[{"op":"replace","path":"/name","value":"b"}]'
answer "nor changed" 400 IMG.0046
is "the name is taken" 400 "$(image_of '{"name":"mine","instance_id":"'"$server"'"}'; echo "$status")"
wait_for 20 becomes "$image" saving
is "then saving" 0 $?
wait_for 20 becomes "$image" active
is "then active" 0 $?
wait_for 20 ended "$made" SUCCESS
is "the job names it" "imsCreateImageByInstance $image" \
	"$(get "$ims/v1/$project/jobs/$made" '"\(.job_type) \(.entities.image_id)"')"
is "its attributes" "private mine d 40 instance,$server false k=v x" "$(get "$ims/v2/cloudimages?id=$image" \
	'.images[0] | "\(.visibility) \(.name) \(.__description) \(.min_disk) \(.__data_origin) \(.protected) \(.tags | join(" "))"')"
is "the same on Glance's path" mine "$(get "$ims/v2/images/$image" .name)"
is "one more of the quota" $((used + 1)) "$(get "$ims/v1/cloudimages/quota" .quotas.resources[0].used)"
is "the server is idle" null "$(get "$ecs/cloudservers/$server" '.server."OS-EXT-STS:task_state"')"
is "in its log" createImage "$(get "$nova/servers/$server/os-instance-actions" .instanceActions[0].action)"
call POST "$ecs/cloudservers" "$(order from-it | sed "s/$(id image)/$image/")"
is "a server can be made from it" 200 "$status"
control POST faults 'kind=job-fail match=/cloudimages/action code=IMG.0016' >"$dir/null"
stopped=$(control GET servers | awk -v p="$project" '$3 == "SHUTOFF" && $5 == p { print $1; exit }')
image_of '{"name":"doomed","instance_id":"'"$stopped"'"}'
wait_for 20 ended "$job" FAIL
is "a job that fails" "IMG.0016 killed" "$(get "$ims/v1/$project/jobs/$job" .error_code) $(get "$ims/v2/cloudimages?name=doomed" .images[0].status)"
broken=$(control GET servers | awk -v p="$project" '$3 == "ERROR" && $5 == p { print $1; exit }')
[ -z "$broken" ] || { image_of '{"name":"b","instance_id":"'"$broken"'"}'; answer "a broken server" 400 IMG.0008; }

# Attributes.
patch()
{
	call PATCH "$ims/v2/cloudimages/$image" "[{\"op\":\"$2\",\"path\":\"$3\"${4:+,\"value\":\"$4\"}}]"
	is "$1" "$5" "$status $(body '.error.code // .'"$6")"
}
patch "rename" replace /name better "200 better" name
patch "describe" replace /__description "what it is" "200 what it is" __description
patch "min_ram" replace /min_ram 2048 "200 2048" min_ram
patch "an attribute of its own" add /colour blue "200 blue" colour
patch "and away" remove /colour "" "200 null" colour
patch "away again" remove /colour "" "400 IMG.0001" x
patch "min_disk" replace /min_disk 50 "400 IMG.0001" x
patch "status" replace /status active "400 IMG.0001" x
patch "owner" replace /owner x "400 IMG.0001" x
patch "another's name" replace /name golden-web-2025-11 "400 IMG.0009" x
patch "its own name" replace /name better "200 better" name
patch "no number" replace /min_ram lots "400 IMG.0001" x
patch "no such op" move /name x "400 IMG.0001" x
call PATCH "$ims/v2/cloudimages/$image" '{"name":"x"}'
answer "no array" 400 IMG.0001
call PATCH "$ims/v2/cloudimages/$(id image)" '[{"op":"replace","path":"/name","value":"x"}]'
answer "a public image" 400 IMG.0047
call PATCH "$ims/v2/cloudimages/$(id vpc)" '[{"op":"replace","path":"/name","value":"x"}]'
answer "no image" 400 IMG.0027

# Tags.
tags=$ims/v2/$project/images/$image/tags
call POST "$tags/action" '{"action":"create","tags":[{"key":"k","value":"w"},{"key":"new","value":"1"}]}'
is "tags: set" 204 "$status"
is "tags: there" "k=w x= new=1" "$(get "$tags" '[.tags[] | "\(.key)=\(.value)"] | join(" ")')"
is "tags: in the list" "k=w x new=1" "$(get "$ims/v2/cloudimages?id=$image" '.images[0].tags | join(" ")')"
is "tags: filter" 1 "$(get "$ims/v2/cloudimages?tag=new%3D1" '.images | length')"
call DELETE "$tags/new"
is "tags: delete" 204 "$status"
call DELETE "$tags/new"
answer "tags: delete again" 400 IMG.0144
call POST "$tags/action" '{"action":"delete","tags":[{"key":"x"},{"key":"y"}]}'
is "tags: delete several, there or not" 204 "$status"
call POST "$tags" '{"tag":{"key":"one","value":"1"}}'
is "tags: one" 204 "$status"
call POST "$tags/action" '{"action":"create","tags":[{"key":"bad key"}]}'
answer "tags: bad" 400 IMG.0115
call POST "$tags/action" '{"action":"create","tags":['"$(seq -s, 9 | sed 's/[0-9]/{"key":"t&"}/g')"']}'
answer "tags: too many" 400 IMG.0116
call POST "$ims/v2/$project/images/$(id image)/tags/action" '{"action":"create","tags":[{"key":"a"}]}'
answer "tags: not one's own" 400 IMG.0047

# Members: the other project of the region.
dev=$(control GET "ids?project=eu-de_dev" | sed -n 's/^project //p')
call POST "$ims/v2/images/$image/members" "{\"member\":\"$dev\"}"
is "share" "200 pending" "$status $(body .status)"
call POST "$ims/v2/images/$image/members" "{\"member\":\"$dev\"}"
answer "share again" 400 IMG.0029
call POST "$ims/v2/images/$image/members" "{\"member\":\"$project\"}"
answer "share with oneself" 400 IMG.0076
call POST "$ims/v2/images/$image/members" '{"member":"nobody"}'
answer "share with nobody" 400 IMG.0086
call POST "$ims/v2/images/$(id image)/members" "{\"member\":\"$dev\"}"
is "share a public one" 403 "$status"
is "listed" "$dev pending" "$(get "$ims/v2/images/$image/members" '.members[] | "\(.member_id) \(.status)"')"
call PUT "$ims/v2/images/$image/members/$dev" '{"status":"accepted"}'
is "the owner cannot accept" 403 "$status"
mine=$token
login eu-de_dev
is "not listed before it is accepted" 0 "$(get "$ims/v2/cloudimages?id=$image" '.images | length')"
is "but offered" "shared shared" "$(get "$ims/v2/cloudimages?member_status=pending&visibility=shared" '.images[] | "\(.visibility) \(.__imagetype)"')"
is "others' private images are not seen" 0 "$(get "$ims/v2/cloudimages?name=golden-web-2025-11" '.images | length')"
call PUT "$ims/v2/images/$image/members/$project" '{"status":"maybe"}'
is "no such answer" 400 "$status"
call PUT "$ims/v2/images/$image/members/$project" '{"status":"accepted"}'
is "accept" "200 accepted" "$status $(body .status)"
is "listed now" better "$(get "$ims/v2/cloudimages?id=$image" .images[0].name)"
call DELETE "$ims/v2/images/$image"
is "not theirs to delete" 403 "$status"
call DELETE "$ims/v2/images/$image/members/$project"
is "nor to leave" 403 "$status"
call POST "$ims/v2/cloudimages/action" '{"name":"stolen","instance_id":"'"$server"'"}'
answer "no image of another project's server" 400 IMG.0005
login
call DELETE "$ims/v2/images/$image/members/$dev"
is "take it back" 204 "$status"
call DELETE "$ims/v2/images/$image/members/$dev"
is "again" 404 "$status"

# Deleting.
call DELETE "$ims/v2/images/$(id image)"
is "a public image is protected" 403 "$status"
call DELETE "$ims/v2/images/$image"
is "delete" 204 "$status"
call DELETE "$ims/v2/images/$image"
is "again" 404 "$status"
is "out of the list" 0 "$(get "$ims/v2/cloudimages?id=$image" '.images | length')"
is "a server made from it keeps it" 1 "$(get "$ecs/cloudservers/detail" "[.servers[] | select(.image.id == \"$image\")] | length")"
call POST "$ecs/cloudservers" "$(order x | sed "s/$(id image)/$image/")"
answer "but no new one" 400 Ecs.0031
login eu-de reader
call DELETE "$ims/v2/images/$(id image_private)"
answer "readers delete nothing" 403 IMG.0026

finish
