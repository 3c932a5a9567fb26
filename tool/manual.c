/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Man pages and shell completion, made of the table of verbs. */
#include <ctype.h>
#include <string.h>

#include "source.h"
#include "tool.h"

/* Text for roff: no line is taken for a request, no '-' for a hyphen. */
static void roff(const char *s, size_t n)
{
    for (size_t i = 0; i < n && s[i]; i++) {
        if ((s[i] == '.' || s[i] == '\'') && (i == 0 || s[i - 1] == '\n')) {
            fputs("\\&", stdout);
        }
        if (s[i] == '-') {
            fputs("\\-", stdout);
        } else if (s[i] == '\\') {
            fputs("\\e", stdout);
        } else if (s[i] == '\n' && s[i + 1] == '\n') {
            fputs("\n.PP", stdout);
        } else {
            putchar(s[i]);
        }
    }
}

static void roff_line(const char *s)
{
    roff(s, strlen(s));
    putchar('\n');
}

static void head(const char *name, int section, const char *summary)
{
    printf(
        ".\\\" Made by smmu3 man; do not edit.\n.TH \"%s\" \"%d\" \"\" \"smmu3 %d.%d\" \"smmu3\"\n",
        name, section, SMMU3_VERSION_MAJOR, SMMU3_VERSION_MINOR);
    printf(".SH NAME\n%s \\- ", name);
    roff_line(summary);
}

static void options(const struct argp_option *o)
{
    for (; o && (o->name || o->key || o->doc); o++) {
        if (!o->name || o->flags & OPTION_HIDDEN) {
            continue;
        }
        fputs(".TP\n\\fB", stdout);
        if (o->key > 32 && o->key < 127) {
            printf("\\-%c\\fR, \\fB", o->key);
        }
        fputs("\\-\\-", stdout);
        roff(o->name, strlen(o->name));
        fputs("\\fR", stdout);
        if (o->arg) {
            printf("=\\fI%s\\fR", o->arg);
        }
        putchar('\n');
        if (o->doc) {
            roff_line(o->doc);
        }
    }
}

static void examples(const char *p)
{
    puts(".SH EXAMPLES");
    while (*p) {
        size_t n = strcspn(p, "\t"), all = strcspn(p, "\n");

        n = n < all ? n : all;
        puts(".TP");
        fputs("\\fB", stdout);
        roff(p, n);
        puts("\\fR");
        if (n < all) {
            roff(p + n + 1, all - n - 1);
        }
        putchar('\n');
        p += p[all] ? all + 1 : all;
    }
}

static void tail(void)
{
    puts(".SH EXIT STATUS\n0: fine; 1: something was found wrong; 2: bad usage or input.\n"
         ".SH ENVIRONMENT\n.TP\n\\fBNO_COLOR\\fR\nif set, no colours on a terminal.");
}

static int man_verb(const struct verb *v)
{
    char name[40];

    snprintf(name, sizeof(name), "smmu3-%s", v->name);
    head(name, 1, v->summary);
    printf(".SH SYNOPSIS\n\\fBsmmu3 %s\\fR [\\fIOPTION\\fR...] %s\n.SH DESCRIPTION\n", v->name,
           v->args ? v->args : "");
    roff_line(v->about);
    puts(".SH OPTIONS");
    options(v->options);
    options(common_options);
    if (v->source) {
        puts(".SS Whose state");
        options(source_options);
    }
    examples(v->examples);
    tail();
    puts(".SH SEE ALSO\nsmmu3(1), smmu3\\-inputs(7)");
    return EXIT_FINE;
}

static int man_inputs(void)
{
    head("smmu3-inputs", 7, "where smmu3 takes the state of a machine from");
    puts(".SH DESCRIPTION");
    roff_line(source_about);
    puts(".SH OPTIONS");
    options(source_options);
    return EXIT_FINE;
}

static int man_all(void)
{
    head("smmu3", 1, "why did this DMA fault?");
    puts(".SH SYNOPSIS\n\\fBsmmu3\\fR \\fIVERB\\fR [\\fIOPTION\\fR...] [\\fIARGUMENT\\fR...]\n"
         ".SH DESCRIPTION\nAnswers questions about an Arm SMMUv3 and its tables with an exact "
         "model of it"
         " (IHI 0070 G.b). Answers go to standard output, everything else to standard error.\n.SH "
         "VERBS");
    for (const struct verb *const *v = verbs; *v; v++) {
        printf(".TP\n\\fBsmmu3\\-%s\\fR(1)\n", (*v)->name);
        roff_line((*v)->summary);
    }
    tail();
    return EXIT_FINE;
}

int manual_man(const char *name)
{
    if (!name) {
        return man_all();
    }
    if (!strcmp(name, "inputs")) {
        return man_inputs();
    }
    for (const struct verb *const *v = verbs; *v; v++) {
        if (!strcmp((*v)->name, name)) {
            return man_verb(*v);
        }
    }
    return bad("man: there is no '%s'", name);
}

static void words(const struct argp_option *o)
{
    for (; o && (o->name || o->key || o->doc); o++) {
        if (o->name && !(o->flags & OPTION_HIDDEN)) {
            printf(" --%s%s", o->name, o->arg ? "=" : "");
        }
    }
}

int manual_completion(void)
{
    puts("# bash completion for smmu3; made by smmu3 completion\n_smmu3() {\n"
         "  local cur=${COMP_WORDS[COMP_CWORD]} words\n  compopt +o nospace\n"
         "  if [ \"$COMP_CWORD\" -eq 1 ]; then");
    fputs("    words=\"help man completion --help --version", stdout);
    for (const struct verb *const *v = verbs; *v; v++) {
        printf(" %s", (*v)->name);
    }
    puts("\"\n  else\n    case ${COMP_WORDS[1]} in");
    for (const struct verb *const *v = verbs; *v; v++) {
        printf("    %s) words=\"--help", (*v)->name);
        words((*v)->options);
        words(common_options);
        if ((*v)->source) {
            words(source_options);
        }
        if (!strcmp((*v)->name, "decode")) {
            fputs(" event cmd ste cd l1std l1cd pte reg gerror", stdout);
        }
        puts("\" ;;");
    }
    puts("    esac\n  fi\n  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
         "  [[ ${COMPREPLY[0]-} != *= ]] || compopt -o nospace\n"
         "  [ \"${#COMPREPLY[@]}\" -gt 0 ] || mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n}\n"
         "complete -F _smmu3 smmu3");
    return EXIT_FINE;
}
