/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* The device, its memory, and one step after the other. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "world.h"

#define STRTAB_LOG2 8u
#define STRTAB_SPLIT 6u
#define QUEUE_LOG2 6u

/* ---- what happened ---- */

void observe(struct world *w, enum prop_obs_kind kind, unsigned n, uint64_t v)
{
    struct prop_log *l = w->log;

    if (l->n == l->room) {
        l->room = l->room ? 2 * l->room : 256;
        l->obs = realloc(l->obs, l->room * sizeof(*l->obs));
        if (!l->obs) {
            fputs("out of memory\n", stderr);
            exit(2);
        }
    }
    l->obs[l->n++] = (struct prop_obs){ w->step, (uint8_t)kind, (uint8_t)n, v };
}

void broken(struct world *w, const char *why)
{
    w->log->broken = true;
    if (!w->log->why) {
        w->log->why = why;
    }
}

void say(struct world *w, const char *fmt, ...)
{
    va_list ap;

    if (w->trace) {
        va_start(ap, fmt);
        vfprintf(w->trace, fmt, ap);
        va_end(ap);
    }
}

void prop_log_free(struct prop_log *log)
{
    free(log->obs);
    *log = (struct prop_log){ 0 };
}

int prop_compare(const struct prop_log *a, const struct prop_log *b, char *text, size_t len)
{
    static const char *const kinds[] = { "how the DMA ended", "the output address",
                                         "the output's space", "the output's attributes",
                                         "event word", "the queue's error", "memory" };
    unsigned n = a->n < b->n ? a->n : b->n, i;

    for (i = 0; i < n; i++) {
        const struct prop_obs *x = &a->obs[i], *y = &b->obs[i];

        if (x->step != y->step || x->kind != y->kind || x->n != y->n || x->v != y->v) {
            snprintf(text, len, "step %u: %s %u is %#llx, and %s %u is %#llx (step %u)", x->step,
                     kinds[x->kind], x->n, (unsigned long long)x->v, kinds[y->kind], y->n,
                     (unsigned long long)y->v, y->step);
            return (int)i;
        }
    }
    if (a->n != b->n) {
        snprintf(text, len, "one saw %u things, the other %u", a->n, b->n);
        return (int)i;
    }
    return -1;
}

/* ---- memory ---- */

uint64_t world_read64(struct world *w, enum dut_sec sec, uint64_t addr)
{
    uint8_t b[8];
    uint64_t v = 0;

    w->dut->mem_read(w->dut->ctx, (enum dut_pas)sec, addr, b, 8);
    for (int i = 7; i >= 0; i--) {
        v = v << 8 | b[i];
    }
    return v;
}

void world_write64(struct world *w, enum dut_sec sec, uint64_t addr, uint64_t v)
{
    uint8_t b[8];

    for (int i = 0; i < 8; i++) {
        b[i] = (uint8_t)(v >> (8 * i));
    }
    w->dut->mem_write(w->dut->ctx, (enum dut_pas)sec, addr, b, 8);
}

uint64_t world_alloc(struct world *w, enum dut_sec sec, uint64_t size, uint64_t align)
{
    uint64_t a = (w->brk[sec] + align - 1) & ~(align - 1);

    if (a + size > w->arena_end[sec]) {
        w->log->full = true; /* the program ends here, on any device */
        return 0;
    }
    /* With what is left out before it: observe_memory() looks at all. */
    w->dut->mem_zero(w->dut->ctx, (enum dut_pas)sec, w->brk[sec], a + size - w->brk[sec]);
    w->brk[sec] = a + size;
    return a;
}

static int ops_write64(void *ctx, unsigned pas, uint64_t addr, uint64_t v)
{
    world_write64(ctx, (enum dut_sec)pas, addr, v);
    return 0;
}

static uint64_t ops_read64(void *ctx, unsigned pas, uint64_t addr)
{
    return world_read64(ctx, (enum dut_sec)pas, addr);
}

static uint64_t ops_alloc(void *ctx, unsigned pas, uint64_t size, uint64_t align)
{
    return world_alloc(ctx, (enum dut_sec)pas, size, align);
}

/* ---- registers ---- */

static uint32_t read32(struct world *w, enum dut_pas pas, uint32_t offset)
{
    if (w->dut->step) {
        w->dut->step(w->dut->ctx);
    }
    return (uint32_t)w->dut->mmio_read(w->dut->ctx, pas, offset, 4);
}

static uint32_t ns_read32(void *ctx, uint32_t offset)
{
    return read32(ctx, DUT_PAS_NS, offset);
}

static uint32_t s_read32(void *ctx, uint32_t offset)
{
    return read32(ctx, DUT_PAS_S, offset);
}

static void ns_write32(void *ctx, uint32_t offset, uint32_t v)
{
    struct world *w = ctx;

    w->dut->mmio_write(w->dut->ctx, DUT_PAS_NS, offset, 4, v);
}

static void s_write32(void *ctx, uint32_t offset, uint32_t v)
{
    struct world *w = ctx;

    w->dut->mmio_write(w->dut->ctx, DUT_PAS_S, offset, 4, v);
}

static void ns_write64(void *ctx, uint32_t offset, uint64_t v)
{
    struct world *w = ctx;

    w->dut->mmio_write(w->dut->ctx, DUT_PAS_NS, offset, 8, v);
}

static void s_write64(void *ctx, uint32_t offset, uint64_t v)
{
    struct world *w = ctx;

    w->dut->mmio_write(w->dut->ctx, DUT_PAS_S, offset, 8, v);
}

static void bank_start(struct world *w, enum dut_sec sec)
{
    struct smmu3t_bank *b = &w->bank[sec];
    unsigned bits = sec ? w->caps->s_sid_bits : w->caps->sid_bits;

    *b = (struct smmu3t_bank){ .mmio = &w->mmio[sec], .mem = &w->mem, .secure = sec == DUT_S,
                               .polls = w->dut->polls,
                               .cmdq_log2 = (uint8_t)(w->caps->cmdq_log2 < QUEUE_LOG2
                                                          ? w->caps->cmdq_log2 : QUEUE_LOG2),
                               .evtq_log2 = (uint8_t)(w->caps->evtq_log2 < QUEUE_LOG2
                                                          ? w->caps->evtq_log2 : QUEUE_LOG2) };
    b->strtab = (struct smmu3t_strtab){ .mem = &w->mem, .pas = (uint8_t)sec,
                                        .log2size = (uint8_t)(bits < STRTAB_LOG2 ? bits
                                                                                 : STRTAB_LOG2) };
    if (w->caps->st2l && w->p->shape & 1 && b->strtab.log2size > STRTAB_SPLIT) {
        b->strtab.split = STRTAB_SPLIT;
    }
    w->on[sec] = !smmu3t_strtab_init(&b->strtab) && !smmu3t_bank_init(b);
    if (w->e2h[sec]) {
        smmu3t_bank_write(b, SMMU3T_CR2, smmu3t_bank_read(b, SMMU3T_CR2) | 1);
    }
    w->on[sec] = w->on[sec] && !smmu3t_bank_enable(b);
    if (!w->on[sec]) {
        broken(w, "an interface does not start");
    }
}

void world_run(struct world *w, enum dut_sec queue, const struct smmu3t_cmd *c, unsigned n)
{
    struct smmu3t_cmd sync = smmu3t_cmd_sync(SMMU3T_SYNC_NONE);
    struct smmu3t_bank *b = &w->bank[queue];
    int err = 0;

    for (unsigned i = 0; i < n && !err; i++) {
        say(w, "      %s queue: %016llx %016llx\n", queue ? "Secure" : "Non-secure",
            (unsigned long long)c[i].w[0], (unsigned long long)c[i].w[1]);
        err = smmu3t_bank_push(b, &c[i]);
        if (!err && i % 16 == 15) {
            err = smmu3t_bank_wait(b);
        }
    }
    if (!err) {
        err = smmu3t_bank_push(b, &sync);
    }
    if (!err) {
        err = smmu3t_bank_wait(b);
    }
    if (err) {
        observe(w, OBS_ERROR, queue, (uint64_t)(int64_t)err);
        say(w, "      the queue stopped: %d\n", err);
        if (err < 0) {
            broken(w, "the command queue does not go on");
        }
        smmu3t_bank_ack(b);
    }
}

/* What of an event record both devices fill in. */
static uint64_t event_mask(const struct world *w, unsigned word)
{
    uint64_t m[4] = { ~UINT64_C(0), ~UINT64_C(0), ~UINT64_C(0), ~UINT64_C(0) };

    if (w->caps->defects >> DEFECT_EVENT_FIELDS & 1) {
        EVT_PUT(m, SSV, 0);
        EVT_PUT(m, SubstreamID, 0);
        EVT_PUT(m, PnU, 0);
        EVT_PUT(m, InD, 0);
        EVT_PUT(m, NSIPA, 0);
        EVT_PUT(m, Stall, 0);
    }
    if (w->caps->defects >> DEFECT_IPA_OFFSET & 1) {
        m[3] &= ~field_mask(12);
    }
    return m[word];
}

void world_events(struct world *w)
{
    for (unsigned sec = 0; sec < DUT_NUM_SEC; sec++) {
        uint64_t rec[4];

        while (w->on[sec] && smmu3t_bank_event(&w->bank[sec], rec)) {
            for (unsigned i = 0; i < 4; i++) {
                observe(w, OBS_EVENT, sec * 4 + i, rec[i] & event_mask(w, i));
            }
            say(w, "      event: %016llx %016llx %016llx %016llx\n", (unsigned long long)rec[0],
                (unsigned long long)rec[1], (unsigned long long)rec[2],
                (unsigned long long)rec[3]);
        }
    }
}

void world_enable(struct world *w, enum dut_sec sec, bool on)
{
    const struct smmu3t_bank *b = &w->bank[sec];
    uint32_t v = smmu3t_bank_read(b, SMMU3T_CR0) & ~(uint32_t)SMMU3T_CR0_SMMUEN;

    if (smmu3t_bank_cr0(b, v | (on ? SMMU3T_CR0_SMMUEN : 0))) {
        broken(w, "CR0 is not acknowledged");
    }
}

/* ---- one step ---- */

static void step_smmuen(struct world *w, const uint32_t a[PROP_ARGS])
{
    enum dut_sec sec = (enum dut_sec)(a[0] % DUT_NUM_SEC);
    const uint32_t dma[PROP_ARGS] = { a[2], 0, a[3] };

    if (!w->on[sec]) {
        return;
    }
    world_enable(w, sec, false);
    if (a[1] & 1) { /* GBPA.ABORT, the other way */
        uint32_t v = smmu3t_bank_read(&w->bank[sec], SMMU3T_GBPA);

        smmu3t_bank_write(&w->bank[sec], SMMU3T_GBPA, v ^ (1u << 31 | 1u << 20));
    }
    w->off = true;
    step_dma(w, dma);
    w->off = false;
    world_enable(w, sec, true);
    step_dma(w, dma);
}

static void step_flush(struct world *w, const uint32_t a[PROP_ARGS])
{
    if (w->on[a[0] % DUT_NUM_SEC]) {
        inval_everything(w, (enum dut_sec)(a[0] % DUT_NUM_SEC));
    }
}

static void step_noise(struct world *w, const uint32_t a[PROP_ARGS])
{
    inval_noise(w, a);
}

static void step_snapshot(struct world *w, const uint32_t a[PROP_ARGS])
{
    (void)a;
    if (w->dev->snapshot && w->caps->snapshot) {
        w->dev->snapshot(w->dev->ctx);
    }
}

static void (*const steps[])(struct world *w, const uint32_t a[PROP_ARGS]) = {
#define STEP(name, a0, a1, a2, a3, a4, a5) step_##name,
#include "step.def"
#undef STEP
};

/* Tables, STEs and CDs as they are at the end: what HTTU did to them. */
static void observe_memory(struct world *w)
{
    for (unsigned sec = 0; sec < DUT_NUM_SEC; sec++) {
        uint64_t hash = UINT64_C(0xcbf29ce484222325);

        for (uint64_t a = w->arena[sec]; w->on[sec] && a + 4096 <= w->brk[sec]; a += 4096) {
            uint8_t buf[4096];
            uint64_t v;

            w->dut->mem_read(w->dut->ctx, (enum dut_pas)sec, a, buf, sizeof(buf));
            for (unsigned i = 0; i < sizeof(buf); i += 8) {
                memcpy(&v, buf + i, 8);
                hash = (hash ^ v) * UINT64_C(0x100000001b3) ^ hash >> 29;
            }
        }
        observe(w, OBS_WORD, sec, hash);
    }
}

static void world_init(struct world *w, const struct prop_program *p, const struct prop_caps *caps,
                       const struct prop_device *dev)
{
    struct smmu3_dut *dut = dev->dut;

    w->p = p;
    w->caps = caps;
    w->dev = dev;
    w->dut = dut;
    w->mem = (struct smmu3_mem_ops){ w, ops_write64, ops_read64, ops_alloc };
    w->mmio[DUT_NS] = (struct smmu3_mmio_ops){ w, ns_read32, ns_write32, ns_write64 };
    w->mmio[DUT_S] = (struct smmu3_mmio_ops){ w, s_read32, s_write32, s_write64 };
    for (unsigned sec = 0; sec < DUT_NUM_SEC; sec++) {
        uint64_t end = caps->ram[sec].base + caps->ram[sec].size;

        w->arena[sec] = w->brk[sec] = caps->ram[sec].base;
        w->frames[sec] = caps->ram[sec].size ? (end - FRAMES_SIZE) & ~UINT64_C(0x1fffff) : 0;
        w->arena_end[sec] = w->frames[sec];
    }
    w->big_frames = UINT64_C(0x80000000);
    for (unsigned sec = 0; sec < DUT_NUM_SEC && !caps->see_out; sec++) {
        if (sec == DUT_NS || caps->secure) {
            tag_frames(w, (enum dut_sec)sec);
        }
    }
    config_build(w);
    if (caps->secure) {
        bank_start(w, DUT_S);
    }
    bank_start(w, DUT_NS);
}

/* Of the step itself, so that it stays when others are left out. */
static uint64_t noise_of(const struct prop_program *p, const struct prop_step *s)
{
    struct prop_rng r = { p->shape + s->op };

    for (unsigned i = 0; i < PROP_ARGS; i++) {
        r.s = prop_random(&r) ^ s->arg[i];
    }
    return prop_random(&r);
}

void prop_run(const struct prop_program *p, const struct prop_caps *caps,
              const struct prop_device *dev, struct prop_log *log, FILE *trace)
{
    struct world *w = calloc(1, sizeof(*w));

    if (!w) {
        fputs("out of memory\n", stderr);
        exit(2);
    }
    w->log = log;
    world_init(w, p, caps, dev);
    w->trace = trace;
    for (w->step = 0; w->step < p->n && !log->broken && !log->full; w->step++) {
        if (trace) {
            say(w, "  %u ", w->step);
            prop_print_step(trace, &p->step[w->step]);
        }
        w->inval_noise = noise_of(p, &p->step[w->step]);
        steps[p->step[w->step].op](w, p->step[w->step].arg);
        if (w->dut->broken && w->dut->broken(w->dut->ctx)) {
            broken(w, "the device is gone");
        }
    }
    if (log->full) {
        log->broken = false; /* what failed for want of memory is no failure */
    }
    if (!log->broken && caps->httu) {
        observe_memory(w);
    }
    free(w);
}
