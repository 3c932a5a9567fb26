/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Answers by request: the last successful answer for each page that each
 * stream asked for. Not architectural. An answer carries the generation of the
 * caches it came from, and any invalidation makes all of them old, so there is
 * nothing to match and nothing to lock. What is not here is found by
 * translate.c, through the TLB.
 *
 * A slot is a sequence lock: odd while it is written. Its words are atomic
 * only so that a reader may look at a slot that somebody writes.
 */
#include <stdlib.h>

#include "internal.h"

/* KEY: page, and what else the answer depends on; STREAM: who asks; OUT:
 * output page and the answer's small fields; LABEL: the MPAM label. */
enum { KEY, STREAM, GEN, OUT, LABEL, WORDS };

struct hit_slot {
    _Atomic uint64_t seq;
    _Atomic uint64_t w[WORDS];
};

#define NOT_HERE (SMMU3_REQ_PROBE | SMMU3_REQ_ATTR | SMMU3_REQ_TRANSLATED | SMMU3_REQ_TREQ)
#define KEY_FLAGS (SMMU3_REQ_WRITE | SMMU3_REQ_PRIV | SMMU3_REQ_INSTR | SMMU3_REQ_NS)

int smmu3i_hit_init(struct smmu3 *s)
{
    if (s->cfg.tlb_entries == SMMU3_CACHE_OFF) {
        return SMMU3_OK;
    }
    s->nhit = s->cfg.tlb_entries; /* a power of two by now */
    s->hit = calloc(s->nhit, sizeof(*s->hit));
    return s->hit ? SMMU3_OK : SMMU3_ENOMEM;
}

void smmu3i_hit_free(struct smmu3 *s)
{
    free(s->hit);
}

static uint64_t key_of(const struct smmu3_request *req)
{
    /* 52 bits of page, 4 of flags, 2 of SEC_SID, SSV; never 0. */
    return req->addr >> 12 << 12 | UINT64_C(1) << 11 | (uint64_t)req->sec_sid << 8 |
           (uint64_t)req->ssv << 7 | (req->flags & KEY_FLAGS);
}

static uint64_t stream_of(const struct smmu3_request *req)
{
    return req->stream_id | (uint64_t)(req->ssv ? req->substream_id : 0) << 32;
}

static struct hit_slot *slot_of(const struct smmu3 *s, uint64_t key, uint64_t stream)
{
    uint64_t h = (key >> 12) + (stream + (key & 0xfff)) * UINT64_C(0x9e3779b97f4a7c15) / 8192;

    return &s->hit[h & (s->nhit - 1)];
}

bool smmu3i_hit_lookup(struct smmu3 *s, const struct smmu3_request *req, struct smmu3_result *res)
{
    uint64_t key, stream, seq, out, label, shift;
    const struct hit_slot *e;
    bool same;

    if (!s->nhit || req->flags & NOT_HERE) {
        return false;
    }
    key = key_of(req);
    stream = stream_of(req);
    e = slot_of(s, key, stream);
    seq = atomic_load_explicit(&e->seq, memory_order_acquire);
    same = atomic_load_explicit(&e->w[KEY], memory_order_acquire) == key &&
           atomic_load_explicit(&e->w[STREAM], memory_order_acquire) == stream &&
           atomic_load_explicit(&e->w[GEN], memory_order_acquire) == atomic_load(&s->gen);
    out = atomic_load_explicit(&e->w[OUT], memory_order_acquire);
    label = atomic_load_explicit(&e->w[LABEL], memory_order_acquire);
    if (!same || seq & 1 || atomic_load_explicit(&e->seq, memory_order_relaxed) != seq) {
        return false;
    }
    shift = out & 0x3f;
    *res = (struct smmu3_result){
        .status = SMMU3_ST_OK,
        .addr = (out & ~UINT64_C(0xfff)) | (req->addr & 0xfff),
        .mask = low_mask((unsigned)shift),
        .pas = (enum smmu3_pas)(out >> 6 & 3),
        .perms = out >> 8 & 7,
        .instr = out >> 11 & 1,
        .priv = label >> 32 & 1,
        .mpam = { .partid = (uint16_t)label, .pmg = (uint8_t)(label >> 16), .ns = label >> 24 & 1 },
    };
    return true;
}

void smmu3i_hit_insert(struct smmu3 *s, const struct smmu3_request *req,
                       const struct smmu3_result *res, uint64_t gen)
{
    uint64_t words[WORDS], seq;
    struct hit_slot *e;

    if (!s->nhit || res->bypass || res->mask < 0xfff || res->mask == UINT64_MAX ||
        req->flags & NOT_HERE) {
        return;
    }
    words[KEY] = key_of(req);
    words[STREAM] = stream_of(req);
    words[GEN] = gen;
    words[OUT] = (res->addr & ~UINT64_C(0xfff)) | (uint64_t)res->instr << 11 |
                 (uint64_t)res->perms << 8 | (uint64_t)res->pas << 6;
    for (uint64_t m = res->mask; m; m >>= 1) {
        words[OUT]++; /* the low six bits: log2 of the size */
    }
    words[LABEL] = res->mpam.partid | (uint64_t)res->mpam.pmg << 16 |
                   (uint64_t)res->mpam.ns << 24 | (uint64_t)res->priv << 32;
    e = slot_of(s, words[KEY], words[STREAM]);
    seq = atomic_load_explicit(&e->seq, memory_order_relaxed);
    /* Somebody else is writing it: his answer is as good. */
    if (seq & 1 || !atomic_compare_exchange_strong_explicit(&e->seq, &seq, seq + 1,
                                                            memory_order_acquire,
                                                            memory_order_relaxed)) {
        return;
    }
    for (unsigned i = 0; i < WORDS; i++) {
        atomic_store_explicit(&e->w[i], words[i], memory_order_release);
    }
    atomic_store_explicit(&e->seq, seq + 2, memory_order_release);
}
