#!/bin/bash
# Images: lists and views, drafts, an image of a server, its values and tags, delete.
. "$(dirname "$0")/lib.sh"

cloud --servers 8 --image-time 2500
attach -o allow_delete,ttl=60
i=$m/eu-de/images
public=Standard_Debian_12_amd64_bios_latest

# Lists and views are one call.
costs "ls" 1 ls "$i"
forget_requests
ok "everything about all of them, and every view" bash -c "cat $i/????????-*/* $i/????????-*/tags/* >$dir/null 2>&1; ls -l $i $i/by-name $i/by-os $i/by-os/* $i/by-visibility/*"
is "no list but the first" 0 "$(count 'images?limit')" # what is being made is asked for alone
costs "what others offer" 1 ls "$i/offers"
is "by name" "$(id image)" "$(cat "$i/$public/id")"
is "what cannot be written" "" "$(cat "$i/$public/source" "$i/$public/error")"
is "by-name" "../$(id image)" "$(readlink "$i/by-name/$public")"
windows=$(either Windows windows)
is "by-os" "$(either "AlmaLinux Debian Ubuntu Windows" "almalinux debian ubuntu windows")" "$(ls "$i/by-os" | xargs)"
is "in a group" "../../$(id image_windows)" "$(readlink "$i/by-os/$windows/Standard_Windows_2022_amd64_latest")"
is "it leads there" $windows "$(cat "$i/by-os/$windows/Standard_Windows_2022_amd64_latest/os")"
is "by-visibility" "private public" "$(ls "$i/by-visibility" | xargs)"
is "the private ones" "golden-web-2025-11 golden-web-2025-12" "$(ls "$i/by-visibility/private" | xargs)"
fails "no such group" ENOENT "ls $i/by-os/Plan9"
fails "not in that group" ENOENT "readlink -e $i/by-os/$windows/$public || ls $i/by-os/$windows/$public"

# A draft: its values are kept here.
forget_requests
ok "mkdir" mkdir "$i/mine"
sh_ok "description" "echo 'what it is for' >$i/mine/description"
sh_ok "least memory" "echo 2048 >$i/mine/min_ram_mb"
sh_ok "a tag" "echo 7 >$i/mine/tags/build"
sh_ok "a tag too many" "echo 8 >$i/mine/tags/no && rm $i/mine/tags/no"
fails "no number" EINVAL "echo much >$i/mine/min_ram_mb"
is "it costs nothing" "" "$(control GET requests | grep -v "$(id image_queued)")"
is "read back" "DRAFT mine what it is for 2048 7" "$(cat "$i/mine"/{status,name,description,min_ram_mb,tags/build} | xargs)"
is "one tag" build "$(ls "$i/mine/tags")"
echo >"$m/.ecsfs/refresh"
is "it outlives a refresh" "DRAFT mine" "$(cat "$i/mine/status") $(ls "$i" | grep -x mine)"
fails "min_disk_gb" EACCES "echo 40 >$i/mine/min_disk_gb"
fails "no such server" EINVAL "echo nobody >$i/mine/source"
like "the sentence" '*servers*"nobody"*' "$(cat "$i/mine/error")"
is "nothing was sent" "" "$(writes)"

# A server that is in a state for it, and one that is not.
a=$(make source)
busy=$(make busy)
control PATCH "servers/$busy" '{"vm_state":"error"}' >"$dir/null"
fails "of a broken server" EBUSY "echo $busy >$i/mine/source"
like "the sentence" "*$(either IMG.0008 "vm_state error")*" "$(cat "$i/mine/error")"
is "still a draft" DRAFT "$(cat "$i/mine/status")"
make busy >"$dir/null"
fails "a name that two have" ENOTUNIQ "echo busy >$i/mine/source"
fails "told apart, but broken" EBUSY "echo busy~${busy%%-*} >$i/mine/source"
fails "told apart wrongly" EINVAL "echo busy~zzz >$i/mine/source"
forget_requests
sh_ok "by name" "echo source >$i/mine/source"
is "one request that changes something; what Nova does not take is set afterwards" "$(either 1 2)" "$(writes | wc -l)"
like "the create" "POST /eu-de/$(either ims/v2/cloudimages "ecs/v2.1/*/servers/$a")/action*" "$(writes)"
like "under way at once" "@(queued|saving)" "$(cat "$i/mine/status")"
is "what it is made of" "$a" "$(cat "$i/mine/source")"
is "no error" "" "$(cat "$i/mine/error")"
on_openstack || is "the job is known" imsCreateImageByInstance "$(cat "$m"/eu-de/jobs/*/type)"
fails "not twice" EEXIST "echo source >$i/mine/source || true; mkdir $i/mine"
becomes "the name is the new image's" "$i/mine/status" active
b=$(cat "$i/mine/id")
is "an id of the cloud's" 36 "${#b}"
is "what it was given" "mine what it is for 2048 7 $a private" "$(cat "$i/$b"/{name,description,min_ram_mb,tags/build,source,visibility} | xargs)"
is "the system disk's size" 40 "$(cat "$i/$b/min_disk_gb")"
is "the draft is gone, the image is there" "$b" "$(ls "$i" | grep -e mine -e "$b")"
is "in the views" "../$b" "$(readlink "$i/by-name/mine")"
fails "a second one of that name" EEXIST "mkdir $i/mine"
fails "it exists: nothing can be made of it" EEXIST "echo source >$i/mine/source"
forget_requests
sh_ok "no more is asked for when it is active" "cat $i/mine/status $i/mine/name && ls -l $i/mine"
ok "but for what is told of the job once" [ "$(count)" -le 2 ]

# While it is made.
mkdir "$i/other"
becomes "the server is idle" "$s/source/task_state" ""
sh_ok "by id" "echo $a >$i/other/source"
ok "the draft that is being made cannot be dropped, nor the image deleted" bash -c "! rmdir $i/other 2>$dir/out"
like "it says so" "*busy*" "$(cat "$dir/out")"
becomes "made" "$i/other/status" active

# A job that fails.
if ! on_openstack; then
	mkdir "$i/doomed"
	control POST faults 'kind=job-fail match=/cloudimages/action code=IMG.0016' >"$dir/null"
	becomes "the server is idle" "$s/source/task_state" ""
	sh_ok "accepted" "echo source >$i/doomed/source"
	ok "the reason comes" wait_for 20 grep -q IMG.0016 "$i/doomed/error"
	is "and the state" 1 "$(grep -cE 'ERROR|killed' "$i/doomed/status")"
	control DELETE faults >"$dir/null"
	left=$(grep -lx doomed "$i"/*-*-*-*-*/name | xargs dirname)
	is "what the cloud has left" killed "$(cat "$left/status")"
	fails "has the name" EEXIST "echo source >$i/doomed/source"
	ok "delete it" rmdir "$left"
	sh_ok "again" "echo source >$i/doomed/source"
	becomes "this time it comes" "$i/doomed/status" active
fi

# Values.
forget_requests
sh_ok "rename" "echo better >$i/$b/name"
is "one request" "PATCH /eu-de/ims/v2/$(either cloudimages images)/$b" "$(writes)"
is "read back, by the new name" "$b" "$(cat "$i/better/id")"
ok "not by the old one" gone "$i/mine"
if ! on_openstack; then # Glance takes any name, also twice
	fails "a name that is taken" EEXIST "echo golden-web-2025-11 >$i/better/name"
	fails "no name" EINVAL "echo 'a/b' >$i/better/name"
fi
sh_ok "description" "echo 'something else' >$i/better/description"
is "read back" "something else" "$(cat "$i/better/description")"
on_openstack || fails "not that" EINVAL "echo '<b>' >$i/better/description"
sh_ok "cleared" "echo >$i/better/description"
is "read back" "" "$(cat "$i/better/description")"
sh_ok "least memory" "echo 512 >$i/better/min_ram_mb"
is "read back" 512 "$(cat "$i/better/min_ram_mb")"
fails "a public one" EACCES "echo x >$i/$public/name"
forget_requests
sh_ok "tag" "echo blue >$i/better/tags/colour"
is "one request" 1 "$(writes | wc -l)"
is "read back" "blue 7" "$(cat "$i/better/tags/colour" "$i/better/tags/build" | xargs)"
ok "rm" rm "$i/better/tags/build"
is "gone" colour "$(ls "$i/better/tags")"
on_openstack || fails "a bad tag" EINVAL "echo x >'$i/better/tags/a b'"

# Sharing, with the other project of the region.
dev=$(control GET "ids?project=eu-de_dev" | sed -n 's/^project //p')
cat "$i/better/name" "$i/$public/name" >"$dir/null"
forget_requests
is "with nobody" "" "$(ls "$i/better/members" "$i/$public/members" | grep -v :)"
is "one call; a public image is shared with nobody, without a call" 1 "$(count /members)"
forget_requests
sh_ok "share" "echo pending >$i/better/members/$dev"
is "one request" "POST /eu-de/ims/v2/images/$b/members" "$(writes)"
is "listed" "$dev pending" "$(ls "$i/better/members") $(cat "$i/better/members/$dev")"
fails "with oneself" EINVAL "echo pending >$i/better/members/$(id project)"
fails "with nobody known" ENOENT "echo pending >$i/better/members/0123456789abcdef0123456789abcdef"
fails "for others to decide" EINVAL "echo accepted >$i/better/members/$dev"
o=$m/eu-de/projects/eu-de_dev/images
is "the other has an offer" "better accept reject" "$(cat "$o/offers/$b/name" "$o/offers/$b/action" | xargs)"
ok "but no image yet" gone "$o/$b"
sh_ok "accept" "echo accept >$o/offers/better/action"
is "now it has" "better shared" "$(cat "$o/$b/name" "$o/$b/visibility" | xargs)"
is "and no offer" "" "$(ls "$o/offers")"
becomes "the owner sees it" "$i/better/members/$dev" accepted
fails "it is not theirs" EACCES "echo x >$o/better/name"
is "what they can do" reject "$(cat "$o/better/action")"
is "and the owner" "" "$(cat "$i/better/action")"
sh_ok "give it up" "echo reject >$o/better/action"
ok "gone" gone "$o/$b"
ok "take it back" rm "$i/better/members/$dev"
is "nobody has it" "" "$(ls "$i/better/members")"

# Servers are made of it, by its name.
fill_template
sh_ok "the name will do in the template" "echo better >$z/template/image"
is "the id is kept" "$b" "$(cat "$z/template/image")"
fails "no such image" EINVAL "echo worst >$z/template/image"
sh_ok "a server of it" "mkdir $s/from-it"
is "it is" "$b" "$(cat "$s/from-it/image")"

# Delete.
fails "a public one" EPERM "rmdir $i/$public"
like "the sentence" "*protected*" "$(cat "$i/$public/error")"
fails "one that is being made" EBUSY "rmdir $i/golden-web-2025-12"
forget_requests
ok "rmdir" rmdir "$i/better"
is "one request" "DELETE /eu-de/ims/v2/images/$b" "$(writes)"
ok "gone" gone "$i/better"
ok "by id too" gone "$i/$b"
is "one less of the quota" "$(ls "$i/by-visibility/private" | wc -l)" "$(awk '{ print $1 }' "$m/eu-de/quotas/$(either image image_count_total)")"
detach
attach -o ttl=60
i=$m/eu-de/images
fails "without allow_delete" EPERM "rmdir $i/golden-web-2025-11"
like "the sentence" "*allow_delete*" "$(cat "$i/golden-web-2025-11/error")"
ok "a draft needs none" bash -c "mkdir $i/x && rmdir $i/x"

done_testing
