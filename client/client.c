/* SPDX-License-Identifier: MIT */
#include "client/client.h"

#include <string.h>

#include "client/call.h"
#include "client/core.h"

/* Defaults of EcsClientOptions. */
#define CONNECT_MS 3000
#define READ_MS 10000
#define CHANGE_MS 30000
#define PARALLEL 8

static const char *const auth_types[] = { "password", "v3password", "token", "v3token", NULL };

static bool config_error(GError **error, const EcsCloud *cloud, const char *what)
{
	g_set_error(error, ECS_ERROR, ECS_ERROR_CONFIG, "cloud %s (%s): %s",
		    cloud->name ? cloud->name : "without a name",
		    cloud->source ? cloud->source : "no file", what);
	return false;
}

static bool check_credentials(const EcsCloud *cloud, GError **error)
{
	if (cloud->auth_type && !g_strv_contains(auth_types, cloud->auth_type)) {
		g_autofree char *what =
			g_strdup_printf("auth_type \"%s\" is not supported; password and "
					"token are",
					cloud->auth_type);
		return config_error(error, cloud, what);
	}
	bool by_token = cloud->auth_type && strstr(cloud->auth_type, "token");
	if (by_token || (!cloud->auth_type && cloud->token && !cloud->password))
		return cloud->token ? true : config_error(error, cloud, "no token");
	if (!cloud->username && !cloud->user_id)
		return config_error(error, cloud, "no username");
	return cloud->password ? true : config_error(error, cloud, "no password");
}

static bool check_cloud(const EcsCloud *cloud, GError **error)
{
	if (!cloud->auth_url || !*cloud->auth_url)
		return config_error(error, cloud, "no auth_url");
	g_autofree char *root = ecs_catalog_strip(cloud->auth_url);
	if (!root || strpbrk(cloud->auth_url, "?#{}"))
		return config_error(error, cloud, "auth_url is no http or https URL");
	const char *user_info = strchr(root, '@');
	if (user_info)
		return config_error(error, cloud, "auth_url must not hold a password");
	return check_credentials(cloud, error);
}

static EcsCloud *copy_cloud(const EcsCloud *from)
{
	EcsCloud *to = ecs_cloud_new();
	g_free(to->interface);
	to->name = g_strdup(from->name);
	to->source = g_strdup(from->source);
	to->auth_url = g_strdup(from->auth_url);
	to->auth_type = g_strdup(from->auth_type);
	to->username = g_strdup(from->username);
	to->user_id = g_strdup(from->user_id);
	to->user_domain_name = g_strdup(from->user_domain_name);
	to->user_domain_id = g_strdup(from->user_domain_id);
	to->project_name = g_strdup(from->project_name);
	to->project_id = g_strdup(from->project_id);
	to->project_domain_name = g_strdup(from->project_domain_name);
	to->project_domain_id = g_strdup(from->project_domain_id);
	to->region = g_strdup(from->region);
	to->interface = g_strdup(from->interface ? from->interface : "public");
	to->cacert = g_strdup(from->cacert);
	to->verify = from->verify;
	/* Whether to log in by password is decided by whether there is one. */
	bool by_token =
		from->auth_type ? strstr(from->auth_type, "token") != NULL : !from->password;
	to->password = by_token ? NULL : g_strdup(from->password);
	to->token = by_token ? g_strdup(from->token) : NULL;
	return to;
}

static void fix_auth_url(EcsCloud *cloud)
{
	while (g_str_has_suffix(cloud->auth_url, "/"))
		cloud->auth_url[strlen(cloud->auth_url) - 1] = '\0';
	if (!g_str_has_suffix(cloud->auth_url, "/v3")) {
		g_autofree char *given = cloud->auth_url;
		g_autofree char *root = ecs_catalog_strip(given);
		cloud->auth_url = g_strconcat(root, "/v3", NULL);
	}
}

static void scope_free(void *data)
{
	EcsScope *scope = data;
	g_free(scope->project);
	g_free(scope->project_name);
	g_free(scope);
}

EcsClient *ecs_client_new(const EcsCloud *cloud, const EcsClientOptions *options, GError **error)
{
	g_return_val_if_fail(cloud, NULL);
	if (!check_cloud(cloud, error))
		return NULL;
	EcsClient *client = g_new0(EcsClient, 1);
	client->cloud = copy_cloud(cloud);
	fix_auth_url(client->cloud);
	client->options = options ? *options : (EcsClientOptions){ 0 };
	EcsClientOptions *set = &client->options;
	set->connect_ms = set->connect_ms ? set->connect_ms : CONNECT_MS;
	set->read_ms = set->read_ms ? set->read_ms : READ_MS;
	set->change_ms = set->change_ms ? set->change_ms : CHANGE_MS;
	set->parallel = set->parallel ? set->parallel : PARALLEL;
	client->random = g_rand_new();
	g_queue_init(&client->calls);
	g_mutex_init(&client->lock);
	client->home_region = "";
	client->regions = g_new0(char *, 1);
	client->scopes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, scope_free);
	client->home = ecs_auth_new(client, ECS_AUTH_CONFIGURED, NULL);
	client->auths = g_ptr_array_new_with_free_func((GDestroyNotify)ecs_auth_free);
	g_ptr_array_add(client->auths, client->home);
	EcsEngineOptions engine = {
		client->cloud->cacert, client->cloud->verify, set->connect_ms,
		set->parallel,	       set->tracer,	      set->tracer_data
	};
	client->loop = ecs_loop_new();
	client->engine = ecs_engine_new(client->loop, &engine);
	return client;
}

static void close_client(void *data)
{
	EcsClient *client = data;
	GList *link;
	client->closing = true;
	while ((link = g_queue_peek_head_link(&client->calls)))
		ecs_call_cancel(link->data);
	g_clear_pointer(&client->engine, ecs_engine_free);
}

void ecs_client_free(EcsClient *client)
{
	if (!client)
		return;
	g_return_if_fail(!ecs_loop_is_current(client->loop));
	ecs_loop_post(client->loop, close_client, client);
	ecs_loop_free(client->loop);
	g_ptr_array_unref(client->auths);
	g_hash_table_unref(client->scopes);
	g_strfreev(client->regions);
	g_mutex_clear(&client->lock);
	g_rand_free(client->random);
	ecs_cloud_free(client->cloud);
	g_free(client);
}

/* Shared by the thread that waits and the loop's. */
typedef struct {
	EcsClient *client;
	GMutex lock;
	GCond cond;
	bool done;
	GError *error;
} Login;

static void login_done(const GError *error, void *data)
{
	Login *login = data;
	g_mutex_lock(&login->lock);
	login->error = error ? g_error_copy(error) : NULL;
	login->done = true;
	g_cond_signal(&login->cond);
	g_mutex_unlock(&login->lock);
}

static void login_begin(void *data)
{
	Login *login = data;
	EcsAuth *home = login->client->home;
	ecs_auth_forget_failure(home);
	if (ecs_auth_ready(home))
		login_done(NULL, login);
	else
		ecs_auth_wait(home, login_done, login);
}

bool ecs_client_login(EcsClient *client, GError **error)
{
	g_return_val_if_fail(!ecs_loop_is_current(client->loop), false);
	Login login = { .client = client };
	g_mutex_init(&login.lock);
	g_cond_init(&login.cond);
	ecs_loop_post(client->loop, login_begin, &login);
	g_mutex_lock(&login.lock);
	while (!login.done)
		g_cond_wait(&login.cond, &login.lock);
	g_mutex_unlock(&login.lock);
	g_mutex_clear(&login.lock);
	g_cond_clear(&login.cond);
	if (login.error)
		g_propagate_error(error, login.error);
	return !login.error;
}

/* "eu-de_dev" lies in eu-de. */
static char *region_of(const EcsClient *client, const char *project, char **regions)
{
	if (client->cloud->region && *client->cloud->region)
		return g_strdup(client->cloud->region);
	g_autofree char *prefix = g_strndup(project, strcspn(project, "_"));
	if (*regions && !g_strv_contains((const char *const *)regions, prefix))
		return g_strdup(regions[0]);
	return g_steal_pointer(&prefix);
}

void ecs_client_logged_in(EcsClient *client, EcsAuth *auth)
{
	if (auth != client->home)
		return;
	g_mutex_lock(&client->lock);
	g_strfreev(client->regions);
	client->regions = ecs_catalog_regions(ecs_auth_catalog(auth));
	if (!*client->home_region) {
		g_autofree char *region =
			region_of(client, ecs_auth_project_name(auth), client->regions);
		client->home_region = g_intern_string(region);
	}
	client->token_expires = ecs_auth_expires(auth);
	g_mutex_unlock(&client->lock);
}

char **ecs_client_regions(EcsClient *client)
{
	g_mutex_lock(&client->lock);
	char **regions = g_strdupv(client->regions);
	g_mutex_unlock(&client->lock);
	return regions;
}

const char *ecs_client_home_region(EcsClient *client)
{
	g_mutex_lock(&client->lock);
	const char *region = client->home_region;
	g_mutex_unlock(&client->lock);
	return region;
}

const EcsCloud *ecs_client_cloud(EcsClient *client)
{
	return client->cloud;
}

int64_t ecs_client_token_expires(EcsClient *client)
{
	g_mutex_lock(&client->lock);
	int64_t expires = client->token_expires;
	g_mutex_unlock(&client->lock);
	return expires;
}

EcsScope *ecs_client_scope(EcsClient *client, const char *region, const char *project)
{
	g_return_val_if_fail(region, NULL);
	g_autofree char *key = g_strconcat(region, "\n", project, NULL);
	g_mutex_lock(&client->lock);
	EcsScope *scope = g_hash_table_lookup(client->scopes, key);
	if (!scope) {
		scope = g_new0(EcsScope, 1);
		scope->client = client;
		scope->region = g_intern_string(region);
		scope->project = g_strdup(project);
		scope->project_name = g_strdup("");
		g_hash_table_insert(client->scopes, g_steal_pointer(&key), scope);
	}
	g_mutex_unlock(&client->lock);
	return scope;
}

const char *ecs_scope_region(const EcsScope *scope)
{
	return scope->region;
}

char *ecs_scope_project(EcsScope *scope)
{
	g_mutex_lock(&scope->client->lock);
	char *name = g_strdup(scope->project_name);
	g_mutex_unlock(&scope->client->lock);
	return name;
}

void ecs_client_tune(EcsClient *client, const EcsTuning *tuning)
{
	client->tuning = *tuning;
}
