/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Random programs on two devices: a library without caches and one with, or
 * the library and a QEMU as it is.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "config.h"
#include "edu.h"
#include "hosted.h"
#include "qemu.h"

struct options {
    uint64_t seed;
    unsigned seconds, runs, steps;
    const char *config, *file, *stock, *qemu;
    int size, how; /* -1: any */
    uint32_t defects; /* of stock: what is left out */
    bool trace;
};

/* One comparison: this program, a library without caches, one with. */
struct pair {
    struct smmu3_config cfg;
    const char *spec;
    uint32_t size;
    enum hosted_how how;
    struct prop_device *other; /* not a library; NULL: a library with caches */
};

static const uint32_t sizes[] = { 2, 16, 0 };
static const char *const hows[HOSTED_NUM] = { "attr", "plain", "cached", "busy" };

static struct prop_device *device(const struct pair *p, uint32_t entries, enum hosted_how how)
{
    struct smmu3_config cfg = p->cfg;
    struct prop_device *d;

    cfg.tlb_entries = cfg.cfg_entries = entries;
    d = hosted_new(&cfg, how);
    if (!d) {
        fprintf(stderr, "%s: no such SMMU, or no memory\n", p->spec);
        exit(2);
    }
    return d;
}

/* The device that the library without caches is compared with, out of reset. */
static struct prop_device *second(const struct pair *p)
{
    struct smmu3_dut *d;

    if (!p->other) {
        return device(p, p->size, p->how);
    }
    d = p->other->dut;
    if (d->broken && d->broken(d->ctx) && !(d->revive && d->revive(d->ctx))) {
        fprintf(stderr, "%s is gone\n", d->name);
        exit(2);
    }
    d->reset(d->ctx);
    return p->other;
}

/* Runs on both. False: they differ, and text says how. */
static bool same(const struct pair *p, const struct prop_program *prog, char *text, size_t len,
                 FILE *trace)
{
    struct prop_device *plain = device(p, SMMU3_CACHE_OFF,
                                       p->how == HOSTED_ATTR ? HOSTED_ATTR : HOSTED_PLAIN);
    struct prop_device *cached = second(p);
    struct prop_log a = { 0 }, b = { 0 };
    struct prop_caps caps;
    bool ok;

    prop_caps_of(&caps, plain, cached);
    prop_run(prog, &caps, plain, &a, trace);
    if (trace) {
        fprintf(trace, "%s:\n", p->other ? cached->dut->name : "with caches");
    }
    prop_run(prog, &caps, cached, &b, trace);
    ok = prop_compare(&a, &b, text, len) < 0;
    if (ok && (a.broken || b.broken)) {
        snprintf(text, len, "the driver's half cannot go on: %s", a.broken ? a.why : b.why);
        ok = false;
    }
    prop_log_free(&a);
    prop_log_free(&b);
    hosted_free(plain);
    if (!p->other) {
        hosted_free(cached);
    }
    return ok;
}

/* With a second thread a failure may need some luck. */
#define TRIES 20

static bool fails(void *ctx, const struct prop_program *prog)
{
    const struct pair *p = ctx;
    char text[200];
    unsigned n = p->how == HOSTED_BUSY ? TRIES : 1;

    while (n && same(p, prog, text, sizeof(text), NULL)) {
        n--;
    }
    return n;
}

/* A QEMU as it is, and a library with its ID registers. */
static struct pair against(const struct options *o)
{
    static struct prop_device dev;
    struct pair p = { .spec = "qemu-virt", .how = HOSTED_ATTR };
    uint32_t *const ids[] = { &p.cfg.idr0, &p.cfg.idr1, NULL, &p.cfg.idr3, NULL, &p.cfg.idr5, NULL,
                              &p.cfg.aidr };
    char why[200];

    if (!dev.dut) {
        dev = (struct prop_device){ .dut = edu_dut_new(o->stock), .defects = o->defects };
    }
    if (!dev.dut) {
        exit(2);
    }
    p.other = &dev;
    config_parse(p.spec, &p.cfg, why, sizeof(why));
    p.cfg.s_idr0 = p.cfg.s_idr1 = p.cfg.s_idr3 = 0;
    for (unsigned i = 0; i < PROP_COUNT(ids); i++) {
        if (ids[i]) {
            *ids[i] = (uint32_t)dev.dut->mmio_read(dev.dut->ctx, DUT_PAS_NS, 4 * i, 4);
        }
    }
    if (smmu3_config_check(&p.cfg, why, sizeof(why))) {
        fprintf(stderr, "%s is no SMMU that the library can be: %s\n", o->stock, why);
        exit(2);
    }
    return p;
}

/* A QEMU with our SMMUv3 and our master, and a library of the same configuration. */
static struct pair against_ours(const struct options *o)
{
    static struct prop_device dev;
    struct pair p = { .spec = o->config ? o->config : "max", .how = HOSTED_ATTR };
    char why[200];

    if (!config_parse(p.spec, &p.cfg, why, sizeof(why))) {
        fprintf(stderr, "%s: %s\n", p.spec, why);
        exit(2);
    }
    if (!dev.dut) {
        dev = (struct prop_device){ .dut = qemu_dut_new(o->qemu, &p.cfg), .ours = true };
    }
    if (!dev.dut) {
        exit(2);
    }
    p.other = &dev;
    return p;
}

static struct pair pick(const struct options *o, struct prop_rng *r)
{
    struct pair p = { .spec = o->config };
    unsigned n = 0;
    char why[200];

    if (o->stock || o->qemu) {
        return o->stock ? against(o) : against_ours(o);
    }
    while (config_all[n].spec) {
        n++;
    }
    n = prop_below(r, n);
    if (!p.spec) {
        p.spec = config_all[n].spec;
    }
    if (!config_parse(p.spec, &p.cfg, why, sizeof(why))) {
        fprintf(stderr, "%s: %s\n", p.spec, why);
        exit(2);
    }
    if (prop_below(r, 2)) { /* the interesting half of the configurations */
        struct smmu3_config c = p.cfg;

        c.idr0 |= 1u << 5; /* BTM */
        p.cfg = smmu3_config_check(&c, NULL, 0) ? p.cfg : c;
    }
    n = prop_below(r, PROP_COUNT(sizes));
    p.size = o->size < 0 ? sizes[n] : (uint32_t)o->size;
    n = prop_below(r, 4 * HOSTED_NUM) % (4 * HOSTED_NUM - 3); /* one in thirteen is busy */
    n = n < HOSTED_BUSY * 4 ? n % HOSTED_BUSY : HOSTED_BUSY;
    p.how = o->how < 0 ? (enum hosted_how)n : (enum hosted_how)o->how;
    if (p.how == HOSTED_BUSY) {
        p.cfg.idr0 &= ~(3u << 6); /* HTTU: what comes first would decide */
    }
    return p;
}

/* A failure as a file that can be run again. */
static void report(const struct pair *p, struct prop_program *prog, uint64_t seed)
{
    char text[200] = "not this time: it is a matter of timing";
    unsigned before = prog->n, runs;

    runs = prop_shrink(prog, fails, (void *)(uintptr_t)p);
    for (unsigned n = 0; n < TRIES && same(p, prog, text, sizeof(text), NULL); n++) {
    }
    printf("# the two differ: seed %llu, %u steps, %u after %u runs\n",
           (unsigned long long)seed, before, prog->n, runs);
    printf("# %s\n", text);
    if (p->other) {
        printf("# to run it again: smmu3-property --%s QEMU FILE\n",
               p->other->ours ? "qemu" : "stock");
    } else {
        printf("# to run it again: smmu3-property --config %s --size %u --how %s FILE\n", p->spec,
               p->size, hows[p->how]);
    }
    prop_print(stdout, prog);
    fputs("# what it does:\n", stdout);
    same(p, prog, text, sizeof(text), stdout);
}

static int replay(const struct options *o)
{
    FILE *f = fopen(o->file, "r");
    struct prop_rng r = { o->seed };
    struct pair p = pick(o, &r);
    struct prop_program prog;
    unsigned line;
    char text[200];
    bool ok;

    if (!f) {
        perror(o->file);
        return 2;
    }
    ok = prop_parse(f, &prog, &line);
    fclose(f);
    if (!ok) {
        fprintf(stderr, "%s:%u: not a step\n", o->file, line);
        prop_free(&prog);
        return 2;
    }
    ok = same(&p, &prog, text, sizeof(text), o->trace ? stdout : NULL);
    puts(ok ? "the same" : text);
    prop_free(&prog);
    return !ok;
}

static int random_programs(const struct options *o)
{
    time_t end = time(NULL) + (time_t)o->seconds;
    unsigned long steps = 0;
    unsigned n;

    for (n = 0; o->runs ? n < o->runs : time(NULL) < end; n++) {
        struct prop_rng r = { o->seed + n };
        struct pair p = pick(o, &r);
        struct prop_program prog;
        struct prop_device *d = device(&p, SMMU3_CACHE_OFF, HOSTED_PLAIN);
        struct prop_caps caps;
        char text[200];

        prop_caps_of(&caps, d, p.other ? p.other : d);
        hosted_free(d);
        prop_generate(&prog, prop_random(&r), o->steps, &caps);
        steps += prog.n;
        if (!same(&p, &prog, text, sizeof(text), NULL)) {
            report(&p, &prog, o->seed + n);
            prop_free(&prog);
            return 1;
        }
        prop_free(&prog);
    }
    printf("%s: %u programs, %lu steps, seeds %llu to %llu\n",
           o->stock  ? "stock is as the library"
           : o->qemu ? "QEMU is as the library"
                     : "cached equals uncached", n, steps,
           (unsigned long long)o->seed, (unsigned long long)(o->seed + n - 1));
    return 0;
}

static int usage(void)
{
    fputs("usage: smmu3-property [--seed N] [--seconds N | --runs N] [--steps N]\n"
          "                      [--config CONFIG] [--size ENTRIES] [--how attr|plain|cached|busy]\n"
          "                      [--stock QEMU [--with DEFECT]... | --qemu QEMU] [--trace] [FILE]\n"
          "Random legal programs on a library without caches and on one with, or on a QEMU:\n"
          "--stock any, by its edu devices; --qemu ours, by smmu3-master, in the configuration;\n"
          "FILE: a program that is run again. Known defects of stock, which programs avoid unless\n"
          "--with names them:\n", stderr);
    for (unsigned i = 0; i < PROP_NUM_DEFECTS; i++) {
        fprintf(stderr, "  %-14s %s: %s\n", prop_defects[i].name, prop_defects[i].clause,
                prop_defects[i].text);
    }
    return 2;
}

int main(int argc, char **argv)
{
    struct options o = { .seed = 1, .seconds = 5, .steps = 150, .size = -1, .how = -1,
                         .defects = (1u << PROP_NUM_DEFECTS) - 1 };

    for (int i = 1; i < argc; i++) {
        const char *a = argv[i], *v = i + 1 < argc ? argv[i + 1] : NULL;

        if (!strcmp(a, "--trace")) {
            o.trace = true;
            continue;
        }
        if (a[0] != '-') {
            o.file = a;
            continue;
        }
        if (!v) {
            return usage();
        }
        i++;
        if (!strcmp(a, "--seed")) {
            o.seed = strtoull(v, NULL, 0);
        } else if (!strcmp(a, "--seconds")) {
            o.seconds = (unsigned)strtoul(v, NULL, 0);
        } else if (!strcmp(a, "--runs")) {
            o.runs = (unsigned)strtoul(v, NULL, 0);
        } else if (!strcmp(a, "--steps")) {
            o.steps = (unsigned)strtoul(v, NULL, 0);
        } else if (!strcmp(a, "--config")) {
            o.config = v;
        } else if (!strcmp(a, "--stock")) {
            o.stock = v;
        } else if (!strcmp(a, "--qemu")) {
            o.qemu = v;
        } else if (!strcmp(a, "--with")) {
            unsigned d;

            for (d = 0; d < PROP_NUM_DEFECTS && strcmp(v, prop_defects[d].name); d++) {
            }
            if (d == PROP_NUM_DEFECTS) {
                return usage();
            }
            o.defects &= ~(1u << d);
        } else if (!strcmp(a, "--size")) {
            o.size = (int)strtoul(v, NULL, 0);
        } else if (!strcmp(a, "--how")) {
            for (o.how = 0; o.how < HOSTED_NUM && strcmp(v, hows[o.how]); o.how++) {
            }
            if (o.how == HOSTED_NUM) {
                return usage();
            }
        } else {
            return usage();
        }
    }
    return o.file ? replay(&o) : random_programs(&o);
}
