/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Is a structure legal? The model is asked, through its public interface: an
 * SMMU whose memory answers every read with the structure in question. So this
 * command can never disagree with the model about what is valid.
 */
#include <string.h>

#include "../spec/fields.h"
#include "tool.h"

/* The ID registers decide much: these are the offsets that a set-up needs. */
enum {
#define REG(name, off, bits, bank, member, mask, guard, present) REG_##name = off,
#define REG_ID(name, off, bank, present) REG_##name = off,
#include "../spec/regs.def"
#undef REG
#undef REG_ID
};
#define SECURE 0x8000u
#define CR0_SMMUEN 1u
#define CR0_CMDQEN 8u

/* Somewhere that all address sizes have. */
#define SOMEWHERE UINT64_C(0x80000000)

struct court {
    struct smmu3 *s;
    uint64_t ste[8], cd[8], l1std, cmd[2], leaf, desc;
    int desc_level, level; /* where desc is; where the walk is */
    enum smmu3_reason cmd_reason;
    bool cmd_read;
};

static void store(uint8_t *p, const uint64_t *w, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        p[i] = (uint8_t)(w[i / 8] >> (8 * (i % 8)));
    }
}

static enum smmu3_mem court_read(void *ctx, const struct smmu3_access *acc, void *buf, size_t size)
{
    static const uint64_t sync[2] = { CMD_SYNC, 0 };
    struct court *c = ctx;
    uint64_t table = SOMEWHERE | 3, vms[8] = { 0 };

    switch (acc->kind) {
    case SMMU3_ACC_STE:
        store(buf, size == 8 ? &c->l1std : c->ste, size);
        break;
    case SMMU3_ACC_CD:
        store(buf, c->cd, size);
        break;
    case SMMU3_ACC_TT:
        store(buf, c->level < c->desc_level ? &table : c->level == c->desc_level ? &c->desc
                                                                                 : &c->leaf, size);
        c->level++;
        break;
    case SMMU3_ACC_CMDQ:
        store(buf, c->cmd_read ? sync : c->cmd, size);
        c->cmd_read = true;
        break;
    default:
        store(buf, vms, size);
        break;
    }
    return SMMU3_MEM_OK;
}

static enum smmu3_mem court_write(void *ctx, const struct smmu3_access *acc, const void *buf,
                                  size_t size)
{
    (void)ctx, (void)acc, (void)buf, (void)size;
    return SMMU3_MEM_OK;
}

static enum smmu3_mem court_cas(void *ctx, const struct smmu3_access *acc, uint64_t expected,
                                uint64_t desired, uint64_t *seen)
{
    (void)ctx, (void)acc, (void)desired;
    *seen = expected;
    return SMMU3_MEM_OK;
}

static void court_trace(void *ctx, const struct smmu3_trace *tr)
{
    struct court *c = ctx;

    if (tr->kind == SMMU3_TRACE_CMD_ERROR) {
        c->cmd_reason = tr->reason;
    }
}

static void court_resume(void *ctx, void *cookie, enum smmu3_resume action)
{
    (void)ctx, (void)cookie, (void)action;
}

/* Secure: every register is the same one higher up, but Page 1's. */
static void set(struct court *c, enum smmu3_sec_sid sec, uint32_t offset, unsigned size, uint64_t v)
{
    smmu3_mmio_write(c->s, offset + (sec == SMMU3_SEC_SID_S ? SECURE : 0), size,
                     sec == SMMU3_SEC_SID_S ? SMMU3_PAS_S : SMMU3_PAS_NS, v);
}

static bool court_open(struct court *c, const struct smmu3_config *cfg)
{
    static const struct smmu3_host host = {
        .read = court_read, .write = court_write, .cas64 = court_cas, .resume = court_resume,
        .trace = court_trace,
    };
    struct smmu3_config small = *cfg;

    small.tlb_entries = small.cfg_entries = SMMU3_CACHE_OFF;
    /* V, SHCFG: incoming */
    STE_PUT(c->ste, V, 1);
    STE_PUT(c->ste, SHCFG, 1);
    return smmu3_create(&small, &host, c, &c->s) == SMMU3_OK;
}

/* A CD and an STE that are legal on every SMMU with stage 1. */
static void plain_cd(struct court *c, const struct smmu3_config *cfg, unsigned tg, unsigned tsz)
{
    unsigned endian = cfg->idr0 >> 21 & 3, stall = cfg->idr0 >> 24 & 3;

    CD_PUT(c->cd, V, 1);
    CD_PUT(c->cd, T0SZ, tsz);
    CD_PUT(c->cd, TG0, tg);
    CD_PUT(c->cd, EPD1, 1);
    CD_PUT(c->cd, IPS, 7);
    CD_PUT(c->cd, AA64, 1);
    CD_PUT(c->cd, A, 1);
    CD_PUT(c->cd, R, 1);
    CD_PUT(c->cd, S, stall == 2);
    CD_PUT(c->cd, ENDI, endian == 3);
    CD_PUT(c->cd, TTB0, SOMEWHERE >> 4);
}

static void plain_s1(struct court *c)
{
    STE_PUT(c->ste, Config, 5);
    STE_PUT(c->ste, S1ContextPtr, SOMEWHERE >> 6);
}

static enum smmu3_reason ask(struct court *c, enum smmu3_sec_sid sec, uint64_t addr,
                             uint32_t flags, struct smmu3_result *res)
{
    struct smmu3_request req = { .sec_sid = sec, .addr = addr, .flags = flags | SMMU3_REQ_PROBE };

    return smmu3_translate(c->s, &req, res) == SMMU3_OK ? res->reason : SMMU3_R_NONE;
}

static bool is_about(enum smmu3_reason r, const char *what)
{
    return !strncmp(smmu3_reason_info(r)->name, what, strlen(what));
}

static void open_stream(struct court *c, enum smmu3_sec_sid sec, uint32_t cfg, unsigned bits)
{
    set(c, sec, REG_STRTAB_BASE, 8, SOMEWHERE);
    set(c, sec, REG_STRTAB_BASE_CFG, 4, cfg | bits);
    set(c, sec, REG_CR0, 4, CR0_SMMUEN);
}

enum smmu3_reason judge_ste(const struct smmu3_config *cfg, enum smmu3_sec_sid sec,
                            const uint64_t ste[8])
{
    struct court c = { .s = NULL };
    struct smmu3_result res;
    enum smmu3_reason r;

    if (!court_open(&c, cfg)) {
        return SMMU3_R_NONE;
    }
    memcpy(c.ste, ste, sizeof(c.ste));
    open_stream(&c, sec, 0, 0);
    r = ask(&c, sec, 0, 0, &res);
    smmu3_destroy(c.s);
    return is_about(r, "STE_") && r != SMMU3_R_STE_CONFIG_ABORT && r != SMMU3_R_STE_FETCH
               ? r : SMMU3_R_NONE;
}

enum smmu3_reason judge_cd(const struct smmu3_config *cfg, enum smmu3_sec_sid sec,
                           const uint64_t *ste, const uint64_t cd[8])
{
    struct court c = { .s = NULL };
    struct smmu3_result res;
    enum smmu3_reason r;

    if (!court_open(&c, cfg)) {
        return SMMU3_R_NONE;
    }
    plain_s1(&c);
    if (ste) {
        /* The same but for what would keep the CD from being found. */
        STE_PUT(c.ste, STRW, STE_GET(ste, STRW));
        STE_PUT(c.ste, S1STALLD, STE_GET(ste, S1STALLD));
    }
    memcpy(c.cd, cd, sizeof(c.cd));
    open_stream(&c, sec, 0, 0);
    r = ask(&c, sec, 0, 0, &res);
    smmu3_destroy(c.s);
    return is_about(r, "CD_") ? r : SMMU3_R_NONE;
}

enum smmu3_reason judge_l1std(const struct smmu3_config *cfg, enum smmu3_sec_sid sec,
                              unsigned split, uint64_t l1std)
{
    struct court c = { .s = NULL };
    struct smmu3_result res;
    enum smmu3_reason r;

    if (!court_open(&c, cfg)) {
        return SMMU3_R_NONE;
    }
    c.l1std = l1std;
    STE_PUT(c.ste, Config, 4);
    open_stream(&c, sec, 1u << 16 | split << 6, 32);
    r = ask(&c, sec, 0, 0, &res);
    smmu3_destroy(c.s);
    return is_about(r, "L1STD_") ? r : SMMU3_R_NONE;
}

enum smmu3_reason judge_cmd(const struct smmu3_config *cfg, enum smmu3_sec_sid queue,
                            const uint64_t cmd[2])
{
    struct court c = { .s = NULL };

    if (!court_open(&c, cfg)) {
        return SMMU3_R_NONE;
    }
    memcpy(c.cmd, cmd, sizeof(c.cmd));
    set(&c, queue, REG_CMDQ_BASE, 8, SOMEWHERE | 1);
    set(&c, queue, REG_CR0, 4, CR0_CMDQEN);
    set(&c, queue, REG_CMDQ_PROD, 4, 1);
    smmu3_destroy(c.s);
    return c.cmd_reason;
}

void judge_pte(const struct smmu3_config *cfg, unsigned stage, unsigned gran, int level,
               uint64_t desc, struct judged_pte *out)
{
    static const uint32_t flags[] = { 0, SMMU3_REQ_WRITE, SMMU3_REQ_INSTR };
    static const uint8_t oas_bits[] = { 32, 36, 40, 42, 44, 48, 52, 56 };
    unsigned bits = oas_bits[cfg->idr5 & 7];
    unsigned tg = gran == 12 ? 0 : gran == 16 ? 1 : 2;
    int start = gran == 16 ? 1 : 0;
    struct court c = { .s = NULL, .desc = desc, .desc_level = level };

    memset(out, 0, sizeof(*out));
    out->possible = level >= start && level <= 3;
    out->shift = gran + (unsigned)(3 - level) * (gran - 3);
    out->leaf = level == 3 || (desc & 3) == 1;
    if (!out->possible || !court_open(&c, cfg)) {
        return;
    }
    /* A leaf that permits everything, so that only `desc` takes away. */
    c.leaf = SOMEWHERE | 3 | UINT64_C(1) << PTE_AF_LO | UINT64_C(1) << PTE_AP1_LO;
    if (stage == 1) {
        plain_s1(&c);
        plain_cd(&c, cfg, tg, 16);
    } else {
        /* As many bits and levels as this SMMU and granule have. */
        unsigned most = gran == 14 ? 47 : 48;

        bits = bits < most ? bits : most;
        start = gran == 12 && bits >= 44 ? 0 : gran == 12 || bits >= 44 ? 1 : 2;
        out->possible = level >= start;
        c.leaf |= UINT64_C(3) << PTE_S2AP_LO | UINT64_C(0xf) << PTE_MemAttr_LO;
        STE_PUT(c.ste, Config, 6);
        STE_PUT(c.ste, S2T0SZ, 64 - bits);
        STE_PUT(c.ste, S2SL0, gran == 12 ? 2u - (unsigned)start : 3u - (unsigned)start);
        STE_PUT(c.ste, S2TG, tg);
        STE_PUT(c.ste, S2PS, 6);
        STE_PUT(c.ste, S2AA64, 1);
        STE_PUT(c.ste, S2TTB, SOMEWHERE >> 4);
        STE_PUT(c.ste, S2R, 1);
    }
    open_stream(&c, SMMU3_SEC_SID_NS, 0, 0);
    for (unsigned priv = 2; priv-- > 0;) {
        for (unsigned i = 0; i < 3; i++) {
            struct smmu3_result res = { .reason = SMMU3_R_NONE };

            c.level = start;
            if (ask(&c, SMMU3_SEC_SID_NS, 0, flags[i] | (priv ? SMMU3_REQ_PRIV : 0), &res)) {
                out->reason = i == 0 && (priv || out->reason) ? res.reason : out->reason;
                continue;
            }
            out->perms[priv] |= (uint8_t)(1u << i);
            if (i == 0) {
                out->reason = SMMU3_R_NONE;
            }
            if (out->leaf) {
                out->out = res.addr;
            }
        }
    }
    smmu3_destroy(c.s);
}

bool judge_config(const char *profile, char *const *settings, struct smmu3_config *cfg,
                  struct why *why)
{
    char reason[256] = "", name[64];

    if (smmu3_config_profile(cfg, profile)) {
        return why_not(why, "no profile '%s'; there are: qemu-virt, hafnium, hafnium-rfc, max",
                       profile);
    }
    for (; settings && *settings; settings++) {
        const char *eq = strchr(*settings, '=');
        uint64_t v;

        if (!eq || (size_t)(eq - *settings) >= sizeof(name) ||
            !parse_u64(eq + 1, UINT32_MAX, &v)) {
            return why_not(why, "--set %s: give REGISTER=VALUE or REGISTER.FIELD=VALUE", *settings);
        }
        snprintf(name, sizeof(name), "%.*s", (int)(eq - *settings), *settings);
        if (smmu3_config_set(cfg, name, (uint32_t)v)) {
            return why_not(why, "--set %s: no such ID register or field, or the value does not fit",
                           *settings);
        }
    }
    if (smmu3_config_check(cfg, reason, sizeof(reason))) {
        return why_not(why, "no SMMU can be like this: %s", reason);
    }
    return true;
}
