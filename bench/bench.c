/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * What the library costs, in CPU time a call, beside what others cost in the
 * same run (peers.c). Medians of several rounds.
 *
 *   bench            one table for people
 *   bench --csv FILE the same, and how each figure grows into FILE
 *   bench PATH N     does one of the main paths N times (bench/costs.py)
 */
#include <string.h>

#include "bench.h"
#include "../tables/cmd.h"

/* Where the budget in ns was set, the floor takes this: so as a ratio it holds anywhere. */
#define BUDGET_FLOOR 7.0

static FILE *csv; /* NULL: none */
static double floor_1k;

/* budget: ns, 0: none. hash: ns that the hash table takes, 0: nothing to compare. */
static void report(const char *what, unsigned size, double ns, double budget, double hash)
{
    char limit[16] = "", ratio[16] = "";

    if (csv) {
        fprintf(csv, "table,\"%s\",%u,%.2f,%.2f,%.2f\n", what, size, ns, budget, hash);
    }
    if (budget > 0) {
        snprintf(limit, sizeof(limit), "%.1f", budget / BUDGET_FLOOR);
    }
    if (hash > 0) {
        snprintf(ratio, sizeof(ratio), hash < 10 * ns ? "%.2f" : "1/%.0f",
                 hash < 10 * ns ? ns / hash : hash / ns);
    }
    printf("  %-36s %7u %8.1f %8.1f %7s %9s\n", what, size, ns, ns / floor_1k, limit, ratio);
    fflush(stdout);
}

static void point(const char *curve, unsigned size, double ns)
{
    fprintf(csv, "%s,,%u,%.2f,,\n", curve, size, ns);
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

/* ---- commands: a queue full of them, one write of CMDQ_PROD ---- */

static void op_queue(unsigned n, unsigned arg)
{
    (void)arg;
    run_queue(n);
}

static const struct {
    const char *name, *curve;
    unsigned op;
    double budget; /* with the queue's own cost, 20 */
    int hash;      /* enum hash_inval; -1: it has no such thing */
} cmds[] = {
    { "CMD_PREFETCH_CONFIG (the queue)", "queue", CMD_PREFETCH_CONFIG, 20, -1 },
    { "CMD_TLBI_NH_ASID", "TLBI_NH_ASID", CMD_TLBI_NH_ASID, 40, HASH_ASID },
    { "CMD_TLBI_S12_VMALL", "TLBI_S12_VMALL", CMD_TLBI_S12_VMALL, 40, -1 },
    { "CMD_TLBI_NH_VA", "TLBI_NH_VA", CMD_TLBI_NH_VA, 50, -1 },
    { "CMD_TLBI_NH_VA, 512 pages", "TLBI_NH_VA 512 pages", CMD_TLBI_NH_VA | RANGE_512, 120,
      HASH_RANGE },
    { "CMD_TLBI_NH_VAA", "TLBI_NH_VAA", CMD_TLBI_NH_VAA, 50, -1 },
    { "CMD_CFGI_STE", "CFGI_STE", CMD_CFGI_STE, 0, -1 },
};

static void commands(unsigned entries, bool table)
{
    unsigned pages = entries < 65536 ? entries : 65536;

    setup(&(struct shape){ .tlb = entries, .streams = 1, .pages = pages });
    for (unsigned i = 0; i < sizeof(cmds) / sizeof(cmds[0]); i++) {
        double ns;

        fill(pages);
        load_queue(cmds[i].op);
        ns = measure(op_queue, 16368, 0);
        if (table) {
            report(cmds[i].name, entries, ns, cmds[i].budget,
                   cmds[i].hash < 0 ? 0
                                    : hash_invalidate(entries, (enum hash_inval)cmds[i].hash));
        } else {
            point(cmds[i].curve, entries, ns);
        }
    }
}

/* ---- what is measured ---- */

static double median_of_3(unsigned threads, bool invalidate)
{
    double t[3];

    for (int i = 0; i < 3; i++) {
        t[i] = run_threads(threads, invalidate);
    }
    return median(t, 3);
}

static void threads_table(void)
{
    double one = median_of_3(1, false), two = median_of_3(2, false);
    double one_inv = median_of_3(1, true), two_inv = median_of_3(2, true);

    report("hit, 1 thread", 1, one, 0, 0);
    report("hit, 2 threads, each", 2, two, 0, 0);
    report("hit, 1 thread, beside TLBIs", 1, one_inv, 0, 0);
    report("hit, 2 threads, beside TLBIs, each", 2, two_inv, 0, 0);
    printf("  two threads do %.2f times the work of one; beside a million TLBIs a second, "
           "%.2f times\n", 2 * one / two, 2 * one_inv / two_inv);
    fflush(stdout);
}

static void hits(uint32_t tlb, unsigned pages, bool nested, double budget)
{
    setup(&(struct shape){ .tlb = tlb, .streams = 1, .pages = pages, .nested = nested });
    report(nested ? "TLB hit, nested, random" : "TLB hit, stage 1, random", pages,
           measure(op_translate, 1000000, pages), budget, nested ? 0 : hash_hit(pages));
}

static void misses(bool nested, double budget)
{
    setup(&(struct shape){ .tlb = SMMU3_CACHE_OFF, .streams = 1, .pages = 1024,
                           .nested = nested });
    report(nested ? "miss, nested, 4 x 4 levels" : "miss, stage 1, 4 levels", 1024,
           measure(op_translate, 200000, 1024), budget, 0);
}

static void streams(unsigned n)
{
    report("floor: two cold lines, one by one", n, floor_two_lines(n), 0, 0);
    setup(&(struct shape){ .tlb = n < 16384 ? 16384 : 4 * n, .streams = n, .pages = 4 });
    report("hit, one page of each stream", n, measure(op_streams, 500000, n), 15, 0);
}

static void table(void)
{
    report("floor: bare 4-way array lookup", 1024, floor_1k, 0, 0);
    report("floor: bare 4-way array lookup", 16384, floor_hit(16384), 0, 0);
    hits(4096, 1024, false, 10);
    hits(65536, 16384, false, 15);
    hits(4096, 1024, true, 10);
    misses(false, 100);
    misses(true, 300);
    streams(1024);
    streams(65536);
    for (unsigned e = 256; e <= 262144; e *= 32) {
        commands(e, true);
    }
    threads_table();
}

static void curves(void)
{
    double hash;

    for (unsigned n = 16; n <= 1048576; n *= 4) {
        point("floor", n, floor_hit(n));
        setup(&(struct shape){ .tlb = 4 * n, .streams = 1, .pages = n });
        point("hit", n, measure(op_translate, 300000, n));
        setup(&(struct shape){ .tlb = n, .streams = 1, .pages = n });
        point("hit in a full TLB", n, measure(op_translate, 300000, n));
        setup(&(struct shape){ .tlb = SMMU3_CACHE_OFF, .streams = 1, .pages = n });
        point("miss", n, measure(op_translate, 100000, n));
        if (n <= 65536) {
            setup(&(struct shape){ .tlb = SMMU3_CACHE_OFF, .streams = 1, .pages = n,
                                   .nested = true });
            point("miss nested", n, measure(op_translate, 50000, n));
        }
        commands(n, false);
        hash = hash_hit(n);
        if (hash > 0) {
            point("hash table", n, hash);
            point("hash table ASID", n, hash_invalidate(n, HASH_ASID));
            point("hash table 512 pages", n, hash_invalidate(n, HASH_RANGE));
        }
    }
    for (unsigned n = 1; n <= 65536; n *= 4) {
        point("two cold lines", n, floor_two_lines(n));
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
        { "queue", { 4096, 1, 0, 1024, false }, op_queue, 0, CMD_PREFETCH_CONFIG },
        { "tlbi-asid", { 4096, 1, 0, 1024, false }, op_queue, 0, CMD_TLBI_NH_ASID },
        { "tlbi-va", { 4096, 1, 0, 1024, false }, op_queue, 0, CMD_TLBI_NH_VA },
        { "tlbi-range", { 4096, 1, 0, 1024, false }, op_queue, 0, CMD_TLBI_NH_VA | RANGE_512 },
        { "cfgi-ste", { 4096, 1, 0, 1024, false }, op_queue, 0, CMD_CFGI_STE },
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
    machine_init();
    if (argc == 3 && strcmp(argv[1], "--csv")) {
        one_path(argv[1], (unsigned)strtoul(argv[2], NULL, 10));
        machine_free();
        return 0;
    }
    if (argc == 3) {
        csv = fopen(argv[2], "w");
        if (!csv) {
            fprintf(stderr, "bench: %s cannot be written\n", argv[2]);
            return 1;
        }
        fputs("curve,what,size,ns,budget,hash\n", csv);
    }
    floor_1k = floor_hit(1024);
    puts("libsmmu3, CPU time a call. size: entries, pages, streams, threads; budget: times the floor;\n"
         "x hash: of what a GHashTable, as QEMU's own model uses it, takes\n");
    printf("  %-36s %7s %8s %8s %7s %9s\n", "", "size", "ns", "x floor", "budget", "x hash");
    table();
    if (csv) {
        curves();
        fclose(csv);
    }
    machine_free();
    return 0;
}
