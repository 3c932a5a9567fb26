/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * libsmmu3 as hosts use it: a master that asks for nothing but an address, and
 * perhaps keeps the answers until smmu3_host.invalidate() and
 * smmu3_inval_affects() say that they are stale.
 */
#ifndef SMMU3_CONFORMANCE_HOSTED_H
#define SMMU3_CONFORMANCE_HOSTED_H

#include "../property/property.h"
#include "lib.h"

enum hosted_how {
    HOSTED_ATTR,   /* each DMA asks for memory attributes */
    HOSTED_PLAIN,  /* no DMA does */
    HOSTED_CACHED, /* and answers are kept */
    HOSTED_BUSY,   /* as PLAIN, while a second thread repeats what it asks (not with HTTU) */
    HOSTED_NUM
};

/* NULL as lib_dut_new(). */
struct prop_device *hosted_new(const struct smmu3_config *cfg, enum hosted_how how);
void hosted_free(struct prop_device *dev);

#endif
