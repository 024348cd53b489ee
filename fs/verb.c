/* SPDX-License-Identifier: MIT */
#include "fs/verb.h"

#include <errno.h>
#include <string.h>

#include "fs/change.h"
#include "fs/kind.h"
#include "fs/view.h"

static const EcsfsVerb *find_verb(const EcsfsVerb *verbs, const char *word, EcsScope *scope)
{
	for (const EcsfsVerb *verb = verbs; verb->word != NULL; verb++)
		if (strcmp(verb->word, word) == 0 && ecs_scope_has(scope, verb->needs))
			return verb;
	return NULL;
}

/* Returns: "start, stop [hard], reboot [hard]"; owned. */
static char *words(const EcsfsVerb *verbs, EcsScope *scope)
{
	GString *out = g_string_new(NULL);

	for (const EcsfsVerb *verb = verbs; verb->word != NULL; verb++)
		if (ecs_scope_has(scope, verb->needs))
			g_string_append_printf(out, "%s%s%s%s", out->len > 0 ? ", " : "",
					       verb->word, verb->args != NULL ? " " : "",
					       verb->args != NULL ? verb->args : "");
	return g_string_free(out, FALSE);
}

void ecsfs_verb_store(EcsfsChange *change, const char *text, size_t len)
{
	const EcsfsVerb *verbs = change->attr->verbs;
	g_auto(GStrv) tokens = g_strsplit_set(text, " \t", -1);
	char *argv[ECSFS_VERB_WORDS + 1] = { NULL };
	int argc = 0;

	for (char **t = tokens; *t != NULL && argc < ECSFS_VERB_WORDS; t++)
		if (**t != '\0')
			argv[argc++] = *t;
	g_autofree char *known = words(verbs, change->node->scope);
	if (argc == 0) {
		ecsfs_change_fail(change, EINVAL, "an empty line says nothing: write one of: %s",
				  known);
		return;
	}
	const EcsfsVerb *verb = find_verb(verbs, argv[0], change->node->scope);
	if (verb == NULL)
		ecsfs_change_fail(change, EINVAL, "unknown verb \"%.40s\": write one of: %s",
				  argv[0], known);
	else if (argc - 1 < verb->min || argc - 1 > verb->max)
		ecsfs_change_fail(change, EINVAL, "write \"%s%s%s\"", verb->word,
				  verb->args != NULL ? " " : "",
				  verb->args != NULL ? verb->args : "");
	else if (verb->costly && !change->fs->options.allow_delete)
		ecsfs_change_fail(change, EPERM,
				  "\"%s\" destroys data: it needs a mount with -o allow_delete",
				  verb->word);
	else
		verb->run(change, argc, argv);
}

static bool listed(const char *states, const char *state)
{
	g_auto(GStrv) words_of = g_strsplit(states, " ", -1);

	return g_strv_contains((const char *const *)words_of, state);
}

/* What is shown in @state; NULL: in transition or locked. */
static void list_verbs(EcsScope *scope, const EcsfsVerb *verbs, const char *state, bool costly,
		       GString *out)
{
	unsigned n = 0;

	for (const EcsfsVerb *verb = verbs; verb->word != NULL; verb++) {
		if ((verb->states != NULL && (state == NULL || !listed(verb->states, state))) ||
		    (verb->costly && !costly) || !ecs_scope_has(scope, verb->needs))
			continue;
		ecsfs_value(out, verb->word);
		n++;
	}
	if (n == 1) /* an order has no such line */
		g_string_append_c(out, '\n');
}

bool ecsfs_verbs_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	const char *status = *(char *const *)(const void *)((const char *)view->item + attr->field);
	const EcsfsClass *class = ecsfs_collection_class(view->collection);

	if (view->fs->options.read_only)
		return true;
	bool busy = ecsfs_class_in_flux(class, view->item) ||
		    (class->locked != NULL && class->locked(view->item));

	list_verbs(ecsfs_view_scope(view), attr->verbs, busy ? NULL : status,
		   view->fs->options.allow_delete, out);
	return true;
}

static bool is_shown(EcsScope *scope, const EcsfsVerb *verbs, const char *state, const char *text,
		     size_t len)
{
	for (int costly = 0; costly <= 1; costly++) {
		g_autoptr(GString) shown = g_string_new(NULL);
		list_verbs(scope, verbs, state, costly != 0, shown);
		if (shown->len == len && memcmp(shown->str, text, len) == 0)
			return true;
	}
	return false;
}

bool ecsfs_verbs_copied(EcsScope *scope, const EcsfsVerb *verbs, const char *text, size_t len)
{
	const char *end = memchr(text, '\n', len);

	if (end == NULL || end + 1 == text + len) /* one verb: an order */
		return false;
	bool copied = is_shown(scope, verbs, NULL, text, len);
	for (const EcsfsVerb *verb = verbs; verb->word != NULL && !copied; verb++) {
		g_auto(GStrv) states =
			g_strsplit(verb->states != NULL ? verb->states : "", " ", -1);
		for (char **state = states; *state != NULL && !copied; state++)
			copied = is_shown(scope, verbs, *state, text, len);
	}
	return copied;
}
