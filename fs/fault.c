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
	[ECS_ERROR_CONFIG] = EINVAL,
};

int ecsfs_fault_errno(const GError *error)
{
	if (error->domain != ECS_ERROR || error->code < 0 ||
	    error->code >= (int)G_N_ELEMENTS(errnos))
		return EIO;
	return errnos[error->code];
}
