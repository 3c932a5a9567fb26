/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Those who keep translations of their own (vhost) hear when to forget them.
 * All of this runs under the BQL.
 */
#include "qemu/osdep.h"
#include "device.h"
#include "qapi/error.h"
#include "system/dma.h"
#include "trace/trace-hw_arm.h"

/* The commands whose address is an IPA, IHI0070G.b 4.4.3 */
#define CMD_TLBI_S2_IPA   0x2a
#define CMD_TLBI_S_S2_IPA 0x5a

int smmu3q_notify_flag_changed(IOMMUMemoryRegion *mr, IOMMUNotifierFlag old,
                               IOMMUNotifierFlag new, Error **errp)
{
    SMMU3Stream *st = container_of(mr, SMMU3Stream, mr);
    SMMU3State *s = st->smmu;

    if (new & IOMMU_NOTIFIER_DEVIOTLB_UNMAP) {
        /* vhost tries this first and then goes on with UNMAP. */
        error_setg(errp, TYPE_ARM_SMMUV3 ": no ATS, hence no invalidations of "
                   "a device's own TLB");
        return -EINVAL;
    }
    if (new & IOMMU_NOTIFIER_MAP) {
        error_setg(errp, TYPE_ARM_SMMUV3 ": device %02x:%02x.%x wants to be "
                   "told of new mappings, as VFIO does; an SMMUv3 does not "
                   "learn of them, so such a device cannot be behind it",
                   pci_bus_num(st->bus), PCI_SLOT(st->devfn),
                   PCI_FUNC(st->devfn));
        return -EINVAL;
    }
    if (old == IOMMU_NOTIFIER_NONE) {
        trace_smmuv3_notify_flag_add(st->name);
        QLIST_INSERT_HEAD(&s->notified, st, next_notified);
    } else if (new == IOMMU_NOTIFIER_NONE) {
        trace_smmuv3_notify_flag_del(st->name);
        QLIST_REMOVE(st, next_notified);
    }
    return 0;
}

/* Only those who hear of new mappings need to hear of the present ones. */
void smmu3q_replay(IOMMUMemoryRegion *mr, IOMMUNotifier *n)
{
}

/*
 * In naturally aligned pieces, which is what a mask can say, and none of 2^64
 * bytes, whose length some receivers compute as 0.
 */
static void unmap_range(IOMMUNotifier *n, hwaddr first, hwaddr last)
{
    IOMMUTLBEvent event = {
        .type = IOMMU_NOTIFIER_UNMAP,
        .entry = { .target_as = &address_space_memory, .perm = IOMMU_NONE },
    };
    hwaddr mask;

    /* The core asserts that nobody hears of what he did not ask for. */
    first = MAX(first, n->start);
    last = MIN(last, n->end);
    while (first <= last) {
        mask = MIN(dma_aligned_pow2_mask(first, last, 64), INT64_MAX);
        event.entry.iova = first;
        event.entry.addr_mask = mask;
        memory_region_notify_iommu_one(n, &event);
        if (last - first <= mask) {
            break;
        }
        first += mask + 1;
    }
}

void smmu3q_unmap_stream(SMMU3Stream *st)
{
    IOMMUNotifier *n;

    trace_smmu_inv_notifiers_mr(st->name);
    IOMMU_NOTIFIER_FOREACH(n, &st->mr) {
        unmap_range(n, 0, HWADDR_MAX);
    }
}

void smmu3q_unmap_all(SMMU3State *s)
{
    SMMU3Stream *st;

    QLIST_FOREACH(st, &s->notified, next_notified) {
        smmu3q_unmap_stream(st);
    }
}

static void trace_invalidate(const struct smmu3_inval *inval)
{
    if (inval->config) {
        trace_smmu_configs_inv_sid_range(inval->stream_first,
                                         inval->stream_last);
    } else if (!inval->all_addr) {
        trace_smmu_iotlb_inv_iova(inval->by_asid ? inval->asid : -1,
                                  inval->addr_first);
    } else if (inval->by_asid) {
        trace_smmu_iotlb_inv_asid_vmid(inval->asid,
                                       inval->by_vmid ? inval->vmid : -1);
    } else if (inval->by_vmid) {
        trace_smmu_iotlb_inv_vmid(inval->vmid);
    } else {
        trace_smmu_iotlb_inv_all();
    }
}

static void invalidate_stream(SMMU3Stream *st, const struct smmu3_inval *inval)
{
    uint32_t sid = smmu3q_stream_id(st);
    hwaddr first = inval->addr_first;
    hwaddr last = inval->addr_last;
    IOMMUNotifier *n;

    /*
     * A new configuration changes everything. And what an IPA was reached
     * from is not known: receivers know addresses as the device gives them.
     */
    if (inval->all_addr || inval->config || inval->opcode == CMD_TLBI_S2_IPA ||
        inval->opcode == CMD_TLBI_S_S2_IPA) {
        first = 0;
        last = HWADDR_MAX;
    }
    IOMMU_NOTIFIER_FOREACH(n, &st->mr) {
        enum smmu3_sec_sid sec_sid = smmu3q_stream_sec_sid(st, n->iommu_idx);

        if (smmu3_inval_affects(st->smmu->lib, inval, sec_sid, sid)) {
            trace_smmuv3_inv_notifiers_iova(st->name, inval->asid, inval->vmid,
                                            first, 0, 0, 0);
            unmap_range(n, first, last);
        }
    }
}

void smmu3q_invalidate(void *ctx, const struct smmu3_inval *inval)
{
    SMMU3State *s = ctx;
    SMMU3Stream *st;

    trace_invalidate(inval);
    QLIST_FOREACH(st, &s->notified, next_notified) {
        invalidate_stream(st, inval);
    }
}
