/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Address sizes from 32 to 52 bits: what bypass lets through, what IPS and S2PS
 * let out at every step of a walk, which start levels fit which sizes, how
 * tables are aligned, and invalidation of the blocks that came with DS.
 * IHI0070G.b 3.4, 3.4.1, 4.4.1.1, 5.2, 5.4, 7.3.14. See also test_52bit.c.
 */
#include "machine.h"

#include <stdio.h>

#define MAX52 "IDR5.OAS=6 IDR5.VAX=1 IDR5.DS=1 "

static const unsigned sizes[] = { 32, 36, 40, 42, 44, 48, 52 };
static const uint8_t grans[] = { 12, 14, 16 };

static const char *with_oas(char buf[64], unsigned code)
{
    snprintf(buf, 64, "IDR5.OAS=%u", code);
    return buf;
}

/* Bypass by GBPA, by an STE, by S1DSS, and into stage 2: 3.4. */
static void test_bypass(void **state)
{
    enum { GBPA, STE, SKIP, INTO_S2, SKIP_INTO_S2, NWAYS };
    char buf[64];

    (void)state;
    for (unsigned k = 0; k < ARRAY_SIZE(sizes) * NWAYS * 2; k++) {
        enum smmu3_sec_sid sec = k & 1 ? S : NS;
        unsigned way = k / 2 % NWAYS, code = k / 2 / NWAYS, bits = sizes[code];
        uint64_t last = (UINT64_C(1) << bits) - 1;
        bool s2 = way == INTO_S2 || way == SKIP_INTO_S2;
        bool dss = way == SKIP || way == SKIP_INTO_S2;
        struct machine *m = machine_new("base", with_oas(buf, code));
        struct stream st = { .sec = sec, .sid = 1, .s1 = dss, .s2 = s2, .ssid_bits = dss ? 2 : 0,
                             .bits1 = 32, .gran2 = s2 ? 12 : 0, .bits2 = dss ? 34 : 31, .start2 = 1 };
        struct smmu3_result r;
        uint64_t rec[4];

        row("bank %u OAS %u way %u", sec, bits, way);
        if (way != GBPA) {
            machine_start(m, sec, 4, 0);
            if (dss && s2 && bits == 32) {
                machine_free(m); /* the fixture's IPAs have no room there */
                continue;
            }
            stream_build(m, &st);
            STE_PUT(st.ste.w, S1DSS, 1);
            machine_ste(m, sec, 1, &st.ste);
        }
        r = machine_dma(m, sec, 1, last, 0);
        ROW_REASON(r, s2 ? SMMU3_R_S2_IPA_RANGE : SMMU3_R_NONE);
        if (!s2) {
            ROW_EQ(r.addr, last);
            ROW_EQ(r.mask, last);
            ROW_EQ(r.bypass, true);
        }
        if (way != GBPA) {
            machine_drain(m, sec);
        }
        for (unsigned bit = bits; bit < 64; bit++) {
            row("bank %u OAS %u way %u bit %u", sec, bits, way, bit);
            r = machine_dma(m, sec, 1, UINT64_C(1) << bit, SMMU3_REQ_WRITE);
            ROW_EQ(r.status, SMMU3_ST_ABORT);
            ROW_REASON(r, way == GBPA ? SMMU3_R_GBPA_ADDR : SMMU3_R_BYPASS_ADDR);
            ROW_EQ(r.has_event, way != GBPA); /* no event while translation is off */
            if (way != GBPA) {
                ROW_EQ(machine_event(m, sec, rec), true);
                ROW_EQ(rec[0] & 0xff, 0x11);
                ROW_EQ(rec[1] >> 39 & 7, 4); /* CLASS=IN, S2=0 */
                ROW_EQ(rec[2], UINT64_C(1) << bit);
            }
        }
        machine_free(m);
    }
    rows_done();
}

/* The bit of a descriptor that holds this bit of an address. */
static unsigned place(bool ds, unsigned bit)
{
    return bit < 48 || (ds && bit < 50) ? bit : ds ? bit - 42 : bit - 36;
}

/*
 * Every address bit of every descriptor on the way, with every IPS or S2PS on
 * an SMMU of every size: F_ADDR_SIZE exactly above the smaller of both.
 */
static void address_bits(unsigned gran, unsigned stage, bool upper, unsigned oas, bool ds)
{
    bool wide = oas == 6;
    char tweaks[64];
    struct machine *m;
    struct stream st = { .sid = 1, .s1 = stage == 1, .s2 = stage == 2, .gran1 = (uint8_t)gran,
                         .bits1 = 48, .gran2 = (uint8_t)gran, .bits2 = 31, .both_halves = true };
    struct smmu3t_pgt *t;
    uint64_t in = upper ? UINT64_C(0xffff000000000000) : 0;
    int start;

    snprintf(tweaks, sizeof(tweaks), "IDR5.OAS=%u%s", oas, ds ? " IDR5.VAX=1 IDR5.DS=1" : "");
    m = machine_new("base", tweaks);
    m->no_probe = true;
    st.start2 = gran == 12 ? 1 : 2;
    st.ds = wide && (ds || gran == 16);
    machine_start(m, NS, 4, 0);
    stream_build(m, &st);
    t = stage == 2 ? &st.st2 : upper ? &st.tt1 : &st.tt0;
    assert_int_equal(smmu3t_pgt_map(t, in, 0, UINT64_C(1) << gran,
                                    stage == 1 ? SMMU3T_S1_RW & ~SMMU3T_S1_ISH : SMMU3T_S2_RW), 0);
    start = t->start;
    for (unsigned ps = 0; ps < 8; ps++) {
        unsigned limit = sizes[ps < 7 ? ps : 6];

        limit = limit < sizes[oas] ? limit : sizes[oas];
        if (!st.ds && limit > 48) {
            limit = 48;
        }
        CD_PUT(st.cd.w, IPS, ps);
        CD_PUT(st.cd.w, DS, ds);
        STE_PUT(st.ste.w, S2PS, ps);
        STE_PUT(st.ste.w, S2DS, ds);
        stream_update(&st);
        for (int level = start; level <= 3; level++) {
            uint64_t a = smmu3t_pgt_desc_addr(t, in, level), d = smmu3t_pgt_read(t, a);

            for (unsigned bit = 32; bit < (st.ds ? 52 : 48); bit++) {
                struct smmu3_result r;

                row("gran %u stage %u half %u OAS %u DS %u PS %u level %d bit %u", gran, stage,
                    upper, sizes[oas], ds, ps, level, bit);
                smmu3t_pgt_write(t, a, d | UINT64_C(1) << place(ds, bit));
                machine_flush(m, NS);
                r = machine_dma(m, NS, 1, in, 0);
                if (bit >= limit) {
                    ROW_REASON(r, stage == 1 ? SMMU3_R_S1_ADDR_SIZE : SMMU3_R_S2_ADDR_SIZE);
                    ROW_EQ(EV(r.event, 7, 0), 0x11);
                    ROW_EQ(EV(r.event, 103, 103), stage == 2);
                    ROW_EQ(EV(r.event, 105, 104), 2);
                } else if (level == 3) {
                    ROW_REASON(r, SMMU3_R_NONE);
                    ROW_EQ(r.addr, UINT64_C(1) << bit);
                } else { /* nothing but zeros there */
                    ROW_REASON(r, stage == 1 ? SMMU3_R_S1_DESC_INVALID : SMMU3_R_S2_DESC_INVALID);
                }
                machine_drain(m, NS);
            }
            smmu3t_pgt_write(t, a, d);
            machine_flush(m, NS);
        }
    }
    machine_free(m);
}

static void test_address_bits(void **state)
{
    (void)state;
    for (size_t g = 0; g < ARRAY_SIZE(grans); g++) {
        for (unsigned oas = 0; oas < ARRAY_SIZE(sizes); oas++) {
            for (unsigned k = 0; k < 3; k++) {
                address_bits(grans[g], k == 2 ? 2 : 1, k == 1, oas, false);
                if (oas == 6 && grans[g] != 16) {
                    address_bits(grans[g], k == 2 ? 2 : 1, k == 1, oas, true);
                }
            }
        }
    }
    rows_done();
}

/* Which {SL0_2,SL0} goes with which S2T0SZ; the table of VTCR_EL2. */
struct start {
    uint8_t gran, sl0, lo, hi; /* S2T0SZ from lo to hi */
    bool ds_only;
    uint8_t oas;               /* at least so many bits */
};
static const struct start starts[] = {
    { 12, 0, 30, 42, false, 0 },  { 12, 1, 21, 33, false, 0 }, { 12, 2, 12, 24, false, 44 },
    { 12, 3, 39, 48, false, 0 },  { 12, 4, 12, 15, true, 0 },
    { 14, 0, 35, 48, false, 0 },  { 14, 1, 24, 38, false, 0 }, { 14, 2, 13, 27, false, 42 },
    { 14, 3, 12, 16, true, 0 },
    { 16, 0, 31, 47, false, 0 },  { 16, 1, 18, 34, false, 0 }, { 16, 2, 12, 21, false, 44 },
};

static bool start_ok(unsigned gran, unsigned sl0, unsigned tsz, bool ds, unsigned oas)
{
    unsigned min = gran == 16 || ds ? 12 : 16;

    min = min < 64 - oas ? 64 - oas : min;
    if (gran != 12 || !ds) {
        sl0 &= 3; /* S2SL0_2 is about 4K with S2DS only */
    }
    for (size_t i = 0; i < ARRAY_SIZE(starts); i++) {
        const struct start *s = &starts[i];

        if (s->gran == gran && s->sl0 == sl0 && tsz >= s->lo && tsz <= s->hi && tsz >= min &&
            (ds || !s->ds_only) && oas >= s->oas) {
            return true;
        }
    }
    return false;
}

/* STE.S2TG, S2SL0, S2SL0_2, S2T0SZ, and those of S_S2TTB: all combinations. */
static void test_start_levels(void **state)
{
    static const unsigned oas[] = { 6, 5, 3, 2 };
    static const uint8_t tg[] = { 0, 2, 1 };

    (void)state;
    for (unsigned k = 0; k < ARRAY_SIZE(oas) * 2 * 3; k++) {
        unsigned code = oas[k % ARRAY_SIZE(oas)], which = k / ARRAY_SIZE(oas) / 2;
        bool ds = k / ARRAY_SIZE(oas) & 1;
        enum smmu3_sec_sid sec = which ? S : NS;
        /* which: 0 Non-secure, 1 the Secure IPAs of Secure, 2 its Non-secure IPAs */
        char tweaks[64];
        struct machine *m;
        struct stream st = { .sec = sec, .sid = 1, .s2 = true, .gran2 = 12, .bits2 = 31,
                             .start2 = 1 };

        if (ds && code != 6) {
            continue;
        }
        snprintf(tweaks, sizeof(tweaks), "IDR5.OAS=%u%s", code, ds ? " IDR5.VAX=1 IDR5.DS=1" : "");
        m = machine_new("base", tweaks);
        m->no_probe = true;
        machine_start(m, sec, 4, 0);
        stream_build(m, &st);
        STE_PUT(st.ste.w, S2DS, ds);
        STE_PUT(st.ste.w, S2R, 0);
        for (unsigned c = 0; c < 3 * 8 * 64; c++) {
            unsigned g = c % 3, sl0 = c / 3 % 8, tsz = c / 24;
            struct smmu3_result r;

            row("OAS %u DS %u which %u gran %u SL0 %u T0SZ %u", sizes[code], ds, which, grans[g],
                sl0, tsz);
            if (which == 1) {
                STE_PUT(st.ste.w, S_S2TG, tg[g]);
                STE_PUT(st.ste.w, S_S2SL0, sl0 & 3);
                STE_PUT(st.ste.w, S_S2SL0_2, sl0 >> 2);
                STE_PUT(st.ste.w, S_S2T0SZ, tsz);
            } else {
                STE_PUT(st.ste.w, S2TG, tg[g]);
                STE_PUT(st.ste.w, S2SL0, sl0 & 3);
                STE_PUT(st.ste.w, S2SL0_2, sl0 >> 2);
                STE_PUT(st.ste.w, S2T0SZ, tsz);
            }
            machine_ste(m, sec, 1, &st.ste);
            /* whichever space the access is in: both tables are checked */
            r = machine_dma(m, sec, 1, 0, 0);
            if (start_ok(grans[g], sl0, tsz, ds, sizes[code])) {
                ROW_REASON(r, SMMU3_R_S2_DESC_INVALID);
            } else {
                ROW_EQ(smmu3_reason_info(r.reason)->event, 0x04);
                ROW_EQ(r.reason == SMMU3_R_STE_S2SL0 || r.reason == SMMU3_R_STE_S2T0SZ, true);
                machine_drain(m, sec);
            }
        }
        machine_free(m);
    }
    rows_done();
}

/* TTBs are aligned to the start table, and to 64 bytes where 52 bits go out. */
static void test_alignment(void **state)
{
    static const struct { unsigned ps; bool ds; uint64_t low; } rows[] = {
        { 5, false, 0x10 }, /* 16 bytes of table: this is another one */
        { 6, false, 0x30 }, /* RES0 */
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        for (unsigned stage = 1; stage <= 2; stage++) {
            struct machine *m = machine_new("base", "IDR5.OAS=6");
            /* 30 bits, 64K: two descriptors of level 2 */
            struct stream st = { .sid = 1, .s1 = stage == 1, .s2 = stage == 2, .gran1 = 16,
                                 .bits1 = 30, .gran2 = 16, .bits2 = 30, .start2 = 2, .ds = true };
            struct smmu3t_pgt *t = stage == 1 ? &st.tt0 : &st.st2;

            row("row %zu stage %u", i, stage);
            machine_start(m, NS, 4, 0);
            stream_build(m, &st);
            CD_PUT(st.cd.w, IPS, rows[i].ps);
            STE_PUT(st.ste.w, S2PS, rows[i].ps);
            CD_PUT(st.cd.w, TTB0, (t->root | rows[i].low) >> 4);
            STE_PUT(st.ste.w, S2TTB, (st.st2.root | rows[i].low) >> 4);
            stream_update(&st);
            machine_clear_log(m);
            ROW_REASON(machine_dma(m, NS, 1, 0, 0),
                       stage == 1 ? SMMU3_R_S1_DESC_INVALID : SMMU3_R_S2_DESC_INVALID);
            ROW_EQ(machine_touched(m, SMMU3_PAS_NS, t->root), rows[i].ps == 6);
            ROW_EQ(machine_touched(m, SMMU3_PAS_NS, t->root + 0x10), rows[i].ps == 5);
            machine_free(m);
        }
    }
    rows_done();
}

/* Blocks of level 0 and 1, and what TTL and SCALE say of them: 4.4.1.1. */
static void test_tlbi(void **state)
{
    static const struct {
        unsigned gran;
        int level;             /* of the block */
        bool ds;               /* IDR5.DS */
        uint64_t off;          /* of the address in the command */
        uint8_t tg, num, scale, ttl;
        bool ill, drops;
    } rows[] = {
        { 12, 0, true, 0, 0, 0, 0, 0, false, true },
        { 12, 0, true, UINT64_C(0x4012345000), 0, 0, 0, 0, false, true },
        { 12, 0, true, UINT64_C(0x8000000000), 0, 0, 0, 0, false, false },
        { 12, 0, true, UINT64_C(0x4012345000), 1, 1, 0, 0, false, true },
        { 12, 0, true, 0, 1, 0, 0, 1, false, false }, /* the hint says level 1 */
        { 12, 0, true, 0, 2, 1, 0, 0, false, false }, /* another granule */
        { 14, 1, true, 0, 2, 0, 0, 1, false, true },
        { 14, 1, true, 0, 2, 0, 0, 2, false, false },
        { 14, 1, true, UINT64_C(0x800000000), 2, 1, 0, 0, false, true },
        { 16, 1, false, 0, 3, 0, 0, 1, false, true },
        { 16, 1, false, 0, 3, 0, 0, 2, false, false },
        { 16, 1, false, UINT64_C(0x20000000000), 3, 1, 0, 0, false, true },
        /* 16K has no blocks of level 1 without DS: TTL=1 acts as 0 */
        { 14, 2, false, 0, 2, 1, 0, 1, false, true },
        { 14, 2, false, 0, 2, 0, 0, 1, true, false },
        { 14, 2, true, 0, 2, 1, 0, 1, false, false },
        /* SCALE: 6 bits with DS, 5 without */
        { 12, 3, true, 0, 1, 0, 32, 0, false, true },
        { 12, 3, false, 0, 1, 0, 32, 0, true, false },
        { 12, 3, false, 0, 1, 0, 33, 0, false, true },
    };
    const uint64_t at = UINT64_C(0x0004000000000000);

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct machine *m = machine_new("base", rows[i].ds ? MAX52 : "IDR5.OAS=6 IDR5.VAX=1");
        bool small = !rows[i].ds && rows[i].gran != 16;
        struct stream st = { .sid = 1, .s1 = true, .gran1 = (uint8_t)rows[i].gran,
                             .bits1 = small ? 48 : 52, .ds = !small };
        uint64_t va = small ? at >> 4 : at;
        struct smmu3t_tlbi c = { .addr = va + rows[i].off, .tg = rows[i].tg, .num = rows[i].num,
                                 .scale = rows[i].scale, .ttl = rows[i].ttl };
        uint64_t size, a;
        int err;

        row("row %zu", i);
        machine_start(m, NS, 4, 0);
        stream_build(m, &st);
        size = UINT64_C(1) << smmu3t_pgt_shift(rows[i].gran, rows[i].level);
        st.tt0.leaf_level = (uint8_t)rows[i].level;
        stream_map1(&st, va, 0, size, SMMU3T_S1_RW & ~SMMU3T_S1_ISH);
        ROW_REASON(machine_dma(m, NS, 1, va + 0x10, 0), SMMU3_R_NONE);
        a = smmu3t_pgt_desc_addr(&st.tt0, va, rows[i].level);
        smmu3t_pgt_write(&st.tt0, a, 0);
        ROW_REASON(machine_dma(m, NS, 1, va + 0x10, 0), SMMU3_R_NONE); /* cached */
        err = machine_run(m, NS, smmu3t_cmd_tlbi(CMD_TLBI_NH_VAA, &c));
        ROW_EQ(err, rows[i].ill);
        if (!err) {
            ROW_EQ(machine_dma(m, NS, 1, va + 0x10, 0).status != SMMU3_ST_OK, rows[i].drops);
            /* what the host was told is enough for it */
            ROW_EQ(!rows[i].drops || (m->inval.addr_first <= va &&
                                      m->inval.addr_last >= va + (size - 1)), true);
        }
        machine_free(m);
    }
    rows_done();
}

/* A block of 512 GB where addresses end at 64 GB, by OAS or by IPS: what is
 * above faults, what is below does not reach further. */
static void test_block_above_size(void **state)
{
    const uint64_t va = UINT64_C(0x0004000000000000), end = UINT64_C(1) << 36;

    (void)state;
    for (unsigned by_ips = 0; by_ips < 2; by_ips++) {
        struct machine *m = machine_new("base", by_ips ? MAX52 : "IDR5.OAS=1 IDR5.VAX=1 IDR5.DS=1");
        struct stream st = { .sid = 1, .s1 = true, .bits1 = 52, .ds = true };
        struct smmu3_result r;

        row("by %s", by_ips ? "IPS" : "OAS");
        machine_start(m, NS, 4, 0);
        stream_build(m, &st);
        st.tt0.leaf_level = 0;
        stream_map1(&st, va, 0, UINT64_C(1) << 39, SMMU3T_S1_RW & ~SMMU3T_S1_ISH);
        CD_PUT(st.cd.w, IPS, 1);
        stream_update(&st);
        r = machine_dma(m, NS, 1, va + end - 1, 0);
        ROW_REASON(r, SMMU3_R_NONE);
        ROW_EQ(r.addr, end - 1);
        ROW_EQ(r.mask, end - 1);
        ROW_REASON(machine_dma(m, NS, 1, va + end, 0), SMMU3_R_S1_ADDR_SIZE);
        machine_free(m);
    }
    rows_done();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_bypass),
        TEST(test_address_bits),
        TEST(test_start_levels),
        TEST(test_alignment),
        TEST(test_tlbi),
        TEST(test_block_above_size),
    };

    return machine_main("lpa", tests, ARRAY_SIZE(tests), false);
}
