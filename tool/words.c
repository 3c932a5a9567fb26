/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Raw words: numbers, or lines of a hex dump. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tool.h"

bool parse_u64(const char *text, uint64_t max, uint64_t *v)
{
    char *end;

    if (!isxdigit((unsigned char)*text)) {
        return false;
    }
    errno = 0;
    *v = strtoull(text, &end, 0);
    return !errno && !*end && *v <= max;
}

static bool separator(char c)
{
    return isspace((unsigned char)c) || c == ',' || c == ';' || c == '{' || c == '}';
}

/* The hex digits that a token is, without 0x; 0: it is something else. */
static size_t hex_digits(const char *s, size_t len, const char **digits)
{
    size_t n = 0;

    if (len > 2 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X')) {
        s += 2;
        len -= 2;
    }
    /* suffixes of C */
    while (len > 1 && strchr("uUlL", s[len - 1])) {
        len--;
    }
    while (n < len && isxdigit((unsigned char)s[n])) {
        n++;
    }
    *digits = s;
    return n == len && n <= 16 ? n : 0;
}

static uint64_t digits_value(const char *s, size_t n)
{
    uint64_t v = 0;

    for (size_t i = 0; i < n; i++) {
        int c = tolower((unsigned char)s[i]);

        v = v << 4 | (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
    }
    return v;
}

struct words {
    uint64_t w[2 * MAX_WORDS]; /* numbers as found */
    unsigned n;
    uint8_t bytes[16 * MAX_WORDS];
    unsigned nbytes;
};

/* Bytes in the order of memory: what a dump shows in groups of 1 or 2. */
static bool add_bytes(struct words *a, const char *s, size_t digits)
{
    for (size_t i = 0; i + 1 < digits; i += 2) {
        if (a->nbytes == sizeof(a->bytes)) {
            return false;
        }
        a->bytes[a->nbytes++] = (uint8_t)digits_value(s + i, 2);
    }
    return true;
}

/* One token of a line; `dump`: the line began with an address. */
static bool add_token(struct words *a, const char *s, size_t len, bool dump, struct why *why)
{
    const char *digits;
    size_t n = hex_digits(s, len, &digits);

    if (!n) {
        return why_not(why, "'%.*s' is no hex number", (int)(len < 40 ? len : 40), s);
    }
    if (dump && digits == s && (n == 2 || n == 4)) {
        return add_bytes(a, digits, n) ? true : why_not(why, "more words than any record has");
    }
    if (a->n == ARRAY_SIZE(a->w)) {
        return why_not(why, "more words than any record has");
    }
    a->w[a->n++] = digits_value(digits, n);
    return true;
}

/* After "address:" or hexdump's bare address; NULL: the line has none. */
static const char *skip_address(const char *s, const char *end)
{
    const char *p = s, *digits;
    size_t n;

    while (p < end && !isspace((unsigned char)*p) && *p != ':') {
        p++;
    }
    n = hex_digits(s, (size_t)(p - s), &digits);
    if (!n || p == end) {
        return NULL;
    }
    if (*p == ':') {
        return p + 1;
    }
    return n >= 7 && digits == s && end - p > 4 && p[1] == ' ' &&
           isxdigit((unsigned char)p[2]) && isxdigit((unsigned char)p[3]) && p[4] == ' '
               ? p : NULL;
}

static bool parse_line(struct words *a, const char *s, const char *end, struct why *why)
{
    const char *after, *bar = memchr(s, '|', (size_t)(end - s));
    unsigned had = a->nbytes;
    bool dump;

    if (bar) {
        end = bar; /* the characters that hexdump -C shows */
    }
    while (s < end && separator(*s)) {
        s++;
    }
    after = skip_address(s, end);
    dump = after != NULL;
    s = dump ? after : s;
    while (s < end) {
        const char *p = s;

        while (p < end && !separator(*p)) {
            p++;
        }
        if (p > s && !add_token(a, s, (size_t)(p - s), dump, why)) {
            return false;
        }
        /* xxd: two spaces, then characters */
        if (dump && a->nbytes >= had + 16) {
            break;
        }
        s = p + 1;
    }
    return true;
}

bool words_parse(const char *text, unsigned want, uint64_t *w, unsigned *n, struct why *why)
{
    struct words a = { .n = 0 };

    while (*text) {
        const char *end = strchrnul(text, '\n');

        if (!parse_line(&a, text, end, why)) {
            return false;
        }
        text = *end ? end + 1 : end;
    }
    *n = 0;
    if (a.nbytes && a.n) {
        return why_not(why, "bytes and words mixed");
    }
    if (a.nbytes) {
        for (unsigned i = 0; i + 8 <= a.nbytes && *n < MAX_WORDS; i += 8) {
            uint64_t v = 0;

            for (unsigned k = 8; k-- > 0;) {
                v = v << 8 | a.bytes[i + k];
            }
            w[(*n)++] = v;
        }
    } else if (a.n == 2 * want) {
        for (unsigned i = 0; i < want && *n < MAX_WORDS; i++) {
            if (a.w[2 * i] >> 32 || a.w[2 * i + 1] >> 32) {
                return why_not(why, "%u words of 64 bits, but this record has %u", a.n, want);
            }
            w[(*n)++] = a.w[2 * i] | a.w[2 * i + 1] << 32;
        }
    } else {
        for (unsigned i = 0; i < a.n && *n < MAX_WORDS; i++) {
            w[(*n)++] = a.w[i];
        }
    }
    if (*n != want) {
        return why_not(why, "%u words of 64 bits given, but this record has %u", *n, want);
    }
    return true;
}
