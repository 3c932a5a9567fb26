/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Streams with tables of their own. */
#include "conf_state.h"

/* Where a nested stream's IPAs are: not where the PAs are, if there is room. */
uint64_t conf_ipa(const struct conf *c, uint64_t pa)
{
    return ID(c, IDR5, OAS) ? pa + UINT64_C(0x100000000) : pa;
}

static uint64_t ipa_pa(const struct conf *c, uint64_t ipa)
{
    return ipa - (conf_ipa(c, 0));
}

/* Tables of stage 1 behind stage 2: allocated at a PA, known by their IPA. */
static int ipa_write64(void *ctx, unsigned pas, uint64_t addr, uint64_t v)
{
    struct conf_stream *st = ctx;

    conf_write64(st->c, (enum dut_pas)pas, ipa_pa(st->c, addr), v);
    return 0;
}

static uint64_t ipa_read64(void *ctx, unsigned pas, uint64_t addr)
{
    struct conf_stream *st = ctx;

    return conf_read64(st->c, (enum dut_pas)pas, ipa_pa(st->c, addr));
}

static uint64_t ipa_alloc(void *ctx, unsigned pas, uint64_t size, uint64_t align)
{
    struct conf_stream *st = ctx;
    uint64_t low = (UINT64_C(1) << st->st2.gran) - 1;
    uint64_t bytes = (size + low) & ~low;
    uint64_t pa = conf_alloc(st->c, (enum dut_pas)pas, bytes, align > low ? align : low + 1);

    if (!pa) {
        return 0;
    }
    conf_map2(st, conf_ipa(st->c, pa), pa, bytes, SMMU3T_S2_RW);
    return conf_ipa(st->c, pa);
}

static uint8_t default_gran(const struct conf *c)
{
    return ID(c, IDR5, GRAN4K) ? 12 : ID(c, IDR5, GRAN16K) ? 14 : 16;
}

void conf_apply(uint64_t *w, const struct conf_set *set, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        if (set[i].width) {
            put_field(w, set[i].lo, set[i].width, set[i].v);
        }
    }
}

static void defaults(struct conf *c, struct conf_stream *st)
{
    if (!st->gran1) {
        st->gran1 = default_gran(c);
    }
    if (!st->bits1) {
        st->bits1 = 39;
    }
    if (!st->gran2) {
        st->gran2 = default_gran(c);
        st->start2 = st->gran2 == 12 ? 1 : 2;
    }
    if (!st->bits2) {
        st->bits2 = (uint8_t)(conf_oas(c) < 40 ? conf_oas(c) : 40);
    }
    if (ID(c, IDR0, TTENDIAN) == 3) {
        st->big_endian = true;
    }
    st->sid = conf_sid(c, st->sec, st->index);
}

static int stage2(struct conf_stream *st, struct smmu3t_pgt *t)
{
    *t = (struct smmu3t_pgt){ .mem = &st->c->mem, .pas = (uint8_t)st->sec, .stage = 2,
                              .gran = st->gran2, .ia_bits = st->bits2, .start = st->start2,
                              .big_endian = st->big_endian,
                              .ds = st->ds && st->gran2 != 16, .lpa = st->ds && st->gran2 == 16 };
    return smmu3t_pgt_init(t);
}

static int stage1(struct conf_stream *st, struct smmu3t_pgt *t, bool upper)
{
    *t = (struct smmu3t_pgt){ .mem = st->s2 ? &st->ipa_mem : &st->c->mem,
                              .pas = (uint8_t)st->sec, .stage = 1, .gran = st->gran1,
                              .ia_bits = st->bits1, .upper = upper, .big_endian = st->big_endian,
                              .ds = st->ds && st->gran1 != 16, .lpa = st->ds && st->gran1 == 16 };
    return smmu3t_pgt_init(t);
}

static int build_s2(struct conf_stream *st)
{
    struct smmu3t_secure_s2 s2 = { .s_ipa = &st->st2, .ns_ipa = &st->ns_st2, .vmid = st->vmid,
                                   .nsa = true };
    int err = stage2(st, &st->st2);

    if (!err && st->sec == DUT_S) {
        err = stage2(st, &st->ns_st2);
        smmu3t_ste_add_secure_s2(&st->ste, &s2);
    } else if (!err) {
        smmu3t_ste_add_s2(&st->ste, &st->st2, st->vmid);
    }
    STE_PUT(st->ste.w, S2S, conf_stall_model(st->c, st->sec) == 2);
    return err;
}

static int build_s1(struct conf_stream *st)
{
    int err = stage1(st, &st->tt0, false);

    if (!err && st->both_halves) {
        err = stage1(st, &st->tt1, true);
    }
    st->cds = (struct smmu3t_cdtab){ .mem = st->s2 ? &st->ipa_mem : &st->c->mem,
                                     .pas = (uint8_t)st->sec, .log2size = st->ssid_bits,
                                     .fmt = st->cd_fmt };
    if (!err) {
        err = smmu3t_cdtab_init(&st->cds);
    }
    if (!err) {
        smmu3t_cd_init(&st->cd, &st->tt0, st->both_halves ? &st->tt1 : NULL, st->asid);
        CD_PUT(st->cd.w, S, conf_stall_model(st->c, st->sec) == 2);
        smmu3t_ste_add_s1(&st->ste, &st->cds);
        STE_PUT(st->ste.w, S1DSS, st->ssid_bits ? 2 : 0);
    }
    return err;
}

/* Which of them this SMMU lacks, or NULL. */
static const char *lacks(const struct conf *c, const struct conf_stream *st)
{
    if (st->s1 && !ID(c, IDR0, S1P)) {
        return "stage 1";
    }
    if (st->s2 && !ID(c, IDR0, S2P)) {
        return "stage 2";
    }
    if (st->s2 && st->sec == DUT_S && !ID(c, S_IDR1, SEL2)) {
        return "Secure stage 2";
    }
    if (st->index >= conf_num_sids(c, st->sec)) {
        return "so many StreamIDs";
    }
    if (st->ssid_bits > ID(c, IDR1, SSIDSIZE)) {
        return "so many SubstreamIDs";
    }
    return NULL;
}

bool conf_stream(struct conf *c, struct conf_stream *st)
{
    const char *lack = lacks(c, st);
    int err = 0;

    st->c = c;
    if (lack) {
        conf_skip(c, "the DUT has no %s", lack);
        return false;
    }
    st->ipa_mem = (struct smmu3_mem_ops){ st, ipa_write64, ipa_read64, ipa_alloc };
    defaults(c, st);
    smmu3t_ste_bypass(&st->ste);
    STE_PUT(st->ste.w, S2VMID, st->vmid);
    if (st->s2) {
        err = build_s2(st);
    }
    if (!err && st->s1) {
        err = build_s1(st);
    }
    if (err && !c->exhausted) {
        conf_fail(c, "the suite cannot build tables for this row: error %d", err);
    }
    if (!err) {
        conf_stream_update(st);
    }
    return !conf_failed(c);
}

void conf_stream_update(struct conf_stream *st)
{
    struct conf *c = st->c;
    int err = 0;

    if (st->s1) {
        err = smmu3t_cdtab_write(&st->cds, 0, &st->cd);
    }
    if (!err) {
        err = smmu3t_strtab_write(&c->bank[st->sec].strtab, st->sid, &st->ste);
    }
    if (err && !c->exhausted) {
        conf_fail(c, "the suite cannot write the STE of StreamID 0x%x: error %d", st->sid, err);
    }
    conf_cmd(c, st->sec, smmu3t_cmd_cfgi_ste(st->sid, false, st->sec == DUT_S));
}

static void mapped(struct conf_stream *st, int err)
{
    if (err && !st->c->exhausted) {
        conf_fail(st->c, "the suite cannot map what this row needs: error %d", err);
    }
}

void conf_map1(struct conf_stream *st, uint64_t va, uint64_t out, uint64_t size, uint64_t attr)
{
    mapped(st, smmu3t_pgt_map(va >> 55 & 1 ? &st->tt1 : &st->tt0, va, out, size, attr));
}

void conf_map2(struct conf_stream *st, uint64_t ipa, uint64_t pa, uint64_t size, uint64_t attr)
{
    mapped(st, smmu3t_pgt_map(&st->st2, ipa, pa, size, attr));
}

uint64_t conf_map(struct conf_stream *st, uint64_t *pa)
{
    struct conf *c = st->c;
    uint64_t ia, size = 0x10000;

    *pa = ia = conf_target(c, conf_pas(st->sec));
    if (st->s2) {
        ia = conf_ipa(c, *pa);
        conf_map2(st, ia, *pa, size, SMMU3T_S2_RW);
    }
    if (st->s1) {
        uint64_t va = CONF_VA + size * st->maps++;

        conf_map1(st, va, ia, size, SMMU3T_S1_RW);
        ia = va;
    }
    return ia;
}

uint64_t conf_map_hole(struct conf_stream *st)
{
    uint64_t pa = conf_hole(st->c, conf_pas(st->sec));
    uint64_t ipa = conf_ipa(st->c, pa);

    if (!st->s2) {
        return pa;
    }
    conf_map2(st, ipa, pa, 0x10000, SMMU3T_S2_RW);
    return ipa;
}
