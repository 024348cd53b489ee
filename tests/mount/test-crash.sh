#!/bin/bash
# kill -9 of the daemon with requests under way: whoever waits goes free, the next one on the same mountpoint just mounts,
# nothing is made twice, and a unit starts it again.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib.sh"

# crash - kill -9, and wait for the end
crash()
{
	kill -KILL "$mount_pid"
	wait "$mount_pid" 2>"$dir/null"
	mount_pid=
}

mounts()
{
	awk -v m="$m" '$5 == m' /proc/self/mountinfo | wc -l
}

# all_end PID... - for wait_for
all_end()
{
	local pid
	for pid; do
		! kill -0 "$pid" 2>"$dir/null" || return 1
	done
}

cloud --servers 12 --absent-time 3000 --boot-time 4000
attach -o allow_delete
fill_template
a=$(make victim)
ls "$s" "$s/$a" >"$dir/null"

# Reads, changes, waiters and creates under way; one of the creates the cloud has done.
control POST faults 'kind=slow ms=2000 match="POST /eu-de/ecs/v1" count=1' >"$dir/null"
mkdir "$s/made" 2>"$dir/null" &
callers=($!)
ok "the cloud has made it" wait_for 10 bash -c "curl -s $base/_sandbox/servers | grep -q ' made '"
control POST faults 'kind=stall ms=600000' >"$dir/null"
for i in $(seq 8); do
	cat "$m/eu-nl/x$i/status" >"$dir/null" 2>&1 9>&- &
	callers+=($!)
	cat "$s/$a/wait/ERROR" >"$dir/null" 2>&1 9>&- &
	callers+=($!)
	bash -c "echo reboot >$s/$a/action" 2>"$dir/null" 9>&- &
	callers+=($!)
done
exec 7<"$s/$a/json"
cd "$s/$a" || exit 99
ok "requests are under way" wait_for 10 bash -c "[ \$(awk '\$1 == \"ecsfs_waiting\" { print \$2 }' $m/.ecsfs/stats) -ge 17 ]"
crash
ok "whoever waited goes free" wait_for 5 all_end "${callers[@]}"
wait "${callers[@]}" 2>"$dir/null"
ok "the mount is dead" bash -c "! ls $m 2>$dir/null"
control DELETE faults >"$dir/null"
control POST down >"$dir/null"
control POST up >"$dir/null"
attach -o allow_delete
ok "the next one just mounts" ls "$s"
is "no zombie is left below it" 1 "$(mounts)"
ok "who had a file open there gets an error" bash -c "! cat <&7 2>$dir/null"
exec 7<&-
cd / || exit 99
fill_template
text=$(mkdir "$s/made" 2>&1)
like "made before the kill: mkdir says so, or gives it" "@(|*File exists)" "$text"
is "made before the kill: not made again" 1 "$(control GET servers | grep -c ' made ')"
ok "it is there" wait_for 10 test -d "$s/made"
becomes "and runs" "$s/made/status" ACTIVE
ok "another of that name, later, is another" bash -c "rmdir $s/made && until mkdir $s/made 2>/dev/null; do :; done"
is "one is left" 1 "$(wait_for 20 bash -c "[ \$(curl -s $base/_sandbox/servers | grep -c ' made ') = 1 ]"; control GET servers | grep -c ' made ')"

# What no cloud heeds a token for: it is looked for. The cloud makes the first of them after the daemon is gone.
r=$m/eu-de
echo 10 >"$z/volume_template/size_gb"
mkdir "$r/bandwidths/shared"
echo shared >"$r/eip_template/bandwidth"
eips=$(ls "$r/eips" | wc -l)
control POST faults 'kind=stall ms=2500 match="POST /eu-de/evs" count=1
kind=slow ms=2000 match="POST /eu-de/vpc/v1" count=1' >"$dir/null"
forget_requests
mkdir "$z/volumes/late" 2>"$dir/null" 9>&- &
callers=($!)
mkdir "$r/eips/one" 2>"$dir/null" 9>&- &
callers+=($!)
ok "both were sent" wait_for 20 bash -c "[ \$(curl -s $base/_sandbox/requests | grep -Ec ' POST .*/(volumes|publicips) ') = 2 ]"
crash
wait "${callers[@]}" 2>"$dir/null"
attach -o allow_delete
echo 10 >"$z/volume_template/size_gb"
echo shared >"$r/eip_template/bandwidth"
fails "one that has no name: nobody can tell" EEXIST "mkdir $r/eips/one"
like "the sentence" "*: not sent: a mkdir of \"one\" was sent at *, nobody knows what became of it, and * was made since: *" \
	"$(cat "$m/.ecsfs/why")"
is "none was made" $((eips + 1)) "$(ls "$r/eips" | wc -l)"
ok "of another name" mkdir "$r/eips/two"
text=$(mkdir "$z/volumes/late" 2>&1)
like "one that may still come: mkdir says so, or that it is there" "@(*busy|*File exists)" "$text"
[[ $text != *busy ]] || like "its sentence" "*: not sent: an ecsfs that was killed has sent a mkdir of \"late\" * s ago*" "$(cat "$m/.ecsfs/why")"
ok "in the end it is there" wait_for 60 bash -c "mkdir $z/volumes/late 2>/dev/null || [ -d $z/volumes/late ]"
is "once" 1 "$(grep -x late "$z/volumes/"*/name | wc -l)"
# A port.
fill_port()
{
	grep -lx subnet-web "$r"/vpcs/*/subnets/*/name | head -n 1 | xargs dirname | xargs basename >"$r/port_template/subnet"
}
fill_port
control POST faults 'kind=slow ms=2000 match="POST /eu-de/vpc" count=1' >"$dir/null"
forget_requests
mkdir "$r/ports/p" 2>"$dir/null" 9>&- &
caller=$!
ok "a port was sent" wait_for 20 bash -c "curl -s $base/_sandbox/requests | grep -q ' POST .*/ports '"
crash
wait "$caller" 2>"$dir/null"
attach -o allow_delete
fill_port
ok "in the end it is there, too" wait_for 60 bash -c "mkdir $r/ports/p 2>/dev/null || grep -qx p $r/ports/*/name"
echo >"$m/.ecsfs/refresh"
is "one port" 1 "$(grep -x p "$r/ports/"*/name | wc -l)"
echo 10 >"$z/volume_template/size_gb"
# Of an interrupted mkdir nobody knows either, until it has ended.
control POST faults 'kind=stall ms=2500 match="POST /eu-de/evs" count=1' >"$dir/null"
env --default-signal=INT mkdir "$z/volumes/slow" 2>"$dir/null" 9>&- &
caller=$!
ok "one is under way" wait_for 20 bash -c "curl -s $base/_sandbox/requests | grep -q ' POST .*/volumes - '"
kill -INT $caller
wait $caller 2>"$dir/null"
ok "and again" wait_for 60 bash -c "mkdir $z/volumes/slow 2>/dev/null || [ -d $z/volumes/slow ]"
ok "the first has ended" wait_for 60 bash -c "! curl -s $base/_sandbox/requests | grep -q ' POST .*/volumes - '"
echo >"$m/.ecsfs/refresh"
is "interrupted, and tried again: one" 1 "$(grep -x slow "$z/volumes/"*/name | wc -l)"

# Again and again, at any moment.
bad=0
for round in $(seq 6); do
	for i in $(seq 4); do
		mkdir "$s/round-$round-$i" 2>"$dir/null" 9>&- &
		cat "$m/eu-de/eu-de-0$((i % 3 + 1))/servers/"*/name >"$dir/null" 2>&1 9>&- &
	done
	wait_for 2 bash -c "curl -s $base/_sandbox/servers | grep -q ' round-$round-$((round % 4 + 1)) '"
	crash
	wait $(jobs -p | grep -vx "$cloud_pid") 2>"$dir/null"
	attach -o allow_delete
	fill_template
	for i in $(seq 4); do
		text=$(mkdir "$s/round-$round-$i" 2>&1)
		[[ $text == @(|*'File exists') ]] || { bad=$((bad + 1)); echo "# round $round: $text" >&2; }
	done
	[ "$(mounts)" = 1 ] || bad=$((bad + 1))
done
is "killed in each of six rounds: it mounts, and mkdir goes on" 0 $bad
is "nothing was made twice" "" "$(control GET servers | awk '$2 ~ /^round-/ { print $2 }' | sort | uniq -d)"
is "all were made" 24 "$(control GET servers | grep -c ' round-')"

# In the background, as people start it.
detach
ok "in the background" "$ECSFS" "$m"
pid=$(pgrep -f "[e]csfs $m\$")
kill -KILL "$pid"
ok "killed" wait_for 5 bash -c "! kill -0 $pid 2>/dev/null"
ok "in the background, again" "$ECSFS" "$m"
ok "it works" ls "$m/eu-de"
is "no zombie below it" 1 "$(mounts)"
pid=$(pgrep -f "[e]csfs $m\$")
kill -KILL "$pid"
wait_for 5 bash -c "! kill -0 $pid 2>/dev/null"
fusermount3 -u -z "$m"

# The unit: what systemd would do, with what it says there. It is killed twice, and the unmount ends it.
unit=$here/../../contrib/systemd/ecsfs@.service
value()
{
	sed -n "s/^$1=-\{0,1\}//p" "$unit" | sed "s,%h/ecs/%i,$m,g; s/--cloud %i/--cloud mine/"
}
is "the unit restarts on failure" on-failure "$(value Restart)"
like "it waits for a cloud that is away" "ecsfs * -o retry=*" "$(value ExecStart)"
is "a login that is refused is not tried again and again" "1 infinity" "$(value RestartPreventExitStatus) $(value TimeoutStartSec)"
OS_PASSWORD=wrong "$ECSFS" -o retry=60 "$m" 2>"$dir/null"
is "that is this status" 1 $?
if command -v systemd-analyze >"$dir/null"; then
	mkdir -p "$dir/units/bin"
	sed "s,ExecStart=ecsfs,ExecStart=$ECSFS," "$unit" >"$dir/units/ecsfs@.service"
	is "systemd finds nothing wrong with it" "" \
		"$(systemd-analyze --user verify "$dir/units/ecsfs@mine.service" 2>&1 | grep -F ecsfs@)"
fi
mkdir -p "$HOME/.config/openstack"
printf 'clouds: {mine: {auth: {auth_url: "%s", username: demo, password: sandbox, project_name: eu-de, user_domain_name: OTC-SANDBOX}}}\n' \
	"$url" >"$HOME/.config/openstack/clouds.yaml"
chmod 600 "$HOME/.config/openstack/clouds.yaml"
cat >"$dir/supervisor" <<SH
PATH=$(dirname "$ECSFS"):\$PATH
for start in 1 2 3; do
	$(value ExecStartPre)
	$(value ExecStart) || exit
	pid=\$(pgrep -f '[e]csfs --cloud mine .*$m\$')
	echo \$pid >$dir/started.\$start
	while kill -0 \$pid 2>/dev/null; do read -r -t 0.05 <>$dir/pause; done
	$(value ExecStopPost)
done
SH
bash "$dir/supervisor" 9>&- &
supervisor=$!
for start in 1 2 3; do
	ok "the unit starts it: $start" wait_for 20 test -s "$dir/started.$start"
	ok "it works" wait_for 5 ls "$m/eu-de/eu-de-01"
	is "one mount" 1 "$(mounts)"
	[ $start = 3 ] || kill -KILL "$(cat "$dir/started.$start")"
done
report $? "the unit starts it again"
fusermount3 -u "$m"
wait $supervisor
is "and leaves nothing" 0 "$(mounts)"
done_testing
