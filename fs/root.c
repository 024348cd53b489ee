/* SPDX-License-Identifier: MIT */
/* root - the top of the tree: how to use it, and the regions. */
#include <string.h>

#include "fs/cloud.h"
#include "fs/kind.h"
#include "fs/name.h"
#include "fs/view.h"

static const char readme[] =
	"A cloud as a tree of files. Read a file to see, write it to change.\n"
	"\n"
	"  ls <region>/<az>/servers                  the servers, by id\n"
	"  ls <region>/<az>/servers/by-name          the same, by name\n"
	"  cat <region>/<az>/servers/web1/status     a name works wherever an id does\n"
	"  grep -r . <region>/<az>/servers/*/status  one API call for all of them\n"
	"  echo stop > .../servers/web1/action       cat action: what can be done now\n"
	"  echo web2 > .../servers/web1/name         rename\n"
	"  echo prod > .../servers/web1/tags/env     tag it; rm tags/env to untag\n"
	"  mkdir .../servers/web3                    create, from the values in .../template/\n"
	"  rmdir .../servers/web3                    delete (mount with -o allow_delete)\n"
	"  mkdir <region>/keypairs/laptop            a draft: becomes a key pair when you write\n"
	"  cat id.pub > .../laptop/public_key        what it is made from\n"
	"  ssh -F <region>/export/ssh_config web1    export/ has files for other tools\n"
	"\n"
	"A failed write says why: cat .ecsfs/why (your own last failure), the object's `error`,\n"
	".ecsfs/errors (all of them). touch a file to have it fetched anew. Nothing is destroyed "
	"by rm -rf.\n"
	"Manuals: ecsfs(1), ecsfs-tree(5).\n";

static bool readme_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	g_string_append(out, readme);
	return true;
}

static const EcsfsCloud *root_cloud(const EcsfsView *view)
{
	return ecsfs_cloud_of(view->fs, ecsfs_view_scope(view));
}

static EcsfsEntry region_entry(const EcsfsView *view, const char *name, const char *region)
{
	return (EcsfsEntry){
		.name = name,
		.kind = &ecsfs_region,
		.scope = ecs_client_scope(root_cloud(view)->client, region, NULL),
	};
}

static bool regions_find(EcsfsView *view, const char *name, EcsfsEntry *entry)
{
	g_auto(GStrv) regions = ecs_client_regions(root_cloud(view)->client);
	g_autofree char *region = ecsfs_name_unescape(name);

	if (region != NULL && g_strv_contains((const char *const *)regions, region))
		*entry = region_entry(view, name, region);
	return true;
}

static bool regions_list(EcsfsView *view, EcsfsEmit emit, void *data)
{
	g_auto(GStrv) regions = ecs_client_regions(root_cloud(view)->client);

	for (char **region = regions; *region != NULL; region++) {
		g_autofree char *name = ecsfs_name_escape(*region, *region);
		EcsfsEntry entry = region_entry(view, name, *region);
		emit(&entry, data);
	}
	return true;
}

static const EcsfsAttr root_attrs[] = {
	{ "README", 0444, readme_show, .help = "how to use this tree, in a screenful" }, {}
};

static const EcsfsChild root_children[] = {
	{ ".ecsfs", &ecsfs_control, "the mount itself: health, requests, errors" }, {}
};

const EcsfsKind ecsfs_root = {
	.name = "/",
	.help = "a cloud",
	.entry = &ecsfs_region,
	.attrs = root_attrs,
	.children = root_children,
	.find = regions_find,
	.list = regions_list,
};
