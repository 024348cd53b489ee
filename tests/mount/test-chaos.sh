#!/bin/bash
# Shell work on a cloud of which every sixth answer fails: nothing that exists is said not to, no directory is
# emptied, nothing is made twice, nothing takes longer than it may. Then one of each answer that is well-formed
# and wrong. $ECSFS_CHAOS_CREATES servers are made, 100 if it is not set.
. "$(dirname "$0")/lib.sh"

creates=${ECSFS_CHAOS_CREATES:-100}
read_limit=13   # seconds: 11, and what a loaded machine adds
change_limit=36 # 30 and a look-up that may come first

fault()
{
	control DELETE faults >/dev/null
	for rule in "$@"; do
		control POST faults "$rule" >/dev/null
	done
}

storm()
{
	fault 'kind=503 rate=0.10' 'kind=429 rate=0.05 retry_after=1' 'kind=reset rate=0.02' \
		'kind=reset-after rate=0.02'
}

# note FILE TEXT... - what went wrong, for the verdicts at the end
note()
{
	local file=$dir/$1
	shift
	echo "$*" >>"$file"
}

# work LIMIT COMMAND... - run it; stdout in $dir/stdout.PID, status in $status
work()
{
	local limit=$1 begin=$EPOCHREALTIME out=$dir/stdout.$BASHPID took
	shift
	timeout -k 5 60 "$@" >"$out" 2>"$out.err"
	status=$?
	took=$(((${EPOCHREALTIME/./} - ${begin/./}) / 1000))
	[ $took -le $((limit * 1000)) ] || note late "$took ms: $*"
	if grep -q -e 'No such file' -e 'Stale file' "$out.err"; then
		note absent "$* $(head -n 1 "$out.err")"
	fi
	[ $status = 0 ] || note failed "$* $(head -n 1 "$out.err")"
}

# holds - the servers of a zone, as the sandbox has them
holds()
{
	control GET servers | awk -v z="$1" -v p="$(id project)" '$4 == z && $5 == p { print $1 }' | sort
}

# verdict NAME FILE
verdict()
{
	is "$1" "" "$(head -n 5 "$dir/$2" 2>"$dir/null")"
}

cloud --servers 60 --seed 7 --quota $((creates + 200))
attach -o allow_delete,ttl=1
fill_template
ls "$s" >"$dir/zone"
holds eu-de-01 >"$dir/truth"
ok "the listing is the truth" cmp "$dir/truth" <(ids "$s")
mapfile -t known <"$dir/truth"

storm
for round in $(seq 6); do
	work $read_limit ls "$s"
	[ $status != 0 ] || cmp -s "$dir/zone" "$dir/stdout.$$" || note emptied "ls, round $round"
	work $read_limit ls "$s/by-name"
	[ $status != 0 ] || [ -s "$dir/stdout.$$" ] || note emptied "by-name, round $round"
	for server in "${known[@]:0:8}"; do
		work $read_limit cat "$s/$server/status" "$s/$server/name" "$s/$server/json"
		[ $status != 0 ] || grep -q . "$dir/stdout.$$" || note emptied "$server"
	done
	work 60 grep -rs ACTIVE "$s" --include=status
	work 60 find "$s" -maxdepth 2 -name status
	[ "$(wc -l <"$dir/stdout.$$")" = ${#known[@]} ] || [ $status != 0 ] || note emptied "find, round $round"
	work $read_limit cat "$m/eu-de/flavors"/*/vcpus "$m/eu-de/quotas/instances"
	work $read_limit ls -l "$m/eu-de" "$m/eu-de/eu-de-01" "$m/eu-de/images" "$m/eu-de/vpcs"
	for server in "${known[@]:0:3}"; do
		work $change_limit bash -c "echo v$round >$s/$server/tags/chaos"
		if [ $status = 0 ]; then
			work $read_limit cat "$s/$server/tags/chaos"
			[ $status != 0 ] || [ "$(cat "$dir/stdout.$$")" = v$round ] || note unwritten "$server v$round"
		fi
		work $change_limit bash -c "echo reboot >$s/$server/action"
	done
done

# create NAME - as a user does who tries until it is there
create()
{
	for try in $(seq 30); do
		work $change_limit mkdir "$s/$1"
		[ $status != 0 ] || return 0
		! grep -q 'File exists' "$dir/stdout.$BASHPID.err" || return 0
	done
	note missing "$1"
}

begin=$SECONDS
for worker in 0 1 2 3; do
	for i in $(seq $((worker + 1)) 4 "$creates"); do create "chaos-$i"; done &
	workers+=($!)
done
wait "${workers[@]}"
echo "# $creates creates in $((SECONDS - begin)) s, $(control GET requests | grep -c 'POST.*cloudservers ') requests for it"
verdict "every create ends" missing
is "each server was made once" "$creates" "$(control GET servers | awk '$2 ~ /^chaos-/ { print $2 }' | sort | uniq -c |
	awk '$1 == 1' | wc -l)"
is "none twice" "" "$(control GET servers | awk '$2 ~ /^chaos-/ { print $2 }' | sort | uniq -d)"

# remove NAME - until it is gone
remove()
{
	for try in $(seq 30); do
		work $change_limit rmdir "$s/$1"
		[ $status != 0 ] || return 0
		! grep -q 'No such file' "$dir/stdout.$BASHPID.err" || return 0
	done
	note missing "rmdir $1"
}
mv "$dir/absent" "$dir/absent.before" 2>"$dir/null" # what is removed may be absent
for i in 1 2 3 4 5 6; do remove "chaos-$i"; done
verdict "every rmdir ends" missing
rm -f "$dir/absent"
! [ -e "$dir/absent.before" ] || mv "$dir/absent.before" "$dir/absent"
ok "what was removed goes" wait_for 20 bash -c "! curl -s '$base/_sandbox/servers' | grep -q ' chaos-[1-6] '"
is "nothing else went" "" "$(comm -23 "$dir/truth" <(holds eu-de-01))"
verdict "nothing that exists was said not to" absent
verdict "no directory was emptied" emptied
verdict "what was written was read" unwritten
verdict "nothing took longer than it may" late
echo "# failed: $(wc -l <"$dir/failed" 2>"$dir/null")"
fault
ok "the storm is over: health" wait_for 40 bash -c "ls $s >/dev/null; grep -q 'state ok' $m/.ecsfs/health"
ok "the listing is the truth again" wait_for 20 bash -c "cmp <(ls $s | grep -- '-.*-.*-.*-') \
	<(curl -s '$base/_sandbox/servers' | awk -v p=$(id project) '\$4 == \"eu-de-01\" && \$5 == p { print \$1 }' | sort)"

# Well-formed and wrong. What is known is shown, what is not known fails and says why, what is right beside what
# is wrong is shown, and when it is over all is as it was.
echo >"$m/.ecsfs/refresh"
ls "$s" >"$dir/zone"
cat "$s"/*/name | sort >"$dir/names"

# again - ask the cloud for all that is known
again()
{
	echo >"$m/.ecsfs/refresh"
}

# recovers NAME - nothing is wrong any more, and nothing was left behind
recovers()
{
	fault
	again
	ok "$1 is over: the listing" wait_for 10 bash -c "ls $s | cmp - $dir/zone"
	ok "$1 is over: the values" wait_for 10 bash -c "cat $s/*/name | sort | cmp - $dir/names"
	ok "$1 is over: health" wait_for 20 bash -c "ls $s $m/eu-de >/dev/null; grep -q 'state ok' $m/.ecsfs/health"
}

fault 'kind=types match=/detail'
again
is "types: all are listed but the one of which nobody knows the zone" true \
	"$([ "$(comm -23 "$dir/zone" <(ls "$s") | wc -l)" -le 1 ] && echo true)"
ok "types: every file can be read" bash -c "cat $s/*/status $s/*/json $s/*/addresses"
is "types: one name is missing at most" true "$([ "$(comm -23 "$dir/names" <(cat "$s"/*/name | sort) | wc -l)" -le 1 ] &&
	echo true)"
recovers types
fault 'kind=types key=id match=/detail'
again
is "an id of another type: the others are listed" true \
	"$([ "$(comm -23 "$dir/zone" <(ls "$s") | wc -l)" -le 1 ] && echo true)"
recovers "an id of another type"
fault 'kind=error200 match=/detail'
again
ok "error200: what is known is shown" bash -c "ls $s | cmp - $dir/zone"
like "error200: health says what is wrong" "*degraded*eu-de/servers*not usable*" "$(cat "$m/.ecsfs/health")"
recovers error200
fault 'kind=duplicate match=/detail'
again
ok "duplicate: each once" bash -c "ls $s | cmp - $dir/zone"
recovers duplicate
fault 'kind=missing count=1 match=/detail'
again
ok "missing once: all are listed" bash -c "ls $s | cmp - $dir/zone"
fault 'kind=missing match=/detail'
again
is "missing: the others are listed" true "$([ "$(comm -23 "$dir/zone" <(ls "$s") | wc -l)" -le 1 ] && echo true)"
recovers missing
fault 'kind=date offset=-86400'
again
ok "a wrong clock: the listing" bash -c "ls $s | cmp - $dir/zone"
fault 'kind=date offset=86400'
again
ok "a wrong clock: the listing" bash -c "ls $s | cmp - $dir/zone"
recovers "a wrong clock"
fault 'kind=503,ok,reset,429,truncate,ok match=/detail'
again
ok "one after the other: the listing" bash -c "ls $s | cmp - $dir/zone"
recovers "one after the other"

# What was never asked for cannot be shown; what is changed is changed or not.
fails_with()
{
	fails "$1: what is not known" "$3" "ls $m/eu-de/$2"
	like "$1: why" "$4" "$(why)"
}
fault 'kind=error200 match=keypairs'
fails_with error200 keypairs EBADMSG "*key pairs*not usable*"
fault 'kind=redirect match=security-groups'
fails_with redirect security_groups EIO "*HTTP 302*"
fault 'kind=huge match=publicips'
fails_with huge eips EBADMSG "*larger than 64 MiB*"
one=${known[9]}
fault 'kind=error200 match=action'
fails "a change, error200" EIO "echo reboot >$s/$one/action"
like "a change, error200: the sentence" "*Common.0001*" "$(cat "$s/$one/error")"
fault 'kind=redirect match=action'
fails "a change, redirect" EIO "echo reboot >$s/$one/action"
like "a change, redirect: the sentence" "*HTTP 302*" "$(cat "$s/$one/error")"
fault 'kind=huge match=action'
forget_requests
fails "a change, huge" EBADMSG "echo reboot >$s/$one/action"
like "a change, huge: the sentence" "*outcome unknown*" "$(cat "$s/$one/error")"
is "a change, huge: sent once" 1 "$(writes | grep -c action)"
recovers "what was refused"
ok "what was not known is known" ls "$m/eu-de/keypairs" "$m/eu-de/security_groups" "$m/eu-de/eips"

# A login that cannot be used leaves all in its place.
for kind in types error200 html200 badjson; do
	fault "kind=$kind match=/v3/auth/tokens"
	control POST expire-tokens >/dev/null
	again
	ok "a login, $kind: the listing" bash -c "timeout 20 ls $s | cmp - $dir/zone"
	ok "a login, $kind: the root" test -d "$m/eu-de/eu-de-01"
	recovers "a login, $kind"
done
detach

# A list of two pages that shrinks between them.
kill "$cloud_pid"
wait "$cloud_pid"
cloud --servers 4200 --seed 7
attach -o ttl=600
ids "$s" >"$dir/zone"
fault 'kind=shrink count=1 match=/detail'
again
ids "$s" >"$dir/now"
holds eu-de-01 >"$dir/truth"
ok "a list that shrinks: what is there is listed" test -z "$(comm -23 "$dir/truth" "$dir/now")"
again
ok "and what is not is not" cmp "$dir/truth" <(ids "$s")
is "it was asked for again" 1 "$(control GET faults | grep -c hits=1)"
done_testing
