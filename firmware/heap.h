/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
#ifndef FW_HEAP_H
#define FW_HEAP_H

#include <stddef.h>

/* Zeroed Secure RAM, aligned to `align` (a power of two), never given back. Reports and stops when there is none. */
void *secure_alloc(size_t size, size_t align);

#endif
