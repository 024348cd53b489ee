#!/bin/bash
# Every kind of file that there is, as ecsfs --list-files tells it: whatever reads it reads all of it; whatever writes
# it sends the same, or is refused alike.
. "$(dirname "$0")/lib.sh"
here=$(cd "$(dirname "$0")" && pwd)

cloud --servers 6 --bms 2
attach -o allow_delete,ttl=600,wait=60
r=$m/eu-de

# Something of everything.
a=$(make tools)
d=$s/$a
fill_template
sh_ok "tags and metadata" "echo red >$d/metadata/colour; echo test >$d/tags/env; echo x >$z/template/tags/t; echo y >$z/template/metadata/m"
sh_ok "a disk" "echo 20 >$z/volume_template/size_gb; echo SSD >$z/volume_template/type; echo x >$z/volume_template/metadata/m$(either "; echo x >$z/volume_template/tags/t" "")
	mkdir $z/volumes/data && timeout 20 cat $z/volumes/data/wait/available && mkdir $d/volumes/data && timeout 20 cat $z/volumes/data/wait/in-use
	mkdir $z/volumes/data2 && timeout 20 cat $z/volumes/data2/wait/available && mkdir $z/volumes/data2/snapshots/s && timeout 20 cat $z/volumes/data2/snapshots/s/wait/available"
sh_ok "drafts" "mkdir $z/drafts/plan && echo x >$z/drafts/plan/tags/t && echo y >$z/drafts/plan/metadata/m; mkdir $r/images/plan && echo x >$r/images/plan/tags/t; mkdir $r/keypairs/mine"
sh_ok "a network" "mkdir $r/vpcs/net && timeout 20 cat $r/vpcs/net/wait/$(either OK ACTIVE) && echo 192.168.7.0/24 >$r/vpcs/net/subnet_template/cidr && mkdir $r/vpcs/net/subnets/sub"
sh_ok "an address" "mkdir $r/eips/front && timeout 20 cat $r/eips/front/wait/DOWN"
sh_ok "a group" "echo anti-affinity >$r/server_group_template/policy; mkdir $r/server_groups/apart"
on_openstack || echo x >"$z/volumes/data/tags/t"
echo y >"$z/volumes/data/metadata/m"
sh_ok "several at once, a job of parts" "mkdir $z/drafts/many && echo 2 >$z/drafts/many/count && mv $z/drafts/many $s/"
theirs=$r/projects/eu-de_dev
sh_ok "an image that is offered" "mkdir $r/images/shared && echo $a >$r/images/shared/source && timeout 30 cat $r/images/shared/wait/active && echo pending >$r/images/shared/members/$(cat "$theirs/id")
	mkdir $theirs/images/offered && echo $(ls "$theirs/eu-de-01/servers" | grep -m 1 -E '^[0-9a-f]{8}-') >$theirs/images/offered/source && timeout 30 cat $theirs/images/offered/wait/active && echo pending >$theirs/images/offered/members/$(id project)"
sh_ok "some failure" "! echo bogus >$d/action"

"$ECSFS" --list-files >"$dir/list"
mkdir "$dir/found"
python3 "$here/matrix.py" "$dir/list" "$m" "$dir/found"
# What only Huawei's own API knows. Nova tells extra specs since 2.61, and the sandbox's ends with 2.60.
lacks()
{
	cat <<'EOF'
/<region>/(bandwidth_template|bandwidths|bms|jobs|eips/<eip>/bandwidth)/.*
/<region>/eip_template/(bandwidth|bandwidth_name|charge_mode|size)
/<region>/flavors/<flavor>/(azs|state|extra_specs/<key>)
/<region>/images/<image>/(environment|origin)
/<region>/security_groups/<security_group>/vpc
/<region>/volume_types/<volume_type>/(sold_out|zones)
/<region>/vpc_template/cidr
/<region>/vpcs/<vpc>/(cidr|routes|subnet_template/zone)
/<region>/vpcs/<vpc>/subnets/<subnet>/(status|zone)
/<region>/<az>/(template|drafts/<draft>)/(eip|vpc)
/<region>/<az>/servers/<server>/(auto_recovery|dedicated_host|enterprise_project_id|image_name|os|resize_targets|server_group|vpc)
/<region>/<az>/servers/<server>/volumes/<volume>/(boot_index|bus)
/<region>/<az>/volume_template/(bus|tags/<key>)
/<region>/<az>/volumes/<volume>/(bus|enterprise_project_id|service|wwn|tags/<key>)
EOF
}
on_openstack && lacks >"$dir/lacks" || : >"$dir/lacks"
is "there is a file of every kind" "$(awk '$1 == "-" && !/\/wait\// { print $3 }' "$dir/list" | grep -xE -f "$dir/lacks")" \
	"$(cat "$dir/found/missing")"
is "modes are those of the list" "" "$(while read -r mode f; do [ "0$(stat -c %a "$f")" = "$mode" ] || echo "$mode $f"; done <"$dir/found/files")"

# What is the same whenever it is read. Walkers get nothing of what costs a call of its own; who names it gets it.
# The size of that is 0 until it is opened, so what believes stat(2) before is no good for it.
: >"$dir/files"
: >"$dir/own"
while read -r mode f; do
	[[ $mode != 0200 && $f != */.ecsfs/@(errors|health|requests|stats|why) ]] || continue
	size=$(stat -c %s "$f")
	cat "$f" >"$dir/one" 2>"$dir/null"
	cat "$f" >"$dir/two" 2>"$dir/null" && cmp -s "$dir/one" "$dir/two" || continue
	if [ "$size" = 0 ] && [ -s "$dir/one" ]; then echo "$f" >>"$dir/own"; else echo "$f" >>"$dir/files"; fi
done <"$dir/found/files"
mapfile -t files <"$dir/files"
ok "${#files[@]} files" test "${#files[@]}" -gt "$(either 350 280)"
is "the rest cannot be read, or is new each time" "" "$(grep -v '^0200' "$dir/found/files" | cut -d' ' -f2 | grep -vxFf "$dir/files" | grep -vxFf "$dir/own" |
	grep -vE '/\.ecsfs/(errors|health|requests|stats|why)$|/console.url$|/dashboard.html$|/(auto_recovery|password|resize_targets|console.log)$')"
cat "${files[@]}" >"$dir/true"
copies=$dir/copies
# reads NAME COMMAND... - its output is the files one after the other
reads_all()
{
	local name=$1
	shift
	"$@" >"$dir/read" 2>"$dir/err"
	is "reads all of every file: $name" "0 " "$? $(cmp "$dir/true" "$dir/read" 2>&1)"
}
one_by_one()
{
	local f
	for f in "${files[@]}"; do "$@" "$f" || return; done
}
# What writes copies: into $copies, by the number in the list.
copies_all()
{
	local name=$1 i=0 f
	shift
	rm -rf "$copies"
	mkdir "$copies"
	for f in "${files[@]}"; do
		i=$((i + 1))
		"$@" "$f" "$copies/$i" 2>>"$dir/err" || break
	done
	(cd "$copies" && for ((i = 1; i <= ${#files[@]}; i++)); do cat $i; done) >"$dir/read" 2>"$dir/null"
	is "reads all of every file: $name" "" "$(cmp "$dir/true" "$dir/read" 2>&1)"
}
reads_all cat cat "${files[@]}"
reads_all "tail -c +1" tail -q -c +1 "${files[@]}"
reads_all "tail -n" tail -q -n 1000000 "${files[@]}"
reads_all "head -c" head -q -c 100000000 "${files[@]}"
reads_all sed sed -s '' "${files[@]}"
for how in small backwards mapped copied sent spliced; do
	reads_all "python, $how" python3 "$here/reads.py" $how "${files[@]}"
done
copies_all cp cp
mapfile -t own <"$dir/own"
ok "what costs a call of its own is little" test "${#own[@]}" -le 40
is "is read whole, too" "$(cat "${own[@]}" | md5sum)" "$(tail -q -c +1 "${own[@]}" | md5sum)"
is "byte by byte" "$(cat "${own[@]}" | md5sum)" "$(python3 "$here/reads.py" small "${own[@]}" | md5sum)"
is "wc -c" "$(wc -c <"$dir/true")" "$(wc -c "${files[@]}" | tail -n 1 | awk '{ print $1 }')"
is "sizes are what is read, or 0 where that takes a call" "" "$(for f in "${files[@]}"; do
	size=$(stat -L -c %s "$f")
	[ "$size" = 0 ] || [ "$size" = "$(cat "$f" | wc -c)" ] || echo "$f $size"; done)"
(cd "$m" && tar -chf - -C / "${files[@]#/}") >"$dir/tar" 2>"$dir/err"
reads_all tar bash -c 'tar -xOf "$0" "$@"' "$dir/tar" "${files[@]#/}"
if command -v busybox >"$dir/null"; then
	reads_all "busybox cat" busybox cat "${files[@]}"
	reads_all "busybox tail" busybox tail -q -n 1000000 "${files[@]}"
	copies_all "busybox cp" busybox cp
fi
if command -v perl >"$dir/null"; then
	reads_all perl perl -pe 1 "${files[@]}"
fi
if command -v rsync >"$dir/null"; then
	printf '%s\n' "${files[@]#"$m"/}" >"$dir/from"
	rsync -L --files-from="$dir/from" "$m/" "$dir/rsync/" 2>"$dir/err"
	reads_all rsync bash -c 'cd "$0" && xargs -d "\n" cat <"$1"' "$dir/rsync" "$dir/from"
fi
if command -v git >"$dir/null"; then
	is "git hash-object" "$(for f in "${files[@]}"; do echo "$(wc -c <"$f")"; done | wc -l)" "$(git hash-object "${files[@]}" | wc -l)"
fi

# Every value that can be written is written as it is, by each sort of writer: with the outcome of echo, and with no
# more requests.
mapfile -t values < <(awk '$1 ~ /^0[26]/ { print $2 }' "$dir/found/files" | grep -vE '/(action|refresh|password|public_key|user_data|data_disks|source)$|/batch/')
ok "${#values[@]} values" test "${#values[@]}" -gt 60
outcome()
{
	local f
	for f in "${values[@]}"; do
		cat "$f" >"$dir/value" 2>"$dir/null"
		[ -s "$dir/value" ] || echo >"$dir/value"
		f=$f v=$(cat "$dir/value") o=$dir/value bash -c "$1" >"$dir/out" 2>&1
		echo "$? ${f#"$m"}"
	done | sed 's/^[1-9][0-9]* /failed /' >"$dir/outcome"
}
outcome 'echo "$v" >$f' # what is not as the cloud would have it is so from now on
forget_requests
outcome 'echo "$v" >$f'
cp "$dir/outcome" "$dir/echo"
most=$(writes | wc -l)
ok "most are taken as they are" test "$(grep -c '^0 ' "$dir/echo")" -gt 50
writers=('printf "%s\n" "$v" >$f' '/bin/echo "$v" >$f' 'cp $o $f' 'cat $o >$f' 'tee $f <$o' 'dd if=$o of=$f status=none'
	'dd if=$o of=$f conv=notrunc status=none' 'python3 -c "import sys; f = open(sys.argv[1], \"w\"); f.write(sys.argv[2] + chr(10)); f.close()" $f "$v"')
command -v busybox >"$dir/null" && writers+=('busybox cp $o $f' 'busybox sh -c "cat $o >$f"')
for writer in "${writers[@]}"; do
	forget_requests
	outcome "$writer"
	is "writes every value as echo does: ${writer//\$/}" "" "$(diff "$dir/echo" "$dir/outcome")"
	ok "and sends none twice" test "$(writes | wc -l)" -le $((most + most / 4)) -a "$most" -gt 20
done
done_testing
