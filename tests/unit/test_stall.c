/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Stalled transactions: which configurations may stall, the record, how
 * CMD_RESUME, CMD_STALL_TERM, SMMUEN and reset let them go, and what happens
 * when there is no room. IHI0070G.b 3.12.2, 4.7, 5.5, 6.3.57.1, 7.2.
 */
#include "machine.h"

#include <string.h>

#define VA UINT64_C(0x40001000)
#define STALLS "IDR0.STALL_MODEL=0 S_IDR0.STALL_MODEL=0 IDR5.STALL_MAX=4 "
#define FORCED "IDR0.STALL_MODEL=2 S_IDR0.STALL_MODEL=2 IDR5.STALL_MAX=4 "

static char cookies[16];

/* Stream 3 of a bank: stage 1, nothing mapped, CD.S=1. */
static struct machine *new_stalling(struct stream *st, enum smmu3_sec_sid sec, unsigned q)
{
    struct machine *m = machine_new("base", STALLS);

    *st = (struct stream){ .sec = sec, .sid = 3, .s1 = true };
    machine_start_q(m, sec, 4, q);
    stream_build(m, st);
    CD_PUT(st->cd.w, S, 1);
    stream_update(st);
    m->no_probe = true;
    return m;
}

static struct smmu3_result ask(struct machine *m, enum smmu3_sec_sid sec, uint32_t sid,
                               uint64_t addr, int cookie)
{
    struct smmu3_request req = { .sec_sid = sec, .stream_id = sid, .addr = addr,
                                 .flags = cookie >= 0 ? SMMU3_REQ_CAN_STALL : 0,
                                 .cookie = cookie >= 0 ? &cookies[cookie] : NULL };

    return machine_txn(m, &req);
}

static struct smmu3t_cmd resume(uint32_t sid, unsigned stag, bool ac, bool ab, bool ssec)
{
    /* typed: opcode 0x44, SSec 10, Ac 12, Ab 13, StreamID 63:32, STAG 79:64 */
    return (struct smmu3t_cmd){ { 0x44 | (uint64_t)ssec << 10 | (uint64_t)ac << 12 |
                                  (uint64_t)ab << 13 | (uint64_t)sid << 32, stag } };
}

/* Legality of CD.S, STE.S1STALLD and STE.S2S in each model, with NSSTALLD. */
static void test_validity(void **state)
{
    static const char *const models[] = {
        STALLS, "IDR0.STALL_MODEL=1", FORCED
    };

    (void)state;
    for (unsigned c = 0; c < 3 * 2 * 2 * 16; c++) {
        unsigned model = c % 3;
        enum smmu3_sec_sid sec = c / 3 & 1 ? S : NS;
        bool nsstalld = c / 6 & 1, s = c / 12 & 1, stalld = c / 24 & 1, s2s = c / 48 & 1;
        bool nested = c / 96 & 1;
        unsigned sm = model == 0 && nsstalld && sec == NS ? 1 : model;
        struct machine *m = machine_new("base", models[model]);
        struct stream st = { .sec = sec, .sid = 3, .s1 = true, .s2 = nested };
        enum smmu3_reason want = SMMU3_R_NONE;
        struct smmu3_result r;

        row("model %u bank %u NSSTALLD %u CD.S %u S1STALLD %u S2S %u nested %u", model, sec,
            nsstalld, s, stalld, s2s, nested);
        if (stalld && sm != 0) {
            want = SMMU3_R_STE_S1STALLD;
        } else if (nested && ((s2s && sm == 1) || (!s2s && sm == 2))) {
            want = SMMU3_R_STE_S2S;
        } else if ((s && (stalld || sm == 1)) || (!s && sm == 2)) {
            want = SMMU3_R_CD_S;
        }
        machine_start(m, S, 4, 0);
        w32(m, 0x8020, 0xd | (nsstalld ? 1u << 9 : 0));
        ROW_EQ(r32(m, 0x8024) >> 9 & 1, nsstalld && model == 0); /* else RES0 */
        ROW_EQ(r32(m, 0) >> 24 & 3, model == 0 && nsstalld ? 1 : model);
        ROW_EQ(r32(m, 0x8000) >> 24 & 3, model);
        machine_start(m, NS, 4, 0);
        stream_build(m, &st);
        if (nested) {
            stream_map2(&st, 0x1000, 0x1000, 0x1000, SMMU3T_S2_RW);
        }
        stream_map1(&st, VA, 0x1000, 0x1000, SMMU3T_S1_RW);
        CD_PUT(st.cd.w, S, s);
        STE_PUT(st.ste.w, S1STALLD, stalld);
        STE_PUT(st.ste.w, S2S, s2s);
        stream_update(&st);
        r = machine_dma(m, sec, 3, VA, 0);
        ROW_REASON(r, want);
        machine_free(m);
    }
    rows_done();
}

/* CMD_RESUME and CMD_STALL_TERM exist where the queue's own state can stall. */
static void test_commands(void **state)
{
    static const struct { const char *tweaks; bool nsstalld; bool ns, s; } rows[] = {
        { STALLS, false, true, true },
        { STALLS, true, false, true },
        { FORCED, false, true, true },
        { NULL, false, false, false },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        for (unsigned op = 0x44; op <= 0x45; op++) {
            for (unsigned q = 0; q < 2; q++) {
                struct machine *m = machine_new("base", rows[i].tweaks);

                row("row %zu opcode %#x queue %u", i, op, q);
                machine_start(m, S, 4, 0);
                w32(m, 0x8020, 0xd | (rows[i].nsstalld ? 1u << 9 : 0));
                machine_start(m, NS, 4, 0);
                ROW_EQ(machine_run(m, q ? S : NS, (struct smmu3t_cmd){ { op, 0 } }),
                       (q ? rows[i].s : rows[i].ns) ? 0 : 1);
                machine_free(m);
            }
        }
    }
    rows_done();
}

/* The record, and each way that CMD_RESUME has to go on. */
static void test_resume(void **state)
{
    (void)state;
    for (unsigned c = 0; c < 16; c++) {
        enum smmu3_sec_sid sec = c & 1 ? S : NS;
        bool ac = c & 2, ab = c & 4, term = c & 8;
        struct machine *m = machine_new("base", term ? STALLS "IDR0.TERM_MODEL=1" : STALLS);
        struct stream st = { .sec = sec, .sid = 3, .s1 = true };
        uint64_t rec[4] = { 0 };
        struct smmu3_result r;
        unsigned stag;

        row("bank %u Ac %u Ab %u TERM_MODEL %u", sec, ac, ab, term);
        machine_start(m, sec, 4, 0);
        stream_build(m, &st);
        CD_PUT(st.cd.w, S, 1);
        CD_PUT(st.cd.w, R, 0); /* a stall is always recorded */
        stream_update(&st);
        m->no_probe = true;
        r = ask(m, sec, 3, VA + 4, 5);
        ROW_EQ(r.status, SMMU3_ST_STALL);
        ROW_EQ(r.recorded, true);
        ROW_EQ(machine_event(m, sec, rec), true);
        ROW_EQ(rec[0], UINT64_C(3) << 32 | 0x10);
        /* RnW, CLASS=IN; Stall is bit 95 */
        ROW_EQ(rec[1] & ~UINT64_C(0xffff), UINT64_C(1) << 31 | UINT64_C(1) << 35 |
                                               UINT64_C(2) << 40);
        ROW_EQ(rec[2], VA + 4);
        stag = rec[1] & 0xffff;
        ROW_EQ(r.event[2] & 0xffff, stag);
        /* what does not match is no-op */
        ROW_EQ(machine_run(m, sec, resume(3, stag ^ 1, ac, ab, sec == S)), 0);
        ROW_EQ(machine_run(m, sec, resume(4, stag, ac, ab, sec == S)), 0);
        if (sec == S) {
            ROW_EQ(machine_run(m, sec, resume(3, stag, ac, ab, false)), 0);
        }
        ROW_EQ(m->nresume, 0);
        ROW_EQ(machine_run(m, sec, resume(3, stag, ac, ab, sec == S)), 0);
        ROW_EQ(m->nresume, 1);
        ROW_EQ(m->resume[0].cookie == &cookies[5], true);
        ROW_EQ(m->resume[0].action, ac ? SMMU3_RESUME_RETRY :
               ab || term ? SMMU3_RESUME_ABORT : SMMU3_RESUME_RAZWI);
        /* the STAG is free again: a second CMD_RESUME finds nothing */
        ROW_EQ(machine_run(m, sec, resume(3, stag, ac, ab, sec == S)), 0);
        ROW_EQ(m->nresume, 1);
        machine_free(m);
    }
    rows_done();
}

/* Mend, resume with retry, and it goes through. */
static void test_retry_succeeds(void **state)
{
    struct stream st;
    struct machine *m = new_stalling(&st, NS, 4);
    uint64_t rec[4] = { 0 };

    (void)state;
    row("retry");
    ROW_EQ(ask(m, NS, 3, VA, 0).status, SMMU3_ST_STALL);
    machine_event(m, NS, rec);
    stream_map1(&st, VA, 0x7000, 0x1000, SMMU3T_S1_RW);
    machine_ok(m, NS, resume(3, rec[1] & 0xffff, true, false, false));
    ROW_EQ(m->resume[0].action, SMMU3_RESUME_RETRY);
    ROW_EQ(ask(m, NS, 3, VA, 0).addr, 0x7000);
    machine_free(m);
    rows_done();
}

/* What never stalls: a client that cannot, other events, a probe. */
static void test_no_stall(void **state)
{
    struct stream st;
    struct machine *m = new_stalling(&st, NS, 4);
    struct smmu3_request req = { .stream_id = 3, .addr = VA,
                                 .flags = SMMU3_REQ_CAN_STALL | SMMU3_REQ_PROBE };
    uint64_t rec[4] = { 0 };
    struct smmu3_result r;

    (void)state;
    row("cannot stall");
    r = ask(m, NS, 3, VA, -1);
    ROW_EQ(r.status, SMMU3_ST_ABORT);
    ROW_EQ(machine_event(m, NS, rec), true);
    ROW_EQ(rec[1] & 0xffffffff, 0); /* Stall=0 */
    row("a probe");
    assert_int_equal(smmu3_translate(m->smmu, &req, &r), SMMU3_OK);
    ROW_EQ(machine_event(m, NS, rec), false);
    ROW_EQ(machine_run(m, NS, resume(3, 0, true, false, false)), 0);
    ROW_EQ(m->nresume, 0);
    row("F_WALK_EABT");
    machine_inject(m, NS, st.tt0.root, 4096, SMMU3_MEM_ABORT);
    ROW_EQ(ask(m, NS, 3, VA, 1).status, SMMU3_ST_ABORT);
    machine_clear_faults(m);
    row("C_BAD_STE");
    ROW_EQ(ask(m, NS, 4, VA, 1).status, SMMU3_ST_ABORT);
    ROW_EQ(m->nresume, 0);
    machine_free(m);
    rows_done();
}

/* Stage 2 stalls by S2S, stage 1 by S: the stage that faults decides. */
static void test_stage_decides(void **state)
{
    (void)state;
    for (unsigned c = 0; c < 8; c++) {
        bool s = c & 1, s2s = c & 2, at2 = c & 4;
        struct machine *m = machine_new("base", STALLS);
        struct stream st = { .sid = 3, .s1 = true, .s2 = true };
        struct smmu3_result r;

        row("S %u S2S %u fault at stage %u", s, s2s, 1 + at2);
        machine_start(m, NS, 4, 0);
        stream_build(m, &st);
        CD_PUT(st.cd.w, S, s);
        STE_PUT(st.ste.w, S2S, s2s);
        if (at2) {
            stream_map1(&st, VA, 0x5000, 0x1000, SMMU3T_S1_RW);
        }
        stream_update(&st);
        m->no_probe = true;
        r = ask(m, NS, 3, VA, 0);
        ROW_REASON(r, at2 ? SMMU3_R_S2_DESC_INVALID : SMMU3_R_S1_DESC_INVALID);
        ROW_EQ(r.status, (at2 ? s2s : s) ? SMMU3_ST_STALL : SMMU3_ST_ABORT);
        ROW_EQ(r.event[2] >> 31, at2 ? s2s : s);
        machine_free(m);
    }
    rows_done();
}

/* STALL_MAX at a time; one more must wait without a record. STAGs are unique. */
static void test_max(void **state)
{
    struct stream st;
    struct machine *m = new_stalling(&st, NS, 4);
    unsigned stags = 0, first = 0, last = 0;
    uint64_t rec[4];

    (void)state;
    row("four");
    for (int i = 0; i < 4; i++) {
        ROW_EQ(ask(m, NS, 3, VA, i).status, SMMU3_ST_STALL);
        ROW_EQ(machine_event(m, NS, rec), true);
        last = rec[1] & 0xffff;
        first = i ? first : last;
        ROW_EQ(last < 32 && !(stags >> last & 1), true);
        stags |= 1u << (last & 31);
    }
    row("the fifth");
    ROW_EQ(ask(m, NS, 3, VA, 4).status, SMMU3_ST_BUSY);
    ROW_EQ(machine_event(m, NS, rec), false);
    ROW_EQ(r32(m, 0x100a8) >> 31, 0);
    machine_ok(m, NS, resume(3, last, false, true, false));
    ROW_EQ(m->nresume, 1);
    ROW_EQ(m->resume[0].cookie == &cookies[3], true);
    ROW_EQ(ask(m, NS, 3, VA, 4).status, SMMU3_ST_STALL);
    row("a client that went away");
    smmu3_stall_cancel(m->smmu, &cookies[0]);
    smmu3_stall_cancel(m->smmu, &cookies[15]); /* never there */
    ROW_EQ(m->nresume, 1);
    /* Software still knows its STAG: it is free when it was answered. */
    ROW_EQ(ask(m, NS, 3, VA, 5).status, SMMU3_ST_BUSY);
    machine_ok(m, NS, resume(3, first, false, true, false));
    ROW_EQ(m->nresume, 1);
    ROW_EQ(ask(m, NS, 3, VA, 5).status, SMMU3_ST_STALL);
    machine_free(m);
    rows_done();
}

/* STALL_TERM: all of the StreamID, and no others; SMMUEN=0: all of the state. */
static void test_terminate(void **state)
{
    (void)state;
    for (unsigned how = 0; how < 4; how++) {
        struct machine *m = machine_new("base", STALLS);
        struct stream a = { .sid = 3, .s1 = true }, b = { .sid = 4, .s1 = true };
        struct stream sec = { .sec = S, .sid = 3, .s1 = true };
        struct stream *all[] = { &a, &b, &sec };

        machine_start(m, NS, 4, 0);
        machine_start(m, S, 4, 0);
        for (unsigned i = 0; i < 3; i++) {
            stream_build(m, all[i]);
            CD_PUT(all[i]->cd.w, S, 1);
            stream_update(all[i]);
        }
        m->no_probe = true;
        row("way %u", how);
        ROW_EQ(ask(m, NS, 3, VA, 0).status, SMMU3_ST_STALL);
        ROW_EQ(ask(m, S, 3, VA, 1).status, SMMU3_ST_STALL);
        ROW_EQ(ask(m, NS, 4, VA, 2).status, SMMU3_ST_STALL);
        ROW_EQ(ask(m, NS, 3, VA, 3).status, SMMU3_ST_STALL);
        if (how == 0) {
            machine_ok(m, NS, (struct smmu3t_cmd){ { 0x45 | UINT64_C(3) << 32, 0 } });
            ROW_EQ(m->nresume, 2); /* 0 and 3 */
        } else if (how == 1) {
            w32(m, 0x20, 0xc);
            ROW_EQ(m->nresume, 3); /* not the Secure one */
        } else if (how == 2) {
            w32(m, 0x8020, 0xc);
            ROW_EQ(m->nresume, 1); /* only that one */
            ROW_EQ(m->resume[0].cookie == &cookies[1], true);
        } else {
            smmu3_reset(m->smmu);
            ROW_EQ(m->nresume, 4);
        }
        for (unsigned i = 0; i < m->nresume; i++) {
            ROW_EQ(m->resume[i].action, SMMU3_RESUME_ABORT);
            ROW_EQ(how < 2 && m->resume[i].cookie == &cookies[1], false);
        }
        machine_free(m);
    }
    rows_done();
}

/* A record that found no room is not lost and is no overflow: the transaction
 * is presented again when there is room. */
static void test_queue_not_writable(void **state)
{
    for (unsigned how = 0; how < 3; how++) {
        struct stream st;
        struct machine *m = new_stalling(&st, NS, 0); /* one entry */
        uint64_t rec[4] = { 0 };
        struct smmu3_result r;

        (void)state;
        row("way %u", how);
        if (how == 0) { /* full */
            ROW_EQ(machine_dma(m, NS, 9, 0, 0).recorded, true);
        } else if (how == 1) {
            w32(m, 0x20, 0x9);
        } else { /* aborted once, not acknowledged */
            machine_inject(m, NS, m->bank[NS].evtq, 32, SMMU3_MEM_ABORT);
            ROW_EQ(machine_dma(m, NS, 9, 0, 0).recorded, false);
            machine_clear_faults(m);
        }
        r = ask(m, NS, 3, VA, 7);
        ROW_EQ(r.status, SMMU3_ST_STALL);
        ROW_EQ(r.recorded, false);
        ROW_EQ(r32(m, 0x100a8) >> 31, 0);
        ROW_EQ(m->nresume, 0);
        if (how == 0) {
            ROW_EQ(machine_event(m, NS, rec), true);
        } else if (how == 1) {
            w32(m, 0x20, 0xd);
        } else {
            smmu3t_bank_ack(&m->bank[NS]);
        }
        ROW_EQ(m->nresume, 1);
        ROW_EQ(m->resume[0].action, SMMU3_RESUME_RETRY);
        r = ask(m, NS, 3, VA, 7);
        ROW_EQ(r.status, SMMU3_ST_STALL);
        ROW_EQ(r.recorded, true);
        ROW_EQ(machine_event(m, NS, rec), true);
        ROW_EQ(rec[1] >> 31 & 1, 1);
        machine_free(m);
    }
    rows_done();
}

/* resume() is needed to be told. */
static void test_host(void **state)
{
    struct smmu3_host host = machine_host;
    struct smmu3_config c;
    struct smmu3 *s = NULL;

    (void)state;
    host.resume = NULL;
    machine_config(&c, "base", STALLS);
    row("no resume()");
    ROW_EQ(smmu3_create(&c, &host, NULL, &s), SMMU3_EINVAL);
    rows_done();
}

/* Where stage 1 is bypassed its faults are not stage 2's business: they abort,
 * whatever S2S says. 3.4, 6.3.57. */
static void test_bypass_never_stalls(void **state)
{
    (void)state;
    for (unsigned k = 0; k < 4; k++) {
        enum smmu3_sec_sid sec = k & 1 ? S : NS;
        bool sif = k & 2;
        struct machine *m = machine_new("base", STALLS "IDR5.OAS=4");
        struct stream st = { .sec = sec, .sid = 3, .s2 = true };
        struct smmu3_request req = { .sec_sid = sec, .stream_id = 3, .addr = UINT64_C(1) << 44,
                                     .flags = SMMU3_REQ_CAN_STALL, .cookie = &cookies[0] };
        struct smmu3_result r;
        uint64_t rec[4];

        if (sif && sec == NS) {
            machine_free(m);
            continue;
        }
        row("bank %u SIF %u", sec, sif);
        machine_start(m, sec, 4, 0);
        stream_build(m, &st);
        STE_PUT(st.ste.w, S2S, 1);
        machine_ste(m, sec, 3, &st.ste);
        if (sif) {
            w32(m, 0x8020, 0xd | 1u << 5);
            req.addr = VA;
            req.flags |= SMMU3_REQ_INSTR | SMMU3_REQ_NS;
        }
        r = machine_txn(m, &req);
        ROW_REASON(r, sif ? SMMU3_R_SIF_BYPASS : SMMU3_R_BYPASS_ADDR);
        ROW_EQ(r.status, SMMU3_ST_ABORT);
        ROW_EQ(machine_event(m, sec, rec), true);
        ROW_EQ(rec[1] >> 31 & 1, 0); /* Stall */
        req.addr = UINT64_C(0x20000000000); /* and now a fault of stage 2 */
        req.flags = SMMU3_REQ_CAN_STALL;
        ROW_EQ(machine_txn(m, &req).status, SMMU3_ST_STALL);
        machine_free(m);
    }
    rows_done();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_validity),
        TEST(test_commands),
        TEST(test_resume),
        TEST(test_retry_succeeds),
        TEST(test_no_stall),
        TEST(test_stage_decides),
        TEST(test_max),
        TEST(test_terminate),
        TEST(test_queue_not_writable),
        TEST(test_bypass_never_stalls),
        TEST(test_host),
    };

    return machine_main("stall", tests, ARRAY_SIZE(tests), false);
}
