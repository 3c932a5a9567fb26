/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
#include "context.h"

#define CR2_RECINVSID_E2H 3u
#define IN_PAGE UINT64_C(0x40010000)
#define IN_BLOCK UINT64_C(0x80000000)

#define A CONF_EL1
#define B CONF_EL2
#define E CONF_EL2_E2H
/* VMIDs with stage 2 and without are never the same: one VMID, one stage 2. */
const struct conf_context conf_contexts[] = {
    { "NS-EL1 V1 A1", DUT_NS, A, true, false, false, 1, 1, false, false },
    { "NS-EL1 V1 A2", DUT_NS, A, true, false, false, 1, 2, false, false },
    { "NS-EL1 V1 A5 ASET", DUT_NS, A, true, false, false, 1, 5, false, true },
    { "NS-EL1 V1 A0x61", DUT_NS, A, true, false, false, 1, 0x61, false, false },
    { "NS-EL1 V2 A1", DUT_NS, A, true, false, false, 2, 1, false, false },
    { "NS-EL1 V0x41 A1", DUT_NS, A, true, false, false, 0x41, 1, false, false },
    { "NS-EL1 V0 A0", DUT_NS, A, true, false, false, 0, 0, false, false },
    { "NS-EL1 V1 A3 global", DUT_NS, A, true, false, false, 1, 3, true, false },
    { "NS-EL1 V1 A4 global ASET", DUT_NS, A, true, false, false, 1, 4, true, true },
    { "NS nested V3 A1", DUT_NS, A, true, true, false, 3, 1, false, false },
    { "NS stage 2 V5", DUT_NS, A, false, true, false, 5, 0, false, false },
    { "NS stage 2 V6", DUT_NS, A, false, true, false, 6, 0, false, false },
    { "NS-EL2", DUT_NS, B, true, false, false, 1, 1, false, false },
    { "NS-EL2-E2H A1", DUT_NS, E, true, false, false, 1, 1, false, false },
    { "NS-EL2-E2H A2", DUT_NS, E, true, false, false, 1, 2, false, true },
    { "NS-EL2-E2H A3 global", DUT_NS, E, true, false, false, 1, 3, true, false },
    { "Secure A1", DUT_S, A, true, false, false, 1, 1, false, false },
    { "Secure A2", DUT_S, A, true, false, false, 0, 2, false, false },
    { "Secure A3 global", DUT_S, A, true, false, false, 0, 3, true, false },
    { "Secure A4 global ASET", DUT_S, A, true, false, false, 0, 4, true, true },
    { "Secure nested V1 A1", DUT_S, A, true, true, false, 1, 1, false, false },
    { "Secure nested V2 A1", DUT_S, A, true, true, false, 2, 1, false, false },
    { "Secure stage 2 V3", DUT_S, A, false, true, false, 3, 0, false, false },
    { "Secure stage 2 V4 NS IPA", DUT_S, A, false, true, true, 4, 0, false, false },
    { "Secure stage 2 V5", DUT_S, A, false, true, false, 5, 0, false, false },
    { "S-EL2", DUT_S, B, true, false, false, 1, 1, false, false },
    { "S-EL2-E2H A1", DUT_S, E, true, false, false, 1, 1, false, false },
    { "S-EL2-E2H A2", DUT_S, E, true, false, false, 1, 2, false, false },
    { "S-EL2-E2H A3 global", DUT_S, E, true, false, false, 1, 3, true, false },
    { "EL3", DUT_S, CONF_EL3, true, false, false, 1, 1, false, false },
};
#undef A
#undef B
#undef E
const unsigned conf_num_contexts = CONF_COUNT(conf_contexts);

static bool any_el2(const struct conf_context *k)
{
    return k->regime == CONF_EL2 || k->regime == CONF_EL2_E2H;
}

bool conf_ctx_exists(const struct conf *c, const struct conf_context *k)
{
    if ((k->s1 && !ID(c, IDR0, S1P)) || (k->s2 && !ID(c, IDR0, S2P))) {
        return false;
    }
    if (k->sec == DUT_NS) {
        return !any_el2(k) || ID(c, IDR0, Hyp);
    }
    return conf_has_secure(c) && (ID(c, S_IDR1, SEL2) || (!k->s2 && !any_el2(k))) &&
           !(k->regime == CONF_EL3 && ID(c, IDR0, RME_IMPL)) &&
           !(k->ns_ipa && !conf_can(c, DUT_CAN_NS_ATTR));
}

/* 3.17, notes (1) and (5) */
int conf_ctx_vmid(const struct conf *c, const struct conf_context *k)
{
    bool tagged = k->sec == DUT_S ? ID(c, S_IDR1, SEL2) : ID(c, IDR0, S2P);

    if (k->regime != CONF_EL1 || !tagged) {
        return -1;
    }
    return k->sec == DUT_S && !k->s2 ? 0 : k->vmid;
}

int conf_ctx_asid(const struct conf_context *k)
{
    bool has = k->s1 && (k->regime == CONF_EL1 || k->regime == CONF_EL2_E2H);

    return has && !k->global ? k->asid : -1;
}

bool conf_ctx_shares(const struct conf *c, const struct conf_context *a,
                     const struct conf_context *b)
{
    if (a->sec != b->sec || a->regime != b->regime || a->s1 != b->s1 || a->ns_ipa != b->ns_ipa ||
        conf_ctx_vmid(c, a) != conf_ctx_vmid(c, b)) {
        return false;
    }
    if (a->global || b->global) {
        return a->aset == b->aset;
    }
    return conf_ctx_asid(a) == conf_ctx_asid(b);
}

void conf_ctx_start(struct conf *c, const struct conf_context *k)
{
    struct smmu3t_bank *b = conf_start(c, k->sec);

    if (k->regime == CONF_EL2_E2H) {
        uint32_t cr0 = smmu3t_bank_read(b, SMMU3T_CR0);

        smmu3t_bank_cr0(b, cr0 & ~(uint32_t)SMMU3T_CR0_SMMUEN);
        smmu3t_bank_write(b, SMMU3T_CR2, CR2_RECINVSID_E2H);
        smmu3t_bank_cr0(b, cr0);
        conf_cmd(c, k->sec, smmu3t_cmd_tlbi(k->sec ? CMD_TLBI_S_EL2_ALL : CMD_TLBI_EL2_ALL,
                                            &(struct smmu3t_tlbi){ 0 }));
    }
}

struct smmu3t_pgt *conf_ctx_table(struct conf_ctx *x, enum conf_leaf leaf, int *level)
{
    *level = leaf == CONF_BLOCK ? 2 : 3;
    return x->k->s1 ? &x->st.tt0 : x->k->ns_ipa ? &x->st.ns_st2 : &x->st.st2;
}

/* One leaf of the last stage, at the address of a piece of memory in it. */
static void map(struct conf_ctx *x, enum conf_leaf leaf)
{
    int level;
    struct smmu3t_pgt *t = conf_ctx_table(x, leaf, &level);
    uint64_t size = UINT64_C(1) << smmu3t_pgt_shift(t->gran, level), low = size - 1;
    uint64_t page = UINT64_C(1) << t->gran;
    uint64_t pa = conf_alloc(x->st.c, x->pas, page, page), to = pa & ~low;
    uint64_t base = leaf == CONF_BLOCK ? IN_BLOCK : IN_PAGE;

    if (conf_failed(x->st.c)) {
        return;
    }
    x->in[leaf] = base + (pa & low);
    x->out[leaf] = pa;
    if (x->k->s1 && x->k->s2) {
        conf_map2(&x->st, conf_ipa(x->st.c, pa), pa, page, SMMU3T_S2_RW);
        to = conf_ipa(x->st.c, pa);
    }
    if (x->k->s1) {
        conf_map1(&x->st, base, to, size,
                  x->k->global ? SMMU3T_S1_RW & ~SMMU3T_S1_NG : SMMU3T_S1_RW);
    } else if (smmu3t_pgt_map(t, base, to, size, SMMU3T_S2_RW)) {
        conf_fail(x->st.c, "the suite cannot map what this row needs");
    }
}

bool conf_ctx_build(struct conf *c, struct conf_ctx *x, const struct conf_context *k)
{
    return conf_ctx_build_with(c, x, k, 0);
}

bool conf_ctx_build_with(struct conf *c, struct conf_ctx *x, const struct conf_context *k,
                         unsigned gran)
{
    static const uint8_t strw[] = { 0, 2, 2, 1 };

    *x = (struct conf_ctx){ .k = k, .pas = k->sec == DUT_S && !k->ns_ipa ? DUT_PAS_S : DUT_PAS_NS };
    x->st = (struct conf_stream){ .sec = k->sec, .s1 = k->s1, .s2 = k->s2, .vmid = k->vmid,
                                  .asid = k->asid, .gran1 = (uint8_t)gran,
                                  .gran2 = (uint8_t)gran };
    x->st.start2 = gran == 12 ? 1 : 2;
    x->st.index = (unsigned)(k - conf_contexts) % conf_num_sids(c, k->sec);
    if (conf_failed(c) || !conf_stream(c, &x->st)) {
        return false;
    }
    STE_PUT(x->st.ste.w, STRW, strw[k->regime]);
    CD_PUT(x->st.cd.w, ASET, k->aset);
    conf_stream_update(&x->st);
    map(x, CONF_PAGE);
    if (!(k->s1 && k->s2)) {
        map(x, CONF_BLOCK);
    }
    return !conf_failed(c);
}

struct dut_dma conf_ctx_access(const struct conf_ctx *x, enum conf_leaf leaf)
{
    return conf_access(&x->st, x->in[leaf], x->k->ns_ipa ? DUT_DMA_NS : 0);
}

bool conf_ctx_reaches(struct conf_ctx *x, enum conf_leaf leaf)
{
    struct dut_dma dma = conf_ctx_access(x, leaf);

    return conf_reaches(x->st.c, &dma, x->pas, x->out[leaf]);
}

bool conf_ctx_faults(struct conf_ctx *x, enum conf_leaf leaf)
{
    struct dut_dma dma = conf_ctx_access(x, leaf);
    struct conf_event want = { .number = EVT_F_TRANSLATION, .class_ = CONF_CLASS_IN,
                               .s2 = !x->k->s1, .nsipa = x->k->ns_ipa, .ipa = x->in[leaf] };

    return conf_faults(x->st.c, &dma, &want);
}

void conf_ctx_hide(struct conf_ctx *x, enum conf_leaf leaf, bool hide)
{
    int level;
    struct smmu3t_pgt *t = conf_ctx_table(x, leaf, &level);
    uint64_t a = smmu3t_pgt_desc_addr(t, x->in[leaf], level);
    uint64_t d = smmu3t_pgt_read(t, a);

    smmu3t_pgt_write(t, a, hide ? d & ~UINT64_C(1) : d | 1);
}

bool conf_nested_in_ns(struct conf *c, struct conf_stream *st, const struct conf_stream *other)
{
    st->sec = DUT_S;
    st->s1 = false;
    st->s2 = true;
    if (conf_failed(c) || !conf_stream(c, st)) {
        return false;
    }
    if (other) {
        st->st2 = other->st2;
        st->ns_st2 = other->ns_st2;
        STE_PUT(st->ste.w, S_S2TTB, st->st2.root >> 4);
        STE_PUT(st->ste.w, S2TTB, st->ns_st2.root >> 4);
    }
    st->s1 = true;
    st->tt0 = (struct smmu3t_pgt){ .mem = &st->ipa_mem, .pas = DUT_PAS_NS, .stage = 1,
                                   .gran = st->gran1, .ia_bits = st->bits1,
                                   .big_endian = st->big_endian };
    st->cds = (struct smmu3t_cdtab){ .mem = &st->ipa_mem, .pas = DUT_PAS_NS };
    if (smmu3t_pgt_init(&st->tt0) || smmu3t_cdtab_init(&st->cds)) {
        conf_skip(c, "the DUT's RAM is too small");
        return false;
    }
    smmu3t_cd_init(&st->cd, &st->tt0, NULL, st->asid);
    CD_PUT(st->cd.w, S, conf_stall_model(c, DUT_S) == 2);
    smmu3t_ste_add_s1(&st->ste, &st->cds);
    STE_PUT(st->ste.w, S2SA, 1);
    conf_stream_update(st);
    return !conf_failed(c);
}
