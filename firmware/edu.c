/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
#include "edu.h"
#include "pci.h"
#include "print.h"

#define EDU_VENDOR 0x1234
#define EDU_DEVICE 0x11e8

#define REG_ID 0x00
#define REG_DMA_SOURCE 0x80
#define REG_DMA_DESTINATION 0x88
#define REG_DMA_COUNT 0x90
#define REG_DMA_COMMAND 0x98
#define ID_MASK 0xffu
#define ID_VALUE 0xedu
#define COMMAND_START BIT(0)
#define COMMAND_TO_MEMORY BIT(1)

#define BUFFER 0x40000          /* where edu's own buffer is for its DMA engine */
#define DMA_MS 5000             /* a transfer takes 100 ms of virtual time */

bool edu_find(struct edu *e)
{
    e->id = pci_find(EDU_VENDOR, EDU_DEVICE);
    if (e->id == PCI_NONE) {
        return false;
    }
    e->regs = pci_assign_bar0(e->id);
    pci_enable(e->id, true);
    return e->regs && (read32(e->regs + REG_ID) & ID_MASK) == ID_VALUE;
}

static bool transfer(const struct edu *e, uint64_t source, uint64_t destination, uint64_t command)
{
    uint64_t end = ticks_after_ms(DMA_MS);

    write64(e->regs + REG_DMA_SOURCE, source);
    write64(e->regs + REG_DMA_DESTINATION, destination);
    write64(e->regs + REG_DMA_COUNT, EDU_DMA_BYTES);
    dsb();
    write64(e->regs + REG_DMA_COMMAND, command | COMMAND_START);
    while (read64(e->regs + REG_DMA_COMMAND) & COMMAND_START) {
        if (ticks() > end) {
            print("[secure] edu's DMA has not finished after %u ms\n", DMA_MS);
            return false;
        }
    }
    dsb();
    return true;
}

bool edu_read_memory(const struct edu *e, uint64_t from)
{
    return transfer(e, from, BUFFER, 0);
}

bool edu_write_memory(const struct edu *e, uint64_t to)
{
    return transfer(e, BUFFER, to, COMMAND_TO_MEMORY);
}
