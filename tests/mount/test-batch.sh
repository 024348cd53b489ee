#!/bin/bash
# batch/: names or ids through a pipe, one call for up to 1000 servers; what fails is told line by line, the rest is
# done. In plain OpenStack it is a call a server.
. "$(dirname "$0")/lib.sh"

calls()
{
	either 1 "$1"
}

cloud --servers "$(either 5000 300)"
attach -o allow_delete,ttl=600
b=$s/batch
state() # NAME...: their statuses
{
	for n; do cat "$s/$n/status"; done | xargs
}
ones=$(for n in one two three; do make $n; done)
ls "$s/by-name" >"$dir/null"
is "nothing is wrong yet" "" "$(cat "$b/error")"

# Names and ids, through tee, cat, echo, printf, with paths.
forget_requests
printf '%s\n' one two three >"$dir/names" # bash writes line by line, and a pipe may hand on some of them
sh_ok "names, through tee" "tee $b/stop <$dir/names"
is "one call" "$(calls 3)" "$(writes | wc -l)"
for n in one two three; do ok "$n stops" timeout 20 cat "$s/$n/wait/SHUTOFF"; done
forget_requests
sh_ok "ids, through cat" "cat >$b/start <<<'$ones'"
is "one call" "$(calls 3)" "$(writes | wc -l)"
is "they run" "ACTIVE ACTIVE ACTIVE" "$(for n in one two three; do timeout 20 cat "$s/$n/wait/idle"; done | xargs)"
for n in one two three; do echo night >"$s/$n/tags/shift"; done
forget_requests
sh_ok "a view" "ls $s/by-tag/shift=night | tee $b/stop"
is "one call" "$(calls 3)" "$(writes | wc -l)"
is "they are the ones" "SHUTOFF SHUTOFF SHUTOFF" "$(for n in one two three; do timeout 20 cat "$s/$n/wait/idle"; done | xargs)"
forget_requests
printf '%s\n\n' "$s"/by-tag/shift=night/* one "${ones%%$'\n'*}" >"$dir/paths"
sh_ok "paths, blank lines, twice the same" "cat $dir/paths >$b/start"
is "one call" "$(calls 3)" "$(writes | wc -l)"
is "they run" "ACTIVE ACTIVE ACTIVE" "$(for n in one two three; do timeout 20 cat "$s/$n/wait/idle"; done | xargs)"
forget_requests
sh_ok "without a newline" "printf one >$b/reboot"
is "one call" 1 "$(writes | wc -l)"
ok "it reboots" timeout 20 cat "$s/one/wait/idle"
forget_requests
sh_ok "nothing at all" ": >$b/stop; echo >$b/stop"
is "nothing was sent" "" "$(writes)"

# Some fail.
forget_requests
printf '%s\n' one nosuch two >"$dir/names"
fails "one of three is unknown" ENOENT "cat $dir/names >$b/stop"
is "one call for the others" "$(calls 2)" "$(writes | wc -l)"
is "error says which" "nosuch: there is no such server in the zone" "$(cat "$b/error")"
like "so does why" "*1 of 3 failed: nosuch*" "$(why)"
is "the others are stopped" "SHUTOFF SHUTOFF" "$(for n in one two; do timeout 20 cat "$s/$n/wait/idle"; done | xargs)"
sh_ok "the next one clears" "echo one >$b/start"
is "error is empty" "" "$(cat "$b/error")"
make one >"$dir/null"
fails "a name of two" ENOTUNIQ "echo one >$b/stop"
control POST faults 'kind=503 match=/action' >/dev/null
fails "the cloud refuses" EAGAIN "echo two >$b/start"
control DELETE faults >/dev/null
ok "error says why" grep -q . "$b/error"
control POST faults 'kind=reset-after match=/action count=1' >/dev/null
cat "$s/two/task_state" >/dev/null
fails "an answer that is lost" EHOSTUNREACH "echo two >$b/start"
is "what was done all the same is seen" powering-on "$(cat "$s/two/task_state")"
control DELETE faults >/dev/null
fails "binary garbage" EINVAL "printf '\\377\\n' >$b/stop"
forget_requests
fails "a NUL" EINVAL "printf 'one\\0two\\n' >$b/stop"
like "the sentence" "*NUL*" "$(cat "$b/error")"
{ printf '%4091s\n' ''; printf 'on\0e'; } | tr ' ' '\n' >"$dir/nul" # fills a buffer, and ends within a line
fails "a NUL in a line that is not whole" EINVAL "cat $dir/nul >$b/stop"
is "nothing was sent" "" "$(writes)"
fails "a name like a path out" ENOENT "echo ../../../etc/passwd >$b/stop"

# Many.
n=$(ids "$s" | wc -l)
ok "many servers in the zone" test "$n" -gt "$(either 1000 60)"
forget_requests
sh_ok "all ids" "ls $s | grep -E '^[0-9a-f]{8}-' >$dir/all"
if on_openstack; then # Nova refuses to start what runs
	fails "all of them, in 4 KiB pieces" EBUSY "dd if=$dir/all of=$b/start bs=64K status=none"
	is "a call for each" "$n" "$(writes | wc -l)"
else
	sh_ok "all of them, in 4 KiB pieces" "dd if=$dir/all of=$b/start bs=64K status=none"
	ok "a call for each thousand, and each write" test "$(writes | wc -l)" -le $(((n + 999) / 1000 + 1))
fi
forget_requests
ls "$s/$(either by-name by-status/ACTIVE)" | head -n 500 >"$dir/some"
sh_ok "a pipe that cuts lines" "cat $dir/some | dd obs=4096 status=none of=$b/reboot"
like "no half name" "" "$(cat "$b/error")"

# Delete.
forget_requests
printf '%s\n' two three >"$dir/names"
sh_ok "delete" "cat $dir/names >$b/delete"
is "one call" "$(calls 2)" "$(writes | wc -l)"
ok "gone" bash -c "! test -e $s/two && ! test -e $s/three"

# More than may be deleted without a word.
left=$(cat "$m/.ecsfs/confirm") # 18
ids "$s" | head -n 21 >"$dir/names"
forget_requests
fails "more than twenty at once" EDQUOT "cp $dir/names $b/delete"
is "none of them is deleted" "" "$(writes)"
like "it says how to go on" "not deleted: 21 servers, of which $left may be deleted now; *.ecsfs/confirm" "$(cat "$b/error")"
fails "nor can they be deleted by lines" EDQUOT "for id in \$(cat $dir/names); do echo \$id >$b/delete || exit 1; done"
is "but for the first of them" "$left" "$(writes | wc -l)"
sh_ok "the rest is meant" "echo 3 >$m/.ecsfs/confirm"
sh_ok "and deleted" "tail -n 3 $dir/names >$b/delete"
is "in one call" "$((left + $(calls 3)))" "$(writes | wc -l)"
detach
attach
forget_requests
fails "without allow_delete" EPERM "ls $s/by-name | head -n 3 >$b/delete"
is "nothing was sent" "" "$(writes)"
fails "cannot be read" EACCES "cat $b/stop"

done_testing
