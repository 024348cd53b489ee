/* SPDX-License-Identifier: MIT */
#include "fs/wire.h"

#include <fuse3/fuse_lowlevel.h>
#include <linux/fuse.h>
#include <sys/uio.h>
#include <unistd.h>

#include "fs/log.h"

static int greeted; /* atomic: INIT has been answered */

static ssize_t wire_read(int fd, void *buf, size_t len, void *userdata)
{
	const EcsfsFs *fs = userdata;
	ssize_t n = read(fd, buf, len);

	if (n >= (ssize_t)sizeof(struct fuse_in_header))
		ecsfs_log_kernel(fs->log, ((const struct fuse_in_header *)buf)->opcode);
	return n;
}

/* libfuse 3.14 does not pass FUSE_CAP_PARALLEL_DIROPS on to the kernel, which then looks up one
 * name of a directory after the other: the first that waits for the cloud keeps all others waiting.
 */
static void complete_init(const struct iovec *iov, int count)
{
	const struct fuse_out_header *head = iov[0].iov_base;

	if (head->unique == 0 || !g_atomic_int_compare_and_exchange(&greeted, 0, 1))
		return; /* a notification, or not the first answer */
	if (count == 2 && head->error == 0 &&
	    iov[1].iov_len > offsetof(struct fuse_init_out, flags))
		((struct fuse_init_out *)iov[1].iov_base)->flags |= FUSE_PARALLEL_DIROPS;
}

static ssize_t wire_writev(int fd, struct iovec *iov, int count, void *userdata)
{
	if (!g_atomic_int_get(&greeted))
		complete_init(iov, count);
	return writev(fd, iov, count);
}

int ecsfs_wire_attach(struct fuse_session *session)
{
	static const struct fuse_custom_io io = { .read = wire_read, .writev = wire_writev };

	return fuse_session_custom_io(session, &io, fuse_session_fd(session));
}
