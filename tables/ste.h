/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Stream Table Entries and the tables they live in: IHI0070G.b 5.1, 5.2. */
#ifndef SMMU3_TABLES_STE_H
#define SMMU3_TABLES_STE_H

#include "cd.h"
#include "pgtable.h"
#include "tables.h"

struct smmu3t_ste {
    uint64_t w[8];
};

/* STE.Config, IHI0070G.b 5.2 */
enum { SMMU3T_CFG_ABORT = 0, SMMU3T_CFG_BYPASS = 4, SMMU3T_CFG_S1 = 5, SMMU3T_CFG_S2 = 6,
       SMMU3T_CFG_NESTED = 7 };

void smmu3t_ste_abort(struct smmu3t_ste *ste);
/* Attributes, privilege and space stay as they come in. */
void smmu3t_ste_bypass(struct smmu3t_ste *ste);

/*
 * Enable a stage in an STE that was made by smmu3t_ste_bypass(); after both it
 * is nested. vmid also tags stage 1 (IHI0070G.b 3.17).
 */
void smmu3t_ste_add_s1(struct smmu3t_ste *ste, const struct smmu3t_cdtab *cds);
void smmu3t_ste_add_s2(struct smmu3t_ste *ste, const struct smmu3t_pgt *s2, uint16_t vmid);

/* Both stage 2 tables of a Secure stream, IHI0070G.b 3.10.2.2. */
struct smmu3t_secure_s2 {
    const struct smmu3t_pgt *s_ipa;  /* S_S2TTB: Secure IPAs */
    const struct smmu3t_pgt *ns_ipa; /* S2TTB: Non-secure IPAs */
    uint16_t vmid;
    bool sw, sa, nsw, nsa;           /* STE.S2SW, S2SA, S2NSW, S2NSA */
};
void smmu3t_ste_add_secure_s2(struct smmu3t_ste *ste, const struct smmu3t_secure_s2 *s2);

/* A Stream table: what STRTAB_BASE and STRTAB_BASE_CFG describe. */
struct smmu3t_strtab {
    const struct smmu3_mem_ops *mem;
    uint8_t pas;
    uint8_t log2size; /* StreamID bits */
    uint8_t split;    /* 0: linear; 6, 8, 10 */
    uint64_t base;    /* set by smmu3t_strtab_init() */
};

int smmu3t_strtab_init(struct smmu3t_strtab *t);
uint32_t smmu3t_strtab_base_cfg(const struct smmu3t_strtab *t);
/* Address of an STE; 0: none, or (two levels) its array is not there yet. */
uint64_t smmu3t_strtab_addr(const struct smmu3t_strtab *t, uint32_t sid);
/* Address of the L1STD for a StreamID (two levels). */
uint64_t smmu3t_strtab_l1_addr(const struct smmu3t_strtab *t, uint32_t sid);
/*
 * Writes an STE, V last, making its second-level array if need be. What the
 * SMMU has cached is the caller's business: CFGI_STE and SYNC.
 */
int smmu3t_strtab_write(struct smmu3t_strtab *t, uint32_t sid, const struct smmu3t_ste *ste);

#endif
