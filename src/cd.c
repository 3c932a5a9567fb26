/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * From SubstreamID to Context Descriptor, and what a CD says.
 * IHI0070G.b 3.3.2, 5.3, 5.4, 5.4.2.
 */
#include <string.h>

#include "internal.h"

/* TG1 has an encoding of its own; the codes of TG0 come back. 3: reserved. */
static unsigned tg1_code(unsigned tg1)
{
    static const uint8_t code[] = { 3, 2, 0, 1 };

    return code[tg1];
}

/* One half of the address space. */
static enum smmu3_reason decode_half(const struct smmu3 *s, const struct cd *cd,
                                     struct ttcfg *tt, unsigned tg, unsigned tsz, uint64_t ttb)
{
    unsigned ips = smmu3i_addr_bits((unsigned)CD_GET(cd->w, IPS));
    unsigned ia = 64 - tsz, stride;

    tt->stage = 1;
    tt->gran = (uint8_t)smmu3i_gran_shift(s, tg);
    if (!tt->gran) {
        return SMMU3_R_CD_TGX;
    }
    tt->ds = ID(s, IDR5, DS) && tt->gran != 16 && CD_GET(cd->w, DS);
    tt->lpa = tt->gran == 16 && s->oas > 48;
    if (tsz > smmu3i_tsz_max(s, tt->gran) ||
        tsz < (ID(s, IDR5, VAX) && (tt->gran == 16 || tt->ds) ? 12u : 16u)) {
        return SMMU3_R_CD_TXSZ;
    }
    tt->out_bits = (uint8_t)smmu3i_out_bits(s, tt, ips);
    if (ttb >> tt->out_bits) {
        return SMMU3_R_CD_TTBX;
    }
    stride = tt->gran - 3u;
    tt->tsz = (uint8_t)tsz;
    tt->level = (int8_t)(3 - (int)((ia - 1 - tt->gran) / stride));
    tt->ttb = ttb & ~low_mask(smmu3i_table_align(tt));
    tt->affd = CD_GET(cd->w, AFFD);
    tt->ha = CD_GET(cd->w, HA);
    tt->hd = tt->ha && CD_GET(cd->w, HD);
    tt->big_endian = CD_GET(cd->w, ENDI);
    return SMMU3_R_NONE;
}

static enum smmu3_reason check_cd(const struct smmu3 *s, enum smmu3_sec_sid sec,
                                  const struct ste *ste, const struct cd *cd, bool one_range,
                                  bool use0, bool use1)
{
    unsigned endian = ID(s, IDR0, TTENDIAN);
    bool be = CD_GET(cd->w, ENDI);

    if (!CD_GET(cd->w, V)) {
        return SMMU3_R_CD_V;
    }
    if (CD_GET(cd->w, S) ? smmu3i_stall_model(s, sec) == 1 || STE_GET(ste->w, S1STALLD)
                         : smmu3i_stall_model(s, sec) == 2) {
        return SMMU3_R_CD_S;
    }
    if (ID(s, IDR0, TERM_MODEL) && !CD_GET(cd->w, A)) {
        return SMMU3_R_CD_A;
    }
    if ((use0 || use1) && ((endian == 2 && be) || (endian == 3 && !be))) {
        return SMMU3_R_CD_ENDI;
    }
    if (!CD_GET(cd->w, AA64)) {
        return SMMU3_R_CD_AA64;
    }
    if ((CD_GET(cd->w, HA) && ID(s, IDR0, HTTU) < 1) ||
        (CD_GET(cd->w, HD) && ID(s, IDR0, HTTU) < 2)) {
        return SMMU3_R_CD_HTTU;
    }
    if (!one_range && !ID(s, IDR0, ASID16) && CD_GET(cd->w, ASID) >> 8) {
        return SMMU3_R_CD_ASID;
    }
    return SMMU3_R_NONE;
}

void smmu3i_cd_decode(const struct smmu3 *s, enum smmu3_sec_sid sec, const struct ste *ste,
               struct cd *out)
{
    bool one_range = !world_has_asid(ste->world); /* any-EL2, EL3: TTB0 only */
    bool had = ID(s, IDR3, HAD), e0pd = ID(s, IDR3, E0PD) && !one_range;
    bool secure = sec == SMMU3_SEC_SID_S;
    struct cd cd;

    memset(&cd, 0, sizeof(cd));
    memcpy(cd.w, out->w, sizeof(cd.w));
    cd.tt[0].epd = !one_range && CD_GET(cd.w, EPD0);
    cd.tt[1].epd = one_range || CD_GET(cd.w, EPD1);
    cd.bad = check_cd(s, sec, ste, &cd, one_range, !cd.tt[0].epd, !cd.tt[1].epd);
    if (!cd.bad && !cd.tt[0].epd) {
        cd.bad = decode_half(s, &cd, &cd.tt[0], (unsigned)CD_GET(cd.w, TG0),
                             (unsigned)CD_GET(cd.w, T0SZ), CD_GET(cd.w, TTB0) << 4);
    }
    if (!cd.bad && !cd.tt[1].epd) {
        cd.bad = decode_half(s, &cd, &cd.tt[1], tg1_code((unsigned)CD_GET(cd.w, TG1)),
                             (unsigned)CD_GET(cd.w, T1SZ), CD_GET(cd.w, TTB1) << 4);
    }
    cd.tt[0].tsz = (uint8_t)CD_GET(cd.w, T0SZ);
    cd.tt[1].tsz = (uint8_t)CD_GET(cd.w, T1SZ);
    cd.tt[0].sh = (uint8_t)CD_GET(cd.w, SH0);
    cd.tt[1].sh = (uint8_t)CD_GET(cd.w, SH1);
    cd.tt[0].attr = smmu3i_attr_walk((unsigned)CD_GET(cd.w, IR0), (unsigned)CD_GET(cd.w, OR0),
                                     cd.tt[0].sh);
    cd.tt[1].attr = smmu3i_attr_walk((unsigned)CD_GET(cd.w, IR1), (unsigned)CD_GET(cd.w, OR1),
                                     cd.tt[1].sh);
    cd.tt[0].tbi = CD_GET(cd.w, TBI0);
    cd.tt[1].tbi = CD_GET(cd.w, TBI1);
    cd.tt[0].hier_off = had && CD_GET(cd.w, HAD0);
    cd.tt[1].hier_off = had && CD_GET(cd.w, HAD1);
    cd.tt[0].e0pd = e0pd && CD_GET(cd.w, E0PD0);
    cd.tt[1].e0pd = e0pd && CD_GET(cd.w, E0PD1);
    cd.tt[0].ns = secure && CD_GET(cd.w, NSCFG0);
    cd.tt[1].ns = secure && CD_GET(cd.w, NSCFG1);
    cd.asid = one_range ? 0 : (uint16_t)CD_GET(cd.w, ASID);
    cd.aset = !one_range && CD_GET(cd.w, ASET);
    cd.wxn = CD_GET(cd.w, WXN);
    cd.pan = !one_range && CD_GET(cd.w, PAN);
    cd.epan = cd.pan && ID(s, IDR3, EPAN) && CD_GET(cd.w, EPAN);
    cd.a = CD_GET(cd.w, A);
    cd.r = CD_GET(cd.w, R);
    *out = cd;
}

/* Reads an L1CD or CD: from the stream's own space, behind stage 2 if on. */
static bool fetch(struct txn *t, uint64_t addr, void *buf, size_t size, enum smmu3_reason abort)
{
    struct smmu3_access acc = {
        .addr = addr, .pas = bank_pas(t->sec), .kind = SMMU3_ACC_CD, .sec_sid = t->sec,
        .attr = smmu3i_attr_cd(&t->ste), .mpam = t->ste.mpam,
    };
    struct leaf l2;

    if (t->ste.s2) {
        /* Secure streams fetch CDs from the Secure IPA space: 3.10.2.2. */
        if (!smmu3i_walk_s2(t, addr, false, CLASS_CD, PERM_PR, &l2)) {
            return false;
        }
        acc.addr = l2.out;
        acc.pas = space_pas(t->sec, l2.ns);
        acc.attr = smmu3i_attr_behind_s2(t, acc.attr, &l2);
    }
    if (smmu3i_mem_read(t->s, &acc, buf, size) != SMMU3_MEM_OK) {
        return fail_fetch(t, abort, acc.addr);
    }
    if (t->obs) {
        smmu3i_observe_fetch(t, &acc, addr, buf, size);
    }
    return true;
}

static bool cd_address(struct txn *t, uint32_t idx, unsigned cdmax, uint64_t *addr)
{
    uint64_t ptr = STE_GET(t->ste.w, S1ContextPtr) << 6;
    unsigned fmt = (unsigned)STE_GET(t->ste.w, S1Fmt);
    unsigned leaf_bits = fmt == 1 ? 6 : 10;
    uint8_t buf[8];
    uint64_t l1;

    if (cdmax == 0) {
        *addr = ptr;
        return true;
    }
    if (fmt == 0 || fmt == 3) {
        *addr = (ptr & ~low_mask(cdmax + 6)) + UINT64_C(64) * idx;
        return true;
    }
    if (cdmax > leaf_bits + 3) {
        ptr &= ~low_mask(cdmax - leaf_bits + 3);
    }
    if (!fetch(t, ptr + UINT64_C(8) * (idx >> leaf_bits), buf, 8, SMMU3_R_L1CD_FETCH)) {
        return false;
    }
    l1 = load_le64(buf);
    t->f.ssid = idx;
    if (!PTE_GET(l1, L1CD_V)) {
        return fail_fetch(t, SMMU3_R_L1CD_V, 0);
    }
    ptr = PTE_GET(l1, L1CD_L2Ptr) << 12;
    if (ptr >> (t->ste.s2 ? t->s->ias : t->s->oas)) {
        return fail_fetch(t, SMMU3_R_L1CD_L2PTR, 0);
    }
    *addr = (ptr & ~low_mask(leaf_bits + 6)) + UINT64_C(64) * (idx & low_mask(leaf_bits));
    return true;
}

static bool cd_get(struct txn *t, uint32_t idx, unsigned cdmax)
{
    struct smmu3 *s = t->s;
    uint8_t buf[64];
    uint64_t addr;

    if (t->obs || !smmu3i_cfg_lookup_cd(s, t->sec, t->req->stream_id, idx, &t->cd)) {
        if (!cd_address(t, idx, cdmax, &addr) ||
            !fetch(t, addr, buf, 64, SMMU3_R_CD_FETCH)) {
            return false;
        }
        for (int i = 0; i < 8; i++) {
            t->cd.w[i] = load_le64(buf + 8 * i);
        }
        smmu3i_cd_decode(s, t->sec, &t->ste, &t->cd);
        if (!t->probe) {
            smmu3i_cfg_insert_cd(s, t->sec, t->req->stream_id, idx, &t->cd, t->gen);
        }
    }
    return t->cd.bad ? fail_fetch(t, t->cd.bad, 0) : true;
}

/* The table of IHI0070G.b 3.3.2: which CD, or none, serves this transaction. */
bool smmu3i_cd_lookup(struct txn *t)
{
    unsigned cdmax = ID(t->s, IDR1, SSIDSIZE) ? (unsigned)STE_GET(t->ste.w, S1CDMax) : 0;
    unsigned s1dss = (unsigned)STE_GET(t->ste.w, S1DSS);
    uint32_t ssid = t->req->substream_id;

    t->s1 = t->ste.s1;
    t->f.ssid = ssid;
    if (!t->s1) {
        return t->req->ssv ? fail_fetch(t, SMMU3_R_SSID_NO_S1, 0) : true;
    }
    if (cdmax == 0) {
        return t->req->ssv ? fail_fetch(t, SMMU3_R_SSID_NO_TABLE, 0) : cd_get(t, 0, 0);
    }
    if (t->req->ssv) {
        if (ssid >> cdmax) {
            return fail_fetch(t, SMMU3_R_SSID_RANGE, 0);
        }
        if (s1dss == 2 && ssid == 0) {
            return fail_fetch(t, SMMU3_R_S1DSS_SSID0, 0);
        }
        return cd_get(t, ssid, cdmax);
    }
    if (s1dss == 1) {
        t->s1 = false;
        return true;
    }
    return s1dss == 2 ? cd_get(t, 0, cdmax) : fail_fetch(t, SMMU3_R_S1DSS_TERMINATE, 0);
}
