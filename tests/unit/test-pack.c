/* SPDX-License-Identifier: MIT */
#include "client/pack.h"

#include <glib.h>
#include <string.h>

/* Pack and unpack; returns the packed size. */
static size_t both_ways(const char *model, size_t model_len, const char *in, size_t n)
{
	EcsPacker *packer = ecs_packer_new(model, model_len);
	/* Exactly as long as they may be: the address sanitizer sees what is beyond. */
	g_autofree char *packed = g_malloc(MAX(n, 1)), *again = g_malloc(MAX(n, 1));
	size_t used = ecs_packer_pack(packer, in, n, packed);

	g_assert_cmpuint(used, <, MAX(n, 1));
	g_assert_cmpuint(ecs_packer_pack(packer, in, n, again), ==, used);
	g_assert_cmpmem(packed, used, again, used);
	ecs_packer_free(packer);
	if (used == 0)
		return 0;
	g_autofree char *tight = g_memdup2(packed, used);
	g_autofree char *out = g_malloc(n);
	ecs_unpack(model, model_len, tight, out, n);
	g_assert_cmpmem(out, n, in, n);
	return used;
}

static void test_alike(void)
{
	const char model[] =
		"{\"id\":\"4e3f\",\"name\":\"web-01\",\"status\":\"ACTIVE\",\"zone\":\"eu-de-01\"}";
	const char in[] = "{\"id\":\"77aa\",\"name\":\"database\",\"status\":\"ACTIVE\",\"zone\":"
			  "\"eu-de-01\"}";

	g_assert_cmpuint(both_ways(model, strlen(model), model, strlen(model)), <=, 5);
	g_assert_cmpuint(both_ways(model, strlen(model), in, strlen(in)), <, 40);
	g_assert_cmpuint(both_ways(model, strlen(model), in, strlen(in)), >, 0);
}

static void test_without_model(void)
{
	const char in[] = "abcabcabcabcabcabcabcabcabcabcabcabc";

	g_assert_cmpuint(both_ways("", 0, in, strlen(in)), >, 0);
	for (size_t n = 0; n < strlen(in); n++)
		both_ways("", 0, in, n);
}

static void test_incompressible(void)
{
	const char in[] = "0123456789abcdefghijklmnopqrstuvwxyz";

	g_assert_cmpuint(both_ways("", 0, in, strlen(in)), ==, 0);
}

static void test_long(void)
{
	g_autofree char *in = g_strnfill(70000, 'x');

	g_assert_cmpuint(both_ways("", 0, in, 70000), ==, 0);
	g_assert_cmpuint(both_ways("", 0, in, 65535), >, 0);
	g_assert_cmpuint(both_ways(in, 70000, in, 40000), >, 0);
	g_assert_cmpuint(both_ways(in, 70000, in, 65535), ==, 0);
}

static void test_random(void)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(1);
	char model[3000], in[3000];

	for (int round = 0; round < 3000; round++) {
		size_t m = (size_t)g_rand_int_range(rand, 0, sizeof(model));
		size_t n = (size_t)g_rand_int_range(rand, 0, sizeof(in));
		int letters = g_rand_int_range(rand, 1, 8);
		for (size_t i = 0; i < m; i++)
			model[i] = (char)('a' + g_rand_int_range(rand, 0, letters));
		for (size_t i = 0; i < n; i++)
			in[i] = i < m && g_rand_int_range(rand, 0, 20) > 0
					? model[i]
					: (char)('a' + g_rand_int_range(rand, 0, letters));
		both_ways(model, m, in, n);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/pack/alike", test_alike);
	g_test_add_func("/pack/without-model", test_without_model);
	g_test_add_func("/pack/incompressible", test_incompressible);
	g_test_add_func("/pack/long", test_long);
	g_test_add_func("/pack/random", test_random);
	return g_test_run();
}
