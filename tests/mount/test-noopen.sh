#!/bin/bash
# -o noopen: what is known is listed and read without a request.
. "$(dirname "$0")/lib.sh"

cloud --servers 900
attach -o noopen,ttl=600
one=$(some ACTIVE)
x=$s/$one

# quiet NAME COMMAND... - it succeeds, and the kernel neither opens nor reads anything here
quiet()
{
	local name=$1 before
	shift
	before=$(($(asked OPEN) + $(asked RELEASE) + $(asked FLUSH) + $(asked READ)))
	"$@" >"$dir/out" 2>&1
	is "$name" "0 0" "$? $(($(asked OPEN) + $(asked RELEASE) + $(asked FLUSH) + $(asked READ) - before - reading))"
}

fails "it is read-only" EROFS "mkdir $s/new"
like "config says so" "*noopen true*" "$(cat "$m/.ecsfs/config")"
costs "a first walk costs no call, but the list of ports where servers tell none" "$(either 0 1)" grep -r . "$x"
# What the counters themselves cost: each is read once more in between.
before=$(asked READ)
reading=$((4 * ($(asked READ) - before)))
quiet "the next walk" grep -r . "$x"
cat "$s"/*-*-*-*-*/status >"$dir/null"
quiet "cat of every status" bash -c "cat $s/*-*-*-*-*/status"
is "nothing is opened" 1 "$(asked OPEN)"
is "every size is the length" "" "$(find "$x" -type f | while read -r f; do
	[ "$(stat -c %s "$f")" = "$(cat "$f" | wc -c)" ] || echo "$f"; done)"
is "json is JSON" "$one" "$(jq -r .id "$x/json")"
ok "the counters" grep -q '^ecsfs_waiting ' "$m/.ecsfs/stats"
ok "what other tools read" bash -c "jq -e . '$m/eu-de/export/servers.json' >/dev/null"
fails "a file with a call of its own is not there" ENOENT "cat $x/console.log"
is "nor listed" "" "$(ls "$x" | grep -E '^(console.log|console.url|events|password)$')"
fails "nothing waits" ENOENT "cat $x/wait/ACTIVE"
fails "a write" EROFS "echo x >$x/name"

# Directories are not opened either.
listings() { echo $(($(asked OPENDIR) + $(asked RELEASEDIR) + $(asked READDIR) + $(asked READDIRPLUS))); }
ls -lR "$x" >"$dir/first"
find "$s" -maxdepth 2 >"$dir/found"
find "$m" -maxdepth 3 >"$dir/null"
before=$(listings)
ls -lR "$x" >"$dir/second"
is "a second walk lists nothing here" 0 $(($(listings) - before))
is "and shows the same" "" "$(diff "$dir/first" "$dir/second")"
is "so does find among $(ls "$s" | wc -l)" "0" \
	"$(find "$s" -maxdepth 2 | diff - "$dir/found" | wc -l)"
find "$m" -maxdepth 3 >"$dir/null"
is "and of what is above" 0 $(($(listings) - before))
is "one was opened, in vain" "1 0" "$(asked OPENDIR) $(asked RELEASEDIR)"
is "every server once" "$(control GET servers | awk -v p="$(id project)" '$4 == "eu-de-01" && $5 == p { print $1 }' | sort)" \
	"$(ls "$s" | grep -E '^.{8}-.{4}-.{4}-.{4}-.{12}$' | sort)"
for i in 1 2 3 4; do
	ls -f "$s/by-name" >"$dir/names.$i" &
	echo $! >>"$dir/listers"
done
wait $(cat "$dir/listers")
is "four who list at once see the same" 1 "$(sort "$dir"/names.* | uniq -c | awk '{ print $1 }' | sort -u | wc -l)"
detach

# Changes of others are seen when the time to live is over.
attach -o noopen,ttl=1
cat "$x/name" "$x/json" >"$dir/null"
for name in a a-longer-one b; do
	control PATCH "servers/$one" "{\"name\":\"$name\"}" >"$dir/null"
	becomes "it is $name then" "$x/name" "$name"
	is "in all its files" "$name" "$(jq -r .name "$x/json")"
done
ok "a tag of others" bash -c "ls '$x/tags' && ls '$s' '$s/by-name' '$m/eu-de/eu-de-01'" # they are kept now
control PATCH "servers/$one" '{"tags":["theirs=1"]}' >"$dir/null"
ok "is listed then" wait_for 60 bash -c "[ \"\$(ls '$x/tags')\" = theirs ]"
is "a name as well" b "$(ls "$s/by-name" | grep -x b)"
new=$(control POST servers '{"project":"eu-de","name":"newcomer","availability_zone":"eu-de-01"}')
ok "a server of others" wait_for 60 bash -c "ls '$s' | grep -qx '$new'"
ok "in a view" wait_for 60 bash -c "ls '$s/by-name' | grep -qx newcomer"
# Who keeps it open.
mkfifo "$dir/go"
exec 7<>"$dir/go"
python3 -c '
import os, sys
fd = os.open(sys.argv[1], os.O_RDONLY)
go = open(sys.argv[2])
with open(sys.argv[3], "w") as out:
	while True:
		print(*os.listdir(fd), file=out, flush=True)
		go.readline()
' "$s/by-name" "$dir/go" "$dir/seen" &
reader=$!
wait_for 10 grep -qw newcomer "$dir/seen"
control PATCH "servers/$new" '{"name":"known"}' >"$dir/null"
ok "by who rewinds" wait_for 60 bash -c "echo >'$dir/go'; grep -qw known '$dir/seen'"
kill $reader
wait $reader 2>"$dir/null"
# Servers come and go while many list.
for i in 1 2 3 4; do
	{
		while [ ! -e "$dir/stop" ]; do ls -l "$s" "$s/by-name" "$s/by-status/ACTIVE"; done >"$dir/null.$i" 2>&1
		touch "$dir/ended.$i"
	} &
done
for i in $(seq 10); do
	new=$(control POST servers '{"project":"eu-de","name":"passing","availability_zone":"eu-de-01"}')
	ok "server $i comes" wait_for 20 test -d "$s/$new"
	control DELETE "servers/$new" >"$dir/null"
	ok "and goes" wait_for 20 test ! -e "$s/$new"
done
touch "$dir/stop"
for i in 1 2 3 4; do
	ok "lister $i has not been left waiting" wait_for 60 test -e "$dir/ended.$i"
done
is "they see the truth" "$(control GET servers | awk -v p="$(id project)" '$4 == "eu-de-01" && $5 == p { print $1 }' | sort)" \
	"$(ls "$s" | grep -E '^.{8}-.{4}-.{4}-.{4}-.{12}$' | sort)"
tail -f "$x/status" >"$dir/tail" &
reader=$!
wait_for 10 grep -q ACTIVE "$dir/tail"
kill $reader
wait $reader 2>"$dir/null"
is "tail -f" ACTIVE "$(cat "$dir/tail")"
done_testing
