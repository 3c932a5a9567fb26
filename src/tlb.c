/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * The TLB. Not architectural: the architecture only says what must not be in
 * it (IHI0070G.b 3.17, 4.4). Set-associative, one probe per size in use; an
 * entry is 32 bytes. How it is invalidated: cache.h.
 */
#include <stdlib.h>

#include "internal.h"
#include "tlb.h"

static unsigned bits(uint64_t w, unsigned lo, unsigned n)
{
    return (unsigned)(w >> lo & low_mask(n));
}

/*
 * The class of a leaf: granule and level. Its number in the address space, of
 * leaves of its class, is what an invalidation by address names.
 */
static unsigned class_of(unsigned gran, unsigned level)
{
    return (gran - 12) * 2 + (3 - level);
}

static unsigned class_gran(unsigned c)
{
    return 12 + c / 4 * 2;
}

static unsigned class_shift(unsigned c)
{
    return class_gran(c) + c % 4 * (class_gran(c) - 3);
}

/* Who an entry is for, within its VMID; with its class: its kind. */
enum { F_ASID, F_GLOBAL, F_ASID_ASET, F_GLOBAL_ASET, F_IPA, FLAVOURS, F_ANY_ASID = FLAVOURS };

/* The kinds of a flavour, of every class. */
#define OF_FLAVOUR(f) (UINT64_C(0x0084210842108421) << (f))

static unsigned flavour(uint64_t w0, uint64_t w1)
{
    return w0 & IPA ? F_IPA : (w0 & GLOBAL ? F_GLOBAL : F_ASID) + (w1 & ASET ? F_ASID_ASET : 0u);
}

/* ---- places ---- */

#define MIX1 UINT64_C(0xd6e8feb86659fd93)

static uint64_t asid_space(unsigned sec, unsigned world, unsigned vmid, bool aset)
{
    uint64_t id = vmid | (uint64_t)world << 32 | (uint64_t)sec << 36 | (uint64_t)aset << 40 |
                  BIT64(50);

    return id * MIX1;
}

/* The numbering of one class of leaves in one address space. */
static uint64_t page_space(unsigned sec, unsigned world, unsigned vmid, unsigned flav,
                           unsigned asid, unsigned class_)
{
    uint64_t id = vmid | (uint64_t)world << 32 | (uint64_t)sec << 36 | (uint64_t)flav << 40 |
                  (uint64_t)class_ << 44;

    if (flav == F_ASID || flav == F_ASID_ASET) {
        id |= (uint64_t)asid << 16;
    }
    return id * MIX1;
}

/* Did no invalidation reach it since? */
static bool good(struct smmu3 *s, uint64_t w0, uint64_t w1, uint64_t stamp)
{
    struct tlb *t = &s->tlb;
    unsigned sec = bits(w0, SEC_LO, 2), world = bits(w1, WORLD_LO, 3);
    unsigned vmid = bits(w1, VMID_LO, 16), asid = bits(w1, ASID_LO, 16);
    unsigned flav = flavour(w0, w1), c = bits(w1, CLASS_LO, 4);
    bool ipa = flav == F_IPA;
    uint64_t unit = w0 >> class_shift(c);

    if (place_get(&t->world[sec][world]) > stamp ||
        (world == WORLD_EL1 && place_get(&t->vmid[sec][ipa][vmid % TLB_IDS].all) > stamp)) {
        return false;
    }
    if (!(w0 & (IPA | GLOBAL)) &&
        !smmu3i_places_good(&t->hashed, asid_space(sec, world, vmid, flav == F_ASID_ASET), asid,
                            stamp)) {
        return false;
    }
    if (place_get(&t->vmid[sec][ipa][vmid % TLB_IDS].addr) <= stamp) {
        return true;
    }
    return smmu3i_places_good(&t->hashed, page_space(sec, world, vmid, flav, asid, c), unit,
                              stamp) &&
           (ipa || smmu3i_places_good(&t->hashed, page_space(sec, world, vmid, F_ANY_ASID, 0, c),
                                      unit, stamp));
}

/* ---- life cycle ---- */

int smmu3i_tlb_init(struct smmu3 *s)
{
    if (s->cfg.tlb_entries == SMMU3_CACHE_OFF) {
        return SMMU3_OK;
    }
    s->cfg.tlb_entries = cache_size(s->cfg.tlb_entries);
    s->tlb.ways = s->cfg.tlb_entries < WAYS ? s->cfg.tlb_entries : WAYS;
    s->tlb.e = smmu3i_cache_alloc(s->cfg.tlb_entries, sizeof(*s->tlb.e), &s->tlb.mem);
    if (!s->tlb.e) {
        return SMMU3_ENOMEM;
    }
    s->tlb.sets = s->cfg.tlb_entries / s->tlb.ways;
    s->tlb.mask = s->cfg.tlb_entries - 1;
    s->tlb.log2size = (uint8_t)lowest_bit(s->cfg.tlb_entries);
    return SMMU3_OK;
}

void smmu3i_tlb_free(struct smmu3 *s)
{
    free(s->tlb.mem);
}

static void slot_write(struct tlb_slot *e, const uint64_t w[TIME], uint64_t stamp)
{
    uint64_t seq = atomic_load_explicit(&e->w[TIME], memory_order_relaxed) & SEQ_MASK;

    atomic_store_explicit(&e->w[TIME], (seq + 1) & SEQ_MASK, memory_order_relaxed);
    for (unsigned i = 0; i < TIME; i++) {
        place_set(&e->w[i], w[i]);
    }
    place_set(&e->w[TIME], (stamp & STAMP_MASK) << SEQ_BITS | ((seq + 2) & SEQ_MASK));
}

void smmu3i_tlb_clear(struct smmu3 *s)
{
    static const uint64_t none[TIME];

    for (uint32_t i = 0; s->tlb.sets && i < s->cfg.tlb_entries; i++) {
        if (place_get(&s->tlb.e[i].w[W0])) {
            slot_write(&s->tlb.e[i], none, 0);
        }
    }
}

/* ---- lookup ---- */

struct tlb_space smmu3i_tlb_space(uint8_t sec_sid, uint8_t world, uint16_t vmid, uint16_t asid,
                                  bool aset)
{
    return (struct tlb_space){
        .w0 = VALID | (uint64_t)sec_sid << SEC_LO,
        .w1 = (uint64_t)world << WORLD_LO | (uint64_t)vmid << VMID_LO | (uint64_t)asid << ASID_LO,
        .aset = aset,
    };
}

struct tlb_space smmu3i_tlb_ipa_space(uint8_t sec_sid, uint8_t world, uint16_t vmid, bool ipa_ns)
{
    struct tlb_space sp = smmu3i_tlb_space(sec_sid, world, vmid, 0, false);

    sp.w0 |= IPA | (ipa_ns ? IPA_NS : 0);
    return sp;
}

static struct tlb_space global_space(const struct tlb_space *sp)
{
    struct tlb_space g = *sp;

    g.w0 |= GLOBAL;
    g.w1 = (g.w1 & ~(low_mask(16) << ASID_LO)) | g.aset << ASID_LO;
    return g;
}

/* Not older than the newest invalidation, which was read before; or not
 * reached by those since. */
static bool still_good(struct smmu3 *s, const uint64_t w[TLB_WORDS], uint64_t newest)
{
    return w[TIME] >= newest << SEQ_BITS ||
           good(s, w[W0], w[W1], (newest & ~STAMP_MASK) | w[TIME] >> SEQ_BITS);
}

static uint32_t home(const struct smmu3 *s, uint64_t w0, uint64_t w1)
{
    return tlb_home(&s->tlb, w0 >> bits(w0, SHIFT_LO, 6), tlb_whose(&s->tlb, w1));
}

/* An entry with exactly this first word; NULL: none that is good. */
static struct tlb_slot *probe(struct smmu3 *s, uint64_t w0, uint64_t w1, uint64_t newest,
                              uint64_t w[TLB_WORDS])
{
    uint32_t at = home(s, w0, w1);

    for (uint32_t i = 0; i < s->tlb.ways; i++) {
        struct tlb_slot *e = tlb_way(&s->tlb, at, i);

        if (tlb_read(e, w0, w1, w)) {
            return still_good(s, w, newest) ? e : NULL;
        }
    }
    return NULL;
}

static struct tlb_slot *find(struct smmu3 *s, const struct tlb_space *sp, uint64_t addr,
                             uint64_t newest, uint64_t w[TLB_WORDS])
{
    uint64_t sizes = atomic_load_explicit(&s->tlb.sizes, memory_order_relaxed);
    struct tlb_slot *e;
    struct tlb_space g;

    for (; sizes; sizes &= sizes - 1) {
        uint64_t key = tlb_page(addr, lowest_bit(sizes));

        e = probe(s, key | sp->w0, sp->w1, newest, w);
        if (!e && atomic_load_explicit(&s->tlb.global, memory_order_relaxed) &&
            !(sp->w0 & IPA)) {
            g = global_space(sp);
            e = probe(s, key | g.w0, g.w1, newest, w);
        }
        if (e) {
            return e;
        }
    }
    return NULL;
}

bool smmu3i_tlb_find(struct smmu3 *s, const struct tlb_space *sp, uint64_t addr,
                     uint64_t w[TLB_WORDS])
{
    uint64_t newest = place_get(&s->tlb.newest), time;
    struct tlb_slot *e = find(s, sp, addr, newest, w);

    if (!e) {
        return false;
    }
    if (w[TIME] < newest << SEQ_BITS && place_get(&s->tlb.newest) >> STAMP_BITS ==
                                            newest >> STAMP_BITS) {
        /* Good as of `newest`, as was just found: not to be found again. */
        time = newest << SEQ_BITS | (w[TIME] & SEQ_MASK);
        atomic_compare_exchange_strong_explicit(&e->w[TIME], &w[TIME], time, memory_order_release,
                                                memory_order_relaxed);
    }
    return true;
}

static void unpack(const uint64_t w[TLB_WORDS], struct tlb_entry *e)
{
    unsigned c = bits(w[W1], CLASS_LO, 4);

    *e = (struct tlb_entry){
        .shift = (uint8_t)bits(w[W0], SHIFT_LO, 6),
        .s1_shift = (uint8_t)bits(w[W1], S1SHIFT_LO, 6),
        .in = w[W0] & ~low_mask(12), .out = w[OUT] & ~low_mask(12),
        .sec_sid = (uint8_t)bits(w[W0], SEC_LO, 2),
        .world = (uint8_t)bits(w[W1], WORLD_LO, 3),
        .gran = (uint8_t)class_gran(c), .level = (uint8_t)(3 - c % 4),
        .pas = (uint8_t)bits(w[W1], PAS_LO, 2),
        .ipa = w[W0] & IPA, .ipa_ns = w[W0] & IPA_NS,
        .global = w[W0] & GLOBAL, .aset = w[W1] & ASET,
        .vmid = (uint16_t)bits(w[W1], VMID_LO, 16),
        .asid = (uint16_t)(w[W0] & GLOBAL ? 0 : bits(w[W1], ASID_LO, 16)),
        .perms = (uint8_t)bits(w[W1], PERMS_LO, 6),
        .s1_attr = (uint8_t)w[OUT], .s1_sh = (uint8_t)bits(w[W1], S1SH_LO, 2),
        .s2_attr = (uint8_t)bits(w[W1], S2ATTR_LO, 4),
        .s2_sh = (uint8_t)bits(w[W1], S2SH_LO, 2),
    };
}

bool smmu3i_tlb_lookup(struct smmu3 *s, const struct tlb_space *sp, uint64_t addr,
                       struct tlb_entry *out)
{
    uint64_t w[TLB_WORDS];

    if (!find(s, sp, addr, place_get(&s->tlb.newest), w)) {
        return false;
    }
    unpack(w, out);
    return true;
}

/* What is in a slot, if it is good. */
static bool slot_good(struct smmu3 *s, const struct tlb_slot *e, uint64_t w[TLB_WORDS])
{
    uint64_t newest = place_get(&s->tlb.newest), w0 = place_get(&e->w[W0]);

    return w0 && tlb_read(e, w0, place_get(&e->w[W1]), w) && still_good(s, w, newest);
}

bool smmu3i_tlb_get(struct smmu3 *s, uint32_t i, struct tlb_entry *out)
{
    uint64_t w[TLB_WORDS];

    if (!s->tlb.sets || i >= s->cfg.tlb_entries || !slot_good(s, &s->tlb.e[i], w)) {
        return false;
    }
    unpack(w, out);
    return true;
}

bool smmu3i_tlb_empty(struct smmu3 *s)
{
    uint64_t w[TLB_WORDS];

    if (!s->tlb.sets || !atomic_exchange(&s->tlb.filled, false)) {
        return true;
    }
    for (uint32_t i = 0; i < s->cfg.tlb_entries; i++) {
        if (slot_good(s, &s->tlb.e[i], w)) {
            atomic_store(&s->tlb.filled, true);
            return false;
        }
    }
    return true;
}

/* ---- insertion ---- */

static void pack(const struct tlb_entry *e, uint64_t w[TIME])
{
    struct tlb_space sp =
        e->ipa ? smmu3i_tlb_ipa_space(e->sec_sid, e->world, e->vmid, e->ipa_ns)
               : smmu3i_tlb_space(e->sec_sid, e->world, e->vmid, e->asid, e->aset);

    if (e->global) {
        sp = global_space(&sp);
    }
    w[W0] = tlb_page(e->in, e->shift) | sp.w0;
    w[W1] = sp.w1 | (e->aset ? ASET : 0) | (uint64_t)e->s2_attr << S2ATTR_LO |
            (uint64_t)e->s2_sh << S2SH_LO | (uint64_t)e->s1_sh << S1SH_LO |
            (uint64_t)e->perms << PERMS_LO | (uint64_t)e->pas << PAS_LO |
            (uint64_t)class_of(e->gran, e->level) << CLASS_LO | (uint64_t)e->s1_shift;
    w[OUT] = (e->out & ~low_mask(12)) | e->s1_attr;
}

/*
 * Invalidations by ASID and by address only care about kinds that there are. So
 * the first of a kind must not be older than the last invalidation, and none may
 * be older than the first.
 */
static bool admit(struct smmu3 *s, const uint64_t w[TIME], uint64_t gen)
{
    struct tlb *t = &s->tlb;
    unsigned kind = bits(w[W1], CLASS_LO, 4) * FLAVOURS + flavour(w[W0], w[W1]);

    if (!(t->kinds & BIT64(kind))) {
        if (atomic_load(&s->gen) != gen) {
            return false;
        }
        t->kinds |= BIT64(kind);
        t->since[kind] = gen;
    }
    /* A stamp of before the bits ran out would look new. */
    return gen >= t->since[kind] && gen >> STAMP_BITS == atomic_load(&s->gen) >> STAMP_BITS;
}

/* The entry it replaces, else one that is no good, else any. */
static struct tlb_slot *slot_for(struct smmu3 *s, const uint64_t w[TIME])
{
    uint32_t at = home(s, w[W0], w[W1]);
    struct tlb_slot *slot = NULL;
    uint64_t old[TLB_WORDS];

    for (uint32_t i = 0; i < s->tlb.ways; i++) {
        struct tlb_slot *e = tlb_way(&s->tlb, at, i);

        if (place_get(&e->w[W0]) == w[W0] && !((place_get(&e->w[W1]) ^ w[W1]) & TAG)) {
            return e;
        }
        if (!slot && !slot_good(s, e, old)) {
            slot = e;
        }
    }
    return slot ? slot : tlb_way(&s->tlb, at, s->tlb.victim++ % s->tlb.ways);
}

void smmu3i_tlb_insert(struct smmu3 *s, const struct tlb_entry *n, uint64_t gen)
{
    struct tlb *t = &s->tlb;
    uint64_t w[TIME];

    if (!t->sets) {
        return;
    }
    pack(n, w);
    lock(&s->lock);
    if (admit(s, w, gen)) {
        slot_write(slot_for(s, w), w, gen);
        if (!(atomic_load_explicit(&t->sizes, memory_order_relaxed) & BIT64(n->shift))) {
            atomic_fetch_or(&t->sizes, BIT64(n->shift));
        }
        if (n->global && !atomic_load_explicit(&t->global, memory_order_relaxed)) {
            atomic_store(&t->global, true);
        }
        if (!atomic_load(&t->filled)) {
            atomic_store(&t->filled, true);
        }
    }
    unlock(&s->lock);
}

/* ---- invalidation ---- */

/* All leaves of one class in the range, of those flavours that are reached. */
static void drop_class(struct smmu3 *s, const struct tlb_match *m, unsigned world, unsigned vmid,
                       unsigned c, uint64_t now)
{
    unsigned kinds = bits(s->tlb.kinds, c * FLAVOURS, FLAVOURS);
    unsigned of_s1 = kinds & ~(1u << F_IPA), shift = class_shift(c);

    if ((m->gran && m->gran != class_gran(c)) || (m->level && m->level != 3 - c % 4)) {
        return;
    }
    if (m->keep_aset) {
        of_s1 &= ~(1u << F_ASID_ASET | 1u << F_GLOBAL_ASET);
    }
    if (m->by_asid && !m->global_too) {
        of_s1 &= ~(1u << F_GLOBAL | 1u << F_GLOBAL_ASET);
    }
    kinds &= m->s2 ? 1u << F_IPA : 0;
    if (m->s1) {
        kinds |= m->by_asid || !of_s1 ? of_s1 : 1u << F_ANY_ASID;
    }
    for (unsigned f = 0; kinds >> f; f++) {
        if (kinds >> f & 1) {
            smmu3i_places_set(&s->tlb.hashed,
                              page_space(m->sec_sid, world, vmid, f, m->asid, c),
                              m->first >> shift, m->last >> shift, now);
        }
    }
}

static void drop_in(struct smmu3 *s, const struct tlb_match *m, unsigned world, unsigned vmid,
                    uint64_t now)
{
    struct tlb *t = &s->tlb;

    if (m->by_addr) {
        for (unsigned c = 0; t->kinds >> (c * FLAVOURS); c++) {
            drop_class(s, m, world, vmid, c, now);
        }
        for (unsigned ipa = m->s1 ? 0 : 1; ipa <= (m->s2 ? 1 : 0); ipa++) {
            place_set(&t->vmid[m->sec_sid][ipa][vmid % TLB_IDS].addr, now);
        }
    } else if (m->by_asid) {
        for (unsigned aset = 0; aset <= (m->keep_aset ? 0 : 1); aset++) {
            if (t->kinds & OF_FLAVOUR(aset ? F_ASID_ASET : F_ASID)) {
                smmu3i_places_set(&t->hashed, asid_space(m->sec_sid, world, vmid, aset), m->asid,
                                  m->asid, now);
            }
        }
    } else if (m->by_vmid) {
        for (unsigned ipa = m->s1 ? 0 : 1; ipa <= (m->s2 ? 1 : 0); ipa++) {
            place_set(&t->vmid[m->sec_sid][ipa][vmid % TLB_IDS].all, now);
        }
    } else {
        place_set(&t->world[m->sec_sid][world], now);
    }
}

void smmu3i_tlb_invalidate(struct smmu3 *s, const struct tlb_match *m)
{
    /* Where commands have no VMID, entries have VMID 0. */
    unsigned first = m->by_vmid ? m->vmid & m->vmid_mask : 0;
    unsigned last = m->by_vmid ? m->vmid | (~m->vmid_mask & 0xffffu) : 0;
    uint64_t now;

    lock(&s->lock);
    now = smmu3i_inval_begin(s);
    for (unsigned worlds = s->tlb.sets ? m->worlds : 0; worlds; worlds &= worlds - 1) {
        for (unsigned vmid = first; vmid <= last; vmid++) {
            drop_in(s, m, lowest_bit(worlds), vmid, now);
        }
    }
    smmu3i_inval_end(s, &s->tlb.newest, now);
    unlock(&s->lock);
}

void smmu3i_tlb_invalidate_all(struct smmu3 *s)
{
    uint64_t now;

    lock(&s->lock);
    now = smmu3i_inval_begin(s);
    for (unsigned sec = 0; sec < SMMU3_NUM_BANKS; sec++) {
        for (unsigned w = 0; w < 8; w++) {
            place_set(&s->tlb.world[sec][w], now);
        }
    }
    s->tlb.kinds = 0;
    atomic_store(&s->tlb.sizes, 0);
    atomic_store(&s->tlb.global, false);
    smmu3i_inval_end(s, &s->tlb.newest, now);
    unlock(&s->lock);
}
