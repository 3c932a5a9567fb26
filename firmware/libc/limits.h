/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Cross compilers look for the target libc's limits.h even in freestanding mode; there is none here. */
#ifndef FW_LIMITS_H
#define FW_LIMITS_H

#define CHAR_BIT 8
#define INT_MAX __INT_MAX__
#define INT_MIN (-__INT_MAX__ - 1)
#define UINT_MAX (__INT_MAX__ * 2U + 1U)
#define LONG_MAX __LONG_MAX__
#define ULONG_MAX (__LONG_MAX__ * 2UL + 1UL)

#endif
