/* SPDX-License-Identifier: MIT */
/* server_show - the texts of an EcsServer that are more than one member, for servers and for bare
 * metal servers. All are EcsfsShow. */
#pragma once

#include "fs/attr.h"

bool ecsfs_server_addresses_show(const EcsfsAttr *attr, EcsfsView *view, GString *out);
bool ecsfs_server_error_show(const EcsfsAttr *attr, EcsfsView *view, GString *out);
bool ecsfs_server_ip_show(const EcsfsAttr *attr, EcsfsView *view, GString *out);
bool ecsfs_server_mac_show(const EcsfsAttr *attr, EcsfsView *view, GString *out);
bool ecsfs_server_progress_show(const EcsfsAttr *attr, EcsfsView *view, GString *out);
bool ecsfs_server_public_ip_show(const EcsfsAttr *attr, EcsfsView *view, GString *out);
bool ecsfs_server_user_data_show(const EcsfsAttr *attr, EcsfsView *view, GString *out);
