#!/bin/bash
# drafts/: servers that are only planned, made by mv, exactly once.
. "$(dirname "$0")/lib.sh"

cloud --servers 6 --boot-time 1500
attach -o allow_delete
d=$z/drafts
t=$z/template

# A copy of the template.
fill_template
echo web >"$t/tags/role"
echo 7 >"$t/metadata/shard"
echo 'key: value' >"$t/user_data"
forget_requests
sh_ok "mkdir" "mkdir $d/web1"
is "it is listed" web1 "$(ls "$d")"
is "it is a draft" DRAFT "$(cat "$d/web1/status")"
is "a copy of the template" "$(id flavor) $(id image) web 7" \
	"$(cat "$d/web1"/{flavor,image,tags/role,metadata/shard} | xargs)"
is "a secret stays one" 600 "$(stat -c %a "$d/web1/user_data")"
is "what can be done" "$(either "check create" create)" "$(cat "$d/web1/action" | xargs)"
sh_ok "edited" "echo 'only here' >$d/web1/description"
is "the template is not" "" "$(cat "$t/description")"
sh_ok "a tag more" "echo dev >$d/web1/tags/env"
sh_ok "a tag less" "rm $d/web1/tags/role"
ok "the template still has it" test -e "$t/tags/role"
sh_ok "user data through a pipe" "printf '#cloud-config\n%1000s\n' x | tee $d/web1/user_data"
fails "as much as the API takes" EFBIG "head -c 32769 /dev/zero | tr '\\0' x >$d/web1/user_data"
is "what was there is there" "#cloud-config" "$(head -n 1 "$d/web1/user_data")"
sh_ok "packed" "printf '#cloud-config\n%1000s\n' x | gzip -n >$d/web1/user_data"
is "it is still there" "#cloud-config" "$(gzip -d <"$d/web1/user_data" | head -n 1)"
sh_ok "and not more" "head -c 32768 /dev/zero | tr '\\0' x >$d/web1/user_data"
is "all of it" 32768 "$(stat -c %s "$d/web1/user_data")"
sh_ok "something sensible" "echo '#cloud-config' >$d/web1/user_data"
fails "the name again" EEXIST "mkdir $d/web1"
fails "a file that programs probe for" EPERM "mkdir $d/.git"
sh_ok "one to copy to" "mkdir $d/copy; echo 3 >$d/web1/count"
fails "what is copied makes no server" EINVAL "cp -r $d/web1/. $d/copy/"
is "the values are" "3 only here dev DRAFT" "$(cat "$d/copy"/{count,description,tags/env,status} | xargs)"
sh_ok "it is dropped" "rmdir $d/copy; echo >$d/web1/count"
is "the other zone has none" "" "$(ls "$m/eu-de/eu-de-02/drafts")"
ok "another" mkdir "$d/other"
is "both" "other web1" "$(ls "$d" | xargs)"
ok "dropped" rmdir "$d/other"
fails "and gone" ENOENT "cat $d/other/status"
is "nothing was sent" "" "$(writes)"

# Renames: this one across directories, no other.
fails "out of the zone" EPERM "mv $d/web1 $m/eu-de/eu-de-02/servers/"
fails "to the other drafts" EPERM "mv $d/web1 $m/eu-de/eu-de-02/drafts/"
fails "into a server" EPERM "mv $d/web1 $s/$(some ACTIVE)/tags/"
fails "a server to drafts" EPERM "mv $s/$(some ACTIVE) $d/"
fails "under another name here" EPERM "mv $d/web1 $d/web2"
fails "a file of it" EPERM "mv $d/web1/flavor $s/"
fails "to a name that programs probe for" EPERM "mv -T $d/web1 $s/.git"
is "nothing was sent" "" "$(writes)"

# check: the cloud's own dry run.
forget_requests
if on_openstack; then
	fails "check, which Nova cannot" EINVAL "echo check >$d/web1/action"
	like "it says so" '*unknown verb "check": write one of: create' "$(why)"
	is "no request" 0 "$(count)"
else
	sh_ok "check" "echo check >$d/web1/action"
	is "one request" "1 1" "$(writes | wc -l) $(count)"
fi
is "no server" "" "$(control GET servers | grep web1)"
is "still a draft" DRAFT "$(cat "$d/web1/status")"
echo no.such.flavor >"$d/web1/flavor"
if ! on_openstack; then
	fails "check of nonsense" EINVAL "echo check >$d/web1/action"
	like "why" "*Ecs.0029*no.such.flavor*" "$(cat "$d/web1/error")"
fi
forget_requests
fails "mv is refused too" EBADRQC "mv $d/web1 $s/"
is "once" 1 "$(writes | wc -l)"
like "why" "$(either "*Ecs.0029*" "*no.such.flavor could not be found*")" "$(cat "$d/web1/error")"
is "the draft stays" DRAFT "$(cat "$d/web1/status")"
ok "no server" gone "$s/web1"
echo >"$d/web1/flavor"
forget_requests
fails "incomplete" EBADRQC "mv $d/web1 $s/"
like "the sentence names the file" "flavor is empty: *" "$(cat "$d/web1/error")"
fails "an unknown verb" EINVAL "echo make >$d/web1/action"
is "nothing was sent" "" "$(writes)"
id flavor >"$d/web1/flavor"
for i in $(seq 9); do echo x >"$d/web1/metadata/key$i"; done
fails "no room for the token" EBADRQC "mv $d/web1 $s/"
like "it says so" "metadata: 9 keys at most*" "$(cat "$d/web1/error")"
rm "$d/web1/metadata"/key*
is "the error is gone with the next change" "" "$(cat "$d/web1/error")"

subnet=$(cat "$m"/eu-de/vpcs/*/subnets/"$(id subnet)"/name)
sh_ok "a subnet by name" "echo '$subnet' >$d/web1/subnet"
on_openstack || sh_ok "check finds it" "echo check >$d/web1/action"
sh_ok "a subnet that is not there" "echo no-such >$d/web1/subnet"
if ! on_openstack; then
	fails "check" EINVAL "echo check >$d/web1/action"
	like "it says so" "*no-such*" "$(cat "$d/web1/error")"
fi
fails "mv" EBADRQC "mv $d/web1 $s/"
like "it says so" "*no-such*" "$(cat "$d/web1/error")"
is "the draft stays" DRAFT "$(cat "$d/web1/status")"
echo "$subnet" >"$d/web1/subnet"

# mv.
taken=$(make taken)
fails "a name that a server has" EEXIST "mv -T $d/web1 $s/taken"
like "it says so" "*called \"taken\" already*" "$(cat "$d/web1/error")"
is "the draft stays" DRAFT "$(cat "$d/web1/status")"
forget_requests
sh_ok "mv" "mv $d/web1 $s/ && cat $s/web1/status"
is "one create" 1 "$(writes | wc -l)"
like "by the ECS API, or Nova's" "POST /eu-de/ecs/$(either "v1/*/cloudservers" "v2.1/*/servers")" "$(writes)"
ok "the draft is gone" gone "$d/web1"
is "not listed" "" "$(ls "$d")"
new=$(cat "$s/web1/id")
becomes "it runs" "$s/$new/status" ACTIVE
is "as it was edited" "only here dev 7 #cloud-config" \
	"$(cat "$s/$new"/{description,tags/env,metadata/shard,user_data} | xargs)"
ok "without the tag" gone "$s/$new/tags/role"
ok "its token is a UUID" grep -qxE '[0-9a-f-]{36}' "$s/$new/metadata/ecsfs.token"
fails "the draft again" ENOENT "mv $d/web1 $s/"
sh_ok "under another name" "mkdir $d/plan && mv $d/plan $s/fact && test -d $s/fact && ! test -e $s/plan"
sh_ok "by the verb" "mkdir $d/verb && echo create >$d/verb/action && test -d $s/verb && ! test -e $d/verb"
mkdir "$d/verb"
fails "the verb looks whether the name is free" EEXIST "echo create >$d/verb/action"
is "the draft stays" DRAFT "$(cat "$d/verb/status")"
ok "dropped" rmdir "$d/verb"

# Again and again: the kernel takes the draft's directory along, and must forget it.
bad=
for i in $(seq 30); do
	{ mkdir "$d/loop" && cat "$d/loop/status" && mv "$d/loop" "$s/loop$i" && cat "$s/loop$i/status" &&
		[ "$(cat "$s/loop$i/name")" = "loop$i" ] && ! [ -e "$d/loop" ] && ! [ -e "$s/loop" ] &&
		! [ -e "$s/loop$i/action/x" ] && ! [ -e "$s/loop$i/count" ]; } >"$dir/null" ||
		{ bad="$i $(why)"; break; }
done
is "thirty times" "" "$bad"
sh_ok "from within" "mkdir $d/in && cd $d/in && mv ../in ../../servers/ && cd / && cat $s/in/status"

# Several at once.
mkdir "$d/many"
for n in 0 101 x 1.5; do
	fails "count $n" EINVAL "echo $n >$d/many/count"
done
sh_ok "three" "echo 3 >$d/many/count"
forget_requests
sh_ok "mv" "mv $d/many $s/"
is "one create" 1 "$(writes | wc -l)"
many=($(either "many-0000 many-0001 many-0002" "many-1 many-2 many-3"))
is "all are there at once" "${many[*]}" "$(ls "$s/by-name" | grep many | xargs)"
is "in BUILD" BUILD "$(cat "$s/${many[2]}/status")"
ok "none has the plain name" gone "$s/many"
becomes "they run" "$s/${many[1]}/status" ACTIVE
is "three" 3 "$(control GET servers | grep -c many-)"

# Like another server.
mkdir "$d/twin" && for f in flavor image subnet system_disk_type; do echo >"$d/twin/$f"; done
on_openstack || echo >"$d/twin/vpc"
fails "like nothing" EINVAL "echo no-such-server >$d/twin/like"
forget_requests
sh_ok "like a server" "echo web1 >$d/twin/like"
is "three calls" "$(either 3 2)" "$(count)" # there, the system disk is the flavor's: no volume
is "its id" "$new" "$(cat "$d/twin/like")"
for f in flavor image key_name $(either vpc ""); do
	is "its $f" "$(cat "$s/$new/$f")" "$(cat "$d/twin/$f")"
done
is "its subnet" "$(id subnet)" "$(cat "$d/twin/subnet")"
is "its security groups" "$(cat "$s/$new"/nics/*/security_groups | sort -u)" "$(cat "$d/twin/security_groups")"
is "its disk" "$(either SSD "")" "$(cat "$d/twin/system_disk_type")"
like "of its size" "$(either "[1-9]*" "")" "$(cat "$d/twin/system_disk_gb")"
on_openstack || sh_ok "it would be accepted" "echo check >$d/twin/action"
sh_ok "it is accepted" "mv $d/twin $s/"
is "they are alike" "$(cat "$s/$new/flavor")" "$(cat "$s/twin/flavor")"
becomes "it runs" "$s/twin/status" ACTIVE
is "in the same subnet" "$(cat "$s/$new"/nics/*/subnet)" "$(cat "$s/twin"/nics/*/subnet)"

# Of disks: Nova's server that boots from one tells no image.
disks_of()
{
	cat "$s/$1"/volumes/*/size_gb | sort -n | xargs
}
least=$(either 10 1)
mkdir "$d/disks"
fails "a data disk too small" EINVAL "echo 'SAS $((least - 1))' >$d/disks/data_disks"
sh_ok "disks" "echo SSD >$d/disks/system_disk_type; echo 50 >$d/disks/system_disk_gb; echo 'SAS $least' >$d/disks/data_disks"
sh_ok "mv" "mv $d/disks $s/"
becomes "it runs" "$s/disks/status" ACTIVE
is "with those disks" "$least 50" "$(disks_of disks)"
is "the image, if it is told" "$(either "$(id image)" "")" "$(cat "$s/disks/image")"
mkdir "$d/same" && for f in image system_disk_type system_disk_gb; do echo >"$d/same/$f"; done
sh_ok "like that" "echo disks >$d/same/like"
is "its system disk" "$(id image) SSD 50" "$(cat "$d/same"/{image,system_disk_type,system_disk_gb} | xargs)"
ok "dropped" rmdir "$d/same"

# An EIP: a new one, a free one.
if on_openstack; then
	ok "Nova gives none" gone "$t/eip"
else
	mkdir "$d/public"
	for bad in 5_bgp '5_bgp 0' '5_bgp 1001' '5_bgp ten' 'a b c'; do
		fails "eip $bad" EINVAL "echo '$bad' >$d/public/eip"
	done
	fails "an address that is nobody's" EINVAL "echo 203.0.113.254 >$d/public/eip"
	like "it says so" "no free EIP has the address 203.0.113.254" "$(cat "$d/public/error")"
	sh_ok "a new one" "echo '5_bgp 10' >$d/public/eip"
	is "read back" "5_bgp 10" "$(cat "$d/public/eip")"
	sh_ok "mv" "mv $d/public $s/"
	becomes "it runs" "$s/public/status" ACTIVE
	like "with a public address" "*.*.*.*" "$(cat "$s/public/public_ip")"
	sh_ok "in the template too" "echo '5_bgp 5' >$t/eip && mkdir $s/public2 && echo >$t/eip"
	becomes "it runs" "$s/public2/status" ACTIVE
	like "with a public address" "*.*.*.*" "$(cat "$s/public2/public_ip")"
fi

# The answer is lost, the server is there: a look at the draft finds out.
listed_as()
{
	ls "$1" | grep -qx "$2"
}
not_listed()
{
	! listed_as "$@"
}
# once FROM TO - one rename(2): mv(1) makes a second one if TO is there, as in Nova it is at once
once()
{
	python3 -c 'import os, sys; os.rename(sys.argv[1], sys.argv[2])' "$1" "$2"
}
export -f once
for how in reset-after truncate; do
	name=lost-$how
	mkdir "$d/$name"
	control POST faults "kind=$how match=\"POST /eu-de\" count=1" >/dev/null
	ok "$how: mv fails" bash -c "! once $d/$name $s/$name"
	like "$how: nobody knows" "*outcome unknown*" "$(cat "$d/$name/error")"
	ok "$how: it is looked for" wait_for 10 not_listed "$d" "$name"
	ok "$how: the draft is gone" gone "$d/$name"
	becomes "$how: the server runs" "$s/$name/status" ACTIVE
	is "$how: one server" 1 "$(control GET servers | awk -v n="$name" '$2 == n' | wc -l)"
	control DELETE faults >/dev/null
done
mkdir "$d/asked"
control POST faults 'kind=reset-after match="POST /eu-de" count=1' >/dev/null
ok "mv fails" bash -c "! once $d/asked $s/asked"
ok "its status is asked" wait_for 10 bash -c "! cat $d/asked/status"
ok "and says that it has gone" gone "$d/asked"

# The answer is lost, and so was the request.
mkdir "$d/again"
control POST faults 'kind=504 match="POST /eu-de" count=1' >/dev/null
fails "mv fails" ETIMEDOUT "mv $d/again $s/"
is "it is in doubt" "SENT create" "$(cat "$d/again"/{status,action} | xargs)"
fails "it stays as it is" EBUSY "echo x >$d/again/description"
fails "and is to have that name" EBUSY "mv $d/again $s/elsewhere"
like "it says so" "*sent as \"again\"*" "$(cat "$d/again/error")"
forget_requests
sh_ok "again" "mv $d/again $s/"
is "it lists, then sends" "GET POST" "$(control GET requests | awk '/(cloud|\/)servers/ { print $2 }' | xargs)"
is "one server" 1 "$(control GET servers | awk '$2 == "again"' | wc -l)"

# Nobody has looked at the draft when it is moved again.
mkdir "$d/there"
control POST faults 'kind=reset-after match="POST /eu-de" count=1' >/dev/null
ok "mv fails" bash -c "! once $d/there $s/there"
ok "the server is there" wait_for 10 bash -c "curl -s $base/_sandbox/servers | grep ' there ACTIVE'"
forget_requests
sh_ok "mv succeeds" "mv $d/there $s/ && test -d $s/there"
is "nothing is sent" "" "$(writes)"
ok "the draft is gone" gone "$d/there"
is "one server" 1 "$(control GET servers | awk '$2 == "there"' | wc -l)"

# Refused after it was in doubt: it can be edited again.
mkdir "$d/late"
id image_private >"$d/late/image"
control POST faults 'kind=504 match="POST /eu-de" count=1' >/dev/null
ok "mv fails" bash -c "! mv $d/late $s/"
ok "its image is deleted" rmdir "$m/eu-de/images/$(id image_private)"
fails "and again" EBADRQC "mv $d/late $s/"
is "the cloud has said no" DRAFT "$(cat "$d/late/status")"
sh_ok "edited and sent" "id=$(id image); echo \$id >$d/late/image && mv $d/late $s/"
is "as edited" "$(id image)" "$(cat "$s/late/image")"

# While the cloud is away, what is in doubt is shown, and not sent.
mkdir "$d/doubt"
control POST faults 'kind=504 match="POST /eu-de" count=1' >/dev/null
ok "mv fails" bash -c "! mv $d/doubt $s/"
control POST down >/dev/null
is "it is in doubt" SENT "$(cat "$d/doubt/status")"
ok "dropped without the cloud" rmdir "$d/doubt"
control POST up >/dev/null

# A draft outlives the mount.
mkdir "$d/kept"
echo 'from before' >"$d/kept/description"
printf 'line 1\n\xff line 2\n' >"$d/kept/user_data"
echo 'a value' >"$d/kept/metadata/a key"
rm "$d/kept/tags/role"
mkdir "$d/dropped" && rmdir "$d/dropped"
touch "$d"; echo >"$m/.ecsfs/refresh"
is "a refresh does not take it" "kept" "$(ls "$d")"
state=$XDG_STATE_HOME/ecsfs/drafts
is "one file" 1 "$(find "$state" -type f ! -name lock | wc -l)"
file=$(find "$state" -type f ! -name lock)
is "for the user only" "600 700 700" \
	"$(stat -c %a "$file" "$(dirname "$file")" "$state" | xargs)"
detach
attach -o allow_delete
is "after a new mount" kept "$(ls "$d")"
is "it is as it was" "DRAFT from before a value 7 $(id flavor)" \
	"$(cat "$d/kept"/{status,description,metadata/a\ key,metadata/shard,flavor} | xargs)"
is "its user data too" "$(printf 'line 1\n\xff line 2\n' | md5sum)" "$(md5sum <"$d/kept/user_data")"
is "a tag that was removed" "" "$(ls "$d/kept/tags")"

# What is damaged, or not ours, is left alone, and told of.
place=$(dirname "$file")
bad=$place/$(printf x | sha256sum | cut -d" " -f1)
head -n 5 "$file" >"$bad"
cp "$file" "$place/copy"
ln -s "$file" "$place/link"
echo half >"$file.new"

# kill -9: nothing is lost that was written.
die()
{
	kill -9 "$mount_pid"
	wait "$mount_pid" 2>"$dir/null"
	cd /
	fusermount3 -u "$m" || umount -l "$m"
	mount_pid=
}
echo killed >"$d/kept/description"
die
attach -o allow_delete
is "after a kill" kept "$(ls "$d")"
is "as it was written" killed "$(cat "$d/kept/description")"
is "three files are told of" 3 "$(grep -c 'drafts: .*is ignored' "$m/.ecsfs/errors")"
ok "they are still there" test -e "$place/copy"
ok "what was half written is not" gone "$file.new"
like "no secret is told" "*damaged*" "$(grep -v 'line 1' "$m/.ecsfs/errors")"
rm "$place/copy" "$place/link" "$bad"

# again - another mount; the template is a new one
again()
{
	attach -o allow_delete
	fill_template
}

# Killed between the request and its answer, which comes later, or never: one server.
fill_template
for how in stall slow reset-after 504; do
	mkdir "$d/one-$how"
	control POST faults "kind=$how match=\"POST /eu-de\" count=1 ms=1500" >/dev/null
	mv "$d/one-$how" "$s/" 2>"$dir/null" &
	moving=$!
	ok "$how: it is sent" wait_for 10 bash -c "curl -s $base/_sandbox/requests | grep 'POST /eu-de/ecs'"
	ok "$how: that is known" wait_for 10 grep -qx 'status SENT' -r "$state"
	case $how in stall | slow) ;; *) wait $moving ;; esac
	forget_requests
	die
	wait $moving
	again
	control DELETE faults >/dev/null
	mv "$d/one-$how" "$s/" 2>"$dir/null"
	becomes "$how: it is there" "$s/one-$how/status" ACTIVE
	ok "$how: the draft is not" gone "$d/one-$how"
	is "$how: one server" 1 "$(control GET servers | awk -v n="one-$how" '$2 == n' | wc -l)"
	forget_requests
done
detach
again
is "what is left" kept "$(ls "$d")"

# Unmounted while it is being sent: mv is told, and the next mount finds out.
mkdir "$d/ending"
control POST faults 'kind=stall match="POST /eu-de" count=1 ms=3000' >/dev/null
mv "$d/ending" "$s/" 2>"$dir/null" &
moving=$!
ok "it is sent" wait_for 10 bash -c "curl -s $base/_sandbox/requests | grep 'POST /eu-de/ecs.*- -'"
kill "$mount_pid"
wait $mount_pid
is "the daemon ends with status 0" 0 $?
mount_pid=
wait $moving
is "mv fails" 1 $?
is "the daemon's stderr has no warning" "" \
	"$(grep -E 'WARNING|CRITICAL|ERROR \*\*|runtime error|Sanitizer' "$dir/mount.err")"
again
is "it is in doubt" SENT "$(cat "$d/ending/status")"
control DELETE faults >/dev/null
sh_ok "mv again" "mv $d/ending $s/"
becomes "it runs" "$s/ending/status" ACTIVE
is "one server" 1 "$(control GET servers | awk '$2 == "ending"' | wc -l)"

# Two mounts of one cloud: the drafts are the first one's.
mkdir "$dir/m2"
"$ECSFS" -f "$dir/m2" 2>"$dir/null" &
second=$!
wait_for 20 cat "$dir/m2/.ecsfs/version"
is "the second has none" "" "$(ls "$dir/m2/eu-de/eu-de-01/drafts")"
like "it says why" "*another mount*, has *" "$(cat "$dir/m2/.ecsfs/errors")"
ok "it can plan all the same" mkdir "$dir/m2/eu-de/eu-de-01/drafts/kept"
fusermount3 -u "$dir/m2"
wait $second
is "nothing of it is kept" killed "$(cat "$d/kept/description")"

# What cannot be kept is not sent.
mkdir "$d/unsafe"
rm -r "$place" && ln -s /dev/null "$place"
forget_requests
fails "mv" EIO "mv $d/unsafe $s/"
like "it says why" "not sent, because it cannot be kept: *" "$(cat "$d/unsafe/error")"
is "nothing was sent" "" "$(writes)"
fails "mkdir" EIO "mkdir $d/unsafe2"
ok "it is none" gone "$d/unsafe2"
rm "$place"
detach
attach
is "nothing is left" "" "$(ls "$d")"

detach
attach -o ro
fails "read only" EROFS "mkdir $d/web1"
detach

# A sandbox of its own is another cloud each time.
XDG_STATE_HOME=$dir/none "$ECSFS" --sandbox "$m" 2>"$dir/null"
mkdir "$m/eu-de/eu-de-01/drafts/web1"
is "it has drafts" DRAFT "$(cat "$m/eu-de/eu-de-01/drafts/web1/status")"
fusermount3 -u "$m"
ok "which are not kept" gone "$dir/none"
done_testing
