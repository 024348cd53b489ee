#!/bin/bash
# A cloud that misbehaves: throttles, breaks, stalls, lies, goes away. What is known is served, the rest fails with
# the right errno before long, nothing is done twice, Ctrl-C works, umount works.
. "$(dirname "$0")/lib.sh"

fault()
{
	control DELETE faults >/dev/null
	[ $# = 0 ] || control POST faults "$*" >/dev/null
}

cloud --servers 40
attach -o allow_delete,ttl=600
a=$(make victim)
d=$s/$a
ls "$s" >"$dir/before"
fill_template

# What a retry mends, nobody notices.
for kind in "429 retry_after=1" "503" "502-html" "504" reset reset-after truncate throttle202 expire; do
	fault "kind=$kind count=1 match=/detail"
	echo >"$m/.ecsfs/refresh"
	ok "a list, ${kind%% *} once" bash -c "ls $s | cmp - $dir/before"
done
is "no failure was told" "" "$(grep -c . "$m/.ecsfs/errors" | grep -v '^0$')"
fault "kind=expire count=1"
sh_ok "a change, with a token that has expired" "echo stop >$d/action"
becomes "it happened" "$d/status" SHUTOFF
becomes "idle" "$d/task_state" ""
control POST expire-tokens >/dev/null
forget_requests
echo >"$m/.ecsfs/refresh"
for i in $(seq 20); do cat "$m/eu-de/eu-de-0$((i % 3 + 1))/servers/by-name/"*/status >"$dir/null" & done; wait $(jobs -p | grep -v -e "^$mount_pid$" -e "^$cloud_pid$")
is "one login for all that wait" 1 "$(control GET requests | grep -c 'POST /v3/auth/tokens')"

# What stays broken is told; what is known is still served.
for kind in 500 503 badjson html200 reset; do
	fault "kind=$kind"
	echo >"$m/.ecsfs/refresh"
	ok "$kind for long: the list is still there" bash -c "ls $s | cmp - $dir/before"
	is "$kind for long: so are values" victim "$(cat "$d/name")"
	like "$kind for long: health says so" "*degraded*" "$(cat "$m/.ecsfs/health")"
	fault
	echo >"$m/.ecsfs/refresh"
		ok "$kind is over: health" wait_for 20 bash -c "ls $s >/dev/null; grep -q 'state ok' $m/.ecsfs/health"
done
like "the failures are sentences" "*eu-de/servers*" "$(cat "$m/.ecsfs/errors")"

# Changes: the errno, one request.
change_fails()
{
	fault "$2"
	forget_requests
	fails "a change, $1" "$3" "echo start >$d/action"
	is "a change, $1: sent once" 1 "$(writes | wc -l)"
	like "a change, $1: the sentence" "$4" "$(cat "$d/error")"
	fault
}
change_fails "500" "kind=500 match=action" EIO "*$(either Common.0001 computeFault)*"
change_fails "a gateway that gives up" "kind=504 match=action" ETIMEDOUT "*outcome unknown*"
change_fails "a connection that breaks" "kind=reset match=action" EHOSTUNREACH "*outcome unknown*"
on_openstack || # where the answer is empty
	change_fails "an answer that breaks" "kind=truncate match=action" EHOSTUNREACH "*outcome unknown*"
change_fails "a page for people" "kind=html200 match=action" EBADMSG "*"
fault "kind=429 retry_after=3600 match=action"
fails "throttled for an hour" EAGAIN "echo start >$d/action"
like "it says so" "*APIG.0308*" "$(cat "$d/error")"
fault
is "it never started" SHUTOFF "$(truth "$a" | awk '{ print $2 }' | sed s/ACTIVE/SHUTOFF/)"
wait_for 10 reads "$d/task_state" ""
fault "kind=reset match=POST"
fails "a create that breaks" EHOSTUNREACH "mkdir $s/once"
is "is not repeated" 1 "$(control GET requests | awk '$2 == "POST" && $3 ~ /servers$/' | wc -l)"
fault

detach

# A cloud that stalls: Ctrl-C frees whoever waits, and nobody else waits long.
attach -o ttl=1
a=$(make stalled)
b=$(make bystander)
cat "$s"/*/name >"$dir/null"
fault "kind=stall ms=6000 match=action"
timeout -s INT 0.5 bash -c "echo stop >$s/$a/action" 2>"$dir/null"
is "Ctrl-C frees a writer" 124 $?
like "error says that nobody knows yet" "*pending*" "$(timeout 5 cat "$s/$a/error")"
# Programs that send themselves signals, as git and Go's do, are not disturbed by them.
cat >"$dir/signals.py" <<PY
import ctypes, os, signal, sys
signal.signal(signal.SIGALRM, lambda *_: None)
signal.siginterrupt(signal.SIGALRM, True)
signal.setitimer(signal.ITIMER_REAL, 0.02, 0.02)
libc = ctypes.CDLL(None, use_errno=True)
buffer = ctypes.create_string_buffer(100)
fd = libc.open(sys.argv[1].encode(), os.O_RDONLY)
assert fd >= 0, os.strerror(ctypes.get_errno())
assert libc.read(fd, buffer, 100) > 0, os.strerror(ctypes.get_errno())
signal.setitimer(signal.ITIMER_REAL, 0)
PY
fault "kind=stall ms=600 match=GET"
echo >"$m/.ecsfs/refresh"
ok "a program that sends itself signals" timeout 20 python3 "$dir/signals.py" "$s/$b/name"
echo >"$m/.ecsfs/refresh"
ok "git status" timeout 30 bash -c "git init -q $dir/repo && git --git-dir=$dir/repo/.git --work-tree=$s/$b status"
fault "kind=stall ms=6000 match=GET"
begin=$SECONDS
timeout -s INT 0.5 cat "$m/eu-nl/eu-nl-01/servers/x/status" >"$dir/null" 2>&1
is "Ctrl-C frees a reader" 124 $?
{ timeout -s KILL 0.5 ls "$m/eu-nl/eu-nl-01/servers"; } >"$dir/null" 2>&1
is "so does kill -9" 137 $?
ok "soon" test $((SECONDS - begin)) -lt 5
ok "what is known is served meanwhile" timeout 5 cat "$s/$b/name"
ok "also when its time to live is over" wait_for 3 bash -c "timeout 4 cat $s/$b/name >/dev/null; grep -q . <(curl -s '$base/_sandbox/requests' | grep '/detail.* - -')"
ok "then too" timeout 5 cat "$s/$b/name"
ok "the mount's own files" timeout 5 cat "$m/.ecsfs/health"
ok "ls of the root" timeout 5 ls -l "$m"
fault
ok "it ends" wait_for 20 bash -c "! curl -s '$base/_sandbox/requests' | grep -q ' - -$'"
becomes "the interrupted change was done" "$s/$a/status" SHUTOFF
detach

# Twenty own changes, and then no list: what is known is shown, the cloud is not flooded.
attach -o ttl=60,allow_delete
ls "$s" >"$dir/before"
changed=$(ls "$m"/eu-de/*/servers -d | while read -r there; do ls -d "$there"/*-*-*-*; done | head -n 20)
for server in $changed; do echo v >"$server/tags/k"; done
fault "kind=500 match=/detail"
forget_requests
ok "with twenty changes and no list" bash -c "timeout 20 ls $s | cmp - $dir/before"
ok "few requests" test "$(count /detail)" -lt 10
fault

# A refresh of what is known, while nothing is answered: one time-out, not one for each list.
cat "$s"/*/name >"$dir/null"
fault "kind=stall ms=30000 match=GET"
echo >"$m/.ecsfs/refresh"
begin=$SECONDS
ok "what is known is shown in the end" cat "$s/by-name/$(ls "$s/by-name" | head -n 1)/name"
ok "after 10 s, and one for each list" test $((SECONDS - begin)) -le 14
fault
control POST down >/dev/null # ends what is stalled
control POST up >/dev/null
back=$(make back)
ok "the cloud is back" wait_for 20 bash -c "echo >$m/.ecsfs/refresh; ls $s | grep -q $back"

# A deletion that a list confirms while a call for the server is under way.
victim=$(make victim)
fault "kind=stall match=$(either /jobs/ "/servers/") ms=2000"
ok "rmdir" rmdir "$s/$victim"
wait_for 10 bash -c "! curl -s $base/_sandbox/servers | grep -q $victim"
ls "$s" >"$dir/null" &
first=$!
wait_for 5 bash -c "curl -s $base/_sandbox/requests | grep -q '$(either /jobs/ /servers/).* - -'"
echo >"$m/.ecsfs/refresh"
ls "$s" >"$dir/null" &
wait $! $first
ok "the mount is well" ls "$s"
fault
detach

# Two lists that are too old before the other is there.
attach -o ttl=1
link=$(ls "$m"/eu-de/eips/*/server_dir -d | head -n 1)
linked=$(cat "$link/id")
control POST latency 1100 >/dev/null
echo >"$m/.ecsfs/refresh"
is "what takes longer than it may be old is read" "$linked" "$(timeout 30 cat "$link/id")"
control POST latency 0 >/dev/null
detach

# A cloud that is slow, and one that is away.
attach -o ttl=600
control POST latency 300 >/dev/null
begin=$SECONDS
readers=()
for i in $(seq 30); do
	ls "$s" >"$dir/null" &
	readers+=($!)
done
wait "${readers[@]}"
ok "thirty readers of a slow cloud wait together" test $((SECONDS - begin)) -lt 8
control POST latency 0 >/dev/null
ls "$s" >"$dir/before"
control POST down >/dev/null
echo >"$m/.ecsfs/refresh"
ok "away: the list is still there" bash -c "timeout 30 ls $s | cmp - $dir/before"
is "away: values" bystander "$(timeout 30 cat "$s/$b/name")"
fails "away: what is not known fails, and not with ENOENT" EHOSTUNREACH "cat $m/eu-de/quotas/instances"
fails "away: a change fails" EHOSTUNREACH "echo reboot >$s/$b/action"
like "away: health" "*degraded*" "$(timeout 5 cat "$m/.ecsfs/health")"
control POST up >/dev/null
echo >"$m/.ecsfs/refresh"
ok "back: everything works" bash -c "ls $s && cat $m/eu-de/quotas/instances && echo stop >$s/$b/action"
becomes "back" "$s/$b/status" SHUTOFF
control POST down >/dev/null
echo >"$m/.ecsfs/refresh"
detach # also while the cloud is away
control POST up >/dev/null

done_testing
