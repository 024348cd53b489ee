#!/bin/sh
# Neutron: networks, subnets, routers and floating IPs made in its way, and what v1 makes of them; and what
# Cinder tells of its limits.
. "$(dirname "$0")/lib.sh"
start --network-time 1
login
neutron=$base/eu-de/vpc/v2.0
vpc=$base/eu-de/vpc/v1/$project

# networks and subnets
call POST "$neutron/networks" '{"network":{"name":"inner","admin_state_up":true}}'
is "a network" "201 inner 0 false" "$status $(body '.network | "\(.name) \(.subnets | length) \(."router:external")"')"
net=$(body .network.id)
is "by name" "$net" "$(get "$neutron/networks?name=inner" '.networks[].id')"
is "by id" inner "$(get "$neutron/networks/$net" .network.name)"
is "v1 has none without a subnet" null "$(get "$vpc/subnets" '[.subnets[] | select(.id == "'"$net"'")][0] | tostring')"
call POST "$neutron/subnets" '{"subnet":{"name":"s","network_id":"'"$net"'","ip_version":4,"cidr":"192.168.7.0/24"}}'
is "a subnet" "201 192.168.7.0/24 192.168.7.1 $net" \
	"$status $(body '.subnet | "\(.cidr) \(.gateway_ip) \(.network_id)"')"
sub=$(body .subnet.id)
is "of that network" "$sub" "$(get "$neutron/networks/$net" '.network.subnets[]')"
is "v1 has it now" s "$(get "$vpc/subnets/$net" .subnet.name)"
is "in no VPC" false "$(owner=$(body .subnet.vpc_id); get "$vpc/vpcs" '[.vpcs[].id] | index("'"$owner"'") != null')"
for row in 'no network|400|HTTPBadRequest|{"name":"x","cidr":"10.9.0.0/24"}' \
	'unknown network|404|NetworkNotFound|{"network_id":"none","cidr":"10.9.0.0/24"}' \
	'second subnet|409|OverQuota|{"network_id":"'"$net"'","cidr":"10.9.0.0/24"}'; do
	call POST "$neutron/subnets" '{"subnet":'"$(echo "$row" | cut -d'|' -f4)"'}'
	is "$(echo "$row" | cut -d'|' -f1)" "$(echo "$row" | cut -d'|' -f2,3 | tr '|' ' ')" \
		"$status $(body .NeutronError.type)"
done
call POST "$neutron/networks" '{"network":{"name":"other"}}'
other=$(body .network.id)
call POST "$neutron/subnets" '{"subnet":{"network_id":"'"$other"'","cidr":"10.0.0.1/24"}}'
is "no range" "400 HTTPBadRequest" "$status $(body .NeutronError.type)"
call DELETE "$neutron/networks/$other"
is "a network without a subnet goes" "204 404" "$status $(call GET "$neutron/networks/$other"; echo "$status")"

# routers
call POST "$neutron/routers" '{"router":{"name":"r"}}'
is "a router" "201 r null" "$status $(body '.router | "\(.name) \(.external_gateway_info)"')"
router=$(body .router.id)
is "is a VPC" r "$(get "$vpc/vpcs/$router" .vpc.name)"
is "of the VPCs each is one" "$(get "$vpc/vpcs" '[.vpcs[].id] | sort | join(" ")')" \
	"$(get "$neutron/routers" '[.routers[].id] | join(" ")')"
outside=$(get "$neutron/networks?router:external=True" '.networks[].id')
call PUT "$neutron/routers/$router" '{"router":{"name":"r2","external_gateway_info":{"network_id":"'"$outside"'"}}}'
is "a way out" "200 r2 $outside" "$status $(body '.router | "\(.name) \(.external_gateway_info.network_id)"')"
call PUT "$neutron/routers/$router/add_router_interface" '{"subnet_id":"'"$sub"'"}'
is "an interface" "200 $sub $net" "$status $(body '"\(.subnet_id) \(.network_id)"')"
is "its port is the gateway" 192.168.7.1 "$(get "$neutron/ports/$(body .port_id)" '.port.fixed_ips[0].ip_address')"
is "the subnet is in that VPC" "$router" "$(get "$vpc/subnets/$net" .subnet.vpc_id)"
call PUT "$neutron/routers/$router/add_router_interface" '{"subnet_id":"'"$sub"'"}'
is "not twice" "409 SubnetInUse" "$status $(body .NeutronError.type)"
call DELETE "$neutron/routers/$router"
is "in use" "409 RouterInUse" "$status $(body .NeutronError.type)"
call DELETE "$neutron/networks/$net"
is "the network, too" "409 NetworkInUse" "$status $(body .NeutronError.type)"
call POST "$nova/servers" '{"server":{"name":"n","flavorRef":"'"$(id flavor)"'","imageRef":"'"$(id image)"'",
	"networks":[{"uuid":"'"$net"'"}]}}'
server=$(body .server.id)
call PUT "$neutron/routers/$router/remove_router_interface" '{"subnet_id":"'"$sub"'"}'
is "a server is there" "409 RouterInterfaceInUseByFloatingIP" "$status $(body .NeutronError.type)"

# floating IPs
port=$(get "$neutron/ports?device_id=$server" '.ports[0].id')
call POST "$neutron/floatingips" '{"floatingip":{"floating_network_id":"'"$outside"'","port_id":"'"$port"'"}}'
is "a floating IP" "201 ACTIVE $port" "$status $(body '.floatingip | "\(.status) \(.port_id)"')"
eip=$(body .floatingip.id)
address=$(body .floatingip.floating_ip_address)
is "is an EIP with a bandwidth" "$address 5" \
	"$(get "$vpc/publicips/$eip" '.publicip | "\(.public_ip_address) \(.bandwidth_size)"')"
is "the server has it" "$address" "$(get "$nova/servers/$server" '.server.addresses[][]
	| select(."OS-EXT-IPS:type" == "floating").addr')"
call POST "$neutron/floatingips" '{"floatingip":{"floating_network_id":"'"$outside"'","port_id":"'"$port"'"}}'
is "the port has one" "409 FloatingIPPortAlreadyAssociated" "$status $(body .NeutronError.type)"
call PUT "$neutron/floatingips/$eip" '{"floatingip":{"port_id":null}}'
is "taken away" "200 DOWN null" "$status $(body '.floatingip | "\(.status) \(.port_id)"')"
call PUT "$neutron/floatingips/$eip" '{"floatingip":{"port_id":"none"}}'
is "to no port" "404 PortNotFound" "$status $(body .NeutronError.type)"
call DELETE "$neutron/floatingips/$eip"
is "deleted" "204 404" "$status $(call GET "$vpc/publicips/$eip"; echo "$status")"
call POST "$neutron/floatingips" '{"floatingip":{"floating_network_id":"'"$net"'"}}'
is "from a network inside" "404 NetworkNotFound" "$status $(body .NeutronError.type)"

# and away with it
curl -s -X DELETE "$base/_sandbox/servers/$server"
call PUT "$neutron/routers/$router/remove_router_interface" '{"subnet_id":"'"$sub"'"}'
is "the interface goes" 200 "$status"
call DELETE "$neutron/routers/$router"
is "the router" 204 "$status"
call DELETE "$neutron/subnets/$sub"
is "the subnet" "204 0" "$status $(get "$neutron/networks/$net" '.network.subnets | length')"
call DELETE "$neutron/networks/$net"
is "the network" 204 "$status"
is "extensions" true "$(get "$neutron/extensions" '[.extensions[].alias] | index("router") != null')"

# Cinder
cinder=$base/eu-de/evs/v3/$project
is "limits" "$(get "$cinder/os-quota-sets/$project?usage=True" \
	'.quota_set | "\(.volumes.limit) \(.volumes.in_use) \(.gigabytes.limit)"')" \
	"$(get "$cinder/limits" '.limits.absolute | "\(.maxTotalVolumes) \(.totalVolumesUsed) \(.maxTotalVolumeGigabytes)"')"
is "quotas alone" "$(get "$cinder/limits" '.limits.absolute | "\(.maxTotalVolumes) \(.maxTotalSnapshots)"')" \
	"$(get "$cinder/os-quota-sets/$project?usage=False" '.quota_set | "\(.volumes) \(.snapshots)"')"
finish
