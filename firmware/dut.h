/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
#ifndef FW_DUT_H
#define FW_DUT_H

#include "../conformance/dut.h"
#include "arch.h"

/* The SMMU and the DMA master of this machine, for the suite; NULL (and a message) if there is none of one. */
const struct smmu3_dut *dut_find(bool secure);

#endif
