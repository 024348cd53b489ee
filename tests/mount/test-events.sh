#!/bin/bash
# events of a zone: what this mount has seen change in its servers. tail -f follows, in each of its ways, and neither
# repeats nor loses a line when old ones are dropped; poll(2) wakes; nobody looks: nothing is asked.
. "$(dirname "$0")/lib.sh"

cloud --servers 12
attach -o allow_delete,ttl=1
a=$(make first)
other=$m/eu-de/eu-de-02
cat "$z/status" "$other/status" >"$dir/null"

# Looking at it costs nothing, opening it is looking at the servers.
costs "ls -l, stat, find" 0 bash -c "ls -l $z; stat $z/events; find $z -maxdepth 1 -size +100k"
costs "cat" 1 cat "$z/events"
is "nothing has happened yet" "" "$(cat "$z/events")"
costs "who walks the tree pays nothing" 0 bash -c "! grep -r --exclude-dir='*' nothing $z"
forget_requests
wait_for 2 false
is "nobody looks: no calls" 0 "$(count)"
fails "cannot be written" EACCES "echo x >$z/events"
fails "nor removed" EPERM "rm -f $z/events"

# Followers, before anything happens.
declare -A follower=([polls]="tail -f ---disable-inotify -s 0.2" [plain]="tail -f" [name]="tail -F -s 0.2" [last]="tail -n 5 -f -s 0.2")
command -v busybox >"$dir/null" && follower[busybox]="busybox tail -f -s 1"
pids=()
for f in "${!follower[@]}"; do
	${follower[$f]} "$z/events" >"$dir/f.$f" 2>"$dir/f.$f.err" &
	pids+=($!)
done

# all_have TEXT - for wait_for: in every follower's output
all_have()
{
	local f
	for f in "${!follower[@]}"; do grep -q -- "$1" "$dir/f.$f" || return 1; done
}

control PATCH "servers/$a" '{"name":"renamed","tags":["env=test"]}' >"$dir/null"
ok "somebody else's change comes by itself" wait_for 10 all_have renamed
is "a line: time, id, name, file, old, new" "$a renamed name first renamed" \
	"$(grep $'\tname\t' "$z/events" | cut -f 2- | tr '\t' ' ')"
is "a new tag" "tags/env - test" "$(grep tags/ "$z/events" | cut -f 4- | tr '\t' ' ')"
like "the time" "20??-??-??T??:??:??Z" "$(head -n 1 "$z/events" | cut -f 1)"
is "its size" "$(wc -c <"$z/events")" "$(cat "$z/events" | wc -c)"
is "it has just changed" "$z/events" "$(find "$z" -maxdepth 1 -mmin -1 -name events)"
sh_ok "our own change" "echo stop >$s/$a/action && timeout 20 cat $s/$a/wait/SHUTOFF"
ok "is told" wait_for 10 all_have "status.ACTIVE.SHUTOFF"
ok "and the task" wait_for 10 all_have "task_state.powering-off.-"
b=$(make second)
ok "a new server" wait_for 10 all_have "$b.second.status.-.ACTIVE"
ok "rmdir" rmdir "$s/$b"
ok "one that is gone" wait_for 10 all_have "$b.second.status.[A-Z]*.-"
is "the other zone's are its own" "" "$(cat "$other/events")"
c=$(make there eu-de-02)
ok "it has them" wait_for 10 grep -q "$c" "$other/events"
is "not here" 0 "$(grep -c "$c" "$z/events")"
control PATCH "servers/$a" '{"name":"a\tb\nc","description":"x\ny\u0001"}' >"$dir/null"
ok "control characters" wait_for 10 grep -q description "$z/events"
is "every line has six fields" 6 "$(awk -F'\t' '{ print NF }' "$z/events" | sort -u)"
control PATCH "servers/$a?name_hex=%5Cxff%5Cxfe" >"$dir/null"
ok "no UTF-8" wait_for 10 grep -q $'\xef\xbf\xbd' "$z/events"

# Old lines are dropped, under followers that have read them, and one that sleeps.
control PATCH "servers/$a" '{"name":"counted","description":"0"}' >"$dir/null"
cat "$z/events" >"$dir/null"
exec 3<"$z/events"
cat <&3 >"$dir/slow"
pad=$(printf '%0180d' 0)
for i in $(seq 150); do
	control PATCH "servers/$a" "{\"description\":\"n$i $pad\"}" >"$dir/null"
	echo >"$m/.ecsfs/refresh"
	cat "$z/events" >"$dir/null"
	[ $((i % 30)) != 0 ] || wait_for 10 all_have "$(printf '\tn%d ' "$i")"
done
ok "followers come along" wait_for 10 all_have "n150 "
cat <&3 >>"$dir/slow"
exec 3<&-
control PATCH "servers/$a" '{"description":"enough"}' >"$dir/null"
ok "and go on" wait_for 10 all_have enough
size=$(stat -c %s "$z/events")
ok "what is kept is bounded" test "$size" -le 65536 -a "$size" -gt 30000
is "as is what is read" "$size" "$(cat "$z/events" | wc -c)"
is "it begins with a whole line" 6 "$(awk -F'\t' '{ print NF }' "$z/events" | sort -u)"
numbers=$(seq 150)
for f in "${!follower[@]}"; do
	is "$f neither repeats nor loses a line" "$numbers" "$(awk -F'\t' '$4 == "description" && $6 ~ /^n/ { sub(/^n/, "", $6); print $6 + 0 }' "$dir/f.$f")"
	is "$f has nothing to complain of" "" "$(cat "$dir/f.$f.err")"
done
is "who was away has what is kept" "n150 " "$(tail -n 1 "$dir/slow" | cut -f 6 | cut -c 1-5)"
is "each line once" "" "$(grep -v '^$' "$dir/slow" | sort | uniq -d)"
kill "${pids[@]}"
wait "${pids[@]}" 2>"$dir/null"

# poll(2): readable when there is something to read.
cat >"$dir/poll.py" <<PY
import os, select, subprocess, sys
f = os.open("$z/events", os.O_RDONLY)
p = select.poll()
p.register(f, select.POLLIN)
assert p.poll(0) == [(f, select.POLLIN)]
while os.read(f, 100000):
    pass
assert p.poll(0) == []
assert p.poll(1500) == []
subprocess.run(["curl", "-sS", "-X", "PATCH", "--data-binary", '{"description":"polled"}', "$base/_sandbox/servers/$a"],
    check=True, stdout=subprocess.DEVNULL)
assert p.poll(20000) == [(f, select.POLLIN)]
assert b"polled" in os.read(f, 100000)
assert p.poll(0) == []
PY
ok "poll" timeout 60 python3 "$dir/poll.py"
wait_for 3 false # what was asked for last
forget_requests
wait_for 2 false
is "nobody looks any more: no calls" 0 "$(count)"

# The cloud is away: nothing is told of it, and nothing is lost.
timeout 60 tail -n 1 -f -s 0.2 "$z/events" >"$dir/away" 2>&1 &
pid=$!
ok "tail" wait_for 5 test -s "$dir/away"
control POST down >"$dir/null"
wait_for 10 grep -q 'servers' "$m/.ecsfs/health"
control POST up >"$dir/null"
control PATCH "servers/$a" '{"description":"back"}' >"$dir/null"
ok "a follower outlasts an outage" wait_for 40 grep -q back "$dir/away"
is "no server was gone meanwhile" 0 "$(grep -c "status.[A-Z]*.-" "$dir/away")"
kill $pid
wait $pid 2>"$dir/null"

done_testing
