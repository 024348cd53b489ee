/* SPDX-License-Identifier: MIT */
#include "client/clouds.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <yaml.h>

#include "client/cloud_rules.h"
#include "client/conf.h"
#include "client/error.h"

/* Nobody's clouds.yaml is larger; aliases can make a small file a huge tree. */
#define FILE_MAX (1u << 20)
#define NODES_MAX 20000
#define DEPTH_MAX 32

EcsCloud *ecs_cloud_new(void)
{
	EcsCloud *cloud = g_new0(EcsCloud, 1);
	cloud->interface = g_strdup("public");
	cloud->verify = true;
	cloud->overrides = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	return cloud;
}

/* Every string of an EcsCloud. */
static const size_t strings[] = {
	offsetof(EcsCloud, name),
	offsetof(EcsCloud, source),
	offsetof(EcsCloud, secure),
	offsetof(EcsCloud, auth_url),
	offsetof(EcsCloud, auth_type),
	offsetof(EcsCloud, username),
	offsetof(EcsCloud, user_id),
	offsetof(EcsCloud, password),
	offsetof(EcsCloud, passcode),
	offsetof(EcsCloud, token),
	offsetof(EcsCloud, application_credential_id),
	offsetof(EcsCloud, application_credential_name),
	offsetof(EcsCloud, application_credential_secret),
	offsetof(EcsCloud, access_key),
	offsetof(EcsCloud, secret_key),
	offsetof(EcsCloud, security_token),
	offsetof(EcsCloud, user_domain_name),
	offsetof(EcsCloud, user_domain_id),
	offsetof(EcsCloud, project_name),
	offsetof(EcsCloud, project_id),
	offsetof(EcsCloud, project_domain_name),
	offsetof(EcsCloud, project_domain_id),
	offsetof(EcsCloud, region),
	offsetof(EcsCloud, interface),
	offsetof(EcsCloud, cacert),
	offsetof(EcsCloud, cert),
	offsetof(EcsCloud, key),
};
/* A string that is in the struct and not in the table would be shared by a copy. */
G_STATIC_ASSERT(sizeof(EcsCloud) == (G_N_ELEMENTS(strings) + 2) * sizeof(char *));

static char **string_at(const EcsCloud *cloud, size_t i)
{
	return (char **)(void *)((char *)cloud + strings[i]);
}

void ecs_cloud_free(EcsCloud *cloud)
{
	if (!cloud)
		return;
	for (size_t i = 0; i < G_N_ELEMENTS(strings); i++) {
		char *text = *string_at(cloud, i);
		if (text)
			explicit_bzero(text, strlen(text));
		g_free(text);
	}
	g_clear_pointer(&cloud->overrides, g_hash_table_unref);
	g_free(cloud);
}

EcsCloud *ecs_cloud_copy(const EcsCloud *cloud)
{
	EcsCloud *copy = g_new0(EcsCloud, 1);
	*copy = *cloud;
	for (size_t i = 0; i < G_N_ELEMENTS(strings); i++)
		*string_at(copy, i) = g_strdup(*string_at(cloud, i));
	/* Not changed once the cloud is made. */
	if (copy->overrides)
		g_hash_table_ref(copy->overrides);
	return copy;
}

typedef struct {
	yaml_document_t *document;
	const char *file;
	unsigned nodes;
	GError **error;
} Reader;

static bool read_error(GError **error, const char *file, unsigned long line, const char *what)
{
	g_set_error(error, ECS_ERROR, ECS_ERROR_CONFIG, "%s:%lu: %s", file, line, what);
	return false;
}

static const char *const nulls[] = { "", "~", "null", "Null", "NULL", NULL };

static EcsConf *read_scalar(Reader *reader, const yaml_node_t *node)
{
	const char *text = (const char *)node->data.scalar.value;
	if (node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE && g_strv_contains(nulls, text))
		text = NULL;
	return ecs_conf_new_text(text, reader->file, (unsigned)node->start_mark.line + 1);
}

static EcsConf *read_node(Reader *reader, int index, unsigned depth);

/* "<<": keys of another map, or of several, that do not override the map's own. */
static void merge_under(EcsConf *map, const EcsConf *under)
{
	if (under->kind == ECS_CONF_LIST) {
		for (unsigned i = 0; i < under->values->len; i++)
			merge_under(map, under->values->pdata[i]);
		return;
	}
	for (unsigned i = 0; under->kind == ECS_CONF_MAP && i < under->keys->len; i++)
		if (!ecs_conf_get(map, under->keys->pdata[i]))
			ecs_conf_set(map, under->keys->pdata[i],
				     ecs_conf_copy(under->values->pdata[i]));
}

static EcsConf *read_map(Reader *reader, const yaml_node_t *node, unsigned depth)
{
	g_autoptr(EcsConf) map =
		ecs_conf_new(ECS_CONF_MAP, reader->file, (unsigned)node->start_mark.line + 1);
	g_autoptr(EcsConf) under = ecs_conf_new(ECS_CONF_LIST, reader->file, 0);
	const yaml_node_pair_t *pair = node->data.mapping.pairs.start;
	for (; pair < node->data.mapping.pairs.top; pair++) {
		const yaml_node_t *key = yaml_document_get_node(reader->document, pair->key);
		if (!key || key->type != YAML_SCALAR_NODE) {
			read_error(reader->error, reader->file, node->start_mark.line + 1,
				   "a key is no text");
			return NULL;
		}
		const char *name = (const char *)key->data.scalar.value;
		EcsConf *value = read_node(reader, pair->value, depth + 1);
		if (!value)
			return NULL;
		if (strcmp(name, "<<") == 0)
			ecs_conf_add(under, value);
		else
			ecs_conf_set(map, name, value);
	}
	merge_under(map, under);
	return g_steal_pointer(&map);
}

static EcsConf *read_list(Reader *reader, const yaml_node_t *node, unsigned depth)
{
	g_autoptr(EcsConf) list =
		ecs_conf_new(ECS_CONF_LIST, reader->file, (unsigned)node->start_mark.line + 1);
	const yaml_node_item_t *item = node->data.sequence.items.start;
	for (; item < node->data.sequence.items.top; item++) {
		EcsConf *value = read_node(reader, *item, depth + 1);
		if (!value)
			return NULL;
		ecs_conf_add(list, value);
	}
	return g_steal_pointer(&list);
}

static EcsConf *read_node(Reader *reader, int index, unsigned depth)
{
	const yaml_node_t *node = yaml_document_get_node(reader->document, index);
	if (!node || depth > DEPTH_MAX || ++reader->nodes > NODES_MAX) {
		read_error(reader->error, reader->file, node ? node->start_mark.line + 1 : 1,
			   "too large, or an alias that contains itself");
		return NULL;
	}
	if (node->type == YAML_MAPPING_NODE)
		return read_map(reader, node, depth);
	if (node->type == YAML_SEQUENCE_NODE)
		return read_list(reader, node, depth);
	return read_scalar(reader, node);
}

/* JSON is read as the YAML that it is. Returns: a map, empty for an empty file; NULL and the error.
 */
static EcsConf *parse(const char *file, const char *text, size_t len, GError **error)
{
	yaml_parser_t parser;
	yaml_document_t document;
	EcsConf *conf = NULL;
	if (!yaml_parser_initialize(&parser))
		g_error("out of memory");
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, len);
	if (!yaml_parser_load(&parser, &document)) {
		read_error(error, file, parser.problem_mark.line + 1,
			   parser.problem ? parser.problem : "no YAML");
		yaml_parser_delete(&parser);
		return NULL;
	}
	if (yaml_document_get_root_node(&document)) {
		Reader reader = { &document, file, 0, error };
		conf = read_node(&reader, 1, 0);
	} else {
		conf = ecs_conf_new(ECS_CONF_MAP, file, 1);
	}
	yaml_document_delete(&document);
	yaml_parser_delete(&parser);
	if (conf && conf->kind != ECS_CONF_MAP) {
		g_clear_pointer(&conf, ecs_conf_free);
		read_error(error, file, 1, "no mapping");
	}
	return conf;
}

/* Returns: the text, owned, to be wiped; NULL without @error if the file is not there or not ours
 * to read: then the next one is looked for. */
static char *read_file(const char *file, size_t *len, bool *open_to_all, GError **error)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0) {
		g_debug("%s: %s", file, g_strerror(errno));
		return NULL;
	}
	struct stat st;
	char *text = g_malloc(FILE_MAX + 1);
	*len = 0;
	ssize_t n = 0;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		while (*len <= FILE_MAX && (n = read(fd, text + *len, FILE_MAX + 1 - *len)) > 0)
			*len += (size_t)n;
	else
		n = -1;
	close(fd);
	if (n < 0 || *len > FILE_MAX) {
		explicit_bzero(text, *len);
		g_free(text);
		read_error(error, file, 1, n < 0 ? "cannot be read" : "larger than 1 MiB");
		return NULL;
	}
	*open_to_all = (st.st_mode & S_IROTH) != 0;
	return text;
}

static const char *const secrets[] = {
	"password",
	"token",
	"auth_token",
	"passcode",
	"secret",
	"secret_key",
	"access_key_secret",
	"sk",
	"security_token",
	"st",
	"aksk_security_token",
	"application_credential_secret",
	NULL,
};

static EcsConf *load_file(const char *file, GError **error)
{
	size_t len;
	bool open_to_all;
	char *text = read_file(file, &len, &open_to_all, error);
	if (!text)
		return NULL;
	g_autoptr(EcsConf) conf = parse(file, text, len, error);
	explicit_bzero(text, len);
	g_free(text);
	if (conf != NULL && open_to_all && ecs_conf_holds(conf, secrets)) {
		read_error(error, file, 1,
			   "it holds a password or another secret, and everybody can read it: "
			   "chmod 600 first");
		return NULL;
	}
	return g_steal_pointer(&conf);
}

static void add_directory(GPtrArray *directories, const char *base, const char *rest)
{
	if (base && *base)
		g_ptr_array_add(directories, g_build_filename(base, rest, NULL));
}

static GPtrArray *search_path(void)
{
	GPtrArray *directories = g_ptr_array_new_with_free_func(g_free);
	const char *site = g_getenv("XDG_CONFIG_DIRS");
	g_auto(GStrv) sites = g_strsplit(site && *site ? site : "/etc/xdg", ":", 16);
	g_ptr_array_add(directories, g_strdup("."));
	add_directory(directories, g_getenv("XDG_CONFIG_HOME"), "openstack");
	add_directory(directories, g_getenv("HOME"), ".config/openstack");
	for (size_t i = 0; sites[i]; i++)
		add_directory(directories, sites[i], "openstack");
	add_directory(directories, "/etc", "openstack");
	return directories;
}

/* The first file found wins. @variable: names one to try before; or NULL.
 * Returns: owned; NULL with @error if it is wrong, without if there is none. */
static EcsConf *find_file(const char *stem, const char *variable, GError **error)
{
	static const char *const suffixes[] = { "yaml", "yml", "json" };
	const char *named = variable ? g_getenv(variable) : NULL;
	GError *wrong = NULL;
	EcsConf *conf = named && *named ? load_file(named, &wrong) : NULL;
	g_autoptr(GPtrArray) directories = search_path();
	for (unsigned i = 0; i < directories->len && !conf && !wrong; i++) {
		for (size_t k = 0; k < G_N_ELEMENTS(suffixes) && !conf && !wrong; k++) {
			g_autofree char *name = g_strconcat(stem, ".", suffixes[k], NULL);
			const char *directory = directories->pdata[i];
			g_autofree char *file = strcmp(directory, ".") == 0
							? g_strdup(name)
							: g_build_filename(directory, name, NULL);
			conf = load_file(file, &wrong);
		}
	}
	if (wrong)
		g_propagate_error(error, wrong);
	return conf;
}

/* clouds.yaml with secure.yaml over it. @over: the latter, owned; NULL: there is none. Returns:
 * owned; NULL and the error. */
static EcsConf *load_files(EcsConf **over, GError **error)
{
	GError *wrong = NULL;
	g_autoptr(EcsConf) conf = find_file("clouds", "OS_CLIENT_CONFIG_FILE", &wrong);
	g_autoptr(EcsConf) secure =
		wrong ? NULL : find_file("secure", "OS_CLIENT_SECURE_FILE", &wrong);
	if (wrong) {
		g_propagate_error(error, wrong);
		return NULL;
	}
	if (!conf)
		conf = ecs_conf_new(ECS_CONF_MAP, "no clouds.yaml", 0);
	if (secure)
		ecs_conf_merge(conf, secure, ECS_CONF_DEEP);
	EcsConf *clouds = ecs_conf_get(conf, "clouds");
	if (clouds && clouds->kind != ECS_CONF_MAP && clouds->text) {
		read_error(error, clouds->file, clouds->line,
			   "\"clouds\" must hold clouds by name");
		return NULL;
	}
	if (!clouds || clouds->kind != ECS_CONF_MAP)
		ecs_conf_set(conf, "clouds", ecs_conf_new(ECS_CONF_MAP, conf->file, 0));
	*over = g_steal_pointer(&secure);
	return g_steal_pointer(&conf);
}

static char *names_of(const EcsConf *clouds)
{
	GString *names = g_string_new(NULL);
	for (unsigned i = 0; i < clouds->keys->len && names->len < 200; i++)
		g_string_append_printf(names, "%s%s", i ? ", " : "",
				       (char *)clouds->keys->pdata[i]);
	return g_string_free(names, FALSE);
}

/* Which cloud is meant. Returns: borrowed; NULL and the error. */
static const char *choose(const char *name, const EcsConf *clouds, const EcsConf *environment,
			  const char *environment_name, GError **error)
{
	if (!name || !*name)
		name = g_getenv("OS_CLOUD");
	if (name && *name)
		return name;
	if (environment &&
	    (ecs_conf_text(environment, "auth_url") || ecs_conf_text(environment, "username")))
		return environment_name;
	if (clouds->keys->len == 1)
		return clouds->keys->pdata[0];
	g_autofree char *names = names_of(clouds);
	if (clouds->keys->len)
		g_set_error(error, ECS_ERROR, ECS_ERROR_CONFIG,
			    "%s has several clouds (%s): choose one with --cloud or OS_CLOUD",
			    clouds->file, names);
	else
		g_set_error(
			error, ECS_ERROR, ECS_ERROR_CONFIG,
			"no cloud is configured: there is no clouds.yaml in the current directory, "
			"~/.config/openstack or /etc/openstack, and no OS_AUTH_URL");
	return NULL;
}

static EcsCloud *load(const char *wanted, const EcsConf *conf, const EcsConf *environment,
		      const EcsConf *vendors, GError **error)
{
	const EcsConf *clouds = ecs_conf_get(conf, "clouds");
	const char *environment_name = g_getenv("OS_CLOUD_NAME");
	if (!environment_name || !*environment_name)
		environment_name = "envvars";
	const EcsConf *clash = ecs_conf_get(clouds, environment_name);
	if (clash) {
		read_error(error, clash->file, clash->line,
			   "this is the name of the cloud in the environment: rename one of them");
		return NULL;
	}
	const char *name = choose(wanted, clouds, environment, environment_name, error);
	if (!name)
		return NULL;
	if (environment && strcmp(name, environment_name) == 0)
		return ecs_cloud_from_conf(name, environment, vendors, NULL, error);
	const EcsConf *cloud = ecs_conf_get(clouds, name);
	if (!cloud) {
		g_autofree char *names = names_of(clouds);
		g_set_error(error, ECS_ERROR, ECS_ERROR_CONFIG, "there is no cloud %s%s%s (%s)",
			    name, *names ? ", only " : "", names, conf->file);
		return NULL;
	}
	if (cloud->kind != ECS_CONF_MAP) {
		read_error(error, cloud->file, cloud->line, "the cloud has no keys");
		return NULL;
	}
	return ecs_cloud_from_conf(name, cloud, vendors, g_getenv("OS_REGION_NAME"), error);
}

EcsCloud *ecs_cloud_load(const char *name, GError **error)
{
	g_autoptr(EcsConf) secure = NULL;
	g_autoptr(EcsConf) conf = load_files(&secure, error);
	if (!conf)
		return NULL;
	GError *wrong = NULL;
	g_autoptr(EcsConf) public = find_file("clouds-public", NULL, &wrong);
	if (wrong) {
		g_propagate_error(error, wrong);
		return NULL;
	}
	g_auto(GStrv) variables = g_get_environ();
	g_autoptr(EcsConf) environment = ecs_cloud_from_environment((const char *const *)variables);
	EcsCloud *cloud =
		load(name, conf, environment, ecs_conf_get(public, "public-clouds"), error);
	if (cloud && ecs_conf_get(ecs_conf_get(secure, "clouds"), cloud->name))
		cloud->secure = g_strdup(secure->file);
	return cloud;
}
