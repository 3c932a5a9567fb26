/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Just enough of PCIe to reach a function on bus 0; Linux enumerates everything again. */
#include "dt.h"
#include "pci.h"

#define PCI_VENDOR_DEVICE 0x00
#define PCI_COMMAND 0x04
#define PCI_HEADER_TYPE 0x0e
#define PCI_BAR0 0x10

#define COMMAND_MEMORY BIT(1)
#define COMMAND_MASTER BIT(2)
#define HEADER_MULTIFUNCTION 0x80
#define BAR_NOT_MEM32 0x7u      /* I/O space, or a 64-bit BAR */
#define BAR_FLAGS 0xfu

#define FUNCTIONS 256

static uintptr_t ecam;
static struct dt_region window;

bool pci_init(void)
{
    struct dt_region reg;

    if (!dt_reg("pci-host-ecam-generic", 0, &reg) || !dt_pci_window(&window)) {
        return false;
    }
    ecam = reg.base;
    return true;
}

static uintptr_t config(uint32_t id, uint32_t reg)
{
    return ecam + ((uintptr_t)id << 12) + reg;
}

uint32_t pci_find(uint16_t vendor, uint16_t device)
{
    uint32_t wanted = (uint32_t)device << 16 | vendor;

    for (uint32_t id = 0; id < FUNCTIONS; id++) {
        /* Functions 1..7 exist only where function 0 says so. */
        if (id % 8 && !(read8(config(id & ~7u, PCI_HEADER_TYPE)) & HEADER_MULTIFUNCTION)) {
            continue;
        }
        if (read32(config(id, PCI_VENDOR_DEVICE)) == wanted) {
            return id;
        }
    }
    return PCI_NONE;
}

uintptr_t pci_assign_bar0(uint32_t id)
{
    uintptr_t bar = config(id, PCI_BAR0);
    uint64_t size, base;

    write32(bar, 0xffffffff);
    size = (uint32_t)(~(read32(bar) & ~BAR_FLAGS) + 1);
    if (size == 0 || (read32(bar) & BAR_NOT_MEM32)) {
        return 0;
    }
    base = ALIGN_UP(window.base, size);
    window.size -= base + size - window.base;
    window.base = base + size;
    write32(bar, (uint32_t)base);
    return base;
}

void pci_enable(uint32_t id, bool on)
{
    uint16_t command = read16(config(id, PCI_COMMAND));
    uint16_t bits = COMMAND_MEMORY | COMMAND_MASTER;

    write16(config(id, PCI_COMMAND), on ? command | bits : command & (uint16_t)~bits);
}
