/* SPDX-License-Identifier: MIT */
#include "fs/loop.h"

#include <errno.h>
#include <fuse3/fuse_lowlevel.h>
#include <glib.h>
#include <pthread.h>
#include <stdlib.h>

#define THREADS 10	   /* none of them ever waits for the network */
#define WAKE SIGUSR1	   /* gets a thread out of its read(2), and us out of our wait */
#define WAKE_AGAIN_US 1000 /* it may have been on its way into it */

typedef struct {
	struct fuse_session *session;
	pthread_t main;
	int ending; /* atomic: read no more */
	int ended;  /* atomic: threads that read no more */
	int failed; /* atomic */
} Loop;

static void woken(int number)
{
}

static void *serve(void *data)
{
	Loop *loop = data;
	struct fuse_buf buf = { 0 };
	sigset_t wake;

	sigemptyset(&wake);
	sigaddset(&wake, WAKE);
	pthread_sigmask(SIG_UNBLOCK, &wake, NULL);
	while (!g_atomic_int_get(&loop->ending) && !fuse_session_exited(loop->session)) {
		int n = fuse_session_receive_buf(loop->session, &buf);
		if (n > 0) {
			fuse_session_process_buf(loop->session, &buf);
		} else if (n != -EINTR && n != -EAGAIN) {
			if (n < 0)
				g_atomic_int_set(&loop->failed, 1);
			fuse_session_exit(loop->session); /* 0: it has been unmounted */
		}
	}
	free(buf.mem);
	g_atomic_int_inc(&loop->ended);
	pthread_kill(loop->main, WAKE);
	return NULL;
}

/* Let each thread finish the request that it has. */
static void end(Loop *loop, const pthread_t *threads, int n)
{
	g_atomic_int_set(&loop->ending, 1);
	while (g_atomic_int_get(&loop->ended) < n) {
		for (int i = 0; i < n; i++)
			pthread_kill(threads[i], WAKE);
		g_usleep(WAKE_AGAIN_US);
	}
	for (int i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
}

sigset_t ecsfs_loop_endings(void)
{
	static const int numbers[] = { SIGHUP, SIGINT, SIGTERM };
	struct sigaction action;
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++)
		if (sigaction(numbers[i], NULL, &action) == 0 && action.sa_handler != SIG_IGN)
			sigaddset(&set, numbers[i]);
	return set;
}

bool ecsfs_loop(struct fuse_session *session, const sigset_t *mask)
{
	Loop loop = { .session = session, .main = pthread_self() };
	const struct sigaction action = { .sa_handler = woken }; /* read(2) is not restarted */
	pthread_t threads[THREADS];
	sigset_t ends = ecsfs_loop_endings();
	int n = 0, number;

	sigaddset(&ends, WAKE);
	sigaction(WAKE, &action, NULL);
	while (n < THREADS && pthread_create(&threads[n], NULL, serve, &loop) == 0)
		pthread_setname_np(threads[n++], "ecsfs-fuse");
	sigset_t ours = *mask;
	for (int i = 1; i < NSIG; i++)
		if (sigismember(&ends, i) == 1)
			sigaddset(&ours, i);
	pthread_sigmask(SIG_SETMASK, &ours, NULL);
	if (n > 0)
		sigwait(&ends, &number);
	end(&loop, threads, n);
	return n > 0 && g_atomic_int_get(&loop.failed) == 0;
}
