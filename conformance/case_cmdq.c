/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Errors of a queue, how it goes on, its ring, and CMD_SYNC's signals:
 * IHI0070G.b 3.5.1, 4.1.3, 4.7.3, 7.1. */
#include "conf.h"

#define GERROR_CMDQ 1u
#define GERROR_MSI_CMDQ (1u << 4)

static uint32_t active(struct conf *c, enum dut_sec sec)
{
    struct smmu3t_bank *b = conf_bank(c, sec);

    return smmu3t_bank_read(b, SMMU3T_GERROR) ^ smmu3t_bank_read(b, SMMU3T_GERRORN);
}

static uint32_t slots(const struct smmu3t_bank *b)
{
    return 1u << b->cmdq_log2;
}

static uint32_t rd(struct smmu3t_bank *b)
{
    return smmu3t_bank_read(b, SMMU3T_CMDQ_CONS) & (2 * slots(b) - 1);
}

static void put(struct conf *c, enum dut_sec sec, uint32_t index, struct smmu3t_cmd cmd)
{
    struct smmu3t_bank *b = conf_bank(c, sec);
    uint64_t a = b->cmdq + 16 * (uint64_t)(index & (slots(b) - 1));

    conf_write64(c, (enum dut_pas)sec, a, cmd.w[0]);
    conf_write64(c, (enum dut_pas)sec, a + 8, cmd.w[1]);
}

static const struct smmu3t_cmd bad = { { 0, 0 } }; /* Reserved: 4.1.1 */

/* Is the queue still where it stopped, having had every chance to go on? */
static void stopped(struct conf *c, enum dut_sec sec, uint32_t at)
{
    struct smmu3t_bank *b = conf_bank(c, sec);

    for (unsigned i = 0; i < 20 && !conf_failed(c); i++) {
        conf_eq(c, "CMDQ_CONS.RD while the error is active", rd(b), at);
    }
    conf_eq(c, "active errors", active(c, sec), GERROR_CMDQ);
}

/* A bad command between two CMD_SYNCs that would pulse the interrupt. */
static uint32_t break_queue(struct conf *c, enum dut_sec sec)
{
    struct smmu3t_bank *b = conf_bank(c, sec);
    struct smmu3t_cmd irq = smmu3t_cmd_sync(SMMU3T_SYNC_IRQ);
    uint32_t at;

    conf_start(c, sec);
    smmu3t_bank_push(b, &irq);
    at = b->prod;
    smmu3t_bank_push(b, &bad);
    smmu3t_bank_push(b, &irq);
    if (!conf_failed(c)) {
        conf_eq(c, "CMDQ_CONS.ERR (1: CERROR_ILL)", (unsigned)smmu3t_bank_wait(b), 1);
    }
    return at;
}

static void errors(struct conf *c, enum dut_sec sec)
{
    const struct conf_need *need = conf_state_need[sec];
    struct smmu3t_bank *b = conf_bank(c, sec);
    const char *who = conf_state_name[sec];
    uint32_t at;

    if (conf_row(c, RULE_CMD_ORDER, CONF_ILLEGAL, need, "%s: before and behind a bad command", who)) {
        at = break_queue(c, sec);
        stopped(c, sec, at);
        if (conf_can(c, DUT_CAN_IRQ)) {
            conf_eq(c, "pulses of the CMD_SYNCs (the first only)",
                    conf_irqs(c, sec, DUT_IRQ_CMD_SYNC), 1);
        }
    }
    if (conf_row(c, RULE_CMD_RESTART, CONF_LEGAL, need, "%s: GERRORN alone restarts", who)) {
        at = break_queue(c, sec);
        put(c, sec, at, smmu3t_cmd_sync(SMMU3T_SYNC_IRQ));
        smmu3t_bank_ack(b);
        if (!conf_failed(c)) {
            conf_eq(c, "the end after the acknowledgement", (unsigned)smmu3t_bank_wait(b), 0);
            conf_eq(c, "active errors", active(c, sec), 0);
        }
        if (conf_can(c, DUT_CAN_IRQ)) {
            conf_eq(c, "was a CMD_SYNC signalled?", !!conf_irqs(c, sec, DUT_IRQ_CMD_SYNC), 1);
        }
    }
    if (conf_row(c, RULE_CMD_RESTART, CONF_LEGAL, need, "%s: not mended, it stops again", who)) {
        at = break_queue(c, sec);
        smmu3t_bank_ack(b);
        if (!conf_failed(c)) {
            conf_eq(c, "CMDQ_CONS.ERR, again", (unsigned)smmu3t_bank_wait(b), 1);
        }
        stopped(c, sec, at);
    }
    if (conf_row(c, RULE_CMD_NO_ACK, CONF_ILLEGAL, need, "%s: CMDQ_PROD does not restart", who)) {
        at = break_queue(c, sec);
        put(c, sec, at, smmu3t_cmd_sync(SMMU3T_SYNC_NONE));
        smmu3t_bank_write(b, SMMU3T_CMDQ_PROD, b->prod);
        stopped(c, sec, at);
    }
    if (conf_row(c, RULE_CMD_NO_ACK, CONF_ILLEGAL, need, "%s: CMDQEN does not restart", who)) {
        at = break_queue(c, sec);
        put(c, sec, at, smmu3t_cmd_sync(SMMU3T_SYNC_NONE));
        smmu3t_bank_cr0(b, SMMU3T_CR0_EVENTQEN);
        smmu3t_bank_cr0(b, SMMU3T_CR0_EVENTQEN | SMMU3T_CR0_CMDQEN);
        stopped(c, sec, at);
    }
}

/* A queue where nothing answers. */
static void abort_on_fetch(struct conf *c, enum dut_sec sec)
{
    const struct conf_need need[CONF_NEEDS] = { CAN(HOLE), conf_state_need[sec][0],
                                                conf_state_need[sec][1] };
    struct smmu3t_bank *b = conf_bank(c, sec);
    struct smmu3t_cmd sync = smmu3t_cmd_sync(SMMU3T_SYNC_NONE);

    if (conf_row(c, RULE_CMD_ABT, CONF_ILLEGAL, need, "%s: the queue's memory aborts",
                 conf_state_name[sec])) {
        conf_start(c, sec);
        smmu3t_bank_cr0(b, SMMU3T_CR0_EVENTQEN);
        conf_set(c, (enum dut_pas)sec, smmu3t_bank_reg(b, SMMU3T_CMDQ_BASE), 8,
                 conf_hole(c, (enum dut_pas)sec) | b->cmdq_log2);
        smmu3t_bank_write(b, SMMU3T_CMDQ_CONS, 0);
        smmu3t_bank_write(b, SMMU3T_CMDQ_PROD, b->prod = 1);
        smmu3t_bank_cr0(b, SMMU3T_CR0_EVENTQEN | SMMU3T_CR0_CMDQEN);
        conf_eq(c, "CMDQ_CONS.ERR (2: CERROR_ABT)", (unsigned)smmu3t_bank_wait(b), 2);
        stopped(c, sec, 0);
        /* and back to memory that answers */
        smmu3t_bank_cr0(b, SMMU3T_CR0_EVENTQEN);
        conf_set(c, (enum dut_pas)sec, smmu3t_bank_reg(b, SMMU3T_CMDQ_BASE), 8,
                 b->cmdq | b->cmdq_log2);
        put(c, sec, 0, sync);
        smmu3t_bank_cr0(b, SMMU3T_CR0_EVENTQEN | SMMU3T_CR0_CMDQEN);
        smmu3t_bank_ack(b);
        conf_eq(c, "the end after the acknowledgement", (unsigned)smmu3t_bank_wait(b), 0);
    }
}

static void ring(struct conf *c, enum dut_sec sec)
{
    struct smmu3t_bank *b = conf_bank(c, sec);
    struct smmu3t_cmd sync = smmu3t_cmd_sync(SMMU3T_SYNC_NONE);

    if (conf_row(c, RULE_CMD_SLOTS, CONF_LEGAL, conf_state_need[sec], "%s: an error at each slot",
                 conf_state_name[sec])) {
        conf_start(c, sec);
        for (uint32_t i = 0; i < 2 * slots(b) + 1 && !conf_failed(c); i++) {
            conf_eq(c, "CERROR of a Reserved opcode", (unsigned)conf_cmd_error(c, sec, bad), 1);
            smmu3t_bank_push(b, &sync); /* an odd step, so that each slot has its turn */
        }
    }
    for (unsigned first = 0; first < 2; first++) {
        if (conf_row(c, RULE_CMD_FULL, CONF_LEGAL, conf_state_need[sec], "%s: full from slot %s",
                     conf_state_name[sec], first ? "1" : "0")) {
            conf_start(c, sec);
            if (conf_failed(c)) {
                continue;
            }
            smmu3t_bank_cr0(b, SMMU3T_CR0_EVENTQEN);
            smmu3t_bank_write(b, SMMU3T_CMDQ_CONS, first);
            for (uint32_t i = 0; i < slots(b); i++) {
                put(c, sec, i, sync);
            }
            b->prod = (first + slots(b)) & (2 * slots(b) - 1);
            smmu3t_bank_write(b, SMMU3T_CMDQ_PROD, b->prod);
            conf_eq(c, "CMDQ_CONS.RD while CMDQEN=0", rd(b), first);
            smmu3t_bank_cr0(b, SMMU3T_CR0_EVENTQEN | SMMU3T_CR0_CMDQEN);
            conf_eq(c, "the end of a full queue", (unsigned)smmu3t_bank_wait(b), 0);
        }
    }
}

/* The wire of GERROR, for a command error. */
static void gerror_irq(struct conf *c, enum dut_sec sec)
{
    for (unsigned on = 0; on < 2; on++) {
        const struct conf_need need[CONF_NEEDS] = { CAN(IRQ), conf_state_need[sec][0],
                                                    conf_state_need[sec][1] };

        if (conf_row(c, RULE_CMD_GERROR_IRQ, on ? CONF_LEGAL : CONF_ILLEGAL, need,
                     "%s: GERROR_IRQEN=%u", conf_state_name[sec], on)) {
            conf_start(c, sec);
            smmu3t_bank_irq_ctrl(conf_bank(c, sec), on);
            conf_irqs(c, sec, DUT_IRQ_GERROR);
            conf_eq(c, "CERROR of a Reserved opcode", (unsigned)conf_cmd_error(c, sec, bad), 1);
            conf_eq(c, "was the GERROR interrupt pulsed?", !!conf_irqs(c, sec, DUT_IRQ_GERROR), on);
            if (conf_has_secure(c)) {
                conf_eq(c, "pulses of the other state's GERROR interrupt",
                        conf_irqs(c, sec ? DUT_NS : DUT_S, DUT_IRQ_GERROR), 0);
            }
        }
    }
}

/* CMD_SYNC's wire: 4.7.3. */
static void sync_irq(struct conf *c, enum dut_sec sec)
{
    const struct conf_need need[CONF_NEEDS] = { CAN(IRQ), conf_state_need[sec][0],
                                                conf_state_need[sec][1] };

    for (unsigned k = 0; k < 6; k++) {
        unsigned cs = k % 3, ctrl = k < 3 ? 5 : 0;

        if (conf_row(c, RULE_CMD_SYNC_IRQ, cs == 1 ? CONF_LEGAL : CONF_ILLEGAL, need,
                     "%s: CS=%u IRQ_CTRL=%u", conf_state_name[sec], cs, ctrl)) {
            struct smmu3t_cmd cmd = smmu3t_cmd_sync(cs);

            conf_start(c, sec);
            smmu3t_bank_irq_ctrl(conf_bank(c, sec), ctrl);
            for (unsigned i = 0; i < DUT_NUM_IRQ; i++) {
                conf_irqs(c, sec, (enum dut_irq)i);
            }
            smmu3t_bank_push(conf_bank(c, sec), &cmd);
            conf_eq(c, "the end of the queue", (unsigned)smmu3t_bank_wait(conf_bank(c, sec)), 0);
            for (unsigned i = 0; i < DUT_NUM_IRQ; i++) {
                conf_eq(c, i == DUT_IRQ_CMD_SYNC ? "pulses of CMD_SYNC's interrupt"
                                                 : "pulses of another interrupt",
                        conf_irqs(c, sec, (enum dut_irq)i), cs == 1 && i == DUT_IRQ_CMD_SYNC);
            }
        }
    }
}

static struct smmu3t_cmd sync_msi(unsigned cs, uint64_t addr, uint32_t data)
{
    struct smmu3t_cmd cmd = smmu3t_cmd_sync(cs);

    CMD_PUT(cmd.w, MSH, 3);
    CMD_PUT(cmd.w, MSIAttr, 0xf);
    CMD_PUT(cmd.w, MSIData, data);
    CMD_PUT(cmd.w, MSIAddress, addr >> 2);
    return cmd;
}

/* CMD_SYNC's message: where, what, how much of it. */
static void msi(struct conf *c, enum dut_sec sec)
{
    const struct conf_need need[CONF_NEEDS] = {
        sec ? (struct conf_need)NEED(S_IDR0, MSI, IS, 1) : (struct conf_need)NEED(IDR0, MSI, IS, 1),
        conf_state_need[sec][0], conf_state_need[sec][1] };
    static const struct {
        const char *name;
        uint8_t cs, offset;
        uint64_t want;
    } row[] = {
        { "the low word", 1, 0, UINT64_C(0x1111111189abcdef) },
        { "the high word", 1, 4, UINT64_C(0x89abcdef22222222) },
        { "CS=SIG_NONE", 0, 0, UINT64_C(0x1111111122222222) },
        { "CS=SIG_SEV", 2, 0, UINT64_C(0x1111111122222222) },
    };
    enum dut_pas pas = (enum dut_pas)sec;

    for (size_t i = 0; i < CONF_COUNT(row); i++) {
        if (conf_row(c, RULE_CMD_SYNC_MSI, row[i].cs == 1 ? CONF_LEGAL : CONF_ILLEGAL, need,
                     "%s: %s", conf_state_name[sec], row[i].name)) {
            uint64_t a;

            conf_start(c, sec);
            a = conf_alloc(c, pas, 64, 64);
            for (unsigned k = 0; k < 64; k += 8) {
                conf_write64(c, pas, a + k, UINT64_C(0x1111111122222222));
            }
            conf_cmd(c, sec, sync_msi(row[i].cs, a + 16 + row[i].offset, 0x89abcdef));
            conf_poll64(c, pas, a + 16, row[i].want);
            for (unsigned k = 0; k < 64; k += 8) {
                conf_eq(c, "memory around the MSI", conf_read64(c, pas, a + k),
                        k == 16 ? row[i].want : UINT64_C(0x1111111122222222));
            }
            conf_eq(c, "active errors", active(c, sec), 0);
        }
    }
}

/* The message first; then, without waiting, where the queue is. */
static void msi_order(struct conf *c, enum dut_sec sec)
{
    const struct conf_need need[CONF_NEEDS] = {
        sec ? (struct conf_need)NEED(S_IDR0, MSI, IS, 1) : (struct conf_need)NEED(IDR0, MSI, IS, 1),
        conf_state_need[sec][0], conf_state_need[sec][1] };
    struct smmu3t_bank *b = conf_bank(c, sec);

    if (conf_row(c, RULE_CMD_SYNC_ORDER, CONF_LEGAL, need, "%s: the message and CMDQ_CONS",
                 conf_state_name[sec])) {
        struct smmu3t_cmd cmd;
        uint64_t a;

        conf_start(c, sec);
        a = conf_alloc(c, (enum dut_pas)sec, 64, 64);
        cmd = sync_msi(1, a, 0x1234);
        smmu3t_bank_push(b, &cmd);
        if (conf_poll64(c, (enum dut_pas)sec, a, 0x1234)) {
            conf_eq(c, "CMDQ_CONS.RD when the MSI is there", rd(b), b->prod);
        }
    }
}

static void sync_events(struct conf *c, enum dut_sec sec)
{
    struct conf_stream st = { .sec = sec, .s1 = true };
    struct smmu3t_cmd sync = smmu3t_cmd_sync(SMMU3T_SYNC_NONE);
    struct smmu3t_bank *b = conf_bank(c, sec);
    struct dut_dma dma;
    uint64_t rec[4];

    if (conf_row(c, RULE_CMD_SYNC_EVENTS, CONF_LEGAL, conf_state_need[sec], "%s: three events",
                 conf_state_name[sec])) {
        conf_start(c, sec);
        if (!conf_stream(c, &st)) {
            return;
        }
        for (unsigned i = 0; i < 3; i++) {
            dma = conf_access(&st, CONF_VA + i * 0x10000, 0);
            conf_dma(c, &dma);
            smmu3t_bank_push(b, &sync);
            conf_eq(c, "the end of the queue", (unsigned)smmu3t_bank_wait(b), 0);
            if (!smmu3t_bank_event(b, rec)) {
                conf_fail(c, "expected event %u after its CMD_SYNC, got none", i);
            }
        }
    }
}

static void msi_abort(struct conf *c, enum dut_sec sec)
{
    const struct conf_need need[CONF_NEEDS] = {
        CAN(HOLE),
        sec ? (struct conf_need)NEED(S_IDR0, MSI, IS, 1) : (struct conf_need)NEED(IDR0, MSI, IS, 1),
        conf_state_need[sec][0], conf_state_need[sec][1] };
    struct smmu3t_bank *b = conf_bank(c, sec);

    if (conf_row(c, RULE_CMD_SYNC_MSI_ABT, CONF_ILLEGAL, need, "%s", conf_state_name[sec])) {
        conf_start(c, sec);
        /* The CMD_SYNC behind it waits for the abort to be in GERROR. */
        conf_cmd(c, sec, sync_msi(1, conf_hole(c, (enum dut_pas)sec) + 8, 1));
        conf_eq(c, "active errors", active(c, sec), GERROR_MSI_CMDQ);
        conf_cmd(c, sec, smmu3t_cmd_sync(SMMU3T_SYNC_NONE));
        smmu3t_bank_ack(b);
        conf_eq(c, "active errors after the acknowledgement", active(c, sec), 0);
    }
}

static void cmd_queue(struct conf *c)
{
    for (unsigned sec = 0; sec < DUT_NUM_SEC; sec++) {
        errors(c, (enum dut_sec)sec);
        abort_on_fetch(c, (enum dut_sec)sec);
        ring(c, (enum dut_sec)sec);
        gerror_irq(c, (enum dut_sec)sec);
    }
}

static void cmd_sync(struct conf *c)
{
    for (unsigned sec = 0; sec < DUT_NUM_SEC; sec++) {
        sync_irq(c, (enum dut_sec)sec);
        msi(c, (enum dut_sec)sec);
        msi_order(c, (enum dut_sec)sec);
        sync_events(c, (enum dut_sec)sec);
        msi_abort(c, (enum dut_sec)sec);
    }
}

const struct conf_case case_cmd_queue = { "cmd/queue", { { 0 } }, cmd_queue };
const struct conf_case case_cmd_sync = { "cmd/sync", { { 0 } }, cmd_sync };
