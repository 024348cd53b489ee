/* SPDX-License-Identifier: MIT */
#include "client/clouds.h"

#include <string.h>

#include "client/error.h"

EcsCloud *ecs_cloud_new(void)
{
	EcsCloud *cloud = g_new0(EcsCloud, 1);
	cloud->interface = g_strdup("public");
	cloud->verify = true;
	return cloud;
}

static void wipe(char *text)
{
	if (text)
		explicit_bzero(text, strlen(text));
	g_free(text);
}

void ecs_cloud_free(EcsCloud *cloud)
{
	if (!cloud)
		return;
	wipe(cloud->password);
	wipe(cloud->token);
	g_free(cloud->name);
	g_free(cloud->source);
	g_free(cloud->auth_url);
	g_free(cloud->auth_type);
	g_free(cloud->username);
	g_free(cloud->user_id);
	g_free(cloud->user_domain_name);
	g_free(cloud->user_domain_id);
	g_free(cloud->project_name);
	g_free(cloud->project_id);
	g_free(cloud->project_domain_name);
	g_free(cloud->project_domain_id);
	g_free(cloud->region);
	g_free(cloud->interface);
	g_free(cloud->cacert);
	g_free(cloud);
}
