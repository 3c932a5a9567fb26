/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Every bit of every address in structures and tables, up to OAS, and forms
 * of tables: big-endian, contiguous, of 52 bits. IHI0070G.b 3.4, 5; DDI0487
 * D8.3. The DUT must have memory everywhere for most of it.
 */
#include "walk.h"

#define S_(sec) ((sec) ? "Secure " : "")

/* Words from one place of the space to another; what was there is no more. */
static void relocate(struct conf *c, enum dut_pas pas, uint64_t to, uint64_t from, uint64_t size)
{
    for (uint64_t i = 0; i < size; i += 8) {
        conf_write64(c, pas, to + i, conf_read64(c, pas, from + i));
        conf_write64(c, pas, from + i, 0);
    }
}

/* ---- leaves, tables, bases ---- */

enum place { LEAF, TABLE, BASE };

/* Moves what a walk ends at, or goes through, to the address with one more bit. */
static void move(struct walk *w, enum place place, unsigned bit)
{
    struct conf *c = w->c;
    uint64_t top = UINT64_C(1) << bit, size = UINT64_C(1) << w->geo.gran, d, from;
    unsigned lo = walk_is_s2(w->kind) ? w->sec == DUT_S ? STE_S_S2TTB_LO : STE_S2TTB_LO : CD_TTB0_LO;

    switch (place) {
    case LEAF:
        w->out = w->pa ^= top;
        walk_set_desc(w, walk_leaf(w));
        break;
    case TABLE: /* the one that the leaf is in */
        w->level = 2;
        d = walk_desc(w);
        from = smmu3t_pgt_get_addr(w->tt, d);
        relocate(c, w->pas, from ^ top, from, size);
        walk_set_desc(w, (d & ~smmu3t_pgt_put_addr(w->tt, from)) |
                             smmu3t_pgt_put_addr(w->tt, from ^ top));
        break;
    default:
        from = w->tt->root;
        size = UINT64_C(8) << (w->geo.bits - smmu3t_pgt_shift(w->geo.gran, walk_start(w)));
        relocate(c, w->pas, from ^ top, from, size);
        put_field(walk_is_s2(w->kind) ? w->st.ste.w : w->st.cd.w, lo, 48, (from ^ top) >> 4);
        walk_update(w);
        break;
    }
}

static const struct form {
    const char *name;
    enum walk_kind kind;
    struct walk_geometry geo;
    unsigned max;            /* address bits of this format */
} forms[] = {
    { "4 KB", WALK_S1, { 12, 36, -2, false, false }, 48 },
    { "16 KB", WALK_S1, { 14, 36, -2, false, false }, 48 },
    { "64 KB", WALK_S1, { 16, 36, -2, false, false }, 48 },
    { "4 KB of 52 bits", WALK_S1, { 12, 36, -2, true, false }, 52 },
    { "16 KB of 52 bits", WALK_S1, { 14, 36, -2, true, false }, 52 },
    { "64 KB of 52 bits", WALK_S1, { 16, 36, -2, true, false }, 52 },
    { "4 KB", WALK_S2, { 12, 36, 1, false, false }, 48 },
    { "16 KB", WALK_S2, { 14, 36, 2, false, false }, 48 },
    { "64 KB", WALK_S2, { 16, 36, 2, false, false }, 48 },
    { "4 KB of 52 bits", WALK_S2, { 12, 36, 1, true, false }, 52 },
    { "16 KB of 52 bits", WALK_S2, { 14, 36, 2, true, false }, 52 },
    { "64 KB of 52 bits", WALK_S2, { 16, 36, 2, true, false }, 52 },
};

static void form_row(struct conf *c, const struct form *f, enum place place, enum dut_sec sec)
{
    static const char *const names[] = { "outputs", "tables", "the first table" };
    struct walk probe = { .c = c, .kind = f->kind, .sec = sec, .geo = f->geo, .level = 3 };
    struct conf_need need[CONF_NEEDS];
    unsigned top = conf_oas(c) < f->max ? conf_oas(c) : f->max;

    walk_needs(&probe, need);
    need[3] = (struct conf_need)CAN(BIG_ADDR);
    if (!conf_row(c, RULE_ADDRESS_TABLES, CONF_LEGAL, need, "%s%s, %s: each bit of %s", S_(sec),
                  walk_kind_name(f->kind), f->name, names[place])) {
        return;
    }
    /* From what the suite's RAM leaves alone on. */
    for (unsigned bit = 28; bit < top && !conf_failed(c); bit++) {
        struct walk w = probe;

        conf_fresh(c);
        if (walk_build(c, &w)) {
            move(&w, place, bit);
            if (!conf_reaches(c, &w.dma, w.pas, w.pa)) {
                conf_fail(c, "that was bit %u", bit);
            }
        }
    }
}

static void address_tables(struct conf *c)
{
    for (size_t i = 0; i < CONF_COUNT(forms); i++) {
        for (unsigned n = 0; n < 6; n++) {
            form_row(c, &forms[i], (enum place)(n / 2), (enum dut_sec)(n & 1));
        }
    }
}

const struct conf_case case_address_tables = { "address/tables", { { 0 } }, address_tables };

/* ---- structures ---- */

enum structure { STRTAB, L2_STRTAB, CD, L1CD, L2_CD, NUM_STRUCTURES };

static void move_structure(struct walk *w, enum structure what, unsigned bit)
{
    struct conf *c = w->c;
    struct smmu3t_bank *b = conf_bank(c, w->sec);
    uint64_t top = UINT64_C(1) << bit, a, l1, from;
    uint32_t cr0;

    switch (what) {
    case STRTAB:
        relocate(c, w->pas, b->strtab.base ^ top, b->strtab.base,
                 UINT64_C(64) << b->strtab.log2size);
        cr0 = smmu3t_bank_read(b, SMMU3T_CR0);
        smmu3t_bank_cr0(b, cr0 & ~(uint32_t)SMMU3T_CR0_SMMUEN);
        conf_set(c, w->pas, smmu3t_bank_reg(b, SMMU3T_STRTAB_BASE), 8, b->strtab.base ^ top);
        smmu3t_bank_cr0(b, cr0);
        break;
    case L2_STRTAB:
        a = smmu3t_strtab_l1_addr(&b->strtab, w->st.sid);
        l1 = conf_read64(c, w->pas, a);
        from = PTE_GET(l1, L1STD_L2Ptr) << 6;
        relocate(c, w->pas, from ^ top, from, 64 << 6);
        conf_write64(c, w->pas, a, l1 ^ top);
        break;
    case CD:
    case L1CD:
        STE_PUT(w->st.ste.w, S1ContextPtr, (w->st.cds.base ^ top) >> 6);
        conf_stream_update(&w->st); /* the CD is still where it was */
        relocate(c, w->pas, w->st.cds.base ^ top, w->st.cds.base, 64);
        break;
    default:
        a = smmu3t_cdtab_l1_addr(&w->st.cds, 0);
        l1 = conf_read64(c, w->pas, a);
        from = PTE_GET(l1, L1CD_L2Ptr) << 12;
        relocate(c, w->pas, from ^ top, from, 4096);
        conf_write64(c, w->pas, a, l1 ^ top);
        break;
    }
    conf_cmd(c, w->sec, smmu3t_cmd_cfgi_all(w->sec == DUT_S));
}

static void structure_row(struct conf *c, enum structure what, enum dut_sec sec)
{
    static const char *const names[] = { "STRTAB_BASE", "L1STD.L2Ptr", "S1ContextPtr of a CD",
                                         "S1ContextPtr of L1CDs", "L1CD.L2Ptr" };
    bool two = what == L1CD || what == L2_CD;
    static const struct conf_need none, substreams = NEED(IDR1, SSIDSIZE, MIN, 7),
                           levels = NEED(IDR0, ST_LEVEL, MIN, 1), cd2l = NEED(IDR0, CD2L, IS, 1);
    const struct conf_need need[CONF_NEEDS] = {
        CAN(BIG_ADDR), NEED(IDR0, S1P, IS, 1), two ? substreams : what == L2_STRTAB ? levels : none,
        two ? cd2l : none,
    };

    if (!conf_row(c, RULE_ADDRESS_STRUCTURES, CONF_LEGAL, need, "%s%s: each bit", S_(sec), names[what])) {
        return;
    }
    for (unsigned bit = 28; bit < conf_oas(c) && !conf_failed(c); bit++) {
        struct walk w = { .kind = WALK_S1, .sec = sec, .geo = walk_plain_geometry(c, false), .level = 3,
                          .split = what == L2_STRTAB ? 6 : 0, .cd_fmt = two ? SMMU3T_CD_4K : 0 };

        conf_fresh(c);
        w.ssid_bits = two ? 7 : 0;
        if (walk_build(c, &w)) {
            w.dma.flags &= ~(uint32_t)DUT_DMA_SSV; /* CD 0, by S1DSS */
            move_structure(&w, what, bit);
            if (!conf_reaches(c, &w.dma, w.pas, w.pa)) {
                conf_fail(c, "that was bit %u", bit);
            }
        }
    }
}

static void address_structures(struct conf *c)
{
    for (unsigned n = 0; n < 2 * NUM_STRUCTURES; n++) {
        structure_row(c, (enum structure)(n / 2), (enum dut_sec)(n & 1));
    }
}

const struct conf_case case_address_structures = { "address/structures", { { 0 } }, address_structures };

/* ---- forms of tables ---- */

static void big_endian_row(struct conf *c, enum dut_sec sec, unsigned kind)
{
    const struct conf_need need[CONF_NEEDS] = { NEED(IDR0, TTENDIAN, IS, 0) };
    static const char *const names[] = { "stage 1", "stage 2", "nested" };
    struct conf_stream st = { .sec = sec, .s1 = kind != 1, .s2 = kind != 0, .big_endian = true };
    struct dut_dma dma;
    uint64_t pa;

    if (conf_row(c, RULE_TABLE_ENDIAN, CONF_LEGAL, need, "%s%s, big-endian", S_(sec), names[kind]) &&
        conf_needs_state(c, sec)) {
        conf_start(c, sec);
        if (conf_stream(c, &st)) {
            dma = conf_access(&st, conf_map(&st, &pa), DUT_DMA_WRITE);
            conf_reaches(c, &dma, conf_pas(sec), pa);
        }
    }
}

/* A whole span of like leaves with the Contiguous bit; first and last of it. */
static void contiguous_row(struct conf *c, enum walk_kind kind, unsigned gran, enum dut_sec sec)
{
    struct walk probe = { .c = c, .kind = kind, .sec = sec, .level = 3,
                          .geo = { (uint8_t)gran, 36, gran == 12 ? 1 : 2, false, false } };
    uint64_t span = UINT64_C(1) << smmu3t_pgt_cont_shift(gran, 3), base, va = span * 16;
    struct conf_stream st = { .sec = sec, .s1 = kind == WALK_S1, .s2 = kind == WALK_S2, .bits1 = 36,
                              .bits2 = 36 };
    struct conf_need need[CONF_NEEDS];
    struct dut_dma dma;

    st.gran1 = st.gran2 = (uint8_t)gran;
    st.start2 = probe.geo.start;
    walk_needs(&probe, need);
    if (kind == WALK_S2) {
        need[3] = (struct conf_need)NEED(IDR5, OAS, MIN, 1);
    }
    if (!conf_row(c, RULE_TABLE_CONTIGUOUS, CONF_LEGAL, need, "%s%s, %u KB", S_(sec),
                  walk_kind_name(kind), 1u << (gran - 10)) ||
        !conf_needs_state(c, sec)) {
        return;
    }
    conf_start(c, sec);
    if (!conf_stream(c, &st)) {
        return;
    }
    base = conf_alloc(c, conf_pas(sec), span, span);
    if (conf_failed(c)) {
        return;
    }
    st.tt0.contiguous = st.st2.contiguous = true;
    if (st.s1) {
        conf_map1(&st, va, base, span, SMMU3T_S1_RW);
    } else {
        conf_map2(&st, va, base, span, SMMU3T_S2_RW);
    }
    for (uint64_t at = 0; at < span; at += span / 4) {
        dma = conf_access(&st, va + at, DUT_DMA_WRITE);
        conf_reaches(c, &dma, conf_pas(sec), base + at);
    }
    dma = conf_access(&st, va + span - 8, 0);
    conf_reaches(c, &dma, conf_pas(sec), base + span - 8);
}

static void table_forms(struct conf *c)
{
    for (unsigned n = 0; n < 6; n++) {
        big_endian_row(c, (enum dut_sec)(n & 1), n / 2);
    }
    for (unsigned n = 0; n < 12; n++) {
        static const uint8_t grans[] = { 12, 14, 16 };

        contiguous_row(c, n & 2 ? WALK_S2 : WALK_S1, grans[n / 4], (enum dut_sec)(n & 1));
    }
}

const struct conf_case case_table_forms = { "walk/forms", { { 0 } }, table_forms };
