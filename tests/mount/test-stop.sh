#!/bin/bash
# The end of the daemon, by SIGTERM: soon, whatever the kernel still wants of it, and whoever holds a directory's
# lock. Requests that nobody reads any more keep such locks, and the notify thread waits for them.
. "$(dirname "$0")/lib.sh"

rounds=${ECSFS_STOP_ROUNDS:-4}

# stop_in SECONDS - SIGTERM; sets $status: of the daemon, or "hangs"
stop_in()
{
	kill -TERM "$mount_pid"
	kill -CONT "$mount_pid"
	if wait_for "$1" bash -c "! kill -0 $mount_pid || grep -q '^State:.Z' /proc/$mount_pid/status"; then
		wait "$mount_pid"
		status=$?
	else
		status=hangs
		umount -f "$m" # frees whoever waits
		kill -KILL "$mount_pid"
		wait "$mount_pid"
	fi
	mount_pid=
	mountpoint -q "$m" && umount -l "$m"
}

cloud --servers 600

# What is not read any more: look-ups and listings, which hold the lock of the directory that the kernel is
# told to forget the names of.
late=0
for round in $(seq "$rounds"); do
	attach -o ttl=600
	ls -l "$m"/eu-de/*/servers >"$dir/null"
	callers=()
	kill -STOP "$mount_pid"
	for i in $(seq 40); do
		stat "$m/eu-de/eu-de-0$((i % 3 + 1))/servers/none-$round-$i" >"$dir/null" 2>&1 &
		callers+=($!)
	done
	echo >"$m/.ecsfs/refresh" 2>"$dir/null" &
	callers+=($!)
	kill -CONT "$mount_pid"
	for i in $(seq 40); do
		ls "$m/eu-de/eu-de-0$((i % 3 + 1))/servers" >"$dir/null" 2>&1 &
		callers+=($!)
	done
	kill -STOP "$mount_pid"
	for i in $(seq 40); do
		stat "$m/eu-de/eu-de-0$((i % 3 + 1))/servers/later-$round-$i" >"$dir/null" 2>&1 &
		callers+=($!)
	done
	stop_in 8
	[ "$status" = 0 ] || late=$((late + 1))
	echo "# $round $status"
	wait "${callers[@]}" 2>"$dir/null"
done
is "SIGTERM ends it, in each of $rounds rounds" 0 $late

# While nothing is answered, and many wait.
attach -o ttl=600
ls "$s" >"$dir/null"
control POST down >"$dir/null"
echo >"$m/.ecsfs/refresh"
callers=()
for i in $(seq 20); do
	cat "$m/eu-de/quotas/instances" "$m/eu-nl/eu-nl-01/status" >"$dir/null" 2>&1 &
	callers+=($!)
done
stop_in 8
is "the cloud is away: SIGTERM ends it" 0 "$status"
wait "${callers[@]}" 2>"$dir/null"
control POST up >"$dir/null"

# While a change is under way: what its writer asks when it has failed is answered, too.
late=0
lost=0
for round in $(seq "$rounds"); do
	attach
	ls "$s" | grep -E '^[0-9a-f]{8}-' >"$dir/all"
	forget_requests
	control POST faults 'kind=stall match=/action ms=20000 count=1' >"$dir/null"
	dd if="$dir/all" of="$s/batch/start" bs=64K status=none 2>"$dir/null" &
	callers=($!)
	wait_for 10 bash -c "curl -s $base/_sandbox/requests | grep -q /action"
	stop_in 8
	[ "$status" = 0 ] || late=$((late + 1))
	wait "${callers[@]}" 2>"$dir/null"
	! grep 'writing device' "$dir/mount.err" || lost=$((lost + 1))
done
is "a change is under way: SIGTERM ends it" 0 $late
is "all is answered before the device is closed" 0 $lost
control DELETE faults >"$dir/null"

# What is closed just before the unmount, or not at all: the kernel sends no release.
attach
cat "$s/$(ids "$s" | head -n 1)/status" >"$dir/null"
exec 3<"$s/$(ids "$s" | head -n 1)/status" 4<"$z/events" 5<"$s"
kill -STOP "$mount_pid"
exec 3<&- 4<&- 5<&-
fusermount3 -u "$m"
kill -CONT "$mount_pid"
wait "$mount_pid"
is "closed, but never released: status 0" 0 $?
mount_pid=
attach
exec 3<"$s/$(ids "$s" | head -n 1)/status" 4<"$s"
stop_in 8
is "open: SIGTERM ends it" 0 "$status"
like "it says who had" "*$m was still in use by * ($$)*" "$(cat "$dir/mount.err")"
exec 3<&- 4<&-
is "no leaks" "" "$(grep Sanitizer "$dir/mount.err")"
done_testing
