#!/bin/bash
# What is in the tree, and that the values are the cloud's.
. "$(dirname "$0")/lib.sh"

cloud --servers 30
attach

is "root" ".ecsfs README eu-de eu-nl" "$(ls -A "$m" | xargs)"
is ".ecsfs" "config confirm errors health refresh requests stats version why" "$(ls "$m/.ecsfs" | xargs)"
is "region" "$(either "bandwidth_template bandwidths bms " "")eip_template eips eu-de-01 eu-de-02 eu-de-03 export flavors images $(either "jobs " "")keypairs port_template ports projects quotas security_groups server_group_template server_groups volume_types vpc_template vpcs" "$(ls "$m/eu-de" | xargs)"
is "zone" "drafts events export flavors name servers status template volume_template volumes" "$(ls "$z" | xargs)"
is "zone's name" eu-de-01 "$(cat "$z/name")"
is "zone's status" available "$(cat "$z/status")"
is "the type of the file system" fuse.ecsfs "$(findmnt -n -o FSTYPE "$m")"
is "the source has a colon" ecsfs: "$(findmnt -n -o SOURCE "$m" | grep -o '^[a-z]*:')"

# Servers: the ids in a zone are those of the cloud, in all zones together all of them.
expected=$(control GET servers | awk -v p="$(id project)" '$5 == p { print $1 }' | sort)
is "every server once" "$expected" \
	"$(for zone in "$m"/eu-de/eu-de-0?; do ids "$zone/servers"; done | sort)"
for id in $(ids "$s" | head -n 3); do
	is "name and status of $id" "$(truth "$id")" "$(cat "$s/$id/name" "$s/$id/status" | xargs)"
done
is "the other region's project has its servers" \
	"$(control GET servers | awk '$4 == "eu-nl-01"' | wc -l)" \
	"$(ids "$m/eu-nl/eu-nl-01/servers" | wc -l)"

# Every file that --list-files names is there, with its mode.
one=$(some ACTIVE)
echo v >"$s/$one/metadata/k"
echo v >"$s/$one/tags/k"
lacks=$(either none "auto_recovery|dedicated_host|enterprise_project_id|image_name|os|resize_targets|server_group|vpc|vpc_dir")
list=$("$ECSFS" --list-files | sed -n 's|/<region>/<az>/servers/<server>/\([a-z_.]*\)  .*|\1|p' | grep -vE " ($lacks)\$")
is "the files of a server" "$(echo "$list" | awk '{ print $3 }' | sort)" "$(ls "$s/$one" | sort)"
wrong=
while read -r type mode file; do
	case $type in -) t="regular file" ;; d) t=directory ;; l) t="symbolic link" ;; esac
	got=$(stat -c '%F %a' "$s/$one/$file" | sed 's/regular empty file/regular file/')
	[ "$got" = "$t ${mode#0}" ] || wrong="$wrong $file: $got"
done <<<"$list"
is "types and modes of a server's files" "" "$wrong"

# Values against the API's own document.
json=$s/$one/json
for pair in id:.id name:.name status:.status key_name:.key_name host_id:.hostId \
	project_id:.tenant_id user_id:.user_id created:.created flavor:.flavor.$(either id original_name) \
	vcpus:.flavor.vcpus ram_mb:.flavor.ram image:.image.id \
	power_state:'."OS-EXT-STS:power_state"' vm_state:'."OS-EXT-STS:vm_state"' \
	zone:'."OS-EXT-AZ:availability_zone"'; do
	is "${pair%%:*}" "$(jq -r "(.server // .) | ${pair#*:} | tostring" "$json")" \
		"$(cat "$s/$one/${pair%%:*}")"
done
is "ip" "$(jq -r '[(.server // .).addresses[][] | select(."OS-EXT-IPS:type" == "fixed")][0].addr' \
	"$json")" "$(cat "$s/$one/ip")"
is "flavor_dir leads to the flavor" "$(cat "$s/$one/flavor")" "$(cat "$s/$one/flavor_dir/id")"
is "it is relative" ../../../flavors/ "$(readlink "$s/$one/flavor_dir" | grep -o '^.*/')"
is "flavors on sale are links" "$(cat "$s/$one/flavor")" \
	"$(cat "$z/flavors/$(cat "$s/$one/flavor")/id")"
is "a flavor's size" "$(cat "$s/$one/vcpus") $(cat "$s/$one/ram_mb")" \
	"$(cat "$s/$one/flavor_dir/vcpus" "$s/$one/flavor_dir/ram_mb" | xargs)"
is "disks" "$(jq -r '(.server // .)."os-extended-volumes:volumes_attached"[].id' "$json" | sort)" \
	"$(ls "$s/$one/volumes")"
is "quotas" "$(ls "$m/eu-de/quotas" | grep -c '^instances$')" 1
like "a quota" "[0-9]* [0-9]*" "$(cat "$m/eu-de/quotas/instances")"

# Images.
image=$(id image)
is "the image of a server" "$(jq -r --arg id "$(cat "$s/$one/image")" 'select(.id == $id).name' "$m"/eu-de/images/*-*-*/json)" \
	"$(cat "$m/eu-de/images/$(cat "$s/$one/image")/name")"
is "an image's name resolves" "$image" "$(cat "$m/eu-de/images/$(cat "$m/eu-de/images/$image/name")/id")"
is "an image that is not there yet" queued "$(cat "$m/eu-de/images/$(id image_queued)/status")"
is "its os" "$(either Windows windows)" "$(cat "$m/eu-de/images/$(id image_windows)/os")"
is "its document" "$image" "$(jq -r .id "$m/eu-de/images/$image/json")"
is "all of them, by one request" 1 "$(count "/v2/$(either cloudimages images)?limit")"

# Networks: what the template wants is found by looking around.
vpc=$m/eu-de/vpcs/$(id vpc)
is "VPCs have names" "$(id vpc)" "$(cat "$m/eu-de/vpcs/$(cat "$vpc/name")/id")"
on_openstack || like "a VPC's addresses" "*.*.*.*/*" "$(cat "$vpc/cidr")"
is "its subnet" "$(id subnet)" "$(ls "$vpc/subnets" | grep -x "$(id subnet)")"
is "by name" "$(id subnet)" "$(cat "$vpc/subnets/$(cat "$vpc/subnets/$(id subnet)/name")/id")"
like "its gateway" "*.*.*.1" "$(cat "$vpc/subnets/$(id subnet)/gateway")"
is "its name servers" 2 "$(wc -l <"$vpc/subnets/$(id subnet)/dns")"
is "each subnet is in one VPC" "" "$(ls -d "$m"/eu-de/vpcs/*/subnets/* | sed 's|.*/||' | sort | uniq -d)"
other=$(ls -d "$m"/eu-de/vpcs/* | grep -v "$(id vpc)" | head -n 1)
fails "and in no other" ENOENT "ls $other/subnets/$(id subnet)"
is "all of it, by two requests" "1 1" "$(count "/$(either vpcs networks)?") $(count /subnets)"

# Names beside ids.
one=$(make only-one)
name=only-one
is "a name resolves" "$one" "$(cat "$s/$name/id")"
is "and is not listed" "" "$(ls "$s" | grep -Fx "$name")"
is "by-name" "../$one" "$(readlink "$s/by-name/$name")"
is "through the link" "$(cat "$s/$one/status")" "$(cat "$s/by-name/$name/status")"
fails "an unknown name" ENOENT "cat $s/nobody/status"
fails "an unknown id" ENOENT "ls $s/00000000-0000-0000-0000-000000000000"
is "up and down again" "$(cat "$s/$one/id")" "$(cat "$s/$one/../$one/metadata/../id")"

# Reading all of it, with tools that people use, changes nothing.
forget_requests
ok "grep -r" grep -rq . "$m/eu-de" --exclude=user_data
ok "find" bash -c "find '$m/eu-de' -name status -type f | grep -q /servers/"
ok "tar" bash -c "tar -C '$m' -cf - eu-de/eu-de-01 | tar -tf - | grep -q /status"
ok "cp -r" cp -r "$s/$one" "$dir/copy"
is "the copy is the same" "" "$(diff -r --no-dereference "$s/$one" "$dir/copy" 2>&1)"
ok "rsync" rsync -a "$s/$one/" "$dir/rsync/"
ok "du" du -s "$m/eu-de"
ok "df" df "$m"
is "no request that changes anything" "" "$(writes)"

done_testing
