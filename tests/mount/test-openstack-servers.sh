#!/bin/bash
# Servers of a plain OpenStack cloud: made, changed, deleted. There are no jobs there.
. "$(dirname "$0")/lib.sh"

cloud --openstack
attach -o allow_delete

# --- mkdir ---

t=$z/template
is "the template has what Nova knows" "data_disks description error flavor image key_name metadata security_groups server_group subnet system_disk_gb system_disk_type tags user_data" \
	"$(ls "$t" | tr '\n' ' ' | sed 's/ $//')"
fails "a flavor is needed" EINVAL "mkdir '$s/web'"
id flavor >"$t/flavor"
id image >"$t/image"
echo web >"$t/tags/role"
echo 1 >"$t/metadata/made"
echo "made here" >"$t/description"
forget_requests
sh_ok "mkdir without a subnet: Nova chooses the network" "mkdir '$s/auto'"
is "one create, and what it names is asked for first" "flavors servers" \
	"$(control GET requests | grep -oE 'GET .*/flavors|POST .*/servers' | sed 's|.*/||' | xargs)"
id subnet >"$t/subnet"
sh_ok "mkdir" "mkdir '$s/web'"
is "it is there at once" BUILD "$(cat "$s/web/status")"
becomes "it boots" "$s/web/status" ACTIVE
x=$(cat "$s/web/id")
is "as the cloud has it" "web ACTIVE" "$(truth "$x")"
is "with the template's values" "$(id flavor) $(id image) web 1 made here" \
	"$(cat "$s/web"/{flavor,image,tags/role,metadata/made,description} | tr '\n' ' ' | sed 's/ $//')"
is "in the subnet" "$(id vpc)" "$(log_in; api GET "vpc/v2.0/ports?device_id=$x" | jq -r '.ports[0].network_id')"
is "flavor, subnet and the create were all" "" "$(cat "$t/error")"
echo e3.7xlarge.12 >"$t/flavor"
sh_ok "a server that will not boot" "mkdir '$s/big'"
becomes "becomes an error" "$s/big/status" ERROR
like "and says why" "*host*" "$(cat "$s/big/error")"
echo no.such >"$t/flavor"
fails "a flavor that is not there" EINVAL "mkdir '$s/none'"
like "the sentence names it" "*no.such*" "$(cat "$t/error")"
id flavor >"$t/flavor"

# --- a draft ---

mkdir "$z/drafts/two"
echo 2 >"$z/drafts/two/count"
sh_ok "mv of a draft makes servers" "mv '$z/drafts/two' '$s/two'"
is "both are there" 2 "$(ls "$s/by-name" | grep -c '^two')"

# --- verbs and values ---

sh_ok "stop" "echo stop >'$s/web/action'"
becomes "it stops" "$s/web/status" SHUTOFF
sh_ok "start, by its status" "echo ACTIVE >'$s/web/status'"
becomes "it starts" "$s/web/status" ACTIVE
sh_ok "reboot hard" "echo 'reboot hard' >'$s/web/action'"
becomes "it is back" "$s/web/status" ACTIVE
fails "Nova cannot pull the plug" EOPNOTSUPP "echo 'stop hard' >'$s/web/action'"
like "and ecsfs says so" "*plain OpenStack*" "$(cat "$s/web/error")"
sh_ok "a tag" "echo new >'$s/web/tags/role'"
sh_ok "another" "echo x >'$s/web/tags/extra'"
is "they are there, and the cloud has them" "x new extra=x,role=new" \
	"$(cat "$s/web/tags/"*| tr '\n' ' ')$(jq -r '.tags | sort | join(",")' "$s/web/json")"
sh_ok "rm of a tag" "rm '$s/web/tags/extra'"
is "it is gone" "role" "$(ls "$s/web/tags")"
sh_ok "metadata" "echo 2 >'$s/web/metadata/made' && echo 3 >'$s/web/metadata/more' && rm '$s/web/metadata/made'"
is "is set and deleted" "more 3" "$(ls "$s/web/metadata") $(cat "$s/web/metadata/more")"
sh_ok "description" "echo other >'$s/web/description'"
is "is what was written" other "$(cat "$s/web/description")"
sh_ok "rename" "echo web2 >'$s/web/name'"
is "by its new name" "$x" "$(cat "$s/web2/id")"
sh_ok "lock" "echo true >'$s/web2/locked'"
fails "a locked one is not stopped" EPERM "echo stop >'$s/web2/action'"
sh_ok "unlock" "echo unlock >'$s/web2/action'"

fails "a flavor that is not there" EINVAL "echo 'resize no.such' >'$s/web2/action'"
sh_ok "resize, by the flavor's name" "echo 'resize $(id flavor_other) verify' >'$s/web2/action'"
becomes "is to be verified" "$s/web2/status" VERIFY_RESIZE
sh_ok "revert" "echo revert >'$s/web2/action'"
becomes "goes back" "$s/web2/status" ACTIVE
is "to the flavor before" "$(id flavor)" "$(cat "$s/web2/flavor")"
sh_ok "a flavor can be written" "id() { :; }; echo '$(id flavor_other)' >'$s/web2/flavor'"
becomes "which is to be verified too" "$s/web2/status" VERIFY_RESIZE
sh_ok "confirm" "echo confirm >'$s/web2/action'"
becomes "ends it" "$s/web2/status" ACTIVE
is "with the new one" "$(id flavor_other)" "$(cat "$s/web2/flavor")"
sh_ok "rebuild" "echo rebuild >'$s/web2/action'"
becomes "ends as it was" "$s/web2/status" ACTIVE
like "console log" "*login:*" "$(cat "$s/web2/console.log")"
like "console URL" "https://*token=*" "$(cat "$s/web2/console.url")"
like "events" "*create*resize*rebuild*" "$(cut -d ' ' -f 2 "$s/web2/events" | tr '\n' ' ')"

# --- key pairs, groups, quotas ---

sh_ok "a key pair" "mkdir '$m/eu-de/keypairs/k' && echo generate >'$m/eu-de/keypairs/k/action'"
like "is generated" "*PRIVATE KEY*" "$(head -n 1 "$m/eu-de/keypairs/k/private_key")"
sh_ok "and deleted" "rmdir '$m/eu-de/keypairs/k'"
sh_ok "a server group" "mkdir '$m/eu-de/server_groups/g'"
is "has its policy" anti-affinity "$(cat "$m/eu-de/server_groups/g/policy")"
echo g >"$t/server_group"
sh_ok "a server in it" "mkdir '$s/grouped'"
echo >"$m/.ecsfs/refresh"
is "is its member" "$(cat "$s/grouped/id")" "$(ls "$m/eu-de/server_groups/g/members")"
is "quotas are those of Nova" "$(control GET servers | awk -v p="$(id project)" '$5 == p' | wc -l)" \
	"$(cut -d ' ' -f 1 "$m/eu-de/quotas/instances")"

# --- rmdir ---

sh_ok "rmdir" "rmdir '$s/web2'"
ok "not listed any more" gone "$s/$x"
wait_for 10 bash -c "[ -z \"\$(curl -s $base/_sandbox/servers | grep $x)\" ]"
is "and gone from the cloud" "" "$(truth "$x")"
cat "$s"/by-name/two-?/id >"$dir/ids"
sh_ok "a batch is a call a server" "cat '$dir/ids' >'$s/batch/delete'"
ok "both are gone" gone "$s/two-1"
is "no job was ever asked for" 0 "$(count /jobs/)"
done_testing
