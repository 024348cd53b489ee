#!/bin/sh
# EVS volumes and snapshots, and disks of servers: one object in every service that shows it.
here=$(dirname "$0")
. "$here/lib.sh"
. "$here/shapes/shape.sh"
start --boot-time 300 --absent-time 0 --stop-time 100 --delete-time 100 --volume-time 1500 --quota 20
login
evs=$base/eu-de/evs/v2/$project
z=eu-de-01

nullable='(description|snapshot_id|source_volid|volume_image_metadata|host_name|updated_at|os-vol-host-attr:host|os-vol-tenant-attr:tenant_id|qos_specs_id|fail_reason|error_code)$'

status_of()
{
	get "$evs/os-vendor-volumes/$1" '.volume.status // "gone"'
}

is_now()
{
	[ "$(status_of "$1")" = "$2" ]
}

# reaches_status NAME VOLUME STATUS
reaches_status()
{
	wait_for 10 is_now "$2" "$3"
	is "$1" "$3" "$(status_of "$2")"
}

used()
{
	get "$evs/os-quota-sets/$project?usage=True" \
		'.quota_set | "\(.volumes.in_use) \(.gigabytes.in_use) \(.snapshots.in_use)"'
}

job_ends()
{
	[ "$(get "$1/jobs/$2" .status)" = "$3" ]
}
jobs=$base/eu-de/evs/v1/$project

# What is there: the servers' disks and the free ones.
call GET "$evs/cloudvolumes/detail"
is "all volumes" "$(body '.volumes | length')" "$(body .count)"
is "no link when all is told" false "$(body 'has("volumes_links")')"
is "free ones have no attachment" 3 \
	"$(body '[.volumes[] | select(.status == "available" and .attachments == [])] | length')"
is "disks in use name their server" true \
	"$(body '[.volumes[] | select(.status == "in-use") | .attachments[0].server_id] | all')"
one=$(first ACTIVE)
is "the server has the same disk" \
	"$(get "$ecs/cloudservers/$one" '.server."os-extended-volumes:volumes_attached"[0].id')" \
	"$(get "$evs/cloudvolumes/detail?server_id=$one" '.volumes[]
		| select(.attachments[0].device == "/dev/vda") | .id')"
root=$(get "$ecs/cloudservers/$one/block_device" .volumeAttachments[0].id)
call GET "$evs/cloudvolumes/detail?limit=4"
is "a page" "4 true" "$(body '"\(.volumes | length) \(.volumes_links[0].href | test("marker="))"')"
last=$(body '.volumes[-1].id')
is "the next page goes on behind it" false "$(get "$evs/cloudvolumes/detail?limit=4&marker=$last" \
	"[.volumes[].id] | index(\"$last\") != null")"
call GET "$evs/cloudvolumes/detail?limit=1001"
answer "limit above 1000" 400 EVS.2142
call GET "$evs/volumes/detail?limit=2"
shape cinder-volumes-detail
call GET "$evs/cloudvolumes"
shape evs-volumes-brief
call GET "$evs/types"
shape evs-types
call GET "$evs/os-availability-zone"
shape evs-availability-zones
call GET "$evs/os-quota-sets/$project?usage=True"
shape evs-quota-set
call GET "$evs/os-quota-sets/$project"
answer "the quota without usage" 400 EVS.5400

# Created by the cloud's own call: a job.
before=$(used)
call POST "$evs/cloudvolumes" '{"volume":{"availability_zone":"'$z'","size":20,"volume_type":"SSD",
	"name":"one","description":"first","tags":{"env":"prod","key1":"1","key2":"2"},"metadata":{"a":"b"}}}'
is "accepted" 200 "$status"
job=$(body .job_id)
volume=$(get "$jobs/jobs/$job" .entities.volume_id)
wait_for 5 job_ends "$jobs" "$job" SUCCESS || :
volume=$(get "$jobs/jobs/$job" .entities.volume_id)
is "createVolume" "createVolume SUCCESS" "$(body '"\(.job_type) \(.status)"')"
call GET "$ecs/jobs/$job"
is "the ECS host does not know the job" 400 "$status"
call GET "$evs/os-vendor-volumes/$volume"
shape evs-volume-get
is "as ordered" "one first 20 SSD $z prod b available false" "$(body '.volume
	| "\(.name) \(.description) \(.size) \(.volume_type) \(.availability_zone) \(.tags.env) \(.metadata.a) \(.status) \(.bootable)"')"
is "the quotas count it" "$(echo "$before" | awk '{ print $1 + 1, $2 + 20, $3 }')" "$(used)"
call GET "$evs/volumes/$volume"
shape cinder-volume-get
call POST "$evs/cloudvolumes" '{"volume":{"availability_zone":"'$z'","size":10,"volume_type":"SAS",
	"name":"b","count":3}}'
job=$(body .job_id)
wait_for 5 job_ends "$jobs" "$job" SUCCESS
shape evs-job-batch-success
is "numbered" "b-0001 b-0002 b-0003" "$(get "$evs/cloudvolumes/detail?name=b-00" \
	'[.volumes[].name] | sort | join(" ")')"

# By Cinder's call: the volume at once.
call POST "$evs/volumes" '{"volume":{"availability_zone":"'$z'","size":10,"volume_type":"SSD","name":"c",
	"metadata":{"volume_owner":"openapi"}}}'
shape cinder-volume-create
is "accepted, creating" "202 creating" "$status $(body .volume.status)"
cinder=$(body .volume.id)
reaches_status "and then" "$cinder" available

# What is refused.
refused()
{
	call POST "$evs/cloudvolumes" '{"volume":'"$2"'}'
	answer "$1" 400 "$3"
}
some='"volume_type":"SSD","availability_zone":"'$z'"'
refused "no zone" '{"volume_type":"SSD","size":10}' EVS.1012
refused "a zone that is not there" '{"volume_type":"SSD","size":10,"availability_zone":"x"}' EVS.1012
refused "no type" '{"size":10,"availability_zone":"'$z'"}' EVS.1013
refused "no such type" '{"volume_type":"TAPE","size":10,"availability_zone":"'$z'"}' EVS.1013
refused "not in this zone" '{"volume_type":"GPSSD2","size":10,"availability_zone":"eu-de-03"}' EVS.2071
refused "sold out" '{"volume_type":"ESSD","size":10,"availability_zone":"eu-de-03"}' EVS.2072
refused "no size" '{'"$some"'}' EVS.1011
refused "too small" '{"size":9,'"$some"'}' EVS.1011
refused "too large" '{"size":32769,'"$some"'}' EVS.1011
refused "a size that is a word" '{"size":"ten",'"$some"'}' EVS.1011
refused "two sources" '{"size":10,"imageRef":"'$(id image)'","snapshot_id":"x",'"$some"'}' EVS.1016
refused "no such snapshot" '{"size":10,"snapshot_id":"x",'"$some"'}' EVS.1002
refused "no such image" '{"size":10,"imageRef":"x",'"$some"'}' EVS.1010
refused "count" '{"size":10,"count":101,'"$some"'}' EVS.1031
refused "a bad tag" '{"size":10,"tags":{"a b":"c"},'"$some"'}' EVS.1062
refused "more gigabytes than there are" '{"size":32768,'"$some"'}' EVS.1042
refused "more volumes than there are" '{"size":10,"count":99,'"$some"'}' EVS.1034
call POST "$evs/volumes" '{"volume":{"size":32768,'"$some"'}}'
answer "Cinder's way of saying that" 413 EVS.5413
call POST "$evs/cloudvolumes" '{}'
answer "no volume at all" 400 EVS.5400
call GET "$evs/os-vendor-volumes/nothing"
answer "no such volume" 404 EVS.5404
call GET "$evs/volumes/nothing"
is "Cinder's way of saying that" "404 404" "$status $(body .itemNotFound.code)"

# Changed.
call PUT "$evs/cloudvolumes/$volume" '{"volume":{"name":"uno"}}'
is "no wrapper" uno "$(body .name)"
call PUT "$evs/volumes/$volume" '{"volume":{"description":"new"}}'
shape cinder-volume-update
call PUT "$evs/cloudvolumes/$volume" '{"volume":{}}'
answer "nothing to change" 400 EVS.1018
call POST "$evs/cloudvolumes/$volume/action" '{"os-extend":{"new_size":15}}'
answer "smaller" 400 EVS.1015
call POST "$evs/cloudvolumes/$volume/action" '{"os-extend":{"new_size":30000}}'
answer "over the quota" 400 EVS.1042
call POST "$evs/cloudvolumes/$volume/action" '{"os-extend":{"new_size":25}}'
shape evs-volume-extend
is "while it grows" "extending 20" "$(get "$evs/volumes/$volume" '.volume | "\(.status) \(.size)"')"
call DELETE "$evs/cloudvolumes/$volume"
answer "not deleted meanwhile" 400 EVS.1046
reaches_status "it has grown" "$volume" available
is "to 25" 25 "$(get "$evs/volumes/$volume" .volume.size)"
call POST "$evs/volumes/$volume/retype" '{"os-retype":{"new_type":"SATA"}}'
answer "SSD does not become SATA" 400 EVS.2087
call POST "$evs/volumes/$volume/retype" '{"os-retype":{"new_type":"GPSSD"}}'
is "but GPSSD" 202 "$status"
reaches_status "another type" "$volume" available
is "it is" GPSSD "$(get "$evs/volumes/$volume" .volume.volume_type)"
call POST "$evs/os-vendor-volumes/$volume/tags/action" \
	'{"action":"create","tags":[{"key":"env","value":"dev"},{"key":"role","value":"db"}]}'
is "tags" "204 dev 1 2 db" "$status $(get "$evs/os-vendor-volumes/$volume/tags" '[.tags[].value] | join(" ")')"
is "of all volumes" '["dev"]' "$(get "$evs/os-vendor-tags/volumes" '.tags.env | tostring')"
call POST "$evs/volumes/$volume/metadata" '{"metadata":{"x":"y"}}'
is "metadata" y "$(get "$evs/volumes/$volume/metadata/x" .meta.x)"

# Attached and detached, as EVS, ECS and Nova see it.
call POST "$ecs/cloudservers" "$(order host '"availability_zone":"'$z'",')"
server=$(body '.serverIds[0]')
wait_for 5 reaches "$server" "ACTIVE null"
call POST "$ecs/cloudservers/$server/attachvolume" '{"volumeAttachment":{"volumeId":"'$volume'"}}'
shape ecs-attachvolume
job=$(body .job_id)
is "attaching" attaching "$(status_of "$volume")"
is "the server shows it at once" /dev/vdb "$(get "$ecs/cloudservers/$server" ".server
	.\"os-extended-volumes:volumes_attached\"[] | select(.id == \"$volume\") | .device")"
reaches_status "attached" "$volume" in-use
is "attachVolume" "attachVolume SUCCESS $volume" \
	"$(get "$ecs/jobs/$job" '"\(.job_type) \(.status) \(.entities.volume_id)"')"
is "EVS names the server" "$server /dev/vdb" "$(get "$evs/volumes/$volume" \
	'.volume.attachments[0] | "\(.server_id) \(.device)"')"
call GET "$ecs/cloudservers/$server/block_device"
shape ecs-block-devices
call GET "$ecs/cloudservers/$server/block_device/$volume"
is "one disk" "1 virtio 25" "$(body '.volumeAttachment | "\(.bootIndex) \(.bus) \(.size)"')"
call GET "$nova/servers/$server/os-volume_attachments"
shape nova-volume-attachments
call GET "$nova/servers/$server/os-volume_attachments/$volume"
shape nova-volume-attachment

attach()
{
	call POST "$ecs/cloudservers/$server/attachvolume" '{"volumeAttachment":'"$2"'}'
	answer "$1" "$3" "$4"
}
attach "twice" '{"volumeId":"'$volume'"}' 400 Ecs.0057
attach "nothing" '{}' 400 Ecs.0005
attach "what is not there" '{"volumeId":"'$one'"}' 400 Ecs.0103
attach "what another has" '{"volumeId":"'$root'"}' 400 Ecs.0017
attach "from another zone" '{"volumeId":"'$(get "$evs/cloudvolumes/detail?status=available&availability_zone=eu-de-02" \
	'.volumes[0].id')'"}' 400 Ecs.0121
attach "at a device that is taken" '{"volumeId":"'$cinder'","device":"/dev/vdb"}' 400 Ecs.0005
call DELETE "$evs/cloudvolumes/$volume"
answer "a disk in use is not deleted" 400 EVS.1046
call POST "$evs/cloudvolumes/$volume/action" '{"os-extend":{"new_size":26}}'
reaches_status "but extended" "$volume" in-use
call PUT "$evs/cloudvolumes/$volume" '{"volume":{"name":"uno"}}'
shape evs-volume-update
call DELETE "$ecs/cloudservers/$server/detachvolume/$cinder"
answer "detach what is not attached" 400 Ecs.0111
call DELETE "$ecs/cloudservers/$server/detachvolume/$(get "$ecs/cloudservers/$server/block_device" \
	.volumeAttachments[0].id)"
answer "the system disk of a running server" 400 Ecs.0100
call DELETE "$ecs/cloudservers/$server/detachvolume/$volume"
shape ecs-detachvolume
is "detaching" detaching "$(status_of "$volume")"
reaches_status "detached, not deleted" "$volume" available
is "the server has it no more" 1 "$(get "$ecs/cloudservers/$server/block_device" '.volumeAttachments | length')"
call POST "$nova/servers/$server/os-volume_attachments" '{"volumeAttachment":{"volumeId":"'$volume'","device":"/dev/sdd"}}'
shape nova-volume-attach
is "at the device asked for" /dev/vdd "$(body .volumeAttachment.device)"
reaches_status "by Nova" "$volume" in-use
call POST "$nova/servers/$server/action" '{"lock":null}'
call DELETE "$ecs/cloudservers/$server/detachvolume/$volume"
answer "not of a locked server" 400 Ecs.0605
call POST "$nova/servers/$server/action" '{"unlock":null}'
call DELETE "$nova/servers/$server/os-volume_attachments/$volume"
is "Nova detaches" 202 "$status"
reaches_status "it does" "$volume" available

# The end of a server: data disks are kept, or not.
attached_job()
{
	call POST "$ecs/cloudservers/$server/attachvolume" '{"volumeAttachment":{"volumeId":"'$1'"}}'
	reaches_status "attached for the end" "$1" in-use
}
attached_job "$volume"
system=$(get "$ecs/cloudservers/$server/block_device" .volumeAttachments[0].id)
call POST "$ecs/cloudservers/delete" '{"servers":[{"id":"'$server'"}],"delete_volume":"yes"}'
answer "delete_volume that is no boolean" 400 Ecs.0005
call POST "$ecs/cloudservers/delete" '{"servers":[{"id":"'$server'"}],"delete_volume":false}'
wait_for 5 reaches "$server" 404
is "the data disk is free" "available" "$(status_of "$volume")"
is "the system disk is gone" "gone" "$(status_of "$system")"
call POST "$ecs/cloudservers" "$(order host2 '"availability_zone":"'$z'",')"
server=$(body '.serverIds[0]')
wait_for 5 reaches "$server" "ACTIVE null"
attached_job "$volume"
call POST "$ecs/cloudservers/delete" '{"servers":[{"id":"'$server'"}],"delete_volume":true}'
wait_for 5 reaches "$server" 404
is "with delete_volume it goes as well" "gone" "$(status_of "$volume")"

# Snapshots.
call POST "$evs/cloudsnapshots" '{"snapshot":{"volume_id":"'$cinder'","name":"s1","description":"d"}}'
shape evs-snapshot-create
is "accepted" "202 creating" "$status $(body .snapshot.status)"
snapshot=$(body .snapshot.id)
snapshot_is()
{
	[ "$(get "$evs/cloudsnapshots/$snapshot" .snapshot.status)" = "$1" ]
}
wait_for 5 snapshot_is available
shape evs-snapshot-get
call GET "$evs/cloudsnapshots/detail?limit=1"
is "listed" "1 $snapshot" "$(body '"\(.count) \(.snapshots[0].id)"')"
call PUT "$evs/cloudsnapshots/$snapshot" '{"snapshot":{"name":"s2"}}'
is "renamed" s2 "$(body .snapshot.name)"
call DELETE "$evs/cloudvolumes/$cinder"
answer "a volume with snapshots stays" 400 EVS.1046
call POST "$evs/cloudvolumes" '{"volume":{"size":10,"snapshot_id":"'$snapshot'","name":"copy",'"$some"'}}'
is "a volume from it" 200 "$status"
call POST "$evs/cloudsnapshots/$snapshot/rollback" '{"rollback":{"volume_id":"'$cinder'"}}'
is "rolled back" "202 $cinder" "$status $(body .rollback.volume_id)"
is "meanwhile" rollbacking "$(status_of "$cinder")"
reaches_status "done" "$cinder" available
call DELETE "$evs/cloudsnapshots/$snapshot"
is "deleted" 202 "$status"
snapshot_gone()
{
	call GET "$evs/cloudsnapshots/$snapshot"
	[ "$status" = 404 ]
}
wait_for 5 snapshot_gone
answer "gone" 404 EVS.5404
call POST "$evs/cloudsnapshots" '{"snapshot":{"volume_id":"'$root'","name":"x"}}'
answer "of a disk in use" 400 EVS.5400
call POST "$evs/cloudsnapshots" '{"snapshot":{"volume_id":"'$root'","name":"x","force":true}}'
is "with force" 202 "$status"
call POST "$evs/cloudsnapshots" '{"snapshot":{"volume_id":"'$cinder'","name":"autobk_snapshot_1"}}'
answer "a reserved name" 400 EVS.1009
call DELETE "$evs/volumes/$cinder"
is "Cinder's delete has no job" "202 0" "$status $(wc -c <"$dir/body" | tr -d ' ')"
wait_for 5 is_now "$cinder" gone

# A server's disks count as well, and the quota says so.
call POST "$ecs/cloudservers" "$(order big '"data_volumes":[{"volumetype":"SAS","size":32768}],')"
answer "a server with more disk than there is" 400 Ecs.0021
call POST "$ecs/cloudservers" "$(order big '"availability_zone":"eu-de-03","data_volumes":[{"volumetype":"ESSD","size":10}],')"
answer "a sold-out type" 400 Ecs.0044

# What goes wrong behind the call.
control POST faults 'kind=job-fail match=cloudvolumes code=EVS.2024' >/dev/null
call POST "$evs/cloudvolumes" '{"volume":{"size":10,"name":"bad",'"$some"'}}'
job=$(body .job_id)
wait_for 5 job_ends "$jobs" "$job" FAIL
is "the job says why" "FAIL EVS.2024" "$(body '"\(.status) \(.error_code)"')"
is "the volume is in error" error "$(get "$evs/cloudvolumes/detail?name=bad" '.volumes[0].status')"

# Rights.
login eu-de reader
call POST "$evs/cloudvolumes" '{"volume":{"size":10,'"$some"'}}'
answer "a reader may not" 403 EVS.0003
finish
