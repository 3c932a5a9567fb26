/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Memory attributes of what the SMMU itself reads and writes: structures,
 * tables, queues, MSIs. IHI0070G.b 5.2 S1CIR to S1CSH and S2IR0 to S2SH0, 5.4
 * IRx to SHx, 6.3.11, 6.3.23, 6.3.24, 6.3.26, 6.3.29, 6.3.32, 4.7.3; with stage
 * 2 in between 13.2, 5.2 S2FWB and S2PTW, 6.3.4 PTWNNC; 13.1.1.
 */
#include "machine.h"

#define VA UINT64_C(0x12345000)
#define UPPER UINT64_C(0xffffff8012345000) /* the same page of the other half */
#define IPA UINT64_C(0x8000000000)
#define PA UINT64_C(0x23456000)
#define MPAM "IDR3.MPAM=1 MPAMIDR=0x0003003f S_MPAMIDR=0x0001001f "
enum { NSH = 0, OSH = 2, ISH = 3 };
enum { SID = 1, BAD_SID = 3 };

/* A nibble of a MAIR byte: 0x4 NC; 11RW Write-Back, 10RW Write-Through. */
static const uint8_t sh_code[4] = { NSH, NSH, OSH, ISH };

/* mair << 8 | sh; iNC-oNC is Outer Shareable whatever it says: 13.1.1. */
static unsigned normal(unsigned inner, unsigned outer, unsigned sh)
{
    return outer << 12 | inner << 8 | (inner == 4 && outer == 4 ? OSH : sh);
}

/* Codes of two bits each, as all of them are written: SH, outer, inner. */
#define INNER(c) ((c) & 3)
#define OUTER(c) ((c) >> 2 & 3)
#define SH(c) ((c) >> 4 & 3)

static unsigned coded(const uint8_t nibble[4], unsigned code)
{
    return normal(nibble[INNER(code)], nibble[OUTER(code)], sh_code[SH(code)]);
}

/* NC, WB, WT, and the reserved code, which is NC; by the allocation hint. */
static const uint8_t cr1_read[2][4] = { { 0x4, 0xc, 0x8, 0x4 }, { 0x4, 0xe, 0xa, 0x4 } };
static const uint8_t cr1_write[2][4] = { { 0x4, 0xc, 0x8, 0x4 }, { 0x4, 0xd, 0x9, 0x4 } };
/* NC; WB RA; WT RA; WB without RA */
static const uint8_t s1c[4] = { 0x4, 0xe, 0xa, 0xc };
/* NC; WB RA WA; WT RA; WB RA without WA */
static const uint8_t irgn[4] = { 0x4, 0xf, 0xa, 0xe };

/* ---- what was seen ---- */

enum what { L1STD, STE, VMS, L1CD, CD, TT0, TT1, TT2, CMDQ, EVENTQ, MSI, NWHAT };
static const char *const names[] = { "L1STD", "STE", "VMS", "L1CD", "CD", "TTB0", "TTB1",
                                     "stage 2", "CMDQ", "EVENTQ", "MSI" };
#define NONE 0xffffffffu /* must not be there */
#define ANY 0xfffffffeu

struct world {
    struct machine *m;
    struct stream st;
    uint64_t vms;
    unsigned want[NWHAT];
};

static uint32_t reg(enum smmu3_sec_sid sec, uint32_t offset)
{
    return sec == S ? offset + 0x8000 : offset;
}

static bool in_table(const struct world *w, const struct smmu3t_pgt *t, uint64_t va, uint64_t addr)
{
    for (int level = 1; level <= 3; level++) {
        uint64_t a = smmu3t_pgt_desc_addr(t, va, level);

        if (a && (w->st.s2 ? STREAM_PA(a) : a) >> 12 == addr >> 12) {
            return true;
        }
    }
    return false;
}

static enum what what(const struct world *w, const struct machine_access *a)
{
    switch (a->acc.kind) {
    case SMMU3_ACC_STE:
        return a->size == 8 ? L1STD : STE;
    case SMMU3_ACC_CD:
        return a->size == 8 ? L1CD : CD;
    case SMMU3_ACC_VMS:
        return VMS;
    case SMMU3_ACC_CMDQ:
        return CMDQ;
    case SMMU3_ACC_EVENTQ:
        return EVENTQ;
    case SMMU3_ACC_MSI:
        return MSI;
    case SMMU3_ACC_TT:
        break;
    }
    if (w->st.s1 && in_table(w, &w->st.tt0, VA, a->acc.addr)) {
        return TT0;
    }
    return w->st.both_halves && in_table(w, &w->st.tt1, UPPER, a->acc.addr) ? TT1 : TT2;
}

/* All that is in the log, and that everything wanted is there. */
static void check(struct world *w)
{
    unsigned seen[NWHAT] = { 0 };

    assert_true(w->m->nlog <= MACHINE_LOG);
    for (unsigned i = 0; i < w->m->nlog; i++) {
        const struct machine_access *a = &w->m->log[i];
        unsigned k = what(w, a), got = (unsigned)a->acc.attr.mair << 8 | a->acc.attr.sh;

        seen[k]++;
        if (w->want[k] != ANY && got != w->want[k]) {
            row_fail("%s at %#llx has %04x, expected %04x", names[k],
                     (unsigned long long)a->acc.addr, got, w->want[k]);
        }
    }
    for (unsigned k = 0; k < NWHAT; k++) {
        if (w->want[k] != ANY && !seen[k] != (w->want[k] == NONE)) {
            row_fail("%s: %u accesses", names[k], seen[k]);
        }
    }
    machine_clear_log(w->m);
}

static void want_nothing(struct world *w)
{
    for (unsigned k = 0; k < NWHAT; k++) {
        w->want[k] = NONE;
    }
    machine_clear_log(w->m);
}

/* A stream with two levels of STEs and of CDs; in both halves, if stage 1. */
static void world_new(struct world *w, const char *tweaks, enum smmu3_sec_sid sec, bool s1, bool s2)
{
    *w = (struct world){ .m = machine_new("base", tweaks) };
    w->st = (struct stream){ .sec = sec, .sid = SID, .s1 = s1, .s2 = s2, .both_halves = s1,
                             .ssid_bits = s1 ? 2 : 0, .cd_fmt = SMMU3T_CD_4K };
    machine_start(w->m, sec, 6, 6);
    stream_build(w->m, &w->st);
    if (s1) {
        stream_map1(&w->st, VA, s2 ? IPA : PA, 0x1000, SMMU3T_S1_RW);
        stream_map1(&w->st, UPPER, s2 ? IPA : PA, 0x1000, SMMU3T_S1_RW);
    }
    if (s2) {
        stream_map2(&w->st, s1 ? IPA : VA, PA, 0x1000, SMMU3T_S2_RW);
    }
}

static void dma(struct world *w, uint64_t va)
{
    ROW_REASON(machine_dma(w->m, w->st.sec, SID, va, 0), SMMU3_R_NONE);
}

/* ---- CR1 ---- */

static void set_base(struct machine *m, uint32_t offset, bool hint)
{
    const uint64_t bit = UINT64_C(1) << 62;
    uint64_t v = r64(m, offset);

    w64(m, offset, hint ? v | bit : v & ~bit);
}

/* CR1.TABLE_* for Stream tables and VMSs, QUEUE_* for queues, the hints of the
 * three base registers: 6.3.11, 6.3.24, 6.3.26, 6.3.29. */
static void test_cr1(void **state)
{
    (void)state;
    for (unsigned b = 0; b < 2; b++) {
        enum smmu3_sec_sid sec = b ? S : NS;
        struct world w;

        world_new(&w, MPAM, sec, true, true);
        w.vms = machine_alloc(w.m, sec, 0x1000, 0x1000);
        STE_PUT(w.st.ste.w, S1MPAM, 1);
        STE_PUT(w.st.ste.w, VMSPtr, w.vms >> 12);
        stream_update(&w.st);
        for (unsigned i = 0; i < 8 * 64; i++) {
            unsigned table = i % 64, queue = 63 - table, hints = i / 64;
            uint64_t rec[4];

            row("bank %u CR1 %#x hints %u", b, table << 6 | queue, hints);
            assert_int_equal(smmu3t_bank_cr0(&w.m->bank[sec], 0), 0);
            w32(w.m, reg(sec, 0x28), table << 6 | queue);
            set_base(w.m, reg(sec, 0x80), hints & 1);
            set_base(w.m, reg(sec, 0x90), hints >> 1 & 1);
            set_base(w.m, reg(sec, 0xa0), hints >> 2 & 1);
            assert_int_equal(smmu3t_bank_cr0(&w.m->bank[sec], 0xd), 0);
            want_nothing(&w);
            w.want[L1CD] = w.want[CD] = w.want[TT0] = w.want[TT2] = ANY;
            w.want[L1STD] = w.want[STE] = w.want[VMS] = coded(cr1_read[hints & 1], table);
            w.want[CMDQ] = coded(cr1_read[hints >> 1 & 1], queue);
            w.want[EVENTQ] = coded(cr1_write[hints >> 2 & 1], queue);
            machine_flush(w.m, sec);
            dma(&w, VA);
            ROW_EQ(machine_dma(w.m, sec, BAD_SID, VA, 0).recorded, true);
            check(&w);
            ROW_EQ(machine_event(w.m, sec, rec), true);
        }
        machine_free(w.m);
    }
    rows_done();
}

/* ---- STE and CD ---- */

static void put_s1c(struct world *w, unsigned code)
{
    STE_PUT(w->st.ste.w, S1CIR, INNER(code));
    STE_PUT(w->st.ste.w, S1COR, OUTER(code));
    STE_PUT(w->st.ste.w, S1CSH, SH(code));
}

static void put_ttb(struct world *w, unsigned code0, unsigned code1)
{
    CD_PUT(w->st.cd.w, IR0, INNER(code0));
    CD_PUT(w->st.cd.w, OR0, OUTER(code0));
    CD_PUT(w->st.cd.w, SH0, SH(code0));
    CD_PUT(w->st.cd.w, IR1, INNER(code1));
    CD_PUT(w->st.cd.w, OR1, OUTER(code1));
    CD_PUT(w->st.cd.w, SH1, SH(code1));
}

static void put_s2(struct world *w, unsigned code)
{
    STE_PUT(w->st.ste.w, S2IR0, INNER(code));
    STE_PUT(w->st.ste.w, S2OR0, OUTER(code));
    STE_PUT(w->st.ste.w, S2SH0, SH(code));
}

/* Stage 1 alone: three triples of codes at once, each another. */
static void test_stage1(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2 * 64; i++) {
        unsigned code = i % 64, cds = code ^ 0x15;
        struct world w;

        row("bank %u TTB0 %#x TTB1 %#x CD %#x", i / 64, code, 63 - code, cds);
        world_new(&w, NULL, i / 64 ? S : NS, true, false);
        put_s1c(&w, cds);
        put_ttb(&w, code, 63 - code);
        stream_update(&w.st);
        machine_flush(w.m, w.st.sec);
        want_nothing(&w);
        w.want[L1STD] = w.want[STE] = ANY;
        w.want[L1CD] = w.want[CD] = coded(s1c, cds);
        w.want[TT0] = coded(irgn, code);
        dma(&w, VA);
        check(&w);
        machine_flush(w.m, w.st.sec);
        want_nothing(&w);
        w.want[L1STD] = w.want[STE] = ANY;
        w.want[L1CD] = w.want[CD] = coded(s1c, cds);
        w.want[TT1] = coded(irgn, 63 - code);
        dma(&w, UPPER);
        check(&w);
        machine_free(w.m);
    }
    rows_done();
}

/* S2IR0 and the others, for both tables of Secure streams. */
static void test_stage2(void **state)
{
    (void)state;
    for (unsigned k = 0; k < 4; k++) {
        struct world w;

        world_new(&w, NULL, k & 1 ? S : NS, k & 2, true);
        if (k == 1) {
            /* a Secure stream whose input is in the Non-secure IPA space */
            assert_int_equal(smmu3t_pgt_map(&w.st.ns_st2, VA, PA, 0x1000, SMMU3T_S2_RW), 0);
        }
        for (unsigned code = 0; code < 64; code++) {
            row("bank %u nested %u S2 %#x", k & 1, k >> 1, code);
            put_s2(&w, code);
            stream_update(&w.st);
            machine_flush(w.m, w.st.sec);
            want_nothing(&w);
            w.want[L1STD] = w.want[STE] = ANY;
            if (w.st.s1) {
                w.want[L1CD] = w.want[CD] = w.want[TT0] = ANY;
            }
            w.want[TT2] = coded(irgn, code);
            dma(&w, VA);
            check(&w);
            if (k == 1) {
                ROW_REASON(machine_dma(w.m, S, SID, VA, SMMU3_REQ_NS), SMMU3_R_NONE);
                w.want[L1STD] = w.want[STE] = ANY;
                check(&w);
            }
        }
        machine_free(w.m);
    }
    rows_done();
}

/* ---- behind stage 2 ---- */

/* Each page that stage 1's CDs and tables are in: what stage 2 says of it. */
static void set_pages(struct world *w, unsigned memattr, unsigned sh)
{
    uint64_t ipa[8];

    ipa[0] = smmu3t_cdtab_l1_addr(&w->st.cds, 0);
    ipa[1] = smmu3t_cdtab_addr(&w->st.cds, 0);
    for (int level = 1; level <= 3; level++) {
        ipa[2 * level] = smmu3t_pgt_desc_addr(&w->st.tt0, VA, level);
        ipa[2 * level + 1] = smmu3t_pgt_desc_addr(&w->st.tt1, UPPER, level);
    }
    for (size_t i = 0; i < ARRAY_SIZE(ipa); i++) {
        uint64_t a = smmu3t_pgt_desc_addr(&w->st.st2, ipa[i], 3), d;

        assert_int_not_equal(a, 0);
        d = smmu3t_pgt_read(&w->st.st2, a);
        PTE_PUT(d, MemAttr, memattr);
        PTE_PUT(d, SH, sh);
        smmu3t_pgt_write(&w->st.st2, a, d);
    }
}

/* What becomes of a code if stage 2 says WB, WT, NC; or FWB's forced WB: the
 * stronger type, with the hints that were there, else both allocate. */
enum { WB, WT, NC, FORCED };
static const uint8_t s1c_s2[4][4] = {
    { 0x4, 0x4, 0x4, 0xf }, { 0xe, 0xa, 0x4, 0xe }, { 0xa, 0xa, 0x4, 0xe }, { 0xc, 0x8, 0x4, 0xc },
};
static const uint8_t irgn_s2[4][4] = {
    { 0x4, 0x4, 0x4, 0xf }, { 0xf, 0xb, 0x4, 0xf }, { 0xa, 0xa, 0x4, 0xe }, { 0xe, 0xa, 0x4, 0xe },
};
/* MemAttr and its FWB form: Device (as MAIR), or inner and outer type. */
static const struct s2_type { bool device; uint8_t mair, inner, outer; } usual[16] = {
    { true, 0x00, 0, 0 }, { true, 0x04, 0, 0 }, { true, 0x08, 0, 0 }, { true, 0x0c, 0, 0 },
    { true, 0x00, 0, 0 }, { false, 0, NC, NC }, { false, 0, WT, NC }, { false, 0, WB, NC },
    { true, 0x00, 0, 0 }, { false, 0, NC, WT }, { false, 0, WT, WT }, { false, 0, WB, WT },
    { true, 0x00, 0, 0 }, { false, 0, NC, WB }, { false, 0, WT, WB }, { false, 0, WB, WB },
}, fwb[8] = {
    { true, 0x00, 0, 0 }, { true, 0x04, 0, 0 }, { true, 0x08, 0, 0 }, { true, 0x0c, 0, 0 },
    { false, 0, NC, NC }, /* reserved: docs/CHOICES.md */
    { false, 0, NC, NC }, { false, 0, FORCED, FORCED }, { false, 0, WB, WB },
};

static unsigned strongest_sh(unsigned a, unsigned b)
{
    return a == OSH || b == OSH ? OSH : a == ISH || b == ISH ? ISH : NSH;
}

static unsigned behind(const uint8_t table[4][4], unsigned code, const struct s2_type *s2,
                       unsigned sh2, bool ptwnnc)
{
    /* both codes 0: NC, which is Outer Shareable before it gets there */
    unsigned sh1 = code & 0xf ? sh_code[SH(code)] : OSH;

    if (s2->device) {
        return ptwnnc ? 0x4400 | OSH : (unsigned)s2->mair << 8 | OSH;
    }
    return normal(table[INNER(code)][s2->inner], table[OUTER(code)][s2->outer],
                  strongest_sh(sh1, sh_code[sh2]));
}

static void check_behind(struct world *w, unsigned cds, unsigned code0, unsigned code1,
                         const struct s2_type *s2, unsigned sh2, bool ptwnnc)
{
    machine_flush(w->m, w->st.sec);
    want_nothing(w);
    w->want[L1STD] = w->want[STE] = ANY;
    w->want[L1CD] = w->want[CD] = behind(s1c_s2, cds, s2, sh2, ptwnnc);
    w->want[TT0] = behind(irgn_s2, code0, s2, sh2, ptwnnc);
    w->want[TT1] = behind(irgn_s2, code1, s2, sh2, ptwnnc);
    w->want[TT2] = 0xee02; /* S2IR0 */
    dma(w, VA);
    dma(w, UPPER);
    check(w);
}

/* CDs and stage 1 tables of nested streams: every pair of types, shareability
 * in turns, all of it for plain Write-Back; S2PTW is 0. */
static void test_nested(void **state)
{
    static const char *const tweaks[] = { "IDR3.PTWNNC=1", AS_V32 "IDR3.PTWNNC=0" };

    (void)state;
    for (unsigned k = 0; k < 6; k++) {
        enum smmu3_sec_sid sec = k >= 4 ? S : NS;
        bool ptwnnc = !(k & 1), force = k == 2 || k == 3;
        struct world w;

        world_new(&w, tweaks[k & 1], sec, true, true);
        put_s2(&w, 0x2f);
        STE_PUT(w.st.ste.w, S2FWB, force);
        for (unsigned i = 0; i < 16u * (force ? 8 : 16) * 16; i++) {
            unsigned types = i % 16, memattr = i / 256, sh = i / 16 % 16;
            unsigned code0 = (sh & 3) << 4 | types, code1 = (3 - (sh & 3)) << 4 | (15 - types);

            if ((sec == S || types != 5) && sh != (7 * types + memattr) % 16) {
                continue;
            }
            row("bank %u FWB %u PTWNNC %u: codes %#x %#x, stage 2 %#x sh %u", sec, force, ptwnnc,
                code0, code1, memattr, sh >> 2);
            put_s1c(&w, code0);
            put_ttb(&w, code0, code1);
            set_pages(&w, memattr, sh >> 2);
            stream_update(&w.st);
            check_behind(&w, code0, code0, code1, force ? &fwb[memattr] : &usual[memattr], sh >> 2,
                         ptwnnc);
        }
        machine_free(w.m);
    }
    rows_done();
}

/* S2FWB is RES0 without IDR3.FWB: 5.2. */
static void test_no_fwb(void **state)
{
    struct world w;

    (void)state;
    world_new(&w, AS_V31 "IDR3.FWB=0", NS, true, true);
    STE_PUT(w.st.ste.w, S2FWB, 1);
    put_s2(&w, 0x2f);
    put_s1c(&w, 0x35);
    put_ttb(&w, 0x35, 0x3f);
    for (unsigned memattr = 0; memattr < 16; memattr++) {
        row("MemAttr %#x", memattr);
        set_pages(&w, memattr, NSH);
        stream_update(&w.st);
        check_behind(&w, 0x35, 0x35, 0x3f, &usual[memattr], NSH, false);
    }
    machine_free(w.m);
    rows_done();
}

/* With S2DS a leaf has no shareability of its own, S2SH0 is it: 5.2 S2DS. */
static void test_s2ds(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 16; i++) {
        unsigned sh1 = i & 3, sh2 = i >> 2, sh;
        struct world w;

        row("stage 1 %u S2SH0 %u", sh1, sh2);
        world_new(&w, "IDR5.DS=1 IDR5.VAX=1 AIDR=3", NS, true, true);
        set_pages(&w, 0xf, 0);
        STE_PUT(w.st.ste.w, S2DS, 1);
        put_s2(&w, sh2 << 4 | 5);
        put_s1c(&w, sh1 << 4 | 5);
        put_ttb(&w, sh1 << 4 | 5, 5);
        stream_update(&w.st);
        machine_flush(w.m, NS);
        sh = strongest_sh(sh_code[sh1], sh_code[sh2]);
        want_nothing(&w);
        w.want[L1STD] = w.want[STE] = ANY;
        w.want[L1CD] = w.want[CD] = 0xee00 | sh;
        w.want[TT0] = 0xff00 | sh;
        w.want[TT2] = 0xff00 | sh_code[sh2];
        dma(&w, VA);
        check(&w);
        machine_free(w.m);
    }
    rows_done();
}

/* ---- updates of descriptors ---- */

static void clear_af(const struct smmu3t_pgt *t, uint64_t ia)
{
    uint64_t a = smmu3t_pgt_desc_addr(t, ia, 3);

    smmu3t_pgt_write(t, a, smmu3t_pgt_read(t, a) & ~SMMU3T_S1_AF);
}

/* The atomic update has the attributes of the walk: 3.13. Only Write-Back, as
 * the rest is IMPLEMENTATION DEFINED (5.2 S2IR0, 5.4 IR0). */
static void test_update(void **state)
{
    static const uint8_t wb[4] = { 0x5, 0x7, 0xd, 0xf };

    (void)state;
    for (unsigned config = 1; config < 4; config++) {
        struct world w;

        world_new(&w, "IDR0.HTTU=2", NS, config & 1, config & 2);
        CD_PUT(w.st.cd.w, HA, 1);
        STE_PUT(w.st.ste.w, S2HA, 1);
        for (unsigned i = 0; i < 4 * 4 * 4; i++) {
            unsigned sh1 = i >> 2 & 3, sh2 = i >> 4, n = 0;
            unsigned c1 = sh1 << 4 | wb[i & 3], c2 = (3 - sh1) << 4 | wb[3 - (i & 3)];

            row("config %u codes %#x %#x sh %u", config, c1, c2, sh2);
            put_s2(&w, c2);
            if (config & 1) {
                put_ttb(&w, c1, 5);
                clear_af(&w.st.tt0, VA);
            }
            if (config & 2) {
                clear_af(&w.st.st2, config & 1 ? IPA : VA);
            }
            if (config == 3) {
                set_pages(&w, 0xf, sh2);
            }
            stream_update(&w.st);
            machine_flush(w.m, NS);
            want_nothing(&w);
            w.want[L1STD] = w.want[STE] = ANY;
            if (config & 1) {
                w.want[L1CD] = w.want[CD] = ANY;
                w.want[TT0] = config == 3 ? behind(irgn_s2, c1, &usual[0xf], sh2, true)
                                          : coded(irgn, c1);
            }
            if (config & 2) {
                w.want[TT2] = coded(irgn, c2);
            }
            w.m->ncas = 0;
            dma(&w, VA);
            for (unsigned k = 0; k < w.m->nlog; k++) {
                n += w.m->log[k].write; /* the log has updates as well */
            }
            ROW_EQ(n, config == 3 ? 2 : 1);
            ROW_EQ(w.m->ncas, n);
            check(&w);
        }
        machine_free(w.m);
    }
    rows_done();
}

/* ---- MSIs ---- */

enum source { FROM_EVENTQ, FROM_GERROR, FROM_SYNC };

static void set_irq(struct machine *m, enum smmu3_sec_sid sec, uint32_t cfg0, bool on,
                    uint32_t cfg2)
{
    w64(m, reg(sec, cfg0), on ? 0x8000010 : 0);
    w32(m, reg(sec, cfg0) + 8, 1);
    w32(m, reg(sec, cfg0) + 12, cfg2);
}

static void send(struct world *w, enum source src, uint32_t cfg2)
{
    struct machine *m = w->m;
    enum smmu3_sec_sid sec = w->st.sec;
    struct smmu3t_cmd c = smmu3t_cmd_sync(SMMU3T_SYNC_IRQ);
    struct smmu3t_bank *b = &m->bank[sec];
    uint64_t rec[4];

    assert_int_equal(smmu3t_bank_irq_ctrl(b, 0), 0);
    set_irq(m, sec, 0xb0, src == FROM_EVENTQ, src == FROM_EVENTQ ? cfg2 : cfg2 ^ 0x3f);
    set_irq(m, sec, 0x68, src == FROM_GERROR, src == FROM_GERROR ? cfg2 : cfg2 ^ 0x3f);
    assert_int_equal(smmu3t_bank_irq_ctrl(b, 5), 0);
    want_nothing(w);
    switch (src) {
    case FROM_EVENTQ:
        ROW_EQ(machine_dma(m, sec, BAD_SID, 0, 0).recorded, true);
        ROW_EQ(machine_event(m, sec, rec), true);
        break;
    case FROM_GERROR:
        ROW_EQ(machine_run(m, sec, (struct smmu3t_cmd){ { 0xff, 0 } }), 1);
        machine_write64(m, sec, b->cmdq + 16 * (smmu3t_bank_read(b, SMMU3T_CMDQ_CONS) & 15), 0x46);
        smmu3t_bank_ack(b);
        break;
    case FROM_SYNC:
        c.w[0] |= (uint64_t)(cfg2 & 15) << 24 | (uint64_t)(cfg2 >> 4 & 3) << 22; /* MSIAttr, MSH */
        c.w[1] = 0x8000010;
        machine_ok(m, sec, c);
        break;
    }
}

/* IRQ_CFG2 and CMD_SYNC: MemAttr as in an STE, hints allocate (IMPLEMENTATION
 * DEFINED), SH of no meaning for Device and iNC-oNC: 6.3.23, 6.3.32, 4.7.3. */
static void test_msi(void **state)
{
    static const uint8_t mair[16] = { 0x00, 0x04, 0x08, 0x0c, 0x00, 0x44, 0x4b, 0x4f,
                                      0x00, 0xb4, 0xbb, 0xbf, 0x00, 0xf4, 0xfb, 0xff };

    (void)state;
    for (unsigned k = 0; k < 6; k++) {
        struct world w;

        world_new(&w, "IDR0.MSI=1 S_IDR0.MSI=1", k & 1 ? S : NS, false, false);
        for (uint32_t cfg2 = 0; cfg2 < 64; cfg2++) {
            unsigned byte = mair[cfg2 & 15];

            row("bank %u source %u CFG2 %#x", k & 1, k / 2, cfg2);
            send(&w, (enum source)(k / 2), cfg2);
            for (unsigned i = 0; i < NWHAT; i++) {
                w.want[i] = ANY;
            }
            w.want[MSI] = byte << 8 | (byte < 0x10 || byte == 0x44 ? OSH : sh_code[cfg2 >> 4]);
            ROW_EQ(machine_accesses(w.m, SMMU3_ACC_MSI, k & 1 ? SMMU3_PAS_S : SMMU3_PAS_NS), 1);
            check(&w);
        }
        machine_free(w.m);
    }
    rows_done();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_cr1),
        TEST(test_stage1),
        TEST(test_stage2),
        TEST(test_nested),
        TEST(test_no_fwb),
        TEST(test_s2ds),
        TEST(test_update),
        TEST(test_msi),
    };

    return machine_main("access_attr", tests, ARRAY_SIZE(tests), false);
}
