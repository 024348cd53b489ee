/* SPDX-License-Identifier: MIT */
/*
 * memfs - a copy of a directory in memory, behind low-level libfuse, with every answer kept by the kernel
 * as long as it likes. What a mount can be at best: a peer for tests/bench/peers, and nothing else.
 *
 *   memfs DIR MOUNTPOINT      in the foreground, until it is unmounted
 */
#define FUSE_USE_VERSION 312

#include <errno.h>
#include <fcntl.h>
#include <fuse_lowlevel.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define KEEP_S 86400.0

typedef struct Node Node;
struct Node {
	const Node *parent;
	char *name;
	struct stat stat;
	char *text;	     /* of a file, or where a link leads; owned */
	GPtrArray *children; /* Node, sorted by name; NULL: no directory */
};

static Node *root;

static int by_name(const void *a, const void *b)
{
	return strcmp((*(Node *const *)a)->name, (*(Node *const *)b)->name);
}

/* Returns: what is at @path, with all below it; the process keeps it. NULL: told to stderr. */
static Node *load(const Node *parent, const char *name, const char *path)
{
	g_autoptr(GError) error = NULL;
	Node *node = g_new0(Node, 1);
	gsize len;

	node->parent = parent != NULL ? parent : node;
	node->name = g_strdup(name);
	if (lstat(path, &node->stat) != 0) {
		perror(path);
		return NULL;
	}
	node->stat.st_ino = parent == NULL ? FUSE_ROOT_ID : (ino_t)(uintptr_t)node;
	if (S_ISLNK(node->stat.st_mode))
		node->text = g_file_read_link(path, &error);
	else if (S_ISREG(node->stat.st_mode))
		g_file_get_contents(path, &node->text, &len, &error);
	if (S_ISDIR(node->stat.st_mode)) {
		g_autoptr(GDir) dir = g_dir_open(path, 0, &error);
		const char *entry;
		node->children = g_ptr_array_new();
		while (dir != NULL && (entry = g_dir_read_name(dir)) != NULL) {
			g_autofree char *below = g_build_filename(path, entry, NULL);
			Node *child = load(node, entry, below);
			if (child == NULL)
				return NULL;
			g_ptr_array_add(node->children, child);
		}
		g_ptr_array_sort(node->children, by_name);
	}
	if (error != NULL) {
		fprintf(stderr, "memfs: %s\n", error->message);
		return NULL;
	}
	return node;
}

static const Node *node_of(fuse_ino_t ino)
{
	return ino == FUSE_ROOT_ID ? root : (const Node *)(uintptr_t)ino;
}

static struct fuse_entry_param entry_of(const Node *node)
{
	return (struct fuse_entry_param){
		.ino = node->stat.st_ino,
		.attr = node->stat,
		.attr_timeout = KEEP_S,
		.entry_timeout = KEEP_S,
	};
}

static void memfs_lookup(fuse_req_t req, fuse_ino_t parent, const char *name)
{
	const Node *dir = node_of(parent);
	Node key = { .name = (char *)name }, *pointer = &key;
	struct fuse_entry_param entry = { .entry_timeout = KEEP_S };
	Node **found = bsearch(&pointer, dir->children->pdata, dir->children->len, sizeof(Node *),
			       by_name);

	if (found != NULL)
		entry = entry_of(*found);
	fuse_reply_entry(req, &entry);
}

static void memfs_getattr(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
	fuse_reply_attr(req, &node_of(ino)->stat, KEEP_S);
}

static void memfs_readlink(fuse_req_t req, fuse_ino_t ino)
{
	fuse_reply_readlink(req, node_of(ino)->text);
}

static void memfs_open(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
	if ((fi->flags & O_ACCMODE) != O_RDONLY) {
		fuse_reply_err(req, EROFS);
		return;
	}
	fi->keep_cache = 1;
	fi->noflush = 1;
	fuse_reply_open(req, fi);
}

static void memfs_read(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off,
		       struct fuse_file_info *fi)
{
	const Node *node = node_of(ino);
	size_t from = MIN((size_t)off, (size_t)node->stat.st_size);

	fuse_reply_buf(req, node->text + from, MIN(size, (size_t)node->stat.st_size - from));
}

static void memfs_opendir(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
	fi->keep_cache = 1;
	fi->cache_readdir = 1;
	fuse_reply_open(req, fi);
}

static void memfs_readdirplus(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off,
			      struct fuse_file_info *fi)
{
	const Node *dir = node_of(ino);
	g_autofree char *buf = g_malloc(size);
	size_t used = 0;

	for (guint i = (guint)off; i < dir->children->len + 2; i++) {
		const Node *node = i == 0   ? dir
				   : i == 1 ? dir->parent
					    : (const Node *)dir->children->pdata[i - 2];
		const char *name = i == 0 ? "." : i == 1 ? ".." : node->name;
		struct fuse_entry_param entry = entry_of(node);
		size_t n = fuse_add_direntry_plus(req, buf + used, size - used, name, &entry, i + 1);
		if (n > size - used)
			break;
		used += n;
	}
	fuse_reply_buf(req, buf, used);
}

static const struct fuse_lowlevel_ops ops = {
	.lookup = memfs_lookup,
	.getattr = memfs_getattr,
	.readlink = memfs_readlink,
	.open = memfs_open,
	.read = memfs_read,
	.opendir = memfs_opendir,
	.readdirplus = memfs_readdirplus,
};

int main(int argc, char **argv)
{
	struct fuse_args args = FUSE_ARGS_INIT(1, argv);

	if (argc != 3) {
		fputs("usage: memfs DIR MOUNTPOINT\n", stderr);
		return 2;
	}
	root = load(NULL, "", argv[1]);
	struct fuse_session *session =
		root != NULL ? fuse_session_new(&args, &ops, sizeof(ops), NULL) : NULL;
	if (session == NULL)
		return 1;
	int failed = fuse_session_mount(session, argv[2]);
	if (failed == 0) {
		struct fuse_loop_config *config = fuse_loop_cfg_create();
		failed = fuse_session_loop_mt(session, config);
		fuse_loop_cfg_destroy(config);
		fuse_session_unmount(session);
	}
	fuse_session_destroy(session);
	return failed != 0;
}
