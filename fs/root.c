/* SPDX-License-Identifier: MIT */
/* root - the top of the tree: how to use it, and the cloud, or clouds. */
#include <string.h>

#include "fs/kind.h"
#include "fs/regions.h"
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
	if (view->fs->n_clouds > 1)
		g_string_append(out, "Each directory here is a cloud; go into one, and it is:\n\n");
	g_string_append(out, readme);
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
	.find = ecsfs_regions_find,
	.list = ecsfs_regions_list,
};

static EcsfsEntry cloud_entry(const EcsfsCloud *cloud)
{
	return (EcsfsEntry){
		.name = cloud->directory,
		.kind = &ecsfs_regions,
		.scope = cloud->scope,
	};
}

static bool clouds_find(EcsfsView *view, const char *name, EcsfsEntry *entry)
{
	const EcsfsFs *fs = view->fs;

	for (size_t i = 0; i < fs->n_clouds; i++)
		if (strcmp(fs->clouds[i].directory, name) == 0)
			*entry = cloud_entry(&fs->clouds[i]);
	return true;
}

static bool clouds_list(EcsfsView *view, EcsfsEmit emit, void *data)
{
	const EcsfsFs *fs = view->fs;

	for (size_t i = 0; i < fs->n_clouds; i++) {
		EcsfsEntry entry = cloud_entry(&fs->clouds[i]);
		emit(&entry, data);
	}
	return true;
}

const EcsfsKind ecsfs_root_of_several = {
	.name = "/",
	.help = "several clouds",
	.entry = &ecsfs_regions,
	.attrs = root_attrs,
	.children = root_children,
	.find = clouds_find,
	.list = clouds_list,
};
