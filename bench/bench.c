/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * What the library costs, in CPU time a call, beside a floor measured in the
 * same run: a bare 4-way array lookup. Medians of several rounds. Output: one
 * table for people, or CSV with --csv.
 */
#define _POSIX_C_SOURCE 200809L
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

/* ---- a machine: one stream, `pages` pages mapped ---- */

static struct smmu3t_bank bank;

static void setup(uint32_t tlb_entries, unsigned pages, bool nested, unsigned streams)
{
    static const struct smmu3_host host = { .read = host_read, .write = host_write,
                                            .cas64 = host_cas64 };
    struct smmu3t_pgt s2 = { .mem = &mem, .stage = 2, .gran = 12, .ia_bits = 44, .start = 0,
                             .leaf_level = 3 };
    struct smmu3_config cfg;

    smmu3_destroy(smmu);
    brk_ = RAM_BASE;
    CHECK(!smmu3_config_profile(&cfg, "hafnium"));
    cfg.tlb_entries = tlb_entries;
    cfg.cfg_entries = streams > 128 ? 2 * streams : 256;
    CHECK(!smmu3_create(&cfg, &host, NULL, &smmu));
    memset(&bank, 0, sizeof(bank));
    bank.mmio = &mmio;
    bank.mem = &mem;
    bank.cmdq_log2 = bank.evtq_log2 = 10;
    bank.strtab = (struct smmu3t_strtab){ .mem = &mem, .log2size = 16, .split = 8 };
    CHECK(!smmu3t_strtab_init(&bank.strtab));
    CHECK(!smmu3t_bank_init(&bank));
    if (nested) {
        CHECK(!smmu3t_pgt_init(&s2));
    }
    for (unsigned i = 0; i < streams; i++) {
        struct smmu3t_pgt s1 = { .mem = &mem, .stage = 1, .gran = 12, .ia_bits = 48,
                                 .start = 0, .leaf_level = 3 };
        struct smmu3t_cdtab cds = { .mem = &mem };
        struct smmu3t_ste ste;
        struct smmu3t_cd cd;

        CHECK(!smmu3t_pgt_init(&s1));
        for (unsigned p = 0; p < pages; p++) {
            CHECK(!smmu3t_pgt_map(&s1, (uint64_t)p << 12, RAM_BASE + ((uint64_t)p << 12), 4096,
                                  SMMU3T_S1_RW));
        }
        smmu3t_cd_init(&cd, &s1, NULL, (uint16_t)(i + 1));
        CHECK(!smmu3t_cdtab_init(&cds) && !smmu3t_cdtab_write(&cds, 0, &cd));
        smmu3t_ste_bypass(&ste);
        smmu3t_ste_add_s1(&ste, &cds);
        if (nested) {
            smmu3t_ste_add_s2(&ste, &s2, 1);
        }
        CHECK(!smmu3t_strtab_write(&bank.strtab, i, &ste));
    }
    if (nested) {
        for (uint64_t a = RAM_BASE; a < brk_ + (16 << 20); a += 4096) {
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
        printf("%s,%u,%.2f,%.2f\n", what, size, ns, budget);
    } else if (budget > 0) {
        printf("  %-44s %8u %9.1f ns  %6.1fx floor   budget %.0f\n", what, size, ns,
               ns / floor_1k, budget);
    } else {
        printf("  %-44s %8u %9.1f ns  %6.1fx floor\n", what, size, ns, ns / floor_1k);
    }
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

static void fill(unsigned pages)
{
    struct smmu3_request req = { .stream_id = 0 };
    struct smmu3_result res;

    for (unsigned p = 0; p < pages; p++) {
        req.addr = (uint64_t)p << 12;
        smmu3_translate(smmu, &req, &res);
    }
}

/* ---- commands, through the queue as a driver sends them ---- */

static void op_command(unsigned n, unsigned opcode)
{
    struct smmu3t_tlbi t = { .asid = 0xff00, .vmid = 0, .addr = 0x7fff0000000, .leaf = true };
    struct smmu3t_cmd c;

    if (opcode == CMD_CFGI_STE) {
        c = smmu3t_cmd_cfgi_ste(0xfff0, true, false);
    } else {
        if (opcode & 0x100) { /* a range of 512 pages */
            t.tg = 1;
            t.scale = 9;
            opcode &= 0xff;
        }
        c = smmu3t_cmd_tlbi(opcode, &t);
    }
    for (unsigned i = 0; i < n; i++) {
        CHECK(!smmu3t_bank_push(&bank, &c));
    }
}

static void commands(unsigned entries)
{
    static const struct {
        const char *name;
        unsigned op;
        double budget;
    } cmds[] = {
        { "CMD_PREFETCH_CONFIG (the queue alone)", CMD_PREFETCH_CONFIG, 0 },
        { "CMD_TLBI_NH_ASID", CMD_TLBI_NH_ASID, 40 },
        { "CMD_TLBI_S12_VMALL", CMD_TLBI_S12_VMALL, 40 },
        { "CMD_TLBI_NH_VA", CMD_TLBI_NH_VA, 50 },
        { "CMD_TLBI_NH_VA, range of 512 pages", CMD_TLBI_NH_VA | 0x100, 120 },
        { "CMD_CFGI_STE", CMD_CFGI_STE, 0 },
    };

    for (unsigned i = 0; i < sizeof(cmds) / sizeof(cmds[0]); i++) {
        unsigned n = 2000;

        fill(entries < 4096 ? entries : 4096);
        report(cmds[i].name, entries, measure(op_command, n, cmds[i].op), cmds[i].budget);
    }
}

int main(int argc, char **argv)
{
    csv = argc > 1 && !strcmp(argv[1], "--csv");
    ram = calloc(1, RAM_SIZE);
    CHECK(ram);
    floor_1k = run_floor(1024);
    if (csv) {
        puts("what,size,ns,budget");
    } else {
        puts("libsmmu3, CPU time a call (medians; size: entries, pages or streams)\n");
    }
    report("floor: bare 4-way array lookup", 1024, floor_1k, 0);
    report("floor: bare 4-way array lookup", 16384, run_floor(16384), 0);
    setup(4096, 1024, false, 1);
    report("TLB hit, stage 1, random", 1024, measure(op_translate, 1000000, 1024), 10);
    setup(65536, 16384, false, 1);
    report("TLB hit, stage 1, random", 16384, measure(op_translate, 1000000, 16384), 15);
    setup(4096, 1024, true, 1);
    report("TLB hit, nested, random", 1024, measure(op_translate, 1000000, 1024), 10);
    setup(SMMU3_CACHE_OFF, 1024, false, 1);
    report("miss, stage 1, 4 levels", 1024, measure(op_translate, 300000, 1024), 100);
    setup(SMMU3_CACHE_OFF, 1024, true, 1);
    report("miss, nested, 4 x 4 levels", 1024, measure(op_translate, 100000, 1024), 300);
    setup(16384, 4, false, 1024);
    report("hit, one page of each stream", 1024, measure(op_streams, 500000, 1024), 15);
    for (unsigned e = 256; e <= 262144; e *= 32) {
        setup(e, 4096, false, 1);
        commands(e);
    }
    smmu3_destroy(smmu);
    free(ram);
    return 0;
}
