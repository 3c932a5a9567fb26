/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Configurations: profiles, fields by name, and whether the architecture
 * allows the whole and the model implements it. IHI0070G.b 6.3.1 to 6.3.8,
 * 6.3.52 to 6.3.56, 2.2 to 2.8.
 */
#include <stdio.h>
#include <string.h>

#include "internal.h"

static const struct {
    const char *name;
    struct smmu3_config cfg;
} profiles[] = {
#define PROFILE(name, r0, r1, r3, r5, ii, ai, s0, s1, s3, mp, smp)                            \
    { name, { .idr0 = r0, .idr1 = r1, .idr3 = r3, .idr5 = r5, .iidr = ii, .aidr = ai,         \
              .s_idr0 = s0, .s_idr1 = s1, .s_idr3 = s3, .mpamidr = mp, .s_mpamidr = smp,      \
              .gbpa_reset = 0x1000, .s_gbpa_reset = 0x1000 } },
#include "../spec/profile.def"
#undef PROFILE
};
#define NPROFILES (sizeof(profiles) / sizeof(profiles[0]))

static const struct id_field {
    const char *reg, *field;
    uint16_t member;
    uint8_t lo, width;
    uint32_t min, max;
} fields[] = {
#define ID_FIELD(reg, mem, f, lo, w, min, max)                                                \
    { #reg, #f, offsetof(struct smmu3_config, mem), lo, w, min, max },
#include "../spec/id.def"
#undef ID_FIELD
    { "IIDR", "", offsetof(struct smmu3_config, iidr), 0, 32, 0, UINT32_MAX },
};
#define NFIELDS (sizeof(fields) / sizeof(fields[0]))

const char *const *smmu3_profiles(void)
{
    static const char *const names[] = {
#define PROFILE(name, r0, r1, r3, r5, ii, ai, s0, s1, s3, mp, smp) name,
#include "../spec/profile.def"
#undef PROFILE
        NULL
    };

    return names;
}

static int lower(int c)
{
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

/* n characters of a, without case, are all of b. */
static bool same(const char *a, size_t n, const char *b)
{
    for (size_t i = 0; i < n; i++) {
        if (!b[i] || lower(a[i]) != lower(b[i])) {
            return false;
        }
    }
    return !b[n];
}

int smmu3_config_profile(struct smmu3_config *cfg, const char *profile)
{
    if (!cfg || !profile) {
        return SMMU3_EINVAL;
    }
    for (size_t i = 0; i < NPROFILES; i++) {
        if (!strcmp(profiles[i].name, profile)) {
            *cfg = profiles[i].cfg;
            return SMMU3_OK;
        }
    }
    return SMMU3_ENAME;
}

static uint32_t get_reg(const struct smmu3_config *cfg, const struct id_field *f)
{
    uint32_t v;

    memcpy(&v, (const uint8_t *)cfg + f->member, sizeof(v));
    return v;
}

static void set_reg(struct smmu3_config *cfg, const struct id_field *f, uint32_t v)
{
    memcpy((uint8_t *)cfg + f->member, &v, sizeof(v));
}

int smmu3_config_set(struct smmu3_config *cfg, const char *name, uint32_t value)
{
    const char *dot;
    size_t n;

    if (!cfg || !name) {
        return SMMU3_EINVAL;
    }
    dot = strchr(name, '.');
    n = dot ? (size_t)(dot - name) : strlen(name);
    for (size_t i = 0; i < NFIELDS; i++) {
        const struct id_field *f = &fields[i];
        uint32_t mask = (uint32_t)field_mask(f->width);

        if (!same(name, n, f->reg) || (dot && !f->field[0]) ||
            (dot && !same(dot + 1, strlen(dot + 1), f->field))) {
            continue;
        }
        if (!dot) {
            set_reg(cfg, f, value);
        } else if (value & ~mask) {
            return SMMU3_EINVAL;
        } else {
            set_reg(cfg, f, (get_reg(cfg, f) & ~(mask << f->lo)) | value << f->lo);
        }
        return SMMU3_OK;
    }
    return SMMU3_ENAME;
}

/* A rule between fields: what must not be, and the sentence that says so. */
struct rule {
    bool broken;
    const char *why;
};

#define F(reg, f) CFG_ID(c, reg, f)
#define RULES(arr) check_rules(arr, sizeof(arr) / sizeof((arr)[0]), why, len)

static int check_rules(const struct rule *r, size_t n, char *why, size_t len)
{
    for (size_t i = 0; i < n; i++) {
        if (r[i].broken) {
            if (why && len) {
                snprintf(why, len, "%s", r[i].why);
            }
            return SMMU3_ECONFIG;
        }
    }
    return SMMU3_OK;
}

static int check_general(const struct smmu3_config *c, char *why, size_t len)
{
    bool s1 = F(IDR0, S1P), s2 = F(IDR0, S2P);
    bool g4 = F(IDR5, GRAN4K), g16 = F(IDR5, GRAN16K), g64 = F(IDR5, GRAN64K);
    const struct rule r[] = {
        { !s1 && !s2, "IDR0.S1P and IDR0.S2P are both 0: an SMMU has at least one stage" },
        { F(IDR0, TTENDIAN) == 1, "IDR0.TTENDIAN=1 is reserved" },
        { F(IDR0, Hyp) && !(s1 && s2), "IDR0.Hyp needs IDR0.S1P and IDR0.S2P" },
        { F(IDR0, VMW) && !s2, "IDR0.VMW needs IDR0.S2P" },
        { F(IDR1, SIDSIZE) >= 7 && !F(IDR0, ST_LEVEL),
          "IDR1.SIDSIZE of 7 or more needs IDR0.ST_LEVEL=1" },
        { F(IDR3, HAD) && !s1, "IDR3.HAD needs IDR0.S1P" },
        { F(IDR3, PTWNNC) && !s2, "IDR3.PTWNNC needs IDR0.S2P" },
        { F(IDR3, BBML) == 3, "IDR3.BBML=3 is reserved" },
        { !g4 && !g16 && !g64, "IDR5.GRAN4K, GRAN16K and GRAN64K are all 0" },
        { F(IDR5, DS) && !g4 && !g16, "IDR5.DS needs IDR5.GRAN4K or GRAN16K" },
        { F(IDR5, DS) && !F(IDR5, VAX), "IDR5.DS needs IDR5.VAX=1" },
        { F(IDR5, VAX) && !g64 && !F(IDR5, DS), "IDR5.VAX=1 needs IDR5.GRAN64K or IDR5.DS" },
        { F(IDR5, OAS) == 6 && !g64 && !F(IDR5, DS), "IDR5.OAS=6 needs IDR5.GRAN64K or IDR5.DS" },
        { (F(IDR0, STALL_MODEL) != 1) != (F(IDR5, STALL_MAX) != 0),
          "IDR5.STALL_MAX is 0 exactly if IDR0.STALL_MODEL is 1" },
        { !F(IDR3, MPAM) && (c->mpamidr || c->s_mpamidr), "MPAMIDR and S_MPAMIDR need IDR3.MPAM" },
        { (c->gbpa_reset & ~0x001f3f1fu) != 0, "gbpa_reset has bits that GBPA does not have" },
        { (c->s_gbpa_reset & ~0x001fff1fu) != 0,
          "s_gbpa_reset has bits that S_GBPA does not have" },
        { c->tlb_entries && c->tlb_entries != SMMU3_CACHE_OFF &&
              (c->tlb_entries < 2 || c->tlb_entries > 4194304),
          "tlb_entries is not 0, SMMU3_CACHE_OFF or 2..4194304" },
        { c->cfg_entries && c->cfg_entries != SMMU3_CACHE_OFF &&
              (c->cfg_entries < 2 || c->cfg_entries > 4194304),
          "cfg_entries is not 0, SMMU3_CACHE_OFF or 2..4194304" },
    };

    return RULES(r);
}

static int check_secure(const struct smmu3_config *c, char *why, size_t len)
{
    bool secure = F(S_IDR1, SECURE_IMPL), sel2 = F(S_IDR1, SEL2);
    const struct rule r[] = {
        { !secure && (c->s_idr0 || c->s_idr1 || c->s_idr3 || c->s_mpamidr),
          "S_IDR registers must be 0 without S_IDR1.SECURE_IMPL" },
        { secure && !F(IDR0, S1P), "S_IDR1.SECURE_IMPL needs IDR0.S1P" },
        { sel2 && !(F(IDR0, S1P) && F(IDR0, S2P)),
          "S_IDR1.SEL2 needs IDR0.S1P and IDR0.S2P" },
        { sel2 && !F(IDR3, STT), "S_IDR1.SEL2 needs IDR3.STT" },
        { secure && F(S_IDR0, STALL_MODEL) != F(IDR0, STALL_MODEL),
          "S_IDR0.STALL_MODEL and IDR0.STALL_MODEL must be equal" },
    };

    return RULES(r);
}

/* What each version makes mandatory, and what came two versions later. */
static int check_version(const struct smmu3_config *c, char *why, size_t len)
{
    unsigned v = F(AIDR, ArchMinorRev);
    bool s1 = F(IDR0, S1P), s2 = F(IDR0, S2P);
    const struct rule r[] = {
        { v >= 1 && s1 && !F(IDR3, HAD), "SMMUv3.1 (AIDR) needs IDR3.HAD" },
        { v >= 1 && s2 && !F(IDR3, XNX), "SMMUv3.1 (AIDR) needs IDR3.XNX" },
        { v >= 2 && !F(IDR3, BBML), "SMMUv3.2 (AIDR) needs IDR3.BBML of 1 or 2" },
        { v >= 2 && !F(IDR3, RIL), "SMMUv3.2 (AIDR) needs IDR3.RIL" },
        { v >= 2 && s2 && !F(IDR3, FWB), "SMMUv3.2 (AIDR) needs IDR3.FWB" },
        { v >= 2 && s1 && s2 && !F(IDR0, Hyp), "SMMUv3.2 (AIDR) needs IDR0.Hyp" },
        { v >= 3 && !F(IDR3, E0PD), "SMMUv3.3 (AIDR) needs IDR3.E0PD" },
        { v >= 3 && s2 && !F(IDR3, PTWNNC), "SMMUv3.3 (AIDR) needs IDR3.PTWNNC" },
        { v < 1 && (F(IDR3, FWB) || F(IDR3, RIL) || F(IDR3, STT) || F(IDR3, BBML) ||
                    F(IDR3, MPAM) || F(S_IDR1, SEL2)),
          "IDR3.FWB, RIL, STT, BBML, MPAM and S_IDR1.SEL2 need SMMUv3.1 (AIDR) or later" },
        { v < 1 && (F(IDR5, OAS) == 6 || F(IDR5, VAX)),
          "IDR5.OAS=6 and IDR5.VAX need SMMUv3.1 (AIDR) or later" },
        { v < 2 && (F(IDR3, E0PD) || F(IDR3, PTWNNC)),
          "IDR3.E0PD and PTWNNC need SMMUv3.2 (AIDR) or later" },
        { v < 3 && (F(IDR3, EPAN) || F(IDR5, DS)),
          "IDR3.EPAN and IDR5.DS need SMMUv3.3 (AIDR) or later" },
    };

    return RULES(r);
}

int smmu3_config_check(const struct smmu3_config *cfg, char *why, size_t len)
{
    int err = SMMU3_OK;

    if (!cfg) {
        return SMMU3_EINVAL;
    }
    for (size_t i = 0; i < NFIELDS; i++) {
        const struct id_field *f = &fields[i];
        uint32_t v = get_reg(cfg, f) >> f->lo & (uint32_t)field_mask(f->width);

        /* Without a Secure state its registers are all 0: check_secure(). */
        if (!strncmp(f->reg, "S_", 2) && !CFG_ID(cfg, S_IDR1, SECURE_IMPL)) {
            continue;
        }
        if (v < f->min || v > f->max) {
            if (why && len) {
                snprintf(why, len, "%s.%s=%u is not implemented (%u to %u)", f->reg, f->field,
                         (unsigned)v, (unsigned)f->min, (unsigned)f->max);
            }
            return SMMU3_ECONFIG;
        }
    }
    err = check_general(cfg, why, len);
    if (!err) {
        err = check_secure(cfg, why, len);
    }
    return err ? err : check_version(cfg, why, len);
}

const char *smmu3_strerror(int err)
{
    switch (err) {
    case SMMU3_OK:
        return "no error";
    case SMMU3_EINVAL:
        return "an argument is missing or out of range";
    case SMMU3_ENOMEM:
        return "out of memory";
    case SMMU3_ECONFIG:
        return "this configuration is not one the model can be";
    case SMMU3_ENAME:
        return "no such profile, register or field";
    case SMMU3_EFORMAT:
        return "the snapshot is truncated or not one";
    case SMMU3_EVERSION:
        return "the snapshot has a format version that is not known here";
    case SMMU3_EMISMATCH:
        return "the snapshot is of an SMMU with other ID registers";
    default:
        return "unknown error";
    }
}

const struct smmu3_reason_info *smmu3_reason_info(enum smmu3_reason reason)
{
    static const struct smmu3_reason_info info[] = {
#define SMMU3_REASON(name, event, clause, text) { #name, event, clause, text },
#include "smmu3/reason.def"
#undef SMMU3_REASON
    };

    return &info[(unsigned)reason < SMMU3_R_COUNT ? reason : SMMU3_R_NONE];
}
