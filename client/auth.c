/* SPDX-License-Identifier: MIT */
#include "client/auth.h"

#include <string.h>

#include "client/call.h"
#include "client/core.h"
#include "client/json.h"

/* The gateway refuses longer headers. */
#define TOKEN_MAX 32768
/* Renewal ahead of the end: this, or a fifth of a shorter life. */
#define RENEW_AHEAD_S 600
/* For an answer that does not say how long the token lives. */
#define LIFETIME_S 3600
/* How long a failed login answers everybody who asks: refused, and out of reach. IAM bans
 * hammering. */
#define HOLD_REFUSED_MS 10000
#define HOLD_TRANSIENT_MS 2000
#define PROJECTS_MAX 100000

struct EcsAuthWait {
	EcsAuth *auth;
	unsigned round;
	GList link;
	EcsAuthDone done;
	void *data;
};

struct EcsAuth {
	EcsClient *client;
	EcsAuthKind kind;
	char *name;	/* the project's or region's; NULL for CONFIGURED */
	EcsAuth *alias; /* REGION without a project of its own: the home auth */
	char *scope_id; /* REGION with one: its id */

	char *token;
	uint64_t generation;
	char *project_id;
	char *project_name;
	char *domain_id; /* of the project */
	EcsCatalog *catalog;
	int64_t expires;		 /* seconds since 1970 */
	int64_t born, renew_at, dead_at; /* g_get_monotonic_time() */

	bool busy; /* a login is under way, or about to start */
	GQueue waiters;
	unsigned round; /* waiters up to this one belong to the login under way */
	GError *failure;
	int64_t failure_until;
	EcsAuthWait *home_wait;

	GHashTable *projects;	/* home only: name → id, both owned; NULL: not asked yet */
	GQueue project_waiters; /* home only: EcsAuth */
	bool asking_projects;
};

static EcsAuth *real(EcsAuth *auth)
{
	return auth->alias ? auth->alias : auth;
}

static void wipe(char *text)
{
	if (text)
		explicit_bzero(text, strlen(text));
	g_free(text);
}

EcsAuth *ecs_auth_new(EcsClient *client, EcsAuthKind kind, const char *name)
{
	EcsAuth *auth = g_new0(EcsAuth, 1);
	auth->client = client;
	auth->kind = kind;
	auth->name = g_strdup(name);
	g_queue_init(&auth->waiters);
	g_queue_init(&auth->project_waiters);
	return auth;
}

void ecs_auth_free(EcsAuth *auth)
{
	if (!auth)
		return;
	g_clear_pointer(&auth->home_wait, ecs_auth_wait_cancel);
	g_queue_clear(&auth->project_waiters);
	g_clear_pointer(&auth->projects, g_hash_table_unref);
	wipe(auth->token);
	ecs_catalog_free(auth->catalog);
	g_clear_error(&auth->failure);
	g_free(auth->name);
	g_free(auth->scope_id);
	g_free(auth->project_id);
	g_free(auth->project_name);
	g_free(auth->domain_id);
	g_free(auth);
}

bool ecs_auth_is(const EcsAuth *auth, EcsAuthKind kind, const char *name)
{
	return auth->kind == kind && g_strcmp0(auth->name, name) == 0;
}

static void tell_waiters(EcsAuth *auth, const GError *error)
{
	/* Callbacks may cancel other waits, and add waits for the next login. */
	unsigned round = auth->round++;
	for (;;) {
		GList *link = g_queue_peek_head_link(&auth->waiters);
		EcsAuthWait *wait = link ? link->data : NULL;
		if (!wait || wait->round > round)
			break;
		g_queue_unlink(&auth->waiters, link);
		wait->done(error, wait->data);
		g_free(wait);
	}
}

static bool is_transient(const GError *error)
{
	static const EcsError codes[] = { ECS_ERROR_UNREACHABLE, ECS_ERROR_TIMED_OUT,
					  ECS_ERROR_RATE_LIMITED, ECS_ERROR_FAILED };
	for (size_t i = 0; i < G_N_ELEMENTS(codes); i++)
		if (error->code == (int)codes[i])
			return true;
	return false;
}

static const char *user_of(const EcsCloud *cloud)
{
	if (cloud->username)
		return cloud->username;
	return cloud->user_id ? cloud->user_id : "the token's user";
}

/* @error: of the call; borrowed. */
static void login_failed(EcsAuth *auth, const GError *error)
{
	const EcsCloud *cloud = auth->client->cloud;
	g_autoptr(GError) failure = g_error_copy(error);
	if (!auth->home_wait && failure->code != ECS_ERROR_CANCELLED)
		g_prefix_error(&failure, "login of %s at %s: ", user_of(cloud), cloud->auth_url);
	/* "No such project" must not look like "no such server". */
	if (auth->kind == ECS_AUTH_CONFIGURED &&
	    (failure->code == ECS_ERROR_NOT_FOUND || failure->code == ECS_ERROR_INVALID))
		failure->code = ECS_ERROR_AUTH;
	auth->busy = false;
	unsigned hold = is_transient(failure) ? HOLD_TRANSIENT_MS : HOLD_REFUSED_MS;
	if (auth->client->tuning.login_hold_ms)
		hold = auth->client->tuning.login_hold_ms;
	g_clear_error(&auth->failure);
	auth->failure = g_error_copy(failure);
	auth->failure_until = g_get_monotonic_time() + (int64_t)hold * 1000;
	tell_waiters(auth, failure);
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

/* Take over what a token's document says. Returns: NULL, or what is wrong with it. */
static const char *take_token(EcsAuth *auth, const EcsReply *reply, const EcsJson *json)
{
	const EcsJson *token = ecs_json_get(json, "token");
	const EcsJson *project = ecs_json_get(token, "project");
	const char *project_id = ecs_json_get_text(project, "id");
	if (!reply->token || !is_clean(reply->token, TOKEN_MAX))
		return "the answer has no usable X-Subject-Token";
	if (!ecs_json_is_object(token))
		return "the answer has no token document";
	g_autofree char *escaped = g_uri_escape_string(project_id, NULL, FALSE);
	if (strcmp(escaped, project_id) != 0)
		return "the project's id is not usable";
	int64_t expires = ecs_json_time(ecs_json_get_text(token, "expires_at"));
	int64_t issued = ecs_json_time(ecs_json_get_text(token, "issued_at"));
	if (!issued || issued > expires)
		issued = g_get_real_time() / G_USEC_PER_SEC;
	int64_t life = expires > issued ? expires - issued : LIFETIME_S;
	int64_t ahead = MIN(RENEW_AHEAD_S * G_USEC_PER_SEC, life * G_USEC_PER_SEC / 5);
	wipe(auth->token);
	auth->token = g_strdup(reply->token);
	auth->generation++;
	g_free(auth->project_id);
	auth->project_id = g_strdup(project_id);
	g_free(auth->project_name);
	auth->project_name = g_strdup(ecs_json_get_text(project, "name"));
	g_free(auth->domain_id);
	auth->domain_id = g_strdup(ecs_json_get_text(ecs_json_get(project, "domain"), "id"));
	ecs_catalog_free(auth->catalog);
	auth->catalog =
		ecs_catalog_parse(ecs_json_get(token, "catalog"), auth->client->cloud->interface);
	auth->expires = expires;
	auth->dead_at = auth->born + life * G_USEC_PER_SEC;
	auth->renew_at = auth->dead_at - ahead;
	if (auth->client->tuning.renew_after_ms)
		auth->renew_at = auth->born + auth->client->tuning.renew_after_ms * 1000;
	return NULL;
}

static void login_done(const EcsReply *reply, const GError *error, void *data)
{
	EcsAuth *auth = data;
	if (error) {
		login_failed(auth, error);
		return;
	}
	g_autoptr(GError) wrong = NULL;
	g_autoptr(EcsJson) json = ecs_json_parse(reply->body, reply->body_len, &wrong);
	const char *what = json ? take_token(auth, reply, json) : NULL;
	if (what)
		g_set_error_literal(&wrong, ECS_ERROR, ECS_ERROR_BAD_REPLY, what);
	if (wrong) {
		login_failed(auth, wrong);
		return;
	}
	g_debug("token for project %s until %" G_GINT64_FORMAT, auth->project_name, auth->expires);
	auth->busy = false;
	g_clear_error(&auth->failure);
	ecs_client_logged_in(auth->client, auth);
	tell_waiters(auth, NULL);
}

/* ,"KEY":"VALUE" without the comma after a brace; nothing for NULL. */
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

static void add_identity(GString *json, const EcsCloud *cloud)
{
	if (!cloud->password) {
		g_string_append(json, "\"identity\":{\"methods\":[\"token\"],\"token\":{");
		add_member(json, "id", cloud->token);
		g_string_append(json, "}}");
		return;
	}
	g_string_append(json, "\"identity\":{\"methods\":[\"password\"],\"password\":{\"user\":{");
	if (cloud->user_id) {
		add_member(json, "id", cloud->user_id);
	} else {
		add_member(json, "name", cloud->username);
		add_domain(json, cloud->user_domain_id, cloud->user_domain_name);
	}
	add_member(json, "password", cloud->password);
	g_string_append(json, "}}}");
}

static void add_scope(GString *json, EcsAuth *auth)
{
	const EcsCloud *cloud = auth->client->cloud;
	const char *id = auth->scope_id;
	const char *name = auth->name;
	if (auth->kind == ECS_AUTH_CONFIGURED) {
		id = cloud->project_id;
		/* On OTC the project of a region is named as the region. */
		name = cloud->project_name ? cloud->project_name
		       : cloud->password   ? cloud->region
					   : NULL;
	}
	if (!id && !name)
		return;
	const char *domain_id = cloud->project_domain_id;
	const char *domain_name = cloud->project_domain_name;
	if (!domain_id && !domain_name) {
		domain_id = cloud->user_domain_id;
		domain_name = cloud->user_domain_name;
	}
	const EcsAuth *home = auth->client->home;
	if (!domain_id && !domain_name && home->domain_id && *home->domain_id)
		domain_id = home->domain_id;
	open_member(json, "scope");
	open_member(json, "project");
	add_member(json, id ? "id" : "name", id ? id : name);
	if (!id)
		add_domain(json, domain_id, domain_name);
	g_string_append(json, "}}");
}

static void send_login(EcsAuth *auth)
{
	const EcsCloud *cloud = auth->client->cloud;
	const char *secret = cloud->password ? cloud->password : cloud->token;
	/* Large enough not to be moved, which would leave copies of the secret behind. */
	GString *json = g_string_sized_new(8192 + 6 * strlen(secret));
	g_string_append(json, "{\"auth\":{");
	add_identity(json, cloud);
	add_scope(json, auth);
	g_string_append(json, "}}");
	EcsCallSpec spec = { .urgent = true };
	spec.route[0] = (EcsRoute){ "identity", "POST", g_strdup("/auth/tokens"), json };
	auth->born = g_get_monotonic_time();
	ecs_call_start_identity(auth->client, NULL, spec, NULL, login_done, auth);
}

/* REGION: now that the projects are known. */
static void choose_project(EcsAuth *auth, GHashTable *projects)
{
	const char *id = projects ? g_hash_table_lookup(projects, auth->name) : NULL;
	if (id) {
		auth->scope_id = g_strdup(id);
		send_login(auth);
		return;
	}
	auth->alias = auth->client->home;
	auth->busy = false;
	tell_waiters(auth, NULL);
}

static void projects_came(const EcsReply *reply, const GError *error, void *data)
{
	EcsAuth *home = data;
	home->asking_projects = false;
	g_autoptr(GHashTable) projects = NULL;
	if (reply) {
		g_autoptr(EcsJson) json = ecs_json_parse(reply->body, reply->body_len, NULL);
		const EcsJson *project = ecs_json_first(ecs_json_get(json, "projects"));
		projects = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
		for (unsigned n = 0; project && n < PROJECTS_MAX; n++) {
			const char *name = ecs_json_get_text(project, "name");
			const char *id = ecs_json_get_text(project, "id");
			if (*name && *id && !g_hash_table_contains(projects, name))
				g_hash_table_insert(projects, g_strdup(name), g_strdup(id));
			project = ecs_json_next(project);
		}
		home->projects = g_hash_table_ref(projects);
	}
	bool refused = error &&
		       (error->code == ECS_ERROR_FORBIDDEN || error->code == ECS_ERROR_NOT_FOUND ||
			error->code == ECS_ERROR_NOT_SUPPORTED);
	EcsAuth *auth;
	while ((auth = g_queue_pop_head(&home->project_waiters))) {
		if (error && !refused)
			login_failed(auth, error);
		else
			choose_project(auth, projects);
	}
}

static void find_project(EcsAuth *auth)
{
	EcsAuth *home = auth->client->home;
	if (strcmp(auth->name, ecs_client_home_region(auth->client)) == 0) {
		choose_project(auth, NULL);
		return;
	}
	if (home->projects) {
		choose_project(auth, home->projects);
		return;
	}
	g_queue_push_tail(&home->project_waiters, auth);
	if (home->asking_projects)
		return;
	home->asking_projects = true;
	EcsCallSpec spec = { .urgent = true };
	spec.route[0] = (EcsRoute){ "identity", "GET", g_strdup("/auth/projects"), NULL };
	ecs_call_start_identity(auth->client, home, spec, NULL, projects_came, home);
}

static void home_came(const GError *error, void *data)
{
	EcsAuth *auth = data;
	if (error)
		login_failed(auth, error);
	auth->home_wait = NULL;
	if (!error)
		find_project(auth);
}

static void login_step(void *data)
{
	EcsAuth *auth = data;
	EcsAuth *home = auth->client->home;
	if (auth->kind != ECS_AUTH_REGION || auth->scope_id)
		send_login(auth);
	else if (ecs_auth_ready(home))
		find_project(auth);
	else
		auth->home_wait = ecs_auth_wait(home, home_came, auth);
}

static void start_login(EcsAuth *auth)
{
	if (auth->busy)
		return;
	auth->busy = true;
	/* Not at once: waiters are never told from inside ecs_auth_wait(). */
	ecs_loop_post(auth->client->loop, login_step, auth);
}

const GError *ecs_auth_failed(EcsAuth *auth)
{
	auth = real(auth);
	if (auth->failure && g_get_monotonic_time() >= auth->failure_until)
		g_clear_error(&auth->failure);
	return auth->busy ? NULL : auth->failure;
}

void ecs_auth_forget_failure(EcsAuth *auth)
{
	g_clear_error(&real(auth)->failure);
}

static void drop_token(EcsAuth *auth)
{
	g_clear_pointer(&auth->token, wipe);
}

bool ecs_auth_ready(EcsAuth *auth)
{
	auth = real(auth);
	int64_t now = g_get_monotonic_time();
	if (auth->token && now >= auth->dead_at)
		drop_token(auth);
	if (!auth->token)
		return false;
	/* A token made from a token never lives longer than that one. */
	if (now >= auth->renew_at && auth->client->cloud->password && !ecs_auth_failed(auth))
		start_login(auth);
	return true;
}

EcsAuthWait *ecs_auth_wait(EcsAuth *auth, EcsAuthDone done, void *data)
{
	auth = real(auth);
	EcsAuthWait *wait = g_new0(EcsAuthWait, 1);
	wait->auth = auth;
	wait->round = auth->round;
	wait->link.data = wait;
	wait->done = done;
	wait->data = data;
	g_queue_push_tail_link(&auth->waiters, &wait->link);
	start_login(auth);
	return wait;
}

void ecs_auth_wait_cancel(EcsAuthWait *wait)
{
	g_queue_unlink(&wait->auth->waiters, &wait->link);
	g_free(wait);
}

void ecs_auth_refused(EcsAuth *auth, uint64_t generation)
{
	auth = real(auth);
	if (auth->token && auth->generation == generation)
		drop_token(auth);
}

const char *ecs_auth_token(EcsAuth *auth)
{
	auth = real(auth);
	return auth->token ? auth->token : "";
}

uint64_t ecs_auth_generation(EcsAuth *auth)
{
	return real(auth)->generation;
}

const char *ecs_auth_project_id(EcsAuth *auth)
{
	auth = real(auth);
	return auth->project_id ? auth->project_id : "";
}

const char *ecs_auth_project_name(EcsAuth *auth)
{
	auth = real(auth);
	return auth->project_name ? auth->project_name : "";
}

const EcsCatalog *ecs_auth_catalog(EcsAuth *auth)
{
	return real(auth)->catalog;
}

int64_t ecs_auth_expires(EcsAuth *auth)
{
	auth = real(auth);
	return auth->token ? auth->expires : 0;
}
