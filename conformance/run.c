/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Cases, rows, and what becomes of them. */
#include <string.h>

#include "conf_state.h"

const struct conf_rule_info conf_rules[CONF_NUM_RULES] = {
#define RULE(id, clause, forms, text) { #id, clause, text, forms },
#include "rules.def"
#undef RULE
};

#define MAX_REVIVALS 100

/* Does the name contain the filter, if there is one? */
static bool selected(const char *name, const char *filter)
{
    size_t n = filter ? strlen(filter) : 0;

    for (const char *s = name; n && strlen(s) >= n; s++) {
        if (!memcmp(s, filter, n)) {
            return true;
        }
    }
    return !n;
}

/* ---- conditions ---- */

static const char *const id_reg_names[CONF_NUM_IDS] = {
    "IDR0", "IDR1", "IDR3", "IDR5", "AIDR", "S_IDR0", "S_IDR1", "S_IDR3", "MPAMIDR", "S_MPAMIDR",
};

static const struct {
    uint32_t field;
    const char *name;
} id_fields[] = {
#define ID_FIELD(reg, mem, f, lo, w, min, max) { CONF_ID_##reg##_##f, #reg "." #f },
#include "../spec/id.def"
#undef ID_FIELD
};

static const char *const can_names[] = {
    "reset", "Secure accesses", "any StreamID", "SubstreamIDs", "privileged accesses",
    "instruction reads", "Non-secure accesses of Secure streams", "stalls", "ATS",
    "memory that aborts", "wired interrupts", "output addresses", "output attributes",
    "memory at any address", "register accesses of any size",
};

const struct conf_need conf_state_need[DUT_NUM_SEC][CONF_NEEDS] = { [DUT_S] = { IN_SECURE } };
const char *const conf_state_name[DUT_NUM_SEC] = { "Non-secure", "Secure" };

uint32_t conf_id(const struct conf *c, uint32_t field)
{
    return c->id[field >> 16] >> (field >> 8 & 0xff) & (uint32_t)field_mask(field & 0xff);
}

bool conf_can(const struct conf *c, uint32_t can)
{
    return (c->dut->can & can) == can;
}

static const char *field_name(uint32_t field)
{
    for (size_t i = 0; i < CONF_COUNT(id_fields); i++) {
        if (id_fields[i].field == field) {
            return id_fields[i].name;
        }
    }
    return id_reg_names[field >> 16];
}

static const char *can_name(uint32_t can)
{
    for (size_t i = 0; i < CONF_COUNT(can_names); i++) {
        if (can >> i & 1) {
            return can_names[i];
        }
    }
    return "";
}

static void format(const struct conf *c, char *buf, size_t len, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

static void format(const struct conf *c, char *buf, size_t len, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    c->run->format(buf, len, fmt, ap);
    va_end(ap);
}

/* False: this condition is not met; c->why says which. */
static bool met(struct conf *c, const struct conf_need *n)
{
    static const char *const op_text[] = { "", "= ", "other than ", "at least ", "at most " };
    uint32_t v = n->op == CONF_CAN ? 0 : conf_id(c, n->field);
    bool ok = true;

    switch (n->op) {
    case CONF_NONE:
        return true;
    case CONF_CAN:
        if (!conf_can(c, n->v)) {
            format(c, c->why, sizeof(c->why), "the DUT has no %s", can_name(n->v & ~c->dut->can));
            return false;
        }
        return true;
    case CONF_IS:
        ok = v == n->v;
        break;
    case CONF_NOT:
        ok = v != n->v;
        break;
    case CONF_MIN:
        ok = v >= n->v;
        break;
    case CONF_MAX:
        ok = v <= n->v;
        break;
    }
    if (!ok) {
        format(c, c->why, sizeof(c->why), "needs %s %s%u, is %u", field_name(n->field),
               op_text[n->op], n->v, v);
    }
    return ok;
}

static bool all_met(struct conf *c, const struct conf_need *need)
{
    for (unsigned i = 0; need && i < CONF_NEEDS; i++) {
        if (!met(c, &need[i])) {
            return false;
        }
    }
    return true;
}

/* ---- rows ---- */

static bool broken(const struct conf *c)
{
    return c->dut->broken && c->dut->broken(c->dut->ctx);
}

/* A DUT that did not survive the row: that is the row's fault, not the next one's. */
static void bury(struct conf *c)
{
    static const char text[] = "expected the DUT to go on working, but it broke down";

    memcpy(c->why, text, sizeof(text));
    c->row_failed = true;
    if (c->run->failure) {
        c->run->failure(c->run->ctx, &c->row, text);
    }
    if (c->dut->revive && c->revivals < MAX_REVIVALS && c->dut->revive(c->dut->ctx)) {
        c->revivals++;
    }
}

void conf_row_end(struct conf *c)
{
    if (!c->in_row) {
        return;
    }
    c->in_row = false;
    if (broken(c)) {
        bury(c);
    }
    if (c->row_failed) {
        c->row.outcome = CONF_FAIL;
        c->case_failed++;
    } else if (c->row_skipped) {
        c->row.outcome = CONF_SKIP;
        c->case_rows_skipped++;
    } else {
        c->row.outcome = CONF_PASS;
        c->case_passed++;
    }
    c->row.why = c->row.outcome == CONF_PASS ? "" : c->why;
    if (c->run->row) {
        c->run->row(c->run->ctx, &c->row);
    }
}

bool conf_row(struct conf *c, enum conf_rule rule, enum conf_form form,
              const struct conf_need *need, const char *fmt, ...)
{
    va_list ap;

    conf_row_end(c);
    if (broken(c)) {
        return false;
    }
    va_start(ap, fmt);
    c->run->format(c->row_name, sizeof(c->row_name), fmt, ap);
    va_end(ap);
    if (!selected(c->row_name, c->run->row_filter)) {
        return false;
    }
    c->in_row = true;
    c->row_failed = c->row_skipped = false;
    c->why[0] = 0;
    c->row = (struct conf_row_info){ .kase = c->kase->name, .name = c->row_name, .rule = rule,
                                     .form = form, .why = "" };
    if (!all_met(c, need)) {
        c->row_skipped = true;
        return false;
    }
    conf_fresh(c);
    return !c->row_failed && !c->row_skipped;
}

void conf_skip(struct conf *c, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    c->run->format(c->why, sizeof(c->why), fmt, ap);
    va_end(ap);
    if (c->in_row) {
        c->row_skipped = true;
    } else {
        c->case_skipped = true;
    }
}

void conf_fail(struct conf *c, const char *fmt, ...)
{
    char text[160];
    va_list ap;

    if (broken(c) || c->row_skipped) {
        return; /* what is wrong then is the connection, or what the DUT lacks */
    }
    va_start(ap, fmt);
    c->run->format(text, sizeof(text), fmt, ap);
    va_end(ap);
    if (!c->row_failed) {
        memcpy(c->why, text, sizeof(c->why));
    }
    c->row_failed = true;
    if (c->run->failure) {
        c->run->failure(c->run->ctx, &c->row, text);
    }
}

bool conf_eq(struct conf *c, const char *what, uint64_t got, uint64_t want)
{
    if (got != want) {
        conf_fail(c, "%s: expected 0x%lx, got 0x%lx", what, (unsigned long)want,
                  (unsigned long)got);
    }
    return got == want;
}

bool conf_failed(const struct conf *c)
{
    return c->row_failed || c->row_skipped || broken(c);
}

/* ---- cases ---- */

unsigned conf_count(const char *filter)
{
    unsigned n = 0;

    for (size_t i = 0; i < conf_num_cases; i++) {
        n += selected(conf_cases[i]->name, filter);
    }
    return n;
}

static void run_case(struct conf *c, const struct conf_case *k)
{
    struct conf_case_info info = { .name = k->name, .why = "" };

    c->kase = k;
    c->in_row = c->case_skipped = false;
    c->row = (struct conf_row_info){ .kase = k->name, .name = "", .why = "" };
    c->case_failed = c->case_passed = c->case_rows_skipped = 0;
    if (all_met(c, k->need)) {
        k->run(c);
        conf_row_end(c);
    } else {
        c->case_skipped = true;
    }
    info.rows_passed = c->case_passed;
    info.rows_failed = c->case_failed;
    info.rows_skipped = c->case_rows_skipped;
    if (c->case_failed) {
        info.outcome = CONF_FAIL;
        c->totals.cases_failed++;
    } else if (c->case_passed) {
        info.outcome = CONF_PASS;
        c->totals.cases_passed++;
    } else {
        info.outcome = CONF_SKIP;
        info.why = c->why; /* the case's, or its last row's */
        c->totals.cases_skipped++;
    }
    c->totals.rows_passed += c->case_passed;
    c->totals.rows_failed += c->case_failed;
    c->totals.rows_skipped += c->case_rows_skipped;
    if (c->run->kase) {
        c->run->kase(c->run->ctx, &info);
    }
}

bool conf_run(const struct smmu3_dut *dut, const struct conf_run *run, struct conf_totals *totals)
{
    struct conf c;

    memset(&c, 0, sizeof(c));
    c.dut = dut;
    c.run = run;
    conf_identify(&c);
    for (size_t i = 0; i < conf_num_cases && !broken(&c); i++) {
        if (selected(conf_cases[i]->name, run->filter)) {
            run_case(&c, conf_cases[i]);
        }
    }
    *totals = c.totals;
    return !broken(&c);
}
