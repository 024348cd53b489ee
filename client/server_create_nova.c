/* SPDX-License-Identifier: MIT */
/*
 * server_create_nova - a create by Nova's API. It names flavors and networks by ids that the tree
 * does not show: these are asked for first.
 *
 * Source: Nova's API reference, "Create Server".
 */
#include <cjson/cJSON.h>
#include <string.h>

#include "client/change.h"
#include "client/flavor.h"
#include "client/json.h"
#include "client/server_call.h"
#include "client/single.h"
#include "client/vpc.h"

/* Nova's microversions: descriptions; networks must be said; tags; types of new disks. */
#define DESCRIPTIONS 19
#define NETWORKS 37
#define TAGS 52
#define DISK_TYPES 67

typedef struct {
	EcsScope *scope;
	cJSON *body; /* whole but for flavorRef and networks */
	cJSON *server;
	char *name, *flavor, *secret;
	char **subnets;
	size_t next; /* subnet to be asked for */
	unsigned micro, micro_min;
	GCancellable *cancellable;
	EcsChangeDone done;
	void *data;
} Creation;

static void creation_free(Creation *creation)
{
	cJSON_Delete(creation->body);
	g_clear_object(&creation->cancellable);
	if (creation->secret)
		explicit_bzero(creation->secret, strlen(creation->secret));
	g_free(creation->secret);
	g_free(creation->name);
	g_free(creation->flavor);
	g_strfreev(creation->subnets);
	g_free(creation);
}

static void fail(Creation *creation, const GError *error)
{
	g_autoptr(GError) why = g_error_copy(error);
	g_prefix_error(&why, "new server %s: ", creation->name);
	creation->done(NULL, why, creation->data);
	creation_free(creation);
}

static void add_text(cJSON *object, const char *key, const char *text)
{
	if (text && *text)
		cJSON_AddStringToObject(object, key, text);
}

static void need(Creation *creation, unsigned micro)
{
	creation->micro_min = MAX(creation->micro_min, micro);
}

static cJSON *disk(const char *source, const char *destination, int boot_index,
		   const EcsDiskSpec *spec)
{
	cJSON *json = cJSON_CreateObject();
	cJSON_AddStringToObject(json, "source_type", source);
	cJSON_AddStringToObject(json, "destination_type", destination);
	cJSON_AddNumberToObject(json, "boot_index", boot_index);
	if (spec && spec->size_gb > 0)
		cJSON_AddNumberToObject(json, "volume_size", spec->size_gb);
	if (spec)
		add_text(json, "volume_type", spec->type);
	cJSON_AddBoolToObject(json, "delete_on_termination", boot_index == 0);
	return json;
}

/* The system disk is a volume where its size or type is given, else the flavor's own; and if there
 * are disks, the image has to be among them. */
static void add_disks(Creation *creation, const EcsServerSpec *spec)
{
	const EcsDiskSpec *root = &spec->system_disk;
	bool volume = root->size_gb > 0 || (root->type && *root->type);
	if (!volume)
		add_text(creation->server, "imageRef", spec->image);
	if (!volume && !spec->n_data_disks)
		return;
	cJSON *disks = cJSON_AddArrayToObject(creation->server, "block_device_mapping_v2");
	cJSON *first = volume ? disk("image", "volume", 0, root) : disk("image", "local", 0, NULL);
	add_text(first, "uuid", spec->image);
	cJSON_AddItemToArray(disks, first);
	for (size_t i = 0; i < spec->n_data_disks; i++)
		cJSON_AddItemToArray(disks, disk("blank", "volume", -1, &spec->data_disks[i]));
	if (volume && root->type && *root->type)
		creation->micro = DISK_TYPES;
	for (size_t i = 0; i < spec->n_data_disks; i++)
		if (spec->data_disks[i].type && *spec->data_disks[i].type)
			creation->micro = DISK_TYPES;
}

static void add_groups(Creation *creation, const EcsServerSpec *spec)
{
	if (!spec->security_groups || !*spec->security_groups)
		return;
	cJSON *list = cJSON_AddArrayToObject(creation->server, "security_groups");
	for (size_t i = 0; spec->security_groups[i]; i++) {
		cJSON *group = cJSON_CreateObject();
		cJSON_AddStringToObject(group, "name", spec->security_groups[i]);
		cJSON_AddItemToArray(list, group);
	}
}

static void add_pairs(Creation *creation, const EcsServerSpec *spec)
{
	if (spec->metadata.n) {
		cJSON *metadata = cJSON_AddObjectToObject(creation->server, "metadata");
		for (size_t i = 0; i < spec->metadata.n; i++)
			cJSON_AddStringToObject(metadata, spec->metadata.v[i].key,
						spec->metadata.v[i].value);
	}
	if (!spec->tags.n)
		return;
	need(creation, TAGS);
	cJSON *tags = cJSON_AddArrayToObject(creation->server, "tags");
	for (size_t i = 0; i < spec->tags.n; i++) {
		const EcsPair *tag = &spec->tags.v[i];
		g_autofree char *word =
			g_strconcat(tag->key, *tag->value ? "=" : "", tag->value, NULL);
		cJSON_AddItemToArray(tags, cJSON_CreateString(word));
	}
}

static void fill_body(Creation *creation, const EcsServerSpec *spec)
{
	cJSON *server = creation->server;
	add_text(server, "name", spec->name);
	add_disks(creation, spec);
	add_groups(creation, spec);
	add_text(server, "availability_zone", spec->zone);
	add_text(server, "key_name", spec->key_name);
	add_text(server, "description", spec->description);
	if (spec->description && *spec->description)
		need(creation, DESCRIPTIONS);
	add_text(server, "user_data", spec->user_data);
	add_pairs(creation, spec);
	if (spec->count > 1) {
		cJSON_AddNumberToObject(server, "min_count", spec->count);
		cJSON_AddNumberToObject(server, "max_count", spec->count);
	}
	if (spec->server_group && *spec->server_group)
		add_text(cJSON_AddObjectToObject(creation->body, "os:scheduler_hints"), "group",
			 spec->server_group);
}

static void created(const EcsAccepted *accepted, const GError *error, void *data)
{
	Creation *creation = data;
	creation->done(accepted, error, creation->data);
	creation_free(creation);
}

static void send(Creation *creation)
{
	EcsCallSpec call = { .object = g_strdup_printf("new server %s", creation->name),
			     .writing = true };
	char *text = cJSON_PrintUnformatted(creation->body);
	call.secret = g_strdup(creation->secret);
	call.route[ECS_DIALECT_NOVA] = (EcsRoute){
		.service = "compute",
		.method = "POST",
		.path = g_strdup("/v2.1/{p}/servers"),
		.body = g_string_new(text),
		.micro = MAX(creation->micro, creation->micro_min),
		.micro_min = creation->micro_min,
	};
	explicit_bzero(text, strlen(text));
	cJSON_free(text);
	ecs_single_made(creation->scope, call, "server", "id", creation->cancellable, created,
			creation);
}

static void ask_network(Creation *creation);

static void network_came(void *object, const GError *error, void *data)
{
	Creation *creation = data;
	if (error) {
		fail(creation, error);
		return;
	}
	EcsSubnet *subnet = object;
	cJSON *network = cJSON_CreateObject();
	cJSON_AddStringToObject(network, "uuid", subnet->vpc);
	cJSON_AddItemToArray(cJSON_GetObjectItemCaseSensitive(creation->server, "networks"),
			     network);
	ecs_subnet_unref(subnet);
	ask_network(creation);
}

/* Of the next subnet; after the last one all is known. */
static void ask_network(Creation *creation)
{
	const char *subnet = creation->subnets[creation->next];
	if (!subnet) {
		send(creation);
		return;
	}
	creation->next++;
	ecs_subnet_get(creation->scope, subnet, creation->cancellable, network_came, creation);
}

static void flavor_came(const char *ref, const GError *error, void *data)
{
	Creation *creation = data;
	if (error) {
		fail(creation, error);
		return;
	}
	cJSON_AddStringToObject(creation->server, "flavorRef", ref);
	if (!*creation->subnets) {
		need(creation, NETWORKS);
		cJSON_AddStringToObject(creation->server, "networks", "auto");
		send(creation);
		return;
	}
	cJSON_AddArrayToObject(creation->server, "networks");
	ask_network(creation);
}

static void refused(const EcsReply *reply, const GError *error, void *data)
{
	Creation *creation = data;
	creation->done(NULL, error, creation->data);
	creation_free(creation);
}

void ecs_server_create_nova(EcsScope *scope, const EcsServerSpec *spec, GCancellable *cancellable,
			    EcsChangeDone done, void *data)
{
	static const char *const none[] = { NULL };
	Creation *creation = g_new0(Creation, 1);
	creation->scope = scope;
	creation->name = g_strdup(spec->name ? spec->name : "");
	creation->flavor = g_strdup(spec->flavor ? spec->flavor : "");
	creation->secret = g_strdup(spec->user_data);
	creation->subnets = g_strdupv((char **)(spec->subnets ? spec->subnets : none));
	creation->cancellable = cancellable ? g_object_ref(cancellable) : NULL;
	creation->done = done;
	creation->data = data;
	creation->body = cJSON_CreateObject();
	creation->server = cJSON_AddObjectToObject(creation->body, "server");
	if (spec->dry_run) {
		ecs_call_refuse(scope, cancellable, refused, creation, ECS_ERROR_NOT_SUPPORTED,
				"a plain OpenStack cloud cannot try a create without doing it");
		return;
	}
	fill_body(creation, spec);
	ecs_flavor_resolve(scope, creation->flavor, cancellable, flavor_came, creation);
}
