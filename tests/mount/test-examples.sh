#!/bin/bash
# contrib/examples: each of them does what it says.
. "$(dirname "$0")/lib.sh"
x=$(cd "$(dirname "$0")/../../contrib/examples" && pwd)

cloud --servers 12
attach -o allow_delete
a=$(make one)
b=$(make two)
for server in one two; do echo night >"$s/$server/tags/shift"; done
cd "$z" || exit 99

is "all are in the table of the README" "$(ls "$x" | grep -v README)" "$(sed -n 's/^| `\([a-z-]*\).*/\1/p' "$x/README.md" | sort)"
for script in "$x"/*[!d]; do
	[ -x "$script" ] || continue
	ok "${script##*/}: sh can read it" sh -n "$script"
done

ok "inventory-diff: the first time" "$x/inventory-diff" "$dir/inventory"
ok "inventory-diff: nothing has changed" "$x/inventory-diff" "$dir/inventory"
forget_requests
ok "stop-tagged" "$x/stop-tagged" shift=night
is "stop-tagged: one call, or one for each where the cloud has no other" "$(either 1 2)" "$(writes | wc -l)"
ok "wait-fleet" timeout 30 "$x/wait-fleet" shift=night SHUTOFF
is "wait-fleet: they are" "SHUTOFF SHUTOFF" "$(cat servers/one/status servers/two/status | xargs)"
ok "stop-tagged: nothing is left to stop" "$x/stop-tagged" shift=night
ok "stop-tagged: no such tag" "$x/stop-tagged" no=such
out=$("$x/inventory-diff" "$dir/inventory")
is "inventory-diff: status" 1 $?
is "inventory-diff: two servers, before and after" 4 "$(wc -l <<<"$out")"
like "inventory-diff: what has changed" "*-$a*ACTIVE*+$a*SHUTOFF*" "$(grep "$a" <<<"$out" | xargs)"
out=$("$x/ecstop" 0)
is "ecstop: every server and a header" $(($(ids servers | wc -l) + 1)) "$(wc -l <<<"$out")"
like "ecstop: the header" "name*status*flavor*" "$(head -n 1 <<<"$out")"
is "ecstop: what is broken first" ERROR "$(sed -n 2p <<<"$out" | awk '{ print $2 }')"
newest=$(make newest)
SSH=echo ok "ssh-newest" "$x/ssh-newest"
is "ssh-newest: the command" "-F export/ssh_config $newest uptime" "$(SSH=echo "$x/ssh-newest" uptime)"
if command -v ssh >"$dir/null"; then
	# Which user an image has is known of the public ones of Open Telekom Cloud; else it is ssh's to choose.
	like "ssh-newest: the user and the address" "*user $(either linux "$(id -un)")*hostname $(cat "$s/$newest/ip")*" \
		"$(SSH='ssh -G' "$x/ssh-newest" 2>"$dir/null")"
fi
sh_ok "ssh-newest: it is stopped" "echo stop >$s/$newest/action"
out=$(SSH=echo timeout 30 "$x/ssh-newest" 2>&1)
is "ssh-newest: it says so" "1 newest is SHUTOFF" "$? $out"
cd "$m/eu-de" || exit 99
ok "quota-alarm: nothing above 99 %" "$x/quota-alarm" 99
out=$("$x/quota-alarm" 1)
is "quota-alarm: status" 1 $?
like "quota-alarm: what" "*instances * of *" "$out"
is "show-dashboard" "$m/eu-de/export/dashboard.html" "$(BROWSER=echo "$x/show-dashboard")"
cd "$s" || exit 99
out=$("$x/show-dashboard" 2>&1)
like "show-dashboard in the wrong place" "1 *not a region*" "$? $out"
cd "$z" || exit 99

# With disks.
free=$(for v in volumes/*-*-*-*; do [ "$(cat "$v/status")" != available ] || cat "$v/size_gb"; done | awk '{ n += $1 } END { print n + 0 }')
like "free-disks" "*$free GiB in * disks" "$("$x/free-disks")"
disks=$(ls servers/one/volumes | wc -l)
ok "snapshot-server" "$x/snapshot-server" one
is "snapshot-server: one of each disk" "$disks" "$(cat volumes/*/snapshots/*/name | grep -c '^one-')"

out=$("$x/snapshot-server" none 2>&1)
is "snapshot-server: no such server" "1 no server is called none" "$? $out"

# With drafts.
out=$(timeout 60 "$x/replace-server" none 2>&1)
like "replace-server: no such server" '1 *nothing in servers is called "none"*' "$? $out"
is "replace-server: no draft is left" "" "$(ls drafts)"
ok "replace-server" timeout 60 "$x/replace-server" two
is "replace-server: the old one" "$b" "$(cat servers/two-old/id)"
is "replace-server: a new one in its place" ACTIVE "$(cat servers/two/status)"
is "replace-server: alike" "$(cat servers/two-old/flavor servers/two-old/image)" "$(cat servers/two/flavor servers/two/image)"
cd /

done_testing
