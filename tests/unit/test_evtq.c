/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Event queues: full and overflow, aborted writes, EVENTQEN, the interrupt,
 * ring arithmetic, and that banks do not meet. IHI0070G.b 7.2, 7.4, 3.5.1.
 */
#include "machine.h"

#include <string.h>

#define BASE(sec) ((sec) == S ? 0x8000u : 0u)
#define PROD(sec) ((sec) == S ? 0x80a8u : 0x100a8u)
#define CONS(sec) ((sec) == S ? 0x80acu : 0x100acu)
#define OVF 0x80000000u

/* A queue of 2^log2 events, stream table without a valid STE. */
static struct machine *new_queue(enum smmu3_sec_sid sec, unsigned log2)
{
    struct machine *m = machine_new("base", NULL);

    machine_start_q(m, sec, 4, log2);
    return m;
}

/* One C_BAD_STE; was it recorded? */
static bool raise(struct machine *m, enum smmu3_sec_sid sec, uint32_t sid)
{
    struct smmu3_result r = machine_dma(m, sec, sid, 0, 0);

    ROW_REASON(r, SMMU3_R_STE_V);
    ROW_EQ(r.status, SMMU3_ST_ABORT); /* whatever becomes of the record */
    ROW_EQ(r.has_event, true);
    return r.recorded;
}

static void test_overflow(void **state)
{
    (void)state;
    for (unsigned k = 0; k < 12; k++) {
        enum smmu3_sec_sid sec = k & 1 ? S : NS;
        unsigned log2 = k >> 1, n = 1u << log2;
        struct machine *m = new_queue(sec, log2);
        uint64_t rec[4];

        row("bank %u LOG2SIZE %u", sec, log2);
        for (unsigned i = 0; i < n; i++) {
            ROW_EQ(raise(m, sec, i & 15), true);
            ROW_EQ(r32(m, PROD(sec)), i + 1);
        }
        ROW_EQ(r32(m, BASE(sec) + 0x60), 0); /* full is no error */
        row("bank %u LOG2SIZE %u: full", sec, log2);
        ROW_EQ(raise(m, sec, 1), false);
        ROW_EQ(r32(m, PROD(sec)), OVF | n);
        ROW_EQ(raise(m, sec, 2), false); /* a second loss is not signalled */
        ROW_EQ(r32(m, PROD(sec)), OVF | n);
        ROW_EQ(r32(m, BASE(sec) + 0x60), 0);
        ROW_EQ(m->irq[sec][SMMU3_IRQ_GERROR], 0);
        row("bank %u LOG2SIZE %u: room, overflow not acknowledged", sec, log2);
        w32(m, CONS(sec), 1); /* OVACKFLG stays 0: new records are written all the same */
        ROW_EQ(raise(m, sec, 3), true);
        ROW_EQ(r32(m, PROD(sec)), OVF | ((n + 1) & (2 * n - 1)));
        ROW_EQ(raise(m, sec, 4), false);
        ROW_EQ(r32(m, PROD(sec)) & OVF, OVF);
        row("bank %u LOG2SIZE %u: acknowledged", sec, log2);
        m->bank[sec].cons = 1;
        for (unsigned i = 1; i <= n; i++) {
            ROW_EQ(machine_event(m, sec, rec), true); /* sets OVACKFLG = OVFLG */
            ROW_EQ(rec[0] >> 32, i < n ? i & 15 : 3); /* the lost ones are lost */
        }
        ROW_EQ(machine_event(m, sec, rec), false);
        for (unsigned i = 0; i < n; i++) {
            ROW_EQ(raise(m, sec, i & 15), true);
        }
        ROW_EQ(r32(m, PROD(sec)) & OVF, OVF); /* as acknowledged: no overflow */
        ROW_EQ(raise(m, sec, 5), false);
        ROW_EQ(r32(m, PROD(sec)) & OVF, 0); /* it toggles */
        machine_free(m);
    }
    rows_done();
}

/* From a single-entry ring to every position of a larger one. */
static void test_wrap(void **state)
{
    (void)state;
    for (unsigned k = 0; k < 10; k++) {
        enum smmu3_sec_sid sec = k & 1 ? S : NS;
        unsigned log2 = k >> 1, n = 1u << log2;
        struct machine *m = new_queue(sec, log2);
        uint64_t rec[4];

        for (unsigned i = 0; i < 5 * n; i++) {
            row("bank %u LOG2SIZE %u event %u", sec, log2, i);
            machine_clear_log(m);
            ROW_EQ(raise(m, sec, i & 15), true);
            ROW_EQ(machine_touched(m, sec, m->bank[sec].evtq + 32 * (i & (n - 1))), true);
            ROW_EQ(machine_accesses(m, SMMU3_ACC_EVENTQ, sec), 1);
            ROW_EQ(r32(m, PROD(sec)), (i + 1) & (2 * n - 1));
            ROW_EQ(machine_event(m, sec, rec), true);
            ROW_EQ(rec[0], (uint64_t)(i & 15) << 32 | 4);
        }
        machine_free(m);
    }
    rows_done();
}

/* The interrupt comes when the queue stops being empty, and only then. */
static void test_irq(void **state)
{
    (void)state;
    for (unsigned k = 0; k < 4; k++) {
        enum smmu3_sec_sid sec = k & 1 ? S : NS;
        bool on = k & 2;
        struct machine *m = new_queue(sec, 2);
        unsigned *irq = &m->irq[sec][SMMU3_IRQ_EVENTQ];
        uint64_t rec[4];

        row("bank %u EVENTQ_IRQEN %u", sec, on);
        w32(m, BASE(sec) + 0x50, on ? 4 : 1);
        raise(m, sec, 1);
        ROW_EQ(*irq, on);
        raise(m, sec, 1);
        raise(m, sec, 1);
        ROW_EQ(*irq, on);
        machine_event(m, sec, rec);
        raise(m, sec, 1); /* was not empty */
        ROW_EQ(*irq, on);
        machine_drain(m, sec);
        raise(m, sec, 1);
        ROW_EQ(*irq, 2 * on);
        ROW_EQ(m->irq[!sec][SMMU3_IRQ_EVENTQ], 0);
        /* switching on later does not bring back what was missed */
        w32(m, BASE(sec) + 0x50, 5);
        ROW_EQ(*irq, 2 * on);
        machine_free(m);
    }
    rows_done();
}

/* EVENTQEN=0: dropped, and no overflow; 7.2.1. */
static void test_disabled(void **state)
{
    (void)state;
    for (unsigned sec = 0; sec < 2; sec++) {
        struct machine *m = new_queue((enum smmu3_sec_sid)sec, 1);

        row("bank %u", sec);
        w32(m, BASE(sec) + 0x20, 0x9);
        for (unsigned i = 0; i < 5; i++) {
            ROW_EQ(raise(m, (enum smmu3_sec_sid)sec, 1), false);
        }
        ROW_EQ(r32(m, PROD(sec)), 0);
        ROW_EQ(machine_accesses(m, SMMU3_ACC_EVENTQ, sec), 0);
        ROW_EQ(m->irq[sec][SMMU3_IRQ_EVENTQ], 0);
        w32(m, BASE(sec) + 0x20, 0xd);
        ROW_EQ(r32(m, PROD(sec)), 0);
        ROW_EQ(raise(m, (enum smmu3_sec_sid)sec, 1), true);
        /* full and disabled: still no overflow */
        ROW_EQ(raise(m, (enum smmu3_sec_sid)sec, 1), true);
        w32(m, BASE(sec) + 0x20, 0x9);
        ROW_EQ(raise(m, (enum smmu3_sec_sid)sec, 1), false);
        ROW_EQ(r32(m, PROD(sec)), 2);
        machine_free(m);
    }
    rows_done();
}

/* A write that aborts: EVENTQ_ABT_ERR, PROD stays, nothing until acknowledged. */
static void test_write_abort(void **state)
{
    (void)state;
    for (unsigned k = 0; k < 4; k++) {
        enum smmu3_sec_sid sec = k & 1 ? S : NS;
        uint32_t b = BASE(sec);
        struct machine *m = new_queue(sec, 2);
        uint64_t rec[4];

        row("bank %u result %u", sec, k >> 1);
        ROW_EQ(raise(m, sec, 1), true);
        machine_inject(m, sec, m->bank[sec].evtq + 32, 32,
                       k & 2 ? SMMU3_MEM_POISON : SMMU3_MEM_ABORT);
        ROW_EQ(raise(m, sec, 2), false);
        ROW_EQ(r32(m, PROD(sec)), 1);
        ROW_EQ(r32(m, b + 0x60) ^ r32(m, b + 0x64), 4);
        ROW_EQ(m->irq[sec][SMMU3_IRQ_GERROR], 1);
        ROW_EQ(r32(m, (b ^ 0x8000) + 0x60), 0);
        machine_clear_faults(m);
        row("bank %u result %u: active", sec, k >> 1);
        for (unsigned i = 0; i < 6; i++) {
            ROW_EQ(raise(m, sec, 3), false);
        }
        ROW_EQ(r32(m, PROD(sec)), 1); /* and no overflow */
        ROW_EQ(m->irq[sec][SMMU3_IRQ_GERROR], 1);
        row("bank %u result %u: acknowledged", sec, k >> 1);
        smmu3t_bank_ack(&m->bank[sec]);
        ROW_EQ(raise(m, sec, 4), true);
        ROW_EQ(machine_event(m, sec, rec), true);
        ROW_EQ(rec[0] >> 32, 1);
        ROW_EQ(machine_event(m, sec, rec), true);
        ROW_EQ(rec[0] >> 32, 4);
        /* commands go on meanwhile: the error is the Event queue's only */
        machine_inject(m, sec, m->bank[sec].evtq, 128, SMMU3_MEM_ABORT);
        ROW_EQ(raise(m, sec, 5), false);
        ROW_EQ(machine_run(m, sec, smmu3t_cmd_cfgi_all(sec == S)), 0);
        machine_free(m);
    }
    rows_done();
}

/* Each bank has its own queue in its own space, with its own state. */
static void test_isolation(void **state)
{
    struct machine *m = machine_new("base", NULL);
    uint64_t rec[4];

    (void)state;
    machine_start_q(m, NS, 4, 1);
    machine_start_q(m, S, 4, 1);
    row("NS overflows, S does not notice");
    for (unsigned i = 0; i < 4; i++) {
        raise(m, NS, 7);
    }
    ROW_EQ(r32(m, PROD(NS)), OVF | 2);
    ROW_EQ(r32(m, PROD(S)), 0);
    ROW_EQ(raise(m, S, 9), true);
    ROW_EQ(r32(m, PROD(S)), 1);
    ROW_EQ(r32(m, PROD(NS)), OVF | 2);
    ROW_EQ(m->irq[S][SMMU3_IRQ_EVENTQ], 1);
    ROW_EQ(m->irq[NS][SMMU3_IRQ_EVENTQ], 1);
    ROW_EQ(machine_event(m, S, rec), true);
    ROW_EQ(rec[0] >> 32, 9);
    row("S cannot write, NS can");
    machine_drain(m, NS);
    machine_inject(m, S, m->bank[S].evtq, 64, SMMU3_MEM_ABORT);
    ROW_EQ(raise(m, S, 1), false);
    ROW_EQ(raise(m, NS, 1), true);
    ROW_EQ(r32(m, 0x60), 0);
    ROW_EQ(r32(m, 0x8060), 4);
    row("spaces");
    for (unsigned i = 0; i < m->nlog; i++) {
        if (m->log[i].acc.kind == SMMU3_ACC_EVENTQ) {
            ROW_EQ((unsigned)m->log[i].acc.pas, (unsigned)m->log[i].acc.sec_sid);
            ROW_EQ(m->log[i].write, true);
        }
    }
    machine_free(m);
    rows_done();
}

/* Size cap, alignment and OAS of EVENTQ_BASE, 6.3.29. */
static void test_base(void **state)
{
    static const struct {
        const char *tweaks;
        uint64_t base;
        uint32_t prod;
        uint64_t addr;
        uint32_t next;
    } rows[] = {
        { NULL, 0x10000020, 0, 0x10000020, 1 },
        { NULL, 0x10000021, 0, 0x10000000, 1 },
        { NULL, 0x10000021, 3, 0x10000020, 0 },
        { "IDR1.EVENTQS=2", 0x100000ff, 3, 0x100000e0, 4 },
        { "IDR1.EVENTQS=2", 0x10000013, 7, 0x10000060, 0 },
        { NULL, 0x40ff000010000001, 1, 0x10000020, 2 },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct machine *m = machine_new("base", rows[i].tweaks);
        uint64_t strtab = machine_alloc(m, NS, 64, 64);

        row("row %zu", i);
        w64(m, 0x80, strtab);
        w64(m, 0xa0, rows[i].base);
        w32(m, PROD(NS), rows[i].prod);
        w32(m, CONS(NS), rows[i].prod);
        w32(m, 0x20, 5);
        ROW_EQ(raise(m, NS, 0), true);
        ROW_EQ(machine_read64(m, NS, rows[i].addr), 4);
        ROW_EQ(r32(m, PROD(NS)), rows[i].next);
        machine_free(m);
    }
    rows_done();
}

/* PROD and CONS that make no sense count as full; 3.5.1. */
static void test_inconsistent(void **state)
{
    struct machine *m = machine_new("base", NULL);

    (void)state;
    w64(m, 0x80, machine_alloc(m, NS, 64, 64));
    w64(m, 0xa0, 0x10000004);
    w32(m, PROD(NS), 2);
    w32(m, CONS(NS), 3);
    w32(m, 0x20, 5);
    row("PROD 2 CONS 3 of 16");
    ROW_EQ(raise(m, NS, 0), false);
    ROW_EQ(r32(m, PROD(NS)) & 0xfffff, 2);
    ROW_EQ(machine_accesses(m, SMMU3_ACC_EVENTQ, NS), 0);
    machine_free(m);
    rows_done();
}

/* EVENTQ_PROD is the SMMU's while the queue is on. */
static void test_prod_guard(void **state)
{
    struct machine *m = new_queue(NS, 3);

    (void)state;
    raise(m, NS, 1);
    w32(m, PROD(NS), 5);
    row("PROD while EVENTQEN");
    ROW_EQ(r32(m, PROD(NS)), 1);
    ROW_EQ(r32(m, 0xa8), 0); /* Page 0 has no alias: docs/CHOICES.md */
    w32(m, 0xac, 1);
    ROW_EQ(r32(m, CONS(NS)), 0);
    machine_free(m);
    rows_done();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_overflow),
        TEST(test_wrap),
        TEST(test_irq),
        TEST(test_disabled),
        TEST(test_write_abort),
        TEST(test_isolation),
        TEST(test_base),
        TEST(test_inconsistent),
        TEST(test_prod_guard),
    };

    return machine_main("evtq", tests, ARRAY_SIZE(tests), true);
}
