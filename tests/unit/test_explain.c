/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * smmu3_explain(): which steps it tells, in which order, with what in them. That
 * its answer is smmu3_translate()'s every other test checks (machine_txn()).
 */
#include "machine.h"

#include <stdlib.h>
#include <string.h>

#define MAX 64
static struct smmu3_step steps[MAX];
static unsigned nsteps;
static struct smmu3_result res;

static void told(void *ctx, const struct smmu3_step *step)
{
    assert_ptr_equal(ctx, &nsteps);
    assert_true(nsteps < MAX);
    steps[nsteps++] = *step;
}

static void explain(struct machine *m, struct smmu3_request req)
{
    nsteps = 0;
    memset(&res, 0x5a, sizeof(res));
    assert_int_equal(smmu3_explain(m->smmu, &req, &res, told, &nsteps), SMMU3_OK);
}

/* Kinds as letters: R 1 S v 2 C A, stage 1 descriptors a, stage 2 ones b (for a
 * CD or table: i), leaves L. */
static const char *shape(void)
{
    static char s[MAX + 1];

    for (unsigned i = 0; i < nsteps; i++) {
        const struct smmu3_step *p = &steps[i];

        s[i] = p->kind == SMMU3_STEP_DESC ? (p->stage == 1 ? 'a' : p->inner ? 'i' : 'b')
               : p->kind == SMMU3_STEP_LEAF ? (p->inner ? 'l' : 'L')
               : "R1Sv2CA"[p->kind];
    }
    s[nsteps] = 0;
    return s;
}

static const struct smmu3_step *nth(enum smmu3_step_kind kind, unsigned n)
{
    for (unsigned i = 0; i < nsteps; i++) {
        if (steps[i].kind == kind && !n--) {
            return &steps[i];
        }
    }
    fail_msg("no such step in %s", shape());
    return NULL;
}

static void test_off(void **state)
{
    struct machine *m = machine_new("base", NULL);

    (void)state;
    explain(m, (struct smmu3_request){ .stream_id = 1, .addr = 0x1234 });
    assert_string_equal(shape(), "RA");
    assert_int_equal(res.status, SMMU3_ST_OK);
    assert_true(res.bypass);
    assert_int_equal(steps[0].word[1], 0x1000);
    machine_free(m);
}

static void test_stage1(void **state)
{
    struct machine *m = machine_new("base", NULL);
    struct stream st = { .sid = 1, .s1 = true };
    const struct smmu3_step *p;

    (void)state;
    machine_start(m, NS, 8, 6);
    st.m = m;
    stream_build(m, &st);
    stream_map1(&st, 0x40000000, 0x80000000, 0x1000, SMMU3T_S1_RW | SMMU3T_S1_RO);
    /* the caches are full, and nobody looks at them */
    machine_dma(m, NS, 1, 0x40000010, 0);
    explain(m, (struct smmu3_request){ .stream_id = 1, .addr = 0x40000010,
                                       .flags = SMMU3_REQ_WRITE });
    assert_string_equal(shape(), "R1SCAaaaL");
    assert_int_equal(res.reason, SMMU3_R_S1_PERM);
    assert_int_equal(res.recorded, false);
    assert_int_equal(machine_drain(m, NS), 0);
    p = nth(SMMU3_STEP_STE, 0);
    assert_int_equal(p->nwords, 8);
    assert_memory_equal(p->word, st.ste.w, sizeof(st.ste.w));
    assert_memory_equal(nth(SMMU3_STEP_CD, 0)->word, st.cd.w, sizeof(st.cd.w));
    p = nth(SMMU3_STEP_DESC, 2);
    assert_int_equal(p->level, 3);
    assert_int_equal(p->gran, 12);
    assert_int_equal(p->in_bits, 39);
    assert_int_equal(p->addr, smmu3t_pgt_desc_addr(&st.tt0, 0x40000000, 3));
    assert_int_equal(p->word[0], smmu3t_pgt_read(&st.tt0, p->addr));
    p = nth(SMMU3_STEP_LEAF, 0);
    assert_int_equal(p->stage, 1);
    assert_int_equal(p->shift, 12);
    assert_int_equal(p->input, 0x40000010);
    assert_int_equal(p->addr, 0x80000010);
    assert_int_equal(p->perms[0], SMMU3_PERM_R | SMMU3_PERM_X);
    assert_int_equal(p->needs, SMMU3_PERM_W);
    assert_false(p->needs_priv);
    /* a table that is no more: the walk ends where it ends */
    smmu3t_pgt_write(&st.tt0, smmu3t_pgt_desc_addr(&st.tt0, 0x40000000, 2), 0);
    explain(m, (struct smmu3_request){ .stream_id = 1, .addr = 0x40000010 });
    assert_string_equal(shape(), "R1SCAaa");
    assert_int_equal(res.reason, SMMU3_R_S1_DESC_INVALID);
    machine_free(m);
}

static void test_nested(void **state)
{
    struct machine *m = machine_new("base", NULL);
    struct stream st = { .sid = 1, .s1 = true, .s2 = true };

    (void)state;
    machine_start(m, NS, 8, 0);
    st.m = m;
    stream_build(m, &st);
    stream_map1(&st, 0x40000000, 0x50000000, 0x1000, SMMU3T_S1_RW);
    stream_map2(&st, 0x50000000, 0x80000000, 0x1000, SMMU3T_S2_RW);
    explain(m, (struct smmu3_request){ .stream_id = 1, .addr = 0x40000010 });
    assert_int_equal(res.reason, SMMU3_R_NONE);
    assert_int_equal(res.addr, 0x80000010);
    /* each table of stage 1 after the walk of stage 2 that finds it */
    assert_null(strstr(shape(), "aa"));
    assert_non_null(strstr(shape(), "lC"));
    assert_non_null(strstr(shape(), "laLbbbL"));
    assert_int_equal(nth(SMMU3_STEP_CD, 0)->ipa, STREAM_IPA(nth(SMMU3_STEP_CD, 0)->addr));
    machine_free(m);
}

static unsigned cached(struct machine *m, struct smmu3_cached *last)
{
    uint32_t pos = 0;
    unsigned n = 0;

    while (smmu3_cached_next(m->smmu, &pos, last)) {
        n++;
    }
    return n;
}

static void test_cached(void **state)
{
    struct machine *m = machine_new("base", NULL);
    struct stream st = { .sid = 1, .s1 = true, .asid = 5, .vmid = 0 };
    struct smmu3_cached c;

    (void)state;
    machine_start(m, NS, 8, 0);
    st.m = m;
    stream_build(m, &st);
    stream_map1(&st, 0x40000000, 0x80000000, 0x1000, SMMU3T_S1_RW | SMMU3T_S1_RO);
    assert_int_equal(cached(m, &c), 0);
    machine_dma(m, NS, 1, 0x40000010, 0);
    assert_int_equal(cached(m, &c), 1);
    assert_int_equal(c.sec_sid, NS);
    assert_int_equal(c.asid, 5);
    assert_false(c.ipa || c.global);
    assert_int_equal(c.input, 0x40000000);
    assert_int_equal(c.output, 0x80000000);
    assert_int_equal(c.mask, 0xfff);
    assert_int_equal(c.perms[0], SMMU3_PERM_R | SMMU3_PERM_X);
    machine_flush(m, NS);
    assert_int_equal(cached(m, &c), 0);
    machine_free(m);
    machine_cache = SMMU3_CACHE_OFF;
    m = machine_new("base", NULL);
    machine_cache = 0;
    assert_int_equal(cached(m, &c), 0);
    machine_free(m);
}

static void test_misuse(void **state)
{
    struct machine *m = machine_new("qemu-virt", NULL);
    struct smmu3_request req = { .sec_sid = (enum smmu3_sec_sid)7 };
    struct smmu3_config cfg;
    uint8_t *blob = malloc(smmu3_save_size(m->smmu));

    (void)state;
    assert_int_equal(smmu3_explain(m->smmu, &req, &res, told, &nsteps), SMMU3_EINVAL);
    req.sec_sid = NS;
    assert_int_equal(smmu3_explain(m->smmu, &req, &res, NULL, NULL), SMMU3_EINVAL);
    assert_int_equal(smmu3_save(m->smmu, blob, smmu3_save_size(m->smmu)), SMMU3_OK);
    assert_int_equal(smmu3_snapshot_config(blob, 10, &cfg), SMMU3_EFORMAT);
    assert_int_equal(smmu3_snapshot_config(blob, 40, &cfg), SMMU3_EFORMAT);
    assert_int_equal(smmu3_snapshot_config(blob, smmu3_save_size(m->smmu), &cfg), SMMU3_OK);
    assert_int_equal(cfg.idr0, m->cfg.idr0);
    assert_int_equal(cfg.s_idr1, m->cfg.s_idr1);
    blob[4]++;
    assert_int_equal(smmu3_snapshot_config(blob, 100, &cfg), SMMU3_EVERSION);
    free(blob);
    machine_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_off),
        TEST(test_stage1),
        TEST(test_nested),
        TEST(test_cached),
        TEST(test_misuse),
    };

    return machine_main("explain", tests, ARRAY_SIZE(tests), false);
}
