/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The property record=FILE: everything that goes into the SMMU and comes out
 * of it, as smmu3/record.h writes it, for smmu3 replay and smmu3 trace.
 */
#include "qemu/osdep.h"
#include "device.h"
#include "qapi/error.h"
#include "qemu/timer.h"
#include "smmu3/record.h"

/* Threads get their lanes in the order in which they come; 256 and more share. */
static uint8_t lane(void)
{
    static __thread unsigned mine;
    static unsigned last;

    if (!mine) {
        mine = qatomic_inc_fetch(&last);
    }
    return mine - 1;
}

static void put(SMMU3State *s, struct smmu3_record *r)
{
    uint8_t buf[SMMU3_RECORD_MAX];
    size_t n;

    r->lane = lane();
    r->time_ns = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
    n = smmu3_record_encode(r, buf, sizeof(buf));
    fwrite(buf, 1, n, s->record); /* at once: stdio locks */
}

void smmu3q_record_mmio(SMMU3State *s, const struct smmu3q_mmio *m)
{
    put(s, &(struct smmu3_record) {
        .kind = m->write ? SMMU3_REC_MMIO_WRITE : SMMU3_REC_MMIO_READ,
        .offset = m->offset, .size = m->size, .pas = m->pas, .value = m->value,
    });
}

void smmu3q_record_dma(SMMU3State *s, const struct smmu3_request *req,
                       const struct smmu3_result *res)
{
    put(s, &(struct smmu3_record) { .kind = SMMU3_REC_DMA, .req = *req, .res = *res });
}

void smmu3q_record_access(SMMU3State *s, bool write,
                          const struct smmu3_access *acc, const void *buf,
                          size_t size, enum smmu3_mem result)
{
    bool known = write || result == SMMU3_MEM_OK;

    put(s, &(struct smmu3_record) {
        .kind = write ? SMMU3_REC_WRITE : SMMU3_REC_READ, .acc = *acc,
        .result = result, .data = buf, .len = known ? size : 0,
    });
}

void smmu3q_record_cas(SMMU3State *s, const struct smmu3_access *acc,
                       const uint64_t value[3], enum smmu3_mem result)
{
    put(s, &(struct smmu3_record) {
        .kind = SMMU3_REC_CAS, .acc = *acc, .result = result,
        .expected = value[0], .desired = value[1], .seen = value[2],
    });
}

void smmu3q_record_irq(SMMU3State *s, enum smmu3_sec_sid bank,
                       enum smmu3_irq_kind irq)
{
    put(s, &(struct smmu3_record) { .kind = SMMU3_REC_IRQ, .bank = bank, .irq = irq });
}

void smmu3q_record_trace(SMMU3State *s, const struct smmu3_trace *tr)
{
    if (tr->kind >= SMMU3_TRACE_CFG_HIT && tr->kind <= SMMU3_TRACE_TLB_MISS) {
        return; /* hits and misses follow from the reads */
    }
    put(s, &(struct smmu3_record) { .kind = SMMU3_REC_TRACE, .trace = *tr });
}

void smmu3q_record_reset(SMMU3State *s)
{
    put(s, &(struct smmu3_record) { .kind = SMMU3_REC_RESET });
}

/* Also after something other than the guest has changed the registers. */
void smmu3q_record_state(SMMU3State *s)
{
    size_t len = smmu3_save_size(s->lib);
    g_autofree uint8_t *blob = g_malloc(len), *buf = g_malloc(len + 32);
    size_t n;

    smmu3_save(s->lib, blob, len);
    n = smmu3_record_encode(&(struct smmu3_record) {
        .kind = SMMU3_REC_STATE, .data = blob, .len = len, .lane = lane(),
        .time_ns = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL),
    }, buf, len + 32);
    fwrite(buf, 1, n, s->record);
}

bool smmu3q_record_open(SMMU3State *s, Error **errp)
{
    uint8_t header[SMMU3_RECORD_HEADER];

    if (!s->record_file || !*s->record_file) {
        return true;
    }
    s->record = fopen(s->record_file, "wb");
    if (!s->record) {
        error_setg_errno(errp, errno, TYPE_ARM_SMMUV3 ": record=%s", s->record_file);
        return false;
    }
    smmu3_record_header(header);
    fwrite(header, 1, sizeof(header), s->record);
    smmu3q_record_state(s);
    return true;
}

void smmu3q_record_close(SMMU3State *s)
{
    if (s->record) {
        fclose(s->record);
    }
    g_free(s->record_file);
}

static char *get_record(Object *obj, Error **errp)
{
    return g_strdup(SMMU3Q(obj)->record_file ?: "");
}

static void set_record(Object *obj, const char *value, Error **errp)
{
    SMMU3State *s = SMMU3Q(obj);

    if (DEVICE(obj)->realized) {
        error_setg(errp, TYPE_ARM_SMMUV3 ": record cannot be set after realize");
        return;
    }
    g_free(s->record_file);
    s->record_file = g_strdup(value);
}

void smmu3q_add_record(ObjectClass *klass)
{
    object_class_property_add_str(klass, "record", get_record, set_record);
    object_class_property_set_description(klass, "record",
        "file to record everything into, for smmu3 replay and smmu3 trace");
}
