/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* DMAs, and what must come of them. */
#include "conf_state.h"

static const char *const end_names[] = { "done", "aborted", "stalled", "broken" };

struct dut_dma conf_access(const struct conf_stream *st, uint64_t addr, uint32_t flags)
{
    return (struct dut_dma){ .sec_sid = st->sec, .stream_id = st->sid, .flags = flags,
                             .addr = addr };
}

/* What the master would need for this, or NULL. */
static const char *master_lacks(const struct conf *c, const struct dut_dma *dma)
{
    static const struct {
        uint32_t flag, can;
        const char *what;
    } need[] = {
        { DUT_DMA_PRIV, DUT_CAN_PRIV, "privileged accesses" },
        { DUT_DMA_INSTR, DUT_CAN_INSTR, "instruction reads" },
        { DUT_DMA_NS, DUT_CAN_NS_ATTR, "Non-secure accesses of Secure streams" },
        { DUT_DMA_SSV, DUT_CAN_SSID, "SubstreamIDs" },
        { DUT_DMA_CAN_STALL, DUT_CAN_STALL, "stalls" },
        { DUT_DMA_ATS_TR | DUT_DMA_TRANSLATED, DUT_CAN_ATS, "ATS" },
    };
    unsigned i;

    for (i = 0; i < CONF_COUNT(need); i++) {
        if (dma->flags & need[i].flag && !conf_can(c, need[i].can)) {
            return need[i].what;
        }
    }
    for (i = 0; i < conf_num_sids(c, dma->sec_sid); i++) {
        if (conf_can(c, DUT_CAN_ANY_SID) || conf_sid(c, dma->sec_sid, i) == dma->stream_id) {
            break;
        }
    }
    if (i == conf_num_sids(c, dma->sec_sid)) {
        return "master with that StreamID";
    }
    return c->dut->dma_bits < 64 && dma->addr >> c->dut->dma_bits ? "so many address bits" : NULL;
}

struct dut_dma_result conf_dma(struct conf *c, const struct dut_dma *dma)
{
    struct dut_dma_result r = { .end = DUT_DMA_BROKEN };
    const char *lacks = master_lacks(c, dma);

    if (lacks) {
        conf_skip(c, "the DUT's master has no %s", lacks);
    } else {
        c->dut->dma(c->dut->ctx, dma, &r);
    }
    return r;
}

struct dut_dma_result conf_stalled(struct conf *c, unsigned hold)
{
    struct dut_dma_result r = { .end = DUT_DMA_STALLED };

    for (unsigned n = 0; n < 20 && r.end == DUT_DMA_STALLED; n++) {
        if (c->dut->step) {
            c->dut->step(c->dut->ctx);
        }
        c->dut->dma_poll(c->dut->ctx, hold, &r);
    }
    return r;
}

unsigned conf_holds(const struct conf *c)
{
    return c->dut->holds;
}

const uint64_t *conf_last_event(const struct conf *c)
{
    return c->last_event;
}

/* ---- events ---- */

static void report_event(struct conf *c, const char *what, const uint64_t rec[4])
{
    conf_fail(c, "%s: event 0x%02x: %016lx %016lx %016lx %016lx", what, (unsigned)rec[0] & 0xff,
              (unsigned long)rec[3], (unsigned long)rec[2], (unsigned long)rec[1],
              (unsigned long)rec[0]);
}

bool conf_quiet(struct conf *c, enum dut_sec sec)
{
    uint64_t rec[4];
    bool quiet = true;

    while (c->started[sec] && smmu3t_bank_event(&c->bank[sec], rec)) {
        report_event(c, sec ? "expected no (Secure) event, got" : "expected no event, got", rec);
        quiet = false;
    }
    return quiet;
}

static bool all_quiet(struct conf *c)
{
    bool ns = conf_quiet(c, DUT_NS);

    return conf_quiet(c, DUT_S) && ns;
}

static bool is_translation_fault(unsigned event)
{
    return event >= EVT_F_TRANSLATION && event <= EVT_F_PERMISSION;
}

static bool is_fetch(unsigned event)
{
    return event == EVT_F_STE_FETCH || event == EVT_F_CD_FETCH || event == EVT_F_WALK_EABT ||
           event == EVT_F_VMS_FETCH;
}

/* Fields that this event does not have, or that are unknown in it, are masked. */
static void mask_out(uint64_t mask[4], unsigned lo, unsigned width)
{
    put_field(mask, lo, width, 0);
}

#define MASK_OUT(m, f) mask_out(m, EVTF_##f##_LO, EVTF_##f##_W)

void conf_event_record(const struct dut_dma *dma, const struct conf_event *want, uint64_t rec[4],
                       uint64_t mask[4])
{
    bool has_ssv = want->number != EVT_C_BAD_SUBSTREAMID && want->number != EVT_F_STREAM_DISABLED &&
                   want->number != EVT_F_TRANSL_FORBIDDEN;
    bool faults = is_translation_fault(want->number);
    bool input = faults || want->number == EVT_F_WALK_EABT;

    for (unsigned i = 0; i < 4; i++) {
        rec[i] = 0;
        mask[i] = ~UINT64_C(0);
    }
    EVT_PUT(rec, Number, want->number);
    EVT_PUT(rec, StreamID, dma->stream_id);
    if (has_ssv && dma->flags & DUT_DMA_SSV) {
        EVT_PUT(rec, SSV, 1);
        EVT_PUT(rec, SubstreamID, dma->substream_id);
    } else if (want->number == EVT_C_BAD_SUBSTREAMID) {
        EVT_PUT(rec, SubstreamID, dma->substream_id);
    } else if (has_ssv) {
        MASK_OUT(mask, SubstreamID);
    }
    if (input) {
        EVT_PUT(rec, PnU, want->pnu ? want->pnu == CONF_YES : !!(dma->flags & DUT_DMA_PRIV));
        EVT_PUT(rec, InD, want->ind ? want->ind == CONF_YES
                                    : (dma->flags & (DUT_DMA_INSTR | DUT_DMA_WRITE)) == DUT_DMA_INSTR);
        EVT_PUT(rec, RnW, !(dma->flags & DUT_DMA_WRITE));
        EVT_PUT(rec, S2, want->s2);
        EVT_PUT(rec, CLASS, want->class_);
        EVT_PUT(rec, InputAddr, dma->addr);
    }
    if (faults) {
        EVT_PUT(rec, NSIPA, want->nsipa);
        EVT_PUT(rec, TTRnW, want->ttrnw);
        EVT_PUT(rec, IPA, want->ipa >> 12);
        EVT_PUT(rec, Stall, want->stall);
        MASK_OUT(mask, STAG); /* any value, or unknown without Stall */
        mask_out(mask, 112, 16); /* IMPLEMENTATION DEFINED */
        if (!want->s2) {
            MASK_OUT(mask, IPA);
        }
        if (want->number != EVT_F_PERMISSION || want->class_ != 1) {
            MASK_OUT(mask, TTRnW);
        }
    }
    if (want->number == EVT_F_TRANSL_FORBIDDEN) {
        EVT_PUT(rec, RnW, !(dma->flags & DUT_DMA_WRITE));
        EVT_PUT(rec, InputAddr, dma->addr);
    }
    if (want->number == EVT_F_BAD_ATS_TREQ) { /* what was asked for, before overrides */
        EVT_PUT(rec, R, 1);
        EVT_PUT(rec, W, !!(dma->flags & DUT_DMA_WRITE));
        EVT_PUT(rec, X, !!(dma->flags & DUT_DMA_INSTR));
        EVT_PUT(rec, P, !!(dma->flags & DUT_DMA_PRIV));
        EVT_PUT(rec, InputAddr, dma->addr & ~UINT64_C(0xfff));
        MASK_OUT(mask, Span);
    }
    if (is_fetch(want->number)) {
        EVT_PUT(rec, FetchAddr, want->fetch >> 3);
        MASK_OUT(mask, Reason);
    }
}

/* The fields that count are as wanted; i: the first word that is not. */
static bool same_event(const uint64_t rec[4], const uint64_t exp[4], const uint64_t mask[4],
                       unsigned *i)
{
    for (*i = 0; *i < 4; ++*i) {
        if ((rec[*i] ^ exp[*i]) & mask[*i]) {
            return false;
        }
    }
    return true;
}

/* Exactly this event, in the queue of the DMA's state, and nothing in the other. */
static bool expect_event(struct conf *c, const struct dut_dma *dma, const struct conf_event *want)
{
    uint64_t *rec = c->last_event, exp[4], mask[4];
    unsigned i;
    bool ok = false;

    conf_event_record(dma, want, exp, mask);
    if (!smmu3t_bank_event(&c->bank[dma->sec_sid], rec)) {
        conf_fail(c, "expected event 0x%02x, got none", want->number);
    } else if (!same_event(rec, exp, mask, &i)) {
        conf_fail(c, "event bits %u..%u: expected %016lx, got %016lx (that count: %016lx)",
                  64 * i + 63, 64 * i, (unsigned long)exp[i], (unsigned long)rec[i],
                  (unsigned long)mask[i]);
    } else {
        ok = true;
    }
    return all_quiet(c) && ok;
}

/* ---- ends ---- */

static bool expect_end(struct conf *c, const struct dut_dma *dma, const struct dut_dma_result *r,
                       enum dut_dma_end want)
{
    enum dut_dma_end got = r->end;

    if (c->dut->blind && want == DUT_DMA_ABORTED && got == DUT_DMA_DONE) {
        return dma->flags & DUT_DMA_WRITE || conf_eq(c, "what the aborted read got", r->data, 0);
    }
    if (got != want) {
        conf_fail(c, "%s of 0x%lx: expected to be %s, was %s",
                  dma->flags & DUT_DMA_WRITE ? "write" : "read", (unsigned long)dma->addr,
                  end_names[want], end_names[got]);
    }
    return got == want;
}

static bool expect_place(struct conf *c, const struct dut_dma_result *r, enum dut_pas pas,
                         uint64_t addr)
{
    bool ok = true;

    if (conf_can(c, DUT_CAN_SEE_OUT)) {
        ok = conf_eq(c, "output address", r->out_addr, addr);
        ok = conf_eq(c, "output address space", r->out_pas, pas) && ok;
    }
    return ok;
}

bool conf_reaches(struct conf *c, const struct dut_dma *dma, enum dut_pas pas, uint64_t addr)
{
    struct dut_dma d = *dma;
    struct dut_dma_result r;
    uint64_t token = ++c->token, there;
    bool ok;

    if (conf_failed(c)) {
        return false;
    }
    d.data = d.flags & DUT_DMA_WRITE ? token : 0;
    conf_write64(c, pas, addr, d.flags & DUT_DMA_WRITE ? ~token : token);
    r = conf_dma(c, &d);
    ok = expect_end(c, dma, &r, DUT_DMA_DONE) && expect_place(c, &r, pas, addr);
    if (ok && d.flags & DUT_DMA_WRITE) {
        there = conf_read64(c, pas, addr);
        ok = conf_eq(c, "what the write left in memory", there, token);
    } else if (ok) {
        ok = conf_eq(c, "what the read got", r.data, token);
    }
    return all_quiet(c) && ok;
}

bool conf_razwi(struct conf *c, const struct dut_dma *dma)
{
    struct dut_dma d = *dma;
    struct dut_dma_result r;
    bool ok;

    if (conf_failed(c)) {
        return false;
    }
    d.data = ++c->token;
    r = conf_dma(c, &d);
    ok = expect_end(c, dma, &r, DUT_DMA_DONE);
    if (ok && !(d.flags & DUT_DMA_WRITE)) {
        ok = conf_eq(c, "what the read got", r.data, 0);
    }
    return ok;
}

bool conf_aborts(struct conf *c, const struct dut_dma *dma)
{
    struct dut_dma d = *dma;
    struct dut_dma_result r;

    if (conf_failed(c)) {
        return false;
    }
    d.data = ++c->token;
    r = conf_dma(c, &d);
    return expect_end(c, dma, &r, DUT_DMA_ABORTED) && all_quiet(c);
}

bool conf_faults(struct conf *c, const struct dut_dma *dma, const struct conf_event *want)
{
    struct dut_dma d = *dma;
    struct dut_dma_result r;
    bool ok;

    if (conf_failed(c)) {
        return false;
    }
    d.data = ++c->token;
    r = conf_dma(c, &d);
    ok = expect_end(c, dma, &r, want->stall ? DUT_DMA_STALLED : DUT_DMA_ABORTED);
    return expect_event(c, dma, want) && ok;
}

bool conf_faults_razwi(struct conf *c, const struct dut_dma *dma, const struct conf_event *want)
{
    bool ok = conf_razwi(c, dma);

    return !conf_failed(c) && expect_event(c, dma, want) && ok;
}

bool conf_faults_either(struct conf *c, const struct dut_dma *dma, const struct conf_event *a,
                        const struct conf_event *b)
{
    struct dut_dma d = *dma;
    struct dut_dma_result r;
    uint64_t rec[4], exp[4], mask[4];
    unsigned i;
    bool ok;

    if (conf_failed(c)) {
        return false;
    }
    d.data = ++c->token;
    r = conf_dma(c, &d);
    ok = expect_end(c, dma, &r, DUT_DMA_ABORTED);
    if (!smmu3t_bank_event(&c->bank[dma->sec_sid], rec)) {
        conf_fail(c, "expected event 0x%02x or 0x%02x, got none", a->number, b->number);
        return false;
    }
    conf_event_record(dma, a, exp, mask);
    if (!same_event(rec, exp, mask, &i)) {
        conf_event_record(dma, b, exp, mask);
        if (!same_event(rec, exp, mask, &i)) {
            conf_fail(c, "expected event 0x%02x or 0x%02x, got bits %u..%u: %016lx", a->number,
                      b->number, 64 * i + 63, 64 * i, (unsigned long)rec[i]);
            ok = false;
        }
    }
    return all_quiet(c) && ok;
}

bool conf_never(struct conf *c, const struct dut_dma *dma, uint8_t number)
{
    struct dut_dma d = *dma;
    uint64_t rec[4];
    bool ok = true;

    if (conf_failed(c)) {
        return false;
    }
    d.data = ++c->token;
    if (conf_dma(c, &d).end == DUT_DMA_BROKEN) {
        return false;
    }
    while (smmu3t_bank_event(&c->bank[dma->sec_sid], rec)) {
        if ((rec[0] & 0xff) == number) {
            report_event(c, "expected anything else, got", rec);
            ok = false;
        }
    }
    return all_quiet(c) && ok;
}
