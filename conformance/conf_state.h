/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* What is behind struct conf: for the suite's own files, not for cases. */
#ifndef SMMU3_CONFORMANCE_CONF_STATE_H
#define SMMU3_CONFORMANCE_CONF_STATE_H

#include "conf.h"
#include "run.h"

struct conf {
    const struct smmu3_dut *dut;
    const struct conf_run *run;
    uint32_t id[CONF_NUM_IDS];
    struct conf_totals totals;
    unsigned polls, revivals;

    /* The case and its row */
    const struct conf_case *kase;
    bool in_row, row_failed, row_skipped;
    bool case_skipped;
    unsigned case_failed, case_passed, case_rows_skipped;
    struct conf_row_info row;
    char row_name[128];
    char why[160];       /* a case's or row's reason to be skipped */

    uint32_t gbpa[DUT_NUM_SEC]; /* out of reset */

    /* Memory */
    uint64_t brk[DUT_NUM_PAS];
    bool exhausted;
    uint64_t token;      /* of the last DMA write, never the same twice */
    uint64_t last_event[4];
    struct smmu3_mem_ops mem;
    struct smmu3_mmio_ops mmio;
    struct smmu3t_bank bank[DUT_NUM_SEC];
    bool started[DUT_NUM_SEC];
};

/* Reads the ID registers. */
void conf_identify(struct conf *c);
/* Ends the row, if there is one, and tells the report. */
void conf_row_end(struct conf *c);

#endif
