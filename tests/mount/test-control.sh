#!/bin/bash
# /.ecsfs, and that no secret is anywhere.
. "$(dirname "$0")/lib.sh"

cloud --servers 12
export OS_PASSWORD=sandbox
attach -o allow_delete -d
c=$m/.ecsfs

like "version" "ecsfs [0-9]*.[0-9]*" "$(cat "$c/version")"
like "README" "*servers*" "$(cat "$m/README")"
ok "README is a screenful" test "$(wc -l <"$m/README")" -le 24
is "config" "eu-de demo true" "$(awk '$1 == "project" || $1 == "user" || $1 == "allow_delete" { print $2 }' "$c/config" | xargs)"
is "health" "state ok" "$(head -n 1 "$c/health")"
ls "$s" >"$dir/null"
like "requests: time method path status ms id" \
	"20??-??-??T??:??:??Z GET */*servers/detail* 200 * *" "$(grep detail "$c/requests" | head -n 1)"
is "stats is Prometheus text" "" "$(grep -vE '^(# (HELP|TYPE) [a-z_]+ .*|[a-z_]+(\{[^}]*\})? [0-9.e+]+)$' "$c/stats")"
is "nothing has failed" "" "$(cat "$c/errors" "$c/why")"
one=$(some ACTIVE)
bash -c "echo explode >$s/$one/action" 2>"$dir/null"
like "errors" "20??-*Z /eu-de/eu-de-01/servers/$one/action: *explode*" "$(cat "$c/errors")"
like "why" "*explode*" "$(cat "$c/why")"
is "why of another session" "" "$(setsid cat "$c/why")"
like "why, as one writes it" "*bogus*" "$(bash -c "echo bogus >$s/$one/action || cat $c/why" 2>"$dir/null")"
fails "refresh cannot be read" EACCES "cat $c/refresh"
sh_ok "refresh" "echo >$c/refresh"
sh_ok "refresh of a path" "echo /eu-de/eu-de-01/servers >$c/refresh"
sh_ok "refresh of nothing that is there" "echo /nowhere/at/all >$c/refresh"
sh_ok "refresh of a hostile path" "echo /../../etc/passwd >$c/refresh"
fails "the rest is read only" EACCES "echo x >$c/health"
is "tail -c" "$(tail -c 20 "$c/config")" "$(tail -c 20 "$c/config")"

# Requests are bounded.
for i in $(seq 30); do cat "$c/stats" "$c/requests" "$c/errors" >"$dir/null"; done
ok "bounded" test "$(wc -l <"$c/requests")" -le 500

# Secrets: not in the tree, in the log, in argv, or in a core dump.
token=$(control GET requests >"$dir/null"; id token)
fill_template
echo 'top secret user data' >"$z/template/user_data"
mkdir "$s/secretive"
new=$(cat "$s/secretive/id")
becomes "a server with user data" "$s/$new/status" ACTIVE
is "its user data is its owner's" 400 "$(stat -c %a "$s/$new/user_data")"
is "no file that anybody may read has it" "" "$(find "$m" -type f -perm -004 -exec grep -l 'top secret' {} + ; find "$m" -type f -perm -004 -exec grep -l "$(printf 'top secret user data\n' | base64 -w 0)" {} +)"
is "the password is nowhere in the tree" "" "$(grep -rlsF '"password"' "$m" --include=json; grep -rlsx 'sandbox' "$m/.ecsfs")"
detach
is "nor in the log of -d" "" "$(grep -nE 'X-Auth-Token: [^*<]|"password"|X-Subject-Token|top secret' "$dir/mount.err" | head -n 3)"
attach
is "nor in argv" "" "$(tr '\0' '\n' <"/proc/$mount_pid/cmdline" | grep -x sandbox)"
like "no core dumps" "*1 *1 *bytes*" "$(grep 'core file' "/proc/$mount_pid/limits" | tr -s ' ')"
detach

# A mount is that of its user; others do not see it. Only root can be somebody else.
if [ "$(id -u)" = 0 ]; then
	attach
	fails "another user is refused" EACCES "setpriv --reuid 65534 --clear-groups ls $m"
	detach
	chmod 755 "$dir"
	attach -o allow_other
	ok "unless allow_other" setpriv --reuid 65534 --clear-groups ls "$z"
	one=$(some ACTIVE)
	fails "who still cannot change anything" EACCES "setpriv --reuid 65534 --clear-groups sh -c 'echo stop >$s/$one/action'"
	fails "nor read what is the owner's" EACCES "setpriv --reuid 65534 --clear-groups cat $z/template/user_data"
	detach
fi

done_testing
