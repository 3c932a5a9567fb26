/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* What the identification registers may say: IHI0070G.b 2.3 to 2.8, 6.3.1 to 6.3.8, 6.3.52 to 6.3.56. */
#include "conf.h"

/* ---- reserved bits ---- */

static const struct {
    const char *name;
    uint32_t offset, reserved;
} id_regs[] = {
    { "IDR0", 0x0, 0xa0000000 }, { "IDR1", 0x4, 0 }, { "IDR2", 0x8, 0xfffffc00 },
    { "IDR3", 0xc, 0xff000043 }, { "IDR5", 0x14, 0x0000f208 }, { "AIDR", 0x1c, 0xffffff00 },
    { "S_IDR0", 0x8000, 0x7cffdfff }, { "S_IDR1", 0x8004, 0x5fffffc0 },
    { "S_IDR2", 0x8008, 0xfffffc00 }, { "S_IDR3", 0x800c, 0xffffffbf },
};

static void reserved(struct conf *c)
{
    for (size_t i = 0; i < CONF_COUNT(id_regs); i++) {
        unsigned sec = id_regs[i].offset >> 15;
        enum dut_pas pas = sec ? DUT_PAS_S : DUT_PAS_NS;
        uint32_t was;

        if (conf_row(c, RULE_ID_RES0, CONF_LEGAL, conf_state_need[sec], "%s: reserved bits", id_regs[i].name)) {
            conf_eq(c, "its reserved bits",
                    conf_reg(c, pas, id_regs[i].offset, 4) & id_regs[i].reserved, 0);
        }
        if (conf_row(c, RULE_REG_RO, CONF_ILLEGAL, conf_state_need[sec], "%s: a write", id_regs[i].name)) {
            was = (uint32_t)conf_reg(c, pas, id_regs[i].offset, 4);
            conf_set(c, pas, id_regs[i].offset, 4, ~was);
            conf_eq(c, "after it was written", conf_reg(c, pas, id_regs[i].offset, 4), was);
        }
        if (conf_row(c, RULE_ID_CONST, CONF_LEGAL, conf_state_need[sec], "%s: constant", id_regs[i].name)) {
            was = (uint32_t)conf_reg(c, pas, id_regs[i].offset, 4);
            conf_start(c, (enum dut_sec)sec);
            conf_eq(c, "while the SMMU is on", conf_reg(c, pas, id_regs[i].offset, 4), was);
            conf_fresh(c);
            conf_eq(c, "when it is off again", conf_reg(c, pas, id_regs[i].offset, 4), was);
            if (conf_can(c, DUT_CAN_RESET) && conf_reset(c)) {
                conf_eq(c, "after a reset", conf_reg(c, pas, id_regs[i].offset, 4), was);
            }
        }
    }
}

/* ---- values ---- */

struct range {
    const char *name;
    uint32_t field, max, reserved; /* reserved: a bit for each value that is, below 32 */
};
#define RANGE(reg, f, max, reserved) { #reg "." #f, CONF_ID_##reg##_##f, max, reserved }
static const struct range ranges[] = {
    RANGE(IDR0, TTF, 3, 1 << 0),      RANGE(IDR0, TTENDIAN, 3, 1 << 1),
    RANGE(IDR0, STALL_MODEL, 3, 1 << 3), RANGE(IDR0, ST_LEVEL, 1, 0),
    RANGE(IDR1, SIDSIZE, 32, 0),      RANGE(IDR1, SSIDSIZE, 20, 0),
    RANGE(IDR1, PRIQS, 19, 0),        RANGE(IDR1, EVENTQS, 19, 0),
    RANGE(IDR1, CMDQS, 19, 0),        RANGE(IDR3, BBML, 2, 0),
    RANGE(IDR5, OAS, 7, 0),           RANGE(IDR5, VAX, 2, 0),
    RANGE(AIDR, ArchMajorRev, 0, 0),  RANGE(AIDR, ArchMinorRev, 4, 0),
};
static const struct range s_ranges[] = {
    RANGE(S_IDR0, STALL_MODEL, 3, 1 << 3), RANGE(S_IDR1, S_SIDSIZE, 32, 0),
};

static void range(struct conf *c, const struct range *r, unsigned sec)
{
    uint32_t v;

    if (!conf_row(c, RULE_ID_RANGE, CONF_LEGAL, conf_state_need[sec], "%s", r->name)) {
        return;
    }
    v = conf_id(c, r->field);
    if (v > r->max || (v < 32 && r->reserved >> v & 1)) {
        conf_fail(c, "%s: expected a value that is not reserved, got %u", r->name, v);
    }
}

/* ---- one with another ---- */

/* If `when` is at least its value, `then` must be between min and max. */
static const struct depends {
    const char *name;
    uint32_t when, when_min, then, min, max;
    enum conf_rule rule;
} depends[] = {
#define IF(reg, f, from, reg2, f2, lo, hi, rule)                                                   \
    { #reg "." #f " of " #from " or more: " #reg2 "." #f2 " of " #lo " to " #hi,                   \
      CONF_ID_##reg##_##f, from, CONF_ID_##reg2##_##f2, lo, hi, RULE_##rule }
    IF(IDR0, Hyp, 1, IDR0, S1P, 1, 1, ID_DEPENDS),
    IF(IDR0, Hyp, 1, IDR0, S2P, 1, 1, ID_DEPENDS),
    IF(IDR0, VMW, 1, IDR0, S2P, 1, 1, ID_DEPENDS),
    IF(IDR0, NS1ATS, 1, IDR0, ATS, 1, 1, ID_DEPENDS),
    IF(IDR0, PRI, 1, IDR0, ATS, 1, 1, ID_DEPENDS),
    IF(IDR0, ATSRECERR, 1, IDR0, ATS, 1, 1, ID_DEPENDS),
    IF(IDR0, VATOS, 1, IDR0, ATOS, 1, 1, ID_DEPENDS),
    IF(IDR0, VATOS, 1, IDR0, S1P, 1, 1, ID_DEPENDS),
    IF(IDR0, VATOS, 1, IDR0, S2P, 1, 1, ID_DEPENDS),
    IF(IDR1, SIDSIZE, 7, IDR0, ST_LEVEL, 1, 1, ID_DEPENDS),
    IF(IDR1, ECMDQ, 1, IDR0, COHACC, 1, 1, ID_DEPENDS),
    IF(IDR1, ECMDQ, 1, IDR0, MSI, 1, 1, ID_DEPENDS),
    IF(IDR1, ECMDQ, 1, IDR1, QUEUES_PRESET, 0, 0, ID_DEPENDS),
    IF(IDR3, HAD, 1, IDR0, S1P, 1, 1, ID_DEPENDS),
    IF(IDR3, PBHA, 1, IDR3, HAD, 1, 1, ID_DEPENDS),
    IF(IDR3, PTWNNC, 1, IDR0, S2P, 1, 1, ID_DEPENDS),
    IF(IDR3, PASIDTT, 1, IDR0, ATS, 1, 1, ID_DEPENDS),
    IF(IDR3, PASIDTT, 1, IDR1, SSIDSIZE, 1, 20, ID_DEPENDS),
    IF(IDR3, PPS, 1, IDR0, PRI, 1, 1, ID_DEPENDS),
    IF(IDR3, DPT, 1, IDR0, ATS, 1, 1, ID_DEPENDS),
    IF(IDR3, S2PO, 1, IDR3, S2PI, 1, 1, ID_DEPENDS),
    IF(IDR3, S2PI, 1, IDR0, S2P, 1, 1, ID_DEPENDS),
    IF(IDR3, S1PI, 1, IDR0, S1P, 1, 1, ID_DEPENDS),
    IF(IDR3, AIE, 1, IDR0, S1P, 1, 1, ID_DEPENDS),
    IF(IDR3, THE, 1, IDR0, S1P, 1, 1, ID_DEPENDS),
    IF(IDR5, DS, 1, IDR5, VAX, 1, 2, ID_DEPENDS),
    IF(S_IDR1, SECURE_IMPL, 1, IDR0, S1P, 1, 1, ID_DEPENDS),
    IF(S_IDR1, SEL2, 1, IDR0, S1P, 1, 1, ID_DEPENDS),
    IF(S_IDR1, SEL2, 1, IDR0, S2P, 1, 1, ID_DEPENDS),
    IF(S_IDR1, SEL2, 1, IDR3, STT, 1, 1, ID_DEPENDS),
    IF(S_IDR1, SEL2, 1, AIDR, ArchMinorRev, 1, 15, ID_DEPENDS),
    IF(S_IDR0, ECMDQ, 1, S_IDR0, MSI, 1, 1, ID_DEPENDS),
    IF(AIDR, ArchMinorRev, 2, IDR3, RIL, 1, 1, ID_VERSION),
    IF(AIDR, ArchMinorRev, 2, IDR3, BBML, 1, 2, ID_VERSION),
    IF(AIDR, ArchMinorRev, 3, IDR3, E0PD, 1, 1, ID_VERSION),
    IF(AIDR, ArchMinorRev, 4, IDR3, EPAN, 1, 1, ID_VERSION),
};

/* What needs two conditions at once. */
static const struct both {
    const char *name;
    uint32_t when, when_min, and_when, and_min, then, min, max;
    enum conf_rule rule;
} boths[] = {
#define IF2(reg, f, from, reg1, f1, from1, reg2, f2, lo, hi, rule)                                 \
    { #reg "." #f " of " #from " or more and " #reg1 "." #f1 ": " #reg2 "." #f2 " of " #lo " to " #hi, \
      CONF_ID_##reg##_##f, from, CONF_ID_##reg1##_##f1, from1, CONF_ID_##reg2##_##f2, lo, hi,      \
      RULE_##rule }
    IF2(AIDR, ArchMinorRev, 1, IDR0, S1P, 1, IDR3, HAD, 1, 1, ID_VERSION),
    IF2(AIDR, ArchMinorRev, 1, IDR0, S2P, 1, IDR3, XNX, 1, 1, ID_VERSION),
    IF2(AIDR, ArchMinorRev, 2, IDR0, S2P, 1, IDR3, FWB, 1, 1, ID_VERSION),
    IF2(AIDR, ArchMinorRev, 3, IDR0, S2P, 1, IDR3, PTWNNC, 1, 1, ID_VERSION),
};

static void expect(struct conf *c, uint32_t field, uint32_t min, uint32_t max)
{
    uint32_t v = conf_id(c, field);

    if (v < min || v > max) {
        conf_fail(c, "expected %u to %u, got %u", min, max, v);
    }
}

static void dependencies(struct conf *c)
{
    for (size_t i = 0; i < CONF_COUNT(depends); i++) {
        const struct depends *d = &depends[i];
        const struct conf_need need[CONF_NEEDS] = { { d->when, CONF_MIN, d->when_min } };

        if (conf_row(c, d->rule, CONF_LEGAL, need, "%s", d->name)) {
            expect(c, d->then, d->min, d->max);
        }
    }
    for (size_t i = 0; i < CONF_COUNT(boths); i++) {
        const struct both *d = &boths[i];
        const struct conf_need need[CONF_NEEDS] = { { d->when, CONF_MIN, d->when_min },
                                                    { d->and_when, CONF_MIN, d->and_min } };

        if (conf_row(c, d->rule, CONF_LEGAL, need, "%s", d->name)) {
            expect(c, d->then, d->min, d->max);
        }
    }
}

/* What no table row can say. */
static void sums(struct conf *c)
{
    const struct conf_need hyp[CONF_NEEDS] = { NEED(AIDR, ArchMinorRev, MIN, 2),
                                               NEED(IDR0, S1P, IS, 1), NEED(IDR0, S2P, IS, 1) };
    const struct conf_need vax[CONF_NEEDS] = { NEED(IDR5, VAX, MIN, 1) };
    const struct conf_need oas[CONF_NEEDS] = { NEED(IDR5, OAS, IS, 6) };
    const struct conf_need secure[CONF_NEEDS] = { IN_SECURE };
    bool fine = ID(c, IDR5, GRAN64K) || ID(c, IDR5, DS) || ID(c, IDR5, D128);

    if (conf_row(c, RULE_ID_DEPENDS, CONF_LEGAL, NULL, "there is at least one stage")) {
        conf_eq(c, "S1P or S2P", ID(c, IDR0, S1P) | ID(c, IDR0, S2P), 1);
    }
    if (conf_row(c, RULE_ID_DEPENDS, CONF_LEGAL, NULL, "there is at least one granule")) {
        conf_eq(c, "GRAN4K, GRAN16K or GRAN64K",
                ID(c, IDR5, GRAN4K) | ID(c, IDR5, GRAN16K) | ID(c, IDR5, GRAN64K), 1);
    }
    if (conf_row(c, RULE_ID_DEPENDS, CONF_LEGAL, NULL, "STALL_MAX is 0 exactly if nothing stalls")) {
        unsigned model = ID(c, S_IDR1, SECURE_IMPL) ? ID(c, S_IDR0, STALL_MODEL)
                                                    : ID(c, IDR0, STALL_MODEL);

        conf_eq(c, "STALL_MAX is 0", ID(c, IDR5, STALL_MAX) == 0, model == 1);
    }
    if (conf_row(c, RULE_ID_VERSION, CONF_LEGAL, hyp, "SMMUv3.2 with both stages: IDR0.Hyp")) {
        conf_eq(c, "IDR0.Hyp", ID(c, IDR0, Hyp), 1);
    }
    if (conf_row(c, RULE_ID_DEPENDS, CONF_LEGAL, vax, "52-bit virtual addresses: GRAN64K or DS")) {
        conf_eq(c, "GRAN64K or DS", fine, 1);
    }
    if (conf_row(c, RULE_ID_DEPENDS, CONF_LEGAL, oas, "52-bit output: GRAN64K, DS or D128")) {
        conf_eq(c, "GRAN64K, DS or D128", fine, 1);
    }
    if (conf_row(c, RULE_ID_DEPENDS, CONF_LEGAL, secure, "both STALL_MODELs are the same")) {
        conf_eq(c, "IDR0.STALL_MODEL", ID(c, IDR0, STALL_MODEL), ID(c, S_IDR0, STALL_MODEL));
    }
}

static void run(struct conf *c)
{
    reserved(c);
    for (size_t i = 0; i < CONF_COUNT(ranges); i++) {
        range(c, &ranges[i], DUT_NS);
    }
    for (size_t i = 0; i < CONF_COUNT(s_ranges); i++) {
        range(c, &s_ranges[i], DUT_S);
    }
    dependencies(c);
    sums(c);
}

const struct conf_case case_id = { "reg/id", { { 0 } }, run };
