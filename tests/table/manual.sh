#!/bin/sh
# The manuals against the program: no file, no option, no errno is in one only.
#
#   manual.sh ECSFS SOURCE          the program; the top of the source tree
set -u
LC_ALL=C
export LC_ALL
ecsfs=$1
source=$2
page=$source/docs/ecsfs.1
tree=$source/docs/ecsfs-tree.5
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
n=0

# Conclude a test: name; $? is its outcome, and $tmp/why what is wrong.
result() {
	outcome=$?
	n=$((n + 1))
	if [ $outcome -eq 0 ]; then
		echo "ok $n - $1"
	else
		echo "not ok $n - $1"
		sed 's/^/# /' "$tmp/why"
	fi
	: >"$tmp/why"
}

# Are two lists the same, and not empty? "<": only in the first.
same() {
	sort "$1" >"$1.sorted"
	sort "$2" >"$2.sorted"
	[ -s "$1" ] || echo "$1 is empty" >"$tmp/why"
	[ -s "$1" ] && diff "$1.sorted" "$2.sorted" >"$tmp/why"
}

# The files that ecsfs-tree(5) has entries for: "type mode path", as --list-files prints.
manual_files() {
	awk '
	$1 == ".Sh" { files = $2 == "FILES"; directory = "" }
	files && $1 == ".Ss" { directory = $2 }
	directory != "" && $1 == ".It" && $2 == "Pa" {
		mode = $4 == "Pq" ? $5 : "?"
		type = "-"
		if (mode == "link") { type = "l"; mode = "0777" }
		if (sub("/$", "", $3)) type = "d"
		print type, mode, directory $3
	}' "$tree"
}

# Entries without a word of text.
silent_files() {
	awk '
	$1 == ".Sh" { files = $2 == "FILES" }
	/^\.(It|Sh|Ss|El)/ { if (entry != "") print entry; entry = "" }
	files && $1 == ".It" && $2 == "Pa" { entry = $3; next }
	/^[^.]/ || /^\.(Pa|Ql|Xr|Er)/ { entry = "" }' "$tree"
}

# "-o, --options=OPT,...   what" of --help: the options alone.
help_options() {
	sed -n 's/^  \(-.*\)/\1/p' "$tmp/help" | sed 's/   *.*//; s/=.*//' | tr -d ' ' | tr ',' '\n'
}

manual_options() {
	awk '
	/^\.S[sh]/ { options = $0 == ".Ss Options" }
	options && $1 == ".It" { for (i = 2; i < NF; i++) if ($i == "Fl") print "-" $(i + 1) }' "$page"
}

# "allow_delete, ro, ttl=SECONDS, or mount's own": what is our own.
help_mount_options() {
	sed -n 's/^  -o, [^ ]*  *//p' "$tmp/help" | sed 's/, or .*//' | tr -d ' ' | tr ',' '\n' |
		sed 's/=.*//'
}

manual_mount_options() {
	awk '
	/^\.S[sh]/ { options = $0 == ".Ss Mount options" }
	options && $1 == ".It" && $2 == "Cm" { print $3 }' "$page"
}

# The errnos of fs/fault.c, and those of the first list of FAILURES.
fault_errnos() {
	sed -n 's/.*\] = \(E[A-Z]*\),$/\1/p' "$source/fs/fault.c" | sort -u
}

manual_errnos() {
	awk '
	$1 == ".Sh" { failures = $2 == "FAILURES" }
	failures && $1 == ".El" { exit }
	failures && $1 == ".It" { print $4 }' "$tree"
}

# The paths that docs/api.md names, without the files' modes and types.
api_paths() {
	grep -o '`/<region>[^`]*`' "$source/docs/api.md" | tr -d '`' | sort -u
}

# What is wrong with its rows: of the ECS reference there are 38 recommended ones, 66 of Nova's own and 36 that
# are out of date, each says where it is, or why it is not.
api_rows() {
	awk -F ' *[|] *' '
	/^[|] [ABC][0-9][0-9] [|]/ {
		if ($2 != sprintf("%s%02d", substr($2, 1, 1), ++n[substr($2, 1, 1)])) print $2 " is out of order"
		if (NF < 6 || $(NF - 1) == "") print $2 " says nothing"
	}
	END { if (n["A"] != 38 || n["B"] != 66 || n["C"] != 36) print "rows:", n["A"], n["B"], n["C"] }
	' "$source/docs/api.md"
}

echo 1..13
: >"$tmp/why"

"$ecsfs" --help >"$tmp/help" 2>"$tmp/why" && [ -s "$tmp/help" ] && [ ! -s "$tmp/why" ]
result "--help goes to stdout and exits 0"

awk 'length($0) > 80 { print; wide = 1 } END { exit wide }' "$tmp/help" >"$tmp/why"
result "--help fits 80 columns"

"$ecsfs" --no-such-option >"$tmp/why" 2>"$tmp/stderr"
[ $? -eq 2 ] && [ -s "$tmp/stderr" ] && [ ! -s "$tmp/why" ]
result "a mistake goes to stderr and exits 2"

help_options >"$tmp/help-options"
manual_options >"$tmp/manual-options"
same "$tmp/help-options" "$tmp/manual-options"
result "ecsfs(1) has the options of --help"

help_mount_options >"$tmp/help-mount"
manual_mount_options >"$tmp/manual-mount"
same "$tmp/help-mount" "$tmp/manual-mount"
result "ecsfs(1) has the mount options of --help"

"$ecsfs" --list-files >"$tmp/list" 2>"$tmp/why"
result "--list-files exits 0"

sed 's/  .*//' "$tmp/list" >"$tmp/files"
manual_files >"$tmp/manual-files"
same "$tmp/files" "$tmp/manual-files"
result "ecsfs-tree(5) has the files of --list-files"

silent_files >"$tmp/why"
[ ! -s "$tmp/why" ]
result "every entry says something"

fault_errnos >"$tmp/errnos"
manual_errnos >"$tmp/manual-errnos"
same "$tmp/errnos" "$tmp/manual-errnos"
result "ecsfs-tree(5) has the errnos of fs/fault.c"

sed 's/^[^ ]* [^ ]* //' "$tmp/files" | sort -u >"$tmp/paths"
api_paths | comm -23 - "$tmp/paths" >"$tmp/why"
[ ! -s "$tmp/why" ] && [ -n "$(api_paths)" ]
result "docs/api.md names what is there"

api_rows >"$tmp/why"
[ ! -s "$tmp/why" ]
result "docs/api.md has every API of the reference"

for manual in "$page" "$tree"; do
	mandoc -Tlint -W warning "$manual" >"$tmp/why" 2>&1
	result "${manual##*/} is clean"
done
