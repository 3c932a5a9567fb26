/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* MPAM labels of all accesses, and the VMS: IHI0070G.b 17, 5.6, 6.3.41 to 43. */
#include "machine.h"

#define VA UINT64_C(0x40001000)
#define OUT UINT64_C(0x12345000)
/* NS: PARTID up to 63, PMG up to 3; S: 31 and 1, may use the NS space */
#define MPAM "IDR3.MPAM=1 MPAMIDR=0x0003003f S_MPAMIDR=0x0201001f"

/* Where a stream's label comes from. */
enum kind { OFF, BYPASS, S1_STE, S1_CD, S2, NESTED_STE, NESTED_VMS, S1DSS };

static uint64_t vms_new(struct machine *m, enum smmu3_sec_sid sec)
{
    uint64_t a = machine_alloc(m, sec, 4096, 4096);

    for (unsigned i = 0; i < 32; i++) {
        uint8_t b[2] = { (uint8_t)(40 - i), 0 }; /* virtual i is physical 40-i */

        machine_write(m, sec, a + 2 * i, b, 2);
    }
    return a;
}

static void check_label(struct smmu3_mpam got, unsigned partid, unsigned pmg, bool ns)
{
    ROW_EQ(got.partid, partid);
    ROW_EQ(got.pmg, pmg);
    ROW_EQ(got.ns, ns);
}

/* Labels of the accesses of a kind that the SMMU itself made. */
static void check_own(struct machine *m, enum smmu3_access_kind kind, unsigned partid,
                      unsigned pmg, bool ns)
{
    for (unsigned i = 0; i < m->nlog; i++) {
        if (m->log[i].acc.kind == kind) {
            check_label(m->log[i].acc.mpam, partid, pmg, ns);
        }
    }
}

/* The client's label in each configuration; and those of the SMMU's accesses. */
static void test_labels(void **state)
{
    (void)state;
    for (unsigned c = 0; c < 8 * 2 * 2; c++) {
        enum kind kind = (enum kind)(c & 7);
        enum smmu3_sec_sid sec = c & 8 ? S : NS;
        bool mpam_ns = c & 16, ns = sec == NS || mpam_ns;
        bool s1 = kind == S1_STE || kind == S1_CD || kind >= NESTED_STE;
        struct machine *m = machine_new("base", MPAM);
        struct stream st = { .sec = sec, .sid = 1, .s1 = s1,
                             .s2 = kind == S2 || kind == NESTED_STE || kind == NESTED_VMS,
                             .ssid_bits = kind == S1DSS ? 2 : 0 };
        uint32_t b = sec == S ? 0x8000 : 0;
        bool own_ns = sec == NS;
        struct smmu3_result r;

        row("bank %u kind %u MPAM_NS %u", sec, kind, mpam_ns);
        /* GMPAM for structures, GBPMPAM for bypassed traffic */
        w32(m, b + 0x138, 0x80010005);
        w32(m, b + 0x13c, 0x80010006 | (mpam_ns ? 1u << 24 : 0));
        machine_start(m, sec, 4, 0);
        stream_build(m, &st);
        if (st.s1) {
            stream_map1(&st, VA, st.s2 ? UINT64_C(0x3000) : OUT, 0x1000, SMMU3T_S1_RW);
        }
        if (st.s2) {
            stream_map2(&st, st.s1 ? 0x3000 : VA, OUT, 0x1000, SMMU3T_S2_RW);
        }
        CD_PUT(st.cd.w, PARTID, kind == NESTED_VMS ? 32 + 20 : 17); /* [4:0] count: 20 */
        CD_PUT(st.cd.w, PMG, 1);
        STE_PUT(st.ste.w, PARTID, 9);
        STE_PUT(st.ste.w, PMG, 0);
        STE_PUT(st.ste.w, MPAM_NS, mpam_ns);
        STE_PUT(st.ste.w, S1MPAM, kind == S1_CD || kind == NESTED_VMS || kind == S1DSS);
        STE_PUT(st.ste.w, VMSPtr, vms_new(m, sec) >> 12);
        stream_update(&st);
        STE_PUT(st.ste.w, S1DSS, 1);
        if (kind == S1DSS) {
            machine_ste(m, sec, 1, &st.ste);
        }
        if (kind == OFF) {
            w32(m, b + 0x20, 0xc);
        }
        machine_clear_log(m);
        r = machine_dma(m, sec, 1, VA, 0);
        ROW_REASON(r, SMMU3_R_NONE);
        switch (kind) {
        case OFF:
            check_label(r.mpam, 6, 1, ns);
            break;
        case S1_CD:
            check_label(r.mpam, 17, 1, ns);
            break;
        case NESTED_VMS:
            check_label(r.mpam, 20, 1, ns);
            break;
        default:
            check_label(r.mpam, 9, 0, ns);
        }
        check_own(m, SMMU3_ACC_STE, 5, 1, own_ns);
        check_own(m, SMMU3_ACC_VMS, 5, 1, own_ns);
        check_own(m, SMMU3_ACC_CD, 9, 0, ns);
        /* stage 1 tables as the client, stage 2 tables as the stream */
        if (!st.s2 && st.s1) {
            check_own(m, SMMU3_ACC_TT, r.mpam.partid, r.mpam.pmg, ns);
        } else if (!st.s1) {
            check_own(m, SMMU3_ACC_TT, 9, 0, ns);
        }
        ROW_EQ(machine_accesses(m, SMMU3_ACC_VMS, sec) > 0, kind == NESTED_VMS);
        machine_clear_log(m);
        (void)machine_run(m, sec, smmu3t_cmd_sync(0));
        (void)machine_dma(m, sec, 15, 0, 0);
        check_own(m, SMMU3_ACC_CMDQ, 5, 1, own_ns);
        check_own(m, SMMU3_ACC_EVENTQ, 5, 1, own_ns);
        machine_free(m);
    }
    rows_done();
}

/* Above the maximum: 0 (docs/CHOICES.md). The space decides which maximum. */
static void test_maximum(void **state)
{
    static const struct { enum smmu3_sec_sid sec; bool ns; unsigned in, pmg, out, out_pmg; } r[] = {
        { NS, false, 63, 3, 63, 3 }, { NS, false, 64, 3, 0, 3 }, { NS, false, 63, 4, 63, 0 },
        { S, false, 31, 1, 31, 1 },  { S, false, 32, 1, 0, 1 },  { S, false, 31, 2, 31, 0 },
        { S, true, 63, 3, 63, 3 },   { S, true, 64, 4, 0, 0 },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(r); i++) {
        struct machine *m = machine_new("base", MPAM);
        struct smmu3t_ste ste;

        row("row %zu", i);
        machine_start(m, r[i].sec, 4, 0);
        smmu3t_ste_bypass(&ste);
        STE_PUT(ste.w, PARTID, r[i].in);
        STE_PUT(ste.w, PMG, r[i].pmg);
        STE_PUT(ste.w, MPAM_NS, r[i].ns);
        machine_ste(m, r[i].sec, 1, &ste);
        check_label(machine_dma(m, r[i].sec, 1, VA, 0).mpam, r[i].out, r[i].out_pmg,
                    r[i].sec == NS || r[i].ns);
        machine_free(m);
    }
    rows_done();
}

/* VMSPtr out of range is C_BAD_STE, an aborted read F_VMS_FETCH: 5.2.2, 7.3.20. */
static void test_vms_faults(void **state)
{
    (void)state;
    for (unsigned c = 0; c < 8; c++) {
        enum smmu3_sec_sid sec = c & 1 ? S : NS;
        bool enabled = c & 2, poison = c & 4;
        struct machine *m = machine_new("base", MPAM);
        struct stream st = { .sec = sec, .sid = 1, .s1 = true, .s2 = true };
        uint64_t vms = vms_new(m, sec), rec[4] = { 0 };

        row("bank %u S1MPAM %u poison %u", sec, enabled, poison);
        machine_start(m, sec, 4, 0);
        stream_build(m, &st);
        stream_map1(&st, VA, 0x3000, 0x1000, SMMU3T_S1_RW);
        stream_map2(&st, 0x3000, OUT, 0x1000, SMMU3T_S2_RW);
        STE_PUT(st.ste.w, S1MPAM, enabled);
        STE_PUT(st.ste.w, VMSPtr, UINT64_C(1) << 36); /* address bit 48 */
        stream_update(&st);
        ROW_REASON(machine_dma(m, sec, 1, VA, 0), enabled ? SMMU3_R_STE_VMSPTR : SMMU3_R_NONE);
        machine_drain(m, sec);
        STE_PUT(st.ste.w, VMSPtr, vms >> 12);
        stream_update(&st);
        machine_inject(m, sec, vms, 4096, poison ? SMMU3_MEM_POISON : SMMU3_MEM_ABORT);
        ROW_REASON(machine_dma(m, sec, 1, VA, 0), enabled ? SMMU3_R_VMS_FETCH : SMMU3_R_NONE);
        ROW_EQ(machine_event(m, sec, rec), enabled);
        if (enabled) {
            ROW_EQ(rec[0], UINT64_C(1) << 32 | 0x25);
            ROW_EQ(rec[1] & ~UINT64_C(0xffff), 0);
            ROW_EQ(rec[3], vms);
            machine_clear_faults(m);
            ROW_REASON(machine_dma(m, sec, 1, VA, 0), SMMU3_R_NONE); /* not remembered */
        }
        machine_free(m);
    }
    rows_done();
}

/* The map is cached with the stream: CFGI_STE drops it. */
static void test_vms_cache(void **state)
{
    struct machine *m = machine_new("base", MPAM);
    struct stream st = { .sid = 1, .s1 = true, .s2 = true };
    uint64_t vms = vms_new(m, NS);
    const uint8_t other[2] = { 3, 0 };

    (void)state;
    machine_start(m, NS, 4, 0);
    stream_build(m, &st);
    stream_map1(&st, VA, 0x3000, 0x1000, SMMU3T_S1_RW);
    stream_map2(&st, 0x3000, OUT, 0x1000, SMMU3T_S2_RW);
    STE_PUT(st.ste.w, S1MPAM, 1);
    STE_PUT(st.ste.w, VMSPtr, vms >> 12);
    CD_PUT(st.cd.w, PARTID, 2);
    stream_update(&st);
    row("cached");
    ROW_EQ(machine_dma(m, NS, 1, VA, 0).mpam.partid, 38);
    machine_write(m, NS, vms + 4, other, 2);
    ROW_EQ(machine_dma(m, NS, 1, VA, 0).mpam.partid, 38);
    row("CFGI_VMS_PIDM, CFGI_STE");
    machine_ok(m, NS, (struct smmu3t_cmd){ { 0x07, 0 } });
    machine_ok(m, NS, smmu3t_cmd_cfgi_ste(1, true, false));
    ROW_EQ(machine_dma(m, NS, 1, VA, 0).mpam.partid, 3);
    machine_free(m);
    rows_done();
}

/* Registers: presence, and the Update handshake of GMPAM and GBPMPAM. */
static void test_registers(void **state)
{
    (void)state;
    for (unsigned has = 0; has < 2; has++) {
        struct machine *m = machine_new("base", has ? MPAM : NULL);

        row("MPAM %u", has);
        ROW_EQ(r32(m, 0x130), has ? 0x0003003f : 0);
        ROW_EQ(r32(m, 0x8130), has ? 0x0201001f : 0);
        for (uint32_t b = 0; b <= 0x8000; b += 0x8000) {
            for (uint32_t off = b + 0x138; off <= b + 0x13c; off += 4) {
                uint32_t nsbit = b ? 1u << 24 : 0;

                row("MPAM %u %#x", has, off);
                w32(m, off, 0x00010005); /* no Update */
                ROW_EQ(r32(m, off), 0);
                w32(m, off, 0x81010005);
                ROW_EQ(r32(m, off), has ? 0x00010005 | nsbit : 0);
                ROW_EQ(machine_reg(m, off, 4, SMMU3_PAS_NS), has && !b ? 0x00010005 : 0);
            }
        }
        /* CMD_CFGI_VMS_PIDM needs MPAM */
        machine_start(m, NS, 4, 0);
        ROW_EQ(machine_run(m, NS, (struct smmu3t_cmd){ { 0x07, 0 } }), has ? 0 : 1);
        machine_free(m);
    }
    rows_done();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_labels),
        TEST(test_maximum),
        TEST(test_vms_faults),
        TEST(test_vms_cache),
        TEST(test_registers),
    };

    return machine_main("mpam", tests, ARRAY_SIZE(tests), false);
}
