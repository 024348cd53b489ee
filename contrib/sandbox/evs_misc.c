/*
 * EVS: types of volumes, quotas, zones (evs.md Q1–Q3).
 */
#include <string.h>

#include "contrib/sandbox/evs.h"

#define BACKUPS 100
#define BACKUP_GB 5120

/* "eu-de-01,eu-de-02" of the digits "12" */
static char *zones(const Region *region, const char *digits)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();

	for (int i = 0; i < REGION_AZS; i++)
		if (strchr(digits, '1' + i))
			g_ptr_array_add(names, (gpointer)region->az[i]);
	g_ptr_array_add(names, NULL);
	return g_strjoinv(",", (char **)names->pdata);
}

static const char *type_id(const VolumeType *type)
{
	return text_uuid(world.key, text_format("volume type %s", type->name));
}

static void write_type(GString *out, const Region *region, const VolumeType *type)
{
	g_autofree char *have = zones(region, type->zones);
	g_autofree char *sold = zones(region, type->sold_out);

	json_write(out,
		   "{'id':%s,'name':%s,'is_public':true,'description':null,'qos_specs_id':null,"
		   "'extra_specs':{'volume_backend_name':%s,'availability-zone':%s,"
		   "'RESKEY:availability_zones':%s",
		   type_id(type), type->name, type->name, region->az[0], have);
	if (*sold)
		json_write(out, ",'os-vendor-extended:sold_out_availability_zones':%s", sold);
	g_string_append(out, "}}");
}

void evs_types_list(Request *req)
{
	reply(req, 200, "{'volume_types':[");
	for (const VolumeType *type = volume_types; type->name; type++) {
		json_comma(req->out);
		write_type(req->out, req->region, type);
	}
	g_string_append(req->out, "]}");
}

void evs_type_get(Request *req)
{
	for (const VolumeType *type = volume_types; type->name; type++) {
		if (strcmp(type_id(type), req->param[1]) != 0)
			continue;
		reply(req, 200, "{'volume_type':");
		write_type(req->out, req->region, type);
		g_string_append_c(req->out, '}');
		return;
	}
	fail_nova(req, 404, "Volume type %s could not be found.", req->param[1]);
}

static const char *const type_quotas[] = { "volumes", "gigabytes", "snapshots", NULL };

static void write_quota(GString *out, const char *name, const char *type, int limit, int used)
{
	json_comma(out);
	json_write(out, "%s:{'reserved':0,'limit':%d,'in_use':%d}",
		   text_format("%s%s%s", name, type ? "_" : "", type ? type : ""), limit, used);
}

static void write_type_quotas(GString *out, const Project *project, const VolumeType *type)
{
	int volumes = 0, gigabytes = 0, snapshots = 0;

	for (unsigned i = 0; i < project->volumes->len; i++) {
		const Volume *volume = project->volumes->pdata[i];
		if (strcmp(volume->type, type->name) != 0)
			continue;
		volumes++;
		gigabytes += volume->size_gb;
	}
	for (unsigned i = 0; i < project->snapshots->len; i++) {
		const Snapshot *snapshot = project->snapshots->pdata[i];
		if (strcmp(snapshot->volume->type, type->name) != 0)
			continue;
		snapshots++;
		gigabytes += snapshot->size_gb;
	}
	write_quota(out, "volumes", type->name, -1, volumes);
	write_quota(out, "gigabytes", type->name, -1, gigabytes);
	write_quota(out, "snapshots", type->name, -1, snapshots);
}

void evs_quota_get(Request *req)
{
	const Project *project = req->project;
	const char *usage = request_arg(req, "usage");

	if (strcmp(req->param[1], project->id) != 0) {
		fail_ecs(req, 400, "EVS.0001", "The project ID is wrong.");
		return;
	}
	if (!usage || g_ascii_strcasecmp(usage, "true") != 0) {
		fail_ecs(req, 400, "EVS.5400", "usage=True is missing.");
		return;
	}
	reply(req, 200, "{'quota_set':{'id':%s", project->id);
	write_quota(req->out, "volumes", NULL, project->max_volumes, project->volumes_used);
	write_quota(req->out, "gigabytes", NULL, project->max_gigabytes, project->gigabytes_used);
	write_quota(req->out, "snapshots", NULL, project->max_snapshots, project->snapshots_used);
	write_quota(req->out, "backups", NULL, BACKUPS, 0);
	write_quota(req->out, "backup_gigabytes", NULL, BACKUP_GB, 0);
	write_quota(req->out, "per_volume_gigabytes", NULL, VOLUME_MAX_GB, 0);
	for (const VolumeType *type = volume_types; type->name; type++)
		write_type_quotas(req->out, project, type);
	g_string_append(req->out, "}}");
}

/* The numbers alone */
static void write_limits(Request *req, const Project *project)
{
	reply(req, 200,
	      "{'quota_set':{'id':%s,'volumes':%d,'gigabytes':%d,'snapshots':%d,'backups':%d,"
	      "'backup_gigabytes':%d,'per_volume_gigabytes':%d,'groups':10",
	      project->id, project->max_volumes, project->max_gigabytes, project->max_snapshots,
	      BACKUPS, BACKUP_GB, VOLUME_MAX_GB);
	for (const VolumeType *type = volume_types; type->name; type++)
		for (int i = 0; type_quotas[i]; i++)
			json_write(req->out, ",%s:-1",
				   text_format("%s_%s", type_quotas[i], type->name));
	g_string_append(req->out, "}}");
}

/* v3, where usage=True is optional */
void evs_quota_get_v3(Request *req)
{
	const char *usage = request_arg(req, "usage");

	if (strcmp(req->param[1], req->project->id) == 0 &&
	    (!usage || g_ascii_strcasecmp(usage, "true") != 0))
		write_limits(req, req->project);
	else
		evs_quota_get(req);
}

/* Cinder's own way to tell the same */
void evs_limits_get(Request *req)
{
	const Project *project = req->project;

	reply(req, 200,
	      "{'limits':{'rate':[],'absolute':{'maxTotalVolumes':%d,'totalVolumesUsed':%d,"
	      "'maxTotalVolumeGigabytes':%d,'totalGigabytesUsed':%d,'maxTotalSnapshots':%d,"
	      "'totalSnapshotsUsed':%d,'maxTotalBackups':%d,'totalBackupsUsed':0,"
	      "'maxTotalBackupGigabytes':%d,'totalBackupGigabytesUsed':0}}}",
	      project->max_volumes, project->volumes_used, project->max_gigabytes,
	      project->gigabytes_used, project->max_snapshots, project->snapshots_used, BACKUPS,
	      BACKUP_GB);
}

void evs_zones_list(Request *req)
{
	reply(req, 200, "{'availabilityZoneInfo':[");
	for (int i = 0; i < REGION_AZS; i++) {
		json_comma(req->out);
		json_write(req->out, "{'zoneState':{'available':true},'zoneName':%s}",
			   req->region->az[i]);
	}
	g_string_append(req->out, "]}");
}
