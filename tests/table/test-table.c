/* SPDX-License-Identifier: MIT */
/* The tables of fs/: every directory that can be reached from the root, row by row. */
#include <string.h>

#include "fs/kind.h"
#include "fs/own.h"

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define DIGITS "0123456789"

static bool made_of(const char *name, const char *chars)
{
	return *name != '\0' && name[strspn(name, chars)] == '\0';
}

/* A fixed name, or a "<word>" that stands for names of the cloud's. README is the exception that
 * everybody looks for. */
static bool legal(const char *name)
{
	size_t len = strlen(name);

	if (strcmp(name, "README") == 0)
		return true;
	if (name[0] != '<')
		return made_of(name, LOWER DIGITS "_.-");
	return len > 2 && name[len - 1] == '>' && strspn(name + 1, LOWER "_") == len - 2;
}

/* One line, no full stop; "and so on" is none. */
static bool helpful(const char *help)
{
	return help != NULL && *help != '\0' && strchr(help, '\n') == NULL &&
	       (!g_str_has_suffix(help, ".") || g_str_has_suffix(help, "..."));
}

/* What is wrong with the row; NULL: nothing. */
static const char *wrong_verb(const EcsfsVerb *verb)
{
	return !made_of(verb->word, LOWER)		 ? "the word is not legal"
	       : verb->run == NULL			 ? "nothing is run"
	       : verb->min < 0 || verb->min > verb->max	 ? "least and most arguments contradict"
	       : verb->max >= ECSFS_VERB_WORDS		 ? "more arguments than are parsed"
	       : (verb->max > 0) != (verb->args != NULL) ? "arguments without a name"
	       : !helpful(verb->help)			 ? "no help"
							 : NULL;
}

static bool mode_agrees(const EcsfsAttr *attr)
{
	bool secret = (attr->flags & ECSFS_SECRET) != 0;
	mode_t others = secret ? 0 : 0044;
	mode_t mode = (attr->show != NULL ? 0400 | others : 0) | (attr->store != NULL ? 0200 : 0);

	return mode != 0 && attr->mode == mode;
}

static const char *wrong_attr(const EcsfsAttr *attr)
{
	unsigned shown = ECSFS_VOLATILE | ECSFS_SECRET | ECSFS_NOTED | ECSFS_ONCE | ECSFS_OWN_CALL;

	return !legal(attr->name)     ? "the name is not legal"
	       : !mode_agrees(attr)   ? "the mode does not agree with show, store and SECRET"
	       : !helpful(attr->help) ? "no help"
	       : (attr->store == ecsfs_verb_store) != (attr->verbs != NULL)
		       ? "a verb file has verbs, and no other"
	       : (attr->flags & shown) != 0 && attr->show == NULL ? "flags without a show"
	       : (attr->flags & ECSFS_GATHER) != 0 && (attr->show == NULL || attr->store == NULL)
		       ? "a document is read and written"
	       : (attr->show == ecsfs_own_show) != (attr->own != NULL)
		       ? "a text of its own has a class, and no other"
	       : attr->own != NULL && (attr->flags & ECSFS_OWN_CALL) == 0
		       ? "a text of its own without OWN_CALL"
	       : attr->max != 0 && (attr->flags & ECSFS_GATHER) == 0 ? "max, but no document"
								     : NULL;
}

static const char *wrong_link(const EcsfsLink *link)
{
	return !legal(link->name)     ? "the name is not legal"
	       : link->target == NULL ? "no target"
	       : !helpful(link->help) ? "no help"
				      : NULL;
}

static const char *wrong_child(const EcsfsChild *child)
{
	return !legal(child->name)			     ? "the name is not legal"
	       : child->kind == NULL			     ? "no kind"
	       : strcmp(child->name, child->kind->name) != 0 ? "its kind has another name"
	       : !helpful(child->help)			     ? "no help"
							     : NULL;
}

/* Of the directory as a whole. */
static const char *wrong_kind(const EcsfsKind *kind)
{
	int dynamic = (kind->entry != NULL) + (kind->entry_link != NULL) + (kind->row != NULL);

	return (kind->find == NULL) != (kind->list == NULL) ? "find without list, or list without"
	       : dynamic != (kind->find != NULL) ? "what find gives is not exactly one of entry, "
						   "entry_link and row"
	       : kind->entry != NULL && !legal(kind->entry->name) ? "its entry's name is not legal"
	       : kind->entry != NULL && !helpful(kind->entry->help) ? "its entry has no help"
	       : kind->made != NULL && kind->made != kind->row	    ? "made is not its row"
	       : kind->like != NULL && (kind->find != NULL || kind->like->like != NULL)
		       ? "like another kind that is like a third, or finds for itself"
	       : kind->costly && kind->remove == NULL ? "costly, but nothing removes"
						      : NULL;
}

/* Names of a table, or of several: which is out of order or there twice; NULL: none. */
static const char *unsorted(const GPtrArray *names)
{
	for (size_t i = 1; i < names->len; i++)
		if (strcmp(names->pdata[i - 1], names->pdata[i]) >= 0)
			return names->pdata[i];
	return NULL;
}

static const char *twice(const GPtrArray *names)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

	for (size_t i = 0; i < names->len; i++)
		if (!g_hash_table_add(seen, names->pdata[i]))
			return names->pdata[i];
	return NULL;
}

/* Collect what is wrong, a line each: "path/name: what". */
static void complain(GString *out, const char *path, const char *name, const char *wrong)
{
	if (wrong != NULL)
		g_string_append_printf(out, "%s%s: %s\n", path, name, wrong);
}

static void check_order(GString *out, const char *path, GPtrArray *table, GPtrArray *all)
{
	complain(out, path, "", unsorted(table) != NULL ? "a table is not sorted by name" : NULL);
	for (size_t i = 0; i < table->len; i++)
		g_ptr_array_add(all, table->pdata[i]);
	g_ptr_array_set_size(table, 0);
}

static void check_verbs(GString *out, const char *path, const EcsfsAttr *attr)
{
	g_autoptr(GPtrArray) words = g_ptr_array_new();

	for (const EcsfsVerb *verb = attr->verbs; verb != NULL && verb->word != NULL; verb++) {
		complain(out, path, verb->word, wrong_verb(verb));
		g_ptr_array_add(words, (char *)verb->word);
	}
	complain(out, path, attr->name,
		 unsorted(words) != NULL ? "its verbs are not sorted by word" : NULL);
}

/* The directory's own tables; all of them are meant to be sorted. */
static void check_kind(GString *out, const char *path, const EcsfsKind *kind)
{
	g_autoptr(GPtrArray) table = g_ptr_array_new();
	g_autoptr(GPtrArray) all = g_ptr_array_new();

	complain(out, path, "", wrong_kind(kind));
	for (const EcsfsAttr *attr = kind->attrs; attr != NULL && attr->name != NULL; attr++) {
		complain(out, path, attr->name, wrong_attr(attr));
		check_verbs(out, path, attr);
		g_ptr_array_add(table, (char *)attr->name);
	}
	check_order(out, path, table, all);
	for (const EcsfsLink *link = kind->links; link != NULL && link->name != NULL; link++) {
		complain(out, path, link->name, wrong_link(link));
		g_ptr_array_add(table, (char *)link->name);
	}
	check_order(out, path, table, all);
	for (const EcsfsChild *child = kind->children; child != NULL && child->name != NULL;
	     child++) {
		complain(out, path, child->name, wrong_child(child));
		g_ptr_array_add(table, (char *)child->name);
	}
	check_order(out, path, table, all);
	const char *name = twice(all);
	complain(out, path, name != NULL ? name : "", name != NULL ? "there twice" : NULL);
	if (kind->row != NULL)
		complain(out, path, kind->row->name, wrong_attr(kind->row));
	if (kind->entry_link != NULL)
		complain(out, path, kind->entry_link->name, wrong_link(kind->entry_link));
}

/* Returns: how many directories. */
static int walk(GString *out, const char *path, const EcsfsKind *kind)
{
	int n = 1;

	check_kind(out, path, kind);
	for (const EcsfsChild *child = kind->children; child != NULL && child->name != NULL;
	     child++) {
		g_autofree char *below = g_strconcat(path, child->name, "/", NULL);
		n += walk(out, below, child->kind);
	}
	if (kind->entry != NULL) {
		g_autofree char *below = g_strconcat(path, kind->entry->name, "/", NULL);
		n += walk(out, below, kind->entry);
	}
	return n;
}

static void test_tree(void)
{
	g_autoptr(GString) out = g_string_new(NULL);
	int n = walk(out, "/", &ecsfs_root);
	int of_several = walk(out, "/", &ecsfs_root_of_several);

	g_assert_cmpstr(out->str, ==, "");
	g_assert_cmpint(n, >, 20); /* else the walk has lost its way */
	g_assert_cmpint(of_several, ==, n + 1);
}

/* Rows that must be found wrong. */
static bool show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	return true;
}

static void store(EcsfsChange *change, const char *text, size_t len)
{
}

static const EcsfsClass texts = { .name = "x", ECSFS_OWN_CLASS };
static const EcsfsVerb good_verbs[] = { { "go", 0, 0, NULL, NULL, NULL, "goes" }, {} };

static const struct {
	EcsfsAttr row;
	const char *wrong;
} attrs[] = {
	{ { "good", 0644, show, store, .help = "good" }, NULL },
	{ { "good", 0200, NULL, store, .help = "good" }, NULL },
	{ { "good", 0600, show, store, .flags = ECSFS_SECRET, .help = "good" }, NULL },
	{ { "<key>", 0444, show, .help = "good" }, NULL },
	{ { "", 0444, show, .help = "bad" }, "the name is not legal" },
	{ { "Name", 0444, show, .help = "bad" }, "the name is not legal" },
	{ { "a/b", 0444, show, .help = "bad" }, "the name is not legal" },
	{ { "a b", 0444, show, .help = "bad" }, "the name is not legal" },
	{ { "<>", 0444, show, .help = "bad" }, "the name is not legal" },
	{ { "<key", 0444, show, .help = "bad" }, "the name is not legal" },
	{ { "x", 0644, show, .help = "bad" },
	  "the mode does not agree with show, store and SECRET" },
	{ { "x", 0444, show, store, .help = "bad" },
	  "the mode does not agree with show, store and SECRET" },
	{ { "x", 0444, show, .flags = ECSFS_SECRET, .help = "bad" },
	  "the mode does not agree with show, store and SECRET" },
	{ { "x", 0400, show, .help = "bad" },
	  "the mode does not agree with show, store and SECRET" },
	{ { "x", 0, .help = "bad" }, "the mode does not agree with show, store and SECRET" },
	{ { "x", 0444, show }, "no help" },
	{ { "x", 0444, show, .help = "" }, "no help" },
	{ { "x", 0444, show, .help = "Bad." }, "no help" },
	{ { "x", 0444, show, .help = "two\nlines" }, "no help" },
	{ { "x", 0644, show, ecsfs_verb_store, .help = "bad" },
	  "a verb file has verbs, and no other" },
	{ { "x", 0644, show, store, .verbs = good_verbs, .help = "bad" },
	  "a verb file has verbs, and no other" },
	{ { "x", 0200, NULL, store, .flags = ECSFS_VOLATILE, .help = "bad" },
	  "flags without a show" },
	{ { "x", 0444, show, .flags = ECSFS_GATHER, .help = "bad" },
	  "a document is read and written" },
	{ { "x", 0644, show, store, .max = 9, .help = "bad" }, "max, but no document" },
	{ { "good", 0444, ecsfs_own_show, .own = &texts, .flags = ECSFS_OWN_CALL, .help = "good" },
	  NULL },
	{ { "x", 0444, ecsfs_own_show, .flags = ECSFS_OWN_CALL, .help = "bad" },
	  "a text of its own has a class, and no other" },
	{ { "x", 0444, show, .own = &texts, .flags = ECSFS_OWN_CALL, .help = "bad" },
	  "a text of its own has a class, and no other" },
	{ { "x", 0444, ecsfs_own_show, .own = &texts, .help = "bad" },
	  "a text of its own without OWN_CALL" },
};

static void test_attrs(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(attrs); i++) {
		g_test_message("%zu: \"%s\" %04o", i, attrs[i].row.name, attrs[i].row.mode);
		g_assert_cmpstr(wrong_attr(&attrs[i].row), ==, attrs[i].wrong);
	}
}

static void run(EcsfsChange *change, int argc, char **argv)
{
}

static const struct {
	EcsfsVerb row;
	const char *wrong;
} verbs[] = {
	{ { "go", 0, 1, NULL, "[far]", run, "goes" }, NULL },
	{ { "Go", 0, 0, NULL, NULL, run, "goes" }, "the word is not legal" },
	{ { "go", 0, 0, NULL, NULL, NULL, "goes" }, "nothing is run" },
	{ { "go", 2, 1, NULL, "[far]", run, "goes" }, "least and most arguments contradict" },
	{ { "go", 0, 8, NULL, "[far]", run, "goes" }, "more arguments than are parsed" },
	{ { "go", 0, 1, NULL, NULL, run, "goes" }, "arguments without a name" },
	{ { "go", 0, 0, NULL, "[far]", run, "goes" }, "arguments without a name" },
	{ { "go", 0, 0, NULL, NULL, run, NULL }, "no help" },
};

static void test_verbs(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(verbs); i++) {
		g_test_message("%zu: \"%s\"", i, verbs[i].row.word);
		g_assert_cmpstr(wrong_verb(&verbs[i].row), ==, verbs[i].wrong);
	}
}

/* A directory in which everything is wrong that concerns several rows. */
static bool target(const EcsfsLink *link, EcsfsView *view, GString *out)
{
	return true;
}

static const EcsfsAttr bad_attrs[] = { { "b", 0444, show, .help = "b" },
				       { "a", 0444, show, .help = "a" },
				       {} };
static const EcsfsLink bad_links[] = { { "b", target, "b again" }, {} };
static const EcsfsKind other_kind = { .name = "other" };
static const EcsfsChild bad_children[] = { { "c", &other_kind, "c" }, {} };
static const EcsfsKind bad_kind = {
	.name = "bad",
	.attrs = bad_attrs,
	.links = bad_links,
	.children = bad_children,
	.costly = true,
};

static void test_directory(void)
{
	g_autoptr(GString) out = g_string_new(NULL);

	g_assert_cmpint(walk(out, "/", &bad_kind), ==, 2);
	g_assert_cmpstr(out->str, ==,
			"/: costly, but nothing removes\n"
			"/: a table is not sorted by name\n"
			"/c: its kind has another name\n"
			"/b: there twice\n");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/table/attrs", test_attrs);
	g_test_add_func("/table/verbs", test_verbs);
	g_test_add_func("/table/directory", test_directory);
	g_test_add_func("/table/tree", test_tree);
	return g_test_run();
}
