/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * From SubstreamID to CD: S1DSS, S1CDMax, S1Fmt, L1CDs, and CDs that cannot be
 * fetched. IHI0070G.b 3.3.2, 5.2, 5.3, 7.3.7, 7.3.9, 7.3.10.
 */
#include "conf.h"

/* One shape of CD table; the last of its SubstreamIDs is 2^bits - 1. */
static const struct shape {
    const char *name;
    uint8_t fmt, bits;
    uint32_t ssid[4]; /* besides 0 */
} shapes[] = {
    { "linear", SMMU3T_CD_LINEAR, 5, { 1, 2, 30, 31 } },
    { "two levels, one leaf of 4 KB", SMMU3T_CD_4K, 5, { 1, 2, 30, 31 } },
    { "two levels, 4 KB", SMMU3T_CD_4K, 8, { 1, 63, 64, 255 } },
    { "two levels, one leaf of 64 KB", SMMU3T_CD_64K, 8, { 1, 63, 64, 255 } },
    { "two levels, 64 KB", SMMU3T_CD_64K, 11, { 1, 1023, 1024, 2047 } },
};

struct sub {
    struct conf *c;
    struct conf_stream st;
    const struct shape *shape;
    enum dut_pas pas;
    uint64_t pa; /* where SubstreamID 0 goes */
    uint8_t asid;
};

static struct dut_dma with_ssid(const struct sub *s, uint64_t addr, uint32_t ssid)
{
    struct dut_dma dma = conf_access(&s->st, addr, DUT_DMA_SSV);

    dma.substream_id = ssid;
    return dma;
}

/* Its CD, or its L1CD, is another now. */
static void changed(const struct sub *s, uint32_t ssid)
{
    conf_cmd(s->c, s->st.sec, smmu3t_cmd_cfgi_cd(s->st.sid, ssid, false, s->st.sec == DUT_S));
}

/* A CD of its own for a SubstreamID: CONF_VA goes to the address returned. */
static uint64_t add(struct sub *s, uint32_t ssid)
{
    struct smmu3t_pgt tt = s->st.tt0;
    struct smmu3t_cd cd;
    uint64_t pa = conf_target(s->c, s->pas), ipa = pa;
    int err = smmu3t_pgt_init(&tt);

    if (s->st.s2) {
        ipa = conf_ipa(s->c, pa);
        conf_map2(&s->st, ipa, pa, 0x10000, SMMU3T_S2_RW);
    }
    if (!err) {
        err = smmu3t_pgt_map(&tt, CONF_VA, ipa, 0x10000, SMMU3T_S1_RW);
    }
    cd = s->st.cd;
    CD_PUT(cd.w, TTB0, tt.root >> 4);
    CD_PUT(cd.w, ASID, ++s->asid);
    if (!err) {
        err = smmu3t_cdtab_write(&s->st.cds, ssid, &cd);
    }
    if (err && !conf_failed(s->c)) {
        conf_fail(s->c, "the suite cannot build a CD for SubstreamID 0x%x: error %d", ssid, err);
    }
    changed(s, ssid);
    return pa;
}

/* Begins a row with a stream of this shape; n: state and stages. */
static bool begin(struct conf *c, struct sub *s, enum conf_rule rule, enum conf_form form,
                  const char *what)
{
    const struct shape *sh = s->shape;
    const struct conf_need need[CONF_NEEDS] = {
        { CONF_ID_IDR1_SSIDSIZE, CONF_MIN, sh->bits },
        sh->fmt ? (struct conf_need)NEED(IDR0, CD2L, IS, 1) : (struct conf_need){ 0 },
    };
    uint64_t va;

    if (!conf_row(c, rule, form, need, "%s%s, %s: %s", s->st.sec ? "Secure " : "",
                  s->st.s2 ? "nested" : "stage 1", sh->name, what) ||
        !conf_needs_state(c, s->st.sec)) {
        return false;
    }
    s->c = c;
    s->pas = conf_pas(s->st.sec);
    s->st.s1 = true;
    s->st.ssid_bits = sh->bits;
    s->st.cd_fmt = sh->fmt;
    conf_start(c, s->st.sec);
    if (!conf_stream(c, &s->st)) {
        return false;
    }
    va = conf_map(&s->st, &s->pa);
    return va == CONF_VA;
}

static bool need_ssid(struct conf *c)
{
    if (!conf_can(c, DUT_CAN_SSID)) {
        conf_skip(c, "the DUT has no SubstreamIDs");
        return false;
    }
    return true;
}

static void set_dss(struct sub *s, unsigned dss)
{
    STE_PUT(s->st.ste.w, S1DSS, dss);
    conf_stream_update(&s->st);
}

/* ---- which CD ---- */

static void index_rows(struct conf *c, const struct sub *base)
{
    static const struct conf_event bad = { .number = EVT_C_BAD_SUBSTREAMID };
    static const struct conf_event bad_cd = { .number = EVT_C_BAD_CD };
    struct sub s = *base;
    struct dut_dma dma;

    if (begin(c, &s, RULE_SS_INDEX, CONF_LEGAL, "each SubstreamID has its CD") && need_ssid(c)) {
        set_dss(&s, 0);
        for (size_t i = 0; i < CONF_COUNT(s.shape->ssid); i++) {
            uint64_t pa = add(&s, s.shape->ssid[i]);

            dma = with_ssid(&s, CONF_VA, s.shape->ssid[i]);
            conf_reaches(c, &dma, s.pas, pa);
        }
        dma = with_ssid(&s, CONF_VA, 0);
        conf_reaches(c, &dma, s.pas, s.pa);
    }
    s = *base;
    if (begin(c, &s, RULE_SS_RANGE, CONF_ILLEGAL, "beyond S1CDMax") && need_ssid(c)) {
        dma = with_ssid(&s, CONF_VA, UINT32_C(1) << s.shape->bits);
        conf_faults(c, &dma, &bad);
        dma = with_ssid(&s, CONF_VA, 0xfffff);
        conf_faults(c, &dma, &bad);
    }
    s = *base;
    if (begin(c, &s, RULE_SS_RANGE, CONF_LEGAL, "the last of S1CDMax") && need_ssid(c)) {
        uint64_t pa = add(&s, s.shape->ssid[3]);

        dma = with_ssid(&s, CONF_VA, s.shape->ssid[3]);
        conf_reaches(c, &dma, s.pas, pa);
    }
    s = *base;
    if (!s.shape->fmt && begin(c, &s, RULE_SS_INDEX, CONF_LEGAL, "S1Fmt=3") && need_ssid(c)) {
        uint64_t pa = add(&s, s.shape->ssid[2]);

        if (!ID(c, IDR0, CD2L)) {
            conf_skip(c, "it may be ILLEGAL without CD2L");
        }
        STE_PUT(s.st.ste.w, S1Fmt, 3);
        set_dss(&s, 0);
        dma = with_ssid(&s, CONF_VA, s.shape->ssid[2]);
        conf_reaches(c, &dma, s.pas, pa);
    }
    s = *base;
    if (begin(c, &s, RULE_CD_V, CONF_ILLEGAL, "V=0 of one SubstreamID") && need_ssid(c)) {
        add(&s, s.shape->ssid[0]);
        conf_write64(c, s.pas,
                     smmu3t_cdtab_addr(&s.st.cds, s.shape->ssid[0]) - (s.st.s2 ? conf_ipa(c, 0) : 0),
                     0);
        changed(&s, s.shape->ssid[0]);
        dma = with_ssid(&s, CONF_VA, s.shape->ssid[0]);
        conf_faults(c, &dma, &bad_cd);
    }
}

/* ---- S1DSS ---- */

static void dss_rows(struct conf *c, const struct sub *base)
{
    static const struct conf_event disabled = { .number = EVT_F_STREAM_DISABLED };
    static const char *const names[] = { "S1DSS=0", "S1DSS=1", "S1DSS=2", "S1DSS=3" };
    static const char *const zero[] = { "S1DSS=0, SubstreamID 0", "S1DSS=1, SubstreamID 0",
                                        "S1DSS=2, SubstreamID 0", "S1DSS=3, SubstreamID 0" };

    for (unsigned dss = 0; dss < 4; dss++) {
        struct sub s = *base;
        struct dut_dma dma;

        if (begin(c, &s, RULE_SS_S1DSS, dss == 0 || dss == 3 ? CONF_ILLEGAL : CONF_LEGAL,
                  names[dss])) {
            set_dss(&s, dss);
            dma = conf_access(&s.st, CONF_VA, 0);
            if (dss == 2) {
                conf_reaches(c, &dma, s.pas, s.pa);
            } else if (dss == 1) {
                dma.addr = s.st.s2 ? conf_ipa(c, s.pa) : s.pa;
                conf_reaches(c, &dma, s.pas, s.pa);
            } else {
                conf_faults(c, &dma, &disabled);
            }
        }
        s = *base;
        if (begin(c, &s, RULE_SS_S1DSS_0, dss == 2 ? CONF_ILLEGAL : CONF_LEGAL, zero[dss]) &&
            need_ssid(c)) {
            set_dss(&s, dss);
            dma = with_ssid(&s, CONF_VA, 0);
            if (dss == 2) {
                conf_faults(c, &dma, &disabled);
            } else {
                conf_reaches(c, &dma, s.pas, s.pa);
            }
        }
    }
    for (unsigned bad = 0; bad < 2; bad++) { /* CD 0 is not looked at with S1DSS=1 */
        struct sub s = *base;
        struct dut_dma dma;

        if (begin(c, &s, RULE_SS_S1DSS, CONF_LEGAL, bad ? "S1DSS=1, CD of V=0" : "S1DSS=1, write")) {
            dma = conf_access(&s.st, s.st.s2 ? conf_ipa(c, s.pa) : s.pa, DUT_DMA_WRITE);
            CD_PUT(s.st.cd.w, V, !bad);
            set_dss(&s, 1);
            conf_reaches(c, &dma, s.pas, s.pa);
        }
    }
}

/* ---- L1CDs ---- */

/* The L1CD of a SubstreamID, as a physical address. */
static uint64_t l1cd(const struct sub *s, uint32_t ssid)
{
    return smmu3t_cdtab_l1_addr(&s->st.cds, ssid) - (s->st.s2 ? conf_ipa(s->c, 0) : 0);
}

static void set_l1cd(const struct sub *s, uint32_t ssid, uint64_t v)
{
    conf_write64(s->c, s->pas, l1cd(s, ssid), v);
    changed(s, ssid);
}

static void l1cd_rows(struct conf *c, const struct sub *base)
{
    static const struct conf_event bad = { .number = EVT_C_BAD_SUBSTREAMID };
    struct conf_event s2 = { .number = EVT_F_TRANSLATION, .s2 = true, .class_ = CONF_CLASS_CD };
    struct sub s = *base;
    struct dut_dma dma;
    uint32_t last = base->shape->ssid[3], leaf = base->shape->fmt == SMMU3T_CD_4K ? 6 : 10;

    if (begin(c, &s, RULE_SS_L1CD_V, CONF_ILLEGAL, "L1CD.V=0") && need_ssid(c)) {
        add(&s, last);
        set_l1cd(&s, last, conf_read64(c, s.pas, l1cd(&s, last)) & ~UINT64_C(1));
        dma = with_ssid(&s, CONF_VA, last);
        conf_faults(c, &dma, &bad);
    }
    s = *base;
    if (begin(c, &s, RULE_SS_L1CD_V, CONF_ILLEGAL, "L1CD.V=0 without SubstreamID")) {
        set_l1cd(&s, 0, 0);
        dma = conf_access(&s.st, CONF_VA, 0);
        conf_faults(c, &dma, &bad);
    }
    s = *base;
    if (begin(c, &s, RULE_SS_L1CD_PTR, CONF_ILLEGAL, "L2Ptr at 2^OAS") && need_ssid(c)) {
        if (!ID(c, AIDR, ArchMinorRev) || ID(c, IDR5, OAS) > 6) {
            conf_skip(c, "needs SMMUv3.1 and OAS below 56 bits");
        } else {
            uint64_t ptr = UINT64_C(1) << conf_oas(c);

            add(&s, last); /* the record has no bits from OAS on: 7.3.13 */
            set_l1cd(&s, last, ptr | 1);
            dma = with_ssid(&s, CONF_VA, last);
            s2.ipa = 64 * (uint64_t)(last & ((1u << leaf) - 1));
            if (s.st.s2) {
                conf_faults_either(c, &dma, &bad, &s2);
            } else {
                conf_faults(c, &dma, &bad);
            }
        }
    }
    s = *base;
    if (base->shape->fmt == SMMU3T_CD_64K &&
        begin(c, &s, RULE_SS_L1CD_PTR, CONF_LEGAL, "L2Ptr[15:12]") && need_ssid(c)) {
        uint64_t pa = add(&s, last);

        /* Not part of the address: 5.3 */
        set_l1cd(&s, last, conf_read64(c, s.pas, l1cd(&s, last)) | 0xf000);
        dma = with_ssid(&s, CONF_VA, last);
        conf_reaches(c, &dma, s.pas, pa);
    }
}

/* ---- what cannot be fetched ---- */

static void fetch_rows(struct conf *c, const struct sub *base)
{
    struct conf_event abort = { .number = EVT_F_CD_FETCH };
    const struct shape *sh = base->shape;
    unsigned leaf = sh->fmt == SMMU3T_CD_4K ? 6 : 10;
    uint32_t last = sh->ssid[3];

    for (unsigned what = 0; what < 3; what++) {
        static const char *const names[] = { "abort of the first structure", "abort of a leaf's CD",
                                             "abort without SubstreamID" };
        struct sub s = *base;
        struct dut_dma dma;
        uint64_t hole;

        if ((what == 1 && !sh->fmt) || !begin(c, &s, RULE_SS_FETCH, CONF_ILLEGAL, names[what])) {
            continue;
        }
        if (!conf_can(c, DUT_CAN_HOLE)) {
            conf_skip(c, "the DUT has no memory that aborts");
            continue;
        }
        if (what < 2 && !need_ssid(c)) {
            continue;
        }
        hole = conf_map_hole(&s.st);
        dma = what == 2 ? conf_access(&s.st, CONF_VA, 0) : with_ssid(&s, CONF_VA, last);
        abort.fetch = conf_hole(c, s.pas);
        if (what == 1) {
            add(&s, last);
            set_l1cd(&s, last, hole | 1);
            abort.fetch += 64 * (uint64_t)(last & ((1u << leaf) - 1));
        } else {
            STE_PUT(s.st.ste.w, S1ContextPtr, hole >> 6);
            abort.fetch += what == 2 ? 0 : sh->fmt ? 8 * (uint64_t)(last >> leaf) : 64 * (uint64_t)last;
            conf_stream_update(&s.st);
        }
        conf_faults(c, &dma, &abort);
    }
}

/* ---- SubstreamIDs that have no business there ---- */

static void unwanted_rows(struct conf *c, enum dut_sec sec)
{
    static const struct conf_event bad = { .number = EVT_C_BAD_SUBSTREAMID };
    static const char *const names[] = { "bypass", "stage 1, S1CDMax=0", "stage 2",
                                         "nested, S1CDMax=0" };
    static const struct conf_need need[CONF_NEEDS] = { CAN(SSID) };

    for (unsigned n = 0; n < 4; n++) {
        if (conf_row(c, RULE_SS_UNWANTED, CONF_ILLEGAL, need, "%s%s with SubstreamID",
                     sec ? "Secure " : "", names[n]) &&
            conf_needs_state(c, sec)) {
            struct conf_stream st = { .sec = sec, .s1 = n & 1, .s2 = n & 2 };
            struct dut_dma dma;
            uint64_t pa;

            conf_start(c, sec);
            if (conf_stream(c, &st)) {
                dma = conf_access(&st, conf_map(&st, &pa), DUT_DMA_SSV);
                conf_faults(c, &dma, &bad);
                dma.substream_id = 1;
                conf_faults(c, &dma, &bad);
            }
        }
    }
    if (conf_row(c, RULE_SS_UNWANTED, CONF_LEGAL, NULL, "%sS1DSS without effect", sec ? "Secure " : "") &&
        conf_needs_state(c, sec)) {
        struct conf_stream st = { .sec = sec, .s1 = true };
        struct dut_dma dma;
        uint64_t pa;

        conf_start(c, sec);
        if (conf_stream(c, &st)) {
            dma = conf_access(&st, conf_map(&st, &pa), 0);
            for (unsigned dss = 0; dss < 4; dss++) {
                STE_PUT(st.ste.w, S1DSS, dss);
                conf_stream_update(&st);
                conf_reaches(c, &dma, conf_pas(sec), pa);
            }
        }
    }
}

static void substreams(struct conf *c)
{
    for (unsigned n = 0; n < 4; n++) {
        for (size_t i = 0; i < CONF_COUNT(shapes); i++) {
            const struct sub base = { .shape = &shapes[i],
                                      .st = { .sec = (enum dut_sec)(n >> 1), .s2 = n & 1 } };

            index_rows(c, &base);
            dss_rows(c, &base);
            if (shapes[i].fmt) {
                l1cd_rows(c, &base);
            }
            fetch_rows(c, &base);
        }
    }
    unwanted_rows(c, DUT_NS);
    unwanted_rows(c, DUT_S);
}

const struct conf_case case_substreams = { "cd/substreams", { NEED(IDR0, S1P, IS, 1) }, substreams };
