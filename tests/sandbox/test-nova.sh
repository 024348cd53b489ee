#!/bin/sh
# The Nova dialect: versions, microversions, create, metadata, tags, key pairs, small lists.
. "$(dirname "$0")/lib.sh"
start --boot-time 400 --absent-time 0 --stop-time 1500
login
v26='X-OpenStack-Nova-API-Version: 2.26'
one=$(first ACTIVE)
s=$nova/servers/$one

header()
{
	tr -d '\r' <"$dir/head" | sed -n "s/^$1: //p" | head -1
}

# versions
is "versions" "v2.0 v2.1" "$(get "$base/eu-de/ecs/" '[.versions[].id] | join(" ")')"
is "version" "2.1 2.60" "$(get "$base/eu-de/ecs/v2.1/" '.version | "\(.min_version) \(.version)"')"
call GET "$s"
is "2.1 without a header" 2.1 "$(header X-OpenStack-Nova-API-Version)"
call GET "$s" "" -H "OpenStack-API-Version: compute 2.60"
is "the newer header" "compute 2.60" "$(header OpenStack-API-Version)"
is "has Vary" X-OpenStack-Nova-API-Version "$(header Vary)"
is "and the newer object" "true true true s" "$(body '.server
	| "\(has("locked")) \(has("tags")) \(.flavor | has("original_name")) \(.flavor.original_name[0:1])"' |
	tr mc s)"
call GET "$s" "" -H "X-OpenStack-Nova-API-Version: latest"
is "latest" 2.60 "$(header X-OpenStack-Nova-API-Version)"
call GET "$s" "" -H "X-OpenStack-Nova-API-Version: 2.61"
answer "too new" 406 406
call GET "$s" "" -H "X-OpenStack-Nova-API-Version: nonsense"
answer "no version" 400 400
call GET "$base/eu-de/ecs/v2/$project/servers/$one" "" -H "X-OpenStack-Nova-API-Version: 2.60"
is "v2 has none" "200 false" "$status $(body '.server | has("tags")')"
call GET "$base/eu-de/ecs/v2.1/servers/$one" "" -H "X-OpenStack-Nova-API-Version: 2.18"
is "the project may be left out" "200 $one" "$status $(body .server.id)"
call GET "$base/eu-de/ecs/v2.1/servers/$one"
is "since 2.18" 404 "$status"
call GET "$base/eu-de/ecs/v2.1/00000000000000000000000000000000/servers"
answer "another project" 400 400

# create
call POST "$nova/servers" '{"server":{"name":"n1","flavorRef":"'"$(id flavor)"'","imageRef":"'"$(id image)"'",
	"networks":[{"uuid":"'"$(id subnet)"'"}],"metadata":{"a":"b"},"key_name":"KeyPair-demo",
	"security_groups":[{"name":"sg-web"}]}}'
is "create" '202 ["OS-DCF:diskConfig","adminPass","id","links","security_groups"]' \
	"$status $(body '.server | keys | tojson')"
new=$(body .server.id)
is "with a Location" "$nova/servers/$new" "$(header Location)"
wait_for 5 reaches "$new" "ACTIVE null"
is "it runs" "sg-web b" "$(body '.server | "\(.security_groups[0].name) \(.metadata.a)"')"
create()
{
	call POST "$nova/servers" "$(jq -nc --arg f "$(id flavor)" --arg i "$(id image)" --arg n "$(id subnet)" \
		'{server:{name:"n2",flavorRef:$f,imageRef:$i,networks:[{uuid:$n}]}} | '"$2")"
	answer "$1" 400 400
}
create "no networks" 'del(.server.networks)'
create "unknown network" '.server.networks[0].uuid = "x"'
create "unknown image" '.server.imageRef = "x"'
create "unknown flavor" '.server.flavorRef = "x"'
create "unknown key" '.server.key_name = "x"'
create "bad name" '.server.name = "a b"'
call POST "$nova/servers" '{"server":{"name":"n3","flavorRef":"'"$(id flavor)"'","imageRef":"'"$(id image)"'",
	"networks":[{"uuid":"'"$(id subnet)"'"}],"min_count":2,"return_reservation_id":true}}'
r=$(body .reservation_id)
like "reservation" 'r-*' "$r"
is "two of it" 2 "$(get "$nova/servers?reservation_id=$r" '.servers | length')"
call PUT "$s" '{"server":{"name":"renamed"}}'
is "rename" "200 renamed" "$status $(body .server.name)"
call PUT "$s" '{"server":{"name":"a/b"}}'
answer "badly" 400 400
call DELETE "$nova/servers/$new"
is "delete" 204 "$status"
call POST "$s/action" '{"os-start":null}'
answer "start a running one" 409 409
like "says why" "Cannot 'start' instance * while it is in vm_state active" "$(body .conflictingRequest.message)"
call POST "$s/action" '{"os-stop":null}'
is "stop" 202 "$status"
call POST "$s/action" '{"reboot":{"type":"HARD"}}'
like "reboot while stopping" "409 *task_state powering-off" "$status $(body .conflictingRequest.message)"
wait_for 5 reaches "$one" "SHUTOFF null"
is "stopped" 0 $?
call POST "$s/action" '{"nonsense":{}}'
answer "unknown action" 400 400
call POST "$s/action" '{}'
answer "no action" 400 400

# metadata
meta()
{
	call "$2" "$s/metadata$3" "$4"
	is "metadata: $1" "$5" "$status $(body tojson 2>/dev/null)"
}
meta "replace" PUT "" '{"metadata":{"a":"1","b":"2"}}' '200 {"metadata":{"a":"1","b":"2"}}'
meta "merge" POST "" '{"metadata":{"c":"3"}}' '200 {"metadata":{"a":"1","b":"2","c":"3"}}'
meta "get" GET "" "" '200 {"metadata":{"a":"1","b":"2","c":"3"}}'
meta "get one" GET /a "" '200 {"meta":{"a":"1"}}'
meta "put one" PUT /a '{"meta":{"a":"9"}}' '200 {"meta":{"a":"9"}}'
meta "delete one" DELETE /b "" '204 '
call DELETE "$s/metadata/b"
answer "metadata: twice" 404 404
call PUT "$s/metadata/a" '{"meta":{"b":"9"}}'
answer "metadata: key and path differ" 400 400
call PUT "$s/metadata" '{"metadata":{"a":1}}'
answer "metadata: a number" 400 400
is "v1 sees it" '{"a":"9","c":"3"}' "$(get "$ecs/cloudservers/$one" '.server.metadata | tojson')"

# tags
tag()
{
	call "$2" "$s/tags$3" "$4" -H "$v26"
	is "tags: $1" "$5" "$status"
}
call GET "$s/tags"
answer "tags: not before 2.26" 404 404
tag "replace" PUT "" '{"tags":["a=1","b"]}' 200
is "tags: both" '["a=1","b"]' "$(body '.tags | tojson')"
tag "add" PUT /c "" 201
tag "again" PUT /c "" 204
tag "there" GET /a "" 204
tag "not there" GET /x "" 404
tag "delete" DELETE /a "" 204
tag "delete again" DELETE /a "" 404
is "tags: v1 sees them" '["b","c"]' "$(get "$ecs/cloudservers/$one" '.server.tags | tojson')"
tag "clear" DELETE "" "" 204

# key pairs
call POST "$nova/os-keypairs" '{"keypair":{"name":"my key"}}'
is "generate" "200 -----BEGIN RSA" "$status $(body '.keypair.private_key[0:14]')"
public=$(body .keypair.public_key)
call POST "$nova/os-keypairs" '{"keypair":{"name":"my key"}}'
answer "twice" 409 409
call POST "$nova/os-keypairs" "$(jq -nc --arg k "$public" '{keypair:{name:"other",public_key:$k}}')" -H "$v26"
is "import" "201 ssh false" "$status $(body '.keypair | "\(.type) \(has("private_key"))"')"
call POST "$nova/os-keypairs" '{"keypair":{"name":"bad","public_key":"nonsense"}}'
answer "no key" 400 400
call POST "$nova/os-keypairs" '{"keypair":{"name":"a/b"}}'
answer "bad name" 400 400
call GET "$nova/os-keypairs/my%20key"
is "get by name" "200 false" "$status $(body .keypair.deleted)"
is "list" "KeyPair-demo KeyPair-ops my key other" "$(get "$nova/os-keypairs" '[.keypairs[].keypair.name] | join(" ")')"
call DELETE "$nova/os-keypairs/my%20key"
is "delete before 2.2" 202 "$status"
call DELETE "$nova/os-keypairs/other" "" -H "$v26"
is "delete" 204 "$status"
call DELETE "$nova/os-keypairs/other"
answer "again" 404 404

# the rest
is "zones" "eu-de-01 eu-de-02 eu-de-03" "$(get "$nova/os-availability-zone" \
	'[.availabilityZoneInfo[].zoneName] | join(" ")')"
is "flavors by ram" true "$(get "$nova/flavors/detail?sort_key=memory_mb" \
	'[.flavors[].ram] | . == sort')"
is "flavors by page" 21 "$(get "$nova/flavors?limit=20" '.flavors_links[0].href' >"$dir/next"
	get "$(cat "$dir/next")" '(.flavors | length) + 20')"
is "numbers are numbers" '"number"' "$(get "$nova/flavors/s3.large.2" '.flavor.vcpus | type | tojson')"
call GET "$nova/flavors/none"
answer "unknown flavor" 404 404
is "extra specs" s3 "$(get "$nova/flavors/s3.large.2/os-extra_specs" '.extra_specs["ecs:generation"]')"
is "quota set" "$(get "$ecs/cloudservers/limits" .absolute.maxTotalCores)" \
	"$(get "$nova/os-quota-sets/$project" .quota_set.cores)"
is "limits" "$(get "$ecs/cloudservers/limits" .absolute.totalCoresUsed)" \
	"$(get "$nova/limits" .limits.absolute.totalCoresUsed)"
action=$(get "$s/os-instance-actions" '.instanceActions[] | select(.action == "stop").request_id')
is "an action" "stop compute_stop_instance Success" "$(get "$s/os-instance-actions/$action" \
	'.instanceAction | "\(.action) \(.events[0].event) \(.events[0].result)"')"
call GET "$s/os-instance-actions/none"
answer "unknown action" 404 404
finish
