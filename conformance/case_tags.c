/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* No translation is served to whom it is not for: IHI0070G.b 3.17. */
#include "context.h"

/* Both can be there at once: CR2.E2H is one bit for a state. */
static bool compatible(const struct conf_context *a, const struct conf_context *b)
{
    return a->sec != b->sec || !((a->regime == CONF_EL2 && b->regime == CONF_EL2_E2H) ||
                                 (a->regime == CONF_EL2_E2H && b->regime == CONF_EL2));
}

static void start_both(struct conf *c, const struct conf_context *a, const struct conf_context *b)
{
    if (a->sec != b->sec) {
        conf_ctx_start(c, a);
        conf_ctx_start(c, b);
    } else {
        conf_ctx_start(c, b->regime == CONF_EL2_E2H ? b : a);
    }
}

static void reach_both(struct conf_ctx *x)
{
    conf_ctx_reaches(x, CONF_PAGE);
    if (x->in[CONF_BLOCK]) {
        conf_ctx_reaches(x, CONF_BLOCK);
    }
}

/* An access of a, then one of b, to the same addresses, and again. Streams that
 * have one StreamID between them take turns. */
static void pair(struct conf *c, const struct conf_context *a, const struct conf_context *b,
                 unsigned vmw)
{
    static struct conf_ctx x, y; /* large */
    bool apart;

    start_both(c, a, b);
    if (vmw) {
        smmu3t_bank_cr0(conf_bank(c, a->sec),
                        smmu3t_bank_read(conf_bank(c, a->sec), SMMU3T_CR0) | vmw << 6);
    }
    if (!conf_ctx_build(c, &x, a)) {
        return;
    }
    apart = a->sec != b->sec ||
            x.st.sid != conf_sid(c, b->sec, (unsigned)(b - conf_contexts) % conf_num_sids(c, b->sec));
    if (!apart) {
        reach_both(&x);
    }
    if (!conf_ctx_build(c, &y, b)) {
        return;
    }
    for (unsigned i = 0; i < 2; i++) {
        if (apart) {
            reach_both(&x);
        }
        reach_both(&y);
    }
    if (conf_failed(c)) {
        conf_fail(c, "... by accesses of %s and %s", a->name, b->name);
    }
}

static void tlb_tags(struct conf *c)
{
    for (unsigned i = 0; i < conf_num_contexts; i++) {
        const struct conf_context *a = &conf_contexts[i];

        if (!conf_row(c, RULE_TLB_TAGS, CONF_LEGAL, conf_state_need[a->sec], "%s", a->name)) {
            continue;
        }
        if (!conf_ctx_exists(c, a)) {
            conf_skip(c, "the DUT has no such stream");
            continue;
        }
        for (unsigned n = 0; n < conf_num_contexts && !conf_failed(c); n++) {
            const struct conf_context *b = &conf_contexts[n];

            if (n != i && conf_ctx_exists(c, b) && compatible(a, b) && !conf_ctx_shares(c, a, b)) {
                conf_fresh(c);
                pair(c, a, b, 0);
            }
        }
    }
}

static const struct conf_context *named(enum dut_sec sec, bool s2, uint16_t vmid)
{
    for (unsigned i = 0; i < conf_num_contexts; i++) {
        const struct conf_context *k = &conf_contexts[i];

        if (k->sec == sec && k->regime == CONF_EL1 && k->s2 == s2 && k->vmid == vmid && !k->global) {
            return k;
        }
    }
    return NULL;
}

/* VMIDs that differ in their low bits stay apart, whatever VMW is. */
static void vmw_lookup(struct conf *c)
{
    static const struct conf_need need[DUT_NUM_SEC][CONF_NEEDS] = {
        { NEED(IDR0, VMW, IS, 1) },
        { NEED(IDR0, VMW, IS, 1), IN_SECURE, NEED(S_IDR1, SEL2, IS, 1) } };

    for (unsigned sec = 0; sec < DUT_NUM_SEC; sec++) {
        for (unsigned vmw = 1; vmw < 5; vmw++) {
            if (conf_row(c, RULE_TLB_VMW_LOOKUP, CONF_LEGAL, need[sec], "%s VMW=%u",
                         conf_state_name[sec], vmw)) {
                pair(c, named((enum dut_sec)sec, sec, 1), named((enum dut_sec)sec, sec, 2), vmw);
            }
        }
    }
}

/* Tables of a Secure stream in memory of the space that NSCFG0 says. */
static bool build_ns_tables(struct conf *c, struct conf_stream *st, unsigned i, uint64_t *to)
{
    uint64_t page;

    *st = (struct conf_stream){ .sec = DUT_S, .s1 = true, .asid = (uint16_t)(i + 1),
                                .index = i % conf_num_sids(c, DUT_S) };
    if (conf_failed(c) || !conf_stream(c, st)) {
        return false;
    }
    st->tt0.pas = DUT_PAS_NS;
    if (smmu3t_pgt_init(&st->tt0)) {
        return false;
    }
    CD_PUT(st->cd.w, TTB0, st->tt0.root >> 4);
    CD_PUT(st->cd.w, NSCFG0, 1);
    conf_stream_update(st);
    page = UINT64_C(1) << st->gran1;
    *to = conf_alloc(c, DUT_PAS_NS, page, page);
    conf_map1(st, CONF_VA, *to, page, SMMU3T_S1_RW & ~SMMU3T_S1_NG);
    return !conf_failed(c);
}

/* Tables of Secure IPAs that stage 2 puts into Non-secure memory. */
static void secure_global_nested(struct conf *c)
{
    static const struct conf_need need[CONF_NEEDS] = { IN_SECURE, NEED(S_IDR1, SEL2, IS, 1) };
    static struct conf_stream st[2];

    if (!conf_row(c, RULE_TLB_SECURE_GLOBAL, CONF_LEGAL, need, "nG=0 behind S2SA=1")) {
        return;
    }
    if (conf_num_sids(c, DUT_S) < 2) {
        conf_skip(c, "the DUT has no two Secure StreamIDs");
        return;
    }
    conf_start(c, DUT_S);
    for (unsigned i = 0; i < 2; i++) {
        struct dut_dma dma;
        uint64_t page, to;

        st[i] = (struct conf_stream){ .vmid = 7, .asid = (uint16_t)(i + 1), .index = i };
        if (!conf_nested_in_ns(c, &st[i], i ? &st[0] : NULL)) {
            return;
        }
        page = UINT64_C(1) << st[i].gran1;
        to = conf_alloc(c, DUT_PAS_NS, page, page);
        conf_map2(&st[i], conf_ipa(c, to), to, page, SMMU3T_S2_RW);
        conf_map1(&st[i], CONF_VA, conf_ipa(c, to), page, SMMU3T_S1_RW & ~SMMU3T_S1_NG);
        dma = conf_access(&st[i], CONF_VA, 0);
        conf_reaches(c, &dma, DUT_PAS_NS, to);
    }
}

static void secure_global(struct conf *c)
{
    static const struct conf_need need[CONF_NEEDS] = { IN_SECURE };

    if (conf_row(c, RULE_TLB_SECURE_GLOBAL, CONF_LEGAL, need, "nG=0 in Non-secure tables")) {
        conf_start(c, DUT_S);
        for (unsigned i = 0; i < 2; i++) {
            struct conf_stream st;
            struct dut_dma dma;
            uint64_t to;

            if (build_ns_tables(c, &st, i, &to)) {
                dma = conf_access(&st, CONF_VA, 0);
                conf_reaches(c, &dma, DUT_PAS_NS, to);
            }
        }
    }
}

static void tlb_lookup(struct conf *c)
{
    vmw_lookup(c);
    secure_global(c);
    secure_global_nested(c);
}

const struct conf_case case_tlb_tags = { "tlb/tags", { { 0 } }, tlb_tags };
const struct conf_case case_tlb_lookup = { "tlb/lookup", { { 0 } }, tlb_lookup };
