/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
#include "ste.h"

void smmu3t_ste_abort(struct smmu3t_ste *ste)
{
    *ste = (struct smmu3t_ste){ { 0 } };
    STE_PUT(ste->w, V, 1);
    STE_PUT(ste->w, Config, SMMU3T_CFG_ABORT);
}

void smmu3t_ste_bypass(struct smmu3t_ste *ste)
{
    *ste = (struct smmu3t_ste){ { 0 } };
    STE_PUT(ste->w, V, 1);
    STE_PUT(ste->w, Config, SMMU3T_CFG_BYPASS);
    STE_PUT(ste->w, SHCFG, 1); /* incoming; 0 would mean Non-shareable */
}

void smmu3t_ste_add_s1(struct smmu3t_ste *ste, const struct smmu3t_cdtab *cds)
{
    STE_PUT(ste->w, Config, STE_GET(ste->w, Config) | SMMU3T_CFG_S1);
    STE_PUT(ste->w, S1ContextPtr, cds->base >> 6);
    STE_PUT(ste->w, S1CDMax, cds->log2size);
    STE_PUT(ste->w, S1Fmt, cds->fmt);
    STE_PUT(ste->w, S1CIR, 1);
    STE_PUT(ste->w, S1COR, 1);
    STE_PUT(ste->w, S1CSH, 3);
}

void smmu3t_ste_add_s2(struct smmu3t_ste *ste, const struct smmu3t_pgt *s2, uint16_t vmid)
{
    STE_PUT(ste->w, Config, STE_GET(ste->w, Config) | SMMU3T_CFG_S2);
    STE_PUT(ste->w, S2VMID, vmid);
    STE_PUT(ste->w, S2T0SZ, 64u - s2->ia_bits);
    STE_PUT(ste->w, S2SL0, smmu3t_pgt_sl0(s2) & 3);
    STE_PUT(ste->w, S2SL0_2, smmu3t_pgt_sl0(s2) >> 2);
    STE_PUT(ste->w, S2DS, s2->ds);
    STE_PUT(ste->w, S2TG, smmu3t_pgt_tg0(s2));
    STE_PUT(ste->w, S2TTB, s2->root >> 4);
    STE_PUT(ste->w, S2IR0, 1);
    STE_PUT(ste->w, S2OR0, 1);
    STE_PUT(ste->w, S2SH0, 3);
    /* 52 or 48 bits, or what the SMMU has if less */
    STE_PUT(ste->w, S2PS, s2->ds || s2->lpa ? 6 : 5);
    STE_PUT(ste->w, S2AA64, 1);
    STE_PUT(ste->w, S2ENDI, s2->big_endian);
    STE_PUT(ste->w, S2R, 1);
}

void smmu3t_ste_add_secure_s2(struct smmu3t_ste *ste, const struct smmu3t_secure_s2 *s2)
{
    smmu3t_ste_add_s2(ste, s2->ns_ipa, s2->vmid);
    STE_PUT(ste->w, S_S2T0SZ, 64u - s2->s_ipa->ia_bits);
    STE_PUT(ste->w, S_S2SL0, smmu3t_pgt_sl0(s2->s_ipa) & 3);
    STE_PUT(ste->w, S_S2SL0_2, smmu3t_pgt_sl0(s2->s_ipa) >> 2);
    STE_PUT(ste->w, S_S2TG, smmu3t_pgt_tg0(s2->s_ipa));
    STE_PUT(ste->w, S_S2TTB, s2->s_ipa->root >> 4);
    STE_PUT(ste->w, S2SW, s2->sw);
    STE_PUT(ste->w, S2SA, s2->sa);
    STE_PUT(ste->w, S2NSW, s2->nsw);
    STE_PUT(ste->w, S2NSA, s2->nsa);
}

#define STE_BYTES 64

int smmu3t_strtab_init(struct smmu3t_strtab *t)
{
    uint64_t size;

    if (t->log2size > 32 || (t->split && t->split != 6 && t->split != 8 && t->split != 10)) {
        return SMMU3T_EINVAL;
    }
    if (!t->split) {
        size = (uint64_t)STE_BYTES << t->log2size;
    } else {
        size = t->log2size > t->split ? UINT64_C(8) << (t->log2size - t->split) : 8;
    }
    t->base = t->mem->alloc(t->mem->ctx, t->pas, size, size < 64 ? 64 : size);
    return t->base ? 0 : SMMU3T_ENOMEM;
}

uint32_t smmu3t_strtab_base_cfg(const struct smmu3t_strtab *t)
{
    return t->log2size | (uint32_t)t->split << 6 | (t->split ? 1u << 16 : 0);
}

static bool sid_ok(const struct smmu3t_strtab *t, uint32_t sid)
{
    return t->log2size >= 32 || !(sid >> t->log2size);
}

uint64_t smmu3t_strtab_l1_addr(const struct smmu3t_strtab *t, uint32_t sid)
{
    return t->base + 8 * ((uint64_t)sid >> t->split);
}

uint64_t smmu3t_strtab_addr(const struct smmu3t_strtab *t, uint32_t sid)
{
    uint64_t l1;

    if (!sid_ok(t, sid)) {
        return 0;
    }
    if (!t->split) {
        return t->base + STE_BYTES * (uint64_t)sid;
    }
    l1 = t->mem->read64(t->mem->ctx, t->pas, smmu3t_strtab_l1_addr(t, sid));
    if (!PTE_GET(l1, L1STD_Span)) {
        return 0;
    }
    return (PTE_GET(l1, L1STD_L2Ptr) << 6) +
           STE_BYTES * (uint64_t)(sid & ((1u << t->split) - 1));
}

/* The whole second-level array of a StreamID, all of it V=0. */
static int make_l2(struct smmu3t_strtab *t, uint32_t sid)
{
    uint64_t size = (uint64_t)STE_BYTES << t->split;
    uint64_t l2 = t->mem->alloc(t->mem->ctx, t->pas, size, size);
    uint64_t l1 = 0;

    if (!l2) {
        return SMMU3T_ENOMEM;
    }
    PTE_PUT(l1, L1STD_Span, t->split + 1u);
    PTE_PUT(l1, L1STD_L2Ptr, l2 >> 6);
    return t->mem->write64(t->mem->ctx, t->pas, smmu3t_strtab_l1_addr(t, sid), l1)
               ? SMMU3T_EIO : 0;
}

int smmu3t_strtab_write(struct smmu3t_strtab *t, uint32_t sid, const struct smmu3t_ste *ste)
{
    uint64_t a;
    int bad = 0;

    if (!sid_ok(t, sid)) {
        return SMMU3T_EINVAL;
    }
    a = smmu3t_strtab_addr(t, sid);
    if (!a) {
        int err = make_l2(t, sid);

        if (err) {
            return err;
        }
        a = smmu3t_strtab_addr(t, sid);
    }
    /* An entry is changed while V=0 only: IHI0070G.b 3.21.3. */
    bad |= t->mem->write64(t->mem->ctx, t->pas, a, 0);
    for (unsigned i = 1; i < 8; i++) {
        bad |= t->mem->write64(t->mem->ctx, t->pas, a + 8 * i, ste->w[i]);
    }
    bad |= t->mem->write64(t->mem->ctx, t->pas, a, ste->w[0]);
    return bad ? SMMU3T_EIO : 0;
}
