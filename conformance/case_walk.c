/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Every outcome of a walk at every level, for each granule, stage and use:
 * IHI0070G.b 3.4, 7.3.12 to 7.3.16; DDI0487 D8.3.
 */
#include "walk.h"

/* ---- outcomes ---- */

static void leaf(struct conf *c, struct walk *w)
{
    struct conf_event e = walk_fault(w, EVT_F_TRANSLATION);

    walk_set_desc(w, walk_leaf(w));
    if (walk_leaf_ok(w)) {
        conf_reaches(c, &w->dma, w->pas, w->pa);
    } else {
        conf_faults(c, &w->dma, &e);
    }
}

/* Type 0b01 of level 3 is reserved. */
static void type1(struct conf *c, struct walk *w)
{
    struct conf_event e = walk_fault(w, EVT_F_TRANSLATION);

    walk_set_desc(w, walk_leaf(w) & ~UINT64_C(2));
    conf_faults(c, &w->dma, &e);
}

static void type0(struct conf *c, struct walk *w)
{
    struct conf_event e = walk_fault(w, EVT_F_TRANSLATION);

    walk_set_desc(w, walk_desc(w) & ~UINT64_C(3));
    conf_faults(c, &w->dma, &e);
}

static void type2(struct conf *c, struct walk *w)
{
    struct conf_event e = walk_fault(w, EVT_F_TRANSLATION);

    walk_set_desc(w, walk_desc(w) & ~UINT64_C(1));
    conf_faults(c, &w->dma, &e);
}

static void table_size(struct conf *c, struct walk *w)
{
    struct conf_event e = walk_fault(w, EVT_F_ADDR_SIZE);
    unsigned bit = walk_limit(w);

    if (bit) {
        uint64_t d = walk_desc(w);
        uint64_t a = smmu3t_pgt_get_addr(w->tt, d);

        d &= ~smmu3t_pgt_put_addr(w->tt, a);
        walk_set_desc(w, d | smmu3t_pgt_put_addr(w->tt, a | UINT64_C(1) << bit));
        conf_faults(c, &w->dma, &e);
    }
}

static void leaf_size(struct conf *c, struct walk *w)
{
    struct conf_event e = walk_fault(w, EVT_F_ADDR_SIZE);
    unsigned bit = walk_limit(w);

    if (bit && bit >= smmu3t_pgt_shift(w->geo.gran, w->level)) {
        walk_set_desc(w, walk_leaf(w) | smmu3t_pgt_put_addr(w->tt, UINT64_C(1) << bit));
        conf_faults(c, &w->dma, &e);
    } else if (bit) {
        conf_skip(c, "the block is larger than the output size");
    }
}

/* The highest output that is still in range. */
static void leaf_in_size(struct conf *c, struct walk *w)
{
    if (walk_limit(w)) {
        walk_set_desc(w, walk_leaf(w));
        conf_reaches(c, &w->dma, w->pas, w->pa);
    }
}

static void no_af(struct conf *c, struct walk *w)
{
    struct conf_event e = walk_fault(w, EVT_F_ACCESS);

    walk_set_desc(w, walk_leaf(w) & ~SMMU3T_BIT(PTE_AF_LO));
    conf_faults(c, &w->dma, &e);
}

static void affd(struct conf *c, struct walk *w)
{
    if (walk_is_s2(w->kind)) {
        STE_PUT(w->st.ste.w, S2AFFD, 1);
    } else {
        CD_PUT(w->st.cd.w, AFFD, 1);
    }
    conf_stream_update(&w->st);
    walk_set_desc(w, walk_leaf(w) & ~SMMU3T_BIT(PTE_AF_LO));
    conf_reaches(c, &w->dma, w->pas, w->pa);
}

static void no_write(struct conf *c, struct walk *w)
{
    struct conf_event e = walk_fault(w, EVT_F_PERMISSION);
    uint64_t d = walk_leaf(w);

    if (walk_is_s2(w->kind)) {
        d &= ~SMMU3T_S2_W;
    } else {
        d |= SMMU3T_S1_RO;
    }
    walk_set_desc(w, d);
    if (w->kind == WALK_TT || w->kind == WALK_CD) { /* reads, whatever the access is */
        conf_reaches(c, &w->dma, w->pas, w->pa);
        return;
    }
    conf_faults(c, &w->dma, &e);
    w->dma.flags &= ~DUT_DMA_WRITE;
    conf_reaches(c, &w->dma, w->pas, w->pa);
}

/* Stage 2 only: stage 1 has nothing that may be written and not read. */
static void no_read(struct conf *c, struct walk *w)
{
    struct conf_event e = walk_fault(w, EVT_F_PERMISSION);

    walk_set_desc(w, walk_leaf(w) & ~SMMU3T_S2_R);
    if (w->kind != WALK_TT && w->kind != WALK_CD) {
        w->dma.flags &= ~DUT_DMA_WRITE;
    }
    conf_faults(c, &w->dma, &e);
}

static void in_hole(struct conf *c, struct walk *w)
{
    struct conf_event e = walk_fault(w, EVT_F_WALK_EABT);

    e.fetch = walk_into_hole(w);
    if (!walk_is_s2(w->kind)) {
        e.class_ = CONF_CLASS_TT;
    }
    if (e.fetch) {
        conf_faults(c, &w->dma, &e);
    }
}

/* ---- rows ---- */

enum where { ANY_LEVEL, LEAF_LEVEL, TABLE_LEVEL, LEVEL3, NOT_LEAF_LEVEL };
enum { AT_S1 = 1, AT_S2 = 2 };

#define PER_KIND(x) { RULE_S1_##x, RULE_S2_##x, RULE_S1_##x, RULE_S2_##x, RULE_S2TT_##x, RULE_S2CD_##x }
static const struct outcome {
    const char *name;
    enum conf_rule rule[WALK_NUM_KINDS];
    uint8_t stages;
    enum where where;
    enum conf_form form;
    void (*run)(struct conf *c, struct walk *w);
} outcomes[] = {
    { "leaf", PER_KIND(LEAF), 3, LEAF_LEVEL, CONF_LEGAL, leaf },
    { "block where there is none", PER_KIND(LEAF), 3, NOT_LEAF_LEVEL, CONF_ILLEGAL, leaf },
    { "block of level 3", PER_KIND(LEAF), 3, LEVEL3, CONF_ILLEGAL, type1 },
    { "type 0b00", PER_KIND(INVALID), 3, ANY_LEVEL, CONF_ILLEGAL, type0 },
    { "type 0b10", PER_KIND(INVALID), 3, ANY_LEVEL, CONF_ILLEGAL, type2 },
    { "table too far", PER_KIND(SIZE), 3, TABLE_LEVEL, CONF_ILLEGAL, table_size },
    { "output too far", PER_KIND(SIZE), 3, LEAF_LEVEL, CONF_ILLEGAL, leaf_size },
    { "output in range", PER_KIND(SIZE), 3, LEAF_LEVEL, CONF_LEGAL, leaf_in_size },
    { "AF=0", PER_KIND(AF), 3, LEAF_LEVEL, CONF_ILLEGAL, no_af },
    { "AF=0 AFFD=1", PER_KIND(AF), 3, LEAF_LEVEL, CONF_LEGAL, affd },
    { "read-only", PER_KIND(PERM), 3, LEAF_LEVEL, CONF_ILLEGAL, no_write },
    { "not readable", PER_KIND(PERM), AT_S2, LEAF_LEVEL, CONF_ILLEGAL, no_read },
    { "table aborts", PER_KIND(EABT), 3, ANY_LEVEL, CONF_ILLEGAL, in_hole },
};

#define MAIN true
/* For one stage alone in the Non-secure state all, else those of MAIN. */
static const struct geometry {
    struct walk_geometry geo; /* start -2: stage 1 */
    bool main;
} geometries[] = {
    { { 12, 39, -2, false, false }, MAIN },  { { 12, 48, -2, false, false }, false },
    { { 12, 40, -2, false, true }, MAIN },   { { 12, 30, -2, false, false }, false },
    { { 12, 25, -2, false, true }, false },  { { 12, 16, -2, false, false }, false },
    { { 12, 52, -2, true, false }, MAIN },   { { 12, 49, -2, true, true }, false },
    { { 14, 36, -2, false, false }, MAIN },  { { 14, 47, -2, false, true }, false },
    { { 14, 48, -2, false, false }, false }, { { 14, 25, -2, false, false }, false },
    { { 14, 52, -2, true, false }, false },  { { 14, 47, -2, true, true }, false },
    { { 16, 42, -2, false, false }, MAIN },  { { 16, 48, -2, false, true }, false },
    { { 16, 29, -2, false, false }, false }, { { 16, 52, -2, true, false }, false },
    { { 12, 39, 1, false, false }, MAIN },   { { 12, 36, 1, false, false }, MAIN },
    { { 12, 43, 1, false, false }, false },  { { 12, 44, 0, false, false }, false },
    { { 12, 48, 0, false, false }, MAIN },   { { 12, 32, 1, false, false }, false },
    { { 12, 30, 2, false, false }, false },  { { 12, 34, 2, false, false }, MAIN },
    { { 12, 25, 3, false, false }, false },  { { 12, 52, -1, true, false }, MAIN },
    { { 12, 52, 0, true, false }, false },   { { 14, 36, 2, false, false }, MAIN },
    { { 14, 40, 2, false, false }, false },  { { 14, 47, 1, false, false }, false },
    { { 14, 40, 1, false, false }, false },  { { 14, 29, 3, false, false }, false },
    { { 14, 32, 2, false, false }, false },  { { 14, 52, 0, true, false }, false },
    { { 14, 51, 1, true, false }, false },   { { 16, 36, 2, false, false }, MAIN },
    { { 16, 46, 2, false, false }, false },  { { 16, 48, 1, false, false }, false },
    { { 16, 32, 2, false, false }, false },  { { 16, 33, 3, false, false }, false },
    { { 16, 52, 1, true, false }, false },
};

static bool applies(const struct outcome *o, const struct walk *w)
{
    bool ok = walk_leaf_ok(w);

    switch (o->where) {
    case LEAF_LEVEL:
        return ok;
    case NOT_LEAF_LEVEL:
        return !ok;
    case TABLE_LEVEL:
        return w->level < 3;
    case LEVEL3:
        return w->level == 3;
    default:
        return true;
    }
}

static void run_outcomes(struct conf *c, const struct walk *base)
{
    for (size_t i = 0; i < CONF_COUNT(outcomes); i++) {
        const struct outcome *o = &outcomes[i];
        struct conf_need need[CONF_NEEDS];
        struct walk w = *base;

        /* The start level's own table in the hole: the CD would not be found. */
        if (!(o->stages & (walk_is_s2(w.kind) ? AT_S2 : AT_S1)) || !applies(o, &w) ||
            (o->run == in_hole && w.level == walk_start(&w) &&
             (w.kind == WALK_NEST2 || w.kind == WALK_TT))) {
            continue;
        }
        walk_needs(&w, need);
        if (conf_row(c, o->rule[w.kind], o->form, need,
                     "%s%s%s, %u KB%s, %u bits from level %d, level %d: %s", w.sec ? "Secure " : "", walk_kind_name(w.kind), w.geo.upper ? " TTB1" : "",
                     1u << (w.geo.gran - 10), w.geo.ds ? " of 52 bits" : "", w.geo.bits,
                     walk_start(&w), w.level, o->name) &&
            walk_build(c, &w)) {
            o->run(c, &w);
        }
    }
}

static void walks(struct conf *c, bool s2)
{
    for (unsigned n = 0; n < WALK_NUM_KINDS * DUT_NUM_SEC; n++) {
        enum walk_kind kind = (enum walk_kind)(n / DUT_NUM_SEC);
        enum dut_sec sec = (enum dut_sec)(n % DUT_NUM_SEC);

        for (size_t i = 0; i < CONF_COUNT(geometries); i++) {
            const struct geometry *g = &geometries[i];
            bool alone = kind == WALK_S1 || kind == WALK_S2;
            struct walk w = { .kind = kind, .sec = sec, .geo = g->geo, .c = c };

            if (walk_is_s2(kind) != s2 || s2 != (g->geo.start != -2) ||
                (!g->main && (!alone || sec != DUT_NS))) {
                continue;
            }
            for (w.level = walk_start(&w); w.level <= 3; w.level++) {
                run_outcomes(c, &w);
            }
        }
    }
}

static void walks_s1(struct conf *c)
{
    walks(c, false);
}

static void walks_s2(struct conf *c)
{
    walks(c, true);
}

const struct conf_case case_walk_s1 = {
    "walk/stage1", { NEED(IDR0, S1P, IS, 1), NEED(IDR0, STALL_MODEL, NOT, 2) }, walks_s1
};
const struct conf_case case_walk_s2 = {
    "walk/stage2", { NEED(IDR0, S2P, IS, 1), NEED(IDR0, STALL_MODEL, NOT, 2) }, walks_s2
};
