/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* An arm64 Linux Image, as its Documentation/arch/arm64/booting.rst wants it. */
#include <string.h>

#include "dt.h"
#include "fwcfg.h"
#include "linux.h"
#include "platform.h"
#include "print.h"

#define MAGIC 0x644d5241u       /* "ARM\x64" */
#define TWO_MIB 0x200000ul
#define CMDLINE_MAX 2048

struct image_header {
    uint32_t code[2];
    uint64_t text_offset;
    uint64_t image_size;
    uint64_t flags;
    uint64_t res[3];
    uint32_t magic;
    uint32_t pe_offset;
};

/* Where things go, from the header: false if the machine has too little RAM. */
static bool place(const struct image_header *h, uint32_t file_size, uint64_t *kernel, uint64_t *end)
{
    struct dt_region ram;
    uint64_t size = h->image_size > file_size ? h->image_size : file_size;

    *kernel = KERNEL_AREA_BASE + h->text_offset;
    *end = ALIGN_UP(*kernel + size, TWO_MIB);
    if (!dt_memory(&ram) || *end + fwcfg_u32(FW_CFG_INITRD_SIZE) > ram.base + ram.size) {
        print("[el3] kernel and initrd do not fit into RAM: give QEMU more with -m\n");
        return false;
    }
    return true;
}

static bool load_cmdline(char *text)
{
    uint32_t len = fwcfg_u32(FW_CFG_CMDLINE_SIZE);

    if (len >= CMDLINE_MAX) {
        print("[el3] a kernel command line of %u bytes is too long\n", len);
        return false;
    }
    text[0] = '\0';
    if (len) {
        if (!fwcfg_load(FW_CFG_CMDLINE_DATA, NS_BUFFER_BASE, len)) {
            return false;
        }
        memcpy(text, (const void *)NS_BUFFER_BASE, len);
        text[len] = '\0';
    }
    return true;
}

static enum linux_result load(uint32_t size, uint64_t *entry)
{
    static char cmdline[CMDLINE_MAX];
    const struct image_header *h = (const void *)NS_BUFFER_BASE;
    uint32_t initrd_size = fwcfg_u32(FW_CFG_INITRD_SIZE);
    struct dt_boot boot = {.bootargs = cmdline};

    if (size < sizeof(*h) || !fwcfg_load(FW_CFG_KERNEL_DATA, NS_BUFFER_BASE, sizeof(*h)) || h->magic != MAGIC) {
        print("[el3] the kernel given to QEMU is no arm64 Linux Image\n");
        return LINUX_BAD;
    }
    if (!place(h, size, entry, &boot.initrd_start)) {
        return LINUX_BAD;
    }
    boot.initrd_end = boot.initrd_start + initrd_size;
    if (!fwcfg_load(FW_CFG_KERNEL_DATA, *entry, size) ||
        (initrd_size && !fwcfg_load(FW_CFG_INITRD_DATA, boot.initrd_start, initrd_size)) || !load_cmdline(cmdline)) {
        print("[el3] fw_cfg failed to load the kernel, the initrd or the command line\n");
        return LINUX_BAD;
    }
    print("[el3] Linux: %u KiB at 0x%lx, initrd %u KiB at 0x%lx\n", size / 1024, *entry, initrd_size / 1024,
          boot.initrd_start);
    return dt_finish(&boot) ? LINUX_READY : LINUX_BAD;
}

enum linux_result linux_load(uint64_t *entry)
{
    uint32_t size;

    if (!fwcfg_present()) {
        return LINUX_NONE;
    }
    size = fwcfg_u32(FW_CFG_KERNEL_SIZE);
    return size ? load(size, entry) : LINUX_NONE;
}
