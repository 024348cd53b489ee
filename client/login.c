/* SPDX-License-Identifier: MIT */
#include "client/login.h"

#include <string.h>

#include "client/call.h"
#include "client/core.h"
#include "client/json.h"

/* The gateway refuses longer headers. */
#define TOKEN_MAX 32768

typedef struct {
	EcsClient *client;
	char *id, *name, *domain_id, *domain_name;
	const char *label;
	char *token;
	EcsGrant *grant; /* as far as it is known */
	EcsLoginDone done;
	void *data;
} Login;

/* Words of auth_type. "aksk" is gophertelekomcloud's, the others are keystoneauth's. */
static const struct {
	const char *type;
	EcsLoginMethod method;
} types[] = {
	{ "password", ECS_LOGIN_PASSWORD },
	{ "v3password", ECS_LOGIN_PASSWORD },
	{ "token", ECS_LOGIN_TOKEN },
	{ "v3token", ECS_LOGIN_TOKEN },
	{ "v3applicationcredential", ECS_LOGIN_APPLICATION },
	{ "v3multifactor", ECS_LOGIN_MULTIFACTOR },
	{ "aksk", ECS_LOGIN_KEYS },
};

static bool find_type(const char *type, EcsLoginMethod *method)
{
	for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
		if (strcmp(types[i].type, type) == 0) {
			*method = types[i].method;
			return true;
		}
	}
	return false;
}

EcsLoginMethod ecs_login_method(const EcsCloud *cloud)
{
	EcsLoginMethod method = ECS_LOGIN_PASSWORD;
	if (cloud->auth_type && find_type(cloud->auth_type, &method)) {
		bool more = method == ECS_LOGIN_PASSWORD && cloud->passcode;
		return more ? ECS_LOGIN_MULTIFACTOR : method;
	}
	if (cloud->password)
		return cloud->passcode ? ECS_LOGIN_MULTIFACTOR : ECS_LOGIN_PASSWORD;
	if (cloud->token)
		return ECS_LOGIN_TOKEN;
	if (cloud->application_credential_secret)
		return ECS_LOGIN_APPLICATION;
	return cloud->access_key ? ECS_LOGIN_KEYS : ECS_LOGIN_PASSWORD;
}

/* What goes into paths as it is. */
static bool is_usable_id(const char *id)
{
	g_autofree char *escaped = g_uri_escape_string(id, NULL, FALSE);
	return strcmp(escaped, id) == 0;
}

/* Returns: what is missing, or NULL. */
static const char *missing(const EcsCloud *cloud)
{
	bool user = cloud->username || cloud->user_id;
	switch (ecs_login_method(cloud)) {
	case ECS_LOGIN_PASSWORD:
		return !user ? "no username" : cloud->password ? NULL : "no password";
	case ECS_LOGIN_MULTIFACTOR:
		return !user		  ? "no username"
		       : !cloud->password ? "no password"
		       : cloud->passcode  ? NULL
					  : "no passcode";
	case ECS_LOGIN_TOKEN:
		return cloud->token ? NULL : "no token";
	case ECS_LOGIN_APPLICATION:
		if (!cloud->application_credential_secret)
			return "no application_credential_secret";
		if (cloud->application_credential_id)
			return NULL;
		if (!cloud->application_credential_name)
			return "no application_credential_id, and no application_credential_name";
		return user ? NULL : "an application_credential_name needs a username as well";
	case ECS_LOGIN_KEYS:
		if (!cloud->access_key)
			return "no access_key";
		if (!cloud->secret_key)
			return "no secret_key";
		if (!cloud->project_id && !cloud->project_name && !cloud->region)
			return "an access_key needs a project_name, project_id or region_name";
		return !cloud->project_id || is_usable_id(cloud->project_id)
			       ? NULL
			       : "the project_id is not usable";
	}
	return NULL;
}

bool ecs_login_check(const EcsCloud *cloud, GError **error)
{
	EcsLoginMethod method;
	g_autofree char *what = NULL;
	if (!cloud->auth_type || find_type(cloud->auth_type, &method)) {
		what = g_strdup(missing(cloud));
	} else {
		g_autoptr(GString) known = g_string_new(NULL);
		for (size_t i = 0; i < G_N_ELEMENTS(types); i++)
			g_string_append_printf(known, "%s%s", i ? ", " : "", types[i].type);
		what = g_strdup_printf("auth_type \"%s\" is not supported; these are: %s",
				       cloud->auth_type, known->str);
	}
	if (what)
		g_set_error(error, ECS_ERROR, ECS_ERROR_CONFIG, "cloud %s (%s): %s",
			    cloud->name ? cloud->name : "without a name",
			    cloud->source ? cloud->source : "no file", what);
	return !what;
}

bool ecs_login_renewable(const EcsCloud *cloud)
{
	EcsLoginMethod method = ecs_login_method(cloud);
	return method == ECS_LOGIN_PASSWORD || method == ECS_LOGIN_APPLICATION;
}

const char *ecs_login_who(const EcsCloud *cloud)
{
	switch (ecs_login_method(cloud)) {
	case ECS_LOGIN_TOKEN:
		return "the token's user";
	case ECS_LOGIN_APPLICATION:
		return "the application credential";
	case ECS_LOGIN_KEYS:
		return "the access key";
	default:
		return cloud->username ? cloud->username : cloud->user_id;
	}
}

void ecs_login_secrets(const EcsCloud *cloud, const char **out)
{
	const char *all[] = { cloud->password,	 cloud->token,
			      cloud->passcode,	 cloud->application_credential_secret,
			      cloud->secret_key, cloud->security_token };
	G_STATIC_ASSERT(G_N_ELEMENTS(all) < ECS_LOGIN_SECRETS);
	size_t n = 0;
	for (size_t i = 0; i < G_N_ELEMENTS(all); i++)
		if (all[i])
			out[n++] = all[i];
	out[n] = NULL;
}

static void wipe(char *text)
{
	if (text)
		explicit_bzero(text, strlen(text));
	g_free(text);
}

void ecs_grant_free(EcsGrant *grant)
{
	if (!grant)
		return;
	wipe(grant->token);
	g_free(grant->project_id);
	g_free(grant->project_name);
	g_free(grant->domain_id);
	ecs_catalog_free(grant->catalog);
	g_free(grant);
}

static void login_free(Login *login)
{
	g_free(login->id);
	g_free(login->name);
	g_free(login->domain_id);
	g_free(login->domain_name);
	wipe(login->token);
	ecs_grant_free(login->grant);
	g_free(login);
}

static void finish(Login *login, const GError *error)
{
	login->done(error ? NULL : g_steal_pointer(&login->grant), error, login->data);
	login_free(login);
}

static void finish_badly(Login *login, EcsError code, const char *what)
{
	g_autoptr(GError) error = g_error_new_literal(ECS_ERROR, (gint)code, what);
	finish(login, error);
}

/* Returns: what came, owned; NULL: that was the end of the login. */
static EcsJson *parse(Login *login, const EcsReply *reply, const GError *error)
{
	g_autoptr(GError) wrong = NULL;
	if (error) {
		finish(login, error);
		return NULL;
	}
	EcsJson *json = ecs_json_parse(reply->body, reply->body_len, &wrong);
	if (!json)
		finish(login, wrong);
	return json;
}

/* What the user says of endpoints counts before the catalog. */
static void take_catalog(Login *login, EcsCatalog *catalog)
{
	const EcsCloud *cloud = login->client->cloud;
	GHashTableIter iter;
	void *type, *root;
	ecs_catalog_cut_project(catalog, login->grant->project_id);
	ecs_catalog_settle(catalog, cloud->region);
	if (cloud->overrides)
		g_hash_table_iter_init(&iter, cloud->overrides);
	while (cloud->overrides && g_hash_table_iter_next(&iter, &type, &root))
		ecs_catalog_override(catalog, type, root, cloud->region);
	login->grant->catalog = catalog;
}

static bool is_clean(const char *text, size_t max)
{
	size_t len = strlen(text);
	if (!len || len > max)
		return false;
	for (; *text; text++)
		if (!g_ascii_isgraph(*text))
			return false;
	return true;
}

/* ---- with a token ---- */

/* Take over what a token's document says. Returns: NULL, or what is wrong with it. */
static const char *take_token(Login *login, const EcsReply *reply, const EcsJson *json)
{
	EcsGrant *grant = login->grant;
	const EcsCloud *cloud = login->client->cloud;
	const EcsJson *token = ecs_json_get(json, "token");
	const EcsJson *project = ecs_json_get(token, "project");
	if (!reply->token || !is_clean(reply->token, TOKEN_MAX))
		return "the answer has no usable X-Subject-Token";
	if (!ecs_json_is_object(token))
		return "the answer has no token document";
	if (!is_usable_id(ecs_json_get_text(project, "id")))
		return "the project's id is not usable";
	int64_t expires = ecs_json_time(ecs_json_get_text(token, "expires_at"));
	int64_t issued = ecs_json_time(ecs_json_get_text(token, "issued_at"));
	if (!issued || issued > expires)
		issued = g_get_real_time() / G_USEC_PER_SEC;
	grant->token = g_strdup(reply->token);
	grant->project_id = g_strdup(ecs_json_get_text(project, "id"));
	grant->project_name = g_strdup(ecs_json_get_text(project, "name"));
	grant->domain_id = g_strdup(ecs_json_get_text(ecs_json_get(project, "domain"), "id"));
	take_catalog(login, ecs_catalog_parse(ecs_json_get(token, "catalog"), cloud->interface));
	grant->expires = expires;
	grant->life_s = MAX(expires - issued, 0);
	return NULL;
}

static void token_came(const EcsReply *reply, const GError *error, void *data)
{
	Login *login = data;
	g_autoptr(EcsJson) json = parse(login, reply, error);
	if (!json)
		return;
	const char *wrong = take_token(login, reply, json);
	if (wrong)
		finish_badly(login, ECS_ERROR_BAD_REPLY, wrong);
	else
		finish(login, NULL);
}

/* "KEY":"VALUE", with a comma if it is not the first; nothing for NULL. */
static void add_member(GString *json, const char *key, const char *value)
{
	if (!value)
		return;
	if (json->str[json->len - 1] != '{')
		g_string_append_c(json, ',');
	g_string_append_printf(json, "\"%s\":", key);
	ecs_json_quote(json, value);
}

static void open_member(GString *json, const char *key)
{
	if (json->str[json->len - 1] != '{')
		g_string_append_c(json, ',');
	g_string_append_printf(json, "\"%s\":{", key);
}

static void add_domain(GString *json, const char *id, const char *name)
{
	if (!id && !name)
		return;
	open_member(json, "domain");
	add_member(json, id ? "id" : "name", id ? id : name);
	g_string_append_c(json, '}');
}

static void add_user(GString *json, const EcsCloud *cloud, const char *secret, const char *value)
{
	open_member(json, "user");
	if (cloud->user_id) {
		add_member(json, "id", cloud->user_id);
	} else {
		add_member(json, "name", cloud->username);
		add_domain(json, cloud->user_domain_id, cloud->user_domain_name);
	}
	add_member(json, secret, value);
	g_string_append_c(json, '}');
}

static void add_methods(GString *json, const char *methods)
{
	g_string_append_printf(json, "\"identity\":{\"methods\":[%s]", methods);
}

static void add_identity(GString *json, const Login *login)
{
	const EcsCloud *cloud = login->client->cloud;
	EcsLoginMethod method = login->token ? ECS_LOGIN_TOKEN : ecs_login_method(cloud);
	if (method == ECS_LOGIN_TOKEN) {
		add_methods(json, "\"token\"");
		open_member(json, "token");
		add_member(json, "id", login->token ? login->token : cloud->token);
	} else if (method == ECS_LOGIN_APPLICATION) {
		add_methods(json, "\"application_credential\"");
		open_member(json, "application_credential");
		add_member(json, "id", cloud->application_credential_id);
		if (!cloud->application_credential_id) {
			add_member(json, "name", cloud->application_credential_name);
			add_user(json, cloud, NULL, NULL);
		}
		add_member(json, "secret", cloud->application_credential_secret);
	} else {
		bool more = method == ECS_LOGIN_MULTIFACTOR;
		add_methods(json, more ? "\"password\",\"totp\"" : "\"password\"");
		if (more) {
			open_member(json, "totp");
			add_user(json, cloud, "passcode", cloud->passcode);
			g_string_append_c(json, '}');
		}
		open_member(json, "password");
		add_user(json, cloud, "password", cloud->password);
	}
	g_string_append(json, "}}");
}

static void add_scope(GString *json, const Login *login)
{
	if (!login->id && !login->name)
		return;
	open_member(json, "scope");
	open_member(json, "project");
	add_member(json, login->id ? "id" : "name", login->id ? login->id : login->name);
	if (!login->id)
		add_domain(json, login->domain_id, login->domain_name);
	g_string_append(json, "}}");
}

static void ask_token(Login *login)
{
	const char *secrets[ECS_LOGIN_SECRETS];
	size_t room = 8192 + (login->token ? strlen(login->token) : 0);
	ecs_login_secrets(login->client->cloud, secrets);
	for (size_t i = 0; secrets[i]; i++)
		room += 6 * strlen(secrets[i]);
	/* Large enough not to be moved, which would leave copies of the secret behind. */
	GString *json = g_string_sized_new(room);
	g_string_append(json, "{\"auth\":{");
	add_identity(json, login);
	add_scope(json, login);
	g_string_append(json, "}}");
	EcsCallSpec spec = { .urgent = true, .project = login->label };
	spec.route[0] = (EcsRoute){ "identity", "POST", g_strdup("/auth/tokens"), json };
	ecs_call_start_identity(login->client, NULL, spec, NULL, token_came, login);
}

/* ---- with an access key ---- */

/* An account may not be allowed to ask, and still to use what it would be told. */
static bool is_not_allowed(const GError *error)
{
	return error->code == ECS_ERROR_FORBIDDEN || error->code == ECS_ERROR_NOT_SUPPORTED;
}

static void ask_identity(Login *login, char *path, EcsCallDone done)
{
	EcsCallSpec spec = { .urgent = true, .project = login->label };
	spec.project_id = g_strdup(login->grant->project_id);
	spec.route[0] = (EcsRoute){ "identity", "GET", path, NULL };
	ecs_call_start_identity(login->client, NULL, spec, NULL, done, login);
}

static char *region_of(const Login *login)
{
	const char *region = login->client->cloud->region;
	const char *project = login->grant->project_name;
	return region ? g_strdup(region) : g_strndup(project, strcspn(project, "_"));
}

/* An account may not be allowed to look into its catalog. */
static void catalog_came(const EcsReply *reply, const GError *error, void *data)
{
	Login *login = data;
	const EcsCloud *cloud = login->client->cloud;
	g_autofree char *region = region_of(login);
	EcsCatalog *catalog = NULL;
	if (error && (is_not_allowed(error) || error->code == ECS_ERROR_NOT_FOUND))
		catalog = ecs_catalog_known(cloud->auth_url, region);
	if (reply) {
		g_autoptr(EcsJson) json = parse(login, reply, error);
		if (!json)
			return;
		catalog = ecs_catalog_parse(ecs_json_get(json, "catalog"), cloud->interface);
	}
	if (!catalog) {
		finish(login, error);
		return;
	}
	take_catalog(login, catalog);
	login->grant->token = g_strdup("");
	login->grant->life_s = G_MAXINT64;
	finish(login, NULL);
}

static void ask_catalog(Login *login)
{
	ask_identity(login, g_strdup("/auth/catalog"), catalog_came);
}

static void take_project(Login *login, const EcsJson *project)
{
	const char *id = ecs_json_get_text(project, "id");
	if (!*id || !is_usable_id(id)) {
		finish_badly(login, ECS_ERROR_BAD_REPLY, "the project's id is not usable");
		return;
	}
	login->grant->project_id = g_strdup(id);
	login->grant->project_name = g_strdup(ecs_json_get_text(project, "name"));
	login->grant->domain_id = g_strdup(ecs_json_get_text(project, "domain_id"));
	ask_catalog(login);
}

static void trust_project(Login *login)
{
	login->grant->project_id = g_strdup(login->id);
	login->grant->project_name = g_strdup(login->name ? login->name : "");
	login->grant->domain_id = g_strdup("");
	ask_catalog(login);
}

static void project_came(const EcsReply *reply, const GError *error, void *data)
{
	Login *login = data;
	if (error && is_not_allowed(error)) {
		trust_project(login);
		return;
	}
	g_autoptr(EcsJson) json = parse(login, reply, error);
	if (json)
		take_project(login, ecs_json_get(json, "project"));
}

static void projects_came(const EcsReply *reply, const GError *error, void *data)
{
	Login *login = data;
	g_autoptr(EcsJson) json = parse(login, reply, error);
	if (!json)
		return;
	const EcsJson *project = ecs_json_first(ecs_json_get(json, "projects"));
	while (project && strcmp(ecs_json_get_text(project, "name"), login->name) != 0)
		project = ecs_json_next(project);
	if (project) {
		take_project(login, project);
		return;
	}
	g_autofree char *what = g_strdup_printf("there is no project %s", login->name);
	finish_badly(login, ECS_ERROR_NOT_FOUND, what);
}

static void ask_project(Login *login)
{
	g_autofree char *escaped =
		g_uri_escape_string(login->id ? login->id : login->name, NULL, FALSE);
	if (login->id && login->name)
		trust_project(login);
	else if (login->id)
		ask_identity(login, g_strconcat("/projects/", escaped, NULL), project_came);
	else
		ask_identity(login, g_strconcat("/projects?name=", escaped, NULL), projects_came);
}

void ecs_login_start(EcsClient *client, const EcsLoginScope *scope, EcsLoginDone done, void *data)
{
	Login *login = g_new0(Login, 1);
	login->client = client;
	login->id = g_strdup(scope->id);
	login->name = g_strdup(scope->name);
	login->domain_id = g_strdup(scope->domain_id);
	login->domain_name = g_strdup(scope->domain_name);
	login->label = scope->label;
	login->token = g_strdup(scope->token);
	login->grant = g_new0(EcsGrant, 1);
	login->done = done;
	login->data = data;
	if (ecs_login_method(client->cloud) == ECS_LOGIN_KEYS)
		ask_project(login);
	else
		ask_token(login);
}
