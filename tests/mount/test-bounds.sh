#!/bin/bash
# What the mount remembers has bounds, whatever is asked of it.
. "$(dirname "$0")/lib.sh"

# stat_of NAME - a gauge of .ecsfs/stats
stat_of()
{
	awk -v name="$1" '$1 == name { print $2 }' "$m/.ecsfs/stats"
}

# rss - of the daemon, KiB
rss()
{
	awk '$1 == "VmRSS:" { print $2 }' "/proc/$mount_pid/status"
}

# ask FROM TO - for jobs that there are not
ask()
{
	seq -f "$m/eu-de/jobs/0123456789abcdef01234567%08.0f" "$1" "$2" | xargs -P 4 -n 50 stat >"$dir/out" 2>&1
	grep -o 'No such file' "$dir/out" | wc -l # their lines may be mixed
}

cloud --servers 3
attach
is "jobs that there are not" 1200 "$(ask 1 1200)"
before=$(rss)
is "more of them" 1800 "$(ask 1201 3000)"
states=$(stat_of ecsfs_object_states)
ok "few are remembered ($states)" test "$states" -le 1010
# The address sanitizer keeps what was freed.
grep -q libasan "/proc/$mount_pid/maps" || ok "the daemon does not grow" test $(($(rss) - before)) -lt 4096
is "nor do the jobs" "" "$(ls "$m/eu-de/jobs")"
is "no object is known" 0 "$(stat_of ecsfs_objects)"
is "no create is in doubt" 0 "$(stat_of ecsfs_pending_creates)"
done_testing
