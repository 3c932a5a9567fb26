/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * The configuration cache: decoded STEs and CDs, legal or not, as fetched
 * (IHI0070G.b 3.21.3). Not architectural but for what invalidation promises,
 * which costs the same for one stream and for all of them: cache.h.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

struct cfg_ste_slot {
    bool valid;
    uint8_t sec;
    uint32_t sid;
    uint64_t stamp;
    struct ste ste;
};

struct cfg_cd_slot {
    bool valid;
    uint8_t sec;
    uint32_t sid, idx;
    uint64_t stamp;
    struct cd cd;
};

/* ---- places ---- */

/* Numberings: StreamIDs, what is below a stream, SubstreamIDs of a stream. */
enum { STES, CDS_OF, CDS };

static uint64_t space(unsigned what, enum smmu3_sec_sid sec, uint32_t sid)
{
    return (what | (uint64_t)sec << 2 | (uint64_t)sid << 4) * UINT64_C(0xd6e8feb86659fd93);
}

static bool ste_good(struct smmu3 *s, enum smmu3_sec_sid sec, uint32_t sid, uint64_t stamp)
{
    return place_get(&s->cfgc.newest) <= stamp ||
           (place_get(&s->cfgc.all) <= stamp &&
            smmu3i_places_good(&s->cfgc.id, space(STES, sec, 0), sid, stamp));
}

bool smmu3i_cfg_good(struct smmu3 *s, enum smmu3_sec_sid sec, uint32_t sid, uint32_t idx,
                     uint64_t stamp, bool registers)
{
    const struct places *p = &s->cfgc.id;

    return place_get(&s->cfgc.newest) <= stamp ||
           ((!registers || place_get(&s->cfgc.registers) <= stamp) &&
            ste_good(s, sec, sid, stamp) &&
            smmu3i_places_good(p, space(CDS_OF, sec, 0), sid, stamp) &&
            smmu3i_places_good(p, space(CDS, sec, sid), idx, stamp));
}

/* ---- slots ---- */

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

/* All at once gcc copies it with `rep movs`, which takes as long as the rest. */
static inline void copy(void *to, const void *from, size_t n)
{
    const size_t piece = 32;
    size_t done = 0;

    for (; done + piece <= n; done += piece) {
        memcpy((char *)to + done, (const char *)from + done, piece);
    }
    memcpy((char *)to + done, (const char *)from + done, n - done);
}

bool smmu3i_cfg_lookup_ste(struct smmu3 *s, enum smmu3_sec_sid sec, uint32_t sid, struct ste *out)
{
    bool hit = false;

    if (s->cfgc.n) {
        const struct cfg_ste_slot *e = &s->cfgc.ste[slot(s, sec, sid, 0)];

        lock(&s->lock);
        hit = e->valid && e->sec == sec && e->sid == sid && ste_good(s, sec, sid, e->stamp);
        if (hit) {
            /* The map comes last, and is seldom there. */
            copy(out, &e->ste, offsetof(struct ste, vms));
            if (out->vms_valid) {
                memcpy(out->vms, e->ste.vms, sizeof(out->vms));
            }
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
        *e = (struct cfg_ste_slot){ true, (uint8_t)sec, sid, gen, *ste };
        s->cfgc.filled = true;
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
        hit = e->valid && e->sec == sec && e->sid == sid && e->idx == idx &&
              smmu3i_cfg_good(s, sec, sid, idx, e->stamp, false);
        if (hit) {
            copy(out, &e->cd, sizeof(*out));
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
        *e = (struct cfg_cd_slot){ true, (uint8_t)sec, sid, idx, gen, *cd };
        s->cfgc.filled = true;
        unlock(&s->lock);
    }
}

/* ---- invalidation ---- */

static void invalidate(struct smmu3 *s, uint64_t where, uint32_t first, uint32_t last)
{
    uint64_t now;

    lock(&s->lock);
    now = smmu3i_inval_begin(s);
    smmu3i_places_set(&s->cfgc.id, where, first, last, now);
    smmu3i_inval_end(s, &s->cfgc.newest, now);
    unlock(&s->lock);
}

void smmu3i_cfg_invalidate_ste(struct smmu3 *s, enum smmu3_sec_sid sec, uint32_t first,
                               uint32_t last)
{
    invalidate(s, space(STES, sec, 0), first, last);
}

void smmu3i_cfg_invalidate_cd(struct smmu3 *s, enum smmu3_sec_sid sec, uint32_t sid, uint32_t idx)
{
    invalidate(s, space(CDS, sec, sid), idx, idx);
}

void smmu3i_cfg_invalidate_cd_all(struct smmu3 *s, enum smmu3_sec_sid sec, uint32_t sid)
{
    invalidate(s, space(CDS_OF, sec, 0), sid, sid);
}

void smmu3i_cfg_invalidate_all(struct smmu3 *s)
{
    uint64_t now;

    lock(&s->lock);
    now = smmu3i_inval_begin(s);
    place_set(&s->cfgc.all, now);
    smmu3i_inval_end(s, &s->cfgc.newest, now);
    unlock(&s->lock);
}

void smmu3i_cfg_registers_changed(struct smmu3 *s)
{
    uint64_t now = smmu3i_inval_begin(s);

    place_set(&s->cfgc.registers, now);
    smmu3i_inval_end(s, &s->cfgc.newest, now);
}

static bool slot_good(struct smmu3 *s, uint32_t i)
{
    const struct cfg_ste_slot *e = &s->cfgc.ste[i];
    const struct cfg_cd_slot *c = &s->cfgc.cd[i];

    return (e->valid && ste_good(s, (enum smmu3_sec_sid)e->sec, e->sid, e->stamp)) ||
           (c->valid && smmu3i_cfg_good(s, (enum smmu3_sec_sid)c->sec, c->sid, c->idx, c->stamp,
                                        false));
}

/* Once found empty it is that until something is inserted. */
bool smmu3i_cfg_empty(struct smmu3 *s)
{
    lock(&s->lock);
    if (s->cfgc.filled) {
        s->cfgc.filled = false;
        for (uint32_t i = 0; i < s->cfgc.n && !s->cfgc.filled; i++) {
            s->cfgc.filled = slot_good(s, i);
        }
    }
    unlock(&s->lock);
    return !s->cfgc.filled;
}
