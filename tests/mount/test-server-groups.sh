#!/bin/bash
# Server groups: list, make, members, delete; servers made in one.
. "$(dirname "$0")/lib.sh"

cloud --servers 6
attach -o ttl=60
g=$m/eu-de/server_groups
t=$m/eu-de/server_group_template

costs "ls" 1 ls "$g"
is "what a new one starts from" anti-affinity "$(cat "$t/policy")"
forget_requests
ok "mkdir" mkdir "$g/web"
like "one request" "POST /eu-de/ecs/v*/os-server-groups" "$(writes)"
is "no more than that" 1 "$(count)"
id=$(cat "$g/web/id")
is "an id of the cloud's" 36 "${#id}"
is "listed by it" "$id" "$(ls "$g")"
is "its values" "web anti-affinity" "$(cat "$g/$id/name" "$g/$id/policy" | xargs)"
is "as the API's document says" "web anti-affinity" "$(jq -r '"\(.name) \(.policies[0])"' "$g/web/json")"
is "nobody is in it" "" "$(ls "$g/web/members")"
is "no error" "" "$(cat "$g/web/error")"
fails "mkdir again" EEXIST "mkdir $g/web"
fails "writing the name" EACCES "echo x >$g/web/name"
sh_ok "another policy" "echo affinity >$t/policy"
fails "which the cloud does not have" EINVAL "mkdir $g/near"
like "the sentence" "*only anti-affinity*" "$(cat "$t/error")"
sh_ok "none" "echo >$t/policy"
fails "without" EINVAL "mkdir $g/near"
like "the sentence names the file" "*server_group_template/policy*" "$(cat "$t/error")"
sh_ok "back" "echo anti-affinity >$t/policy"

# A server in it.
fill_template
sh_ok "the name will do in the template" "echo web >$z/template/server_group"
is "the id is kept" "$id" "$(cat "$z/template/server_group")"
fails "no such group" EINVAL "echo nowhere >$z/template/server_group"
sh_ok "a server in it" "mkdir $s/in-it"
a=$(cat "$s/in-it/id")
becomes "it runs" "$s/in-it/status" ACTIVE
echo >"$m/.ecsfs/refresh"
is "it is a member" "$a" "$(ls "$g/web/members")"
is "a link to it" "../../../eu-de-01/servers/$a" "$(readlink "$g/web/members/$a")"
is "that leads there" in-it "$(cat "$g/web/members/$a/name")"
fails "no other is" ENOENT "readlink -e $g/web/members/$id || ls $g/web/members/$id"

# The quota, and delete.
for n in 2 3 4 5 6 7 8 9 10; do mkdir "$g/g$n"; done
fails "one too many" EDQUOT "mkdir $g/g11"
is "ten are listed" 10 "$(ls "$g" | wc -l)"
forget_requests
on_openstack || is "the server says so" "$id" "$(cat "$s/$a/server_group")"
ok "rmdir" rmdir "$g/web"
is "one request" "DELETE" "$(writes | cut -d' ' -f1)"
ok "gone" gone "$g/web"
is "the server stays" in-it "$(cat "$s/$a/name")"
on_openstack || is "and is in no group" "" "$(cat "$s/$a/server_group")"

done_testing
