/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Command queues: what is legal where, errors that stop a queue and how it
 * goes on, CMD_SYNC, ring arithmetic. IHI0070G.b 3.5.1, 4.1, 4.7.3, 7.1, 7.5.
 */
#include "machine.h"

/* Typed from the table of 4.1.4 and each command's text. */
enum { ON_NS = 1, ON_S = 2, SSEC = 4, S1P = 8, S2P = 16, HYP = 32, SEL2 = 64 };
static const struct { uint8_t op; unsigned rules; } legal[] = {
    { 0x01, ON_NS | ON_S | SSEC }, { 0x02, ON_NS | ON_S | SSEC }, { 0x03, ON_NS | ON_S | SSEC },
    { 0x04, ON_NS | ON_S | SSEC }, { 0x05, ON_NS | ON_S | SSEC | S1P },
    { 0x06, ON_NS | ON_S | SSEC | S1P }, { 0x10, ON_NS | ON_S | S1P },
    { 0x11, ON_NS | ON_S | S1P }, { 0x12, ON_NS | ON_S | S1P }, { 0x13, ON_NS | ON_S | S1P },
    { 0x18, ON_S | S1P }, { 0x1a, ON_S | S1P }, { 0x20, ON_NS | ON_S | S1P | HYP },
    { 0x21, ON_NS | ON_S | S1P | HYP }, { 0x22, ON_NS | ON_S | S1P | HYP },
    { 0x23, ON_NS | ON_S | S1P | HYP }, { 0x28, ON_NS | ON_S | S2P },
    { 0x2a, ON_NS | ON_S | S2P }, { 0x30, ON_NS | ON_S }, { 0x46, ON_NS | ON_S },
    { 0x50, ON_S | S1P | SEL2 }, { 0x51, ON_S | S1P | SEL2 }, { 0x52, ON_S | S1P | SEL2 },
    { 0x53, ON_S | S1P | SEL2 }, { 0x58, ON_S | SEL2 }, { 0x5a, ON_S | SEL2 },
    { 0x60, ON_S | SEL2 },
};

static bool is_legal(const struct smmu3_config *c, enum smmu3_sec_sid q, unsigned op, bool ssec)
{
    for (size_t i = 0; i < ARRAY_SIZE(legal); i++) {
        unsigned r = legal[i].rules;

        if (legal[i].op == op) {
            return r & (q == S ? ON_S : ON_NS) && !(q == NS && ssec && r & SSEC) &&
                   (!(r & S2P) || c->idr0 & 1) && (!(r & S1P) || c->idr0 & 2) &&
                   (!(r & HYP) || c->idr0 >> 9 & 1) && (!(r & SEL2) || c->s_idr1 >> 29 & 1);
        }
    }
    return false;
}

/* All opcodes of both queues, with each feature there and not. */
static void test_legality(void **state)
{
    static const char *const configs[] = {
        NULL,
        "IDR0.S1P=0 IDR0.Hyp=0 IDR0.CD2L=0 IDR3.HAD=0 IDR1.SSIDSIZE=0 S_IDR0=0 S_IDR1=0",
        "IDR0.S2P=0 IDR0.Hyp=0 IDR0.VMW=0 IDR3.XNX=0 IDR3.PTWNNC=0 S_IDR1.SEL2=0",
        AS_V31 "IDR0.Hyp=0",
        "S_IDR1.SEL2=0",
    };

    (void)state;
    for (size_t k = 0; k < ARRAY_SIZE(configs); k++) {
        struct machine *m = machine_new("base", configs[k]);
        unsigned banks = m->cfg.s_idr1 >> 31 ? 2 : 1;

        for (unsigned q = 0; q < banks; q++) {
            enum smmu3_sec_sid sec = (enum smmu3_sec_sid)q;
            uint32_t b = q ? 0x8000 : 0;

            machine_start(m, sec, 4, 0);
            for (unsigned i = 0; i < 512; i++) {
                struct smmu3t_cmd c = { { i & 0xff, 0 } };
                bool want = is_legal(&m->cfg, sec, i & 0xff, i >> 8);
                uint32_t at = m->bank[sec].prod;
                unsigned irqs = m->irq[sec][SMMU3_IRQ_GERROR];
                int err;

                row("config %zu queue %u opcode %#x SSec %u", k, q, i & 0xff, i >> 8);
                c.w[0] |= (uint64_t)(i >> 8) << 10;
                err = machine_run(m, sec, c);
                ROW_EQ(err, want ? 0 : 1); /* CERROR_ILL */
                ROW_EQ(m->irq[sec][SMMU3_IRQ_GERROR] - irqs, !want);
                if (err) {
                    ROW_EQ(r32(m, b + 0x9c) & 0xfffff, at);
                    ROW_EQ(r32(m, b + 0x60) ^ r32(m, b + 0x64), 1);
                    /* make it harmless, acknowledge: the queue goes on by itself */
                    machine_write64(m, sec, m->bank[sec].cmdq + 16 * (at & 15), 0x46);
                    smmu3t_bank_ack(&m->bank[sec]);
                    ROW_EQ(smmu3t_bank_wait(&m->bank[sec]), 0);
                }
            }
        }
        machine_free(m);
    }
    rows_done();
}

/* The other bank's queue is not concerned by an error. */
static void test_error_is_of_one_bank(void **state)
{
    struct machine *m = machine_new("base", NULL);
    struct smmu3t_cmd bad = { { 0xff, 0 } };

    (void)state;
    machine_start(m, NS, 4, 0);
    machine_start(m, S, 4, 0);
    for (unsigned q = 0; q < 2; q++) {
        enum smmu3_sec_sid sec = (enum smmu3_sec_sid)q, other = (enum smmu3_sec_sid)!q;

        row("queue %u", q);
        ROW_EQ(machine_run(m, sec, bad), 1);
        ROW_EQ(r32(m, q ? 0x60 : 0x8060), r32(m, q ? 0x64 : 0x8064));
        ROW_EQ(m->irq[other][SMMU3_IRQ_GERROR], q ? 1 : 0);
        ROW_EQ(machine_run(m, other, smmu3t_cmd_cfgi_all(other == S)), 0);
        /* repair for the next round */
        machine_write64(m, sec, m->bank[sec].cmdq + 16 * (r32(m, q ? 0x809c : 0x9c) & 15), 0x46);
        smmu3t_bank_ack(&m->bank[sec]);
        ROW_EQ(smmu3t_bank_wait(&m->bank[sec]), 0);
    }
    machine_free(m);
    rows_done();
}

/* An aborted or poisoned fetch: CERROR_ABT, stop, restart where it was. */
static void test_fetch_abort(void **state)
{
    (void)state;
    for (unsigned k = 0; k < 4; k++) {
        enum smmu3_sec_sid sec = k & 1 ? S : NS;
        uint32_t b = k & 1 ? 0x8000 : 0;
        struct machine *m = machine_new("base", NULL);
        struct smmu3t_cmd sync = smmu3t_cmd_sync(SMMU3T_SYNC_IRQ);
        uint32_t at;

        row("queue %u result %u", sec, k >> 1);
        machine_start(m, sec, 4, 0);
        at = m->bank[sec].prod;
        machine_inject(m, sec, m->bank[sec].cmdq + 16 * ((at + 1) & 15), 16,
                       k & 2 ? SMMU3_MEM_POISON : SMMU3_MEM_ABORT);
        w32(m, b + 0x20, 0x5); /* CMDQEN off while three are put in */
        for (unsigned i = 0; i < 3; i++) {
            ROW_EQ(smmu3t_bank_push(&m->bank[sec], &sync), 0);
        }
        ROW_EQ(r32(m, b + 0x9c) & 0xfffff, at); /* nothing moves while off */
        ROW_EQ(m->irq[sec][SMMU3_IRQ_CMD_SYNC], 0);
        w32(m, b + 0x20, 0xd);
        ROW_EQ(m->irq[sec][SMMU3_IRQ_CMD_SYNC], 1);
        ROW_EQ(r32(m, b + 0x9c), 2u << 24 | (at + 1));
        ROW_EQ(r32(m, b + 0x60) ^ r32(m, b + 0x64), 1);
        ROW_EQ(m->irq[sec][SMMU3_IRQ_GERROR], 1);
        /* while active: PROD does not restart it, toggling CMDQEN neither */
        w32(m, b + 0x98, m->bank[sec].prod);
        w32(m, b + 0x20, 0x5);
        w32(m, b + 0x20, 0xd);
        ROW_EQ(r32(m, b + 0x9c) & 0xfffff, at + 1);
        ROW_EQ(m->irq[sec][SMMU3_IRQ_GERROR], 1);
        /* acknowledged, still broken: once more */
        smmu3t_bank_ack(&m->bank[sec]);
        ROW_EQ(r32(m, b + 0x60) ^ r32(m, b + 0x64), 1);
        ROW_EQ(m->irq[sec][SMMU3_IRQ_GERROR], 2);
        machine_clear_faults(m);
        smmu3t_bank_ack(&m->bank[sec]);
        ROW_EQ(r32(m, b + 0x9c) & 0xfffff, m->bank[sec].prod);
        ROW_EQ(m->irq[sec][SMMU3_IRQ_CMD_SYNC], 3);
        ROW_EQ(r32(m, b + 0x60), r32(m, b + 0x64));
        machine_free(m);
    }
    rows_done();
}

/* While CMDQ_ERR is active PROD may go back to CONS, which drops the rest. */
static void test_prod_back(void **state)
{
    struct machine *m = machine_new("base", NULL);
    struct smmu3t_cmd bad = { { 0, 0 } };
    uint32_t cons;

    (void)state;
    machine_start(m, NS, 4, 0);
    ROW_EQ(machine_run(m, NS, bad), 1);
    cons = r32(m, 0x9c) & 0xfffff;
    w32(m, 0x98, cons);
    smmu3t_bank_ack(&m->bank[NS]);
    row("empty again");
    ROW_EQ(r32(m, 0x9c) & 0xfffff, cons);
    ROW_EQ(r32(m, 0x60), r32(m, 0x64));
    m->bank[NS].prod = cons;
    ROW_EQ(machine_run(m, NS, smmu3t_cmd_cfgi_all(false)), 0);
    machine_free(m);
    rows_done();
}

/* GERROR_IRQEN=0: the error is there, the interrupt is not. */
static void test_gerror_irqen(void **state)
{
    struct machine *m = machine_new("base", NULL);
    struct smmu3t_cmd bad = { { 0, 0 } };

    (void)state;
    machine_start(m, NS, 4, 0);
    w32(m, 0x50, 4);
    row("IRQ_CTRL=4");
    ROW_EQ(machine_run(m, NS, bad), 1);
    ROW_EQ(m->irq[NS][SMMU3_IRQ_GERROR], 0);
    w32(m, 0x50, 5); /* not later either */
    ROW_EQ(m->irq[NS][SMMU3_IRQ_GERROR], 0);
    machine_free(m);
    rows_done();
}

static void test_sync(void **state)
{
    (void)state;
    for (unsigned k = 0; k < 16; k++) {
        enum smmu3_sec_sid sec = k & 1 ? S : NS;
        unsigned cs = k >> 1 & 3;
        bool has_sev = k & 8;
        struct machine *m = machine_new("base", has_sev ? NULL : "IDR0.SEV=0");
        struct smmu3t_cmd c = smmu3t_cmd_sync(cs);

        row("queue %u CS %u SEV %u", sec, cs, has_sev);
        machine_start(m, sec, 4, 0);
        w32(m, sec == S ? 0x8050 : 0x50, 0); /* IRQ_CTRL does not gate CMD_SYNC */
        /* MSI fields without IDR0.MSI: the wired interrupt only */
        c.w[0] |= UINT64_C(0x12345678) << 32 | 0xfu << 24 | 3u << 22;
        c.w[1] |= 0x40000;
        ROW_EQ(machine_run(m, sec, c), cs == 3 ? 1 : 0);
        ROW_EQ(m->irq[sec][SMMU3_IRQ_CMD_SYNC], cs == 1);
        ROW_EQ(m->irq[!sec][SMMU3_IRQ_CMD_SYNC], 0);
        ROW_EQ(m->sev, cs == 2 && has_sev);
        ROW_EQ(machine_accesses(m, SMMU3_ACC_MSI, NS) + machine_accesses(m, SMMU3_ACC_MSI, S), 0);
        machine_free(m);
    }
    rows_done();
}

/* SEV also when a full queue gets room: 3.5.1. */
static void test_sev_on_room(void **state)
{
    (void)state;
    for (unsigned has = 0; has < 2; has++) {
        struct machine *m = machine_new("base", has ? NULL : "IDR0.SEV=0");
        struct smmu3t_cmd sync = smmu3t_cmd_sync(SMMU3T_SYNC_NONE);

        row("SEV %u", has);
        machine_start_q(m, NS, 4, 2);
        w32(m, 0x20, 0x5);
        for (unsigned i = 0; i < 3; i++) {
            ROW_EQ(smmu3t_bank_push(&m->bank[NS], &sync), 0);
        }
        w32(m, 0x20, 0xd);
        ROW_EQ(m->sev, 0); /* was never full */
        w32(m, 0x20, 0x5);
        for (unsigned i = 0; i < 4; i++) {
            ROW_EQ(smmu3t_bank_push(&m->bank[NS], &sync), 0);
        }
        ROW_EQ(smmu3t_bank_push(&m->bank[NS], &sync), SMMU3T_ETIMEOUT);
        w32(m, 0x20, 0xd);
        ROW_EQ(m->sev, has);
        ROW_EQ(r32(m, 0x9c) & 0xfffff, m->bank[NS].prod);
        machine_free(m);
    }
    rows_done();
}

/* Every size: index, wrap flag, and the address each command is read from. */
static void test_wrap(void **state)
{
    (void)state;
    for (unsigned log2 = 0; log2 <= 6; log2++) {
        for (unsigned sec = 0; sec < 2; sec++) {
            struct machine *m = machine_new("base", NULL);
            struct smmu3t_cmd c = smmu3t_cmd_sync(SMMU3T_SYNC_IRQ);
            uint32_t cons_reg = sec ? 0x809c : 0x9c;
            unsigned n = 5u << log2;

            machine_start_q(m, (enum smmu3_sec_sid)sec, 4, log2);
            machine_clear_log(m);
            m->irq[sec][SMMU3_IRQ_CMD_SYNC] = 0;
            for (unsigned i = 0; i < n; i++) {
                uint32_t before = m->bank[sec].prod;

                row("queue %u LOG2SIZE %u command %u", sec, log2, i);
                ROW_EQ(smmu3t_bank_push(&m->bank[sec], &c), 0);
                ROW_EQ(r32(m, cons_reg) & 0xfffff, (before + 1) & ((2u << log2) - 1));
                ROW_EQ(m->log[i].acc.addr,
                       m->bank[sec].cmdq + 16 * (before & ((1u << log2) - 1)));
                ROW_EQ(m->log[i].acc.pas, sec);
                ROW_EQ(m->log[i].acc.kind, SMMU3_ACC_CMDQ);
            }
            ROW_EQ(m->nlog, n);
            ROW_EQ(m->irq[sec][SMMU3_IRQ_CMD_SYNC], n);
            machine_free(m);
        }
    }
    rows_done();
}

/* Where CMDQ_BASE points: capped size, alignment, OAS; 6.3.26. */
static void test_base(void **state)
{
    static const struct {
        const char *tweaks;
        uint64_t base; /* with LOG2SIZE */
        uint32_t cons;
        uint64_t addr;
    } rows[] = {
        { NULL, 0x10000040, 0, 0x10000040 },               /* one entry: 32-byte alignment */
        { NULL, 0x10000061, 0, 0x10000060 },               /* two: 32 bytes */
        { NULL, 0x10000062, 0, 0x10000040 },               /* four: 64 */
        { NULL, 0x10001fe8, 3, 0x10001030 },               /* 256: 4096 */
        { "IDR1.CMDQS=4", 0x10001fe8, 3, 0x10001f30 },     /* 16 at most: 256 */
        { "IDR1.CMDQS=4", 0x10000013, 0x1f, 0x100000f0 },  /* wrap flag is bit 4 */
        { "IDR1.CMDQS=0", 0x10000013, 1, 0x10000000 },
        { NULL, 0x00ff000010000004, 5, 0x10000050 },       /* above OAS: cut off */
        { "IDR5.OAS=0", 0x0000000510000004, 5, 0x10000050 },
        { NULL, 0x4000000010000004, 5, 0x10000050 },       /* RA */
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct machine *m = machine_new("base", rows[i].tweaks);

        row("row %zu", i);
        machine_write64(m, NS, rows[i].addr, 0x1046);
        w64(m, 0x90, rows[i].base);
        w32(m, 0x9c, rows[i].cons);
        w32(m, 0x98, rows[i].cons + 1);
        w32(m, 0x20, 8);
        ROW_EQ(m->irq[NS][SMMU3_IRQ_CMD_SYNC], 1);
        ROW_EQ(m->log[0].acc.addr, rows[i].addr);
        ROW_EQ(m->nlog, 1);
        machine_free(m);
    }
    rows_done();
}

/* Indices that make no sense stop consumption, and read nothing; 3.5.1. */
static void test_inconsistent(void **state)
{
    static const struct { uint32_t prod, cons; } rows[] = {
        { 0x12, 0x01 }, { 0x00, 0x01 }, { 0x1f, 0x0e }, { 0x03, 0x04 }, { 0x0f, 0x10 },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct machine *m = machine_new("base", NULL);

        row("PROD %#x CONS %#x of 16", rows[i].prod, rows[i].cons);
        w64(m, 0x90, 0x10000004);
        w32(m, 0x9c, rows[i].cons);
        w32(m, 0x98, rows[i].prod);
        w32(m, 0x20, 8);
        ROW_EQ(m->nlog, 0);
        ROW_EQ(r32(m, 0x9c) & 0xfffff, rows[i].cons);
        ROW_EQ(r32(m, 0x60), 0);
        machine_free(m);
    }
    rows_done();
}

/* A hint: no event, no error, no trace of it, whatever it is about; 4.2. */
static void test_prefetch(void **state)
{
    (void)state;
    for (unsigned k = 0; k < 4; k++) {
        struct machine *m = machine_new("base", NULL);
        struct smmu3t_ste junk = { { UINT64_MAX, UINT64_MAX, 1, 2, 3, 4, 5, 6 } };
        static const uint32_t sids[] = { 0, 1, 2, 15, 16, UINT32_MAX };
        uint64_t rec[4];

        row("bank %u SMMUEN %u", k & 1, k >> 1);
        machine_start(m, S, 4, 0);
        machine_start(m, NS, 4, 0);
        machine_ste(m, NS, 2, &junk);
        machine_ste(m, S, 2, &junk);
        w32(m, k & 1 ? 0x8020 : 0x20, k & 2 ? 0xd : 0xc);
        for (size_t i = 0; i < ARRAY_SIZE(sids); i++) {
            enum smmu3_sec_sid q = k & 1 ? S : NS;
            struct smmu3t_cmd c = smmu3t_cmd_prefetch_addr(sids[i], 0xfffff000fffff000, k & 1);

            ROW_EQ(machine_run(m, q, smmu3t_cmd_prefetch_config(sids[i], k & 1)), 0);
            ROW_EQ(machine_run(m, q, c), 0);
            smmu3t_cmd_set_ssid(&c, 0xfffff);
            ROW_EQ(machine_run(m, q, c), 0);
        }
        ROW_EQ(machine_event(m, NS, rec) || machine_event(m, S, rec), false);
        machine_free(m);
    }
    rows_done();
}

/* TG, NUM, SCALE, TTL: the reserved combination is CERROR_ILL; 4.4.1.1. */
static void test_range_fields(void **state)
{
    static const uint8_t ops[] = { 0x12, 0x13, 0x1a, 0x22, 0x23, 0x2a, 0x52, 0x53, 0x5a };

    (void)state;
    for (unsigned ril = 0; ril < 2; ril++) {
        struct machine *m = machine_new("base", ril ? NULL : AS_V31 "IDR3.RIL=0");

        machine_start(m, S, 4, 0);
        for (size_t o = 0; o < ARRAY_SIZE(ops); o++) {
            for (unsigned c = 0; c < 64; c++) {
                unsigned tg = c & 3, ttl = c >> 2 & 3, num = c & 16 ? 1 : 0, scale = c & 32 ? 1 : 0;
                unsigned eff_ttl = tg == 2 && ttl == 1 ? 0 : ttl; /* 16K level 1 needs DS */
                struct smmu3t_tlbi t = { .tg = (uint8_t)tg, .ttl = (uint8_t)ttl,
                                         .num = (uint8_t)num, .scale = (uint8_t)scale };
                bool ill = ril && tg && !eff_ttl && !num && !scale;
                uint32_t at = m->bank[S].prod;
                int err;

                row("RIL %u op %#x TG %u TTL %u NUM %u SCALE %u", ril, ops[o], tg, ttl, num, scale);
                err = machine_run(m, S, smmu3t_cmd_tlbi(ops[o], &t));
                ROW_EQ(err, ill);
                if (err) {
                    machine_write64(m, S, m->bank[S].cmdq + 16 * (at & 15), 0x46);
                    smmu3t_bank_ack(&m->bank[S]);
                }
            }
        }
        machine_free(m);
    }
    rows_done();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_legality),
        TEST(test_error_is_of_one_bank),
        TEST(test_fetch_abort),
        TEST(test_prod_back),
        TEST(test_gerror_irqen),
        TEST(test_sync),
        TEST(test_sev_on_room),
        TEST(test_wrap),
        TEST(test_base),
        TEST(test_inconsistent),
        TEST(test_prefetch),
        TEST(test_range_fields),
    };

    return machine_main("cmdq", tests, ARRAY_SIZE(tests), false);
}
