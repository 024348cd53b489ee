#!/bin/bash
# A cloud of plain OpenStack: what it has is in the same tree, what it has not is not there.
. "$(dirname "$0")/lib.sh"

cloud --openstack --servers 30
attach -o ttl=60

# --- what is there ---

is "a region has no directories of what the cloud has not" "" \
	"$(ls "$m/eu-de" | grep -E '^(bandwidth|bms|jobs)')"
for name in bandwidths bandwidth_template bms jobs; do
	fails "$name cannot be found" ENOENT "ls '$m/eu-de/$name'"
done
ok "zones are there" test -d "$z"
x=$(some ACTIVE)
y=$(some SHUTOFF)
control PATCH "servers/$x" '{"name":"only"}'
forget_requests
costs "ls of the servers: their list" 1 ls "$s"
is "and Nova's version, once" 1 "$(control GET requests | grep -c '/v2\.1/ ')"
is "every server of the zone is listed" "$(control GET servers | awk -v p="$(id project)" \
	'$4 == "eu-de-01" && $5 == p { print $1 }' | sort)" "$(ids "$s" | sort)"
costs "cat of their statuses is in that list" 0 bash -c "cat '$s'/*/status"
is "a server by its name" "$x" "$(cat "$s/only/id")"
is "status" "ACTIVE SHUTOFF" "$(cat "$s/$x/status") $(cat "$s/$y/status")"
like "addresses" "10.* fixed fa:16:*" "$(head -n 1 "$s/$x/addresses")"
is "tags" "$(jq -r '.tags[]' "$s/$x/json")" "$(cd "$s/$x/tags" && for t in *; do echo "$t=$(cat "$t")"; done)"
is "a server has no files of what the cloud has not" "" \
	"$(ls "$s/$x" | grep -E '^(auto_recovery|dedicated_host|enterprise_project_id|image_name|os|resize_targets)$')"
is "nor verbs" "lock reboot resize stop unlock" "$(tr '\n' ' ' <"$s/$x/action" | sed 's/ $//')"
fails "which are unknown then" EINVAL "echo reinstall >'$s/$x/action'"
unlike "and not listed" "*reinstall*stop*" "$(why | sed 's/.*write one of//')"

# --- flavors by their names, which is what servers tell ---

flavor=$(cat "$s/$x/flavor")
is "a server's flavor is one of the flavors" "$flavor" "$(cat "$s/$x/flavor_dir/name")"
is "with its size" "$(cat "$s/$x/flavor_dir/vcpus") $(cat "$s/$x/flavor_dir/ram_mb")" \
	"$(cat "$s/$x/vcpus") $(cat "$s/$x/ram_mb")"
is "nor is it sold" "" "$(ls "$s/$x/flavor_dir" | grep -E '^(azs|state)$')"
unlike "its json has the cloud's id" "$flavor" "$(jq -r .id "$s/$x/flavor_dir/json")"
is "nothing failed" "" "$(grep -v reinstall "$m/.ecsfs/errors")"
detach

# --- many, in pages ---

kill "$cloud_pid"
wait "$cloud_pid"
cloud --openstack --servers 2600
attach -o ttl=60
forget_requests
n=$(control GET servers | awk -v p="$(id project)" '$5 == p' | wc -l)
is "thousands are all listed" "$n" "$(cat "$m"/eu-de/*/servers/index.tsv | grep -c '^[0-9a-f]\{8\}-')"
is "page by page" $((n / 1000 + 1)) "$(count /servers/detail)"
detach

# --- and then only what has changed ---

attach -o ttl=1
x=$(some ACTIVE)
y=$(some SHUTOFF)
ls "$s" >"$dir/before"
forget_requests
changes_asked()
{
	ls "$s" >/dev/null
	[ "$(count changes-since)" -gt "${1:-0}" ]
}
ok "a list that is known is not asked for again, only what has changed" wait_for 20 changes_asked
control PATCH "servers/$x" '{"name":"changed"}'
ok "a change that others made is seen" wait_for 20 test -e "$s/changed"
control DELETE "servers/$y"
ok "a server that others deleted is gone" wait_for 20 gone "$s/$y"
ok "from the list too" wait_for 20 bash -c "! ls '$s' | grep -q '$y'"
is "all others are there" "$(grep -v "$y" "$dir/before")" "$(ls "$s")"
whole_asked()
{
	ls "$s" >/dev/null
	control GET requests | grep /servers/detail | grep -qv changes-since
}
ok "the whole list is asked for now and then" wait_for 30 whole_asked
forget_requests
echo >"$m/.ecsfs/refresh"
ls "$s" >/dev/null
whole=$(control GET requests | grep /servers/detail | grep -vc changes-since)
ok "and by who wants it anew ($whole)" test "$whole" -gt $((n / 1000)) # a page of the one before may be among them
is "nothing has failed" "" "$(cat "$m/.ecsfs/errors")"

# A cloud that does not understand the question: it gets the whole list asked for, and is not asked that again.
refused()
{
	ls "$s" >/dev/null
	control GET requests | grep changes-since | grep -q ' 400 '
}
control POST faults 'kind=400 match=changes-since' >/dev/null
ok "it does not tell what has changed" wait_for 30 refused
control PATCH "servers/$x" '{"name":"again"}'
ok "what changes is seen all the same" wait_for 20 test -e "$s/again"
forget_requests
whole_again()
{
	ls "$s" >/dev/null
	[ "$(control GET requests | grep -c 'detail?limit=[0-9]* ')" -ge 3 ]
}
ok "the whole list is asked for each time" wait_for 30 whole_again
is "and what has changed no more" 0 "$(count changes-since)"
is "that is no failure" "" "$(cat "$m/.ecsfs/errors")"
detach

# --- a Nova that is too old for tags ---

kill "$cloud_pid"
wait "$cloud_pid"
cloud --openstack --microversion 25
attach -o ttl=60
ls "$s" >/dev/null
x=$(some ACTIVE)
is "no tags" "" "$(ls "$s/$x" | grep tags)"
is "but all else" ACTIVE "$(cat "$s/$x/status")"
detach

# --- by choice, where the cloud has its own APIs too ---

kill "$cloud_pid"
wait "$cloud_pid"
cloud
attach -o openstack
ls "$s" "$m/eu-de" >"$dir/out"
is "no call to the cloud's own API" 0 "$(count /ecs/v1/)"
is "and none of its directories" "" "$(grep -E '^(bandwidth|bms|jobs)' "$dir/out")"
done_testing
