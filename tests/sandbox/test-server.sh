#!/bin/sh
# What else can be done with a server: another system, another host, monitoring, recovery; its console, password, log.
. "$(dirname "$0")/lib.sh"
start --resize-time 600 --stop-time 300 --start-time 300 --boot-time 300 --absent-time 0
login
v6='X-OpenStack-Nova-API-Version: 2.6'
one=$(first ACTIVE)
off=$(first SHUTOFF)
v2=$base/eu-de/ecs/v2/$project

done_job()
{
	[ "$(get "$ecs/jobs/$1" .status)" = SUCCESS ]
}
volume()
{
	get "$ecs/cloudservers/$1" '.server."os-extended-volumes:volumes_attached"[0].id'
}

# change and reinstall the system
disk=$(volume "$off")
call POST "$v2/cloudservers/$off/changeos" '{"os-change":{"imageid":"nonsense"}}'
answer "change: unknown image" 400 Ecs.0031
call POST "$v2/cloudservers/$off/changeos" '{"os-change":{"imageid":"'"$(id image_queued)"'"}}'
answer "change: image not active" 400 Ecs.0032
call POST "$v2/cloudservers/$off/changeos" '{"os-change":{}}'
answer "change: no image" 400 Ecs.0005
golden=$(get "$base/eu-de/ims/v2/cloudimages?name=golden-web-2025-11" '.images[0].id')
[ "$golden" != null ] || golden=$(get "$base/eu-de/ims/v2/cloudimages" '[.images[] | select(.name == "golden-web-2025-11")][0].id')
call POST "$v2/cloudservers/$off/changeos" '{"os-change":{"imageid":"'"$golden"'","keyname":"none"}}'
answer "change: unknown key" 400 Ecs.0314
call POST "$v2/cloudservers/$one/changeos" '{"os-change":{"imageid":"'"$golden"'"}}'
answer "change: it runs" 400 Ecs.0100
call POST "$v2/cloudservers/$off/changeos" '{"os-change":{"imageid":"'"$golden"'","keyname":"KeyPair-ops"}}'
is "change" 200 "$status"
job=$(body .job_id)
like "rebuilding" "REBUILD rebuil*" "$(state "$off")"
call POST "$v2/cloudservers/$off/reinstallos" '{"os-reinstall":{}}'
answer "one at a time" 400 Ecs.0100
wait_for 5 reaches "$off" "SHUTOFF null"
is "it ends as it was" 0 $?
is "the new image, in the metadata too, and the key" "$golden $golden golden-web-2025-11 KeyPair-ops" "$(body '.server
	| "\(.image.id) \(.metadata."metering.image_id") \(.metadata.image_name) \(.key_name)"')"
wait_for 5 done_job "$job"
is "its job" 0 $?
[ "$(volume "$off")" != "$disk" ]
is "the system disk is a new one" 0 $?
call POST "$v2/cloudservers/$one/reinstallos" '{"os-reinstall":{"mode":"withStopServer"}}'
is "reinstall while it runs" 200 "$status"
wait_for 5 reaches "$one" "ACTIVE null"
is "it runs again" 0 $?
call POST "$nova/servers/$one/action" '{"rebuild":{"imageRef":"'"$golden"'","name":"rebuilt"}}'
is "Nova rebuild" "202 REBUILD rebuilt" "$status $(body '.server | "\(.status) \(.name)"')"
wait_for 5 reaches "$one" "ACTIVE null"
is "the image" "$golden" "$(body .server.image.id)"
call POST "$nova/servers/$one/action" '{"rebuild":{}}'
answer "Nova: no image" 400 400
call POST "$nova/servers/$one/action" '{"rebuild":{"imageRef":"x"}}'
answer "Nova: unknown image" 400 400

# hosts
host=$(id dedicated_host)
call POST "$ecs/cloudservers/$one/migrate" '{"migrate":{"dedicated_host_id":"'"$host"'"}}'
answer "migrate: it runs" 400 Ecs.0100
call POST "$ecs/cloudservers/$off/migrate" '{"migrate":{"dedicated_host_id":"nonsense"}}'
answer "migrate: unknown host" 400 Ecs.0005
call POST "$ecs/cloudservers/$off/migrate" '{}'
answer "migrate: nowhere" 400 Ecs.0005
call POST "$ecs/cloudservers/$off/migrate" '{"migrate":{"dedicated_host_id":"'"$host"'"}}'
is "migrate" 200 "$status"
wait_for 5 reaches "$off" "SHUTOFF null"
is "it is there" "$host dedicated" "$(body '.server."os:scheduler_hints"
	| "\(.dedicated_host_id[0]) \(.tenancy[0])"')"
call POST "$ecs/cloudservers/$off/migrate" '{"migrate":{"dedicated_host_id":"'"$host"'"}}'
answer "migrate: to where it is" 400 Ecs.0221
call POST "$ecs/cloudservers/$off/migrate" '{"migrate":null}'
is "back to the pool" 200 "$status"
wait_for 5 reaches "$off" "SHUTOFF null"
is "no host" "{}" "$(body '.server."os:scheduler_hints" | tojson')"

# monitoring and recovery
call POST "$base/eu-de/ecs/v1.0/servers/$one/action" '{"monitorMetrics":""}'
is "monitoring" "200 0" "$status $(wc -c <"$dir/body" | tr -d ' ')"
call POST "$base/eu-de/ecs/v1.0/servers/nonsense/action" '{"monitorMetrics":""}'
answer "monitoring: unknown server" 404 Ecs.0114
is "recovery" true "$(get "$ecs/cloudservers/$one/autorecovery" .support_auto_recovery)"
call PUT "$ecs/cloudservers/$one/autorecovery" '{"support_auto_recovery":"false"}'
is "off" "204 false" "$status $(get "$ecs/cloudservers/$one/autorecovery" .support_auto_recovery)"
call PUT "$ecs/cloudservers/$one/autorecovery" '{"support_auto_recovery":true}'
answer "a string is expected" 400 Ecs.0005

# console
call POST "$nova/servers/$one/action" '{"os-getConsoleOutput":{}}'
is "console log" 200 "$status"
all=$(body .output)
is "it ends in a prompt" "1" "$(echo "$all" | tail -n 1 | grep -c 'login: $')"
call POST "$nova/servers/$one/action" '{"os-getConsoleOutput":{"length":"3"}}'
is "its last lines" "$(echo "$all" | tail -n 3)" "$(body .output)"
call POST "$nova/servers/$one/action" '{"os-getConsoleOutput":{"length":"x"}}'
answer "bad length" 400 400
call POST "$nova/servers/$off/action" '{"os-getConsoleOutput":{"length":-1}}'
answer "it does not run" 409 409
call POST "$nova/servers/$one/remote-consoles" '{"remote_console":{"protocol":"vnc","type":"novnc"}}'
answer "remote console: not before 2.6" 404 404
remote()
{
	call POST "$nova/servers/$1/remote-consoles" "$2" -H "$v6"
}
remote "$one" '{"remote_console":{"protocol":"vnc","type":"novnc"}}'
like "remote console" "200 https://*token=*" "$status $(body .remote_console.url)"
address=$(body .remote_console.url)
remote "$one" '{"remote_console":{"protocol":"vnc","type":"novnc"}}'
[ "$address" != "$(body .remote_console.url)" ]
is "another one each time" 0 $?
remote "$one" '{"remote_console":{"protocol":"smoke","type":"novnc"}}'
answer "no such protocol" 400 400
remote "$off" '{"remote_console":{"protocol":"vnc","type":"novnc"}}'
answer "it does not run" 409 409

# password
is "Linux has none" "" "$(get "$nova/servers/$one/os-server-password" .password)"
call POST "$nova/servers/$one/action" '{"resize":{"flavorRef":"s3.large.2"}}'
wait_for 5 reaches "$one" "VERIFY_RESIZE null" && call POST "$nova/servers/$one/action" '{"confirmResize":null}'
call POST "$v2/cloudservers/$one/changeos" \
	'{"os-change":{"imageid":"'"$(id image_windows)"'","keyname":"KeyPair-demo","mode":"withStopServer"}}'
is "Windows" 200 "$status"
wait_for 5 reaches "$one" "ACTIVE null"
is "ciphertext of one RSA block" 344 "$(get "$nova/servers/$one/os-server-password" '.password | length')"
call POST "$nova/servers/$one/action" '{"lock":null}'
call DELETE "$nova/servers/$one/os-server-password"
answer "locked" 409 409
call POST "$v2/cloudservers/$one/reinstallos" '{"os-reinstall":{"mode":"withStopServer"}}'
answer "reinstall: locked" 400 Ecs.0605
call POST "$nova/servers/$one/action" '{"unlock":null}'
call DELETE "$nova/servers/$one/os-server-password"
is "cleared" "204 " "$status $(get "$nova/servers/$one/os-server-password" .password)"

# who may not
login eu-de reader
call POST "$v2/cloudservers/$one/reinstallos" '{"os-reinstall":{}}'
answer "a reader does not reinstall" 403 Pdp.0001
call POST "$nova/servers/$one/action" '{"os-getConsoleOutput":{}}'
answer "nor read the console" 403 403
finish
