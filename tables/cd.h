/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Context descriptors and the tables they live in: IHI0070G.b 5.3, 5.4. */
#ifndef SMMU3_TABLES_CD_H
#define SMMU3_TABLES_CD_H

#include "pgtable.h"
#include "tables.h"

struct smmu3t_cd {
    uint64_t w[8];
};

/*
 * A CD for VMSAv8-64 tables that records faults and aborts. NULL disables a
 * half. MAIR index 0 is Normal Write-Back, index 1 Device-nGnRE.
 */
void smmu3t_cd_init(struct smmu3t_cd *cd, const struct smmu3t_pgt *ttb0,
                    const struct smmu3t_pgt *ttb1, uint16_t asid);

/* STE.S1Fmt */
enum { SMMU3T_CD_LINEAR = 0, SMMU3T_CD_4K = 1, SMMU3T_CD_64K = 2 };

/* The CDs of a stream: what STE.S1ContextPtr points to. */
struct smmu3t_cdtab {
    const struct smmu3_mem_ops *mem;
    uint8_t pas;
    uint8_t log2size; /* STE.S1CDMax; 0: one CD */
    uint8_t fmt;      /* SMMU3T_CD_* */
    uint64_t base;    /* set by smmu3t_cdtab_init() */
};

int smmu3t_cdtab_init(struct smmu3t_cdtab *t);
/* Address of a CD; 0: none, or (two levels) its leaf table is not there. */
uint64_t smmu3t_cdtab_addr(const struct smmu3t_cdtab *t, uint32_t ssid);
/* Address of the L1CD for a SubstreamID (two levels). */
uint64_t smmu3t_cdtab_l1_addr(const struct smmu3t_cdtab *t, uint32_t ssid);
/* Writes a CD, V last. CFGI_CD and SYNC are the caller's. */
int smmu3t_cdtab_write(struct smmu3t_cdtab *t, uint32_t ssid, const struct smmu3t_cd *cd);

#endif
