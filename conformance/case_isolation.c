/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Two SMMUs in one: what goes wrong, is full, is off or is invalidated on one
 * side is nothing to the other. IHI0070G.b 3.10.2.1.
 *
 * An SMMU may invalidate more than it was asked to, and cache nothing, so no
 * row asks whether an entry of the other side has survived; the rows ask that
 * the other side goes on getting what its own tables say.
 */
#include "conf.h"

#define GERROR_CMDQ 1u
#define GERROR_EVENTQ 4u
#define OVERFLOW_FLAG (1u << 31)

static const struct conf_need secure[CONF_NEEDS] = { IN_SECURE };

/* A translated stream of each state. */
struct pair {
    struct conf_stream st[DUT_NUM_SEC];
    struct dut_dma good[DUT_NUM_SEC], bad[DUT_NUM_SEC];
    uint64_t pa[DUT_NUM_SEC];
};

static bool build(struct conf *c, struct pair *p)
{
    conf_start(c, DUT_S);
    conf_start(c, DUT_NS);
    for (unsigned i = 0; i < DUT_NUM_SEC; i++) {
        p->st[i] = (struct conf_stream){ .sec = (enum dut_sec)i, .s1 = true, .asid = 1, .vmid = 0 };
        if (conf_failed(c) || !conf_stream(c, &p->st[i])) {
            return false;
        }
        p->good[i] = conf_access(&p->st[i], conf_map(&p->st[i], &p->pa[i]), 0);
        p->bad[i] = p->good[i];
        p->bad[i].addr = UINT64_C(0x70000000);
    }
    return !conf_failed(c);
}

static uint32_t active(struct conf *c, unsigned sec)
{
    struct smmu3t_bank *b = conf_bank(c, (enum dut_sec)sec);

    return smmu3t_bank_read(b, SMMU3T_GERROR) ^ smmu3t_bank_read(b, SMMU3T_GERRORN);
}

static bool reaches(struct conf *c, struct pair *p, unsigned i)
{
    return conf_reaches(c, &p->good[i], (enum dut_pas)i, p->pa[i]);
}

static bool faults(struct conf *c, struct pair *p, unsigned i)
{
    static const struct conf_event want = { .number = EVT_F_TRANSLATION,
                                            .class_ = CONF_CLASS_IN };

    return conf_faults(c, &p->bad[i], &want);
}

/* This side works: commands, translations, events, no error. */
static void works(struct conf *c, struct pair *p, unsigned i)
{
    reaches(c, p, i);
    faults(c, p, i);
    if (!conf_failed(c)) {
        conf_cmd(c, (enum dut_sec)i, smmu3t_cmd_cfgi_ste(p->st[i].sid, true, i == DUT_S));
        conf_eq(c, "active errors of the other state", active(c, i), 0);
    }
    reaches(c, p, i);
}

static void events(struct conf *c, unsigned sec)
{
    struct pair p;

    if (conf_row(c, RULE_SEC_EVENTS, CONF_ILLEGAL, secure, "%s", conf_state_name[sec]) &&
        build(c, &p)) {
        faults(c, &p, sec); /* ... and nothing in the other queue */
        reaches(c, &p, !sec);
        faults(c, &p, sec);
    }
}

static void cmdq(struct conf *c, unsigned sec)
{
    struct smmu3t_cmd reserved = { { 0, 0 } };
    struct pair p;

    if (conf_row(c, RULE_ISO_CMDQ, CONF_LEGAL, secure, "the %s queue stopped",
                 conf_state_name[sec]) &&
        build(c, &p)) {
        smmu3t_bank_push(conf_bank(c, (enum dut_sec)sec), &reserved);
        conf_eq(c, "CERROR", (unsigned)smmu3t_bank_wait(conf_bank(c, (enum dut_sec)sec)), 1);
        works(c, &p, !sec);
        conf_eq(c, "active errors of this state", active(c, sec), GERROR_CMDQ);
        reaches(c, &p, sec);
    }
    if (conf_row(c, RULE_ISO_GERROR, CONF_LEGAL, secure, "an error of each, the %s one acknowledged",
                 conf_state_name[sec]) &&
        build(c, &p)) {
        for (unsigned i = 0; i < 2; i++) {
            smmu3t_bank_push(conf_bank(c, (enum dut_sec)i), &reserved);
            conf_eq(c, "CERROR", (unsigned)smmu3t_bank_wait(conf_bank(c, (enum dut_sec)i)), 1);
        }
        smmu3t_bank_cr0(conf_bank(c, (enum dut_sec)sec), SMMU3T_CR0_SMMUEN); /* not again */
        smmu3t_bank_ack(conf_bank(c, (enum dut_sec)sec));
        conf_eq(c, "active errors of this state", active(c, sec), 0);
        conf_eq(c, "active errors of the other state", active(c, !sec), GERROR_CMDQ);
    }
}

/* More events than the queue has room for. */
static void overflow(struct conf *c, struct pair *p, unsigned sec)
{
    struct smmu3t_bank *b = conf_bank(c, (enum dut_sec)sec);

    for (unsigned i = 0; i < (1u << b->evtq_log2) + 2; i++) {
        conf_dma(c, &p->bad[sec]);
    }
    conf_eq(c, "the overflow flag", smmu3t_bank_read(b, SMMU3T_EVENTQ_PROD) >> 31, 1);
}

static void eventq_full(struct conf *c, unsigned sec)
{
    struct smmu3t_bank *b = conf_bank(c, (enum dut_sec)sec), *o = conf_bank(c, (enum dut_sec)!sec);
    uint64_t rec[4];
    struct pair p;

    if (!conf_row(c, RULE_ISO_EVENTQ_FULL, CONF_LEGAL, secure, "the %s queue is full",
                  conf_state_name[sec]) ||
        !build(c, &p)) {
        return;
    }
    overflow(c, &p, sec);
    conf_dma(c, &p.bad[!sec]);
    if (!smmu3t_bank_event(o, rec)) {
        conf_fail(c, "expected an event in the other state's queue, got none");
        return;
    }
    conf_eq(c, "the other state's overflow flag", smmu3t_bank_read(o, SMMU3T_EVENTQ_PROD) >> 31, 0);
    for (unsigned i = 0; i < 1u << b->evtq_log2; i++) {
        if (!smmu3t_bank_event(b, rec)) {
            conf_fail(c, "expected %u events in the full queue, got %u", 1u << b->evtq_log2, i);
            return;
        }
    }
    works(c, &p, !sec);
    works(c, &p, sec);
}

/* An Event queue where nothing can be written. */
static void eventq_abort(struct conf *c, unsigned sec)
{
    static const struct conf_need need[CONF_NEEDS] = { IN_SECURE, CAN(HOLE) };
    struct smmu3t_bank *b = conf_bank(c, (enum dut_sec)sec);
    uint32_t cr0, n = 1000;
    struct pair p;

    if (!conf_row(c, RULE_ISO_EVENTQ_ABT, CONF_LEGAL, need, "the %s queue's memory aborts",
                  conf_state_name[sec]) ||
        !build(c, &p)) {
        return;
    }
    cr0 = smmu3t_bank_read(b, SMMU3T_CR0);
    smmu3t_bank_cr0(b, cr0 & ~(uint32_t)SMMU3T_CR0_EVENTQEN);
    conf_set(c, (enum dut_pas)sec, smmu3t_bank_reg(b, SMMU3T_EVENTQ_BASE), 8,
             conf_hole(c, (enum dut_pas)sec) | b->evtq_log2);
    smmu3t_bank_cr0(b, cr0);
    conf_dma(c, &p.bad[sec]);
    while (n && !active(c, sec)) {
        n--;
    }
    conf_eq(c, "active errors of this state", active(c, sec), GERROR_EVENTQ);
    b->cons = smmu3t_bank_read(b, SMMU3T_EVENTQ_PROD) & ((2u << b->evtq_log2) - 1);
    works(c, &p, !sec);
    reaches(c, &p, sec);
}

/* One side's enables, the other's work. */
static void enables(struct conf *c, unsigned sec)
{
    struct smmu3t_bank *b = conf_bank(c, (enum dut_sec)sec);
    struct pair p;

    if (conf_row(c, RULE_ISO_EVENTQEN, CONF_LEGAL, secure, "%s EVENTQEN=0", conf_state_name[sec]) &&
        build(c, &p)) {
        smmu3t_bank_cr0(b, SMMU3T_CR0_CMDQEN | SMMU3T_CR0_SMMUEN);
        works(c, &p, !sec);
        conf_aborts(c, &p.bad[sec]);
        works(c, &p, !sec);
    }
}

static void interrupts(struct conf *c, unsigned sec)
{
    static const struct conf_need need[CONF_NEEDS] = { IN_SECURE, CAN(IRQ) };

    for (unsigned off = 0; off < 2; off++) {
        struct pair p;

        if (conf_row(c, RULE_ISO_IRQ, CONF_LEGAL, need, "an event of the %s state%s",
                     conf_state_name[sec], off ? ", the other's interrupts off" : "") &&
            build(c, &p)) {
            if (off) {
                smmu3t_bank_irq_ctrl(conf_bank(c, (enum dut_sec)!sec), 0);
            }
            for (unsigned i = 0; i < 2 * DUT_NUM_IRQ; i++) {
                conf_irqs(c, (enum dut_sec)(i & 1), (enum dut_irq)(i >> 1));
            }
            faults(c, &p, sec);
            conf_eq(c, "was this state's Event queue interrupt pulsed?",
                    !!conf_irqs(c, (enum dut_sec)sec, DUT_IRQ_EVENTQ), 1);
            for (unsigned i = 0; i < DUT_NUM_IRQ; i++) {
                conf_eq(c, "pulses of the other state's interrupts",
                        conf_irqs(c, (enum dut_sec)!sec, (enum dut_irq)i), 0);
            }
        }
    }
}

/* CR2 of one state set one way, of the other the other way. */
static void set_cr2(struct conf *c, unsigned sec, uint32_t v)
{
    struct smmu3t_bank *b = conf_bank(c, (enum dut_sec)sec);
    uint32_t cr0 = smmu3t_bank_read(b, SMMU3T_CR0);

    smmu3t_bank_cr0(b, cr0 & ~(uint32_t)SMMU3T_CR0_SMMUEN);
    smmu3t_bank_write(b, SMMU3T_CR2, v);
    smmu3t_bank_cr0(b, cr0);
}

static void cr2(struct conf *c, unsigned sec)
{
    static const struct conf_event bad_sid = { .number = EVT_C_BAD_STREAMID };

    if (conf_row(c, RULE_ISO_RECINVSID, CONF_LEGAL, secure, "%s RECINVSID=1, the other's 0",
                 conf_state_name[sec])) {
        if (!conf_can(c, DUT_CAN_ANY_SID)) {
            conf_skip(c, "the DUT has no StreamID out of range");
            return;
        }
        conf_start(c, DUT_S);
        conf_start(c, DUT_NS);
        set_cr2(c, !sec, 0);
        set_cr2(c, sec, 2);
        for (unsigned i = 0; i < 2; i++) {
            struct dut_dma dma = { .sec_sid = (enum dut_sec)i,
                                   .stream_id = conf_num_sids(c, (enum dut_sec)i) };

            if (i == sec) {
                conf_faults(c, &dma, &bad_sid);
            } else {
                conf_aborts(c, &dma);
            }
        }
    }
}

/* With E2H an EL2 stream has two halves, without it only the lower. */
static void e2h(struct conf *c, unsigned sec)
{
    static const struct conf_need need[CONF_NEEDS] = { IN_SECURE, NEED(S_IDR1, SEL2, IS, 1),
                                                       NEED(IDR0, Hyp, IS, 1) };
    static const struct conf_event want = { .number = EVT_F_TRANSLATION,
                                            .class_ = CONF_CLASS_IN };
    const uint64_t va = UINT64_C(0xffffffff00000000);

    if (!conf_row(c, RULE_ISO_E2H, CONF_LEGAL, need, "%s E2H=1, the other's 0",
                  conf_state_name[sec])) {
        return;
    }
    conf_start(c, DUT_S);
    conf_start(c, DUT_NS);
    set_cr2(c, !sec, 2);
    set_cr2(c, sec, 3);
    for (unsigned i = 0; i < 2; i++) {
        struct conf_stream st = { .sec = (enum dut_sec)i, .s1 = true, .both_halves = true };
        struct dut_dma dma;
        uint64_t pa;

        if (conf_failed(c) || !conf_stream(c, &st)) {
            return;
        }
        STE_PUT(st.ste.w, STRW, 2);
        conf_stream_update(&st);
        pa = conf_target(c, (enum dut_pas)i);
        conf_map1(&st, va, pa, 0x10000, SMMU3T_S1_RW);
        dma = conf_access(&st, va, 0);
        if (i == sec) {
            conf_reaches(c, &dma, (enum dut_pas)i, pa);
        } else {
            conf_faults(c, &dma, &want);
        }
    }
}

/* A Stream table of one state that is smaller than the other's. */
static void strtab(struct conf *c, unsigned sec)
{
    static const struct conf_event bad_sid = { .number = EVT_C_BAD_STREAMID };
    struct smmu3t_bank *b = conf_bank(c, (enum dut_sec)sec);
    struct pair p;

    if (!conf_row(c, RULE_ISO_STRTAB, CONF_LEGAL, secure, "a small %s Stream table",
                  conf_state_name[sec])) {
        return;
    }
    if (conf_num_sids(c, DUT_NS) < 4 || conf_num_sids(c, DUT_S) < 4 ||
        !conf_can(c, DUT_CAN_ANY_SID)) {
        conf_skip(c, "the DUT has too few StreamIDs");
        return;
    }
    if (build(c, &p)) {
        struct conf_stream st[2];
        struct dut_dma dma[2];
        uint64_t pa[2];

        for (unsigned i = 0; i < 2; i++) {
            st[i] = (struct conf_stream){ .sec = (enum dut_sec)i, .index = 3 };
            if (conf_failed(c) || !conf_stream(c, &st[i])) {
                return;
            }
            dma[i] = conf_access(&st[i], conf_map(&st[i], &pa[i]), 0);
        }
        smmu3t_bank_cr0(b, SMMU3T_CR0_CMDQEN | SMMU3T_CR0_EVENTQEN);
        smmu3t_bank_write(b, SMMU3T_STRTAB_BASE_CFG, 1);
        conf_cmd(c, (enum dut_sec)sec, smmu3t_cmd_cfgi_all(sec == DUT_S));
        smmu3t_bank_cr0(b, SMMU3T_CR0_CMDQEN | SMMU3T_CR0_EVENTQEN | SMMU3T_CR0_SMMUEN);
        conf_faults(c, &dma[sec], &bad_sid);
        conf_reaches(c, &dma[!sec], (enum dut_pas)!sec, pa[!sec]);
        reaches(c, &p, sec);
    }
}

/* Everything that one side can say about its own, while the other works. */
static void invalidation(struct conf *c, unsigned sec)
{
    static const uint8_t ops[] = { CMD_TLBI_NH_ALL, CMD_TLBI_NH_ASID, CMD_TLBI_NH_VA,
                                   CMD_TLBI_NH_VAA, CMD_TLBI_NSNH_ALL };
    struct pair p;

    if (!conf_row(c, RULE_ISO_INVALIDATION, CONF_LEGAL, secure, "by the %s state",
                  conf_state_name[sec]) ||
        !build(c, &p)) {
        return;
    }
    for (size_t i = 0; i < CONF_COUNT(ops); i++) {
        struct smmu3t_tlbi t = { .asid = 1, .addr = p.good[sec].addr };

        reaches(c, &p, !sec);
        conf_cmd(c, (enum dut_sec)sec, smmu3t_cmd_tlbi(ops[i], &t));
        reaches(c, &p, !sec);
    }
    conf_cmd(c, (enum dut_sec)sec, smmu3t_cmd_cfgi_all(sec == DUT_S));
    conf_cmd(c, (enum dut_sec)sec, smmu3t_cmd_cfgi_cd_all(p.st[sec].sid, sec == DUT_S));
    works(c, &p, !sec);
    works(c, &p, sec);
}

/* ---- the space of each fetch ---- */

enum fetch { F_STE, F_CD, F_TT, F_CMD, F_EVENT, NUM_FETCHES };
static const char *const fetch_names[] = { "the STE", "the CD", "the tables", "the command",
                                           "the event" };

/* May this memory of the other space be written to? */
static bool in_ram(const struct conf *c, enum dut_pas pas, uint64_t a, uint64_t size)
{
    uint64_t base, len;

    if (conf_can(c, DUT_CAN_BIG_ADDR)) {
        return true;
    }
    conf_ram(c, pas, &base, &len);
    return len >= size && a >= base && a - base <= len - size;
}

static bool decoy(struct conf *c, enum dut_pas pas, uint64_t a, uint64_t size)
{
    if (!in_ram(c, pas, a, size)) {
        conf_skip(c, "the two spaces' memory is not at the same addresses");
        return false;
    }
    for (uint64_t i = 0; i < size; i += 8) {
        conf_write64(c, pas, a + i, UINT64_C(0x5e5e5e5e5e5e5e5e));
    }
    return true;
}

/* The same addresses of the other space hold nonsense. */
static void fetches(struct conf *c, unsigned sec, unsigned what)
{
    enum dut_pas other = sec ? DUT_PAS_NS : DUT_PAS_S;
    struct smmu3t_bank *b = conf_bank(c, (enum dut_sec)sec);
    struct pair p;
    bool ok = true;

    if (!conf_row(c, RULE_SEC_FETCH, CONF_LEGAL, secure, "%s: %s", conf_state_name[sec],
                  fetch_names[what]) ||
        !build(c, &p)) {
        return;
    }
    switch (what) {
    case F_STE:
        ok = decoy(c, other, smmu3t_strtab_addr(&b->strtab, p.st[sec].sid), 64);
        break;
    case F_CD:
        ok = decoy(c, other, smmu3t_cdtab_addr(&p.st[sec].cds, 0), 64);
        break;
    case F_TT:
        for (int level = smmu3t_pgt_s1_start(p.st[sec].gran1, p.st[sec].bits1); level <= 3; level++) {
            ok = ok && decoy(c, other, smmu3t_pgt_desc_addr(&p.st[sec].tt0, p.good[sec].addr, level),
                             8);
        }
        break;
    case F_CMD:
        ok = decoy(c, other, b->cmdq, (uint64_t)16 << b->cmdq_log2);
        break;
    default:
        ok = decoy(c, other, b->evtq, (uint64_t)32 << b->evtq_log2);
        break;
    }
    if (!ok) {
        return;
    }
    works(c, &p, sec);
    for (unsigned i = 0; what == F_EVENT && i < 4; i++) { /* one record */
        conf_eq(c, "the other space where an event was recorded",
                conf_read64(c, other, b->evtq + 8 * i), UINT64_C(0x5e5e5e5e5e5e5e5e));
    }
}

static void sec_isolation(struct conf *c)
{
    for (unsigned sec = 0; sec < DUT_NUM_SEC; sec++) {
        events(c, sec);
        cmdq(c, sec);
        eventq_full(c, sec);
        eventq_abort(c, sec);
        enables(c, sec);
        interrupts(c, sec);
        cr2(c, sec);
        e2h(c, sec);
        strtab(c, sec);
        invalidation(c, sec);
        for (unsigned what = 0; what < NUM_FETCHES; what++) {
            fetches(c, sec, what);
        }
    }
}

const struct conf_case case_sec_isolation = { "sec/isolation", { { 0 } }, sec_isolation };
