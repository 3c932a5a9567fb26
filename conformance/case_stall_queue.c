/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Stalls whose record has to wait: IHI0070G.b 3.12.2, 7.2, 6.3.6. */
#include "stall.h"

/* The queue as full as it gets without an overflow: C_BAD_CD of another stream,
 * which MEV=0 keeps apart. */
static bool fill(struct conf *c, enum dut_sec sec)
{
    struct conf_stream st = { .sec = sec, .s1 = true, .index = 1 };
    struct dut_dma dma;

    if (conf_failed(c) || !conf_stream(c, &st)) {
        return false;
    }
    CD_PUT(st.cd.w, V, 0);
    conf_stream_update(&st);
    dma = conf_access(&st, STALL_NOWHERE, 0);
    for (unsigned i = 0; i < 1u << conf_bank(c, sec)->evtq_log2; i++) {
        conf_dma(c, &dma);
    }
    return !conf_failed(c);
}

static bool full(struct conf *c, struct stall_target *t, enum dut_sec sec)
{
    struct smmu3t_bank *b = conf_bank(c, sec);

    if (!stall_start(c, sec) || !stall_build(c, t, sec, 0) || !fill(c, sec)) {
        return false;
    }
    if (conf_dma(c, &t->dma).end != DUT_DMA_STALLED) {
        conf_fail(c, "expected the transaction to be held while the Event queue is full");
    }
    conf_eq(c, "the overflow flag", smmu3t_bank_read(b, SMMU3T_EVENTQ_PROD) >> 31, 0);
    return !conf_failed(c);
}

static void drain(struct conf *c, enum dut_sec sec, unsigned n)
{
    uint64_t rec[4];

    for (unsigned i = 0; i < n; i++) {
        if (!smmu3t_bank_event(conf_bank(c, sec), rec)) {
            conf_fail(c, "expected %u events, got %u", n, i);
            return;
        }
    }
}

/* The record of the held one must be there now. */
static void recorded(struct conf *c, struct stall_target *t)
{
    uint64_t rec[4];

    stall_ends(c, 0, DUT_DMA_STALLED); /* lets it be retried */
    if (!smmu3t_bank_event(conf_bank(c, t->st.sec), rec)) {
        conf_fail(c, "expected the record of the stall, got none");
        return;
    }
    conf_eq(c, "Stall and number of the event", EVT_GET(rec, Stall) << 8 | EVT_GET(rec, Number),
            1u << 8 | EVT_F_TRANSLATION);
    conf_eq(c, "InputAddr", rec[2], t->dma.addr);
    conf_cmd(c, t->st.sec, stall_resume(t, (unsigned)EVT_GET(rec, STAG), false, true));
    stall_ends(c, 0, DUT_DMA_ABORTED);
    conf_quiet(c, t->st.sec);
}

static void no_room(struct conf *c, enum dut_sec sec)
{
    struct smmu3t_bank *b = conf_bank(c, sec);
    struct stall_target t;

    if (conf_row(c, RULE_STALL_FULL, CONF_LEGAL, conf_state_need[sec], "%s: a full queue",
                 conf_state_name[sec]) &&
        full(c, &t, sec)) {
        drain(c, sec, 1u << b->evtq_log2);
        recorded(c, &t);
    }
    if (conf_row(c, RULE_STALL_FULL_MENDED, CONF_LEGAL, conf_state_need[sec],
                 "%s: a full queue, mended",
                 conf_state_name[sec]) &&
        full(c, &t, sec)) {
        uint64_t pa = conf_target(c, (enum dut_pas)sec);

        conf_map1(&t.st, STALL_NOWHERE, pa, 0x10000, SMMU3T_S1_RW);
        conf_write64(c, (enum dut_pas)sec, pa, UINT64_C(0x99aabbccddeeff00));
        drain(c, sec, 1u << b->evtq_log2);
        conf_eq(c, "what the read got", stall_ends(c, 0, DUT_DMA_DONE).data,
                UINT64_C(0x99aabbccddeeff00));
        conf_quiet(c, sec);
    }
    if (conf_row(c, RULE_STALL_EVENTQ_OFF, CONF_LEGAL, conf_state_need[sec], "%s: EVENTQEN=0",
                 conf_state_name[sec]) &&
        stall_start(c, sec) && stall_build(c, &t, sec, 0)) {
        smmu3t_bank_cr0(b, SMMU3T_CR0_CMDQEN | SMMU3T_CR0_SMMUEN);
        if (conf_dma(c, &t.dma).end != DUT_DMA_STALLED) {
            conf_fail(c, "expected the transaction to be held with EVENTQEN=0");
        }
        conf_quiet(c, sec);
        smmu3t_bank_cr0(b, SMMU3T_CR0_CMDQEN | SMMU3T_CR0_SMMUEN | SMMU3T_CR0_EVENTQEN);
        recorded(c, &t);
    }
}

/* More than STALL_MAX, if the master can hold so many. */
static void too_many(struct conf *c, enum dut_sec sec)
{
    unsigned max = ID(c, IDR5, STALL_MAX), first = 0;
    struct stall_target t;
    uint64_t rec[4];

    if (!conf_row(c, RULE_STALL_MAX, CONF_LEGAL, conf_state_need[sec], "%s: STALL_MAX",
                  conf_state_name[sec])) {
        return;
    }
    if (max >= conf_holds(c) || !max) {
        conf_skip(c, "needs IDR5.STALL_MAX below %u", conf_holds(c));
        return;
    }
    if (!stall_start(c, sec) || !stall_build(c, &t, sec, 0)) {
        return;
    }
    for (unsigned i = 0; i < max; i++) {
        t.dma.addr = STALL_NOWHERE + (i << 16);
        first = i ? (stall_begin(&t, i), first) : stall_begin(&t, i);
    }
    t.dma.addr += 0x10000;
    t.dma.hold = (uint8_t)max;
    conf_dma(c, &t.dma);
    conf_quiet(c, sec);
    stall_ends(c, max, DUT_DMA_STALLED);
    conf_quiet(c, sec);
    conf_cmd(c, sec, stall_resume(&t, first, false, true));
    stall_ends(c, 0, DUT_DMA_ABORTED);
    stall_ends(c, max, DUT_DMA_STALLED);
    if (!smmu3t_bank_event(conf_bank(c, sec), rec)) {
        conf_fail(c, "expected the record of the one that waited, got none");
    } else {
        conf_eq(c, "InputAddr", rec[2], t.dma.addr);
    }
}

static void stall_queue(struct conf *c)
{
    for (unsigned sec = 0; sec < DUT_NUM_SEC; sec++) {
        no_room(c, (enum dut_sec)sec);
        too_many(c, (enum dut_sec)sec);
    }
}

const struct conf_case case_stall_queue = { "stall/queue", { CAN(STALL) }, stall_queue };
