#!/bin/bash
# The command line: what works says nothing, what does not says one sentence, and leaves no mount behind.
. "$(dirname "$0")/lib.sh"

# said NAME STATUS PATTERN COMMAND... - ends with that status and one line on stderr
said()
{
	local name=$1 status=$2 pattern=$3 got
	shift 3
	timeout 60 "$@" >"$dir/stdout" 2>"$dir/stderr" 9>&-
	got=$?
	is "$name: status" "$status" $got
	is "$name: one line" 1 "$(wc -l <"$dir/stderr")"
	like "$name: the sentence" "$pattern" "$(cat "$dir/stderr")"
	ok "$name: no mount" bash -c "! mountpoint -q $m"
}

cloud --servers 5

# Options.
ok "--help" "$ECSFS" --help
like "--help is on stdout" "*--list-files*" "$("$ECSFS" --help 2>"$dir/null")"
like "--version" "ecsfs [0-9]*" "$("$ECSFS" --version)"
ok "--list-files needs no cloud" env -u OS_AUTH_URL "$ECSFS" --list-files
said "no mountpoint" 2 "*mountpoint*" "$ECSFS"
said "three words" 2 "*one mountpoint*" "$ECSFS" a b "$m"
said "two clouds" 2 "*--cloud*" "$ECSFS" --cloud a b "$m"
said "an unknown source" 1 "*no cloud*nosuch*" "$ECSFS" nosuch "$m"
said "an unknown option" 2 "*--bogus*" "$ECSFS" --bogus "$m"
said "a wrong ttl" 2 "*ttl*" "$ECSFS" -o ttl=soon "$m"
said "an unknown mount option" 1 "*bogus*" "$ECSFS" -o bogus "$m"

# Where it cannot work.
said "no such directory" 1 "*$dir/none*" "$ECSFS" "$dir/none"
said "a file" 1 "*$dir/url*" "$ECSFS" "$dir/url"
OS_PASSWORD=Xyzzy said "a wrong password" 1 "*401*password*" "$ECSFS" "$m"
OS_AUTH_URL=http://127.0.0.1:1/v3 said "nobody listens" 1 "*127.0.0.1:1*" "$ECSFS" "$m"
OS_AUTH_URL=ftp://x said "no http" 1 "*auth_url*" "$ECSFS" "$m"
OS_PROJECT_NAME=nowhere said "a wrong project" 1 "*nowhere*" "$ECSFS" "$m"
said "a wrong region" 1 "*mars*eu-de*" "$ECSFS" --region mars "$m"
said "a cloud that is not configured" 1 "*there is no cloud mine*" "$ECSFS" --cloud mine "$m"
control POST faults "kind=html200 match=/auth/tokens" >/dev/null
said "a login page" 1 "*" "$ECSFS" "$m"
control DELETE faults >/dev/null
saved=$(export -p | grep ' OS_')
unset "${!OS_@}"
said "no configuration at all" 1 "*no cloud is configured*" "$ECSFS" "$m"

# clouds.yaml.
mkdir -p "$HOME/.config/openstack"
yaml=$HOME/.config/openstack/clouds.yaml
cat >"$yaml" <<YAML
clouds:
  mine:
    auth:
      auth_url: $url
      username: demo
      project_name: eu-nl
      user_domain_name: OTC-SANDBOX
      project_domain_name: OTC-SANDBOX
    region_name: eu-nl
YAML
cat >"${yaml%/*}/secure.yaml" <<YAML
clouds: {mine: {auth: {password: sandbox}}}
YAML
chmod 644 "${yaml%/*}/secure.yaml"
said "a password that everybody can read" 1 "*secure.yaml:1: *everybody can read it*chmod 600*" \
	"$ECSFS" --cloud mine "$m"
chmod 640 "${yaml%/*}/secure.yaml"
sh_ok "--cloud, with secure.yaml" "$ECSFS --cloud mine $m"
like "it is that cloud" "*cloud mine*project eu-nl*" "$(cat "$m/.ecsfs/config")"
is "its source" ecsfs:mine "$(findmnt -n -o SOURCE "$m")"
said_in_use=$("$ECSFS" --cloud mine "$m" 2>&1 >"$dir/null")
is "in use: status" 1 $?
like "in use: the sentence" "*$m*" "$said_in_use"
ok "in use: the mount is still there" ls "$m/eu-nl/eu-nl-01"
ok "umount" fusermount3 -u "$m"
ok "the daemon ends" wait_for 10 bash -c "! pgrep -f '[e]csfs --cloud mine $m'"
if [ "$(id -u)" = 0 ]; then # as in fstab
	ok "mount(8)" env PATH="$(dirname "$ECSFS"):$PATH" mount -t fuse.ecsfs mine "$m" \
		-o rw,nosuid,noatime,_netdev,nofail,x-systemd.automount,ttl=30
	like "it is that cloud" "*cloud mine*ttl 30*" "$(cat "$m/.ecsfs/config")"
	ok "umount(8)" umount "$m"
	ok "the daemon ends" wait_for 10 bash -c "! pgrep -f '[e]csfs mine $m'"
fi
sh_ok "the only cloud, without its name" "$ECSFS $m && fusermount3 -u $m"
ok "the daemon ends" wait_for 10 bash -c "! pgrep -f '[e]csfs $m'"
printf 'clouds:\n  mine: [\n' >"$yaml"
said "a broken clouds.yaml" 1 "*clouds.yaml:*" "$ECSFS" --cloud mine "$m"
rm -r "$HOME/.config"
eval "$saved"

# Signals, a daemon that was killed.
for signal in TERM INT HUP; do
	attach
	kill -$signal "$mount_pid"
	wait "$mount_pid"
	is "SIG$signal unmounts" 0 $?
	mount_pid=
	ok "SIG$signal: no mount" bash -c "! mountpoint -q $m"
done
attach
kill -KILL "$mount_pid"
wait "$mount_pid" 2>"$dir/null"
mount_pid=
fails "a daemon that was killed leaves a dead mount" EHOSTUNREACH "ls $m 2>&1 | sed 's/Transport endpoint is not connected/No route to host/' >&2; false"
attach
ok "that the next one clears away" ls "$z"
detach

# --sandbox.
sh_ok "--sandbox" "$ECSFS --sandbox $m"
like "--sandbox is a cloud of its own" "*without --cloud*" "$("$ECSFS" --sandbox --cloud mine "$dir" 2>&1)"
like "it has servers" "[1-9]*" "$(ls "$m"/eu-de/*/servers/by-name | wc -l)"
sandbox=$(sed -n 's/^auth_url //p' "$m/.ecsfs/config")
own_sandbox()
{
	for pid in $(pgrep -x ecs-sandbox); do
		grep -qs "HOME=$dir/home" "/proc/$pid/environ" && tr '\0' ' ' <"/proc/$pid/cmdline" |
			grep -q -- '--until-eof $' && echo "$pid"
	done
}
ok "the sandbox heeds signals" kill "$(own_sandbox)"
ok "it ends" wait_for 10 bash -c "! curl -s $sandbox"
ok "umount" fusermount3 -u "$m"
sh_ok "--sandbox again" "$ECSFS --sandbox $m"
sandbox=$(sed -n 's/^auth_url //p' "$m/.ecsfs/config")
ok "umount" fusermount3 -u "$m"
ok "the sandbox ends with the mount" wait_for 10 bash -c "! curl -s $sandbox"

# -o ro.
attach -o ro,allow_delete
one=$(some ACTIVE)
forget_requests
is "mounted read only" ro "$(findmnt -n -o OPTIONS "$m" | tr , '\n' | grep -x ro)"
fails "ro: write" EROFS "echo stop >$s/$one/action"
fails "ro: mkdir" EROFS "mkdir $s/new"
fails "ro: rmdir" EROFS "rmdir $s/$one"
fails "ro: rm" EROFS "rm $s/$one/metadata/*"
is "ro: nothing was sent" "" "$(writes)"
ok "ro: reading" cat "$s/$one/status"
detach

done_testing
