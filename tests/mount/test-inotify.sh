#!/bin/bash
# inotify(7): who watches a file or a directory is told what the cloud has changed. That is looked at while somebody
# watches, and only then.
. "$(dirname "$0")/lib.sh"
command -v inotifywait >"$dir/null" || { echo "1..0 # SKIP inotifywait is missing"; exit 0; }

cloud --servers 12
attach -o allow_delete,ttl=1
a=$(make first)
cat "$s/first/status" >"$dir/null"

# watch FILE... - everything that happens there, in $dir/seen; sets $watcher; other watches end
watch()
{
	[ -z "$watcher" ] || { kill "$watcher"; wait "$watcher" 2>"$dir/null"; }
	: >"$dir/seen"
	inotifywait -qm --format '%w|%e|%f' "$@" 2>"$dir/watch.err" >"$dir/seen" &
	watcher=$!
}
watcher=

# seen PATTERN - for wait_for
seen()
{
	sed "s|$m/||" "$dir/seen" | grep -q -- "$1"
}

# A watch is noticed after a second or so: what is changed until then is not told, so it changes again and again.
# change ID PATTERN - for wait_for: its description, until that is seen
change()
{
	echo "change $RANDOM" >"$dir/last"
	control PATCH "servers/$1" "{\"description\":\"$(cat "$dir/last")\"}" >"$dir/null"
	wait_for 3 seen "$2"
}

watch "$s/$a/description"
ok "a file" wait_for 20 change "$a" '/description|MODIFY|$'
is "what is read then is new" "$(cat "$dir/last")" "$(cat "$s/$a/description")"
sh_ok "the idiom of a script" "timeout 30 inotifywait -qq -e modify $s/$a/description & w=\$!
	until ! kill -0 \$w 2>$dir/null; do
		curl -s -X PATCH --data '{\"description\":\"'\$RANDOM'\"}' $base/_sandbox/servers/$a >$dir/null
		timeout 0.3 tail -f /dev/null
	done; wait \$w"
watch "$s/$a"
ok "a directory: which file in it" wait_for 20 change "$a" "servers/$a/|MODIFY|description"
is "not those that are the same" 0 "$(grep -c "|MODIFY|vcpus" "$dir/seen")"
watch "$s/first"
ok "by its name" wait_for 20 change "$a" "servers/first/|MODIFY|description"
watch "$s/$a/description" "$z/events" "$z/export/servers.csv" "$s/index.tsv" "$m/.ecsfs/health"
ok "events" wait_for 20 change "$a" '01/events|MODIFY|$'
control PATCH "servers/$a" '{"name":"again"}' >"$dir/null"
ok "what is made from a list" wait_for 20 seen 'export/servers.csv|MODIFY|$'
ok "and is one" wait_for 20 seen 'index.tsv|MODIFY|$'
control POST down >"$dir/null"
ok "the health of the cloud" wait_for 20 seen 'health|MODIFY|$'
control POST up >"$dir/null"
control PATCH "servers/$a" '{"name":"first"}' >"$dir/null"

# Names that come and go.
watch "$s" "$s/by-name"
b=$(make second)
comes()
{
	make "third$RANDOM"
	wait_for 3 seen "$1"
}
ok "something is new: the directory" wait_for 20 comes 'servers/|ATTRIB,ISDIR|$'
ok "and its views" wait_for 20 comes 'by-name/|ATTRIB,ISDIR|$'
cat "$s/$b/status" "$s/second/status" >"$dir/null"
watch "$s/$b/status" "$s/$b/tags" "$s/second" "$s/$b"
ok "it is watched" wait_for 20 change "$b" 'MODIFY|description'
(cd "$s/second" && exec tail -f /dev/null) & # somebody is in it
inside=$!
control DELETE "servers/$b" >"$dir/null"
ok "a file that is gone" wait_for 20 seen "servers/$b/status|DELETE_SELF|"
ok "a directory" wait_for 20 seen "servers/$b/|DELETE_SELF|"
ok "a directory in it" wait_for 20 seen "servers/$b/tags|DELETE_SELF|\|servers/$b/tags/|DELETE_SELF|"
ok "nothing is there" wait_for 10 gone "$s/second"
d=$(make second)
is "another one of that name" "$d" "$(cat "$s/second/id")"
is "is all there" ACTIVE "$(cat "$s/second/status")"
kill "$inside"
wait "$inside" 2>"$dir/null"

# Through the mount the kernel tells; and being told is no touch(1), which makes it look again.
watch "$s/$a/description"
sh_ok "our own change" "echo mine >$s/$a/description"
ok "is told, too" wait_for 10 seen '/description|CLOSE_WRITE,CLOSE|$'
calm() # what is asked for after it is over
{
	forget_requests
	wait_for 3 false
	! control GET requests | grep -q "/$a "
}
ok "and is asked for no longer" wait_for 60 calm
forget_requests
wait_for 4 false
lists=$(control GET requests | grep -c "$(either cloudservers servers)/detail")
ok "a watch costs lists, one for each time to live ($lists)" test "$lists" -gt 0 -a "$lists" -le 6
is "and nothing else" "" "$(control GET requests | grep -v "$(either cloudservers servers)/detail")"
kill "$watcher"
wait "$watcher" 2>"$dir/null"
watcher=
quiet()
{
	forget_requests
	wait_for 3 false
	[ "$(count)" = 0 ]
}
ok "nobody watches: nothing is asked" wait_for 30 quiet

# The end, while somebody watches.
watch "$s/$a/status" "$s"
wait_for 2 false
fusermount3 -u "$m" # its status is the test's below
wait "$mount_pid"
is "an unmount while somebody watches" 0 $?
mount_pid=
attach -o ro,ttl=1
watch "$s/$a/description"
wait_for 2 false
control PATCH "servers/$a" '{"description":"not told"}' >"$dir/null"
becomes "with -o ro nothing is told" "$s/$a/description" "not told"
is "since nothing can be touched" 0 "$(grep -c MODIFY "$dir/seen")"
kill "$watcher"
wait "$watcher" 2>"$dir/null"
done_testing
