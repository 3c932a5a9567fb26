/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * DMA of PCI devices: an IOMMU memory region for each function that asks, and
 * one call of smmu3_translate() for each page of each access.
 */
#include "qemu/osdep.h"
#include "device.h"
#include "qapi/error.h"
#include "trace/trace-hw_arm.h"

/*
 * No answer is given for more than this at once: the memory core computes
 * lengths from the mask, and that of a whole bypassed address space overflows.
 */
#define MAX_ADDR_MASK ((UINT64_C(1) << 30) - 1)

/*
 * What pci_bus_num() says, without asking the bus's class on every DMA. The
 * number of a bus behind a bridge is what software wrote there last.
 */
static unsigned bus_number(SMMU3Stream *st)
{
    int n;

    if (!pci_bus_is_root(st->bus)) {
        return st->bus->parent_dev->config[PCI_SECONDARY_BUS];
    }
    n = qatomic_read(&st->root_number);
    if (unlikely(n < 0)) {
        n = pci_bus_num(st->bus);
        qatomic_set(&st->root_number, n);
    }
    return n;
}

uint32_t smmu3q_stream_id(SMMU3Stream *st)
{
    return PCI_BUILD_BDF(bus_number(st), st->devfn);
}

int smmu3q_attrs_to_index(IOMMUMemoryRegion *mr, MemTxAttrs attrs)
{
    enum smmu3q_attrs kind;

    if (attrs.unspecified) {
        return SMMU3Q_ATTRS_NONE;
    }
    kind = attrs.secure ? SMMU3Q_ATTRS_SECURE : SMMU3Q_ATTRS_NS;
    return kind + SMMU3Q_ATTRS_KINDS * attrs.pid;
}

static int num_indexes(IOMMUMemoryRegion *mr)
{
    return SMMU3Q_ATTRS_KINDS * SMMU3Q_NUM_PASIDS;
}

/*
 * Whom an access belongs to. The device decides; a Secure one is Non-secure
 * only where its access says that it is not Secure. Attributes that are all
 * zero say so, PCI MSIs for example, although zero is "Secure" as a .space.
 */
enum smmu3_sec_sid smmu3q_stream_sec_sid(SMMU3Stream *st, int iommu_idx)
{
    if (!st->smmu->secure ||
        iommu_idx % SMMU3Q_ATTRS_KINDS == SMMU3Q_ATTRS_NS ||
        smmu3q_sec_sid(st) != SMMU3Q_SEC_SID_SECURE) {
        return SMMU3_SEC_SID_NS;
    }
    return SMMU3_SEC_SID_S;
}

static IOMMUAccessFlags perms_of(const struct smmu3_result *res)
{
    return IOMMU_ACCESS_FLAG(res->perms & SMMU3_PERM_R,
                             res->perms & SMMU3_PERM_W);
}

/*
 * vhost looks up the host address of the region's first byte. Of a mapping
 * that is memory; of bypass it need not be.
 */
static hwaddr max_mask(const SMMU3Stream *st, const struct smmu3_result *res)
{
    bool kept = st->mr.iommu_notify_flags != IOMMU_NOTIFIER_NONE;

    return res->bypass && kept ? 0xfff : MAX_ADDR_MASK;
}

static inline void answer(SMMU3Stream *st, const struct smmu3_request *req,
                   const struct smmu3_result *res, IOMMUTLBEntry *entry)
{
    bool write = req->flags & SMMU3_REQ_WRITE;
    hwaddr mask;

    switch (res->status) {
    case SMMU3_ST_OK:
        mask = MIN(res->mask, max_mask(st, res));
        entry->target_as = st->smmu->as[res->pas];
        entry->iova = req->addr & ~mask;
        entry->translated_addr = res->addr & ~mask;
        entry->addr_mask = mask;
        entry->perm = perms_of(res);
        if (res->bypass) {
            trace_smmuv3_translate_bypass(st->name, req->stream_id, req->addr,
                                          write);
        } else {
            /* Which stages they were is not told: -1. */
            trace_smmuv3_translate_success(st->name, req->stream_id,
                                           req->addr, res->addr, entry->perm,
                                           -1);
        }
        break;
    case SMMU3_ST_RAZWI:
        entry->target_as = &st->smmu->raz_as;
        entry->addr_mask = 0xfff;
        entry->iova = req->addr & ~entry->addr_mask;
        entry->translated_addr = entry->iova;
        entry->perm = IOMMU_RW;
        break;
    default: /* an abort; nobody here says that he can wait for a stall */
        break;
    }
}

/* For callers who want to know everything and change nothing. */
static void probe(SMMU3Stream *st, struct smmu3_request *req,
                  IOMMUTLBEntry *entry)
{
    struct smmu3_result res;

    req->flags = SMMU3_REQ_PROBE;
    smmu3_translate(st->smmu->lib, req, &res);
    if (res.status == SMMU3_ST_ABORT) {
        /* Stage 2 knows pages that may be written, but not read. */
        req->flags |= SMMU3_REQ_WRITE;
        smmu3_translate(st->smmu->lib, req, &res);
    }
    answer(st, req, &res, entry);
}

static IOMMUTLBEntry smmu3q_translate(IOMMUMemoryRegion *mr, hwaddr addr,
                                      IOMMUAccessFlags flag, int iommu_idx)
{
    SMMU3Stream *st = container_of(mr, SMMU3Stream, mr);
    unsigned pasid = iommu_idx / SMMU3Q_ATTRS_KINDS;
    bool write = flag & IOMMU_WO;
    struct smmu3_request req = {
        .sec_sid = smmu3q_stream_sec_sid(st, iommu_idx),
        .stream_id = smmu3q_stream_id(st),
        .ssv = pasid != 0,
        .substream_id = pasid,
        .addr = addr,
        .flags = (write ? SMMU3_REQ_WRITE : 0) |
                 (likely(!trace_events_enabled_count && !st->smmu->record &&
                         !qatomic_read(&st->smmu->count_hits))
                     ? SMMU3_REQ_UNTRACED : 0),
    };
    struct smmu3_result res;
    IOMMUTLBEntry entry = {
        .target_as = &address_space_memory,
        .iova = addr,
        .translated_addr = addr,
        .addr_mask = 0xfff,
        .perm = IOMMU_NONE,
    };
    bool continues;

    if (flag == IOMMU_NONE) {
        probe(st, &req, &entry);
        return entry;
    }
    continues = smmu3q_fault_continues(st, addr, write);
    if (continues) {
        req.flags |= SMMU3_REQ_NO_EVENT;
    }
    smmu3_translate(st->smmu->lib, &req, &res);
    if (unlikely(st->smmu->record)) {
        smmu3q_record_dma(st->smmu, &req, &res);
    }
    if (likely(res.status == SMMU3_ST_OK)) {
        smmu3q_no_fault(st);
    } else {
        smmu3q_fault(st, &req, &res, continues);
    }
    answer(st, &req, &res, &entry);
    return entry;
}

static SMMU3Stream *new_stream(SMMU3State *s, PCIBus *bus, int devfn)
{
    static unsigned index; /* bus numbers are not known yet: any name will do */
    SMMU3Stream *st = g_new0(SMMU3Stream, 1);
    g_autofree char *name = g_strdup_printf("%s-%d-%u",
                                            TYPE_SMMUV3_IOMMU_MEMORY_REGION,
                                            devfn, index++);

    st->smmu = s;
    st->bus = bus;
    st->devfn = devfn;
    st->root_number = -1;
    smmu3q_log_init(&st->log, &st->lock);
    memory_region_init_iommu(&st->mr, sizeof(st->mr),
                             TYPE_SMMUV3_IOMMU_MEMORY_REGION, OBJECT(s), name,
                             UINT64_MAX);
    st->name = memory_region_name(MEMORY_REGION(&st->mr));
    address_space_init(&st->as, MEMORY_REGION(&st->mr), name);
    trace_smmu_add_mr(name);
    return st;
}

static AddressSpace *get_address_space(PCIBus *bus, void *opaque, int devfn)
{
    SMMU3State *s = opaque;
    SMMU3Stream **streams = g_hash_table_lookup(s->buses, bus);

    if (!streams) {
        streams = g_new0(SMMU3Stream *, PCI_DEVFN_MAX);
        g_hash_table_insert(s->buses, bus, streams);
    }
    if (!streams[devfn]) {
        streams[devfn] = new_stream(s, bus, devfn);
    }
    return &streams[devfn]->as;
}

static const PCIIOMMUOps pci_ops = {
    .get_address_space = get_address_space,
};

bool smmu3q_attach_pci(SMMU3State *s, Error **errp)
{
    SMMUState *base = ARM_SMMU(s);
    PCIBus *bus = base->primary_bus;

    if (!bus) {
        error_setg(errp, TYPE_ARM_SMMUV3 ": no PCI bus to translate for: "
                   "give primary-bus=BUS, such as pcie.0");
        return false;
    }
    if (!pci_bus_is_root(bus)) {
        error_setg(errp, TYPE_ARM_SMMUV3 ": primary-bus=%s is below a bridge: "
                   "give a root bus, such as pcie.0 or a pxb-pcie",
                   BUS(bus)->name);
        return false;
    }
    s->buses = g_hash_table_new_full(NULL, NULL, NULL, g_free);
#if SMMU3Q_HAS_PER_BUS
    if (base->smmu_per_bus) {
        return SMMU3Q_SETUP_IOMMU_PER_BUS(bus, &pci_ops, s, errp);
    }
#endif
    pci_setup_iommu(bus, &pci_ops, s);
    return true;
}

SMMU3Stream *smmu3q_stream_of(AddressSpace *as)
{
    Object *root = OBJECT(as->root);

    if (!object_dynamic_cast(root, TYPE_SMMUV3_IOMMU_MEMORY_REGION)) {
        return NULL;
    }
    return container_of(IOMMU_MEMORY_REGION(root), SMMU3Stream, mr);
}

static void region_class_init(ObjectClass *klass, SMMU3Q_CLASS_DATA *data)
{
    IOMMUMemoryRegionClass *imrc = IOMMU_MEMORY_REGION_CLASS(klass);

    imrc->translate = smmu3q_translate;
    imrc->attrs_to_index = smmu3q_attrs_to_index;
    imrc->num_indexes = num_indexes;
    imrc->notify_flag_changed = smmu3q_notify_flag_changed;
    imrc->replay = smmu3q_replay;
}

static const TypeInfo region_types[] = {
    {
        .name = TYPE_SMMUV3_IOMMU_MEMORY_REGION,
        .parent = TYPE_IOMMU_MEMORY_REGION,
        .class_init = region_class_init,
    },
};

DEFINE_TYPES(region_types)
