/* SPDX-License-Identifier: MIT */
#include "fs/entry.h"

#include "fs/copy.h"
#include "fs/stat.h"

bool ecsfs_entry_enter(EcsfsOp *op, const EcsfsEntry *entry, struct fuse_entry_param *out)
{
	EcsfsView *view = &op->view;

	*out = (struct fuse_entry_param){ 0 };
	if (!ecsfs_stat_entry(view, entry, &out->attr))
		return false;
	EcsfsNode *node = ecsfs_node_enter(op->fs->nodes, op->node, entry, true);
	if (entry->link != NULL)
		ecsfs_node_leads(node, view->target);
	out->ino = node->ino;
	out->generation = __atomic_load_n(&node->generation, __ATOMIC_RELAXED);
	out->attr.st_ino = ecsfs_stat_number(node);
	out->entry_timeout = ecsfs_stat_timeout(view);
	out->attr_timeout = entry->attr != NULL
				    ? ecsfs_stat_attr_timeout(view, entry->attr, &out->attr)
				    : ecsfs_copy_timeout(view, node, out->entry_timeout);
	if (entry->attr != NULL && entry->attr->growing != NULL) /* it may begin elsewhere */
		out->entry_timeout = 0;
	if (entry->link != NULL && view->leads_apart) /* nobody tells when it leads elsewhere */
		out->entry_timeout = 0;
	ecsfs_node_unref(op->fs->nodes, node);
	return true;
}

/* Append one entry; returns its size. @out: of an entry entered; NULL: name, type and number only.
 */
static size_t add(EcsfsOp *op, char *buf, size_t room, const EcsfsListed *listed, off_t next,
		  struct fuse_entry_param *out)
{
	if (out != NULL)
		return fuse_add_direntry_plus(op->req, buf, room, listed->name, out, next);
	EcsfsNode *node = ecsfs_node_enter(op->fs->nodes, op->node, &listed->entry, false);
	struct stat st = {
		.st_ino = ecsfs_stat_number(node),
		.st_mode = listed->entry.kind != NULL	? S_IFDIR
			   : listed->entry.link != NULL ? S_IFLNK
							: S_IFREG,
	};
	ecsfs_node_unref(op->fs->nodes, node);
	if (!op->plus)
		return fuse_add_direntry(op->req, buf, room, listed->name, &st, next);
	struct fuse_entry_param plain = {
		.attr = st
	}; /* ino 0: the kernel asks when it wants to know */
	return fuse_add_direntry_plus(op->req, buf, room, listed->name, &plain, next);
}

/* "." and "..": their numbers are not looked at. */
static size_t add_dots(EcsfsOp *op, char *buf, size_t room, off_t *off, off_t base)
{
	static const char *const dots[] = { ".", ".." };
	size_t used = 0;

	for (; *off < 2; (*off)++) {
		struct fuse_entry_param plain = { .attr = { .st_ino = op->node->ino,
							    .st_mode = S_IFDIR } };
		size_t size = op->plus
				      ? fuse_add_direntry_plus(op->req, buf + used, room - used,
							       dots[*off], &plain, base + *off + 1)
				      : fuse_add_direntry(op->req, buf + used, room - used,
							  dots[*off], &plain.attr, base + *off + 1);
		if (size > room - used)
			break;
		used += size;
	}
	return used;
}

size_t ecsfs_entry_fill(EcsfsOp *op, const GArray *entries, off_t from, off_t base, char *buf)
{
	off_t off = from;
	size_t used = add_dots(op, buf, op->size, &off, base);

	for (; off >= 2 && (size_t)off - 2 < entries->len; off++) {
		const EcsfsListed *listed = &g_array_index(entries, EcsfsListed, (size_t)off - 2);
		const EcsfsAttr *attr = listed->entry.attr;
		struct fuse_entry_param out;
		/* A LISTING may be long: it is rendered for who asks for its size, not for ls. */
		bool entered = op->plus && !(attr != NULL && (attr->flags & ECSFS_LISTING) != 0) &&
			       ecsfs_entry_enter(op, &listed->entry, &out);
		size_t room = op->size - used;

		g_clear_error(&op->view.error);
		g_clear_pointer(&op->view.fetch, ecsfs_fetch_unref);
		size_t size =
			add(op, buf + used, room, listed, base + off + 1, entered ? &out : NULL);
		if (size > room) {
			if (entered)
				ecsfs_node_forget(op->fs->nodes, out.ino, 1);
			break;
		}
		used += size;
	}
	return used;
}
