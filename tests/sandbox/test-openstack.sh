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
stop

start --openstack --microversion 25
login
nova=$base/eu-de/ecs/v2.1/$project
is "an older Nova says so" 2.25 "$(get "$base/eu-de/ecs/v2.1/" .version.version)"
call GET "$nova/servers" "" -H 'X-OpenStack-Nova-API-Version: 2.26'
is "and takes no newer microversion" "406 true" "$status $(body '.computeFault.message | endswith("maximum is 2.25.")')"
finish
