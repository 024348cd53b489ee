/* SPDX-License-Identifier: MIT */
#include "fs/options.h"

#include <string.h>

#define TTL_DEFAULT_S 10
#define TTL_MAX_S 3600

static bool set_ttl(EcsfsCommand *command, const char *value, GError **error)
{
	uint64_t seconds;

	if (!g_ascii_string_to_unsigned(value != NULL ? value : "", 10, 1, TTL_MAX_S, &seconds,
					NULL)) {
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
			    "-o ttl= wants seconds, 1 to %d", TTL_MAX_S);
		return false;
	}
	command->fs.ttl_s = (unsigned)seconds;
	return true;
}

static bool set_ro(EcsfsCommand *command, const char *value, GError **error)
{
	command->fs.read_only = true;
	return true;
}

static bool set_allow_delete(EcsfsCommand *command, const char *value, GError **error)
{
	command->fs.allow_delete = true;
	return true;
}

/* -o words of our own. All others go to libfuse. */
static const struct {
	const char *word;
	bool pass; /* libfuse is told as well */
	bool (*set)(EcsfsCommand *command, const char *value, GError **error);
} mount_options[] = {
	{ "allow_delete", false, set_allow_delete },
	{ "ro", true, set_ro },
	{ "ttl", false, set_ttl },
};

static bool parse_mount_option(EcsfsCommand *command, const char *option, GString *fuse,
			       GError **error)
{
	const char *equals = strchr(option, '=');
	size_t len = equals != NULL ? (size_t)(equals - option) : strlen(option);
	bool pass = *option != '\0';

	for (size_t i = 0; i < G_N_ELEMENTS(mount_options); i++) {
		if (strlen(mount_options[i].word) != len ||
		    strncmp(mount_options[i].word, option, len) != 0)
			continue;
		if (!mount_options[i].set(command, equals != NULL ? equals + 1 : NULL, error))
			return false;
		pass = mount_options[i].pass;
	}
	if (pass)
		g_string_append_printf(fuse, "%s%s", fuse->len > 0 ? "," : "", option);
	return true;
}

static bool parse_mount_options(EcsfsCommand *command, char **groups, GError **error)
{
	g_autoptr(GString) fuse = g_string_new(NULL);

	for (char **group = groups; group != NULL && *group != NULL; group++) {
		g_auto(GStrv) options = g_strsplit(*group, ",", -1);
		for (char **option = options; *option != NULL; option++)
			if (!parse_mount_option(command, *option, fuse, error))
				return false;
	}
	command->fuse = g_string_free(g_steal_pointer(&fuse), FALSE);
	return true;
}

static bool parse_mountpoint(EcsfsCommand *command, char **rest, GError **error)
{
	if (command->version || command->list_files)
		return true;
	if (rest == NULL || rest[0] == NULL || rest[1] != NULL) {
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
			    "exactly one mountpoint is wanted (see --help)");
		return false;
	}
	command->mountpoint = g_canonicalize_filename(rest[0], NULL);
	return true;
}

bool ecsfs_command_parse(EcsfsCommand *command, int argc, char **argv, GError **error)
{
	g_auto(GStrv) groups = NULL;
	g_auto(GStrv) rest = NULL;
	const GOptionEntry entries[] = {
		{ "cloud", 0, 0, G_OPTION_ARG_STRING, &command->cloud,
		  "Cloud of clouds.yaml to mount ($OS_CLOUD)", "NAME" },
		{ "region", 0, 0, G_OPTION_ARG_STRING, &command->region, "Region to log in to",
		  "NAME" },
		{ "sandbox", 0, 0, G_OPTION_ARG_NONE, &command->sandbox,
		  "Mount a sandbox cloud, which ends with it", NULL },
		{ "options", 'o', 0, G_OPTION_ARG_STRING_ARRAY, &groups,
		  "allow_delete, ro, ttl=SECONDS, or mount's own", "OPT,..." },
		{ "foreground", 'f', 0, G_OPTION_ARG_NONE, &command->foreground,
		  "Stay in the foreground, log to stderr", NULL },
		{ "debug", 'd', 0, G_OPTION_ARG_NONE, &command->debug,
		  "Log everything (implies -f)", NULL },
		{ "list-files", 0, 0, G_OPTION_ARG_NONE, &command->list_files,
		  "Print every file of the tree and exit", NULL },
		{ "version", 'V', 0, G_OPTION_ARG_NONE, &command->version,
		  "Print the version and exit", NULL },
		{ G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &rest, NULL, NULL },
		{ NULL },
	};
	g_autoptr(GOptionContext) context = g_option_context_new("MOUNTPOINT");

	*command = (EcsfsCommand){ .fs.ttl_s = TTL_DEFAULT_S };
	g_option_context_set_summary(context, "Mount a cloud: servers as files.");
	g_option_context_set_description(context, "Unmount with: fusermount3 -u MOUNTPOINT\n"
						  "Manuals: ecsfs(1), ecsfs-tree(5)");
	g_option_context_add_main_entries(context, entries, NULL);
	return g_option_context_parse(context, &argc, &argv, error) &&
	       parse_mount_options(command, groups, error) &&
	       parse_mountpoint(command, rest, error);
}

void ecsfs_command_clear(EcsfsCommand *command)
{
	g_free(command->cloud);
	g_free(command->region);
	g_free(command->mountpoint);
	g_free(command->fuse);
}
