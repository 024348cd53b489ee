/* SPDX-License-Identifier: MIT */
#include "client/types.h"

#include <string.h>

const char *ecs_pairs_get(const EcsPairs *pairs, const char *key)
{
	size_t low = 0, high = pairs->n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(key, pairs->v[middle].key);
		if (order == 0)
			return pairs->v[middle].value;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}
