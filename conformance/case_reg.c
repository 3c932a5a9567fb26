/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Registers as storage: fields, halves, guards. IHI0070G.b 6.2, 6.3. Offsets,
 * masks and guards are typed from there, not taken from spec/regs.def.
 *
 * Reserved bits may be stored by an SMMU, so they are compared only after they
 * have been written as 0.
 */
#include "conf.h"

#define S_BANK 0x8000u
#define PAGE1 0x10000u
#define BIT31 (UINT64_C(1) << 31)

enum guard { G_NONE, G_EN, G_CQ, G_EQ, G_QUEUES, G_GERROR, G_EVENTQ, NUM_GUARDS };

/* Which bits of a register are compared; more depends on what there is. */
enum fields { F_ALL, F_CR2, F_ADDR, F_STRTAB, F_CMDQ_INDEX, F_EVENTQ_INDEX };

/* Two legal values that, together, have each bit once 0 and once 1. */
static const struct reg {
    const char *name;
    uint32_t offset;    /* the Secure one is at + 0x8000 ... */
    uint32_t s_offset;  /* ... if this is 0 */
    uint8_t size;
    enum guard guard;
    enum fields fields;
    uint64_t mask, v[2];
    bool msi;
} regs[] = {
    { "CR1.TABLE", 0x28, 0, 4, G_EN, F_ALL, 0xfc0, { 0xd40, 0xa80 }, false },
    { "CR1.QUEUE", 0x28, 0, 4, G_QUEUES, F_ALL, 0x3f, { 0x35, 0x2a }, false },
    { "CR2", 0x2c, 0, 4, G_EN, F_CR2, 0x7, { 0x5, 0x2 }, false },
    { "STRTAB_BASE", 0x80, 0, 8, G_EN, F_ADDR, UINT64_C(0x40ffffffffff0000),
      { UINT64_C(0x4055555555550000), UINT64_C(0x00aaaaaaaaaa0000) }, false },
    { "STRTAB_BASE_CFG", 0x88, 0, 4, G_EN, F_STRTAB, 0x307ff, { 0x10215, 0x1028a }, false },
    { "CMDQ_BASE", 0x90, 0, 8, G_CQ, F_ADDR, UINT64_C(0x40ffffffffff001f),
      { UINT64_C(0x4055555555550005), UINT64_C(0x00aaaaaaaaaa000a) }, false },
    { "CMDQ_PROD", 0x98, 0, 4, G_NONE, F_CMDQ_INDEX, 0xfffff, { 0x55555, 0xaaaaa }, false },
    { "CMDQ_CONS", 0x9c, 0, 4, G_CQ, F_CMDQ_INDEX, 0xfffff, { 0x55555, 0xaaaaa }, false },
    { "EVENTQ_BASE", 0xa0, 0, 8, G_EQ, F_ADDR, UINT64_C(0x40ffffffffff001f),
      { UINT64_C(0x4055555555550005), UINT64_C(0x00aaaaaaaaaa000a) }, false },
    { "EVENTQ_PROD", PAGE1 + 0xa8, S_BANK + 0xa8, 4, G_EQ, F_EVENTQ_INDEX, BIT31 | 0xfffff,
      { BIT31 | 0x55555, 0xaaaaa }, false },
    { "EVENTQ_CONS", PAGE1 + 0xac, S_BANK + 0xac, 4, G_NONE, F_EVENTQ_INDEX, BIT31 | 0xfffff,
      { BIT31 | 0x55555, 0xaaaaa }, false },
    { "GERROR_IRQ_CFG0", 0x68, 0, 8, G_GERROR, F_ADDR, UINT64_C(0x00fffffffffffffc),
      { UINT64_C(0x0055555555555554), UINT64_C(0x00aaaaaaaaaaaaa8) }, true },
    { "GERROR_IRQ_CFG1", 0x70, 0, 4, G_GERROR, F_ALL, UINT32_MAX, { 0x55555555, 0xaaaaaaaa },
      true },
    { "GERROR_IRQ_CFG2", 0x74, 0, 4, G_GERROR, F_ALL, 0x3f, { 0x35, 0x2a }, true },
    { "EVENTQ_IRQ_CFG0", 0xb0, 0, 8, G_EVENTQ, F_ADDR, UINT64_C(0x00fffffffffffffc),
      { UINT64_C(0x0055555555555554), UINT64_C(0x00aaaaaaaaaaaaa8) }, true },
    { "EVENTQ_IRQ_CFG1", 0xb8, 0, 4, G_EVENTQ, F_ALL, UINT32_MAX, { 0x55555555, 0xaaaaaaaa },
      true },
    { "EVENTQ_IRQ_CFG2", 0xbc, 0, 4, G_EVENTQ, F_ALL, 0x3f, { 0x35, 0x2a }, true },
};

static const struct {
    enum conf_rule rule;
    uint32_t cr0, irq_ctrl; /* what closes it */
} guards[NUM_GUARDS] = {
    [G_EN] = { RULE_GUARD_SMMUEN, 0x1, 0 },
    [G_CQ] = { RULE_GUARD_CMDQEN, 0x8, 0 },
    [G_EQ] = { RULE_GUARD_EVENTQEN, 0x4, 0 },
    [G_QUEUES] = { RULE_GUARD_QUEUES, 0xc, 0 },
    [G_GERROR] = { RULE_GUARD_IRQ, 0, 0x1 },
    [G_EVENTQ] = { RULE_GUARD_IRQ, 0, 0x4 },
};

static uint32_t offset(const struct reg *r, unsigned sec)
{
    return !sec ? r->offset : r->s_offset ? r->s_offset : r->offset + S_BANK;
}

static uint64_t low_bits(unsigned n)
{
    return n > 63 ? ~UINT64_C(0) : (UINT64_C(1) << n) - 1;
}

static uint64_t compared(const struct conf *c, const struct reg *r, unsigned sec)
{
    static const uint8_t oas[] = { 32, 36, 40, 42, 44, 48, 52, 56 };
    bool e2h = sec ? ID(c, S_IDR1, SEL2) : ID(c, IDR0, Hyp);

    switch (r->fields) {
    case F_CR2:
        return 2u | (e2h ? 1u : 0) | (ID(c, IDR0, BTM) ? 4u : 0);
    case F_ADDR:
        return r->mask & (low_bits(oas[ID(c, IDR5, OAS)]) | UINT64_C(1) << 62);
    case F_STRTAB:
        return ID(c, IDR0, ST_LEVEL) ? r->mask : 0x3f;
    case F_CMDQ_INDEX:
        return r->mask & low_bits(ID(c, IDR1, CMDQS) + 1);
    case F_EVENTQ_INDEX:
        return r->mask & (low_bits(ID(c, IDR1, EVENTQS) + 1) | BIT31);
    default:
        return r->mask;
    }
}

/* All that a register's row needs: the state, MSIs if it is about them, ... */
static void needs(struct conf_need need[CONF_NEEDS], const struct reg *r, unsigned sec)
{
    need[0] = conf_state_need[sec][0];
    need[1] = conf_state_need[sec][1];
    need[2] = need[3] = (struct conf_need){ 0 };
    if (r->msi) {
        need[2] = sec ? (struct conf_need)NEED(S_IDR0, MSI, IS, 1)
                      : (struct conf_need)NEED(IDR0, MSI, IS, 1);
    }
}

static enum dut_pas own(unsigned sec)
{
    return sec ? DUT_PAS_S : DUT_PAS_NS;
}

static void put(struct conf *c, const struct reg *r, unsigned sec, uint64_t v)
{
    conf_set(c, own(sec), offset(r, sec), r->size, v);
}

static bool holds(struct conf *c, const struct reg *r, unsigned sec, const char *when, uint64_t v)
{
    uint64_t mask = compared(c, r, sec);

    return conf_eq(c, when, conf_reg(c, own(sec), offset(r, sec), r->size) & mask, v & mask);
}

/* Nothing is on; the largest queues, so that all bits of an index count. */
static struct smmu3t_bank *prepare(struct conf *c, unsigned sec)
{
    struct smmu3t_bank *b = conf_start(c, (enum dut_sec)sec);

    smmu3t_bank_cr0(b, 0);
    smmu3t_bank_irq_ctrl(b, 0);
    conf_set(c, own(sec), smmu3t_bank_reg(b, SMMU3T_CMDQ_BASE), 8, b->cmdq | ID(c, IDR1, CMDQS));
    conf_set(c, own(sec), smmu3t_bank_reg(b, SMMU3T_EVENTQ_BASE), 8,
             b->evtq | ID(c, IDR1, EVENTQS));
    return b;
}

/* Empty queues: with garbage for a base, nothing must be fetched. */
static void empty(struct smmu3t_bank *b)
{
    smmu3t_bank_write(b, SMMU3T_CMDQ_PROD, 0);
    smmu3t_bank_write(b, SMMU3T_CMDQ_CONS, 0);
    smmu3t_bank_write(b, SMMU3T_EVENTQ_PROD, 0);
    smmu3t_bank_write(b, SMMU3T_EVENTQ_CONS, 0);
}

static void storage(struct conf *c, const struct reg *r, unsigned sec)
{
    struct conf_need need[CONF_NEEDS];
    bool part = r->guard == G_QUEUES || (r->guard == G_EN && r->offset == 0x28);

    needs(need, r, sec);
    if (conf_row(c, RULE_REG_RW, CONF_LEGAL, need, "%s%s: fields", sec ? "S_" : "", r->name)) {
        prepare(c, sec);
        for (unsigned i = 0; i < 4; i++) {
            put(c, r, sec, r->v[i & 1]);
            holds(c, r, sec, i & 1 ? "the other value" : "one value", r->v[i & 1]);
        }
        put(c, r, sec, 0);
        if (!part && r->fields < F_CMDQ_INDEX) { /* of an index, bits above the size are UNKNOWN */
            conf_eq(c, "all of it after a write of 0",
                    conf_reg(c, own(sec), offset(r, sec), r->size), 0);
        }
        holds(c, r, sec, "after a write of 0", 0);
    }
    if (r->size == 8 &&
        conf_row(c, RULE_REG_HALVES, CONF_LEGAL, need, "%s%s: halves", sec ? "S_" : "", r->name)) {
        uint32_t off = offset(r, sec);
        uint64_t mask, mixed = (r->v[0] & low_bits(32)) | (r->v[1] & ~low_bits(32));

        prepare(c, sec);
        mask = compared(c, r, sec);
        put(c, r, sec, r->v[0]);
        conf_eq(c, "the low half", conf_reg(c, own(sec), off, 4) & mask & low_bits(32),
                r->v[0] & mask & low_bits(32));
        conf_eq(c, "the high half", conf_reg(c, own(sec), off + 4, 4) & mask >> 32,
                (r->v[0] & mask) >> 32);
        conf_set(c, own(sec), off + 4, 4, r->v[1] >> 32);
        holds(c, r, sec, "after a write of the high half", mixed);
        conf_set(c, own(sec), off, 4, r->v[1] & low_bits(32));
        holds(c, r, sec, "after a write of the low half", r->v[1]);
    }
}

/* Closed by what guards it, and by nothing else. */
static void guard(struct conf *c, const struct reg *r, unsigned sec, unsigned queue)
{
    struct conf_need need[CONF_NEEDS];
    uint32_t cr0 = guards[r->guard].cr0, irq = guards[r->guard].irq_ctrl;
    const char *which = r->guard != G_QUEUES ? "" : queue ? " by EVENTQEN" : " by CMDQEN";
    struct smmu3t_bank *b;

    needs(need, r, sec);
    if (!queue &&
        conf_row(c, guards[r->guard].rule, CONF_LEGAL, need, "%s%s: all else on", sec ? "S_" : "",
                 r->name)) {
        b = prepare(c, sec);
        empty(b);
        smmu3t_bank_cr0(b, 0xd & ~cr0);
        smmu3t_bank_irq_ctrl(b, 5 & ~irq);
        put(c, r, sec, r->v[0]);
        holds(c, r, sec, "one value", r->v[0]);
        put(c, r, sec, r->v[1]);
        holds(c, r, sec, "the other value", r->v[1]);
    }
    need[3] = (struct conf_need)NEED(AIDR, ArchMinorRev, MIN, 2);
    if (conf_row(c, guards[r->guard].rule, CONF_ILLEGAL, need, "%s%s: guarded%s", sec ? "S_" : "", r->name,
                 which)) {
        if (r->guard == G_QUEUES) {
            cr0 = queue ? 4 : 8;
        }
        b = prepare(c, sec);
        empty(b);
        if (r->offset != 0x9c && r->offset != PAGE1 + 0xa8) { /* these two must stay empty */
            put(c, r, sec, r->v[0]);
        }
        smmu3t_bank_cr0(b, cr0);
        smmu3t_bank_irq_ctrl(b, irq);
        put(c, r, sec, r->v[1]);
        holds(c, r, sec, "written while it is guarded",
              r->offset != 0x9c && r->offset != PAGE1 + 0xa8 ? r->v[0] : 0);
        smmu3t_bank_cr0(b, 0);
        smmu3t_bank_irq_ctrl(b, 0);
        put(c, r, sec, r->v[1]);
        holds(c, r, sec, "written after that", r->v[1]);
    }
}

static void run(struct conf *c)
{
    for (unsigned sec = DUT_NS; sec < DUT_NUM_SEC; sec++) {
        for (size_t i = 0; i < CONF_COUNT(regs); i++) {
            storage(c, &regs[i], sec);
            if (regs[i].guard != G_NONE) {
                guard(c, &regs[i], sec, 0);
            }
            if (regs[i].guard == G_QUEUES) {
                guard(c, &regs[i], sec, 1);
            }
        }
    }
}

const struct conf_case case_reg = { "reg/storage", { { 0 } }, run };
