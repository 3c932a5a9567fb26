/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Stock QEMU's SMMUv3, with the only device of stock QEMU that does a DMA on demand: edu. */
#ifndef SMMU3_CONFORMANCE_EDU_H
#define SMMU3_CONFORMANCE_EDU_H

#include "../dut.h"

/* Runs this binary. NULL: it does not come up; stderr says why. */
struct smmu3_dut *edu_dut_new(const char *qemu);
void edu_dut_free(struct smmu3_dut *dut);

#endif
