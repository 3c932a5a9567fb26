/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Memory attributes: input or default, overrides, stage 1, stage 2, and the
 * consistency of what comes out. IHI0070G.b 13.1 to 13.5.
 */
#include "internal.h"

enum { WB, WT, NC }; /* from weak to strong */

struct cacheability {
    uint8_t type;
    bool ra, wa, tr;
};

struct mem {
    bool device;
    uint8_t dev;             /* 0 nGnRnE, 1 nGnRE, 2 nGRE, 3 GRE */
    struct cacheability i, o; /* of Normal memory */
    uint8_t sh;
};

/* One nibble of a MAIR byte; 0 is reserved for the inner one (DDI0487). */
static struct cacheability from_nibble(unsigned n)
{
    struct cacheability c = { .type = WT, .ra = n & 2, .wa = n & 1 };

    if (n == 4) {
        return (struct cacheability){ .type = NC };
    }
    if (n == 0) {
        return (struct cacheability){ .type = WT, .ra = true, .wa = true, .tr = true };
    }
    c.tr = n < 8;
    c.type = n & 4 ? WB : WT;
    return c;
}

static struct mem from_mair(unsigned mair, unsigned sh)
{
    struct mem m = { .sh = (uint8_t)sh };

    if (!(mair >> 4)) {
        m.device = true;
        m.dev = (uint8_t)(mair >> 2 & 3);
    } else {
        m.o = from_nibble(mair >> 4 & 15);
        m.i = from_nibble(mair & 15);
    }
    return m;
}

static unsigned to_nibble(struct cacheability c)
{
    unsigned rw = (c.ra ? 2u : 0) | (c.wa ? 1u : 0);

    if (c.type == NC) {
        return 4;
    }
    return rw | (c.type == WB ? 4u : 0) | (c.tr && rw ? 0 : 8u);
}

/* Stage 2 and STE.MemAttr coding. The hints are what a cacheable type gets
 * when nobody supplied any: allocate, non-transient (13.1.3). */
static struct mem from_memattr(unsigned attr, unsigned sh)
{
    struct mem m = { .sh = (uint8_t)sh };
    unsigned o = attr >> 2 & 3, i = attr & 3;

    if (o == 0 || i == 0) {
        m.device = true;
        m.dev = (uint8_t)(o ? 0 : i);
        return m;
    }
    m.o = (struct cacheability){ .type = (uint8_t)(3 - o), .ra = true, .wa = true };
    m.i = (struct cacheability){ .type = (uint8_t)(3 - i), .ra = true, .wa = true };
    return m;
}

static unsigned sh_strength(unsigned sh)
{
    return sh == 2 ? 2 : sh == 3 ? 1 : 0;
}

static uint8_t max_sh(unsigned a, unsigned b)
{
    return (uint8_t)(sh_strength(a) >= sh_strength(b) ? a : b);
}

/* Device and iNC-oNC are Outer Shareable; the reserved code is NSH. */
static void settle(struct mem *m)
{
    if (m->device || (m->i.type == NC && m->o.type == NC)) {
        m->sh = 2;
    } else if (m->sh == 1) {
        m->sh = 0;
    }
}

/* MTCFG/MemAttr, ALLOCCFG, SHCFG of an STE or of GBPA (13.1.4). */
static void replace(struct mem *m, bool mtcfg, unsigned memattr, unsigned alloccfg, unsigned shcfg)
{
    uint8_t sh = m->sh;

    if (mtcfg) {
        struct mem in = *m;

        *m = from_memattr(memattr, sh);
        if (!in.device && !m->device) {
            /* Incoming hints stay where both types have them. */
            if (in.i.type != NC) {
                m->i.ra = in.i.ra, m->i.wa = in.i.wa, m->i.tr = in.i.tr;
            }
            if (in.o.type != NC) {
                m->o.ra = in.o.ra, m->o.wa = in.o.wa, m->o.tr = in.o.tr;
            }
        }
    }
    if (alloccfg & 8) {
        m->i.ra = m->o.ra = alloccfg & 4;
        m->i.wa = m->o.wa = alloccfg & 2;
        m->i.tr = m->o.tr = alloccfg & 1;
    }
    if (shcfg != 1) {
        m->sh = (uint8_t)shcfg;
    }
}

static void combine_hints(struct cacheability *out, bool in_normal, struct cacheability in)
{
    if (in_normal && in.type != NC) {
        out->ra &= in.ra;
        out->wa &= in.wa;
        out->tr |= in.tr;
    }
}

/* Stage 2 without FWB: the stronger of each. */
static void combine(struct mem *m, const struct mem *s2)
{
    if (m->device || s2->device) {
        if (!m->device || (s2->device && s2->dev < m->dev)) {
            m->dev = s2->dev;
        }
        m->device = true;
    } else {
        m->i.type = m->i.type > s2->i.type ? m->i.type : s2->i.type;
        m->o.type = m->o.type > s2->o.type ? m->o.type : s2->o.type;
    }
    m->sh = max_sh(m->sh, s2->sh);
}

/* Stage 2 with FWB (DDI0487 D8.6): it can force Normal on Device memory too. */
static void combine_fwb(struct mem *m, unsigned attr, unsigned sh)
{
    struct mem s2 = { .sh = (uint8_t)sh };

    if (!(attr & 4)) {
        s2.device = true;
        s2.dev = (uint8_t)(attr & 3);
        combine(m, &s2);
        return;
    }
    if ((attr & 3) == 2) {
        bool plain = m->device;

        m->device = false;
        if (plain || m->i.type == NC) {
            m->i.ra = m->i.wa = true, m->i.tr = false;
        }
        if (plain || m->o.type == NC) {
            m->o.ra = m->o.wa = true, m->o.tr = false;
        }
        m->i.type = m->o.type = WB;
    } else if ((attr & 3) != 3 && !m->device) {
        m->i.type = m->o.type = NC; /* 101, and the reserved 100 */
    }
    m->sh = max_sh(m->sh, sh);
}

static void add_s2(const struct txn *t, struct mem *m, unsigned attr, unsigned sh)
{
    struct mem s2;

    if (s2_fwb(t)) {
        combine_fwb(m, attr, sh);
    } else {
        s2 = from_memattr(attr, sh);
        combine(m, &s2);
    }
}

static struct smmu3_attr finish(struct mem *m)
{
    settle(m);
    return (struct smmu3_attr){
        .mair =
            (uint8_t)(m->device ? (unsigned)m->dev << 2 : to_nibble(m->o) << 4 | to_nibble(m->i)),
        .sh = m->sh,
    };
}

struct smmu3_attr smmu3i_attr_gbpa(const struct txn *t)
{
    struct mem m = from_mair(t->req->attr.mair, t->req->attr.sh);
    uint32_t g = t->regs.gbpa;

    settle(&m);
    if (ID(t->s, IDR1, ATTR_TYPES_OVR)) {
        replace(&m, g >> GBPA_MTCFG_BIT & 1, g & 15, g >> GBPA_ALLOCCFG_LO & 15,
                g >> GBPA_SHCFG_LO & 3);
    }
    return finish(&m);
}

struct smmu3_attr smmu3i_attr_output(const struct txn *t, const struct tlb_entry *e)
{
    struct mem m = from_mair(t->req->attr.mair, t->req->attr.sh);

    settle(&m);
    if (ID(t->s, IDR1, ATTR_TYPES_OVR)) {
        replace(&m, STE_GET(t->ste.w, MTCFG), (unsigned)STE_GET(t->ste.w, MemAttr),
                (unsigned)STE_GET(t->ste.w, ALLOCCFG), (unsigned)STE_GET(t->ste.w, SHCFG));
        settle(&m);
    }
    if (t->s1) {
        struct mem in = m;

        m = from_mair(e->s1_attr, e->s1_sh);
        combine_hints(&m.i, !in.device, in.i);
        combine_hints(&m.o, !in.device, in.o);
        settle(&m);
    }
    if (t->ste.s2) {
        add_s2(t, &m, e->s2_attr, e->s2_sh);
    }
    return finish(&m);
}

/* Cacheability as CR1 codes it; 0b11 is reserved and Non-cacheable. */
static struct cacheability from_cr1(unsigned code, bool hint, bool write)
{
    struct cacheability c = { .type = NC };

    if (code == 1 || code == 2) {
        c.type = code == 1 ? WB : WT;
        c.ra = hint && !write;
        c.wa = hint && write;
    }
    return c;
}

struct smmu3_attr smmu3i_attr_cr1(uint32_t cr1, unsigned lo, uint64_t base, bool write)
{
    bool hint = base >> BASE_HINT & 1;
    struct mem m = { .i = from_cr1(cr1 >> lo & 3, hint, write),
                     .o = from_cr1(cr1 >> (lo + 2) & 3, hint, write),
                     .sh = cr1 >> (lo + 4) & 3 };

    return finish(&m);
}

/* 00 NC, 01 WB, 10 WT, 11 WB with one hint less: which differs, so `wa` are
 * the write-allocate hints of the four codes and `ra` the read-allocate ones. */
static struct cacheability from_region(unsigned code, unsigned ra, unsigned wa)
{
    struct cacheability c = { .type = NC };

    if (code) {
        c.type = code == 2 ? WT : WB;
        c.ra = ra >> code & 1;
        c.wa = wa >> code & 1;
    }
    return c;
}

struct smmu3_attr smmu3i_attr_walk(unsigned ir, unsigned or_, unsigned sh)
{
    struct mem m = { .i = from_region(ir, 0xe, 0x2), .o = from_region(or_, 0xe, 0x2),
                     .sh = (uint8_t)sh };

    return finish(&m);
}

struct smmu3_attr smmu3i_attr_cd(const struct ste *ste)
{
    struct mem m = { .i = from_region((unsigned)STE_GET(ste->w, S1CIR), 0x6, 0),
                     .o = from_region((unsigned)STE_GET(ste->w, S1COR), 0x6, 0),
                     .sh = (uint8_t)STE_GET(ste->w, S1CSH) };

    return finish(&m);
}

struct smmu3_attr smmu3i_attr_behind_s2(const struct txn *t, struct smmu3_attr a,
                                        const struct leaf *l2)
{
    struct mem m;

    if (l2->attr == 0xf && !s2_fwb(t)) {
        /* Write-Back leaves the type as it is: the usual case, made short. */
        return (struct smmu3_attr){ a.mair, max_sh(a.sh, l2->sh) };
    }
    m = from_mair(a.mair, a.sh);
    add_s2(t, &m, l2->attr, l2->sh);
    if (m.device && ID(t->s, IDR3, PTWNNC)) {
        /* Not a fault, so S2PTW is 0: 6.3.4. */
        m = (struct mem){ .i = { .type = NC }, .o = { .type = NC } };
    }
    return finish(&m);
}

struct smmu3_attr smmu3i_attr_msi(unsigned memattr, unsigned sh)
{
    struct mem m = from_memattr(memattr, sh);

    return finish(&m);
}
