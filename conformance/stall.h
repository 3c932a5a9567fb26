/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* A transaction that stalls, and what can be said to it: IHI0070G.b 3.12.2, 4.7. */
#ifndef SMMU3_CONFORMANCE_STALL_H
#define SMMU3_CONFORMANCE_STALL_H

#include "conf.h"

#define STALL_NOWHERE UINT64_C(0x70000000) /* what stall_build() maps not */

struct stall_target {
    struct conf *c;
    struct conf_stream st;
    struct dut_dma dma;    /* faults, and can stall */
    struct conf_event want;
};

/* Stalled transactions that there can be: the SMMU's limit, and the master's. */
unsigned stall_at_once(const struct conf *c);
/* conf_start(). False: this state does not stall (the row is skipped). */
bool stall_start(struct conf *c, enum dut_sec sec);
/* A stream that stalls, and an access that faults. */
bool stall_build(struct conf *c, struct stall_target *t, enum dut_sec sec, unsigned index);
/* It must stall, and leave exactly its record; the STAG. */
unsigned stall_begin(struct stall_target *t, unsigned hold);
/* CMD_RESUME, in the name of the stream's own state. */
struct smmu3t_cmd stall_resume(const struct stall_target *t, unsigned stag, bool ac, bool ab);
/* It must have ended so, or still be stalled. */
struct dut_dma_result stall_ends(struct conf *c, unsigned hold, enum dut_dma_end want);

#endif
