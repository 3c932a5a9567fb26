/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * What the three caches share: tlb.c (translations), cfgcache.c (decoded STEs
 * and CDs) and hit.c (what a stream's STE and CD come down to). None of them is
 * architectural.
 *
 * Nothing is ever searched to be dropped. s->gen counts invalidations, of any
 * cache. An entry carries the count from before what it holds was read: its
 * stamp. An invalidation writes the new count at each place that stands for
 * what it reaches (a world, a VMID, an ASID, a page, ...), and an entry is good
 * if no place that stands for it holds more than its stamp. Places are found by
 * hash: who shares one is dropped together, which is always allowed.
 *
 * The order makes it safe without a lock: places are written first, then the
 * newest count of the cache, then s->gen. A reader takes the newest count before
 * it looks at an entry, and what fills a cache takes s->gen before it looks at
 * memory.
 */
#ifndef SMMU3_CACHE_H
#define SMMU3_CACHE_H

#include <stdatomic.h>

#include "smmu3/smmu3.h"

/*
 * Entries that are read without a lock end in a word of time: the stamp and a
 * sequence number, odd while somebody writes the entry. When the stamp's bits
 * run out all such entries are cleared; counting begins close to that, so that
 * it is no rarity.
 */
#define SEQ_BITS 24
#define SEQ_MASK ((UINT64_C(1) << SEQ_BITS) - 1)
#define STAMP_BITS (64 - SEQ_BITS)
#define STAMP_MASK ((UINT64_C(1) << STAMP_BITS) - 1)
#define FIRST_GEN (STAMP_MASK - 0xffff)

typedef _Atomic uint64_t place;

/* Between any two of these other threads may do anything; tests/unit/
 * test_order.c sees to it that they do. */
#ifdef SMMU3I_TEST_POINTS
void smmu3i_test_point(void);
#else
static inline void smmu3i_test_point(void)
{
}
#endif

static inline void place_set(place *p, uint64_t now)
{
    smmu3i_test_point();
    atomic_store_explicit(p, now, memory_order_release);
}

static inline uint64_t place_get(const place *p)
{
    smmu3i_test_point();
    return atomic_load_explicit(p, memory_order_acquire);
}

/*
 * Places by hash, of units in a numbering that `space` (well mixed) tells from
 * others. For a range they stand for 16 to the power of `level` units each. Next
 * to the count, a place says for whom it was written, in the low bits: 0 when
 * that was not always the same.
 */
#define LEVEL_BITS  4u
#define PLACES_LOG2 13u
struct places {
    _Atomic uint32_t levels; /* that were ever written; 0 counts always */
    place at[1u << PLACES_LOG2];
};

/* Is nothing that stands for this unit newer than stamp, a full count? */
bool smmu3i_places_good(const struct places *p, uint64_t space, uint64_t unit, uint64_t stamp);
/* Units first..last, inclusive, each below 2^60. One thread at a time. */
void smmu3i_places_set(struct places *p, uint64_t space, uint64_t first, uint64_t last,
                       uint64_t now);
/* For when the bits of stamps run out. */
void smmu3i_places_clear(struct places *p);

/* ---- translations ---- */

/* A translation that succeeded, whatever it was for. */
struct tlb_entry {
    uint64_t in;         /* first input address of the entry */
    uint64_t out;        /* first output address */
    uint8_t s1_shift;    /* log2 size of the leaf that maps `in`: stage 1's, or
                            stage 2's if stage 1 does not translate */
    uint8_t shift;       /* log2 size of the entry: the smaller stage's */
    uint8_t sec_sid, world;
    uint8_t gran, level; /* of the leaf, for range invalidation */
    uint8_t pas;
    bool ipa;            /* the input is an IPA, stage 2 only */
    bool ipa_ns;         /* ... in the Non-secure IPA space of a Secure stream */
    bool global, aset;
    uint16_t vmid, asid; /* of a global entry: 0 */
    uint8_t perms;       /* PERM_ bits */
    uint8_t s1_attr, s1_sh; /* MAIR byte */
    uint8_t s2_attr, s2_sh; /* MemAttr */
};

/* Permissions of an entry, privileged and not; stages 1 and 2 combined. */
#define PERM_UR (1u << 0)
#define PERM_UW (1u << 1)
#define PERM_UX (1u << 2)
#define PERM_PR (1u << 3)
#define PERM_PW (1u << 4)
#define PERM_PX (1u << 5)
#define PERM_ALL 0x3fu

/* Whose translations a lookup is about, as an entry's first two words have it. */
struct tlb_space {
    uint64_t w0, w1;
    uint64_t aset; /* 0, 1; as wide as it is copied */
};
struct tlb_space smmu3i_tlb_space(uint8_t sec_sid, uint8_t world, uint16_t vmid, uint16_t asid,
                                  bool aset);
/* The same for stage 2 alone. */
struct tlb_space smmu3i_tlb_ipa_space(uint8_t sec_sid, uint8_t world, uint16_t vmid, bool ipa_ns);
/* Which entries an invalidation drops; a criterion that is off matches all. */
struct tlb_match {
    uint8_t sec_sid;
    uint8_t worlds;      /* bit set of enum world */
    bool s1, s2;         /* entries whose input is a VA, an IPA */
    bool by_vmid, by_asid;
    bool global_too;     /* by_asid: global entries go as well */
    bool keep_aset;      /* entries of CDs with ASET=1 stay */
    uint16_t vmid, vmid_mask, asid;
    bool by_addr;
    uint64_t first, last; /* inclusive */
    uint8_t gran, level;  /* 0: any (level 0 cannot be asked for) */
};

int smmu3i_tlb_init(struct smmu3 *s);
void smmu3i_tlb_free(struct smmu3 *s);
/* No lock; false: not there. */
bool smmu3i_tlb_lookup(struct smmu3 *s, const struct tlb_space *sp, uint64_t addr,
                       struct tlb_entry *out);
/* gen: s->gen from before the walk began. */
void smmu3i_tlb_insert(struct smmu3 *s, const struct tlb_entry *e, uint64_t gen);
void smmu3i_tlb_invalidate(struct smmu3 *s, const struct tlb_match *m);
void smmu3i_tlb_invalidate_all(struct smmu3 *s);
/* Slot i of cfg.tlb_entries; false: it holds nothing. Any thread. */
bool smmu3i_tlb_get(struct smmu3 *s, uint32_t i, struct tlb_entry *out);
/* Nothing is held; for STATUSR.DORMANT. One thread at a time. */
bool smmu3i_tlb_empty(struct smmu3 *s);
/* Every slot free, for good; s->lock is held. */
void smmu3i_tlb_clear(struct smmu3 *s);

#define TLB_IDS 1024u
#define TLB_KINDS 60u
struct tlb_slot;
struct tlb {
    struct tlb_slot *e;
    void *mem;              /* e, unaligned */
    uint32_t sets;          /* power of two, `ways` entries each; 0: off */
    uint32_t ways, mask;    /* of the entries' numbers */
    uint8_t log2size;
    _Atomic uint64_t sizes; /* bit n: an entry of shift n may be there */
    atomic_bool global;     /* a global entry may be there */
    place newest;           /* of all invalidations of translations */
    place world[SMMU3_NUM_BANKS][8];
    struct {
        place all;
        place addr;         /* the newest by address: is there any to look for? */
    } vmid[SMMU3_NUM_BANKS][2][TLB_IDS]; /* by stage 2 input */
    struct places hashed;   /* ASIDs, and numbers of leaves */
    /* With the lock: what kinds of entry there may be, and since when. */
    uint64_t kinds, since[TLB_KINDS];
    uint32_t victim;
    atomic_bool filled;     /* an entry may be good, for smmu3i_tlb_empty() */
};

/* ---- configuration ---- */

struct ste;
struct cd;
int smmu3i_cfg_init(struct smmu3 *s);
void smmu3i_cfg_free(struct smmu3 *s);
bool smmu3i_cfg_lookup_ste(struct smmu3 *s, enum smmu3_sec_sid sec, uint32_t sid, struct ste *out);
void smmu3i_cfg_insert_ste(struct smmu3 *s, enum smmu3_sec_sid sec, uint32_t sid,
                           const struct ste *ste, uint64_t gen);
/* idx: index in the stream's CD table. */
bool smmu3i_cfg_lookup_cd(struct smmu3 *s, enum smmu3_sec_sid sec, uint32_t sid, uint32_t idx,
                          struct cd *out);
void smmu3i_cfg_insert_cd(struct smmu3 *s, enum smmu3_sec_sid sec, uint32_t sid, uint32_t idx,
                          const struct cd *cd, uint64_t gen);
/* STEs of first..last and all CDs below them. */
void smmu3i_cfg_invalidate_ste(struct smmu3 *s, enum smmu3_sec_sid sec, uint32_t first,
                               uint32_t last);
void smmu3i_cfg_invalidate_cd(struct smmu3 *s, enum smmu3_sec_sid sec, uint32_t sid, uint32_t idx);
void smmu3i_cfg_invalidate_cd_all(struct smmu3 *s, enum smmu3_sec_sid sec, uint32_t sid);
void smmu3i_cfg_invalidate_all(struct smmu3 *s);
/* Only what hit.c made of it, and of registers. s->lock is held. */
void smmu3i_cfg_registers_changed(struct smmu3 *s);
bool smmu3i_cfg_empty(struct smmu3 *s);
/* Is what was read of STE and CD at `stamp` still good? registers: and what
 * was made of registers. Any thread. */
bool smmu3i_cfg_good(struct smmu3 *s, enum smmu3_sec_sid sec, uint32_t sid, uint32_t idx,
                     uint64_t stamp, bool registers);

struct cfg_ste_slot;
struct cfg_cd_slot;
struct cfgcache {
    struct cfg_ste_slot *ste;
    struct cfg_cd_slot *cd;
    uint32_t n;       /* power of two; 0: off */
    place newest;     /* of all below */
    place all;
    place registers;  /* of registers that hit.c depends on */
    struct places id; /* StreamIDs, and SubstreamIDs of each */
    bool filled;
};

/* ---- answers from caches alone, without a lock: hit.c ---- */

struct txn;
int smmu3i_hit_init(struct smmu3 *s);
void smmu3i_hit_free(struct smmu3 *s);
/* What the transaction, which succeeded, found out about its stream. */
void smmu3i_hit_insert(const struct txn *t, const struct smmu3_result *res);
/* Every slot free, for good; s->lock is held. */
void smmu3i_hit_clear(struct smmu3 *s);

/* n elements of a size that divides a cache line, or is one, aligned so that
 * none lies on two; all 0. *mem is for free(); NULL: no memory. (smmu3.c) */
void *smmu3i_cache_alloc(size_t n, size_t size, void **mem);

/* The power of two that a cache of n entries gets, 2 at least. */
static inline uint32_t cache_size(uint32_t n)
{
    uint32_t p = 2;

    while (p < n) {
        p *= 2;
    }
    return p;
}

#endif
