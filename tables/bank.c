/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
#include "bank.h"

#define CMD_BYTES 16
#define EVT_BYTES 32
#define INDEX_MASK 0xfffffu
#define OVERFLOW_FLAG (1u << 31)
/* Tables and queues Inner Shareable, Write-Back: IHI0070G.b 6.3.11 */
#define CR1_WB 0xd75u
#define CR2_RECINVSID 2u

uint32_t smmu3t_bank_reg(const struct smmu3t_bank *b, uint32_t reg)
{
    if (b->secure) {
        return reg + SMMU3T_SECURE;
    }
    return reg == SMMU3T_EVENTQ_PROD || reg == SMMU3T_EVENTQ_CONS ? reg + SMMU3T_PAGE1 : reg;
}

uint32_t smmu3t_bank_read(const struct smmu3t_bank *b, uint32_t reg)
{
    return b->mmio->read32(b->mmio->ctx, smmu3t_bank_reg(b, reg));
}

void smmu3t_bank_write(const struct smmu3t_bank *b, uint32_t reg, uint32_t v)
{
    b->mmio->write32(b->mmio->ctx, smmu3t_bank_reg(b, reg), v);
}

static void write_base(const struct smmu3t_bank *b, uint32_t reg, uint64_t v)
{
    b->mmio->write64(b->mmio->ctx, smmu3t_bank_reg(b, reg), v);
}

static uint32_t polls(const struct smmu3t_bank *b)
{
    return b->polls ? b->polls : 100000;
}

static int write_ack(const struct smmu3t_bank *b, uint32_t reg, uint32_t ack, uint32_t v)
{
    smmu3t_bank_write(b, reg, v);
    for (uint32_t n = polls(b); n; n--) {
        if (smmu3t_bank_read(b, ack) == v) {
            return 0;
        }
    }
    return SMMU3T_ETIMEOUT;
}

int smmu3t_bank_cr0(const struct smmu3t_bank *b, uint32_t v)
{
    return write_ack(b, SMMU3T_CR0, SMMU3T_CR0ACK, v);
}

int smmu3t_bank_irq_ctrl(const struct smmu3t_bank *b, uint32_t v)
{
    return write_ack(b, SMMU3T_IRQ_CTRL, SMMU3T_IRQ_CTRLACK, v);
}

static uint64_t queue_alloc(const struct smmu3t_bank *b, uint64_t size)
{
    unsigned pas = b->secure ? SMMU3T_S : SMMU3T_NS;

    return b->mem->alloc(b->mem->ctx, pas, size, size < 32 ? 32 : size);
}

static int invalidate_all(struct smmu3t_bank *b)
{
    static const struct smmu3t_tlbi none;
    struct smmu3t_cmd c = smmu3t_cmd_cfgi_all(b->secure);
    uint32_t idr0 = b->mmio->read32(b->mmio->ctx, 0);
    bool sel2 = b->mmio->read32(b->mmio->ctx, SMMU3T_SECURE + 4) >> 29 & 1;
    int err = smmu3t_bank_run(b, &c);

    if (err) {
        return err;
    }
    if (b->secure) {
        c = smmu3t_cmd_tlbi(sel2 ? CMD_TLBI_SNH_ALL : CMD_TLBI_NH_ALL, &none);
    } else {
        c = smmu3t_cmd_tlbi(CMD_TLBI_NSNH_ALL, &none);
    }
    err = smmu3t_bank_run(b, &c);
    if (!err && (b->secure ? sel2 : idr0 >> 9 & 1)) { /* IDR0.Hyp */
        c = smmu3t_cmd_tlbi(b->secure ? CMD_TLBI_S_EL2_ALL : CMD_TLBI_EL2_ALL, &none);
        err = smmu3t_bank_run(b, &c);
    }
    return err;
}

int smmu3t_bank_init(struct smmu3t_bank *b)
{
    int err = smmu3t_bank_cr0(b, 0);

    b->cmdq = queue_alloc(b, (uint64_t)CMD_BYTES << b->cmdq_log2);
    b->evtq = queue_alloc(b, (uint64_t)EVT_BYTES << b->evtq_log2);
    if (err || !b->cmdq || !b->evtq) {
        return err ? err : SMMU3T_ENOMEM;
    }
    b->prod = b->cons = 0;
    smmu3t_bank_write(b, SMMU3T_CR1, CR1_WB);
    smmu3t_bank_write(b, SMMU3T_CR2, CR2_RECINVSID);
    write_base(b, SMMU3T_STRTAB_BASE, b->strtab.base);
    smmu3t_bank_write(b, SMMU3T_STRTAB_BASE_CFG, smmu3t_strtab_base_cfg(&b->strtab));
    write_base(b, SMMU3T_CMDQ_BASE, b->cmdq | b->cmdq_log2);
    smmu3t_bank_write(b, SMMU3T_CMDQ_CONS, 0);
    smmu3t_bank_write(b, SMMU3T_CMDQ_PROD, 0);
    write_base(b, SMMU3T_EVENTQ_BASE, b->evtq | b->evtq_log2);
    smmu3t_bank_write(b, SMMU3T_EVENTQ_PROD, 0);
    smmu3t_bank_write(b, SMMU3T_EVENTQ_CONS, 0);
    err = smmu3t_bank_cr0(b, SMMU3T_CR0_CMDQEN);
    if (!err) {
        err = smmu3t_bank_cr0(b, SMMU3T_CR0_CMDQEN | SMMU3T_CR0_EVENTQEN);
    }
    return err ? err : invalidate_all(b);
}

int smmu3t_bank_enable(struct smmu3t_bank *b)
{
    return smmu3t_bank_cr0(b, smmu3t_bank_read(b, SMMU3T_CR0) | SMMU3T_CR0_SMMUEN);
}

/* Index and wrap flag of a queue of 2^log2 entries: IHI0070G.b 3.5.1. */
static uint32_t next_index(uint32_t i, unsigned log2)
{
    return (i + 1) & ((2u << log2) - 1);
}

static bool is_full(uint32_t prod, uint32_t cons, unsigned log2)
{
    return (prod ^ cons) == 1u << log2;
}

/* CMDQ_CONS.ERR if a command error is active, else 0: IHI0070G.b 7.1. */
static int cmdq_error(const struct smmu3t_bank *b)
{
    uint32_t active = smmu3t_bank_read(b, SMMU3T_GERROR) ^ smmu3t_bank_read(b, SMMU3T_GERRORN);

    return active & 1 ? (int)(smmu3t_bank_read(b, SMMU3T_CMDQ_CONS) >> 24 & 0x7f) : 0;
}

int smmu3t_bank_push(struct smmu3t_bank *b, const struct smmu3t_cmd *c)
{
    uint64_t a = b->cmdq + CMD_BYTES * (uint64_t)(b->prod & ((1u << b->cmdq_log2) - 1));
    unsigned pas = b->secure ? SMMU3T_S : SMMU3T_NS;
    uint32_t n = polls(b);
    int err;

    while (is_full(b->prod, smmu3t_bank_read(b, SMMU3T_CMDQ_CONS) & INDEX_MASK, b->cmdq_log2)) {
        err = cmdq_error(b);
        if (err || !--n) {
            return err ? err : SMMU3T_ETIMEOUT;
        }
    }
    if (b->mem->write64(b->mem->ctx, pas, a, c->w[0]) ||
        b->mem->write64(b->mem->ctx, pas, a + 8, c->w[1])) {
        return SMMU3T_EIO;
    }
    b->prod = next_index(b->prod, b->cmdq_log2);
    smmu3t_bank_write(b, SMMU3T_CMDQ_PROD, b->prod);
    return 0;
}

int smmu3t_bank_wait(const struct smmu3t_bank *b)
{
    for (uint32_t n = polls(b); n; n--) {
        int err = cmdq_error(b);

        if (err) {
            return err;
        }
        if ((smmu3t_bank_read(b, SMMU3T_CMDQ_CONS) & INDEX_MASK) == b->prod) {
            return 0;
        }
    }
    return SMMU3T_ETIMEOUT;
}

int smmu3t_bank_run(struct smmu3t_bank *b, const struct smmu3t_cmd *c)
{
    struct smmu3t_cmd sync = smmu3t_cmd_sync(SMMU3T_SYNC_NONE);
    int err = smmu3t_bank_push(b, c);

    if (!err) {
        err = smmu3t_bank_push(b, &sync);
    }
    return err ? err : smmu3t_bank_wait(b);
}

void smmu3t_bank_ack(const struct smmu3t_bank *b)
{
    smmu3t_bank_write(b, SMMU3T_GERRORN, smmu3t_bank_read(b, SMMU3T_GERROR));
}

bool smmu3t_bank_event(struct smmu3t_bank *b, uint64_t rec[4])
{
    uint32_t prod = smmu3t_bank_read(b, SMMU3T_EVENTQ_PROD);
    uint64_t a = b->evtq + EVT_BYTES * (uint64_t)(b->cons & ((1u << b->evtq_log2) - 1));

    if ((prod & INDEX_MASK) == b->cons) {
        return false;
    }
    for (unsigned i = 0; i < 4; i++) {
        rec[i] = b->mem->read64(b->mem->ctx, b->secure ? SMMU3T_S : SMMU3T_NS, a + 8 * i);
    }
    b->cons = next_index(b->cons, b->evtq_log2);
    /* The overflow is acknowledged with the index: IHI0070G.b 7.4. */
    smmu3t_bank_write(b, SMMU3T_EVENTQ_CONS, b->cons | (prod & OVERFLOW_FLAG));
    return true;
}
