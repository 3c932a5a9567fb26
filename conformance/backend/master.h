/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * A DUT's DMA by the master of spec/master.def (tables/master.h): what the
 * backends share whose DUT has one. Freestanding.
 */
#ifndef SMMU3_CONFORMANCE_MASTER_H
#define SMMU3_CONFORMANCE_MASTER_H

#include "../../tables/master.h"
#include "../dut.h"

/* The DUT_CAN_* that this master brings, as its registers tell. */
uint32_t master_can(const struct smmu3t_master *m);
/* ... and its channels, each of which can hold a DMA. */
unsigned master_holds(const struct smmu3t_master *m);
/* The functions of struct smmu3_dut, with the master's first channel; BROKEN: the master does not answer, or
 * refuses what its registers said it can. */
void master_dma(const struct smmu3t_master *first, const struct dut_dma *dma,
                struct dut_dma_result *res);
void master_dma_poll(const struct smmu3t_master *m, unsigned hold, struct dut_dma_result *res);

#endif
