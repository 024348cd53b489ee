#include "contrib/sandbox/fault.h"

#include <string.h>

#include "contrib/sandbox/token.h"

typedef struct {
	const char *name;
	void (*answer)(Request *req, int retry_after, const char *code);
	void (*spoil)(Request *req, const Spoil *spoil);
	FaultCut cut;
	bool work;
	int default_ms;
	int default_retry_after;
} Kind;

#define SEQUENCE_MAX 16
#define HUGE_MB 80

typedef struct {
	const Kind *kind[SEQUENCE_MAX]; /* one after the other; NULL behind the last */
	int at;				/* whose turn it is */
	char *line, *match;
	double rate;
	int count, skip; /* count: -1 for no limit */
	int ms, retry_after, offset, size_mb;
	const char *code, *key;
	int hits;
} Rule;

static GPtrArray *rules;
static GRand *dice;
static guint32 dice_seed = 1;

static bool is_identity(const Request *req)
{
	return g_str_has_prefix(req->path, "/v3");
}

static void retry_header(Request *req, int seconds)
{
	if (seconds >= 0)
		reply_header(req, "Retry-After", text_format("%d", seconds));
}

static void answer_429(Request *req, int retry_after, const char *code)
{
	if (!code)
		code = is_identity(req) ? "IAM.0012" : "APIG.0308";
	if (g_str_has_prefix(code, "IAM."))
		fail_iam_own(req, 429, code, "The throttling threshold has been reached: 200/min");
	else if (g_str_has_prefix(code, "Common."))
		fail_ecs(req, 429, code, "The API is under flow control. Try again later.");
	else
		fail_gateway(req, 429, code,
			     "The throttling threshold has been reached: policy user over "
			     "ratelimit,limit:60,time:1 minute");
	retry_header(req, retry_after);
}

static void answer_503(Request *req, int retry_after, const char *code)
{
	fail_gateway(req, 503, code ? code : "APIG.0613", "The service is busy. Try again later.");
	retry_header(req, retry_after);
}

/* As each of the services writes it. @iam, @nova, @ecs: sentences. */
static void fail_as_usual(Request *req, int status, const char *iam, const char *nova,
			  const char *code, const char *ecs)
{
	if (is_identity(req))
		fail_iam(req, status, "%s", iam);
	else if (strstr(req->path, "/v2.1/"))
		fail_nova(req, status, "%s", nova);
	else
		fail_ecs(req, status, code, "%s", ecs);
}

static void answer_400(Request *req, int retry_after, const char *code)
{
	const char *why = "The request is not understood.";

	fail_as_usual(req, 400, why, why, code ? code : "Common.0011", why);
}

static void answer_500(Request *req, int retry_after, const char *code)
{
	fail_as_usual(req, 500, "An unexpected error prevented the server from answering.",
		      "Unexpected API Error.", code ? code : "Common.0001", "System error.");
}

static void answer_html_502(Request *req, int retry_after, const char *code)
{
	reply_empty(req, 502);
	req->type = "text/html";
	g_string_append(req->out, "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n"
				  "<body bgcolor=\"white\">\r\n<center><h1>502 Bad Gateway</h1>"
				  "</center>\r\n</body>\r\n</html>\r\n");
}

static void answer_504(Request *req, int retry_after, const char *code)
{
	fail_gateway(req, 504, code ? code : "APIG.0201", "Backend timeout.");
}

static void answer_throttle202(Request *req, int retry_after, const char *code)
{
	fail_ecs(req, 202, code ? code : "Common.0024",
		 "The number of requests exceeds the limit. Try again later.");
}

static void answer_html200(Request *req, int retry_after, const char *code)
{
	reply_empty(req, 200);
	req->type = "text/html";
	g_string_append(req->out, "<!DOCTYPE html>\n<html><head><title>Login</title></head>"
				  "<body><form action=\"/login\"></form></body></html>\n");
}

static void answer_expire(Request *req, int retry_after, const char *code)
{
	token_expire(request_header(req, "x-auth-token"));
	if (is_identity(req))
		fail_iam(req, 401, "The token has expired.");
	else
		fail_gateway(req, 401, code ? code : "APIG.0307", "The token must be updated.");
}

static void answer_redirect(Request *req, int retry_after, const char *code)
{
	reply_empty(req, 302);
	reply_header(req, "Location", "http://127.0.0.1:9/elsewhere");
}

static const Kind kinds[] = {
	{ "400", answer_400, .default_retry_after = -1 },
	{ "429", answer_429, .default_retry_after = 1 },
	{ "500", answer_500, .default_retry_after = -1 },
	{ "502-html", answer_html_502, .default_retry_after = -1 },
	{ "503", answer_503, .default_retry_after = -1 },
	{ "504", answer_504, .default_retry_after = -1 },
	{ "badjson", .cut = CUT_BADJSON, .work = true },
	{ "date", .spoil = spoil_date, .work = true },
	{ "duplicate", .spoil = spoil_duplicate, .work = true },
	{ "error200", .spoil = spoil_error, .work = true },
	{ "expire", answer_expire },
	{ "html200", answer_html200 },
	{ "huge", .cut = CUT_HUGE, .work = true },
	{ "ids", .spoil = spoil_ids, .work = true },
	{ "job-fail" },
	{ "missing", .spoil = spoil_missing, .work = true },
	{ "ok", .work = true },
	{ "redirect", answer_redirect },
	{ "reset", .cut = CUT_RESET },
	{ "reset-after", .cut = CUT_RESET, .work = true },
	{ "shrink", .spoil = spoil_shrink, .work = true },
	{ "slow", .cut = CUT_SLOW, .work = true, .default_ms = 200 },
	{ "stall", .work = true, .default_ms = 30000 },
	{ "throttle202", answer_throttle202 },
	{ "truncate", .cut = CUT_TRUNCATE, .work = true },
	{ "types", .spoil = spoil_types, .work = true },
	{},
};

static bool is_job_fail(const Kind *kind)
{
	return strcmp(kind->name, "job-fail") == 0;
}

char *fault_kinds(void)
{
	GString *text = g_string_new(NULL);

	for (const Kind *kind = kinds; kind->name; kind++)
		g_string_append_printf(text, "%s%s",
				       !text->len		 ? ""
				       : (kind - kinds) % 8 == 0 ? ",\n"
								 : ", ",
				       kind->name);
	return g_string_free(text, FALSE);
}

static void rule_free(gpointer data)
{
	Rule *rule = data;

	g_free(rule->line);
	g_free(rule->match);
	g_free(rule);
}

static const Kind *find_kind(const char *name)
{
	for (const Kind *kind = kinds; kind->name; kind++)
		if (strcmp(kind->name, name) == 0)
			return kind;
	return NULL;
}

/* One, or a sequence with commas between */
static bool set_kind(Rule *rule, const char *value)
{
	g_auto(GStrv) names = g_strsplit(value, ",", -1);
	unsigned n = g_strv_length(names);

	if (n == 0 || n >= SEQUENCE_MAX)
		return false;
	for (unsigned i = 0; i < n; i++)
		if (!(rule->kind[i] = find_kind(names[i])))
			return false;
	rule->kind[n] = NULL;
	return true;
}

static bool set_match(Rule *rule, const char *value)
{
	g_free(rule->match);
	rule->match = g_strdup(value);
	return true;
}

static bool set_rate(Rule *rule, const char *value)
{
	char *end = NULL;

	rule->rate = g_ascii_strtod(value, &end);
	return end != value && *end == '\0' && rule->rate >= 0 && rule->rate <= 1;
}

static bool set_code(Rule *rule, const char *value)
{
	rule->code = text_intern(value);
	return *value != '\0';
}

static bool set_key(Rule *rule, const char *value)
{
	rule->key = text_intern(value);
	return *value != '\0';
}

static bool set_offset(Rule *rule, const char *value)
{
	return text_int(value, &rule->offset);
}

static bool set_size_mb(Rule *rule, const char *value)
{
	return text_int(value, &rule->size_mb) && rule->size_mb >= 0 && rule->size_mb <= 1024;
}

static bool set_count(Rule *rule, const char *value)
{
	return text_int(value, &rule->count) && rule->count >= 0;
}

static bool set_skip(Rule *rule, const char *value)
{
	return text_int(value, &rule->skip) && rule->skip >= 0;
}

static bool set_ms(Rule *rule, const char *value)
{
	return text_int(value, &rule->ms) && rule->ms >= 0;
}

static bool set_retry_after(Rule *rule, const char *value)
{
	return text_int(value, &rule->retry_after) && rule->retry_after >= -1;
}

static const struct {
	const char *word;
	bool (*set)(Rule *rule, const char *value);
} words[] = {
	{ "kind", set_kind },
	{ "match", set_match },
	{ "rate", set_rate },
	{ "count", set_count },
	{ "skip", set_skip },
	{ "ms", set_ms },
	{ "code", set_code },
	{ "key", set_key },
	{ "offset", set_offset },
	{ "size_mb", set_size_mb },
	{ "retry_after", set_retry_after },
	{},
};

static bool set_word(Rule *rule, char *word, GError **error)
{
	char *equal = strchr(word, '=');

	if (equal)
		*equal = '\0';
	for (int i = 0; equal && words[i].word; i++) {
		if (strcmp(words[i].word, word) != 0)
			continue;
		if (words[i].set(rule, equal + 1))
			return true;
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
			    "fault: bad value \"%s\" for %s", equal + 1, word);
		return false;
	}
	g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "fault: unknown word \"%s\"",
		    word);
	return false;
}

bool fault_add(const char *line, GError **error)
{
	g_auto(GStrv) argv = NULL;
	g_autofree char *text = g_strstrip(g_strdup(line));

	if (!*text || *text == '#')
		return true;
	if (!g_shell_parse_argv(text, NULL, &argv, error))
		return false;

	Rule *rule = g_new0(Rule, 1);
	*rule = (Rule){
		.rate = 1,
		.count = -1,
		.ms = -1,
		.retry_after = G_MININT,
		.offset = -7200,
		.size_mb = HUGE_MB,
	};
	rule->line = g_steal_pointer(&text);
	rule->match = g_strdup("");
	for (char **word = argv; *word; word++) {
		if (!set_word(rule, *word, error)) {
			rule_free(rule);
			return false;
		}
	}
	if (!rule->kind[0]) {
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
			    "fault: kind is missing");
		rule_free(rule);
		return false;
	}
	/* "the next create" is one, unless told otherwise */
	if (is_job_fail(rule->kind[0]) && rule->count < 0 && rule->rate == 1)
		rule->count = 1;
	for (int i = 1; rule->kind[i] && rule->count < 0; i++) /* a sequence comes once */
		if (!rule->kind[i + 1])
			rule->count = i + 1;
	if (!rules)
		rules = g_ptr_array_new_with_free_func(rule_free);
	g_ptr_array_add(rules, rule);
	return true;
}

void fault_list(GString *out)
{
	for (unsigned i = 0; rules && i < rules->len; i++) {
		const Rule *rule = rules->pdata[i];
		g_string_append_printf(out, "%s hits=%d\n", rule->line, rule->hits);
	}
}

void fault_clear(void)
{
	g_clear_pointer(&rules, g_ptr_array_unref);
	g_clear_pointer(&dice, g_rand_free);
}

void fault_seed(guint32 seed)
{
	dice_seed = seed;
}

/* Does @rule strike? Counts what passed and what struck. */
static bool strikes(Rule *rule, const Request *req)
{
	g_autofree char *subject = g_strdup_printf("%s %s", req->method, req->target);

	if (!strstr(subject, rule->match) || rule->count == 0)
		return false;
	if (rule->skip > 0) {
		rule->skip--;
		return false;
	}
	if (!dice)
		dice = g_rand_new_with_seed(dice_seed);
	if (rule->rate < 1 && g_rand_double(dice) >= rule->rate)
		return false;
	if (rule->count > 0)
		rule->count--;
	rule->hits++;
	return true;
}

static const Kind *next_kind(Rule *rule)
{
	const Kind *kind = rule->kind[rule->at++];

	if (!rule->kind[rule->at])
		rule->at = 0;
	return kind;
}

void fault_plan(Request *req, FaultPlan *plan)
{
	*plan = (FaultPlan){ .work = true, .retry_after = -1 };
	for (unsigned i = 0; rules && i < rules->len; i++) {
		Rule *rule = rules->pdata[i];
		if (is_job_fail(rule->kind[0]) || !strikes(rule, req))
			continue;
		const Kind *kind = next_kind(rule);
		int ms = rule->ms >= 0 ? rule->ms : kind->default_ms;
		plan->planned = true;
		plan->answer = kind->answer;
		plan->spoil = kind->spoil;
		plan->what = (Spoil){ .key = rule->key, .offset = rule->offset };
		plan->cut = kind->cut;
		plan->size_mb = rule->size_mb;
		plan->work = kind->work;
		plan->code = rule->code;
		plan->piece_ms = kind->cut == CUT_SLOW ? ms : 0;
		plan->stall_ms = kind->cut == CUT_SLOW ? 0 : ms;
		plan->retry_after = rule->retry_after != G_MININT ? rule->retry_after
								  : kind->default_retry_after;
		return;
	}
}

const char *fault_job(const Request *req)
{
	for (unsigned i = 0; rules && i < rules->len; i++) {
		Rule *rule = rules->pdata[i];
		if (is_job_fail(rule->kind[0]) && strikes(rule, req))
			return rule->code ? rule->code : "Ecs.0319";
	}
	return NULL;
}
