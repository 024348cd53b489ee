#!/bin/sh
# Replies against the shapes of the documents' examples: the calls that are used most. test-samples.sh has
# the others.
here=$(dirname "$0")
. "$here/lib.sh"
. "$here/shapes/shape.sh"
start --boot-time 200 --absent-time 0
login

# What may be null although an example shows a value
nullable='(task_state|key_name|user_data|launched_at|terminated_at|remote_group_id|remote_address_group_id|fault|description)$'

one=$(first ACTIVE)
see GET "$ecs/cloudservers/$one" ecs-server-get
see GET "$ecs/cloudservers/detail" ecs-servers-detail
see PUT "$ecs/cloudservers/$one" ecs-server-update '{"server":{"name":"shaped"}}'
see GET "$ecs/cloudservers/$one/tags" ecs-server-tags
see GET "$ecs/cloudservers/tags" ecs-project-tags
see GET "$ecs/cloudservers/limits" ecs-limits
see GET "$ecs/cloudservers/flavors" ecs-flavors
see GET "$base/eu-de/ecs/v2.1/$project/resize_flavors?instance_uuid=$one" ecs-resize-flavors
see POST "$ecs/cloudservers" ecs-create "$(order shaped)"
job=$(body .job_id)
job_over()
{
	[ "$(get "$ecs/jobs/$job" .status)" = "$1" ]
}
wait_for 5 job_over SUCCESS
shape ecs-job-success
control POST faults kind=job-fail >/dev/null
call POST "$ecs/cloudservers" "$(order doomed)"
job=$(body .job_id)
wait_for 5 job_over FAIL
shape ecs-job-fail

see GET "$nova/servers/$one" nova-server-detail-2.60 "" -H 'OpenStack-API-Version: compute 2.60'
see GET "$nova/servers" nova-servers
see POST "$nova/servers" nova-server-create '{"server":{"name":"n","flavorRef":"'"$(id flavor)"'",
	"imageRef":"'"$(id image)"'","networks":[{"uuid":"'"$(id subnet)"'"}]}}'
see GET "$nova/flavors/s3.large.2" nova-flavor-get
see GET "$nova/limits" nova-limits
see GET "$nova/os-quota-sets/$project" nova-quota-set
see GET "$nova/os-availability-zone" nova-availability-zones
see GET "$nova/os-keypairs" nova-keypairs "" -H 'X-OpenStack-Nova-API-Version: 2.2'
see POST "$nova/os-keypairs" nova-keypair-create '{"keypair":{"name":"k"}}' \
	-H 'X-OpenStack-Nova-API-Version: 2.2'
see GET "$nova/os-keypairs/k" nova-keypair-get
action=$(get "$nova/servers/$one/os-instance-actions" '.instanceActions[0].request_id')
see GET "$nova/servers/$one/os-instance-actions/$action" nova-instance-action-get
see GET "$base/eu-de/ecs/" nova-versions
see GET "$base/eu-de/ecs/v2.1" nova-version-get

auth demo sandbox '{"project":{"name":"eu-de"}}' >"$dir/status"
cp "$dir/token" "$dir/body"
shape iam-token-project
see GET "$url/auth/projects" iam-auth-projects
see GET "$url/regions" iam-regions
see GET "$base/eu-de/vpc/v1/$project/vpcs" vpc-vpcs
see GET "$base/eu-de/vpc/v1/$project/subnets" vpc-subnets
see GET "$base/eu-de/vpc/v1/$project/security-groups" vpc-security-groups
see GET "$base/eu-de/vpc/v1/$project/security-group-rules" vpc-security-group-rules
see GET "$base/eu-de/vpc/v1/$project/publicips" vpc-publicips
see GET "$base/eu-de/vpc/v1/$project/bandwidths" vpc-bandwidths
see GET "$base/eu-de/vpc/v1/$project/quotas" vpc-quotas
see GET "$base/eu-de/vpc/v2.0/ports?limit=1&device_id=$one" neutron-ports
see GET "$base/eu-de/vpc/v2.0/floatingips?limit=1" neutron-floatingips
see GET "$base/eu-de/vpc/v2.0/security-groups?limit=1" neutron-security-groups
see GET "$base/eu-de/vpc/v2.0/networks?limit=1" neutron-networks
see GET "$base/eu-de/vpc/v2.0/subnets?limit=1" neutron-subnets
see GET "$base/eu-de/ims/v2/cloudimages" ims-images
see GET "$base/eu-de/evs/v2/$project/cloudvolumes/detail" evs-volumes-detail

# ids: UUIDs with dashes, projects and jobs without
is "server ids are UUIDs" true "$(get "$ecs/cloudservers/$one" '.server.id
	| test("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")')"
is "times end in Z" true "$(body '.server.created | test("^....-..-..T..:..:..Z$")')"
is "launched_at has no zone" true \
	"$(body '.server."OS-SRV-USG:launched_at" | test("^....-..-..T..:..:..[.][0-9]{6}$")')"
is "job times have milliseconds" true "$(get "$ecs/jobs/$job" \
	'.begin_time | test("^....-..-..T..:..:..[.][0-9]{3}Z$")')"
call GET "$ecs/cloudservers/limits"
like "replies have an id" '*X-Request-Id: ????????????????????????????????*' "$(cat "$dir/head")"
like "and a date" '*Date: *' "$(cat "$dir/head")"
finish
