/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Started at EL2 or EL1, on a machine without Secure state; only the suite can run there. */
#ifndef FW_LOWER_H
#define FW_LOWER_H

#include "arch.h"

/* start.S */
void lower_main(unsigned int el) __attribute__((noreturn));
void lower_trap(uint64_t kind, uint64_t elr, uint64_t esr, uint64_t far) __attribute__((noreturn));

#endif
