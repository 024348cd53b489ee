#!/bin/bash
# Volumes: made from the template, extended, attached and detached, snapshots, deleted.
. "$(dirname "$0")/lib.sh"

cloud --servers 40 --quota 60
attach -o allow_delete -o ttl=600
v=$z/volumes
t=$z/volume_template

# What is there costs one list of volumes, and one of snapshots, for all zones.
forget_requests
ok "walk" bash -c "cat $v/*/status $v/*/size_gb $v/*/name $v/*/type && ls -lR $v >$dir/out"
is "one list of volumes" 1 "$(count "/$(either cloudvolumes volumes)/detail")"
is "one of snapshots" 1 "$(count "/$(either cloudsnapshots snapshots)/detail")"
costs "the other zones" 0 bash -c "cat $m/eu-de/eu-de-0?/volumes/*/{json,zone,created,bootable}"
is "nothing but lists" "" "$(control GET requests | grep -vE 'detail|os-availability-zone|tokens')"
is "only this zone's" eu-de-01 "$(cat "$v"/*/zone | sort -u)"
one=$(some ACTIVE)
disk=$(ls "$s/$one/volumes" | head -n 1)
is "a server's disk is a volume" in-use "$(cat "$v/$disk/status")"
is "the same from the server" "in-use 40 /dev/vda$(either " virtio 0" "")" \
	"$(cd "$s/$one/volumes/$disk" && cat status size_gb device $(either "bus boot_index" "") | xargs)"
is "it leads there" "$(cat "$v/$disk/id")" "$(cat "$s/$one/volumes/$disk/volume_dir/id")"
is "and back" "$one" "$(cat "$v/$disk/attached_to/$one/id")"
is "made from an image" "$(cat "$s/$one/image")" "$(cat "$v/$disk/image")"
is "a server boots from it" true "$(cat "$v/$disk/bootable")"
costs "reading what the volume tells, from all servers" 0 bash -c "cat $s/*-*-*/volumes/*/size_gb"
is "by name" "$(ls -d "$v"/*-*-*/ | wc -l)" "$(cat "$v"/*/name | wc -l)"

# Types.
like "types" "*SSD*" "$(ls "$m/eu-de/volume_types" | xargs)"
on_openstack || is "their zones" "eu-de-01 eu-de-02" "$(cat "$m/eu-de/volume_types/GPSSD2/zones" | xargs)"
on_openstack || is "sold out" eu-de-03 "$(cat "$m/eu-de/volume_types/ESSD/sold_out")"

# The template.
is "the type; Cinder has one of its own" "$(either SSD "")" "$(cat "$t/type")"
echo SSD >"$t/type"
forget_requests
fails "mkdir without a size" EINVAL "mkdir $v/new"
like "it names the file" "*volume_template/size_gb*" "$(cat "$t/error")"
fails "a size that is a word" EINVAL "echo big >$t/size_gb"
fails "a size of nothing" EINVAL "echo 0 >$t/size_gb"
fails "neither true nor false" EINVAL "echo maybe >$t/shared"
on_openstack || fails "no such bus" EINVAL "echo ide >$t/bus"
sh_ok "a size" "echo 20 >$t/size_gb"
sh_ok "a description" "echo 'made by a test' >$t/description"
on_openstack || sh_ok "scsi" "echo scsi >$t/bus"
sh_ok "metadata" "echo b >$t/metadata/a"
is "nothing was sent" "" "$(writes)"
is "the other zone has a template of its own" "" "$(cat "$m/eu-de/eu-de-02/volume_template/size_gb")"

# Create.
sh_ok "mkdir" "mkdir $v/data1"
is "one request" "POST" "$(writes | cut -d' ' -f1)"
is "it is there at once" creating "$(cat "$v/data1/status")"
new=$(cat "$v/data1/id")
ok "listed" bash -c "ls $v | grep -qx $new"
is "not in another zone" "" "$(ls "$m/eu-de/eu-de-02/volumes" | grep -x "$new")"
becomes "it is made" "$v/$new/status" available
is "as ordered" "20 SSD made by a test b eu-de-01 false false$(either " scsi" "")" \
	"$(cd "$v/$new" && cat size_gb type description metadata/a zone bootable shared $(either bus "") | xargs)"
fails "the same name again" EEXIST "mkdir $v/data1"
sh_ok "but in another zone" "echo 10 >$m/eu-de/eu-de-02/volume_template/size_gb && mkdir $m/eu-de/eu-de-02/volumes/data1"
is "each has its own" "$new eu-de-02" "$(cat "$v/data1/id" "$m/eu-de/eu-de-02/volumes/data1/zone" | xargs)"

# What the cloud refuses is told.
fails "too small" EINVAL "echo 5 >$t/size_gb && mkdir $v/small"
like "why" "*10 to 32768*" "$(cat "$t/error")"
fails "over the quota" EDQUOT "echo 32768 >$t/size_gb && mkdir $v/huge"
fails "no such type" EINVAL "echo 20 >$t/size_gb; echo TAPE >$t/type; mkdir $v/tape"
sh_ok "SSD again" "echo SSD >$t/type"
fails "sold out" ENOSPC "cd $m/eu-de/eu-de-03; echo ESSD >volume_template/type; echo 10 >volume_template/size_gb; mkdir volumes/fast"
is "none of them is there" "" "$(ls "$v" | grep -xE 'small|huge|tape')"

# Change.
forget_requests
sh_ok "rename" "echo data-one >$v/$new/name"
is "the new name" "data-one $new" "$(cat "$v/$new/name" "$v/data-one/id" | xargs)"
fails "the old name is gone" ENOENT "cat $v/data1/id"
sh_ok "describe" "echo other >$v/$new/description"
is "described" other "$(cat "$v/$new/description")"
sh_ok "describe no more" "echo >$v/$new/description"
is "nothing" "" "$(cat "$v/$new/description")"
if ! on_openstack; then # Cinder has none
	sh_ok "tag" "echo prod >$v/$new/tags/env"
	is "tagged" prod "$(cat "$v/$new/tags/env")"
	sh_ok "untag" "rm $v/$new/tags/env"
	is "no tag" "" "$(ls "$v/$new/tags")"
fi
sh_ok "metadata" "echo d >$v/$new/metadata/c && rm $v/$new/metadata/a"
is "one is there, one is not" c "$(ls "$v/$new/metadata" | grep -x '[ac]')"
is "a request each" "$(either 7 5)" "$(writes | wc -l)"
forget_requests
fails "smaller" EINVAL "echo 10 >$v/$new/size_gb"
like "why" "*never gets smaller*" "$(cat "$v/$new/error")"
fails "a word" EINVAL "echo large >$v/$new/size_gb"
sh_ok "as large as it is" "echo 20 >$v/$new/size_gb"
is "nothing was sent" "" "$(writes)"
is "no error is left" "" "$(cat "$v/$new/error")"
sh_ok "extend" "echo 30 >$v/$new/size_gb"
is "while it grows" extending "$(cat "$v/$new/status")"
fails "not deleted meanwhile" EBUSY "rmdir $v/$new"
becomes "larger" "$v/$new/size_gb" 30
is "at rest" available "$(cat "$v/$new/status")"
fails "more than there is" EDQUOT "echo 32000 >$v/$new/size_gb"
like "why says so too" "*quota*" "$(why)"
sh_ok "another type" "echo GPSSD >$v/$new/type"
becomes "it is" "$v/$new/type" GPSSD
becomes "at rest" "$v/$new/status" available
fails "but never that" EINVAL "echo $(either SATA TAPE) >$v/$new/type"
control POST faults 'kind=job-fail match=/action' >"$dir/out"
sh_ok "extend, and the job fails" "echo 40 >$v/$new/size_gb"
becomes "it is in error_extending" "$v/$new/status" error_extending
on_openstack || ok "the reason is told" wait_for 10 grep -q extendVolume "$v/$new/error"
sh_ok "it can be deleted then" "rmdir $v/$new"
ok "gone" gone "$v/$new"
is "from the list" "" "$(ls "$v" | grep -x "$new")"

# Attach and detach.
sh_ok "mkdir" "mkdir $v/data2"
new=$(cat "$v/data2/id")
becomes "made" "$v/data2/status" available
forget_requests
sh_ok "attach by name" "mkdir $s/$one/volumes/data2"
is "one request" "POST $(either attachvolume os-volume_attachments)" "$(writes | sed 's|/.*/| |;s|  *| |')"
ok "it is there at once" bash -c "ls $s/$one/volumes | grep -qx $new"
like "by its name too" "$(either attaching "[ai]*")" "$(cat "$s/$one/volumes/data2/status")"
becomes "in use" "$v/$new/status" in-use
is "where" "/dev/vdb" "$(cat "$s/$one/volumes/$new/device")"
is "the volume knows" "$one" "$(ls "$v/$new/attached_to")"
fails "again" EEXIST "mkdir $s/$one/volumes/$new"
other=$(control GET servers | awk -v p="$(id project)" -v o="$one" '$3 == "ACTIVE" && $4 == "eu-de-01" && $5 == p && $1 != o { print $1 }' | head -n 1)
fails "by another server" EBUSY "mkdir $s/$other/volumes/$new"
like "why" "*in-use*" "$(cat "$s/$other/error")"
fails "what is not there" ENOENT "mkdir $s/$one/volumes/nothing"
far=$(cat "$m/eu-de/eu-de-02/volumes/data1/id")
fails "of another zone" EINVAL "mkdir $s/$one/volumes/$far"
like "both are named" "*eu-de-02*eu-de-01*" "$(why)"
fails "a disk in use is not deleted" EBUSY "rmdir $v/$new"
like "why" "*$(either in-use attached)*" "$(cat "$v/$new/error")"
fails "nor the system disk detached" "$(either EBUSY EACCES)" "rmdir $s/$one/volumes/$disk"
sh_ok "extended it can be" "echo 25 >$v/$new/size_gb"
becomes "it is" "$s/$one/volumes/$new/size_gb" 25

# rm -rf detaches nothing.
forget_requests
bash -c "rm -rf $s/$one/volumes/$new; find $s/$one/volumes/$new -delete; rmdir $s/$one/volumes/$new" >"$dir/out" 2>&1
is "a sweep sends nothing" "" "$(writes)"
is "it is still attached" in-use "$(cat "$v/$new/status")"
bash -c "rm -rf $v/$new; rmdir $v/$new" >"$dir/out" 2>&1
is "nor deletes it" "" "$(writes)"
ok "later rmdir alone" wait_for 10 rmdir "$s/$one/volumes/$new"
is "detached, in one request" "DELETE $new" "$(writes | sed 's|/.*/| |;s|  *| |')"
is "it is gone at once" "" "$(ls "$s/$one/volumes" | grep -x "$new")"
becomes "and free" "$v/$new/status" available
is "not deleted" data2 "$(cat "$v/$new/name")"
is "it knows" "" "$(ls "$v/$new/attached_to")"
fails "what is not attached" ENOENT "rmdir $s/$one/volumes/$new"
if ! on_openstack; then # there are no jobs: Nova answers when it has attached
	control POST faults 'kind=job-fail match=/attachvolume code=Ecs.0205' >"$dir/out"
	sh_ok "attach, and the job fails" "mkdir $s/$one/volumes/$new"
	becomes "it is free again" "$v/$new/status" available
	ok "the server says why" wait_for 10 grep -q Ecs.0205 "$s/$one/error"
	ok "and has it no more" wait_for 10 gone "$s/$one/volumes/$new"
fi

# Snapshots.
forget_requests
sh_ok "a snapshot" "mkdir $v/$new/snapshots/before"
is "one request" 1 "$(writes | wc -l)"
is "there at once" creating "$(cat "$v/$new/snapshots/before/status")"
becomes "made" "$v/$new/snapshots/before/status" available
snapshot=$(cat "$v/$new/snapshots/before/id")
is "its size, its volume only" "25 $snapshot" "$(cat "$v/$new/snapshots/before/size_gb") $(ls "$v/$new/snapshots")"
is "no other volume's" "" "$(ls "$v/$disk/snapshots")"
sh_ok "rename, describe" "echo first >$v/$new/snapshots/$snapshot/name && echo d >$v/$new/snapshots/first/description"
is "it is so" "first d" "$(cat "$v/$new/snapshots/$snapshot/name" "$v/$new/snapshots/first/description" | xargs)"
is "verbs" rollback "$(cat "$v/$new/snapshots/first/action")"
fails "a volume with snapshots stays" EBUSY "rmdir $v/$new"
if ! on_openstack; then
	forget_requests
	fails "a copy of it is no order" EINVAL "cat $v/$new/snapshots/first/action >$dir/verbs; cp $dir/verbs $v/$new/snapshots/first/action"
	is "nothing was sent for it" "" "$(writes)"
	sh_ok "roll back" "echo rollback >$v/$new/snapshots/first/action"
	like "the volume is at it" "rollbacking" "$(cat "$v/$new/status")"
	becomes "and done" "$v/$new/status" available
fi
sh_ok "a volume from it" "echo first >$t/snapshot && echo 25 >$t/size_gb && mkdir $v/copy"
is "by name; kept by id" "$snapshot $snapshot" "$(cat "$t/snapshot" "$v/copy/snapshot" | xargs)"
sh_ok "of a disk in use" "mkdir $v/$disk/snapshots/live"
fails "rm -rf of it" EPERM "rm -rf $v/$disk/snapshots/live"
sh_ok "delete" "rmdir $v/$new/snapshots/first"
is "gone" "" "$(ls "$v/$new/snapshots")"
ok "then the volume" wait_for 10 rmdir "$v/$new"
ok "gone" gone "$v/$new"
detach

# Without the option nothing is deleted or detached.
attach
forget_requests
fails "rmdir of a volume" EPERM "rmdir $v/copy"
like "it names the option" "*allow_delete*" "$(cat "$v/copy/error")"
fails "rmdir of a disk" EPERM "rmdir $s/$one/volumes/$disk"
like "it names the option" "*allow_delete*" "$(cat "$s/$one/error")"
fails "rmdir of a snapshot" EPERM "rmdir $v/$disk/snapshots/live"
is "no verb for it" "" "$(cat "$v/$disk/snapshots/live/action")"
fails "to roll back" EPERM "echo rollback >$v/$disk/snapshots/live/action"
like "it names the option" "*allow_delete*" "$(cat "$v/$disk/snapshots/live/error")"
is "nothing was sent" "" "$(writes)"
detach

# A reader may look.
export OS_USERNAME=reader
attach -o allow_delete
ok "reads" cat "$v/copy/status"
fails "makes none" EACCES "echo 10 >$t/size_gb; mkdir $v/mine"
fails "attaches none" EACCES "mkdir $s/$one/volumes/copy"

done_testing
