/* SPDX-License-Identifier: MIT */
#include "client/error.h"

#include <stdlib.h>
#include <string.h>

#include "client/error_table.h"

G_DEFINE_QUARK(ecs - error - quark, ecs_error)

/*
 * One row: the codes SERVICE.FROM to SERVICE.TO. The first row that fits wins, so exceptions stand
 * before ranges. Codes that mean "internal error" are not listed: FAILED is what is left.
 */
typedef struct {
	const char *service;
	int from, to;
	EcsError error;
	int status;	 /* 0: any */
	bool write_only; /* names a wrong argument: NOT_FOUND when reading, this when writing */
} Code;

#define ONE(service, n, error)                                                                     \
	{                                                                                          \
		service, n, n, ECS_ERROR_##error, 0, false                                         \
	}
#define MANY(service, from, to, error)                                                             \
	{                                                                                          \
		service, from, to, ECS_ERROR_##error, 0, false                                     \
	}
#define HTTP(service, n, status, error)                                                            \
	{                                                                                          \
		service, n, n, ECS_ERROR_##error, status, false                                    \
	}
#define ARGUMENT(service, n)                                                                       \
	{                                                                                          \
		service, n, n, ECS_ERROR_INVALID, 0, true                                          \
	}

static const Code codes[] = {
	/* ECS, and what the gateway in front of it shares with it */
	ONE("Ecs", 1, QUOTA),
	ONE("Ecs", 3, FORBIDDEN),
	ONE("Ecs", 5, INVALID),
	ONE("Ecs", 9, INVALID),
	ONE("Ecs", 10, BUSY),
	ONE("Ecs", 11, INVALID),
	ONE("Ecs", 12, NO_CAPACITY),
	ONE("Ecs", 13, QUOTA),
	MANY("Ecs", 14, 15, INVALID),
	ONE("Ecs", 17, BUSY),
	MANY("Ecs", 21, 22, QUOTA),
	ONE("Ecs", 23, FORBIDDEN),
	ONE("Ecs", 25, FORBIDDEN),
	ARGUMENT("Ecs", 29),
	ONE("Ecs", 30, FORBIDDEN),
	ARGUMENT("Ecs", 31),
	ONE("Ecs", 32, BUSY),
	ARGUMENT("Ecs", 34),
	MANY("Ecs", 36, 37, INVALID),
	ARGUMENT("Ecs", 38),
	ONE("Ecs", 39, INVALID),
	ONE("Ecs", 41, INVALID),
	ONE("Ecs", 42, NO_CAPACITY),
	ONE("Ecs", 43, INVALID),
	ONE("Ecs", 44, NO_CAPACITY),
	MANY("Ecs", 45, 46, INVALID),
	ONE("Ecs", 48, BUSY),
	ONE("Ecs", 50, NO_CAPACITY),
	MANY("Ecs", 51, 53, INVALID),
	ONE("Ecs", 57, BUSY),
	ONE("Ecs", 58, FORBIDDEN),
	ONE("Ecs", 62, INVALID),
	ONE("Ecs", 64, INVALID),
	MANY("Ecs", 66, 71, FORBIDDEN),
	ONE("Ecs", 73, BUSY),
	MANY("Ecs", 85, 86, INVALID),
	ONE("Ecs", 100, BUSY),
	ONE("Ecs", 103, BUSY),
	ONE("Ecs", 104, NO_CAPACITY),
	ONE("Ecs", 105, INVALID),
	ONE("Ecs", 110, FORBIDDEN),
	ONE("Ecs", 111, NOT_FOUND),
	ONE("Ecs", 114, NOT_FOUND),
	ONE("Ecs", 118, INVALID),
	ONE("Ecs", 121, INVALID),
	ONE("Ecs", 221, INVALID),
	ONE("Ecs", 313, INVALID), /* membership of a server group: ecs reference, server groups */
	ARGUMENT("Ecs", 314),
	ONE("Ecs", 319, NO_CAPACITY),
	ONE("Ecs", 603, BUSY),
	ONE("Ecs", 605, LOCKED),
	ONE("Ecs", 614, NOT_FOUND),
	ONE("Ecs", 707, NOT_SUPPORTED),
	ONE("Ecs", 810, INVALID),
	ONE("Ecs", 905, QUOTA),
	MANY("Ecs", 906, 907, INVALID),
	ONE("Ecs", 908, EXISTS),
	ONE("Ecs", 909, INVALID),
	MANY("Ecs", 911, 915, INVALID),
	ONE("Ecs", 919, BUSY),
	ONE("Pdp", 1, FORBIDDEN),
	ONE("Common", 2, INVALID),
	ONE("Common", 11, NOT_FOUND),
	ONE("Common", 13, AUTH),
	ONE("Common", 18, FORBIDDEN),
	ONE("Common", 24, RATE_LIMITED),
	ONE("Common", 1503, RATE_LIMITED),

	/* EVS */
	ONE("EVS", 1, FORBIDDEN),
	ONE("EVS", 2, AUTH),
	ONE("EVS", 3, FORBIDDEN),
	ONE("EVS", 1002, NOT_FOUND),
	ONE("EVS", 1006, NOT_FOUND),
	ONE("EVS", 1014, NOT_SUPPORTED),
	ONE("EVS", 1027, FORBIDDEN),
	ONE("EVS", 1033, FAILED),
	ONE("EVS", 1034, QUOTA),
	ONE("EVS", 1042, QUOTA),
	ONE("EVS", 1044, BUSY),
	MANY("EVS", 1046, 1048, BUSY),
	ONE("EVS", 1061, QUOTA),
	MANY("EVS", 1064, 1065, BUSY),
	ONE("EVS", 1066, NOT_SUPPORTED),
	MANY("EVS", 1001, 1070, INVALID),
	ONE("EVS", 2040, FORBIDDEN),
	ONE("EVS", 2041, INVALID),
	ONE("EVS", 2043, BUSY),
	MANY("EVS", 2045, 2047, INVALID),
	MANY("EVS", 2053, 2054, INVALID),
	MANY("EVS", 2055, 2056, FORBIDDEN),
	ONE("EVS", 2068, LOCKED),
	MANY("EVS", 2070, 2071, INVALID),
	ONE("EVS", 2072, NO_CAPACITY),
	ONE("EVS", 2078, INVALID),
	MANY("EVS", 2083, 2087, INVALID),
	ONE("EVS", 2089, FORBIDDEN),
	ONE("EVS", 2093, FORBIDDEN),
	ONE("EVS", 2094, INVALID),
	ONE("EVS", 2096, INVALID),
	ONE("EVS", 2108, INVALID),
	ONE("EVS", 2130, BUSY),
	ONE("EVS", 2142, INVALID),
	MANY("EVS", 2143, 2145, FORBIDDEN),
	ONE("EVS", 5400, INVALID),
	ONE("EVS", 5401, AUTH),
	ONE("EVS", 5403, FORBIDDEN),
	ONE("EVS", 5404, NOT_FOUND),
	ONE("EVS", 5413, QUOTA),
	ONE("EVS", 5503, RATE_LIMITED),

	/* VPC and EIP */
	ONE("VPC", 2, INVALID),
	ONE("VPC", 3, NOT_FOUND),
	ONE("VPC", 4, BUSY),
	ONE("VPC", 5, FORBIDDEN),
	ONE("VPC", 7, FORBIDDEN),
	ONE("VPC", 8, AUTH),
	MANY("VPC", 9, 10, FORBIDDEN),
	HTTP("VPC", 101, 404, NOT_FOUND),
	ONE("VPC", 101, INVALID),
	ONE("VPC", 103, BUSY),
	ONE("VPC", 104, NOT_EMPTY),
	HTTP("VPC", 105, 404, NOT_FOUND),
	ONE("VPC", 107, NOT_EMPTY),
	MANY("VPC", 108, 110, BUSY),
	ONE("VPC", 112, NOT_EMPTY),
	ONE("VPC", 114, QUOTA),
	ONE("VPC", 115, EXISTS),
	ONE("VPC", 117, INVALID),
	ONE("VPC", 118, NOT_EMPTY),
	ONE("VPC", 120, NOT_EMPTY),
	HTTP("VPC", 202, 404, NOT_FOUND),
	ONE("VPC", 204, EXISTS),
	MANY("VPC", 205, 206, BUSY),
	ONE("VPC", 207, NOT_FOUND),
	MANY("VPC", 208, 211, BUSY),
	ONE("VPC", 202, FAILED),
	MANY("VPC", 201, 212, INVALID),
	ONE("VPC", 301, INVALID),
	ONE("VPC", 306, NOT_FOUND),
	ONE("VPC", 501, INVALID),
	ONE("VPC", 502, FORBIDDEN),
	ONE("VPC", 504, NOT_FOUND),
	MANY("VPC", 509, 512, BUSY),
	MANY("VPC", 516, 518, BUSY),
	ONE("VPC", 521, QUOTA),
	ONE("VPC", 522, BUSY),
	ONE("VPC", 532, NO_CAPACITY),
	ONE("VPC", 601, INVALID),
	ONE("VPC", 603, NOT_FOUND),
	ONE("VPC", 604, QUOTA),
	ONE("VPC", 606, INVALID),
	ONE("VPC", 607, INVALID),
	ONE("VPC", 609, INVALID),
	ONE("VPC", 701, BUSY),
	ONE("VPC", 702, INVALID),
	ONE("VPC", 703, NO_CAPACITY),
	ONE("VPC", 704, NOT_FOUND),
	ONE("VPC", 705, INVALID),
	ONE("VPC", 707, BUSY),
	ONE("VPC", 1207, INVALID),
	ONE("VPC", 1801, INVALID),
	ONE("VPC", 2201, FORBIDDEN),
	ONE("VPC", 2204, NOT_FOUND),
	ONE("VPC", 2301, INVALID),
	ONE("VPC", 2302, NOT_FOUND),
	ONE("VPC", 2701, FORBIDDEN),
	ONE("VPC", 9901, INVALID),
	ONE("VPC", 9902, EXISTS),
	ONE("VPC", 9904, NOT_FOUND),
	ONE("VPC", 9905, QUOTA),
	ONE("VPC", 9907, BUSY),
	MANY("VPC", 9911, 9912, INVALID),
	ONE("VPC", 9914, EXISTS),
	ONE("VPC", 9915, NOT_FOUND),
	ONE("VPC", 9916, INVALID),

	/* IMS */
	MANY("IMG", 1, 4, INVALID),
	ONE("IMG", 5, NOT_FOUND),
	ONE("IMG", 6, NOT_SUPPORTED),
	ONE("IMG", 7, INVALID),
	ONE("IMG", 8, BUSY),
	ONE("IMG", 9, EXISTS),
	ONE("IMG", 10, BUSY),
	MANY("IMG", 11, 13, INVALID),
	ONE("IMG", 15, QUOTA),
	ONE("IMG", 17, INVALID),
	ONE("IMG", 19, INVALID),
	ONE("IMG", 20, NOT_FOUND),
	ONE("IMG", 21, INVALID),
	ONE("IMG", 22, BUSY),
	MANY("IMG", 24, 25, INVALID),
	ONE("IMG", 26, FORBIDDEN),
	ONE("IMG", 27, NOT_FOUND),
	ONE("IMG", 28, FORBIDDEN),
	ONE("IMG", 29, EXISTS),
	ONE("IMG", 30, AUTH),
	ONE("IMG", 31, INVALID),
	ONE("IMG", 32, BUSY),
	ONE("IMG", 35, INVALID),
	ONE("IMG", 46, BUSY),
	ONE("IMG", 47, FORBIDDEN),
	MANY("IMG", 54, 56, INVALID),
	ONE("IMG", 57, NOT_FOUND),
	ONE("IMG", 60, RATE_LIMITED),
	ONE("IMG", 62, INVALID),
	ONE("IMG", 63, NOT_SUPPORTED),
	ONE("IMG", 66, INVALID),
	ONE("IMG", 67, AUTH),
	ONE("IMG", 68, INVALID),
	MANY("IMG", 69, 71, FORBIDDEN),
	MANY("IMG", 72, 76, INVALID),
	MANY("IMG", 77, 81, FORBIDDEN),
	ONE("IMG", 86, NOT_FOUND),
	ONE("IMG", 87, AUTH),
	ONE("IMG", 88, QUOTA),
	ONE("IMG", 89, FORBIDDEN),
	ONE("IMG", 90, BUSY),
	ONE("IMG", 92, FORBIDDEN),
	ONE("IMG", 94, FORBIDDEN),
	ONE("IMG", 95, NOT_FOUND),
	MANY("IMG", 98, 99, FORBIDDEN),
	ONE("IMG", 101, NOT_FOUND),
	ONE("IMG", 103, FORBIDDEN),
	ONE("IMG", 105, NOT_SUPPORTED),
	ONE("IMG", 106, FORBIDDEN),
	ONE("IMG", 108, NOT_FOUND),
	ONE("IMG", 109, INVALID),
	ONE("IMG", 110, BUSY),
	ONE("IMG", 115, INVALID),
	ONE("IMG", 116, QUOTA),
	ONE("IMG", 117, INVALID),
	ONE("IMG", 119, NOT_SUPPORTED),
	ONE("IMG", 120, BUSY),
	ONE("IMG", 121, NOT_FOUND),
	MANY("IMG", 122, 123, INVALID),
	ONE("IMG", 126, BUSY),
	ONE("IMG", 127, NOT_FOUND),
	ONE("IMG", 132, BUSY),
	ONE("IMG", 134, EXISTS),
	ONE("IMG", 136, BUSY),
	ONE("IMG", 139, BUSY),
	ONE("IMG", 141, INVALID),
	ONE("IMG", 144, NOT_FOUND),
	ONE("IMG", 145, AUTH),
	ONE("IMG", 148, BUSY),
	ONE("IMG", 161, FORBIDDEN),
	ONE("IMG", 162, INVALID),
	ONE("IMG", 165, FORBIDDEN),
	MANY("IMG", 167, 168, FORBIDDEN),
	MANY("IMG", 169, 174, INVALID),

	/* BMS */
	MANY("BMS", 4, 5, FORBIDDEN),
	ONE("BMS", 12, NO_CAPACITY),
	ONE("BMS", 14, BUSY),
	ONE("BMS", 17, QUOTA),
	MANY("BMS", 18, 22, INVALID),
	MANY("BMS", 25, 31, QUOTA),
	ONE("BMS", 32, AUTH),
	ONE("BMS", 33, FORBIDDEN),
	MANY("BMS", 35, 39, BUSY),
	ONE("BMS", 40, NOT_FOUND),
	ONE("BMS", 208, FAILED),
	MANY("BMS", 201, 211, INVALID),
	ONE("BMS", 212, RATE_LIMITED),
	ONE("BMS", 213, FORBIDDEN),
	ONE("BMS", 222, FORBIDDEN),
	ONE("BMS", 3011, AUTH),

	/* API gateway; Huawei's regions spell it APIGW */
	ONE("APIG", 101, NOT_SUPPORTED),
	HTTP("APIG", 201, 502, FAILED),
	HTTP("APIG", 201, 504, TIMED_OUT),
	ONE("APIG", 201, INVALID),
	HTTP("APIG", 203, 504, TIMED_OUT),
	ONE("APIG", 301, AUTH),
	ONE("APIG", 302, FORBIDDEN),
	ONE("APIG", 303, AUTH),
	ONE("APIG", 304, FORBIDDEN),
	ONE("APIG", 305, AUTH),
	ONE("APIG", 306, FORBIDDEN),
	ONE("APIG", 307, AUTH),
	ONE("APIG", 308, RATE_LIMITED),
	ONE("APIG", 310, FORBIDDEN),
	MANY("APIG", 311, 313, AUTH),
	ONE("APIG", 314, FORBIDDEN),
	MANY("APIG", 401, 405, FORBIDDEN),
	ONE("APIG", 501, QUOTA),
	ONE("APIG", 502, FORBIDDEN),
	ONE("APIG", 602, INVALID),
	ONE("APIG", 613, RATE_LIMITED),
	ONE("APIG", 802, FORBIDDEN),

	/* IAM */
	ONE("IAM", 1, AUTH),
	MANY("IAM", 2, 3, FORBIDDEN),
	ONE("IAM", 4, NOT_FOUND),
	ONE("IAM", 5, EXISTS),
	ONE("IAM", 7, INVALID),
	ONE("IAM", 9, INVALID),
	ONE("IAM", 11, INVALID),
	ONE("IAM", 12, RATE_LIMITED),
	ONE("IAM", 20, RATE_LIMITED),
	MANY("IAM", 61, 67, AUTH),
	MANY("IAM", 72, 73, INVALID),
	MANY("IAM", 80, 82, AUTH),
	ONE("IAM", 83, FORBIDDEN),
	ONE("IAM", 1061, AUTH),
	MANY("IAM", 1101, 1103, INVALID),
	MANY("IAM", 1104, 1108, AUTH),
	ONE("IAM", 1109, NOT_FOUND),
	{},
};

/* Nova's and Cinder's faults and Neutron's types; a leading or trailing '*' matches anything. */
static const struct {
	const char *name;
	EcsError error;
} names[] = {
	{ "unauthorized", ECS_ERROR_AUTH },
	{ "itemNotFound", ECS_ERROR_NOT_FOUND },
	{ "badMethod", ECS_ERROR_NOT_SUPPORTED },
	{ "notImplemented", ECS_ERROR_NOT_SUPPORTED },
	{ "buildInProgress", ECS_ERROR_BUSY },
	{ "serviceUnavailable", ECS_ERROR_RATE_LIMITED },
	{ "*NotFound", ECS_ERROR_NOT_FOUND },
	{ "*InUse", ECS_ERROR_BUSY },
	{ "*Conflict", ECS_ERROR_BUSY },
	{ "OverQuota", ECS_ERROR_QUOTA },
	{ "IpAddressGenerationFailure", ECS_ERROR_NO_CAPACITY },
	{ "*Exists", ECS_ERROR_EXISTS },
	{},
};

/* What a sentence gives away where the code does not: unknown codes, and faults that say little. */
static const struct {
	int status;
	const char *part; /* compared without case */
	EcsError error;
} sentences[] = {
	{ 400, "quota", ECS_ERROR_QUOTA },
	{ 403, "quota", ECS_ERROR_QUOTA },
	{ 409, "quota", ECS_ERROR_QUOTA },
	{ 413, "quota", ECS_ERROR_QUOTA },
	{ 400, "sold out", ECS_ERROR_NO_CAPACITY },
	{ 400, "insufficient resources", ECS_ERROR_NO_CAPACITY },
	{ 400, "no valid host", ECS_ERROR_NO_CAPACITY }, /* Nova's, of a resize */
	{ 400, "no fixed ip", ECS_ERROR_NO_CAPACITY },	 /* of an interface */
	{ 400, "no more ip", ECS_ERROR_NO_CAPACITY },
	{ 409, "no more ip", ECS_ERROR_NO_CAPACITY },
	{ 500, "no more ip", ECS_ERROR_NO_CAPACITY },
	{ 400, "locked", ECS_ERROR_LOCKED },
	{ 403, "is locked", ECS_ERROR_LOCKED },
	{ 409, "locked", ECS_ERROR_LOCKED },
	{ 400, "already exist", ECS_ERROR_EXISTS },
	{ 409, "already exist", ECS_ERROR_EXISTS },
	{ 400, "duplicate", ECS_ERROR_EXISTS },
	{ 409, "duplicate", ECS_ERROR_EXISTS },
	{ 409, "contains", ECS_ERROR_NOT_EMPTY },
	{ 400, "in use", ECS_ERROR_BUSY },
	{ 500, "in use", ECS_ERROR_BUSY },
	{ 400, "is busy", ECS_ERROR_BUSY },
	{ 400, "status must be", ECS_ERROR_BUSY },  /* Cinder's, of a volume or a snapshot */
	{ 400, "overlaps with", ECS_ERROR_EXISTS }, /* Neutron's, of a subnet's range */
	{ 400, " being ", ECS_ERROR_BUSY },
	{ 400, "not found", ECS_ERROR_NOT_FOUND },
	{ 400, "does not exist", ECS_ERROR_NOT_FOUND },
	{ 400, "could not be found", ECS_ERROR_NOT_FOUND },
	{ 403, "limit", ECS_ERROR_QUOTA },
	{ 413, "limit", ECS_ERROR_QUOTA },
	{},
};

static const struct {
	int status;
	EcsError error;
} statuses[] = {
	{ 400, ECS_ERROR_INVALID },	  { 401, ECS_ERROR_AUTH },
	{ 403, ECS_ERROR_FORBIDDEN },	  { 404, ECS_ERROR_NOT_FOUND },
	{ 405, ECS_ERROR_NOT_SUPPORTED }, { 406, ECS_ERROR_NOT_SUPPORTED },
	{ 408, ECS_ERROR_TIMED_OUT },	  { 409, ECS_ERROR_BUSY },
	{ 410, ECS_ERROR_NOT_FOUND },	  { 413, ECS_ERROR_INVALID },
	{ 414, ECS_ERROR_INVALID },	  { 415, ECS_ERROR_INVALID },
	{ 422, ECS_ERROR_INVALID },	  { 423, ECS_ERROR_LOCKED },
	{ 429, ECS_ERROR_RATE_LIMITED },  { 494, ECS_ERROR_INVALID },
	{ 501, ECS_ERROR_NOT_SUPPORTED }, { 503, ECS_ERROR_RATE_LIMITED },
	{ 504, ECS_ERROR_TIMED_OUT },	  {},
};

/* Split "Ecs.0114". APIGW counts as APIG, and case does not count. */
static bool split_code(const char *code, char *service, size_t size, int *number)
{
	const char *dot = strchr(code, '.');
	if (!dot || (size_t)(dot - code) >= size || !g_ascii_isdigit(dot[1]))
		return false;
	memcpy(service, code, (size_t)(dot - code));
	service[dot - code] = '\0';
	if (g_ascii_strcasecmp(service, "APIGW") == 0)
		service[4] = '\0';
	char *end = NULL;
	gint64 n = g_ascii_strtoll(dot + 1, &end, 10);
	*number = (int)CLAMP(n, 0, 99999);
	return !*end;
}

static const Code *find_code(int status, const char *code)
{
	char service[16];
	int number;
	if (!split_code(code, service, sizeof(service), &number))
		return NULL;
	for (const Code *row = codes; row->service; row++)
		if (number >= row->from && number <= row->to &&
		    (!row->status || row->status == status) &&
		    g_ascii_strcasecmp(row->service, service) == 0)
			return row;
	return NULL;
}

static bool name_matches(const char *pattern, const char *name)
{
	return *pattern == '*' ? g_str_has_suffix(name, pattern + 1) : strcmp(pattern, name) == 0;
}

/* A few codes mean several things, and the sentence says which. */
static const struct {
	const char *code;
	const char *part; /* compared without case */
	EcsError error;
} ambiguous[] = {
	{ "VPC.9902", "in use", ECS_ERROR_BUSY }, /* a group; otherwise: the rule exists */
	{ "VPC.0202", "quota", ECS_ERROR_QUOTA }, /* of subnets; otherwise: the back end */
	{},
};

/* What Nova has not found in a bad request is what that names, not what it is sent to: that would
 * be 404. */
static EcsError as_argument(EcsError error, const char *code, bool writing)
{
	bool argument = error == ECS_ERROR_NOT_FOUND && strcmp(code, "badRequest") == 0;
	return argument && writing ? ECS_ERROR_INVALID : error;
}

EcsError ecs_error_classify(int status, const char *code, const char *text, bool writing)
{
	g_autofree char *lower = g_ascii_strdown(text, -1);
	for (size_t i = 0; ambiguous[i].code; i++)
		if (g_ascii_strcasecmp(ambiguous[i].code, code) == 0 &&
		    strstr(lower, ambiguous[i].part))
			return ambiguous[i].error;
	const Code *row = find_code(status, code);
	if (row)
		return row->write_only && !writing ? ECS_ERROR_NOT_FOUND : row->error;
	for (size_t i = 0; names[i].name; i++)
		if (name_matches(names[i].name, code))
			return names[i].error;
	/* A code of a known form that is not in the table was documented as an internal failure. */
	for (size_t i = 0; sentences[i].part; i++)
		if (sentences[i].status == status && strstr(lower, sentences[i].part))
			return as_argument(sentences[i].error, code, writing);
	char service[16];
	int number;
	if (status == 400 && split_code(code, service, sizeof(service), &number))
		return ECS_ERROR_FAILED;
	if (status == 413 && strcmp(code, "overLimit") == 0)
		return ECS_ERROR_RATE_LIMITED;
	for (size_t i = 0; statuses[i].status; i++)
		if (statuses[i].status == status)
			return statuses[i].error;
	return ECS_ERROR_FAILED;
}

static const struct {
	const char *code;
	EcsRetryClass class;
} retries[] = {
	{ "Common.1503", ECS_RETRY_THROTTLED }, { "Common.0024", ECS_RETRY_THROTTLED },
	{ "APIG.0308", ECS_RETRY_THROTTLED },	{ "APIGW.0308", ECS_RETRY_THROTTLED },
	{ "IAM.0012", ECS_RETRY_THROTTLED },	{ "IMG.0060", ECS_RETRY_THROTTLED },
	{ "APIG.0301", ECS_RETRY_TOKEN },	{ "APIGW.0301", ECS_RETRY_TOKEN },
	{ "APIG.0305", ECS_RETRY_TOKEN },	{ "APIGW.0305", ECS_RETRY_TOKEN },
	{ "APIG.0307", ECS_RETRY_TOKEN },	{ "APIGW.0307", ECS_RETRY_TOKEN },
	{ "Common.0013", ECS_RETRY_TOKEN },	{ "VPC.0008", ECS_RETRY_TOKEN },
	{ "EVS.0002", ECS_RETRY_TOKEN },	{ "EVS.5401", ECS_RETRY_TOKEN },
	{ "IAM.0066", ECS_RETRY_TOKEN },	{ "IAM.0067", ECS_RETRY_TOKEN },
	{ "APIG.0202", ECS_RETRY_GATEWAY },	{ "APIG.0203", ECS_RETRY_GATEWAY },
	{ "APIG.0601", ECS_RETRY_GATEWAY },	{},
};

EcsRetryClass ecs_error_retry_class(int status, const char *code, bool retry_after)
{
	for (size_t i = 0; retries[i].code; i++)
		if (g_ascii_strcasecmp(retries[i].code, code) == 0 &&
		    (status >= 400 || status == 202))
			return retries[i].class;
	if (status == 429 || (status == 413 && retry_after && strcmp(code, "overLimit") == 0))
		return ECS_RETRY_THROTTLED;
	if (status == 401)
		return ECS_RETRY_TOKEN;
	if (status == 502 || status == 503 || status == 504)
		return ECS_RETRY_GATEWAY;
	return ECS_RETRY_NEVER;
}
