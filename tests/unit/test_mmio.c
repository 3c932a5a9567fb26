/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Registers as a table: offset, width, what can be written and when, who sees
 * it. Typed from the register map, not from src/: IHI0070G.b 6.2, 6.3.
 */
#include "machine.h"

#include <string.h>

/* Guards: the register is writable only while this enable is 0 (6.3). */
enum guard { FREE, G_SMMUEN, G_CMDQEN, G_EVENTQEN };

/*
 * must: bits that store what is written; may: bits that may also do (address
 * bits above OAS, fields of features that are off).
 */
static const struct reg {
    const char *name;
    uint32_t off;
    unsigned bits;
    uint64_t must, may;
    enum guard guard;
} regs[] = {
    { "CR1", 0x28, 32, 0xfff, 0, FREE /* see test_cr1_guards */ },
    { "CR2", 0x2c, 32, 0x3, 0x4, G_SMMUEN },
    { "IRQ_CTRL", 0x50, 32, 0x5, 0, FREE },
    { "STRTAB_BASE", 0x80, 64, 0x4000ffffffffffc0, 0x00ff000000000000, G_SMMUEN },
    { "STRTAB_BASE_CFG", 0x88, 32, 0x307ff, 0, G_SMMUEN },
    { "CMDQ_BASE", 0x90, 64, 0x4000ffffffffffff, 0x00ff000000000000, G_CMDQEN },
    { "CMDQ_PROD", 0x98, 32, 0xfffff, 0, FREE },
    { "CMDQ_CONS", 0x9c, 32, 0xfffff, 0x7f000000, G_CMDQEN },
    { "EVENTQ_BASE", 0xa0, 64, 0x4000ffffffffffff, 0x00ff000000000000, G_EVENTQEN },
    { "EVENTQ_PROD", 0x100a8, 32, 0x800fffff, 0, G_EVENTQEN },
    { "EVENTQ_CONS", 0x100ac, 32, 0x800fffff, 0, FREE },
    { "S_CR1", 0x8028, 32, 0xfff, 0, FREE },
    { "S_CR2", 0x802c, 32, 0x3, 0x4, G_SMMUEN },
    { "S_IRQ_CTRL", 0x8050, 32, 0x5, 0, FREE },
    { "S_STRTAB_BASE", 0x8080, 64, 0x4000ffffffffffc0, 0x00ff000000000000, G_SMMUEN },
    { "S_STRTAB_BASE_CFG", 0x8088, 32, 0x307ff, 0, G_SMMUEN },
    { "S_CMDQ_BASE", 0x8090, 64, 0x4000ffffffffffff, 0x00ff000000000000, G_CMDQEN },
    { "S_CMDQ_PROD", 0x8098, 32, 0xfffff, 0, FREE },
    { "S_CMDQ_CONS", 0x809c, 32, 0xfffff, 0x7f000000, G_CMDQEN },
    { "S_EVENTQ_BASE", 0x80a0, 64, 0x4000ffffffffffff, 0x00ff000000000000, G_EVENTQEN },
    { "S_EVENTQ_PROD", 0x80a8, 32, 0x800fffff, 0, G_EVENTQEN },
    { "S_EVENTQ_CONS", 0x80ac, 32, 0x800fffff, 0, FREE },
};

/* Everything else that exists: ID, control and status registers. */
static const struct { uint32_t first, last; } others[] = {
    { 0x00, 0x1c }, { 0x20, 0x24 }, { 0x40, 0x48 }, { 0x54, 0x54 }, { 0x60, 0x64 },
    { 0x0e00, 0x0efc }, { 0x0fd0, 0x0ffc }, { 0x1000, 0x3ffc },
    { 0x8000, 0x8010 }, { 0x8020, 0x8024 }, { 0x803c, 0x803c }, { 0x8044, 0x8048 },
    { 0x8054, 0x8054 }, { 0x8060, 0x8064 }, { 0x8e00, 0x8efc }, { 0x9000, 0xbffc },
};

static bool secure_reg(uint32_t off)
{
    return off >= 0x8000 && off < 0x10000;
}

/* 2^19 entries, so that all bits of the indices are in use. */
static void big_queues(struct machine *m)
{
    w64(m, 0x90, 19);
    w64(m, 0xa0, 19);
    w64(m, 0x8090, 19);
    w64(m, 0x80a0, 19);
}

static void check_storage(const struct reg *r, uint64_t v, uint64_t written)
{
    uint64_t all = r->must | r->may;

    ROW_EQ(v & r->must, written & r->must);
    ROW_EQ(v & ~all, 0);
    ROW_EQ(v & ~written & all, 0);
}

static void test_masks(void **state)
{
    static const uint64_t values[] = { UINT64_MAX, 0, 0x5555555555555555, 0xaaaaaaaaaaaaaaaa };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(regs); i++) {
        const struct reg *r = &regs[i];

        for (size_t k = 0; k < ARRAY_SIZE(values); k++) {
            struct machine *m = machine_new("base", NULL);

            big_queues(m);
            row("%s = %#llx", r->name, (unsigned long long)values[k]);
            machine_set(m, r->off, r->bits / 8, SMMU3_PAS_S, values[k]);
            check_storage(r, machine_reg(m, r->off, r->bits / 8, SMMU3_PAS_S), values[k]);
            machine_free(m);
        }
    }
    rows_done();
}

/* Of a 64-bit register both halves are registers of 32 bits (6.2). */
static void test_halves(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(regs); i++) {
        const struct reg *r = &regs[i];
        struct machine *m;
        uint64_t lo, hi;

        if (r->bits != 64) {
            continue;
        }
        m = machine_new("base", NULL);
        row("%s", r->name);
        w32(m, r->off, UINT32_MAX);
        ROW_EQ(r32(m, r->off), (uint32_t)r->must);
        ROW_EQ(r32(m, r->off + 4), 0);
        w32(m, r->off + 4, UINT32_MAX);
        w32(m, r->off, 0);
        lo = r32(m, r->off);
        hi = r32(m, r->off + 4);
        ROW_EQ(lo, 0);
        ROW_EQ(hi & (r->must >> 32), r->must >> 32);
        ROW_EQ(r64(m, r->off), hi << 32);
        machine_free(m);
    }
    rows_done();
}

/* 8 and 16 bits, unaligned, 64 bits over two registers: RAZ/WI (CHOICES). */
static void test_other_sizes(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(regs); i++) {
        const struct reg *r = &regs[i];
        struct machine *m = machine_new("base", NULL);
        static const unsigned sizes[] = { 1, 2, 3, 4, 8, 16, 0 };
        uint64_t want;

        big_queues(m);
        row("%s", r->name);
        machine_set(m, r->off, r->bits / 8, SMMU3_PAS_S, r->must);
        want = machine_reg(m, r->off, r->bits / 8, SMMU3_PAS_S);
        for (size_t k = 0; k < ARRAY_SIZE(sizes); k++) {
            for (unsigned d = 0; d < 8; d++) {
                unsigned size = sizes[k];
                uint32_t off = r->off + d;
                bool legal = (size == 4 && d % 4 == 0) || (size == 8 && d == 0 && r->bits == 64);
                uint64_t v = 0x77;

                if (legal || size == 0 || (size == 4 && d % 4 == 0)) {
                    continue;
                }
                if (size == 8 && (off % 8 == 0) && d != 0) {
                    continue; /* the next register, which may be one of 64 bits */
                }
                ROW_EQ(smmu3_mmio_write(m->smmu, off, size, SMMU3_PAS_S, 0), SMMU3_OK);
                ROW_EQ(smmu3_mmio_read(m->smmu, off, size, SMMU3_PAS_S, &v), SMMU3_OK);
                if (v) {
                    row_fail("%u bytes at %#x read %#llx", size, off, (unsigned long long)v);
                }
            }
        }
        ROW_EQ(machine_reg(m, r->off, r->bits / 8, SMMU3_PAS_S), want);
        machine_free(m);
    }
    rows_done();
}

/* S_ registers are RAZ/WI for Non-secure, and absent without Secure state. */
static void test_security(void **state)
{
    static const enum smmu3_pas none[] = { SMMU3_PAS_NS, SMMU3_PAS_REALM };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(regs); i++) {
        const struct reg *r = &regs[i];
        struct machine *m = machine_new("base", NULL);
        unsigned size = r->bits / 8;

        big_queues(m);
        row("%s", r->name);
        if (!secure_reg(r->off)) {
            machine_set(m, r->off, size, SMMU3_PAS_NS, UINT64_MAX);
            check_storage(r, machine_reg(m, r->off, size, SMMU3_PAS_NS), UINT64_MAX);
            check_storage(r, machine_reg(m, r->off, size, SMMU3_PAS_S), UINT64_MAX);
        } else {
            machine_set(m, r->off, size, SMMU3_PAS_S, UINT64_MAX);
            for (size_t k = 0; k < ARRAY_SIZE(none); k++) {
                ROW_EQ(machine_reg(m, r->off, size, none[k]), 0);
                machine_set(m, r->off, size, none[k], 0);
            }
            check_storage(r, machine_reg(m, r->off, size, SMMU3_PAS_S), UINT64_MAX);
        }
        machine_free(m);
        if (secure_reg(r->off)) {
            m = machine_new("base", "S_IDR0=0 S_IDR1=0");
            machine_set(m, r->off, size, SMMU3_PAS_S, UINT64_MAX);
            ROW_EQ(machine_reg(m, r->off, size, SMMU3_PAS_S), 0);
            machine_free(m);
        }
    }
    rows_done();
}

static void test_guards(void **state)
{
    static const uint32_t enable[] = { [G_SMMUEN] = 1, [G_CMDQEN] = 8, [G_EVENTQEN] = 4 };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(regs); i++) {
        const struct reg *r = &regs[i];
        uint32_t cr0 = secure_reg(r->off) ? 0x8020 : 0x20;
        uint32_t other = cr0 ^ 0x8000;
        unsigned size = r->bits / 8;
        struct machine *m = machine_new("base", NULL);

        row("%s", r->name);
        if (r->guard != FREE) {
            uint64_t before = machine_reg(m, r->off, size, SMMU3_PAS_S);

            w32(m, cr0, enable[r->guard]);
            ROW_EQ(r32(m, cr0 + 4), enable[r->guard]);
            machine_set(m, r->off, size, SMMU3_PAS_S, r->must);
            ROW_EQ(machine_reg(m, r->off, size, SMMU3_PAS_S), before);
            if (r->bits == 64) {
                w32(m, r->off, UINT32_MAX);
                w32(m, r->off + 4, UINT32_MAX);
                ROW_EQ(machine_reg(m, r->off, size, SMMU3_PAS_S), before);
            }
        }
        /* all other enables of this bank, and all of the other bank, are no guard */
        w32(m, cr0, 0);
        big_queues(m);
        w32(m, other, 0xd);
        w32(m, cr0, 0xd & ~(r->guard == FREE ? 0 : enable[r->guard]));
        if (r->guard == FREE && r->off % 0x8000 == 0x28) {
            w32(m, cr0, 0);
        }
        if (r->off % 0x8000 != 0x98) { /* a write to CMDQ_PROD runs commands */
            machine_set(m, r->off, size, SMMU3_PAS_S, r->must);
            ROW_EQ(machine_reg(m, r->off, size, SMMU3_PAS_S) & r->must, r->must);
        }
        machine_free(m);
    }
    rows_done();
}

/* TABLE_* and QUEUE_* have guards of their own in one register: 6.3.11. */
static void test_cr1_guards(void **state)
{
    static const struct { uint32_t cr0, writable; } rows[] = {
        { 0, 0xfff }, { 1, 0x03f }, { 4, 0xfc0 }, { 8, 0xfc0 }, { 0xc, 0xfc0 }, { 0xd, 0 },
        { 0x9, 0 },
    };

    (void)state;
    for (unsigned bank = 0; bank < 2; bank++) {
        for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
            struct machine *m = machine_new("base", NULL);
            uint32_t b = bank * 0x8000;

            row("CR1 of bank %u, CR0 %#x", bank, rows[i].cr0);
            w32(m, b + 0x20, rows[i].cr0);
            w32(m, b + 0x28, 0xfff);
            ROW_EQ(r32(m, b + 0x28), rows[i].writable);
            machine_free(m);
        }
    }
    rows_done();
}

/* MSI and MPAM registers: RES0 without the feature, but they have a name. */
static bool optional_reg(uint32_t off)
{
    uint32_t o = off & 0x7fff;

    return off < 0x10000 && ((o >= 0x68 && o <= 0x74) || (o >= 0xb0 && o <= 0xbc) ||
                             (o >= 0x130 && o <= 0x13c));
}

/* Nothing else is there: a sweep over the whole window. */
static void test_holes(void **state)
{
    struct machine *m = machine_new("base", NULL);

    (void)state;
    for (uint32_t off = 0; off < SMMU3_MMIO_SIZE; off += 4) {
        bool there = false;

        for (size_t i = 0; i < ARRAY_SIZE(regs); i++) {
            there |= off >= regs[i].off && off < regs[i].off + regs[i].bits / 8;
        }
        for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
            there |= off >= others[i].first && off <= others[i].last;
        }
        if (there) {
            continue;
        }
        row("hole at %#x", off);
        w32(m, off, UINT32_MAX);
        ROW_EQ(r32(m, off), 0);
        ROW_EQ(smmu3_reg_name(off) != NULL && !optional_reg(off), false);
    }
    /* and no hole was a door to a register */
    for (size_t i = 0; i < ARRAY_SIZE(regs); i++) {
        row("%s", regs[i].name);
        ROW_EQ(machine_reg(m, regs[i].off, regs[i].bits / 8, SMMU3_PAS_S), 0);
        ROW_EQ(smmu3_reg_name(regs[i].off) != NULL, true);
        if (smmu3_reg_name(regs[i].off)) {
            const char *n = smmu3_reg_name(regs[i].off);

            /* with or without the prefix all names share */
            n = strncmp(n, "SMMU_", 5) ? n : n + 5;
            ROW_EQ(strcmp(n, regs[i].name), 0);
        }
    }
    assert_int_equal(smmu3_mmio_read(m->smmu, SMMU3_MMIO_SIZE, 4, SMMU3_PAS_S, &(uint64_t){ 0 }),
                     SMMU3_EINVAL);
    assert_int_equal(smmu3_mmio_read(m->smmu, SMMU3_MMIO_SIZE - 4, 8, SMMU3_PAS_S,
                                     &(uint64_t){ 0 }), SMMU3_EINVAL);
    assert_int_equal(smmu3_mmio_read(m->smmu, UINT32_MAX - 3, 8, SMMU3_PAS_S, &(uint64_t){ 0 }),
                     SMMU3_EINVAL);
    assert_int_equal(smmu3_mmio_write(m->smmu, SMMU3_MMIO_SIZE, 4, SMMU3_PAS_S, 0), SMMU3_EINVAL);
    assert_int_equal(smmu3_mmio_read(m->smmu, 0, 4, SMMU3_PAS_S, NULL), SMMU3_EINVAL);
    machine_free(m);
    rows_done();
}

/* ID registers never change, whoever writes. */
static void test_read_only(void **state)
{
    static const uint32_t ro[] = {
        0x00, 0x04, 0x08, 0x0c, 0x10, 0x14, 0x18, 0x1c, 0x24, 0x40, 0x54, 0x60,
        0x8000, 0x8004, 0x8008, 0x800c, 0x8010, 0x8024, 0x8054, 0x8060,
        0xfd0, 0xfe0, 0xfe4, 0xfe8, 0xfec, 0xff0, 0xff4, 0xff8, 0xffc,
    };
    struct machine *m = machine_new("base", NULL);

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(ro); i++) {
        uint32_t v = r32(m, ro[i]);

        row("read-only %#x", ro[i]);
        w32(m, ro[i], ~v);
        ROW_EQ(r32(m, ro[i]), v);
        w32(m, ro[i], UINT32_MAX);
        ROW_EQ(r32(m, ro[i]), v);
    }
    machine_free(m);
    rows_done();
}

/* What features that are off leave of the registers. */
static void test_absent_fields(void **state)
{
    static const struct { const char *tweaks; uint32_t off, gone; } rows[] = {
        { "IDR0.VMW=0", 0x20, 0x1c0 },
        { "IDR0.VMW=0", 0x8020, 0x1c0 },
        { "IDR0.ST_LEVEL=0 IDR1.SIDSIZE=6 S_IDR1.S_SIDSIZE=6", 0x88, 0x307c0 },
        { "IDR0.ST_LEVEL=0 IDR1.SIDSIZE=6 S_IDR1.S_SIDSIZE=6", 0x8088, 0x307c0 },
        { NULL, 0x20, ~0x1cdu },        /* ATSCHK, PRIQEN, DPT_WALK_EN */
        { NULL, 0x8020, ~0x1edu },      /* NSSTALLD: no stalling to forbid */
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct machine *m = machine_new("base", rows[i].tweaks);

        row("%s at %#x", rows[i].tweaks ? rows[i].tweaks : "max", rows[i].off);
        w32(m, rows[i].off, UINT32_MAX);
        ROW_EQ(r32(m, rows[i].off) & rows[i].gone, 0);
        if (rows[i].off % 0x8000 == 0x20) {
            ROW_EQ(r32(m, rows[i].off + 4) & rows[i].gone, 0);
        }
        machine_free(m);
    }
    rows_done();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_masks),
        TEST(test_halves),
        TEST(test_other_sizes),
        TEST(test_security),
        TEST(test_guards),
        TEST(test_cr1_guards),
        TEST(test_holes),
        TEST(test_read_only),
        TEST(test_absent_fields),
    };

    return machine_main("mmio", tests, ARRAY_SIZE(tests), false);
}
