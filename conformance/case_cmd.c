/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* What each queue takes, command by command: IHI0070G.b 4.1 to 4.7. */
#include "conf.h"

/* What a command needs of the SMMU, besides a queue that takes it. */
enum {
    ON_NS = 1 << 0, ON_S = 1 << 1, BOTH_Q = ON_NS | ON_S,
    SSEC = 1 << 2,    /* has the field */
    S1 = 1 << 3, S2 = 1 << 4, HYP = 1 << 5, SEL2 = 1 << 6,
    EL3 = 1 << 7,     /* IDR0.RME_IMPL=0 */
    STALLS = 1 << 8, VMS = 1 << 9, ATS = 1 << 10, PRI = 1 << 11, DPT = 1 << 12,
    ADDR = 1 << 13,   /* has Address or IPA: TG, NUM, SCALE, TTL */
    SAFE_OFF = 1 << 14 /* goes out to the system: tried with SMMUEN=0, ignored then */
};

static const struct command {
    const char *name;
    uint8_t op;
    enum conf_rule rule;
    unsigned flags;
} commands[] = {
#define C(name, flags) { #name, CMD_##name, RULE_CMD_##name, flags }
    C(PREFETCH_CONFIG, BOTH_Q | SSEC),
    C(PREFETCH_ADDR, BOTH_Q | SSEC),
    C(CFGI_STE, BOTH_Q | SSEC),
    C(CFGI_STE_RANGE, BOTH_Q | SSEC),
    C(CFGI_CD, BOTH_Q | SSEC | S1),
    C(CFGI_CD_ALL, BOTH_Q | SSEC | S1),
    C(CFGI_VMS_PIDM, BOTH_Q | SSEC | VMS),
    C(TLBI_NH_ALL, BOTH_Q | S1),
    C(TLBI_NH_ASID, BOTH_Q | S1),
    C(TLBI_NH_VA, BOTH_Q | S1 | ADDR),
    C(TLBI_NH_VAA, BOTH_Q | S1 | ADDR),
    C(TLBI_EL3_ALL, ON_S | S1 | EL3),
    C(TLBI_EL3_VA, ON_S | S1 | EL3 | ADDR),
    C(TLBI_EL2_ALL, BOTH_Q | S1 | HYP),
    C(TLBI_EL2_ASID, BOTH_Q | S1 | HYP),
    C(TLBI_EL2_VA, BOTH_Q | S1 | HYP | ADDR),
    C(TLBI_EL2_VAA, BOTH_Q | S1 | HYP | ADDR),
    C(TLBI_S12_VMALL, BOTH_Q | S2),
    C(TLBI_S2_IPA, BOTH_Q | S2 | ADDR),
    C(TLBI_NSNH_ALL, BOTH_Q),
    C(ATC_INV, BOTH_Q | ATS | SAFE_OFF),
    C(PRI_RESP, BOTH_Q | PRI | SAFE_OFF),
    C(RESUME, BOTH_Q | SSEC | STALLS),
    C(STALL_TERM, BOTH_Q | SSEC | STALLS),
    C(SYNC, BOTH_Q),
    C(TLBI_S_EL2_ALL, ON_S | S1 | SEL2),
    C(TLBI_S_EL2_ASID, ON_S | S1 | SEL2),
    C(TLBI_S_EL2_VA, ON_S | S1 | SEL2 | ADDR),
    C(TLBI_S_EL2_VAA, ON_S | S1 | SEL2 | ADDR),
    C(TLBI_S_S12_VMALL, ON_S | SEL2),
    C(TLBI_S_S2_IPA, ON_S | SEL2 | ADDR),
    C(TLBI_SNH_ALL, ON_S | SEL2),
    C(DPTI_ALL, BOTH_Q | DPT),
    C(DPTI_PA, BOTH_Q | DPT),
#undef C
};

static bool has_vms(const struct conf *c, bool secure)
{
    bool ns_ids = ID(c, MPAMIDR, PARTID_MAX);

    if (!ID(c, IDR3, MPAM) || !ID(c, IDR0, S1P) || !ID(c, IDR0, S2P)) {
        return false;
    }
    return secure ? ID(c, S_IDR1, SEL2) &&
                        (ID(c, S_MPAMIDR, PARTID_MAX) || (ns_ids && ID(c, S_MPAMIDR, HAS_MPAM_NS)))
                  : ns_ids;
}

/* Does this SMMU take the command on this queue? */
static bool taken(const struct conf *c, const struct command *k, enum dut_sec queue, bool ssec)
{
    const struct {
        unsigned flag;
        bool have;
    } need[] = {
        { S1, ID(c, IDR0, S1P) },
        { S2, ID(c, IDR0, S2P) },
        { HYP, ID(c, IDR0, Hyp) },
        { SEL2, ID(c, S_IDR1, SEL2) },
        { EL3, !ID(c, IDR0, RME_IMPL) },
        { STALLS, (queue ? ID(c, S_IDR0, STALL_MODEL) : ID(c, IDR0, STALL_MODEL)) != 1 },
        { VMS, has_vms(c, ssec) },
        { ATS, ID(c, IDR0, ATS) && !(queue && ID(c, S_IDR3, SAMS)) },
        { PRI, ID(c, IDR0, PRI) && !(queue && ID(c, S_IDR3, SAMS)) },
        { DPT, ID(c, IDR3, DPT) && !(queue && ID(c, S_IDR3, SAMS)) },
    };

    for (size_t i = 0; i < CONF_COUNT(need); i++) {
        if (k->flags & need[i].flag && !need[i].have) {
            return false;
        }
    }
    return k->flags & (queue ? ON_S : ON_NS) && (queue || !ssec);
}

static struct smmu3t_cmd encode(unsigned op, bool ssec)
{
    struct smmu3t_cmd cmd = { { 0, 0 } };

    CMD_PUT(cmd.w, Opcode, op);
    CMD_PUT(cmd.w, SSec, ssec);
    return cmd;
}

/* CERROR_ILL at this very command, told by GERROR; then the queue goes on. */
static void refused(struct conf *c, enum dut_sec queue, struct smmu3t_cmd cmd)
{
    int err = conf_failed(c) ? 1 : conf_cmd_error(c, queue, cmd);

    if (err != 1) {
        conf_fail(c, "command %016lx %016lx on the %s queue: expected CERROR_ILL (1), got %d",
                  (unsigned long)cmd.w[1], (unsigned long)cmd.w[0], conf_state_name[queue], err);
    }
}

/* The whole table, with what makes each entry CERROR_ILL. */
static void each_command(struct conf *c)
{
    for (size_t i = 0; i < CONF_COUNT(commands); i++) {
        const struct command *k = &commands[i];

        for (unsigned q = 0; q < DUT_NUM_SEC; q++) {
            for (unsigned ssec = 0; ssec < 2; ssec++) {
                bool legal = taken(c, k, (enum dut_sec)q, ssec);

                if ((ssec && !(k->flags & SSEC)) ||
                    !conf_row(c, k->rule, legal ? CONF_LEGAL : CONF_ILLEGAL, conf_state_need[q],
                              "%s%s on the %s queue", k->name, ssec ? " SSec=1" : "",
                              conf_state_name[q])) {
                    continue;
                }
                conf_start(c, (enum dut_sec)q);
                if (legal && k->flags & SAFE_OFF) {
                    smmu3t_bank_cr0(conf_bank(c, (enum dut_sec)q),
                                    SMMU3T_CR0_CMDQEN | SMMU3T_CR0_EVENTQEN);
                }
                if (legal) {
                    conf_cmd(c, (enum dut_sec)q, encode(k->op, ssec));
                    conf_quiet(c, (enum dut_sec)q);
                } else {
                    refused(c, (enum dut_sec)q, encode(k->op, ssec));
                }
            }
        }
    }
}

/* Opcodes that nobody has; 0x80..0x8f are IMPLEMENTATION DEFINED. */
static void reserved_opcodes(struct conf *c)
{
    static const uint8_t range[][2] = {
        { 0x00, 0x00 }, { 0x08, 0x0a }, { 0x14, 0x17 }, { 0x19, 0x19 }, { 0x1b, 0x1f },
        { 0x24, 0x27 }, { 0x29, 0x29 }, { 0x2b, 0x2f }, { 0x31, 0x3f }, { 0x42, 0x43 },
        { 0x47, 0x4f }, { 0x54, 0x57 }, { 0x59, 0x59 }, { 0x5b, 0x5f }, { 0x61, 0x6f },
        { 0x71, 0x72 }, { 0x74, 0x7f }, { 0x90, 0xff },
    };

    for (unsigned q = 0; q < DUT_NUM_SEC; q++) {
        for (size_t i = 0; i < CONF_COUNT(range); i++) {
            if (conf_row(c, RULE_CMD_RESERVED, CONF_ILLEGAL, conf_state_need[q],
                         "opcodes 0x%02x..0x%02x on the %s queue", range[i][0], range[i][1],
                         conf_state_name[q])) {
                conf_start(c, (enum dut_sec)q);
                for (unsigned op = range[i][0]; op <= range[i][1]; op++) {
                    refused(c, (enum dut_sec)q, encode(op, false));
                }
            }
        }
    }
}

/* The reserved combination of a range, and its nearest neighbours. */
static void range_fields(struct conf *c)
{
    static const struct conf_need ril[2][CONF_NEEDS] = { { NEED(IDR3, RIL, IS, 1) },
                                                         { NEED(IDR3, RIL, IS, 1), IN_SECURE } };
    static const struct {
        uint8_t tg, num, scale, ttl;
        uint8_t ds; /* 0: with IDR5.DS=0 only, 1: with DS=1 only, 2: any */
        bool legal;
    } row[] = {
        { 1, 0, 0, 0, 2, false }, { 2, 0, 0, 0, 2, false }, { 3, 0, 0, 0, 2, false },
        /* TTL 1 of 16 KB is reserved, so it is TTL 0 */
        { 2, 0, 0, 1, 0, false }, { 2, 0, 0, 1, 1, true },
        { 1, 1, 0, 0, 2, true }, { 2, 0, 1, 0, 2, true }, { 3, 0, 0, 3, 2, true },
        { 1, 0, 0, 1, 2, true }, { 1, 31, 31, 0, 2, true }, { 2, 0, 0, 2, 2, true },
        { 3, 31, 31, 3, 2, true },
    };

    for (size_t i = 0; i < CONF_COUNT(commands); i++) {
        const struct command *k = &commands[i];

        for (unsigned q = 0; q < DUT_NUM_SEC; q++) {
            for (size_t r = 0; r < CONF_COUNT(row); r++) {
                struct smmu3t_tlbi t = { .vmid = 1, .asid = 1, .tg = row[r].tg, .num = row[r].num,
                                         .scale = row[r].scale, .ttl = row[r].ttl };

                if (!(k->flags & ADDR) || !taken(c, k, (enum dut_sec)q, false) ||
                    (row[r].ds != 2 && row[r].ds != ID(c, IDR5, DS)) ||
                    !conf_row(c, RULE_CMD_RIL, row[r].legal ? CONF_LEGAL : CONF_ILLEGAL, ril[q],
                              "%s TG=%u NUM=%u SCALE=%u TTL=%u on the %s queue", k->name, t.tg,
                              t.num, t.scale, t.ttl, conf_state_name[q])) {
                    continue;
                }
                conf_start(c, (enum dut_sec)q);
                if (row[r].legal) {
                    conf_cmd(c, (enum dut_sec)q, smmu3t_cmd_tlbi(k->op, &t));
                } else {
                    refused(c, (enum dut_sec)q, smmu3t_cmd_tlbi(k->op, &t));
                }
            }
        }
    }
}

/* S_CR0.NSSTALLD takes the stall commands from the Non-secure queue. */
static void nsstalld(struct conf *c)
{
    static const struct conf_need need[CONF_NEEDS] = { IN_SECURE,
                                                       NEED(S_IDR0, STALL_MODEL, IS, 0) };

    for (unsigned k = 0; k < 8; k++) {
        bool on = k & 1, secure = k & 2;
        unsigned op = k & 4 ? CMD_STALL_TERM : CMD_RESUME;
        bool legal = !on || secure;

        if (conf_row(c, RULE_CMD_NSSTALLD, legal ? CONF_LEGAL : CONF_ILLEGAL, need,
                     "NSSTALLD=%u %s on the %s queue", on, op == CMD_RESUME ? "RESUME" : "STALL_TERM",
                     conf_state_name[secure])) {
            conf_start(c, DUT_S);
            smmu3t_bank_cr0(conf_bank(c, DUT_S),
                            smmu3t_bank_read(conf_bank(c, DUT_S), SMMU3T_CR0) |
                                (on ? 1u << 9 : 0));
            conf_start(c, DUT_NS);
            if (legal) {
                conf_cmd(c, (enum dut_sec)secure, encode(op, false));
            } else {
                refused(c, DUT_NS, encode(op, false));
            }
        }
    }
}

/* SYNC's own field, commands while SMMUEN is 0, prefetches of what is not there. */
static void odds(struct conf *c)
{
    for (unsigned q = 0; q < DUT_NUM_SEC; q++) {
        enum dut_sec sec = (enum dut_sec)q;

        for (unsigned cs = 0; cs < 4; cs++) {
            if (conf_row(c, RULE_CMD_SYNC, cs < 3 ? CONF_LEGAL : CONF_ILLEGAL, conf_state_need[q],
                         "CMD_SYNC CS=%u on the %s queue", cs, conf_state_name[q])) {
                conf_start(c, sec);
                if (cs < 3) {
                    conf_cmd(c, sec, smmu3t_cmd_sync(cs));
                } else {
                    refused(c, sec, smmu3t_cmd_sync(cs));
                }
            }
        }
        if (conf_row(c, RULE_CMD_OFF, CONF_LEGAL, conf_state_need[q], "%s SMMUEN=0",
                     conf_state_name[q])) {
            conf_start(c, sec);
            smmu3t_bank_cr0(conf_bank(c, sec), SMMU3T_CR0_CMDQEN | SMMU3T_CR0_EVENTQEN);
            conf_cmd(c, sec, smmu3t_cmd_cfgi_all(q));
            conf_cmd(c, sec, encode(CMD_TLBI_NSNH_ALL, false));
            refused(c, sec, encode(0, false));
        }
        for (unsigned k = 0; k < 4; k++) {
            uint32_t sid = k & 1 ? UINT32_MAX : conf_sid(c, sec, 0);

            if (conf_row(c, RULE_CMD_PREFETCH_QUIET, CONF_ILLEGAL, conf_state_need[q],
                         "%s PREFETCH_%s of %s", conf_state_name[q], k & 2 ? "ADDR" : "CONFIG",
                         k & 1 ? "a StreamID out of range" : "an STE with V=0")) {
                conf_start(c, sec);
                conf_cmd(c, sec, k & 2 ? smmu3t_cmd_prefetch_addr(sid, 0x1000, q)
                                       : smmu3t_cmd_prefetch_config(sid, q));
                conf_quiet(c, sec);
            }
        }
    }
}

static void cmd_legality(struct conf *c)
{
    each_command(c);
    reserved_opcodes(c);
    range_fields(c);
    nsstalld(c);
    odds(c);
}

const struct conf_case case_cmd_legality = { "cmd/legality", { { 0 } }, cmd_legality };
