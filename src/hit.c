/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Answers from caches alone, without a lock. What STE, CD and registers say
 * about a stream's transactions that succeed comes down to one cache line: whose
 * translations they use, which addresses they may present, what the overrides
 * make of their flags, their label. With that and the TLB the answer is put
 * together. Whatever is not there, is not permitted, or is a question for more
 * (attributes, probes) takes the procedure of translate.c, which also says why.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "tlb.h"

/*
 * KEY: who asks. UNTIL: its time, as in cache.h. LIMIT: addresses up to this one
 * need no other check. SPACE0, 1: struct tlb_space. HOW: smmu3i_rewrites(), and
 * H_ bits. RANGE: what addresses, 16 bits for each half. LABEL: the
 * MPAM label as it lies in memory, and tlb_whose().
 */
enum { KEY, LIMIT, SPACE0, SPACE1, HOW, RANGE, LABEL, UNTIL, WORDS };
struct hit_slot {
    place w[WORDS];
};

#define NOT_HERE (SMMU3_REQ_PROBE | SMMU3_REQ_ATTR | SMMU3_REQ_TRANSLATED | SMMU3_REQ_TREQ)
/* A slot's words, and those of a TLB entry, as the hit path uses them. */
struct stream {
    uint64_t limit, how, range;
    uint32_t whose, mpam;
    struct tlb_space space;
};
struct entry {
    uint64_t w1, out;
    unsigned shift, perms;
};

#define SIZES_END    BIT64(63)
#define KEY_VALID BIT64(63)
#define KEY_SSV   BIT64(52)
#define KEY_SEC_LO 54
/* HOW, above the rewrites */
#define H_S1   BIT64(48)
#define H_S2   BIT64(49)
#define H_HALVES BIT64(50) /* two ranges, by bit 55 */
#define H_SIF  BIT64(51)
#define H_ASET_LO 52
/* RANGE, of each half */
#define R_TSZ  0x3fu
#define R_TBI  BIT64(6)
#define R_EPD  BIT64(7)
#define R_E0PD BIT64(8)
#define RANGE_BITS 16

int smmu3i_hit_init(struct smmu3 *s)
{
    if (s->cfg.cfg_entries == SMMU3_CACHE_OFF) {
        return SMMU3_OK;
    }
    s->nhit = s->cfg.cfg_entries; /* a power of two by now */
    s->hit = smmu3i_cache_alloc(s->nhit, sizeof(*s->hit), &s->hit_mem);
    return s->hit ? SMMU3_OK : SMMU3_ENOMEM;
}

void smmu3i_hit_free(struct smmu3 *s)
{
    free(s->hit_mem);
}

static uint64_t key_of(const struct smmu3_request *req)
{
    return KEY_VALID | (uint64_t)req->sec_sid << KEY_SEC_LO |
           (req->ssv ? KEY_SSV | (uint64_t)req->substream_id << 32 : 0) | req->stream_id;
}

static struct hit_slot *slot_of(const struct smmu3 *s, uint64_t key)
{
    /* Neighbouring StreamIDs do not meet; the rest is mixed. */
    return &s->hit[(key + (key >> 32) * 0x9e3779b1u) & (s->nhit - 1)];
}

static void slot_write(struct hit_slot *e, const uint64_t w[UNTIL], uint64_t stamp)
{
    uint64_t seq = atomic_load_explicit(&e->w[UNTIL], memory_order_relaxed) & SEQ_MASK;

    atomic_store_explicit(&e->w[UNTIL], (seq + 1) & SEQ_MASK, memory_order_relaxed);
    for (unsigned i = 0; i < UNTIL; i++) {
        place_set(&e->w[i], w[i]);
    }
    place_set(&e->w[UNTIL], (stamp & STAMP_MASK) << SEQ_BITS | ((seq + 2) & SEQ_MASK));
}

void smmu3i_hit_clear(struct smmu3 *s)
{
    static const uint64_t none[UNTIL];

    for (uint32_t i = 0; i < s->nhit; i++) {
        if (place_get(&s->hit[i].w[KEY])) {
            slot_write(&s->hit[i], none, 0);
        }
    }
}

/* Out of date by some invalidation: is it by one that reached it? If not, it is
 * good as of the newest, which is not to be found out again. */
static bool renew(struct smmu3 *s, const struct smmu3_request *req, struct hit_slot *e,
                  uint64_t until, uint64_t newest)
{
    uint64_t t = newest << SEQ_BITS | (until & SEQ_MASK);

    if (until & 1 ||
        !smmu3i_cfg_good(s, req->sec_sid, req->stream_id, req->ssv ? req->substream_id : 0,
                         (newest & ~STAMP_MASK) | until >> SEQ_BITS, true)) {
        return false;
    }
    if (place_get(&s->cfgc.newest) >> STAMP_BITS == newest >> STAMP_BITS) {
        atomic_compare_exchange_strong_explicit(&e->w[UNTIL], &until, t, memory_order_release,
                                                memory_order_relaxed);
    }
    return true;
}

/* What the slot of the request's stream says. False: nothing good. */
static inline bool lookup(struct smmu3 *s, const struct smmu3_request *req, struct stream *st)
{
    uint64_t newest = place_get(&s->cfgc.newest), key = key_of(req);
    struct hit_slot *e = slot_of(s, key);
    uint64_t until = place_get(&e->w[UNTIL]), label;

    if (place_get(&e->w[KEY]) != key) {
        return false;
    }
    st->limit = place_get(&e->w[LIMIT]);
    st->space.w0 = place_get(&e->w[SPACE0]);
    st->space.w1 = place_get(&e->w[SPACE1]);
    st->how = place_get(&e->w[HOW]);
    st->range = place_get(&e->w[RANGE]);
    label = place_get(&e->w[LABEL]);
    st->mpam = (uint32_t)label;
    st->whose = (uint32_t)(label >> 32);
    /* While it is written its stamp is 0, which is older than any. */
    return place_get(&e->w[UNTIL]) == until &&
           (until >= newest << SEQ_BITS || renew(s, req, e, until, newest));
}

/* Step 5 of the procedure, for those it lets pass. Strips a tag byte. */
static bool check_va(uint64_t how, uint64_t range, bool priv, uint64_t *va)
{
    bool high = how & H_HALVES && *va >> 55 & 1;
    uint64_t r = range >> (high ? RANGE_BITS : 0);
    unsigned tsz = r & R_TSZ;

    if (r & R_TBI) {
        *va = high ? *va | UINT64_C(0xff) << 56 : *va & low_mask(56);
    }
    return !(r & R_EPD) && *va >> (64 - tsz) == (high ? low_mask(tsz) : 0) &&
           !(r & R_E0PD && !priv);
}

/* It may be anywhere; .shift is 0 if it is not. Takes and gives copies: of what
 * has an address the compiler keeps nothing in registers, on the fast path too. */
static struct entry translation_elsewhere(struct smmu3 *s, struct tlb_space space, uint64_t va)
{
    uint64_t w[TLB_WORDS];

    if (!smmu3i_tlb_find(s, &space, va, w)) {
        return (struct entry){ .shift = 0 };
    }
    return (struct entry){ .w1 = w[W1], .out = w[OUT], .shift = w[W0] >> SHIFT_LO & 63 };
}

/* The good entry for an address; first where most are: among those of the
 * smallest size that no invalidation came after. */
static inline bool translation(struct smmu3 *s, const struct stream *st, uint64_t va,
                               struct entry *out)
{
    uint64_t newest = place_get(&s->tlb.newest);
    uint64_t sizes = atomic_load_explicit(&s->tlb.sizes, memory_order_relaxed);
    unsigned shift = lowest_bit(sizes | SIZES_END);
    uint64_t w0 = tlb_page(va, shift) | st->space.w0;
    uint32_t home = tlb_home(&s->tlb, va >> shift, st->whose);

    for (uint32_t i = 0; i < s->tlb.ways; i++) {
        const struct tlb_slot *e = tlb_way(&s->tlb, home, i);
        uint64_t time = place_get(&e->w[TIME]);

        out->w1 = place_get(&e->w[W1]);
        out->out = place_get(&e->w[OUT]);
        out->shift = shift;
        /* While it is written its stamp is 0, which is older than any. */
        if (place_get(&e->w[W0]) == w0 && !((out->w1 ^ st->space.w1) & TAG) &&
            place_get(&e->w[TIME]) == time && time >= newest << SEQ_BITS) {
            return true;
        }
    }
    *out = translation_elsewhere(s, st->space, va);
    return out->shift != 0;
}

/* All at once gcc clears it with `rep stos`, which takes as long as the rest. */
static inline void clear(struct smmu3_result *res)
{
    size_t half = offsetof(struct smmu3_result, reason);

    memset(res, 0, half);
    memset((char *)res + half, 0, sizeof(*res) - half);
}

static inline void answer(const struct stream *st, unsigned as, unsigned perms,
                          struct smmu3_result *res)
{
    clear(res); /* the status is SMMU3_ST_OK */
    res->perms = (uint8_t)perms;
    res->priv = as & REWRITE_PRIV;
    res->instr = as & REWRITE_INSTR;
    memcpy(&res->mpam, &st->mpam, sizeof(res->mpam));
}

/* What needs no translation. */
static bool bypass(const struct smmu3 *s, const struct smmu3_request *req, struct stream st,
                   unsigned as, struct smmu3_result *res)
{
    answer(&st, as, PERM_ALL & 7, res);
    res->addr = req->addr;
    res->mask = low_mask(s->oas);
    res->pas = space_pas(req->sec_sid, as & REWRITE_NS);
    res->bypass = true;
    return true;
}

/* *no_entry: it was the TLB that had no answer. */
static inline bool hit(struct smmu3 *s, const struct smmu3_request *req, bool *no_entry,
                       struct smmu3_result *res)
{
    uint64_t va = req->addr, mask;
    struct stream st;
    struct entry e;
    unsigned as;

    if (!s->nhit || req->flags & NOT_HERE || !lookup(s, req, &st)) {
        return false;
    }
    as = st.how >> 3 * (req->flags & 15) & 7;
    if (va > st.limit && !check_va(st.how, st.range, as & REWRITE_PRIV, &va)) {
        return false;
    }
    if (!(st.how & H_S1)) {
        if (as & REWRITE_NS) {
            if (st.how & H_SIF && as & REWRITE_INSTR) {
                return false;
            }
            st.space.w0 |= IPA_NS;
        }
        if (!(st.how & H_S2)) {
            return bypass(s, req, st, as, res);
        }
    }
    st.space.aset = st.how >> H_ASET_LO & 1;
    *no_entry = true;
    if (!s->tlb.sets || !translation(s, &st, va, &e)) {
        return false;
    }
    /* The permissions of the privilege; then R, W, X in the order of PERM_. */
    e.perms = (unsigned)(e.w1 >> (PERMS_LO + 3 * (as & REWRITE_PRIV)) & 7);
    if (!(e.perms >> ((req->flags & SMMU3_REQ_WRITE) | (as & REWRITE_INSTR)) & 1)) {
        return false;
    }
    answer(&st, as, e.perms, res);
    mask = (UINT64_C(1) << e.shift) - 1;
    res->addr = (e.out & ~UINT64_C(0xfff)) | (va & mask);
    res->mask = mask;
    res->pas = (enum smmu3_pas)(e.w1 >> PAS_LO & 3);
    return true;
}

static void trace_hit(struct smmu3 *s, const struct smmu3_request *req)
{
    smmu3i_trace(s, &(struct smmu3_trace){ .kind = SMMU3_TRACE_TLB_HIT, .sec_sid = req->sec_sid,
                                           .stream_id = req->stream_id, .addr = req->addr });
}

int smmu3_translate(struct smmu3 *s, const struct smmu3_request *req, struct smmu3_result *res)
{
    bool no_entry = false;

    if (!s || !req || !res || (unsigned)req->sec_sid >= SMMU3_NUM_BANKS ||
        (req->sec_sid == SMMU3_SEC_SID_S && !s->secure) || req->substream_id >> 20) {
        return SMMU3_EINVAL;
    }
    if (!hit(s, req, &no_entry, res)) {
        return smmu3i_procedure(s, req, no_entry, res);
    }
    if (s->host.trace && !res->bypass && !(req->flags & SMMU3_REQ_UNTRACED)) {
        trace_hit(s, req);
    }
    return SMMU3_OK;
}

static uint64_t range_of(const struct ttcfg *tt)
{
    return tt->tsz | (tt->tbi ? R_TBI : 0) | (tt->epd ? R_EPD : 0) | (tt->e0pd ? R_E0PD : 0);
}

/* Is it there, and good? */
static bool known(struct smmu3 *s, const struct smmu3_request *req)
{
    uint64_t newest = place_get(&s->cfgc.newest), key = key_of(req);
    struct hit_slot *e = slot_of(s, key);
    uint64_t until = place_get(&e->w[UNTIL]);

    return place_get(&e->w[KEY]) == key &&
           (until >= newest << SEQ_BITS || renew(s, req, e, until, newest));
}

void smmu3i_hit_insert(const struct txn *t, const struct smmu3_result *res)
{
    struct smmu3 *s = t->s;
    bool on = t->regs.cr0ack & CR0_SMMUEN, secure = t->sec == SMMU3_SEC_SID_S;
    uint64_t w[UNTIL];
    struct tlb_space sp;
    uint32_t mpam;

    /* If only the TLB had no answer, the stream's slot is as it should be. */
    if (!s->nhit || t->probe || t->not_in_tlb || t->req->flags & (NOT_HERE & ~SMMU3_REQ_ATTR) ||
        known(s, t->req)) {
        return;
    }
    sp = t->s1 ? smmu3i_tlb_space((uint8_t)t->sec, (uint8_t)t->ste.world, t->ste.vmid,
                                  t->cd.asid, t->cd.aset)
               : smmu3i_tlb_ipa_space((uint8_t)t->sec, (uint8_t)t->ste.world, t->ste.vmid, false);
    w[KEY] = key_of(t->req);
    w[LIMIT] = low_mask(s->oas); /* which is the size of IPAs as well */
    w[SPACE0] = sp.w0;
    w[SPACE1] = sp.w1;
    w[HOW] = smmu3i_rewrites(t) | (secure && t->regs.cr0ack & CR0_SIF ? H_SIF : 0);
    w[RANGE] = 64 - s->oas;
    memcpy(&mpam, &res->mpam, sizeof(mpam));
    w[LABEL] = mpam | (uint64_t)tlb_whose(&s->tlb, sp.w1) << 32;
    if (on && t->s1) {
        const struct ttcfg *tt = &t->cd.tt[0];

        w[LIMIT] = tt->epd || tt->e0pd ? 0 : low_mask(64u - tt->tsz);
        w[HOW] |= H_S1 | (world_has_asid(t->ste.world) ? H_HALVES : 0) | sp.aset << H_ASET_LO;
        w[RANGE] = range_of(&t->cd.tt[0]) | range_of(&t->cd.tt[1]) << RANGE_BITS;
    } else if (on && t->ste.s2) {
        w[HOW] |= H_S2;
    }
    lock(&s->lock);
    if (t->gen >> STAMP_BITS == atomic_load(&s->gen) >> STAMP_BITS) {
        slot_write(slot_of(s, w[KEY]), w, t->gen);
    }
    unlock(&s->lock);
}
