/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
#ifndef FW_GIC_H
#define FW_GIC_H

#include "arch.h"

/* Give all interrupts to the Non-secure world. Once; then gic_setup_cpu() on each CPU that starts. */
void gic_setup(uintptr_t gicd, uintptr_t gicr);

/* False if no redistributor answers for this CPU, or it does not wake up. */
bool gic_setup_cpu(void);

/* Put this CPU's redistributor to sleep before the CPU is turned off. */
void gic_sleep_cpu(void);

#endif
