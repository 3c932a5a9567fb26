/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
#ifndef FW_POWER_H
#define FW_POWER_H

#include <stdint.h>

/* The Exception level we run at. */
unsigned int power_el(void);

void power_off(void) __attribute__((noreturn));
void power_reset(void) __attribute__((noreturn));

/*
 * End the run with an exit status for whoever started QEMU. Needs -semihosting-config enable=on,target=native;
 * without it QEMU is powered off and ends with status 0.
 */
void power_exit(int status) __attribute__((noreturn));

/* start.S */
uint64_t semihosting(uint64_t op, const void *block);
extern const char semihosting_hlt[];

#endif
