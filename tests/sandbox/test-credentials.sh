#!/bin/sh
# Keystone: application credentials: made, listed, logged in with, deleted.
. "$(dirname "$0")/lib.sh"
start

# log_in JSON [SCOPE] - POST /v3/auth/tokens with an application credential; prints the status
log_in()
{
	curl -s -o "$dir/token" -D "$dir/head" -w '%{http_code}' "$url/auth/tokens" \
		-d '{"auth":{"identity":{"methods":["application_credential"],
			"application_credential":'"$1"'}'"${2:+,\"scope\":$2}"'}}'
}

login
user=$(curl -s "$url/auth/tokens" -H "X-Auth-Token: $token" -H "X-Subject-Token: $token" |
	jq -r .token.user.id)
mine=$url/users/$user/application_credentials

# make
call POST "$mine" '{"application_credential":{"name":"ci","description":"for tests"}}'
is "create" 201 "$status"
id=$(body .application_credential.id)
secret=$(body .application_credential.secret)
is "members" '["description","expires_at","id","links","name","project_id","roles","secret","unrestricted"]' \
	"$(jq -c '.application_credential | keys' "$dir/body")"
is "it is for the token's project" "$project" "$(body .application_credential.project_id)"
is "it is restricted, and for ever" "false null" \
	"$(jq -r '.application_credential | "\(.unrestricted) \(.expires_at)"' "$dir/body")"
[ ${#secret} = 86 ]
is "the secret is 86 characters" 0 $?
call POST "$mine" '{"application_credential":{"name":"ci"}}'
is "the same name" 409 "$status"
call POST "$mine" '{"application_credential":{}}'
is "no name" 400 "$status"
call POST "$mine" '{"application_credential":{"name":"old","expires_at":"2001-01-01T00:00:00"}}'
is "over already" 400 "$status"
call POST "$mine" '{"application_credential":{"name":"own","secret":"o\"pen","unrestricted":true}}'
is "one's own secret" '201 o"pen' "$status $(body .application_credential.secret)"
own=$(body .application_credential.id)
call POST "$url/users/0123/application_credentials" '{"application_credential":{"name":"x"}}'
is "of somebody else" 403 "$status"

# look
is "list" "ci own" "$(get "$mine" '[.application_credentials[].name] | join(" ")')"
is "without secrets" true "$(get "$mine" '[.application_credentials[] | has("secret") | not] | all')"
is "by name" own "$(get "$mine?name=own" '[.application_credentials[].name] | join(" ")')"
is "one" ci "$(get "$mine/$id" .application_credential.name)"
call GET "$mine/nosuch"
is "an unknown one" 404 "$status"

# log in
is "by id" 201 "$(log_in '{"id":"'"$id"'","secret":"'"$secret"'"}')"
is "a token of it" '["application_credential"] eu-de ci true' "$(jq -r '.token |
	"\(.methods | tojson) \(.project.name) \(.application_credential.name) \(.application_credential.restricted)"' \
	"$dir/token")"
is "has a catalog" true "$(jq '.token.catalog | length > 5' "$dir/token")"
theirs=$(subject_token)
is "by name and user" 201 "$(log_in '{"name":"own","secret":"o\"pen","user":
	{"name":"demo","domain":{"name":"OTC-SANDBOX"}}}')"
free=$(subject_token)
is "a wrong secret" 401 "$(log_in '{"id":"'"$id"'","secret":"x"}')"
is "an unknown id" 401 "$(log_in '{"id":"x","secret":"x"}')"
is "of another user" 401 "$(log_in '{"name":"ci","secret":"'"$secret"'","user":
	{"name":"reader","domain":{"name":"OTC-SANDBOX"}}}')"
is "no secret" 400 "$(log_in '{"id":"'"$id"'"}')"
is "a name without a user" 400 "$(log_in '{"name":"ci","secret":"x"}')"
is "a scope" 401 "$(log_in '{"id":"'"$id"'","secret":"'"$secret"'"}' '{"project":{"name":"eu-de"}}')"
like "cannot be asked for" "*scope*" "$(jq -r .error.message "$dir/token")"

# what its tokens may
token=$theirs
call GET "$ecs/cloudservers/detail"
is "list servers" 200 "$status"
call POST "$mine" '{"application_credential":{"name":"more"}}'
is "a restricted one makes no other" 403 "$status"
call DELETE "$mine/$own"
is "and deletes none" 403 "$status"
is "list them" "ci own" "$(get "$mine" '[.application_credentials[].name] | join(" ")')"
status=$(curl -s -o "$dir/token" -w '%{http_code}' "$url/auth/tokens" -d '{"auth":{"identity":
	{"methods":["token"],"token":{"id":"'"$theirs"'"}},"scope":{"project":{"name":"eu-nl"}}}}')
is "its token goes to no other project" 401 "$status"
token=$free
call POST "$mine" '{"application_credential":{"name":"more"}}'
is "an unrestricted one makes another" 201 "$status"
call DELETE "$mine/$id"
is "delete" 204 "$status"
is "with its tokens" 401 "$(curl -s -o "$dir/body" -w '%{http_code}' "$ecs/cloudservers/detail" \
	-H "X-Auth-Token: $theirs")"
is "it is gone" 401 "$(log_in '{"id":"'"$id"'","secret":"'"$secret"'"}')"
call DELETE "$mine/$id"
is "delete it again" 404 "$status"
finish
