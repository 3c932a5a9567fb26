/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
#include "machine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE 4096u

uint32_t machine_cache; /* 0: defaults */
const uint32_t machine_cache_sizes[MACHINE_NUM_CACHE_SIZES] = { 0, 2, 16, SMMU3_CACHE_OFF };

bool machine_has_caches(void)
{
    return machine_cache == 0;
}

/* ---- sparse memory ---- */

static uint8_t *page(struct machine *m, unsigned pas, uint64_t addr, bool make)
{
    uint64_t key = (addr & ~(uint64_t)(PAGE - 1)) | pas;
    size_t i;

    if (m->npages * 2 >= m->nslots) {
        size_t n = m->nslots ? m->nslots * 2 : 1024;
        struct machine_page *old = m->pages;
        size_t nold = m->nslots;

        m->pages = calloc(n, sizeof(*m->pages));
        assert_non_null(m->pages);
        m->nslots = n;
        for (size_t k = 0; k < nold; k++) {
            if (old[k].data) {
                for (i = (old[k].key * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (n - 1);
                     m->pages[i].data; i = (i + 1) & (n - 1)) {
                }
                m->pages[i] = old[k];
            }
        }
        free(old);
    }
    for (i = (key * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (m->nslots - 1); m->pages[i].data;
         i = (i + 1) & (m->nslots - 1)) {
        if (m->pages[i].key == key) {
            return m->pages[i].data;
        }
    }
    if (!make) {
        return NULL;
    }
    m->pages[i].key = key;
    m->pages[i].data = calloc(1, PAGE);
    assert_non_null(m->pages[i].data);
    m->npages++;
    return m->pages[i].data;
}

void machine_write(struct machine *m, unsigned pas, uint64_t addr, const void *buf, size_t len)
{
    const uint8_t *b = buf;

    for (size_t i = 0; i < len; i++) {
        page(m, pas, addr + i, true)[(addr + i) % PAGE] = b[i];
    }
}

void machine_read(struct machine *m, unsigned pas, uint64_t addr, void *buf, size_t len)
{
    uint8_t *b = buf;

    for (size_t i = 0; i < len; i++) {
        const uint8_t *p = page(m, pas, addr + i, false);

        b[i] = p ? p[(addr + i) % PAGE] : 0;
    }
}

uint64_t machine_read64(struct machine *m, unsigned pas, uint64_t addr)
{
    uint8_t b[8];
    uint64_t v = 0;

    machine_read(m, pas, addr, b, 8);
    for (int i = 7; i >= 0; i--) {
        v = v << 8 | b[i];
    }
    return v;
}

void machine_write64(struct machine *m, unsigned pas, uint64_t addr, uint64_t v)
{
    uint8_t b[8];

    for (int i = 0; i < 8; i++) {
        b[i] = (uint8_t)(v >> (8 * i));
    }
    machine_write(m, pas, addr, b, 8);
}

uint64_t machine_alloc(struct machine *m, unsigned pas, uint64_t size, uint64_t align)
{
    uint64_t a = (m->brk[pas] + align - 1) & ~(align - 1);

    m->brk[pas] = a + size;
    return a;
}

static int ops_write64(void *ctx, unsigned pas, uint64_t addr, uint64_t v)
{
    machine_write64(ctx, pas, addr, v);
    return 0;
}

static uint64_t ops_read64(void *ctx, unsigned pas, uint64_t addr)
{
    return machine_read64(ctx, pas, addr);
}

static uint64_t ops_alloc(void *ctx, unsigned pas, uint64_t size, uint64_t align)
{
    return machine_alloc(ctx, pas, size, align);
}

/* ---- the host side ---- */

void machine_inject(struct machine *m, unsigned pas, uint64_t addr, uint64_t size,
                    enum smmu3_mem result)
{
    assert_true(m->nfaults < MACHINE_FAULTS);
    m->fault[m->nfaults++] = (struct machine_fault){ addr, addr + size - 1, pas, result };
}

void machine_clear_faults(struct machine *m)
{
    m->nfaults = 0;
}

static enum smmu3_mem injected(struct machine *m, const struct smmu3_access *acc, size_t size,
                               bool write)
{
    enum smmu3_mem r = SMMU3_MEM_OK;

    for (unsigned i = 0; i < m->nfaults; i++) {
        const struct machine_fault *f = &m->fault[i];

        if (f->pas == acc->pas && acc->addr <= f->last && acc->addr + size - 1 >= f->first) {
            r = f->result;
        }
    }
    m->log[m->nlog % MACHINE_LOG] = (struct machine_access){ *acc, write, size, r };
    m->nlog++;
    return r;
}

static enum smmu3_mem host_read(void *ctx, const struct smmu3_access *acc, void *buf, size_t size)
{
    struct machine *m = ctx;
    enum smmu3_mem r = injected(m, acc, size, false);

    assert_true(size == 8 || size == 16 || size == 64);
    assert_int_equal(acc->addr % 8, 0);
    if (r == SMMU3_MEM_OK) {
        machine_read(m, acc->pas, acc->addr, buf, size);
    }
    if (m->on_read) {
        m->on_read(m, acc);
    }
    return r;
}

static enum smmu3_mem host_write(void *ctx, const struct smmu3_access *acc, const void *buf,
                                 size_t size)
{
    enum smmu3_mem r = injected(ctx, acc, size, true);

    assert_true(size == 4 || size == 32);
    if (r == SMMU3_MEM_OK) {
        machine_write(ctx, acc->pas, acc->addr, buf, size);
    }
    return r;
}

static enum smmu3_mem host_cas64(void *ctx, const struct smmu3_access *acc, uint64_t expected,
                                 uint64_t desired, uint64_t *seen)
{
    struct machine *m = ctx;
    enum smmu3_mem r = injected(m, acc, 8, true);

    assert_int_equal(acc->kind, SMMU3_ACC_TT);
    assert_int_equal(acc->addr % 8, 0);
    assert_true(expected != desired);
    if (m->on_cas) {
        m->on_cas(m, acc);
    }
    m->cas[m->ncas % MACHINE_CAS] = (struct machine_cas){ *acc, expected, desired, false };
    if (m->cas_at && m->cas_at == acc->addr) {
        machine_write64(m, acc->pas, acc->addr, m->cas_other);
        m->cas_at = 0;
    }
    if (r == SMMU3_MEM_OK) {
        *seen = machine_read64(m, acc->pas, acc->addr);
        if (*seen == expected) {
            machine_write64(m, acc->pas, acc->addr, desired);
            m->cas[m->ncas % MACHINE_CAS].done = true;
        }
    }
    m->ncas++;
    return r;
}

static void host_resume(void *ctx, void *cookie, enum smmu3_resume action)
{
    struct machine *m = ctx;

    assert_true(m->nresume < ARRAY_SIZE(m->resume));
    m->resume[m->nresume].cookie = cookie;
    m->resume[m->nresume].action = action;
    m->nresume++;
}

static void host_irq(void *ctx, enum smmu3_sec_sid bank, enum smmu3_irq_kind irq)
{
    struct machine *m = ctx;

    assert_true(bank < SMMU3_NUM_BANKS);
    m->irq[bank][irq]++;
}

static void host_sev(void *ctx)
{
    ((struct machine *)ctx)->sev++;
}

static void host_invalidate(void *ctx, const struct smmu3_inval *inval)
{
    struct machine *m = ctx;

    m->ninval++;
    m->inval = *inval;
}

static void host_trace(void *ctx, const struct smmu3_trace *trace)
{
    struct machine *m = ctx;

    m->ntrace++;
    if (trace->kind == SMMU3_TRACE_EVENT) {
        m->last_event = *trace;
    }
}

const struct smmu3_host machine_host = {
    .read = host_read,
    .write = host_write,
    .cas64 = host_cas64,
    .resume = host_resume,
    .irq = host_irq,
    .sev = host_sev,
    .invalidate = host_invalidate,
    .trace = host_trace,
};

unsigned machine_accesses(const struct machine *m, enum smmu3_access_kind kind, unsigned pas)
{
    unsigned n = 0;

    assert_true(m->nlog <= MACHINE_LOG);
    for (unsigned i = 0; i < m->nlog; i++) {
        n += m->log[i].acc.kind == kind && m->log[i].acc.pas == pas;
    }
    return n;
}

bool machine_touched(const struct machine *m, unsigned pas, uint64_t addr)
{
    assert_true(m->nlog <= MACHINE_LOG);
    for (unsigned i = 0; i < m->nlog; i++) {
        const struct machine_access *a = &m->log[i];

        if (a->acc.pas == pas && a->acc.addr <= addr && addr - a->acc.addr < a->size) {
            return true;
        }
    }
    return false;
}

void machine_clear_log(struct machine *m)
{
    m->nlog = 0;
}

/* ---- registers ---- */

uint64_t machine_reg(struct machine *m, uint32_t offset, unsigned size, enum smmu3_pas pas)
{
    uint64_t v = UINT64_C(0xdeadbeefdeadbeef);

    assert_int_equal(smmu3_mmio_read(m->smmu, offset, size, pas, &v), SMMU3_OK);
    return v;
}

void machine_set(struct machine *m, uint32_t offset, unsigned size, enum smmu3_pas pas, uint64_t v)
{
    assert_int_equal(smmu3_mmio_write(m->smmu, offset, size, pas, v), SMMU3_OK);
}

uint32_t r32(struct machine *m, uint32_t offset)
{
    return (uint32_t)machine_reg(m, offset, 4, SMMU3_PAS_S);
}

void w32(struct machine *m, uint32_t offset, uint32_t v)
{
    machine_set(m, offset, 4, SMMU3_PAS_S, v);
}

uint64_t r64(struct machine *m, uint32_t offset)
{
    return machine_reg(m, offset, 8, SMMU3_PAS_S);
}

void w64(struct machine *m, uint32_t offset, uint64_t v)
{
    machine_set(m, offset, 8, SMMU3_PAS_S, v);
}

static uint32_t ops_read32(void *ctx, uint32_t offset)
{
    return r32(ctx, offset);
}

static void ops_write32(void *ctx, uint32_t offset, uint32_t v)
{
    w32(ctx, offset, v);
}

static void ops_mmio_write64(void *ctx, uint32_t offset, uint64_t v)
{
    w64(ctx, offset, v);
}

/* ---- life ---- */

void machine_config(struct smmu3_config *cfg, const char *profile, const char *tweaks)
{
    char buf[256], *save = NULL;

    if (!strcmp(profile, "base")) {
        /* max without what changes the common ground of all other tests: HTTU,
         * 52-bit addresses, MSIs, attribute overrides, MPAM, DORMHINT, stalls. */
        assert_int_equal(smmu3_config_profile(cfg, "max"), SMMU3_OK);
        cfg->idr0 = (cfg->idr0 & ~0x30021c0u) | 1u << 24;
        cfg->idr1 &= ~(1u << 27);
        cfg->idr3 &= ~(1u << 7);
        cfg->idr5 = 0x75;
        cfg->s_idr0 = (cfg->s_idr0 & ~0x3002000u) | 1u << 24;
        cfg->mpamidr = cfg->s_mpamidr = 0;
    } else {
        assert_int_equal(smmu3_config_profile(cfg, profile), SMMU3_OK);
    }
    if (tweaks) {
        assert_true(strlen(tweaks) < sizeof(buf));
        strcpy(buf, tweaks);
        for (char *w = strtok_r(buf, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
            char *eq = strchr(w, '=');

            assert_non_null(eq);
            *eq = 0;
            assert_int_equal(smmu3_config_set(cfg, w, (uint32_t)strtoul(eq + 1, NULL, 0)),
                             SMMU3_OK);
        }
    }
    cfg->tlb_entries = machine_cache;
    cfg->cfg_entries = machine_cache;
}

struct machine *machine_new(const char *profile, const char *tweaks)
{
    struct machine *m = calloc(1, sizeof(*m));
    char why[200] = "";

    assert_non_null(m);
    machine_config(&m->cfg, profile, tweaks);
    if (smmu3_config_check(&m->cfg, why, sizeof(why))) {
        fail_msg("%s %s: %s", profile, tweaks ? tweaks : "", why);
    }
    for (unsigned i = 0; i < 4; i++) {
        /* The spaces do not overlap, so that a wrong one reads zeros. */
        m->brk[i] = UINT64_C(0x10000000) * (i + 1);
    }
    m->mem = (struct smmu3_mem_ops){ m, ops_write64, ops_read64, ops_alloc };
    m->mmio = (struct smmu3_mmio_ops){ m, ops_read32, ops_write32, ops_mmio_write64 };
    assert_int_equal(smmu3_create(&m->cfg, &machine_host, m, &m->smmu), SMMU3_OK);
    return m;
}

void machine_free(struct machine *m)
{
    smmu3_destroy(m->smmu);
    for (size_t i = 0; i < m->nslots; i++) {
        free(m->pages[i].data);
    }
    free(m->pages);
    free(m);
}

static void start(struct machine *m, enum smmu3_sec_sid sec, unsigned log2size, unsigned split,
                  unsigned q)
{
    struct smmu3t_bank *b = &m->bank[sec];

    *b = (struct smmu3t_bank){ .mmio = &m->mmio, .mem = &m->mem, .secure = sec == S,
                               .cmdq_log2 = (uint8_t)q, .evtq_log2 = (uint8_t)q, .polls = 3 };
    b->strtab = (struct smmu3t_strtab){ .mem = &m->mem, .pas = (uint8_t)sec,
                                        .log2size = (uint8_t)log2size, .split = (uint8_t)split };
    assert_int_equal(smmu3t_strtab_init(&b->strtab), 0);
    assert_int_equal(smmu3t_bank_init(b), 0);
    assert_int_equal(smmu3t_bank_irq_ctrl(b, 5), 0);
    assert_int_equal(smmu3t_bank_enable(b), 0);
    machine_clear_log(m);
}

void machine_start(struct machine *m, enum smmu3_sec_sid sec, unsigned log2size, unsigned split)
{
    start(m, sec, log2size, split, 4);
}

void machine_start_q(struct machine *m, enum smmu3_sec_sid sec, unsigned log2size, unsigned q)
{
    start(m, sec, log2size, 0, q);
}

int machine_run(struct machine *m, enum smmu3_sec_sid sec, struct smmu3t_cmd c)
{
    return smmu3t_bank_run(&m->bank[sec], &c);
}

void machine_ok(struct machine *m, enum smmu3_sec_sid sec, struct smmu3t_cmd c)
{
    assert_int_equal(machine_run(m, sec, c), 0);
}

void machine_ste(struct machine *m, enum smmu3_sec_sid sec, uint32_t sid,
                 const struct smmu3t_ste *ste)
{
    assert_int_equal(smmu3t_strtab_write(&m->bank[sec].strtab, sid, ste), 0);
    machine_ok(m, sec, smmu3t_cmd_cfgi_ste(sid, false, sec == S));
}

void machine_flush(struct machine *m, enum smmu3_sec_sid sec)
{
    static const struct smmu3t_tlbi all;
    bool sel2 = m->cfg.s_idr1 >> 29 & 1, hyp = m->cfg.idr0 >> 9 & 1;

    machine_ok(m, sec, smmu3t_cmd_cfgi_all(sec == S));
    if (sec == NS) {
        machine_ok(m, sec, smmu3t_cmd_tlbi(CMD_TLBI_NSNH_ALL, &all));
        if (hyp) {
            machine_ok(m, sec, smmu3t_cmd_tlbi(CMD_TLBI_EL2_ALL, &all));
        }
        return;
    }
    machine_ok(m, sec, smmu3t_cmd_tlbi(sel2 ? CMD_TLBI_SNH_ALL : CMD_TLBI_NH_ALL, &all));
    machine_ok(m, sec, smmu3t_cmd_tlbi(CMD_TLBI_EL3_ALL, &all));
    if (sel2) {
        machine_ok(m, sec, smmu3t_cmd_tlbi(CMD_TLBI_S_EL2_ALL, &all));
    }
}

/* ---- transactions ---- */

static void compare_probe(const struct smmu3_result *p, const struct smmu3_result *r)
{
    uint32_t mask = ~0u;

    ROW_EQ(p->recorded, false);
    if (r->status == SMMU3_ST_BUSY && p->status == SMMU3_ST_STALL) {
        return; /* a probe never stalls, so there is always room */
    }
    if (r->status == SMMU3_ST_STALL) {
        mask = 0x7fff0000; /* nor has it a STAG */
    }
    if (p->status != r->status || p->reason != r->reason) {
        row_fail("the probe said status %d, %s; the access %d, %s", p->status,
                 reason_name(p->reason), r->status, reason_name(r->reason));
        return;
    }
    if (r->status == SMMU3_ST_OK) {
        ROW_EQ(p->addr, r->addr);
        ROW_EQ(p->pas, r->pas);
        ROW_EQ(p->perms, r->perms);
        ROW_EQ(p->bypass, r->bypass);
        ROW_EQ(p->mask, r->mask);
        ROW_EQ(p->attr.mair << 8 | p->attr.sh, r->attr.mair << 8 | r->attr.sh);
        ROW_EQ(p->mpam.partid, r->mpam.partid);
        ROW_EQ(p->mpam.pmg, r->mpam.pmg);
        ROW_EQ(p->mpam.ns, r->mpam.ns);
    } else if (r->has_event && p->has_event) {
        for (unsigned i = 0; i < 8; i++) {
            ROW_EQ(p->event[i] & (i == 2 ? mask : ~0u), r->event[i] & (i == 2 ? mask : ~0u));
        }
    }
}

static void count_steps(void *ctx, const struct smmu3_step *step)
{
    (void)step;
    ++*(unsigned *)ctx;
}

/* Without caches smmu3_explain() must come to the same answer. (With them it
 * makes accesses that the test does not expect.) */
static void compare_explain(struct machine *m, const struct smmu3_request *q,
                            const struct smmu3_result *probe)
{
    struct smmu3_result why;
    unsigned steps = 0;

    if (machine_cache == SMMU3_CACHE_OFF) {
        assert_int_equal(smmu3_explain(m->smmu, q, &why, count_steps, &steps), SMMU3_OK);
        ROW_EQ(steps > 0, true);
        compare_probe(&why, probe);
    }
}

struct smmu3_result machine_txn(struct machine *m, const struct smmu3_request *req)
{
    struct smmu3_result probe, res;
    struct smmu3_request q = *req;
    unsigned irqs = m->irq[0][0] + m->irq[1][0], pages = (unsigned)m->npages;
    unsigned ncas = m->ncas, nresume = m->nresume;

    memset(&res, 0x5a, sizeof(res));
    if (!m->no_probe) {
        uint32_t prod0 = r32(m, 0x100a8), prod1 = r32(m, 0x80a8);

        memset(&probe, 0xa5, sizeof(probe));
        q.flags |= SMMU3_REQ_PROBE;
        assert_int_equal(smmu3_translate(m->smmu, &q, &probe), SMMU3_OK);
        compare_explain(m, req, &probe);
        ROW_EQ(r32(m, 0x100a8), prod0);
        ROW_EQ(r32(m, 0x80a8), prod1);
        ROW_EQ(m->irq[0][0] + m->irq[1][0], irqs);
        ROW_EQ(m->npages, pages);
        ROW_EQ(m->ncas, ncas);
        ROW_EQ(m->nresume, nresume);
    }
    assert_int_equal(smmu3_translate(m->smmu, req, &res), SMMU3_OK);
    if (!m->no_probe) {
        compare_probe(&probe, &res);
    }
    return res;
}

struct smmu3_result machine_dma(struct machine *m, enum smmu3_sec_sid sec, uint32_t sid,
                                uint64_t addr, uint32_t flags)
{
    struct smmu3_request req = { .sec_sid = sec, .stream_id = sid, .addr = addr, .flags = flags };

    return machine_txn(m, &req);
}

bool machine_event(struct machine *m, enum smmu3_sec_sid sec, uint64_t rec[4])
{
    return smmu3t_bank_event(&m->bank[sec], rec);
}

unsigned machine_drain(struct machine *m, enum smmu3_sec_sid sec)
{
    uint64_t rec[4];
    unsigned n = 0;

    while (machine_event(m, sec, rec)) {
        n++;
    }
    return n;
}

int machine_main(const char *name, const struct CMUnitTest *tests, size_t n, bool each_cache)
{
    int bad = 0;

    for (unsigned i = 0; i < (each_cache ? MACHINE_NUM_CACHE_SIZES : 1); i++) {
        machine_cache = machine_cache_sizes[i];
        bad |= _cmocka_run_group_tests(name, tests, n, NULL, NULL);
    }
    return bad ? 1 : 0;
}
