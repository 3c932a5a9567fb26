/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Commands: IHI0070G.b 4. One encoder for each; none checks its arguments. */
#ifndef SMMU3_TABLES_CMD_H
#define SMMU3_TABLES_CMD_H

#include "tables.h"

struct smmu3t_cmd {
    uint64_t w[2];
};

/* What a by-address TLBI, or any other, can be about. Zero: not given. */
struct smmu3t_tlbi {
    uint16_t vmid, asid;
    uint64_t addr;        /* VA or IPA, any bits below 12 are dropped */
    bool leaf;
    /* Range and level hint, IHI0070G.b 4.4.1.1; tg 0: none */
    uint8_t tg, num, scale, ttl;
};

/* sec: SSec, the StreamID is a Secure one; for the Secure queue only. */
struct smmu3t_cmd smmu3t_cmd_prefetch_config(uint32_t sid, bool sec);
struct smmu3t_cmd smmu3t_cmd_prefetch_addr(uint32_t sid, uint64_t addr, bool sec);
struct smmu3t_cmd smmu3t_cmd_cfgi_ste(uint32_t sid, bool leaf, bool sec);
/* 2^(range+1) StreamIDs, aligned. */
struct smmu3t_cmd smmu3t_cmd_cfgi_ste_range(uint32_t sid, unsigned range, bool sec);
struct smmu3t_cmd smmu3t_cmd_cfgi_all(bool sec);
struct smmu3t_cmd smmu3t_cmd_cfgi_cd(uint32_t sid, uint32_t ssid, bool leaf, bool sec);
struct smmu3t_cmd smmu3t_cmd_cfgi_cd_all(uint32_t sid, bool sec);

/* Any TLBI; op: CMD_TLBI_x. Fields that this one does not have stay 0. */
struct smmu3t_cmd smmu3t_cmd_tlbi(unsigned op, const struct smmu3t_tlbi *t);

enum { SMMU3T_SYNC_NONE, SMMU3T_SYNC_IRQ, SMMU3T_SYNC_SEV };
struct smmu3t_cmd smmu3t_cmd_sync(unsigned cs);

/* SubstreamID of a prefetch, with SSV. */
void smmu3t_cmd_set_ssid(struct smmu3t_cmd *c, uint32_t ssid);

#endif
