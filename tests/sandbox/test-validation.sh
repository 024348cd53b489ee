#!/bin/sh
# Bad requests: the right code, envelope and status; nothing is left behind.
. "$(dirname "$0")/lib.sh"
start --boot-time 200 --absent-time 0
login

# the order that would be fine; each case changes one thing with jq
good=$(order fine)
try()
{
	call POST "$ecs/cloudservers" "$(printf '%s' "$good" | jq -c "$4")"
	answer "$1" "$2" "$3"
}
before=$(control GET servers | wc -l)
try "no name" 400 Ecs.0005 'del(.server.name)'
try "a name that is a number" 400 Ecs.0005 '.server.name = 7'
try "a name with a slash" 400 Ecs.0005 '.server.name = "a/b"'
try "a name of 129" 400 Ecs.0914 '.server.name = "x" * 129'
try "a batch name of 60" 400 Ecs.0914 '.server.name = "x" * 60 | .server.count = 2'
try "count 101" 400 Ecs.0913 '.server.count = 101'
try "count 0" 400 Ecs.0005 '.server.count = 0'
try "count as a string" 400 Ecs.0005 '.server.count = "2"'
try "no image" 400 Ecs.0005 'del(.server.imageRef)'
try "unknown image" 400 Ecs.0031 '.server.imageRef = "00000000-0000-4000-8000-000000000000"'
try "image not active" 400 Ecs.0032 '.server.imageRef = "'"$(id image_queued)"'"'
try "unknown flavor" 400 Ecs.0029 '.server.flavorRef = "s9.huge.1"'
try "unknown zone" 400 Ecs.0005 '.server.availability_zone = "eu-xx-01"'
try "sold out in the zone" 400 Ecs.0319 '.server.flavorRef = "'"$(id flavor_soldout)"'" |
	.server.availability_zone = "'"$(id az_soldout)"'"'
try "sold out everywhere" 400 Ecs.0319 '.server.flavorRef = "p2v.2xlarge.8"'
try "unknown VPC" 400 Ecs.0014 '.server.vpcid = "00000000-0000-4000-8000-000000000000"'
try "no NIC" 400 Ecs.0005 '.server.nics = []'
try "13 NICs" 400 Ecs.0050 '.server.nics = [range(13) | {"subnet_id":"x"}]'
try "unknown subnet" 400 Ecs.0038 '.server.nics[0].subnet_id = "x"'
try "subnet of another VPC" 400 Ecs.0064 '.server.nics[0].subnet_id = "'"$(id subnet_other)"'"'
try "address outside" 400 Ecs.0039 '.server.nics[0].ip_address = "192.168.0.5"'
try "address that is none" 400 Ecs.0005 '.server.nics[0].ip_address = "10.1.0"'
used=$(get "$ecs/cloudservers/detail" '[.servers[] | .addresses[][0].addr |
	select(startswith("10.1."))][0]')
try "address taken" 400 Ecs.0010 '.server.nics[0].ip_address = "'"$used"'"'
try "unknown security group" 400 Ecs.0014 '.server.security_groups = [{"id":"x"}]'
try "no root volume" 400 Ecs.0005 'del(.server.root_volume)'
try "unknown disk type" 400 Ecs.0043 '.server.root_volume.volumetype = "TAPE"'
try "disk below the image's minimum" 400 Ecs.0005 '.server.root_volume.size = 1'
try "small data disk" 400 Ecs.0005 '.server.data_volumes = [{"volumetype":"SAS","size":9}]'
try "60 data disks" 400 Ecs.0042 '.server.data_volumes = [range(60) | {"volumetype":"SAS","size":10}]'
try "unknown key pair" 400 Ecs.0314 '.server.key_name = "nobody"'
try "key pair of another user" 400 Ecs.0314 '.server.key_name = "KeyPair-reader"'
try "weak password" 400 Ecs.0011 '.server.adminPass = "12345678"'
try "EIP and id" 400 Ecs.0005 '.server.publicip = {"id":"x","eip":{}}'
try "bandwidth" 400 Ecs.0045 '.server.publicip = {"eip":{"iptype":"5_bgp",
	"bandwidth":{"size":1001,"sharetype":"PER","chargemode":"traffic"}}}'
try "EIP quota" 400 Ecs.0013 '.server.count = 11 | .server.publicip = {"eip":{"iptype":"5_bgp",
	"bandwidth":{"size":5,"sharetype":"PER","chargemode":"traffic"}}}'
try "11 tags" 400 Ecs.0905 '.server.server_tags = [range(11) | {"key":"k\(.)","value":""}]'
try "tag characters" 400 Ecs.0906 '.server.server_tags = [{"key":"a b","value":""}]'
try "tag twice" 400 Ecs.0908 '.server.tags = ["a.1"] | .server.server_tags = [{"key":"a"}]'
try "metadata value" 400 Ecs.0005 '.server.metadata = {"a":1}'
try "11 pairs of metadata" 400 Ecs.0005 '.server.metadata = ([range(11) | {"k\(.)":"v"}] | add)'
try "description" 400 Ecs.0041 '.server.description = "<b>"'
try "long description" 400 Ecs.0041 '.server.description = "x" * 86'
try "quota" 400 Ecs.0001 '.server.count = 100 | .server.flavorRef = "m3.xlarge.8"'
call POST "$ecs/cloudservers" '{'
answer "broken JSON" 400 Ecs.0005
call POST "$ecs/cloudservers" '[]'
answer "an array" 400 Ecs.0005
call POST "$ecs/cloudservers" '{"server":null}'
answer "no server" 400 Ecs.0005
call POST "$ecs/cloudservers" ''
answer "no body" 400 Common.0002
is "none was made" "$before" "$(control GET servers | wc -l)"
call POST "$ecs/cloudservers" "$(printf '%s' "$good" | jq -c '.dry_run = true')"
is "dry_run" '202 ' "$status $(cat "$dir/body")"
is "made none either" "$before" "$(control GET servers | wc -l)"
call POST "$ecs/cloudservers" "$(printf '%s' "$good" | jq -c '.unknown = 1 | .server.unknown = {}
	| .server.description = null | .server.tags = ["a.b"] | .server.nics[0].ip_address = ""
	| .server.adminPass = "Abcdefg1!"')"
is "unknown members are ignored" 200 "$status"
new=$(body '.serverIds[0]')
wait_for 5 reaches "$new" "ACTIVE null"
is "tags are key.value here, key=value there" a=b "$(body '.server.tags[0]')"

# one server
none=$ecs/cloudservers/00000000-0000-4000-8000-000000000000
call GET "$none"
answer "unknown server" 404 Ecs.0114
call GET "$ecs/cloudservers/%00"
answer "an id with a NUL" 404 Ecs.0114
call PUT "$none" '{"server":{"name":"x"}}'
answer "to rename" 404 Ecs.0114
call GET "$nova/servers/00000000-0000-4000-8000-000000000000"
answer "in Nova" 404 404
is "in its envelope" itemNotFound "$(body 'keys[0]')"
one=$ecs/cloudservers/$new
rename()
{
	call PUT "$one" "$2"
	answer "$1" 400 "$3"
}
rename "rename to nothing" '{"server":{"name":""}}' Ecs.0005
rename "rename to .." '{"server":{"name":"a b"}}' Ecs.0005
rename "rename to 129" '{"server":{"name":"'"$(printf 'x%.0s' $(seq 129))"'"}}' Ecs.0914
rename "description with <" '{"server":{"description":"<"}}' Ecs.0041
call PUT "$one" '{"server":{"name":"renamed","description":"x","hostname":"ignored"}}'
is "rename" "200 renamed" "$status $(body .server.name)"
is "the answer is the reduced one" 'https://None' "$(body '.server.links[0].href[0:12]')"
is "it is renamed" "renamed x" "$(get "$one" '.server | "\(.name) \(.description)"')"

# tags and metadata
tags()
{
	call POST "$one/tags/action" "$2"
	[ "$3" = 204 ] && is "$1" 204 "$status" || answer "$1" 400 "$3"
}
tags "a tag" '{"action":"create","tags":[{"key":"k","value":"1"}]}' 204
tags "another value" '{"action":"create","tags":[{"key":"k","value":"2"}]}' 204
is "overwrites" '[{"key":"a","value":"b"},{"key":"k","value":"2"}]' "$(get "$one/tags" '.tags | tojson')"
tags "tag twice" '{"action":"create","tags":[{"key":"k"},{"key":"k"}]}' Ecs.0908
tags "characters" '{"action":"create","tags":[{"key":"k","value":"a/b"}]}' Ecs.0906
tags "too many" "$(jq -nc '{action:"create",tags:[range(9) | {key:"t\(.)",value:""}]}')" Ecs.0905
tags "no action" '{"tags":[{"key":"k"}]}' Ecs.0005
tags "no tags" '{"action":"create"}' Ecs.0005
tags "delete" '{"action":"delete","tags":[{"key":"k"},{"key":"absent"}]}' 204
is "deleted" '["a=b"]' "$(get "$one" '.server.tags | tojson')"
call POST "$one/metadata" '{"metadata":{"key":"value"}}'
is "metadata" '200 {"metadata":{"key":"value"}}' "$status $(body tojson)"
is "is merged" "value 0" "$(get "$one" '.server.metadata | "\(.key) \(.charging_mode)"')"
call POST "$one/metadata" '{"metadata":{"a/b":"value"}}'
answer "metadata key" 400 Ecs.0005
call POST "$one/metadata" '{"metadata":{"a":null}}'
answer "metadata value" 400 Ecs.0005

# the other calls
call POST "$ecs/cloudservers/action" '{"os-dance":{}}'
answer "unknown action" 400 Ecs.0005
call POST "$ecs/cloudservers/action" '{"os-stop":{"servers":[]}}'
answer "no servers" 400 Ecs.0005
call POST "$ecs/cloudservers/delete" "$(jq -nc '{servers:[range(1001) | {id:"\(.)"}]}')"
answer "1001 servers" 400 Ecs.0118
call POST "$one/resize" '{"resize":{"flavorRef":"s3.large.2"}}'
answer "resize a running one" 400 Ecs.0100
call POST "$one/resize" '{"resize":{"flavorRef":"none"}}'
answer "to an unknown flavor" 400 Ecs.0029
call GET "$base/eu-de/ecs/v2.1/$project/resize_flavors"
answer "resize targets of nothing" 400 Ecs.0005
is "resize targets" '["extra_specs",true]' "$(get \
	"$base/eu-de/ecs/v2.1/$project/resize_flavors?instance_uuid=$new" \
	'[(.flavors[0] | keys[] | select(contains("specs"))), (.flavors | length > 3)] | tojson')"
is "flavors of a zone leave out what is sold out" false "$(get \
	"$ecs/cloudservers/flavors?availability_zone=eu-de-02" '[.flavors[].id] | contains(["c3.2xlarge.2"])')"
is "a zone's own state counts" true "$(get \
	"$ecs/cloudservers/flavors?availability_zone=eu-de-03" '[.flavors[].id] | contains(["s3.medium.4"])')"
call GET "$ecs/nonsense"
answer "unknown path" 404 APIG.0101
call DELETE "$ecs/cloudservers/detail"
answer "unknown method" 404 APIG.0101
call GET "$base/eu-de/nope/v1/$project/x"
answer "unknown service" 404 APIG.0101
call GET "$base/eu-de/ecs/v1/$(echo "$project" | tr 0-9 9)/cloudservers/detail"
answer "another project" 400 Common.0018
head -c 13000000 /dev/zero >"$dir/big"
call POST "$ecs/cloudservers" "@$dir/big"
answer "13 MB" 413 APIG.0201
call POST "$ecs/cloudservers" "$(printf '[%.0s' $(seq 5000))"
answer "5000 brackets" 400 Ecs.0005
printf '{"server":\0{}}' >"$dir/nul"
call POST "$ecs/cloudservers" "@$dir/nul"
answer "a NUL in the body" 400 Ecs.0005
finish
