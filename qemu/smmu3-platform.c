/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "platform.h"
#include "qapi/error.h"
#include "qapi/visitor.h"
#include "system/device_tree.h"
#include <libfdt.h>

/*
 * Where nothing is on virt, and TF-A has device memory mapped; and where
 * nothing is on sbsa-ref. One place for each device, so that none moves when
 * another is of another size.
 */
#define BASE_VIRT 0x09100000
#define BASE_SBSA 0x60200000
#define PLACE     0x20000
#define SPI       176
#define SID       0xff00
#define SIDS      16
#define PLACES    16

/* iommus = <...> names so many StreamIDs at most. */
#define MAX_NODE_SIDS 64

static const char *type_of(DeviceState *dev)
{
    return object_get_typename(OBJECT(dev));
}

/* ---- the property secure ---- */

static const char *const secure_names[] = {
    [SMMU3_SECURE_OFF] = "off",
    [SMMU3_SECURE_ON] = "on",
    [SMMU3_SECURE_ANY] = "any",
};

static SMMU3Place *place_of(Object *obj, void *offset)
{
    return (SMMU3Place *)((char *)obj + (uintptr_t)offset);
}

static void get_secure(Object *obj, Visitor *v, const char *name, void *opaque,
                       Error **errp)
{
    char *str = (char *)secure_names[place_of(obj, opaque)->secure];

    visit_type_str(v, name, &str, errp);
}

static void set_secure(Object *obj, Visitor *v, const char *name, void *opaque,
                       Error **errp)
{
    g_autofree char *str = NULL;

    if (DEVICE(obj)->realized) {
        error_setg(errp, "%s: secure cannot be set after realize",
                   object_get_typename(obj));
        return;
    }
    if (!visit_type_str(v, name, &str, errp)) {
        return;
    }
    for (int i = 0; i < ARRAY_SIZE(secure_names); i++) {
        if (g_str_equal(str, secure_names[i])) {
            place_of(obj, opaque)->secure = i;
            place_of(obj, opaque)->secure_given = true;
            return;
        }
    }
    error_setg(errp, "%s: secure=%s: give off, on or any",
               object_get_typename(obj), str);
}

void smmu3q_place_add_secure(ObjectClass *klass, size_t place_offset)
{
    object_class_property_add(klass, "secure", "str", get_secure, set_secure,
                              NULL, (void *)(uintptr_t)place_offset);
    object_class_property_set_description(klass, "secure",
        "who may make it do accesses of Secure streams: off (nobody), on (the "
        "Secure world), any (everybody)");
}

/* ---- its place ---- */

static bool find_smmu(SMMU3Place *p, DeviceState *dev, Error **errp)
{
    bool ambiguous = false;

    if (!p->smmu) {
        p->smmu = (SMMUv3State *)object_resolve_path_type("", TYPE_ARM_SMMUV3,
                                                          &ambiguous);
    }
    if (!p->smmu) {
        error_setg(errp, ambiguous
                   ? "%s: there are several SMMUs: give smmu=ID"
                   : "%s: there is no SMMU: add -machine iommu=smmuv3 "
                     "(an arm-smmuv3 must come before it)", type_of(dev));
        return false;
    }
    if (p->secure == SMMU3_SECURE_ON && p->secure_given &&
        !SMMU3Q(p->smmu)->secure) {
        error_setg(errp, "%s: secure=on: the SMMU has no Secure state: add "
                   "-machine secure=on, and -global " TYPE_ARM_SMMUV3
                   ".secure-impl=on", type_of(dev));
        return false;
    }
    return true;
}

static bool is_free(MemoryRegion *in, uint64_t base, uint64_t size)
{
    MemoryRegionSection section = memory_region_find(in, base, size);

    if (!section.mr) {
        return true;
    }
    memory_region_unref(section.mr);
    return false;
}

static bool check_base(const SMMU3Place *p, DeviceState *dev, Error **errp)
{
    uint64_t size = p->size;
    MemoryRegion *secure = smmu3q_secure_memory(SMMU3Q(p->smmu));

    if (p->base % 0x1000 || p->base > UINT64_MAX - size) {
        error_setg(errp, "%s: base=0x%" PRIx64 " is not a multiple of 4 KiB, "
                   "or too high", type_of(dev), p->base);
        return false;
    }
    if (!is_free(get_system_memory(), p->base, size) ||
        (secure && !is_free(secure, p->base, size))) {
        error_setg(errp, "%s: base=0x%" PRIx64 ": there is something else in "
                   "these 0x%" PRIx64 " bytes: give another base", type_of(dev),
                   p->base, size);
        return false;
    }
    return true;
}

static bool connect_irq(SMMU3Place *p, DeviceState *dev, Error **errp)
{
    uint32_t num;
    DeviceState *gic = smmu3q_find_gic(&num);

    if (!gic) {
        return true; /* it can be polled */
    }
    if (p->spi >= num) {
        error_setg(errp, "%s: spi=%" PRIu32 ": this GIC has SPIs up to %"
                   PRIu32, type_of(dev), p->spi, num - 1);
        return false;
    }
    p->irq = qdev_get_gpio_in(gic, p->spi);
    return true;
}

/* What the user left to us is that of the n-th place. */
static bool fill_in(SMMU3Place *p, DeviceState *dev, Error **errp)
{
    static unsigned places;
    unsigned n = places++;
    bool sbsa = object_dynamic_cast(qdev_get_machine(), "sbsa-ref-machine");

    if (n >= PLACES && (p->base == SMMU3_AUTO || p->spi == SMMU3_AUTO ||
                        p->sid == SMMU3_AUTO)) {
        error_setg(errp, "%s: more than %u devices: give base, spi and sid",
                   type_of(dev), PLACES);
        return false;
    }
    if (p->base == SMMU3_AUTO) {
        p->base = (sbsa ? BASE_SBSA : BASE_VIRT) + n * (uint64_t)PLACE;
    }
    if (p->spi == SMMU3_AUTO) {
        p->spi = SPI + n;
    }
    if (p->sid == SMMU3_AUTO) {
        p->sid = SID + n * SIDS;
    }
    if (!p->num_sids || p->num_sids - 1 > UINT32_MAX - 1 - p->sid) {
        error_setg(errp, "%s: sid=0x%" PRIx32 ",num-sids=0x%" PRIx32 " are no "
                   "StreamIDs", type_of(dev), p->sid, p->num_sids);
        return false;
    }
    return true;
}

/*
 * Over what is there, in case an unimplemented-device is. The Secure view
 * contains the Non-secure one.
 */
bool smmu3q_place_realize(SMMU3Place *p, DeviceState *dev, MemoryRegion *mr,
                          bool with_irq, Error **errp)
{
    p->size = memory_region_size(mr);
    if (!find_smmu(p, dev, errp) || !fill_in(p, dev, errp) ||
        !check_base(p, dev, errp) ||
        (with_irq && !connect_irq(p, dev, errp))) {
        return false;
    }
    memory_region_add_subregion(get_system_memory(), p->base, mr);
    return true;
}

/* ---- its node ---- */

/* The SMMU's phandle, 0 if it has no node. */
static uint32_t smmu_phandle(const SMMU3Place *p, void *fdt)
{
    g_autofree char *node =
        g_strdup_printf("/smmuv3@%" PRIx64,
                        (uint64_t)SYS_BUS_DEVICE(p->smmu)->mmio[0].addr);
    int offset = fdt_path_offset(fdt, node);

    return offset < 0 ? 0 : fdt_get_phandle(fdt, offset);
}

void smmu3q_place_add_node(const SMMU3Place *p, DeviceState *dev,
                           const char *compatible, bool secure_only)
{
    void *fdt = MACHINE(qdev_get_machine())->fdt;
    uint32_t phandle = fdt ? smmu_phandle(p, fdt) : 0;
    uint32_t iommus[2 * MAX_NODE_SIDS];
    unsigned num = MIN(p->num_sids, MAX_NODE_SIDS);
    g_autofree char *node = NULL;

    if (!phandle) {
        return;
    }
    for (unsigned i = 0; i < num; i++) {
        iommus[2 * i] = cpu_to_be32(phandle);
        iommus[2 * i + 1] = cpu_to_be32(p->sid + i);
    }
    node = g_strdup_printf("/%s@%" PRIx64, type_of(dev), p->base);
    qemu_fdt_add_subnode(fdt, node);
    qemu_fdt_setprop_string(fdt, node, "compatible", compatible);
    qemu_fdt_setprop_sized_cells(fdt, node, "reg", 2, p->base, 2,
                                 p->size);
    if (p->irq) {
        qemu_fdt_setprop_cells(fdt, node, "interrupts", 0, p->spi, 4);
    }
    qemu_fdt_setprop(fdt, node, "iommus", iommus, 8 * num);
    qemu_fdt_setprop(fdt, node, "dma-coherent", NULL, 0);
    if (secure_only) {
        qemu_fdt_setprop_string(fdt, node, "status", "disabled");
        qemu_fdt_setprop_string(fdt, node, "secure-status", "okay");
    }
}
