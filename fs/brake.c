/* SPDX-License-Identifier: MIT */
#include "fs/brake.h"

#define MINUTE_US (60 * G_USEC_PER_SEC)
#define CONFIRMED_US (10 * MINUTE_US)

struct EcsfsBrake {
	GMutex lock;
	int64_t deleted[ECSFS_BRAKE_MOST]; /* monotonic us; 0: none */
	unsigned next;			   /* the oldest of them */
	unsigned confirmed;
	int64_t until; /* monotonic us: of what was confirmed */
};

EcsfsBrake *ecsfs_brake_new(void)
{
	return g_new0(EcsfsBrake, 1);
}

void ecsfs_brake_free(EcsfsBrake *brake)
{
	g_free(brake);
}

static bool is_free(int64_t deleted, int64_t now)
{
	return deleted == 0 || now - deleted >= MINUTE_US;
}

/* Under the lock. Returns: how many may be deleted without having been confirmed. */
static unsigned unconfirmed(const EcsfsBrake *brake, int64_t now)
{
	unsigned n = 0;

	for (unsigned i = 0; i < ECSFS_BRAKE_MOST; i++)
		n += is_free(brake->deleted[i], now);
	return n;
}

/* Under the lock. */
static unsigned confirmed(const EcsfsBrake *brake, int64_t now)
{
	return now < brake->until ? brake->confirmed : 0;
}

bool ecsfs_brake_allows(EcsfsBrake *brake, unsigned n, int64_t now)
{
	g_mutex_lock(&brake->lock);
	unsigned own = MIN(n, unconfirmed(brake, now));
	bool allowed = n - own <= confirmed(brake, now);
	if (allowed)
		brake->confirmed -= n - own;
	for (unsigned i = 0; allowed && i < own; i++) {
		brake->deleted[brake->next] = now;
		brake->next = (brake->next + 1) % ECSFS_BRAKE_MOST;
	}
	g_mutex_unlock(&brake->lock);
	return allowed;
}

void ecsfs_brake_refused(EcsfsBrake *brake, unsigned n)
{
	unsigned own = MIN(n, ECSFS_BRAKE_MOST);

	g_mutex_lock(&brake->lock);
	for (unsigned i = 0; i < own; i++) {
		brake->next = (brake->next + ECSFS_BRAKE_MOST - 1) % ECSFS_BRAKE_MOST;
		brake->deleted[brake->next] = 0;
	}
	brake->confirmed += n - own; /* the others had been confirmed */
	g_mutex_unlock(&brake->lock);
}

void ecsfs_brake_confirm(EcsfsBrake *brake, unsigned more, int64_t now)
{
	g_mutex_lock(&brake->lock);
	brake->confirmed = more;
	brake->until = now + CONFIRMED_US;
	g_mutex_unlock(&brake->lock);
}

unsigned ecsfs_brake_left(EcsfsBrake *brake, int64_t now)
{
	g_mutex_lock(&brake->lock);
	unsigned left = unconfirmed(brake, now) + confirmed(brake, now);
	g_mutex_unlock(&brake->lock);
	return left;
}
