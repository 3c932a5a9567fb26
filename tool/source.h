/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Where the state of a machine comes from: registers, and memory. */
#ifndef SMMU3_TOOL_SOURCE_H
#define SMMU3_TOOL_SOURCE_H

#include "tool.h"

extern const char source_about[];
/* Takes an option of source_options; false: it is none. */
bool source_option(int key, char *arg);

struct region {
    enum smmu3_pas pas;
    uint64_t addr, len;
    const uint8_t *data;
};

struct qmp;
struct source {
    struct smmu3 *smmu;      /* the model in the state found */
    struct smmu3_config cfg;
    struct region *regions;
    size_t nregions;
    struct mapping { void *p; size_t len; } *maps; /* files */
    size_t nmaps;
    struct qmp *qmp;         /* a running QEMU, else NULL */
    char *device;            /* its QOM path there */
    struct page **pages;     /* read from it */
    struct why why;          /* the last read from it that failed, if any */
};

/* By the options given. */
bool source_open(struct source *src, struct why *why);
void source_close(struct source *src);
/* Physical memory; false: there is none. */
bool source_read(struct source *src, enum smmu3_pas pas, uint64_t addr, void *buf, size_t size);
/* The space whose memory a Secure access reaches there. */
enum smmu3_pas source_where(struct source *src, enum smmu3_pas pas, uint64_t addr);
/* A request to the running device; *answer: free it. Needs src->qmp. */
bool source_ask(struct source *src, const char *request, char **answer, struct why *why);
/* A string property of it. */
bool source_get(struct source *src, const char *property, char **value, struct why *why);

/* A translation in its TLB. */
struct cached {
    unsigned sec, vmid, asid, pas, perms[2];
    char kind[8]; /* ipa, ns-ipa, global, va */
    uint64_t input, size, output;
};
/* What its TLB holds; free it. */
bool source_tlb(struct source *src, struct cached **tlb, size_t *n, struct why *why);

/* ---- elf.c ---- */
/* Adds the loadable segments of a memory dump. data stays in use. */
bool elf_regions(struct source *src, const char *name, const void *data, size_t len,
                 struct why *why);
bool source_add(struct source *src, const struct region *r, struct why *why);

/* ---- regfile.c ---- */
struct regvalue {
    uint32_t offset;
    uint64_t value;
};
/* "NAME value" lines, or the bytes of the register window. Free it. */
bool regfile_parse(const char *name, const char *data, size_t len, struct regvalue **regs,
                   size_t *n, struct why *why);
/* A configuration by its ID registers, what the model has not taken away
 * (note says what, may be NULL), and a snapshot with the others. */
bool regfile_config(const struct regvalue *regs, size_t n, struct smmu3_config *cfg, char *note,
                    size_t notelen, struct why *why);
bool regfile_load(struct smmu3 *s, const struct regvalue *regs, size_t n, struct why *why);

/* ---- qmp.c ---- */
struct qmp *qmp_open(const char *address, struct why *why);
void qmp_close(struct qmp *q);
/* The "return" of a command; arguments are taken. */
json_t *qmp_command(struct qmp *q, const char *command, json_t *arguments, struct why *why);
/* The QOM path of the first arm-smmuv3. Free it. */
char *qmp_find(struct qmp *q, struct why *why);

#endif
