# Shared by the mount tests: a sandbox, a real mount of it, and TAP. To be sourced by bash.
# $ECS_SANDBOX and $ECSFS are the programs; needs /dev/fuse, curl and jq.
# shellcheck shell=bash disable=SC2034 # variables are the tests'

export LC_ALL=C TZ=UTC
tests=0
failures=0
cloud_pid=
mount_pid=
declare -A errno_text=(
	[EACCES]="Permission denied"
	[EAGAIN]="Resource temporarily unavailable"
	[EBADMSG]="Bad message"
	[EBADRQC]="Invalid request code"
	[EBUSY]="Device or resource busy"
	[EDQUOT]="Disk quota exceeded"
	[EEXIST]="File exists"
	[EFBIG]="File too large"
	[EHOSTUNREACH]="No route to host"
	[EINTR]="Interrupted system call"
	[EINVAL]="Invalid argument"
	[EIO]="Input/output error"
	[EISDIR]="Is a directory"
	[ENAMETOOLONG]="File name too long"
	[ENOTEMPTY]="Directory not empty"
	[ENOENT]="No such file or directory"
	[ENOSPC]="No space left on device"
	[ENOTDIR]="Not a directory"
	[ENOTUNIQ]="Name not unique on network"
	[EOPNOTSUPP]="Operation not supported"
	[EPERM]="Operation not permitted"
	[EROFS]="Read-only file system"
	[ESTALE]="Stale file handle"
	[ETIMEDOUT]="Connection timed out"
	[EXDEV]="Invalid cross-device link"
)

# What a directory without w says: to root us, to others the kernel.
refused=EPERM
[ "$(id -u)" = 0 ] || refused=EACCES

for tool in curl jq; do
	command -v $tool >/dev/null || { echo "1..0 # SKIP $tool is missing"; exit 0; }
done
[ -w /dev/fuse ] || { echo "1..0 # SKIP /dev/fuse cannot be opened"; exit 0; }

dir=$(mktemp -d) || exit 99
m=$dir/m
mkdir "$m" "$dir/home"
mkfifo "$dir/pause"
export HOME=$dir/home XDG_CONFIG_HOME=$dir/home/.config XDG_CONFIG_DIRS=$dir/home XDG_STATE_HOME=$dir/home/.state
unset "${!OS_@}"
# Without the programs' own, which log to stderr; a GLib warning ends the program.
export G_DEBUG=fatal-warnings

# cloud OPTION... - run a sandbox whose servers change quickly; sets $url and $base. $CLOUD_OPTION
# is one more option: --openstack, where a test makes sense in both dialects.
cloud()
{
	rm -f "$dir/url"
	mkfifo "$dir/stdin"
	exec 9<>"$dir/stdin"
	"$ECS_SANDBOX" --until-eof --boot-time 600 --start-time 300 --stop-time 300 \
		--reboot-time 300 --resize-time 300 --delete-time 300 --volume-time 1000 ${CLOUD_OPTION:+"$CLOUD_OPTION"} "$@" \
		<"$dir/stdin" >"$dir/url" 2>"$dir/cloud.err" 9>&- &
	cloud_pid=$!
	wait_for 20 test -s "$dir/url" || give_up "the sandbox does not start" "$dir/cloud.err"
	rm "$dir/stdin"
	url=$(cat "$dir/url")
	base=${url%/v3}
	export OS_AUTH_URL=$url OS_USERNAME=demo OS_PASSWORD=sandbox OS_USER_DOMAIN_NAME=OTC-SANDBOX
	export OS_PROJECT_NAME=eu-de OS_PROJECT_DOMAIN_NAME=OTC-SANDBOX OS_REGION_NAME=eu-de
}

# on_openstack - is the cloud plain OpenStack?
on_openstack()
{
	[ "${CLOUD_OPTION:-}" = --openstack ]
}

# either HUAWEI OPENSTACK - the one that is of the cloud's dialect
either()
{
	if on_openstack; then
		printf '%s\n' "$2"
	else
		printf '%s\n' "$1"
	fi
}

# attach OPTION... - mount the cloud on $m; sets $z, a zone, and $s, its servers
attach()
{
	# The shell lets what it starts in the background ignore SIGINT, and nohup SIGHUP.
	env --default-signal=INT,HUP "$ECSFS" -f "$@" "$m" 2>"$dir/mount.err" 9>&- &
	mount_pid=$!
	wait_for 20 cat "$m/.ecsfs/version" || give_up "no mount" "$dir/mount.err"
	z=$m/eu-de/eu-de-01
	s=$z/servers
}

# detach - unmount; fails if the daemon does not end well, or warned
detach()
{
	[ -n "$mount_pid" ] || return 0
	cd /
	fusermount3 -u "$m" || umount -l "$m"
	wait "$mount_pid"
	is "the daemon ends with status 0" 0 $?
	mount_pid=
	is "the daemon's stderr has no warning" "" \
		"$(grep -E 'WARNING|CRITICAL|ERROR \*\*|runtime error|Sanitizer' "$dir/mount.err")"
}

# done_testing - unmount, end the sandbox, the plan, and the status of the whole test
done_testing()
{
	detach
	if [ -n "$cloud_pid" ]; then
		kill "$cloud_pid"
		wait "$cloud_pid"
		is "the sandbox ends with status 0" 0 $?
		cloud_pid=
	fi
	echo "1..$tests"
	[ $failures = 0 ] || exit 1
	exit 0
}

cleanup()
{
	cd /
	if [ -n "$mount_pid" ]; then
		fusermount3 -u "$m" 2>/dev/null || umount -l "$m" 2>/dev/null
		kill "$mount_pid" 2>/dev/null
	fi
	[ -z "$cloud_pid" ] || kill "$cloud_pid" 2>/dev/null
	mountpoint -q "$m" || rm -rf "$dir"
}
trap cleanup EXIT

# give_up WHY FILE - nothing can be tested
give_up()
{
	cat "$2" >&2
	echo "Bail out! $1"
	exit 99
}

# wait_for SECONDS COMMAND... - try until it succeeds
wait_for()
{
	local deadline=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ $SECONDS -lt $deadline ] || return 1
		read -r -t 0.02 <>"$dir/pause" # nobody writes there
	done
	return 0
}

# reads FILE TEXT - for wait_for
reads()
{
	[ "$(cat "$1" 2>/dev/null)" = "$2" ]
}

gone()
{
	! [ -e "$1" ]
}

report()
{
	tests=$((tests + 1))
	if [ "$1" = 0 ]; then
		echo "ok $tests - $2"
	else
		failures=$((failures + 1))
		echo "not ok $tests - $2"
	fi
}

# is NAME EXPECTED ACTUAL
is()
{
	[ "$2" = "$3" ]
	report $? "$1"
	[ "$2" = "$3" ] && return
	printf 'expected: %s\nactual:   %s\n' "$2" "$3" | sed 's/^/# /' >&2
	return 1
}

# like NAME PATTERN ACTUAL - a shell pattern
like()
{
	# shellcheck disable=SC2053 # a pattern
	[[ $3 == $2 ]]
	report $? "$1"
	# shellcheck disable=SC2053
	[[ $3 == $2 ]] || printf 'expected: %s\nactual:   %s\n' "$2" "$3" | sed 's/^/# /' >&2
}

# unlike NAME PATTERN ACTUAL
unlike()
{
	# shellcheck disable=SC2053 # a pattern
	[[ $3 != $2 ]]
	report $? "$1"
}

# ok NAME COMMAND... - it succeeds
ok()
{
	local name=$1 out status
	shift
	out=$("$@" 2>&1)
	status=$?
	report $status "$name"
	[ $status = 0 ] || printf '%s\n' "status $status" "$out" | sed 's/^/# /' >&2
}

# sh_ok NAME SCRIPT - a shell, as a user's, succeeds
sh_ok()
{
	ok "$1" bash -c "$2"
}

# fails NAME ERRNO SCRIPT - a shell runs it in vain and says so
fails()
{
	local out status
	out=$(timeout 60 bash -c "$3" 2>&1)
	status=$?
	if [ $status != 0 ] && [[ $out == *"${errno_text[$2]:?unknown errno $2}"* ]]; then
		report 0 "$1: $2"
	else
		report 1 "$1: $2"
		printf '%s\n' "status $status" "$out" | sed 's/^/# /' >&2
	fi
}

# why - the sentence for the last failure of this session
why()
{
	cat "$m/.ecsfs/why"
}

# becomes NAME FILE TEXT [SECONDS] - the file has that text before long
becomes()
{
	if wait_for "${4:-20}" reads "$2" "$3"; then
		report 0 "$1"
	else
		is "$1" "$3" "$(cat "$2" 2>&1)"
	fi
}

# control METHOD PATH [BODY] - the sandbox's control API
control()
{
	if [ $# -gt 2 ]; then
		curl -sS -X "$1" --data-binary "$3" "$base/_sandbox/$2"
	else
		curl -sS -X "$1" "$base/_sandbox/$2"
	fi
}

# log_in - as somebody else who has the same rights; sets $token
log_in()
{
	token=$(curl -s -D - -o "$dir/token" -H 'Content-Type: application/json' "$url/auth/tokens" -d '{"auth":{
		"identity":{"methods":["password"],"password":{"user":{"name":"demo","password":"sandbox",
		"domain":{"name":"OTC-SANDBOX"}}}},"scope":{"project":{"name":"eu-de"}}}}' |
		tr -d '\r' | sed -n 's/^[Xx]-[Ss]ubject-[Tt]oken: //p')
}

# api METHOD PATH [BODY] - a request of who has logged in, in eu-de; its answer
api()
{
	curl -s -X "$1" -H "X-Auth-Token: $token" -H 'Content-Type: application/json' ${3:+-d "$3"} \
		"$base/eu-de/$2"
}

# count [MATCH] - API requests so far that contain that; the login and the question for Nova's version, once a mount, are
# none of them
count()
{
	control GET requests | grep -v -e '/v3/auth/tokens' -e '/v2\.1/ ' | grep -c -- "${1:-.}"
}

forget_requests()
{
	control DELETE requests >/dev/null
}

# writes - requests that change something, one a line: METHOD PATH
writes()
{
	control GET requests | awk '$2 != "GET" && $3 !~ "/v3/auth/tokens" { print $2, $3 }'
}

# costs NAME N COMMAND... - it succeeds and makes N API requests; else they are told
costs()
{
	local name=$1 n=$2 before after status
	shift 2
	before=$(count)
	"$@" >"$dir/out" 2>&1
	status=$?
	after=$(count)
	is "$name: $n requests" "0 $n" "$status $((after - before))" ||
		control GET requests | grep -v '/v3/auth/tokens' | tail -n +$((before + 1)) >&2
}

# asked [OPCODE] - requests of the kernel so far
asked()
{
	sed -n "s/^ecsfs_kernel_requests_total{opcode=\"${1:-.*}\"} //p" "$m/.ecsfs/stats" |
		awk '{ n += $1 } END { print n + 0 }'
}

# id KEY [REGION] - something that the sandbox has: image, flavor, vpc, subnet, ...
id()
{
	control GET "ids?region=${2:-eu-de}" | sed -n "s/^$1 //p"
}

# ids DIRECTORY - the objects in it, without what is beside them
ids()
{
	ls "$1" | grep -E '^[0-9a-f]{8}-'
}

# some STATUS [ZONE] - id of a server of the project eu-de in that status
some()
{
	control GET servers | awk -v s="$1" -v z="${2:-eu-de-01}" -v p="$(id project)" \
		'$3 == s && $4 == z && $5 == p && !n++ { print $1 }'
}

# truth ID - name and status of a server as the sandbox has them
truth()
{
	control GET servers | awk -v id="$1" '$1 == id { print $2, $3 }'
}

# make NAME [ZONE] - a running server that somebody else made, known to the mount; prints its id
make()
{
	control POST servers "{\"project\":\"eu-de\",\"name\":\"$1\",
		\"availability_zone\":\"${2:-eu-de-01}\"}"
	echo >"$m/.ecsfs/refresh"
}

# fill_template - all that a create needs
fill_template()
{
	id flavor >"$z/template/flavor"
	id image >"$z/template/image"
	on_openstack || id vpc >"$z/template/vpc"
	id subnet >"$z/template/subnet"
}
