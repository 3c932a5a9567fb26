/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* L1STD, L1CD and VMSAv8-64 descriptors; and tables/pgtable.c. */
#include <stdlib.h>

#include "layout.h"
#include "../../tables/pgtable.h"

static const struct field fields[] = {
#define PTE_FIELD(n, l, w) { #n, l, w },
#include "../../spec/pte.def"
#undef PTE_FIELD
};

static const struct typed typed[] = {
    { "L1STD_Span", 4, 0 },
    { "L1STD_L2Ptr", 55, 6 },
    { "L1CD_V", 0, 0 },
    { "L1CD_L2Ptr", 55, 12 },
    { "Type", 1, 0 },
    { "AttrIndx", 4, 2 },
    { "MemAttr", 5, 2 },
    { "NS", 5, 5 },
    { "AP1", 6, 6 },
    { "AP2", 7, 7 },
    { "S2AP", 7, 6 },
    { "SH", 9, 8 },
    { "AF", 10, 10 },
    { "nG", 11, 11 },
    { "DBM", 51, 51 },
    { "Contiguous", 52, 52 },
    { "PXN", 53, 53 },
    { "UXN", 54, 54 },
    { "S2XN", 54, 53 },
    { "PXNTable", 59, 59 },
    { "UXNTable", 60, 60 },
    { "APTable0", 61, 61 },
    { "APTable1", 62, 62 },
    { "NSTable", 63, 63 },
};

static void test_fields(void **state)
{
    (void)state;
    check_fields(fields, ARRAY_SIZE(fields), typed, ARRAY_SIZE(typed));
}

/* A small memory: 64-bit words from address 0x100000 up. */
struct arena {
    uint64_t *w;
    uint64_t used;
};
#define ARENA UINT64_C(0x100000)
#define ARENA_BYTES 0x400000

static uint64_t *word(struct arena *a, uint64_t addr)
{
    assert_true(addr >= ARENA && addr < ARENA + ARENA_BYTES && addr % 8 == 0);
    return &a->w[(addr - ARENA) / 8];
}

static int write64(void *ctx, unsigned pas, uint64_t addr, uint64_t v)
{
    assert_int_equal(pas, SMMU3T_S);
    *word(ctx, addr) = v;
    return 0;
}

static uint64_t read64(void *ctx, unsigned pas, uint64_t addr)
{
    assert_int_equal(pas, SMMU3T_S);
    return *word(ctx, addr);
}

static uint64_t alloc(void *ctx, unsigned pas, uint64_t size, uint64_t align)
{
    struct arena *a = ctx;

    (void)pas;
    a->used = (a->used + align - 1) & ~(align - 1);
    a->used += size;
    return a->used <= ARENA_BYTES ? ARENA + a->used - size : 0;
}

static struct smmu3_mem_ops new_arena(void)
{
    struct arena *a = calloc(1, sizeof(*a));

    assert_non_null(a);
    a->w = calloc(1, ARENA_BYTES);
    assert_non_null(a->w);
    return (struct smmu3_mem_ops){ a, write64, read64, alloc };
}

static void free_arena(struct smmu3_mem_ops *m)
{
    free(((struct arena *)m->ctx)->w);
    free(m->ctx);
}

/* One mapping of each granule, its descriptors typed in hex. */
static void test_walks(void **state)
{
    static const struct {
        unsigned stage, gran, bits, start;
        uint64_t ia, oa, size, attr;
        uint64_t offset[4]; /* of the descriptor in its table, by level */
        unsigned leaf;
        uint64_t desc;
    } rows[] = {
        /* 4K: VA 0x5_6789_a000 = [38:30] 0x15, [29:21] 0x13c, [20:12] 0x9a */
        { 1, 12, 39, 1, 0x56789a000, 0x123456789000, 0x1000, SMMU3T_S1_RW,
          { 0, 0xa8, 0x9e0, 0x4d0 }, 3, 0x0000123456789f43 },
        { 1, 12, 39, 1, 0x567800000, 0x123456600000, 0x200000, SMMU3T_S1_AF,
          { 0, 0xa8, 0x9e0, 0 }, 2, 0x0000123456600401 },
        { 1, 12, 48, 0, 0x40000000, 0x80000000, 0x40000000, SMMU3T_S1_AF | SMMU3T_S1_NS,
          { 0, 8, 0, 0 }, 1, 0x0000000080000421 },
        /* 16K: [46:36] 1, [35:25] 2, [24:14] 3 */
        { 1, 14, 47, 1, 0x100400c000, 0x4000, 0x4000, SMMU3T_S1_AF,
          { 0, 8, 0x10, 0x18 }, 3, 0x4403 },
        /* 64K: [41:29] 1, [28:16] 0x1fff */
        { 1, 16, 42, 2, 0x3fff0000, 0xfff0000, 0x10000, SMMU3T_S1_AF,
          { 0, 0, 8, 0xfff8 }, 3, 0xfff0403 },
        { 1, 16, 42, 2, 0x20000000, 0x40000000, 0x20000000, SMMU3T_S1_AF | SMMU3T_S1_UXN,
          { 0, 0, 8, 0 }, 2, 0x0040000040000401 },
        /* stage 2, eight concatenated level 1 tables: [41:30] 0xe01 */
        { 2, 12, 42, 1, 0x38040000000, 0, 0x40000000, SMMU3T_S2_RW,
          { 0, 0x7008, 0, 0 }, 1, 0x4fd },
        { 2, 12, 30, 2, 0x3fe00000, 0, 0x200000, SMMU3T_S2_AF | SMMU3T_S2_XN(2),
          { 0, 0, 0xff8, 0 }, 2, 0x0040000000000401 },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct smmu3_mem_ops m = new_arena();
        struct smmu3t_pgt t = { .mem = &m, .pas = SMMU3T_S, .stage = (uint8_t)rows[i].stage,
                                .gran = (uint8_t)rows[i].gran, .ia_bits = (uint8_t)rows[i].bits,
                                .start = (uint8_t)rows[i].start };
        uint64_t base;
        uint64_t ia = rows[i].ia;

        assert_int_equal(smmu3t_pgt_init(&t), 0);
        assert_int_equal(t.start, rows[i].start);
        assert_int_equal(smmu3t_pgt_map(&t, ia, rows[i].oa, rows[i].size, rows[i].attr), 0);
        base = t.root;
        for (unsigned l = t.start; l <= rows[i].leaf; l++) {
            uint64_t a = base + rows[i].offset[l], d = *word(m.ctx, a);

            assert_int_equal(smmu3t_pgt_desc_addr(&t, ia, l), a);
            if (l == rows[i].leaf) {
                assert_int_equal(d, rows[i].desc);
            } else {
                assert_int_equal(d & 3, 3);
                base = d & ~UINT64_C(0xfff);
            }
        }
        /* a second time, and away again */
        assert_int_equal(smmu3t_pgt_map(&t, ia, 0, rows[i].size, 0), SMMU3T_EBUSY);
        assert_int_equal(smmu3t_pgt_unmap(&t, ia, rows[i].size), 0);
        assert_int_equal(smmu3t_pgt_unmap(&t, ia, rows[i].size), SMMU3T_ENOENT);
        free_arena(&m);
    }
}

static void test_big_endian_and_contiguous(void **state)
{
    struct smmu3_mem_ops m = new_arena();
    struct smmu3t_pgt t = { .mem = &m, .pas = SMMU3T_S, .stage = 1, .gran = 12, .ia_bits = 30,
                            .big_endian = true, .contiguous = true };
    uint64_t a;

    (void)state;
    assert_int_equal(smmu3t_pgt_init(&t), 0);
    /* 15 pages, then a span of 16, then one: only the span is marked */
    assert_int_equal(smmu3t_pgt_map(&t, 0x1000, 0x10001000, 0x20000, SMMU3T_S1_AF), 0);
    a = smmu3t_pgt_desc_addr(&t, 0x1000, 3);
    assert_int_equal(*word(m.ctx, a), 0x0314001000000000);
    a = smmu3t_pgt_desc_addr(&t, 0x10000, 3);
    assert_int_equal(*word(m.ctx, a), 0x0304011000001000);
    assert_int_equal(*word(m.ctx, a + 8 * 15), 0x03f4011000001000);
    assert_int_equal(*word(m.ctx, a + 8 * 16), 0x0304021000000000);
    /* output not aligned to the span: never */
    assert_int_equal(smmu3t_pgt_map(&t, 0x100000, 0x20001000, 0x10000, SMMU3T_S1_AF), 0);
    a = smmu3t_pgt_desc_addr(&t, 0x100000, 3);
    assert_int_equal(smmu3t_pgt_read(&t, a), 0x20001403);
    free_arena(&m);
}

/* Where 52-bit formats keep the high address bits. */
static void test_52bit_addresses(void **state)
{
    const struct smmu3t_pgt ds = { .gran = 12, .ds = true }, lpa = { .gran = 16, .lpa = true };
    const struct smmu3t_pgt old = { .gran = 12 };
    const uint64_t a = 0x000fedcba9870000;

    (void)state;
    assert_int_equal(smmu3t_pgt_put_addr(&ds, a), 0x0003edcba9870300);
    assert_int_equal(smmu3t_pgt_put_addr(&lpa, a), 0x0000edcba987f000);
    assert_int_equal(smmu3t_pgt_put_addr(&old, a), 0x0000edcba9870000);
    assert_int_equal(smmu3t_pgt_get_addr(&ds, 0xfff3edcba9870303), a);
    assert_int_equal(smmu3t_pgt_get_addr(&lpa, 0xffffedcba987f303), a);
    assert_int_equal(smmu3t_pgt_get_addr(&old, 0xffffedcba9870303), a & 0xffffffffffff);
}

static void test_refusals(void **state)
{
    struct smmu3_mem_ops m = new_arena();
    struct smmu3t_pgt t = { .mem = &m, .pas = SMMU3T_S, .stage = 1, .gran = 12, .ia_bits = 30,
                            .upper = true };
    struct smmu3t_pgt bad;
    uint64_t top = ~UINT64_C(0) << 30;

    (void)state;
    assert_int_equal(smmu3t_pgt_init(&t), 0);
    assert_int_equal(smmu3t_pgt_map(&t, 0x1000, 0, 0x1000, 0), SMMU3T_EINVAL);
    assert_int_equal(smmu3t_pgt_map(&t, top, 0, 0x1800, 0), SMMU3T_EINVAL);
    assert_int_equal(smmu3t_pgt_map(&t, top, 0x800, 0x1000, 0), SMMU3T_EINVAL);
    assert_int_equal(smmu3t_pgt_map(&t, top, 0, 0x40001000, 0), SMMU3T_EINVAL);
    assert_int_equal(smmu3t_pgt_map(&t, top, 0, 0, 0), SMMU3T_EINVAL);
    assert_int_equal(smmu3t_pgt_map(&t, top, 0, 0x40000000, 1 << 10), 0);
    assert_int_equal(smmu3t_pgt_unmap(&t, top + 0x1000, 0x1000), SMMU3T_EINVAL);

    bad = t;
    bad.gran = 13;
    assert_int_equal(smmu3t_pgt_init(&bad), SMMU3T_EINVAL);
    bad = t;
    bad.stage = 2;
    bad.start = 1;
    bad.ia_bits = 30; /* level 1 needs 31 bits: one to index */
    assert_int_equal(smmu3t_pgt_init(&bad), SMMU3T_EINVAL);
    bad.ia_bits = 44; /* 32 tables */
    assert_int_equal(smmu3t_pgt_init(&bad), SMMU3T_EINVAL);
    bad.ia_bits = 43;
    assert_int_equal(smmu3t_pgt_init(&bad), 0);
    free_arena(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_walks),
        cmocka_unit_test(test_big_endian_and_contiguous),
        cmocka_unit_test(test_52bit_addresses),
        cmocka_unit_test(test_refusals),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
