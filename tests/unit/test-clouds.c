/* SPDX-License-Identifier: MIT */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client/clouds.h"
#include "client/error.h"
#include "tests/unit/fake-cloud.h"

/* Files are "PATH\nTEXT" under the temporary directory, which is HOME, and whose work/ is the
 * current directory. "@/" in a variable's value becomes the temporary directory. */
typedef struct {
	const char *name;
	const char *files[4];
	const char *variables[12]; /* NAME=VALUE */
	const char *wanted;	   /* cloud */
	const char *expected;	   /* see describe(), or NULL: an error */
	const char *wrong;	   /* part of the error */
} Case;

#define BASE                                                                                       \
	"clouds:\n  a:\n    auth:\n      auth_url: https://iam.example/v3/\n      username: u\n"   \
	"      password: p\n      user_domain_name: D\n      project_name: eu-de\n    "            \
	"region_name: eu-de\n"
#define BASE_RESULT "a https://iam.example/v3 u/D p eu-de/D eu-de public +"

static const Case cases[] = {
	{ "current directory", { "work/clouds.yaml\n" BASE }, .expected = BASE_RESULT },
	{ "yml", { "work/clouds.yml\n" BASE }, .expected = BASE_RESULT },
	{ "json",
	  { "work/clouds.json\n{\n\t\"clouds\": {\"a\": {\"auth\": {\"auth_url\": "
	    "\"https://iam.example/v3\", \"username\": \"u\", \"password\": "
	    "\"p\",\n\t\"user_domain_name\": "
	    "\"D\", \"project_name\": \"eu-de\"}, \"region_name\": \"eu-de\"}}}" },
	  .expected = BASE_RESULT },
	{ "home", { ".config/openstack/clouds.yaml\n" BASE }, .expected = BASE_RESULT },
	{ "XDG_CONFIG_HOME",
	  { "xdg/openstack/clouds.yaml\n" BASE },
	  { "XDG_CONFIG_HOME=@/xdg" },
	  .expected = BASE_RESULT },
	{ "first file wins",
	  { "work/clouds.yaml\n" BASE, ".config/openstack/clouds.yaml\nclouds: {b: {}, c: {}}" },
	  .expected = BASE_RESULT },
	{ "OS_CLIENT_CONFIG_FILE first",
	  { "work/clouds.yaml\nclouds: {b: {}, c: {}}", "other/x.yaml\n" BASE },
	  { "OS_CLIENT_CONFIG_FILE=@/other/x.yaml" },
	  .expected = BASE_RESULT },
	{ "OS_CLIENT_CONFIG_FILE is not there",
	  { "work/clouds.yaml\n" BASE },
	  { "OS_CLIENT_CONFIG_FILE=@/other/x.yaml" },
	  .expected = BASE_RESULT },
	{ "secure.yaml",
	  { "work/clouds.yaml\n" BASE,
	    ".config/openstack/secure.yaml\nclouds: {a: {auth: {password: better}}}" },
	  .expected = "a https://iam.example/v3 u/D better eu-de/D eu-de public +" },
	{ "OS_CLIENT_SECURE_FILE",
	  { "work/clouds.yaml\n" BASE, "s.yaml\nclouds: {a: {auth: {password: better}}}",
	    "work/secure.yaml\nclouds: {a: {auth: {password: worse}}}" },
	  { "OS_CLIENT_SECURE_FILE=@/s.yaml" },
	  .expected = "a https://iam.example/v3 u/D better eu-de/D eu-de public +" },
	{ "two clouds, none chosen",
	  { "work/clouds.yaml\nclouds:\n  a: {}\n  b-c: {}\n" },
	  .wrong = "clouds.yaml has several clouds (a, b-c)" },
	{ "two clouds, OS_CLOUD",
	  { "work/clouds.yaml\n" BASE "  b: {}\n" },
	  { "OS_CLOUD=a" },
	  .expected = BASE_RESULT },
	{ "asked for beats OS_CLOUD",
	  { "work/clouds.yaml\n" BASE "  b: {}\n" },
	  { "OS_CLOUD=b" },
	  "a",
	  .expected = BASE_RESULT },
	{ "OS_CLOUD beats OS_AUTH_URL",
	  { "work/clouds.yaml\n" BASE },
	  { "OS_CLOUD=a", "OS_AUTH_URL=https://x.example/v3", "OS_USERNAME=x" },
	  .expected = BASE_RESULT },
	{ "OS_AUTH_URL beats the only cloud",
	  { "work/clouds.yaml\n" BASE },
	  { "OS_AUTH_URL=https://x.example/v3", "OS_USERNAME=x", "OS_PASSWORD=y" },
	  .expected = "envvars https://x.example/v3 x/- y -/- - public +" },
	{ "selectors are no cloud",
	  { "work/clouds.yaml\n" BASE },
	  { "OS_REGION_NAME=eu-de", "OS_LOG_LEVEL=1", "OS_TEST_X=1" },
	  .expected = BASE_RESULT },
	{ "other OS_* do not choose",
	  { "work/clouds.yaml\n" BASE },
	  { "OS_INTERFACE=admin" },
	  .expected = BASE_RESULT },
	{ "a name with a dash",
	  { "work/clouds.yaml\nclouds: {my-cloud: {auth: {auth-url: 'https://h.example'}}}" },
	  .wanted = "my-cloud",
	  .expected = "my-cloud https://h.example/v3 -/- - -/- - public +" },
	{ "not there",
	  { "work/clouds.yaml\n" BASE },
	  .wanted = "x",
	  .wrong = "there is no cloud x, only a (" },
	{ "nothing at all", .wrong = "no cloud is configured" },
	{ "environment, synonyms",
	  .variables = { "OS_AUTH_URL=https://x.example", "OS_USERNAME=u", "OS_PASSWORD=p",
			 "OS_TENANT_NAME=t", "OS_DOMAIN_NAME=D", "OS_REGION_NAME=r",
			 "OS_ENDPOINT_TYPE=internalURL", "OS_INSECURE=true" },
	  .expected = "envvars https://x.example/v3 u/D p t/D r internalURL -" },
	{ "environment, ids",
	  .variables = { "OS_AUTH_URL=https://x.example/v3", "OS_USERID=uid", "OS_PASSWORD=p",
			 "OS_PROJECT_ID=pid", "OS_CLOUD_NAME=mine" },
	  .expected = "mine https://x.example/v3 #uid/- p #pid/- - public +" },
	{ "environment, domain of the project for the user",
	  .variables = { "OS_AUTH_URL=https://x.example/v3", "OS_USERNAME=u", "OS_PASSWORD=p",
			 "OS_PROJECT_NAME=n", "OS_PROJECT_DOMAIN_ID=did" },
	  .expected = "envvars https://x.example/v3 u/#did p n/#did - public +" },
	{ "environment, default domain",
	  .variables = { "OS_AUTH_URL=https://x.example/v3", "OS_USERNAME=u", "OS_PASSWORD=p",
			 "OS_DEFAULT_DOMAIN=default" },
	  .expected = "envvars https://x.example/v3 u/#default p -/- - public +" },
	{ "environment, token",
	  .variables = { "OS_AUTH_URL=https://x.example/v3", "OS_TOKEN=t", "OS_AUTH_TYPE=token" },
	  .expected = "envvars https://x.example/v3 -/- token:t -/- - public +" },
	{ "environment's name in the file",
	  { "work/clouds.yaml\nclouds:\n  envvars: {}\n" },
	  .wrong = "clouds.yaml:2: this is the name of the cloud in the environment" },
	{ "profile otc",
	  { "work/clouds.yaml\nclouds: {o: {profile: otc, auth: {username: u, password: p}}}" },
	  .expected = "o https://iam.eu-de.otc.t-systems.com/v3 u/- p -/- eu-de public +" },
	{ "profile otc, region",
	  { "work/clouds.yaml\nclouds: {o: {profile: otc, region_name: eu-nl, auth: {username: "
	    "u}}}" },
	  .expected = "o https://iam.eu-nl.otc.t-systems.com/v3 u/- - -/- eu-nl public +" },
	{ "profile otc, OS_REGION_NAME",
	  { "work/clouds.yaml\nclouds: {o: {profile: otc, auth: {username: u}}}" },
	  { "OS_REGION_NAME=eu-nl" },
	  .expected = "o https://iam.eu-nl.otc.t-systems.com/v3 u/- - -/- eu-nl public +" },
	{ "profile otc, no such region",
	  { "work/clouds.yaml\nclouds: {o: {profile: otc, auth: {username: u}}}" },
	  { "OS_REGION_NAME=mars" },
	  .wrong = "region mars is not one of this cloud's" },
	{ "own auth_url over the profile's",
	  { "work/clouds.yaml\nclouds: {o: {profile: otc, auth: {auth_url: "
	    "'http://127.0.0.1:1/v3'}}}" },
	  .expected = "o http://127.0.0.1:1/v3 -/- - -/- eu-de public +" },
	{ "clouds-public.yaml",
	  { "work/clouds.yaml\nclouds: {o: {cloud: v, auth: {username: u}}}",
	    "work/clouds-public.yaml\npublic-clouds: {v: {auth: {auth_url: "
	    "'https://v.example/v3'}, "
	    "region_name: q, interface: internal}}" },
	  .expected = "o https://v.example/v3 u/- - -/- q internal +" },
	{ "profile unknown",
	  { "work/clouds.yaml\nclouds: {o: {profile: nope}}" },
	  .wrong = "cloud o has no auth_url" },
	{ "regions with values",
	  { "work/clouds.yaml\nclouds: {o: {auth: {auth_url: 'https://h.example'}, regions: "
	    "[{name: r1, "
	    "values: {auth: {username: one}}}, r2]}}" },
	  .expected = "o https://h.example/v3 one/- - -/- r1 public +" },
	{ "beside auth",
	  { "work/clouds.yaml\nclouds: {o: {auth: {auth_url: 'https://h.example', username: in, "
	    "project_name: in, domain_id: in}, username: out, project_name: out, password: out, "
	    "domain_id: out}}" },
	  .expected = "o https://h.example/v3 in/#out out out/#out - public +" },
	{ "anchors and merge keys",
	  { "work/clouds.yaml\nx: &x\n  auth_url: https://h.example\n  username: base\n"
	    "clouds:\n  o:\n    auth:\n      <<: *x\n      username: own\n" },
	  .expected = "o https://h.example/v3 own/- - -/- - public +" },
	{ "numbers, nulls, TLS",
	  { "work/clouds.yaml\nclouds: {o: {auth: {auth_url: 'https://h.example', username: 0123, "
	    "password: ~, project_name: null}, verify: False, cacert: ~/ca.pem}}" },
	  .expected = "o https://h.example/v3 0123/- - -/- - public - @/ca.pem" },
	{ "broken YAML",
	  { "work/clouds.yaml\nclouds:\n  a:\n   - b: [\n" },
	  .wrong = "clouds.yaml:" },
	{ "no mapping", { "work/clouds.yaml\n- a\n- b\n" }, .wrong = "clouds.yaml:1: no mapping" },
	{ "clouds is a word",
	  { "work/clouds.yaml\nclouds: none\n" },
	  .wrong = "clouds.yaml:1: \"clouds\"" },
	{ "empty file", { "work/clouds.yaml\n" }, .wrong = "no cloud is configured" },
	{ "cloud is a list",
	  { "work/clouds.yaml\nclouds:\n  a: [1]\n" },
	  .wrong = "clouds.yaml:2: the cloud has no keys" },
	{ "auth is a word",
	  { "work/clouds.yaml\nclouds:\n  a:\n    auth: x\n" },
	  .wrong = "clouds.yaml:3: \"auth\"" },
	{ "auth_url is none",
	  { "work/clouds.yaml\nclouds:\n  a:\n    auth:\n      auth_url: nope\n" },
	  .wrong = "clouds.yaml:4: auth_url is no http or https URL" },
	{ "auth_url needs a region",
	  { "work/clouds.yaml\nclouds: {a: {auth: {auth_url: 'https://{region_name}.example'}}}" },
	  .wrong = "auth_url needs \"region_name\"" },
	{ "an alias that contains itself",
	  { "work/clouds.yaml\nclouds: &c\n  a: *c\n" },
	  .wrong = "clouds.yaml:" },
	{ "a bomb of aliases",
	  { "work/clouds.yaml\na: &a [1,1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
	    "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n"
	    "clouds: [*d,*d,*d,*d]\n" },
	  .wrong = "too large" },
	{},
};

static const char *or_dash(const char *text)
{
	return text ? text : "-";
}

static void add_either(GString *out, const char *name, const char *id)
{
	if (id)
		g_string_append_printf(out, "#%s", id);
	else
		g_string_append(out, or_dash(name));
}

/* name auth_url user/domain password project/domain region interface verify [cacert] */
static char *describe(const EcsCloud *cloud)
{
	GString *out = g_string_new(NULL);
	g_string_append_printf(out, "%s %s ", cloud->name, cloud->auth_url);
	add_either(out, cloud->username, cloud->user_id);
	g_string_append_c(out, '/');
	add_either(out, cloud->user_domain_name, cloud->user_domain_id);
	g_string_append_printf(out, " %s%s ", cloud->token ? "token:" : "",
			       or_dash(cloud->token ? cloud->token : cloud->password));
	add_either(out, cloud->project_name, cloud->project_id);
	g_string_append_c(out, '/');
	add_either(out,
		   cloud->project_domain_name ? cloud->project_domain_name
		   : cloud->project_name      ? cloud->user_domain_name
					      : NULL,
		   cloud->project_domain_id);
	g_string_append_printf(out, " %s %s %c", or_dash(cloud->region), cloud->interface,
			       cloud->verify ? '+' : '-');
	if (cloud->cacert)
		g_string_append_printf(out, " %s", cloud->cacert);
	return g_string_free(out, FALSE);
}

static char *with_root(const char *text, const char *root)
{
	GString *out = g_string_new(text);
	g_autofree char *slash = g_strconcat(root, "/", NULL);
	g_string_replace(out, "@/", slash, 0);
	return g_string_free(out, FALSE);
}

static void clear_variables(void)
{
	g_auto(GStrv) all = g_listenv();
	for (size_t i = 0; all[i]; i++)
		if (g_str_has_prefix(all[i], "OS_") || g_str_has_prefix(all[i], "XDG_CONFIG"))
			g_unsetenv(all[i]);
}

static void set_up(const Case *c, const char *root)
{
	clear_variables();
	g_setenv("HOME", root, TRUE);
	g_setenv("XDG_CONFIG_DIRS", root, TRUE); /* not the machine's */
	for (size_t i = 0; c->variables[i]; i++) {
		g_auto(GStrv) parts = g_strsplit(c->variables[i], "=", 2);
		g_autofree char *value = with_root(parts[1], root);
		g_setenv(parts[0], value, TRUE);
	}
	for (size_t i = 0; c->files[i]; i++) {
		g_auto(GStrv) parts = g_strsplit(c->files[i], "\n", 2);
		g_autofree char *file = g_build_filename(root, parts[0], NULL);
		g_autofree char *directory = g_path_get_dirname(file);
		g_assert_cmpint(g_mkdir_with_parents(directory, 0700), ==, 0);
		g_assert_true(g_file_set_contents(file, parts[1], -1, NULL));
	}
}

static void remove_all(const char *path)
{
	g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
	const char *name;
	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *child = g_build_filename(path, name, NULL);
		remove_all(child);
	}
	g_assert_cmpint(g_remove(path), ==, 0);
}

static void test_case(const void *data)
{
	const Case *c = data;
	g_autofree char *root = g_dir_make_tmp("clouds-XXXXXX", NULL);
	g_autofree char *work = g_build_filename(root, "work", NULL);
	g_autoptr(GError) error = NULL;
	set_up(c, root);
	g_mkdir(work, 0700);
	g_assert_cmpint(chdir(work), ==, 0);
	g_autoptr(EcsCloud) cloud = ecs_cloud_load(c->wanted, &error);
	if (c->expected) {
		g_assert_no_error(error);
		g_autofree char *expected = with_root(c->expected, root);
		g_autofree char *result = describe(cloud);
		g_assert_cmpstr(result, ==, expected);
	} else {
		g_assert_error(error, ECS_ERROR, ECS_ERROR_CONFIG);
		g_test_message("%s", error->message);
		g_assert_nonnull(strstr(error->message, c->wrong));
		g_assert_null(strchr(error->message, '\n'));
	}
	g_assert_cmpint(chdir("/"), ==, 0);
	remove_all(root);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (const Case *c = cases; c->name; c++) {
		g_autofree char *path = g_strdup_printf("/clouds/%s", c->name);
		g_test_add_data_func(path, c, test_case);
	}
	return g_test_run();
}
