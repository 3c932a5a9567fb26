/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
#include "../conformance/run.h"
#include "dut.h"
#include "options.h"
#include "print.h"
#include "suite.h"

static unsigned int number;

static void case_end(void *ctx, const struct conf_case_info *k)
{
    (void)ctx;
    print("%s %u - %s", k->outcome == CONF_FAIL ? "not ok" : "ok", ++number, k->name);
    if (k->outcome == CONF_SKIP) {
        print(" # SKIP %s\n", k->why);
    } else {
        print(" # %u rows", k->rows_passed);
        if (k->rows_failed) {
            print(", %u FAILED", k->rows_failed);
        }
        if (k->rows_skipped) {
            print(", %u skipped", k->rows_skipped);
        }
        print("\n");
    }
}

static void failure(void *ctx, const struct conf_row_info *row, const char *text)
{
    const struct conf_rule_info *rule = &conf_rules[row->rule];

    (void)ctx;
    print("# FAIL %s: %s: %s\n#   IHI0070G.b %s: %s\n", row->kase, row->name, text, rule->clause, rule->text);
}

static void row_end(void *ctx, const struct conf_row_info *row)
{
    static const char *const names[] = {"pass", "FAIL", "skip"};

    (void)ctx;
    print("# %s %s: %s%s%s\n", names[row->outcome], row->kase, row->name, row->why[0] ? ": " : "", row->why);
}

int suite_run(bool secure)
{
    const char *filter = option_value("filter");
    struct conf_run run = {.filter = filter, .row_filter = option_value("row"), .format = print_to, .kase = case_end, .failure = failure,
                           .row = option("verbose") ? row_end : NULL};
    struct conf_totals totals;
    const struct smmu3_dut *dut;
    unsigned int count = conf_count(filter);

    if (option("list")) {
        for (size_t i = 0; i < conf_num_cases; i++) {
            print("# %s\n", conf_cases[i]->name);
        }
        return 0;
    }
    dut = dut_find(secure);
    if (!dut) {
        return 2;
    }
    print("TAP version 13\n1..%u\n# %s\n", count, dut->name);
    if (!count) {
        print("Bail out! no case has \"%s\" in its name\n", filter);
        return 2;
    }
    if (!conf_run(dut, &run, &totals)) {
        print("Bail out! the DMA master does not answer\n");
        return 2;
    }
    print("# cases: %u passed, %u failed, %u skipped; rows: %u passed, %u failed, %u skipped\nFW suite=%s\n",
          totals.cases_passed, totals.cases_failed, totals.cases_skipped, totals.rows_passed, totals.rows_failed,
          totals.rows_skipped, totals.cases_failed ? "fail" : "ok");
    return totals.cases_failed ? 1 : 0;
}
