/*
 * IMS: the handlers behind ims.c's table, and what they share. Errors are E1 with HTTP 400, also
 * for what is not there; Glance's own paths say 404 and 403 in HTML (ims.md 8).
 */
#ifndef SANDBOX_IMS_H
#define SANDBOX_IMS_H

#include "contrib/sandbox/image.h"
#include "contrib/sandbox/router.h"

/* ims_create.c */
void ims_image_create(Request *req);
/* ims_tags.c */
void ims_tags_get(Request *req);
void ims_project_tags(Request *req);
void ims_tags_action(Request *req);
void ims_tag_add(Request *req);
void ims_tag_delete(Request *req);
/* glance.c: of plain OpenStack */
void glance_write(GString *out, const Request *req, const Image *image);
void glance_patch(Request *req);
void glance_usage(Request *req);
/* ims_members.c */
void ims_members_list(Request *req);
void ims_member_add(Request *req);
void ims_member_get(Request *req);
void ims_member_update(Request *req);
void ims_member_delete(Request *req);

/** ims_image - the image @id that the project can use; NULL after IMG.0027. */
Image *ims_image(Request *req, const char *id);
/** ims_own - the same, its own and active; NULL after the error. */
Image *ims_own(Request *req, const char *id);
/** ims_glance - the same on a path of Glance; NULL after 404. */
Image *ims_glance(Request *req, const char *id);
/** ims_html - a page, as Glance sends it. */
void ims_html(Request *req, int status, const char *title, const char *text);

/** ims_name_ok - false after IMG.0002, IMG.0001 or IMG.0009 (another image has it). */
bool ims_name_ok(Request *req, const char *name, const Image *of);
/** ims_description_ok - false after IMG.0004. */
bool ims_description_ok(Request *req, const char *description);
/** ims_tag_ok - by the rules of ims.md 7; false after IMG.0115. */
bool ims_tag_ok(Request *req, const char *key, const char *value);
/** ims_tag_room - false after IMG.0116 if @tags would be too many with @more. */
bool ims_tag_room(Request *req, const GPtrArray *tags, unsigned more);

#endif
