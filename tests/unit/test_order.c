/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * What CMD_SYNC promises several threads (IHI0070G.b 4.7.3): a transaction that
 * starts after it was consumed uses nothing that was invalidated before it.
 *
 * One thread moves a page from one output to the next, invalidates, and once
 * the CMD_SYNC was consumed publishes the new one. The others read what is
 * published, then translate: an older output than that is a broken promise.
 * Memory is plain words, read atomically and without a lock, so that nothing
 * here orders what the library must. The library is compiled in, with points before
 * each access to what threads share, where a baton may go to another thread: only
 * its holder runs. So every order of those accesses can happen, on one CPU too,
 * and the same ones happen each time. Seen to fail with the library broken on
 * purpose: the newest count stored before the places, the count of an insertion
 * taken after its walk, that of a refresh taken after its lookup, a hit that
 * does not look at the count.
 */
#include "machine.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define VA UINT64_C(0x40000000)
#define PAGES 4
#define OUT UINT64_C(0x100000000)
#define STEP UINT64_C(0x100000) /* from one output to the next */
#define THREADS 2
#define ROUNDS 2000
#define RAM_BASE UINT64_C(0x80000000)
#define RAM_SIZE 0x100000u

static _Atomic uint64_t ram[RAM_SIZE / 8];
static uint64_t ram_end;
static atomic_bool stop;
static atomic_uint wrong, done;
static _Atomic uint64_t published[PAGES]; /* which output the page has at least */

static struct {
    pthread_mutex_t lock;
    pthread_cond_t turn_of[THREADS + 1];
    unsigned holder; /* 0: who invalidates */
    uint32_t random;
    atomic_bool on;
} baton = { .lock = PTHREAD_MUTEX_INITIALIZER };
static _Thread_local unsigned me;

static void wait_for_turn(void)
{
    while (atomic_load(&baton.on) && baton.holder != me) {
        pthread_cond_wait(&baton.turn_of[me], &baton.lock);
    }
}

void smmu3i_test_point(void);

void smmu3i_test_point(void)
{
    if (!atomic_load_explicit(&baton.on, memory_order_relaxed)) {
        return; /* nobody else is there */
    }
    baton.random = baton.random * 1664525 + 1013904223;
    /* Who invalidates is interrupted often, who translates gets on. */
    if (baton.random >> (me ? 27 : 30)) {
        return;
    }
    pthread_mutex_lock(&baton.lock);
    baton.holder = (me + 1 + (baton.random >> 16) % THREADS) % (THREADS + 1);
    pthread_cond_signal(&baton.turn_of[baton.holder]);
    wait_for_turn();
    pthread_mutex_unlock(&baton.lock);
}

static void baton_drop(void)
{
    pthread_mutex_lock(&baton.lock);
    atomic_store(&baton.on, false);
    for (unsigned i = 0; i <= THREADS; i++) {
        pthread_cond_broadcast(&baton.turn_of[i]);
    }
    pthread_mutex_unlock(&baton.lock);
}

static enum smmu3_mem ram_read(void *ctx, const struct smmu3_access *acc, void *buf, size_t n)
{
    (void)ctx;
    for (size_t i = 0; i < n; i += 8) {
        uint64_t off = acc->addr + i - RAM_BASE, v;

        if (off >= RAM_SIZE) {
            return SMMU3_MEM_ABORT;
        }
        v = atomic_load_explicit(&ram[off / 8], memory_order_relaxed);
        memcpy((char *)buf + i, &v, 8);
        smmu3i_test_point();
    }
    return SMMU3_MEM_OK;
}

static enum smmu3_mem ram_write(void *ctx, const struct smmu3_access *acc, const void *buf,
                                size_t n)
{
    (void)ctx, (void)acc, (void)buf, (void)n;
    return SMMU3_MEM_ABORT; /* no event is expected */
}

/* The driver's view of the same memory. */
static int write64(void *ctx, unsigned pas, uint64_t addr, uint64_t v)
{
    (void)ctx, (void)pas;
    atomic_store_explicit(&ram[(addr - RAM_BASE) / 8], v, memory_order_relaxed);
    return 0;
}

static uint64_t read64(void *ctx, unsigned pas, uint64_t addr)
{
    (void)ctx, (void)pas;
    return atomic_load_explicit(&ram[(addr - RAM_BASE) / 8], memory_order_relaxed);
}

static uint64_t alloc(void *ctx, unsigned pas, uint64_t size, uint64_t align)
{
    uint64_t a = (ram_end + align - 1) & ~(align - 1);

    (void)ctx, (void)pas;
    ram_end = a + size;
    assert_true(ram_end <= RAM_BASE + RAM_SIZE);
    return a;
}

struct client {
    struct machine *m;
    unsigned number; /* from 1 */
};

static void *translate(void *arg)
{
    struct client *c = arg;
    uint32_t x = me = c->number;

    pthread_mutex_lock(&baton.lock);
    wait_for_turn();
    pthread_mutex_unlock(&baton.lock);
    while (!atomic_load_explicit(&stop, memory_order_relaxed)) {
        struct smmu3_request req = { .stream_id = 1 };
        struct smmu3_result r;
        uint64_t least, got;
        unsigned page;

        x = x * 1664525 + 1013904223;
        page = x >> 8 & (PAGES - 1);
        req.addr = VA + 0x1000 * page;
        least = atomic_load_explicit(&published[page], memory_order_acquire);
        smmu3_translate(c->m->smmu, &req, &r);
        got = (r.addr - OUT) / STEP;
        if (r.status != SMMU3_ST_OK || got < least || (r.addr & 0xff000) != 0x1000 * page) {
            atomic_fetch_add(&wrong, 1);
        }
        atomic_fetch_add_explicit(&done, 1, memory_order_relaxed);
    }
    return NULL;
}

static void command(struct machine *m, struct smmu3t_cmd c)
{
    struct smmu3t_bank *b = &m->bank[NS];

    for (unsigned i = 0; i < 2; i++) {
        write64(NULL, NS, b->cmdq + 16 * (b->prod & 15) + 8 * i, c.w[i]);
    }
    b->prod = (b->prod + 1) & 31;
}

/* The forms of invalidation that a moved page may be followed by. */
static struct smmu3t_cmd invalidation(unsigned round, uint64_t va)
{
    struct smmu3t_tlbi t = { .asid = 1, .vmid = 1, .addr = va };

    switch (round % 6) {
    case 0:
        return smmu3t_cmd_tlbi(CMD_TLBI_NH_ASID, &t);
    case 1:
        return smmu3t_cmd_tlbi(CMD_TLBI_NH_VAA, &t);
    case 2:
        t.tg = 1;
        t.num = 7;
        t.addr = va & ~UINT64_C(0x7fff);
        return smmu3t_cmd_tlbi(CMD_TLBI_NH_VA, &t);
    case 3:
        return smmu3t_cmd_tlbi(CMD_TLBI_NSNH_ALL, &t);
    case 4:
        return smmu3t_cmd_tlbi(CMD_TLBI_S12_VMALL, &t);
    default:
        return smmu3t_cmd_tlbi(CMD_TLBI_NH_VA, &t);
    }
}

static void invalidate(struct machine *m, struct stream *st, unsigned rounds)
{
    static uint64_t now[PAGES];

    memset(now, 0, sizeof(now));
    for (unsigned round = 0; round < rounds; round++) {
        unsigned page = round * 3 / 2 % PAGES;
        uint64_t va = VA + 0x1000 * page;

        now[page]++;
        write64(NULL, NS, smmu3t_pgt_desc_addr(&st->tt0, va, 3),
                (OUT + STEP * now[page] + 0x1000 * page) | SMMU3T_S1_RW | 3);
        command(m, invalidation(round, va));
        if (round % 16 == 0) {
            command(m, smmu3t_cmd_cfgi_ste(1, true, false));
        }
        command(m, smmu3t_cmd_sync(0));
        smmu3_mmio_write(m->smmu, 0x98, 4, SMMU3_PAS_NS, m->bank[NS].prod);
        atomic_store_explicit(&published[page], now[page], memory_order_release);
    }
}

static void test_sync_is_the_end(void **state)
{
    struct smmu3_host host = { .read = ram_read, .write = ram_write };
    struct machine *m = machine_new("base", NULL);
    struct stream st = { .sid = 1, .s1 = true, .asid = 1, .vmid = 1 };
    struct smmu3 *plain = m->smmu;
    struct client client[THREADS];
    pthread_t thread[THREADS];

    (void)state;
    assert_int_equal(smmu3_create(&m->cfg, &host, m, &m->smmu), SMMU3_OK);
    m->mem = (struct smmu3_mem_ops){ NULL, write64, read64, alloc };
    for (unsigned i = 0; i < RAM_SIZE / 8; i++) {
        atomic_store_explicit(&ram[i], 0, memory_order_relaxed);
    }
    ram_end = RAM_BASE;
    machine_start(m, NS, 4, 0);
    stream_build(m, &st);
    stream_map1(&st, VA, OUT, PAGES * 0x1000, SMMU3T_S1_RW);
    for (unsigned i = 0; i < PAGES; i++) {
        atomic_store(&published[i], 0);
    }
    atomic_store(&stop, false);
    atomic_store(&wrong, 0);
    atomic_store(&done, 0);
    baton.holder = baton.random = 0;
    /* ThreadSanitizer must not see the baton: it orders everything. */
    atomic_store(&baton.on, !getenv("SMMU3_FREE_RUN"));
    for (unsigned i = 0; i <= THREADS; i++) {
        pthread_cond_init(&baton.turn_of[i], NULL);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        client[i] = (struct client){ m, i + 1 };
        assert_int_equal(pthread_create(&thread[i], NULL, translate, &client[i]), 0);
    }
    invalidate(m, &st, ROUNDS);
    atomic_store(&stop, true);
    baton_drop();
    for (unsigned i = 0; i < THREADS; i++) {
        pthread_join(thread[i], NULL);
    }
    row("%u translations", atomic_load(&done));
    ROW_EQ(atomic_load(&wrong), 0);
    smmu3_destroy(m->smmu);
    m->smmu = plain;
    machine_free(m);
    rows_done();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_sync_is_the_end),
    };

    return machine_main("order", tests, ARRAY_SIZE(tests), true);
}
