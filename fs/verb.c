/* SPDX-License-Identifier: MIT */
#include "fs/verb.h"

#include <errno.h>
#include <string.h>

#include "fs/change.h"
#include "fs/kind.h"
#include "fs/view.h"

static const EcsfsVerb *find_verb(const EcsfsVerb *verbs, const char *word)
{
	for (const EcsfsVerb *verb = verbs; verb->word != NULL; verb++)
		if (strcmp(verb->word, word) == 0)
			return verb;
	return NULL;
}

/* Returns: "start, stop [hard], reboot [hard]"; owned. */
static char *words(const EcsfsVerb *verbs)
{
	GString *out = g_string_new(NULL);

	for (const EcsfsVerb *verb = verbs; verb->word != NULL; verb++)
		g_string_append_printf(out, "%s%s%s%s", out->len > 0 ? ", " : "", verb->word,
				       verb->args != NULL ? " " : "",
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
	g_autofree char *known = words(verbs);
	if (argc == 0) {
		ecsfs_change_fail(change, EINVAL, "an empty line says nothing: write one of: %s",
				  known);
		return;
	}
	const EcsfsVerb *verb = find_verb(verbs, argv[0]);
	if (verb == NULL)
		ecsfs_change_fail(change, EINVAL, "unknown verb \"%.40s\": write one of: %s",
				  argv[0], known);
	else if (argc - 1 < verb->min || argc - 1 > verb->max)
		ecsfs_change_fail(change, EINVAL, "write \"%s%s%s\"", verb->word,
				  verb->args != NULL ? " " : "",
				  verb->args != NULL ? verb->args : "");
	else
		verb->run(change, argc, argv);
}

static bool listed(const char *states, const char *state)
{
	g_auto(GStrv) words_of = g_strsplit(states, " ", -1);

	return g_strv_contains((const char *const *)words_of, state);
}

bool ecsfs_verbs_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	const char *status = *(char *const *)(const void *)((const char *)view->item + attr->field);
	const EcsfsClass *class = ecsfs_collection_class(view->collection);
	bool busy = class->in_flux != NULL && class->in_flux(view->item);

	for (const EcsfsVerb *verb = attr->verbs; verb->word != NULL; verb++)
		if (verb->states == NULL || (!busy && listed(verb->states, status)))
			ecsfs_value(out, verb->word);
	return true;
}
