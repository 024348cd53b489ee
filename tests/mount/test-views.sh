#!/bin/bash
# Views: the servers of a zone by name, status, tag, flavor, image and address, and as a table. All from one list.
. "$(dirname "$0")/lib.sh"

cloud --servers 60
attach -o allow_delete,ttl=60
ls "$s" >"$dir/null"
forget_requests

# Each view against the table, and the table against the cloud.
tail -n +2 "$s/index.tsv" >"$dir/index"
is "the header" "id name status flavor ip created" "$(head -n 1 "$s/index.tsv" | tr '\t' ' ')"
is "the table's ids" "$(ids "$s")" "$(cut -f 1 "$dir/index" | sort)"
is "names and statuses are the cloud's" \
	"$(control GET servers | awk -v p="$(id project)" '$4 == "eu-de-01" && $5 == p { print $1, $2, $3 }' | sort)" \
	"$(awk -F '\t' '{ print $1, $2, $3 }' "$dir/index" | sort)"
is "six fields in each line" 6 "$(awk -F '\t' '{ print NF }' "$dir/index" | sort -u)"
one=$(head -n 1 "$dir/index" | cut -f 1)
is "its flavor, address and time" "$(cat "$s/$one/flavor") $(head -n 1 "$s/$one/ip") $(cat "$s/$one/created")" \
	"$(grep "^$one" "$dir/index" | cut -f 4-6 | tr '\t' ' ')"
members() # VIEW: group and id of every link
{
	(cd "$s/$1" && for link in */*; do echo "${link%%/*} $(basename "$(readlink -f "$link")")"; done | sort)
}
is "by-status" "$(awk -F '\t' '{ print $3, $1 }' "$dir/index" | sort)" "$(members by-status)"
is "by-flavor" "$(awk -F '\t' '{ print $4, $1 }' "$dir/index" | sort)" "$(members by-flavor)"
is "by-image" "$(for i in $(ids "$s"); do echo "$(cat "$s/$i/image") $i"; done | sort)" "$(members by-image)"
is "by-tag" "$(cd "$s" && for t in *-*-*-*/tags/*; do echo "$(basename "$t")=$(cat "$t") ${t%%/*}"; done | sort)" \
	"$(members by-tag)"
is "by-ip" "$(cd "$s" && for i in $(ids .); do sed "s/$/ $i/" "$i/ip" "$i/public_ip"; done | sort)" \
	"$(cd "$s/by-ip" && for a in *; do echo "${a%%~*} $(basename "$(readlink "$a")")"; done | sort)"
is "links are relative and lead to servers" "" "$(cd "$s" && find by-* -type l ! -lname '../*' -o -xtype l)"
is "all that made no request" 0 "$(count)"

# A view follows a change, and what changes by itself.
name=$(ls "$s/by-status/ACTIVE" | head -n 1)
moved=$(basename "$(readlink "$s/by-status/ACTIVE/$name")")
sh_ok "a verb through a view" "echo stop >'$s/by-status/ACTIVE/$name/action'"
ok "it comes to the other group" wait_for 10 test -e "$s/by-status/SHUTOFF/$name"
ok "and leaves the first" gone "$s/by-status/ACTIVE/$name"
is "the table agrees" SHUTOFF "$(grep "^$moved" "$s/index.tsv" | cut -f 3)"
fails "a group without members is none" ENOENT "ls $s/by-status/NONSENSE"
sh_ok "a tag" "echo night-shift >$s/$moved/tags/shift"
is "makes a group" "$name" "$(ls "$s/by-tag/shift=night-shift")"
sh_ok "rm of the tag" "rm $s/$moved/tags/shift"
ok "the group is gone" gone "$s/by-tag/shift=night-shift"
echo >"$m/.ecsfs/refresh"
before=$(stat -c %Y.%y "$s/index.tsv")
echo >"$m/.ecsfs/refresh"
ls "$s" >"$dir/null"
is "the table's mtime stays, if nothing changed" "$before" "$(stat -c %Y.%y "$s/index.tsv")"
sh_ok "a rename" "echo renamed >$s/$moved/name"
ok "it is younger than a file from before" test "$s/index.tsv" -nt "$s/$moved/created"
is "its size is exact" "$(cat "$s/index.tsv" | wc -c)" "$(stat -c %s "$s/index.tsv")"
is "the view has the new name" "../../$moved" "$(readlink "$s/by-status/SHUTOFF/renamed")"
fails "mkdir in a view" $refused "mkdir $s/by-status/NEW"
fails "rm in a view" $refused "rm $s/by-status/SHUTOFF/renamed"
fails "the table cannot be written" EACCES "echo x >$s/index.tsv"

# Hostile: a tag that is a path, a name of two.
control PATCH "servers/$moved" '{"tags":{"../x":"a/b"}}' >/dev/null
twin=$(make twin)
make twin >"$dir/null"
is "a tag with slashes" "../../$moved" "$(readlink "$s/by-tag/%2E.%2Fx=a%2Fb/renamed")"
is "two of a name" "../../$twin" "$(readlink "$s/by-status/ACTIVE/twin~${twin:0:8}")"
is "nothing leads out of the mount" "" "$(find "$s"/by-* -type l -exec realpath {} + | grep -v "^$s/")"

done_testing
