/* SPDX-License-Identifier: MIT */
#include "fs/memo.h"

#include "fs/attr.h"

typedef struct {
	uint64_t ino; /* of the directory */
	const EcsfsAttr *attr;
} Key;

/* The lists that the text was made from, as they were then. */
typedef struct {
	Key key;
	off_t size;
	size_t n;
	EcsfsCollection *of[ECSFS_VIEW_SNAPSHOTS];
	int64_t changed_ns[ECSFS_VIEW_SNAPSHOTS];
} Known;

struct EcsfsMemo {
	GMutex lock;
	GHashTable *known; /* Key → Known, owned; as many as there are such files */
};

static unsigned key_hash(const void *data)
{
	const Key *key = data;

	return g_int64_hash(&key->ino) ^ g_direct_hash(key->attr);
}

static gboolean key_equal(const void *a, const void *b)
{
	const Key *x = a, *y = b;

	return x->ino == y->ino && x->attr == y->attr;
}

EcsfsMemo *ecsfs_memo_new(void)
{
	EcsfsMemo *memo = g_new0(EcsfsMemo, 1);

	g_mutex_init(&memo->lock);
	memo->known = g_hash_table_new_full(key_hash, key_equal, NULL, g_free);
	return memo;
}

void ecsfs_memo_free(EcsfsMemo *memo)
{
	if (memo == NULL)
		return;
	g_hash_table_unref(memo->known);
	g_mutex_clear(&memo->lock);
	g_free(memo);
}

/* Set *@known to what is known, if it is still so. False: see the view. */
static bool recall(EcsfsMemo *memo, EcsfsView *view, const Key *key, Known *known)
{
	EcsfsSnapshot *now[ECSFS_VIEW_SNAPSHOTS];

	*known = (Known){ 0 };
	g_mutex_lock(&memo->lock);
	const Known *found = g_hash_table_lookup(memo->known, key);
	if (found != NULL)
		*known = *found;
	g_mutex_unlock(&memo->lock);
	if (!ecsfs_view_gather(view, known->of, known->n, now))
		return false;
	for (size_t i = 0; i < known->n; i++)
		if (now[i] == NULL || now[i]->changed_ns != known->changed_ns[i])
			*known = (Known){ 0 };
	return true;
}

static void keep(EcsfsMemo *memo, const EcsfsView *view, const Key *key, off_t size)
{
	Known *known = g_new(Known, 1);

	*known = (Known){ .key = *key, .size = size, .n = (size_t)view->n_snapshots };
	for (size_t i = 0; i < known->n; i++) {
		known->of[i] = view->of[i];
		known->changed_ns[i] = view->snapshots[i]->changed_ns;
	}
	g_mutex_lock(&memo->lock);
	g_hash_table_replace(memo->known, &known->key, known);
	g_mutex_unlock(&memo->lock);
}

bool ecsfs_memo_length(EcsfsMemo *memo, EcsfsView *view, const EcsfsNode *directory,
		       const EcsfsAttr *attr, off_t *size)
{
	Key key = { directory->ino, attr };
	Known known;
	g_autoptr(GString) text = NULL;

	if (!recall(memo, view, &key, &known))
		return false;
	if (known.n > 0) {
		*size = known.size;
		return true;
	}
	text = g_string_new(NULL);
	if (!attr->show(attr, view, text))
		return false;
	*size = (off_t)text->len;
	if (!view->partial)
		keep(memo, view, &key, *size);
	return true;
}
