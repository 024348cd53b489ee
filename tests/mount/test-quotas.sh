#!/bin/bash
# Quotas: one call a service when they are looked at, and one that fails hides no other.
. "$(dirname "$0")/lib.sh"

cloud --servers 30
attach -o ttl=600
q=$m/eu-de/quotas

# quota SERVICE FILTER - what the cloud says itself
log_in
project=$(id project)
quota()
{
	api GET "$1" | jq -r "$2"
}

# The names are those of each service.
read -r image publicIp securityGroup securityGroupRule subnet <<<"$(either "image publicIp securityGroup securityGroupRule subnet" \
	"image_count_total floatingip security_group security_group_rule network")"
costs "ls quotas" 4 ls "$q"
is "a call a service" "ecs evs ims vpc" \
	"$(control GET requests | sed -n '/v2\.1\/ /d; s|.* /eu-de/\([a-z]*\)/.*|\1|p' | sort | xargs)"
costs "and all of them then" 0 bash -c "cat $q/*"
for name in cores gigabytes $image instances $publicIp ram_mb $securityGroup snapshots $subnet volumes volumes_SSD $(either vpc port); do
	like "$name" "[0-9]* [0-9u]*" "$(cat "$q/$name")"
done
is "servers" "$(quota "ecs/$(either "v1/$project/cloudservers" "v2.1/$project")/limits" '.limits // . | .absolute |
	"\(.totalInstancesUsed) \(.maxTotalInstances)"')" "$(cat "$q/instances")"
is "disks" "$(quota "evs/$(either v2 v3)/$project/os-quota-sets/$project?usage=True" '.quota_set.gigabytes |
	"\(.in_use) \(.limit)"')" "$(cat "$q/gigabytes")"
is "no limit" unlimited "$(cut -d' ' -f2 "$q/volumes_SSD")"
if on_openstack; then
	is "networks" "$(quota "vpc/v2.0/quotas/$project/details.json" '.quota.network | "\(.used) \(.limit)"')" "$(cat "$q/network")"
	is "images" "$(quota ims/v2/info/usage '.usage.image_count_total | "\(.usage) \(.limit)"')" "$(cat "$q/$image")"
else
	is "networks" "$(quota "vpc/v1/$project/quotas" '.quotas.resources[] | select(.type == "subnet") |
		"\(.used) \(.quota)"')" "$(cat "$q/subnet")"
	is "images" "$(quota ims/v1/cloudimages/quota '.quotas.resources[0] | "\(.used) \(.quota)"')" "$(cat "$q/image")"
fi
costs "a name that no service has" 0 bash -c "[ ! -e $q/nonsense ]"
fails "is not there" ENOENT "cat $q/nonsense"

# What this mount changes counts at once.
before=$(cut -d' ' -f1 "$q/$securityGroup")
sh_ok "a group more" "mkdir $m/eu-de/security_groups/counted"
is "counts" $((before + 1)) "$(cut -d' ' -f1 "$q/$securityGroup")"
before=$(cut -d' ' -f1 "$q/$securityGroupRule")
sh_ok "a rule more" "echo 'add ingress udp 53' >$m/eu-de/security_groups/counted/action"
is "counts" $((before + 1)) "$(cut -d' ' -f1 "$q/$securityGroupRule")"
costs "again" 0 cat "$q/$securityGroup"

costs "touch" 0 touch "$q"
costs "has them asked again" 4 ls "$q"
before=$(cat "$q/instances")
control POST servers '{"project":"eu-de","name":"more"}' >"$dir/out"
is "not before" "$before" "$(cat "$q/instances")"
sh_ok "touch of one" "touch $q/instances"
costs "asks its service" 1 cat "$q/instances"
is "it counts" $((${before% *} + 1)) "$(cut -d' ' -f1 "$q/instances")"
dev=$(control GET "ids?project=eu-de_dev" | sed -n 's/^project //p')
forget_requests
ok "another project's" cat "$m/eu-de/projects/eu-de_dev/quotas/instances"
is "are its own" 4 "$(control GET requests | grep -v auth | grep -cE "$dev|cloudimages|info/usage")"
detach

# A service that fails.
attach
control POST faults "kind=500 match=/os-quota-sets" >"$dir/out"
ok "ls quotas without the disks'" ls "$q"
is "has the others" "cores $image instances $securityGroup" \
	"$(ls "$q" | grep -xE "cores|$image|instances|volumes|$securityGroup" | xargs)"
like "the others can be read" "[0-9]* [0-9]*" "$(cat "$q/$securityGroup")"
fails "what is missing says so" EIO "cat $q/volumes"
like "why" "/eu-de/quotas/volumes: quotas of disks: *" "$(why)"
like "health" "*failing eu-de/quotas/evs since *" "$(cat "$m/.ecsfs/health")"
control DELETE faults
ok "it comes back" wait_for 20 cat "$q/volumes"
ok "and is listed" wait_for 10 bash -c "ls $q | grep -x volumes"
control POST down
echo >"$m/.ecsfs/refresh"
like "old numbers while the cloud is away" "[0-9]* [0-9]*" "$(cat "$q/$securityGroup")"
control POST up
detach
attach
control POST down
fails "nothing known: no empty directory" EHOSTUNREACH "ls $q"
control POST up

done_testing
