/* SPDX-License-Identifier: MIT */
#include "fs/fault.h"

#include <errno.h>

#include "client/error.h"

static const int errnos[] = {
	[ECS_ERROR_FAILED] = EIO,
	[ECS_ERROR_NOT_FOUND] = ENOENT,
	[ECS_ERROR_EXISTS] = EEXIST,
	[ECS_ERROR_AUTH] = EACCES,
	[ECS_ERROR_FORBIDDEN] = EACCES,
	[ECS_ERROR_INVALID] = EINVAL,
	[ECS_ERROR_BUSY] = EBUSY,
	[ECS_ERROR_LOCKED] = EPERM,
	[ECS_ERROR_NOT_SUPPORTED] = EOPNOTSUPP,
	[ECS_ERROR_NOT_EMPTY] = ENOTEMPTY,
	[ECS_ERROR_TIMED_OUT] = ETIMEDOUT,
	[ECS_ERROR_UNREACHABLE] = EHOSTUNREACH,
	[ECS_ERROR_RATE_LIMITED] = EAGAIN,
	[ECS_ERROR_QUOTA] = EDQUOT,
	[ECS_ERROR_NO_CAPACITY] = ENOSPC,
	[ECS_ERROR_BAD_REPLY] = EBADMSG,
	[ECS_ERROR_CANCELLED] = EINTR,
	[ECS_ERROR_UNTRUSTED] = EHOSTUNREACH,
	[ECS_ERROR_CONFIG] = EINVAL,
};

static const struct {
	int err;
	const char *sentence;
} sentences[] = {
	{ EACCES, "the file's mode does not allow it" },
	{ EEXIST, "there is something of that name already" },
	{ EINVAL, "the value is not one that can be written here" },
	{ EISDIR, "this is a directory" },
	{ ENOTDIR, "this is not a directory" },
	{ ENOTUNIQ, "several objects have that name: use the id" },
	{ EPERM, "the tree has no such change: its files are the cloud's, not to be made, moved, "
		 "removed or changed in mode" },
	{ ETIMEDOUT, "there was no answer in time" },
	{ EROFS, "this mount is read only" },
	{ EXDEV, "nothing can be moved from one directory to another here" },
};

const char *ecsfs_fault_sentence(int err)
{
	for (size_t i = 0; i < G_N_ELEMENTS(sentences); i++)
		if (sentences[i].err == err)
			return sentences[i].sentence;
	return NULL;
}

bool ecsfs_fault_uncertain(const GError *error)
{
	static const bool uncertain[] = {
		[ECS_ERROR_FAILED] = true,	[ECS_ERROR_TIMED_OUT] = true,
		[ECS_ERROR_UNREACHABLE] = true, [ECS_ERROR_BAD_REPLY] = true,
		[ECS_ERROR_CANCELLED] = true,
	};

	return error->domain != ECS_ERROR || error->code < 0 ||
	       (error->code < (int)G_N_ELEMENTS(uncertain) && uncertain[error->code]);
}

int ecsfs_fault_errno(const GError *error)
{
	if (error->domain != ECS_ERROR || error->code < 0 ||
	    error->code >= (int)G_N_ELEMENTS(errnos))
		return EIO;
	return errnos[error->code];
}
