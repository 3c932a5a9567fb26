/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Cached STEs and CDs: memory is changed, and what is still used tells which
 * of them a CFGI dropped. IHI0070G.b 3.21.3, 4.3.
 */
#include "machine.h"

#include <stdlib.h>
#include <string.h>

#define VA UINT64_C(0x40001000)
#define NSTREAMS 8
#define NSUB 3

static const uint32_t subs[NSUB] = { 0, 1, 70 };

/* Eight streams in each bank, each with three CDs; all of it cached. */
struct world {
    struct machine *m;
    struct stream st[2][NSTREAMS];
    struct smmu3t_pgt tt[2][NSTREAMS][NSUB];
};

static struct smmu3_result ask(struct world *x, unsigned sec, uint32_t sid, uint32_t ssid)
{
    struct smmu3_request req = { .sec_sid = (enum smmu3_sec_sid)sec, .stream_id = sid,
                                 .ssv = ssid != 0, .substream_id = ssid, .addr = VA };

    return machine_txn(x->m, &req);
}

static void world_new(struct world *x)
{
    memset(x, 0, sizeof(*x));
    x->m = machine_new("base", NULL);
    for (unsigned sec = 0; sec < 2; sec++) {
        machine_start(x->m, (enum smmu3_sec_sid)sec, 8, sec ? 0 : 6);
        for (unsigned i = 0; i < NSTREAMS; i++) {
            struct stream *st = &x->st[sec][i];

            /* 0, 1, 2, 3, 64, 65, 128, 192 */
            *st = (struct stream){ .sec = (enum smmu3_sec_sid)sec,
                                   .sid = i < 4 ? i : i < 6 ? 60 + i : (i - 4) * 64,
                                   .s1 = true, .ssid_bits = 8, .cd_fmt = 1 };
            stream_build(x->m, st);
            for (unsigned k = 0; k < NSUB; k++) {
                struct smmu3t_cd cd;

                x->tt[sec][i][k] = st->tt0;
                assert_int_equal(smmu3t_pgt_init(&x->tt[sec][i][k]), 0);
                assert_int_equal(smmu3t_pgt_map(&x->tt[sec][i][k], VA, 0x1000 * (1 + k), 0x1000,
                                                SMMU3T_S1_RW), 0);
                /* an ASID of its own: the TLB must not answer for the CD */
                smmu3t_cd_init(&cd, &x->tt[sec][i][k], NULL, (uint16_t)(i * NSUB + k));
                assert_int_equal(smmu3t_cdtab_write(&st->cds, subs[k], &cd), 0);
            }
            stream_update(st);
            /* stream_update() wrote CD 0 anew: put ours back */
            {
                struct smmu3t_cd cd;

                smmu3t_cd_init(&cd, &x->tt[sec][i][0], NULL, (uint16_t)(i * NSUB));
                assert_int_equal(smmu3t_cdtab_write(&st->cds, 0, &cd), 0);
            }
        }
    }
    for (unsigned sec = 0; sec < 2; sec++) {
        for (unsigned i = 0; i < NSTREAMS; i++) {
            for (unsigned k = 0; k < NSUB; k++) {
                row("fill bank %u stream %u ssid %u", sec, x->st[sec][i].sid, subs[k]);
                ROW_EQ(ask(x, sec, x->st[sec][i].sid, subs[k]).addr, 0x1000 * (1 + k));
            }
        }
    }
}

/* Every CD becomes V=0 (and every STE, with stes) behind the SMMU's back. */
static void spoil(struct world *x, bool stes)
{
    for (unsigned sec = 0; sec < 2; sec++) {
        for (unsigned i = 0; i < NSTREAMS; i++) {
            struct stream *st = &x->st[sec][i];

            for (unsigned k = 0; k < NSUB; k++) {
                machine_write64(x->m, sec, smmu3t_cdtab_addr(&st->cds, subs[k]), 0);
            }
            if (stes) {
                machine_write64(x->m, sec, smmu3t_strtab_addr(&x->m->bank[sec].strtab, st->sid),
                                0);
            }
        }
    }
}

/* Which STEs and CDs a command concerns. */
struct row_cfgi {
    const char *name;
    struct smmu3t_cmd c;
    unsigned queue;
    unsigned sec;              /* whose */
    uint32_t first, last;      /* StreamIDs */
    bool stes;                 /* and their STEs, with all CDs below */
    uint32_t ssid;             /* else this one, or ALL */
};
#define ALL UINT32_MAX

static void check(struct world *x, const struct row_cfgi *r, bool spoil_stes)
{
    for (unsigned sec = 0; sec < 2; sec++) {
        for (unsigned i = 0; i < NSTREAMS; i++) {
            uint32_t sid = x->st[sec][i].sid;
            bool mine = sec == r->sec && sid >= r->first && sid <= r->last;

            for (unsigned k = 0; k < NSUB; k++) {
                struct smmu3_result got = ask(x, sec, sid, subs[k]);
                bool cd_gone = mine && (r->stes || r->ssid == ALL || r->ssid == subs[k]);
                bool ste_gone = mine && r->stes;
                enum smmu3_reason want = spoil_stes && ste_gone ? SMMU3_R_STE_V :
                                         cd_gone ? SMMU3_R_CD_V : SMMU3_R_NONE;

                if (got.reason != want) {
                    row_fail("bank %u stream %u ssid %u: %s, expected %s", sec, sid, subs[k],
                             reason_name(got.reason), reason_name(want));
                }
            }
        }
        machine_drain(x->m, (enum smmu3_sec_sid)sec);
    }
}

static void test_scopes(void **state)
{
    const struct row_cfgi rows[] = {
        { "CFGI_STE 2", smmu3t_cmd_cfgi_ste(2, true, false), NS, NS, 2, 2, true, ALL },
        { "CFGI_STE 2 Leaf=0", smmu3t_cmd_cfgi_ste(2, false, false), NS, NS, 2, 2, true, ALL },
        { "CFGI_STE 64 by S queue", smmu3t_cmd_cfgi_ste(64, true, false), S, NS, 64, 64, true,
          ALL },
        { "CFGI_STE 64 SSec", smmu3t_cmd_cfgi_ste(64, true, true), S, S, 64, 64, true, ALL },
        { "RANGE 0 at 3", smmu3t_cmd_cfgi_ste_range(3, 0, false), NS, NS, 2, 3, true, ALL },
        { "RANGE 1 at 2", smmu3t_cmd_cfgi_ste_range(2, 1, false), NS, NS, 0, 3, true, ALL },
        { "RANGE 6 at 64", smmu3t_cmd_cfgi_ste_range(64, 6, false), NS, NS, 0, 127, true, ALL },
        { "RANGE 5 at 64", smmu3t_cmd_cfgi_ste_range(64, 5, false), NS, NS, 64, 127, true, ALL },
        { "RANGE 30", smmu3t_cmd_cfgi_ste_range(5, 30, false), NS, NS, 0, 0x7fffffff, true, ALL },
        { "RANGE 30 at the upper half", smmu3t_cmd_cfgi_ste_range(0x80000005, 30, false), NS, NS,
          0x80000000, UINT32_MAX, true, ALL },
        { "RANGE 6 SSec", smmu3t_cmd_cfgi_ste_range(200, 6, true), S, S, 128, 255, true, ALL },
        { "CFGI_ALL", smmu3t_cmd_cfgi_all(false), NS, NS, 0, UINT32_MAX, true, ALL },
        { "CFGI_ALL by S queue", smmu3t_cmd_cfgi_all(false), S, NS, 0, UINT32_MAX, true, ALL },
        { "CFGI_ALL SSec", smmu3t_cmd_cfgi_all(true), S, S, 0, UINT32_MAX, true, ALL },
        { "CFGI_CD 1 70", smmu3t_cmd_cfgi_cd(1, 70, true, false), NS, NS, 1, 1, false, 70 },
        { "CFGI_CD 1 0", smmu3t_cmd_cfgi_cd(1, 0, false, false), NS, NS, 1, 1, false, 0 },
        { "CFGI_CD 65 1 SSec", smmu3t_cmd_cfgi_cd(65, 1, true, true), S, S, 65, 65, false, 1 },
        { "CFGI_CD 65 1 by S queue", smmu3t_cmd_cfgi_cd(65, 1, true, false), S, NS, 65, 65, false,
          1 },
        { "CFGI_CD_ALL 3", smmu3t_cmd_cfgi_cd_all(3, false), NS, NS, 3, 3, false, ALL },
        { "CFGI_CD_ALL 192 SSec", smmu3t_cmd_cfgi_cd_all(192, true), S, S, 192, 192, false, ALL },
        { "CMD_SYNC alone", smmu3t_cmd_sync(0), NS, NS, 1, 0, false, ALL },
        { "TLBI_NSNH_ALL", smmu3t_cmd_tlbi(0x30, &(struct smmu3t_tlbi){ 0 }), NS, NS, 1, 0, false,
          ALL },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        for (unsigned stes = 0; stes < 2; stes++) {
            struct world *x = calloc(1, sizeof(*x));

            assert_non_null(x);
            world_new(x);
            row("%s%s", rows[i].name, stes ? ", STEs too" : "");
            spoil(x, stes);
            ROW_EQ(machine_run(x->m, rows[i].queue ? S : NS, rows[i].c), 0);
            check(x, &rows[i], stes);
            machine_free(x->m);
            free(x);
        }
    }
    rows_done();
}

/* SMMUEN off and on again keeps what is cached; 6.3.9.6. */
static void test_survives_smmuen(void **state)
{
    const struct row_cfgi none = { "", { { 0, 0 } }, NS, NS, 1, 0, false, ALL };
    struct world *x = calloc(1, sizeof(*x));

    (void)state;
    assert_non_null(x);
    world_new(x);
    spoil(x, true);
    row("SMMUEN toggled");
    w32(x->m, 0x20, 0xc);
    w32(x->m, 0x20, 0xd);
    check(x, &none, true);
    machine_free(x->m);
    free(x);
    rows_done();
}

/* An invalid STE is cached as well: software must invalidate; 3.21.3, CHOICES. */
static void test_invalid_is_cached(void **state)
{
    struct machine *m = machine_new("base", NULL);
    struct smmu3t_ste ste;

    (void)state;
    machine_start(m, NS, 4, 0);
    smmu3t_ste_bypass(&ste);
    row("V=0");
    ROW_REASON(machine_dma(m, NS, 3, 0, 0), SMMU3_R_STE_V);
    assert_int_equal(smmu3t_strtab_write(&m->bank[NS].strtab, 3, &ste), 0);
    ROW_REASON(machine_dma(m, NS, 3, 0, 0), SMMU3_R_STE_V);
    machine_ok(m, NS, smmu3t_cmd_cfgi_ste(3, true, false));
    ROW_REASON(machine_dma(m, NS, 3, 0, 0), SMMU3_R_NONE);
    machine_free(m);
    rows_done();
}

/* A probe fills neither the configuration caches nor the TLB. */
static void test_probe_fills_nothing(void **state)
{
    struct machine *m = machine_new("base", NULL);
    struct stream st = { .sid = 1, .s1 = true };
    struct smmu3_request req = { .stream_id = 1, .addr = VA, .flags = SMMU3_REQ_PROBE };
    struct smmu3_result r;

    (void)state;
    machine_start(m, NS, 4, 0);
    stream_build(m, &st);
    stream_map1(&st, VA, 0x1000, 0x1000, SMMU3T_S1_RW);
    for (unsigned i = 0; i < 3; i++) {
        row("probe %u", i);
        assert_int_equal(smmu3_translate(m->smmu, &req, &r), SMMU3_OK);
        ROW_REASON(r, SMMU3_R_NONE);
    }
    m->no_probe = true;
    row("tables, CD and STE change: all are read again");
    assert_int_equal(smmu3t_pgt_unmap(&st.tt0, VA, 0x1000), 0);
    assert_int_equal(smmu3_translate(m->smmu, &req, &r), SMMU3_OK);
    ROW_REASON(r, SMMU3_R_S1_DESC_INVALID);
    machine_write64(m, NS, st.cds.base, 0);
    assert_int_equal(smmu3_translate(m->smmu, &req, &r), SMMU3_OK);
    ROW_REASON(r, SMMU3_R_CD_V);
    machine_write64(m, NS, smmu3t_strtab_addr(&m->bank[NS].strtab, 1), 0);
    assert_int_equal(smmu3_translate(m->smmu, &req, &r), SMMU3_OK);
    ROW_REASON(r, SMMU3_R_STE_V);
    ROW_EQ(r32(m, 0x100a8), 0); /* and no event */
    ROW_EQ(m->irq[NS][SMMU3_IRQ_EVENTQ], 0);
    machine_free(m);
    rows_done();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_scopes),
        TEST(test_survives_smmuen),
        TEST(test_invalid_is_cached),
        TEST(test_probe_fills_nothing),
    };

    /* Only with caches that evict nothing can be said what is kept. */
    return machine_main("cfgcache", tests, ARRAY_SIZE(tests), false);
}
