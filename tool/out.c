/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* How things are printed: answers on stdout, talk on stderr. */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool.h"

#define FORMAT_VERSION 1
#define MAX_FILE (UINT64_C(1) << 40)

bool out_json;
static bool colours;

void out_init(void)
{
    const char *no = getenv("NO_COLOR");

    colours = isatty(STDOUT_FILENO) && !(no && *no);
}

const char *colour(enum colour c)
{
    static const char *const codes[] = { "\033[0m", "\033[1m", "\033[31m", "\033[32m", "\033[2m" };

    return colours ? codes[c] : "";
}

bool why_not(struct why *why, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(why->text, sizeof(why->text), fmt, ap);
    va_end(ap);
    return false;
}

static void complain(const char *fmt, va_list ap)
{
    fflush(stdout);
    fputs("smmu3: ", stderr);
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
}

int bad(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    complain(fmt, ap);
    va_end(ap);
    return EXIT_BAD;
}

void die(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    complain(fmt, ap);
    va_end(ap);
    exit(EXIT_BAD);
}

json_t *hex(uint64_t v)
{
    return json_sprintf("0x%" PRIx64, v);
}

uint64_t unhex(const json_t *j)
{
    const char *s = json_string_value(j);

    return s ? strtoull(s, NULL, 16) : (uint64_t)json_integer_value(j);
}

const char *str(const json_t *o, const char *key)
{
    const char *s = json_string_value(json_object_get(o, key));

    return s ? s : "";
}

uint64_t num(const json_t *o, const char *key)
{
    return unhex(json_object_get(o, key));
}

bool flag(const json_t *o, const char *key)
{
    return json_is_true(json_object_get(o, key));
}

json_t *document(const char *verb)
{
    return json_pack("{s:i, s:s}", "smmu3", FORMAT_VERSION, "verb", verb);
}

void print_document(json_t *doc)
{
    json_dumpf(doc, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(doc);
}

bool read_file(const char *name, char **data, size_t *len, struct why *why)
{
    FILE *f = strcmp(name, "-") ? fopen(name, "rb") : stdin;
    size_t room = 1 << 16, n = 0, got;
    char *buf;

    if (!f) {
        return why_not(why, "%s: %s", name, strerror(errno));
    }
    buf = malloc(room);
    while (buf && (got = fread(buf + n, 1, room - n - 1, f)) > 0) {
        n += got;
        if (room - n < 2) {
            char *more = room < MAX_FILE ? realloc(buf, 2 * room) : NULL;

            if (!more) {
                free(buf);
            }
            buf = more;
            room *= 2;
        }
    }
    if (!buf || ferror(f)) {
        why_not(why, "%s: %s", name, buf ? strerror(errno) : "too large");
        free(buf);
        if (f != stdin) {
            fclose(f);
        }
        return false;
    }
    if (f != stdin) {
        fclose(f);
    }
    buf[n] = 0;
    *data = buf;
    *len = n;
    return true;
}
