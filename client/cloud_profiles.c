/* SPDX-License-Identifier: MIT */
#include "client/cloud_profiles.h"

#include <string.h>

#define REGIONS_MAX 20
#define WHERE "built in"

static const struct {
	const char *name;
	const char *auth_url;
	const char *domain; /* name of the user's and the project's; NULL: not said */
	const char *regions[REGIONS_MAX];
} profiles[] = {
	{ "auro", "https://api.van2.auro.io:5000/v3", "Default", { "RegionOne" } },
	{ "betacloud", "https://api-1.betacloud.de:5000", NULL, { "betacloud-1" } },
	{ "catalyst",
	  "https://api.cloud.catalyst.net.nz:5000/v3",
	  NULL,
	  { "nz-por-1", "nz_wlg_2" } },
	{ "citycloud",
	  "https://{region_name}.citycloud.com:5000/v3",
	  NULL,
	  { "Buf1", "Fra1", "Lon1", "Sto2", "Kna1", "dx1", "tky1" } },
	{ "elastx", "https://ops.elastx.cloud:5000/v3", NULL, { "se-sto" } },
	{ "entercloudsuite",
	  "https://api.entercloudsuite.com",
	  NULL,
	  { "it-mil1", "nl-ams1", "de-fra1" } },
	{ "fuga", "https://identity.api.fuga.io:5000", "Default", { "cystack" } },
	{ "internap",
	  "https://identity.api.cloud.iweb.com",
	  NULL,
	  { "ams01", "da01", "nyj01", "sin01", "sjc01" } },
	{ "limestonenetworks",
	  "https://auth.cloud.lstn.net:5000/v3",
	  NULL,
	  { "us-dfw-1", "us-slc" } },
	{ "otc", "https://iam.{region_name}.otc.t-systems.com/v3", NULL, { "eu-de", "eu-nl" } },
	{ "ovh",
	  "https://auth.cloud.ovh.net",
	  "Default",
	  { "BHS", "BHS1", "BHS3", "BHS5", "DE", "DE1", "GRA", "GRA1", "GRA5", "GRA7", "SBG",
	    "SBG1", "SBG5", "UK", "UK1", "WAW", "WAW1", "SYD1", "SGP1" } },
	{ "ovh-us", "https://auth.cloud.ovh.us", "Default", { "US-EAST-VA-1" } },
	{ "switchengines", "https://keystone.cloud.switch.ch:5000/v3", NULL, { "LS", "ZH" } },
	{ "zetta", "https://identity.api.zetta.io/v3", NULL, { "no-osl1" } },
};

static void set(EcsConf *map, const char *key, const char *value)
{
	if (value)
		ecs_conf_set(map, key, ecs_conf_new_text(value, WHERE, 0));
}

EcsConf *ecs_cloud_profile(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(profiles); i++) {
		if (strcmp(profiles[i].name, name) != 0)
			continue;
		EcsConf *cloud = ecs_conf_new(ECS_CONF_MAP, WHERE, 0);
		EcsConf *auth = ecs_conf_new(ECS_CONF_MAP, WHERE, 0);
		EcsConf *regions = ecs_conf_new(ECS_CONF_LIST, WHERE, 0);
		set(auth, "auth_url", profiles[i].auth_url);
		set(auth, "user_domain_name", profiles[i].domain);
		set(auth, "project_domain_name", profiles[i].domain);
		for (size_t k = 0; k < REGIONS_MAX && profiles[i].regions[k]; k++)
			ecs_conf_add(regions, ecs_conf_new_text(profiles[i].regions[k], WHERE, 0));
		ecs_conf_set(cloud, "auth", auth);
		ecs_conf_set(cloud, "regions", regions);
		return cloud;
	}
	return NULL;
}
