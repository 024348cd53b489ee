#!/bin/bash
# Jobs: those that this mount has started, those that it is asked for, and their parts.
. "$(dirname "$0")/lib.sh"

cloud --servers 12 --boot-time 3000
attach -o allow_delete,ttl=60
j=$m/eu-de/jobs

log_in
p=$(id project)

is "none at first" "" "$(ls "$j")"
fill_template
ok "a server" mkdir "$s/jobbed"
job=$(ls "$j")
like "its job" "????????????????????????????????" "$job"
one=$(cat "$s/jobbed/id")
becomes "runs" "$j/$job/status" RUNNING
is "is not over" "" "$(cat "$j/$job/end")"
becomes "and succeeds" "$j/$job/status" SUCCESS
is "what it was" "createServer ecs" "$(cat "$j/$job/type" "$j/$job/service" | xargs)"
is "what it made" "server_id $one" "$(cat "$j/$job/entities")"
like "when" "20*Z 20*Z" "$(cat "$j/$job/begin" "$j/$job/end" | xargs)"
is "no progress is told" "" "$(cat "$j/$job/progress")"
is "files of a job" "begin end entities error id json progress service status sub_jobs type wait" "$(ls "$j/$job" | xargs)"
part=$(ls "$j/$job/sub_jobs")
is "it has one part" "$part" "$(jq -r '.entities.sub_jobs[].job_id' "$j/$job/json")"
r=$j/$job/sub_jobs/$part
is "files of a part" "begin end entities error id status type" "$(ls "$r" | xargs)"
is "what a part says" "$part SUCCESS createSingleServer server_id $one" \
	"$(cat "$r/id" "$r/status" "$r/type" "$r/entities" | xargs)"
is "no error" "" "$(cat "$r/error" "$j/$job/error")"
is "sizes are lengths" "" "$(cd "$j/$job" && for f in $(find . -type f); do
	[ "$(stat -c %s "$f")" = "$(cat "$f" | wc -c)" ] || echo "$f"; done)"
fails "no other part" ENOENT "ls $j/$job/sub_jobs/$job"
costs "a job that is over is not asked again" 0 bash -c "cat $j/$job/status; find $j -type f -exec cat {} +"

# Failure: the part says why, and so does the job.
control POST faults kind=job-fail >"$dir/out"
ok "a create that will fail" mkdir "$s/doomed"
job=$(ls -t "$j" | grep -v "$job")
becomes "its job fails" "$j/$job/status" FAIL
like "the reason" "Ecs.0319 *" "$(cat "$j/$job/error")"
is "is the part's" "$(cat "$j/$job/error")" "$(cat "$j/$job/sub_jobs"/*/error)"

# Somebody else's job, by id.
other=$(api POST "ecs/v1/$p/cloudservers/action" \
	"{\"os-stop\":{\"type\":\"SOFT\",\"servers\":[{\"id\":\"$(some ACTIVE)\"}]}}" | jq -r .job_id)
costs "somebody else's job" 1 cat "$j/$other/type"
ok "is listed from now on" test -n "$(ls "$j" | grep -x "$other")"
becomes "and followed" "$j/$other/status" SUCCESS
costs "an unknown one is sought everywhere" 4 bash -c "! cat $j/0123456789abcdef0123456789abcdef/status"
is "at each service" "bms ecs evs ims" "$(control GET requests | grep 0123456789abcdef0123456789abcdef |
	sed 's|.* /eu-de/\([a-z]*\)/.*|\1|' | sort | xargs)"
fails "and is not there" ENOENT "cat $j/0123456789abcdef0123456789abcdef/status"
costs "what programs probe" 0 bash -c "! ls $j/.git"
detach
attach -o ttl=60
is "a new mount knows none" "" "$(ls "$j")"
is "but finds them" SUCCESS "$(cat "$j/$other/status")"

done_testing
