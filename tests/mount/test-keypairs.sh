#!/bin/bash
# Key pairs: drafts, import, generate, the private key that can be read once, delete. And what a draft is: in this mount
# only, whatever the cloud's list says.
. "$(dirname "$0")/lib.sh"

command -v ssh-keygen >/dev/null && has_keygen=1
cloud --servers 3
attach -o ttl=60
k=$m/eu-de/keypairs
pub='ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINnD5ErrnKaPK4kFpJ9NmZDWIoDkejOopIShRoxcUjqi me@here'

# The list is one call, and one key pair costs none more.
costs "ls" 1 ls "$k"
costs "ls -l of one, and all that the list tells" 0 bash -c "ls -l $k/KeyPair-demo $k && cat $k/*/{name,type,public_key,fingerprint,status,json,error,action}"
like "the public key" "ssh-rsa AAAA*" "$(cat "$k/KeyPair-demo/public_key")"
like "its fingerprint" "??:??:??:*" "$(cat "$k/KeyPair-demo/fingerprint")"
is "type and state" "ssh ACTIVE" "$(cat "$k/KeyPair-demo/type" "$k/KeyPair-demo/status" | xargs)"
is "nothing can be done with it" "" "$(cat "$k/KeyPair-demo/action")"
costs "what the list does not tell is one call" 1 cat "$k/KeyPair-demo/created"
is "it is a time" 2026-01-05T08:00:00Z "$(cat "$k/KeyPair-demo/created")"
costs "the owner came with it" 0 cat "$k/KeyPair-demo/user_id"
like "it is an id" "[0-9a-f]*" "$(cat "$k/KeyPair-demo/user_id")"
is "no private key" "400 0" "$(stat -c '%a %s' "$k/KeyPair-demo/private_key")"

# A draft is in this mount only.
forget_requests
ok "mkdir" mkdir "$k/new"
is "it costs nothing" 0 "$(count)"
is "it is a draft" "DRAFT new" "$(cat "$k/new/status" "$k/new/name" | xargs)"
is "listed" new "$(ls "$k" | grep -x new)"
is "what can be done with it" generate "$(cat "$k/new/action")"
fails "mkdir of what is there" EEXIST "mkdir $k/new"
fails "mkdir of what is in the cloud" EEXIST "mkdir $k/KeyPair-ops"
fails "mkdir of what programs try" EPERM "mkdir $k/.git"
echo >"$m/.ecsfs/refresh"
is "still listed after a refresh" "KeyPair-demo KeyPair-ops new" "$(ls "$k" | xargs)"
is "still a draft" DRAFT "$(cat "$k/new/status")"
is "nothing was sent" "" "$(writes)"
is "the cloud was not asked for it" "" "$(control GET requests | grep /new)"
forget_requests
ok "rmdir without allow_delete" rmdir "$k/new"
is "it costs nothing" 0 "$(count)"
ok "gone" gone "$k/new"
fails "rmdir again" ENOENT "rmdir $k/new"
ok "rm -r cannot be used on it either, but harms nothing" bash -c "mkdir $k/new && ! rm -r $k/new 2>/dev/null; rmdir $k/new || true"

# Import.
mkdir "$k/mine"
fails "no key" EINVAL "echo nonsense >$k/mine/public_key"
like "the sentence says what to write" "*ssh-rsa AAAA*" "$(cat "$k/mine/error")"
fails "a damaged key" EINVAL "echo 'ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAA me' >$k/mine/public_key"
like "it says so" "*damaged*" "$(cat "$k/mine/error")"
fails "a private key" EINVAL "printf -- '-----BEGIN OPENSSH PRIVATE KEY-----\n' >$k/mine/public_key"
unlike "it is not quoted" "*OPENSSH*" "$(cat "$k/mine/error" "$m/.ecsfs/errors")"
fails "a long one" EFBIG "head -c 1100 /dev/zero | tr '\0' A >$k/mine/public_key"
fails "more than a line" EINVAL "printf '%s\n%s\n' '$pub' '$pub' | dd bs=4k iflag=fullblock status=none of=$k/mine/public_key 2>&1"
is "nothing was sent so far" "" "$(writes)"
forget_requests
sh_ok "import" "echo '$pub' >$k/mine/public_key"
is "one request that changes something" 1 "$(writes | wc -l)"
like "the create" "POST /eu-de/ecs/v2.1/*/os-keypairs" "$(writes)"
is "read back" "$pub" "$(cat "$k/mine/public_key")"
is "no draft any more" "ACTIVE" "$(cat "$k/mine/status")"
is "no error" "" "$(cat "$k/mine/error")"
is "one request to see it" 2 "$(count)"
is "MD5 of the key" "$(echo "$pub" | awk '{ print $2 }' | base64 -d | md5sum | cut -c1-32 | sed 's/../&:/g; s/:$//')" "$(cat "$k/mine/fingerprint")"
is "no private key of an imported one" "" "$(cat "$k/mine/private_key")"
fails "a second time" EEXIST "echo '$pub' >$k/mine/public_key"
fails "generating" EEXIST "echo generate >$k/mine/action"

# Somebody else is faster.
mkdir "$k/race"
log_in
api POST "ecs/v2.1/$(id project)/os-keypairs" "{\"keypair\":{\"name\":\"race\",\"public_key\":\"$pub\"}}" >"$dir/null"
fails "the name is taken" EEXIST "echo '$pub' >$k/race/public_key"
like "it says so" "*already exists*" "$(cat "$k/race/error")"
is "still a draft here" DRAFT "$(cat "$k/race/status")"
echo >"$m/.ecsfs/refresh"
is "the cloud's takes its place" "ACTIVE $pub" "$(cat "$k/race/status" "$k/race/public_key" | xargs)"

# Generate.
mkdir "$k/made"
fails "an unknown word" EINVAL "echo make >$k/made/action"
forget_requests
sh_ok "generate" "echo generate >$k/made/action"
is "one request that changes something" 1 "$(writes | wc -l)"
is "no draft any more" ACTIVE "$(cat "$k/made/status")"
is "for the owner only" 400 "$(stat -c %a "$k/made/private_key")"
size=$(stat -c %s "$k/made/private_key")
ok "stat does not spend it" [ "$size" -gt 1000 ]
ok "nor ls -l, nor opening, nor reading a part" bash -c "ls -l $k/made && : <$k/made/private_key && dd if=$k/made/private_key bs=10 count=1 of=$dir/part"
ok "it can be read" bash -c "cat $k/made/private_key >$dir/key"
is "whole" "$size -----BEGIN RSA PRIVATE KEY-----" "$(stat -c %s "$dir/key") $(head -n 1 "$dir/key")"
is "once" "0 " "$(stat -c %s "$k/made/private_key") $(cat "$k/made/private_key")"
if [ -n "$has_keygen" ]; then
	chmod 600 "$dir/key"
	is "it is the public key's" "$(cut -d' ' -f1,2 "$k/made/public_key")" "$(ssh-keygen -y -f "$dir/key" | cut -d' ' -f1,2)"
fi
secret=$(sed -n 3p "$dir/key")
is "nowhere else" 0 "$(cat "$k/made/json" "$k/made/error" "$m/.ecsfs/errors" "$m/.ecsfs/requests" "$m/.ecsfs/why" "$dir/mount.err" | grep -c -F "$secret")"

# Delete.
forget_requests
ok "rmdir" rmdir "$k/made"
like "one request" "DELETE /eu-de/ecs/v2.1/*/os-keypairs/made" "$(writes)"
ok "gone" gone "$k/made"
ok "and from the list" bash -c "! ls $k | grep -qx made"
ok "the name is free" mkdir "$k/made"
is "a draft again, without a key" "DRAFT" "$(cat "$k/made/status" "$k/made/private_key")"
fails "mv" EPERM "python3 -c 'import os; os.rename(\"$k/mine\", \"$k/yours\")' 2>&1"

# A server is made with it.
fill_template
echo mine >"$z/template/key_name"
sh_ok "a server with it" "mkdir $s/with-key"
is "it has it" mine "$(cat "$s/with-key/key_name")"

done_testing
