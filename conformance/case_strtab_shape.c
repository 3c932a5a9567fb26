/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* The shape of a Stream table, by its registers: IHI0070G.b 3.3.1, 6.3.24, 6.3.25. */
#include "conf.h"

#define RA (UINT64_C(1) << 62)

static const struct conf_event bad_streamid = { .number = EVT_C_BAD_STREAMID };

static enum dut_pas own(unsigned sec)
{
    return sec ? DUT_PAS_S : DUT_PAS_NS;
}

static unsigned sid_bits(const struct conf *c, unsigned sec)
{
    return sec ? ID(c, S_IDR1, S_SIDSIZE) : ID(c, IDR1, SIDSIZE);
}

/* The table's registers; what they point to is the caller's. */
static void point(struct conf *c, unsigned sec, uint64_t base, uint32_t cfg)
{
    struct smmu3t_bank *b = conf_bank(c, (enum dut_sec)sec);

    smmu3t_bank_cr0(b, SMMU3T_CR0_CMDQEN | SMMU3T_CR0_EVENTQEN);
    conf_set(c, own(sec), smmu3t_bank_reg(b, SMMU3T_STRTAB_BASE), 8, base);
    smmu3t_bank_write(b, SMMU3T_STRTAB_BASE_CFG, cfg);
    conf_cmd(c, (enum dut_sec)sec, smmu3t_cmd_cfgi_all(sec));
    smmu3t_bank_enable(b);
}

/* A new table in place of conf_start()'s. */
static struct smmu3t_strtab *table(struct conf *c, unsigned sec, unsigned log2size, unsigned split)
{
    struct smmu3t_bank *b;
    struct smmu3t_strtab *t;

    if (sid_bits(c, sec) < log2size) {
        conf_skip(c, "the DUT has too few StreamIDs");
        return NULL;
    }
    b = conf_start(c, (enum dut_sec)sec);
    t = &b->strtab;
    t->log2size = (uint8_t)log2size;
    t->split = (uint8_t)split;
    if (conf_failed(c)) {
        return NULL;
    }
    if (smmu3t_strtab_init(t)) {
        conf_skip(c, "the DUT's RAM is too small");
        return NULL;
    }
    point(c, sec, t->base | RA, smmu3t_strtab_base_cfg(t));
    return conf_failed(c) ? NULL : t;
}

/* An STE that lets addresses through, and what comes of it. */
static void bypass(struct conf *c, unsigned sec, uint32_t sid)
{
    struct smmu3t_ste ste;

    smmu3t_ste_bypass(&ste);
    if (smmu3t_strtab_write(&conf_bank(c, (enum dut_sec)sec)->strtab, sid, &ste)) {
        conf_fail(c, "the suite cannot write the STE of StreamID 0x%x", sid);
    }
    conf_cmd(c, (enum dut_sec)sec, smmu3t_cmd_cfgi_ste(sid, false, sec));
}

static void reaches(struct conf *c, unsigned sec, uint32_t sid)
{
    struct dut_dma dma = { .sec_sid = (enum dut_sec)sec, .stream_id = sid };

    dma.addr = conf_target(c, own(sec));
    conf_reaches(c, &dma, own(sec), dma.addr);
}

static void is_bad(struct conf *c, unsigned sec, uint32_t sid)
{
    struct dut_dma dma = { .sec_sid = (enum dut_sec)sec, .stream_id = sid };

    dma.addr = conf_target(c, own(sec));
    conf_faults(c, &dma, &bad_streamid);
}

/* ---- linear ---- */

/* Of the StreamIDs that the master has, the last below n bits or (from) the
 * first that is not. False: there is none. */
static bool pick(const struct conf *c, unsigned sec, unsigned n, bool from, uint32_t *sid)
{
    bool found = false;

    for (unsigned i = 0; i < conf_num_sids(c, (enum dut_sec)sec); i++) {
        uint32_t s = conf_sid(c, (enum dut_sec)sec, i);
        bool below = n >= 32 || !(s >> n);

        if (below != from && (!found || (from ? s < *sid : s > *sid))) {
            *sid = s;
            found = true;
        }
    }
    return found;
}

static void linear(struct conf *c, unsigned sec)
{
    uint32_t sid = 0;

    for (unsigned n = 0; n <= 8; n++) {
        for (unsigned bad = 0; bad < 2; bad++) {
            if (!conf_row(c, RULE_STRTAB_RANGE, bad ? CONF_ILLEGAL : CONF_LEGAL,
                          conf_state_need[sec], "%s: linear, LOG2SIZE=%u, a StreamID %s",
                          conf_state_name[sec], n, bad ? "beyond" : "inside")) {
                continue;
            }
            if (n > sid_bits(c, sec) || !pick(c, sec, n, bad, &sid)) {
                conf_skip(c, "the DUT has no such StreamID");
            } else if (table(c, sec, n, 0)) {
                if (bad) {
                    is_bad(c, sec, sid);
                } else {
                    bypass(c, sec, sid);
                    reaches(c, sec, sid);
                }
            }
        }
    }
}

static void shapes(struct conf *c, unsigned sec)
{
    const struct conf_need two[CONF_NEEDS] = { conf_state_need[sec][0], conf_state_need[sec][1],
                                               NEED(IDR0, ST_LEVEL, MIN, 1) };
    uint32_t sid = conf_sid(c, (enum dut_sec)sec, conf_num_sids(c, (enum dut_sec)sec) > 1);
    struct smmu3t_strtab *t;

    if (conf_row(c, RULE_STRTAB_ALIGN, CONF_LEGAL, conf_state_need[sec],
                 "%s: linear, low bits set", conf_state_name[sec])) {
        t = table(c, sec, sid_bits(c, sec) < 7 ? 4 : 7, 0);
        if (t) {
            if (sid >> t->log2size) {
                conf_skip(c, "the DUT has no such StreamID");
                return;
            }
            bypass(c, sec, sid);
            point(c, sec, t->base | 0x3c0, smmu3t_strtab_base_cfg(t));
            reaches(c, sec, sid);
        }
    }
    for (unsigned fmt = 0; fmt < 4; fmt++) {
        if (fmt == 1 || !conf_row(c, RULE_STRTAB_FMT, CONF_LEGAL, two, "%s: FMT=%u after 1",
                                  conf_state_name[sec], fmt)) {
            continue;
        }
        conf_start(c, (enum dut_sec)sec);
        t = &conf_bank(c, (enum dut_sec)sec)->strtab;
        if (!conf_failed(c)) {
            bypass(c, sec, sid);
            point(c, sec, t->base, smmu3t_strtab_base_cfg(t) | 1u << 16 | 6u << 6);
            point(c, sec, t->base, smmu3t_strtab_base_cfg(t) | fmt << 16 | 6u << 6);
            reaches(c, sec, sid);
        }
    }
}

/* ---- two levels ---- */

/* A table of two levels with log2size bits; sid: bits of both levels are set. */
static bool two_levels(struct conf *c, unsigned sec, unsigned split, uint32_t *sid)
{
    *sid = (2u << split) | 5;
    return table(c, sec, split + 2, split) != NULL;
}

static void two_level(struct conf *c, unsigned sec)
{
    static const uint8_t splits[] = { 6, 8, 10 };
    const struct conf_need need[CONF_NEEDS] = { NEED(IDR0, ST_LEVEL, MIN, 1), CAN(ANY_SID),
                                                conf_state_need[sec][0], conf_state_need[sec][1] };
    uint32_t sid;

    for (size_t i = 0; i < CONF_COUNT(splits); i++) {
        unsigned split = splits[i];

        for (unsigned k = 0; k < 4; k++) {
            static const uint16_t offs[] = { 0, 1, 5, 0xffff };

            if (conf_row(c, RULE_STRTAB_SPLIT, CONF_LEGAL, need, "%s: SPLIT=%u, StreamID %u of array 3",
                         conf_state_name[sec], split, offs[k] & ((1u << split) - 1)) &&
                two_levels(c, sec, split, &sid)) {
                sid = (3u << split) | (offs[k] & ((1u << split) - 1));
                bypass(c, sec, sid);
                reaches(c, sec, sid);
            }
        }
        if (conf_row(c, RULE_STRTAB_RANGE, CONF_ILLEGAL, need,
                     "%s: SPLIT=%u, a StreamID beyond LOG2SIZE", conf_state_name[sec], split) &&
            two_levels(c, sec, split, &sid)) {
            if (sid_bits(c, sec) < split + 3) {
                conf_skip(c, "the DUT has too few StreamIDs");
            } else {
                is_bad(c, sec, 4u << split);
            }
        }
    }
    for (unsigned split = 0; split < 32; split++) {
        if (split != 6 && split != 8 && split != 10 &&
            conf_row(c, RULE_STRTAB_SPLIT, CONF_LEGAL, need, "%s: the reserved SPLIT %u is 6",
                     conf_state_name[sec], split) &&
            two_levels(c, sec, 6, &sid)) {
            struct smmu3t_strtab *t = &conf_bank(c, (enum dut_sec)sec)->strtab;

            bypass(c, sec, sid);
            point(c, sec, t->base, 1u << 16 | split << 6 | t->log2size);
            reaches(c, sec, sid);
        }
    }
    if (conf_row(c, RULE_STRTAB_ALIGN, CONF_LEGAL, need, "%s: two levels, low bits set",
                 conf_state_name[sec]) &&
        table(c, sec, 12, 6)) { /* 64 L1STDs: 512 bytes */
        struct smmu3t_strtab *t = &conf_bank(c, (enum dut_sec)sec)->strtab;

        bypass(c, sec, 0xfc1);
        point(c, sec, t->base | 0x1c0, smmu3t_strtab_base_cfg(t));
        reaches(c, sec, 0xfc1);
    }
    for (unsigned bad = 0; bad < 2; bad++) {
        if (conf_row(c, RULE_STRTAB_SMALL, bad ? CONF_ILLEGAL : CONF_LEGAL, need,
                     "%s: LOG2SIZE=4, SPLIT=6, StreamID 0x%x", conf_state_name[sec],
                     bad ? 0x10 : 0xf) &&
            table(c, sec, 4, 6)) {
            if (sid_bits(c, sec) < 5) {
                conf_skip(c, "the DUT has too few StreamIDs");
            } else if (bad) {
                is_bad(c, sec, 0x10);
            } else {
                bypass(c, sec, 0xf);
                reaches(c, sec, 0xf);
            }
        }
    }
}

static void run(struct conf *c)
{
    for (unsigned sec = DUT_NS; sec < DUT_NUM_SEC; sec++) {
        linear(c, sec);
        shapes(c, sec);
        two_level(c, sec);
    }
}

const struct conf_case case_strtab_shape = { "ste/table-shape", { { 0 } }, run };
