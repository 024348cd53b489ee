/* SPDX-License-Identifier: MIT */
/*
 * brake - how much is deleted in a minute, by rmdir(2) and by batch/delete: a loop that runs away,
 * or a pattern that matches more than was meant, ends after a few objects, until somebody says that
 * it is meant.
 *
 * All that rmdir(2) has the cloud do counts: rules and key pairs cost nothing, and are missed as
 * well. Any thread.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

#define ECSFS_BRAKE_MOST 20 /* in a minute */
#define ECSFS_BRAKE_CONFIRM_MAX 10000

typedef struct EcsfsBrake EcsfsBrake;

EcsfsBrake *ecsfs_brake_new(void);
void ecsfs_brake_free(EcsfsBrake *brake);

/* @n more are to be deleted at @now (monotonic us). Returns: whether all of them may; then they have
 * been counted. */
bool ecsfs_brake_allows(EcsfsBrake *brake, unsigned n, int64_t now);
/* The cloud refused the last @n, or others of them: these do not count. */
void ecsfs_brake_refused(EcsfsBrake *brake, unsigned n);
/* @more may be deleted beyond that, in the next ten minutes; in place of what was said before. */
void ecsfs_brake_confirm(EcsfsBrake *brake, unsigned more, int64_t now);
/* Returns: how many may be deleted at once. */
unsigned ecsfs_brake_left(EcsfsBrake *brake, int64_t now);
