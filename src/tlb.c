/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * The TLB. Not architectural: the architecture only says what must not be in
 * it (IHI0070G.b 3.17, 4.4). Set-associative, one probe per size in use.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

#define WAYS 4u

static uint32_t ways(const struct smmu3 *s)
{
    return s->cfg.tlb_entries < WAYS ? s->cfg.tlb_entries : WAYS;
}

int smmu3i_tlb_init(struct smmu3 *s)
{
    if (s->cfg.tlb_entries == SMMU3_CACHE_OFF) {
        return SMMU3_OK;
    }
    s->cfg.tlb_entries = cache_size(s->cfg.tlb_entries);
    s->tlb.sets = s->cfg.tlb_entries / ways(s);
    s->tlb.e = calloc(s->cfg.tlb_entries, sizeof(*s->tlb.e));
    s->tlb.victim = calloc(s->tlb.sets, 1);
    return s->tlb.e && s->tlb.victim ? SMMU3_OK : SMMU3_ENOMEM;
}

void smmu3i_tlb_free(struct smmu3 *s)
{
    free(s->tlb.e);
    free(s->tlb.victim);
}

/* Global entries serve every ASID, so they are found without one. */
#define NO_ASID 0x10000u

/* What an entry's set depends on. */
struct place {
    uint64_t in;
    unsigned shift;
    uint8_t sec_sid, world;
    uint16_t vmid;
    uint32_t asid; /* or NO_ASID */
};

static uint32_t set_of(const struct smmu3 *s, const struct place *p)
{
    uint64_t h = (p->in >> p->shift) + (uint64_t)p->shift * 0x10001 +
                 (p->asid + ((uint64_t)p->vmid << 20) + ((uint64_t)p->sec_sid << 40) +
                  ((uint64_t)p->world << 44)) * UINT64_C(0xd6e8feb86659fd93);

    h *= UINT64_C(0x9e3779b97f4a7c15);
    return (uint32_t)(h >> 40) & (s->tlb.sets - 1);
}

static struct tlb_entry *ways_of(struct smmu3 *s, uint32_t set)
{
    return &s->tlb.e[(size_t)set * ways(s)];
}

static uint32_t *vmid_gen(struct smmu3 *s, uint8_t sec, bool ipa, uint16_t vmid)
{
    return &s->tlb.vmid_gen[sec][ipa][vmid % TLB_GENS];
}

static uint32_t *asid_gen(struct smmu3 *s, uint8_t sec, uint8_t world, uint16_t vmid, uint16_t asid)
{
    uint32_t h = asid + (vmid * 8u + sec * 4u + world) * 0x9e3779b1u / 64;

    return &s->tlb.asid_gen[h % TLB_GENS];
}

/* Did no invalidation of all its kind come since it was inserted? */
static bool live(struct smmu3 *s, const struct tlb_entry *e)
{
    return e->valid && e->world_gen == s->tlb.world_gen[e->sec_sid][e->world] &&
           (e->world != WORLD_EL1 || e->vmid_gen == *vmid_gen(s, e->sec_sid, e->ipa, e->vmid)) &&
           (e->global || e->ipa ||
            e->asid_gen == *asid_gen(s, e->sec_sid, e->world, e->vmid, e->asid));
}

static bool same_space(const struct tlb_entry *e, const struct tlb_key *k)
{
    return e->valid && e->sec_sid == k->sec_sid && e->world == k->world && e->ipa == k->ipa &&
           e->ipa_ns == k->ipa_ns && e->vmid == k->vmid &&
           (e->global ? e->aset == k->aset : e->asid == k->asid);
}

static bool find(struct smmu3 *s, const struct place *p, const struct tlb_key *k,
                 struct tlb_entry *out)
{
    const struct tlb_entry *e = ways_of(s, set_of(s, p));

    for (uint32_t i = 0; i < ways(s); i++, e++) {
        if (e->shift == p->shift && e->in == p->in && same_space(e, k) && live(s, e)) {
            *out = *e;
            return true;
        }
    }
    return false;
}

bool smmu3i_tlb_lookup(struct smmu3 *s, const struct tlb_key *k, struct tlb_entry *out)
{
    struct place p = { .sec_sid = k->sec_sid, .world = k->world, .vmid = k->vmid };
    bool hit = false;

    if (!s->tlb.sets) {
        return false;
    }
    lock(&s->lock);
    for (uint64_t sizes = s->tlb.sizes; sizes && !hit; sizes &= sizes - 1) {
        while (!(sizes >> p.shift & 1)) {
            p.shift++;
        }
        p.in = k->addr & ~low_mask(p.shift);
        p.asid = k->asid;
        hit = find(s, &p, k, out);
        if (!hit && s->tlb.global) {
            p.asid = NO_ASID;
            hit = find(s, &p, k, out);
        }
    }
    unlock(&s->lock);
    return hit;
}

void smmu3i_tlb_insert(struct smmu3 *s, const struct tlb_entry *n, uint64_t gen)
{
    struct tlb_entry *e, *slot = NULL;
    struct tlb_key k = { .sec_sid = n->sec_sid, .world = n->world, .ipa = n->ipa,
                         .ipa_ns = n->ipa_ns, .aset = n->aset, .vmid = n->vmid, .asid = n->asid };
    struct place p = { .in = n->in, .shift = n->shift, .sec_sid = n->sec_sid, .world = n->world,
                       .vmid = n->vmid, .asid = n->global ? NO_ASID : n->asid };
    uint32_t set;

    if (!s->tlb.sets) {
        return;
    }
    lock(&s->lock);
    if (atomic_load(&s->gen) == gen) {
        set = set_of(s, &p);
        e = ways_of(s, set);
        for (uint32_t i = 0; i < ways(s); i++) {
            if (e[i].valid && e[i].shift == n->shift && e[i].in == n->in &&
                e[i].global == n->global && same_space(&e[i], &k)) {
                slot = &e[i];
                break;
            }
            if (!slot && !live(s, &e[i])) {
                slot = &e[i];
            }
        }
        if (!slot) {
            slot = &e[s->tlb.victim[set]++ % ways(s)];
        }
        *slot = *n;
        slot->world_gen = s->tlb.world_gen[n->sec_sid][n->world];
        slot->vmid_gen = *vmid_gen(s, n->sec_sid, n->ipa, n->vmid);
        slot->asid_gen = *asid_gen(s, n->sec_sid, n->world, n->vmid, n->asid);
        s->tlb.split |= n->s1_shift != n->shift;
        s->tlb.global |= n->global;
        s->tlb.sizes |= UINT64_C(1) << n->shift;
    }
    unlock(&s->lock);
}

static bool matches(const struct tlb_entry *e, const struct tlb_match *m)
{
    if (e->sec_sid != m->sec_sid || !(m->worlds >> e->world & 1) || !(e->ipa ? m->s2 : m->s1)) {
        return false;
    }
    if (m->by_vmid && ((e->vmid ^ m->vmid) & m->vmid_mask)) {
        return false;
    }
    if (m->keep_aset && e->aset) {
        return false;
    }
    if (m->by_asid && !e->ipa && (e->global ? !m->global_too : e->asid != m->asid)) {
        return false;
    }
    if (m->by_addr) {
        /* The whole leaf of the first stage goes, however it was split. */
        uint64_t last = e->s1_in | low_mask(e->s1_shift);

        if (e->s1_in > m->last || last < m->first) {
            return false;
        }
        if ((m->gran && e->gran != m->gran) || (m->level && e->level != m->level)) {
            return false;
        }
    }
    return true;
}

static void drop_all(struct smmu3 *s)
{
    memset(s->tlb.e, 0, s->cfg.tlb_entries * sizeof(*s->tlb.e));
    s->tlb.sizes = 0;
    s->tlb.split = false;
    s->tlb.global = false;
}

/* A counter that comes round would bring dead entries back to life. */
static void bump(struct smmu3 *s, uint32_t *gen)
{
    if (++*gen == 0) {
        drop_all(s);
    }
}

/* All of a world, of a VMID, or of an ASID: a counter, not a search. */
static bool drop_by_gen(struct smmu3 *s, const struct tlb_match *m)
{
    if (m->by_addr || m->keep_aset || (m->by_vmid && m->vmid_mask != 0xffff)) {
        return false;
    }
    if (m->by_asid) {
        for (unsigned w = 0; w < 8; w++) {
            if (m->worlds >> w & 1) {
                /* Where commands have no VMID, entries have VMID 0. */
                bump(s, asid_gen(s, m->sec_sid, (uint8_t)w, m->by_vmid ? m->vmid : 0, m->asid));
            }
        }
        return true;
    }
    if (m->by_vmid) {
        if (m->s1) {
            bump(s, vmid_gen(s, m->sec_sid, false, m->vmid));
        }
        if (m->s2) {
            bump(s, vmid_gen(s, m->sec_sid, true, m->vmid));
        }
        return true;
    }
    for (unsigned w = 0; w < 8; w++) {
        if (m->worlds >> w & 1) {
            bump(s, &s->tlb.world_gen[m->sec_sid][w]);
        }
    }
    return true;
}

static void drop_in_set(struct smmu3 *s, const struct place *p, const struct tlb_match *m)
{
    struct tlb_entry *e = ways_of(s, set_of(s, p));

    for (uint32_t i = 0; i < ways(s); i++) {
        e[i].valid = e[i].valid && !matches(&e[i], m);
    }
}

/* By address: only the sets where such an entry can be, if they are few and
 * known: not for every ASID, nor if stage 2 made entries smaller than leaves. */
static bool drop_by_probe(struct smmu3 *s, const struct tlb_match *m)
{
    const uint8_t with_asid = 1u << WORLD_EL1 | 1u << WORLD_EL2_E2H;
    struct place p = { .sec_sid = m->sec_sid, .vmid = m->by_vmid ? m->vmid : 0 };
    uint64_t work = 0;

    if (!m->by_addr || s->tlb.split || (m->by_vmid && m->vmid_mask != 0xffff) ||
        (m->s1 && m->worlds & with_asid && !m->by_asid)) {
        return false;
    }
    for (p.shift = 12; p.shift < 64; p.shift++) {
        if (s->tlb.sizes >> p.shift & 1) {
            work += (m->last >> p.shift) - (m->first >> p.shift) + 1;
        }
    }
    if (work * 2 > s->tlb.sets) {
        return false;
    }
    for (p.shift = 12; p.shift < 64; p.shift++) {
        uint64_t left = (m->last >> p.shift) - (m->first >> p.shift) + 1;

        p.in = m->first & ~low_mask(p.shift);
        for (; s->tlb.sizes >> p.shift & 1 && left; left--, p.in += UINT64_C(1) << p.shift) {
            for (p.world = WORLD_EL1; p.world <= WORLD_EL3; p.world++) {
                if (m->worlds >> p.world & 1) {
                    p.asid = m->by_asid ? m->asid : 0;
                    drop_in_set(s, &p, m);
                    if (s->tlb.global && m->global_too) {
                        p.asid = NO_ASID;
                        drop_in_set(s, &p, m);
                    }
                }
            }
        }
    }
    return true;
}

void smmu3i_tlb_invalidate(struct smmu3 *s, const struct tlb_match *m)
{
    bool done;

    lock(&s->lock);
    atomic_fetch_add(&s->gen, 1);
    done = !s->tlb.sets || drop_by_gen(s, m) || drop_by_probe(s, m);
    for (uint32_t i = 0; !done && i < s->cfg.tlb_entries; i++) {
        if (s->tlb.e[i].valid && matches(&s->tlb.e[i], m)) {
            s->tlb.e[i].valid = false;
        }
    }
    unlock(&s->lock);
}

void smmu3i_tlb_invalidate_all(struct smmu3 *s)
{
    lock(&s->lock);
    atomic_fetch_add(&s->gen, 1);
    if (s->tlb.sets) {
        drop_all(s);
    }
    unlock(&s->lock);
}

bool smmu3i_tlb_empty(struct smmu3 *s)
{
    bool empty = true;

    lock(&s->lock);
    for (uint32_t i = 0; s->tlb.sets && i < s->cfg.tlb_entries; i++) {
        empty &= !live(s, &s->tlb.e[i]);
    }
    unlock(&s->lock);
    return empty;
}
