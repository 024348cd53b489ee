#!/bin/sh
# Networks: VPCs, subnets, security groups, ports, elastic IPs, bandwidths, and how they are one with
# the servers that show them.
. "$(dirname "$0")/lib.sh"
start --servers 12 --boot-time 300 --absent-time 0 --delete-time 200 --network-time 1500
login
v1=$base/eu-de/vpc/v1/$project
v2=$base/eu-de/vpc/v2.0/$project
neutron=$base/eu-de/vpc/v2.0

quota()
{
	get "$v1/quotas?type=$1" '.quotas.resources[0] | "\(.used) \(.quota)"'
}

ready()
{
	[ "$(get "$1" "$2")" = "$3" ]
}

# VPCs
is "two VPCs" 2 "$(get "$v1/vpcs" '.vpcs | length')"
is "the quota counts them" "2 5" "$(quota vpc)"
call POST "$v1/vpcs" '{"vpc":{"name":"new","cidr":"192.168.0.0/16","description":"d"}}'
is "create" "200 CREATING 192.168.0.0/16" "$status $(body '.vpc | "\(.status) \(.cidr)"')"
vpc=$(body .vpc.id)
call POST "$v1/subnets" '{"subnet":{"name":"s","cidr":"192.168.1.0/24","gateway_ip":"192.168.1.1","vpc_id":"'"$vpc"'"}}'
answer "not ready for subnets yet" 400 VPC.0004
wait_for 5 ready "$v1/vpcs/$vpc" .vpc.status OK
is "then it is" 0 $?
vpc()
{
	call "$2" "$v1/vpcs${3:+/$3}" "{\"vpc\":$4}"
	answer "VPC: $1" "$5" "$6"
}
vpc "a name twice" POST "" '{"name":"new"}' 400 VPC.0115
vpc "a bad name" POST "" '{"name":"a b"}' 400 VPC.0101
vpc "a public range" POST "" '{"name":"b","cidr":"8.8.0.0/16"}' 400 VPC.0101
vpc "no network address" POST "" '{"name":"b","cidr":"10.1.2.3/16"}' 400 VPC.0101
vpc "no VPC" PUT 00000000-0000-4000-8000-000000000000 '{"name":"b"}' 404 VPC.0003
call PUT "$v1/vpcs/$vpc" '{"vpc":{"name":"renamed","description":"","cidr":"192.168.0.0/20",
	"routes":[{"destination":"10.0.0.0/8","nexthop":"192.168.1.9"}]}}'
is "update" "200 renamed 192.168.0.0/20 192.168.1.9" \
	"$status $(body '.vpc | "\(.name) \(.cidr) \(.routes[0].nexthop)"')"
for name in four five; do call POST "$v1/vpcs" '{"vpc":{"name":"'$name'"}}'; done
vpc "over quota" POST "" '{"name":"six"}' 409 VPC.0114
call DELETE "$v1/vpcs/$(body .vpc.id)x"
answer "delete none" 404 VPC.0003

# Subnets
subnet()
{
	call POST "$v1/subnets" "$(jq -nc --arg v "$vpc" '{subnet:{name:"s",cidr:"192.168.1.0/24",
		gateway_ip:"192.168.1.1",vpc_id:$v}} | .subnet'" $2")"
	answer "subnet: $1" "$3" "$4"
}
subnet "outside of the VPC" '|= (.cidr="192.168.99.0/24")' 400 VPC.0212
subnet "too small" '|= (.cidr="192.168.1.0/29")' 400 VPC.0203
subnet "gateway for all" '|= (.gateway_ip="192.168.1.255")' 400 VPC.0201
subnet "gateway elsewhere" '|= (.gateway_ip="192.168.2.1")' 400 VPC.0201
subnet "no name" '|= del(.name)' 400 VPC.0201
subnet "no VPC" '|= (.vpc_id="x")' 404 VPC.0003
subnet "no zone" '|= (.availability_zone="x")' 400 VPC.0002
subnet "bad DNS" '|= (.primary_dns="x")' 400 VPC.0201
call POST "$v1/subnets" '{"subnet":{"name":"s","cidr":"192.168.1.0/28","gateway_ip":"192.168.1.1",
	"vpc_id":"'"$vpc"'","primary_dns":"9.9.9.9","secondary_dns":"","availability_zone":"eu-de-02"}}'
is "create a subnet" "200 UNKNOWN [\"9.9.9.9\"] eu-de-02" \
	"$status $(body '.subnet | "\(.status) \(.dnsList | tojson) \(.availability_zone)"')"
subnet=$(body .subnet.id)
neutron_subnet=$(body .subnet.neutron_subnet_id)
subnet "overlap" '|= (.cidr="192.168.0.0/23") | .subnet.gateway_ip="192.168.0.1"' 400 VPC.0204
wait_for 5 ready "$v1/subnets/$subnet" .subnet.status ACTIVE
is "it becomes ACTIVE" 0 $?
call PUT "$v1/vpcs/$vpc" '{"vpc":{"cidr":"10.0.0.0/8"}}'
answer "the VPC's range must hold its subnets" 400 VPC.0117
call DELETE "$v1/vpcs/$vpc"
answer "nor can it go" 409 VPC.0104
call PUT "$v1/vpcs/$vpc/subnets/$subnet" '{"subnet":{"dhcp_enable":false}}'
answer "an update needs the name" 400 VPC.0201
call PUT "$v1/vpcs/$(id vpc)/subnets/$subnet" '{"subnet":{"name":"s"}}'
answer "and the right VPC" 400 VPC.0207
call PUT "$v1/vpcs/$vpc/subnets/$subnet" '{"subnet":{"name":"t","dhcp_enable":false,"dnsList":["1.1.1.1","8.8.8.8"]}}'
is "update a subnet" '200 {"subnet":{"id":"'"$subnet"'","status":"ACTIVE"}}' "$status $(body tojson)"
is "all of it" "t false 8.8.8.8" \
	"$(get "$v1/subnets/$subnet" '.subnet | "\(.name) \(.dhcp_enable) \(.secondary_dns)"')"
is "filter by VPC" "$subnet" "$(get "$v1/subnets?vpc_id=$vpc" '[.subnets[].id] | join(" ")')"
is "Neutron has the network" "$neutron_subnet" "$(get "$neutron/networks/$subnet" '.network.subnets[0]')"
is "and the subnet" "192.168.1.2 192.168.1.11" "$(get "$neutron/subnets/$neutron_subnet" \
	'.subnet.allocation_pools[0] | "\(.start) \(.end)"')"

# Security groups
call POST "$v1/security-groups" '{"security_group":{"name":"ssh"}}'
is "create a group, with four rules" "200 4" "$status $(body '.security_group.security_group_rules | length')"
group=$(body .security_group.id)
call POST "$v1/security-groups" '{"security_group":{"name":""}}'
answer "a group needs a name" 400 VPC.0601
rule()
{
	call POST "$v1/security-group-rules" "$(jq -nc --arg g "$group" '{security_group_rule:
		({security_group_id:$g,direction:"ingress"} + '"$2"')}')"
	answer "rule: $1" "$3" "$4"
}
rule "bad direction" '{direction:"up"}' 400 VPC.0601
rule "bad protocol" '{protocol:"x"}' 400 VPC.0601
rule "bad ports" '{protocol:"tcp",port_range_min:9,port_range_max:2}' 400 VPC.0601
rule "half a range" '{protocol:"tcp",port_range_min:9}' 400 VPC.0601
rule "ports without a protocol" '{port_range_min:9,port_range_max:9}' 400 VPC.0601
rule "bad address" '{remote_ip_prefix:"10.0.0.0/99"}' 400 VPC.0601
rule "address and group" '{remote_ip_prefix:"10.0.0.0/8",remote_group_id:$g}' 400 VPC.0601
rule "unknown group" '{security_group_id:"x"}' 404 VPC.0603
call POST "$v1/security-group-rules" '{"security_group_rule":{"security_group_id":"'"$group"'",
	"direction":"ingress","protocol":"tcp","port_range_min":"22","port_range_max":22,
	"remote_ip_prefix":"10.0.0.0/8","description":"from inside"}}'
is "a rule" "200 22 IPv4 from inside" \
	"$status $(body '.security_group_rule | "\(.port_range_min) \(.ethertype) \(.description)"')"
rule=$(body .security_group_rule.id)
rule "twice" '{protocol:"tcp",port_range_min:22,port_range_max:22,remote_ip_prefix:"10.0.0.0/8"}' 409 VPC.9902
is "the group has it" "$rule" "$(get "$v1/security-groups/$group" '.security_group.security_group_rules[4].id')"
is "rules by group" 5 "$(get "$v1/security-group-rules?security_group_id=$group" '.security_group_rules | length')"
call PUT "$neutron/security-groups/$group" '{"security_group":{"name":"sshd","description":"shells"}}'
is "Neutron renames it" "200 sshd shells" \
	"$status $(get "$v1/security-groups/$group" '.security_group | "\(.name) \(.description)"')"
call PUT "$neutron/security-groups/$(id security_group)" '{"security_group":{"name":"x"}}'
answer "but not the default one" 409 null
is "in its own shape" SecurityGroupCannotUpdateDefault "$(body .NeutronError.type)"
call DELETE "$v1/security-groups/$(id security_group)"
answer "which cannot go either" 409 VPC.0602
call DELETE "$v1/security-group-rules/$rule"
is "a rule goes" 204 "$status"
call DELETE "$v1/security-group-rules/$rule"
answer "once" 404 VPC.0603

# Ports, which are the servers' too
one=$(first ACTIVE)
port=$(get "$ecs/cloudservers/$one" '[.server.addresses[][]][0]."OS-EXT-IPS:port_id"')
is "a server's port" "$one compute:" "$(get "$neutron/ports/$port" \
	'.port | "\(.device_id) \(.device_owner[0:8])"')"
is "has the server's address" "$(get "$ecs/cloudservers/$one" '[.server.addresses[][]][0].addr')" \
	"$(get "$neutron/ports/$port" '.port.fixed_ips[0].ip_address')"
is "and groups" "$(get "$ecs/cloudservers/$one" '.server.security_groups[0].id')" \
	"$(get "$neutron/ports/$port" '.port.security_groups[0]')"
is "found by the server" "$port" "$(get "$neutron/ports?device_id=$one" '[.ports[].id] | join(" ")')"
is "a subnet has a gateway and a DHCP server" "network:dhcp network:router_interface_distributed" \
	"$(get "$neutron/ports?network_id=$(id subnet)" '[.ports[].device_owner | select(startswith("network"))] | sort | join(" ")')"
all=$(get "$neutron/ports" '[.ports[].id] | join(" ")')
pages=
marker=
while :; do
	call GET "$neutron/ports?limit=3${marker:+&marker=$marker}"
	pages="$pages $(body '[.ports[].id] | join(" ")')"
	[ "$(body '[.ports_links[]? | select(.rel == "next")] | length')" = 1 ] || break
	marker=$(body '.ports[-1].id')
done
is "in pages they are the same" "$all" "${pages# }"
call GET "$neutron/ports?marker=x"
answer "no such marker" 400 null
call POST "$neutron/ports" '{"port":{"network_id":"'"$subnet"'","name":"p","security_groups":["'"$group"'"]}}'
is "create" "201 p DOWN 192.168.1.2" "$status $(body '.port | "\(.name) \(.status) \(.fixed_ips[0].ip_address)"')"
mine=$(body .port.id)
call POST "$neutron/ports" '{"port":{"network_id":"'"$subnet"'","fixed_ips":[{"ip_address":"192.168.1.2"}]}}'
is "an address is given once" "409 IpAddressInUse" "$status $(body .NeutronError.type)"
call POST "$neutron/ports" '{"port":{"network_id":"x"}}'
is "in a network" "404 NetworkNotFound" "$status $(body .NeutronError.type)"
call DELETE "$v1/security-groups/$group"
answer "a group in use" 409 VPC.9902
call DELETE "$v1/vpcs/$vpc/subnets/$subnet"
answer "a subnet in use" 500 VPC.0208
call PUT "$neutron/ports/$mine" '{"port":{"name":"q","security_groups":["'"$(id security_group)"'"]}}'
is "update" "200 q" "$status $(body .port.name)"
call DELETE "$neutron/ports/$port"
is "a server's port stays" "409 PortInUse" "$status $(body .NeutronError.type)"

# Elastic IPs
eip()
{
	call POST "$v1/publicips" "$2"
	answer "EIP: $1" "$3" "$4"
}
eip "no type" '{"publicip":{"type":"x"},"bandwidth":{"share_type":"PER","name":"b","size":5}}' 400 VPC.0501
eip "no size" '{"publicip":{"type":"5_bgp"},"bandwidth":{"share_type":"PER","name":"b"}}' 400 VPC.0301
eip "no bandwidth" '{"publicip":{"type":"5_bgp"},"bandwidth":{"share_type":"WHOLE","id":"x"}}' 404 VPC.0306
used=$(quota publicIp)
call POST "$v1/publicips" '{"publicip":{"type":"5_bgp"},"bandwidth":{"share_type":"PER","name":"b","size":5}}'
is "create" "200 PENDING_CREATE 0" "$status $(body '.publicip | "\(.status) \(.bandwidth_size)"')"
eip=$(body .publicip.id)
address=$(body .publicip.public_ip_address)
wait_for 5 ready "$v1/publicips/$eip" .publicip.status DOWN
is "then it is there" "5 PER b" \
	"$(body '.publicip | "\(.bandwidth_size) \(.bandwidth_share_type) \(.bandwidth_name)"')"
is "the quota counts" "$((${used% *} + 1))" "$(quota publicIp | cut -d' ' -f1)"
is "ECS counts it too" "$((${used% *} + 1))" "$(get "$ecs/cloudservers/limits" .absolute.totalFloatingIpsUsed)"
call PUT "$v1/publicips/$eip" '{"publicip":{"port_id":"x"}}'
answer "bind to nothing" 404 VPC.0501
call PUT "$v1/publicips/$eip" '{"publicip":{"port_id":"'"$mine"'"}}'
is "bind to a port" "200 ACTIVE 192.168.1.2" "$status $(body '.publicip | "\(.status) \(.private_ip_address)"')"
call PUT "$v1/publicips/$eip" '{"publicip":{"port_id":"'"$port"'"}}'
answer "it is bound" 409 VPC.0510
call DELETE "$v1/publicips/$eip"
answer "and stays" 409 VPC.0517
call PUT "$v1/publicips/$eip" '{"publicip":{"port_id":""}}'
is "unbind" "200 DOWN false" "$status $(body '.publicip | "\(.status) \(has("port_id"))"')"
free=$(control GET servers | awk -v p="$project" '$5 == p && $3 == "ACTIVE" {print $1}' | while read -r s; do
	[ "$(get "$ecs/cloudservers/$s" '[.server.addresses[][]] | length')" = 1 ] && echo "$s" && break; done)
port=$(get "$ecs/cloudservers/$free" '[.server.addresses[][]][0]."OS-EXT-IPS:port_id"')
call PUT "$v1/publicips/$eip" '{"publicip":{"port_id":"'"$port"'"}}'
is "the server shows it" "$address" "$(get "$ecs/cloudservers/$free" \
	'[.server.addresses[][] | select(."OS-EXT-IPS:type" == "floating")][0].addr')"
is "Neutron too" "$port" "$(get "$neutron/floatingips/$eip" .floatingip.port_id)"
call POST "$v1/publicips" '{"publicip":{"type":"5_bgp"},"bandwidth":{"share_type":"PER","name":"c","size":"7"}}'
other=$(body .publicip.id)
wait_for 5 ready "$v1/publicips/$other" .publicip.status DOWN
call PUT "$v1/publicips/$other" '{"publicip":{"port_id":"'"$port"'"}}'
answer "one for a port" 409 VPC.0511

# Bandwidths
bandwidth=$(get "$v1/publicips/$eip" .publicip.bandwidth_id)
is "of the EIP" "$eip" "$(get "$v1/bandwidths/$bandwidth" '.bandwidth.publicip_info[0].publicip_id')"
call PUT "$v1/bandwidths/$bandwidth" '{"bandwidth":{"size":50,"name":"fifty"}}'
is "resize" "200 50" "$status $(get "$v1/publicips/$eip" .publicip.bandwidth_size)"
call PUT "$v1/bandwidths/$bandwidth" '{"bandwidth":{"name":"a/b"}}'
answer "a name with a slash" 400 VPC.0301
call PUT "$v1/bandwidths/$bandwidth" '{"bandwidth":{"size":310}}'
answer "in steps" 400 VPC.0301
call PUT "$v1/bandwidths/$bandwidth" '{"bandwidth":{}}'
answer "nothing" 400 VPC.0301
call DELETE "$v2/bandwidths/$bandwidth"
answer "only shared ones can be deleted" 400 VPC.0301
call POST "$v2/bandwidths" '{"bandwidth":{"name":"all","size":20}}'
is "a shared one" "200 WHOLE share" "$status $(body '.bandwidth | "\(.share_type) \(.bandwidth_type)"')"
shared=$(body .bandwidth.id)
call POST "$v2/bandwidths" '{"bandwidth":{"name":"all","size":4}}'
answer "at least 5" 400 VPC.0301
call POST "$v2/bandwidths/$shared/insert" '{"bandwidth":{"publicip_info":[{"publicip_id":"'"$other"'","publicip_type":"5_bgp"}]}}'
is "an EIP into it" "200 WHOLE all" "$status $(get "$v1/publicips/$other" \
	'.publicip | "\(.bandwidth_share_type) \(.bandwidth_name)"')"
call DELETE "$v2/bandwidths/$shared"
answer "in use" 409 VPC.0302
call POST "$v2/bandwidths/$shared/remove" '{"bandwidth":{"charge_mode":"traffic","size":9,"publicip_info":[{"publicip_id":"'"$other"'"}]}}'
is "and out of it" "204 PER 9" "$status $(get "$v1/publicips/$other" \
	'.publicip | "\(.bandwidth_share_type) \(.bandwidth_size)"')"
is "shared ones" "$shared" "$(get "$v1/bandwidths?share_type=WHOLE" '[.bandwidths[].id] | join(" ")')"
call DELETE "$v2/bandwidths/$shared"
is "delete" 204 "$status"
call DELETE "$v1/publicips/$other"
is "release" 204 "$status"
call GET "$v1/publicips/$other"
answer "it is gone" 404 VPC.0504

# A server that goes leaves its EIP, unless told to take it with it
gone()
{
	[ "$(state "$1")" = 404 ]
}
call POST "$ecs/cloudservers/delete" '{"servers":[{"id":"'"$free"'"}],"delete_publicip":false}'
wait_for 5 gone "$free"
is "the EIP is free again" "DOWN" "$(get "$v1/publicips/$eip" .publicip.status)"
call GET "$neutron/ports/$port"
is "the port is gone" "404 PortNotFound" "$status $(body .NeutronError.type)"
call POST "$ecs/cloudservers" "$(order with-eip '"publicip":{"id":"'"$eip"'"},')"
new=$(body '.serverIds[0]')
wait_for 5 reaches "$new" "ACTIVE null"
is "a new server takes it" ACTIVE "$(get "$v1/publicips/$eip" .publicip.status)"
call POST "$ecs/cloudservers/delete" '{"servers":[{"id":"'"$new"'"}],"delete_publicip":true}'
wait_for 5 gone "$new"
call GET "$v1/publicips/$eip"
answer "and takes it along" 404 VPC.0504
call POST "$ecs/cloudservers" "$(order another '"publicip":{"eip":{"iptype":"5_bgp","bandwidth":{"sharetype":"PER","size":3}}},')"
new=$(body '.serverIds[0]')
wait_for 5 reaches "$new" "ACTIVE null"
is "or gets a new one" "3" "$(get "$v1/publicips?port_id=$(get "$neutron/ports?device_id=$new" '.ports[0].id')" \
	'.publicips[0].bandwidth_size')"

# In the right order everything goes
call DELETE "$neutron/ports/$mine"
is "the port" 204 "$status"
call DELETE "$v1/vpcs/$vpc/subnets/$subnet"
is "the subnet" 204 "$status"
call DELETE "$v1/vpcs/$vpc"
is "the VPC" 204 "$status"
call DELETE "$v1/security-groups/$group"
is "the group" 204 "$status"
call DELETE "$v1/vpcs/$(id vpc)/subnets/$(id subnet)"
answer "a subnet with servers stays" 500 VPC.0209
login eu-de reader
call POST "$v1/vpcs" '{"vpc":{"name":"x"}}'
answer "readers change nothing" 403 VPC.0010
call POST "$neutron/ports" '{"port":{"network_id":"'"$(id subnet)"'"}}'
is "in any dialect" "403 PolicyNotAuthorized" "$status $(body .NeutronError.type)"
finish
