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
	  .expected = "envvars https://x.example/v3 -/- token:t token: -/- - public +" },
	{ "environment, access key",
	  .variables = { "OS_AUTH_URL=https://x.example/v3", "OS_ACCESS_KEY=a", "OS_SECRET_KEY=s",
			 "OS_SECURITY_TOKEN=t", "OS_PROJECT_NAME=n", "OS_AUTH_TYPE=aksk" },
	  .expected = "envvars https://x.example/v3 -/- - aksk: a:s:t n/- - public +" },
	{ "environment, access key by other names",
	  .variables = { "OS_AUTH_URL=https://x.example/v3", "OS_AK=a", "OS_SK=s", "OS_ST=t",
			 "OS_PROJECT_NAME=n" },
	  .expected = "envvars https://x.example/v3 -/- - a:s:t n/- - public +" },
	{ "environment, access key by Huawei's names",
	  .variables = { "OS_AUTH_URL=https://x.example/v3", "OS_ACCESS_KEY_ID=a",
			 "OS_ACCESS_KEY_SECRET=s", "OS_AKSK_SECURITY_TOKEN=t",
			 "OS_PROJECT_NAME=n" },
	  .expected = "envvars https://x.example/v3 -/- - a:s:t n/- - public +" },
	{ "environment, application credential",
	  .variables = { "OS_AUTH_URL=https://x.example/v3", "OS_APPLICATION_CREDENTIAL_ID=i",
			 "OS_APPLICATION_CREDENTIAL_SECRET=s",
			 "OS_AUTH_TYPE=v3applicationcredential" },
	  .expected = "envvars https://x.example/v3 -/- - v3applicationcredential: i:-:s -/- - "
		      "public +" },
	{ "access key under auth, and beside it",
	  { "work/clouds.yaml\nclouds: {o: {auth: {auth_url: 'https://h.example', ak: in, "
	    "secret_key: s}, access_key: out, project_name: n}}" },
	  .expected = "o https://h.example/v3 -/- - out:s:- n/- - public +" },
	{ "application credential, secret in secure.yaml",
	  { "work/clouds.yaml\nclouds: {o: {auth_type: v3applicationcredential, auth: {auth_url: "
	    "'https://h.example', application_credential_name: n, username: u}}}",
	    "work/secure.yaml\nclouds: {o: {auth: {application_credential_secret: s}}}" },
	  .expected = "o https://h.example/v3 u/- - v3applicationcredential: -:n:s -/- - public "
		      "+" },
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
	  .wrong = "cloud o has no auth_url, nor has its profile nope, or it is not known" },
	{ "profile unknown, and not needed",
	  { "work/clouds.yaml\nclouds: {o: {profile: nope, auth: {auth_url: "
	    "'https://h.example'}}}" },
	  .expected = "o https://h.example/v3 -/- - -/- - public +" },
	{ "profile with domains",
	  { "work/clouds.yaml\nclouds: {o: {profile: ovh, auth: {username: u, password: p, "
	    "project_name: n}}}" },
	  { "OS_REGION_NAME=GRA7" },
	  .expected = "o https://auth.cloud.ovh.net/v3 u/Default p n/Default GRA7 public +" },
	{ "profile of v2.0",
	  { "work/clouds.yaml\nclouds: {o: {profile: catalyst, region_name: nz_wlg_2}}" },
	  .expected = "o https://api.cloud.catalyst.net.nz:5000/v3 -/- - -/- nz_wlg_2 public +" },
	{ "the environment's profile",
	  .variables = { "OS_PROFILE=otc", "OS_USERNAME=u", "OS_PASSWORD=p",
			 "OS_REGION_NAME=eu-nl" },
	  .expected = "envvars https://iam.eu-nl.otc.t-systems.com/v3 u/- p -/- eu-nl public +" },
	{ "clouds-public.yaml before what is built in",
	  { "work/clouds.yaml\nclouds: {o: {profile: otc}}",
	    "work/clouds-public.yaml\npublic-clouds: {otc: {auth: {auth-url: "
	    "'https://own.example'}}}" },
	  .expected = "o https://own.example/v3 -/- - -/- - public +" },
	{ "a profile that is no more",
	  { "work/clouds.yaml\nclouds: {o: {profile: v}}",
	    "work/clouds-public.yaml\npublic-clouds: {v: {auth: {auth_url: 'https://v.example'}, "
	    "status: shutdown, message: since 2020}}" },
	  .wrong = "the cloud of profile v no longer exists: since 2020" },
	{ "the profile's regions with values",
	  { "work/clouds.yaml\nclouds: {o: {profile: v, auth: {username: own}}}",
	    "work/clouds-public.yaml\npublic-clouds: {v: {auth: {auth_url: "
	    "'https://{region_name}.example'}, regions: [a, {name: b, values: {interface: "
	    "internal, auth: {project_name: of-b}}}]}}" },
	  { "OS_REGION_NAME=b" },
	  .expected = "o https://b.example/v3 own/- - of-b/- b internal +" },
	{ "region_name is a YAML list",
	  { "work/clouds.yaml\nclouds: {o: {auth: {auth_url: 'https://h.example'}, region_name: "
	    "[r1, r2]}}" },
	  .expected = "o https://h.example/v3 -/- - -/- r1 public +" },
	{ "of which OS_REGION_NAME is one",
	  { "work/clouds.yaml\nclouds: {o: {auth: {auth_url: 'https://h.example'}, region_name: "
	    "[r1, r2]}}" },
	  { "OS_REGION_NAME=r2" },
	  .expected = "o https://h.example/v3 -/- - -/- r2 public +" },
	{ "regions before region_name",
	  { "work/clouds.yaml\nclouds: {o: {auth: {auth_url: 'https://h.example', username: u}, "
	    "region_name: z, regions: [{name: a, values: {auth: {username: of-a}}}]}}" },
	  .expected = "o https://h.example/v3 of-a/- - -/- a public +" },
	{ "an empty list of regions",
	  { "work/clouds.yaml\nclouds: {o: {auth: {auth_url: 'https://h.example'}, region_name: "
	    "z, regions: []}}" },
	  .expected = "o https://h.example/v3 -/- - -/- z public +" },
	{ "region_name is a list",
	  { "work/clouds.yaml\nclouds: {o: {auth: {auth_url: 'https://h.example'}, region_name: "
	    "'r1,r2'}}" },
	  .expected = "o https://h.example/v3 -/- - -/- r1 public +" },
	{ "endpoints",
	  { "work/clouds.yaml\nclouds: {o: {auth: {auth_url: 'https://h.example'}, region_name: "
	    "r, ecs_endpoint_override: 'https://{region_name}.example:8/ecs/v1/%(project_id)s', "
	    "vpc-endpoint: 'http://[::1]:9/vpc/', vpc_endpoint_override: "
	    "'http://[::1]:10/$(tenant_id)s', image_endpoint: ~, volumev3_endpoint: "
	    "'https://c.example/v3'}}" },
	  .expected = "o https://h.example/v3 -/- - -/- r public + block-storage=https://c.example "
		      "block-store=https://c.example ecs=https://r.example:8/ecs "
		      "volume=https://c.example volumev2=https://c.example "
		      "volumev3=https://c.example vpc=http://[::1]:10" },
	{ "an endpoint that is none",
	  { "work/clouds.yaml\nclouds:\n  o:\n    auth: {auth_url: 'https://h.example'}\n"
	    "    ecs_endpoint_override: nope\n" },
	  .wrong = "clouds.yaml:4: ecs_endpoint_override is no http or https URL" },
	{ "an endpoint that needs what is not there",
	  { "work/clouds.yaml\nclouds:\n  o:\n    auth: {auth_url: 'https://h.example'}\n"
	    "    ecs_endpoint_override: 'https://{region_name}.example'\n" },
	  .wrong = "clouds.yaml:4: ecs_endpoint_override needs \"region_name\"" },
	{ "no secret in a URL",
	  { "work/clouds.yaml\nclouds: {o: {auth: {auth_url: 'https://h.example/{password}'}, "
	    "password: p}}" },
	  .wrong = "auth_url needs \"password\"" },
	{ "files",
	  { "work/clouds.yaml\nclouds: {o: {auth: {auth_url: 'https://h.example'}, region_name: "
	    "r, cacert: '~/{region_name}.pem', cert: /etc/c.pem, key: '~/k.pem'}}" },
	  .expected = "o https://h.example/v3 -/- - -/- r public + @/r.pem cert /etc/c.pem key "
		      "@/k.pem" },
	{ "braces",
	  { "work/clouds.yaml\nclouds: {o: {auth: {auth_url: 'https://h.example'}, cacert: "
	    "'/{{x}}.pem'}}" },
	  .expected = "o https://h.example/v3 -/- - -/- - public + /{x}.pem" },
	{ "verify is a file",
	  { "work/clouds.yaml\nclouds: {o: {auth: {auth_url: 'https://h.example'}, verify: "
	    "/etc/ca.pem}}" },
	  .expected = "o https://h.example/v3 -/- - -/- - public + /etc/ca.pem" },
	{ "insecure beats verify",
	  { "work/clouds.yaml\nclouds: {o: {auth: {auth_url: 'https://h.example'}, verify: true, "
	    "insecure: True}}" },
	  .expected = "o https://h.example/v3 -/- - -/- - public -" },
	{ "secure.yaml brings a cloud, and regions' values",
	  { "work/clouds.yaml\nclouds: {o: {auth: {auth_url: 'https://h.example', username: u}}}",
	    "work/secure.yaml\nclouds: {o: {auth: {password: s}, cert: /c.pem}, other: {}}" },
	  .wanted = "o",
	  .expected = "o https://h.example/v3 u/- s -/- - public + cert /c.pem key -" },
	{ "dollars are not replaced",
	  { "work/clouds.yaml\nclouds: {o: {auth: {auth_url: 'https://h.example', username: "
	    "'${HOME}', password: '$HOME'}}}" },
	  .expected = "o https://h.example/v3 ${HOME}/- $HOME -/- - public +" },
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

/* name auth_url user/domain password [auth_type:] [access key] [application credential]
 * project/domain region interface verify [cacert] [cert ... key ...] [TYPE=ROOT ...] */
static char *describe(const EcsCloud *cloud)
{
	GString *out = g_string_new(NULL);
	g_string_append_printf(out, "%s %s ", cloud->name, cloud->auth_url);
	add_either(out, cloud->username, cloud->user_id);
	g_string_append_c(out, '/');
	add_either(out, cloud->user_domain_name, cloud->user_domain_id);
	g_string_append_printf(out, " %s%s ", cloud->token ? "token:" : "",
			       or_dash(cloud->token ? cloud->token : cloud->password));
	if (cloud->auth_type)
		g_string_append_printf(out, "%s: ", cloud->auth_type);
	if (cloud->access_key || cloud->secret_key)
		g_string_append_printf(out, "%s:%s:%s ", or_dash(cloud->access_key),
				       or_dash(cloud->secret_key), or_dash(cloud->security_token));
	if (cloud->application_credential_secret)
		g_string_append_printf(out, "%s:%s:%s ", or_dash(cloud->application_credential_id),
				       or_dash(cloud->application_credential_name),
				       cloud->application_credential_secret);
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
	if (cloud->cert)
		g_string_append_printf(out, " cert %s key %s", cloud->cert, or_dash(cloud->key));
	g_autoptr(GList) types =
		g_list_sort(g_hash_table_get_keys(cloud->overrides), (GCompareFunc)strcmp);
	for (GList *at = types; at; at = at->next)
		g_string_append_printf(out, " %s=%s", (char *)at->data,
				       (char *)g_hash_table_lookup(cloud->overrides, at->data));
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
	umask(077);
	for (const Case *c = cases; c->name; c++) {
		g_autofree char *path = g_strdup_printf("/clouds/%s", c->name);
		g_test_add_data_func(path, c, test_case);
	}
	return g_test_run();
}
