/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Transactions that are held until software answers: IHI0070G.b 3.12.2, 4.7. */
#include "conf.h"

#define NSSTALLD (1u << 9)
#define NOWHERE UINT64_C(0x70000000)

/* Stalled transactions that there can be: the SMMU's limit, and the master's. */
static unsigned stalls_at_once(const struct conf *c)
{
    unsigned n = ID(c, IDR5, STALL_MAX);

    return n < conf_holds(c) ? n : conf_holds(c);
}

static const char *const end_names[] = { "done", "aborted", "stalled", "broken" };

struct target {
    struct conf *c;
    struct conf_stream st;
    struct dut_dma dma;    /* faults, and can stall */
    struct conf_event want;
};

static bool start(struct conf *c, enum dut_sec sec)
{
    if (conf_stall_model(c, sec) == 1) {
        conf_skip(c, "the DUT does not stall");
        return false;
    }
    conf_start(c, sec);
    return !conf_failed(c);
}

/* A stream that stalls, an address it does not map. */
static bool build(struct conf *c, struct target *t, enum dut_sec sec, unsigned index)
{
    *t = (struct target){ .c = c, .st = { .sec = sec, .s1 = true, .index = index, .asid = 1 },
                          .want = { .number = EVT_F_TRANSLATION, .class_ = CONF_CLASS_IN,
                                    .stall = true } };
    if (conf_failed(c) || !conf_stream(c, &t->st)) {
        return false;
    }
    CD_PUT(t->st.cd.w, S, 1);
    CD_PUT(t->st.cd.w, R, 0);
    conf_stream_update(&t->st);
    t->dma = conf_access(&t->st, NOWHERE, DUT_DMA_CAN_STALL);
    return !conf_failed(c);
}

static unsigned stag(const struct conf *c)
{
    return (unsigned)EVT_GET(conf_last_event(c), STAG);
}

static struct smmu3t_cmd resume(const struct target *t, unsigned tag, bool ac, bool ab)
{
    struct smmu3t_cmd cmd = { { 0, 0 } };

    CMD_PUT(cmd.w, Opcode, CMD_RESUME);
    CMD_PUT(cmd.w, SSec, t->st.sec == DUT_S);
    CMD_PUT(cmd.w, StreamID, t->st.sid);
    CMD_PUT(cmd.w, STAG, tag);
    CMD_PUT(cmd.w, Ac, ac);
    CMD_PUT(cmd.w, Ab, ab);
    return cmd;
}

static struct dut_dma_result ends(struct conf *c, unsigned hold, enum dut_dma_end want)
{
    struct dut_dma_result r = conf_stalled(c, hold);

    if (r.end != want && !conf_failed(c)) {
        conf_fail(c, "the stalled transaction: expected to be %s, was %s", end_names[want],
                  end_names[r.end]);
    }
    return r;
}

/* It stalls, with its record, and what answers the record. */
static unsigned stalls(struct target *t, unsigned hold)
{
    t->dma.hold = (uint8_t)hold;
    conf_faults(t->c, &t->dma, &t->want);
    ends(t->c, hold, DUT_DMA_STALLED);
    return stag(t->c);
}

/* ---- what stalls ---- */

static void kinds(struct conf *c, enum dut_sec sec)
{
    static const struct {
        const char *name;
        uint8_t number;
        bool write;
    } row[] = {
        { "F_TRANSLATION of a read", EVT_F_TRANSLATION, false },
        { "F_TRANSLATION of a write", EVT_F_TRANSLATION, true },
        { "F_ADDR_SIZE", EVT_F_ADDR_SIZE, false },
        { "F_ACCESS", EVT_F_ACCESS, false },
        { "F_PERMISSION", EVT_F_PERMISSION, true },
    };

    for (size_t i = 0; i < 2 * CONF_COUNT(row); i++) {
        bool s2 = i & 1;
        uint8_t number = row[i / 2].number;
        struct target t;
        uint64_t pa, a, d;
        struct smmu3t_pgt *tab;

        if (!conf_row(c, RULE_STALL_RECORD, CONF_ILLEGAL, conf_state_need[sec], "%s: %s at stage %u",
                      conf_state_name[sec], row[i / 2].name, 1u + s2) ||
            !start(c, sec)) {
            continue;
        }
        t = (struct target){ .c = c, .st = { .sec = sec, .s1 = !s2, .s2 = s2, .vmid = 1 },
                             .want = { .number = number, .class_ = CONF_CLASS_IN, .s2 = s2,
                                       .stall = true } };
        if (!conf_stream(c, &t.st)) {
            continue;
        }
        CD_PUT(t.st.cd.w, S, 1);
        CD_PUT(t.st.cd.w, R, 0);
        STE_PUT(t.st.ste.w, S2S, 1);
        STE_PUT(t.st.ste.w, S2R, 0);
        if (conf_oas(c) > 44) {
            CD_PUT(t.st.cd.w, IPS, 4);
            STE_PUT(t.st.ste.w, S2PS, 4);
        }
        conf_stream_update(&t.st);
        t.dma = conf_access(&t.st, conf_map(&t.st, &pa),
                            DUT_DMA_CAN_STALL | (row[i / 2].write ? DUT_DMA_WRITE : 0));
        t.want.ipa = t.dma.addr;
        tab = s2 ? &t.st.st2 : &t.st.tt0;
        a = smmu3t_pgt_desc_addr(tab, t.dma.addr, 3);
        d = smmu3t_pgt_read(tab, a);
        switch (number) {
        case EVT_F_TRANSLATION:
            d = 0;
            break;
        case EVT_F_ADDR_SIZE:
            d |= UINT64_C(1) << 45; /* beyond the 44 bits of IPS and S2PS below */
            break;
        case EVT_F_ACCESS:
            d &= ~SMMU3T_S1_AF;
            break;
        default:
            d = s2 ? d & ~SMMU3T_S2_W : d | SMMU3T_S1_RO;
            break;
        }
        smmu3t_pgt_write(tab, a, d);
        conf_cmd(c, sec, resume(&t, stalls(&t, 0), false, true));
        ends(c, 0, DUT_DMA_ABORTED);
    }
}

/* CD.S and S2S, a fault of each stage, and of stage 2 under a stage 1 table. */
static void stage_decides(struct conf *c, enum dut_sec sec)
{
    static const char *const where[] = { "stage 1", "stage 2, data", "stage 2, a table" };

    for (unsigned k = 0; k < 12; k++) {
        bool s = k & 1, s2s = k & 2, stall = k < 4 ? s : s2s;
        struct conf_stream st = { .sec = sec, .s1 = true, .s2 = true, .vmid = 1 };
        struct conf_event want = { .number = EVT_F_TRANSLATION, .s2 = k >= 4, .stall = stall,
                                   .class_ = k >= 8 ? CONF_CLASS_TT : CONF_CLASS_IN };
        struct dut_dma dma;
        uint64_t va, pa, a;

        if (!conf_row(c, RULE_STALL_STAGE, CONF_ILLEGAL, conf_state_need[sec],
                      "%s: CD.S=%u S2S=%u, fault at %s", conf_state_name[sec], s, s2s,
                      where[k / 4])) {
            continue;
        }
        if (conf_stall_model(c, sec) != 0) {
            conf_skip(c, "the DUT has one of stalling and terminating");
            continue;
        }
        if (!start(c, sec) || !conf_stream(c, &st)) {
            continue;
        }
        CD_PUT(st.cd.w, S, s);
        STE_PUT(st.ste.w, S2S, s2s);
        conf_stream_update(&st);
        va = conf_map(&st, &pa);
        dma = conf_access(&st, va, DUT_DMA_CAN_STALL);
        if (k < 4) {
            dma.addr = NOWHERE;
        } else {
            want.ipa = k < 8 ? conf_ipa(c, pa) : smmu3t_pgt_desc_addr(&st.tt0, va, 3);
            a = smmu3t_pgt_desc_addr(&st.st2, want.ipa, 3);
            smmu3t_pgt_write(&st.st2, a, 0);
        }
        conf_faults(c, &dma, &want);
    }
}

static void never(struct conf *c, enum dut_sec sec)
{
    static const struct conf_event bad_cd = { .number = EVT_C_BAD_CD };
    struct conf_need need[CONF_NEEDS] = { conf_state_need[sec][0], conf_state_need[sec][1],
                                          CAN(HOLE) };
    struct target t;

    if (conf_row(c, RULE_STALL_NEVER, CONF_ILLEGAL, conf_state_need[sec], "%s: C_BAD_CD",
                 conf_state_name[sec]) &&
        start(c, sec) && build(c, &t, sec, 0)) {
        CD_PUT(t.st.cd.w, V, 0);
        conf_stream_update(&t.st);
        conf_faults(c, &t.dma, &bad_cd);
    }
    if (conf_row(c, RULE_STALL_NEVER, CONF_ILLEGAL, need, "%s: F_WALK_EABT", conf_state_name[sec]) &&
        start(c, sec) && build(c, &t, sec, 0)) {
        uint64_t hole = conf_hole(c, (enum dut_pas)sec);
        unsigned start_level = (unsigned)smmu3t_pgt_s1_start(t.st.gran1, t.st.bits1);
        unsigned shift = smmu3t_pgt_shift(t.st.gran1, (int)start_level);

        CD_PUT(t.st.cd.w, TTB0, hole >> 4);
        conf_stream_update(&t.st);
        t.want = (struct conf_event){ .number = EVT_F_WALK_EABT, .class_ = CONF_CLASS_TT,
                                      .fetch = hole + 8 * (NOWHERE >> shift) };
        conf_faults(c, &t.dma, &t.want);
    }
    if (conf_row(c, RULE_STALL_S1STALLD, CONF_ILLEGAL, conf_state_need[sec], "%s: S1STALLD",
                 conf_state_name[sec])) {
        if (conf_stall_model(c, sec)) {
            conf_skip(c, "the DUT has one of stalling and terminating");
        } else if (start(c, sec) && build(c, &t, sec, 0)) {
            CD_PUT(t.st.cd.w, S, 0);
            CD_PUT(t.st.cd.w, R, 1);
            STE_PUT(t.st.ste.w, S1STALLD, 1);
            conf_stream_update(&t.st);
            t.want.stall = false;
            conf_faults(c, &t.dma, &t.want);
        }
    }
}

/* ---- how it goes on ---- */

static void retry(struct conf *c, enum dut_sec sec)
{
    struct target t;
    unsigned tag;

    for (unsigned write = 0; write < 2; write++) {
        if (conf_row(c, RULE_STALL_RETRY, CONF_LEGAL, conf_state_need[sec], "%s: a %s",
                     conf_state_name[sec], write ? "write" : "read") &&
            start(c, sec) && build(c, &t, sec, 0)) {
            uint64_t pa = conf_target(c, (enum dut_pas)sec);
            struct dut_dma_result r;

            conf_write64(c, (enum dut_pas)sec, pa, UINT64_C(0x1122334455667788));
            t.dma.flags |= write ? DUT_DMA_WRITE : 0;
            tag = stalls(&t, 0);
            conf_map1(&t.st, NOWHERE, pa, 0x10000, SMMU3T_S1_RW);
            conf_cmd(c, sec, resume(&t, tag, true, false));
            r = ends(c, 0, DUT_DMA_DONE);
            if (!write) {
                conf_eq(c, "what the read got", r.data, UINT64_C(0x1122334455667788));
            } else if (conf_read64(c, (enum dut_pas)sec, pa) == UINT64_C(0x1122334455667788)) {
                conf_fail(c, "the write did not reach memory");
            }
            conf_quiet(c, sec);
        }
    }
    if (conf_row(c, RULE_STALL_RETRY_AGAIN, CONF_ILLEGAL, conf_state_need[sec], "%s: not mended",
                 conf_state_name[sec]) &&
        start(c, sec) && build(c, &t, sec, 0)) {
        uint64_t rec[4];

        tag = stalls(&t, 0);
        conf_cmd(c, sec, resume(&t, tag, true, false));
        ends(c, 0, DUT_DMA_STALLED);
        if (!smmu3t_bank_event(conf_bank(c, sec), rec)) {
            conf_fail(c, "expected a second event, got none");
        } else {
            conf_eq(c, "Stall and number of the second event",
                    EVT_GET(rec, Stall) << 8 | EVT_GET(rec, Number), 1u << 8 | EVT_F_TRANSLATION);
            conf_cmd(c, sec, resume(&t, (unsigned)EVT_GET(rec, STAG), false, true));
            ends(c, 0, DUT_DMA_ABORTED);
        }
    }
    if (conf_row(c, RULE_STALL_RETRY_CONFIG, CONF_ILLEGAL, conf_state_need[sec],
                 "%s: the STE aborts by then", conf_state_name[sec]) &&
        start(c, sec) && build(c, &t, sec, 0)) {
        tag = stalls(&t, 0);
        STE_PUT(t.st.ste.w, Config, SMMU3T_CFG_ABORT);
        conf_stream_update(&t.st);
        conf_cmd(c, sec, resume(&t, tag, true, false));
        ends(c, 0, DUT_DMA_ABORTED);
        conf_quiet(c, sec);
    }
}

/* CD.A has no say in it. */
static void terminate(struct conf *c, enum dut_sec sec)
{
    for (unsigned k = 0; k < 8; k++) {
        bool ab = k & 1, write = k & 2, a = k & 4;
        bool razwi = !ab && !ID(c, IDR0, TERM_MODEL);
        struct target t;
        unsigned tag;

        if (conf_row(c, ab ? RULE_STALL_ABORT : RULE_STALL_RAZWI, CONF_LEGAL, conf_state_need[sec],
                     "%s: Ab=%u, a %s, CD.A=%u", conf_state_name[sec], ab, write ? "write" : "read",
                     a) &&
            start(c, sec) && build(c, &t, sec, 0)) {
            if (!a && ID(c, IDR0, TERM_MODEL)) {
                conf_skip(c, "needs IDR0.TERM_MODEL = 0");
                continue;
            }
            CD_PUT(t.st.cd.w, A, a);
            conf_stream_update(&t.st);
            t.dma.flags |= write ? DUT_DMA_WRITE : 0;
            tag = stalls(&t, 0);
            conf_cmd(c, sec, resume(&t, tag, false, ab));
            conf_eq(c, "what the read got", ends(c, 0, razwi ? DUT_DMA_DONE : DUT_DMA_ABORTED).data, 0);
            conf_quiet(c, sec);
        }
    }
}

static void no_match(struct conf *c, enum dut_sec sec)
{
    static const char *const what[] = { "another STAG", "another StreamID", "the highest STAG" };

    for (unsigned k = 0; k < 6; k++) {
        struct target t;
        unsigned tag;

        if (conf_row(c, RULE_STALL_NO_MATCH, CONF_ILLEGAL, conf_state_need[sec], "%s: %s, Ac=%u",
                     conf_state_name[sec], what[k >> 1], k & 1) &&
            start(c, sec) && build(c, &t, sec, 0)) {
            struct smmu3t_cmd cmd;

            tag = stalls(&t, 0);
            cmd = resume(&t, k >> 1 == 0 ? tag ^ 1 : k >> 1 == 2 ? 0xffff : tag, k & 1, true);
            if (k >> 1 == 1) {
                CMD_PUT(cmd.w, StreamID, t.st.sid ^ 1);
            }
            conf_cmd(c, sec, cmd);
            ends(c, 0, DUT_DMA_STALLED);
            conf_quiet(c, sec);
            conf_cmd(c, sec, resume(&t, tag, false, true));
            ends(c, 0, DUT_DMA_ABORTED);
        }
    }
}

/* One stalled in each state; one queue, one SSec. */
static void states(struct conf *c)
{
    static const struct conf_need need[CONF_NEEDS] = { IN_SECURE };
    static const struct {
        const char *name;
        enum dut_sec queue;
        bool ssec;
    } row[] = {
        { "Non-secure queue", DUT_NS, false },
        { "Secure queue, SSec=0", DUT_S, false },
        { "Secure queue, SSec=1", DUT_S, true },
    };

    for (size_t i = 0; i < CONF_COUNT(row); i++) {
        unsigned hit = row[i].ssec, tag[2];
        struct target t[2];
        struct smmu3t_cmd cmd;

        if (!conf_row(c, RULE_STALL_STATE, CONF_ILLEGAL, need, "%s", row[i].name)) {
            continue;
        }
        if (stalls_at_once(c) < 2) {
            conf_skip(c, "the DUT cannot stall two at a time");
        } else if (start(c, DUT_S) && start(c, DUT_NS) && build(c, &t[0], DUT_NS, 0) &&
                   build(c, &t[1], DUT_S, 0)) {
            tag[0] = stalls(&t[0], 0);
            tag[1] = stalls(&t[1], 1);
            /* the Secure one's StreamID and STAG, in the name of the other */
            cmd = resume(&t[!hit], tag[!hit], false, true);
            CMD_PUT(cmd.w, SSec, row[i].ssec);
            conf_cmd(c, row[i].queue, cmd);
            ends(c, !hit, DUT_DMA_STALLED);
            if (conf_stalled(c, hit).end == DUT_DMA_STALLED) { /* else they were equal */
                conf_cmd(c, row[i].queue, resume(&t[hit], tag[hit], false, true));
            }
            ends(c, hit, DUT_DMA_ABORTED);
            ends(c, !hit, DUT_DMA_STALLED);
        }
    }
}

/* ---- several ---- */

static void tags(struct conf *c, enum dut_sec sec)
{
    struct target t;
    unsigned tag[3], n = stalls_at_once(c) < 3 ? stalls_at_once(c) : 3;

    if (!conf_row(c, RULE_STALL_STAG, CONF_LEGAL, conf_state_need[sec], "%s: STAGs", conf_state_name[sec]) ||
        !start(c, sec) || !build(c, &t, sec, 0)) {
        return;
    }
    for (unsigned i = 0; i < n; i++) {
        t.dma.addr = NOWHERE + (i << 16); /* no duplicates: they may be suppressed */
        tag[i] = stalls(&t, i);
        for (unsigned k = 0; k < i; k++) {
            if (tag[k] == tag[i]) {
                conf_fail(c, "two stalled transactions have STAG 0x%x", tag[i]);
            }
        }
    }
    for (unsigned i = n; i-- > 0;) {
        conf_cmd(c, sec, resume(&t, tag[i], false, true));
        ends(c, i, DUT_DMA_ABORTED);
        for (unsigned k = 0; k < i; k++) {
            ends(c, k, DUT_DMA_STALLED);
        }
    }
}

/* Two of the stream, one of another, one of the other state. */
static void stall_term(struct conf *c, enum dut_sec sec, bool others)
{
    struct target t, other;
    struct smmu3t_cmd cmd = { { 0, 0 } };
    bool both = conf_has_secure(c);

    if (!conf_row(c, others ? RULE_STALL_TERM_OTHERS : RULE_STALL_TERM,
                  others ? CONF_ILLEGAL : CONF_LEGAL, conf_state_need[sec], "%s: STALL_TERM%s",
                  conf_state_name[sec], others ? " and others" : "")) {
        return;
    }
    if (stalls_at_once(c) < (others ? 3u : 2u) || (others && conf_num_sids(c, sec) < 2)) {
        conf_skip(c, "needs two StreamIDs and more stalled at a time");
        return;
    }
    if (both && !start(c, (enum dut_sec)!sec)) {
        return;
    }
    if (!start(c, sec) || !build(c, &t, sec, 0)) {
        return;
    }
    stalls(&t, 0);
    if (others && build(c, &other, sec, 1)) {
        stalls(&other, 1);
    } else {
        t.dma.addr += 0x10000;
        stalls(&t, 1);
    }
    if (others && both && build(c, &other, (enum dut_sec)!sec, 0)) {
        stalls(&other, 2);
    }
    STE_PUT(t.st.ste.w, Config, SMMU3T_CFG_ABORT);
    conf_stream_update(&t.st);
    CMD_PUT(cmd.w, Opcode, CMD_STALL_TERM);
    CMD_PUT(cmd.w, SSec, sec == DUT_S);
    CMD_PUT(cmd.w, StreamID, t.st.sid);
    conf_cmd(c, sec, cmd);
    ends(c, 0, DUT_DMA_ABORTED);
    ends(c, 1, others ? DUT_DMA_STALLED : DUT_DMA_ABORTED);
    if (others && both) {
        ends(c, 2, DUT_DMA_STALLED);
    }
}

static void smmuen(struct conf *c, enum dut_sec sec)
{
    struct target t, other;
    bool both = conf_has_secure(c) && stalls_at_once(c) >= 2;

    if (!conf_row(c, RULE_STALL_SMMUEN, CONF_LEGAL, conf_state_need[sec], "%s: SMMUEN=0",
                  conf_state_name[sec]) ||
        (both && !start(c, (enum dut_sec)!sec)) || !start(c, sec) || !build(c, &t, sec, 0)) {
        return;
    }
    stalls(&t, 0);
    if (both && build(c, &other, (enum dut_sec)!sec, 0)) {
        stalls(&other, 1);
    }
    smmu3t_bank_cr0(conf_bank(c, sec), SMMU3T_CR0_CMDQEN | SMMU3T_CR0_EVENTQEN);
    ends(c, 0, DUT_DMA_ABORTED);
    conf_quiet(c, sec);
    if (both) {
        ends(c, 1, DUT_DMA_STALLED);
    }
}

/* ---- no room for the record ---- */

/* The queue as full as it gets without an overflow. */
static void fill(struct target *t)
{
    struct smmu3t_bank *b = conf_bank(t->c, t->st.sec);
    struct dut_dma out = { .sec_sid = t->st.sec,
                           .stream_id = conf_num_sids(t->c, t->st.sec) + 1 };

    for (unsigned i = 0; i < 1u << b->evtq_log2; i++) {
        conf_dma(t->c, &out); /* C_BAD_STREAMID or C_BAD_STE */
    }
}

static bool full(struct conf *c, struct target *t, enum dut_sec sec)
{
    struct smmu3t_bank *b = conf_bank(c, sec);

    if (!conf_can(c, DUT_CAN_ANY_SID)) {
        conf_skip(c, "the DUT has no StreamID out of range");
        return false;
    }
    if (!start(c, sec) || !build(c, t, sec, 0)) {
        return false;
    }
    fill(t);
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
static void recorded(struct conf *c, struct target *t)
{
    uint64_t rec[4];

    ends(c, 0, DUT_DMA_STALLED); /* lets it be retried */
    if (!smmu3t_bank_event(conf_bank(c, t->st.sec), rec)) {
        conf_fail(c, "expected the record of the stall, got none");
        return;
    }
    conf_eq(c, "Stall and number of the event", EVT_GET(rec, Stall) << 8 | EVT_GET(rec, Number),
            1u << 8 | EVT_F_TRANSLATION);
    conf_eq(c, "InputAddr", rec[2], t->dma.addr);
    conf_cmd(c, t->st.sec, resume(t, (unsigned)EVT_GET(rec, STAG), false, true));
    ends(c, 0, DUT_DMA_ABORTED);
    conf_quiet(c, t->st.sec);
}

static void no_room(struct conf *c, enum dut_sec sec)
{
    struct smmu3t_bank *b = conf_bank(c, sec);
    struct target t;

    if (conf_row(c, RULE_STALL_FULL, CONF_LEGAL, conf_state_need[sec], "%s: a full queue", conf_state_name[sec]) &&
        full(c, &t, sec)) {
        drain(c, sec, 1u << b->evtq_log2);
        recorded(c, &t);
    }
    if (conf_row(c, RULE_STALL_FULL_MENDED, CONF_LEGAL, conf_state_need[sec], "%s: a full queue, mended",
                 conf_state_name[sec]) &&
        full(c, &t, sec)) {
        uint64_t pa = conf_target(c, (enum dut_pas)sec);

        conf_map1(&t.st, NOWHERE, pa, 0x10000, SMMU3T_S1_RW);
        conf_write64(c, (enum dut_pas)sec, pa, UINT64_C(0x99aabbccddeeff00));
        drain(c, sec, 1u << b->evtq_log2);
        conf_eq(c, "what the read got", ends(c, 0, DUT_DMA_DONE).data,
                UINT64_C(0x99aabbccddeeff00));
        conf_quiet(c, sec);
    }
    if (conf_row(c, RULE_STALL_EVENTQ_OFF, CONF_LEGAL, conf_state_need[sec], "%s: EVENTQEN=0",
                 conf_state_name[sec]) &&
        start(c, sec) && build(c, &t, sec, 0)) {
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
    struct target t;
    uint64_t rec[4];

    if (!conf_row(c, RULE_STALL_MAX, CONF_LEGAL, conf_state_need[sec], "%s: STALL_MAX", conf_state_name[sec])) {
        return;
    }
    if (max >= conf_holds(c) || !max) {
        conf_skip(c, "needs IDR5.STALL_MAX below %u", conf_holds(c));
        return;
    }
    if (!start(c, sec) || !build(c, &t, sec, 0)) {
        return;
    }
    for (unsigned i = 0; i < max; i++) {
        t.dma.addr = NOWHERE + (i << 16);
        first = i ? (stalls(&t, i), first) : stalls(&t, i);
    }
    t.dma.addr += 0x10000;
    t.dma.hold = (uint8_t)max;
    conf_dma(c, &t.dma);
    conf_quiet(c, sec);
    ends(c, max, DUT_DMA_STALLED);
    conf_quiet(c, sec);
    conf_cmd(c, sec, resume(&t, first, false, true));
    ends(c, 0, DUT_DMA_ABORTED);
    ends(c, max, DUT_DMA_STALLED);
    if (!smmu3t_bank_event(conf_bank(c, sec), rec)) {
        conf_fail(c, "expected the record of the one that waited, got none");
    } else {
        conf_eq(c, "InputAddr", rec[2], t.dma.addr);
    }
}

static void nsstalld(struct conf *c)
{
    static const struct conf_need need[CONF_NEEDS] = { IN_SECURE,
                                                       NEED(S_IDR0, STALL_MODEL, IS, 0) };
    static const struct conf_event bad_cd = { .number = EVT_C_BAD_CD };

    for (unsigned k = 0; k < 4; k++) {
        bool on = k & 1;
        enum dut_sec sec = (enum dut_sec)(k >> 1);
        struct target t;

        if (conf_row(c, RULE_STALL_NSSTALLD, on && sec == DUT_NS ? CONF_ILLEGAL : CONF_LEGAL, need,
                     "NSSTALLD=%u, a %s stream", on, conf_state_name[sec])) {
            struct smmu3t_bank *b = conf_start(c, DUT_S);

            smmu3t_bank_cr0(b, smmu3t_bank_read(b, SMMU3T_CR0) | (on ? NSSTALLD : 0));
            conf_start(c, DUT_NS);
            conf_eq(c, "IDR0.STALL_MODEL", conf_r32(c, 0) >> 24 & 3, on);
            conf_eq(c, "S_IDR0.STALL_MODEL", conf_r32(c, 0x8000) >> 24 & 3, 0);
            if (build(c, &t, sec, 0)) {
                if (on && sec == DUT_NS) {
                    conf_faults(c, &t.dma, &bad_cd);
                } else {
                    stalls(&t, 0);
                }
            }
        }
    }
}

static void stall_kinds(struct conf *c)
{
    for (unsigned sec = 0; sec < DUT_NUM_SEC; sec++) {
        kinds(c, (enum dut_sec)sec);
        stage_decides(c, (enum dut_sec)sec);
        never(c, (enum dut_sec)sec);
    }
    nsstalld(c);
}

static void stall_end(struct conf *c)
{
    for (unsigned sec = 0; sec < DUT_NUM_SEC; sec++) {
        retry(c, (enum dut_sec)sec);
        terminate(c, (enum dut_sec)sec);
        no_match(c, (enum dut_sec)sec);
        tags(c, (enum dut_sec)sec);
        stall_term(c, (enum dut_sec)sec, false);
        stall_term(c, (enum dut_sec)sec, true);
        smmuen(c, (enum dut_sec)sec);
    }
    states(c);
}

static void stall_queue(struct conf *c)
{
    for (unsigned sec = 0; sec < DUT_NUM_SEC; sec++) {
        no_room(c, (enum dut_sec)sec);
        too_many(c, (enum dut_sec)sec);
    }
}

const struct conf_case case_stall_kinds = { "stall/kinds", { CAN(STALL) }, stall_kinds };
const struct conf_case case_stall_end = { "stall/end", { CAN(STALL) }, stall_end };
const struct conf_case case_stall_queue = { "stall/queue", { CAN(STALL) }, stall_queue };
