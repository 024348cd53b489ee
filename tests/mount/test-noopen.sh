#!/bin/bash
# -o noopen: what is known is read without a request.
. "$(dirname "$0")/lib.sh"

cloud --servers 30
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
detach

# Changes of others are seen when the time to live is over.
attach -o noopen,ttl=1
cat "$x/name" "$x/json" >"$dir/null"
for name in a a-longer-one b; do
	control PATCH "servers/$one" "{\"name\":\"$name\"}" >"$dir/null"
	becomes "it is $name then" "$x/name" "$name"
	is "in all its files" "$name" "$(jq -r .name "$x/json")"
done
tail -f "$x/status" >"$dir/tail" &
reader=$!
wait_for 10 grep -q ACTIVE "$dir/tail"
kill $reader
wait $reader 2>"$dir/null"
is "tail -f" ACTIVE "$(cat "$dir/tail")"
done_testing
