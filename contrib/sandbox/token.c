#include "contrib/sandbox/token.h"

#define TOKEN_BYTES 2100 /* base64 makes 2800 characters of them */

static GHashTable *tokens; /* text -> Token, owned */

static void token_free(gpointer data)
{
	Token *token = data;

	g_free(token->text);
	g_free(token);
}

/* Not from the world's seed: an old token must not be good for the next run */
static char *token_text(void)
{
	/* a DER sequence of that length, as signed tokens begin; so the text begins with MII */
	guchar bytes[TOKEN_BYTES] = { 0x30, 0x82, (TOKEN_BYTES - 4) >> 8, (TOKEN_BYTES - 4) & 255 };

	for (size_t i = 4; i < sizeof bytes; i++)
		bytes[i] = (guchar)g_random_int_range(0, 256);
	char *text = g_base64_encode(bytes, sizeof bytes);
	for (char *c = text; *c; c++)
		if (*c == '/') /* as in the PKI tokens of the real cloud */
			*c = '-';
	return text;
}

Token *token_new(User *user, Project *project, bool domain, const char *method, int64_t expires)
{
	Token *token = g_new0(Token, 1);

	if (!tokens)
		tokens = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, token_free);
	*token = (Token){
		.text = token_text(),
		.user = user,
		.project = project,
		.domain = domain,
		.method = method,
		.issued = clock_now(),
	};
	token->expires = token->issued + world.options.token_lifetime * SECOND;
	if (expires)
		token->expires = MIN(expires, token->expires);
	g_hash_table_insert(tokens, token->text, token);
	return token;
}

Token *token_find(const char *text)
{
	return tokens && text ? g_hash_table_lookup(tokens, text) : NULL;
}

bool token_alive(const Token *token)
{
	return !token->expired && !token->revoked && clock_now() < token->expires;
}

void token_expire(const char *text)
{
	Token *token = token_find(text);

	if (token)
		token->expired = true;
}

void token_expire_all(void)
{
	GHashTableIter iter;
	gpointer value = NULL;

	if (!tokens)
		return;
	g_hash_table_iter_init(&iter, tokens);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		((Token *)value)->expired = true;
}

void token_revoke_user(const User *user)
{
	GHashTableIter iter;
	gpointer value = NULL;

	if (!tokens)
		return;
	g_hash_table_iter_init(&iter, tokens);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		if (((Token *)value)->user == user)
			((Token *)value)->revoked = true;
}

void token_revoke_application(const Credential *credential)
{
	GHashTableIter iter;
	gpointer value = NULL;

	if (!tokens)
		return;
	g_hash_table_iter_init(&iter, tokens);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		Token *token = value;
		if (token->application != credential)
			continue;
		token->revoked = true;
		token->application = NULL;
	}
}

void tokens_clear(void)
{
	g_clear_pointer(&tokens, g_hash_table_unref);
}
