/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* This machine as a device under test of the suite. */
#include <string.h>

#include "../conformance/backend/master.h"
#include "dt.h"
#include "dut.h"
#include "mmu.h"
#include "options.h"
#include "platform.h"
#include "power.h"
#include "print.h"

#define MASTER_COMPATIBLE "smmu3,master"
#define NO_SPI UINT64_MAX
#define SPI_BASE 32
#define GICD_ISPENDR(n) (0x0200 + 4 * (n))
#define GICD_ICPENDR(n) (0x0280 + 4 * (n))
#define GICD_ICFGR(n) (0x0c00 + 4 * (n))
#define ICFGR_EDGE 2u
/* Nothing is at these 64 KiB of virt: after the virtio-mmio devices. */
#define HOLE 0x0a010000ul

struct machine {
    uintptr_t smmu, gicd;
    uintptr_t ns;               /* what is added to an address for a Non-secure access */
    uint64_t spi[DUT_NUM_SEC];  /* the first of four */
    uintptr_t master_base;
    struct smmu3t_master master;
};

static struct machine machine;

static uintptr_t view(const struct machine *m, enum dut_pas pas, uint64_t addr)
{
    return (uintptr_t)addr + (pas == DUT_PAS_NS ? m->ns : 0);
}

/* ---- registers and memory ---- */

static uint64_t mmio_read(void *ctx, enum dut_pas pas, uint32_t offset, unsigned int size)
{
    const struct machine *m = ctx;
    uintptr_t a = view(m, pas, m->smmu + offset);

    return size == 8 ? read64(a) : read32(a);
}

static void mmio_write(void *ctx, enum dut_pas pas, uint32_t offset, unsigned int size, uint64_t v)
{
    const struct machine *m = ctx;
    uintptr_t a = view(m, pas, m->smmu + offset);

    dsb();
    if (size == 8) {
        write64(a, v);
    } else {
        write32(a, (uint32_t)v);
    }
    dsb();
}

static void mem_read(void *ctx, enum dut_pas pas, uint64_t addr, void *buf, size_t len)
{
    dsb();
    memcpy(buf, (const void *)view(ctx, pas, addr), len);
}

/* Eight bytes at once where they are aligned: the SMMU may look at any time. */
static void mem_write(void *ctx, enum dut_pas pas, uint64_t addr, const void *buf, size_t len)
{
    uintptr_t to = view(ctx, pas, addr);
    uint64_t v;

    if (len == 8 && !(addr & 7)) {
        memcpy(&v, buf, 8);
        write64(to, v);
    } else {
        memcpy((void *)to, buf, len);
    }
    dsb();
}

static void mem_zero(void *ctx, enum dut_pas pas, uint64_t addr, size_t len)
{
    memset((void *)view(ctx, pas, addr), 0, len);
    dsb();
}

/* ---- DMA and interrupts ---- */

static uint32_t master_read32(void *ctx, uint32_t offset)
{
    return read32(((struct machine *)ctx)->master_base + offset);
}

static void master_write32(void *ctx, uint32_t offset, uint32_t v)
{
    dsb();
    write32(((struct machine *)ctx)->master_base + offset, v);
}

static void dma(void *ctx, const struct dut_dma *d, struct dut_dma_result *res)
{
    master_dma(&((struct machine *)ctx)->master, d, res);
}

static void dma_poll(void *ctx, unsigned int hold, struct dut_dma_result *res)
{
    master_dma_poll(&((struct machine *)ctx)->master, hold, res);
}

/* Nobody takes them: one pulse or many leave the SPI pending. */
static unsigned int irqs(void *ctx, enum dut_sec bank, enum dut_irq irq)
{
    const struct machine *m = ctx;
    unsigned int intid = SPI_BASE + (unsigned int)m->spi[bank] + irq;
    uint32_t bit = 1u << intid % 32;
    bool pending = read32(m->gicd + GICD_ISPENDR(intid / 32)) & bit;

    if (pending) {
        write32(m->gicd + GICD_ICPENDR(intid / 32), bit);
    }
    return pending;
}

/* ---- what there is ---- */

static struct smmu3_dut dut = {
    .ctx = &machine, .dma_bits = 64, .mmio_read = mmio_read, .mmio_write = mmio_write, .mem_read = mem_read,
    .mem_write = mem_write, .mem_zero = mem_zero, .dma = dma, .dma_poll = dma_poll, .irqs = irqs,
};

static bool find_ram(bool secure)
{
    struct dt_region ram;
    uint64_t end;

    if (!dt_memory(&ram) || ram.base + ram.size < SUITE_RAM_BASE + 0x1000000ul) {
        print("# the suite needs 128 MiB of RAM: -m 128M\n");
        return false;
    }
    end = ram.base + ram.size;
    dut.ram[DUT_PAS_NS].base = SUITE_RAM_BASE;
    dut.ram[DUT_PAS_NS].size = end - SUITE_RAM_BASE < SUITE_RAM_MAX ? end - SUITE_RAM_BASE : SUITE_RAM_MAX;
    if (secure) {
        dut.ram[DUT_PAS_S].base = SUITE_SECURE_BASE;
        dut.ram[DUT_PAS_S].size = SECURE_RAM_SIZE / 2;
    }
    for (unsigned int i = 0; i < DUT_NUM_PAS; i++) {
        dut.hole[i] = HOLE;
    }
    return true;
}

static bool find_master(void)
{
    static const struct smmu3_mmio_ops ops = {.ctx = &machine, .read32 = master_read32, .write32 = master_write32};
    struct dt_region reg;

    if (!dt_reg(MASTER_COMPATIBLE, 0, &reg)) {
        print("# no DMA master in this machine: add -device smmu3-master,sid=0,num-sids=0x100000\n");
        return false;
    }
    machine.master_base = reg.base;
    machine.master = (struct smmu3t_master){.mmio = &ops};
    if (!smmu3t_master_present(&machine.master)) {
        print("# the DMA master at 0x%lx is not one that this firmware knows\n", reg.base);
        return false;
    }
    dut.can = master_can(&machine.master) | DUT_CAN_HOLE;
    dut.holds = master_holds(&machine.master);
    return true;
}

static bool find_smmu(bool secure)
{
    struct dt_region reg;

    if (!dt_reg("arm,smmu-v3", 0, &reg)) {
        print("# no SMMUv3 in this machine: add iommu=smmuv3 to -M virt\n");
        return false;
    }
    machine.smmu = reg.base;
    machine.ns = secure ? NS_ALIAS : 0;
    return true;
}

/* A pulse leaves only an edge-triggered interrupt pending. */
static void make_edge(const struct machine *m, uint64_t spi)
{
    for (unsigned int i = 0; i < DUT_NUM_IRQ; i++) {
        unsigned int intid = SPI_BASE + (unsigned int)spi + i;
        uintptr_t cfg = m->gicd + GICD_ICFGR(intid / 16);

        write32(cfg, read32(cfg) | ICFGR_EDGE << 2 * (intid % 16));
    }
}

/* Interrupts count only if those of each state can be seen. */
static void find_interrupts(bool secure)
{
    struct dt_region gicd;

    machine.spi[DUT_NS] = NO_SPI;
    if (dt_reg("arm,gic-v3", 0, &gicd) && dt_spi("arm,smmu-v3", 0, &machine.spi[DUT_NS])) {
        machine.gicd = gicd.base;
        machine.spi[DUT_S] = option_number("secure-spi", NO_SPI);
        if (!secure || machine.spi[DUT_S] != NO_SPI) {
            dut.can |= DUT_CAN_IRQ;
            make_edge(&machine, machine.spi[DUT_NS]);
        }
        if (secure && machine.spi[DUT_S] != NO_SPI) {
            make_edge(&machine, machine.spi[DUT_S]);
        }
    }
}

const struct smmu3_dut *dut_find(bool secure)
{
    if (!find_smmu(secure) || !find_ram(secure) || !find_master()) {
        return NULL;
    }
    if (secure && dut.can & DUT_CAN_NS_ATTR) {
        dut.can |= DUT_CAN_SECURE;
    }
    dut.name = power_el() == 3 ? "the SMMU of this machine, from EL3"
               : power_el() == 2 ? "the SMMU of this machine, from EL2" : "the SMMU of this machine, from EL1";
    find_interrupts(secure);
    return &dut;
}
