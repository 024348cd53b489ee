#!/bin/bash
# What replaces a server's flavor, system and host: verbs and files, their states, and who may.
. "$(dirname "$0")/lib.sh"

cloud --servers 12 --resize-time 500
attach -o allow_delete
a=$(make one)
d=$s/$a
stop()
{
	echo stop >"$d/action" && wait_for 20 reads "$d/status" SHUTOFF && wait_for 20 reads "$d/task_state" ""
}
verbs()
{
	awk '{ print $1 }' "$d/action" | xargs
}

# Links.
is "flavor_dir" "$(cat "$d/flavor")" "$(cat "$d/flavor_dir/id")"
is "image_dir" "$(cat "$d/image")" "$(cat "$d/image_dir/id")"
if on_openstack; then
	is "what Nova cannot tell is not there" "" "$(ls "$d" | grep -E '^(dedicated_host|image_name|server_group|vpc|vpc_dir)$')"
else
	is "vpc_dir" "$(cat "$d/vpc")" "$(cat "$d/vpc_dir/id")"
fi
is "they are relative" "../../../flavors/s3.medium.1" "$(readlink "$d/flavor_dir")"

# Resize: the ECS flow, of a stopped server, is final. Nova's is below.
is "what a running server can do" "$(either "changeos lock monitor reboot rebuild reinstall resize stop unlock" \
	"lock reboot rebuild resize stop unlock")" "$(verbs)"
if ! on_openstack; then
	fails "resize while it runs" EBUSY "echo s3.large.2 >$d/flavor"
	like "the sentence says why" "*Ecs.0100*ACTIVE*" "$(cat "$d/error")"
fi
ok "stop" stop
is "what a stopped server can do" "$(either "changeos lock monitor rebuild reinstall resize start unlock" \
	"lock rebuild resize start unlock")" "$(verbs)"
fails "resize to nothing" EINVAL "echo >$d/flavor"
fails "resize to no flavor" EINVAL "echo bogus >$d/flavor"
like "the sentence names it" "*bogus*" "$(cat "$d/error")"
fails "resize to what it is" EINVAL "echo s3.medium.1 >$d/flavor"
fails "resize to what is sold out" ENOSPC "echo p2v.2xlarge.8 >$d/flavor"
if ! on_openstack; then
	forget_requests
	sh_ok "resize" "echo s3.large.2 >$d/flavor"
	is "one request" 1 "$(writes | wc -l)"
	like "of the ECS API" "POST /eu-de/ecs/v1/*/cloudservers/$a/resize" "$(writes)"
	is "it shows at once" RESIZE "$(cat "$d/status")"
	becomes "it is done, without a confirmation" "$d/status" SHUTOFF
	is "the flavor" s3.large.2 "$(cat "$d/flavor")"
	is "so do its CPUs, memory, link say" "2 4096 s3.large.2" "$(cat "$d/vcpus" "$d/ram_mb" "$d/flavor_dir/id" | xargs)"
	is "by verb" "0" "$(echo 'resize s3.medium.2' >"$d/action"; echo $?)"
	becomes "done" "$d/flavor" s3.medium.2
	becomes "idle" "$d/status" SHUTOFF
	sh_ok "to a flavor without capacity" "echo e3.7xlarge.12 >$d/flavor"
	becomes "it comes back" "$d/status" SHUTOFF
	is "with the flavor it had" s3.medium.2 "$(cat "$d/flavor")"
	ok "error tells why" wait_for 10 grep -q Ecs.0319 "$d/error"
fi

# Resize: the Nova flow, also of a running server, waits for a word.
before=$(cat "$d/flavor")
sh_ok "start" "echo start >$d/action"
becomes "runs" "$d/status" ACTIVE
fails "confirm what is not resized" EBUSY "echo confirm >$d/action"
fails "an argument nobody knows" EINVAL "echo 'resize s3.large.2 now' >$d/action"
sh_ok "resize, to be verified" "echo 'resize s3.large.2 verify' >$d/action"
becomes "it waits" "$d/status" VERIFY_RESIZE
is "what it can do then" "$(either "confirm lock monitor revert unlock" "confirm lock revert unlock")" "$(verbs)"
sh_ok "revert" "echo revert >$d/action"
becomes "it runs" "$d/status" ACTIVE
is "as before" "$before" "$(cat "$d/flavor")"
sh_ok "once more" "echo 'resize s3.large.2 verify' >$d/action"
becomes "it waits" "$d/status" VERIFY_RESIZE
sh_ok "confirm" "echo confirm >$d/action"
is "it runs" "ACTIVE s3.large.2" "$(cat "$d/status" "$d/flavor" | xargs)"

# Another system.
golden=$(cat "$m/eu-de/images/golden-web-2025-11/id")
if ! on_openstack; then
	fails "no such image" EINVAL "echo 'changeos bogus' >$d/action"
	fails "no such key pair" EINVAL "echo 'changeos $golden bogus' >$d/action"
	fails "no image named" EINVAL "echo changeos >$d/action"
	forget_requests
	sh_ok "changeos" "echo 'changeos $golden KeyPair-ops' >$d/action"
	like "one request" "POST /eu-de/ecs/v2/*/cloudservers/$a/changeos" "$(writes)"
	is "at once" REBUILD "$(cat "$d/status")"
	becomes "it runs again" "$d/status" ACTIVE
	is "the image, its name, the key" "$golden golden-web-2025-11 KeyPair-ops" \
		"$(cat "$d/image" "$d/image_name" "$d/key_name" | xargs)"
	is "so says the link" golden-web-2025-11 "$(cat "$d/image_dir/name")"
	sh_ok "reinstall" "echo reinstall >$d/action"
	is "at once" REBUILD "$(cat "$d/status")"
	becomes "it runs again" "$d/status" ACTIVE
	is "with its key" KeyPair-ops "$(cat "$d/key_name")"
fi
forget_requests
sh_ok "rebuild from its image" "echo rebuild >$d/action"
like "one request" "POST /eu-de/ecs/v2.1/*/servers/$a/action" "$(writes)"
becomes "it runs again" "$d/status" ACTIVE
sh_ok "rebuild from another" "echo 'rebuild $(id image)' >$d/action"
becomes "it runs again" "$d/image" "$(id image)"
becomes "idle" "$d/status" ACTIVE
fails "rebuild from none" EINVAL "echo 'rebuild bogus' >$d/action"
if ! on_openstack; then
	forget_requests
	sh_ok "monitor" "echo monitor >$d/action"
	like "one request" "POST /eu-de/ecs/v1.0/servers/$a/action" "$(writes)"

	# Dedicated hosts.
	host=$(id dedicated_host)
	fails "move a running server" EBUSY "echo $host >$d/dedicated_host"
	ok "stop" stop
	fails "to no host" EINVAL "echo bogus >$d/dedicated_host"
	sh_ok "to a host" "echo $host >$d/dedicated_host"
	becomes "moved" "$d/dedicated_host" "$host"
	becomes "idle" "$d/status" SHUTOFF
	fails "to where it is" EINVAL "echo $host >$d/dedicated_host"
	sh_ok "to the pool" "echo >$d/dedicated_host"
	becomes "moved" "$d/dedicated_host" ""
	becomes "idle" "$d/status" SHUTOFF

	# Server groups.
	log_in
	group()
	{
		api POST "ecs/v1/$(id project)/cloudservers/os-server-groups" \
			'{"server_group":{"name":"'"$1"'","policies":["anti-affinity"]}}' | jq -r .server_group.id
	}
	g=$(group apart)
	other=$(group elsewhere)
	is "it is in no group" "" "$(cat "$d/server_group")"
	fails "join no group" EINVAL "echo bogus >$d/server_group"
	forget_requests
	sh_ok "join" "echo $g >$d/server_group"
	like "one request" "POST /eu-de/ecs/v1/*/cloudservers/os-server-groups/$g/action" "$(writes)"
	is "read back" "$g" "$(cat "$d/server_group")"
	fails "join another" EINVAL "echo $other >$d/server_group"
	sh_ok "leave" "echo >$d/server_group"
	is "read back" "" "$(cat "$d/server_group")"
	sh_ok "join by name" "echo apart >$d/server_group"
	is "read back" "$g" "$(cat "$d/server_group")"
	is "the group says so" "$a" "$(ls "$m/eu-de/server_groups/apart/members")"
	sh_ok "leave" "echo >$d/server_group"
	is "the group says so" "" "$(ls "$m/eu-de/server_groups/apart/members")"
	forget_requests
	sh_ok "leave nothing" "echo >$d/server_group"
	is "nothing was sent" "" "$(writes)"
	r=$(make running)
	fails "join while it runs" EBUSY "echo $g >$s/$r/server_group"
fi

# A lock guards all of it, and leaves what is only written about the server.
sh_ok "lock" "echo lock >$d/action"
is "what a locked server can do" "$(either "lock monitor unlock" "lock unlock")" "$(verbs)"
huawei=("reinstall >$d/action" "'changeos $golden' >$d/action" "$host >$d/dedicated_host")
on_openstack && huawei=()
for what in "s3.medium.1 >$d/flavor" "'resize s3.medium.1 verify' >$d/action" "rebuild >$d/action" \
	"start >$d/action" "${huawei[@]}"; do
	fails "locked: ${what%% >*}" EPERM "echo $what"
done
fails "locked: rmdir" EPERM "rmdir $d"
sh_ok "its name can be changed" "echo renamed >$d/name"
is "but not by that its host name" "renamed one" "$(cat "$d/name" "$d/hostname" | xargs)"
sh_ok "description" "echo text >$d/description"
if on_openstack; then # Nova counts that in
	fails "metadata" EPERM "echo v >$d/metadata/k"
	like "the sentence says why" "*locked*" "$(cat "$d/error")"
else
	sh_ok "metadata" "echo v >$d/metadata/k"
fi
sh_ok "tags" "echo v >$d/tags/k"
sh_ok "unlock" "echo unlock >$d/action"
detach

# What destroys needs the option.
attach
is "verbs that destroy are not offered" "" "$(grep -E 'rebuild|reinstall|changeos' "$d/action")"
forget_requests
verbs=(rebuild)
on_openstack || verbs+=(reinstall "changeos $golden")
for verb in "${verbs[@]}"; do
	fails "$verb without allow_delete" EPERM "echo $verb >$d/action"
done
like "the sentence names the option" "*allow_delete*" "$(why)"
is "nothing was sent" "" "$(writes)"

# Nothing of it asks more than the list.
echo >"$m/.ecsfs/refresh"
ls "$s" >"$dir/null"
costs "ls -l of a server" 0 ls -l "$d"

done_testing
