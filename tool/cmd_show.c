/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* smmu3 show: registers; of a running machine its caches' counters and the last faults. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "decode.h"
#include "ranges.h"
#include "source.h"

static struct {
    const char *what;
    bool fields;
} opt = { .what = "all" };

static const struct argp_option options[] = {
    { "fields", 'f', NULL, 0, "The fields of each register", 0 },
    { 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    static const char *const words[] = { "all", "registers", "statistics", "events", "tlb" };

    switch (key) {
    case 'f':
        opt.fields = true;
        return 0;
    case ARGP_KEY_ARG:
        for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
            if (!strcmp(words[i], arg)) {
                opt.what = arg;
                return 0;
            }
        }
        argp_error(state, "show registers, statistics, events or tlb, not '%s'", arg);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static bool wanted(const char *what)
{
    return !strcmp(opt.what, "all") || !strcmp(opt.what, what);
}

static void show_registers(struct source *src, json_t *doc)
{
    static const char *const names[] = {
#define REG(name, off, bits, bank, member, mask, guard, present) #name,
#define REG_ID(name, off, bank, present) #name,
#include "../spec/regs.def"
#undef REG
#undef REG_ID
    };
    json_t *list = json_object(), *f;
    size_t k;

    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        uint64_t v = reg_value(src->smmu, names[i]);

        if ((!strncmp(names[i], "S_", 2) && !has_bank(src->smmu, SMMU3_SEC_SID_S)) ||
            strstr(names[i], "PIDR") || strstr(names[i], "CIDR")) {
            continue;
        }
        json_object_set_new(list, names[i], hex(v));
        if (out_json) {
            continue;
        }
        printf("%-20s 0x%" PRIx64 "\n", names[i], v);
        if (opt.fields) {
            json_t *fields = reg_fields(names[i], v, false);

            json_array_foreach(fields, k, f) {
                printf("    # %-18s %s%s%s\n", str(f, "name"), str(f, "value"),
                       *str(f, "meaning") ? " " : "", str(f, "meaning"));
            }
            json_decref(fields);
        }
    }
    json_object_set_new(doc, "registers", list);
}

static bool show_statistics(struct source *src, json_t *doc, struct why *why)
{
    char *text, *save = NULL;
    json_t *j = json_object();

    if (!source_get(src, "statistics", &text, why)) {
        json_decref(j);
        return false;
    }
    for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
        char name[40];
        uint64_t v;

        if (sscanf(line, "%39s %" SCNu64, name, &v) == 2) {
            json_object_set_new(j, name, json_integer((json_int_t)v));
            if (!out_json) {
                printf("%-20s %" PRIu64 "\n", name, v);
            }
        }
    }
    free(text);
    json_object_set_new(doc, "statistics", j);
    return true;
}

static const struct smmu3_reason_info *by_name(const char *name)
{
    for (unsigned r = 0; r < SMMU3_R_COUNT; r++) {
        if (!strcmp(smmu3_reason_info((enum smmu3_reason)r)->name, name)) {
            return smmu3_reason_info((enum smmu3_reason)r);
        }
    }
    return smmu3_reason_info(SMMU3_R_NONE);
}

static void show_event(const char *line, json_t *list)
{
    uint64_t n, addr, w[4] = { 0 };
    int64_t when;
    unsigned sec, sid, flags, status, recorded, pieces;
    char ssid[16], reason[40];
    const struct smmu3_reason_info *info;
    int got = sscanf(line, "%" SCNu64 " %" SCNd64 " %u 0x%x %15s 0x%" SCNx64
                     " 0x%x %u %39s %u %u 0x%" SCNx64 " 0x%" SCNx64 " 0x%" SCNx64 " 0x%" SCNx64,
                     &n, &when, &sec, &sid, ssid, &addr, &flags, &status, reason, &recorded,
                     &pieces, &w[0], &w[1], &w[2], &w[3]);
    json_t *j;

    if (got < 11) {
        return;
    }
    info = by_name(reason);
    j = json_pack("{s:I, s:I, s:s, s:o, s:o, s:b, s:s, s:s, s:s, s:b}", "n", (json_int_t)n,
                  "time_ns", (json_int_t)when, "security", bank_name((enum smmu3_sec_sid)sec),
                  "stream", hex(sid), "address", hex(addr), "write", !!(flags & SMMU3_REQ_WRITE),
                  "reason", info->name, "text", info->text, "clause", info->clause, "recorded",
                  !!recorded);
    if (got == 15) {
        json_object_set_new(j, "event", json_pack("[o,o,o,o]", hex(w[0]), hex(w[1]), hex(w[2]),
                                                  hex(w[3])));
    }
    json_array_append_new(list, j);
    if (!out_json) {
        printf("%4" PRIu64 "  %.6f s  %s StreamID 0x%x: %s 0x%" PRIx64
               ": %s: %s (%s, IHI0070G.b %s)%s\n",
               n, (double)when / 1e9, bank_name((enum smmu3_sec_sid)sec), sid,
               flags & SMMU3_REQ_WRITE ? "write to" : "read of", addr,
               info->event ? event_name(info->event) : "no event", info->text, info->name,
               info->clause, recorded ? "" : "; not recorded");
    }
}

static bool show_events(struct source *src, json_t *doc, struct why *why)
{
    char *text, *save = NULL;
    json_t *list = json_array();

    if (!source_get(src, "events", &text, why)) {
        json_decref(list);
        return false;
    }
    for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
        show_event(line, list);
    }
    free(text);
    json_object_set_new(doc, "events", list);
    return true;
}

static bool show_tlb(struct source *src, json_t *doc, struct why *why)
{
    json_t *list = json_array();
    struct cached *tlb;
    size_t n;

    if (!source_tlb(src, &tlb, &n, why)) {
        json_decref(list);
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        const struct cached *c = &tlb[i];

        json_array_append_new(
            list, json_pack("{s:s, s:i, s:i, s:s, s:o, s:o, s:o, s:s, s:s, s:s}", "security",
                            bank_name((enum smmu3_sec_sid)c->sec), "vmid", (int)c->vmid, "asid",
                            (int)c->asid, "kind", c->kind, "input", hex(c->input), "size",
                            hex(c->size), "output", hex(c->output), "space",
                            pas_name((enum smmu3_pas)c->pas), "unprivileged",
                            perms_text(c->perms[0]), "privileged", perms_text(c->perms[1])));
        if (!out_json) {
            printf("%-10s VMID %-5u ASID %-5u %-6s 0x%012" PRIx64 " -> 0x%012" PRIx64
                   " %s, 0x%" PRIx64 " bytes  %s %s\n",
                   bank_name((enum smmu3_sec_sid)c->sec), c->vmid, c->asid, c->kind, c->input,
                   c->output, pas_name((enum smmu3_pas)c->pas), c->size, perms_text(c->perms[0]),
                   perms_text(c->perms[1]));
        }
    }
    free(tlb);
    json_object_set_new(doc, "tlb", list);
    return true;
}

static int run(void)
{
    struct source src = { .smmu = NULL };
    json_t *doc = document("show");
    struct why why;
    bool ok = source_open(&src, &why);

    if (ok && wanted("registers")) {
        show_registers(&src, doc);
    }
    if (ok && !src.qmp && strcmp(opt.what, "all") && strcmp(opt.what, "registers")) {
        ok = why_not(&why, "only a running QEMU has %s: give --qmp", opt.what);
    }
    if (ok && src.qmp && wanted("statistics")) {
        ok = show_statistics(&src, doc, &why);
    }
    if (ok && src.qmp && wanted("events")) {
        ok = show_events(&src, doc, &why);
    }
    if (ok && src.qmp && !strcmp(opt.what, "tlb")) {
        ok = show_tlb(&src, doc, &why);
    }
    source_close(&src);
    if (ok && out_json) {
        print_document(doc);
    } else {
        json_decref(doc);
    }
    return ok ? EXIT_FINE : bad("show: %s", why.text);
}

const struct verb verb_show = {
    .name = "show",
    .args = "[registers|statistics|events|tlb]",
    .summary = "Shows registers; of a running QEMU also its caches and the last faults",
    .about =
        "The registers are in the form that --registers takes: smmu3 show registers > FILE keeps "
        "them. A running QEMU also tells hits and misses of its SMMU's caches, how many commands "
        "it "
        "has done, and its last 64 faults with the check that failed, recorded or not; and, if "
        "asked for it (tlb), the translations that it has cached.",
    .examples = "smmu3 show --qmp=qmp.sock events\twhat has faulted\n"
                "smmu3 show --qmp=qmp.sock --fields registers\tregisters with their fields",
    .options = options,
    .parse = parse,
    .run = run,
    .source = true,
};
