/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* smmu3-conformance: the suite on a host, against the library or a QEMU. */
#include <argp.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "edu.h"
#include "lib.h"
#include "pipe.h"
#include "qemu.h"
#include "report.h"

#define MAX_CONFIGS 64
#define EXIT_TROUBLE 2
#define AS_IT_IS (UINT32_MAX - 1) /* caches as the configuration has them */

struct options {
    const char *backend;
    const char *config[MAX_CONFIGS];
    size_t configs;
    uint32_t tlb[8];
    size_t tlbs;
    enum report_format format;
    const char *output, *qemu, *command, *filter, *row;
    bool verbose, list, list_rules, list_configs;
};

static const struct argp_option argp_options[] = {
    { "backend", 'b', "NAME", 0, "What is tested: lib (default), qemu (ours, by its smmu3-master), stock (a QEMU as it is, by "
      "its edu devices), pipe (a program of yours, see --command and docs/CONFORMANCE.md)", 0 },
    { "config", 'c', "CONFIG", 0,
      "PROFILE[:NAME=VALUE,...], such as max or hafnium:IDR0.VMW=0,tlb=2 (entries of the TLB; cfg= "
      "those of the configuration cache; 0: off); may be given more than once", 0 },
    { "all-configs", 'a', NULL, 0, "All of --list-configs: both sides of every feature", 0 },
    { "caches", 'C', "N", 0, "Run each configuration with caches of N entries (0: off, full: as it "
      "is); may be given more than once", 0 },
    { "qemu", 'q', "FILE", 0, "The QEMU to run (build/qemu-system-aarch64; stock: build/qemu-stock-aarch64)", 0 },
    { "command", 'x', "COMMAND", 0, "The program that --backend=pipe runs and asks", 0 },
    { "format", 'f', "FORMAT", 0, "text (default), tap or json; see docs/CONFORMANCE.md", 1 },
    { "output", 'o', "FILE", 0, "Write to FILE", 1 },
    { "verbose", 'v', NULL, 0, "Tell every row, and why rows were skipped", 1 },
    { "row", 'r', "TEXT", 0, "Only rows whose names contain TEXT", 1 },
    { "list", 'l', NULL, 0, "List the cases", 2 },
    { "list-rules", 'R', NULL, 0, "List the rules: clause, forms, sentence", 2 },
    { "list-configs", 'L', NULL, 0, "List the configurations of --all-configs", 2 },
    { 0 },
};

static void add_config(struct options *o, const char *spec, struct argp_state *state)
{
    if (o->configs == MAX_CONFIGS) {
        argp_error(state, "more than %d configurations", MAX_CONFIGS);
    }
    o->config[o->configs++] = spec;
}

static void add_caches(struct options *o, const char *arg, struct argp_state *state)
{
    char *end;
    unsigned long n = strtoul(arg, &end, 10);

    if (!strcmp(arg, "full")) {
        n = AS_IT_IS;
    } else if (!*arg || *end || n > 4194304 || n == 1) {
        argp_error(state, "--caches=%s: give full, 0 or 2 to 4194304", arg);
    }
    if (o->tlbs == CONF_COUNT(o->tlb)) {
        argp_error(state, "--caches was given too often");
    }
    o->tlb[o->tlbs++] = (uint32_t)n;
}

static enum report_format format_named(const char *arg, struct argp_state *state)
{
    static const char *const names[] = { "text", "tap", "json" };

    for (unsigned i = 0; i < CONF_COUNT(names); i++) {
        if (!strcmp(arg, names[i])) {
            return (enum report_format)i;
        }
    }
    argp_error(state, "--format=%s: give text, tap or json", arg);
    return REPORT_TEXT;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct options *o = state->input;

    switch (key) {
    case 'b':
        o->backend = arg;
        break;
    case 'c':
        add_config(o, arg, state);
        break;
    case 'a':
        for (const struct config_entry *e = config_all; e->spec; e++) {
            add_config(o, e->spec, state);
        }
        break;
    case 'C':
        add_caches(o, arg, state);
        break;
    case 'f':
        o->format = format_named(arg, state);
        break;
    case 'x':
        o->command = arg;
        break;
    case 'q':
        o->qemu = arg;
        break;
    case 'o':
        o->output = arg;
        break;
    case 'v':
        o->verbose = true;
        break;
    case 'r':
        o->row = arg;
        break;
    case 'l':
        o->list = true;
        break;
    case 'R':
        o->list_rules = true;
        break;
    case 'L':
        o->list_configs = true;
        break;
    case ARGP_KEY_ARG:
        if (o->filter) {
            argp_error(state, "more than one FILTER");
        }
        o->filter = arg;
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

static int list(const struct options *o)
{
    static const char *const forms[] = { "", "legal", "illegal", "both" };

    for (size_t i = 0; o->list && i < conf_num_cases; i++) {
        puts(conf_cases[i]->name);
    }
    for (unsigned i = 0; o->list_rules && i < CONF_NUM_RULES; i++) {
        printf("%s\t%s\t%s\t%s\n", conf_rules[i].id, conf_rules[i].clause,
               forms[conf_rules[i].forms], conf_rules[i].text);
    }
    for (const struct config_entry *e = config_all; o->list_configs && e->spec; e++) {
        printf("%s\n    %s\n", e->spec, e->why);
    }
    return EXIT_SUCCESS;
}

/* ---- backends ---- */

static struct smmu3_dut *open_lib(const struct options *o, const struct smmu3_config *cfg)
{
    struct smmu3_dut *dut = lib_dut_new(cfg);

    (void)o;
    if (!dut) {
        fputs("smmu3-conformance: out of memory\n", stderr);
    }
    return dut;
}

static struct smmu3_dut *open_qemu(const struct options *o, const struct smmu3_config *cfg)
{
    return qemu_dut_new(o->qemu ? o->qemu : "build/qemu-system-aarch64", cfg);
}

static struct smmu3_dut *open_stock(const struct options *o, const struct smmu3_config *cfg)
{
    (void)cfg;
    return edu_dut_new(o->qemu ? o->qemu : "build/qemu-stock-aarch64");
}

static struct smmu3_dut *open_pipe(const struct options *o, const struct smmu3_config *cfg)
{
    (void)cfg;
    if (!o->command) {
        fputs("smmu3-conformance: --backend=pipe needs --command\n", stderr);
        return NULL;
    }
    return pipe_dut_new(o->command);
}

static const struct backend {
    const char *name;
    const char *config; /* the default one; NULL: it has but one, its own */
    struct smmu3_dut *(*open)(const struct options *o, const struct smmu3_config *cfg);
    void (*close)(struct smmu3_dut *dut);
} backends[] = {
    { "lib", "max", open_lib, lib_dut_free },
    { "qemu", "max", open_qemu, qemu_dut_free },
    { "stock", NULL, open_stock, edu_dut_free },
    { "pipe", NULL, open_pipe, pipe_dut_free },
};

static const struct backend *backend_named(const char *name)
{
    for (size_t i = 0; i < CONF_COUNT(backends); i++) {
        if (!strcmp(backends[i].name, name)) {
            return &backends[i];
        }
    }
    return NULL;
}

/* ---- runs ---- */

/* One run. False: there was none, or not to its end; it has been said why. */
static bool run_one(const struct options *o, const struct backend *b, struct report *r,
                    const char *name, const struct smmu3_config *cfg)
{
    struct conf_run run = { .filter = o->filter, .row_filter = o->row };
    struct conf_totals totals;
    struct smmu3_dut *dut = b->open(o, cfg);
    bool whole;

    if (!dut) {
        return false;
    }
    report_begin(r, dut, name);
    report_listen(r, &run);
    whole = conf_run(dut, &run, &totals);
    report_end(r, &totals, whole);
    b->close(dut);
    return whole;
}

static bool run_config(const struct options *o, const struct backend *b, struct report *r,
                       const char *spec, uint32_t caches)
{
    struct smmu3_config cfg;
    char why[256] = "", name[640];

    if (!config_parse(spec, &cfg, why, sizeof(why))) {
        fprintf(stderr, "smmu3-conformance: configuration %s: %s\n", spec, why);
        return false;
    }
    snprintf(name, sizeof(name), "%s", spec);
    if (caches != AS_IT_IS) {
        cfg.tlb_entries = cfg.cfg_entries = caches ? caches : SMMU3_CACHE_OFF;
        snprintf(name, sizeof(name), "%s%ctlb=%u,cfg=%u", spec, strchr(spec, ':') ? ',' : ':',
                 (unsigned)caches, (unsigned)caches);
    }
    return run_one(o, b, r, name, &cfg);
}

static bool run_all(const struct options *o, const struct backend *b, struct report *r)
{
    static const uint32_t as_it_is[] = { AS_IT_IS };
    const uint32_t *tlb = o->tlbs ? o->tlb : as_it_is;
    const char *const *config = o->configs ? o->config : &b->config;

    if (!b->config) {
        return run_one(o, b, r, "", NULL);
    }
    for (size_t i = 0; i < (o->configs ? o->configs : 1); i++) {
        for (size_t k = 0; k < (o->tlbs ? o->tlbs : 1); k++) {
            if (!run_config(o, b, r, config[i], tlb[k])) {
                return false;
            }
        }
    }
    return true;
}

int main(int argc, char **argv)
{
    static const struct argp argp = {
        argp_options, parse, "[FILTER]",
        "Holds an SMMUv3 against IHI 0070 G.b. With FILTER, only the cases whose names contain it.\v"
        "Exit status: 0 all rows passed or were skipped, 1 some failed, 2 it could not be run.",
        NULL, NULL, NULL,
    };
    struct options o = { .backend = "lib" };
    const struct backend *b;
    struct report *r;
    FILE *to = stdout;
    bool whole, failed;

    argp_err_exit_status = EXIT_TROUBLE;
    argp_parse(&argp, argc, argv, 0, NULL, &o);
    if (o.list || o.list_rules || o.list_configs) {
        return list(&o);
    }
    b = backend_named(o.backend);
    if (!b || ((o.configs || o.tlbs) && !b->config)) {
        fprintf(stderr, b ? "smmu3-conformance: backend %s has no configurations\n"
                          : "smmu3-conformance: there is no backend %s\n", o.backend);
        return EXIT_TROUBLE;
    }
    if (!conf_count(o.filter)) {
        fprintf(stderr, "smmu3-conformance: no case's name contains \"%s\"\n", o.filter);
        return EXIT_TROUBLE;
    }
    if (o.output && !(to = fopen(o.output, "w"))) {
        fprintf(stderr, "smmu3-conformance: cannot write %s\n", o.output);
        return EXIT_TROUBLE;
    }
    r = report_new(o.format, to, o.verbose);
    whole = run_all(&o, b, r);
    failed = report_close(r);
    if (fflush(to) || ferror(to)) {
        fputs("smmu3-conformance: cannot write the report\n", stderr);
        whole = false;
    }
    return !whole ? EXIT_TROUBLE : failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
