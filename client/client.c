/* SPDX-License-Identifier: MIT */
#include "client/client.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "client/arena.h"
#include "client/call.h"
#include "client/core.h"
#include "client/login.h"
#include "client/object.h"
#include "client/reload.h"

/* Defaults of EcsClientOptions. */
#define CONNECT_MS 3000
#define READ_MS 10000
#define CHANGE_MS 30000
#define PARALLEL 8

static bool config_error(GError **error, const EcsCloud *cloud, const char *what)
{
	g_set_error(error, ECS_ERROR, ECS_ERROR_CONFIG, "cloud %s (%s): %s",
		    cloud->name ? cloud->name : "without a name",
		    cloud->source ? cloud->source : "no file", what);
	return false;
}

/* curl would say at each call what is wrong with them. */
static bool check_files(const EcsCloud *cloud, GError **error)
{
	const char *const files[] = { cloud->verify ? cloud->cacert : NULL, cloud->cert,
				      cloud->key };
	for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
		if (!files[i] || access(files[i], R_OK) == 0)
			continue;
		g_autofree char *what = g_strdup_printf("%s: %s", files[i], g_strerror(errno));
		return config_error(error, cloud, what);
	}
	return true;
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
	return check_files(cloud, error) && ecs_login_check(cloud, error);
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
	g_hash_table_unref(scope->lacking);
	g_hash_table_unref(scope->pools);
	g_free(scope->project);
	g_free(scope->asked_id);
	g_free(scope->project_name);
	g_free(scope->project_id);
	g_free(scope);
}

EcsClient *ecs_client_new(const EcsCloud *cloud, const EcsClientOptions *options, GError **error)
{
	g_return_val_if_fail(cloud, NULL);
	if (!check_cloud(cloud, error))
		return NULL;
	ecs_arena_install();
	EcsClient *client = g_new0(EcsClient, 1);
	client->cloud = ecs_cloud_copy(cloud);
	if (!client->cloud->interface)
		client->cloud->interface = g_strdup("public");
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
	g_cond_init(&client->close_done);
	client->home_region = "";
	client->home_project_id = g_strdup("");
	client->regions = g_new0(char *, 1);
	client->scopes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, scope_free);
	client->jobs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	client->features = g_hash_table_new(g_str_hash, g_str_equal);
	client->microversions = g_hash_table_new(g_str_hash, g_str_equal);
	client->questions = g_hash_table_new(g_str_hash, g_str_equal);
	client->home = ecs_auth_new(client, ECS_AUTH_CONFIGURED, NULL, NULL);
	client->auths = g_ptr_array_new_with_free_func((GDestroyNotify)ecs_auth_free);
	g_ptr_array_add(client->auths, client->home);
	EcsEngineOptions engine = {
		.cacert = client->cloud->cacert,
		.cert = client->cloud->cert,
		.key = client->cloud->key,
		.verify = client->cloud->verify,
		.connect_ms = set->connect_ms,
		.parallel = set->parallel,
		.rate = set->rate,
		.tracer = set->tracer,
		.tracer_data = set->tracer_data,
	};
	client->loop = set->beside ? ecs_loop_ref(set->beside->loop) : ecs_loop_new();
	set->beside = NULL;
	client->engine = ecs_engine_new(client->loop, &engine);
	return client;
}

static void cancel_all(void *data)
{
	EcsClient *client = data;
	GList *link;
	while ((link = g_queue_peek_head_link(&client->calls)))
		ecs_call_cancel(link->data);
	ecs_reload_join(client);
	if (!ecs_loop_idle(client->loop)) {
		/* What the callbacks have started is cancelled when it begins. */
		ecs_loop_post(client->loop, cancel_all, client);
		return;
	}
	g_clear_pointer(&client->engine, ecs_engine_free);
	g_mutex_lock(&client->lock);
	client->closed = true;
	g_cond_broadcast(&client->close_done);
	g_mutex_unlock(&client->lock);
}

static void close_client(void *data)
{
	EcsClient *client = data;
	if (client->closing)
		return;
	client->closing = true;
	cancel_all(client);
}

void ecs_client_close(EcsClient *client)
{
	g_return_if_fail(!ecs_loop_is_current(client->loop));
	ecs_loop_post(client->loop, close_client, client);
	g_mutex_lock(&client->lock);
	while (!client->closed)
		g_cond_wait(&client->close_done, &client->lock);
	g_mutex_unlock(&client->lock);
}

void ecs_client_free(EcsClient *client)
{
	if (!client)
		return;
	ecs_client_close(client);
	ecs_loop_unref(client->loop);
	g_ptr_array_unref(client->auths);
	g_hash_table_unref(client->scopes);
	g_hash_table_unref(client->jobs);
	g_hash_table_unref(client->features);
	g_hash_table_unref(client->microversions);
	g_hash_table_unref(client->questions);
	g_strfreev(client->regions);
	g_free(client->lacking);
	g_free(client->plain);
	g_free(client->home_project_id);
	g_mutex_clear(&client->lock);
	g_cond_clear(&client->close_done);
	g_rand_free(client->random);
	ecs_cloud_free(client->cloud);
	g_free(client);
}

/* Shared by the thread that waits and the loop's. */
struct EcsLogin {
	EcsClient *client;
	GMutex lock;
	GCond cond;
	bool done;
	GError *error;
};

static void login_done(const GError *error, void *data)
{
	EcsLogin *login = data;
	g_mutex_lock(&login->lock);
	login->error = error ? g_error_copy(error) : NULL;
	login->done = true;
	g_cond_signal(&login->cond);
	g_mutex_unlock(&login->lock);
}

static void login_begin(void *data)
{
	EcsLogin *login = data;
	EcsAuth *home = login->client->home;
	ecs_auth_forget_failure(home);
	if (ecs_auth_ready(home))
		login_done(NULL, login);
	else
		ecs_auth_wait(home, login_done, login);
}

EcsLogin *ecs_client_login_start(EcsClient *client)
{
	EcsLogin *login = g_new0(EcsLogin, 1);
	login->client = client;
	g_mutex_init(&login->lock);
	g_cond_init(&login->cond);
	ecs_loop_post(client->loop, login_begin, login);
	return login;
}

bool ecs_client_login_wait(EcsLogin *login, GError **error)
{
	g_return_val_if_fail(!ecs_loop_is_current(login->client->loop), false);
	g_mutex_lock(&login->lock);
	while (!login->done)
		g_cond_wait(&login->cond, &login->lock);
	g_mutex_unlock(&login->lock);
	g_mutex_clear(&login->lock);
	g_cond_clear(&login->cond);
	bool ok = !login->error;
	if (!ok)
		g_propagate_error(error, login->error);
	g_free(login);
	return ok;
}

static void forgive(void *data)
{
	const EcsClient *client = data;
	for (unsigned i = 0; i < client->auths->len; i++)
		ecs_auth_forget_failure(client->auths->pdata[i]);
}

void ecs_client_forgive(EcsClient *client)
{
	ecs_loop_post(client->loop, forgive, client);
}

bool ecs_client_login(EcsClient *client, GError **error)
{
	return ecs_client_login_wait(ecs_client_login_start(client), error);
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
	const EcsCatalog *catalog = ecs_auth_catalog(auth);
	bool tls = g_ascii_strncasecmp(client->cloud->auth_url, "https:", 6) == 0;
	g_strfreev(client->regions);
	client->regions = ecs_catalog_regions(catalog);
	for (char **region = client->regions; *region; region++)
		g_hash_table_insert(client->features, (void *)g_intern_string(*region),
				    GUINT_TO_POINTER(ecs_feature_rows(catalog, *region,
								      client->options.plain)));
	g_free(client->lacking);
	client->lacking = *ecs_auth_project_id(auth)
				  ? ecs_catalog_lacking(catalog, client->cloud->interface)
				  : g_strdup("the login is for no project: name a project_name");
	g_free(client->plain);
	client->plain = tls ? g_strdup(ecs_catalog_plain(catalog)) : NULL;
	if (!*client->home_region) {
		g_autofree char *region =
			region_of(client, ecs_auth_project_name(auth), client->regions);
		client->home_region = g_intern_string(region);
	}
	g_free(client->home_project_id);
	client->home_project_id = g_strdup(ecs_auth_project_id(auth));
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

char *ecs_client_lacking(EcsClient *client)
{
	g_mutex_lock(&client->lock);
	char *lacking = client->regions[0] ? NULL : g_strdup(client->lacking);
	g_mutex_unlock(&client->lock);
	return lacking;
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

void ecs_client_clock_told(EcsClient *client, int64_t now)
{
	g_mutex_lock(&client->lock);
	client->clock_s = now - g_get_real_time() / G_USEC_PER_SEC;
	g_mutex_unlock(&client->lock);
}

/* The cloud allows a signature 15 minutes; with less than this between the clocks it is wrong for
 * another reason. */
#define CLOCK_SLACK_S 60

bool ecs_client_redate(EcsClient *client, int64_t dating_s)
{
	if (ecs_login_method(client->cloud) != ECS_LOGIN_KEYS ||
	    ABS(client->clock_s - dating_s) < CLOCK_SLACK_S)
		return false;
	g_debug("signatures are dated by the cloud's clock: %" G_GINT64_FORMAT " s",
		client->clock_s);
	client->dating_s = client->clock_s;
	return true;
}

int64_t ecs_client_clock(EcsClient *client)
{
	g_mutex_lock(&client->lock);
	int64_t clock_s = client->clock_s;
	g_mutex_unlock(&client->lock);
	return clock_s;
}

char *ecs_client_clock_text(int64_t ahead_s)
{
	return g_strdup_printf("%" G_GINT64_FORMAT " minutes %s", ABS(ahead_s) / 60,
			       ahead_s > 0 ? "behind" : "ahead of");
}

char **ecs_client_warnings(EcsClient *client)
{
	const EcsCloud *cloud = client->cloud;
	int64_t ahead_s = ecs_client_clock(client);
	GPtrArray *out = g_ptr_array_new();
	if (!cloud->verify)
		g_ptr_array_add(out,
				g_strdup("certificates are not checked (verify: false): who is on "
					 "the way to the cloud can read the password"));
	if (ABS(ahead_s) >= ECS_CLOCK_TOLD_S) {
		g_autofree char *text = ecs_client_clock_text(ahead_s);
		g_ptr_array_add(out,
				g_strdup_printf("this machine's clock is %s the cloud's", text));
	}
	g_mutex_lock(&client->lock);
	if (client->plain)
		g_ptr_array_add(out, g_strdup_printf("%s is not encrypted: who is on the way there "
						     "can read the token",
						     client->plain));
	g_mutex_unlock(&client->lock);
	g_ptr_array_add(out, NULL);
	return (char **)g_ptr_array_free(out, FALSE);
}

int64_t ecs_client_token_expires(EcsClient *client)
{
	g_mutex_lock(&client->lock);
	int64_t expires = client->token_expires;
	g_mutex_unlock(&client->lock);
	return expires;
}

/* Under the lock. @id, @project: NULL: not given. */
static EcsScope *get_scope(EcsClient *client, const char *region, const char *id,
			   const char *project)
{
	g_autofree char *key = g_strconcat(region, id ? "\nid\n" : "\n", id ? id : project, NULL);
	EcsScope *scope = g_hash_table_lookup(client->scopes, key);
	if (!scope) {
		scope = g_new0(EcsScope, 1);
		scope->client = client;
		scope->region = g_intern_string(region);
		scope->project = g_strdup(project);
		scope->asked_id = g_strdup(id);
		scope->project_name = g_strdup("");
		scope->project_id = g_strdup("");
		scope->lacking = g_hash_table_new(NULL, NULL);
		scope->pools =
			g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)ecs_pool_unref);
		g_hash_table_insert(client->scopes, g_steal_pointer(&key), scope);
	}
	return scope;
}

EcsScope *ecs_client_scope(EcsClient *client, const char *region, const char *project)
{
	g_return_val_if_fail(region, NULL);
	g_mutex_lock(&client->lock);
	EcsScope *scope = get_scope(client, region, NULL, project);
	g_mutex_unlock(&client->lock);
	return scope;
}

/* Whether the region's own scope works in that project: as its token says, or, before it has one,
 * as auth.c is going to choose. Under the lock. */
static bool works_in(const EcsScope *scope, const char *id, const char *name)
{
	const EcsClient *client = scope->client;
	if (*scope->project_id)
		return strcmp(scope->project_id, id) == 0;
	if (scope->region == client->home_region)
		return strcmp(client->home_project_id, id) == 0;
	return strcmp(scope->region, name) == 0;
}

EcsScope *ecs_scope_in(EcsScope *scope, const char *id, const char *name)
{
	EcsClient *client = scope->client;
	g_return_val_if_fail(!scope->project, NULL);
	g_mutex_lock(&client->lock);
	EcsScope *found =
		works_in(scope, id, name) ? scope : get_scope(client, scope->region, id, name);
	g_mutex_unlock(&client->lock);
	return found;
}

void *ecs_scope_owner(const EcsScope *scope)
{
	return scope->client->options.owner;
}

const char *ecs_scope_region(const EcsScope *scope)
{
	return scope->region;
}

const char *ecs_scope_made_for(const EcsScope *scope)
{
	return scope->project;
}

char *ecs_scope_project_id(EcsScope *scope)
{
	g_mutex_lock(&scope->client->lock);
	char *id = g_strdup(scope->project_id);
	g_mutex_unlock(&scope->client->lock);
	return id;
}

char *ecs_scope_project(EcsScope *scope)
{
	g_mutex_lock(&scope->client->lock);
	char *name = g_strdup(scope->project_name);
	g_mutex_unlock(&scope->client->lock);
	return name;
}

EcsAuth *ecs_scope_auth(EcsScope *scope)
{
	EcsClient *client = scope->client;
	if (scope->auth)
		return scope->auth;
	const char *configured = client->cloud->project_name;
	EcsAuthKind kind = scope->asked_id  ? ECS_AUTH_ID
			   : scope->project ? ECS_AUTH_PROJECT
					    : ECS_AUTH_REGION;
	const char *name = scope->asked_id  ? scope->asked_id
			   : scope->project ? scope->project
					    : scope->region;
	if (kind == ECS_AUTH_PROJECT && configured && strcmp(scope->project, configured) == 0)
		return scope->auth = client->home;
	if (kind == ECS_AUTH_ID && strcmp(ecs_auth_project_id(client->home), name) == 0)
		return scope->auth = client->home;
	for (unsigned i = 0; i < client->auths->len; i++) {
		EcsAuth *auth = g_ptr_array_index(client->auths, i);
		if (ecs_auth_is(auth, kind, name))
			return scope->auth = auth;
	}
	scope->auth = ecs_auth_new(client, kind, name, scope->project);
	g_ptr_array_add(client->auths, scope->auth);
	return scope->auth;
}

void ecs_scope_named(EcsScope *scope)
{
	uint64_t generation = ecs_auth_generation(scope->auth);
	if (scope->named == generation)
		return;
	scope->named = generation;
	g_mutex_lock(&scope->client->lock);
	g_free(scope->project_name);
	scope->project_name = g_strdup(ecs_auth_project_name(scope->auth));
	g_free(scope->project_id);
	scope->project_id = g_strdup(ecs_auth_project_id(scope->auth));
	g_mutex_unlock(&scope->client->lock);
}

void ecs_client_tune(EcsClient *client, const EcsTuning *tuning)
{
	client->tuning = *tuning;
}

/* Jobs remembered: with more, the oldest are not looked at any more. */
#define JOBS_MAX 10000

void ecs_client_job_started(EcsClient *client, const char *id, const char *service)
{
	g_mutex_lock(&client->lock);
	if (g_hash_table_size(client->jobs) >= JOBS_MAX)
		g_hash_table_remove_all(client->jobs);
	g_hash_table_insert(client->jobs, g_strdup(id), (void *)service);
	g_mutex_unlock(&client->lock);
}

const char *ecs_client_job_service(EcsClient *client, const char *id)
{
	g_mutex_lock(&client->lock);
	const char *service = g_hash_table_lookup(client->jobs, id);
	g_mutex_unlock(&client->lock);
	return service;
}
