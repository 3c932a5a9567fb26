/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One event and one log line for each access that faults.
 *
 * When an access faults the memory core does not give up: it goes on with the
 * next 1, 2 or 4 bytes (as aligned), and asks for a translation of each. A
 * page of DMA would be a thousand events. Whether a request belongs to the
 * access that has just been reported is not told, so it is guessed. It does if
 *
 * - it is for the very next fragment of that access, in the same direction,
 *   and it comes within CONTINUES_NS of guest time, or
 * - it is for the address where that access began, and the device has a bounce
 *   buffer in use: an access through dma_memory_map() that faults is asked
 *   about once for the mapping and a second time when the buffer is filled or
 *   written back,
 *
 * and if since then no translation of the device has succeeded, nobody wrote a
 * register of the SMMU (which includes every invalidation and every event that
 * was taken from the queue), and there was no reset.
 *
 * So a device that walks up an unmapped page word by word, as accesses of its
 * own, is reported once. A mapping of more than a bounce buffer (4 KB) is
 * reported once for each; so is one that begins in mapped memory.
 */
#include "qemu/osdep.h"
#include "device.h"
#include "hw/arm/smmu3/trace-smmu3.h"
#include "qemu/lockable.h"
#include "qemu/log.h"
#include "qemu/timer.h"

#define CONTINUES_NS (10 * SCALE_MS)

void smmu3q_new_epoch(SMMU3State *s)
{
    qatomic_inc(&s->epoch);
}

/* Where the core will go on: see memory_access_size() for an unassigned MR. */
static hwaddr next_fragment(hwaddr addr)
{
    return addr + (addr % 4 ? addr & -addr : 4);
}

static bool bounces(const SMMU3Stream *st)
{
    PCIDevice *dev = qatomic_read(&st->bus->devices[st->devfn]);

    return dev && qatomic_read(&dev->bus_master_as.bounce_buffer_size);
}

bool smmu3q_fault_continues(SMMU3Stream *st, hwaddr addr, bool write)
{
    const SMMU3Fold *f = &st->fold;

    if (likely(!qatomic_read(&f->live))) {
        return false;
    }
    QEMU_LOCK_GUARD(&st->lock);
    if (!f->live || f->write != write ||
        f->epoch != qatomic_read(&st->smmu->epoch)) {
        return false;
    }
    if (addr == f->next) {
        return qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) - f->when <= CONTINUES_NS;
    }
    return addr == f->first && bounces(st);
}

void smmu3q_no_fault(SMMU3Stream *st)
{
    if (unlikely(qatomic_read(&st->fold.live))) {
        qatomic_set(&st->fold.live, false);
    }
}

/* One line for a fault; for the same fault again, only its number at the end. */
static void log_fault(SMMU3Stream *st, const struct smmu3_request *req,
                      const struct smmu3_result *res)
{
    const struct smmu3_reason_info *why = smmu3_reason_info(res->reason);
    bool write = req->flags & SMMU3_REQ_WRITE;
    hwaddr page = req->addr & ~(hwaddr)0xfff;

    if (!qemu_loglevel_mask(LOG_GUEST_ERROR)) {
        return;
    }
    if (st->logged.count && st->logged.reason == res->reason &&
        st->logged.page == page && st->logged.write == write) {
        st->logged.count++;
        return;
    }
    if (st->logged.count > 1) {
        qemu_log("arm-smmuv3: the last fault of StreamID 0x%x happened %u "
                 "times\n", req->stream_id, st->logged.count);
    }
    st->logged.reason = res->reason;
    st->logged.page = page;
    st->logged.write = write;
    st->logged.count = 1;
    qemu_log("arm-smmuv3: %s StreamID 0x%x: %s 0x%" PRIx64 " aborted: %s, %s: "
             "%s (IHI0070G.b %s)%s\n", smmu3q_bank_name(req->sec_sid),
             req->stream_id, write ? "write to" : "read of", req->addr,
             res->has_event ? smmu3q_event_name(res->event[0]) : "no event",
             why->name, why->text, why->clause,
             res->has_event && !res->recorded ? "; event not recorded" : "");
}

void smmu3q_fault(SMMU3Stream *st, const struct smmu3_request *req,
                  const struct smmu3_result *res, bool continues)
{
    const struct smmu3_reason_info *why = smmu3_reason_info(res->reason);
    SMMU3Fold *f = &st->fold;

    QEMU_LOCK_GUARD(&st->lock);
    f->next = next_fragment(req->addr);
    f->when = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
    if (continues) {
        trace_smmuv3_fault_continues(st->name, req->stream_id, req->addr);
        return;
    }
    f->first = req->addr;
    f->write = req->flags & SMMU3_REQ_WRITE;
    f->epoch = qatomic_read(&st->smmu->epoch);
    qatomic_set(&f->live, true);
    trace_smmuv3_fault(st->name, smmu3q_bank_name(req->sec_sid),
                       req->stream_id, f->write ? "write" : "read", req->addr,
                       res->has_event ? smmu3q_event_name(res->event[0])
                                      : "none",
                       why->name, why->clause);
    log_fault(st, req, res);
}
