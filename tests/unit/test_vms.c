/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * The VM Structure and MPAM's corners: when a VMS is enabled, supported, cached
 * and how wide its pointer is; PARTID spaces and maxima; labels of MSIs and of
 * updated descriptors. IHI0070G.b 5.6, 5.2 S1MPAM to VMSPtr, 17.2, 17.4,
 * 4.3.5, 7.3.20. The plain cases are in test_mpam.c.
 */
#include "machine.h"

#define MPAM "IDR3.MPAM=1 MPAMIDR=0x0003003f "   /* 64 PARTIDs, 4 PMGs */
#define S_MPAM "S_MPAMIDR=0x0201001f "           /* 32, 2, and MPAM_NS */
#define S_OWN "S_MPAMIDR=0x0001001f "            /* without MPAM_NS */
#define VA UINT64_C(0x12345000)
#define IPA UINT64_C(0x8000000000)
#define PA UINT64_C(0x23456000)
#define SID 5
enum { GMPAM = 0x138, S_BANK = 0x8000 };
#define UPDATE 0x80000000u

/* partid | pmg << 16 | ns << 24, as the registers have it */
static uint32_t label(struct smmu3_mpam m)
{
    return m.partid | (uint32_t)m.pmg << 16 | (uint32_t)m.ns << 24;
}

static uint32_t reg(enum smmu3_sec_sid sec, uint32_t offset)
{
    return sec == S ? offset + S_BANK : offset;
}

/* The label of an access in the space of its own Security state. */
static uint32_t own(enum smmu3_sec_sid sec, uint32_t v)
{
    return sec == NS ? v | 1u << 24 : v;
}

struct world {
    struct machine *m;
    struct stream st;
    uint64_t vms;
};

#define STE_LABEL 0x00010011u /* of every STE here */
#define G_LABEL 0x00010013u   /* of GMPAM */
#define CD_PARTID 0x12u

/* PARTID_MAP of the VMS: i -> 31 - i, or i. */
static void write_map(struct world *w, bool reversed)
{
    for (unsigned i = 0; i < 32; i += 4) {
        uint64_t v = 0;

        for (unsigned k = 0; k < 4; k++) {
            v |= (uint64_t)(reversed ? 31 - (i + k) : i + k) << (16 * k);
        }
        machine_write64(w->m, w->st.sec, w->vms + 2 * i, v);
    }
}

static void world_new(struct world *w, const char *tweaks, enum smmu3_sec_sid sec,
                      unsigned config, unsigned ssid_bits)
{
    w->m = machine_new("base", tweaks);
    w->st = (struct stream){ .sec = sec, .sid = SID, .s1 = config & 1, .s2 = config & 2,
                             .spread = true, .ssid_bits = (uint8_t)ssid_bits };
    machine_start(w->m, sec, 6, 6);
    w32(w->m, reg(sec, GMPAM), UPDATE | G_LABEL);
    stream_build(w->m, &w->st);
    if (w->st.s1) {
        stream_map1(&w->st, VA, w->st.s2 ? IPA : PA, 0x1000, SMMU3T_S1_RW);
    }
    if (w->st.s2) {
        stream_map2(&w->st, IPA, PA, 0x1000, SMMU3T_S2_RW);
        stream_map2(&w->st, VA, PA, 0x1000, SMMU3T_S2_RW);
    }
    w->vms = machine_alloc(w->m, sec, 0x1000, 0x1000);
    write_map(w, true);
    STE_PUT(w->st.ste.w, PARTID, STE_LABEL & 0xffff);
    STE_PUT(w->st.ste.w, PMG, STE_LABEL >> 16);
    STE_PUT(w->st.ste.w, S1MPAM, 1);
    STE_PUT(w->st.ste.w, VMSPtr, w->vms >> 12);
    CD_PUT(w->st.cd.w, PARTID, CD_PARTID);
    stream_update(&w->st);
    machine_clear_log(w->m);
}

static uint32_t dma(struct world *w)
{
    struct smmu3_result r = machine_dma(w->m, w->st.sec, SID, VA, 0);

    ROW_REASON(r, SMMU3_R_NONE);
    return label(r.mpam);
}

/* MPAM_NS of Secure STEs, IDs above the maximum of the space in use: 5.2. */
static void test_spaces(void **state)
{
    static const struct {
        const char *tweaks;
        enum smmu3_sec_sid sec;
        unsigned config, mpam_ns, partid, pmg, cd_partid, cd_pmg;
        uint32_t want;
    } rows[] = {
        { MPAM S_MPAM, S, 4, 1, 0x3f, 3, 0, 0, 0x0103003f },
        { MPAM S_OWN, S, 4, 1, 0x1f, 1, 0, 0, 0x0001001f },   /* RES0 */
        { MPAM S_OWN, S, 4, 1, 0x20, 2, 0, 0, 0 },
        { MPAM S_MPAM, NS, 4, 1, 0x1f, 1, 0, 0, 0x0101001f }, /* RES0: NS anyway */
        { MPAM S_MPAM, S, 5, 0, 0, 0, 0x1f, 1, 0x0001001f },
        { MPAM S_MPAM, S, 5, 1, 0, 0, 0x3f, 3, 0x0103003f },
        { MPAM S_MPAM, S, 7, 1, 0, 0, 4, 3, 0x0103001b },
        { MPAM S_MPAM, S, 5, 0, 3, 1, 0x20, 2, 0 },
        { MPAM S_MPAM, NS, 5, 0, 3, 1, 0x40, 4, 0x01000000 },
        { MPAM S_MPAM, NS, 7, 0, 3, 1, 0xffe4, 2, 0x0102001b }, /* only [4:0] */
        /* no PARTIDs at all: S1MPAM is RES0, the STE's PMG counts */
        { "IDR3.MPAM=1 MPAMIDR=0x00030000 S_MPAMIDR=0x00010000", NS, 5, 0, 0, 3, 0, 2,
          0x01030000 },
        { "IDR3.MPAM=1 MPAMIDR=0x00030000 S_MPAMIDR=0x00010000", S, 5, 0, 0, 1, 0, 0,
          0x00010000 },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct world w;

        row("row %zu", i);
        world_new(&w, rows[i].tweaks, rows[i].sec, rows[i].config, 0);
        STE_PUT(w.st.ste.w, MPAM_NS, rows[i].mpam_ns);
        STE_PUT(w.st.ste.w, PARTID, rows[i].partid);
        STE_PUT(w.st.ste.w, PMG, rows[i].pmg);
        CD_PUT(w.st.cd.w, PARTID, rows[i].cd_partid);
        CD_PUT(w.st.cd.w, PMG, rows[i].cd_pmg);
        stream_update(&w.st);
        ROW_EQ(dma(&w), rows[i].want);
        ROW_EQ(dma(&w), rows[i].want); /* what a hit says */
        machine_free(w.m);
    }
    rows_done();
}

/* Each CD has its label, one TLB entry serves them all. */
static void test_substreams(void **state)
{
    struct smmu3_request req = { .stream_id = SID, .addr = VA };

    (void)state;
    for (unsigned nested = 0; nested < 2; nested++) {
        struct world w;

        world_new(&w, MPAM S_MPAM, NS, nested ? 7 : 5, 2);
        STE_PUT(w.st.ste.w, S1DSS, 1);
        stream_update(&w.st);
        for (unsigned i = 1; i < 4; i++) {
            CD_PUT(w.st.cd.w, PARTID, i);
            CD_PUT(w.st.cd.w, PMG, 3 - i);
            assert_int_equal(smmu3t_cdtab_write(&w.st.cds, i, &w.st.cd), 0);
        }
        for (unsigned i = 0; i < 4; i++) {
            row("nested %u SubstreamID %u", nested, i);
            req.ssv = i;
            req.substream_id = i;
            /* without a SubstreamID stage 1 is skipped, and S1MPAM with it */
            ROW_EQ(label(machine_txn(w.m, &req).mpam),
                   own(NS, !i ? STE_LABEL : (nested ? 31 - i : i) | (3 - i) << 16));
        }
        machine_free(w.m);
    }
    rows_done();
}

/* MSIs carry GMPAM's label, the update of a flag that of its table: 17.4. */
static void test_writes(void **state)
{
    (void)state;
    for (unsigned k = 0; k < 8; k++) {
        enum smmu3_sec_sid sec = k & 1 ? S : NS;
        bool nested = k & 2, msi_seen = false;
        unsigned stage = k & 4 ? 2 : 1;
        struct smmu3t_pgt *t;
        struct world w;
        uint32_t client;
        uint64_t a;

        if (stage == 2 && !nested) {
            continue;
        }
        row("bank %u nested %u stage %u", sec, nested, stage);
        world_new(&w, MPAM S_MPAM "IDR0.HTTU=1 IDR0.MSI=1 S_IDR0.MSI=1", sec, nested ? 7 : 5, 0);
        t = stage == 1 ? &w.st.tt0 : &w.st.st2;
        a = smmu3t_pgt_desc_addr(t, stage == 1 ? VA : IPA, 3);
        smmu3t_pgt_write(t, a, smmu3t_pgt_read(t, a) & ~SMMU3T_S1_AF);
        CD_PUT(w.st.cd.w, HA, 1);
        STE_PUT(w.st.ste.w, S2HA, nested);
        stream_update(&w.st);
        w32(w.m, reg(sec, 0x50), 0);
        w64(w.m, reg(sec, 0xb0), 0x8000000);
        w32(w.m, reg(sec, 0x50), 4);
        client = dma(&w);
        ROW_EQ(w.m->ncas, 1);
        (void)machine_dma(w.m, sec, SID + 1, 0, 0);
        for (unsigned i = 0; i < w.m->nlog; i++) {
            const struct machine_access *x = &w.m->log[i];

            if (x->acc.kind == SMMU3_ACC_MSI) {
                ROW_EQ(label(x->acc.mpam), own(sec, G_LABEL));
                msi_seen = true;
            } else if (x->acc.kind == SMMU3_ACC_TT && x->write) {
                ROW_EQ(label(x->acc.mpam), stage == 1 ? client : own(sec, STE_LABEL));
            }
        }
        ROW_EQ(msi_seen, true);
        machine_free(w.m);
    }
    rows_done();
}

/* GMPAM's own MPAM_NS: the VMS fetch follows it, not the STE's; 5.6, 6.3.88. */
static void test_gmpam_ns(void **state)
{
    (void)state;
    for (unsigned k = 0; k < 4; k++) {
        bool has = k & 1, ste_ns = k & 2;
        struct world w;

        row("HAS_MPAM_NS %u, STE.MPAM_NS %u", has, ste_ns);
        world_new(&w, has ? MPAM S_MPAM : MPAM S_OWN, S, 7, 0);
        w32(w.m, GMPAM + S_BANK, UPDATE | 1u << 24 | 0x0001001e);
        STE_PUT(w.st.ste.w, MPAM_NS, ste_ns);
        stream_update(&w.st);
        machine_clear_log(w.m);
        (void)dma(&w);
        ROW_EQ(machine_accesses(w.m, SMMU3_ACC_VMS, SMMU3_PAS_S) > 0, true);
        for (unsigned i = 0; i < w.m->nlog; i++) {
            const struct smmu3_access *a = &w.m->log[i].acc;

            if (a->kind == SMMU3_ACC_VMS || a->kind == SMMU3_ACC_STE) {
                ROW_EQ(label(a->mpam), 0x0001001e | (has ? 1u << 24 : 0));
            } else {
                ROW_EQ(a->mpam.ns, has && ste_ns);
            }
        }
        machine_free(w.m);
    }
    rows_done();
}

/* All of the map, little-endian, and an entry above the maximum: 5.6. */
static void test_map(void **state)
{
    (void)state;
    for (unsigned k = 0; k < 2; k++) {
        enum smmu3_sec_sid sec = k ? S : NS;
        struct world w;

        world_new(&w, MPAM S_MPAM, sec, 7, 0);
        for (unsigned i = 0; i < 32; i++) {
            row("bank %u virtual PARTID %u", sec, i);
            CD_PUT(w.st.cd.w, PARTID, i);
            stream_update(&w.st);
            ROW_EQ(dma(&w), own(sec, 31 - i));
        }
        row("bank %u: an entry above the maximum", sec);
        machine_write64(w.m, sec, w.vms, UINT64_C(0x4000400040004000));
        CD_PUT(w.st.cd.w, PARTID, 2);
        stream_update(&w.st);
        ROW_EQ(dma(&w), own(sec, 0));
        machine_free(w.m);
    }
    rows_done();
}

/* F_VMS_FETCH, also of a transaction that does not need the VMS: 5.6.1. */
static void test_fetch_fault(void **state)
{
    (void)state;
    for (unsigned k = 0; k < 8; k++) {
        enum smmu3_sec_sid sec = k & 1 ? S : NS;
        bool ssv = k & 2, skip = k & 4;
        struct smmu3_request req = { .sec_sid = sec, .stream_id = SID, .addr = VA, .ssv = ssv,
                                     .substream_id = ssv ? 1 : 0 };
        struct smmu3_result r;
        struct world w;
        uint64_t rec[4];

        row("bank %u ssv %u stage 1 skipped %u", sec, ssv, skip);
        world_new(&w, MPAM S_MPAM, sec, 7, 2);
        assert_int_equal(smmu3t_cdtab_write(&w.st.cds, 1, &w.st.cd), 0);
        STE_PUT(w.st.ste.w, S1DSS, skip ? 1 : 2);
        STE_PUT(w.st.ste.w, S2R, 0); /* no say in this */
        stream_update(&w.st);
        machine_inject(w.m, sec, w.vms, 64, SMMU3_MEM_ABORT);
        r = machine_txn(w.m, &req);
        ROW_REASON(r, SMMU3_R_VMS_FETCH);
        ROW_EQ(r.status, SMMU3_ST_ABORT);
        ROW_EQ(machine_event(w.m, sec, rec), true);
        ROW_EQ(rec[0], 0x25 | (uint64_t)SID << 32 | (ssv ? 1 << 11 | 1 << 12 : 0));
        ROW_EQ(rec[1] >> 16, 0);
        ROW_EQ(rec[2], 0);
        ROW_EQ(rec[3], w.vms);
        machine_clear_faults(w.m);
        ROW_REASON(machine_txn(w.m, &req), SMMU3_R_NONE);
        machine_free(w.m);
    }
    rows_done();
}

/* VMSPtr above OAS: C_BAD_STE, if the VMS is enabled at all: 5.2.2. */
#define OUT44 UINT64_C(0x0000100000000000)
static void test_vmsptr(void **state)
{
    static const struct {
        const char *tweaks;
        enum smmu3_sec_sid sec;
        unsigned config, s1mpam, mpam_ns;
        uint64_t ptr;
        bool bad;
    } rows[] = {
        { MPAM S_MPAM "IDR5.OAS=4", NS, 7, 1, 0, OUT44 - 0x1000, false },
        { MPAM S_MPAM "IDR5.OAS=4", NS, 7, 1, 0, OUT44, true },
        { MPAM S_MPAM "IDR5.OAS=4", NS, 7, 1, 0, UINT64_C(1) << 55, true },
        { MPAM S_MPAM "IDR5.OAS=4", S, 7, 1, 0, OUT44, true },
        { MPAM S_MPAM "IDR5.OAS=4", NS, 7, 0, 0, OUT44, false },
        { MPAM S_MPAM "IDR5.OAS=4", NS, 5, 1, 0, OUT44, false },
        { MPAM S_MPAM "IDR5.OAS=4", NS, 6, 1, 0, OUT44, false },
        { MPAM S_MPAM "IDR5.OAS=4", NS, 4, 1, 0, OUT44, false },
        /* the PARTID_MAX of the space that MPAM_NS selects */
        { "IDR3.MPAM=1 MPAMIDR=0x00030000 S_MPAMIDR=0x0200001f IDR5.OAS=4", NS, 7, 1, 0, OUT44,
          false },
        { "IDR3.MPAM=1 MPAMIDR=0x00030000 S_MPAMIDR=0x0200001f IDR5.OAS=4", S, 7, 1, 0, OUT44,
          true },
        { "IDR3.MPAM=1 MPAMIDR=0x00030000 S_MPAMIDR=0x0200001f IDR5.OAS=4", S, 7, 1, 1, OUT44,
          false },
        { "IDR3.MPAM=1 MPAMIDR=0x0003001f S_MPAMIDR=0x02000000 IDR5.OAS=4", S, 7, 1, 0, OUT44,
          false },
        { "IDR3.MPAM=1 MPAMIDR=0x0003001f S_MPAMIDR=0x02000000 IDR5.OAS=4", S, 7, 1, 1, OUT44,
          true },
        { "IDR3.MPAM=0 MPAMIDR=0 S_MPAMIDR=0 IDR5.OAS=4", NS, 7, 1, 0, OUT44, false },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct smmu3_result r;
        struct world w;

        row("row %zu", i);
        world_new(&w, rows[i].tweaks, rows[i].sec, rows[i].config, 0);
        STE_PUT(w.st.ste.w, S1MPAM, rows[i].s1mpam);
        STE_PUT(w.st.ste.w, VMSPtr, rows[i].ptr >> 12);
        STE_PUT(w.st.ste.w, MPAM_NS, rows[i].mpam_ns);
        stream_update(&w.st);
        r = machine_dma(w.m, rows[i].sec, SID, VA, 0);
        ROW_REASON(r, rows[i].bad ? SMMU3_R_STE_VMSPTR : SMMU3_R_NONE);
        ROW_EQ(EV(r.event, 7, 0), rows[i].bad ? 4 : 0);
        machine_free(w.m);
    }
    rows_done();
}

/* The map is cached with its STE: what drops the STE drops it: 5.6.2. */
static void test_caching(void **state)
{
    static const struct { const char *name; bool drops; struct smmu3t_cmd c; } rows[] = {
        { "CFGI_STE of this one", true, { { 0x03 | (uint64_t)SID << 32, 1 } } },
        { "CFGI_STE of another", false, { { 0x03 | (uint64_t)(SID + 1) << 32, 0 } } },
        { "CFGI_STE_RANGE", true, { { 0x04 | (uint64_t)(SID & ~3u) << 32, 1 } } },
        { "CFGI_STE_RANGE of others", false, { { 0x04 | (uint64_t)((SID & ~3u) + 4) << 32, 1 } } },
        { "CFGI_ALL", true, { { 0x04, 31 } } },
        { "CFGI_CD_ALL", false, { { 0x06 | (uint64_t)SID << 32, 0 } } },
        { "NSNH_ALL", false, { { 0x30, 0 } } },
        { "CFGI_VMS_PIDM", false, { { 0x07, 0 } } }, /* for caches by VMID */
    };

    (void)state;
    for (size_t i = 0; i < 2 * ARRAY_SIZE(rows); i++) {
        enum smmu3_sec_sid sec = i & 1 ? S : NS;
        struct smmu3t_cmd c = rows[i / 2].c;
        struct world w;

        row("bank %u: %s", sec, rows[i / 2].name);
        world_new(&w, MPAM S_MPAM, sec, 7, 0);
        ROW_EQ(dma(&w), own(sec, 31 - CD_PARTID));
        write_map(&w, false);
        machine_clear_log(w.m);
        ROW_EQ(dma(&w), own(sec, 31 - CD_PARTID)); /* still cached */
        ROW_EQ(machine_accesses(w.m, SMMU3_ACC_VMS, sec), 0);
        if (sec == S && (c.w[0] & 0xff) < 0x10) {
            machine_ok(w.m, sec, c); /* SSec=0: not about this one */
            ROW_EQ(dma(&w), own(sec, 31 - CD_PARTID));
            c.w[0] |= 1u << 10;
        }
        machine_ok(w.m, sec, c);
        ROW_EQ(dma(&w), own(sec, rows[i / 2].drops ? CD_PARTID : 31 - CD_PARTID));
        machine_free(w.m);
    }
    rows_done();
}

/* CMD_CFGI_VMS_PIDM is there exactly where a VMS is supported: 4.3.5. */
static void test_vms_pidm(void **state)
{
    static const struct {
        const char *tweaks;
        enum smmu3_sec_sid queue;
        bool ssec, ill;
    } rows[] = {
        { MPAM S_MPAM, NS, false, false },
        { MPAM S_MPAM, NS, true, true },
        { MPAM S_MPAM, S, false, false },
        { MPAM S_MPAM, S, true, false },
        { "IDR3.MPAM=0 MPAMIDR=0 S_MPAMIDR=0", S, true, true },
        { "IDR3.MPAM=1 MPAMIDR=0x00030000 S_MPAMIDR=0x0001001f", NS, false, true },
        { "IDR3.MPAM=1 MPAMIDR=0x00030000 S_MPAMIDR=0x0001001f", S, true, false },
        { "IDR3.MPAM=1 MPAMIDR=0x00030000 S_MPAMIDR=0x0001001f", S, false, true },
        { "IDR3.MPAM=1 MPAMIDR=0x0003001f S_MPAMIDR=0x00010000", S, true, true },
        { "IDR3.MPAM=1 MPAMIDR=0x0003001f S_MPAMIDR=0x02010000", S, true, false },
        { MPAM S_MPAM "S_IDR1.SEL2=0", S, true, true },
        { MPAM S_MPAM "S_IDR1.SEL2=0", S, false, false },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct machine *m = machine_new("base", rows[i].tweaks);

        row("row %zu", i);
        machine_start(m, rows[i].queue, 4, 0);
        ROW_EQ(machine_run(m, rows[i].queue,
                           (struct smmu3t_cmd){ { 0x07 | (uint64_t)rows[i].ssec << 10, 0 } }),
               rows[i].ill);
        machine_free(m);
    }
    rows_done();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_spaces),
        TEST(test_substreams),
        TEST(test_writes),
        TEST(test_gmpam_ns),
        TEST(test_map),
        TEST(test_fetch_fault),
        TEST(test_vmsptr),
        TEST(test_caching),
        TEST(test_vms_pidm),
    };

    return machine_main("vms", tests, ARRAY_SIZE(tests), false);
}
