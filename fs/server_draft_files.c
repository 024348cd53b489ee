/* SPDX-License-Identifier: MIT */
#include "fs/server_draft_files.h"

#include <errno.h>
#include <string.h>

#include "fs/cloud.h"
#include "fs/log.h"
#include "fs/server_draft_text.h"

typedef struct {
	char *project; /* that `in` borrows */
	EcsfsDraftPlace in;
	char *name; /* of the directory */
} Place;

static void place_clear(Place *place)
{
	g_free(place->project);
	g_free(place->name);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Place, place_clear)

/* A name that tells nothing, of any URL, id and name. Returns: owned. */
static char *digest(const char *text)
{
	return g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
}

/* By the project's id: clouds have one identity service for all their accounts, and each has the
 * same names. */
static Place place_of(const EcsfsCloud *cloud, EcsScope *scope)
{
	Place place = { .project = ecs_scope_project_id(scope) };

	place.in = (EcsfsDraftPlace){ ecs_client_cloud(cloud->client)->auth_url, place.project,
				      ecs_scope_region(scope) };
	g_autofree char *key =
		g_strdup_printf("%s\n%s\n%s", place.in.cloud, place.in.project, place.in.region);
	place.name = digest(key);
	return place;
}

static char *file_of(const char *id)
{
	return digest(id);
}

typedef struct {
	EcsfsFs *fs;
	Place place;
	EcsListDone done;
	void *data;
	char *path; /* for messages */
} Listing;

static void tell(const Listing *listing, const char *file, const char *why)
{
	g_autofree char *sentence = file != NULL ? g_strdup_printf("%s/%s is ignored: %s",
								   listing->place.name, file, why)
						 : g_strdup(why);

	ecsfs_log_failure(listing->fs->log, listing->path, 0, EIO, sentence);
}

/* Returns: owned; NULL: it is told why not. */
static EcsfsTemplate *draft_in(const Listing *listing, const EcsfsStateFile *file)
{
	g_autoptr(GError) error = NULL;
	EcsfsTemplate *draft = NULL;

	if (file->text != NULL)
		draft = ecsfs_server_draft_parse(file->text, file->len, &listing->place.in, &error);
	g_autofree char *name = draft != NULL ? file_of(draft->id) : NULL;
	if (draft != NULL && strcmp(name, file->name) == 0)
		return draft;
	if (draft != NULL)
		ecsfs_template_free(draft);
	tell(listing, file->name,
	     error != NULL	   ? error->message
	     : file->error != NULL ? file->error->message
				   : "it is a copy of another");
	return NULL;
}

/* EcsfsStateLoaded. */
static void loaded(const GPtrArray *files, const GError *error, void *data)
{
	Listing *listing = data;
	GPtrArray *drafts = g_ptr_array_new_with_free_func(ecsfs_template_free);

	if (error != NULL)
		tell(listing, NULL, error->message);
	for (size_t i = 0; i < files->len; i++) {
		EcsfsTemplate *draft = draft_in(listing, files->pdata[i]);
		if (draft != NULL)
			g_ptr_array_add(drafts, draft);
	}
	listing->done(drafts, NULL, listing->data);
	place_clear(&listing->place);
	g_free(listing->path);
	g_free(listing);
}

void ecsfs_server_draft_list(EcsScope *scope, GCancellable *cancellable, EcsListDone done,
			     void *data)
{
	Listing *listing = g_new(Listing, 1);
	EcsfsFs *fs = ecsfs_fetch_fs(data);
	const EcsfsCloud *cloud = ecsfs_cloud_of(fs, scope);

	*listing = (Listing){
		.fs = fs,
		.place = place_of(cloud, scope),
		.done = done,
		.data = data,
		.path = g_build_filename(cloud->directory, ecs_scope_region(scope), "drafts", NULL),
	};
	ecsfs_state_load(cloud->state, listing->place.name, loaded, listing);
}

void ecsfs_server_draft_save(EcsfsFs *fs, EcsScope *scope, const EcsfsTemplate *draft,
			     EcsfsStateDone done, void *data)
{
	const EcsfsCloud *cloud = ecsfs_cloud_of(fs, scope);
	g_auto(Place) place = place_of(cloud, scope);
	g_autofree char *file = file_of(draft->id);

	ecsfs_state_save(cloud->state, place.name, file, ecsfs_server_draft_text(draft, &place.in),
			 done, data);
}

void ecsfs_server_draft_forget(EcsfsFs *fs, EcsScope *scope, const char *id, EcsfsStateDone done,
			       void *data)
{
	const EcsfsCloud *cloud = ecsfs_cloud_of(fs, scope);
	g_auto(Place) place = place_of(cloud, scope);
	g_autofree char *file = file_of(id);

	ecsfs_state_remove(cloud->state, place.name, file, done, data);
}
