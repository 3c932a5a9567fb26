/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * What BL32 knows of the machine: QEMU's `virt` as TF-A's port of it divides the memory up. The Makefile includes this
 * file first, in the place of firmware/platform.h (hence the same guard), for the sources that both images share.
 *
 *   0x09000000  UART 0, the Non-secure world's
 *   0x09040000  UART 1, Secure only: QEMU's second -serial; ours
 *   0x0e000000  1 MiB of Secure SRAM: BL31 and the SPMC manifest
 *   0x0e100000  15 MiB of Secure DRAM: this image, its variables, stacks and heap
 *   0x40000000  Non-secure RAM; the device tree at its start, BL33 at 0x60000000
 */
#ifndef FW_PLATFORM_H
#define FW_PLATFORM_H

#define UART0_BASE 0x09040000ul
#define SECURE_RAM_BASE 0x0e100000ul
#define SECURE_RAM_SIZE 0x00f00000ul
#define RAM_BASE 0x40000000ul
#define DT_BASE RAM_BASE
#define DT_MAX_SIZE 0x00100000ul
/* A page that BL33 has not been loaded to */
#define NS_BUFFER_BASE (RAM_BASE + 0x110000)

/* CPUs of the first cluster; TF-A's port has 16 in each of two. */
#define MAX_CPUS 16
#define STACK_SIZE 0x2000

#endif
