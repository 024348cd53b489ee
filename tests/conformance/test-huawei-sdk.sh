#!/bin/bash
# Huawei's own SDK against the sandbox, signing with an access key: what it lists, makes and changes is what
# a mount shows.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../mount/lib.sh"

command -v node >/dev/null || { echo "1..0 # SKIP node is missing"; exit 0; }
[ -e "$HUAWEI_SDK/installed" ] ||
	{ echo "1..0 # SKIP the SDK is not installed: tests/run conformance does it"; exit 0; }

# h SERVICE METHOD [REQUEST] - one call; its answer is in $dir/h.out too, its error in $dir/h.err
h()
{
	node "$here/huawei-sdk/call.cjs" "$@" >"$dir/h.out" 2>"$dir/h.err" ||
		{ tail -n 1 "$dir/h.err" | sed 's/^/# /'; return 1; }
	cat "$dir/h.out"
}

answer()
{
	jq -r "$1" "$dir/h.out"
}

job_over()
{
	h ecs showJob "{\"jobId\":\"$1\"}" | jq -e '.status == "SUCCESS"'
}

# done_there NAME - the job of the last answer succeeds
done_there()
{
	ok "$1" wait_for 20 job_over "$(answer .job_id)"
}

cloud --servers 8
export SDK=$HUAWEI_SDK BASE=$base REGION=eu-de
export ACCESS_KEY=SANDBOXDEMO000000001 SECRET_KEY=sandboxDemoSecretKeyOpensNoDoorsAtAll001
export PROJECT
PROJECT=$(h iam keystoneListProjects '{"name":"eu-de"}' | jq -r '.projects[0].id')
attach -o allow_delete

# The same in both.
id=$(some ACTIVE)
is "the project" "$(cat "$s/$id/project_id")" "$PROJECT"
is "servers" "$(cat "$m"/eu-de/*/servers/*/id "$m"/eu-de/bms/*/id | sort)" \
	"$(h ecs listServersDetails '{"limit":100}' | jq -r '.servers[].id' | sort)"
is "servers, page by page" "$(answer '[.servers[].id] | sort | join(" ")')" \
	"$(marker=
	while h ecs listCloudServers "{\"limit\":3,\"marker\":\"$marker\"}" >"$dir/null"; do
		answer '.servers[].id'
		[ "$(answer '.servers_links | length')" = 1 ] || break
		marker=$(answer '.servers[-1].id')
	done | sort | xargs)"
is "a server" "$(cat "$s/$id/name") ACTIVE $(cat "$s/$id/flavor")" \
	"$(h ecs showServer "{\"serverId\":\"$id\"}" | jq -r '.server | "\(.name) \(.status) \(.flavor.id)"')"
is "a server in the Nova dialect" "$(cat "$s/$id/name")" \
	"$(h ecs novaShowServer "{\"serverId\":\"$id\"}" | jq -r .server.name)"
is "flavors" "$(ls "$m/eu-de/flavors")" "$(h ecs listFlavors | jq -r '.flavors[].id' | sort)"
is "zones" "$(cd "$m/eu-de" && ls -d eu-de-*)" \
	"$(h ecs listServerAzInfo | jq -r '.availability_zones[].availability_zone_id' | sort)"
is "zones in the Nova dialect" "$(cd "$m/eu-de" && ls -d eu-de-*)" \
	"$(h ecs novaListAvailabilityZones | jq -r '.availabilityZoneInfo[].zoneName' | sort)"
is "key pairs" "$(ls "$m/eu-de/keypairs")" "$(h ecs novaListKeypairs | jq -r '.keypairs[].keypair.name' | sort)"
is "limits" "$(cat "$m/eu-de/quotas/instances")" \
	"$(h ecs showServerLimits | jq -r '.absolute | "\(.totalInstancesUsed) \(.maxTotalInstances)"')"
is "VPCs" "$(cat "$m"/eu-de/vpcs/*/id | sort)" "$(h vpc listVpcs | jq -r '.vpcs[].id' | sort)"
is "subnets" "$(cat "$m"/eu-de/vpcs/*/subnets/*/id | sort)" \
	"$(h vpc listSubnets | jq -r '.subnets[].id' | sort)"
is "security groups" "$(cat "$m"/eu-de/security_groups/*/id | sort)" \
	"$(h vpc listSecurityGroups | jq -r '.security_groups[].id' | sort)"
is "networks" "$(cat "$m"/eu-de/vpcs/*/subnets/*/id | sort)" \
	"$(h vpc neutronListNetworks | jq -r '.networks[].id' | sort)"
is "disks of the server" "$(ls "$s/$id/volumes")" \
	"$(h ecs listServerBlockDevices "{\"serverId\":\"$id\"}" | jq -r '.volumeAttachments[].volumeId' | sort)"
is "regions" "eu-de eu-nl" "$(h iam keystoneListRegions | jq -r '[.regions[].id] | sort | join(" ")')"

# Make one there, look at it here.
ok "create" h ecs createServers "{\"body\":{\"server\":{\"name\":\"made-there\",\"availability_zone\":\"eu-de-01\",
	\"imageRef\":\"$(cat "$m/eu-de/images/Standard_Debian_12_amd64_bios_latest/id")\",
	\"flavorRef\":\"s3.medium.1\",\"vpcid\":\"$(cat "$m/eu-de/vpcs/vpc-default/id")\",
	\"nics\":[{\"subnet_id\":\"$(cat "$m/eu-de/vpcs/vpc-default/subnets/subnet-web/id")\"}],
	\"root_volume\":{\"volumetype\":\"SSD\",\"size\":40}}}}"
done_there "made"
new=$(answer .entities.sub_jobs[0].entities.server_id)
ok "refresh" touch "$s"
is "it is here" "made-there ACTIVE" "$(cat "$s/$new"/{name,status} | xargs)"
ok "rename" h ecs updateServer "{\"serverId\":\"$new\",\"body\":{\"server\":{\"name\":\"renamed-there\"}}}"
ok "tag" h ecs batchCreateServerTags "{\"serverId\":\"$new\",\"body\":{\"action\":\"create\",
	\"tags\":[{\"key\":\"shard\",\"value\":\"7\"}]}}"
ok "metadata" h ecs updateServerMetadata "{\"serverId\":\"$new\",\"body\":{\"metadata\":{\"a\":\"1\",\"b\":\"2\"}}}"
ok "less metadata" h ecs deleteServerMetadata "{\"serverId\":\"$new\",\"key\":\"a\"}"
ok "refresh" touch "$s"
is "the mount shows it" "renamed-there 7 2" \
	"$(cat "$s/$new"/{name,tags/shard,metadata/b} | xargs)"
ok "what is gone is gone" test ! -e "$s/$new/metadata/a"
ok "several renamed" h ecs batchUpdateServersName \
	"{\"body\":{\"name\":\"once-more\",\"servers\":[{\"id\":\"$new\"}]}}"
ok "refresh" touch "$s"
is "the mount shows that" once-more "$(cat "$s/$new/name")"
ok "console" h ecs showServerRemoteConsole "{\"serverId\":\"$new\",
	\"body\":{\"remote_console\":{\"protocol\":\"vnc\",\"type\":\"novnc\"}}}"
like "is an address" "https://*" "$(answer .remote_console.url)"

# Stop, resize, start, delete.
ok "stop" h ecs batchStopServers "{\"body\":{\"os-stop\":{\"servers\":[{\"id\":\"$new\"}],\"type\":\"SOFT\"}}}"
done_there "stopped"
ok "refresh" touch "$s"
is "the mount shows it" SHUTOFF "$(cat "$s/$new/status")"
ok "resize" h ecs resizeServer "{\"serverId\":\"$new\",\"body\":{\"resize\":{\"flavorRef\":\"s3.large.2\"}}}"
done_there "resized"
ok "refresh" touch "$s"
is "the mount shows that" s3.large.2 "$(cat "$s/$new/flavor")"
ok "started here" bash -c "echo start >$s/$new/action"
started_there()
{
	h ecs showServer "{\"serverId\":\"$new\"}" | jq -e '.server.status == "ACTIVE"'
}
ok "and there" wait_for 20 started_there
ok "reboot" h ecs batchRebootServers "{\"body\":{\"reboot\":{\"servers\":[{\"id\":\"$new\"}],\"type\":\"SOFT\"}}}"
done_there "rebooted"
ok "stop" h ecs batchStopServers "{\"body\":{\"os-stop\":{\"servers\":[{\"id\":\"$new\"}]}}}"
done_there "stopped"
ok "start" h ecs batchStartServers "{\"body\":{\"os-start\":{\"servers\":[{\"id\":\"$new\"}]}}}"
done_there "started"
ok "refresh" touch "$s"
is "the mount follows" ACTIVE "$(cat "$s/$new/status")"
ok "delete" h ecs deleteServers "{\"body\":{\"servers\":[{\"id\":\"$new\"}],\"delete_volume\":true}}"
done_there "deleted"
ok "refresh" touch "$s"
ok "gone from the mount" wait_for 20 gone "$s/$new"

# Errors are known ones.
h ecs showServer "{\"serverId\":\"$new\"}" >"$dir/null"
like "an unknown server" "404 Ecs.0114 *" "$(tail -n 1 "$dir/h.err")"
SECRET_KEY=wrong h ecs showServerLimits >"$dir/null"
like "a wrong secret key" "401 APIG.0301 *aksk signature*" "$(tail -n 1 "$dir/h.err")"
done_testing
