/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
#include "lib.h"

#include <stdlib.h>
#include <string.h>

#include "sparse.h"

#define HOLE UINT64_C(0x0b0000) /* 64 KB that abort, in each space */
#define HOLE_SIZE UINT64_C(0x10000)
#define HOLDS 4u

struct lib {
    struct smmu3_dut dut;
    struct smmu3 *smmu;
    struct sparse *mem;
    unsigned irq[SMMU3_NUM_BANKS][DUT_NUM_IRQ];
    struct hold {
        struct dut_dma dma;
        bool waiting, resumed;
        enum smmu3_resume action;
    } hold[HOLDS];
    /* Who wants to know of invalidations; NULL: nobody. */
    void (*listen)(void *ctx, const struct smmu3_inval *inval);
    void *listener;
};

/* ---- the SMMU's host ---- */

static bool in_hole(uint64_t addr)
{
    return addr - HOLE < HOLE_SIZE;
}

static enum smmu3_mem host_read(void *ctx, const struct smmu3_access *acc, void *buf, size_t size)
{
    struct lib *l = ctx;

    if (in_hole(acc->addr)) {
        return SMMU3_MEM_ABORT;
    }
    sparse_read(l->mem, acc->pas, acc->addr, buf, size);
    return SMMU3_MEM_OK;
}

static enum smmu3_mem host_write(void *ctx, const struct smmu3_access *acc, const void *buf,
                                 size_t size)
{
    struct lib *l = ctx;

    if (in_hole(acc->addr)) {
        return SMMU3_MEM_ABORT;
    }
    sparse_write(l->mem, acc->pas, acc->addr, buf, size);
    return SMMU3_MEM_OK;
}

static uint64_t load64(struct lib *l, unsigned pas, uint64_t addr)
{
    uint8_t b[8];
    uint64_t v = 0;

    sparse_read(l->mem, pas, addr, b, sizeof(b));
    for (int i = 7; i >= 0; i--) {
        v = v << 8 | b[i];
    }
    return v;
}

static void store64(struct lib *l, unsigned pas, uint64_t addr, uint64_t v)
{
    uint8_t b[8];

    for (int i = 0; i < 8; i++) {
        b[i] = (uint8_t)(v >> (8 * i));
    }
    sparse_write(l->mem, pas, addr, b, sizeof(b));
}

static enum smmu3_mem host_cas64(void *ctx, const struct smmu3_access *acc, uint64_t expected,
                                 uint64_t desired, uint64_t *seen)
{
    struct lib *l = ctx;

    if (in_hole(acc->addr)) {
        return SMMU3_MEM_ABORT;
    }
    *seen = load64(l, acc->pas, acc->addr);
    if (*seen == expected) {
        store64(l, acc->pas, acc->addr, desired);
    }
    return SMMU3_MEM_OK;
}

static void host_irq(void *ctx, enum smmu3_sec_sid bank, enum smmu3_irq_kind irq)
{
    struct lib *l = ctx;

    l->irq[bank][irq]++;
}

static void host_resume(void *ctx, void *cookie, enum smmu3_resume action)
{
    struct hold *h = cookie;

    (void)ctx;
    h->resumed = true;
    h->action = action;
}

static void host_invalidate(void *ctx, const struct smmu3_inval *inval)
{
    struct lib *l = ctx;

    if (l->listen) {
        l->listen(l->listener, inval);
    }
}

static const struct smmu3_host host = {
    .read = host_read, .write = host_write, .cas64 = host_cas64, .irq = host_irq,
    .resume = host_resume, .invalidate = host_invalidate,
};

/* ---- the DUT ---- */

static void lib_reset(void *ctx)
{
    struct lib *l = ctx;

    smmu3_reset(l->smmu);
}

static uint64_t lib_mmio_read(void *ctx, enum dut_pas pas, uint32_t offset, unsigned size)
{
    struct lib *l = ctx;
    uint64_t v = 0;

    smmu3_mmio_read(l->smmu, offset, size, (enum smmu3_pas)pas, &v);
    return v;
}

static void lib_mmio_write(void *ctx, enum dut_pas pas, uint32_t offset, unsigned size, uint64_t v)
{
    struct lib *l = ctx;

    smmu3_mmio_write(l->smmu, offset, size, (enum smmu3_pas)pas, v);
}

static void lib_mem_read(void *ctx, enum dut_pas pas, uint64_t addr, void *buf, size_t len)
{
    sparse_read(((struct lib *)ctx)->mem, pas, addr, buf, len);
}

static void lib_mem_write(void *ctx, enum dut_pas pas, uint64_t addr, const void *buf, size_t len)
{
    sparse_write(((struct lib *)ctx)->mem, pas, addr, buf, len);
}

static void lib_mem_zero(void *ctx, enum dut_pas pas, uint64_t addr, size_t len)
{
    sparse_zero(((struct lib *)ctx)->mem, pas, addr, len);
}

static uint32_t request_flags(uint32_t dma)
{
    return (dma & DUT_DMA_WRITE ? SMMU3_REQ_WRITE : 0) | (dma & DUT_DMA_PRIV ? SMMU3_REQ_PRIV : 0) |
           (dma & DUT_DMA_INSTR ? SMMU3_REQ_INSTR : 0) | (dma & DUT_DMA_NS ? SMMU3_REQ_NS : 0) |
           (dma & DUT_DMA_CAN_STALL ? SMMU3_REQ_CAN_STALL : 0) |
           (dma & DUT_DMA_ATTR ? SMMU3_REQ_ATTR : 0) |
           (dma & DUT_DMA_TRANSLATED ? SMMU3_REQ_TRANSLATED : 0) |
           (dma & DUT_DMA_ATS_TR ? SMMU3_REQ_TREQ : 0);
}

static void lib_dma(void *ctx, const struct dut_dma *dma, struct dut_dma_result *res)
{
    struct lib *l = ctx;
    struct hold *h = &l->hold[dma->hold];
    struct smmu3_request req = {
        .sec_sid = (enum smmu3_sec_sid)dma->sec_sid, .stream_id = dma->stream_id,
        .ssv = dma->flags & DUT_DMA_SSV, .substream_id = dma->substream_id, .addr = dma->addr,
        .flags = request_flags(dma->flags), .attr = { dma->mair, dma->sh }, .cookie = h,
    };
    struct smmu3_result r;

    if (h->waiting) {
        smmu3_stall_cancel(l->smmu, h);
    }
    h->resumed = h->waiting = false;
    if (smmu3_translate(l->smmu, &req, &r) != SMMU3_OK) {
        return; /* BROKEN, as the caller set it */
    }
    res->end = DUT_DMA_DONE;
    if (r.status == SMMU3_ST_STALL || r.status == SMMU3_ST_BUSY) {
        h->dma = *dma;
        h->waiting = true;
        if (r.status == SMMU3_ST_BUSY) { /* too many: until others have gone on */
            h->resumed = true;
            h->action = SMMU3_RESUME_RETRY;
        }
        res->end = DUT_DMA_STALLED;
    } else if (r.status == SMMU3_ST_RAZWI) {
        res->data = 0;
    } else if (r.status != SMMU3_ST_OK || in_hole(r.addr)) {
        res->end = DUT_DMA_ABORTED;
    } else {
        res->out_addr = r.addr;
        res->out_pas = (enum dut_pas)r.pas;
        res->out_mair = r.attr.mair;
        res->out_sh = r.attr.sh;
        if (dma->flags & DUT_DMA_WRITE) {
            store64(l, r.pas, r.addr, dma->data);
        } else {
            res->data = load64(l, r.pas, r.addr);
        }
    }
}

static void lib_dma_poll(void *ctx, unsigned hold, struct dut_dma_result *res)
{
    struct lib *l = ctx;
    struct hold *h = &l->hold[hold];
    struct dut_dma again = h->dma;

    res->end = DUT_DMA_STALLED;
    if (!h->waiting || !h->resumed) {
        return;
    }
    h->waiting = false;
    if (h->action == SMMU3_RESUME_RETRY) {
        lib_dma(l, &again, res);
    } else {
        res->end = h->action == SMMU3_RESUME_ABORT ? DUT_DMA_ABORTED : DUT_DMA_DONE;
        res->data = 0;
    }
}

static unsigned lib_irqs(void *ctx, enum dut_sec bank, enum dut_irq irq)
{
    struct lib *l = ctx;
    unsigned n = l->irq[bank][irq];

    l->irq[bank][irq] = 0;
    return n;
}

struct smmu3 *lib_dut_smmu(struct smmu3_dut *dut)
{
    return ((struct lib *)dut->ctx)->smmu;
}

void lib_dut_listen(struct smmu3_dut *dut,
                    void (*listen)(void *ctx, const struct smmu3_inval *inval), void *ctx)
{
    struct lib *l = dut->ctx;

    l->listen = listen;
    l->listener = ctx;
}

void lib_dut_free(struct smmu3_dut *dut)
{
    struct lib *l = dut ? dut->ctx : NULL;

    if (l) {
        smmu3_destroy(l->smmu);
        sparse_free(l->mem);
    }
    free(l);
}

struct smmu3_dut *lib_dut_new(const struct smmu3_config *cfg)
{
    struct lib *l = calloc(1, sizeof(*l));

    if (!l) {
        return NULL;
    }
    l->dut = (struct smmu3_dut){
        .name = "libsmmu3", .ctx = l, .dma_bits = 64, .holds = HOLDS,
        .can = DUT_CAN_RESET | DUT_CAN_SECURE | DUT_CAN_ANY_SID | DUT_CAN_SSID | DUT_CAN_PRIV |
               DUT_CAN_INSTR | DUT_CAN_NS_ATTR | DUT_CAN_STALL | DUT_CAN_ATS | DUT_CAN_HOLE | DUT_CAN_IRQ |
               DUT_CAN_SEE_OUT | DUT_CAN_SEE_ATTR | DUT_CAN_BIG_ADDR | DUT_CAN_ODD_MMIO,
        .ram = { [DUT_PAS_NS] = { UINT64_C(0x40000000), UINT64_C(0x10000000) },
                 [DUT_PAS_S] = { UINT64_C(0x10000000), UINT64_C(0x10000000) } },
        .hole = { HOLE, HOLE, HOLE, HOLE },
        .reset = lib_reset, .mmio_read = lib_mmio_read, .mmio_write = lib_mmio_write,
        .mem_read = lib_mem_read, .mem_write = lib_mem_write, .mem_zero = lib_mem_zero,
        .dma = lib_dma, .dma_poll = lib_dma_poll, .irqs = lib_irqs,
    };
    l->mem = sparse_new();
    if (!l->mem || smmu3_create(cfg, &host, l, &l->smmu) != SMMU3_OK) {
        lib_dut_free(&l->dut);
        return NULL;
    }
    return &l->dut;
}
