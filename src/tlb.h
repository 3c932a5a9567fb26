/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* How the TLB looks inside: for tlb.c, and for hit.c, which is in a hurry. */
#ifndef SMMU3_TLB_H
#define SMMU3_TLB_H

#include "internal.h"

#define WAYS 4u
#define BIT64(n) (UINT64_C(1) << (n))

/*
 * An entry, as four words. What a lookup compares: all of W0, and of W1 the
 * VMID, ASID and world. Global entries serve every ASID, so their ASID is 0, or
 * 1 for those of CDs with ASET=1, which do not mix.
 */
enum { W0, W1, OUT, TIME, TLB_WORDS };
struct tlb_slot {
    place w[TLB_WORDS];
};

/* W0: the page, and */
#define SHIFT_LO 6
#define IPA      BIT64(5)
#define IPA_NS   BIT64(4)
#define GLOBAL   BIT64(3)
#define SEC_LO   1
#define VALID    BIT64(0)
/* W1 */
#define VMID_LO  48
#define ASID_LO  32
#define WORLD_LO 29
#define TAG      (~low_mask(WORLD_LO))
#define ASET     BIT64(26)
#define S2ATTR_LO 22
#define S2SH_LO  20
#define S1SH_LO  18
#define PERMS_LO 12
#define PAS_LO   10
#define CLASS_LO 6
#define S1SHIFT_LO 0
/* OUT: the page, and stage 1's MAIR byte */

/* Of a value that is not 0. */
static inline unsigned lowest_bit(uint64_t v)
{
#ifdef __GNUC__
    return (unsigned)__builtin_ctzll(v);
#else
    unsigned n = 0;

    for (; !(v & 1); v >>= 1) {
        n++;
    }
    return n;
#endif
}

/* An entry's first word, but for whose it is. */
static inline uint64_t tlb_page(uint64_t addr, unsigned shift)
{
    return addr >> shift << shift | (uint64_t)shift << SHIFT_LO;
}

/*
 * Each page has a home among all entries, where it is looked for first; the other
 * ways of its set are as far apart as can be. Neighbouring pages are neighbours:
 * as many as there are entries do not meet, and take as little of the CPU's
 * cache as they can. What is further apart is moved by an odd number. Address
 * spaces tend to map the same addresses; those with ASIDs in a row begin as far
 * from each other as the golden ratio has it.
 */
static inline uint32_t tlb_whose(const struct tlb *t, uint64_t w1)
{
    uint32_t h = (uint32_t)(w1 >> ASID_LO & 0xffff) * 0x9e3779b1u +
                 (uint32_t)(w1 >> VMID_LO) * 0x85ebca6bu +
                 (uint32_t)(w1 >> WORLD_LO & 7) * 0xc2b2ae35u;

    return (uint32_t)((uint64_t)h >> (32 - t->log2size));
}

static inline uint32_t tlb_home(const struct tlb *t, uint64_t page, uint32_t whose)
{
    return (uint32_t)(page + (page >> t->log2size) * 0x9e3779b1u + whose) & t->mask;
}

static inline struct tlb_slot *tlb_way(const struct tlb *t, uint32_t home, uint32_t i)
{
    return &t->e[(home + i * t->sets) & t->mask];
}

/* A copy of the entry, if it is this one and nobody was writing it. */
static inline bool tlb_read(const struct tlb_slot *e, uint64_t w0, uint64_t w1,
                            uint64_t w[TLB_WORDS])
{
    if (atomic_load_explicit(&e->w[W0], memory_order_relaxed) != w0) {
        return false;
    }
    w[TIME] = place_get(&e->w[TIME]);
    w[W0] = place_get(&e->w[W0]);
    w[W1] = place_get(&e->w[W1]);
    w[OUT] = place_get(&e->w[OUT]);
    return w[W0] == w0 && !((w[W1] ^ w1) & TAG) && !(w[TIME] & 1) &&
           place_get(&e->w[TIME]) == w[TIME];
}

/* The good entry for an address of the space, and that it is in use. False:
 * not there. (tlb.c) */
bool smmu3i_tlb_find(struct smmu3 *s, const struct tlb_space *sp, uint64_t addr,
                     uint64_t w[TLB_WORDS]);

#endif
