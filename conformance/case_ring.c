/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* The Event queue and the command queue as rings of any size: IHI0070G.b 3.5.1, 6.3.26 to 6.3.29, 7.2 to 7.5. */
#include "conf.h"

#define OVFLG (UINT32_C(1) << 31)
#define EVENTQ_ABT_ERR 4u
#define ALL_ON (SMMU3T_CR0_SMMUEN | SMMU3T_CR0_EVENTQEN | SMMU3T_CR0_CMDQEN)

static enum dut_pas own(unsigned sec)
{
    return sec ? DUT_PAS_S : DUT_PAS_NS;
}

/* ---- the Event queue ---- */

struct ring {
    struct conf *c;
    unsigned sec;
    struct smmu3t_bank *b;
    unsigned log2; /* of its entries */
    uint32_t n;    /* its entries */
    unsigned made; /* events */
};

/* A queue of its own, at `at` (allocated if 0), PROD and CONS at `first`. What
 * BASE says besides the address is `extra`. */
static bool start(struct ring *r, struct conf *c, unsigned sec, unsigned log2, uint32_t first,
                  uint64_t at, uint64_t extra)
{
    uint64_t size = UINT64_C(32) << log2;

    *r = (struct ring){ .c = c, .sec = sec, .log2 = log2, .n = 1u << log2 };
    r->b = conf_start(c, (enum dut_sec)sec);
    if (!at && !conf_failed(c)) {
        at = conf_alloc(c, own(sec), size, size);
    }
    if (conf_failed(c)) {
        return false;
    }
    smmu3t_bank_cr0(r->b, 0);
    r->b->evtq = at;
    r->b->evtq_log2 = (uint8_t)log2;
    r->b->cons = first;
    conf_set(c, own(sec), smmu3t_bank_reg(r->b, SMMU3T_EVENTQ_BASE), 8, at | extra);
    smmu3t_bank_write(r->b, SMMU3T_EVENTQ_PROD, first);
    smmu3t_bank_write(r->b, SMMU3T_EVENTQ_CONS, first);
    return !smmu3t_bank_cr0(r->b, ALL_ON);
}

static bool start_plain(struct ring *r, struct conf *c, unsigned sec, unsigned log2)
{
    return start(r, c, sec, log2, 0, 0, log2);
}

/* The k-th StreamID in turn, whose STE has V=0. */
static uint32_t sid_of(const struct ring *r, unsigned k)
{
    return conf_sid(r->c, (enum dut_sec)r->sec, k % conf_num_sids(r->c, (enum dut_sec)r->sec));
}

/* An access that makes an event: C_BAD_STE. */
static void event(struct ring *r)
{
    struct dut_dma dma = { .sec_sid = (enum dut_sec)r->sec, .stream_id = sid_of(r, r->made++) };

    if (!conf_failed(r->c)) {
        conf_dma(r->c, &dma);
    }
}

static uint32_t prod(const struct ring *r)
{
    return smmu3t_bank_read(r->b, SMMU3T_EVENTQ_PROD);
}

static void set_cons(struct ring *r, uint32_t v)
{
    smmu3t_bank_write(r->b, SMMU3T_EVENTQ_CONS, v);
}

/* PROD becomes this; events may take their time. */
static bool prod_is(struct ring *r, const char *what, uint32_t want)
{
    for (unsigned i = 0; i < 100 && prod(r) != want; i++) {
        conf_step(r->c);
    }
    return conf_eq(r->c, what, prod(r), want);
}

/* The record in this slot is the k-th event. */
static bool record_is(struct ring *r, uint32_t slot, unsigned k)
{
    uint64_t w = conf_read64(r->c, own(r->sec), r->b->evtq + 32 * (uint64_t)slot);

    return conf_eq(r->c, "the record's number", w & 0xff, EVT_C_BAD_STE) &&
           conf_eq(r->c, "the record's StreamID", w >> 32, sid_of(r, k));
}

static uint32_t wrapped(const struct ring *r, uint32_t i)
{
    return i & (2 * r->n - 1);
}

static void slots(struct conf *c, unsigned sec, unsigned log2)
{
    struct ring r;

    for (unsigned kind = 0; kind < 2; kind++) {
        uint32_t first = kind ? (2u << log2) - 1 : 0;

        if (conf_row(c, kind ? RULE_EVTQ_START : RULE_EVTQ_SLOTS, CONF_LEGAL, conf_state_need[sec],
                     "%s: Event queue of 2^%u, from 0x%x", conf_state_name[sec], log2, first) &&
            start(&r, c, sec, log2, first, 0, log2)) {
            for (uint32_t i = 0; i < 2 * r.n + 1 && !conf_failed(c); i++) {
                event(&r);
                prod_is(&r, "PROD", wrapped(&r, first + i + 1));
                record_is(&r, (first + i) & (r.n - 1), i);
                set_cons(&r, wrapped(&r, first + i + 1));
            }
        }
    }
    if (conf_row(c, RULE_EVTQ_FULL, CONF_LEGAL, conf_state_need[sec], "%s: Event queue of 2^%u",
                 conf_state_name[sec], log2) &&
        start_plain(&r, c, sec, log2)) {
        for (uint32_t i = 0; i < r.n; i++) {
            event(&r);
        }
        prod_is(&r, "PROD of a full queue", wrapped(&r, r.n));
        for (uint32_t i = 0; i < r.n && !conf_failed(c); i++) {
            record_is(&r, i, i);
        }
    }
}

/* Full, then one more: the queue of a row about overflows. */
static bool overflow(struct ring *r, struct conf *c, unsigned sec)
{
    if (!start_plain(r, c, sec, ID(c, IDR1, EVENTQS) < 2 ? ID(c, IDR1, EVENTQS) : 2)) {
        return false;
    }
    for (uint32_t i = 0; i < r->n + 1; i++) {
        event(r);
    }
    return !conf_failed(c);
}

static void overflows(struct conf *c, unsigned sec)
{
    const char *who = conf_state_name[sec];
    struct ring r;

    if (conf_row(c, RULE_EVTQ_OVERFLOW, CONF_ILLEGAL, conf_state_need[sec], "%s: one too many", who) &&
        overflow(&r, c, sec)) {
        prod_is(&r, "PROD after the overflow", wrapped(&r, r.n) | OVFLG);
        for (uint32_t i = 0; i < r.n; i++) {
            record_is(&r, i, i);
        }
        event(&r);
        prod_is(&r, "PROD after another one was lost", wrapped(&r, r.n) | OVFLG);
    }
    if (conf_row(c, RULE_EVTQ_OVERFLOW, CONF_LEGAL, conf_state_need[sec],
                 "%s: acknowledged, then another", who) &&
        overflow(&r, c, sec) && prod_is(&r, "PROD after the overflow", wrapped(&r, r.n) | OVFLG)) {
        set_cons(&r, wrapped(&r, r.n) | OVFLG); /* empty, and acknowledged */
        for (uint32_t i = 0; i < r.n; i++) {
            event(&r);
        }
        prod_is(&r, "PROD, full again", wrapped(&r, 2 * r.n) | OVFLG);
        event(&r);
        prod_is(&r, "PROD after the second overflow", wrapped(&r, 2 * r.n));
    }
    if (conf_row(c, RULE_EVTQ_AFTER, CONF_LEGAL, conf_state_need[sec], "%s: room again", who) &&
        overflow(&r, c, sec)) {
        set_cons(&r, 1); /* one entry is free; OVACKFLG stays */
        event(&r);
        prod_is(&r, "PROD after an event that has room", wrapped(&r, r.n + 1) | OVFLG);
        record_is(&r, 0, r.n + 1);
    }
    if (conf_row(c, RULE_EVTQ_NOT_ABT, CONF_ILLEGAL, conf_state_need[sec], "%s: one too many, GERROR", who) &&
        overflow(&r, c, sec)) {
        conf_eq(c, "active errors",
                smmu3t_bank_read(r.b, SMMU3T_GERROR) ^ smmu3t_bank_read(r.b, SMMU3T_GERRORN), 0);
    }
    for (unsigned full = 0; full < 2; full++) {
        if (conf_row(c, RULE_EVTQ_OFF, CONF_ILLEGAL, conf_state_need[sec], "%s: EVENTQEN=0, %s", who,
                     full ? "the queue is full" : "the queue is empty") &&
            start_plain(&r, c, sec, 0)) {
            if (full) {
                event(&r);
            }
            prod_is(&r, "PROD before", full);
            smmu3t_bank_cr0(r.b, ALL_ON & ~(unsigned)SMMU3T_CR0_EVENTQEN);
            event(&r);
            event(&r);
            conf_step(c);
            conf_eq(c, "PROD after events while EVENTQEN=0", prod(&r), full);
            smmu3t_bank_cr0(r.b, ALL_ON);
            conf_eq(c, "PROD with EVENTQEN=1 again", prod(&r), full);
            set_cons(&r, full);
            event(&r);
            prod_is(&r, "PROD after an event", !full);
        }
    }
}

static void bases(struct conf *c, unsigned sec)
{
    const struct conf_need small[CONF_NEEDS] = { conf_state_need[sec][0], conf_state_need[sec][1],
                                                 NEED(IDR1, EVENTQS, MAX, 14) };
    const struct conf_need some[CONF_NEEDS] = { conf_state_need[sec][0], conf_state_need[sec][1],
                                                NEED(IDR1, EVENTQS, MIN, 2) };
    unsigned max = ID(c, IDR1, EVENTQS);
    struct ring r;

    if (conf_row(c, RULE_EVTQ_CAP, CONF_LEGAL, small, "%s: LOG2SIZE=31", conf_state_name[sec]) &&
        start(&r, c, sec, max, (1u << max) - 1, 0, 31)) {
        event(&r);
        prod_is(&r, "PROD after the last slot", wrapped(&r, r.n));
        record_is(&r, r.n - 1, 0);
        set_cons(&r, wrapped(&r, r.n));
        event(&r);
        prod_is(&r, "PROD after the first slot of the second lap", wrapped(&r, r.n + 1));
        record_is(&r, 0, 1);
    }
    if (conf_row(c, RULE_EVTQ_ALIGN, CONF_LEGAL, some, "%s: low bits set", conf_state_name[sec]) &&
        start(&r, c, sec, 2, 0, 0, 0x60 | 2)) {
        for (uint32_t i = 0; i < 5 && !conf_failed(c); i++) {
            event(&r);
            prod_is(&r, "PROD", wrapped(&r, i + 1));
            record_is(&r, i & 3, i);
            set_cons(&r, wrapped(&r, i + 1));
        }
    }
}

static void aborts(struct conf *c, unsigned sec)
{
    const struct conf_need need[CONF_NEEDS] = { CAN(HOLE), conf_state_need[sec][0],
                                                conf_state_need[sec][1] };
    struct ring r;

    for (unsigned after = 0; after < 2; after++) {
        uint32_t was;
        uint64_t room;

        if (!conf_row(c, after ? RULE_EVTQ_ABT_AFTER : RULE_EVTQ_ABT,
                      after ? CONF_LEGAL : CONF_ILLEGAL, need, "%s: %s", conf_state_name[sec],
                      after ? "mended and acknowledged" : "a queue that aborts") ||
            !start(&r, c, sec, 0, 0, conf_hole(c, own(sec)), 0)) {
            continue;
        }
        was = smmu3t_bank_read(r.b, SMMU3T_GERROR);
        event(&r);
        for (unsigned i = 0; i < 100 && smmu3t_bank_read(r.b, SMMU3T_GERROR) == was; i++) {
            conf_step(c);
        }
        conf_eq(c, "GERROR.EVENTQ_ABT_ERR", (smmu3t_bank_read(r.b, SMMU3T_GERROR) ^ was),
                EVENTQ_ABT_ERR);
        /* Room again, but not acknowledged. */
        room = conf_alloc(c, own(sec), 32, 32);
        smmu3t_bank_cr0(r.b, ALL_ON & ~(unsigned)SMMU3T_CR0_EVENTQEN);
        conf_set(c, own(sec), smmu3t_bank_reg(r.b, SMMU3T_EVENTQ_BASE), 8, room);
        smmu3t_bank_write(r.b, SMMU3T_EVENTQ_PROD, 0);
        r.b->evtq = room;
        if (after) {
            smmu3t_bank_ack(r.b);
        }
        smmu3t_bank_cr0(r.b, ALL_ON);
        r.made = 0;
        event(&r);
        if (after) {
            prod_is(&r, "PROD after an event", 1);
            record_is(&r, 0, 0);
        } else {
            conf_step(c);
            conf_eq(c, "PROD while EVENTQ_ABT_ERR is active", prod(&r), 0);
        }
    }
}

/* ---- the command queue ---- */

/* CMD_SYNCs one by one, each from its slot. The rest of the ring would be an error. */
static void syncs(struct conf *c, unsigned sec, unsigned log2, uint32_t first, uint64_t extra,
                  uint32_t count)
{
    const struct smmu3t_cmd sync = smmu3t_cmd_sync(SMMU3T_SYNC_NONE);
    struct smmu3t_bank *b = conf_start(c, (enum dut_sec)sec);
    uint32_t n = 1u << log2;
    uint64_t at;

    if (conf_failed(c) ||
        !(at = conf_alloc(c, own(sec), n < 2 ? 32 : UINT64_C(16) << log2,
                          n < 2 ? 32 : UINT64_C(16) << log2))) {
        return;
    }
    smmu3t_bank_cr0(b, 0);
    conf_set(c, own(sec), smmu3t_bank_reg(b, SMMU3T_CMDQ_BASE), 8, at | extra);
    smmu3t_bank_write(b, SMMU3T_CMDQ_CONS, first);
    smmu3t_bank_write(b, SMMU3T_CMDQ_PROD, first);
    b->cmdq = at;
    b->cmdq_log2 = (uint8_t)log2;
    b->prod = first;
    smmu3t_bank_cr0(b, SMMU3T_CR0_CMDQEN);
    for (uint32_t i = 0; i < count && !conf_failed(c); i++) {
        uint64_t slot = at + 16 * (uint64_t)(b->prod & (n - 1));

        conf_eq(c, "pushing a CMD_SYNC", (unsigned)smmu3t_bank_push(b, &sync), 0);
        conf_eq(c, "waiting for it", (unsigned)smmu3t_bank_wait(b), 0);
        conf_write64(c, own(sec), slot, 0); /* a Reserved opcode again */
    }
}

static void commands(struct conf *c, unsigned sec)
{
    const struct conf_need small[CONF_NEEDS] = { conf_state_need[sec][0], conf_state_need[sec][1],
                                                 NEED(IDR1, CMDQS, MAX, 15) };
    const struct conf_need some[CONF_NEEDS] = { conf_state_need[sec][0], conf_state_need[sec][1],
                                                NEED(IDR1, CMDQS, MIN, 2) };
    unsigned max = ID(c, IDR1, CMDQS);

    for (unsigned log2 = 0; log2 <= 6; log2++) {
        const struct conf_need need[CONF_NEEDS] = { conf_state_need[sec][0],
                                                    conf_state_need[sec][1],
                                                    NEED(IDR1, CMDQS, MIN, log2) };

        if (conf_row(c, RULE_CMDQ_SIZES, CONF_LEGAL, need, "%s: commands, 2^%u",
                     conf_state_name[sec], log2)) {
            syncs(c, sec, log2, 0, log2, (2u << log2) + 1);
        }
        if (conf_row(c, RULE_CMDQ_START, CONF_LEGAL, need, "%s: commands, 2^%u, from 0x%x",
                     conf_state_name[sec], log2, (2u << log2) - 1)) {
            syncs(c, sec, log2, (2u << log2) - 1, log2, (1u << log2) + 1);
        }
    }
    if (conf_row(c, RULE_CMDQ_CAP, CONF_LEGAL, small, "%s: commands, LOG2SIZE=31", conf_state_name[sec])) {
        syncs(c, sec, max, (1u << max) - 1, 31, 3);
    }
    if (conf_row(c, RULE_CMDQ_ALIGN, CONF_LEGAL, some, "%s: commands, low bits set", conf_state_name[sec])) {
        syncs(c, sec, 2, 0, 0x20 | 2, 9);
    }
}

static void run(struct conf *c)
{
    for (unsigned sec = DUT_NS; sec < DUT_NUM_SEC; sec++) {
        for (unsigned log2 = 0; log2 <= 5 && log2 <= ID(c, IDR1, EVENTQS); log2++) {
            slots(c, sec, log2);
        }
        overflows(c, sec);
        bases(c, sec);
        aborts(c, sec);
        commands(c, sec);
    }
}

const struct conf_case case_ring = { "queue/ring", { { 0 } }, run };
