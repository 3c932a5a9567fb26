/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * What this firmware knows of QEMU's `virt` machine before it has read the device tree. Everything else (SMMU, PCIe,
 * GIC, size of RAM) is taken from the device tree.
 *
 *   0x00000000  flash 0, Secure only: this image (-bios)
 *   0x09000000  UART 0
 *   0x09020000  fw_cfg
 *   0x090b0000  PL061, Secure only: pin 0 powers off, pin 1 resets
 *   0x0e000000  16 MiB of Secure RAM
 *   0x40000000  Non-secure RAM; QEMU leaves the device tree at its start
 */
#ifndef FW_PLATFORM_H
#define FW_PLATFORM_H

#define UART0_BASE 0x09000000ul
#define FW_CFG_BASE 0x09020000ul
#define SECURE_GPIO_BASE 0x090b0000ul
#define SECURE_RAM_BASE 0x0e000000ul
#define SECURE_RAM_SIZE 0x01000000ul
#define RAM_BASE 0x40000000ul

/*
 * Non-secure RAM below the kernel. The device tree stays where QEMU put it and may grow up to the next area; the
 * areas above it are used before the kernel starts and are plain memory for it afterwards.
 */
#define DT_BASE RAM_BASE
#define DT_MAX_SIZE 0x00100000ul
#define NS_STUB_BASE (RAM_BASE + 0x100000)
#define NS_BUFFER_BASE (RAM_BASE + 0x110000)
#define NS_FWCFG_BASE (RAM_BASE + 0x120000)
#define KERNEL_AREA_BASE (RAM_BASE + 0x200000)

/* Started below EL3, or as the suite: our variables then (mmu.h), and what belongs to the suite from there on. */
#define LOWER_RAM_BASE (RAM_BASE + 0x1000000)
#define SUITE_RAM_BASE (RAM_BASE + 0x4000000)
#define SUITE_RAM_MAX 0x10000000ul
/* Of Secure RAM the suite takes the upper half. */
#define SUITE_SECURE_BASE (SECURE_RAM_BASE + SECURE_RAM_SIZE / 2)

/* Affinity level 0 has 16 CPUs per cluster with GICv3; more clusters than this are left parked. */
#define MAX_CPUS 32
#define STACK_SIZE 0x2000

#endif
