/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
#ifndef FW_PRINT_H
#define FW_PRINT_H

#include <stdarg.h>
#include <stddef.h>

/* Set up the first UART; nothing may be printed before. */
void uart_init(void);
void uart_putc(char c);

/* %s %c %d %u %x %%, `l` for 64 bits, a width with or without leading 0, `-` for left; a newline becomes CR LF. */
void print(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* The same into a buffer, as vsnprintf(). */
int print_to(char *buf, size_t size, const char *fmt, va_list args) __attribute__((format(printf, 3, 0)));

#endif
