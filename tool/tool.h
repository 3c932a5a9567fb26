/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * The smmu3 command: what its files share.
 *
 *   main.c     which verbs there are; help
 *   manual.c   man pages and shell completion, made of the same table
 *   out.c      how things are printed; errors
 *   words.c    raw words and hex dumps; linuxlog.c: what Linux prints
 *   field.c    records as named fields; meaning.def: what values mean
 *   judge.c    is a structure legal? asked of the model
 *   source.c   where a machine's state comes from; elf.c, qmp.c, regfile.c
 *   cmd_*.c    one verb each
 *
 * Everything that a file or a peer can say is read by functions that return
 * false with a reason (struct why); only verbs turn that into an exit code.
 */
#ifndef SMMU3_TOOL_H
#define SMMU3_TOOL_H

#include <argp.h>
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "smmu3/smmu3.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

enum { EXIT_FINE = 0, EXIT_FINDING = 1, EXIT_BAD = 2 };

/* ---- verbs ---- */

struct verb {
    const char *name, *args, *summary;
    const char *about;    /* paragraphs, for --help and the man page */
    const char *examples; /* lines "command\tcomment" */
    const struct argp_option *options;
    error_t (*parse)(int key, char *arg, struct argp_state *state);
    int (*run)(void);
    bool source;          /* takes the options of source.c */
};

extern const struct verb *const verbs[]; /* NULL at the end */
extern const struct verb verb_decode, verb_explain, verb_walk, verb_dump, verb_lint, verb_show,
    verb_trace, verb_replay;

int manual_man(const char *name);
int manual_completion(void);
extern const struct argp_option common_options[];
extern const struct argp_option source_options[];

/* ---- out.c ---- */

/* One line that says what is wrong with an input. */
struct why {
    char text[400];
};
/* Sets it; always false. */
bool why_not(struct why *why, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* "smmu3: ..." on stderr; EXIT_BAD. */
int bad(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* The same, and the end of the process: for the command line only. */
_Noreturn void die(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

extern bool out_json; /* --json */
/* Colours of terminals; empty strings elsewhere. */
enum colour { PLAIN, BOLD, RED, GREEN, DIM };
const char *colour(enum colour c);
void out_init(void);

/* "0x...", as all addresses and words are in JSON. */
json_t *hex(uint64_t v);
/* Back from that; 0 if it is not one. */
uint64_t unhex(const json_t *j);
const char *str(const json_t *o, const char *key);
uint64_t num(const json_t *o, const char *key);
bool flag(const json_t *o, const char *key);
/* {"smmu3": 1, "verb": ...}: the version is of the format. */
json_t *document(const char *verb);
void print_document(json_t *doc); /* takes it */

/* A whole file, or stdin for "-"; NUL-terminated. Free it. */
bool read_file(const char *name, char **data, size_t *len, struct why *why);

/* ---- words.c ---- */

#define MAX_WORDS 64
/*
 * Words of 64 bits from text: numbers in hex (if there are twice as many as
 * `want`, they are halves, low ones first), or a hex dump of memory.
 */
bool words_parse(const char *text, unsigned want, uint64_t *w, unsigned *n, struct why *why);
bool parse_u64(const char *text, uint64_t max, uint64_t *v);

/* ---- linuxlog.c ---- */

enum report_kind { REPORT_EVENT, REPORT_GERROR, REPORT_CMDQ, REPORT_OTHER };
struct report {
    enum report_kind kind;
    char smmu[48], client[64];
    uint64_t w[4];      /* EVENT: the record; GERROR, CMDQ: w[0] the register */
    unsigned nwords;    /* of w, as found in the log; 0: made of the text */
    bool text;          /* Linux named the fields as well */
    char note[160];     /* where raw words and text disagree; OTHER: the line */
};
/* The reports in a kernel log, in order; false: there is none. Free them. */
bool linuxlog_parse(const char *text, struct report **reports, size_t *n, struct why *why);

/* ---- field.c ---- */

struct field {
    const char *name;
    uint16_t lo;
    uint8_t width, shift; /* shift: of addresses, else 0 */
};
enum record { REC_EVENT, REC_CMD, REC_STE, REC_CD, REC_L1STD, REC_L1CD, REC_PTE1, REC_PTE2,
              REC_TABLE, NUM_RECORDS };
const char *record_name(enum record r);
unsigned record_words(enum record r);
const char *record_clause(enum record r);
/*
 * [{name, bits, value, meaning}] of the record's fields: those that it has by
 * its kind (commands, events, descriptors), zeros too if `all`. Bits that are
 * set and belong to no field go to *reserved ("63:52 60"), NULL if there are
 * none.
 */
json_t *record_fields(enum record r, const uint64_t *w, bool all, char **reserved);
const char *event_name(unsigned number);   /* NULL: none */
const char *event_clause(unsigned number);
unsigned event_number(const char *name);   /* 0: none */
const char *command_name(unsigned opcode);
const char *command_clause(unsigned opcode);
const char *meaning(const char *record, const char *field, uint64_t value);
json_t *reason_json(enum smmu3_reason reason);
const char *advice(enum smmu3_reason reason);
const char *bank_name(enum smmu3_sec_sid sec);
const char *pas_name(enum smmu3_pas pas);
/* "rwx", "r--"; static. */
const char *perms_text(unsigned perms);
/* Registers by name, without case, S_ ones included; -1. */
long reg_offset(const char *name);
unsigned reg_size(uint32_t offset);
/* Fields of a register: as record_fields(). */
json_t *reg_fields(const char *name, uint64_t v, bool all);

/* ---- judge.c ---- */

/* A configuration by profile and settings "IDR0.S2P=0". */
bool judge_config(const char *profile, char *const *settings, struct smmu3_config *cfg,
                  struct why *why);
enum smmu3_reason judge_ste(const struct smmu3_config *cfg, enum smmu3_sec_sid sec,
                            const uint64_t ste[8]);
/* ste: NULL for a plain stage 1 stream. */
enum smmu3_reason judge_cd(const struct smmu3_config *cfg, enum smmu3_sec_sid sec,
                           const uint64_t *ste, const uint64_t cd[8]);
enum smmu3_reason judge_l1std(const struct smmu3_config *cfg, enum smmu3_sec_sid sec,
                              unsigned split, uint64_t l1std);
enum smmu3_reason judge_cmd(const struct smmu3_config *cfg, enum smmu3_sec_sid queue,
                            const uint64_t cmd[2]);
struct judged_pte {
    bool possible;            /* is there such a level with this granule? */
    enum smmu3_reason reason; /* of a read at the better privilege, R_NONE: fine */
    bool leaf;
    uint64_t out;
    unsigned shift;
    uint8_t perms[2];         /* unprivileged, privileged */
};
void judge_pte(const struct smmu3_config *cfg, unsigned stage, unsigned gran, int level,
               uint64_t desc, struct judged_pte *out);

#endif
