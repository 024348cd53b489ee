#!/bin/sh
# ECS as Huawei's own clouds have it: version 1.1, and calls that are Nova's elsewhere.
. "$(dirname "$0")/lib.sh"
start --servers 7 --bms 0 --boot-time 200 --absent-time 0
login
v11=$base/eu-de/ecs/v1.1/$project/cloudservers
one=$(first ACTIVE)
off=$(first SHUTOFF)

# lists by marker
call GET "$v11/detail?limit=2"
is "a page" '2 ["servers","servers_links"]' "$(body '.servers | length') $(body 'keys | tojson')"
like "and where the next is" "$v11/detail?limit=2&marker=????????-*" "$(body '.servers_links[0].href')"
all() # by the links, one id a line
{
	next="$v11/detail?limit=2"
	while [ -n "$next" ]; do
		call GET "$next"
		body '.servers[].id'
		next=$(body '.servers_links[0].href // empty')
	done
}
is "all pages" "$(get "$ecs/cloudservers/detail" '.servers[].id')" "$(all)"
is "a filter" "$one" "$(get "$v11/detail?server_id=$one" '.servers[].id')"
call GET "$v11/detail?limit=101"
answer "too many" 400 Ecs.0005
call GET "$v11/detail?marker=none"
answer "an unknown marker" 400 Ecs.0005

call POST "$v11" "$(order new)"
is "create" '200 ["job_id","serverIds"]' "$status $(body 'keys | tojson')"
call POST "$v11/$off/resize" '{"resize":{"flavorRef":"s3.large.2"}}'
is "resize" '200 ["job_id"]' "$status $(body 'keys | tojson')"
is "zones" "eu-de-01 eu-de-02 eu-de-03" "$(get "$base/eu-de/ecs/v1/$project/availability-zones" \
	'[.availability_zones[].availability_zone_id] | join(" ")')"

# names
rename()
{
	call PUT "$ecs/cloudservers/server-name" "$1"
}
rename '{"name":"both","servers":[{"id":"'"$one"'"},{"id":"'"$off"'"}]}'
is "two renamed" "200 2 both both" "$status $(body '.response | length') $(
	get "$ecs/cloudservers/$one" .server.name) $(get "$ecs/cloudservers/$off" .server.name)"
rename '{"name":"dry","dry_run":true,"servers":[{"id":"'"$one"'"}]}'
is "a rehearsal" "200 both" "$status $(get "$ecs/cloudservers/$one" .server.name)"
rename '{"name":"half","servers":[{"id":"'"$one"'"},{"id":"none"}]}'
answer "one is unknown" 404 Ecs.0114
is "then none is renamed" both "$(get "$ecs/cloudservers/$one" .server.name)"
rename '{"name":"a/b","servers":[{"id":"'"$one"'"}]}'
answer "a bad name" 400 Ecs.0005
rename '{"name":"x","servers":[]}'
answer "of nothing" 400 Ecs.0005

# one server
call POST "$ecs/cloudservers/$one/metadata" '{"metadata":{"a":"1","b":"2"}}'
call DELETE "$ecs/cloudservers/$one/metadata/a"
is "a metadata item less" "204 null 2" \
	"$status $(get "$ecs/cloudservers/$one" '.server.metadata | "\(.a) \(.b)"')"
call DELETE "$ecs/cloudservers/$one/metadata/a"
answer "not twice" 404 Ecs.0005
console='{"remote_console":{"protocol":"vnc","type":"novnc"}}'
call POST "$ecs/cloudservers/$one/remote_console" "$console"
is "a console" "200 vnc novnc true" "$status $(body '.remote_console
	| "\(.protocol) \(.type) \(.url | startswith("https://"))"')"
call POST "$ecs/cloudservers/$one/remote_console" '{"remote_console":{"protocol":"rdp"}}'
answer "of another kind" 400 Ecs.0005
control PATCH "servers/$one" '{"status":"SHUTOFF"}' >/dev/null
call POST "$ecs/cloudservers/$one/remote_console" "$console"
answer "of one that is off" 400 Ecs.0100
call GET "$ecs/cloudservers/$one/os-server-password"
is "a password" '200 ["password"]' "$status $(body 'keys | tojson')"
is "disks" "$(get "$nova/servers/$one/os-volume_attachments" '.volumeAttachments[].volumeId')" \
	"$(get "$ecs/cloudservers/$one/os-volume_attachments" '.volumeAttachments[].volumeId')"
finish
