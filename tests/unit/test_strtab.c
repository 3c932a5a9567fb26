/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * From StreamID to STE: linear and two-level tables of every size, alignment
 * of bases, fetch failures. IHI0070G.b 3.3.1, 5.1, 6.3.24, 6.3.25, 7.3.3.
 */
#include "machine.h"

#include <string.h>

/* An STE that passes everything, at one place in memory. */
static void plant(struct machine *m, unsigned pas, uint64_t addr)
{
    struct smmu3t_ste ste;

    smmu3t_ste_bypass(&ste);
    for (unsigned i = 0; i < 8; i++) {
        machine_write64(m, pas, addr + 8 * i, ste.w[i]);
    }
}

static void unplant(struct machine *m, unsigned pas, uint64_t addr)
{
    static const uint8_t zero[64];

    machine_write(m, pas, addr, zero, 64);
}

/* SMMUEN off (of both, for S_INIT), registers, all caches empty, SMMUEN on. */
static void program(struct machine *m, enum smmu3_sec_sid sec, uint64_t base, uint32_t cfg)
{
    uint32_t b = sec == S ? 0x8000 : 0;

    w32(m, 0x20, 0xc);
    w32(m, 0x8020, 0xc);
    w64(m, b + 0x80, base);
    w32(m, b + 0x88, cfg);
    w32(m, 0x803c, 1);
    w32(m, b + 0x20, 0xd);
}

#define NOWHERE UINT64_MAX

/* The STE for sid is at addr and nowhere else; NOWHERE: C_BAD_STREAMID. */
static void expect(struct machine *m, enum smmu3_sec_sid sec, uint32_t sid, uint64_t addr,
                   enum smmu3_reason want)
{
    struct smmu3_result r;
    uint64_t rec[4];

    if (addr != NOWHERE) {
        plant(m, sec, addr);
    }
    machine_clear_log(m);
    r = machine_dma(m, sec, sid, 0x1000, 0);
    ROW_REASON(r, want);
    if (addr != NOWHERE) {
        ROW_EQ(machine_touched(m, sec, addr), true);
        unplant(m, sec, addr);
    } else {
        ROW_EQ(machine_event(m, sec, rec), true);
        ROW_EQ(rec[0], (uint64_t)sid << 32 | 0x02);
        ROW_EQ(rec[1] | rec[2] | rec[3], 0);
    }
    ROW_EQ(machine_event(m, sec, rec), false);
}

/* Linear: every LOG2SIZE against SIDSIZE; the smaller limits, 6.3.25. */
static void test_linear(void **state)
{
    static const char *const sizes[] = { "IDR1.SIDSIZE=16", "IDR1.SIDSIZE=8 S_IDR1.S_SIDSIZE=12",
                                         "IDR1.SIDSIZE=0 S_IDR1.S_SIDSIZE=1",
                                         "IDR1.SIDSIZE=32 S_IDR1.S_SIDSIZE=6" };

    (void)state;
    for (size_t k = 0; k < ARRAY_SIZE(sizes); k++) {
        struct machine *m = machine_new("base", sizes[k]);

        for (unsigned sec = 0; sec < 2; sec++) {
            unsigned sidsize = sec ? m->cfg.s_idr1 & 0x3f : m->cfg.idr1 & 0x3f;

            machine_start(m, (enum smmu3_sec_sid)sec, 0, 0);
            for (unsigned log2 = 0; log2 < 64; log2++) {
                unsigned n = log2 < sidsize ? log2 : sidsize;
                uint64_t count = UINT64_C(1) << n;
                uint64_t base = UINT64_C(0x123456789000) + 0x40 * log2;
                uint64_t aligned = log2 + 6 >= 64 ? 0 : base & ~((UINT64_C(1) << (log2 + 6)) - 1);
                uint32_t last = (uint32_t)(count - 1);

                /* FMT=2 and 3 act as linear, with any SPLIT */
                program(m, (enum smmu3_sec_sid)sec, base,
                        log2 | (log2 & 1 ? 2u << 16 : 3u << 16) | (log2 & 31) << 6);
                row("%s bank %u linear LOG2SIZE=%u", sizes[k], sec, log2);
                expect(m, (enum smmu3_sec_sid)sec, 0, aligned, SMMU3_R_NONE);
                expect(m, (enum smmu3_sec_sid)sec, last, aligned + 64 * (uint64_t)last,
                       SMMU3_R_NONE);
                if (count <= UINT32_MAX) {
                    expect(m, (enum smmu3_sec_sid)sec, (uint32_t)count, NOWHERE, SMMU3_R_SID_RANGE);
                    expect(m, (enum smmu3_sec_sid)sec, UINT32_MAX, NOWHERE, SMMU3_R_SID_RANGE);
                }
            }
        }
        machine_free(m);
    }
    rows_done();
}

/* Two levels: every SPLIT code and Span, first, last and one too many. */
static void test_two_levels(void **state)
{
    struct machine *m = machine_new("base", NULL);

    (void)state;
    for (unsigned sec = 0; sec < 2; sec++) {
        machine_start(m, (enum smmu3_sec_sid)sec, 0, 0);
        for (unsigned code = 0; code < 32; code++) {
            unsigned split = code == 8 || code == 10 ? code : 6;

            for (unsigned span = 0; span < 32; span++) {
                uint64_t l1 = UINT64_C(0x20000000), l2 = UINT64_C(0x40001fc0);
                unsigned log2 = 14;
                uint32_t top = UINT32_C(1) << split, sid = 5 * top;
                uint32_t n = span >= 1 && span <= 11 && span <= split + 1 ? 1u << (span - 1) : 0;
                uint64_t l2base = n ? l2 & ~(uint64_t)(64 * n - 1) : 0;

                row("bank %u SPLIT=%u Span=%u", sec, code, span);
                machine_write64(m, sec, l1 + 8 * 5, l2 | span | 1 << 5 | UINT64_C(0xff) << 56);
                program(m, (enum smmu3_sec_sid)sec, l1, log2 | code << 6 | 1u << 16);
                if (n == 0) {
                    expect(m, (enum smmu3_sec_sid)sec, sid, NOWHERE, SMMU3_R_L1STD_SPAN);
                    expect(m, (enum smmu3_sec_sid)sec, sid + top - 1, NOWHERE, SMMU3_R_L1STD_SPAN);
                    continue;
                }
                expect(m, (enum smmu3_sec_sid)sec, sid, l2base, SMMU3_R_NONE);
                expect(m, (enum smmu3_sec_sid)sec, sid + n - 1, l2base + 64 * (n - 1),
                       SMMU3_R_NONE);
                if (n < top) {
                    expect(m, (enum smmu3_sec_sid)sec, sid + n, NOWHERE, SMMU3_R_L1STD_RANGE);
                    expect(m, (enum smmu3_sec_sid)sec, sid + top - 1, NOWHERE, SMMU3_R_L1STD_RANGE);
                }
                /* the neighbour's L1STD is empty */
                expect(m, (enum smmu3_sec_sid)sec, sid + top, NOWHERE, SMMU3_R_L1STD_SPAN);
            }
        }
    }
    machine_free(m);
    rows_done();
}

/* Sizes of the first level, and its alignment by the literal LOG2SIZE. */
static void test_first_level(void **state)
{
    struct machine *m = machine_new("base", NULL);

    (void)state;
    machine_start(m, NS, 0, 0);
    for (unsigned log2 = 0; log2 < 64; log2++) {
        for (unsigned split = 6; split <= 10; split += 2) {
            unsigned n = log2 < 16 ? log2 : 16; /* SIDSIZE of max */
            uint32_t last = (1u << n) - 1;
            uint64_t base = UINT64_C(0x7ffffffffc0) & ~UINT64_C(0xfff) & ~UINT64_C(0x40000000);
            unsigned align = log2 > split + 3 ? log2 - split + 3 : 6;
            uint64_t l1, l2 = UINT64_C(0x50000000);

            base |= 0xfc0;
            l1 = base & ~((UINT64_C(1) << (align > 62 ? 62 : align)) - 1);
            row("two levels LOG2SIZE=%u SPLIT=%u", log2, split);
            machine_write64(m, NS, l1 + 8 * (last >> split), l2 | (split + 1));
            program(m, NS, base, log2 | split << 6 | 1u << 16);
            expect(m, NS, last, l2 + 64 * (last & ((1u << split) - 1)), SMMU3_R_NONE);
            expect(m, NS, last + 1, NOWHERE, SMMU3_R_SID_RANGE);
            machine_write64(m, NS, l1 + 8 * (last >> split), 0);
        }
    }
    machine_free(m);
    rows_done();
}

/* ST_LEVEL=0: FMT is RES0, the table is linear whatever is written. */
static void test_linear_only(void **state)
{
    struct machine *m = machine_new("base",
                                    "IDR0.ST_LEVEL=0 IDR1.SIDSIZE=6 S_IDR1.S_SIDSIZE=6");

    (void)state;
    machine_start(m, NS, 0, 0);
    program(m, NS, 0x30000000, 6 | 6 << 6 | 1u << 16);
    row("FMT=1 with ST_LEVEL=0");
    expect(m, NS, 33, 0x30000000 + 33 * 64, SMMU3_R_NONE);
    machine_free(m);
    rows_done();
}

/* CR2.RECINVSID decides whether C_BAD_STREAMID is recorded: 7.3.3. */
static void test_recinvsid(void **state)
{
    (void)state;
    for (unsigned k = 0; k < 8; k++) {
        enum smmu3_sec_sid sec = k & 1 ? S : NS;
        uint32_t b = sec == S ? 0x8000 : 0;
        bool rec_on = k & 2, two = k & 4;
        struct machine *m = machine_new("base", NULL);
        struct smmu3_result r;
        uint64_t rec[4];

        row("bank %u RECINVSID=%u %s", sec, rec_on, two ? "span" : "range");
        machine_start(m, NS, 4, two ? 6 : 0);
        machine_start(m, S, 4, two ? 6 : 0);
        w32(m, b + 0x20, 0xc);
        w32(m, b + 0x2c, rec_on ? 2 : 0);
        w32(m, (b ^ 0x8000) + 0x2c, rec_on ? 0 : 2); /* guarded, and another bank's */
        w32(m, b + 0x20, 0xd);
        r = machine_dma(m, sec, two ? 3 : 16, 0, SMMU3_REQ_WRITE);
        ROW_REASON(r, two ? SMMU3_R_L1STD_SPAN : SMMU3_R_SID_RANGE);
        ROW_EQ(r.status, SMMU3_ST_ABORT);
        ROW_EQ(r.recorded, rec_on);
        ROW_EQ(machine_event(m, sec, rec), rec_on);
        ROW_EQ(machine_event(m, sec == S ? NS : S, rec), false);
        machine_free(m);
    }
    rows_done();
}

/* F_STE_FETCH: 7.3.4. Nothing is remembered of a failed fetch (3.21.3). */
static void test_fetch_aborts(void **state)
{
    (void)state;
    for (unsigned k = 0; k < 8; k++) {
        enum smmu3_sec_sid sec = k & 1 ? S : NS;
        bool l1 = k & 2;
        enum smmu3_mem how = k & 4 ? SMMU3_MEM_POISON : SMMU3_MEM_ABORT;
        struct machine *m = machine_new("base", NULL);
        struct smmu3t_ste ste;
        struct smmu3_result r;
        uint64_t addr, rec[4];

        row("bank %u %s result %d", sec, l1 ? "L1STD" : "STE", how);
        machine_start(m, sec, 10, 6);
        smmu3t_ste_bypass(&ste);
        machine_ste(m, sec, 130, &ste);
        addr = l1 ? smmu3t_strtab_l1_addr(&m->bank[sec].strtab, 130)
                  : smmu3t_strtab_addr(&m->bank[sec].strtab, 130) + (k & 1 ? 56 : 0);
        machine_inject(m, sec, addr, 8, how);
        /* the same address in the other space is of no concern */
        machine_inject(m, !sec, addr & ~UINT64_C(63), 64, how);
        r = machine_dma(m, sec, 130, 0x1000, 0);
        ROW_REASON(r, l1 ? SMMU3_R_L1STD_FETCH : SMMU3_R_STE_FETCH);
        ROW_EQ(r.status, SMMU3_ST_ABORT);
        ROW_EQ(machine_event(m, sec, rec), true);
        ROW_EQ(rec[0], UINT64_C(130) << 32 | 0x03);
        ROW_EQ(rec[1] & ~UINT64_C(0xffff), 0);
        ROW_EQ(rec[2], 0);
        ROW_EQ(rec[3], l1 ? addr : addr & ~UINT64_C(63));
        machine_clear_faults(m);
        ROW_REASON(machine_dma(m, sec, 130, 0x1000, 0), SMMU3_R_NONE);
        machine_free(m);
    }
    rows_done();
}

/* Each bank has its own table in its own space; equal IDs are strangers. */
static void test_two_banks(void **state)
{
    struct machine *m = machine_new("base", NULL);
    struct smmu3t_ste pass, stop;

    (void)state;
    machine_start(m, NS, 4, 0);
    machine_start(m, S, 6, 6);
    smmu3t_ste_bypass(&pass);
    smmu3t_ste_abort(&stop);
    machine_ste(m, NS, 3, &pass);
    machine_ste(m, S, 3, &stop);
    machine_ste(m, S, 20, &pass);
    machine_clear_log(m);
    row("3 of NS");
    ROW_REASON(machine_dma(m, NS, 3, 0, 0), SMMU3_R_NONE);
    row("3 of S");
    ROW_REASON(machine_dma(m, S, 3, 0, 0), SMMU3_R_STE_CONFIG_ABORT);
    row("3 of NS again");
    ROW_REASON(machine_dma(m, NS, 3, 0, 0), SMMU3_R_NONE);
    row("20 is in S's table only");
    ROW_REASON(machine_dma(m, NS, 20, 0, 0), SMMU3_R_SID_RANGE);
    ROW_REASON(machine_dma(m, S, 20, 0, 0), SMMU3_R_NONE);
    row("spaces");
    for (unsigned i = 0; i < m->nlog; i++) {
        ROW_EQ((unsigned)m->log[i].acc.pas, (unsigned)m->log[i].acc.sec_sid);
    }
    machine_free(m);
    rows_done();
}

int main(void)
{
    const struct CMUnitTest uncached[] = { /* every access must be seen in memory */
        TEST(test_linear),
        TEST(test_two_levels),
        TEST(test_first_level),
        TEST(test_linear_only),
    };
    const struct CMUnitTest tests[] = {
        TEST(test_recinvsid),
        TEST(test_fetch_aborts),
        TEST(test_two_banks),
    };
    int bad;

    machine_cache = SMMU3_CACHE_OFF;
    bad = cmocka_run_group_tests_name("strtab, no caches", uncached, NULL, NULL);
    return machine_main("strtab", tests, ARRAY_SIZE(tests), true) || bad;
}
