# Replies against the shapes of the documents' examples (*.shape): every member that an example has must be
# there, with the type it has there. More members are fine. To be sourced after lib.sh; $here is the
# directory of the tests, $nullable a pattern of members that may be null although an example has a value,
# $optional one of members that some objects do not have, $either one of such as have several types.

# shape FILE - compare the last reply
shape()
{
	jq -r -f "$here/shapes/shape.jq" "$dir/body" >"$dir/shape"
	is "$1" "" "$(awk -v nullable="$nullable" -v optional="${optional:-^$}" -v either="${either:-^$}" '
		NR == FNR { type[$1] = type[$1] " " $2; next }
		!($1 in type) && $1 ~ optional { next }
		!($1 in type) { print $1, "is missing"; next }
		$1 ~ either { next }
		$2 == "null" || index(type[$1], $2) { next }
		type[$1] == " null" && $1 ~ nullable { next }
		{ print $1, "is", type[$1] ", not", $2 }' "$dir/shape" "$here/shapes/$1.shape")"
}

# see METHOD URL SHAPE [BODY [CURL-OPTION...]]
see()
{
	wanted=$3 method_=$1 url_=$2
	shift 3
	call "$method_" "$url_" "$@"
	shape "$wanted"
}
