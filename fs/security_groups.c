/* SPDX-License-Identifier: MIT */
/* security_groups - which traffic reaches the ports that are in a group: a directory each, and in
 * it one for each rule. */
#include "client/security_group.h"

#include <errno.h>
#include <string.h>

#include "fs/change.h"
#include "fs/list.h"
#include "fs/name.h"
#include "fs/network.h"
#include "fs/rule.h"
#include "fs/view.h"

static const EcsfsKind group_kind, rule_kind;

static const char *group_id(const void *item)
{
	return ((const EcsSecurityGroup *)item)->id;
}

static const char *group_name(const void *item)
{
	return ((const EcsSecurityGroup *)item)->name;
}

static bool group_same(const void *a, const void *b)
{
	return ecs_security_group_same(a, b);
}

static void group_get(EcsScope *scope, const char *id, EcsfsFetch *fetch)
{
	ecs_security_group_get(scope, id, NULL, ecsfs_fetch_got, fetch);
}

static const EcsfsClass groups_class = {
	.name = "security_groups",
	.kind = &group_kind,
	.list = ecs_security_group_list,
	.get = group_get,
	.id = group_id,
	.json = ECSFS_JSON(ecs_security_group_json),
	.name_of = group_name,
	.same = group_same,
	.unref = (void (*)(void *))ecs_security_group_unref,
};

EcsfsCollection *ecsfs_security_groups_collection(EcsfsView *view)
{
	return ecsfs_cache_collection(view->fs->cache, &groups_class, ecsfs_view_scope(view));
}

/* ---- rules: they come with their group ---- */

static const EcsRule *rule_of(const EcsfsView *view, const char *id)
{
	const EcsSecurityGroup *group = view->item;

	for (size_t i = 0; i < group->n_rules; i++)
		if (strcmp(group->rules[i].id, id) == 0)
			return &group->rules[i];
	return NULL;
}

/* By its text, in any spelling. */
static const EcsRule *rule_called(const EcsSecurityGroup *group, const char *text)
{
	g_auto(GStrv) words = g_strsplit(text, " ", -1);
	g_auto(EcsfsRule) rule = { 0 };
	g_autofree char *why = NULL;
	g_autoptr(GString) wanted = g_string_new(NULL);
	g_autoptr(GString) has = g_string_new(NULL);

	if (!ecsfs_rule_parse(words, g_strv_length(words), &rule, &why))
		return NULL;
	ecsfs_rule_text(&rule.rule, wanted);
	for (size_t i = 0; i < group->n_rules; i++) {
		g_string_truncate(has, 0);
		ecsfs_rule_text(&group->rules[i], has);
		if (g_string_equal(wanted, has))
			return &group->rules[i];
	}
	return NULL;
}

/* What a row shows of its rule; a member, or a text that is put together. */
static bool rule_show(const EcsfsAttr *attr, EcsfsView *view, GString *out,
		      void (*show)(const EcsRule *rule, GString *text))
{
	const EcsRule *rule = rule_of(view, view->key);
	g_autoptr(GString) text = g_string_new(NULL);

	if (rule == NULL)
		return true;
	if (show != NULL)
		show(rule, text);
	else
		g_string_append(text,
				*(char *const *)(const void *)((const char *)rule + attr->field));
	ecsfs_value(out, text->str);
	return true;
}

static bool member_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	return rule_show(attr, view, out, NULL);
}

static bool ports_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	return rule_show(attr, view, out, ecsfs_rule_ports);
}

static bool remote_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	return rule_show(attr, view, out, ecsfs_rule_remote);
}

static bool text_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	return rule_show(attr, view, out, ecsfs_rule_text);
}

static void protocol_text(const EcsRule *rule, GString *out)
{
	g_string_append(out, *rule->protocol != '\0' ? rule->protocol : "any");
}

static bool protocol_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	return rule_show(attr, view, out, protocol_text);
}

static const EcsfsAttr rule_attrs[] = {
	{ "description", 0444, member_show, .field = STRING_AT(EcsRule, description),
	  .help = "free text" },
	{ "direction", 0444, member_show, .field = STRING_AT(EcsRule, direction),
	  .help = "ingress or egress" },
	{ "ethertype", 0444, member_show, .field = STRING_AT(EcsRule, ethertype),
	  .help = "IPv4 or IPv6" },
	{ "id", 0444, member_show, .field = STRING_AT(EcsRule, id), .help = "id" },
	{ "ports", 0444, ports_show, .help = "22, 80-90 or any; of ICMP: type, or type/code" },
	{ "protocol", 0444, protocol_show, .help = "tcp, udp, icmp, icmpv6, a number or any" },
	{ "remote", 0444, remote_show,
	  .help = "who is at the other end: a prefix, group:<id of a security group> or any" },
	{ "rule", 0444, text_show, .help = "all of it on one line, as mkdir in rules/ takes it" },
	{}
};

static const EcsfsKind rule_kind = {
	.name = "<rule>",
	.help = "a rule, by id; its text works as well",
	.attrs = rule_attrs,
};

static bool rules_find(EcsfsView *view, const char *name, EcsfsEntry *entry)
{
	g_autofree char *text = ecsfs_name_unescape(name);
	const EcsRule *rule = text != NULL ? rule_of(view, text) : NULL;
	bool alias = rule == NULL;

	if (rule == NULL && text != NULL)
		rule = rule_called(view->item, text);
	if (rule != NULL)
		*entry = (EcsfsEntry){
			.name = name, .kind = &rule_kind, .id = rule->id, .alias = alias
		};
	return true;
}

static bool rules_list(EcsfsView *view, EcsfsEmit emit, void *data)
{
	const EcsSecurityGroup *group = view->item;

	for (size_t i = 0; i < group->n_rules; i++) {
		const char *id = group->rules[i].id;
		g_autofree char *name = ecsfs_name_escape(id, id);
		emit(&(EcsfsEntry){ .name = name, .kind = &rule_kind, .id = id }, data);
	}
	return true;
}

bool ecsfs_security_groups_at_hand(EcsfsView *view)
{
	return ecsfs_view_snapshot(view, ecsfs_security_groups_collection(view)) != NULL;
}

const char *ecsfs_security_group_wanted(EcsfsChange *change, const char *file)
{
	g_autofree char *text = ecsfs_name_unescape(file);
	EcsfsRecord *group =
		ecsfs_change_find(change, ecsfs_security_groups_collection(&change->view),
				  "security group", text != NULL ? text : file);

	if (group == NULL)
		return NULL;
	change->data = g_strdup(group->id);
	change->free_data = g_free;
	return change->data;
}

/* On the dispatch thread: the new rule has the name that it was made under. */
static void rule_made(EcsfsChange *change)
{
	change->made = (EcsfsEntry){ .kind = &rule_kind, .id = change->data, .alias = true };
}

static void rule_created(const EcsAccepted *accepted, const GError *error, void *data)
{
	EcsfsChange *change = data;

	if (accepted != NULL) {
		change->data = g_strdup(accepted->ids[0]);
		change->free_data = g_free;
		change->accepted = rule_made;
	}
	ecsfs_change_done(change, error);
}

/* @words: a rule. Ends the change. */
static void rule_create(EcsfsChange *change, char *const *words, size_t n)
{
	g_auto(EcsfsRule) rule = { 0 };
	g_autofree char *why = NULL;

	if (!ecsfs_rule_parse(words, n, &rule, &why)) {
		ecsfs_change_fail(change, EINVAL, "%s", why);
		return;
	}
	if (*rule.rule.remote_group != '\0') {
		EcsfsRecord *remote =
			ecsfs_change_find(change, ecsfs_security_groups_collection(&change->view),
					  "security group", rule.rule.remote_group);
		if (remote == NULL)
			return;
		rule.rule.remote_group = remote->id;
	}
	ecs_rule_create(change->node->scope, change->id, &rule.rule, change->cancellable,
			rule_created, change);
}

static void rules_make(EcsfsChange *change, const char *file)
{
	g_autofree char *text = ecsfs_name_unescape(file);
	g_auto(GStrv) words = g_strsplit(text != NULL ? text : "", " ", -1);

	rule_create(change, words, g_strv_length(words));
}

static void rules_remove(EcsfsChange *change, const EcsfsEntry *entry)
{
	ecs_rule_delete(change->node->scope, entry->id, change->cancellable, ecsfs_change_accepted,
			change);
}

static const EcsfsKind rules_kind = {
	.name = "rules",
	.entry = &rule_kind,
	.find = rules_find,
	.list = rules_list,
	.prepare = ecsfs_security_groups_at_hand /* rules may name others */,
	.make = rules_make,
	.remove = rules_remove,
};

/* ---- groups ---- */

static void verb_add(EcsfsChange *change, int argc, char **argv)
{
	rule_create(change, argv + 1, (size_t)argc - 1);
}

static void verb_remove(EcsfsChange *change, int argc, char **argv)
{
	g_autofree char *text = g_strjoinv(" ", argv + 1);
	const EcsRule *rule = rule_of(&change->view, text);

	if (rule == NULL)
		rule = rule_called(change->view.item, text);
	if (rule != NULL)
		ecs_rule_delete(change->node->scope, rule->id, change->cancellable,
				ecsfs_change_accepted, change);
	else
		ecsfs_change_fail(change, EINVAL, "it has no rule \"%.255s\"", text);
}

static const EcsfsVerb group_verbs[] = { { "add", 1, ECSFS_RULE_WORDS, NULL, "<rule>", verb_add,
					   "a rule, such as `add ingress tcp 22 10.0.0.0/8`" },
					 { "remove", 1, ECSFS_RULE_WORDS, NULL, "<rule>",
					   verb_remove, "the rule of that id or text" },
					 {} };

static void name_store(EcsfsChange *change, const char *text, size_t len)
{
	ecs_security_group_update(change->node->scope, change->id, text, NULL, change->cancellable,
				  ecsfs_change_accepted, change);
}

static void description_store(EcsfsChange *change, const char *text, size_t len)
{
	ecs_security_group_update(change->node->scope, change->id, NULL, text, change->cancellable,
				  ecsfs_change_accepted, change);
}

static const EcsfsAttr group_attrs[] = {
	{ "action", 0644, ecsfs_verbs_show, ecsfs_verb_store, STRING_AT(EcsSecurityGroup, id),
	  .verbs = group_verbs,
	  .prepare = ecsfs_security_groups_at_hand /* rules may name others */,
	  .help = "verbs: add and remove rules" },
	{ "description", 0644, SHOW_STRING(EcsSecurityGroup, description),
	  .store = description_store,
	  .help = "free text, at most 255 characters; write to change" },
	{ "error", 0444, ecsfs_show_note, .flags = ECSFS_NOTED,
	  .help = "why the last change of it failed; empty: it did not" },
	{ "id", 0444, SHOW_STRING(EcsSecurityGroup, id), .help = "id" },
	{ "json", 0444, ecsfs_show_json, .help = "the API's own document" },
	{ "name", 0644, SHOW_STRING(EcsSecurityGroup, name), .store = name_store,
	  .help = "name; write to rename, all but the group `default`" },
	{ "vpc", 0444, SHOW_STRING(EcsSecurityGroup, vpc),
	  .help = "id of the VPC that it was made for; it can be used in all",
	  .needs = ECS_HAS_VPC },
	{}
};

static const EcsfsChild group_children[] = {
	{ "rules", &rules_kind, "its rules: mkdir 'ingress tcp 22 10.0.0.0%2F8' adds one" }, {}
};

static const EcsfsKind group_kind = {
	.name = "<security_group>",
	.help = "a security group",
	.attrs = group_attrs,
	.children = group_children,
};

static void group_created(void *object, const GError *error, void *data)
{
	ecsfs_change_made(data, object, error);
}

static void groups_make(EcsfsChange *change, const char *file)
{
	g_autofree char *name = ecsfs_change_name(change, file);

	if (name != NULL)
		ecs_security_group_create(change->node->scope, name, change->cancellable,
					  group_created, change);
}

static void groups_remove(EcsfsChange *change, const EcsfsEntry *entry)
{
	change->accepted = ecsfs_change_removed;
	ecs_security_group_delete(change->node->scope, change->id, change->cancellable,
				  ecsfs_change_accepted, change);
}

const EcsfsKind ecsfs_security_groups = {
	.name = "security_groups",
	.entry = &group_kind,
	.find = ecsfs_list_find,
	.list = ecsfs_list_list,
	.collection = ecsfs_security_groups_collection,
	.make = groups_make,
	.remove = groups_remove,
	.costly = true,
};
