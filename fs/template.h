/* SPDX-License-Identifier: MIT */
/*
 * template - what mkdir makes a new object from: values kept by this mount, written like any file,
 * in a directory beside that of the objects (volumes/ and volume_template/).
 *
 * A kind that has one gives an EcsfsKind whose rows keep a string each, an EcsfsTemplateType, and
 * what turns the values into the client's spec. fs/server_template.c is an example.
 */
#pragma once

#include "fs/kind.h"

#define ECSFS_TEMPLATE_ROWS 24 /* values of one template, at most */
#define ECSFS_LIST_MAX 4096    /* bytes of a list of ids */

/* The object. Immutable: a write puts a new one in its place. */
typedef struct {
	char *id;			   /* of where it lies: the zone, the VPC, ... */
	char *values[ECSFS_TEMPLATE_ROWS]; /* by row; NULL: empty */
	EcsPairs metadata;		   /* owned, keys and values too */
	EcsPairs tags;
	bool busy; /* a draft of a server that is being sent: nothing can be done with it */
} EcsfsTemplate;

/* EcsfsAttr.field of a row that keeps values[@row]. */
#define ECSFS_TEMPLATE_AT(row) (offsetof(EcsfsTemplate, values) + (size_t)(row) * sizeof(char *))
/* show and store of one line, and of many (with ECSFS_GATHER and a max). */
#define ECSFS_TEMPLATE_LINE(row) ecsfs_show_string, ecsfs_template_store, ECSFS_TEMPLATE_AT(row)
#define ECSFS_TEMPLATE_DOCUMENT(row)                                                               \
	ecsfs_template_document_show, ecsfs_template_document_store, ECSFS_TEMPLATE_AT(row)
/* The same of any bytes: the value is their Base64. */
#define ECSFS_TEMPLATE_BYTES(row)                                                                  \
	ecsfs_template_bytes_show, ecsfs_template_bytes_store, ECSFS_TEMPLATE_AT(row)

typedef struct {
	int row;
	const char *file;
	const char *initial; /* value that it starts with; NULL: empty */
	const char *hint;    /* mandatory; what is to be written there: "the id of a flavor, as in
				flavors/"; NULL: it may be empty */
	EcsFeature needs;    /* what a cloud must have for both */
} EcsfsTemplateRow;

typedef struct {
	EcsfsClass class;	      /* ECSFS_TEMPLATE_CLASS; first, see template_get() */
	const EcsfsTemplateRow *rows; /* what is to be said of some rows; file NULL ends them */
	/* Put @template (taken over) in the place of the one that was written to, and end the
	 * change; NULL: the stock one, which cannot fail. */
	void (*put)(EcsfsChange *change, EcsfsTemplate *template);
} EcsfsTemplateType;

#define ECSFS_TEMPLATE_CLASS(name_, kind_)                                                         \
	{                                                                                          \
		.name = (name_), .kind = (kind_), .local = true, .get = ecsfs_template_get,        \
		.id = ecsfs_template_id, .unref = ecsfs_template_free                              \
	}
void ecsfs_template_get(EcsScope *scope, const char *id, EcsfsFetch *fetch);
const char *ecsfs_template_id(const void *item);
void ecsfs_template_free(void *item);
EcsfsTemplate *ecsfs_template_copy(const EcsfsTemplate *from); /* owned */

/* For EcsfsChild.object: the template of that type that lies in @id. */
bool ecsfs_template_entry(EcsfsView *view, const EcsfsTemplateType *type, const char *id,
			  EcsfsEntry *entry);
EcsfsCollection *ecsfs_template_collection(EcsfsFs *fs, EcsScope *scope,
					   const EcsfsTemplateType *type);
/* Returns: a copy of it, owned, ecsfs_template_free(). */
EcsfsTemplate *ecsfs_template_take(EcsfsFs *fs, EcsScope *scope, const EcsfsTemplateType *type,
				   const char *id);
/* Set the value of a row; "" clears it. */
void ecsfs_template_set(EcsfsTemplate *template, int row, const char *value);
/* Set the value of a key; NULL removes it. */
void ecsfs_template_pair(EcsPairs *pairs, const char *key, const char *value);
/* Returns: what is to be said of the first row that is empty and mandatory in that cloud; NULL:
 * none is. */
const EcsfsTemplateRow *ecsfs_template_missing(EcsScope *scope, const EcsfsTemplateType *type,
					       const EcsfsTemplate *template);

/* Returns: the value, "" if it is empty; borrowed. */
const char *ecsfs_template_value(const EcsfsTemplate *template, int row);
/* Returns: the lines of the value that say something; owned. */
char **ecsfs_template_lines(const EcsfsTemplate *template, int row);
char **ecsfs_lines(const char *text); /* the same, of any text */
/* Returns: whether the text is one whole number in that range. */
bool ecsfs_whole_number(const char *text, long least, long most);

/* Stores and shows of rows. */
void ecsfs_template_store(EcsfsChange *change, const char *text, size_t len);
/* The same of another row than the one written to, as what is written may not be what is kept. */
void ecsfs_template_put(EcsfsChange *change, int row, const char *value);
/* Returns: a copy of the template written to, as it is now; owned. NULL: it is gone, and the change
 * has failed. */
EcsfsTemplate *ecsfs_template_now(EcsfsChange *change);
bool ecsfs_template_document_show(const EcsfsAttr *attr, EcsfsView *view, GString *out);
void ecsfs_template_document_store(EcsfsChange *change, const char *text, size_t len);
bool ecsfs_template_bytes_show(const EcsfsAttr *attr, EcsfsView *view, GString *out);
void ecsfs_template_bytes_store(EcsfsChange *change, const char *text, size_t len);

/* Subdirectories, a file a key, for EcsfsTemplate.metadata and .tags. */
extern const EcsfsKind ecsfs_template_metadata, ecsfs_template_tags;
