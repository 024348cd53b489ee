/* SPDX-License-Identifier: MIT */
/* keypairs - the SSH keys that servers are made with: imported or generated from drafts, deleted.
 */
#include "client/keypair.h"

#include <errno.h>
#include <string.h>

#include "fs/draft.h"
#include "fs/list.h"
#include "fs/secret.h"

static const EcsfsKind keypair_kind;

static const char *keypair_name(const void *item)
{
	return ((const EcsKeypair *)item)->name;
}

static bool keypair_same(const void *a, const void *b)
{
	return ecs_keypair_same(a, b);
}

static void *keypair_draft(const char *name)
{
	return ecs_keypair_draft(name);
}

static const EcsfsClass keypairs_class = {
	.name = "keypairs",
	.kind = &keypair_kind,
	.list = ecs_keypair_list,
	.id = keypair_name,
	.json = ECSFS_JSON(ecs_keypair_json),
	.same = keypair_same,
	.draft = keypair_draft,
	.unref = (void (*)(void *))ecs_keypair_unref,
};

static EcsfsCollection *keypairs_collection(EcsfsView *view)
{
	return ecsfs_cache_collection(view->fs->cache, &keypairs_class, ecsfs_view_scope(view));
}

/*
 * What the list does not tell of a key pair. The id is "fingerprint name", so that one which is
 * made anew under the name of another is asked for.
 */
static void details_got(EcsKeypair *keypair, const char *private_key, const GError *error,
			void *data)
{
	ecsfs_fetch_item(data, keypair, error);
}

static void details_get(EcsScope *scope, const char *id, EcsfsFetch *fetch)
{
	ecs_keypair_get(scope, strchr(id, ' ') + 1, NULL, details_got, fetch);
}

static const EcsfsClass details_class = {
	.name = "keypair-details",
	.get = details_get,
	.id = keypair_name,
	.unref = (void (*)(void *))ecs_keypair_unref,
};

/* Set *@details (NULL: a draft has none). Returns false if the view says why not yet. */
static bool find_details(EcsfsView *view, const EcsKeypair **details)
{
	const EcsKeypair *keypair = view->item;
	g_autofree char *id = g_strconcat(keypair->fingerprint, " ", keypair->name, NULL);

	*details = NULL;
	if (*keypair->status != '\0')
		return true;
	EcsfsCollection *collection =
		ecsfs_cache_collection(view->fs->cache, &details_class, ecsfs_view_scope(view));
	const EcsfsRecord *record = ecsfs_view_find(view, collection, id);
	if (record != NULL)
		*details = record->item;
	return record != NULL || !ecsfs_view_waits(view);
}

static bool created_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	const EcsKeypair *details;

	if (!find_details(view, &details))
		return false;
	if (details != NULL && details->created != 0) {
		ecsfs_iso8601(out, details->created);
		g_string_append_c(out, '\n');
	}
	return true;
}

static bool user_id_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	const EcsKeypair *details;

	if (!find_details(view, &details))
		return false;
	if (details != NULL)
		ecsfs_value(out, details->user_id);
	return true;
}

static bool status_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	const EcsKeypair *keypair = view->item;

	ecsfs_value(out, *keypair->status != '\0' ? keypair->status : "ACTIVE");
	return true;
}

/* What a create has brought, until the dispatch thread shows it. */
typedef struct {
	EcsKeypair *keypair;
	char *private_key; /* NULL: imported */
} Creation;

static void creation_free(void *data)
{
	Creation *creation = data;

	if (creation->private_key != NULL)
		explicit_bzero(creation->private_key, strlen(creation->private_key));
	g_free(creation->private_key);
	ecs_keypair_unref(creation->keypair);
	g_free(creation);
}

static void created(EcsfsChange *change)
{
	Creation *creation = change->data;

	ecsfs_draft_created(change, g_steal_pointer(&creation->keypair));
	if (creation->private_key != NULL)
		ecsfs_secret_keep(change->collection, change->id, creation->private_key);
}

static void create_done(EcsKeypair *keypair, const char *private_key, const GError *error,
			void *data)
{
	EcsfsChange *change = data;

	if (keypair != NULL) {
		Creation *creation = g_new(Creation, 1);
		*creation = (Creation){ keypair, g_strdup(private_key) };
		change->data = creation;
		change->free_data = creation_free;
		change->accepted = created;
	}
	ecsfs_change_done(change, error);
}

static void create(EcsfsChange *change, const char *public_key)
{
	if (ecsfs_draft_open(change))
		ecs_keypair_create(change->node->scope, change->id, public_key, change->cancellable,
				   create_done, change);
}

static void verb_generate(EcsfsChange *change, int argc, char **argv)
{
	create(change, NULL);
}

static const EcsfsVerb keypair_verbs[] = {
	{ "generate", 0, 0, "DRAFT", NULL, verb_generate,
	  "have the cloud make the pair; private_key can be read once then" },
	{}
};

/* Types of OpenSSH, as sshd(8) lists them, without certificates. */
static const char *const key_types[] = {
	"ssh-rsa",
	"ssh-ed25519",
	"ssh-dss",
	"ecdsa-sha2-nistp256",
	"ecdsa-sha2-nistp384",
	"ecdsa-sha2-nistp521",
	NULL,
};

/* Returns: what is wrong with a public key, as far as it can be seen here; NULL: nothing. */
static const char *wrong_key(const char *text)
{
	g_auto(GStrv) words = g_strsplit(text, " ", 3);
	size_t len = 0;

	if (strstr(text, "PRIVATE KEY") != NULL)
		return "that is a private key: it stays with you; write the .pub file";
	if (words[0] == NULL || !g_strv_contains(key_types, words[0]) || words[1] == NULL)
		return "write a public key: \"ssh-rsa AAAA... comment\", as in a .pub file";
	g_autofree unsigned char *blob = g_base64_decode(words[1], &len);
	size_t type = strlen(words[0]);
	/* RFC 4253, 6.6: the type, with its length in front, begins the key. */
	if (len < 4 + type || memcmp(blob, "\0\0\0", 3) != 0 || blob[3] != type ||
	    memcmp(blob + 4, words[0], type) != 0)
		return "the public key is damaged: what follows its type is not a key of that type";
	return NULL;
}

static void public_key_store(EcsfsChange *change, const char *text, size_t len)
{
	const char *wrong = wrong_key(text);

	if (wrong != NULL)
		ecsfs_change_fail(change, EINVAL, "%s", wrong);
	else
		create(change, text);
}

/* Sorted by name. */
static const EcsfsAttr keypair_attrs[] = {
	{ "action", 0644, ecsfs_verbs_show, ecsfs_verb_store, STRING_AT(EcsKeypair, status),
	  .verbs = keypair_verbs, .help = "verbs; reading lists those that its state allows now" },
	{ "created", 0444, created_show, .flags = ECSFS_OWN_CALL,
	  .help = "when it was made, ISO 8601 UTC; asked for when it is read" },
	{ "error", 0444, ecsfs_show_note, .flags = ECSFS_NOTED,
	  .help = "why the last change of it failed; empty: it did not" },
	{ "fingerprint", 0444, SHOW_STRING(EcsKeypair, fingerprint),
	  .help = "MD5 of the public key, in hexadecimal" },
	{ "json", 0444, ecsfs_show_json, .help = "the API's own document; never with a private key" },
	{ "name", 0444, SHOW_STRING(EcsKeypair, name), .help = "name" },
	{ "private_key", 0400, ecsfs_secret_show,
	  .flags = ECSFS_SECRET | ECSFS_VOLATILE | ECSFS_ONCE,
	  .help = "of a pair that was generated through this mount, until it has been read once" },
	{ "public_key", 0644, SHOW_STRING(EcsKeypair, public_key), .store = public_key_store,
	  .help = "the public key, one line; writing it to a draft imports it" },
	{ "status", 0444, status_show, .help = "DRAFT: in this mount only; else ACTIVE" },
	{ "type", 0444, SHOW_STRING(EcsKeypair, type), .help = "ssh" },
	{ "user_id", 0444, user_id_show, .flags = ECSFS_OWN_CALL,
	  .help = "id of the user that it belongs to; asked for when it is read" },
	{}
};

static const EcsfsKind keypair_kind = {
	.name = "<keypair>",
	.help = "a key pair, or the draft of one",
	.attrs = keypair_attrs,
};

static void removed(EcsfsChange *change)
{
	ecsfs_secret_forget(change->collection, change->id);
	ecsfs_collection_leaving(change->collection, change->id, change->job);
}

static void keypairs_remove(EcsfsChange *change, const EcsfsEntry *entry)
{
	change->accepted = removed;
	ecs_keypair_delete(change->node->scope, change->id, change->cancellable,
			   ecsfs_change_accepted, change);
}

const EcsfsKind ecsfs_keypairs = {
	.name = "keypairs",
	.entry = &keypair_kind,
	.find = ecsfs_list_find,
	.list = ecsfs_list_list,
	.collection = keypairs_collection,
	.make = ecsfs_draft_make,
	.remove = keypairs_remove,
};
