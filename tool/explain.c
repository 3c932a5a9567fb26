/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* A transaction explained: the model's steps as JSON, and that as text. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../spec/fields.h"
#include "decode.h"
#include "explain.h"

#define CR0_SMMUEN 1u

/* ---- which transaction ---- */

bool parse_stream(const char *text, uint32_t *sid)
{
    unsigned domain, bus, dev, fn;
    uint64_t v;
    char end;

    if (sscanf(text, "%x:%x:%x.%u%c", &domain, &bus, &dev, &fn, &end) == 4 ||
        sscanf(text, "%x:%x.%u%c", &bus, &dev, &fn, &end) == 3) {
        *sid = bus << 8 | dev << 3 | fn;
        return bus < 256 && dev < 32 && fn < 8;
    }
    if (!parse_u64(text, UINT32_MAX, &v)) {
        return false;
    }
    *sid = (uint32_t)v;
    return true;
}

error_t request_parse(int key, char *arg, struct argp_state *state, struct smmu3_request *req,
                      unsigned *nargs)
{
    static const struct { int key; uint32_t flag; } flags[] = {
        { 'w', SMMU3_REQ_WRITE }, { 'p', SMMU3_REQ_PRIV }, { 'x', SMMU3_REQ_INSTR },
        { 'n', SMMU3_REQ_NS },
    };
    uint64_t v;

    for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
        if (flags[i].key == key) {
            req->flags |= flags[i].flag;
            return 0;
        }
    }
    switch (key) {
    case 's':
        req->sec_sid = SMMU3_SEC_SID_S;
        return 0;
    case 'S':
        if (!parse_u64(arg, 0xfffff, &v)) {
            argp_error(state, "--substream=%s: a number of 20 bits", arg);
        }
        req->ssv = true;
        req->substream_id = (uint32_t)v;
        return 0;
    case ARGP_KEY_ARG:
        if (*nargs == 0 && !parse_stream(arg, &req->stream_id)) {
            argp_error(state, "'%s' is no StreamID; give a number or a PCI address such as 00:02.0",
                       arg);
        } else if (*nargs == 1 && !parse_u64(arg, UINT64_MAX, &req->addr)) {
            argp_error(state, "'%s' is no address", arg);
        } else if (*nargs > 1) {
            return ARGP_ERR_UNKNOWN;
        }
        ++*nargs;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static json_t *request_json(const struct smmu3_request *req)
{
    json_t *j = json_pack("{s:s, s:o, s:o, s:b, s:b, s:b}", "security", bank_name(req->sec_sid),
                          "stream", hex(req->stream_id), "address", hex(req->addr), "write",
                          !!(req->flags & SMMU3_REQ_WRITE), "privileged",
                          !!(req->flags & SMMU3_REQ_PRIV), "instruction",
                          !!(req->flags & SMMU3_REQ_INSTR));

    if (req->ssv) {
        json_object_set_new(j, "substream", hex(req->substream_id));
    }
    if (req->sec_sid == SMMU3_SEC_SID_S) {
        json_object_set_new(j, "ns", json_boolean(req->flags & SMMU3_REQ_NS));
    }
    return j;
}

/* ---- steps ---- */

static const char *const step_names[] = {
    [SMMU3_STEP_REGS] = "registers", [SMMU3_STEP_L1STD] = "L1STD", [SMMU3_STEP_STE] = "STE",
    [SMMU3_STEP_VMS] = "VMS", [SMMU3_STEP_L1CD] = "L1CD", [SMMU3_STEP_CD] = "CD",
    [SMMU3_STEP_ACCESS] = "access", [SMMU3_STEP_DESC] = "descriptor", [SMMU3_STEP_LEAF] = "output",
};

static const char *type_name(const struct smmu3_step *s)
{
    unsigned type = (unsigned)PTE_GET(s->word[0], Type);

    if (!(type & 1) || (s->level == 3 && type == 1)) {
        return "invalid";
    }
    return type == 1 ? "block" : s->level == 3 ? "page" : "table";
}

static void add_words(json_t *j, const struct smmu3_step *s)
{
    static const enum record records[] = {
        [SMMU3_STEP_L1STD] = REC_L1STD, [SMMU3_STEP_STE] = REC_STE, [SMMU3_STEP_L1CD] = REC_L1CD,
        [SMMU3_STEP_CD] = REC_CD,
    };
    json_t *w = json_array();

    for (unsigned i = 0; i < s->nwords; i++) {
        json_array_append_new(w, json_sprintf("0x%016" PRIx64, s->word[i]));
    }
    json_object_set_new(j, "words", w);
    if (s->kind == SMMU3_STEP_DESC) {
        bool table = !strcmp(type_name(s), "table");

        json_object_set_new(j, "type", json_string(type_name(s)));
        json_object_set_new(j, "fields", record_fields(table ? REC_TABLE : s->stage == 1 ? REC_PTE1
                                                       : REC_PTE2, s->word, false, NULL));
    } else if (s->kind != SMMU3_STEP_VMS) {
        json_object_set_new(j, "fields", record_fields(records[s->kind], s->word, false, NULL));
        json_object_set_new(j, "clause", json_string(record_clause(records[s->kind])));
    }
}

static void add_regs(json_t *j, const struct smmu3_step *s)
{
    uint64_t cfg = s->word[3];

    json_object_set_new(j, "clause", json_string("6.3.9"));
    json_object_set_new(j, "SMMUEN", json_boolean(s->word[0] & CR0_SMMUEN));
    json_object_set_new(j, "GBPA", hex(s->word[1]));
    json_object_set_new(j, "STRTAB_BASE", hex(s->word[2]));
    json_object_set_new(j, "STRTAB_BASE_CFG", hex(cfg));
    json_object_set_new(j, "LOG2SIZE", json_integer((json_int_t)(cfg & 0x3f)));
    json_object_set_new(j, "levels", json_integer((cfg >> 16 & 3) == 1 ? 2 : 1));
    json_object_set_new(j, "table", hex(s->word[2] & UINT64_C(0x00ffffffffffffc0)));
}

static void add_leaf(json_t *j, const struct smmu3_step *s)
{
    json_object_set_new(j, "input", hex(s->input));
    json_object_set_new(j, "address", hex(s->addr));
    json_object_set_new(j, "space", json_string(pas_name(s->pas)));
    json_object_set_new(j, "size", hex(UINT64_C(1) << s->shift));
    json_object_set_new(j, "unprivileged", json_string(perms_text(s->perms[0])));
    json_object_set_new(j, "privileged", json_string(perms_text(s->perms[1])));
    json_object_set_new(j, "needs", json_string(perms_text(s->needs)));
    json_object_set_new(j, "judged", json_string(s->needs_priv ? "privileged" : "unprivileged"));
    json_object_set_new(j, s->stage == 1 ? "mair" : "memattr", hex(s->attr.mair));
    json_object_set_new(j, "sh", json_integer(s->attr.sh));
}

static void collect(void *ctx, const struct smmu3_step *s)
{
    json_t *list = ctx;
    json_t *j = json_pack("{s:I, s:s}", "n", (json_int_t)json_array_size(list) + 1, "kind",
                          step_names[s->kind]);

    if (s->kind == SMMU3_STEP_DESC || s->kind == SMMU3_STEP_LEAF) {
        json_object_set_new(j, "stage", json_integer(s->stage));
        json_object_set_new(j, "level", json_integer(s->level));
        json_object_set_new(j, "inner", json_boolean(s->inner));
    }
    switch (s->kind) {
    case SMMU3_STEP_REGS:
        add_regs(j, s);
        break;
    case SMMU3_STEP_ACCESS:
        json_object_set_new(j, "input", hex(s->input));
        json_object_set_new(j, "stage", json_integer(s->stage));
        json_object_set_new(j, "write", json_boolean(s->flags & SMMU3_REQ_WRITE));
        json_object_set_new(j, "privileged", json_boolean(s->flags & SMMU3_REQ_PRIV));
        json_object_set_new(j, "instruction", json_boolean(s->flags & SMMU3_REQ_INSTR));
        json_object_set_new(j, "ns", json_boolean(s->flags & SMMU3_REQ_NS));
        break;
    case SMMU3_STEP_LEAF:
        add_leaf(j, s);
        break;
    default:
        json_object_set_new(j, "address", hex(s->addr));
        json_object_set_new(j, "space", json_string(pas_name(s->pas)));
        if (s->ipa != s->addr) {
            json_object_set_new(j, "ipa", hex(s->ipa));
        }
        json_object_set_new(j, "mair", hex(s->attr.mair)); /* of the read itself */
        json_object_set_new(j, "sh", json_integer(s->attr.sh));
        if (s->kind == SMMU3_STEP_DESC) {
            json_object_set_new(j, "granule", hex(UINT64_C(1) << s->gran));
            json_object_set_new(j, "input_bits", json_integer(s->in_bits));
            json_object_set_new(j, "output_bits", json_integer(s->out_bits));
        }
        add_words(j, s);
        break;
    }
    json_array_append_new(list, j);
}

static json_t *result_json(const struct smmu3_result *res)
{
    static const char *const names[] = { "ok", "abort", "raz/wi", "stall", "busy" };
    json_t *j = json_pack("{s:s}", "status", names[res->status]);
    json_t *w;

    if (res->status == SMMU3_ST_OK) {
        json_object_set_new(j, "address", hex(res->addr));
        json_object_set_new(j, "space", json_string(pas_name(res->pas)));
        json_object_set_new(j, "size",
                            res->mask == UINT64_MAX ? hex(res->mask) : hex(res->mask + 1));
        json_object_set_new(j, "permissions", json_string(perms_text(res->perms)));
        json_object_set_new(j, "bypass", json_boolean(res->bypass));
        return j;
    }
    json_object_set_new(j, "failed", reason_json(res->reason));
    json_object_set_new(j, "recorded", json_boolean(res->has_event));
    if (res->has_event) {
        w = json_array();
        for (int i = 0; i < 4; i++) {
            json_array_append_new(w, json_sprintf("0x%08x%08x", res->event[2 * i + 1],
                                                  res->event[2 * i]));
        }
        json_object_set_new(j, "event", w);
    }
    return j;
}

json_t *explain(struct smmu3 *s, const struct smmu3_request *req, struct smmu3_result *res)
{
    json_t *steps = json_array();

    memset(res, 0, sizeof(*res));
    if (smmu3_explain(s, req, res, collect, steps)) {
        json_decref(steps);
        return NULL;
    }
    return json_pack("{s:o, s:o, s:o}", "request", request_json(req), "steps", steps, "result",
                     result_json(res));
}

/* ---- a running device ---- */

json_t *explain_ask(struct source *src, const struct smmu3_request *req, struct why *why)
{
    char request[160], ssid[16] = "-", *answer;
    struct smmu3_result res = { .status = SMMU3_ST_OK };
    unsigned status, reason, perms, pas, bypass;
    uint64_t addr, mask;
    int n;

    if (req->ssv) {
        snprintf(ssid, sizeof(ssid), "0x%x", req->substream_id);
    }
    snprintf(request, sizeof(request), "translate %u 0x%x %s 0x%" PRIx64 " 0x%x",
             (unsigned)req->sec_sid, req->stream_id, ssid, req->addr, req->flags);
    if (!source_ask(src, request, &answer, why)) {
        return NULL;
    }
    n = sscanf(answer, "%u %u 0x%" SCNx64 " 0x%" SCNx64 " %u %u %u", &status, &reason, &addr, &mask,
               &pas, &perms, &bypass);
    free(answer);
    if (n != 7 || status > SMMU3_ST_BUSY || reason >= SMMU3_R_COUNT) {
        why_not(why, "QEMU: an answer that is not understood; is it of the same version?");
        return NULL;
    }
    res.status = (enum smmu3_status)status;
    res.reason = (enum smmu3_reason)reason;
    res.addr = addr;
    res.mask = mask;
    res.pas = (enum smmu3_pas)pas;
    res.perms = (uint8_t)perms;
    res.bypass = bypass;
    return result_json(&res);
}

bool explain_agrees(const json_t *result, const json_t *live)
{
    return !strcmp(str(result, "status"), str(live, "status")) &&
           num(result, "address") == num(live, "address") &&
           !strcmp(str(result, "space"), str(live, "space")) &&
           !strcmp(str(json_object_get(result, "failed"), "name"),
                   str(json_object_get(live, "failed"), "name"));
}

/* ---- as text ---- */

static const char *text_of(const json_t *j)
{
    const char *s = json_string_value(j);

    return s ? s : "";
}

static void print_fields(const json_t *step, const char *const *names)
{
    size_t i;
    json_t *f;

    for (; *names; names++) {
        json_array_foreach(json_object_get(step, "fields"), i, f) {
            if (!strcmp(str(f, "name"), *names)) {
                const char *text = str(f, "meaning");

                printf("%s %s%s%s%s", str(f, "name"), str(f, "value"), *text ? " (" : "", text,
                       *text ? ")" : "");
                fputs("; ", stdout);
            }
        }
    }
}

static void print_where(const json_t *step)
{
    printf(" at 0x%" PRIx64 " (%s", num(step, "address"), str(step, "space"));
    if (*str(step, "ipa")) {
        printf(", IPA %s", str(step, "ipa"));
    }
    putchar(')');
}

static void print_structure(const json_t *step)
{
    static const char *const ste[] = { "V", "Config", "S1Fmt", "S1CDMax", "S1DSS", "S1ContextPtr",
                                       "STRW", "S2VMID", "S2T0SZ", "S2TG", "S2PS", "S2TTB",
                                       "S_S2TTB", NULL };
    static const char *const cd[] = { "V", "T0SZ", "TG0", "EPD0", "T1SZ", "TG1", "EPD1", "IPS",
                                      "ASID", "R", "A", "TTB0", "TTB1", NULL };
    static const char *const l1[] = { "Span", "V", "L2Ptr", NULL };
    const char *kind = str(step, "kind");
    const json_t *words = json_object_get(step, "words");
    size_t i;
    json_t *w;

    printf("%s", kind);
    print_where(step);
    fputs(":", stdout);
    json_array_foreach(words, i, w) {
        printf("%s%s", i % 4 == 0 && json_array_size(words) > 1 ? "\n       " : " ",
               text_of(w));
    }
    fputs("\n       ", stdout);
    print_fields(step, !strcmp(kind, "STE") ? ste : !strcmp(kind, "CD") ? cd : l1);
    printf("%s(IHI0070G.b %s)%s\n", colour(DIM), str(step, "clause"), colour(PLAIN));
}

static void print_regs(const json_t *step, const char *bank)
{
    if (!flag(step, "SMMUEN")) {
        printf("%s registers: CR0.SMMUEN is 0: translation is off, GBPA %s decides\n", bank,
               str(step, "GBPA"));
        return;
    }
    printf("%s registers: translation is on; Stream table at %s, %s, 2^%d streams\n", bank,
           str(step, "table"), num(step, "levels") == 2 ? "two levels" : "linear",
           (int)num(step, "LOG2SIZE"));
}

static void print_access(const json_t *step)
{
    unsigned stage = (unsigned)num(step, "stage");

    printf("access: %s %s %s %s%s: %s\n", flag(step, "privileged") ? "privileged" : "unprivileged",
           flag(step, "instruction") ? "instruction" : "data",
           flag(step, "write") ? "write to" : "read of", str(step, "input"),
           flag(step, "ns") ? ", Non-secure" : "",
           stage == 1 ? "a VA for stage 1" : stage == 2 ? "an IPA for stage 2" : "not translated");
}

static void print_descriptor(const json_t *step)
{
    static const char *const leaf[] = { "AP1", "AP2", "S2AP", "S2XN", "AF", "AttrIndx", "MemAttr",
                                        "NS", "PXN", "UXN", NULL };
    static const char *const table[] = { "APTable0", "APTable1", "UXNTable", "PXNTable", "NSTable",
                                         NULL };
    const char *type = str(step, "type");

    printf("%sstage %d level %d", flag(step, "inner") ? "  (for a table or CD) " : "",
           (int)num(step, "stage"), (int)num(step, "level"));
    print_where(step);
    printf(": %s: %s%s%s  ", text_of(json_array_get(json_object_get(step, "words"), 0)),
           colour(!strcmp(type, "invalid") ? RED : BOLD), type, colour(PLAIN));
    if (strcmp(type, "invalid")) {
        print_fields(step, !strcmp(type, "table") ? table : leaf);
    }
    putchar('\n');
}

static void print_output(const json_t *step)
{
    static const char *const sh[] = { "Non-shareable", "reserved", "Outer Shareable",
                                      "Inner Shareable" };
    bool s1 = num(step, "stage") == 1;

    printf("%sstage %d: %s -> %s (%s), %s bytes; unprivileged %s, privileged %s; needs %s as %s; "
           "%s %s, %s\n",
           flag(step, "inner") ? "  (for a table or CD) " : "", s1 ? 1 : 2, str(step, "input"),
           str(step, "address"), str(step, "space"), str(step, "size"), str(step, "unprivileged"),
           str(step, "privileged"), str(step, "needs"), str(step, "judged"),
           s1 ? "MAIR" : "MemAttr", str(step, s1 ? "mair" : "memattr"), sh[num(step, "sh") & 3]);
}

static void print_result(const json_t *res)
{
    const json_t *f = json_object_get(res, "failed");
    size_t i;
    json_t *w;

    if (!f) {
        printf("%sok%s: %s (%s)%s, permissions %s; the same holds for %s bytes around it\n",
               colour(GREEN), colour(PLAIN), str(res, "address"), str(res, "space"),
               flag(res, "bypass") ? ", untranslated" : "", str(res, "permissions"),
               str(res, "size"));
        return;
    }
    printf("%s%s%s: %s (%s, IHI0070G.b %s)\n", colour(RED), str(res, "status"), colour(PLAIN),
           str(f, "text"), str(f, "name"), str(f, "clause"));
    if (flag(res, "recorded")) {
        printf("  raises %s:", str(f, "event"));
        json_array_foreach(json_object_get(res, "event"), i, w) {
            printf(" %s", text_of(w));
        }
        putchar('\n');
    } else if (*str(f, "event")) {
        printf("  %s, but it is not recorded (R=0, or RECINVSID=0)\n", str(f, "event"));
    } else {
        puts("  no event belongs to this");
    }
    printf("  to pass: %s\n", str(f, "advice"));
}

void explain_print(const json_t *doc, bool walk)
{
    const json_t *req = json_object_get(doc, "request"), *live = json_object_get(doc, "device");
    size_t i;
    json_t *step;

    json_array_foreach(json_object_get(doc, "steps"), i, step) {
        const char *kind = str(step, "kind");
        bool table = !strcmp(kind, "descriptor"), out = !strcmp(kind, "output");

        if (walk && !table && !out) {
            continue;
        }
        printf("%s%4d. %s", colour(DIM), (int)num(step, "n"), colour(PLAIN));
        if (!strcmp(kind, "registers")) {
            print_regs(step, str(req, "security"));
        } else if (!strcmp(kind, "access")) {
            print_access(step);
        } else if (table) {
            print_descriptor(step);
        } else if (out) {
            print_output(step);
        } else {
            print_structure(step);
        }
    }
    print_result(json_object_get(doc, "result"));
    if (live) {
        if (flag(doc, "stale")) {
            printf("%sbut the running device answers from its caches%s: ", colour(RED),
                   colour(PLAIN));
            print_result(live);
            puts("  a translation or configuration was changed without the invalidation that it "
                 "needs");
        } else {
            puts("the running device answers the same");
        }
    }
}
