#!/bin/bash
# wait/: files whose read returns when something is so; and poll(2). One call however many wait, Ctrl-C works, what
# cannot come any more is an error with a sentence.
. "$(dirname "$0")/lib.sh"

cloud --servers 12
attach -o allow_delete,ttl=600
a=$(make waiting)
d=$s/$a
cat "$d/status" >"$dir/null"

ok "nothing is listed" test -z "$(ls -A "$d/wait")"
ok "so grep -r does not wait" timeout 10 grep -rq ACTIVE "$d"
is "what is so already" ACTIVE "$(timeout 5 cat "$d/wait/ACTIVE")"
is "idle" ACTIVE "$(timeout 5 cat "$s/waiting/wait/idle")"
is "no size" 0 "$(stat -c %s "$d/wait/ACTIVE")"
fails "not a status" ENOENT "cat $d/wait/sometime"
fails "a status that no server has" ENOENT "timeout 5 cat $d/wait/STOPPED"
fails "cannot be written" EACCES "echo x >$d/wait/ACTIVE"

# After a verb.
sh_ok "stop, and wait" "echo stop >$d/action && [ \$(timeout 20 cat $d/wait/SHUTOFF) = SHUTOFF ]"
like "the cloud agrees" "* SHUTOFF" "$(truth "$a")"
sh_ok "start" "echo start >$d/action"
is "idle waits for the task" ACTIVE "$(timeout 20 cat "$d/wait/idle")"
sh_ok "reboot" "echo reboot >$d/action"
is "ACTIVE is after the reboot, not before it" ACTIVE "$(timeout 20 cat "$d/wait/ACTIVE")"
is "no task is left" "" "$(cat "$d/task_state")"
timeout 20 cat "$d/wait/change" >"$dir/change" &
reader=$!
wait_for 5 grep -q 'ecsfs_waiting [1-9]' "$m/.ecsfs/stats"
control PATCH "servers/$a" '{"name":"elsewhere"}' >/dev/null
wait $reader
is "change: somebody else's, too" "0 ACTIVE" "$? $(cat "$dir/change")"
is "what has changed" elsewhere "$(cat "$d/name")"

# Many wait, few calls; all are woken.
forget_requests
for i in $(seq 20); do timeout 20 cat "$d/wait/SHUTOFF" >"$dir/w$i" & done
wait_for 5 grep -q 'ecsfs_waiting 20' "$m/.ecsfs/stats"
begin=$SECONDS
ok "everything else goes on" timeout 2 cat "$d/name"
echo stop >"$d/action"
wait $(jobs -p | grep -v -e "$cloud_pid" -e "$mount_pid")
is "twenty are woken" 20 "$(cat "$dir"/w[0-9]* | grep -c SHUTOFF)"
ok "with at most three calls a second" test "$(count "GET .*/cloudservers/$a")" -le $((3 * (SECONDS - begin + 2)))
is "and no list" 0 "$(count /detail)"
forget_requests
wait_for 1 false
is "nobody waits: no calls" 0 "$(count)"

# Interrupts, time-outs.
begin=$SECONDS
timeout -s INT 0.3 cat "$d/wait/ERROR"
is "Ctrl-C" 124 $?
{ timeout -s KILL 0.3 cat "$d/wait/ERROR"; } 2>"$dir/null"
is "kill -9" 137 $?
ok "at once" test $((SECONDS - begin)) -le 2
ok "nothing is left waiting" wait_for 2 grep -q 'ecsfs_waiting 0' "$m/.ecsfs/stats"

# What cannot come any more.
broken=$(some ERROR eu-de-01)
fails "ACTIVE of one in ERROR" EIO "timeout 20 cat $s/$broken/wait/ACTIVE"
like "the fault is told" "*ERROR: *" "$(timeout 20 cat "$s/$broken/wait/ACTIVE" 2>"$dir/null"; why)"
is "ERROR itself" ERROR "$(timeout 20 cat "$s/$broken/wait/ERROR")"
timeout 20 cat "$d/wait/gone" >"$dir/gone" &
reader=$!
timeout 20 cat "$d/wait/ACTIVE" >"$dir/null" 2>"$dir/lost" &
other=$!
wait_for 5 grep -q 'ecsfs_waiting 2' "$m/.ecsfs/stats"
ok "rmdir" rmdir "$d"
wait $reader
is "gone" "0 gone" "$? $(cat "$dir/gone")"
wait $other
like "whoever waited for something else is told" "1 *No such file*" "$? $(cat "$dir/lost")"

# The cloud is away for a while.
b=$(make patient)
cat "$s/$b/status" >"$dir/null"
timeout 40 cat "$s/$b/wait/SHUTOFF" >"$dir/patient" &
reader=$!
wait_for 5 grep -q 'ecsfs_waiting 1' "$m/.ecsfs/stats"
control POST down >/dev/null
wait_for 10 grep -q EHOST "$m/.ecsfs/errors" || wait_for 5 grep -q 'No route' "$m/.ecsfs/errors"
control POST up >/dev/null
control PATCH "servers/$b" '{"status":"SHUTOFF"}' >/dev/null
wait $reader
is "a waiter outlasts an outage" "0 SHUTOFF" "$? $(cat "$dir/patient")"

# poll(2) and select(2).
c=$(make polled)
cat >"$dir/poll.py" <<PY
import os, select
def polled(fd, events, ms):
    p = select.poll()
    p.register(fd, events)
    return [e for _, e in p.poll(ms)]
f = os.open("$s/$c/status", os.O_RDONLY)
assert os.read(f, 100) == b"ACTIVE\n"
g = os.open("$s/$c/wait/SHUTOFF", os.O_RDONLY)
assert polled(g, select.POLLIN, 0) == []
assert polled(f, select.POLLPRI, 0) == []
assert select.select([f], [], [], 0) == ([f], [], [])
open("$s/$c/action", "w").write("stop\n")
assert polled(f, select.POLLPRI, 20000) == [select.POLLPRI]
os.lseek(f, 0, 0)
assert os.read(f, 100) == b"SHUTOFF\n"
assert polled(f, select.POLLPRI, 0) == []
assert polled(g, select.POLLIN, 20000) == [select.POLLIN]
assert os.read(g, 100) == b"SHUTOFF\n"
h = os.open("$s/$c/wait/ACTIVE", os.O_RDONLY | os.O_NONBLOCK)
try:
    os.read(h, 100)
    assert False
except BlockingIOError:
    pass
PY
ok "poll" timeout 60 python3 "$dir/poll.py"

# What is remembered for who polls is replaced by the next poll, while it is being looked at.
cat >"$dir/polls.py" <<PY
import os, select, threading, time
f = os.open("$m/.ecsfs/stats", os.O_RDONLY)
end = time.monotonic() + 2
def poll():
    p = select.poll()
    p.register(f, select.POLLPRI)
    while time.monotonic() < end:
        p.poll(1)
        os.pread(f, 10, 0)
threads = [threading.Thread(target=poll) for i in range(2)]
[t.start() for t in threads]
[t.join() for t in threads]
PY
ok "polls of one handle, at the same time" timeout 60 python3 "$dir/polls.py"
detach

# The same for what else passes through busy states: disks, snapshots, images, networks, jobs.
attach -o allow_delete,ttl=600
v=$z/volumes
sh_ok "a disk" "echo 20 >$z/volume_template/size_gb; echo SSD >$z/volume_template/type; mkdir $v/data"
is "creating" creating "$(cat "$v/data/status")"
is "available" available "$(timeout 20 cat "$v/data/wait/available")"
sh_ok "extend" "echo 30 >$v/data/size_gb"
is "idle is after the extending" "available 30" "$(timeout 20 cat "$v/data/wait/idle") $(cat "$v/data/size_gb")"
timeout 20 cat "$v/data/wait/in-use" >"$dir/in-use" &
reader=$!
wait_for 5 grep -q 'ecsfs_waiting [1-9]' "$m/.ecsfs/stats"
sh_ok "attach" "mkdir $s/polled/volumes/data"
wait $reader
is "in-use" "0 in-use" "$? $(cat "$dir/in-use")"
fails "a status that no disk has" ENOENT "cat $v/data/wait/ACTIVE"
fails "one that is none" ENOENT "cat $v/data/wait/avialable"
forget_requests
for i in $(seq 20); do timeout 20 cat "$v/data/wait/available" >"$dir/v$i" & done
wait_for 5 grep -q 'ecsfs_waiting 20' "$m/.ecsfs/stats"
begin=$SECONDS
sh_ok "detach" "rmdir $s/polled/volumes/data"
wait $(jobs -p | grep -v -e "$cloud_pid" -e "$mount_pid")
is "twenty are woken" 20 "$(cat "$dir"/v[0-9]* | grep -c available)"
ok "with at most three calls a second" test "$(count "GET .*volumes/")" -le $((3 * (SECONDS - begin + 2)))
sh_ok "a snapshot" "mkdir $v/data/snapshots/before"
is "snapshot available" available "$(timeout 20 cat "$v/data/snapshots/before/wait/available")"
sh_ok "its end" "rmdir $v/data/snapshots/before; timeout 20 cat $v/data/snapshots/before/wait/gone || ! ls -d $v/data/snapshots/before"
timeout 20 cat "$v/data/wait/gone" >"$dir/gone" &
reader=$!
wait_for 5 grep -q 'ecsfs_waiting [1-9]' "$m/.ecsfs/stats"
ok "rmdir, once the snapshot is really gone" wait_for 10 rmdir "$v/data"
wait $reader
is "a disk is gone" "0 gone" "$? $(cat "$dir/gone")"

i=$m/eu-de/images
sh_ok "an image" "mkdir $i/golden && echo polled >$i/golden/source"
is "a draft that becomes an image is waited for through that" active "$(timeout 30 cat "$i/golden/wait/active")"
is "it is one" active "$(cat "$i/golden/status")"
ok "mkdir" mkdir "$i/never"
sh_ok "a draft that nobody makes" "! timeout 2 cat $i/never/wait/active"
is "is idle" DRAFT "$(timeout 5 cat "$i/never/wait/idle")"
ok "rmdir" rmdir "$i/never"

sh_ok "an address" "mkdir $m/eu-de/eips/front"
is "DOWN: it is free" DOWN "$(timeout 20 cat "$m/eu-de/eips/front/wait/DOWN")"
sh_ok "a network" "mkdir $m/eu-de/vpcs/net"
ready=$(either OK ACTIVE)
is "$ready" $ready "$(timeout 20 cat "$m/eu-de/vpcs/net/wait/$ready")"
sh_ok "a subnet" "echo 192.168.7.0/24 >$m/eu-de/vpcs/net/subnet_template/cidr; mkdir $m/eu-de/vpcs/net/subnets/sub"
if ! on_openstack; then # a subnet has no status, and there are no jobs
	is "ACTIVE" ACTIVE "$(timeout 20 cat "$m/eu-de/vpcs/net/subnets/sub/wait/ACTIVE")"
	job=$(ls -t "$m/eu-de/jobs" | head -n 1)
	is "a job" SUCCESS "$(timeout 30 cat "$m/eu-de/jobs/$job/wait/SUCCESS")"
fi
ok "nothing waits" wait_for 3 grep -q 'ecsfs_waiting 0' "$m/.ecsfs/stats"
is "nothing is listed anywhere" "" "$(find "$m/eu-de" -path '*/wait/*' 2>"$dir/null")"
detach

# The mount's own limit.
attach -o wait=1
fails "-o wait=1" ETIMEDOUT "cat $s/$c/wait/ACTIVE"
detach
said=$("$ECSFS" -o wait=0 "$m" 2>&1)
is "-o wait=0" "2 ecsfs: -o wait= wants seconds, 1 to 604800" "$? $said"

done_testing
