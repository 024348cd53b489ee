#!/bin/sh
# Keystone: tokens in every form, catalog, projects, regions, what is refused and how.
. "$(dirname "$0")/lib.sh"
start --token-lifetime 3600

# tokens
is "password and project name" 201 "$(auth demo sandbox '{"project":{"name":"eu-de"}}')"
token=$(subject_token)
like "the token looks like one" 'MII*' "$token"
[ ${#token} -ge 2000 ] && [ ${#token} -le 4096 ]
is "and is as long as one" 0 $?
is "microseconds in expires_at" true "$(jq '.token.expires_at
	| test("^[0-9]{4}-..-..T..:..:..[.][0-9]{6}Z$")' "$dir/token")"
is "the project" '"eu-de OTC-SANDBOX"' \
	"$(jq '.token.project | "\(.name) \(.domain.name)"' "$dir/token")"
is "members of a token" '["catalog","expires_at","issued_at","methods","project","roles","user"]' \
	"$(jq -c '.token | keys' "$dir/token")"
is "catalog types" "bms compute ecs evs identity image network volume volumev2 volumev3 vpc vpc2.0" \
	"$(jq -r '[.token.catalog[].type] | sort | join(" ")' "$dir/token")"
is "catalog members" '["endpoints","id","name","type"]' \
	"$(jq -c '.token.catalog[1] | keys' "$dir/token")"
is "endpoint members" '["id","interface","region","region_id","url"]' \
	"$(jq -c '.token.catalog[1].endpoints[0] | keys' "$dir/token")"
p=$(jq -r .token.project.id "$dir/token")
is "the ecs address" "$base/eu-de/ecs/v1/$p" \
	"$(jq -r '.token.catalog[] | select(.type == "ecs").endpoints[0].url' "$dir/token")"
is "the compute address" "$base/eu-de/ecs/v2.1/$p" \
	"$(jq -r '.token.catalog[] | select(.type == "compute").endpoints[0].url' "$dir/token")"
is "the image address has no version" "$base/eu-de/ims" \
	"$(jq -r '.token.catalog[] | select(.type == "image").endpoints[0].url' "$dir/token")"
is "project ids have no dashes" true "$(jq '.token.project.id | test("^[0-9a-f]{32}$")' "$dir/token")"
user=$(jq -r .token.user.id "$dir/token")
domain=$(jq -r .token.user.domain.id "$dir/token")

token_by()
{
	curl -s -o "$dir/token" -D "$dir/head" -w '%{http_code}' "$url/auth/tokens$2" -d "$1"
}
is "project id" 201 "$(auth demo sandbox '{"project":{"id":"'$p'"}}')"
is "project name and domain id" 201 \
	"$(auth demo sandbox '{"project":{"name":"eu-de_dev","domain":{"id":"'$domain'"}}}')"
is "domain scope" 201 "$(auth demo sandbox '{"domain":{"name":"OTC-SANDBOX"}}')"
is "a domain token has global services only" 'OTC-SANDBOX identity' \
	"$(jq -r '"\(.token.domain.name) \([.token.catalog[].type] | join(" "))"' "$dir/token")"
is "no scope" 201 "$(auth demo sandbox)"
is "has neither project nor domain" 'null null' \
	"$(jq -r '"\(.token.project) \(.token.domain)"' "$dir/token")"
is "user id" 201 "$(token_by '{"auth":{"identity":{"methods":["password"],"password":
	{"user":{"id":"'$user'","password":"sandbox"}}},"scope":{"project":{"name":"eu-nl"}}}}')"
is "nocatalog" 201 "$(token_by '{"auth":{"identity":{"methods":["password"],"password":
	{"user":{"id":"'$user'","password":"sandbox"}}},"scope":{"project":{"name":"eu-nl"}}}}' \
	'?nocatalog=x')"
is "leaves the catalog out" null "$(jq .token.catalog "$dir/token")"
is "token method" 201 "$(token_by '{"auth":{"identity":{"methods":["token"],"token":
	{"id":"'$token'"}},"scope":{"project":{"name":"eu-nl"}}}}')"
is "changes the project" '"eu-nl"' "$(jq .token.project.name "$dir/token")"
is "is its method" true "$(jq '.token.methods == ["token"]' "$dir/token")"

# refusals
is "wrong password" 401 "$(auth demo wrong '{"project":{"name":"eu-de"}}')"
is "in Keystone's envelope" '401 Unauthorized The username or password is wrong.' \
	"$(jq -r '.error | "\(.code) \(.title) \(.message)"' "$dir/token")"
is "the code is a number" '"number"' "$(jq '.error.code | type' "$dir/token")"
is "unknown user" 401 "$(auth nobody sandbox)"
is "unknown project" 404 "$(auth demo sandbox '{"project":{"name":"eu-xx"}}')"
is "project without rights" 401 "$(auth reader sandbox '{"project":{"name":"eu-de_dev"}}')"
is "no JSON" 400 "$(token_by '{"auth"')"
is "unknown method" 400 "$(token_by '{"auth":{"identity":{"methods":["magic"]}}}')"
is "no body" 400 "$(curl -s -o /dev/null -w '%{http_code}' -X POST "$url/auth/tokens")"

# reading and revoking
login
call GET "$url/auth/tokens" "" -H "X-Subject-Token: $token"
is "validate" "200 eu-de" "$status $(body .token.project.name)"
status=$(curl -s -I -o /dev/null -w '%{http_code}' "$url/auth/tokens" \
	-H "X-Auth-Token: $token" -H "X-Subject-Token: $token")
is "validate with HEAD" 200 "$status"
call GET "$url/auth/tokens" "" -H "X-Subject-Token: nonsense"
is "validate nonsense" 404 "$status"
is "catalog" 12 "$(get "$url/auth/catalog" '.catalog | length')"
is "auth projects" "MOS eu-de eu-de_dev eu-nl" \
	"$(get "$url/auth/projects" '[.projects[].name] | sort | join(" ")')"
is "members of a project" \
	'["description","domain_id","enabled","id","is_domain","links","name","parent_id"]' \
	"$(get "$url/auth/projects" '.projects[0] | keys | tojson')"
is "the sub-project's parent is the region's project" true \
	"$(get "$url/auth/projects" '(.projects | map({key: .name, value: .}) | from_entries) as $p
		| $p["eu-de_dev"].parent_id == $p["eu-de"].id and
		$p["eu-de"].parent_id == $p["eu-de"].domain_id')"
is "domains" OTC-SANDBOX "$(get "$url/auth/domains" '.domains[0].name')"
is "projects by name" eu-nl "$(get "$url/projects?name=eu-nl" '[.projects[].name] | join(" ")')"
is "projects by page" 1 "$(get "$url/projects?page=2&per_page=3" '.projects | length')"
is "per_page alone has no effect" 4 "$(get "$url/projects?per_page=1" '.projects | length')"
is "one project" eu-de "$(get "$url/projects/$project" .project.name)"
call GET "$url/projects/0123"
is "an unknown one" 404 "$status"
is "regions" "eu-de eu-nl" "$(get "$url/regions" '[.regions[].id] | sort | join(" ")')"
is "services" 12 "$(get "$url/services" '.services | length')"
is "services by type" nova "$(get "$url/services?type=compute" '.services[0].name')"
is "endpoints are templates" true \
	"$(get "$url/endpoints" '[.endpoints[].url | select(contains("$(tenant_id)s"))] | length > 5')"
token= call GET "$url/auth/projects"
is "no token" '401 "number"' "$status $(body '.error.code | type | tojson')"
is "versions" '300 v3.6' "$(curl -s -o "$dir/body" -w '%{http_code}' "$base/") $(jq -r \
	'.versions.values[0].id' "$dir/body")"
is "version" v3.6 "$(curl -s "$url" | jq -r .version.id)"

# a password that is changed
login
call POST "$url/users/$user/password" '{"user":{"password":"new","original_password":"x"}}'
is "the original password is wrong" 401 "$status"
call POST "$url/users/$user/password" '{"user":{"password":"new"}}'
is "or not given" 400 "$status"
call POST "$url/users/$user/password" '{"user":{"password":"new","original_password":"sandbox"}}'
is "change it" 204 "$status"
call GET "$ecs/cloudservers/detail"
answer "it ends the tokens" 401 APIG.0301
is "the old one is wrong now" 401 "$(auth demo sandbox '{"project":{"name":"eu-de"}}')"
is "the new one is right" 201 "$(auth demo new '{"project":{"name":"eu-de"}}')"
call POST "$url/users/$user/password" '{"user":{"password":"sandbox","original_password":"new"}}'
is "back again, without a token" 204 "$status"

# a revoked and an expired token at a service
login
call DELETE "$url/auth/tokens" "" -H "X-Subject-Token: $token"
is "revoke" 204 "$status"
call GET "$ecs/cloudservers/detail"
answer "a revoked token" 401 APIG.0301
token=MIInonsense
call GET "$ecs/cloudservers/detail"
answer "a false token" 401 APIG.0301
login
control POST expire-tokens
call GET "$ecs/cloudservers/detail"
answer "an expired token" 401 APIG.0307
is "has the gateway's envelope" '["error_code","error_msg","request_id"]' \
	"$(body 'keys | tojson')"
login eu-nl
call GET "$base/eu-de/ecs/v1/$project/cloudservers/detail"
answer "the other region" 400 Common.0018
login eu-de reader
call POST "$ecs/cloudservers" "$(order r1)"
answer "a reader may not write" 403 Pdp.0001
call GET "$ecs/cloudservers/detail"
is "but read" 200 "$status"
is "and see no keys of others" KeyPair-reader \
	"$(get "$nova/os-keypairs" '[.keypairs[].keypair.name] | join(" ")')"
finish
