#!/bin/bash
# Bare metal servers: shown as servers, with less to do.
. "$(dirname "$0")/lib.sh"

cloud --servers 12
attach -o allow_delete,ttl=60
b=$m/eu-de/bms

costs "ls" 1 ls "$b"
is "two of them" 2 "$(ls "$b" | wc -l)"
costs "all that they say" 0 bash -c "cat $b/*/name && find $b -type f ! -perm 0400 -exec cat {} + && ls -lR $b"
is "none is a server" "" "$(comm -12 <(ls "$b" | sort) <(ls "$m"/eu-de/*/servers | sort))"
is "names" "bms-db-01 bms-hpc-01" "$(cat "$b"/*/name | sort | xargs)"
db=$b/bms-db-01
hpc=$b/bms-hpc-01
is "a name works" "physical.o2.medium 32 193047" "$(cat "$db/flavor" "$db/vcpus" "$db/ram_mb" | xargs)"
is "status" "ACTIVE SHUTOFF" "$(cat "$db/status" "$hpc/status" | xargs)"
is "its image" "$(cat "$db/image_name")" "$(cat "$db/image_dir/name")"
is "its network" "$(cat "$db/vpc")" "$(cat "$db/vpc_dir/id")"
is "files of the same names as a server's" "" \
	"$(comm -23 <(ls -p "$db" | sort) <(ls -p "$s/$(some ACTIVE)" | sort))"
is "json" "$(cat "$db/id")" "$(jq -r .id "$db/json")"
is "an error that there is not" "" "$(cat "$db/error")"
disk=$(grep -l '^bms-db-01-' "$m"/eu-de/*/volumes/*/name | xargs dirname)
is "its disk leads to it" bms-db-01 "$(cat "$disk"/attached_to/*/name)"
port=$(grep -l "^$(cat "$db/id")$" "$m"/eu-de/ports/*/device | xargs dirname)
is "so does its port" bms-db-01 "$(cat "$port/server_dir/name")"
is "as links" "../../../../bms/$(cat "$db/id") ../../bms/$(cat "$db/id")" \
	"$(readlink "$disk"/attached_to/* "$port/server_dir" | xargs)"
ok "a region of another project" ls "$m/eu-nl"
costs "without them: empty, and not asked" 0 bash -c "[ -z \"\$(ls $m/eu-nl/bms)\" ]"
is "and not sick" "state ok" "$(head -n 1 "$m/.ecsfs/health")"
is "another project's" bms-test-01 "$(cat "$m/eu-de/projects/eu-de_dev/bms"/*/name)"

# Power.
is "what can be done" "reboot stop" "$(cat "$db/action" | xargs)"
is "and of the other" "start" "$(cat "$hpc/action")"
forget_requests
sh_ok "stop" "echo stop >$db/action"
is "is one call" "POST /eu-de/bms/v1/$(id project)/baremetalservers/action" "$(writes)"
job=$(ls "$m/eu-de/jobs")
is "a job of that service" bms "$(cat "$m/eu-de/jobs/$job/service")"
becomes "it stops" "$db/status" SHUTOFF
becomes "the job ends" "$m/eu-de/jobs/$job/status" SUCCESS
is "what it worked on" "server_id $(cat "$db/id")" "$(cat "$m/eu-de/jobs/$job/entities")"
fails "not twice" EBUSY "echo stop >$db/action"
like "why" "*/bms/*: *BMS.0036*" "$(why)"
like "and in its error" "*BMS.0036*" "$(cat "$db/error")"
sh_ok "start" "echo ACTIVE >$db/status"
becomes "it starts" "$db/status" ACTIVE
is "the error is gone" "" "$(cat "$db/error")"
forget_requests
sh_ok "what is so already" "echo ACTIVE >$db/status"
is "is not asked for" "" "$(writes)"
sh_ok "reboot" "echo reboot >$db/action"
becomes "it is back" "$db/status" ACTIVE
fails "no hard way, there is no soft one" EINVAL "echo stop hard >$db/action"
fails "another status" EINVAL "echo PAUSED >$db/status"

# Name, metadata, tags.
sh_ok "rename" "echo bms-new >$db/name"
is "by the new name" bms-new "$(cat "$b/bms-new/name")"
is "its host name stays" bms-db-01 "$(cat "$b/bms-new/hostname")"
fails "not by the old" ENOENT "ls $db"
db=$b/bms-new
fails "a bad name" EINVAL "echo 'a b' >$db/name"
sh_ok "metadata" "echo v >$db/metadata/k"
is "is there" "v 0" "$(cat "$db/metadata/k" "$db/metadata/chargingMode" | xargs)"
sh_ok "and deleted" "rm $db/metadata/k"
fails "is gone" ENOENT "cat $db/metadata/k"
sh_ok "a tag" "echo prod >$db/tags/env"
is "is there" prod "$(cat "$db/tags/env")"
forget_requests
sh_ok "another value" "echo test >$db/tags/env"
is "is one call" PUT "$(writes | awk '{ print $1 }')"
is "and replaces the first" "role env=test" \
	"$(jq -r '.tags | map(select(startswith("_") | not)) | map(sub("=database"; "")) | join(" ")' "$db/json")"
sh_ok "rm of a tag" "rm $db/tags/env"
gone "$db/tags/env"
report $? "is gone"
fails "what makes it one stays" EPERM "rm $db/tags/__type_baremetal"
fails "nor is it written" EPERM "echo x >$db/tags/_sys_x"

fails "no mkdir" EPERM "mkdir $b/new"
fails "no rmdir" EPERM "rmdir $db"
is "both are still there" 2 "$(ls "$b" | wc -l)"
detach

OS_USERNAME=reader attach
fails "a reader may not" EACCES "echo stop >$b/bms-hpc-01/action"
ok "but reads" cat "$b/bms-hpc-01/status"
detach

done_testing
