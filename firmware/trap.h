/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
#ifndef FW_TRAP_H
#define FW_TRAP_H

#include "arch.h"

/* As start.S saves it */
struct trap_frame {
    uint64_t x[31];
    uint64_t elr;
    uint64_t spsr;
    uint64_t esr;
    uint64_t far;
    uint64_t pad;
};

/* start.S calls it for every exception taken to EL3; kind is the number of the vector. */
void trap_handler(uint64_t kind, struct trap_frame *f);

/* start.S; lower_call() returns when the lower Exception level calls FID_STUB_DONE. */
void lower_enter(uint64_t entry, uint64_t spsr, uint64_t x0) __attribute__((noreturn));
void lower_call(uint64_t entry, uint64_t spsr, uint64_t x0);
void lower_return(void) __attribute__((noreturn));
extern uint64_t lower_call_sp;

/* What the Non-secure stub answered: x1..x7 of its FID_STUB_DONE */
extern uint64_t stub_answer[8];

#endif
