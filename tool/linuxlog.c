/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * What Linux's arm-smmu-v3 driver prints. Older kernels: "event 0x10 received:"
 * and four raw words, a line each. Since 6.15 two lines with names follow:
 *   event: F_TRANSLATION client: 0000:00:02.0 sid: 0x10 ssid: 0x0 iova: ...
 *   unpriv data write s1 "Input address caused fault" stag: 0x0
 * Logs that were mailed have lost tabs, gained quotes or were cut, so only the
 * words matter, not where they stand.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../spec/fields.h"
#include "tool.h"

struct log {
    struct report *r;
    size_t n, room;
    bool raw;  /* the last report takes raw words */
    bool named; /* the last report's text line has come, its second may */
};

static struct report *add(struct log *l, enum report_kind kind)
{
    struct report *r;

    if (l->n == l->room) {
        size_t room = l->room ? 2 * l->room : 16;
        struct report *more = realloc(l->r, room * sizeof(*more));

        if (!more) {
            abort();
        }
        l->r = more;
        l->room = room;
    }
    r = &l->r[l->n++];
    memset(r, 0, sizeof(*r));
    r->kind = kind;
    l->raw = l->named = false;
    return r;
}

/* The word before "event"/": ", that is the device's name. */
static void take_name(char *to, size_t size, const char *line, const char *upto)
{
    const char *end = upto, *s;
    size_t n;

    while (end > line && (isspace((unsigned char)end[-1]) || end[-1] == ':')) {
        end--;
    }
    for (s = end; s > line && !isspace((unsigned char)s[-1]); s--) {
    }
    n = (size_t)(end - s);
    n = n < size - 1 ? n : size - 1;
    memcpy(to, s, n);
    to[n] = 0;
}

/* The number after a word such as "sid:"; false: the word is not there. */
static bool number_after(const char *line, const char *word, uint64_t *v)
{
    const char *p = strstr(line, word);
    char *end;

    if (!p || (p > line && !isspace((unsigned char)p[-1]))) {
        p = p ? strstr(p + 1, word) : NULL; /* "sid:" is in "ssid:" */
    }
    if (!p) {
        return false;
    }
    p += strlen(word);
    *v = strtoull(p, &end, 0);
    return end != p;
}

static bool starts_event(struct log *l, const char *line)
{
    const char *p = strstr(line, "event 0x");
    struct report *r;

    if (!p || !strstr(p, "received")) {
        return false;
    }
    r = add(l, REPORT_EVENT);
    take_name(r->smmu, sizeof(r->smmu), line, p);
    r->w[0] = strtoull(p + 6, NULL, 16) & 0xff;
    l->raw = true;
    return true;
}

/* "0x0000020000000010", or with a space in it that a mail made. */
static bool raw_word(const char *line, uint64_t *v)
{
    const char *p = strstr(line, " 0x"), *tab = strstr(line, "\t0x");
    unsigned digits = 0;

    p = p ? p + 1 : tab ? tab + 1 : !strncmp(line, "0x", 2) ? line : NULL;
    if (!p) {
        return false;
    }
    *v = 0;
    for (p += 2; *p && digits < 16; p++) {
        int c = tolower((unsigned char)*p);

        if (c == ' ' && digits == 8 && isxdigit((unsigned char)p[1])) {
            continue;
        }
        if (!isxdigit(c)) {
            break;
        }
        *v = *v << 4 | (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
        digits++;
    }
    return digits == 16;
}

static bool takes_raw(struct log *l, const char *line)
{
    struct report *r = l->n ? &l->r[l->n - 1] : NULL;
    uint64_t v;

    if (!l->raw || !r || r->nwords == 4 || !raw_word(line, &v)) {
        return false;
    }
    r->w[r->nwords++] = v;
    return true;
}

/* What the text says that the raw words do not. */
static void differ(struct report *r, const char *what, uint64_t raw, uint64_t text)
{
    if (!r->note[0]) {
        snprintf(r->note, sizeof(r->note),
                 "%s is 0x%" PRIx64 " in the raw words, but 0x%" PRIx64 " in the text", what, raw,
                 text);
    }
}

static void put(struct report *r, const char *what, unsigned lo, unsigned width, uint64_t v)
{
    uint64_t had = get_field(r->w, lo, width);

    if (r->nwords * 64 > lo) {
        if (had != v) {
            differ(r, what, had, v);
        }
    } else if (r->nwords == 0) {
        put_field(r->w, lo, width, v);
    }
}
#define PUT(r, f, v) put(r, #f, EVTF_##f##_LO, EVTF_##f##_W, v)

/* "event: NAME client: DEV sid: ... ssid: ... [iova: ... ipa: ...] */
static bool names_event(struct log *l, const char *line)
{
    const char *p = strstr(line, "event: "), *c;
    struct report *r = l->n ? &l->r[l->n - 1] : NULL;
    char name[32] = "";
    uint64_t v, sid = 0;

    if (!p || !strstr(p, " sid: ")) {
        return false;
    }
    number_after(p, "sid:", &sid);
    if (!r || r->kind != REPORT_EVENT || r->text || (r->nwords && EVT_GET(r->w, StreamID) != sid)) {
        r = add(l, REPORT_EVENT);
        take_name(r->smmu, sizeof(r->smmu), line, p);
    }
    r->text = true;
    l->raw = false;
    l->named = true;
    sscanf(p + 7, "%31s", name);
    if (event_number(name)) {
        PUT(r, Number, event_number(name));
    }
    c = strstr(p, "client: ");
    if (c) {
        sscanf(c + 8, "%63[^ \n]", r->client);
        if (r->client[0] == '(') {
            r->client[0] = 0; /* "(unassigned sid)" */
        }
    }
    if (number_after(p, "sid:", &v)) {
        PUT(r, StreamID, v & UINT32_MAX);
    }
    if (number_after(p, "ssid:", &v) && v && !r->nwords) {
        PUT(r, SSV, 1);
        PUT(r, SubstreamID, v & 0xfffff);
    }
    if (number_after(p, "iova:", &v)) {
        PUT(r, InputAddr, v);
    }
    if (number_after(p, "ipa:", &v)) {
        PUT(r, IPA, v >> 12 & field_mask(EVTF_IPA_W));
    }
    if (number_after(p, "fetch_addr:", &v)) {
        PUT(r, FetchAddr, v >> 3 & field_mask(EVTF_FetchAddr_W));
    }
    return true;
}

/* "[un]priv data|inst read|write s1|s2 "class"[ ttd_read|ttd_write][ stall] stag: N" */
static bool names_access(struct log *l, const char *line)
{
    struct report *r = l->n ? &l->r[l->n - 1] : NULL;
    const char *p = strstr(line, "priv ");
    uint64_t v;

    if (!l->named || !r || !p || !(strstr(p, " data ") || strstr(p, " inst ") ||
                                    !strncmp(p, "priv data", 9) || !strncmp(p, "priv inst", 9))) {
        return false;
    }
    l->named = false;
    PUT(r, PnU, p == line || p[-1] != 'n');
    PUT(r, InD, strncmp(p + 5, "inst", 4) == 0);
    PUT(r, RnW, strncmp(p + 10, "read", 4) == 0);
    PUT(r, S2, strstr(p, " s2 ") != NULL);
    PUT(r, CLASS, strstr(p, "\"CD ") ? 0 : strstr(p, "table fetch") ? 1 : 2);
    if (strstr(p, "ttd_")) {
        PUT(r, TTRnW, strstr(p, "ttd_read") != NULL);
    }
    PUT(r, Stall, strstr(p, "\" stall") != NULL);
    if (number_after(p, "stag:", &v)) {
        PUT(r, STAG, v & 0xffff);
    }
    return true;
}

static bool names_error(struct log *l, const char *line)
{
    static const char *const others[] = {
        "event queue overflow detected", "EVTQ write aborted", "CMD_SYNC timeout",
        "EVTQ overflow detected", "unexpected PRI request", "CMDQ timeout",
        "EVTQ MSI write aborted", "CMDQ MSI write aborted", "GERROR MSI write aborted",
        "device has entered Service Failure Mode", "PRIQ write aborted",
    };
    const char *p = strstr(line, "global error reported (0x");
    const char *c = strstr(line, "CMDQ error (cons 0x");
    struct report *r;

    if (p) {
        r = add(l, REPORT_GERROR);
        r->w[0] = strtoull(strchr(p, '(') + 1, NULL, 16) & UINT32_MAX;
        r->nwords = 1;
        c = strstr(line, "unexpected");
        take_name(r->smmu, sizeof(r->smmu), line, c ? c : p);
        return true;
    }
    if (c) {
        r = add(l, REPORT_CMDQ);
        r->w[0] = strtoull(c + 17, NULL, 16) & UINT32_MAX;
        r->nwords = 1;
        take_name(r->smmu, sizeof(r->smmu), line, c);
        return true;
    }
    for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
        p = strstr(line, others[i]);
        if (p) {
            r = add(l, REPORT_OTHER);
            take_name(r->smmu, sizeof(r->smmu), line, p);
            snprintf(r->note, sizeof(r->note), "%.*s", (int)strcspn(p, "\n"), p);
            return true;
        }
    }
    return false;
}

static void parse_line(struct log *l, const char *line)
{
    /* In the order of how sure a line is what it looks like. */
    if (starts_event(l, line) || names_event(l, line) || takes_raw(l, line) ||
        names_access(l, line)) {
        return;
    }
    names_error(l, line);
}

bool linuxlog_parse(const char *text, struct report **reports, size_t *n, struct why *why)
{
    struct log l = { .n = 0 };

    while (*text) {
        size_t len = strcspn(text, "\n");
        char line[512];

        snprintf(line, sizeof(line), "%.*s", (int)(len < 511 ? len : 511), text);
        for (char *p = line; *p; p++) {
            /* Names go into JSON and onto terminals. */
            *p = *p == '\t' || (*p >= ' ' && *p < 0x7f) ? *p : '?';
        }
        parse_line(&l, line);
        text += text[len] ? len + 1 : len;
    }
    if (!l.n) {
        free(l.r);
        return why_not(why, "no line of Linux's arm-smmu-v3 driver in it");
    }
    *reports = l.r;
    *n = l.n;
    return true;
}
