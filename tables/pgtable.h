/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* VMSAv8-64 translation tables of stage 1 and stage 2: DDI0487 D8. */
#ifndef SMMU3_TABLES_PGTABLE_H
#define SMMU3_TABLES_PGTABLE_H

#include "tables.h"

/* One set of tables: what TTB0, TTB1, S2TTB or S_S2TTB points to. */
struct smmu3t_pgt {
    const struct smmu3_mem_ops *mem;
    uint8_t pas;        /* of the tables, enum smmu3t_pas */
    uint8_t stage;      /* 1 or 2 */
    uint8_t gran;       /* log2 of the granule: 12, 14 or 16 */
    uint8_t ia_bits;    /* 64 - TxSZ */
    int8_t start;       /* start level; -1 only with ds and 4K */
    bool ds;            /* 52-bit format of 4K and 16K: CD.DS, STE.S2DS */
    bool lpa;           /* 52-bit output of 64K: IDR5.OAS=6 */
    bool upper;         /* stage 1: addresses of the TTB1 half */
    bool big_endian;
    bool contiguous;    /* map() sets the Contiguous bit wherever it may */
    uint8_t leaf_level; /* map() makes no leaf above this level; 0: any legal */
    uint64_t table_attr; /* or'ed into each Table descriptor that map() makes */
    uint64_t root;      /* set by smmu3t_pgt_init() */
};

/* The start level that stage 1 has for a size; IHI0070G.b 3.4.1. */
int smmu3t_pgt_s1_start(unsigned gran, unsigned ia_bits);
/* May a stage 2 of this size start at this level? Level -1 of 4K and level 0
 * of 16K only with 52-bit tables. (DDI0487 D8.2) */
bool smmu3t_pgt_s2_start_ok(unsigned gran, unsigned ia_bits, int start);
/* log2 of what one descriptor of this level maps. */
unsigned smmu3t_pgt_shift(unsigned gran, int level);
/* log2 of a contiguous span of this level; = shift where there is none. */
unsigned smmu3t_pgt_cont_shift(unsigned gran, int level);
/* Is a Block (or Page) descriptor allowed at this level, with 48-bit output? */
bool smmu3t_pgt_leaf_ok(unsigned gran, int level);

/*
 * Allocates the start level, concatenated tables included. Fill in all fields
 * but root before. EINVAL: no such granule, size or start level.
 */
int smmu3t_pgt_init(struct smmu3t_pgt *t);

/*
 * Maps ia..ia+size-1 to oa. attr: descriptor bits from SMMU3T_S1_* or
 * SMMU3T_S2_*. EINVAL: not aligned to the granule or outside the size. EBUSY:
 * a leaf is in the way. After an error the range may be mapped in part.
 */
int smmu3t_pgt_map(struct smmu3t_pgt *t, uint64_t ia, uint64_t oa, uint64_t size,
                   uint64_t attr);
/* Unmaps whole leaves. EINVAL: a block reaches out of the range; ENOENT. */
int smmu3t_pgt_unmap(struct smmu3t_pgt *t, uint64_t ia, uint64_t size);

/* Where the descriptor of this level for ia is; 0: the walk ends before. */
uint64_t smmu3t_pgt_desc_addr(const struct smmu3t_pgt *t, uint64_t ia, int level);
/* The address bits of a descriptor of this table that gives `oa`, and back. */
uint64_t smmu3t_pgt_put_addr(const struct smmu3t_pgt *t, uint64_t oa);
uint64_t smmu3t_pgt_get_addr(const struct smmu3t_pgt *t, uint64_t desc);
/* Reads and writes a descriptor in the table's endianness. */
uint64_t smmu3t_pgt_read(const struct smmu3t_pgt *t, uint64_t addr);
int smmu3t_pgt_write(const struct smmu3t_pgt *t, uint64_t addr, uint64_t desc);

#define SMMU3T_BIT(n) (UINT64_C(1) << (n))

/* Leaf attributes of stage 1. AttrIndx stays 0: what MAIR0[7:0] says. */
#define SMMU3T_S1_AF SMMU3T_BIT(PTE_AF_LO)
#define SMMU3T_S1_USER SMMU3T_BIT(PTE_AP1_LO)
#define SMMU3T_S1_RO SMMU3T_BIT(PTE_AP2_LO)
#define SMMU3T_S1_NS SMMU3T_BIT(PTE_NS_LO)
#define SMMU3T_S1_NG SMMU3T_BIT(PTE_nG_LO)
#define SMMU3T_S1_PXN SMMU3T_BIT(PTE_PXN_LO)
#define SMMU3T_S1_UXN SMMU3T_BIT(PTE_UXN_LO)
#define SMMU3T_S1_ISH (UINT64_C(3) << PTE_SH_LO)
/* What a driver maps DMA buffers with: read, write, any privilege. */
#define SMMU3T_S1_RW (SMMU3T_S1_AF | SMMU3T_S1_USER | SMMU3T_S1_NG | SMMU3T_S1_ISH)

/* Leaf attributes of stage 2. */
#define SMMU3T_S2_AF SMMU3T_BIT(PTE_AF_LO)
#define SMMU3T_S2_R (UINT64_C(1) << PTE_S2AP_LO)
#define SMMU3T_S2_W (UINT64_C(2) << PTE_S2AP_LO)
#define SMMU3T_S2_XN(x) ((uint64_t)(x) << PTE_S2XN_LO)
#define SMMU3T_S2_WB (UINT64_C(0xf) << PTE_MemAttr_LO)
#define SMMU3T_S2_DEVICE UINT64_C(0)
#define SMMU3T_S2_RW (SMMU3T_S2_AF | SMMU3T_S2_R | SMMU3T_S2_W | SMMU3T_S2_WB)

/* Of Table descriptors, stage 1. */
#define SMMU3T_TABLE_PXN SMMU3T_BIT(PTE_PXNTable_LO)
#define SMMU3T_TABLE_UXN SMMU3T_BIT(PTE_UXNTable_LO)
#define SMMU3T_TABLE_PRIV SMMU3T_BIT(PTE_APTable0_LO)
#define SMMU3T_TABLE_RO SMMU3T_BIT(PTE_APTable1_LO)
#define SMMU3T_TABLE_NS SMMU3T_BIT(PTE_NSTable_LO)

/* The codes of registers and structures for a table. */
unsigned smmu3t_pgt_tg0(const struct smmu3t_pgt *t);  /* CD.TG0, STE.S2TG */
unsigned smmu3t_pgt_tg1(const struct smmu3t_pgt *t);  /* CD.TG1 */
unsigned smmu3t_pgt_sl0(const struct smmu3t_pgt *t);  /* {S2SL0_2, S2SL0} of an STE */

#endif
