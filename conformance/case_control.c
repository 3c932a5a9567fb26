/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Handshakes, Update bits, reset, odd accesses: IHI0070G.b 3.11, 6.2, 6.3.9 to 6.3.20, 6.3.57 to 6.3.68. */
#include "conf.h"

#define CR0 0x20u
#define CR0ACK 0x24u
#define GBPA 0x44u
#define IRQ_CTRL 0x50u
#define IRQ_CTRLACK 0x54u
#define GERROR 0x60u
#define GERRORN 0x64u
#define S_BANK 0x8000u
#define S_INIT 0x803cu
#define UPDATE (UINT32_C(1) << 31)
#define POLLS 1000u

static uint32_t rd(struct conf *c, unsigned sec, uint32_t offset)
{
    return conf_r32(c, offset + (sec ? S_BANK : 0));
}

static void wr(struct conf *c, unsigned sec, uint32_t offset, uint32_t v)
{
    conf_w32(c, offset + (sec ? S_BANK : 0), v);
}

/* It becomes this in finite time. */
static bool settles(struct conf *c, unsigned sec, uint32_t offset, uint32_t v, const char *what)
{
    for (unsigned n = POLLS; n; n--) {
        if (rd(c, sec, offset) == v) {
            return true;
        }
        conf_step(c);
    }
    return conf_eq(c, what, rd(c, sec, offset), v);
}

/* Off, with queues that work if they are turned on. */
static void prepare(struct conf *c, unsigned sec)
{
    smmu3t_bank_irq_ctrl(conf_start(c, (enum dut_sec)sec), 0);
    wr(c, sec, CR0, 0);
    settles(c, sec, CR0ACK, 0, "CR0ACK after CR0 was written 0");
}

/* ---- CR0, IRQ_CTRL ---- */

static uint32_t cr0_bits(const struct conf *c, unsigned sec)
{
    uint32_t bits = 0xd;

    if (ID(c, IDR0, VMW)) {
        bits |= 4u << 6; /* the other values of VMW are reserved, or not of one bit */
    }
    if (!sec) {
        return bits | (ID(c, IDR0, PRI) ? 2u : 0) | (ID(c, IDR0, ATS) ? 0x10u : 0) |
               (ID(c, IDR3, DPT) ? 0x400u : 0);
    }
    return bits | 0x20u | (ID(c, S_IDR0, STALL_MODEL) == 0 ? 0x200u : 0);
}

static void cr0(struct conf *c, unsigned sec)
{
    static const char *const names[11] = { "SMMUEN", "PRIQEN", "EVENTQEN", "CMDQEN", "ATSCHK", "SIF",
                                           NULL, NULL, "VMW", "NSSTALLD", "DPT_WALK_EN" };
    uint32_t there = cr0_bits(c, sec), vmw = ID(c, IDR0, VMW) ? 0x1c0 : 0;

    for (unsigned i = 0; i < CONF_COUNT(names); i++) {
        if (there >> i & 1 &&
            conf_row(c, RULE_CR0_ACK, CONF_LEGAL, conf_state_need[sec], "%sCR0.%s", sec ? "S_" : "",
                     names[i])) {
            prepare(c, sec);
            wr(c, sec, CR0, 1u << i);
            conf_eq(c, "CR0", rd(c, sec, CR0), 1u << i);
            settles(c, sec, CR0ACK, 1u << i, "CR0ACK");
            wr(c, sec, CR0, 0);
            conf_eq(c, "CR0", rd(c, sec, CR0), 0);
            settles(c, sec, CR0ACK, 0, "CR0ACK");
        }
    }
    if (conf_row(c, RULE_CR0_ACK, CONF_ILLEGAL, conf_state_need[sec], "%sCR0: all that is not there",
                 sec ? "S_" : "")) {
        prepare(c, sec);
        wr(c, sec, CR0, ~(there | vmw));
        conf_step(c);
        conf_eq(c, "CR0ACK", rd(c, sec, CR0ACK), 0);
        wr(c, sec, CR0, 0);
    }
    if (conf_row(c, RULE_REG_RO, CONF_ILLEGAL, conf_state_need[sec], "%sCR0ACK: a write", sec ? "S_" : "")) {
        prepare(c, sec);
        wr(c, sec, CR0ACK, 0xffffffff);
        conf_eq(c, "CR0ACK", rd(c, sec, CR0ACK), 0);
    }
}

static void banks(struct conf *c)
{
    static const struct conf_need secure[CONF_NEEDS] = { IN_SECURE };

    for (unsigned sec = 0; sec < DUT_NUM_SEC; sec++) {
        if (conf_row(c, RULE_CR0_BANKS, CONF_LEGAL, secure, "%s on, the other off",
                     conf_state_name[sec])) {
            prepare(c, !sec);
            conf_start(c, (enum dut_sec)sec);
            conf_eq(c, "the other CR0", rd(c, !sec, CR0), 0);
            conf_eq(c, "the other CR0ACK", rd(c, !sec, CR0ACK), 0);
            conf_eq(c, "the other IRQ_CTRL", rd(c, !sec, IRQ_CTRL), 0);
            conf_eq(c, "the other IRQ_CTRLACK", rd(c, !sec, IRQ_CTRLACK), 0);
            wr(c, !sec, CR0, 0);
            conf_eq(c, "CR0ACK after the other CR0 was written", rd(c, sec, CR0ACK), 0xd);
        }
    }
}

static void irq_ctrl(struct conf *c, unsigned sec)
{
    static const char *const names[3] = { "GERROR_IRQEN", "PRIQ_IRQEN", "EVENTQ_IRQEN" };
    uint32_t there = 5u | (!sec && ID(c, IDR0, PRI) ? 2u : 0);

    for (unsigned i = 0; i < 3; i++) {
        if (there >> i & 1 &&
            conf_row(c, RULE_IRQ_CTRL_ACK, CONF_LEGAL, conf_state_need[sec], "%sIRQ_CTRL.%s",
                     sec ? "S_" : "", names[i])) {
            prepare(c, sec);
            wr(c, sec, IRQ_CTRL, 1u << i);
            conf_eq(c, "IRQ_CTRL", rd(c, sec, IRQ_CTRL), 1u << i);
            settles(c, sec, IRQ_CTRLACK, 1u << i, "IRQ_CTRLACK");
            wr(c, sec, IRQ_CTRL, 0);
            conf_eq(c, "IRQ_CTRL", rd(c, sec, IRQ_CTRL), 0);
            settles(c, sec, IRQ_CTRLACK, 0, "IRQ_CTRLACK");
        }
    }
    if (conf_row(c, RULE_IRQ_CTRL_ACK, CONF_ILLEGAL, conf_state_need[sec],
                 "%sIRQ_CTRL: all that is not there", sec ? "S_" : "")) {
        prepare(c, sec);
        wr(c, sec, IRQ_CTRL, ~there);
        conf_step(c);
        conf_eq(c, "IRQ_CTRLACK", rd(c, sec, IRQ_CTRLACK), 0);
        wr(c, sec, IRQ_CTRL, 0);
    }
    if (conf_row(c, RULE_REG_RO, CONF_ILLEGAL, conf_state_need[sec], "%sIRQ_CTRLACK: a write",
                 sec ? "S_" : "")) {
        prepare(c, sec);
        wr(c, sec, IRQ_CTRLACK, 0xffffffff);
        conf_eq(c, "IRQ_CTRLACK", rd(c, sec, IRQ_CTRLACK), 0);
    }
}

/* ---- GERROR ---- */

static void gerror(struct conf *c, unsigned sec)
{
    if (conf_row(c, RULE_REG_RO, CONF_ILLEGAL, conf_state_need[sec], "%sGERROR: a write", sec ? "S_" : "")) {
        uint32_t was = rd(c, sec, GERROR);

        wr(c, sec, GERROR, ~was);
        conf_eq(c, "GERROR", rd(c, sec, GERROR), was);
    }
    if (conf_row(c, RULE_GERRORN_KEEPS, CONF_LEGAL, conf_state_need[sec], "%sGERRORN: an error, twice",
                 sec ? "S_" : "")) {
        struct smmu3t_bank *b = conf_start(c, (enum dut_sec)sec);

        /* An error, twice: the bit goes up, and comes down again. */
        for (unsigned i = 0; i < 2; i++) {
            struct smmu3t_cmd bad = { { 0xff, 0 } }; /* Reserved: CERROR_ILL */
            uint32_t before = rd(c, sec, GERROR);

            conf_eq(c, "CERROR of a Reserved opcode",
                    (unsigned)conf_cmd_error(c, (enum dut_sec)sec, bad), 1);
            conf_eq(c, "GERROR.CMDQ_ERR", (rd(c, sec, GERROR) ^ before) & 1, 1);
            conf_eq(c, "GERRORN after the acknowledgement", rd(c, sec, GERRORN),
                    smmu3t_bank_read(b, SMMU3T_GERROR));
        }
    }
}

/* ---- Update bits ---- */

struct updated {
    const char *name;
    enum conf_rule rule;
    uint32_t offset;
    uint32_t v[2];
    bool mpam;
};

static void update(struct conf *c, const struct updated *u, unsigned sec, uint32_t mask)
{
    struct conf_need need[CONF_NEEDS] = { conf_state_need[sec][0], conf_state_need[sec][1] };

    if (u->mpam) {
        need[2] = (struct conf_need)NEED(IDR3, MPAM, IS, 1);
    }
    if (conf_row(c, u->rule, CONF_LEGAL, need, "%s%s: Update", sec ? "S_" : "", u->name)) {
        for (unsigned i = 0; i < 3; i++) {
            uint32_t v = u->v[i & 1] & mask;

            wr(c, sec, u->offset, v | UPDATE);
            conf_eq(c, "read at once, without Update", rd(c, sec, u->offset) & mask, v);
            for (unsigned n = POLLS; n && rd(c, sec, u->offset) & UPDATE; n--) {
                conf_step(c);
            }
            conf_eq(c, "Update, in the end", rd(c, sec, u->offset) >> 31, 0);
            conf_eq(c, "the value, in the end", rd(c, sec, u->offset) & mask, v);
        }
    }
    if (!u->mpam) { /* before SMMUv3.2 GBPA may take anything then */
        need[2] = (struct conf_need)NEED(AIDR, ArchMinorRev, MIN, 2);
    }
    if (conf_row(c, u->rule, CONF_ILLEGAL, need, "%s%s: no Update", sec ? "S_" : "", u->name)) {
        uint32_t was;

        wr(c, sec, u->offset, (u->v[0] & mask) | UPDATE);
        for (unsigned n = POLLS; n && rd(c, sec, u->offset) & UPDATE; n--) {
            conf_step(c);
        }
        was = rd(c, sec, u->offset);
        wr(c, sec, u->offset, u->v[1] & mask);
        conf_eq(c, "after a write without Update", rd(c, sec, u->offset), was);
    }
    /* For the rows to come. */
    if (u->mpam) {
        wr(c, sec, u->offset, UPDATE);
    }
}

static uint32_t id_mask(unsigned top)
{
    uint32_t m = 0;

    while (m < top) {
        m = m << 1 | 1;
    }
    return m;
}

static void updates(struct conf *c, unsigned sec)
{
    static const struct updated gbpa = {
        "GBPA", RULE_GBPA_UPDATE, GBPA, { 0x00100000, 0x000f3d1a }, false,
    };
    static const struct updated gmpam = {
        "GMPAM", RULE_MPAM_UPDATE, 0x138, { 0x00555555, 0x00aaaaaa }, true,
    };
    static const struct updated gbpmpam = {
        "GBPMPAM", RULE_MPAM_UPDATE, 0x13c, { 0x00555555, 0x00aaaaaa }, true,
    };
    uint32_t types = ID(c, IDR1, ATTR_TYPES_OVR) ? 0x3f1f : 0;
    uint32_t perms = ID(c, IDR1, ATTR_PERMS_OVR) ? 0xf0000 : 0;
    uint32_t partid = sec ? ID(c, S_MPAMIDR, PARTID_MAX) : ID(c, MPAMIDR, PARTID_MAX);
    uint32_t pmg = sec ? ID(c, S_MPAMIDR, PMG_MAX) : ID(c, MPAMIDR, PMG_MAX);

    update(c, &gbpa, sec, 0x100000 | types | perms);
    update(c, &gmpam, sec, id_mask(pmg) << 16 | id_mask(partid));
    update(c, &gbpmpam, sec, id_mask(pmg) << 16 | id_mask(partid));
}

static void gbpa_attributes(struct conf *c, unsigned sec)
{
    static const struct {
        uint32_t gbpa;
        uint8_t mair, sh;
        enum conf_rule rule;
        const char *name;
    } rows[] = {
        { 0x1000, 0xff, 0, RULE_GBPA_MT, "MTCFG=0: as it comes in" },
        { 0x1010, 0x00, 2, RULE_GBPA_MT, "MemAttr=0b0000: Device-nGnRnE, Outer Shareable" },
        { 0x1011, 0x04, 2, RULE_GBPA_MT, "MemAttr=0b0001: Device-nGnRE, Outer Shareable" },
        { 0x1015, 0x44, 2, RULE_GBPA_MT, "MemAttr=0b0101: Normal Non-cacheable, Outer Shareable" },
        { 0x0000, 0xff, 0, RULE_GBPA_SH, "SHCFG=0: Non-shareable" },
        { 0x1000, 0xff, 0, RULE_GBPA_SH, "SHCFG=1: as it comes in" },
        { 0x2000, 0xff, 2, RULE_GBPA_SH, "SHCFG=2: Outer Shareable" },
        { 0x3000, 0xff, 3, RULE_GBPA_SH, "SHCFG=3: Inner Shareable" },
    };
    const struct conf_need need[CONF_NEEDS] = { conf_state_need[sec][0], conf_state_need[sec][1],
                                                CAN(SEE_ATTR), NEED(IDR1, ATTR_TYPES_OVR, IS, 1) };

    for (size_t i = 0; i < CONF_COUNT(rows); i++) {
        enum dut_pas pas = sec ? DUT_PAS_S : DUT_PAS_NS;
        struct dut_dma dma = { .sec_sid = (enum dut_sec)sec };
        struct dut_dma_result r;

        if (!conf_row(c, rows[i].rule, CONF_LEGAL, need, "%s%s", sec ? "Secure, " : "",
                      rows[i].name)) {
            continue;
        }
        wr(c, sec, GBPA, rows[i].gbpa | UPDATE);
        for (unsigned n = POLLS; n && rd(c, sec, GBPA) & UPDATE; n--) {
            conf_step(c);
        }
        dma.stream_id = conf_sid(c, (enum dut_sec)sec, 0);
        dma.addr = conf_target(c, pas);
        dma.flags = DUT_DMA_ATTR;
        dma.mair = 0xff;
        if (conf_reaches(c, &dma, pas, dma.addr)) {
            r = conf_dma(c, &dma);
            conf_eq(c, "the memory type that goes out", r.out_mair, rows[i].mair);
            conf_eq(c, "the Shareability that goes out", r.out_sh, rows[i].sh);
        }
    }
}

/* ---- SMMUEN, S_INIT ---- */

static void smmuen(struct conf *c, unsigned sec)
{
    static const struct conf_event bad_ste = { .number = EVT_C_BAD_STE };

    for (unsigned on = 0; on < 2; on++) {
        struct dut_dma dma = { .sec_sid = (enum dut_sec)sec };
        enum dut_pas pas = sec ? DUT_PAS_S : DUT_PAS_NS;
        struct smmu3t_bank *b;

        if (!conf_row(c, RULE_SMMUEN_OFF, on ? CONF_ILLEGAL : CONF_LEGAL, conf_state_need[sec],
                      "%s: SMMUEN=%u, an STE with V=0", conf_state_name[sec], on)) {
            continue;
        }
        b = conf_start(c, (enum dut_sec)sec);
        wr(c, sec, GBPA, 0x1000 | UPDATE); /* bypass */
        dma.stream_id = conf_sid(c, (enum dut_sec)sec, 0);
        dma.addr = conf_target(c, pas);
        if (on) {
            conf_faults(c, &dma, &bad_ste);
        } else {
            smmu3t_bank_cr0(b, SMMU3T_CR0_CMDQEN | SMMU3T_CR0_EVENTQEN);
            conf_reaches(c, &dma, pas, dma.addr);
        }
    }
}

static void s_init(struct conf *c)
{
    static const struct conf_need secure[CONF_NEEDS] = { IN_SECURE };

    if (conf_row(c, RULE_S_INIT_DONE, CONF_LEGAL, secure, "INV_ALL")) {
        conf_w32(c, S_INIT, 1);
        settles(c, 0, S_INIT, 0, "S_INIT");
        conf_w32(c, S_INIT, 0);
        conf_eq(c, "S_INIT after a write of 0", conf_r32(c, S_INIT), 0);
    }
}

/* ---- reset ---- */

static const struct {
    const char *name;
    uint32_t offset, mask;
    bool mpam, secure_only;
} resets[] = {
    { "CR0", CR0, 0xffffffff, false, false },
    { "CR0ACK", CR0ACK, 0xffffffff, false, false },
    { "IRQ_CTRL", IRQ_CTRL, 0xffffffff, false, false },
    { "IRQ_CTRLACK", IRQ_CTRLACK, 0xffffffff, false, false },
    { "GERROR", GERROR, 0xffffffff, false, false },
    { "GERRORN", GERRORN, 0xffffffff, false, false },
    { "GBPA.Update", GBPA, UPDATE, false, false },
    { "GMPAM", 0x138, 0xffffffff, true, false },
    { "GBPMPAM", 0x13c, 0xffffffff, true, false },
    { "INIT", 0x3c, 0xffffffff, false, true },
};

static void reset(struct conf *c, unsigned sec)
{
    struct conf_need need[CONF_NEEDS] = { conf_state_need[sec][0], conf_state_need[sec][1],
                                          CAN(RESET) };

    for (size_t i = 0; i < CONF_COUNT(resets); i++) {
        if (resets[i].secure_only && !sec) {
            continue;
        }
        need[3] = resets[i].mpam ? (struct conf_need)NEED(IDR3, MPAM, IS, 1)
                                 : (struct conf_need){ 0 };
        if (conf_row(c, RULE_REG_RESET, CONF_LEGAL, need, "%s%s: reset", sec ? "S_" : "",
                     resets[i].name)) {
            struct smmu3t_cmd bad = { { 0xff, 0 } };

            /* All of them away from it: on, an error, labels. */
            conf_start(c, (enum dut_sec)sec);
            conf_cmd_error(c, (enum dut_sec)sec, bad);
            if (resets[i].mpam) {
                wr(c, sec, resets[i].offset, UPDATE | 1);
            }
            if (conf_reset(c)) {
                conf_eq(c, "its value", rd(c, sec, resets[i].offset) & resets[i].mask, 0);
            }
        }
    }
}

/* ---- accesses that are not as they should be ---- */

static void odd(struct conf *c)
{
    static const struct {
        const char *name;
        uint32_t offset;
        uint8_t size;
    } rows[] = {
        { "1 byte", 0x80, 1 },       { "2 bytes", 0x80, 2 },       { "2 bytes, unaligned", 0x81, 2 },
        { "4 bytes, unaligned", 0x82, 4 }, { "8 bytes, unaligned", 0x84, 8 },
    };
    static const struct conf_need odd[CONF_NEEDS] = { CAN(ODD_MMIO) };
    static const struct conf_need both[CONF_NEEDS] = { CAN(ODD_MMIO), IN_SECURE };

    for (size_t i = 0; i < CONF_COUNT(rows); i++) {
        if (conf_row(c, RULE_REG_ODD, CONF_ILLEGAL, odd, "%s", rows[i].name)) {
            uint64_t cmdq, gbpa;

            prepare(c, DUT_NS);
            cmdq = conf_reg(c, DUT_PAS_NS, 0x90, 8);
            gbpa = conf_r32(c, GBPA);
            conf_reg(c, DUT_PAS_NS, rows[i].offset, rows[i].size);
            conf_set(c, DUT_PAS_NS, rows[i].offset, rows[i].size, ~UINT64_C(0));
            conf_eq(c, "CMDQ_BASE", conf_reg(c, DUT_PAS_NS, 0x90, 8), cmdq);
            conf_eq(c, "GBPA", conf_r32(c, GBPA), gbpa);
            conf_eq(c, "CR0", conf_r32(c, CR0), 0);
        }
        if (conf_row(c, RULE_REG_ODD, CONF_ILLEGAL, both, "%s, Non-secure to Secure", rows[i].name)) {
            uint64_t base, cfg;

            prepare(c, DUT_S);
            base = conf_reg(c, DUT_PAS_S, S_BANK + 0x80, 8);
            cfg = conf_reg(c, DUT_PAS_S, S_BANK + 0x88, 4);
            conf_set(c, DUT_PAS_NS, S_BANK + rows[i].offset, rows[i].size, ~base);
            conf_eq(c, "S_STRTAB_BASE", conf_reg(c, DUT_PAS_S, S_BANK + 0x80, 8), base);
            conf_eq(c, "S_STRTAB_BASE_CFG", conf_reg(c, DUT_PAS_S, S_BANK + 0x88, 4), cfg);
        }
    }
    if (conf_row(c, RULE_REG_TWO, CONF_LEGAL, NULL, "IDR0 and IDR1")) {
        uint64_t lo = conf_r32(c, 0), hi = (uint64_t)conf_r32(c, 4) << 32;
        uint64_t got = conf_reg(c, DUT_PAS_NS, 0, 8);

        if (got && got != lo && got != hi && got != (lo | hi)) {
            conf_fail(c, "expected 0x%lx, a half of it or 0, got 0x%lx", (unsigned long)(lo | hi),
                      (unsigned long)got);
        }
    }
}

/* What is not there. Its reserved bits could be stored, so 0 is written first. */
static void absent(struct conf *c)
{
    static const struct {
        const char *name;
        struct conf_need need;
        uint32_t first, last;
    } rows[] = {
        { "PRIQ_BASE", NEED(IDR0, PRI, IS, 0), 0xc0, 0xc4 },
        { "PRIQ_IRQ_CFG", NEED(IDR0, PRI, IS, 0), 0xd0, 0xdc },
        { "GATOS", NEED(IDR0, ATOS, IS, 0), 0x100, 0x11c },
        { "MPAMIDR, GMPAM, GBPMPAM", NEED(IDR3, MPAM, IS, 0), 0x130, 0x13c },
        { "VATOS_SEL", NEED(IDR0, VATOS, IS, 0), 0x180, 0x180 },
        { "IDR6", NEED(IDR1, ECMDQ, IS, 0), 0x190, 0x190 },
        { "DPT", NEED(IDR3, DPT, IS, 0), 0x200, 0x214 },
        { "GERROR_IRQ_CFG", NEED(IDR0, MSI, IS, 0), 0x68, 0x74 },
        { "EVENTQ_IRQ_CFG", NEED(IDR0, MSI, IS, 0), 0xb0, 0xbc },
        { "0x220, which no feature has", { 0 }, 0x220, 0x3fc },
    };

    for (size_t i = 0; i < CONF_COUNT(rows); i++) {
        const struct conf_need need[CONF_NEEDS] = { rows[i].need };

        if (conf_row(c, RULE_REG_ABSENT, CONF_ILLEGAL, need, "%s", rows[i].name)) {
            for (uint32_t o = rows[i].first; o <= rows[i].last; o += 4) {
                conf_w32(c, o, 0);
                if (!conf_eq(c, "what is read there", conf_r32(c, o), 0)) {
                    break;
                }
            }
        }
    }
}

static void run(struct conf *c)
{
    for (unsigned sec = DUT_NS; sec < DUT_NUM_SEC; sec++) {
        cr0(c, sec);
        irq_ctrl(c, sec);
        gerror(c, sec);
        updates(c, sec);
        gbpa_attributes(c, sec);
        smmuen(c, sec);
        reset(c, sec);
    }
    banks(c);
    s_init(c);
    odd(c);
    absent(c);
}

const struct conf_case case_control = { "reg/control", { { 0 } }, run };
