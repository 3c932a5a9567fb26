/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
#include "virt.h"

#include <string.h>

#define ECAM UINT64_C(0x3f000000)
#define PCI_COMMAND 0x04
#define PCI_BAR0 0x10
#define MEMORY_AND_MASTER 6

uint64_t virt_reg(struct virt *v, uint32_t offset, unsigned size)
{
    return qtest_read(v->q, VIRT_SMMU + offset, size);
}

void virt_set(struct virt *v, uint32_t offset, unsigned size, uint64_t value)
{
    qtest_write(v->q, VIRT_SMMU + offset, size, value);
}

/* Where it is in our mapping of the machine's RAM; NULL: it is not RAM. */
static uint8_t *host(struct virt *v, uint64_t addr, size_t len)
{
    uint64_t o = addr - VIRT_RAM;

    qtest_sync(v->q);
    return o < VIRT_RAM_SIZE && len <= VIRT_RAM_SIZE - o ? qtest_ram(v->q) + o : NULL;
}

void virt_ram_read(struct virt *v, uint64_t addr, void *buf, size_t len)
{
    const uint8_t *p = host(v, addr, len);

    if (p) {
        memcpy(buf, p, len);
    } else {
        memset(buf, 0, len);
    }
}

void virt_ram_write(struct virt *v, uint64_t addr, const void *buf, size_t len)
{
    uint8_t *p = host(v, addr, len);

    if (p) {
        memcpy(p, buf, len);
    }
}

void virt_ram_zero(struct virt *v, uint64_t addr, size_t len)
{
    uint8_t *p = host(v, addr, len);

    if (p) {
        memset(p, 0, len);
    }
}

uint64_t virt_pci_enable(struct virt *v, unsigned devfn, unsigned index)
{
    uint64_t config = ECAM + ((uint64_t)devfn << 12);
    uint64_t bar = VIRT_PCI_MMIO + ((uint64_t)index << 20);

    qtest_write(v->q, config + PCI_BAR0, 4, bar);
    qtest_write(v->q, config + PCI_COMMAND, 4, MEMORY_AND_MASTER);
    return bar;
}

/* ---- the DUT's functions ---- */

static void dut_reset(void *ctx)
{
    struct virt *v = ctx;

    qtest_reset(v->q);
    v->set_up(v);
}

static uint64_t dut_mmio_read(void *ctx, enum dut_pas pas, uint32_t offset, unsigned size)
{
    (void)pas;
    return virt_reg(ctx, offset, size);
}

static void dut_mmio_write(void *ctx, enum dut_pas pas, uint32_t offset, unsigned size,
                           uint64_t value)
{
    (void)pas;
    virt_set(ctx, offset, size, value);
}

static void dut_mem_read(void *ctx, enum dut_pas pas, uint64_t addr, void *buf, size_t len)
{
    (void)pas;
    virt_ram_read(ctx, addr, buf, len);
}

static void dut_mem_write(void *ctx, enum dut_pas pas, uint64_t addr, const void *buf, size_t len)
{
    (void)pas;
    virt_ram_write(ctx, addr, buf, len);
}

static void dut_mem_zero(void *ctx, enum dut_pas pas, uint64_t addr, size_t len)
{
    (void)pas;
    virt_ram_zero(ctx, addr, len);
}

static unsigned dut_irqs(void *ctx, enum dut_sec bank, enum dut_irq irq)
{
    struct virt *v = ctx;

    return bank == DUT_NS ? qtest_raised(v->q, VIRT_SMMU_SPI + irq) : 0;
}

static bool dut_broken(void *ctx)
{
    return qtest_broken(((struct virt *)ctx)->q);
}

static bool dut_revive(void *ctx)
{
    struct virt *v = ctx;

    virt_stop(v);
    return virt_start(v);
}

void virt_init(struct virt *v)
{
    struct smmu3_dut *d = &v->dut;

    d->ctx = v;
    d->dma_bits = 64;
    d->polls = 1000;
    d->can = DUT_CAN_RESET | DUT_CAN_HOLE | DUT_CAN_IRQ | DUT_CAN_ODD_MMIO;
    d->ram[DUT_PAS_NS].base = VIRT_OURS;
    d->ram[DUT_PAS_NS].size = VIRT_OURS_SIZE;
    for (unsigned i = 0; i < DUT_NUM_PAS; i++) {
        d->hole[i] = VIRT_HOLE;
    }
    d->reset = dut_reset;
    d->mmio_read = dut_mmio_read;
    d->mmio_write = dut_mmio_write;
    d->mem_read = dut_mem_read;
    d->mem_write = dut_mem_write;
    d->mem_zero = dut_mem_zero;
    d->irqs = dut_irqs;
    d->broken = dut_broken;
    d->revive = dut_revive;
}

bool virt_start(struct virt *v)
{
    v->q = qtest_start(v->binary, v->args, VIRT_RAM_SIZE);
    if (!v->q || !qtest_intercept(v->q, "arm_gic")) {
        return false;
    }
    v->set_up(v);
    return true;
}

void virt_stop(struct virt *v)
{
    if (v->q) {
        qtest_stop(v->q);
    }
    v->q = NULL;
}
