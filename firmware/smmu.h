/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Driver of the Secure programming interface of an SMMUv3 (IHI0070G.b). It makes the writes of Hafnium's driver in the
 * same order, plus two: S_CR0 = 0, for queues that were left on, and S_CR2. It says in one line what it finds missing.
 */
#ifndef FW_SMMU_H
#define FW_SMMU_H

#include "../tables/cmd.h"
#include "../tables/ste.h"
#include "arch.h"

struct smmu {
    uintptr_t base;             /* Page 0 */
    uint32_t idr0, idr1, idr5, aidr, s_idr1;
    struct smmu3t_strtab strtab;
    uint64_t cmdq, eventq;      /* Secure PAs */
    unsigned int cmdq_log2, eventq_log2;
    uint32_t cmdq_prod, eventq_cons;
    uint32_t s_cr0;
};

enum smmu_result { SMMU_OK, SMMU_ABSENT, SMMU_BAD };

/* Bring the Secure interface up with every stream aborted. SMMU_ABSENT: there is no Secure interface. */
enum smmu_result smmu_init(struct smmu *s, uintptr_t base);

/* Issue a command on the Secure queue and wait for a CMD_SYNC behind it; false (and a message) on any error. */
bool smmu_command(struct smmu *s, struct smmu3t_cmd cmd);

/* Take the oldest event record of the Secure queue; false if there is none. */
bool smmu_event(struct smmu *s, uint64_t record[4]);
void smmu_print_event(const uint64_t record[4]);

/* Give a Secure stream its STE: changed words first, V and Config last, with invalidations as 3.21.3.1 wants. */
bool smmu_set_ste(struct smmu *s, uint32_t sid, const struct smmu3t_ste *ste);

/* S_IDR1.SEL2: Secure stage 2, with both of its contexts */
bool smmu_has_secure_stage2(const struct smmu *s);

/* Registers that a demonstration looks at */
uint32_t smmu_s_cr0ack(const struct smmu *s);
uint64_t smmu_s_strtab_base(const struct smmu *s);
uint32_t smmu_s_cmdq_prod(const struct smmu *s);

/* Tables in memory that this CPU reaches: all of it, at EL3. Allocation gives Secure RAM. */
extern const struct smmu3_mem_ops secure_mem;

#endif
