/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * QEMU's own trace logs run again: the register accesses, each value that was
 * read compared. Such a log has no memory. Of commands it has the names
 * (smmuv3_cmdq_opcode), which are put into the queue where the model looks for
 * them; ours also logs their words (smmuv3_command).
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../spec/fields.h"
#include "recording.h"

enum line_kind { LINE_OTHER, LINE_READ, LINE_WRITE, LINE_COMMAND };
struct line {
    enum line_kind kind;
    unsigned number, offset, size;
    uint64_t value, cmd[2];
};

struct logreplay {
    struct smmu3 *s;
    struct line *lines;
    size_t n, at;
    uint64_t cmds[64][2]; /* of the write that runs */
    unsigned ncmds, taken;
    struct replayed *out;
};

static unsigned opcode_of(const char *name)
{
    for (unsigned op = 0; op < 256; op++) {
        if (command_name(op) && !strcmp(command_name(op), name)) {
            return op;
        }
    }
    return 0;
}

static void parse_line(const char *text, struct line *l)
{
    const char *p = strstr(text, "smmuv3_");
    char name[40];
    unsigned op;

    if (!p) {
        return;
    }
    if (sscanf(p, "smmuv3_read_mmio addr: %x val:%" SCNx64 " size: %x", &l->offset, &l->value,
               &l->size) == 3) {
        l->kind = LINE_READ;
    } else if (sscanf(p, "smmuv3_write_mmio addr: %x val:%" SCNx64 " size: %x", &l->offset,
                      &l->value, &l->size) == 3) {
        l->kind = LINE_WRITE;
    } else if (sscanf(p, "smmuv3_command %*s %*s 0x%" SCNx64 " 0x%" SCNx64, &l->cmd[0],
                      &l->cmd[1]) == 2) {
        l->kind = LINE_COMMAND;
        l->size = 1; /* words are known */
    } else if (sscanf(p, "smmuv3_cmdq_opcode <--- SMMU_CMD_%39s", name) == 1) {
        op = opcode_of(name);
        l->kind = op ? LINE_COMMAND : LINE_OTHER;
        l->cmd[0] = op;
        /* Not in the log: of CFGI_STE_RANGE all, which is what drivers send. */
        l->cmd[1] = op == CMD_CFGI_STE_RANGE ? 31 : 0;
        l->size = 0;
    }
}

static bool parse(const char *text, struct logreplay *p)
{
    size_t room = 0;
    unsigned number = 0;

    while (*text) {
        size_t len = strcspn(text, "\n");
        struct line l = { .number = ++number };
        char copy[400];

        snprintf(copy, sizeof(copy), "%.*s", (int)(len < 399 ? len : 399), text);
        parse_line(copy, &l);
        text += text[len] ? len + 1 : len;
        if (l.kind == LINE_OTHER) {
            continue;
        }
        /* Ours logs a name and then the words: one command. */
        if (l.kind == LINE_COMMAND && l.size && p->n && p->lines[p->n - 1].kind == LINE_COMMAND &&
            !p->lines[p->n - 1].size && (p->lines[p->n - 1].cmd[0] & 0xff) == (l.cmd[0] & 0xff)) {
            p->lines[p->n - 1] = l;
            continue;
        }
        if (p->n == room) {
            struct line *more = realloc(p->lines, (room = room ? 2 * room : 256) * sizeof(*more));

            if (!more) {
                return false;
            }
            p->lines = more;
        }
        p->lines[p->n++] = l;
    }
    return true;
}

/* Logged before the write by some versions, behind it by others. */
static void gather(struct logreplay *p)
{
    size_t first = p->at, last = p->at + 1;

    while (first > 0 && p->lines[first - 1].kind == LINE_COMMAND) {
        first--;
    }
    while (last < p->n && p->lines[last].kind == LINE_COMMAND) {
        last++;
    }
    p->ncmds = p->taken = 0;
    for (size_t i = first; i < last; i++) {
        if (p->lines[i].kind == LINE_COMMAND && p->ncmds < ARRAY_SIZE(p->cmds)) {
            memcpy(p->cmds[p->ncmds++], p->lines[i].cmd, sizeof(p->cmds[0]));
        }
    }
}

static enum smmu3_mem on_read(void *ctx, const struct smmu3_access *acc, void *buf, size_t size)
{
    struct logreplay *p = ctx;
    uint8_t *b = buf;

    if (acc->kind != SMMU3_ACC_CMDQ || p->taken == p->ncmds) {
        return SMMU3_MEM_ABORT;
    }
    for (size_t i = 0; i < size; i++) {
        b[i] = (uint8_t)(p->cmds[p->taken][i / 8] >> (8 * (i % 8)));
    }
    p->taken++;
    return SMMU3_MEM_OK;
}

static enum smmu3_mem on_write(void *ctx, const struct smmu3_access *acc, const void *buf,
                               size_t size)
{
    (void)ctx, (void)acc, (void)buf, (void)size;
    return SMMU3_MEM_OK;
}

static enum smmu3_mem on_cas(void *ctx, const struct smmu3_access *acc, uint64_t expected,
                             uint64_t desired, uint64_t *seen)
{
    (void)ctx, (void)acc, (void)desired;
    *seen = expected;
    return SMMU3_MEM_OK;
}

static void on_resume(void *ctx, void *cookie, enum smmu3_resume action)
{
    (void)ctx, (void)cookie, (void)action;
}

/* ID registers as the log read them; the rest of `cfg` stays. */
static void take_ids(const struct logreplay *p, struct smmu3_config *cfg)
{
    static const struct { const char *name; size_t member; } ids[] = {
#define ID(name, mem) { #name, offsetof(struct smmu3_config, mem) }
        ID(IDR0, idr0), ID(IDR1, idr1), ID(IDR3, idr3), ID(IDR5, idr5), ID(IIDR, iidr),
        ID(AIDR, aidr), ID(S_IDR0, s_idr0), ID(S_IDR1, s_idr1), ID(S_IDR3, s_idr3),
#undef ID
    };

    for (size_t i = 0; i < p->n; i++) {
        for (size_t k = 0; p->lines[i].kind == LINE_READ && k < ARRAY_SIZE(ids); k++) {
            if (reg_offset(ids[k].name) == (long)p->lines[i].offset) {
                *(uint32_t *)(void *)((char *)cfg + ids[k].member) = (uint32_t)p->lines[i].value;
            }
        }
    }
}

/* Registers that nobody read are those of the first profile that fits. */
static void guess_config(const struct logreplay *p, struct smmu3_config *cfg)
{
    for (const char *const *name = smmu3_profiles(); *name; name++) {
        smmu3_config_profile(cfg, *name);
        take_ids(p, cfg);
        if (!(cfg->s_idr1 >> 31)) {
            cfg->s_idr0 = cfg->s_idr3 = 0;
        }
        if (!smmu3_config_check(cfg, NULL, 0)) {
            return;
        }
    }
}

static bool run(struct logreplay *p)
{
    for (p->at = 0; p->at < p->n && !p->out->differs; p->at++) {
        const struct line *l = &p->lines[p->at];
        bool secure = l->offset >= 0x8000 && l->offset < 0x10000;
        enum smmu3_pas pas = secure ? SMMU3_PAS_S : SMMU3_PAS_NS;
        uint64_t v = 0;

        if (l->kind == LINE_COMMAND) {
            continue;
        }
        p->out->inputs++;
        if (l->kind == LINE_WRITE) {
            gather(p);
            smmu3_mmio_write(p->s, l->offset, l->size, pas, l->value);
            continue;
        }
        p->out->compared++;
        if (smmu3_mmio_read(p->s, l->offset, l->size, pas, &v) || v != l->value) {
            const char *name = smmu3_reg_name(l->offset);

            p->out->differs = true;
            p->out->at = l->number;
            snprintf(p->out->text, sizeof(p->out->text),
                     "%s (0x%x) was read as 0x%" PRIx64 "; the model has 0x%" PRIx64,
                     name ? name : "no register", l->offset, l->value, v);
        }
    }
    return true;
}

bool replay_log(const char *text, const char *profile, struct replayed *out, struct why *why)
{
    static const struct smmu3_host host = {
        .read = on_read, .write = on_write, .cas64 = on_cas, .resume = on_resume,
    };
    struct logreplay p = { .out = out };
    struct smmu3_config cfg;
    char reason[256] = "";
    bool ok;

    memset(out, 0, sizeof(*out));
    ok = parse(text, &p);
    if (ok && !p.n) {
        ok = why_not(why,
                     "neither a recording nor a log with smmuv3_read_mmio and smmuv3_write_mmio");
    }
    if (ok && profile && smmu3_config_profile(&cfg, profile)) {
        ok = why_not(why, "no profile '%s'", profile);
    }
    if (ok && !profile) {
        guess_config(&p, &cfg);
    }
    if (ok && smmu3_config_check(&cfg, reason, sizeof(reason))) {
        ok = why_not(why, "the ID registers of the log are none that the model can have: %s",
                     reason);
    }
    if (ok && smmu3_create(&cfg, &host, &p, &p.s)) {
        ok = why_not(why, "out of memory");
    }
    if (ok) {
        run(&p);
        out->records = p.n;
    }
    smmu3_destroy(p.s);
    free(p.lines);
    return ok;
}
