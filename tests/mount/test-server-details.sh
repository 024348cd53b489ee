#!/bin/bash
# Files that cost a call of their own: what they hold, what they cost, and who pays nothing.
. "$(dirname "$0")/lib.sh"

cloud --servers 12 --resize-time 300 --stop-time 300
attach -o ttl=60
a=$(make one)
d=$s/$a
huawei="auto_recovery resize_targets" # are of its APIs only
own="console.log console.url events password $(either "$huawei" "")"

# Nobody pays who does not read.
ls "$s" >"$dir/null"
costs "ls -l of a server" 0 ls -l "$d"
costs "stat" 0 stat "$d/console.log" "$d/password" "$d/events"
is "sizes before anybody has read" "$(either "0 0 0 0 0 0" "0 0 0 0")" "$(cd "$d" && stat -c %s $own | xargs)"
# Nova's document does not tell the ports of its addresses.
on_openstack && costs "its interfaces: the list of ports" 1 ls "$d/nics"
costs "find" 0 find "$d" -name events -size -1000
costs "a walk: grep -r" 0 grep -rc . "$d"
costs "a walk: cp -r" 0 cp -r "$d" "$dir/copy"
costs "a walk: tar" 0 tar -C "$s" -cf "$dir/tar" "$a"
costs "a walk: rsync" 0 rsync -a "$d/" "$dir/rsync/"
ls -lL "$d" "$d"/{nics,security_groups,volumes}/* >"$dir/null" # where the links lead, os.walk looks too
costs "a walk: python" 0 python3 -c 'import os, sys
for at, dirs, files in os.walk(sys.argv[1]):
	for f in files:
		open(os.path.join(at, f)).read()' "$d"
is "a walker finds them empty" "" "$(cd "$dir/copy" && cat ${own/auto_recovery/})"

# sendfile(2) believes the length that the kernel has from a stat.
is "after a stat that said 0" "0 same" "$(stat -c %s "$d/events") $(busybox cat "$d/events" >"$dir/sent" &&
	[ -s "$dir/sent" ] && cmp "$dir/sent" <(cat "$d/events") && echo same)"

# Who reads, pays once an open.
costs "console.log" 1 cat "$d/console.log"
like "it ends in a prompt" "*one login: " "$(cat "$d/console.log")"
is "and a newline" 1 "$(tail -c 1 "$d/console.log" | wc -l)"
is "its size is known then" "$(cat "$d/console.log" | wc -c)" "$(stat -c %s "$d/console.log")"
is "every reader agrees" 1 "$(for how in cat 'busybox cat' 'tail -n 1000' 'head -n 1000' 'awk 1' 'sed -n p' \
	"python3 -c 'import shutil, sys; shutil.copyfileobj(open(sys.argv[1]), sys.stdout)'"; do
	eval "$how $d/console.log" | md5sum
done | sort -u | wc -l)"
is "tail" "one login: " "$(tail -n 1 "$d/console.log")"
is "tac" "one login: " "$(tac "$d/console.log" | head -n 1)"
is "wc -c" "$(cat "$d/console.log" | wc -c)" "$(wc -c <"$d/console.log")"
is "grep" 1 "$(grep -c 'booted' "$d/console.log")"
is "cp" "$(md5sum <"$d/console.log")" "$(cp "$d/console.log" "$dir/log" && md5sum <"$dir/log")"
is "a walker gets what is known" "$(cat "$d/console.log" | wc -c)" \
	"$(rm -rf "$dir/copy" && cp -r "$d" "$dir/copy" && wc -c <"$dir/copy/console.log")"
is "fstat knows the size of what will be read" same "$(python3 -c 'import os, sys
f = open(sys.argv[1], "rb")
n = os.fstat(f.fileno()).st_size
print("same" if n == len(f.read()) > 1000 else "differs")' "$d/console.log")"
sh_ok "another boot" "echo reboot >$d/action"
becomes "it is up" "$d/task_state" ""
ok "a later open has it" wait_for 5 bash -c "[ \$(grep -c booted $d/console.log) = 2 ]"
before=$(count getConsole)
ok "an open handle, read from its start again, is asked anew" python3 -c 'import os, sys
f = os.open(sys.argv[1], os.O_RDONLY)
a = os.pread(f, 1 << 20, 0)
b = os.pread(f, 100, 50)
c = os.pread(f, 1 << 20, 0)
sys.exit(a != c or b != a[50:150])' "$d/console.log"
forget_requests
control POST latency 1500 >/dev/null # so that they meet
for i in $(seq 20); do cat "$d/console.log" >"$dir/reader.$i" & readers[i]=$!; done
wait "${readers[@]}"
control POST latency 0 >/dev/null
ok "parallel readers share calls" [ "$(count /action)" -le 10 ]
is "all saw the same" 1 "$(for i in $(seq 20); do md5sum <"$dir/reader.$i"; done | sort -u | wc -l)"

costs "console.url" 1 cat "$d/console.url"
like "an address" "https://*token=*" "$(cat "$d/console.url")"
unlike "a new one every time" "$(cat "$d/console.url")" "$(cat "$d/console.url")"
is "for the user alone" "400 400 600" "$(stat -c %a "$d/console.log" "$d/console.url" "$d/password" | xargs)"
is "not in the document" 0 "$(grep -c token= "$d/json")"
is "nor in the log of requests" 0 "$(grep -c token= "$m/.ecsfs/requests")"

costs "events" 1 cat "$d/events"
is "the oldest first" "create reboot" "$(awk '{ print $2 }' "$d/events" | xargs)"
is "time, action, request, result" "" \
	"$(grep -vE '^20[0-9-]+T[0-9:]+Z [a-z]+ req-[0-9a-f-]{36} (ok|error)$' "$d/events")"
tail -f -s 0.2 "$d/events" >"$dir/followed" 2>&1 &
follower=$!
ok "tail -f shows what there is" wait_for 5 grep -q reboot "$dir/followed"
forget_requests
sh_ok "something happens" "echo lock >$d/action; echo unlock >$d/action"
ok "tail -f follows" wait_for 10 grep -q unlock "$dir/followed"
ok "it asks about once a second" [ "$(count os-instance-actions)" -le 12 ]
kill $follower
wait $follower 2>/dev/null
is "each line once" "create reboot lock unlock" "$(awk '{ print $2 }' "$dir/followed" | xargs)"
costs "stat, when nobody has it open" 0 stat "$d/events"
if on_openstack; then
	is "what Nova cannot tell is not there" "" "$(cd "$d" && ls $huawei 2>"$dir/null")"
else
	costs "resize_targets" 1 cat "$d/resize_targets"
	is "a flavor on sale is one" 1 "$(grep -cx s3.large.2 "$d/resize_targets")"
	is "its own is none" 0 "$(grep -cx s3.medium.1 "$d/resize_targets")"
	is "nor is one sold out" 0 "$(grep -cx p2v.2xlarge.8 "$d/resize_targets")"

	is "recovery" true "$(cat "$d/auto_recovery")"
	forget_requests
	sh_ok "switch it off" "echo false >$d/auto_recovery"
	like "one request" "PUT /eu-de/ecs/v1/*/cloudservers/$a/autorecovery" "$(writes)"
	is "read back" false "$(cat "$d/auto_recovery")"
	fails "another word" EINVAL "echo off >$d/auto_recovery"
fi

# Passwords.
is "Linux has none" "" "$(cat "$d/password")"
w=$(control POST servers '{"project":"eu-de","name":"win","flavor":"s3.large.2","key_name":"KeyPair-demo"}')
echo >"$m/.ecsfs/refresh"
detach
attach -o allow_delete,ttl=60
sh_ok "Windows" "echo '$(either "changeos $(id image_windows) KeyPair-demo" "rebuild $(id image_windows)")' >$s/$w/action"
becomes "it runs" "$s/$w/task_state" ""
is "the password, encrypted" 256 "$(base64 -d "$s/$w/password" | wc -c)"
is "its size" 345 "$(stat -c %s "$s/$w/password")"
fails "a password cannot be set" EINVAL "echo secret >$s/$w/password"
ok "nor is it in the log" bash -c "! grep -r secret $m/.ecsfs/errors $s/$w/error"
sh_ok "truncation alone does nothing" ": >$s/$w/password"
is "still there" 256 "$(base64 -d "$s/$w/password" | wc -c)"
forget_requests
sh_ok "an empty line clears it" "echo >$s/$w/password"
like "one request" "DELETE /eu-de/ecs/v2.1/*/servers/$w/os-server-password" "$(writes)"
is "cleared" " 0" "$(cat "$s/$w/password") $(stat -c %s "$s/$w/password")"
sh_ok "a new one" "echo $(either reinstall rebuild) >$s/$w/action"
becomes "it runs" "$s/$w/task_state" ""
is "there" 256 "$(base64 -d "$s/$w/password" | wc -c)"
forget_requests
ok "rm -rf does not clear it" bash -c "! rm -rf $s/$w"
is "nothing was sent" "" "$(writes)"
ok "nor find -delete" bash -c "! find $s/$w -delete"
is "nothing was sent" "" "$(writes)"
ok "rm does, after the sweep is forgotten" wait_for 10 rm -f "$s/$w/password"
is "cleared" "" "$(cat "$s/$w/password")"
sh_ok "lock" "echo lock >$s/$w/action"
fails "locked" EPERM "echo >$s/$w/password"
sh_ok "unlock" "echo unlock >$s/$w/action"

# Failures are told to who reads, and asked again by who comes next.
sh_ok "stop" "echo stop >$d/action"
becomes "stopped" "$d/status" SHUTOFF
becomes "idle" "$d/task_state" ""
fails "no log of what does not run" EBUSY "cat $d/console.log"
like "the sentence" "*console.log: *not ready*" "$(why)"
fails "nor a screen" EBUSY "cat $d/console.url"
is "size 0" 0 "$(stat -c %s "$d/console.url")"
is "events go on" stop "$(tail -n 1 "$d/events" | awk '{ print $2 }')"
sh_ok "start" "echo start >$d/action"
becomes "runs" "$d/status" ACTIVE
becomes "idle" "$d/task_state" ""
sh_ok "the log is there at once, no failure is remembered" "grep -q booted $d/console.log"
control POST faults 'kind=503 match=os-instance-actions count=100' >/dev/null
fails "the cloud does not answer" EAGAIN "cat $d/events"
control DELETE faults >/dev/null
sh_ok "it does again" "grep -q create $d/events"
control DELETE "servers/$a" >/dev/null
fails "of a server that is gone" ENOENT "cat $d/console.log"

done_testing
