#!/bin/bash
# Ordinary tools: what reads a file reads all of it, of every sort of file; what writes one writes it once; and df,
# find, ls -t, tar, diff, rsync, watch and editors find what they expect.
. "$(dirname "$0")/lib.sh"

cloud --servers 12
attach -o allow_delete,ttl=600
a=$(make tools)
d=$s/$a
echo red >"$d/metadata/colour"
printf '#!/bin/sh\necho hello\n' >"$z/template/user_data"
tools=()
for tool in busybox perl rsync git vim awk; do
	command -v $tool >"$dir/null" && tools+=("$tool")
done
has()
{
	[[ " ${tools[*]} " == *" $1 "* ]]
}

# Every sort of file, through every sort of reader. $f is the file, $o where a copy goes.
files=("$d/status" "$d/json" "$d/created" "$d/metadata/colour" "$s/index.tsv" "$z/template/user_data"
	"$m/README" "$m/eu-de/quotas/instances" "$m/.ecsfs/version" "$s/by-name/tools/name" "$d/task_state")
readers=('cat $f' 'cat <$f' 'dd if=$f bs=1 status=none' 'dd if=$f bs=7 status=none' 'head -c 1000000 $f'
	'tail -c +1 $f' 'tail -n 1000000 $f' 'sed "" $f' 'tac $f | tac' 'cp $f $o; cat $o' 'tee <$f' 'base64 $f | base64 -d'
	'python3 -c "import sys; sys.stdout.write(open(sys.argv[1]).read())" $f'
	'python3 -c "import shutil, sys; shutil.copyfile(*sys.argv[1:])" $f $o; cat $o'
	'tar -cf - -C $(dirname $f) $(basename $f) 2>/dev/null | tar -xOf -'
	'head -c $(stat -L -c %s $f) $f' 'head -c $(wc -c <$f) $f')
has busybox && readers+=('busybox cat $f' 'busybox cp $f $o; cat $o' 'busybox tail -n 1000000 $f')
has perl && readers+=('perl -pe 1 $f')
has rsync && readers+=('rsync -L $f $o; cat $o')
has awk && readers+=('awk "{ print }" $f')
for reader in "${readers[@]}"; do
	bad=
	for f in "${files[@]}"; do
		cat "$f" >"$dir/true"
		f=$f o=$dir/copy bash -c "$reader" >"$dir/read" 2>"$dir/err"
		cmp -s "$dir/true" "$dir/read" || bad="$bad ${f#"$m"}"
	done
	is "reads all: ${reader//\$/}" "" "$bad"
done
has git && is "git hash-object" "$(git hash-object --stdin <"$d/json")" "$(git hash-object "$d/json")"
ok "mmap" python3 -c "import mmap; f = open('$d/json'); assert mmap.mmap(f.fileno(), 0, prot=mmap.PROT_READ)[:] == open('$d/json', 'rb').read()"
ok "jq" jq -e .id "$d/json"
is "grep -r" 1 "$(grep -rl "^$a$" "$d" | grep -c '/id$')"
is "sizes are what is read" "" "$(find "$d" -maxdepth 1 -type f ! -name console.log ! -name console.url ! -name password \
	-readable -printf '%s %p\n' | while read -r size f; do [ "$size" = "$(cat "$f" 2>"$dir/null" | wc -c)" ] || echo "$f $size"; done |
	grep -v ' 0$')"

# Every sort of writer: one change each.
writers=('echo $v >$f' 'printf "%s\n" $v >$f' 'printf %s $v >$f' 'echo $v | tee $f' 'echo $v | cat >$f' 'echo $v >>$f'
	'echo $v >$o; cp $o $f' 'echo $v | dd of=$f status=none' 'echo $v | dd of=$f conv=notrunc status=none'
	'python3 -c "import sys; open(sys.argv[1], \"w\").write(sys.argv[2])" $f $v' '/bin/echo $v >$f' 'sh -c "echo $v >$f"'
	'echo $v | sed "w $f"' 'jq -rn --arg v $v "\$v" >$f')
has busybox && writers+=('busybox sh -c "echo $v >$f"' 'echo $v >$o; busybox cp $o $f')
has perl && writers+=('perl -e "open(F, \">\", shift) or die; print F shift; close F or die" $f $v')
has awk && writers+=('awk -v v=$v -v f=$f "BEGIN { print v >f; exit close(f) != 0 }"')
i=0
for writer in "${writers[@]}"; do
	i=$((i + 1))
	forget_requests
	f=$d/name v=w$i o=$dir/value bash -c "$writer" >"$dir/out" 2>&1
	is "writes once: ${writer//\$/}" "0 1 w$i" "$? $(writes | wc -l) $(cat "$d/name")"
done
for writer in 'echo $v >$f' 'echo $v | tee $f' 'echo $v >$o; cp $o $f' 'echo $v | dd of=$f status=none' '/bin/echo $v >$f'; do
	f=$d/action v=explode o=$dir/value bash -c "$writer" >"$dir/out" 2>&1
	is "a refusal is seen: ${writer//\$/}" 1 $?
done

# A value from one server to another; an inventory; what changed.
b=$(make other)
sh_ok "cp of a value" "cp $d/metadata/colour $s/$b/metadata/colour"
is "it is there" red "$(cat "$s/$b/metadata/colour")"
ok "tar is an inventory" bash -c "tar -C $m -cf $dir/before.tar eu-de/eu-de-01/servers/$a"
mkdir "$dir/before" "$dir/after"
tar -xf "$dir/before.tar" -C "$dir/before" 2>"$dir/null"
echo changed >"$d/description"
tar -C "$m" -cf - "eu-de/eu-de-01/servers/$a" 2>"$dir/null" | tar -xf - -C "$dir/after" 2>"$dir/null"
like "diff -r shows what changed" "*description*json*" "$(diff -rq "$dir/before" "$dir/after" 2>"$dir/null" | grep -v updated | xargs)"
is "find -newer finds it" "$d/description" "$(find "$d" -maxdepth 1 -name description -newer "$dir/before.tar")"
is "find -mmin" "$d/description" "$(find "$d" -maxdepth 1 -mmin -5 -name description)"
is "which is nothing that is looked at for the first time" "" \
	"$(find "$m/eu-de/flavors" "$m/eu-de/security_groups" -type f -newer "$m/README")"
is "ls -t sorts by change" description "$(ls -t "$d" | grep -x -e description -e created -e id | head -n 1)"
is "find by type" 0 "$(find "$d" -type p -o -type s | wc -l)"
if has rsync; then
	ok "rsync -a" rsync -a --exclude=wait --exclude=console.log --exclude=console.url --exclude=password "$d/" "$dir/rsync/"
	is "its copy" "$(cat "$d/json")" "$(cat "$dir/rsync/json")"
fi
if has vim; then
	sh_ok "vim" "vim -es -u NONE -c 'set noswapfile' -c 's/hello/world/e' -c '%s/hello/world/e' -c wq $z/template/user_data"
	is "it wrote" "echo world" "$(tail -n 1 "$z/template/user_data")"
fi

# df: disks of the project; df -i: its servers.
read -r used max <"$m/eu-de/quotas/gigabytes"
is "df" "$max $used" "$(df -B1G --output=size,used "$m" | tail -n 1 | xargs)"
read -r used max <"$m/eu-de/quotas/instances"
is "df -i" "$max $used" "$(df --output=itotal,iused "$m/eu-de" | tail -n 1 | xargs)"
read -r used max <"$m/eu-nl/quotas/instances"
is "df -i of the other region" "$max $used" "$(df --output=itotal,iused "$m/eu-nl" | tail -n 1 | xargs)"
detach
attach
control POST faults 'kind=stall ms=20000 match=GET' >/dev/null
begin=$SECONDS
ok "df of a cloud that does not answer" df "$m"
ok "does not hang" test $((SECONDS - begin)) -le 3
control DELETE faults >/dev/null
control POST down >/dev/null
control POST up >/dev/null

done_testing
