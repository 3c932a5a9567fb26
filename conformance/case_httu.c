/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Who sets AF and dirty state, and when nobody does: IHI0070G.b 3.13. */
#include "conf.h"

#define AF (UINT64_C(1) << PTE_AF_LO)
#define DBM (UINT64_C(1) << PTE_DBM_LO)

/* IDR0.HTTU */
enum { NO_HTTU, AF_ONLY, AF_AND_DIRTY };

/* A mapped page of a stream, and its leaf in the stage that is tested. */
struct leaf {
    struct conf *c;
    struct conf_stream st;
    struct dut_dma dma;
    bool s2;
    uint64_t pa;
    struct smmu3t_pgt *tab;
    uint64_t addr, desc;
};

/* Which stage, of which stream */
static const struct kind {
    const char *name;
    bool s1, s2, tested_s2;
} kinds[] = {
    { "stage 1", true, false, false },
    { "stage 2", false, true, true },
    { "nested, stage 1", true, true, false },
    { "nested, stage 2", true, true, true },
};

static void enable(struct leaf *l, bool ha, bool hd, bool affd)
{
    if (l->s2) {
        STE_PUT(l->st.ste.w, S2HA, ha);
        STE_PUT(l->st.ste.w, S2HD, hd);
        STE_PUT(l->st.ste.w, S2AFFD, affd);
    } else {
        CD_PUT(l->st.cd.w, HA, ha);
        CD_PUT(l->st.cd.w, HD, hd);
        CD_PUT(l->st.cd.w, AFFD, affd);
    }
    conf_stream_update(&l->st);
}

static void set(struct leaf *l, uint64_t desc)
{
    l->desc = desc;
    smmu3t_pgt_write(l->tab, l->addr, desc);
}

static uint64_t writable(const struct leaf *l)
{
    return l->s2 ? SMMU3T_S2_W : SMMU3T_S1_RO;
}

/* As mapped: readable and writable. Read-only, and writable-clean. */
static uint64_t read_only(const struct leaf *l)
{
    return l->s2 ? l->desc & ~writable(l) : l->desc | writable(l);
}

static bool build(struct conf *c, struct leaf *l, const struct kind *k, enum dut_sec sec)
{
    *l = (struct leaf){ .c = c, .s2 = k->tested_s2,
                        .st = { .sec = sec, .s1 = k->s1, .s2 = k->s2, .vmid = 1, .asid = 1 } };
    conf_start(c, sec);
    if (!conf_stream(c, &l->st)) {
        return false;
    }
    l->dma = conf_access(&l->st, conf_map(&l->st, &l->pa), 0);
    l->tab = l->s2 ? &l->st.st2 : &l->st.tt0;
    if (conf_failed(c)) {
        return false;
    }
    l->addr = smmu3t_pgt_desc_addr(l->tab, l->s2 && k->s1 ? conf_ipa(c, l->pa) : l->dma.addr, 3);
    l->desc = smmu3t_pgt_read(l->tab, l->addr);
    return true;
}

static struct conf_event fault(const struct leaf *l, uint8_t number)
{
    struct conf_event e = { .number = number, .s2 = l->s2, .class_ = CONF_CLASS_IN };

    e.ipa = l->st.s1 ? conf_ipa(l->c, l->pa) : l->dma.addr;
    return e;
}

/* After a CMD_SYNC what has been updated is to be seen: 3.13.4. */
static void expect_desc(struct leaf *l, uint64_t want)
{
    conf_cmd(l->c, l->st.sec, smmu3t_cmd_sync(SMMU3T_SYNC_NONE));
    conf_eq(l->c, "the descriptor", smmu3t_pgt_read(l->tab, l->addr), want);
}

static bool reaches(struct leaf *l, bool write)
{
    struct dut_dma dma = l->dma;

    dma.flags |= write ? DUT_DMA_WRITE : 0;
    return conf_reaches(l->c, &dma, (enum dut_pas)l->st.sec, l->pa);
}

static bool faults(struct leaf *l, uint8_t number, bool write)
{
    struct conf_event want = fault(l, number);
    struct dut_dma dma = l->dma;

    dma.flags |= write ? DUT_DMA_WRITE : 0;
    return conf_faults(l->c, &dma, &want);
}

/* What a row needs of IDR0.HTTU, in a state. */
static bool row(struct conf *c, enum conf_rule rule, enum conf_form form, enum dut_sec sec,
                unsigned httu, const char *name, const char *what)
{
    const char *about = conf_rules[rule].id + sizeof("HTTU_") - 1;
    const struct conf_need need[CONF_NEEDS] = { NEED(IDR0, HTTU, MIN, httu),
                                                conf_state_need[sec][0], conf_state_need[sec][1] };

    return conf_row(c, rule, form, need, "%s %s %s%s%s", about, conf_state_name[sec], name,
                    *what ? ": " : "", what);
}

/* ---- without hardware update ---- */

static void software(struct conf *c, enum dut_sec sec, const struct kind *k)
{
    struct leaf l;

    for (unsigned write = 0; write < 2; write++) {
        const char *what = write ? "a write" : "a read";

        if (row(c, RULE_HTTU_AF_FAULT, CONF_ILLEGAL, sec, 0, k->name, what) && build(c, &l, k, sec)) {
            set(&l, l.desc & ~AF);
            faults(&l, EVT_F_ACCESS, write);
            expect_desc(&l, l.desc);
        }
        if (row(c, RULE_HTTU_AFFD, CONF_LEGAL, sec, 0, k->name, what) && build(c, &l, k, sec)) {
            enable(&l, false, false, true);
            set(&l, l.desc & ~AF);
            reaches(&l, write);
            expect_desc(&l, l.desc);
        }
        if (row(c, RULE_HTTU_AF_NOT_CACHED, CONF_LEGAL, sec, 0, k->name, what) &&
            build(c, &l, k, sec)) {
            set(&l, l.desc & ~AF);
            faults(&l, EVT_F_ACCESS, write);
            set(&l, l.desc | AF);
            reaches(&l, write);
        }
    }
    if (row(c, RULE_HTTU_NO_HD, CONF_ILLEGAL, sec, 0, k->name, "HA=0") && build(c, &l, k, sec)) {
        set(&l, read_only(&l) | DBM);
        reaches(&l, false);
        faults(&l, EVT_F_PERMISSION, true);
        expect_desc(&l, l.desc);
    }
    if (row(c, RULE_HTTU_NO_HD, CONF_ILLEGAL, sec, AF_ONLY, k->name, "HA=1") &&
        build(c, &l, k, sec)) {
        enable(&l, true, false, false);
        set(&l, read_only(&l) | DBM);
        faults(&l, EVT_F_PERMISSION, true);
        expect_desc(&l, l.desc);
    }
    if (row(c, RULE_HTTU_OFF, CONF_LEGAL, sec, AF_AND_DIRTY, k->name, "SMMUEN=0") &&
        build(c, &l, k, sec)) {
        enable(&l, true, true, false);
        set(&l, (read_only(&l) | DBM) & ~AF);
        smmu3t_bank_cr0(conf_bank(c, sec), SMMU3T_CR0_CMDQEN | SMMU3T_CR0_EVENTQEN);
        l.dma.flags = DUT_DMA_WRITE;
        l.dma.addr = l.pa;
        conf_dma(c, &l.dma);
        expect_desc(&l, l.desc);
    }
}

/* ---- the access flag ---- */

static void access_flag(struct conf *c, enum dut_sec sec, const struct kind *k)
{
    struct leaf l;

    for (unsigned n = 0; n < 4; n++) {
        bool write = n & 1, affd = n & 2;

        if (row(c, affd ? RULE_HTTU_AF_AFFD : RULE_HTTU_AF, CONF_LEGAL, sec, AF_ONLY, k->name,
                write ? "a write" : "a read") &&
            build(c, &l, k, sec)) {
            enable(&l, true, false, affd);
            set(&l, l.desc & ~AF);
            reaches(&l, write);
            expect_desc(&l, l.desc | AF);
            reaches(&l, write);
            expect_desc(&l, l.desc | AF);
        }
    }
}

/* ---- dirty state ---- */

static void dirty(struct conf *c, enum dut_sec sec, const struct kind *k)
{
    struct leaf l;
    uint64_t w;

    for (unsigned af = 0; af < 2; af++) {
        if (row(c, RULE_HTTU_DIRTY, CONF_LEGAL, sec, AF_AND_DIRTY, k->name, af ? "AF=1" : "AF=0") &&
            build(c, &l, k, sec)) {
            enable(&l, true, true, false);
            w = l.desc;
            set(&l, (read_only(&l) | DBM) & (af ? ~UINT64_C(0) : ~AF));
            reaches(&l, true);
            expect_desc(&l, w | DBM | AF);
        }
        if (row(c, RULE_HTTU_READ, CONF_LEGAL, sec, AF_AND_DIRTY, k->name, af ? "AF=1" : "AF=0") &&
            build(c, &l, k, sec)) {
            enable(&l, true, true, false);
            set(&l, (read_only(&l) | DBM) & (af ? ~UINT64_C(0) : ~AF));
            reaches(&l, false);
            expect_desc(&l, l.desc | AF);
        }
    }
    if (row(c, RULE_HTTU_DIRTY_CACHED, CONF_LEGAL, sec, AF_AND_DIRTY, k->name, "") &&
        build(c, &l, k, sec)) {
        enable(&l, true, true, false);
        w = l.desc;
        set(&l, read_only(&l) | DBM);
        reaches(&l, false);
        reaches(&l, true);
        expect_desc(&l, w | DBM);
        reaches(&l, true);
    }
    if (row(c, RULE_HTTU_DBM, CONF_ILLEGAL, sec, AF_AND_DIRTY, k->name, "") && build(c, &l, k, sec)) {
        enable(&l, true, true, false);
        set(&l, read_only(&l));
        reaches(&l, false);
        faults(&l, EVT_F_PERMISSION, true);
        expect_desc(&l, l.desc);
    }
}

/* APTable, and privilege, keep the write out: AP[2] is not the reason. */
static void other_cause(struct conf *c, enum dut_sec sec)
{
    struct leaf l;
    uint64_t a, d;

    if (row(c, RULE_HTTU_OTHER_CAUSE, CONF_ILLEGAL, sec, AF_AND_DIRTY, "stage 1", "APTable") &&
        build(c, &l, &kinds[0], sec)) {
        enable(&l, true, true, false);
        a = smmu3t_pgt_desc_addr(l.tab, l.dma.addr, 2);
        d = smmu3t_pgt_read(l.tab, a);
        smmu3t_pgt_write(l.tab, a, d | SMMU3T_TABLE_RO);
        set(&l, read_only(&l) | DBM);
        faults(&l, EVT_F_PERMISSION, true);
        expect_desc(&l, l.desc);
    }
    if (row(c, RULE_HTTU_OTHER_CAUSE, CONF_ILLEGAL, sec, AF_AND_DIRTY, "stage 1", "AP[1]=0") &&
        build(c, &l, &kinds[0], sec)) {
        enable(&l, true, true, false);
        set(&l, (read_only(&l) | DBM) & ~SMMU3T_S1_USER);
        faults(&l, EVT_F_PERMISSION, true);
        expect_desc(&l, l.desc);
    }
    /* Stage 1 lets the write through, stage 2 has no DBM: only stage 1 may change. */
    if (row(c, RULE_HTTU_OTHER_CAUSE, CONF_ILLEGAL, sec, AF_AND_DIRTY, "nested",
            "stage 2 without DBM") &&
        build(c, &l, &kinds[3], sec)) {
        enable(&l, true, true, false);
        set(&l, read_only(&l));
        faults(&l, EVT_F_PERMISSION, true);
        expect_desc(&l, l.desc);
    }
}

/* Both stages of one access. */
static void both(struct conf *c, enum dut_sec sec)
{
    for (unsigned write = 0; write < 2; write++) {
        struct leaf l, l2;
        uint64_t w, w2;

        if (!row(c, RULE_HTTU_BOTH, CONF_LEGAL, sec, AF_AND_DIRTY, "nested",
                 write ? "a write" : "a read") ||
            !build(c, &l, &kinds[2], sec)) {
            continue;
        }
        STE_PUT(l.st.ste.w, S2HA, 1);
        STE_PUT(l.st.ste.w, S2HD, 1);
        enable(&l, true, true, false);
        l2 = l;
        l2.s2 = true;
        l2.tab = &l.st.st2;
        l2.addr = smmu3t_pgt_desc_addr(l2.tab, conf_ipa(c, l.pa), 3);
        l2.desc = smmu3t_pgt_read(l2.tab, l2.addr);
        w = l.desc;
        w2 = l2.desc;
        set(&l, (read_only(&l) | DBM) & ~AF);
        set(&l2, (read_only(&l2) | DBM) & ~AF);
        reaches(&l, write);
        expect_desc(&l, write ? w | DBM : l.desc | AF);
        expect_desc(&l2, write ? w2 | DBM : l2.desc | AF);
    }
}

/* One block around a page of memory, clean and not accessed; written to. */
static void block(struct conf *c, enum dut_sec sec, bool s2, bool upper)
{
    struct leaf l = { .c = c, .s2 = s2,
                      .st = { .sec = sec, .s1 = !s2, .s2 = s2, .vmid = 1, .both_halves = upper } };
    uint64_t size, page, base = UINT64_C(0x80000000), w;

    conf_start(c, sec);
    if (!conf_stream(c, &l.st)) {
        return;
    }
    l.tab = s2 ? &l.st.st2 : upper ? &l.st.tt1 : &l.st.tt0;
    size = UINT64_C(1) << smmu3t_pgt_shift(l.tab->gran, 2);
    page = UINT64_C(1) << l.tab->gran;
    l.pa = conf_alloc(c, (enum dut_pas)sec, page, page);
    base |= upper ? UINT64_C(0xffffffff) << 32 : 0;
    if (smmu3t_pgt_map(l.tab, base, l.pa & ~(size - 1), size, s2 ? SMMU3T_S2_RW : SMMU3T_S1_RW) &&
        !conf_failed(c)) {
        conf_fail(c, "the suite cannot map what this row needs");
    }
    if (conf_failed(c)) {
        return;
    }
    l.dma = conf_access(&l.st, base + (l.pa & (size - 1)), 0);
    enable(&l, true, true, false);
    l.addr = smmu3t_pgt_desc_addr(l.tab, l.dma.addr, 2);
    w = l.desc = smmu3t_pgt_read(l.tab, l.addr);
    set(&l, (read_only(&l) | DBM) & ~AF);
    reaches(&l, false);
    expect_desc(&l, l.desc | AF);
    reaches(&l, true);
    expect_desc(&l, w | DBM);
}

static void blocks(struct conf *c, enum dut_sec sec)
{
    static const char *const names[] = { "stage 1", "stage 1, the upper half", "stage 2" };

    for (unsigned n = 0; n < 3; n++) {
        if (row(c, RULE_HTTU_BLOCK, CONF_LEGAL, sec, AF_AND_DIRTY, names[n], "")) {
            block(c, sec, n == 2, n == 1);
        }
    }
}

/* ---- stage 2 under the SMMU's own accesses ---- */

/* The stage 2 leaf that maps this IPA. */
static void at_ipa(struct leaf *l, uint64_t ipa)
{
    l->s2 = true;
    l->tab = &l->st.st2;
    l->addr = smmu3t_pgt_desc_addr(l->tab, ipa, 3);
    l->desc = smmu3t_pgt_read(l->tab, l->addr);
}

static uint64_t table_ipa(struct leaf *l, int level)
{
    return smmu3t_pgt_desc_addr(&l->st.tt0, l->dma.addr, level);
}

static void nested(struct conf *c, enum dut_sec sec)
{
    static const char *const names[] = { "the CD", "the level 3 table", "the level 2 table" };
    struct leaf l;

    for (unsigned n = 0; n < 3; n++) {
        if (row(c, RULE_HTTU_NESTED_AF, CONF_LEGAL, sec, AF_ONLY, "nested", names[n]) &&
            build(c, &l, &kinds[3], sec)) {
            enable(&l, true, false, false);
            at_ipa(&l, n ? table_ipa(&l, 4 - (int)n) : smmu3t_cdtab_addr(&l.st.cds, 0));
            set(&l, l.desc & ~AF);
            reaches(&l, true);
            expect_desc(&l, l.desc | AF);
        }
    }
    if (row(c, RULE_HTTU_CD_CLEAN, CONF_LEGAL, sec, AF_AND_DIRTY, "nested", "") &&
        build(c, &l, &kinds[3], sec)) {
        enable(&l, true, true, false);
        at_ipa(&l, smmu3t_cdtab_addr(&l.st.cds, 0));
        set(&l, (read_only(&l) | DBM) & ~AF);
        reaches(&l, true);
        expect_desc(&l, l.desc | AF);
    }
    for (unsigned clean = 0; clean < 2; clean++) {
        struct conf_event want = { .number = EVT_F_PERMISSION, .s2 = true,
                                   .class_ = CONF_CLASS_TT };
        struct leaf one;
        uint64_t w;

        if (!row(c, clean ? RULE_HTTU_NESTED_DIRTY : RULE_HTTU_NESTED_WRITE,
                 clean ? CONF_LEGAL : CONF_ILLEGAL, sec, clean ? AF_AND_DIRTY : AF_ONLY, "nested",
                 "") ||
            !build(c, &one, &kinds[2], sec)) {
            continue;
        }
        STE_PUT(one.st.ste.w, S2HA, clean);
        STE_PUT(one.st.ste.w, S2HD, clean);
        enable(&one, true, false, false);
        set(&one, one.desc & ~AF);
        l = one;
        l.st.ipa_mem.ctx = &l.st;
        at_ipa(&l, want.ipa = table_ipa(&one, 3));
        w = l.desc;
        set(&l, read_only(&l) | (clean ? DBM : 0));
        if (clean) {
            reaches(&one, false);
            expect_desc(&one, one.desc | AF);
            expect_desc(&l, w | DBM);
        } else {
            conf_faults(c, &one.dma, &want);
            expect_desc(&one, one.desc);
        }
    }
}

static void httu(struct conf *c)
{
    for (unsigned sec = 0; sec < DUT_NUM_SEC; sec++) {
        for (size_t k = 0; k < CONF_COUNT(kinds); k++) {
            software(c, (enum dut_sec)sec, &kinds[k]);
            access_flag(c, (enum dut_sec)sec, &kinds[k]);
            dirty(c, (enum dut_sec)sec, &kinds[k]);
        }
        other_cause(c, (enum dut_sec)sec);
        both(c, (enum dut_sec)sec);
        blocks(c, (enum dut_sec)sec);
        nested(c, (enum dut_sec)sec);
    }
}

const struct conf_case case_httu = { "httu/updates", { { 0 } }, httu };
