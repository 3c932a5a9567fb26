/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * QEMU's educational PCI device (docs/specs/edu.rst) as a DMA master: it copies up to 4 KiB between memory and a
 * buffer of its own, which no CPU can see. Addresses are masked to 28 bits unless it was given dma_mask=.
 */
#ifndef FW_EDU_H
#define FW_EDU_H

#include "arch.h"

#define EDU_DMA_BYTES 4096

struct edu {
    uint32_t id;                /* PCIe requester ID */
    uintptr_t regs;
};

/* False if there is none on bus 0. */
bool edu_find(struct edu *e);

/* Copy EDU_DMA_BYTES and wait; false if the device never finishes. It cannot tell a stopped DMA from a good one. */
bool edu_read_memory(const struct edu *e, uint64_t from);
bool edu_write_memory(const struct edu *e, uint64_t to);

#endif
