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
costs "df" 0 df "$m"
costs "the mount's own files" 0 bash -c "cat '$m'/.ecsfs/{version,config,health,stats,requests,errors,why}"
cd /

# Sizes are exact, the kernel's cache may answer.
one=$(some ACTIVE)
is "every size is the length" "" "$(cd "$s/$one" && for f in $(find . -maxdepth 1 -type f ! -name action \
	! -name error); do [ "$(stat -c %s "$f")" = "$(cat "$f" | wc -c)" ] || echo "$f"; done)"
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
is "a mount that nobody reads asks nothing" 0 "$(forget_requests; wait_for 3 false; count)"

done_testing
