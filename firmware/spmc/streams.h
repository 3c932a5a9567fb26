/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
#ifndef SPMC_STREAMS_H
#define SPMC_STREAMS_H

#include "../edu.h"
#include "../smmu.h"

/*
 * A Secure device behind Secure stage 2 (IHI0070G.b 3.10.2.2): what it can reach through each of the two contexts and
 * what is refused, step by step. Leaves its stream aborted.
 */
void streams_run(struct smmu *s, const struct edu *e, uint32_t sid);

#endif
