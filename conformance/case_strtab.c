/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * From StreamID to STE: the Stream table's size and shapes, L1STDs, and what
 * cannot be fetched. IHI0070G.b 3.3.1, 5.1, 6.3.24, 6.3.25, 7.3.3, 7.3.4.
 */
#include "conf.h"

#define S_(sec) ((sec) ? "Secure " : "")

/* SMMUEN off, a register, SMMUEN on, and nothing cached: 6.3.12, 6.3.24. */
static void set_off(struct conf *c, enum dut_sec sec, uint32_t reg, uint64_t v, unsigned size)
{
    struct smmu3t_bank *b = conf_bank(c, sec);
    uint32_t cr0 = smmu3t_bank_read(b, SMMU3T_CR0);

    smmu3t_bank_cr0(b, cr0 & ~(uint32_t)SMMU3T_CR0_SMMUEN);
    conf_set(c, conf_pas(sec), smmu3t_bank_reg(b, reg), size, v);
    conf_cmd(c, sec, smmu3t_cmd_cfgi_all(sec == DUT_S));
    if (smmu3t_bank_cr0(b, cr0)) {
        conf_fail(c, "SMMUEN=1 is not acknowledged");
    }
}

/* A bypass stream in a table of this shape, and a read of its target. */
struct one {
    struct conf_stream st;
    struct dut_dma dma;
    uint64_t pa;
};

static bool set_up(struct conf *c, struct one *o, enum dut_sec sec, unsigned split)
{
    if (!conf_needs_state(c, sec)) {
        return false;
    }
    if (split && !ID(c, IDR0, ST_LEVEL)) {
        conf_skip(c, "the DUT has no two-level Stream tables");
        return false;
    }
    *o = (struct one){ .st = { .sec = sec, .index = conf_num_sids(c, sec) - 1 } };
    conf_start_split(c, sec, split);
    if (!conf_stream(c, &o->st)) {
        return false;
    }
    o->dma = conf_access(&o->st, conf_map(&o->st, &o->pa), 0);
    return true;
}

static void bad_streamid(struct conf *c, const struct one *o, bool rec)
{
    static const struct conf_event e = { .number = EVT_C_BAD_STREAMID };

    if (rec) {
        conf_faults(c, &o->dma, &e);
    } else {
        conf_aborts(c, &o->dma);
    }
}

/* ---- L1STDs ---- */

static const uint8_t splits[] = { 6, 8, 10 };

static void set_l1std(struct conf *c, const struct one *o, uint64_t v)
{
    struct smmu3t_strtab *t = &conf_bank(c, o->st.sec)->strtab;

    conf_write64(c, conf_pas(o->st.sec), smmu3t_strtab_l1_addr(t, o->st.sid), v);
    conf_cmd(c, o->st.sec, smmu3t_cmd_cfgi_ste(o->st.sid, false, o->st.sec == DUT_S));
}

static uint64_t get_l1std(struct conf *c, const struct one *o)
{
    struct smmu3t_strtab *t = &conf_bank(c, o->st.sec)->strtab;

    return conf_read64(c, conf_pas(o->st.sec), smmu3t_strtab_l1_addr(t, o->st.sid));
}

/* Does an array of this Span, of a table of this SPLIT, have the StreamID? */
static bool in_span(unsigned span, unsigned split, uint32_t sid)
{
    return span >= 1 && span <= 11 && span <= split + 1 &&
           (sid & ((1u << split) - 1)) < 1u << (span - 1);
}

static void span_row(struct conf *c, enum dut_sec sec, unsigned split, unsigned span)
{
    struct one o;
    uint64_t l1, l2;

    if (!conf_row(c, RULE_ST_SPAN, span && span <= split + 1 ? CONF_LEGAL : CONF_ILLEGAL, NULL,
                  "%sSPLIT=%u, Span=%u", S_(sec), split, span) ||
        !set_up(c, &o, sec, split)) {
        return;
    }
    /* An array as large as any Span says, each STE the stream's. */
    l2 = conf_alloc(c, conf_pas(sec), UINT64_C(64) << split, UINT64_C(64) << 10);
    for (uint32_t i = 0; i < 64 && i < 1u << split; i++) {
        for (unsigned k = 0; k < 8; k++) {
            conf_write64(c, conf_pas(sec), l2 + 64 * i + 8 * k, o.st.ste.w[k]);
        }
    }
    l1 = 0;
    PTE_PUT(l1, L1STD_Span, span);
    PTE_PUT(l1, L1STD_L2Ptr, l2 >> 6);
    set_l1std(c, &o, l1);
    for (unsigned i = 0; i < conf_num_sids(c, sec) && !conf_failed(c); i++) {
        uint32_t sid = conf_sid(c, sec, i);

        if (sid >> split != o.st.sid >> split || (sid & ((1u << split) - 1)) >= 64) {
            continue;
        }
        o.dma.stream_id = sid;
        if (in_span(span, split, sid)) {
            conf_reaches(c, &o.dma, conf_pas(sec), o.pa);
        } else {
            bad_streamid(c, &o, true);
        }
    }
}

static void l1std_rows(struct conf *c)
{
    static const uint8_t spans[] = { 0, 1, 2, 5, 6, 7, 8, 9, 10, 11, 12, 16, 31 };

    for (unsigned n = 0; n < 2 * CONF_COUNT(splits) * CONF_COUNT(spans); n++) {
        span_row(c, (enum dut_sec)(n & 1), splits[n / 2 % CONF_COUNT(splits)],
                 spans[n / 2 / CONF_COUNT(splits)]);
    }
    for (unsigned n = 0; n < 2 * CONF_COUNT(splits); n++) {
        enum dut_sec sec = (enum dut_sec)(n & 1);
        struct one o;

        if (conf_row(c, RULE_ST_TWO_LEVELS, CONF_LEGAL, NULL, "%sSPLIT=%u", S_(sec), splits[n / 2]) &&
            set_up(c, &o, sec, splits[n / 2])) {
            conf_reaches(c, &o.dma, conf_pas(sec), o.pa);
        }
        /* L2Ptr is aligned to the array's size: 5.1 */
        if (conf_row(c, RULE_ST_L2PTR, CONF_LEGAL, NULL, "%sSPLIT=%u, low bits of L2Ptr", S_(sec),
                     splits[n / 2]) &&
            set_up(c, &o, sec, splits[n / 2])) {
            set_l1std(c, &o, get_l1std(c, &o) | ((UINT64_C(64) << splits[n / 2]) - 64));
            conf_reaches(c, &o.dma, conf_pas(sec), o.pa);
        }
    }
}

/* ---- LOG2SIZE, RECINVSID ---- */

static void size_rows(struct conf *c)
{
    for (unsigned n = 0; n < 8; n++) {
        enum dut_sec sec = (enum dut_sec)(n & 1);
        bool rec = n >> 1 & 1, split = n >> 2;
        struct one o;
        uint32_t cfg, cr2;

        if (!conf_row(c, RULE_ST_SIZE, CONF_ILLEGAL, NULL, "%s%s, RECINVSID=%u", S_(sec),
                      split ? "two levels" : "linear", rec) ||
            !set_up(c, &o, sec, split ? 6 : 0)) {
            continue;
        }
        if (!o.st.sid) {
            conf_skip(c, "the DUT has StreamID 0 only");
            continue;
        }
        conf_reaches(c, &o.dma, conf_pas(sec), o.pa);
        /* So small that the StreamID is the first beyond, or near it. */
        cfg = smmu3t_strtab_base_cfg(&conf_bank(c, sec)->strtab) & ~0x3fu;
        while (o.st.sid >> ((cfg & 0x3f) + 1)) {
            cfg++;
        }
        set_off(c, sec, SMMU3T_STRTAB_BASE_CFG, cfg, 4);
        cr2 = smmu3t_bank_read(conf_bank(c, sec), SMMU3T_CR2) & ~2u;
        set_off(c, sec, SMMU3T_CR2, cr2 | rec << 1, 4);
        bad_streamid(c, &o, rec);
    }
    for (unsigned n = 0; n < 2; n++) {
        enum dut_sec sec = (enum dut_sec)n;
        struct one o;

        if (conf_row(c, RULE_ST_SIZE, CONF_LEGAL, NULL, "%sthe last StreamID", S_(sec)) &&
            set_up(c, &o, sec, 0)) {
            conf_reaches(c, &o.dma, conf_pas(sec), o.pa);
        }
        if (conf_row(c, RULE_ST_SIZE, CONF_ILLEGAL, NULL, "%sthe first StreamID beyond", S_(sec)) &&
            set_up(c, &o, sec, 0)) {
            o.dma.stream_id = 1u << conf_bank(c, sec)->strtab.log2size;
            if (!conf_can(c, DUT_CAN_ANY_SID) ||
                (sec ? ID(c, S_IDR1, S_SIDSIZE) : ID(c, IDR1, SIDSIZE)) <=
                    conf_bank(c, sec)->strtab.log2size) {
                conf_skip(c, "the DUT has no such StreamID");
                continue;
            }
            bad_streamid(c, &o, true);
        }
    }
}

/* The base is aligned to the size of the (first) table: 6.3.24. */
static void base_rows(struct conf *c)
{
    for (unsigned n = 0; n < 4; n++) {
        enum dut_sec sec = (enum dut_sec)(n & 1);
        unsigned split = n >> 1 ? 6 : 0, bits;
        struct smmu3t_strtab *t;
        struct one o;

        if (!conf_row(c, RULE_ST_BASE, CONF_LEGAL, NULL, "%s%s, low bits of STRTAB_BASE", S_(sec),
                      split ? "two levels" : "linear") ||
            !set_up(c, &o, sec, split)) {
            continue;
        }
        t = &conf_bank(c, sec)->strtab;
        bits = t->log2size + 6u;
        if (split) { /* of more than one L1STD: LOG2SIZE counts as written */
            t->log2size = 12;
            bits = t->log2size - split + 3;
            if (smmu3t_strtab_init(t)) {
                continue;
            }
            conf_stream_update(&o.st);
            set_off(c, sec, SMMU3T_STRTAB_BASE_CFG, smmu3t_strtab_base_cfg(t), 4);
        }
        set_off(c, sec, SMMU3T_STRTAB_BASE, t->base | ((UINT64_C(1) << bits) - 64), 8);
        conf_reaches(c, &o.dma, conf_pas(sec), o.pa);
    }
}

/* ---- what cannot be fetched ---- */

static void fetch_rows(struct conf *c)
{
    static const char *const names[] = { "linear table", "L1STD", "array of STEs" };

    for (unsigned n = 0; n < 6; n++) {
        enum dut_sec sec = (enum dut_sec)(n & 1);
        unsigned what = n / 2;
        static const struct conf_need need[CONF_NEEDS] = { CAN(HOLE) };
        struct conf_event e = { .number = EVT_F_STE_FETCH };
        uint64_t l1 = 0;
        struct one o;

        if (!conf_row(c, RULE_ST_FETCH, CONF_ILLEGAL, need, "%s%s", S_(sec), names[what]) ||
            !set_up(c, &o, sec, what ? 6 : 0)) {
            continue;
        }
        e.fetch = conf_hole(c, conf_pas(sec));
        if (what == 2) {
            PTE_PUT(l1, L1STD_Span, 7);
            PTE_PUT(l1, L1STD_L2Ptr, e.fetch >> 6);
            set_l1std(c, &o, l1);
            e.fetch += 64 * (o.st.sid & 63);
        } else {
            if (!what && o.st.sid >> 10) {
                conf_skip(c, "the table is larger than the hole");
                continue;
            }
            set_off(c, sec, SMMU3T_STRTAB_BASE, e.fetch, 8);
            e.fetch += what ? 8 * (o.st.sid >> 6) : 64 * o.st.sid;
        }
        conf_faults(c, &o.dma, &e);
    }
}

/* ---- STE.CONT is a hint ---- */

static void cont_rows(struct conf *c)
{
    for (unsigned n = 0; n < 2; n++) {
        enum dut_sec sec = (enum dut_sec)n;
        struct smmu3t_strtab *t;
        struct one o;

        if (!conf_row(c, RULE_ST_CONT, CONF_LEGAL, NULL, "%sall STEs alike, CONT says so", S_(sec)) ||
            !set_up(c, &o, sec, 0)) {
            continue;
        }
        t = &conf_bank(c, sec)->strtab;
        STE_PUT(o.st.ste.w, CONT, t->log2size);
        if (t->log2size > 10) {
            conf_skip(c, "the table is too large");
            continue;
        }
        for (uint32_t sid = 0; sid < 1u << t->log2size; sid++) {
            if (smmu3t_strtab_write(t, sid, &o.st.ste)) {
                conf_fail(c, "the suite cannot write the STE of StreamID 0x%x", sid);
            }
        }
        conf_cmd(c, sec, smmu3t_cmd_cfgi_all(sec == DUT_S));
        for (unsigned i = 0; i < conf_num_sids(c, sec); i++) {
            o.dma.stream_id = conf_sid(c, sec, i);
            conf_reaches(c, &o.dma, conf_pas(sec), o.pa);
        }
    }
}

static void strtab(struct conf *c)
{
    l1std_rows(c);
    size_rows(c);
    base_rows(c);
    fetch_rows(c);
    cont_rows(c);
}

const struct conf_case case_strtab = { "ste/table", { { 0 } }, strtab };
