#!/bin/bash
# Network interfaces and security groups of servers.
. "$(dirname "$0")/lib.sh"

cloud --servers 12
attach -o allow_delete,ttl=60
r=$m/eu-de
make plain >"$dir/null"
n=$s/plain/nics

# Reading: the server's document has all but subnet and groups.
ok "warm" ls "$s"
# Nova's does not tell the port of an address.
costs "interfaces of all" "$(either 0 1)" bash -c "cat $s/*/nics/*/{ip,mac,public_ip}"
costs "their subnets and groups: one list of ports" "$(either 1 0)" bash -c "cat $s/*/nics/*/{subnet,security_groups}"
primary=$(ls "$n")
is "the address is the server's" "$(cat "$s/plain/ip")" "$(cat "$n/$primary/ip")"
is "the port leads there" "$(cat "$n/$primary/ip")" "$(cat "$n/$primary/port_dir/ip")"
is "the subnet" "$(id subnet)" "$(cat "$n/$primary/subnet")"
is "by the subnet's name" "$(cat "$n/$primary/ip")" "$(cat "$n/subnet-web/ip")"

# Added.
forget_requests
sh_ok "mkdir, by name" "mkdir $n/subnet-app"
is "one request" POST "$(writes | cut -d' ' -f1)"
is "it is there at once" 2 "$(ls "$n" | wc -l)"
is "under its subnet" "$(cat "$r/vpcs/$(either vpc-default subnet-app)/subnets/subnet-app/id")" "$(cat "$n/subnet-app/subnet")"
like "with an address" "10.2.*" "$(cat "$n/subnet-app/ip")"
added=$(ls "$n" | grep -vx "$primary")
fails "the same again" EEXIST "mkdir $n/subnet-app"
fails "no subnet" EINVAL "mkdir $n/nowhere"
like "in a sentence" '*there is no subnet "nowhere"*' "$(cat "$s/plain/error")"
if on_openstack; then # where any network will do
	sh_ok "another network's" "mkdir $n/subnet-db && rmdir $n/subnet-db"
	like "has its address" "10.*" "$(cat "$n/subnet-app/ip")"
else
	fails "another VPC's" EINVAL "mkdir $n/subnet-db"
	like "in a sentence" "*not in the VPC*" "$(cat "$s/plain/error")"
fi

# Removed.
if ! on_openstack; then
	fails "not the primary one" EACCES "rmdir $n/$primary"
	like "in a sentence" "*primary*" "$(cat "$s/plain/error")"
fi
forget_requests
ok "rmdir" rmdir "$n/$added"
is "one request" "$(either POST DELETE)" "$(writes | cut -d' ' -f1)"
ok "it goes" wait_for 10 gone "$n/$added"
is "one is left" "$primary" "$(ls "$n")"
on_openstack && is "the server has but its address" "$(cat "$n/$primary/ip") fixed $(cat "$n/$primary/mac")" \
	"$(cat "$s/plain/addresses")"
ok "its port is gone" gone "$r/ports/$added"
on_openstack || ok "its job is listed" bash -c "cat $r/jobs/*/type | grep -q delNics"

# A name that several VPCs have means the server's.
mkdir "$r/vpcs/lab"
wait_for 10 reads "$r/vpcs/lab/status" "$(either OK ACTIVE)"
echo 192.168.1.0/24 >"$r/vpcs/lab/subnet_template/cidr"
sh_ok "a namesake elsewhere" "mkdir $r/vpcs/lab/subnets/subnet-app"
if on_openstack; then # a server is in no VPC
	fails "which is meant?" EINVAL "mkdir $n/subnet-app"
	like "in a sentence" '*several subnets are called "subnet-app"*' "$(cat "$s/plain/error")"
	sh_ok "none is there any more" "rmdir $r/vpcs/lab/subnets/subnet-app && mkdir $n/subnet-app"
else
	sh_ok "its own VPC's is meant" "mkdir $n/subnet-app"
fi
like "it is so" "10.2.*" "$(cat "$n/subnet-app/ip")"

# So does one in the template of a new server.
on_openstack || sh_ok "a VPC by name" "echo vpc-default >$z/template/vpc"
sh_ok "a template of names" "printf 'subnet-app\nsubnet-web\n' >$z/template/subnet
	echo sg-web >$z/template/security_groups; echo '$(id image)' >$z/template/image
	echo s3.medium.1 >$z/template/flavor"
on_openstack || is "the VPC's became its id" "$(id vpc)" "$(cat "$z/template/vpc")"
forget_requests
sh_ok "mkdir" "mkdir $s/named"
is "one request" 1 "$(writes | wc -l)"
becomes "it boots" "$s/named/status" ACTIVE
is "in the subnets of that VPC" "10.1 10.2" "$(cat "$s"/named/nics/*/ip | cut -d. -f1,2 | sort | xargs)"
like "the first is the primary one" "10.2.*" "$(cat "$s/named/ip")"
is "in the group" sg-web "$(cat "$s"/named/security_groups/*/name)"
sh_ok "a name of none" "echo nowhere >$z/template/subnet"
fails "no server" EINVAL "mkdir $s/lost"
like "in a sentence" '*there is no subnet "nowhere"*' "$(cat "$z/template/error")"

# Security groups.
g=$s/plain/security_groups
is "the default one" default "$(cat "$g"/*/name)"
forget_requests
sh_ok "mkdir, by name" "mkdir $g/sg-web"
is "one request" POST "$(writes | cut -d' ' -f1)"
is "it is there at once" "default sg-web" "$(cat "$g"/*/name | sort | xargs)"
is "by name" sg-web "$(cat "$g/sg-web/name")"
is "it leads to the group" sg-web "$(cat "$g/sg-web/group_dir/name")"
is "on every interface" "2 2" "$(for i in "$n"/*/security_groups; do wc -l <"$i"; done | xargs)"
fails "again" EEXIST "mkdir $g/sg-web"
fails "an unknown one" EINVAL "mkdir $g/none"
like "in a sentence" '*no security group "none"*' "$(cat "$s/plain/error")"
ok "rmdir" rmdir "$g/default"
is "it is so" sg-web "$(cat "$g"/*/name)"
if on_openstack; then
	ok "the last" rmdir "$g/sg-web"
	is "none is left" "" "$(ls "$g"; cat "$n"/*/security_groups)"
else
	fails "not the last" EINVAL "rmdir $g/sg-web"
	like "in a sentence" "*at least one*" "$(cat "$s/plain/error")"
fi

# A locked server.
sh_ok "lock" "echo true >$s/plain/locked"
fails "no interface" EPERM "rmdir $n/subnet-app"
sh_ok "unlock" "echo false >$s/plain/locked"
if on_openstack; then
	ok "not locked: the first one" rmdir "$n/$primary"
	ok "it goes too" wait_for 10 gone "$n/$primary"
	like "the other is left" "10.2.*" "$(cat "$n"/*/ip)"
fi

done_testing
