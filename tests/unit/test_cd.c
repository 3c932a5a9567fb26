/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Which CDs are ILLEGAL, a row for each rule of IHI0070G.b 5.4.2 in both
 * forms; and from SubstreamID to CD: 3.3.2, 5.3.
 */
#include "machine.h"

#define OK SMMU3_R_NONE
#define LEGAL SMMU3_R_COUNT
#define VA 0x12345000
#define UPPER (UINT64_C(0xffffffff) << 32 | VA)

struct set {
    unsigned hi, lo;
    uint64_t v;
};

/* Worlds by STE.STRW; NESTED also looks at the CD through stage 2. */
enum kind { EL1, EL2, EL3, E2H, NESTED };

static const struct row_cd {
    const char *name;
    const char *tweaks;
    enum kind kind;
    enum smmu3_reason want;
    struct set set[4];
    bool upper; /* use the TTB1 half */
} rows[] = {
    { "as built", NULL, EL1, OK, { { 31, 31, 1 } }, false },
    { "as built, upper half", NULL, EL1, OK, { { 31, 31, 1 } }, true },
    { "as built, EL2", NULL, EL2, OK, { { 31, 31, 1 } }, false },
    { "as built, EL2-E2H", NULL, E2H, OK, { { 31, 31, 1 } }, true },
    { "as built, nested", NULL, NESTED, OK, { { 31, 31, 1 } }, true },
    { "V=0", NULL, EL1, SMMU3_R_CD_V, { { 31, 31, 0 } }, false },
    { "V=0, nested", NULL, NESTED, SMMU3_R_CD_V, { { 31, 31, 0 } }, false },
    { "V=0, EL2", NULL, EL2, SMMU3_R_CD_V, { { 31, 31, 0 } }, false },
    { "S=1", NULL, EL1, SMMU3_R_CD_S, { { 44, 44, 1 } }, false },
    { "S=1, EL2", NULL, EL2, SMMU3_R_CD_S, { { 44, 44, 1 } }, false },
    { "A=0", NULL, EL1, OK, { { 46, 46, 0 } }, false },
    { "A=0 with TERM_MODEL=1", "IDR0.TERM_MODEL=1", EL1, SMMU3_R_CD_A, { { 46, 46, 0 } }, false },
    { "A=1 with TERM_MODEL=1", "IDR0.TERM_MODEL=1", EL1, OK, { { 46, 46, 1 } }, false },
    { "R=0", NULL, EL1, OK, { { 45, 45, 0 } }, false },
    { "ENDI=1, little only", "IDR0.TTENDIAN=2", EL1, SMMU3_R_CD_ENDI, { { 15, 15, 1 } }, false },
    { "ENDI=0, little only", "IDR0.TTENDIAN=2", EL1, OK, { { 15, 15, 0 } }, false },
    { "ENDI=0, big only", "IDR0.TTENDIAN=3", EL1, SMMU3_R_CD_ENDI, { { 15, 15, 0 } }, false },
    { "ENDI=1, big only", "IDR0.TTENDIAN=3", EL1, LEGAL, { { 15, 15, 1 } }, false },
    { "ENDI=1, mixed", NULL, EL1, LEGAL, { { 15, 15, 1 } }, false },
    { "ENDI=1, little only, both EPD", "IDR0.TTENDIAN=2", EL1, LEGAL,
      { { 15, 15, 1 }, { 14, 14, 1 }, { 30, 30, 1 } }, false },
    { "ENDI=1, little only, EPD0", "IDR0.TTENDIAN=2", EL1, SMMU3_R_CD_ENDI,
      { { 15, 15, 1 }, { 14, 14, 1 } }, false },
    { "ENDI=1, little only, both EPD, EL2", "IDR0.TTENDIAN=2", EL2, SMMU3_R_CD_ENDI,
      { { 15, 15, 1 }, { 14, 14, 1 }, { 30, 30, 1 } }, false },
    { "AA64=0", NULL, EL1, SMMU3_R_CD_AA64, { { 41, 41, 0 } }, false },
    { "AA64=0, EL2", NULL, EL2, SMMU3_R_CD_AA64, { { 41, 41, 0 } }, false },
    { "AA64=0, nested", NULL, NESTED, SMMU3_R_CD_AA64, { { 41, 41, 0 } }, false },
    { "HA", NULL, EL1, SMMU3_R_CD_HTTU, { { 43, 43, 1 } }, false },
    { "HD", NULL, EL1, SMMU3_R_CD_HTTU, { { 42, 42, 1 } }, false },
    { "HA and HD, EL2", NULL, EL2, SMMU3_R_CD_HTTU, { { 43, 42, 3 } }, false },
    { "HAFT: RES0", NULL, EL1, OK, { { 67, 67, 1 } }, false },
    /* TxSZ */
    { "T0SZ=15", NULL, EL1, SMMU3_R_CD_TXSZ, { { 5, 0, 15 } }, false },
    { "T0SZ=16", NULL, EL1, LEGAL, { { 5, 0, 16 } }, false },
    { "T0SZ=48", NULL, EL1, LEGAL, { { 5, 0, 48 } }, false },
    { "T0SZ=49", NULL, EL1, SMMU3_R_CD_TXSZ, { { 5, 0, 49 } }, false },
    { "T0SZ=0", NULL, EL2, SMMU3_R_CD_TXSZ, { { 5, 0, 0 } }, false },
    { "T0SZ=39 without STT", "IDR3.STT=0 S_IDR1.SEL2=0", EL1, LEGAL, { { 5, 0, 39 } }, false },
    { "T0SZ=40 without STT", "IDR3.STT=0 S_IDR1.SEL2=0", EL1, SMMU3_R_CD_TXSZ, { { 5, 0, 40 } },
      false },
    { "T0SZ=47, 64K", NULL, EL1, LEGAL, { { 5, 0, 47 }, { 7, 6, 1 } }, false },
    { "T0SZ=48, 64K", NULL, EL1, SMMU3_R_CD_TXSZ, { { 5, 0, 48 }, { 7, 6, 1 } }, false },
    { "T0SZ=48, 16K", NULL, EL1, LEGAL, { { 5, 0, 48 }, { 7, 6, 2 } }, false },
    { "T1SZ=15", NULL, EL1, SMMU3_R_CD_TXSZ, { { 21, 16, 15 } }, false },
    { "T1SZ=48", NULL, EL1, OK, { { 21, 16, 48 } }, false },
    { "T1SZ=49", NULL, EL1, SMMU3_R_CD_TXSZ, { { 21, 16, 49 } }, false },
    { "T1SZ=48, 64K", NULL, EL1, SMMU3_R_CD_TXSZ, { { 21, 16, 48 }, { 23, 22, 3 } }, false },
    { "T1SZ=15, EPD1", NULL, EL1, OK, { { 21, 16, 15 }, { 30, 30, 1 } }, false },
    { "T0SZ=15, EPD0, upper half", NULL, EL1, OK, { { 5, 0, 15 }, { 14, 14, 1 } }, true },
    { "T0SZ=15, EPD0, EL2: EPD0 is ignored", NULL, EL2, SMMU3_R_CD_TXSZ,
      { { 5, 0, 15 }, { 14, 14, 1 } }, false },
    { "T1SZ=15, EL2: no such half", NULL, EL2, OK, { { 21, 16, 15 } }, false },
    { "T1SZ=15, EL2-E2H", NULL, E2H, SMMU3_R_CD_TXSZ, { { 21, 16, 15 } }, false },
    { "T1SZ=15, nested", NULL, NESTED, SMMU3_R_CD_TXSZ, { { 21, 16, 15 } }, false },
    /* TGx */
    { "TG0=11", NULL, EL1, SMMU3_R_CD_TGX, { { 7, 6, 3 } }, false },
    { "TG1=00", NULL, EL1, SMMU3_R_CD_TGX, { { 23, 22, 0 } }, false },
    { "TG0=10 without GRAN16K", "IDR5.GRAN16K=0", EL1, SMMU3_R_CD_TGX, { { 7, 6, 2 } }, false },
    { "TG0=01 without GRAN64K", "IDR5.GRAN64K=0", EL1, SMMU3_R_CD_TGX, { { 7, 6, 1 } }, false },
    { "TG1=01 without GRAN16K", "IDR5.GRAN16K=0", EL1, SMMU3_R_CD_TGX, { { 23, 22, 1 } }, false },
    { "TG1=11 without GRAN64K", "IDR5.GRAN64K=0", EL1, SMMU3_R_CD_TGX, { { 23, 22, 3 } }, false },
    { "TG0=11, EPD0", NULL, EL1, OK, { { 7, 6, 3 }, { 14, 14, 1 } }, true },
    { "TG1=00, EPD1", NULL, EL1, OK, { { 23, 22, 0 }, { 30, 30, 1 } }, false },
    { "TG1=00, EL2", NULL, EL2, OK, { { 23, 22, 0 } }, false },
    { "TG1=00, EPD1=0, EL3", NULL, EL3, OK, { { 23, 22, 0 }, { 30, 30, 0 } }, false },
    /* TTBx */
    { "TTB0 above IPS", NULL, EL1, SMMU3_R_CD_TTBX, { { 34, 32, 0 }, { 100, 100, 1 } }, false },
    { "TTB0 below IPS", NULL, EL1, LEGAL, { { 34, 32, 0 }, { 95, 95, 1 } }, false },
    { "TTB0 above 48 bits", NULL, EL1, SMMU3_R_CD_TTBX, { { 112, 112, 1 } }, false },
    { "TTB0 above 48 bits, IPS=52", NULL, EL1, SMMU3_R_CD_TTBX,
      { { 34, 32, 6 }, { 115, 115, 1 } }, false },
    { "TTB0 above OAS 44", "IDR5.OAS=4", EL1, SMMU3_R_CD_TTBX, { { 108, 108, 1 } }, false },
    { "TTB1 above IPS", NULL, EL1, SMMU3_R_CD_TTBX, { { 34, 32, 1 }, { 164, 164, 1 } }, false },
    { "TTB1 above 48 bits", NULL, EL1, SMMU3_R_CD_TTBX, { { 176, 176, 1 } }, false },
    { "TTB1 above 48 bits, EPD1", NULL, EL1, OK, { { 179, 176, 15 }, { 30, 30, 1 } }, false },
    { "TTB1 above 48 bits, EL2", NULL, EL2, OK, { { 179, 176, 15 } }, false },
    { "TTB0 above 48 bits, EPD0", NULL, EL1, OK, { { 115, 112, 15 }, { 14, 14, 1 } }, true },
    { "TTB0 low bits are dropped", NULL, EL1, OK, { { 75, 68, 0xff } }, false },
    { "IPS=6 acts as OAS", NULL, EL1, OK, { { 34, 32, 6 } }, false },
    { "IPS=7 acts as OAS", NULL, EL1, OK, { { 34, 32, 7 } }, false },
    /* ASID */
    { "ASID 0x100 of 8 bits", "IDR0.ASID16=0", EL1, SMMU3_R_CD_ASID, { { 63, 48, 0x100 } }, false },
    { "ASID 0xff of 8 bits", "IDR0.ASID16=0", EL1, OK, { { 63, 48, 0xff } }, false },
    { "ASID 0x100 of 8 bits, EL2-E2H", "IDR0.ASID16=0", E2H, SMMU3_R_CD_ASID,
      { { 63, 48, 0x100 } }, false },
    { "ASID 0x100 of 8 bits, EL2", "IDR0.ASID16=0", EL2, OK, { { 63, 48, 0x100 } }, false },
    { "ASID 0x100 of 8 bits, EL3", "IDR0.ASID16=0", EL3, OK, { { 63, 48, 0x100 } }, false },
    { "ASID 0xffff of 16 bits", NULL, EL1, OK, { { 63, 48, 0xffff } }, false },
    /* Features that are off */
    { "PIE, PnCH, AIE, DS: RES0", NULL, EL1, OK,
      { { 187, 186, 3 }, { 122, 122, 1 }, { 131, 131, 1 } }, false },
    { "PIIU, PIIP with reserved codes", NULL, EL1, OK, { { 431, 384, ~0ull }, { 495, 448, ~0ull } },
      false },
    { "PARTID, PMG, RES0 and IMPDEF bits", NULL, EL1, OK,
      { { 383, 320, ~0ull }, { 121, 120, 3 }, { 185, 184, 3 } }, false },
    { "HWU without PBHA", NULL, EL1, OK, { { 127, 124, 15 } }, false },
    { "NSCFG of a Non-secure CD", NULL, EL1, OK, { { 64, 64, 1 }, { 128, 128, 1 } }, true },
    { "UWXN", NULL, EL1, OK, { { 37, 37, 1 } }, false },
};

static void put(uint64_t *w, const struct set *s)
{
    for (unsigned b = s->lo; b <= s->hi; b++) {
        uint64_t bit = UINT64_C(1) << (b % 64);

        w[b / 64] = s->v >> (b - s->lo) & 1 ? w[b / 64] | bit : w[b / 64] & ~bit;
    }
}

static void check_row(const struct row_cd *r)
{
    struct machine *m = machine_new("base", r->tweaks);
    enum smmu3_sec_sid sec = r->kind == EL3 ? S : NS;
    struct stream st = { .sec = sec, .sid = 5, .s1 = true, .s2 = r->kind == NESTED,
                         .both_halves = true, .asid = 7 };
    struct smmu3_result res;
    uint64_t rec[4];

    row("%s", r->name);
    machine_start(m, sec, 4, 0);
    if (r->kind == E2H) {
        w32(m, 0x20, 0xc);
        w32(m, 0x2c, 3);
        w32(m, 0x20, 0xd);
    }
    stream_build(m, &st);
    if (r->kind == EL2 || r->kind == E2H) {
        STE_PUT(st.ste.w, STRW, 2);
    } else if (r->kind == EL3) {
        STE_PUT(st.ste.w, STRW, 1);
    }
    if (st.s2) {
        stream_map2(&st, VA, VA, 0x1000, SMMU3T_S2_RW);
    }
    stream_map1(&st, VA, VA, 0x1000, SMMU3T_S1_RW);
    /* in any size of region from 16 bits up */
    stream_map1(&st, UPPER, VA, 0x1000, SMMU3T_S1_RW);
    for (size_t i = 0; i < ARRAY_SIZE(r->set); i++) {
        if (r->set[i].hi) {
            put(st.cd.w, &r->set[i]);
        }
    }
    stream_update(&st);
    res = machine_dma(m, sec, 5, r->upper ? UPPER : VA, SMMU3_REQ_WRITE);
    if (r->want == LEGAL) {
        if (smmu3_reason_info(res.reason)->event == 0x0a) {
            row_fail("is illegal: %s", reason_name(res.reason));
        }
    } else {
        ROW_REASON(res, r->want);
        ROW_EQ(res.status, r->want == OK ? SMMU3_ST_OK : SMMU3_ST_ABORT);
        ROW_EQ(machine_event(m, sec, rec), r->want != OK);
        if (r->want != OK) {
            /* C_BAD_CD: number, StreamID and nothing else (7.3.11) */
            ROW_EQ(rec[0], UINT64_C(5) << 32 | 0x0a);
            ROW_EQ(rec[1] | rec[2] | rec[3], 0);
        }
    }
    machine_free(m);
}

static void test_rules(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        check_row(&rows[i]);
    }
    rows_done();
}

/* ---- substreams ---- */

/* The rule of 3.3.2, written a second time. idx: which CD is used. */
static enum smmu3_reason substream_rule(unsigned cdmax, unsigned dss, bool ssv, uint32_t ssid,
                                        uint32_t *idx)
{
    *idx = 0;
    if (cdmax == 0) {
        return ssv ? SMMU3_R_SSID_NO_TABLE : SMMU3_R_NONE;
    }
    if (ssv) {
        *idx = ssid;
        return ssid >= UINT32_C(1) << cdmax ? SMMU3_R_SSID_RANGE :
               dss == 2 && ssid == 0 ? SMMU3_R_S1DSS_SSID0 : SMMU3_R_NONE;
    }
    return dss == 2 || dss == 1 ? SMMU3_R_NONE : SMMU3_R_S1DSS_TERMINATE;
}

static void check_substream_event(struct machine *m, const struct smmu3_request *req,
                                  enum smmu3_reason want)
{
    uint64_t rec[4] = { 0 };

    ROW_EQ(machine_event(m, req->sec_sid, rec), want != SMMU3_R_NONE);
    if (want == SMMU3_R_S1DSS_SSID0 || want == SMMU3_R_S1DSS_TERMINATE) {
        ROW_EQ(rec[0], (uint64_t)req->stream_id << 32 | 0x06); /* 7.3.7: no SSID */
    } else if (want != SMMU3_R_NONE) {
        ROW_EQ(rec[0], (uint64_t)req->stream_id << 32 | req->substream_id << 12 | 0x08);
    }
    ROW_EQ(rec[1] | rec[2] | rec[3], 0);
}

/* All of S1Fmt, S1DSS and table sizes; each CD maps one page elsewhere. */
static void test_substreams(void **state)
{
    static const uint8_t sizes[] = { 0, 1, 3, 6, 7, 10, 11, 12, 14, 20 };

    (void)state;
    for (unsigned fmt = 0; fmt < 4; fmt++) {
        for (size_t z = 0; z < ARRAY_SIZE(sizes); z++) {
            unsigned cdmax = sizes[z];
            const uint32_t top = (UINT32_C(1) << cdmax) - 1;
            const uint32_t ids[] = { 0, 1, top / 2, top, top + 1, 0xfffff };
            struct machine *m = machine_new("base", NULL);
            struct stream st = { .sid = 9, .s1 = true, .ssid_bits = (uint8_t)cdmax,
                                 .cd_fmt = fmt == 3 ? 0 : (uint8_t)fmt };

            machine_start(m, NS, 4, 0);
            stream_build(m, &st);
            /* CDs by SubstreamID: the output page tells which one was used */
            for (size_t i = 0; i < 4; i++) {
                struct smmu3t_pgt tt = st.tt0;
                struct smmu3t_cd cd;

                if (ids[i] > top) {
                    continue;
                }
                assert_int_equal(smmu3t_pgt_init(&tt), 0);
                assert_int_equal(smmu3t_pgt_map(&tt, VA, UINT64_C(0x10000000) + ids[i] * 0x1000,
                                                0x1000, SMMU3T_S1_RW), 0);
                smmu3t_cd_init(&cd, &tt, NULL, (uint16_t)(100 + i));
                assert_int_equal(smmu3t_cdtab_write(&st.cds, ids[i], &cd), 0);
            }
            STE_PUT(st.ste.w, S1Fmt, fmt);
            for (unsigned dss = 0; dss < 4; dss++) {
                STE_PUT(st.ste.w, S1DSS, dss);
                machine_ste(m, NS, 9, &st.ste);
                for (unsigned k = 0; k < ARRAY_SIZE(ids) + 1; k++) {
                    struct smmu3_request req = { .stream_id = 9, .addr = VA, .ssv = k > 0,
                                                 .substream_id = k ? ids[k - 1] & 0xfffff : 0 };
                    uint32_t idx;
                    enum smmu3_reason want = substream_rule(cdmax, dss, req.ssv,
                                                            req.substream_id, &idx);
                    struct smmu3_result r = machine_txn(m, &req);

                    row("S1Fmt=%u S1CDMax=%u S1DSS=%u ssv=%u ssid=%#x", fmt, cdmax, dss, req.ssv,
                        req.substream_id);
                    ROW_REASON(r, want);
                    if (want == SMMU3_R_NONE && !req.ssv && cdmax && dss == 1) {
                        ROW_EQ(r.addr, VA); /* stage 1 skipped */
                        ROW_EQ(r.bypass, true);
                    } else if (want == SMMU3_R_NONE) {
                        ROW_EQ(r.addr, UINT64_C(0x10000000) + idx * 0x1000);
                    }
                    check_substream_event(m, &req, want);
                }
            }
            machine_free(m);
        }
    }
    rows_done();
}

/* SubstreamIDs where stage 1 does not translate, or the SMMU has none. */
static void test_no_substreams(void **state)
{
    static const struct {
        const char *tweaks;
        bool s1, s2;
        unsigned cdmax;
        enum smmu3_reason want;
    } r[] = {
        { NULL, false, false, 0, SMMU3_R_SSID_NO_S1 },
        { NULL, false, true, 0, SMMU3_R_SSID_NO_S1 },
        { NULL, true, false, 0, SMMU3_R_SSID_NO_TABLE },
        { NULL, true, true, 0, SMMU3_R_SSID_NO_TABLE },
        { "IDR1.SSIDSIZE=0", true, false, 4, SMMU3_R_SSID_NO_TABLE },
    };

    (void)state;
    for (unsigned sec = 0; sec < 2; sec++) {
        for (size_t i = 0; i < ARRAY_SIZE(r); i++) {
            struct machine *m = machine_new("base", r[i].tweaks);
            struct stream st = { .sec = (enum smmu3_sec_sid)sec, .sid = 2, .s1 = r[i].s1,
                                 .s2 = r[i].s2 };
            struct smmu3_request req = { .sec_sid = st.sec, .stream_id = 2, .addr = VA,
                                         .ssv = true };

            row("bank %u row %zu", sec, i);
            machine_start(m, st.sec, 4, 0);
            stream_build(m, &st);
            STE_PUT(st.ste.w, S1CDMax, r[i].cdmax);
            machine_ste(m, st.sec, 2, &st.ste);
            ROW_REASON(machine_txn(m, &req), r[i].want);
            check_substream_event(m, &req, r[i].want);
            req.substream_id = 0xabcde;
            ROW_REASON(machine_txn(m, &req), r[i].want);
            check_substream_event(m, &req, r[i].want);
            machine_free(m);
        }
    }
    rows_done();
}

/* L1CD: V, range, and aborts on the way to a CD; 5.3, 7.3.10. */
static void test_l1cd(void **state)
{
    static const struct {
        const char *name;
        bool s2;
        uint64_t l1cd;   /* or'ed in; 1: V */
        bool v;
        enum smmu3_reason want;
    } r[] = {
        { "V=0", false, 0, false, SMMU3_R_L1CD_V },
        { "V=0, nested", true, 0, false, SMMU3_R_L1CD_V },
        { "L2Ptr above OAS", false, UINT64_C(1) << 48, true, SMMU3_R_L1CD_L2PTR },
        { "L2Ptr above IAS, nested (CHOICES)", true, UINT64_C(1) << 55, true, SMMU3_R_L1CD_L2PTR },
        { "RES0 bits", false, UINT64_C(0xff) << 56 | 0xffe, true, SMMU3_R_NONE },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(r); i++) {
        struct machine *m = machine_new("base", NULL);
        struct stream st = { .sid = 3, .s1 = true, .s2 = r[i].s2, .ssid_bits = 8, .cd_fmt = 1 };
        struct smmu3_request req = { .stream_id = 3, .addr = VA, .ssv = true, .substream_id = 70 };
        uint64_t l1, rec[4], pa;

        row("%s", r[i].name);
        machine_start(m, NS, 4, 0);
        stream_build(m, &st);
        if (st.s2) {
            stream_map2(&st, VA, VA, 0x1000, SMMU3T_S2_RW);
        }
        stream_map1(&st, VA, VA, 0x1000, SMMU3T_S1_RW);
        assert_int_equal(smmu3t_cdtab_write(&st.cds, 70, &st.cd), 0);
        l1 = smmu3t_cdtab_l1_addr(&st.cds, 70);
        pa = st.s2 ? STREAM_PA(l1) : l1;
        machine_write64(m, NS, pa, (machine_read64(m, NS, pa) & ~UINT64_C(1)) | r[i].v | r[i].l1cd);
        ROW_REASON(machine_txn(m, &req), r[i].want);
        ROW_EQ(machine_event(m, NS, rec), r[i].want != SMMU3_R_NONE);
        if (r[i].want != SMMU3_R_NONE) {
            ROW_EQ(rec[0], UINT64_C(3) << 32 | 70 << 12 | 0x08);
        }
        machine_free(m);
    }
    rows_done();
}

static void test_fetch_aborts(void **state)
{
    (void)state;
    for (unsigned k = 0; k < 8; k++) {
        bool l1 = k & 1, s2 = k & 2, poison = k & 4;
        struct machine *m = machine_new("base", NULL);
        struct stream st = { .sid = 3, .s1 = true, .s2 = s2, .ssid_bits = 8, .cd_fmt = 2 };
        struct smmu3_request req = { .stream_id = 3, .addr = VA, .ssv = true, .substream_id = 70,
                                     .flags = SMMU3_REQ_WRITE | SMMU3_REQ_PRIV };
        uint64_t pa, rec[4];

        row("%s, %s, %s", l1 ? "L1CD" : "CD", s2 ? "nested" : "stage 1", poison ? "poison" : "abort");
        machine_start(m, NS, 4, 0);
        stream_build(m, &st);
        if (s2) {
            stream_map2(&st, VA, VA, 0x1000, SMMU3T_S2_RW);
        }
        stream_map1(&st, VA, VA, 0x1000, SMMU3T_S1_RW);
        assert_int_equal(smmu3t_cdtab_write(&st.cds, 70, &st.cd), 0);
        pa = l1 ? smmu3t_cdtab_l1_addr(&st.cds, 70) : smmu3t_cdtab_addr(&st.cds, 70);
        pa = s2 ? STREAM_PA(pa) : pa;
        machine_inject(m, NS, pa, 8, poison ? SMMU3_MEM_POISON : SMMU3_MEM_ABORT);
        ROW_REASON(machine_txn(m, &req), l1 ? SMMU3_R_L1CD_FETCH : SMMU3_R_CD_FETCH);
        ROW_EQ(machine_event(m, NS, rec), true);
        ROW_EQ(rec[0], UINT64_C(3) << 32 | 70 << 12 | 1 << 11 | 0x09);
        ROW_EQ(rec[1] & ~UINT64_C(0xffff), 0); /* Reason is ours */
        ROW_EQ(rec[2], 0);
        ROW_EQ(rec[3], pa);
        /* not remembered: works as soon as memory does */
        machine_clear_faults(m);
        ROW_REASON(machine_txn(m, &req), SMMU3_R_NONE);
        machine_free(m);
    }
    rows_done();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_rules),
        TEST(test_substreams),
        TEST(test_no_substreams),
        TEST(test_l1cd),
        TEST(test_fetch_aborts),
    };

    return machine_main("cd", tests, ARRAY_SIZE(tests), false);
}
