/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Where stage 2 starts and how large it is: S2T0SZ, S2SL0, S2TG, S2DS, S2PS
 * and S2TTB, and their likes for Secure IPAs. IHI0070G.b 5.2, 3.4.1; start
 * levels as VTCR_EL2 has them, DDI0487 D8.2.
 */
#include "conf.h"

/* ---- start levels ---- */

/* T0SZ from lo to hi goes with this {SL0_2,SL0}; below 16 with DS only. */
static const struct {
    uint8_t tg, sl0, lo, hi, min_oas;
    bool ds; /* with DS only */
} starts[] = {
    { 0, 0, 30, 42, 0, false },  { 0, 1, 21, 33, 0, false }, { 0, 2, 12, 24, 44, false },
    { 0, 3, 39, 51, 0, false },  { 0, 4, 12, 15, 0, true },  { 2, 0, 35, 49, 0, false },
    { 2, 1, 24, 38, 0, false },  { 2, 2, 13, 27, 42, false }, { 2, 3, 12, 16, 0, true },
    { 1, 0, 31, 47, 0, false },  { 1, 1, 18, 34, 0, false }, { 1, 2, 12, 21, 44, false },
};

struct size {
    unsigned tg, sl0;
    bool ds;
};

static bool legal(const struct conf *c, const struct size *s, unsigned t0sz)
{
    unsigned oas = conf_oas(c), max = 39, min = 16;
    bool stt = ID(c, IDR3, STT);

    if (stt) {
        max = s->tg == 1 ? 47 : 48;
    }
    if (s->tg == 1 || s->ds) {
        min = 12;
    }
    min = 64 - oas > min ? 64 - oas : min; /* IAS is OAS without VMSAv8-32 */
    if (t0sz < min || t0sz > max) {
        return false;
    }
    for (size_t i = 0; i < CONF_COUNT(starts); i++) {
        if (starts[i].tg == s->tg && starts[i].sl0 == s->sl0) {
            return t0sz >= starts[i].lo && t0sz <= starts[i].hi && oas >= starts[i].min_oas &&
                   (s->ds || !starts[i].ds) && (stt || s->tg != 0 || s->sl0 != 3);
        }
    }
    return false;
}

/* One size, in the fields for Secure IPAs or in the others. */
static void try_size(struct conf_stream *st, bool s_s2, const struct size *s, unsigned t0sz)
{
    static const struct conf_event bad_ste = { .number = EVT_C_BAD_STE };
    struct conf *c = st->c;
    struct dut_dma dma = conf_access(st, 0, 0);
    bool want = legal(c, s, t0sz), ok;

    if (s_s2) {
        STE_PUT(st->ste.w, S_S2T0SZ, t0sz);
        STE_PUT(st->ste.w, S_S2SL0, s->sl0 & 3);
        STE_PUT(st->ste.w, S_S2SL0_2, s->sl0 >> 2);
        STE_PUT(st->ste.w, S_S2TG, s->tg);
    } else {
        STE_PUT(st->ste.w, S2T0SZ, t0sz);
        STE_PUT(st->ste.w, S2SL0, s->sl0 & 3);
        STE_PUT(st->ste.w, S2SL0_2, s->sl0 >> 2);
        STE_PUT(st->ste.w, S2TG, s->tg);
    }
    STE_PUT(st->ste.w, S2DS, s->ds);
    conf_stream_update(st);
    ok = want ? conf_never(c, &dma, EVT_C_BAD_STE) : conf_faults(c, &dma, &bad_ste);
    if (!ok) {
        conf_fail(c, "T0SZ=%u is %slegal here", t0sz, want ? "" : "il");
    }
}

/* Every T0SZ that is legal, or every other. */
static void try_sizes(struct conf_stream *st, bool s_s2, const struct size *s, bool want)
{
    for (unsigned t = 0; t < 64 && !conf_failed(st->c); t++) {
        if (legal(st->c, s, t) == want) {
            try_size(st, s_s2, s, t);
        }
    }
}

/* Does anything of this start level exist on this SMMU? */
static bool any_legal(const struct conf *c, const struct size *s)
{
    for (unsigned t = 1; t < 63; t++) {
        if (legal(c, s, t)) {
            return true;
        }
    }
    return false;
}

static const struct {
    const char *name;
    struct conf_need need;
} grans[] = {
    { "4 KB", NEED(IDR5, GRAN4K, IS, 1) },
    { "64 KB", NEED(IDR5, GRAN64K, IS, 1) },
    { "16 KB", NEED(IDR5, GRAN16K, IS, 1) },
};

static void sizes_of(struct conf *c, enum dut_sec sec, bool s_s2, const struct size *s)
{
    const struct conf_need need[CONF_NEEDS] = {
        grans[s->tg].need, NEED(AIDR, ArchMinorRev, MIN, 1), NEED(IDR5, D128, IS, 0),
        s->ds || s->sl0 > 3 ? (struct conf_need)NEED(IDR5, DS, IS, 1) : (struct conf_need){ 0 },
    };
    enum conf_rule rule = s_s2 ? RULE_STE_S_S2T0SZ : RULE_STE_S2T0SZ;

    for (unsigned want = 0; want < 2; want++) {
        if (conf_row(c, rule, want ? CONF_LEGAL : CONF_ILLEGAL, need, "%s%s, %s, SL0=%u%s: %slegal T0SZ",
                     sec ? "Secure " : "", s_s2 ? "S_S2" : "S2", grans[s->tg].name, s->sl0,
                     s->ds ? ", DS" : "", want ? "" : "il") &&
            conf_needs_state(c, sec)) {
            struct conf_stream st = { .sec = sec, .s2 = true };

            if (want && !any_legal(c, s)) {
                conf_skip(c, "this SMMU has no such start level");
                continue;
            }
            conf_start(c, sec);
            if (conf_stream(c, &st)) {
                try_sizes(&st, s_s2, s, want);
            }
        }
    }
}

static void ste_s2_size(struct conf *c)
{
    for (unsigned n = 0; n < 3; n++) { /* NS S2, Secure S2, Secure S_S2 */
        for (unsigned tg = 0; tg < 3; tg++) {
            for (unsigned sl0 = 0; sl0 < (tg ? 4 : 8); sl0++) {
                for (unsigned ds = 0; ds < (tg == 1 ? 1 : 2); ds++) {
                    struct size s = { tg, sl0, ds };

                    if (sl0 < 4 || ds) { /* S2SL0_2 counts with S2DS only */
                        sizes_of(c, n ? DUT_S : DUT_NS, n == 2, &s);
                    }
                }
            }
        }
    }
}

const struct conf_case case_ste_s2_size = { "ste/s2-size", { NEED(IDR0, S2P, IS, 1) }, ste_s2_size };

/* ---- where the tables are ---- */

static const struct base {
    const char *name;
    bool s_s2;             /* S_S2TTB, else S2TTB */
    uint8_t ps;            /* S2PS */
    int8_t bit;            /* of the address that is set; -1: of OAS, -2: below it */
    bool bad;
    struct conf_need need;
} bases[] = {
    { "S2TTB bit 32 with S2PS=0", false, 0, 32, true, { 0 } },
    { "S2TTB bit 31 with S2PS=0", false, 0, 31, false, { 0 } },
    { "S2TTB bit 36 with S2PS=1", false, 1, 36, true, { 0 } },
    { "S2TTB bit 35 with S2PS=1", false, 1, 35, false, NEED(IDR5, OAS, MIN, 1) },
    { "S2TTB bit 40 with S2PS=2", false, 2, 40, true, { 0 } },
    { "S2TTB bit 39 with S2PS=2", false, 2, 39, false, NEED(IDR5, OAS, MIN, 2) },
    { "S2TTB bit 42 with S2PS=3", false, 3, 42, true, { 0 } },
    { "S2TTB bit 44 with S2PS=4", false, 4, 44, true, { 0 } },
    { "S2TTB bit 43 with S2PS=4", false, 4, 43, false, NEED(IDR5, OAS, MIN, 4) },
    { "S2TTB bit 48 with S2PS=5", false, 5, 48, true, { 0 } },
    { "S2TTB bit 47 with S2PS=5", false, 5, 47, false, NEED(IDR5, OAS, MIN, 5) },
    { "S2TTB at 2^OAS with S2PS=7", false, 7, -1, true, NEED(IDR5, OAS, MAX, 5) },
    { "S2TTB below 2^OAS with S2PS=7", false, 7, -2, false, NEED(IDR5, OAS, MAX, 5) },
    { "S2TTB bit 48 without 52-bit tables", false, 6, 48, true, NEED(IDR5, OAS, MIN, 6) },
    { "S2TTB bit 51 without 52-bit tables", false, 6, 51, true, NEED(IDR5, OAS, MIN, 6) },
    { "S_S2TTB bit 32 with S2PS=0", true, 0, 32, true, { 0 } },
    { "S_S2TTB bit 31 with S2PS=0", true, 0, 31, false, { 0 } },
    { "S_S2TTB bit 40 with S2PS=2", true, 2, 40, true, { 0 } },
    { "S_S2TTB bit 44 with S2PS=4", true, 4, 44, true, { 0 } },
    { "S_S2TTB bit 48 with S2PS=5", true, 5, 48, true, { 0 } },
    { "S_S2TTB at 2^OAS with S2PS=7", true, 7, -1, true, NEED(IDR5, OAS, MAX, 5) },
    { "S_S2TTB below 2^OAS with S2PS=7", true, 7, -2, false, NEED(IDR5, OAS, MAX, 5) },
};

static void try_base(struct conf *c, struct conf_stream *st, const struct base *b)
{
    static const struct conf_event bad_ste = { .number = EVT_C_BAD_STE };
    struct dut_dma dma = conf_access(st, 0, 0);
    unsigned bit = b->bit >= 0 ? (unsigned)b->bit : conf_oas(c) - (unsigned)(b->bit == -2);

    STE_PUT(st->ste.w, S2PS, b->ps);
    /* What is tested is alone in being beyond S2PS. */
    STE_PUT(st->ste.w, S2TTB, b->s_s2 ? 0 : UINT64_C(1) << (bit - 4));
    STE_PUT(st->ste.w, S_S2TTB, b->s_s2 ? UINT64_C(1) << (bit - 4) : 0);
    conf_stream_update(st);
    if (b->bad) {
        conf_faults(c, &dma, &bad_ste);
    } else {
        conf_never(c, &dma, EVT_C_BAD_STE);
    }
}

/* What lies below the alignment of the first table is not looked at. */
static void low_bits(struct conf *c, enum dut_sec sec, bool s_s2)
{
    struct conf_stream st = { .sec = sec, .s2 = true };
    enum dut_pas pas = conf_pas(sec);
    uint64_t low, pa;
    struct dut_dma dma;

    if (!conf_row(c, RULE_STE_S2TTB_LOW, CONF_LEGAL, NULL, "low bits of %s%s", sec ? "Secure " : "",
                  s_s2 ? "S_S2TTB" : "S2TTB") ||
        !conf_needs_state(c, sec)) {
        return;
    }
    conf_start(c, sec);
    if (conf_stream(c, &st)) {
        dma = conf_access(&st, conf_map(&st, &pa), DUT_DMA_WRITE);
        low = (UINT64_C(8) << (st.bits2 - smmu3t_pgt_shift(st.gran2, st.start2))) - 1;
        if (s_s2) {
            STE_PUT(st.ste.w, S_S2TTB, (st.st2.root | low) >> 4);
        } else {
            STE_PUT(st.ste.w, S2TTB, STE_GET(st.ste.w, S2TTB) | low >> 4);
        }
        conf_stream_update(&st);
        conf_reaches(c, &dma, pas, pa);
    }
}

static void ste_s2_base(struct conf *c)
{
    low_bits(c, DUT_NS, false);
    low_bits(c, DUT_S, false);
    low_bits(c, DUT_S, true);
    for (size_t i = 0; i < CONF_COUNT(bases); i++) {
        const struct base *b = &bases[i];
        const struct conf_need need[CONF_NEEDS] = { b->need, NEED(IDR5, GRAN4K, IS, 1) };

        for (unsigned sec = b->s_s2; sec < DUT_NUM_SEC; sec++) {
            if (conf_row(c, RULE_STE_S2TTB, b->bad ? CONF_ILLEGAL : CONF_LEGAL, need, "%s%s",
                         sec ? "Secure " : "", b->name) &&
                conf_needs_state(c, (enum dut_sec)sec)) {
                struct conf_stream st = { .sec = (enum dut_sec)sec, .s2 = true, .gran2 = 12,
                                          .bits2 = 32, .start2 = 1 };

                conf_start(c, st.sec);
                if (conf_stream(c, &st)) {
                    try_base(c, &st, b);
                }
            }
        }
    }
    /* An S1ContextPtr that is an IPA: 3.4.3 leaves two ways. */
    for (unsigned sec = DUT_NS; sec < DUT_NUM_SEC; sec++) {
        static const struct conf_need need[CONF_NEEDS] = {
            NEED(AIDR, ArchMinorRev, MIN, 1), NEED(IDR5, OAS, MAX, 5),
        };

        if (conf_row(c, RULE_STE_S1CONTEXTPTR, CONF_ILLEGAL, need, "%snested S1ContextPtr at 2^IAS",
                     sec ? "Secure " : "") &&
            conf_needs_state(c, (enum dut_sec)sec)) {
            struct conf_stream st = { .sec = (enum dut_sec)sec, .s1 = true, .s2 = true };
            struct conf_event bad = { .number = EVT_C_BAD_STE };
            struct conf_event s2 = { .number = EVT_F_TRANSLATION, .s2 = true, .class_ = CONF_CLASS_CD };
            struct dut_dma dma;

            conf_start(c, st.sec);
            if (conf_stream(c, &st)) {
                put_field(st.ste.w, conf_oas(c), 1, 1);
                /* The record has no bits from OAS on: 7.3.13. */
                s2.ipa = STE_GET(st.ste.w, S1ContextPtr) << 6 & ((UINT64_C(1) << conf_oas(c)) - 1);
                conf_stream_update(&st);
                dma = conf_access(&st, CONF_VA, 0);
                conf_faults_either(c, &dma, &bad, &s2);
            }
        }
    }
}

const struct conf_case case_ste_s2_base = { "ste/s2-base", { NEED(IDR0, S2P, IS, 1) }, ste_s2_base };
