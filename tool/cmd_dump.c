/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* smmu3 dump: all streams, their CDs, and what they map. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../spec/fields.h"
#include "decode.h"
#include "explain.h"
#include "ranges.h"
#include "source.h"

enum { OPT_STREAM = 256, OPT_TREE, OPT_NO_RANGES, OPT_BUDGET };

static struct {
    bool one, tree, no_ranges;
    uint32_t sid;
    uint64_t budget;
} opt = { .budget = 20000000 };

static const struct argp_option options[] = {
    { "stream", OPT_STREAM, "STREAM", 0, "Only this StreamID or PCI address", 0 },
    { "tree", OPT_TREE, NULL, 0, "The translation table descriptors as well, as a tree", 0 },
    { "no-ranges", OPT_NO_RANGES, NULL, 0, "Only streams and CDs", 0 },
    { "walks", OPT_BUDGET, "N", 0, "Give up after so many walks (20 million)", 0 },
    { 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    switch (key) {
    case OPT_STREAM:
        opt.one = true;
        if (!parse_stream(arg, &opt.sid)) {
            argp_error(state, "--stream=%s: no StreamID or PCI address", arg);
        }
        return 0;
    case OPT_TREE:
        opt.tree = true;
        return 0;
    case OPT_NO_RANGES:
        opt.no_ranges = true;
        return 0;
    case OPT_BUDGET:
        if (!parse_u64(arg, UINT64_MAX, &opt.budget)) {
            argp_error(state, "--walks=%s: no number", arg);
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* Prints as it goes, or collects for JSON. */
struct dump {
    json_t *streams, *spaces, *ranges;
    json_t *disabled;            /* ranges of StreamIDs */
    bool off;                    /* the streams before this one are disabled: from ... to */
    uint32_t off_first, off_last;
    uint64_t nstreams, nranges;
    time_t began, told;
};

/* Drivers disable streams by the hundred: said in one line. */
static void flush_disabled(struct dump *d)
{
    if (!d->off) {
        return;
    }
    d->off = false;
    if (out_json) {
        json_array_append_new(d->disabled,
                              json_pack("[o, o]", hex(d->off_first), hex(d->off_last)));
    } else if (d->off_first == d->off_last) {
        printf("  StreamID 0x%x: disabled\n", d->off_first);
    } else {
        printf("  StreamIDs 0x%x to 0x%x: disabled\n", d->off_first, d->off_last);
    }
}

static void progress(struct dump *d, uint32_t sid)
{
    time_t now = time(NULL);

    if (isatty(STDERR_FILENO) && now > d->told && now > d->began + 1) {
        fprintf(stderr, "\rsmmu3: %" PRIu64 " streams, %" PRIu64 " ranges, at StreamID 0x%x ",
                d->nstreams, d->nranges, sid);
        d->told = now;
    }
}

static json_t *words8(const uint64_t *w)
{
    json_t *a = json_array();

    for (int i = 0; i < 8; i++) {
        json_array_append_new(a, json_sprintf("0x%016" PRIx64, w[i]));
    }
    return a;
}

static const char *config_text(const struct stream *st)
{
    const char *text = meaning("STE", "Config", STE_GET(st->ste, Config));

    return text ? text : "the stream is disabled";
}

static void on_stream(void *ctx, const struct stream *st)
{
    struct dump *d = ctx;
    json_t *j;

    d->nstreams++;
    progress(d, st->sid);
    if (st->bad == SMMU3_R_STE_CONFIG_ABORT) {
        if (!d->off || d->off_last + 1 != st->sid) {
            flush_disabled(d);
            d->off_first = st->sid;
        }
        d->off = true;
        d->off_last = st->sid;
        return;
    }
    flush_disabled(d);
    if (out_json) {
        d->spaces = json_array();
        j = json_pack("{s:o, s:o, s:o, s:s, s:o}", "stream", hex(st->sid), "address",
                      hex(st->ste_addr), "ste", words8(st->ste), "config", config_text(st),
                      "contexts", d->spaces);
        if (st->bad) {
            json_object_set_new(j, "illegal", reason_json(st->bad));
        }
        json_array_append_new(d->streams, j);
        return;
    }
    printf("  %sStreamID 0x%x%s (PCI %s), STE at 0x%" PRIx64 ": %s\n", colour(BOLD), st->sid,
           colour(PLAIN), bdf(st->sid), st->ste_addr, config_text(st));
    if (st->bad) {
        printf("    %sillegal%s: %s (%s)\n", colour(RED), colour(PLAIN),
               smmu3_reason_info(st->bad)->text, smmu3_reason_info(st->bad)->name);
    }
}

static void print_space(const struct space *sp)
{
    if (sp->ssv) {
        printf("    SubstreamID 0x%x", sp->ssid);
    } else {
        printf("    no SubstreamID");
    }
    if (sp->has_cd && !CD_GET(sp->cd, V)) {
        printf(", CD at 0x%" PRIx64 " (%s)", sp->cd_addr, pas_name(sp->cd_pas));
    } else if (sp->has_cd) {
        printf(", CD at 0x%" PRIx64 " (%s): ASID %u", sp->cd_addr, pas_name(sp->cd_pas),
               (unsigned)CD_GET(sp->cd, ASID));
        if (!CD_GET(sp->cd, EPD0)) {
            printf(", TTB0 0x%" PRIx64 " (%u bits)", CD_GET(sp->cd, TTB0) << 4,
                   64 - (unsigned)CD_GET(sp->cd, T0SZ));
        }
        if (!CD_GET(sp->cd, EPD1)) {
            printf(", TTB1 0x%" PRIx64 " (%u bits)", CD_GET(sp->cd, TTB1) << 4,
                   64 - (unsigned)CD_GET(sp->cd, T1SZ));
        }
    }
    if (STE_GET(sp->stream->ste, Config) & 2) {
        printf(", VMID %u, S2TTB 0x%" PRIx64 " (%u bits)",
               (unsigned)STE_GET(sp->stream->ste, S2VMID), STE_GET(sp->stream->ste, S2TTB) << 4,
               64 - (unsigned)STE_GET(sp->stream->ste, S2T0SZ));
    }
    putchar('\n');
    if (sp->bad) {
        printf("      %s%s%s (%s)\n", colour(RED), smmu3_reason_info(sp->bad)->text, colour(PLAIN),
               smmu3_reason_info(sp->bad)->name);
    }
}

static void on_space(void *ctx, const struct space *sp)
{
    struct dump *d = ctx;
    json_t *j;

    if (!out_json) {
        print_space(sp);
        return;
    }
    d->ranges = json_array();
    j = json_pack("{s:o}", "ranges", d->ranges);
    if (sp->ssv) {
        json_object_set_new(j, "substream", hex(sp->ssid));
    }
    if (sp->has_cd) {
        json_object_set_new(j, "address", hex(sp->cd_addr));
        json_object_set_new(j, "space", json_string(pas_name(sp->cd_pas)));
        json_object_set_new(j, "cd", words8(sp->cd));
    }
    if (sp->bad) {
        json_object_set_new(j, "illegal", reason_json(sp->bad));
    }
    json_array_append_new(d->spaces, j);
}

static void on_range(void *ctx, const struct range *r)
{
    struct dump *d = ctx;
    json_t *j;

    d->nranges++;
    if (out_json) {
        j = json_pack("{s:o, s:o, s:o, s:s, s:s, s:s, s:b}", "first", hex(r->in), "last",
                      hex(r->last), "output", hex(r->out), "space", pas_name(r->pas),
                      "unprivileged", perms_text(r->perms[0]), "privileged",
                      perms_text(r->perms[1]), "bypass", r->bypass);
        if (r->stage & 1) {
            json_object_set_new(j, "mair", hex(r->attr));
        }
        if (r->stage & 2) {
            json_object_set_new(j, "memattr", hex(r->s2_attr));
        }
        if (r->reason) {
            json_object_set_new(j, "broken", reason_json(r->reason));
        }
        json_array_append_new(d->ranges, j);
        return;
    }
    if (r->reason) {
        printf("      0x%012" PRIx64 "-0x%012" PRIx64 "  %s%s%s (%s)\n", r->in, r->last,
               colour(RED), smmu3_reason_info(r->reason)->text, colour(PLAIN),
               smmu3_reason_info(r->reason)->name);
        return;
    }
    printf("      0x%012" PRIx64 "-0x%012" PRIx64 " -> 0x%012" PRIx64 " %s  %s %s", r->in, r->last,
           r->out, pas_name(r->pas), perms_text(r->perms[0]), perms_text(r->perms[1]));
    if (r->stage & 1) {
        printf("  MAIR 0x%02x", r->attr);
    }
    if (r->stage & 2) {
        printf("  MemAttr 0x%x", r->s2_attr);
    }
    puts(r->bypass ? "  untranslated" : "");
}

static void on_desc(void *ctx, const struct smmu3_step *s, uint64_t in)
{
    static const char *const types[] = { "invalid", "block", "invalid", "table" };
    unsigned type = s->word[0] & 3;

    (void)ctx;
    printf("      %*sS%u L%d 0x%012" PRIx64 ": 0x%016" PRIx64 " at 0x%" PRIx64 ": %s\n",
           2 * (s->level > 0 ? s->level : 0), "", s->stage, s->level, in, s->word[0], s->addr,
           type == 3 && s->level == 3 ? "page" : types[type]);
}

static bool dump_bank(struct source *src, enum smmu3_sec_sid sec, struct dump *d, json_t *banks)
{
    const char *prefix = sec == SMMU3_SEC_SID_S ? "S_" : "";
    struct visitor v = { .ctx = d, .stream = on_stream, .space = on_space, .range = on_range,
                         .desc = opt.tree && !out_json ? on_desc : NULL, .budget = opt.budget,
                         .no_ranges = opt.no_ranges };
    char cr0[12], base[20], gbpa[12];
    bool on, whole;
    json_t *j;

    snprintf(cr0, sizeof(cr0), "%sCR0ACK", prefix);
    snprintf(base, sizeof(base), "%sSTRTAB_BASE", prefix);
    snprintf(gbpa, sizeof(gbpa), "%sGBPA", prefix);
    on = reg_value(src->smmu, cr0) & 1;
    if (out_json) {
        d->streams = json_array();
        d->disabled = json_array();
        j = json_pack("{s:s, s:b, s:o, s:o, s:o, s:o}", "security", bank_name(sec), "SMMUEN", on,
                      "GBPA", hex(reg_value(src->smmu, gbpa)), "STRTAB_BASE",
                      hex(reg_value(src->smmu, base)), "streams", d->streams,
                      "disabled", d->disabled);
        json_array_append_new(banks, j);
    } else if (on) {
        printf("%s%s%s: translation is on, Stream table at 0x%" PRIx64 "\n", colour(BOLD),
               bank_name(sec), colour(PLAIN),
               reg_value(src->smmu, base) & UINT64_C(0xffffffffffffc0));
    } else {
        printf("%s%s%s: translation is off, %s\n", colour(BOLD), bank_name(sec), colour(PLAIN),
               reg_value(src->smmu, gbpa) >> 20 & 1 ? "all is aborted" : "all bypasses");
    }
    if (!on) {
        return true;
    }
    whole =
        visit_streams(src->smmu, sec, opt.one ? opt.sid : 0, opt.one ? opt.sid : UINT32_MAX, &v);
    flush_disabled(d);
    opt.budget = v.budget;
    return whole;
}

static int run(void)
{
    struct source src = { .smmu = NULL };
    struct dump d = { .began = time(NULL) };
    json_t *doc = document("dump"), *banks = json_array();
    bool whole = true;
    struct why why;

    if (!source_open(&src, &why)) {
        source_close(&src);
        json_decref(doc);
        json_decref(banks);
        return bad("dump: %s", why.text);
    }
    for (unsigned b = 0; b < SMMU3_NUM_BANKS && whole; b++) {
        if (has_bank(src.smmu, (enum smmu3_sec_sid)b)) {
            whole = dump_bank(&src, (enum smmu3_sec_sid)b, &d, banks);
        }
    }
    if (d.told) {
        fputs("\r\033[K", stderr);
    }
    json_object_set_new(doc, "banks", banks);
    if (out_json) {
        print_document(doc);
    } else {
        json_decref(doc);
    }
    source_close(&src);
    return whole ? EXIT_FINE : bad("dump: not complete: the number of walks is spent (--walks)");
}

const struct verb verb_dump = {
    .name = "dump",
    .args = NULL,
    .summary = "Shows all streams, their CDs, and what they map",
    .about =
        "For each Security state the streams whose STE is valid, their Context descriptors, and "
        "the "
        "ranges of addresses that are mapped: output, physical space, permissions unprivileged and "
        "privileged, memory attributes. Neighbours that go on in the same way are one range. What "
        "is "
        "broken, rather than not mapped, is shown with its reason.",
    .examples = "smmu3 dump --qmp=qmp.sock\tall that a running machine maps\n"
                "smmu3 dump --qmp=qmp.sock --stream=00:02.0 --tree\tthe tables of one device\n"
                "smmu3 dump --registers=regs.txt --elf=dump.elf --json\tfrom files",
    .options = options,
    .parse = parse,
    .run = run,
    .source = true,
};
