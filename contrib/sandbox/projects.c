#include "contrib/sandbox/projects.h"

#include <string.h>

#include "contrib/sandbox/token.h"

static void write_project(GString *out, const Project *project)
{
	g_autofree char *self = g_strconcat(world.base, "/v3/projects/", project->id, NULL);

	json_write(out,
		   "{'is_domain':false,'description':%s,'links':{'self':%s},'enabled':true,"
		   "'id':%s,'parent_id':%s,'domain_id':%s,'name':%s}",
		   project->description, self, project->id, project->parent ? project->parent->id : world.domain_id,
		   world.domain_id, project->name);
}

static void end_list(Request *req, const char *path)
{
	g_autofree char *self = g_strconcat(world.base, path, NULL);

	json_write(req->out, "],'links':{'self':%s,'previous':null,'next':null}}", self);
}

static void write_allowed(Request *req, const User *user, const char *path)
{
	reply(req, 200, "{'projects':[");
	for (int i = 0; i < WORLD_PROJECTS; i++) {
		if (!world_allowed(user, &world.projects[i]))
			continue;
		json_comma(req->out);
		write_project(req->out, &world.projects[i]);
	}
	end_list(req, path);
}

void auth_projects_list(Request *req)
{
	write_allowed(req, req->token->user, "/v3/auth/projects");
}

void user_projects_list(Request *req)
{
	g_autofree char *path = g_strdup_printf("/v3/users/%s/projects", req->param[0]);

	if (strcmp(req->param[0], req->token->user->id) == 0)
		write_allowed(req, req->token->user, path);
	else
		fail_iam(req, 403, "You are not authorized to perform the requested action.");
}

void auth_domains_list(Request *req)
{
	g_autofree char *self = g_strconcat(world.base, "/v3/domains/", world.domain_id, NULL);

	reply(req, 200,
	      "{'domains':[{'description':'','enabled':true,'id':%s,'links':{'self':%s},"
	      "'name':%s}",
	      world.domain_id, self, world.domain_name);
	end_list(req, "/v3/auth/domains");
}

static bool filter(const Request *req, const char *name, const char *value)
{
	const char *want = request_arg(req, name);

	return !want || strcmp(want, value) == 0;
}

static bool selected(const Request *req, const Project *project)
{
	return filter(req, "name", project->name) && filter(req, "domain_id", world.domain_id) &&
	       filter(req, "parent_id", project->parent ? project->parent->id : world.domain_id) &&
	       filter(req, "enabled", "true") && filter(req, "is_domain", "false") &&
	       world_allowed(req->token->user, project);
}

void projects_list(Request *req)
{
	int page = 1, per_page = 5000, seen = 0;

	if (!request_int(req, "page", 1, G_MAXINT, &page) ||
	    !request_int(req, "per_page", 1, 5000, &per_page)) {
		fail_iam(req, 400, "Invalid page or per_page.");
		return;
	}
	/* one alone has no effect */
	bool paged = request_arg(req, "page") && request_arg(req, "per_page");
	reply(req, 200, "{'projects':[");
	for (int i = 0; i < WORLD_PROJECTS; i++) {
		if (!selected(req, &world.projects[i]))
			continue;
		if (!paged || seen / per_page == page - 1) {
			json_comma(req->out);
			write_project(req->out, &world.projects[i]);
		}
		seen++;
	}
	end_list(req, "/v3/projects");
}

void projects_get(Request *req)
{
	const Project *project = world_project_by_id(req->param[0]);

	if (!project || !world_allowed(req->token->user, project)) {
		fail_iam(req, 404, "Could not find project: %s.", req->param[0]);
		return;
	}
	reply(req, 200, "{'project':");
	write_project(req->out, project);
	g_string_append_c(req->out, '}');
}

static void write_region(GString *out, const Region *region)
{
	g_autofree char *self = g_strconcat(world.base, "/v3/regions/", region->name, NULL);

	json_write(out,
		   "{'parent_region_id':null,'description':'','links':{'self':%s},"
		   "'type':'public','id':%s,'locales':{'en-us':%s}}",
		   self, region->name, region->description);
}

void regions_list(Request *req)
{
	reply(req, 200, "{'regions':[");
	for (int i = 0; i < WORLD_REGIONS; i++) {
		json_comma(req->out);
		write_region(req->out, &world.regions[i]);
	}
	end_list(req, "/v3/regions");
}

void regions_get(Request *req)
{
	const Region *region = world_region(req->param[0]);

	if (!region) {
		fail_iam(req, 404, "Could not find region: %s.", req->param[0]);
		return;
	}
	reply(req, 200, "{'region':");
	write_region(req->out, region);
	g_string_append_c(req->out, '}');
}
