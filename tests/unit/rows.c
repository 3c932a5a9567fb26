/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Tables of test cases: a failing check names its row, and the rest still run. */
#include "machine.h"

#include <stdio.h>

static char row_name[200];
static unsigned row_failures;

void row(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(row_name, sizeof(row_name), fmt, ap);
    va_end(ap);
}

void row_fail(const char *fmt, ...)
{
    va_list ap;
    char msg[300];

    va_start(ap, fmt);
    vsnprintf(msg, sizeof(msg), fmt, ap);
    va_end(ap);
    print_error("row \"%s\" (cache %u): %s\n", row_name, (unsigned)machine_cache, msg);
    row_failures++;
}

void rows_done(void)
{
    unsigned n = row_failures;

    row_failures = 0;
    row_name[0] = 0;
    if (n) {
        fail_msg("%u checks failed", n);
    }
}

const char *reason_name(enum smmu3_reason r)
{
    return smmu3_reason_info(r)->name;
}

uint64_t ev_bits(const uint32_t rec[8], unsigned hi, unsigned lo)
{
    uint64_t v = 0;

    for (unsigned b = hi + 1; b-- > lo;) {
        v = v << 1 | (rec[b / 32] >> (b % 32) & 1);
    }
    return v;
}

int rows_teardown(void **state)
{
    unsigned n = row_failures;

    (void)state;
    row_failures = 0;
    if (n) {
        print_error("a test forgot rows_done()\n");
    }
    return n ? -1 : 0;
}
