#!/bin/bash
# export/: files for other tools, from the lists that are there. Each one is read by the tool that it is for, where
# that is installed, and by a parser in python.
. "$(dirname "$0")/lib.sh"
here=$(cd "$(dirname "$0")" && pwd)

cloud --servers 60
attach -o ttl=60
x=$m/eu-de/export
ls "$s" >"$dir/null"
forget_requests

# What it costs: lists that are there, or one call each.
is "the files" "ansible.ini dashboard.html hosts prometheus.json servers.csv servers.json ssh_config topology.dot" \
	"$(ls "$x" | xargs)"
is "ls asks for nothing" 0 "$(count)"
costs "what only servers are in" 0 cat "$x"/{hosts,prometheus.json,servers.csv,servers.json}
costs "ssh_config and the inventory: the images" 1 cat "$x/ssh_config" "$x/ansible.ini"
forget_requests
ls -l "$x" "$z/export" >"$dir/null"
cat "$x"/* "$z"/export/* >"$dir/null"
is "and the rest: a list each" "$(printf '%s\n' $(either \
	'/cloudimages/quota /cloudservers/limits /cloudvolumes/detail /os-quota-sets /publicips /quotas /subnets /vpcs' \
	'/floatingips /info/usage /limits /networks /os-quota-sets /ports /quotas/details.json /subnets /volumes/detail'))" \
	"$(control GET requests | awk '{ print $3 }' |
		sed -E 's/\?.*//; s|/[^/]*/[^/]*/v[0-9.]*||; s|/[0-9a-f]{32}||g' | sort)"
costs "all of it again" 0 bash -c "ls -l '$x' '$z/export' && cat '$x'/* '$z'/export/*"

# Names that are meant to break something. They come from outside: the API lets nobody choose most of them.
hostile() # NAME [TAGS]: id of a running server that is called so
{
	local id
	id=$(control POST servers '{"project":"eu-de","name":"x","availability_zone":"eu-de-01"}')
	control PATCH "servers/$id" "$(jq -n --arg name "$1" --argjson tags "${2:-[]}" '{ name: $name, tags: $tags }')" >"$dir/null"
	echo "$id"
}
evil=$(hostile $'x\nHost *\n\tProxyCommand touch pwned\n10.0.0.1 localhost' '["a]\n[all:vars]={{ x }}","k,v=1\",2","</td>=<b>"]')
hostile $'-oProxyCommand=touch pwned' '["env={{ lookup(\"pipe\",\"touch pwned\") }}"]' >"$dir/null"
for name in '</title></script><script>document.title="pwned"</script><img src=x onerror=alert(1)>' '"];} graph { x [label="' \
	'\N\' '&lt;&amp;' '$(touch pwned)' '`id`' '{{ 7 * 7 }}' '=1+1' '@x' '+x' "it's" '","' localhost LOCALHOST.localdomain all \
	10.0.0.1 az_eu_de_01 x.public "$(some ACTIVE)" Case-Twin case-twin 'a b' a-b 'größe' $'\u2028x' '' '*' '!web' '[1:3]' '# x' \
	"$(printf 'long%.0s' $(seq 60))"; do
	hostile "$name" >"$dir/null"
done
broken=$(hostile broken)
curl -sS -X PATCH "$base/_sandbox/servers/$broken?name_hex=%5Cxff%5Cxfe%22%3C" >"$dir/null"
pending=$(hostile pending)
control PATCH "servers/$pending" '{"status":"BUILD"}' >"$dir/null"
echo >"$m/.ecsfs/refresh"

check() # NAME WHAT EXPORT [OUTPUT]
{
	is "$1" "" "$(python3 "$here/export.py" "${@:2}" 2>&1)"
}

everything() # EXPORT ZONE: each file, as its reader sees it
{
	local e=$1 name
	control GET servers | awk -v p="$(id project)" -v z="$2" \
		'$NF == p && (z == "" || $(NF - 1) == z) { print $1 }' >"$dir/ids"
	check "$e: servers.json has the cloud's servers" json "$e" "$dir/ids"
	check "$e: each host has a name of its own" names "$e"
	check "$e: hosts" hosts "$e"
	check "$e: servers.csv (python csv)" csv "$e"
	check "$e: prometheus.json (python json)" prometheus "$e"
	check "$e: dashboard.html (python html.parser)" html "$e"
	check "$e: ansible.ini (python shlex)" ansible "$e"

	(cd "$dir/home" && sed -n 's/^Host \([^ ]*\) .*/\1/p' "$e/ssh_config" | while read -r name; do
		echo "= $name"
		ssh -G -F "$e/ssh_config" -- "$name" </dev/null
	done) >"$dir/ssh" 2>&1
	check "$e: ssh_config (ssh -G)" ssh "$e" "$dir/ssh"

	dot -Tdot_json "$e/topology.dot" >"$dir/dot" 2>"$dir/dot.err"
	is "$e: dot has nothing to say" "" "$(cat "$dir/dot.err")"
	check "$e: topology.dot (dot -Tdot_json)" dot "$e" "$dir/dot"
	disks=$(cat "${e%/export}"/{,*/}volumes/*-*-*/id 2>"$dir/null" | sort)
	is "$e: every disk is there" "$disks" "$(jq -r '.objects[].name | select(startswith("disk ")) | ltrimstr("disk ")' "$dir/dot" |
		grep -xF "$disks" | sort)"
	is "$e: those that no server has are dashed" "$(for v in "${e%/export}"/{,*/}volumes/*-*-*; do
		[ -d "$v" ] && [ -z "$(ls "$v/attached_to")" ] && basename "$v"; done | sort)" \
		"$(jq -r '.objects[] | select(.style == "filled,dashed").name | select(startswith("disk ")) | ltrimstr("disk ")' "$dir/dot" | sort)"
	[ "$e" != "$x" ] || is "every elastic IP" "$(cat "$m"/eu-de/eips/*-*-*/address | sort)" \
		"$(jq -r '.objects[].name | select(startswith("eip ")) | ltrimstr("eip ")' "$dir/dot" | sort)"
	ok "$e: and it can be drawn" dot -Tsvg -Kosage -o "$dir/svg" "$e/topology.dot"
	ok "the drawing is XML" python3 -c 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])' "$dir/svg"

	if command -v ansible-inventory >"$dir/null"; then
		(cd "$dir/home" && LC_ALL=C.UTF-8 ansible-inventory -i "$e/ansible.ini" --list) >"$dir/ansible" 2>"$dir/ansible.err"
		is "$e: ansible-inventory has nothing to say" "" "$(cat "$dir/ansible.err")"
		check "$e: ansible.ini (ansible-inventory)" ansible-inventory "$e" "$dir/ansible"
	fi
	if command -v promtool >"$dir/null"; then
		printf 'scrape_configs:\n- job_name: x\n  file_sd_configs:\n  - files: ["%s"]\n' "$e/prometheus.json" >"$dir/prometheus.yml"
		ok "$e: prometheus.json (promtool)" promtool check config "$dir/prometheus.yml"
	fi
}
everything "$x" ""
everything "$z/export" eu-de-01
one=$(some ACTIVE)
is "a server is in the subnet of its port" "$(grep -lx "$one" "$m"/eu-de/ports/*/device | sed 's/device$/subnet/' | xargs cat | sort)" \
	"$(jq -r --arg to "server $one" '[.objects[].name] as $names | .edges[] | select($names[.head] == $to) |
		$names[.tail] | select(startswith("subnet ")) | ltrimstr("subnet ")' "$dir/dot" | sort)"
is "nothing was run" "" "$(find "$dir" . -maxdepth 2 -name '*pwned*')"
is "a host has one name in the region and in its zone" "" \
	"$(grep '^Host ' "$z/export/ssh_config" | grep -vxF -f <(grep '^Host ' "$x/ssh_config"))"
like "another project is another title" "# eu-de/projects/eu-de_dev: *" "$(cat "$m/eu-de/projects/eu-de_dev/export/hosts")"
is "and other servers" "" "$(comm -12 <(jq -r .[].id "$x/servers.json" | sort) \
	<(jq -r .[].id "$m/eu-de/projects/eu-de_dev/export/servers.json" | sort))"
printf 'Host mine\n\tHostName 192.0.2.9\nMatch all\nInclude %s\n' "$x/ssh_config" >"$dir/config"
is "it can be included, behind what one has" "192.0.2.9 $(jq -r --arg id "$pending" \
	'.[] | select(.id == $id).addresses[][].addr' "$x/servers.json")" \
	"$(for h in mine "$pending"; do ssh -G -F "$dir/config" $h | sed -n 's/^hostname //p'; done | xargs)"
is "no secrets" "" "$(grep -lE 'admin_pass|user_data' "$x"/*)"
is "every size is the length" "" "$(for f in "$x"/* "$z"/export/*; do
	[ "$(stat -c %s "$f")" = "$(cat "$f" | wc -c)" ] || echo "$f"; done)"

# In a browser.
browse() # PAGE: its DOM; what the console said is in $dir/console
{
	timeout 60 chromium --headless --no-sandbox --disable-gpu --user-data-dir="$dir/chromium" --enable-logging=stderr \
		--virtual-time-budget=2000 --dump-dom "file://$1" 2>"$dir/chromium.err"
	grep CONSOLE "$dir/chromium.err" >"$dir/console"
	return 0
}
echo '<!DOCTYPE html><title>works</title>' >"$dir/page.html"
if command -v chromium >"$dir/null" && browse "$dir/page.html" | grep -q works; then
	browse "$x/dashboard.html" >"$dir/dom"
	check "dashboard.html (chromium)" dom "$x" "$dir/dom"
	is "its console is silent" "" "$(cat "$dir/console")"
	# What a person does: sort by state, choose one, look for something. Such a script the page's own policy refuses.
	sed 's|</body>|<script>document.querySelectorAll("th button")[1].click();\
		document.querySelector(".states button[value=ERROR]").click(); const f = document.getElementById("find");\
		f.value = "ERROR"; f.dispatchEvent(new Event("input"));\
		document.title = Array.from(document.querySelectorAll("tbody tr")).map(r => r.dataset.state + r.hidden).join(" ");\
		</script></body>|' "$x/dashboard.html" >"$dir/page.html"
	browse "$dir/page.html" >"$dir/dom"
	like "another script is not run" "*<title>eu-de</title>*" "$(cat "$dir/dom")"
	like "and the console says so" "*Content Security Policy*" "$(cat "$dir/console")"
	sed -i '/Content-Security-Policy/d' "$dir/page.html"
	browse "$dir/page.html" >"$dir/dom"
	is "its script sorts by state, and hides the others" "$(jq -r '.[].status' "$x/servers.json" | sort |
		sed 's/$/true/; s/ERRORtrue/ERRORfalse/' | xargs)" "$(sed -n 's|.*<title>\(.*\)</title>.*|\1|p' "$dir/dom")"
else
	tests=$((tests + 1))
	echo "ok $tests - dashboard.html in a browser # SKIP no chromium that starts"
fi

control PATCH "servers/$pending" '{"status":null}' >"$dir/null"
echo >"$m/.ecsfs/refresh"

# A file follows a change, and is the same as long as nothing changes.
ls -l "$x" >"$dir/before"
echo >"$m/.ecsfs/refresh"
is "after a refresh all is as it was" "$(cat "$dir/before")" "$(ls -l "$x")"
sh_ok "a change" "echo renamed-here >$s/$broken/name"
like "is in the hosts at once" *renamed-here* "$(cat "$x/hosts")"
like "and in the page" *renamed-here* "$(cat "$x/dashboard.html")"
is "with the right size" "$(cat "$x/hosts" | wc -c)" "$(stat -c %s "$x/hosts")"
fails "a file cannot be written" EACCES "echo x >$x/hosts"
fails "nor removed" EPERM "rm -f $x/hosts"

# A list that cannot be had: what needs it does without, what is made of it fails.
control POST faults "kind=500 match=/$(either cloudimages images)" >"$dir/null"
control POST faults "kind=500 match=/$(either vpcs networks)" >"$dir/null"
control POST faults 'kind=500 match=/quotas' >"$dir/null"
echo >"$m/.ecsfs/refresh"
like "ssh_config is there" *"Host renamed-here"* "$(cat "$x/ssh_config")"
control POST faults "kind=500 match=/$(either cloudvolumes volumes/detail)" >"$dir/null"
control POST faults "kind=500 match=/$(either publicips floatingips)" >"$dir/null"
on_openstack && control POST faults 'kind=500 match=/ports' >"$dir/null"
like "the graph is there" *renamed-here* "$(cat "$x/topology.dot")"
like "the page is there" *renamed-here* "$(cat "$x/dashboard.html")"

done_testing
