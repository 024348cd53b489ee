#!/bin/bash
# Bad input: from users, and from the cloud. The right errno, a sentence where a person would want one, and nothing
# changed.
. "$(dirname "$0")/lib.sh"

cloud --servers 12
attach -o allow_delete
a=$(make victim)
d=$s/$a
locked=$(some SHUTOFF)
forget_requests

# Verbs.
fails "a wrong verb" EINVAL "echo explode >$d/action"
like "the words are listed" "*reboot*start*stop*" "$(cat "$d/error")"
fails "too many words" EINVAL "echo 'stop now please' >$d/action"
fails "a wrong word behind it" EINVAL "echo 'stop softly' >$d/action"
fails "no word" EINVAL "echo >$d/action"
fails "a state that is none" EINVAL "echo SLEEPING >$d/status"
fails "binary garbage" EINVAL "printf '\\000\\377\\001\\n' >$d/action"
fails "64 KiB of a verb" EFBIG "head -c 65536 /dev/zero | tr '\\0' s >$d/action"
is "nothing was sent" "" "$(writes)"

# What such a file reads is no order to do it all: whoever copies a directory means the values.
cat "$d/action" >"$dir/verbs"
ok "several verbs are listed" test "$(wc -l <"$dir/verbs")" -gt 1
forget_requests
fails "they are copied" EINVAL "cp $dir/verbs $d/action"
like "it says so" "*list of verbs*" "$(cat "$d/error")"
cat "$s/$locked/action" >"$dir/verbs"
fails "in another state" EINVAL "cp $dir/verbs $d/action"
like "it says so" "*list of verbs*" "$(cat "$d/error")"
is "nothing was sent" "" "$(writes)"

# Several verbs in one write: each line is a change of its own.
printf 'lock\nunlock\nlock\n' >"$dir/verbs"
for how in "cat $dir/verbs >$d/action" "cp $dir/verbs $d/action" "dd status=none if=$dir/verbs of=$d/action" \
	"python3 -c 'import shutil; shutil.copyfile(\"$dir/verbs\", \"$d/action\")'"; do
	forget_requests
	sh_ok "${how%% *} of three verbs" "$how"
	is "${how%% *}: three changes" 3 "$(writes | wc -l)"
	is "${how%% *}: all are done" true "$(cat "$d/locked")"
done
echo unlock >"$d/action"
forget_requests
printf 'lock\nexplode\nunlock\n' >"$dir/verbs"
fails "the second of three is wrong" EINVAL "cat $dir/verbs >$d/action"
like "it says which" '*"explode"*' "$(cat "$d/error")"
is "the first is done" true "$(cat "$d/locked")"
is "the third is not sent" 1 "$(writes | wc -l)"
fails "a newline that is written after a refusal" EINVAL \
	"python3 -c '
import os
f = os.open(\"$d/action\", os.O_WRONLY)
try: os.write(f, b\"explode\")
except OSError: pass
os.write(f, b\"\\n\")'"
like "the reason stays" '*"explode"*' "$(cat "$d/error")"
echo unlock >"$d/action"
forget_requests

# Documents: what is too large changes nothing; > and an empty line clear.
t=$z/template
printf '#!/bin/sh\n' >"$t/user_data"
fails "too large, in pieces" EFBIG "head -c 40000 /dev/zero | tr '\\0' x | dd bs=4096 status=none of=$t/user_data"
is "what was there is there" '#!/bin/sh' "$(cat "$t/user_data")"
sh_ok "any bytes" "printf '\\037\\213\\0\\n\\0' >$t/user_data"
is "are what is there" "1f8b000a00" "$(od -An -tx1 "$t/user_data" | tr -d ' ')"
is "and counted" 5 "$(stat -c %s "$t/user_data")"
printf '#!/bin/sh\n' >"$t/user_data"
fails "a NUL byte, written with >" EINVAL "printf 'a\\0b' >$t/security_groups"
echo "SSD 20" >"$t/data_disks"
fails "a line that is no disk, written with >" EINVAL "echo 'SSD many' >$t/data_disks"
is "the disk is there again" "SSD 20" "$(cat "$t/data_disks")"
fails "one behind it" EINVAL "echo 'SSD many' >>$t/data_disks"
is "the disk is there still" "SSD 20" "$(cat "$t/data_disks")"
like "and error says what is wrong" "*a disk a line*" "$(cat "$t/error")"
for file in user_data data_disks security_groups; do
	echo "SSD 20" >"$t/$file"
	is "$file" "SSD 20" "$(cat "$t/$file")"
	sh_ok "$file: an empty line" "echo >$t/$file"
	is "$file is empty" "" "$(cat "$t/$file")"
	echo "SSD 20" >"$t/$file"
	sh_ok "$file: > alone" ": >$t/$file"
	is "$file is empty" "" "$(cat "$t/$file")"
done
sh_ok "append to a document" "echo a >>$t/security_groups; echo b >>$t/security_groups"
is "both lines" "a b" "$(xargs <"$t/security_groups")"
: >"$t/security_groups"

# Values.
fails "a name of two lines" EINVAL "/usr/bin/printf 'a\nb\n' >$d/name"
fails "a name that is no UTF-8" EINVAL "printf '\\377\\376\\n' >$d/name"
fails "a name with a control character" EINVAL "printf 'a\\033[31m\\n' >$d/name"
fails "a name with NUL" EINVAL "printf 'a\\000b\\n' >$d/name"
fails "a name of 2000 bytes" EFBIG "head -c 2000 /dev/zero | tr '\\0' x >$d/name"
fails "a lock that is neither" EINVAL "echo perhaps >$d/locked"
is "nothing was sent" "" "$(writes)"
like "the name is as it was" "victim *" "$(truth "$a")"
fails "an empty name" EINVAL "echo >$d/name"
fails "a name of 129" EINVAL "head -c 129 /dev/zero | tr '\\0' x >$d/name"
like "the name is as it was" "victim *" "$(truth "$a")"
fails "a description of 86" EINVAL "head -c 86 /dev/zero | tr '\\0' x >$d/description"
fails "a description with <" EINVAL "echo 'a<b' >$d/description"
is "the description is as it was" "" "$(cat "$d/description")"
forget_requests
sh_ok "no newline at the end" "printf renamed >$d/name"
is "read back" renamed "$(cat "$d/name")"
sh_ok "tee" "echo victim | tee $d/name"
sh_ok "dd" "echo victim | dd of=$d/name status=none"
sh_ok "cp" "echo victim >$dir/value; cp $dir/value $d/name"
sh_ok "append" "echo victim >>$d/name"
sh_ok "python" "python3 -c 'open(\"$d/name\", \"w\").write(\"victim\\n\")'"
is "read back" victim "$(cat "$d/name")"
forget_requests

# Nothing, and nothing else.
sh_ok "> file alone" ": >$d/name"
sh_ok "truncate" "truncate -s 0 $d/name"
sh_ok "an empty write" "printf '' >$d/action"
fails "another length" EINVAL "truncate -s 5 $d/name"
is "the name is as it was" victim "$(cat "$d/name")"
fails "rm of an attribute" EPERM "rm -f $d/status"
fails "rm of action" EPERM "rm -f $d/action"
fails "rm of a server" EISDIR "python3 -c 'import os; os.unlink(\"$d\")'"
fails "rm of a link" EPERM "rm $s/by-name/victim"
fails "rm of the README" EPERM "rm -f $m/README"
fails "chmod" EPERM "chmod 600 $d/name"
fails "chown" EPERM "chown 1 $d/name"
fails "a new file" EPERM "echo x >$d/new"
fails "a new file beside the servers" EPERM "echo x >$s/new"
fails "touch of a new file" EPERM "touch $d/new"
fails "a link" EPERM "ln -s x $d/new"
fails "a hard link" EPERM "ln $d/name $d/new"
fails "a fifo" EPERM "mkfifo $d/new"
fails "an editor's swap file" EPERM "echo x >$d/.name.swp"
fails "an editor's backup" EPERM "echo x >$d/name~"
fails "sed -i" EPERM "sed -i s/victim/x/ $d/name"
fails "mv of an attribute" EPERM "mv -T $d/name $d/title"
fails "mv of a server" EPERM "mv -T $d $s/other"
fails "mv between directories" $refused "mv $d/name $m/eu-de/"
fails "mv out of the mount" EPERM "mv $d/name $dir/"
fails "mv into the mount" EPERM "echo x >$dir/x; mv $dir/x $d/"
fails "writing what is read only" EACCES "echo x >$d/id"
fails "writing a directory" EISDIR "echo x >$d"
fails "reading a directory" EISDIR "cat $d"
fails "a file as a directory" ENOTDIR "ls $d/name/x"
ok "touch" touch "$d/name"
is "xattrs are not there" "not supported" "$(python3 -c "import os; print(*os.listxattr('$d/name'))" 2>&1 | grep -o 'not supported')"
is "nothing was sent" "" "$(writes)"

# rm -rf and its kin delete no server, with allow_delete too.
for how in "rm -rf $s/*" "rm -rf $m" "find $m/eu-de -delete" \
	"python3 -c 'import shutil; shutil.rmtree(\"$s\", ignore_errors=True)'" "rsync -a --delete $dir/home/ $d/"; do
	bash -c "$how" >"$dir/out" 2>&1
	is "${how%% *} sent nothing" "" "$(writes)"
done
like "the server is there" "victim *" "$(truth "$a")"
is "and seen" victim "$(cat "$d/name")"
bash -c "rm -rf $d/*; rmdir $d" >"$dir/out" 2>&1
is "rm -rf x/*; rmdir x sent nothing" "" "$(writes)"
like "the reason" "*swept*" "$(cat "$d/error")"
ok "rmdir alone works again" wait_for 10 rmdir "$d"
detach

# From the cloud: names that are no file names.
attach
declare -A hostile=(
	["a/b"]="a%2Fb" ["../../etc"]="%2E.%2F..%2Fetc" [".."]="%2E." ["."]="%2E" ["-rf"]="%2Drf" [".hidden"]="%2Ehidden"
	[$'two\nlines']="two%0Alines" [$'bell\a']="bell%07" ["50%"]="50%25" ["with blank"]="with blank"
	[$'from\xe2\x80\xaeright']="from%E2%80%AEright" [$'csi\xc2\x9b']="csi%C2%9B" ["größe"]="größe" ["*"]="*" ["HEAD"]="%48EAD" ["by-name"]="by-name" ["servers"]="servers"
)
for name in "${!hostile[@]}"; do
	id=$(control POST servers "$(jq -n --arg n "$name" \
		'{ project: "eu-de", name: $n, availability_zone: "eu-de-01" }')")
	echo >"$m/.ecsfs/refresh"
	is "by-name of $(printf %q "$name")" "../$id" "$(readlink "$s/by-name/${hostile[$name]}")"
	is "its name is one line" 1 "$(wc -l <"$s/$id/name")"
	is "its json can be shown" 0 "$(LC_ALL=C.UTF-8 grep -cP '[\x00-\x08\x0b-\x1f\x7f-\x9f\x{202a}-\x{202e}]' "$s/$id/json")"
	is "and says the same" "$name" "$(jq -r .name "$s/$id/json")"
	control DELETE "servers/$id" >/dev/null
done
id=$(make ordinary)
control PATCH "servers/$id?name_hex=%5Cxff%5Cxfe%5Cx41" >/dev/null
echo >"$m/.ecsfs/refresh"
ok "broken UTF-8 does not break the list" ls "$s"
ok "it has a link" bash -c "ls -l $s/by-name | grep -q $id"
ok "and a name that is UTF-8" bash -c "iconv -f utf-8 -t utf-8 $s/$id/name"
control PATCH "servers/$id" "{\"name\":\"$(printf 'n%.0s' $(seq 300))\"}" >/dev/null
echo >"$m/.ecsfs/refresh"
ok "300 bytes: a link that is short enough" bash -c "ls -l $s/by-name | grep -q 'nnn~${id:0:8} -> ../$id'"
is "300 bytes: the whole name" 301 "$(wc -c <"$s/$id/name")"
control PATCH "servers/$id" '{"name":""}' >/dev/null
echo >"$m/.ecsfs/refresh"
ok "no name at all: a link" bash -c "ls -l $s/by-name | grep -q -- '~${id:0:8} -> ../$id'"
twin=$(make twin)
other=$(make twin)
is "two of a name: both links" "../$twin ../$other" \
	"$(readlink "$s/by-name/twin~${twin:0:8}" "$s/by-name/twin~${other:0:8}" | xargs)"
third=$(make "twin~${twin:0:8}")
is "a name like that: its own link" "../$third" "$(readlink "$s/by-name/twin%7E${twin:0:8}")"
is "the other's is as it was" "../$twin" "$(readlink "$s/by-name/twin~${twin:0:8}")"
is "no name twice" "" "$(ls "$s/by-name" | uniq -d)"
fails "the bare name is ambiguous" ENOTUNIQ "cat $s/twin/status"
like "the sentence says what to do" "*use the id" "$(cat "$s/twin/status" 2>"$dir/null"; why)"
control PATCH "servers/$id" '{"metadata":{"../x":"1","a/b":"2","ok":"line\nline"},"tags":["t/u=v"]}' >/dev/null
echo >"$m/.ecsfs/refresh"
is "hostile keys" "%2E.%2Fx a%2Fb ok" "$(ls "$s/$id/metadata" | grep -x -e '%2E.%2Fx' -e 'a%2Fb' -e ok | xargs)"
is "a value is one line" 1 "$(wc -l <"$s/$id/metadata/ok")"
is "nothing leads out of the mount" "" "$(find "$m" -type l -exec realpath {} + | grep -v "^$m/")"

# Ids that are no file names, or those of files beside them, or long and alike.
honest=$(ids "$s")
any=$(ls "$m"/eu-de/eu-de-0?/flavors | sort -u | wc -l)
control POST faults 'kind=ids match="GET /eu-de"' >"$dir/null"
echo >"$m/.ecsfs/refresh"
is "the others are listed" "$honest" "$(ids "$s")"
ok "and flavors" test "$(ls "$m"/eu-de/eu-de-0?/flavors | sort -u | wc -l)" -ge "$any"
for d in "$m"/eu-de/eu-de-0?/servers; do
	[ -e "$d/%2E." ] && break
done
is "no name twice" "" "$(for x in "$d" "$d/by-name" "$m/eu-de/flavors" "$m/eu-de/images"; do ls -a "$x" | uniq -d; done)"
is "none but can be used" "" "$(cd "$d" && for x in ./*; do
	[ -f "$x/wait/../id" ] || [ -L "$x" ] || case $x in ./batch | ./by-* | ./wait | ./index.tsv | ./events) ;; *) echo "$x" ;; esac
done)"
is "each is itself" "batch by-name index.tsv" "$(cat "$d/%62atch/id" "$d/%62y-name/id" "$d/%69ndex.tsv/id" | xargs)"
is "what is beside them as well" "delete error reboot start stop" "$(ls "$d/batch" | xargs)"
like "and that" "id*name*" "$(head -n 1 "$d/index.tsv")"
is "each link leads to an object" "" "$(cd "$d/by-name" && for x in ./*; do [ -f "$x/id" ] || echo "$x"; done)"
is "nothing leads out of the mount either" "" "$(find "$m/eu-de" -type l -exec realpath -m {} + | grep -v "^$m/")"
ok "no name is more than a line" bash -c "! find '$m/eu-de' -print0 | LC_ALL=C.UTF-8 grep -zqP '[\x00-\x1f\x7f-\x9f\x{202a}-\x{202e}]'"
control DELETE faults >"$dir/null"

done_testing
