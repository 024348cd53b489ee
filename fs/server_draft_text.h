/* SPDX-License-Identifier: MIT */
/*
 * server_draft_text - a draft of a server as a text file, for the next mount: a line a value, a
 * word and then values in %XX as in URLs, from "ecsfs draft 1" to "end".
 */
#pragma once

#include "fs/server_rows.h"

/* Where a draft belongs. Borrowed. */
typedef struct {
	const char *cloud;   /* URL of the identity service */
	const char *project; /* id */
	const char *region;
} EcsfsDraftPlace;

/* Returns: owned; holds secrets. */
char *ecsfs_server_draft_text(const EcsfsTemplate *draft, const EcsfsDraftPlace *place);

/* Read what the above has written; anything else is refused, by a sentence that does not quote it.
 * @text: @len bytes, NUL-terminated. Returns: owned; NULL and @error. */
EcsfsTemplate *ecsfs_server_draft_parse(const char *text, size_t len, const EcsfsDraftPlace *place,
					GError **error);
