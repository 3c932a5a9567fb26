/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One event and one log line for each access that faults.
 *
 * When an access faults the memory core does not give up: it goes on with the
 * next 1, 2 or 4 bytes (as aligned; 8 where reads are zero instead), and asks
 * for a translation of each. A page of DMA would be a thousand events. Whether
 * a request belongs to the access that has just been reported is not told, so
 * it is guessed. It does if
 *
 * - it is for the very next fragment of that access, in the same direction,
 *   within CONTINUES_NS of guest time, and no translation of the device has
 *   succeeded meanwhile, or
 * - it is for the address where an access began to fault, and the device has
 *   had a bounce buffer in use since: an access through dma_memory_map() that
 *   faults is asked about for the mapping, and again when the buffer is filled
 *   or, any time later, written back,
 *
 * and if since then nobody wrote a register of the SMMU (which includes every
 * invalidation and every event that was taken from the queue), and there was
 * no reset.
 *
 * So a device that walks up an unmapped page word by word, as accesses of its
 * own, is reported once. A mapping of more than a bounce buffer (4 KB) is
 * reported once for each, and a mapping that begins in mapped memory twice.
 */
#include "qemu/osdep.h"
#include "device.h"
#include "hw/arm/smmu3/trace-smmu3.h"
#include "qemu/host-utils.h"
#include "qemu/lockable.h"
#include "qemu/log.h"
#include "qemu/timer.h"
#include "trace/trace-hw_arm.h"

/* Long, because guest time goes on while a busy host runs something else
 * between two fragments. */
#define CONTINUES_NS (1000 * SCALE_MS)

void smmu3q_new_epoch(SMMU3State *s)
{
    qatomic_inc(&s->epoch);
}

/* How far the core will go on: see its memory_access_size(). The last pieces
 * of an access may be shorter. */
static unsigned most_bytes(hwaddr addr, enum smmu3_status status)
{
    if (status == SMMU3_ST_RAZWI) {
        return 8; /* raz_ops, which take any alignment */
    }
    return addr % 4 ? addr & -addr : 4;
}

static bool is_next(const SMMU3Fold *f, hwaddr addr, bool write)
{
    hwaddr distance = addr - f->last;

    return f->write == write && distance <= f->step &&
           is_power_of_2(distance) &&
           qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) - f->when <= CONTINUES_NS;
}

static bool bounces(const SMMU3Stream *st)
{
    PCIDevice *dev = qatomic_read(&st->bus->devices[st->devfn]);

    return dev && qatomic_read(&dev->bus_master_as.bounce_buffer_size);
}

bool smmu3q_fault_continues_slow(SMMU3Stream *st, hwaddr addr, bool write)
{
    const SMMU3Fold *f = &st->fold;

    QEMU_LOCK_GUARD(&st->lock);
    if (f->epoch != qatomic_read(&st->smmu->epoch)) {
        return false;
    }
    if (is_next(f, addr, write)) {
        return true;
    }
    for (unsigned i = 0; i < MIN(f->count, SMMU3Q_NUM_BEGUN); i++) {
        if (f->begun[i].addr == addr && f->begun[i].write == write) {
            return bounces(st);
        }
    }
    return false;
}

static void forget(SMMU3Fold *f)
{
    f->step = 0;
    f->count = 0;
    qatomic_set(&f->live, false);
}

void smmu3q_no_fault_slow(SMMU3Stream *st)
{
    SMMU3Fold *f = &st->fold;

    QEMU_LOCK_GUARD(&st->lock);
    f->step = 0;
    if (!bounces(st) || f->epoch != qatomic_read(&st->smmu->epoch)) {
        forget(f);
    }
}

/* What has been folded since the last line. */
static void log_repeats(SMMU3Log *log)
{
    if (log->count > 1) {
        qemu_log("arm-smmuv3: StreamID 0x%x: %u more of these, the last %s 0x%" PRIx64 "\n",
                 log->stream_id, log->count - 1,
                 log->write ? "write to" : "read of", log->last);
    }
    log->count = 0;
}

static void log_timeout(void *opaque)
{
    SMMU3Log *log = opaque;

    QEMU_LOCK_GUARD(log->lock);
    log_repeats(log);
}

void smmu3q_log_init(SMMU3Log *log, QemuMutex *lock)
{
    qemu_mutex_init(lock);
    log->lock = lock;
    log->timer = timer_new_ms(QEMU_CLOCK_REALTIME, log_timeout, log);
}

/* "at stage 1", if the event tells; which table it was fetching. */
static const char *where(const struct smmu3_result *res)
{
    /* CLASS and S2, IHI0070G.b 7.3.13; F_WALK_EABT has them, too. */
    static const char *const places[] = {
        " at stage 1, fetching a CD", " at stage 1, fetching a table", " at stage 1", "",
        " at stage 2, fetching a CD", " at stage 2, fetching a table of stage 1", " at stage 2", "",
    };
    unsigned event = res->event[0] & 0xff;

    if (!res->has_event || event < 0x0b || event > 0x13) {
        return "";
    }
    return places[(res->event[3] >> 7 & 1) * 4 + (res->event[3] >> 8 & 3)];
}

/*
 * One line for a fault. More of the same kind are counted; how many they were
 * is said before another kind's line, or when there has been none for a second.
 */
static void log_line(SMMU3Log *log, const struct smmu3_request *req,
                     const struct smmu3_result *res)
{
    const struct smmu3_reason_info *why = smmu3_reason_info(res->reason);
    bool write = req->flags & SMMU3_REQ_WRITE;
    bool again = log->count && log->reason == res->reason &&
                 log->stream_id == req->stream_id && log->write == write;

    if (!qemu_loglevel_mask(LOG_GUEST_ERROR)) {
        return;
    }
    if (!again) {
        log_repeats(log);
    }
    log->reason = res->reason;
    log->stream_id = req->stream_id;
    log->last = req->addr;
    log->write = write;
    log->count++;
    timer_mod(log->timer, qemu_clock_get_ms(QEMU_CLOCK_REALTIME) + 1000);
    if (again) {
        return;
    }
    qemu_log("arm-smmuv3: %s StreamID 0x%x (%02x:%02x.%u): %s 0x%" PRIx64 " %s%s: %s: %s "
             "(%s, IHI0070G.b %s)%s\n", smmu3q_bank_name(req->sec_sid),
             req->stream_id, req->stream_id >> 8 & 0xff, req->stream_id >> 3 & 31,
             req->stream_id & 7, write ? "write to" : "read of", req->addr,
             res->status == SMMU3_ST_RAZWI ? "ignored"
             : res->status == SMMU3_ST_STALL ? "stalled" : "aborted", where(res),
             res->has_event ? smmu3q_event_name(res->event[0]) : "no event",
             why->text, why->name, why->clause,
             res->has_event && !res->recorded ? "; event not recorded" : "");
}

void smmu3q_log_fault(SMMU3Log *log, const char *name,
                      const struct smmu3_request *req,
                      const struct smmu3_result *res)
{
    const struct smmu3_reason_info *why = smmu3_reason_info(res->reason);
    bool write = req->flags & SMMU3_REQ_WRITE;

    if (res->status == SMMU3_ST_ABORT) {
        trace_smmuv3_translate_abort(name, req->stream_id, req->addr, write);
    }
    trace_smmuv3_fault(name, smmu3q_bank_name(req->sec_sid), req->stream_id,
                       write ? "write" : "read", req->addr,
                       res->has_event ? smmu3q_event_name(res->event[0])
                                      : "none",
                       why->name, why->clause);
    smmu3q_trace_event(req, res);
    log_line(log, req, res);
}

void smmu3q_fault(SMMU3Stream *st, const struct smmu3_request *req,
                  const struct smmu3_result *res, bool continues)
{
    bool write = req->flags & SMMU3_REQ_WRITE;
    SMMU3Fold *f = &st->fold;
    unsigned begun;

    QEMU_LOCK_GUARD(&st->lock);
    if (f->epoch != qatomic_read(&st->smmu->epoch)) {
        forget(f);
        f->epoch = qatomic_read(&st->smmu->epoch);
    }
    f->step = most_bytes(req->addr, res->status);
    f->write = write;
    f->last = req->addr;
    f->when = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
    qatomic_set(&f->live, true);
    smmu3q_recent_add(st->smmu, req, res, continues);
    if (continues) {
        trace_smmuv3_fault_continues(st->name, req->stream_id, req->addr);
        return;
    }
    begun = f->count++ % SMMU3Q_NUM_BEGUN;
    f->begun[begun].addr = req->addr;
    f->begun[begun].write = write;
    smmu3q_log_fault(&st->log, st->name, req, res);
}
