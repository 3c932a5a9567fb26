/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Broadcast TLB maintenance from PEs, IHI0070G.b 3.17.3 to 3.17.5, 6.3.12.1. */
#include <string.h>

#include "internal.h"

static bool has_stage2(const struct smmu3 *s, enum smmu3_sec_sid sec)
{
    return sec == SMMU3_SEC_SID_S ? ID(s, S_IDR1, SEL2) : ID(s, IDR0, S2P);
}

/* Does this SMMU have what the operation is about? Else it is ignored. */
static bool applies(const struct smmu3 *s, const struct smmu3_dvm *op)
{
    if (!ID(s, IDR0, BTM) || (op->sec_sid == SMMU3_SEC_SID_S && !s->secure) ||
        s->bank[op->sec_sid].cr2 & CR2_PTM) {
        return false;
    }
    if (op->regime == SMMU3_DVM_EL3) {
        return op->sec_sid == SMMU3_SEC_SID_S;
    }
    if (op->scope == SMMU3_DVM_IPAS2) {
        return has_stage2(s, op->sec_sid);
    }
    /* Without stage 2 everything is VMID 0 on the Non-secure side: 3.17.5. */
    if (op->regime == SMMU3_DVM_EL1 && op->scope != SMMU3_DVM_ALL && op->vmid &&
        op->sec_sid == SMMU3_SEC_SID_NS && !has_stage2(s, op->sec_sid)) {
        return false;
    }
    return true;
}

int smmu3_broadcast_tlbi(struct smmu3 *s, const struct smmu3_dvm *op)
{
    static const uint8_t worlds[] = { WORLD_EL1, WORLD_EL2, WORLD_EL2_E2H, WORLD_EL3 };
    struct tlb_match m;

    if (!s || !op || (unsigned)op->sec_sid >= SMMU3_NUM_BANKS ||
        (unsigned)op->regime > SMMU3_DVM_EL3 || (unsigned)op->scope > SMMU3_DVM_IPAS2 ||
        op->tg > 3 || op->num > 31 || op->scale > 63 || op->ttl > 3) {
        return SMMU3_EINVAL;
    }
    if (!applies(s, op)) {
        return SMMU3_OK;
    }
    memset(&m, 0, sizeof(m));
    m.sec_sid = (uint8_t)op->sec_sid;
    m.worlds = (uint8_t)(1u << worlds[op->regime]);
    m.s1 = op->scope != SMMU3_DVM_IPAS2;
    m.s2 = op->scope == SMMU3_DVM_IPAS2 || op->scope == SMMU3_DVM_VMALLS12 ||
           op->scope == SMMU3_DVM_ALL;
    /* With ASET=1 an address space takes no part in operations that name an
     * ASID: 3.17.3. Entries of regimes without ASIDs never have it set. */
    m.keep_aset = op->scope == SMMU3_DVM_ASID || op->scope == SMMU3_DVM_VA;
    if (op->regime == SMMU3_DVM_EL1 && op->scope != SMMU3_DVM_ALL &&
        has_stage2(s, op->sec_sid)) {
        m.by_vmid = true;
        m.vmid = op->vmid;
        m.vmid_mask = smmu3i_vmid_mask(s, op->sec_sid);
    }
    if (op->scope == SMMU3_DVM_ASID || op->scope == SMMU3_DVM_VA) {
        m.by_asid = op->regime == SMMU3_DVM_EL1 || op->regime == SMMU3_DVM_EL2_E2H;
        m.asid = op->asid;
        m.global_too = op->scope == SMMU3_DVM_VA;
    }
    if (op->scope >= SMMU3_DVM_VA &&
        !smmu3i_tlbi_range(s, op->addr & ~low_mask(12), op->tg, op->num, op->scale, op->ttl, &m)) {
        return SMMU3_OK; /* a reserved range reaches nothing */
    }
    smmu3i_tlbi_do(s, &m, 0);
    return SMMU3_OK;
}
