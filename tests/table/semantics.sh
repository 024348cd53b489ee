#!/bin/bash
# Every promise of docs/semantics.md names tests, and they exist: the files, and in them the titles.
cd "$(dirname "$0")/../.." || exit 99
page=docs/semantics.md
tests=0
failures=0

check()
{
	tests=$((tests + 1))
	if [ -z "$2" ]; then
		echo "ok $tests - $1"
	else
		failures=$((failures + 1))
		echo "not ok $tests - $1"
		sed 's/^/# /' <<<"$2"
	fi
}

# references - file, tab, title; one a line
references()
{
	grep -oE '\[(mount|unit|sandbox)/[^]]*\]' "$page" | while read -r reference; do
		file=${reference#[}
		file=${file%%:*}
		grep -oE '"[^"]*"' <<<"${reference#*:}" | sed "s,^,$file\t,"
	done
}

check "every promise names a test" "$(awk '
	/^- / { if (promise != "" && !named) print promise; promise = $0; named = 0 }
	/^#/ { if (promise != "" && !named) print promise; promise = "" }
	/\[(mount|unit|sandbox)\/test-[^]]*: "/ { named = 1 }
	END { if (promise != "" && !named) print promise }' "$page")"
check "every promise is a sentence" "$(grep '^- ' "$page" | grep -v '^- [A-Z]')"
check "every reference has a title" "$(grep -oE '\[(mount|unit|sandbox)/[^]]*\]' "$page" | grep -v '"')"
check "every trap has its test" "$(awk '/^\| / && !/^\| trap / { n++ } /^\| / && !/^\| trap / && !/\[(mount|unit|unit\/fs|sandbox)\/test-[^]]*: "/
	END { if (n != 34) print n " traps" }' "$page")"
check "there are promises" "$([ "$(references | wc -l)" -gt 40 ] || echo "only $(references | wc -l) tests are named")"
check "every test is there" "$(references | while IFS=$'\t' read -r file title; do
	[ -f "tests/$file" ] || { echo "no file tests/$file"; continue; }
	grep -qF -e "$title" "tests/$file" || echo "tests/$file has no $title"
done)"
echo "1..$tests"
[ $failures = 0 ]
