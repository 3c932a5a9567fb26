/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Bringing up the Secure interface: IHI0070G.b 3.11, in the order of Hafnium's driver (reference/hafnium-init.log). */
#include "heap.h"
#include "print.h"
#include "smmu.h"
#include "smmu_regs.h"

#define POLL_MS 1000

/* The sizes this firmware uses at most; fewer if the SMMU has less. */
#define CMDQ_LOG2 8
#define EVENTQ_LOG2 7
#define STRTAB_LOG2 12

static uint32_t rd(const struct smmu *s, uint32_t reg)
{
    return read32(s->base + reg);
}

static void wr(const struct smmu *s, uint32_t reg, uint32_t value)
{
    write32(s->base + reg, value);
}

static void wr64(const struct smmu *s, uint32_t reg, uint64_t value)
{
    write64(s->base + reg, value);
}

/* Wait until a register reads `want` under `mask`. */
static bool poll(const struct smmu *s, uint32_t reg, uint32_t mask, uint32_t want, const char *name)
{
    uint64_t end = ticks_after_ms(POLL_MS);
    uint32_t value;

    do {
        value = rd(s, reg);
        if ((value & mask) == want) {
            return true;
        }
    } while (ticks() < end);
    print("[secure] %s reads 0x%x after %u ms: expected 0x%x in the bits 0x%x\n", name, value, POLL_MS, want, mask);
    return false;
}

static bool set_cr0(struct smmu *s, uint32_t bit)
{
    s->s_cr0 |= bit;
    wr(s, S_CR0, s->s_cr0);
    return poll(s, S_CR0ACK, S_CR0_MASK, s->s_cr0, "S_CR0ACK");
}

/* 6.3.63: until the stream table rules, S_GBPA does. Devices that are not ours to judge yet may reach nothing. */
static bool abort_all_streams(struct smmu *s)
{
    wr(s, S_GBPA, S_GBPA_UPDATE | S_GBPA_ABORT | S_GBPA_SHCFG_INCOMING);
    return poll(s, S_GBPA, S_GBPA_UPDATE, 0, "S_GBPA.Update");
}

static bool disable(struct smmu *s)
{
    s->s_cr0 = rd(s, S_CR0) & ~S_CR0_SMMUEN;
    wr(s, S_CR0, s->s_cr0);
    if (!poll(s, S_CR0ACK, S_CR0_SMMUEN, 0, "S_CR0ACK.SMMUEN")) {
        return false;
    }
    /* The queues too, should an earlier stage have left them on: their registers are guarded. */
    s->s_cr0 = 0;
    wr(s, S_CR0, 0);
    return poll(s, S_CR0ACK, S_CR0_MASK, 0, "S_CR0ACK");
}

static bool need(bool condition, const char *what)
{
    if (!condition) {
        print("[secure] the SMMU does not fit this driver: %s\n", what);
    }
    return condition;
}

static enum smmu_result check_ids(struct smmu *s)
{
    bool ok;

    s->aidr = rd(s, AIDR);
    s->idr0 = rd(s, IDR0);
    s->s_idr1 = rd(s, S_IDR1);
    s->idr5 = rd(s, IDR5);
    print("[secure] SMMUv3 at 0x%lx: architecture 3.%u, IDR0 0x%x, IDR5 0x%x, S_IDR1 0x%x\n", (uint64_t)s->base,
          s->aidr & AIDR_MINOR_MASK, s->idr0, s->idr5, s->s_idr1);
    if (!(s->s_idr1 & S_IDR1_SECURE_IMPL)) {
        return SMMU_ABSENT;
    }
    ok = need(FIELD(s->idr0, IDR0_TTF, 2) >= 2, "IDR0.TTF has no AArch64 tables");
    ok &= need(FIELD(s->idr0, IDR0_TTENDIAN, 2) != 3, "IDR0.TTENDIAN allows big-endian tables only");
    ok &= need(s->idr0 & IDR0_S1P, "IDR0.S1P is 0: no stage 1");
    ok &= need(s->idr5 & IDR5_GRAN4K, "IDR5.GRAN4K is 0: no 4 KiB granule");
    return ok ? SMMU_OK : SMMU_BAD;
}

static unsigned int at_most(uint64_t size, unsigned int limit)
{
    return size < limit ? (unsigned int)size : limit;
}

/* Secure memory for both queues and a linear Stream table whose entries all abort. */
static bool allocate(struct smmu *s)
{
    struct smmu3t_ste ste;

    s->idr1 = rd(s, IDR1);
    if (!need(!(s->idr1 & IDR1_PRESET), "IDR1 has preset tables or queues")) {
        return false;
    }
    s->cmdq_log2 = at_most(FIELD(s->idr1, IDR1_CMDQS, 5), CMDQ_LOG2);
    s->eventq_log2 = at_most(FIELD(s->idr1, IDR1_EVENTQS, 5), EVENTQ_LOG2);
    s->cmdq = (uintptr_t)secure_alloc(CMD_BYTES << s->cmdq_log2, CMD_BYTES << s->cmdq_log2);
    s->eventq = (uintptr_t)secure_alloc(EVENT_BYTES << s->eventq_log2, EVENT_BYTES << s->eventq_log2);
    s->strtab = (struct smmu3t_strtab){
        .mem = &secure_mem,
        .pas = SMMU3T_S,
        .log2size = (uint8_t)at_most(FIELD(s->s_idr1, S_IDR1_SIDSIZE, 6), STRTAB_LOG2),
    };
    if (smmu3t_strtab_init(&s->strtab)) {
        return need(false, "no Stream table could be made");
    }
    smmu3t_ste_abort(&ste);
    for (uint32_t sid = 0; sid < 1u << s->strtab.log2size; sid++) {
        smmu3t_strtab_write(&s->strtab, sid, &ste);
    }
    return true;
}

static void write_tables(struct smmu *s)
{
    dsb();
    wr64(s, S_CMDQ_BASE, BASE_ALLOCATE | s->cmdq | s->cmdq_log2);
    wr(s, S_CMDQ_CONS, 0);
    wr(s, S_CMDQ_PROD, 0);
    wr64(s, S_EVENTQ_BASE, BASE_ALLOCATE | s->eventq | s->eventq_log2);
    wr(s, S_EVENTQ_PROD, 0);
    wr(s, S_EVENTQ_CONS, 0);
    wr(s, S_STRTAB_BASE_CFG, smmu3t_strtab_base_cfg(&s->strtab));
    wr64(s, S_STRTAB_BASE, BASE_ALLOCATE | s->strtab.base);
}

static bool switch_on(struct smmu *s)
{
    if (!set_cr0(s, S_CR0_CMDQEN) || !set_cr0(s, S_CR0_EVENTQEN)) {
        return false;
    }
    wr(s, S_INIT, S_INIT_INV_ALL);
    return poll(s, S_INIT, S_INIT_INV_ALL, 0, "S_INIT.INV_ALL") && smmu_command(s, smmu3t_cmd_cfgi_all(true)) &&
           set_cr0(s, S_CR0_SMMUEN);
}

enum smmu_result smmu_init(struct smmu *s, uintptr_t base)
{
    enum smmu_result ids;

    *s = (struct smmu){.base = base};
    if (!abort_all_streams(s) || !disable(s)) {
        return SMMU_BAD;
    }
    ids = check_ids(s);
    if (ids != SMMU_OK) {
        return ids;
    }
    wr(s, S_CR1, CR1_INNER_SHAREABLE_WRITE_BACK);
    wr(s, S_CR2, (rd(s, S_CR2) & S_CR2_PTM) | S_CR2_RECINVSID);
    if (!allocate(s)) {
        return SMMU_BAD;
    }
    write_tables(s);
    if (!switch_on(s)) {
        return SMMU_BAD;
    }
    print("[secure] Secure interface on: Stream table of %u entries, queues of %u commands and %u events, Secure stage 2: %s\n",
          1u << s->strtab.log2size, 1u << s->cmdq_log2, 1u << s->eventq_log2,
          s->s_idr1 & S_IDR1_SEL2 ? "yes" : "no");
    return SMMU_OK;
}

bool smmu_set_ste(struct smmu *s, uint32_t sid, const struct smmu3t_ste *ste)
{
    struct smmu3t_ste none;

    /* 3.21.3.1: an STE in use becomes one that aborts, then gets its new words, then its first one. */
    smmu3t_ste_abort(&none);
    if (smmu3t_strtab_write(&s->strtab, sid, &none) || !smmu_command(s, smmu3t_cmd_cfgi_ste(sid, true, true))) {
        return false;
    }
    return !smmu3t_strtab_write(&s->strtab, sid, ste) && smmu_command(s, smmu3t_cmd_cfgi_ste(sid, true, true));
}

bool smmu_has_secure_stage2(const struct smmu *s)
{
    return s->s_idr1 & S_IDR1_SEL2;
}

uint32_t smmu_s_cr0ack(const struct smmu *s)
{
    return rd(s, S_CR0ACK);
}

uint64_t smmu_s_strtab_base(const struct smmu *s)
{
    return read64(s->base + S_STRTAB_BASE);
}

uint32_t smmu_s_cmdq_prod(const struct smmu *s)
{
    return rd(s, S_CMDQ_PROD);
}

static int mem_write64(void *ctx, unsigned int pas, uint64_t addr, uint64_t value)
{
    (void)ctx;
    (void)pas;
    write64(addr, value);
    dsb();
    return 0;
}

static uint64_t mem_read64(void *ctx, unsigned int pas, uint64_t addr)
{
    (void)ctx;
    (void)pas;
    return read64(addr);
}

static uint64_t mem_alloc(void *ctx, unsigned int pas, uint64_t size, uint64_t align)
{
    (void)ctx;
    (void)pas;
    return (uintptr_t)secure_alloc(size, align);
}

const struct smmu3_mem_ops secure_mem = {.write64 = mem_write64, .read64 = mem_read64, .alloc = mem_alloc};
