/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
#include "cmd.h"

static struct smmu3t_cmd start(unsigned op)
{
    struct smmu3t_cmd c = { { 0, 0 } };

    CMD_PUT(c.w, Opcode, op);
    return c;
}

static struct smmu3t_cmd stream(unsigned op, uint32_t sid, bool sec)
{
    struct smmu3t_cmd c = start(op);

    CMD_PUT(c.w, StreamID, sid);
    CMD_PUT(c.w, SSec, sec);
    return c;
}

struct smmu3t_cmd smmu3t_cmd_prefetch_config(uint32_t sid, bool sec)
{
    return stream(CMD_PREFETCH_CONFIG, sid, sec);
}

struct smmu3t_cmd smmu3t_cmd_prefetch_addr(uint32_t sid, uint64_t addr, bool sec)
{
    struct smmu3t_cmd c = stream(CMD_PREFETCH_ADDR, sid, sec);

    CMD_PUT(c.w, Address, addr >> 12);
    return c;
}

void smmu3t_cmd_set_ssid(struct smmu3t_cmd *c, uint32_t ssid)
{
    CMD_PUT(c->w, SSV, 1);
    CMD_PUT(c->w, SubstreamID, ssid);
}

struct smmu3t_cmd smmu3t_cmd_cfgi_ste(uint32_t sid, bool leaf, bool sec)
{
    struct smmu3t_cmd c = stream(CMD_CFGI_STE, sid, sec);

    CMD_PUT(c.w, Leaf, leaf);
    return c;
}

struct smmu3t_cmd smmu3t_cmd_cfgi_ste_range(uint32_t sid, unsigned range, bool sec)
{
    struct smmu3t_cmd c = stream(CMD_CFGI_STE_RANGE, sid, sec);

    CMD_PUT(c.w, Range, range);
    return c;
}

struct smmu3t_cmd smmu3t_cmd_cfgi_all(bool sec)
{
    return smmu3t_cmd_cfgi_ste_range(0, 31, sec);
}

struct smmu3t_cmd smmu3t_cmd_cfgi_cd(uint32_t sid, uint32_t ssid, bool leaf, bool sec)
{
    struct smmu3t_cmd c = stream(CMD_CFGI_CD, sid, sec);

    CMD_PUT(c.w, SubstreamID, ssid);
    CMD_PUT(c.w, Leaf, leaf);
    return c;
}

struct smmu3t_cmd smmu3t_cmd_cfgi_cd_all(uint32_t sid, bool sec)
{
    return stream(CMD_CFGI_CD_ALL, sid, sec);
}

/* What a TLBI has besides its opcode. */
enum { HAS_VMID = 1, HAS_ASID = 2, HAS_VA = 4, HAS_IPA = 8 };

static unsigned tlbi_fields(unsigned op)
{
    switch (op) {
    case CMD_TLBI_NH_ALL:
    case CMD_TLBI_S12_VMALL:
    case CMD_TLBI_S_S12_VMALL:
        return HAS_VMID;
    case CMD_TLBI_NH_ASID:
        return HAS_VMID | HAS_ASID;
    case CMD_TLBI_NH_VA:
        return HAS_VMID | HAS_ASID | HAS_VA;
    case CMD_TLBI_NH_VAA:
        return HAS_VMID | HAS_VA;
    case CMD_TLBI_EL2_ASID:
    case CMD_TLBI_S_EL2_ASID:
        return HAS_ASID;
    case CMD_TLBI_EL2_VA:
    case CMD_TLBI_S_EL2_VA:
        return HAS_ASID | HAS_VA;
    case CMD_TLBI_EL2_VAA:
    case CMD_TLBI_S_EL2_VAA:
    case CMD_TLBI_EL3_VA:
        return HAS_VA;
    case CMD_TLBI_S2_IPA:
    case CMD_TLBI_S_S2_IPA:
        return HAS_VMID | HAS_IPA;
    default:
        return 0;
    }
}

struct smmu3t_cmd smmu3t_cmd_tlbi(unsigned op, const struct smmu3t_tlbi *t)
{
    struct smmu3t_cmd c = start(op);
    unsigned has = tlbi_fields(op);

    if (has & HAS_VMID) {
        CMD_PUT(c.w, VMID, t->vmid);
    }
    if (has & HAS_ASID) {
        CMD_PUT(c.w, ASID, t->asid);
    }
    if (has & HAS_VA) {
        CMD_PUT(c.w, Address, t->addr >> 12);
    }
    if (has & HAS_IPA) {
        CMD_PUT(c.w, IPA, t->addr >> 12);
    }
    if (has & (HAS_VA | HAS_IPA)) {
        CMD_PUT(c.w, Leaf, t->leaf);
        CMD_PUT(c.w, TG, t->tg);
        CMD_PUT(c.w, NUM, t->num);
        CMD_PUT(c.w, SCALE, t->scale);
        CMD_PUT(c.w, TTL, t->ttl);
    }
    return c;
}

struct smmu3t_cmd smmu3t_cmd_sync(unsigned cs)
{
    struct smmu3t_cmd c = start(CMD_SYNC);

    CMD_PUT(c.w, CS, cs);
    return c;
}
