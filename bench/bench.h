/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* What the parts of the benchmark share. */
#ifndef SMMU3_BENCH_H
#define SMMU3_BENCH_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "smmu3/smmu3.h"

#define CHECK(x)                                                                              \
    do {                                                                                      \
        if (!(x)) {                                                                           \
            fprintf(stderr, "bench: %s:%d: %s failed\n", __FILE__, __LINE__, #x);             \
            exit(1);                                                                          \
        }                                                                                     \
    } while (0)

/* ---- machine.c: the SMMU, in a machine of flat memory ---- */

struct shape {
    uint32_t tlb, streams, ssid_bits;
    unsigned pages; /* mapped, from address 0 */
    bool nested;
};
extern struct smmu3 *smmu;

void machine_init(void);
void machine_free(void);
/* A new SMMU, on. */
void setup(const struct shape *sh);
/* Translates so many pages of stream 0 once. */
void fill(unsigned pages);

#define RANGE_512 0x100u /* with an opcode: of 512 pages */
/* The command queue's memory, full of one command. */
void load_queue(unsigned opcode);
/* At least n of them: one write of CMDQ_PROD for each queue full. */
void run_queue(unsigned n);

/* ---- measure.c ---- */

double thread_ns(void);
double median(double *t, unsigned n);
/* Median over rounds of the CPU time of one call out of n. */
double measure(void (*op)(unsigned n, unsigned arg), unsigned n, unsigned arg);
extern volatile uint64_t sink; /* results go here, or nobody would compute them */

extern uint32_t rng;
static inline uint32_t rand32(void)
{
    rng ^= rng << 13;
    rng ^= rng >> 17;
    rng ^= rng << 5;
    return rng;
}

/* ---- peers.c: what others take, measured in the same run ---- */

/* A bare 4-way array lookup: what no TLB can beat by much. */
double floor_hit(unsigned pages);
/* What memory alone takes where each key leads to one cache line and that to
 * another, and where the next key has to wait for them. */
double floor_two_lines(unsigned streams);
/* What QEMU's own model keeps translations in: a GHashTable of heap entries,
 * one lookup for each level; an invalidation visits all. 0: built without GLib. */
enum hash_inval { HASH_ASID, HASH_RANGE };
double hash_hit(unsigned pages);
double hash_invalidate(unsigned entries, enum hash_inval kind);

/* ---- threads.c ---- */

/* CPU time of a hit in each of `threads`; invalidate: beside a million
 * invalidations a second. What they wait for each other, and what a CPU's cache
 * loses to another, is in it. */
double run_threads(unsigned threads, bool invalidate);

#endif
