#!/bin/bash
# Elastic IPs and bandwidths: made, bound to servers, resized, shared, released.
. "$(dirname "$0")/lib.sh"

cloud --servers 12
attach -o allow_delete
r=$m/eu-de
e=$r/eips
b=$r/bandwidths

# Reading.
forget_requests
ok "all EIPs" bash -c "cat $e/*/{address,status,type,port,bandwidth/{name,size}}"
is "one list" 1 "$(count)"
ok "all bandwidths" bash -c "cat $b/*/{name,size,share_type}; ls $b/*/eips"
is "one list" 2 "$(count)"
ok "their servers" bash -c "cat $e/*/server"
is "one list of ports" 3 "$(count)"
first=$(ls "$e" | head -n 1)
is "a bound one shows its server's address" "$(cat "$e/$first/address")" "$(cat "$e/$first/server_dir/public_ip")"
is "and its bandwidth" "$(cat "$e/$first/bandwidth/id")" "$(cat "$e/$first/bandwidth_dir/id")"
is "and its port" "$(cat "$e/$first/private_ip")" "$(cat "$e/$first/port_dir/ip")"
is "the bandwidth leads back" "$first" "$(cat "$e/$first/bandwidth_dir/eips/$first/id")"
is "by address" "$first" "$(cat "$e/$(cat "$e/$first/address")/id")"

# Made.
is "what a new one starts from" "5_bgp 10 traffic" "$(cd "$r/eip_template" && cat type size charge_mode | xargs)"
fails "a size in letters" EINVAL "echo fast >$r/eip_template/size"
sh_ok "a size" "echo 5 >$r/eip_template/size"
forget_requests
sh_ok "mkdir" "mkdir $e/web"
is "one request" POST "$(writes | cut -d' ' -f1)"
like "there at once" "[0-9]*.[0-9]*.[0-9]*.[0-9]*" "$(cat "$e/web/address")"
becomes "it becomes DOWN: free" "$e/web/status" DOWN
is "named as its bandwidth" "web 5 PER" "$(cd "$e/web/bandwidth" && cat name size share_type | xargs)"
is "no server" "" "$(cat "$e/web/server")"
ok "no link to one" bash -c "! ls $e/web | grep server_dir"
sh_ok "no type" "echo 6_bgp >$r/eip_template/type"
fails "of that type" EINVAL "mkdir $e/odd"
like "in a sentence" "*VPC.0501*type*" "$(cat "$r/eip_template/error")"
sh_ok "the type again" "echo 5_bgp >$r/eip_template/type"

# Bound and unbound.
make plain >"$dir/null"
plain=$s/plain
forget_requests
sh_ok "bind, by name" "echo plain >$e/web/server"
is "one request" PUT "$(writes | cut -d' ' -f1)"
is "the server shows it at once" "$(cat "$e/web/address")" "$(cat "$plain/public_ip")"
is "it shows the server" "$(cat "$plain/id")" "$(cat "$e/web/server")"
is "and its state" ACTIVE "$(cat "$e/web/status")"
eip=vpc/v1/$(id project)/publicips/$(cat "$e/web/id")
forget_requests
sh_ok "again" "echo plain >$e/web/server"
is "nothing to do" "" "$(writes)"
is "which was looked at" 1 "$(count "GET /eu-de/$eip ")"
log_in
port=$(cat "$e/web/port")
api PUT "$eip" '{"publicip":{"port_id":""}}' >"$dir/null" # by somebody else
sh_ok "again, after it was taken away" "echo plain >$e/web/server"
is "it is bound" "$port" "$(api GET "$eip" | jq -r .publicip.port_id)"
sh_ok "unbind" "echo >$e/web/server"
forget_requests
sh_ok "again" "echo >$e/web/server"
is "nothing to do" "" "$(writes)"
api PUT "$eip" '{"publicip":{"port_id":"'"$port"'"}}' >"$dir/null"
sh_ok "again, after it was given" "echo >$e/web/server"
is "it is free" null "$(api GET "$eip" | jq -r .publicip.port_id)"
sh_ok "bind, by name" "echo plain >$e/web/server"
make other >"$dir/null"
fails "to another one" EBUSY "echo other >$e/web/server"
like "in a sentence" "*VPC.0510*already*" "$(cat "$e/web/error")"
fails "to nobody" EINVAL "echo nobody >$e/web/server"
like "in a sentence" '*there is no server "nobody"*' "$(cat "$e/web/error")"
fails "a bound one stays" EBUSY "rmdir $e/web"
like "in a sentence" "*VPC.0517*" "$(cat "$e/web/error")"
forget_requests
sh_ok "unbind" "echo >$e/web/server"
is "one request" PUT "$(writes | cut -d' ' -f1)"
is "the server has none" "" "$(cat "$plain/public_ip")"
is "nor it" "" "$(cat "$e/web/server")"
sh_ok "bind, by id" "cat $plain/id >$e/web/server"
is "it is so" "$(cat "$e/web/address")" "$(cat "$plain/public_ip")"
fails "one a port" EBUSY "mkdir $e/second && until [ \$(cat $e/second/status) = DOWN ]; do :; done; echo plain >$e/second/server"
like "in a sentence" "*VPC.0511*" "$(cat "$e/second/error")"
sh_ok "unbind" "echo >$e/web/server"

# Bandwidths.
forget_requests
sh_ok "resize, at the EIP" "echo 50 >$e/web/bandwidth/size"
is "one request" PUT "$(writes | cut -d' ' -f1)"
is "it is so" 50 "$(cat "$e/web/bandwidth/size")"
is "at the bandwidth too" 50 "$(cat "$b/web/size")"
sh_ok "resize, at the bandwidth" "echo 60 >$b/web/size"
is "at the EIP too" 60 "$(cat "$e/web/bandwidth/size")"
sh_ok "rename" "echo wide >$b/web/name"
is "it is so" wide "$(cat "$e/wide/bandwidth/name")"
fails "too much" EINVAL "echo 5000 >$b/wide/size"
fails "what the cloud does not sell" EINVAL "echo 333 >$b/wide/size"
like "in a sentence" "*VPC.0301*size*" "$(cat "$b/wide/error")"
fails "it goes with its EIP" EPERM "rmdir $b/wide"
like "says how" "*rmdir eips/*" "$(cat "$b/wide/error")"
ok "it has no verbs" bash -c "! grep -q . $b/wide/action"

# A shared one.
sh_ok "mkdir" "mkdir $b/all"
is "there at once" "all 10 WHOLE" "$(cd "$b/all" && cat name size share_type | xargs)"
is "its verbs" "insert remove" "$(cat "$b/all/action" | xargs)"
address=$(cat "$e/wide/address")
sh_ok "an EIP into it" "echo 'insert $address' >$b/all/action"
ok "its own is gone at once" gone "$b/wide"
is "it is so" "all WHOLE" "$(cd "$e/$address/bandwidth" && cat name share_type | xargs)"
is "there too" "$address" "$(cat "$b"/all/eips/*/address)"
fails "in use" EBUSY "rmdir $b/all"
sh_ok "a new EIP in it" "echo all >$r/eip_template/bandwidth; mkdir $e/shared"
is "two" 2 "$(ls "$b/all/eips" | wc -l)"
for i in $(cat "$b"/all/eips/*/address); do sh_ok "out of it" "echo 'remove $i 7' >$b/all/action"; done
is "they have their own" "7 7" "$(for i in "$e"/*/bandwidth; do [ "$(cat "$i/size")" = 7 ] && cat "$i/size"; done | xargs)"
fails "out of what it is not in" EINVAL "echo 'remove $address 7' >$b/all/action"
ok "rmdir" rmdir "$b/all"
fails "a name of none" EINVAL "echo all >$r/eip_template/bandwidth"
like "in a sentence" '*nothing in bandwidths*"all"*' "$(cat "$r/eip_template/error")"
sh_ok "its own" "echo >$r/eip_template/bandwidth"

# A server that is made with one, and goes: the other lists follow.
fill_template
echo '5_bgp 10' >"$z/template/eip"
was=$(ids "$e" | wc -l)
sh_ok "a server with a new one" "cat $e/*/status $r/ports/*/mac $r/bandwidths/*/name && mkdir $s/edge && cat $s/edge/wait/ACTIVE"
like "it has it" "192.0.2.*" "$(cat "$s/edge/public_ip")"
is "which is listed" $((was + 1)) "$(ids "$e" | wc -l)"
own=$(cat "$s/edge/public_ip")
is "as the server's" "$(cat "$s/edge/id")" "$(cat "$e/$own/server")"
ok "so is its port" test -d "$e/$own/port_dir/"
ok "and its bandwidth" test -d "$e/$own/bandwidth_dir/"
id=$(cat "$s/edge/id")
ok "rmdir of the server" rmdir "$s/edge"
ok "it is gone" wait_for 20 gone "$s/$id"
becomes "its address is free" "$e/$own/status" DOWN

# Released.
forget_requests
ok "rmdir" rmdir "$e/$address"
is "one request" DELETE "$(writes | cut -d' ' -f1)"
ok "gone" gone "$e/$address"
fails "rmdir again" ENOENT "rmdir $e/$address"
free=$(awk '{ print $2 - $1 }' "$r/quotas/publicIp")
for i in $(seq "$free"); do mkdir "$e/x$i" || break; done
fails "over quota" EDQUOT "mkdir $e/more"
like "in a sentence" "*VPC.0521*" "$(cat "$r/eip_template/error")"
detach

attach
fails "without allow_delete an EIP stays" EPERM "rmdir $e/x1"
ok "it is there" test -d "$e/x1"

done_testing
