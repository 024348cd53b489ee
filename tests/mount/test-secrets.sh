#!/bin/bash
# Passwords, tokens and keys are nowhere to be read: not in argv, in the environment of children, in the log, in the tree,
# in errors, in files, in cores. And a mount is its owner's: others may not use it, or with -o allow_other only look.
. "$(dirname "$0")/lib.sh"

password='Pa55-"word\of,this=test'
cloud --servers 12
user_data='#!/bin/sh # top-secret-user-data'
python3 "$(dirname "$0")/quoter.py" "${base##*:}" "$password" "$dir/secrets" >"$dir/port" 9>&- &
quoter=$!
wait_for 10 test -s "$dir/port" || give_up "no proxy" "$dir/port"
front=http://127.0.0.1:$(cat "$dir/port")
trap 'kill $quoter; cleanup' EXIT
export OS_AUTH_URL=$front/v3 OS_PASSWORD=$password

# What is not to be seen, one a line: also as JSON and base64 make it.
known_secrets()
{
	cat "$dir/secrets"
	printf '%s\n' "$password" "$(jq -n --arg p "$password" '$p' | sed 's/^"//; s/"$//')" top-secret-user-data \
		"$(printf '%s\n' "$user_data" | base64 -w 0 | head -c 30)"
}

# leaks FILE... - which of them hold a secret
leaks()
{
	known_secrets >"$dir/all-secrets"
	grep -rlaF -f "$dir/all-secrets" "$@" 2>"$dir/null"
}

# A day's work, with the debug log on.
umask 000
attach -d -o allow_delete
fill_template
printf '%s\n' "$user_data" >"$z/template/user_data"
mkdir "$s/new" "$z/drafts/planned"
printf '%s\n' "$user_data" >"$z/drafts/planned/user_data"
new=$(cat "$s/new/id")
becomes "a server with user data" "$s/$new/status" ACTIVE
echo stop >"$s/$new/action"
echo v >"$s/$new/tags/k"
control POST expire-tokens >"$dir/null"
echo >"$m/.ecsfs/refresh"
ok "with another token" ls "$s" "$m/eu-nl/eu-nl-01/servers"
ok "several tokens were used" test "$(sort -u "$dir/secrets" | wc -l)" -ge 4
curl -s -X POST "$front/_quoter/on"
for change in "echo start >$s/$new/action" "echo other >$s/$new/name" "mkdir $s/newer" "echo v >$s/$new/tags/l" "rmdir $s/$new" \
	"mv $z/drafts/planned $s/" "echo '$(cat "$m/eu-de/keypairs/KeyPair-demo/public_key" 2>"$dir/null")' >$m/eu-de/keypairs/x/public_key"; do
	bash -c "$change" 2>>"$dir/said"
done
control POST expire-tokens >"$dir/null"
echo >"$m/.ecsfs/refresh"
ls "$s" >"$dir/null" 2>>"$dir/said"
bash -c "echo start >$s/$new/action" 2>>"$dir/said"
like "it was refused with a text" "*Ecs.0001*" "$(cat "$m/.ecsfs/errors")"
like "a login was, too" "*login of demo*" "$(cat "$m/.ecsfs/errors" "$m/.ecsfs/health")"
is "no secret in errors and sentences" "" "$(leaks "$m/.ecsfs" "$dir/said"; for e in "$s/$new/error" "$z/template/error" \
	"$z/drafts/planned/error"; do leaks "$e"; done)"
curl -s -X POST "$front/_quoter/off"
ok "it works again" wait_for 20 bash -c "echo >$m/.ecsfs/refresh; ls $s >/dev/null && grep -q 'state ok' $m/.ecsfs/health"
is "no secret in the tree, but the user data that only its owner can read" "" \
	"$(find "$m" -type f -perm /077 ! -name user_data -exec grep -laF -f "$dir/all-secrets" {} + 2>"$dir/null")"
is "user data is its owner's" "400 600 600" "$(stat -c %a "$s/$new/user_data" "$z/template/user_data" "$z/drafts/planned/user_data" | xargs)"
is "no secret in argv" "" "$(leaks "/proc/$mount_pid/cmdline")"
is "no secret in its environment" "" "$(leaks "/proc/$mount_pid/environ")"
is "but its other variables" 1 "$(tr '\0' '\n' <"/proc/$mount_pid/environ" | grep -c ^OS_AUTH_URL=)"
like "no core dumps" "*1 *1 *bytes*" "$(grep 'core file' "/proc/$mount_pid/limits" | tr -s ' ')"
is "files are the user's alone" "" "$(find "$XDG_STATE_HOME/ecsfs" \( -type d ! -perm 0700 -o -type f ! -perm 0600 \) -printf '%m %p\n')"
ok "there are some" test -n "$(find "$XDG_STATE_HOME/ecsfs" -type f -size +0)"
is "they hold no password and no token" "" "$(grep -rlaF -f "$dir/secrets" "$XDG_STATE_HOME")"
detach
is "no secret in the log" "" "$(leaks "$dir/mount.err")"
ok "though it is one" test "$(wc -l <"$dir/mount.err")" -gt 500

# Children.
OS_TOKEN=child-token OS_SECRET_KEY=child-key OS_USERNAME=child-user "$ECSFS" --sandbox "$m" 9>&-
child=$(for pid in $(pgrep -x ecs-sandbox); do # a test's own has more arguments
	grep -qs "HOME=$dir/home" "/proc/$pid/environ" && tr '\0' ' ' <"/proc/$pid/cmdline" |
		grep -q -- '--until-eof $' && echo "$pid"
done)
ok "a child" test -r "/proc/$child/environ"
is "no secret in the environment of children" "" "$(tr '\0' '\n' <"/proc/$child/environ" | grep -aF -e child-token -e child-key -e "$password")"
fusermount3 -u "$m"
wait_for 10 bash -c "! pgrep -f '[e]csfs --sandbox $m\$'"

# A file with a password that others can read.
mkdir -p "$HOME/.config/openstack"
printf 'clouds: {mine: {auth: {auth_url: "%s", username: demo, password: %s, project_name: eu-de, user_domain_name: OTC-SANDBOX}}}\n' \
	"$front/v3" "$(jq -n --arg p "$password" '$p')" >"$HOME/.config/openstack/clouds.yaml"
chmod 644 "$HOME/.config/openstack/clouds.yaml"
said=$("$ECSFS" --cloud mine "$m" 2>&1 9>&-)
is "a password that everybody can read: status" 1 $?
like "a password that everybody can read: the sentence" "*clouds.yaml*everybody can read it*" "$said"
is "is not quoted" "" "$(leaks <(echo "$said"))"
chmod 600 "$HOME/.config/openstack/clouds.yaml"
sh_ok "one that nobody else can" "env -u OS_PASSWORD -u OS_AUTH_URL $ECSFS --cloud mine $m 9>&-; fusermount3 -u $m"
wait_for 10 bash -c "! pgrep -f '[e]csfs --cloud mine $m\$'"
rm -r "$HOME/.config"

# A mount is that of its user; others do not see it. Only root can be somebody else.
if [ "$(id -u)" = 0 ]; then
	other="setpriv --reuid 65534 --regid 65534 --clear-groups"
	attach
	fails "another user is refused" EACCES "$other ls $m"
	detach
	chmod 755 "$dir"
	attach -o allow_other,allow_delete
	like "the kernel checks permissions" "*default_permissions*" "$(findmnt -n -o OPTIONS "$m"; grep " $m " /proc/self/mountinfo)"
	ok "unless allow_other" $other ls "$z"
	one=$(some ACTIVE)
	echo v >"$s/$one/tags/mine"
	ok "others read" $other cat "$s/$one/status" "$s/$one/tags/mine"
	forget_requests
	fails "who still cannot change anything" EACCES "$other sh -c 'echo stop >$s/$one/action'"
	for change in "echo x >$s/$one/name" "echo x >$s/$one/tags/theirs" "mkdir $s/theirs" "rmdir $s/$one" "rm $s/$one/tags/mine" \
		"mv $s/by-name/$(ls "$s/by-name" | head -n 1) $s/by-name/theirs" "touch $s/$one/name" "truncate -s 0 $s/$one/name" \
		"echo $one >$s/batch/stop" "echo >$m/.ecsfs/refresh" "chmod 777 $s/$one/name" "mkdir $z/drafts/theirs" "ln -s x $s/x"; do
		bash -c "$other sh -c '$change'" >"$dir/out" 2>&1 && echo "$change" >>"$dir/allowed"
	done
	is "nothing at all" "" "$(cat "$dir/allowed" 2>"$dir/null")"
	is "and nothing was sent" "" "$(writes)"
	fails "nor read what is the owner's" EACCES "$other cat $z/template/user_data"
	detach
fi
done_testing
