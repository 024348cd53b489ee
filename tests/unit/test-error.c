/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "client/envelope.h"
#include "client/error_table.h"
#include "tests/unit/fake-cloud.h"

#define E(name) ECS_ERROR_##name

static const struct {
	int status;
	const char *code;
	const char *text;
	EcsError reading, writing;
} classes[] = {
	{ 400, "Ecs.0001", "", E(QUOTA), E(QUOTA) },
	{ 400, "Ecs.0005", "", E(INVALID), E(INVALID) },
	{ 400, "Ecs.0010", "", E(BUSY), E(BUSY) },
	{ 400, "Ecs.0012", "", E(NO_CAPACITY), E(NO_CAPACITY) },
	{ 400, "Ecs.0029", "", E(NOT_FOUND), E(INVALID) },
	{ 400, "Ecs.0031", "", E(NOT_FOUND), E(INVALID) },
	{ 400, "Ecs.0038", "", E(NOT_FOUND), E(INVALID) },
	{ 400, "Ecs.0313", "", E(INVALID), E(INVALID) },
	{ 400, "Ecs.0314", "", E(NOT_FOUND), E(INVALID) },
	{ 403, "Ecs.0067", "", E(FORBIDDEN), E(FORBIDDEN) },
	{ 400, "Ecs.0100", "", E(BUSY), E(BUSY) },
	{ 404, "Ecs.0114", "", E(NOT_FOUND), E(NOT_FOUND) },
	{ 400, "Ecs.0215", "", E(FAILED), E(FAILED) },
	{ 400, "Ecs.0319", "", E(NO_CAPACITY), E(NO_CAPACITY) },
	{ 400, "Ecs.0605", "", E(LOCKED), E(LOCKED) },
	{ 501, "Ecs.0603", "", E(BUSY), E(BUSY) },
	{ 400, "Ecs.0914", "", E(INVALID), E(INVALID) },
	{ 400, "Ecs.1234", "something", E(FAILED), E(FAILED) },
	{ 400, "Ecs.7777", "The disk is in use.", E(BUSY), E(BUSY) },
	{ 400, "Common.0011", "", E(NOT_FOUND), E(NOT_FOUND) },
	{ 400, "Common.0021", "", E(FAILED), E(FAILED) },
	{ 401, "Common.0013", "", E(AUTH), E(AUTH) },
	{ 429, "Common.1503", "", E(RATE_LIMITED), E(RATE_LIMITED) },
	{ 403, "Pdp.0001", "", E(FORBIDDEN), E(FORBIDDEN) },
	{ 401, "APIG.0301", "", E(AUTH), E(AUTH) },
	{ 404, "APIGW.0101", "", E(NOT_SUPPORTED), E(NOT_SUPPORTED) },
	{ 504, "APIG.0201", "", E(TIMED_OUT), E(TIMED_OUT) },
	{ 413, "APIG.0201", "", E(INVALID), E(INVALID) },
	{ 401, "IAM.0062", "", E(AUTH), E(AUTH) },
	{ 409, "IAM.0005", "", E(EXISTS), E(EXISTS) },
	{ 400, "EVS.1042", "", E(QUOTA), E(QUOTA) },
	{ 400, "EVS.1057", "", E(INVALID), E(INVALID) },
	{ 400, "EVS.2068", "", E(LOCKED), E(LOCKED) },
	{ 500, "EVS.2033", "", E(FAILED), E(FAILED) },
	{ 404, "VPC.0101", "", E(NOT_FOUND), E(NOT_FOUND) },
	{ 400, "VPC.0101", "", E(INVALID), E(INVALID) },
	{ 409, "VPC.0104", "", E(NOT_EMPTY), E(NOT_EMPTY) },
	{ 500, "VPC.0209", "", E(BUSY), E(BUSY) },
	{ 409, "VPC.0202", "Quota exceeded for resources: ['subnet']", E(QUOTA), E(QUOTA) },
	{ 500, "VPC.0202", "neutron error", E(FAILED), E(FAILED) },
	{ 409, "VPC.9902", "rule already exists", E(EXISTS), E(EXISTS) },
	{ 409, "VPC.9902", "Security Group x In Use", E(BUSY), E(BUSY) },
	{ 400, "IMG.0001", "", E(INVALID), E(INVALID) },
	{ 400, "IMG.0009", "", E(EXISTS), E(EXISTS) },
	{ 400, "IMG.0014", "", E(FAILED), E(FAILED) },
	{ 400, "IMG.0115", "", E(INVALID), E(INVALID) },
	{ 400, "BMS.0040", "", E(NOT_FOUND), E(NOT_FOUND) },
	{ 404, "itemNotFound", "", E(NOT_FOUND), E(NOT_FOUND) },
	{ 409, "conflictingRequest", "Instance is locked", E(LOCKED), E(LOCKED) },
	{ 409, "conflictingRequest", "while it is in vm_state active", E(BUSY), E(BUSY) },
	{ 409, "conflictingRequest", "Key pair already exists", E(EXISTS), E(EXISTS) },
	{ 403, "forbidden", "Quota exceeded for instances", E(QUOTA), E(QUOTA) },
	{ 403, "forbidden", "Policy doesn't allow it", E(FORBIDDEN), E(FORBIDDEN) },
	{ 413, "overLimit", "Quota exceeded", E(QUOTA), E(QUOTA) },
	{ 413, "overLimit", "Slow down", E(RATE_LIMITED), E(RATE_LIMITED) },
	{ 400, "badRequest", "Invalid input", E(INVALID), E(INVALID) },
	{ 400, "badRequest", "Invalid volume: Volume status must be available or error and must",
	  E(BUSY), E(BUSY) },
	{ 400, "InvalidInput",
	  "Requested subnet with cidr: 10.0.0.0/8 overlaps with another subnet.", E(EXISTS),
	  E(EXISTS) },
	{ 400, "badRequest", "Flavor x could not be found.", E(NOT_FOUND), E(INVALID) },
	{ 400, "badRequest", "No valid host was found. There are not enough hosts available.",
	  E(NO_CAPACITY), E(NO_CAPACITY) },
	{ 400, "badRequest", "No fixed IP addresses available for network: x", E(NO_CAPACITY),
	  E(NO_CAPACITY) },
	{ 404, "SecurityGroupNotFound", "", E(NOT_FOUND), E(NOT_FOUND) },
	{ 409, "SecurityGroupInUse", "", E(BUSY), E(BUSY) },
	{ 409, "OverQuota", "", E(QUOTA), E(QUOTA) },
	{ 409, "SecurityGroupRuleExists", "", E(EXISTS), E(EXISTS) },
	{ 401, "", "The username or password is wrong.", E(AUTH), E(AUTH) },
	{ 400, "", "", E(INVALID), E(INVALID) },
	{ 404, "", "", E(NOT_FOUND), E(NOT_FOUND) },
	{ 405, "", "", E(NOT_SUPPORTED), E(NOT_SUPPORTED) },
	{ 503, "", "", E(RATE_LIMITED), E(RATE_LIMITED) },
	{ 502, "", "", E(FAILED), E(FAILED) },
	{ 999, ".", "", E(FAILED), E(FAILED) },
	{ 400, "Ecs.99999999999999999999", "", E(FAILED), E(FAILED) },
	{ 400, "....................", "", E(INVALID), E(INVALID) },
};

static void test_classes(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(classes); i++) {
		g_test_message("%d %s %s", classes[i].status, classes[i].code, classes[i].text);
		g_assert_cmpint(ecs_error_classify(classes[i].status, classes[i].code,
						   classes[i].text, false),
				==, classes[i].reading);
		g_assert_cmpint(ecs_error_classify(classes[i].status, classes[i].code,
						   classes[i].text, true),
				==, classes[i].writing);
	}
}

static const struct {
	int status;
	const char *code;
	bool retry_after;
	EcsRetryClass expected;
} retries[] = {
	{ 429, "", false, ECS_RETRY_THROTTLED },
	{ 429, "APIG.0308", true, ECS_RETRY_THROTTLED },
	{ 202, "Common.0024", false, ECS_RETRY_THROTTLED },
	{ 202, "SYS.0202", false, ECS_RETRY_NEVER },
	{ 200, "Common.0024", false, ECS_RETRY_NEVER },
	{ 413, "overLimit", true, ECS_RETRY_THROTTLED },
	{ 413, "overLimit", false, ECS_RETRY_NEVER },
	{ 401, "", false, ECS_RETRY_TOKEN },
	{ 403, "APIG.0307", false, ECS_RETRY_TOKEN },
	{ 400, "EVS.0002", false, ECS_RETRY_TOKEN },
	{ 403, "Pdp.0001", false, ECS_RETRY_NEVER },
	{ 502, "", false, ECS_RETRY_GATEWAY },
	{ 503, "", true, ECS_RETRY_GATEWAY },
	{ 500, "", false, ECS_RETRY_NEVER },
	{ 500, "APIG.0601", false, ECS_RETRY_GATEWAY },
	{ 404, "Ecs.0114", false, ECS_RETRY_NEVER },
};

static void test_retries(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(retries); i++) {
		g_test_message("%d %s", retries[i].status, retries[i].code);
		g_assert_cmpint(ecs_error_retry_class(retries[i].status, retries[i].code,
						      retries[i].retry_after),
				==, retries[i].expected);
	}
}

/* @text: a body, or a file of tests/data if it ends in .json. */
static const struct {
	const char *text;
	const char *code;
	const char *message;
	const char *request_id;
	int retry_after;
} envelopes[] = {
	{ "error-ecs.json", "Ecs.0005", "request body is illegal", "", -1 },
	{ "error-ecs-swapped.json", "Ecs.0005", "request body is illegal", "", -1 },
	{ "error-ecs-batch.json", "Ecs.xxxx", "xxxxxxxxxxxxxxx", "", -1 },
	{ "error-nova-badrequest.json", "badRequest", "invalid input for field/attribute name", "",
	  -1 },
	{ "error-nova-conflict.json", "conflictingRequest",
	  "cannot 'start' instance 4f4b3dfa-eb70-47cf-a60a-998a53bd598a while it is in vm_state "
	  "active",
	  "", -1 },
	{ "error-nova-itemnotfound.json", "itemNotFound",
	  "instance 4f4b3dfa-eb70-47cf-a60a-998a53bd598a could not be found", "", -1 },
	{ "error-nova-overlimit.json", "overLimit", "quota exceeded", "", 30 },
	{ "error-vpc.json", "VPC.0504", "floating IP could not be found", "", -1 },
	{ "{\"code\":\"VPC.9902\",\"message\":\"{\\\"NeutronError\\\":{\\\"message\\\":"
	  "\\\"Security Group x in use.\\\",\\\"type\\\":\\\"SecurityGroupInUse\\\"}}\"}",
	  "VPC.9902", "security Group x in use", "", -1 },
	{ "{\"code\":\"VPC.0602\",\"message\":\"{not json\"}", "VPC.0602", "{not json", "", -1 },
	{ "error-vpc-v3.json", "VPC.9904", "security group xxx does not exist",
	  "cfd81aea3f59eac7128dba4b36d516c8", -1 },
	{ "error-neutron.json", "PortNotFound",
	  "port 99d9d709-8478-4b46-9f3f-2206b1023fd3 could not be found", "", -1 },
	{ "error-apig.json", "APIG.0301",
	  "incorrect IAM authentication information: decrypt token fail",
	  "b0a1c2d3e4f5061728394a5b6c7d8e9f", -1 },
	{ "error-apig-throttle.json", "APIG.0308",
	  "the throttling threshold has been reached: policy user over ratelimit,limit:60,time:1 "
	  "minute",
	  "914a39d68c290da3e187f827f7e1b771", -1 },
	{ "error-iam-keystone.json", "", "the username or password is wrong", "", -1 },
	{ "error-iam-own.json", "IAM.0001", "the request you have made requires authentication", "",
	  -1 },
	{ "error-pdp.json", "Pdp.0001",
	  "policy does not allow ecs:cloudServers:createServers to be performed", "", -1 },
	{ "error-job-query.json", "Common.0011", "failed to query system tasks", "", -1 },
	{ "error-dryrun-vpc-v3.json", "SYS.0202",
	  "request validation has been passed with dry run...", "cfd81aea3f59eac7128dba4b36d516c8",
	  -1 },
	{ "{\"errorCode\":\"X.0001\",\"errorMsg\":\"Y\"}", "X.0001", "Y", "", -1 },
	{ "{\"error\":{\"message\":\"Only text.\"}}", "", "only text", "", -1 },
	{ "{\"error\":{\"code\":\"Ecs.0001\"}}", "Ecs.0001", "", "", -1 },
	{ "<html><head><title>502 Bad Gateway</title></head>\r\n<body>nginx</body></html>", "",
	  "502 Bad Gateway nginx", "", -1 },
	{ "", "", "", "", -1 },
	{ "{}", "", "", "", -1 },
	{ "[]", "", "", "", -1 },
	{ "null", "", "", "", -1 },
	{ "{\"error\":", "", "{\"error\":", "", -1 },
	{ "{\"error\":{\"code\":\"A\",\"message\":\"a\\nb\\u0007c\\u0000d\"}}", "A", "a b c", "",
	  -1 },
	{ "{\"code\":\"A\\n\\u001b[31m\\u009b\",\"message\":\"x\",\"request_id\":\"r\\u001b\\r\"}",
	  "A[31m", "x", "r", -1 },
	{ "\xff\xfe raw", "", "\xef\xbf\xbd\xef\xbf\xbd raw", "", -1 },
};

static void test_envelopes(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(envelopes); i++) {
		const char *text = envelopes[i].text;
		g_autofree char *file =
			g_str_has_suffix(text, ".json") ? fake_cloud_data(text) : NULL;
		g_auto(EcsEnvelope) envelope = { 0 };
		say_row(i, text);
		ecs_envelope_parse(file ? file : text, strlen(file ? file : text), NULL, &envelope);
		g_assert_cmpstr(envelope.code, ==, envelopes[i].code);
		g_assert_cmpstr(envelope.text, ==, envelopes[i].message);
		g_assert_cmpstr(envelope.request_id, ==, envelopes[i].request_id);
		g_assert_cmpint(envelope.retry_after, ==, envelopes[i].retry_after);
	}
}

static void test_long_text(void)
{
	g_autofree char *x = g_strnfill(100000, 'x');
	g_autofree char *body =
		g_strdup_printf("{\"error\":{\"code\":\"%s\",\"message\":\"%s\"}}", x, x);
	g_auto(EcsEnvelope) envelope = { 0 };
	ecs_envelope_parse(body, strlen(body), NULL, &envelope);
	g_assert_cmpuint(strlen(envelope.text), <, 400);
	g_assert_cmpuint(strlen(envelope.code), <, 100);
}

static void test_secret(void)
{
	static const char body[] = "{\"error\":{\"code\":\"X\",\"message\":\"Pass<b>w0rd\"}}";
	g_auto(EcsEnvelope) envelope = { 0 };
	const char *const secrets[] = { "other", "Pass<b>w0rd", NULL };
	ecs_envelope_parse(body, strlen(body), secrets, &envelope);
	g_assert_cmpstr(envelope.code, ==, "X");
	g_assert_cmpstr(envelope.text, ==, "");
}

/* Who quotes the body that was sent quotes it as JSON. */
static void test_secret_as_json(void)
{
	static const char body[] =
		"{\"code\":\"X\",\"message\":\"got {\\\"password\\\":\\\"a\\\\\\\"b\\\"}\"}";
	g_auto(EcsEnvelope) shown = { 0 };
	ecs_envelope_parse(body, strlen(body), NULL, &shown);
	g_assert_cmpstr(shown.text, ==, "got {\"password\":\"a\\\"b\"}");
	g_auto(EcsEnvelope) envelope = { 0 };
	const char *const secrets[] = { "a\"b", NULL };
	ecs_envelope_parse(body, strlen(body), secrets, &envelope);
	g_assert_cmpstr(envelope.text, ==, "");
}

static void test_message(void)
{
	EcsEnvelope envelope = { (char *)"Ecs.0100", (char *)"wrong status", (char *)"r1", -1 };
	g_autoptr(GError) error = ecs_envelope_error(&envelope, 400, "server x", "r2", true);
	g_assert_error(error, ECS_ERROR, ECS_ERROR_BUSY);
	g_assert_cmpstr(error->message, ==, "server x: Ecs.0100 wrong status (request r2)");
	g_autoptr(GError) bare = ecs_envelope_error(&envelope, 400, "", "", true);
	g_assert_cmpstr(bare->message, ==, "Ecs.0100 wrong status (request r1)");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/error/classes", test_classes);
	g_test_add_func("/error/retries", test_retries);
	g_test_add_func("/error/envelopes", test_envelopes);
	g_test_add_func("/error/long-text", test_long_text);
	g_test_add_func("/error/secret", test_secret);
	g_test_add_func("/error/secret-as-json", test_secret_as_json);
	g_test_add_func("/error/message", test_message);
	return g_test_run();
}
