/* SPDX-License-Identifier: MIT */
#include "client/image.h"

#include <cjson/cJSON.h>
#include <string.h>

#include "client/change.h"
#include "client/feature.h"
#include "client/follow.h"
#include "client/image_call.h"
#include "client/json.h"
#include "client/single.h"

/* Drafts are documents as the API would write them, so that there is one way from a document to a
 * struct. */
static EcsImage *decode(cJSON *json)
{
	g_autoptr(EcsBuilder) builder = ecs_builder_new(NULL);
	EcsImage *image = ecs_image_decode(json, builder);
	cJSON_Delete(json);
	return image;
}

static cJSON *document(const EcsImage *image)
{
	g_autoptr(GString) text = g_string_new(NULL);
	ecs_image_json(image, text);
	return cJSON_ParseWithLength(text->str, text->len);
}

EcsImage *ecs_image_draft(const char *name)
{
	cJSON *json = cJSON_CreateObject();
	cJSON_AddStringToObject(json, "id", name);
	cJSON_AddStringToObject(json, "name", name);
	cJSON_AddStringToObject(json, "status", "DRAFT");
	cJSON_AddStringToObject(json, "visibility", "private");
	cJSON_AddArrayToObject(json, "tags");
	return decode(json);
}

EcsImage *ecs_image_with(const EcsImage *image, const char *attribute, const char *value)
{
	cJSON *json = document(image);
	cJSON_DeleteItemFromObjectCaseSensitive(json, attribute);
	cJSON_AddStringToObject(json, attribute, value);
	return decode(json);
}

EcsImage *ecs_image_with_tag(const EcsImage *image, const char *key, const char *value)
{
	cJSON *json = document(image);
	cJSON *tags = cJSON_CreateArray();
	for (size_t i = 0; i < image->tags.n; i++) {
		const EcsPair *tag = &image->tags.v[i];
		g_autofree char *text = g_strconcat(tag->key, "=", tag->value, NULL);
		if (strcmp(tag->key, key) != 0)
			cJSON_AddItemToArray(tags, cJSON_CreateString(text));
	}
	g_autofree char *text = value ? g_strconcat(key, "=", value, NULL) : NULL;
	if (text)
		cJSON_AddItemToArray(tags, cJSON_CreateString(text));
	cJSON_DeleteItemFromObjectCaseSensitive(json, "tags");
	cJSON_AddItemToObject(json, "tags", tags);
	return decode(json);
}

static char *label(const char *id)
{
	return g_strdup_printf("image %.8s", id);
}

/* @path: with {id}. @body: taken over. */
static EcsCallSpec about(const char *id, const char *method, const char *path, GString *body)
{
	g_autofree char *escaped = g_uri_escape_string(id, NULL, FALSE);
	GString *full = g_string_new(path);
	g_string_replace(full, "{id}", escaped, 1);
	EcsCallSpec call = { .object = label(id) };
	call.route[ECS_DIALECT_NATIVE] =
		(EcsRoute){ "image", method, g_string_free(full, FALSE), body };
	return call;
}

/* A call that Glance has as well. */
static EcsCallSpec glance(const char *id, const char *method, const char *path, const char *nova,
			  GString *body, GString *nova_body, const char *type)
{
	EcsCallSpec call = about(id, method, path, body);
	ecs_single_nova(&call, id, "image", method, nova, NULL);
	call.route[ECS_DIALECT_NOVA].body = nova_body;
	call.route[ECS_DIALECT_NOVA].type = type;
	return call;
}

static GString *body_of(cJSON *json)
{
	char *text = cJSON_PrintUnformatted(json);
	GString *body = g_string_new(text);
	cJSON_free(text);
	cJSON_Delete(json);
	return body;
}

/* Returns: false after having refused. */
static bool check_id(EcsScope *scope, const char *id, GCancellable *cancellable, EcsChangeDone done,
		     void *data)
{
	if (*id)
		return true;
	ecs_change_refuse(scope, cancellable, done, data, "no image id");
	return false;
}

static void add_tags(cJSON *json, const EcsPairs *tags)
{
	if (!tags->n)
		return;
	cJSON *list = cJSON_AddArrayToObject(json, "image_tags");
	for (size_t i = 0; i < tags->n; i++) {
		cJSON *tag = cJSON_CreateObject();
		cJSON_AddStringToObject(tag, "key", tags->v[i].key);
		cJSON_AddStringToObject(tag, "value", tags->v[i].value);
		cJSON_AddItemToArray(list, tag);
	}
}

#define PATCH_TYPE "application/openstack-images-v2.1-json-patch"
/* Nova's microversion from which on createImage tells the image's id. */
#define IMAGE_ID 45

static cJSON *patch(const char *op, const char *attribute, cJSON *value)
{
	g_autofree char *path = g_strconcat("/", attribute, NULL);
	cJSON *json = cJSON_CreateObject();
	cJSON_AddStringToObject(json, "op", op);
	cJSON_AddStringToObject(json, "path", path);
	cJSON_AddItemToObject(json, "value", value);
	return json;
}

/* "key=value", as a word of Glance's. */
static cJSON *word_of(const char *key, const char *value)
{
	g_autofree char *word = g_strconcat(key, *value ? "=" : "", value, NULL);
	return cJSON_CreateString(word);
}

/* An image that Nova makes has no tags and no least memory until it is told. */
typedef struct {
	EcsScope *scope;
	cJSON *patches; /* NULL: nothing to tell */
	char *id;
	EcsChangeDone done;
	void *data;
} Making;

static void told(const EcsReply *reply, const GError *error, void *data)
{
	Making *making = data;
	const char *ids[] = { making->id, NULL };
	EcsAccepted accepted = { "", ids };
	making->done(error ? NULL : &accepted, error, making->data);
	g_free(making->id);
	g_free(making);
}

static void made(const EcsAccepted *accepted, const GError *error, void *data)
{
	Making *making = data;
	if (error || !making->patches) {
		making->done(accepted, error, making->data);
		cJSON_Delete(making->patches);
		g_free(making);
		return;
	}
	making->id = g_strdup(accepted->ids[0]);
	EcsCallSpec call = { .object = label(making->id), .writing = true };
	ecs_single_nova(&call, making->id, "image", "PATCH", "/v2/images/{id}",
			g_steal_pointer(&making->patches));
	call.route[ECS_DIALECT_NOVA].type = PATCH_TYPE;
	ecs_call_start(making->scope, call, NULL, told, making);
}

static void create_by_nova(EcsScope *scope, const EcsImage *draft, const char *server,
			   EcsCallSpec call, GCancellable *cancellable, EcsChangeDone done,
			   void *data)
{
	cJSON *body = cJSON_CreateObject(), *patches = cJSON_CreateArray();
	cJSON *order = cJSON_AddObjectToObject(body, "createImage");
	cJSON_AddStringToObject(order, "name", draft->name);
	if (*draft->description)
		cJSON_AddStringToObject(cJSON_AddObjectToObject(order, "metadata"), "description",
					draft->description);
	if (draft->min_ram_mb > 0)
		cJSON_AddItemToArray(patches, patch("replace", "min_ram",
						    cJSON_CreateNumber(draft->min_ram_mb)));
	cJSON *tags = cJSON_CreateArray();
	for (size_t i = 0; i < draft->tags.n; i++)
		cJSON_AddItemToArray(tags, word_of(draft->tags.v[i].key, draft->tags.v[i].value));
	if (draft->tags.n)
		cJSON_AddItemToArray(patches, patch("replace", "tags", tags));
	else
		cJSON_Delete(tags);
	if (!cJSON_GetArraySize(patches))
		g_clear_pointer(&patches, cJSON_Delete);
	Making *making = g_new(Making, 1);
	*making = (Making){ scope, patches, NULL, done, data };
	ecs_single_nova(&call, server, "compute", "POST", "/v2.1/{p}/servers/{id}/action", body);
	call.route[ECS_DIALECT_NOVA].micro = call.route[ECS_DIALECT_NOVA].micro_min = IMAGE_ID;
	call.writing = true;
	ecs_single_made(scope, call, NULL, "image_id", cancellable, made, making);
}

/* IMS reference, "Creating an Image", from an ECS. */
void ecs_image_create(EcsScope *scope, const EcsImage *draft, const char *server,
		      GCancellable *cancellable, EcsChangeDone done, void *data)
{
	cJSON *json = cJSON_CreateObject();
	cJSON_AddStringToObject(json, "name", draft->name);
	cJSON_AddStringToObject(json, "instance_id", server);
	if (*draft->description)
		cJSON_AddStringToObject(json, "description", draft->description);
	if (draft->min_ram_mb > 0)
		cJSON_AddNumberToObject(json, "min_ram", draft->min_ram_mb);
	add_tags(json, &draft->tags);
	EcsCallSpec call = { .object = g_strdup_printf("new image %s", draft->name) };
	if (!ecs_scope_has(scope, ECS_HAS_IMS)) {
		cJSON_Delete(json);
		create_by_nova(scope, draft, server, call, cancellable, done, data);
		return;
	}
	call.route[ECS_DIALECT_NATIVE] =
		(EcsRoute){ "image", "POST", g_strdup("/v2/cloudimages/action"), body_of(json) };
	ecs_change_start(scope, call, true, cancellable, done, data);
}

/* What IMS calls otherwise, and what is a number in Glance. */
static const struct {
	const char *ims, *glance;
	bool number;
} attributes[] = {
	{ "__description", "description", false },
	{ "min_ram", "min_ram", true },
};

static cJSON *glance_patch(const char *attribute, const char *value)
{
	for (size_t i = 0; i < G_N_ELEMENTS(attributes); i++)
		if (strcmp(attributes[i].ims, attribute) == 0)
			return patch("add", attributes[i].glance,
				     attributes[i].number
					     ? cJSON_CreateNumber(g_ascii_strtod(value, NULL))
					     : cJSON_CreateString(value));
	return patch("add", attribute, cJSON_CreateString(value));
}

void ecs_image_update(EcsScope *scope, const char *id, const char *attribute, const char *value,
		      GCancellable *cancellable, EcsChangeDone done, void *data)
{
	if (!check_id(scope, id, cancellable, done, data))
		return;
	/* "add" also replaces; "replace" wants the attribute to be there. */
	cJSON *json = cJSON_CreateArray(), *of_glance = cJSON_CreateArray();
	cJSON_AddItemToArray(json, patch("add", attribute, cJSON_CreateString(value)));
	cJSON_AddItemToArray(of_glance, glance_patch(attribute, value));
	ecs_change_start(scope,
			 glance(id, "PATCH", "/v2/cloudimages/{id}", "/v2/images/{id}",
				body_of(json), body_of(of_glance), PATCH_TYPE),
			 false, cancellable, done, data);
}

void ecs_image_delete(EcsScope *scope, const char *id, GCancellable *cancellable,
		      EcsChangeDone done, void *data)
{
	if (check_id(scope, id, cancellable, done, data))
		ecs_change_start(scope,
				 glance(id, "DELETE", "/v2/images/{id}", "/v2/images/{id}", NULL,
					NULL, NULL),
				 false, cancellable, done, data);
}

/* Glance's tags are words: @json is the image, with those that it has. */
static bool change_words(const EcsJson *json, const EcsFollowed *what, EcsCallSpec *spec,
			 GError **error)
{
	const EcsJson *words = ecs_json_get(json, "tags");
	size_t len = strlen(what->text);
	bool found = what->flag;
	if (!cJSON_IsArray(words)) {
		g_set_error(error, ECS_ERROR, ECS_ERROR_BAD_REPLY,
			    "the answer is not usable: it has no tags");
		return false;
	}
	cJSON *list = cJSON_CreateArray(), *patches = cJSON_CreateArray();
	const cJSON *item;
	cJSON_ArrayForEach (item, words) {
		const char *text = ecs_json_text(item);
		bool same = text && strncmp(text, what->text, len) == 0 &&
			    (text[len] == '\0' || text[len] == '=');
		found |= same;
		if (!same)
			cJSON_AddItemToArray(list, cJSON_Duplicate(item, true));
	}
	if (what->flag)
		cJSON_AddItemToArray(list, word_of(what->text, what->more));
	cJSON_AddItemToArray(patches, patch("replace", "tags", list));
	ecs_single_nova(spec, what->id, "image", "PATCH", "/v2/images/{id}", patches);
	spec->route[ECS_DIALECT_NOVA].type = PATCH_TYPE;
	if (!found)
		g_set_error(error, ECS_ERROR, ECS_ERROR_NOT_FOUND, "there is no tag %s",
			    what->text);
	return found;
}

/* @value: NULL: the tag is removed. */
static void tag_action(EcsScope *scope, const char *id, const char *key, const char *value,
		       GCancellable *cancellable, EcsChangeDone done, void *data)
{
	if (!check_id(scope, id, cancellable, done, data))
		return;
	if (!ecs_scope_has(scope, ECS_HAS_IMS)) {
		EcsCallSpec first = { .object = label(id) };
		ecs_single_nova(&first, id, "image", "GET", "/v2/images/{id}", NULL);
		ecs_follow_start(scope, first, &(EcsFollowed){ id, key, value, value != NULL },
				 change_words, (EcsFollowEnd){ NULL, NULL }, cancellable, done,
				 data);
		return;
	}
	cJSON *json = cJSON_CreateObject(), *tag = cJSON_CreateObject();
	cJSON_AddStringToObject(json, "action", value ? "create" : "delete");
	cJSON_AddStringToObject(tag, "key", key);
	if (value)
		cJSON_AddStringToObject(tag, "value", value);
	cJSON_AddItemToArray(cJSON_AddArrayToObject(json, "tags"), tag);
	ecs_change_start(scope, about(id, "POST", "/v2/{p}/images/{id}/tags/action", body_of(json)),
			 false, cancellable, done, data);
}

void ecs_image_tag_set(EcsScope *scope, const char *id, const char *key, const char *value,
		       GCancellable *cancellable, EcsChangeDone done, void *data)
{
	tag_action(scope, id, key, value, cancellable, done, data);
}

void ecs_image_tag_delete(EcsScope *scope, const char *id, const char *key,
			  GCancellable *cancellable, EcsChangeDone done, void *data)
{
	tag_action(scope, id, key, NULL, cancellable, done, data);
}
