#!/bin/bash
# A cloud that takes requests and does not answer, with dozens of operations waiting for it: everything else works, whoever
# waits can be freed, the mount can be taken away, and when the cloud is back nobody hammers it. And a mount that is
# made while it is away.
. "$(dirname "$0")/lib.sh"

stuck=64
soon=1200 # ms
slow=${ECSFS_SLOW:-1} # a machine that is so many times slower

# within NAME MS COMMAND... - it succeeds, in that time
within()
{
	local name=$1 ms=$2 begin=$EPOCHREALTIME status took
	shift 2
	"$@" >"$dir/out" 2>"$dir/err"
	status=$?
	took=$(((${EPOCHREALTIME/./} - ${begin/./}) / 1000))
	[ $took -lt $((ms * slow)) ] && [ $status = 0 ]
	report $? "$name"
	[ $took -lt $((ms * slow)) ] && [ $status = 0 ] || echo "# $took ms, status $status: $(head -n 2 "$dir/err")" >&2
}

black_hole()
{
	control POST faults 'kind=stall ms=600000' >"$dir/null"
}

# Ends what is stalled, too.
come_back()
{
	control DELETE faults >"$dir/null"
	control POST down >"$dir/null"
	control POST up >"$dir/null"
}

waiting()
{
	awk '$1 == "ecsfs_waiting" { print $2 }' "$m/.ecsfs/stats"
}

# more_wait_than N - for wait_for; and no_more_wait_than
more_wait_than()
{
	[ "$(waiting)" -gt "$1" ]
}

no_more_wait_than()
{
	[ "$(waiting)" -le "$1" ]
}

# freed NAME SIGNAL LIST - a reader of a list that waits is freed by it, soon: the best of three, of which some may end too early
freed()
{
	local caller begin others best=999999 took
	others=$(waiting)
	for try in 1 2 3; do
		wait_for 5 no_more_wait_than "$others"
		env --default-signal=INT cat "$m/eu-de/$3/nobody$2$try" >"$dir/null" 2>&1 9>&- &
		caller=$!
		wait_for 5 more_wait_than "$others"
		begin=$EPOCHREALTIME
		kill "-$2" $caller 2>"$dir/null"
		wait $caller 2>"$dir/null"
		[ $? -gt 128 ] || continue # not by the signal
		took=$(((${EPOCHREALTIME/./} - ${begin/./}) / 1000))
		[ $took -ge $best ] || best=$took
	done
	ok "$1 ($best ms)" test $best -lt $((soon * slow))
}

# waiter N - reads what nobody knows, another name each time: of one name the kernel asks once; how it ended, and after how many ms
waiter()
{
	local begin=$EPOCHREALTIME text files=("$m/eu-nl/x$1/status" "$m/eu-de/server_groups/x$1/name"
		"$m/eu-de/vpcs/x$1/name" "$m/eu-de/eips/x$1/status" "$m/eu-de/keypairs/x$1/name" "$m/eu-de/ports/x$1/status")
	text=$(cat "${files[$1 % 6]}" 2>&1)
	echo "$(((${EPOCHREALTIME/./} - ${begin/./}) / 1000)) ${text##*: }" >"$dir/waiter.$1"
}

cloud --servers 30
attach -o ttl=1,allow_delete
a=$(make known)
ids "$s" >"$dir/known"
cat "$s"/*/name "$m/eu-de/quotas/"* >"$dir/null"
df "$m" >"$dir/null"
black_hole
waiters=()
for ((i = 0; i < stuck; i++)); do
	waiter $i &
	waiters+=($!)
done
ok "$stuck operations are stuck" wait_for 8 more_wait_than $((stuck - 1))
within "df" $soon df "$m"
within "ls" $soon ls "$m" "$m/eu-de" "$m/.ecsfs"
within "ls of what is known" $soon ls "$s"
is "is all of it" "" "$(diff "$dir/known" <(grep -- '-.*-.*-' "$dir/out"))"
within "a value that is known" $soon cat "$s/$a/name"
within "stat" $soon stat "$s/$a/json"
within "health" $soon cat "$m/.ecsfs/health"
freed "Ctrl-C of who waits" INT vpcs
ok "the others are stuck still" more_wait_than $((stuck / 2))
wait "${waiters[@]}"
is "no operation past its deadline" "" "$(cat "$dir"/waiter.* | awk -v most=$((13000 * slow)) '$1 > most' | head -n 3)"
is "none says that it does not exist" "" "$(grep -lE 'No such file|Stale' "$dir"/waiter.*)"
is "all say that nobody answers" $stuck "$(grep -lE 'timed out|No route' "$dir"/waiter.* | wc -l)"
like "health says since when" "*degraded*failing eu-de/vpcs since 20??-??-??T??:??:??Z*" "$(cat "$m/.ecsfs/health")"

come_back
ok "it answers" wait_for 40 ls "$m/eu-de/vpcs"
black_hole
freed "SIGTERM of who waits" TERM vpcs
freed "kill -9 of who waits" KILL eips

# It is back. Whoever wants something gets it, for a request each list.
for ((i = 0; i < stuck; i++)); do
	(until cat "$s/$a/status" "$m/eu-de/quotas/instances" "$m/eu-nl/eu-nl-01/name" && ls "$m/eu-de/vpcs"; do
		read -r -t 0.05 <>"$dir/pause"
	done) >"$dir/null" 2>&1 9>&- &
	waiters[i]=$!
done
forget_requests
begin=$SECONDS
come_back
wait "${waiters[@]}"
ok "back: everything works" ls "$s" "$m/eu-de/vpcs" "$m/eu-nl/eu-nl-01/servers"
sh_ok "back: a change" "echo stop >$s/$a/action"
ok "back: health" wait_for 40 bash -c "cat $s/$a/status $m/eu-de/*/name >/dev/null; ls $m/eu-de/*/ >/dev/null; grep -q 'state ok' $m/.ecsfs/health"
n=$(control GET requests | awk '$4 == 200' | grep -c servers/detail)
most=$((6 + SECONDS - begin)) # the time to live is a second
ok "back: no stampede: $n lists of servers" test "$n" -le $((most + 6))
is "back: no list is asked for by two at once" "" "$(control GET requests | awk -v most=$most '$4 == 200 && $3 ~ /vpcs|networks|limits/ { n[$3]++ }
	END { for (path in n) if (n[path] > most) print n[path], path }')"

# It goes away while changes are under way; the mount can be taken away all the same.
black_hole
writers=()
for ((i = 0; i < 8; i++)); do
	timeout 40 bash -c "echo reboot >$s/$(sed -n "$((i + 1))p" "$dir/known")/action" 2>"$dir/null" 9>&- &
	writers+=($!)
done
for ((i = 0; i < 20; i++)); do
	timeout 40 cat "$m/eu-nl/y$i/status" >"$dir/null" 2>&1 9>&- &
	writers+=($!)
done
ok "changes are stuck" wait_for 10 bash -c "[ \$(curl -s $base/_sandbox/requests | grep -c 'action.* - -') -ge 4 ]"
within "umount" $soon fusermount3 -u -z "$m"
ok "it is gone" bash -c "! mountpoint -q $m"
kill -TERM "$mount_pid"
within "the daemon ends" $((3 * soon)) wait "$mount_pid"
mount_pid=
within "and frees whoever waited" $((3 * soon)) bash -c "for p in ${writers[*]}; do while kill -0 \$p; do :; done 2>$dir/null; done"
wait "${writers[@]}"
is "the daemon had no warning" "" "$(grep -E 'WARNING|CRITICAL|Sanitizer' "$dir/mount.err")"
come_back

# A mount that is made while the cloud is away.
control POST down >"$dir/null"
said=$("$ECSFS" "$m" 2>&1 9>&-)
is "away: status" 1 $?
like "away: the sentence" "ecsfs: login of demo at $url: *" "$said"
is "away: one line" 1 "$(wc -l <<<"$said")"
said=$("$ECSFS" -o retry=1 "$m" 2>&1 9>&-)
is "retry: it gives up" 1 $?
like "retry: the sentence" "ecsfs: login of demo at $url: *" "$said"
is "retry: a wrong option" 2 "$("$ECSFS" -o retry=soon "$m" 2>"$dir/null" 9>&-; echo $?)"
forget_requests
"$ECSFS" -o retry=60 "$m" 2>"$dir/said" 9>&- &
prompt=$!
ok "retry: it tries" wait_for 10 bash -c "curl -s $base/_sandbox/requests | grep -q auth/tokens || kill -0 $prompt"
control POST up >"$dir/null"
ok "retry: it mounts when the cloud is back" wait_for 30 cat "$m/.ecsfs/version"
wait $prompt
is "retry: status" 0 $?
ok "retry: it works" ls "$s"
fusermount3 -u "$m"
ok "the daemon ends" wait_for 10 bash -c "! pgrep -f '[e]csfs .*$m\$'"
is "a refusal is not tried again" "1 1" "$(forget_requests
	OS_PASSWORD=wrong timeout 20 "$ECSFS" -o retry=60 "$m" 2>"$dir/null" 9>&-
	echo "$? $(control GET requests | grep -c auth/tokens)")"

# Who gives up at the prompt has nothing mounted later.
control POST down >"$dir/null"
env --default-signal=INT "$ECSFS" -o retry=60 "$m" 2>"$dir/null" 9>&- &
prompt=$!
ok "it tries, in the background" wait_for 10 bash -c "[ \$(pgrep -fc '[e]csfs -o retry=60 $m\$') = 2 ]"
kill -INT $prompt
wait $prompt 2>"$dir/null"
ok "Ctrl-C at the prompt ends that" wait_for 10 bash -c "! pgrep -f '[e]csfs .*$m\$'"
control POST up >"$dir/null"
ok "nothing is mounted" bash -c "! mountpoint -q $m"
done_testing
