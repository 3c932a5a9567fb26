/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* smmu3: which verbs there are, and how they are called. */
#include <stdlib.h>
#include <string.h>

#include "tool.h"
#include "source.h"

const struct verb *const verbs[] = {
    &verb_explain, &verb_walk, &verb_decode, &verb_dump, &verb_lint,
    &verb_show, &verb_trace, &verb_replay, NULL
};

const struct argp_option common_options[] = {
    { "json", 'j', NULL, 0,
      "Print JSON: stable, \"smmu3\" is the format's version, addresses are \"0x...\"", 90 },
    { 0 }
};

static const struct verb *current;

static error_t parse_common(int key, char *arg, struct argp_state *state)
{
    (void)state;
    if (key == 'j') {
        out_json = true;
        return 0;
    }
    if (current->source && source_option(key, arg)) {
        return 0;
    }
    return ARGP_ERR_UNKNOWN;
}

static error_t parse_verb(int key, char *arg, struct argp_state *state)
{
    return current->parse(key, arg, state);
}

/* "  command\n      comment" of lines "command\tcomment". */
static char *help_text(const struct verb *v)
{
    char *text = NULL;
    size_t len;
    FILE *f = open_memstream(&text, &len);

    if (!f) {
        return NULL;
    }
    fprintf(f, "%s.\v%s\n\nExamples:\n", v->summary, v->about);
    for (const char *p = v->examples; *p;) {
        size_t n = strcspn(p, "\t"), all = strcspn(p, "\n");

        if (n < all) {
            fprintf(f, "  %.*s\n      %.*s\n", (int)n, p, (int)(all - n - 1), p + n + 1);
        } else {
            fprintf(f, "  %.*s\n", (int)all, p);
        }
        p += p[all] ? all + 1 : all;
    }
    fputs("\nExit status: 0; 1: something was found wrong; 2: bad usage or input.", f);
    fclose(f);
    return text;
}

static int run_verb(const struct verb *v, int argc, char **argv)
{
    char *doc = help_text(v);
    char name[40];
    struct argp common = { common_options, parse_common, NULL, NULL, NULL, NULL, NULL };
    struct argp sources = { source_options, parse_common, NULL, NULL, NULL, NULL, NULL };
    struct argp_child children[] = {
        { &common, 0, NULL, 0 },
        { v->source ? &sources : NULL, 0, "Whose state (see smmu3-inputs(7)):", 0 },
        { NULL, 0, NULL, 0 },
    };
    struct argp argp = { v->options, parse_verb, v->args, doc, children, NULL, NULL };

    current = v;
    snprintf(name, sizeof(name), "smmu3 %s", v->name);
    argv[0] = name;
    argp_parse(&argp, argc, argv, 0, NULL, NULL);
    free(doc);
    return v->run();
}

static int usage(FILE *f)
{
    fputs(
        "Usage: smmu3 VERB [OPTION...] [ARGUMENT...]\n\nWhy did this DMA fault? An exact Arm SMMUv3"
        " (IHI 0070 G.b) answers.\n\n",
        f);
    for (const struct verb *const *v = verbs; *v; v++) {
        fprintf(f, "  %-8s  %s\n", (*v)->name, (*v)->summary);
    }
    fputs(
        "\nsmmu3 VERB --help tells more, with examples. Also: smmu3 --version, smmu3 man [VERB],\n"
        "smmu3 completion (for bash).\n",
        f);
    return EXIT_BAD;
}

int main(int argc, char **argv)
{
    argp_err_exit_status = EXIT_BAD;
    out_init();
    if (argc < 2) {
        return usage(stderr);
    }
    if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") ||
        (!strcmp(argv[1], "help") && argc == 2)) {
        usage(stdout);
        return EXIT_FINE;
    }
    if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V")) {
        printf("smmu3 %d.%d\n", SMMU3_VERSION_MAJOR, SMMU3_VERSION_MINOR);
        return EXIT_FINE;
    }
    if (!strcmp(argv[1], "man")) {
        return manual_man(argc > 2 ? argv[2] : NULL);
    }
    if (!strcmp(argv[1], "completion")) {
        return manual_completion();
    }
    for (const struct verb *const *v = verbs; *v; v++) {
        if (!strcmp(argv[1], (*v)->name)) {
            return run_verb(*v, argc - 1, argv + 1);
        }
        if (!strcmp(argv[1], "help") && !strcmp(argv[2], (*v)->name)) {
            char help[] = "--help", *args[] = { argv[2], help, NULL };

            return run_verb(*v, 2, args);
        }
    }
    return bad("there is no '%s'; smmu3 --help lists what there is", argv[1]);
}
