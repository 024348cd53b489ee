/* SPDX-License-Identifier: MIT */
/*
 * escape - what the cloud said, in the formats of other tools: one helper a format, and nothing but
 * these puts a string of the cloud's into a file of export/. Any bytes may come in; what is no
 * UTF-8 is U+FFFD, and a control character is a blank, before a format sees them.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

#define ECSFS_LABEL_MAX 200 /* bytes of a host's name, what tells twins apart not included */

/* Append @text as part of one line: for comments, and text that nobody parses. */
void ecsfs_escape_line(GString *out, const char *text);

/* Append @text as (part of) a host's name for /etc/hosts, ssh and inventories: [A-Za-z0-9._-], the
 * first and the last one a letter or a digit, at most ECSFS_LABEL_MAX bytes; may be "". Each run of
 * anything else is one '-'. Returns: whether that is @text itself. */
bool ecsfs_escape_label(GString *out, const char *text);

/* Append @text as part of a name: of a group of Ansible, of a label of Prometheus: [A-Za-z0-9_]. */
void ecsfs_escape_word(GString *out, const char *text);
/* Append @text as the value of a variable in an INI inventory: a string, quoted twice, because
 * Ansible parses it twice. It then takes it for a template, so all but [A-Za-z0-9 ._:/@+-] is '_'.
 */
void ecsfs_escape_variable(GString *out, const char *text);

/* Append @text as a JSON string, quoted. */
void ecsfs_escape_json(GString *out, const char *text);

/* Append @text as a field of RFC 4180, quoted if it has to be. In front of what a spreadsheet takes
 * for a formula (= + - @) stands an apostrophe. */
void ecsfs_escape_csv(GString *out, const char *text);

/* Append @text, for the inside of a quoted string of DOT: as a label it is shown as it is. */
void ecsfs_escape_dot(GString *out, const char *text);

/* Append @text as text or as a quoted attribute of HTML. */
void ecsfs_escape_html(GString *out, const char *text);
