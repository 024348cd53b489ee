/* SPDX-License-Identifier: MIT */
#include "fs/escape.h"

#include <string.h>

typedef void (*Escape)(GString *out, const char *text);

static const struct {
	Escape escape;
	const char *name, *text, *escaped;
} rows[] = {
	{ ecsfs_escape_line, "line", "", "" },
	{ ecsfs_escape_line, "line", "gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f" },
	{ ecsfs_escape_line, "line", "a\nHost *\r\n\tProxyCommand x\x7f",
	  "a Host *   ProxyCommand x " },
	{ ecsfs_escape_line, "line",
	  "a\xff"
	  "b\xe2\x80\xa8"
	  "c\xc2\x85"
	  "d",
	  "a\xef\xbf\xbd"
	  "b c d" },
	{ ecsfs_escape_line, "line", "\xc3", "\xef\xbf\xbd" },

	{ ecsfs_escape_word, "word", "env", "env" },
	{ ecsfs_escape_word, "word", "a.b-c d", "a_b_c_d" },
	{ ecsfs_escape_word, "word", "]\n[all:vars]", "___all_vars_" },
	{ ecsfs_escape_word, "word", "gr\xc3\xbc\xc3\x9f", "gr__" },
	{ ecsfs_escape_word, "word", "__", "__" },

	{ ecsfs_escape_variable, "variable", "", "'\"\"'" },
	{ ecsfs_escape_variable, "variable", "10.0.0.1", "'\"10.0.0.1\"'" },
	{ ecsfs_escape_variable, "variable", "{{ lookup('pipe', 'id') }}",
	  "'\"__ lookup__pipe__ _id__ __\"'" },
	{ ecsfs_escape_variable, "variable", "a\" b=c\\'#\n[x]{% %}", "'\"a_ b_c___ _x___ __\"'" },

	{ ecsfs_escape_json, "json", "", "\"\"" },
	{ ecsfs_escape_json, "json", "a\"b\\c/", "\"a\\\"b\\\\c/\"" },
	{ ecsfs_escape_json, "json", "a\nb\x01", "\"a b \"" },
	{ ecsfs_escape_json, "json", "\xff", "\"\xef\xbf\xbd\"" },

	{ ecsfs_escape_csv, "csv", "", "" },
	{ ecsfs_escape_csv, "csv", "web1", "web1" },
	{ ecsfs_escape_csv, "csv", "a,b", "\"a,b\"" },
	{ ecsfs_escape_csv, "csv", "a\"b", "\"a\"\"b\"" },
	{ ecsfs_escape_csv, "csv", "a\r\nb", "\"a  b\"" },
	{ ecsfs_escape_csv, "csv", "=1+1", "\"'=1+1\"" },
	{ ecsfs_escape_csv, "csv", "-x", "\"'-x\"" },
	{ ecsfs_escape_csv, "csv", "@x", "\"'@x\"" },
	{ ecsfs_escape_csv, "csv", "\t=x", "\"' =x\"" },
	{ ecsfs_escape_csv, "csv", "a=b", "a=b" },

	{ ecsfs_escape_dot, "dot", "web1", "web1" },
	{ ecsfs_escape_dot, "dot", "a\"];}", "a\\\"];}" },
	{ ecsfs_escape_dot, "dot", "\\N\\", "\\\\N\\\\" },
	{ ecsfs_escape_dot, "dot", "&lt;<b>", "&amp;lt;<b>" },
	{ ecsfs_escape_dot, "dot", "a\nb", "a b" },

	{ ecsfs_escape_html, "html", "web1", "web1" },
	{ ecsfs_escape_html, "html", "</script><script>alert(1)</script>",
	  "&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;" },
	{ ecsfs_escape_html, "html", "\" onload='x", "&quot; onload=&#39;x" },
	{ ecsfs_escape_html, "html", "&lt;\xff<", "&amp;lt;\xef\xbf\xbd&lt;" },
};

static void test_rows(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GString) out = g_string_new("before:");
		g_autofree char *escaped = g_strconcat("before:", rows[i].escaped, NULL);
		g_test_message("%zu: %s of \"%s\"", i, rows[i].name, rows[i].escaped);
		rows[i].escape(out, rows[i].text);
		g_assert_cmpstr(out->str, ==, escaped);
	}
}

static const struct {
	const char *text, *label;
	bool same;
} labels[] = {
	{ "web1", "web1", true },
	{ "Web_1.example-x.com", "Web_1.example-x.com", true },
	{ "", "", true },
	{ "web 1", "web-1", false },
	{ "-oProxyCommand=id", "oProxyCommand-id", false },
	{ "..", "", false },
	{ ".hidden", "hidden", false },
	{ "web1.", "web1", false },
	{ "web1-", "web1", false },
	{ "a*?!b", "a-b", false },
	{ "a $(id)\n10.0.0.1 b", "a-id-10.0.0.1-b", false },
	{ "gr\xc3\xbc\xc3\x9f"
	  "e\xff",
	  "gr-e", false },
	{ "{{x}}", "x", false },
	{ "[1:3]", "1-3", false },
};

static void test_labels(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(labels); i++) {
		g_autoptr(GString) out = g_string_new(NULL);
		g_test_message("%zu: \"%s\"", i, labels[i].label);
		g_assert_cmpint(ecsfs_escape_label(out, labels[i].text), ==, labels[i].same);
		g_assert_cmpstr(out->str, ==, labels[i].label);
	}
}

static void test_long(void)
{
	g_autofree char *text = g_strnfill(1000, 'a');
	g_autoptr(GString) out = g_string_new(NULL);

	g_assert_false(ecsfs_escape_label(out, text));
	g_assert_cmpuint(out->len, ==, ECSFS_LABEL_MAX);
	g_string_truncate(out, 0);
	text[ECSFS_LABEL_MAX - 1] = ' '; /* a '-' that would be the last one */
	g_assert_false(ecsfs_escape_label(out, text));
	g_assert_cmpuint(out->len, ==, ECSFS_LABEL_MAX - 1);
}

/* Whatever comes in, nothing that has a meaning to the format comes out. */
static void test_any_byte(void)
{
	static const struct {
		Escape escape;
		const char *never; /* what must not be inside */
		size_t shell;	   /* bytes of quotes on each side */
	} formats[] = {
		{ ecsfs_escape_line, "\n\r\t\x01\x7f", 0 },
		{ ecsfs_escape_word, " \n-.:[]{}'\"#", 0 },
		{ ecsfs_escape_variable, "\n\"'\\{}%#$", 2 },
		{ ecsfs_escape_dot, "\n", 0 },
		{ ecsfs_escape_html, "<>\"'\n", 0 },
	};
	char text[256] = { 0 };

	for (int i = 1; i < 256; i++)
		text[i - 1] = (char)i;
	for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
		g_autoptr(GString) out = g_string_new(NULL);
		formats[i].escape(out, text);
		g_assert_true(g_utf8_validate(out->str, -1, NULL));
		g_string_truncate(out, out->len - formats[i].shell);
		g_assert_null(strpbrk(out->str + formats[i].shell, formats[i].never));
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/escape/rows", test_rows);
	g_test_add_func("/escape/labels", test_labels);
	g_test_add_func("/escape/long", test_long);
	g_test_add_func("/escape/any-byte", test_any_byte);
	return g_test_run();
}
