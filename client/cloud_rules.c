/* SPDX-License-Identifier: MIT */
#include "client/cloud_rules.h"

#include <string.h>

#include "client/catalog.h"
#include "client/error.h"

/* Not ours, or no property of a cloud. */
static const char *const foreign_prefixes[] = { "OS_TEST", "OS_STD", "OS_LOG", NULL };
static const char *const selectors[] = {
	"OS_CLOUD",
	"OS_REGION_NAME",
	"OS_CLIENT_CONFIG_FILE",
	"OS_CLIENT_SECURE_FILE",
	"OS_CLOUD_NAME",
	NULL,
};

/* Vendor profiles that need no file. */
static const struct {
	const char *name;
	const char *auth_url;
	const char *regions[4];
} profiles[] = {
	{ "otc", "https://iam.{region_name}.otc.t-systems.com/v3", { "eu-de", "eu-nl" } },
	{},
};

/*
 * Where a member comes from. The first spelling that is set counts; each is looked for under auth:
 * and beside it. For some the value beside auth: wins: it is where the environment's is.
 */
static const struct {
	size_t offset;
	bool outside_wins;
	const char *keys[4];
} members[] = {
	{ offsetof(EcsCloud, auth_url), false, { "auth_url" } },
	{ offsetof(EcsCloud, username), false, { "username", "user_name" } },
	{ offsetof(EcsCloud, user_id), false, { "user_id", "userid" } },
	{ offsetof(EcsCloud, password), false, { "password" } },
	{ offsetof(EcsCloud, token), true, { "token", "auth_token" } },
	{ offsetof(EcsCloud, project_name), true, { "project_name", "tenant_name" } },
	{ offsetof(EcsCloud, project_id), true, { "project_id", "tenant_id" } },
	{ offsetof(EcsCloud, user_domain_name), true, { "user_domain_name", "domain_name" } },
	{ offsetof(EcsCloud, user_domain_id), true, { "user_domain_id", "domain_id" } },
	{ offsetof(EcsCloud, project_domain_name), true, { "project_domain_name", "domain_name" } },
	{ offsetof(EcsCloud, project_domain_id), true, { "project_domain_id", "domain_id" } },
	{ offsetof(EcsCloud, auth_type), true, { "auth_type", "auth_plugin" } },
	{ offsetof(EcsCloud, interface), true, { "interface", "endpoint_type" } },
	{},
};

static bool config_error(GError **error, const EcsConf *at, const char *format, ...)
	G_GNUC_PRINTF(3, 4);

static bool config_error(GError **error, const EcsConf *at, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	g_autofree char *text = g_strdup_vprintf(format, args);
	va_end(args);
	g_autofree char *where = ecs_conf_where(at);
	g_set_error(error, ECS_ERROR, ECS_ERROR_CONFIG, "%s: %s", where, text);
	return false;
}

static bool is_foreign(const char *variable)
{
	for (size_t i = 0; foreign_prefixes[i]; i++)
		if (g_str_has_prefix(variable, foreign_prefixes[i]))
			return true;
	return false;
}

EcsConf *ecs_cloud_from_environment(const char *const *environment)
{
	g_autoptr(EcsConf) cloud = ecs_conf_new(ECS_CONF_MAP, "environment", 0);
	bool more_than_selectors = false;
	for (size_t i = 0; environment[i]; i++) {
		const char *value = strchr(environment[i], '=');
		if (!value || !g_str_has_prefix(environment[i], "OS_") ||
		    is_foreign(environment[i]))
			continue;
		g_autofree char *variable =
			g_strndup(environment[i], (size_t)(value - environment[i]));
		g_autofree char *key = g_ascii_strdown(variable + 3, -1);
		ecs_conf_set(cloud, key, ecs_conf_new_text(value + 1, "environment", 0));
		more_than_selectors |= !g_strv_contains(selectors, variable);
	}
	/* "cloud" would be read as the old name of "profile". */
	if (ecs_conf_get(cloud, "cloud"))
		ecs_conf_set(cloud, "cloud", ecs_conf_new_text(NULL, "environment", 0));
	return more_than_selectors ? g_steal_pointer(&cloud) : NULL;
}

static bool expand_profile(EcsConf *cloud, const EcsConf *own, const EcsConf *vendors)
{
	const char *name = ecs_conf_text(own, "profile");
	if (!name)
		name = ecs_conf_text(own, "cloud");
	if (!name)
		return true;
	const EcsConf *vendor = ecs_conf_get(vendors, name);
	if (vendor && vendor->kind == ECS_CONF_MAP) {
		ecs_conf_merge(cloud, vendor, 2);
		ecs_conf_plain_keys(cloud);
		return true;
	}
	for (size_t i = 0; profiles[i].name; i++) {
		if (strcmp(profiles[i].name, name) != 0)
			continue;
		EcsConf *auth = ecs_conf_new(ECS_CONF_MAP, "built in", 0);
		ecs_conf_set(auth, "auth_url",
			     ecs_conf_new_text(profiles[i].auth_url, "built in", 0));
		ecs_conf_set(cloud, "auth", auth);
		EcsConf *regions = ecs_conf_new(ECS_CONF_LIST, "built in", 0);
		for (size_t k = 0; profiles[i].regions[k]; k++)
			ecs_conf_add(regions,
				     ecs_conf_new_text(profiles[i].regions[k], "built in", 0));
		ecs_conf_set(cloud, "regions", regions);
		return true;
	}
	return false;
}

/* A region is a name, or a map of a name and values that hold in it. */
static const char *region_name(const EcsConf *region)
{
	return region->kind == ECS_CONF_MAP ? ecs_conf_text(region, "name") : region->text;
}

static bool choose_region(EcsConf *cloud, const EcsConf *own, const char *wanted, GError **error)
{
	/* A region that the cloud itself names counts before the vendor's list. */
	const char *given = ecs_conf_text(own, "region_name");
	const EcsConf *regions = ecs_conf_get(own, "regions");
	if (!given && !regions) {
		given = ecs_conf_text(cloud, "region_name");
		regions = ecs_conf_get(cloud, "regions");
	}
	if (given || !regions || regions->kind != ECS_CONF_LIST || !regions->values->len) {
		if (!given)
			given = wanted;
		g_autofree char *first = given ? g_strndup(given, strcspn(given, ",")) : NULL;
		ecs_conf_set(cloud, "region_name", ecs_conf_new_text(first, own->file, own->line));
		return true;
	}
	for (unsigned i = 0; i < regions->values->len; i++) {
		const EcsConf *region = regions->values->pdata[i];
		const char *name = region_name(region);
		if (!name)
			return config_error(error, region, "a region without a name");
		if (wanted && strcmp(name, wanted) != 0)
			continue;
		const EcsConf *values = ecs_conf_get(region, "values");
		if (values && values->kind == ECS_CONF_MAP)
			ecs_conf_merge(cloud, values, 2);
		ecs_conf_set(cloud, "region_name",
			     ecs_conf_new_text(name, region->file, region->line));
		return true;
	}
	return config_error(error, regions, "region %s is not one of this cloud's", wanted);
}

static const char *pick(const EcsConf *cloud, const char *key, bool outside_wins)
{
	const char *inside = ecs_conf_text(ecs_conf_get(cloud, "auth"), key);
	const char *outside = ecs_conf_text(cloud, key);
	return outside_wins ? (outside ? outside : inside) : (inside ? inside : outside);
}

static void fill_members(EcsCloud *out, const EcsConf *cloud)
{
	for (size_t i = 0; members[i].keys[0]; i++) {
		char **member = (char **)(void *)((char *)out + members[i].offset);
		for (size_t k = 0; members[i].keys[k]; k++) {
			const char *text = pick(cloud, members[i].keys[k], members[i].outside_wins);
			if (!text)
				continue;
			g_free(*member);
			*member = g_strdup(text);
			break;
		}
	}
}

/* The account can be said once: for the user, for the project, or as the default of both. */
static void fill_domains(EcsCloud *out, const EcsConf *cloud)
{
	if (out->user_domain_id || out->user_domain_name)
		return;
	const char *id = out->project_domain_id, *name = out->project_domain_name;
	if (!id && !name) {
		id = pick(cloud, "default_domain_id", true);
		name = pick(cloud, "default_domain_name", true);
	}
	const char *either = pick(cloud, "default_domain", true);
	if (!id && !name && either) {
		bool is_id = strcmp(either, "default") == 0 ||
			     (strlen(either) == 32 && strspn(either, "0123456789abcdef") == 32);
		id = is_id ? either : NULL;
		name = is_id ? NULL : either;
	}
	out->user_domain_id = g_strdup(id);
	out->user_domain_name = g_strdup(name);
}

static const char *const no_words[] = { "false", "no", "off", "0", NULL };
static const char *const yes_words[] = { "true", "yes", "on", NULL };

static bool is_word(const char *text, const char *const *words)
{
	g_autofree char *lower = text ? g_ascii_strdown(text, -1) : NULL;
	return lower && g_strv_contains(words, lower);
}

static void fill_tls(EcsCloud *out, const EcsConf *cloud)
{
	out->verify = !is_word(ecs_conf_text(cloud, "verify"), no_words) &&
		      !is_word(ecs_conf_text(cloud, "insecure"), yes_words);
	const char *cacert = ecs_conf_text(cloud, "cacert");
	const char *home = g_getenv("HOME");
	if (cacert && g_str_has_prefix(cacert, "~/") && home)
		out->cacert = g_build_filename(home, cacert + 2, NULL);
	else
		out->cacert = g_strdup(cacert);
}

/* Replace {key} and %(key)s by what the cloud says for it. */
static char *expand(const char *text, const EcsConf *cloud, const EcsConf *at, GError **error)
{
	g_autoptr(GString) out = g_string_new(NULL);
	for (const char *p = text; *p;) {
		bool percent = g_str_has_prefix(p, "%(");
		if (*p != '{' && !percent) {
			g_string_append_c(out, *p++);
			continue;
		}
		const char *start = p + (percent ? 2 : 1);
		const char *close = strstr(start, percent ? ")s" : "}");
		g_autofree char *key = close ? g_strndup(start, (size_t)(close - start)) : NULL;
		const char *value = key ? ecs_conf_text(cloud, key) : NULL;
		if (!value || strcmp(key, "password") == 0) {
			config_error(error, at, "auth_url needs \"%s\", which is not set",
				     key ? key : start);
			return NULL;
		}
		g_string_append(out, value);
		p = close + (percent ? 2 : 1);
	}
	return g_string_free(g_steal_pointer(&out), FALSE);
}

static bool fix_auth_url(EcsCloud *out, const EcsConf *cloud, GError **error)
{
	if (!out->auth_url)
		return config_error(error, cloud, "cloud %s has no auth_url", out->name);
	const EcsConf *at = ecs_conf_get(ecs_conf_get(cloud, "auth"), "auth_url");
	if (!at)
		at = ecs_conf_get(cloud, "auth_url");
	g_autofree char *url = expand(out->auth_url, cloud, at ? at : cloud, error);
	if (!url)
		return false;
	g_autofree char *root = ecs_catalog_strip(url);
	if (!root)
		return config_error(error, at ? at : cloud, "auth_url is no http or https URL");
	g_free(out->auth_url);
	out->auth_url = g_strconcat(root, "/v3", NULL);
	return true;
}

EcsCloud *ecs_cloud_from_conf(const char *name, const EcsConf *given, const EcsConf *vendors,
			      const char *region, GError **error)
{
	g_autoptr(EcsConf) own = ecs_conf_copy(given);
	ecs_conf_plain_keys(own);
	g_autoptr(EcsConf) cloud = ecs_conf_new(ECS_CONF_MAP, own->file, own->line);
	g_autoptr(EcsCloud) out = ecs_cloud_new();
	out->name = g_strdup(name);
	out->source = g_strdup(own->file);
	const EcsConf *auth = ecs_conf_get(own, "auth");
	if (auth && auth->kind != ECS_CONF_MAP && auth->text && *auth->text) {
		config_error(error, auth, "\"auth\" must hold keys and values");
		return NULL;
	}
	if (!expand_profile(cloud, own, vendors))
		g_debug("cloud %s: its profile is not known", name);
	ecs_conf_merge(cloud, own, 2);
	if (!choose_region(cloud, own, region, error))
		return NULL;
	fill_members(out, cloud);
	fill_domains(out, cloud);
	fill_tls(out, cloud);
	out->region = g_strdup(ecs_conf_text(cloud, "region_name"));
	if (!fix_auth_url(out, cloud, error))
		return NULL;
	return g_steal_pointer(&out);
}
