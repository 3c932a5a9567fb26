/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* The DUT's registers and memory, and its programming interfaces at work. */
#include <string.h>

#include "conf_state.h"

#define S_PAGE 0x8000u
#define GBPA 0x44u
#define GERROR_IRQ_CFG0 0x68u
#define EVENTQ_IRQ_CFG0 0xb0u
#define GBPA_UPDATE (1u << 31)
#define QUEUE_LOG2 4

/* ---- registers ---- */

void conf_step(struct conf *c)
{
    if (c->dut->step) {
        c->dut->step(c->dut->ctx);
    }
}

uint64_t conf_reg(struct conf *c, enum dut_pas pas, uint32_t offset, unsigned size)
{
    return c->dut->mmio_read(c->dut->ctx, pas, offset, size);
}

void conf_set(struct conf *c, enum dut_pas pas, uint32_t offset, unsigned size, uint64_t v)
{
    c->dut->mmio_write(c->dut->ctx, pas, offset, size, v);
}

static enum dut_pas reg_pas(uint32_t offset)
{
    return offset >= S_PAGE && offset < 0x10000 ? DUT_PAS_S : DUT_PAS_NS;
}

uint32_t conf_r32(struct conf *c, uint32_t offset)
{
    enum dut_pas pas = reg_pas(offset);

    if (pas == DUT_PAS_S && !conf_can(c, DUT_CAN_SECURE)) {
        return 0;
    }
    return (uint32_t)conf_reg(c, pas, offset, 4);
}

void conf_w32(struct conf *c, uint32_t offset, uint32_t v)
{
    conf_set(c, reg_pas(offset), offset, 4, v);
}

static uint32_t ops_read32(void *ctx, uint32_t offset)
{
    conf_step(ctx);
    return conf_r32(ctx, offset);
}

static void ops_write32(void *ctx, uint32_t offset, uint32_t v)
{
    conf_w32(ctx, offset, v);
}

static void ops_mmio_write64(void *ctx, uint32_t offset, uint64_t v)
{
    conf_set(ctx, reg_pas(offset), offset, 8, v);
}

/* ---- memory ---- */

uint64_t conf_read64(struct conf *c, enum dut_pas pas, uint64_t addr)
{
    uint8_t b[8];
    uint64_t v = 0;

    c->dut->mem_read(c->dut->ctx, pas, addr, b, sizeof(b));
    for (int i = 7; i >= 0; i--) {
        v = v << 8 | b[i];
    }
    return v;
}

void conf_write64(struct conf *c, enum dut_pas pas, uint64_t addr, uint64_t v)
{
    uint8_t b[8];

    for (int i = 0; i < 8; i++) {
        b[i] = (uint8_t)(v >> (8 * i));
    }
    c->dut->mem_write(c->dut->ctx, pas, addr, b, sizeof(b));
}

uint64_t conf_alloc(struct conf *c, enum dut_pas pas, uint64_t size, uint64_t align)
{
    uint64_t a = (c->brk[pas] + align - 1) & ~(align - 1);
    uint64_t end = c->dut->ram[pas].base + c->dut->ram[pas].size;

    if (a < c->brk[pas] || a > end || end - a < size) {
        conf_skip(c, "the DUT's RAM is too small");
        c->exhausted = true;
        return 0;
    }
    c->brk[pas] = a + size;
    c->dut->mem_zero(c->dut->ctx, pas, a, size);
    return a;
}

uint64_t conf_target(struct conf *c, enum dut_pas pas)
{
    uint64_t a = (c->brk[pas] + 0xffff) & ~UINT64_C(0xffff);

    if (a + 0x10000 > c->dut->ram[pas].base + c->dut->ram[pas].size) {
        conf_skip(c, "the DUT's RAM is too small");
        c->exhausted = true;
        return 0;
    }
    c->brk[pas] = a + 0x10000;
    return a;
}

void conf_ram(const struct conf *c, enum dut_pas pas, uint64_t *base, uint64_t *size)
{
    *base = c->dut->ram[pas].base;
    *size = c->dut->ram[pas].size;
}

uint64_t conf_hole(const struct conf *c, enum dut_pas pas)
{
    return c->dut->hole[pas];
}

bool conf_poll64(struct conf *c, enum dut_pas pas, uint64_t addr, uint64_t want)
{
    uint64_t got = 0;

    for (unsigned n = c->polls; n && (got = conf_read64(c, pas, addr)) != want; n--) {
        if (!c->dut->step) {
            break;
        }
        c->dut->step(c->dut->ctx);
    }
    return conf_eq(c, "what the SMMU wrote", got, want);
}

unsigned conf_irqs(struct conf *c, enum dut_sec bank, enum dut_irq irq)
{
    return conf_can(c, DUT_CAN_IRQ) ? c->dut->irqs(c->dut->ctx, bank, irq) : 0;
}

static int ops_write64(void *ctx, unsigned pas, uint64_t addr, uint64_t v)
{
    conf_write64(ctx, (enum dut_pas)pas, addr, v);
    return 0;
}

static uint64_t ops_read64(void *ctx, unsigned pas, uint64_t addr)
{
    return conf_read64(ctx, (enum dut_pas)pas, addr);
}

static uint64_t ops_alloc(void *ctx, unsigned pas, uint64_t size, uint64_t align)
{
    return conf_alloc(ctx, (enum dut_pas)pas, size, align);
}

/* ---- from nothing to a fresh SMMU ---- */

void conf_identify(struct conf *c)
{
    static const uint32_t offset[CONF_NUM_IDS] = { 0x0, 0x4, 0xc, 0x14, 0x1c, 0x8000, 0x8004,
                                                   0x800c, 0x130, 0x8130 };

    for (unsigned i = 0; i < CONF_NUM_IDS; i++) {
        c->id[i] = conf_r32(c, offset[i]);
    }
    for (unsigned i = 0; i < DUT_NUM_SEC; i++) {
        c->gbpa[i] = conf_r32(c, GBPA + (i ? S_PAGE : 0));
    }
    c->polls = c->dut->polls ? c->dut->polls : 100000;
    c->mem = (struct smmu3_mem_ops){ c, ops_write64, ops_read64, ops_alloc };
    c->mmio = (struct smmu3_mmio_ops){ c, ops_read32, ops_write32, ops_mmio_write64 };
    c->token = UINT64_C(0x5a17000000000000);
}

bool conf_has_secure(const struct conf *c)
{
    return conf_can(c, DUT_CAN_SECURE) && ID(c, S_IDR1, SECURE_IMPL);
}

bool conf_needs_state(struct conf *c, enum dut_sec sec)
{
    if (sec == DUT_S && !conf_has_secure(c)) {
        conf_skip(c, "the DUT has no Secure state");
        return false;
    }
    return true;
}

unsigned conf_stall_model(const struct conf *c, enum dut_sec sec)
{
    return sec == DUT_S ? ID(c, S_IDR0, STALL_MODEL) : ID(c, IDR0, STALL_MODEL);
}

unsigned conf_oas(const struct conf *c)
{
    static const uint8_t bits[] = { 32, 36, 40, 42, 44, 48, 52, 56 };

    return bits[ID(c, IDR5, OAS)];
}

static void off(struct conf *c, enum dut_sec sec)
{
    struct smmu3t_bank b = { .mmio = &c->mmio, .mem = &c->mem, .secure = sec == DUT_S,
                             .polls = c->polls };

    if (smmu3t_bank_cr0(&b, 0)) {
        conf_fail(c, "%s: expected CR0ACK 0 after CR0 was written 0, got 0x%x",
                  sec ? "Secure" : "Non-secure", smmu3t_bank_read(&b, SMMU3T_CR0ACK));
    }
    smmu3t_bank_irq_ctrl(&b, 0);
    smmu3t_bank_ack(&b);
    /* No message to where an earlier row wanted one. */
    conf_set(c, sec ? DUT_PAS_S : DUT_PAS_NS, (sec ? S_PAGE : 0) + GERROR_IRQ_CFG0, 8, 0);
    conf_set(c, sec ? DUT_PAS_S : DUT_PAS_NS, (sec ? S_PAGE : 0) + EVENTQ_IRQ_CFG0, 8, 0);
    if (smmu3t_bank_read(&b, GBPA) != c->gbpa[sec]) {
        smmu3t_bank_write(&b, GBPA, c->gbpa[sec] | GBPA_UPDATE);
        for (unsigned n = c->polls; n && smmu3t_bank_read(&b, GBPA) & GBPA_UPDATE; n--) {
        }
    }
    for (unsigned i = 0; i < DUT_NUM_IRQ; i++) {
        conf_irqs(c, sec, (enum dut_irq)i);
    }
    c->started[sec] = false;
}

static void free_memory(struct conf *c)
{
    for (unsigned i = 0; i < DUT_NUM_PAS; i++) {
        c->brk[i] = c->dut->ram[i].base;
    }
    c->exhausted = false;
}

void conf_fresh(struct conf *c)
{
    if (c->dut->reset_rows) {
        c->dut->reset(c->dut->ctx);
    }
    off(c, DUT_NS);
    if (conf_has_secure(c)) {
        off(c, DUT_S);
    }
    free_memory(c);
}

bool conf_reset(struct conf *c)
{
    if (!conf_can(c, DUT_CAN_RESET)) {
        conf_skip(c, "the DUT has no reset");
        return false;
    }
    c->dut->reset(c->dut->ctx);
    c->started[DUT_NS] = c->started[DUT_S] = false;
    free_memory(c);
    return true;
}

/* ---- StreamIDs ---- */

#define ANY_SIDS 64u

unsigned conf_sid_bits(const struct conf *c, enum dut_sec sec)
{
    return sec ? ID(c, S_IDR1, S_SIDSIZE) : ID(c, IDR1, SIDSIZE);
}

unsigned conf_num_sids(const struct conf *c, enum dut_sec sec)
{
    if (conf_can(c, DUT_CAN_ANY_SID)) {
        return conf_sid_bits(c, sec) >= 6 ? ANY_SIDS : 1u << conf_sid_bits(c, sec);
    }
    return c->dut->num_sids[sec];
}

uint32_t conf_sid(const struct conf *c, enum dut_sec sec, unsigned i)
{
    if (conf_can(c, DUT_CAN_ANY_SID)) {
        return i;
    }
    return c->dut->num_sids[sec] ? c->dut->sid[sec][i % c->dut->num_sids[sec]] : 0;
}

/* Bits for the largest StreamID that the suite uses. */
static uint8_t table_log2(const struct conf *c, enum dut_sec sec)
{
    uint32_t top = 0;
    uint8_t n = 0;

    for (unsigned i = 0; i < conf_num_sids(c, sec); i++) {
        top |= conf_sid(c, sec, i);
    }
    while (top >> n) {
        n++;
    }
    return n;
}

/* ---- one interface at work ---- */

struct smmu3t_bank *conf_bank(struct conf *c, enum dut_sec sec)
{
    return &c->bank[sec];
}

static uint8_t queue_log2(unsigned max)
{
    return (uint8_t)(max < QUEUE_LOG2 ? max : QUEUE_LOG2);
}

struct smmu3t_bank *conf_start_split(struct conf *c, enum dut_sec sec, unsigned split)
{
    static const struct smmu3t_tlbi all;
    struct smmu3t_bank *b = &c->bank[sec];
    int err;

    if (sec == DUT_S && !conf_has_secure(c)) {
        conf_skip(c, "the DUT has no Secure interface");
        return b;
    }
    *b = (struct smmu3t_bank){ .mmio = &c->mmio, .mem = &c->mem, .secure = sec == DUT_S,
                               .cmdq_log2 = queue_log2(ID(c, IDR1, CMDQS)),
                               .evtq_log2 = queue_log2(ID(c, IDR1, EVENTQS)), .polls = c->polls };
    b->strtab = (struct smmu3t_strtab){ .mem = &c->mem, .pas = (uint8_t)sec,
                                        .log2size = table_log2(c, sec), .split = (uint8_t)split };
    err = smmu3t_strtab_init(&b->strtab);
    if (!err) {
        err = smmu3t_bank_init(b);
    }
    if (!err && sec == DUT_S) {
        struct smmu3t_cmd el3 = smmu3t_cmd_tlbi(CMD_TLBI_EL3_ALL, &all);

        err = smmu3t_bank_run(b, &el3);
    }
    if (!err) {
        err = smmu3t_bank_irq_ctrl(b, 5);
    }
    if (!err) {
        err = smmu3t_bank_enable(b);
    }
    if (err && !c->exhausted) {
        conf_fail(c, "the %s interface does not come up: error %d, CR0ACK 0x%x, GERROR 0x%x",
                  sec ? "Secure" : "Non-secure", err, smmu3t_bank_read(b, SMMU3T_CR0ACK),
                  smmu3t_bank_read(b, SMMU3T_GERROR));
    }
    c->started[sec] = !err;
    return b;
}

struct smmu3t_bank *conf_start(struct conf *c, enum dut_sec sec)
{
    return conf_start_split(c, sec, 0);
}

void conf_cmd(struct conf *c, enum dut_sec sec, struct smmu3t_cmd cmd)
{
    int err = smmu3t_bank_run(&c->bank[sec], &cmd);

    if (err) {
        conf_fail(c, "command 0x%02x on the %s queue: expected to be consumed, got %s %d",
                  (unsigned)cmd.w[0] & 0xff, sec ? "Secure" : "Non-secure",
                  err > 0 ? "CERROR" : "error", err);
    }
}

int conf_cmd_error(struct conf *c, enum dut_sec sec, struct smmu3t_cmd cmd)
{
    struct smmu3t_bank *b = &c->bank[sec];
    uint32_t at = b->prod, mask = (2u << b->cmdq_log2) - 1;
    uint64_t a = b->cmdq + 16 * (uint64_t)(at & mask >> 1);
    struct smmu3t_cmd sync = smmu3t_cmd_sync(SMMU3T_SYNC_NONE);
    int err = smmu3t_bank_run(b, &cmd);

    if (err > 0) {
        conf_eq(c, "CMDQ_CONS.RD at the bad command", smmu3t_bank_read(b, SMMU3T_CMDQ_CONS) & mask,
                at);
        /* What it stopped at becomes a CMD_SYNC, then it goes on. */
        conf_write64(c, (enum dut_pas)sec, a, sync.w[0]);
        conf_write64(c, (enum dut_pas)sec, a + 8, sync.w[1]);
        smmu3t_bank_ack(b);
        conf_eq(c, "the end of the queue after the error was acknowledged",
                (unsigned)smmu3t_bank_wait(b), 0);
    }
    return err;
}
