/* SPDX-License-Identifier: MIT */
#include "client/reload.h"

#include <string.h>

#include "client/core.h"
#include "client/login.h"

typedef struct {
	EcsReloadDone done;
	void *data;
} Asker;

struct EcsReload {
	EcsClient *client;
	GThread *thread;
	GArray *askers;	 /* Asker */
	EcsCloud *cloud; /* what was read, or NULL */
	GError *error;
};

/* What may be another one. Of these, the loop's thread alone reads those of client->cloud. */
static const size_t secrets[] = {
	offsetof(EcsCloud, password),
	offsetof(EcsCloud, passcode),
	offsetof(EcsCloud, token),
	offsetof(EcsCloud, application_credential_id),
	offsetof(EcsCloud, application_credential_name),
	offsetof(EcsCloud, application_credential_secret),
	offsetof(EcsCloud, access_key),
	offsetof(EcsCloud, secret_key),
	offsetof(EcsCloud, security_token),
};

/* What must be the same. */
static const size_t account[] = {
	offsetof(EcsCloud, name),	    offsetof(EcsCloud, username),
	offsetof(EcsCloud, user_id),	    offsetof(EcsCloud, user_domain_name),
	offsetof(EcsCloud, user_domain_id), offsetof(EcsCloud, project_name),
	offsetof(EcsCloud, project_id),
};

static char **string_at(const EcsCloud *cloud, size_t offset)
{
	return (char **)(void *)((char *)cloud + offset);
}

static bool equal(const EcsCloud *a, const EcsCloud *b, const size_t *offsets, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (g_strcmp0(*string_at(a, offsets[i]), *string_at(b, offsets[i])) != 0)
			return false;
	return true;
}

/* The client's URL has been tidied up. */
static bool same_url(const EcsCloud *now, const EcsCloud *then)
{
	g_autofree char *a = ecs_catalog_strip(now->auth_url);
	g_autofree char *b = ecs_catalog_strip(then->auth_url);
	return g_strcmp0(a, b) == 0;
}

static bool take_secrets(EcsCloud *cloud, EcsCloud *from)
{
	if (equal(cloud, from, secrets, G_N_ELEMENTS(secrets)) ||
	    !equal(cloud, from, account, G_N_ELEMENTS(account)) || !same_url(cloud, from) ||
	    ecs_login_method(cloud) != ecs_login_method(from) || !ecs_login_check(from, NULL))
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(secrets); i++) {
		char **mine = string_at(cloud, secrets[i]), **theirs = string_at(from, secrets[i]);
		char *old = *mine;
		*mine = *theirs;
		*theirs = old; /* wiped with @from */
	}
	return true;
}

static void told(void *data)
{
	struct EcsReload *reload = data;
	EcsClient *client = reload->client;
	if (reload->thread)
		g_thread_join(reload->thread);
	client->reload = NULL;
	bool changed = reload->cloud && take_secrets(client->cloud, reload->cloud);
	g_debug("configuration read again: %s", changed ? "other credentials" : "nothing new");
	for (unsigned i = 0; i < reload->askers->len; i++) {
		const Asker *asker = &g_array_index(reload->askers, Asker, i);
		asker->done(changed, reload->error, asker->data);
	}
	g_array_unref(reload->askers);
	ecs_cloud_free(reload->cloud);
	g_clear_error(&reload->error);
	g_free(reload);
}

static void *read_files(void *data)
{
	struct EcsReload *reload = data;
	const EcsClientOptions *options = &reload->client->options;
	reload->cloud = options->reload(options->reload_data, &reload->error);
	ecs_loop_post(reload->client->loop, told, reload);
	return NULL;
}

bool ecs_reload_possible(const EcsClient *client)
{
	return client->options.reload && !client->closing;
}

void ecs_reload_start(EcsClient *client, EcsReloadDone done, void *data)
{
	Asker asker = { done, data };
	struct EcsReload *reload = client->reload;
	if (!reload) {
		reload = client->reload = g_new0(struct EcsReload, 1);
		reload->client = client;
		reload->askers = g_array_new(FALSE, FALSE, sizeof(Asker));
		reload->thread = g_thread_new("ecs-reload", read_files, reload);
	}
	g_array_append_val(reload->askers, asker);
}

void ecs_reload_join(EcsClient *client)
{
	struct EcsReload *reload = client->reload;
	if (reload && reload->thread)
		g_thread_join(g_steal_pointer(&reload->thread));
}
