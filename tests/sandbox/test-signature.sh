#!/bin/sh
# Requests signed with an access key: both dialects, what is refused and how, temporary keys.
here=$(dirname "$0")
. "$here/lib.sh"
command -v python3 >/dev/null || { echo "1..0 # SKIP python3 is missing"; exit 0; }

sign()
{
	python3 "$here/sign.py" "$@"
}

# The signer of this test, against signatures that are known
p=0123456789abcdef0123456789abcdef
known()
{
	sign "$@" --signature --ak EXAMPLEACCESSKEY0001 \
		--sk exampleSecretKeyForTestVectorsOnly000001 --date 20250102T030405Z
}
v1="https://ecs.eu-de.otc.t-systems.com/v1/$p/cloudservers/detail?limit=25&offset=1&name=web%201%2F%C3%A4"
is "a list" 841738bb9c4a6616e1909bcd16140c5bc84578ef000d45e9bbd32e7961527025 "$(known GET "$v1")"
is "with an empty scope" b20110707815fe7ab5de3cbd938f12a2282370f73e24cd693d56ec99be798a1f \
	"$(known GET "$v1" --scope 20250102///sdk_request)"
is "with a scope" 8eecd35f885030f46ff4938aa0b4eb30cea7d1ccef785ba72a8bbd48eb18c064 \
	"$(known GET "$v1" --scope 20250102/eu-de/ecs/sdk_request)"
v2=https://ecs.eu-de.otc.t-systems.com/v1/$p/cloudservers/action
start_='{"os-start":{"servers":[{"id":"616fb98f-46ca-475e-917e-2563e5a8cd19"}]}}'
is "an action" 7aa769d52cb12a98720d778cf069df3219ad4fd3c398ae5b856976ce7ee30b30 \
	"$(known POST "$v2" --body "$start_" --header Content-Type:application/json)"
is "with a scope" 226df24424270006c2b98141a7dc705f20b38962bf61fb9f913d9ed3151b2137 \
	"$(known POST "$v2" --body "$start_" --header Content-Type:application/json \
		--scope 20250102///sdk_request)"
v3=https://vpc.eu-de.otc.t-systems.com/v1/$p/vpcs/99d9d709-8478-4b46-9f3f-2206b1023fd3
is "temporary keys" b23d68866c9220b41df016c9594e2b15852eb8b13598b3204258999c94b78ec1 \
	"$(known DELETE "$v3" --header X-Project-Id:$p \
		--header X-Security-Token:exampleTemporaryToken==)"
is "with a scope" 8ea4671993bcdb92faa551a2c60775faad32e0577d12808e852d30f4874b59b0 \
	"$(known DELETE "$v3" --header X-Project-Id:$p \
		--header X-Security-Token:exampleTemporaryToken== --scope 20250102///sdk_request)"
published()
{
	sign "$@" --signature --ak AccessKey --sk SecretKey
}
is "Huawei's Go SDK, GET" 5a2ce64c865e0e6046321c6f3d5a77ba8413eeaf355c3166c03d58d02ac79624 \
	"$(published GET 'https://x/path?limit=1' --no-host --date 20060102T150405Z)"
is "Huawei's Go SDK, POST" cecc2af119b18ab70b4d094c0750f3b42c02f254903179a0fc2cc72fc9db4f59 \
	"$(published POST 'https://x/path?key=value' --no-host --date 20060102T150405Z \
		--body '{"Name":"test","Id":1}
')"
is "Huawei's Python SDK, GET" cfb4171acec81de07d50e53d57eb77edd537414d66ddb1d7d780f128e12cd842 \
	"$(published GET 'https://service.endpoint.myhuaweicloud.com/resources?size=1' \
		--date 20200608T023900Z)"
is "Huawei's Python SDK, POST" 436b1ac0a1ae03705934bb70ef2f2e09f7bfed2117d731a38235053199323a1f \
	"$(published POST 'https://service.endpoint.myhuaweicloud.com/resources?size=1' \
		--date 20200608T023900Z --body '{"name":"test","id":1}')"

start --boot-time 200 --absent-time 0
login
token_of_demo=$token
token=

# signed METHOD URL [OPTION...] - sign and send; the body is $sent
sent=
signed()
{
	sign "$@" --body "$sent" >"$dir/headers"
	call "$1" "$2" "$sent" -H "@$dir/headers" -H 'X-Auth-Token:'
}

# what it says, without what differs from call to call
says()
{
	body .error_msg | sed 's/^Incorrect IAM authentication information: //; s/[0-9]\{8\}T[0-9]\{6\}Z/TIME/g'
}

list=$ecs/cloudservers/detail
signed GET "$list?limit=3&offset=1" --header "X-Project-Id:$project"
is "a signed list" "200 3" "$status $(body '.servers | length')"
signed GET "$list?name=web%201%2F%C3%A4~&limit=3" --header "X-Project-Id:$project"
is "with a name that is not plain" 200 "$status"
signed GET "$list?name=a+b&not-tags=&limit=1" --header "X-Project-Id:$project"
is "with a plus and an empty value" 200 "$status"
signed GET "$list" --header "X-Project-Id:$project" --scope "$(date -u +%Y%m%d)///sdk_request"
is "the other dialect" 200 "$status"
signed GET "$list" --unsigned "X-Project-Id: $project" \
	--scope "$(date -u +%Y%m%d)/eu-de/ecs/sdk_request"
is "with a scope, and the project unsigned" 200 "$status"
signed GET "$list"
is "without a project: the region's own" 200 "$status"
one=$(first ACTIVE)
sent='{"server":{"name":"signed"}}'
signed PUT "$ecs/cloudservers/$one" --header "X-Project-Id:$project" \
	--header Content-Type:application/json
is "a change" "200 signed" "$status $(body .server.name)"
sign PUT "$ecs/cloudservers/$one" --body "$sent" --header "X-Project-Id:$project" >"$dir/headers"
call PUT "$ecs/cloudservers/$one" '{"server":{"name":"forged"}}' -H "@$dir/headers" -H 'X-Auth-Token:'
answer "another body" 401 APIG.0301
sent=

# at the identity service
signed GET "$url/projects?name=eu-de"
is "projects by name" "200 $project" "$status $(body '.projects[0].id')"
signed GET "$url/auth/domains"
is "the account" "200 OTC-SANDBOX" "$status $(body '.domains[0].name')"
signed GET "$url/auth/catalog" --header "X-Project-Id:$project"
is "the catalog" "200 12" "$status $(body '.catalog | length')"

# refused
signed GET "$list" --sk wrong
answer "a wrong secret key" 401 APIG.0301
is "says so" "verify aksk signature fail" "$(says)"
is "has the gateway's envelope" '["error_code","error_msg","request_id"]' "$(body 'keys | tojson')"
signed GET "$list" --ak NOSUCHKEY
is "an unknown access key" "401 Get secretKey failed,ak:NOSUCHKEY,err:ak not exist" "$status $(says)"
signed GET "$list" --shift -960
is "a clock 16 minutes behind" \
	"401 calc aksk signature fail:signature expired, signature time:TIME,server time:TIME" "$status $(says)"
signed GET "$list" --shift 960
is "a clock 16 minutes ahead" 401 "$status"
signed GET "$list" --shift -840
is "14 minutes are fine" 200 "$status"
signed GET "$list" --shift 840
is "also ahead" 200 "$status"
signed GET "$list" --date yesterday
is "no date" "401 calc aksk signature fail:X-Sdk-Date is missing or wrong" "$status $(says)"
signed GET "$list" --no-host
is "the host is not signed" "401 verify aksk signature fail" "$status $(says)"
signed GET "$list" --scope 20250102///sdk_request
is "the scope of another day" "401 verify aksk signature fail" "$status $(says)"
call GET "$list" "" -H 'X-Auth-Token:' -H 'Authorization: SDK-HMAC-SHA256 nonsense'
is "no signature at all" "401 Authorization is malformed" "$status $(says)"
signed GET "$list" --header X-Project-Id:0123
is "an unknown project" "403 APIG.0310" "$status $(body .error_code)"
other=$(control GET "ids?project=eu-de_dev" | sed -n 's/^project //p')
signed GET "$list" --header "X-Project-Id:$other"
is "another project than the path's" "400 Common.0018" "$status $(body .error.code)"

# the reader, and the lock
reader="--ak SANDBOXREADER0000001 --sk sandboxReaderSecretKeyOpensNoDoorsAll001"
signed GET "$list" $reader
is "the reader" 200 "$status"
signed GET "$base/eu-de/ecs/v1/$other/cloudservers/detail" $reader --header "X-Project-Id:$other"
is "has no rights there" "403 APIG.0302" "$status $(body .error_code)"
signed POST "$ecs/cloudservers" $reader
is "and may not write" "403 Pdp.0001" "$status $(body .error.code)"
for try in 1 2 3 4 5 6; do
	signed GET "$list" $reader --sk "wrong $try"
	is "wrong for the $try. time" "verify aksk signature fail" "$(says)"
done
signed GET "$list" $reader
is "locked" "401 AK access failed to reach the limit,forbidden." "$status $(says)"
signed GET "$list"
is "others are not" 200 "$status"

# temporary keys
token=$token_of_demo
temporary=$base/v3.0/OS-CREDENTIAL/securitytokens
call POST "$temporary" '{"auth":{"identity":{"methods":["token"],"token":{"duration_seconds":900}}}}'
is "made" '201 ["access","expires_at","secret","securitytoken"]' "$status $(body '.credential | keys | tojson')"
keys="--ak $(body .credential.access) --sk $(body .credential.secret)"
st=$(body .credential.securitytoken)
is "for a quarter of an hour" true "$(body '.credential.expires_at | sub("[.][0-9]+Z$"; "Z")
	| fromdateiso8601 - now | . > 890 and . < 901')"
token=
signed GET "$list" $keys --header "X-Security-Token:$st"
is "good" 200 "$status"
signed GET "$list" $keys --unsigned "X-Security-Token: $st" --scope "$(date -u +%Y%m%d)///sdk_request"
is "also unsigned, in the other dialect" 200 "$status"
signed GET "$list" $keys
is "not without their token" "401 decrypt token fail" "$status $(says)"
signed GET "$list" $keys --header X-Security-Token:wrong
is "nor with a wrong one" "401 decrypt token fail" "$status $(says)"
signed GET "$list" --header "X-Security-Token:$st"
is "nor may the user's own have one" "401 decrypt token fail" "$status $(says)"
call POST "$temporary" '{"auth":{"identity":{"methods":["token"],"token":{"id":"'"$token_of_demo"'"}}}}'
is "the token in the body" 201 "$status"
call POST "$temporary" '{"auth":{"identity":{"methods":["token"]}}}'
answer "no token" 401 IAM.0001
token=$token_of_demo
call POST "$temporary" '{"auth":{"identity":{"methods":["token"],"token":{"duration_seconds":60}}}}'
answer "too short" 400 IAM.1102
call POST "$temporary" '{"auth":{"identity":{}}}'
answer "no method" 400 IAM.1103
call POST "$temporary" '{"auth":{"identity":{"methods":["assume_role"]}}}'
answer "no agencies" 400 IAM.1102
finish
