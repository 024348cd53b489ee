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

bool ecsfs_brake_allows(EcsfsBrake *brake, int64_t now)
{
	bool allowed = true;

	g_mutex_lock(&brake->lock);
	if (is_free(brake->deleted[brake->next], now)) {
		brake->deleted[brake->next] = now;
		brake->next = (brake->next + 1) % ECSFS_BRAKE_MOST;
	} else if (brake->confirmed > 0 && now < brake->until) {
		brake->confirmed--;
	} else {
		allowed = false;
	}
	g_mutex_unlock(&brake->lock);
	return allowed;
}

void ecsfs_brake_refused(EcsfsBrake *brake)
{
	g_mutex_lock(&brake->lock);
	brake->next = (brake->next + ECSFS_BRAKE_MOST - 1) % ECSFS_BRAKE_MOST;
	brake->deleted[brake->next] = 0;
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
	unsigned left = now < brake->until ? brake->confirmed : 0;
	for (unsigned i = 0; i < ECSFS_BRAKE_MOST; i++)
		left += is_free(brake->deleted[i], now);
	g_mutex_unlock(&brake->lock);
	return left;
}
