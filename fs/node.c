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

/*
 * Numbers: a directory's ends in 00, those of the rows of its table in 01 to FE, all others' in FF
 * (hexadecimal). The root's is FUSE's, so its rows have a number of their own to start from.
 */
#define LOW UINT64_C(0xff)
#define ROOT_BASE UINT64_C(0x100)
#define ROWS_MAX 0xfe

static uint64_t base_of(const EcsfsNode *directory)
{
	return directory->ino == ECSFS_ROOT_INO ? ROOT_BASE : directory->ino;
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
	*nodes->root = (EcsfsNode){ .ino = ECSFS_ROOT_INO,
				    .lookups = 1,
				    .name = g_ref_string_new_intern(""),
				    .kind = root };
	g_hash_table_insert(nodes->by_ino, &nodes->root->ino, nodes->root);
	return nodes;
}

static void free_node(EcsfsNode *node)
{
	if (!node->row)
		g_ref_string_release((char *)node->name);
	if (node->id != NULL)
		g_ref_string_release((char *)node->id);
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

static void forget_node(EcsfsNodes *nodes, EcsfsNode *node)
{
	g_hash_table_remove(nodes->by_ino, &node->ino);
	if (g_hash_table_lookup(nodes->by_name, node) == node)
		g_hash_table_remove(nodes->by_name, node);
	unlink_object(nodes, node);
	unlink_child(node);
}

/* Free @node, and its ancestors, as far as nobody needs them. Under the lock. */
static void release(EcsfsNodes *nodes, EcsfsNode *node)
{
	while (node->refs == 0 && node->lookups == 0 && node->row_lookups == 0) {
		EcsfsNode *parent = node->parent;

		if (node->row)
			parent->refs--;
		else
			forget_node(nodes, node);
		free_node(node);
		node = parent;
	}
}

/* Returns: the directory whose table has a row of that number, and *@attr, the row; NULL: none. */
static EcsfsNode *directory_of_row(EcsfsNodes *nodes, uint64_t ino, const EcsfsAttr **attr)
{
	uint64_t base = ino & ~LOW, row = ino & LOW, root = ECSFS_ROOT_INO;
	EcsfsNode *directory =
		g_hash_table_lookup(nodes->by_ino, base == ROOT_BASE ? &root : &base);

	if (row == 0 || row > ROWS_MAX || directory == NULL || directory->kind == NULL)
		return NULL;
	*attr = directory->kind->attrs;
	for (uint64_t i = 1; i < row && *attr != NULL && (*attr)->name != NULL; i++)
		(*attr)++;
	return *attr != NULL && (*attr)->name != NULL ? directory : NULL;
}

static void set_row(EcsfsNode *node, EcsfsNode *directory, const EcsfsAttr *attr)
{
	*node = (EcsfsNode){
		.ino = base_of(directory) + (uint64_t)(attr - directory->kind->attrs) + 1,
		.parent = directory,
		.name = attr->name,
		.attr = attr,
		.scope = directory->scope,
		.zone = directory->zone,
		.row = true,
		.generation = __atomic_load_n(&directory->generation, __ATOMIC_RELAXED),
	};
}

static EcsfsNode *new_row(EcsfsNode *directory, const EcsfsAttr *attr)
{
	EcsfsNode *node = g_new(EcsfsNode, 1);

	set_row(node, directory, attr);
	node->refs = 1;
	directory->refs++;
	return node;
}

/* Returns: whether @attr is a row of the directory's own table. */
static bool is_row(const EcsfsNode *directory, const EcsfsAttr *attr)
{
	const EcsfsAttr *row = directory->kind != NULL ? directory->kind->attrs : NULL;

	for (; attr != NULL && row != NULL && row->name != NULL; row++)
		if (row == attr)
			return true;
	return false;
}

EcsfsNode *ecsfs_node_get(EcsfsNodes *nodes, uint64_t ino)
{
	g_mutex_lock(&nodes->lock);
	EcsfsNode *node = g_hash_table_lookup(nodes->by_ino, &ino);
	const EcsfsAttr *attr;
	if (node != NULL)
		node->refs++;
	else if ((node = directory_of_row(nodes, ino, &attr)) != NULL)
		node = new_row(node, attr);
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
		.name = g_ref_string_new_intern(entry->name),
		.kind = entry->kind,
		.attr = entry->attr,
		.link = entry->link,
		.id = entry->id != NULL ? g_ref_string_new_intern(entry->id) : NULL,
		.collection = entry->collection,
		.scope = entry->scope != NULL ? entry->scope : parent->scope,
		.alias = entry->alias,
	};
	node->zone = node->kind != NULL && node->kind->zone ? node->id : parent->zone;
	node->ino = node->kind != NULL ? node->ino & ~LOW : node->ino | LOW;
	while (node->ino <= (ROOT_BASE | LOW) || g_hash_table_contains(nodes->by_ino, &node->ino))
		node->ino += LOW + 1;
	link_child(node);
	link_object(nodes, node);
	g_hash_table_insert(nodes->by_ino, &node->ino, node);
	g_hash_table_replace(nodes->by_name, node, node);
	return node;
}

EcsfsNode *ecsfs_node_enter(EcsfsNodes *nodes, EcsfsNode *parent, const EcsfsEntry *entry,
			    bool lookup)
{
	EcsfsNode key = { .parent = parent, .name = entry->name };

	g_mutex_lock(&nodes->lock);
	EcsfsNode *node;
	if (is_row(parent, entry->attr)) {
		node = new_row(parent, entry->attr);
		parent->row_lookups += lookup;
	} else {
		node = g_hash_table_lookup(nodes->by_name, &key);
		if (node == NULL || !means(node, entry))
			node = new_node(nodes, parent, entry);
		node->refs++;
		node->lookups += lookup;
	}
	g_mutex_unlock(&nodes->lock);
	return node;
}

void ecsfs_node_forget(EcsfsNodes *nodes, uint64_t ino, uint64_t n)
{
	g_mutex_lock(&nodes->lock);
	EcsfsNode *node = g_hash_table_lookup(nodes->by_ino, &ino);
	const EcsfsAttr *attr;
	if (node != NULL) {
		node->lookups -= node != nodes->root ? MIN(node->lookups, n) : 0;
		release(nodes, node);
	} else if ((node = directory_of_row(nodes, ino, &attr)) != NULL) {
		node->row_lookups -= MIN(node->row_lookups, n);
		release(nodes, node);
	}
	g_mutex_unlock(&nodes->lock);
}

void ecsfs_node_deleted(const EcsfsNode *node)
{
	__atomic_add_fetch(&((EcsfsNode *)node)->generation, 1, __ATOMIC_RELAXED);
}

void ecsfs_node_leads(EcsfsNode *node, unsigned target)
{
	unsigned before = __atomic_exchange_n(&node->target, target, __ATOMIC_ACQ_REL);

	if (before != 0 && before != target)
		ecsfs_node_deleted(node);
}

bool ecsfs_node_led(const EcsfsNode *node, unsigned target)
{
	return __atomic_load_n(&node->target, __ATOMIC_ACQUIRE) == target;
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

/* Call @fn for the files in the directory's table. */
static void walk_rows(const EcsfsNode *node, GString *path, EcsfsNodeFn fn, void *data)
{
	size_t len = path->len;

	for (const EcsfsAttr *attr = node->kind->attrs; attr != NULL && attr->name != NULL;
	     attr++) {
		EcsfsNode row;
		set_row(&row, (EcsfsNode *)node, attr);
		g_string_append(path, attr->name);
		fn(&row, path->str, data);
		g_string_truncate(path, len);
	}
}

/* @path: "", or the directory's path with a '/' behind it. */
static void walk(const EcsfsNode *node, GString *path, EcsfsNodeFn fn, void *data)
{
	size_t len = path->len;

	if (node->row_lookups > 0)
		walk_rows(node, path, fn, data);
	for (const EcsfsNode *child = node->first_child; child != NULL;
	     child = child->next_sibling) {
		if (child->collection != NULL) /* another object's */
			continue;
		g_string_append(path, child->name);
		fn(child, path->str, data);
		g_string_append_c(path, '/');
		walk(child, path, fn, data);
		g_string_truncate(path, len);
	}
}

void ecsfs_nodes_of_object(EcsfsNodes *nodes, EcsfsCollection *collection, const char *id,
			   EcsfsNodeFn fn, void *data)
{
	EcsfsNode key = { .collection = collection, .id = id };
	g_autoptr(GString) path = g_string_new(NULL);

	g_mutex_lock(&nodes->lock);
	for (const EcsfsNode *node = g_hash_table_lookup(nodes->by_object, &key); node != NULL;
	     node = node->next_of_object) {
		fn(node, "", data);
		walk(node, path, fn, data);
	}
	g_mutex_unlock(&nodes->lock);
}

void ecsfs_nodes_each(EcsfsNodes *nodes, EcsfsNodeFn fn, void *data)
{
	GHashTableIter iter;
	void *node;

	g_mutex_lock(&nodes->lock);
	g_hash_table_iter_init(&iter, nodes->by_ino);
	while (g_hash_table_iter_next(&iter, NULL, &node))
		if (node != nodes->root)
			fn(node, "", data);
	g_mutex_unlock(&nodes->lock);
}

size_t ecsfs_nodes_count(EcsfsNodes *nodes)
{
	g_mutex_lock(&nodes->lock);
	size_t n = g_hash_table_size(nodes->by_ino);
	g_mutex_unlock(&nodes->lock);
	return n;
}
