/*
 * The flavors on sale and in which zones they can be had.
 */
#include "contrib/sandbox/world.h"

#include <string.h>

#define GPU "'pci_passthrough:enable_gpu':'true','pci_passthrough:alias':'nvidia-v100:1'"
#define LOCAL_DISK "'quota:local_disk':'HDD:12:1675:True'"
#define S3 "s3", "normal", "IOoptimizedS3_1"
#define S2 "s2", "normal", "IOoptimizedS2"
#define C3 "c3", "computingv3", "IOoptimizedC3_2"
#define M3 "m3", "highmem", "IOoptimizedM3_1"

/* A zone that is not named has the state of the whole region */
const Flavor world_flavors[] = {
	{ "c3.2xlarge.2", 8, 16384, C3, "normal", "01(normal),02(sellout)", 4500, 2600, 750000 },
	{ "c3.2xlarge.4", 8, 32768, C3, "normal", "01(normal), 02(sellout)", 4500, 2600, 750000 },
	{ "c3.large.2", 2, 4096, C3, "normal", NULL, 1500, 600, 300000 },
	{ "c3.xlarge.2", 4, 8192, C3, "normal", NULL, 3000, 1100, 400000 },
	{ "c4.large.2", 2, 4096, "c4", "computingv3", "IOoptimizedC4", "obt", NULL, 4000, 1100,
	  300000 },
	{ "d2.xlarge.8", 4, 32768, "d2", "diskintensive", "IOoptimizedD2", "promotion",
	  "03(abandon)", 2500, 1300, 200000, LOCAL_DISK },
	{ "e3.7xlarge.12", 28, 344064, "e3", "highmem", "IOoptimizedE3", "normal", NULL, 10000,
	  8500, 1500000, NULL, .no_capacity = true },
	{ "m3.large.8", 2, 16384, M3, "normal", NULL, 1500, 600, 250000 },
	{ "m3.xlarge.8", 4, 32768, M3, "normal", NULL, 3000, 1100, 400000 },
	{ "p2v.2xlarge.8", 8, 65536, "p2v", "gpu", "IOoptimizedP2v", "sellout", NULL, 10000, 4000,
	  500000, GPU },
	{ "s2.medium.1", 1, 1024, S2, "abandon", NULL, 500, 100, 50000 },
	{ "s3.2xlarge.2", 8, 16384, S3, "normal", NULL, 3000, 2000, 500000 },
	{ "s3.2xlarge.4", 8, 32768, S3, "normal", NULL, 3000, 2000, 500000 },
	{ "s3.large.1", 2, 2048, S3, "normal", NULL, 800, 200, 100000 },
	{ "s3.large.2", 2, 4096, S3, "normal", NULL, 800, 200, 100000 },
	{ "s3.large.4", 2, 8192, S3, "normal", NULL, 800, 200, 100000 },
	{ "s3.medium.1", 1, 1024, S3, "normal", NULL, 800, 100, 100000 },
	{ "s3.medium.2", 1, 2048, S3, "normal", NULL, 800, 100, 100000 },
	{ "s3.medium.4", 1, 4096, S3, "abandon", "01(normal),03(obt)", 800, 100, 100000 },
	{ "s3.xlarge.2", 4, 8192, S3, "normal", NULL, 1500, 1000, 250000 },
	{ "s3.xlarge.4", 4, 16384, S3, "normal", NULL, 1500, 1000, 250000 },
	{},
};

const Flavor *world_flavor(const char *id)
{
	for (const Flavor *flavor = world_flavors; flavor->id; flavor++)
		if (strcmp(flavor->id, id) == 0)
			return flavor;
	return NULL;
}

const char *flavor_ref(const Flavor *flavor)
{
	return world.options.openstack ? text_format("%d", (int)(flavor - world_flavors) + 1)
				       : flavor->id;
}

const Flavor *world_flavor_by_ref(const char *ref)
{
	for (const Flavor *flavor = world_flavors; flavor->id; flavor++)
		if (strcmp(flavor_ref(flavor), ref) == 0)
			return flavor;
	return NULL;
}

const char *flavor_state(const Flavor *flavor, const char *az)
{
	const char *number = strrchr(az, '-');
	const char *entry =
		number && flavor->az ? strstr(flavor->az, text_format("%s(", number + 1)) : NULL;

	if (!entry)
		return flavor->status;
	const char *open = strchr(entry, '(') + 1;
	return text_format("%.*s", (int)strcspn(open, ")"), open);
}

bool flavor_usable(const Flavor *flavor, const char *az)
{
	static const char *const usable[] = { "normal", "promotion", "obt", NULL };

	return g_strv_contains(usable, flavor_state(flavor, az));
}

char *flavor_az(const Flavor *flavor, const Region *region)
{
	if (!flavor->az)
		return NULL;

	GString *text = g_string_new(NULL);
	for (const char *c = flavor->az; *c; c++) {
		if (g_ascii_isdigit(*c) && (c == flavor->az || c[-1] == ',' || c[-1] == ' '))
			g_string_append_printf(text, "%s-", region->name);
		g_string_append_c(text, *c);
	}
	return g_string_free(text, FALSE);
}
