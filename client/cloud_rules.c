/* SPDX-License-Identifier: MIT */
#include "client/cloud_rules.h"

#include <string.h>

#include "client/catalog.h"
#include "client/cloud_profiles.h"
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
	{ offsetof(EcsCloud, passcode), true, { "passcode" } },
	{ offsetof(EcsCloud, token), true, { "token", "auth_token" } },
	{ offsetof(EcsCloud, application_credential_id), false, { "application_credential_id" } },
	{ offsetof(EcsCloud, application_credential_name),
	  false,
	  { "application_credential_name" } },
	{ offsetof(EcsCloud, application_credential_secret),
	  false,
	  { "application_credential_secret" } },
	{ offsetof(EcsCloud, access_key), true, { "access_key", "ak", "access_key_id" } },
	{ offsetof(EcsCloud, secret_key), true, { "secret_key", "sk", "access_key_secret" } },
	{ offsetof(EcsCloud, security_token),
	  true,
	  { "security_token", "st", "aksk_security_token" } },
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

static const char *profile_of(const EcsConf *own)
{
	const char *name = ecs_conf_text(own, "profile");
	return name ? name : ecs_conf_text(own, "cloud");
}

/* A vendor's file can say that the vendor is no more. */
static bool check_status(const EcsConf *vendor, const char *name, GError **error)
{
	const char *message = ecs_conf_text(vendor, "message");
	if (g_strcmp0(ecs_conf_text(vendor, "status"), "shutdown") != 0)
		return true;
	return config_error(error, vendor, "the cloud of profile %s no longer exists%s%s", name,
			    message ? ": " : "", message ? message : "");
}

/* Lay the profile's values into @cloud. One that is not known brings none; it may be that none is
 * needed. */
static bool expand_profile(EcsConf *cloud, const EcsConf *own, const EcsConf *vendors,
			   GError **error)
{
	const char *name = profile_of(own);
	if (!name)
		return true;
	g_autoptr(EcsConf) built_in = NULL;
	const EcsConf *vendor = ecs_conf_get(vendors, name);
	if (!vendor || vendor->kind != ECS_CONF_MAP)
		vendor = built_in = ecs_cloud_profile(name);
	if (!vendor)
		return true;
	ecs_conf_merge(cloud, vendor, 2);
	ecs_conf_plain_keys(cloud);
	return check_status(cloud, name, error);
}

/* A region is a name, or a map of a name and values that hold in it. */
static const char *region_name(const EcsConf *region)
{
	return region->kind == ECS_CONF_MAP ? ecs_conf_text(region, "name") : region->text;
}

/* Returns: borrowed; NULL: there is no list, or nothing in it. */
static const EcsConf *region_list(const EcsConf *cloud)
{
	const EcsConf *list = ecs_conf_get(cloud, "regions");
	if (!list)
		list = ecs_conf_get(cloud, "region_name");
	return list && list->kind == ECS_CONF_LIST && list->values->len ? list : NULL;
}

static bool choose_region(EcsConf *cloud, const EcsConf *own, const char *wanted, GError **error)
{
	/* What the cloud itself names counts before the vendor's, and a list before a name. */
	const EcsConf *regions = region_list(own);
	const char *given = ecs_conf_text(own, "region_name");
	if (!given && !regions) {
		regions = region_list(cloud);
		given = ecs_conf_text(cloud, "region_name");
	}
	if (!regions) {
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

/* What must not get into a URL, nor into a sentence about one. */
static const char *const unfit[] = { "password", "passcode", "token", "secret_key", "sk", NULL };

/* Replace {key} and %(key)s by what the cloud says for it; {{ and }} are braces. */
static char *expand(const char *text, const EcsConf *cloud, const char *name, const EcsConf *at,
		    GError **error)
{
	g_autoptr(GString) out = g_string_new(NULL);
	for (const char *p = text; *p;) {
		bool percent = g_str_has_prefix(p, "%(");
		bool brace = g_str_has_prefix(p, "{{") || g_str_has_prefix(p, "}}");
		if ((*p != '{' && !percent) || brace) {
			g_string_append_c(out, *p);
			p += brace ? 2 : 1;
			continue;
		}
		const char *start = p + (percent ? 2 : 1);
		const char *close = strstr(start, percent ? ")s" : "}");
		g_autofree char *key = close ? g_strndup(start, (size_t)(close - start)) : NULL;
		const char *value = key ? ecs_conf_text(cloud, key) : NULL;
		if (!value || g_strv_contains(unfit, key)) {
			config_error(error, at, "%s needs \"%s\", which is not set", name,
				     key ? key : start);
			return NULL;
		}
		g_string_append(out, value);
		p = close + (percent ? 2 : 1);
	}
	return g_string_free(g_steal_pointer(&out), FALSE);
}

/* Members that are files: values of the cloud in braces, and ~/. */
static const struct {
	size_t offset;
	const char *key;
} files[] = {
	{ offsetof(EcsCloud, cacert), "cacert" },
	{ offsetof(EcsCloud, cert), "cert" },
	{ offsetof(EcsCloud, key), "key" },
};

static bool fill_files(EcsCloud *out, const EcsConf *cloud, GError **error)
{
	const char *home = g_getenv("HOME");
	const char *verify = ecs_conf_text(cloud, "verify");
	for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
		char **member = (char **)(void *)((char *)out + files[i].offset);
		const char *key = files[i].key;
		const char *text = ecs_conf_text(cloud, key);
		/* As with the requests library, "verify" may be the file. */
		if (!text && strcmp(key, "cacert") == 0 && verify && strchr(verify, '/'))
			text = ecs_conf_text(cloud, key = "verify");
		if (!text)
			continue;
		g_autofree char *name = expand(text, cloud, key, ecs_conf_get(cloud, key), error);
		if (!name)
			return false;
		*member = home && g_str_has_prefix(name, "~/")
				  ? g_build_filename(home, name + 2, NULL)
				  : g_steal_pointer(&name);
	}
	return true;
}

static void fill_verify(EcsCloud *out, const EcsConf *cloud)
{
	out->verify = !is_word(ecs_conf_text(cloud, "verify"), no_words) &&
		      !is_word(ecs_conf_text(cloud, "insecure"), yes_words);
}

/* Other names of a service, as os-service-types has them; the catalog has any of these. */
static const char *const storage_types[] = { "block-storage", "volumev3",    "volumev2",
					     "volume",	      "block-store", NULL };

/* @prefix: of a key, "block_storage". */
static void add_override(EcsCloud *out, const char *prefix, const char *root)
{
	g_autofree char *type = g_strdelimit(g_strdup(prefix), "_", '-');
	if (!g_strv_contains(storage_types, type)) {
		g_hash_table_insert(out->overrides, g_steal_pointer(&type), g_strdup(root));
		return;
	}
	for (size_t i = 0; storage_types[i]; i++)
		g_hash_table_insert(out->overrides, g_strdup(storage_types[i]), g_strdup(root));
}

/* %(project_id)s and the like are left: they are at the end, which is cut off. */
static char *expand_endpoint(const char *text, const EcsConf *cloud, const char *name,
			     const EcsConf *at, GError **error)
{
	static const char *const ends[] = { "/%(project_id)s", "/%(tenant_id)s", "/$(project_id)s",
					    "/$(tenant_id)s" };
	g_autofree char *url = g_strdup(text);
	for (size_t i = 0; i < G_N_ELEMENTS(ends); i++) {
		char *end = strstr(url, ends[i]);
		if (end)
			*end = '\0';
	}
	return expand(url, cloud, name, at, error);
}

/* TYPE_endpoint_override, and TYPE_endpoint where that is not there. */
static bool fill_overrides(EcsCloud *out, const EcsConf *cloud, GError **error)
{
	static const char *const suffixes[] = { "_endpoint", "_endpoint_override" };
	for (size_t s = 0; s < G_N_ELEMENTS(suffixes); s++) {
		for (unsigned i = 0; i < cloud->keys->len; i++) {
			const char *key = cloud->keys->pdata[i];
			const EcsConf *value = cloud->values->pdata[i];
			if (!g_str_has_suffix(key, suffixes[s]) || !value->text || !*value->text)
				continue;
			g_autofree char *url =
				expand_endpoint(value->text, cloud, key, value, error);
			if (!url)
				return false;
			g_autofree char *root = ecs_catalog_strip(url);
			if (!root)
				return config_error(error, value, "%s is no http or https URL",
						    key);
			g_autofree char *prefix = g_strndup(key, strlen(key) - strlen(suffixes[s]));
			add_override(out, prefix, root);
		}
	}
	return true;
}

static bool fix_auth_url(EcsCloud *out, const EcsConf *cloud, GError **error)
{
	const char *profile = profile_of(cloud);
	if (!out->auth_url)
		return config_error(error, cloud, "cloud %s has no auth_url%s%s%s", out->name,
				    profile ? ", nor has its profile " : "", profile ? profile : "",
				    profile ? ", or it is not known" : "");
	const EcsConf *at = ecs_conf_get(ecs_conf_get(cloud, "auth"), "auth_url");
	if (!at)
		at = ecs_conf_get(cloud, "auth_url");
	g_autofree char *url = expand(out->auth_url, cloud, "auth_url", at ? at : cloud, error);
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
	if (!expand_profile(cloud, own, vendors, error))
		return NULL;
	ecs_conf_merge(cloud, own, 2);
	if (!choose_region(cloud, own, region, error))
		return NULL;
	fill_members(out, cloud);
	fill_domains(out, cloud);
	fill_verify(out, cloud);
	out->region = g_strdup(ecs_conf_text(cloud, "region_name"));
	if (!fix_auth_url(out, cloud, error) || !fill_files(out, cloud, error) ||
	    !fill_overrides(out, cloud, error))
		return NULL;
	return g_steal_pointer(&out);
}
