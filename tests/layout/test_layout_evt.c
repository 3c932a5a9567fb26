/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Event records, IHI0070G.b 7.3; what the SMMU puts in is in unit/. */
#include "layout.h"

static const struct field fields[] = {
#define EVT_FIELD(n, l, w) { #n, l, w },
#include "../../spec/evt.def"
#undef EVT_FIELD
};

static const struct typed typed[] = {
    { "Number", 7, 0 },
    { "SSV", 11, 11 },
    { "SubstreamID", 31, 12 },
    { "StreamID", 63, 32 },
    { "Reason", 79, 64 },
    { "Span", 67, 64 },
    { "STAG", 79, 64 },
    { "GPCF", 80, 80 },
    { "P", 92, 92 },
    { "X", 93, 93 },
    { "W", 94, 94 },
    { "R", 95, 95 },
    { "Stall", 95, 95 },
    { "PnU", 97, 97 },
    { "InD", 98, 98 },
    { "RnW", 99, 99 },
    { "NSIPA", 102, 102 },
    { "S2", 103, 103 },
    { "CLASS", 105, 104 },
    { "TTRnW", 108, 108 },
    { "InputAddr", 191, 128 },
    { "FetchAddr", 247, 195 },
    { "IPA", 247, 204 },
};

static void test_fields(void **state)
{
    (void)state;
    check_fields(fields, ARRAY_SIZE(fields), typed, ARRAY_SIZE(typed));
}

static void test_numbers(void **state)
{
    static const struct { const char *name; unsigned num; } def[] = {
#define EVT(n, num, clause) { #n, num },
#include "../../spec/evt.def"
#undef EVT
    }, want[] = {
        { "F_UUT", 0x01 }, { "C_BAD_STREAMID", 0x02 }, { "F_STE_FETCH", 0x03 },
        { "C_BAD_STE", 0x04 }, { "F_BAD_ATS_TREQ", 0x05 }, { "F_STREAM_DISABLED", 0x06 },
        { "F_TRANSL_FORBIDDEN", 0x07 }, { "C_BAD_SUBSTREAMID", 0x08 }, { "F_CD_FETCH", 0x09 },
        { "C_BAD_CD", 0x0a }, { "F_WALK_EABT", 0x0b }, { "F_TRANSLATION", 0x10 },
        { "F_ADDR_SIZE", 0x11 }, { "F_ACCESS", 0x12 }, { "F_PERMISSION", 0x13 },
        { "F_TLB_CONFLICT", 0x20 }, { "F_CFG_CONFLICT", 0x21 }, { "E_PAGE_REQUEST", 0x24 },
        { "F_VMS_FETCH", 0x25 },
    };

    (void)state;
    assert_int_equal(ARRAY_SIZE(def), ARRAY_SIZE(want));
    for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
        assert_string_equal(def[i].name, want[i].name);
        assert_int_equal(def[i].num, want[i].num);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_numbers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
