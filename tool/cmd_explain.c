/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* smmu3 explain, smmu3 walk: one transaction against the state of a machine. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../spec/fields.h"
#include "decode.h"
#include "explain.h"

enum { OPT_FROM_EVENT = 256 };

static struct {
    struct smmu3_request req;
    unsigned nargs;
    char *event; /* --from-event: NULL, or its text */
    bool from_event;
} opt;

static const struct argp_option options[] = {
    { "from-event", OPT_FROM_EVENT, "TEXT", OPTION_ARG_OPTIONAL,
      "The transaction of an event: raw words or what Linux printed, TEXT or standard input", 0 },
    REQUEST_OPTIONS,
    { 0 }
};

static const struct argp_option walk_options[] = { REQUEST_OPTIONS, { 0 } };

static error_t parse(int key, char *arg, struct argp_state *state)
{
    if (key == OPT_FROM_EVENT) {
        opt.from_event = true;
        opt.event = arg && strcmp(arg, "-") ? strdup(arg) : NULL;
        return 0;
    }
    if (key == ARGP_KEY_END) {
        if (!opt.from_event && opt.nargs != 2) {
            argp_error(state, "give STREAM and ADDRESS, or --from-event");
        }
        if (opt.from_event && opt.nargs) {
            argp_error(state, "STREAM and ADDRESS come from the event already");
        }
        return 0;
    }
    return request_parse(key, arg, state, &opt.req, &opt.nargs);
}

static error_t walk_parse(int key, char *arg, struct argp_state *state)
{
    return key == OPT_FROM_EVENT ? ARGP_ERR_UNKNOWN : parse(key, arg, state);
}

/* The transaction that an event tells of; its addresses may not be told. */
static bool request_of(const uint64_t w[4], struct smmu3_request *req)
{
    unsigned event = (unsigned)EVT_GET(w, Number);
    bool has = event == EVT_F_WALK_EABT || event == EVT_F_TRANSL_FORBIDDEN ||
               (event >= EVT_F_TRANSLATION && event <= EVT_F_PERMISSION);

    req->stream_id = (uint32_t)EVT_GET(w, StreamID);
    req->ssv = EVT_GET(w, SSV);
    req->substream_id = (uint32_t)EVT_GET(w, SubstreamID);
    if (has) {
        req->addr = EVT_GET(w, InputAddr);
        req->flags |= (EVT_GET(w, RnW) ? 0 : SMMU3_REQ_WRITE) |
                      (EVT_GET(w, PnU) ? SMMU3_REQ_PRIV : 0) |
                      (EVT_GET(w, InD) ? SMMU3_REQ_INSTR : 0);
    }
    return has;
}

static bool read_event(uint64_t w[4], struct why *why)
{
    struct report *r;
    char *text = opt.event;
    size_t len, n = 0;
    unsigned nw;
    bool ok;

    if (!text && !read_file("-", &text, &len, why)) {
        return false;
    }
    ok = linuxlog_parse(text, &r, &n, why);
    if (ok) {
        /* The first: those after it are often its consequences. */
        ok = why_not(why, "--from-event: no event in this log");
        for (size_t i = 0; i < n && !ok; i++) {
            if (r[i].kind == REPORT_EVENT) {
                memcpy(w, r[i].w, sizeof(r[i].w));
                ok = true;
            }
        }
        free(r);
    } else {
        ok = words_parse(text, 4, w, &nw, why);
    }
    free(text);
    return ok;
}

static void print_event(const uint64_t w[4], bool has_address)
{
    json_t *j = decode_record(REC_EVENT, w, false);

    printf("the event: %s: %s\n", *str(j, "kind") ? str(j, "kind") : "unknown", str(j, "summary"));
    if (!has_address) {
        puts("(this event does not tell the address; 0 is taken, which makes no difference up to "
             "the check that it tells of)");
    }
    json_decref(j);
}

/* Against the event: is it still so? */
static void compare(const uint64_t w[4], const struct smmu3_result *res, json_t *doc)
{
    unsigned event = (unsigned)EVT_GET(w, Number);
    bool same = res->status != SMMU3_ST_OK && smmu3_reason_info(res->reason)->event == event;

    json_object_set_new(doc, "same_event", json_boolean(same));
    if (!same && !out_json) {
        if (res->status == SMMU3_ST_OK) {
            puts("In this state the access would succeed: what the event tells of has changed "
                 "since. "
                 "Mapped later (or again) than the device used it, or a stale TLB entry then.");
        } else {
            printf(
                "In this state another check fails than the one of the event (%s): the state has "
                "changed since.\n",
                event_name(event) ? event_name(event) : "unknown");
        }
    }
}

static int answer(bool walk)
{
    struct source src = { .smmu = NULL };
    struct smmu3_result res;
    uint64_t w[4] = { 0 };
    bool has_address = true;
    struct why why;
    json_t *doc, *all, *live = NULL;

    if (opt.from_event) {
        if (!read_event(w, &why)) {
            return bad("explain: %s", why.text);
        }
        has_address = request_of(w, &opt.req);
    }
    if (!source_open(&src, &why)) {
        source_close(&src);
        return bad("%s: %s", walk ? "walk" : "explain", why.text);
    }
    doc = explain(src.smmu, &opt.req, &res);
    if (!doc) {
        source_close(&src);
        return bad("%s: this SMMU has no Secure state (S_IDR1.SECURE_IMPL)",
                   walk ? "walk" : "explain");
    }
    if (src.qmp) {
        live = explain_ask(&src, &opt.req, &why);
        if (!live) {
            fprintf(stderr, "smmu3: the running device could not be asked: %s\n", why.text);
        } else {
            json_object_set_new(doc, "stale", json_boolean(
                                    !explain_agrees(json_object_get(doc, "result"), live)));
            json_object_set_new(doc, "device", live);
        }
    }
    if (opt.from_event && !out_json) {
        print_event(w, has_address);
    }
    if (!out_json) {
        explain_print(doc, walk);
    }
    if (opt.from_event) {
        compare(w, &res, doc);
    }
    if (out_json) {
        all = document(walk ? "walk" : "explain");
        json_object_update(all, doc);
        print_document(all);
    }
    json_decref(doc);
    source_close(&src);
    return res.status == SMMU3_ST_OK ? EXIT_FINE : EXIT_FINDING;
}

static int run_explain(void)
{
    return answer(false);
}

static int run_walk(void)
{
    return answer(true);
}

const struct verb verb_explain = {
    .name = "explain",
    .args = "STREAM ADDRESS\n--from-event[=TEXT]",
    .summary = "Tells step by step what happens to a DMA, and why it faults",
    .about =
        "STREAM is a StreamID or a PCI address (00:02.0 is 0x10). The answer is the procedure of "
        "the "
        "architecture, from the registers through Stream table, STE, CD and each level of each "
        "stage, to the output, or to the first check that fails: its clause, the event it raises, "
        "and what would have to change.\n\n"
        "The tables are read from memory, not from any cache. A running QEMU is asked in addition "
        "what it would answer from its caches: where that differs, an invalidation is missing.\n\n"
        "The exit status is 1 if the access faults.",
    .examples =
        "smmu3 explain --qmp=qmp.sock 00:02.0 0xab000 --write\ta write of the device 00:02.0\n"
        "dmesg | smmu3 explain --qmp=qmp.sock --from-event\tthe first fault that Linux printed\n"
        "smmu3 explain --registers=regs.txt --elf=dump.elf 0x10 0xab000\tfrom files\n"
        "smmu3 explain --qmp=qmp.sock --secure 0x8 0x400000\ta Secure device",
    .options = options,
    .parse = parse,
    .run = run_explain,
    .source = true,
};

const struct verb verb_walk = {
    .name = "walk",
    .args = "STREAM ADDRESS",
    .summary = "Shows the translation table descriptors that an address goes through",
    .about = "As smmu3 explain, but only what the translation tables say: each descriptor with its "
             "address, value and meaning, and the output of each stage.",
    .examples =
        "smmu3 walk --qmp=qmp.sock 00:02.0 0xab000\tone address of a running machine\n"
        "smmu3 walk --snapshot=smmu.bin --memory=ram.bin@0x40000000 0x10 0x1000\tfrom files",
    .options = walk_options,
    .parse = walk_parse,
    .run = run_walk,
    .source = true,
};
