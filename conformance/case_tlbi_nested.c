/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Stage 2 changes under what stage 1 has been translated with: the data, the
 * stage 1 tables, the CD. The commands that software must give then are
 * IHI0070G.b 4.4.3.1's; stage 1 blocks in pieces: 4.4.
 */
#include "conf.h"

static const struct side {
    const char *name;
    enum dut_sec sec, queue;
    uint8_t ipa, vmall; /* opcodes */
} sides[] = {
    { "Non-secure", DUT_NS, DUT_NS, CMD_TLBI_S2_IPA, CMD_TLBI_S12_VMALL },
    { "Secure", DUT_S, DUT_S, CMD_TLBI_S_S2_IPA, CMD_TLBI_S_S12_VMALL },
};

static const struct {
    const char *name;
    enum conf_rule rule;
    uint8_t class_;
} parts[] = {
    { "the data", RULE_TLBI_NESTED, CONF_CLASS_IN },
    { "the level 3 table", RULE_TLBI_NESTED_TT, CONF_CLASS_TT },
    { "the level 2 table", RULE_TLBI_NESTED_TT, CONF_CLASS_TT },
    { "the CD", RULE_TLBI_NESTED_CD, CONF_CLASS_CD },
};
static const char *const ways[] = { "S2_IPA and NH_ALL", "S2_IPA and NH_VAA", "S12_VMALL" };

/* The IPA behind which stage 2 is to change, at the byte that is accessed. */
static uint64_t ipa_of(const struct conf_stream *st, unsigned part, uint64_t va, uint64_t pa)
{
    switch (part) {
    case 0:
        return conf_ipa(st->c, pa);
    case 1:
        return smmu3t_pgt_desc_addr(&st->tt0, va, 3);
    case 2:
        return smmu3t_pgt_desc_addr(&st->tt0, va, 2);
    default:
        return smmu3t_cdtab_addr(&st->cds, 0);
    }
}

static void tell(struct conf *c, const struct side *side, unsigned way,
                 const struct smmu3t_tlbi *s1, const struct smmu3t_tlbi *s2)
{
    if (way == 2) {
        conf_cmd(c, side->queue, smmu3t_cmd_tlbi(side->vmall, s2));
        return;
    }
    conf_cmd(c, side->queue, smmu3t_cmd_tlbi(side->ipa, s2));
    conf_cmd(c, side->queue, smmu3t_cmd_tlbi(way ? CMD_TLBI_NH_VAA : CMD_TLBI_NH_ALL, s1));
}

static void one(struct conf *c, const struct side *side, unsigned part, unsigned way)
{
    struct conf_stream st = { .sec = side->sec, .s1 = true, .s2 = true, .vmid = 3, .asid = 1 };
    struct smmu3t_tlbi s1 = { .vmid = 3 }, s2 = { .vmid = 3 };
    struct conf_event want = { .number = EVT_F_TRANSLATION, .s2 = true,
                               .class_ = parts[part].class_ };
    uint64_t va, pa, ipa, a;
    struct dut_dma dma;

    conf_start(c, side->sec);
    if (!conf_stream(c, &st)) {
        return;
    }
    va = conf_map(&st, &pa);
    dma = conf_access(&st, va, 0);
    conf_reaches(c, &dma, (enum dut_pas)side->sec, pa);
    if (conf_failed(c)) {
        return;
    }
    ipa = ipa_of(&st, part, va, pa);
    a = smmu3t_pgt_desc_addr(&st.st2, ipa, 3);
    smmu3t_pgt_write(&st.st2, a, smmu3t_pgt_read(&st.st2, a) & ~UINT64_C(1));
    s1.addr = va;
    s2.addr = want.ipa = ipa;
    tell(c, side, way, &s1, &s2);
    if (parts[part].class_ == CONF_CLASS_CD) {
        conf_cmd(c, side->queue, smmu3t_cmd_cfgi_cd(st.sid, 0, true, side->sec == DUT_S));
    }
    conf_faults(c, &dma, &want);
}

/* A stage 1 block over two stage 2 pages, dropped by another of its addresses. */
static void pieces(struct conf *c, const struct side *side)
{
    struct conf_stream st = { .sec = side->sec, .s1 = true, .s2 = true, .vmid = 3, .asid = 1 };
    uint64_t size, page, pa, ipa, va = UINT64_C(0x80000000);
    struct smmu3t_tlbi t = { .vmid = 3, .asid = 1 };
    struct dut_dma dma[2];

    conf_start(c, side->sec);
    if (!conf_stream(c, &st)) {
        return;
    }
    size = UINT64_C(1) << smmu3t_pgt_shift(st.gran1, 2);
    page = UINT64_C(1) << st.gran2;
    pa = conf_alloc(c, (enum dut_pas)side->sec, 2 * page, 2 * page);
    ipa = conf_ipa(c, pa);
    conf_map2(&st, ipa, pa, page, SMMU3T_S2_RW);
    conf_map2(&st, ipa + page, pa + page, page, SMMU3T_S2_RW);
    conf_map1(&st, va, ipa & ~(size - 1), size, SMMU3T_S1_RW);
    for (unsigned i = 0; i < 2 && !conf_failed(c); i++) {
        dma[i] = conf_access(&st, va + (ipa & (size - 1)) + i * page, 0);
        conf_reaches(c, &dma[i], (enum dut_pas)side->sec, pa + i * page);
    }
    if (conf_failed(c)) {
        return;
    }
    smmu3t_pgt_unmap(&st.tt0, va, size);
    t.addr = va + size / 2 + 8 * page;
    conf_cmd(c, side->queue, smmu3t_cmd_tlbi(CMD_TLBI_NH_VA, &t));
    for (unsigned i = 0; i < 2; i++) {
        conf_faults(c, &dma[i], &(struct conf_event){ .number = EVT_F_TRANSLATION,
                                                      .class_ = CONF_CLASS_IN });
    }
}

static void tlbi_nested(struct conf *c)
{
    for (size_t s = 0; s < CONF_COUNT(sides); s++) {
        const struct conf_need *need = conf_state_need[sides[s].sec];

        for (unsigned part = 0; part < CONF_COUNT(parts); part++) {
            for (unsigned way = 0; way < CONF_COUNT(ways); way++) {
                if (conf_row(c, parts[part].rule, CONF_LEGAL, need, "%s: stage 2 of %s, %s",
                             sides[s].name, parts[part].name, ways[way])) {
                    one(c, &sides[s], part, way);
                }
            }
        }
        if (conf_row(c, RULE_TLBI_PIECES, CONF_LEGAL, need, "%s", sides[s].name)) {
            pieces(c, &sides[s]);
        }
    }
}

const struct conf_case case_tlbi_nested = { "tlbi/nested", { { 0 } }, tlbi_nested };
