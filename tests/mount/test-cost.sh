#!/bin/bash
# What reading costs: requests, counted at the cloud.
. "$(dirname "$0")/lib.sh"

cloud --servers 3600 --latency 20
mine=$(control GET servers | awk -v p="$(id project)" '$5 == p' | wc -l)
pages=$(((mine + 999) / 1000))
like "enough servers for several pages" "[2-9]" "$pages"

# A hundred readers of a cold mount.
attach -o ttl=600
forget_requests
readers=()
for i in $(seq 100); do
	ls "$s" >"$dir/reader.$i" &
	readers+=($!)
done
wait "${readers[@]}"
is "100 parallel cold readers: the pages once" $pages "$(count /cloudservers/detail)"
is "and one list of zones" 1 "$(count os-availability-zone)"
is "all saw the same" 1 "$(cat "$dir"/reader.* | sort | uniq -c | awk '{ print $1 }' | sort -u | wc -l)"

# Names of one directory are looked up side by side: one that waits keeps no other waiting.
detach
attach -o ttl=600
control POST latency 200 >/dev/null
for one in $(control GET servers | awk -v p="$(id project)" '$5 == p && $4 == "eu-de-01" && n++ < 5 { print $1 }'); do
	stat "$s/$one" >"$dir/null" &
done
ok "five lookups in one directory wait together" wait_for 10 grep -q '^ecsfs_waiting 5$' "$m/.ecsfs/stats"
control POST latency 0 >/dev/null
wait $(jobs -p | grep -vx -e "$mount_pid" -e "$cloud_pid")
ok "listed" ls "$s"

# Everything else about them is known then.
cd "$s" || exit 99
costs "cat */status" 0 bash -c 'cat */status'
costs "grep -r . */status" 0 bash -c 'grep -r . */status'
costs "ls -l" 0 ls -l
operations()
{
	awk '$1 == "ecsfs_operations_total" { print $2 }' "$m/.ecsfs/stats"
}
before=$(operations)
ls -l >"$dir/null"
ok "the kernel knows them all: few requests of its own" test $(($(operations) - before)) -lt 100
costs "ls -lR of a hundred" 0 bash -c 'ls -d *-* | head -n 100 | xargs ls -lR'
costs "by-name, followed" 0 bash -c 'ls -lL by-name | tail -n 1'
costs "json" 0 bash -c 'cat */json'
costs "names that are not there" 0 bash -c 'for i in $(seq 50); do [ ! -e nobody-$i ] || exit 1; done'
costs "what prompts and desktops probe" 0 bash -c \
	'for f in .git .hg .svn HEAD .envrc .Trash .Trash-0 .hidden autorun.inf; do
		[ ! -e "$0/$f" ] && [ ! -e "$f" ] || exit 1; done' "$m"
costs "the other zones" 0 bash -c 'cat ../../eu-de-0?/servers/*/status'
costs "df" 2 df "$m"
costs "the mount's own files" 0 bash -c "cat '$m'/.ecsfs/{version,config,health,stats,requests,errors,why}"
for i in $(seq 5); do echo v >"$(some ACTIVE)/tags/k$i"; done
ls -l "$(some ACTIVE)" >"$dir/null"
for i in 1 2 3; do
	python3 -c 'import os, sys; os.getxattr(sys.argv[1], "user.x")' "$(some ACTIVE)/name" 2>"$dir/null"
done
is "extended attributes are asked for once" 1 "$(asked GETXATTR)"
cd /
is "tools know it for remote, and by its type" 0 "$(df -l 2>"$dir/null" | grep -c " $m$")"
ok "updatedb's PRUNEFS has a type to name" findmnt -t fuse.ecsfs "$m"

# Sizes are exact, the kernel's cache may answer.
one=$(some ACTIVE)
is "every size is the length" "" "$(cd "$s/$one" && for f in $(find . -maxdepth 1 -type f ! -name action \
	! -name error $(printf '! -name %s ' auto_recovery console.log console.url events password resize_targets)); do [ "$(stat -c %s "$f")" = "$(cat "$f" | wc -c)" ] || echo "$f"; done)"
is "every reader agrees" 1 "$(for how in cat 'busybox cat' 'tail -n 1000' tac 'dd status=none if=' \
	'head -n 1000' 'awk 1' 'sed -n p'; do
	case $how in
	*if=) $how"$s/$one/json" ;;
	tac) tac "$s/$one/json" | tac ;;
	*) $how "$s/$one/json" ;;
	esac | md5sum
done | sort -u | wc -l)"
is "in pieces" "$(cat "$s/$one/json")" "$(dd status=none bs=7 if="$s/$one/json")"
is "mmap" "$(md5sum <"$s/$one/json")" "$(python3 -c 'import mmap, sys
with open(sys.argv[1], "rb") as f:
	sys.stdout.buffer.write(mmap.mmap(f.fileno(), 0, prot=mmap.PROT_READ))' \
	"$s/$one/json" | md5sum)"

# A refresh is one list again, and its pages; after the time to live also.
echo >"$m/.ecsfs/refresh"
forget_requests
ok "after a refresh" ls "$s"
is "one list of it" $pages "$(count /cloudservers/detail)"
detach
attach -o ttl=1
ok "warm" ls "$s"
forget_requests
ok "it expires" wait_for 20 bash -c "ls '$s' >/dev/null; [ \$(curl -s '$base/_sandbox/count?match=/detail') != 0 ]"
ok "one list, not one a server" bash -c "[ $(count /cloudservers/detail) -le $((2 * pages)) ]"
# What changed is what the kernel is told of: with the file, its directory, json and the like.
invalidations()
{
	awk '$1 == "ecsfs_invalidations_total" { print $2 }' "$m/.ecsfs/stats"
}
cat "$s"/*-*-*-*-*/status >"$dir/null"
ls "$s" >"$dir/null"
before=$(invalidations)
hundred=$(ls "$s" | grep -E '^[0-9a-f]{8}-' | head -n 100)
for one in $hundred; do
	control PATCH "servers/$one" '{"name":"renamed"}' >"$dir/null"
done
last=$(tail -n 1 <<<"$hundred")
becomes "the last one is renamed" "$s/$last/name" renamed
told=$(($(invalidations) - before))
ok "a hundred changed servers: a few hundred notices ($told)" test $told -ge 100 -a $told -le 800
before=$(invalidations)
forget_requests
ok "the list is asked for again" wait_for 10 bash -c "ls '$s' >/dev/null; [ \$(curl -s '$base/_sandbox/count?match=/detail') != 0 ]"
is "nothing changed: no notice" 0 $(($(invalidations) - before))
# Once a second is once in the time to live.
forget_requests
for i in 1 2 3 4 5 6; do
	ls "$s" >"$dir/null"
	wait_for 1 false
done
ok "ls once a second: at most one list in the time to live" test "$(count /cloudservers/detail)" -le $((8 * pages))
is "a mount that nobody reads asks nothing" 0 "$(forget_requests; wait_for 3 false; count)"
detach

# Who reads again and again has the next list asked for before this one is too old, and does not wait for it.
attach -o ttl=4
cat "$s/$one/status" >"$dir/null"
control POST latency 200 >"$dir/null"
forget_requests
waited=$(python3 - "$s/$one/status" <<'PY'
import sys, time
waited, end = 0, time.time() + 30
while time.time() < end:
    began = time.time()
    open(sys.argv[1]).read()
    waited += time.time() - began > 0.25
    time.sleep(0.05)
print(waited)
PY
)
lists=$(count cloudservers/detail)
ok "a slow list is asked for again and again ($lists)" test "$lists" -ge 3
ok "and hardly ever waited for ($waited)" test "$waited" -le 4
control POST latency 0 >"$dir/null"
detach

# A limit of requests a second: a burst of a second's worth, then one after the other.
attach -o rate=3
ls "$s" >"$dir/null"
wait_for 2 false
forget_requests
ids "$s" | head -n 9 | xargs -P 9 -I @ cat "$s/@/console.log" >"$dir/null" 2>&1
ok "-o rate: all are made" test "$(count '/servers/.*/action')" -ge 9
spread=$(grep '/servers/.*/action' "$m/.ecsfs/requests" | awk '{ print substr($1, 12, 8) }' | sort -u | wc -l)
ok "in more than a second ($spread)" test "$spread" -ge 2

done_testing
