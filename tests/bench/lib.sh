# Shared by the benchmarks of this directory: a sandbox, a mount of it, a copy of its tree, and the time that commands
# take. To be sourced by bash, after ${flags[...]}, the options without a value; reads those of the command line, and
# [--servers N] [--rounds R] [BUILD].
# shellcheck shell=bash disable=SC2034,SC2154 # variables are the benchmarks'

servers=1000
rounds=5
build=$top/build
noopen=        # or ,noopen
ttl=3600       # seconds; the default of 10 would add refreshes to what is measured
subset=200     # servers that ls -lR and grep -r walk
rereads=2000   # opens in one process
cats=50        # processes of the cat loop
usage() { sed -n '2,/^set /s/^# \{0,1\}//p' "$0"; }
wrong() {
	echo "tests/bench/${0##*/}: $1 (see --help)" >&2
	exit 2
}
die() {
	echo "tests/bench/${0##*/}: $1" >&2
	exit 1
}

while [ $# -gt 0 ]; do
	case $1 in
	--servers) servers=${2:-}; shift ;;
	--rounds) rounds=${2:-}; shift ;;
	-h | --help) usage; exit 0 ;;
	-*)
		[ -n "${flags[$1]+known}" ] || wrong "unknown option $1"
		flags[$1]=yes
		;;
	*) build=$(cd "$1" 2>/dev/null && pwd) || wrong "there is no directory $1" ;;
	esac
	shift || wrong "a number is missing"
done
[[ $servers =~ ^[1-9][0-9]{0,5}$ ]] || wrong "--servers wants a number"
[[ $rounds =~ ^[1-9][0-9]?$ ]] || wrong "--rounds wants a number below 100"
ecsfs=$build/fs/ecsfs
sandbox=$build/contrib/sandbox/ecs-sandbox
[ -x "$ecsfs" ] && [ -x "$sandbox" ] || wrong "nothing is built in $build"
for tool in curl jq python3 fusermount3 mountpoint; do
	command -v $tool >/dev/null || die "$tool is missing"
done
[ -w /dev/fuse ] || { echo "SKIP: no /dev/fuse" >&2; exit 77; }

dir=$(mktemp -d) || exit 1
memory=$(mktemp -d /dev/shm/ecsfs-bench.XXXXXX) || exit 1
mnt=$dir/mnt
copy=$memory/copy
fs=
cloud=

cleanup() {
	cd /
	if [ -n "$fs" ]; then
		fusermount3 -u "$mnt" 2>/dev/null || fusermount3 -uz "$mnt" 2>/dev/null
		kill "$fs" 2>/dev/null
		wait "$fs" 2>/dev/null
	fi
	[ -z "$cloud" ] || kill "$cloud" 2>/dev/null
	mountpoint -q "$mnt" || rm -rf --one-file-system "$dir"
	rm -rf "$memory"
}
trap cleanup EXIT
trap 'exit 130' INT TERM HUP

mkdir "$mnt"
mkfifo "$dir/never"
exec 8<>"$dir/never"

# wait_for SECONDS COMMAND... - try until it succeeds
wait_for() {
	local deadline=$((SECONDS + $1))
	shift
	until "$@" 2>/dev/null; do
		[ $SECONDS -lt $deadline ] || return 1
		read -rt 0.02 <&8 || :
	done
}

# --- the cloud

control() { curl -s "$base/_sandbox/$1" "${@:2}"; }
calls() { control "count${1:+?match=$1}"; }

# called - the last words of the paths called
called() { control requests | awk '{ sub(/\?.*/, "", $3); sub(/.*\//, "", $3); print $3 }' | sort -u | xargs; }

# start_cloud N - a sandbox that has N servers in the projects that are mounted; sets the regions'
# names, tokens, projects, servers and pages
start_cloud() {
	local all=$(($1 * 10 / 9 + 20)) # a tenth is in a project that is not
	[ $all -le 100000 ] || all=100000
	mkfifo "$dir/stdin"
	exec 9<>"$dir/stdin"
	: >"$dir/url"
	"$sandbox" --until-eof --servers $all --latency 0 --reboot-time 1 \
		<"$dir/stdin" >"$dir/url" 2>>"$dir/cloud-log" 8>&- 9>&- &
	cloud=$!
	wait_for 60 test -s "$dir/url" || die "the sandbox does not start: $(cat "$dir/cloud-log")"
	rm "$dir/stdin"
	OS_AUTH_URL=$(cat "$dir/url")
	base=${OS_AUTH_URL%/v3}
	export OS_AUTH_URL OS_USERNAME=demo OS_PASSWORD=sandbox OS_USER_DOMAIN_NAME=OTC-SANDBOX
	export OS_PROJECT_NAME=eu-de
	unset OS_CLOUD OS_REGION_NAME OS_CLIENT_CONFIG_FILE
	control servers >"$memory/servers" # id name status zone project
	regions=(eu-de eu-nl)
	tokens=() projects=() counts=() pages=()
	local region
	for region in "${regions[@]}"; do
		curl -s -D "$dir/head" -o "$dir/token" "$OS_AUTH_URL/auth/tokens" -d \
			'{"auth":{"identity":{"methods":["password"],"password":{"user":{"name":"demo",
			"password":"sandbox","domain":{"name":"OTC-SANDBOX"}}}},
			"scope":{"project":{"name":"'"$region"'"}}}}'
		tokens+=("$(tr -d '\r' <"$dir/head" | sed -n 's/^[Xx]-[Ss]ubject-[Tt]oken: //p')")
		projects+=("$(jq -r .token.project.id "$dir/token")")
		counts+=("$(awk -v p="${projects[-1]}" '$5 == p' "$memory/servers" | wc -l)")
		pages+=($(((counts[-1] + 999) / 1000)))
	done
	seen=$((counts[0] + counts[1]))
	wanted=$((pages[0] + pages[1]))
}

stop_cloud() {
	kill "$cloud"
	wait "$cloud"
	cloud=
	exec 9>&-
}

# server_paths STATUS HOW_MANY - below the mount, one a line, spread over the account
server_paths() {
	awk -v s="$1" -v p="${projects[*]}" 'index(p, $5) && (s == "" || $3 == s) {
		region = $4; sub(/-[0-9]*$/, "", region); print region "/" $4 "/servers/" $1 }' \
		"$memory/servers" | head -n "$2"
}

# --- the mount

find_zones() {
	zones=("$mnt"/*/*-[0-9][0-9])
	[ -d "${zones[0]}" ] || return 1
	zones=("${zones[@]#"$mnt"/}")
}

# start_mount - a fresh one; logged in, its zones known, no server asked for
start_mount() {
	"$ecsfs" -f -o ttl=$ttl$noopen "$mnt" 2>>"$dir/log" 8>&- 9>&- &
	fs=$!
	wait_for 30 mountpoint -q "$mnt" && wait_for 30 find_zones ||
		die "no mount: $(cat "$dir/log")"
}

stop_mount() {
	wait_for 10 fusermount3 -u "$mnt" || die "the mount is busy"
	wait "$fs" || die "ecsfs ended with status $?: $(cat "$dir/log")"
	fs=
}

# --- measuring

declare -A samples=()

# timed COMMAND... - sets took, in microseconds; the output is in $memory/out
timed() {
	local start=${EPOCHREALTIME/./}
	"$@" >"$memory/out" || die "failed: $*"
	took=$((${EPOCHREALTIME/./} - start))
	[ "$1" != w_reread ] || took=$(cat "$memory/out") # without the start of python
}

# requests - of the kernel so far; a few are for these counters
requests() { awk '/^ecsfs_kernel_requests_total/ { n += $2 } END { print n }' "$mnt/.ecsfs/stats"; }

# timed_fs KEY COMMAND... - timed, kept with the requests of the kernel
timed_fs() {
	local before
	before=$(requests)
	timed "${@:2}"
	keep "$1.requests" $(($(requests) - before))
	keep "$1.fs"
}

keep() { samples[$1]+="${2:-$took} "; }

median() {
	tr ' ' '\n' <<<"${samples[$1]}" | sed '/^$/d' | sort -n |
		awk '{ v[NR] = $1 } END { print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'
}

heading() { printf '\n%-34s %12s %12s %7s %9s %6s\n' "$1" ecsfs "$2" ratio requests calls; }

# line NAME KEY CALLS NOTE - of the samples KEY.fs, KEY.ref and KEY.requests
line() {
	local ours=$(median "$2.fs") theirs=$(median "$2.ref") requests=$(median "$2.requests")
	awk -v name="$1" -v a="$ours" -v b="$theirs" -v requests="$requests" -v calls="$3" \
		-v note="${4:+  $4}" 'BEGIN { printf "%-34s %9.2f ms %9.2f ms %7.2f %9d %6s%s\n",
		name, a / 1000, b / 1000, a / b, requests, calls, note }'
}

# fact NAME TEXT
fact() { printf '%-34s %s\n' "$1" "$2"; }

# both KEY COMMAND_FOR_FS -- COMMAND_FOR_REF: measure both, the other one first in every other round
flip=0
both() {
	local key=$1 ours=()
	shift
	while [ "$1" != -- ]; do
		ours+=("$1")
		shift
	done
	shift
	flip=$((!flip))
	[ $flip = 1 ] || { timed "$@"; keep "$key.ref"; }
	timed_fs "$key" "${ours[@]}"
	[ $flip = 0 ] || { timed "$@"; keep "$key.ref"; }
}

# --- what is done, on the mount and on a copy

ls_servers() { for zone in "${zones[@]}"; do ls "$mnt/$zone/servers"; done; }

# In every servers/ below $1
w_ls() { for zone in "${zones[@]}"; do (cd "$1/$zone/servers" && ls); done; }
w_ls_l() { for zone in "${zones[@]}"; do (cd "$1/$zone/servers" && ls -l); done; }
w_cat() { for zone in "${zones[@]}"; do (cd "$1/$zone/servers" && cat -- */status); done; }
w_grep() { for zone in "${zones[@]}"; do (cd "$1/$zone/servers" && grep -r . -- */status); done; }
w_stat() { for zone in "${zones[@]}"; do (cd "$1/$zone/servers" && stat -c '%n %Y' -- * */status); done; }
w_find() { for zone in "${zones[@]}"; do (cd "$1/$zone/servers" && find . -maxdepth 2); done; }
w_ls_lR() { (cd "$1" && ls -lR -- "${first[@]}"); }
w_grep_all() { (cd "$1" && grep -r . -- "${first[@]}" | wc -c); }
w_cat_one() { for ((i = 0; i < cats; i++)); do cat "$1/${first[0]}/status"; done; }
w_reread() { "$top/tests/bench/reread" "$1/${first[0]}/status" $rereads; }

# KEY|NAME of w_KEY
warm_tests=(
	"ls|ls"
	"ls_l|ls -l"
	"stat|stat * */status"
	"cat|cat */status"
	"grep|grep -r . */status"
	"find|find -maxdepth 2"
	"ls_lR|ls -lR, SUBSET servers"
	"grep_all|grep -r ., SUBSET servers"
	"cat_one|cat of one status, $cats times"
	"reread|open, read, close it $rereads times"
)

copy_tree() {
	mkdir -p "$copy"
	(cd "$mnt" && for zone in "${zones[@]}"; do
		mkdir -p "$copy/$zone/servers/batch" || exit 1
		ls "$zone/servers" | grep -vx batch | sed "s|^|$zone/servers/|" |
			xargs cp -a -t "$copy/$zone/servers" || exit 1
		# Files that can only be written.
		(cd "$copy/$zone/servers/batch" && xargs touch) < <(ls "$zone/servers/batch") || exit 1
	done)
}

