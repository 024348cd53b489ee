#!/bin/bash
# TLS: a private CA, certificates that are not checked, client certificates, endpoints of one's own.
. "$(dirname "$0")/lib.sh"
for tool in openssl socat; do
	command -v $tool >/dev/null || { echo "1..0 # SKIP $tool is missing"; exit 0; }
done

# certificate NAME CN [SIGNER [EXTENSION]] - a key and a certificate, $dir/NAME.key and $dir/NAME.pem; NAME.both holds both
certificate()
{
	local ext=${4:-subjectAltName=DNS:localhost,IP:127.0.0.1}
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$2" \
		-addext "$ext" -keyout "$dir/$1.key" ${3:+-CA "$dir/$3.pem" -CAkey "$dir/$3.key"} \
		-x509 -days 2 -out "$dir/$1.pem" 2>"$dir/openssl" || give_up "no certificate" "$dir/openssl"
	cat "$dir/$1.key" "$dir/$1.pem" >"$dir/$1.both"
}

# serve NAME OPTIONS - TLS in front of the sandbox, with that certificate; sets $port
serve()
{
	socat -d -d "openssl-listen:0,bind=127.0.0.1,reuseaddr,fork,cert=$dir/$1.both,$2" \
		"tcp:${base#http://}" 2>"$dir/socat.$1" 9>&- &
	tls_pids+=($!)
	wait_for 10 grep -q 'listening on' "$dir/socat.$1" || give_up "no TLS" "$dir/socat.$1"
	port=$(sed -n 's/.*listening on .*:\([0-9]*\)$/\1/p' "$dir/socat.$1")
}

tls_pids=()
trap '[ ${#tls_pids[@]} = 0 ] || kill "${tls_pids[@]}"; cleanup' EXIT

cloud --servers 5
certificate ca "ecsfs test CA"
certificate server localhost ca
certificate client someone ca
certificate stranger $'evil\033[31m\nforged' ca keyUsage=digitalSignature # its name is in its CN only
serve server verify=0
open=$port
cp "$dir/server.both" "$dir/strict.both"
serve stranger verify=0
stranger=$port
serve strict "verify=1,cafile=$dir/ca.pem"
strict=$port
unset "${!OS_@}"
yaml=$dir/clouds.yaml
export OS_CLIENT_CONFIG_FILE=$yaml

# config LINE... - what the cloud has beside its login, which is at $at
config()
{
	{
		printf 'clouds:\n  tls:\n    auth:\n      auth_url: %s\n' "$at"
		printf '      username: demo\n      password: sandbox\n      project_name: eu-de\n'
		printf '      user_domain_name: OTC-SANDBOX\n    region_name: eu-de\n'
		printf '    %s\n' "$@"
	} >"$yaml"
	chmod 600 "$yaml"
}

# refused NAME PATTERN - it is not mounted, and one line says why
refused()
{
	local said
	said=$("$ECSFS" "$m" 2>&1 9>&-)
	is "$1: status" 1 $?
	like "$1" "$2" "$said"
	is "$1: one line" 1 "$(wc -l <<<"$said")"
}

at=https://localhost:$open/v3
config
refused "a CA that nobody knows" "*localhost:$open*certificate*cacert in clouds.yaml*"
at=https://localhost:$stranger/v3
config "cacert: $dir/ca.pem"
refused "a certificate of somebody else" "*localhost:$stranger*'evil \[31m forged'*"
at=https://localhost:$open/v3
config "cacert: $dir/ca.pem"
attach
ok "with cacert" ls "$s"
is "nothing to warn of" "" "$(cat "$dir/mount.err")"
detach
at=https://127.0.0.1:$open
config "cacert: $dir/ca.pem"
attach
ok "an address, without /v3" ls "$s"
detach
at=https://localhost:$open/v3/
config "cacert: $dir/none.pem"
refused "a cacert that is not there" "*none.pem: No such file*"
config "cacert: $dir/client.key"
refused "a cacert that is none" "*client.key*"

# Not checked: it works, and is told once, and in health.
config "verify: false"
attach
ok "verify: false" ls "$s"
is "a warning, once" 1 "$(grep -c 'warning: certificates are not checked' "$dir/mount.err")"
like "and in health" "*warning certificates are not checked*" "$(cat "$m/.ecsfs/health")"
detach
said=$("$ECSFS" "$m" 2>&1)
like "in the background, at the prompt" "ecsfs: warning: certificates are not checked*" "$said"
ok "umount" wait_for 10 fusermount3 -u "$m"

# Our own certificate.
at=https://localhost:$strict/v3
config "cacert: $dir/ca.pem"
refused "without a certificate of our own" "*localhost:$strict*"
config "cacert: $dir/ca.pem" "cert: $dir/client.both"
attach
ok "cert with its key in it" ls "$s"
detach
config "cacert: $dir/ca.pem" "cert: $dir/client.pem" "key: $dir/client.key"
attach
ok "cert and key" ls "$s"
detach
config "cacert: $dir/ca.pem" "cert: $dir/client.pem" "key: $dir/nokey.pem"
refused "a key that is not there" "*nokey.pem: No such file*"

# Endpoints of one's own, over TLS.
at=https://localhost:$open/v3
config "cacert: $dir/ca.pem" "ecs_endpoint_override: https://localhost:$open/{region_name}/ecs/v1/%(project_id)s"
attach
ok "ecs_endpoint_override" ls "$s"
detach
config "cacert: $dir/ca.pem" "ecs_endpoint_override: https://localhost:1/eu-de/ecs"
attach
fails "one where nobody is" EHOSTUNREACH "ls $s"
like "the sentence" "*no connection to localhost:1*" "$(cat "$m/.ecsfs/errors")"
detach

# Not TLS at all.
at=https://${base#http://}/v3
config
refused "https where http is spoken" "*${base#http://}*"
at=http://localhost:$open/v3
config
refused "http where https is spoken" "*localhost:$open*"

kill "${tls_pids[@]}"
tls_pids=()
done_testing
