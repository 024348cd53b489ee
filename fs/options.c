/* SPDX-License-Identifier: MIT */
#include "fs/options.h"

#include <string.h>

#define TTL_DEFAULT_S 10
#define TTL_MAX_S 3600
#define RATE_MAX 100000
#define WAIT_DEFAULT_S 3600
#define WAIT_MAX_S 604800 /* a week */
#define RETRY_MAX_S 86400 /* a day */

static bool set_number(const char *word, const char *value, const char *what, unsigned most,
		       unsigned *number, GError **error)
{
	uint64_t n;

	if (!g_ascii_string_to_unsigned(value != NULL ? value : "", 10, 1, most, &n, NULL)) {
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
			    "-o %s= wants %s, 1 to %u", word, what, most);
		return false;
	}
	*number = (unsigned)n;
	return true;
}

static bool set_rate(EcsfsCommand *command, const char *value, GError **error)
{
	return set_number("rate", value, "requests a second", RATE_MAX, &command->fs.rate, error);
}

static bool set_ttl(EcsfsCommand *command, const char *value, GError **error)
{
	return set_number("ttl", value, "seconds", TTL_MAX_S, &command->fs.ttl_s, error);
}

static bool set_wait(EcsfsCommand *command, const char *value, GError **error)
{
	return set_number("wait", value, "seconds", WAIT_MAX_S, &command->fs.wait_s, error);
}

static bool set_retry(EcsfsCommand *command, const char *value, GError **error)
{
	return set_number("retry", value, "seconds", RETRY_MAX_S, &command->retry_s, error);
}

static bool set_ro(EcsfsCommand *command, const char *value, GError **error)
{
	command->fs.read_only = true;
	return true;
}

/* libfuse knows it as "ro". */
static bool set_noopen(EcsfsCommand *command, const char *value, GError **error)
{
	command->fs.no_open = true;
	return set_ro(command, value, error);
}

static bool set_openstack(EcsfsCommand *command, const char *value, GError **error)
{
	command->fs.openstack = true;
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
	{ "noopen", false, set_noopen },
	{ "openstack", false, set_openstack },
	{ "rate", false, set_rate },
	{ "retry", false, set_retry },
	{ "ro", true, set_ro },
	{ "ttl", false, set_ttl },
	{ "wait", false, set_wait },
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
	if (command->fs.no_open)
		g_string_append_printf(fuse, "%sro", fuse->len > 0 ? "," : "");
	command->fuse = g_string_free(g_steal_pointer(&fuse), FALSE);
	return true;
}

static bool parse_mountpoint(EcsfsCommand *command, char **rest, GError **error)
{
	if (command->version || command->list_files)
		return true;
	unsigned n = rest != NULL ? g_strv_length(rest) : 0;
	if (n == 0 && command->check)
		return true;
	if (n == 2) { /* as mount(8) has it: the source, which are the clouds, and where */
		if (command->clouds != NULL || command->sandbox) {
			g_set_error(
				error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
				"the cloud is named twice: by \"%s\", and by --cloud or --sandbox",
				rest[0]);
			return false;
		}
		command->clouds = g_strsplit(rest[0], ",", -1);
	} else if (n != 1) {
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
			    "exactly one mountpoint is wanted (see --help)");
		return false;
	}
	command->mountpoint = g_canonicalize_filename(rest[n - 1], NULL);
	return true;
}

size_t ecsfs_command_clouds(const EcsfsCommand *command)
{
	return command->clouds != NULL ? g_strv_length(command->clouds) : 1;
}

static bool check_clouds(const EcsfsCommand *command, GError **error)
{
	if (command->clouds == NULL)
		return true;
	if (command->sandbox) {
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
			    "--sandbox is a cloud of its own: it goes without --cloud");
		return false;
	}
	if (command->clouds[1] != NULL && command->region != NULL) {
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
			    "--region is for one --cloud: of several, each has its region_name in "
			    "clouds.yaml");
		return false;
	}
	for (char **cloud = command->clouds; *cloud != NULL; cloud++) {
		if (!g_strv_contains((const char *const *)cloud + 1, *cloud))
			continue;
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
			    "the cloud %s is given twice", *cloud);
		return false;
	}
	return true;
}

bool ecsfs_command_parse(EcsfsCommand *command, int argc, char **argv, GError **error)
{
	g_auto(GStrv) groups = NULL;
	g_auto(GStrv) rest = NULL;
	const GOptionEntry entries[] = {
		{ "cloud", 0, 0, G_OPTION_ARG_STRING_ARRAY, &command->clouds,
		  "Cloud to mount ($OS_CLOUD); of several, each a directory", "NAME" },
		{ "region", 0, 0, G_OPTION_ARG_STRING, &command->region, "Region to log in to",
		  "NAME" },
		{ "sandbox", 0, 0, G_OPTION_ARG_NONE, &command->sandbox,
		  "Mount a sandbox cloud, which ends with it", NULL },
		{ "options", 'o', 0, G_OPTION_ARG_STRING_ARRAY, &groups,
		  "allow_delete,noopen,openstack,rate=,retry=,ro,ttl=,wait=", "OPT" },
		{ "foreground", 'f', 0, G_OPTION_ARG_NONE, &command->foreground,
		  "Stay in the foreground, log to stderr", NULL },
		{ "debug", 'd', 0, G_OPTION_ARG_NONE, &command->debug,
		  "Log everything (implies -f)", NULL },
		{ "check", 0, 0, G_OPTION_ARG_NONE, &command->check,
		  "Say step by step what works, mount nothing", NULL },
		{ "list-files", 0, 0, G_OPTION_ARG_NONE, &command->list_files,
		  "Print every file of the tree and exit", NULL },
		{ "version", 'V', 0, G_OPTION_ARG_NONE, &command->version,
		  "Print the version and exit", NULL },
		{ G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &rest, NULL, NULL },
		{ NULL },
	};
	g_autoptr(GOptionContext) context = g_option_context_new("[CLOUD[,CLOUD...]] MOUNTPOINT");

	*command = (EcsfsCommand){ .fs.ttl_s = TTL_DEFAULT_S, .fs.wait_s = WAIT_DEFAULT_S };
	g_option_context_set_summary(context, "Mount a cloud: servers as files.");
	g_option_context_set_description(context, "Unmount with: fusermount3 -u MOUNTPOINT\n"
						  "Manuals: ecsfs(1), ecsfs-tree(5)");
	g_option_context_add_main_entries(context, entries, NULL);
	return g_option_context_parse(context, &argc, &argv, error) &&
	       parse_mount_options(command, groups, error) &&
	       parse_mountpoint(command, rest, error) && check_clouds(command, error);
}

void ecsfs_command_clear(EcsfsCommand *command)
{
	g_strfreev(command->clouds);
	g_free(command->region);
	g_free(command->mountpoint);
	g_free(command->fuse);
}
