/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * VMSAv8-64 walks: every granule, size, start level and leaf level of both
 * stages, alone and nested; ranges, tags, endianness. IHI0070G.b 3.4, 14.1.
 */
#include "machine.h"

#define RW1 SMMU3T_S1_RW
#define RW2 SMMU3T_S2_RW

static const uint8_t grans[] = { 12, 14, 16 };

/* A machine and a stream; what was cached of the one before is dropped. */
static void fresh(struct machine *m, struct stream *st)
{
    machine_flush(m, st->sec);
    stream_build(m, st);
}

/* Translates some bytes of a mapping and what is just outside. */
static void probe_leaf(struct machine *m, enum smmu3_sec_sid sec, uint64_t in, uint64_t out,
                       uint64_t size)
{
    const uint64_t offs[] = { 0, 1, 0xfff, size / 2, size - 8, size - 1 };

    for (size_t i = 0; i < ARRAY_SIZE(offs); i++) {
        struct smmu3_result r = machine_dma(m, sec, 1, in + offs[i],
                                            i & 1 ? SMMU3_REQ_WRITE : 0);

        ROW_REASON(r, SMMU3_R_NONE);
        ROW_EQ(r.addr, out + offs[i]);
        /* the region it stands for lies within the leaf */
        ROW_EQ(r.mask & (r.mask + 1), 0);
        ROW_EQ(((in + offs[i]) & ~r.mask) >= in, true);
        ROW_EQ(((in + offs[i]) | r.mask) <= in + size - 1, true);
        ROW_EQ(r.bypass, false);
    }
}

/* One leaf at each level that may have one: pages low, blocks in the middle
 * and at the top. */
static void stage1_levels(struct machine *m, struct stream *st, bool upper)
{
    unsigned gran = st->gran1, mapped = 0;
    struct smmu3t_pgt *t = upper ? &st->tt1 : &st->tt0;
    uint64_t first = upper ? ~UINT64_C(0) << st->bits1 : 0;
    uint64_t last = first + ((UINT64_C(1) << st->bits1) - 1);

    for (int level = 3; level >= 1 && level >= t->start; level--) {
        uint64_t size = UINT64_C(1) << smmu3t_pgt_shift(gran, level);
        uint64_t at = level == 3 ? first : level == 2 ? first + (UINT64_C(1) << (st->bits1 - 1))
                                                      : last - (size - 1);
        uint64_t out = UINT64_C(0x9234567f0000) & ~(size - 1);

        row("stage 1 gran %u bits %u %s level %d", gran, st->bits1, upper ? "upper" : "lower",
            level);
        /* In a small space a larger leaf has no room beside the smaller ones. */
        if (smmu3t_pgt_leaf_ok(gran, level) && !smmu3t_pgt_map(t, at, out, size, RW1)) {
            probe_leaf(m, NS, at, out, size);
            mapped++;
        }
    }
    ROW_EQ(mapped >= (t->start <= 2 ? 2u : 1u), true);
    row("stage 1 gran %u bits %u %s: ends", gran, st->bits1, upper ? "upper" : "lower");
    if (upper) {
        ROW_REASON(machine_dma(m, NS, 1, first - 1, 0), SMMU3_R_S1_VA_RANGE);
        ROW_REASON(machine_dma(m, NS, 1, first & ~(UINT64_C(1) << 63), 0), SMMU3_R_S1_VA_RANGE);
    } else {
        ROW_REASON(machine_dma(m, NS, 1, last + 1, 0), SMMU3_R_S1_VA_RANGE);
        ROW_REASON(machine_dma(m, NS, 1, UINT64_C(1) << 63, 0), SMMU3_R_S1_VA_RANGE);
        ROW_REASON(machine_dma(m, NS, 1, UINT64_C(1) << 56, 0), SMMU3_R_S1_VA_RANGE);
    }
}

static void test_stage1(void **state)
{
    struct machine *m = machine_new("base", NULL);

    (void)state;
    machine_start(m, NS, 4, 0);
    for (size_t g = 0; g < ARRAY_SIZE(grans); g++) {
        unsigned max = grans[g] == 16 ? 47 : 48;

        for (unsigned tsz = 16; tsz <= max; tsz++) {
            struct stream st = { .sid = 1, .s1 = true, .gran1 = grans[g],
                                 .bits1 = (uint8_t)(64 - tsz), .both_halves = true };

            fresh(m, &st);
            stage1_levels(m, &st, false);
            stage1_levels(m, &st, true);
            machine_drain(m, NS);
        }
    }
    machine_free(m);
    rows_done();
}

/* The Contiguous bit changes nothing that can be seen, but for the speed. */
static void test_contiguous(void **state)
{
    struct machine *m = machine_new("base", NULL);

    (void)state;
    machine_start(m, NS, 4, 0);
    for (size_t g = 0; g < ARRAY_SIZE(grans); g++) {
        for (unsigned level = 2; level <= 3; level++) {
            struct stream st = { .sid = 1, .s1 = true, .gran1 = grans[g], .bits1 = 42 };
            unsigned span = smmu3t_pgt_cont_shift(grans[g], level);
            unsigned shift = smmu3t_pgt_shift(grans[g], level);
            uint64_t va = UINT64_C(1) << span, out = UINT64_C(3) << 40;

            fresh(m, &st);
            st.tt0.contiguous = true;
            st.tt0.leaf_level = (uint8_t)level;
            row("contiguous, gran %u level %u", grans[g], level);
            stream_map1(&st, va, out, UINT64_C(1) << span, RW1);
            ROW_EQ(PTE_GET((uint64_t){ smmu3t_pgt_read(&st.tt0,
                           smmu3t_pgt_desc_addr(&st.tt0, va, level)) }, Contiguous), 1);
            probe_leaf(m, NS, va, out, UINT64_C(1) << shift);
            probe_leaf(m, NS, va + (UINT64_C(5) << shift), out + (UINT64_C(5) << shift),
                       UINT64_C(1) << shift);
            ROW_EQ(machine_dma(m, NS, 1, va + (UINT64_C(1) << span) - 1, 0).addr,
                   out + (UINT64_C(1) << span) - 1);
            ROW_REASON(machine_dma(m, NS, 1, va - 1, 0), SMMU3_R_S1_DESC_INVALID);
            ROW_REASON(machine_dma(m, NS, 1, va + (UINT64_C(1) << span), 0),
                       SMMU3_R_S1_DESC_INVALID);
        }
    }
    machine_free(m);
    rows_done();
}

/* Stage 2: every legal start level and size, concatenated tables included. */
static void stage2_one(struct machine *m, enum smmu3_sec_sid sec, unsigned gran, unsigned start,
                       unsigned bits)
{
    struct stream st = { .sec = sec, .sid = 1, .s2 = true, .gran2 = (uint8_t)gran,
                         .start2 = (uint8_t)start, .bits2 = (uint8_t)bits, .vmid = 2 };
    uint64_t top = UINT64_C(1) << bits, out = UINT64_C(0x345600000000);
    unsigned page = smmu3t_pgt_shift(gran, 3);

    fresh(m, &st);
    row("stage 2 bank %u gran %u start %u bits %u", sec, gran, start, bits);
    stream_map2(&st, 0, out, UINT64_C(1) << page, RW2);
    probe_leaf(m, sec, 0, out, UINT64_C(1) << page);
    stream_map2(&st, top - (UINT64_C(1) << page), out, UINT64_C(1) << page, RW2);
    probe_leaf(m, sec, top - (UINT64_C(1) << page), out, UINT64_C(1) << page);
    for (unsigned level = start > 1 ? start : 1; level < 3; level++) {
        unsigned shift = smmu3t_pgt_shift(gran, level);
        uint64_t at = (top >> 1) + (UINT64_C(1) << shift) * (level == 2);

        /* somewhere in the middle, where nothing is yet */
        if (!smmu3t_pgt_leaf_ok(gran, level) || shift + 2 > bits) {
            continue;
        }
        out &= ~((UINT64_C(1) << shift) - 1);
        row("stage 2 bank %u gran %u start %u bits %u block at %u", sec, gran, start, bits, level);
        if (!smmu3t_pgt_map(&st.st2, at, out, UINT64_C(1) << shift, RW2)) {
            probe_leaf(m, sec, at, out, UINT64_C(1) << shift);
        }
    }
    row("stage 2 bank %u gran %u start %u bits %u: end", sec, gran, start, bits);
    ROW_REASON(machine_dma(m, sec, 1, top, 0),
               bits < 48 ? SMMU3_R_S2_IPA_RANGE : SMMU3_R_BYPASS_ADDR);
    ROW_REASON(machine_dma(m, sec, 1, UINT64_MAX, 0), SMMU3_R_BYPASS_ADDR);
    machine_drain(m, sec);
}

static void test_stage2(void **state)
{
    struct machine *m = machine_new("base", NULL);

    (void)state;
    for (unsigned sec = 0; sec < 2; sec++) {
        unsigned n = 0;

        machine_start(m, (enum smmu3_sec_sid)sec, 4, 0);
        for (size_t g = 0; g < ARRAY_SIZE(grans); g++) {
            for (unsigned start = 0; start <= 3; start++) {
                for (unsigned bits = grans[g] == 16 ? 17 : 16; bits <= 48; bits++) {
                    if (smmu3t_pgt_s2_start_ok(grans[g], bits, (int)start) &&
                        !(start == 0 && grans[g] == 14)) { /* needs 52 bits */
                        stage2_one(m, (enum smmu3_sec_sid)sec, grans[g], start, bits);
                        n++;
                    }
                }
            }
        }
        row("count");
        ROW_EQ(n > 80, true);
    }
    machine_free(m);
    rows_done();
}

/* Nested: each pair of granules and of leaf levels. */
static void test_nested(void **state)
{
    struct machine *m = machine_new("base", NULL);

    (void)state;
    machine_start(m, NS, 4, 0);
    for (unsigned k = 0; k < 9 * 4; k++) {
        unsigned g1 = grans[k % 3], g2 = grans[k / 3 % 3];
        unsigned l1 = 2 + k / 9 % 2, l2 = 2 + k / 18;
        struct stream st = { .sid = 1, .s1 = true, .s2 = true, .gran1 = (uint8_t)g1, .bits1 = 40,
                             .gran2 = (uint8_t)g2, .bits2 = 44,
                             .start2 = g2 == 12 ? 0 : 1, .both_halves = k & 1 };
        unsigned s1 = smmu3t_pgt_shift(g1, l1), s2 = smmu3t_pgt_shift(g2, l2);
        unsigned small = s1 < s2 ? s1 : s2;
        uint64_t va = UINT64_C(1) << 38, ipa = UINT64_C(1) << 40, pa = UINT64_C(5) << 44;

        row("nested gran %u level %u, gran %u level %u", g1, l1, g2, l2);
        fresh(m, &st);
        st.tt0.leaf_level = (uint8_t)l1;
        st.st2.leaf_level = (uint8_t)l2;
        stream_map1(&st, va, ipa, UINT64_C(1) << s1, RW1);
        stream_map2(&st, ipa, pa, UINT64_C(1) << s2, RW2);
        probe_leaf(m, NS, va, pa, UINT64_C(1) << small);
        ROW_EQ(machine_dma(m, NS, 1, va + 4, 0).mask, (UINT64_C(1) << small) - 1);
        if (s1 > s2) {
            row("nested gran %u level %u, gran %u level %u: hole", g1, l1, g2, l2);
            ROW_REASON(machine_dma(m, NS, 1, va + (UINT64_C(1) << s2), 0),
                       SMMU3_R_S2_DESC_INVALID);
        }
        machine_drain(m, NS);
    }
    machine_free(m);
    rows_done();
}

/* Tags: the top byte is ignored, in each half on its own. 3.4.1 */
static void test_tbi(void **state)
{
    static const struct {
        uint64_t va;
        unsigned tbi; /* bit 0: TBI0, bit 1: TBI1 */
        enum smmu3_reason want;
    } rows[] = {
        { 0x0000000000001000, 0, SMMU3_R_NONE },
        { 0x7f00000000001000, 0, SMMU3_R_S1_VA_RANGE },
        { 0x7f00000000001000, 1, SMMU3_R_NONE },
        { 0xff00000000001000, 1, SMMU3_R_NONE },
        { 0xff00000000001000, 2, SMMU3_R_S1_VA_RANGE },
        { 0x0080000000001000, 1, SMMU3_R_S1_VA_RANGE }, /* bit 55: the upper half */
        { 0x0040000000001000, 1, SMMU3_R_S1_VA_RANGE }, /* below the tag */
        { 0x0000008000001000, 3, SMMU3_R_S1_VA_RANGE },
        { 0xffffff8000001000, 0, SMMU3_R_NONE },
        { 0x00ffff8000001000, 0, SMMU3_R_S1_VA_RANGE },
        { 0x00ffff8000001000, 2, SMMU3_R_NONE },
        { 0x5affff8000001000, 2, SMMU3_R_NONE },
        { 0x5affff8000001000, 1, SMMU3_R_S1_VA_RANGE },
        { 0xff7fff8000001000, 3, SMMU3_R_S1_VA_RANGE }, /* bit 55: the lower half */
    };
    struct machine *m = machine_new("base", NULL);
    struct stream st = { .sid = 1, .s1 = true, .both_halves = true };

    (void)state;
    machine_start(m, NS, 4, 0);
    fresh(m, &st);
    stream_map1(&st, 0x1000, 0x1000, 0x1000, RW1);
    stream_map1(&st, 0xffffff8000001000, 0x1000, 0x1000, RW1);
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        row("VA %#llx TBI %u", (unsigned long long)rows[i].va, rows[i].tbi);
        CD_PUT(st.cd.w, TBI0, rows[i].tbi & 1);
        CD_PUT(st.cd.w, TBI1, rows[i].tbi >> 1);
        stream_update(&st);
        ROW_REASON(machine_dma(m, NS, 1, rows[i].va + 4, 0), rows[i].want);
        if (rows[i].want) {
            uint64_t rec[4];

            /* InputAddr is what came in, tag and all: 7.3 */
            ROW_EQ(machine_event(m, NS, rec), true);
            ROW_EQ(rec[2], rows[i].va + 4);
        }
    }
    machine_free(m);
    rows_done();
}

/* EPDx, E0PDx: 5.4. */
static void test_disabled_halves(void **state)
{
    static const struct {
        unsigned epd, e0pd;
        bool upper, priv;
        enum smmu3_reason want;
    } rows[] = {
        { 0, 0, false, false, SMMU3_R_NONE },     { 1, 0, false, false, SMMU3_R_S1_EPD },
        { 1, 0, true, false, SMMU3_R_NONE },      { 2, 0, true, true, SMMU3_R_S1_EPD },
        { 2, 0, false, true, SMMU3_R_NONE },      { 3, 0, true, false, SMMU3_R_S1_EPD },
        { 0, 1, false, false, SMMU3_R_S1_E0PD },  { 0, 1, false, true, SMMU3_R_NONE },
        { 0, 1, true, false, SMMU3_R_NONE },      { 0, 2, true, false, SMMU3_R_S1_E0PD },
        { 0, 2, true, true, SMMU3_R_NONE },       { 0, 2, false, false, SMMU3_R_NONE },
    };

    (void)state;
    for (unsigned have = 0; have < 2; have++) {
        for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
            struct machine *m = machine_new("base", have ? NULL : AS_V32 "IDR3.E0PD=0");
            struct stream st = { .sid = 1, .s1 = true, .both_halves = true };
            enum smmu3_reason want = rows[i].want;
            struct smmu3_result r;

            if (!have && want == SMMU3_R_S1_E0PD) {
                want = SMMU3_R_NONE;
            }
            row("row %zu E0PD feature %u", i, have);
            machine_start(m, NS, 4, 0);
            fresh(m, &st);
            stream_map1(&st, 0x1000, 0x1000, 0x1000, RW1);
            stream_map1(&st, 0xffffff8000001000, 0x1000, 0x1000, RW1);
            CD_PUT(st.cd.w, EPD0, rows[i].epd & 1);
            CD_PUT(st.cd.w, EPD1, rows[i].epd >> 1);
            CD_PUT(st.cd.w, E0PD0, rows[i].e0pd & 1);
            CD_PUT(st.cd.w, E0PD1, rows[i].e0pd >> 1);
            stream_update(&st);
            r = machine_dma(m, NS, 1, rows[i].upper ? 0xffffff8000001000 : 0x1000,
                            rows[i].priv ? SMMU3_REQ_PRIV : 0);
            ROW_REASON(r, want);
            machine_free(m);
        }
    }
    rows_done();
}

/* any-EL2 and EL3 have one range: bit 55 is an address bit there. 3.3.3 */
static void test_one_range(void **state)
{
    (void)state;
    for (unsigned strw = 1; strw <= 2; strw++) {
        struct machine *m = machine_new("base", NULL);
        struct stream st = { .sec = S, .sid = 1, .s1 = true, .both_halves = true };

        row("STRW=%u", strw);
        machine_start(m, S, 4, 0);
        fresh(m, &st);
        stream_map1(&st, 0x1000, 0x1000, 0x1000, RW1);
        stream_map1(&st, 0xffffff8000001000, 0x2000, 0x1000, RW1);
        STE_PUT(st.ste.w, STRW, strw);
        CD_PUT(st.cd.w, EPD0, 1); /* ignored */
        stream_update(&st);
        ROW_REASON(machine_dma(m, S, 1, 0x1000, 0), SMMU3_R_NONE);
        ROW_REASON(machine_dma(m, S, 1, 0xffffff8000001000, 0), SMMU3_R_S1_VA_RANGE);
        CD_PUT(st.cd.w, TBI0, 1);
        CD_PUT(st.cd.w, TBI1, 1);
        stream_update(&st);
        ROW_REASON(machine_dma(m, S, 1, 0xab00000000001000, 0), SMMU3_R_NONE);
        ROW_REASON(machine_dma(m, S, 1, 0x0080000000001000, 0), SMMU3_R_S1_VA_RANGE);
        machine_free(m);
    }
    rows_done();
}

static void test_big_endian(void **state)
{
    (void)state;
    for (unsigned k = 0; k < 4; k++) {
        struct machine *m = machine_new("base", NULL);
        struct stream st = { .sid = 1, .s1 = true, .s2 = true };
        struct smmu3t_pgt be;

        row("ENDI=%u S2ENDI=%u", k & 1, k >> 1);
        machine_start(m, NS, 4, 0);
        stream_build(m, &st);
        if (k & 1) {
            be = st.tt0;
            be.big_endian = true;
            assert_int_equal(smmu3t_pgt_init(&be), 0);
            st.tt0 = be;
            smmu3t_cd_init(&st.cd, &st.tt0, NULL, 1);
        }
        stream_map1(&st, 0x12345000, 0x23456000, 0x1000, RW1);
        stream_map2(&st, 0x23456000, 0x34567000, 0x1000, RW2);
        if (k & 2) {
            /* the same stage 2, as a copy in the other byte order */
            be = st.st2;
            be.big_endian = true;
            assert_int_equal(smmu3t_pgt_init(&be), 0);
            for (uint64_t pa = 0x10000000; pa < m->brk[NS] && pa < 0x10100000; pa += 0x1000) {
                assert_int_equal(smmu3t_pgt_map(&be, STREAM_IPA(pa), pa, 0x1000, RW2), 0);
            }
            assert_int_equal(smmu3t_pgt_map(&be, 0x23456000, 0x34567000, 0x1000, RW2), 0);
            smmu3t_ste_add_s2(&st.ste, &be, 0);
        }
        stream_update(&st);
        ROW_EQ(machine_dma(m, NS, 1, 0x12345678, SMMU3_REQ_WRITE).addr, 0x34567678);
        machine_free(m);
    }
    rows_done();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_stage1),
        TEST(test_contiguous),
        TEST(test_stage2),
        TEST(test_nested),
        TEST(test_tbi),
        TEST(test_disabled_halves),
        TEST(test_one_range),
        TEST(test_big_endian),
    };

    return machine_main("walk", tests, ARRAY_SIZE(tests), true);
}
