/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Configurations, what is refused and how it is said; misuse of the API. */
#include "machine.h"

#include <stdlib.h>
#include <string.h>

static void test_profiles(void **state)
{
    static const char *const must[] = { "qemu-virt", "hafnium", "hafnium-rfc", "max" };
    const char *const *p = smmu3_profiles();
    struct smmu3_config c;
    unsigned n = 0;

    (void)state;
    for (; p[n]; n++) {
        char why[200] = "";

        row("profile %s", p[n]);
        ROW_EQ(smmu3_config_profile(&c, p[n]), SMMU3_OK);
        ROW_EQ(smmu3_config_check(&c, why, sizeof(why)), SMMU3_OK);
        ROW_EQ(why[0], 0);
    }
    for (size_t i = 0; i < ARRAY_SIZE(must); i++) {
        row("profile %s", must[i]);
        ROW_EQ(smmu3_config_profile(&c, must[i]), SMMU3_OK);
    }
    ROW_EQ(smmu3_config_profile(&c, "nonsense"), SMMU3_ENAME);
    ROW_EQ(smmu3_config_profile(&c, ""), SMMU3_ENAME);
    rows_done();
}

static void test_set(void **state)
{
    static const struct {
        const char *name;
        uint32_t value;
        int err;
        uint32_t idr0; /* afterwards, from 0 */
    } rows[] = {
        { "IDR0", 0x12345678, 0, 0x12345678 },
        { "idr0", 7, 0, 7 },
        { "IDR0.S2P", 1, 0, 1 },
        { "idr0.s1p", 1, 0, 2 },
        { "IDR0.ST_LEVEL", 3, 0, 3u << 27 },
        { "IDR0.ST_LEVEL", 4, SMMU3_EINVAL, 0 },
        { "IDR0.S2P", 2, SMMU3_EINVAL, 0 },
        { "IDR0.S2", 1, SMMU3_ENAME, 0 },
        { "IDR0.S2PX", 1, SMMU3_ENAME, 0 },
        { "IDR0.", 1, SMMU3_ENAME, 0 },
        { ".S2P", 1, SMMU3_ENAME, 0 },
        { "", 1, SMMU3_ENAME, 0 },
        { "IDR00", 1, SMMU3_ENAME, 0 },
        { "IDR", 1, SMMU3_ENAME, 0 },
        { "IDR0.SIDSIZE", 1, SMMU3_ENAME, 0 }, /* of IDR1 */
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct smmu3_config c;

        memset(&c, 0, sizeof(c));
        row("%s = %#x", rows[i].name, rows[i].value);
        ROW_EQ(smmu3_config_set(&c, rows[i].name, rows[i].value), rows[i].err);
        ROW_EQ(c.idr0, rows[i].idr0);
    }
    rows_done();
}

/* Every field at its place: typed from 6.3.1 to 6.3.8 and 6.3.52 to 6.3.55. */
static void test_fields(void **state)
{
    static const struct { const char *name; unsigned hi, lo; size_t reg; } rows[] = {
#define R(r) offsetof(struct smmu3_config, r)
        { "IDR0.S2P", 0, 0, R(idr0) }, { "IDR0.S1P", 1, 1, R(idr0) },
        { "IDR0.TTF", 3, 2, R(idr0) }, { "IDR0.COHACC", 4, 4, R(idr0) },
        { "IDR0.BTM", 5, 5, R(idr0) }, { "IDR0.HTTU", 7, 6, R(idr0) },
        { "IDR0.DORMHINT", 8, 8, R(idr0) }, { "IDR0.Hyp", 9, 9, R(idr0) },
        { "IDR0.ATS", 10, 10, R(idr0) }, { "IDR0.NS1ATS", 11, 11, R(idr0) },
        { "IDR0.ASID16", 12, 12, R(idr0) }, { "IDR0.MSI", 13, 13, R(idr0) },
        { "IDR0.SEV", 14, 14, R(idr0) }, { "IDR0.ATOS", 15, 15, R(idr0) },
        { "IDR0.PRI", 16, 16, R(idr0) }, { "IDR0.VMW", 17, 17, R(idr0) },
        { "IDR0.VMID16", 18, 18, R(idr0) }, { "IDR0.CD2L", 19, 19, R(idr0) },
        { "IDR0.VATOS", 20, 20, R(idr0) }, { "IDR0.TTENDIAN", 22, 21, R(idr0) },
        { "IDR0.ATSRECERR", 23, 23, R(idr0) }, { "IDR0.STALL_MODEL", 25, 24, R(idr0) },
        { "IDR0.TERM_MODEL", 26, 26, R(idr0) }, { "IDR0.ST_LEVEL", 28, 27, R(idr0) },
        { "IDR0.RME_IMPL", 30, 30, R(idr0) },
        { "IDR1.SIDSIZE", 5, 0, R(idr1) }, { "IDR1.SSIDSIZE", 10, 6, R(idr1) },
        { "IDR1.PRIQS", 15, 11, R(idr1) }, { "IDR1.EVENTQS", 20, 16, R(idr1) },
        { "IDR1.CMDQS", 25, 21, R(idr1) }, { "IDR1.ATTR_PERMS_OVR", 26, 26, R(idr1) },
        { "IDR1.ATTR_TYPES_OVR", 27, 27, R(idr1) }, { "IDR1.REL", 28, 28, R(idr1) },
        { "IDR1.QUEUES_PRESET", 29, 29, R(idr1) }, { "IDR1.TABLES_PRESET", 30, 30, R(idr1) },
        { "IDR1.ECMDQ", 31, 31, R(idr1) },
        { "IDR3.HAD", 2, 2, R(idr3) }, { "IDR3.PBHA", 3, 3, R(idr3) },
        { "IDR3.XNX", 4, 4, R(idr3) }, { "IDR3.PPS", 5, 5, R(idr3) },
        { "IDR3.MPAM", 7, 7, R(idr3) }, { "IDR3.FWB", 8, 8, R(idr3) },
        { "IDR3.STT", 9, 9, R(idr3) }, { "IDR3.RIL", 10, 10, R(idr3) },
        { "IDR3.BBML", 12, 11, R(idr3) }, { "IDR3.E0PD", 13, 13, R(idr3) },
        { "IDR3.PTWNNC", 14, 14, R(idr3) }, { "IDR3.DPT", 15, 15, R(idr3) },
        { "IDR3.PASIDTT", 16, 16, R(idr3) }, { "IDR3.EPAN", 17, 17, R(idr3) },
        { "IDR3.S1PI", 18, 18, R(idr3) }, { "IDR3.S2PI", 19, 19, R(idr3) },
        { "IDR3.S2PO", 20, 20, R(idr3) }, { "IDR3.THE", 21, 21, R(idr3) },
        { "IDR3.MTEPERM", 22, 22, R(idr3) }, { "IDR3.AIE", 23, 23, R(idr3) },
        { "IDR5.OAS", 2, 0, R(idr5) }, { "IDR5.GRAN4K", 4, 4, R(idr5) },
        { "IDR5.GRAN16K", 5, 5, R(idr5) }, { "IDR5.GRAN64K", 6, 6, R(idr5) },
        { "IDR5.DS", 7, 7, R(idr5) }, { "IDR5.D128", 8, 8, R(idr5) },
        { "IDR5.VAX", 11, 10, R(idr5) }, { "IDR5.STALL_MAX", 31, 16, R(idr5) },
        { "AIDR.ArchMinorRev", 3, 0, R(aidr) }, { "AIDR.ArchMajorRev", 7, 4, R(aidr) },
        { "S_IDR0.MSI", 13, 13, R(s_idr0) }, { "S_IDR0.STALL_MODEL", 25, 24, R(s_idr0) },
        { "S_IDR0.ECMDQ", 31, 31, R(s_idr0) }, { "S_IDR1.S_SIDSIZE", 5, 0, R(s_idr1) },
        { "S_IDR1.SEL2", 29, 29, R(s_idr1) }, { "S_IDR1.SECURE_IMPL", 31, 31, R(s_idr1) },
        { "S_IDR3.SAMS", 6, 6, R(s_idr3) },
#undef R
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        uint32_t ones = (uint32_t)((UINT64_C(1) << (rows[i].hi - rows[i].lo + 1)) - 1), got;
        struct smmu3_config c, rest;

        memset(&c, 0, sizeof(c));
        row("%s", rows[i].name);
        ROW_EQ(smmu3_config_set(&c, rows[i].name, ones), SMMU3_OK);
        memcpy(&got, (uint8_t *)&c + rows[i].reg, 4);
        ROW_EQ(got, ones << rows[i].lo);
        /* and nothing else changed */
        rest = c;
        memset((uint8_t *)&rest + rows[i].reg, 0, 4);
        memset(&c, 0, sizeof(c));
        ROW_EQ(memcmp(&rest, &c, sizeof(c)), 0);
        if (rows[i].hi - rows[i].lo + 1 < 32) {
            ROW_EQ(smmu3_config_set(&c, rows[i].name, ones + 1), SMMU3_EINVAL);
        }
    }
    rows_done();
}

/* What is refused, and the word that the sentence must have in it. */
static void test_refused(void **state)
{
    static const struct { const char *tweaks, *word; } rows[] = {
        { "IDR0.S1P=0 IDR0.S2P=0", "S1P" },
        { "IDR0.TTF=1", "TTF" },
        { "IDR0.TTF=3", "TTF" },
        { "IDR0.HTTU=3", "HTTU" },
        { "IDR0.ATS=1", "ATS" },
        { "IDR0.ATOS=1", "ATOS" },
        { "IDR0.PRI=1", "PRI" },
        { "IDR0.TTENDIAN=1", "TTENDIAN" },
        { "IDR0.RME_IMPL=1", "RME_IMPL" },
        { "IDR0.ST_LEVEL=2", "ST_LEVEL" },
        { "IDR0.ST_LEVEL=0", "ST_LEVEL" },
        { "IDR0.S1P=0 S_IDR0=0 S_IDR1=0", "Hyp" },
        { "IDR0.Hyp=0", "Hyp" },
        { "IDR0.STALL_MODEL=3", "STALL_MODEL" },
        { "IDR0.STALL_MODEL=0", "STALL" },
        { "IDR1.SIDSIZE=33", "SIDSIZE" },
        { "IDR1.SSIDSIZE=21", "SSIDSIZE" },
        { "IDR1.CMDQS=20", "CMDQS" },
        { "IDR1.EVENTQS=20", "EVENTQS" },
        { "IDR1.TABLES_PRESET=1", "TABLES_PRESET" },
        { "IDR1.QUEUES_PRESET=1", "QUEUES_PRESET" },
        { "IDR1.ECMDQ=1", "ECMDQ" },
        { "IDR3.PBHA=1", "PBHA" },
        { "IDR3.HAD=0", "HAD" },
        { "IDR3.XNX=0", "XNX" },
        { "IDR3.RIL=0", "RIL" },
        { "IDR3.BBML=0", "BBML" },
        { "IDR3.BBML=3", "BBML" },
        { "IDR3.STT=0", "STT" },
        { "IDR3.S1PI=1", "S1PI" },
        { "IDR3.DPT=1", "DPT" },
        { "IDR5.OAS=7", "OAS" },
        { "IDR5.OAS=6 IDR5.GRAN64K=0", "OAS" },
        { "IDR5.GRAN4K=0 IDR5.GRAN16K=0 IDR5.GRAN64K=0", "GRAN" },
        { "IDR5.D128=1", "D128" },
        { "IDR5.VAX=2", "VAX" },
        { "AIDR=4", "AIDR" },
        { "AIDR=0x10", "ArchMajorRev" },
        { "S_IDR1.SECURE_IMPL=0", "SECURE_IMPL" },
        { "S_IDR1.S_SIDSIZE=33", "S_SIDSIZE" },
        { "S_IDR3.SAMS=1", "SAMS" },
        { "S_IDR1=0 S_IDR0=0 S_IDR3=0 IDR0.S2P=0", "S2P" },
        { "IDR0=0xffffffff", "IDR0" },
        { "IDR3=0x1", "IDR3" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct smmu3_config c;
        struct smmu3 *s = NULL;
        char why[200] = "";

        row("%s", rows[i].tweaks);
        machine_config(&c, "base", rows[i].tweaks);
        ROW_EQ(smmu3_config_check(&c, why, sizeof(why)), SMMU3_ECONFIG);
        if (!strstr(why, rows[i].word)) {
            row_fail("the sentence is \"%s\", without %s", why, rows[i].word);
        }
        ROW_EQ(smmu3_config_check(&c, NULL, 0), SMMU3_ECONFIG);
        ROW_EQ(smmu3_create(&c, &machine_host, NULL, &s), SMMU3_ECONFIG);
        ROW_EQ(s == NULL, true);
        /* a short buffer is filled, not overrun */
        memset(why, 'x', sizeof(why));
        ROW_EQ(smmu3_config_check(&c, why, 5), SMMU3_ECONFIG);
        ROW_EQ(why[4], 0);
        ROW_EQ(why[5], 'x');
    }
    rows_done();
}

static void test_reset_values_checked(void **state)
{
    struct smmu3_config c;

    (void)state;
    row("gbpa_reset");
    machine_config(&c, "base", NULL);
    c.gbpa_reset = 0x80000000; /* Update is no setting */
    ROW_EQ(smmu3_config_check(&c, NULL, 0), SMMU3_ECONFIG);
    c.gbpa_reset = 0xc000; /* NSCFG is the Secure one's */
    ROW_EQ(smmu3_config_check(&c, NULL, 0), SMMU3_ECONFIG);
    c.gbpa_reset = 0x100000;
    c.s_gbpa_reset = 0x10c000;
    ROW_EQ(smmu3_config_check(&c, NULL, 0), SMMU3_OK);
    rows_done();
}

/* Sizes of the caches: bounds, rounding, what comes out filled in. */
static void test_cache_sizes(void **state)
{
    static const struct { uint32_t in; int err; uint32_t out; } rows[] = {
        { 0, 0, 0 }, { 1, SMMU3_ECONFIG, 0 }, { 2, 0, 2 }, { 3, 0, 4 }, { 16, 0, 16 },
        { 1000, 0, 1024 }, { 4194304, 0, 4194304 }, { 4194305, SMMU3_ECONFIG, 0 },
        { SMMU3_CACHE_OFF, 0, SMMU3_CACHE_OFF },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        for (unsigned which = 0; which < 2; which++) {
            struct smmu3_config c;
            struct smmu3 *s = NULL;

            if (rows[i].in == 4194304 && which) {
                continue; /* half a gigabyte of CDs */
            }
            machine_config(&c, "base", NULL);
            *(which ? &c.cfg_entries : &c.tlb_entries) = rows[i].in;
            row("%s = %u", which ? "cfg_entries" : "tlb_entries", (unsigned)rows[i].in);
            ROW_EQ(smmu3_create(&c, &machine_host, NULL, &s), rows[i].err);
            if (s) {
                const struct smmu3_config *got = smmu3_get_config(s);
                uint32_t n = which ? got->cfg_entries : got->tlb_entries;

                ROW_EQ(n, rows[i].in ? rows[i].out : which ? 256 : 4096);
            }
            smmu3_destroy(s);
        }
    }
    rows_done();
}

static void test_misuse(void **state)
{
    struct smmu3_host host = machine_host;
    struct smmu3_config c;
    struct smmu3_request req = { 0 };
    struct smmu3_result res;
    struct smmu3 *s;

    (void)state;
    machine_config(&c, "base", NULL);
    row("NULL");
    ROW_EQ(smmu3_create(NULL, &host, NULL, &s), SMMU3_EINVAL);
    ROW_EQ(smmu3_create(&c, NULL, NULL, &s), SMMU3_EINVAL);
    ROW_EQ(smmu3_create(&c, &host, NULL, NULL), SMMU3_EINVAL);
    host.read = NULL;
    ROW_EQ(smmu3_create(&c, &host, NULL, &s), SMMU3_EINVAL);
    host = machine_host;
    host.write = NULL;
    ROW_EQ(smmu3_create(&c, &host, NULL, &s), SMMU3_EINVAL);
    ROW_EQ(smmu3_config_profile(NULL, "max"), SMMU3_EINVAL);
    ROW_EQ(smmu3_config_profile(&c, NULL), SMMU3_EINVAL);
    ROW_EQ(smmu3_config_set(NULL, "IDR0", 0), SMMU3_EINVAL);
    ROW_EQ(smmu3_config_set(&c, NULL, 0), SMMU3_EINVAL);
    ROW_EQ(smmu3_config_check(NULL, NULL, 0), SMMU3_EINVAL);
    smmu3_destroy(NULL);
    ROW_EQ(smmu3_translate(NULL, &req, &res), SMMU3_EINVAL);

    row("all optional callbacks absent");
    host = (struct smmu3_host){ .read = machine_host.read, .write = machine_host.write };
    {
        struct machine *m = machine_new("base", NULL);
        struct smmu3 *first = m->smmu;
        struct stream st = { .sid = 1, .s1 = true };

        machine_config(&c, "base", NULL);
        ROW_EQ(smmu3_create(&c, &host, m, &m->smmu), SMMU3_OK);
        machine_start(m, NS, 4, 0);
        stream_build(m, &st);
        (void)machine_dma(m, NS, 1, 0x1000, 0);
        ROW_EQ(machine_run(m, NS, smmu3t_cmd_sync(SMMU3T_SYNC_SEV)), 0);
        ROW_EQ(machine_run(m, NS, smmu3t_cmd_sync(SMMU3T_SYNC_IRQ)), 0);
        ROW_EQ(machine_run(m, NS, (struct smmu3t_cmd){ { 0, 0 } }), 1);
        smmu3_destroy(m->smmu);
        m->smmu = first;
        machine_free(m);
    }
    rows_done();
}

/* Words for everything. */
static void test_words(void **state)
{
    (void)state;
    for (int e = 10; e >= -20; e--) {
        const char *s = smmu3_strerror(e);

        row("error %d", e);
        ROW_EQ(s && strlen(s) > 5, true);
    }
    for (unsigned r = 0; r < SMMU3_R_COUNT; r++) {
        const struct smmu3_reason_info *i = smmu3_reason_info((enum smmu3_reason)r);

        row("reason %u", r);
        ROW_EQ(i && i->name[0] && strlen(i->text) > 5, true);
        ROW_EQ(r == 0 || (i->clause[0] >= '1' && i->clause[0] <= '9'), true);
        for (unsigned k = 0; k < r; k++) {
            ROW_EQ(strcmp(i->name, smmu3_reason_info((enum smmu3_reason)k)->name) != 0, true);
        }
    }
    row("out of range");
    ROW_EQ(strcmp(smmu3_reason_info(SMMU3_R_COUNT)->name, "NONE"), 0);
    ROW_EQ(strcmp(smmu3_reason_info((enum smmu3_reason)-1)->name, "NONE"), 0);
    rows_done();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_profiles),
        TEST(test_set),
        TEST(test_fields),
        TEST(test_refused),
        TEST(test_reset_values_checked),
        TEST(test_cache_sizes),
        TEST(test_misuse),
        TEST(test_words),
    };

    return machine_main("config", tests, ARRAY_SIZE(tests), false);
}
