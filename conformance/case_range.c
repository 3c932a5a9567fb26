/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * What addresses go in: the ranges of TTB0 and TTB1, TBI, EPD, E0PD, of
 * stage 2, and what passes where nothing translates. IHI0070G.b 3.4, 7.3.13,
 * 7.3.14.
 */
#include "conf.h"

#define TOP(bits) (UINT64_C(1) << (bits))
#define S_(sec) ((sec) ? "Secure " : "")

static const struct conf_event no_range = { .number = EVT_F_TRANSLATION, .class_ = CONF_CLASS_IN };
static const struct conf_event too_far = { .number = EVT_F_ADDR_SIZE, .class_ = CONF_CLASS_IN };

/* ---- stage 1 ---- */

enum half { LOW, HIGH };
/* An address relative to its half's last page: its bits are changed by flip. */
static const struct va {
    const char *name;
    enum half half;
    unsigned bits;
    uint64_t flip;
    struct conf_set set[2];
    bool ok;
} vas[] = {
    { "the last page of TTB0", LOW, 39, 0, { { 0 } }, true },
    { "one bit beyond TTB0", LOW, 39, TOP(39), { { 0 } }, false },
    { "bit 54 beyond TTB0", LOW, 39, TOP(54), { { 0 } }, false },
    { "bit 55 of a TTB0 address", LOW, 39, TOP(55), { { 0 } }, false },
    { "bit 56 without TBI0", LOW, 39, TOP(56), { { 0 } }, false },
    { "bit 63 without TBI0", LOW, 39, TOP(63), { { 0 } }, false },
    { "bit 63 with TBI1", LOW, 39, TOP(63), { CD_SET(TBI1, 1) }, false },
    { "top byte 0xff with TBI0", LOW, 39, UINT64_C(0xff) << 56, { CD_SET(TBI0, 1) }, true },
    { "top byte 0xa5 with TBI0", LOW, 39, UINT64_C(0xa5) << 56, { CD_SET(TBI0, 1) }, true },
    { "bit 55 with TBI0", LOW, 39, TOP(55), { CD_SET(TBI0, 1), CD_SET(TBI1, 1) }, false },
    { "bit 54 with TBI0", LOW, 39, UINT64_C(0xa5) << 56 | TOP(54), { CD_SET(TBI0, 1) }, false },
    { "the first page of TTB1", HIGH, 39, 0, { { 0 } }, true },
    { "one bit below TTB1", HIGH, 39, TOP(39), { { 0 } }, false },
    { "bit 54 below TTB1", HIGH, 39, TOP(54), { { 0 } }, false },
    { "bit 55 of a TTB1 address", HIGH, 39, TOP(55), { { 0 } }, false },
    { "bit 56 without TBI1", HIGH, 39, TOP(56), { { 0 } }, false },
    { "bit 63 without TBI1", HIGH, 39, TOP(63), { CD_SET(TBI0, 1) }, false },
    { "top byte 0 with TBI1", HIGH, 39, UINT64_C(0xff) << 56, { CD_SET(TBI1, 1) }, true },
    { "top byte 0x5a with TBI1", HIGH, 39, UINT64_C(0xa5) << 56, { CD_SET(TBI1, 1) }, true },
    { "bit 54 with TBI1", HIGH, 39, UINT64_C(0xa5) << 56 | TOP(54), { CD_SET(TBI1, 1) }, false },
    { "the last page of TTB0, 48 bits", LOW, 48, 0, { { 0 } }, true },
    { "one bit beyond TTB0, 48 bits", LOW, 48, TOP(48), { { 0 } }, false },
    { "the first page of TTB1, 48 bits", HIGH, 48, 0, { { 0 } }, true },
    { "one bit below TTB1, 48 bits", HIGH, 48, TOP(48), { { 0 } }, false },
    { "the last page of TTB0, 30 bits", LOW, 30, 0, { { 0 } }, true },
    { "one bit beyond TTB0, 30 bits", LOW, 30, TOP(30), { { 0 } }, false },
    { "TTB0 with EPD0", LOW, 39, 0, { CD_SET(EPD0, 1) }, false },
    { "TTB0 with EPD1", LOW, 39, 0, { CD_SET(EPD1, 1) }, true },
    { "TTB1 with EPD1", HIGH, 39, 0, { CD_SET(EPD1, 1) }, false },
    { "TTB1 with EPD0", HIGH, 39, 0, { CD_SET(EPD0, 1) }, true },
};

static bool is_epd(const struct va *v)
{
    return v->set[0].lo == CD_EPD0_LO || v->set[0].lo == CD_EPD1_LO;
}

static void stage1_row(struct conf *c, const struct va *v, enum dut_sec sec, bool nested)
{
    enum conf_rule rule = is_epd(v) ? RULE_RANGE_EPD
                          : v->set[0].width ? RULE_RANGE_TBI : RULE_RANGE_S1;
    struct conf_stream st = { .sec = sec, .s1 = true, .s2 = nested, .bits1 = (uint8_t)v->bits,
                              .both_halves = true, .asid = 1, .vmid = 1 };
    struct dut_dma dma;
    uint64_t out, pa, va;

    if (!conf_row(c, rule, v->ok ? CONF_LEGAL : CONF_ILLEGAL, NULL, "%s%s: %s", S_(sec),
                  nested ? "nested" : "stage 1", v->name) ||
        !conf_needs_state(c, sec)) {
        return;
    }
    conf_start(c, sec);
    if (!conf_stream(c, &st)) {
        return;
    }
    pa = out = conf_target(c, conf_pas(sec));
    if (nested) {
        out = conf_ipa(c, pa);
        conf_map2(&st, out, pa, 0x10000, SMMU3T_S2_RW);
    }
    va = v->half == HIGH ? ~(TOP(v->bits) - 1) : TOP(v->bits) - 0x10000;
    conf_map1(&st, va, out, 0x10000, SMMU3T_S1_RW);
    conf_apply(st.cd.w, v->set, CONF_COUNT(v->set));
    conf_stream_update(&st);
    dma = conf_access(&st, (va + 0x8008) ^ v->flip, DUT_DMA_WRITE);
    if (v->ok) {
        conf_reaches(c, &dma, conf_pas(sec), pa + 0x8008);
    } else {
        conf_faults(c, &dma, &no_range);
    }
}

/* E0PDx: the unprivileged have no access through this half. */
static void e0pd(struct conf *c)
{
    static const struct conf_need need[CONF_NEEDS] = { NEED(IDR3, E0PD, IS, 1) };
    static const struct conf_need priv[CONF_NEEDS] = { NEED(IDR3, E0PD, IS, 1), CAN(PRIV) };

    for (unsigned n = 0; n < 8; n++) {
        bool high = n & 1, other = n >> 1 & 1, sup = n >> 2;
        struct conf_stream st = { .s1 = true, .both_halves = true };
        uint64_t pa, va;
        struct dut_dma dma;

        if (!conf_row(c, RULE_RANGE_E0PD, other || sup ? CONF_LEGAL : CONF_ILLEGAL, sup ? priv : need,
                      "TTB%u with E0PD%u, %sprivileged", high, high ^ other, sup ? "" : "un")) {
            continue;
        }
        conf_start(c, DUT_NS);
        if (!conf_stream(c, &st)) {
            continue;
        }
        pa = conf_target(c, DUT_PAS_NS);
        va = high ? ~UINT64_C(0xfffff) : CONF_VA;
        conf_map1(&st, va, pa, 0x10000, SMMU3T_S1_RW);
        CD_PUT(st.cd.w, E0PD0, high == other);
        CD_PUT(st.cd.w, E0PD1, high != other);
        conf_stream_update(&st);
        dma = conf_access(&st, va, sup ? DUT_DMA_PRIV : 0);
        if (other || sup) {
            conf_reaches(c, &dma, DUT_PAS_NS, pa);
        } else {
            conf_faults(c, &dma, &no_range);
        }
    }
}

/* any-EL2 and EL3 have one range only: no TTB1, whatever bit 55 says. */
static void one_range(struct conf *c)
{
    static const uint64_t flips[] = { 0, TOP(39), TOP(55), ~(TOP(39) - 1), UINT64_C(0xa5) << 56 };
    static const struct conf_need hyp[CONF_NEEDS] = { NEED(IDR0, Hyp, IS, 1) };
    static const struct conf_need sel2[CONF_NEEDS] = { NEED(S_IDR1, SEL2, IS, 1) };
    static const struct conf_need el3[CONF_NEEDS] = { NEED(IDR0, RME_IMPL, IS, 0) };
    static const struct {
        const char *name;
        enum dut_sec sec;
        uint8_t strw;
        const struct conf_need *need;
    } worlds[] = { { "NS-EL2", DUT_NS, 2, hyp }, { "S-EL2", DUT_S, 2, sel2 },
                   { "EL3", DUT_S, 1, el3 } };

    for (unsigned n = 0; n < 2 * CONF_COUNT(flips) * CONF_COUNT(worlds); n++) {
        bool tbi = n & 1;
        unsigned w = n / 2 % CONF_COUNT(worlds);
        uint64_t flip = flips[n / 2 / CONF_COUNT(worlds)], pa, va;
        bool ok = !(flip << (tbi ? 8 : 0));
        struct conf_stream st = { .sec = worlds[w].sec, .s1 = true };
        struct dut_dma dma;

        if (!conf_row(c, RULE_RANGE_ONE, ok ? CONF_LEGAL : CONF_ILLEGAL, worlds[w].need,
                      "%s: CONF_VA with 0x%lx, TBI0=%u", worlds[w].name, (unsigned long)flip, tbi) ||
            !conf_needs_state(c, st.sec)) {
            continue;
        }
        conf_start(c, st.sec);
        if (!conf_stream(c, &st)) {
            continue;
        }
        va = conf_map(&st, &pa);
        STE_PUT(st.ste.w, STRW, worlds[w].strw);
        CD_PUT(st.cd.w, TBI0, tbi);
        conf_stream_update(&st);
        dma = conf_access(&st, va ^ flip, 0);
        if (ok) {
            conf_reaches(c, &dma, conf_pas(st.sec), pa);
        } else {
            conf_faults(c, &dma, &no_range);
        }
    }
}

static void range_s1(struct conf *c)
{
    for (unsigned n = 0; n < 4; n++) {
        for (size_t i = 0; i < CONF_COUNT(vas); i++) {
            stage1_row(c, &vas[i], (enum dut_sec)(n & 1), n >> 1);
        }
    }
    e0pd(c);
    one_range(c);
}

const struct conf_case case_range_s1 = {
    "range/stage1", { NEED(IDR0, S1P, IS, 1), NEED(IDR0, STALL_MODEL, NOT, 2) }, range_s1
};

/* ---- stage 2 ---- */

enum beyond { LAST, INPUT, OUTPUT, TABLE, CD, NUM_BEYOND };

static void beyond(struct conf *c, struct conf_stream *st, enum beyond what)
{
    struct conf_event e = { .number = EVT_F_TRANSLATION, .s2 = true, .class_ = CONF_CLASS_IN,
                            .ipa = TOP(st->bits2), .ttrnw = true };
    struct dut_dma dma = conf_access(st, CONF_VA, 0);
    uint64_t last = TOP(st->bits2) - 0x10000, pa;

    switch (what) {
    case LAST:
        pa = conf_target(c, conf_pas(st->sec));
        conf_map2(st, last, pa, 0x10000, SMMU3T_S2_RW);
        dma.addr = last;
        if (st->s1) {
            conf_map1(st, CONF_VA, last, 0x10000, SMMU3T_S1_RW);
            dma.addr = CONF_VA;
        }
        conf_reaches(c, &dma, conf_pas(st->sec), pa);
        return;
    case INPUT:
        dma.addr = e.ipa;
        break;
    case OUTPUT:
        conf_map1(st, CONF_VA, e.ipa, 0x10000, SMMU3T_S1_RW);
        break;
    case TABLE:
        CD_PUT(st->cd.w, TTB0, e.ipa >> 4);
        e.ipa += 8 * ((CONF_VA & (TOP(st->bits1) - 1)) >> smmu3t_pgt_shift(st->gran1, st->tt0.start));
        e.class_ = CONF_CLASS_TT;
        break;
    default:
        STE_PUT(st->ste.w, S1ContextPtr, e.ipa >> 6);
        e.class_ = CONF_CLASS_CD;
        break;
    }
    conf_stream_update(st);
    conf_faults(c, &dma, &e);
}

static void range_s2(struct conf *c)
{
    static const char *const names[] = { "the last page", "an input", "an output of stage 1",
                                         "a table of stage 1", "the CD" };
    static const struct conf_need need[CONF_NEEDS] = { NEED(IDR5, OAS, MIN, 2) };

    for (unsigned n = 0; n < 2 * 2 * NUM_BEYOND; n++) {
        enum beyond what = (enum beyond)(n / 4);
        struct conf_stream st = { .sec = (enum dut_sec)(n & 1), .s2 = true, .s1 = n >> 1 & 1 };
        uint64_t base, size;

        if ((st.s1 ? what == INPUT : what > INPUT) ||
            !conf_row(c, RULE_RANGE_S2, what ? CONF_ILLEGAL : CONF_LEGAL, need, "%s%s: %s%s",
                      S_(st.sec), st.s1 ? "nested" : "stage 2", names[what],
                      what ? " beyond S2T0SZ" : "") ||
            !conf_needs_state(c, st.sec)) {
            continue;
        }
        conf_ram(c, conf_pas(st.sec), &base, &size);
        st.bits2 = 36;
        if (conf_ipa(c, base + size) >> st.bits2) {
            conf_skip(c, "36 bits do not hold the DUT's RAM");
            continue;
        }
        st.gran2 = ID(c, IDR5, GRAN4K) ? 12 : ID(c, IDR5, GRAN16K) ? 14 : 16;
        st.start2 = st.gran2 == 12 ? 1 : 2;
        conf_start(c, st.sec);
        if (conf_stream(c, &st)) {
            beyond(c, &st, what);
        }
    }
}

const struct conf_case case_range_s2 = {
    "range/stage2", { NEED(IDR0, S2P, IS, 1), NEED(IDR0, STALL_MODEL, NOT, 2) }, range_s2
};

/* ---- no stage 1 ---- */

/* IAS: VMSAv8-32, if it is there, has 40 bits. */
static unsigned ias(const struct conf *c)
{
    return ID(c, IDR0, TTF) & 1 && conf_oas(c) < 40 ? 40 : conf_oas(c);
}

static void range_bypass(struct conf *c)
{
    static const char *const names[] = { "bypass", "stage 2", "S1DSS=1" };
    static const struct conf_need subs[CONF_NEEDS] = { NEED(IDR1, SSIDSIZE, MIN, 1),
                                                       NEED(IDR0, S1P, IS, 1) };
    static const struct conf_need any[CONF_NEEDS] = { { 0 } };

    for (unsigned n = 0; n < 2 * 3 * 4; n++) {
        unsigned how = n / 2 % 3, bit = n / 6;
        struct conf_stream st = { .sec = (enum dut_sec)(n & 1), .s1 = how == 2, .s2 = how == 1,
                                  .ssid_bits = how == 2 };
        unsigned limit = how ? ias(c) : conf_oas(c);
        struct dut_dma dma;

        if (!conf_row(c, RULE_RANGE_BYPASS, bit ? CONF_ILLEGAL : CONF_LEGAL, how == 2 ? subs : any,
                      "%s%s: %s", S_(st.sec), names[how],
                      bit == 0 ? "below the limit" : bit == 1 ? "at the limit"
                      : bit == 2 ? "bit 55" : "bit 63") ||
            !conf_needs_state(c, st.sec)) {
            continue;
        }
        conf_start(c, st.sec);
        if (!conf_stream(c, &st)) {
            continue;
        }
        if (how == 2) {
            STE_PUT(st.ste.w, S1DSS, 1);
            conf_stream_update(&st);
        }
        dma = conf_access(&st, bit == 0 ? TOP(limit) - 8 : bit == 1 ? TOP(limit)
                                                         : bit == 2 ? TOP(55) : TOP(63), 0);
        if (!bit) {
            conf_never(c, &dma, EVT_F_ADDR_SIZE);
        } else {
            conf_faults(c, &dma, &too_far);
        }
    }
}

const struct conf_case case_range_bypass = { "range/bypass", { { 0 } }, range_bypass };
