/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Ring arithmetic, IHI0070G.b 3.5.1: an index of n bits and a wrap bit. */
#include "internal.h"

static struct queue make(uint64_t base, uint32_t prod, uint32_t cons, unsigned max_log2,
                         uint32_t entry)
{
    unsigned n = Q_LOG2SIZE(base);
    struct queue q = { .base = base & Q_ADDR_MASK, .entry = entry };
    uint32_t m;

    q.log2size = n < max_log2 ? n : max_log2;
    m = (uint32_t)low_mask(q.log2size + 1);
    q.prod = prod & m;
    q.cons = cons & m;
    return q;
}

struct queue smmu3i_cmdq_of(const struct smmu3 *s, const struct bank *b)
{
    return make(b->cmdq_base, b->cmdq_prod, b->cmdq_cons, ID(s, IDR1, CMDQS), 16);
}

struct queue smmu3i_eventq_of(const struct smmu3 *s, const struct bank *b)
{
    return make(b->eventq_base, b->eventq_prod, b->eventq_cons, ID(s, IDR1, EVENTQS), 32);
}

uint32_t smmu3i_queue_used(const struct queue *q)
{
    return (q->prod - q->cons) & (uint32_t)low_mask(q->log2size + 1);
}

bool smmu3i_queue_full(const struct queue *q)
{
    return smmu3i_queue_used(q) >= 1u << q->log2size;
}

/* The base is aligned to the queue's size, and all of it is below OAS. */
uint64_t smmu3i_queue_addr(const struct smmu3 *s, const struct queue *q, uint32_t index)
{
    uint64_t size = (uint64_t)q->entry << q->log2size;
    uint64_t base = q->base & ~((size < 32 ? 32 : size) - 1);

    index &= (uint32_t)low_mask(q->log2size);
    return (base + (uint64_t)index * q->entry) & low_mask(s->oas);
}

uint32_t smmu3i_queue_next(const struct queue *q, uint32_t index)
{
    return (index + 1) & (uint32_t)low_mask(q->log2size + 1);
}
