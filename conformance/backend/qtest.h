/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * A QEMU process without a CPU: its qtest protocol reads and writes what the
 * machine has at an address and moves the clock; QMP resets it. What goes
 * wrong with the process is said on stderr, once, and makes it broken: every
 * call after that does nothing and reads 0.
 */
#ifndef SMMU3_CONFORMANCE_QTEST_H
#define SMMU3_CONFORMANCE_QTEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define QTEST_IRQS 1024

struct qtest;

/*
 * Runs this binary with these arguments (NULL ends them), machine among them
 * with "memory-backend=ram". Its RAM of ram_size bytes is shared with us.
 * NULL: it does not come up; stderr says why.
 */
struct qtest *qtest_start(const char *binary, const char *const *args, uint64_t ram_size);
void qtest_stop(struct qtest *q);
bool qtest_broken(const struct qtest *q);
/* The machine's RAM, ram_size bytes. */
uint8_t *qtest_ram(struct qtest *q);

/* size: 1, 2, 4 or 8. */
uint64_t qtest_read(struct qtest *q, uint64_t addr, unsigned size);
void qtest_read_bytes(struct qtest *q, uint64_t addr, uint8_t *buf, size_t len);
/* Is done, in order, before anything else that is asked of QEMU; but for what
 * is seen in qtest_ram(), call qtest_sync() before looking and before writing. */
void qtest_sync(struct qtest *q);
void qtest_write(struct qtest *q, uint64_t addr, unsigned size, uint64_t v);
/* Lets ns nanoseconds of QEMU's virtual time pass. */
void qtest_clock_step(struct qtest *q, uint64_t ns);

/* Counts what reaches the inputs of the one device of this type from now on. */
bool qtest_intercept(struct qtest *q, const char *type);
/* How often this input was raised since the last call. */
unsigned qtest_raised(struct qtest *q, unsigned input);
/* A reset of the whole machine. */
void qtest_reset(struct qtest *q);

#endif
