/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Snapshots: round trips at many states, and everything that is not one. */
#include "machine.h"

#include <stdlib.h>
#include <string.h>

#define VA UINT64_C(0x40001000)

/* What a programmer can see: every word of the register window. */
static uint64_t fingerprint(struct machine *m)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);

    for (uint32_t off = 0; off < SMMU3_MMIO_SIZE; off += 4) {
        h = (h ^ r32(m, off)) * UINT64_C(0x100000001b3);
    }
    return h;
}

static uint8_t *save(struct machine *m, size_t *len)
{
    uint8_t *buf;

    *len = smmu3_save_size(m->smmu);
    assert_true(*len > 0 && *len < 65536);
    buf = malloc(*len);
    assert_non_null(buf);
    assert_int_equal(smmu3_save(m->smmu, buf, *len), SMMU3_OK);
    return buf;
}

/* A second SMMU over the same memory. */
static struct smmu3 *twin(struct machine *m)
{
    struct smmu3 *s;

    assert_int_equal(smmu3_create(&m->cfg, &machine_host, m, &s), SMMU3_OK);
    return s;
}

/* The states: n steps of a life that uses everything there is to save. */
enum { STEPS = 14 };

static void life(struct machine *m, struct stream *st, unsigned steps)
{
    static const struct smmu3t_cmd bad = { { 0xff, 0 } };

    for (unsigned i = 0; i < steps; i++) {
        switch (i) {
        case 0:
            w32(m, 0x44, 0x80100000);
            w32(m, 0x8044, 0x8000c000);
            break;
        case 1:
            w32(m, 0x28, 0xd75);
            w32(m, 0x8028, 0x123);
            w32(m, 0x802c, 3);
            break;
        case 2:
            machine_start(m, NS, 5, 0);
            break;
        case 3:
            machine_start(m, S, 7, 6);
            break;
        case 4:
            stream_build(m, st);
            stream_map1(st, VA, 0x7000, 0x1000, SMMU3T_S1_RW);
            break;
        case 5:
            (void)machine_dma(m, NS, st->sid, VA, 0);
            break;
        case 6:
            w32(m, 0x20, 0x8d);
            w32(m, 0x8020, 0x12d);
            break;
        case 7: /* an event, unread */
            (void)machine_dma(m, NS, st->sid, VA + 0x1000, 0);
            (void)machine_dma(m, S, 3, 0, 0);
            break;
        case 8: /* overflow */
            for (unsigned k = 0; k < 20; k++) {
                (void)machine_dma(m, S, 3, 0, 0);
            }
            break;
        case 9: /* a stopped command queue */
            (void)machine_run(m, NS, bad);
            break;
        case 10: /* an aborted event write, acknowledged halfway */
            machine_inject(m, NS, m->bank[NS].evtq, 512, SMMU3_MEM_ABORT);
            (void)machine_dma(m, NS, st->sid, VA + 0x1000, 0);
            machine_clear_faults(m);
            w32(m, 0x64, 1);
            break;
        case 11:
            w32(m, 0x8020, 0x4);
            w32(m, 0x8098, 11);
            break;
        case 12:
            w32(m, 0x50, 1);
            w32(m, 0x8050, 0);
            break;
        default:
            w32(m, 0x20, 0);
            w64(m, 0x80, 0x4000123456789a40);
            w64(m, 0x90, 0x400000abcdef0009);
            break;
        }
    }
}

static void test_round_trip(void **state)
{
    (void)state;
    for (unsigned steps = 0; steps <= STEPS; steps++) {
        struct machine *m = machine_new("base", NULL);
        struct stream st = { .sid = 4, .s1 = true, .asid = 1, .vmid = 1 };
        struct smmu3 *first = m->smmu, *second;
        uint64_t before, after;
        uint8_t *a, *b;
        size_t la, lb;

        row("after %u steps", steps);
        life(m, &st, steps);
        before = fingerprint(m);
        a = save(m, &la);
        ROW_EQ(fingerprint(m), before); /* saving changes nothing */
        second = twin(m);
        m->smmu = second;
        assert_int_equal(smmu3_load(second, a, la), SMMU3_OK);
        after = fingerprint(m);
        ROW_EQ(after, before);
        b = save(m, &lb);
        ROW_EQ(la, lb);
        ROW_EQ(memcmp(a, b, la), 0);
        /* both go on alike */
        if (steps > 5 && steps < 14) {
            m->smmu = second;
            ROW_EQ(machine_dma(m, NS, 4, VA, 0).addr, 0x7000);
            ROW_EQ(machine_dma(m, NS, 4, VA + 0x2000, 0).reason, SMMU3_R_S1_DESC_INVALID);
            before = fingerprint(m);
            m->smmu = first;
            ROW_EQ(machine_dma(m, NS, 4, VA + 0x2000, 0).reason, SMMU3_R_S1_DESC_INVALID);
            ROW_EQ(fingerprint(m), before);
        }
        free(a);
        free(b);
        m->smmu = first;
        smmu3_destroy(second);
        machine_free(m);
    }
    rows_done();
}

/* Loading drops what was cached: the tables may be other ones now. */
static void test_caches_are_emptied(void **state)
{
    struct machine *m = machine_new("base", NULL);
    struct stream st = { .sid = 4, .s1 = true, .asid = 1 };
    uint8_t *a;
    size_t len;

    (void)state;
    life(m, &st, 6);
    a = save(m, &len);
    assert_int_equal(smmu3t_pgt_unmap(&st.tt0, VA, 0x1000), 0);
    assert_int_equal(smmu3_load(m->smmu, a, len), SMMU3_OK);
    row("TLB");
    ROW_REASON(machine_dma(m, NS, 4, VA, 0), SMMU3_R_S1_DESC_INVALID);
    machine_write64(m, NS, st.cds.base, 0);
    assert_int_equal(smmu3_load(m->smmu, a, len), SMMU3_OK);
    row("CD");
    ROW_REASON(machine_dma(m, NS, 4, VA, 0), SMMU3_R_CD_V);
    free(a);
    machine_free(m);
    rows_done();
}

/* All-or-nothing: a snapshot that is refused leaves everything as it was. */
static void refuse(struct machine *m, const uint8_t *buf, size_t len, int want)
{
    uint64_t before = fingerprint(m);
    int err = smmu3_load(m->smmu, buf, len);

    if (err != want) {
        row_fail("smmu3_load() says %d (%s), expected %d", err, smmu3_strerror(err), want);
    }
    if (err) {
        ROW_EQ(fingerprint(m), before);
    }
}

static void test_truncated(void **state)
{
    struct machine *m = machine_new("base", NULL);
    struct stream st = { .sid = 4, .s1 = true };
    size_t len;
    uint8_t *a;

    (void)state;
    life(m, &st, 9);
    a = save(m, &len);
    smmu3_reset(m->smmu);
    for (size_t n = 0; n < len; n++) {
        uint8_t *exact = malloc(n ? n : 1); /* so that a sanitizer sees one byte more */

        assert_non_null(exact);
        memcpy(exact, a, n);
        row("%zu of %zu bytes", n, len);
        refuse(m, exact, n, SMMU3_EFORMAT);
        free(exact);
    }
    row("too small a buffer");
    ROW_EQ(smmu3_save(m->smmu, a, len - 1), SMMU3_EINVAL);
    ROW_EQ(smmu3_save(m->smmu, NULL, len), SMMU3_EINVAL);
    ROW_EQ(smmu3_load(m->smmu, NULL, len), SMMU3_EINVAL);
    free(a);
    machine_free(m);
    rows_done();
}

/* Any byte changed in any way: refused, or a state that the SMMU can be in. */
static void test_flipped(void **state)
{
    struct machine *m = machine_new("base", NULL);
    struct stream st = { .sid = 4, .s1 = true };
    size_t len;
    uint8_t *a;

    (void)state;
    life(m, &st, 11);
    a = save(m, &len);
    m->no_probe = true;
    for (size_t i = 0; i < len; i++) {
        static const uint8_t flips[] = { 0x01, 0x80, 0x7f, 0xff };

        for (unsigned k = 0; k < ARRAY_SIZE(flips); k++) {
            int err;

            a[i] ^= flips[k];
            err = smmu3_load(m->smmu, a, len);
            row("byte %zu ^ %#x", i, flips[k]);
            ROW_EQ(err == SMMU3_OK || err == SMMU3_EFORMAT || err == SMMU3_EVERSION ||
                   err == SMMU3_EMISMATCH, true);
            if (i < 4) {
                ROW_EQ(err, SMMU3_EFORMAT);
            } else if (i < 8) {
                ROW_EQ(err, SMMU3_EVERSION);
            }
            if (!err) {
                struct smmu3_request req = { .stream_id = 4, .addr = VA };
                struct smmu3_result r;

                /* whatever it is now, it must stand use */
                assert_int_equal(smmu3_translate(m->smmu, &req, &r), SMMU3_OK);
                w32(m, 0x98, r32(m, 0x98));
                w32(m, 0x64, r32(m, 0x60));
                /* no register shows a bit that it does not have */
                ROW_EQ(r32(m, 0x24) & ~0x1cdu, 0);
                ROW_EQ(r32(m, 0x8024) & ~0x1edu, 0);
                ROW_EQ(r32(m, 0x60) & ~0x1fdu, 0);
                ROW_EQ(r32(m, 0x54) & ~5u, 0);
            }
            a[i] ^= flips[k];
        }
    }
    free(a);
    machine_free(m);
    rows_done();
}

/* A snapshot of another SMMU. */
static void test_mismatch(void **state)
{
    static const char *const tweaks[] = {
        "IDR0.VMW=0", "IDR1.SIDSIZE=8", "IDR3.XNX=1 IDR3.E0PD=1 IDR3.BBML=1", "IDR5.OAS=4",
        "IIDR=1", "S_IDR1.S_SIDSIZE=5", "S_IDR0=0 S_IDR1=0"
    };
    struct machine *m = machine_new("base", NULL);
    size_t len;
    uint8_t *a = save(m, &len);

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(tweaks); i++) {
        struct machine *other = machine_new("base", tweaks[i]);
        size_t n;
        uint8_t *b = save(other, &n);

        row("%s", tweaks[i]);
        refuse(other, a, len, SMMU3_EMISMATCH);
        refuse(m, b, n, SMMU3_EMISMATCH);
        free(b);
        machine_free(other);
    }
    row("cache sizes are no state");
    {
        struct machine *other;

        machine_cache = 16;
        other = machine_new("base", NULL);
        machine_cache = 0;
        refuse(other, a, len, SMMU3_OK);
        machine_free(other);
    }
    free(a);
    machine_free(m);
    rows_done();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_round_trip),
        TEST(test_caches_are_emptied),
        TEST(test_truncated),
        TEST(test_flipped),
        TEST(test_mismatch),
    };

    return machine_main("state", tests, ARRAY_SIZE(tests), false);
}
