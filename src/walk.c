/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * One VMSAv8-64 walker for both stages (DDI0487 D8.3, IHI0070G.b 3.4, 7.3.22).
 * The order of checks is the order of events: per level the fetch, then the
 * descriptor's validity, then its address; at the leaf AF, then permission;
 * last the hardware update of flags, which needs all of them (3.13).
 */
#include <string.h>

#include "internal.h"

#define SINGLE_BIT(n) (UINT64_C(1) << (n))

/* What table descriptors on the way down take away. */
struct hier {
    bool ap0, ap1, uxn, pxn;
};

/* The leaf descriptor as read, and from where. */
struct desc {
    uint64_t d;
    uint64_t addr;        /* before stage 2, if that is on */
    bool ns;              /* space of addr */
    struct smmu3_access acc; /* behind stage 2, if that is on */
};

/* Why a step of this stage failed. */
static bool fail(struct txn *t, enum smmu3_reason s1, enum smmu3_reason s2, unsigned stage)
{
    t->f.reason = stage == 1 ? s1 : s2;
    t->f.s2 = stage == 2;
    return false;
}

static bool fail_eabt(struct txn *t, const struct ttcfg *tt, uint64_t pa)
{
    t->f.fetch_addr = pa;
    if (tt->stage == 1) {
        t->f.class_ = CLASS_TT;
    }
    return fail(t, SMMU3_R_S1_WALK_EABT, SMMU3_R_S2_WALK_EABT, tt->stage);
}

static uint64_t bswap64(uint64_t v)
{
    uint64_t r = 0;

    for (int i = 0; i < 8; i++) {
        r = r << 8 | (v >> (8 * i) & 0xff);
    }
    return r;
}

/* Blocks one level further up come with 52-bit output addresses. */
static bool block_allowed(const struct ttcfg *tt, int level)
{
    int top = tt->gran == 12 ? 1 : 2;

    return level <= 2 && level >= top - (tt->ds || tt->lpa);
}

/* The address in a descriptor; bits above 47 are where the format has them. */
static uint64_t desc_addr(const struct ttcfg *tt, uint64_t d, unsigned low)
{
    uint64_t a = d & low_mask(tt->ds ? 50 : 48) & ~low_mask(low);

    if (tt->ds) {
        a |= (d >> 8 & 3) << 50;
    } else if (tt->lpa) {
        a |= (d >> 12 & 0xf) << 48;
    }
    return a;
}

/* What is the same for all descriptors of a walk. Stage 1 tables carry the
 * client's label, stage 2 tables the stream's. */
static struct smmu3_access tt_access(const struct txn *t, const struct ttcfg *tt)
{
    return (struct smmu3_access){ .kind = SMMU3_ACC_TT, .sec_sid = t->sec,
                                  .mpam = tt->stage == 1 ? smmu3i_mpam_client(t) : t->ste.mpam };
}

static bool read_desc(struct txn *t, const struct ttcfg *tt, struct desc *d)
{
    struct smmu3_access *acc = &d->acc;
    struct leaf l2;
    uint8_t buf[8];

    acc->addr = d->addr;
    acc->pas = space_pas(t->sec, d->ns);
    acc->attr = tt->attr;
    if (tt->stage == 1 && t->ste.s2) {
        if (!smmu3i_walk_s2(t, d->addr, d->ns, CLASS_TT, PERM_PR, &l2)) {
            return false;
        }
        acc->addr = l2.out;
        acc->pas = space_pas(t->sec, l2.ns);
        acc->attr = smmu3i_attr_behind_s2(t, tt->attr, &l2);
    }
    if (smmu3i_mem_read(t->s, acc, buf, 8) != SMMU3_MEM_OK) {
        return fail_eabt(t, tt, acc->addr);
    }
    d->d = load_le64(buf);
    if (tt->big_endian) {
        d->d = bswap64(d->d);
    }
    return true;
}

/* Down to the leaf. `ns` follows the tables' space of a Secure stream. */
static bool walk(struct txn *t, const struct ttcfg *tt, uint64_t ia, struct leaf *out,
                 struct desc *d, struct hier *h)
{
    unsigned stride = tt->gran - 3u;
    uint64_t base = tt->ttb, oa;
    bool ns = tt->ns;

    ia &= low_mask(64u - tt->tsz);
    memset(h, 0, sizeof(*h));
    d->acc = tt_access(t, tt);
    for (int level = tt->level;; level++) {
        unsigned shift = tt->gran + (unsigned)(3 - level) * stride;
        /* The start level may index more bits (stage 2 concatenation). */
        uint64_t index = level == tt->level ? ia >> shift : (ia >> shift) & low_mask(stride);
        unsigned type;
        bool leaf;

        d->addr = base + 8 * index;
        d->ns = ns;
        if (!read_desc(t, tt, d)) {
            return false;
        }
        if (t->obs) {
            smmu3i_observe_desc(t, tt, level, &d->acc, d->addr, d->d);
        }
        type = (unsigned)PTE_GET(d->d, Type);
        leaf = level == 3 || type == 1;
        if (!(type & 1) || (level == 3 ? type != 3 : leaf && !block_allowed(tt, level))) {
            return fail(t, SMMU3_R_S1_DESC_INVALID, SMMU3_R_S2_DESC_INVALID, tt->stage);
        }
        oa = desc_addr(tt, d->d, leaf ? shift : tt->gran);
        if (oa >> tt->out_bits) {
            return fail(t, SMMU3_R_S1_ADDR_SIZE, SMMU3_R_S2_ADDR_SIZE, tt->stage);
        }
        if (leaf) {
            /* A block may be larger than the output size. */
            out->out = oa | (ia & low_mask(shift));
            if (out->out >> tt->out_bits) {
                return fail(t, SMMU3_R_S1_ADDR_SIZE, SMMU3_R_S2_ADDR_SIZE, tt->stage);
            }
            out->shift = (uint8_t)(shift < tt->out_bits ? shift : tt->out_bits);
            out->level = (uint8_t)(level < 0 ? 0 : level);
            out->ns = ns;
            return true;
        }
        base = oa;
        if (tt->stage == 1) {
            if (!tt->hier_off) {
                h->ap0 |= PTE_GET(d->d, APTable0);
                h->ap1 |= PTE_GET(d->d, APTable1);
                h->uxn |= PTE_GET(d->d, UXNTable);
                h->pxn |= PTE_GET(d->d, PXNTable);
            }
            /* HADx leaves NSTable alone. */
            ns |= t->sec == SMMU3_SEC_SID_S && PTE_GET(d->d, NSTable);
        }
    }
}

/*
 * Writes the flags of a leaf, if it is still what was read; else the whole
 * transaction starts again. A stage 1 descriptor behind stage 2 is written
 * through a mapping that must permit it (3.13.5).
 */
static bool update_desc(struct txn *t, const struct ttcfg *tt, const struct desc *d, uint64_t new_d)
{
    struct smmu3_access acc = d->acc;
    uint64_t old = d->d, seen;
    struct leaf l2;

    if (new_d == old) {
        return true;
    }
    if (tt->stage == 1 && t->ste.s2) {
        if (!smmu3i_walk_s2(t, d->addr, d->ns, CLASS_TT, PERM_PW, &l2)) {
            return false;
        }
        acc.addr = l2.out; /* what may be written, should that have changed */
        acc.pas = space_pas(t->sec, l2.ns);
        acc.attr = smmu3i_attr_behind_s2(t, tt->attr, &l2);
    }
    if (t->probe) {
        return true; /* all that could forbid the write has been asked */
    }
    if (tt->big_endian) {
        old = bswap64(old);
        new_d = bswap64(new_d);
    }
    if (t->s->host.cas64(t->s->ctx, &acc, old, new_d, &seen) != SMMU3_MEM_OK) {
        return fail_eabt(t, tt, acc.addr);
    }
    if (seen != old) {
        t->again = true;
        return fail_eabt(t, tt, acc.addr); /* if it never settles */
    }
    return true;
}

/* AF: held, ignored, settable in *new_d, or a fault. */
static bool check_af(struct txn *t, const struct ttcfg *tt, uint64_t *new_d)
{
    if (!PTE_GET(*new_d, AF)) {
        if (tt->ha) {
            PTE_PUT(*new_d, AF, 1);
        } else if (!tt->affd) {
            return fail(t, SMMU3_R_S1_AF, SMMU3_R_S2_AF, tt->stage);
        }
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

/* S_CR0.SIF: a Secure stream must not execute from Non-secure memory. */
static bool check_s1_perms(struct txn *t, struct leaf *l)
{
    if (l->ns && t->regs.cr0ack & CR0_SIF) {
        if (t->instr && l->perms & need(t)) {
            return fail(t, SMMU3_R_S1_SIF, SMMU3_R_NONE, 1);
        }
        l->perms &= (uint8_t)~(PERM_UX | PERM_PX);
    }
    return l->perms & need(t) ? true : fail(t, SMMU3_R_S1_PERM, SMMU3_R_NONE, 1);
}

bool smmu3i_walk_s1(struct txn *t, uint64_t va, struct leaf *out)
{
    const struct ttcfg *tt = &t->cd.tt[high_half(t, va)];
    bool secure = t->sec == SMMU3_SEC_SID_S;
    struct desc d;
    struct hier h;
    uint64_t new_d;
    bool clean;

    t->f.class_ = CLASS_IN;
    if (!walk(t, tt, va, out, &d, &h)) {
        return false;
    }
    new_d = d.d;
    if (!check_af(t, tt, &new_d)) {
        return false;
    }
    /* Writable but clean counts as writable where execution depends on it, but
     * only a write makes it dirty (DDI0487 D8.5). */
    clean = tt->hd && PTE_GET(d.d, DBM) && PTE_GET(d.d, AP2);
    if (clean && t->write) {
        PTE_PUT(new_d, AP2, 0);
    }
    out->perms = s1_perms(t, clean ? new_d & ~SINGLE_BIT(PTE_AP2_LO) : new_d, &h);
    if (clean && !t->write) {
        out->perms &= (uint8_t)~(PERM_UW | PERM_PW);
    }
    /* What Non-secure memory says of a Secure stream is never global: 3.17. */
    out->nG = PTE_GET(d.d, nG) || (secure && (out->ns || d.acc.pas == SMMU3_PAS_NS));
    out->ns = secure && (out->ns || PTE_GET(d.d, NS));
    out->attr = (uint8_t)((CD_GET(t->cd.w, MAIR0) | CD_GET(t->cd.w, MAIR1) << 32) >>
                          (8 * PTE_GET(d.d, AttrIndx)));
    out->sh = tt->ds ? tt->sh : (uint8_t)PTE_GET(d.d, SH);
    if (t->obs) {
        smmu3i_observe_leaf(t, 1, va, need(t), out);
    }
    return check_s1_perms(t, out) && update_desc(t, tt, &d, new_d);
}

/* Does stage 2 map this as Device memory? IHI0070G.b 5.2 S2FWB, S2PTW. */
static bool s2_device(const struct txn *t, unsigned attr)
{
    /* Without FWB also the reserved codes, as in attr.c. */
    return s2_fwb(t) ? !(attr & 4) : !(attr >> 2) || !(attr & 3);
}

bool smmu3i_walk_s2(struct txn *t, uint64_t ipa, bool ipa_ns, uint8_t class_, unsigned needed,
             struct leaf *out)
{
    bool secure = t->sec == SMMU3_SEC_SID_S;
    const struct ttcfg *tt = &t->ste.s2tt[secure && ipa_ns];
    bool write = needed & (PERM_UW | PERM_PW);
    struct fault saved = t->f;
    struct hier h;
    struct desc d;
    uint64_t new_d;

    t->f.class_ = class_;
    t->f.ipa = ipa;
    t->f.ipa_ns = secure && ipa_ns;
    t->f.tt_write = class_ == CLASS_TT && write;
    if (ipa >> (64 - tt->tsz)) {
        return fail(t, SMMU3_R_NONE, SMMU3_R_S2_IPA_RANGE, 2);
    }
    if (!walk(t, tt, ipa, out, &d, &h)) {
        return false;
    }
    new_d = d.d;
    if (!check_af(t, tt, &new_d)) {
        return false;
    }
    if (write && tt->hd && PTE_GET(d.d, DBM)) {
        PTE_PUT(new_d, S2AP, PTE_GET(d.d, S2AP) | 2);
    }
    out->perms = s2_perms(t, new_d);
    out->nG = false;
    out->ns = secure && t->ste.s2_out_ns[ipa_ns];
    out->attr = (uint8_t)PTE_GET(d.d, MemAttr);
    out->sh = tt->ds ? tt->sh : (uint8_t)PTE_GET(d.d, SH);
    if (t->obs) {
        smmu3i_observe_leaf(t, 2, ipa, needed, out);
    }
    if (!(out->perms & needed)) {
        return fail(t, SMMU3_R_NONE, SMMU3_R_S2_PERM, 2);
    }
    if (class_ != CLASS_IN && STE_GET(t->ste.w, S2PTW) && s2_device(t, out->attr)) {
        return fail(t, SMMU3_R_NONE, SMMU3_R_S2_PTW, 2);
    }
    if (!update_desc(t, tt, &d, new_d)) {
        return false;
    }
    if (class_ != CLASS_IN) {
        t->f = saved;
    }
    return true;
}
