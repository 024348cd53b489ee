#!/bin/sh
# Replies against the shapes of the documents' examples: all that test-shapes.sh and test-volumes.sh do not
# compare, and that each example is compared somewhere.
here=$(dirname "$0")
. "$here/lib.sh"
. "$here/shapes/shape.sh"
start --job-delay 500 --boot-time 200 --absent-time 0 --start-time 100 --stop-time 100 --reboot-time 100 \
	--resize-time 200 --delete-time 100 --image-time 300 --volume-time 100 --network-time 1
login
vpc=$base/eu-de/vpc/v1/$project
evs=$base/eu-de/evs
ims=$base/eu-de/ims
bms=$base/eu-de/bms/v1/$project
nullable='(description|fault|message|events|updated_at|traceback|__originalimagename|dns_list|gateway|max_ram|disk|source_volid|port_id|private_ip_address|user_data|virtual_size)$'
# members of IPv6, of DHCP options, and of images that are made of other things than servers
optional='_v6$|extra_dhcp_opts[.]|[.]?__(backup_id|productcode|support_fc_inject|originalimagename)$'
either='[.]image$' # an object, or "" of a server that was started from a volume
v=2.60

# newer METHOD URL SHAPE [BODY] - with a microversion
newer()
{
	see "$1" "$2" "$3" "$4" -H "X-OpenStack-Nova-API-Version: $v"
}

job_over()
{
	[ "$(get "$1/jobs/$2" .status)" != INIT ] && [ "$(body .status)" != RUNNING ]
}

# done_by BASE - the job of the last reply is over; leaves it in the body
done_by()
{
	job=$(body .job_id)
	wait_for 10 job_over "$1" "$job" || is "a job ends" SUCCESS "$(body .status)"
}

# done_as BASE SHAPE - what the job looks like then
done_as()
{
	done_by "$1"
	shape "$2"
}

on=$(first ACTIVE)
off=$(first SHUTOFF)

# ECS
see POST "$ecs/cloudservers/action" ecs-batch-reboot '{"reboot":{"type":"SOFT","servers":[{"id":"'"$on"'"}]}}'
see GET "$ecs/jobs/$(body .job_id)" ecs-job-init
call POST "$ecs/cloudservers" "$(order s1)"
job=$(body .job_id)
runs()
{
	[ "$(get "$ecs/jobs/$job" .status)" = RUNNING ]
}
wait_for 5 runs
shape ecs-job-running
wait_for 10 job_over "$ecs" "$job"
made=$(body .entities.sub_jobs[0].entities.server_id)
see POST "$ecs/cloudservers/action" ecs-batch-stop '{"os-stop":{"servers":[{"id":"'"$made"'"}]}}'
done_by "$ecs"
see POST "$ecs/cloudservers/$made/resize" ecs-resize '{"resize":{"flavorRef":"s3.large.2"}}'
done_by "$ecs"
v2=$base/eu-de/ecs/v2/$project/cloudservers
see POST "$v2/$made/changeos" ecs-changeos '{"os-change":{"imageid":"'"$(id image)"'","adminpass":"Abc-12345"}}'
done_by "$ecs"
see POST "$v2/$made/reinstallos" ecs-reinstallos '{"os-reinstall":{"adminpass":"Abc-12345"}}'
done_by "$ecs"
see POST "$ecs/cloudservers/$made/migrate" ecs-migrate '{"migrate":{"dedicated_host_id":"'"$(id dedicated_host)"'"}}'
done_by "$ecs"
see POST "$ecs/cloudservers/action" ecs-batch-start '{"os-start":{"servers":[{"id":"'"$made"'"}]}}'
done_by "$ecs"
see POST "$ecs/cloudservers/$made/metadata" ecs-metadata-update '{"metadata":{"key1":"value1"}}'
see POST "$ecs/cloudservers/$made/nics" ecs-nics-add '{"nics":[{"subnet_id":"'"$(id subnet)"'"}]}'
done_as "$ecs" ecs-job-nic
see GET "$ecs/cloudservers/$made/os-interface" ecs-interfaces
nic=$(body '.interfaceAttachments[-1].port_id')
see GET "$nova/servers/$made/os-interface" nova-interfaces
see GET "$nova/servers/$made/os-interface/$nic" nova-interface
see POST "$ecs/cloudservers/$made/nics/delete" ecs-nics-delete '{"nics":[{"id":"'"$nic"'"}]}'
done_by "$ecs"
see POST "$nova/servers/$made/os-interface" nova-interface-add \
	'{"interfaceAttachment":{"net_id":"'"$(id subnet)"'"}}'
see GET "$ecs/cloudservers/$made/block_device" ecs-block-devices
disk=$(body '.volumeAttachments[0].volumeId')
see GET "$ecs/cloudservers/$made/block_device/$disk" ecs-block-device
see GET "$nova/servers/$made/block_device" ecs-block-devices-v2.1
see GET "$nova/servers/$made/block_device/$disk" ecs-block-device-v2.1
see POST "$ecs/cloudservers/os-server-groups" ecs-server-group-create \
	'{"server_group":{"name":"g","policies":["anti-affinity"]}}'
group=$(body .server_group.id)
see GET "$ecs/cloudservers/os-server-groups/$group" ecs-server-group-get
call POST "$ecs/cloudservers/os-server-groups" '{"server_group":{"name":"h","policies":["anti-affinity"]}}'
see GET "$ecs/cloudservers/os-server-groups?limit=1&marker=" ecs-server-groups
newer GET "$nova/os-server-groups" nova-server-groups
call POST "$ecs/cloudservers/$made/tags/action" '{"action":"create","tags":[{"key":"k","value":"v"}]}'
tagged=$base/eu-de/ecs/v1/$project/servers/resource_instances/action
see POST "$tagged" ecs-servers-by-tag-filter '{"action":"filter","limit":"10","tags":[{"key":"k","values":["v"]}]}'
see POST "$tagged" ecs-servers-by-tag-count '{"action":"count","tags":[{"key":"k","values":["v"]}]}'

# Nova
see GET "$nova/servers/detail?limit=2" nova-servers-detail
see GET "$nova/servers/$made" nova-server-get
see PUT "$nova/servers/$made" nova-server-update '{"server":{"name":"renamed"}}'
see GET "$nova/servers/$made/metadata" nova-metadata
see GET "$nova/servers/$made/metadata/key1" nova-metadata-key
newer PUT "$nova/servers/$made/tags" nova-server-tags '{"tags":["a","b"]}'
newer GET "$nova/servers/$made/tags" nova-server-tags
newer PUT "$nova/servers/$made/tags/c" nova-tag-add
see GET "$nova/servers/$made/ips" nova-ips
call POST "$nova/servers/$made/action" '{"addSecurityGroup":{"name":"sg-web"}}'
see GET "$nova/servers/$made/os-security-groups" nova-server-security-groups
see GET "$nova/servers/$made/os-instance-actions" nova-instance-actions
see GET "$nova/servers/$made/os-server-password" nova-server-password
see POST "$nova/servers/$made/action" nova-console-output '{"os-getConsoleOutput":{"length":5}}'
newer POST "$nova/servers/$made/remote-consoles" nova-remote-console \
	'{"remote_console":{"protocol":"vnc","type":"novnc"}}'
see GET "$nova/flavors" nova-flavors
see GET "$nova/flavors/detail" nova-flavors-detail
see GET "$nova/flavors/s3.large.2/os-extra_specs" nova-flavor-extra-specs
see GET "$nova/os-quota-sets/$project/defaults" nova-quota-defaults
see POST "$nova/os-keypairs" nova-keypair-import '{"keypair":{"name":"imported","public_key":"'"$(
	get "$nova/os-keypairs/KeyPair-demo" .keypair.public_key)"'"}}'
see POST "$nova/servers" nova-server-create-reservation '{"server":{"name":"r","flavorRef":"'"$(id flavor)"'",
	"imageRef":"'"$(id image)"'","networks":[{"uuid":"'"$(id subnet)"'"}],"return_reservation_id":true}}'
see POST "$nova/servers/$off/action" nova-server-rebuild '{"rebuild":{"imageRef":"'"$(id image)"'"}}'
# EVS
new_volume='"name":"v","availability_zone":"eu-de-01","size":10,"volume_type":"SAS","tags":{"k":"v"}'
see POST "$evs/v2/$project/cloudvolumes" evs-volume-create '{"volume":{'"$new_volume"',"count":1}}'
done_by "$evs/v1/$project"
volume=$(body .entities.volume_id)
see GET "$evs/v2/$project/os-vendor-volumes/$volume/tags" evs-volume-tags
see POST "$evs/v2/$project/volumes/$volume/retype" evs-volume-retype \
	'{"os-retype":{"new_type":"SSD","migration_policy":"never"}}'
done_as "$evs/v1/$project" evs-job-running
call POST "$evs/v2/$project/cloudsnapshots" '{"snapshot":{"volume_id":"'"$volume"'","name":"s"}}'
snapshot=$(body .snapshot.id)
call POST "$evs/v2/$project/cloudsnapshots" '{"snapshot":{"volume_id":"'"$volume"'","name":"s2"}}'
second=$(body .snapshot.id)
see PUT "$evs/v2/$project/cloudsnapshots/$snapshot" evs-snapshot-update '{"snapshot":{"name":"t"}}'
see GET "$evs/v2/$project/cloudsnapshots/detail?limit=1" evs-snapshots-detail
kept()
{
	[ "$(get "$evs/v2/$project/cloudsnapshots/$1" .snapshot.status)" = available ]
}
for one in "$snapshot" "$second"; do
	wait_for 5 kept "$one"
	call DELETE "$evs/v2/$project/cloudsnapshots/$one"
done
bare()
{
	call DELETE "$evs/v2/$project/cloudvolumes/$volume"
	[ "$status" = 200 ]
}
wait_for 5 bare
shape evs-volume-delete

# IMS
see GET "$ims/v2/images?limit=2" glance-images
see GET "$ims/v2/images/$(id image)" glance-image-get
see GET "$ims/v1/cloudimages/quota" ims-quota
see POST "$ims/v2/cloudimages/action" ims-image-create '{"name":"i","description":"d","instance_id":"'"$on"'",
	"image_tags":[{"key":"k","value":"v"}]}'
done_as "$ims/v1/$project" ims-job-create-image
image=$(body .entities.image_id)
see PATCH "$ims/v2/cloudimages/$image" ims-image-update '[{"op":"replace","path":"/name","value":"j"},
	{"op":"add","path":"/hw_vif_multiqueue_enabled","value":"true"}]'
see GET "$ims/v2/$project/images/$image/tags" ims-image-tags
see GET "$ims/v2/$project/images/tags" ims-project-tags

# VPC
see POST "$vpc/vpcs" vpc-vpc-create '{"vpc":{"name":"n","cidr":"192.168.0.0/16"}}'
net=$(body .vpc.id)
see GET "$vpc/vpcs/$net" vpc-vpc-get
see PUT "$vpc/vpcs/$net" vpc-vpc-update '{"vpc":{"name":"m"}}'
see POST "$vpc/subnets" vpc-subnet-create '{"subnet":{"name":"s","cidr":"192.168.1.0/24","gateway_ip":"192.168.1.1",
	"vpc_id":"'"$net"'","primary_dns":"100.125.4.25","secondary_dns":"100.125.129.199",
	"dnsList":["100.125.4.25","100.125.129.199"],"dhcp_enable":true}}'
subnet=$(body .subnet.id)
ready()
{
	[ "$(get "$vpc/subnets/$subnet" .subnet.status)" = ACTIVE ]
}
wait_for 5 ready
shape vpc-subnet-get
see PUT "$vpc/vpcs/$net/subnets/$subnet" vpc-subnet-update '{"subnet":{"name":"t"}}'
see POST "$vpc/security-groups" vpc-security-group-create '{"security_group":{"name":"sg"}}'
sg=$(body .security_group.id)
see GET "$vpc/security-groups/$sg" vpc-security-group-get
see POST "$vpc/security-group-rules" vpc-security-group-rule-create '{"security_group_rule":{"direction":"ingress",
	"port_range_min":80,"port_range_max":80,"ethertype":"IPv4","protocol":"tcp",
	"remote_group_id":"'"$sg"'","security_group_id":"'"$sg"'"}}'
port=$(get "$base/eu-de/vpc/v2.0/ports?device_id=$on" .ports[0].id)
see POST "$base/eu-de/vpc/v2.0/$project/security-groups/$sg/instance/action" vpc-sg-port-action \
	'{"action":"remove","ports":[{"id":"'"$port"'"},{"id":"none"}]}'
see POST "$vpc/publicips" vpc-publicip-create '{"publicip":{"type":"5_bgp"},
	"bandwidth":{"name":"b","size":5,"share_type":"PER"}}'
eip=$(body .publicip.id)
free=$(get "$base/eu-de/vpc/v2.0/ports?device_id=$made" .ports[0].id)
free_eip()
{
	[ "$(get "$vpc/publicips/$eip" .publicip.status)" = DOWN ]
}
wait_for 5 free_eip
see PUT "$vpc/publicips/$eip" vpc-publicip-bind '{"publicip":{"port_id":"'"$free"'"}}'
see GET "$vpc/publicips/$eip" vpc-publicip-get
bandwidth=$(body .publicip.bandwidth_id)
see GET "$vpc/bandwidths/$bandwidth" vpc-bandwidth-get
see PUT "$vpc/bandwidths/$bandwidth" vpc-bandwidth-update '{"bandwidth":{"size":6}}'
see POST "$base/eu-de/vpc/v2.0/$project/bandwidths" vpc-shared-bandwidth-create '{"bandwidth":{"name":"w","size":10}}'

see POST "$ecs/cloudservers/delete" ecs-delete '{"servers":[{"id":"'"$made"'"}]}'

# BMS
see GET "$bms/baremetalservers/detail?tags=__type_baremetal" bms-servers-detail
see GET "$bms/baremetalservers/$(body .servers[0].id)" bms-server-get
see GET "$bms/baremetalservers/flavors" bms-flavors
see GET "$bms/baremetalservers/limits" bms-limits

# IAM
see GET "$url/projects" iam-projects
see GET "$url/auth/catalog" iam-catalog
see POST "$base/v3.0/OS-CREDENTIAL/securitytokens" iam-temporary-aksk '{"auth":{"identity":{"methods":["token"]}}}'
auth demo sandbox '{"domain":{"name":"OTC-SANDBOX"}}' >"$dir/status"
cp "$dir/token" "$dir/body"
shape iam-token-domain

# What is wrong
see POST "$ecs/cloudservers" error-ecs '{'
see GET "$ecs/jobs/none" error-job-query
see POST "$nova/servers" error-nova-badrequest '{}'
see GET "$nova/servers/none" error-nova-itemnotfound
see POST "$nova/servers/$off/action" error-nova-conflict '{"os-start":null}'
see GET "$vpc/publicips/00000000-0000-0000-0000-000000000000" error-vpc
see GET "$base/eu-de/vpc/v2.0/ports/none" error-neutron
see GET "$ecs/none" error-apig
control POST faults 'kind=429 count=1' >"$dir/null"
see GET "$ecs/cloudservers/limits" error-apig-throttle
auth demo wrong >"$dir/status"
cp "$dir/token" "$dir/body"
shape error-iam-keystone
see POST "$base/v3.0/OS-CREDENTIAL/securitytokens" error-iam-own '{}'
login eu-de reader
see POST "$ecs/cloudservers" error-pdp "$(order r1)"

# Each example is compared
for file in "$here"/shapes/*.shape; do
	name=$(basename "$file" .shape)
	grep -qE "(shape|see .*|newer .*|done_as .*) $name( |\$)" "$here"/test-*.sh ||
		is "$name is compared with a reply" yes no
done
finish
