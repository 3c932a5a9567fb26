/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Wires and messages of queues and errors: IHI0070G.b 3.18, 7.5. */
#include "conf.h"

#define EVENTQ_CFG0 0xb0u
#define GERROR_CFG0 0x68u
#define EVENTQ_IRQEN 4u
#define GERROR_IRQEN 1u
#define ERR_CMDQ 1u
#define ERR_MSI_EVENTQ (1u << 5)
#define ERR_MSI_GERROR (1u << 7)
#define NOWHERE UINT64_C(0x70000000)
#define AROUND UINT64_C(0x3131313131313131)

static const struct smmu3t_cmd reserved = { { 0, 0 } };

/* A stream and an access of it that faults. */
struct target {
    struct conf *c;
    enum dut_sec sec;
    enum dut_pas pas;
    struct smmu3t_bank *b;
    struct conf_stream st;
    struct dut_dma dma;
    uint64_t msi; /* 64 bytes of memory */
};

static bool build(struct conf *c, struct target *t, enum dut_sec sec)
{
    *t = (struct target){ .c = c, .sec = sec, .pas = (enum dut_pas)sec, .b = conf_bank(c, sec),
                          .st = { .sec = sec, .s1 = true } };
    conf_start(c, sec);
    if (!conf_stream(c, &t->st)) {
        return false;
    }
    t->dma = conf_access(&t->st, NOWHERE, 0);
    t->msi = conf_alloc(c, t->pas, 64, 64);
    for (unsigned i = 0; i < 64; i += 8) {
        conf_write64(c, t->pas, t->msi + i, AROUND);
    }
    if (conf_can(c, DUT_CAN_BIG_ADDR)) {
        conf_write64(c, t->pas, 0, AROUND);
    }
    return !conf_failed(c);
}

static void fault(struct target *t)
{
    static const struct conf_event want = { .number = EVT_F_TRANSLATION,
                                            .class_ = CONF_CLASS_IN };

    conf_faults(t->c, &t->dma, &want);
}

static uint32_t active(const struct target *t)
{
    return smmu3t_bank_read(t->b, SMMU3T_GERROR) ^ smmu3t_bank_read(t->b, SMMU3T_GERRORN);
}

/* A command error, and the mended queue. */
static void error(struct target *t)
{
    if (conf_cmd_error(t->c, t->sec, reserved) != 1) {
        conf_fail(t->c, "expected CERROR_ILL of a Reserved opcode");
    }
}

/* Where and what: with the interrupts off, as 6.3.18 and 6.3.32 want it. */
static void configure(struct target *t, uint32_t cfg0, uint64_t addr, uint32_t data)
{
    smmu3t_bank_irq_ctrl(t->b, 0);
    conf_set(t->c, t->pas, smmu3t_bank_reg(t->b, cfg0), 8, addr);
    smmu3t_bank_write(t->b, cfg0 + 8, data);
    smmu3t_bank_write(t->b, cfg0 + 12, 0x3f); /* Write-Back, Inner Shareable */
}

/* Turning an interrupt off waits for its MSIs: 3.18.1. */
static void settle(struct target *t)
{
    smmu3t_bank_irq_ctrl(t->b, 0);
}

static void expect_msi(struct target *t, unsigned offset, bool sent, uint32_t data)
{
    uint64_t want = AROUND;

    if (sent) {
        want = offset & 4 ? (uint64_t)data << 32 | (AROUND & 0xffffffff)
                          : (AROUND & ~UINT64_C(0xffffffff)) | data;
    }
    for (unsigned i = 0; i < 64; i += 8) {
        conf_eq(t->c, "memory at and around the MSI's address",
                conf_read64(t->c, t->pas, t->msi + i), i == (offset & ~7u) ? want : AROUND);
    }
}

static void forget_pulses(struct target *t)
{
    for (unsigned i = 0; i < DUT_NUM_IRQ; i++) {
        conf_irqs(t->c, t->sec, (enum dut_irq)i);
    }
}

static struct conf_need msi_need(unsigned sec)
{
    return sec ? (struct conf_need)NEED(S_IDR0, MSI, IS, 1)
               : (struct conf_need)NEED(IDR0, MSI, IS, 1);
}

static void wires(struct conf *c, enum dut_sec sec)
{
    const struct conf_need need[CONF_NEEDS] = { CAN(IRQ), conf_state_need[sec][0],
                                                conf_state_need[sec][1] };
    struct target t;

    for (unsigned ctrl = 0; ctrl < 6; ctrl++) {
        bool on = ctrl & EVENTQ_IRQEN;

        if ((ctrl & 2) == 0 && conf_row(c, RULE_IRQ_EVENTQ, on ? CONF_LEGAL : CONF_ILLEGAL, need,
                                        "%s event, IRQ_CTRL=%u", conf_state_name[sec], ctrl) &&
            build(c, &t, sec)) {
            smmu3t_bank_irq_ctrl(t.b, ctrl);
            forget_pulses(&t);
            fault(&t);
            conf_eq(c, "was the Event queue's interrupt pulsed?",
                    !!conf_irqs(c, sec, DUT_IRQ_EVENTQ), on);
            conf_eq(c, "pulses of GERROR's interrupt", conf_irqs(c, sec, DUT_IRQ_GERROR), 0);
        }
    }
    if (conf_row(c, RULE_IRQ_EVENTQ_AGAIN, CONF_LEGAL, need, "%s, three times",
                 conf_state_name[sec]) &&
        build(c, &t, sec)) {
        forget_pulses(&t);
        for (unsigned i = 0; i < 3; i++) {
            fault(&t); /* takes the record, so that the queue is empty */
            conf_eq(c, "was the Event queue's interrupt pulsed?",
                    !!conf_irqs(c, sec, DUT_IRQ_EVENTQ), 1);
        }
    }
}

static void messages(struct conf *c, enum dut_sec sec)
{
    static const struct {
        const char *name;
        uint32_t ctrl;
        bool addr, sent;
        uint8_t offset;
    } row[] = {
        { "enabled", EVENTQ_IRQEN | GERROR_IRQEN, true, true, 8 },
        { "enabled, the high word", EVENTQ_IRQEN | GERROR_IRQEN, true, true, 20 },
        { "not enabled", 0, true, false, 8 },
        { "address 0", EVENTQ_IRQEN | GERROR_IRQEN, false, false, 8 },
    };
    const struct conf_need need[CONF_NEEDS] = { msi_need(sec), conf_state_need[sec][0],
                                                conf_state_need[sec][1] };

    for (size_t i = 0; i < 2 * CONF_COUNT(row); i++) {
        bool gerror = i & 1;
        unsigned off = row[i / 2].offset;
        struct target t;

        if (!conf_row(c, gerror ? RULE_IRQ_GERROR_MSI : RULE_IRQ_EVENTQ_MSI,
                      row[i / 2].sent ? CONF_LEGAL : CONF_ILLEGAL, need, "%s %s MSI: %s",
                      conf_state_name[sec], gerror ? "GERROR" : "Event queue", row[i / 2].name) ||
            !build(c, &t, sec)) {
            continue;
        }
        configure(&t, EVENTQ_CFG0, 0, 0);
        configure(&t, GERROR_CFG0, 0, 0);
        configure(&t, gerror ? GERROR_CFG0 : EVENTQ_CFG0, row[i / 2].addr ? t.msi + off : 0,
                  0xa1b2c3d4);
        smmu3t_bank_irq_ctrl(t.b, row[i / 2].ctrl);
        if (gerror) {
            error(&t);
        } else {
            fault(&t);
        }
        settle(&t);
        expect_msi(&t, off, row[i / 2].sent, 0xa1b2c3d4);
        conf_eq(c, "active errors", active(&t), 0);
        if (conf_can(c, DUT_CAN_BIG_ADDR)) {
            conf_eq(c, "memory at address 0", conf_read64(c, t.pas, 0), AROUND);
        }
    }
}

/* The message first, then without further waiting what it is about. */
static void order(struct conf *c, enum dut_sec sec)
{
    const struct conf_need need[CONF_NEEDS] = { msi_need(sec), conf_state_need[sec][0],
                                                conf_state_need[sec][1] };
    uint64_t want = (AROUND & ~UINT64_C(0xffffffff)) | 0x77;
    struct target t;

    if (conf_row(c, RULE_IRQ_ORDER, CONF_LEGAL, need, "%s event", conf_state_name[sec]) &&
        build(c, &t, sec)) {
        configure(&t, EVENTQ_CFG0, t.msi, 0x77);
        smmu3t_bank_irq_ctrl(t.b, EVENTQ_IRQEN);
        conf_dma(c, &t.dma);
        if (conf_poll64(c, t.pas, t.msi, want)) {
            conf_eq(c, "EVENTQ_PROD when the MSI is there",
                    smmu3t_bank_read(t.b, SMMU3T_EVENTQ_PROD), 1);
            conf_eq(c, "the number of the event in memory",
                    conf_read64(c, t.pas, t.b->evtq) & 0xff, EVT_F_TRANSLATION);
        }
    }
    if (conf_row(c, RULE_IRQ_ORDER, CONF_LEGAL, need, "%s error", conf_state_name[sec]) &&
        build(c, &t, sec)) {
        configure(&t, GERROR_CFG0, t.msi, 0x77);
        smmu3t_bank_irq_ctrl(t.b, GERROR_IRQEN);
        smmu3t_bank_push(t.b, &reserved);
        if (conf_poll64(c, t.pas, t.msi, want)) {
            conf_eq(c, "active errors when the MSI is there", active(&t), ERR_CMDQ);
        }
    }
    if (conf_row(c, RULE_IRQ_RECONFIGURED, CONF_LEGAL, need, "%s, configured anew",
                 conf_state_name[sec]) &&
        build(c, &t, sec)) {
        configure(&t, EVENTQ_CFG0, t.msi, 1);
        smmu3t_bank_irq_ctrl(t.b, EVENTQ_IRQEN);
        configure(&t, EVENTQ_CFG0, t.msi + 24, 0x77);
        smmu3t_bank_irq_ctrl(t.b, EVENTQ_IRQEN);
        fault(&t);
        settle(&t);
        expect_msi(&t, 24, true, 0x77);
    }
}

static void aborts(struct conf *c, enum dut_sec sec)
{
    const struct conf_need need[CONF_NEEDS] = { msi_need(sec), CAN(HOLE), conf_state_need[sec][0],
                                                conf_state_need[sec][1] };
    struct target t;

    if (conf_row(c, RULE_IRQ_EVENTQ_ABT, CONF_ILLEGAL, need, "%s Event queue MSI",
                 conf_state_name[sec]) &&
        build(c, &t, sec)) {
        configure(&t, EVENTQ_CFG0, conf_hole(c, t.pas) + 8, 1);
        configure(&t, GERROR_CFG0, t.msi + 8, 0x55);
        smmu3t_bank_irq_ctrl(t.b, EVENTQ_IRQEN | GERROR_IRQEN);
        fault(&t);
        settle(&t);
        conf_eq(c, "active errors", active(&t), ERR_MSI_EVENTQ);
        expect_msi(&t, 8, true, 0x55);
        smmu3t_bank_ack(t.b);
        fault(&t); /* the queue goes on */
    }
    if (conf_row(c, RULE_IRQ_GERROR_ABT, CONF_ILLEGAL, need, "%s GERROR MSI",
                 conf_state_name[sec]) &&
        build(c, &t, sec)) {
        configure(&t, GERROR_CFG0, conf_hole(c, t.pas) + 8, 1);
        smmu3t_bank_irq_ctrl(t.b, GERROR_IRQEN);
        forget_pulses(&t);
        smmu3t_bank_push(t.b, &reserved);
        smmu3t_bank_wait(t.b);
        settle(&t);
        conf_eq(c, "active errors", active(&t), ERR_CMDQ | ERR_MSI_GERROR);
        if (conf_can(c, DUT_CAN_IRQ)) {
            conf_eq(c, "pulses of GERROR's interrupt (CMDQ_ERR's)",
                    conf_irqs(c, sec, DUT_IRQ_GERROR), 1);
        }
    }
}

static void irq(struct conf *c)
{
    for (unsigned sec = 0; sec < DUT_NUM_SEC; sec++) {
        wires(c, (enum dut_sec)sec);
        messages(c, (enum dut_sec)sec);
        order(c, (enum dut_sec)sec);
        aborts(c, (enum dut_sec)sec);
    }
}

/* ---- CR2 ---- */

static void set_cr2(struct conf *c, enum dut_sec sec, uint32_t v)
{
    struct smmu3t_bank *b = conf_bank(c, sec);
    uint32_t cr0 = smmu3t_bank_read(b, SMMU3T_CR0);

    smmu3t_bank_cr0(b, cr0 & ~(uint32_t)SMMU3T_CR0_SMMUEN);
    smmu3t_bank_write(b, SMMU3T_CR2, v);
    smmu3t_bank_cr0(b, cr0);
}

static void recinvsid(struct conf *c, enum dut_sec sec)
{
    static const struct conf_event want = { .number = EVT_C_BAD_STREAMID };

    for (unsigned on = 0; on < 2; on++) {
        const struct conf_need need[CONF_NEEDS] = { CAN(ANY_SID), conf_state_need[sec][0],
                                                    conf_state_need[sec][1] };
        struct dut_dma dma = { .sec_sid = sec };

        if (conf_row(c, RULE_CR2_RECINVSID, on ? CONF_ILLEGAL : CONF_LEGAL, need,
                     "%s RECINVSID=%u", conf_state_name[sec], on)) {
            conf_start(c, sec);
            set_cr2(c, sec, on << 1);
            dma.stream_id = conf_num_sids(c, sec);
            if (on) {
                conf_faults(c, &dma, &want);
            } else {
                conf_aborts(c, &dma);
            }
        }
    }
}

/* STRW says EL2; the upper half, and a page for privileged accesses only. */
static void e2h(struct conf *c, enum dut_sec sec)
{
    static const uint64_t high = UINT64_C(0xffffffff00000000);
    static const struct conf_event no_half = { .number = EVT_F_TRANSLATION,
                                               .class_ = CONF_CLASS_IN };
    static const struct conf_event no_right = { .number = EVT_F_PERMISSION,
                                                .class_ = CONF_CLASS_IN };
    const struct conf_need need[CONF_NEEDS] = {
        sec ? (struct conf_need)NEED(S_IDR1, SEL2, IS, 1) : (struct conf_need)NEED(IDR0, Hyp, IS, 1),
        conf_state_need[sec][0], conf_state_need[sec][1] };

    for (unsigned k = 0; k < 4; k++) {
        bool on = k & 1, upper = k & 2;
        struct conf_stream st = { .sec = sec, .s1 = true, .both_halves = true };
        uint64_t pa, va = upper ? high : CONF_VA;
        struct dut_dma dma;

        if (!conf_row(c, RULE_CR2_E2H, on == upper ? CONF_LEGAL : CONF_ILLEGAL, need,
                      "%s E2H=%u, %s", conf_state_name[sec], on,
                      upper ? "the upper half" : "AP[1]=0, unprivileged")) {
            continue;
        }
        conf_start(c, sec);
        set_cr2(c, sec, 2 | on);
        if (!conf_stream(c, &st)) {
            continue;
        }
        STE_PUT(st.ste.w, STRW, 2);
        conf_stream_update(&st);
        pa = conf_target(c, (enum dut_pas)sec);
        conf_map1(&st, va, pa, 0x10000, upper ? SMMU3T_S1_RW : SMMU3T_S1_RW & ~SMMU3T_S1_USER);
        dma = conf_access(&st, va, 0);
        if (on == upper) {
            conf_reaches(c, &dma, (enum dut_pas)sec, pa);
        } else {
            conf_faults(c, &dma, upper ? &no_half : &no_right);
        }
    }
}

static void cr2(struct conf *c)
{
    for (unsigned sec = 0; sec < DUT_NUM_SEC; sec++) {
        recinvsid(c, (enum dut_sec)sec);
        e2h(c, (enum dut_sec)sec);
    }
}

const struct conf_case case_irq = { "irq/sources", { { 0 } }, irq };
const struct conf_case case_cr2 = { "reg/cr2", { { 0 } }, cr2 };
