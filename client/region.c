/* SPDX-License-Identifier: MIT */
#include "client/region.h"

#include "client/core.h"

typedef struct {
	EcsClient *client;
	EcsListDone done;
	void *data;
} Listing;

/* EcsAuthDone: there is a token, or not. */
static void logged_in(const GError *error, void *data)
{
	g_autofree Listing *listing = data;
	g_autofree char *lacking = error ? NULL : ecs_client_lacking(listing->client);
	g_autoptr(GError) none = NULL;
	if (lacking)
		error = none = g_error_new_literal(ECS_ERROR, ECS_ERROR_NOT_SUPPORTED, lacking);
	if (error) {
		listing->done(NULL, error, listing->data);
		return;
	}
	char **regions = ecs_client_regions(listing->client);
	GPtrArray *items = g_ptr_array_new_with_free_func(g_free);
	for (char **region = regions; *region; region++)
		g_ptr_array_add(items, *region);
	g_free(regions);
	listing->done(items, NULL, listing->data);
}

static void begin(void *data)
{
	Listing *listing = data;
	EcsAuth *home = listing->client->home;
	g_autoptr(GError) closed = NULL;
	if (listing->client->closing)
		closed = g_error_new_literal(ECS_ERROR, ECS_ERROR_CANCELLED, "cancelled");
	const GError *failed = closed ? closed : ecs_auth_failed(home);
	if (!failed && !ecs_auth_ready(home))
		ecs_auth_wait(home, logged_in, listing);
	else
		logged_in(failed, listing);
}

void ecs_region_list(EcsScope *scope, GCancellable *cancellable, EcsListDone done, void *data)
{
	Listing *listing = g_new(Listing, 1);
	*listing = (Listing){ scope->client, done, data };
	ecs_loop_post(scope->client->loop, begin, listing);
}
