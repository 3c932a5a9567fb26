/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* The machine as QEMU's device tree describes it, and what the kernel is told on top of that. */
#ifndef FW_DT_H
#define FW_DT_H

#include "arch.h"

struct dt_region {
    uint64_t base, size;
};

/* False (and a message) if there is no usable device tree at DT_BASE. Before all others. */
bool dt_init(void);

/* For who only reads: is there one? Instead of dt_init(). */
bool dt_valid(void);

/* Entry `index` of `reg` of the first node with that `compatible` string; false if there is none. */
bool dt_reg(const char *compatible, unsigned int index, struct dt_region *out);
/* Entry `index` of `interrupts` of that node, which must be an SPI (its number, from 0). */
bool dt_spi(const char *compatible, unsigned int index, uint64_t *spi);
/* The first memory node. */
bool dt_memory(struct dt_region *out);
unsigned int dt_cpus(void);
/* Where PCIe functions may have 32-bit memory BARs. */
bool dt_pci_window(struct dt_region *out);
/* The SMMU StreamID of a PCIe requester, from iommu-map; false if it is not behind an SMMU. */
bool dt_stream_id(uint32_t rid, uint32_t *sid);

struct dt_boot {
    const char *bootargs;
    uint64_t initrd_start, initrd_end;  /* equal: no initrd */
};

/* PSCI by SMC and what /chosen needs; false (and a message) on failure. */
bool dt_finish(const struct dt_boot *boot);

#endif
