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

static uint32_t pow2_ceil(uint32_t n)
{
    uint32_t p = 2;

    while (p < n) {
        p *= 2;
    }
    return p;
}

int smmu3i_tlb_init(struct smmu3 *s)
{
    if (s->cfg.tlb_entries == SMMU3_CACHE_OFF) {
        return SMMU3_OK;
    }
    s->cfg.tlb_entries = pow2_ceil(s->cfg.tlb_entries);
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

/* The ASID is left out: global entries serve every ASID. */
static struct tlb_entry *set_of(struct smmu3 *s, uint64_t in, unsigned shift, uint16_t vmid,
                                uint8_t sec, uint8_t world, uint32_t *set)
{
    uint64_t h = (in >> shift) ^ (uint64_t)vmid << 40 ^ (uint64_t)shift << 56 ^
                 (uint64_t)(sec << 3 | world) << 34;

    h *= UINT64_C(0x9e3779b97f4a7c15);
    *set = (uint32_t)(h >> 40) & (s->tlb.sets - 1);
    return &s->tlb.e[(size_t)*set * ways(s)];
}

static bool same_space(const struct tlb_entry *e, const struct tlb_key *k)
{
    return e->valid && e->sec_sid == k->sec_sid && e->world == k->world && e->ipa == k->ipa &&
           e->ipa_ns == k->ipa_ns && e->vmid == k->vmid &&
           (e->global ? e->aset == k->aset : e->asid == k->asid);
}

bool smmu3i_tlb_lookup(struct smmu3 *s, const struct tlb_key *k, struct tlb_entry *out)
{
    bool hit = false;
    uint32_t set;

    if (!s->tlb.sets) {
        return false;
    }
    lock(&s->lock);
    for (uint64_t sizes = s->tlb.sizes; sizes && !hit; sizes &= sizes - 1) {
        unsigned shift = 0;
        uint64_t in;
        struct tlb_entry *e;

        while (!(sizes >> shift & 1)) {
            shift++;
        }
        in = k->addr & ~low_mask(shift);
        e = set_of(s, in, shift, k->vmid, k->sec_sid, k->world, &set);
        for (uint32_t i = 0; i < ways(s) && !hit; i++, e++) {
            if (e->shift == shift && e->in == in && same_space(e, k)) {
                *out = *e;
                hit = true;
            }
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
    uint32_t set;

    if (!s->tlb.sets) {
        return;
    }
    lock(&s->lock);
    if (atomic_load(&s->gen) == gen) {
        e = set_of(s, n->in, n->shift, n->vmid, n->sec_sid, n->world, &set);
        for (uint32_t i = 0; i < ways(s); i++) {
            if (e[i].valid && e[i].shift == n->shift && e[i].in == n->in &&
                e[i].global == n->global && same_space(&e[i], &k)) {
                slot = &e[i];
                break;
            }
            if (!e[i].valid && !slot) {
                slot = &e[i];
            }
        }
        if (!slot) {
            slot = &e[s->tlb.victim[set]++ % ways(s)];
        }
        *slot = *n;
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

void smmu3i_tlb_invalidate(struct smmu3 *s, const struct tlb_match *m)
{
    lock(&s->lock);
    atomic_fetch_add(&s->gen, 1);
    for (uint32_t i = 0; s->tlb.sets && i < s->cfg.tlb_entries; i++) {
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
        memset(s->tlb.e, 0, s->cfg.tlb_entries * sizeof(*s->tlb.e));
        s->tlb.sizes = 0;
    }
    unlock(&s->lock);
}

bool smmu3i_tlb_empty(struct smmu3 *s)
{
    bool empty = true;

    lock(&s->lock);
    for (uint32_t i = 0; s->tlb.sets && i < s->cfg.tlb_entries; i++) {
        empty &= !s->tlb.e[i].valid;
    }
    unlock(&s->lock);
    return empty;
}
