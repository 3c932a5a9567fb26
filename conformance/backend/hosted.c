/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
#include "hosted.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define ANSWERS 64u
#define TAG_BITS 56u /* an address may carry a tag byte above: CD.TBI */

/* What one DMA was told, good for its region until it is invalidated. */
struct answer {
    bool valid;
    struct smmu3_request req;
    struct smmu3_result res;
};

#define RECENT 8u /* DMAs that the second thread repeats */

struct hosted {
    struct prop_device dev;
    struct smmu3_dut dut;  /* the library's, with DMAs of our own */
    struct smmu3_dut *lib;
    struct smmu3 *smmu;
    enum hosted_how how;
    struct answer answer[ANSWERS];
    /* HOSTED_BUSY */
    pthread_t thread;
    pthread_mutex_t turn; /* for recent[] */
    struct smmu3_request recent[RECENT];
    atomic_uint asked;
    atomic_bool stop, rest, resting;
};

/* Reads and writes apart: STE.INSTCFG makes instructions of reads only. */
#define KEPT_FLAGS (SMMU3_REQ_WRITE | SMMU3_REQ_PRIV | SMMU3_REQ_INSTR | SMMU3_REQ_NS)

static struct answer *place(struct hosted *h, const struct smmu3_request *r)
{
    return &h->answer[((r->addr >> 12) + r->stream_id * 7 + (uint32_t)r->sec_sid * 13) % ANSWERS];
}

static bool answers(const struct answer *a, const struct smmu3_request *r)
{
    unsigned need = r->flags & SMMU3_REQ_WRITE ? SMMU3_PERM_W
                    : r->flags & SMMU3_REQ_INSTR ? SMMU3_PERM_X : SMMU3_PERM_R;

    return a->valid && a->req.sec_sid == r->sec_sid && a->req.stream_id == r->stream_id &&
           a->req.ssv == r->ssv && (!r->ssv || a->req.substream_id == r->substream_id) &&
           !((a->req.flags ^ r->flags) & KEPT_FLAGS) && a->res.perms & need &&
           !((a->req.addr ^ r->addr) & ~a->res.mask);
}

static void forget_all(struct hosted *h)
{
    memset(h->answer, 0, sizeof(h->answer));
}

static void invalidate(void *ctx, const struct smmu3_inval *inv)
{
    struct hosted *h = ctx;

    for (unsigned i = 0; i < ANSWERS; i++) {
        struct answer *a = &h->answer[i];
        uint64_t tag = ~UINT64_C(0) << TAG_BITS;
        uint64_t first = (a->req.addr & ~a->res.mask) & ~tag, last = first | a->res.mask;

        if (a->valid && smmu3_inval_affects(h->smmu, inv, a->req.sec_sid, a->req.stream_id) &&
            (inv->config || inv->all_addr ||
             ((last & ~tag) >= (inv->addr_first & ~tag) && first <= (inv->addr_last & ~tag)))) {
            a->valid = false;
        }
    }
}

/* The second master: the same again, without records, with any timing. */
static void *repeat(void *ctx)
{
    struct hosted *h = ctx;
    struct smmu3_request req;
    struct smmu3_result r;

    for (unsigned i = 0; !atomic_load(&h->stop); i++) {
        unsigned n = atomic_load(&h->asked);

        atomic_store(&h->resting, atomic_load(&h->rest));
        if (!n || atomic_load(&h->resting)) {
            sched_yield();
            continue;
        }
        pthread_mutex_lock(&h->turn);
        req = h->recent[i % (n < RECENT ? n : RECENT)];
        pthread_mutex_unlock(&h->turn);
        smmu3_translate(h->smmu, &req, &r);
    }
    return NULL;
}

/* What is no register access must not meet a translation. */
static void rest(struct hosted *h, bool on)
{
    atomic_store(&h->rest, on);
    while (h->how == HOSTED_BUSY && atomic_load(&h->resting) != on) {
        sched_yield();
    }
}

static void remember(struct hosted *h, const struct smmu3_request *req)
{
    struct smmu3_request *r;

    pthread_mutex_lock(&h->turn);
    r = &h->recent[atomic_load(&h->asked) % RECENT];
    *r = *req;
    r->flags |= SMMU3_REQ_NO_EVENT;
    pthread_mutex_unlock(&h->turn);
    atomic_fetch_add(&h->asked, 1);
}

static void hosted_dma(void *ctx, const struct dut_dma *dma, struct dut_dma_result *res)
{
    struct hosted *h = ctx;
    struct smmu3_request req = {
        .sec_sid = (enum smmu3_sec_sid)dma->sec_sid, .stream_id = dma->stream_id,
        .ssv = dma->flags & DUT_DMA_SSV, .substream_id = dma->substream_id, .addr = dma->addr,
        .flags = (dma->flags & DUT_DMA_WRITE ? SMMU3_REQ_WRITE : 0) |
                 (dma->flags & DUT_DMA_PRIV ? SMMU3_REQ_PRIV : 0) |
                 (dma->flags & DUT_DMA_INSTR ? SMMU3_REQ_INSTR : 0) |
                 (dma->flags & DUT_DMA_NS ? SMMU3_REQ_NS : 0),
    };
    struct answer *a = place(h, &req);
    struct smmu3_result r;

    if (h->how == HOSTED_BUSY) {
        remember(h, &req);
    }
    if (h->how == HOSTED_CACHED && answers(a, &req)) {
        r = a->res;
        r.addr = (a->res.addr & ~a->res.mask) | (req.addr & a->res.mask);
    } else if (smmu3_translate(h->smmu, &req, &r) != SMMU3_OK) {
        return;
    } else if (h->how == HOSTED_CACHED && r.status == SMMU3_ST_OK) {
        *a = (struct answer){ true, req, r };
    }
    res->end = r.status == SMMU3_ST_OK || r.status == SMMU3_ST_RAZWI ? DUT_DMA_DONE
                                                                     : DUT_DMA_ABORTED;
    if (r.status == SMMU3_ST_OK) {
        res->out_addr = r.addr;
        res->out_pas = (enum dut_pas)r.pas;
    }
}

/* Registers that are not commands decide about everything. */
static void hosted_mmio_write(void *ctx, enum dut_pas pas, uint32_t offset, unsigned size,
                              uint64_t v)
{
    struct hosted *h = ctx;

    if ((offset & 0x7fff) < 0x90) {
        forget_all(h);
    }
    h->lib->mmio_write(h->lib->ctx, pas, offset, size, v);
}

static uint64_t hosted_mmio_read(void *ctx, enum dut_pas pas, uint32_t offset, unsigned size)
{
    struct hosted *h = ctx;

    return h->lib->mmio_read(h->lib->ctx, pas, offset, size);
}

static void hosted_mem_read(void *ctx, enum dut_pas pas, uint64_t addr, void *buf, size_t len)
{
    struct hosted *h = ctx;

    h->lib->mem_read(h->lib->ctx, pas, addr, buf, len);
}

static void hosted_mem_write(void *ctx, enum dut_pas pas, uint64_t addr, const void *buf,
                             size_t len)
{
    struct hosted *h = ctx;

    h->lib->mem_write(h->lib->ctx, pas, addr, buf, len);
}

static void hosted_mem_zero(void *ctx, enum dut_pas pas, uint64_t addr, size_t len)
{
    struct hosted *h = ctx;

    h->lib->mem_zero(h->lib->ctx, pas, addr, len);
}

static void hosted_dvm(void *ctx, const struct prop_dvm *op)
{
    struct hosted *h = ctx;
    struct smmu3_dvm v = { .sec_sid = (enum smmu3_sec_sid)op->sec,
                           .regime = (enum smmu3_dvm_regime)op->regime,
                           .scope = (enum smmu3_dvm_scope)op->scope, .vmid = op->vmid,
                           .asid = op->asid, .addr = op->addr, .tg = op->tg, .num = op->num,
                           .scale = op->scale, .ttl = op->ttl };

    smmu3_broadcast_tlbi(h->smmu, &v);
}

static void hosted_snapshot(void *ctx)
{
    struct hosted *h = ctx;
    size_t n = smmu3_save_size(h->smmu);
    void *buf = malloc(n);

    rest(h, true);
    if (buf && smmu3_save(h->smmu, buf, n) == SMMU3_OK) {
        smmu3_load(h->smmu, buf, n);
        forget_all(h);
    }
    rest(h, false);
    free(buf);
}

void hosted_free(struct prop_device *dev)
{
    if (dev) {
        struct hosted *h = dev->ctx;

        if (h->how == HOSTED_BUSY) {
            atomic_store(&h->stop, true);
            pthread_join(h->thread, NULL);
        }
        pthread_mutex_destroy(&h->turn);
        lib_dut_free(h->lib);
        free(h);
    }
}

struct prop_device *hosted_new(const struct smmu3_config *cfg, enum hosted_how how)
{
    struct hosted *h = calloc(1, sizeof(*h));

    if (!h) {
        return NULL;
    }
    h->lib = lib_dut_new(cfg);
    if (!h->lib) {
        free(h);
        return NULL;
    }
    h->smmu = lib_dut_smmu(h->lib);
    h->how = how;
    pthread_mutex_init(&h->turn, NULL);
    h->dut = *h->lib;
    if (how != HOSTED_ATTR) {
        h->dut.ctx = h;
        h->dut.can &= ~(DUT_CAN_SEE_ATTR | DUT_CAN_RESET | DUT_CAN_STALL | DUT_CAN_IRQ);
        h->dut.dma = hosted_dma;
        h->dut.mmio_read = hosted_mmio_read;
        h->dut.mmio_write = hosted_mmio_write;
        h->dut.mem_read = hosted_mem_read;
        h->dut.mem_write = hosted_mem_write;
        h->dut.mem_zero = hosted_mem_zero;
        lib_dut_listen(h->lib, invalidate, h);
    }
    h->dev = (struct prop_device){ .dut = &h->dut, .ours = true, .ctx = h, .dvm = hosted_dvm,
                                   .snapshot = hosted_snapshot };
    if (how == HOSTED_BUSY && pthread_create(&h->thread, NULL, repeat, h)) {
        h->how = HOSTED_PLAIN;
        hosted_free(&h->dev);
        return NULL;
    }
    return &h->dev;
}
