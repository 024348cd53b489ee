/* SPDX-License-Identifier: MIT */
#include "fs/environment.h"

#include <glib.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* In the names of such variables: OS_PASSWORD, OS_TOKEN, OS_APPLICATION_CREDENTIAL_SECRET, ... */
static const char *const words[] = { "PASSWORD", "SECRET", "TOKEN", "KEY", "PASSCODE" };

static bool is_secret(const char *name)
{
	bool found = false;

	for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
		found |= strstr(name, words[i]) != NULL;
	return found && g_str_has_prefix(name, "OS_");
}

void ecsfs_environment_clear(void)
{
	g_auto(GStrv) names = g_listenv();

	for (char **name = names; *name != NULL; name++) {
		char *value = is_secret(*name) ? getenv(*name) : NULL;
		if (value == NULL)
			continue;
		explicit_bzero(value, strlen(value));
		g_unsetenv(*name);
	}
}
