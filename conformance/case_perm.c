/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Who may do what: AP, UXN, PXN and what tables take away, WXN, PAN, EPAN of
 * stage 1; S2AP, XN, S2PTW of stage 2; PRIVCFG and INSTCFG. IHI0070G.b 13.5,
 * 7.3.16; DDI0487 D8.4.
 */
#include "walk.h"

#define S_(sec) ((sec) ? "Secure " : "")
#define RW_ (SMMU3T_S1_AF | SMMU3T_S1_NG | SMMU3T_S1_ISH)
#define USER SMMU3T_S1_USER
#define RO SMMU3T_S1_RO
#define UXN SMMU3T_S1_UXN
#define PXN SMMU3T_S1_PXN
#define T_PRIV SMMU3T_TABLE_PRIV
#define T_RO SMMU3T_TABLE_RO
#define T_UXN SMMU3T_TABLE_UXN
#define T_PXN SMMU3T_TABLE_PXN

enum world { EL1 = 1, EL2 = 2 }; /* two privilege levels, or one */

/* "rwx": allowed; '-': not; '?': not tested. */
struct perm {
    enum conf_rule rule;
    const char *name;
    uint8_t worlds;
    uint64_t leaf, table;
    const char *user, *priv;
    struct conf_set cd[2];
    struct conf_need need;
};

static const struct perm perms[] = {
    { RULE_PERM_AP, "AP=00", EL1, 0, 0, "--x", "rwx", { { 0 } }, { 0 } },
    { RULE_PERM_AP, "AP=01", EL1, USER, 0, "rwx", "rw-", { { 0 } }, { 0 } },
    { RULE_PERM_AP, "AP=10", EL1, RO, 0, "--x", "r-x", { { 0 } }, { 0 } },
    { RULE_PERM_AP, "AP=11", EL1, USER | RO, 0, "r-x", "r-x", { { 0 } }, { 0 } },
    { RULE_PERM_XN, "AP=00 UXN", EL1, UXN, 0, "---", "rwx", { { 0 } }, { 0 } },
    { RULE_PERM_XN, "AP=00 PXN", EL1, PXN, 0, "--x", "rw-", { { 0 } }, { 0 } },
    { RULE_PERM_XN, "AP=01 UXN", EL1, USER | UXN, 0, "rw-", "rw-", { { 0 } }, { 0 } },
    { RULE_PERM_XN, "AP=01 PXN", EL1, USER | PXN, 0, "rwx", "rw-", { { 0 } }, { 0 } },
    { RULE_PERM_XN, "AP=10 UXN PXN", EL1, RO | UXN | PXN, 0, "---", "r--", { { 0 } }, { 0 } },
    { RULE_PERM_XN, "AP=11 UXN", EL1, USER | RO | UXN, 0, "r--", "r-x", { { 0 } }, { 0 } },
    { RULE_PERM_XN, "AP=11 PXN", EL1, USER | RO | PXN, 0, "r-x", "r--", { { 0 } }, { 0 } },
    { RULE_PERM_XN, "AP=11 UXN PXN", EL1, USER | RO | UXN | PXN, 0, "r--", "r--", { { 0 } }, { 0 } },
    { RULE_PERM_TABLE, "APTable=01", EL1, USER, T_PRIV, "--x", "rwx", { { 0 } }, { 0 } },
    { RULE_PERM_TABLE, "APTable=10", EL1, USER, T_RO, "r-x", "r-x", { { 0 } }, { 0 } },
    { RULE_PERM_TABLE, "APTable=11", EL1, USER, T_PRIV | T_RO, "--x", "r-x", { { 0 } }, { 0 } },
    { RULE_PERM_TABLE, "UXNTable", EL1, USER | RO, T_UXN, "r--", "r-x", { { 0 } }, { 0 } },
    { RULE_PERM_TABLE, "PXNTable", EL1, USER | RO, T_PXN, "r-x", "r--", { { 0 } }, { 0 } },
    { RULE_PERM_TABLE, "all of a table", EL1, USER, T_PRIV | T_RO | T_UXN | T_PXN, "---", "r--",
      { { 0 } }, { 0 } },
    { RULE_PERM_HAD, "all of a table with HAD0", EL1, USER, T_PRIV | T_RO | T_UXN | T_PXN, "rwx", "rw-",
      { CD_SET(HAD0, 1) }, NEED(IDR3, HAD, IS, 1) },
    { RULE_PERM_HAD, "all of a table with HAD0, AP=10", EL1, RO, T_PRIV | T_RO | T_UXN | T_PXN, "--x",
      "r-x", { CD_SET(HAD0, 1) }, NEED(IDR3, HAD, IS, 1) },
    { RULE_PERM_HAD, "all of a table with HAD1", EL1, USER, T_PRIV | T_RO | T_UXN | T_PXN, "---", "r--",
      { CD_SET(HAD1, 1) }, NEED(IDR3, HAD, IS, 1) },
    { RULE_PERM_HAD, "HAD0 that there is not", EL1, USER, T_PRIV | T_RO, "--x", "r-x",
      { CD_SET(HAD0, 1) }, NEED(IDR3, HAD, IS, 0) },
    { RULE_PERM_WXN, "WXN AP=00", EL1, 0, 0, "--x", "rw-", { CD_SET(WXN, 1) }, { 0 } },
    { RULE_PERM_WXN, "WXN AP=01", EL1, USER, 0, "rw-", "rw-", { CD_SET(WXN, 1) }, { 0 } },
    { RULE_PERM_WXN, "WXN AP=10", EL1, RO, 0, "--x", "r-x", { CD_SET(WXN, 1) }, { 0 } },
    { RULE_PERM_WXN, "WXN AP=11", EL1, USER | RO, 0, "r-x", "r-x", { CD_SET(WXN, 1) }, { 0 } },
    { RULE_PERM_PAN, "PAN AP=00", EL1, UXN, 0, "---", "rwx", { CD_SET(PAN, 1) }, { 0 } },
    { RULE_PERM_PAN, "PAN AP=01", EL1, USER, 0, "rwx", "---", { CD_SET(PAN, 1) }, { 0 } },
    { RULE_PERM_PAN, "PAN AP=10", EL1, RO | UXN, 0, "---", "r-x", { CD_SET(PAN, 1) }, { 0 } },
    { RULE_PERM_PAN, "PAN AP=11", EL1, USER | RO, 0, "r-x", "--x", { CD_SET(PAN, 1) }, { 0 } },
    { RULE_PERM_PAN, "PAN AP=01 APTable=01", EL1, USER | UXN, T_PRIV, "---", "rwx", { CD_SET(PAN, 1) },
      { 0 } },
    { RULE_PERM_PAN, "PAN AP=00, user may execute", EL1, 0, 0, "--x", "rwx", { CD_SET(PAN, 1) }, { 0 } },
    { RULE_PERM_EPAN, "EPAN AP=00", EL1, 0, 0, "--x", "--x", { CD_SET(PAN, 1), CD_SET(EPAN, 1) },
      NEED(IDR3, EPAN, IS, 1) },
    { RULE_PERM_EPAN, "EPAN AP=10", EL1, RO, 0, "--x", "--x", { CD_SET(PAN, 1), CD_SET(EPAN, 1) },
      NEED(IDR3, EPAN, IS, 1) },
    { RULE_PERM_EPAN, "EPAN AP=00 UXN", EL1, UXN, 0, "---", "rwx", { CD_SET(PAN, 1), CD_SET(EPAN, 1) },
      NEED(IDR3, EPAN, IS, 1) },
    { RULE_PERM_EPAN, "EPAN AP=01", EL1, USER, 0, "rwx", "---", { CD_SET(PAN, 1), CD_SET(EPAN, 1) },
      NEED(IDR3, EPAN, IS, 1) },
    { RULE_PERM_EPAN, "EPAN without PAN", EL1, 0, 0, "--x", "rwx", { CD_SET(PAN, 0), CD_SET(EPAN, 1) },
      NEED(IDR3, EPAN, IS, 1) },
    { RULE_PERM_ONE, "AP=00", EL2, 0, 0, "rwx", "rwx", { { 0 } }, { 0 } },
    { RULE_PERM_ONE, "AP=01", EL2, USER, 0, "rwx", "rwx", { { 0 } }, { 0 } },
    { RULE_PERM_ONE, "AP=10", EL2, RO, 0, "r-x", "r-x", { { 0 } }, { 0 } },
    { RULE_PERM_ONE, "AP=11", EL2, USER | RO, 0, "r-x", "r-x", { { 0 } }, { 0 } },
    { RULE_PERM_ONE, "XN", EL2, USER | UXN, 0, "rw-", "rw-", { { 0 } }, { 0 } },
    { RULE_PERM_ONE, "XNTable", EL2, USER, T_UXN, "rw-", "rw-", { { 0 } }, { 0 } },
    { RULE_PERM_ONE, "APTable=10", EL2, USER, T_RO, "r-x", "r-x", { { 0 } }, { 0 } },
    { RULE_PERM_ONE, "APTable=10 with HAD0", EL2, USER, T_RO, "rwx", "rwx", { CD_SET(HAD0, 1) },
      NEED(IDR3, HAD, IS, 1) },
    { RULE_PERM_ONE, "WXN", EL2, USER, 0, "rw-", "rw-", { CD_SET(WXN, 1) }, { 0 } },
    { RULE_PERM_ONE, "WXN read-only", EL2, USER | RO, 0, "r-x", "r-x", { CD_SET(WXN, 1) }, { 0 } },
    { RULE_PERM_ONE, "PAN", EL2, USER, 0, "rwx", "rwx", { CD_SET(PAN, 1) }, { 0 } },
};

/* Each access of "rwx" by both privileges, as far as the master can. */
static void try_all(struct conf *c, const struct dut_dma *base, const char *const want[2],
                    enum dut_pas pas, uint64_t pa, const struct conf_event *e)
{
    static const uint32_t flags[] = { 0, DUT_DMA_WRITE, DUT_DMA_INSTR };

    for (unsigned n = 0; n < 6 && !conf_failed(c); n++) {
        bool priv = n / 3;
        char ok = want[priv][n % 3];
        struct dut_dma dma = *base;
        bool good;

        dma.flags |= flags[n % 3] | (priv ? DUT_DMA_PRIV : 0);
        if (ok == '?' || (priv && !conf_can(c, DUT_CAN_PRIV)) ||
            (dma.flags & DUT_DMA_INSTR && !conf_can(c, DUT_CAN_INSTR))) {
            continue;
        }
        good = ok == '-' ? conf_faults(c, &dma, e) : conf_reaches(c, &dma, pas, pa);
        if (!good) {
            conf_fail(c, "%sprivileged '%c' is expected to be %s", priv ? "" : "un", "rwx"[n % 3],
                      ok == '-' ? "forbidden" : "allowed");
        }
    }
}

static const struct conf_event s1_perm = { .number = EVT_F_PERMISSION, .class_ = CONF_CLASS_IN };

static bool forbids(const struct perm *p)
{
    for (unsigned i = 0; i < 3; i++) {
        if (p->user[i] == '-' || p->priv[i] == '-') {
            return true;
        }
    }
    return false;
}

static void stage1_row(struct conf *c, const struct perm *p, enum dut_sec sec, unsigned n)
{
    const struct conf_need need[CONF_NEEDS] = {
        p->need,
        p->worlds == EL2 && !sec ? (struct conf_need)NEED(IDR0, Hyp, IS, 1) : (struct conf_need){ 0 },
        p->worlds == EL2 && sec ? (struct conf_need)NEED(S_IDR1, SEL2, IS, 1) : (struct conf_need){ 0 },
    };
    struct conf_stream st = { .sec = sec, .s1 = true, .s2 = n, .asid = 1, .vmid = 1 };
    enum dut_pas pas = conf_pas(sec);
    const char *const want[2] = { p->user, p->priv };
    struct dut_dma dma;
    uint64_t pa, out;

    if (!conf_row(c, p->rule, forbids(p) ? CONF_ILLEGAL : CONF_LEGAL, need, "%s%s%s: %s", S_(sec),
                  n ? "nested" : "stage 1", p->worlds == EL2 ? " of EL2" : "", p->name) ||
        !conf_needs_state(c, sec)) {
        return;
    }
    conf_start(c, sec);
    if (!conf_stream(c, &st)) {
        return;
    }
    pa = out = conf_target(c, pas);
    if (st.s2) {
        out = conf_ipa(c, pa);
        conf_map2(&st, out, pa, 0x10000, SMMU3T_S2_RW);
    }
    st.tt0.table_attr = p->table;
    conf_map1(&st, CONF_VA, out, 0x10000, p->leaf | RW_);
    conf_apply(st.cd.w, p->cd, CONF_COUNT(p->cd));
    STE_PUT(st.ste.w, STRW, p->worlds == EL2 ? 2 : 0);
    conf_stream_update(&st);
    dma = conf_access(&st, CONF_VA, 0);
    try_all(c, &dma, want, pas, pa, &s1_perm);
}

/* Each attribute at each level of tables alone: what one table takes away no
 * other gives back. */
static void one_table_row(struct conf *c, int level, unsigned attr, enum dut_sec sec)
{
    static const struct {
        const char *name, *user, *priv;
        uint64_t leaf, table;
    } attrs[] = {
        { "APTable[0]", "--x", "rwx", USER, T_PRIV }, { "APTable[1]", "r-x", "r-x", USER, T_RO },
        { "UXNTable", "r--", "r-x", USER | RO, T_UXN }, { "PXNTable", "r-x", "r--", USER | RO, T_PXN },
    };
    struct walk w = { .c = c, .kind = WALK_S1, .sec = sec, .geo = walk_plain_geometry(c, false),
                      .level = 3 };
    const char *const want[2] = { attrs[attr].user, attrs[attr].priv };

    w.geo.bits = 48;
    if (level < smmu3t_pgt_s1_start(w.geo.gran, w.geo.bits) ||
        !conf_row(c, RULE_PERM_TABLE, CONF_ILLEGAL, NULL, "%s%s of level %d only", S_(sec),
                  attrs[attr].name, level) ||
        !walk_build(c, &w)) {
        return;
    }
    walk_set_desc(&w, (walk_leaf(&w) & ~(USER | RO | UXN | PXN)) | attrs[attr].leaf);
    w.level = level;
    walk_set_desc(&w, walk_desc(&w) | attrs[attr].table);
    w.dma.flags = 0;
    try_all(c, &w.dma, want, w.pas, w.pa, &s1_perm);
}

/* HADx is for its own half: HAD1 in effect, or HAD0 that is none of TTB1's. */
static void had_row(struct conf *c, bool had1, enum dut_sec sec)
{
    static const struct conf_need need[CONF_NEEDS] = { NEED(IDR3, HAD, IS, 1) };
    struct walk w = { .c = c, .kind = WALK_S1, .sec = sec, .geo = walk_plain_geometry(c, false),
                      .level = 3 };
    int table = smmu3t_pgt_s1_start(w.geo.gran, w.geo.bits);

    w.geo.upper = true;
    if (!conf_row(c, RULE_PERM_HAD, had1 ? CONF_LEGAL : CONF_ILLEGAL, need,
                  "%sAPTable of a TTB1 address with HAD%u", S_(sec), had1) ||
        !walk_build(c, &w)) {
        return;
    }
    CD_PUT(w.st.cd.w, HAD0, !had1);
    CD_PUT(w.st.cd.w, HAD1, had1);
    walk_update(&w);
    w.level = table;
    walk_set_desc(&w, walk_desc(&w) | T_RO);
    if (had1) {
        conf_reaches(c, &w.dma, w.pas, w.pa);
    } else {
        conf_faults(c, &w.dma, &s1_perm);
    }
}

static void perm_s1(struct conf *c)
{
    for (unsigned n = 0; n < 4; n++) {
        had_row(c, n >> 1, (enum dut_sec)(n & 1));
    }
    for (unsigned n = 0; n < 24; n++) {
        one_table_row(c, (int)(n / 8), n / 2 % 4, (enum dut_sec)(n & 1));
    }
    for (size_t i = 0; i < CONF_COUNT(perms); i++) {
        for (unsigned n = 0; n < 4; n++) {
            if (perms[i].worlds == EL1 || n < 2) {
                stage1_row(c, &perms[i], (enum dut_sec)(n & 1), n >> 1);
            }
        }
    }
}

const struct conf_case case_perm_s1 = {
    "perm/stage1", { NEED(IDR0, S1P, IS, 1), NEED(IDR0, STALL_MODEL, NOT, 2) }, perm_s1
};

/* ---- stage 2 ---- */

/* Execution without read permission is not tested. */
static const struct perm2 {
    enum conf_rule rule;
    const char *name;
    uint64_t ap, xn;
    const char *user, *priv;
    struct conf_need need;
} perms2[] = {
    { RULE_PERM_S2AP, "S2AP=11", 3, 0, "rwx", "rwx", { 0 } },
    { RULE_PERM_S2AP, "S2AP=01", 1, 0, "r-x", "r-x", { 0 } },
    { RULE_PERM_S2AP, "S2AP=10", 2, 0, "-w?", "-w?", { 0 } },
    { RULE_PERM_S2AP, "S2AP=00", 0, 0, "--?", "--?", { 0 } },
    { RULE_PERM_S2AP, "S2AP=00 XN=10", 0, 2, "---", "---", { 0 } },
    { RULE_PERM_S2XN, "XN=10", 3, 2, "rw-", "rw-", { 0 } },
    { RULE_PERM_S2XN, "read-only XN=10", 1, 2, "r--", "r--", { 0 } },
    { RULE_PERM_S2XN, "XN=01 with XNX", 3, 1, "rwx", "rw-", NEED(IDR3, XNX, IS, 1) },
    { RULE_PERM_S2XN, "XN=11 with XNX", 3, 3, "rw-", "rwx", NEED(IDR3, XNX, IS, 1) },
    { RULE_PERM_S2XN, "read-only XN=11 with XNX", 1, 3, "r--", "r-x", NEED(IDR3, XNX, IS, 1) },
};

static void stage2_row(struct conf *c, const struct perm2 *p, enum dut_sec sec, bool nested)
{
    const struct conf_need need[CONF_NEEDS] = { p->need };
    const struct perm shape = { .user = p->user, .priv = p->priv };
    struct conf_stream st = { .sec = sec, .s2 = true, .s1 = nested, .asid = 1, .vmid = 1 };
    enum dut_pas pas = conf_pas(sec);
    struct conf_event e = { .number = EVT_F_PERMISSION, .s2 = true, .class_ = CONF_CLASS_IN };
    const char *const want[2] = { p->user, p->priv };
    struct dut_dma dma;
    uint64_t pa;

    if (!conf_row(c, p->rule, forbids(&shape) ? CONF_ILLEGAL : CONF_LEGAL, need, "%s%s: %s", S_(sec),
                  nested ? "nested" : "stage 2", p->name) ||
        !conf_needs_state(c, sec)) {
        return;
    }
    conf_start(c, sec);
    if (!conf_stream(c, &st)) {
        return;
    }
    pa = conf_target(c, pas);
    e.ipa = conf_ipa(c, pa);
    conf_map2(&st, e.ipa, pa, 0x10000,
              SMMU3T_S2_AF | SMMU3T_S2_WB | p->ap << PTE_S2AP_LO | SMMU3T_S2_XN(p->xn));
    dma = conf_access(&st, e.ipa, 0);
    if (nested) { /* AP=01 lets the privileged not execute, AP=11 nobody write */
        conf_map1(&st, CONF_VA, e.ipa, 0x10000, SMMU3T_S1_RW);
        conf_map1(&st, CONF_VA + 0x10000, e.ipa, 0x10000, SMMU3T_S1_RW | RO);
        dma.addr = CONF_VA;
    }
    for (unsigned n = 0; n < (nested ? 2 : 1); n++) {
        char w[2][4] = { { 0 } };
        const char *const only[2] = { w[0], w[1] };

        for (unsigned i = 0; i < 6; i++) { /* data by the first page, instructions by the second */
            bool skip = nested && (i % 3 == 2) != (n == 1);

            w[i / 3][i % 3] = skip ? '?' : want[i / 3][i % 3];
        }
        try_all(c, &dma, only, pas, pa, &e);
        dma.addr = CONF_VA + 0x10000;
    }
}

/* S2PTW: tables and CDs of a nested stream must not be in Device memory. */
static void ptw_row(struct conf *c, enum walk_kind kind, enum dut_sec sec, unsigned n)
{
    bool ptw = n & 1, device = n & 2;
    struct walk w = { .c = c, .kind = kind, .sec = sec, .geo = { 12, 39, 1, false, false },
                      .level = 3 };
    struct conf_event e;
    struct conf_need need[CONF_NEEDS];

    walk_needs(&w, need);
    if (conf_row(c, RULE_PERM_S2PTW, ptw && device ? CONF_ILLEGAL : CONF_LEGAL, need,
                 "%s%s in %s memory, S2PTW=%u", S_(sec), kind == WALK_CD ? "CD" : "table",
                 device ? "Device" : "Normal", ptw) &&
        walk_build(c, &w)) {
        STE_PUT(w.st.ste.w, S2PTW, ptw);
        conf_stream_update(&w.st);
        if (device) {
            walk_set_desc(&w, walk_leaf(&w) & ~SMMU3T_S2_WB);
        }
        if (ptw && device) {
            e = walk_fault(&w, EVT_F_PERMISSION);
            conf_faults(c, &w.dma, &e);
        } else {
            conf_reaches(c, &w.dma, w.pas, w.pa);
        }
    }
}

static void perm_s2(struct conf *c)
{
    for (size_t i = 0; i < CONF_COUNT(perms2); i++) {
        for (unsigned n = 0; n < 4; n++) {
            stage2_row(c, &perms2[i], (enum dut_sec)(n & 1), n >> 1);
        }
    }
    for (unsigned n = 0; n < 16; n++) {
        ptw_row(c, n & 1 ? WALK_CD : WALK_TT, (enum dut_sec)(n >> 1 & 1), n >> 2);
    }
}

const struct conf_case case_perm_s2 = {
    "perm/stage2", { NEED(IDR0, S2P, IS, 1), NEED(IDR0, STALL_MODEL, NOT, 2) }, perm_s2
};

/* ---- what the STE makes of privilege and instruction ---- */

static void override_row(struct conf *c, enum dut_sec sec, bool inst, unsigned code, bool in)
{
    const struct conf_need need[CONF_NEEDS] = { NEED(IDR1, ATTR_PERMS_OVR, IS, 1),
                                                inst ? (struct conf_need)CAN(INSTR)
                                                     : (struct conf_need)CAN(PRIV) };
    struct conf_stream st = { .sec = sec, .s1 = true, .asid = 1 };
    enum dut_pas pas = conf_pas(sec);
    bool effective = code & 2 ? code & 1 : in;
    struct conf_event e = s1_perm;
    struct dut_dma dma;
    uint64_t pa;

    if (!conf_row(c, RULE_PERM_OVERRIDE, effective == in ? CONF_LEGAL : CONF_ILLEGAL, need,
                  "%s%s=%u of %s", S_(sec), inst ? "INSTCFG" : "PRIVCFG", code,
                  inst ? (in ? "an instruction read" : "a data read")
                       : in ? "a privileged read" : "an unprivileged read") ||
        !conf_needs_state(c, sec)) {
        return;
    }
    conf_start(c, sec);
    if (!conf_stream(c, &st)) {
        return;
    }
    pa = conf_target(c, pas);
    /* First what only one of the two may do, then what only the other may. */
    conf_map1(&st, CONF_VA, pa, 0x10000, RW_ | (inst ? USER | RO | UXN | PXN : UXN));
    conf_map1(&st, CONF_VA + 0x10000, pa, 0x10000, RW_ | (inst ? UXN : USER));
    if (inst) {
        STE_PUT(st.ste.w, INSTCFG, code);
    } else {
        STE_PUT(st.ste.w, PRIVCFG, code);
        CD_PUT(st.cd.w, PAN, 1);
    }
    conf_stream_update(&st);
    dma = conf_access(&st, CONF_VA, !in ? 0 : inst ? DUT_DMA_INSTR : DUT_DMA_PRIV);
    if (inst) {
        e.ind = effective ? CONF_YES : CONF_NO;
    } else {
        e.pnu = effective ? CONF_YES : CONF_NO;
    }
    if (effective == !inst) {
        conf_reaches(c, &dma, pas, pa);
    } else {
        conf_faults(c, &dma, &e);
    }
    dma.addr += 0x10000;
    if (!inst && effective) {
        conf_faults(c, &dma, &e); /* PAN */
    } else if (!inst) {
        conf_reaches(c, &dma, pas, pa);
    } else {
        conf_faults(c, &dma, &e); /* neither data nor instructions, but writes: */
        dma.flags |= DUT_DMA_WRITE;
        e.ind = CONF_NO;
        conf_faults(c, &dma, &e);
    }
}

static void perm_override(struct conf *c)
{
    for (unsigned n = 0; n < 32; n++) {
        override_row(c, (enum dut_sec)(n & 1), n >> 1 & 1, n >> 2 & 3, n >> 4);
    }
}

const struct conf_case case_perm_override = {
    "perm/override", { NEED(IDR0, S1P, IS, 1), NEED(IDR0, STALL_MODEL, NOT, 2) }, perm_override
};
