#!/bin/bash
# Listings that the kernel keeps: they cost no request, and are never old.
. "$(dirname "$0")/lib.sh"

cloud --servers 30
attach -o ttl=600
one=$(some ACTIVE)
x=$s/$one

# READDIR or READDIRPLUS
listings()
{
	echo $(($(asked READDIR) + $(asked READDIRPLUS)))
}

# lists NAME N COMMAND... - it succeeds, and the kernel asks for N pieces of listings
lists()
{
	local name=$1 n=$2 before
	shift 2
	before=$(listings)
	ok "$name" "$@"
	is "$name: $n" "$n" $(($(listings) - before))
}

# kept COMMAND... - for wait_for: it succeeds, and the kernel asks for no listing
kept()
{
	local before
	before=$(listings)
	"$@" >"$dir/null" && [ "$(listings)" = "$before" ]
}

# free COMMAND... - the same, and it costs no request
free()
{
	local before
	before=$(count)
	"$@" >"$dir/null" && [ "$(count)" = "$before" ]
}

ok "a first walk" ls -R "$x"
ok "and one that finds what it has left open" ls -R "$x"
own=$(either 0 2) # Nova's document does not name the ports of nics/
lists "a walk through a server" "$own" ls -R "$x"
lists "find" "$own" find "$x"
before=$(asked LOOKUP)
ok "with attributes" ls -lR "$x"
is "no name is looked up again" 0 $(($(asked LOOKUP) - before))

# Who walks is known without being asked for a listing.
# On a machine that is slow it may take longer than a walk does.
ok "a walker asks for nothing" wait_for 60 free grep -r . "$x"
ok "the next walker" wait_for 60 free grep -r . "$x"
# reads COMMAND... - how often it has the kernel read, beside the counters themselves
reads()
{
	local before idle
	before=$(asked READ)
	idle=$(($(asked READ) - before))
	before=$(asked READ)
	"$@" >"$dir/null"
	echo $(($(asked READ) - before - idle))
}
# In nics/ is what Nova does not tell, and in device what the server's document does.
is "what is empty for a walker is not read" 0 "$(reads grep -r --exclude={json,device} --exclude-dir=nics . "$x")"

costs "cp -r" 0 bash -c "cp -r '$x' '$dir/copy' && rm -rf '$dir/copy'"
costs "who has not listed it asks the cloud" 1 cat "$x/console.log"

# What comes from the cloud's lists.
r=${z%/*}
for list in "$s" "$s/by-name" "$s/by-tag" "$s/by-status/ACTIVE" "$r/flavors" "$z/flavors"; do
	ok "ls of ${list#"$m/"}" ls "$list"
	lists "and again" 0 ls "$list"
	lists "with attributes, again" 0 ls -l "$list"
done
missed=0
before=called-0
echo $before >"$x/name" # the one that it has may be another's too
for i in $(seq 15); do
	ls "$s/by-name" >"$dir/null"
	echo "called-$i" >"$x/name"
	ls "$s/by-name" | grep -qx "called-$i" || missed=$((missed + 1))
	! ls "$s/by-name" | grep -qx "$before" || missed=$((missed + 1))
	before=called-$i
done
is "each new name is seen in by-name" 0 $missed
missed=0
for i in $(seq 8); do
	mkdir "$r/keypairs/k$i" && ls "$r/keypairs" | grep -qx "k$i" || missed=$((missed + 1))
	ls "$r/keypairs" >"$dir/null"
	rmdir "$r/keypairs/k$i" && ! ls "$r/keypairs" | grep -qx "k$i" || missed=$((missed + 1))
done
is "what is made and removed is seen in its directory" 0 $missed

# So is what can never be there.
before=$(asked LOOKUP)
for name in nonsense staus .status.swp; do
	for i in 1 2 3; do
		[ ! -e "$x/$name" ] || echo "$name is there"
	done
done
is "what is never there is asked for once" 3 $(($(asked LOOKUP) - before))
fails "nor made" EPERM "mkdir $x/nonsense"

# Where links lead is kept as well.
ls -lR "$x" >"$dir/null"
before=$(asked READLINK)
ok "where its links lead" ls -lR "$x"
is "is not read again" 0 $(($(asked READLINK) - before))

# Own changes, in the directory, beside it and through another name.
missed=0
for i in $(seq 30); do
	echo v >"$x/tags/key$i"
	ls "$x/tags" | grep -qx "key$i" || missed=$((missed + 1))
	rm "$x/tags/key$i"
	! ls "$x/tags" | grep -qx "key$i" || missed=$((missed + 1))
done
is "each own tag is seen to come and go" 0 $missed
name=only-one
echo $name >"$x/name"
ok "both names are known" ls "$x/tags" "$s/$name/tags"
missed=0
for i in $(seq 30); do
	echo v >"$s/$name/tags/key$i"
	ls "$x/tags" | grep -qx "key$i" || missed=$((missed + 1))
	rm "$x/tags/key$i"
	! ls "$s/$name/tags" | grep -qx "key$i" || missed=$((missed + 1))
done
is "through the server's name as well" 0 $missed

# Changes of others: after a refresh, and when the time to live is over.
ls "$x/tags" >"$dir/null"
control PATCH "servers/$one" '{"tags":["theirs=1"]}' >"$dir/null"
echo "${x#"$m"}" >"$m/.ecsfs/refresh"
is "after a refresh of the server" theirs "$(ls "$x/tags" | xargs)"
control PATCH "servers/$one" '{"tags":["mine=1","theirs=1"]}' >"$dir/null"
echo >"$m/.ecsfs/refresh"
is "after one of everything" "mine theirs" "$(ls "$x/tags" | xargs)"
ok "then it is kept again, once the kernel has been told" wait_for 60 kept ls "$x/tags"

# An open directory that is read again from its start.
# rewinder DIRECTORY FIFO FILE - its names on a line of FILE, once more for each line from FIFO
rewinder='
import os, sys
fd = os.open(sys.argv[1], os.O_RDONLY)
go = open(sys.argv[2])
with open(sys.argv[3], "w") as out:
	for _ in range(3):
		print(*sorted(os.listdir(fd)), file=out, flush=True)
		go.readline()
'
mkfifo "$dir/go"
exec 7<>"$dir/go"
python3 -c "$rewinder" "$x/tags" "$dir/go" "$dir/seen" &
reader=$!
wait_for 60 grep -q theirs "$dir/seen"
echo v >"$x/tags/another"
echo >&7
wait_for 60 grep -q another "$dir/seen"
rm "$x/tags/another"
echo >&7
wait_for 60 bash -c "[ \$(wc -l <'$dir/seen') = 3 ]"
echo >&7
wait $reader
is "rewound, it is as it is then" "mine theirs|another mine theirs|mine theirs|" "$(tr '\n' '|' <"$dir/seen")"

# Many who list while somebody changes.
for i in $(seq 4); do
	while [ ! -e "$dir/stop" ]; do ls "$x/tags" "$x/metadata" >"$dir/null.$i"; done &
done
missed=0
for i in $(seq 60); do
	echo v >"$x/tags/k$i"
	[ "$(ls "$x/tags" | xargs)" = "k$i mine theirs" ] || missed=$((missed + 1))
	rm "$x/tags/k$i"
	[ "$(ls "$x/tags" | xargs)" = "mine theirs" ] || missed=$((missed + 1))
done
touch "$dir/stop"
wait $(jobs -p | grep -vx -e "$mount_pid" -e "$cloud_pid")
is "among many who list, none is missed" 0 $missed

detach

# The time to live: other's changes are seen once it is over.
attach -o ttl=1
ls "$x/tags" >"$dir/null"
control PATCH "servers/$one" '{"tags":["last=1"]}' >"$dir/null"
ok "after the time to live" wait_for 60 bash -c "[ \"\$(ls '$x/tags')\" = last ]"
for flavor in s3.medium.1 s3.medium.2 s3.large.2 s3.medium.1; do
	control PATCH "servers/$one" "{\"flavor\":\"$flavor\"}" >"$dir/null"
	ok "a link to $flavor" wait_for 60 bash -c "[ \"\$(readlink '$x/flavor_dir')\" = ../../../flavors/$flavor ]"
	is "leads there, and is as long" "$flavor $(printf ../../../flavors/$flavor | wc -c)" \
		"$(cat "$x/flavor_dir/id") $(stat -c %s "$x/flavor_dir")"
done
ls "$s/by-name" >"$dir/null"
control PATCH "servers/$one" '{"name":"theirs"}' >"$dir/null"
ok "in a view as well" wait_for 60 bash -c "ls '$s/by-name' | grep -qx theirs"
: >"$dir/seen"
python3 -c "${rewinder/range(3)/range(600)}" "$s/by-name" "$dir/go" "$dir/seen" &
reader=$!
wait_for 60 grep -qw theirs "$dir/seen"
control PATCH "servers/$one" '{"name":"another"}' >"$dir/null"
ok "and by who rewinds it" wait_for 60 bash -c "echo >'$dir/go'; grep -qw another '$dir/seen'"
kill $reader
wait $reader
detach

# Who has listed what is known from the open alone.
attach -o ttl=600
echo v >"$x/tags/k"
ls "$x/tags" "$x" >"$dir/null"
ls "$x/tags" "$x" >"$dir/null"
before=$(listings)
fails "who walks through kept listings" EPERM "setsid -w python3 -c 'import os, sys
os.listdir(sys.argv[1])
os.listdir(sys.argv[1] + \"/tags\")
os.remove(sys.argv[1] + \"/tags/k\")' $x"
is "nothing had to be listed" 0 $(($(listings) - before))
ok "rm by its name" setsid -w rm "$x/tags/k"
done_testing
