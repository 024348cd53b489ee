/*
 * IMS: sharing, as Glance does it (ims.md I14). The owner offers, the other project accepts.
 */
#include <string.h>

#include "contrib/sandbox/ims.h"

static void write_member(GString *out, const Image *image, const Member *member)
{
	json_write(out,
		   "{'status':%s,'created_at':%s,'updated_at':%s,'image_id':%s,'member_id':%s,"
		   "'schema':'/v2/schemas/member'}",
		   member->status, time_z(member->created), time_z(member->updated), image->id,
		   member->project->id);
}

/* The image {i} if it is the project's own; NULL after the error */
static Image *own(Request *req)
{
	Image *image = ims_glance(req, req->param[0]);

	if (!image || image->owner == req->project)
		return image;
	ims_html(req, 403, "Forbidden",
		 image->owner ? "You are not permitted to do that with this image."
			      : "Public images do not have members.");
	return NULL;
}

/* The member {m}: the owner sees all, others themselves; NULL after the error */
static Member *find(Request *req, Image **image)
{
	*image = ims_glance(req, req->param[0]);
	const Project *project = world_project_by_id(req->param[1]);
	bool may = *image && ((*image)->owner == req->project || project == req->project);
	Member *member = may && project ? image_member(*image, project) : NULL;

	if (*image && !member)
		ims_html(req, 404, "Not Found", "No member found.");
	return member;
}

void ims_members_list(Request *req)
{
	const Image *image = ims_glance(req, req->param[0]);

	if (!image)
		return;
	if (!image->owner) {
		ims_html(req, 403, "Forbidden", "Public images do not have members.");
		return;
	}
	reply(req, 200, "{'members':[");
	for (unsigned i = 0; i < image->members->len; i++) {
		const Member *member = image->members->pdata[i];
		if (image->owner != req->project && member->project != req->project)
			continue;
		json_comma(req->out);
		write_member(req->out, image, member);
	}
	g_string_append(req->out, "],");
	json_write(req->out, "'schema':'/v2/schemas/members'}");
}

void ims_member_add(Request *req)
{
	Image *image = own(req);
	const char *id = image ? json_string(request_json(req), "member") : NULL;
	const Project *project = id ? world_project_by_id(id) : NULL;

	if (!image)
		return;
	if (!id || !project) {
		fail_ecs(req, 400, "IMG.0086", "The project %s does not exist.", id ? id : "");
	} else if (project == req->project) {
		fail_ecs(req, 400, "IMG.0076", "An image cannot be shared with oneself.");
	} else if (image_member(image, project)) {
		fail_ecs(req, 400, "IMG.0029", "The image is shared with %s already.", id);
	} else if (image->members->len >= MEMBER_QUOTA) {
		fail_ecs(req, 400, "IMG.0088", "The image is shared with too many projects.");
	} else if (strcmp(image->status, "active") != 0) {
		fail_ecs(req, 400, "IMG.0046", "The image is not active.");
	} else {
		Member *member = g_new0(Member, 1);
		*member = (Member){ project, "pending", clock_now(), clock_now() };
		g_ptr_array_add(image->members, member);
		req->status = 200;
		write_member(req->out, image, member);
	}
}

void ims_member_get(Request *req)
{
	Image *image = NULL;
	const Member *member = find(req, &image);

	if (!member)
		return;
	req->status = 200;
	write_member(req->out, image, member);
}

void ims_member_update(Request *req)
{
	static const char *const words[] = { "accepted", "rejected", "pending", NULL };
	Image *image = NULL;
	Member *member = find(req, &image);
	const char *status = member ? json_string(request_json(req), "status") : NULL;

	if (!member)
		return;
	if (member->project != req->project) {
		ims_html(req, 403, "Forbidden", "Only the other project can decide that.");
		return;
	}
	for (int i = 0; status && words[i]; i++) {
		if (strcmp(words[i], status) != 0)
			continue;
		member->status = words[i];
		member->updated = clock_now();
		req->status = 200;
		write_member(req->out, image, member);
		return;
	}
	ims_html(req, 400, "Bad Request", "Invalid status.");
}

void ims_member_delete(Request *req)
{
	Image *image = NULL;
	Member *member = find(req, &image);

	if (!member)
		return;
	if (image->owner != req->project) {
		ims_html(req, 403, "Forbidden", "You are not permitted to do that.");
		return;
	}
	g_ptr_array_remove(image->members, member);
	reply_empty(req, 204);
}
