/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * smmu3_translate() from several threads, while one thread changes tables and
 * invalidates: nobody sees anything but the old and the new mapping, and what
 * asks after the CMD_SYNC sees the new one.
 */
#include "machine.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#define VA UINT64_C(0x40000000)
#define PAGES 64
#define OLD UINT64_C(0x100000000)
#define NEW UINT64_C(0x200000000)
#define THREADS 3

static pthread_mutex_t memory = PTHREAD_MUTEX_INITIALIZER;
static atomic_bool stop;
static atomic_uint wrong, done;

/* The fixture's memory is for one thread: one at a time. */
static enum smmu3_mem locked_read(void *ctx, const struct smmu3_access *acc, void *buf, size_t n)
{
    struct machine *m = ctx;

    pthread_mutex_lock(&memory);
    machine_read(m, acc->pas, acc->addr, buf, n);
    pthread_mutex_unlock(&memory);
    return SMMU3_MEM_OK;
}

static enum smmu3_mem locked_write(void *ctx, const struct smmu3_access *acc, const void *buf,
                                   size_t n)
{
    struct machine *m = ctx;

    pthread_mutex_lock(&memory);
    machine_write(m, acc->pas, acc->addr, buf, n);
    pthread_mutex_unlock(&memory);
    return SMMU3_MEM_OK;
}

static void *translate(void *arg)
{
    struct machine *m = arg;
    uint32_t x = (uint32_t)(uintptr_t)&arg;

    while (!atomic_load(&stop)) {
        struct smmu3_request req = { .stream_id = 1 };
        struct smmu3_result r;
        uint64_t off;

        x = x * 1664525 + 1013904223;
        off = (x >> 8) % (PAGES * 0x1000);
        req.addr = VA + off;
        req.flags = x & 1 ? SMMU3_REQ_WRITE : 0;
        /* sometimes one that faults: events from several threads */
        if (!(x >> 4 & 63)) {
            req.addr += PAGES * 0x1000;
        }
        if (smmu3_translate(m->smmu, &req, &r)) {
            atomic_fetch_add(&wrong, 1);
        } else if (req.addr != VA + off) {
            atomic_fetch_add(&wrong, r.reason != SMMU3_R_S1_DESC_INVALID);
        } else if (r.status != SMMU3_ST_OK || (r.addr != OLD + off && r.addr != NEW + off)) {
            atomic_fetch_add(&wrong, 1);
        }
        atomic_fetch_add(&done, 1);
    }
    return NULL;
}

static void remap(struct machine *m, struct stream *st, uint64_t out)
{
    pthread_mutex_lock(&memory);
    for (unsigned i = 0; i < PAGES; i++) {
        uint64_t va = VA + 0x1000 * i;

        smmu3t_pgt_write(&st->tt0, smmu3t_pgt_desc_addr(&st->tt0, va, 3),
                         (out + 0x1000 * i) | SMMU3T_S1_RW | 3);
    }
    pthread_mutex_unlock(&memory);
    (void)m;
}

static void test_translate_and_invalidate(void **state)
{
    struct smmu3_host host = { .read = locked_read, .write = locked_write };
    struct machine *m = machine_new("base", NULL);
    struct stream st = { .sid = 1, .s1 = true, .asid = 1 };
    struct smmu3 *plain = m->smmu;
    struct smmu3t_tlbi t = { .asid = 1, .addr = VA, .tg = 1, .scale = 1,
                             .num = PAGES / 2 - 1 };
    pthread_t thread[THREADS];

    (void)state;
    assert_int_equal(smmu3_create(&m->cfg, &host, m, &m->smmu), SMMU3_OK);
    machine_start(m, NS, 4, 0);
    stream_build(m, &st);
    stream_map1(&st, VA, OLD, PAGES * 0x1000, SMMU3T_S1_RW);
    atomic_store(&stop, false);
    atomic_store(&wrong, 0);
    atomic_store(&done, 0);
    for (unsigned i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&thread[i], NULL, translate, m), 0);
    }
    m->no_probe = true;
    for (unsigned round = 0; round < 300; round++) {
        uint64_t out = round & 1 ? OLD : NEW;
        struct smmu3t_cmd c = round % 3 == 0 ? smmu3t_cmd_tlbi(CMD_TLBI_NH_VA, &t)
                            : round % 3 == 1 ? smmu3t_cmd_tlbi(CMD_TLBI_NH_ASID, &t)
                                             : smmu3t_cmd_tlbi(CMD_TLBI_NSNH_ALL, &t);
        struct smmu3t_cmd sync = smmu3t_cmd_sync(0);
        struct smmu3t_cmd cfgi = smmu3t_cmd_cfgi_ste(1, true, false);

        remap(m, &st, out);
        pthread_mutex_lock(&memory);
        {
            /* the commands' memory, then the doorbell without the lock */
            uint64_t q = m->bank[NS].cmdq;
            uint32_t p = m->bank[NS].prod;

            for (unsigned i = 0; i < 2; i++) {
                machine_write64(m, NS, q + 16 * (p & 15) + 8 * i, c.w[i]);
                machine_write64(m, NS, q + 16 * ((p + 1) & 15) + 8 * i, cfgi.w[i]);
                machine_write64(m, NS, q + 16 * ((p + 2) & 15) + 8 * i, sync.w[i]);
            }
            m->bank[NS].prod = (p + 3) & 31;
        }
        pthread_mutex_unlock(&memory);
        w32(m, 0x98, m->bank[NS].prod);
        row("round %u", round);
        ROW_EQ(r32(m, 0x9c), m->bank[NS].prod);
        for (unsigned i = 0; i < PAGES; i += 7) {
            ROW_EQ(machine_dma(m, NS, 1, VA + 0x1000 * i, 0).addr, out + 0x1000 * i);
        }
        w32(m, 0x100ac, r32(m, 0x100a8)); /* the queue is drained unread */
    }
    while (atomic_load(&done) < 1000) {
    }
    atomic_store(&stop, true);
    for (unsigned i = 0; i < THREADS; i++) {
        pthread_join(thread[i], NULL);
    }
    row("the threads");
    ROW_EQ(atomic_load(&wrong), 0);
    smmu3_destroy(m->smmu);
    m->smmu = plain;
    machine_free(m);
    rows_done();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_translate_and_invalidate),
    };

    return machine_main("threads", tests, ARRAY_SIZE(tests), true);
}
