/* SPDX-License-Identifier: MIT */
#include "client/conf.h"

#include <string.h>

EcsConf *ecs_conf_new(EcsConfKind kind, const char *file, unsigned line)
{
	EcsConf *conf = g_new0(EcsConf, 1);
	conf->kind = kind;
	conf->file = g_intern_string(file);
	conf->line = line;
	if (kind == ECS_CONF_MAP)
		conf->keys = g_ptr_array_new_with_free_func(g_free);
	if (kind != ECS_CONF_TEXT)
		conf->values = g_ptr_array_new_with_free_func((GDestroyNotify)ecs_conf_free);
	return conf;
}

EcsConf *ecs_conf_new_text(const char *text, const char *file, unsigned line)
{
	EcsConf *conf = ecs_conf_new(ECS_CONF_TEXT, file, line);
	conf->text = g_strdup(text);
	return conf;
}

void ecs_conf_free(EcsConf *conf)
{
	if (!conf)
		return;
	if (conf->text)
		explicit_bzero(conf->text, strlen(conf->text));
	g_free(conf->text);
	g_clear_pointer(&conf->keys, g_ptr_array_unref);
	g_clear_pointer(&conf->values, g_ptr_array_unref);
	g_free(conf);
}

EcsConf *ecs_conf_copy(const EcsConf *conf)
{
	EcsConf *copy = ecs_conf_new(conf->kind, conf->file, conf->line);
	copy->text = g_strdup(conf->text);
	for (unsigned i = 0; conf->values && i < conf->values->len; i++) {
		if (conf->keys)
			g_ptr_array_add(copy->keys, g_strdup(conf->keys->pdata[i]));
		g_ptr_array_add(copy->values, ecs_conf_copy(conf->values->pdata[i]));
	}
	return copy;
}

static bool find(const EcsConf *conf, const char *key, unsigned *at)
{
	for (*at = 0; *at < conf->keys->len; (*at)++)
		if (strcmp(conf->keys->pdata[*at], key) == 0)
			return true;
	return false;
}

EcsConf *ecs_conf_get(const EcsConf *conf, const char *key)
{
	unsigned at;
	if (!conf || conf->kind != ECS_CONF_MAP || !find(conf, key, &at))
		return NULL;
	return conf->values->pdata[at];
}

const char *ecs_conf_text(const EcsConf *conf, const char *key)
{
	const EcsConf *value = ecs_conf_get(conf, key);
	return value && value->text && *value->text ? value->text : NULL;
}

void ecs_conf_set(EcsConf *map, const char *key, EcsConf *value)
{
	unsigned at;
	if (find(map, key, &at)) {
		ecs_conf_free(map->values->pdata[at]);
		map->values->pdata[at] = value;
		return;
	}
	g_ptr_array_add(map->keys, g_strdup(key));
	g_ptr_array_add(map->values, value);
}

void ecs_conf_plain_keys(EcsConf *conf)
{
	for (unsigned i = 0; conf->keys && i < conf->keys->len; i++)
		g_strdelimit(conf->keys->pdata[i], "-", '_');
	for (unsigned i = 0; conf->values && i < conf->values->len; i++)
		ecs_conf_plain_keys(conf->values->pdata[i]);
}

void ecs_conf_add(EcsConf *list, EcsConf *value)
{
	g_ptr_array_add(list->values, value);
}

void ecs_conf_merge(EcsConf *map, const EcsConf *over, unsigned depth)
{
	for (unsigned i = 0; i < over->keys->len; i++) {
		const char *key = over->keys->pdata[i];
		const EcsConf *value = over->values->pdata[i];
		EcsConf *old = ecs_conf_get(map, key);
		if (depth > 1 && old && old->kind == ECS_CONF_MAP && value->kind == ECS_CONF_MAP)
			ecs_conf_merge(old, value, depth - 1);
		else
			ecs_conf_set(map, key, ecs_conf_copy(value));
	}
}

char *ecs_conf_where(const EcsConf *conf)
{
	return conf->line ? g_strdup_printf("%s:%u", conf->file, conf->line) : g_strdup(conf->file);
}

static bool same_key(const char *a, const char *b)
{
	while (*a != '\0' || *b != '\0') {
		if (*a == '-' || *a == '_')
			a++;
		else if (*b == '-' || *b == '_')
			b++;
		else if (*a++ != *b++)
			return false;
	}
	return true;
}

bool ecs_conf_holds(const EcsConf *conf, const char *const *keys)
{
	for (unsigned i = 0; conf->values != NULL && i < conf->values->len; i++) {
		const EcsConf *value = conf->values->pdata[i];
		if (ecs_conf_holds(value, keys))
			return true;
		if (conf->kind != ECS_CONF_MAP || value->text == NULL || *value->text == '\0')
			continue;
		for (const char *const *key = keys; *key != NULL; key++)
			if (same_key(conf->keys->pdata[i], *key))
				return true;
	}
	return false;
}
