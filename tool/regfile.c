/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Registers from a file, and the model in that state. */
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../spec/fields.h"
#include "source.h"

static const struct id_field {
    const char *reg, *field;
    size_t member;
    uint8_t lo, width;
    uint32_t min, max;
} id_fields[] = {
#define ID_FIELD(reg, mem, f, lo, w, min, max)                                                \
    { #reg, #f, offsetof(struct smmu3_config, mem), lo, w, min, max },
#include "../spec/id.def"
#undef ID_FIELD
};

static const uint32_t all_offsets[] = {
#define REG(name, off, bits, bank, member, mask, guard, present) off,
#define REG_ID(name, off, bank, present) off,
#include "../spec/regs.def"
#undef REG
#undef REG_ID
};

struct list {
    struct regvalue *r;
    size_t n, room;
};

static bool add(struct list *l, uint32_t offset, uint64_t value)
{
    if (l->n == l->room) {
        size_t room = l->room ? 2 * l->room : 64;
        struct regvalue *more = realloc(l->r, room * sizeof(*more));

        if (!more) {
            return false;
        }
        l->r = more;
        l->room = room;
    }
    l->r[l->n++] = (struct regvalue){ offset, value };
    return true;
}

/* The window as bytes: Page 0 and perhaps Page 1. */
static bool parse_window(const uint8_t *data, size_t len, struct list *l)
{
    for (size_t i = 0; i < ARRAY_SIZE(all_offsets); i++) {
        unsigned size = reg_size(all_offsets[i]);
        uint64_t v = 0;

        if (all_offsets[i] + size > len) {
            continue;
        }
        for (unsigned k = size; k-- > 0;) {
            v = v << 8 | data[all_offsets[i] + k];
        }
        if (!add(l, all_offsets[i], v)) {
            return false;
        }
    }
    return true;
}

static bool parse_line(const char *file, unsigned number, char *line, struct list *l,
                       struct why *why)
{
    char *name, *value, *save = NULL;
    uint64_t offset, v;
    long known;

    line[strcspn(line, "#")] = 0;
    for (char *p = line; *p; p++) {
        if (strchr("=:,\"{}", *p)) {
            *p = ' ';
        }
    }
    name = strtok_r(line, " \t\r", &save);
    if (!name) {
        return true;
    }
    value = strtok_r(NULL, " \t\r", &save);
    if (!value || !parse_u64(value, UINT64_MAX, &v)) {
        return why_not(why, "%s:%u: %s: there is no value", file, number, name);
    }
    known = reg_offset(name);
    if (known < 0 && parse_u64(name, SMMU3_MMIO_SIZE - 1, &offset) &&
        reg_size((uint32_t)offset)) {
        known = (long)offset;
    }
    if (known < 0) {
        return why_not(why, "%s:%u: there is no register '%s'", file, number, name);
    }
    if (reg_size((uint32_t)known) == 4 && v > UINT32_MAX) {
        return why_not(why, "%s:%u: %s has 32 bits", file, number, name);
    }
    return add(l, (uint32_t)known, v) ? true : why_not(why, "out of memory");
}

static bool parse_text(const char *name, const char *data, struct list *l, struct why *why)
{
    for (unsigned number = 1; *data; number++) {
        size_t len = strcspn(data, "\n");
        char line[256];

        if (len >= sizeof(line)) {
            return why_not(why, "%s:%u: no line of registers", name, number);
        }
        memcpy(line, data, len);
        line[len] = 0;
        if (!parse_line(name, number, line, l, why)) {
            return false;
        }
        data += data[len] ? len + 1 : len;
    }
    return true;
}

bool regfile_parse(const char *name, const char *data, size_t len, struct regvalue **regs,
                   size_t *n, struct why *why)
{
    struct list l = { .n = 0 };
    bool window = memchr(data, 0, len) != NULL;
    bool ok = window ? len >= 0x1000 && parse_window((const uint8_t *)data, len, &l)
                     : parse_text(name, data, &l, why);

    if (window && !ok) {
        why_not(why, "%s: %zu bytes are no register window; it has 128 KB", name, len);
    } else if (ok && !l.n) {
        ok = why_not(why, "%s: no register in it", name);
    }
    if (!ok) {
        free(l.r);
        return false;
    }
    *regs = l.r;
    *n = l.n;
    return true;
}

static uint32_t *member(struct smmu3_config *cfg, size_t offset)
{
    return (uint32_t *)(void *)((char *)cfg + offset);
}

/* ID registers of a real SMMU have features that the model has not. */
static void clamp(struct smmu3_config *cfg, char *note, size_t notelen)
{
    size_t len = 0;

    for (size_t i = 0; i < ARRAY_SIZE(id_fields); i++) {
        const struct id_field *f = &id_fields[i];
        uint32_t *reg = member(cfg, f->member);
        uint32_t mask = (uint32_t)field_mask(f->width), v = *reg >> f->lo & mask;
        uint32_t to = v < f->min ? f->min : v > f->max ? f->max : v;

        if (to == v) {
            continue;
        }
        *reg = (*reg & ~(mask << f->lo)) | to << f->lo;
        if (note && len < notelen) {
            len += (size_t)snprintf(note + len, notelen - len, "%s%s.%s",
                                    len ? " " : "not in the model, taken away: ", f->reg, f->field);
        }
    }
}

bool regfile_config(const struct regvalue *regs, size_t n, struct smmu3_config *cfg, char *note,
                    size_t notelen, struct why *why)
{
    static const struct { const char *name; size_t member; } ids[] = {
#define ID(name, mem) { #name, offsetof(struct smmu3_config, mem) }
        ID(IDR0, idr0), ID(IDR1, idr1), ID(IDR3, idr3), ID(IDR5, idr5), ID(IIDR, iidr),
        ID(AIDR, aidr), ID(S_IDR0, s_idr0), ID(S_IDR1, s_idr1), ID(S_IDR3, s_idr3),
        ID(MPAMIDR, mpamidr), ID(S_MPAMIDR, s_mpamidr),
#undef ID
    };
    char reason[256] = "";
    unsigned given = 0; /* a bit for each */

    smmu3_config_profile(cfg, "qemu-virt");
    for (size_t i = 0; i < n; i++) {
        for (unsigned k = 0; k < ARRAY_SIZE(ids); k++) {
            if ((long)regs[i].offset == reg_offset(ids[k].name)) {
                *member(cfg, ids[k].member) = (uint32_t)regs[i].value;
                given |= 1u << k;
            }
        }
    }
    if (given && !(given & 1u << 7)) {
        cfg->s_idr0 = cfg->s_idr1 = cfg->s_idr3 = 0; /* who shows the others would show S_IDR1 */
    }
    if (note) {
        *note = 0;
    }
    clamp(cfg, note, notelen);
    return smmu3_config_check(cfg, reason, sizeof(reason))
               ? why_not(why, "no SMMU has these ID registers: %s", reason) : true;
}

static uint32_t le32(const uint8_t *p)
{
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* Registers of a snapshot of the reset state are replaced: the format is in
 * smmu3.h. That sets what a write could not, and runs no command. */
bool regfile_load(struct smmu3 *s, const struct regvalue *regs, size_t n, struct why *why)
{
    size_t len = smmu3_save_size(s), pos;
    uint8_t *blob = malloc(len);
    int err;

    if (!blob || smmu3_save(s, blob, len)) {
        free(blob);
        return why_not(why, "out of memory");
    }
    pos = 16 + 4 * (size_t)le32(blob + 12);
    for (unsigned bank = 0; bank < SMMU3_NUM_BANKS; bank++) {
        uint32_t count = le32(blob + pos + 4);

        pos += 8;
        for (; count; count--, pos += 12) {
            for (size_t i = 0; i < n; i++) {
                for (unsigned k = 0; k < 8 && regs[i].offset == le32(blob + pos); k++) {
                    blob[pos + 4 + k] = (uint8_t)(regs[i].value >> (8 * k));
                }
            }
        }
    }
    err = smmu3_load(s, blob, len);
    free(blob);
    return err ? why_not(why, "a register has a value, but this SMMU does not have it "
                              "(S_ registers without S_IDR1.SECURE_IMPL?)") : true;
}
