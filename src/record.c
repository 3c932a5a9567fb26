/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Recordings. A record: a byte of kind, a byte of lane, then numbers of 7 bits a
 * byte, low ones first, the top bit says that more follow; data as it is. The
 * same list of fields encodes and decodes, so the two cannot differ.
 */
#include <string.h>

#include "internal.h"
#include "smmu3/record.h"

#define MAGIC 0x52334d53u /* "SM3R" */
#define MAX_DATA 64u
#define MAX_STATE (1u << 20)

struct cursor {
    uint8_t *out;      /* encoding: where to */
    const uint8_t *in; /* decoding: where from */
    size_t pos, len;
    bool bad;
};

static void number(struct cursor *c, uint64_t *v)
{
    if (c->out) {
        uint64_t left = *v;

        do {
            if (c->pos == c->len) {
                c->bad = true;
                return;
            }
            c->out[c->pos++] = (uint8_t)((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
            left >>= 7;
        } while (left);
        return;
    }
    *v = 0;
    for (unsigned shift = 0;; shift += 7) {
        uint8_t b;

        if (c->pos == c->len || shift > 63) {
            c->bad = true;
            return;
        }
        b = c->in[c->pos++];
        *v |= (uint64_t)(b & 0x7f) << shift;
        if (!(b & 0x80)) {
            return;
        }
    }
}

/* A number that must be below a limit. */
#define FIELD(c, lvalue, limit)                                                               \
    do {                                                                                      \
        uint64_t v_ = (uint64_t)(lvalue);                                                     \
        number(c, &v_);                                                                       \
        if (v_ >= (limit)) {                                                                  \
            (c)->bad = true;                                                                  \
        } else {                                                                              \
            (lvalue) = v_;                                                                    \
        }                                                                                     \
    } while (0)

static void data(struct cursor *c, struct smmu3_record *r, size_t max)
{
    FIELD(c, r->len, max + 1);
    if (c->bad || r->len > c->len - c->pos) {
        c->bad = true;
        return;
    }
    if (c->out) {
        if (r->len) {
            memcpy(c->out + c->pos, r->data, r->len);
        }
    } else {
        r->data = c->in + c->pos;
    }
    c->pos += r->len;
}

static void mmio(struct cursor *c, struct smmu3_record *r)
{
    FIELD(c, r->offset, SMMU3_MMIO_SIZE);
    FIELD(c, r->size, 9u);
    FIELD(c, r->pas, 4u);
    number(c, &r->value);
}

static void dma(struct cursor *c, struct smmu3_record *r)
{
    uint64_t size = 0;

    FIELD(c, r->req.sec_sid, 3u);
    FIELD(c, r->req.stream_id, UINT64_C(1) << 32);
    FIELD(c, r->req.ssv, 2u);
    FIELD(c, r->req.substream_id, 1u << 20);
    number(c, &r->req.addr);
    FIELD(c, r->req.flags, UINT64_C(1) << 32);
    FIELD(c, r->res.status, SMMU3_ST_BUSY + 1u);
    if (r->res.status != SMMU3_ST_OK) {
        FIELD(c, r->res.reason, (unsigned)SMMU3_R_COUNT);
        FIELD(c, r->res.recorded, 2u);
        return;
    }
    for (uint64_t m = r->res.mask; m; m >>= 1) {
        size++;
    }
    number(c, &r->res.addr);
    FIELD(c, size, 65u);
    r->res.mask = low_mask((unsigned)size);
    FIELD(c, r->res.pas, 4u);
    FIELD(c, r->res.perms, 8u);
    FIELD(c, r->res.bypass, 2u);
}

static void access_fields(struct cursor *c, struct smmu3_record *r)
{
    number(c, &r->acc.addr);
    FIELD(c, r->acc.pas, 4u);
    FIELD(c, r->acc.kind, SMMU3_ACC_MSI + 1u);
    FIELD(c, r->acc.sec_sid, 3u);
    FIELD(c, r->result, SMMU3_MEM_POISON + 1u);
}

static void trace(struct cursor *c, struct smmu3_trace *t)
{
    FIELD(c, t->kind, SMMU3_TRACE_INIT + 1u);
    FIELD(c, t->sec_sid, 3u);
    FIELD(c, t->stream_id, UINT64_C(1) << 32);
    number(c, &t->addr);
    FIELD(c, t->reason, (unsigned)SMMU3_R_COUNT);
    FIELD(c, t->recorded, 2u);
    for (int i = 0; i < 8; i++) {
        FIELD(c, t->word[i], UINT64_C(1) << 32);
    }
}

static void fields(struct cursor *c, struct smmu3_record *r)
{
    number(c, &r->time_ns);
    switch (r->kind) {
    case SMMU3_REC_STATE:
        data(c, r, MAX_STATE);
        break;
    case SMMU3_REC_MMIO_READ:
    case SMMU3_REC_MMIO_WRITE:
        mmio(c, r);
        break;
    case SMMU3_REC_DMA:
        dma(c, r);
        break;
    case SMMU3_REC_RESET:
        break;
    case SMMU3_REC_READ:
    case SMMU3_REC_WRITE:
        access_fields(c, r);
        data(c, r, MAX_DATA);
        break;
    case SMMU3_REC_CAS:
        access_fields(c, r);
        number(c, &r->expected);
        number(c, &r->desired);
        number(c, &r->seen);
        break;
    case SMMU3_REC_IRQ:
        FIELD(c, r->bank, 3u);
        FIELD(c, r->irq, SMMU3_IRQ_GERROR + 1u);
        break;
    case SMMU3_REC_TRACE:
        trace(c, &r->trace);
        break;
    default:
        c->bad = true;
        break;
    }
}

size_t smmu3_record_encode(const struct smmu3_record *r, void *buf, size_t len)
{
    struct cursor c = { .out = buf, .pos = 2, .len = len };
    struct smmu3_record copy;

    if (!r || !buf || len < 2) {
        return 0;
    }
    copy = *r; /* fields() could change it, but does not when it encodes */
    c.out[0] = (uint8_t)r->kind;
    c.out[1] = r->lane;
    fields(&c, &copy);
    return c.bad ? 0 : c.pos;
}

size_t smmu3_record_decode(const void *buf, size_t len, struct smmu3_record *r)
{
    struct cursor c = { .in = buf, .pos = 2, .len = len };

    if (!buf || !r || len < 2) {
        return 0;
    }
    memset(r, 0, sizeof(*r));
    r->kind = (enum smmu3_record_kind)c.in[0];
    r->lane = c.in[1];
    fields(&c, r);
    return c.bad ? 0 : c.pos;
}

void smmu3_record_header(uint8_t header[SMMU3_RECORD_HEADER])
{
    store_le32(header, MAGIC);
    store_le32(header + 4, SMMU3_RECORD_VERSION);
}

int smmu3_record_check(const void *header, size_t len)
{
    const uint8_t *p = header;

    if (!header || len < SMMU3_RECORD_HEADER || load_le32(p) != MAGIC) {
        return SMMU3_EFORMAT;
    }
    return load_le32(p + 4) == SMMU3_RECORD_VERSION ? SMMU3_OK : SMMU3_EVERSION;
}
