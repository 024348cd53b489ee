/* SPDX-License-Identifier: MIT */
/*
 * fs - one mount: the modules of fs/ and what they share.
 *
 * Made by main, before any thread; immutable afterwards, each module guards its own state.
 */
#pragma once

#include <sys/types.h>

#include "client/client.h"

typedef struct EcsfsCloud EcsfsCloud;	    /* fs/cloud.h */
typedef struct EcsfsNodes EcsfsNodes;	    /* fs/node.h */
typedef struct EcsfsBrake EcsfsBrake;	    /* fs/brake.h */
typedef struct EcsfsCache EcsfsCache;	    /* fs/cache.h */
typedef struct EcsfsDispatch EcsfsDispatch; /* fs/dispatch.h */
typedef struct EcsfsNotify EcsfsNotify;	    /* fs/notify.h */
typedef struct EcsfsLog EcsfsLog;	    /* fs/log.h */
typedef struct EcsfsHandles EcsfsHandles;   /* fs/handle.h */
typedef struct EcsfsShelf EcsfsShelf;	    /* fs/shelf.h */
typedef struct EcsfsMemo EcsfsMemo;	    /* fs/memo.h */
typedef struct EcsfsHistory EcsfsHistory;   /* fs/history.h */
typedef struct EcsfsInotify EcsfsInotify;   /* fs/inotify.h */
typedef struct EcsfsNode EcsfsNode;
typedef struct EcsfsView EcsfsView;
typedef struct EcsfsChange EcsfsChange;
typedef struct EcsfsKind EcsfsKind;
typedef struct EcsfsAttr EcsfsAttr;
typedef struct EcsfsLink EcsfsLink;
typedef struct EcsfsEntry EcsfsEntry;

typedef struct {
	bool read_only;	   /* -o ro */
	bool no_open;	   /* -o noopen: files are read without being opened here; read_only too */
	bool openstack;	   /* -o openstack: with OpenStack's own APIs only */
	bool allow_delete; /* -o allow_delete: rmdir of what costs money or data */
	unsigned wait_s;   /* -o wait=: how long a read in wait/ may last, seconds */
	unsigned ttl_s;	   /* -o ttl=: how old a list may get, seconds */
	unsigned rate;	   /* -o rate=: requests a second to a host; 0: no limit */
} EcsfsOptions;

typedef struct EcsfsFs {
	EcsfsOptions options;
	EcsfsCloud *clouds;
	size_t n_clouds;
	EcsfsNodes *nodes;
	EcsfsCache *cache;
	EcsfsBrake *brake;
	EcsfsDispatch *dispatch;
	EcsfsNotify *notify;
	EcsfsLog *log;
	EcsfsHandles *handles;
	EcsfsShelf *shelf;
	EcsfsMemo *memo;
	EcsfsHistory *history;
	EcsfsInotify *inotify;
	uid_t uid; /* owner of every file */
	gid_t gid;
	int64_t started; /* seconds since 1970 */
} EcsfsFs;
