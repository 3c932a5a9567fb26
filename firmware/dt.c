/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
#include <libfdt.h>
#include <string.h>

#include "dt.h"
#include "platform.h"
#include "print.h"

#define PCI_SPACE_MASK 0x03000000u
#define PCI_SPACE_MEM32 0x02000000u
#define RANGE_CELLS 7           /* 3 of PCI address, 2 of CPU address, 2 of size */
#define IOMMU_MAP_CELLS 4

static void *const dt = (void *)DT_BASE;

bool dt_init(void)
{
    int err = fdt_check_header(dt);

    if (err == 0) {
        err = fdt_open_into(dt, dt, DT_MAX_SIZE);
    }
    if (err) {
        print("[el3] no usable device tree at 0x%lx (libfdt error %d)\n", (uint64_t)DT_BASE, err);
    }
    return err == 0;
}

bool dt_valid(void)
{
    return fdt_check_header(dt) == 0;
}

static uint64_t cell2(const fdt32_t *cells)
{
    return (uint64_t)fdt32_to_cpu(cells[0]) << 32 | fdt32_to_cpu(cells[1]);
}

/* `virt` has two cells for addresses and two for sizes at its root. */
static bool node_reg(int node, unsigned int index, struct dt_region *out)
{
    int len;
    const fdt32_t *reg = fdt_getprop(dt, node, "reg", &len);

    if (!reg || (unsigned int)len < (index + 1) * 4 * sizeof(*reg)) {
        return false;
    }
    out->base = cell2(reg + 4 * index);
    out->size = cell2(reg + 4 * index + 2);
    return true;
}

bool dt_reg(const char *compatible, unsigned int index, struct dt_region *out)
{
    int node = fdt_node_offset_by_compatible(dt, -1, compatible);

    return node >= 0 && node_reg(node, index, out);
}

/* The GIC's binding: type (0: SPI), number, flags. */
bool dt_spi(const char *compatible, unsigned int index, uint64_t *spi)
{
    int node = fdt_node_offset_by_compatible(dt, -1, compatible);
    int len = 0;
    const fdt32_t *irqs = node < 0 ? NULL : fdt_getprop(dt, node, "interrupts", &len);

    if (!irqs || (unsigned int)len < (index + 1) * 3 * sizeof(*irqs) || fdt32_to_cpu(irqs[3 * index])) {
        return false;
    }
    *spi = fdt32_to_cpu(irqs[3 * index + 1]);
    return true;
}

bool dt_memory(struct dt_region *out)
{
    int node = fdt_node_offset_by_prop_value(dt, -1, "device_type", "memory", sizeof("memory"));

    return node >= 0 && node_reg(node, 0, out);
}

unsigned int dt_cpus(void)
{
    unsigned int count = 0;
    int node = -1;

    while ((node = fdt_node_offset_by_prop_value(dt, node, "device_type", "cpu", sizeof("cpu"))) >= 0) {
        count++;
    }
    return count;
}

static const fdt32_t *pcie_prop(const char *name, int *len)
{
    int node = fdt_node_offset_by_compatible(dt, -1, "pci-host-ecam-generic");

    return node >= 0 ? fdt_getprop(dt, node, name, len) : NULL;
}

bool dt_pci_window(struct dt_region *out)
{
    int len = 0;
    const fdt32_t *range = pcie_prop("ranges", &len);

    for (; range && len >= (int)(RANGE_CELLS * sizeof(*range)); range += RANGE_CELLS, len -= RANGE_CELLS * 4) {
        if ((fdt32_to_cpu(range[0]) & PCI_SPACE_MASK) == PCI_SPACE_MEM32) {
            out->base = cell2(range + 3);
            out->size = cell2(range + 5);
            return true;
        }
    }
    return false;
}

bool dt_stream_id(uint32_t rid, uint32_t *sid)
{
    int len = 0;
    const fdt32_t *map = pcie_prop("iommu-map", &len);

    for (; map && len >= (int)(IOMMU_MAP_CELLS * sizeof(*map)); map += IOMMU_MAP_CELLS, len -= IOMMU_MAP_CELLS * 4) {
        uint32_t first = fdt32_to_cpu(map[0]);

        if (rid >= first && rid - first < fdt32_to_cpu(map[3])) {
            *sid = fdt32_to_cpu(map[2]) + rid - first;
            return true;
        }
    }
    return false;
}

/* Each step below runs only if the ones before it succeeded. */
static void set_string(int *err, int node, const char *name, const char *value)
{
    if (*err == 0) {
        *err = fdt_setprop_string(dt, node, name, value);
    }
}

static void set_u64(int *err, int node, const char *name, uint64_t value)
{
    if (*err == 0) {
        *err = fdt_setprop_u64(dt, node, name, value);
    }
}

static int subnode(int *err, const char *name)
{
    int node = fdt_subnode_offset(dt, 0, name);

    if (node == -FDT_ERR_NOTFOUND && *err == 0) {
        node = fdt_add_subnode(dt, 0, name);
    }
    if (*err == 0 && node < 0) {
        *err = node;
    }
    return node;
}

static void add_psci(int *err)
{
    static const char compatible[] = "arm,psci-1.0\0arm,psci-0.2";
    int node = subnode(err, "psci");

    if (*err == 0) {
        *err = fdt_setprop(dt, node, "compatible", compatible, sizeof(compatible));
    }
    set_string(err, node, "method", "smc");
    node = -1;
    while (*err == 0 &&
           (node = fdt_node_offset_by_prop_value(dt, node, "device_type", "cpu", sizeof("cpu"))) >= 0) {
        set_string(err, node, "enable-method", "psci");
    }
}

bool dt_finish(const struct dt_boot *boot)
{
    int err = 0;
    int chosen;

    add_psci(&err);
    chosen = subnode(&err, "chosen");
    set_string(&err, chosen, "bootargs", boot->bootargs);
    if (boot->initrd_start != boot->initrd_end) {
        set_u64(&err, chosen, "linux,initrd-start", boot->initrd_start);
        set_u64(&err, chosen, "linux,initrd-end", boot->initrd_end);
    }
    if (err == 0) {
        err = fdt_pack(dt);
    }
    if (err) {
        print("[el3] cannot complete the device tree (libfdt error %d)\n", err);
    }
    return err == 0;
}
