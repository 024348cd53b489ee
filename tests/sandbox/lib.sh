# Shared by the sandbox tests: start one, talk to it, say TAP. To be sourced.
# $ECS_SANDBOX is the program; needs curl and jq.

tests=0
failures=0
dir=$(mktemp -d) || exit 99
pid=

for tool in curl jq; do
	command -v $tool >/dev/null || { echo "1..0 # SKIP $tool is missing"; exit 0; }
done

# start OPTION... - run the sandbox; sets $url, $base; it ends with this shell
start()
{
	rm -f "$dir/url" # the one before said its own there
	mkfifo "$dir/stdin"
	exec 9<>"$dir/stdin"
	"$ECS_SANDBOX" --until-eof "$@" <"$dir/stdin" >"$dir/url" 2>"$dir/stderr" 9>&- &
	pid=$!
	wait_for 10 test -s "$dir/url" || { cat "$dir/stderr" >&2; exit 99; }
	url=$(cat "$dir/url")
	base=${url%/v3}
	rm "$dir/stdin"
}

# stop - end it; a failure if it does not end cleanly or has said anything
stop()
{
	[ -n "$pid" ] || return 0
	kill "$pid"
	wait "$pid"
	is "it ends with status 0" 0 $?
	is "it says nothing on stderr" "" "$(cat "$dir/stderr")"
	pid=
	exec 9>&-
}

cleanup()
{
	[ -z "$pid" ] || kill "$pid" 2>/dev/null
	rm -rf "$dir"
}
trap cleanup EXIT

# finish - the plan, and the status of the whole test
finish()
{
	stop
	echo "1..$tests"
	[ $failures = 0 ] || exit 1
	exit 0
}

# wait_for SECONDS COMMAND... - try until it succeeds
wait_for()
{
	deadline=$(($(date +%s) + $1))
	shift
	until "$@" 2>/dev/null; do
		[ "$(date +%s)" -lt $deadline ] || return 1
		sleep 0.02
	done
}

# is NAME EXPECTED ACTUAL
is()
{
	tests=$((tests + 1))
	if [ "$2" = "$3" ]; then
		echo "ok $tests - $1"
		return 0
	fi
	failures=$((failures + 1))
	echo "not ok $tests - $1"
	printf 'expected: %s\nactual:   %s\n' "$2" "$3" | sed 's/^/# /' >&2
	return 1
}

# like NAME PATTERN ACTUAL - a shell pattern
like()
{
	case $3 in
	$2) is "$1" x x ;;
	*) is "$1" "$2" "$3" ;;
	esac
}

# auth USER PASSWORD SCOPE-JSON - ask for a token; body in $dir/token, prints the status
auth()
{
	curl -s -o "$dir/token" -D "$dir/head" -w '%{http_code}' "$url/auth/tokens" \
		-H 'Content-Type: application/json' -d '{"auth":{"identity":{"methods":["password"],
		"password":{"user":{"name":"'"$1"'","password":"'"$2"'",
		"domain":{"name":"OTC-SANDBOX"}}}}'"${3:+,\"scope\":$3}"'}}'
}

subject_token()
{
	tr -d '\r' <"$dir/head" | sed -n 's/^[Xx]-[Ss]ubject-[Tt]oken: //p'
}

# login [PROJECT [USER]] - sets $token, $project, $ecs, $nova
login()
{
	auth "${2:-demo}" sandbox '{"project":{"name":"'"${1:-eu-de}"'"}}' >"$dir/status"
	token=$(subject_token)
	project=$(jq -r .token.project.id "$dir/token")
	region=$(echo "${1:-eu-de}" | sed 's/_.*//')
	ecs=$base/$region/ecs/v1/$project
	nova=$base/$region/ecs/v2.1/$project
}

# call METHOD URL [BODY [CURL-OPTION...]] - sets $status, $curl_status; for body()
call()
{
	method=$1 target=$2 data=$3
	shift 2
	[ $# = 0 ] || shift
	[ -z "$data" ] || set -- -H 'Content-Type: application/json' --data-binary "$data" "$@"
	status=$(curl -s -m 20 -o "$dir/body" -D "$dir/head" -w '%{http_code}' -X "$method" \
		-H "X-Auth-Token: $token" "$@" "$target")
	curl_status=$?
}

# body FILTER - jq on the last reply, also if the call was made in a subshell
body()
{
	jq -r "$1" "$dir/body"
}

# get URL FILTER - GET, then jq
get()
{
	call GET "$1"
	body "$2"
}

# answer NAME STATUS CODE - check the last call's status and error code
answer()
{
	is "$1" "$2 $3" "$status $(body \
		'(.error_code // .code // (.[] | .code)) | tostring' 2>/dev/null)"
}

# id KEY [REGION] - from the control API
id()
{
	curl -s "$base/_sandbox/ids?region=${2:-eu-de}" | sed -n "s/^$1 //p"
}

# control METHOD PATH [BODY]
control()
{
	if [ -n "$3" ]; then
		curl -s -X "$1" --data-binary "$3" "$base/_sandbox/$2"
	else
		curl -s -X "$1" "$base/_sandbox/$2"
	fi
}

# order NAME [MORE] - body of a create; MORE are members like "count":2,
order()
{
	printf '{"server":{%s"name":"%s","imageRef":"%s","flavorRef":"%s","vpcid":"%s",
		"nics":[{"subnet_id":"%s"}],"root_volume":{"volumetype":"SSD","size":40}}}' \
		"$2" "$1" "$(id image)" "$(id flavor)" "$(id vpc)" "$(id subnet)"
}

# state ID - "status task_state" of a server, or the HTTP status if there is none
state()
{
	call GET "$ecs/cloudservers/$1"
	if [ "$status" = 200 ]; then
		body '.server | "\(.status) \(."OS-EXT-STS:task_state")"'
	else
		echo "$status"
	fi
}

# reaches ID STATE - true if the server is in that state now
reaches()
{
	[ "$(state "$1")" = "$2" ]
}

# first STATUS - id of the first server of the project in that status
first()
{
	control GET servers | awk -v s="$1" -v p="$project" '$3 == s && $5 == p {print $1; exit}'
}
