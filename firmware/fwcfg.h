/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* QEMU's fw_cfg: where a kernel, an initrd and a command line given to QEMU wait for the firmware. */
#ifndef FW_FWCFG_H
#define FW_FWCFG_H

#include "arch.h"

#define FW_CFG_KERNEL_SIZE 0x08
#define FW_CFG_INITRD_SIZE 0x0b
#define FW_CFG_KERNEL_DATA 0x11
#define FW_CFG_INITRD_DATA 0x12
#define FW_CFG_CMDLINE_SIZE 0x14
#define FW_CFG_CMDLINE_DATA 0x15

/* False if there is no fw_cfg with a DMA interface. */
bool fwcfg_present(void);
/* A little-endian number; an item that does not exist reads as 0. */
uint32_t fwcfg_u32(uint16_t item);
/* A file (-fw_cfg name=NAME,...) as a text with a NUL; false: there is none, or it is longer than size - 1. */
bool fwcfg_text(const char *name, char *buf, size_t size);
/* The first `len` bytes of an item to Non-secure RAM. */
bool fwcfg_load(uint16_t item, uintptr_t dst, uint32_t len);

#endif
