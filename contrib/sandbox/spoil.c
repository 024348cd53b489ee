#include "contrib/sandbox/spoil.h"

#include <string.h>
#include <time.h>

#include "contrib/sandbox/server.h"

/* The list in a reply, or NULL */
static cJSON *find_list(cJSON *json)
{
	cJSON *member;

	cJSON_ArrayForEach (member, json)
		if (cJSON_IsArray(member) && cJSON_IsObject(member->child))
			return member;
	return NULL;
}

static cJSON *find_object(cJSON *json)
{
	cJSON *list = find_list(json), *member;

	if (list)
		return list->child;
	cJSON_ArrayForEach (member, json)
		if (cJSON_IsObject(member))
			return member;
	return json;
}

static void put_back(Request *req, const cJSON *json)
{
	char *text = cJSON_PrintUnformatted(json);

	g_string_assign(req->out, text);
	cJSON_free(text);
}

/* A value that @value's type does not allow */
static cJSON *other_type(const cJSON *value)
{
	if (cJSON_IsString(value))
		return cJSON_CreateNumber(7);
	if (cJSON_IsNumber(value))
		return cJSON_CreateString("many");
	if (cJSON_IsBool(value))
		return cJSON_CreateString("perhaps");
	if (cJSON_IsArray(value))
		return cJSON_CreateObject();
	if (cJSON_IsObject(value))
		return cJSON_CreateArray();
	return cJSON_CreateObject(); /* null */
}

void spoil_types(Request *req, const Spoil *spoil)
{
	g_autoptr(cJSON) json = cJSON_ParseWithLength(req->out->str, req->out->len);
	cJSON *object = find_object(json), *next;

	for (cJSON *member = object ? object->child : NULL; member; member = next) {
		next = member->next;
		bool spoilt = spoil->key ? strcmp(spoil->key, member->string) == 0
					 : strcmp(member->string, "id") != 0;
		if (!spoilt)
			continue;
		g_autofree char *name = g_strdup(member->string);
		cJSON_ReplaceItemInObjectCaseSensitive(object, name, other_type(member));
	}
	if (json)
		put_back(req, json);
}

void spoil_error(Request *req, const Spoil *spoil)
{
	int status = req->status;

	fail_ecs(req, status, "Common.0001", "System error.");
}

void spoil_duplicate(Request *req, const Spoil *spoil)
{
	g_autoptr(cJSON) json = cJSON_ParseWithLength(req->out->str, req->out->len);
	cJSON *list = find_list(json);

	if (!list)
		return;
	cJSON_AddItemToArray(list, cJSON_Duplicate(list->child, true));
	put_back(req, json);
}

/* What nobody would call an object: no file names, names of files that a client may have beside it,
 * and two that are alike for long. */
static const char *const odd_ids[] = {
	"",
	".",
	"..",
	".ecsfs",
	"a/b",
	"../../../../etc",
	"two\nlines",
	"\033[2Jclear",
	"from\xe2\x80\xaeright",
	"batch",
	"by-name",
	"index.tsv",
	"HEAD",
	"%2E",
	"~12345678",
};

static void add_copy(cJSON *list, const char *id)
{
	cJSON *copy = cJSON_Duplicate(list->child, true);

	cJSON_ReplaceItemInObjectCaseSensitive(copy, "id", cJSON_CreateString(id));
	cJSON_AddItemToArray(list, copy);
}

void spoil_ids(Request *req, const Spoil *spoil)
{
	static const int lengths[] = { 300, 301, 2000 };
	g_autoptr(cJSON) json = cJSON_ParseWithLength(req->out->str, req->out->len);
	cJSON *list = find_list(json);

	if (!list || !json_string(list->child, "id"))
		return;
	for (size_t i = 0; i < G_N_ELEMENTS(odd_ids); i++)
		add_copy(list, odd_ids[i]);
	for (size_t i = 0; i < G_N_ELEMENTS(lengths); i++) {
		g_autofree char *id = g_strnfill((gsize)lengths[i], 'x');
		add_copy(list, id);
	}
	put_back(req, json);
}

void spoil_missing(Request *req, const Spoil *spoil)
{
	g_autoptr(cJSON) json = cJSON_ParseWithLength(req->out->str, req->out->len);
	cJSON *list = find_list(json);

	if (!list)
		return;
	cJSON_DeleteItemFromArray(list, cJSON_GetArraySize(list) - 1);
	put_back(req, json);
}

void spoil_shrink(Request *req, const Spoil *spoil)
{
	g_autoptr(cJSON) json = cJSON_ParseWithLength(req->out->str, req->out->len);
	const char *id = json_string(find_object(json), "id");
	Server *server = id && req->project ? server_find(req->project, id) : NULL;

	if (server)
		server_drop(server, true);
}

void spoil_date(Request *req, const Spoil *spoil)
{
	time_t now = (time_t)(clock_now() / SECOND) + spoil->offset;
	struct tm tm;
	char text[40];

	gmtime_r(&now, &tm);
	strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &tm);
	reply_header(req, "Date", text_format("%s", text));
}
