/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * 52-bit addresses: IDR5.OAS=6, VAX and DS, for each granule. Where the high
 * bits are in descriptors, sizes and start levels, blocks one level up, and
 * what DS=0 takes away again. IHI0070G.b 3.4.1, 5.2, 5.4; DDI0487 D8.2.
 */
#include "machine.h"

#define MAX52 "IDR5.OAS=6 IDR5.VAX=1 IDR5.DS=1 "
#define HIGH UINT64_C(0x0009000000000000) /* OA[51:48] = 9 */

static const uint8_t grans[] = { 12, 14, 16 };

static void check(struct machine *m, uint64_t in, uint64_t out, uint64_t size)
{
    const uint64_t offs[] = { 0, size / 2 + 4, size - 1 };

    for (size_t i = 0; i < ARRAY_SIZE(offs); i++) {
        struct smmu3_result r = machine_dma(m, NS, 1, in + offs[i], 0);

        ROW_REASON(r, SMMU3_R_NONE);
        ROW_EQ(r.addr, out + offs[i]);
    }
}

/* Pages and blocks at each level, of every size that 52 bits allow. */
static void test_stage1(void **state)
{
    struct machine *m = machine_new("base", MAX52);

    (void)state;
    machine_start(m, NS, 4, 0);
    for (size_t g = 0; g < ARRAY_SIZE(grans); g++) {
        for (unsigned bits = 40; bits <= 52; bits++) {
            for (unsigned upper = 0; upper < 2; upper++) {
                struct stream st = { .sid = 1, .s1 = true, .gran1 = grans[g],
                                     .bits1 = (uint8_t)bits, .both_halves = true, .ds = true };
                struct smmu3t_pgt *t = upper ? &st.tt1 : &st.tt0;
                uint64_t first = upper ? ~UINT64_C(0) << bits : 0;
                uint64_t last = first + ((UINT64_C(1) << bits) - 1);
                unsigned mapped = 0;

                machine_flush(m, NS);
                stream_build(m, &st);
                for (int level = 3; level >= 0; level--) {
                    unsigned shift = smmu3t_pgt_shift(grans[g], level);
                    uint64_t size = UINT64_C(1) << shift, out = HIGH & ~(size - 1);
                    uint64_t at = level == 3 ? first : last - (size - 1);

                    row("gran %u bits %u half %u level %d", grans[g], bits, upper, level);
                    if (level == 2) {
                        at = first + (UINT64_C(1) << (bits - 1));
                    }
                    t->leaf_level = (uint8_t)level;
                    if (shift < bits && level >= (grans[g] == 12 ? 0 : 1) &&
                        !smmu3t_pgt_map(t, at, out, size, SMMU3T_S1_RW)) {
                        check(m, at, out, size);
                        mapped++;
                    }
                }
                ROW_EQ(mapped >= 2, true);
                ROW_REASON(machine_dma(m, NS, 1, upper ? first - 1 : last + 1, 0),
                           SMMU3_R_S1_VA_RANGE);
                machine_drain(m, NS);
            }
        }
    }
    machine_free(m);
    rows_done();
}

static void test_stage2(void **state)
{
    struct machine *m = machine_new("base", MAX52);
    unsigned n = 0;

    (void)state;
    machine_start(m, NS, 4, 0);
    for (size_t g = 0; g < ARRAY_SIZE(grans); g++) {
        for (int start = -1; start <= 3; start++) {
            for (unsigned bits = 16; bits <= 52; bits++) {
                struct stream st = { .sid = 1, .s2 = true, .gran2 = grans[g],
                                     .start2 = (int8_t)start, .bits2 = (uint8_t)bits, .ds = true };
                uint64_t page = UINT64_C(1) << grans[g];
                uint64_t top = UINT64_C(1) << bits;

                if (!smmu3t_pgt_s2_start_ok(grans[g], bits, start) ||
                    bits < (grans[g] == 16 ? 17u : 16u)) {
                    continue;
                }
                n++;
                row("gran %u start %d bits %u", grans[g], start, bits);
                machine_flush(m, NS);
                stream_build(m, &st);
                stream_map2(&st, 0, HIGH, page, SMMU3T_S2_RW);
                stream_map2(&st, top - page, HIGH + page, page, SMMU3T_S2_RW);
                check(m, 0, HIGH, page);
                check(m, top - page, HIGH + page, page);
                ROW_REASON(machine_dma(m, NS, 1, top, 0),
                           bits < 52 ? SMMU3_R_S2_IPA_RANGE : SMMU3_R_BYPASS_ADDR);
                machine_drain(m, NS);
            }
        }
    }
    row("count");
    ROW_EQ(n > 100, true);
    machine_free(m);
    rows_done();
}

/* Nested, both with 52 bits; the tables are high as well. */
static void test_nested(void **state)
{
    (void)state;
    for (unsigned k = 0; k < 9; k++) {
        struct machine *m = machine_new("base", MAX52);
        struct stream st = { .sid = 1, .s1 = true, .s2 = true, .gran1 = grans[k % 3], .bits1 = 52,
                             .gran2 = grans[k / 3], .bits2 = 52,
                             .start2 = k / 3 == 0 ? -1 : k / 3 == 1 ? 0 : 1, .ds = true };
        uint64_t va = UINT64_C(0x000ab00000000000), ipa = UINT64_C(0x000c100000000000);

        row("gran %u over %u", grans[k % 3], grans[k / 3]);
        machine_start(m, NS, 4, 0);
        m->brk[NS] = UINT64_C(0x0006000000000000);
        stream_build(m, &st);
        stream_map1(&st, va, ipa, 0x10000, SMMU3T_S1_RW);
        stream_map2(&st, ipa, HIGH, 0x10000, SMMU3T_S2_RW);
        check(m, va, HIGH, 0x10000);
        machine_free(m);
    }
    rows_done();
}

/* One bit more than IPS or S2PS says, in every place of a 52-bit address. */
static void test_address_size(void **state)
{
    static const struct { unsigned ps, bit; bool ok; } rows[] = {
        { 6, 51, true }, { 6, 48, true }, { 5, 47, true }, { 4, 44, false }, { 4, 43, true },
        { 3, 42, false }, { 7, 51, true },
    };

    (void)state;
    for (size_t g = 0; g < ARRAY_SIZE(grans); g++) {
        for (unsigned stage = 1; stage <= 2; stage++) {
            for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
                struct machine *m = machine_new("base", MAX52);
                struct stream st = { .sid = 1, .s1 = stage == 1, .s2 = stage == 2,
                                     .gran1 = grans[g], .bits1 = 40, .gran2 = grans[g],
                                     .bits2 = 40, .start2 = 2, .ds = true };
                uint64_t out = UINT64_C(1) << rows[i].bit;

                row("gran %u stage %u PS %u bit %u", grans[g], stage, rows[i].ps, rows[i].bit);
                if (grans[g] == 12) {
                    st.start2 = 1;
                }
                machine_start(m, NS, 4, 0);
                stream_build(m, &st);
                assert_int_equal(smmu3t_pgt_map(stage == 1 ? &st.tt0 : &st.st2, 0, out, 0x10000,
                                                stage == 1 ? SMMU3T_S1_RW : SMMU3T_S2_RW), 0);
                CD_PUT(st.cd.w, IPS, rows[i].ps);
                STE_PUT(st.ste.w, S2PS, rows[i].ps);
                stream_update(&st);
                ROW_REASON(machine_dma(m, NS, 1, 0, 0), rows[i].ok ? SMMU3_R_NONE :
                           stage == 1 ? SMMU3_R_S1_ADDR_SIZE : SMMU3_R_S2_ADDR_SIZE);
                machine_free(m);
            }
        }
    }
    rows_done();
}

/* TxSZ below 16: with DS for 4K and 16K, always for 64K if VAX=1; 3.4.1. */
static void test_tsz(void **state)
{
    static const struct {
        const char *tweaks;
        unsigned gran;
        bool ds;
        unsigned tsz;
        bool s1_ok, s2_ok;
    } rows[] = {
        { MAX52, 12, true, 12, true, true },    { MAX52, 12, true, 11, false, false },
        { MAX52, 12, false, 15, false, false }, { MAX52, 12, false, 16, true, true },
        { MAX52, 14, true, 12, true, true },    { MAX52, 14, false, 12, false, false },
        { MAX52, 16, false, 12, true, true },   { MAX52, 16, true, 12, true, true },
        { MAX52, 16, false, 11, false, false },
        /* VAX and DS absent */
        { "IDR5.OAS=6", 16, false, 15, false, true },
        { "IDR5.OAS=6", 16, false, 16, true, true },
        { "IDR5.OAS=6", 12, true, 15, false, false }, /* DS is RES0 */
        { NULL, 16, false, 15, false, false },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        for (unsigned stage = 1; stage <= 2; stage++) {
            struct machine *m = machine_new("base", rows[i].tweaks);
            struct stream st = { .sid = 1, .s1 = stage == 1, .s2 = stage == 2,
                                 .gran1 = (uint8_t)rows[i].gran, .bits1 = 40,
                                 .gran2 = (uint8_t)rows[i].gran, .bits2 = 40,
                                 .start2 = rows[i].gran == 12 ? 1 : 2 };
            unsigned tsz = rows[i].tsz;
            /* the start level that 64-tsz needs */
            unsigned sl0 = rows[i].gran == 12 ? (rows[i].ds && tsz < 16 ? 4 : 2)
                         : rows[i].gran == 14 ? (rows[i].ds ? 3 : 2) : 2;
            struct smmu3_result r;

            row("row %zu stage %u", i, stage);
            machine_start(m, NS, 4, 0);
            stream_build(m, &st);
            CD_PUT(st.cd.w, DS, rows[i].ds);
            CD_PUT(st.cd.w, T0SZ, tsz);
            STE_PUT(st.ste.w, S2DS, rows[i].ds);
            STE_PUT(st.ste.w, S2T0SZ, tsz);
            STE_PUT(st.ste.w, S2SL0, sl0 & 3);
            STE_PUT(st.ste.w, S2SL0_2, sl0 >> 2);
            stream_update(&st);
            r = machine_dma(m, NS, 1, 0x123, 0);
            if (stage == 1) {
                ROW_EQ(r.reason != SMMU3_R_CD_TXSZ, rows[i].s1_ok);
                ROW_EQ(smmu3_reason_info(r.reason)->event == 0x0a, !rows[i].s1_ok);
            } else {
                ROW_EQ(smmu3_reason_info(r.reason)->event != 0x04, rows[i].s2_ok);
            }
            machine_free(m);
        }
    }
    rows_done();
}

/* TTBs above 48 bits: legal where the format reaches, ILLEGAL where not. */
static void test_ttb(void **state)
{
    static const struct { unsigned gran; bool ds; unsigned ps; bool ok; } rows[] = {
        { 12, true, 6, true },  { 12, false, 6, false }, { 12, true, 5, false },
        { 14, true, 6, true },  { 14, false, 6, false }, { 16, false, 6, true },
        { 16, false, 5, false },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        for (unsigned stage = 1; stage <= 2; stage++) {
            struct machine *m = machine_new("base", MAX52);
            struct stream st = { .sid = 1, .s1 = stage == 1, .s2 = stage == 2,
                                 .gran1 = (uint8_t)rows[i].gran, .bits1 = 40,
                                 .gran2 = (uint8_t)rows[i].gran, .bits2 = 40,
                                 .start2 = rows[i].gran == 12 ? 1 : 2 };

            row("row %zu stage %u", i, stage);
            machine_start(m, NS, 4, 0);
            m->brk[NS] = UINT64_C(0x0002000000000000); /* bit 49 */
            stream_build(m, &st);
            CD_PUT(st.cd.w, DS, rows[i].ds);
            CD_PUT(st.cd.w, IPS, rows[i].ps);
            STE_PUT(st.ste.w, S2DS, rows[i].ds);
            STE_PUT(st.ste.w, S2PS, rows[i].ps);
            stream_update(&st);
            ROW_REASON(machine_dma(m, NS, 1, 0, 0), stage == 1
                       ? (rows[i].ok ? SMMU3_R_S1_DESC_INVALID : SMMU3_R_CD_TTBX)
                       : (rows[i].ok ? SMMU3_R_S2_DESC_INVALID : SMMU3_R_STE_S2TTB));
            machine_free(m);
        }
    }
    rows_done();
}

/* DS=0 on a 52-bit SMMU: 48 bits, blocks as always, SH in its place. */
static void test_ds_off(void **state)
{
    struct machine *m = machine_new("base", MAX52);
    struct stream st = { .sid = 1, .s1 = true, .bits1 = 48 };

    (void)state;
    machine_start(m, NS, 4, 0);
    stream_build(m, &st);
    stream_map1(&st, 0x1000, 0x5000, 0x1000, SMMU3T_S1_RW); /* SH=3 is no address */
    row("SH");
    ROW_EQ(machine_dma(m, NS, 1, 0x1000, 0).addr, 0x5000);
    row("bits 49:48");
    smmu3t_pgt_write(&st.tt0, smmu3t_pgt_desc_addr(&st.tt0, 0x1000, 3),
                     UINT64_C(0x0003000000005000) | SMMU3T_S1_RW | 3);
    machine_flush(m, NS);
    ROW_EQ(machine_dma(m, NS, 1, 0x1000, 0).addr, 0x5000); /* RES0 there */
    row("a block at level 0");
    smmu3t_pgt_write(&st.tt0, smmu3t_pgt_desc_addr(&st.tt0, 0x1000, 0), SMMU3T_S1_RW | 1);
    machine_flush(m, NS);
    ROW_REASON(machine_dma(m, NS, 1, 0x1000, 0), SMMU3_R_S1_DESC_INVALID);
    machine_free(m);
    rows_done();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_stage1),
        TEST(test_stage2),
        TEST(test_nested),
        TEST(test_address_size),
        TEST(test_tsz),
        TEST(test_ttb),
        TEST(test_ds_off),
    };

    return machine_main("52 bits", tests, ARRAY_SIZE(tests), true);
}
