/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Which CDs are ILLEGAL: the field texts of IHI0070G.b 5.4 and the list of
 * 5.4.2, in both forms, in each StreamWorld (3.3.3) that makes a difference.
 */
#include "conf.h"

enum { NS = 1, SEC = 2, ANY = 3 };
enum { S1 = 1, NEST = 2, BOTH = 3 };
/* StreamWorlds; E2H is CR2.E2H=1. All but EL1 are stage 1 alone. */
enum world { EL1, EL2, E2H, EL3, NUM_WORLDS };
enum { W1 = 1 << EL1, W2 = 1 << EL2, WH = 1 << E2H, W3 = 1 << EL3, ONE_RANGE = W2 | W3,
       TWO_RANGES = W1 | WH, WORLDS = 15 };
enum want {
    REACH, /* legal, and nothing changes for the access */
    LEGAL, /* legal; what else becomes of the access is no matter */
    BAD,   /* C_BAD_CD */
    NOWALK /* legal: F_TRANSLATION is what EPD0=1 makes of it */
};

#define ROW_NEEDS 2
#define ROW_SETS 4
struct row {
    enum conf_rule rule;
    const char *name;
    uint8_t secs, kinds, worlds;
    enum want want;
    struct conf_set set[ROW_SETS];
    struct conf_need need[ROW_NEEDS];
};

#define SET(...) { __VA_ARGS__ }
#define IF(...) { __VA_ARGS__ }
#define WORD(w, hi, lo, v) { 64 * (w) + (lo), (hi) - (lo) + 1, v }
#define ONES (~UINT64_C(0))
#define SM(reg, v) NEED(reg, STALL_MODEL, IS, v)
#define TERM(v) NEED(IDR0, TERM_MODEL, IS, v)
#define ENDIAN(v) NEED(IDR0, TTENDIAN, IS, v)
#define HTTU(op, v) NEED(IDR0, HTTU, op, v)

static const struct row rows[] = {
    { RULE_CD_V, "V=1", ANY, BOTH, WORLDS, REACH, SET(CD_SET(V, 1)), IF({ 0 }) },
    { RULE_CD_V, "V=0", ANY, BOTH, WORLDS, BAD, SET(CD_SET(V, 0)), IF({ 0 }) },
    { RULE_CD_V, "V=0, all else 1", ANY, BOTH, W1, BAD,
      SET(WORD(0, 63, 0, ONES), CD_SET(V, 0)), IF({ 0 }) },

    { RULE_CD_S, "S=1 with STALL_MODEL=1", NS, BOTH, WORLDS, BAD, SET(CD_SET(S, 1)), IF(SM(IDR0, 1)) },
    { RULE_CD_S, "S=1 with STALL_MODEL=1", SEC, BOTH, WORLDS, BAD, SET(CD_SET(S, 1)),
      IF(SM(S_IDR0, 1)) },
    { RULE_CD_S, "S=0 with STALL_MODEL=2", NS, BOTH, WORLDS, BAD, SET(CD_SET(S, 0)), IF(SM(IDR0, 2)) },
    { RULE_CD_S, "S=0 with STALL_MODEL=2", SEC, BOTH, WORLDS, BAD, SET(CD_SET(S, 0)),
      IF(SM(S_IDR0, 2)) },
    { RULE_CD_S, "S=1 with STALL_MODEL=0", NS, BOTH, WORLDS, REACH, SET(CD_SET(S, 1)),
      IF(SM(IDR0, 0)) },
    { RULE_CD_S, "S=1 with STALL_MODEL=0", SEC, BOTH, WORLDS, REACH, SET(CD_SET(S, 1)),
      IF(SM(S_IDR0, 0)) },
    { RULE_CD_A, "A=0 with TERM_MODEL=1", ANY, BOTH, WORLDS, BAD, SET(CD_SET(A, 0)), IF(TERM(1)) },
    { RULE_CD_A, "A=0 with TERM_MODEL=0", ANY, BOTH, WORLDS, REACH, SET(CD_SET(A, 0)), IF(TERM(0)) },
    { RULE_CD_A, "A=0 R=0", ANY, BOTH, W1, REACH, SET(CD_SET(A, 0), CD_SET(R, 0)), IF(TERM(0)) },

    { RULE_CD_ENDI, "ENDI=1, little-endian only", ANY, BOTH, WORLDS, BAD, SET(CD_SET(ENDI, 1)),
      IF(ENDIAN(2)) },
    { RULE_CD_ENDI, "ENDI=0, little-endian only", ANY, BOTH, W1, REACH, SET(CD_SET(ENDI, 0)),
      IF(ENDIAN(2)) },
    { RULE_CD_ENDI, "ENDI=0, big-endian only", ANY, BOTH, WORLDS, BAD, SET(CD_SET(ENDI, 0)),
      IF(ENDIAN(3)) },
    { RULE_CD_ENDI, "ENDI=1, big-endian only", ANY, BOTH, W1, REACH, SET(CD_SET(ENDI, 1)),
      IF(ENDIAN(3)) },
    { RULE_CD_ENDI, "ENDI=0, any", ANY, BOTH, W1, REACH, SET(CD_SET(ENDI, 0)), IF(ENDIAN(0)) },
    { RULE_CD_ENDI, "ENDI=1, any", ANY, BOTH, W1, LEGAL, SET(CD_SET(ENDI, 1)), IF(ENDIAN(0)) },
    { RULE_CD_ENDI, "ENDI=1, little-endian only, no tables", ANY, BOTH, TWO_RANGES, NOWALK,
      SET(CD_SET(ENDI, 1), CD_SET(EPD0, 1), CD_SET(EPD1, 1)), IF(ENDIAN(2)) },
    { RULE_CD_ENDI, "ENDI=1, little-endian only, EPDx", ANY, S1, ONE_RANGE, BAD,
      SET(CD_SET(ENDI, 1), CD_SET(EPD0, 1), CD_SET(EPD1, 1)), IF(ENDIAN(2)) },

    { RULE_CD_AA64, "AA64=0 without VMSAv8-32", ANY, BOTH, WORLDS, BAD, SET(CD_SET(AA64, 0)),
      IF(NEED(IDR0, TTF, IS, 2), NEED(IDR5, D128, IS, 0)) },
    { RULE_CD_AA64, "AA64=0", ANY, S1, WH | W3, BAD, SET(CD_SET(AA64, 0)),
      IF(NEED(IDR5, D128, IS, 0)) },
    { RULE_CD_AA64, "AA64=1", ANY, BOTH, WORLDS, REACH, SET(CD_SET(AA64, 1)), IF({ 0 }) },

    { RULE_CD_HTTU, "HA=1 without HTTU", ANY, BOTH, WORLDS, BAD, SET(CD_SET(HA, 1)), IF(HTTU(IS, 0)) },
    { RULE_CD_HTTU, "HD=1 without HTTU", ANY, BOTH, WORLDS, BAD, SET(CD_SET(HD, 1)), IF(HTTU(IS, 0)) },
    { RULE_CD_HTTU, "HD=1 with HTTU=1", ANY, BOTH, W1, BAD, SET(CD_SET(HA, 1), CD_SET(HD, 1)),
      IF(HTTU(IS, 1)) },
    { RULE_CD_HTTU, "HA=1", ANY, BOTH, WORLDS, REACH, SET(CD_SET(HA, 1)), IF(HTTU(MIN, 1)) },
    { RULE_CD_HTTU, "HA=1 HD=1", ANY, BOTH, WORLDS, REACH, SET(CD_SET(HA, 1), CD_SET(HD, 1)),
      IF(HTTU(MIN, 2)) },
    { RULE_CD_HTTU, "HD=1 alone", ANY, BOTH, W1, REACH, SET(CD_SET(HD, 1)), IF(HTTU(MIN, 2)) },
    { RULE_CD_HTTU, "HAFT=1 alone", ANY, BOTH, W1, BAD, SET(CD_SET(HAFT, 1)), IF(HTTU(IS, 3)) },

    { RULE_CD_TGX, "TG0=3", ANY, BOTH, WORLDS, BAD, SET(CD_SET(TG0, 3)), IF({ 0 }) },
    { RULE_CD_TGX, "TG0=0 without 4 KB", ANY, BOTH, W1, BAD, SET(CD_SET(TG0, 0)),
      IF(NEED(IDR5, GRAN4K, IS, 0)) },
    { RULE_CD_TGX, "TG0=1 without 64 KB", ANY, BOTH, W1, BAD, SET(CD_SET(TG0, 1)),
      IF(NEED(IDR5, GRAN64K, IS, 0)) },
    { RULE_CD_TGX, "TG0=2 without 16 KB", ANY, BOTH, W1, BAD, SET(CD_SET(TG0, 2)),
      IF(NEED(IDR5, GRAN16K, IS, 0)) },
    { RULE_CD_TGX, "TG1=0", ANY, BOTH, TWO_RANGES, BAD,
      SET(CD_SET(EPD1, 0), CD_SET(T1SZ, 25), CD_SET(TG1, 0)), IF({ 0 }) },
    { RULE_CD_TGX, "TG1=2 without 4 KB", ANY, BOTH, TWO_RANGES, BAD,
      SET(CD_SET(EPD1, 0), CD_SET(T1SZ, 25), CD_SET(TG1, 2)), IF(NEED(IDR5, GRAN4K, IS, 0)) },
    { RULE_CD_TGX, "TG1=3 without 64 KB", ANY, BOTH, TWO_RANGES, BAD,
      SET(CD_SET(EPD1, 0), CD_SET(T1SZ, 25), CD_SET(TG1, 3)), IF(NEED(IDR5, GRAN64K, IS, 0)) },
    { RULE_CD_TGX, "TG1=1 without 16 KB", ANY, BOTH, TWO_RANGES, BAD,
      SET(CD_SET(EPD1, 0), CD_SET(T1SZ, 25), CD_SET(TG1, 1)), IF(NEED(IDR5, GRAN16K, IS, 0)) },
    { RULE_CD_TGX, "TG1=2", ANY, BOTH, TWO_RANGES, REACH,
      SET(CD_SET(EPD1, 0), CD_SET(T1SZ, 25), CD_SET(TG1, 2)), IF(NEED(IDR5, GRAN4K, IS, 1)) },
    { RULE_CD_TGX, "TG1=3", ANY, BOTH, TWO_RANGES, REACH,
      SET(CD_SET(EPD1, 0), CD_SET(T1SZ, 25), CD_SET(TG1, 3)), IF(NEED(IDR5, GRAN64K, IS, 1)) },
    { RULE_CD_TGX, "TG1=1", ANY, BOTH, TWO_RANGES, REACH,
      SET(CD_SET(EPD1, 0), CD_SET(T1SZ, 25), CD_SET(TG1, 1)), IF(NEED(IDR5, GRAN16K, IS, 1)) },

    /* Halves that are off, or do not exist */
    { RULE_CD_EPDX, "EPD0=1, TTB0 fields bad", ANY, BOTH, TWO_RANGES, NOWALK,
      SET(CD_SET(EPD0, 1), CD_SET(T0SZ, 63), CD_SET(TG0, 3), CD_SET(TTB0, ONES)), IF({ 0 }) },
    { RULE_CD_EPDX, "EPD1=1, TTB1 fields bad", ANY, BOTH, TWO_RANGES, REACH,
      SET(CD_SET(EPD1, 1), CD_SET(T1SZ, 63), CD_SET(TG1, 0), CD_SET(TTB1, ONES)), IF({ 0 }) },
    { RULE_CD_EPDX, "EPD1=0, TTB1 fields 0", ANY, BOTH, TWO_RANGES, BAD,
      SET(CD_SET(EPD1, 0), CD_SET(T1SZ, 0), CD_SET(TG1, 0), CD_SET(TTB1, 0)),
      IF(NEED(AIDR, ArchMinorRev, MIN, 1)) },
    { RULE_CD_EPDX, "EPD1=0, TTB1 fields 0, one range", ANY, S1, ONE_RANGE, REACH,
      SET(CD_SET(EPD1, 0), CD_SET(T1SZ, 0), CD_SET(TG1, 0), CD_SET(TTB1, 0)), IF({ 0 }) },
    { RULE_CD_EPDX, "EPD0=1, one range", ANY, S1, ONE_RANGE, REACH, SET(CD_SET(EPD0, 1)), IF({ 0 }) },
    { RULE_CD_EPDX, "EPD0=1 TG0=3, one range", ANY, S1, ONE_RANGE, BAD,
      SET(CD_SET(EPD0, 1), CD_SET(TG0, 3)), IF({ 0 }) },

    { RULE_CD_ASID, "ASID 0x100 of 8 bits", ANY, BOTH, TWO_RANGES, BAD, SET(CD_SET(ASID, 0x100)),
      IF(NEED(IDR0, ASID16, IS, 0)) },
    { RULE_CD_ASID, "ASID 0x8000 of 8 bits", ANY, BOTH, TWO_RANGES, BAD, SET(CD_SET(ASID, 0x8000)),
      IF(NEED(IDR0, ASID16, IS, 0)) },
    { RULE_CD_ASID, "ASID 0xff of 8 bits", ANY, BOTH, TWO_RANGES, REACH, SET(CD_SET(ASID, 0xff)),
      IF(NEED(IDR0, ASID16, IS, 0)) },
    { RULE_CD_ASID, "ASID 0xffff of 16 bits", ANY, BOTH, TWO_RANGES, REACH, SET(CD_SET(ASID, 0xffff)),
      IF(NEED(IDR0, ASID16, IS, 1)) },
    { RULE_CD_ASID, "ASID 0x100 of 8 bits, one range", ANY, S1, ONE_RANGE, REACH,
      SET(CD_SET(ASID, 0x100)), IF(NEED(IDR0, ASID16, IS, 0)) },

    { RULE_CD_IPS, "IPS=6", ANY, BOTH, W1, REACH, SET(CD_SET(IPS, 6)), IF({ 0 }) },
    { RULE_CD_IPS, "IPS=7", ANY, BOTH, W1, REACH, SET(CD_SET(IPS, 7)), IF({ 0 }) },
    { RULE_CD_TOLERATED, "SH0=1", ANY, BOTH, W1, REACH, SET(CD_SET(SH0, 1)), IF({ 0 }) },
    { RULE_CD_TOLERATED, "IR0, OR0 0", ANY, BOTH, W1, REACH, SET(CD_SET(IR0, 0), CD_SET(OR0, 0)),
      IF({ 0 }) },
    { RULE_CD_TOLERATED, "UWXN=1", ANY, BOTH, WORLDS, REACH, SET(CD_SET(UWXN, 1)), IF({ 0 }) },
    { RULE_CD_TOLERATED, "ASET=1", ANY, BOTH, WORLDS, REACH, SET(CD_SET(ASET, 1)), IF({ 0 }) },
    { RULE_CD_TOLERATED, "AFFD=1", ANY, BOTH, WORLDS, REACH, SET(CD_SET(AFFD, 1)), IF({ 0 }) },
    { RULE_CD_TOLERATED, "PAN=1 for the unprivileged", ANY, BOTH, WORLDS, REACH, SET(CD_SET(PAN, 1)),
      IF({ 0 }) },
    { RULE_CD_TOLERATED, "NSCFG0=1 NSCFG1=1", NS, BOTH, TWO_RANGES, REACH,
      SET(CD_SET(NSCFG0, 1), CD_SET(NSCFG1, 1)), IF({ 0 }) },
    { RULE_CD_TOLERATED, "MAIR of reserved codes", ANY, BOTH, W1, REACH,
      SET(CD_SET(MAIR0, 0x30201003), CD_SET(MAIR1, 0xf0c0a001)), IF({ 0 }) },
};

static const char *const kind_names[] = { "stage 1", "nested" };
static const char *const world_names[] = { "", ", EL2", ", EL2-E2H", ", EL3" };

/* The SMMU on with CR2.E2H, which is written while it is off: 6.3.12. */
static void start_e2h(struct conf *c, enum dut_sec sec)
{
    struct smmu3t_bank *b = conf_start(c, sec);
    uint32_t cr0 = smmu3t_bank_read(b, SMMU3T_CR0);

    smmu3t_bank_cr0(b, cr0 & ~(uint32_t)SMMU3T_CR0_SMMUEN);
    smmu3t_bank_write(b, SMMU3T_CR2, smmu3t_bank_read(b, SMMU3T_CR2) | 1);
    if (smmu3t_bank_cr0(b, cr0)) {
        conf_fail(c, "SMMUEN=1 is not acknowledged with CR2.E2H=1");
    }
}

/* Is there this StreamWorld? Skips the row if not. */
static bool has_world(struct conf *c, enum dut_sec sec, enum world w)
{
    bool ok = w == EL1 || (w == EL3 ? sec == DUT_S && !ID(c, IDR0, RME_IMPL)
                                    : sec == DUT_S ? ID(c, S_IDR1, SEL2) : ID(c, IDR0, Hyp));

    if (!ok) {
        conf_skip(c, "the DUT has no such StreamWorld");
    }
    return conf_needs_state(c, sec) && ok;
}

/* A stream of this world with a target: true, and a write to it. */
static bool set_up(struct conf *c, struct conf_stream *st, enum world w, struct dut_dma *dma,
                   uint64_t *pa)
{
    if (w == E2H) {
        start_e2h(c, st->sec);
    } else {
        conf_start(c, st->sec);
    }
    if (!conf_stream(c, st)) {
        return false;
    }
    *dma = conf_access(st, conf_map(st, pa), DUT_DMA_WRITE);
    STE_PUT(st->ste.w, STRW, w == EL1 ? 0 : w == EL3 ? 1 : 2);
    return true;
}

static const struct conf_event bad_cd = { .number = EVT_C_BAD_CD };
static const struct conf_event no_walk = { .number = EVT_F_TRANSLATION, .class_ = CONF_CLASS_IN };

static void check(struct conf *c, struct conf_stream *st, enum world w, const struct row *r)
{
    struct dut_dma dma;
    uint64_t pa;

    if (!set_up(c, st, w, &dma, &pa)) {
        return;
    }
    conf_apply(st->cd.w, r->set, ROW_SETS);
    conf_stream_update(st);
    switch (r->want) {
    case REACH:
        conf_reaches(c, &dma, conf_pas(st->sec), pa);
        break;
    case LEGAL:
        conf_never(c, &dma, EVT_C_BAD_CD);
        break;
    case BAD:
        conf_faults(c, &dma, &bad_cd);
        break;
    case NOWALK:
        if (conf_stall_model(c, st->sec) == 2) {
            conf_never(c, &dma, EVT_C_BAD_CD);
        } else {
            conf_faults(c, &dma, &no_walk);
        }
        break;
    }
}

static void one_row(struct conf *c, const struct row *r, unsigned n)
{
    struct conf_stream st = { .sec = (enum dut_sec)(n & 1), .s1 = true, .s2 = n & 2, .asid = 1,
                              .vmid = 1 };
    enum conf_form form = r->want == BAD ? CONF_ILLEGAL : CONF_LEGAL;
    enum world w = (enum world)(n >> 2);
    struct conf_need need[CONF_NEEDS] = { r->need[0], r->need[1] };

    if (!(r->secs >> st.sec & 1) || !(r->kinds >> (n >> 1 & 1) & 1) || !(r->worlds >> w & 1) ||
        (w != EL1 && st.s2) || (w == EL3 && st.sec != DUT_S)) {
        return;
    }
    if (conf_row(c, r->rule, form, need, "%s%s%s, %s", st.sec ? "Secure " : "",
                 kind_names[st.s2], world_names[w], r->name) &&
        has_world(c, st.sec, w)) {
        check(c, &st, w, r);
    }
}

static void cd_validity(struct conf *c)
{
    for (size_t i = 0; i < CONF_COUNT(rows); i++) {
        for (unsigned n = 0; n < 4 * NUM_WORLDS; n++) {
            one_row(c, &rows[i], n);
        }
    }
    /* S1STALLD makes of S=1, legal otherwise, an error: 5.2, 5.5. */
    for (unsigned sec = DUT_NS; sec < DUT_NUM_SEC; sec++) {
        if (conf_row(c, RULE_CD_S, CONF_ILLEGAL, NULL, "%sS=1 with S1STALLD=1", sec ? "Secure " : "") &&
            conf_needs_state(c, (enum dut_sec)sec)) {
            struct conf_stream st = { .sec = (enum dut_sec)sec, .s1 = true };
            struct dut_dma dma;
            uint64_t pa;

            if (conf_stall_model(c, st.sec)) {
                conf_skip(c, "needs STALL_MODEL = 0");
            } else if (set_up(c, &st, EL1, &dma, &pa)) {
                STE_PUT(st.ste.w, S1STALLD, 1);
                CD_PUT(st.cd.w, S, 1);
                conf_stream_update(&st);
                conf_faults(c, &dma, &bad_cd);
            }
        }
    }
}

const struct conf_case case_cd_validity = { "cd/validity", { NEED(IDR0, S1P, IS, 1) }, cd_validity };

/* ---- T0SZ, T1SZ, TTB0, TTB1 ---- */

static const struct gran {
    const char *name;
    uint8_t tg0, tg1;
    struct conf_need need;
} grans[] = {
    { "4 KB", 0, 2, NEED(IDR5, GRAN4K, IS, 1) },
    { "16 KB", 2, 1, NEED(IDR5, GRAN16K, IS, 1) },
    { "64 KB", 1, 3, NEED(IDR5, GRAN64K, IS, 1) },
};

static bool tsz_legal(const struct conf *c, const struct gran *g, bool ds, unsigned tsz)
{
    bool is64 = g->tg0 == 1;
    unsigned max = !ID(c, IDR3, STT) ? 39 : is64 ? 47 : 48;
    unsigned min = ID(c, IDR5, VAX) && (is64 || ds) ? 12 : 16;

    return tsz >= min && tsz <= max;
}

static void sizes(struct conf *c, struct conf_stream *st, const struct gran *g, bool half, bool want)
{
    struct dut_dma dma = conf_access(st, half ? ~UINT64_C(0xfff) : 0x1000, 0);
    bool ds = st->ds;

    for (unsigned t = 0; t < 64 && !conf_failed(c); t++) {
        bool ok;

        if (tsz_legal(c, g, ds, t) != want) {
            continue;
        }
        if (half) {
            CD_PUT(st->cd.w, T1SZ, t);
            CD_PUT(st->cd.w, TG1, g->tg1);
        } else {
            CD_PUT(st->cd.w, T0SZ, t);
            CD_PUT(st->cd.w, TG0, g->tg0);
        }
        conf_stream_update(st);
        ok = want ? conf_never(c, &dma, EVT_C_BAD_CD) : conf_faults(c, &dma, &bad_cd);
        if (!ok) {
            conf_fail(c, "T%uSZ=%u is %slegal here", half, t, want ? "" : "il");
        }
    }
}

static void cd_size(struct conf *c)
{
    for (unsigned n = 0; n < 48; n++) {
        const struct gran *g = &grans[n % 3];
        bool sec = n / 3 & 1, half = n / 6 & 1, ds = n / 12 & 1, want = n / 24;
        const struct conf_need need[CONF_NEEDS] = {
            g->need, NEED(AIDR, ArchMinorRev, MIN, 1),
            ds ? (struct conf_need)NEED(IDR5, DS, IS, 1) : (struct conf_need){ 0 },
        };
        struct conf_stream st = { .sec = sec ? DUT_S : DUT_NS, .s1 = true, .both_halves = true };

        if ((ds && g->tg0 == 1) ||
            !conf_row(c, RULE_CD_TXSZ, want ? CONF_LEGAL : CONF_ILLEGAL, need,
                      "%s%s%s: %slegal T%uSZ", sec ? "Secure " : "", g->name, ds ? ", DS" : "",
                      want ? "" : "il", half) ||
            !conf_needs_state(c, st.sec)) {
            continue;
        }
        conf_start(c, st.sec);
        if (conf_stream(c, &st)) {
            CD_PUT(st.cd.w, DS, ds);
            st.ds = ds;
            sizes(c, &st, g, half, want);
        }
    }
}

const struct conf_case case_cd_size = { "cd/size", { NEED(IDR0, S1P, IS, 1) }, cd_size };

/* IPS, an address bit of TTBx (-1: that of OAS, -2: the one below). */
static const struct base {
    uint8_t ips;
    int8_t bit;
    bool bad;
    struct conf_need need;
} bases[] = {
    { 0, 32, true, { 0 } },  { 0, 31, false, { 0 } },
    { 1, 36, true, { 0 } },  { 1, 35, false, NEED(IDR5, OAS, MIN, 1) },
    { 2, 40, true, { 0 } },  { 2, 39, false, NEED(IDR5, OAS, MIN, 2) },
    { 3, 42, true, { 0 } },  { 3, 41, false, NEED(IDR5, OAS, MIN, 3) },
    { 4, 44, true, { 0 } },  { 4, 43, false, NEED(IDR5, OAS, MIN, 4) },
    { 5, 48, true, { 0 } },  { 5, 47, false, NEED(IDR5, OAS, MIN, 5) },
    { 7, -1, true, NEED(IDR5, OAS, MAX, 5) }, { 7, -2, false, NEED(IDR5, OAS, MAX, 5) },
    { 6, 48, true, NEED(IDR5, OAS, MIN, 6) }, { 6, 51, true, NEED(IDR5, OAS, MIN, 6) },
};

/* What lies below the alignment of the first table is not looked at. */
static void low_bits(struct conf *c, enum dut_sec sec, bool half)
{
    struct conf_stream st = { .sec = sec, .s1 = true, .both_halves = true };
    enum dut_pas pas = conf_pas(sec);
    uint64_t low, pa, va = half ? ~UINT64_C(0xffffff) : CONF_VA;
    struct dut_dma dma;

    if (!conf_row(c, RULE_CD_TTBX_LOW, CONF_LEGAL, NULL, "%slow bits of TTB%u", sec ? "Secure " : "",
                  half) ||
        !conf_needs_state(c, sec)) {
        return;
    }
    conf_start(c, sec);
    if (conf_stream(c, &st)) {
        pa = conf_target(c, pas);
        conf_map1(&st, va, pa, 0x10000, SMMU3T_S1_RW);
        low = (UINT64_C(8) << (st.bits1 - smmu3t_pgt_shift(st.gran1, st.tt0.start))) - 1;
        CD_PUT(st.cd.w, TTB0, (st.tt0.root | low) >> 4);
        CD_PUT(st.cd.w, TTB1, (st.tt1.root | low) >> 4);
        conf_stream_update(&st);
        dma = conf_access(&st, va, DUT_DMA_WRITE);
        conf_reaches(c, &dma, pas, pa);
    }
}

static void cd_base(struct conf *c)
{
    for (unsigned n = 0; n < 4; n++) {
        low_bits(c, (enum dut_sec)(n & 1), n >> 1);
    }
    for (unsigned n = 0; n < 4 * CONF_COUNT(bases); n++) {
        const struct base *b = &bases[n / 4];
        bool sec = n & 1, half = n >> 1 & 1;
        const struct conf_need need[CONF_NEEDS] = { b->need, NEED(IDR5, GRAN4K, IS, 1) };
        struct conf_stream st = { .sec = sec ? DUT_S : DUT_NS, .s1 = true, .gran1 = 12,
                                  .bits1 = 39, .both_halves = true };
        struct dut_dma dma;
        unsigned bit = b->bit >= 0 ? (unsigned)b->bit : conf_oas(c) - (unsigned)(b->bit == -2);

        if (!conf_row(c, RULE_CD_TTBX, b->bad ? CONF_ILLEGAL : CONF_LEGAL, need,
                      "%sTTB%u bit %u with IPS=%u", sec ? "Secure " : "", half, bit, b->ips) ||
            !conf_needs_state(c, st.sec)) {
            continue;
        }
        conf_start(c, st.sec);
        if (conf_stream(c, &st)) {
            CD_PUT(st.cd.w, IPS, b->ips);
            CD_PUT(st.cd.w, TTB0, half ? 0 : UINT64_C(1) << (bit - 4));
            CD_PUT(st.cd.w, TTB1, half ? UINT64_C(1) << (bit - 4) : 0);
            conf_stream_update(&st);
            dma = conf_access(&st, half ? ~UINT64_C(0xfff) : 0x1000, 0);
            if (b->bad) {
                conf_faults(c, &dma, &bad_cd);
            } else {
                conf_never(c, &dma, EVT_C_BAD_CD);
            }
        }
    }
}

const struct conf_case case_cd_base = { "cd/base", { NEED(IDR0, S1P, IS, 1) }, cd_base };
