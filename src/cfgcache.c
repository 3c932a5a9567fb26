/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * The configuration cache: decoded STEs and CDs, legal or not, as fetched
 * (IHI0070G.b 3.21.3). Not architectural but for what invalidation promises.
 */
#include <stdlib.h>

#include "internal.h"

struct cfg_ste_slot {
    bool valid;
    uint8_t sec;
    uint32_t sid;
    struct ste ste;
};

struct cfg_cd_slot {
    bool valid;
    uint8_t sec;
    uint32_t sid, idx;
    struct cd cd;
};

int smmu3i_cfg_init(struct smmu3 *s)
{
    uint32_t n;

    if (s->cfg.cfg_entries == SMMU3_CACHE_OFF) {
        return SMMU3_OK;
    }
    n = s->cfg.cfg_entries = s->cfgc.n = cache_size(s->cfg.cfg_entries);
    s->cfgc.ste = calloc(n, sizeof(*s->cfgc.ste));
    s->cfgc.cd = calloc(n, sizeof(*s->cfgc.cd));
    return s->cfgc.ste && s->cfgc.cd ? SMMU3_OK : SMMU3_ENOMEM;
}

void smmu3i_cfg_free(struct smmu3 *s)
{
    free(s->cfgc.ste);
    free(s->cfgc.cd);
}

/* Direct mapped; neighbouring StreamIDs do not meet. */
static uint32_t slot(const struct smmu3 *s, enum smmu3_sec_sid sec, uint32_t sid, uint32_t idx)
{
    return (sid + idx * 0x9e3779b1u + (uint32_t)sec * 0x7f4a7c15u) & (s->cfgc.n - 1);
}

bool smmu3i_cfg_lookup_ste(struct smmu3 *s, enum smmu3_sec_sid sec, uint32_t sid, struct ste *out)
{
    bool hit = false;

    if (s->cfgc.n) {
        const struct cfg_ste_slot *e = &s->cfgc.ste[slot(s, sec, sid, 0)];

        lock(&s->lock);
        hit = e->valid && e->sec == sec && e->sid == sid;
        if (hit) {
            *out = e->ste;
        }
        unlock(&s->lock);
    }
    return hit;
}

void smmu3i_cfg_insert_ste(struct smmu3 *s, enum smmu3_sec_sid sec, uint32_t sid,
                    const struct ste *ste, uint64_t gen)
{
    if (s->cfgc.n) {
        struct cfg_ste_slot *e = &s->cfgc.ste[slot(s, sec, sid, 0)];

        lock(&s->lock);
        if (atomic_load(&s->gen) == gen) {
            *e = (struct cfg_ste_slot){ true, (uint8_t)sec, sid, *ste };
        }
        unlock(&s->lock);
    }
}

bool smmu3i_cfg_lookup_cd(struct smmu3 *s, enum smmu3_sec_sid sec, uint32_t sid, uint32_t idx,
                   struct cd *out)
{
    bool hit = false;

    if (s->cfgc.n) {
        const struct cfg_cd_slot *e = &s->cfgc.cd[slot(s, sec, sid, idx)];

        lock(&s->lock);
        hit = e->valid && e->sec == sec && e->sid == sid && e->idx == idx;
        if (hit) {
            *out = e->cd;
        }
        unlock(&s->lock);
    }
    return hit;
}

void smmu3i_cfg_insert_cd(struct smmu3 *s, enum smmu3_sec_sid sec, uint32_t sid, uint32_t idx,
                   const struct cd *cd, uint64_t gen)
{
    if (s->cfgc.n) {
        struct cfg_cd_slot *e = &s->cfgc.cd[slot(s, sec, sid, idx)];

        lock(&s->lock);
        if (atomic_load(&s->gen) == gen) {
            *e = (struct cfg_cd_slot){ true, (uint8_t)sec, sid, idx, *cd };
        }
        unlock(&s->lock);
    }
}

void smmu3i_cfg_invalidate_ste(struct smmu3 *s, enum smmu3_sec_sid sec, uint32_t first,
                               uint32_t last)
{
    uint32_t i = 0, end = s->cfgc.n;

    /* One stream with one CD: its slots are known. */
    if (first == last && !ID(s, IDR1, SSIDSIZE) && s->cfgc.n) {
        i = slot(s, sec, first, 0);
        end = i + 1;
    }
    lock(&s->lock);
    atomic_fetch_add(&s->gen, 1);
    for (; i < end; i++) {
        struct cfg_ste_slot *e = &s->cfgc.ste[i];
        struct cfg_cd_slot *c = &s->cfgc.cd[i];

        if (e->sec == sec && e->sid >= first && e->sid <= last) {
            e->valid = false;
        }
        if (c->sec == sec && c->sid >= first && c->sid <= last) {
            c->valid = false;
        }
    }
    unlock(&s->lock);
}

void smmu3i_cfg_invalidate_cd(struct smmu3 *s, enum smmu3_sec_sid sec, uint32_t sid, uint32_t idx)
{
    lock(&s->lock);
    atomic_fetch_add(&s->gen, 1);
    if (s->cfgc.n) {
        struct cfg_cd_slot *c = &s->cfgc.cd[slot(s, sec, sid, idx)];

        if (c->sec == sec && c->sid == sid && c->idx == idx) {
            c->valid = false;
        }
    }
    unlock(&s->lock);
}

void smmu3i_cfg_invalidate_cd_all(struct smmu3 *s, enum smmu3_sec_sid sec, uint32_t sid)
{
    lock(&s->lock);
    atomic_fetch_add(&s->gen, 1);
    for (uint32_t i = 0; i < s->cfgc.n; i++) {
        struct cfg_cd_slot *c = &s->cfgc.cd[i];

        if (c->sec == sec && c->sid == sid) {
            c->valid = false;
        }
    }
    unlock(&s->lock);
}

void smmu3i_cfg_invalidate_all(struct smmu3 *s)
{
    lock(&s->lock);
    atomic_fetch_add(&s->gen, 1);
    for (uint32_t i = 0; i < s->cfgc.n; i++) {
        s->cfgc.ste[i].valid = false;
        s->cfgc.cd[i].valid = false;
    }
    unlock(&s->lock);
}

bool smmu3i_cfg_empty(struct smmu3 *s)
{
    bool empty = true;

    lock(&s->lock);
    for (uint32_t i = 0; i < s->cfgc.n; i++) {
        empty &= !s->cfgc.ste[i].valid && !s->cfgc.cd[i].valid;
    }
    unlock(&s->lock);
    return empty;
}
