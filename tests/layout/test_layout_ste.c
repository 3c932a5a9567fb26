/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Stream Table Entry and L1STD, IHI0070G.b 5.1, 5.2; and tables/ste.c. */
#include "layout.h"
#include "../../tables/ste.h"

static const struct field fields[] = {
#define STE_FIELD(n, l, w) { #n, l, w },
#include "../../spec/ste.def"
#undef STE_FIELD
};

static const struct typed typed[] = {
    { "V", 0, 0 },
    { "Config", 3, 1 },
    { "S1Fmt", 5, 4 },
    { "S1ContextPtr", 55, 6 },
    { "S1CDMax", 63, 59 },
    { "S1DSS", 65, 64 },
    { "S1CIR", 67, 66 },
    { "S1COR", 69, 68 },
    { "S1CSH", 71, 70 },
    { "S2HWU59", 72, 72 },
    { "S2HWU60", 73, 73 },
    { "S2HWU61", 74, 74 },
    { "S2HWU62", 75, 75 },
    { "DRE", 76, 76 },
    { "CONT", 80, 77 },
    { "DCP", 81, 81 },
    { "PPAR", 82, 82 },
    { "MEV", 83, 83 },
    { "SW_RESERVED", 87, 84 },
    { "S1PIE", 88, 88 },
    { "S2FWB", 89, 89 },
    { "S1MPAM", 90, 90 },
    { "S1STALLD", 91, 91 },
    { "EATS", 93, 92 },
    { "STRW", 95, 94 },
    { "MemAttr", 99, 96 },
    { "MTCFG", 100, 100 },
    { "ALLOCCFG", 104, 101 },
    { "SHCFG", 109, 108 },
    { "NSCFG", 111, 110 },
    { "PRIVCFG", 113, 112 },
    { "INSTCFG", 115, 114 },
    { "S2VMID", 143, 128 },
    { "S2T0SZ", 165, 160 },
    { "S2SL0", 167, 166 },
    { "S2IR0", 169, 168 },
    { "S2OR0", 171, 170 },
    { "S2SH0", 173, 172 },
    { "S2TG", 175, 174 },
    { "S2PS", 178, 176 },
    { "S2AA64", 179, 179 },
    { "S2ENDI", 180, 180 },
    { "S2AFFD", 181, 181 },
    { "S2PTW", 182, 182 },
    { "S2HD", 183, 183 },
    { "S2HA", 184, 184 },
    { "S2S", 185, 185 },
    { "S2R", 186, 186 },
    { "S2HAFT", 187, 187 },
    { "S2PIE", 188, 188 },
    { "S2POE", 189, 189 },
    { "DPT_VMATCH", 191, 190 },
    { "S2NSW", 192, 192 },
    { "S2NSA", 193, 193 },
    { "S2SL0_2", 194, 194 },
    { "S2DS", 195, 195 },
    { "S2TTB", 243, 196 },
    { "S2SKL", 254, 253 },
    { "PARTID", 287, 272 },
    { "S_S2T0SZ", 293, 288 },
    { "S_S2SL0", 295, 294 },
    { "S_S2TG", 303, 302 },
    { "MECID", 319, 304 },
    { "PMG", 327, 320 },
    { "MPAM_NS", 328, 328 },
    { "AssuredOnly", 329, 329 },
    { "TL0", 330, 330 },
    { "TL1", 331, 331 },
    { "VMSPtr", 375, 332 },
    { "S2SW", 384, 384 },
    { "S2SA", 385, 385 },
    { "S_S2SL0_2", 386, 386 },
    { "S_S2TTB", 435, 388 },
    { "S_S2SKL", 446, 445 },
};

static void test_fields(void **state)
{
    (void)state;
    check_fields(fields, ARRAY_SIZE(fields), typed, ARRAY_SIZE(typed));
}

static void test_no_overlap(void **state)
{
    uint64_t all[LAYOUT_WORDS] = { 0 }, one[LAYOUT_WORDS];

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(typed); i++) {
        typed_ones(one, typed[i].hi, typed[i].lo);
        for (unsigned k = 0; k < LAYOUT_WORDS; k++) {
            assert_int_equal(all[k] & one[k], 0);
            all[k] |= one[k];
        }
    }
}

/* Memory that is never looked at: the builders below only need roots. */
static uint64_t fixed_alloc(void *ctx, unsigned pas, uint64_t size, uint64_t align)
{
    (void)pas;
    (void)size;
    (void)align;
    return *(uint64_t *)ctx;
}

static void test_bypass_and_abort(void **state)
{
    struct smmu3t_ste ste;
    const uint64_t bypass[8] = { 0x9, 0x0000100000000000 }, abort_[8] = { 0x1 };

    (void)state;
    smmu3t_ste_bypass(&ste); /* also what Hafnium writes: 0x9 0x0000100000000000 */
    assert_memory_equal(ste.w, bypass, sizeof(bypass));
    smmu3t_ste_abort(&ste);
    assert_memory_equal(ste.w, abort_, sizeof(abort_));
}

static void test_stage1(void **state)
{
    struct smmu3t_ste ste;
    struct smmu3t_cdtab cds = { .log2size = 5, .fmt = 2, .base = 0x0012345678900fc0 };

    (void)state;
    smmu3t_ste_bypass(&ste);
    smmu3t_ste_add_s1(&ste, &cds);
    assert_int_equal(ste.w[0], 0x2812345678900feb);
    assert_int_equal(ste.w[1], 0x00001000000000d4);
    for (unsigned i = 2; i < 8; i++) {
        assert_int_equal(ste.w[i], 0);
    }
}

static void test_stage2(void **state)
{
    uint64_t root = 0x0000abcdef010000;
    struct smmu3_mem_ops mem = { .ctx = &root, .alloc = fixed_alloc };
    struct smmu3t_pgt s2 = { .mem = &mem, .stage = 2, .gran = 16, .ia_bits = 42, .start = 2,
                             .big_endian = true };
    struct smmu3t_ste ste;

    (void)state;
    assert_int_equal(smmu3t_pgt_init(&s2), 0);
    smmu3t_ste_bypass(&ste);
    smmu3t_ste_add_s2(&ste, &s2, 0x8001);
    assert_int_equal(ste.w[0], 0xd);
    assert_int_equal(ste.w[1], 0x0000100000000000);
    /* S2R, ENDI, AA64, PS=5, TG=1, SH0=3, OR0=1, IR0=1, SL0=1, T0SZ=22 */
    assert_int_equal(ste.w[2], 0x041d755600008001);
    assert_int_equal(ste.w[3], 0x0000abcdef010000);
    for (unsigned i = 4; i < 8; i++) {
        assert_int_equal(ste.w[i], 0);
    }
}

/*
 * The STE of a Secure partition's device as Hafnium really wrote it (OP-TEE as
 * partition, OAS 44), word for word; S2AFFD, S2PTW and SHCFG are its choices.
 */
static void test_hafnium(void **state)
{
    static const uint64_t observed[8] = {
        0x000000000000000d, 0x0000000080000000, 0x006c359400008001, 0x000000000e17f002,
        0x0000009400000000, 0, 0x000000000e17e000, 0
    };
    uint64_t s_root = 0x0e17e000, ns_root = 0x0e17f000;
    struct smmu3_mem_ops s_mem = { .ctx = &s_root, .alloc = fixed_alloc };
    struct smmu3_mem_ops ns_mem = { .ctx = &ns_root, .alloc = fixed_alloc };
    struct smmu3t_pgt s = { .mem = &s_mem, .pas = SMMU3T_S, .stage = 2, .gran = 12, .ia_bits = 44,
                            .start = 0 };
    struct smmu3t_pgt ns = s;
    struct smmu3t_secure_s2 s2 = { .s_ipa = &s, .ns_ipa = &ns, .vmid = 0x8001, .nsa = true };
    struct smmu3t_ste ste;

    (void)state;
    ns.mem = &ns_mem;
    assert_int_equal(smmu3t_pgt_init(&s), 0);
    assert_int_equal(smmu3t_pgt_init(&ns), 0);
    smmu3t_ste_bypass(&ste);
    smmu3t_ste_add_secure_s2(&ste, &s2);
    STE_PUT(ste.w, SHCFG, 0);
    STE_PUT(ste.w, STRW, 2);
    STE_PUT(ste.w, S2PS, 4);
    STE_PUT(ste.w, S2AFFD, 1);
    STE_PUT(ste.w, S2PTW, 1);
    STE_PUT(ste.w, S2R, 0);
    assert_memory_equal(ste.w, observed, sizeof(observed));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_no_overlap),
        cmocka_unit_test(test_bypass_and_abort),
        cmocka_unit_test(test_stage1),
        cmocka_unit_test(test_stage2),
        cmocka_unit_test(test_hafnium),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
