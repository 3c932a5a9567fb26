/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
#include "stall.h"

unsigned stall_at_once(const struct conf *c)
{
    unsigned n = ID(c, IDR5, STALL_MAX);

    return n < conf_holds(c) ? n : conf_holds(c);
}

static const char *const end_names[] = { "done", "aborted", "stalled", "broken" };

bool stall_start(struct conf *c, enum dut_sec sec)
{
    if (conf_stall_model(c, sec) == 1) {
        conf_skip(c, "the DUT does not stall");
        return false;
    }
    conf_start(c, sec);
    return !conf_failed(c);
}

bool stall_build(struct conf *c, struct stall_target *t, enum dut_sec sec, unsigned index)
{
    *t = (struct stall_target){ .c = c, .st = { .sec = sec, .s1 = true, .index = index, .asid = 1 },
                                .want = { .number = EVT_F_TRANSLATION, .class_ = CONF_CLASS_IN,
                                          .stall = true } };
    if (conf_failed(c) || !conf_stream(c, &t->st)) {
        return false;
    }
    CD_PUT(t->st.cd.w, S, 1);
    CD_PUT(t->st.cd.w, R, 0);
    conf_stream_update(&t->st);
    t->dma = conf_access(&t->st, STALL_NOWHERE, DUT_DMA_CAN_STALL);
    return !conf_failed(c);
}

static unsigned stag(const struct conf *c)
{
    return (unsigned)EVT_GET(conf_last_event(c), STAG);
}

struct smmu3t_cmd stall_resume(const struct stall_target *t, unsigned tag, bool ac, bool ab)
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

struct dut_dma_result stall_ends(struct conf *c, unsigned hold, enum dut_dma_end want)
{
    struct dut_dma_result r = conf_stalled(c, hold);

    if (r.end != want && !conf_failed(c)) {
        conf_fail(c, "the stalled transaction: expected to be %s, was %s", end_names[want],
                  end_names[r.end]);
    }
    return r;
}

unsigned stall_begin(struct stall_target *t, unsigned hold)
{
    t->dma.hold = (uint8_t)hold;
    conf_faults(t->c, &t->dma, &t->want);
    stall_ends(t->c, hold, DUT_DMA_STALLED);
    return stag(t->c);
}
