/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Handshakes and reset: CR0, IRQ_CTRL, GBPA, S_INIT, GERROR, and what a
 * transaction sees while translation is off. IHI0070G.b 3.11, 6.3.9, 6.3.14.
 */
#include "machine.h"

#define BANKS(b) for (uint32_t b = 0; b <= 0x8000; b += 0x8000)

static void test_reset_values(void **state)
{
    const char *const *p = smmu3_profiles();

    (void)state;
    for (; *p; p++) {
        struct machine *m = machine_new(*p, NULL);
        const struct smmu3_config *c = smmu3_get_config(m->smmu);
        const struct { uint32_t off, want; } rows[] = {
            { 0x00, c->idr0 }, { 0x04, c->idr1 }, { 0x08, 0 }, { 0x0c, c->idr3 },
            { 0x14, c->idr5 }, { 0x18, c->iidr }, { 0x1c, c->aidr }, { 0x8000, c->s_idr0 },
            { 0x8004, c->s_idr1 }, { 0x8008, 0 }, { 0x800c, c->s_idr3 },
            { 0x20, 0 }, { 0x24, 0 }, { 0x40, c->idr0 >> 8 & 1 /* nothing is cached */ }, { 0x44, c->gbpa_reset }, { 0x50, 0 },
            { 0x54, 0 }, { 0x60, 0 }, { 0x64, 0 }, { 0x8020, 0 }, { 0x8024, 0 },
            { 0x803c, 0 }, { 0x8044, c->s_gbpa_reset }, { 0x8050, 0 }, { 0x8054, 0 },
            { 0x8060, 0 }, { 0x8064, 0 },
        };

        for (unsigned again = 0; again < 2; again++) {
            for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
                row("%s: %#x after %u resets", *p, rows[i].off, again);
                ROW_EQ(r32(m, rows[i].off), rows[i].want);
            }
            /* A reset in the middle of everything */
            if (!again) {
                machine_start(m, NS, 4, 0);
                w32(m, 0x44, 0x80100000);
                w32(m, 0x64, 1);
            }
            smmu3_reset(m->smmu);
        }
        machine_free(m);
    }
    rows_done();
}

/* Each bank has reset values of its own; PTM is 1 where there is BTM. 6.3.12 */
static void test_reset_of_each_bank(void **state)
{
    struct machine *m = machine_new("max", "IDR0.BTM=1");
    struct smmu3 *first = m->smmu;

    (void)state;
    m->cfg.gbpa_reset = 0x00100000;
    m->cfg.s_gbpa_reset = 0x0002c000;
    assert_int_equal(smmu3_create(&m->cfg, &machine_host, m, &m->smmu), SMMU3_OK);
    for (unsigned again = 0; again < 2; again++) {
        row("after %u resets", again);
        ROW_EQ(r32(m, 0x44), 0x00100000);
        ROW_EQ(r32(m, 0x8044), 0x0002c000);
        ROW_EQ(r32(m, 0x2c), 4);
        ROW_EQ(r32(m, 0x802c), 4);
        w32(m, 0x44, 0x80020000);
        w32(m, 0x8044, 0x80010000);
        w32(m, 0x2c, 0);
        w32(m, 0x802c, 0);
        ROW_EQ(r32(m, 0x2c) | r32(m, 0x802c), 0);
        smmu3_reset(m->smmu);
    }
    row("CoreSight component: class 0xF, the fixed preamble; 6.3.170");
    ROW_EQ(r32(m, 0xff0), 0x0d);
    ROW_EQ(r32(m, 0xff4), 0xf0);
    ROW_EQ(r32(m, 0xff8), 0x05);
    ROW_EQ(r32(m, 0xffc), 0xb1);
    smmu3_destroy(m->smmu);
    m->smmu = first;
    machine_free(m);
    rows_done();
}

/* The ID values that shared/reference/clients.md saw real drivers accept. */
static void test_profile_values(void **state)
{
    static const struct {
        const char *profile;
        uint32_t off, mask, value;
        const char *who;
    } rows[] = {
        { "qemu-virt", 0x00, UINT32_MAX, 0x0d44101b, "QEMU 10.x IDR0" },
        { "qemu-virt", 0x04, UINT32_MAX, 0x02730010, "QEMU 10.x IDR1" },
        { "qemu-virt", 0x0c, UINT32_MAX, 0x00001414, "QEMU 10.x IDR3" },
        { "qemu-virt", 0x14, UINT32_MAX, 0x00000074, "QEMU 10.x IDR5" },
        { "qemu-virt", 0x1c, UINT32_MAX, 1, "QEMU 10.x AIDR" },
        { "hafnium-rfc", 0x00, UINT32_MAX, 0x0d44101b, "the log's IDR0" },
        { "hafnium-rfc", 0x04, UINT32_MAX, 0x014a0005, "the log's IDR1" },
        { "hafnium-rfc", 0x14, UINT32_MAX, 0x00000074, "the log's IDR5" },
        { "hafnium-rfc", 0x8004, UINT32_MAX, 0xa0000005, "the log's S_IDR1" },
        { "hafnium", 0x1c, 0xff, 2, "Hafnium wants 3.2" },
        { "hafnium", 0x00, 0xf, 0xb, "S1P, S2P, TTF AArch64" },
        { "hafnium", 0x00, 3u << 27, 1u << 27, "ST_LEVEL" },
        { "hafnium", 0x00, 1u << 17 | 1u << 18, 1u << 17 | 1u << 18, "RMM: VMW, VMID16" },
        { "hafnium", 0x00, 1u << 4, 1u << 4, "RMM: COHACC" },
        { "hafnium", 0x04, 7u << 28, 0, "no PRESET" },
        { "hafnium", 0x0c, 1u << 10 | 1u << 9, 1u << 10 | 1u << 9, "RIL; STT with SEL2" },
        { "hafnium", 0x14, 0x77, 0x75, "OAS 48, all granules" },
        { "hafnium", 0x8004, 0xa0000000, 0xa0000000, "SECURE_IMPL, SEL2" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct machine *m = machine_new(rows[i].profile, NULL);

        row("%s: %s", rows[i].profile, rows[i].who);
        ROW_EQ(r32(m, rows[i].off) & rows[i].mask, rows[i].value);
        machine_free(m);
    }
    {
        struct machine *m = machine_new("hafnium", NULL);
        uint32_t idr1 = r32(m, 4);

        row("hafnium: queue and table sizes");
        ROW_EQ((idr1 >> 21 & 31) >= 7 && (idr1 >> 21 & 31) <= 15, true); /* Linux; Hafnium */
        ROW_EQ((idr1 >> 16 & 31) <= 14, true);
        ROW_EQ((r32(m, 0x8004) & 0x3f) <= 6, true);
        ROW_EQ((idr1 & 0x3f) >= 6, true);
        machine_free(m);
    }
    rows_done();
}

static void test_cr0_ack(void **state)
{
    static const uint32_t fields[] = { 0x1, 0x4, 0x8, 0x40, 0x100, 0x1cd, 0xd, 0 };

    (void)state;
    BANKS(b) {
        struct machine *m = machine_new("base", NULL);

        for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
            row("CR0 of %#x = %#x", b, fields[i]);
            w32(m, b + 0x20, fields[i]);
            ROW_EQ(r32(m, b + 0x20), fields[i]);
            ROW_EQ(r32(m, b + 0x24), fields[i]);
            /* the other bank is somebody else's */
            ROW_EQ(r32(m, (b ^ 0x8000) + 0x20), 0);
            ROW_EQ(r32(m, (b ^ 0x8000) + 0x24), 0);
        }
        row("IRQ_CTRL of %#x", b);
        w32(m, b + 0x50, 7);
        ROW_EQ(r32(m, b + 0x50), 5);
        ROW_EQ(r32(m, b + 0x54), 5);
        ROW_EQ(r32(m, (b ^ 0x8000) + 0x54), 0);
        w32(m, b + 0x50, 0);
        ROW_EQ(r32(m, b + 0x54), 0);
        machine_free(m);
    }
    rows_done();
}

/* A write without Update, or a second before it is done, is ignored: 6.3.14. */
static void test_gbpa_update(void **state)
{
    (void)state;
    BANKS(b) {
        struct machine *m = machine_new("base", NULL);
        uint32_t nscfg = b ? 0xc000 : 0, first = 0x001f0000 | nscfg;

        row("GBPA of %#x", b);
        w32(m, b + 0x44, 0x80000000);
        ROW_EQ(r32(m, b + 0x44) & 0x801fc000, 0);
        w32(m, b + 0x44, first); /* no Update: nothing */
        ROW_EQ(r32(m, b + 0x44) & 0x801fc000, 0);
        w32(m, b + 0x44, 0x80000000 | first);
        ROW_EQ(r32(m, b + 0x44) & 0x801fc000, first);
        w32(m, b + 0x44, 0x80000000 | 0x001fc000); /* NSCFG is the Secure one's */
        ROW_EQ(r32(m, b + 0x44) & 0x801fc000, first);
        ROW_EQ(r32(m, b + 0x44) & ~0x801fff1fu, 0);
        w32(m, b + 0x44, 0);
        ROW_EQ(r32(m, b + 0x44) & 0x801fc000, first);
        machine_free(m);
    }
    rows_done();
}

/* Translation off: what GBPA makes of each access. */
static void test_gbpa_effect(void **state)
{
    enum { ABORT = 1u << 20 };
    const struct {
        enum smmu3_sec_sid sec;
        uint32_t gbpa, flags;
        uint64_t addr;
        enum smmu3_status status;
        enum smmu3_pas pas;
        enum smmu3_reason reason;
    } rows[] = {
        { NS, 0, 0, 0x1234, SMMU3_ST_OK, SMMU3_PAS_NS, SMMU3_R_NONE },
        { NS, 0, SMMU3_REQ_WRITE, 0xfffffffffff8, SMMU3_ST_OK, SMMU3_PAS_NS, SMMU3_R_NONE },
        { NS, 0, 0, 0x1000000000000, SMMU3_ST_ABORT, 0, SMMU3_R_GBPA_ADDR },
        { NS, 0, 0, 0xffff000000000000, SMMU3_ST_ABORT, 0, SMMU3_R_GBPA_ADDR },
        { NS, ABORT, 0, 0x1234, SMMU3_ST_ABORT, 0, SMMU3_R_GBPA_ABORT },
        { NS, 0xc000, 0, 0x1234, SMMU3_ST_OK, SMMU3_PAS_NS, SMMU3_R_NONE },
        { S, 0, 0, 0x1234, SMMU3_ST_OK, SMMU3_PAS_S, SMMU3_R_NONE },
        { S, 0, SMMU3_REQ_NS, 0x1234, SMMU3_ST_OK, SMMU3_PAS_NS, SMMU3_R_NONE },
        { S, 0x4000, SMMU3_REQ_NS, 0x1234, SMMU3_ST_OK, SMMU3_PAS_NS, SMMU3_R_NONE },
        { S, 0x4000, 0, 0x1234, SMMU3_ST_OK, SMMU3_PAS_S, SMMU3_R_NONE },
        { S, 0x8000, SMMU3_REQ_NS, 0x1234, SMMU3_ST_OK, SMMU3_PAS_S, SMMU3_R_NONE },
        { S, 0xc000, 0, 0x1234, SMMU3_ST_OK, SMMU3_PAS_NS, SMMU3_R_NONE },
        { S, 0, 0, 0x1000000000000, SMMU3_ST_ABORT, 0, SMMU3_R_GBPA_ADDR },
        { S, ABORT, 0, 0x1234, SMMU3_ST_ABORT, 0, SMMU3_R_GBPA_ABORT },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct machine *m = machine_new("base", NULL);
        uint32_t b = rows[i].sec == S ? 0x8000 : 0;
        struct smmu3_request req = { .sec_sid = rows[i].sec, .stream_id = UINT32_MAX,
                                     .addr = rows[i].addr, .flags = rows[i].flags };

        row("row %zu", i);
        w32(m, b + 0x44, 0x80000000 | rows[i].gbpa);
        w32(m, (b ^ 0x8000) + 0x44, 0x80000000 | (rows[i].gbpa ^ ABORT)); /* the other bank's */
        for (unsigned ssv = 0; ssv < 2; ssv++) {
            struct smmu3_result r;

            req.ssv = ssv; /* accepted and without meaning here */
            req.substream_id = ssv * 5;
            r = machine_txn(m, &req);
            ROW_EQ(r.status, rows[i].status);
            ROW_REASON(r, rows[i].reason);
            ROW_EQ(r.has_event, false);
            if (r.status == SMMU3_ST_OK) {
                ROW_EQ(r.addr, rows[i].addr);
                ROW_EQ(r.pas, rows[i].pas);
                ROW_EQ(r.bypass, true);
                ROW_EQ(r.perms, SMMU3_PERM_R | SMMU3_PERM_W | SMMU3_PERM_X);
                ROW_EQ(r.mask >= 0xfff, true);
            }
        }
        ROW_EQ(m->nlog, 0); /* no structure is read: 6.3.9.6 */
        machine_free(m);
    }
    rows_done();
}

/* ATTR_PERMS_OVR=0: NSCFG and INSTCFG mean "incoming", 6.3.63. */
static void test_gbpa_no_override(void **state)
{
    struct machine *m = machine_new("base", "IDR1.ATTR_PERMS_OVR=0");

    (void)state;
    w32(m, 0x8044, 0x80008000);
    row("NSCFG=Secure is ignored");
    ROW_EQ(machine_dma(m, S, 0, 0x1000, SMMU3_REQ_NS).pas, SMMU3_PAS_NS);
    w32(m, 0x8044, 0x8000c000);
    row("NSCFG=Non-secure is ignored");
    ROW_EQ(machine_dma(m, S, 0, 0x1000, 0).pas, SMMU3_PAS_S);
    machine_free(m);
    rows_done();
}

/* PRIVCFG and INSTCFG show in what goes on; writes are data. */
static void test_gbpa_kind(void **state)
{
    (void)state;
    for (unsigned c = 0; c < 128; c++) {
        unsigned privcfg = c & 3, instcfg = c >> 2 & 3;
        bool priv = c & 16, instr = c & 32, write = c & 64;
        struct machine *m = machine_new("max", NULL);
        struct smmu3_result r;

        row("PRIVCFG %u INSTCFG %u priv %u instr %u write %u", privcfg, instcfg, priv, instr,
            write);
        w32(m, 0x44, 0x80000000 | privcfg << 16 | instcfg << 18);
        r = machine_dma(m, NS, 1, 0x1000, (priv ? SMMU3_REQ_PRIV : 0) |
                        (instr ? SMMU3_REQ_INSTR : 0) | (write ? SMMU3_REQ_WRITE : 0));
        ROW_EQ(r.priv, privcfg & 2 ? privcfg & 1 : priv);
        ROW_EQ(r.instr, !write && (instcfg & 2 ? instcfg & 1 : instr));
        machine_free(m);
    }
    rows_done();
}

/* S_CR0.SIF stops Secure instruction fetches from Non-secure memory: 6.3.57.2. */
static void test_sif_off(void **state)
{
    static const struct { uint32_t gbpa, flags; bool stopped; } rows[] = {
        { 0, SMMU3_REQ_INSTR | SMMU3_REQ_NS, true },
        { 0, SMMU3_REQ_INSTR, false },
        { 0, SMMU3_REQ_NS, false },
        { 0, SMMU3_REQ_INSTR | SMMU3_REQ_NS | SMMU3_REQ_WRITE, false },
        { 0x8000, SMMU3_REQ_INSTR | SMMU3_REQ_NS, false },      /* made Secure */
        { 0xc000, SMMU3_REQ_INSTR, true },                      /* made Non-secure */
        { 0x80000, SMMU3_REQ_INSTR | SMMU3_REQ_NS, false },     /* made data */
        { 0xc0000, SMMU3_REQ_NS, true },                        /* made a fetch */
    };

    (void)state;
    for (unsigned sif = 0; sif < 2; sif++) {
        for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
            struct machine *m = machine_new("base", NULL);
            struct smmu3_result r;

            row("SIF=%u row %zu", sif, i);
            w32(m, 0x8044, 0x80000000 | rows[i].gbpa);
            w32(m, 0x8020, sif << 5);
            ROW_EQ(r32(m, 0x8024), sif << 5);
            r = machine_dma(m, S, 3, 0x1000, rows[i].flags);
            ROW_REASON(r, sif && rows[i].stopped ? SMMU3_R_SIF_BYPASS_OFF : SMMU3_R_NONE);
            ROW_EQ(r.has_event, false);
            machine_free(m);
        }
    }
    rows_done();
}

static void test_s_init(void **state)
{
    struct machine *m = machine_new("base", NULL);
    struct stream st = { .s1 = true, .sid = 1 };

    (void)state;
    machine_start(m, NS, 4, 0);
    stream_build(m, &st);
    stream_map1(&st, 0x1000, 0x5000, 0x1000, SMMU3T_S1_RW);
    ROW_EQ(machine_dma(m, NS, 1, 0x1000, 0).addr, 0x5000);
    assert_int_equal(smmu3t_pgt_unmap(&st.tt0, 0x1000, 0x1000), 0);

    row("ignored while a bank translates (CHOICES)");
    w32(m, 0x803c, 1);
    ROW_EQ(r32(m, 0x803c), 0);
    if (machine_has_caches()) {
        ROW_EQ(machine_dma(m, NS, 1, 0x1000, 0).addr, 0x5000);
    }
    row("not for Non-secure");
    w32(m, 0x20, 0xc);
    machine_set(m, 0x803c, 4, SMMU3_PAS_NS, 1);
    w32(m, 0x20, 0xd);
    if (machine_has_caches()) {
        ROW_EQ(machine_dma(m, NS, 1, 0x1000, 0).addr, 0x5000);
    }
    row("SMMUEN=0 alone does not invalidate, INV_ALL does");
    w32(m, 0x20, 0xc);
    w32(m, 0x803c, 1);
    ROW_EQ(r32(m, 0x803c), 0);
    w32(m, 0x20, 0xd);
    ROW_REASON(machine_dma(m, NS, 1, 0x1000, 0), SMMU3_R_S1_DESC_INVALID);
    machine_free(m);
    rows_done();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_reset_values),
        TEST(test_reset_of_each_bank),
        TEST(test_profile_values),
        TEST(test_cr0_ack),
        TEST(test_gbpa_update),
        TEST(test_gbpa_effect),
        TEST(test_gbpa_kind),
        TEST(test_gbpa_no_override),
        TEST(test_sif_off),
        TEST(test_s_init),
    };

    return machine_main("control", tests, ARRAY_SIZE(tests), true);
}
