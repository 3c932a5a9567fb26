/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Running the suite on a DUT: what a host program or a firmware needs. */
#ifndef SMMU3_CONFORMANCE_RUN_H
#define SMMU3_CONFORMANCE_RUN_H

#include "conf.h"

enum conf_outcome { CONF_PASS, CONF_FAIL, CONF_SKIP };

/* A row that ended. Texts are valid during the call only. */
struct conf_row_info {
    const char *kase;
    const char *name;
    enum conf_rule rule;
    enum conf_form form;
    enum conf_outcome outcome;
    const char *why;      /* of a failure (the first) or a skip, else "" */
};

struct conf_totals {
    unsigned cases_passed, cases_failed, cases_skipped;
    unsigned rows_passed, rows_failed, rows_skipped;
};

/* A case that ended; skipped if none of its rows ran. */
struct conf_case_info {
    const char *name;
    enum conf_outcome outcome;
    unsigned rows_passed, rows_failed, rows_skipped;
    const char *why;
};

struct conf_run {
    const char *filter;    /* only cases whose name contains it; NULL: all */
    const char *row_filter; /* likewise, of rows */
    /* As vsnprintf(). */
    int (*format)(char *buf, size_t len, const char *fmt, va_list ap);
    void *ctx;             /* of the calls below, any of which may be NULL */
    void (*row)(void *ctx, const struct conf_row_info *row);
    void (*kase)(void *ctx, const struct conf_case_info *kase);
    /* A failure, when it happens: the row's rule has the clause. */
    void (*failure)(void *ctx, const struct conf_row_info *row, const char *text);
};

/* Runs all cases. False: the DUT broke down in the middle. */
bool conf_run(const struct smmu3_dut *dut, const struct conf_run *run, struct conf_totals *totals);

/* How many cases the filter leaves. */
unsigned conf_count(const char *filter);

#endif
