/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
#include "report.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define JSON_VERSION 1
#define REASONS 64

/* Why rows were skipped, and how many. */
struct reason {
    char *text;
    unsigned rows;
};

struct report {
    enum report_format format;
    FILE *to;
    bool verbose;
    const char *config;
    unsigned runs, points;   /* so far */
    bool any_row;            /* in this run */
    struct conf_totals sum;
    char **failure;          /* texts of the current row */
    size_t failures;
    struct reason reason[REASONS];
};

static const char *const outcome_names[] = { "pass", "fail", "skip" };
static const char *const form_names[] = { "", "legal", "illegal", "both" };

static void *must(void *p)
{
    if (!p) {
        fputs("smmu3-conformance: out of memory\n", stderr);
        exit(2);
    }
    return p;
}

/* ---- JSON: written as it comes, a value at a time ---- */

static void json_value(struct report *r, json_t *v)
{
    must(v);
    if (json_dumpf(v, r->to, JSON_COMPACT | JSON_ENCODE_ANY)) {
        fputs("smmu3-conformance: cannot write the JSON\n", stderr);
        exit(2);
    }
    json_decref(v);
}

static void json_key(struct report *r, const char *key, json_t *v)
{
    fprintf(r->to, "\"%s\":", key);
    json_value(r, v);
}

static void json_head(struct report *r)
{
    fputs("{", r->to);
    json_key(r, "format", json_string("smmu3-conformance"));
    fputs(",", r->to);
    json_key(r, "version", json_integer(JSON_VERSION));
    fputs(",\n\"rules\":[\n", r->to);
    for (unsigned i = 0; i < CONF_NUM_RULES; i++) {
        const struct conf_rule_info *ru = &conf_rules[i];

        json_value(r, json_pack("{ssssssss}", "id", ru->id, "clause", ru->clause, "forms",
                                form_names[ru->forms], "text", ru->text));
        fputs(i + 1 < CONF_NUM_RULES ? ",\n" : "\n", r->to);
    }
    fputs("],\n\"runs\":[", r->to);
}

static void json_run(struct report *r, const struct smmu3_dut *dut)
{
    static const struct {
        const char *name;
        uint32_t offset;
        bool secure;
    } ids[] = { { "IDR0", 0, false }, { "IDR1", 4, false }, { "IDR3", 0xc, false },
                { "IDR5", 0x14, false }, { "AIDR", 0x1c, false }, { "S_IDR0", 0x8000, true },
                { "S_IDR1", 0x8004, true }, { "S_IDR3", 0x800c, true } };
    json_t *o = must(json_object());

    for (size_t i = 0; i < CONF_COUNT(ids); i++) {
        bool there = !ids[i].secure || dut->can & DUT_CAN_SECURE;
        enum dut_pas pas = ids[i].secure ? DUT_PAS_S : DUT_PAS_NS;
        char hex[16];

        snprintf(hex, sizeof(hex), "0x%08x",
                 there ? (unsigned)dut->mmio_read(dut->ctx, pas, ids[i].offset, 4) : 0);
        json_object_set_new(o, ids[i].name, must(json_string(hex)));
    }
    fputs(r->runs > 1 ? ",\n{" : "\n{", r->to);
    json_key(r, "dut", json_string(dut->name));
    fputs(",", r->to);
    json_key(r, "config", json_string(r->config));
    fputs(",", r->to);
    json_key(r, "ids", o);
    fputs(",\n\"rows\":[", r->to);
}

static void json_row(struct report *r, const struct conf_row_info *row)
{
    json_t *o = must(json_pack("{ssssssssss}", "case", row->kase, "row", row->name, "rule",
                               conf_rules[row->rule].id, "form", form_names[row->form], "outcome",
                               outcome_names[row->outcome]));

    if (row->outcome == CONF_SKIP) {
        json_object_set_new(o, "why", must(json_string(row->why)));
    } else if (row->outcome == CONF_FAIL) {
        json_t *a = must(json_array());

        for (size_t i = 0; i < r->failures; i++) {
            json_array_append_new(a, must(json_string(r->failure[i])));
        }
        json_object_set_new(o, "failures", a);
    }
    fputs(r->any_row ? ",\n" : "\n", r->to);
    json_value(r, o);
}

static void json_totals(struct report *r, const struct conf_totals *t, bool whole)
{
    fputs("\n],", r->to);
    json_key(r, "totals", json_pack("{sisisi}", "passed", (int)t->rows_passed, "failed",
                                    (int)t->rows_failed, "skipped", (int)t->rows_skipped));
    fputs(",", r->to);
    json_key(r, "whole", json_boolean(whole));
    fputs("}", r->to);
}

/* ---- TAP ---- */

static void tap_row(struct report *r, const struct conf_row_info *row)
{
    const struct conf_rule_info *ru = &conf_rules[row->rule];

    fprintf(r->to, "%s %u - %s%s%s: %s", row->outcome == CONF_FAIL ? "not ok" : "ok", ++r->points,
            r->config, *r->config ? " " : "", row->kase, row->name);
    fprintf(r->to, row->outcome == CONF_SKIP ? " # SKIP %s\n" : "\n", row->why);
    if (row->outcome == CONF_FAIL) {
        fprintf(r->to, "  ---\n  rule: %s\n  clause: \"%s\"\n  form: %s\n  text: \"%s\"\n  failures:\n",
                ru->id, ru->clause, form_names[row->form], ru->text);
        for (size_t i = 0; i < r->failures; i++) {
            fprintf(r->to, "    - \"%s\"\n", r->failure[i]);
        }
        fputs("  ...\n", r->to);
    }
}

/* ---- text ---- */

static void text_row(struct report *r, const struct conf_row_info *row)
{
    const struct conf_rule_info *ru = &conf_rules[row->rule];

    if (row->outcome == CONF_FAIL) {
        fprintf(r->to, "FAIL %s%s%s: %s\n     %s: %s (%s, %s)\n", r->config,
                *r->config ? " " : "", row->kase, row->name, ru->clause, ru->text, ru->id,
                form_names[row->form]);
        for (size_t i = 0; i < r->failures; i++) {
            fprintf(r->to, "     %s\n", r->failure[i]);
        }
    } else if (r->verbose) {
        fprintf(r->to, "%s %s: %s%s%s\n", row->outcome == CONF_SKIP ? "skip" : "ok  ", row->kase,
                row->name, *row->why ? ": " : "", row->why);
    }
}

static void count_reason(struct report *r, const char *why)
{
    unsigned i = 0;

    while (i < REASONS - 1 && r->reason[i].text && strcmp(r->reason[i].text, why)) {
        i++;
    }
    if (!r->reason[i].text) {
        r->reason[i].text = must(strdup(i < REASONS - 1 ? why : "other reasons"));
    }
    r->reason[i].rows++;
}

static void text_end(struct report *r, const struct conf_totals *t, bool whole)
{
    fprintf(r->to, "%s%s%u rows passed, %u failed, %u skipped; %u cases%s\n", r->config,
            *r->config ? ": " : "", t->rows_passed, t->rows_failed, t->rows_skipped,
            t->cases_passed + t->cases_failed,
            whole ? "" : "; the DUT broke down before the end");
    for (unsigned i = 0; i < REASONS && r->reason[i].text; i++) {
        if (r->verbose || r->runs == 1) {
            fprintf(r->to, "  skipped %u: %s\n", r->reason[i].rows, r->reason[i].text);
        }
    }
}

/* ---- what the suite tells ---- */

static void forget(struct report *r)
{
    for (size_t i = 0; i < r->failures; i++) {
        free(r->failure[i]);
    }
    r->failures = 0;
}

static void heard_failure(void *ctx, const struct conf_row_info *row, const char *text)
{
    struct report *r = ctx;

    (void)row;
    r->failure = must(realloc(r->failure, (r->failures + 1) * sizeof(*r->failure)));
    r->failure[r->failures++] = must(strdup(text));
}

static void heard_row(void *ctx, const struct conf_row_info *row)
{
    static void (*const tell[])(struct report *, const struct conf_row_info *) = {
        text_row, tap_row, json_row,
    };
    struct report *r = ctx;

    if (row->outcome == CONF_SKIP) {
        count_reason(r, row->why);
    }
    tell[r->format](r, row);
    r->any_row = true;
    forget(r);
}

struct report *report_new(enum report_format format, FILE *to, bool verbose)
{
    struct report *r = must(calloc(1, sizeof(*r)));

    r->format = format;
    r->to = to;
    r->verbose = verbose;
    if (format == REPORT_JSON) {
        json_head(r);
    } else if (format == REPORT_TAP) {
        fputs("TAP version 13\n", to);
    }
    return r;
}

void report_begin(struct report *r, const struct smmu3_dut *dut, const char *config)
{
    r->config = config;
    r->runs++;
    r->any_row = false;
    if (r->format == REPORT_JSON) {
        json_run(r, dut);
    }
}

void report_listen(struct report *r, struct conf_run *run)
{
    run->ctx = r;
    run->format = vsnprintf;
    run->row = heard_row;
    run->failure = heard_failure;
}

void report_end(struct report *r, const struct conf_totals *t, bool whole)
{
    if (r->format == REPORT_JSON) {
        json_totals(r, t, whole);
    } else if (r->format == REPORT_TEXT) {
        text_end(r, t, whole);
    } else if (!whole) {
        fputs("Bail out! the DUT broke down\n", r->to);
    }
    r->sum.rows_passed += t->rows_passed;
    r->sum.rows_failed += t->rows_failed;
    r->sum.rows_skipped += t->rows_skipped;
    for (unsigned i = 0; i < REASONS; i++) {
        free(r->reason[i].text);
        r->reason[i] = (struct reason){ 0 };
    }
}

bool report_close(struct report *r)
{
    bool failed = r->sum.rows_failed != 0;

    if (r->format == REPORT_JSON) {
        fputs("\n]}\n", r->to);
    } else if (r->format == REPORT_TAP) {
        fprintf(r->to, "1..%u\n", r->points);
    } else if (r->runs > 1) {
        fprintf(r->to, "%u runs: %u rows passed, %u failed, %u skipped\n", r->runs,
                r->sum.rows_passed, r->sum.rows_failed, r->sum.rows_skipped);
    }
    forget(r);
    free(r->failure);
    free(r);
    return failed;
}
