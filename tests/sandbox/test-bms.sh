#!/bin/sh
# Bare metal servers.
. "$(dirname "$0")/lib.sh"
start --start-time 300 --stop-time 1200 --reboot-time 300
login
bms=$base/eu-de/bms/v1/$project

ids()
{
	get "$1" '[.servers[].name] | sort | join(" ")'
}

is "its tag finds them" "bms-db-01 bms-hpc-01" "$(ids "$bms/baremetalservers/detail?tags=__type_baremetal")"
is "count" 2 "$(body .count)"
is "without it servers are there too" true "$(get "$bms/baremetalservers/detail?limit=1000" '.count > 2')"
is "offset is a page, of 1000" 0 "$(get "$bms/baremetalservers/detail?offset=2&tags=__type_baremetal" '.servers | length')"
is "page 2 of 1" "bms-db-01" "$(ids "$bms/baremetalservers/detail?offset=2&limit=1&tags=__type_baremetal")"
is "by status" "bms-hpc-01" "$(ids "$bms/baremetalservers/detail?status=SHUTOFF&tags=__type_baremetal")"
call GET "$bms/baremetalservers/detail?status=PAUSED"
answer "a status that it does not know" 400 BMS.0018
db=$(get "$bms/baremetalservers/detail?tags=__type_baremetal" '.servers[] | select(.name == "bms-db-01").id')
hpc=$(body '.servers[] | select(.name == "bms-hpc-01").id')
is "one" "bms-db-01 physical.o2.medium 9309 32 193047" "$(get "$bms/baremetalservers/$db" \
	'.server | "\(.name) \(.flavor.id) \(.flavor.disk) \(.flavor.vcpus) \(.flavor.ram)"')"
is "no task_state, no disks, no groups" '[null,null,null]' "$(body '.server | [."OS-EXT-STS:task_state",
	."os-extended-volumes:volumes_attached", .security_groups] | tojson')"
like "a list that is no JSON" '\[????????-*\]' "$(body .server.metadata.baremetalPortIDList)"
call GET "$bms/baremetalservers/nobody"
answer "unknown" 400 BMS.0040
call GET "$bms/baremetalservers/$(first ACTIVE)"
answer "a server is none" 400 BMS.0040

# the same object everywhere
is "ECS lists them" "bms-db-01 bms-hpc-01" "$(ids "$ecs/cloudservers/detail?tags=__type_baremetal")"
is "unless told not to" "" "$(ids "$ecs/cloudservers/detail?limit=1000&not-tags=__type_baremetal" |
	tr ' ' '\n' | grep bms)"
is "Nova too" bms-db-01 "$(get "$nova/servers/$db" .server.name)"
is "no server's quota" "$(get "$ecs/cloudservers/detail?limit=1000&not-tags=__type_baremetal" .count)" \
	"$(get "$ecs/cloudservers/limits" .absolute.totalInstancesUsed)"
is "their own limits" "2 64" "$(get "$bms/baremetalservers/limits" \
	'.absolute | "\(.totalInstancesUsed) \(.totalCoresUsed)"')"
is "flavors" "physical.h2.large physical.o2.medium" "$(get "$bms/baremetalservers/flavors" '[.flavors[].id] | join(" ")')"
is "none of ECS" 0 "$(get "$ecs/cloudservers/flavors" '[.flavors[] | select(.id | startswith("physical"))] | length')"
is "another project's" bms-test-01 "$(login eu-de_dev >/dev/null
	ids "$base/eu-de/bms/v1/$project/baremetalservers/detail?tags=__type_baremetal")"
login

# power
state_of()
{
	get "$bms/baremetalservers/$1" .server.status
}
act()
{
	call POST "$bms/baremetalservers/action" "$1"
}
is_in()
{
	[ "$(state_of "$1")" = "$2" ]
}
job_is()
{
	[ "$(get "$bms/jobs/$job" .status)" = "$1" ]
}
act '{"os-stop":{"type":"HARD","servers":[{"id":"'"$db"'"}]}}'
job=$(body .job_id)
like "stop starts a job" "????????????????????????????????" "$job"
is "it looks as before while it stops" ACTIVE "$(state_of "$db")"
act '{"os-stop":{"servers":[{"id":"'"$db"'"}]}}'
answer "not again meanwhile" 400 BMS.0036
wait_for 10 is_in "$db" SHUTOFF
is "stopped" SHUTOFF "$(state_of "$db")"
wait_for 5 job_is SUCCESS
is "job" "SUCCESS $db" "$(get "$bms/jobs/$job" '"\(.status) \(.entities.sub_jobs[0].entities.server_id)"')"
call GET "$ecs/jobs/$job"
answer "ECS does not know it" 400 Common.0011
act '{"os-stop":{"servers":[{"id":"'"$db"'"}]}}'
answer "a stopped one" 400 BMS.0036
act '{"os-start":{"servers":[{"id":"'"$db"'"},{"id":"'"$hpc"'"}]}}'
is "both at once" 200 "$status"
wait_for 10 is_in "$hpc" ACTIVE
is "started" ACTIVE "$(state_of "$hpc")"
wait_for 10 is_in "$db" ACTIVE
act '{"reboot":{"servers":[{"id":"'"$db"'"}]}}'
answer "reboot needs its type" 400 BMS.0018
act '{"reboot":{"type":"HARD","servers":[{"id":"'"$db"'"}]}}'
is "reboot" "200 HARD_REBOOT" "$status $(state_of "$db")"
wait_for 10 is_in "$db" ACTIVE
act '{"os-start":{"servers":[{"id":"nobody"}]}}'
answer "of nobody" 400 BMS.0040
act '{"os-start":{"servers":[]}}'
answer "of none" 400 BMS.0018
act '{"dance":{}}'
answer "unknown action" 400 BMS.0018

# name, metadata, tags
call PUT "$bms/baremetalservers/$db" '{"server":{"name":"bms-renamed"}}'
is "rename" "200 bms-renamed" "$status $(get "$bms/baremetalservers/$db" .server.name)"
call PUT "$bms/baremetalservers/$db" '{"server":{"name":"a b"}}'
answer "a bad name" 400 BMS.0018
call POST "$bms/baremetalservers/$db/metadata" '{"metadata":{"k":"v"}}'
is "metadata merges" "200 v 0" "$status $(get "$bms/baremetalservers/$db" '.server.metadata | "\(.k) \(.chargingMode)"')"
call DELETE "$nova/servers/$db/metadata/k"
is "and is deleted with Nova" "204 null" "$status $(get "$bms/baremetalservers/$db" .server.metadata.k)"
call PUT "$nova/servers/$db/tags/env=prod" "" -H 'X-OpenStack-Nova-API-Version: 2.26'
is "tags are Nova's" "201 true" "$status $(get "$bms/baremetalservers/$db" '.server.tags | contains(["env=prod"])')"
call PUT "$nova/servers/$db/tags/env=test" "" -H 'X-OpenStack-Nova-API-Version: 2.26'
is "known by their key" '["env=test"]' "$(get "$bms/baremetalservers/$db" \
	'.server.tags | map(select(startswith("env"))) | tojson')"
call DELETE "$nova/servers/$db/tags/env" "" -H 'X-OpenStack-Nova-API-Version: 2.26'
is "deleted by it too" "204 []" "$status $(get "$bms/baremetalservers/$db" \
	'.server.tags | map(select(startswith("env"))) | tojson')"

login eu-de reader
call POST "$bms/baremetalservers/action" '{"os-stop":{"servers":[{"id":"'"$db"'"}]}}'
answer "a reader may not" 403 BMS.0033
login eu-nl
call GET "$base/eu-nl/bms/v1/$project/baremetalservers/detail"
answer "eu-nl has no such service" 404 APIG.0101
finish
