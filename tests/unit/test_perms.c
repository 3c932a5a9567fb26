/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Permissions: every combination of descriptor bits and controls against the
 * rules written a second time. DDI0487 D8.4, IHI0070G.b 13, 5.4 (WXN, PAN).
 */
#include "machine.h"

#define VA UINT64_C(0x12345000)
#define PA UINT64_C(0x23456000)

/* Each kind of access: flags, and its bit in a set of permissions. */
enum { UR = 1, UW = 2, UX = 4, PR = 8, PW = 16, PX = 32 };
static const struct { uint32_t flags; unsigned bit; } accesses[] = {
    { 0, UR },
    { SMMU3_REQ_WRITE, UW },
    { SMMU3_REQ_INSTR, UX },
    { SMMU3_REQ_PRIV, PR },
    { SMMU3_REQ_PRIV | SMMU3_REQ_WRITE, PW },
    { SMMU3_REQ_PRIV | SMMU3_REQ_INSTR, PX },
    { SMMU3_REQ_WRITE | SMMU3_REQ_INSTR, UW }, /* writes are data */
};

static void check_all(struct machine *m, enum smmu3_sec_sid sec, unsigned want,
                      enum smmu3_reason why)
{
    for (size_t i = 0; i < ARRAY_SIZE(accesses); i++) {
        struct smmu3_result r = machine_dma(m, sec, 1, VA + 8, accesses[i].flags);
        bool ok = want & accesses[i].bit;

        ROW_REASON(r, ok ? SMMU3_R_NONE : why);
        if (ok) {
            unsigned p = accesses[i].flags & SMMU3_REQ_PRIV ? want >> 3 : want & 7;

            ROW_EQ(r.perms, p);
        }
    }
    machine_drain(m, sec);
}

/* Changes one descriptor; forget() drops what was cached. */
static void set_desc(const struct smmu3t_pgt *t, unsigned level, uint64_t d)
{
    uint64_t a = smmu3t_pgt_desc_addr(t, t->stage == 1 ? VA : PA, level);

    assert_int_equal(smmu3t_pgt_write(t, a, d), 0);
}

static void forget(const struct stream *st)
{
    static const struct smmu3t_tlbi all;
    unsigned strw = (unsigned)STE_GET(st->ste.w, STRW);

    machine_ok(st->m, st->sec,
               smmu3t_cmd_tlbi(strw == 1 ? CMD_TLBI_EL3_ALL : strw == 2 ? CMD_TLBI_EL2_ALL :
                               st->sec == S ? CMD_TLBI_SNH_ALL : CMD_TLBI_NSNH_ALL, &all));
}

/* Bits of a combination of stage 1. */
enum {
    AP1 = 1, AP2 = 2, XPXN = 4, XUXN = 8,              /* leaf: 6, 7, 53, 54 */
    T_PXN = 16, T_UXN = 32, T_PRIV = 64, T_RO = 128    /* table: 59, 60, 61, 62 */
};

/* The rules of two privilege levels. */
static unsigned rule_el1(unsigned c, bool wxn, bool pan, bool epan)
{
    bool write = !(c & AP2) && !(c & T_RO), user = (c & AP1) && !(c & T_PRIV);
    bool uxn = c & (XUXN | T_UXN), pxn = c & (XPXN | T_PXN);
    bool user_write = user && write;
    unsigned p = 0;

    p |= user ? UR : 0;
    p |= user_write ? UW : 0;
    p |= uxn || (wxn && user_write) ? 0 : UX;
    p |= PR | (write ? PW : 0);
    p |= pxn || user_write || (wxn && write) ? 0 : PX;
    if (pan && (user || (epan && p & UX))) {
        p &= ~(unsigned)(PR | PW);
    }
    return p;
}

/* One privilege level: AP[1] counts as 1, bit 54 is XN, nobody is unprivileged. */
static unsigned rule_el2(unsigned c, bool wxn)
{
    bool write = !(c & AP2) && !(c & T_RO);
    bool x = !(c & (XUXN | T_UXN)) && !(wxn && write);

    return UR | PR | (write ? UW | PW : 0) | (x ? UX | PX : 0);
}

static uint64_t leaf_bits(unsigned c)
{
    return (c & AP1 ? 1ull << 6 : 0) | (c & AP2 ? 1ull << 7 : 0) | (c & XPXN ? 1ull << 53 : 0) |
           (c & XUXN ? 1ull << 54 : 0);
}

static uint64_t table_bits(unsigned c)
{
    return (c & T_PXN ? 1ull << 59 : 0) | (c & T_UXN ? 1ull << 60 : 0) |
           (c & T_PRIV ? 1ull << 61 : 0) | (c & T_RO ? 1ull << 62 : 0);
}

static void stage1(enum smmu3_sec_sid sec, unsigned strw)
{
    struct machine *m = machine_new("base", NULL);
    struct stream st = { .sec = sec, .sid = 1, .s1 = true };
    uint64_t page, table[3];

    machine_start(m, sec, 4, 0);
    stream_build(m, &st);
    stream_map1(&st, VA, PA, 0x1000, SMMU3T_S1_AF);
    STE_PUT(st.ste.w, STRW, strw);
    page = smmu3t_pgt_read(&st.tt0, smmu3t_pgt_desc_addr(&st.tt0, VA, 3));
    for (unsigned l = 1; l <= 2; l++) {
        table[l] = smmu3t_pgt_read(&st.tt0, smmu3t_pgt_desc_addr(&st.tt0, VA, l));
    }
    for (unsigned ctl = 0; ctl < 16; ctl++) {
        bool wxn = ctl & 1, pan = ctl & 2, epan = ctl & 4, had = ctl & 8;

        CD_PUT(st.cd.w, WXN, wxn);
        CD_PUT(st.cd.w, PAN, pan);
        CD_PUT(st.cd.w, EPAN, epan);
        CD_PUT(st.cd.w, HAD0, had);
        stream_update(&st);
        for (unsigned c = 0; c < 256; c++) {
            /* half of the table's bits at each of two levels */
            unsigned eff = had ? c & 15 : c;

            row("bank %u STRW %u leaf %#x table %#x WXN %u PAN %u EPAN %u HAD %u", sec, strw,
                c & 15, c >> 4, wxn, pan, epan, had);
            set_desc(&st.tt0, 3, page | leaf_bits(c));
            set_desc(&st.tt0, 2, table[2] | table_bits(c & 0x50));
            set_desc(&st.tt0, 1, table[1] | table_bits(c & 0xa0));
            forget(&st);
            check_all(m, sec, strw ? rule_el2(eff, wxn) : rule_el1(eff, wxn, pan, epan),
                      SMMU3_R_S1_PERM);
        }
    }
    machine_free(m);
}

static void test_stage1_el1(void **state)
{
    (void)state;
    stage1(NS, 0);
    rows_done();
}

static void test_stage1_el2_el3(void **state)
{
    (void)state;
    stage1(NS, 2);
    stage1(S, 1);
    rows_done();
}

/* IDR3.HAD=0: HADx does nothing. IDR3.EPAN=0: EPAN does nothing. */
static void test_absent_controls(void **state)
{
    struct machine *m = machine_new("base", AS_V30 "IDR3.HAD=0");
    struct stream st = { .sid = 1, .s1 = true };
    uint64_t table;

    (void)state;
    machine_start(m, NS, 4, 0);
    stream_build(m, &st);
    stream_map1(&st, VA, PA, 0x1000, SMMU3T_S1_AF);
    CD_PUT(st.cd.w, HAD0, 1);
    stream_update(&st);
    table = smmu3t_pgt_read(&st.tt0, smmu3t_pgt_desc_addr(&st.tt0, VA, 2));
    set_desc(&st.tt0, 2, table | table_bits(T_RO | T_PXN));
    forget(&st);
    row("HAD0=1 without HAD");
    check_all(m, NS, PR | UX, SMMU3_R_S1_PERM);
    set_desc(&st.tt0, 2, table);
    CD_PUT(st.cd.w, PAN, 1);
    CD_PUT(st.cd.w, EPAN, 1);
    stream_update(&st);
    forget(&st);
    row("EPAN=1 without EPAN");
    check_all(m, NS, PR | PW | PX | UX, SMMU3_R_S1_PERM);
    machine_free(m);
    rows_done();
}

/* Stage 2: S2AP and XN, with and without XNX (13.4). */
static void test_stage2(void **state)
{
    (void)state;
    /* SMMUv3.0, which XNX=0 means, has no Secure stage 2 */
    for (unsigned k = 0; k < 3; k++) {
        enum smmu3_sec_sid sec = k & 1 ? S : NS;
        bool xnx = !(k & 2);
        struct machine *m = machine_new("base", xnx ? NULL : AS_V30 "IDR3.XNX=0");
        struct stream st = { .sec = sec, .sid = 1, .s1 = true, .s2 = true };
        uint64_t page;

        machine_start(m, sec, 4, 0);
        stream_build(m, &st);
        /* RW to all and executable to all need two mappings at stage 1 */
        stream_map2(&st, PA, PA, 0x1000, SMMU3T_S2_AF | SMMU3T_S2_WB);
        stream_map1(&st, VA, PA, 0x1000, SMMU3T_S1_AF | SMMU3T_S1_USER);
        page = smmu3t_pgt_read(&st.st2, smmu3t_pgt_desc_addr(&st.st2, PA, 3));
        for (unsigned c = 0; c < 32; c++) {
            unsigned ap = c & 3, xn = c >> 2 & 3, s1, want = 0;
            bool ro = c & 16;

            want |= ap & 1 ? UR | PR : 0;
            want |= ap & 2 ? UW | PW : 0;
            if (xnx) {
                want |= xn == 0 || xn == 1 ? UX : 0;
                want |= xn == 0 || xn == 3 ? PX : 0;
            } else {
                want |= xn & 2 ? 0 : UX | PX;
            }
            /* stage 1 makes it writable (no PX), or read-only and executable */
            s1 = ro ? UR | UX | PR | PX : UR | UW | UX | PR | PW;
            set_desc(&st.tt0, 3, PA | 3 | 1 << 10 | 1 << 6 | (ro ? 1 << 7 : 0));
            set_desc(&st.st2, 3, page | (uint64_t)ap << 6 | (uint64_t)xn << 53);
            forget(&st);
            row("bank %u XNX %u S2AP %u XN %u stage 1 %s", sec, xnx, ap, xn, ro ? "RO" : "RW");
            for (size_t i = 0; i < ARRAY_SIZE(accesses); i++) {
                unsigned bit = accesses[i].bit;
                struct smmu3_result r = machine_dma(m, sec, 1, VA, accesses[i].flags);

                /* stage 1 says no first */
                ROW_REASON(r, !(s1 & bit) ? SMMU3_R_S1_PERM
                           : want & bit ? SMMU3_R_NONE : SMMU3_R_S2_PERM);
                if (r.status == SMMU3_ST_OK) {
                    ROW_EQ(r.perms, (accesses[i].flags & SMMU3_REQ_PRIV ? (s1 & want) >> 3
                                                                        : s1 & want & 7));
                }
            }
            machine_drain(m, sec);
        }
        machine_free(m);
    }
    rows_done();
}

/* Stage 2 alone, where stage 1 gives everything. */
static void test_stage2_only(void **state)
{
    struct machine *m = machine_new("base", NULL);
    struct stream st = { .sid = 1, .s2 = true };

    (void)state;
    machine_start(m, NS, 4, 0);
    stream_build(m, &st);
    for (unsigned c = 0; c < 16; c++) {
        unsigned want = 0;

        want |= c & 1 ? UR | PR : 0;
        want |= c & 2 ? UW | PW : 0;
        want |= c >> 2 < 2 ? UX : 0;
        want |= c >> 2 == 0 || c >> 2 == 3 ? PX : 0;
        row("S2AP %u XN %u", c & 3, c >> 2);
        if (c == 0) {
            stream_map2(&st, VA, PA, 0x1000, SMMU3T_S2_AF);
        }
        assert_int_equal(smmu3t_pgt_write(&st.st2, smmu3t_pgt_desc_addr(&st.st2, VA, 3),
                         PA | 0x403 | (uint64_t)(c & 3) << 6 | (uint64_t)(c >> 2) << 53), 0);
        machine_flush(m, NS);
        check_all(m, NS, want, SMMU3_R_S2_PERM);
    }
    machine_free(m);
    rows_done();
}

/* PRIVCFG, INSTCFG: what the STE makes of the access first (13.1.2). */
static void test_overrides(void **state)
{
    (void)state;
    for (unsigned have = 0; have < 2; have++) {
        for (unsigned c = 0; c < 16; c++) {
            unsigned privcfg = c & 3, instcfg = c >> 2;
            struct machine *m = machine_new("base", have ? NULL : "IDR1.ATTR_PERMS_OVR=0");
            struct stream st = { .sid = 1, .s1 = true };

            machine_start(m, NS, 4, 0);
            stream_build(m, &st);
            /* what may be done differs for each of the six */
            stream_map1(&st, VA, PA, 0x1000, SMMU3T_S1_AF | SMMU3T_S1_UXN | SMMU3T_S1_RO);
            STE_PUT(st.ste.w, PRIVCFG, privcfg);
            STE_PUT(st.ste.w, INSTCFG, instcfg);
            stream_update(&st);
            for (size_t i = 0; i < ARRAY_SIZE(accesses); i++) {
                uint32_t f = accesses[i].flags;
                bool priv = f & SMMU3_REQ_PRIV, write = f & SMMU3_REQ_WRITE;
                bool instr = f & SMMU3_REQ_INSTR && !write;
                struct smmu3_result r;
                uint64_t rec[4] = { 0 };

                if (have) {
                    priv = privcfg & 2 ? privcfg & 1 : priv;
                    instr = instcfg & 2 ? (instcfg & 1) && !write : instr;
                }
                row("OVR %u PRIVCFG %u INSTCFG %u access %zu", have, privcfg, instcfg, i);
                r = machine_dma(m, NS, 1, VA, f);
                /* read-only, privileged only, execute privileged only */
                ROW_REASON(r, priv && !write ? SMMU3_R_NONE : SMMU3_R_S1_PERM);
                if (r.reason) {
                    /* events tell the attributes after overrides: 7.3 */
                    ROW_EQ(machine_event(m, NS, rec), true);
                    ROW_EQ(rec[1] >> 33 & 1, priv);
                    ROW_EQ(rec[1] >> 34 & 1, instr);
                    ROW_EQ(rec[1] >> 35 & 1, !write);
                }
            }
            machine_free(m);
        }
    }
    rows_done();
}

/* A write after a read must not pass for having been cached: known defect. */
static void test_cached_permission(void **state)
{
    struct machine *m = machine_new("base", NULL);
    struct stream st = { .sid = 1, .s1 = true };

    (void)state;
    machine_start(m, NS, 4, 0);
    stream_build(m, &st);
    st.tt0.table_attr = SMMU3T_TABLE_RO | SMMU3T_TABLE_PRIV;
    stream_map1(&st, VA, PA, 0x1000, SMMU3T_S1_RW);
    for (unsigned i = 0; i < 3; i++) {
        row("round %u", i);
        ROW_REASON(machine_dma(m, NS, 1, VA, SMMU3_REQ_PRIV), SMMU3_R_NONE);
        ROW_REASON(machine_dma(m, NS, 1, VA, SMMU3_REQ_PRIV | SMMU3_REQ_WRITE), SMMU3_R_S1_PERM);
        ROW_REASON(machine_dma(m, NS, 1, VA, 0), SMMU3_R_S1_PERM);
        ROW_REASON(machine_dma(m, NS, 1, VA, SMMU3_REQ_WRITE), SMMU3_R_S1_PERM);
    }
    machine_free(m);
    rows_done();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_stage1_el1),
        TEST(test_stage1_el2_el3),
        TEST(test_absent_controls),
        TEST(test_stage2),
        TEST(test_stage2_only),
        TEST(test_overrides),
        TEST(test_cached_permission),
    };

    return machine_main("perms", tests, ARRAY_SIZE(tests), true);
}
