/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
#ifndef FW_PCI_H
#define FW_PCI_H

#include "arch.h"

#define PCI_NONE 0xffffffffu

/* A requester ID as "bus:device.function" for print(): three arguments */
#define PCI_ID_FMT "%02x:%02x.%u"
#define PCI_ID_ARGS(id) (unsigned int)((id) >> 8), (unsigned int)((id) >> 3 & 31), (unsigned int)((id) & 7)

/* Find the ECAM and the BAR window in the device tree; false if there is no PCIe host. */
bool pci_init(void);
/* The requester ID of the first such function on bus 0, or PCI_NONE. */
uint32_t pci_find(uint16_t vendor, uint16_t device);
/* Give 32-bit memory BAR 0 an address and return it; 0 if the function has none. */
uintptr_t pci_assign_bar0(uint32_t id);
/* Memory decoding and bus mastering, both on or both off. */
void pci_enable(uint32_t id, bool on);

#endif
