/* SPDX-License-Identifier: MIT */
#include "fs/node.h"

#include <string.h>

#include "fs/kind.h"

struct EcsfsNodes {
	GMutex lock;
	GHashTable *by_ino;    /* &node->ino → EcsfsNode, owns nothing */
	GHashTable *by_name;   /* EcsfsNode (parent, name) → the same; the latest of that name */
	GHashTable *by_object; /* EcsfsNode (collection, id) → first of next_of_object */
	EcsfsNode *root;
};

static unsigned name_hash(const void *key)
{
	const EcsfsNode *node = key;

	return g_str_hash(node->name) * 31 + g_direct_hash(node->parent);
}

static gboolean name_equal(const void *a, const void *b)
{
	const EcsfsNode *x = a, *y = b;

	return x->parent == y->parent && strcmp(x->name, y->name) == 0;
}

static unsigned object_hash(const void *key)
{
	const EcsfsNode *node = key;

	return g_str_hash(node->id) * 31 + g_direct_hash(node->collection);
}

static gboolean object_equal(const void *a, const void *b)
{
	const EcsfsNode *x = a, *y = b;

	return x->collection == y->collection && strcmp(x->id, y->id) == 0;
}

/* FNV-1a, 64 bit, over the parent's number and the name. */
static uint64_t path_hash(uint64_t parent, const char *name)
{
	uint64_t h = 14695981039346656037u ^ parent * 0x9e3779b97f4a7c15u;

	for (const char *p = name; *p != '\0'; p++)
		h = (h ^ (unsigned char)*p) * 1099511628211u;
	return h;
}

EcsfsNodes *ecsfs_nodes_new(const EcsfsKind *root)
{
	EcsfsNodes *nodes = g_new0(EcsfsNodes, 1);

	g_mutex_init(&nodes->lock);
	nodes->by_ino = g_hash_table_new(g_int64_hash, g_int64_equal);
	nodes->by_name = g_hash_table_new(name_hash, name_equal);
	nodes->by_object = g_hash_table_new(object_hash, object_equal);
	nodes->root = g_new0(EcsfsNode, 1);
	*nodes->root = (EcsfsNode){
		.ino = ECSFS_ROOT_INO, .lookups = 1, .name = g_strdup(""), .kind = root
	};
	g_hash_table_insert(nodes->by_ino, &nodes->root->ino, nodes->root);
	return nodes;
}

static void free_node(EcsfsNode *node)
{
	g_free(node->name);
	g_free(node->id);
	g_free(node);
}

void ecsfs_nodes_free(EcsfsNodes *nodes)
{
	if (nodes == NULL)
		return;
	GHashTableIter iter;
	void *node;
	g_hash_table_iter_init(&iter, nodes->by_ino);
	while (g_hash_table_iter_next(&iter, NULL, &node))
		free_node(node);
	g_hash_table_unref(nodes->by_ino);
	g_hash_table_unref(nodes->by_name);
	g_hash_table_unref(nodes->by_object);
	g_mutex_clear(&nodes->lock);
	g_free(nodes);
}

static void link_object(EcsfsNodes *nodes, EcsfsNode *node)
{
	if (node->collection == NULL || node->id == NULL)
		return;
	node->next_of_object = g_hash_table_lookup(nodes->by_object, node);
	g_hash_table_replace(nodes->by_object, node, node);
}

static void unlink_object(EcsfsNodes *nodes, EcsfsNode *node)
{
	if (node->collection == NULL || node->id == NULL)
		return;
	EcsfsNode *first = g_hash_table_lookup(nodes->by_object, node);
	if (first == node) {
		g_hash_table_remove(nodes->by_object, node);
		if (node->next_of_object != NULL)
			g_hash_table_replace(nodes->by_object, node->next_of_object,
					     node->next_of_object);
		return;
	}
	while (first->next_of_object != node)
		first = first->next_of_object;
	first->next_of_object = node->next_of_object;
}

static void link_child(EcsfsNode *node)
{
	EcsfsNode *parent = node->parent;

	parent->refs++;
	node->next_sibling = parent->first_child;
	if (node->next_sibling != NULL)
		node->next_sibling->prev_sibling = node;
	parent->first_child = node;
}

static void unlink_child(EcsfsNode *node)
{
	if (node->prev_sibling != NULL)
		node->prev_sibling->next_sibling = node->next_sibling;
	else
		node->parent->first_child = node->next_sibling;
	if (node->next_sibling != NULL)
		node->next_sibling->prev_sibling = node->prev_sibling;
	node->parent->refs--;
}

/* Free @node, and its ancestors, as far as nobody needs them. Under the lock. */
static void release(EcsfsNodes *nodes, EcsfsNode *node)
{
	while (node->refs == 0 && node->lookups == 0) {
		EcsfsNode *parent = node->parent;

		g_hash_table_remove(nodes->by_ino, &node->ino);
		if (g_hash_table_lookup(nodes->by_name, node) == node)
			g_hash_table_remove(nodes->by_name, node);
		unlink_object(nodes, node);
		unlink_child(node);
		free_node(node);
		node = parent;
	}
}

EcsfsNode *ecsfs_node_get(EcsfsNodes *nodes, uint64_t ino)
{
	g_mutex_lock(&nodes->lock);
	EcsfsNode *node = g_hash_table_lookup(nodes->by_ino, &ino);
	if (node != NULL)
		node->refs++;
	g_mutex_unlock(&nodes->lock);
	return node;
}

EcsfsNode *ecsfs_node_ref(EcsfsNodes *nodes, EcsfsNode *node)
{
	g_mutex_lock(&nodes->lock);
	node->refs++;
	g_mutex_unlock(&nodes->lock);
	return node;
}

void ecsfs_node_unref(EcsfsNodes *nodes, EcsfsNode *node)
{
	if (node == NULL)
		return;
	g_mutex_lock(&nodes->lock);
	node->refs--;
	release(nodes, node);
	g_mutex_unlock(&nodes->lock);
}

static bool means(const EcsfsNode *node, const EcsfsEntry *entry)
{
	return node->kind == entry->kind && node->attr == entry->attr &&
	       node->link == entry->link && node->collection == entry->collection &&
	       g_strcmp0(node->id, entry->id) == 0;
}

static EcsfsNode *new_node(EcsfsNodes *nodes, EcsfsNode *parent, const EcsfsEntry *entry)
{
	EcsfsNode *node = g_new0(EcsfsNode, 1);

	*node = (EcsfsNode){
		.ino = path_hash(parent->ino, entry->name),
		.parent = parent,
		.name = g_strdup(entry->name),
		.kind = entry->kind,
		.attr = entry->attr,
		.link = entry->link,
		.id = g_strdup(entry->id),
		.collection = entry->collection,
		.scope = entry->scope != NULL ? entry->scope : parent->scope,
		.alias = entry->alias,
	};
	node->zone = node->kind != NULL && node->kind->zone ? node->id : parent->zone;
	while (node->ino <= ECSFS_ROOT_INO || g_hash_table_contains(nodes->by_ino, &node->ino))
		node->ino++;
	link_child(node);
	link_object(nodes, node);
	g_hash_table_insert(nodes->by_ino, &node->ino, node);
	g_hash_table_replace(nodes->by_name, node, node);
	return node;
}

EcsfsNode *ecsfs_node_enter(EcsfsNodes *nodes, EcsfsNode *parent, const EcsfsEntry *entry,
			    bool lookup)
{
	EcsfsNode key = { .parent = parent, .name = (char *)entry->name };

	g_mutex_lock(&nodes->lock);
	EcsfsNode *node = g_hash_table_lookup(nodes->by_name, &key);
	if (node == NULL || !means(node, entry))
		node = new_node(nodes, parent, entry);
	node->refs++;
	if (lookup)
		node->lookups++;
	g_mutex_unlock(&nodes->lock);
	return node;
}

void ecsfs_node_forget(EcsfsNodes *nodes, uint64_t ino, uint64_t n)
{
	g_mutex_lock(&nodes->lock);
	EcsfsNode *node = g_hash_table_lookup(nodes->by_ino, &ino);
	if (node != NULL && node != nodes->root) {
		node->lookups -= MIN(node->lookups, n);
		release(nodes, node);
	}
	g_mutex_unlock(&nodes->lock);
}

char *ecsfs_node_path(const EcsfsNode *node)
{
	GString *path = g_string_new(NULL);

	for (; node->parent != NULL; node = node->parent) {
		g_string_prepend(path, node->name);
		g_string_prepend_c(path, '/');
	}
	if (path->len == 0)
		g_string_append_c(path, '/');
	return g_string_free(path, FALSE);
}

static void walk(const EcsfsNode *node, GString *path, EcsfsNodeFn fn, void *data)
{
	size_t len = path->len;

	fn(node, path->str, data);
	for (const EcsfsNode *child = node->first_child; child != NULL;
	     child = child->next_sibling) {
		if (child->collection != NULL) /* another object's */
			continue;
		if (len > 0)
			g_string_append_c(path, '/');
		g_string_append(path, child->name);
		walk(child, path, fn, data);
		g_string_truncate(path, len);
	}
}

void ecsfs_nodes_of_object(EcsfsNodes *nodes, EcsfsCollection *collection, const char *id,
			   EcsfsNodeFn fn, void *data)
{
	EcsfsNode key = { .collection = collection, .id = (char *)id };
	g_autoptr(GString) path = g_string_new(NULL);

	g_mutex_lock(&nodes->lock);
	for (const EcsfsNode *node = g_hash_table_lookup(nodes->by_object, &key); node != NULL;
	     node = node->next_of_object)
		walk(node, path, fn, data);
	g_mutex_unlock(&nodes->lock);
}

size_t ecsfs_nodes_count(EcsfsNodes *nodes)
{
	g_mutex_lock(&nodes->lock);
	size_t n = g_hash_table_size(nodes->by_ino);
	g_mutex_unlock(&nodes->lock);
	return n;
}
