/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * fw_cfg over MMIO (QEMU's docs/specs/fw_cfg.rst). Its DMA engine is Non-secure: the control block and everything it
 * loads must be in Non-secure RAM.
 */
#include <string.h>

#include "fwcfg.h"
#include "platform.h"

#define DATA (FW_CFG_BASE + 0)
#define SELECTOR (FW_CFG_BASE + 8)
#define DMA_ADDRESS (FW_CFG_BASE + 16)

#define ITEM_SIGNATURE 0x00
#define ITEM_ID 0x01
#define ITEM_DIRECTORY 0x19
#define FILE_NAME_SIZE 56
#define MAX_FILES 4096          /* more than there can be item numbers in use */
#define ID_DMA BIT(1)

#define DMA_ERROR BIT(0)
#define DMA_READ BIT(1)
#define DMA_SELECT BIT(3)
#define LOAD_MS 10000

/* Control block, big-endian like the registers: control (item in the upper half), length, address */
#define BLOCK_CONTROL (NS_FWCFG_BASE + 0)
#define BLOCK_LENGTH (NS_FWCFG_BASE + 4)
#define BLOCK_ADDRESS (NS_FWCFG_BASE + 8)

uint32_t fwcfg_u32(uint16_t item)
{
    uint32_t value = 0;

    write16(SELECTOR, __builtin_bswap16(item));
    for (unsigned int i = 0; i < 4; i++) {
        value |= (uint32_t)read8(DATA) << 8 * i;
    }
    return value;
}

bool fwcfg_present(void)
{
    return fwcfg_u32(ITEM_SIGNATURE) == 0x554d4551 /* "QEMU" */ && (fwcfg_u32(ITEM_ID) & ID_DMA);
}

static void read_bytes(void *buf, size_t len)
{
    for (uint8_t *b = buf; len; b++, len--) {
        *b = read8(DATA);
    }
}

/* Directory entries: size, item number, 16 reserved bits, all big-endian; then the name. */
bool fwcfg_text(const char *name, char *buf, size_t size)
{
    uint32_t count = 0, file_size = 0;
    uint16_t item[2] = {0, 0};
    char file_name[FILE_NAME_SIZE];
    bool found = false;

    if (!fwcfg_present()) {
        return false;
    }
    write16(SELECTOR, __builtin_bswap16(ITEM_DIRECTORY));
    read_bytes(&count, sizeof(count));
    count = __builtin_bswap32(count);
    for (uint32_t i = 0; i < count && i < MAX_FILES && !found; i++) {
        read_bytes(&file_size, sizeof(file_size));
        read_bytes(item, sizeof(item));
        read_bytes(file_name, sizeof(file_name));
        file_name[FILE_NAME_SIZE - 1] = '\0';
        found = !strcmp(file_name, name);
    }
    file_size = __builtin_bswap32(file_size);
    if (!found || file_size >= size) {
        return false;
    }
    write16(SELECTOR, item[0]); /* big-endian both times */
    read_bytes(buf, file_size);
    buf[file_size] = '\0';
    return true;
}

bool fwcfg_load(uint16_t item, uintptr_t dst, uint32_t len)
{
    uint64_t end = ticks_after_ms(LOAD_MS);
    uint32_t control;

    write32(BLOCK_CONTROL, __builtin_bswap32((uint32_t)item << 16 | (uint32_t)(DMA_SELECT | DMA_READ)));
    write32(BLOCK_LENGTH, __builtin_bswap32(len));
    write64(BLOCK_ADDRESS, __builtin_bswap64(dst));
    dsb();
    write64(DMA_ADDRESS, __builtin_bswap64(NS_FWCFG_BASE));
    do {
        control = __builtin_bswap32(read32(BLOCK_CONTROL));
        if (control & DMA_ERROR) {
            return false;
        }
    } while (control && ticks() < end);
    return control == 0;
}
