/* SPDX-License-Identifier: MIT */
#include "client/auth.h"

#include <string.h>

#include "client/call.h"
#include "client/core.h"
#include "client/json.h"
#include "client/login.h"
#include "client/reload.h"

/* Renewal ahead of the end: this, or a fifth of a shorter life. */
#define RENEW_AHEAD_S 600
/* For an answer that does not say how long the token lives. */
#define LIFETIME_S 3600
/* How long a failed login answers everybody who asks: refused, and out of reach. IAM bans
 * hammering. */
#define HOLD_REFUSED_MS 10000
#define HOLD_TRANSIENT_MS 2000
/* More than five wrong signatures in a row lock an access key for five minutes. */
#define HOLD_SIGNATURE_MS 60000
/* Credentials that are refused again and again are shown to the cloud half as often each time, at
 * last every so often: there are clouds that lock an account for it. */
#define HOLD_REFUSED_MOST_MS 600000
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
	char *name;	/* the project's or region's; the id for ID; NULL for CONFIGURED */
	char *label;	/* what messages call the project; NULL for CONFIGURED */
	EcsAuth *alias; /* REGION without a project of its own: the home auth */
	char *scope_id; /* ID; REGION with a project: its id */

	char *token;
	uint64_t generation;
	char *project_id;
	char *project_name;
	char *domain_id; /* of the project */
	EcsCatalog *catalog;
	int64_t expires;		 /* seconds since 1970 */
	int64_t born, renew_at, dead_at; /* g_get_monotonic_time() */

	bool busy;	 /* a login is under way, or about to start */
	bool reread;	 /* for it the configuration has been read again */
	GError *refusal; /* meanwhile: why; and why these credentials were refused last */
	unsigned refusals;     /* of these credentials, in a row */
	int64_t refused_until; /* the cloud is not asked before */
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

EcsAuth *ecs_auth_new(EcsClient *client, EcsAuthKind kind, const char *name, const char *label)
{
	EcsAuth *auth = g_new0(EcsAuth, 1);
	auth->client = client;
	auth->kind = kind;
	auth->name = g_strdup(name);
	auth->label = g_strdup(label ? label : name);
	auth->scope_id = g_strdup(kind == ECS_AUTH_ID ? name : NULL);
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
	g_clear_error(&auth->refusal);
	g_free(auth->name);
	g_free(auth->label);
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
					  ECS_ERROR_RATE_LIMITED, ECS_ERROR_FAILED,
					  ECS_ERROR_BAD_REPLY };
	for (size_t i = 0; i < G_N_ELEMENTS(codes); i++)
		if (error->code == (int)codes[i])
			return true;
	return false;
}

static unsigned hold_ms(const EcsAuth *auth, const GError *error)
{
	const EcsClient *client = auth->client;
	if (client->tuning.login_hold_ms)
		return client->tuning.login_hold_ms;
	if (is_transient(error))
		return HOLD_TRANSIENT_MS;
	return ecs_login_method(client->cloud) == ECS_LOGIN_KEYS ? HOLD_SIGNATURE_MS
								 : HOLD_REFUSED_MS;
}

/* The cloud does not want these credentials. */
static void note_refusal(EcsAuth *auth, const GError *error)
{
	int64_t base_ms = hold_ms(auth, error);
	int64_t ms = MIN(base_ms << MIN(auth->refusals, 10), MAX(base_ms, HOLD_REFUSED_MOST_MS));
	auth->refusals++;
	auth->refused_until = g_get_monotonic_time() + ms * G_TIME_SPAN_MILLISECOND;
	g_clear_error(&auth->refusal);
	auth->refusal = g_error_copy(error);
}

/* They are others now, or have been accepted. */
static void forget_refusal(EcsAuth *auth)
{
	auth->refusals = 0;
	auth->refused_until = 0;
	g_clear_error(&auth->refusal);
}

/* A signature is refused for its date, too. */
static void add_clock(const EcsAuth *auth, GError *error)
{
	int64_t ahead_s = auth->client->clock_s;
	if (error->code != ECS_ERROR_AUTH || ABS(ahead_s) < ECS_CLOCK_TOLD_S ||
	    ecs_login_method(auth->client->cloud) != ECS_LOGIN_KEYS)
		return;
	g_autofree char *message = error->message;
	g_autofree char *text = ecs_client_clock_text(ahead_s);
	error->message =
		g_strdup_printf("%s; this machine's clock is %s the cloud's", message, text);
}

/* @error: of the call; borrowed. */
static void login_failed(EcsAuth *auth, const GError *error)
{
	const EcsCloud *cloud = auth->client->cloud;
	g_autoptr(GError) failure = g_error_copy(error);
	if (!auth->home_wait && failure->code != ECS_ERROR_CANCELLED)
		g_prefix_error(&failure, "login of %s%s%s at %s: ", ecs_login_who(cloud),
			       auth->label ? " for project " : "", auth->label ? auth->label : "",
			       cloud->auth_url);
	/* "No such project" must not look like "no such server". */
	if (failure->code == ECS_ERROR_NOT_FOUND || failure->code == ECS_ERROR_INVALID)
		failure->code = ECS_ERROR_AUTH;
	add_clock(auth, failure);
	auth->busy = false;
	g_clear_error(&auth->failure);
	auth->failure = g_error_copy(failure);
	auth->failure_until =
		g_get_monotonic_time() + (int64_t)hold_ms(auth, failure) * G_TIME_SPAN_MILLISECOND;
	tell_waiters(auth, failure);
}

/* Has @auth been told of regions before, and the document in @catalog tells of none? With it all
 * that is mounted would be gone. */
static bool loses_regions(const EcsAuth *auth, const EcsCatalog *catalog)
{
	g_auto(GStrv) before = auth->catalog ? ecs_catalog_regions(auth->catalog) : NULL;
	g_auto(GStrv) now = ecs_catalog_regions(catalog);
	return before && before[0] && !now[0];
}

/* Returns: NULL, or what is wrong with it. */
static const char *take_grant(EcsAuth *auth, EcsGrant *grant)
{
	if (!*grant->project_id && auth->project_id && *auth->project_id)
		return "the answer names no project";
	if (loses_regions(auth, grant->catalog))
		return "the answer has no usable catalog";
	int64_t life = grant->life_s > 0 ? grant->life_s : LIFETIME_S;
	life = MIN(life, G_MAXINT64 / 4 / G_USEC_PER_SEC) * G_USEC_PER_SEC;
	EcsGrant old = { auth->token, auth->project_id, auth->project_name, auth->domain_id };
	auth->token = g_steal_pointer(&grant->token);
	auth->generation++;
	auth->project_id = g_steal_pointer(&grant->project_id);
	auth->project_name = g_steal_pointer(&grant->project_name);
	auth->domain_id = g_steal_pointer(&grant->domain_id);
	wipe(old.token);
	g_free(old.project_id);
	g_free(old.project_name);
	g_free(old.domain_id);
	ecs_catalog_free(auth->catalog);
	auth->catalog = g_steal_pointer(&grant->catalog);
	auth->expires = grant->expires;
	auth->dead_at = auth->born + life;
	auth->renew_at = auth->dead_at - MIN(RENEW_AHEAD_S * G_USEC_PER_SEC, life / 5);
	if (auth->client->tuning.renew_after_ms)
		auth->renew_at = auth->born + auth->client->tuning.renew_after_ms * 1000;
	return NULL;
}

static void login_step(void *data);

/* The configuration has been read again. */
static void reread(bool changed, const GError *error, void *data)
{
	EcsAuth *auth = data;
	if (changed) {
		forget_refusal(auth);
		login_step(auth);
		return;
	}
	g_autoptr(GError) refusal = g_error_copy(auth->refusal);
	if (error) {
		g_autofree char *message = refusal->message;
		refusal->message = g_strdup_printf("%s; to see if there is a new password: %s",
						   message, error->message);
	}
	login_failed(auth, refusal);
}

/* It fails as it did, unless the configuration has other credentials by now. */
static void refuse(EcsAuth *auth)
{
	if (!auth->reread && ecs_reload_possible(auth->client)) {
		auth->reread = true;
		ecs_reload_start(auth->client, reread, auth);
	} else {
		login_failed(auth, auth->refusal);
	}
}

static void login_done(EcsGrant *granted, const GError *error, void *data)
{
	EcsAuth *auth = data;
	g_autoptr(EcsGrant) grant = granted;
	if (error && error->code == ECS_ERROR_AUTH) {
		note_refusal(auth, error);
		refuse(auth);
		return;
	}
	if (error) {
		login_failed(auth, error);
		return;
	}
	const char *wrong = take_grant(auth, grant);
	if (wrong) {
		g_autoptr(GError) failure =
			g_error_new_literal(ECS_ERROR, ECS_ERROR_BAD_REPLY, wrong);
		login_failed(auth, failure);
		return;
	}
	forget_refusal(auth);
	g_debug("token for project %s until %" G_GINT64_FORMAT, auth->project_name, auth->expires);
	auth->busy = false;
	g_clear_error(&auth->failure);
	ecs_client_logged_in(auth->client, auth);
	tell_waiters(auth, NULL);
}

/* The project of clouds.yaml. On OTC the project of a region is named as the region. */
static void configured_project(const EcsCloud *cloud, EcsLoginScope *scope)
{
	EcsLoginMethod method = ecs_login_method(cloud);
	scope->id = cloud->project_id;
	scope->name = cloud->project_name;
	if (!scope->name && method != ECS_LOGIN_TOKEN)
		scope->name = cloud->region;
}

static void send_login(EcsAuth *auth)
{
	const EcsCloud *cloud = auth->client->cloud;
	const EcsAuth *home = auth->client->home;
	EcsLoginMethod method = ecs_login_method(cloud);
	EcsLoginScope scope = { .id = auth->scope_id,
				.name = auth->kind == ECS_AUTH_ID ? auth->label : auth->name };
	if (auth->kind == ECS_AUTH_CONFIGURED)
		configured_project(cloud, &scope);
	/* It is for one project, and refused when one is named. */
	if (method == ECS_LOGIN_APPLICATION)
		scope = (EcsLoginScope){ 0 };
	scope.domain_id = cloud->project_domain_id;
	scope.domain_name = cloud->project_domain_name;
	if (!scope.domain_id && !scope.domain_name) {
		scope.domain_id = cloud->user_domain_id;
		scope.domain_name = cloud->user_domain_name;
	}
	if (!scope.domain_id && !scope.domain_name && home->domain_id && *home->domain_id)
		scope.domain_id = home->domain_id;
	scope.label = auth->label ? auth->label : cloud->project_name;
	if (auth != home && method == ECS_LOGIN_MULTIFACTOR)
		scope.token = home->token;
	auth->born = g_get_monotonic_time();
	ecs_login_start(auth->client, &scope, login_done, auth);
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
	EcsLoginMethod method = ecs_login_method(auth->client->cloud);
	if (strcmp(auth->name, ecs_client_home_region(auth->client)) == 0 ||
	    method == ECS_LOGIN_APPLICATION) {
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
	/* The reference has signed calls for the second only. */
	const char *path = method == ECS_LOGIN_KEYS ? "/projects" : "/auth/projects";
	spec.route[0] = (EcsRoute){ "identity", "GET", g_strdup(path), NULL };
	ecs_call_start_identity(auth->client, home, spec, NULL, projects_came, home);
}

/* With the home's token at hand, if that is needed. */
static void login_now(EcsAuth *auth)
{
	if (auth->kind == ECS_AUTH_REGION && !auth->scope_id)
		find_project(auth);
	else
		send_login(auth);
}

static void home_came(const GError *error, void *data)
{
	EcsAuth *auth = data;
	if (error)
		login_failed(auth, error);
	auth->home_wait = NULL;
	if (!error)
		login_now(auth);
}

static void login_step(void *data)
{
	EcsAuth *auth = data;
	if (g_get_monotonic_time() < auth->refused_until) {
		refuse(auth);
		return;
	}
	EcsAuth *home = auth->client->home;
	EcsLoginMethod method = ecs_login_method(auth->client->cloud);
	if (method == ECS_LOGIN_APPLICATION &&
	    (auth->kind == ECS_AUTH_PROJECT || auth->kind == ECS_AUTH_ID)) {
		g_autoptr(GError) error =
			g_error_new(ECS_ERROR, ECS_ERROR_FORBIDDEN,
				    "an application credential is for its own project only");
		login_failed(auth, error);
		return;
	}
	bool from_home = auth->kind == ECS_AUTH_REGION && !auth->scope_id;
	if (auth != home && method == ECS_LOGIN_MULTIFACTOR)
		from_home = true;
	if (!from_home || ecs_auth_ready(home))
		login_now(auth);
	else
		auth->home_wait = ecs_auth_wait(home, home_came, auth);
}

static void start_login(EcsAuth *auth)
{
	if (auth->busy)
		return;
	auth->busy = true;
	auth->reread = false;
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
	forget_refusal(real(auth));
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
	if (now >= auth->renew_at && ecs_login_renewable(auth->client->cloud) &&
	    !ecs_auth_failed(auth))
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
