/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Where invalidations leave their count, by hash: cache.h. */
#include "internal.h"

#define TAG_BITS SEQ_BITS
#define TAG_MASK SEQ_MASK

/* Also which bits of the hash are the place's tag, never 0. */
static uint64_t hash(uint64_t space, uint64_t unit, unsigned level)
{
    uint64_t h = (space ^ unit) * UINT64_C(0x9e3779b97f4a7c15) + level;

    h ^= h >> 32;
    return h * UINT64_C(0xd6e8feb86659fd93);
}

static uint32_t index_of(uint64_t h)
{
    return (uint32_t)(h >> (64 - PLACES_LOG2));
}

static uint64_t tag_of(uint64_t h)
{
    return (h >> 16 & TAG_MASK) | 1;
}

bool smmu3i_places_good(const struct places *p, uint64_t space, uint64_t unit, uint64_t stamp)
{
    uint32_t levels = atomic_load_explicit(&p->levels, memory_order_acquire) | 1;

    for (unsigned l = 0; levels; l++, levels >>= 1, unit >>= LEVEL_BITS) {
        uint64_t h, v;

        if (levels & 1) {
            h = hash(space, unit, l);
            v = place_get(&p->at[index_of(h)]);
            if (v >> TAG_BITS > (stamp & STAMP_MASK) &&
                (!(v & TAG_MASK) || (v & TAG_MASK) == tag_of(h))) {
                return false;
            }
        }
    }
    return true;
}

static void set_level(struct places *p, uint64_t space, uint64_t first, uint64_t last,
                      unsigned level, uint64_t now)
{
    uint32_t levels = atomic_load_explicit(&p->levels, memory_order_relaxed);

    if (!(levels >> level & 1)) {
        atomic_store_explicit(&p->levels, levels | 1u << level, memory_order_release);
    }
    for (uint64_t u = first; u <= last; u++) {
        uint64_t h = hash(space, u, level), tag = tag_of(h);
        place *at = &p->at[index_of(h)];
        uint64_t old = atomic_load_explicit(at, memory_order_relaxed);

        if (old && (old & TAG_MASK) != tag) {
            tag = 0;
        }
        place_set(at, (now & STAMP_MASK) << TAG_BITS | tag);
    }
}

/* What of the range fills no place of the next level, at both ends; the rest
 * goes there. At most 30 places a level, 15 levels. */
void smmu3i_places_set(struct places *p, uint64_t space, uint64_t first, uint64_t last,
                       uint64_t now)
{
    const uint64_t low = (1u << LEVEL_BITS) - 1;

    for (unsigned level = 0;; level++) {
        uint64_t from = (first + low) & ~low, to = (last + 1) & ~low; /* the rest */

        if (from >= to) {
            set_level(p, space, first, last, level, now);
            return;
        }
        if (first < from) {
            set_level(p, space, first, from - 1, level, now);
        }
        if (to <= last) {
            set_level(p, space, to, last, level, now);
        }
        first = from >> LEVEL_BITS;
        last = (to >> LEVEL_BITS) - 1;
    }
}

void smmu3i_places_clear(struct places *p)
{
    for (uint32_t i = 0; i < 1u << PLACES_LOG2; i++) {
        place_set(&p->at[i], 0);
    }
}
