/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Whose stream, whose registers, whose bypass: IHI0070G.b 3.10, 6.3.52 ff. */
#include "conf.h"

#define S_BANK 0x8000u
#define S_CR0_SIF (1u << 5)
#define GBPA_ABORT (1u << 20)
#define GBPA_UPDATE (1u << 31)

static const struct conf_need secure[CONF_NEEDS] = { IN_SECURE };

static uint64_t page_of(struct conf *c, enum dut_pas pas)
{
    return conf_alloc(c, pas, 0x1000, 0x1000);
}

static void set_smmuen(struct conf *c, enum dut_sec sec, bool on)
{
    struct smmu3t_bank *b = conf_bank(c, sec);
    uint32_t cr0 = smmu3t_bank_read(b, SMMU3T_CR0);

    if (smmu3t_bank_cr0(b, on ? cr0 | SMMU3T_CR0_SMMUEN : cr0 & ~(uint32_t)SMMU3T_CR0_SMMUEN)) {
        conf_fail(c, "%s CR0ACK does not follow SMMUEN", conf_state_name[sec]);
    }
}

static void set_gbpa(struct conf *c, enum dut_sec sec, uint32_t v)
{
    struct smmu3t_bank *b = conf_bank(c, sec);
    unsigned n = 100000;

    smmu3t_bank_write(b, SMMU3T_GBPA, v | GBPA_UPDATE);
    while (n && smmu3t_bank_read(b, SMMU3T_GBPA) & GBPA_UPDATE) {
        n--;
    }
    if (!n) {
        conf_fail(c, "%s GBPA.Update stays 1", conf_state_name[sec]);
    }
}

/* ---- streams and registers ---- */

/* The same StreamID in both states: one is translated, the other passes. */
static void streams(struct conf *c)
{
    for (unsigned k = 0; k < 2; k++) {
        struct conf_stream st[2] = { { .sec = DUT_NS, .s1 = !k }, { .sec = DUT_S, .s1 = k } };

        if (!conf_row(c, RULE_SEC_STREAMS, CONF_LEGAL, secure, "the %s one is translated",
                      conf_state_name[k])) {
            continue;
        }
        if (conf_sid(c, DUT_NS, 0) != conf_sid(c, DUT_S, 0)) {
            conf_skip(c, "the DUT has no StreamID of both states");
            continue;
        }
        conf_start(c, DUT_S);
        conf_start(c, DUT_NS);
        if (!conf_stream(c, &st[0]) || !conf_stream(c, &st[1])) {
            continue;
        }
        for (unsigned round = 0; round < 2; round++) {
            for (unsigned i = 0; i < 2; i++) {
                uint64_t pa, ia;
                struct dut_dma dma;

                ia = conf_map(&st[i], &pa);
                dma = conf_access(&st[i], ia, round ? DUT_DMA_WRITE : 0);
                conf_reaches(c, &dma, i ? DUT_PAS_S : DUT_PAS_NS, pa);
            }
        }
    }
}

static const struct {
    const char *name;
    uint32_t offset;
    unsigned size;
} s_regs[] = {
    { "S_IDR0", 0x8000, 4 }, { "S_IDR1", 0x8004, 4 }, { "S_CR0", 0x8020, 4 },
    { "S_CR0ACK", 0x8024, 4 }, { "S_CR1", 0x8028, 4 }, { "S_CR2", 0x802c, 4 },
    { "S_GBPA", 0x8044, 4 }, { "S_IRQ_CTRL", 0x8050, 4 }, { "S_IRQ_CTRLACK", 0x8054, 4 },
    { "S_GERROR", 0x8060, 4 }, { "S_GERRORN", 0x8064, 4 }, { "S_STRTAB_BASE", 0x8080, 8 },
    { "S_STRTAB_BASE_CFG", 0x8088, 4 }, { "S_CMDQ_BASE", 0x8090, 8 }, { "S_CMDQ_PROD", 0x8098, 4 },
    { "S_CMDQ_CONS", 0x809c, 4 }, { "S_EVENTQ_BASE", 0x80a0, 8 }, { "S_EVENTQ_PROD", 0x80a8, 4 },
    { "S_EVENTQ_CONS", 0x80ac, 4 }, { "S_EVENTQ_IRQ_CFG0", 0x80b0, 8 },
};

static void registers(struct conf *c)
{
    static const struct conf_need none[CONF_NEEDS] = { CAN(SECURE),
                                                       NEED(S_IDR1, SECURE_IMPL, IS, 0) };

    for (size_t i = 0; i < CONF_COUNT(s_regs); i++) {
        uint32_t off = s_regs[i].offset;
        unsigned size = s_regs[i].size;

        if (conf_row(c, RULE_SEC_REGS, CONF_ILLEGAL, secure, "%s, Non-secure accesses",
                     s_regs[i].name)) {
            uint64_t was;

            conf_start(c, DUT_S);
            was = conf_reg(c, DUT_PAS_S, off, size);
            conf_eq(c, "a Non-secure read", conf_reg(c, DUT_PAS_NS, off, size), 0);
            conf_set(c, DUT_PAS_NS, off, size, ~was);
            conf_set(c, DUT_PAS_NS, off, size, 0);
            conf_eq(c, "a Secure read after Non-secure writes", conf_reg(c, DUT_PAS_S, off, size),
                    was);
        }
        if (conf_row(c, RULE_SEC_REGS_NONE, CONF_ILLEGAL, none, "%s, no Secure state",
                     s_regs[i].name)) {
            for (unsigned pas = 0; pas < 2; pas++) {
                conf_set(c, (enum dut_pas)pas, off, size, ~UINT64_C(0));
                conf_eq(c, pas ? "a Secure read" : "a Non-secure read",
                        conf_reg(c, (enum dut_pas)pas, off, size), 0);
            }
        }
    }
    for (size_t i = 2; i < CONF_COUNT(s_regs); i++) {
        uint32_t off = s_regs[i].offset - S_BANK;

        if ((off != 0xa8 && off != 0xac) /* in Page 1 */ &&
            conf_row(c, RULE_SEC_NS_REGS, CONF_LEGAL, secure, "%s", s_regs[i].name + 2)) {
            conf_start(c, DUT_NS);
            conf_eq(c, "a Secure read", conf_reg(c, DUT_PAS_S, off, s_regs[i].size),
                    conf_reg(c, DUT_PAS_NS, off, s_regs[i].size));
        }
    }
}

/* ---- SMMUEN and GBPA ---- */

/* One state translates, the other is off: with an abort, or lets through. */
static void enables(struct conf *c)
{
    for (unsigned k = 0; k < 4; k++) {
        enum dut_sec on = k & 1 ? DUT_S : DUT_NS, off = k & 1 ? DUT_NS : DUT_S;
        bool abort = k & 2;
        struct conf_stream st = { .sec = on, .s1 = true };
        struct dut_dma dma, other = { .sec_sid = off };
        uint64_t pa, va, to;

        if (!conf_row(c, RULE_SEC_SMMUEN, CONF_LEGAL, secure, "%s on, %s off, its GBPA %s",
                      conf_state_name[on], conf_state_name[off], abort ? "aborts" : "lets through")) {
            continue;
        }
        conf_start(c, off);
        set_smmuen(c, off, false);
        conf_start(c, on);
        set_gbpa(c, off, abort ? GBPA_ABORT : 0);
        set_gbpa(c, on, abort ? 0 : GBPA_ABORT);
        if (!conf_stream(c, &st)) {
            continue;
        }
        va = conf_map(&st, &pa);
        dma = conf_access(&st, va, 0);
        other.stream_id = conf_sid(c, off, 0);
        other.addr = to = conf_target(c, (enum dut_pas)off);
        conf_reaches(c, &dma, (enum dut_pas)on, pa);
        if (abort) {
            conf_aborts(c, &other);
        } else {
            conf_reaches(c, &other, (enum dut_pas)off, to);
        }
        conf_reaches(c, &dma, (enum dut_pas)on, pa);
    }
}

static void gbpa(struct conf *c)
{
    for (unsigned k = 0; k < 8; k++) {
        enum dut_sec sec = (enum dut_sec)(k & 1);
        bool abort = k & 2, write = k & 4;
        struct dut_dma dma = { .sec_sid = sec, .flags = write ? DUT_DMA_WRITE : 0 };

        if (!conf_row(c, RULE_SEC_GBPA, abort ? CONF_ILLEGAL : CONF_LEGAL, conf_state_need[sec],
                      "%s ABORT=%u, a %s", conf_state_name[sec], abort, write ? "write" : "read")) {
            continue;
        }
        conf_start(c, sec);
        if (conf_has_secure(c)) {
            conf_start(c, sec ? DUT_NS : DUT_S);
            set_gbpa(c, sec ? DUT_NS : DUT_S, abort ? 0 : GBPA_ABORT);
        }
        set_smmuen(c, sec, false);
        set_gbpa(c, sec, abort ? GBPA_ABORT : 0);
        dma.stream_id = conf_sid(c, sec, 0); /* whose STE has V=0: nobody looks */
        dma.addr = conf_target(c, (enum dut_pas)sec);
        if (abort) {
            conf_aborts(c, &dma);
        } else {
            conf_reaches(c, &dma, (enum dut_pas)sec, dma.addr);
        }
    }
}

/* What NSCFG makes of the input NS attribute. */
static enum dut_pas space(unsigned nscfg, bool ns)
{
    return nscfg == 3 || (nscfg < 2 && ns) ? DUT_PAS_NS : DUT_PAS_S;
}

/* Without the override NSCFG is RES0, and only 0 says nothing. */
static bool nscfg_row(struct conf *c, enum conf_rule rule, unsigned nscfg, bool ns,
                      const char *where)
{
    struct conf_need need[CONF_NEEDS] = { IN_SECURE };

    if (nscfg) {
        need[2] = (struct conf_need)NEED(IDR1, ATTR_PERMS_OVR, IS, 1);
    }
    if (ns) {
        need[3] = (struct conf_need)CAN(NS_ATTR);
    }
    return conf_row(c, rule, CONF_LEGAL, need, "%s NSCFG=%u, NS=%u comes in", where, nscfg, ns);
}

static void nscfg(struct conf *c)
{
    for (unsigned k = 0; k < 8; k++) {
        unsigned cfg = k >> 1;
        enum dut_pas pas = space(cfg, k & 1);
        uint32_t flags = k & 1 ? DUT_DMA_NS : 0;

        if (nscfg_row(c, RULE_SEC_GBPA_NSCFG, cfg, k & 1, "S_GBPA")) {
            struct dut_dma dma = { .sec_sid = DUT_S, .flags = flags };

            conf_start(c, DUT_S);
            set_smmuen(c, DUT_S, false);
            set_gbpa(c, DUT_S, cfg << 14);
            dma.stream_id = conf_sid(c, DUT_S, 0);
            dma.addr = conf_target(c, pas);
            conf_reaches(c, &dma, pas, dma.addr);
        }
        /* Config=0b100, and S1DSS=0b01 of a stream with substreams */
        for (unsigned dss = 0; dss < 2; dss++) {
            struct conf_stream st = { .sec = DUT_S, .s1 = dss, .ssid_bits = dss ? 1 : 0 };
            struct dut_dma dma;
            uint64_t to;

            if (!nscfg_row(c, RULE_SEC_NSCFG, cfg, k & 1, dss ? "S1DSS" : "bypass")) {
                continue;
            }
            conf_start(c, DUT_S);
            if (conf_stream(c, &st)) {
                STE_PUT(st.ste.w, NSCFG, cfg);
                STE_PUT(st.ste.w, S1DSS, dss);
                conf_stream_update(&st);
                to = conf_target(c, pas);
                dma = conf_access(&st, to, flags);
                conf_reaches(c, &dma, pas, to);
            }
        }
    }
    for (unsigned k = 0; k < 2; k++) {
        if (conf_row(c, RULE_SEC_NS_STAYS, CONF_LEGAL, NULL, "SMMUEN=%u", k)) {
            struct conf_stream st = { .sec = DUT_NS };
            struct dut_dma dma;

            conf_start(c, DUT_NS);
            if (conf_stream(c, &st)) {
                dma = conf_access(&st, conf_target(c, DUT_PAS_NS), 0);
                set_gbpa(c, DUT_NS, 0);
                set_smmuen(c, DUT_NS, k);
                conf_reaches(c, &dma, DUT_PAS_NS, dma.addr);
            }
        }
    }
}

/* ---- SIF ---- */

static void sif(struct conf *c)
{
    static const struct conf_event fault = { .number = EVT_F_PERMISSION, .class_ = CONF_CLASS_IN };
    static const struct {
        const char *name;
        bool s1, leaf_ns, in_ns, fetch, on, bad;
    } row[] = {
        { "stage 1 to Non-secure, a fetch", true, true, false, true, true, true },
        { "stage 1 to Non-secure, a fetch, SIF=0", true, true, false, true, false, false },
        { "stage 1 to Non-secure, data", true, true, false, false, true, false },
        { "stage 1 to Secure, a fetch", true, false, false, true, true, false },
        { "stage 1 to Secure, a fetch with NS=1", true, false, true, true, true, false },
        { "bypass to Non-secure, a fetch", false, false, true, true, true, true },
        { "bypass to Non-secure, a fetch, SIF=0", false, false, true, true, false, false },
        { "bypass to Non-secure, data", false, false, true, false, true, false },
        { "bypass to Secure, a fetch", false, false, false, true, true, false },
    };

    for (size_t i = 0; i < CONF_COUNT(row); i++) {
        const struct conf_need need[CONF_NEEDS] = {
            IN_SECURE, CAN(INSTR),
            row[i].in_ns ? (struct conf_need)CAN(NS_ATTR) : (struct conf_need){ 0 } };
        struct conf_stream st = { .sec = DUT_S, .s1 = row[i].s1 };
        enum dut_pas pas = row[i].leaf_ns || (!row[i].s1 && row[i].in_ns) ? DUT_PAS_NS : DUT_PAS_S;
        struct dut_dma dma;
        uint64_t pa;

        if (!conf_row(c, RULE_SEC_SIF, row[i].bad ? CONF_ILLEGAL : CONF_LEGAL, need, "%s",
                      row[i].name)) {
            continue;
        }
        conf_start(c, DUT_S);
        smmu3t_bank_cr0(conf_bank(c, DUT_S), smmu3t_bank_read(conf_bank(c, DUT_S), SMMU3T_CR0) |
                                                 (row[i].on ? S_CR0_SIF : 0));
        if (!conf_stream(c, &st)) {
            continue;
        }
        pa = conf_target(c, pas);
        if (st.s1) {
            conf_map1(&st, CONF_VA, pa, 0x10000,
                      SMMU3T_S1_AF | SMMU3T_S1_USER | SMMU3T_S1_RO | SMMU3T_S1_NG |
                          (row[i].leaf_ns ? SMMU3T_S1_NS : 0));
        }
        dma = conf_access(&st, st.s1 ? CONF_VA : pa, row[i].in_ns ? DUT_DMA_NS : 0);
        conf_reaches(c, &dma, pas, pa); /* data, so that it may be cached */
        dma.flags |= row[i].fetch ? DUT_DMA_INSTR : 0;
        if (row[i].bad) {
            conf_faults(c, &dma, &fault);
        } else {
            conf_reaches(c, &dma, pas, pa);
        }
    }
    for (unsigned on = 0; on < 2; on++) {
        static const struct conf_need need[CONF_NEEDS] = { IN_SECURE, CAN(INSTR), CAN(NS_ATTR) };

        if (conf_row(c, RULE_SEC_SIF_OFF, CONF_ILLEGAL, need, "SMMUEN=0 SIF=%u", on)) {
            struct dut_dma dma = { .sec_sid = DUT_S, .flags = DUT_DMA_NS | DUT_DMA_INSTR };

            conf_start(c, DUT_S);
            smmu3t_bank_cr0(conf_bank(c, DUT_S),
                            SMMU3T_CR0_CMDQEN | SMMU3T_CR0_EVENTQEN | (on ? S_CR0_SIF : 0));
            set_gbpa(c, DUT_S, 0);
            dma.stream_id = conf_sid(c, DUT_S, 0);
            dma.addr = page_of(c, DUT_PAS_NS);
            if (on) {
                conf_aborts(c, &dma);
            } else {
                conf_reaches(c, &dma, DUT_PAS_NS, dma.addr);
            }
        }
    }
}

/* A Non-secure IPA of stage 2 alone; and what A and R make of it at stage 1. */
static void sif_more(struct conf *c)
{
    static const struct conf_event fault = { .number = EVT_F_PERMISSION, .class_ = CONF_CLASS_IN };

    for (unsigned k = 0; k < 6; k++) {
        bool s2 = k >= 4, on = !s2 || k & 1, a = k & 1, r = k & 2;
        const struct conf_need need[CONF_NEEDS] = {
            IN_SECURE, CAN(INSTR), s2 ? (struct conf_need)CAN(NS_ATTR) : (struct conf_need){ 0 } };
        struct conf_stream st = { .sec = DUT_S, .s1 = !s2, .s2 = s2, .vmid = 1 };
        struct smmu3t_bank *b = conf_bank(c, DUT_S);
        struct dut_dma dma;
        uint64_t pa;

        if (!(s2 ? conf_row(c, RULE_SEC_SIF, on ? CONF_ILLEGAL : CONF_LEGAL, need,
                            "stage 2 of a Non-secure IPA, a fetch, SIF=%u", on)
                 : conf_row(c, RULE_SEC_SIF, CONF_ILLEGAL, need, "stage 1, CD.A=%u CD.R=%u", a, r))) {
            continue;
        }
        conf_start(c, DUT_S);
        smmu3t_bank_cr0(b, smmu3t_bank_read(b, SMMU3T_CR0) | (on ? S_CR0_SIF : 0));
        if (!s2 && ((!a && ID(c, IDR0, TERM_MODEL)) || conf_stall_model(c, DUT_S) == 2)) {
            conf_skip(c, "the DUT cannot end it so");
            continue;
        }
        if (!conf_stream(c, &st)) {
            continue;
        }
        pa = conf_target(c, DUT_PAS_NS);
        dma = conf_access(&st, CONF_VA, s2 ? DUT_DMA_NS | DUT_DMA_INSTR : DUT_DMA_INSTR);
        if (s2) {
            smmu3t_pgt_map(&st.ns_st2, CONF_VA, pa, 0x10000, SMMU3T_S2_RW);
        } else {
            CD_PUT(st.cd.w, A, a);
            CD_PUT(st.cd.w, R, r);
            conf_stream_update(&st);
            conf_map1(&st, CONF_VA, pa, 0x10000,
                      SMMU3T_S1_AF | SMMU3T_S1_USER | SMMU3T_S1_RO | SMMU3T_S1_NS);
        }
        if (!on) {
            conf_reaches(c, &dma, DUT_PAS_NS, pa);
        } else if (s2 || (a && r)) {
            conf_faults(c, &dma, &fault);
        } else if (r) {
            conf_faults_razwi(c, &dma, &fault);
        } else if (a) {
            conf_aborts(c, &dma);
        } else {
            conf_razwi(c, &dma);
            conf_quiet(c, DUT_S);
        }
    }
}

static void sec_state(struct conf *c)
{
    streams(c);
    registers(c);
    enables(c);
    gbpa(c);
    nscfg(c);
    sif(c);
    sif_more(c);
}

const struct conf_case case_sec_state = { "sec/state", { { 0 } }, sec_state };
