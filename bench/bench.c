/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * What the library costs, in CPU time a call, beside a floor measured in the
 * same run: a bare 4-way array lookup. Medians of several rounds.
 *
 *   bench            one table for people
 *   bench --csv      the same, and how each figure grows, as CSV
 *   bench PATH N     does one of the main paths N times (bench/costs.py)
 */
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "smmu3/smmu3.h"
#include "../tables/bank.h"
#include "../tables/cd.h"
#include "../tables/pgtable.h"

#define RAM_BASE UINT64_C(0x40000000)
#define RAM_SIZE (UINT64_C(512) << 20)
#define ROUNDS 7
#define CHECK(x)                                                                              \
    do {                                                                                      \
        if (!(x)) {                                                                           \
            fprintf(stderr, "bench: %s:%d: %s failed\n", __FILE__, __LINE__, #x);             \
            exit(1);                                                                          \
        }                                                                                     \
    } while (0)

static uint8_t *ram;
static uint64_t brk_;
static struct smmu3 *smmu;
static bool csv;
static double floor_1k;

/* ---- the host ---- */

static enum smmu3_mem host_read(void *ctx, const struct smmu3_access *acc, void *buf, size_t size)
{
    uint64_t off = acc->addr - RAM_BASE;

    (void)ctx;
    if (off > RAM_SIZE - size) {
        return SMMU3_MEM_ABORT;
    }
    if (size == 8) {
        memcpy(buf, ram + off, 8);
    } else {
        memcpy(buf, ram + off, size);
    }
    return SMMU3_MEM_OK;
}

static enum smmu3_mem host_write(void *ctx, const struct smmu3_access *acc, const void *buf,
                                 size_t size)
{
    uint64_t off = acc->addr - RAM_BASE;

    (void)ctx;
    if (off > RAM_SIZE - size) {
        return SMMU3_MEM_ABORT;
    }
    memcpy(ram + off, buf, size);
    return SMMU3_MEM_OK;
}

static enum smmu3_mem host_cas64(void *ctx, const struct smmu3_access *acc, uint64_t expected,
                                 uint64_t desired, uint64_t *seen)
{
    uint64_t *p = (uint64_t *)(void *)(ram + (acc->addr - RAM_BASE));

    (void)ctx;
    *seen = *p;
    if (*p == expected) {
        *p = desired;
    }
    return SMMU3_MEM_OK;
}

static int mem_write64(void *ctx, unsigned pas, uint64_t addr, uint64_t val)
{
    (void)ctx, (void)pas;
    memcpy(ram + (addr - RAM_BASE), &val, 8);
    return 0;
}

static uint64_t mem_read64(void *ctx, unsigned pas, uint64_t addr)
{
    uint64_t v;

    (void)ctx, (void)pas;
    memcpy(&v, ram + (addr - RAM_BASE), 8);
    return v;
}

static uint64_t mem_alloc(void *ctx, unsigned pas, uint64_t size, uint64_t align)
{
    uint64_t a = (brk_ + align - 1) & ~(align - 1);

    (void)ctx, (void)pas;
    CHECK(a + size <= RAM_BASE + RAM_SIZE);
    brk_ = a + size;
    memset(ram + (a - RAM_BASE), 0, size);
    return a;
}

static uint32_t mmio_read32(void *ctx, uint32_t offset)
{
    uint64_t v = 0;

    (void)ctx;
    smmu3_mmio_read(smmu, offset, 4, SMMU3_PAS_NS, &v);
    return (uint32_t)v;
}

static void mmio_write32(void *ctx, uint32_t offset, uint32_t val)
{
    (void)ctx;
    smmu3_mmio_write(smmu, offset, 4, SMMU3_PAS_NS, val);
}

static void mmio_write64(void *ctx, uint32_t offset, uint64_t val)
{
    (void)ctx;
    smmu3_mmio_write(smmu, offset, 8, SMMU3_PAS_NS, val);
}

static const struct smmu3_mem_ops mem = { NULL, mem_write64, mem_read64, mem_alloc };
static const struct smmu3_mmio_ops mmio = { NULL, mmio_read32, mmio_write32, mmio_write64 };

/* ---- a machine ---- */

#define CMDQ_LOG2 10
static struct smmu3t_bank bank;

struct shape {
    uint32_t tlb, streams, ssid_bits;
    unsigned pages;
    bool nested;
};

/* Streams and substreams share tables, each with an ASID of its own. */
static void setup_streams(const struct shape *sh, const struct smmu3t_pgt *s1,
                          const struct smmu3t_pgt *s2)
{
    unsigned asid = 0;

    for (unsigned i = 0; i < sh->streams; i++) {
        struct smmu3t_cdtab cds = { .mem = &mem, .log2size = (uint8_t)sh->ssid_bits,
                                    .fmt = sh->ssid_bits ? 1 : 0 };
        struct smmu3t_ste ste;
        struct smmu3t_cd cd;

        CHECK(!smmu3t_cdtab_init(&cds));
        for (unsigned k = 0; k < 1u << sh->ssid_bits; k++) {
            smmu3t_cd_init(&cd, s1, NULL, (uint16_t)++asid);
            CHECK(!smmu3t_cdtab_write(&cds, k, &cd));
        }
        smmu3t_ste_bypass(&ste);
        smmu3t_ste_add_s1(&ste, &cds);
        if (sh->nested) {
            smmu3t_ste_add_s2(&ste, s2, 1);
        }
        CHECK(!smmu3t_strtab_write(&bank.strtab, i, &ste));
    }
}

static void setup(const struct shape *sh)
{
    static const struct smmu3_host host = { .read = host_read, .write = host_write,
                                            .cas64 = host_cas64 };
    struct smmu3t_pgt s1 = { .mem = &mem, .stage = 1, .gran = 12, .ia_bits = 48, .start = 0,
                             .leaf_level = 3 };
    struct smmu3t_pgt s2 = { .mem = &mem, .stage = 2, .gran = 12, .ia_bits = 44, .start = 0,
                             .leaf_level = 3 };
    unsigned contexts = sh->streams << sh->ssid_bits;
    struct smmu3_config cfg;

    smmu3_destroy(smmu);
    brk_ = RAM_BASE;
    CHECK(!smmu3_config_profile(&cfg, sh->ssid_bits ? "max" : "hafnium"));
    cfg.tlb_entries = sh->tlb;
    cfg.cfg_entries = contexts > 128 ? 2 * contexts : 256;
    CHECK(!smmu3_create(&cfg, &host, NULL, &smmu));
    memset(&bank, 0, sizeof(bank));
    bank.mmio = &mmio;
    bank.mem = &mem;
    bank.cmdq_log2 = bank.evtq_log2 = CMDQ_LOG2;
    bank.strtab = (struct smmu3t_strtab){ .mem = &mem, .log2size = 16, .split = 8 };
    CHECK(!smmu3t_strtab_init(&bank.strtab));
    CHECK(!smmu3t_bank_init(&bank));
    CHECK(!smmu3t_pgt_init(&s1));
    for (unsigned p = 0; p < sh->pages; p++) {
        CHECK(!smmu3t_pgt_map(&s1, (uint64_t)p << 12, RAM_BASE + ((uint64_t)p << 12 & 0xfffffff),
                              4096, SMMU3T_S1_RW));
    }
    if (sh->nested) {
        CHECK(!smmu3t_pgt_init(&s2));
    }
    setup_streams(sh, &s1, &s2);
    if (sh->nested) {
        uint64_t end = brk_ + (16 << 20) > RAM_BASE + (UINT64_C(256) << 20)
                           ? brk_ + (16 << 20) : RAM_BASE + (UINT64_C(256) << 20);

        for (uint64_t a = RAM_BASE; a < end; a += 4096) {
            CHECK(!smmu3t_pgt_map(&s2, a, a, 4096, SMMU3T_S2_RW));
        }
        /* Its own tables grew behind the end: nothing of stage 1 is there. */
    }
    CHECK(!smmu3t_bank_enable(&bank));
}

/* ---- measuring ---- */

static double now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static uint32_t rng = 1;

static uint32_t rand32(void)
{
    rng ^= rng << 13;
    rng ^= rng >> 17;
    rng ^= rng << 5;
    return rng;
}

static int cmp(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Median over rounds of the time of one call out of n. */
static double measure(void (*op)(unsigned n, unsigned arg), unsigned n, unsigned arg)
{
    double t[ROUNDS];

    op(n / 4 + 1, arg); /* warm */
    for (int i = 0; i < ROUNDS; i++) {
        double start = now_ns();

        op(n, arg);
        t[i] = (now_ns() - start) / n;
    }
    qsort(t, ROUNDS, sizeof(t[0]), cmp);
    return t[ROUNDS / 2];
}

static void report(const char *what, unsigned size, double ns, double budget)
{
    if (csv) {
        printf("table,\"%s\",%u,%.2f,%.2f\n", what, size, ns, budget);
    } else if (budget > 0) {
        printf("  %-44s %8u %9.1f ns  %6.1fx floor   budget %.0f\n", what, size, ns,
               ns / floor_1k, budget);
    } else {
        printf("  %-44s %8u %9.1f ns  %6.1fx floor\n", what, size, ns, ns / floor_1k);
    }
    fflush(stdout);
}

static void point(const char *curve, unsigned size, double ns)
{
    printf("%s,,%u,%.2f,\n", curve, size, ns);
    fflush(stdout);
}

static volatile uint64_t sink;

/* ---- the floor: what no TLB can beat by much ---- */

static struct {
    uint64_t tag, out;
} *ways;
static unsigned floor_sets;

static void op_floor(unsigned n, unsigned pages)
{
    uint64_t sum = 0;

    for (unsigned i = 0; i < n; i++) {
        uint64_t va = rand32() & (pages - 1);
        unsigned set = (unsigned)(va & (floor_sets - 1)) * 4;

        for (unsigned w = 0; w < 4; w++) {
            if (ways[set + w].tag == va + 1) {
                sum += ways[set + w].out;
                break;
            }
        }
    }
    sink = sum;
}

static double run_floor(unsigned pages)
{
    double t;

    floor_sets = pages;
    ways = calloc((size_t)floor_sets * 4, sizeof(*ways));
    CHECK(ways);
    for (unsigned p = 0; p < pages; p++) {
        ways[p * 4 + p % 4].tag = p + 1;
        ways[p * 4 + p % 4].out = p;
    }
    t = measure(op_floor, 2000000, pages);
    free(ways);
    return t;
}

/* ---- translations ---- */

static void op_translate(unsigned n, unsigned pages)
{
    struct smmu3_request req = { .stream_id = 0 };
    struct smmu3_result res;
    uint64_t sum = 0;

    for (unsigned i = 0; i < n; i++) {
        req.addr = (uint64_t)(rand32() & (pages - 1)) << 12;
        smmu3_translate(smmu, &req, &res);
        CHECK(res.status == SMMU3_ST_OK);
        sum += res.addr;
    }
    sink = sum;
}

static void op_streams(unsigned n, unsigned streams)
{
    struct smmu3_request req = { .addr = 0x1000 };
    struct smmu3_result res;

    for (unsigned i = 0; i < n; i++) {
        req.stream_id = rand32() & (streams - 1);
        smmu3_translate(smmu, &req, &res);
        CHECK(res.status == SMMU3_ST_OK);
    }
}

static void op_substreams(unsigned n, unsigned substreams)
{
    struct smmu3_request req = { .addr = 0x1000, .ssv = true };
    struct smmu3_result res;

    for (unsigned i = 0; i < n; i++) {
        req.substream_id = 1 + rand32() % (substreams - 1);
        smmu3_translate(smmu, &req, &res);
        CHECK(res.status == SMMU3_ST_OK);
    }
}

static void fill(unsigned pages)
{
    struct smmu3_request req = { .stream_id = 0 };
    struct smmu3_result res;

    for (unsigned p = 0; p < pages; p++) {
        req.addr = (uint64_t)p << 12;
        smmu3_translate(smmu, &req, &res);
    }
}

/* ---- commands: a queue full of them, one write of CMDQ_PROD ---- */

static void load_queue(unsigned opcode)
{
    struct smmu3t_tlbi t = { .asid = 0xff00, .vmid = 0, .addr = 0x7fff0000000, .leaf = true };
    struct smmu3t_cmd c;

    if (opcode == CMD_CFGI_STE) {
        c = smmu3t_cmd_cfgi_ste(0xfff0, true, false);
    } else {
        if (opcode & 0x100) { /* a range of 512 pages */
            t.tg = 1;
            t.scale = 4;
            t.num = 31;
            opcode &= 0xff;
        }
        c = smmu3t_cmd_tlbi(opcode, &t);
    }
    for (unsigned i = 0; i < 2u << CMDQ_LOG2; i++) {
        mem_write64(NULL, 0, bank.cmdq + 8 * i, c.w[i & 1]);
    }
}

static void op_command(unsigned n, unsigned opcode)
{
    const unsigned full = (1u << CMDQ_LOG2) - 1;

    (void)opcode;
    for (unsigned i = 0; i < n; i += full) {
        bank.prod = (bank.prod + full) & ((2u << CMDQ_LOG2) - 1);
        mmio_write32(NULL, 0x98, bank.prod);
    }
    CHECK(mmio_read32(NULL, 0x9c) == bank.prod);
}

static const struct {
    const char *name, *curve;
    unsigned op;
    double budget; /* with the queue's own cost, 20 */
} cmds[] = {
    { "CMD_PREFETCH_CONFIG (the queue alone)", "queue", CMD_PREFETCH_CONFIG, 20 },
    { "CMD_TLBI_NH_ASID", "TLBI_NH_ASID", CMD_TLBI_NH_ASID, 40 },
    { "CMD_TLBI_S12_VMALL", "TLBI_S12_VMALL", CMD_TLBI_S12_VMALL, 40 },
    { "CMD_TLBI_NH_VA", "TLBI_NH_VA", CMD_TLBI_NH_VA, 50 },
    { "CMD_TLBI_NH_VA, range of 512 pages", "TLBI_NH_VA 512 pages", CMD_TLBI_NH_VA | 0x100, 120 },
    { "CMD_TLBI_NH_VAA", "TLBI_NH_VAA", CMD_TLBI_NH_VAA, 50 },
    { "CMD_CFGI_STE", "CFGI_STE", CMD_CFGI_STE, 0 },
};

static void commands(unsigned entries, bool table)
{
    setup(&(struct shape){ .tlb = entries, .streams = 1,
                           .pages = entries < 65536 ? entries : 65536 });
    for (unsigned i = 0; i < sizeof(cmds) / sizeof(cmds[0]); i++) {
        double ns;

        fill(entries < 65536 ? entries : 65536);
        load_queue(cmds[i].op);
        ns = measure(op_command, 16 * ((1u << CMDQ_LOG2) - 1), cmds[i].op);
        if (table) {
            report(cmds[i].name, entries, ns, cmds[i].budget);
        } else {
            point(cmds[i].curve, entries, ns);
        }
    }
}

/* ---- threads ---- */

static atomic_bool stop;

struct client {
    pthread_t thread;
    uint32_t random;
    double ns; /* CPU time of one translation */
};

static double thread_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void *client_run(void *arg)
{
    struct client *c = arg;
    struct smmu3_request req = { .stream_id = 0 };
    struct smmu3_result res;
    double start = thread_ns();
    uint32_t x = c->random;
    uint64_t n; /* not in *c: the clients share a cache line */

    for (n = 0; n & 1023 || !atomic_load(&stop); n++) {
        x = x * 1664525 + 1013904223;
        req.addr = (uint64_t)(x >> 16 & 1023) << 12;
        smmu3_translate(smmu, &req, &res);
        CHECK(res.status == SMMU3_ST_OK);
    }
    c->ns = (thread_ns() - start) / (double)n;
    return NULL;
}

/* CPU time of a translation in each of `threads`, which all hit. What they wait
 * for each other, and what a CPU's cache loses to another, is in it. */
static double run_threads(unsigned threads, bool invalidate)
{
    struct client c[4];
    struct timespec tick = { 0, 1000000 };
    double sum = 0;

    setup(&(struct shape){ .tlb = 4096, .streams = 1, .pages = 1024 });
    fill(1024);
    load_queue(CMD_TLBI_NH_VA);
    atomic_store(&stop, false);
    for (unsigned i = 0; i < threads; i++) {
        c[i].random = i + 1;
        CHECK(!pthread_create(&c[i].thread, NULL, client_run, &c[i]));
    }
    for (unsigned ms = 0; ms < 400; ms++) {
        nanosleep(&tick, NULL);
        if (invalidate) {
            op_command(1, 0); /* a queue full: 1023 invalidations a millisecond */
        }
    }
    atomic_store(&stop, true);
    for (unsigned i = 0; i < threads; i++) {
        pthread_join(c[i].thread, NULL);
        sum += c[i].ns;
    }
    return sum / threads;
}

static double median3(double (*f)(unsigned, bool), unsigned threads, bool invalidate)
{
    double t[3] = { f(threads, invalidate), f(threads, invalidate), f(threads, invalidate) };

    qsort(t, 3, sizeof(t[0]), cmp);
    return t[1];
}

static void threads_table(void)
{
    double one = median3(run_threads, 1, false), two = median3(run_threads, 2, false);
    double one_inv = median3(run_threads, 1, true), two_inv = median3(run_threads, 2, true);

    report("hit, 1 thread", 1, one, 0);
    report("hit, 2 threads, each", 2, two, 0);
    report("hit, 1 thread, 1M invalidations/s beside it", 1, one_inv, 0);
    report("hit, 2 threads, 1M invalidations/s, each", 2, two_inv, 0);
    if (!csv) {
        printf("  two threads do %.2f times the work of one; with invalidations %.2f times\n",
               2 * one / two, 2 * one_inv / two_inv);
    }
}

/* ---- what is measured ---- */

static void table(void)
{
    report("floor: bare 4-way array lookup", 1024, floor_1k, 0);
    report("floor: bare 4-way array lookup", 16384, run_floor(16384), 0);
    setup(&(struct shape){ .tlb = 4096, .streams = 1, .pages = 1024 });
    report("TLB hit, stage 1, random", 1024, measure(op_translate, 1000000, 1024), 10);
    setup(&(struct shape){ .tlb = 65536, .streams = 1, .pages = 16384 });
    report("TLB hit, stage 1, random", 16384, measure(op_translate, 1000000, 16384), 15);
    setup(&(struct shape){ .tlb = 4096, .streams = 1, .pages = 1024, .nested = true });
    report("TLB hit, nested, random", 1024, measure(op_translate, 1000000, 1024), 10);
    setup(&(struct shape){ .tlb = SMMU3_CACHE_OFF, .streams = 1, .pages = 1024 });
    report("miss, stage 1, 4 levels", 1024, measure(op_translate, 300000, 1024), 100);
    setup(&(struct shape){ .tlb = SMMU3_CACHE_OFF, .streams = 1, .pages = 1024, .nested = true });
    report("miss, nested, 4 x 4 levels", 1024, measure(op_translate, 100000, 1024), 300);
    setup(&(struct shape){ .tlb = 16384, .streams = 1024, .pages = 4 });
    report("hit, one page of each stream", 1024, measure(op_streams, 500000, 1024), 15);
    setup(&(struct shape){ .tlb = 262144, .streams = 65536, .pages = 4 });
    report("hit, one page of each stream", 65536, measure(op_streams, 500000, 65536), 15);
    for (unsigned e = 256; e <= 262144; e *= 32) {
        commands(e, true);
    }
    threads_table();
}

static void curves(void)
{
    for (unsigned n = 16; n <= 1048576; n *= 4) {
        point("floor", n, run_floor(n));
        setup(&(struct shape){ .tlb = n, .streams = 1, .pages = n });
        point("hit", n, measure(op_translate, 300000, n));
        setup(&(struct shape){ .tlb = SMMU3_CACHE_OFF, .streams = 1, .pages = n });
        point("miss", n, measure(op_translate, 100000, n));
        if (n <= 65536) {
            setup(&(struct shape){ .tlb = SMMU3_CACHE_OFF, .streams = 1, .pages = n,
                                   .nested = true });
            point("miss nested", n, measure(op_translate, 50000, n));
        }
        commands(n, false);
    }
    for (unsigned n = 1; n <= 65536; n *= 4) {
        setup(&(struct shape){ .tlb = 4 * n, .streams = n, .pages = 4 });
        point("hit by streams", n, measure(op_streams, 300000, n));
    }
    for (unsigned bits = 2; bits <= 14; bits += 2) {
        setup(&(struct shape){ .tlb = 4u << bits, .streams = 1, .ssid_bits = bits, .pages = 4 });
        point("hit by substreams", 1u << bits, measure(op_substreams, 300000, 1u << bits));
    }
    for (unsigned t = 1; t <= 4; t++) {
        point("hit by threads", t, run_threads(t, false));
        point("hit by threads beside invalidations", t, run_threads(t, true));
    }
}

/* ---- one path at a time, for instruction counts ---- */

static void one_path(const char *name, unsigned n)
{
    static const struct {
        const char *name;
        struct shape sh;
        void (*op)(unsigned n, unsigned arg);
        unsigned arg, command;
    } paths[] = {
        { "hit", { 4096, 1, 0, 1024, false }, op_translate, 1024, 0 },
        { "hit-nested", { 4096, 1, 0, 1024, true }, op_translate, 1024, 0 },
        { "hit-streams", { 16384, 1024, 0, 4, false }, op_streams, 1024, 0 },
        { "miss", { SMMU3_CACHE_OFF, 1, 0, 1024, false }, op_translate, 1024, 0 },
        { "miss-nested", { SMMU3_CACHE_OFF, 1, 0, 1024, true }, op_translate, 1024, 0 },
        { "miss-filling", { 16, 1, 0, 1024, false }, op_translate, 1024, 0 },
        { "queue", { 4096, 1, 0, 1024, false }, op_command, 0, CMD_PREFETCH_CONFIG },
        { "tlbi-asid", { 4096, 1, 0, 1024, false }, op_command, 0, CMD_TLBI_NH_ASID },
        { "tlbi-va", { 4096, 1, 0, 1024, false }, op_command, 0, CMD_TLBI_NH_VA },
        { "tlbi-range", { 4096, 1, 0, 1024, false }, op_command, 0, CMD_TLBI_NH_VA | 0x100 },
        { "cfgi-ste", { 4096, 1, 0, 1024, false }, op_command, 0, CMD_CFGI_STE },
    };

    for (unsigned i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        if (!strcmp(paths[i].name, name)) {
            setup(&paths[i].sh);
            if (paths[i].command) {
                fill(1024);
                load_queue(paths[i].command);
            } else {
                paths[i].op(4096, paths[i].arg);
            }
            paths[i].op(n, paths[i].arg);
            return;
        }
    }
    fprintf(stderr, "bench: there is no path %s\n", name);
    exit(1);
}

int main(int argc, char **argv)
{
    csv = argc > 1 && !strcmp(argv[1], "--csv");
    ram = calloc(1, RAM_SIZE);
    CHECK(ram);
    if (argc == 3) {
        one_path(argv[1], (unsigned)strtoul(argv[2], NULL, 10));
    } else {
        floor_1k = run_floor(1024);
        puts(csv ? "curve,what,size,ns,budget"
                 : "libsmmu3, CPU time a call (medians; size: entries, pages, streams, threads)\n");
        table();
        if (csv) {
            curves();
        }
    }
    smmu3_destroy(smmu);
    free(ram);
    return 0;
}
