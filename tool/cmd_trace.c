/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* smmu3 trace: a recording as text, JSON lines or for Perfetto; statistics. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../spec/fields.h"
#include "explain.h"
#include "recording.h"
#include "stats.h"

enum { OPT_FORMAT = 256, OPT_STREAM, OPT_KIND, OPT_STATS, OPT_FROM, OPT_TO, OPT_SECURITY };
enum format { TEXT, LINES, CHROME };

static const char *const kinds[SMMU3_REC_KINDS] = {
    [SMMU3_REC_STATE] = "state", [SMMU3_REC_MMIO_READ] = "mmio", [SMMU3_REC_MMIO_WRITE] = "mmio",
    [SMMU3_REC_DMA] = "dma", [SMMU3_REC_RESET] = "reset", [SMMU3_REC_READ] = "memory",
    [SMMU3_REC_WRITE] = "memory", [SMMU3_REC_CAS] = "memory", [SMMU3_REC_IRQ] = "irq",
    [SMMU3_REC_TRACE] = "command",
};

static struct {
    const char *file, *kind;
    enum format format;
    bool one, stats, by_bank;
    enum smmu3_sec_sid bank;
    uint32_t sid;
    double from, to;
} opt = { .to = 1e30 };

static const struct argp_option options[] = {
    { "format", OPT_FORMAT, "F", 0,
      "text (default), json (a line each), or chrome (for Perfetto and chrome://tracing)", 0 },
    { "kind", OPT_KIND, "K", 0, "Only mmio, dma, memory, command, event, irq, reset or state", 0 },
    { "stream", OPT_STREAM, "STREAM", 0, "Only DMA and events of this StreamID or PCI address", 0 },
    { "security", OPT_SECURITY, "S", 0, "Only the Secure (S) or the Non-secure (NS) bank", 0 },
    { "from", OPT_FROM, "SECONDS", 0, "Only from this time on", 0 },
    { "to", OPT_TO, "SECONDS", 0, "Only up to this time", 0 },
    { "statistics", OPT_STATS, NULL, 0, "Counts and times instead of records", 0 },
    { 0 }
};

static double seconds(const char *arg, struct argp_state *state)
{
    char *end;
    double v = strtod(arg, &end);

    if (*end || end == arg) {
        argp_error(state, "'%s' is no number of seconds", arg);
    }
    return v;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    static const char *const formats[] = { "text", "json", "chrome" };

    switch (key) {
    case OPT_FORMAT:
        for (unsigned i = 0; i < ARRAY_SIZE(formats); i++) {
            if (!strcmp(formats[i], arg)) {
                opt.format = (enum format)i;
                return 0;
            }
        }
        argp_error(state, "--format=%s: text, json or chrome", arg);
        return 0;
    case OPT_KIND:
        opt.kind = arg;
        for (unsigned i = 0; i < ARRAY_SIZE(kinds); i++) {
            if (kinds[i] && !strcmp(kinds[i], arg)) {
                return 0;
            }
        }
        if (strcmp(arg, "event")) {
            argp_error(state, "--kind=%s: there is no such kind", arg);
        }
        return 0;
    case OPT_STREAM:
        opt.one = true;
        if (!parse_stream(arg, &opt.sid)) {
            argp_error(state, "--stream=%s: no StreamID or PCI address", arg);
        }
        return 0;
    case OPT_SECURITY:
        opt.by_bank = true;
        opt.bank = !strcmp(arg, "S") ? SMMU3_SEC_SID_S : SMMU3_SEC_SID_NS;
        if (strcmp(arg, "S") && strcmp(arg, "NS")) {
            argp_error(state, "--security=%s: S or NS", arg);
        }
        return 0;
    case OPT_FROM:
        opt.from = seconds(arg, state);
        return 0;
    case OPT_TO:
        opt.to = seconds(arg, state);
        return 0;
    case OPT_STATS:
        opt.stats = true;
        return 0;
    case ARGP_KEY_ARG:
        if (opt.file) {
            argp_error(state, "one FILE");
        }
        opt.file = arg;
        return 0;
    case ARGP_KEY_END:
        if (!opt.file) {
            argp_error(state, "give a FILE, or - for standard input");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const char *kind_of(const struct smmu3_record *r)
{
    return r->kind == SMMU3_REC_TRACE && r->trace.kind == SMMU3_TRACE_EVENT ? "event"
                                                                            : kinds[r->kind];
}

/* Whose it is, by what it says. */
static enum smmu3_sec_sid bank_of(const struct smmu3_record *r)
{
    switch (r->kind) {
    case SMMU3_REC_DMA:
        return r->req.sec_sid;
    case SMMU3_REC_TRACE:
        return r->trace.sec_sid;
    case SMMU3_REC_IRQ:
        return r->bank;
    case SMMU3_REC_READ:
    case SMMU3_REC_WRITE:
    case SMMU3_REC_CAS:
        return r->acc.sec_sid;
    default:
        return r->offset >= 0x8000 && r->offset < 0x10000 ? SMMU3_SEC_SID_S : SMMU3_SEC_SID_NS;
    }
}

static bool wanted(const struct smmu3_record *r)
{
    double t = (double)r->time_ns / 1e9;

    if (t < opt.from || t > opt.to || (opt.kind && strcmp(opt.kind, kind_of(r)))) {
        return false;
    }
    if (opt.by_bank && bank_of(r) != opt.bank) {
        return false;
    }
    if (!opt.one) {
        return true;
    }
    return (r->kind == SMMU3_REC_DMA && r->req.stream_id == opt.sid) ||
           (r->kind == SMMU3_REC_TRACE && r->trace.kind == SMMU3_TRACE_EVENT &&
            r->trace.stream_id == opt.sid);
}

static json_t *record_json(const struct smmu3_record *r, uint64_t n)
{
    const char *text = record_text(r);
    json_t *j = json_pack("{s:I, s:I, s:i, s:s, s:s}", "n", (json_int_t)n, "time_ns",
                          (json_int_t)r->time_ns, "lane", r->lane, "kind", kind_of(r), "text",
                          text + strspn(text, " "));

    switch (r->kind) {
    case SMMU3_REC_MMIO_READ:
    case SMMU3_REC_MMIO_WRITE:
        json_object_set_new(j, "register", json_string(smmu3_reg_name(r->offset)
                                                           ? smmu3_reg_name(r->offset) : ""));
        json_object_set_new(j, "offset", hex(r->offset));
        json_object_set_new(j, "write", json_boolean(r->kind == SMMU3_REC_MMIO_WRITE));
        json_object_set_new(j, "value", hex(r->value));
        break;
    case SMMU3_REC_DMA:
        json_object_set_new(j, "security", json_string(bank_name(r->req.sec_sid)));
        json_object_set_new(j, "stream", hex(r->req.stream_id));
        json_object_set_new(j, "address", hex(r->req.addr));
        json_object_set_new(j, "write", json_boolean(r->req.flags & SMMU3_REQ_WRITE));
        json_object_set_new(j, "ok", json_boolean(r->res.status == SMMU3_ST_OK));
        if (r->res.status == SMMU3_ST_OK) {
            json_object_set_new(j, "output", hex(r->res.addr));
        } else {
            json_object_set_new(j, "reason", json_string(smmu3_reason_info(r->res.reason)->name));
        }
        break;
    case SMMU3_REC_READ:
    case SMMU3_REC_WRITE:
    case SMMU3_REC_CAS:
        json_object_set_new(j, "address", hex(r->acc.addr));
        json_object_set_new(j, "space", json_string(pas_name(r->acc.pas)));
        break;
    default:
        break;
    }
    return j;
}

/* A track: a stream, a queue or a bank's registers. */
static unsigned track(const struct smmu3_record *r, char *name, size_t size)
{
    enum smmu3_sec_sid sec;

    switch (r->kind) {
    case SMMU3_REC_DMA:
        snprintf(name, size, "%s StreamID 0x%x", bank_name(r->req.sec_sid), r->req.stream_id);
        return 1000 + 2 * r->req.stream_id + (r->req.sec_sid == SMMU3_SEC_SID_S);
    case SMMU3_REC_TRACE:
        sec = r->trace.sec_sid;
        if (r->trace.kind == SMMU3_TRACE_CMD || r->trace.kind == SMMU3_TRACE_CMD_ERROR) {
            snprintf(name, size, "%s command queue", bank_name(sec));
            return 10 + (unsigned)sec;
        }
        if (r->trace.kind == SMMU3_TRACE_EVENT) {
            snprintf(name, size, "%s Event queue", bank_name(sec));
            return 20 + (unsigned)sec;
        }
        snprintf(name, size, "%s global errors", bank_name(sec));
        return 30 + (unsigned)sec;
    case SMMU3_REC_MMIO_READ:
    case SMMU3_REC_MMIO_WRITE:
        sec = r->offset >= 0x8000 && r->offset < 0x10000 ? SMMU3_SEC_SID_S : SMMU3_SEC_SID_NS;
        snprintf(name, size, "%s registers", bank_name(sec));
        return 1 + (unsigned)sec;
    case SMMU3_REC_IRQ:
        snprintf(name, size, "%s interrupts", bank_name(r->bank));
        return 40 + (unsigned)r->bank;
    default:
        snprintf(name, size, "the SMMU's own memory accesses");
        return 5;
    }
}

static void print_chrome(const struct smmu3_record *r, json_t *seen, bool *first)
{
    char name[64], key[16];
    const char *text = record_text(r);
    unsigned tid = track(r, name, sizeof(name));
    json_t *j;

    snprintf(key, sizeof(key), "%u", tid);
    if (!json_object_get(seen, key)) {
        json_object_set_new(seen, key, json_true());
        j = json_pack("{s:s, s:s, s:i, s:i, s:{s:s}}", "name", "thread_name", "ph", "M", "pid", 1,
                      "tid", (int)tid, "args", "name", name);
        fputs(*first ? "" : ",\n", stdout);
        json_dumpf(j, stdout, JSON_COMPACT);
        json_decref(j);
        *first = false;
    }
    j = json_pack("{s:s, s:s, s:s, s:f, s:i, s:i, s:{s:i}}", "name", text + strspn(text, " "), "ph",
                  "i", "s", "t", "ts", (double)r->time_ns / 1e3, "pid", 1, "tid", (int)tid, "args",
                  "lane", r->lane);
    fputs(*first ? "" : ",\n", stdout);
    json_dumpf(j, stdout, JSON_COMPACT);
    json_decref(j);
    *first = false;
}

static void print_record(const struct smmu3_record *r, uint64_t n)
{
    json_t *j;

    if (opt.format == TEXT && !out_json) {
        printf("%8" PRIu64 " %12.6f %u  %s\n", n, (double)r->time_ns / 1e9, r->lane,
               record_text(r));
        return;
    }
    j = record_json(r, n);
    json_dumpf(j, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(j);
}

static int run(void)
{
    struct stats *stats = opt.stats ? stats_new() : NULL;
    json_t *seen = json_object();
    struct smmu3_record rec;
    struct recording r;
    bool first = true, ok;
    struct why why;
    char *data;
    size_t len;

    if (!read_file(opt.file, &data, &len, &why)) {
        json_decref(seen);
        return bad("trace: %s", why.text);
    }
    ok = recording_begin(&r, data, len, &why);
    if (ok && opt.format == CHROME) {
        puts("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[");
    }
    while (ok && recording_next(&r, &rec)) {
        if (stats) {
            stats_add(stats, &rec);
        } else if (!wanted(&rec)) {
            continue;
        } else if (opt.format == CHROME) {
            print_chrome(&rec, seen, &first);
        } else {
            print_record(&rec, r.n);
        }
    }
    if (ok && opt.format == CHROME) {
        puts("\n]}");
    }
    if (stats) {
        if (ok) {
            stats_print(stats);
        }
        stats_free(stats);
    }
    json_decref(seen);
    free(data);
    if (!ok) {
        return bad("trace: %s: %s", opt.file, why.text);
    }
    if (r.truncated) {
        return bad("trace: %s: truncated in record %" PRIu64, opt.file, r.n + 1);
    }
    return EXIT_FINE;
}

const struct verb verb_trace = {
    .name = "trace",
    .args = "FILE",
    .summary = "Shows a recording: as text, as JSON, in Perfetto, or as statistics",
    .about = "FILE is what QEMU's -global arm-smmuv3.record=FILE wrote, or a host of the library. "
             "Each line: "
             "number, seconds, lane (thread), what. What an input caused stands before it. "
             "--format=chrome "
             "is for https://ui.perfetto.dev, with a track for each stream, queue and bank.",
    .examples =
        "smmu3 trace run.smmu3\tall of it\n"
        "smmu3 trace --stream=00:02.0 run.smmu3\tone device\n"
        "smmu3 trace --statistics run.smmu3\ttranslations, misses, faults, commands, times\n"
        "smmu3 trace --format=chrome run.smmu3 > run.json\tfor Perfetto",
    .options = options,
    .parse = parse,
    .run = run,
};
