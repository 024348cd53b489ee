/* SPDX-License-Identifier: MIT */
/*
 * own - files that cost a call of their own (ECSFS_OWN_CALL): what the list of their objects does
 * not tell. The call is made when such a file is opened, so a reader's fstat(2) has the size of
 * what it will read; stat(2) and ls(1) make none and see the size of what is known, else 0. While
 * somebody has it open its size is asked for, once a second at most: so tail -f can follow it.
 *
 * Who walks the tree pays nothing: a process that has listed the object's directory in the last
 * WALK_US (grep -r, cp -r, tar, rsync, diff -r) gets what is known, or an empty file.
 *
 * Most of them are texts: a class of its own (EcsfsClass.own), whose objects are char *, by the id
 * of the object that the file belongs to, asked for anew at every open.
 */
#pragma once

#include "fs/attr.h"
#include "fs/cache.h"
#include "fs/view.h"

#define ECSFS_OWN_KEEP_US (10 * G_USEC_PER_SEC) /* how long a text is known, for stat(2) */

/* The hooks of such a class, beside its name and get: get ends in one ecsfs_own_text(). */
#define ECSFS_OWN_CLASS .own = true, .same = ecsfs_own_same, .unref = ecsfs_own_free

bool ecsfs_own_same(const void *a, const void *b);
void ecsfs_own_free(void *item); /* clears it first: it may be a secret */
/* EcsTextDone; any thread. @fetch: an EcsfsFetch. A text without a newline at its end gets one. */
void ecsfs_own_text(const char *text, const GError *error, void *fetch);

/* EcsfsShow of a row whose .own is the class. */
bool ecsfs_own_show(const EcsfsAttr *attr, EcsfsView *view, GString *out);

/* Dispatch thread: the text of @id is not what it was: forget it. */
void ecsfs_own_forget(EcsfsFs *fs, const EcsfsClass *class, EcsScope *scope, const char *id);

/* For refresh.c: let go of the texts that are not known any more. */
void ecsfs_own_sweep(EcsfsCollection *texts);

/* The caller lists the directory that the view is on. Any thread. */
void ecsfs_own_listed(const EcsfsView *view);
/* Returns: whether the caller walks the tree, as far as the view's object is concerned. */
bool ecsfs_own_walks(const EcsfsView *view);
/* Returns: the process of a thread; 0: it is gone, or not ours to see. */
int ecsfs_own_process(pid_t thread);
