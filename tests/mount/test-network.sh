#!/bin/bash
# VPCs, subnets, security groups and ports: read, made, changed, deleted.
. "$(dirname "$0")/lib.sh"

cloud --servers 12
attach -o allow_delete
r=$m/eu-de

# One list a kind, whatever is read.
forget_requests
ok "all groups and rules" bash -c "cat $r/security_groups/*/{name,rules/*/rule}"
is "one list" 1 "$(count)"
ok "all VPCs and subnets" bash -c "cat $r/vpcs/*/{name,$(either cidr,routes, "")status,subnets/*/{name,cidr,dns}}"
is "two lists" 3 "$(count)"
ok "all ports" bash -c "cat $r/ports/*/{ip,mac,device,status}; ls -l $r/ports/*/security_groups"
is "one list" 4 "$(count)"
ok "links to servers" bash -c "cat $r/ports/*/server_dir/name"
is "one list of servers, one of zones, and one of bare metal ones" \
	"$(($(either 5 4) + $(count "/$(either cloudservers servers)/detail") + $(count os-availability-zone)))" "$(count)"

# Security groups and their rules.
g=$r/security_groups
is "by name" sg-web "$(cat "$g/sg-web/name")"
is "the new group has none yet" "" "$(ls "$g" | grep -x ssh)"
forget_requests
sh_ok "mkdir" "mkdir $g/ssh"
is "one request" "POST" "$(writes | cut -d' ' -f1)"
is "it is there at once" ssh "$(cat "$g/ssh/name")"
id=$(cat "$g/ssh/id")
ok "listed by id" test -d "$g/$id"
is "with four rules" 4 "$(ls "$g/ssh/rules" | wc -l)"
sh_ok "a rule, by mkdir" "mkdir '$g/ssh/rules/ingress tcp 22 10.0.0.0%2F8'"
is "there under its text" "ingress tcp 22 10.0.0.0/8" "$(cat "$g/ssh/rules/ingress tcp 22 10.0.0.0%2F8/rule")"
is "in other words too" 22 "$(cat "$g/ssh/rules/ingress tcp 22-22 10.0.0.0%2F8/ports")"
is "its parts" "ingress tcp 22 10.0.0.0/8 IPv4" \
	"$(cd "$g/ssh/rules/ingress tcp 22 10.0.0.0%2F8" && cat direction protocol ports remote ethertype | xargs)"
fails "the same rule again" EEXIST "mkdir '$g/ssh/rules/ingress tcp 22 10.0.0.0%2F8'"
sh_ok "a rule, by a verb" "echo 'add ingress tcp 5432 group:sg-web' >$g/ssh/action"
is "the group's name became its id" 1 "$(cat "$g/ssh"/rules/*/rule | grep -cx "ingress tcp 5432 group:$(cat "$g/sg-web/id")")"
fails "an unknown group" EINVAL "echo 'add ingress tcp 5432 group:none' >$g/ssh/action"
like "names it" '*no security group "none"*' "$(cat "$g/ssh/error")"
fails "no rule" EINVAL "mkdir '$g/ssh/rules/ingress tcp ssh'"
like "says what is wrong" '*"ssh"*ingress tcp 22*' "$(cat "$g/ssh/error")"
fails "one blank too many" EINVAL "mkdir '$g/ssh/rules/ingress tcp 22 '"
fails "and looked for" ENOENT "cat '$g/ssh/rules/ingress tcp 22  any/rule'"
fails "the verb too" EINVAL "echo 'add sideways' >$g/ssh/action"
fails "no verb" EINVAL "echo 'allow ingress' >$g/ssh/action"
forget_requests
ok "rmdir of a rule" rmdir "$g/ssh/rules/ingress tcp 22 10.0.0.0%2F8"
is "one request" 1 "$(writes | wc -l)"
ok "gone" gone "$g/ssh/rules/ingress tcp 22 10.0.0.0%2F8"
sh_ok "remove, by a verb" "echo 'remove ingress tcp 5432 group:$(cat "$g/sg-web/id")' >$g/ssh/action"
is "four are left" 4 "$(ls "$g/ssh/rules" | wc -l)"
fails "remove what is not there" EINVAL "echo 'remove ingress udp 53' >$g/ssh/action"
sh_ok "rename" "echo sshd >$g/ssh/name"
is "it is so" "sshd" "$(cat "$g/$id/name")"
sh_ok "describe" "echo 'for shells' >$g/sshd/description"
is "both" "sshd for shells" "$(cat "$g/sshd/name" "$g/sshd/description" | xargs)"
fails "the default group has its name" EBUSY "echo x >$g/default/name"
like "in a sentence" "*pdating default security group not allowed*" "$(cat "$g/default/error")"
fails "and stays" EBUSY "rmdir $g/default"
fails "one that is used stays" EBUSY "rmdir $g/sg-web"
like "in a sentence" "*$(either VPC.9902 InUse)*in use*" "$(cat "$g/sg-web/error")"
fails "a sweep" EPERM "rm -rf $g/sshd"
ok "deletes nothing" test -d "$g/$id"
# A name that was not there is there once a change has given it.
fails "no such name" ENOENT "ls $g/shells; ls '$g/sshd/rules/ingress udp 99'"
sh_ok "rename" "echo shells >$g/sshd/name && echo 'add ingress udp 99' >$g/$id/action"
ok "the name is there" test -d "$g/shells"
ok "and the rule" test -d "$g/shells/rules/ingress udp 99"
sh_ok "back" "echo sshd >$g/shells/name"
control POST faults 'kind=reset-after match="POST /eu-de/vpc" count=1' >/dev/null
fails "nobody knows what became of it" EHOSTUNREACH "mkdir $g/lost"
ok "it is there" test -d "$g/lost"
ok "rmdir" setsid -w rmdir "$g/lost"
ok "rmdir" setsid -w rmdir "$g/sshd"
ok "gone" wait_for 20 gone "$g/$id" # the kernel knows it by two names

# VPCs.
v=$r/vpcs
home=$v/$(either vpc-default subnet-web) # of subnet-web; in plain OpenStack each network has a subnet of its name
app=$v/$(either vpc-default subnet-app)
other=$v/$(either vpc-backend subnet-db)
if ! on_openstack; then # where a network has no range of its own
	is "a range that others can change" 192.168.0.0/16 "$(cat "$r/vpc_template/cidr")"
	sh_ok "the template" "echo 172.16.0.0/16 >$r/vpc_template/cidr"
fi
sh_ok "the template" "echo 'of a test' >$r/vpc_template/description"
forget_requests
sh_ok "mkdir" "mkdir $v/lab"
is "one request" 1 "$(writes | wc -l)"
is "there at once" "lab of a test$(either " 172.16.0.0/16" "")" "$(cd "$v/lab" && cat name description $(either cidr "") | xargs)"
becomes "it is ready" "$v/lab/status" "$(either OK ACTIVE)"
fails "the name again" EEXIST "mkdir $v/lab"
if ! on_openstack; then
	fails "a name that the cloud refuses" EINVAL "mkdir '$v/a b'"
	like "the reason" "*VPC.0101*name*" "$(cat "$r/vpc_template/error")"
	sh_ok "no range of a VPC" "echo 8.8.8.0/24 >$r/vpc_template/cidr"
	fails "refused" EINVAL "mkdir $v/public"
fi
sh_ok "rename" "echo lab2 >$v/lab/name"
sh_ok "describe" "echo >$v/lab2/description"
is "it is so" "lab2" "$(cat "$v/lab2/name" "$v/lab2/description")"
if ! on_openstack; then # a router has them there
	fails "a bad range" EINVAL "echo 1.2.3.0/24 >$v/lab2/cidr"

	# Its routes: all at once.
	forget_requests
	sh_ok "routes" "printf '10.0.0.0/8 172.16.1.9\n0.0.0.0/0\t172.16.1.10\n' >$dir/routes; cp $dir/routes $v/lab2/routes"
	is "one request" 1 "$(writes | wc -l)"
	is "there at once" "10.0.0.0/8 172.16.1.9 0.0.0.0/0 172.16.1.10" "$(xargs <"$v/lab2/routes")"
	is "in the cloud's document" 172.16.1.10 "$(jq -r '.routes[1].nexthop' "$v/lab2/json")"
	is "as long as it is" "$(wc -c <"$v/lab2/routes")" "$(stat -c %s "$v/lab2/routes")"
	for line in 10.0.0.0/8 "10.0.0.0/8 via 172.16.1.9" "10.0.0.0/33 172.16.1.9" "10.0.0.0/8 fe80::1" "default 172.16.1.9"; do
		fails "no route: $line" EINVAL "echo '$line' >$v/lab2/routes"
	done
	fails "too many" EFBIG "yes '10.0.0.0/8 172.16.1.9' | head -n 1000 >$dir/many; cp $dir/many $v/lab2/routes"
	is "all leave them as they were" 2 "$(wc -l <"$v/lab2/routes")"
	sh_ok "another" "echo '10.9.0.0/16 172.16.1.11' >>$v/lab2/routes"
	is "is one more" 3 "$(wc -l <"$v/lab2/routes")"
	sh_ok "an empty line" "echo >$v/lab2/routes"
	is "clears them" "" "$(cat "$v/lab2/routes")"
fi
id=$(cat "$v/lab2/id")

# Subnets.
fails "the range is needed" EINVAL "mkdir $v/lab2/subnets/one"
like "says where" "*subnet_template/cidr is empty*" "$(cat "$v/lab2/subnet_template/error")"
sh_ok "the template" "echo 172.16.1.0/24 >$v/lab2/subnet_template/cidr; printf '9.9.9.9\n1.1.1.1\n' >$v/lab2/subnet_template/dns"
fails "three name servers" EINVAL "printf '1.1.1.1\n2.2.2.2\n3.3.3.3\n' >>$v/lab2/subnet_template/dns"
is "another VPC has its own" "" "$(cat "$home/subnet_template/cidr")"
forget_requests
sh_ok "mkdir" "mkdir $v/lab2/subnets/one"
is "one request" 1 "$(writes | wc -l)"
s1=$v/lab2/subnets/one
is "there at once" "one 172.16.1.0/24 172.16.1.1 9.9.9.9 1.1.1.1 true" \
	"$(cd "$s1" && cat name cidr gateway dns dhcp | xargs)"
on_openstack || becomes "it becomes ACTIVE" "$s1/status" ACTIVE
fails "an overlap" EEXIST "mkdir $v/lab2/subnets/two"
like "the reason" "*$(either VPC.0204 overlaps)*" "$(cat "$v/lab2/subnet_template/error")"
if ! on_openstack; then
	sh_ok "outside" "echo 10.1.0.0/24 >$v/lab2/subnet_template/cidr"
	fails "of the VPC" EINVAL "mkdir $v/lab2/subnets/two"
fi
sh_ok "rename" "echo first >$s1/name"
sh_ok "no DHCP" "echo false >$v/lab2/subnets/first/dhcp"
forget_requests
sh_ok "one name server" "echo 8.8.8.8 >$v/lab2/subnets/first/dns"
is "one request" 1 "$(writes | wc -l)"
fails "no address" EINVAL "echo nine >$v/lab2/subnets/first/dns"
sh_ok "> alone" ": >$v/lab2/subnets/first/dns"
is "both leave it as it was" 8.8.8.8 "$(cat "$v/lab2/subnets/first/dns")"
sh_ok "two more lines" "printf '1.1.1.1\n2.2.2.2\n' >$dir/dns; cp $dir/dns $v/lab2/subnets/first/dns"
is "are two" "1.1.1.1 2.2.2.2" "$(xargs <"$v/lab2/subnets/first/dns")"
sh_ok "an empty line" "echo >$v/lab2/subnets/first/dns"
is "clears it" "" "$(cat "$v/lab2/subnets/first/dns")"
sh_ok "one again" "echo 8.8.8.8 >>$v/lab2/subnets/first/dns"
is "all of it" "first false 8.8.8.8" "$(cd "$v/lab2/subnets/first" && cat name dhcp dns | xargs)"
fails "no truth" EINVAL "echo maybe >$v/lab2/subnets/first/dhcp"
on_openstack || fails "the range must hold the subnets" EINVAL "echo 192.168.0.0/16 >$v/lab2/cidr"
fails "a VPC with subnets stays" ENOTEMPTY "rmdir $v/lab2"
like "in a sentence" "*$(either contains has) subnets*" "$(cat "$v/lab2/error")"
sh_ok "a name of another VPC's subnet" "echo subnet-web >$v/lab2/subnets/first/name"
is "is one of each" "172.16.1.0/24" "$(cat "$v/lab2/subnets/subnet-web/cidr")"
is "there too" "10.1.0.0/16" "$(cat "$home/subnets/subnet-web/cidr")"
ok "not where it is not" gone "$other/subnets/subnet-web"

# Ports.
p=$r/ports
fails "a subnet is needed" EINVAL "mkdir $p/mine"
fails "an ambiguous one" ENOTUNIQ "echo subnet-web >$r/port_template/subnet"
like "in a sentence" '*several*"subnet-web"*' "$(cat "$r/port_template/error")"
sh_ok "by name" "echo subnet-app >$r/port_template/subnet"
is "which is the id" "$(cat "$app/subnets/subnet-app/id")" "$(cat "$r/port_template/subnet")"
sh_ok "the template" "cat $v/lab2/subnets/subnet-web/id >$r/port_template/subnet
	echo 172.16.1.9 >$r/port_template/ip; echo sg-db >$r/port_template/security_groups"
forget_requests
sh_ok "mkdir" "mkdir $p/mine"
is "one request" 1 "$(writes | wc -l)"
is "there at once" "mine 172.16.1.9" "$(cat "$p/mine/name" "$p/mine/ip" | xargs)"
is "its group" sg-db "$(cat "$p/mine"/security_groups/*/name)"
is "its subnet" 172.16.1.0/24 "$(cat "$p/mine/subnet_dir/cidr")"
ok "it has no server" bash -c "! ls $p/mine | grep server_dir"
sh_ok "rename" "echo yours >$p/mine/name"
is "it is so" yours "$(cat "$p/yours/name")"
fails "the address is taken" EBUSY "mkdir $p/other"

# In and out of security groups, one by one: nobody's change is lost.
pg=$p/yours/security_groups
forget_requests
sh_ok "two at once" "mkdir $pg/sg-web & mkdir $pg/default & wait -n && wait -n"
is "two requests" "$(either "POST POST" "PUT PUT")" "$(writes | cut -d' ' -f1 | xargs)"
is "there at once" "default sg-db sg-web" "$(cat "$pg"/*/name | sort | xargs)"
is "by name" sg-web "$(cat "$pg/sg-web/name")"
is "it leads to the group" sg-web "$(cat "$pg/sg-web/group_dir/name")"
fails "again" EEXIST "mkdir $pg/sg-web"
fails "an unknown one" EINVAL "mkdir $pg/none"
like "in a sentence" '*no security group "none"*' "$(cat "$p/yours/error")"
ok "rmdir" rmdir "$pg/sg-db"
ok "rmdir, by id" rmdir "$pg/$(cat "$g/default/id")"
is "it is so" sg-web "$(cat "$pg"/*/name)"
if on_openstack; then # Neutron's may be in none
	sh_ok "the last, and back" "rmdir $pg/sg-web && test -z \"\$(ls $pg)\" && mkdir $pg/sg-web"
else
	fails "not the last" EINVAL "rmdir $pg/sg-web"
	like "in a sentence" "*at least one security group*" "$(cat "$p/yours/error")"
fi
control POST faults "kind=500 match=$(either /instance/action '"PUT "')" >/dev/null
fails "the cloud fails" EIO "mkdir $pg/default"
control DELETE faults
is "nothing has changed" sg-web "$(cat "$pg"/*/name)"
fails "a subnet with ports stays" EBUSY "rmdir $v/lab2/subnets/subnet-web"
like "in a sentence" "*$(either VPC.0208 InUse)*" "$(cat "$v/lab2/subnets/subnet-web/error")"
one=$(some ACTIVE)
port=$(grep -lx "$one" "$p"/*/device | head -n 1 | xargs dirname)
is "a server's port leads to it" "$one" "$(cat "$port/server_dir/id")"
control PATCH "servers/$one" '{"availability_zone":"../../../../../tmp"}' >"$dir/null"
echo >"$m/.ecsfs/refresh"
is "a zone that is a path leads nowhere" "../../%2E.%2F..%2F..%2F..%2F..%2Ftmp/servers/$one" "$(readlink "$port/server_dir")"
control PATCH "servers/$one" '{"availability_zone":"eu-de-01"}' >"$dir/null"
echo >"$m/.ecsfs/refresh"
fails "and is its" EBUSY "rmdir $port"
pushd "$port/server_dir/security_groups" >"$dir/null"
ls . >"$dir/was"
sh_ok "another group for it" "mkdir $port/security_groups/$(ids "$g" | grep -vxf "$dir/was" | head -n 1)"
is "the server shows it at once, also to who is there" 1 "$(ls . | grep -cvxf "$dir/was")"
popd >"$dir/null"
ok "rmdir" rmdir "$p/yours"
ok "gone" gone "$p/yours"

# In order, everything goes.
ok "the subnet" rmdir "$v/lab2/subnets/subnet-web"
ok "the VPC" rmdir "$v/lab2"
ok "gone" wait_for 20 gone "$v/$id" # the kernel knows it by two names
fails "a subnet with servers" EBUSY "rmdir $home/subnets/subnet-web"
like "in a sentence" "*$(either VPC.0209 InUse)*" "$(cat "$home/subnets/subnet-web/error")"

# Over quota.
on_openstack || echo 192.168.0.0/16 >"$r/vpc_template/cidr"
for i in $(seq 3 "$(either 5 9)"); do sh_ok "VPC $i" "mkdir $v/v$i"; done
fails "one more" EDQUOT "mkdir $v/one-more"
like "in a sentence" "*$(either VPC.0114 OverQuota)*uota*" "$(cat "$r/vpc_template/error")"
detach

# Without allow_delete nothing is lost; a rule is.
attach
fails "a VPC" EPERM "rmdir $v/v3"
fails "a subnet" EPERM "rmdir $app/subnets/subnet-app"
fails "a group" EPERM "rmdir $g/sg-db"
like "the sentence names the option" "*allow_delete*" "$(cat "$g/sg-db/error")"
ok "a rule" bash -c "mkdir '$g/sg-db/rules/ingress udp 53' && rmdir '$g/sg-db/rules/ingress udp 53'"

done_testing
