/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Configurations by name: PROFILE[:NAME=VALUE[,NAME=VALUE]...]. */
#ifndef SMMU3_CONFORMANCE_CONFIG_H
#define SMMU3_CONFORMANCE_CONFIG_H

#include "smmu3/smmu3.h"

/*
 * NAME is an ID register or its field ("IDR0.S2P"), or one of the library's
 * own: tlb and cfg, entries of its two caches, where 0 is no cache at all.
 * VALUE is decimal or 0x. False: why[len] says what is wrong with it.
 */
bool config_parse(const char *spec, struct smmu3_config *cfg, char *why, size_t len);

/* Those that --all-configs runs (configs.def), and why; the last is NULL. */
struct config_entry {
    const char *spec, *why;
};
extern const struct config_entry config_all[];

#endif
