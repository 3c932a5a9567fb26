/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* smmu3 decode: raw words, hex dumps or log lines as named fields. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "../spec/fields.h"
#include "decode.h"
#include "tool.h"

enum { OPT_PROFILE = 256, OPT_SET, OPT_STAGE, OPT_LEVEL, OPT_GRANULE, OPT_SPLIT };

#define MAX_SETTINGS 32
static struct {
    const char *kind;
    char *text; /* all arguments after it, a space between */
    const char *first;
    unsigned nargs;
    const char *profile;
    char *settings[MAX_SETTINGS + 1];
    unsigned nsettings;
    bool secure, all;
    unsigned stage, gran, split;
    int level;
} opt = { .profile = "max", .stage = 1, .gran = 12, .split = 8, .level = 3 };

static const struct argp_option options[] = {
    { "all", 'a', NULL, 0, "Fields that are 0 as well", 0 },
    { "profile", OPT_PROFILE, "NAME", 0,
      "What SMMU decides whether it is legal: max (default), qemu-virt, hafnium", 0 },
    { "set", OPT_SET, "REG.FIELD=V", 0, "Changes an ID register or a field of it: IDR0.S2P=0", 0 },
    { "secure", 's', NULL, 0, "It belongs to the Secure state", 0 },
    { "stage", OPT_STAGE, "N", 0, "pte: stage 1 (default) or 2", 0 },
    { "level", OPT_LEVEL, "N", 0, "pte: level 0 to 3 (default)", 0 },
    { "granule", OPT_GRANULE, "SIZE", 0, "pte: 4K (default), 16K or 64K", 0 },
    { "split", OPT_SPLIT, "N", 0, "l1std: STRTAB_BASE_CFG.SPLIT: 6, 8 (default) or 10", 0 },
    { 0 }
};

static void add_text(const char *arg)
{
    size_t n = opt.text ? strlen(opt.text) : 0;
    char *more = realloc(opt.text, n + strlen(arg) + 2);

    if (!more) {
        die("out of memory");
    }
    sprintf(more + n, "%s%s", n ? " " : "", arg);
    opt.text = more;
}

static unsigned one_of(const char *what, const char *arg, const char *const *names,
                       const unsigned *values, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!strcasecmp(names[i], arg)) {
            return values[i];
        }
    }
    die("--%s=%s: not one of those it can be; see smmu3 decode --help", what, arg);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    static const char *const digits[] = { "0", "1", "2", "3", "6", "8", "10" };
    static const unsigned values[] = { 0, 1, 2, 3, 6, 8, 10 };
    static const char *const grans[] = { "4K", "16K", "64K" };
    static const unsigned shifts[] = { 12, 14, 16 };

    switch (key) {
    case 'a':
        opt.all = true;
        return 0;
    case 's':
        opt.secure = true;
        return 0;
    case OPT_PROFILE:
        opt.profile = arg;
        return 0;
    case OPT_SET:
        if (opt.nsettings == MAX_SETTINGS) {
            die("--set: more than %d of them", MAX_SETTINGS);
        }
        opt.settings[opt.nsettings++] = arg;
        return 0;
    case OPT_STAGE:
        opt.stage = one_of("stage", arg, digits + 1, values + 1, 2);
        return 0;
    case OPT_LEVEL:
        opt.level = (int)one_of("level", arg, digits, values, 4);
        return 0;
    case OPT_GRANULE:
        opt.gran = one_of("granule", arg, grans, shifts, 3);
        return 0;
    case OPT_SPLIT:
        opt.split = one_of("split", arg, digits + 4, values + 4, 3);
        return 0;
    case ARGP_KEY_ARG:
        if (!opt.kind) {
            opt.kind = arg;
        } else {
            opt.first = opt.nargs++ ? opt.first : arg;
            add_text(arg);
        }
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "decode what? event, cmd, ste, cd, l1std, l1cd, pte, reg or gerror");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static enum smmu3_sec_sid sec(void)
{
    return opt.secure ? SMMU3_SEC_SID_S : SMMU3_SEC_SID_NS;
}

/* The words of a structure, with what the model says of it. */
static json_t *structure(const struct smmu3_config *cfg, enum record r, const uint64_t *w)
{
    enum smmu3_reason reason = SMMU3_R_NONE;
    json_t *doc;

    switch (r) {
    case REC_STE:
        reason = judge_ste(cfg, sec(), w);
        break;
    case REC_CD:
        reason = judge_cd(cfg, sec(), NULL, w);
        break;
    case REC_L1STD:
        reason = judge_l1std(cfg, sec(), opt.split, w[0]);
        break;
    case REC_L1CD:
        reason = PTE_GET(w[0], L1CD_V) ? SMMU3_R_NONE : SMMU3_R_L1CD_V;
        break;
    case REC_CMD:
        reason = judge_cmd(cfg, sec(), w);
        break;
    default:
        break;
    }
    doc = decode_record(r, w, opt.all);
    if (r != REC_EVENT) {
        decode_verdict(doc, reason);
    }
    return doc;
}

static json_t *descriptor(const struct smmu3_config *cfg, uint64_t d)
{
    struct judged_pte j;
    bool table = opt.level < 3 && (d & 3) == 3;
    json_t *doc;

    judge_pte(cfg, opt.stage, opt.gran, opt.level, d, &j);
    doc = decode_record(table ? REC_TABLE : opt.stage == 1 ? REC_PTE1 : REC_PTE2, &d, opt.all);
    json_object_set_new(doc, "stage", json_integer(opt.stage));
    json_object_set_new(doc, "level", json_integer(opt.level));
    if (!j.possible) {
        json_object_set_new(doc, "note", json_string("this granule has no such level"));
        return doc;
    }
    /* A mapping without a permission is still a legal one. */
    decode_verdict(doc, j.reason == SMMU3_R_S1_PERM || j.reason == SMMU3_R_S2_PERM ? SMMU3_R_NONE
                                                                                  : j.reason);
    if (j.reason == SMMU3_R_NONE || j.perms[0] || j.perms[1]) {
        if (j.leaf) {
            json_object_set_new(doc, "output", hex(j.out));
            json_object_set_new(doc, "size", hex(UINT64_C(1) << j.shift));
        } else {
            json_object_set_new(doc, "table", hex(d & UINT64_C(0xfffffffff000) &
                                                  ~((UINT64_C(1) << opt.gran) - 1)));
        }
        json_object_set_new(doc, "unprivileged", json_string(perms_text(j.perms[0])));
        json_object_set_new(doc, "privileged", json_string(perms_text(j.perms[1])));
    }
    return doc;
}

/* A register as decode shows it: no verdict, bits without a field. */
static int run_reg(json_t *list)
{
    char name[64];
    const char *rest = opt.text ? opt.text + strcspn(opt.text, " =:") : "";
    uint64_t v;
    json_t *doc;

    if (!opt.first) {
        return bad("decode reg: give NAME VALUE, such as CR0 0xd");
    }
    snprintf(name, sizeof(name), "%.*s", (int)(rest - opt.text), opt.text);
    if (reg_offset(name) < 0) {
        return bad("decode reg: there is no register '%s'", name);
    }
    if (!parse_u64(rest + strspn(rest, " =:"), UINT64_MAX, &v)) {
        return bad("decode reg %s: '%s' is no value", name, rest + strspn(rest, " =:"));
    }
    for (char *p = name; *p; p++) {
        *p = (char)(*p >= 'a' && *p <= 'z' ? *p - 'a' + 'A' : *p);
    }
    doc = json_pack("{s:s, s:o, s:s, s:o, s:o}", "record", "register", "words",
                    json_pack("[o]", hex(v)), "register",
                    strncmp(name, "SMMU_", 5) ? name : name + 5, "offset",
                    hex((uint64_t)reg_offset(name)), "fields", reg_fields(name, v, opt.all));
    json_array_append_new(list, doc);
    return EXIT_FINE;
}

static int run_gerror(json_t *list)
{
    uint64_t v = 0, n = 0;
    char a[32] = "", b[32] = "";
    int given = opt.text ? sscanf(opt.text, "%31s %31s", a, b) : 0;

    if (given < 1 || !parse_u64(a, UINT32_MAX, &v) ||
        (given > 1 && !parse_u64(b, UINT32_MAX, &n))) {
        return bad("decode gerror: give GERROR, and GERRORN if you have it");
    }
    json_array_append_new(list, decode_gerror((uint32_t)v, (uint32_t)n));
    return v ^ n ? EXIT_FINDING : EXIT_FINE;
}

static bool looks_like_a_log(const char *text)
{
    return strstr(text, "smmu") || strstr(text, "event") || strstr(text, "sid:") ||
           strstr(text, "global error") || strstr(text, "cons 0x");
}

static int run_log(const char *text, json_t *list)
{
    struct report *r;
    struct why why;
    size_t n;

    if (!linuxlog_parse(text, &r, &n, &why)) {
        return bad("decode event: %s", why.text);
    }
    for (size_t i = 0; i < n; i++) {
        json_array_append_new(list, decode_report(&r[i], opt.all));
    }
    free(r);
    return EXIT_FINE;
}

static int print(json_t *list, int rc)
{
    size_t i;
    json_t *doc;

    if (out_json) {
        json_t *all = document("decode");

        json_object_set(all, "records", list);
        print_document(all);
    } else {
        json_array_foreach(list, i, doc) {
            printf("%s", i ? "\n" : "");
            decode_print(doc);
        }
    }
    json_array_foreach(list, i, doc) {
        if (json_object_get(doc, "illegal")) {
            rc = EXIT_FINDING;
        }
    }
    json_decref(list);
    return rc;
}

static int run_words(const char *text, json_t *list, const struct smmu3_config *cfg)
{
    static const struct { const char *name; enum record r; } kinds[] = {
        { "event", REC_EVENT }, { "cmd", REC_CMD }, { "ste", REC_STE }, { "cd", REC_CD },
        { "l1std", REC_L1STD }, { "l1cd", REC_L1CD }, { "pte", REC_PTE1 },
    };
    uint64_t w[MAX_WORDS] = { 0 };
    struct why why;
    unsigned n;

    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
        if (strcmp(kinds[i].name, opt.kind)) {
            continue;
        }
        if (!words_parse(text, record_words(kinds[i].r), w, &n, &why)) {
            if (kinds[i].r == REC_EVENT && strchr(text, '\n')) {
                return bad("decode event: neither words (%s) nor a report of Linux's arm-smmu-v3 "
                           "driver", why.text);
            }
            return bad("decode %s: %s", opt.kind, why.text);
        }
        json_array_append_new(list, kinds[i].r == REC_PTE1 ? descriptor(cfg, w[0])
                                    : structure(cfg, kinds[i].r, w));
        return EXIT_FINE;
    }
    return bad("decode: there is no '%s'; event, cmd, ste, cd, l1std, l1cd, pte, reg and gerror",
               opt.kind);
}

static int run(void)
{
    struct smmu3_config cfg;
    struct why why;
    json_t *list;
    size_t len;
    int rc;

    if (!opt.text || !strcmp(opt.text, "-")) {
        free(opt.text);
        opt.text = NULL;
        if (!read_file("-", &opt.text, &len, &why)) {
            return bad("decode: %s", why.text);
        }
        opt.first = opt.text;
    }
    if (!judge_config(opt.profile, opt.settings, &cfg, &why)) {
        return bad("decode: %s", why.text);
    }
    if (opt.secure && !(cfg.s_idr1 >> 31)) {
        return bad("decode: --secure, but this SMMU has no Secure state (S_IDR1.SECURE_IMPL)");
    }
    list = json_array();
    if (!strcmp(opt.kind, "reg")) {
        rc = run_reg(list);
    } else if (!strcmp(opt.kind, "gerror") && !looks_like_a_log(opt.text)) {
        rc = run_gerror(list);
    } else if (!strcmp(opt.kind, "gerror") ||
               (!strcmp(opt.kind, "event") && looks_like_a_log(opt.text))) {
        rc = run_log(opt.text, list);
    } else {
        rc = run_words(opt.text, list, &cfg);
    }
    free(opt.text);
    if (rc == EXIT_BAD) {
        json_decref(list);
        return rc;
    }
    return print(list, rc);
}

const struct verb verb_decode = {
    .name = "decode",
    .args = "event|cmd|ste|cd|l1std|l1cd|pte|reg|gerror [WORD...]",
    .summary = "Shows what raw words mean, and whether they are legal",
    .about =
        "The words are hex numbers of 64 or 32 bits (low halves first), a hex dump of memory (xxd, "
        "hexdump -C, QEMU's xp), or, for event, what Linux printed, in its older and newer format. "
        "Without words, or with -, they are read from standard input.\n\n"
        "Whether a structure is legal depends on what the SMMU implements: see --profile and "
        "--set. "
        "The model itself decides, so it is what a transaction would meet.",
    .examples =
        "smmu3 decode event 0x0000001000000010 0x0000020000000000 0xab000 0\tone event record\n"
        "dmesg | smmu3 decode event\tall reports in a kernel log\n"
        "smmu3 decode ste --profile=qemu-virt < ste.hexdump\tis it legal for QEMU's SMMU?\n"
        "smmu3 decode pte --stage=2 --level=2 0x40000000000007fd\ta block of stage 2\n"
        "smmu3 decode reg CR0 0xd\ta register\n"
        "smmu3 decode gerror 0x1 0x0\twhich global errors are active",
    .options = options,
    .parse = parse,
    .run = run,
};
