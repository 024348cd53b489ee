/* SPDX-License-Identifier: MIT */
/*
 * fs - one mounted cloud: the modules of fs/ and what they share.
 *
 * Made by main, before any thread; immutable afterwards, each module guards its own state.
 */
#pragma once

#include <sys/types.h>

#include "client/client.h"

typedef struct EcsfsNodes EcsfsNodes;	    /* fs/node.h */
typedef struct EcsfsCache EcsfsCache;	    /* fs/cache.h */
typedef struct EcsfsDispatch EcsfsDispatch; /* fs/dispatch.h */
typedef struct EcsfsNotify EcsfsNotify;	    /* fs/notify.h */
typedef struct EcsfsLog EcsfsLog;	    /* fs/log.h */
typedef struct EcsfsNode EcsfsNode;
typedef struct EcsfsView EcsfsView;
typedef struct EcsfsChange EcsfsChange;
typedef struct EcsfsKind EcsfsKind;
typedef struct EcsfsAttr EcsfsAttr;
typedef struct EcsfsLink EcsfsLink;
typedef struct EcsfsEntry EcsfsEntry;

typedef struct {
	bool read_only;	   /* -o ro */
	bool allow_delete; /* -o allow_delete: rmdir of what costs money or data */
	unsigned ttl_s;	   /* -o ttl=: how old a list may get, seconds */
} EcsfsOptions;

typedef struct EcsfsFs {
	EcsfsOptions options;
	EcsClient *client;
	EcsfsNodes *nodes;
	EcsfsCache *cache;
	EcsfsDispatch *dispatch;
	EcsfsNotify *notify;
	EcsfsLog *log;
	uid_t uid; /* owner of every file */
	gid_t gid;
	int64_t started; /* seconds since 1970 */
} EcsfsFs;
