/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
#include <stdarg.h>
#include <string.h>

#include "arch.h"
#include "print.h"

/* Where the text goes: the console, or a buffer that is told how long all would have been. */
struct sink {
    char *buf;
    size_t size, len;
};

struct spec {
    struct sink *to;
    unsigned int width;
    bool left;
    bool zero;
    bool wide;
};

static void put(struct sink *to, char c)
{
    if (to->buf) {
        if (to->len + 1 < to->size) {
            to->buf[to->len] = c;
        }
        to->len++;
        return;
    }
    if (c == '\n') {
        uart_putc('\r');
    }
    uart_putc(c);
}

static void pad(const struct spec *spec, char c, size_t used)
{
    for (; used < spec->width; used++) {
        put(spec->to, c);
    }
}

static void put_string(const char *s, size_t len, const struct spec *spec)
{
    if (!spec->left) {
        pad(spec, spec->zero ? '0' : ' ', len);
    }
    for (size_t i = 0; i < len; i++) {
        put(spec->to, s[i]);
    }
    if (spec->left) {
        pad(spec, ' ', len);
    }
}

static void put_number(uint64_t value, unsigned int base, bool negative, const struct spec *spec)
{
    char text[24];
    size_t at = sizeof(text);

    do {
        text[--at] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value);
    if (negative) {
        text[--at] = '-';
    }
    put_string(text + at, sizeof(text) - at, spec);
}

/* Reads flags, width and size after a '%'; returns where the conversion letter is. */
static const char *parse(const char *fmt, struct spec *spec)
{
    *spec = (struct spec){0};
    for (;; fmt++) {
        if (*fmt == '-') {
            spec->left = true;
        } else if (*fmt == '0' && spec->width == 0) {
            spec->zero = true;
        } else if (*fmt >= '0' && *fmt <= '9') {
            spec->width = spec->width * 10 + (unsigned int)(*fmt - '0');
        } else if (*fmt == 'l') {
            spec->wide = true;
        } else {
            return fmt;
        }
    }
}

static void print_args(struct sink *to, const char *fmt, va_list args)
{
    struct spec spec;

    for (; *fmt; fmt++) {
        if (*fmt != '%') {
            put(to, *fmt);
            continue;
        }
        fmt = parse(fmt + 1, &spec);
        spec.to = to;
        if (*fmt == 's') {
            const char *s = va_arg(args, const char *);

            put_string(s, strlen(s), &spec);
        } else if (*fmt == 'c') {
            put(to, (char)va_arg(args, int));
        } else if (*fmt == 'd') {
            int64_t v = spec.wide ? va_arg(args, int64_t) : va_arg(args, int);

            put_number(v < 0 ? 0 - (uint64_t)v : (uint64_t)v, 10, v < 0, &spec);
        } else if (*fmt == 'u' || *fmt == 'x') {
            uint64_t v = spec.wide ? va_arg(args, uint64_t) : va_arg(args, unsigned int);

            put_number(v, *fmt == 'x' ? 16 : 10, false, &spec);
        } else if (*fmt == '\0') {
            return;
        } else {
            put(to, *fmt);
        }
    }
}

void print(const char *fmt, ...)
{
    struct sink console = {0};
    va_list args;

    va_start(args, fmt);
    print_args(&console, fmt, args);
    va_end(args);
}

int print_to(char *buf, size_t size, const char *fmt, va_list args)
{
    struct sink to = {.buf = buf, .size = size};

    print_args(&to, fmt, args);
    if (size) {
        buf[to.len < size ? to.len : size - 1] = '\0';
    }
    return (int)to.len;
}
