#!/bin/sh
# What OpenStack's own clients ask for beside Nova: Glance's and Cinder's lists and versions, Nova's
# server groups, Neutron's rules. The same objects as in the cloud's own APIs.
. "$(dirname "$0")/lib.sh"

start --servers 6 --boot-time 2000
login
ims=$base/eu-de/ims
evs=$base/eu-de/evs
vpc=$base/eu-de/vpc/v2.0

# Glance
status=$(curl -s -o "$dir/body" -w '%{http_code}' "$ims/")
is "versions, without a token" "300 $ims/v2/" "$status $(body .versions[0].links[0].href)"
status=$(curl -s -o "$dir/body" -w '%{http_code}' "$ims/v2")
is "one version" "200 CURRENT" "$status $(body .version.status)"
all=$(get "$ims/v2/cloudimages" '[.images[].id] | sort | join(" ")')
is "the same images" "$all" "$(get "$ims/v2/images" '[.images[].id] | sort | join(" ")')"
is "no next page" null "$(body .next)"
next=/v2/images?limit=3
found=
while [ "$next" != null ]; do
	found="$found $(get "$ims$next" '[.images[].id] | join(" ")')"
	next=$(body .next)
done
# shellcheck disable=SC2086 # a list of words
is "by pages" "$all" "$(printf '%s\n' $found | sort | xargs)"
is "where they begin" "/v2/images?limit=3" "$(body .first)"
call GET "$ims/v2/images?limit=1001"
is "not more than 1000" "400 IMG.0001" "$status $(body .error.code)"

# Cinder v3
is "the same volumes" "$(get "$evs/v2/$project/volumes/detail" '[.volumes[].id] | join(" ")')" \
	"$(get "$evs/v3/$project/volumes/detail" '[.volumes[].id] | join(" ")')"
like "links of the same version" "*/evs/v3/$project/volumes/*" "$(body '.volumes[0].links[0].href')"
get "$evs/v3/$project/volumes/detail?limit=2" . >"$dir/null"
like "and the next page's" "*/evs/v3/$project/volumes/detail?limit=2&marker=*" \
	"$(body '.volumes_links[0].href')"
call POST "$evs/v3/$project/volumes" \
	'{"volume":{"name":"v","size":10,"volume_type":"SATA","availability_zone":"eu-de-01"}}'
is "create" "202 creating" "$status $(body .volume.status)"
is "types" "$(get "$evs/v2/$project/types" '.volume_types | length')" \
	"$(get "$evs/v3/$project/types" '.volume_types | length')"
call GET "$evs/v3/$project/volumes/00000000-0000-0000-0000-000000000000"
is "unknown" "404 404" "$status $(body .itemNotFound.code)"

# Nova's server groups
groups=$nova/os-server-groups
call POST "$groups" '{"server_group":{"name":"g","policies":["anti-affinity"]}}'
is "create" "200 g null" "$status $(body .server_group.name) $(body .server_group.project_id)"
group=$(body .server_group.id)
is "the same group" "$group" "$(get "$ecs/cloudservers/os-server-groups" .server_groups[0].id)"
call GET "$groups" "" -H "X-OpenStack-Nova-API-Version: 2.13"
is "whose it is" "$project" "$(body .server_groups[0].project_id)"
is "one of them" g "$(get "$groups/$group" .server_group.name)"
call POST "$groups" '{"server_group":{"name":"h","policies":["affinity"]}}'
is "no other policy" "400 400" "$status $(body .badRequest.code)"
call DELETE "$groups/$group"
is "delete" 204 "$status"
call GET "$groups/$group"
is "gone" "404 Instance group $group could not be found." "$status $(body .itemNotFound.message)"

# Zones: their hosts are not for everybody.
call GET "$nova/os-availability-zone/detail"
is "refused" "403 403" "$status $(body .forbidden.code)"

# What Nova creates is there at once.
flavor='"flavorRef":"s3.medium.1"'
image=$(get "$ims/v2/cloudimages?__os_type=Linux&__imagetype=gold" .images[0].id)
net=$(get "$vpc/networks" .networks[0].id)
call POST "$nova/servers" '{"server":{"name":"n","imageRef":"'"$image"'",'"$flavor"',
	"networks":[{"uuid":"'"$net"'"}]}}'
is "create" 202 "$status"
new=$(body .server.id)
is "it is there" "BUILD" "$(get "$nova/servers/$new" .server.status)"
is "in ECS's list as well" "$new" "$(get "$ecs/cloudservers/detail?name=n" \
	'.servers[] | select(.name == "n") | .id')"

# Neutron's rules
rules=$vpc/security-group-rules
sg=$(get "$vpc/security-groups?name=sg-web" .security_groups[0].id)
is "of a group" "$(get "$vpc/security-groups/$sg" '[.security_group.security_group_rules[].id] | sort | join(" ")')" \
	"$(get "$rules?security_group_id=$sg" '[.security_group_rules[].id] | sort | join(" ")')"
call POST "$rules" '{"security_group_rule":{"security_group_id":"'"$sg"'","direction":"ingress",
	"protocol":"tcp","port_range_min":2222,"port_range_max":2222,"remote_ip_prefix":"10.0.0.0/8"}}'
is "create" 201 "$status"
rule=$(body .security_group_rule.id)
is "v1 shows it" 2222 "$(get "$base/eu-de/vpc/v1/$project/security-group-rules/$rule" \
	.security_group_rule.port_range_min)"
call POST "$rules" '{"security_group_rule":{"security_group_id":"'"$sg"'","direction":"ingress",
	"protocol":"tcp","port_range_min":2222,"port_range_max":2222,"remote_ip_prefix":"10.0.0.0/8"}}'
is "again" "409 SecurityGroupRuleExists" "$status $(body .NeutronError.type)"
call DELETE "$rules/$rule"
is "delete" 204 "$status"
call GET "$rules/$rule"
is "gone" "404 SecurityGroupRuleNotFound" "$status $(body .NeutronError.type)"
finish
