/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* CPU time: what others do on the machine counts for less than on the wall. */
#define _POSIX_C_SOURCE 200809L
#include <time.h>

#include "bench.h"

#define ROUNDS 7

volatile uint64_t sink;
uint32_t rng = 1;

static double clock_ns(clockid_t clock)
{
    struct timespec t;

    clock_gettime(clock, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static double cpu_ns(void)
{
    return clock_ns(CLOCK_PROCESS_CPUTIME_ID);
}

double thread_ns(void)
{
    return clock_ns(CLOCK_THREAD_CPUTIME_ID);
}

static int cmp(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

double median(double *t, unsigned n)
{
    qsort(t, n, sizeof(t[0]), cmp);
    return t[n / 2];
}

double measure(void (*op)(unsigned n, unsigned arg), unsigned n, unsigned arg)
{
    double t[ROUNDS];

    op(n / 4 + 1, arg); /* warm */
    for (int i = 0; i < ROUNDS; i++) {
        double start = cpu_ns();

        op(n, arg);
        t[i] = (cpu_ns() - start) / n;
    }
    return median(t, ROUNDS);
}
