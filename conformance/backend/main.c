/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* The suite against the library. */
#include <stdio.h>
#include <string.h>

#include "../run.h"
#include "lib.h"

static void failure(void *ctx, const struct conf_row_info *row, const char *text)
{
    (void)ctx;
    printf("# %s: %s (%s): %s\n", row->kase, row->name, conf_rules[row->rule].clause, text);
}

static void kase(void *ctx, const struct conf_case_info *k)
{
    unsigned *n = ctx;

    printf("%s %u - %s%s%s # %u rows\n", k->outcome == CONF_FAIL ? "not ok" : "ok", ++*n, k->name,
           k->outcome == CONF_SKIP ? " # SKIP " : "", k->why, k->rows_passed);
}

int main(int argc, char **argv)
{
    struct smmu3_config cfg;
    unsigned n = 0;
    struct conf_run run = { .filter = argc > 2 ? argv[2] : NULL, .format = vsnprintf, .ctx = &n,
                            .kase = kase, .failure = failure };
    struct conf_totals t;
    struct smmu3_dut *dut;

    if (smmu3_config_profile(&cfg, argc > 1 ? argv[1] : "max") || !(dut = lib_dut_new(&cfg))) {
        return 2;
    }
    conf_run(dut, &run, &t);
    lib_dut_free(dut);
    printf("1..%u\n", n);
    return t.cases_failed != 0;
}
