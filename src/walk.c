/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * One VMSAv8-64 walker for both stages (DDI0487 D8.3, IHI0070G.b 3.4, 7.3.22).
 * The order of checks is the order of events: per level the fetch, then the
 * descriptor's validity, then its address; at the leaf AF, then permission.
 */
#include <string.h>

#include "internal.h"

#define DESC_ADDR_MASK UINT64_C(0x0000ffffffffffff)

/* What table descriptors on the way down take away. */
struct hier {
    bool ap0, ap1, uxn, pxn;
};

/* Why a step of this stage failed. */
static bool fail(struct txn *t, enum smmu3_reason s1, enum smmu3_reason s2, unsigned stage)
{
    t->f.reason = stage == 1 ? s1 : s2;
    t->f.s2 = stage == 2;
    return false;
}

static uint64_t bswap64(uint64_t v)
{
    uint64_t r = 0;

    for (int i = 0; i < 8; i++) {
        r = r << 8 | (v >> (8 * i) & 0xff);
    }
    return r;
}

/* Is a block descriptor allowed at this level? No 52-bit output: IDR5.DS=0. */
static bool block_allowed(unsigned gran, unsigned level)
{
    return gran == 12 ? level == 1 || level == 2 : level == 2;
}

static bool read_desc(struct txn *t, const struct ttcfg *tt, uint64_t addr, bool ns, uint64_t *desc)
{
    enum smmu3_pas pas = space_pas(t->sec, ns);
    struct leaf l2;
    uint8_t buf[8];

    if (tt->stage == 1 && t->ste.s2) {
        if (!walk_s2(t, addr, ns, CLASS_TT, &l2)) {
            return false;
        }
        addr = l2.out;
        pas = space_pas(t->sec, l2.ns);
    }
    if (mem_read(t->s, t->sec, SMMU3_ACC_TT, pas, addr, buf, 8) != SMMU3_MEM_OK) {
        t->f.fetch_addr = addr;
        if (tt->stage == 1) {
            t->f.class_ = CLASS_TT;
        }
        return fail(t, SMMU3_R_S1_WALK_EABT, SMMU3_R_S2_WALK_EABT, tt->stage);
    }
    *desc = load_le64(buf);
    if (tt->big_endian) {
        *desc = bswap64(*desc);
    }
    return true;
}

/* Down to the leaf. `ns` follows the tables' space of a Secure stream. */
static bool walk(struct txn *t, const struct ttcfg *tt, uint64_t ia, struct leaf *out,
                 uint64_t *leaf_desc, struct hier *h)
{
    unsigned stride = tt->gran - 3u;
    unsigned ia_bits = 64u - tt->tsz;
    uint64_t base = tt->ttb, desc, oa;
    bool ns = tt->ns;

    ia &= low_mask(ia_bits);
    memset(h, 0, sizeof(*h));
    for (unsigned level = tt->level;; level++) {
        unsigned shift = tt->gran + (3 - level) * stride;
        /* The start level may index more bits (stage 2 concatenation). */
        uint64_t index = level == tt->level ? ia >> shift : (ia >> shift) & low_mask(stride);
        bool leaf;

        if (!read_desc(t, tt, base + 8 * index, ns, &desc)) {
            return false;
        }
        leaf = level == 3 || PTE_GET(desc, Type) == 1;
        if (!(desc & 1) || (level == 3 && PTE_GET(desc, Type) != 3) ||
            (level < 3 && leaf && !block_allowed(tt->gran, level))) {
            return fail(t, SMMU3_R_S1_DESC_INVALID, SMMU3_R_S2_DESC_INVALID, tt->stage);
        }
        oa = desc & DESC_ADDR_MASK & ~low_mask(leaf ? shift : tt->gran);
        if (oa >> tt->out_bits) {
            return fail(t, SMMU3_R_S1_ADDR_SIZE, SMMU3_R_S2_ADDR_SIZE, tt->stage);
        }
        if (leaf) {
            out->out = oa | (ia & low_mask(shift));
            out->shift = (uint8_t)shift;
            out->level = (uint8_t)level;
            out->ns = ns;
            *leaf_desc = desc;
            break;
        }
        base = oa;
        if (tt->stage == 1) {
            if (!tt->hier_off) {
                h->ap0 |= PTE_GET(desc, APTable0);
                h->ap1 |= PTE_GET(desc, APTable1);
                h->uxn |= PTE_GET(desc, UXNTable);
                h->pxn |= PTE_GET(desc, PXNTable);
            }
            /* HADx leaves NSTable alone. */
            ns |= t->sec == SMMU3_SEC_SID_S && PTE_GET(desc, NSTable);
        }
    }
    if (!PTE_GET(*leaf_desc, AF) && !tt->affd) {
        return fail(t, SMMU3_R_S1_AF, SMMU3_R_S2_AF, tt->stage);
    }
    return true;
}

/* Direct permissions of stage 1 (DDI0487 D8.4). */
static uint8_t s1_perms(const struct txn *t, uint64_t d, const struct hier *h)
{
    bool ro = PTE_GET(d, AP2) || h->ap1;
    bool ur, uw, ux, pr = true, pw = !ro, px;

    if (!world_has_asid(t->ste.world)) {
        /* One privilege level: AP[1] counts as 1, XN is bit 54. */
        px = !PTE_GET(d, UXN) && !h->uxn && !(t->cd.wxn && pw);
        return (uint8_t)(PERM_UR | PERM_PR | (pw ? PERM_UW | PERM_PW : 0) |
                         (px ? PERM_UX | PERM_PX : 0));
    }
    ur = PTE_GET(d, AP1) && !h->ap0;
    uw = ur && !ro;
    ux = !PTE_GET(d, UXN) && !h->uxn && !(t->cd.wxn && uw);
    px = !PTE_GET(d, PXN) && !h->pxn && !uw && !(t->cd.wxn && pw);
    if (t->cd.pan && (ur || (t->cd.epan && ux))) {
        pr = pw = false;
    }
    return (uint8_t)((ur ? PERM_UR : 0) | (uw ? PERM_UW : 0) | (ux ? PERM_UX : 0) |
                     (pr ? PERM_PR : 0) | (pw ? PERM_PW : 0) | (px ? PERM_PX : 0));
}

static uint8_t s2_perms(const struct txn *t, uint64_t d)
{
    unsigned ap = (unsigned)PTE_GET(d, S2AP), xn = (unsigned)PTE_GET(d, S2XN);
    bool ux, px;

    if (ID(t->s, IDR3, XNX)) {
        ux = xn == 0 || xn == 1;
        px = xn == 0 || xn == 3;
    } else {
        ux = px = !(xn & 2);
    }
    return (uint8_t)((ap & 1 ? PERM_UR | PERM_PR : 0) | (ap & 2 ? PERM_UW | PERM_PW : 0) |
                     (ux ? PERM_UX : 0) | (px ? PERM_PX : 0));
}

/* Does stage 2 map this as Device memory? IHI0070G.b 5.2 S2FWB, S2PTW. */
static bool s2_device(const struct txn *t, uint64_t d)
{
    unsigned attr = (unsigned)PTE_GET(d, MemAttr);

    if (ID(t->s, IDR3, FWB) && STE_GET(t->ste.w, S2FWB)) {
        return !(attr & 4);
    }
    return !(attr >> 2);
}

bool walk_s1(struct txn *t, uint64_t va, struct leaf *out)
{
    const struct ttcfg *tt = &t->cd.tt[va >> 55 & 1 && world_has_asid(t->ste.world)];
    bool secure = t->sec == SMMU3_SEC_SID_S;
    struct hier h;
    uint64_t d;

    t->f.class_ = CLASS_IN;
    if (!walk(t, tt, va, out, &d, &h)) {
        return false;
    }
    out->perms = s1_perms(t, d, &h);
    out->device = false;
    /* What Non-secure memory says of a Secure stream is never global: 3.17. */
    out->nG = PTE_GET(d, nG) || (secure && out->ns);
    out->ns = secure && (out->ns || PTE_GET(d, NS));
    return true;
}

bool walk_s2(struct txn *t, uint64_t ipa, bool ipa_ns, uint8_t class_, struct leaf *out)
{
    bool secure = t->sec == SMMU3_SEC_SID_S;
    const struct ttcfg *tt = &t->ste.s2tt[secure && ipa_ns];
    struct fault saved = t->f;
    struct hier h;
    uint64_t d;

    t->f.class_ = class_;
    t->f.ipa = ipa;
    t->f.ipa_ns = secure && ipa_ns;
    if (ipa >> (64 - tt->tsz)) {
        return fail(t, SMMU3_R_NONE, SMMU3_R_S2_IPA_RANGE, 2);
    }
    if (!walk(t, tt, ipa, out, &d, &h)) {
        return false;
    }
    out->perms = s2_perms(t, d);
    out->device = s2_device(t, d);
    out->nG = false;
    out->ns = secure && t->ste.s2_out_ns[ipa_ns];
    if (class_ != CLASS_IN) {
        if (!(out->perms & PERM_PR)) {
            return fail(t, SMMU3_R_NONE, SMMU3_R_S2_PERM, 2);
        }
        if (out->device && t->ste.s1 && STE_GET(t->ste.w, S2PTW)) {
            return fail(t, SMMU3_R_NONE, SMMU3_R_S2_PTW, 2);
        }
        t->f = saved;
    }
    return true;
}
