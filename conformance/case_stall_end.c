/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* How software lets stalled transactions go on, or not: IHI0070G.b 4.7. */
#include "stall.h"

static void retry(struct conf *c, enum dut_sec sec)
{
    struct stall_target t;
    unsigned tag;

    for (unsigned write = 0; write < 2; write++) {
        if (conf_row(c, RULE_STALL_RETRY, CONF_LEGAL, conf_state_need[sec], "%s: a %s",
                     conf_state_name[sec], write ? "write" : "read") &&
            stall_start(c, sec) && stall_build(c, &t, sec, 0)) {
            uint64_t pa = conf_target(c, (enum dut_pas)sec);
            struct dut_dma_result r;

            conf_write64(c, (enum dut_pas)sec, pa, UINT64_C(0x1122334455667788));
            t.dma.flags |= write ? DUT_DMA_WRITE : 0;
            tag = stall_begin(&t, 0);
            conf_map1(&t.st, STALL_NOWHERE, pa, 0x10000, SMMU3T_S1_RW);
            conf_cmd(c, sec, stall_resume(&t, tag, true, false));
            r = stall_ends(c, 0, DUT_DMA_DONE);
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
        stall_start(c, sec) && stall_build(c, &t, sec, 0)) {
        uint64_t rec[4];

        tag = stall_begin(&t, 0);
        conf_cmd(c, sec, stall_resume(&t, tag, true, false));
        stall_ends(c, 0, DUT_DMA_STALLED);
        if (!smmu3t_bank_event(conf_bank(c, sec), rec)) {
            conf_fail(c, "expected a second event, got none");
        } else {
            conf_eq(c, "Stall and number of the second event",
                    EVT_GET(rec, Stall) << 8 | EVT_GET(rec, Number), 1u << 8 | EVT_F_TRANSLATION);
            conf_cmd(c, sec, stall_resume(&t, (unsigned)EVT_GET(rec, STAG), false, true));
            stall_ends(c, 0, DUT_DMA_ABORTED);
        }
    }
    if (conf_row(c, RULE_STALL_RETRY_CONFIG, CONF_ILLEGAL, conf_state_need[sec],
                 "%s: the STE aborts by then", conf_state_name[sec]) &&
        stall_start(c, sec) && stall_build(c, &t, sec, 0)) {
        tag = stall_begin(&t, 0);
        STE_PUT(t.st.ste.w, Config, SMMU3T_CFG_ABORT);
        conf_stream_update(&t.st);
        conf_cmd(c, sec, stall_resume(&t, tag, true, false));
        stall_ends(c, 0, DUT_DMA_ABORTED);
        conf_quiet(c, sec);
    }
}

/* CD.A has no say in it. */
static void terminate(struct conf *c, enum dut_sec sec)
{
    for (unsigned k = 0; k < 8; k++) {
        bool ab = k & 1, write = k & 2, a = k & 4;
        bool razwi = !ab && !ID(c, IDR0, TERM_MODEL);
        struct stall_target t;
        unsigned tag;

        if (conf_row(c, ab ? RULE_STALL_ABORT : RULE_STALL_RAZWI, CONF_LEGAL, conf_state_need[sec],
                     "%s: Ab=%u, a %s, CD.A=%u", conf_state_name[sec], ab, write ? "write" : "read",
                     a) &&
            stall_start(c, sec) && stall_build(c, &t, sec, 0)) {
            if (!a && ID(c, IDR0, TERM_MODEL)) {
                conf_skip(c, "needs IDR0.TERM_MODEL = 0");
                continue;
            }
            CD_PUT(t.st.cd.w, A, a);
            conf_stream_update(&t.st);
            t.dma.flags |= write ? DUT_DMA_WRITE : 0;
            tag = stall_begin(&t, 0);
            conf_cmd(c, sec, stall_resume(&t, tag, false, ab));
            conf_eq(c, "what the read got",
                    stall_ends(c, 0, razwi ? DUT_DMA_DONE : DUT_DMA_ABORTED).data, 0);
            conf_quiet(c, sec);
        }
    }
}

static void no_match(struct conf *c, enum dut_sec sec)
{
    static const char *const what[] = { "another STAG", "another StreamID", "the highest STAG" };

    for (unsigned k = 0; k < 6; k++) {
        struct stall_target t;
        unsigned tag;

        if (conf_row(c, RULE_STALL_NO_MATCH, CONF_ILLEGAL, conf_state_need[sec], "%s: %s, Ac=%u",
                     conf_state_name[sec], what[k >> 1], k & 1) &&
            stall_start(c, sec) && stall_build(c, &t, sec, 0)) {
            struct smmu3t_cmd cmd;

            tag = stall_begin(&t, 0);
            cmd = stall_resume(&t, k >> 1 == 0 ? tag ^ 1 : k >> 1 == 2 ? 0xffff : tag, k & 1, true);
            if (k >> 1 == 1) {
                CMD_PUT(cmd.w, StreamID, t.st.sid ^ 1);
            }
            conf_cmd(c, sec, cmd);
            stall_ends(c, 0, DUT_DMA_STALLED);
            conf_quiet(c, sec);
            conf_cmd(c, sec, stall_resume(&t, tag, false, true));
            stall_ends(c, 0, DUT_DMA_ABORTED);
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
        struct stall_target t[2];
        struct smmu3t_cmd cmd;

        if (!conf_row(c, RULE_STALL_STATE, CONF_ILLEGAL, need, "%s", row[i].name)) {
            continue;
        }
        if (stall_at_once(c) < 2) {
            conf_skip(c, "the DUT cannot stall two at a time");
        } else if (stall_start(c, DUT_S) && stall_start(c, DUT_NS) &&
                   stall_build(c, &t[0], DUT_NS, 0) && stall_build(c, &t[1], DUT_S, 0)) {
            tag[0] = stall_begin(&t[0], 0);
            tag[1] = stall_begin(&t[1], 1);
            /* the Secure one's StreamID and STAG, in the name of the other */
            cmd = stall_resume(&t[!hit], tag[!hit], false, true);
            CMD_PUT(cmd.w, SSec, row[i].ssec);
            conf_cmd(c, row[i].queue, cmd);
            stall_ends(c, !hit, DUT_DMA_STALLED);
            if (conf_stalled(c, hit).end == DUT_DMA_STALLED) { /* else they were equal */
                conf_cmd(c, row[i].queue, stall_resume(&t[hit], tag[hit], false, true));
            }
            stall_ends(c, hit, DUT_DMA_ABORTED);
            stall_ends(c, !hit, DUT_DMA_STALLED);
        }
    }
}

/* ---- several ---- */

static void tags(struct conf *c, enum dut_sec sec)
{
    struct stall_target t;
    unsigned tag[3], n = stall_at_once(c) < 3 ? stall_at_once(c) : 3;

    if (!conf_row(c, RULE_STALL_STAG, CONF_LEGAL, conf_state_need[sec], "%s: STAGs",
                  conf_state_name[sec]) ||
        !stall_start(c, sec) || !stall_build(c, &t, sec, 0)) {
        return;
    }
    for (unsigned i = 0; i < n; i++) {
        t.dma.addr = STALL_NOWHERE + (i << 16); /* no duplicates: they may be suppressed */
        tag[i] = stall_begin(&t, i);
        for (unsigned k = 0; k < i; k++) {
            if (tag[k] == tag[i]) {
                conf_fail(c, "two stalled transactions have STAG 0x%x", tag[i]);
            }
        }
    }
    for (unsigned i = n; i-- > 0;) {
        conf_cmd(c, sec, stall_resume(&t, tag[i], false, true));
        stall_ends(c, i, DUT_DMA_ABORTED);
        for (unsigned k = 0; k < i; k++) {
            stall_ends(c, k, DUT_DMA_STALLED);
        }
    }
}

/* Two of the stream, one of another, one of the other state. */
static void stall_term(struct conf *c, enum dut_sec sec, bool others)
{
    struct stall_target t, other;
    struct smmu3t_cmd cmd = { { 0, 0 } };
    bool both = conf_has_secure(c);

    if (!conf_row(c, others ? RULE_STALL_TERM_OTHERS : RULE_STALL_TERM,
                  others ? CONF_ILLEGAL : CONF_LEGAL, conf_state_need[sec], "%s: STALL_TERM%s",
                  conf_state_name[sec], others ? " and others" : "")) {
        return;
    }
    if (stall_at_once(c) < (others ? 3u : 2u) || (others && conf_num_sids(c, sec) < 2)) {
        conf_skip(c, "needs two StreamIDs and more stalled at a time");
        return;
    }
    if (both && !stall_start(c, (enum dut_sec)!sec)) {
        return;
    }
    if (!stall_start(c, sec) || !stall_build(c, &t, sec, 0)) {
        return;
    }
    stall_begin(&t, 0);
    if (others && stall_build(c, &other, sec, 1)) {
        stall_begin(&other, 1);
    } else {
        t.dma.addr += 0x10000;
        stall_begin(&t, 1);
    }
    if (others && both && stall_build(c, &other, (enum dut_sec)!sec, 0)) {
        stall_begin(&other, 2);
    }
    STE_PUT(t.st.ste.w, Config, SMMU3T_CFG_ABORT);
    conf_stream_update(&t.st);
    CMD_PUT(cmd.w, Opcode, CMD_STALL_TERM);
    CMD_PUT(cmd.w, SSec, sec == DUT_S);
    CMD_PUT(cmd.w, StreamID, t.st.sid);
    conf_cmd(c, sec, cmd);
    stall_ends(c, 0, DUT_DMA_ABORTED);
    stall_ends(c, 1, others ? DUT_DMA_STALLED : DUT_DMA_ABORTED);
    if (others && both) {
        stall_ends(c, 2, DUT_DMA_STALLED);
    }
}

static void smmuen(struct conf *c, enum dut_sec sec)
{
    struct stall_target t, other;
    bool both = conf_has_secure(c) && stall_at_once(c) >= 2;

    if (!conf_row(c, RULE_STALL_SMMUEN, CONF_LEGAL, conf_state_need[sec], "%s: SMMUEN=0",
                  conf_state_name[sec]) ||
        (both && !stall_start(c, (enum dut_sec)!sec)) || !stall_start(c, sec) ||
        !stall_build(c, &t, sec, 0)) {
        return;
    }
    stall_begin(&t, 0);
    if (both && stall_build(c, &other, (enum dut_sec)!sec, 0)) {
        stall_begin(&other, 1);
    }
    smmu3t_bank_cr0(conf_bank(c, sec), SMMU3T_CR0_CMDQEN | SMMU3T_CR0_EVENTQEN);
    stall_ends(c, 0, DUT_DMA_ABORTED);
    conf_quiet(c, sec);
    if (both) {
        stall_ends(c, 1, DUT_DMA_STALLED);
    }
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

const struct conf_case case_stall_end = { "stall/end", { CAN(STALL) }, stall_end };
