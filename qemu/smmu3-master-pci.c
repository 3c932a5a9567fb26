/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * smmu3-master-pci: the DMA engine as a PCI function. Its StreamID is its RID
 * and its Security state that of the property sec-sid, like those of any
 * function; it cannot pass itself off as another unless sid and num-sids say
 * so.
 */
#include "qemu/osdep.h"
#include "engine.h"
#include "hw/pci/msix.h"
#include "hw/pci/pcie.h"
#include "migration/vmstate.h"
#include "qapi/error.h"

#define TYPE_SMMU3_MASTER_PCI "smmu3-master-pci"
OBJECT_DECLARE_SIMPLE_TYPE(SMMU3MasterPCI, SMMU3_MASTER_PCI)

#define VENDOR_ID 0x1234 /* QEMU's */
#define DEVICE_ID 0x5333
#define MSIX_BAR  2
#define PCIE_CAP  0x80

struct SMMU3MasterPCI {
    PCIDevice parent;

    SMMU3Engine engine;
    uint32_t sid, num_sids;
};

static unsigned identity(SMMU3Engine *e, SMMU3Identity *id)
{
    SMMU3MasterPCI *m = container_of(e, SMMU3MasterPCI, engine);
    PCIDevice *dev = &m->parent;
    SMMU3Stream *st = smmu3q_stream_of(pci_device_iommu_address_space(dev));
    bool secure;

    if (!st) {
        return M_STATUS_NO_SMMU;
    }
    secure = st->smmu->secure && smmu3q_sec_sid(st) == SMMU3Q_SEC_SID_SECURE;
    *id = (SMMU3Identity) {
        .smmu = st->smmu,
        .own = smmu3q_stream_id(st),
        .sec_sid = secure ? SMMU3_SEC_SID_S : SMMU3_SEC_SID_NS,
        .may_be_secure = secure,
    };
    id->first = m->num_sids ? m->sid : id->own;
    id->last = m->num_sids ? m->sid + m->num_sids - 1 : id->own;
    if (!(pci_get_word(dev->config + PCI_COMMAND) & PCI_COMMAND_MASTER)) {
        return M_STATUS_NO_BUS_MASTER;
    }
    return M_STATUS_NO_REASON;
}

static void set_irq(SMMU3Engine *e, bool level)
{
    PCIDevice *dev = &container_of(e, SMMU3MasterPCI, engine)->parent;

    pci_set_irq(dev, level && !msix_enabled(dev));
}

static void send_msi(SMMU3Engine *e, unsigned channel)
{
    PCIDevice *dev = &container_of(e, SMMU3MasterPCI, engine)->parent;

    if (msix_enabled(dev)) {
        msix_notify(dev, channel);
    }
}

static void master_realize(PCIDevice *dev, Error **errp)
{
    SMMU3MasterPCI *m = SMMU3_MASTER_PCI(dev);
    const SMMU3EngineOps ops = {
        .identity = identity,
        .set_irq = set_irq,
        .msi = send_msi,
        .pci = true,
    };

    if (m->num_sids && m->num_sids - 1 > UINT32_MAX - 1 - m->sid) {
        error_setg(errp, TYPE_SMMU3_MASTER_PCI ": sid=0x%" PRIx32
                   ",num-sids=0x%" PRIx32 " are no StreamIDs", m->sid,
                   m->num_sids);
        return;
    }
    pci_config_set_interrupt_pin(dev->config, 1);
    if (pci_bus_is_express(pci_get_bus(dev)) &&
        pcie_endpoint_cap_init(dev, PCIE_CAP) < 0) {
        error_setg(errp, TYPE_SMMU3_MASTER_PCI ": no PCI Express capability");
        return;
    }
    if (msix_init_exclusive_bar(dev, SMMU3_CHANNELS, MSIX_BAR, errp)) {
        return;
    }
    for (int i = 0; i < SMMU3_CHANNELS; i++) {
        msix_vector_use(dev, i);
    }
    smmu3q_engine_init(&m->engine, DEVICE(dev), &ops);
    pci_register_bar(dev, 0, PCI_BASE_ADDRESS_SPACE_MEMORY, &m->engine.mmio);
}

static void master_exit(PCIDevice *dev)
{
    SMMU3MasterPCI *m = SMMU3_MASTER_PCI(dev);

    smmu3q_engine_destroy(&m->engine);
    msix_uninit_exclusive_bar(dev);
}

static void master_reset_hold(Object *obj, ResetType type)
{
    smmu3q_engine_reset(&SMMU3_MASTER_PCI(obj)->engine);
}

/* On either kind of bus, so it has to say that it can be on this one. */
static void master_init(Object *obj)
{
    PCI_DEVICE(obj)->cap_present |= QEMU_PCI_CAP_EXPRESS;
}

static const VMStateDescription master_vmstate = {
    .name = TYPE_SMMU3_MASTER_PCI,
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_PCI_DEVICE(parent, SMMU3MasterPCI),
        VMSTATE_MSIX(parent, SMMU3MasterPCI),
        VMSTATE_STRUCT(engine, SMMU3MasterPCI, 1, smmu3q_engine_vmstate,
                       SMMU3Engine),
        VMSTATE_END_OF_LIST()
    },
};

static const Property master_properties[] = {
    DEFINE_PROP_UINT32("sid", SMMU3MasterPCI, sid, 0),
    DEFINE_PROP_UINT32("num-sids", SMMU3MasterPCI, num_sids, 0),
};

static void master_class_init(ObjectClass *klass, SMMU3Q_CLASS_DATA *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    PCIDeviceClass *pc = PCI_DEVICE_CLASS(klass);

    pc->realize = master_realize;
    pc->exit = master_exit;
    pc->vendor_id = VENDOR_ID;
    pc->device_id = DEVICE_ID;
    pc->class_id = PCI_CLASS_OTHERS;
    dc->vmsd = &master_vmstate;
    dc->desc = "DMA master behind an SMMUv3, for tests";
    set_bit(DEVICE_CATEGORY_MISC, dc->categories);
    device_class_set_props(dc, master_properties);
    RESETTABLE_CLASS(klass)->phases.hold = master_reset_hold;
}

static const TypeInfo master_types[] = {
    {
        .name = TYPE_SMMU3_MASTER_PCI,
        .parent = TYPE_PCI_DEVICE,
        .instance_size = sizeof(SMMU3MasterPCI),
        .instance_init = master_init,
        .class_init = master_class_init,
        .interfaces = (InterfaceInfo[]) {
            { INTERFACE_PCIE_DEVICE },
            { INTERFACE_CONVENTIONAL_PCI_DEVICE },
            { },
        },
    },
};

DEFINE_TYPES(master_types)
