#!/bin/sh
# Servers come, change and go; jobs, quotas, repeated creates.
. "$(dirname "$0")/lib.sh"
start --boot-time 4400 --absent-time 600 --stop-time 1200 --start-time 1200 --reboot-time 1200 \
	--resize-time 1000 --delete-time 1200 --quota 40
login

job()
{
	call GET "$ecs/jobs/$1"
	body .status
}
job_is()
{
	[ "$(job "$1")" = "$2" ]
}
used()
{
	get "$ecs/cloudservers/limits" '.absolute
		| "\(.totalInstancesUsed) \(.totalCoresUsed) \(.totalRAMUsed)"'
}

# create
before=$(used)
call POST "$ecs/cloudservers" "$(order born '"count":1,"server_tags":[{"key":"a","value":"b"}],
	"metadata":{"who":"me"},"key_name":"KeyPair-demo","description":"new",')"
is "create" '200 ["job_id","serverIds"]' "$status $(body 'keys | tojson')"
born=$(body '.serverIds[0]')
job=$(body .job_id)
is "a new server is absent" 404 "$(state "$born")"
is "with the right code" Ecs.0114 "$(body .error.code)"
like "its job begins" '[IR][NU]*' "$(job "$job")"
seen=" 404" # just checked
deadline=$(($(date +%s) + 20))
while [ "$(date +%s)" -lt $deadline ]; do
	now=$(state "$born")
	case " $seen " in
	*" $(echo "$now" | tr ' ' ':') "*) ;;
	*) seen="$seen $(echo "$now" | tr ' ' ':')" ;;
	esac
	[ "$now" != "ACTIVE null" ] || break
done
is "it is built step by step" " 404 BUILD:scheduling BUILD:block_device_mapping BUILD:networking \
BUILD:spawning ACTIVE:null" "$seen"
wait_for 10 job_is "$job" SUCCESS
is "its job succeeds" 0 $?
is "and names the server" "$born" "$(body \
	'.entities.sub_jobs[0].entities.server_id')"
is "it is what was ordered" 'born a=b me KeyPair-demo new' "$(get "$ecs/cloudservers/$born" '.server
	| "\(.name) \(.tags[0]) \(.metadata.who) \(.key_name) \(.description)"')"
is "quotas count" "$(echo "$before" | awk '{print $1 + 1, $2 + 1, $3 + 1024}')" "$(used)"
is "it is in the list" born "$(get "$ecs/cloudservers/detail?limit=1" '.servers[0].name')"
is "it has an address in the subnet" true \
	"$(get "$ecs/cloudservers/$born" '.server.addresses[][0].addr | startswith("10.")')"

# a stop leaves the status alone for a while
updated=$(get "$ecs/cloudservers/$born" .server.updated)
call POST "$ecs/cloudservers/action" '{"os-stop":{"servers":[{"id":"'"$born"'"}]}}'
stop_job=$(body .job_id)
is "stop" 200 "$status"
is "stopping is ACTIVE with a task" "ACTIVE powering-off" "$(state "$born")"
call POST "$ecs/cloudservers/action" '{"os-stop":{"servers":[{"id":"'"$born"'"}]}}'
answer "stop while stopping" 400 Ecs.0100
wait_for 10 reaches "$born" "SHUTOFF null"
is "stopped" 0 $?
is "power_state" 4 "$(body '.server."OS-EXT-STS:power_state"')"
wait_for 10 job_is "$stop_job" SUCCESS
is "the job too" 0 $?
[ "$(get "$ecs/cloudservers/$born" .server.updated)" != "$updated" ] ||
	echo "# the whole change took place in one second"
call POST "$ecs/cloudservers/action" '{"reboot":{"type":"SOFT","servers":[{"id":"'"$born"'"}]}}'
answer "reboot while stopped" 400 Ecs.0100

# resize confirms itself in v1
call POST "$ecs/cloudservers/$born/resize" '{"resize":{"flavorRef":"s3.large.2"}}'
is "resize" 200 "$status"
like "resizing" 'RESIZE resize_*' "$(state "$born")"
wait_for 10 reaches "$born" "SHUTOFF null"
is "resized" s3.large.2 "$(body .server.flavor.id)"
is "cores are counted" "$(echo "$before" | awk '{print $1 + 1, $2 + 2, $3 + 4096}')" "$(used)"
call POST "$ecs/cloudservers/$born/resize" '{"resize":{"flavorRef":"s3.large.2"}}'
answer "to the same flavor" 400 Ecs.0810

# start and reboot
call POST "$ecs/cloudservers/action" '{"os-start":{"servers":[{"id":"'"$born"'"}]}}'
is "starting is SHUTOFF with a task" "SHUTOFF powering-on" "$(state "$born")"
wait_for 10 reaches "$born" "ACTIVE null"
is "started" 0 $?
call POST "$ecs/cloudservers/action" '{"reboot":{"type":"HARD","servers":[{"id":"'"$born"'"}]}}'
like "rebooting" 'HARD_REBOOT *_hard' "$(state "$born")"
is "is found by status=ACTIVE" 1 \
	"$(get "$ecs/cloudservers/detail?status=ACTIVE&server_id=$born" .count)"
wait_for 10 reaches "$born" "ACTIVE null"
is "rebooted" 0 $?
call POST "$ecs/cloudservers/action" '{"reboot":{"servers":[{"id":"'"$born"'"}]}}'
answer "reboot needs a type" 400 Ecs.0005

# Nova: resize waits for a word
call POST "$nova/servers/$born/action" '{"resize":{"flavorRef":"s3.medium.2"}}'
is "nova resize" 202 "$status"
wait_for 10 reaches "$born" "VERIFY_RESIZE null"
is "waits" 0 $?
call POST "$nova/servers/$born/action" '{"revertResize":null}'
is "revert" 202 "$status"
is "reverting" "REVERT_RESIZE resize_reverting" "$(state "$born")"
wait_for 10 reaches "$born" "ACTIVE null"
is "reverted" s3.large.2 "$(body .server.flavor.id)"
call POST "$nova/servers/$born/action" '{"resize":{"flavorRef":"s3.medium.2"}}'
wait_for 10 reaches "$born" "VERIFY_RESIZE null"
call POST "$nova/servers/$born/action" '{"confirmResize":null}'
is "confirm" "204 ACTIVE null" "$status $(state "$born")"
is "the new flavor" s3.medium.2 "$(body .server.flavor.id)"
call POST "$nova/servers/$born/action" '{"confirmResize":null}'
answer "twice" 409 409

# locks
call POST "$nova/servers/$born/action" '{"lock":null}'
is "lock" 202 "$status"
call POST "$ecs/cloudservers/action" '{"os-stop":{"servers":[{"id":"'"$born"'"}]}}'
answer "a locked server" 400 Ecs.0605
call POST "$nova/servers/$born/action" '{"os-stop":{}}'
answer "in Nova" 409 409
call POST "$ecs/cloudservers/delete" '{"servers":[{"id":"'"$born"'"}]}'
answer "cannot be deleted" 400 Ecs.0605
call POST "$ecs/cloudservers/$born/resize" '{"resize":{"flavorRef":"s3.large.2"}}'
answer "nor resized" 400 Ecs.0605
call PUT "$ecs/cloudservers/$born" '{"server":{"name":"reborn","description":"x","hostname":"ignored"}}'
is "but renamed: a lock guards life cycle, power, NICs, disks, password" "200 reborn" "$status $(body .server.name)"
is "the host name stays, whatever is asked for" "born reborn" "$(get "$ecs/cloudservers/$born" '.server
	| "\(."OS-EXT-SRV-ATTR:hostname") \(.name)"')"
call POST "$ecs/cloudservers/$born/metadata" '{"metadata":{"while":"locked"}}'
is "metadata too" 200 "$status"
call POST "$ecs/cloudservers/$born/tags/action" '{"action":"create","tags":[{"key":"while","value":"locked"}]}'
is "tags too" 204 "$status"
call POST "$nova/servers/$born/action" '{"unlock":null}'
is "the log of actions" "unlock lock confirmResize resize revertResize resize reboot start resize stop \
create" "$(get "$nova/servers/$born/os-instance-actions" '[.instanceActions[].action] | join(" ")')"

# a batch with good and bad ones
off=$(first SHUTOFF)
call POST "$ecs/cloudservers/action" '{"os-start":{"servers":[{"id":"'"$off"'"},{"id":"'"$born"'"},
	{"id":"00000000-0000-4000-8000-000000000000"}]}}'
batch=$(body .job_id)
wait_for 10 job_is "$batch" FAIL
is "a mixed batch" "Common.0021 null Ecs.0100 Ecs.0114" "$(body \
	'"\(.error_code) \([.entities.sub_jobs[].error_code | tostring] | join(" "))"')"
is "what could start did" "ACTIVE null" "$(state "$off")"
call POST "$ecs/cloudservers/action" \
	'{"os-start":{"servers":[{"id":"00000000-0000-4000-8000-000000000000"}]}}'
answer "an unknown server alone" 404 Ecs.0114

# delete
call POST "$ecs/cloudservers/delete" '{"servers":[{"id":"'"$born"'"}],"delete_publicip":false,
	"delete_volume":false}'
job=$(body .job_id)
is "deleting" "ACTIVE deleting" "$(state "$born")"
wait_for 10 reaches "$born" 404
is "gone" 0 $?
wait_for 10 job_is "$job" SUCCESS
is "its job is done" 0 $?
is "quotas are free again" "$before" "$(used)"
is "Nova shows it to changes-since" DELETED "$(get \
	"$nova/servers/detail?changes-since=2026-01-06T00:00:00Z" \
	'.servers[] | select(.id == "'"$born"'").status')"
call GET "$ecs/jobs/0123"
answer "an unknown job" 400 Common.0011

# creates that fail later
check_failed()
{
	is "$1: accepted" 200 "$status"
	job=$(body .job_id)
	dead=$(body '.serverIds[0]')
	wait_for 10 job_is "$job" FAIL
	is "$1: the job fails" "FAIL Common.0021 $2 $2" "$(body \
		'"\(.status) \(.error_code) \(.entities.sub_jobs[0] |
		"\(.error_code) \(.entities.errorcode_message)")"')"
	is "$1: ERROR with a fault" "ERROR 500" "$(get "$ecs/cloudservers/$dead" \
		'"\(.server.status) \(.server.fault.code)"')"
	call DELETE "$nova/servers/$dead"
	is "$1: can be deleted" 204 "$status"
	wait_for 10 reaches "$dead" 404
}
call POST "$ecs/cloudservers" "$(order big | sed "s/$(id flavor)/$(id flavor_nocapacity)/")"
check_failed "flavor without capacity" Ecs.0319
control POST faults "kind=job-fail code=Ecs.0204" >/dev/null
call POST "$ecs/cloudservers" "$(order doomed)"
check_failed "job-fail" Ecs.0204

# the same X-Client-Token, the same answer
once=$(order once)
call POST "$ecs/cloudservers" "$once" -H 'X-Client-Token: 5a0c1f5e-0000-4000-8000-00000000000a'
first_answer=$(body .job_id)
call POST "$ecs/cloudservers" "$once" -H 'X-Client-Token: 5a0c1f5e-0000-4000-8000-00000000000a'
is "X-Client-Token" "$first_answer" "$(body .job_id)"
call POST "$ecs/cloudservers" "$once" -H 'X-Client-Token: 5a0c1f5e-0000-4000-8000-00000000000b'
[ "$first_answer" != "$(body .job_id)" ]
is "another one" 0 $?

# batches and quotas
room=$((40 - $(used | cut -d' ' -f1)))
call POST "$ecs/cloudservers" "$(order many '"count":'$((room + 1))',')"
answer "more than the quota" 400 Ecs.0001
call POST "$ecs/cloudservers" "$(order many-0007 '"count":'$room',')"
is "exactly the quota" "200 $room" "$status $(body '.serverIds | length')"
wait_for 10 reaches "$(body '.serverIds[0]')" "ACTIVE null"
is "numbers go on" many-0007 "$(body .server.name)"
call POST "$nova/servers" '{"server":{"name":"x","flavorRef":"'"$(id flavor)"'","imageRef":"'"$(id image)"'",
	"networks":[{"uuid":"'"$(id subnet)"'"}]}}'
is "Nova says 403" "403 true" \
	"$status $(body '.forbidden.message | contains("Quota exceeded")')"
finish
