/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* smmu3 lint: what is wrong, or dangerous, in the set-up of an SMMU. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "../spec/fields.h"
#include "decode.h"
#include "explain.h"
#include "ranges.h"
#include "source.h"

enum check {
    TABLE_ALIGNMENT, QUEUE_ALIGNMENT, ENABLE_ORDER, DEFAULT_BYPASS, STREAM_BYPASS, UNHANDLED_ERROR,
    EVENTQ_NEVER_DRAINED, EVENTQ_OVERFLOW, SILENT_FAULTS, ILLEGAL_STE, ILLEGAL_CD, BROKEN_TABLE,
    ALIASED_MAPPING, SECURE_TABLE_IN_NS, TWO_WORLDS_WRITABLE, TABLE_WRITABLE, STALE_TRANSLATION,
    NUM_CHECKS
};
static const struct {
    const char *name, *clause, *text;
} checks[NUM_CHECKS] = {
    [TABLE_ALIGNMENT] = { "table-alignment", "6.3.24",
                          "a Stream table that is not aligned to its size: the low bits of its "
                          "base are ignored" },
    [QUEUE_ALIGNMENT] = { "queue-alignment", "6.3.26", "a queue that is not aligned to its size" },
    [ENABLE_ORDER] = { "enable-order", "6.3.9",
                       "translation on without command queue or Event queue: no invalidation, no "
                       "fault reports" },
    [DEFAULT_BYPASS] = { "default-bypass", "6.3.14",
                         "GBPA lets all devices through while translation is off" },
    [STREAM_BYPASS] = { "stream-bypass", "5.2", "a stream that bypasses both stages" },
    [UNHANDLED_ERROR] = { "unhandled-error", "6.3.19",
                          "a global error that nobody has acknowledged" },
    [EVENTQ_NEVER_DRAINED] = { "eventq-never-drained", "7.2",
                               "an Event queue that fills and that nobody reads" },
    [EVENTQ_OVERFLOW] = { "eventq-overflow", "7.4",
                          "events were lost, and nobody has acknowledged that" },
    [SILENT_FAULTS] = { "silent-faults", "5.4", "faults of a stream are not recorded" },
    [ILLEGAL_STE] = { "illegal-ste", "5.2.2", "an STE that is valid but not legal" },
    [ILLEGAL_CD] = { "illegal-cd", "5.4.2", "a CD that is missing or not legal" },
    [BROKEN_TABLE] = { "broken-table", "7.3.12",
                       "a table that leads to no memory, or to an address that is too large" },
    [ALIASED_MAPPING] = { "aliased-mapping", "3.17",
                          "memory that one stream reaches at two addresses, writable at one at "
                          "least" },
    [SECURE_TABLE_IN_NS] = { "secure-table-in-ns", "3.10",
                             "a table of a Secure stream that the Non-secure world can write" },
    [TWO_WORLDS_WRITABLE] = { "two-worlds-writable", "3.10",
                              "memory that Secure and Non-secure streams can both write" },
    [TABLE_WRITABLE] = { "table-writable", "3.10", "a device that can write tables of the SMMU" },
    [STALE_TRANSLATION] = { "stale-translation", "3.21",
                            "the caches of the running device answer other than the tables" },
};

enum { OPT_LIST = 256 };
static struct {
    bool off[NUM_CHECKS], list;
} opt;

static const struct argp_option options[] = {
    { "warn", 'W', "no-CHECK", 0, "Leaves out a check; -W CHECK takes it back in", 0 },
    { "list", OPT_LIST, NULL, 0, "Lists the checks", 0 },
    { 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    bool off;

    if (key == OPT_LIST) {
        opt.list = true;
        return 0;
    }
    if (key != 'W') {
        return ARGP_ERR_UNKNOWN;
    }
    off = !strncmp(arg, "no-", 3);
    for (int c = 0; c < NUM_CHECKS; c++) {
        if (!strcmp(checks[c].name, arg + (off ? 3 : 0))) {
            opt.off[c] = off;
            return 0;
        }
    }
    argp_error(state, "-W %s: no such check; --list shows them", arg);
    return 0;
}

/* ---- what was found ---- */

struct mapped {
    uint64_t out, last, in;
    enum smmu3_pas pas;
    enum smmu3_sec_sid sec;
    uint32_t sid;
    unsigned space;  /* of which address space: a number of its own */
    bool writable;
};

/* An address space, and the tags that its translations have in a TLB. */
struct tagged {
    enum smmu3_sec_sid sec;
    uint32_t sid, ssid;
    bool ssv, va, overrides;
    unsigned vmid, asid;
};

struct table {
    uint64_t page;
    enum smmu3_pas pas;
};

struct lint {
    struct source *src;
    json_t *findings;
    const struct stream *st;
    struct stream stream;
    struct mapped *mapped;
    size_t nmapped, room;
    struct table *tables;
    size_t ntables, table_room;
    struct tagged *spaces;
    unsigned nspaces, asked;
    bool ssv;
    uint32_t ssid;
};

__attribute__((format(printf, 3, 4)))
static void found(struct lint *l, enum check c, const char *fmt, ...)
{
    char text[300];
    va_list ap;

    if (opt.off[c]) {
        return;
    }
    va_start(ap, fmt);
    vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    json_array_append_new(l->findings, json_pack("{s:s, s:s, s:s}", "check", checks[c].name, "text",
                                                 text, "clause", checks[c].clause));
    if (!out_json) {
        printf("%s%s%s: %s (IHI0070G.b %s)\n", colour(RED), checks[c].name, colour(PLAIN), text,
               checks[c].clause);
    }
}

/* ---- registers ---- */

static uint64_t reg(struct lint *l, enum smmu3_sec_sid sec, const char *name)
{
    char full[24];

    snprintf(full, sizeof(full), "%s%s", sec == SMMU3_SEC_SID_S ? "S_" : "", name);
    return reg_value(l->src->smmu, full);
}

#define ADDR UINT64_C(0x00ffffffffffffe0)

static void check_alignment(struct lint *l, enum smmu3_sec_sid sec)
{
    static const struct { const char *name; unsigned entry; uint32_t on; } queues[] = {
        { "CMDQ_BASE", 4, 1u << 3 }, { "EVENTQ_BASE", 5, 1u << 2 },
    };
    uint64_t cr0 = reg(l, sec, "CR0ACK"), base, cfg = reg(l, sec, "STRTAB_BASE_CFG");
    unsigned size = (unsigned)(cfg & 0x3f) + 6, split = (unsigned)(cfg >> 6 & 31);

    for (size_t i = 0; i < ARRAY_SIZE(queues); i++) {
        base = reg(l, sec, queues[i].name);
        if (cr0 & queues[i].on &&
            (base & ADDR) & ((UINT64_C(1) << ((base & 31) + queues[i].entry)) - 1)) {
            found(l, QUEUE_ALIGNMENT, "%s %s 0x%" PRIx64 " is not aligned to its %" PRIu64 " bytes",
                  bank_name(sec), queues[i].name, base & ADDR,
                  UINT64_C(1) << ((base & 31) + queues[i].entry));
        }
    }
    if ((cfg >> 16 & 3) == 1) {
        size = (cfg & 0x3f) > split ? (unsigned)(cfg & 0x3f) - split + 3 : 6;
    }
    base = reg(l, sec, "STRTAB_BASE") & ADDR;
    if (cr0 & 1 && size < 52 && base & ((UINT64_C(1) << size) - 1)) {
        found(l, TABLE_ALIGNMENT,
              "%s STRTAB_BASE 0x%" PRIx64 " is not aligned to its %" PRIu64 " bytes",
              bank_name(sec), base, UINT64_C(1) << size);
    }
}

static void check_enables(struct lint *l, enum smmu3_sec_sid sec)
{
    uint64_t cr0 = reg(l, sec, "CR0ACK"), prod = reg(l, sec, "EVENTQ_PROD"),
             cons = reg(l, sec, "EVENTQ_CONS"),
             error = reg(l, sec, "GERROR") ^ reg(l, sec, "GERRORN");
    uint64_t log2size = reg(l, sec, "EVENTQ_BASE") & 31, wrap = (UINT64_C(2) << log2size) - 1;

    if (cr0 & 1 && !(cr0 & 8)) {
        found(l, ENABLE_ORDER, "%s: CR0.SMMUEN is 1, but CMDQEN is 0: nothing can be invalidated",
              bank_name(sec));
    }
    if (cr0 & 1 && !(cr0 & 4)) {
        found(l, ENABLE_ORDER, "%s: CR0.SMMUEN is 1, but EVENTQEN is 0: no fault is recorded",
              bank_name(sec));
    }
    if (!(cr0 & 1) && !(reg(l, sec, "GBPA") >> 20 & 1)) {
        found(l, DEFAULT_BYPASS,
              "%s: translation is off and GBPA.ABORT is 0: every device reaches all of memory",
              bank_name(sec));
    }
    if (error) {
        found(l, UNHANDLED_ERROR, "%s: GERROR 0x%" PRIx64 " is active; CMDQ_CONS.ERR is %u",
              bank_name(sec), error, (unsigned)(reg(l, sec, "CMDQ_CONS") >> 24 & 0x7f));
    }
    if (cr0 & 4 && (prod ^ cons) >> 31 & 1) {
        found(l, EVENTQ_OVERFLOW, "%s: EVENTQ_PROD.OVFLG is not acknowledged", bank_name(sec));
    }
    if (cr0 & 4 && !(cons & wrap) && prod & wrap) {
        found(l, EVENTQ_NEVER_DRAINED, "%s: %u events are waiting, and CONS is still 0",
              bank_name(sec), (unsigned)(prod & wrap));
    }
}

/* ---- streams ---- */

static void on_stream(void *ctx, const struct stream *st)
{
    struct lint *l = ctx;

    l->stream = *st;
    if (st->bad && st->bad != SMMU3_R_STE_CONFIG_ABORT) {
        found(l, ILLEGAL_STE, "%s StreamID 0x%x: %s (%s)", bank_name(st->sec), st->sid,
              smmu3_reason_info(st->bad)->text, smmu3_reason_info(st->bad)->name);
    }
    if (STE_GET(st->ste, Config) == 4) {
        found(l, STREAM_BYPASS, "%s StreamID 0x%x: Config 0b100: the device reaches all of memory",
              bank_name(st->sec), st->sid);
    }
    if (STE_GET(st->ste, Config) >= 6 && !STE_GET(st->ste, S2R) && !st->bad) {
        found(l, SILENT_FAULTS, "%s StreamID 0x%x: STE.S2R is 0", bank_name(st->sec), st->sid);
    }
}

static void on_space(void *ctx, const struct space *sp)
{
    struct lint *l = ctx;

    l->spaces = realloc(l->spaces, (l->nspaces + 1) * sizeof(*l->spaces));
    if (!l->spaces) {
        die("out of memory");
    }
    l->spaces[l->nspaces++] = (struct tagged){
        .sec = sp->stream->sec, .sid = sp->stream->sid, .ssid = sp->ssid, .ssv = sp->ssv,
        .va = sp->has_cd, .vmid = (unsigned)STE_GET(sp->stream->ste, S2VMID),
        .asid = (unsigned)CD_GET(sp->cd, ASID),
        .overrides = STE_GET(sp->stream->ste, PRIVCFG) || STE_GET(sp->stream->ste, INSTCFG),
    };
    l->ssv = sp->ssv;
    l->ssid = sp->ssid;
    l->asked = 0;
    if (sp->bad) {
        found(l, ILLEGAL_CD, "%s StreamID 0x%x SubstreamID 0x%x: %s (%s)",
              bank_name(sp->stream->sec), sp->stream->sid, sp->ssid,
              smmu3_reason_info(sp->bad)->text, smmu3_reason_info(sp->bad)->name);
    } else if (sp->has_cd && !CD_GET(sp->cd, R)) {
        found(l, SILENT_FAULTS, "%s StreamID 0x%x: CD.R is 0", bank_name(sp->stream->sec),
              sp->stream->sid);
    }
}

/* At most so many questions to a running device for each address space. */
#define MAX_ASKED 64

static void ask_device(struct lint *l, const struct range *r)
{
    struct smmu3_request req = { .sec_sid = l->stream.sec,
                                 .stream_id = l->stream.sid,
                                 .ssv = l->ssv,
                                 .substream_id = l->ssid,
                                 .addr = r->in };
    struct smmu3_result res;
    struct why why;
    json_t *doc, *live;

    if (!l->src->qmp || opt.off[STALE_TRANSLATION] || l->asked++ >= MAX_ASKED) {
        return;
    }
    doc = explain(l->src->smmu, &req, &res);
    live = explain_ask(l->src, &req, &why);
    if (doc && live && !explain_agrees(json_object_get(doc, "result"), live)) {
        found(l, STALE_TRANSLATION, "%s StreamID 0x%x: 0x%" PRIx64 ": tables say %s, the device %s",
              bank_name(req.sec_sid), req.stream_id, req.addr,
              str(json_object_get(doc, "result"), "address"), str(live, "address"));
    }
    json_decref(doc);
    json_decref(live);
}

static void on_range(void *ctx, const struct range *r)
{
    struct lint *l = ctx;

    if (r->reason) {
        if (r->reason != SMMU3_R_S1_AF && r->reason != SMMU3_R_S2_AF) {
            found(l, BROKEN_TABLE, "%s StreamID 0x%x: 0x%" PRIx64 "-0x%" PRIx64 ": %s (%s)",
                  bank_name(l->stream.sec), l->stream.sid, r->in, r->last,
                  smmu3_reason_info(r->reason)->text, smmu3_reason_info(r->reason)->name);
        }
        return;
    }
    if (r->bypass) {
        return;
    }
    ask_device(l, r);
    if (l->nmapped == l->room) {
        l->room = l->room ? 2 * l->room : 256;
        l->mapped = realloc(l->mapped, l->room * sizeof(*l->mapped));
        if (!l->mapped) {
            die("out of memory");
        }
    }
    l->mapped[l->nmapped++] = (struct mapped){
        .out = r->out, .last = r->out + (r->last - r->in), .in = r->in, .pas = r->pas,
        .sec = l->stream.sec, .sid = l->stream.sid, .space = l->nspaces,
        .writable = (r->perms[0] | r->perms[1]) & SMMU3_PERM_W,
    };
}

static void on_read(void *ctx, const struct smmu3_step *step)
{
    struct lint *l = ctx;
    uint64_t page = step->addr & ~UINT64_C(0xfff);

    for (size_t i = l->ntables; i-- > 0;) {
        if (l->tables[i].page == page && l->tables[i].pas == step->pas) {
            return;
        }
    }
    if (l->ntables == l->table_room) {
        l->table_room = l->table_room ? 2 * l->table_room : 256;
        l->tables = realloc(l->tables, l->table_room * sizeof(*l->tables));
        if (!l->tables) {
            die("out of memory");
        }
    }
    l->tables[l->ntables++] = (struct table){ page, step->pas };
    if (step->sec_sid == SMMU3_SEC_SID_S && source_where(l->src, step->pas, page) == SMMU3_PAS_NS) {
        found(l, SECURE_TABLE_IN_NS,
              "a table of Secure streams is at 0x%" PRIx64 ", in Non-secure memory", step->addr);
    }
}

/* ---- mappings against each other ---- */

static int by_output(const void *a, const void *b)
{
    const struct mapped *x = a, *y = b;

    if (x->pas != y->pas) {
        return x->pas < y->pas ? -1 : 1;
    }
    return x->out < y->out ? -1 : x->out > y->out;
}

static void compare(struct lint *l, const struct mapped *a, const struct mapped *b)
{
    if (a->sec != b->sec) {
        if (a->writable && b->writable) {
            found(l, TWO_WORLDS_WRITABLE,
                  "%s memory at 0x%" PRIx64 " is writable by Secure StreamID 0x%x"
                  " and Non-secure StreamID 0x%x",
                  pas_name(a->pas), b->out, a->sec == SMMU3_SEC_SID_S ? a->sid : b->sid,
                  a->sec == SMMU3_SEC_SID_S ? b->sid : a->sid);
        }
    } else if (a->space == b->space && (a->writable || b->writable)) {
        found(l, ALIASED_MAPPING,
              "%s StreamID 0x%x: 0x%" PRIx64 " and 0x%" PRIx64 " both reach 0x%" PRIx64,
              bank_name(a->sec), a->sid, a->in + (b->out - a->out), b->in, b->out);
    }
}

static void check_mappings(struct lint *l)
{
    if (l->nmapped) {
        qsort(l->mapped, l->nmapped, sizeof(*l->mapped), by_output);
    }
    for (size_t i = 0; i < l->nmapped; i++) {
        for (size_t k = i + 1; k < l->nmapped && l->mapped[k].pas == l->mapped[i].pas &&
                               l->mapped[k].out <= l->mapped[i].last; k++) {
            compare(l, &l->mapped[i], &l->mapped[k]);
        }
        for (size_t k = 0; k < l->ntables && l->mapped[i].writable; k++) {
            if (l->tables[k].pas == l->mapped[i].pas && l->tables[k].page >= l->mapped[i].out &&
                l->tables[k].page <= l->mapped[i].last) {
                found(l, TABLE_WRITABLE,
                      "%s StreamID 0x%x can write the table at 0x%" PRIx64 " (%s), at 0x%" PRIx64,
                      bank_name(l->mapped[i].sec), l->mapped[i].sid, l->tables[k].page,
                      pas_name(l->tables[k].pas),
                      l->mapped[i].in + (l->tables[k].page - l->mapped[i].out));
            }
        }
    }
}

/* Could this stream have put the entry there? */
static bool tagged(const struct tagged *sp, const struct cached *c)
{
    bool va = !strcmp(c->kind, "va"), global = !strcmp(c->kind, "global");

    return (unsigned)sp->sec == c->sec && sp->va == (va || global) &&
           (!va || sp->asid == c->asid) && (!c->vmid || sp->vmid == c->vmid);
}

/* Do the tables still permit all reads and writes that the entry permits, to
 * the same place? */
static bool still_so(struct lint *l, const struct tagged *sp, const struct cached *c)
{
    static const uint32_t flags[] = { 0, SMMU3_REQ_WRITE };

    for (unsigned priv = 0; priv < 2; priv++) {
        for (unsigned i = 0; i < ARRAY_SIZE(flags); i++) {
            struct smmu3_request req = {
                .sec_sid = sp->sec, .stream_id = sp->sid, .ssv = sp->ssv, .substream_id = sp->ssid,
                .addr = c->input,
                .flags = flags[i] | (priv ? SMMU3_REQ_PRIV : 0) | SMMU3_REQ_PROBE |
                         (!strcmp(c->kind, "ns-ipa") ? SMMU3_REQ_NS : 0),
            };
            struct smmu3_result res;

            if (!(c->perms[priv] >> i & 1) || (sp->overrides && (priv || i))) {
                continue;
            }
            if (smmu3_translate(l->src->smmu, &req, &res) || res.status != SMMU3_ST_OK ||
                res.addr != c->output || (unsigned)res.pas != c->pas) {
                return false;
            }
        }
    }
    return true;
}

/* Entries that contradict every stream that they can belong to. Those that
 * belong to none wait for their VMID or ASID to be used again. */
static void check_tlb(struct lint *l)
{
    struct cached *tlb;
    struct why why;
    size_t n;

    if (!l->src->qmp || opt.off[STALE_TRANSLATION] || !source_tlb(l->src, &tlb, &n, &why)) {
        return;
    }
    for (size_t i = 0; i < n; i++) {
        const struct tagged *owner = NULL;
        bool so = false;

        for (unsigned k = 0; k < l->nspaces && !so; k++) {
            if (tagged(&l->spaces[k], &tlb[i])) {
                owner = &l->spaces[k];
                so = still_so(l, owner, &tlb[i]);
            }
        }
        if (owner && !so) {
            found(l, STALE_TRANSLATION,
                  "%s StreamID 0x%x: the TLB holds 0x%" PRIx64 " -> 0x%" PRIx64
                  " (VMID %u, ASID %u), which the tables do not say (any more)",
                  bank_name(owner->sec), owner->sid, tlb[i].input, tlb[i].output, tlb[i].vmid,
                  tlb[i].asid);
        }
    }
    free(tlb);
}

static int list_checks(void)
{
    for (int c = 0; c < NUM_CHECKS; c++) {
        printf("%-22s %s (IHI0070G.b %s)\n", checks[c].name, checks[c].text, checks[c].clause);
    }
    return EXIT_FINE;
}

static int run(void)
{
    struct source src = { .smmu = NULL };
    struct lint l = { .src = &src, .findings = json_array() };
    struct visitor v = { .ctx = &l, .stream = on_stream, .space = on_space, .range = on_range,
                         .read = on_read, .budget = 20000000 };
    json_t *doc;
    struct why why;
    size_t n;

    if (opt.list) {
        json_decref(l.findings);
        return list_checks();
    }
    if (!source_open(&src, &why)) {
        source_close(&src);
        json_decref(l.findings);
        return bad("lint: %s", why.text);
    }
    for (unsigned b = 0; b < SMMU3_NUM_BANKS; b++) {
        enum smmu3_sec_sid sec = (enum smmu3_sec_sid)b;

        if (has_bank(src.smmu, sec)) {
            check_alignment(&l, sec);
            check_enables(&l, sec);
            if (reg(&l, sec, "CR0ACK") & 1) {
                visit_streams(src.smmu, sec, 0, UINT32_MAX, &v);
            }
        }
    }
    check_mappings(&l);
    check_tlb(&l);
    n = json_array_size(l.findings);
    if (!v.budget) {
        fputs("smmu3: lint: too many mappings, not all were looked at\n", stderr);
    }
    if (out_json) {
        doc = document("lint");
        json_object_set(doc, "findings", l.findings);
        print_document(doc);
    } else if (!n) {
        puts("nothing found");
    }
    json_decref(l.findings);
    free(l.mapped);
    free(l.spaces);
    free(l.tables);
    source_close(&src);
    return n ? EXIT_FINDING : EXIT_FINE;
}

const struct verb verb_lint = {
    .name = "lint",
    .args = NULL,
    .summary = "Looks for mistakes and holes in how an SMMU is set up",
    .about =
        "All checks are on; --list shows them, -W no-CHECK leaves one out. The exit status is 1 if "
        "anything was found. Of a running QEMU all translations that its TLB holds are compared "
        "with the tables, and what it answers for the first 64 ranges of each address space.",
    .examples = "smmu3 lint --qmp=qmp.sock\ta running machine\n"
                "smmu3 lint --qmp=qmp.sock -W no-stream-bypass\twhere devices may bypass",
    .options = options,
    .parse = parse,
    .run = run,
    .source = true,
};
