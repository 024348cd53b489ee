#!/bin/sh
# Interfaces and security groups of servers that exist.
. "$(dirname "$0")/lib.sh"
start --servers 12 --boot-time 300 --absent-time 0
login
neutron=$base/eu-de/vpc/v2.0
call POST "$ecs/cloudservers" "$(order plugged)"
one=$(body '.serverIds[0]')
wait_for 5 reaches "$one" "ACTIVE null"

addresses()
{
	get "$ecs/cloudservers/$one" '[.server.addresses[][]] | length'
}

has()
{
	[ "$(addresses)" = "$1" ]
}

job_over()
{
	[ "$(get "$ecs/jobs/$1" .status)" = "$2" ]
}

# Lists
primary=$(get "$ecs/cloudservers/$one/os-interface" '.interfaceAttachments[0].port_id')
is "ECS lists them" "$primary 11" "$primary $(body .attachableQuantity.free_nic)"
is "its network is the subnet" "$(id subnet)" "$(body '.interfaceAttachments[0].net_id')"
is "Nova lists them" "$primary" "$(get "$nova/servers/$one/os-interface" '.interfaceAttachments[0].port_id')"
call GET "$nova/servers/$one/os-interface/none"
answer "no such interface" 404 404

# Add, ECS
nic()
{
	call POST "$ecs/cloudservers/$one/nics" "$2"
	answer "$1" "$3" "$4"
}
nic "nothing" '{"nics":[]}' 400 Ecs.0005
nic "no subnet" '{"nics":[{"subnet_id":"x"}]}' 400 Ecs.0038
nic "another VPC's subnet" '{"nics":[{"subnet_id":"'"$(id subnet_other)"'"}]}' 400 Ecs.0014
nic "an address elsewhere" '{"nics":[{"subnet_id":"'"$(id subnet)"'","ip_address":"1.2.3.4"}]}' 400 Ecs.0039
used=$(get "$neutron/ports/$primary" '.port.fixed_ips[0].ip_address')
nic "a used address" '{"nics":[{"subnet_id":"'"$(id subnet)"'","ip_address":"'"$used"'"}]}' 400 Ecs.0010
nic "an unknown group" '{"nics":[{"subnet_id":"'"$(id subnet)"'","security_groups":[{"id":"x"}]}]}' 400 Ecs.0014
nic "too many" "$(jq -nc --arg s "$(id subnet)" '{nics:[range(12) | {subnet_id:$s}]}')" 400 Ecs.0050
call POST "$ecs/cloudservers/$one/nics" '{"nics":[{"subnet_id":"'"$(id subnet)"'",
	"security_groups":[{"id":"'"$(id security_group_other)"'"}]}]}'
job=$(body .job_id)
wait_for 5 job_over "$job" SUCCESS
added=$(body '.entities.sub_jobs[0].entities.nic_id')
is "add: the job names the port" "$added" "$(get "$neutron/ports/$added" .port.id)"
is "its group" "$(id security_group_other)" "$(body '.port.security_groups[0]')"
is "the server has two" 2 "$(addresses)"
is "and both groups" 2 "$(get "$ecs/cloudservers/$one" '[.server.security_groups[].id] | unique | length')"

# Add, Nova: at once
call POST "$nova/servers/$one/os-interface" '{"interfaceAttachment":{"net_id":"'"$(id subnet)"'"}}'
is "Nova adds at once" "200 3" "$status $(third=$(body .interfaceAttachment.port_id); addresses)"
third=$(get "$nova/servers/$one/os-interface" '.interfaceAttachments[2].port_id')
call POST "$neutron/ports" '{"port":{"network_id":"'"$(id subnet)"'","name":"mine"}}'
mine=$(body .port.id)
call POST "$nova/servers/$one/os-interface" '{"interfaceAttachment":{"port_id":"'"$mine"'"}}'
is "or takes a port that is there" "200 $mine" "$status $(body .interfaceAttachment.port_id)"
is "which is the server's then" "mine $one ACTIVE" \
	"$(get "$neutron/ports/$mine" '.port | "\(.name) \(.device_id) \(.status)"')"
call POST "$nova/servers/$one/os-interface" '{"interfaceAttachment":{"port_id":"'"$mine"'"}}'
answer "once" 400 400
call POST "$nova/servers/$one/os-interface" '{"interfaceAttachment":{}}'
answer "neither" 400 400

# Remove
call POST "$ecs/cloudservers/$one/nics/delete" '{"nics":[{"id":"'"$primary"'"}]}'
answer "not the primary one" 403 Ecs.0003
call POST "$ecs/cloudservers/$one/nics/delete" '{"nics":[{"id":"x"}]}'
answer "not what is not there" 400 Ecs.0085
call POST "$ecs/cloudservers/$one/nics/delete" '{"nics":[{"id":"'"$added"'"}]}'
wait_for 5 job_over "$(body .job_id)" SUCCESS
is "remove" 3 "$(addresses)"
call GET "$neutron/ports/$added"
is "the port is gone" 404 "$status"
call DELETE "$nova/servers/$one/os-interface/$primary"
answer "Nova: not the primary one" 403 403
call DELETE "$nova/servers/$one/os-interface/$third"
is "Nova removes" 202 "$status"
wait_for 5 has 2
is "later" 2 "$(addresses)"
call POST "$nova/servers/$one/action" '{"lock":null}'
nic "a locked server" '{"nics":[{"subnet_id":"'"$(id subnet)"'"}]}' 400 Ecs.0605
call POST "$nova/servers/$one/os-interface" '{"interfaceAttachment":{"net_id":"'"$(id subnet)"'"}}'
answer "for Nova too" 409 409
call POST "$nova/servers/$one/action" '{"unlock":null}'

# Groups
groups()
{
	get "$ecs/cloudservers/$one" '[.server.security_groups[].name] | unique | join(" ")'
}
group()
{
	call POST "$nova/servers/$one/action" '{"'"$1"'":{"name":"'"$2"'"}}'
}
is "the default group" default "$(groups)"
group addSecurityGroup sg-web
is "add" "202 default sg-web" "$status $(groups)"
is "on every port" 2 "$(get "$neutron/ports/$mine" '.port.security_groups | length')"
group addSecurityGroup sg-web
is "again" "202 default sg-web" "$status $(groups)"
group addSecurityGroup none
answer "an unknown one" 404 404
group removeSecurityGroup "$(id security_group)"
is "remove, by id" "202 sg-web" "$status $(groups)"
group removeSecurityGroup default
answer "which it is not in" 404 404
group removeSecurityGroup sg-web
answer "not the last" 400 400
finish
