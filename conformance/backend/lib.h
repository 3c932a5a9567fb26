/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* libsmmu3 as a device under test. */
#ifndef SMMU3_CONFORMANCE_LIB_H
#define SMMU3_CONFORMANCE_LIB_H

#include "../dut.h"
#include "smmu3/smmu3.h"

/*
 * An SMMU of this configuration with a master that can do everything. NULL:
 * no memory, or not a configuration (say smmu3_config_check() to hear why).
 */
struct smmu3_dut *lib_dut_new(const struct smmu3_config *cfg);
void lib_dut_free(struct smmu3_dut *dut);
/* For what struct smmu3_dut does not have. */
struct smmu3 *lib_dut_smmu(struct smmu3_dut *dut);
/* Tells of each invalidation from now on; NULL: no more. */
void lib_dut_listen(struct smmu3_dut *dut,
                    void (*listen)(void *ctx, const struct smmu3_inval *inval), void *ctx);

#endif
