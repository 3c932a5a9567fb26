/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Hits from several threads at once. */
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "bench.h"
#include "../tables/cmd.h"

static atomic_bool stop;

struct client {
    pthread_t thread;
    uint32_t random;
    double ns; /* CPU time of one translation */
};

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

double run_threads(unsigned threads, bool invalidate)
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
            run_queue(1); /* a queue full: 1023 invalidations a millisecond */
        }
    }
    atomic_store(&stop, true);
    for (unsigned i = 0; i < threads; i++) {
        pthread_join(c[i].thread, NULL);
        sum += c[i].ns;
    }
    return sum / threads;
}
