#!/bin/bash
# mkdir and rmdir of servers, the template, and jobs.
. "$(dirname "$0")/lib.sh"

cloud --servers 6 --boot-time 1500
attach -o allow_delete
t=$z/template

# The template is complete, or the sentence names the file.
is "what a new server starts from" "$(either SSD "")" "$(cat "$t/system_disk_type")"
forget_requests
for missing in flavor image $(either "vpc subnet" ""); do
	fails "mkdir without $missing" EINVAL "mkdir $s/new"
	like "it names the file" "*template/$missing*" "$(cat "$t/error")"
	sh_ok "filled" "echo $(id $missing) >$t/$missing"
	is "read back" "$(id $missing)" "$(cat "$t/$missing")"
done
is "nothing was sent" "" "$(writes)"
is "no directory is left" "" "$(ls "$s/by-name" | grep -x new)"

# The values are checked where that is possible, the rest by the cloud.
fails "a disk of many letters" EINVAL "echo large >$t/system_disk_gb"
fails "a disk of no size" EINVAL "echo 0 >$t/system_disk_gb"
fails "a disk too large" EINVAL "echo 5000 >$t/system_disk_gb"
sh_ok "40 GiB" "echo 40 >$t/system_disk_gb"
sh_ok "a data disk" "printf 'SSD 10\nSATA 20\n' >$t/data_disks"
is "read back" "SSD 10 SATA 20" "$(cat "$t/data_disks" | xargs)"
fails "a data disk without a size" EINVAL "echo SSD >$t/data_disks"
fails "a data disk too small" EINVAL "echo SSD $(either 9 0) >$t/data_disks"
sh_ok "a small one" "echo SSD $(either 10 1) >$t/data_disks"
sh_ok "no data disk" "echo >$t/data_disks"
sh_ok "user data" "printf '#cloud-config\npackages: [nginx]\n' >$t/user_data"
is "user data is read back" "#cloud-config" "$(head -n 1 "$t/user_data")"
is "by its owner only" 600 "$(stat -c %a "$t/user_data")"
sh_ok "a tag" "echo web >$t/tags/role"
sh_ok "metadata" "echo 7 >$t/metadata/shard"
sh_ok "description" "echo 'made by a test' >$t/description"
is "the other zone has a template of its own" "" "$(cat "$m/eu-de/eu-de-02/template/flavor")"

# Create.
forget_requests
sh_ok "mkdir" "mkdir $s/web-new"
is "the template stays as it is" "$(id image) web" "$(cat "$t/image" "$t/tags/role" | xargs)"
is "one request" 1 "$(writes | wc -l)"
like "a create" "POST /eu-de/ecs/v*/$(either cloudservers servers)" "$(writes)"
like "it is there at once, in BUILD" "$(either BUILD '@(BUILD|ACTIVE)')" "$(cat "$s/web-new/status")"
new=$(cat "$s/web-new/id")
ok "listed by its id" bash -c "ls $s | grep -qx $new"
is "and by name" "../$new" "$(readlink "$s/by-name/web-new")"
is "its name" web-new "$(cat "$s/$new/name")"
is "the flavor asked for" "$(id flavor)" "$(cat "$s/$new/flavor")"
if ! on_openstack; then
	ok "its job is listed" bash -c "ls $m/eu-de/jobs | grep -q ."
	job=$(ls "$m/eu-de/jobs" | head -n 1)
	is "the job's type" createServer "$(cat "$m/eu-de/jobs/$job/type")"
fi
fails "the same name again" EEXIST "mkdir $s/web-new"
becomes "it boots" "$s/$new/status" ACTIVE
on_openstack || becomes "the job is done" "$m/eu-de/jobs/$job/status" SUCCESS
is "no error" "" "$(cat "$s/$new/error")"
is "the tag" web "$(cat "$s/$new/tags/role")"
is "the metadata" 7 "$(cat "$s/$new/metadata/shard")"
is "the description" "made by a test" "$(cat "$s/$new/description")"
is "the user data reached it" "#cloud-config" "$(head -n 1 "$s/$new/user_data")"
is "an address" 1 "$(grep -c '^[0-9.]*$' "$s/$new/ip")"
is "its disk" 1 "$(ls "$s/$new/volumes" | wc -l)"

# Names that are none: the cloud says so, or the kernel, or we do.
servers=$(control GET servers | wc -l)
for bad in 'a b' 'a*' $'new\nline' "$(printf 'x%.0s' $(seq 129))"; do
	fails "mkdir $(printf %q "${bad:0:20}")" EINVAL "mkdir \"$s/\"$(printf %q "$bad")"
done
like "its reason" "*$(either "Ecs.0914*too long" "field/attribute name")*" "$(cat "$t/error")"
is "no server was made" "$servers" "$(control GET servers | wc -l)"
forget_requests
fails "300 bytes" ENAMETOOLONG "mkdir $s/$(printf 'x%.0s' $(seq 300))"
fails "up and away" ENOENT "mkdir '$s/x/../../../etc'"
fails "mkdir elsewhere" $refused "mkdir $m/eu-de/eu-de-04"
like "a sentence" "/eu-de/eu-de-01/servers/*/thing: the tree has no such change*" "$(mkdir "$s/$new/thing" 2>"$dir/null"; why)"
fails "mkdir in a server" EPERM "mkdir $s/$new/thing"
fails "mkdir of a flavor" $refused "mkdir $m/eu-de/flavors/huge"
is "nothing was sent" "" "$(writes)"

# What the cloud refuses: its reason, and no directory.
echo no.such.flavor >"$t/flavor"
fails "an unknown flavor" EINVAL "mkdir $s/odd"
like "the cloud's reason" "*$(either Ecs. "no.such.flavor could not be found")*" "$(cat "$t/error")"
like "why" "*$(cat "$t/error")" "$(why)"
ok "no directory" gone "$s/odd"

# A create that fails later.
echo e3.7xlarge.12 >"$t/flavor"
sh_ok "a flavor that never boots is accepted" "mkdir $s/doomed"
doomed=$(cat "$s/doomed/id")
becomes "it ends in ERROR" "$s/$doomed/status" ERROR
like "the cloud's reason is told" "*$(either Ecs.0319 "No valid host")*" "$(cat "$s/$doomed/error")"
ok "it is still listed" bash -c "ls $s | grep -qx $doomed"
ok "and can be removed" rmdir "$s/$doomed"
ok "it goes" wait_for 10 gone "$s/$doomed"
id flavor >"$t/flavor"

# Over quota: before anything is made.
free=$(awk '{ print $2 - $1 }' "$m/eu-de/quotas/instances")
like "there is a quota" "[0-9]*" "$free"
control POST faults 'kind=job-fail count=1' >/dev/null
sh_ok "a create whose job fails" "mkdir $s/failing"
failing=$(cat "$s/failing/id")
becomes "it shows ERROR" "$s/$failing/status" ERROR
ok "and why" grep -q . "$s/$failing/error"

# A create whose answer is lost: tried again, it makes no second server.
for how in reset-after truncate 504; do
	name=lost-$how
	control POST faults "kind=$how match=\"POST /eu-de\" count=1" >/dev/null
	ok "$how: mkdir fails" bash -c "! mkdir $s/$name"
	like "$how: nobody knows" "*outcome unknown*" "$(cat "$t/error")"
	mkdir "$s/$name" 2>"$dir/null"
	ok "$how: then it is there" test -d "$s/$name"
	becomes "$how: and runs" "$s/$name/status" ACTIVE
	is "$how: one server" 1 "$(control GET servers | awk -v n="$name" '$2 == n' | wc -l)"
	control DELETE faults >/dev/null
done
# Nor does it if the second try is refused: that tells nothing of the first. No list tells it meanwhile.
control POST faults "kind=503 match=servers/detail" >/dev/null
control POST faults "kind=reset-after match=\"POST /eu-de\" count=1" >/dev/null
ok "lost, then refused: mkdir fails" bash -c "! mkdir $s/lost-refused"
control POST faults "kind=429 retry_after=-1 match=\"POST /eu-de\"" >/dev/null
fails "refused" EAGAIN "mkdir $s/lost-refused"
control DELETE faults >/dev/null
control POST faults "kind=503 match=servers/detail" >/dev/null
# With a token, it is sent again; without one (Nova), not before a list has told.
if on_openstack; then
	fails "not sent again" EAGAIN "mkdir $s/lost-refused"
else
	sh_ok "sent again" "mkdir $s/lost-refused"
fi
control DELETE faults >/dev/null
ok "then it is there" wait_for 20 test -d "$s/lost-refused"
is "one server" 1 "$(control GET servers | awk '$2 == "lost-refused"' | wc -l)"
# Somebody else deletes it before it was ever listed: it does not stay as a promise.
ok "mkdir" mkdir "$s/deleted"
id=$(cat "$s/deleted/id")
control DELETE "servers/$id" >/dev/null
ok "it is gone, once its job is over" wait_for 25 bash -c "! ls $s/$id"
ok "from the list, too" bash -c "! ls $s | grep -q $id"
make twin >"$dir/null"
make twin >"$dir/null"
fails "a name that two have" ENOTUNIQ "mkdir $s/twin"
fails "a file that programs probe for" EPERM "mkdir $s/.git"
like "its reason" "*no such change*" "$(cat "$t/error")"

# Delete.
forget_requests
ok "rmdir" rmdir "$s/$new"
is "one request" 1 "$(writes | wc -l)"
ok "not listed any more" bash -c "! ls $s | grep -qx $new"
ok "nor by name" bash -c "! ls $s/by-name | grep -qx web-new"
fails "rmdir again" ENOENT "rmdir $s/$new"
ok "the cloud has deleted it" wait_for 20 bash -c "! curl -s $base/_sandbox/servers | grep -q $new"
fails "rmdir of by-name" EPERM "rmdir $s/by-name"
fails "rmdir of a zone" $refused "rmdir $z"
fails "rmdir of a flavor" $refused "rmdir $m/eu-de/flavors/$(id flavor)"
by_name=$(make by-this-name)
ok "rmdir by name" rmdir "$s/by-this-name"
ok "it is the one" gone "$s/$by_name"
detach

# Without allow_delete nothing is deleted.
attach
one=$(some ACTIVE)
forget_requests
fails "rmdir is refused" EPERM "rmdir $s/$one"
like "the sentence names the option" "*allow_delete*" "$(cat "$s/$one/error")"
is "nothing was sent" "" "$(writes)"
ok "it is still there" test -d "$s/$one"
detach

# A call that did not find it yet, but ends after a list that has it. Nova knows its servers at once.
kill "$cloud_pid"; wait "$cloud_pid"; cloud_pid=
if ! on_openstack; then
	cloud --servers 3 --absent-time 1500 --boot-time 3000
	attach -o ttl=600
	fill_template
	control POST faults 'kind=stall match=/jobs/ ms=6000 count=1' >/dev/null
	ok "mkdir" mkdir "$s/late"
	id=$(cat "$s/late/id")
	ok "it is not there yet, and its job is asked for" wait_for 10 bash -c "curl -s $base/_sandbox/requests | grep -q '/jobs/.* - -'"
	is "not found" 404 "$(control GET requests | awk -v id="$id" '$3 ~ id "$" { print $4 }' | tail -n 1)"
	ok "now it is" wait_for 10 bash -c "echo >$m/.ecsfs/refresh; ls $s; [ \$(cat $s/late/status) = ACTIVE ]"
	ok "the job's answer comes" wait_for 10 bash -c "curl -s $base/_sandbox/requests | grep -q '/jobs/.* 200 '"
	ok "all is at rest" wait_for 5 grep -q '^ecsfs_waiting 0' "$m/.ecsfs/stats"
	ok "it is there still" test -d "$s/$id"
	ok "and listed" bash -c "ls $s | grep -q $id"
	detach
	kill "$cloud_pid"; wait "$cloud_pid"; cloud_pid=
fi

# Over the quota of the project.
cloud --servers 3 --quota 2
attach
fill_template
fails "over quota" EDQUOT "mkdir $s/one-more"
like "the cloud's reason" "*$(either Ecs. "quota exceeded for instances")*" "$(cat "$z/template/error")"

done_testing
