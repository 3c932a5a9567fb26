/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * How the SMMU calls: MSIs and wires of the Event queue, of GERROR and of
 * CMD_SYNC, their errors, and WFE wake-up events. IHI0070G.b 3.18, 4.7.3,
 * 6.3.16 to 6.3.23, 6.3.30 to 6.3.32, 7.5.
 */
#include "machine.h"

#define MSI_TWEAKS "IDR0.MSI=1 S_IDR0.MSI=1 "
#define ADDR UINT64_C(0x8000010)
enum { GERROR_IRQ_CFG0 = 0x68, EVENTQ_IRQ_CFG0 = 0xb0, GERROR = 0x60, GERRORN = 0x64,
       IRQ_CTRL = 0x50 };
enum { CMDQ_ERR = 1 << 0, EVENTQ_ABT = 1 << 2, MSI_CMDQ_ABT = 1 << 4, MSI_EVENTQ_ABT = 1 << 5,
       MSI_GERROR_ABT = 1 << 7 };
enum { GERROR_IRQEN = 1, EVENTQ_IRQEN = 4 };

static struct machine *start(const char *tweaks, enum smmu3_sec_sid sec)
{
    struct machine *m = machine_new("base", tweaks);

    machine_start(m, sec, 4, 0);
    machine_clear_log(m);
    return m;
}

static uint32_t reg(enum smmu3_sec_sid sec, uint32_t offset)
{
    return sec == S ? offset + 0x8000 : offset;
}

/* CFG0 to CFG2, with the enable off and on again. */
static void configure(struct machine *m, enum smmu3_sec_sid sec, uint32_t cfg0, uint64_t addr,
                      uint32_t data)
{
    uint32_t on = r32(m, reg(sec, IRQ_CTRL));

    w32(m, reg(sec, IRQ_CTRL), 0);
    w64(m, reg(sec, cfg0), addr);
    w32(m, reg(sec, cfg0) + 8, data);
    w32(m, reg(sec, cfg0) + 12, 0x3f);
    w32(m, reg(sec, IRQ_CTRL), on);
}

/* A transaction whose STE has V=0: one record. */
static void make_event(struct machine *m, enum smmu3_sec_sid sec)
{
    ROW_EQ(machine_dma(m, sec, 3, 0, 0).recorded, true);
}

/* An illegal command, acknowledged and replaced by a CMD_SYNC. */
static void make_gerror(struct machine *m, enum smmu3_sec_sid sec)
{
    ROW_EQ(machine_run(m, sec, (struct smmu3t_cmd){ { 0xff, 0 } }), 1);
}

static void repair(struct machine *m, enum smmu3_sec_sid sec)
{
    struct smmu3t_bank *b = &m->bank[sec];
    uint32_t cons = smmu3t_bank_read(b, SMMU3T_CMDQ_CONS) & 0xfffff;

    machine_write64(m, sec, b->cmdq + 16 * (cons & 15), 0x46);
    smmu3t_bank_ack(b);
}

static struct smmu3t_cmd sync_irq(uint64_t addr, uint32_t data)
{
    struct smmu3t_cmd c = smmu3t_cmd_sync(SMMU3T_SYNC_IRQ);

    c.w[0] |= (uint64_t)data << 32; /* MSIData */
    c.w[1] = addr;                  /* MSIAddress[55:2] in place */
    return c;
}

/* The MSIs that were sent, and the last one of them. */
static unsigned msis(const struct machine *m, const struct machine_access **last)
{
    unsigned n = 0;

    for (unsigned i = 0; i < m->nlog; i++) {
        if (m->log[i].acc.kind == SMMU3_ACC_MSI) {
            *last = &m->log[i];
            n++;
        }
    }
    return n;
}

/* Exactly one MSI: 4 bytes of this data, to this address of the bank's space. */
static void check_msi(struct machine *m, enum smmu3_sec_sid sec, uint64_t addr, uint32_t data)
{
    const struct machine_access *a = NULL;
    uint8_t got[4];

    ROW_EQ(msis(m, &a), 1);
    if (a) {
        ROW_EQ(a->write, true);
        ROW_EQ(a->size, 4);
        ROW_EQ(a->acc.addr, addr);
        ROW_EQ(a->acc.pas, sec == S ? SMMU3_PAS_S : SMMU3_PAS_NS);
        ROW_EQ(a->acc.sec_sid, sec);
        machine_read(m, a->acc.pas, addr, got, 4);
        ROW_EQ(got[0] | got[1] << 8 | got[2] << 16 | (uint32_t)got[3] << 24, data);
    }
    machine_clear_log(m);
}

static void check_no_msi(struct machine *m)
{
    const struct machine_access *a;

    ROW_EQ(msis(m, &a), 0);
    machine_clear_log(m);
}

enum source { EVENTQ, GERR, SYNC, NSOURCES };
static const enum smmu3_irq_kind wire_of[] = { SMMU3_IRQ_EVENTQ, SMMU3_IRQ_GERROR,
                                               SMMU3_IRQ_CMD_SYNC };

static void fire(struct machine *m, enum smmu3_sec_sid sec, enum source src, uint64_t addr,
                 uint32_t data)
{
    if (src == EVENTQ) {
        (void)machine_drain(m, sec);
        make_event(m, sec);
    } else if (src == GERR) {
        make_gerror(m, sec);
    } else {
        machine_ok(m, sec, sync_irq(addr, data));
    }
}

/* Address, data, space, wire of each source in each bank; 3.18. */
static void test_sources(void **state)
{
    static const struct { const char *tweaks; uint64_t addr; } rows[] = {
        { MSI_TWEAKS, ADDR },
        { MSI_TWEAKS, ADDR + 4 },
        { MSI_TWEAKS, UINT64_C(0xfffffffffffc) },
        { MSI_TWEAKS, 0 },                      /* no MSI, the wire only */
        { "IDR0.MSI=0 S_IDR0.MSI=0", ADDR },    /* no MSI */
        { "IDR0.MSI=1 S_IDR0.MSI=0", ADDR },    /* each bank for itself */
        { "IDR0.MSI=0 S_IDR0.MSI=1", ADDR },
    };

    (void)state;
    for (size_t i = 0; i < 2 * ARRAY_SIZE(rows); i++) {
        enum smmu3_sec_sid sec = i & 1 ? S : NS;
        uint64_t addr = rows[i / 2].addr;

        for (unsigned src = 0; src < NSOURCES; src++) {
            struct machine *m = start(rows[i / 2].tweaks, sec);
            bool has = addr && (sec == S ? m->cfg.s_idr0 : m->cfg.idr0) >> 13 & 1;

            row("bank %u source %u row %zu", sec, src, i / 2);
            configure(m, sec, EVENTQ_IRQ_CFG0, src == EVENTQ ? addr : 0, 0xcafe0001);
            configure(m, sec, GERROR_IRQ_CFG0, src == GERR ? addr : 0, 0xcafe0001);
            machine_clear_log(m);
            fire(m, sec, (enum source)src, addr, 0xcafe0001);
            if (has) {
                check_msi(m, sec, addr, 0xcafe0001);
            } else {
                check_no_msi(m);
            }
            ROW_EQ(m->irq[sec][wire_of[src]], 1);
            ROW_EQ(m->irq[!sec][wire_of[src]], 0);
            if (src != SYNC) {
                ROW_EQ(m->irq[sec][SMMU3_IRQ_CMD_SYNC], 0);
            }
            machine_free(m);
        }
    }
    rows_done();
}

/* MSIs and wires alike are off while IRQ_CTRL says so; CMD_SYNC's are not
 * gated by it. What happened while it was off is not signalled later: 3.18. */
static void test_irq_ctrl(void **state)
{
    (void)state;
    for (unsigned k = 0; k < 2 * NSOURCES * 2; k++) {
        enum smmu3_sec_sid sec = k & 1 ? S : NS;
        enum source src = (enum source)(k / 2 % NSOURCES);
        bool on = k / 2 / NSOURCES;
        uint32_t en = src == EVENTQ ? EVENTQ_IRQEN : src == GERR ? GERROR_IRQEN : 0;
        struct machine *m = start(MSI_TWEAKS, sec);
        unsigned want = on || src == SYNC;

        row("bank %u source %u enabled %u", sec, src, on);
        configure(m, sec, EVENTQ_IRQ_CFG0, ADDR, 1);
        configure(m, sec, GERROR_IRQ_CFG0, ADDR, 1);
        w32(m, reg(sec, IRQ_CTRL), on ? en : 5 & ~en);
        machine_clear_log(m);
        fire(m, sec, src, ADDR, 1);
        ROW_EQ(m->irq[sec][wire_of[src]], want);
        if (want) {
            check_msi(m, sec, ADDR, 1);
        } else {
            check_no_msi(m);
        }
        w32(m, reg(sec, IRQ_CTRL), 5);
        ROW_EQ(m->irq[sec][wire_of[src]], want);
        check_no_msi(m);
        machine_free(m);
    }
    rows_done();
}

/* Edges: a second event while one is there, a second error while it is active. */
static void test_edges(void **state)
{
    (void)state;
    for (unsigned k = 0; k < 2; k++) {
        enum smmu3_sec_sid sec = k ? S : NS;
        struct machine *m = start(MSI_TWEAKS, sec);
        uint64_t rec[4];

        row("bank %u: Event queue", sec);
        configure(m, sec, EVENTQ_IRQ_CFG0, ADDR, 7);
        machine_clear_log(m);
        make_event(m, sec);
        check_msi(m, sec, ADDR, 7);
        make_event(m, sec);
        check_no_msi(m);
        ROW_EQ(machine_event(m, sec, rec), true);
        make_event(m, sec); /* it was not empty in between */
        check_no_msi(m);
        ROW_EQ(machine_drain(m, sec), 2);
        make_event(m, sec);
        check_msi(m, sec, ADDR, 7);
        ROW_EQ(m->irq[sec][SMMU3_IRQ_EVENTQ], 2);

        row("bank %u: GERROR", sec);
        configure(m, sec, GERROR_IRQ_CFG0, ADDR + 8, 9);
        machine_clear_log(m);
        make_gerror(m, sec);
        check_msi(m, sec, ADDR + 8, 9);
        repair(m, sec);
        check_no_msi(m);
        make_gerror(m, sec); /* acknowledged: it activates anew */
        check_msi(m, sec, ADDR + 8, 9);
        ROW_EQ(m->irq[sec][SMMU3_IRQ_GERROR], 2);
        machine_free(m);
    }
    rows_done();
}

/* The signal of a CMD_SYNC comes after CONS has passed it: 4.7.3. */
static unsigned cons_at_msi, cons_at_irq;
static enum smmu3_mem order_write(void *ctx, const struct smmu3_access *acc, const void *buf,
                                  size_t size)
{
    struct machine *m = ctx;
    uint64_t v = 0;

    if (acc->kind == SMMU3_ACC_MSI) {
        assert_int_equal(smmu3_mmio_read(m->smmu, 0x9c, 4, SMMU3_PAS_NS, &v), SMMU3_OK);
        cons_at_msi = (unsigned)v;
    }
    return machine_host.write(ctx, acc, buf, size);
}

static void order_irq(void *ctx, enum smmu3_sec_sid bank, enum smmu3_irq_kind irq)
{
    struct machine *m = ctx;
    uint64_t v = 0;

    assert_int_equal(smmu3_mmio_read(m->smmu, 0x9c, 4, SMMU3_PAS_NS, &v), SMMU3_OK);
    cons_at_irq = (unsigned)v;
    machine_host.irq(ctx, bank, irq);
}

static void test_sync_order(void **state)
{
    struct machine *m = machine_new("base", MSI_TWEAKS);
    struct smmu3_host host = machine_host;
    struct smmu3t_cmd c = sync_irq(ADDR, 5);

    (void)state;
    smmu3_destroy(m->smmu);
    host.write = order_write;
    host.irq = order_irq;
    assert_int_equal(smmu3_create(&m->cfg, &host, m, &m->smmu), SMMU3_OK);
    machine_start(m, NS, 4, 0);
    row("CONS when the MSI is written");
    assert_int_equal(smmu3t_bank_push(&m->bank[NS], &c), 0);
    ROW_EQ(cons_at_msi, m->bank[NS].prod);
    ROW_EQ(cons_at_irq, m->bank[NS].prod);
    machine_free(m);
    rows_done();
}

/* CS: 0 nothing, 1 interrupt, 2 event, 3 illegal; SEV only with IDR0.SEV. */
static void test_sync_cs(void **state)
{
    (void)state;
    for (unsigned k = 0; k < 16; k++) {
        enum smmu3_sec_sid sec = k & 1 ? S : NS;
        bool sev = k & 2;
        unsigned cs = k >> 2;
        struct machine *m = start(sev ? MSI_TWEAKS "IDR0.SEV=1" : MSI_TWEAKS "IDR0.SEV=0", sec);
        struct smmu3t_cmd c = sync_irq(ADDR, 3);

        row("bank %u CS %u SEV %u", sec, cs, sev);
        CMD_PUT(c.w, CS, cs);
        m->sev = 0;
        ROW_EQ(machine_run(m, sec, c), cs == 3 ? 1 : 0);
        ROW_EQ(m->irq[sec][SMMU3_IRQ_CMD_SYNC], cs == 1);
        ROW_EQ(m->sev, cs == 2 && sev);
        if (cs == 1) {
            check_msi(m, sec, ADDR, 3);
        } else {
            check_no_msi(m);
        }
        machine_free(m);
    }
    rows_done();
}

/* A queue that was full has room again: 3.5.1, also an event. */
static void test_sev_full(void **state)
{
    (void)state;
    for (unsigned sev = 0; sev < 2; sev++) {
        struct machine *m = start(sev ? "IDR0.SEV=1" : "IDR0.SEV=0", NS);
        struct smmu3t_bank *b = &m->bank[NS];

        row("SEV %u", sev);
        assert_int_equal(smmu3t_bank_cr0(b, 0), 0);
        for (unsigned i = 0; i < 16; i++) {
            machine_write64(m, SMMU3_PAS_NS, b->cmdq + 16 * i, 0x46); /* CMD_SYNC, no signal */
        }
        w32(m, 0x9c, 0);
        w32(m, 0x98, 0x10); /* full */
        m->sev = 0;
        assert_int_equal(smmu3t_bank_cr0(b, SMMU3T_CR0_CMDQEN), 0);
        ROW_EQ(r32(m, 0x9c), 0x10);
        ROW_EQ(m->sev, sev); /* once: only the first command found it full */
        machine_free(m);
    }
    rows_done();
}

/* MSI addresses above OAS are truncated, after the test for 0: 3.4.3, 4.7.3. */
static void test_truncated(void **state)
{
    struct machine *m = start(MSI_TWEAKS "IDR5.OAS=2", NS); /* 40 bits */

    (void)state;
    row("CMD_SYNC above OAS");
    machine_ok(m, NS, sync_irq(UINT64_C(0x50000000000) | ADDR, 3));
    check_msi(m, NS, ADDR, 3);
    row("CMD_SYNC, only bits above OAS");
    machine_ok(m, NS, sync_irq(UINT64_C(0x50000000000), 4));
    check_msi(m, NS, 0, 4);
    row("IRQ_CFG0 above OAS is RES0");
    configure(m, NS, EVENTQ_IRQ_CFG0, UINT64_C(0x50000000000) | ADDR, 5);
    ROW_EQ(r64(m, EVENTQ_IRQ_CFG0), ADDR);
    machine_free(m);
    rows_done();
}

/* IRQ_CFG registers are read-only while their enable is 1: 6.3.21. */
static void test_guards(void **state)
{
    (void)state;
    for (unsigned k = 0; k < 8; k++) {
        enum smmu3_sec_sid sec = k & 1 ? S : NS;
        uint32_t cfg = reg(sec, k & 2 ? EVENTQ_IRQ_CFG0 : GERROR_IRQ_CFG0);
        uint32_t own = k & 2 ? EVENTQ_IRQEN : GERROR_IRQEN;
        bool closed = k & 4;
        struct machine *m = start(MSI_TWEAKS, sec);

        row("register %#x, enable %u", cfg, closed);
        w32(m, reg(sec, IRQ_CTRL), 0);
        w64(m, cfg, 0x1000);
        w32(m, cfg + 8, 1);
        w32(m, cfg + 12, 0x25);
        /* the other enable is no guard */
        w32(m, reg(sec, IRQ_CTRL), closed ? own : 5 & ~own);
        ROW_EQ(r32(m, reg(sec, IRQ_CTRL) + 4), closed ? own : 5 & ~own);
        w64(m, cfg, ADDR);
        w32(m, cfg + 8, 2);
        w32(m, cfg + 12, 0x3a);
        ROW_EQ(r64(m, cfg), closed ? 0x1000 : ADDR);
        ROW_EQ(r32(m, cfg + 8), closed ? 1 : 2);
        ROW_EQ(r32(m, cfg + 12), closed ? 0x25 : 0x3a);
        w32(m, cfg, 0x2000); /* halves as well */
        ROW_EQ(r32(m, cfg), closed ? 0x1000 : 0x2000);
        machine_free(m);
    }
    rows_done();
}

/* Without MSIs the registers and the error bits are not there: 6.3.1 MSI. */
static void test_absent(void **state)
{
    (void)state;
    for (unsigned k = 0; k < 4; k++) {
        enum smmu3_sec_sid sec = k & 1 ? S : NS;
        bool has = k & 2;
        struct machine *m = start(!has ? "IDR0.MSI=0 S_IDR0.MSI=0" : MSI_TWEAKS, sec);

        row("bank %u, MSIs %u", sec, has);
        w32(m, reg(sec, IRQ_CTRL), 0);
        w64(m, reg(sec, EVENTQ_IRQ_CFG0), UINT64_MAX);
        w64(m, reg(sec, GERROR_IRQ_CFG0), UINT64_MAX);
        w32(m, reg(sec, EVENTQ_IRQ_CFG0) + 8, UINT32_MAX);
        w32(m, reg(sec, EVENTQ_IRQ_CFG0) + 12, UINT32_MAX);
        ROW_EQ(r64(m, reg(sec, EVENTQ_IRQ_CFG0)), has ? UINT64_C(0xfffffffffffc) : 0);
        ROW_EQ(r64(m, reg(sec, GERROR_IRQ_CFG0)), has ? UINT64_C(0xfffffffffffc) : 0);
        ROW_EQ(r32(m, reg(sec, EVENTQ_IRQ_CFG0) + 8), has ? UINT32_MAX : 0);
        ROW_EQ(r32(m, reg(sec, EVENTQ_IRQ_CFG0) + 12), has ? 0x3f : 0);
        w32(m, reg(sec, GERRORN), MSI_CMDQ_ABT | MSI_EVENTQ_ABT | MSI_GERROR_ABT);
        ROW_EQ(r32(m, reg(sec, GERRORN)),
               has ? MSI_CMDQ_ABT | MSI_EVENTQ_ABT | MSI_GERROR_ABT : 0);
        machine_free(m);
    }
    rows_done();
}

/* An MSI that is aborted: its bit of GERROR, and what else goes on. 7.5 */
static void test_aborts(void **state)
{
    static const uint32_t bit[] = { MSI_EVENTQ_ABT, MSI_GERROR_ABT, MSI_CMDQ_ABT };

    (void)state;
    for (unsigned k = 0; k < 2 * NSOURCES * 2; k++) {
        enum smmu3_sec_sid sec = k & 1 ? S : NS;
        enum source src = (enum source)(k / 2 % NSOURCES);
        enum smmu3_mem how = k / 2 / NSOURCES ? SMMU3_MEM_POISON : SMMU3_MEM_ABORT;
        struct machine *m = start(MSI_TWEAKS, sec);
        uint32_t own = src == GERR ? CMDQ_ERR : 0;
        const struct machine_access *last;

        row("bank %u source %u result %u", sec, src, how);
        if (src == EVENTQ) {
            configure(m, sec, EVENTQ_IRQ_CFG0, ADDR, 1);
        }
        configure(m, sec, GERROR_IRQ_CFG0, src == GERR ? ADDR : ADDR + 64, 2);
        machine_inject(m, sec, ADDR, 4, how);
        machine_clear_log(m);
        fire(m, sec, src, ADDR, 1);
        ROW_EQ(r32(m, reg(sec, GERROR)), bit[src] | own);
        ROW_EQ(r32(m, sec == S ? GERROR : GERROR + 0x8000), 0);
        /* the wire pulses all the same */
        ROW_EQ(m->irq[sec][wire_of[src]], 1);
        /* GERROR interrupts, but never for its own aborted MSI */
        ROW_EQ(m->irq[sec][SMMU3_IRQ_GERROR], 1);
        ROW_EQ(msis(m, &last), src == GERR ? 1 : 2);

        /* active: not logged again, and later MSIs are sent as before */
        machine_clear_log(m);
        machine_clear_faults(m);
        if (src == GERR) {
            machine_write64(m, sec, m->bank[sec].cmdq +
                            16 * (smmu3t_bank_read(&m->bank[sec], SMMU3T_CMDQ_CONS) & 15), 0x46);
            w32(m, reg(sec, GERRORN), CMDQ_ERR); /* only that one */
            make_gerror(m, sec);
            ROW_EQ(r32(m, reg(sec, GERROR)), bit[src]);
        } else {
            fire(m, sec, src, ADDR, 1);
            ROW_EQ(r32(m, reg(sec, GERROR)), bit[src]);
        }
        check_msi(m, sec, ADDR, src == GERR ? 2 : 1);
        ROW_EQ(m->irq[sec][wire_of[src]], 2);
        machine_free(m);
    }
    rows_done();
}

/* Also with GERROR's interrupt off the errors are there to be read. */
static void test_abort_silent(void **state)
{
    struct machine *m = start(MSI_TWEAKS, NS);

    (void)state;
    row("EVENTQ's MSI aborts, GERROR_IRQEN=0");
    configure(m, NS, EVENTQ_IRQ_CFG0, ADDR, 1);
    w32(m, IRQ_CTRL, EVENTQ_IRQEN);
    machine_inject(m, SMMU3_PAS_NS, ADDR, 4, SMMU3_MEM_ABORT);
    make_event(m, NS);
    ROW_EQ(r32(m, GERROR), MSI_EVENTQ_ABT);
    ROW_EQ(m->irq[NS][SMMU3_IRQ_GERROR], 0);
    ROW_EQ(machine_drain(m, NS), 1); /* the record itself is there */
    row("the error does not close the queue");
    make_event(m, NS);
    ROW_EQ(machine_drain(m, NS), 1);
    machine_free(m);
    rows_done();
}

/* A write of the Event queue that aborts interrupts by GERROR only. 7.2 */
static void test_eventq_abort(void **state)
{
    (void)state;
    for (unsigned k = 0; k < 2; k++) {
        enum smmu3_sec_sid sec = k ? S : NS;
        struct machine *m = start(MSI_TWEAKS, sec);

        row("bank %u", sec);
        configure(m, sec, EVENTQ_IRQ_CFG0, ADDR, 1);
        configure(m, sec, GERROR_IRQ_CFG0, ADDR + 8, 2);
        machine_inject(m, sec, m->bank[sec].evtq, 32, SMMU3_MEM_ABORT);
        machine_clear_log(m);
        ROW_EQ(machine_dma(m, sec, 3, 0, 0).recorded, false);
        ROW_EQ(r32(m, reg(sec, GERROR)), EVENTQ_ABT);
        ROW_EQ(m->irq[sec][SMMU3_IRQ_EVENTQ], 0);
        ROW_EQ(m->irq[sec][SMMU3_IRQ_GERROR], 1);
        check_msi(m, sec, ADDR + 8, 2);
        machine_free(m);
    }
    rows_done();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_sources),
        TEST(test_irq_ctrl),
        TEST(test_edges),
        TEST(test_sync_order),
        TEST(test_sync_cs),
        TEST(test_sev_full),
        TEST(test_truncated),
        TEST(test_guards),
        TEST(test_absent),
        TEST(test_aborts),
        TEST(test_abort_silent),
        TEST(test_eventq_abort),
    };

    return machine_main("msi", tests, ARRAY_SIZE(tests), false);
}
