/* SPDX-License-Identifier: MIT */
/*
 * cache - collections: what one list call returns, kept as a snapshot that never changes; single
 * flight of the calls that bring it; when it is too old; what has to be asked again because we
 * changed it.
 *
 * Snapshots are built and swapped on the dispatch thread only. Readers take a reference under the
 * cache's lock and format without it. A record that did not change is the same record in the next
 * snapshot.
 */
#pragma once

#include "fs/fs.h"

typedef struct EcsfsCollection EcsfsCollection;
typedef struct EcsfsFetch EcsfsFetch;
typedef struct EcsfsSnapshot EcsfsSnapshot;
typedef struct EcsfsRecord EcsfsRecord;
typedef struct EcsfsOp EcsfsOp;

/* What a collection holds, and how to get it. */
typedef struct EcsfsClass {
	const char *name;
	const EcsfsKind *kind; /* the directory of one object; NULL: an object is a file, */
	const EcsfsAttr *attr; /* of this row */
	unsigned ttl_s;	       /* 0: the mount's ttl; ECSFS_TTL_EVER: as long as the mount */
	unsigned most;	       /* without list: the oldest of more are forgotten; 0: none */
	bool own;	       /* texts of files with a call of their own: see fs/own.h */
	bool local;	       /* kept by this mount: never asked for again once it is there */
	/* Start the list call; NULL: objects are known one by one (get). */
	void (*list)(EcsScope *scope, GCancellable *cancellable, EcsListDone done, void *data);
	/* The same for what has changed since then, seconds since 1970, and for what is gone since
	 * (gone); false: the cloud does not tell. Both NULL: the list is always whole. */
	bool (*changes)(EcsScope *scope, int64_t since, GCancellable *cancellable, EcsListDone done,
			void *data);
	bool (*gone)(const void *item);
	/* Start the call for one object; ends in one ecsfs_fetch_item(); NULL: only by list. */
	void (*get)(EcsScope *scope, const char *id, EcsfsFetch *fetch);
	const char *(*id)(const void *item);
	const char *(*name_of)(const void *item); /* NULL: objects have no second name */
	/* Append the cloud's document of it, one line, as client/ keeps it; for ecsfs_show_json().
	 * NULL: nothing shows it. */
	void (*json)(const void *item, GString *out);
	int64_t (*updated)(const void *item);	    /* seconds since 1970; NULL or 0: not known */
	bool (*same)(const void *a, const void *b); /* NULL: always look closer */
	/* What the cloud tells of an object differs from what it told, @a then @b; both NULL: it is
	 * not there any more. For other collections that tell of it. NULL: there are none. */
	void (*differs)(EcsfsFs *fs, EcsScope *scope, const void *a, const void *b);
	/* Whether an object is about to change by itself, and what wait/ waits for. STRING_AT();
	 * 0: it has no such thing. */
	size_t status;		    /* a word */
	size_t task;		    /* what is being done to it; "": nothing */
	size_t fault;		    /* why it is in error; "": not known */
	const char *const *passing; /* statuses that end by themselves; NULL: none */
	const char *const *lasting; /* the others; NULL: any word in capitals */
	/* For fs/history.h: */
	size_t zone; /* the zone that it is in; likewise */
	const char *const
		*told;	    /* patterns of the paths below it whose changes are told; NULL: none */
	const char *making; /* status of one that is being made: what it gets at first is not told;
			       NULL: none */
	bool (*in_flux)(const void *item); /* instead of task and passing; NULL: these say it */
	bool (*locked)(const void *item);  /* somebody has locked it; NULL: nobody can */
	void *(*failed)(const void *item,
			const char *why); /* a promised object that never came (NULL: drop it), or
					     a draft whose job has failed */
	/* For fs/draft.h; NULL: no drafts. draft: the document of one. */
	void *(*draft)(const char *name);
	const char *job_entity; /* what a job calls the id of the object that it makes */
	void *(*becomes)(const void *draft, const char *id); /* the object, as far as known here */
	void (*unref)(void *item);
} EcsfsClass;

#define ECSFS_TTL_EVER UINT_MAX

/* Returns: the text of an object where STRING_AT() said; borrowed, "" if @field is 0. */
const char *ecsfs_class_text(const void *item, size_t field);
/* Returns: whether an object is about to change by itself. */
bool ecsfs_class_in_flux(const EcsfsClass *class, const void *item);

/* A function of client/ for its own type, as EcsfsClass.json. */
#define ECSFS_JSON(function) ((void (*)(const void *, GString *))(function))

/* One object at one time. Immutable, but for `fetched`. */
struct EcsfsRecord {
	gatomicrefcount refs;
	const EcsfsClass *class;
	void *item; /* NULL: only the id is known so far */
	char *id;
	int64_t base_ns;   /* mtime of the files never seen to change, ns since 1970 */
	int64_t fetched;   /* monotonic us: when the call that last brought it was sent; atomic */
	GPtrArray *stamps; /* EcsfsStamp: files seen to change; NULL: none */
};

typedef struct {
	GRefString *path; /* below the object: "status", "tags/env" */
	int64_t ns;	  /* when it was seen to change */
} EcsfsStamp;

EcsfsRecord *ecsfs_record_ref(EcsfsRecord *record);
void ecsfs_record_unref(EcsfsRecord *record);
/* mtime of a file of the object, ns since 1970. */
int64_t ecsfs_record_mtime(const EcsfsRecord *record, const char *path);
/* mtime of the object's directory. */
int64_t ecsfs_record_updated(const EcsfsRecord *record);
/* Returns: the object's name, else its id. */
const char *ecsfs_record_name(const EcsfsRecord *record);

struct EcsfsSnapshot {
	gatomicrefcount refs;
	size_t n;
	EcsfsRecord **by_id; /* sorted by id (strcmp); counted */
	EcsfsRecord *
		*by_name;   /* the same, sorted by name then id; NULL if the class has no names */
	int64_t fetched;    /* monotonic us: when the list call was sent */
	int64_t changed_ns; /* ns since 1970: when it was first seen to be as it is; of a
			       collection's snapshots, equal for those that are the same, only */
};

EcsfsSnapshot *ecsfs_snapshot_ref(EcsfsSnapshot *snapshot);
void ecsfs_snapshot_unref(EcsfsSnapshot *snapshot);
/* Takes over @records (EcsfsRecord, in any order, each id once). */
EcsfsSnapshot *ecsfs_snapshot_new(GPtrArray *records, int64_t fetched);
/* Returns: borrowed, NULL if not there. */
EcsfsRecord *ecsfs_snapshot_find(const EcsfsSnapshot *snapshot, const char *id);
/* Returns: index in by_name of the first record of that name; *@count: how many there are. */
size_t ecsfs_snapshot_named(const EcsfsSnapshot *snapshot, const char *name, size_t *count);

EcsfsCache *ecsfs_cache_new(EcsfsFs *fs);
/* Returns: a number that is another one whenever some list is not what it was, or will not do as it
 * is. Any thread. */
uint64_t ecsfs_cache_version(EcsfsCache *cache);
/* The client is about to be freed: start no more calls, tell of no more failures. */
void ecsfs_cache_close(EcsfsCache *cache);
void ecsfs_cache_free(EcsfsCache *cache);

/* Returns: the one collection of that class in that scope; borrowed, lives as long as the cache. */
EcsfsCollection *ecsfs_cache_collection(EcsfsCache *cache, const EcsfsClass *class,
					EcsScope *scope);
/* Returns: whether anything of it has ever been fetched. */
bool ecsfs_collection_fetched(EcsfsCollection *collection);
const EcsfsClass *ecsfs_collection_class(const EcsfsCollection *collection);
EcsScope *ecsfs_collection_scope(const EcsfsCollection *collection);

/*
 * The two questions that an operation asks. What it wants is there and fresh: the result, counted,
 * and
 * *@fresh_us lowered to how long it stays so. Otherwise NULL and one of:
 *   *@fetch: counted; in flight, started by this call if nobody had (single flight);
 *   *@error: owned; it failed a moment ago and there is nothing older to show.
 * While the cloud is away, or slow for more than a second, what is known is given, old as it is.
 * @began: monotonic us: what was fresh then, or has come since, is fresh. Else who needs two lists,
 * each of which takes longer than it stays fresh, would ask for them in turn, and never end.
 * ecsfs_collection_record() with none of the three set: there is no such object.
 */
EcsfsSnapshot *ecsfs_collection_snapshot(EcsfsCollection *collection, int64_t began,
					 int64_t *fresh_us, EcsfsFetch **fetch, GError **error);
EcsfsRecord *ecsfs_collection_record(EcsfsCollection *collection, const char *id, bool any_age,
				     int64_t began, int64_t *fresh_us, EcsfsFetch **fetch,
				     GError **error);

/* Returns: whether there was a change of our own, or a refresh, since the call that brought
 * @record, one of the collection's. */
bool ecsfs_collection_changed(EcsfsCollection *collection, const EcsfsRecord *record);
/* The object, if its list is there, or it was brought alone in the last ECSFS_OWN_KEEP_US; counted;
 * NULL: not. No call is made. */
EcsfsRecord *ecsfs_collection_known(EcsfsCollection *collection, const char *id);
/* The object as the cloud tells it after @since, monotonic us, whatever is known. As
 * ecsfs_collection_record(), for classes without a list; an object that is not there is an error.
 */
EcsfsRecord *ecsfs_collection_since(EcsfsCollection *collection, const char *id, int64_t since,
				    EcsfsFetch **fetch, GError **error);

/* Returns: what is known, however old, counted; NULL: nothing is. Nothing is asked. */
EcsfsSnapshot *ecsfs_collection_peek(EcsfsCollection *collection);

/* What stands in an object's `error`; counted (g_ref_string_release()); NULL: nothing. *@ns: since
 * when. */
GRefString *ecsfs_collection_note(EcsfsCollection *collection, const char *id, int64_t *ns);
void ecsfs_collection_set_note(EcsfsCollection *collection, const char *id, const char *text);

/* We changed the object, or somebody asked: it is fetched again before it is next shown. @job: the
 * API's job that works on it, whose failure will be told in `error`; NULL or "": none. */
void ecsfs_collection_touch(EcsfsCollection *collection, const char *id, const char *job);
/* Somebody waits for the object to change: ask for it, if what is known is older than that and
 * nobody is asking. Does not wait. */
void ecsfs_collection_watch(EcsfsCollection *collection, const char *id, int64_t age_us);
/* Returns: whether a job that a change has started works on the object, as far as is known. */
bool ecsfs_collection_working(EcsfsCollection *collection, const char *id);
/* The list is fetched again before it is next shown if it was asked for longer ago than that. */
void ecsfs_collection_outdated(EcsfsCollection *collection, int64_t us);
/* All of it is fetched again before it is next shown. */
void ecsfs_collection_stale(EcsfsCollection *collection);
void ecsfs_cache_stale(EcsfsCache *cache,
		       EcsScope *scope); /* every collection; NULL: of every scope */

/* An object that the cloud has promised but does not list yet: shown until it comes, or its job
 * fails.
 * @item: taken over; NULL: only the id is known, it is got when looked at. */
void ecsfs_collection_promise(EcsfsCollection *collection, const char *id, void *item,
			      const char *job);
/* Returns: whether the object is promised, and not listed yet: the cloud may still deny that it
 * exists. */
bool ecsfs_collection_promised(EcsfsCollection *collection, const char *id);
/* An object whose deletion the cloud has accepted: not shown, unless it is still there much later.
 */
void ecsfs_collection_leaving(EcsfsCollection *collection, const char *id, const char *job);
/* Returns: a token (UUID) to create @name with, owned: the same again as long as nobody has said
 * ecsfs_collection_settled(), so that a create whose answer was lost is not carried out twice. Any
 * thread. */
char *ecsfs_collection_token(EcsfsCollection *collection, const char *name);
/* @name is sent now: *@since: seconds since 1970: when it was sent before, without an outcome that
 * is known; 0: it was not. Returns: false if it is under way already. Any thread. */
bool ecsfs_collection_sending(EcsfsCollection *collection, const char *name, int64_t *since);
/* It is not under way any more, whatever became of it. Any thread. */
void ecsfs_collection_sent(EcsfsCollection *collection, const char *name);
/* The create's outcome is known. Any thread. */
void ecsfs_collection_settled(EcsfsCollection *collection, const char *name);

/* Local collections: put @item (taken over) in place of what has its id. On the dispatch thread. */
void ecsfs_collection_put(EcsfsCollection *collection, void *item);

/* For EcsfsClass.get: the call ended. @item: taken over; NULL: @error, borrowed. Any thread. */
void ecsfs_fetch_item(EcsfsFetch *fetch, void *item, const GError *error);
/* The same as an EcsObjectDone, with the fetch as its data. */
void ecsfs_fetch_got(void *item, const GError *error, void *fetch);

/* Returns: what is fetched; for a get that several classes share. */
const EcsfsClass *ecsfs_fetch_class(const EcsfsFetch *fetch);

/* For EcsfsClass.list where nothing is asked of the cloud: its data is the fetch. */
EcsfsFs *ecsfs_fetch_fs(const EcsfsFetch *fetch);

EcsfsFetch *ecsfs_fetch_ref(EcsfsFetch *fetch);
void ecsfs_fetch_unref(EcsfsFetch *fetch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EcsfsFetch, ecsfs_fetch_unref)
/* Run @op again (on the dispatch thread) when @fetch has ended. Returns false if it has already. */
bool ecsfs_fetch_wait(EcsfsFetch *fetch, EcsfsOp *op);

/* Returns: what messages call the collection, or its object @id if that is not NULL:
 * "eu-de/servers", "eu-de/projects/eu-de_dev/servers/<id>"; owned. */
char *ecsfs_collection_path(const EcsfsCollection *collection, const char *id);
/* For /.ecsfs/health: call @fn with the path of every collection that could not be refreshed, since
 * when (seconds since 1970) and why. */
/* @path and @why: borrowed. No lock is held. */
typedef void (*EcsfsFailing)(const EcsfsCloud *cloud, const char *path, int64_t since,
			     const char *why, void *data);
void ecsfs_cache_failing(EcsfsCache *cache, EcsfsFailing fn, void *data);

/* How much is kept, for /.ecsfs/stats. */
typedef struct {
	size_t objects;
	size_t sides;  /* objects of which something is known beside their document */
	size_t tokens; /* creates whose outcome is not known */
} EcsfsCacheCount;
void ecsfs_cache_count(EcsfsCache *cache, EcsfsCacheCount *count);
