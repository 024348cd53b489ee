#include "contrib/sandbox/credentials.h"

#include <string.h>

#include "contrib/sandbox/identity.h"
#include "contrib/sandbox/router.h"
#include "contrib/sandbox/token.h"

#define SECRET_BYTES 64

static GPtrArray *credentials; /* Credential, owned, oldest first */

static void credential_free(gpointer data)
{
	Credential *credential = data;

	g_free(credential->id);
	g_free(credential->name);
	g_free(credential->secret);
	g_free(credential->description);
	g_free(credential);
}

void credentials_clear(void)
{
	g_clear_pointer(&credentials, g_ptr_array_unref);
}

static GPtrArray *all(void)
{
	if (!credentials)
		credentials = g_ptr_array_new_with_free_func(credential_free);
	return credentials;
}

static Credential *find(const User *user, const char *id, const char *name)
{
	for (unsigned i = 0; i < all()->len; i++) {
		Credential *credential = credentials->pdata[i];
		if (user && credential->user != user)
			continue;
		if (id ? strcmp(credential->id, id) == 0
		       : name && strcmp(credential->name, name) == 0)
			return credential;
	}
	return NULL;
}

const Credential *credentials_find(Request *req, const cJSON *given)
{
	const char *id = json_string(given, "id");
	const char *name = json_string(given, "name");
	const char *secret = json_string(given, "secret");
	const cJSON *user = json_get(given, "user");

	if (!secret || (!id && (!name || !cJSON_IsObject(user)))) {
		fail_iam(req, 400, "Expecting to find secret and id in application_credential.");
		return NULL;
	}
	const User *owner = id ? NULL : identity_user(user);
	const Credential *credential = id || owner ? find(owner, id, name) : NULL;
	if (!credential || strcmp(credential->secret, secret) != 0 ||
	    (credential->expires && clock_now() >= credential->expires)) {
		fail_iam(req, 401, "The request you have made requires authentication.");
		return NULL;
	}
	return credential;
}

/* Unpadded and fit for a URL, as Keystone makes them */
static char *new_secret(void)
{
	guchar bytes[SECRET_BYTES];

	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (guchar)g_random_int_range(0, 256);
	char *text = g_base64_encode(bytes, sizeof bytes);
	g_strdelimit(text, "+", '-');
	g_strdelimit(text, "/", '_');
	text[strcspn(text, "=")] = '\0';
	return text;
}

static void write_one(Request *req, const Credential *credential, bool with_secret)
{
	g_autofree char *self = g_strconcat(world.base, "/v3/users/", credential->user->id,
					    "/application_credentials/", credential->id, NULL);

	json_write(req->out,
		   "{'id':%s,'name':%s,'description':%s,'project_id':%s,'unrestricted':%i,"
		   "'roles':[{'id':%s,'name':%s,'domain_id':null}],'expires_at':",
		   credential->id, credential->name, credential->description,
		   credential->project->id, credential->unrestricted,
		   text_hex(world.key, credential->user->role, 32), credential->user->role);
	json_write(req->out, "%s", credential->expires ? time_us(credential->expires) : NULL);
	if (with_secret)
		json_write(req->out, ",'secret':%s", credential->secret);
	json_write(req->out, ",'links':{'self':%s}}", self);
}

/* A user's own only; and a token that an application credential has brought changes none, unless
 * that is unrestricted */
static bool check(Request *req, bool writing)
{
	const Token *token = req->token;

	if (strcmp(req->param[0], token->user->id) != 0 ||
	    (writing && token->application && !token->application->unrestricted))
		return fail_iam(req, 403,
				"You are not authorized to perform the requested action.");
	return true;
}

static void credentials_list(Request *req)
{
	const char *name = request_arg(req, "name");
	g_autofree char *self = g_strconcat(world.base, "/v3/users/", req->param[0],
					    "/application_credentials", NULL);

	if (!check(req, false))
		return;
	reply(req, 200, "{'application_credentials':[");
	for (unsigned i = 0; i < all()->len; i++) {
		const Credential *credential = credentials->pdata[i];
		if (credential->user != req->token->user ||
		    (name && strcmp(credential->name, name) != 0))
			continue;
		json_comma(req->out);
		write_one(req, credential, false);
	}
	json_write(req->out, "],'links':{'self':%s,'previous':null,'next':null}}", self);
}

static void credentials_create(Request *req)
{
	const cJSON *given = json_get(request_json(req), "application_credential");
	const char *name = json_string(given, "name");
	const char *secret = json_string(given, "secret");
	const char *description = json_string(given, "description");
	const char *expires_at = json_string(given, "expires_at");
	int64_t expires = 0;

	if (!check(req, true))
		return;
	if (!name || !*name || (expires_at && !time_parse(expires_at, &expires))) {
		fail_iam(req, 400, "Invalid input for application_credential.");
		return;
	}
	if (!req->project) {
		fail_iam(req, 400, "The token has no project scope.");
		return;
	}
	if (expires && expires <= clock_now()) {
		fail_iam(req, 400, "The application credential has already expired.");
		return;
	}
	if (find(req->token->user, NULL, name)) {
		fail_iam(req, 409, "Duplicate entry found with name %s.", name);
		return;
	}
	Credential *credential = g_new0(Credential, 1);
	*credential = (Credential){
		.id = g_strdup(world_hex(32)),
		.name = g_strdup(name),
		.secret = secret ? g_strdup(secret) : new_secret(),
		.description = g_strdup(description),
		.user = req->token->user,
		.project = req->project,
		.expires = expires,
		.unrestricted = cJSON_IsTrue(json_get(given, "unrestricted")),
	};
	g_ptr_array_add(all(), credential);
	reply(req, 201, "{'application_credential':");
	write_one(req, credential, true);
	g_string_append_c(req->out, '}');
}

static Credential *wanted(Request *req)
{
	Credential *credential = find(req->token->user, req->param[1], NULL);

	if (!credential)
		fail_iam(req, 404, "Could not find application credential: %s.", req->param[1]);
	return credential;
}

static void credentials_get(Request *req)
{
	const Credential *credential = check(req, false) ? wanted(req) : NULL;

	if (!credential)
		return;
	reply(req, 200, "{'application_credential':");
	write_one(req, credential, false);
	g_string_append_c(req->out, '}');
}

/* With its tokens */
static void credentials_delete(Request *req)
{
	Credential *credential = check(req, true) ? wanted(req) : NULL;

	if (!credential)
		return;
	token_revoke_application(credential);
	g_ptr_array_remove(credentials, credential);
	reply_empty(req, 204);
}

#define PATH "/v3/users/{id}/application_credentials"

static const Route routes[] = {
	{ "GET", PATH, credentials_list },
	{ "POST", PATH, credentials_create },
	{ "GET", PATH "/{id}", credentials_get },
	{ "DELETE", PATH "/{id}", credentials_delete },
	{},
};

const Service credentials_service = { .routes = routes };
