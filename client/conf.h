/* SPDX-License-Identifier: MIT */
/*
 * conf - a configuration as a tree: what clouds.yaml, secure.yaml, clouds-public.yaml and OS_* have
 * in common once read. Internal to clouds.c and cloud_rules.c.
 *
 * Every node knows its file and line, for error messages. Maps keep their order; of equal keys the
 * last one counts. Texts are wiped when freed: any of them may be a password.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef enum {
	ECS_CONF_TEXT,
	ECS_CONF_MAP,
	ECS_CONF_LIST,
} EcsConfKind;

typedef struct EcsConf {
	EcsConfKind kind;
	const char *file;  /* interned; "environment" or "built in" where there is none */
	unsigned line;	   /* from 1; 0: none */
	char *text;	   /* of a text; NULL: null */
	GPtrArray *keys;   /* of a map: char *, owned */
	GPtrArray *values; /* of a map or list: EcsConf, owned */
} EcsConf;

EcsConf *ecs_conf_new(EcsConfKind kind, const char *file, unsigned line);
EcsConf *ecs_conf_new_text(const char *text, const char *file, unsigned line);
EcsConf *ecs_conf_copy(const EcsConf *conf);
void ecs_conf_free(EcsConf *conf);

/* @conf may be NULL or no map. Returns: borrowed, or NULL. */
EcsConf *ecs_conf_get(const EcsConf *conf, const char *key);
/* The same for texts. NULL: not there, null, empty, or no text. */
const char *ecs_conf_text(const EcsConf *conf, const char *key);

/* @value: taken over. */
void ecs_conf_set(EcsConf *map, const char *key, EcsConf *value);
void ecs_conf_add(EcsConf *list, EcsConf *value);

/* Is one of @keys (NULL-terminated, compared without '-' and '_') in it, however deep, with a text? */
bool ecs_conf_holds(const EcsConf *conf, const char *const *keys);

/* Write '-' in keys as '_', all the way down: "auth-url" is "auth_url". */
void ecs_conf_plain_keys(EcsConf *conf);

/* Lay @over over @map: maps are merged @depth levels deep, everything else is replaced. */
void ecs_conf_merge(EcsConf *map, const EcsConf *over, unsigned depth);
#define ECS_CONF_DEEP 100

/* Returns: "FILE:LINE" or "FILE", owned. */
char *ecs_conf_where(const EcsConf *conf);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EcsConf, ecs_conf_free)
