/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * ATS traffic at an SMMU without ATS: how each kind is refused, what is
 * recorded and where, and that nothing else happens. IHI0070G.b 3.9.1.2,
 * 3.9.1.3, 7.3.6, 7.3.8.
 */
#include "machine.h"

#define SID 3
#define ADDR UINT64_C(0x12345678)
#define PA UINT64_C(0x23456000)

enum situation { OFF, BAD_SID, STE_BAD, STE_EXTERNAL, DISABLED, BYPASS, STAGE1, STAGE2 };

static const struct {
    enum situation situation;
    const char *name;
    enum smmu3_reason treq_ns, translated_ns;
    enum smmu3_ats ats;
} cases[] = {
    { OFF, "SMMUEN=0", SMMU3_R_TREQ_OFF, SMMU3_R_TRANSLATED_OFF, SMMU3_ATS_UR },
    { BAD_SID, "C_BAD_STREAMID", SMMU3_R_SID_RANGE, SMMU3_R_TRANSLATED_NO_ATS, SMMU3_ATS_CA },
    { STE_BAD, "C_BAD_STE", SMMU3_R_STE_V, SMMU3_R_TRANSLATED_NO_ATS, SMMU3_ATS_CA },
    { STE_EXTERNAL, "F_STE_FETCH", SMMU3_R_STE_FETCH, SMMU3_R_TRANSLATED_NO_ATS, SMMU3_ATS_CA },
    { DISABLED, "Config=000", SMMU3_R_STE_CONFIG_ABORT, SMMU3_R_TRANSLATED_NO_ATS, SMMU3_ATS_UR },
    { BYPASS, "Config=100", SMMU3_R_TREQ_EATS, SMMU3_R_TRANSLATED_NO_ATS, SMMU3_ATS_UR },
    { STAGE1, "Config=101", SMMU3_R_TREQ_EATS, SMMU3_R_TRANSLATED_NO_ATS, SMMU3_ATS_UR },
    { STAGE2, "Config=110", SMMU3_R_TREQ_EATS, SMMU3_R_TRANSLATED_NO_ATS, SMMU3_ATS_UR },
};

/* The stream's configuration; the address is mapped wherever there is a stage. */
static struct machine *prepare(enum smmu3_sec_sid sec, enum situation c, unsigned eats)
{
    struct machine *m = machine_new("base", NULL);
    struct stream st = { .sec = sec, .sid = SID, .s1 = c == STAGE1, .s2 = c == STAGE2 };

    machine_start(m, sec, 4, 0);
    if (c == STAGE1 || c == STAGE2) {
        stream_build(m, &st);
        if (c == STAGE1) {
            stream_map1(&st, ADDR & ~UINT64_C(0xfff), PA, 0x1000, SMMU3T_S1_RW);
        } else {
            stream_map2(&st, ADDR & ~UINT64_C(0xfff), PA, 0x1000, SMMU3T_S2_RW);
        }
    } else {
        smmu3t_ste_bypass(&st.ste);
        STE_PUT(st.ste.w, V, c != STE_BAD);
        STE_PUT(st.ste.w, Config, c == DISABLED ? 0 : 4);
    }
    STE_PUT(st.ste.w, EATS, eats); /* whatever it is, its effective value is 0 */
    machine_ste(m, sec, SID, &st.ste);
    if (c == STE_EXTERNAL) {
        machine_inject(m, sec, m->bank[sec].strtab.base, 0x400, SMMU3_MEM_ABORT);
    }
    if (c == OFF) {
        assert_int_equal(smmu3t_bank_cr0(&m->bank[sec], 0xc), 0);
    }
    return m;
}

static void check_event(struct machine *m, enum smmu3_sec_sid sec, const struct smmu3_request *req,
                        const struct smmu3_result *res)
{
    bool treq = req->flags & SMMU3_REQ_TREQ;
    uint64_t w[4];
    uint32_t rec[8];

    ROW_EQ(res->has_event, true);
    ROW_EQ(res->recorded, true);
    ROW_EQ(machine_event(m, sec, w), true);
    for (int i = 0; i < 8; i++) {
        rec[i] = (uint32_t)(w[i / 2] >> (i % 2 * 32));
        ROW_EQ(rec[i], res->event[i]);
    }
    ROW_EQ(EV(rec, 7, 0), treq ? 0x05 : 0x07);
    ROW_EQ(EV(rec, 63, 32), req->stream_id);
    if (treq) {
        ROW_EQ(EV(rec, 11, 11), req->ssv);
        ROW_EQ(EV(rec, 31, 12), req->ssv ? req->substream_id : 0);
        ROW_EQ(EV(rec, 67, 64), 1);
        ROW_EQ(EV(rec, 91, 68), 0);
        ROW_EQ(EV(rec, 92, 92), (req->flags & SMMU3_REQ_PRIV) != 0);
        ROW_EQ(EV(rec, 93, 93), (req->flags & SMMU3_REQ_INSTR) != 0);
        ROW_EQ(EV(rec, 94, 94), (req->flags & SMMU3_REQ_WRITE) != 0);
        ROW_EQ(EV(rec, 95, 95), 1);
        ROW_EQ(EV(rec, 127, 96), 0);
        ROW_EQ(EV(rec, 191, 128), ADDR & ~UINT64_C(0xfff));
    } else {
        ROW_EQ(EV(rec, 31, 8), 0);
        ROW_EQ(EV(rec, 95, 64), 0);
        ROW_EQ(EV(rec, 127, 96), req->flags & SMMU3_REQ_WRITE ? 0 : 8); /* RnW */
        ROW_EQ(EV(rec, 191, 128), ADDR);
    }
    ROW_EQ(EV(rec, 255, 192), 0);
}

static void try(enum smmu3_sec_sid sec, size_t i, uint32_t flags, bool ssv)
{
    struct machine *m = prepare(sec, cases[i].situation, flags & SMMU3_REQ_WRITE ? 1 : 0);
    bool treq = flags & SMMU3_REQ_TREQ;
    struct smmu3_request req = { .sec_sid = sec, .addr = ADDR, .flags = flags, .ssv = ssv,
                                 .stream_id = cases[i].situation == BAD_SID ? 0x10 : SID,
                                 .substream_id = ssv ? 0x54321 : 0 };
    enum smmu3_reason want = treq ? cases[i].treq_ns : cases[i].translated_ns;
    enum smmu3_ats ats = !treq ? SMMU3_ATS_NONE : sec == S ? SMMU3_ATS_UR : cases[i].ats;
    struct smmu3_result r;
    uint64_t rec[4];

    if (sec == S) {
        want = treq ? SMMU3_R_TREQ_SECURE : SMMU3_R_TRANSLATED_SECURE;
    }
    r = machine_txn(m, &req);
    row("%s bank %u flags %#x ssv %d", cases[i].name, sec, flags, ssv);
    ROW_EQ(r.status, SMMU3_ST_ABORT);
    ROW_EQ(r.ats, ats);
    ROW_REASON(r, want);
    if (smmu3_reason_info(want)->event == (treq ? 0x05 : 0x07)) {
        check_event(m, sec, &req, &r);
    } else {
        ROW_EQ(r.has_event, false);
        ROW_EQ(r.recorded, false);
    }
    ROW_EQ(machine_event(m, sec, rec), false);
    machine_free(m);
}

static void test_refused(void **state)
{
    static const uint32_t flags[] = { 0, SMMU3_REQ_WRITE, SMMU3_REQ_PRIV, SMMU3_REQ_INSTR,
                                      SMMU3_REQ_CAN_STALL };

    (void)state;
    for (size_t k = 0; k < 2 * 2 * 2 * ARRAY_SIZE(flags) * ARRAY_SIZE(cases); k++) {
        uint32_t kind = k & 1 ? SMMU3_REQ_TREQ : SMMU3_REQ_TRANSLATED;
        size_t rest = k / 8;

        try(k & 2 ? S : NS, rest % ARRAY_SIZE(cases), kind | flags[rest / ARRAY_SIZE(cases)],
            k & 4);
    }
    rows_done();
}

/* What is cached for ordinary transactions is no way around it. */
static void test_cached(void **state)
{
    struct machine *m = prepare(NS, STAGE1, 0);

    (void)state;
    row("an ordinary transaction");
    ROW_REASON(machine_dma(m, NS, SID, ADDR, 0), SMMU3_R_NONE);
    ROW_REASON(machine_dma(m, NS, SID, ADDR, SMMU3_REQ_TRANSLATED), SMMU3_R_TRANSLATED_NO_ATS);
    ROW_REASON(machine_dma(m, NS, SID, ADDR, SMMU3_REQ_TREQ), SMMU3_R_TREQ_EATS);
    ROW_REASON(machine_dma(m, NS, SID, ADDR, 0), SMMU3_R_NONE);
    ROW_EQ(machine_drain(m, NS), 2);
    machine_free(m);
    rows_done();
}

/* With SMMUEN=0 events are still written, as long as EVENTQEN is 1. */
static void test_no_queue(void **state)
{
    struct machine *m = prepare(NS, OFF, 0);
    struct smmu3_result r;

    (void)state;
    assert_int_equal(smmu3t_bank_cr0(&m->bank[NS], 8), 0);
    row("EVENTQEN=0");
    r = machine_dma(m, NS, SID, ADDR, SMMU3_REQ_TRANSLATED);
    ROW_REASON(r, SMMU3_R_TRANSLATED_OFF);
    ROW_EQ(r.has_event, true);
    ROW_EQ(r.recorded, false);
    machine_free(m);
    rows_done();
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(test_refused), TEST(test_cached), TEST(test_no_queue),
    };

    return machine_main("ats", tests, ARRAY_SIZE(tests), true);
}
