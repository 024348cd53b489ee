#include "contrib/sandbox/sshkey.h"

#include <glib.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <string.h>

#define KEY_BITS 2048

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BIO, BIO_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BIGNUM, BN_free)

/* RFC 4251, 5: a length in four bytes, then the bytes */
static void append_bytes(GByteArray *out, const void *bytes, size_t len)
{
	guint8 head[4] = { (guint8)(len >> 24), (guint8)(len >> 16), (guint8)(len >> 8),
			   (guint8)len };

	g_byte_array_append(out, head, sizeof head);
	g_byte_array_append(out, bytes, (guint)len);
}

/* The same of a positive number: the first bit must be 0 */
static void append_number(GByteArray *out, const EVP_PKEY *key, const char *name)
{
	g_autoptr(BIGNUM) number = NULL;
	guint8 bytes[1 + KEY_BITS / 8] = { 0 };

	if (!EVP_PKEY_get_bn_param(key, name, &number))
		g_error("the key has no %s", name);
	int len = BN_bn2bin(number, bytes + 1);
	bool sign = (bytes[1] & 0x80) != 0;
	append_bytes(out, sign ? bytes : bytes + 1, (size_t)len + sign);
}

char *sshkey_generate(char **private_key)
{
	g_autoptr(EVP_PKEY) key = EVP_RSA_gen(KEY_BITS);
	g_autoptr(BIO) pem = BIO_new(BIO_s_mem());
	g_autoptr(GByteArray) blob = g_byte_array_new();
	char *text = NULL;

	if (!key || !pem ||
	    !PEM_write_bio_PrivateKey_traditional(pem, key, NULL, NULL, 0, NULL, NULL))
		g_error("no RSA key can be made");
	long len = BIO_get_mem_data(pem, &text);
	*private_key = g_strndup(text, (gsize)len);
	append_bytes(blob, "ssh-rsa", strlen("ssh-rsa"));
	append_number(blob, key, OSSL_PKEY_PARAM_RSA_E);
	append_number(blob, key, OSSL_PKEY_PARAM_RSA_N);
	g_autofree char *base64 = g_base64_encode(blob->data, blob->len);
	return g_strdup_printf("ssh-rsa %s Generated-by-Nova\n", base64);
}

/* How many strings a key of that type consists of, its type included (RFC 4253, 5656, 8709) */
static const struct {
	const char *type;
	int strings;
} types[] = {
	{ "ssh-rsa", 3 },
	{ "ssh-dss", 5 },
	{ "ssh-ed25519", 2 },
	{ "ecdsa-sha2-nistp256", 3 },
	{ "ecdsa-sha2-nistp384", 3 },
	{ "ecdsa-sha2-nistp521", 3 },
	{},
};

/* Is @blob exactly @strings strings, the first one @type? */
static bool blob_valid(const guchar *blob, gsize len, const char *type, int strings)
{
	gsize at = 0;

	for (int i = 0; i < strings; i++) {
		if (len - at < 4)
			return false;
		gsize size = (gsize)blob[at] << 24 | (gsize)blob[at + 1] << 16 |
			     (gsize)blob[at + 2] << 8 | blob[at + 3];
		at += 4;
		if (!size || size > len - at)
			return false;
		if (i == 0 && (size != strlen(type) || memcmp(blob + at, type, size) != 0))
			return false;
		at += size;
	}
	return at == len;
}

static guchar *decode(const char *public_key, const char **type, gsize *len)
{
	g_auto(GStrv) part = g_strsplit(public_key, " ", 3);

	*type = NULL;
	for (int i = 0; part[0] && types[i].type; i++)
		if (strcmp(types[i].type, part[0]) == 0)
			*type = types[i].type;
	return part[0] && part[1] ? g_base64_decode(part[1], len) : NULL;
}

bool sshkey_valid(const char *public_key)
{
	const char *type = NULL, *end = strchr(public_key, '\n');
	gsize len = 0;

	if (end && end[1]) /* more than one line */
		return false;
	g_autofree guchar *blob = decode(public_key, &type, &len);
	for (int i = 0; blob && type && types[i].type; i++)
		if (types[i].type == type)
			return blob_valid(blob, len, type, types[i].strings);
	return false;
}

char *sshkey_fingerprint(const char *public_key)
{
	const char *type = NULL;
	gsize len = 0;
	g_autofree guchar *blob = decode(public_key, &type, &len);
	g_autofree char *sum = g_compute_checksum_for_data(G_CHECKSUM_MD5, blob, len);
	GString *text = g_string_new(NULL);

	for (int i = 0; i < 32; i += 2)
		g_string_append_printf(text, "%s%.2s", i ? ":" : "", sum + i);
	return g_string_free(text, FALSE);
}
