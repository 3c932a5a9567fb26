/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* What an input does with its scene: operations of sixteen bytes each. */
#include <string.h>

#include "stage.h"

struct op {
    uint8_t kind, a;
    uint16_t b;
    uint32_t c;
    uint64_t d;
};

static const uint32_t offsets[] = {
#define REG(name, off, bits, state, member, mask, guard, present) off,
#define REG_ID(name, off, state, present) off,
#include "../spec/regs.def"
#undef REG
#undef REG_ID
};

static const uint8_t opcodes[] = {
#define CMD(name, op, clause) op,
#include "../spec/cmd.def"
#undef CMD
};

struct field {
    uint16_t lo, width;
};
static const struct field ste_fields[] = {
#define STE_FIELD(n, lo, w) { lo, w },
#include "../spec/ste.def"
#undef STE_FIELD
};
static const struct field cd_fields[] = {
#define CD_FIELD(n, lo, w) { lo, w },
#include "../spec/cd.def"
#undef CD_FIELD
};

static uint32_t offset_of(const struct op *o)
{
    return o->a & 1 ? o->c % (SMMU3_MMIO_SIZE + 16)
                    : offsets[o->b % ARRAY_SIZE(offsets)] + (o->a & 2 ? 4 : 0);
}

static unsigned size_of(const struct op *o)
{
    static const uint8_t sizes[] = { 4, 8, 4, 4, 8, 1, 2, 3, 16, 0 };

    return sizes[(o->c >> 24) % ARRAY_SIZE(sizes)];
}

/* Registers as they may be: any value, or an address of the scene. */
static void op_write(struct stage *st, const struct op *o)
{
    uint64_t v = o->d;

    if (o->a & 64 && st->nwords) {
        v = (st->word[o->c % st->nwords].addr & ~UINT64_C(0x3f)) | (v & 0x3f);
    }
    checked_write(st, offset_of(o), size_of(o), (enum smmu3_pas)(o->a >> 4 & 3), v);
}

static void op_read(struct stage *st, const struct op *o)
{
    checked_read(st, offset_of(o), size_of(o), (enum smmu3_pas)(o->a >> 4 & 3));
}

static void op_command(struct stage *st, const struct op *o)
{
    unsigned q = o->a & 1;
    struct smmu3t_cmd c;

    if (!st->bank_ok[q]) {
        return;
    }
    c.w[0] = (o->a & 4 ? o->b & 0xff : opcodes[o->b % ARRAY_SIZE(opcodes)]) |
             (uint64_t)(o->a >> 1 & 1) << CMDF_SSec_LO | (uint64_t)(o->b >> 8) << 12 |
             (uint64_t)o->c << 32;
    c.w[1] = o->d;
    if (o->a & 8) { /* a Stream of the scene, an address of it */
        const struct stream *s = &st->stream[o->b % st->nstreams];

        c.w[0] = (c.w[0] & UINT32_MAX) | (uint64_t)s->sid << 32;
    } else if (o->a & 16) {
        const struct stream *s = &st->stream[o->b % st->nstreams];

        c.w[1] = (s->s1 ? s->va[o->b >> 14] : s->in[o->b >> 14]) | (o->d & 0xfff);
    }
    smmu3t_bank_run(&st->bank[q], &c);
    if (o->a & 32) { /* go on after an error */
        smmu3t_bank_ack(&st->bank[q]);
    }
}

static void op_dvm(struct stage *st, const struct op *o)
{
    struct smmu3_dvm v = { .sec_sid = (enum smmu3_sec_sid)(o->a & 1), .vmid = o->b & 3,
                           .asid = o->b >> 2 & 3, .addr = o->d,
                           .regime = (enum smmu3_dvm_regime)(o->a >> 1 & 3),
                           .scope = (enum smmu3_dvm_scope)(o->a >> 3 & 7),
                           .tg = o->c & 3, .num = o->c >> 2 & 63, .scale = o->c >> 8 & 127,
                           .ttl = o->c >> 15 & 3 };

    checked_dvm(st, &v);
}

static void op_dma(struct stage *st, const struct op *o)
{
    const struct stream *s = &st->stream[o->b % st->nstreams];
    struct smmu3_request req = { .sec_sid = s->sec, .stream_id = s->sid, .addr = o->d,
                                 .flags = o->c & 0xff & ~SMMU3_REQ_PROBE };
    struct smmu3_result r;

    if (o->a & 1) {
        req.addr += s->s1 ? s->va[o->b >> 8 & 3] : s->in[o->b >> 8 & 3];
    }
    if (o->a & 2) {
        req.ssv = true;
        req.substream_id = o->c >> 8 & 0x1fffff;
    }
    if (o->a & 4) {
        req.stream_id = o->c >> 8;
    }
    if (o->a & 8) {
        req.sec_sid = (enum smmu3_sec_sid)(o->b >> 14);
    }
    if (o->a & 32) {
        req.flags |= o->c & (SMMU3_REQ_TRANSLATED | SMMU3_REQ_TREQ);
    }
    req.attr = (struct smmu3_attr){ (uint8_t)(o->c >> 16), (uint8_t[]){ 0, 2, 3, 3 }[o->a >> 6] };
    req.cookie = (void *)(uintptr_t)++st->next_cookie;
    r = checked_translate(st, &req);
    if (r.status == SMMU3_ST_STALL && o->a & 16) {
        smmu3_stall_cancel(st->smmu, req.cookie);
    }
}

/* Any word that the scene wrote. */
static void op_word(struct stage *st, const struct op *o)
{
    unsigned pas;
    uint64_t addr, v;

    if (!st->nwords) {
        return;
    }
    addr = st->word[o->b % st->nwords].addr;
    pas = st->word[o->b % st->nwords].pas;
    v = stage_read64(st, pas, addr);
    switch (o->a & 7) {
    case 0:
        v ^= UINT64_C(1) << (o->c & 63);
        break;
    case 1:
        v = o->d;
        break;
    case 2:
        v = (v & ~UINT64_C(0xfff)) | (o->d & 0xfff);
        break;
    case 3: /* the address of some other thing */
        v = (st->word[o->c % st->nwords].addr & ~UINT64_C(0xfff)) | (v & 0xfff);
        break;
    case 4: /* beside it */
        addr += 8 * (o->c & 511);
        v = o->d;
        break;
    default:
        v += o->d;
        break;
    }
    stage_write64(st, pas, addr, v);
}

static void put(struct stage *st, unsigned pas, uint64_t base, struct field f, uint64_t v)
{
    uint64_t addr = base + f.lo / 64 * 8, w = stage_read64(st, pas, addr);

    put_field(&w, f.lo % 64, f.width, v);
    stage_write64(st, pas, addr, w);
}

static void op_field(struct stage *st, const struct op *o)
{
    const struct stream *s = &st->stream[o->b % st->nstreams];

    if (o->a & 1 && s->cd_addr) {
        put(st, s->sec, s->cd_addr, cd_fields[o->c % ARRAY_SIZE(cd_fields)], o->d);
    } else {
        put(st, s->sec, s->ste_addr, ste_fields[o->c % ARRAY_SIZE(ste_fields)], o->d);
    }
    if (!(o->a & 2)) { /* let the SMMU know */
        struct smmu3t_cmd c = smmu3t_cmd_cfgi_ste(s->sid, false, s->sec);

        smmu3t_bank_run(&st->bank[s->sec], &c);
    }
}

static void op_abort(struct stage *st, const struct op *o)
{
    if (o->a & 1 || !st->nwords) {
        st->nbad = 0;
        return;
    }
    if (st->nbad < MAX_BAD) {
        st->bad[st->nbad].pas = o->a & 8 ? o->a >> 4 & 1 : st->word[o->b % st->nwords].pas;
        st->bad[st->nbad].first = o->a & 8 ? o->d : st->word[o->b % st->nwords].addr & ~7ull;
        st->bad[st->nbad].last = st->bad[st->nbad].first + (o->c & 0xfff);
        st->bad[st->nbad++].how = o->a & 2 ? SMMU3_MEM_POISON : SMMU3_MEM_ABORT;
    }
}

/* A CPU gets in the way of updates, of the next few or of all. */
static void op_contend(struct stage *st, const struct op *o)
{
    st->cas_others = o->a & 7 ? o->a & 3 : 1200;
}

/* What a driver does about events and errors. */
static void op_serve(struct stage *st, const struct op *o)
{
    struct smmu3t_bank *b = &st->bank[o->a & 1];
    uint64_t rec[4];

    if (!st->bank_ok[o->a & 1]) {
        return;
    }
    for (unsigned i = 0; i < 16 && smmu3t_bank_event(b, rec); i++) {
        if (rec[1] >> 31 & 1 && o->a & 2) { /* Stall: RESUME it */
            struct smmu3t_cmd c = { { CMD_RESUME | (uint64_t)(o->a & 1) << CMDF_SSec_LO |
                                          (uint64_t)(o->a >> 2 & 3) << CMDF_Ac_LO |
                                          (rec[0] & ~UINT64_C(0xffffffff)),
                                      rec[1] & 0xffff } };

            smmu3t_bank_run(b, &c);
        }
    }
    smmu3t_bank_ack(b);
}

static void op_round_trip(struct stage *st, const struct op *o)
{
    (void)o;
    checked_round_trip(st);
}

/* A snapshot with a register's value, or any of its bytes, changed. */
static void op_load(struct stage *st, const struct op *o)
{
    static uint8_t buf[SNAPSHOT_MAX];
    size_t n = checked_save(st, buf), at = (o->b * 12u + 68u) % n;
    size_t len = o->a & 1 ? o->c % (n + 1) : n;

    if (o->a & 2) {
        at = o->b % n;
    }
    for (unsigned i = 0; i < 8 && at + i < n; i++) {
        if (o->a & 4 || i < 1 + (o->a >> 4 & 7u)) {
            buf[at + i] = (uint8_t)(o->d >> (8 * i));
        }
    }
    checked_load(st, buf, len);
}

static void op_reset(struct stage *st, const struct op *o)
{
    if (o->a & 1) {
        smmu3_reset(st->smmu);
    } else {
        checked_write(st, SMMU3T_S_INIT, 4, SMMU3_PAS_S, 1);
    }
}

static const struct {
    void (*run)(struct stage *st, const struct op *o);
    unsigned kinds;
} table[] = {
    { op_dma, OPS_DMA }, { op_dma, OPS_DMA }, { op_dma, OPS_DMA },
    { op_write, OPS_MMIO }, { op_write, OPS_MMIO }, { op_read, OPS_MMIO },
    { op_command, OPS_CMD }, { op_command, OPS_CMD }, { op_dvm, OPS_CMD },
    { op_word, OPS_TABLE }, { op_word, OPS_TABLE }, { op_field, OPS_TABLE },
    { op_field, OPS_TABLE }, { op_abort, OPS_TABLE }, { op_contend, OPS_TABLE },
    { op_serve, OPS_DMA }, { op_round_trip, OPS_STATE }, { op_load, OPS_STATE },
    { op_reset, OPS_STATE },
};

void ops_run(struct stage *st, struct input *in, unsigned kinds)
{
    for (unsigned n = 0; in->left && n < 200; n++) {
        struct op o;
        unsigned k;

        o.kind = (uint8_t)take(in, 1);
        o.a = (uint8_t)take(in, 1);
        o.b = (uint16_t)take(in, 2);
        o.c = (uint32_t)take(in, 4);
        o.d = take(in, 8);
        k = o.kind % ARRAY_SIZE(table);
        if (!(table[k].kinds & kinds) || !st->nstreams) {
            k = 0;
        }
        st->watched = o.kind >> 6 == 3;
        st->stale |= (table[k].kinds & (OPS_MMIO | OPS_TABLE)) != 0;
        if (st->nstreams) {
            table[k].run(st, &o);
        }
        st->nresumed = 0;
    }
}
