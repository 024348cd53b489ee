#include "contrib/sandbox/router.h"

#include <string.h>

#include "contrib/sandbox/access.h"
#include "contrib/sandbox/credentials.h"
#include "contrib/sandbox/token.h"

/* Two services can share a host: the first with a fitting route answers */
static const Service *const services[] = {
	&identity_service, &access_service, &credentials_service, &ecs_service, &nova_service,
	&vpc_service,	   &ims_service,    &evs_service,	  &bms_service, NULL,
};

static bool is_project_id(const char *text)
{
	return strlen(text) == 32 && strspn(text, "0123456789abcdefABCDEF") == 32;
}

static void clear_params(Request *req)
{
	for (int i = 0; i < REQUEST_PARAMS; i++)
		g_clear_pointer(&req->param[i], g_free);
}

/* Is @text one of "this|that"? */
static bool is_one_of(const char *text, const char *choices)
{
	g_auto(GStrv) choice = g_strsplit(choices, "|", -1);

	return g_strv_contains((const char *const *)choice, text);
}

static bool match_segments(char **want, char **have, Request *req)
{
	int params = 0;

	for (; *want; want++) {
		if (strcmp(*want, "{p?}") == 0 && (!*have || !is_project_id(*have))) {
			req->param[params++] = g_strdup("");
			continue;
		}
		if (!*have)
			return false;
		if (**want == '{') {
			if (!**have || params == REQUEST_PARAMS)
				return false;
			/* a segment that cannot be decoded stays as it is and names nothing */
			char *text = g_uri_unescape_string(*have, NULL);
			req->param[params++] = text ? text : g_strdup(*have);
		} else if (!is_one_of(*have, *want)) {
			return false;
		}
		have++;
	}
	return !*have || (!**have && !have[1]); /* a trailing slash is forgiven */
}

bool router_match(const char *pattern, const char *path, Request *req)
{
	g_auto(GStrv) want = g_strsplit(pattern + 1, "/", -1);
	g_auto(GStrv) have = g_strsplit(*path == '/' ? path + 1 : path, "/", -1);

	clear_params(req);
	if (!*pattern || !pattern[1]) /* "/" */
		return !have[0] || (!*have[0] && !have[1]);
	return match_segments(want, have, req);
}

/* The path behind /region/service, or NULL if it is not below it */
static const char *below(const Service *service, const char *path, Region **region)
{
	g_auto(GStrv) part = g_strsplit(path, "/", 4);

	*region = NULL;
	if (!service->mount)
		return path;
	if (g_strv_length(part) < 3 || strcmp(part[2], service->mount) != 0)
		return NULL;
	*region = world_region(part[1]);
	return *region ? path + 2 + strlen(part[1]) + strlen(part[2]) : NULL;
}

static const Service *find(Request *req)
{
	bool plain = world.options.openstack;

	for (int i = 0; services[i]; i++) {
		Region *region = NULL;
		if (plain && services[i]->otc)
			continue;
		const char *path = below(services[i], req->path, &region);
		if (!path)
			continue;
		for (const Route *route = services[i]->routes; route->method; route++) {
			if (strcmp(route->method, req->method) != 0 ||
			    route->flags & (plain ? ROUTE_OTC : ROUTE_PLAIN) ||
			    !router_match(route->pattern, path, req))
				continue;
			req->route = route;
			req->region = region;
			return services[i];
		}
	}
	clear_params(req);
	return NULL;
}

/* A token or a signature; the gateway's answers to a missing or bad one, identity has its own */
static bool check_token(Request *req, const Service *service)
{
	const char *text = request_header(req, "x-auth-token");
	Token *token = token_find(text);

	if (token && token_alive(token)) {
		req->token = token;
		req->project = token->project;
		return true;
	}
	if (!text && request_header(req, "authorization"))
		return access_check(req);
	if (!service->mount || world.options.openstack)
		return fail_iam(req, 401, "The request you have made requires authentication.");
	if (token && !token->revoked)
		return fail_gateway(req, 401, "APIG.0307", "The token must be updated.");
	if (text && *text)
		return fail_gateway(req, 401, "APIG.0301",
				    "Incorrect IAM authentication information: decrypt token fail");
	return fail_gateway(req, 401, "APIG.0301",
			    "Incorrect IAM authentication information: x-auth-token not found");
}

static bool check_project(Request *req, const Service *service)
{
	const Project *project = req->project;
	bool in_path = strstr(req->route->pattern, "{p}") || strstr(req->route->pattern, "{p?}");

	if (!service->mount)
		return true;
	if (project && project->region == req->region &&
	    (!in_path || !*req->param[0] || strcmp(req->param[0], project->id) == 0))
		return true;
	service->mismatch(req);
	return false;
}

static bool check_rights(Request *req, const Service *service)
{
	bool reads = strcmp(req->method, "GET") == 0 || strcmp(req->method, "HEAD") == 0 ||
		     req->route->flags & ROUTE_READ;

	if (reads || !service->mount || !req->token->user->read_only)
		return true;
	service->forbidden(req);
	return false;
}

void router_answer(Request *req)
{
	const Service *service = find(req);

	if (!service && world.options.openstack) { /* as each service's WSGI router does */
		fail_nova(req, 404, "The resource could not be found.");
		return;
	}
	if (!service) {
		fail_gateway(req, 404, "APIG.0101",
			     "The API does not exist or has not been published in the environment");
		return;
	}
	if (!(req->route->flags & ROUTE_PUBLIC) &&
	    (!check_token(req, service) || !check_project(req, service) ||
	     !check_rights(req, service)))
		return;
	if (service->prepare && !service->prepare(req))
		return;
	world_settle(clock_now());
	req->route->handler(req);
}
