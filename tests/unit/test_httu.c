/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Hardware update of the Access flag and of dirty state: what is written, when
 * it is not, what another writer in between changes. IHI0070G.b 3.13.
 */
#include "machine.h"

#define VA UINT64_C(0x12345000)
#define IPA UINT64_C(0x7fff000000)
#define PA UINT64_C(0x23456000)

enum { AF = 1 << 10, USER = 1 << 6, RO1 = 1 << 7, W2 = 1 << 7, R2 = 1 << 6 };
#define DBM (UINT64_C(1) << 51)

struct world {
    struct machine *m;
    struct stream st;
    const struct smmu3t_pgt *t; /* of the stage under test */
    uint64_t in;
};

/* stage 1 alone, stage 2 alone, or nested with `stage` under test */
static void world_new(struct world *w, unsigned stage, bool nested, unsigned httu)
{
    static const char *const tweaks[] = { NULL, "IDR0.HTTU=1", "IDR0.HTTU=2" };

    w->m = machine_new("base", tweaks[httu]);
    w->st = (struct stream){ .sid = 1, .s1 = stage == 1 || nested, .s2 = stage == 2 || nested,
                             .spread = true };
    machine_start(w->m, NS, 4, 0);
    stream_build(w->m, &w->st);
    if (w->st.s1) {
        stream_map1(&w->st, VA, w->st.s2 ? IPA : PA, 0x1000, SMMU3T_S1_RW);
    }
    if (w->st.s2) {
        stream_map2(&w->st, w->st.s1 ? IPA : VA, PA, 0x1000, SMMU3T_S2_RW);
    }
    w->t = stage == 1 ? &w->st.tt0 : &w->st.st2;
    w->in = stage == 1 || !nested ? VA : IPA;
}

static void set_flags(struct world *w, unsigned stage, bool ha, bool hd)
{
    if (stage == 1) {
        CD_PUT(w->st.cd.w, HA, ha);
        CD_PUT(w->st.cd.w, HD, hd);
    } else {
        STE_PUT(w->st.ste.w, S2HA, ha);
        STE_PUT(w->st.ste.w, S2HD, hd);
    }
    stream_update(&w->st);
}

static uint64_t leaf(struct world *w)
{
    return smmu3t_pgt_read(w->t, smmu3t_pgt_desc_addr(w->t, w->in, 3));
}

static void set_leaf(struct world *w, uint64_t d)
{
    smmu3t_pgt_write(w->t, smmu3t_pgt_desc_addr(w->t, w->in, 3), d);
    machine_flush(w->m, NS);
}

/* Every combination of HA, HD, AF, DBM, writable, for reads and writes. */
static void combinations(unsigned stage, bool nested)
{
    struct world w;
    uint64_t base;

    world_new(&w, stage, nested, 2);
    base = leaf(&w) & ~(uint64_t)(AF | DBM);
    for (unsigned c = 0; c < 64; c++) {
        bool ha = c & 1, hd = (c & 2) && ha, af = c & 4, dbm = c & 8, writable = c & 16;
        bool write = c & 32;
        uint64_t d = base | (af ? AF : 0) | (dbm ? DBM : 0), want, got;
        enum smmu3_reason reason = SMMU3_R_NONE;
        struct smmu3_result r;

        d = stage == 1 ? (writable ? d & ~(uint64_t)RO1 : d | RO1)
                       : (writable ? d | W2 : d & ~(uint64_t)W2);
        want = d;
        if (!af && !ha) {
            reason = stage == 1 ? SMMU3_R_S1_AF : SMMU3_R_S2_AF;
        } else if (write && !writable && !(hd && dbm)) {
            reason = stage == 1 ? SMMU3_R_S1_PERM : SMMU3_R_S2_PERM;
        } else {
            want |= ha ? AF : 0;
            if (write && hd && dbm) {
                want = stage == 1 ? want & ~(uint64_t)RO1 : want | W2;
            }
        }
        row("stage %u nested %u HA %u HD %u(with HA %u) AF %u DBM %u writable %u write %u", stage,
            nested, ha, !!(c & 2), hd, af, dbm, writable, write);
        set_flags(&w, stage, ha, c & 2); /* HD without HA acts as both 0 */
        set_leaf(&w, d);
        w.m->ncas = 0;
        r = machine_dma(w.m, NS, 1, VA, write ? SMMU3_REQ_WRITE : 0); /* probes first */
        ROW_REASON(r, reason);
        got = leaf(&w);
        if (reason == SMMU3_R_NONE) {
            ROW_EQ(got, want);
            ROW_EQ(w.m->ncas, want != d);
            /* a host that keeps this must come back for the first write */
            ROW_EQ(!!(r.perms & SMMU3_PERM_W), write || writable);
            ROW_REASON(machine_dma(w.m, NS, 1, VA, write ? SMMU3_REQ_WRITE : 0), SMMU3_R_NONE);
            ROW_EQ(w.m->ncas, want != d); /* once */
        } else {
            ROW_EQ(got, d); /* not even AF: docs/CHOICES.md */
        }
        machine_drain(w.m, NS);
    }
    machine_free(w.m);
}

static void test_combinations(void **state)
{
    (void)state;
    combinations(1, false);
    combinations(1, true);
    combinations(2, false);
    combinations(2, true);
    rows_done();
}

/* A probe says what would be, and writes nothing. */
static void test_probe(void **state)
{
    (void)state;
    for (unsigned stage = 1; stage <= 2; stage++) {
        struct world w;
        struct smmu3_request req = { .stream_id = 1, .addr = VA,
                                     .flags = SMMU3_REQ_PROBE | SMMU3_REQ_WRITE };
        struct smmu3_result r;
        uint64_t d;

        row("stage %u", stage);
        world_new(&w, stage, false, 2);
        set_flags(&w, stage, true, true);
        d = leaf(&w) & ~(uint64_t)AF;
        set_leaf(&w, stage == 1 ? d | RO1 | DBM : (d & ~(uint64_t)W2) | DBM);
        d = leaf(&w);
        assert_int_equal(smmu3_translate(w.m->smmu, &req, &r), SMMU3_OK);
        ROW_REASON(r, SMMU3_R_NONE);
        ROW_EQ(leaf(&w), d);
        ROW_EQ(w.m->ncas, 0);
        machine_free(w.m);
    }
    rows_done();
}

/* Read first, so that it is cached: the write must still mark the page. */
static void test_dirty_after_read(void **state)
{
    (void)state;
    for (unsigned k = 0; k < 4; k++) {
        unsigned stage = 1 + (k & 1);
        struct world w;
        uint64_t d;

        row("stage %u nested %u", stage, k >> 1);
        world_new(&w, stage, k & 2, 2);
        set_flags(&w, stage, true, true);
        d = leaf(&w);
        set_leaf(&w, stage == 1 ? d | RO1 | DBM : (d & ~(uint64_t)W2) | DBM);
        ROW_REASON(machine_dma(w.m, NS, 1, VA, 0), SMMU3_R_NONE);
        ROW_EQ(w.m->ncas, 0);
        ROW_REASON(machine_dma(w.m, NS, 1, VA, SMMU3_REQ_WRITE), SMMU3_R_NONE);
        ROW_EQ(w.m->ncas, 1);
        ROW_EQ(leaf(&w), stage == 1 ? (d & ~(uint64_t)RO1) | DBM : d | W2 | DBM);
        machine_free(w.m);
    }
    rows_done();
}

/* Clean counts as writable where that forbids execution: what unprivileged
 * accesses may write is not for privileged execution. DDI0487 D8.5. */
static void test_execute_clean(void **state)
{
    (void)state;
    for (unsigned hd = 0; hd < 2; hd++) {
        struct world w;
        uint64_t d;

        row("HD %u", hd);
        world_new(&w, 1, false, 2);
        set_flags(&w, 1, true, hd);
        d = (leaf(&w) | RO1 | DBM | USER) & ~(UINT64_C(3) << 53);
        set_leaf(&w, d);
        ROW_REASON(machine_dma(w.m, NS, 1, VA, SMMU3_REQ_INSTR | SMMU3_REQ_PRIV),
                   hd ? SMMU3_R_S1_PERM : SMMU3_R_NONE);
        ROW_REASON(machine_dma(w.m, NS, 1, VA, SMMU3_REQ_INSTR), SMMU3_R_NONE);
        ROW_EQ(leaf(&w), d);
        machine_free(w.m);
    }
    rows_done();
}

/* What only AP[2] forbids can be made writable: not what a table forbids, and
 * not for those who could not write anyway. */
static void test_not_fixable(void **state)
{
    struct world w;
    uint64_t d, table;

    (void)state;
    world_new(&w, 1, false, 2);
    set_flags(&w, 1, true, true);
    d = (leaf(&w) & ~(uint64_t)USER) | RO1 | DBM;
    set_leaf(&w, d);
    row("unprivileged");
    ROW_REASON(machine_dma(w.m, NS, 1, VA, SMMU3_REQ_WRITE), SMMU3_R_S1_PERM);
    ROW_EQ(leaf(&w), d);
    row("privileged");
    ROW_REASON(machine_dma(w.m, NS, 1, VA, SMMU3_REQ_WRITE | SMMU3_REQ_PRIV), SMMU3_R_NONE);
    ROW_EQ(leaf(&w), d & ~(uint64_t)RO1);
    row("APTable");
    table = smmu3t_pgt_read(w.t, smmu3t_pgt_desc_addr(w.t, VA, 2));
    smmu3t_pgt_write(w.t, smmu3t_pgt_desc_addr(w.t, VA, 2), table | SMMU3T_TABLE_RO);
    set_leaf(&w, d);
    ROW_REASON(machine_dma(w.m, NS, 1, VA, SMMU3_REQ_WRITE | SMMU3_REQ_PRIV), SMMU3_R_S1_PERM);
    ROW_EQ(leaf(&w), d);
    machine_free(w.m);
    rows_done();
}

/* AFFD counts without HA only: 5.4. */
static void test_affd(void **state)
{
    for (unsigned stage = 1; stage <= 2; stage++) {
        struct world w;
        uint64_t d;

        (void)state;
        row("stage %u", stage);
        world_new(&w, stage, false, 2);
        if (stage == 1) {
            CD_PUT(w.st.cd.w, AFFD, 1);
        } else {
            STE_PUT(w.st.ste.w, S2AFFD, 1);
        }
        set_flags(&w, stage, true, false);
        d = leaf(&w);
        set_leaf(&w, d & ~(uint64_t)AF);
        ROW_REASON(machine_dma(w.m, NS, 1, VA, 0), SMMU3_R_NONE);
        ROW_EQ(leaf(&w), d);
        machine_free(w.m);
    }
    rows_done();
}

/* Another writer is faster: the walk starts again with what is there now. */
static void test_lost_race(void **state)
{
    (void)state;
    for (unsigned k = 0; k < 3; k++) {
        struct world w;
        uint64_t d, a;
        struct smmu3_result r;

        world_new(&w, 1, false, 2);
        set_flags(&w, 1, true, true);
        d = leaf(&w) & ~(uint64_t)AF;
        set_leaf(&w, d);
        a = smmu3t_pgt_desc_addr(w.t, VA, 3);
        w.m->no_probe = true;
        w.m->cas_at = a;
        switch (k) {
        case 0:
            row("a CPU sets AF");
            w.m->cas_other = d | AF;
            break;
        case 1:
            row("a CPU unmaps");
            w.m->cas_other = d & ~UINT64_C(3);
            break;
        default:
            row("a CPU maps elsewhere");
            w.m->cas_other = d + 0x1000;
        }
        r = machine_dma(w.m, NS, 1, VA, 0);
        ROW_REASON(r, k == 1 ? SMMU3_R_S1_DESC_INVALID : SMMU3_R_NONE);
        if (k != 1) {
            ROW_EQ(r.addr, k == 2 ? PA + 0x1000 : PA);
            ROW_EQ(leaf(&w), k == 2 ? (d + 0x1000) | AF : d | AF);
        } else {
            ROW_EQ(leaf(&w), d & ~UINT64_C(3));
        }
        machine_free(w.m);
    }
    rows_done();
}

/* The update itself aborts: F_WALK_EABT of that stage, 7.3.12. */
static void test_abort(void **state)
{
    for (unsigned stage = 1; stage <= 2; stage++) {
        struct world w;
        uint64_t rec[4], a;

        (void)state;
        row("stage %u", stage);
        world_new(&w, stage, false, 1);
        set_flags(&w, stage, true, false);
        set_leaf(&w, leaf(&w) & ~(uint64_t)AF);
        a = smmu3t_pgt_desc_addr(w.t, VA, 3);
        /* the read is fine, the write is not */
        machine_dma(w.m, NS, 1, VA + 0x400000, 0); /* caches STE and CD */
        machine_drain(w.m, NS);
        w.m->no_probe = true;
        machine_inject(w.m, NS, a, 8, SMMU3_MEM_ABORT);
        ROW_REASON(machine_dma(w.m, NS, 1, VA, 0),
                   stage == 1 ? SMMU3_R_S1_WALK_EABT : SMMU3_R_S2_WALK_EABT);
        ROW_EQ(machine_event(w.m, NS, rec), true);
        ROW_EQ(rec[0] & 0xff, 0x0b);
        ROW_EQ(rec[3], a);
        machine_free(w.m);
    }
    rows_done();
}

/* Behind stage 2 a stage 1 descriptor is written through a mapping that must
 * be writable, and is marked dirty itself; 3.13.5. */
static void test_behind_stage2(void **state)
{
    static const struct { bool writable, dbm, s2hd; enum smmu3_reason want; } rows[] = {
        { true, false, false, SMMU3_R_NONE },
        { false, false, false, SMMU3_R_S2_PERM },
        { false, true, false, SMMU3_R_S2_PERM },
        { false, true, true, SMMU3_R_NONE },
        { false, false, true, SMMU3_R_S2_PERM },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct world w;
        uint64_t l3, a2, d2, rec[4];
        struct smmu3_result r;

        row("row %zu", i);
        world_new(&w, 1, true, 2);
        set_flags(&w, 1, true, true);
        set_flags(&w, 2, rows[i].s2hd, rows[i].s2hd);
        l3 = smmu3t_pgt_desc_addr(&w.st.tt0, VA, 3); /* an IPA */
        a2 = smmu3t_pgt_desc_addr(&w.st.st2, l3, 3);
        d2 = smmu3t_pgt_read(&w.st.st2, a2);
        d2 = (rows[i].writable ? d2 : d2 & ~(uint64_t)W2) | (rows[i].dbm ? DBM : 0);
        smmu3t_pgt_write(&w.st.st2, a2, d2);
        set_leaf(&w, leaf(&w) & ~(uint64_t)AF);
        r = machine_dma(w.m, NS, 1, VA + 8, 0);
        ROW_REASON(r, rows[i].want);
        if (rows[i].want) {
            ROW_EQ(machine_event(w.m, NS, rec), true);
            ROW_EQ(rec[0] & 0xff, 0x13);
            /* stage 2, CLASS=TT, TTRnW=0: it was the write; RnW is the client's */
            ROW_EQ(rec[1] >> 32, 1 << 3 | 1 << 7 | 1 << 8);
            ROW_EQ(rec[3], l3 & ~UINT64_C(0xfff));
        } else {
            ROW_EQ(leaf(&w) & AF, AF);
            ROW_EQ(!!(smmu3t_pgt_read(&w.st.st2, a2) & W2), true);
        }
        machine_free(w.m);
    }
    rows_done();
}

/* Stage 2 sets AF for tables and CDs as well, but dirty for none of them. */
static void test_tables_and_cds(void **state)
{
    struct world w;
    uint64_t ipas[4];

    (void)state;
    world_new(&w, 2, true, 2);
    set_flags(&w, 2, true, true);
    ipas[0] = w.st.cds.base;
    for (unsigned l = 1; l <= 3; l++) {
        ipas[l] = smmu3t_pgt_desc_addr(&w.st.tt0, VA, l);
    }
    for (unsigned i = 0; i < 4; i++) {
        uint64_t a = smmu3t_pgt_desc_addr(&w.st.st2, ipas[i], 3);
        uint64_t d = smmu3t_pgt_read(&w.st.st2, a);

        smmu3t_pgt_write(&w.st.st2, a, (d & ~(uint64_t)(AF | W2)) | DBM);
    }
    machine_flush(w.m, NS);
    row("a write");
    ROW_REASON(machine_dma(w.m, NS, 1, VA, SMMU3_REQ_WRITE), SMMU3_R_NONE);
    for (unsigned i = 0; i < 4; i++) {
        uint64_t d = smmu3t_pgt_read(&w.st.st2, smmu3t_pgt_desc_addr(&w.st.st2, ipas[i], 3));

        row("%s", i ? "table" : "CD");
        ROW_EQ(d & AF, AF);
        ROW_EQ(d & W2, 0);
    }
    machine_free(w.m);
    rows_done();
}

/* What IDR0.HTTU does not offer is ILLEGAL: 5.2.2, 5.4.2. */
static void test_validity(void **state)
{
    static const struct { unsigned httu; bool ha, hd; bool legal; } rows[] = {
        { 0, true, false, false }, { 0, false, true, false }, { 1, true, false, true },
        { 1, true, true, false },  { 1, false, true, false }, { 2, true, false, true },
        { 2, true, true, true },   { 2, false, true, true },
    };

    (void)state;
    for (unsigned stage = 1; stage <= 2; stage++) {
        for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
            struct world w;

            row("stage %u HTTU %u HA %u HD %u", stage, rows[i].httu, rows[i].ha, rows[i].hd);
            world_new(&w, stage, false, rows[i].httu);
            set_flags(&w, stage, rows[i].ha, rows[i].hd);
            ROW_REASON(machine_dma(w.m, NS, 1, VA, 0), rows[i].legal ? SMMU3_R_NONE :
                       stage == 1 ? SMMU3_R_CD_HTTU : SMMU3_R_STE_S2HTTU);
            machine_free(w.m);
        }
    }
    row("cas64 is needed");
    {
        struct smmu3_host host = machine_host;
        struct smmu3_config c;
        struct smmu3 *s = NULL;

        host.cas64 = NULL;
        machine_config(&c, "base", "IDR0.HTTU=1");
        ROW_EQ(smmu3_create(&c, &host, NULL, &s), SMMU3_EINVAL);
    }
    rows_done();
}

/* Big-endian tables: the flags are bits of the descriptor, not of memory. */
static void test_big_endian(void **state)
{
    (void)state;
    for (unsigned stage = 1; stage <= 2; stage++) {
        struct machine *m = machine_new("base", "IDR0.HTTU=2 IDR0.TTENDIAN=0");
        struct stream st = { .sid = 1, .s1 = stage == 1, .s2 = stage == 2 };
        struct smmu3t_pgt *t = stage == 1 ? &st.tt0 : &st.st2;
        uint64_t a, d;

        row("stage %u", stage);
        machine_start(m, NS, 4, 0);
        stream_build(m, &st);
        t->big_endian = true;
        CD_PUT(st.cd.w, ENDI, 1);
        CD_PUT(st.cd.w, HA, 1);
        CD_PUT(st.cd.w, HD, 1);
        STE_PUT(st.ste.w, S2ENDI, 1);
        STE_PUT(st.ste.w, S2HA, 1);
        STE_PUT(st.ste.w, S2HD, 1);
        stream_update(&st);
        assert_int_equal(smmu3t_pgt_map(t, VA, PA, 0x1000,
                                        stage == 1 ? SMMU3T_S1_RW : SMMU3T_S2_RW), 0);
        a = smmu3t_pgt_desc_addr(t, VA, 3);
        d = smmu3t_pgt_read(t, a);
        smmu3t_pgt_write(t, a, (stage == 1 ? d | RO1 : d & ~(uint64_t)W2) & ~(uint64_t)AF);
        machine_flush(m, NS);
        ROW_REASON(machine_dma(m, NS, 1, VA, SMMU3_REQ_WRITE), stage == 1 ? SMMU3_R_S1_PERM
                                                                          : SMMU3_R_S2_PERM);
        ROW_EQ(m->ncas, 0);
        smmu3t_pgt_write(t, a, ((stage == 1 ? d | RO1 : d & ~(uint64_t)W2) & ~(uint64_t)AF) | DBM);
        ROW_REASON(machine_dma(m, NS, 1, VA, SMMU3_REQ_WRITE), SMMU3_R_NONE);
        ROW_EQ(smmu3t_pgt_read(t, a), d | DBM);
        ROW_EQ(m->ncas, 1);
        machine_free(m);
    }
    rows_done();
}

/* A Secure stream's tables are updated in the space that they are in: 3.10.2. */
static void test_secure(void **state)
{
    (void)state;
    for (unsigned ns = 0; ns < 2; ns++) {
        struct machine *m = machine_new("base", "IDR0.HTTU=2");
        struct stream st = { .sec = S, .sid = 1, .s1 = true };
        uint64_t a, d;

        row("tables in %s memory", ns ? "Non-secure" : "Secure");
        machine_start(m, S, 4, 0);
        stream_build(m, &st);
        st.tt0.pas = ns ? SMMU3T_NS : SMMU3T_S;
        assert_int_equal(smmu3t_pgt_init(&st.tt0), 0);
        smmu3t_cd_init(&st.cd, &st.tt0, NULL, 1);
        CD_PUT(st.cd.w, NSCFG0, ns);
        CD_PUT(st.cd.w, HA, 1);
        stream_update(&st);
        stream_map1(&st, VA, PA, 0x1000, SMMU3T_S1_RW & ~SMMU3T_S1_AF);
        a = smmu3t_pgt_desc_addr(&st.tt0, VA, 3);
        d = smmu3t_pgt_read(&st.tt0, a);
        ROW_REASON(machine_dma(m, S, 1, VA, 0), SMMU3_R_NONE);
        ROW_EQ(smmu3t_pgt_read(&st.tt0, a), d | AF);
        ROW_EQ(m->ncas, 1);
        ROW_EQ(machine_read64(m, ns ? SMMU3_PAS_S : SMMU3_PAS_NS, a), 0);
        machine_free(m);
    }
    rows_done();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_combinations),
        TEST(test_probe),
        TEST(test_dirty_after_read),
        TEST(test_execute_clean),
        TEST(test_not_fixable),
        TEST(test_affd),
        TEST(test_lost_race),
        TEST(test_abort),
        TEST(test_behind_stage2),
        TEST(test_tables_and_cds),
        TEST(test_validity),
        TEST(test_big_endian),
        TEST(test_secure),
    };

    return machine_main("httu", tests, ARRAY_SIZE(tests), true);
}
