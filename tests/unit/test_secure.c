/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Secure streams: where each table is read from and where the output goes.
 * NS, NSTable and NSCFGx at stage 1; STE.NSCFG; both stage 2 tables with S2SW,
 * S2SA, S2NSW, S2NSA; SIF. IHI0070G.b 3.10.2, 5.2, 5.4, 6.3.57.2.
 */
#include "machine.h"

#include <string.h>

#define VA UINT64_C(0x12345000)
#define UPPER (~UINT64_C(0) << 39 | VA)
#define OUT UINT64_C(0x23456000)

static const struct smmu3t_tlbi all;

/* The words of a page of `size` bytes at addr, from one space to the other. */
static void copy(struct machine *m, uint64_t addr, size_t size, unsigned from, unsigned to)
{
    uint8_t buf[4096];

    for (size_t i = 0; i < size; i += sizeof(buf)) {
        machine_read(m, from, addr + i, buf, sizeof(buf));
        machine_write(m, to, addr + i, buf, sizeof(buf));
        memset(buf, 0, sizeof(buf));
        machine_write(m, from, addr + i, buf, sizeof(buf));
    }
}

/*
 * Stage 1, three levels (39 bits): each level's table is only in the space in
 * which the walk must look for it; in the other there are zeros.
 */
static void stage1_space(unsigned c, bool upper, enum smmu3_sec_sid sec)
{
    bool nscfg = c & 1, t1 = c & 2, t2 = c & 4, leaf = c & 8, had = c & 16;
    bool ns1 = sec == S && nscfg, ns2 = ns1 || (sec == S && t1), ns3 = ns2 || (sec == S && t2);
    bool out_ns = sec == NS || ns3 || leaf;
    struct machine *m = machine_new("base", NULL);
    struct stream st = { .sec = sec, .sid = 1, .s1 = true, .both_halves = true };
    uint64_t va = upper ? UPPER : VA, a1, a2, a3;
    struct smmu3t_pgt *t;
    struct smmu3_result r;

    row("bank %u %s NSCFG %u NSTable %u %u leaf NS %u HAD %u", sec, upper ? "TTB1" : "TTB0", nscfg,
        t1, t2, leaf, had);
    machine_start(m, sec, 4, 0);
    stream_build(m, &st);
    t = upper ? &st.tt1 : &st.tt0;
    stream_map1(&st, va, OUT, 0x1000, SMMU3T_S1_RW | (leaf ? SMMU3T_S1_NS : 0));
    CD_PUT(st.cd.w, NSCFG0, upper ? !nscfg : nscfg);
    CD_PUT(st.cd.w, NSCFG1, upper ? nscfg : !nscfg);
    CD_PUT(st.cd.w, HAD0, had); /* HADx does not switch NSTable off */
    CD_PUT(st.cd.w, HAD1, had);
    stream_update(&st);
    a1 = smmu3t_pgt_desc_addr(t, va, 1);
    a2 = smmu3t_pgt_desc_addr(t, va, 2);
    a3 = smmu3t_pgt_desc_addr(t, va, 3);
    smmu3t_pgt_write(t, a1, smmu3t_pgt_read(t, a1) | (t1 ? SMMU3T_TABLE_NS : 0));
    smmu3t_pgt_write(t, a2, smmu3t_pgt_read(t, a2) | (t2 ? SMMU3T_TABLE_NS : 0));
    if (ns3) {
        copy(m, a3 & ~UINT64_C(0xfff), 0x1000, S, NS);
    }
    if (ns2) {
        copy(m, a2 & ~UINT64_C(0xfff), 0x1000, S, NS);
    }
    if (ns1) {
        copy(m, a1 & ~UINT64_C(0xfff), 0x1000, S, NS);
    }
    machine_clear_log(m);
    r = machine_dma(m, sec, 1, va + 4, SMMU3_REQ_WRITE);
    ROW_REASON(r, SMMU3_R_NONE);
    ROW_EQ(r.addr, OUT + 4);
    ROW_EQ(r.pas, out_ns ? SMMU3_PAS_NS : SMMU3_PAS_S);
    ROW_EQ(machine_touched(m, sec == NS || ns1 ? NS : S, a1), true);
    ROW_EQ(machine_touched(m, sec == NS || ns2 ? NS : S, a2), true);
    ROW_EQ(machine_touched(m, sec == NS || ns3 ? NS : S, a3), true);
    ROW_EQ(machine_accesses(m, SMMU3_ACC_CD, !sec), 0);
    /* and from the TLB the same */
    r = machine_dma(m, sec, 1, va, 0);
    ROW_EQ(r.pas, out_ns ? SMMU3_PAS_NS : SMMU3_PAS_S);
    machine_free(m);
}

static void test_stage1_spaces(void **state)
{
    (void)state;
    for (unsigned c = 0; c < 32; c++) {
        stage1_space(c, false, S);
        stage1_space(c, true, S);
        stage1_space(c, false, NS); /* none of it means anything there */
    }
    rows_done();
}

/*
 * What Non-secure memory says is never global: with nG=0 an entry from a
 * Secure table serves any ASID, one from a Non-secure table does not. 3.17
 */
static void test_forced_nonglobal(void **state)
{
    (void)state;
    for (unsigned c = 0; c < 4; c++) {
        bool walk_ns = c & 1, leaf_ns = c & 2;
        struct machine *m = machine_new("base", NULL);
        struct stream st = { .sec = S, .sid = 1, .s1 = true, .asid = 1 };
        struct smmu3_result r;

        row("walk NS %u, leaf NS %u", walk_ns, leaf_ns);
        machine_start(m, S, 4, 0);
        stream_build(m, &st);
        stream_map1(&st, VA, OUT, 0x1000, SMMU3T_S1_AF | (leaf_ns ? SMMU3T_S1_NS : 0));
        CD_PUT(st.cd.w, NSCFG0, walk_ns);
        stream_update(&st);
        if (walk_ns) {
            copy(m, st.tt0.root, 0x1000, S, NS);
            for (unsigned l = 2; l <= 3; l++) {
                struct smmu3t_pgt ns = st.tt0;

                ns.pas = NS;
                copy(m, smmu3t_pgt_desc_addr(&ns, VA, l) & ~UINT64_C(0xfff), 0x1000, S, NS);
            }
        }
        ROW_REASON(machine_dma(m, S, 1, VA, SMMU3_REQ_PRIV), SMMU3_R_NONE);
        /* another ASID, whose table is empty */
        assert_int_equal(smmu3t_pgt_init(&st.tt0), 0);
        smmu3t_cd_init(&st.cd, &st.tt0, NULL, 2);
        stream_update(&st);
        r = machine_dma(m, S, 1, VA, SMMU3_REQ_PRIV);
        if (walk_ns || machine_cache == SMMU3_CACHE_OFF) {
            ROW_REASON(r, SMMU3_R_S1_DESC_INVALID);
        } else if (machine_has_caches()) {
            ROW_REASON(r, SMMU3_R_NONE);
        }
        machine_free(m);
    }
    rows_done();
}

/* STE.NSCFG counts when stage 1 does not translate; 5.2 and 13.5. */
static void test_nscfg(void **state)
{
    static const struct { unsigned nscfg; bool in_ns, out_ns; } rows[] = {
        { 0, false, false }, { 0, true, true },  { 1, false, false }, { 1, true, true },
        { 2, false, false }, { 2, true, false }, { 3, false, true },  { 3, true, true },
    };

    (void)state;
    for (unsigned k = 0; k < 4; k++) {
        bool ovr = k & 1, dss = k & 2; /* bypass, or stage 1 skipped by S1DSS */

        for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
            struct machine *m = machine_new("base", ovr ? NULL : "IDR1.ATTR_PERMS_OVR=0");
            struct stream st = { .sec = S, .sid = 1, .s1 = dss, .ssid_bits = dss ? 2 : 0 };
            struct smmu3_result r;

            row("ATTR_PERMS_OVR %u, %s, NSCFG %u, NS in %u", ovr, dss ? "S1DSS" : "bypass",
                rows[i].nscfg, rows[i].in_ns);
            machine_start(m, S, 4, 0);
            stream_build(m, &st);
            STE_PUT(st.ste.w, NSCFG, rows[i].nscfg);
            STE_PUT(st.ste.w, S1DSS, 1);
            machine_ste(m, S, 1, &st.ste);
            r = machine_dma(m, S, 1, VA, rows[i].in_ns ? SMMU3_REQ_NS : 0);
            ROW_REASON(r, SMMU3_R_NONE);
            ROW_EQ(r.pas, (ovr ? rows[i].out_ns : rows[i].in_ns) ? SMMU3_PAS_NS : SMMU3_PAS_S);
            machine_free(m);
        }
    }
    rows_done();
}

/* NS streams: neither the access nor NSCFG gets anything but NS. */
static void test_ns_streams_stay(void **state)
{
    struct machine *m = machine_new("base", NULL);
    struct smmu3t_ste ste;

    (void)state;
    machine_start(m, NS, 4, 0);
    smmu3t_ste_bypass(&ste);
    for (unsigned c = 0; c < 4; c++) {
        STE_PUT(ste.w, NSCFG, c);
        machine_ste(m, NS, 1, &ste);
        row("NSCFG %u", c);
        ROW_EQ(machine_dma(m, NS, 1, VA, 0).pas, SMMU3_PAS_NS);
        ROW_EQ(machine_dma(m, NS, 1, VA, SMMU3_REQ_NS).pas, SMMU3_PAS_NS);
    }
    machine_free(m);
    rows_done();
}

/*
 * Stage 2 of a Secure stream, all sixteen {S2SW, S2SA, S2NSW, S2NSA}: the
 * Secure IPA space has S_S2TTB walked as S2SW says, the Non-secure one S2TTB
 * walked as S2NSW says (5.2, 13.5).
 */
static void stage2_spaces(unsigned c, bool ns_ipa, bool nested)
{
    bool sw = c & 1, sa = c & 2, nsw = c & 4, nsa = c & 8;
    bool walk_ns = ns_ipa ? nsw : sw;
    bool out_ns = ns_ipa ? nsw || sw || sa || nsa : sw || sa;
    struct machine *m = machine_new("base", NULL);
    struct stream st = { .sec = S, .sid = 1, .s2 = true, .vmid = 7, .s1 = nested };
    struct smmu3t_pgt other;
    struct smmu3_result r;
    uint64_t leaf, rec[4];

    row("%s SW %u SA %u NSW %u NSA %u, %s IPA", nested ? "nested" : "stage 2", sw, sa, nsw, nsa,
        ns_ipa ? "NS" : "Secure");
    machine_start(m, S, 4, 0);
    stream_build(m, &st);
    /* the two tables map the same IPA to different places */
    stream_map2(&st, VA, OUT, 0x1000, SMMU3T_S2_RW);
    assert_int_equal(smmu3t_pgt_map(&st.ns_st2, VA, OUT + 0x100000, 0x1000, SMMU3T_S2_RW), 0);
    other = ns_ipa ? st.ns_st2 : st.st2;
    leaf = smmu3t_pgt_desc_addr(&other, VA, 3);
    if (walk_ns) {
        uint64_t l2 = smmu3t_pgt_desc_addr(&other, VA, 2);

        copy(m, leaf & ~UINT64_C(0xfff), 0x1000, S, NS);
        copy(m, l2 & ~UINT64_C(0xfff), 0x1000, S, NS);
        copy(m, other.root, 0x1000, S, NS);
    }
    STE_PUT(st.ste.w, S2SW, sw);
    STE_PUT(st.ste.w, S2SA, sa);
    STE_PUT(st.ste.w, S2NSW, nsw);
    STE_PUT(st.ste.w, S2NSA, nsa);
    if (nested) {
        stream_map1(&st, UINT64_C(0x7000), VA, 0x1000,
                    SMMU3T_S1_RW | (ns_ipa ? SMMU3T_S1_NS : 0));
    }
    stream_update(&st);
    machine_clear_log(m);
    r = machine_dma(m, S, 1, nested ? 0x7004 : VA + 4, !nested && ns_ipa ? SMMU3_REQ_NS : 0);
    ROW_REASON(r, SMMU3_R_NONE);
    ROW_EQ(r.addr, (ns_ipa ? OUT + 0x100000 : OUT) + 4);
    ROW_EQ(r.pas, out_ns ? SMMU3_PAS_NS : SMMU3_PAS_S);
    ROW_EQ(machine_touched(m, walk_ns ? NS : S, leaf), true);
    ROW_EQ(machine_event(m, S, rec), false);
    /* an unmapped IPA of this space: NSIPA says which (7.3) */
    if (!nested) {
        r = machine_dma(m, S, 1, VA + 0x1000, ns_ipa ? SMMU3_REQ_NS : 0);
        ROW_REASON(r, SMMU3_R_S2_DESC_INVALID);
        ROW_EQ(machine_event(m, S, rec), true);
        ROW_EQ(rec[1] >> 38 & 1, ns_ipa);
        ROW_EQ(rec[1] >> 39 & 1, 1);
        ROW_EQ(rec[3], VA + 0x1000);
    }
    machine_free(m);
}

static void test_stage2_spaces(void **state)
{
    (void)state;
    for (unsigned c = 0; c < 64; c++) {
        /* Nested with S2SW, S2SA or S2NSW moves stage 1's tables and the CD as
         * well: test_cd_in_ns_memory(). */
        if (!(c & 32) || !(c & 7)) {
            stage2_spaces(c & 15, c & 16, c & 32);
        }
    }
    rows_done();
}

/* With S2SA=1 CDs and stage 1 tables are fetched from NS memory (7.3.10). */
static void test_cd_in_ns_memory(void **state)
{
    struct machine *m = machine_new("base", NULL);
    struct stream st = { .sec = S, .sid = 1, .s1 = true, .s2 = true };
    uint64_t cd;

    (void)state;
    machine_start(m, S, 4, 0);
    stream_build(m, &st);
    stream_map1(&st, 0x7000, VA, 0x1000, SMMU3T_S1_RW);
    stream_map2(&st, VA, OUT, 0x1000, SMMU3T_S2_RW);
    STE_PUT(st.ste.w, S2SA, 1);
    stream_update(&st);
    cd = STREAM_PA(st.cds.base) & ~UINT64_C(0xfff);
    copy(m, cd, 0x1000, S, NS);
    for (unsigned l = 1; l <= 3; l++) {
        uint64_t a = 0;

        switch (l) {
        case 1:
            a = st.tt0.root;
            break;
        default: {
            /* the tables above have moved already: read them where they are */
            struct smmu3t_pgt moved = st.tt0;

            moved.pas = NS;
            a = smmu3t_pgt_desc_addr(&moved, 0x7000, l);
        }
        }
        copy(m, STREAM_PA(a) & ~UINT64_C(0xfff), 0x1000, S, NS);
    }
    machine_clear_log(m);
    row("S2SA=1");
    ROW_REASON(machine_dma(m, S, 1, 0x7000, 0), SMMU3_R_NONE);
    ROW_EQ(machine_touched(m, NS, cd), true);
    ROW_EQ(machine_accesses(m, SMMU3_ACC_CD, S), 0);
    machine_free(m);
    rows_done();
}

/*
 * The words that Hafnium wrote for a Secure partition's device (OP-TEE as the
 * partition; reference/clients.md 2.1), as they are.
 */
static void test_hafnium_ste(void **state)
{
    static const struct smmu3t_ste ste = { {
        0x000000000000000d, 0x0000000080000000, 0x006c359400008001, 0x000000000e17f002,
        0x0000009400000000, 0, 0x000000000e17e000, 0 } };
    struct machine *m = machine_new("hafnium", "IDR5.OAS=4");
    struct smmu3t_pgt s_ipa = { .mem = &m->mem, .pas = S, .stage = 2, .gran = 12, .ia_bits = 44 };
    struct smmu3t_pgt ns_ipa = s_ipa;
    struct smmu3_result r;
    uint64_t rec[4];

    (void)state;
    machine_start(m, S, 6, 0);
    m->brk[S] = 0x0e17e000;
    assert_int_equal(smmu3t_pgt_init(&s_ipa), 0);
    m->brk[S] = 0x0e17f000;
    assert_int_equal(smmu3t_pgt_init(&ns_ipa), 0);
    assert_int_equal(s_ipa.root, 0x0e17e000);
    assert_int_equal(ns_ipa.root, 0x0e17f000);
    m->brk[S] = 0x60000000;
    assert_int_equal(smmu3t_pgt_map(&s_ipa, 0xe300000, 0xe300000, 0x1000, SMMU3T_S2_RW), 0);
    /* S2AFFD=1: AF=0 is no fault */
    assert_int_equal(smmu3t_pgt_map(&ns_ipa, 0x42000000, 0x42000000, 0x200000,
                                    SMMU3T_S2_RW & ~SMMU3T_S2_AF), 0);
    machine_ste(m, S, 8, &ste);
    row("Secure buffer");
    r = machine_dma(m, S, 8, 0xe300123, SMMU3_REQ_WRITE);
    ROW_REASON(r, SMMU3_R_NONE);
    ROW_EQ(r.pas, SMMU3_PAS_S);
    ROW_EQ(r.addr, 0xe300123);
    row("Non-secure buffer, through Secure tables");
    r = machine_dma(m, S, 8, 0x42123456, SMMU3_REQ_NS);
    ROW_REASON(r, SMMU3_R_NONE);
    ROW_EQ(r.pas, SMMU3_PAS_NS);
    ROW_EQ(r.addr, 0x42123456);
    ROW_EQ(machine_accesses(m, SMMU3_ACC_TT, NS), 0);
    row("each buffer is in its own IPA space only, and faults are silent (S2R=0)");
    ROW_REASON(machine_dma(m, S, 8, 0xe300123, SMMU3_REQ_NS), SMMU3_R_S2_DESC_INVALID);
    r = machine_dma(m, S, 8, 0x42123456, 0);
    ROW_REASON(r, SMMU3_R_S2_DESC_INVALID);
    ROW_EQ(r.status, SMMU3_ST_ABORT);
    ROW_EQ(r.has_event, false);
    ROW_EQ(machine_event(m, S, rec), false);
    machine_free(m);
    rows_done();
}

/* S_CR0.SIF with translation on. */
static void test_sif(void **state)
{
    static const struct {
        bool s1, leaf_ns, in_ns, instr;
        enum smmu3_reason want;
    } rows[] = {
        { true, true, false, true, SMMU3_R_S1_SIF },
        { true, true, false, false, SMMU3_R_NONE },
        { true, false, true, true, SMMU3_R_NONE },
        { false, false, true, true, SMMU3_R_SIF_BYPASS },
        { false, false, false, true, SMMU3_R_NONE },
        { false, false, true, false, SMMU3_R_NONE },
    };

    (void)state;
    for (unsigned sif = 0; sif < 2; sif++) {
        for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
            struct machine *m = machine_new("base", NULL);
            struct stream st = { .sec = S, .sid = 1, .s1 = rows[i].s1 };
            enum smmu3_reason want = sif ? rows[i].want : SMMU3_R_NONE;
            uint32_t flags = (rows[i].in_ns ? SMMU3_REQ_NS : 0) |
                             (rows[i].instr ? SMMU3_REQ_INSTR : 0);
            struct smmu3_result r;
            uint64_t rec[4];

            row("SIF %u row %zu", sif, i);
            machine_start(m, S, 4, 0);
            w32(m, 0x8020, 0xd | sif << 5);
            stream_build(m, &st);
            if (st.s1) {
                stream_map1(&st, VA, OUT, 0x1000, SMMU3T_S1_AF | SMMU3T_S1_USER | SMMU3T_S1_RO |
                            (rows[i].leaf_ns ? SMMU3T_S1_NS : 0));
                /* cached as data first */
                ROW_REASON(machine_dma(m, S, 1, VA, 0), SMMU3_R_NONE);
            }
            r = machine_dma(m, S, 1, VA, flags);
            ROW_REASON(r, want);
            ROW_EQ(machine_event(m, S, rec), want != SMMU3_R_NONE);
            if (want) {
                /* F_PERMISSION, stage 1, CLASS=IN, of an instruction read */
                ROW_EQ(rec[0] & 0xff, 0x13);
                ROW_EQ(rec[1] >> 32, 1 << 2 | 1 << 3 | 2 << 8);
                ROW_EQ(rec[2], VA);
                ROW_EQ(rec[3], 0);
            }
            machine_free(m);
        }
    }
    rows_done();
}

/* SIF's fault follows CD.A and R when stage 1 translates, else always aborts. */
static void test_sif_policy(void **state)
{
    struct machine *m = machine_new("base", NULL);
    struct stream st = { .sec = S, .sid = 1, .s1 = true };
    struct smmu3_result r;

    (void)state;
    machine_start(m, S, 4, 0);
    w32(m, 0x8020, 0x2d);
    stream_build(m, &st);
    stream_map1(&st, VA, OUT, 0x1000, SMMU3T_S1_AF | SMMU3T_S1_USER | SMMU3T_S1_RO | SMMU3T_S1_NS);
    CD_PUT(st.cd.w, A, 0);
    CD_PUT(st.cd.w, R, 0);
    stream_update(&st);
    row("A=0 R=0");
    r = machine_dma(m, S, 1, VA, SMMU3_REQ_INSTR);
    ROW_REASON(r, SMMU3_R_S1_SIF);
    ROW_EQ(r.status, SMMU3_ST_RAZWI);
    ROW_EQ(r.recorded, false);
    machine_ok(m, S, smmu3t_cmd_tlbi(CMD_TLBI_SNH_ALL, &all));
    machine_free(m);
    rows_done();
}

/* Without Secure state there are no Secure streams to ask about. */
static void test_no_secure_state(void **state)
{
    struct machine *m = machine_new("base", "S_IDR0=0 S_IDR1=0");
    struct smmu3_request req = { .sec_sid = S };
    struct smmu3_result res;

    (void)state;
    memset(&res, 0x33, sizeof(res));
    assert_int_equal(smmu3_translate(m->smmu, &req, &res), SMMU3_EINVAL);
    assert_int_equal(((uint8_t *)&res)[0], 0x33);
    req.sec_sid = SMMU3_SEC_SID_REALM;
    assert_int_equal(smmu3_translate(m->smmu, &req, &res), SMMU3_EINVAL);
    req.sec_sid = NS;
    req.ssv = true;
    req.substream_id = 1u << 20;
    assert_int_equal(smmu3_translate(m->smmu, &req, &res), SMMU3_EINVAL);
    machine_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_stage1_spaces),
        TEST(test_forced_nonglobal),
        TEST(test_nscfg),
        TEST(test_ns_streams_stay),
        TEST(test_stage2_spaces),
        TEST(test_cd_in_ns_memory),
        TEST(test_hafnium_ste),
        TEST(test_sif),
        TEST(test_sif_policy),
        TEST(test_no_secure_state),
    };

    return machine_main("secure", tests, ARRAY_SIZE(tests), true);
}
