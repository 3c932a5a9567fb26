/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * What CD.A, CD.R and STE.S2R make of faults, without stalls (S=0), and what
 * they leave alone: IHI0070G.b 3.12.1, 5.5.
 */
#include "walk.h"

/* ---- stage 1 ---- */

/* What the client and the event queue see of it. */
static void expect(struct walk *w, bool a, bool r, const struct conf_event *e)
{
    struct conf *c = w->c;
    uint64_t before = conf_read64(c, w->pas, w->pa);

    if (a && r) {
        conf_faults(c, &w->dma, e);
    } else if (a) {
        conf_aborts(c, &w->dma);
    } else if (r) {
        conf_faults_razwi(c, &w->dma, e);
    } else {
        conf_razwi(c, &w->dma);
        conf_quiet(c, w->sec);
    }
    conf_eq(c, "memory behind the fault", conf_read64(c, w->pas, w->pa), before);
}

static void stage1_row(struct conf *c, enum walk_fault_kind f, enum dut_sec sec, bool nested,
                       unsigned ar)
{
    bool a = ar & 2, r = ar & 1;
    const struct conf_need need[CONF_NEEDS] = {
        a ? (struct conf_need){ 0 } : (struct conf_need)NEED(IDR0, TERM_MODEL, IS, 0)
    };
    struct walk w = { .kind = nested ? WALK_NEST1 : WALK_S1, .sec = sec,
                      .geo = walk_plain_geometry(c, false), .level = 3 };
    struct conf_event e;
    uint8_t number;

    if (!conf_row(c, RULE_ARS_S1, a && r ? CONF_LEGAL : CONF_ILLEGAL, need, "%s%s, %s, A=%u R=%u",
                  sec ? "Secure " : "", walk_kind_name(w.kind), walk_fault_name(f), a, r) ||
        !walk_build(c, &w)) {
        return;
    }
    CD_PUT(w.st.cd.w, A, a);
    CD_PUT(w.st.cd.w, R, r);
    conf_stream_update(&w.st);
    number = walk_put_fault(&w, f);
    if (number) {
        e = walk_fault(&w, number);
        expect(&w, a, r, &e);
        if (f != WALK_F_PERM) {
            w.dma.flags &= ~DUT_DMA_WRITE;
            expect(&w, a, r, &e);
        }
    }
}

static void ars_s1(struct conf *c)
{
    for (unsigned n = 0; n < 16 * WALK_NUM_FAULTS; n++) {
        stage1_row(c, (enum walk_fault_kind)(n / 16), (enum dut_sec)(n & 1), n >> 1 & 1, n >> 2 & 3);
    }
}

const struct conf_case case_ars_s1 = {
    "fault/stage1", { NEED(IDR0, S1P, IS, 1), NEED(IDR0, STALL_MODEL, NOT, 2) }, ars_s1
};

/* ---- stage 2: S2R; A is always 1 ---- */

static void stage2_row(struct conf *c, enum walk_fault_kind f, enum walk_kind kind,
                       enum dut_sec sec, bool r)
{
    struct walk w = { .kind = kind, .sec = sec, .geo = walk_plain_geometry(c, true), .level = 3 };
    struct conf_event e;
    uint8_t number;

    if (!conf_row(c, RULE_ARS_S2, r ? CONF_LEGAL : CONF_ILLEGAL, NULL, "%s%s, %s, S2R=%u",
                  sec ? "Secure " : "", walk_kind_name(kind), walk_fault_name(f), r) ||
        !walk_build(c, &w)) {
        return;
    }
    STE_PUT(w.st.ste.w, S2R, r);
    if (w.st.s1) { /* what stage 1 would do is no matter */
        CD_PUT(w.st.cd.w, A, ID(c, IDR0, TERM_MODEL));
        CD_PUT(w.st.cd.w, R, !r);
    }
    conf_stream_update(&w.st);
    number = walk_put_fault(&w, f);
    if (number) {
        e = walk_fault(&w, number);
        expect(&w, true, r, &e);
    }
}

static void ars_s2(struct conf *c)
{
    static const enum walk_kind kinds[] = { WALK_S2, WALK_NEST2, WALK_TT, WALK_CD };

    for (unsigned n = 0; n < 16 * WALK_NUM_FAULTS; n++) {
        enum walk_fault_kind f = (enum walk_fault_kind)(n / 16);
        enum walk_kind kind = kinds[n >> 2 & 3];

        /* Range: of an input only; read-only is no fault for what is read. */
        if ((f == WALK_F_RANGE && kind != WALK_S2) || (f == WALK_F_PERM && kind >= WALK_TT)) {
            continue;
        }
        stage2_row(c, f, kind, (enum dut_sec)(n & 1), n >> 1 & 1);
    }
}

const struct conf_case case_ars_s2 = {
    "fault/stage2", { NEED(IDR0, S2P, IS, 1), NEED(IDR0, STALL_MODEL, NOT, 2) }, ars_s2
};

/* ---- what is recorded and aborts always ---- */

enum always { WALK_EABT, S2_WALK_EABT, BAD_CD, CD_FETCH, STREAM_DISABLED, BYPASS_SIZE, NUM_ALWAYS };

static void always_row(struct conf *c, enum always what, enum dut_sec sec)
{
    static const char *const names[] = { "F_WALK_EABT", "F_WALK_EABT of stage 2", "C_BAD_CD",
                                         "F_CD_FETCH", "F_STREAM_DISABLED", "F_ADDR_SIZE of the input" };
    bool s2 = what == S2_WALK_EABT || what == BYPASS_SIZE;
    const struct conf_need need[CONF_NEEDS] = {
        s2 ? (struct conf_need){ 0 } : (struct conf_need)NEED(IDR0, TERM_MODEL, IS, 0),
        what == STREAM_DISABLED ? (struct conf_need)NEED(IDR1, SSIDSIZE, MIN, 1)
                                : (struct conf_need){ 0 },
    };
    struct walk w = { .kind = s2 ? WALK_S2 : WALK_S1, .sec = sec,
                      .geo = walk_plain_geometry(c, s2), .level = 3 };
    struct conf_event e;

    if (!conf_row(c, RULE_ARS_ALWAYS, CONF_ILLEGAL, need, "%s%s", sec ? "Secure " : "", names[what]) ||
        !walk_build(c, &w)) {
        return;
    }
    CD_PUT(w.st.cd.w, A, 0);
    CD_PUT(w.st.cd.w, R, 0);
    STE_PUT(w.st.ste.w, S2R, 0);
    conf_stream_update(&w.st);
    e = walk_fault(&w, EVT_F_WALK_EABT);
    switch (what) {
    case WALK_EABT:
        e.class_ = CONF_CLASS_TT;
        e.fetch = walk_into_hole(&w);
        break;
    case S2_WALK_EABT:
        e.fetch = walk_into_hole(&w);
        break;
    case BAD_CD:
        e.number = EVT_C_BAD_CD;
        CD_PUT(w.st.cd.w, V, 0);
        break;
    case CD_FETCH:
        if (!conf_can(c, DUT_CAN_HOLE)) {
            conf_skip(c, "the DUT has no memory that aborts");
            return;
        }
        e.number = EVT_F_CD_FETCH;
        e.fetch = conf_hole(c, w.pas);
        STE_PUT(w.st.ste.w, S1ContextPtr, e.fetch >> 6);
        break;
    case STREAM_DISABLED:
        e.number = EVT_F_STREAM_DISABLED;
        STE_PUT(w.st.ste.w, S1CDMax, 1);
        STE_PUT(w.st.ste.w, S1DSS, 0);
        break;
    default:
        e.number = EVT_F_ADDR_SIZE;
        e.s2 = false;
        w.dma.addr = UINT64_C(1) << 56;
        break;
    }
    conf_stream_update(&w.st);
    conf_faults(c, &w.dma, &e);
}

static void ars_always(struct conf *c)
{
    for (unsigned n = 0; n < 2 * NUM_ALWAYS; n++) {
        always_row(c, (enum always)(n / 2), (enum dut_sec)(n & 1));
    }
}

const struct conf_case case_ars_always = {
    "fault/always", { NEED(IDR0, STALL_MODEL, NOT, 2) }, ars_always
};
