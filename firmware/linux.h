/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
#ifndef FW_LINUX_H
#define FW_LINUX_H

#include "arch.h"

enum linux_result { LINUX_READY, LINUX_NONE, LINUX_BAD };

/* Load the kernel that QEMU was given and complete the device tree; *entry is where it starts. */
enum linux_result linux_load(uint64_t *entry);

#endif
