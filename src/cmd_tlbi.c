/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * TLB invalidation, IHI0070G.b 4.4: which entries each command drops. The
 * table says whose; the fields of the command say which of them.
 */
#include <string.h>

#include "internal.h"

#define W(world) (1u << WORLD_##world)
#define EL1  W(EL1)
#define EL2  (W(EL2) | W(EL2_E2H))
#define EL3  W(EL3)

enum scope { ALL, BY_ASID, BY_VA, BY_VAA, VMALL, BY_IPA };

struct tlbi {
    enum { QUEUE, NS_, S_ } whose; /* the queue's own state, or always this */
    uint8_t worlds;      /* 0: there is no such command */
    bool s1, s2, vmid;
    enum scope scope;
};

static const struct tlbi table[256] = {
    [CMD_TLBI_NH_ALL] = { QUEUE, EL1, true, false, true, ALL },
    [CMD_TLBI_NH_ASID] = { QUEUE, EL1, true, false, true, BY_ASID },
    [CMD_TLBI_NH_VA] = { QUEUE, EL1, true, false, true, BY_VA },
    [CMD_TLBI_NH_VAA] = { QUEUE, EL1, true, false, true, BY_VAA },
    [CMD_TLBI_EL3_ALL] = { S_, EL3, true, false, false, ALL },
    [CMD_TLBI_EL3_VA] = { S_, EL3, true, false, false, BY_VAA },
    [CMD_TLBI_EL2_ALL] = { NS_, EL2, true, false, false, ALL },
    [CMD_TLBI_EL2_ASID] = { NS_, W(EL2_E2H), true, false, false, BY_ASID },
    [CMD_TLBI_EL2_VA] = { NS_, EL2, true, false, false, BY_VA },
    [CMD_TLBI_EL2_VAA] = { NS_, EL2, true, false, false, BY_VAA },
    [CMD_TLBI_S12_VMALL] = { NS_, EL1, true, true, true, VMALL },
    [CMD_TLBI_S2_IPA] = { NS_, EL1, false, true, true, BY_IPA },
    [CMD_TLBI_NSNH_ALL] = { NS_, EL1, true, true, false, ALL },
    [CMD_TLBI_S_EL2_ALL] = { S_, EL2, true, false, false, ALL },
    [CMD_TLBI_S_EL2_ASID] = { S_, W(EL2_E2H), true, false, false, BY_ASID },
    [CMD_TLBI_S_EL2_VA] = { S_, EL2, true, false, false, BY_VA },
    [CMD_TLBI_S_EL2_VAA] = { S_, EL2, true, false, false, BY_VAA },
    [CMD_TLBI_S_S12_VMALL] = { S_, EL1, true, true, true, VMALL },
    /* Both IPA spaces go, whatever NS says: docs/CHOICES.md. */
    [CMD_TLBI_S_S2_IPA] = { S_, EL1, false, true, true, BY_IPA },
    [CMD_TLBI_SNH_ALL] = { S_, EL1, true, true, false, ALL },
};

/* VMW ignores up to four low bits: 3.17.6. */
uint16_t smmu3i_vmid_mask(const struct smmu3 *s, enum smmu3_sec_sid sec)
{
    unsigned vmw = (s->bank[sec].cr0ack & CR0_VMW) >> CR0_VMW_LO;

    return (uint16_t)(vmw <= 4 ? 0xffffu << vmw : 0xffffu);
}

bool smmu3i_tlbi_range(const struct smmu3 *s, uint64_t addr, unsigned tg, unsigned num,
                       unsigned scale, unsigned ttl, struct tlb_match *m)
{
    static const uint8_t gran[] = { 0, 12, 14, 16 };
    uint64_t bytes;

    m->by_addr = true;
    m->first = m->last = addr;
    if (!ID(s, IDR3, RIL) || tg == 0) {
        return true;
    }
    if (!ID(s, IDR5, DS)) {
        scale &= 31;
        if (tg == 2 && ttl == 1) {
            ttl = 0;
        }
    } else if (scale > 39) {
        scale = 39;
    }
    if (!num && !scale && !ttl) {
        return false;
    }
    bytes = (uint64_t)(num + 1) << (scale + gran[tg]);
    m->last = addr + bytes - 1;
    if (m->last < addr) {
        m->last = UINT64_MAX; /* no wrap past the top */
    }
    m->gran = gran[tg];
    m->level = (uint8_t)ttl;
    return true;
}

/*
 * The host may hold pieces of the leaf, if stage 2 broke it up, so it is told
 * of all of the largest leaf that the command can have meant: 4.4.1, blocks of
 * level 1 with 4K, of level 2 with 16K and 64K.
 */
static unsigned leaf_shift(const struct smmu3 *s, const struct tlb_match *m)
{
    unsigned top = ID(s, IDR5, GRAN4K) ? 30 : ID(s, IDR5, GRAN64K) ? 29 : 25;

    if (m->gran) {
        top = m->gran == 12 ? 30 : m->gran == 16 ? 29 : 25;
    }
    if (m->gran && m->level) {
        top = m->gran + (3u - m->level) * (m->gran - 3u);
    }
    if ((ID(s, IDR5, DS) || s->oas > 48) && !(m->gran && m->level)) {
        top = 42; /* 64K has blocks at level 1, the others at 0 and 1 */
    }
    return top;
}

void smmu3i_tlbi_do(struct smmu3 *s, const struct tlb_match *m, uint8_t op)
{
    struct smmu3_inval inv;

    smmu3i_tlb_invalidate(s, m);
    if (!s->host.invalidate) {
        return;
    }
    inv = (struct smmu3_inval){
        .sec_sid = (enum smmu3_sec_sid)m->sec_sid, .opcode = op,
        .by_vmid = m->by_vmid, .vmid = m->vmid, .vmid_mask = m->vmid_mask,
        /* VA forms reach global entries of every ASID. */
        .by_asid = m->by_asid && !m->by_addr, .asid = m->asid,
        .all_addr = !m->by_addr, .addr_first = m->first,
        .addr_last = m->by_addr ? m->last : UINT64_MAX,
    };
    if (m->by_addr) {
        inv.addr_first &= ~low_mask(leaf_shift(s, m));
        inv.addr_last |= low_mask(leaf_shift(s, m));
    }
    s->host.invalidate(s->ctx, &inv);
}

static bool decode_range(const struct smmu3 *s, const uint64_t cmd[2], uint64_t addr,
                         struct tlb_match *m)
{
    return smmu3i_tlbi_range(s, addr, (unsigned)CMD_GET(cmd, TG), (unsigned)CMD_GET(cmd, NUM),
                             (unsigned)CMD_GET(cmd, SCALE), (unsigned)CMD_GET(cmd, TTL), m);
}

enum smmu3_reason smmu3i_cmd_tlbi(struct smmu3 *s, enum smmu3_sec_sid queue, const uint64_t cmd[2])
{
    uint8_t op = (uint8_t)CMD_GET(cmd, Opcode);
    const struct tlbi *t = &table[op];
    enum smmu3_sec_sid sec;
    struct tlb_match m;

    if (!t->worlds) {
        return SMMU3_R_CMD_OPCODE;
    }
    sec = t->whose == QUEUE ? queue : t->whose == S_ ? SMMU3_SEC_SID_S : SMMU3_SEC_SID_NS;
    memset(&m, 0, sizeof(m));
    m.sec_sid = (uint8_t)sec;
    m.worlds = t->worlds;
    m.s1 = t->s1;
    m.s2 = t->s2;
    if (t->vmid && (sec == SMMU3_SEC_SID_S ? ID(s, S_IDR1, SEL2) : ID(s, IDR0, S2P))) {
        m.by_vmid = true;
        m.vmid = (uint16_t)CMD_GET(cmd, VMID);
        m.vmid_mask = smmu3i_vmid_mask(s, sec);
    }
    if (t->scope == BY_ASID || t->scope == BY_VA) {
        m.by_asid = true;
        m.asid = (uint16_t)CMD_GET(cmd, ASID);
        m.global_too = t->scope == BY_VA;
    }
    if ((t->worlds & EL2) == EL2 && t->scope != ALL) {
        /* One kind of EL2 entry only, and plain EL2 has no ASID: 4.4.2.9. */
        bool e2h = s->bank[sec].cr2 & CR2_E2H;

        m.worlds = (uint8_t)(e2h ? W(EL2_E2H) : W(EL2));
        m.by_asid = m.by_asid && e2h;
    }
    if (t->scope == BY_VA || t->scope == BY_VAA) {
        if (!decode_range(s, cmd, CMD_GET(cmd, Address) << 12, &m)) {
            return SMMU3_R_CMD_RANGE;
        }
    } else if (t->scope == BY_IPA && !decode_range(s, cmd, CMD_GET(cmd, IPA) << 12, &m)) {
        return SMMU3_R_CMD_RANGE;
    }
    smmu3i_tlbi_do(s, &m, op);
    return SMMU3_R_NONE;
}
