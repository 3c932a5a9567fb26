/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Queues from their registers, IHI0070G.b 3.5.1: an index of n bits and a wrap bit. */
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
