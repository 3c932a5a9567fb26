/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* The memory around the SMMU, and a host that trusts nothing it is asked. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stage.h"

_Noreturn void broken(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    fputs("broken: ", stderr);
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
    va_end(ap);
    abort();
}

uint64_t take(struct input *in, unsigned bytes)
{
    uint64_t v = 0;

    for (unsigned i = 0; i < bytes && in->left; i++, in->left--) {
        v |= (uint64_t)*in->p++ << (8 * i);
    }
    return v;
}

/* ---- sparse memory ---- */

static uint8_t *page_of(struct stage *st, unsigned pas, uint64_t addr, bool make)
{
    uint64_t key = (addr & ~(uint64_t)(PAGE_SIZE - 1)) | pas << 1 | 1;
    size_t i = (key * UINT64_C(0x9e3779b97f4a7c15) >> 40) % PAGE_SLOTS;

    for (; st->page[i].key; i = (i + 1) % PAGE_SLOTS) {
        if (st->page[i].key == key) {
            return st->page[i].data;
        }
    }
    if (!make || st->npages == MAX_PAGES) {
        return NULL;
    }
    st->page[i].key = key;
    st->page[i].data = st->arena + PAGE_SIZE * (size_t)st->npages++;
    memset(st->page[i].data, 0, PAGE_SIZE);
    return st->page[i].data;
}

static void copy_out(struct stage *st, unsigned pas, uint64_t addr, uint8_t *buf, size_t n)
{
    for (size_t i = 0; i < n; i += 4) { /* no unit crosses a page */
        const uint8_t *p = page_of(st, pas, addr + i, false);

        if (p) {
            memcpy(buf + i, p + (addr + i) % PAGE_SIZE, 4);
        } else {
            memset(buf + i, 0, 4);
        }
    }
}

static bool copy_in(struct stage *st, unsigned pas, uint64_t addr, const uint8_t *buf, size_t n)
{
    for (size_t i = 0; i < n; i += 4) {
        uint8_t *p = page_of(st, pas, addr + i, true);

        if (!p) {
            return false; /* all of the arena is used */
        }
        memcpy(p + (addr + i) % PAGE_SIZE, buf + i, 4);
    }
    return true;
}

uint64_t stage_read64(struct stage *st, unsigned pas, uint64_t addr)
{
    uint8_t b[8];
    uint64_t v = 0;

    copy_out(st, pas, addr & ~UINT64_C(3), b, 8);
    for (int i = 7; i >= 0; i--) {
        v = v << 8 | b[i];
    }
    return v;
}

void stage_write64(struct stage *st, unsigned pas, uint64_t addr, uint64_t v)
{
    uint8_t b[8];

    for (int i = 0; i < 8; i++) {
        b[i] = (uint8_t)(v >> (8 * i));
    }
    copy_in(st, pas, addr & ~UINT64_C(3), b, 8);
}

uint64_t stage_alloc(struct stage *st, unsigned pas, uint64_t size, uint64_t align)
{
    uint64_t a = (st->brk[pas & 1] + align - 1) & ~(align - 1);

    st->brk[pas & 1] = a + size;
    return a;
}

/* ---- the host ---- */

static void check_attr(struct smmu3_attr a)
{
    CHECK(a.sh != 1 && a.sh <= 3, "a reserved shareability: %u", a.sh);
}

static enum smmu3_mem check_access(struct stage *st, const struct smmu3_access *acc, size_t size)
{
    uint64_t align = size < 8 ? size - 1 : 7;
    enum smmu3_mem how = SMMU3_MEM_OK;

    CHECK(!(acc->addr >> st->oas), "access above OAS: %#llx", (unsigned long long)acc->addr);
    CHECK(!(acc->addr & align), "unaligned: %#llx", (unsigned long long)acc->addr);
    CHECK(acc->pas <= SMMU3_PAS_S && (unsigned)acc->sec_sid <= SMMU3_SEC_SID_S, "no such space");
    CHECK(acc->sec_sid == SMMU3_SEC_SID_S || acc->pas == SMMU3_PAS_NS,
          "the Non-secure side reaches Secure memory");
    CHECK(st->secure || acc->sec_sid == SMMU3_SEC_SID_NS, "there is no Secure side");
    CHECK(st->only < 0 || (int)acc->sec_sid == st->only, "the other state's access");
    CHECK(acc->kind <= SMMU3_ACC_MSI, "no such kind of access");
    check_attr(acc->attr);
    for (unsigned i = 0; i < st->nbad; i++) {
        if (st->bad[i].pas == acc->pas && acc->addr <= st->bad[i].last &&
            acc->addr + size - 1 >= st->bad[i].first) {
            how = st->bad[i].how;
        }
    }
    return how;
}

static enum smmu3_mem host_read(void *ctx, const struct smmu3_access *acc, void *buf, size_t size)
{
    struct stage *st = ctx;
    enum smmu3_mem how = check_access(st, acc, size);
    bool ok = acc->kind == SMMU3_ACC_CMDQ ? size == 16
              : acc->kind == SMMU3_ACC_TT ? size == 8
              : acc->kind == SMMU3_ACC_VMS ? size == 8 || size == 64
                                           : acc->kind <= SMMU3_ACC_CD && (size == 8 || size == 64);

    CHECK(ok, "a read of %zu bytes, kind %d", size, acc->kind);
    st->work.reads++;
    st->work.cmds += acc->kind == SMMU3_ACC_CMDQ;
    if (how == SMMU3_MEM_OK) {
        copy_out(st, acc->pas, acc->addr, buf, size);
    }
    return how;
}

static enum smmu3_mem host_write(void *ctx, const struct smmu3_access *acc, const void *buf,
                                 size_t size)
{
    struct stage *st = ctx;
    enum smmu3_mem how = check_access(st, acc, size);

    CHECK(!st->quiet, "a probe wrote");
    CHECK((acc->kind == SMMU3_ACC_EVENTQ && size == 32) || (acc->kind == SMMU3_ACC_MSI && size == 4),
          "a write of %zu bytes, kind %d", size, acc->kind);
    CHECK(acc->pas == (enum smmu3_pas)acc->sec_sid, "queues and MSIs are in the bank's own space");
    st->work.writes++;
    if (how == SMMU3_MEM_OK && !copy_in(st, acc->pas, acc->addr, buf, size)) {
        how = SMMU3_MEM_ABORT;
    }
    st->work.events += acc->kind == SMMU3_ACC_EVENTQ && how == SMMU3_MEM_OK;
    return how;
}

static enum smmu3_mem host_cas64(void *ctx, const struct smmu3_access *acc, uint64_t expected,
                                 uint64_t desired, uint64_t *seen)
{
    struct stage *st = ctx;
    enum smmu3_mem how = check_access(st, acc, 8);

    CHECK(!st->quiet, "a probe updated a descriptor");
    CHECK(st->cfg.idr0 >> 6 & 3, "an update without HTTU");
    CHECK(acc->kind == SMMU3_ACC_TT && expected != desired, "an update of nothing");
    st->work.cas++;
    if (how != SMMU3_MEM_OK) {
        return how;
    }
    *seen = stage_read64(st, acc->pas, acc->addr);
    if (st->cas_others) {
        st->cas_others--;
        *seen ^= UINT64_C(1) << 55; /* a CPU, in a bit that is software's */
        stage_write64(st, acc->pas, acc->addr, *seen);
    } else if (*seen == expected) {
        stage_write64(st, acc->pas, acc->addr, desired);
    }
    return how;
}

static void host_resume(void *ctx, void *cookie, enum smmu3_resume action)
{
    struct stage *st = ctx;

    CHECK(!st->quiet, "a probe ended a stall");
    CHECK((unsigned)action <= SMMU3_RESUME_RAZWI, "no such way to resume");
    CHECK(cookie && (uintptr_t)cookie <= st->next_cookie, "no such cookie");
    st->work.resumes++;
    if (st->nresumed < MAX_COOKIES) {
        st->resumed[st->nresumed].cookie = cookie;
        st->resumed[st->nresumed++].how = action;
    }
}

static void host_irq(void *ctx, enum smmu3_sec_sid bank, enum smmu3_irq_kind irq)
{
    struct stage *st = ctx;

    CHECK(!st->quiet, "a probe made an interrupt");
    CHECK((unsigned)bank < SMMU3_NUM_BANKS && (unsigned)irq <= SMMU3_IRQ_GERROR, "no such wire");
    CHECK(st->only < 0 || (int)bank == st->only, "the other state's interrupt");
    st->work.irqs++;
}

static void host_sev(void *ctx)
{
    struct stage *st = ctx;

    CHECK(!st->quiet && (st->cfg.idr0 >> 14 & 1), "SEV without IDR0.SEV");
}

static void host_invalidate(void *ctx, const struct smmu3_inval *inv)
{
    struct stage *st = ctx;

    CHECK(!st->quiet, "a probe invalidated");
    CHECK((unsigned)inv->sec_sid < SMMU3_NUM_BANKS, "no such state");
    CHECK(st->only != SMMU3_SEC_SID_NS || inv->sec_sid == SMMU3_SEC_SID_NS,
          "the Non-secure side invalidates Secure translations");
    CHECK(inv->stream_first <= inv->stream_last && inv->addr_first <= inv->addr_last &&
              (!inv->all_addr || (!inv->addr_first && inv->addr_last == UINT64_MAX)),
          "an invalidation of nothing");
    st->work.invals++;
    for (unsigned i = 0; i < st->nstreams; i++) {
        const struct stream *s = &st->stream[i];
        bool hit = smmu3_inval_affects(st->smmu, inv, s->sec, s->sid);
        bool named = s->sid >= inv->stream_first && s->sid <= inv->stream_last;

        CHECK(!hit || inv->sec_sid == s->sec, "reaches the other state");
        CHECK(!inv->config || inv->sec_sid != s->sec || hit == named, "a stream is not told");
    }
}

static void host_trace(void *ctx, const struct smmu3_trace *t)
{
    struct stage *st = ctx;

    CHECK(!st->quiet || t->kind == SMMU3_TRACE_TLB_HIT, "a probe left a trace: %d", t->kind);
    CHECK((unsigned)t->kind <= SMMU3_TRACE_INIT && (unsigned)t->reason < SMMU3_R_COUNT,
          "no such trace");
}

const struct smmu3_host stage_host = {
    .read = host_read, .write = host_write, .cas64 = host_cas64, .resume = host_resume,
    .irq = host_irq, .sev = host_sev, .invalidate = host_invalidate, .trace = host_trace,
};

/* ---- for tables/ ---- */

static void note_word(struct stage *st, unsigned pas, uint64_t addr)
{
    if (st->nwords < MAX_WORDS) {
        st->word[st->nwords].addr = addr;
        st->word[st->nwords++].pas = (uint8_t)pas;
    }
}

static int ops_write64(void *ctx, unsigned pas, uint64_t addr, uint64_t v)
{
    if (v) {
        note_word(ctx, pas, addr);
    }
    stage_write64(ctx, pas, addr, v);
    return 0;
}

static uint64_t ops_read64(void *ctx, unsigned pas, uint64_t addr)
{
    return stage_read64(ctx, pas, addr);
}

static uint64_t ops_alloc(void *ctx, unsigned pas, uint64_t size, uint64_t align)
{
    return stage_alloc(ctx, pas, size, align);
}

static uint32_t mmio_read32(void *ctx, uint32_t offset)
{
    return (uint32_t)checked_read(ctx, offset, 4, SMMU3_PAS_S);
}

static void mmio_write32(void *ctx, uint32_t offset, uint32_t v)
{
    checked_write(ctx, offset, 4, SMMU3_PAS_S, v);
}

static void mmio_write64(void *ctx, uint32_t offset, uint64_t v)
{
    checked_write(ctx, offset, 8, SMMU3_PAS_S, v);
}

struct stage *stage_new(void)
{
    /* Kept from one input to the next: a sanitizer's malloc is slow. */
    static struct stage one;
    static uint8_t arena[PAGE_SIZE * MAX_PAGES];
    struct stage *st = &one;

    memset(st, 0, sizeof(*st));
    st->arena = arena;
    st->brk[0] = 0x1000000;
    st->brk[1] = 0x2000000;
    st->only = -1;
    st->mem = (struct smmu3_mem_ops){ st, ops_write64, ops_read64, ops_alloc };
    st->mmio = (struct smmu3_mmio_ops){ st, mmio_read32, mmio_write32, mmio_write64 };
    return st;
}

void stage_free(struct stage *st)
{
    smmu3_destroy(st->smmu);
}
