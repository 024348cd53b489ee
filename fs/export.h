/* SPDX-License-Identifier: MIT */
/*
 * export - the servers of a region or a zone in the formats of other tools, made from the lists
 * that are cached anyway. A file is a row in fs/export.c and an EcsfsShow here; what the cloud said
 * goes through fs/escape.h.
 */
#pragma once

#include "client/image.h"
#include "client/server.h"
#include "fs/view.h"

/* export_hosts.c */
bool ecsfs_export_hosts_show(const EcsfsAttr *attr, EcsfsView *view, GString *out);
bool ecsfs_export_ssh_show(const EcsfsAttr *attr, EcsfsView *view, GString *out);
/* export_ansible.c */
bool ecsfs_export_ansible_show(const EcsfsAttr *attr, EcsfsView *view, GString *out);
/* export_data.c */
bool ecsfs_export_csv_show(const EcsfsAttr *attr, EcsfsView *view, GString *out);
bool ecsfs_export_json_show(const EcsfsAttr *attr, EcsfsView *view, GString *out);
bool ecsfs_export_prometheus_show(const EcsfsAttr *attr, EcsfsView *view, GString *out);
/* export_dot.c */
bool ecsfs_export_dot_show(const EcsfsAttr *attr, EcsfsView *view, GString *out);
/* export_dashboard.c */
bool ecsfs_export_dashboard_show(const EcsfsAttr *attr, EcsfsView *view, GString *out);

/* Append "eu-de", "eu-de/eu-de-01", "eu-de/projects/eu-de_dev": what the files are about. */
void ecsfs_export_title(const EcsfsView *view, GString *out);

/* Call @fn with every server of the region, or of the view's zone, in the order of names. False:
 * see the view. */
typedef void (*EcsfsExportServer)(const EcsServer *server, void *data);
bool ecsfs_export_servers(EcsfsView *view, EcsfsExportServer fn, void *data);

/* A server that can be reached. */
typedef struct {
	const EcsServer *server;
	const char *name;      /* as ecsfs_escape_label() makes it, unique in the region */
	const char *ip;	       /* the first of its own addresses, IPv4 if it has one; "": none */
	const char *public_ip; /* the first elastic IP; "": none */
} EcsfsHost;

/*
 * The same for those that have an address, with a name for tools: the server's own, if that is a
 * host's name, means nothing else to such tools, and is no other server's, whatever the case of its
 * letters. Else "-" and the first eight characters of the id follow. So no server takes the name or
 * the id of another.
 */
typedef void (*EcsfsExportHost)(const EcsfsHost *host, void *data);
bool ecsfs_export_hosts(EcsfsView *view, EcsfsExportHost fn, void *data);

/* Returns: the address to log in at: the elastic IP, else its own. */
const char *ecsfs_host_login(const EcsfsHost *host);
/* Returns: whether @text is an IP address and nothing more. */
bool ecsfs_export_is_ip(const char *text);

/* The images to ask ecsfs_export_user() with; NULL if they cannot be listed. False: see the view.
 */
bool ecsfs_export_images(EcsfsView *view, const EcsfsSnapshot **images);
/* Returns: who logs in to a server with a key pair, as far as the image tells; NULL: not known. */
const char *ecsfs_export_user(const EcsServer *server, const EcsfsSnapshot *images);
