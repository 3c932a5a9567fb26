/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Commands, IHI0070G.b 4; and the encoders of tables/cmd.c, word for word. */
#include "layout.h"
#include "../../tables/cmd.h"

static const struct field fields[] = {
#define CMD_FIELD(n, l, w) { #n, l, w },
#include "../../spec/cmd.def"
#undef CMD_FIELD
};

static const struct typed typed[] = {
    { "Opcode", 7, 0 },
    { "SSec", 10, 10 },
    { "SSV", 11, 11 },
    { "SubstreamID", 31, 12 },
    { "StreamID", 63, 32 },
    { "Leaf", 64, 64 },
    { "Range", 68, 64 },
    { "NUM", 16, 12 },
    { "SCALE", 25, 20 },
    { "VMID", 47, 32 },
    { "ASID", 63, 48 },
    { "TTL128", 71, 71 },
    { "TTL", 73, 72 },
    { "TG", 75, 74 },
    { "Address", 127, 76 },
    { "IPA", 119, 76 },
    { "CS", 13, 12 },
    { "Ac", 12, 12 },
    { "Ab", 13, 13 },
    { "STAG", 79, 64 },
    { "MSH", 23, 22 },
    { "MSIAttr", 27, 24 },
    { "MSIData", 63, 32 },
    { "MSIAddress", 119, 66 },
};

static void test_fields(void **state)
{
    (void)state;
    check_fields(fields, ARRAY_SIZE(fields), typed, ARRAY_SIZE(typed));
}

static void test_opcodes(void **state)
{
    static const struct { const char *name; unsigned op; } def[] = {
#define CMD(n, op, clause) { #n, op },
#include "../../spec/cmd.def"
#undef CMD
    }, want[] = {
        { "PREFETCH_CONFIG", 0x01 }, { "PREFETCH_ADDR", 0x02 }, { "CFGI_STE", 0x03 },
        { "CFGI_STE_RANGE", 0x04 }, { "CFGI_CD", 0x05 }, { "CFGI_CD_ALL", 0x06 },
        { "CFGI_VMS_PIDM", 0x07 }, { "TLBI_NH_ALL", 0x10 }, { "TLBI_NH_ASID", 0x11 },
        { "TLBI_NH_VA", 0x12 }, { "TLBI_NH_VAA", 0x13 }, { "TLBI_EL3_ALL", 0x18 },
        { "TLBI_EL3_VA", 0x1a }, { "TLBI_EL2_ALL", 0x20 }, { "TLBI_EL2_ASID", 0x21 },
        { "TLBI_EL2_VA", 0x22 }, { "TLBI_EL2_VAA", 0x23 }, { "TLBI_S12_VMALL", 0x28 },
        { "TLBI_S2_IPA", 0x2a }, { "TLBI_NSNH_ALL", 0x30 }, { "ATC_INV", 0x40 },
        { "PRI_RESP", 0x41 }, { "RESUME", 0x44 }, { "STALL_TERM", 0x45 }, { "SYNC", 0x46 },
        { "TLBI_S_EL2_ALL", 0x50 }, { "TLBI_S_EL2_ASID", 0x51 }, { "TLBI_S_EL2_VA", 0x52 },
        { "TLBI_S_EL2_VAA", 0x53 }, { "TLBI_S_S12_VMALL", 0x58 }, { "TLBI_S_S2_IPA", 0x5a },
        { "TLBI_SNH_ALL", 0x60 }, { "DPTI_ALL", 0x70 }, { "DPTI_PA", 0x73 },
    };

    (void)state;
    assert_int_equal(ARRAY_SIZE(def), ARRAY_SIZE(want));
    for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
        assert_string_equal(def[i].name, want[i].name);
        assert_int_equal(def[i].op, want[i].op);
    }
}

static void test_encoders(void **state)
{
    const struct smmu3t_tlbi t = { .vmid = 0xabcd, .asid = 0x1234, .addr = 0x00fedcba98765fff,
                                   .leaf = true, .tg = 2, .num = 0x15, .scale = 0x0b, .ttl = 3 };
    /* ranges: NUM at 12, SCALE at 20; second word: VA, TG, TTL, Leaf */
    const uint64_t range = 0x15 << 12 | 0x0b << 20;
    const uint64_t va = 0x00fedcba98765000 | 2 << 10 | 3 << 8 | 1;
    const uint64_t vmid = UINT64_C(0xabcd) << 32, asid = UINT64_C(0x1234) << 48;
    struct smmu3t_cmd ssid = smmu3t_cmd_prefetch_config(0x89abcdef, true);
    const struct {
        struct smmu3t_cmd c;
        uint64_t w0, w1;
    } rows[] = {
        { smmu3t_cmd_prefetch_config(0x89abcdef, false), 0x89abcdef00000001, 0 },
        { smmu3t_cmd_prefetch_addr(0x89abcdef, 0x123456789abcdeff, true), 0x89abcdef00000402,
          0x123456789abcd000 },
        { smmu3t_cmd_cfgi_ste(0x89abcdef, true, true), 0x89abcdef00000403, 1 },
        { smmu3t_cmd_cfgi_ste(0x89abcdef, false, false), 0x89abcdef00000003, 0 },
        { smmu3t_cmd_cfgi_ste_range(0x89abcde0, 4, false), 0x89abcde000000004, 4 },
        /* as seen from Hafnium: 00000404 00000000 0000001f 00000000 */
        { smmu3t_cmd_cfgi_all(true), 0x0000000000000404, 0x1f },
        { smmu3t_cmd_cfgi_cd(0x89abcdef, 0x54321, true, false), 0x89abcdef54321005, 1 },
        { smmu3t_cmd_cfgi_cd_all(0x89abcdef, true), 0x89abcdef00000406, 0 },
        { smmu3t_cmd_tlbi(CMD_TLBI_NH_ALL, &t), 0x10 | vmid, 0 },
        { smmu3t_cmd_tlbi(CMD_TLBI_NH_ASID, &t), 0x11 | vmid | asid, 0 },
        { smmu3t_cmd_tlbi(CMD_TLBI_NH_VA, &t), 0x12 | range | vmid | asid, va },
        { smmu3t_cmd_tlbi(CMD_TLBI_NH_VAA, &t), 0x13 | range | vmid, va },
        { smmu3t_cmd_tlbi(CMD_TLBI_EL3_ALL, &t), 0x18, 0 },
        { smmu3t_cmd_tlbi(CMD_TLBI_EL3_VA, &t), 0x1a | range, va },
        { smmu3t_cmd_tlbi(CMD_TLBI_EL2_ALL, &t), 0x20, 0 },
        { smmu3t_cmd_tlbi(CMD_TLBI_EL2_ASID, &t), 0x21 | asid, 0 },
        { smmu3t_cmd_tlbi(CMD_TLBI_EL2_VA, &t), 0x22 | range | asid, va },
        { smmu3t_cmd_tlbi(CMD_TLBI_EL2_VAA, &t), 0x23 | range, va },
        { smmu3t_cmd_tlbi(CMD_TLBI_S12_VMALL, &t), 0x28 | vmid, 0 },
        { smmu3t_cmd_tlbi(CMD_TLBI_S2_IPA, &t), 0x2a | range | vmid, va },
        { smmu3t_cmd_tlbi(CMD_TLBI_NSNH_ALL, &t), 0x30, 0 },
        { smmu3t_cmd_tlbi(CMD_TLBI_S_EL2_ALL, &t), 0x50, 0 },
        { smmu3t_cmd_tlbi(CMD_TLBI_S_EL2_ASID, &t), 0x51 | asid, 0 },
        { smmu3t_cmd_tlbi(CMD_TLBI_S_EL2_VA, &t), 0x52 | range | asid, va },
        { smmu3t_cmd_tlbi(CMD_TLBI_S_EL2_VAA, &t), 0x53 | range, va },
        { smmu3t_cmd_tlbi(CMD_TLBI_S_S12_VMALL, &t), 0x58 | vmid, 0 },
        { smmu3t_cmd_tlbi(CMD_TLBI_S_S2_IPA, &t), 0x5a | range | vmid, va },
        { smmu3t_cmd_tlbi(CMD_TLBI_SNH_ALL, &t), 0x60, 0 },
        { smmu3t_cmd_sync(0), 0x46, 0 },
        { smmu3t_cmd_sync(1), 0x1046, 0 },
        { smmu3t_cmd_sync(2), 0x2046, 0 },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        if (rows[i].c.w[0] != rows[i].w0 || rows[i].c.w[1] != rows[i].w1) {
            fail_msg("row %zu: %016llx %016llx, expected %016llx %016llx", i,
                     (unsigned long long)rows[i].c.w[0], (unsigned long long)rows[i].c.w[1],
                     (unsigned long long)rows[i].w0, (unsigned long long)rows[i].w1);
        }
    }
    smmu3t_cmd_set_ssid(&ssid, 0x98765);
    assert_int_equal(ssid.w[0], 0x89abcdef98765c01);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_opcodes),
        cmocka_unit_test(test_encoders),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
