#include "contrib/sandbox/access.h"

#include <string.h>

#include "contrib/sandbox/router.h"
#include "contrib/sandbox/sign.h"
#include "contrib/sandbox/token.h"

#define SKEW (15 * 60 * SECOND)
#define FAILURES 5 /* in a row; one more locks the key */
#define LOCKED (5 * 60 * SECOND)
#define DURATION_DEFAULT 900
#define DURATION_MAX 86400
#define WRONG "Incorrect IAM authentication information: "

typedef struct {
	char *access, *secret;
	char *security_token; /* NULL: permanent */
	int64_t expires;      /* of a temporary key */
	User *user;
	int failures;
	int64_t locked_until;
} AccessKey;

static GHashTable *keys; /* access -> AccessKey, owned */
static Token caller;	 /* of the request that is being answered */

static void key_free(gpointer data)
{
	AccessKey *key = data;

	g_free(key->access);
	g_free(key->secret);
	g_free(key->security_token);
	g_free(key);
}

static void key_add(AccessKey *key)
{
	g_hash_table_insert(keys, key->access, key);
}

static void keys_init(void)
{
	if (keys)
		return;
	keys = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, key_free);
	for (int i = 0; i < WORLD_USERS; i++) {
		AccessKey *key = g_new0(AccessKey, 1);
		key->access = g_strdup(world.users[i].access_key);
		key->secret = g_strdup(world.users[i].secret_key);
		key->user = &world.users[i];
		key_add(key);
	}
}

void access_clear(void)
{
	g_clear_pointer(&keys, g_hash_table_unref);
}

/* ---- checks ---- */

static bool is_date(const char *text)
{
	return text && strlen(text) == strlen("20250102T030405Z") && text[8] == 'T' &&
	       text[15] == 'Z';
}

static bool check_date(Request *req)
{
	const char *date = request_header(req, "x-sdk-date");
	int64_t us = 0, now = clock_now();

	if (!is_date(date) || !time_parse(date, &us))
		return fail_gateway(req, 401, "APIG.0301",
				    WRONG
				    "calc aksk signature fail:X-Sdk-Date is missing or wrong");
	if (us >= now - SKEW && us <= now + SKEW)
		return true;
	g_autoptr(GDateTime) server = g_date_time_new_from_unix_utc(now / SECOND);
	g_autofree char *text = g_date_time_format(server, "%Y%m%dT%H%M%SZ");
	return fail_gateway(req, 401, "APIG.0301",
			    WRONG "calc aksk signature fail:signature expired, "
				  "signature time:%s,server time:%s",
			    date, text);
}

static bool check_signature(Request *req, AccessKey *key, const Signature *signature)
{
	bool covered =
		signature_covers(signature, "host") && signature_covers(signature, "x-sdk-date");

	if (covered && signature_fits(signature, req, key->secret)) {
		key->failures = 0;
		return true;
	}
	if (++key->failures > FAILURES) {
		key->failures = 0;
		key->locked_until = clock_now() + LOCKED;
	}
	return fail_gateway(req, 401, "APIG.0301", WRONG "verify aksk signature fail");
}

static bool check_security_token(Request *req, const AccessKey *key)
{
	const char *given = request_header(req, "x-security-token");

	if (!key->security_token && !given)
		return true;
	if (!key->security_token || !given || strcmp(given, key->security_token) != 0)
		return fail_gateway(req, 401, "APIG.0301", WRONG "decrypt token fail");
	if (clock_now() >= key->expires)
		return fail_gateway(req, 401, "APIG.0307", "The token must be updated.");
	return true;
}

static bool check_scope(Request *req, const User *user)
{
	const char *id = request_header(req, "x-project-id");

	if (id)
		req->project = world_project_by_id(id);
	else if (req->region)
		req->project = world_project_by_name(req->region->name);
	if (id && !req->project)
		return fail_gateway(req, 403, "APIG.0310", "The project is unavailable");
	if (req->project && !world_allowed(user, req->project))
		return fail_gateway(req, 403, "APIG.0302",
				    "The IAM user is not authorized to access the API");
	return true;
}

bool access_check(Request *req)
{
	g_autoptr(Signature) signature = signature_parse(request_header(req, "authorization"));

	if (!signature)
		return fail_gateway(req, 401, "APIG.0301", WRONG "Authorization is malformed");
	keys_init();
	AccessKey *key = g_hash_table_lookup(keys, signature->access);
	if (!key)
		return fail_gateway(req, 401, "APIG.0301",
				    WRONG "Get secretKey failed,ak:%s,err:ak not exist",
				    signature->access);
	if (clock_now() < key->locked_until)
		return fail_gateway(req, 401, "APIG.0301",
				    WRONG "AK access failed to reach the limit,forbidden.");
	if (!check_date(req) || !check_signature(req, key, signature) ||
	    !check_security_token(req, key) || !check_scope(req, key->user))
		return false;
	caller = (Token){
		.user = key->user,
		.project = req->project,
		.domain = !req->project,
		.issued = clock_now(),
		.expires = key->security_token ? key->expires : 0,
	};
	req->token = &caller;
	return true;
}

/* ---- temporary keys ---- */

/* The token may be in the body too; the header alone is what the document recommends */
static const Token *caller_token(Request *req, const cJSON *identity)
{
	const char *text = json_string(json_get(identity, "token"), "id");
	const Token *token = token_find(text ? text : request_header(req, "x-auth-token"));

	return token && token_alive(token) ? token : NULL;
}

static void security_tokens_create(Request *req)
{
	const cJSON *identity = json_get(json_get(request_json(req), "auth"), "identity");
	const cJSON *methods = json_get(identity, "methods");
	const char *method = cJSON_GetStringValue(cJSON_GetArrayItem(methods, 0));
	const cJSON *duration = json_get(json_get(identity, "token"), "duration_seconds");
	int seconds = DURATION_DEFAULT;

	if (!cJSON_IsObject(identity) || !method) {
		fail_iam_own(req, 400, "IAM.1103", "The field identity.methods is missing.");
		return;
	}
	if (strcmp(method, "token") != 0) {
		fail_iam_own(req, 400, "IAM.1102", "The method %s is not supported.", method);
		return;
	}
	const Token *token = caller_token(req, identity);
	if (!token) {
		fail_iam_own(req, 401, "IAM.0001",
			     "The request you have made requires authentication.");
		return;
	}
	if (duration) {
		if (!json_is_int(duration) || duration->valueint < DURATION_DEFAULT ||
		    duration->valueint > DURATION_MAX) {
			fail_iam_own(req, 400, "IAM.1102",
				     "The value of duration_seconds is wrong.");
			return;
		}
		seconds = duration->valueint;
	}
	keys_init();
	AccessKey *key = g_new0(AccessKey, 1);
	key->access = g_ascii_strup(world_hex(20), -1);
	key->secret = g_strdup(world_hex(40));
	key->security_token = g_strconcat("gAAAA", world_hex(64), NULL);
	key->user = token->user;
	key->expires = clock_now() + seconds * SECOND;
	key_add(key);
	reply(req, 201,
	      "{'credential':{'access':%s,'secret':%s,'expires_at':%s,'securitytoken':%s}}",
	      key->access, key->secret, time_us_z(key->expires), key->security_token);
}

static const Route routes[] = {
	{ "POST", "/v3.0/OS-CREDENTIAL/securitytokens", security_tokens_create, ROUTE_PUBLIC },
	{},
};

const Service access_service = { .routes = routes };
