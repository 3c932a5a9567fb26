/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Memory attributes: what came in, STE and GBPA overrides, stage 1, stage 2
 * with and without FWB, and the consistency of what goes out. IHI0070G.b 13.1
 * to 13.5, 5.2 MemAttr to SHCFG, 6.3.14; FWB: DDI0487 D8.6.
 */
#include "machine.h"

#define VA UINT64_C(0x12345000)
#define IPA UINT64_C(0x8000000000)
#define PA UINT64_C(0x23456000)
enum { NSH = 0, OSH = 2, ISH = 3 };

/* Memory types from weak to strong, as MAIR and as stage 2 MemAttr. */
static const struct { uint8_t mair, memattr; } types[] = {
    { 0xff, 0xf }, { 0xbb, 0xa }, { 0x44, 0x5 }, { 0x0c, 0x3 }, { 0x08, 0x2 }, { 0x04, 0x1 },
    { 0x00, 0x0 },
};
#define NTYPES ARRAY_SIZE(types)
#define NC 2 /* from here on always Outer Shareable */

/* MemAttr codes as MAIR bytes; the holes are Device-nGnRnE: 5.2 MemAttr. */
static const uint8_t memattr_mair[16] = { 0x00, 0x04, 0x08, 0x0c, 0x00, 0x44, 0x4b, 0x4f,
                                          0x00, 0xb4, 0xbb, 0xbf, 0x00, 0xf4, 0xfb, 0xff };

struct world {
    struct machine *m;
    struct stream st;
};

static void world_new(struct world *w, bool s1, bool s2, const char *tweaks)
{
    w->m = machine_new("base", tweaks);
    w->st = (struct stream){ .sid = 1, .s1 = s1, .s2 = s2, .asid = 1, .vmid = 1 };
    machine_start(w->m, NS, 4, 0);
    stream_build(w->m, &w->st);
    if (s1) {
        stream_map1(&w->st, VA, s2 ? IPA : PA, 0x1000, SMMU3T_S1_RW);
    }
    if (s2) {
        stream_map2(&w->st, s1 ? IPA : VA, PA, 0x1000, SMMU3T_S2_RW);
    }
}

/* The leaf of stage 1: MAIR index 0 has this byte. */
static void set_s1(struct world *w, unsigned mair, unsigned sh)
{
    uint64_t a = smmu3t_pgt_desc_addr(&w->st.tt0, VA, 3), d = smmu3t_pgt_read(&w->st.tt0, a);

    PTE_PUT(d, SH, sh);
    smmu3t_pgt_write(&w->st.tt0, a, d);
    CD_PUT(w->st.cd.w, MAIR0, mair);
    assert_int_equal(smmu3t_cdtab_write(&w->st.cds, 0, &w->st.cd), 0);
    machine_flush(w->m, NS);
}

static void set_s2(struct world *w, unsigned memattr, unsigned sh)
{
    uint64_t a = smmu3t_pgt_desc_addr(&w->st.st2, w->st.s1 ? IPA : VA, 3);
    uint64_t d = smmu3t_pgt_read(&w->st.st2, a);

    PTE_PUT(d, MemAttr, memattr);
    PTE_PUT(d, SH, sh);
    smmu3t_pgt_write(&w->st.st2, a, d);
    machine_flush(w->m, NS);
}

/* mair << 8 | sh of the output; a miss, then a hit with another input before. */
static unsigned out_of(struct world *w, enum smmu3_sec_sid sec, unsigned mair, unsigned sh)
{
    struct smmu3_request req = { .sec_sid = sec, .stream_id = 1, .addr = VA,
                                 .flags = SMMU3_REQ_ATTR,
                                 .attr = { (uint8_t)mair, (uint8_t)sh } };
    struct smmu3_request other = req;
    struct smmu3_result r, again;

    other.attr = (struct smmu3_attr){ 0x44, NSH };
    (void)machine_txn(w->m, &other);
    r = machine_txn(w->m, &req);
    again = machine_txn(w->m, &req);
    ROW_REASON(r, SMMU3_R_NONE);
    ROW_EQ(again.attr.mair << 8 | again.attr.sh, r.attr.mair << 8 | r.attr.sh);
    return (unsigned)r.attr.mair << 8 | r.attr.sh;
}

/* What comes in goes out of a bypassing stream, made consistent: 13.1.1. */
static void test_bypass(void **state)
{
    static const struct { uint8_t mair, sh; unsigned want; } rows[] = {
        { 0xff, NSH, 0xff00 }, { 0xff, ISH, 0xff03 }, { 0xff, OSH, 0xff02 },
        { 0xff, 1, 0xff00 }, /* a reserved code */
        { 0xbb, ISH, 0xbb03 }, { 0x44, NSH, 0x4402 }, { 0x44, ISH, 0x4402 },
        { 0x4f, ISH, 0x4f03 }, { 0xf4, NSH, 0xf400 }, { 0x00, NSH, 0x0002 },
        { 0x04, ISH, 0x0402 }, { 0x08, NSH, 0x0802 }, { 0x0c, NSH, 0x0c02 },
        { 0x77, NSH, 0x7700 }, { 0x3f, NSH, 0x3f00 }, { 0xcc, NSH, 0xcc00 },
        /* codes of MAIR that are reserved, 5.4 MAIR */
        { 0x03, NSH, 0x0002 }, { 0x05, NSH, 0x0402 }, { 0x0b, NSH, 0x0802 },
        { 0x0f, NSH, 0x0c02 }, { 0xf0, NSH, 0xf300 }, { 0x40, NSH, 0x4300 },
    };
    struct world w;

    (void)state;
    for (unsigned ovr = 0; ovr < 2; ovr++) {
        world_new(&w, false, false, ovr ? "IDR1.ATTR_TYPES_OVR=1" : "IDR1.ATTR_TYPES_OVR=0");
        for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
            row("bypass, overrides %u, in %02x %u", ovr, rows[i].mair, rows[i].sh);
            ROW_EQ(out_of(&w, NS, rows[i].mair, rows[i].sh), rows[i].want);
        }
        machine_free(w.m);
    }
    rows_done();
}

/* MTCFG/MemAttr, ALLOCCFG, SHCFG, in an STE that bypasses and in GBPA. */
static const struct override {
    uint8_t mair, sh;               /* in */
    uint8_t mtcfg, memattr, alloc, shcfg;
    unsigned want;
} overrides[] = {
    /* shareability: 00, 10, 11 replace it, 01 does not */
    { 0xff, ISH, 0, 0, 0, 0, 0xff00 }, { 0xff, ISH, 0, 0, 0, 1, 0xff03 },
    { 0xff, ISH, 0, 0, 0, 2, 0xff02 }, { 0xff, NSH, 0, 0, 0, 3, 0xff03 },
    /* ... but not that of Device and of iNC-oNC, 13.1.4 */
    { 0x44, ISH, 0, 0, 0, 0, 0x4402 }, { 0x08, ISH, 0, 0, 0, 3, 0x0802 },
    { 0x4f, ISH, 0, 0, 0, 0, 0x4f00 },
    { 0xff, ISH, 1, 0x1, 0, 0, 0x0402 }, { 0xff, NSH, 1, 0x5, 0, 3, 0x4402 },
    /* a type without MTCFG is nothing */
    { 0xff, NSH, 0, 0x5, 0, 1, 0xff00 },
    /* hints stay, if there are any, else allocate and not transient: 13.1.3 */
    { 0xdd, NSH, 1, 0xa, 0, 1, 0x9900 }, { 0x77, NSH, 1, 0xa, 0, 1, 0x3300 },
    { 0x44, NSH, 1, 0xf, 0, 3, 0xff03 }, { 0x04, NSH, 1, 0xa, 0, 3, 0xbb03 },
    { 0x4d, NSH, 1, 0xf, 0, 1, 0xfd00 }, { 0xd4, NSH, 1, 0xf, 0, 1, 0xdf00 },
    /* 1RWT, inner and outer alike */
    { 0xff, NSH, 0, 0, 0x8, 1, 0xcc00 }, { 0xff, NSH, 0, 0, 0xe, 1, 0xff00 },
    { 0xff, NSH, 0, 0, 0xd, 1, 0x6600 }, { 0xff, NSH, 0, 0, 0xb, 1, 0x5500 },
    { 0xcc, NSH, 0, 0, 0xf, 1, 0x7700 }, { 0xbb, NSH, 0, 0, 0xc, 1, 0xaa00 },
    { 0x4f, NSH, 0, 0, 0xa, 1, 0x4d00 },
    { 0xff, NSH, 0, 0, 0x7, 1, 0xff00 }, /* 0xxx: incoming */
    { 0x77, NSH, 0, 0, 0x0, 1, 0x7700 },
    /* transient without allocation is not transient: 13.1.1 */
    { 0xff, NSH, 0, 0, 0x9, 1, 0xcc00 },
    /* no hints for what is not cacheable */
    { 0x44, NSH, 0, 0, 0xf, 1, 0x4402 }, { 0x04, NSH, 0, 0, 0xf, 1, 0x0402 },
    { 0xff, NSH, 1, 0xa, 0xd, 3, 0x2203 }, { 0x00, NSH, 1, 0xf, 0x8, 3, 0xcc03 },
};

static void check_override(struct world *w, enum smmu3_sec_sid sec, const struct override *o,
                           bool works)
{
    unsigned got = out_of(w, sec, o->mair, o->sh), in = (unsigned)o->mair << 8 | o->sh;

    if (!works) {
        bool osh = o->mair < 0x10 || o->mair == 0x44;

        ROW_EQ(got, osh ? (in & 0xff00) | OSH : in);
    } else {
        ROW_EQ(got, o->want);
    }
}

static void test_ste_overrides(void **state)
{
    struct world w;

    (void)state;
    for (unsigned ovr = 0; ovr < 2; ovr++) {
        world_new(&w, false, false, ovr ? "IDR1.ATTR_TYPES_OVR=1" : "IDR1.ATTR_TYPES_OVR=0");
        for (size_t i = 0; i < ARRAY_SIZE(overrides) + 16; i++) {
            unsigned code = (unsigned)(i - ARRAY_SIZE(overrides));
            struct override o = { 0xff, ISH, 1, (uint8_t)code, 0, 1, 0 };

            if (i < ARRAY_SIZE(overrides)) {
                o = overrides[i];
            } else {
                o.want = (unsigned)memattr_mair[code] << 8 |
                         (code < 6 || code == 8 || code == 12 ? OSH : ISH);
            }
            row("STE, ATTR_TYPES_OVR %u, row %zu", ovr, i);
            STE_PUT(w.st.ste.w, MTCFG, o.mtcfg);
            STE_PUT(w.st.ste.w, MemAttr, o.memattr);
            STE_PUT(w.st.ste.w, ALLOCCFG, o.alloc);
            STE_PUT(w.st.ste.w, SHCFG, o.shcfg);
            stream_update(&w.st);
            check_override(&w, NS, &o, ovr);
        }
        machine_free(w.m);
    }
    rows_done();
}

/* The same with translation off, from GBPA and S_GBPA: 6.3.14, 6.3.63. */
static void test_gbpa(void **state)
{
    (void)state;
    for (unsigned k = 0; k < 4; k++) {
        enum smmu3_sec_sid sec = k & 2 ? S : NS;
        struct world w = { .m = machine_new("base", k & 1 ? "IDR1.ATTR_TYPES_OVR=1"
                                                         : "IDR1.ATTR_TYPES_OVR=0") };

        for (size_t i = 0; i < ARRAY_SIZE(overrides) + 16; i++) {
            unsigned code = (unsigned)(i - ARRAY_SIZE(overrides));
            struct override o = { 0xff, ISH, 1, (uint8_t)code, 0, 1, 0 };

            if (i < ARRAY_SIZE(overrides)) {
                o = overrides[i];
            } else {
                o.want = (unsigned)memattr_mair[code] << 8 |
                         (code < 6 || code == 8 || code == 12 ? OSH : ISH);
            }
            row("GBPA of bank %u, ATTR_TYPES_OVR %u, row %zu", sec, k & 1, i);
            w32(w.m, sec == S ? 0x8044 : 0x44,
                1u << 31 | (uint32_t)o.shcfg << 12 | (uint32_t)o.alloc << 8 |
                    (uint32_t)o.mtcfg << 4 | o.memattr);
            check_override(&w, sec, &o, k & 1);
        }
        machine_free(w.m);
    }
    rows_done();
}

/* Stage 1: type and shareability are its own, hints are combined; 13.5. */
static void test_stage1(void **state)
{
    static const struct {
        uint8_t in;
        uint8_t alloc; /* STE.ALLOCCFG */
        uint8_t mair, sh;
        unsigned want;
    } rows[] = {
        { 0xff, 0, 0xff, NSH, 0xff00 }, { 0xff, 0, 0xff, ISH, 0xff03 },
        { 0xff, 0, 0xff, OSH, 0xff02 }, { 0xff, 0, 0xff, 1, 0xff00 },
        { 0xff, 0, 0xbb, ISH, 0xbb03 }, { 0xff, 0, 0x44, ISH, 0x4402 },
        { 0xff, 0, 0x04, NSH, 0x0402 }, { 0xff, 0, 0x4f, ISH, 0x4f03 },
        /* the incoming type is of no interest */
        { 0xbb, 0, 0xff, ISH, 0xff03 }, { 0x44, 0, 0xff, ISH, 0xff03 },
        { 0x00, 0, 0xff, NSH, 0xff00 },
        /* no-allocate and transient win; NC and Device inputs have no hints */
        { 0xdd, 0, 0xff, ISH, 0xdd03 }, { 0xff, 0, 0xee, ISH, 0xee03 },
        { 0xdd, 0, 0xee, ISH, 0xcc03 }, { 0x77, 0, 0xff, ISH, 0x7703 },
        { 0xff, 0, 0x77, ISH, 0x7703 }, { 0xdd, 0, 0xbb, ISH, 0x9903 },
        { 0x4d, 0, 0xff, ISH, 0xfd03 }, { 0xd4, 0, 0xff, ISH, 0xdf03 },
        { 0x66, 0, 0xdd, ISH, 0xcc03 }, /* nothing is left to be transient */
        { 0x44, 0, 0x66, ISH, 0x6603 },
        { 0xff, 0xa, 0xff, ISH, 0xdd03 }, { 0xff, 0x8, 0xff, ISH, 0xcc03 },
        { 0xff, 0xf, 0xff, ISH, 0x7703 }, { 0xcc, 0xe, 0xff, ISH, 0xff03 },
        { 0x44, 0xa, 0xff, ISH, 0xff03 },
        /* reserved codes of MAIR */
        { 0xff, 0, 0x0f, ISH, 0x0c02 }, { 0xff, 0, 0xf0, ISH, 0xf303 },
    };
    struct world w;

    (void)state;
    world_new(&w, true, false, "IDR1.ATTR_TYPES_OVR=1");
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        row("stage 1 row %zu: in %02x mair %02x", i, rows[i].in, rows[i].mair);
        STE_PUT(w.st.ste.w, ALLOCCFG, rows[i].alloc);
        stream_update(&w.st);
        set_s1(&w, rows[i].mair, rows[i].sh);
        ROW_EQ(out_of(&w, NS, rows[i].in, OSH), rows[i].want);
    }
    machine_free(w.m);
    rows_done();
}

/* AttrIndx selects one of the eight bytes of MAIR0 and MAIR1: 5.4. */
static void test_mair_index(void **state)
{
    static const uint8_t bytes[8] = { 0xff, 0xbb, 0x44, 0x04, 0x4f, 0xf4, 0x77, 0xcc };
    struct world w;

    (void)state;
    world_new(&w, true, false, NULL);
    CD_PUT(w.st.cd.w, MAIR0, 0x0444bbff);
    CD_PUT(w.st.cd.w, MAIR1, 0xcc77f44f);
    stream_update(&w.st);
    for (unsigned i = 0; i < 8; i++) {
        uint64_t a = smmu3t_pgt_desc_addr(&w.st.tt0, VA, 3), d = smmu3t_pgt_read(&w.st.tt0, a);

        PTE_PUT(d, AttrIndx, i);
        smmu3t_pgt_write(&w.st.tt0, a, d);
        machine_flush(w.m, NS);
        row("AttrIndx %u", i);
        ROW_EQ(out_of(&w, NS, 0xff, NSH) >> 8, bytes[i]);
    }
    machine_free(w.m);
    rows_done();
}

static unsigned strongest_sh(unsigned a, unsigned b)
{
    return a == OSH || b == OSH ? OSH : a == ISH || b == ISH ? ISH : NSH;
}

/* Stage 2: the stronger of each; every pair of types and shareabilities. */
static void test_combine(void **state)
{
    static const uint8_t shs[] = { NSH, ISH, OSH };

    (void)state;
    for (unsigned nested = 0; nested < 2; nested++) {
        struct world w;

        world_new(&w, nested, true, NULL);
        for (size_t i = 0; i < NTYPES * NTYPES; i++) {
            size_t a = i / NTYPES, b = i % NTYPES, strong = a > b ? a : b;

            for (size_t k = 0; k < 9; k++) {
                unsigned sh1 = shs[k / 3], sh2 = shs[k % 3];
                unsigned sh = strong >= NC ? OSH : strongest_sh(sh1, sh2);

                row("%s, types %zu %zu shareability %u %u", nested ? "nested" : "stage 2 only", a,
                    b, sh1, sh2);
                set_s2(&w, types[b].memattr, sh2);
                if (nested) {
                    set_s1(&w, types[a].mair, sh1);
                }
                ROW_EQ(out_of(&w, NS, nested ? 0xff : types[a].mair, nested ? NSH : sh1),
                       (unsigned)types[strong].mair << 8 | sh);
            }
        }
        machine_free(w.m);
    }
    rows_done();
}

/* Inner and outer separately, hints untouched, reserved codes. */
static void test_combine_more(void **state)
{
    static const struct { uint8_t mair, sh1, memattr, sh2; unsigned want; } rows[] = {
        { 0x4f, ISH, 0xa, OSH, 0x4b02 }, /* the example of 13.2 */
        { 0xf4, ISH, 0x7, NSH, 0x4402 }, /* iNC-oWB with iWB-oNC */
        { 0xbf, NSH, 0xb, NSH, 0xbf00 }, { 0xfb, NSH, 0xb, NSH, 0xbb00 },
        { 0xdd, ISH, 0xf, ISH, 0xdd03 }, { 0x77, ISH, 0xf, NSH, 0x7703 },
        { 0x77, ISH, 0xa, NSH, 0x3303 }, { 0xee, NSH, 0x7, NSH, 0x4e00 },
        { 0xff, ISH, 0x4, ISH, 0x0002 }, { 0xff, ISH, 0x8, ISH, 0x0002 },
        { 0x0c, ISH, 0xc, ISH, 0x0002 }, { 0xff, 1, 0xf, 1, 0xff00 },
        { 0xff, ISH, 0xf, 1, 0xff03 },
    };
    struct world w;

    (void)state;
    world_new(&w, true, true, NULL);
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        row("row %zu: MAIR %02x, MemAttr %x", i, rows[i].mair, rows[i].memattr);
        set_s1(&w, rows[i].mair, rows[i].sh1);
        set_s2(&w, rows[i].memattr, rows[i].sh2);
        ROW_EQ(out_of(&w, NS, 0xff, NSH), rows[i].want);
    }
    machine_free(w.m);
    rows_done();
}

/* FWB: 0xx Device, 101 NC, 110 Write-Back, 111 as stage 1; S2FWB in 5.2. */
static void test_fwb(void **state)
{
    static const uint8_t s1[] = { 0xff, 0xbb, 0x44, 0x0c, 0x08, 0x04, 0x00, 0xdd, 0x77, 0x4d };
    static const struct { uint8_t code, want[ARRAY_SIZE(s1)]; } rows[] = {
        { 0, { 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00 } },
        { 1, { 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x00, 0x04, 0x04, 0x04 } },
        { 2, { 0x08, 0x08, 0x08, 0x08, 0x08, 0x04, 0x00, 0x08, 0x08, 0x08 } },
        { 3, { 0x0c, 0x0c, 0x0c, 0x0c, 0x08, 0x04, 0x00, 0x0c, 0x0c, 0x0c } },
        { 4, { 0x44, 0x44, 0x44, 0x0c, 0x08, 0x04, 0x00, 0x44, 0x44, 0x44 } }, /* CHOICES */
        { 5, { 0x44, 0x44, 0x44, 0x0c, 0x08, 0x04, 0x00, 0x44, 0x44, 0x44 } },
        { 6, { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xdd, 0x77, 0xfd } },
        { 7, { 0xff, 0xbb, 0x44, 0x0c, 0x08, 0x04, 0x00, 0xdd, 0x77, 0x4d } },
    };
    static const uint8_t shs[] = { NSH, ISH, OSH };

    (void)state;
    for (unsigned nested = 0; nested < 2; nested++) {
        struct world w;

        world_new(&w, nested, true, "IDR3.FWB=1");
        STE_PUT(w.st.ste.w, S2FWB, 1);
        stream_update(&w.st);
        /* what leads to CDs and tables is 0xf: as the SMMU's own access says */
        for (size_t c = 0; c < ARRAY_SIZE(rows); c++) {
            for (size_t i = 0; i < ARRAY_SIZE(s1) * 9; i++) {
                unsigned in = s1[i / 9], sh1 = shs[i / 3 % 3], sh2 = shs[i % 3];
                unsigned want = rows[c].want[i / 9], sh;
                bool osh = want < 0x10 || want == 0x44;

                /* Device and NC of stage 1 are Outer Shareable before */
                sh = osh || in < 0x10 || in == 0x44 ? OSH : strongest_sh(sh1, sh2);
                row("%s, FWB code %u, in %02x shareability %u %u",
                    nested ? "nested" : "stage 2 only", rows[c].code, in, sh1, sh2);
                set_s2(&w, rows[c].code, sh2);
                if (nested) {
                    set_s1(&w, in, sh1);
                }
                ROW_EQ(out_of(&w, NS, nested ? 0xff : in, nested ? NSH : sh1), want << 8 | sh);
            }
        }
        machine_free(w.m);
    }
    rows_done();
}

/* Not implemented: S2FWB is RES0 and the codes are the usual ones. 5.2 */
static void test_no_fwb(void **state)
{
    struct world w;

    (void)state;
    world_new(&w, false, true, AS_V31 "IDR3.FWB=0");
    STE_PUT(w.st.ste.w, S2FWB, 1);
    stream_update(&w.st);
    set_s2(&w, 6, NSH);
    row("MemAttr 6 without FWB");
    ROW_EQ(out_of(&w, NS, 0xff, NSH), 0x4b00);
    machine_free(w.m);
    rows_done();
}

/* STE overrides are the input of stage 2 where stage 1 does not translate. */
static void test_stage2_only_overrides(void **state)
{
    static const struct { uint8_t mtcfg, memattr, alloc, shcfg, s2, sh2; unsigned want; } rows[] = {
        { 0, 0, 0, 1, 0xf, NSH, 0xff03 }, { 0, 0, 0, 0, 0xf, NSH, 0xff00 },
        { 0, 0, 0, 0, 0xf, ISH, 0xff03 }, { 1, 0x5, 0, 0, 0xf, NSH, 0x4402 },
        { 1, 0x2, 0, 0, 0xf, NSH, 0x0802 }, { 0, 0, 0xa, 1, 0xf, NSH, 0xdd03 },
        { 1, 0xa, 0x9, 2, 0xf, NSH, 0x8802 }, { 1, 0xf, 0, 1, 0x1, NSH, 0x0402 },
    };
    struct world w;

    (void)state;
    world_new(&w, false, true, "IDR1.ATTR_TYPES_OVR=1");
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        row("row %zu", i);
        STE_PUT(w.st.ste.w, MTCFG, rows[i].mtcfg);
        STE_PUT(w.st.ste.w, MemAttr, rows[i].memattr);
        STE_PUT(w.st.ste.w, ALLOCCFG, rows[i].alloc);
        STE_PUT(w.st.ste.w, SHCFG, rows[i].shcfg);
        stream_update(&w.st);
        set_s2(&w, rows[i].s2, rows[i].sh2);
        ROW_EQ(out_of(&w, NS, 0xff, ISH), rows[i].want);
    }
    machine_free(w.m);
    rows_done();
}

/* With DS the descriptor has no room for shareability: CD.SHx, STE.S2SH0. */
static void test_ds_shareability(void **state)
{
    static const char tweaks[] = "IDR5.DS=1 IDR5.VAX=1 AIDR=3";

    (void)state;
    for (unsigned k = 0; k < 4 * 4 * 4; k++) {
        unsigned sh0 = k & 3, sh1 = k >> 2 & 3, s2 = k >> 4 & 3;
        struct world w = { .m = machine_new("base", tweaks) };
        struct smmu3_request req = { .stream_id = 1, .flags = SMMU3_REQ_ATTR,
                                     .attr = { 0xff, NSH } };
        struct smmu3_result r;

        machine_start(w.m, NS, 4, 0);
        w.st = (struct stream){ .sid = 1, .s1 = true, .s2 = true, .both_halves = true };
        stream_build(w.m, &w.st);
        stream_map1(&w.st, VA, IPA, 0x1000, SMMU3T_S1_RW & ~SMMU3T_S1_ISH);
        stream_map1(&w.st, VA | UINT64_C(0xffffff8000000000), IPA, 0x1000,
                    SMMU3T_S1_RW & ~SMMU3T_S1_ISH);
        stream_map2(&w.st, IPA, PA, 0x1000, SMMU3T_S2_RW);
        CD_PUT(w.st.cd.w, DS, 1);
        CD_PUT(w.st.cd.w, SH0, sh0);
        CD_PUT(w.st.cd.w, SH1, sh1);
        STE_PUT(w.st.ste.w, S2DS, 1);
        STE_PUT(w.st.ste.w, S2SH0, s2);
        stream_update(&w.st);
        row("SH0 %u SH1 %u S2SH0 %u", sh0, sh1, s2);
        req.addr = VA;
        r = machine_txn(w.m, &req);
        ROW_REASON(r, SMMU3_R_NONE);
        ROW_EQ(r.attr.sh, strongest_sh(sh0, s2));
        req.addr |= UINT64_C(0xffffff8000000000);
        r = machine_txn(w.m, &req);
        ROW_REASON(r, SMMU3_R_NONE);
        ROW_EQ(r.attr.sh, strongest_sh(sh1, s2));
        machine_free(w.m);
    }
    rows_done();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_bypass),
        TEST(test_ste_overrides),
        TEST(test_gbpa),
        TEST(test_stage1),
        TEST(test_mair_index),
        TEST(test_combine),
        TEST(test_combine_more),
        TEST(test_fwb),
        TEST(test_no_fwb),
        TEST(test_stage2_only_overrides),
        TEST(test_ds_shareability),
    };

    return machine_main("attr", tests, ARRAY_SIZE(tests), false);
}
