/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * The conformance suite (../conformance) on the SMMU of this machine, with smmu3-master as its DMA master; TAP on the
 * console. Options: suite, filter=TEXT (cases whose name contains it), row=TEXT (rows, likewise), list, verbose, secure-spi=N (the property of
 * arm-smmuv3, to see Secure interrupts).
 */
#ifndef FW_SUITE_H
#define FW_SUITE_H

#include "arch.h"

/* secure: at EL3. The exit status for power_exit(): 0 passed, 1 failed, 2 it could not run. */
int suite_run(bool secure);

#endif
