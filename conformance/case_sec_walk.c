/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Which space a Secure walk reads, and which it puts out: IHI0070G.b 3.10.2, 13.5. */
#include "context.h"

/* ---- stage 1 ---- */

/* STE.STRW */
enum { EL1 = 0, EL3 = 1, EL2 = 2 };

static const struct s1_kind {
    const char *name;
    uint8_t strw;
    bool upper, had; /* TTB1's half; HAD0 or HAD1 is 1 */
} s1_kinds[] = {
    { "Secure EL1", EL1, false, false }, { "Secure EL1, HAD0=1", EL1, false, true },
    { "Secure EL1, TTB1", EL1, true, false }, { "Secure EL1, TTB1, HAD1=1", EL1, true, true },
    { "EL3", EL3, false, false }, { "S-EL2", EL2, false, false },
};

static uint64_t s1_va(bool upper)
{
    return upper ? CONF_VA | UINT64_C(0xffffffff) << 32 : CONF_VA;
}

/*
 * A walk whose tables move to Non-secure memory at level `at` (by NSTable in
 * the descriptor above; at the start level by NSCFGx), 4: none does. What is
 * in the other space at the same addresses would lead elsewhere, or nowhere.
 */
static void s1_tables(struct conf_stream *st, const struct s1_kind *k, int at, uint64_t leaf)
{
    struct conf *c = st->c;
    struct smmu3t_pgt *t = k->upper ? &st->tt1 : &st->tt0;
    int start = smmu3t_pgt_s1_start(t->gran, t->ia_bits);
    uint64_t bytes = UINT64_C(1) << t->gran, table = 0, above = 0;
    uint64_t ia = s1_va(k->upper) & ((UINT64_C(1) << t->ia_bits) - 1);
    bool ns = false;

    for (int level = start; level <= 3; level++) {
        enum dut_pas was = ns ? DUT_PAS_NS : DUT_PAS_S;

        ns |= level == at;
        table = conf_alloc(c, ns ? DUT_PAS_NS : DUT_PAS_S, bytes, bytes);
        if (level > start) {
            t->pas = was;
            smmu3t_pgt_write(t, above, smmu3t_pgt_put_addr(t, table) | 3 |
                                           (level == at ? SMMU3T_TABLE_NS : 0));
        } else if (k->upper) {
            CD_PUT(st->cd.w, TTB1, table >> 4);
            CD_PUT(st->cd.w, NSCFG1, ns);
        } else {
            CD_PUT(st->cd.w, TTB0, table >> 4);
            CD_PUT(st->cd.w, NSCFG0, ns);
        }
        above = table + 8 * (ia >> smmu3t_pgt_shift(t->gran, level) & ((bytes >> 3) - 1));
    }
    t->pas = ns ? DUT_PAS_NS : DUT_PAS_S;
    smmu3t_pgt_write(t, above, leaf);
    conf_stream_update(st);
}

static void s1_space(struct conf *c, const struct s1_kind *k, int at, bool leaf_ns)
{
    struct conf_stream st = { .sec = DUT_S, .s1 = true, .both_halves = k->upper };
    enum dut_pas pas = leaf_ns || at < 4 ? DUT_PAS_NS : DUT_PAS_S;
    struct dut_dma dma;
    uint64_t out;

    conf_start(c, DUT_S);
    if (!conf_stream(c, &st)) {
        return;
    }
    STE_PUT(st.ste.w, STRW, k->strw);
    CD_PUT(st.cd.w, HAD0, k->had && !k->upper);
    CD_PUT(st.cd.w, HAD1, k->had && k->upper);
    out = conf_target(c, pas);
    s1_tables(&st, k, at, smmu3t_pgt_put_addr(&st.tt0, out) | 3 | SMMU3T_S1_RW |
                              (leaf_ns ? SMMU3T_S1_NS : 0));
    for (unsigned n = 0; n < 4; n++) {
        dma = conf_access(&st, s1_va(k->upper),
                          (n & 1 ? DUT_DMA_WRITE : 0) |
                              (n & 2 && conf_can(c, DUT_CAN_NS_ATTR) ? DUT_DMA_NS : 0));
        conf_reaches(c, &dma, pas, out);
    }
}

static void stage1(struct conf *c)
{
    unsigned gran = ID(c, IDR5, GRAN4K) ? 12 : ID(c, IDR5, GRAN16K) ? 14 : 16;
    int start = smmu3t_pgt_s1_start(gran, 39);

    for (size_t i = 0; i < CONF_COUNT(s1_kinds); i++) {
        const struct s1_kind *k = &s1_kinds[i];
        const struct conf_need need[CONF_NEEDS] = {
            IN_SECURE,
            k->had ? (struct conf_need)NEED(IDR3, HAD, IS, 1)
            : k->strw == EL2 ? (struct conf_need)NEED(S_IDR1, SEL2, IS, 1)
                             : (struct conf_need){ 0 },
            k->strw == EL3 ? (struct conf_need)NEED(IDR0, RME_IMPL, IS, 0)
                           : (struct conf_need){ 0 } };

        for (int n = 2 * start; n < 2 * 5; n++) {
            int at = n >> 1;

            if (conf_row(c, at < 4 ? RULE_SEC_S1_WALK : RULE_SEC_S1_SPACE, CONF_LEGAL, need,
                         "%s: leaf NS=%d, %s level %d", k->name, n & 1,
                         at == 4 ? "Secure down to" : "Non-secure from", at == 4 ? 3 : at)) {
                s1_space(c, k, at, n & 1);
            }
        }
    }
}

/* A Non-secure stream with the bits that would mean something in a Secure one. */
static void stage1_ns(struct conf *c)
{
    for (unsigned k = 0; k < 4; k++) {
        if (conf_row(c, RULE_SEC_NSTABLE_NS, CONF_LEGAL, NULL, "NS=%u NSTable=%u", k & 1, k >> 1)) {
            struct conf_stream st = { .sec = DUT_NS, .s1 = true };
            struct dut_dma dma;
            uint64_t out;

            conf_start(c, DUT_NS);
            if (conf_stream(c, &st)) {
                st.tt0.table_attr = k & 2 ? SMMU3T_TABLE_NS : 0;
                out = conf_target(c, DUT_PAS_NS);
                conf_map1(&st, CONF_VA, out, 0x10000, SMMU3T_S1_RW | (k & 1 ? SMMU3T_S1_NS : 0));
                dma = conf_access(&st, CONF_VA, 0);
                conf_reaches(c, &dma, DUT_PAS_NS, out);
            }
        }
    }
}

/* ---- stage 2 ---- */

/* The input NS attribute, by the access or by NSCFG: how a stage 2 only stream
 * comes to a Non-secure IPA. */
static bool ns_input(struct conf *c, struct conf_stream *st, bool ns, uint32_t *flags)
{
    *flags = 0;
    if (ns && conf_can(c, DUT_CAN_NS_ATTR)) {
        *flags = DUT_DMA_NS;
    } else if (ns && ID(c, IDR1, ATTR_PERMS_OVR)) {
        STE_PUT(st->ste.w, NSCFG, 3);
    } else if (ns) {
        conf_skip(c, "no way to a Non-secure IPA");
        return false;
    }
    return true;
}

/* Both tables anew, each in the space that it is to be walked in. */
static bool s2_tables(struct conf_stream *st, unsigned bits)
{
    bool sw = bits & 1, nsw = bits & 4;

    st->st2.pas = sw ? DUT_PAS_NS : DUT_PAS_S;
    st->ns_st2.pas = nsw ? DUT_PAS_NS : DUT_PAS_S;
    if (smmu3t_pgt_init(&st->st2) || smmu3t_pgt_init(&st->ns_st2)) {
        return false;
    }
    STE_PUT(st->ste.w, S_S2TTB, st->st2.root >> 4);
    STE_PUT(st->ste.w, S2TTB, st->ns_st2.root >> 4);
    STE_PUT(st->ste.w, S2SW, sw);
    STE_PUT(st->ste.w, S2SA, bits >> 1 & 1);
    STE_PUT(st->ste.w, S2NSW, nsw);
    STE_PUT(st->ste.w, S2NSA, bits >> 3 & 1);
    return true;
}

static void s2_space(struct conf *c, unsigned bits, bool ns_ipa)
{
    struct conf_stream st = { .sec = DUT_S, .s2 = true, .vmid = 7 };
    bool out_ns = ns_ipa ? bits != 0 : (bits & 3) != 0;
    enum dut_pas pas = out_ns ? DUT_PAS_NS : DUT_PAS_S;
    struct dut_dma dma;
    uint32_t flags;
    uint64_t out;

    conf_start(c, DUT_S);
    if (!conf_stream(c, &st) || !ns_input(c, &st, ns_ipa, &flags)) {
        return;
    }
    if (!s2_tables(&st, bits)) {
        return;
    }
    conf_stream_update(&st);
    out = conf_target(c, pas);
    if (smmu3t_pgt_map(ns_ipa ? &st.ns_st2 : &st.st2, CONF_VA, out, 0x10000, SMMU3T_S2_RW)) {
        conf_skip(c, "the DUT's RAM is too small");
        return;
    }
    dma = conf_access(&st, CONF_VA, flags);
    conf_reaches(c, &dma, pas, out);
    dma.flags |= DUT_DMA_WRITE;
    conf_reaches(c, &dma, pas, out);
    /* the other space does not know this address; the event tells which */
    if (conf_can(c, DUT_CAN_NS_ATTR)) {
        struct conf_event want = { .number = EVT_F_TRANSLATION, .s2 = true, .nsipa = !ns_ipa,
                                   .class_ = CONF_CLASS_IN, .ipa = CONF_VA };

        dma.flags ^= DUT_DMA_NS;
        conf_faults(c, &dma, &want);
    }
}

static void stage2(struct conf *c)
{
    static const struct conf_need need[CONF_NEEDS] = { IN_SECURE, NEED(S_IDR1, SEL2, IS, 1) };

    for (unsigned k = 0; k < 32; k++) {
        unsigned bits = k & 15;
        bool ns_ipa = k >> 4;
        enum conf_rule rule = bits & (ns_ipa ? 4 : 1) ? RULE_SEC_S2_WALK : RULE_SEC_S2_SPACE;

        if (conf_row(c, rule, CONF_LEGAL, need, "%s IPA, S2SW=%u S2SA=%u S2NSW=%u S2NSA=%u",
                     ns_ipa ? "Non-secure" : "Secure", bits & 1, bits >> 1 & 1, bits >> 2 & 1,
                     bits >> 3)) {
            s2_space(c, bits, ns_ipa);
        }
    }
}

/* One address in both IPA spaces, of one stream, mapped to two places. */
static void both_tables(struct conf *c)
{
    static const struct conf_need need[CONF_NEEDS] = { IN_SECURE, NEED(S_IDR1, SEL2, IS, 1),
                                                       CAN(NS_ATTR) };

    for (unsigned first = 0; first < 2; first++) {
        struct conf_stream st = { .sec = DUT_S, .s2 = true, .vmid = 7 };
        uint64_t out[2];

        if (!conf_row(c, RULE_SEC_S2_TABLE, CONF_LEGAL, need, "both IPA spaces, the %s one first",
                      conf_state_name[!first])) {
            continue;
        }
        conf_start(c, DUT_S);
        if (!conf_stream(c, &st)) {
            continue;
        }
        out[0] = conf_target(c, DUT_PAS_S);
        out[1] = conf_target(c, DUT_PAS_NS);
        if (smmu3t_pgt_map(&st.st2, CONF_VA, out[0], 0x10000, SMMU3T_S2_RW) ||
            smmu3t_pgt_map(&st.ns_st2, CONF_VA, out[1], 0x10000, SMMU3T_S2_RW)) {
            conf_skip(c, "the DUT's RAM is too small");
            continue;
        }
        for (unsigned i = 0; i < 4; i++) {
            bool ns = (i & 1) != first;
            struct dut_dma dma = conf_access(&st, CONF_VA, ns ? DUT_DMA_NS : 0);

            conf_reaches(c, &dma, ns ? DUT_PAS_NS : DUT_PAS_S, out[ns]);
        }
    }
}

/* The leaf of stage 1 says which IPA space; both map the same IPA, elsewhere. */
static void nested(struct conf *c)
{
    static const struct conf_need need[CONF_NEEDS] = { IN_SECURE, NEED(S_IDR1, SEL2, IS, 1) };

    for (unsigned k = 0; k < 4; k++) {
        bool ns = k & 1, fault = k & 2;
        struct conf_stream st = { .sec = DUT_S, .s1 = true, .s2 = true, .vmid = 7 };
        enum dut_pas pas = ns ? DUT_PAS_NS : DUT_PAS_S;
        struct conf_event want = { .number = EVT_F_TRANSLATION, .s2 = true, .nsipa = ns,
                                   .class_ = CONF_CLASS_IN };
        uint64_t out, ipa;
        struct dut_dma dma;

        if (!conf_row(c, fault ? RULE_SEC_NSIPA : RULE_SEC_NESTED_IPA,
                      fault ? CONF_ILLEGAL : CONF_LEGAL, need, "stage 1 NS=%u%s", ns,
                      fault ? ", not mapped there" : "")) {
            continue;
        }
        conf_start(c, DUT_S);
        if (!conf_stream(c, &st)) {
            continue;
        }
        out = conf_target(c, pas);
        want.ipa = ipa = conf_ipa(c, out);
        conf_map1(&st, CONF_VA, ipa, 0x10000, SMMU3T_S1_RW | (ns ? SMMU3T_S1_NS : 0));
        if (smmu3t_pgt_map(ns != fault ? &st.ns_st2 : &st.st2, ipa, out, 0x10000, SMMU3T_S2_RW)) {
            conf_skip(c, "the DUT's RAM is too small");
            continue;
        }
        dma = conf_access(&st, CONF_VA, 0);
        if (fault) {
            conf_faults(c, &dma, &want);
        } else {
            conf_reaches(c, &dma, pas, out);
        }
    }
}

static void cd_in_ns_memory(struct conf *c)
{
    static const struct conf_need need[CONF_NEEDS] = { IN_SECURE, NEED(S_IDR1, SEL2, IS, 1) };
    struct conf_stream st = { .vmid = 7, .asid = 1 };
    struct dut_dma dma;
    uint64_t out;

    if (!conf_row(c, RULE_SEC_CD_S2SA, CONF_LEGAL, need, "S2SA=1")) {
        return;
    }
    conf_start(c, DUT_S);
    if (!conf_nested_in_ns(c, &st, NULL)) {
        return;
    }
    out = conf_target(c, DUT_PAS_NS);
    conf_map2(&st, conf_ipa(c, out), out, 0x10000, SMMU3T_S2_RW);
    conf_map1(&st, CONF_VA, conf_ipa(c, out), 0x10000, SMMU3T_S1_RW);
    dma = conf_access(&st, CONF_VA, 0);
    conf_reaches(c, &dma, DUT_PAS_NS, out);
}

static void sec_walk(struct conf *c)
{
    stage1(c);
    stage1_ns(c);
    stage2(c);
    both_tables(c);
    nested(c);
    cd_in_ns_memory(c);
}

const struct conf_case case_sec_walk = { "sec/walk", { { 0 } }, sec_walk };
