/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * A leaf leaves its table; after the TLBI that is about it and a CMD_SYNC the
 * SMMU must see that it is gone. To drop more is allowed, to cache nothing,
 * too. IHI0070G.b 4.4; which command is about which entry: 3.17, 4.4.2 ff.
 */
#include "context.h"

struct row {
    uint8_t op;
    enum conf_rule rule;
    enum dut_sec queue, about;
    const char *name;
};
#define T(op, queue, about) { CMD_TLBI_##op, RULE_TLBI_##op, DUT_##queue, DUT_##about, #op }
static const struct row rows[] = {
    T(NH_ALL, NS, NS), T(NH_ALL, S, S), T(NH_ASID, NS, NS), T(NH_ASID, S, S),
    T(NH_VA, NS, NS), T(NH_VA, S, S), T(NH_VAA, NS, NS), T(NH_VAA, S, S),
    T(EL3_ALL, S, S), T(EL3_VA, S, S),
    T(EL2_ALL, NS, NS), T(EL2_ALL, S, NS), T(EL2_ASID, NS, NS), T(EL2_ASID, S, NS),
    T(EL2_VA, NS, NS), T(EL2_VA, S, NS), T(EL2_VAA, NS, NS), T(EL2_VAA, S, NS),
    T(S_EL2_ALL, S, S), T(S_EL2_ASID, S, S), T(S_EL2_VA, S, S), T(S_EL2_VAA, S, S),
    T(S2_IPA, NS, NS), T(S2_IPA, S, NS), T(S12_VMALL, NS, NS), T(S12_VMALL, S, NS),
    T(S_S2_IPA, S, S), T(S_S12_VMALL, S, S),
    T(NSNH_ALL, NS, NS), T(NSNH_ALL, S, NS), T(SNH_ALL, S, S),
};
#undef T

/* Must this command, told this entry's tags, drop it? 4.4.2, 4.4.3, 4.4.4 */
static bool about(const struct row *r, const struct conf_context *k)
{
    if (r->about != k->sec) {
        return false;
    }
    switch (r->op) {
    case CMD_TLBI_NH_ALL:
    case CMD_TLBI_NH_VA:
    case CMD_TLBI_NH_VAA:
        return k->regime == CONF_EL1 && k->s1;
    case CMD_TLBI_NH_ASID:
        return k->regime == CONF_EL1 && k->s1 && !k->global;
    case CMD_TLBI_EL3_ALL:
    case CMD_TLBI_EL3_VA:
        return k->regime == CONF_EL3;
    case CMD_TLBI_EL2_ALL:
    case CMD_TLBI_EL2_VA:
    case CMD_TLBI_EL2_VAA:
    case CMD_TLBI_S_EL2_ALL:
    case CMD_TLBI_S_EL2_VA:
    case CMD_TLBI_S_EL2_VAA:
        return k->regime == CONF_EL2 || k->regime == CONF_EL2_E2H;
    case CMD_TLBI_EL2_ASID:
    case CMD_TLBI_S_EL2_ASID:
        return k->regime == CONF_EL2_E2H && !k->global;
    case CMD_TLBI_S2_IPA: /* what came of both stages is not asked for */
        return !k->s1;
    case CMD_TLBI_S_S2_IPA:
        /* The other IPA space has a bit of the command whose place is in a
         * figure only: S_S12_VMALL stands for it. */
        return !k->s1 && !k->ns_ipa;
    default:
        return k->regime == CONF_EL1;
    }
}

static bool by_address(unsigned op)
{
    return op == CMD_TLBI_NH_VA || op == CMD_TLBI_NH_VAA || op == CMD_TLBI_EL3_VA ||
           op == CMD_TLBI_EL2_VA || op == CMD_TLBI_EL2_VAA || op == CMD_TLBI_S_EL2_VA ||
           op == CMD_TLBI_S_EL2_VAA || op == CMD_TLBI_S2_IPA || op == CMD_TLBI_S_S2_IPA;
}

static bool by_vmid(unsigned op)
{
    return (op >= CMD_TLBI_NH_ALL && op <= CMD_TLBI_NH_VAA) || op == CMD_TLBI_S12_VMALL ||
           op == CMD_TLBI_S2_IPA || op == CMD_TLBI_S_S12_VMALL || op == CMD_TLBI_S_S2_IPA;
}

/* Has this DUT the entry and the command? EL2's with ASIDs only with E2H. */
static bool possible(const struct conf *c, const struct row *r, const struct conf_context *k)
{
    if (!conf_ctx_exists(c, k) || !about(r, k) || (r->queue == DUT_S && !conf_has_secure(c))) {
        return false;
    }
    switch (r->op) {
    case CMD_TLBI_S12_VMALL:
    case CMD_TLBI_S2_IPA:
        return ID(c, IDR0, S2P);
    case CMD_TLBI_SNH_ALL:
    case CMD_TLBI_S_S12_VMALL:
        return ID(c, S_IDR1, SEL2);
    default:
        return true;
    }
}

/* The command that names the tags of this entry, and its address. */
static struct smmu3t_tlbi told(const struct conf *c, const struct conf_context *k, uint64_t addr)
{
    struct smmu3t_tlbi t = { .addr = addr };

    /* Without stage 2 VMID is RES0. A global entry goes with any ASID. */
    t.vmid = (uint16_t)(conf_ctx_vmid(c, k) < 0 ? 0 : conf_ctx_vmid(c, k));
    t.asid = k->global ? 0x77 : k->asid;
    return t;
}

static void start(struct conf *c, const struct row *r, const struct conf_context *k)
{
    if (r->queue != k->sec) {
        conf_start(c, r->queue);
    }
    conf_ctx_start(c, k);
}

static void command(struct conf *c, const struct row *r, const struct smmu3t_tlbi *t)
{
    conf_cmd(c, r->queue, smmu3t_cmd_tlbi(r->op, t));
}

/* Fill, hide, tell, look: for the page, and for the block if there is one. */
static void drop(struct conf *c, const struct row *r, const struct conf_context *k, bool last)
{
    struct conf_ctx x;

    start(c, r, k);
    if (!conf_ctx_build(c, &x, k)) {
        return;
    }
    for (unsigned leaf = 0; leaf < 2 && x.in[leaf]; leaf++) {
        struct smmu3t_tlbi t = told(c, k, x.in[leaf]);

        t.leaf = last;
        conf_ctx_reaches(&x, (enum conf_leaf)leaf);
        conf_ctx_hide(&x, (enum conf_leaf)leaf, true);
        command(c, r, &t);
        conf_ctx_faults(&x, (enum conf_leaf)leaf);
    }
}

static void tlbi_reach(struct conf *c)
{
    for (size_t i = 0; i < CONF_COUNT(rows); i++) {
        for (unsigned n = 0; n < conf_num_contexts; n++) {
            const struct conf_context *k = &conf_contexts[n];

            for (unsigned last = 0; last < 1u + by_address(rows[i].op); last++) {
                if (about(&rows[i], k) &&
                    conf_row(c, rows[i].rule, CONF_LEGAL, conf_state_need[rows[i].queue],
                             "%s%s, %s queue: %s", rows[i].name, last ? " Leaf" : "",
                             conf_state_name[rows[i].queue], k->name)) {
                    if (possible(c, &rows[i], k)) {
                        drop(c, &rows[i], k, last);
                    } else {
                        conf_skip(c, "the DUT has no such stream");
                    }
                }
            }
        }
    }
}

/* ---- ranges and level hints ---- */

static const struct range {
    const char *name;
    uint8_t num, scale, ttl;
    int8_t before;  /* granules before the entry, where the range starts */
    bool from_zero; /* the range starts at 0 */
    uint8_t leaves; /* 1 page, 2 block */
} ranges[] = {
    { "one granule, TTL 3", 0, 0, 3, 0, false, 1 },
    { "one granule, TTL 2", 0, 0, 2, 0, false, 2 },
    { "two granules, the second", 1, 0, 0, 1, false, 1 },
    { "two granules by SCALE, the first", 0, 1, 0, 0, false, 1 },
    { "two granules by SCALE, the second", 0, 1, 3, 1, false, 1 },
    { "32 granules, the last", 31, 0, 0, 31, false, 1 },
    { "3 times 4 granules, the last", 2, 2, 3, 11, false, 1 },
    { "up to the block's first", 5, 0, 0, 5, false, 2 },
    { "everything, TTL 0", 31, 26, 0, 0, true, 3 },
    { "everything, TTL 2", 31, 26, 2, 0, true, 2 },
    { "everything, TTL 3", 31, 26, 3, 0, true, 1 },
};

static void range_drop(struct conf *c, const struct row *r, const struct conf_context *k,
                       const struct range *g, unsigned gran)
{
    static const uint8_t tg[] = { [12] = 1, [14] = 2, [16] = 3 };
    struct conf_ctx x;

    start(c, r, k);
    if (!conf_ctx_build_with(c, &x, k, gran)) {
        return;
    }
    for (unsigned leaf = 0; leaf < 2 && x.in[leaf]; leaf++) {
        int level;
        struct smmu3t_pgt *tab = conf_ctx_table(&x, (enum conf_leaf)leaf, &level);
        uint64_t base = x.in[leaf] & ~((UINT64_C(1) << smmu3t_pgt_shift(tab->gran, level)) - 1);
        struct smmu3t_tlbi t = told(c, k, base - ((uint64_t)g->before << tab->gran));

        if (!(g->leaves >> leaf & 1)) {
            continue;
        }
        t.addr = g->from_zero ? 0 : t.addr;
        t.tg = tg[tab->gran];
        t.num = g->num;
        t.scale = g->scale;
        t.ttl = g->ttl;
        conf_ctx_reaches(&x, (enum conf_leaf)leaf);
        conf_ctx_hide(&x, (enum conf_leaf)leaf, true);
        command(c, r, &t);
        conf_ctx_faults(&x, (enum conf_leaf)leaf);
    }
}

static void tlbi_range(struct conf *c)
{
    static const struct conf_need need[DUT_NUM_SEC][CONF_NEEDS] = {
        { NEED(IDR3, RIL, IS, 1) }, { NEED(IDR3, RIL, IS, 1), IN_SECURE } };

    for (size_t i = 0; i < CONF_COUNT(rows); i++) {
        unsigned done = 0; /* one kind of entry of each StreamWorld and stage will do */

        for (unsigned n = 0; n < conf_num_contexts && by_address(rows[i].op); n++) {
            const struct conf_context *k = &conf_contexts[n];
            unsigned kind = 1u << (k->regime * 4u + k->s1 * 2u + k->s2);

            if (!about(&rows[i], k) || done & kind) {
                continue;
            }
            done |= kind;
            for (size_t g = 0; g < CONF_COUNT(ranges); g++) {
                if (k->s1 && k->s2 && ranges[g].leaves == 2) {
                    continue; /* they have pages only */
                }
                if (!conf_row(c, RULE_TLBI_RANGE, CONF_LEGAL, need[rows[i].queue],
                              "%s, %s queue: %s, %s", rows[i].name, conf_state_name[rows[i].queue],
                              ranges[g].name, k->name)) {
                    continue;
                }
                if (possible(c, &rows[i], k)) {
                    range_drop(c, &rows[i], k, &ranges[g], 0);
                } else {
                    conf_skip(c, "the DUT has no such stream");
                }
            }
        }
    }
}

/* The larger granules, for one kind of entry of each stage. */
static void tlbi_granules(struct conf *c)
{
    static const struct conf_need need[2][CONF_NEEDS] = {
        { NEED(IDR3, RIL, IS, 1), NEED(IDR5, GRAN16K, IS, 1) },
        { NEED(IDR3, RIL, IS, 1), NEED(IDR5, GRAN64K, IS, 1) } };

    for (unsigned n = 0; n < 4; n++) {
        const uint8_t op = n & 2 ? CMD_TLBI_S2_IPA : CMD_TLBI_NH_VA;
        const struct row r = { op, RULE_TLBI_RANGE, DUT_NS, DUT_NS, n & 2 ? "S2_IPA" : "NH_VA" };
        const struct conf_context *k = conf_contexts;
        unsigned gran = n & 1 ? 16 : 14;

        while (k->s1 == (n >> 1 & 1)) { /* the first of stage 1, of stage 2 alone */
            k++;
        }
        for (size_t g = 0; g < CONF_COUNT(ranges); g++) {
            if (!conf_row(c, RULE_TLBI_RANGE, CONF_LEGAL, need[n & 1], "%s: %u KB, %s", r.name,
                          1u << (gran - 10), ranges[g].name)) {
                continue;
            }
            if (conf_ctx_exists(c, k)) {
                range_drop(c, &r, k, &ranges[g], gran);
            } else {
                conf_skip(c, "the DUT has no such stream");
            }
        }
    }
}

/* ---- the upper half ---- */

static const struct upper {
    uint8_t op;
    enum dut_sec sec;
    enum conf_regime regime;
    bool range;
    const char *name;
} uppers[] = {
    { CMD_TLBI_NH_VA, DUT_NS, CONF_EL1, false, "NH_VA" },
    { CMD_TLBI_NH_VA, DUT_NS, CONF_EL1, true, "NH_VA range" },
    { CMD_TLBI_NH_VAA, DUT_NS, CONF_EL1, false, "NH_VAA" },
    { CMD_TLBI_NH_VAA, DUT_NS, CONF_EL1, true, "NH_VAA range" },
    { CMD_TLBI_NH_ASID, DUT_NS, CONF_EL1, false, "NH_ASID" },
    { CMD_TLBI_EL2_VA, DUT_NS, CONF_EL2_E2H, false, "EL2_VA" },
    { CMD_TLBI_EL2_VAA, DUT_NS, CONF_EL2_E2H, true, "EL2_VAA range" },
    { CMD_TLBI_NH_VA, DUT_S, CONF_EL1, false, "NH_VA" },
    { CMD_TLBI_NH_VAA, DUT_S, CONF_EL1, true, "NH_VAA range" },
    { CMD_TLBI_S_EL2_VA, DUT_S, CONF_EL2_E2H, false, "S_EL2_VA" },
};

/* Up to the top of all addresses, with the range. */
static void upper_drop(struct conf *c, const struct upper *u)
{
    static const uint8_t tg[] = { [12] = 1, [14] = 2, [16] = 3 };
    const struct conf_context k = { u->name, u->sec, u->regime, true, false, false, 0, 1, false,
                                    false };
    struct conf_stream st = { .sec = u->sec, .s1 = true, .both_halves = true, .asid = 1 };
    const uint64_t va = UINT64_C(0xffffffff40010000);
    struct smmu3t_tlbi t = { .asid = 1, .addr = va };
    struct dut_dma dma;
    uint64_t page, pa, a;

    conf_ctx_start(c, &k);
    if (!conf_stream(c, &st)) {
        return;
    }
    STE_PUT(st.ste.w, STRW, u->regime == CONF_EL1 ? 0u : 2u);
    conf_stream_update(&st);
    page = UINT64_C(1) << st.gran1;
    pa = conf_alloc(c, (enum dut_pas)u->sec, page, page);
    conf_map1(&st, va, pa, page, SMMU3T_S1_RW);
    dma = conf_access(&st, va, 0);
    conf_reaches(c, &dma, (enum dut_pas)u->sec, pa);
    if (conf_failed(c)) {
        return;
    }
    a = smmu3t_pgt_desc_addr(&st.tt1, va, 3);
    smmu3t_pgt_write(&st.tt1, a, 0);
    if (u->range) {
        t.addr = UINT64_C(0xffffffff00000000);
        t.tg = tg[st.gran1];
        t.num = 31;
        t.scale = 26;
    }
    conf_cmd(c, u->sec, smmu3t_cmd_tlbi(u->op, &t));
    conf_faults(c, &dma, &(struct conf_event){ .number = EVT_F_TRANSLATION,
                                               .class_ = CONF_CLASS_IN });
}

static void tlbi_upper(struct conf *c)
{
    for (size_t i = 0; i < CONF_COUNT(uppers); i++) {
        const struct upper *u = &uppers[i];
        bool el2 = u->regime == CONF_EL2_E2H;

        if (!conf_row(c, RULE_TLBI_UPPER, CONF_LEGAL, conf_state_need[u->sec], "%s %s",
                      conf_state_name[u->sec], u->name)) {
            continue;
        }
        if ((u->range && !ID(c, IDR3, RIL)) ||
            (el2 && !(u->sec ? ID(c, S_IDR1, SEL2) : ID(c, IDR0, Hyp)))) {
            conf_skip(c, "the DUT has no such stream or command");
        } else {
            upper_drop(c, u);
        }
    }
}

/* ---- all of it ---- */

static void init_drop(struct conf *c, const struct conf_context *k)
{
    struct conf_ctx x;
    struct smmu3t_bank *b = conf_bank(c, k->sec);
    uint32_t on, busy = 1;

    conf_ctx_start(c, k);
    if (!conf_ctx_build(c, &x, k)) {
        return;
    }
    conf_ctx_reaches(&x, CONF_PAGE);
    conf_ctx_hide(&x, CONF_PAGE, true);
    on = smmu3t_bank_read(b, SMMU3T_CR0);
    smmu3t_bank_cr0(b, on & ~(uint32_t)SMMU3T_CR0_SMMUEN);
    conf_w32(c, SMMU3T_S_INIT, 1);
    for (unsigned n = 0; n < 1000 && busy; n++) {
        busy = conf_r32(c, SMMU3T_S_INIT);
    }
    conf_eq(c, "S_INIT when it is done", busy, 0);
    smmu3t_bank_cr0(b, on);
    conf_ctx_faults(&x, CONF_PAGE);
}

static void tlbi_init(struct conf *c)
{
    static const struct conf_need need[CONF_NEEDS] = { IN_SECURE };

    for (unsigned n = 0; n < conf_num_contexts; n++) {
        const struct conf_context *k = &conf_contexts[n];

        if (conf_row(c, RULE_TLBI_S_INIT, CONF_LEGAL, need, "%s", k->name)) {
            if (conf_ctx_exists(c, k)) {
                init_drop(c, k);
            } else {
                conf_skip(c, "the DUT has no such stream");
            }
        }
    }
}

/* ---- Table descriptors ---- */

/*
 * A Table descriptor goes away that two pages have in common. The SMMU has
 * seen it for one of them; the command is about the other.
 */
static void table_drop(struct conf *c, const struct row *r, const struct conf_context *k, bool ttl)
{
    static const uint8_t tg[] = { [12] = 1, [14] = 2, [16] = 3 };
    struct conf_ctx x;
    struct smmu3t_pgt *tab;
    struct smmu3t_tlbi t;
    uint64_t a, d;
    int level;

    start(c, r, k);
    if (!conf_ctx_build(c, &x, k)) {
        return;
    }
    tab = conf_ctx_table(&x, CONF_PAGE, &level);
    conf_ctx_reaches(&x, CONF_PAGE);
    a = smmu3t_pgt_desc_addr(tab, x.in[CONF_PAGE], level - 1);
    d = smmu3t_pgt_read(tab, a);
    smmu3t_pgt_write(tab, a, d & ~UINT64_C(1));
    x.in[CONF_PAGE] += UINT64_C(1) << tab->gran;
    t = told(c, k, x.in[CONF_PAGE]);
    if (ttl) {
        t.tg = tg[tab->gran];
        t.ttl = 3;
    }
    command(c, r, &t);
    conf_ctx_faults(&x, CONF_PAGE);
}

static void tlbi_table(struct conf *c)
{
    for (size_t i = 0; i < CONF_COUNT(rows); i++) {
        unsigned done = 0;

        for (unsigned n = 0; n < conf_num_contexts; n++) {
            const struct conf_context *k = &conf_contexts[n];
            unsigned kind = 1u << (k->regime * 4u + k->s1 * 2u + k->s2);

            /* Tables are never global, so the ASID told for a global leaf is
             * not theirs. */
            if (!about(&rows[i], k) || done & kind || k->global || (k->s1 && k->s2)) {
                continue;
            }
            done |= kind;
            for (unsigned ttl = 0; ttl < 1u + by_address(rows[i].op); ttl++) {
                if (!conf_row(c, RULE_TLBI_TABLE, CONF_LEGAL, conf_state_need[rows[i].queue],
                              "%s%s, %s queue: %s", rows[i].name, ttl ? " TTL 3" : "",
                              conf_state_name[rows[i].queue], k->name)) {
                    continue;
                }
                if (possible(c, &rows[i], k) && (!ttl || ID(c, IDR3, RIL))) {
                    table_drop(c, &rows[i], k, ttl);
                } else {
                    conf_skip(c, "the DUT has no such stream or command");
                }
            }
        }
    }
}

/* ---- VMID wildcards ---- */

static void vmw_drop(struct conf *c, const struct row *r, const struct conf_context *k,
                     unsigned vmw)
{
    struct conf_ctx x;
    struct smmu3t_tlbi t;

    start(c, r, k);
    if (!conf_ctx_build(c, &x, k)) {
        return;
    }
    smmu3t_bank_cr0(conf_bank(c, k->sec),
                    smmu3t_bank_read(conf_bank(c, k->sec), SMMU3T_CR0) | vmw << 6);
    t = told(c, k, x.in[CONF_PAGE]);
    t.vmid ^= (uint16_t)((1u << vmw) - 1);
    conf_ctx_reaches(&x, CONF_PAGE);
    conf_ctx_hide(&x, CONF_PAGE, true);
    command(c, r, &t);
    conf_ctx_faults(&x, CONF_PAGE);
}

static void tlbi_vmw(struct conf *c)
{
    static const struct conf_need need[DUT_NUM_SEC][CONF_NEEDS] = {
        { NEED(IDR0, VMW, IS, 1) },
        { NEED(IDR0, VMW, IS, 1), IN_SECURE, NEED(S_IDR1, SEL2, IS, 1) } };

    for (size_t i = 0; i < CONF_COUNT(rows); i++) {
        unsigned done = 0;

        for (unsigned n = 0; n < conf_num_contexts && by_vmid(rows[i].op); n++) {
            const struct conf_context *k = &conf_contexts[n];
            unsigned kind = 1u << (k->s1 * 2u + k->s2);

            if (!about(&rows[i], k) || done & kind) {
                continue;
            }
            done |= kind;
            for (unsigned vmw = 0; vmw < 5; vmw++) {
                if (!conf_row(c, RULE_TLBI_VMW, CONF_LEGAL, need[rows[i].queue],
                              "%s, %s queue: VMW=%u, %s", rows[i].name,
                              conf_state_name[rows[i].queue], vmw, k->name)) {
                    continue;
                }
                if (possible(c, &rows[i], k)) {
                    vmw_drop(c, &rows[i], k, vmw);
                } else {
                    conf_skip(c, "the DUT has no such stream");
                }
            }
        }
    }
}

const struct conf_case case_tlbi_reach = { "tlbi/reach", { { 0 } }, tlbi_reach };
const struct conf_case case_tlbi_range = { "tlbi/range", { { 0 } }, tlbi_range };
const struct conf_case case_tlbi_granules = { "tlbi/granules", { { 0 } }, tlbi_granules };
const struct conf_case case_tlbi_init = { "tlbi/init", { { 0 } }, tlbi_init };
const struct conf_case case_tlbi_upper = { "tlbi/upper", { { 0 } }, tlbi_upper };
const struct conf_case case_tlbi_table = { "tlbi/table", { { 0 } }, tlbi_table };
const struct conf_case case_tlbi_vmw = { "tlbi/vmw", { { 0 } }, tlbi_vmw };
