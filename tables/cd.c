/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
#include "cd.h"

void smmu3t_cd_init(struct smmu3t_cd *cd, const struct smmu3t_pgt *ttb0,
                    const struct smmu3t_pgt *ttb1, uint16_t asid)
{
    const struct smmu3t_pgt *any = ttb0 ? ttb0 : ttb1;

    *cd = (struct smmu3t_cd){ { 0 } };
    CD_PUT(cd->w, V, 1);
    CD_PUT(cd->w, AA64, 1);
    CD_PUT(cd->w, A, 1);
    CD_PUT(cd->w, R, 1);
    /* 52 or 48 bits, or what the SMMU has if less */
    CD_PUT(cd->w, IPS, any && (any->ds || any->lpa) ? 6 : 5);
    CD_PUT(cd->w, DS, any && any->ds);
    CD_PUT(cd->w, ASID, asid);
    CD_PUT(cd->w, MAIR0, 0x04ff);
    CD_PUT(cd->w, ENDI, any && any->big_endian);
    if (ttb0) {
        CD_PUT(cd->w, T0SZ, 64u - ttb0->ia_bits);
        CD_PUT(cd->w, TG0, smmu3t_pgt_tg0(ttb0));
        CD_PUT(cd->w, TTB0, ttb0->root >> 4);
        CD_PUT(cd->w, IR0, 1);
        CD_PUT(cd->w, OR0, 1);
        CD_PUT(cd->w, SH0, 3);
    } else {
        CD_PUT(cd->w, EPD0, 1);
    }
    if (ttb1) {
        CD_PUT(cd->w, T1SZ, 64u - ttb1->ia_bits);
        CD_PUT(cd->w, TG1, smmu3t_pgt_tg1(ttb1));
        CD_PUT(cd->w, TTB1, ttb1->root >> 4);
        CD_PUT(cd->w, IR1, 1);
        CD_PUT(cd->w, OR1, 1);
        CD_PUT(cd->w, SH1, 3);
    } else {
        CD_PUT(cd->w, EPD1, 1);
    }
}

#define CD_BYTES 64

/* log2 of the CDs in one leaf table. */
static unsigned leaf_log2(const struct smmu3t_cdtab *t)
{
    return t->fmt == SMMU3T_CD_4K ? 6 : 10;
}

int smmu3t_cdtab_init(struct smmu3t_cdtab *t)
{
    uint64_t size;

    if (t->log2size > 20 || t->fmt > SMMU3T_CD_64K) {
        return SMMU3T_EINVAL;
    }
    if (t->fmt == SMMU3T_CD_LINEAR || !t->log2size) {
        size = (uint64_t)CD_BYTES << t->log2size;
    } else {
        size = t->log2size > leaf_log2(t) ? UINT64_C(8) << (t->log2size - leaf_log2(t)) : 8;
    }
    t->base = t->mem->alloc(t->mem->ctx, t->pas, size, size < 64 ? 64 : size);
    return t->base ? 0 : SMMU3T_ENOMEM;
}

uint64_t smmu3t_cdtab_l1_addr(const struct smmu3t_cdtab *t, uint32_t ssid)
{
    return t->base + 8 * ((uint64_t)ssid >> leaf_log2(t));
}

uint64_t smmu3t_cdtab_addr(const struct smmu3t_cdtab *t, uint32_t ssid)
{
    uint64_t l1;

    if (ssid >> t->log2size) {
        return 0;
    }
    if (t->fmt == SMMU3T_CD_LINEAR || !t->log2size) {
        return t->base + CD_BYTES * (uint64_t)ssid;
    }
    l1 = t->mem->read64(t->mem->ctx, t->pas, smmu3t_cdtab_l1_addr(t, ssid));
    if (!PTE_GET(l1, L1CD_V)) {
        return 0;
    }
    return (PTE_GET(l1, L1CD_L2Ptr) << 12) +
           CD_BYTES * (uint64_t)(ssid & ((1u << leaf_log2(t)) - 1));
}

static int make_leaf(struct smmu3t_cdtab *t, uint32_t ssid)
{
    uint64_t size = (uint64_t)CD_BYTES << leaf_log2(t);
    uint64_t l2 = t->mem->alloc(t->mem->ctx, t->pas, size, size);
    uint64_t l1 = 0;

    if (!l2) {
        return SMMU3T_ENOMEM;
    }
    PTE_PUT(l1, L1CD_V, 1);
    PTE_PUT(l1, L1CD_L2Ptr, l2 >> 12);
    return t->mem->write64(t->mem->ctx, t->pas, smmu3t_cdtab_l1_addr(t, ssid), l1)
               ? SMMU3T_EIO : 0;
}

int smmu3t_cdtab_write(struct smmu3t_cdtab *t, uint32_t ssid, const struct smmu3t_cd *cd)
{
    uint64_t a;
    int bad = 0;

    if (ssid >> t->log2size) {
        return SMMU3T_EINVAL;
    }
    a = smmu3t_cdtab_addr(t, ssid);
    if (!a) {
        int err = make_leaf(t, ssid);

        if (err) {
            return err;
        }
        a = smmu3t_cdtab_addr(t, ssid);
    }
    bad |= t->mem->write64(t->mem->ctx, t->pas, a, 0);
    for (unsigned i = 1; i < 8; i++) {
        bad |= t->mem->write64(t->mem->ctx, t->pas, a + 8 * i, cd->w[i]);
    }
    bad |= t->mem->write64(t->mem->ctx, t->pas, a, cd->w[0]);
    return bad ? SMMU3T_EIO : 0;
}
