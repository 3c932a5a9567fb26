/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Configuration structures change in memory; after the invalidation and a
 * CMD_SYNC the SMMU must act on what is there now. Whether it has cached
 * anything is its own affair. IHI0070G.b 4.3, 6.3.62.
 */
#include "conf.h"

#define SPLIT 6
#define S_INIT 0x803cu

/* Whose stream, and from which queue. */
static const struct side {
    const char *name;
    enum dut_sec sec, queue;
} sides[] = {
    { "Non-secure", DUT_NS, DUT_NS },
    { "Secure", DUT_S, DUT_S },
    { "Non-secure, from the Secure queue", DUT_NS, DUT_S },
};

/* Structures a stream is found through, and what a broken one is. */
enum what { STE, L1STD, CD, L1CD, NUM_WHAT };
static const struct {
    const char *name;
    uint8_t event; /* 0: none, the STE says abort */
} whats[] = {
    { "STE", 0 },
    { "L1STD", EVT_C_BAD_STREAMID },
    { "CD", EVT_C_BAD_CD },
    { "L1CD", EVT_C_BAD_SUBSTREAMID },
};

static const struct form {
    const char *name;
    uint8_t op, leaf_range;
    uint32_t sid_xor; /* the StreamID named is another one of the range */
    uint8_t reach;    /* 1 << enum what */
    enum conf_rule rule;
} forms[] = {
    { "STE Leaf", CMD_CFGI_STE, 1, 0, 1 << STE | 1 << CD | 1 << L1CD, RULE_CFGI_STE },
    { "STE", CMD_CFGI_STE, 0, 0, 1 << STE | 1 << CD | 1 << L1CD, RULE_CFGI_STE },
    { "STE", CMD_CFGI_STE, 0, 0, 1 << L1STD, RULE_CFGI_STE_L1 },
    { "STE_RANGE 0", CMD_CFGI_STE_RANGE, 0, 0, 0xf, RULE_CFGI_RANGE },
    { "STE_RANGE 0, by its neighbour", CMD_CFGI_STE_RANGE, 0, 1, 0xf, RULE_CFGI_RANGE },
    { "STE_RANGE 1, by its neighbour", CMD_CFGI_STE_RANGE, 1, 3, 0xf, RULE_CFGI_RANGE },
    { "STE_RANGE 2, by its neighbour", CMD_CFGI_STE_RANGE, 2, 4, 0xf, RULE_CFGI_RANGE },
    { "STE_RANGE 4, by its neighbour", CMD_CFGI_STE_RANGE, 4, 0x15, 0xf, RULE_CFGI_RANGE },
    { "STE_RANGE 11", CMD_CFGI_STE_RANGE, 11, 0, 0xf, RULE_CFGI_RANGE },
    { "STE_RANGE 30", CMD_CFGI_STE_RANGE, 30, 0, 0xf, RULE_CFGI_RANGE },
    { "ALL", CMD_CFGI_STE_RANGE, 31, 0, 0xf, RULE_CFGI_ALL },
    { "CD Leaf", CMD_CFGI_CD, 1, 0, 1 << CD, RULE_CFGI_CD },
    { "CD", CMD_CFGI_CD, 0, 0, 1 << CD, RULE_CFGI_CD },
    { "CD", CMD_CFGI_CD, 0, 0, 1 << L1CD, RULE_CFGI_CD_L1 },
    { "CD_ALL", CMD_CFGI_CD_ALL, 0, 0, 1 << CD | 1 << L1CD, RULE_CFGI_CD_ALL },
};

static struct smmu3t_cmd invalidate(const struct form *f, const struct conf_stream *st,
                                    uint32_t ssid)
{
    struct smmu3t_cmd cmd = { { 0, 0 } };

    CMD_PUT(cmd.w, Opcode, f->op);
    CMD_PUT(cmd.w, SSec, st->sec == DUT_S);
    CMD_PUT(cmd.w, StreamID, st->sid ^ f->sid_xor);
    if (f->op == CMD_CFGI_STE_RANGE) {
        CMD_PUT(cmd.w, Range, f->leaf_range);
    } else {
        CMD_PUT(cmd.w, Leaf, f->leaf_range);
    }
    if (f->op == CMD_CFGI_CD) {
        CMD_PUT(cmd.w, SubstreamID, ssid);
    }
    return cmd;
}

struct target {
    struct conf *c;
    struct conf_stream st;
    struct dut_dma dma;
    enum dut_pas pas;
    uint64_t pa;
    uint32_t ssid;
};

/* A stream that has what this row is about; false: this DUT has not. */
static bool build(struct conf *c, struct target *t, const struct side *side, enum what what)
{
    bool cd = what == CD || what == L1CD;
    unsigned ssids = ID(c, IDR1, SSIDSIZE);
    uint64_t va;

    *t = (struct target){ .c = c, .pas = (enum dut_pas)side->sec,
                          .st = { .sec = side->sec, .s1 = cd, .asid = 1, .vmid = 1 } };
    if ((what == L1STD && !ID(c, IDR0, ST_LEVEL)) || (cd && !ID(c, IDR0, S1P)) ||
        (what == L1CD && (ssids < 7 || !ID(c, IDR0, CD2L) || !conf_can(c, DUT_CAN_SSID)))) {
        conf_skip(c, "the DUT has no %s", whats[what].name);
        return false;
    }
    if (side->queue != side->sec) {
        conf_start(c, side->queue);
    }
    if (what == L1STD) {
        conf_start_split(c, side->sec, SPLIT);
    } else {
        conf_start(c, side->sec);
    }
    t->st.index = conf_num_sids(c, side->sec) > 2 ? 2 : 0;
    if (what == L1CD) {
        t->st.ssid_bits = 7;
        t->st.cd_fmt = SMMU3T_CD_4K;
        t->ssid = 0x45;
    } else if (cd && ssids >= 2 && conf_can(c, DUT_CAN_SSID)) {
        t->st.ssid_bits = 2;
        t->ssid = 3;
    }
    if (!conf_stream(c, &t->st)) {
        return false;
    }
    va = conf_map(&t->st, &t->pa);
    if (t->ssid) {
        smmu3t_cdtab_write(&t->st.cds, t->ssid, &t->st.cd);
        conf_cmd(c, side->sec, smmu3t_cmd_cfgi_cd_all(t->st.sid, side->sec));
    }
    t->dma = conf_access(&t->st, va, t->ssid ? DUT_DMA_SSV : 0);
    t->dma.substream_id = t->ssid;
    return !conf_failed(c);
}

/* Makes or mends the structure in memory; the SMMU is not told. */
static void set_valid(struct target *t, enum what what, bool valid)
{
    struct conf *c = t->c;
    struct smmu3t_strtab *tab = &conf_bank(c, t->st.sec)->strtab;
    uint64_t a, v;

    switch (what) {
    case STE:
        a = smmu3t_strtab_addr(tab, t->st.sid);
        v = t->st.ste.w[0];
        put_field(&v, STE_Config_LO, STE_Config_W, valid ? SMMU3T_CFG_BYPASS : SMMU3T_CFG_ABORT);
        conf_write64(c, t->pas, a, v);
        break;
    case L1STD:
        a = smmu3t_strtab_l1_addr(tab, t->st.sid);
        v = conf_read64(c, t->pas, a);
        PTE_PUT(v, L1STD_Span, valid ? SPLIT + 1 : 0);
        conf_write64(c, t->pas, a, v);
        break;
    case CD:
        a = smmu3t_cdtab_addr(&t->st.cds, t->ssid);
        v = t->st.cd.w[0];
        put_field(&v, CD_V_LO, CD_V_W, valid);
        conf_write64(c, t->pas, a, v);
        break;
    default:
        a = smmu3t_cdtab_l1_addr(&t->st.cds, t->ssid);
        v = conf_read64(c, t->pas, a);
        PTE_PUT(v, L1CD_V, valid);
        conf_write64(c, t->pas, a, v);
        break;
    }
}

static bool check(struct target *t, enum what what, bool valid)
{
    struct conf_event want = { .number = whats[what].event };

    if (valid) {
        return conf_reaches(t->c, &t->dma, t->pas, t->pa);
    }
    return want.number ? conf_faults(t->c, &t->dma, &want) : conf_aborts(t->c, &t->dma);
}

static void one(struct conf *c, const struct side *side, const struct form *f, enum what what)
{
    const struct conf_need *need = conf_state_need[side->queue];
    struct target t;

    for (unsigned mend = 0; mend < 2; mend++) {
        if (!conf_row(c, mend ? RULE_CFGI_INVALID : f->rule, CONF_LEGAL, need, "%s: %s %s, %s",
                      side->name, whats[what].name, mend ? "mended" : "broken", f->name) ||
            !build(c, &t, side, what)) {
            continue;
        }
        if ((uint64_t)(t.st.sid ^ f->sid_xor) >> conf_sid_bits(c, side->sec)) {
            conf_skip(c, "StreamIDs have too few bits for this neighbour");
            continue;
        }
        if (mend) {
            set_valid(&t, what, false);
            /* The table was valid before: the SMMU is told of that. */
            conf_cmd(c, side->sec, smmu3t_cmd_cfgi_all(side->sec == DUT_S));
        }
        check(&t, what, !mend);
        check(&t, what, !mend);
        set_valid(&t, what, mend);
        conf_cmd(c, side->queue, invalidate(f, &t.st, t.ssid));
        check(&t, what, mend);
    }
}

static void cache_cfgi(struct conf *c)
{
    for (size_t s = 0; s < CONF_COUNT(sides); s++) {
        for (size_t i = 0; i < CONF_COUNT(forms); i++) {
            for (unsigned w = 0; w < NUM_WHAT; w++) {
                if (forms[i].reach >> w & 1) {
                    one(c, &sides[s], &forms[i], (enum what)w);
                }
            }
        }
    }
}

/* Two StreamIDs, one CD. */
static void shared_cd(struct conf *c, const struct side *side)
{
    static const struct conf_event bad_cd = { .number = EVT_C_BAD_CD };

    for (unsigned all = 0; all < 2; all++) {
        struct target t;
        struct dut_dma other;
        uint32_t sid2;

        if (!conf_row(c, RULE_CFGI_SHARED, CONF_LEGAL, conf_state_need[side->queue], "%s: %s",
                      side->name, all ? "CD_ALL for each" : "CD for each")) {
            continue;
        }
        if (conf_num_sids(c, side->sec) < 2) {
            conf_skip(c, "the DUT has no two StreamIDs");
            continue;
        }
        if (!build(c, &t, side, CD)) {
            continue;
        }
        sid2 = conf_sid(c, side->sec, t.st.index + 1);
        smmu3t_strtab_write(&conf_bank(c, side->sec)->strtab, sid2, &t.st.ste);
        conf_cmd(c, side->sec, smmu3t_cmd_cfgi_ste(sid2, true, side->sec == DUT_S));
        other = t.dma;
        other.stream_id = sid2;
        check(&t, CD, true);
        conf_reaches(c, &other, t.pas, t.pa);
        set_valid(&t, CD, false);
        for (unsigned i = 0; i < 2; i++) {
            uint32_t sid = i ? sid2 : t.st.sid;

            conf_cmd(c, side->queue, all ? smmu3t_cmd_cfgi_cd_all(sid, side->sec == DUT_S)
                                         : smmu3t_cmd_cfgi_cd(sid, t.ssid, true,
                                                              side->sec == DUT_S));
        }
        check(&t, CD, false);
        conf_faults(c, &other, &bad_cd);
    }
}

/* SMMUEN=0, everything forgotten, transactions, a new STE, SMMUEN=1. */
static void while_off(struct conf *c, enum dut_sec sec)
{
    static const struct smmu3t_tlbi none;
    struct target t;
    uint32_t on;

    if (!conf_row(c, RULE_CACHE_OFF, CONF_LEGAL, conf_state_need[sec], "%s", conf_state_name[sec]) ||
        !build(c, &t, &sides[sec], STE)) {
        return;
    }
    on = smmu3t_bank_read(conf_bank(c, sec), SMMU3T_CR0);
    smmu3t_bank_cr0(conf_bank(c, sec), on & ~(uint32_t)SMMU3T_CR0_SMMUEN);
    conf_cmd(c, sec, smmu3t_cmd_cfgi_all(sec == DUT_S));
    conf_cmd(c, sec, smmu3t_cmd_tlbi(sec ? CMD_TLBI_NH_ALL : CMD_TLBI_NSNH_ALL, &none));
    for (unsigned i = 0; i < 3; i++) {
        conf_dma(c, &t.dma); /* by GBPA, whatever that is */
    }
    conf_cmd(c, sec, smmu3t_cmd_prefetch_config(t.st.sid, sec == DUT_S));
    set_valid(&t, STE, false);
    smmu3t_bank_cr0(conf_bank(c, sec), on);
    check(&t, STE, false);
}

/* S_INIT reaches both states, from either's point of view. */
static void s_init(struct conf *c)
{
    static const struct conf_need need[CONF_NEEDS] = { IN_SECURE };

    for (unsigned k = 0; k < 2 * NUM_WHAT; k++) {
        const struct side *side = &sides[k & 1];
        enum what what = (enum what)(k >> 1);
        struct target t;
        uint32_t on, busy = 1;

        if (!conf_row(c, RULE_CACHE_S_INIT, CONF_LEGAL, need, "%s %s", side->name,
                      whats[what].name) ||
            !build(c, &t, side, what)) {
            continue;
        }
        check(&t, what, true);
        on = smmu3t_bank_read(conf_bank(c, side->sec), SMMU3T_CR0);
        smmu3t_bank_cr0(conf_bank(c, side->sec), on & ~(uint32_t)SMMU3T_CR0_SMMUEN);
        set_valid(&t, what, false);
        conf_w32(c, S_INIT, 1);
        for (unsigned n = 0; n < 100000 && busy; n++) {
            busy = conf_r32(c, S_INIT);
        }
        conf_eq(c, "S_INIT when it is done", busy, 0);
        smmu3t_bank_cr0(conf_bank(c, side->sec), on);
        check(&t, what, false);
    }
}

static void cache_other(struct conf *c)
{
    for (size_t s = 0; s < CONF_COUNT(sides); s++) {
        shared_cd(c, &sides[s]);
    }
    while_off(c, DUT_NS);
    while_off(c, DUT_S);
    s_init(c);
}

const struct conf_case case_cache_cfgi = { "cache/cfgi", { { 0 } }, cache_cfgi };
const struct conf_case case_cache_other = { "cache/other", { { 0 } }, cache_other };
