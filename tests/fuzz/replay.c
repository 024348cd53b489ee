/* SPDX-License-Identifier: MIT */
/* replay - without libFuzzer: every file of the corpus, and N changed ones of each.
 * Usage: TARGET N DIRECTORY... ; TAP, a line a file. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/fuzz/fuzz.h"

#define LARGEST (1 << 16) /* bytes of a file that is changed */

/* Some bytes replaced, a piece left out or said twice. */
static GByteArray *change(GRand *random, const uint8_t *data, size_t size)
{
	GByteArray *out = g_byte_array_new();
	size_t from = (size_t)g_rand_int_range(random, 0, (int)size + 1);
	size_t len = (size_t)g_rand_int_range(random, 0, (int)MIN(size - from, 64) + 1);
	size_t next = g_rand_boolean(random) ? from : from + len;

	g_byte_array_append(out, data, (unsigned)(from + len));
	g_byte_array_append(out, data + next, (unsigned)(size - next));
	for (int n = g_rand_int_range(random, 0, 4); n > 0 && out->len > 0; n--) {
		static const char likely[] = "\0\n\"\\{}[],:/%.-0 \xff";
		unsigned at = (unsigned)g_rand_int_range(random, 0, (int)out->len);
		out->data[at] =
			g_rand_boolean(random)
				? (uint8_t)likely[g_rand_int_range(random, 0, sizeof(likely) - 1)]
				: (uint8_t)g_rand_int_range(random, 0, 256);
	}
	return out;
}

/* In memory of just its size, so that reading behind it is seen. */
static void feed(const uint8_t *data, size_t size)
{
	g_autofree uint8_t *copy = g_memdup2(data, size);

	LLVMFuzzerTestOneInput(copy, size);
}

static void replay(const char *path, int changes)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(g_str_hash(path));
	g_autofree char *data = NULL;
	g_autoptr(GError) error = NULL;
	size_t size;

	if (!g_file_get_contents(path, &data, &size, &error))
		g_error("%s", error->message);
	feed((const uint8_t *)data, size);
	for (int i = 0; i < changes && size <= LARGEST; i++) {
		g_autoptr(GByteArray) changed = change(random, (const uint8_t *)data, size);
		feed(changed->data, changed->len);
	}
}

int main(int argc, char **argv)
{
	int changes = argc > 1 ? atoi(argv[1]) : 0, files = 0;

	for (int i = 2; i < argc; i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(GDir) directory = g_dir_open(argv[i], 0, &error);
		const char *name;
		if (directory == NULL)
			g_error("%s", error->message);
		while ((name = g_dir_read_name(directory)) != NULL) {
			g_autofree char *path = g_build_filename(argv[i], name, NULL);
			replay(path, changes);
			printf("ok %d - %s\n", ++files, name);
		}
	}
	printf("1..%d\n", files);
	return files > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
