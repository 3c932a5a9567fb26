/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* libfdt includes this for strtoul, which only its overlay code calls; we link none of that. */
#ifndef FW_STDLIB_H
#define FW_STDLIB_H

#include <stddef.h>

unsigned long strtoul(const char *s, char **end, int base);

#endif
