/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* What a run found, for people (text) and for programs (TAP 13, JSON). */
#ifndef SMMU3_CONFORMANCE_REPORT_H
#define SMMU3_CONFORMANCE_REPORT_H

#include <stdio.h>

#include "../run.h"

enum report_format { REPORT_TEXT, REPORT_TAP, REPORT_JSON };

struct report;

/* Ends the process when the host is out of memory. verbose: text tells every row. */
struct report *report_new(enum report_format format, FILE *to, bool verbose);
/* A run begins: of this DUT, in this configuration ("" if there is but one). */
void report_begin(struct report *r, const struct smmu3_dut *dut, const char *config);
/* Fills in what calls back: ctx, row, failure, format. */
void report_listen(struct report *r, struct conf_run *run);
/* The run ended; whole: to its end. */
void report_end(struct report *r, const struct conf_totals *t, bool whole);
/* All runs ended. Returns and frees: did any row fail? */
bool report_close(struct report *r);

#endif
