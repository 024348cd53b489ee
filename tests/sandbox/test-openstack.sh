#!/bin/sh
# The sandbox as plain OpenStack: its catalog, what is not there, and how its Nova differs.
. "$(dirname "$0")/lib.sh"

start --openstack --servers 60
login
nova=$base/eu-de/ecs/v2.1/$project

is "the catalog has OpenStack's services only" "compute identity image network volumev3" \
	"$(jq -r '[.token.catalog[].type] | sort | join(" ")' "$dir/token")"
is "and so has the list of services" "compute identity image network volumev3" \
	"$(get "$url/services" '[.services[].type] | sort | join(" ")')"
is "so have the endpoints" 0 \
	"$(get "$url/endpoints" '[.endpoints[] | select(.url | test("/ecs/v1/|/evs/v2/|/vpc/v1"))] | length')"

for path in ecs/v1/$project/cloudservers/detail ecs/v2.1/$project/servers/x/block_device evs/v2/$project/cloudvolumes/detail \
	vpc/v1/$project/vpcs vpc/v2.0/$project/bandwidths ims/v2/cloudimages bms/v1/$project/baremetalservers/detail; do
	call GET "$base/eu-de/$path"
	answer "$path is not there" 404 404
done
for path in ecs/v2.1/$project/servers/detail evs/v3/$project/volumes/detail vpc/v2.0/networks ims/v2/images; do
	call GET "$base/eu-de/$path"
	is "$path is" 200 "$status"
done

token=wrong call GET "$nova/servers"
is "a bad token is refused as Keystone does" "401 The request you have made requires authentication." \
	"$status $(body .error.message)"

call GET "$nova/servers/detail"
n=$(body '.servers | length')
is "a page is as long as can be" true "$([ "$n" -gt 25 ] && [ "$n" -le 1000 ] && echo true)"
is "no bare metal among them" 0 "$(body '[.servers[] | select(.tags // [] | index("__type_baremetal"))] | length')"
is "metadata is what users put there" 0 "$(body '[.servers[] | select(.metadata | has("vpc_id"))] | length')"
network=$(body '.servers[0].addresses | keys[0]')
is "addresses are by the network's name" 1 \
	"$(get "$base/eu-de/vpc/v2.0/networks" '[.networks[] | select(.name == "'"$network"'")] | length')"

flavor=$(get "$nova/flavors/detail" '.flavors[0] | "\(.id) \(.name)"')
is "a flavor has an id that is not its name" "1 ${flavor#* }" "$flavor"
is "by which it is found" "${flavor#* }" "$(get "$nova/flavors/1" .flavor.name)"
id=$(first ACTIVE)
call GET "$nova/servers/$id" "" -H 'X-OpenStack-Nova-API-Version: 2.47'
is "from 2.47 on a server tells its flavor's name" 1 \
	"$(get "$nova/flavors" '[.flavors[] | select(.name == "'"$(body .server.flavor.original_name)"'")] | length')"
call GET "$nova/servers/$id"
is "before, its id" "$(body .server.flavor.id)" "$(get "$nova/flavors/$(body .server.flavor.id)" .flavor.id)"

# Disks of a new server.
flavor=$(get "$nova/flavors/detail" '.flavors[] | select(.name == "'"$(id flavor)"'").id')
create() # CHANGE OF block_device_mapping_v2
{
	call POST "$nova/servers" "$(jq -nc --arg f "$flavor" --arg i "$(id image)" --arg n "$(id vpc)" \
		'{server:{name:"disks",flavorRef:$f,networks:[{uuid:$n}],block_device_mapping_v2:[
			{source_type:"image",destination_type:"volume",boot_index:0,uuid:$i,volume_size:50,volume_type:"SSD"},
			{source_type:"blank",destination_type:"volume",boot_index:-1,volume_size:1}]}} |
			.server.block_device_mapping_v2 |= ('"$1"')')" -H 'X-OpenStack-Nova-API-Version: 2.60'
}
create 'del(.[0].volume_size)'
answer "a boot disk without a size" 400 400
create 'del(.[1].volume_size)'
answer "a blank one" 400 400
create '.[0].volume_type = "x"'
answer "of no type" 400 400
create .
is "one that boots from a disk" 202 "$status"
id=$(body .server.id)
is "tells no image" "" "$(get "$nova/servers/$id" .server.image)"
active()
{
	[ "$(get "$nova/servers/$id" .server.status)" = ACTIVE ]
}
wait_for 10 active
is "its disks are as they were ordered" "1 SAS 50 SSD" "$(get "$base/eu-de/evs/v3/$project/volumes/detail" \
	'[.volumes[] | select(.attachments[0].server_id == "'"$id"'")] | sort_by(.size) | map("\(.size) \(.volume_type)") | join(" ")')"

# What it does not forbid.
call POST "$nova/servers/$id/action" '{"removeSecurityGroup":{"name":"default"}}'
is "the last group can be removed" "202 0" "$status $(get "$nova/servers/$id/os-security-groups" '.security_groups | length')"
call DELETE "$nova/servers/$id/os-interface/$(get "$nova/servers/$id/os-interface" .interfaceAttachments[0].port_id)"
is "and the first interface" 202 "$status"
none()
{
	[ "$(get "$nova/servers/$id/os-interface" '.interfaceAttachments | length')" = 0 ]
}
wait_for 5 none
is "which is gone then" 0 "$(body '.interfaceAttachments | length')"
stop

start --openstack --microversion 25
login
nova=$base/eu-de/ecs/v2.1/$project
is "an older Nova says so" 2.25 "$(get "$base/eu-de/ecs/v2.1/" .version.version)"
call GET "$nova/servers" "" -H 'X-OpenStack-Nova-API-Version: 2.26'
is "and takes no newer microversion" "406 true" "$status $(body '.computeFault.message | endswith("maximum is 2.25.")')"
finish
