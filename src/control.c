/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Enables and their acknowledgement. Updates take effect within the write
 * that asks for them; the side effects of 6.3.9 are done before the
 * acknowledgement can be read. IHI0070G.b 6.3.9, 6.3.16, 6.3.20, 6.3.62.
 */
#include "internal.h"

void smmu3i_cr0_write(struct smmu3 *s, enum smmu3_sec_sid sec, uint32_t v)
{
    struct bank *b = &s->bank[sec];
    uint32_t off, on;

    /* With the writers' lock: no record is on its way when EVENTQEN clears. */
    lock(&s->evtq_lock);
    lock(&s->lock);
    off = b->cr0ack & ~v;
    on = v & ~b->cr0ack;
    b->cr0 = b->cr0ack = v;
    if (sec == SMMU3_SEC_SID_S) {
        atomic_store(&s->nsstalld, (v & CR0_NSSTALLD) != 0);
    }
    /* What the hit path made of this register, and faults on their way. */
    smmu3i_cfg_registers_changed(s);
    unlock(&s->lock);
    unlock(&s->evtq_lock);
    if (off & CR0_SMMUEN) {
        smmu3i_stall_end(s, sec, NULL, NULL, SMMU3_RESUME_ABORT);
    }
    if (on & CR0_EVENTQEN) {
        smmu3i_stall_retry_pending(s, sec);
    }
    if (on & CR0_CMDQEN) {
        smmu3i_cmdq_run(s, sec);
    }
}

void smmu3i_irq_ctrl_write(struct smmu3 *s, enum smmu3_sec_sid sec, uint32_t v)
{
    lock(&s->lock);
    s->bank[sec].irq_ctrl = s->bank[sec].irq_ctrlack = v;
    unlock(&s->lock);
}

/* The acknowledged error may have held something up; GERRORN is stored. */
void smmu3i_gerrorn_write(struct smmu3 *s, enum smmu3_sec_sid sec, uint32_t v)
{
    (void)v;
    smmu3i_stall_retry_pending(s, sec);
    smmu3i_cmdq_run(s, sec);
}

/* Only while nobody translates; else it is CONSTRAINED UNPREDICTABLE. */
void smmu3i_init_write(struct smmu3 *s, uint32_t v)
{
    for (int i = 0; i < SMMU3_NUM_BANKS; i++) {
        if (s->bank[i].cr0 & CR0_SMMUEN) {
            return;
        }
    }
    if (v & 1) {
        smmu3i_invalidate_everything(s);
    }
}
