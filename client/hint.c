/* SPDX-License-Identifier: MIT */
#include "client/hint.h"

#include <glib.h>
#include <string.h>

static const struct {
	const char *part;
	const char *hint;
} hints[] = {
	{ "local issuer certificate", "cacert in clouds.yaml names whom to trust" },
	{ "self-signed certificate", "cacert in clouds.yaml names whom to trust" },
	{ "wrong version number", "https is not spoken there" },
	{ "alert certificate required", "cert in clouds.yaml names our own certificate" },
};

const char *ecs_hint(const char *failure)
{
	for (size_t i = 0; i < G_N_ELEMENTS(hints); i++)
		if (strstr(failure, hints[i].part))
			return hints[i].hint;
	return "";
}
