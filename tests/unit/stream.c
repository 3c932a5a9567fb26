/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Streams with tables of their own: machine.h. */
#include "machine.h"

/* Tables of stage 1 behind stage 2: allocated at a PA, known by their IPA. */
static int ipa_write64(void *ctx, unsigned pas, uint64_t addr, uint64_t v)
{
    machine_write64(((struct stream *)ctx)->m, pas, STREAM_PA(addr), v);
    return 0;
}

static uint64_t ipa_read64(void *ctx, unsigned pas, uint64_t addr)
{
    return machine_read64(((struct stream *)ctx)->m, pas, STREAM_PA(addr));
}

static uint64_t ipa_alloc(void *ctx, unsigned pas, uint64_t size, uint64_t align)
{
    struct stream *st = ctx;
    uint64_t low = (UINT64_C(1) << st->st2.gran) - 1;
    uint64_t bytes, pa;

    if (st->spread) {
        st->m->brk[pas] = (st->m->brk[pas] + 0x40000000) & ~UINT64_C(0x3fffffff);
    }
    /* Whole granules of stage 2, so that each allocation maps by itself. */
    align = align > low ? align : low + 1;
    bytes = (size + low) & ~low;
    pa = machine_alloc(st->m, pas, bytes, align);
    stream_map2(st, STREAM_IPA(pa), pa, bytes, SMMU3T_S2_RW);
    return STREAM_IPA(pa);
}

static void stage2(struct stream *st, struct smmu3t_pgt *t)
{
    *t = (struct smmu3t_pgt){ .mem = &st->m->mem, .pas = (uint8_t)st->sec, .stage = 2,
                              .gran = st->gran2, .ia_bits = st->bits2, .start = st->start2,
                              .ds = st->ds && st->gran2 != 16, .lpa = st->ds && st->gran2 == 16 };
    assert_int_equal(smmu3t_pgt_init(t), 0);
}

static void stage1(struct stream *st, struct smmu3t_pgt *t, bool upper)
{
    *t = (struct smmu3t_pgt){ .mem = st->s2 ? &st->ipa_mem : &st->m->mem,
                              .pas = (uint8_t)st->sec, .stage = 1, .gran = st->gran1,
                              .ia_bits = st->bits1, .upper = upper,
                              .ds = st->ds && st->gran1 != 16, .lpa = st->ds && st->gran1 == 16 };
    assert_int_equal(smmu3t_pgt_init(t), 0);
}

void stream_build(struct machine *m, struct stream *st)
{
    st->m = m;
    st->ipa_mem = (struct smmu3_mem_ops){ st, ipa_write64, ipa_read64, ipa_alloc };
    if (!st->gran1) {
        st->gran1 = 12;
    }
    if (!st->bits1) {
        st->bits1 = 39;
    }
    if (!st->gran2) {
        st->gran2 = 12;
        st->bits2 = 40;
        st->start2 = 1;
    }
    smmu3t_ste_bypass(&st->ste);
    if (st->s2) {
        stage2(st, &st->st2);
        if (st->sec == S) {
            struct smmu3t_secure_s2 s2 = { .s_ipa = &st->st2, .ns_ipa = &st->ns_st2,
                                           .vmid = st->vmid, .nsa = true };

            stage2(st, &st->ns_st2);
            smmu3t_ste_add_secure_s2(&st->ste, &s2);
        } else {
            smmu3t_ste_add_s2(&st->ste, &st->st2, st->vmid);
        }
    } else {
        STE_PUT(st->ste.w, S2VMID, st->vmid);
    }
    if (st->s1) {
        stage1(st, &st->tt0, false);
        if (st->both_halves) {
            stage1(st, &st->tt1, true);
        }
        st->cds = (struct smmu3t_cdtab){ .mem = st->s2 ? &st->ipa_mem : &m->mem,
                                         .pas = (uint8_t)st->sec, .log2size = st->ssid_bits,
                                         .fmt = st->cd_fmt };
        assert_int_equal(smmu3t_cdtab_init(&st->cds), 0);
        smmu3t_cd_init(&st->cd, &st->tt0, st->both_halves ? &st->tt1 : NULL, st->asid);
        smmu3t_ste_add_s1(&st->ste, &st->cds);
        STE_PUT(st->ste.w, S1DSS, st->ssid_bits ? 2 : 0);
    }
    stream_update(st);
}

void stream_update(struct stream *st)
{
    if (st->s1) {
        assert_int_equal(smmu3t_cdtab_write(&st->cds, 0, &st->cd), 0);
    }
    machine_ste(st->m, st->sec, st->sid, &st->ste);
}

void stream_map1(struct stream *st, uint64_t va, uint64_t out, uint64_t size, uint64_t attr)
{
    assert_int_equal(smmu3t_pgt_map(va >> 55 & 1 ? &st->tt1 : &st->tt0, va, out, size, attr), 0);
}

void stream_map2(struct stream *st, uint64_t ipa, uint64_t pa, uint64_t size, uint64_t attr)
{
    assert_int_equal(smmu3t_pgt_map(&st->st2, ipa, pa, size, attr), 0);
}
