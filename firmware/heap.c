/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
#include <string.h>

#include "arch.h"
#include "heap.h"
#include "platform.h"
#include "power.h"
#include "print.h"

extern char heap_start[];       /* the linker script's */

void *secure_alloc(size_t size, size_t align)
{
    static uintptr_t next;
    uintptr_t start;

    if (!next) {
        next = (uintptr_t)heap_start;
    }
    start = ALIGN_UP(next, align);
    if (size > SECURE_RAM_BASE + SECURE_RAM_SIZE - start) {
        print("[el3] Secure RAM has no room for %lu bytes\nFW memory=fail\n", (uint64_t)size);
        power_exit(1);
    }
    next = start + size;
    return memset((void *)start, 0, size);
}
