/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* What stalls, and what never does: IHI0070G.b 3.12.2, 5.5. */
#include "stall.h"

#define NSSTALLD (1u << 9)

static void kinds(struct conf *c, enum dut_sec sec)
{
    static const struct {
        const char *name;
        uint8_t number;
        bool write;
    } row[] = {
        { "F_TRANSLATION of a read", EVT_F_TRANSLATION, false },
        { "F_TRANSLATION of a write", EVT_F_TRANSLATION, true },
        { "F_ADDR_SIZE", EVT_F_ADDR_SIZE, false },
        { "F_ACCESS", EVT_F_ACCESS, false },
        { "F_PERMISSION", EVT_F_PERMISSION, true },
    };

    for (size_t i = 0; i < 2 * CONF_COUNT(row); i++) {
        bool s2 = i & 1;
        uint8_t number = row[i / 2].number;
        struct stall_target t;
        uint64_t pa, a, d;
        struct smmu3t_pgt *tab;

        if (!conf_row(c, RULE_STALL_RECORD, CONF_ILLEGAL, conf_state_need[sec], "%s: %s at stage %u",
                      conf_state_name[sec], row[i / 2].name, 1u + s2) ||
            !stall_start(c, sec)) {
            continue;
        }
        t = (struct stall_target){ .c = c, .st = { .sec = sec, .s1 = !s2, .s2 = s2, .vmid = 1 },
                             .want = { .number = number, .class_ = CONF_CLASS_IN, .s2 = s2,
                                       .stall = true } };
        if (!conf_stream(c, &t.st)) {
            continue;
        }
        CD_PUT(t.st.cd.w, S, 1);
        CD_PUT(t.st.cd.w, R, 0);
        STE_PUT(t.st.ste.w, S2S, 1);
        STE_PUT(t.st.ste.w, S2R, 0);
        if (conf_oas(c) > 44) {
            CD_PUT(t.st.cd.w, IPS, 4);
            STE_PUT(t.st.ste.w, S2PS, 4);
        }
        conf_stream_update(&t.st);
        t.dma = conf_access(&t.st, conf_map(&t.st, &pa),
                            DUT_DMA_CAN_STALL | (row[i / 2].write ? DUT_DMA_WRITE : 0));
        t.want.ipa = t.dma.addr;
        tab = s2 ? &t.st.st2 : &t.st.tt0;
        a = smmu3t_pgt_desc_addr(tab, t.dma.addr, 3);
        d = smmu3t_pgt_read(tab, a);
        switch (number) {
        case EVT_F_TRANSLATION:
            d = 0;
            break;
        case EVT_F_ADDR_SIZE:
            d |= UINT64_C(1) << 45; /* beyond the 44 bits of IPS and S2PS below */
            break;
        case EVT_F_ACCESS:
            d &= ~SMMU3T_S1_AF;
            break;
        default:
            d = s2 ? d & ~SMMU3T_S2_W : d | SMMU3T_S1_RO;
            break;
        }
        smmu3t_pgt_write(tab, a, d);
        conf_cmd(c, sec, stall_resume(&t, stall_begin(&t, 0), false, true));
        stall_ends(c, 0, DUT_DMA_ABORTED);
    }
}

/* CD.S and S2S, a fault of each stage, and of stage 2 under a stage 1 table. */
static void stage_decides(struct conf *c, enum dut_sec sec)
{
    static const char *const where[] = { "stage 1", "stage 2, data", "stage 2, a table" };

    for (unsigned k = 0; k < 12; k++) {
        bool s = k & 1, s2s = k & 2, stall = k < 4 ? s : s2s;
        struct conf_stream st = { .sec = sec, .s1 = true, .s2 = true, .vmid = 1 };
        struct conf_event want = { .number = EVT_F_TRANSLATION, .s2 = k >= 4, .stall = stall,
                                   .class_ = k >= 8 ? CONF_CLASS_TT : CONF_CLASS_IN };
        struct dut_dma dma;
        uint64_t va, pa, a;

        if (!conf_row(c, RULE_STALL_STAGE, CONF_ILLEGAL, conf_state_need[sec],
                      "%s: CD.S=%u S2S=%u, fault at %s", conf_state_name[sec], s, s2s,
                      where[k / 4])) {
            continue;
        }
        if (conf_stall_model(c, sec) != 0) {
            conf_skip(c, "the DUT has one of stalling and terminating");
            continue;
        }
        if (!stall_start(c, sec) || !conf_stream(c, &st)) {
            continue;
        }
        CD_PUT(st.cd.w, S, s);
        STE_PUT(st.ste.w, S2S, s2s);
        conf_stream_update(&st);
        va = conf_map(&st, &pa);
        dma = conf_access(&st, va, DUT_DMA_CAN_STALL);
        if (k < 4) {
            dma.addr = STALL_NOWHERE;
        } else {
            want.ipa = k < 8 ? conf_ipa(c, pa) : smmu3t_pgt_desc_addr(&st.tt0, va, 3);
            a = smmu3t_pgt_desc_addr(&st.st2, want.ipa, 3);
            smmu3t_pgt_write(&st.st2, a, 0);
        }
        conf_faults(c, &dma, &want);
    }
}

static void never(struct conf *c, enum dut_sec sec)
{
    static const struct conf_event bad_cd = { .number = EVT_C_BAD_CD };
    struct conf_need need[CONF_NEEDS] = { conf_state_need[sec][0], conf_state_need[sec][1],
                                          CAN(HOLE) };
    struct stall_target t;

    if (conf_row(c, RULE_STALL_NEVER, CONF_ILLEGAL, conf_state_need[sec], "%s: C_BAD_CD",
                 conf_state_name[sec]) &&
        stall_start(c, sec) && stall_build(c, &t, sec, 0)) {
        CD_PUT(t.st.cd.w, V, 0);
        conf_stream_update(&t.st);
        conf_faults(c, &t.dma, &bad_cd);
    }
    if (conf_row(c, RULE_STALL_NEVER, CONF_ILLEGAL, need, "%s: F_WALK_EABT", conf_state_name[sec]) &&
        stall_start(c, sec) && stall_build(c, &t, sec, 0)) {
        uint64_t hole = conf_hole(c, (enum dut_pas)sec);
        unsigned start_level = (unsigned)smmu3t_pgt_s1_start(t.st.gran1, t.st.bits1);
        unsigned shift = smmu3t_pgt_shift(t.st.gran1, (int)start_level);

        CD_PUT(t.st.cd.w, TTB0, hole >> 4);
        conf_stream_update(&t.st);
        t.want = (struct conf_event){ .number = EVT_F_WALK_EABT, .class_ = CONF_CLASS_TT,
                                      .fetch = hole + 8 * (STALL_NOWHERE >> shift) };
        conf_faults(c, &t.dma, &t.want);
    }
    if (conf_row(c, RULE_STALL_S1STALLD, CONF_ILLEGAL, conf_state_need[sec], "%s: S1STALLD",
                 conf_state_name[sec])) {
        if (conf_stall_model(c, sec)) {
            conf_skip(c, "the DUT has one of stalling and terminating");
        } else if (stall_start(c, sec) && stall_build(c, &t, sec, 0)) {
            CD_PUT(t.st.cd.w, S, 0);
            CD_PUT(t.st.cd.w, R, 1);
            STE_PUT(t.st.ste.w, S1STALLD, 1);
            conf_stream_update(&t.st);
            t.want.stall = false;
            conf_faults(c, &t.dma, &t.want);
        }
    }
}

static void nsstalld(struct conf *c)
{
    static const struct conf_need need[CONF_NEEDS] = { IN_SECURE,
                                                       NEED(S_IDR0, STALL_MODEL, IS, 0) };
    static const struct conf_event bad_cd = { .number = EVT_C_BAD_CD };

    for (unsigned k = 0; k < 4; k++) {
        bool on = k & 1;
        enum dut_sec sec = (enum dut_sec)(k >> 1);
        struct stall_target t;

        if (conf_row(c, RULE_STALL_NSSTALLD, on && sec == DUT_NS ? CONF_ILLEGAL : CONF_LEGAL, need,
                     "NSSTALLD=%u, a %s stream", on, conf_state_name[sec])) {
            struct smmu3t_bank *b = conf_start(c, DUT_S);

            smmu3t_bank_cr0(b, smmu3t_bank_read(b, SMMU3T_CR0) | (on ? NSSTALLD : 0));
            conf_start(c, DUT_NS);
            conf_eq(c, "IDR0.STALL_MODEL", conf_r32(c, 0) >> 24 & 3, on);
            conf_eq(c, "S_IDR0.STALL_MODEL", conf_r32(c, 0x8000) >> 24 & 3, 0);
            if (stall_build(c, &t, sec, 0)) {
                if (on && sec == DUT_NS) {
                    conf_faults(c, &t.dma, &bad_cd);
                } else {
                    stall_begin(&t, 0);
                }
            }
        }
    }
}

static void stall_kinds(struct conf *c)
{
    for (unsigned sec = 0; sec < DUT_NUM_SEC; sec++) {
        kinds(c, (enum dut_sec)sec);
        stage_decides(c, (enum dut_sec)sec);
        never(c, (enum dut_sec)sec);
    }
    nsstalld(c);
}

const struct conf_case case_stall_kinds = { "stall/kinds", { CAN(STALL) }, stall_kinds };
