/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Which MPAM label an access carries, IHI0070G.b 17, and the VM Structure that
 * maps a guest's PARTIDs, 5.6.
 */
#include "internal.h"

#define VMS_PARTIDS 32

static unsigned partid_max(const struct smmu3 *s, enum smmu3_sec_sid sec, bool ns)
{
    return sec == SMMU3_SEC_SID_S && !ns ? ID(s, S_MPAMIDR, PARTID_MAX)
                                         : ID(s, MPAMIDR, PARTID_MAX);
}

static unsigned pmg_max(const struct smmu3 *s, enum smmu3_sec_sid sec, bool ns)
{
    return sec == SMMU3_SEC_SID_S && !ns ? ID(s, S_MPAMIDR, PMG_MAX) : ID(s, MPAMIDR, PMG_MAX);
}

/* A label above the maximum is UNKNOWN: it becomes 0 (docs/CHOICES.md). */
static struct smmu3_mpam label(const struct smmu3 *s, enum smmu3_sec_sid sec, bool ns,
                               unsigned partid, unsigned pmg)
{
    struct smmu3_mpam m = { 0 };

    if (ID(s, IDR3, MPAM)) {
        m.ns = sec == SMMU3_SEC_SID_NS || ns;
        m.partid = (uint16_t)(partid > partid_max(s, sec, ns) ? 0 : partid);
        m.pmg = (uint8_t)(pmg > pmg_max(s, sec, ns) ? 0 : pmg);
    }
    return m;
}

static bool has_mpam_ns(const struct smmu3 *s, enum smmu3_sec_sid sec)
{
    return sec == SMMU3_SEC_SID_S && ID(s, S_MPAMIDR, HAS_MPAM_NS);
}

/* GMPAM and GBPMPAM have one layout: 6.3.42, 6.3.43. */
struct smmu3_mpam smmu3i_mpam_reg(const struct smmu3 *s, enum smmu3_sec_sid sec, uint32_t reg)
{
    return label(s, sec, has_mpam_ns(s, sec) && reg >> 24 & 1, reg & 0xffff, reg >> 16 & 0xff);
}

static bool ste_ns(const struct smmu3 *s, enum smmu3_sec_sid sec, const struct ste *ste)
{
    return has_mpam_ns(s, sec) && STE_GET(ste->w, MPAM_NS);
}

struct smmu3_mpam smmu3i_mpam_ste(const struct smmu3 *s, enum smmu3_sec_sid sec,
                                  const struct ste *ste)
{
    return label(s, sec, ste_ns(s, sec, ste), (unsigned)STE_GET(ste->w, PARTID),
                 (unsigned)STE_GET(ste->w, PMG));
}

bool smmu3i_mpam_usable(const struct smmu3 *s, enum smmu3_sec_sid sec)
{
    return ID(s, IDR3, MPAM) &&
           (partid_max(s, sec, false) || (has_mpam_ns(s, sec) && partid_max(s, sec, true)));
}

/* Does the stream's CD choose the label? */
static bool s1_mpam(const struct smmu3 *s, enum smmu3_sec_sid sec, const struct ste *ste)
{
    return smmu3i_mpam_usable(s, sec) && ste->s1 && STE_GET(ste->w, S1MPAM);
}

bool smmu3i_vms_enabled(const struct smmu3 *s, enum smmu3_sec_sid sec, const struct ste *ste)
{
    return s1_mpam(s, sec, ste) && ste->s2 && partid_max(s, sec, ste_ns(s, sec, ste));
}

/* The map goes with the STE that leads to it, and into its cache line. */
bool smmu3i_vms_lookup(struct txn *t)
{
    struct smmu3_access acc;
    uint8_t buf[2 * VMS_PARTIDS];

    if (t->ste.vms_valid || !smmu3i_vms_enabled(t->s, t->sec, &t->ste)) {
        return true;
    }
    acc = (struct smmu3_access){
        .addr = STE_GET(t->ste.w, VMSPtr) << 12, .pas = bank_pas(t->sec),
        .kind = SMMU3_ACC_VMS, .sec_sid = t->sec,
        .attr = smmu3i_attr_cr1(t->regs.cr1, CR1_TABLE_LO, t->regs.strtab_base, false),
        .mpam = smmu3i_mpam_reg(t->s, t->sec, t->regs.gmpam),
    };
    if (smmu3i_mem_read(t->s, &acc, buf, sizeof(buf)) != SMMU3_MEM_OK) {
        t->f.reason = SMMU3_R_VMS_FETCH;
        t->f.fetch_addr = acc.addr;
        return false;
    }
    if (t->obs) {
        smmu3i_observe_fetch(t, &acc, acc.addr, buf, sizeof(buf));
    }
    for (int i = 0; i < VMS_PARTIDS; i++) {
        t->ste.vms[i] = (uint16_t)(buf[2 * i] | buf[2 * i + 1] << 8);
    }
    t->ste.vms_valid = true;
    if (!t->probe) {
        smmu3i_cfg_insert_ste(t->s, t->sec, t->req->stream_id, &t->ste, t->gen);
    }
    return true;
}

struct smmu3_mpam smmu3i_mpam_client(const struct txn *t)
{
    const struct smmu3 *s = t->s;
    unsigned partid;

    if (!t->s1 || !s1_mpam(s, t->sec, &t->ste)) {
        return t->ste.mpam;
    }
    partid = (unsigned)CD_GET(t->cd.w, PARTID);
    if (t->ste.s2) {
        partid = t->ste.vms_valid ? t->ste.vms[partid % VMS_PARTIDS] : 0;
    }
    return label(s, t->sec, ste_ns(s, t->sec, &t->ste), partid, (unsigned)CD_GET(t->cd.w, PMG));
}
