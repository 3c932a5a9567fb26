/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Delta debugging: fewer steps, then smaller numbers. */
#include <stdlib.h>
#include <string.h>

#include "property.h"

struct shrinker {
    prop_fails_fn *fails;
    void *ctx;
    unsigned runs;
};

static bool fails(struct shrinker *s, const struct prop_program *p)
{
    s->runs++;
    return s->fails(s->ctx, p);
}

/* Leaves out [at, at+n) if what is left still fails. */
static bool drop(struct shrinker *s, struct prop_program *p, unsigned at, unsigned n)
{
    struct prop_program q = { p->shape, p->n - n, malloc((p->n + 1) * sizeof(*p->step)) };
    bool ok;

    if (!q.step) {
        return false;
    }
    memcpy(q.step, p->step, at * sizeof(*q.step));
    memcpy(q.step + at, p->step + at + n, (p->n - at - n) * sizeof(*q.step));
    ok = fails(s, &q);
    if (ok) {
        memcpy(p->step, q.step, q.n * sizeof(*q.step));
        p->n = q.n;
    }
    free(q.step);
    return ok;
}

static bool drop_some(struct shrinker *s, struct prop_program *p)
{
    bool any = false;

    for (unsigned n = p->n / 2 ? p->n / 2 : 1; n; n /= 2) {
        for (unsigned at = 0; at + n <= p->n && p->n > 1;) {
            if (drop(s, p, at, n)) {
                any = true;
            } else {
                at += n;
            }
        }
    }
    return any;
}

/* Any argument to 0, or to half of it, one bit less. */
static bool lower_some(struct shrinker *s, struct prop_program *p)
{
    bool any = false;

    for (unsigned i = 0; i < p->n; i++) {
        for (unsigned k = 0; k < PROP_ARGS; k++) {
            uint32_t *v = &p->step[i].arg[k], old = *v;
            const uint32_t tries[] = { 0, old & 0xff, old & 0xf, old & (old - 1) };

            for (unsigned t = 0; t < PROP_COUNT(tries) && *v == old; t++) {
                if (tries[t] >= old) {
                    continue;
                }
                *v = tries[t];
                if (fails(s, p)) {
                    any = true;
                } else {
                    *v = old;
                }
            }
        }
    }
    return any;
}

unsigned prop_shrink(struct prop_program *p, prop_fails_fn *f, void *ctx)
{
    struct shrinker s = { .fails = f, .ctx = ctx };

    for (unsigned round = 0; round < 20; round++) {
        bool a = drop_some(&s, p), b = lower_some(&s, p);

        if (!a && !b) {
            break;
        }
    }
    return s.runs;
}
