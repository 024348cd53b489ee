#!/bin/bash
# Several clouds in one mount: a of Huawei's kind, b of plain OpenStack, one that is away, one that refuses the password.
. "$(dirname "$0")/lib.sh"
unset CLOUD_OPTION

declare -A urls
pids=()

# start NAME OPTION... - a sandbox; its URL is ${urls[NAME]}
start()
{
	local name=$1 fd
	shift
	mkfifo "$dir/stdin.$name"
	exec {fd}<>"$dir/stdin.$name"
	"$ECS_SANDBOX" --until-eof --boot-time 600 --stop-time 300 "$@" <"$dir/stdin.$name" >"$dir/url.$name" 2>"$dir/cloud.err" {fd}>&- &
	pids+=($!)
	wait_for 20 test -s "$dir/url.$name" || give_up "the sandbox does not start" "$dir/cloud.err"
	urls[$name]=$(cat "$dir/url.$name")
}

# of NAME - control, and what uses it, are for that cloud
of()
{
	base=${urls[$1]%/v3}
}

# entry NAME URL PASSWORD - a cloud of clouds.yaml
entry()
{
	printf '  %s:\n    region_name: eu-de\n    auth: {auth_url: "%s", username: demo, password: %s, user_domain_name: OTC-SANDBOX, project_name: eu-de}\n' \
		"$1" "$2" "$3"
}

# ids_at NAME - what the cloud says that the zone's servers are
ids_at()
{
	of "$1"
	control GET servers | awk -v p="$(id project)" '$4 == "eu-de-01" && $5 == p { print $1 }' | sort
}

# health NAME - what is said of it
health()
{
	sed -n "s/^cloud $1 //p" "$m/.ecsfs/health"
}

answers()
{
	ls "$@" >/dev/null
}

# end_all - the sandboxes; prints their statuses
end_all()
{
	kill "${pids[@]}"
	for pid in "${pids[@]}"; do
		wait "$pid"
		echo $?
	done
	pids=()
}
trap 'kill "${pids[@]}" 2>/dev/null; cleanup' EXIT

start a --servers 6
start b --servers 8 --openstack
start away --servers 3
export OS_CLIENT_CONFIG_FILE=$dir/clouds.yaml
{
	echo clouds:
	entry a "${urls[a]}" sandbox
	entry b "${urls[b]}" sandbox
	entry away "${urls[away]}" sandbox
	entry again "${urls[a]}" sandbox
	entry ../../etc "${urls[a]}" wrong
} >"$dir/clouds.yaml"
chmod 600 "$dir/clouds.yaml"
of away
control POST down >/dev/null

# What is there.
attach --cloud a --cloud b --cloud away --cloud ../../etc -o ttl=1,allow_delete
is "a directory for each, by its name" "%2E.%2F..%2Fetc README a away b" "$(ls "$m" | paste -sd' ')"
is "each with its regions" "eu-de eu-nl eu-de eu-nl" "$(ls "$m/a" "$m/b" | grep eu- | paste -sd' ')"
for cloud in a b; do
	is "$cloud has its own servers" "$(ids_at $cloud)" "$(ids "$m/$cloud/eu-de/eu-de-01/servers")"
done
ok "one has bare metal" ls "$m/a/eu-de/bms"
fails "the other is plain OpenStack" ENOENT "ls $m/b/eu-de/bms"
is "no link is absolute, or leads out of its cloud, or nowhere" "" "$(for c in a b; do
	cd "$m/$c" && find . -maxdepth 6 -type l -printf '%h/%l\n' | sort -u |
		xargs -d '\n' realpath -m -- | grep -v "^$m/$c/"
	find . -maxdepth 6 -type l \( -lname '/*' -o -xtype l \)
done)"
is "one engine for all" 1 "$(grep -sxc ecs-engine /proc/$mount_pid/task/*/comm | awk -F: '{ n += $2 } END { print n }')"
is "the source" ecsfs:a+b+away+../../etc "$(findmnt -n -o SOURCE "$m")"
is "df is that of all" "$(($(df --output=size "$m/a" | tail -n 1) + $(df --output=size "$m/b" | tail -n 1)))" \
	"$(df --output=size "$m" | tail -n 1 | tr -d ' ')"

# One that is away and one that refuses.
like "the prompt tells of who is away" "*warning: away: login of demo*" "$(cat "$dir/mount.err")"
like "and of who refuses" "*warning: %2E.%2F..%2Fetc: login of demo*401*" "$(cat "$dir/mount.err")"
fails "its directory says that it is away" EHOSTUNREACH "ls $m/away"
like "why" "/away: login of demo at ${urls[away]}: *" "$(why)"
fails "and so does what may be in it" EHOSTUNREACH "cat $m/away/eu-de/eu-de-01/status"
fails "but not what programs try everywhere" ENOENT "ls $m/away/.git"
fails "the other that it refuses" EACCES "ls $m/%2E.%2F..%2Fetc"
like "why" "/%2E.%2F..%2Fetc: login of demo at ${urls[a]}: *401*" "$(why)"
is "health of each" "ok ok degraded degraded" "$(for c in a b away %2E.%2F..%2Fetc; do health $c; done | paste -sd' ')"
like "health of all" "state degraded*failing away since 20*login of demo*" "$(cat "$m/.ecsfs/health")"
like "errors" "*Z away: login of demo*" "$(cat "$m/.ecsfs/errors")"

# The others go on, each by itself.
one=$m/a/eu-de/eu-de-01/servers/$(ids "$m/a/eu-de/eu-de-01/servers" | head -n 1)
two=$m/b/eu-de/eu-de-01/servers/$(ids "$m/b/eu-de/eu-de-01/servers" | head -n 1)
sh_ok "a value of one" "echo 'of a' >$one/description"
sh_ok "is copied to the other's" "cp $one/description $two/description"
is "and is there" "of a" "$(cat "$two/description")"
fails "nothing moves from one to the other" EPERM "mv $one $m/b/eu-de/eu-de-01/servers/"
ok "a draft of one" mkdir "$m/a/eu-de/eu-de-01/drafts/plan"
fails "is not made in the other" EPERM "mv $m/a/eu-de/eu-de-01/drafts/plan $m/b/eu-de/eu-de-01/servers/"
is "it is the other's no less" "" "$(ls "$m/b/eu-de/eu-de-01/drafts")"
fails "a word that is none" EINVAL "echo bogus >$two/action"
like "why names the cloud" "/b/eu-de/eu-de-01/servers/*unknown verb*" "$(why)"
is "config tells of each" "${urls[a]} ${urls[b]} ${urls[away]}" \
	"$(awk '$1 == "auth_url" && $2 != "%2E.%2F..%2Fetc" { print $3 }' "$m/.ecsfs/config" | paste -sd' ')"
is "each request has its cloud at the end" "%2E.%2F..%2Fetc a away b" \
	"$(sed 's/ (.*//' "$m/.ecsfs/requests" | awk '{ print $NF }' | sort -u | paste -sd' ')"
like "each counter has it as a label" '*ecsfs_api_requests_total{cloud="b",service="compute",*' "$(cat "$m/.ecsfs/stats")"

# It comes back, and another goes.
of away
control POST up >/dev/null
ok "one that is back is there, without a new mount" wait_for 40 answers "$m/away/eu-de/eu-de-01"
is "health knows" ok "$(health away)"
sed -i 's/password: wrong/password: sandbox/' "$dir/clouds.yaml"
ok "a password that is mended is found" wait_for 40 answers "$m/%2E.%2F..%2Fetc/eu-de/eu-de-01"
is "all is well" "state ok" "$(head -n 1 "$m/.ecsfs/health")"
of b
control POST down >/dev/null
ok "one goes, and what is known of it is shown" wait_for 40 bash -c \
	"cat $two/status && ls ${two%/*} && grep -q '^failing b/eu-de/' $m/.ecsfs/health"
is "it alone is degraded" "ok degraded" "$(health a) $(health b)"
sh_ok "the other can be changed" "echo 'still a' >$one/description"
is "and is read anew" "still a" "$(cat "$one/description")"
control POST up >/dev/null
sh_ok "a refresh of it alone" "echo /b/eu-de/eu-de-01/servers >$m/.ecsfs/refresh"
ok "and it is back" wait_for 40 bash -c "ls ${two%/*}; ! grep -q '^failing b/eu-de/eu-de-01/servers' $m/.ecsfs/health"
numbers=$(stat -c %i "$m/a" "$one" "$two" "$two/status")
detach

# Alone or with others, and in another order: the same drafts, the same numbers.
attach --cloud a
is "alone it is the root" "README eu-de eu-nl" "$(ls "$m" | paste -sd' ')"
is "with the drafts that it had" plan "$(ls "$m/eu-de/eu-de-01/drafts")"
detach
attach --cloud b --cloud a --cloud again
is "beside another one as well" plan "$(ls "$m/a/eu-de/eu-de-01/drafts")"
is "inode numbers stay" "$numbers" "$(stat -c %i "$m/a" "$one" "$two" "$two/status")"
is "of one project mounted twice, one has the drafts" "" "$(ls "$m/again/eu-de/eu-de-01/drafts")"
like "it says why" "*again/eu-de/drafts: another mount, or cloud of this mount, has */drafts/*" "$(cat "$m/.ecsfs/errors")"
detach

# All are away, at first. As in fstab.
for cloud in a b; do
	of $cloud
	control POST down >/dev/null
done
"$ECSFS" a,b "$m" -o retry=60 2>"$dir/out" 9>&- &
prompt=$!
ok "all are away: it tries" bash -c "kill -0 $prompt && ! mountpoint -q $m"
control POST up >/dev/null
ok "the first that lets us in ends the wait" wait_for 30 cat "$m/.ecsfs/version"
wait $prompt
is "status" 0 $?
like "what is not there is told" "ecsfs: warning: a: login of demo*" "$(cat "$dir/out")"
ok "one is there" ls "$m/b/eu-de"
fails "the other is not yet" EHOSTUNREACH "ls $m/a"
of a
control POST up >/dev/null
ok "then it is" wait_for 40 answers "$m/a/eu-de"
ok "umount" fusermount3 -u "$m"
ok "the daemon ends" wait_for 10 bash -c "! pgrep -f '[e]csfs a,b $m'"

# The prompt.
sed -i '$s/password: sandbox/password: wrong/' "$dir/clouds.yaml"
of b
control POST down >/dev/null
"$ECSFS" --cloud b --cloud ../../etc "$m" >"$dir/out" 2>&1
is "none lets us in: status" 1 $?
like "none lets us in: the sentence" "ecsfs: b: login of demo*; %2E.%2F..%2Fetc: login of demo*" "$(cat "$dir/out")"
"$ECSFS" --cloud a --cloud nosuch "$m" >"$dir/out" 2>&1
is "one that is not configured: status" 1 $?
like "one that is not configured: the sentence" "*no cloud nosuch*" "$(cat "$dir/out")"
like "the same cloud twice" "*cloud a is given twice*" "$("$ECSFS" --cloud a --cloud a "$m" 2>&1)"
like "--region of several" "*--region is for one*" "$("$ECSFS" --region eu-de --cloud a --cloud b "$m" 2>&1)"
ok "no mount" bash -c "! mountpoint -q $m"
"$ECSFS" --check --cloud a --cloud b >"$dir/said" 2>&1
is "--check, one is away: status" 1 $?
like "--check of both, each line with its cloud" "ok *a: login *FAILED: b: address *-  *b: login *ok *fuse *" "$(cat "$dir/said")"
end_all >"$dir/out"
is "the sandboxes end with status 0" "0 0 0" "$(paste -sd' ' "$dir/out")"

done_testing
