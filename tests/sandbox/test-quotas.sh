#!/bin/sh
# Quotas of every service: what is used is what its lists have.
. "$(dirname "$0")/lib.sh"
start --servers 30
login

# in_use SERVICE NAME - as the service's quotas tell
in_use()
{
	case $1 in
	evs) get "$base/eu-de/evs/v2/$project/os-quota-sets/$project?usage=True" \
		".quota_set.$2.in_use" ;;
	vpc) get "$base/eu-de/vpc/v1/$project/quotas" ".quotas.resources[] | select(.type == \"$2\").used" ;;
	ims) get "$base/eu-de/ims/v1/cloudimages/quota" '.quotas.resources[0].used' ;;
	esac
}

volumes=$base/eu-de/evs/v2/$project/cloudvolumes/detail
is "volumes" "$(get "$volumes" '.volumes | length')" "$(in_use evs volumes)"
is "volumes of a type" "$(get "$volumes" '[.volumes[] | select(.volume_type == "SAS")] | length')" \
	"$(in_use evs volumes_SAS)"
is "gigabytes" "$(get "$volumes" '[.volumes[].size] | add')" "$(in_use evs gigabytes)"
is "gigabytes of a type" "$(get "$volumes" '[.volumes[] | select(.volume_type == "SSD").size] | add')" \
	"$(in_use evs gigabytes_SSD)"
is "a type has no limit of its own" -1 \
	"$(get "$base/eu-de/evs/v2/$project/os-quota-sets/$project?usage=True" .quota_set.volumes_SSD.limit)"
call GET "$base/eu-de/evs/v2/$project/os-quota-sets/$project"
answer "usage is mandatory" 400 EVS.5400
is "vpcs" "$(get "$base/eu-de/vpc/v1/$project/vpcs" '.vpcs | length')" "$(in_use vpc vpc)"
is "subnets" "$(get "$base/eu-de/vpc/v1/$project/subnets" '.subnets | length')" "$(in_use vpc subnet)"
is "groups" "$(get "$base/eu-de/vpc/v1/$project/security-groups" '.security_groups | length')" \
	"$(in_use vpc securityGroup)"
is "elastic IPs" "$(get "$ecs/cloudservers/detail?limit=1000" '[.servers[].addresses[][] |
	select(."OS-EXT-IPS:type" == "floating")] | length')" "$(in_use vpc publicIp)"
is "one type alone" '["subnet"]' "$(get "$base/eu-de/vpc/v1/$project/quotas?type=subnet" \
	'[.quotas.resources[].type] | tojson')"
is "images" "$(get "$base/eu-de/ims/v2/cloudimages?__imagetype=private" '.images | length')" "$(in_use ims)"
is "no type without a number" true "$(get "$base/eu-de/vpc/v1/$project/quotas" \
	'.quotas.resources | all((.used | type) == "number" and (.quota | type) == "number")')"
finish
