/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Records as JSON objects, and those as text. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../spec/fields.h"
#include "decode.h"

const char *bdf(uint32_t sid)
{
    static char text[16];

    snprintf(text, sizeof(text), "%02x:%02x.%u", sid >> 8 & 0xff, sid >> 3 & 31, sid & 7);
    return text;
}

static bool has_access(unsigned event)
{
    return event == EVT_F_WALK_EABT ||
           (event >= EVT_F_TRANSLATION && event <= EVT_F_PERMISSION);
}

/* What a reader of a log wants to know first. */
static const char *event_meaning(unsigned event)
{
    switch (event) {
    case EVT_F_UUT:
        return "the access is of a kind that the SMMU does not support";
    case EVT_C_BAD_STREAMID:
        return "the StreamID is outside the Stream table";
    case EVT_F_STE_FETCH:
        return "reading the STE was aborted";
    case EVT_C_BAD_STE:
        return "the STE is invalid (V=0: nobody configured this stream) or illegal";
    case EVT_F_STREAM_DISABLED:
        return "the stream forbids accesses with, or without, this SubstreamID";
    case EVT_F_TRANSL_FORBIDDEN:
        return "a translated ATS access is not allowed";
    case EVT_C_BAD_SUBSTREAMID:
        return "there is no such substream";
    case EVT_F_CD_FETCH:
        return "reading the CD was aborted";
    case EVT_C_BAD_CD:
        return "the CD is invalid or illegal";
    case EVT_F_WALK_EABT:
        return "reading a translation table was aborted";
    case EVT_F_TRANSLATION:
        return "the address is not mapped";
    case EVT_F_ADDR_SIZE:
        return "an address is larger than allowed";
    case EVT_F_ACCESS:
        return "the descriptor's access flag is 0";
    case EVT_F_PERMISSION:
        return "the mapping does not permit this access";
    case EVT_F_VMS_FETCH:
        return "reading the VMS was aborted";
    default:
        return "";
    }
}

char *event_sentence(const uint64_t w[4])
{
    unsigned event = (unsigned)EVT_GET(w, Number);
    char *text = NULL;
    size_t len;
    FILE *f = open_memstream(&text, &len);

    if (!f) {
        return NULL;
    }
    fprintf(f, "StreamID 0x%x (PCI %s)", (unsigned)EVT_GET(w, StreamID),
            bdf((uint32_t)EVT_GET(w, StreamID)));
    if (EVT_GET(w, SSV) || event == EVT_C_BAD_SUBSTREAMID) {
        fprintf(f, " SubstreamID 0x%x", (unsigned)EVT_GET(w, SubstreamID));
    }
    if (has_access(event)) {
        bool cd = EVT_GET(w, CLASS) == 0, tt = EVT_GET(w, CLASS) == 1;

        fprintf(f, ": %s %s %s 0x%" PRIx64 ", stage %u",
                EVT_GET(w, PnU) ? "privileged" : "unprivileged",
                EVT_GET(w, InD) ? "instruction" : "data",
                EVT_GET(w, RnW) ? "read of" : "write to", EVT_GET(w, InputAddr),
                EVT_GET(w, S2) ? 2 : 1);
        if (cd || tt) {
            fprintf(f, ", when the SMMU fetched %s", cd ? "the CD" : "a translation table");
        }
        if (EVT_GET(w, S2) && event != EVT_F_WALK_EABT) {
            fprintf(f, ", IPA 0x%" PRIx64, EVT_GET(w, IPA) << 12);
        }
    }
    if (event == EVT_F_STE_FETCH || event == EVT_F_CD_FETCH || event == EVT_F_WALK_EABT ||
        event == EVT_F_VMS_FETCH) {
        fprintf(f, ", at 0x%" PRIx64, EVT_GET(w, FetchAddr) << 3);
    }
    fprintf(f, ": %s",
            event_name(event) ? event_meaning(event) : "not an event of this architecture");
    fclose(f);
    return text;
}

json_t *decode_record(enum record r, const uint64_t *w, bool all)
{
    char *reserved, *sentence;
    json_t *words = json_array();
    json_t *fields = record_fields(r, w, all, &reserved);
    const char *kind = NULL, *clause = record_clause(r);
    json_t *doc;

    for (unsigned i = 0; i < record_words(r); i++) {
        json_array_append_new(words, json_sprintf("0x%016" PRIx64, w[i]));
    }
    if (r == REC_EVENT) {
        kind = event_name((unsigned)EVT_GET(w, Number));
        clause = event_clause((unsigned)EVT_GET(w, Number));
    } else if (r == REC_CMD) {
        kind = command_name((unsigned)CMD_GET(w, Opcode));
        clause = command_clause((unsigned)CMD_GET(w, Opcode));
    }
    doc = json_pack("{s:s, s:s, s:o, s:o}", "record", record_name(r), "clause", clause, "words",
                    words, "fields", fields);
    if (r == REC_EVENT || r == REC_CMD) {
        json_object_set_new(doc, "kind", kind ? json_string(kind) : json_null());
    }
    if (r == REC_EVENT) {
        sentence = event_sentence(w);
        json_object_set_new(doc, "summary", json_string(sentence ? sentence : ""));
        free(sentence);
    }
    if (reserved) {
        json_object_set_new(doc, "reserved", json_string(reserved));
        free(reserved);
    }
    return doc;
}

void decode_verdict(json_t *doc, enum smmu3_reason reason)
{
    if (reason) {
        json_object_set_new(doc, "illegal", reason_json(reason));
    } else {
        json_object_set_new(doc, "legal", json_true());
    }
}

json_t *decode_gerror(uint32_t gerror, uint32_t gerrorn)
{
    uint32_t active = gerror ^ gerrorn;
    json_t *doc = json_pack("{s:s, s:s, s:o, s:o, s:s, s:o}", "record", "register", "register",
                            "GERROR", "words", json_pack("[o, o]", hex(gerror), hex(gerrorn)),
                            "active", hex(active), "clause", "6.3.19", "fields",
                            reg_fields("GERROR", active, false));

    if (!active) {
        json_object_set_new(doc, "summary", json_string("no global error is active"));
    }
    return doc;
}

json_t *decode_report(const struct report *r, bool all)
{
    uint32_t v = (uint32_t)r->w[0];
    json_t *doc;

    switch (r->kind) {
    case REPORT_EVENT:
        doc = decode_record(REC_EVENT, r->w, all);
        json_object_set_new(doc, "from", json_string(r->nwords ? "raw words" : "text"));
        if (r->nwords && r->nwords < 4) {
            json_object_set_new(doc, "missing", json_integer(4 - (int)r->nwords));
        }
        break;
    case REPORT_GERROR:
        /* Linux prints the bits that are active */
        doc = decode_gerror(v, 0);
        break;
    case REPORT_CMDQ:
        doc = json_pack("{s:s, s:s, s:s, s:o, s:o}", "record", "register", "register", "CMDQ_CONS",
                        "clause", "6.3.28", "words", json_pack("[o]", hex(v)), "fields",
                        reg_fields("CMDQ_CONS", v, all));
        break;
    default:
        doc = json_pack("{s:s, s:s}", "record", "message", "summary", r->note);
        break;
    }
    if (r->smmu[0]) {
        json_object_set_new(doc, "smmu", json_string(r->smmu));
    }
    if (r->client[0]) {
        json_object_set_new(doc, "client", json_string(r->client));
    }
    if (r->note[0] && r->kind == REPORT_EVENT) {
        json_object_set_new(doc, "disagreement", json_string(r->note));
    }
    return doc;
}

static void print_title(const json_t *doc)
{
    const char *kind = str(doc, "kind"), *reg = str(doc, "register");

    printf("%s%s", colour(BOLD), str(doc, "record"));
    if (*reg) {
        printf(" %s", reg);
    }
    if (json_object_get(doc, "kind")) {
        printf(" %s", *kind ? kind : "unknown");
    }
    fputs(colour(PLAIN), stdout);
    if (json_object_get(doc, "level")) {
        printf(", level %d", (int)json_integer_value(json_object_get(doc, "level")));
    }
    if (*str(doc, "smmu")) {
        printf(", of %s", str(doc, "smmu"));
    }
    if (*str(doc, "client")) {
        printf(", client %s", str(doc, "client"));
    }
    if (*str(doc, "clause")) {
        printf("  %s(IHI0070G.b %s)%s", colour(DIM), str(doc, "clause"), colour(PLAIN));
    }
    putchar('\n');
}

static void print_fields(const json_t *doc)
{
    size_t i;
    json_t *f;

    json_array_foreach(json_object_get(doc, "fields"), i, f) {
        const char *text = str(f, "meaning");

        printf("  %-14s %s[%s]%s%*s %*s%s%s\n", str(f, "name"), colour(DIM), str(f, "bits"),
               colour(PLAIN), (int)(8 - strlen(str(f, "bits"))), "", *text ? -18 : 0,
               str(f, "value"), *text ? " " : "", text);
    }
}

void decode_print(const json_t *doc)
{
    const json_t *illegal = json_object_get(doc, "illegal");
    size_t i;
    json_t *w;

    print_title(doc);
    if (json_array_size(json_object_get(doc, "words"))) {
        printf("  %s", *str(doc, "from") && !strcmp(str(doc, "from"), "text")
                           ? "made of the text:" : "words:");
        json_array_foreach(json_object_get(doc, "words"), i, w) {
            printf(" %s", json_string_value(w));
        }
        putchar('\n');
    }
    print_fields(doc);
    if (*str(doc, "summary")) {
        printf("  = %s\n", str(doc, "summary"));
    }
    if (*str(doc, "output")) {
        printf("  = maps %s, %s bytes; unprivileged %s, privileged %s\n", str(doc, "output"),
               str(doc, "size"), str(doc, "unprivileged"), str(doc, "privileged"));
    } else if (*str(doc, "table")) {
        printf("  = next table at %s; permits at most unprivileged %s, privileged %s\n",
               str(doc, "table"), str(doc, "unprivileged"), str(doc, "privileged"));
    }
    if (*str(doc, "reserved")) {
        printf("  note: bits %s are set, which are reserved or IMPLEMENTATION DEFINED here\n",
               str(doc, "reserved"));
    }
    if (json_object_get(doc, "missing")) {
        printf("  note: the log has %d words less than a record\n",
               (int)json_integer_value(json_object_get(doc, "missing")));
    }
    if (*str(doc, "disagreement")) {
        printf("  note: %s\n", str(doc, "disagreement"));
    }
    if (*str(doc, "note")) {
        printf("  note: %s\n", str(doc, "note"));
    }
    if (illegal) {
        printf("  %sillegal%s: %s (%s, IHI0070G.b %s)%s%s\n", colour(RED), colour(PLAIN),
               str(illegal, "text"), str(illegal, "name"), str(illegal, "clause"),
               *str(illegal, "event") ? "; raises " : "", str(illegal, "event"));
        printf("  to pass: %s\n", str(illegal, "advice"));
    } else if (flag(doc, "legal")) {
        printf("  %slegal%s\n", colour(GREEN), colour(PLAIN));
    }
}
