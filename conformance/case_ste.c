/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Which STEs are ILLEGAL, and which of their fields nobody may look at: the
 * field texts of IHI0070G.b 5.2 and the list of 5.2.2, each in its legal and
 * illegal form. Fields that are merely RES0 are left alone: 5.2 lets an SMMU
 * refuse or ignore them.
 */
#include "conf.h"

enum { NS = 1, SEC = 2, ANY = 3 };                          /* Security states */
enum { BYP = 1, S1 = 2, S2 = 4, NEST = 8, ALL = 15, ON1 = S1 | NEST, ON2 = S2 | NEST,
       OFF1 = BYP | S2, OFF2 = BYP | S1 };                  /* STE.Config */
enum want {
    REACH,   /* legal, and nothing changes for the access */
    LEGAL,   /* legal; what else becomes of the access is no matter */
    BAD,     /* C_BAD_STE */
    SILENT,  /* aborted without event */
    NO_SSID, /* legal: F_STREAM_DISABLED is what S1DSS=0 makes of it */
};
/* A value that depends on the ID registers. */
typedef void fix_fn(const struct conf *c, enum dut_sec sec, struct smmu3t_ste *ste);

#define ROW_NEEDS 3
#define ROW_SETS 5
struct row {
    enum conf_rule rule;
    const char *name;
    uint8_t secs, kinds;
    enum want want;
    struct conf_set set[ROW_SETS];
    struct conf_need need[ROW_NEEDS];
    fix_fn *fix;
};

#define SET(...) { __VA_ARGS__ }
#define IF(...) { __VA_ARGS__ }
/* Bits hi..lo of word w, for fields in bulk. */
#define WORD(w, hi, lo, v) { 64 * (w) + (lo), (hi) - (lo) + 1, v }
#define ONES (~UINT64_C(0))

static void cdmax_above(const struct conf *c, enum dut_sec sec, struct smmu3t_ste *ste)
{
    (void)sec;
    STE_PUT(ste->w, S1CDMax, ID(c, IDR1, SSIDSIZE) + 1);
}

static void cdmax_max(const struct conf *c, enum dut_sec sec, struct smmu3t_ste *ste)
{
    (void)sec;
    STE_PUT(ste->w, S1CDMax, ID(c, IDR1, SSIDSIZE));
}

/* The lowest address bit above OAS. S1ContextPtr starts at bit 6. */
static void ptr_above(const struct conf *c, enum dut_sec sec, struct smmu3t_ste *ste)
{
    (void)sec;
    put_field(ste->w, conf_oas(c), 1, 1);
}

static void ptr_below(const struct conf *c, enum dut_sec sec, struct smmu3t_ste *ste)
{
    (void)sec;
    put_field(ste->w, conf_oas(c) - 1, 1, 1);
}

static void vmsptr_above(const struct conf *c, enum dut_sec sec, struct smmu3t_ste *ste)
{
    (void)sec;
    STE_PUT(ste->w, VMSPtr, UINT64_C(1) << (conf_oas(c) - 12));
}

#define S1P_0 NEED(IDR0, S1P, IS, 0)
#define S2P_0 NEED(IDR0, S2P, IS, 0)
#define HYP NEED(IDR0, Hyp, IS, 1)
#define V31 NEED(AIDR, ArchMinorRev, MIN, 1)
#define SUBSTREAMS NEED(IDR1, SSIDSIZE, MIN, 1)
#define ATS NEED(IDR0, ATS, IS, 1)
#define PERMS_OVR NEED(IDR1, ATTR_PERMS_OVR, IS, 1)
#define TYPES_OVR NEED(IDR1, ATTR_TYPES_OVR, IS, 1)
/* The stages' fields, all of them, but for S2VMID and what is RES0. */
#define S1_JUNK STE_SET(S1Fmt, 3), STE_SET(S1ContextPtr, ONES), STE_SET(S1CDMax, 31), \
                WORD(1, 7, 0, ONES), WORD(1, 27, 27, 1)
#define S2_JUNK WORD(2, 58, 32, ONES), WORD(3, 51, 4, ONES)
#define S2_S_JUNK WORD(4, 39, 32, ONES), WORD(4, 47, 46, ONES), WORD(6, 1, 0, 3), \
                  WORD(6, 51, 4, ONES)

static const struct row rows[] = {
    /* V and Config */
    { RULE_STE_V, "V=1", ANY, ALL, REACH, SET(STE_SET(V, 1)), IF({ 0 }), NULL },
    { RULE_STE_V, "V=0", ANY, ALL, BAD, SET(STE_SET(V, 0)), IF({ 0 }), NULL },
    { RULE_STE_V, "V=0, all else 1", ANY, BYP, BAD,
      SET(WORD(0, 63, 1, ONES), WORD(1, 63, 0, ONES), WORD(2, 63, 0, ONES), STE_SET(V, 0)),
      IF({ 0 }), NULL },
    { RULE_STE_CONFIG_ABORT, "Config=0", ANY, ALL, SILENT, SET(STE_SET(Config, 0)), IF({ 0 }), NULL },
    { RULE_STE_CONFIG_ABORT, "Config=1", ANY, ALL, SILENT, SET(STE_SET(Config, 1)), IF({ 0 }), NULL },
    { RULE_STE_CONFIG_ABORT, "Config=2", ANY, ALL, SILENT, SET(STE_SET(Config, 2)), IF({ 0 }), NULL },
    { RULE_STE_CONFIG_ABORT, "Config=3", ANY, ALL, SILENT, SET(STE_SET(Config, 3)), IF({ 0 }), NULL },
    { RULE_STE_CONFIG_ABORT, "Config=0, all else bad", ANY, ALL, SILENT,
      SET(STE_SET(Config, 0), STE_SET(S1CDMax, 31), STE_SET(STRW, 3), WORD(2, 63, 32, ONES),
          STE_SET(S2AA64, 0)), IF({ 0 }), NULL },
    { RULE_STE_CONFIG_ABORT, "Config=3, all else bad", ANY, ALL, SILENT,
      SET(STE_SET(Config, 3), STE_SET(S1CDMax, 31), STE_SET(STRW, 3), WORD(2, 63, 32, ONES),
          STE_SET(S2AA64, 0)), IF({ 0 }), NULL },
    { RULE_STE_CONFIG_S1, "Config=5 without stage 1", ANY, BYP, BAD, SET(STE_SET(Config, 5)),
      IF(S1P_0), NULL },
    { RULE_STE_CONFIG_S1, "Config=7 without stage 1", ANY, BYP, BAD, SET(STE_SET(Config, 7)),
      IF(S1P_0), NULL },
    { RULE_STE_CONFIG_S1, "stage 1", ANY, S1, REACH, SET(STE_SET(Config, 5)), IF({ 0 }), NULL },
    { RULE_STE_CONFIG_S2, "Config=6 without stage 2", ANY, OFF2, BAD, SET(STE_SET(Config, 6)),
      IF(S2P_0), NULL },
    { RULE_STE_CONFIG_S2, "Config=7 without stage 2", ANY, OFF2, BAD, SET(STE_SET(Config, 7)),
      IF(S2P_0), NULL },
    { RULE_STE_CONFIG_S2, "stage 2", NS, S2, REACH, SET(STE_SET(Config, 6)), IF({ 0 }), NULL },
    { RULE_STE_CONFIG_S2, "nested", NS, NEST, REACH, SET(STE_SET(Config, 7)), IF({ 0 }), NULL },
    { RULE_STE_CONFIG_SEL2, "Config=6 without SEL2", SEC, OFF2, BAD, SET(STE_SET(Config, 6)),
      IF(NEED(S_IDR1, SEL2, IS, 0)), NULL },
    { RULE_STE_CONFIG_SEL2, "Config=7 without SEL2", SEC, OFF2, BAD, SET(STE_SET(Config, 7)),
      IF(NEED(S_IDR1, SEL2, IS, 0)), NULL },
    { RULE_STE_CONFIG_SEL2, "stage 2", SEC, S2, REACH, SET(STE_SET(Config, 6)), IF({ 0 }), NULL },
    { RULE_STE_CONFIG_SEL2, "nested", SEC, NEST, REACH, SET(STE_SET(Config, 7)), IF({ 0 }), NULL },

    /* Whole stages that are off */
    { RULE_STE_S1_IGNORED, "stage 1 fields all 1", ANY, OFF1, REACH, SET(S1_JUNK),
      IF(NEED(IDR0, S1P, IS, 1)), NULL },
    { RULE_STE_S2_IGNORED, "stage 2 fields all 1", NS, OFF2, REACH, SET(S2_JUNK),
      IF(NEED(IDR0, S2P, IS, 1)), NULL },
    { RULE_STE_S2_IGNORED, "stage 2 fields all 1", SEC, OFF2, REACH, SET(S2_JUNK, WORD(3, 1, 0, 3)),
      IF(NEED(S_IDR1, SEL2, IS, 1)), NULL },
    { RULE_STE_S2_IGNORED, "S2SL0_2, S2DS", ANY, OFF2, REACH, SET(WORD(3, 3, 2, 3)),
      IF(NEED(IDR0, S2P, IS, 1), NEED(IDR5, DS, IS, 1)), NULL },
    { RULE_STE_S2_IGNORED, "S_S2 fields all 1", SEC, OFF2, REACH, SET(S2_S_JUNK),
      IF(NEED(S_IDR1, SEL2, IS, 1)), NULL },
    { RULE_STE_S2_IGNORED, "S2PTW without stage 1", ANY, S2, REACH, SET(STE_SET(S2PTW, 1)),
      IF({ 0 }), NULL },

    /* EATS */
    { RULE_STE_EATS, "EATS=1 without ATS", NS, ALL, REACH, SET(STE_SET(EATS, 1)),
      IF(NEED(IDR0, ATS, IS, 0)), NULL },
    { RULE_STE_EATS, "EATS=2 without ATS", NS, ALL, REACH, SET(STE_SET(EATS, 2)),
      IF(NEED(IDR0, ATS, IS, 0)), NULL },
    { RULE_STE_EATS, "EATS=3 without ATS", NS, ALL, REACH, SET(STE_SET(EATS, 3)),
      IF(NEED(IDR0, ATS, IS, 0)), NULL },
    { RULE_STE_EATS, "EATS=1", NS, ALL, REACH, SET(STE_SET(EATS, 1)), IF(ATS), NULL },
    { RULE_STE_EATS, "EATS=2", NS, BYP, REACH, SET(STE_SET(EATS, 2)), IF(ATS), NULL },
    { RULE_STE_EATS, "EATS=2", NS, S1 | S2, BAD, SET(STE_SET(EATS, 2)), IF(ATS), NULL },
    { RULE_STE_EATS, "EATS=2, both stages", NS, NEST, REACH, SET(STE_SET(EATS, 2)),
      IF(ATS, NEED(IDR0, NS1ATS, IS, 0), NEED(IDR0, STALL_MODEL, NOT, 2)), NULL },
    { RULE_STE_EATS, "EATS=2 with NS1ATS", NS, NEST, BAD, SET(STE_SET(EATS, 2)),
      IF(ATS, NEED(IDR0, NS1ATS, IS, 1)), NULL },
    { RULE_STE_EATS, "EATS=2 with S2S", NS, NEST, BAD, SET(STE_SET(EATS, 2), STE_SET(S2S, 1)),
      IF(ATS), NULL },
    { RULE_STE_EATS, "EATS=1 with S2S", NS, ON2, BAD, SET(STE_SET(EATS, 1), STE_SET(S2S, 1)),
      IF(ATS), NULL },
    { RULE_STE_EATS, "EATS=3 without DPT", NS, ALL, REACH, SET(STE_SET(EATS, 3)),
      IF(ATS, NEED(IDR3, DPT, IS, 0)), NULL },
    { RULE_STE_EATS, "EATS=3 with STRW=2", NS, S1, BAD, SET(STE_SET(EATS, 3), STE_SET(STRW, 2)),
      IF(ATS, NEED(IDR3, DPT, IS, 1), HYP), NULL },

    /* STRW */
    { RULE_STE_STRW, "STRW=1", NS, S1, BAD, SET(STE_SET(STRW, 1)), IF(HYP), NULL },
    { RULE_STE_STRW, "STRW=3", NS, S1, BAD, SET(STE_SET(STRW, 3)), IF(HYP), NULL },
    { RULE_STE_STRW, "STRW=2", NS, S1, REACH, SET(STE_SET(STRW, 2)), IF(HYP), NULL },
    { RULE_STE_STRW, "STRW=1, not stage 1 alone", ANY, BYP | ON2, REACH, SET(STE_SET(STRW, 1)),
      IF(NEED(IDR0, S1P, IS, 1), HYP), NULL },
    { RULE_STE_STRW, "STRW=2, not stage 1 alone", ANY, BYP | ON2, REACH, SET(STE_SET(STRW, 2)),
      IF(NEED(IDR0, S1P, IS, 1), HYP), NULL },
    { RULE_STE_STRW, "STRW=3, not stage 1 alone", ANY, BYP | ON2, REACH, SET(STE_SET(STRW, 3)),
      IF(NEED(IDR0, S1P, IS, 1), HYP), NULL },
    { RULE_STE_STRW, "STRW=1", SEC, S1, REACH, SET(STE_SET(STRW, 1)),
      IF(NEED(IDR0, RME_IMPL, IS, 0)), NULL },
    { RULE_STE_STRW, "STRW=1 with RME", SEC, S1, BAD, SET(STE_SET(STRW, 1)),
      IF(NEED(IDR0, RME_IMPL, IS, 1)), NULL },
    { RULE_STE_STRW, "STRW=2", SEC, S1, REACH, SET(STE_SET(STRW, 2)),
      IF(NEED(S_IDR1, SEL2, IS, 1)), NULL },
    { RULE_STE_STRW, "STRW=2 without SEL2", SEC, S1, BAD, SET(STE_SET(STRW, 2)),
      IF(NEED(S_IDR1, SEL2, IS, 0)), NULL },
    { RULE_STE_STRW, "STRW=3", SEC, S1, BAD, SET(STE_SET(STRW, 3)), IF({ 0 }), NULL },

    /* Stage 1 */
    { RULE_STE_S1STALLD, "S1STALLD=1", NS, ON1, BAD, SET(STE_SET(S1STALLD, 1)),
      IF(NEED(IDR0, STALL_MODEL, NOT, 0)), NULL },
    { RULE_STE_S1STALLD, "S1STALLD=1", SEC, ON1, BAD, SET(STE_SET(S1STALLD, 1)),
      IF(NEED(S_IDR0, STALL_MODEL, NOT, 0)), NULL },
    { RULE_STE_S1STALLD, "S1STALLD=1 with STALL_MODEL=0", NS, ON1, REACH, SET(STE_SET(S1STALLD, 1)),
      IF(NEED(IDR0, STALL_MODEL, IS, 0)), NULL },
    { RULE_STE_S1STALLD, "S1STALLD=1 with STALL_MODEL=0", SEC, ON1, REACH, SET(STE_SET(S1STALLD, 1)),
      IF(NEED(S_IDR0, STALL_MODEL, IS, 0)), NULL },
    { RULE_STE_S1STALLD, "S1STALLD=1, stage 1 off", ANY, OFF1, REACH, SET(STE_SET(S1STALLD, 1)),
      IF(NEED(IDR0, S1P, IS, 1)), NULL },
    { RULE_STE_S1CDMAX, "S1CDMax=SSIDSIZE", ANY, ON1, NO_SSID, SET(STE_SET(S1DSS, 0)),
      IF(SUBSTREAMS), cdmax_max },
    { RULE_STE_S1CDMAX, "S1CDMax=SSIDSIZE+1", ANY, ON1, BAD, SET(STE_SET(S1DSS, 0)),
      IF(SUBSTREAMS), cdmax_above },
    { RULE_STE_S1CDMAX, "S1CDMax=31", ANY, ON1, BAD, SET(STE_SET(S1CDMax, 31)),
      IF(SUBSTREAMS), NULL },
    { RULE_STE_S1CDMAX, "S1CDMax=31 without substreams", ANY, ON1, REACH, SET(STE_SET(S1CDMax, 31)),
      IF(NEED(IDR1, SSIDSIZE, IS, 0)), NULL },
    { RULE_STE_S1FMT, "S1Fmt=1 without CD2L", ANY, ON1, BAD,
      SET(STE_SET(S1CDMax, 1), STE_SET(S1Fmt, 1)), IF(SUBSTREAMS, NEED(IDR0, CD2L, IS, 0)), NULL },
    { RULE_STE_S1FMT, "S1Fmt=2 without CD2L", ANY, ON1, BAD,
      SET(STE_SET(S1CDMax, 1), STE_SET(S1Fmt, 2)), IF(SUBSTREAMS, NEED(IDR0, CD2L, IS, 0)), NULL },
    { RULE_STE_S1FMT, "S1Fmt=1", ANY, ON1, NO_SSID, SET(STE_SET(S1CDMax, 1), STE_SET(S1Fmt, 1)),
      IF(SUBSTREAMS, NEED(IDR0, CD2L, IS, 1)), NULL },
    { RULE_STE_S1FMT, "S1Fmt=2", ANY, ON1, NO_SSID, SET(STE_SET(S1CDMax, 1), STE_SET(S1Fmt, 2)),
      IF(SUBSTREAMS, NEED(IDR0, CD2L, IS, 1)), NULL },
    /* Without CD2L the text makes this ILLEGAL, the pseudocode does not. */
    { RULE_STE_S1FMT, "S1Fmt=3", ANY, ON1, NO_SSID, SET(STE_SET(S1CDMax, 1), STE_SET(S1Fmt, 3)),
      IF(SUBSTREAMS, NEED(IDR0, CD2L, IS, 1)), NULL },
    { RULE_STE_S1FMT, "S1Fmt=1 of one CD", ANY, ON1, REACH, SET(STE_SET(S1Fmt, 1)), IF({ 0 }), NULL },
    { RULE_STE_S1FMT, "S1Fmt=2 of one CD", ANY, ON1, REACH, SET(STE_SET(S1Fmt, 2)), IF({ 0 }), NULL },
    { RULE_STE_S1FMT, "S1Fmt=3 of one CD", ANY, ON1, REACH, SET(STE_SET(S1Fmt, 3)), IF({ 0 }), NULL },
    { RULE_STE_S1FMT, "S1Fmt=2 without substreams", ANY, ON1, REACH,
      SET(STE_SET(S1CDMax, 1), STE_SET(S1Fmt, 2)), IF(NEED(IDR1, SSIDSIZE, IS, 0)), NULL },
    { RULE_STE_S1CONTEXTPTR, "S1ContextPtr at 2^OAS", ANY, S1, BAD, SET({ 0, 0, 0 }),
      IF(V31, NEED(IDR5, OAS, MAX, 6)), ptr_above },
    { RULE_STE_S1CONTEXTPTR, "S1ContextPtr bit 55", ANY, S1, BAD, SET(WORD(0, 55, 55, 1)),
      IF(V31, NEED(IDR5, OAS, MAX, 6)), NULL },
    { RULE_STE_S1CONTEXTPTR, "S1ContextPtr below 2^OAS", ANY, ON1, LEGAL, SET({ 0, 0, 0 }),
      IF({ 0 }), ptr_below },

    /* Stage 2 */
    { RULE_STE_S2AA64, "S2AA64=0 without VMSAv8-32", NS, ON2, BAD, SET(STE_SET(S2AA64, 0)),
      IF(NEED(IDR0, TTF, IS, 2), NEED(IDR5, D128, IS, 0)), NULL },
    { RULE_STE_S2AA64, "S2AA64=0", SEC, ON2, BAD, SET(STE_SET(S2AA64, 0)),
      IF(NEED(IDR5, D128, IS, 0)), NULL },
    { RULE_STE_S2AA64, "S2AA64=0, stage 2 off", ANY, OFF2, REACH, SET(STE_SET(S2AA64, 0)),
      IF({ 0 }), NULL },
    { RULE_STE_S2S, "S2S=1 with STALL_MODEL=1", NS, ON2, BAD, SET(STE_SET(S2S, 1)),
      IF(NEED(IDR0, STALL_MODEL, IS, 1)), NULL },
    { RULE_STE_S2S, "S2S=0 with STALL_MODEL=2", NS, ON2, BAD, SET(STE_SET(S2S, 0)),
      IF(NEED(IDR0, STALL_MODEL, IS, 2)), NULL },
    { RULE_STE_S2S, "S2S=1 with STALL_MODEL=0", NS, ON2, REACH, SET(STE_SET(S2S, 1)),
      IF(NEED(IDR0, STALL_MODEL, IS, 0)), NULL },
    /* Whose STALL_MODEL counts, the text and the pseudocode disagree: both. */
    { RULE_STE_S2S, "S2S=1 with STALL_MODEL=1", SEC, ON2, BAD, SET(STE_SET(S2S, 1)),
      IF(NEED(S_IDR0, STALL_MODEL, IS, 1), NEED(IDR0, STALL_MODEL, IS, 1)), NULL },
    { RULE_STE_S2S, "S2S=0 with STALL_MODEL=2", SEC, ON2, BAD, SET(STE_SET(S2S, 0)),
      IF(NEED(S_IDR0, STALL_MODEL, IS, 2), NEED(IDR0, STALL_MODEL, IS, 2)), NULL },
    { RULE_STE_S2S, "S2S=1 with STALL_MODEL=0", SEC, ON2, REACH, SET(STE_SET(S2S, 1)),
      IF(NEED(S_IDR0, STALL_MODEL, IS, 0), NEED(IDR0, STALL_MODEL, IS, 0)), NULL },
    { RULE_STE_S2S, "S2S=1, stage 2 off", ANY, OFF2, REACH, SET(STE_SET(S2S, 1)),
      IF(NEED(IDR0, S2P, IS, 1)), NULL },
    { RULE_STE_S2HTTU, "S2HA=1 without HTTU", ANY, ON2, BAD, SET(STE_SET(S2HA, 1)),
      IF(NEED(IDR0, HTTU, IS, 0)), NULL },
    { RULE_STE_S2HTTU, "S2HD=1 without HTTU", ANY, ON2, BAD, SET(STE_SET(S2HD, 1)),
      IF(NEED(IDR0, HTTU, IS, 0)), NULL },
    { RULE_STE_S2HTTU, "S2HD=1 with HTTU=1", ANY, ON2, BAD, SET(STE_SET(S2HA, 1), STE_SET(S2HD, 1)),
      IF(NEED(IDR0, HTTU, IS, 1)), NULL },
    { RULE_STE_S2HTTU, "S2HA=1", ANY, ON2, REACH, SET(STE_SET(S2HA, 1)),
      IF(NEED(IDR0, HTTU, MIN, 1)), NULL },
    { RULE_STE_S2HTTU, "S2HA=1 S2HD=1", ANY, ON2, REACH, SET(STE_SET(S2HA, 1), STE_SET(S2HD, 1)),
      IF(NEED(IDR0, HTTU, MIN, 2)), NULL },
    { RULE_STE_S2HTTU, "S2HD=1 alone", ANY, ON2, REACH, SET(STE_SET(S2HD, 1)),
      IF(NEED(IDR0, HTTU, MIN, 2)), NULL },
    { RULE_STE_S2HTTU, "S2HAFT=1 alone", ANY, ON2, BAD, SET(STE_SET(S2HAFT, 1)),
      IF(NEED(IDR0, HTTU, IS, 3)), NULL },
    { RULE_STE_S2HTTU, "S2HA=1 S2HD=1, stage 2 off", ANY, OFF2, REACH,
      SET(STE_SET(S2HA, 1), STE_SET(S2HD, 1)), IF(NEED(IDR0, S2P, IS, 1)), NULL },
    { RULE_STE_S2TG, "S2TG=3", ANY, ON2, BAD, SET(STE_SET(S2TG, 3)), IF({ 0 }), NULL },
    { RULE_STE_S2TG, "S2TG=0 without 4 KB", ANY, ON2, BAD, SET(STE_SET(S2TG, 0)),
      IF(NEED(IDR5, GRAN4K, IS, 0)), NULL },
    { RULE_STE_S2TG, "S2TG=1 without 64 KB", ANY, ON2, BAD, SET(STE_SET(S2TG, 1)),
      IF(NEED(IDR5, GRAN64K, IS, 0)), NULL },
    { RULE_STE_S2TG, "S2TG=2 without 16 KB", ANY, ON2, BAD, SET(STE_SET(S2TG, 2)),
      IF(NEED(IDR5, GRAN16K, IS, 0)), NULL },
    { RULE_STE_S2TG, "S2TG=3, stage 2 off", ANY, OFF2, REACH, SET(STE_SET(S2TG, 3)),
      IF(NEED(IDR0, S2P, IS, 1)), NULL },
    { RULE_STE_S_S2TG, "S_S2TG=3", SEC, ON2, BAD, SET(STE_SET(S_S2TG, 3)), IF({ 0 }), NULL },
    { RULE_STE_S_S2TG, "S_S2TG=0 without 4 KB", SEC, ON2, BAD, SET(STE_SET(S_S2TG, 0)),
      IF(NEED(IDR5, GRAN4K, IS, 0)), NULL },
    { RULE_STE_S_S2TG, "S_S2TG=1 without 64 KB", SEC, ON2, BAD, SET(STE_SET(S_S2TG, 1)),
      IF(NEED(IDR5, GRAN64K, IS, 0)), NULL },
    { RULE_STE_S_S2TG, "S_S2TG=2 without 16 KB", SEC, ON2, BAD, SET(STE_SET(S_S2TG, 2)),
      IF(NEED(IDR5, GRAN16K, IS, 0)), NULL },
    { RULE_STE_S_S2TG, "S_S2TG=3, stage 2 off", SEC, OFF2, REACH, SET(STE_SET(S_S2TG, 3)),
      IF(NEED(S_IDR1, SEL2, IS, 1)), NULL },
    { RULE_STE_S2SL0_2, "S2SL0_2=1 without S2DS", ANY, ON2, REACH, SET(STE_SET(S2SL0_2, 1)),
      IF(NEED(IDR5, DS, IS, 1)), NULL },
    { RULE_STE_S2SL0_2, "S_S2SL0_2=1 without S2DS", SEC, ON2, REACH, SET(STE_SET(S_S2SL0_2, 1)),
      IF(NEED(IDR5, DS, IS, 1)), NULL },
    { RULE_STE_S2PS, "S2PS=6", ANY, ON2, REACH, SET(STE_SET(S2PS, 6)), IF({ 0 }), NULL },
    { RULE_STE_S2PS, "S2PS=7", ANY, ON2, REACH, SET(STE_SET(S2PS, 7)), IF({ 0 }), NULL },
    { RULE_STE_S2ENDI, "S2ENDI=1, little-endian only", ANY, ON2, BAD, SET(STE_SET(S2ENDI, 1)),
      IF(NEED(IDR0, TTENDIAN, IS, 2)), NULL },
    { RULE_STE_S2ENDI, "S2ENDI=0, little-endian only", ANY, ON2, REACH, SET(STE_SET(S2ENDI, 0)),
      IF(NEED(IDR0, TTENDIAN, IS, 2)), NULL },
    { RULE_STE_S2ENDI, "S2ENDI=0, big-endian only", ANY, ON2, BAD, SET(STE_SET(S2ENDI, 0)),
      IF(NEED(IDR0, TTENDIAN, IS, 3)), NULL },
    { RULE_STE_S2ENDI, "S2ENDI=1, big-endian only", ANY, ON2, REACH, SET(STE_SET(S2ENDI, 1)),
      IF(NEED(IDR0, TTENDIAN, IS, 3)), NULL },
    { RULE_STE_S2ENDI, "S2ENDI=0, any", ANY, ON2, REACH, SET(STE_SET(S2ENDI, 0)),
      IF(NEED(IDR0, TTENDIAN, IS, 0)), NULL },
    { RULE_STE_S2ENDI, "S2ENDI=1, any", ANY, ON2, LEGAL, SET(STE_SET(S2ENDI, 1)),
      IF(NEED(IDR0, TTENDIAN, IS, 0)), NULL },
    { RULE_STE_S2ENDI, "S2ENDI=1, stage 2 off", ANY, OFF2, REACH, SET(STE_SET(S2ENDI, 1)),
      IF(NEED(IDR0, S2P, IS, 1)), NULL },
    { RULE_STE_S2FWB, "S2FWB=1", ANY, ON2, REACH, SET(STE_SET(S2FWB, 1)),
      IF(NEED(IDR3, FWB, IS, 1)), NULL },
    { RULE_STE_S2FWB, "S2FWB=1, stage 2 off", ANY, OFF2, REACH, SET(STE_SET(S2FWB, 1)),
      IF(NEED(IDR3, FWB, IS, 1)), NULL },

    /* VMID */
    { RULE_STE_S2VMID, "VMID 0x100 of 8 bits", ANY, ON2, BAD, SET(STE_SET(S2VMID, 0x100)),
      IF(NEED(IDR0, VMID16, IS, 0)), NULL },
    { RULE_STE_S2VMID, "VMID 0x8000 of 8 bits", ANY, ON2, BAD, SET(STE_SET(S2VMID, 0x8000)),
      IF(NEED(IDR0, VMID16, IS, 0)), NULL },
    { RULE_STE_S2VMID, "VMID 0xff of 8 bits", ANY, ON2, REACH, SET(STE_SET(S2VMID, 0xff)),
      IF(NEED(IDR0, VMID16, IS, 0)), NULL },
    { RULE_STE_S2VMID, "VMID 0xffff of 16 bits", ANY, ON2, REACH, SET(STE_SET(S2VMID, 0xffff)),
      IF(NEED(IDR0, VMID16, IS, 1)), NULL },
    { RULE_STE_S2VMID, "VMID 0x100 of 8 bits, NS-EL1", NS, S1, BAD, SET(STE_SET(S2VMID, 0x100)),
      IF(NEED(IDR0, VMID16, IS, 0), NEED(IDR0, S2P, IS, 1)), NULL },
    { RULE_STE_S2VMID, "VMID 0x100 of 8 bits, NS-EL2", NS, S1, REACH,
      SET(STE_SET(S2VMID, 0x100), STE_SET(STRW, 2)), IF(NEED(IDR0, VMID16, IS, 0), HYP), NULL },
    { RULE_STE_S2VMID, "VMID 0x100 of 8 bits", ANY, BYP, REACH, SET(STE_SET(S2VMID, 0x100)),
      IF(NEED(IDR0, VMID16, IS, 0)), NULL },
    { RULE_STE_S2VMID, "VMID 0x100 without stage 2", NS, S1, REACH, SET(STE_SET(S2VMID, 0x100)),
      IF(NEED(IDR0, VMID16, IS, 0), S2P_0), NULL },
    { RULE_STE_S2VMID, "VMID 0x100, Secure stage 1", SEC, S1, REACH, SET(STE_SET(S2VMID, 0x100)),
      IF(NEED(IDR0, VMID16, IS, 0)), NULL },

    /* MPAM */
    { RULE_STE_VMSPTR, "VMSPtr at 2^OAS", NS, NEST, BAD, SET(STE_SET(S1MPAM, 1)),
      IF(NEED(IDR3, MPAM, IS, 1), NEED(MPAMIDR, PARTID_MAX, MIN, 1), NEED(IDR5, OAS, MAX, 6)),
      vmsptr_above },
    { RULE_STE_VMSPTR, "VMSPtr at 2^OAS", SEC, NEST, BAD, SET(STE_SET(S1MPAM, 1)),
      IF(NEED(IDR3, MPAM, IS, 1), NEED(S_MPAMIDR, PARTID_MAX, MIN, 1), NEED(IDR5, OAS, MAX, 6)),
      vmsptr_above },
    { RULE_STE_VMSPTR, "VMSPtr at 2^OAS, S1MPAM=0", NS, NEST, REACH, SET(STE_SET(S1MPAM, 0)),
      IF(NEED(IDR3, MPAM, IS, 1), NEED(MPAMIDR, PARTID_MAX, MIN, 1)), vmsptr_above },
    { RULE_STE_VMSPTR, "VMSPtr at 2^OAS, one stage", NS, BYP | S1 | S2, REACH,
      SET(STE_SET(S1MPAM, 1)), IF(NEED(IDR3, MPAM, IS, 1), NEED(MPAMIDR, PARTID_MAX, MIN, 1)),
      vmsptr_above },
    { RULE_STE_MPAM, "PARTID and PMG all 1", NS, ALL, REACH,
      SET(STE_SET(PARTID, 0xffff), STE_SET(PMG, 0xff)),
      IF(NEED(IDR3, MPAM, IS, 1), NEED(MPAMIDR, PARTID_MAX, MIN, 1)), NULL },

    /* Often taken for illegal */
    { RULE_STE_TOLERATED, "S1DSS=3 of one CD", ANY, ON1, REACH, SET(STE_SET(S1DSS, 3)), IF({ 0 }),
      NULL },
    { RULE_STE_TOLERATED, "S1CSH=1", ANY, ON1, REACH, SET(STE_SET(S1CSH, 1)), IF({ 0 }), NULL },
    { RULE_STE_TOLERATED, "S1CIR, S1COR 0", ANY, ON1, REACH, SET(STE_SET(S1CIR, 0), STE_SET(S1COR, 0)),
      IF({ 0 }), NULL },
    { RULE_STE_TOLERATED, "S2SH0=1", ANY, ON2, REACH, SET(STE_SET(S2SH0, 1)), IF({ 0 }), NULL },
    { RULE_STE_TOLERATED, "NSCFG=1", ANY, ALL, REACH, SET(STE_SET(NSCFG, 1)), IF(PERMS_OVR), NULL },
    { RULE_STE_TOLERATED, "PRIVCFG=1 INSTCFG=1", ANY, ALL, REACH,
      SET(STE_SET(PRIVCFG, 1), STE_SET(INSTCFG, 1)), IF(PERMS_OVR), NULL },
    { RULE_STE_TOLERATED, "MTCFG with MemAttr=4", ANY, ALL, REACH,
      SET(STE_SET(MTCFG, 1), STE_SET(MemAttr, 4)), IF(TYPES_OVR), NULL },
    { RULE_STE_TOLERATED, "MTCFG with MemAttr=12", ANY, ALL, REACH,
      SET(STE_SET(MTCFG, 1), STE_SET(MemAttr, 12)), IF(TYPES_OVR), NULL },
    { RULE_STE_TOLERATED, "ALLOCCFG=15 SHCFG=0", ANY, ALL, REACH,
      SET(STE_SET(ALLOCCFG, 15), STE_SET(SHCFG, 0)), IF(TYPES_OVR), NULL },
    { RULE_STE_TOLERATED, "SW_RESERVED=15", ANY, ALL, REACH, SET(STE_SET(SW_RESERVED, 15)), IF({ 0 }),
      NULL },
    { RULE_STE_TOLERATED, "DRE, DCP, MEV", ANY, ALL, REACH,
      SET(STE_SET(DRE, 1), STE_SET(DCP, 1), STE_SET(MEV, 1)), IF(V31), NULL },
    { RULE_STE_TOLERATED, "S2AFFD=1", ANY, ON2, REACH, SET(STE_SET(S2AFFD, 1)), IF({ 0 }), NULL },
};

static const char *const kind_names[] = { "bypass", "stage 1", "stage 2", "nested" };

static void check(struct conf *c, struct conf_stream *st, const struct row *r)
{
    static const struct conf_event bad_ste = { .number = EVT_C_BAD_STE };
    static const struct conf_event disabled = { .number = EVT_F_STREAM_DISABLED };
    enum dut_pas pas = conf_pas(st->sec);
    struct dut_dma dma;
    uint64_t pa;

    conf_start(c, st->sec);
    if (!conf_stream(c, st)) {
        return;
    }
    dma = conf_access(st, conf_map(st, &pa), DUT_DMA_WRITE);
    conf_apply(st->ste.w, r->set, ROW_SETS);
    if (r->fix) {
        r->fix(c, st->sec, &st->ste);
    }
    conf_stream_update(st);
    switch (r->want) {
    case REACH:
        conf_reaches(c, &dma, pas, pa);
        break;
    case LEGAL:
        conf_never(c, &dma, EVT_C_BAD_STE);
        break;
    case BAD:
        conf_faults(c, &dma, &bad_ste);
        break;
    case SILENT:
        conf_aborts(c, &dma);
        break;
    case NO_SSID:
        conf_faults(c, &dma, &disabled);
        break;
    }
}

static void ste_validity(struct conf *c)
{
    for (size_t i = 0; i < CONF_COUNT(rows); i++) {
        const struct row *r = &rows[i];
        enum conf_form form = r->want == BAD || r->want == SILENT ? CONF_ILLEGAL : CONF_LEGAL;
        struct conf_need need[CONF_NEEDS] = { r->need[0], r->need[1], r->need[2] };

        for (unsigned n = 0; n < 8; n++) {
            struct conf_stream st = { .sec = (enum dut_sec)(n >> 2), .s1 = n & 1, .s2 = n & 2,
                                      .asid = 1, .vmid = 1 };

            if (r->secs >> st.sec & 1 && r->kinds >> (n & 3) & 1 &&
                conf_row(c, r->rule, form, need, "%s%s, %s", st.sec ? "Secure " : "",
                         kind_names[n & 3], r->name) &&
                conf_needs_state(c, st.sec)) {
                check(c, &st, r);
            }
        }
    }
}

const struct conf_case case_ste_validity = { "ste/validity", { { 0 } }, ste_validity };
