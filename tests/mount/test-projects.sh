#!/bin/bash
# The other projects of the account: one list, a token each when it is first looked into.
. "$(dirname "$0")/lib.sh"

cloud --servers 40
attach -o ttl=600 -o allow_delete
p=$m/eu-de/projects
dev=$p/eu-de_dev
d=$dev/eu-de-01/servers
dev_id=$(control GET "ids?project=eu-de_dev" | sed -n 's/^project //p')

# tokens PROJECT - logins for it so far
tokens()
{
	awk -v p="$1" '$3 ~ "/v3/auth/tokens" && $7 == p' "$m/.ecsfs/requests" | wc -l
}

# of PROJECT_ID [MATCH] - requests in that project so far
of()
{
	control GET requests | grep "/$1" | grep -c -- "${2:-.}"
}

# dev_servers ZONE - ids of the servers of eu-de_dev, as the cloud has them
dev_servers()
{
	control GET servers | awk -v p="$dev_id" -v z="$1" '$5 == p && $4 == z { print $1 }' | sort
}

# The list.
costs "the projects of a region" 1 ls "$p"
is "by name, the mount's own too" "eu-de eu-de_dev" "$(ls "$p" | xargs)"
costs "those of another region are known then" 0 ls "$m/eu-nl/projects"
is "a project is in its region" "eu-nl" "$(ls "$m/eu-nl/projects")"
costs "ls -l" 0 ls -l "$p"
costs "what the list tells" 0 cat "$dev/id" "$dev/name" "$dev/enabled" "$dev/description"
is "which is" "$dev_id eu-de_dev true for trying things out" "$(cat "$dir/out" | xargs)"
is "a project never looked into costs no token" 0 "$(tokens eu-de_dev)"
is "the id works too" eu-de_dev "$(cat "$p/$dev_id/name")"
fails "a project that is not there" ENOENT "ls $p/eu-de_prod"
fails "nor the object storage's" ENOENT "ls $p/MOS"

# Looked into: a token, however many wait, and the same tree.
readers=()
for i in $(seq 30); do
	ls "$d" >"$dir/reader.$i" &
	readers+=($!)
done
wait "${readers[@]}"
is "30 cold readers: one token" 1 "$(tokens eu-de_dev)"
is "one list of zones" 1 "$(of "$dev_id" os-availability-zone)"
is "one list of servers" 1 "$(of "$dev_id" "/$(either cloudservers servers)/detail")"
is "all saw the same" 1 "$(md5sum "$dir"/reader.* | awk '{ print $1 }' | sort -u | wc -l)"
is "the project's servers" "$(dev_servers eu-de-01)" "$(ids "$d")"
is "they are its own" "$dev_id" "$(cat "$d"/*-*/project_id | sort -u)"
is "nothing of them in the region's own" "" \
	"$(comm -12 <(ids "$d" | sort) <(ls "$s" | sort))"
is "by name" "$(cat "$d"/*-*/name | sort -u)" "$(ls "$d/by-name" | sed 's/~.*//' | sort -u)"
is "the same directories, but no projects below a project" \
	"$(ls -p "$m/eu-de" | grep / | grep -vx projects/)" "$(ls -p "$dev" | grep /)"
gone "$dev/projects"
report $? "no recursion"
one=$(dev_servers eu-de-01 | head -n 1)
is "its flavor is the project's" "$(cat "$d/$one/flavor")" "$(cat "$d/$one/flavor_dir/id")"
is "a path of the project" "$dev/flavors" "$(cd -P "$d/$one/flavor_dir/.." && pwd)"
forget_requests
find "$dev/vpcs" "$dev/quotas" "$dev/images" -type f >"$dir/out"
is "what it has is asked for in it" "" "$(control GET requests | grep -E '/[0-9a-f]{32}/' | grep -v "$dev_id")"
is "still one token" 1 "$(tokens eu-de_dev)"

# Changes, jobs and the template are the project's.
id flavor >"$dev/eu-de-01/template/flavor"
is "a template of its own" "" "$(cat "$z/template/flavor")"
ids=$(control GET "ids?project=eu-de_dev")
for key in image vpc subnet; do
	sed -n "s/^$key //p" <<<"$ids" >"$dev/eu-de-01/template/$key"
done
forget_requests
ok "mkdir in a project" mkdir "$d/fresh"
is "creates there" "POST /eu-de/ecs/$(either "v1/$dev_id/cloudservers" "v2.1/$dev_id/servers")" "$(writes)"
becomes "it comes up" "$d/fresh/status" ACTIVE
if ! on_openstack; then
	is "its job" 1 "$(ls "$dev/jobs" | wc -l)"
	is "is no other project's" "" "$(ls "$m/eu-de/jobs")"
	is "a job of the project" SUCCESS "$(wait_for 20 reads "$dev/jobs/$(ls "$dev/jobs")/status" SUCCESS; cat "$dev/jobs"/*/status)"
fi
fails "a refused change" EINVAL "echo bogus >$d/fresh/action"
like "says where" "/eu-de/projects/eu-de_dev/eu-de-01/servers/fresh/action: *bogus*" "$(why)"
sh_ok "rename" "echo fresher >$d/fresh/name"
is "is seen" fresher "$(cat "$d/fresher/name")"
ok "rmdir" rmdir "$d/fresher"

# The mount's own project is one and the same in both places.
mine=$(some ACTIVE)
costs "own servers, known already" 0 bash -c "ls $s $p/eu-de/eu-de-01/servers"
is "the same" "$(ls "$s")" "$(ls "$p/eu-de/eu-de-01/servers")"
sh_ok "renamed here" "echo moved >$s/$mine/name"
is "seen there" moved "$(cat "$p/eu-de/eu-de-01/servers/$mine/name")"
is "the project's own token" 1 "$(tokens eu-de)"

# Refresh of a path asks in that project only; of all, in both.
control PATCH "servers/$one" '{"name":"behind"}'
forget_requests
echo "/eu-de/projects/eu-de_dev/eu-de-01/servers" >"$m/.ecsfs/refresh"
is "refresh of a path" behind "$(cat "$d/$one/name")"
is "asks for that" 1 "$(count)"
control PATCH "servers/$one" '{"name":"again"}'
echo >"$m/.ecsfs/refresh"
is "refresh of all" again "$(cat "$d/$one/name")"
ok "by name, at once" test -d "$d/again"
control POST expire-tokens
control PATCH "servers/$one" '{"name":"renewed"}'
before=$(tokens eu-de_dev)
echo "/eu-de/projects/eu-de_dev/eu-de-01/servers" >"$m/.ecsfs/refresh"
is "a token that has ended is renewed" renewed "$(cat "$d/$one/name")"
is "once" $((before + 1)) "$(tokens eu-de_dev)"
detach

# A project whose token does not come holds nobody up.
attach
ls "$p" >"$dir/out"
control POST faults "kind=stall match=/v3/auth/tokens count=1 ms=6000" >"$dir/out"
ls "$d" >"$dir/late" 2>&1 &
late=$!
ok "the login is under way" wait_for 10 bash -c "curl -s $base/_sandbox/requests | grep -q 'tokens - -'"
ok "the region goes on" timeout 4 ls "$s"
ok "another region too" timeout 4 ls "$m/eu-nl/eu-nl-01/servers"
ok "while it still waits" bash -c "curl -s $base/_sandbox/requests | grep -q 'tokens - -'"
wait $late
control DELETE faults
becomes "it comes later" "$dev/name" eu-de_dev
detach

# No rights on one: EACCES there, with the cloud's sentence, and the rest works.
attach
ls -l "$p" >"$dir/out"
control POST bar "demo eu-de_dev"
fails "no rights" EACCES "ls $dev"
like "why" "/eu-de/projects/eu-de_dev: login of demo for project eu-de_dev at *no access*" "$(why)"
fails "nor deeper" EACCES "ls $d"
is "its own files are there" "eu-de_dev true" "$(cat "$dev/name" "$dev/enabled" | xargs)"
ok "the region goes on" ls "$s"
ok "the other project too" ls "$p/eu-de/eu-de-01/servers"
like "health names the project" "*failing eu-de/projects/eu-de_dev/zones since *" "$(cat "$m/.ecsfs/health")"
is "refused once, not asked again and again" 1 "$(tokens eu-de_dev)"
control POST bar demo
ok "rights again" wait_for 30 ls "$d"
detach

# Who cannot see a project does not have it.
OS_USERNAME=reader attach
is "reader's projects" eu-de "$(ls "$p")"
fails "another's is not there" ENOENT "ls $dev"
detach
OS_PROJECT_NAME=eu-de_dev attach
is "a mount of a project" "$(dev_servers eu-de-01)" "$(ids "$s")"
costs "which is listed too, and costs no more" 1 ls "$p" "$dev/eu-de-01/servers"
is "others have their own" 1 "$(ls "$p/eu-de/eu-de-01/servers" >"$dir/out"; tokens eu-de)"
detach

done_testing
