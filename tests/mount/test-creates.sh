#!/bin/bash
# A thousand creates by nine shells at once, on a cloud of which every fifth answer fails: none is made twice, what
# succeeded is there, what failed is not, or is found when it is tried again. Meanwhile others read: nothing that
# exists is said not to, no directory is emptied, nothing takes longer than it may. $ECSFS_CREATES is another number.
. "$(dirname "$0")/lib.sh"

creates=${ECSFS_CREATES:-1000}
shells=9 # three in each zone: the kernel lets one at a time make something in a directory
read_ms=13000   # 10 s, 1 s of patience, and what a loaded machine adds
change_ms=36000 # 30 s, and a look-up that may come first

# A user's shells: the odd ones try until it is there, the even ones leave it at the first failure.
cat >"$dir/create.sh" <<'SH'
worker=$1 shells=$2 creates=$3 servers=$4 out=$5 late=$6
for ((i = worker; i <= creates; i += shells)); do
	for ((try = 0; try < 30; try++)); do
		begin=$EPOCHREALTIME
		said=$(mkdir "$servers/new-$i" 2>&1)
		status=$?
		took=$(((${EPOCHREALTIME/./} - ${begin/./}) / 1000))
		[ $took -le "$late" ] || echo "late new-$i: $took ms"
		case $status$said in
		0) echo "made new-$i" && break ;;
		*'File exists') echo "found new-$i" && break ;;
		*'No such file'* | *'Stale file'*) echo "absent new-$i: $said" ;;
		esac
		echo "failed new-$i: ${said##*: }"
		((worker % 2)) || break
	done
done >"$out"
SH
# Somebody who looks on.
cat >"$dir/read.sh" <<'SH'
servers=$1 known=$2 stop=$3 out=$4 late=$5
mapfile -t ids <"$known"
while [ ! -e "$stop" ]; do
	for id in "${ids[@]}"; do
		begin=$EPOCHREALTIME
		said=$(cat "$servers/$id/status" 2>&1 || echo failed)
		took=$(((${EPOCHREALTIME/./} - ${begin/./}) / 1000))
		[ $took -le "$late" ] || echo "late $id: $took ms"
		case $said in
		*'No such file'* | *'Stale file'*) echo "absent $id: $said" ;;
		'') echo "emptied $id" ;;
		esac
		echo read
	done
	listed=$(ls "$servers") || continue
	[ -z "$(comm -23 "$known" <(sort <<<"$listed"))" ] || echo "emptied the list"
done >"$out"
SH

# at_cloud PATTERN - names that the sandbox has
at_cloud()
{
	control GET servers | awk -v p="^$1" '$2 ~ p { print $2 }' | sort
}

# zone_of NUMBER - the servers of the zone in which that name is made
zone_of()
{
	echo "$m/eu-de/eu-de-0$((($1 - 1) % shells % 3 + 1))/servers"
}

# said WORD - names of which the shells have said that
said()
{
	sed -n "s/^$1 \(new-[0-9]*\).*/\1/p" "$dir"/shell.* | sort -u
}

cloud --servers 40 --seed 11 --quota $((creates + 500))
attach -o allow_delete
for zone in 1 2 3; do
	z=$m/eu-de/eu-de-0$zone fill_template
done
ids "$s" >"$dir/known"
for rule in 'kind=503 rate=0.10' 'kind=429 rate=0.01 retry_after=1' 'kind=429 rate=0.04 retry_after=-1' \
	'kind=reset rate=0.02' 'kind=reset-after rate=0.02'; do
	control POST faults "$rule" >"$dir/null"
done

begin=$SECONDS
forget_requests
bash "$dir/read.sh" "$s" "$dir/known" "$dir/stop" "$dir/reader" $read_ms 2>"$dir/null" &
reader=$!
workers=()
for worker in $(seq $shells); do
	bash "$dir/create.sh" "$worker" $shells "$creates" "$(zone_of "$worker")" "$dir/shell.$worker" $change_ms &
	workers+=($!)
done
wait "${workers[@]}"
: >"$dir/stop"
wait $reader
echo "# $creates names in $((SECONDS - begin)) s: $(said made | wc -l) made, $(said found | wc -l) found," \
	"$(grep -ch '^failed' "$dir"/shell.* | paste -sd+ | bc) failures, $(grep -c read "$dir/reader") reads"
control DELETE faults >"$dir/null"
echo >"$m/.ecsfs/refresh"

at_cloud new- >"$dir/cloud"
sort -u <(said made) <(said found) >"$dir/good"
ok "the storm was one" test "$(grep -h '^failed' "$dir"/shell.* | wc -l)" -ge $((creates / 20))
is "none was made twice" "" "$(uniq -d "$dir/cloud" | head)"
is "what succeeded is there" "" "$(comm -23 "$dir/good" "$dir/cloud" | head)"
is "who goes on trying gets it" "" "$(for ((i = 1; i <= creates; i++)); do
	(((i - 1) % shells % 2)) || echo "new-$i"
done | sort |
	comm -23 - "$dir/good" | head)"
ls "$m"/eu-de/*/servers/by-name | grep '^new-' | sort >"$dir/mount"
is "the mount shows what the cloud has" "" "$(cmp "$dir/mount" "$dir/cloud" 2>&1; diff "$dir/mount" "$dir/cloud" | head -n 3)"
# What failed and was given up: it is not there, or the next mkdir finds it.
comm -23 <(said failed) "$dir/good" >"$dir/bad"
ok "some were given up" test -s "$dir/bad"
wrong=
while read -r name; do
	there=$(grep -cx "$name" "$dir/cloud")
	text=$(mkdir "$(zone_of "${name#new-}")/$name" 2>&1)
	case $there$text in
	0 | 1*'File exists') ;;
	*) wrong+="$name: $there $text"$'\n' ;;
	esac
done <"$dir/bad"
is "what failed is made, or found, by another try" "" "$wrong"
is "and is there once" "" "$(at_cloud new- | uniq -d)"
is "every name is there" "$creates" "$(at_cloud new- | wc -l)"
is "nothing that exists was said not to" "" "$(grep -h '^absent' "$dir"/shell.* "$dir/reader" | head -n 3)"
is "no directory was emptied" "" "$(grep -h '^emptied' "$dir/reader" | head -n 3)"
is "nothing took longer than it may" "" "$(grep -h '^late' "$dir"/shell.* "$dir/reader" | head -n 3)"
ok "somebody read meanwhile" test "$(grep -c read "$dir/reader")" -gt 40
done_testing
