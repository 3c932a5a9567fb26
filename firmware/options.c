/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
#include <string.h>

#include "fwcfg.h"
#include "options.h"
#include "power.h"
#include "print.h"

#define FILE_NAME "opt/org.smmu3/options"
#define SYS_GET_CMDLINE 0x15
#define MAX_WORDS 32

static char text[512];
static const char *words[MAX_WORDS];
static unsigned int num_words;
static bool loaded;

static bool from_semihosting(void)
{
    uint64_t block[2] = {(uintptr_t)text, sizeof(text) - 1};

    text[0] = '\0';
    return semihosting(SYS_GET_CMDLINE, block) == 0 && text[0];
}

static void split(void)
{
    bool inside = false;

    for (char *s = text; *s; s++) {
        if (*s == ' ') {
            *s = '\0';
            inside = false;
        } else if (!inside) {
            inside = true;
            if (num_words < MAX_WORDS) {
                words[num_words++] = s;
            } else {
                print("more than %u options: \"%s\" and what follows are ignored\n", MAX_WORDS, s);
                return;
            }
        }
    }
}

static void load(void)
{
    if (loaded) {
        return;
    }
    loaded = true;
    if (fwcfg_text(FILE_NAME, text, sizeof(text)) || from_semihosting()) {
        split();
    }
}

bool option(const char *word)
{
    load();
    for (unsigned int i = 0; i < num_words; i++) {
        if (!strcmp(words[i], word)) {
            return true;
        }
    }
    return false;
}

const char *option_value(const char *word)
{
    size_t len = strlen(word);

    load();
    for (unsigned int i = 0; i < num_words; i++) {
        if (!memcmp(words[i], word, len) && words[i][len] == '=') {
            return words[i] + len + 1;
        }
    }
    return NULL;
}

static int digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
}

uint64_t option_number(const char *word, uint64_t none)
{
    const char *s = option_value(word);
    uint64_t v = 0;
    int base = 10;

    if (s && s[0] == '0' && s[1] == 'x') {
        base = 16;
        s += 2;
    }
    if (!s || !*s) {
        return none;
    }
    for (; *s; s++) {
        if (digit(*s) >= base) {
            print("option %s: \"%s\" is no number\n", word, option_value(word));
            return none;
        }
        v = v * (unsigned int)base + (unsigned int)digit(*s);
    }
    return v;
}
