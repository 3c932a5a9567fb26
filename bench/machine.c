/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* The machine that is measured: flat memory is the host, the driver's tables set the SMMU up. */
#include <string.h>

#include "bench.h"
#include "../tables/bank.h"
#include "../tables/cd.h"
#include "../tables/cmd.h"
#include "../tables/pgtable.h"

#define RAM_BASE UINT64_C(0x40000000)
#define RAM_SIZE (UINT64_C(512) << 20)
#define CMDQ_LOG2 10

struct smmu3 *smmu;
static uint8_t *ram;
static uint64_t brk_;
static struct smmu3t_bank bank;

/* ---- the host ---- */

static enum smmu3_mem host_read(void *ctx, const struct smmu3_access *acc, void *buf, size_t size)
{
    uint64_t off = acc->addr - RAM_BASE;

    (void)ctx;
    if (off > RAM_SIZE - size) {
        return SMMU3_MEM_ABORT;
    }
    if (size == 8) {
        memcpy(buf, ram + off, 8);
    } else {
        memcpy(buf, ram + off, size);
    }
    return SMMU3_MEM_OK;
}

static enum smmu3_mem host_write(void *ctx, const struct smmu3_access *acc, const void *buf,
                                 size_t size)
{
    uint64_t off = acc->addr - RAM_BASE;

    (void)ctx;
    if (off > RAM_SIZE - size) {
        return SMMU3_MEM_ABORT;
    }
    memcpy(ram + off, buf, size);
    return SMMU3_MEM_OK;
}

static enum smmu3_mem host_cas64(void *ctx, const struct smmu3_access *acc, uint64_t expected,
                                 uint64_t desired, uint64_t *seen)
{
    uint64_t *p = (uint64_t *)(void *)(ram + (acc->addr - RAM_BASE));

    (void)ctx;
    *seen = *p;
    if (*p == expected) {
        *p = desired;
    }
    return SMMU3_MEM_OK;
}

/* Nothing stalls here. */
static void host_resume(void *ctx, void *cookie, enum smmu3_resume action)
{
    (void)ctx, (void)cookie, (void)action;
}

static int mem_write64(void *ctx, unsigned pas, uint64_t addr, uint64_t val)
{
    (void)ctx, (void)pas;
    memcpy(ram + (addr - RAM_BASE), &val, 8);
    return 0;
}

static uint64_t mem_read64(void *ctx, unsigned pas, uint64_t addr)
{
    uint64_t v;

    (void)ctx, (void)pas;
    memcpy(&v, ram + (addr - RAM_BASE), 8);
    return v;
}

static uint64_t mem_alloc(void *ctx, unsigned pas, uint64_t size, uint64_t align)
{
    uint64_t a = (brk_ + align - 1) & ~(align - 1);

    (void)ctx, (void)pas;
    CHECK(a + size <= RAM_BASE + RAM_SIZE);
    brk_ = a + size;
    memset(ram + (a - RAM_BASE), 0, size);
    return a;
}

static uint32_t mmio_read32(void *ctx, uint32_t offset)
{
    uint64_t v = 0;

    (void)ctx;
    smmu3_mmio_read(smmu, offset, 4, SMMU3_PAS_NS, &v);
    return (uint32_t)v;
}

static void mmio_write32(void *ctx, uint32_t offset, uint32_t val)
{
    (void)ctx;
    smmu3_mmio_write(smmu, offset, 4, SMMU3_PAS_NS, val);
}

static void mmio_write64(void *ctx, uint32_t offset, uint64_t val)
{
    (void)ctx;
    smmu3_mmio_write(smmu, offset, 8, SMMU3_PAS_NS, val);
}

static const struct smmu3_mem_ops mem = { NULL, mem_write64, mem_read64, mem_alloc };
static const struct smmu3_mmio_ops mmio = { NULL, mmio_read32, mmio_write32, mmio_write64 };

/* ---- the SMMU ---- */

/* Streams and substreams share tables, each with an ASID of its own. */
static void setup_streams(const struct shape *sh, const struct smmu3t_pgt *s1,
                          const struct smmu3t_pgt *s2)
{
    unsigned asid = 0;

    for (unsigned i = 0; i < sh->streams; i++) {
        struct smmu3t_cdtab cds = { .mem = &mem, .log2size = (uint8_t)sh->ssid_bits,
                                    .fmt = sh->ssid_bits ? 1 : 0 };
        struct smmu3t_ste ste;
        struct smmu3t_cd cd;

        CHECK(!smmu3t_cdtab_init(&cds));
        for (unsigned k = 0; k < 1u << sh->ssid_bits; k++) {
            smmu3t_cd_init(&cd, s1, NULL, (uint16_t)++asid);
            CHECK(!smmu3t_cdtab_write(&cds, k, &cd));
        }
        smmu3t_ste_bypass(&ste);
        smmu3t_ste_add_s1(&ste, &cds);
        if (sh->nested) {
            smmu3t_ste_add_s2(&ste, s2, 1);
        }
        CHECK(!smmu3t_strtab_write(&bank.strtab, i, &ste));
    }
}

void setup(const struct shape *sh)
{
    static const struct smmu3_host host = { .read = host_read, .write = host_write,
                                            .cas64 = host_cas64, .resume = host_resume };
    struct smmu3t_pgt s1 = { .mem = &mem, .stage = 1, .gran = 12, .ia_bits = 48, .start = 0,
                             .leaf_level = 3 };
    struct smmu3t_pgt s2 = { .mem = &mem, .stage = 2, .gran = 12, .ia_bits = 44, .start = 0,
                             .leaf_level = 3 };
    unsigned contexts = sh->streams << sh->ssid_bits;
    struct smmu3_config cfg;

    smmu3_destroy(smmu);
    brk_ = RAM_BASE;
    CHECK(!smmu3_config_profile(&cfg, sh->ssid_bits ? "max" : "hafnium"));
    cfg.tlb_entries = sh->tlb;
    cfg.cfg_entries = contexts > 128 ? 2 * contexts : 256;
    CHECK(!smmu3_create(&cfg, &host, NULL, &smmu));
    memset(&bank, 0, sizeof(bank));
    bank.mmio = &mmio;
    bank.mem = &mem;
    bank.cmdq_log2 = bank.evtq_log2 = CMDQ_LOG2;
    bank.strtab = (struct smmu3t_strtab){ .mem = &mem, .log2size = 16, .split = 8 };
    CHECK(!smmu3t_strtab_init(&bank.strtab));
    CHECK(!smmu3t_bank_init(&bank));
    CHECK(!smmu3t_pgt_init(&s1));
    for (unsigned p = 0; p < sh->pages; p++) {
        CHECK(!smmu3t_pgt_map(&s1, (uint64_t)p << 12, RAM_BASE + ((uint64_t)p << 12 & 0xfffffff),
                              4096, SMMU3T_S1_RW));
    }
    if (sh->nested) {
        CHECK(!smmu3t_pgt_init(&s2));
    }
    setup_streams(sh, &s1, &s2);
    if (sh->nested) {
        uint64_t end = brk_ + (16 << 20) > RAM_BASE + (UINT64_C(256) << 20)
                           ? brk_ + (16 << 20) : RAM_BASE + (UINT64_C(256) << 20);

        for (uint64_t a = RAM_BASE; a < end; a += 4096) {
            CHECK(!smmu3t_pgt_map(&s2, a, a, 4096, SMMU3T_S2_RW));
        }
        /* Its own tables grew behind the end: nothing of stage 1 is there. */
    }
    CHECK(!smmu3t_bank_enable(&bank));
}

void fill(unsigned pages)
{
    struct smmu3_request req = { .stream_id = 0 };
    struct smmu3_result res;

    for (unsigned p = 0; p < pages; p++) {
        req.addr = (uint64_t)p << 12;
        smmu3_translate(smmu, &req, &res);
    }
}

void load_queue(unsigned opcode)
{
    struct smmu3t_tlbi t = { .asid = 0xff00, .vmid = 0, .addr = 0x7fff0000000, .leaf = true };
    struct smmu3t_cmd c;

    if (opcode == CMD_CFGI_STE) {
        c = smmu3t_cmd_cfgi_ste(0xfff0, true, false);
    } else {
        if (opcode & RANGE_512) {
            t.tg = 1;
            t.scale = 4;
            t.num = 31;
            opcode &= 0xff;
        }
        c = smmu3t_cmd_tlbi(opcode, &t);
    }
    for (unsigned i = 0; i < 2u << CMDQ_LOG2; i++) {
        mem_write64(NULL, 0, bank.cmdq + 8 * i, c.w[i & 1]);
    }
}

void run_queue(unsigned n)
{
    const unsigned full = (1u << CMDQ_LOG2) - 1;

    for (unsigned i = 0; i < n; i += full) {
        bank.prod = (bank.prod + full) & ((2u << CMDQ_LOG2) - 1);
        mmio_write32(NULL, 0x98, bank.prod);
    }
    CHECK(mmio_read32(NULL, 0x9c) == bank.prod);
}

void machine_init(void)
{
    ram = calloc(1, RAM_SIZE);
    CHECK(ram);
}

void machine_free(void)
{
    smmu3_destroy(smmu);
    free(ram);
}
