#!/bin/bash
# Changing servers: verbs, status, name, description, lock, metadata, tags. What was written is read back, and the
# cloud got one request for it.
. "$(dirname "$0")/lib.sh"

cloud --servers 12
attach
a=$(make first)
d=$s/$a

# Verbs.
is "what a running server can do" "reboot stop" "$(awk '{ print $1 }' "$d/action" | grep -E '^(start|stop|reboot)$' | sort | xargs)"
forget_requests
sh_ok "stop" "echo stop >$d/action"
is "one request" 1 "$(writes | wc -l)"
like "it is a stop" "POST /eu-de/ecs/v*/$(either cloudservers "servers/$a")/action" "$(writes)"
like "it shows at once that something is under way" "*SHUTOFF" "$(cat "$d/task_state")$(cat "$d/status")SHUTOFF"
becomes "it stops" "$d/status" SHUTOFF
is "so does the cloud say" "first SHUTOFF" "$(truth "$a")"
becomes "no task is left" "$d/task_state" ""
is "no error" "" "$(cat "$d/error")"
is "what a stopped server can do" start "$(awk '{ print $1 }' "$d/action" | grep -E '^(start|stop)$' | xargs)"
fails "stop again" EBUSY "echo stop >$d/action"
like "the sentence says why" "*$(either SHUTOFF stopped)*" "$(cat "$d/error")"
sh_ok "why tells the same" "! echo stop >$d/action 2>/dev/null; cat $m/.ecsfs/why | grep -qE 'SHUTOFF|stopped'"
sh_ok "start, through status" "echo ACTIVE >$d/status"
becomes "it starts" "$d/status" ACTIVE
is "a good change clears the error" "" "$(cat "$d/error")"
forget_requests
sh_ok "reboot" "echo reboot >$d/action"
is "one request" 1 "$(writes | wc -l)"
becomes "rebooted" "$d/status" ACTIVE
becomes "done" "$d/task_state" ""
for again in 1 2 3; do cat "$d/status" "$d/task_state" >"$dir/null"; done # the kernel has them all cached
hard=$(either "stop hard" stop) # Nova cannot pull the plug
sh_ok "$hard" "echo '$hard' >$d/action"
unlike "a cached value is not shown after one's own change" ACTIVE "$(cat "$d/task_state" "$d/status" | xargs)"
becomes "stopped" "$d/status" SHUTOFF
becomes "done" "$d/task_state" ""
sh_ok "two verbs in one go" "printf 'start\n' >$d/action"
becomes "started" "$d/status" ACTIVE
sh_ok "reboot hard" "echo 'reboot hard' >$d/action"
becomes "it is back" "$d/status" ACTIVE
becomes "idle" "$d/task_state" ""
forget_requests
sh_ok "writing what is so already" "echo ACTIVE >$d/status"
is "is no change" "" "$(writes)"
is "it runs" ACTIVE "$(cat "$d/status")"
log_in
api POST "ecs/v2.1/$(id project)/servers/$a/action" '{"os-stop":null}' >"$dir/null"
ok "stopped by somebody else" wait_for 10 bash -c \
	"curl -s $base/_sandbox/servers | grep $(basename "$d") | grep -q SHUTOFF"
forget_requests
sh_ok "what only seems to be so" "echo ACTIVE >$d/status"
is "is one" "1" "$(writes | wc -l)"
becomes "it runs" "$d/status" ACTIVE
becomes "idle" "$d/task_state" ""

# Through name and link.
sh_ok "by name" "echo stop >$s/first/action"
becomes "stopped" "$d/status" SHUTOFF
becomes "idle" "$d/task_state" ""
sh_ok "through the link" "echo start >$s/by-name/first/action"
becomes "started" "$d/status" ACTIVE

# Values.
forget_requests
sh_ok "rename" "echo second >$d/name"
is "one request" 1 "$(writes | wc -l)"
is "read back" second "$(cat "$d/name")"
is "by the new name" "$a" "$(cat "$s/second/id")"
is "its link" "../$a" "$(readlink "$s/by-name/second")"
ok "not by the old one" gone "$s/first"
ok "nor its link" bash -c "! ls $s/by-name | grep -qx first"
like "the cloud knows" "second *" "$(truth "$a")"
sh_ok "rename by moving the link" "mv $s/by-name/second $s/by-name/third"
is "read back" third "$(cat "$d/name")"
like "the cloud knows" "third *" "$(truth "$a")"
forget_requests
other=$(ls "$s/by-name" | grep -v -x third | head -n 1)
fails "onto another one" EEXIST "mv -T $s/by-name/third $s/by-name/$other"
like "the sentence" "*has that name already" "$(why)"
fails "to what is no name" EBADRQC "mv $s/by-name/third '$s/by-name/no name'"
is "is asked for once" 1 "$(writes | wc -l)"
fails "moving it elsewhere" EPERM "cd $s && python3 -c 'import os; os.rename(\"by-name/third\", \"../template/third\")' 2>&1"
like "nothing has changed" "third *" "$(truth "$a")"
sh_ok "description" "echo 'what it is for' >$d/description"
is "read back" "what it is for" "$(cat "$d/description")"
sh_ok "an empty line clears it" "echo >$d/description"
is "cleared" "" "$(cat "$d/description")"
sh_ok "lock" "echo true >$d/locked"
is "locked" true "$(cat "$d/locked")"
sh_ok "unlock" "echo false >$d/locked"
is "unlocked" false "$(cat "$d/locked")"

# Metadata and tags: files that can be made and removed.
for kind in metadata tags; do
	k=$d/$kind
	forget_requests
	sh_ok "$kind: new" "echo blue >$k/colour"
	is "$kind: one request" 1 "$(writes | wc -l)"
	is "$kind: read back" blue "$(cat "$k/colour")"
	sh_ok "$kind: change" "echo green >$k/colour"
	is "$kind: read back" green "$(cat "$k/colour")"
	sh_ok "$kind: a second key" "echo 1 >$k/size"
	is "$kind: listed" "colour size" "$(ls "$k" | grep -x -e colour -e size | xargs)"
	is "$kind: size is exact" 6 "$(stat -c %s "$k/colour")"
	ok "$kind: rm" rm "$k/size"
	is "$kind: gone" colour "$(ls "$k" | grep -x -e colour -e size | xargs)"
	fails "$kind: rm of what is not there" ENOENT "rm $k/size"
	fails "$kind: mkdir" EPERM "mkdir $k/x"
	is "$kind: as the API's document says" green "$(jq -r --arg k $kind '(.server // .)[$k] |
		if type == "array" then map(select(startswith("colour="))[7:])[0] else .colour end' "$d/json")"
done
ok "touch is a refresh" touch "$d/status"

# While somebody writes, a reader sees one value or another, never none.
for i in $(seq 60); do echo "w-$i"; done | while read -r value; do echo "$value" >"$d/name"; done &
writer=$!
odd=0
while kill -0 $writer 2>"$dir/null"; do
	case $(cat "$d/name") in w-* | third) ;; *) odd=$((odd + 1)) ;; esac
	[ -s "$d/name" ] || odd=$((odd + 1))
done
wait $writer
is "a reader beside a writer never finds nothing" 0 $odd
is "the last value stays" w-60 "$(cat "$d/name")"

# A document that changes while it is read in blocks: one version, whole. Its new one is longer, or shorter, and in
# between the kernel has been told of it, or not yet.
cat >"$dir/blocks.py" <<PY
import os
def change(size, told):
    open("$d/description", "w").write("d" * size + "\n")
    if told:
        open("$m/.ecsfs/refresh", "w").write("\n")
    return open("$d/json").read()
for block in 4096, 7:
    for told in True, False:
        for sizes in (1, 80), (80, 1):
            old = change(sizes[0], True)
            f = os.open("$d/json", os.O_RDONLY)
            read = [os.read(f, block)]
            assert len(read[0]) == block
            new = change(sizes[1], told)
            assert len(new) - len(old) == sizes[1] - sizes[0]
            while piece := os.read(f, block):
                read.append(piece)
            assert b"".join(read).decode() == old, (block, told, sizes)
            os.close(f)
PY
control PATCH "servers/$a" "$(jq -n '[range(30) | { key: "k\(.)", value: ("v" * 200) }] | { metadata: from_entries }')" >/dev/null
echo >"$m/.ecsfs/refresh"
ok "the document is more than a page" test "$(cat "$d/json" | wc -c)" -gt 8192
ok "it is read to its end as it was" python3 "$dir/blocks.py"
is "every reader reads all of it" 1 "$(for how in cat 'busybox cat' 'dd status=none bs=7' 'tail -n 1000' 'awk 1' 'jq .' \
	'python3 -c "import os, sys; os.sendfile(1, 0, 0, 99999)"'; do
	bash -c "$how <$d/json" | md5sum
done | sort -u | wc -l)"
ok "it can be mapped, if privately" python3 -c "import mmap; f = open('$d/json', 'rb'); assert mmap.mmap(f.fileno(), 0,
	flags=mmap.MAP_PRIVATE)[:] == f.read()"

# Somebody else's changes are seen within the time to live, or after a refresh of just that.
control PATCH "servers/$a" '{"name":"elsewhere"}' >/dev/null
sh_ok "refresh of one server" "echo ${d#"$m"} >$m/.ecsfs/refresh"
is "seen" elsewhere "$(cat "$d/name")"
control PATCH "servers/$a" '{"name":"elsewhere-again"}' >/dev/null
is "what is known is answered from the cache" elsewhere "$(cat "$d/name")"
echo >"$m/.ecsfs/refresh"
is "after a refresh it is the cloud's" elsewhere-again "$(cat "$d/name")"
is "and so is its size" 16 "$(stat -c %s "$d/name")"
control PATCH "servers/$a" '{"name":"once-more"}' >/dev/null
echo >"$m/.ecsfs/refresh"
ls "$s" >"$dir/null"
ok "after a refresh and a list stat sees it too" wait_for 5 bash -c "[ \$(stat -c %s '$d/name') = 10 ]"
control PATCH "servers/$a" '{"name":"elsewhere-again"}' >/dev/null
echo >"$m/.ecsfs/refresh"
b=$(make other)
is "a new server is seen" other "$(cat "$s/$b/name")"
control DELETE "servers/$b" >/dev/null
echo >"$m/.ecsfs/refresh"
fails "one that is gone is gone" ENOENT "cat $s/$b/name"
fails "a name that nobody has" ENOENT "cat $s/newcomer/id"
b=$(control POST servers '{"project":"eu-de","name":"newcomer","availability_zone":"eu-de-01"}')
echo >"$m/.ecsfs/refresh"
is "somebody made it meanwhile: it is there" "$b" "$(cat "$s/newcomer/id")"
odd=
for i in $(seq 12); do
	old=$b
	control DELETE "servers/$old" >/dev/null
	b=$(make newcomer)
	[ "$(cat "$s/newcomer/id" "$s/by-name/newcomer/id" 2>&1 | xargs)" = "$b $b" ] || odd+=" $i"
	[[ $(cat "$s/$old/id" 2>&1) == *'No such file'* ]] || odd+=" old $i"
done
is "one of that name after another: the present one, and never a stale handle" "" "$odd"
control DELETE "servers/$b" >/dev/null
exec 8<"$d/name"
control DELETE "servers/$a" >/dev/null
echo >"$m/.ecsfs/refresh"
ok "gone from the list" bash -c "! ls $s | grep -q $a"
is "what was open can be read to its end, or says so" 1 "$( (cat <&8 2>&1 || true) | grep -cE 'elsewhere-again|Stale|No such')"
exec 8<&-

done_testing
