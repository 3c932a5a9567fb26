/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
#ifndef FW_DEMO_DMA_H
#define FW_DEMO_DMA_H

#include "edu.h"
#include "smmu.h"

/* All steps in which a Secure device moves data, or is kept from it. Leaves its stream aborted. */
void demo_dma(struct smmu *s, const struct edu *e, uint32_t sid);

#endif
