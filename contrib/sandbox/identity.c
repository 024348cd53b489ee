/*
 * Identity: getting, reading and revoking tokens, versions documents. What can be listed (projects,
 * regions, users' projects) is in projects.c, services and endpoints in catalog.c, application
 * credentials in credentials.c.
 */
#include "contrib/sandbox/identity.h"

#include <string.h>

#include "contrib/sandbox/catalog.h"
#include "contrib/sandbox/credentials.h"
#include "contrib/sandbox/projects.h"
#include "contrib/sandbox/router.h"
#include "contrib/sandbox/token.h"

/* ---- versions ---- */

static void write_version(Request *req)
{
	g_autofree char *self = g_strconcat(world.base, "/v3/", NULL);

	json_write(req->out,
		   "{'media-types':[{'type':'application/vnd.openstack.identity-v3+json',"
		   "'base':'application/json'}],'links':[{'rel':'self','href':%s}],'id':'v3.6',"
		   "'updated':'2016-04-04T00:00:00Z','status':'stable'}",
		   self);
}

static void versions_list(Request *req)
{
	reply(req, 300, "{'versions':{'values':[");
	write_version(req);
	g_string_append(req->out, "]}}");
}

static void versions_get(Request *req)
{
	reply(req, 200, "{'version':");
	write_version(req);
	g_string_append_c(req->out, '}');
}

/* ---- who ---- */

static bool is_domain(const cJSON *domain)
{
	const char *id = json_string(domain, "id");
	const char *name = json_string(domain, "name");

	if (id)
		return strcmp(id, world.domain_id) == 0;
	return name && strcmp(name, world.domain_name) == 0;
}

User *identity_user(const cJSON *user)
{
	const char *id = json_string(user, "id");
	const char *name = json_string(user, "name");

	for (int i = 0; i < WORLD_USERS; i++) {
		if (id && strcmp(world.users[i].id, id) == 0)
			return &world.users[i];
		if (!id && name && strcmp(world.users[i].name, name) == 0 &&
		    is_domain(json_get(user, "domain")))
			return &world.users[i];
	}
	return NULL;
}

/* What a method has found out */
typedef struct {
	User *user;
	int64_t expires; /* no later; 0: the usual time */
	const Credential *application;
} Caller;

static bool by_password(Request *req, const cJSON *identity, Caller *caller)
{
	const cJSON *given = json_get(json_get(identity, "password"), "user");
	const char *password = json_string(given, "password");

	if (!cJSON_IsObject(given) || !password)
		return fail_iam(req, 400, "Expecting to find user and password in password.");
	if (!json_string(given, "id") &&
	    (!json_string(given, "name") || !cJSON_IsObject(json_get(given, "domain"))))
		return fail_iam(req, 400, "Expecting to find domain in user.");
	caller->user = identity_user(given);
	if (!caller->user || strcmp(caller->user->password, password) != 0)
		return fail_iam(req, 401, "The username or password is wrong.");
	return true;
}

static bool by_token(Request *req, const cJSON *identity, Caller *caller)
{
	const char *id = json_string(json_get(identity, "token"), "id");
	const Token *token = token_find(id);

	if (!id)
		return fail_iam(req, 400, "Expecting to find id in token.");
	if (!token || !token_alive(token))
		return fail_iam(req, 401, "The token is invalid or has expired.");
	*caller = (Caller){ token->user, token->expires, token->application };
	return true;
}

static bool by_application(Request *req, const cJSON *identity, Caller *caller)
{
	const Credential *credential =
		credentials_find(req, json_get(identity, "application_credential"));

	if (!credential)
		return false;
	*caller = (Caller){ credential->user, credential->expires, credential };
	return true;
}

static const struct {
	const char *name;
	bool (*check)(Request *req, const cJSON *identity, Caller *caller);
} methods[] = {
	{ "application_credential", by_application },
	{ "password", by_password },
	{ "token", by_token },
	{},
};

/* ---- for what ---- */

typedef struct {
	Project *project;
	bool domain;
} Scope;

static bool scope_project(Request *req, const cJSON *wanted, const User *user, Scope *scope)
{
	const char *id = json_string(wanted, "id");
	const char *name = json_string(wanted, "name");
	const cJSON *domain = json_get(wanted, "domain");

	if (!id && !name)
		return fail_iam(req, 400, "Expecting to find id or name in project.");
	/* the name alone is enough: the account of the user is meant */
	if (!id && domain && !is_domain(domain))
		return fail_iam(req, 404, "Could not find domain in project.");
	scope->project = id ? world_project_by_id(id) : world_project_by_name(name);
	if (!scope->project)
		return fail_iam(req, 404, "Could not find project: %s.", id ? id : name);
	if (!world_allowed(user, scope->project))
		return fail_iam(req, 401, "User %s has no access to project %s.", user->id,
				scope->project->id);
	return true;
}

static bool find_scope(Request *req, const cJSON *wanted, const Caller *caller, Scope *scope)
{
	const cJSON *project = json_get(wanted, "project");
	const cJSON *domain = json_get(wanted, "domain");

	if (caller->application) {
		scope->project = caller->application->project;
		return !wanted ||
		       fail_iam(req, 401, "Application credentials cannot request a scope.");
	}
	if (cJSON_IsObject(project)) /* wins if both are given */
		return scope_project(req, project, caller->user, scope);
	if (!cJSON_IsObject(domain))
		return true;
	if (!is_domain(domain))
		return fail_iam(req, 404, "Could not find domain.");
	scope->domain = true;
	return true;
}

/* ---- tokens ---- */

static void write_domain(GString *out)
{
	json_write(out, "'domain':{'id':%s,'name':%s}", world.domain_id, world.domain_name);
}

static void write_roles(GString *out, const User *user)
{
	json_write(out, "'roles':[{'id':%s,'name':%s}", text_hex(world.key, user->role, 32),
		   user->role);
	if (!user->read_only)
		json_write(out, ",{'id':%s,'name':'te_agency'}",
			   text_hex(world.key, "te_agency", 32));
	json_write(out, ",{'id':'0','name':'op_gated_eip_ipv6'}]");
}

static void write_token(Request *req, int status, const Token *token)
{
	GString *out = req->out;

	reply(req, status, "{'token':{'methods':[%s],'expires_at':%s,'issued_at':%s,",
	      token->method, time_us_z(token->expires), time_us_z(token->issued));
	if (token->project) {
		json_write(out, "'project':{'id':%s,'name':%s,", token->project->id,
			   token->project->name);
		write_domain(out);
		g_string_append(out, "},");
	} else if (token->domain) {
		write_domain(out);
		g_string_append_c(out, ',');
	}
	json_write(out, "'user':{'id':%s,'name':%s,'password_expires_at':'',", token->user->id,
		   token->user->name);
	write_domain(out);
	g_string_append(out, "},");
	write_roles(out, token->user);
	if (token->application)
		json_write(out, ",'application_credential':{'id':%s,'name':%s,'restricted':%i}",
			   token->application->id, token->application->name,
			   !token->application->unrestricted);
	if (!request_arg(req, "nocatalog")) {
		json_write(out, ",'catalog':");
		catalog_write(out, token->project);
	}
	g_string_append(out, "}}");
	reply_header(req, "X-Subject-Token", token->text);
}

static void tokens_create(Request *req)
{
	const cJSON *auth = json_get(request_json(req), "auth");
	const cJSON *identity = json_get(auth, "identity");
	const cJSON *names = json_get(identity, "methods");
	const char *name = cJSON_GetStringValue(cJSON_GetArrayItem(names, 0));
	Caller caller = { 0 };
	Scope scope = { 0 };

	if (!cJSON_IsObject(identity) || cJSON_GetArraySize(names) != 1 || !name) {
		fail_iam(req, 400, "Expecting to find auth.identity.methods with one method.");
		return;
	}
	for (int i = 0; methods[i].name; i++) {
		if (strcmp(methods[i].name, name) != 0)
			continue;
		if (!methods[i].check(req, identity, &caller) ||
		    !find_scope(req, json_get(auth, "scope"), &caller, &scope))
			return;
		Token *token = token_new(caller.user, scope.project, scope.domain, methods[i].name,
					 caller.expires);
		token->application = caller.application;
		write_token(req, 201, token);
		return;
	}
	fail_iam(req, 400, "The authentication method %s is not supported.", name);
}

static void tokens_get(Request *req)
{
	const char *text = request_header(req, "x-subject-token");
	const Token *token = token_find(text);

	if (!text)
		fail_iam(req, 400, "X-Subject-Token is missing.");
	else if (!token || !token_alive(token))
		fail_iam(req, 404, "Could not find token.");
	else
		write_token(req, 200, token);
	if (strcmp(req->method, "HEAD") == 0)
		g_string_truncate(req->out, 0);
}

/* Public: a token may revoke itself when it has expired already */
static void tokens_delete(Request *req)
{
	Token *caller = token_find(request_header(req, "x-auth-token"));
	Token *token = token_find(request_header(req, "x-subject-token"));

	if (!caller || (!token_alive(caller) && caller != token)) {
		fail_iam(req, 401, "The request you have made requires authentication.");
		return;
	}
	if (!token) {
		fail_iam(req, 404, "Could not find token.");
		return;
	}
	token->revoked = true;
	reply_empty(req, 204);
}

/* One's own password, with the one before; the user's tokens end with it */
static void password_change(Request *req)
{
	const cJSON *given = json_get(request_json(req), "user");
	const char *password = json_string(given, "password");
	const char *original = json_string(given, "original_password");
	User *user = NULL;

	for (int i = 0; i < WORLD_USERS; i++)
		if (strcmp(world.users[i].id, req->param[0]) == 0)
			user = &world.users[i];
	if (!password || !*password || !original) {
		fail_iam(req, 400, "Expecting to find password and original_password in user.");
	} else if (!user || strcmp(user->password, original) != 0) {
		fail_iam(req, 401, "The original password is wrong.");
	} else {
		user->password = text_intern(password);
		token_revoke_user(user);
		reply_empty(req, 204);
	}
}

static void catalog_get(Request *req)
{
	g_autofree char *self = g_strconcat(world.base, "/v3/auth/catalog", NULL);

	if (!req->project) {
		fail_iam(req, 403, "The token has no project scope.");
		return;
	}
	reply(req, 200, "{'catalog':");
	catalog_write(req->out, req->project);
	json_write(req->out, ",'links':{'self':%s}}", self);
}

static const Route routes[] = {
	{ "GET", "/", versions_list, ROUTE_PUBLIC },
	{ "GET", "/v3", versions_get, ROUTE_PUBLIC },
	{ "POST", "/v3/auth/tokens", tokens_create, ROUTE_PUBLIC },
	{ "GET", "/v3/auth/tokens", tokens_get },
	{ "HEAD", "/v3/auth/tokens", tokens_get },
	{ "DELETE", "/v3/auth/tokens", tokens_delete, ROUTE_PUBLIC },
	{ "GET", "/v3/auth/catalog", catalog_get },
	{ "GET", "/v3/auth/projects", auth_projects_list },
	{ "GET", "/v3/auth/domains", auth_domains_list },
	{ "GET", "/v3/projects", projects_list },
	{ "GET", "/v3/projects/{id}", projects_get },
	{ "GET", "/v3/users/{id}/projects", user_projects_list },
	{ "POST", "/v3/users/{id}/password", password_change, ROUTE_PUBLIC },
	{ "GET", "/v3/regions", regions_list },
	{ "GET", "/v3/regions/{id}", regions_get },
	{ "GET", "/v3/services", services_list },
	{ "GET", "/v3/services/{id}", services_get },
	{ "GET", "/v3/endpoints", endpoints_list },
	{ "GET", "/v3/endpoints/{id}", endpoints_get },
	{},
};

const Service identity_service = { .routes = routes };
