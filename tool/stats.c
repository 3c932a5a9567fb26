/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Counts and times of a recording. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "stats.h"

/* Events that wait for software to take them. */
#define MAX_WAITING 4096
struct waiting {
    uint64_t when[MAX_WAITING];
    unsigned first, n;
    uint32_t cons;
};

struct stats {
    uint64_t repetitions, translations, misses, bypasses, faults, mmio_reads, mmio_writes, memory,
        irqs, records;
    uint64_t first_ns, last_ns;
    bool reads[256];             /* by lane: the SMMU has read tables since the last input */
    json_t *faults_by_stream, *commands;
    struct waiting waiting[2];   /* by bank */
    uint64_t acks, ack_min, ack_max, ack_sum;
};

struct stats *stats_new(void)
{
    struct stats *s = calloc(1, sizeof(*s));

    if (!s) {
        die("out of memory");
    }
    s->faults_by_stream = json_object();
    s->commands = json_object();
    s->ack_min = UINT64_MAX;
    return s;
}

void stats_free(struct stats *s)
{
    json_decref(s->faults_by_stream);
    json_decref(s->commands);
    free(s);
}

static void bump(json_t *o, const char *key)
{
    json_object_set_new(o, key, json_integer(json_integer_value(json_object_get(o, key)) + 1));
}

static void add_dma(struct stats *s, const struct smmu3_record *r)
{
    char key[64];

    if (r->req.flags & SMMU3_REQ_NO_EVENT) {
        s->repetitions++; /* of a fault that was counted */
        return;
    }
    if (r->res.bypass) {
        s->bypasses++;
    } else {
        s->translations++;
        s->misses += s->reads[r->lane];
    }
    if (r->res.status != SMMU3_ST_OK) {
        s->faults++;
        snprintf(key, sizeof(key), "%s 0x%x %s", bank_name(r->req.sec_sid), r->req.stream_id,
                 smmu3_reason_info(r->res.reason)->name);
        bump(s->faults_by_stream, key);
    }
}

static void add_trace(struct stats *s, const struct smmu3_record *r)
{
    const struct smmu3_trace *t = &r->trace;
    struct waiting *w = &s->waiting[t->sec_sid & 1];
    const char *name = command_name(t->word[0] & 0xff);
    char key[64];

    if (t->kind == SMMU3_TRACE_CMD) {
        snprintf(key, sizeof(key), "%s %s", bank_name(t->sec_sid), name ? name : "unknown");
        bump(s->commands, key);
    } else if (t->kind == SMMU3_TRACE_EVENT && t->recorded && w->n < MAX_WAITING) {
        w->when[(w->first + w->n++) % MAX_WAITING] = r->time_ns;
    }
}

/* EVENTQ_CONS was written: so many events are taken. */
static void add_ack(struct stats *s, const struct smmu3_record *r)
{
    bool ns = (long)r->offset == reg_offset("EVENTQ_CONS");
    struct waiting *w;
    uint32_t taken;

    if (!ns && (long)r->offset != reg_offset("S_EVENTQ_CONS")) {
        return;
    }
    w = &s->waiting[!ns];
    taken = ((uint32_t)r->value - w->cons) & 0xfffff;
    w->cons = (uint32_t)r->value & 0xfffff;
    for (; taken && w->n; taken--) {
        uint64_t began = w->when[w->first % MAX_WAITING];
        uint64_t t = r->time_ns > began ? r->time_ns - began : 0;

        w->first = (w->first + 1) % MAX_WAITING;
        w->n--;
        s->acks++;
        s->ack_sum += t;
        s->ack_min = t < s->ack_min ? t : s->ack_min;
        s->ack_max = t > s->ack_max ? t : s->ack_max;
    }
}

void stats_add(struct stats *s, const struct smmu3_record *r)
{
    bool table = r->kind == SMMU3_REC_READ && r->acc.kind != SMMU3_ACC_CMDQ;

    if (!s->records++) {
        s->first_ns = r->time_ns;
    }
    s->last_ns = r->time_ns;
    switch (r->kind) {
    case SMMU3_REC_DMA:
        add_dma(s, r);
        break;
    case SMMU3_REC_MMIO_READ:
        s->mmio_reads++;
        break;
    case SMMU3_REC_MMIO_WRITE:
        s->mmio_writes++;
        add_ack(s, r);
        break;
    case SMMU3_REC_TRACE:
        add_trace(s, r);
        break;
    case SMMU3_REC_IRQ:
        s->irqs++;
        break;
    case SMMU3_REC_READ:
    case SMMU3_REC_WRITE:
    case SMMU3_REC_CAS:
        s->memory++;
        break;
    default:
        break;
    }
    if (r->kind <= SMMU3_REC_RESET) {
        s->reads[r->lane] = false;
    } else if (table) {
        s->reads[r->lane] = true;
    }
}

static json_t *counts(const struct stats *s)
{
    json_t *j = json_object();
    const struct { const char *name; uint64_t n; } all[] = {
        { "records", s->records }, { "translations", s->translations }, { "misses", s->misses },
        { "bypasses", s->bypasses }, { "faults", s->faults },
        { "repetitions-of-faults", s->repetitions }, { "register-reads", s->mmio_reads },
        { "register-writes", s->mmio_writes }, { "memory-accesses", s->memory },
        { "interrupts", s->irqs }, { "events-acknowledged", s->acks },
    };

    for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
        json_object_set_new(j, all[i].name, json_integer((json_int_t)all[i].n));
    }
    if (s->acks) {
        json_object_set_new(j, "event-to-acknowledgement-ns",
                            json_pack("{s:I, s:I, s:I}", "least", (json_int_t)s->ack_min, "mean",
                                      (json_int_t)(s->ack_sum / s->acks), "most",
                                      (json_int_t)s->ack_max));
    }
    json_object_set(j, "faults-by-stream", s->faults_by_stream);
    json_object_set(j, "commands", s->commands);
    return j;
}

void stats_print(const struct stats *s)
{
    json_t *j = counts(s), *doc, *v, *n;
    const char *key, *inner;

    if (out_json) {
        doc = document("trace");
        json_object_set_new(doc, "statistics", j);
        print_document(doc);
        return;
    }
    printf("%.6f s to %.6f s\n", (double)s->first_ns / 1e9, (double)s->last_ns / 1e9);
    json_object_foreach(j, key, v) {
        if (json_is_integer(v)) {
            printf("%-28s %lld\n", key, (long long)json_integer_value(v));
            continue;
        }
        if (json_object_size(v)) {
            printf("%s:\n", key);
        }
        json_object_foreach(v, inner, n) {
            printf("  %-34s %lld\n", inner, (long long)json_integer_value(n));
        }
    }
    json_decref(j);
}
