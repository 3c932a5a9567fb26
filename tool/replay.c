/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Recordings run again: the model gets the inputs, and for each of them must
 * do what the recording says came before it in its lane. Memory is what the
 * recorded reads found. Whether a translation was still cached depends on what
 * other threads did in between, so reads may be more or fewer than recorded.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "recording.h"

#define LANES 256
#define MAX_PENDING 200000 /* records before their input */

/* Known doublewords of memory, in a hash table that grows. */
struct word {
    uint64_t key, value; /* key: address | PAS << 1 | 1; 0: free */
};
struct image {
    struct word *w;
    size_t n, size;
};

struct lane {
    struct smmu3_record *r;
    bool *used;
    size_t n, room;
};

struct replay {
    struct smmu3 *s;
    struct image mem;
    struct lane lane[LANES];
    struct lane *now;      /* of the input that runs */
    struct replayed *out;
    uint64_t number;
};

__attribute__((format(printf, 2, 3)))
static void differ(struct replay *p, const char *fmt, ...)
{
    va_list ap;

    if (p->out->differs) {
        return;
    }
    p->out->differs = true;
    p->out->at = p->number;
    va_start(ap, fmt);
    vsnprintf(p->out->text, sizeof(p->out->text), fmt, ap);
    va_end(ap);
}

/* ---- memory ---- */

static struct word *slot(struct image *m, uint64_t key)
{
    size_t i = (key * UINT64_C(0x9e3779b97f4a7c15) >> 20) & (m->size - 1);

    while (m->w[i].key && m->w[i].key != key) {
        i = (i + 1) & (m->size - 1);
    }
    return &m->w[i];
}

static bool grow(struct image *m)
{
    struct image bigger = { .size = m->size ? 2 * m->size : 4096 };

    bigger.w = calloc(bigger.size, sizeof(*bigger.w));
    if (!bigger.w) {
        return false;
    }
    for (size_t i = 0; i < m->size; i++) {
        if (m->w[i].key) {
            *slot(&bigger, m->w[i].key) = m->w[i];
        }
    }
    bigger.n = m->n;
    free(m->w);
    *m = bigger;
    return true;
}

static uint64_t load(const uint8_t *p)
{
    uint64_t v = 0;

    for (int k = 8; k-- > 0;) {
        v = v << 8 | p[k];
    }
    return v;
}

static void learn(struct image *m, const struct smmu3_access *acc, const uint8_t *data, size_t len)
{
    for (size_t i = 0; i + 8 <= len; i += 8) {
        uint64_t key = ((acc->addr + i) & ~UINT64_C(7)) | (uint64_t)acc->pas << 1 | 1;
        struct word *w;

        if (2 * m->n >= m->size && !grow(m)) {
            return;
        }
        w = slot(m, key);
        m->n += !w->key;
        *w = (struct word){ key, load(data + i) };
    }
}

static bool recall(struct image *m, const struct smmu3_access *acc, uint8_t *data, size_t len)
{
    for (size_t i = 0; i + 8 <= len; i += 8) {
        uint64_t key = ((acc->addr + i) & ~UINT64_C(7)) | (uint64_t)acc->pas << 1 | 1;
        const struct word *w = m->size ? slot(m, key) : NULL;

        if (!w || !w->key) {
            return false;
        }
        for (unsigned k = 0; k < 8; k++) {
            data[i + k] = (uint8_t)(w->value >> (8 * k));
        }
    }
    return true;
}

/* ---- what the model does, against what was recorded ---- */

/* The next record of a kind that nobody has taken; read: at this address. */
static struct smmu3_record *take(struct replay *p, enum smmu3_record_kind kind,
                                 const struct smmu3_access *read)
{
    for (size_t i = 0; p->now && i < p->now->n; i++) {
        struct smmu3_record *r = &p->now->r[i];

        if (p->now->used[i] || r->kind != kind ||
            (read && (r->acc.addr != read->addr || r->acc.pas != read->pas))) {
            continue;
        }
        p->now->used[i] = true;
        p->out->compared++;
        return r;
    }
    return NULL;
}

static enum smmu3_mem on_read(void *ctx, const struct smmu3_access *acc, void *buf, size_t size)
{
    struct replay *p = ctx;
    const struct smmu3_record *r = take(p, SMMU3_REC_READ, acc);

    if (r && r->result != SMMU3_MEM_OK) {
        return r->result;
    }
    if (r && r->len == size) {
        memcpy(buf, r->data, size);
        learn(&p->mem, acc, buf, size);
        return SMMU3_MEM_OK;
    }
    p->out->extra_reads++;
    if (!recall(&p->mem, acc, buf, size)) {
        differ(p, "the model reads 0x%" PRIx64 " (%s), which was not read when this was recorded",
               acc->addr, pas_name(acc->pas));
        return SMMU3_MEM_ABORT;
    }
    return SMMU3_MEM_OK;
}

static enum smmu3_mem on_write(void *ctx, const struct smmu3_access *acc, const void *buf,
                               size_t size)
{
    struct replay *p = ctx;
    const struct smmu3_record *r = take(p, SMMU3_REC_WRITE, NULL);
    struct smmu3_record mine = { .kind = SMMU3_REC_WRITE, .acc = *acc, .data = buf, .len = size };

    if (!r) {
        differ(p, "the model does, but the recording does not:%s", record_text(&mine));
        return SMMU3_MEM_OK;
    }
    if (r->acc.addr != acc->addr || r->acc.pas != acc->pas || r->len != size ||
        memcmp(r->data, buf, size)) {
        char theirs[240];

        snprintf(theirs, sizeof(theirs), "%s", record_text(r));
        differ(p, "recorded:%s; the model:%s", theirs, record_text(&mine));
    }
    return r->result;
}

static enum smmu3_mem on_cas(void *ctx, const struct smmu3_access *acc, uint64_t expected,
                             uint64_t desired, uint64_t *seen)
{
    struct replay *p = ctx;
    const struct smmu3_record *r = take(p, SMMU3_REC_CAS, acc);

    *seen = expected;
    if (!r) {
        differ(p, "the model updates 0x%" PRIx64 ", the recording does not", acc->addr);
        return SMMU3_MEM_OK;
    }
    if (r->expected != expected || r->desired != desired) {
        differ(p, "recorded:%s; the model wants 0x%" PRIx64 " -> 0x%" PRIx64, record_text(r),
               expected, desired);
    }
    *seen = r->seen;
    return r->result;
}

static void on_irq(void *ctx, enum smmu3_sec_sid bank, enum smmu3_irq_kind irq)
{
    struct replay *p = ctx;
    const struct smmu3_record *r = take(p, SMMU3_REC_IRQ, NULL);
    struct smmu3_record mine = { .kind = SMMU3_REC_IRQ, .bank = bank, .irq = irq };

    if (!r || r->bank != bank || r->irq != irq) {
        differ(p, "the model raises an interrupt that was not recorded:%s", record_text(&mine));
    }
}

static bool same_trace(const struct smmu3_trace *a, const struct smmu3_trace *b)
{
    return a->kind == b->kind && a->sec_sid == b->sec_sid && a->stream_id == b->stream_id &&
           a->addr == b->addr && a->reason == b->reason && a->recorded == b->recorded &&
           !memcmp(a->word, b->word, sizeof(a->word));
}

static void on_trace(void *ctx, const struct smmu3_trace *tr)
{
    struct replay *p = ctx;
    struct smmu3_record mine = { .kind = SMMU3_REC_TRACE, .trace = *tr };
    const struct smmu3_record *r;
    char theirs[240];

    if (tr->kind >= SMMU3_TRACE_CFG_HIT && tr->kind <= SMMU3_TRACE_TLB_MISS) {
        return;
    }
    r = take(p, SMMU3_REC_TRACE, NULL);
    if (r && same_trace(&r->trace, tr)) {
        return;
    }
    snprintf(theirs, sizeof(theirs), "%s", r ? record_text(r) : " nothing");
    differ(p, "recorded:%s; the model:%s", theirs, record_text(&mine));
}

static void on_resume(void *ctx, void *cookie, enum smmu3_resume action)
{
    (void)ctx, (void)cookie, (void)action; /* what it leads to is an input of its own */
}

/* ---- inputs ---- */

static bool set_state(struct replay *p, const struct smmu3_record *r, struct why *why)
{
    static const struct smmu3_host host = {
        .read = on_read, .write = on_write, .cas64 = on_cas, .irq = on_irq, .trace = on_trace,
        .resume = on_resume,
    };
    struct smmu3_config cfg;
    int err = smmu3_snapshot_config(r->data, r->len, &cfg);

    if (!err) {
        smmu3_destroy(p->s);
        p->s = NULL;
        err = smmu3_create(&cfg, &host, p, &p->s);
    }
    if (!err) {
        err = smmu3_load(p->s, r->data, r->len);
    }
    return err ? why_not(why, "record %" PRIu64 ": the state cannot be used: %s", p->number,
                         smmu3_strerror(err)) : true;
}

static void run_mmio(struct replay *p, const struct smmu3_record *r)
{
    uint64_t v = 0;

    if (r->kind == SMMU3_REC_MMIO_WRITE) {
        smmu3_mmio_write(p->s, r->offset, r->size, r->pas, r->value);
        return;
    }
    smmu3_mmio_read(p->s, r->offset, r->size, r->pas, &v);
    p->out->compared++;
    if (v != r->value) {
        differ(p, "%s; the model has 0x%" PRIx64, record_text(r), v);
    }
}

static void run_dma(struct replay *p, const struct smmu3_record *r)
{
    struct smmu3_record mine = { .kind = SMMU3_REC_DMA, .req = r->req };
    char theirs[240];
    bool same;

    mine.req.flags &= ~SMMU3_REQ_ATTR;
    if (smmu3_translate(p->s, &mine.req, &mine.res)) {
        differ(p, "%s: this SMMU has no such Security state", record_text(r));
        return;
    }
    p->out->compared++;
    same = mine.res.status == r->res.status &&
           (r->res.status == SMMU3_ST_OK
                ? mine.res.addr == r->res.addr && mine.res.pas == r->res.pas &&
                  mine.res.perms == r->res.perms && mine.res.mask == r->res.mask
                : mine.res.reason == r->res.reason && mine.res.recorded == r->res.recorded);
    if (!same) {
        snprintf(theirs, sizeof(theirs), "%s", record_text(r));
        differ(p, "recorded: %s; the model: %s", theirs, record_text(&mine));
    }
}

/* What was recorded, but the model did not do. */
static void check_left(struct replay *p, struct lane *l)
{
    for (size_t i = 0; i < l->n; i++) {
        if (!l->used[i] && l->r[i].kind != SMMU3_REC_READ) {
            differ(p, "recorded, but the model does not:%s", record_text(&l->r[i]));
        }
    }
    /* Reads that it needed no more may be of use later. */
    for (size_t i = 0; i < l->n; i++) {
        if (!l->used[i] && l->r[i].kind == SMMU3_REC_READ && l->r[i].result == SMMU3_MEM_OK) {
            learn(&p->mem, &l->r[i].acc, l->r[i].data, l->r[i].len);
        }
    }
    l->n = 0;
}

static bool keep(struct lane *l, const struct smmu3_record *r)
{
    if (l->n == l->room) {
        size_t room = l->room ? 2 * l->room : 16;
        struct smmu3_record *more = realloc(l->r, room * sizeof(*more));
        bool *used = realloc(l->used, room);

        l->r = more ? more : l->r;
        l->used = used ? used : l->used;
        if (!more || !used || room > MAX_PENDING) {
            return false;
        }
        l->room = room;
    }
    l->used[l->n] = false;
    l->r[l->n++] = *r;
    return true;
}

static bool step(struct replay *p, const struct smmu3_record *r, struct why *why)
{
    struct lane *l = &p->lane[r->lane];

    if (r->kind == SMMU3_REC_STATE) {
        return set_state(p, r, why);
    }
    if (!p->s) {
        return why_not(why, "the recording does not begin with a state");
    }
    if (r->kind > SMMU3_REC_RESET) {
        return keep(l, r)
                   ? true
                   : why_not(why, "record %" PRIu64 ": what input does this belong to?", p->number);
    }
    p->now = l;
    p->out->inputs++;
    if (r->kind == SMMU3_REC_RESET) {
        smmu3_reset(p->s);
    } else if (r->kind == SMMU3_REC_DMA) {
        run_dma(p, r);
    } else {
        run_mmio(p, r);
    }
    p->now = NULL;
    check_left(p, l);
    return true;
}

bool replay_recording(const void *data, size_t len, struct replayed *out, struct why *why)
{
    struct replay *p = calloc(1, sizeof(*p));
    struct smmu3_record rec;
    struct recording r;
    bool ok;

    memset(out, 0, sizeof(*out));
    if (!p) {
        return why_not(why, "out of memory");
    }
    p->out = out;
    ok = recording_begin(&r, data, len, why);
    while (ok && !out->differs && recording_next(&r, &rec)) {
        p->number = r.n;
        ok = step(p, &rec, why);
    }
    if (ok) {
        out->records = r.n;
        out->truncated = r.truncated;
        if (!p->s) {
            ok = why_not(why, "the recording does not begin with a state");
        }
    }
    smmu3_destroy(p->s);
    free(p->mem.w);
    for (int i = 0; i < LANES; i++) {
        free(p->lane[i].r);
        free(p->lane[i].used);
    }
    free(p);
    return ok;
}
