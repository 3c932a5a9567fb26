/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * What caches keep through how many invalidations: src/cache.h. The count of
 * invalidations runs over once on the way here, and nothing stale comes back.
 */
#include "machine.h"

#define VA UINT64_C(0x40000000)
#define OUT UINT64_C(0x100000000)
#define OTHER UINT64_C(0x200000000)
#define PAGES 64

static void build(struct machine *m, struct stream *st)
{
    *st = (struct stream){ .sid = 1, .s1 = true, .asid = 1, .vmid = 1 };
    machine_start(m, NS, 4, 0);
    stream_build(m, st);
    stream_map1(st, VA, OUT, PAGES * 0x1000, SMMU3T_S1_RW);
}

static void point(struct stream *st, unsigned page, uint64_t out)
{
    uint64_t va = VA + 0x1000 * page;

    smmu3t_pgt_write(&st->tt0, smmu3t_pgt_desc_addr(&st->tt0, va, 3),
                     (out + 0x1000 * page) | SMMU3T_S1_RW | 3);
}

static uint64_t out_of(struct machine *m, unsigned page)
{
    return machine_dma(m, NS, 1, VA + 0x1000 * page, 0).addr - 0x1000 * page;
}

/* More invalidations than the stamps' bits take until they run out. */
static void test_run_over(void **state)
{
    struct machine *m = machine_new("base", NULL);
    struct smmu3t_tlbi elsewhere = { .vmid = 9, .asid = 9, .addr = VA };
    struct smmu3t_tlbi here = { .vmid = 1, .asid = 1, .addr = VA };
    struct smmu3t_cmd c = smmu3t_cmd_tlbi(CMD_TLBI_NH_VA, &elsewhere);
    struct stream st;

    (void)state;
    build(m, &st);
    for (unsigned i = 0; i < 0x11000; i++) {
        if (i % 0x100 == 0) {
            uint64_t was = i & 0x100 ? OTHER : OUT, now = i & 0x100 ? OUT : OTHER;

            row("after %u invalidations", i);
            ROW_EQ(out_of(m, 0), was);
            point(&st, 0, now);
            machine_ok(m, NS, smmu3t_cmd_tlbi(CMD_TLBI_NH_VA, &here));
            ROW_EQ(out_of(m, 0), now);
        }
        machine_ok(m, NS, c);
    }
    machine_free(m);
    rows_done();
}

/* Ranges of every length and alignment drop what is in them and nothing else. */
static void test_ranges(void **state)
{
    struct machine *m = machine_new("base", NULL);
    struct stream st;

    (void)state;
    build(m, &st);
    for (unsigned first = 0; first < PAGES; first += 5) {
        for (unsigned num = 0; num < 32; num += 3) {
            struct smmu3t_tlbi t = { .vmid = 1, .asid = 1, .addr = VA + 0x1000 * first, .tg = 1,
                                     .num = (uint8_t)num, .ttl = 3 };

            machine_flush(m, NS);
            for (unsigned p = 0; p < PAGES; p++) {
                point(&st, p, OUT);
                row("page %u before", p);
                ROW_EQ(out_of(m, p), OUT);
            }
            for (unsigned p = 0; p < PAGES; p++) {
                point(&st, p, OTHER);
            }
            machine_ok(m, NS, smmu3t_cmd_tlbi(CMD_TLBI_NH_VA, &t));
            for (unsigned p = 0; p < PAGES; p++) {
                bool in = p >= first && p <= first + num;

                row("pages %u to %u: page %u", first, first + num, p);
                /* with less room an entry may have gone by itself */
                if (in || machine_has_caches()) {
                    ROW_EQ(out_of(m, p), in ? OTHER : OUT);
                }
            }
        }
    }
    machine_free(m);
    rows_done();
}

/* What is used stays through any number of invalidations of other things. */
static void test_kept(void **state)
{
    struct machine *m = machine_new("base", NULL);
    struct stream st;

    (void)state;
    build(m, &st);
    ROW_EQ(out_of(m, 3), OUT);
    point(&st, 3, OTHER);
    for (unsigned i = 0; i < 2000 && machine_has_caches(); i++) {
        struct smmu3t_tlbi t = { .vmid = 1, .asid = (uint16_t)(1 + (i & 1)),
                                 .addr = VA + 0x1000 * (4 + i), .tg = 1, .num = i & 7,
                                 .ttl = 3 };

        machine_ok(m, NS, smmu3t_cmd_tlbi(i % 3 ? CMD_TLBI_NH_VA : CMD_TLBI_NH_VAA, &t));
        machine_ok(m, NS, smmu3t_cmd_cfgi_ste(2 + i % 8, true, false));
        row("after %u invalidations", i);
        ROW_EQ(out_of(m, 3), OUT);
    }
    machine_free(m);
    rows_done();
}

/*
 * A walk reads a leaf; then the leaf changes and is invalidated by ASID, before
 * anything else is in the TLB. What the walk read must not be used after it has
 * ended, nor if another walk was faster.
 */
static struct stream *late_stream;
static bool another_is_faster;

static void late(struct machine *m, const struct smmu3_access *acc)
{
    struct smmu3t_tlbi asid = { .vmid = 1, .asid = 1 };

    if (acc->addr != smmu3t_pgt_desc_addr(&late_stream->tt0, VA, 3)) {
        return;
    }
    m->on_read = NULL;
    point(late_stream, 0, OTHER);
    machine_ok(m, NS, smmu3t_cmd_tlbi(CMD_TLBI_NH_ASID, &asid));
    if (another_is_faster) {
        ROW_EQ(out_of(m, 1), OUT);
    }
}

static void test_first_of_all(void **state)
{
    struct stream st;

    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        struct machine *m = machine_new("base", NULL);

        row("%s, %s", i & 1 ? "another walk is faster" : "alone",
            i & 2 ? "after S_INIT.INV_ALL" : "after reset");
        build(m, &st);
        m->no_probe = true;
        if (i & 2) {
            out_of(m, 2);
            w32(m, 0x20, 0xc);
            w32(m, 0x803c, 1);
            w32(m, 0x20, 0xd);
        }
        late_stream = &st;
        another_is_faster = i & 1;
        m->on_read = late;
        out_of(m, 0); /* either is right, now */
        assert_null(m->on_read);
        ROW_EQ(out_of(m, 0), OTHER);
        machine_free(m);
    }
    rows_done();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_run_over),
        TEST(test_ranges),
        TEST(test_kept),
        TEST(test_first_of_all),
    };

    return machine_main("stamps", tests, ARRAY_SIZE(tests), true);
}
