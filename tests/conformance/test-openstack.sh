#!/bin/bash
# python3-openstackclient against the sandbox: what it lists, makes and changes is what a mount shows.
. "$(dirname "$0")/../mount/lib.sh"

command -v openstack >/dev/null || { echo "1..0 # SKIP openstack is missing"; exit 0; }
# o WORD... - the client; its answer is in $dir/o.out too, what it complains about in the test's output
o()
{
	openstack "$@" >"$dir/o.out" 2>"$dir/o.err" || { sed 's/^/# /' "$dir/o.err"; return 1; }
	cat "$dir/o.out"
}

# state KIND NAME FIELD
state()
{
	o "$1" show -f value -c "$3" "$2"
}

becomes_there()
{
	ok "$1" wait_for 20 bash -c "[ \"\$(openstack $2 show -f value -c status '$3')\" = '$4' ]"
}

cloud --servers 8
export OS_IDENTITY_API_VERSION=3
attach -o allow_delete

# The same servers in both.
is "server list" "$(cat "$m"/eu-de/*/servers/*/id "$m"/eu-de/bms/*/id | sort)" \
	"$(o server list -f value -c ID --limit -1 | sort)"
id=$(some ACTIVE)
is "server show" "$(cat "$s/$id/name") ACTIVE" \
	"$(o server show -f json "$id" | jq -r '"\(.name) \(.status)"')"
is "availability zone list" "eu-de-01 eu-de-02 eu-de-03" \
	"$(o availability zone list --compute -f value -c 'Zone Name' | sort | xargs)"
is "flavor list" "$(ls "$m/eu-de/flavors")" "$(o flavor list -f value -c ID --limit 1000 | sort)"
is "image list" "$(cat "$m"/eu-de/images/*/id | sort)" "$(o image list -f value -c ID | sort)"
is "network list" "$(cat "$m"/eu-de/vpcs/*/subnets/*/id | sort)" \
	"$(o network list -f value -c ID | sort)"
is "keypair list" "$(ls "$m/eu-de/keypairs")" "$(o keypair list -f value -c Name | sort)"
is "security group list" "$(cat "$m"/eu-de/security_groups/*/id | sort)" \
	"$(o security group list -f value -c ID | sort)"
is "floating ip list" "$(cat "$m"/eu-de/eips/*/address | sort)" \
	"$(o floating ip list -f value -c 'Floating IP Address' | sort)"
is "volume list" "$(cat "$m"/eu-de/*/volumes/*/id | sort)" \
	"$(o volume list -f value -c ID | sort)"
is "project list" "eu-de eu-de_dev eu-nl MOS" "$(o project list -f value -c Name | LC_ALL=en sort -f | xargs)"

# Make one there, look at it here.
net=$(o network list -f value -c ID | head -n 1)
ok "server create" o server create -f json --wait --flavor s3.medium.1 --network "$net" \
	--image Standard_Debian_12_amd64_bios_latest --availability-zone eu-de-01 made-there
new=$(state server made-there id)
ok "refresh" touch "$s"
is "it is here" "made-there ACTIVE" "$(cat "$s/$new"/{name,status} | xargs)"
ok "server set" o server set --name renamed-there --property shard=7 "$new"
ok "refresh" touch "$s"
is "the mount shows it" "renamed-there 7" "$(cat "$s/$new/name" "$s/$new/metadata/shard" | xargs)"
ok "stopped here" bash -c "echo stop >$s/$new/action"
becomes_there "and there" server "$new" SHUTOFF
ok "server start" o server start "$new"
ok "refresh" touch "$s"
becomes "the mount follows" "$s/$new/status" ACTIVE

# A disk.
ok "volume create" o volume create -f json --size 10 --type SATA --availability-zone eu-de-01 disk-there
becomes_there "it is ready" volume disk-there available
ok "refresh" touch "$z/volumes"
is "it is here" 10 "$(cat "$z/volumes/disk-there/size_gb")"
ok "server add volume" o server add volume "$new" disk-there
becomes_there "in use" volume disk-there in-use
ok "refresh" touch "$z/volumes"
is "the mount says of whom" "$new" "$(ls "$z/volumes/disk-there/attached_to")"
ok "server remove volume" o server remove volume "$new" disk-there
becomes_there "free" volume disk-there available
ok "volume snapshot create" o volume snapshot create -f json --volume disk-there snap-there
ok "it is ready" wait_for 20 bash -c "openstack volume snapshot list -f value -c Status | grep -x available"
ok "volume snapshot delete" o volume snapshot delete snap-there
ok "it is gone" wait_for 20 bash -c "[ -z \"\$(openstack volume snapshot list -f value)\" ]"
ok "volume delete" o volume delete disk-there

# What it is like, and another size.
like "console log show" "*Linux*" "$(o console log show --lines 50 "$new")"
like "console url show" "https://*" "$(o console url show -f value -c url "$new")"
is "server event list" create "$(o server event list -f value -c Action "$new" | tail -n 1)"
ok "server stop" o server stop "$new"
becomes_there "it is off" server "$new" SHUTOFF
ok "server resize" o server resize --wait --flavor s3.large.2 "$new"
ok "server resize confirm" o server resize confirm "$new"
becomes_there "it is off again" server "$new" SHUTOFF
ok "refresh" touch "$s"
is "the mount shows it" s3.large.2 "$(cat "$s/$new/flavor")"
image=Standard_Debian_12_amd64_bios_latest
is "image show" "active $(cat "$m/eu-de/images/$image/id")" \
	"$(o image show -f json $image | jq -r '"\(.status) \(.id)"')"
is "flavor show" "$(cat "$m/eu-de/flavors/s3.large.2/vcpus")" "$(state flavor s3.large.2 vcpus)"
is "limits show" "$(cut -d' ' -f1 "$m/eu-de/quotas/instances")" \
	"$(o limits show --absolute -f value | awk '$1 == "totalInstancesUsed" { print $2 }')"
is "limits show, of volumes" "$(cut -d' ' -f2 "$m/eu-de/quotas/volumes")" \
	"$(o limits show --absolute -f value | awk '$1 == "maxTotalVolumes" { print $2 }')"
is "quota show" "$(cut -d' ' -f2 "$m"/eu-de/quotas/{instances,gigabytes} | xargs)" \
	"$(o quota show -f json | jq -r '"\(.instances) \(.gigabytes)"')"

# Networks, and addresses outside.
ok "network create" o network create -f json net-there
ok "subnet create" o subnet create -f json --network net-there --subnet-range 192.168.9.0/24 sub-there
ok "router create" o router create -f json router-there
ok "router set" o router set --external-gateway admin_external_net router-there
ok "router add subnet" o router add subnet router-there sub-there
ok "refresh" touch "$m/eu-de/vpcs"
is "the mount shows it" 192.168.9.0/24 "$(cat "$m/eu-de/vpcs/router-there/subnets/sub-there/cidr")"
is "router list" "$(cat "$m"/eu-de/vpcs/*/id | sort)" "$(o router list -f value -c ID | sort)"
ok "floating ip create" o floating ip create -f json admin_external_net
address=$(jq -r .floating_ip_address "$dir/o.out")
ok "server add floating ip" o server add floating ip "$new" "$address"
ok "refresh" touch "$m/eu-de/eips" "$s"
is "the mount shows it" "$address" "$(cat "$s/$new/public_ip")"
ok "server remove floating ip" o server remove floating ip "$new" "$address"
ok "floating ip delete" o floating ip delete "$address"
ok "router remove subnet" o router remove subnet router-there sub-there
ok "router delete" o router delete router-there
ok "network delete" o network delete net-there
ok "refresh" touch "$m/eu-de/vpcs"
ok "gone from the mount" wait_for 20 gone "$m/eu-de/vpcs/router-there"
is "extension list" router "$(o extension list --network -f value -c Alias | grep -x router)"

# Groups, rules, keys.
ok "server group create" o server group create -f json --policy anti-affinity group-there
ok "refresh" touch "$m/eu-de/server_groups"
ok "it is here" test -d "$m/eu-de/server_groups/group-there"
ok "server group delete" o server group delete group-there
ok "security group rule create" o security group rule create -f json --protocol tcp --dst-port 2222 \
	--remote-ip 10.0.0.0/8 sg-web
ok "refresh" touch "$m/eu-de/security_groups"
ok "it is here" test -d "$m/eu-de/security_groups/sg-web/rules/ingress tcp 2222 10.0.0.0%2F8"
ok "keypair create" o keypair create key-there
ok "refresh" touch "$m/eu-de/keypairs"
ok "it is here" test -d "$m/eu-de/keypairs/key-there"

# Errors are sentences, not tracebacks.
o server show no-such-server >"$dir/null"
like "unknown" "*No server*no-such-server*" "$(cat "$dir/o.err")"
o volume show no-such-volume >"$dir/null"
like "unknown" "*No volume*no-such-volume*" "$(cat "$dir/o.err")"
ok "server delete" o server delete --wait "$new"
ok "refresh" touch "$s"
ok "gone from the mount" gone "$s/$new"
done_testing
