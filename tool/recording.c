/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Reading recordings, and their records as text. */
#include <inttypes.h>
#include <string.h>

#include "recording.h"

bool recording_begin(struct recording *r, const void *data, size_t len, struct why *why)
{
    switch (smmu3_record_check(data, len)) {
    case SMMU3_OK:
        break;
    case SMMU3_EVERSION:
        return why_not(why, "a recording of another version; this command reads version %d",
                       SMMU3_RECORD_VERSION);
    default:
        return why_not(why, "not a recording");
    }
    *r = (struct recording){ .data = data, .len = len, .pos = SMMU3_RECORD_HEADER };
    return true;
}

bool recording_next(struct recording *r, struct smmu3_record *rec)
{
    size_t n;

    if (r->pos == r->len || r->truncated) {
        return false;
    }
    n = smmu3_record_decode(r->data + r->pos, r->len - r->pos, rec);
    r->truncated = n == 0;
    r->pos += n;
    r->n += n != 0;
    return n != 0;
}

static const char *access_kind(enum smmu3_access_kind kind)
{
    static const char *const names[] = {
        "STE", "CD", "VMS", "descriptor", "command", "event", "MSI"
    };

    return kind < ARRAY_SIZE(names) ? names[kind] : "?";
}

static int words(char *to, size_t size, const void *data, size_t len)
{
    const uint8_t *p = data;
    int n = 0;

    for (size_t i = 0; i + 4 <= len && (size_t)n < size; i += len % 8 ? 4 : 8) {
        uint64_t v = 0;

        for (unsigned k = len % 8 ? 4 : 8; k-- > 0;) {
            v = v << 8 | p[i + k];
        }
        n += snprintf(to + n, size - (size_t)n, " 0x%" PRIx64, v);
    }
    return n;
}

static void mmio_text(char *to, size_t size, const struct smmu3_record *r)
{
    const char *name = smmu3_reg_name(r->offset);

    snprintf(to, size, "%s %s (0x%x, %u bytes, %s): 0x%" PRIx64,
             r->kind == SMMU3_REC_MMIO_READ ? "read" : "write", name ? name : "no register",
             r->offset, r->size, pas_name(r->pas), r->value);
}

static void dma_text(char *to, size_t size, const struct smmu3_record *r)
{
    static const char *const status[] = { "ok", "abort", "raz/wi", "stall", "busy" };
    int n = snprintf(to, size, "DMA %s StreamID 0x%x", bank_name(r->req.sec_sid), r->req.stream_id);

    if (r->req.ssv) {
        n += snprintf(to + n, size - (size_t)n, " SubstreamID 0x%x", r->req.substream_id);
    }
    n += snprintf(to + n, size - (size_t)n, " %s%s 0x%" PRIx64 ": ",
                  r->req.flags & SMMU3_REQ_PRIV ? "privileged " : "",
                  r->req.flags & SMMU3_REQ_WRITE ? "write to"
                  : r->req.flags & SMMU3_REQ_INSTR ? "fetch of" : "read of", r->req.addr);
    if (r->res.status == SMMU3_ST_OK) {
        snprintf(to + n, size - (size_t)n, "0x%" PRIx64 " (%s) %s%s", r->res.addr,
                 pas_name(r->res.pas), perms_text(r->res.perms), r->res.bypass ? " bypass" : "");
    } else {
        snprintf(to + n, size - (size_t)n, "%s, %s", status[r->res.status],
                 smmu3_reason_info(r->res.reason)->name);
    }
}

static void trace_text(char *to, size_t size, const struct smmu3_trace *t)
{
    uint64_t w0 = t->word[0] | (uint64_t)t->word[1] << 32,
             w1 = t->word[2] | (uint64_t)t->word[3] << 32;
    const char *name;

    switch (t->kind) {
    case SMMU3_TRACE_CMD:
        name = command_name(t->word[0] & 0xff);
        snprintf(to, size, "command %s %s 0x%" PRIx64 " 0x%" PRIx64, bank_name(t->sec_sid),
                 name ? name : "unknown", w0, w1);
        break;
    case SMMU3_TRACE_CMD_ERROR:
        snprintf(to, size, "command error %s %u: %s", bank_name(t->sec_sid), t->word[0],
                 smmu3_reason_info(t->reason)->name);
        break;
    case SMMU3_TRACE_EVENT:
        name = event_name(t->word[0] & 0xff);
        snprintf(to, size, "event %s %s StreamID 0x%x 0x%" PRIx64 ": %s%s", bank_name(t->sec_sid),
                 t->word[0] && name ? name : "none", t->stream_id, t->addr,
                 smmu3_reason_info(t->reason)->name, t->recorded ? "" : ", not recorded");
        break;
    case SMMU3_TRACE_GERROR:
        snprintf(to, size, "GERROR %s 0x%x", bank_name(t->sec_sid), t->word[0]);
        break;
    default:
        snprintf(to, size, "S_INIT.INV_ALL");
        break;
    }
}

const char *record_text(const struct smmu3_record *r)
{
    static const char *const irqs[] = { "Event queue", "PRI queue", "CMD_SYNC", "GERROR" };
    static char text[600];
    int n;

    switch (r->kind) {
    case SMMU3_REC_STATE:
        snprintf(text, sizeof(text), "state: %zu bytes", r->len);
        break;
    case SMMU3_REC_MMIO_READ:
    case SMMU3_REC_MMIO_WRITE:
        mmio_text(text, sizeof(text), r);
        break;
    case SMMU3_REC_DMA:
        dma_text(text, sizeof(text), r);
        break;
    case SMMU3_REC_RESET:
        snprintf(text, sizeof(text), "reset");
        break;
    case SMMU3_REC_READ:
    case SMMU3_REC_WRITE:
        n = snprintf(text, sizeof(text), "  memory %s %s 0x%" PRIx64 " (%s):%s",
                     r->kind == SMMU3_REC_READ ? "read" : "write", access_kind(r->acc.kind),
                     r->acc.addr, pas_name(r->acc.pas),
                     r->result == SMMU3_MEM_OK ? "" : " aborted");
        words(text + n, sizeof(text) - (size_t)n, r->data, r->len);
        break;
    case SMMU3_REC_CAS:
        snprintf(text, sizeof(text),
                 "  memory update 0x%" PRIx64 " (%s): 0x%" PRIx64 " -> 0x%" PRIx64 "%s",
                 r->acc.addr, pas_name(r->acc.pas), r->expected, r->desired,
                 r->result != SMMU3_MEM_OK ? " aborted"
                 : r->seen == r->expected  ? ""
                                           : ", lost the race");
        break;
    case SMMU3_REC_IRQ:
        snprintf(text, sizeof(text), "  interrupt %s %s", bank_name(r->bank), irqs[r->irq & 3]);
        break;
    default:
        n = snprintf(text, sizeof(text), "  ");
        trace_text(text + n, sizeof(text) - (size_t)n, &r->trace);
        break;
    }
    return text;
}
