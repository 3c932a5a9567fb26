/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Counts and times of a recording. */
#ifndef SMMU3_TOOL_STATS_H
#define SMMU3_TOOL_STATS_H

#include "recording.h"

struct stats;
struct stats *stats_new(void);
void stats_free(struct stats *s);
void stats_add(struct stats *s, const struct smmu3_record *r);
void stats_print(const struct stats *s);

#endif
