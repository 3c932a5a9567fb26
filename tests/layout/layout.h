/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Compares spec/x.def with bit positions that were typed a second time, from
 * the architecture's tables and not from spec/. A row is {name, high, low}.
 */
#ifndef LAYOUT_H
#define LAYOUT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../spec/fields.h"

struct typed {
    const char *name;
    unsigned hi, lo;
};

struct field {
    const char *name;
    unsigned lo, width;
};

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define LAYOUT_WORDS 8

/* All ones in bits hi..lo of a record, one bit at a time. */
static inline void typed_ones(uint64_t w[LAYOUT_WORDS], unsigned hi, unsigned lo)
{
    memset(w, 0, LAYOUT_WORDS * sizeof(*w));
    for (unsigned b = lo; b <= hi; b++) {
        w[b / 64] |= UINT64_C(1) << (b % 64);
    }
}

static inline const struct typed *find_typed(const struct typed *t, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++) {
        if (!strcmp(t[i].name, name)) {
            return &t[i];
        }
    }
    return NULL;
}

/* Each field alone, its lowest and its highest bit alone, and back again. */
static inline void check_fields(const struct field *f, size_t nf, const struct typed *t, size_t nt)
{
    unsigned bad = 0;

    for (size_t i = 0; i < nf; i++) {
        const struct typed *x = find_typed(t, nt, f[i].name);
        uint64_t got[LAYOUT_WORDS] = { 0 }, want[LAYOUT_WORDS];
        unsigned lo = f[i].lo, w = f[i].width;

        if (!x) {
            print_error("%s is not in the typed table\n", f[i].name);
            bad++;
            continue;
        }
        put_field(got, lo, w, ~UINT64_C(0));
        typed_ones(want, x->hi, x->lo);
        if (memcmp(got, want, sizeof(got))) {
            print_error("%s: spec/ has bits %u..%u, typed %u..%u\n", f[i].name, lo + w - 1, lo,
                        x->hi, x->lo);
            bad++;
            continue;
        }
        memset(got, 0, sizeof(got));
        put_field(got, lo, w, 1);
        typed_ones(want, x->lo, x->lo);
        assert_memory_equal(got, want, sizeof(got));
        assert_int_equal(get_field(want, lo, w), 1);
        memset(got, 0xff, sizeof(got));
        put_field(got, lo, w, 0);
        typed_ones(want, x->hi, x->lo);
        for (unsigned k = 0; k < LAYOUT_WORDS; k++) {
            assert_int_equal(got[k], ~want[k]);
        }
    }
    for (size_t i = 0; i < nt; i++) {
        size_t k = 0;

        while (k < nf && strcmp(f[k].name, t[i].name)) {
            k++;
        }
        if (k == nf) {
            print_error("%s is typed, but not in spec/\n", t[i].name);
            bad++;
        }
    }
    assert_int_equal(bad, 0);
}

#endif
