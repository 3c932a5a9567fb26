/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* The part of FF-A (DEN0077A, 1.1) that TF-A's dispatcher (SPMD) needs from an SPMC that has no partitions. */
#ifndef SPMC_FFA_H
#define SPMC_FFA_H

#include "arch.h"

struct ffa_args {
    uint64_t x[8];
};

/* start.S: SMC to the dispatcher; returns with its answer, or with what it wants next. */
void ffa_call(struct ffa_args *args);

/* This CPU's part of the SPMC is ready (FFA_MSG_WAIT); from now on answer what comes. */
void ffa_serve(void) __attribute__((noreturn));

/* Tell the dispatcher that the SPMC failed to start: it boots the Non-secure world without one. */
void ffa_fail(void) __attribute__((noreturn));

#endif
