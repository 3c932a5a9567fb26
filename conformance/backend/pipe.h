/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Any SMMUv3 in a program of its own, in any language: the suite asks it line
 * by line, by its standard input and output. docs/CONFORMANCE.md has the
 * protocol, conformance/example/ such a program.
 */
#ifndef SMMU3_CONFORMANCE_PIPE_H
#define SMMU3_CONFORMANCE_PIPE_H

#include "../dut.h"

/* Runs this command by the shell. NULL: it does not come up; stderr says why. */
struct smmu3_dut *pipe_dut_new(const char *command);
void pipe_dut_free(struct smmu3_dut *dut);

#endif
