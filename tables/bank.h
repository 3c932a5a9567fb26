/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * One programming interface (Non-secure or Secure) driven the way firmware
 * and kernels drive it: IHI0070G.b 3.5, 3.11, 6.3.
 */
#ifndef SMMU3_TABLES_BANK_H
#define SMMU3_TABLES_BANK_H

#include "cmd.h"
#include "ste.h"

/* Offsets in Page 0; the Secure bank's are +0x8000 (IHI0070G.b 6.2). */
enum {
    SMMU3T_CR0 = 0x20, SMMU3T_CR0ACK = 0x24, SMMU3T_CR1 = 0x28, SMMU3T_CR2 = 0x2c,
    SMMU3T_GBPA = 0x44, SMMU3T_IRQ_CTRL = 0x50, SMMU3T_IRQ_CTRLACK = 0x54,
    SMMU3T_GERROR = 0x60, SMMU3T_GERRORN = 0x64, SMMU3T_STRTAB_BASE = 0x80,
    SMMU3T_STRTAB_BASE_CFG = 0x88, SMMU3T_CMDQ_BASE = 0x90, SMMU3T_CMDQ_PROD = 0x98,
    SMMU3T_CMDQ_CONS = 0x9c, SMMU3T_EVENTQ_BASE = 0xa0, SMMU3T_EVENTQ_PROD = 0xa8,
    SMMU3T_EVENTQ_CONS = 0xac, SMMU3T_S_INIT = 0x803c, SMMU3T_SECURE = 0x8000,
    SMMU3T_PAGE1 = 0x10000
};
enum { SMMU3T_CR0_SMMUEN = 1, SMMU3T_CR0_EVENTQEN = 4, SMMU3T_CR0_CMDQEN = 8 };

struct smmu3t_bank {
    const struct smmu3_mmio_ops *mmio;
    const struct smmu3_mem_ops *mem;
    bool secure;            /* the Secure interface */
    uint8_t cmdq_log2, evtq_log2;
    uint32_t polls;         /* reads of a register before ETIMEOUT; 0: 100000 */
    struct smmu3t_strtab strtab;
    /* Set by the functions below */
    uint64_t cmdq, evtq;
    uint32_t prod, cons;    /* CMDQ_PROD, EVENTQ_CONS */
};

/* Offset of a register in this bank. EVENTQ_PROD/CONS are in Page 1 for NS. */
uint32_t smmu3t_bank_reg(const struct smmu3t_bank *b, uint32_t reg);
uint32_t smmu3t_bank_read(const struct smmu3t_bank *b, uint32_t reg);
void smmu3t_bank_write(const struct smmu3t_bank *b, uint32_t reg, uint32_t v);
/* Writes CR0 (IRQ_CTRL) and waits for the acknowledgement. */
int smmu3t_bank_cr0(const struct smmu3t_bank *b, uint32_t v);
int smmu3t_bank_irq_ctrl(const struct smmu3t_bank *b, uint32_t v);

/*
 * Memory for both queues, their registers and those of the Stream table (which
 * must exist), queues on, all caches invalidated, SMMUEN=0. Fill in the fields
 * above the comment before.
 */
int smmu3t_bank_init(struct smmu3t_bank *b);
int smmu3t_bank_enable(struct smmu3t_bank *b);

/* Appends a command and rings. The queue stays full: ETIMEOUT, or as wait(). */
int smmu3t_bank_push(struct smmu3t_bank *b, const struct smmu3t_cmd *c);
/* Waits until all is consumed. Positive: CMDQ_CONS.ERR of an active error. */
int smmu3t_bank_wait(const struct smmu3t_bank *b);
/* push, push a CMD_SYNC, wait. */
int smmu3t_bank_run(struct smmu3t_bank *b, const struct smmu3t_cmd *c);
/* Acknowledges all active errors of GERROR. */
void smmu3t_bank_ack(const struct smmu3t_bank *b);
/* Takes the oldest event record (four words). False: there is none. */
bool smmu3t_bank_event(struct smmu3t_bank *b, uint64_t rec[4]);

#endif
