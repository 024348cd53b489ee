#!/bin/bash
# Logging in: every kind of credentials, on a mount. Passwords are everywhere else.
. "$(dirname "$0")/lib.sh"

# logins - how many tokens were asked for
logins()
{
	curl -sf "$base/_sandbox/count?match=POST%20/v3/auth/tokens"
}

ak=SANDBOXDEMO000000001
sk=sandboxDemoSecretKeyOpensNoDoorsAtAll001
cloud --servers 8
unset OS_USERNAME OS_PASSWORD OS_USER_DOMAIN_NAME OS_PROJECT_DOMAIN_NAME

# An access key: every call is signed.
export OS_ACCESS_KEY=$ak OS_SECRET_KEY=$sk
attach -o allow_delete
ok "an access key lists" ls "$s"
sh_ok "it reads each file of a server" "cat $s/by-name/*/{status,flavor,console.log} | wc -l"
like "of another region" "*eu-nl-01*" "$(ls "$m/eu-nl")"
like "of another project" "*eu-de-01*" "$(ls "$m/eu-de/projects/eu-de_dev")"
v=$(readlink -f "$s/by-name/web-01" || ls -d "$s"/by-name/* | head -n 1)
sh_ok "it changes a value that has to be quoted" "echo 'a b/c?d=ä&e' >$(printf %q "$v")/description"
is "and that is so" 'a b/c?d=ä&e' "$(cat "$v/description")"
sh_ok "a key in the path" "echo x >$(printf %q "$v")/metadata/'a:b-c_d.e'"
is "it is there" x "$(cat "$v/metadata/a:b-c_d.e")"
sh_ok "it is taken away" "rm $(printf %q "$v")/metadata/'a:b-c_d.e'"
is "nobody asked for a token" 0 "$(logins)"
unlike "no secret in the tree" "*$sk*" "$(cat "$m"/.ecsfs/{config,health,requests,errors,why})"
detach
grep -q "$sk" "$dir/mount.err"
is "nor in what it says" 1 $?
attach -d
ok "with -d" ls "$s"
detach
grep -q "$sk" "$dir/mount.err"
is "nor in a debug log" 1 $?

# Temporary keys.
token=$(curl -sfi "$url/auth/tokens" -d '{"auth":{"identity":{"methods":["password"],"password":{"user":{"name":"demo","password":"sandbox","domain":{"name":"OTC-SANDBOX"}}}},"scope":{"project":{"name":"eu-de"}}}}' |
	sed -n 's/^x-subject-token: *\([^\r]*\).*/\1/ip')
temporary=$(curl -sf "$base/v3.0/OS-CREDENTIAL/securitytokens" -H "X-Auth-Token: $token" \
	-d '{"auth":{"identity":{"methods":["token"]}}}')
OS_ACCESS_KEY=$(jq -r .credential.access <<<"$temporary")
OS_SECRET_KEY=$(jq -r .credential.secret <<<"$temporary")
OS_SECURITY_TOKEN=$(jq -r .credential.securitytoken <<<"$temporary")
export OS_SECURITY_TOKEN
attach
ok "temporary keys list" ls "$s"
detach
unset OS_SECURITY_TOKEN
like "without their security token they are refused" "*login of the access key*" \
	"$("$ECSFS" "$m" 2>&1)"

# What is wrong with a key is said at the prompt.
like "a wrong secret key" "*login of the access key*APIG.0301*" \
	"$(OS_ACCESS_KEY=$ak OS_SECRET_KEY=wrong "$ECSFS" "$m" 2>&1)"
like "half a key" "*no secret_key*" "$(env -u OS_SECRET_KEY OS_ACCESS_KEY=$ak "$ECSFS" "$m" 2>&1)"
unset OS_ACCESS_KEY OS_SECRET_KEY

# A token that somebody else got.
export OS_AUTH_TYPE=token OS_TOKEN=$token
attach
ok "a token lists" ls "$s"
detach
unset OS_AUTH_TYPE OS_TOKEN

# An application credential, from clouds.yaml: no password is there, and no project.
user=$(curl -sf "$url/auth/tokens" -H "X-Auth-Token: $token" -H "X-Subject-Token: $token" | jq -r .token.user.id)
credential=$(curl -sf "$url/users/$user/application_credentials" -H "X-Auth-Token: $token" \
	-d '{"application_credential":{"name":"mount"}}')
unset "${!OS_@}"
cat >"$dir/clouds.yaml" <<YAML
clouds:
  app:
    auth_type: v3applicationcredential
    region_name: eu-de
    auth:
      auth_url: $url
      application_credential_id: $(jq -r .application_credential.id <<<"$credential")
  named:
    auth_type: v3applicationcredential
    auth:
      auth_url: $url
      username: demo
      user_domain_name: OTC-SANDBOX
      application_credential_name: mount
YAML
cat >"$dir/secure.yaml" <<YAML
clouds:
  app: &secret {auth: {application_credential_secret: $(jq -r .application_credential.secret <<<"$credential")}}
  named: *secret
YAML
chmod 600 "$dir/secure.yaml"
export OS_CLIENT_CONFIG_FILE=$dir/clouds.yaml OS_CLIENT_SECURE_FILE=$dir/secure.yaml
attach --cloud app
ok "an application credential lists" ls "$s"
sh_ok "and changes" "echo 'by app' >$(printf %q "$v")/description"
fails "another project" EACCES "ls $m/eu-de/projects/eu-de_dev/eu-de-01/servers"
like "the sentence" "*application credential is for its own project only*" "$(cat "$m/.ecsfs/errors")"
curl -sf -d '' "$base/_sandbox/expire-tokens"
sh_ok "a new token is got with it" "echo again >$(printf %q "$v")/description"
detach
attach --cloud named
ok "by its name and the user" ls "$s"
detach
sed -i 's/secret: ./secret: X/' "$dir/secure.yaml"
like "a wrong secret" "*login of the application credential*401*" "$("$ECSFS" --cloud app "$m" 2>&1)"

# Credentials that are changed while they are in use: the mount stays, and finds the new ones in the file.
# password NEW OLD - of the user demo
password()
{
	curl -sf "$url/users/$user/password" -d "{\"user\":{\"password\":\"$1\",\"original_password\":\"$2\"}}"
}
cat >"$dir/clouds.yaml" <<YAML
clouds:
  mine:
    region_name: eu-de
    auth: {auth_url: $url, username: demo, user_domain_name: OTC-SANDBOX, project_name: eu-de}
YAML
echo 'clouds: {mine: {auth: {password: sandbox}}}' >"$dir/secure.yaml"
attach -o ttl=1
ok "a password lists" ls "$s"
echo 'clouds: {mine: {auth: {password: second}}}' >"$dir/secure.yaml"
ok "the password is changed" password second sandbox
sh_ok "the new one is found" "echo one >$(printf %q "$v")/description"
is "it is written" one "$(cat "$v/description")"
ok "the password is changed once more" password third second
fails "it is in no file yet" EACCES "echo two >$(printf %q "$v")/description"
like "the sentence" "*login of demo*" "$(cat "$m/.ecsfs/errors")"
like "what is known is shown" "?*" "$(ls "$s/by-name")"
echo 'clouds: {mine: [' >"$dir/secure.yaml"
ok "a broken file is told" wait_for 20 bash -c "echo two >$(printf %q "$v")/description ||
	grep -q 'to see if there is a new password: .*secure.yaml' $m/.ecsfs/errors"
echo 'clouds: {mine: {auth: {password: third}}}' >"$dir/secure.yaml"
ok "a mended one is found" wait_for 20 bash -c "echo three >$(printf %q "$v")/description"
is "and that is written" three "$(cat "$v/description")"
unlike "no password in the tree" "*second*" "$(cat "$m"/.ecsfs/{config,health,requests,errors,why})"
detach
ok "the password is as before" password sandbox third

# A key that is taken away, and another in its place.
application()
{
	credential=$(curl -sf "$url/users/$user/application_credentials" -H "X-Auth-Token: $token" \
		-d "{\"application_credential\":{\"name\":\"$1\"}}")
	printf 'clouds: {app: {auth: {auth_url: "%s", application_credential_id: %s, application_credential_secret: %s}, auth_type: v3applicationcredential, region_name: eu-de}}\n' \
		"$url" "$(jq .application_credential.id <<<"$credential")" \
		"$(jq .application_credential.secret <<<"$credential")" >"$dir/clouds.yaml"
}
token=$(curl -sfi "$url/auth/tokens" -d '{"auth":{"identity":{"methods":["password"],"password":{"user":{"name":"demo","password":"sandbox","domain":{"name":"OTC-SANDBOX"}}}},"scope":{"project":{"name":"eu-de"}}}}' |
	sed -n 's/^x-subject-token: *\([^\r]*\).*/\1/ip')
unset OS_CLIENT_SECURE_FILE
chmod 600 "$dir/clouds.yaml"
application one
old=$(jq -r .application_credential.id <<<"$credential")
attach
ok "an application credential lists" ls "$s"
application two
ok "the first one is taken away" curl -sf -X DELETE "$url/users/$user/application_credentials/$old" -H "X-Auth-Token: $token"
sh_ok "the second is found" "echo four >$(printf %q "$v")/description"
detach

done_testing
