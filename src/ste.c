/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Is an STE legal, and what does it say? IHI0070G.b 5.2, 5.2.2, 3.3.3. */
#include <string.h>

#include "internal.h"

/*
 * Does a stage 2 start level fit the input size and granule? At most 16
 * tables are concatenated, and there is at least one bit to index the first
 * (the rules of VTCR_EL2, DDI0487 D8.2).
 */
static bool s2_start_fits(unsigned gran, unsigned tsz, int level)
{
    unsigned stride = gran - 3;
    unsigned below = (unsigned)(3 - level) * stride + gran;
    unsigned ia = 64 - tsz;

    return ia >= below + 1 && ia <= below + stride + 4;
}

/* The start level that {SL0_2,SL0} selects; NO_LEVEL: reserved. */
#define NO_LEVEL 4
static int s2_start_level(const struct smmu3 *s, const struct ttcfg *tt, unsigned sl0)
{
    if (tt->gran == 12) {
        switch (sl0) {
        case 0:
            return 2;
        case 1:
            return 1;
        case 2:
            return s->oas >= 44 ? 0 : NO_LEVEL;
        case 3:
            return ID(s, IDR3, STT) ? 3 : NO_LEVEL;
        case 4:
            return -1; /* bit 2 counts with DS only */
        default:
            return NO_LEVEL;
        }
    }
    switch (sl0 & 3) {
    case 0:
        return 3;
    case 1:
        return 2;
    case 2:
        return s->oas >= (tt->gran == 14 ? 42u : 44u) ? 1 : NO_LEVEL;
    default:
        return tt->ds ? 0 : NO_LEVEL;
    }
}

/* Largest and smallest T0SZ without 52-bit addresses, IHI0070G.b 3.4.1. */
unsigned smmu3i_tsz_max(const struct smmu3 *s, unsigned gran)
{
    if (!ID(s, IDR3, STT)) {
        return 39;
    }
    return gran == 16 ? 47 : 48;
}

/* IPS or S2PS, limited by OAS and by what the descriptor format can hold. */
unsigned smmu3i_out_bits(const struct smmu3 *s, const struct ttcfg *tt, unsigned ps)
{
    unsigned max = tt->ds || tt->gran == 16 || s->oas < 48 ? s->oas : 48;

    return ps < max ? ps : max;
}

/* log2 of the start table's size, which its address is aligned to; tables of
 * 52-bit addresses to 64 bytes at least (DDI0487 D8.2). */
unsigned smmu3i_table_align(const struct ttcfg *tt)
{
    unsigned below = (unsigned)(3 - tt->level) * (tt->gran - 3u) + tt->gran;
    unsigned bits = 64u - tt->tsz - below + 3;

    return bits < 6 && tt->out_bits > 48 ? 6 : bits;
}

static enum smmu3_reason decode_s2tt(const struct smmu3 *s, const struct ste *ste,
                                     struct ttcfg *tt, unsigned tg, unsigned tsz,
                                     unsigned sl0, uint64_t ttb)
{
    unsigned min = 64 - s->ias;
    unsigned ps = smmu3i_addr_bits((unsigned)STE_GET(ste->w, S2PS));
    int level;

    tt->stage = 2;
    tt->gran = (uint8_t)smmu3i_gran_shift(s, tg);
    if (!tt->gran) {
        return SMMU3_R_STE_S2TG;
    }
    tt->ds = ID(s, IDR5, DS) && tt->gran != 16 && STE_GET(ste->w, S2DS);
    tt->lpa = tt->gran == 16 && s->oas > 48;
    if (!tt->ds && tt->gran != 16 && min < 16) {
        min = 16;
    }
    tt->out_bits = (uint8_t)smmu3i_out_bits(s, tt, ps);
    if (ttb >> tt->out_bits) {
        return SMMU3_R_STE_S2TTB;
    }
    if (tsz > smmu3i_tsz_max(s, tt->gran) || tsz < min) {
        return SMMU3_R_STE_S2T0SZ;
    }
    level = s2_start_level(s, tt, tt->ds ? sl0 : sl0 & 3);
    if (level == NO_LEVEL || !s2_start_fits(tt->gran, tsz, level)) {
        return SMMU3_R_STE_S2SL0;
    }
    tt->tsz = (uint8_t)tsz;
    tt->level = (int8_t)level;
    tt->ttb = ttb & ~low_mask(smmu3i_table_align(tt));
    tt->sh = (uint8_t)STE_GET(ste->w, S2SH0);
    tt->attr = smmu3i_attr_walk((unsigned)STE_GET(ste->w, S2IR0), (unsigned)STE_GET(ste->w, S2OR0),
                                tt->sh);
    tt->ha = STE_GET(ste->w, S2HA);
    tt->hd = tt->ha && STE_GET(ste->w, S2HD);
    tt->affd = STE_GET(ste->w, S2AFFD);
    tt->big_endian = STE_GET(ste->w, S2ENDI);
    return SMMU3_R_NONE;
}

static bool strw_used(const struct smmu3 *s, enum smmu3_sec_sid sec, const struct ste *ste)
{
    return ID(s, IDR0, S1P) && !(sec == SMMU3_SEC_SID_NS && !ID(s, IDR0, Hyp)) &&
           ste->s1 && !ste->s2;
}

static enum smmu3_reason check_strw(const struct smmu3 *s, enum smmu3_sec_sid sec, unsigned strw)
{
    bool bad;

    if (sec == SMMU3_SEC_SID_S) {
        bad = strw == 3 || (strw == 2 && !ID(s, S_IDR1, SEL2));
    } else {
        bad = strw & 1;
    }
    return bad ? SMMU3_R_STE_STRW : SMMU3_R_NONE;
}

static enum smmu3_reason check_s1(const struct smmu3 *s, enum smmu3_sec_sid sec,
                                  const struct ste *ste)
{
    unsigned ssidsize = ID(s, IDR1, SSIDSIZE);
    unsigned fmt = (unsigned)STE_GET(ste->w, S1Fmt);

    if (STE_GET(ste->w, S1STALLD) && smmu3i_stall_model(s, sec) != 0) {
        return SMMU3_R_STE_S1STALLD;
    }
    if (ssidsize && STE_GET(ste->w, S1CDMax) > ssidsize) {
        return SMMU3_R_STE_S1CDMAX;
    }
    if (ssidsize && STE_GET(ste->w, S1CDMax) && !ID(s, IDR0, CD2L) && (fmt == 1 || fmt == 2)) {
        return SMMU3_R_STE_S1FMT;
    }
    /* 3.4.3 leaves C_BAD_STE or a stage 2 fault for an IPA: docs/CHOICES.md. */
    if ((STE_GET(ste->w, S1ContextPtr) << 6) >> (ste->s2 ? s->ias : s->oas)) {
        return SMMU3_R_STE_S1CONTEXTPTR;
    }
    return SMMU3_R_NONE;
}

static enum smmu3_reason check_s2(const struct smmu3 *s, enum smmu3_sec_sid sec, struct ste *ste)
{
    unsigned endian = ID(s, IDR0, TTENDIAN);
    bool be = STE_GET(ste->w, S2ENDI);
    struct ttcfg *ns_ipa = &ste->s2tt[sec == SMMU3_SEC_SID_S];
    enum smmu3_reason r;

    if (!STE_GET(ste->w, S2AA64)) {
        return SMMU3_R_STE_S2_FORMAT;
    }
    if (STE_GET(ste->w, S2S) ? smmu3i_stall_model(s, sec) == 1 : smmu3i_stall_model(s, sec) == 2) {
        return SMMU3_R_STE_S2S;
    }
    if ((STE_GET(ste->w, S2HA) && ID(s, IDR0, HTTU) < 1) ||
        (STE_GET(ste->w, S2HD) && ID(s, IDR0, HTTU) < 2)) {
        return SMMU3_R_STE_S2HTTU;
    }
    r = decode_s2tt(s, ste, ns_ipa, (unsigned)STE_GET(ste->w, S2TG),
                    (unsigned)STE_GET(ste->w, S2T0SZ),
                    (unsigned)(STE_GET(ste->w, S2SL0_2) << 2 | STE_GET(ste->w, S2SL0)),
                    STE_GET(ste->w, S2TTB) << 4);
    if (r) {
        return r;
    }
    if (sec == SMMU3_SEC_SID_S) {
        /* Both IPA spaces' tables are checked, used or not: 5.2.2. */
        bool sw = STE_GET(ste->w, S2SW), sa = STE_GET(ste->w, S2SA);
        bool nsw = STE_GET(ste->w, S2NSW), nsa = STE_GET(ste->w, S2NSA);

        r = decode_s2tt(s, ste, &ste->s2tt[0], (unsigned)STE_GET(ste->w, S_S2TG),
                        (unsigned)STE_GET(ste->w, S_S2T0SZ),
                        (unsigned)(STE_GET(ste->w, S_S2SL0_2) << 2 | STE_GET(ste->w, S_S2SL0)),
                        STE_GET(ste->w, S_S2TTB) << 4);
        if (r) {
            return r;
        }
        ste->s2tt[0].ns = sw;
        ste->s2tt[1].ns = nsw;
        ste->s2_out_ns[0] = sw || sa;
        ste->s2_out_ns[1] = nsw || sw || sa || nsa;
    }
    if ((endian == 2 && be) || (endian == 3 && !be)) {
        return SMMU3_R_STE_S2ENDI;
    }
    return SMMU3_R_NONE;
}

static enum smmu3_reason check_vmid(const struct smmu3 *s, enum smmu3_sec_sid sec, struct ste *ste)
{
    bool ignored;

    if (sec == SMMU3_SEC_SID_S) {
        /* Secure stage 1 alone is tagged with VMID 0: 3.17. */
        ignored = !ID(s, S_IDR1, SEL2) || !ste->s2;
    } else {
        ignored = !ID(s, IDR0, S2P) || ste->world != WORLD_EL1;
    }
    ste->has_vmid = ste->world == WORLD_EL1 &&
                    (sec == SMMU3_SEC_SID_S ? ID(s, S_IDR1, SEL2) : ID(s, IDR0, S2P));
    ste->vmid = ignored ? 0 : (uint16_t)STE_GET(ste->w, S2VMID);
    return ste->vmid >> 8 && !ID(s, IDR0, VMID16) ? SMMU3_R_STE_S2VMID : SMMU3_R_NONE;
}

static enum smmu3_reason decode(const struct smmu3 *s, const struct bank *b,
                                enum smmu3_sec_sid sec, struct ste *ste)
{
    unsigned config = (unsigned)STE_GET(ste->w, Config);
    unsigned strw = (unsigned)STE_GET(ste->w, STRW);
    enum smmu3_reason r = SMMU3_R_NONE;

    if (!STE_GET(ste->w, V)) {
        return SMMU3_R_STE_V;
    }
    if (!(config & 4)) {
        return SMMU3_R_NONE; /* disabled: nothing else is looked at */
    }
    ste->s1 = config & 1;
    ste->s2 = config & 2;
    if (ste->s1 && !ID(s, IDR0, S1P)) {
        return SMMU3_R_STE_CONFIG_S1;
    }
    if (ste->s2 && !ID(s, IDR0, S2P)) {
        return SMMU3_R_STE_CONFIG_S2;
    }
    if (ste->s2 && sec == SMMU3_SEC_SID_S && !ID(s, S_IDR1, SEL2)) {
        return SMMU3_R_STE_CONFIG_S2_SECURE;
    }
    ste->world = ste->s1 || ste->s2 ? WORLD_EL1 : WORLD_NONE;
    if (strw_used(s, sec, ste)) {
        r = check_strw(s, sec, strw);
        if (r) {
            return r;
        }
        if (strw == 1) {
            ste->world = WORLD_EL3;
        } else if (strw == 2) {
            ste->world = b->cr2 & CR2_E2H ? WORLD_EL2_E2H : WORLD_EL2;
        }
    }
    if (ste->s1) {
        r = check_s1(s, sec, ste);
    }
    if (!r && ste->s2) {
        r = check_s2(s, sec, ste);
    }
    if (!r) {
        r = check_vmid(s, sec, ste);
    }
    if (!r && smmu3i_vms_enabled(s, sec, ste) && STE_GET(ste->w, VMSPtr) << 12 >> s->oas) {
        r = SMMU3_R_STE_VMSPTR;
    }
    return r;
}

void smmu3i_ste_decode(const struct smmu3 *s, const struct bank *b, enum smmu3_sec_sid sec,
                struct ste *ste)
{
    struct ste d;

    memset(&d, 0, sizeof(d));
    memcpy(d.w, ste->w, sizeof(d.w));
    d.bad = decode(s, b, sec, &d);
    d.mpam = smmu3i_mpam_ste(s, sec, &d);
    *ste = d;
}
