/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Function identifiers (Arm DEN0022, DEN0028) that this firmware answers. Also included by assembly. */
#ifndef FW_PSCI_H
#define FW_PSCI_H

#define FID_PSCI_VERSION 0x84000000
#define FID_CPU_SUSPEND 0x84000001
#define FID_CPU_OFF 0x84000002
#define FID_CPU_ON 0x84000003
#define FID_AFFINITY_INFO 0x84000004
#define FID_MIGRATE_INFO_TYPE 0x84000006
#define FID_SYSTEM_OFF 0x84000008
#define FID_SYSTEM_RESET 0x84000009
#define FID_PSCI_FEATURES 0x8400000a
#define FID_SMCCC_VERSION 0x80000000
#define FID_SMCCC_ARCH_FEATURES 0x80000001
/* The 64-bit form of a call has this bit as well. */
#define FID_SMC64 0x40000000
/* Private, SiP range: the Non-secure stub has finished. */
#define FID_STUB_DONE 0xc2000001

#ifndef __ASSEMBLER__
#include "trap.h"

/* The calling CPU is on, the others of `count` are parked. */
void psci_init(uint64_t count);
void psci_call(struct trap_frame *f);
#endif

#endif
