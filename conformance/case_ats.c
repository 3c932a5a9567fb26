/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * ATS where it is not allowed: Translation Requests and Translated accesses
 * that every SMMU refuses. IHI0070G.b 3.9.1.2, 3.9.1.3, 7.3.6, 7.3.8.
 */
#include "conf.h"

enum refusal {
    SMMU_OFF,      /* SMMUEN=0 */
    SECURE,        /* a Secure StreamID */
    BYPASS,        /* Config=0b100 */
    EATS_0,        /* EATS=0 */
    CONFIG_ABORT,  /* Config=0b000 */
    STE_INVALID    /* V=0 */
};

static const struct conf_event bad_treq = { .number = EVT_F_BAD_ATS_TREQ };
static const struct conf_event forbidden = { .number = EVT_F_TRANSL_FORBIDDEN };

/* A stream that refuses, and an access that would otherwise reach its target. */
static bool set_up(struct conf *c, struct conf_stream *st, enum refusal why, struct dut_dma *dma)
{
    struct smmu3t_bank *b;
    uint64_t pa;

    if (!conf_needs_state(c, st->sec)) {
        return false;
    }
    b = conf_start(c, st->sec);
    if (!conf_stream(c, st)) {
        return false;
    }
    *dma = conf_access(st, conf_map(st, &pa), 0);
    if (why == CONFIG_ABORT) {
        STE_PUT(st->ste.w, Config, 0);
    } else if (why == STE_INVALID) {
        STE_PUT(st->ste.w, V, 0);
    } else if (why == EATS_0) { /* the request is told of as it came */
        STE_PUT(st->ste.w, PRIVCFG, 3);
    }
    conf_stream_update(st);
    if (why == SMMU_OFF) {
        smmu3t_bank_cr0(b, smmu3t_bank_read(b, SMMU3T_CR0) & ~(uint32_t)SMMU3T_CR0_SMMUEN);
    }
    return true;
}

static void request_row(struct conf *c, enum refusal why, const char *name, struct conf_stream st)
{
    static const uint32_t asks[] = { 0, DUT_DMA_WRITE, DUT_DMA_PRIV, DUT_DMA_INSTR,
                                     DUT_DMA_WRITE | DUT_DMA_PRIV | DUT_DMA_INSTR };
    static const struct conf_need need[CONF_NEEDS] = { CAN(ATS) };
    struct dut_dma dma;

    if (!conf_row(c, why >= CONFIG_ABORT ? RULE_ATS_SILENT : RULE_ATS_TREQ, CONF_ILLEGAL, need,
                  "Translation Request, %s", name) ||
        !set_up(c, &st, why, &dma)) {
        return;
    }
    dma.addr += 0x128; /* the record has the page */
    for (unsigned i = 0; i < CONF_COUNT(asks); i++) {
        if ((asks[i] & DUT_DMA_PRIV && !conf_can(c, DUT_CAN_PRIV)) ||
            (asks[i] & DUT_DMA_INSTR && !conf_can(c, DUT_CAN_INSTR))) {
            continue;
        }
        dma.flags = asks[i] | DUT_DMA_ATS_TR;
        if (why >= CONFIG_ABORT) {
            conf_aborts(c, &dma);
        } else {
            conf_faults(c, &dma, &bad_treq);
        }
    }
}

/* With SMMUEN=0 the record may be there or not: 7.3.8. */
static void translated_row(struct conf *c, enum refusal why, const char *name, struct conf_stream st)
{
    static const struct conf_need need[CONF_NEEDS] = { CAN(ATS) };
    struct dut_dma dma;
    uint64_t rec[4];

    if (!conf_row(c, RULE_ATS_TRANSLATED, CONF_ILLEGAL, need, "Translated access, %s", name) ||
        !set_up(c, &st, why, &dma)) {
        return;
    }
    for (unsigned write = 0; write < 2; write++) {
        dma.flags = DUT_DMA_TRANSLATED | (write ? DUT_DMA_WRITE : 0);
        if (why == SECURE) {
            conf_faults(c, &dma, &forbidden);
            continue;
        }
        conf_eq(c, "the access's end (1: aborted)", conf_dma(c, &dma).end, DUT_DMA_ABORTED);
        while (smmu3t_bank_event(conf_bank(c, st.sec), rec)) {
            conf_eq(c, "event number", rec[0] & 0xff, EVT_F_TRANSL_FORBIDDEN);
        }
    }
}

static void ats(struct conf *c)
{
    static const struct {
        const char *name;
        enum refusal why;
        enum dut_sec sec;
        bool s1, s2;
    } rows[] = {
        { "SMMUEN=0", SMMU_OFF, DUT_NS, true, false },
        { "Secure StreamID, stage 1", SECURE, DUT_S, true, false },
        { "Secure StreamID, bypass", SECURE, DUT_S, false, false },
        { "bypass", BYPASS, DUT_NS, false, false },
        { "stage 1 with EATS=0", EATS_0, DUT_NS, true, false },
        { "stage 2 with EATS=0", EATS_0, DUT_NS, false, true },
        { "nested with EATS=0", EATS_0, DUT_NS, true, true },
        { "Config=0", CONFIG_ABORT, DUT_NS, true, false },
        { "V=0", STE_INVALID, DUT_NS, true, false },
    };

    for (size_t i = 0; i < CONF_COUNT(rows); i++) {
        struct conf_stream st = { .sec = rows[i].sec, .s1 = rows[i].s1, .s2 = rows[i].s2 };

        request_row(c, rows[i].why, rows[i].name, st);
        if (rows[i].why <= SECURE) {
            translated_row(c, rows[i].why, rows[i].name, st);
        }
    }
}

const struct conf_case case_evt_ats = { "event/ats", { { 0 } }, ats };
