/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Which STEs are ILLEGAL: a row for each rule of IHI0070G.b 5.2.2 and of the
 * field texts of 5.2 that an implemented feature can meet, in its legal and
 * its illegal form. Bit positions are typed here, not taken from spec/.
 */
#include "machine.h"

/* Expectations besides reasons: OK, or anything but C_BAD_STE. */
#define OK SMMU3_R_NONE
#define LEGAL SMMU3_R_COUNT
#define VA 0x12345000

enum kind { BYPASS, S1, S2, NESTED };

/* Sets bits hi..lo of a record. */
struct set {
    unsigned hi, lo;
    uint64_t v;
};

static const struct row_ste {
    const char *name;
    const char *tweaks;
    enum smmu3_sec_sid sec;
    enum kind kind;
    enum smmu3_reason want;
    struct set set[3];
} rows[] = {
    /* V and Config */
    { "V=0", NULL, NS, S1, SMMU3_R_STE_V, { { 0, 0, 0 } } },
    { "V=0, Secure", NULL, S, S1, SMMU3_R_STE_V, { { 0, 0, 0 } } },
    { "V=0, all else set", NULL, NS, BYPASS, SMMU3_R_STE_V, { { 0, 0, 0 }, { 63, 1, ~0ull }, { 127, 64, ~0ull } } },
    { "Config=000", NULL, NS, S1, SMMU3_R_STE_CONFIG_ABORT, { { 3, 1, 0 } } },
    { "Config=001", NULL, NS, S1, SMMU3_R_STE_CONFIG_ABORT, { { 3, 1, 1 } } },
    { "Config=010", NULL, NS, S2, SMMU3_R_STE_CONFIG_ABORT, { { 3, 1, 2 } } },
    { "Config=011", NULL, S, NESTED, SMMU3_R_STE_CONFIG_ABORT, { { 3, 1, 3 } } },
    { "Config=000 looks at nothing else", NULL, S, NESTED, SMMU3_R_STE_CONFIG_ABORT,
      { { 3, 1, 0 }, { 95, 91, 31 }, { 179, 179, 0 } } },
    { "Config=001 neither", NULL, NS, S1, SMMU3_R_STE_CONFIG_ABORT,
      { { 3, 1, 1 }, { 95, 91, 31 }, { 63, 59, 31 } } },
    { "Config=011 neither", NULL, NS, NESTED, SMMU3_R_STE_CONFIG_ABORT,
      { { 3, 1, 3 }, { 95, 91, 31 }, { 179, 174, 0 } } },
    { "bypass", NULL, NS, BYPASS, OK, { { 0, 0, 1 } } },
    { "stage 1", NULL, NS, S1, OK, { { 0, 0, 1 } } },
    { "stage 2", NULL, NS, S2, OK, { { 0, 0, 1 } } },
    { "nested", NULL, NS, NESTED, OK, { { 0, 0, 1 } } },
    { "Secure bypass", NULL, S, BYPASS, OK, { { 0, 0, 1 } } },
    { "Secure stage 1", NULL, S, S1, OK, { { 0, 0, 1 } } },
    { "Secure stage 2", NULL, S, S2, OK, { { 0, 0, 1 } } },
    { "Secure nested", NULL, S, NESTED, OK, { { 0, 0, 1 } } },
#define NO_S1 "IDR0.S1P=0 IDR0.Hyp=0 IDR0.CD2L=0 IDR3.HAD=0 IDR1.SSIDSIZE=0 S_IDR0=0 S_IDR1=0"
#define NO_S2 "IDR0.S2P=0 IDR0.Hyp=0 IDR0.VMW=0 IDR3.XNX=0 IDR3.PTWNNC=0 S_IDR1.SEL2=0"
#define NO_SEL2 "S_IDR1.SEL2=0"
    { "stage 1 without S1P", NO_S1, NS, S1, SMMU3_R_STE_CONFIG_S1, { { 0, 0, 1 } } },
    { "nested without S1P", NO_S1, NS, NESTED, SMMU3_R_STE_CONFIG_S1, { { 0, 0, 1 } } },
    { "stage 2 without S1P", NO_S1, NS, S2, OK, { { 0, 0, 1 } } },
    { "stage 2 without S2P", NO_S2, NS, S2, SMMU3_R_STE_CONFIG_S2, { { 0, 0, 1 } } },
    { "nested without S2P", NO_S2, NS, NESTED, SMMU3_R_STE_CONFIG_S2, { { 0, 0, 1 } } },
    { "stage 1 without S2P", NO_S2, NS, S1, OK, { { 0, 0, 1 } } },
    { "Secure stage 2 without SEL2", NO_SEL2, S, S2, SMMU3_R_STE_CONFIG_S2_SECURE,
      { { 0, 0, 1 } } },
    { "Secure nested without SEL2", NO_SEL2, S, NESTED, SMMU3_R_STE_CONFIG_S2_SECURE,
      { { 0, 0, 1 } } },
    { "Secure stage 1 without SEL2", NO_SEL2, S, S1, OK, { { 0, 0, 1 } } },
    { "NS stage 2 without SEL2", NO_SEL2, NS, S2, OK, { { 0, 0, 1 } } },
    /* ATS is not implemented: EATS is not looked at */
    { "EATS=01", NULL, NS, S1, OK, { { 93, 92, 1 } } },
    { "EATS=10 on stage 1", NULL, NS, S1, OK, { { 93, 92, 2 } } },
    { "EATS=11", NULL, NS, NESTED, OK, { { 93, 92, 3 } } },
    { "EATS=10, Secure", NULL, S, S1, OK, { { 93, 92, 2 } } },
    /* STRW */
    { "STRW=01", NULL, NS, S1, SMMU3_R_STE_STRW, { { 95, 94, 1 } } },
    { "STRW=11", NULL, NS, S1, SMMU3_R_STE_STRW, { { 95, 94, 3 } } },
    { "STRW=10", NULL, NS, S1, OK, { { 95, 94, 2 } } },
    { "STRW=01 without Hyp", AS_V31 "IDR0.Hyp=0", NS, S1, OK, { { 95, 94, 1 } } },
    { "STRW=11 without Hyp", AS_V31 "IDR0.Hyp=0", NS, S1, OK, { { 95, 94, 3 } } },
    { "STRW=11, bypass", NULL, NS, BYPASS, OK, { { 95, 94, 3 } } },
    { "STRW=11, stage 2", NULL, NS, S2, OK, { { 95, 94, 3 } } },
    { "STRW=11, nested", NULL, NS, NESTED, OK, { { 95, 94, 3 } } },
    { "Secure STRW=11", NULL, S, S1, SMMU3_R_STE_STRW, { { 95, 94, 3 } } },
    { "Secure STRW=01: EL3", NULL, S, S1, OK, { { 95, 94, 1 } } },
    { "Secure STRW=10: S-EL2", NULL, S, S1, OK, { { 95, 94, 2 } } },
    { "Secure STRW=10 without SEL2", NO_SEL2, S, S1, SMMU3_R_STE_STRW, { { 95, 94, 2 } } },
    { "Secure STRW=01 without SEL2", NO_SEL2, S, S1, OK, { { 95, 94, 1 } } },
    { "Secure STRW=01 without Hyp", AS_V31 "IDR0.Hyp=0 S_IDR1.SEL2=0", S, S1, OK,
      { { 95, 94, 1 } } },
    { "Secure STRW=11, nested", NULL, S, NESTED, OK, { { 95, 94, 3 } } },
    { "Secure STRW=11, bypass", NULL, S, BYPASS, OK, { { 95, 94, 3 } } },
    /* Stage 1 fields */
    { "S1STALLD", NULL, NS, S1, SMMU3_R_STE_S1STALLD, { { 91, 91, 1 } } },
    { "S1STALLD, nested", NULL, NS, NESTED, SMMU3_R_STE_S1STALLD, { { 91, 91, 1 } } },
    { "S1STALLD, Secure", NULL, S, S1, SMMU3_R_STE_S1STALLD, { { 91, 91, 1 } } },
    { "S1STALLD, stage 2 only", NULL, NS, S2, OK, { { 91, 91, 1 } } },
    { "S1STALLD, bypass", NULL, NS, BYPASS, OK, { { 91, 91, 1 } } },
    { "S1CDMax = SSIDSIZE", "IDR1.SSIDSIZE=4", NS, S1, LEGAL, { { 63, 59, 4 } } },
    { "S1CDMax > SSIDSIZE", "IDR1.SSIDSIZE=4", NS, S1, SMMU3_R_STE_S1CDMAX, { { 63, 59, 5 } } },
    { "S1CDMax = 20", NULL, NS, S1, LEGAL, { { 63, 59, 20 } } },
    { "S1CDMax = 21", NULL, NS, S1, SMMU3_R_STE_S1CDMAX, { { 63, 59, 21 } } },
    { "S1CDMax = 31, Secure", NULL, S, NESTED, SMMU3_R_STE_S1CDMAX, { { 63, 59, 31 } } },
    { "S1CDMax without substreams", "IDR1.SSIDSIZE=0", NS, S1, OK, { { 63, 59, 31 } } },
    { "S1CDMax, stage 2 only", NULL, NS, S2, OK, { { 63, 59, 31 } } },
    { "S1Fmt=01 without CD2L", "IDR0.CD2L=0", NS, S1, SMMU3_R_STE_S1FMT,
      { { 63, 59, 1 }, { 5, 4, 1 } } },
    { "S1Fmt=10 without CD2L", "IDR0.CD2L=0", NS, S1, SMMU3_R_STE_S1FMT,
      { { 63, 59, 1 }, { 5, 4, 2 } } },
    { "S1Fmt=11 without CD2L", "IDR0.CD2L=0", NS, S1, LEGAL, { { 63, 59, 1 }, { 5, 4, 3 } } },
    { "S1Fmt=10, one CD, without CD2L", "IDR0.CD2L=0", NS, S1, OK, { { 5, 4, 2 } } },
    { "S1Fmt=10, no substreams", "IDR0.CD2L=0 IDR1.SSIDSIZE=0", NS, S1, OK,
      { { 63, 59, 1 }, { 5, 4, 2 } } },
    { "S1Fmt=10 with CD2L", NULL, NS, S1, LEGAL, { { 63, 59, 1 }, { 5, 4, 2 } } },
    { "S1ContextPtr above OAS", NULL, NS, S1, SMMU3_R_STE_S1CONTEXTPTR, { { 48, 48, 1 } } },
    { "S1ContextPtr above OAS 44", "IDR5.OAS=4", NS, S1, SMMU3_R_STE_S1CONTEXTPTR,
      { { 44, 44, 1 } } },
    { "S1ContextPtr below OAS 44", "IDR5.OAS=4", NS, S1, LEGAL, { { 43, 43, 1 } } },
    { "S1ContextPtr bit 55", NULL, S, S1, SMMU3_R_STE_S1CONTEXTPTR, { { 55, 55, 1 } } },
    { "S1ContextPtr above IAS (CHOICES)", NULL, NS, NESTED, SMMU3_R_STE_S1CONTEXTPTR,
      { { 48, 48, 1 } } },
    { "S1ContextPtr above OAS, stage 2 only", NULL, NS, S2, OK, { { 55, 48, 0xff } } },
    { "S1ContextPtr above OAS, bypass", NULL, NS, BYPASS, OK, { { 55, 48, 0xff } } },
    /* Stage 2 fields */
    { "S2AA64=0", NULL, NS, S2, SMMU3_R_STE_S2_FORMAT, { { 179, 179, 0 } } },
    { "S2AA64=0, nested", NULL, NS, NESTED, SMMU3_R_STE_S2_FORMAT, { { 179, 179, 0 } } },
    { "S2AA64=0, Secure", NULL, S, S2, SMMU3_R_STE_S2_FORMAT, { { 179, 179, 0 } } },
    { "S2AA64=0, stage 1 only", NULL, NS, S1, OK, { { 179, 179, 0 } } },
    { "S2S", NULL, NS, S2, SMMU3_R_STE_S2S, { { 185, 185, 1 } } },
    { "S2S, Secure", NULL, S, NESTED, SMMU3_R_STE_S2S, { { 185, 185, 1 } } },
    { "S2S, stage 1 only", NULL, NS, S1, OK, { { 185, 185, 1 } } },
    { "S2HA", NULL, NS, S2, SMMU3_R_STE_S2HTTU, { { 184, 184, 1 } } },
    { "S2HD", NULL, NS, S2, SMMU3_R_STE_S2HTTU, { { 183, 183, 1 } } },
    { "S2HA, Secure", NULL, S, S2, SMMU3_R_STE_S2HTTU, { { 184, 184, 1 } } },
    { "S2HA, stage 1 only", NULL, NS, S1, OK, { { 184, 183, 3 } } },
    { "S2HAFT: RES0", NULL, NS, S2, OK, { { 187, 187, 1 } } },
    { "S2PIE, S2POE: RES0", NULL, NS, S2, OK, { { 189, 188, 3 } } },
    { "DPT_VMATCH: RES0", NULL, NS, NESTED, OK, { { 191, 190, 3 } } },
    { "S2TG=11", NULL, NS, S2, SMMU3_R_STE_S2TG, { { 175, 174, 3 } } },
    { "S2TG=10 without GRAN16K", "IDR5.GRAN16K=0", NS, S2, SMMU3_R_STE_S2TG,
      { { 175, 174, 2 } } },
    { "S2TG=01 without GRAN64K", "IDR5.GRAN64K=0", NS, S2, SMMU3_R_STE_S2TG,
      { { 175, 174, 1 } } },
    { "S2TG=00 without GRAN4K", "IDR5.GRAN4K=0", NS, S2, SMMU3_R_STE_S2TG, { { 175, 174, 0 } } },
    { "S2TG=11, Secure", NULL, S, S2, SMMU3_R_STE_S2TG, { { 175, 174, 3 } } },
    { "S_S2TG=11", NULL, S, S2, SMMU3_R_STE_S2TG, { { 303, 302, 3 } } },
    { "S_S2TG=11, nested", NULL, S, NESTED, SMMU3_R_STE_S2TG, { { 303, 302, 3 } } },
    { "S_S2TG=11, NS stream", NULL, NS, S2, OK, { { 303, 302, 3 } } },
    { "S_S2TG=11, Secure stage 1", NULL, S, S1, OK, { { 303, 302, 3 } } },
    { "S2TTB above S2PS", NULL, NS, S2, SMMU3_R_STE_S2TTB, { { 178, 176, 0 }, { 228, 228, 1 } } },
    { "S2TTB below S2PS", NULL, NS, S2, LEGAL, { { 178, 176, 0 }, { 223, 223, 1 } } },
    { "S2TTB above 48 bits", NULL, NS, S2, SMMU3_R_STE_S2TTB, { { 240, 240, 1 } } },
    { "S2TTB above 48 bits, S2PS=52", NULL, NS, S2, SMMU3_R_STE_S2TTB,
      { { 178, 176, 6 }, { 240, 240, 1 } } },
    { "S2TTB above OAS 44", "IDR5.OAS=4", NS, S2, SMMU3_R_STE_S2TTB, { { 236, 236, 1 } } },
    { "S_S2TTB above S2PS", NULL, S, S2, SMMU3_R_STE_S2TTB, { { 178, 176, 0 }, { 420, 420, 1 } } },
    { "S_S2TTB above 48 bits", NULL, S, NESTED, SMMU3_R_STE_S2TTB, { { 432, 432, 1 } } },
    { "S_S2TTB above 48 bits, NS stream", NULL, NS, NESTED, OK, { { 435, 432, 15 } } },
    { "S2TTB low bits are dropped", NULL, NS, S2, OK, { { 203, 196, 0xff } } },
    { "S2PS=6 acts as OAS", NULL, NS, S2, OK, { { 178, 176, 6 } } },
    { "S2PS=7 acts as OAS", NULL, NS, S2, OK, { { 178, 176, 7 } } },
    { "S2T0SZ=15", NULL, NS, S2, SMMU3_R_STE_S2T0SZ, { { 165, 160, 15 }, { 167, 166, 2 } } },
    { "S2T0SZ=0", NULL, NS, S2, SMMU3_R_STE_S2T0SZ, { { 165, 160, 0 }, { 167, 166, 2 } } },
    { "S2T0SZ=49", NULL, NS, S2, SMMU3_R_STE_S2T0SZ, { { 165, 160, 49 }, { 167, 166, 3 } } },
    { "S2T0SZ=63", NULL, S, S2, SMMU3_R_STE_S2T0SZ, { { 165, 160, 63 }, { 167, 166, 3 } } },
    { "S_S2T0SZ=49", NULL, S, S2, SMMU3_R_STE_S2T0SZ, { { 293, 288, 49 }, { 295, 294, 3 } } },
    { "S_S2T0SZ=15", NULL, S, NESTED, SMMU3_R_STE_S2T0SZ, { { 293, 288, 15 } } },
    { "S_S2T0SZ=15, NS stream", NULL, NS, S2, OK, { { 293, 288, 15 } } },
    { "S2T0SZ=19 with OAS 44", "IDR5.OAS=4", NS, S2, SMMU3_R_STE_S2T0SZ,
      { { 165, 160, 19 }, { 167, 166, 2 } } },
    { "S2SL0 and S2T0SZ", NULL, NS, S2, SMMU3_R_STE_S2SL0, { { 167, 166, 3 } } },
    { "S_S2SL0 and S_S2T0SZ", NULL, S, S2, SMMU3_R_STE_S2SL0, { { 295, 294, 3 } } },
    { "S2SL0_2, S2DS: RES0", NULL, NS, S2, OK, { { 195, 194, 3 } } },
    { "S_S2SL0_2: RES0", NULL, S, S2, OK, { { 386, 386, 1 } } },
    { "S2SKL: RES0", NULL, NS, S2, OK, { { 254, 253, 3 } } },
    { "S2ENDI, little only", "IDR0.TTENDIAN=2", NS, S2, SMMU3_R_STE_S2ENDI, { { 180, 180, 1 } } },
    { "S2ENDI=0, big only", "IDR0.TTENDIAN=3", NS, S2, SMMU3_R_STE_S2ENDI, { { 180, 180, 0 } } },
    { "S2ENDI=1, big only", "IDR0.TTENDIAN=3", NS, S2, LEGAL, { { 180, 180, 1 } } },
    { "S2ENDI=1, mixed", NULL, NS, S2, LEGAL, { { 180, 180, 1 } } },
    { "S2ENDI, Secure, little only", "IDR0.TTENDIAN=2", S, S2, SMMU3_R_STE_S2ENDI,
      { { 180, 180, 1 } } },
    { "S2ENDI, stage 1 only", "IDR0.TTENDIAN=2", NS, S1, OK, { { 180, 180, 1 } } },
    /* VMID */
#define VMID8 "IDR0.VMID16=0"
    { "VMID 0x100 of 8 bits", VMID8, NS, S2, SMMU3_R_STE_S2VMID, { { 143, 128, 0x100 } } },
    { "VMID 0xff of 8 bits", VMID8, NS, S2, OK, { { 143, 128, 0xff } } },
    { "VMID 0x8000, nested", VMID8, NS, NESTED, SMMU3_R_STE_S2VMID, { { 143, 128, 0x8000 } } },
    { "VMID 0x100, NS-EL1 stage 1", VMID8, NS, S1, SMMU3_R_STE_S2VMID, { { 143, 128, 0x100 } } },
    { "VMID 0x100, NS-EL2", VMID8, NS, S1, OK, { { 143, 128, 0x100 }, { 95, 94, 2 } } },
    { "VMID 0x100, bypass", VMID8, NS, BYPASS, OK, { { 143, 128, 0x100 } } },
    { "VMID 0x100 without S2P", VMID8 " " NO_S2, NS, S1, OK, { { 143, 128, 0x100 } } },
    { "VMID 0x100, Secure stage 1", VMID8, S, S1, OK, { { 143, 128, 0x100 } } },
    { "VMID 0x100, Secure stage 2", VMID8, S, S2, SMMU3_R_STE_S2VMID, { { 143, 128, 0x100 } } },
    { "VMID 0x100, Secure without SEL2", VMID8 " " NO_SEL2, S, S1, OK, { { 143, 128, 0x100 } } },
    { "VMID 0xffff of 16 bits", NULL, NS, NESTED, OK, { { 143, 128, 0xffff } } },
    /* Commonly mistaken for illegal */
    { "S1DSS=11", NULL, NS, S1, OK, { { 65, 64, 3 } } },
    { "S1CSH=01, S2SH0=01", NULL, NS, NESTED, OK, { { 71, 70, 1 }, { 173, 172, 1 } } },
    { "NSCFG=01", NULL, S, S1, OK, { { 111, 110, 1 } } },
    { "PRIVCFG=01, INSTCFG=01", NULL, NS, S1, OK, { { 115, 112, 5 } } },
    { "MTCFG with reserved MemAttr", NULL, NS, BYPASS, OK, { { 100, 96, 0x14 } } },
    { "PARTID, PMG, VMSPtr", NULL, NS, NESTED, OK,
      { { 287, 272, 0xffff }, { 375, 320, ~0ull >> 8 }, { 90, 90, 1 } } },
    { "MECID and IMPDEF bits", NULL, S, NESTED, OK, { { 319, 304, 0xffff }, { 127, 116, 0xfff } } },
    { "S2FWB", NULL, NS, S2, OK, { { 89, 89, 1 } } },
    { "CONT", NULL, NS, S1, OK, { { 80, 77, 15 } } },
    { "RES0 bits of word 0", NULL, NS, S1, OK, { { 58, 56, 7 } } },
    { "RES0 bits of words 1, 4 and 6", NULL, S, NESTED, OK,
      { { 107, 105, 7 }, { 301, 296, 0x3f }, { 444, 440, 0x1f } } },
    { "S2POI", NULL, NS, S2, OK, { { 511, 448, 0x1515151515151515 } } },
};

static void put(uint64_t *w, const struct set *s)
{
    for (unsigned b = s->lo; b <= s->hi; b++) {
        uint64_t bit = UINT64_C(1) << (b % 64);

        w[b / 64] = s->v >> (b - s->lo) & 1 ? w[b / 64] | bit : w[b / 64] & ~bit;
    }
}

static void check_row(const struct row_ste *r)
{
    struct machine *m = machine_new("base", r->tweaks);
    bool gran4 = m->cfg.idr5 & 0x10;
    struct stream st = { .sec = r->sec, .sid = 5, .s1 = r->kind & 1, .s2 = r->kind & 2,
                         .gran1 = gran4 ? 0 : 14, .vmid = 3, .asid = 1 };
    struct smmu3_result res;
    uint64_t rec[4];

    if (!gran4) {
        st.gran2 = 14;
        st.bits2 = 40;
        st.start2 = 2;
    }
    row("%s", r->name);
    machine_start(m, r->sec, 4, 0);
    stream_build(m, &st);
    if (st.s1) {
        stream_map1(&st, VA & ~0x3fff, VA & ~0x3fff, 0x4000, SMMU3T_S1_RW);
    }
    if (st.s2) {
        stream_map2(&st, VA & ~0x3fff, VA & ~0x3fff, 0x4000, SMMU3T_S2_RW);
    }
    for (size_t i = 0; i < ARRAY_SIZE(r->set); i++) {
        /* Unused rows are { 0, 0, 0 } and would clear V. */
        if (i == 0 || r->set[i].hi) {
            put(st.ste.w, &r->set[i]);
        }
    }
    machine_ste(m, r->sec, 5, &st.ste);
    res = machine_dma(m, r->sec, 5, VA, SMMU3_REQ_WRITE);
    if (r->want == LEGAL) {
        if (smmu3_reason_info(res.reason)->event == 0x04) {
            row_fail("is illegal: %s", reason_name(res.reason));
        }
        machine_free(m);
        return;
    }
    ROW_REASON(res, r->want);
    ROW_EQ(res.status, r->want == OK ? SMMU3_ST_OK : SMMU3_ST_ABORT);
    if (r->want == OK || r->want == SMMU3_R_STE_CONFIG_ABORT) {
        ROW_EQ(machine_event(m, r->sec, rec), false);
    } else {
        /* C_BAD_STE: number, StreamID and nothing else (7.3.5) */
        ROW_EQ(res.has_event && res.recorded, true);
        ROW_EQ(machine_event(m, r->sec, rec), true);
        ROW_EQ(rec[0], UINT64_C(5) << 32 | 0x04);
        ROW_EQ(rec[1] | rec[2] | rec[3], 0);
        ROW_EQ(machine_event(m, r->sec, rec), false);
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

/*
 * Start levels: every granule, SL0 and T0SZ at each OAS, for S2 and for S_S2.
 * The table of legal ranges is VTCR_EL2's; T0SZ is cut to what OAS and STT
 * allow (IHI0070G.b 3.4.1).
 */
static const struct {
    unsigned tg, sl0, lo, hi, min_oas;
} starts[] = {
    { 0, 3, 39, 51, 0 }, { 0, 0, 30, 42, 0 }, { 0, 1, 21, 33, 0 }, { 0, 2, 12, 24, 44 },
    { 2, 0, 35, 49, 0 }, { 2, 1, 24, 38, 0 }, { 2, 2, 13, 27, 42 },
    { 1, 0, 31, 47, 0 }, { 1, 1, 18, 34, 0 }, { 1, 2, 12, 21, 44 },
};

static bool start_legal(unsigned tg, unsigned sl0, unsigned t0sz, unsigned oas, bool stt)
{
    unsigned min = 64 - oas > 16 ? 64 - oas : 16;
    unsigned max = stt ? (tg == 1 ? 47 : 48) : 39;

    for (size_t i = 0; i < ARRAY_SIZE(starts); i++) {
        if (starts[i].tg == tg && starts[i].sl0 == sl0) {
            return t0sz >= starts[i].lo && t0sz <= starts[i].hi && t0sz >= min && t0sz <= max &&
                   oas >= starts[i].min_oas && (stt || !(tg == 0 && sl0 == 3));
        }
    }
    return false;
}

static void start_levels(const char *tweaks, unsigned oas, bool stt, enum smmu3_sec_sid sec,
                         unsigned off)
{
    struct machine *m = machine_new("base", tweaks);
    struct stream st = { .sec = sec, .sid = 1, .s2 = true, .gran2 = 12, .bits2 = 32, .start2 = 1 };

    machine_start(m, sec, 4, 0);
    stream_build(m, &st);
    for (unsigned tg = 0; tg < 4; tg++) {
        for (unsigned sl0 = 0; sl0 < 4; sl0++) {
            for (unsigned t0sz = 0; t0sz < 64; t0sz++) {
                bool legal = start_legal(tg, sl0, t0sz, oas, stt);
                struct smmu3_result r;

                row("%s OAS=%u TG=%u SL0=%u T0SZ=%u", off ? "S_S2" : "S2", oas, tg, sl0, t0sz);
                put(st.ste.w, &(struct set){ off + 165, off + 160, t0sz });
                put(st.ste.w, &(struct set){ off + 167, off + 166, sl0 });
                put(st.ste.w, &(struct set){ off + 175, off + 174, tg });
                machine_ste(m, sec, 1, &st.ste);
                r = machine_dma(m, sec, 1, 0, 0);
                ROW_EQ(smmu3_reason_info(r.reason)->event != 0x04, legal);
                machine_drain(m, sec);
            }
        }
    }
    machine_free(m);
}

static void test_start_levels(void **state)
{
    (void)state;
    start_levels(NULL, 48, true, NS, 0);
    start_levels("IDR5.OAS=4", 44, true, NS, 0);
    start_levels("IDR5.OAS=3", 42, true, NS, 0);
    start_levels("IDR5.OAS=2", 40, true, S, 0);
    start_levels("IDR5.OAS=1", 36, true, NS, 0);
    start_levels("IDR5.OAS=0", 32, true, NS, 0);
    start_levels("IDR3.STT=0 S_IDR1.SEL2=0", 48, false, NS, 0);
    start_levels(NULL, 48, true, S, 0);
    start_levels(NULL, 48, true, S, 128);
    start_levels("IDR5.OAS=3", 42, true, S, 128);
    rows_done();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_rules),
        TEST(test_start_levels),
    };

    return machine_main("ste", tests, ARRAY_SIZE(tests), false);
}
