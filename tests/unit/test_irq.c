/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Message signalled interrupts: registers and their guards, where each goes,
 * what an aborted one leaves behind. IHI0070G.b 3.18, 6.3.21 to 6.3.32, 7.5.
 */
#include "machine.h"

#define MSIS "IDR0.MSI=1 S_IDR0.MSI=1"

enum source { EVENTQ, GERROR, SYNC };

static uint32_t bank_of(enum smmu3_sec_sid sec)
{
    return sec == S ? 0x8000 : 0;
}

/* Offsets of IRQ_CFG0; CFG1 at +8, CFG2 at +12. */
static uint32_t cfg0_of(enum smmu3_sec_sid sec, enum source src)
{
    return bank_of(sec) + (src == EVENTQ ? 0xb0 : 0x68);
}

/* Address and data of a source's MSI; the enable goes off and on around it. */
static void set_msi(struct machine *m, enum smmu3_sec_sid sec, enum source src, uint64_t addr,
                    uint32_t data)
{
    if (src == SYNC) {
        return;
    }
    w32(m, bank_of(sec) + 0x50, 0);
    w64(m, cfg0_of(sec, src), addr);
    w32(m, cfg0_of(sec, src) + 8, data);
    w32(m, bank_of(sec) + 0x50, 5);
}

static void fire(struct machine *m, enum smmu3_sec_sid sec, enum source src, uint64_t addr,
                 uint32_t data)
{
    struct smmu3t_cmd c = smmu3t_cmd_sync(SMMU3T_SYNC_IRQ);

    switch (src) {
    case EVENTQ:
        (void)machine_dma(m, sec, 1, 0, 0);
        break;
    case GERROR:
        (void)machine_run(m, sec, (struct smmu3t_cmd){ { 0xff, 0 } });
        break;
    case SYNC:
        c.w[0] |= (uint64_t)data << 32;
        c.w[1] |= addr & UINT64_C(0x00fffffffffffffc);
        (void)machine_run(m, sec, c);
    }
}

static void test_registers(void **state)
{
    static const struct { uint32_t off; unsigned size; uint64_t must; uint32_t guard; } rows[] = {
        { 0x68, 8, 0x0000fffffffffffc, 1 }, { 0x70, 4, 0xffffffff, 1 }, { 0x74, 4, 0x3f, 1 },
        { 0xb0, 8, 0x0000fffffffffffc, 4 }, { 0xb8, 4, 0xffffffff, 4 }, { 0xbc, 4, 0x3f, 4 },
    };
    static const char *const tweaks[] = { "IDR0.MSI=0", "IDR0.MSI=1", "S_IDR0.MSI=1", MSIS };

    (void)state;
    for (size_t k = 0; k < ARRAY_SIZE(tweaks); k++) {
        for (uint32_t b = 0; b <= 0x8000; b += 0x8000) {
            bool there = b ? k & 2 : k & 1;

            for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
                struct machine *m = machine_new("base", tweaks[k]);
                uint32_t off = b + rows[i].off;
                uint64_t v;

                row("%s %#x", tweaks[k], off);
                machine_set(m, off, rows[i].size, SMMU3_PAS_S, UINT64_MAX);
                v = machine_reg(m, off, rows[i].size, SMMU3_PAS_S);
                ROW_EQ(v & rows[i].must, there ? rows[i].must : 0);
                ROW_EQ(v & ~(rows[i].must | UINT64_C(0x00ff000000000000)), 0);
                /* guarded by its own enable only */
                w32(m, b + 0x50, 5 & ~rows[i].guard);
                machine_set(m, off, rows[i].size, SMMU3_PAS_S, 0);
                ROW_EQ(machine_reg(m, off, rows[i].size, SMMU3_PAS_S), 0);
                w32(m, b + 0x50, rows[i].guard);
                machine_set(m, off, rows[i].size, SMMU3_PAS_S, UINT64_MAX);
                ROW_EQ(machine_reg(m, off, rows[i].size, SMMU3_PAS_S), 0);
                machine_free(m);
            }
        }
    }
    rows_done();
}

static void test_delivery(void **state)
{
    (void)state;
    for (unsigned c = 0; c < 3 * 2 * 4; c++) {
        enum source src = (enum source)(c % 3);
        enum smmu3_sec_sid sec = c / 3 & 1 ? S : NS;
        unsigned how = c / 6; /* 0 normal, 1 address 0, 2 above OAS, 3 no MSI feature */
        struct machine *m = machine_new("base", how == 3 ? NULL : MSIS);
        uint64_t base = UINT64_C(0x77000040), addr = base;
        uint8_t got[4];

        row("source %u bank %u case %u", src, sec, how);
        addr = how == 1 ? 0 : how == 2 ? base | UINT64_C(0x0011000000000000) : base;
        machine_start(m, sec, 4, 0);
        set_msi(m, sec, src, addr, 0x89abcdef);
        machine_clear_log(m);
        fire(m, sec, src, addr, 0x89abcdef);
        machine_read(m, sec, base, got, 4);
        ROW_EQ(got[0] | got[1] << 8 | got[2] << 16 | (uint64_t)got[3] << 24,
               how == 0 || how == 2 ? 0x89abcdef : 0);
        ROW_EQ(machine_accesses(m, SMMU3_ACC_MSI, sec), how == 0 || how == 2);
        ROW_EQ(machine_accesses(m, SMMU3_ACC_MSI, !sec), 0);
        /* the wire pulses as well, whatever the address is */
        ROW_EQ(m->irq[sec][src == EVENTQ ? SMMU3_IRQ_EVENTQ : src == GERROR ? SMMU3_IRQ_GERROR
                                                                         : SMMU3_IRQ_CMD_SYNC],
               1);
        machine_free(m);
    }
    rows_done();
}

/* GERROR.MSI_*_ABT_ERR: 4 CMDQ, 5 EVENTQ, 7 GERROR, the last without an irq. */
static void test_aborts(void **state)
{
    (void)state;
    for (unsigned c = 0; c < 6; c++) {
        enum source src = (enum source)(c % 3);
        enum smmu3_sec_sid sec = c / 3 ? S : NS;
        struct machine *m = machine_new("base", MSIS);
        uint32_t b = bank_of(sec), err = src == SYNC ? 1u << 4 : src == EVENTQ ? 1u << 5
                                                                               : 1u << 7;
        uint64_t addr = UINT64_C(0x77000040);
        unsigned irqs;

        row("source %u bank %u", src, sec);
        machine_start(m, sec, 4, 0);
        set_msi(m, sec, src, addr, 1);
        machine_inject(m, sec, addr, 4, SMMU3_MEM_ABORT);
        fire(m, sec, src, addr, 1);
        ROW_EQ((r32(m, b + 0x60) ^ r32(m, b + 0x64)), err | (src == GERROR ? 1 : 0));
        irqs = m->irq[sec][SMMU3_IRQ_GERROR];
        ROW_EQ(irqs, 1); /* of CMDQ_ERR itself, if that is what it was about */
        /* an aborted MSI does not stop later ones, nor is it logged twice */
        if (src != GERROR) {
            machine_drain(m, sec);
            fire(m, sec, src, addr, 1);
            ROW_EQ((r32(m, b + 0x60) ^ r32(m, b + 0x64)), err);
            ROW_EQ(m->irq[sec][SMMU3_IRQ_GERROR], irqs);
            machine_clear_faults(m);
            machine_drain(m, sec);
            fire(m, sec, src, addr, 0x55);
            ROW_EQ(machine_read64(m, sec, addr), src == SYNC ? 0x55 : 1);
            /* a CMD_SYNC was consumed all the same */
            ROW_EQ(r32(m, b + 0x9c) & 0xfffff, m->bank[sec].prod);
        }
        machine_free(m);
    }
    rows_done();
}

/* Disabled: neither MSI nor wire, and nothing is made up for later. */
static void test_disabled(void **state)
{
    struct machine *m = machine_new("base", MSIS);

    (void)state;
    machine_start(m, NS, 4, 0);
    set_msi(m, NS, EVENTQ, 0x77000040, 1);
    w32(m, 0x50, 1);
    row("EVENTQ_IRQEN=0");
    fire(m, NS, EVENTQ, 0, 0);
    ROW_EQ(machine_accesses(m, SMMU3_ACC_MSI, NS), 0);
    ROW_EQ(m->irq[NS][SMMU3_IRQ_EVENTQ], 0);
    w32(m, 0x50, 5);
    ROW_EQ(machine_accesses(m, SMMU3_ACC_MSI, NS), 0);
    machine_free(m);
    rows_done();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_registers),
        TEST(test_delivery),
        TEST(test_aborts),
        TEST(test_disabled),
    };

    return machine_main("irq", tests, ARRAY_SIZE(tests), false);
}
