/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * qtest's own accesses are Non-secure. Secure ones, to registers and to Secure
 * memory, are made by a channel of the master that goes past the SMMU.
 */
#include "qemu.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "master.h"
#include "virt.h"

#define MASTER UINT64_C(0x09100000)
#define SECURE_SPI 100
#define SECURE_RAM UINT64_C(0x0e000000)
#define SECURE_RAM_SIZE UINT64_C(0x01000000)
/* Where Secure memory is copied from and to: RAM that we see. */
#define STAGING (VIRT_OURS + VIRT_OURS_SIZE)
#define PAGE 4096u
/* The last channel is for Secure accesses; the others each hold a DMA. */
#define CH_SECURE 15u
/* A slice of a command that takes longer than its first. */
#define SLICE_NS 100000

#define IDS 13
#define FRAME 0xc0u /* bytes of a channel's registers */

struct qemu {
    struct virt v;
    struct smmu3_mmio_ops ops;
    struct smmu3t_master master;
    /* What a channel's registers say, as long as nobody touches them. */
    uint8_t frame[FRAME];
    uint32_t framed; /* of this channel + 1; 0: of none */
    uint32_t size, count; /* of the Secure channel */
    char value[IDS][64];
    const char *args[2 * IDS + 24];
};

/* ---- the master's registers ---- */

static uint32_t ops_read32(void *ctx, uint32_t offset)
{
    struct qemu *u = ctx;
    uint32_t channel = offset / SMMU3T_MASTER_CHANNEL_SIZE;
    uint32_t at = offset % SMMU3T_MASTER_CHANNEL_SIZE;

    if (u->framed != channel + 1) {
        qtest_read_bytes(u->v.q, MASTER + offset - at, u->frame, FRAME);
        u->framed = channel + 1;
    }
    return u->frame[at] | (uint32_t)u->frame[at + 1] << 8 | (uint32_t)u->frame[at + 2] << 16 |
           (uint32_t)u->frame[at + 3] << 24;
}

static void ops_write32(void *ctx, uint32_t offset, uint32_t v)
{
    struct qemu *u = ctx;

    u->framed = 0;
    qtest_write(u->v.q, MASTER + offset, 4, v);
}

static void relax(void *ctx)
{
    struct qemu *u = ctx;

    u->framed = 0;
    qtest_clock_step(u->v.q, SLICE_NS);
}

/* ---- Secure accesses ---- */

static void secure_set(struct qemu *u, uint32_t reg, unsigned size, uint64_t v)
{
    qtest_write(u->v.q, MASTER + CH_SECURE * SMMU3T_MASTER_CHANNEL_SIZE + reg, size, v);
}

static uint64_t secure_get(struct qemu *u, uint32_t reg, unsigned size)
{
    return qtest_read(u->v.q, MASTER + CH_SECURE * SMMU3T_MASTER_CHANNEL_SIZE + reg, size);
}

static void secure_set_up(struct qemu *u)
{
    secure_set(u, SMMU3T_M_CTRL, 4,
               SMMU3T_M_CTRL_SECURE << SMMU3T_M_CTRL_SEC_LO | 1u << SMMU3T_M_CTRL_DIRECT_LO);
    secure_set(u, SMMU3T_M_STRIDE, 8, PAGE);
    u->size = u->count = 0;
    u->framed = 0;
}

static void secure_run(struct qemu *u, uint32_t cmd, uint32_t size, uint32_t count)
{
    if (size != u->size) {
        secure_set(u, SMMU3T_M_SIZE, 4, u->size = size);
    }
    if (count != u->count) {
        secure_set(u, SMMU3T_M_COUNT, 4, u->count = count);
    }
    secure_set(u, SMMU3T_M_CMD, 4, cmd);
    /* A few accesses are over when the write is. */
    while (count > 1 && !qtest_broken(u->v.q) &&
           SMMU3T_MASTER_GET(secure_get(u, SMMU3T_M_STATUS, 4), STATUS, STATE) ==
               SMMU3T_M_STATUS_BUSY) {
        relax(u);
    }
}

static uint64_t qemu_mmio_read(void *ctx, enum dut_pas pas, uint32_t offset, unsigned size)
{
    struct qemu *u = ctx;

    if (pas != DUT_PAS_S) {
        return virt_reg(&u->v, offset, size);
    }
    secure_set(u, SMMU3T_M_SRC, 8, VIRT_SMMU + offset);
    secure_run(u, SMMU3T_M_CMD_READ, size, 1);
    return secure_get(u, SMMU3T_M_RDATA, 8) & (~UINT64_C(0) >> (64 - 8 * size));
}

static void qemu_mmio_write(void *ctx, enum dut_pas pas, uint32_t offset, unsigned size, uint64_t v)
{
    struct qemu *u = ctx;

    if (pas != DUT_PAS_S) {
        virt_set(&u->v, offset, size, v);
        return;
    }
    secure_set(u, SMMU3T_M_DST, 8, VIRT_SMMU + offset);
    secure_set(u, SMMU3T_M_WDATA, 8, v);
    secure_run(u, SMMU3T_M_CMD_WRITE, size, 1);
}

static uint64_t load(const uint8_t *b)
{
    uint64_t v = 0;

    for (int i = 7; i >= 0; i--) {
        v = v << 8 | b[i];
    }
    return v;
}

static void store(uint8_t *b, uint64_t v)
{
    for (int i = 0; i < 8; i++) {
        b[i] = (uint8_t)(v >> (8 * i));
    }
}

static void qemu_mem_read(void *ctx, enum dut_pas pas, uint64_t addr, void *buf, size_t len)
{
    struct qemu *u = ctx;

    if (pas != DUT_PAS_S) {
        virt_ram_read(&u->v, addr, buf, len);
        return;
    }
    if (len == 8) {
        secure_set(u, SMMU3T_M_SRC, 8, addr);
        secure_run(u, SMMU3T_M_CMD_READ, 8, 1);
        store(buf, secure_get(u, SMMU3T_M_RDATA, 8));
        return;
    }
    for (size_t done = 0, n; done < len; done += n) {
        n = len - done < PAGE ? len - done : PAGE;
        secure_set(u, SMMU3T_M_SRC, 8, addr + done);
        secure_set(u, SMMU3T_M_DST, 8, STAGING);
        secure_run(u, SMMU3T_M_CMD_COPY, (uint32_t)n, 1);
        virt_ram_read(&u->v, STAGING, (char *)buf + done, n);
    }
}

static void qemu_mem_write(void *ctx, enum dut_pas pas, uint64_t addr, const void *buf, size_t len)
{
    struct qemu *u = ctx;

    if (pas != DUT_PAS_S) {
        virt_ram_write(&u->v, addr, buf, len);
        return;
    }
    if (len == 8) {
        secure_set(u, SMMU3T_M_DST, 8, addr);
        secure_set(u, SMMU3T_M_WDATA, 8, load(buf));
        secure_run(u, SMMU3T_M_CMD_WRITE, 8, 1);
        return;
    }
    for (size_t done = 0, n; done < len; done += n) {
        n = len - done < PAGE ? len - done : PAGE;
        virt_ram_write(&u->v, STAGING, (const char *)buf + done, n);
        secure_set(u, SMMU3T_M_SRC, 8, STAGING);
        secure_set(u, SMMU3T_M_DST, 8, addr + done);
        secure_run(u, SMMU3T_M_CMD_COPY, (uint32_t)n, 1);
    }
}

static void qemu_mem_zero(void *ctx, enum dut_pas pas, uint64_t addr, size_t len)
{
    struct qemu *u = ctx;
    uint32_t pages = (uint32_t)(len / PAGE), rest = (uint32_t)(len % PAGE);

    if (pas != DUT_PAS_S) {
        virt_ram_zero(&u->v, addr, len);
        return;
    }
    secure_set(u, SMMU3T_M_WDATA, 8, 0);
    secure_set(u, SMMU3T_M_DST, 8, addr);
    if (pages) {
        secure_run(u, SMMU3T_M_CMD_WRITE, PAGE, pages);
    }
    if (rest) {
        secure_set(u, SMMU3T_M_DST, 8, addr + (uint64_t)pages * PAGE);
        secure_run(u, SMMU3T_M_CMD_WRITE, rest, 1);
    }
}

/* ---- DMA, interrupts ---- */

static void qemu_dma(void *ctx, const struct dut_dma *dma, struct dut_dma_result *res)
{
    struct qemu *u = ctx;

    u->framed = 0; /* a command may have ended a stall */
    master_dma(&u->master, dma, res);
    if (qtest_broken(u->v.q)) {
        res->end = DUT_DMA_BROKEN;
    }
}

static void qemu_dma_poll(void *ctx, unsigned hold, struct dut_dma_result *res)
{
    struct qemu *u = ctx;

    relax(u); /* a resumed channel goes on when time does */
    master_dma_poll(&u->master, hold, res);
}

static unsigned qemu_irqs(void *ctx, enum dut_sec bank, enum dut_irq irq)
{
    struct qemu *u = ctx;

    return qtest_raised(u->v.q, (bank ? SECURE_SPI : VIRT_SMMU_SPI) + irq);
}

/* ---- life ---- */

static void qemu_set_up(struct virt *v)
{
    secure_set_up((struct qemu *)v);
}

static const struct {
    const char *name;
    size_t offset;
} numbers[IDS] = {
#define NUMBER(name, member) { name, offsetof(struct smmu3_config, member) }
    NUMBER("idr0", idr0), NUMBER("idr1", idr1), NUMBER("idr3", idr3), NUMBER("idr5", idr5),
    NUMBER("iidr", iidr), NUMBER("aidr", aidr), NUMBER("s-idr0", s_idr0), NUMBER("s-idr1", s_idr1),
    NUMBER("s-idr3", s_idr3), NUMBER("mpamidr", mpamidr), NUMBER("s-mpamidr", s_mpamidr),
    NUMBER("tlb-entries", tlb_entries), NUMBER("cfg-entries", cfg_entries),
#undef NUMBER
};

static void arguments(struct qemu *u, const struct smmu3_config *cfg)
{
    static const char *const machine[] = {
        "-M", "virt,iommu=smmuv3,secure=on,highmem-ecam=off,memory-backend=ram", "-cpu",
        "cortex-a57", "-m", "1G", "-device",
        "smmu3-master,secure=any,devices=on,direct=on,sid=0,num-sids=0x20000", "-global",
        "arm-smmuv3.secure-spi=100",
    };
    size_t n = 0;

    for (size_t i = 0; i < sizeof(machine) / sizeof(machine[0]); i++) {
        u->args[n++] = machine[i];
    }
    for (unsigned i = 0; i < IDS; i++) {
        uint32_t v;

        memcpy(&v, (const char *)cfg + numbers[i].offset, sizeof(v));
        snprintf(u->value[i], sizeof(u->value[i]), "arm-smmuv3.%s=0x%" PRIx32, numbers[i].name, v);
        u->args[n++] = "-global";
        u->args[n++] = u->value[i];
    }
    u->args[n] = NULL;
}

void qemu_dut_free(struct smmu3_dut *dut)
{
    virt_stop(dut->ctx);
    free(dut->ctx);
}

struct smmu3_dut *qemu_dut_new(const char *qemu, const struct smmu3_config *cfg)
{
    struct qemu *u = calloc(1, sizeof(*u));
    struct smmu3_dut *d;

    if (!u) {
        return NULL;
    }
    d = &u->v.dut;
    virt_init(&u->v);
    arguments(u, cfg);
    u->v.binary = qemu;
    u->v.args = u->args;
    u->v.set_up = qemu_set_up;
    u->ops = (struct smmu3_mmio_ops){ u, ops_read32, ops_write32, NULL };
    u->master = (struct smmu3t_master){ .mmio = &u->ops, .polls = 1000, .relax = relax };
    if (!virt_start(&u->v)) {
        qemu_dut_free(d);
        return NULL;
    }
    if (!smmu3t_master_present(&u->master)) {
        fputs("smmu3-conformance: QEMU's smmu3-master does not answer\n", stderr);
        qemu_dut_free(d);
        return NULL;
    }
    d->name = "QEMU";
    d->can |= DUT_CAN_SECURE | master_can(&u->master);
    d->holds = CH_SECURE;
    d->ram[DUT_PAS_S].base = SECURE_RAM;
    d->ram[DUT_PAS_S].size = SECURE_RAM_SIZE;
    d->mmio_read = qemu_mmio_read;
    d->mmio_write = qemu_mmio_write;
    d->mem_read = qemu_mem_read;
    d->mem_write = qemu_mem_write;
    d->mem_zero = qemu_mem_zero;
    d->dma = qemu_dma;
    d->dma_poll = qemu_dma_poll;
    d->irqs = qemu_irqs;
    return d;
}
