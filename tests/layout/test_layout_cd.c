/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Context Descriptor, IHI0070G.b 5.4; and tables/cd.c. */
#include "layout.h"
#include "../../tables/cd.h"

static const struct field fields[] = {
#define CD_FIELD(n, l, w) { #n, l, w },
#include "../../spec/cd.def"
#undef CD_FIELD
};

static const struct typed typed[] = {
    { "T0SZ", 5, 0 },
    { "TG0", 7, 6 },
    { "IR0", 9, 8 },
    { "OR0", 11, 10 },
    { "SH0", 13, 12 },
    { "EPD0", 14, 14 },
    { "ENDI", 15, 15 },
    { "T1SZ", 21, 16 },
    { "TG1", 23, 22 },
    { "IR1", 25, 24 },
    { "OR1", 27, 26 },
    { "SH1", 29, 28 },
    { "EPD1", 30, 30 },
    { "V", 31, 31 },
    { "IPS", 34, 32 },
    { "AFFD", 35, 35 },
    { "WXN", 36, 36 },
    { "UWXN", 37, 37 },
    { "TBI0", 38, 38 },
    { "TBI1", 39, 39 },
    { "PAN", 40, 40 },
    { "AA64", 41, 41 },
    { "HD", 42, 42 },
    { "HA", 43, 43 },
    { "S", 44, 44 },
    { "R", 45, 45 },
    { "A", 46, 46 },
    { "ASET", 47, 47 },
    { "ASID", 63, 48 },
    { "NSCFG0", 64, 64 },
    { "HAD0", 65, 65 },
    { "E0PD0", 66, 66 },
    { "HAFT", 67, 67 },
    { "TTB0", 115, 68 },
    { "PnCH", 122, 122 },
    { "EPAN", 123, 123 },
    { "HWU059", 124, 124 },
    { "HWU060", 125, 125 },
    { "HWU061", 126, 126 },
    { "HWU062", 127, 127 },
    { "NSCFG1", 128, 128 },
    { "HAD1", 129, 129 },
    { "E0PD1", 130, 130 },
    { "AIE", 131, 131 },
    { "TTB1", 179, 132 },
    { "DS", 186, 186 },
    { "PIE", 187, 187 },
    { "HWU159", 188, 188 },
    { "HWU160", 189, 189 },
    { "HWU161", 190, 190 },
    { "HWU162", 191, 191 },
    { "MAIR0", 223, 192 },
    { "MAIR1", 255, 224 },
    { "AMAIR0", 287, 256 },
    { "AMAIR1", 319, 288 },
    { "PARTID", 367, 352 },
    { "PMG", 375, 368 },
};

static void test_fields(void **state)
{
    (void)state;
    check_fields(fields, ARRAY_SIZE(fields), typed, ARRAY_SIZE(typed));
}

static void test_build(void **state)
{
    struct smmu3t_pgt t0 = { .stage = 1, .gran = 12, .ia_bits = 39, .root = 0x812345000 };
    struct smmu3t_pgt t1 = { .stage = 1, .gran = 14, .ia_bits = 47, .root = 0x00007ffffffffc000 };
    struct smmu3t_cd cd;

    (void)state;
    smmu3t_cd_init(&cd, &t0, &t1, 0xbeef);
    /* ASID; A R AA64 IPS=5; V SH1=3 OR1=1 IR1=1 TG1=1(16K) T1SZ=17 */
    assert_int_equal(cd.w[0] >> 16, 0xbeef6205b551);
    /* SH0=3 OR0=1 IR0=1 TG0=0 T0SZ=25 */
    assert_int_equal(cd.w[0] & 0xffff, 0x3519);
    assert_int_equal(cd.w[1], 0x812345000);
    assert_int_equal(cd.w[2], 0x00007ffffffffc000);
    assert_int_equal(cd.w[3], 0x04ff);

    t0.gran = 16;
    smmu3t_cd_init(&cd, &t0, NULL, 1);
    assert_int_equal(cd.w[0] & 0xffffffff, 0xc0003559); /* TG0=1: 64K; EPD1, V */
    smmu3t_cd_init(&cd, NULL, &t1, 1);
    assert_int_equal(cd.w[0] & 0xffffffff, 0xb5514000); /* EPD0 */
    t1.gran = 12;
    smmu3t_cd_init(&cd, NULL, &t1, 1);
    assert_int_equal(cd.w[0] & 0xffffffff, 0xb5914000); /* TG1=2: 4K */
    t1.gran = 16;
    smmu3t_cd_init(&cd, NULL, &t1, 1);
    assert_int_equal(cd.w[0] & 0xffffffff, 0xb5d14000); /* TG1=3: 64K */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_build),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
