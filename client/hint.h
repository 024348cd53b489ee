/* SPDX-License-Identifier: MIT */
/* hint - what the user can do about a connection that failed. Internal to engine.c. */
#pragma once

/* @failure: as curl and OpenSSL say it. Returns: static; "" if there is nothing to add. */
const char *ecs_hint(const char *failure);
