#!/bin/bash
# What empties a directory elsewhere destroys nothing here: with and without -o allow_delete, over the whole mount
# and over each kind of directory. And a mount that is read-only sends nothing but reads, whatever is tried.
. "$(dirname "$0")/lib.sh"

# kinds - a directory of each kind of a region, one a line; without those that hold everything
kinds()
{
	find "$m/eu-de" -mindepth 1 -type d ! -path '*/projects/*' -printf '%P\n' 2>"$dir/null" >"$dir/directories"
	sed -E -e 's/[0-9a-f]{8}-[0-9a-f-]{27}/ID/g; s/[0-9a-f]{32}/ID/g; s/eu-de-0[0-9]/ZONE/g' \
		-e 's,(flavors|keypairs|rules|volume_types|by-[a-z]+)/[^/]+,\1/ID,g' "$dir/directories" |
		paste - "$dir/directories" | awk -F '\t' '
		$1 !~ /^(ZONE|projects|flavors|ZONE\/servers)$/ && !seen[$1]++ { print $2 }'
}

# sweep TOOL DIRECTORY - as who means to empty it, in a session of its own: what another was refused is no help
sweep()
{
	case $1 in
	bottomup) setsid -w python3 "$dir/bottomup.py" "$2" ;;
	threads) setsid -w python3 "$dir/threads.py" "$2" ;;
	forks) setsid -w python3 "$dir/forks.py" "$2" ;;
	rm) setsid -w rm -rf "$2" ;;
	find) setsid -w find "$2" -delete ;;
	rsync) setsid -w rsync -r --delete "$dir/empty/" "$2/" ;;
	git) setsid -w git --git-dir="$dir/repo/.git" --work-tree="$2" clean -ffdxq ;;
	rmtree) setsid -w python3 -c 'import shutil, sys; shutil.rmtree(sys.argv[1], ignore_errors=True)' "$2" ;;
	busybox) setsid -w busybox rm -rf "$2" ;;
	esac >"$dir/out" 2>&1
}

cloud --servers 6 --bms 2
mkdir "$dir/empty"
# The deepest first, whatever is refused; all at once.
cat >"$dir/bottomup.py" <<PY
import os, sys
def tried(what, path):
    try:
        what(path)
    except OSError:
        pass
for root, dirs, files in os.walk(sys.argv[1], topdown=False):
    for name in files:
        tried(os.remove, os.path.join(root, name))
    for name in dirs:
        tried(os.rmdir, os.path.join(root, name))
tried(os.rmdir, sys.argv[1])
PY
cat >"$dir/threads.py" <<PY
import os, sys, threading
def remove(path):
    try:
        if os.path.isdir(path) and not os.path.islink(path):
            threads = [threading.Thread(target=remove, args=[os.path.join(path, name)]) for name in os.listdir(path)]
            for t in threads: t.start()
            for t in threads: t.join()
            os.rmdir(path)
        else:
            os.unlink(path)
    except (OSError, RuntimeError):
        pass
remove(sys.argv[1])
PY
# A process for each removal, as a shell has, which takes its time.
cat >"$dir/forks.py" <<PY
import os, sys, time
def tried(what, path):
    if os.fork() == 0:
        try:
            what(path)
        finally:
            os._exit(0)
    os.wait()
def remove(directory):
    entries = list(os.scandir(directory))
    dirs = [e.path for e in entries if e.is_dir(follow_symlinks=False)]
    for e in entries:
        if e.path not in dirs:
            tried(os.unlink, e.path)
    for path in dirs:
        if path == dirs[-1]:
            time.sleep(2.5)
        remove(path)
    tried(os.rmdir, directory)
remove(sys.argv[1])
PY
tools=(rm find rmtree bottomup)
for tool in rsync git busybox; do
	command -v $tool >"$dir/null" && tools+=("$tool")
done
[[ " ${tools[*]} " != *" git "* ]] || git init -q "$dir/repo"
control GET servers | sort >"$dir/servers"

attach -o ttl=600
for tool in rm find rsync; do
	[[ " ${tools[*]} " == *" $tool "* ]] || continue
	forget_requests
	sweep "$tool" "$m"
	is "$tool over the whole mount" "" "$(writes)"
done
detach

attach -o ttl=600,allow_delete
kinds >"$dir/kinds"
ok "$(wc -l <"$dir/kinds") kinds of directories" test "$(wc -l <"$dir/kinds")" -gt 40
for tool in "${tools[@]}"; do
	forget_requests
	sweep "$tool" "$m"
	is "allow_delete: $tool over the whole mount" "" "$(writes)"
	bad=
	while read -r kind; do
		[[ $kind != */@(tags|metadata|members) ]] || continue # named itself, it may be emptied: see below
		forget_requests
		sweep "$tool" "$m/eu-de/$kind"
		[ -z "$(writes)" ] || bad+="$kind: $(writes | head -n 2 | xargs)"$'\n'
	done <"$dir/kinds"
	is "allow_delete: $tool over each kind of directory" "" "$bad"
done
is "the servers are what they were" "" "$(control GET servers | sort | diff - "$dir/servers")"

# Who means it and says so, by name.
a=$(make victim)
ok "a tag" bash -c "echo v >$s/$a/tags/k; echo v >$s/$a/tags/l"
forget_requests
ok "rm of a tag" setsid -w rm "$s/$a/tags/k"
is "is sent" 1 "$(writes | wc -l)"
ok "rm of all tags, which the shell lists" bash -c "setsid -w rm $s/$a/tags/*"
is "none is left" "" "$(ls "$s/$a/tags")"

# Who looks at tags before removing some is no sweep, from whatever program.
for i in a b c d e f g h; do echo v >"$s/$a/tags/$i"; echo v >"$s/$a/metadata/$i"; done
forget_requests
ok "find -name" setsid -w find "$s/$a/tags" -name a -delete
ok "a script that lists and removes one" setsid -w python3 -c "import os, sys
for t in os.listdir(sys.argv[1]):
    if t == 'b': os.remove(os.path.join(sys.argv[1], t))" "$s/$a/tags"
ok "of every server" setsid -w python3 -c "import glob, os, sys
for t in glob.glob(sys.argv[1] + '/*/metadata/a'):
    os.remove(t)" "$s"
ok "a file manager, in which somebody came from above" setsid -w python3 -c "import os, sys, time
x = sys.argv[1]
os.listdir(x)
time.sleep(2.5) # as a person does
os.listdir(x + '/tags')
os.remove(x + '/tags/c')" "$s/$a"
is "what was meant" "b c d e f g h d e f g h" "$(ls "$s/$a/tags" "$s/$a/metadata" | grep -x . | xargs)"
is "was sent once each" 4 "$(writes | wc -l)"
ok "tags that are named themselves" bash -c "setsid -w rm -rf $s/$a/tags/* && ! setsid -w rm -rf $s/$a/metadata 2>/dev/null"
is "are emptied" "" "$(ls "$s/$a/tags" "$s/$a/metadata" | grep -x .)"
echo v >"$s/$a/tags/k"
for tool in "${tools[@]}" threads; do
	[ "$tool" != git ] || continue
	forget_requests
	sweep "$tool" "$s/$a"
	is "$tool over the server: nothing" "" "$(writes)"
done
like "says what to do" "*use r*" "$(cat "$s/$a/error")"
echo 10 >"$z/volume_template/size_gb"
ok "a disk with a snapshot" bash -c "mkdir $z/volumes/d && cat $z/volumes/d/wait/available && mkdir $z/volumes/d/snapshots/s"
d=$(cat "$z/volumes/d/id")
for object in "$s/$a" "$z/volumes/$d"; do
	forget_requests
	sweep forks "$object"
	is "a process for each removal, of ${object#"$z/"}: nothing is deleted" "" "$(writes | grep -v -e tags -e metadata)"
done

# What brings something of that name removes what is in the way: mv from elsewhere, tar.
mkdir -p "$dir/new/$a" "$dir/files" "$dir/busybox"
: >"$dir/files/$a"
tar -C "$dir/files" -cf "$dir/files.tar" "$a"
forget_requests
fails "mv of a directory" EPERM "setsid -w mv $dir/new/$a $s/"
fails "mv -T" EPERM "setsid -w mv -T $dir/new/$a $s/victim"
setsid -w tar -C "$s" -xf "$dir/files.tar" 2>"$dir/null"
for tool in mv tar; do
	command -v busybox >"$dir/null" || break
	ln -s "$(command -v busybox)" "$dir/busybox/$tool"
	setsid -w busybox $tool $([ $tool = mv ] && echo "$dir/new/$a $s/" || echo "-C $s -xf $dir/files.tar") 2>"$dir/null"
	setsid -w "$dir/busybox/$tool" $([ $tool = mv ] && echo "$dir/new/$a $s/" || echo "-C $s -xf $dir/files.tar") 2>"$dir/null"
done
is "what puts something in its place deletes nothing" "" "$(writes)"
is "the tag is there" v "$(cat "$s/$a/tags/k")"

echo true >"$s/$a/locked"
fails "a locked server" EPERM "setsid -w rmdir $s/$a"
like "its sentence" "*locked*" "$(cat "$s/$a/error")"
echo false >"$s/$a/locked"
fails "find -delete of a server" EPERM "setsid -w find $s/$a -delete"
fails "a process that has listed it" EPERM "setsid -w python3 -c 'import os, sys; os.listdir(sys.argv[1]); os.rmdir(sys.argv[1])' $s/$a 2>&1 |
	grep -o 'Operation not permitted' >&2; false"
ok "rmdir of a server" setsid -w rmdir "$s/$a"
ok "deletes it" wait_for 20 bash -c "! curl -s '$base/_sandbox/servers' | grep -q $a"
detach

attach -o ttl=1,allow_delete
# A pattern that matches more than was meant.
for i in $(seq 24); do
	control POST servers "{\"project\":\"eu-de\",\"name\":\"run-$i\",\"availability_zone\":\"eu-de-01\"}" >"$dir/null"
done
left=$(cat "$m/.ecsfs/confirm") # 20
deletes=$(either 'POST .*/cloudservers/delete' 'DELETE .*/servers/[^/]*')
forget_requests
fails "a run of deletes" EDQUOT "setsid -w rmdir $s/run-{1..24}"
is "the twenty-first is refused" "$left" "$(writes | grep -cx "$deletes")"
like "the sentence says how to go on" "*.ecsfs/confirm" "$(cat "$s/run-24/error")"
sh_ok "two more are meant" "echo 2 >$m/.ecsfs/confirm"
fails "a number" EINVAL "echo many >$m/.ecsfs/confirm"
is "it says so" 2 "$(cat "$m/.ecsfs/confirm")"
fails "the rest" EDQUOT "setsid -w rmdir $s/run-{1..24}"
is "what was confirmed is deleted" $((left + 2)) "$(writes | grep -cx "$deletes")"

# A sweep that takes its time: lists that have to be fetched again on the way.
a=$(make slow)
ls "$s" >"$dir/null"
control POST latency 1500 >"$dir/null"
forget_requests
sweep find "$s/$a"
is "find over a server of a slow cloud" "" "$(writes)"
control POST latency 0 >"$dir/null"
detach

# What costs nothing, without allow_delete: a pipe of names is a run as well.
attach -o ttl=1
for i in $(seq 24); do
	mkdir "$m/eu-de/security_groups/$(id security_group)/rules/ingress tcp $i 10.0.0.0%2F8" 2>"$dir/null"
done
forget_requests
find "$m/eu-de/security_groups" -mindepth 3 -path '*/rules/*' -print0 >"$dir/names"
ok "there are so many rules" test "$(tr -cd '\0' <"$dir/names" | wc -c)" -gt 20
fails "names through xargs" EDQUOT "setsid -w xargs -0 -n1 rmdir <$dir/names"
is "of rules, too, twenty are deleted" 20 "$(writes | grep -c DELETE)"
detach

# Read-only: whatever is tried, the cloud is only read.
control POST servers '{"project":"eu-de","name":"readonly","availability_zone":"eu-de-01"}' >"$dir/id"
attach -o ro,allow_delete
a=$(cat "$dir/id")
name=$(ls "$s/by-name" | head -n 1)
is "read-only: no verb is offered" "" "$(cat "$s/$a/action")"
forget_requests
tried=0
try()
{
	tried=$((tried + 1))
	! timeout 30 setsid -w bash -c "$1" >"$dir/out" 2>&1 || bad+="$1"$'\n'
}
bad=
for verb in stop "stop hard" reboot lock delete; do try "echo $verb >$s/$a/action"; done
for batch in start stop reboot delete; do try "echo $a >$s/batch/$batch"; done
for file in "$s/$a/name" "$s/$a/status" "$s/$a/tags/k" "$s/$a/metadata/k" "$z/template/flavor" "$m/.ecsfs/refresh"; do
	try "echo x >$file"
	try "echo x >>$file"
	try "truncate -s 0 $file"
	try "rm $file"
	try "mv $file $file.old"
done
for directory in "$s/new" "$m/eu-de/vpcs/new" "$m/eu-de/eips/new" "$z/volumes/new" "$z/drafts/new" "$s/$a/volumes/new" \
	"$m/eu-de/keypairs/new" "$m/eu-de/security_groups/new"; do
	try "mkdir $directory"
done
for directory in "$s/$a" "$s/$a/volumes"/* "$s/$a/nics"/* "$m/eu-de/vpcs"/* "$z/volumes"/* "$m/eu-de/keypairs"/*; do
	try "rmdir $directory"
done
try "mv $s/by-name/$name $s/by-name/other"
try "ln -s x $s/x"
try "ln $s/$a/name $s/$a/name2"
try "chmod 777 $s/$a/name"
try "chown 1 $s/$a/name"
try "touch $s/$a/name"
try "touch $s/$a"
try "mknod $s/$a/fifo p"
try "cp /etc/passwd $s/$a/action"
try "tee $s/batch/stop </etc/passwd"
is "read-only: all $tried are refused" "" "$bad"
for tool in "${tools[@]}"; do sweep "$tool" "$s/$a"; done
is "read-only: nothing but reads is sent" "" "$(writes)"
ok "read-only: the server is there" test -d "$s/$a"
done_testing
