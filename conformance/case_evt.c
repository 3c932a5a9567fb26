/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Every field of the events, with each kind of access: IHI0070G.b 7.3. (What
 * raises them, and CLASS, IPA, FetchAddr in all their forms: the cases of
 * STEs, CDs and walks, which compare whole records, too.)
 */
#include "walk.h"

#define S_(sec) ((sec) ? "Secure " : "")

static uint8_t ssid_bits(const struct conf *c)
{
    return (uint8_t)(ID(c, IDR1, SSIDSIZE) < 6 ? ID(c, IDR1, SSIDSIZE) : 6);
}

/* ---- faults of translations ---- */

static const struct access {
    const char *name;
    uint32_t flags, can;
} accesses[] = {
    { "read", 0, 0 },
    { "write", DUT_DMA_WRITE, 0 },
    { "privileged read", DUT_DMA_PRIV, DUT_CAN_PRIV },
    { "privileged write", DUT_DMA_PRIV | DUT_DMA_WRITE, DUT_CAN_PRIV },
    { "instruction read", DUT_DMA_INSTR, DUT_CAN_INSTR },
    { "privileged instruction read", DUT_DMA_INSTR | DUT_DMA_PRIV, DUT_CAN_INSTR | DUT_CAN_PRIV },
    /* A write is none of instructions, whatever the client says. */
    { "instruction write", DUT_DMA_INSTR | DUT_DMA_WRITE, DUT_CAN_INSTR },
};

enum what { TRANSLATION, SIZE, ACCESS, PERM, EABT, NUM_WHAT };

/* Puts the fault there. False: not on this DUT. */
static bool put(struct walk *w, enum what what, struct conf_event *e)
{
    static const enum walk_fault_kind kinds[] = { WALK_F_INVALID, WALK_F_SIZE, WALK_F_ACCESS };
    uint64_t d = walk_leaf(w);
    uint8_t number;

    if (what == EABT) {
        *e = walk_fault(w, EVT_F_WALK_EABT);
        e->fetch = walk_into_hole(w);
        if (!e->s2) {
            e->class_ = CONF_CLASS_TT;
        }
        return e->fetch;
    }
    if (what == PERM) { /* forbids all to the unprivileged, all but reads to the privileged */
        number = EVT_F_PERMISSION;
        if (walk_is_s2(w->kind)) {
            d = (d & ~(SMMU3T_S2_R | SMMU3T_S2_W)) | SMMU3T_S2_XN(2);
        } else {
            d = (d & ~SMMU3T_S1_USER) | SMMU3T_S1_RO | SMMU3T_S1_UXN | SMMU3T_S1_PXN;
        }
        walk_set_desc(w, d);
    } else {
        number = walk_put_fault(w, kinds[what]);
    }
    *e = walk_fault(w, number);
    return number;
}

static void fault_row(struct conf *c, enum what what, enum walk_kind kind, enum dut_sec sec, bool ssid)
{
    static const enum conf_rule rules[] = { RULE_EVT_TRANSLATION, RULE_EVT_ADDR_SIZE, RULE_EVT_ACCESS,
                                            RULE_EVT_PERMISSION, RULE_EVT_WALK_EABT };
    static const char *const names[] = { "F_TRANSLATION", "F_ADDR_SIZE", "F_ACCESS", "F_PERMISSION",
                                         "F_WALK_EABT" };
    static const struct conf_need with_ssid[CONF_NEEDS] = { CAN(SSID), NEED(IDR1, SSIDSIZE, MIN, 1) };
    struct walk w = { .kind = kind, .sec = sec, .geo = walk_plain_geometry(c, walk_is_s2(kind)),
                      .level = 3, .ssid_bits = ssid ? ssid_bits(c) : 0 };
    struct conf_event e;

    if (!conf_row(c, rules[what], CONF_ILLEGAL, ssid ? with_ssid : NULL, "%s%s, %s%s", S_(sec),
                  walk_kind_name(kind), names[what], ssid ? " with SubstreamID" : "") ||
        !walk_build(c, &w) || !put(&w, what, &e)) {
        return;
    }
    for (size_t i = 0; i < CONF_COUNT(accesses) && !conf_failed(c); i++) {
        const struct access *a = &accesses[i];
        /* Reads of the privileged are allowed; what the unprivileged may write
         * the privileged may not execute: stage 1's fault. */
        bool other = (what == PERM && !walk_is_s2(kind) && a->flags == DUT_DMA_PRIV) ||
                     (kind == WALK_NEST2 && a->flags == (DUT_DMA_PRIV | DUT_DMA_INSTR));

        if (!conf_can(c, a->can) || other) {
            continue;
        }
        w.dma.flags = a->flags | (ssid ? DUT_DMA_SSV : 0);
        if (!conf_faults(c, &w.dma, &e)) {
            conf_fail(c, "that was by %s", a->name);
        }
    }
}

/* The address as it came: with its tag, and its low bits. */
static void input_addr_row(struct conf *c, enum dut_sec sec, bool high)
{
    struct walk_geometry geo = walk_plain_geometry(c, false);
    struct walk w = { .kind = WALK_S1, .sec = sec, .geo = geo, .level = 3 };
    struct conf_event e;

    w.geo.upper = high;
    if (conf_row(c, RULE_EVT_INPUTADDR, CONF_ILLEGAL, NULL, "%stag and low bits of a TTB%u address",
                 S_(sec), high) &&
        walk_build(c, &w)) {
        CD_PUT(w.st.cd.w, TBI0, 1);
        CD_PUT(w.st.cd.w, TBI1, 1);
        walk_update(&w);
        walk_set_desc(&w, 0);
        e = walk_fault(&w, EVT_F_TRANSLATION);
        for (unsigned n = 0; n < 4; n++) {
            static const uint64_t flips[] = { UINT64_C(0xa5) << 56, 0x8, UINT64_C(0x5a) << 56 | 0x990,
                                              UINT64_C(0xff) << 56 };
            struct dut_dma dma = w.dma;

            dma.addr ^= flips[n];
            conf_faults(c, &dma, &e);
        }
    }
}

/* Without MEV each fault has its record. */
static void mev_row(struct conf *c, enum dut_sec sec)
{
    struct walk w = { .kind = WALK_S1, .sec = sec, .geo = walk_plain_geometry(c, false), .level = 3 };
    struct smmu3t_bank *b;
    uint64_t rec[4];
    unsigned n = 0;

    if (conf_row(c, RULE_EVT_MEV, CONF_LEGAL, NULL, "%sthree like faults", S_(sec)) &&
        walk_build(c, &w)) {
        b = conf_bank(c, sec);
        if (b->evtq_log2 < 2) {
            conf_skip(c, "the Event queue is too short");
            return;
        }
        walk_set_desc(&w, 0);
        for (unsigned i = 0; i < 3; i++) {
            conf_dma(c, &w.dma);
        }
        while (smmu3t_bank_event(b, rec)) {
            n++;
        }
        conf_eq(c, "records of three faults with MEV=0", n, 3);
    }
}

/* Each StreamID of the DUT, as far as the suite goes. */
static void streamid_row(struct conf *c, enum dut_sec sec)
{
    static const struct conf_event bad = { .number = EVT_C_BAD_STE };

    if (conf_row(c, RULE_EVT_STREAMID, CONF_ILLEGAL, NULL, "%sall StreamIDs", S_(sec)) &&
        conf_needs_state(c, sec)) {
        conf_start(c, sec);
        for (unsigned i = 0; i < conf_num_sids(c, sec) && !conf_failed(c); i++) {
            struct dut_dma dma = { .sec_sid = sec, .stream_id = conf_sid(c, sec, i) };

            conf_faults(c, &dma, &bad); /* of the empty table */
        }
    }
}

static void evt_faults(struct conf *c)
{
    for (unsigned n = 0; n < NUM_WHAT * WALK_NUM_KINDS * 4; n++) {
        enum walk_kind kind = (enum walk_kind)(n / 4 % WALK_NUM_KINDS);
        enum what what = (enum what)(n / 4 / WALK_NUM_KINDS);

        if (kind != WALK_S2 || !(n & 2)) {
            fault_row(c, what, kind, (enum dut_sec)(n & 1), n & 2);
        }
    }
    for (unsigned n = 0; n < 4; n++) {
        input_addr_row(c, (enum dut_sec)(n & 1), n >> 1);
    }
    mev_row(c, DUT_NS);
    mev_row(c, DUT_S);
    streamid_row(c, DUT_NS);
    streamid_row(c, DUT_S);
}

const struct conf_case case_evt_faults = {
    "event/faults", { NEED(IDR0, STALL_MODEL, NOT, 2) }, evt_faults
};

/* ---- configuration errors ---- */

enum config { BAD_STREAMID, STE_FETCH, BAD_STE, NO_STREAM, BAD_SSID, CD_FETCH, BAD_CD, NUM_CONFIG };

static bool put_config(struct walk *w, enum config what, struct conf_event *e)
{
    static const uint8_t numbers[] = { EVT_C_BAD_STREAMID, EVT_F_STE_FETCH, EVT_C_BAD_STE,
                                       EVT_F_STREAM_DISABLED, EVT_C_BAD_SUBSTREAMID, EVT_F_CD_FETCH,
                                       EVT_C_BAD_CD };
    struct conf *c = w->c;
    struct smmu3t_bank *b = conf_bank(c, w->sec);
    uint32_t ssid = (1u << w->ssid_bits) - 1;
    uint64_t l1 = 0;

    *e = (struct conf_event){ .number = numbers[what] };
    if ((what == STE_FETCH || what == CD_FETCH) && !conf_can(c, DUT_CAN_HOLE)) {
        conf_skip(c, "the DUT has no memory that aborts");
        return false;
    }
    switch (what) {
    case STE_FETCH:
        e->fetch = conf_hole(c, w->pas) + 64 * (w->st.sid & 63);
        PTE_PUT(l1, L1STD_Span, 7);
        PTE_PUT(l1, L1STD_L2Ptr, conf_hole(c, w->pas) >> 6);
        /* fall through */
    case BAD_STREAMID: /* Span=0 */
        conf_write64(c, w->pas, smmu3t_strtab_l1_addr(&b->strtab, w->st.sid), l1);
        conf_cmd(c, w->sec, smmu3t_cmd_cfgi_ste(w->st.sid, false, w->sec == DUT_S));
        return true;
    case BAD_STE:
        STE_PUT(w->st.ste.w, V, 0);
        break;
    case NO_STREAM:
        STE_PUT(w->st.ste.w, S1DSS, w->ssid_bits ? 2 : 0);
        STE_PUT(w->st.ste.w, S1CDMax, 1);
        w->dma.substream_id = 0;
        break;
    case BAD_SSID:
        STE_PUT(w->st.ste.w, S1CDMax, 0);
        break;
    case CD_FETCH:
        e->fetch = conf_hole(c, w->pas) + 64 * ssid;
        STE_PUT(w->st.ste.w, S1ContextPtr, conf_hole(c, w->pas) >> 6);
        break;
    default:
        CD_PUT(w->st.cd.w, V, 0);
        break;
    }
    walk_update(w);
    return true;
}

static void config_row(struct conf *c, enum config what, enum dut_sec sec, bool ssid)
{
    static const char *const names[] = { "C_BAD_STREAMID", "F_STE_FETCH", "C_BAD_STE",
                                         "F_STREAM_DISABLED", "C_BAD_SUBSTREAMID", "F_CD_FETCH",
                                         "C_BAD_CD" };
    static const enum conf_rule rules[] = { RULE_EVT_BAD_STREAMID, RULE_EVT_STE_FETCH, RULE_EVT_BAD_STE,
                                            RULE_EVT_STREAM_DISABLED, RULE_EVT_BAD_SUBSTREAMID,
                                            RULE_EVT_CD_FETCH, RULE_EVT_BAD_CD };
    struct conf_need need[CONF_NEEDS] = { { 0 } };
    struct walk w = { .kind = WALK_S1, .sec = sec, .geo = walk_plain_geometry(c, false), .level = 3,
                      .ssid_bits = ssid ? ssid_bits(c) : 0 };
    struct conf_event e;

    if (what == BAD_STREAMID || what == STE_FETCH) {
        need[0] = (struct conf_need)NEED(IDR0, ST_LEVEL, MIN, 1);
        w.split = 6;
    } else {
        need[0] = (struct conf_need)NEED(IDR0, S1P, IS, 1);
    }
    if (ssid || what == NO_STREAM) {
        need[1] = (struct conf_need)NEED(IDR1, SSIDSIZE, MIN, 1);
    }
    if (ssid) {
        need[2] = (struct conf_need)CAN(SSID);
    }
    if (conf_row(c, rules[what], CONF_ILLEGAL, need, "%s%s%s", S_(sec), names[what],
                 ssid ? " with SubstreamID" : "") &&
        walk_build(c, &w) && put_config(&w, what, &e)) {
        for (size_t i = 0; i < CONF_COUNT(accesses); i++) {
            if (conf_can(c, accesses[i].can)) {
                w.dma.flags = accesses[i].flags | (ssid ? DUT_DMA_SSV : 0);
                conf_faults(c, &w.dma, &e);
            }
        }
    }
}

/* The VMS of a nested stream whose CDs have the PARTID: 5.6. */
static void vms_row(struct conf *c, enum dut_sec sec, bool bad)
{
    static const struct conf_need needs[2][CONF_NEEDS] = {
        { NEED(IDR3, MPAM, IS, 1), NEED(MPAMIDR, PARTID_MAX, MIN, 1), NEED(IDR0, S1P, IS, 1) },
        { NEED(IDR3, MPAM, IS, 1), NEED(S_MPAMIDR, PARTID_MAX, MIN, 1), NEED(S_IDR1, SEL2, IS, 1) },
    };
    struct walk w = { .kind = WALK_NEST1, .sec = sec, .geo = walk_plain_geometry(c, false), .level = 3 };
    struct conf_event e = { .number = EVT_F_VMS_FETCH };
    uint64_t vms;

    if (!conf_row(c, RULE_EVT_VMS_FETCH, bad ? CONF_ILLEGAL : CONF_LEGAL, needs[sec], "%s%s", S_(sec),
                  bad ? "F_VMS_FETCH" : "a VMS") ||
        !walk_build(c, &w)) {
        return;
    }
    if (bad && !conf_can(c, DUT_CAN_HOLE)) {
        conf_skip(c, "the DUT has no memory that aborts");
        return;
    }
    vms = e.fetch = bad ? conf_hole(c, w.pas) : conf_alloc(c, w.pas, 4096, 4096);
    STE_PUT(w.st.ste.w, S1MPAM, 1);
    STE_PUT(w.st.ste.w, VMSPtr, vms >> 12);
    walk_update(&w);
    if (bad) {
        conf_faults(c, &w.dma, &e);
    } else {
        conf_reaches(c, &w.dma, w.pas, w.pa);
    }
}

static void evt_config(struct conf *c)
{
    for (unsigned n = 0; n < 4; n++) {
        vms_row(c, (enum dut_sec)(n & 1), n >> 1);
    }
    for (unsigned n = 0; n < 4 * NUM_CONFIG; n++) {
        if (n / 4 != BAD_SSID || n & 2) { /* which is about SubstreamIDs */
            config_row(c, (enum config)(n / 4), (enum dut_sec)(n & 1), n & 2);
        }
    }
}

const struct conf_case case_evt_config = { "event/configuration", { { 0 } }, evt_config };
