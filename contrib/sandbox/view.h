/*
 * How servers look in JSON: as ECS v1 and as Nova see them (ecs.md 1.2 lists the differences).
 */
#ifndef SANDBOX_VIEW_H
#define SANDBOX_VIEW_H

#include "contrib/sandbox/server.h"

/** view_v1 - the v1 object. @in_list: the list shows "fault": null, the single object no fault. */
void view_v1(GString *out, const Server *server, bool in_list);
/** view_nova - the Nova object at @microversion (2.x). */
void view_nova(GString *out, const Server *server, int microversion);
/** view_nova_brief - id, name and links. */
void view_nova_brief(GString *out, const Server *server);
/** view_updated - the reduced Nova-like object that the v1 update answers with. */
void view_updated(GString *out, const Server *server);
/** view_pairs - {"key":"value",…} */
void view_pairs(GString *out, const Pairs *pairs);
/** view_tags - ["key=value","key"] */
void view_tags(GString *out, const Pairs *tags);
/** view_tag_objects - [{"key","value"},…] */
void view_tag_objects(GString *out, const Pairs *tags);
/** view_links - the members self and bookmark of a Nova object. @kind: "servers" or "flavors". */
void view_links(GString *out, const Project *project, const char *kind, const char *id);
/** view_host - the address of the ecs host of a region, without a slash at the end. Ring. */
/** view_ips - each address of a server as {"addr","version"}, with commas between. */
void view_ips(GString *out, const Server *server);
const char *view_host(const Region *region);

#endif
