/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Event queues, IHI0070G.b 7.2, 7.4. Writers take turns with evtq_lock, which
 * is held while the record goes to memory, so that PROD never covers a slot
 * that is not written. s->lock is only taken for the registers.
 */
#include "internal.h"

static bool open_for_writing(const struct bank *b, const struct queue *q)
{
    return b->cr0ack & CR0_EVENTQEN && !((b->gerror ^ b->gerrorn) & GERROR_EVENTQ_ABT) &&
           !queue_full(q);
}

bool smmu3i_evtq_writable(struct smmu3 *s, enum smmu3_sec_sid sec)
{
    struct bank *b = &s->bank[sec];
    struct queue q;
    bool open;

    lock(&s->lock);
    q = smmu3i_eventq_of(s, b);
    open = open_for_writing(b, &q);
    unlock(&s->lock);
    return open;
}

/* Lost to a full queue: OVFLG says so, once until it is acknowledged. */
static void overflow(struct bank *b, const struct queue *q)
{
    if (b->cr0ack & CR0_EVENTQEN && queue_full(q) &&
        !((b->gerror ^ b->gerrorn) & GERROR_EVENTQ_ABT) &&
        !((b->eventq_prod ^ b->eventq_cons) & OVFLG)) {
        b->eventq_prod ^= OVFLG;
    }
}

static enum smmu3_mem put(struct smmu3 *s, const struct smmu3_access *acc, const uint32_t rec[8])
{
    uint8_t buf[32];

    for (int i = 0; i < 8; i++) {
        store_le32(buf + 4 * i, rec[i]);
    }
    return s->host.write(s->ctx, acc, buf, sizeof(buf));
}

bool smmu3i_evtq_record(struct smmu3 *s, enum smmu3_sec_sid sec, const uint32_t rec[8], bool stall)
{
    struct bank *b = &s->bank[sec];
    struct smmu3_access acc = { .pas = bank_pas(sec), .kind = SMMU3_ACC_EVENTQ, .sec_sid = sec };
    bool open, abort = false, first = false;
    struct queue q;

    lock(&s->evtq_lock);
    lock(&s->lock);
    q = smmu3i_eventq_of(s, b);
    acc.addr = queue_addr(s, &q, q.prod);
    acc.attr = smmu3i_attr_cr1(b->cr1, CR1_QUEUE_LO, b->eventq_base, true);
    acc.mpam = smmu3i_mpam_reg(s, sec, b->gmpam);
    open = open_for_writing(b, &q);
    if (!open && !stall) {
        overflow(b, &q);
    }
    unlock(&s->lock);
    if (open) {
        abort = put(s, &acc, rec) != SMMU3_MEM_OK;
    }
    if (open && !abort) {
        lock(&s->lock);
        /* CONS may have moved while the record was written. */
        q = smmu3i_eventq_of(s, b);
        first = b->irq_ctrlack & IRQ_EVENTQ && queue_used(&q) == 0;
        b->eventq_prod = (b->eventq_prod & OVFLG) | queue_next(&q, q.prod);
        unlock(&s->lock);
    }
    unlock(&s->evtq_lock);
    if (abort) {
        smmu3i_gerror_raise(s, sec, GERROR_EVENTQ_ABT);
    }
    if (first) {
        smmu3i_irq_pulse(s, sec, SMMU3_IRQ_EVENTQ);
    }
    return open && !abort;
}
