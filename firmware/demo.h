/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
#ifndef FW_DEMO_H
#define FW_DEMO_H

#include "arch.h"

/*
 * Show Secure DMA and that the Non-secure world cannot touch it. Each step prints a sentence and a line
 * "FW name=ok|fail". True if nothing failed; steps that the machine has no device for are left out.
 */
bool demo_run(void);

#endif
