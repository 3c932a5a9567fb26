/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
#ifndef FW_CPU_H
#define FW_CPU_H

#include "arch.h"

/* Open everything that this CPU has to the Non-secure world, which cannot open it itself. */
void cpu_setup_nonsecure(void);

/* SPSR_EL3 to enter the Non-secure world at its highest level, interrupts masked; 2 or 1 for the level. */
uint64_t cpu_lower_spsr(void);
unsigned int cpu_lower_el(void);

/* start.S: 16 CPUs per cluster; back to the pen. */
uint64_t cpu_index(void);
void cpu_park(void) __attribute__((noreturn));

#endif
