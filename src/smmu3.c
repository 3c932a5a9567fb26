/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Life cycle, and the few facts about an instance that everybody asks for. */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

#define DEFAULT_TLB_ENTRIES 4096
#define DEFAULT_CFG_ENTRIES 256

/* Bits of an address size as OAS, IPS and S2PS encode it. */
unsigned smmu3i_addr_bits(unsigned code)
{
    static const uint8_t bits[] = { 32, 36, 40, 42, 44, 48, 52, 56 };

    return bits[code & 7];
}

int smmu3_create(const struct smmu3_config *cfg, const struct smmu3_host *host,
                 void *ctx, struct smmu3 **out)
{
    struct smmu3 *s;

    if (!cfg || !host || !host->read || !host->write || !out) {
        return SMMU3_EINVAL;
    }
    if (smmu3_config_check(cfg, NULL, 0)) {
        return SMMU3_ECONFIG;
    }
    if (CFG_ID(cfg, IDR0, HTTU) && !host->cas64) {
        return SMMU3_EINVAL;
    }
    if (CFG_ID(cfg, IDR5, STALL_MAX) && !host->resume) {
        return SMMU3_EINVAL;
    }
    s = calloc(1, sizeof(*s));
    if (!s) {
        return SMMU3_ENOMEM;
    }
    s->cfg = *cfg;
    s->host = *host;
    s->ctx = ctx;
    if (!s->cfg.tlb_entries) {
        s->cfg.tlb_entries = DEFAULT_TLB_ENTRIES;
    }
    if (!s->cfg.cfg_entries) {
        s->cfg.cfg_entries = DEFAULT_CFG_ENTRIES;
    }
    s->oas = smmu3i_addr_bits(ID(s, IDR5, OAS));
    s->ias = s->oas; /* TTF is VMSAv8-64 only: IHI0070G.b 3.4 */
    s->secure = ID(s, S_IDR1, SECURE_IMPL);
    s->gen = FIRST_GEN;
    atomic_flag_clear(&s->lock);
    atomic_flag_clear(&s->evtq_lock);
    if (smmu3i_tlb_init(s) || smmu3i_cfg_init(s) || smmu3i_hit_init(s) || smmu3i_stall_init(s)) {
        smmu3_destroy(s);
        return SMMU3_ENOMEM;
    }
    smmu3_reset(s);
    *out = s;
    return SMMU3_OK;
}

void smmu3_destroy(struct smmu3 *s)
{
    if (s) {
        smmu3i_tlb_free(s);
        smmu3i_cfg_free(s);
        smmu3i_hit_free(s);
        smmu3i_stall_free(s);
        free(s);
    }
}

void smmu3_reset(struct smmu3 *s)
{
    for (int i = 0; i < SMMU3_NUM_BANKS; i++) {
        smmu3i_bank_reset(s, (enum smmu3_sec_sid)i);
    }
    smmu3i_tlb_invalidate_all(s);
    smmu3i_cfg_invalidate_all(s);
    smmu3i_stall_reset(s); /* last: with SMMUEN=0 none can begin */
}

const struct smmu3_config *smmu3_get_config(const struct smmu3 *s)
{
    return &s->cfg;
}

void *smmu3i_cache_alloc(size_t n, size_t size, void **mem)
{
    *mem = calloc(n + CACHE_LINE / size, size);
    return *mem ? (char *)*mem + (-(uintptr_t)*mem & (CACHE_LINE - 1)) : NULL;
}

uint64_t smmu3i_inval_begin(struct smmu3 *s)
{
    uint64_t now = atomic_load_explicit(&s->gen, memory_order_relaxed) + 1;

    if (!(now & STAMP_MASK)) {
        /* The bits of stamps run out: all that carry them go. 0 is no stamp:
         * it is that of an entry while it is written. */
        now++;
        smmu3i_tlb_clear(s);
        smmu3i_hit_clear(s);
        place_set(&s->cfgc.all, now);
        smmu3i_places_clear(&s->tlb.hashed);
        smmu3i_places_clear(&s->cfgc.id);
        place_set(&s->tlb.newest, now);
        place_set(&s->cfgc.newest, now);
    }
    return now;
}

void smmu3i_inval_end(struct smmu3 *s, place *newest, uint64_t now)
{
    place_set(newest, now);
    atomic_store(&s->gen, now);
}

/* S_INIT.INV_ALL, IHI0070G.b 6.3.62. */
void smmu3i_invalidate_everything(struct smmu3 *s)
{
    smmu3i_tlb_invalidate_all(s);
    smmu3i_cfg_invalidate_all(s);
    for (int i = 0; i < SMMU3_NUM_BANKS && s->host.invalidate; i++) {
        struct smmu3_inval inv = {
            .sec_sid = (enum smmu3_sec_sid)i,
            .all_addr = true,
            .addr_last = UINT64_MAX,
        };

        s->host.invalidate(s->ctx, &inv);
    }
    smmu3i_trace(s, &(struct smmu3_trace){ .kind = SMMU3_TRACE_INIT });
}

void smmu3i_trace(struct smmu3 *s, const struct smmu3_trace *tr)
{
    if (s->host.trace) {
        s->host.trace(s->ctx, tr);
    }
}

/* Without Secure state IDR0 is the only source; NSSTALLD takes stalling away
 * from the Non-secure side. */
unsigned smmu3i_stall_model(const struct smmu3 *s, enum smmu3_sec_sid sec)
{
    unsigned model;

    if (!s->secure) {
        return ID(s, IDR0, STALL_MODEL);
    }
    model = ID(s, S_IDR0, STALL_MODEL);
    if (sec == SMMU3_SEC_SID_NS && model == 0 &&
        atomic_load(&s->nsstalld)) {
        return 1;
    }
    return model;
}

unsigned smmu3i_sid_bits(const struct smmu3 *s, enum smmu3_sec_sid sec)
{
    return sec == SMMU3_SEC_SID_S ? ID(s, S_IDR1, S_SIDSIZE) : ID(s, IDR1, SIDSIZE);
}

unsigned smmu3i_gran_shift(const struct smmu3 *s, unsigned tg)
{
    switch (tg) {
    case 0:
        return ID(s, IDR5, GRAN4K) ? 12 : 0;
    case 1:
        return ID(s, IDR5, GRAN64K) ? 16 : 0;
    case 2:
        return ID(s, IDR5, GRAN16K) ? 14 : 0;
    default:
        return 0;
    }
}

enum smmu3_mem smmu3i_mem_read(struct smmu3 *s, const struct smmu3_access *acc, void *buf,
                               size_t size)
{
    return s->host.read(s->ctx, acc, buf, size);
}
