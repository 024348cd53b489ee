#!/bin/bash
# ecsfs --check: what works and what does not, a line a step, and nothing is mounted or changed.
. "$(dirname "$0")/lib.sh"
export PATH=$PATH:/usr/sbin:/sbin

# check NAME STATUS - run it; its lines are in $dir/said
check()
{
	local name=$1 status=$2
	shift 2
	timeout 60 "$ECSFS" --check "$@" >"$dir/said" 2>"$dir/stderr" 9>&-
	is "$name: status" "$status" $?
	is "$name: nothing on stderr" "" "$(cat "$dir/stderr")"
	is "$name: each line begins with its outcome" "" "$(grep -Ev '^(ok|FAILED:|-) +[a-z0-9]+ +[^ ]' "$dir/said")"
	is "$name: every step is told" "$steps" "$(awk '{ print $2 }' "$dir/said" | paste -sd' ')"
	ok "$name: no mount" bash -c "! mountpoint -q $m"
}

# step NAME PATTERN - its line, "OUTCOME SENTENCE"
step()
{
	like "$1" "$2" "$(sed -n "s/^\([^ ]*\) *$1 *\(.*\)/\1 \2/p" "$dir/said")"
}

steps="configuration address certificate login clock catalog project zones servers disks networks images rights fuse fusermount3 mountpoint"
cloud --servers 12
check "all is well" 0 "$m"
is "nothing has failed" 0 "$(grep -c FAILED "$dir/said")"
step configuration "ok cloud envvars of environment"
step address "ok $url answers"
step certificate "- none: http *"
step login "ok there is a token until 20*Z"
step clock "ok *seconds*"
step catalog "ok servers in eu-de, eu-nl; home is eu-de"
step project "ok eu-de, one of 3"
step zones "ok eu-de-01, eu-de-02, eu-de-03"
step servers "ok [1-9]* servers"
step disks "ok [1-9]* disks"
step networks "ok [1-9]* VPCs"
step images "ok *"
step rights "ok to change servers"
step fuse "ok */dev/fuse*"
step fusermount3 "ok */fusermount3"
step mountpoint "ok $m"
is "it asks a few questions" 1 "$(($(curl -sf "$base/_sandbox/count?match=/") <= 12))"
is "and changes nothing" 0 "$(curl -sf "$base/_sandbox/count?match=POST%20/eu-de")"

# What is wrong is a sentence at its step; what needs it is not tried.
OS_PASSWORD=Xyzzy check "a wrong password" 1
step address "ok *"
step login "FAILED: login of demo at *: *password*"
step servers "- not tried"
step fuse "ok *"
step mountpoint "- none was given"
unlike "no password is shown" "*Xyzzy*" "$(cat "$dir/said")"
OS_AUTH_URL=http://127.0.0.1:1/v3 check "nobody listens" 1
step configuration "ok *"
step address "FAILED: http://127.0.0.1:1/v3: no connection to 127.0.0.1:1*"
step login "- not tried"
OS_AUTH_URL=http://nowhere.invalid check "no such host" 1
step address "FAILED: *nowhere.invalid*"
OS_AUTH_URL=ftp://x check "no URL" 1
step configuration "FAILED: *auth_url*"
step address "- not tried"
OS_PROJECT_NAME=nowhere check "no such project" 1
step login "FAILED: *nowhere*"
check "a region that is not there" 1 --region mars
step catalog "FAILED: there is no region mars, only eu-de, eu-nl"
check "a mountpoint that is none" 1 "$dir/url"
step mountpoint "FAILED: *$dir/url*not a directory*"
OS_USERNAME=reader check "who may only look" 0
step rights "ok to look only (-o ro): *"

# An identity service that is something else; a service that fails; one that is not there.
control POST faults "kind=html200 match=/v3" >/dev/null
check "a login page" 1
step address "FAILED: *$url*"
control DELETE faults >/dev/null
control POST faults "kind=503 match=/evs/" >/dev/null
check "a service that is down" 1
step disks "FAILED: *"
step networks "ok *"
control DELETE faults >/dev/null

# With an access key there is no token; without a cloud there is not much to check.
before=$(curl -sf "$base/_sandbox/count?match=/auth/tokens")
OS_ACCESS_KEY=SANDBOXDEMO000000001 OS_SECRET_KEY=sandboxDemoSecretKeyOpensNoDoorsAtAll001 OS_AUTH_TYPE=aksk \
	check "an access key" 0
step login "ok every call is signed*"
is "no token was asked for" "$before" "$(curl -sf "$base/_sandbox/count?match=/auth/tokens")"

# From files.
saved=$(export -p | grep ' OS_')
unset "${!OS_@}"
mkdir -p "$HOME/.config/openstack"
yaml=$HOME/.config/openstack/clouds.yaml
cat >"$yaml" <<YAML
clouds:
  mine:
    auth: {auth_url: $url, username: demo, project_name: eu-de, user_domain_name: OTC-SANDBOX}
    region_name: eu-de
YAML
printf 'clouds: {mine: {auth: {password: sandbox}}}\n' >"${yaml%/*}/secure.yaml"
chmod 600 "${yaml%/*}/secure.yaml"
check "from files" 0
step configuration "ok cloud mine of $yaml, with ${yaml%/*}/secure.yaml"
check "by name" 1 --cloud yours
step configuration "FAILED: there is no cloud yours, only mine*"
rm -r "$HOME/.config"
check "no configuration" 1
step configuration "FAILED: no cloud is configured*"
eval "$saved"

check "--sandbox" 0 --sandbox
step configuration "ok cloud sandbox of --sandbox"

# Plain OpenStack, and a cloud that is taken for one.
check "-o openstack" 0 -o openstack
step networks "ok [1-9]* VPCs"
kill "$cloud_pid"
wait "$cloud_pid"
cloud --servers 5 --openstack
check "plain OpenStack" 0
step catalog "ok servers in *"
step servers "ok * servers"
step disks "ok * disks"
step networks "ok * VPCs"
step rights "ok to change servers"

# TLS.
if command -v openssl >/dev/null && command -v socat >/dev/null; then
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost -days 2 \
		-addext subjectAltName=DNS:localhost -keyout "$dir/key" -out "$dir/pem" 2>"$dir/openssl" ||
		give_up "no certificate" "$dir/openssl"
	cat "$dir/key" "$dir/pem" >"$dir/both"
	socat -d -d "openssl-listen:0,bind=127.0.0.1,fork,verify=0,cert=$dir/both" "tcp:${base#http://}" \
		2>"$dir/socat" 9>&- &
	tls_pid=$!
	trap 'kill $tls_pid 2>/dev/null; cleanup' EXIT
	wait_for 10 grep -q 'listening on' "$dir/socat" || give_up "no TLS" "$dir/socat"
	export OS_AUTH_URL=https://localhost:$(sed -n 's/.*listening on .*:\([0-9]*\)$/\1/p' "$dir/socat")/v3
	check "a certificate that nobody knows" 1
	step address "ok *"
	step certificate "FAILED: no TLS with localhost:*certificate*cacert*"
	step login "- not tried"
	OS_CACERT=$dir/pem check "a certificate that is known" 0
	step certificate "ok trusted by $dir/pem"
	OS_VERIFY=false check "a certificate that is not checked" 0
	step certificate "ok not checked (verify: false)"
	kill $tls_pid
fi

done_testing
