#!/bin/bash
# Disks, images and networks of a plain OpenStack cloud: Cinder, Glance and Neutron.
. "$(dirname "$0")/lib.sh"

cloud --openstack --image-time 500
attach -o allow_delete
r=$m/eu-de
ls "$s" >/dev/null
control PATCH "servers/$(some ACTIVE)" '{"name":"host"}'
echo >"$m/.ecsfs/refresh"

# --- disks ---

v=$z/volumes
is "volumes have what Cinder has" "" "$(ls "$v/$(ids "$v" | head -n 1)" "$z/volume_template" | grep -E '^(bus|enterprise_project_id|service|tags|wwn)$')"
echo 10 >"$z/volume_template/size_gb"
sh_ok "mkdir of a disk, of the default type" "mkdir '$v/data'"
becomes "it becomes available" "$v/data/status" available
is "as Cinder made it" "10 SAS" "$(cat "$v/data/size_gb") $(cat "$v/data/type")"
sh_ok "larger" "echo 20 >'$v/data/size_gb'"
becomes "it is" "$v/data/size_gb" 20
becomes "and done" "$v/data/status" available
sh_ok "another type" "echo SSD >'$v/data/type'"
becomes "it is of it" "$v/data/type" SSD
sh_ok "metadata" "echo v >'$v/data/metadata/k'"
sh_ok "a name" "echo disk >'$v/data/name'"
becomes "it can be used again" "$v/disk/status" available
sh_ok "a snapshot" "mkdir '$v/disk/snapshots/snap'"
becomes "is made" "$v/disk/snapshots/snap/status" available
fails "a disk with snapshots is not deleted" EBUSY "rmdir '$v/disk'"
like "Cinder says why" "*olume status must be*have snapshots*" "$(why)"
sh_ok "another one" "mkdir '$v/disk/snapshots/later'"
becomes "is made too" "$v/disk/snapshots/later/status" available
fails "back to the last one only" EINVAL "echo rollback >'$v/disk/snapshots/snap/action'"
like "and Cinder says so" "*not the latest one of volume*" "$(why)"
sh_ok "back to that" "echo rollback >'$v/disk/snapshots/later/action'"
is "the disk is on its way" "restoring reverting" "$(cat "$v/disk/snapshots/later/status" "$v/disk/status" | xargs)"
is "and there" "available available" "$(cat "$v/disk/wait/available" "$v/disk/snapshots/later/wait/available" | xargs)"
sh_ok "and deleted" "rmdir '$v/disk/snapshots/snap' '$v/disk/snapshots/later'"
wait_for 10 gone "$v/disk/snapshots/snap"
wait_for 10 gone "$v/disk/snapshots/later"
fails "a type that is not there" EINVAL "echo nosuch >'$v/disk/type'"
like "by its name" '*"nosuch"*' "$(why)"
fails "more than the quota, which is not asked for again and again" EDQUOT \
	"echo 30000 >'$z/volume_template/size_gb'; for i in {1..50}; do mkdir '$v/much'\$i || exit; done"
like "and Cinder says so" "*olumeSizeExceedsAvailableQuota*" "$(why)"
sh_ok "attach" "mkdir '$s/host/volumes/disk'"
becomes "it is in use" "$v/disk/status" in-use
is "the server has it" "$(cat "$v/disk/id")" "$(ls "$s/host/volumes" | grep "$(cat "$v/disk/id")")"
sh_ok "larger, in use" "echo 21 >'$v/disk/size_gb'"
is "it is" "in-use 21" "$(cat "$v/disk/wait/in-use" "$v/disk/size_gb" | xargs)"
sh_ok "detach" "rmdir '$s/host/volumes/disk'"
becomes "it is free" "$v/disk/status" available
sh_ok "rmdir of the disk" "rmdir '$v/disk'"
is "types" SSD "$(ls "$r/volume_types" | grep -x SSD)"
is "have no zones" "description json name" "$(ls "$r/volume_types/SSD" | xargs)"

# --- images ---

i=$(ls "$r/images/by-visibility/public" | head -n 1)
like "an image's system, as Glance has it" "*linux*" "$(cat "$r/images/by-visibility/public/"*/os | tr '\n' ' ')"
mkdir "$r/images/golden"
echo "from host" >"$r/images/golden/description"
echo 2048 >"$r/images/golden/min_ram_mb"
echo v >"$r/images/golden/tags/k"
sh_ok "an image of a server" "echo host >'$r/images/golden/source'"
becomes "is made" "$r/images/golden/status" active
becomes "with its least memory" "$r/images/golden/min_ram_mb" 2048
is "its description and tag" "from host k v" "$(cat "$r/images/golden/description") $(cd "$r/images/golden/tags" && echo * "$(cat ./*)")"
sh_ok "a tag" "echo w >'$r/images/golden/tags/k' && echo 1 >'$r/images/golden/tags/n' && rm '$r/images/golden/tags/n'"
is "is what was written" "k=w" "$(jq -r '.tags | join(",")' "$r/images/golden/json")"
sh_ok "rename" "echo silver >'$r/images/golden/name' && echo other >'$r/images/silver/description'"
is "the description too" other "$(cat "$r/images/silver/description")"
sh_ok "it can be offered" "echo pending >'$r/images/silver/members/$(id project eu-nl)'"
sh_ok "rmdir of the image" "rmdir '$r/images/silver'"

# --- networks and subnets ---

is "VPCs are the networks" "subnet-app subnet-db subnet-web" "$(cat "$r"/vpcs/*/name | sort | tr '\n' ' ' | sed 's/ $//')"
sh_ok "mkdir of a network" "mkdir '$r/vpcs/net'"
sh_ok "another name, and back" "echo other >'$r/vpcs/net/name' && echo net >'$r/vpcs/other/name'"
echo 172.16.5.0/24 >"$r/vpcs/net/subnet_template/cidr"
sh_ok "a subnet in it" "mkdir '$r/vpcs/net/subnets/sub'"
is "with its range and gateway" "172.16.5.0/24 172.16.5.1" "$(cat "$r/vpcs/net/subnets/sub/cidr") $(cat "$r/vpcs/net/subnets/sub/gateway")"
sh_ok "name servers" "echo 9.9.9.9 >'$r/vpcs/net/subnets/sub/dns'"
is "are what was written" 9.9.9.9 "$(cat "$r/vpcs/net/subnets/sub/dns")"
fails "a network with a subnet is not deleted" ENOTEMPTY "rmdir '$r/vpcs/net'"

# --- ports, groups, interfaces ---

echo sub >"$r/port_template/subnet"
sh_ok "a port" "mkdir '$r/ports/p'"
is "is in the subnet" "$(cat "$r/vpcs/net/subnets/sub/id")" "$(cat "$r/ports/p/subnet")"
sh_ok "a security group" "mkdir '$r/security_groups/sg'"
sh_ok "with a description" "echo d >'$r/security_groups/sg/description'"
sh_ok "and a rule" "mkdir '$r/security_groups/sg/rules/ingress tcp 22 10.0.0.0%2F8'"
ok "which is there" test -e "$r/security_groups/sg/rules/ingress tcp 22 10.0.0.0%2F8"
sh_ok "the port in it" "mkdir '$r/ports/p/security_groups/sg'"
is "beside the default one" 2 "$(ls "$r/ports/p/security_groups" | wc -l)"
sh_ok "and out of it" "rmdir '$r/ports/p/security_groups/sg'"
is "leaves that" 1 "$(ls "$r/ports/p/security_groups" | wc -l)"
sh_ok "rmdir of the port" "rmdir '$r/ports/p'"
nic=$(ls "$s/host/nics")
is "an interface is found by its hardware address" "$(cat "$s/host/mac")" "$(cat "$r/ports/$nic/mac")"
is "with its address" "$(cat "$s/host/ip")" "$(cat "$s/host/nics/$nic/ip")"
fails "the port of a server is not deleted" EBUSY "rmdir '$r/ports/$nic'"
like "it is the server's" "*nics/" "$(why)"
sh_ok "another interface" "mkdir '$s/host/nics/sub'"
is "there are two" 2 "$(ls "$s/host/nics" | wc -l)"
sh_ok "and one again" "rmdir '$s/host/nics/sub'"
has_one()
{
	[ "$(ls "$s/host/nics")" = "$nic" ]
}
ok "before long" wait_for 10 has_one
sh_ok "a server in a group" "mkdir '$s/host/security_groups/sg' && rmdir '$s/host/security_groups/sg'"
sh_ok "rmdir of the group" "rmdir '$r/security_groups/sg'"
sh_ok "of the subnet and the network" "rmdir '$r/vpcs/net/subnets/sub' '$r/vpcs/net'"

# --- floating IPs ---

is "an elastic IP has no bandwidth" "" "$(ls "$r/eip_template" "$r/eips/$(ids "$r/eips" | head -n 1)" | grep -E '^(bandwidth|size|charge)')"
control POST servers '{"project":"eu-de","name":"bare"}' >/dev/null
echo >"$m/.ecsfs/refresh"
sh_ok "mkdir of an elastic IP" "mkdir '$r/eips/mine'"
log_in
is "is of the external network" "$(api GET 'vpc/v2.0/networks?router:external=true' | jq -r '.networks[0].id')" "$(cat "$r/eips/mine/type")"
sh_ok "bind it" "echo bare >'$r/eips/mine/server'"
is "it is bound" "$(cat "$s/bare/id")" "$(cat "$r/eips/mine/server")"
is "the server shows it" "$(cat "$r/eips/mine/address")" "$(cat "$s/bare/public_ip")"
sh_ok "unbind it" "echo >'$r/eips/mine/server'"
is "it is free" DOWN "$(cat "$r/eips/mine/status")"
sh_ok "rmdir of it" "rmdir '$r/eips/mine'"

# --- all of it ---

for q in instances gigabytes network image_count_total; do
	like "quota $q" "[0-9]* [0-9u]*" "$(cat "$r/quotas/$q")"
done
is "nothing failed but what was to" "" "$(grep -vE 'it has subnets|status must be|not the latest|"nosuch"|Quota|nics/' "$m/.ecsfs/errors")"
find "$r" -path "*/projects" -prune -o -type f -perm -400 ! -name 'console.*' -exec cat {} + >/dev/null 2>"$dir/out"
is "and every file can be read" "" "$(cat "$dir/out")"
done_testing
