/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Our SMMUv3 in QEMU, with our DMA master (spec/master.def) behind it. */
#ifndef SMMU3_CONFORMANCE_QEMU_H
#define SMMU3_CONFORMANCE_QEMU_H

#include "../dut.h"
#include "smmu3/smmu3.h"

/* Runs this binary in this configuration. NULL: it does not come up; stderr says why. */
struct smmu3_dut *qemu_dut_new(const char *qemu, const struct smmu3_config *cfg);
void qemu_dut_free(struct smmu3_dut *dut);

#endif
