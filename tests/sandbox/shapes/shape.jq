# The shape of a document: one line for each member, "path type", items of arrays as [],
# the members of maps with free keys as *.
[paths as $p | ($p | map(if type == "number" then "[]" else . end)
		| join(".")
		| gsub("addresses\\.[0-9a-f-]{36}"; "addresses.*")
		| gsub("(?<m>metadata|meta)\\.[^ ]+"; .m + ".*"))
	+ " " + (getpath($p) | type)] | unique | .[]
