/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * QEMU's virt machine as a device under test, as far as it does not matter
 * whose SMMU it has and what masters: registers, RAM, interrupts, its end.
 */
#ifndef SMMU3_CONFORMANCE_VIRT_H
#define SMMU3_CONFORMANCE_VIRT_H

#include "../dut.h"
#include "qtest.h"

/* Its map with highmem-ecam=off: IHI 0070 says nothing about it, virt.c does. */
#define VIRT_SMMU UINT64_C(0x09050000)
#define VIRT_SMMU_SPI 74 /* event queue, PRI queue, CMD_SYNC, GERROR */
#define VIRT_RAM UINT64_C(0x40000000)
#define VIRT_RAM_SIZE UINT64_C(0x40000000)
#define VIRT_PCI_MMIO UINT64_C(0x10000000)
/* The suite's share of RAM: away from the device tree at its start. */
#define VIRT_OURS UINT64_C(0x48000000)
#define VIRT_OURS_SIZE UINT64_C(0x10000000)
/* Nothing is there: it aborts. */
#define VIRT_HOLE UINT64_C(0x0bf00000)

/* The first member of a backend's own struct, which is the DUT's ctx. */
struct virt {
    struct smmu3_dut dut;
    struct qtest *q;
    const char *binary;
    const char *const *args;        /* of QEMU, after what qtest needs; NULL ends them */
    void (*set_up)(struct virt *v); /* after each reset */
};

/* Fills in the functions of dut that do not depend on the masters. */
void virt_init(struct virt *v);
/* Starts QEMU. False: it does not come up; stderr says why. */
bool virt_start(struct virt *v);
void virt_stop(struct virt *v);

/* A Non-secure access to the SMMU's registers. */
uint64_t virt_reg(struct virt *v, uint32_t offset, unsigned size);
void virt_set(struct virt *v, uint32_t offset, unsigned size, uint64_t value);
/* RAM; zeros elsewhere. */
void virt_ram_read(struct virt *v, uint64_t addr, void *buf, size_t len);
void virt_ram_write(struct virt *v, uint64_t addr, const void *buf, size_t len);
void virt_ram_zero(struct virt *v, uint64_t addr, size_t len);

/* BAR 0 of a function of bus 0, enabled as a bus master; index: 1 MB each. */
uint64_t virt_pci_enable(struct virt *v, unsigned devfn, unsigned index);

#endif
