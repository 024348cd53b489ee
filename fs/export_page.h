/* SPDX-License-Identifier: MIT */
/* export_page - what does not change in dashboard.html: how it looks, and how it is sorted. */
#pragma once

extern const char ecsfs_page_style[];  /* CSS */
extern const char ecsfs_page_script[]; /* JavaScript */
