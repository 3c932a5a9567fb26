/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * smmu3-testengine-pci: the SMMUv3TestEngine as a PCI function, with the IDs
 * and BARs that Arm gave it. Its StreamID is its RID.
 */
#include "qemu/osdep.h"
#include "hw/pci/msix.h"
#include "hw/pci/pcie.h"
#include "migration/vmstate.h"
#include "qapi/error.h"
#include "testengine.h"

#define TYPE_SMMU3_TESTENGINE_PCI "smmu3-testengine-pci"
OBJECT_DECLARE_SIMPLE_TYPE(SMMU3TestEnginePCI, SMMU3_TESTENGINE_PCI)

#define VENDOR_ID 0x13b5 /* Arm's */
#define DEVICE_ID 0xff80
#define VECTORS   2048
#define MSIX_BAR  2
#define PBA_BAR   4
#define PCIE_CAP  0x80

struct SMMU3TestEnginePCI {
    PCIDevice parent;

    SMMU3TestEngine engine;
    MemoryRegion table, pba;
};

static PCIDevice *function_of(SMMU3Frame *f)
{
    return &container_of(f->engine, SMMU3TestEnginePCI, engine)->parent;
}

static bool stream_of(SMMU3Frame *f, SMMU3State **smmu,
                      enum smmu3_sec_sid *sec_sid, uint32_t *stream_id)
{
    PCIDevice *dev = function_of(f);
    SMMU3Stream *st = smmu3q_stream_of(pci_device_iommu_address_space(dev));

    if (!st ||
        !(pci_get_word(dev->config + PCI_COMMAND) & PCI_COMMAND_MASTER)) {
        return false;
    }
    *smmu = st->smmu;
    *sec_sid = smmu3q_stream_sec_sid(st, SMMU3Q_ATTRS_NONE);
    *stream_id = smmu3q_stream_id(st);
    return true;
}

static bool msi_is_valid(SMMU3Frame *f)
{
    return smmu3q_frame_reg64(f, T_MSIADDRESS) == 1 &&
           *smmu3q_frame_reg(f, T_MSIDATA) < VECTORS;
}

static void send_msi(SMMU3Frame *f)
{
    if (msix_enabled(function_of(f))) {
        msix_notify(function_of(f), *smmu3q_frame_reg(f, T_MSIDATA));
    }
}

static void testengine_realize(PCIDevice *dev, Error **errp)
{
    SMMU3TestEnginePCI *t = SMMU3_TESTENGINE_PCI(dev);
    const uint8_t bar = PCI_BASE_ADDRESS_SPACE_MEMORY |
                        PCI_BASE_ADDRESS_MEM_TYPE_64;
    const SMMU3TestEngineOps ops = {
        .stream = stream_of,
        .msi_is_valid = msi_is_valid,
        .msi = send_msi,
    };

    if (pci_bus_is_express(pci_get_bus(dev)) &&
        pcie_endpoint_cap_init(dev, PCIE_CAP) < 0) {
        error_setg(errp, TYPE_SMMU3_TESTENGINE_PCI
                   ": no PCI Express capability");
        return;
    }
    memory_region_init(&t->table, OBJECT(dev), "smmu3-testengine-msix-table",
                       VECTORS * PCI_MSIX_ENTRY_SIZE);
    memory_region_init(&t->pba, OBJECT(dev), "smmu3-testengine-msix-pba",
                       0x1000);
    if (msix_init(dev, VECTORS, &t->table, MSIX_BAR, 0, &t->pba, PBA_BAR, 0, 0,
                  errp)) {
        return;
    }
    for (int i = 0; i < VECTORS; i++) {
        msix_vector_use(dev, i);
    }
    smmu3q_testengine_init(&t->engine, DEVICE(dev), &ops);
    pci_register_bar(dev, 0, bar, &t->engine.mmio);
    pci_register_bar(dev, MSIX_BAR, bar, &t->table);
    pci_register_bar(dev, PBA_BAR, bar, &t->pba);
}

static void testengine_exit(PCIDevice *dev)
{
    SMMU3TestEnginePCI *t = SMMU3_TESTENGINE_PCI(dev);

    smmu3q_testengine_destroy(&t->engine);
    msix_uninit(dev, &t->table, &t->pba);
}

static void testengine_init(Object *obj)
{
    PCI_DEVICE(obj)->cap_present |= QEMU_PCI_CAP_EXPRESS;
}

static void testengine_reset_hold(Object *obj, ResetType type)
{
    smmu3q_testengine_reset(&SMMU3_TESTENGINE_PCI(obj)->engine);
}

static const VMStateDescription testengine_vmstate = {
    .name = TYPE_SMMU3_TESTENGINE_PCI,
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_PCI_DEVICE(parent, SMMU3TestEnginePCI),
        VMSTATE_MSIX(parent, SMMU3TestEnginePCI),
        VMSTATE_STRUCT(engine, SMMU3TestEnginePCI, 1,
                       smmu3q_testengine_vmstate, SMMU3TestEngine),
        VMSTATE_END_OF_LIST()
    },
};

static void testengine_class_init(ObjectClass *klass, SMMU3Q_CLASS_DATA *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    PCIDeviceClass *pc = PCI_DEVICE_CLASS(klass);

    pc->realize = testengine_realize;
    pc->exit = testengine_exit;
    pc->vendor_id = VENDOR_ID;
    pc->device_id = DEVICE_ID;
    pc->class_id = PCI_CLASS_OTHERS;
    dc->vmsd = &testengine_vmstate;
    dc->desc = "Arm's SMMUv3TestEngine as a PCI function";
    set_bit(DEVICE_CATEGORY_MISC, dc->categories);
    RESETTABLE_CLASS(klass)->phases.hold = testengine_reset_hold;
}

static const TypeInfo testengine_types[] = {
    {
        .name = TYPE_SMMU3_TESTENGINE_PCI,
        .parent = TYPE_PCI_DEVICE,
        .instance_size = sizeof(SMMU3TestEnginePCI),
        .instance_init = testengine_init,
        .class_init = testengine_class_init,
        .interfaces = (InterfaceInfo[]) {
            { INTERFACE_PCIE_DEVICE },
            { INTERFACE_CONVENTIONAL_PCI_DEVICE },
            { },
        },
    },
};

DEFINE_TYPES(testengine_types)
