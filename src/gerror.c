/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Global errors: active while GERROR and GERRORN differ. IHI0070G.b 7.5. */
#include "internal.h"

void smmu3i_gerror_raise(struct smmu3 *s, enum smmu3_sec_sid sec, uint32_t bits)
{
    struct bank *b = &s->bank[sec];
    uint32_t fresh;
    bool irq;

    lock(&s->lock);
    fresh = bits & ~(b->gerror ^ b->gerrorn);
    b->gerror ^= fresh;
    irq = fresh & ~GERROR_MSI_GERROR_ABT && b->irq_ctrlack & IRQ_GERROR;
    unlock(&s->lock);
    if (fresh) {
        smmu3i_trace(s, &(struct smmu3_trace){ .kind = SMMU3_TRACE_GERROR, .sec_sid = sec,
                                        .word = { fresh } });
    }
    if (irq) {
        smmu3i_irq_pulse(s, sec, SMMU3_IRQ_GERROR);
    }
}
