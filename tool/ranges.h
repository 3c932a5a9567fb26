/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* All streams of a bank, and all that one of them maps: asked of the model, address by address. */
#ifndef SMMU3_TOOL_RANGES_H
#define SMMU3_TOOL_RANGES_H

#include "tool.h"

/* A stream whose STE is there and valid, legal or not. */
struct stream {
    enum smmu3_sec_sid sec;
    uint32_t sid;
    uint64_t ste_addr, ste[8];
    enum smmu3_reason bad;    /* R_NONE: legal, and not disabled */
};

/* One of its address spaces: a CD, or stage 2 or nothing alone. */
struct space {
    const struct stream *stream;
    bool ssv;
    uint32_t ssid;
    bool has_cd;
    uint64_t cd_addr, cd[8];
    enum smmu3_pas cd_pas;
    enum smmu3_reason bad;    /* of the CD */
};

struct range {
    uint64_t in, last, out;   /* in..last; out of `in` */
    enum smmu3_pas pas;
    uint8_t perms[2];         /* unprivileged, privileged */
    uint8_t attr, sh, s2_attr;
    unsigned stage;           /* 1, 2, 3: both */
    bool bypass;
    enum smmu3_reason reason; /* R_NONE, or why it is broken: not just unmapped */
};

struct visitor {
    void *ctx;
    void (*stream)(void *ctx, const struct stream *st);
    void (*space)(void *ctx, const struct space *sp);
    void (*range)(void *ctx, const struct range *r);
    /* Each descriptor that is valid, before the ranges below it. May be NULL. */
    void (*desc)(void *ctx, const struct smmu3_step *step, uint64_t in);
    /* Of a table: where the SMMU reads. May be NULL. */
    void (*read)(void *ctx, const struct smmu3_step *step);
    uint64_t budget;          /* model walks to spend */
    bool no_ranges;
};

/* The streams first..last; false: the budget is spent. */
bool visit_streams(struct smmu3 *s, enum smmu3_sec_sid sec, uint32_t first, uint32_t last,
                   struct visitor *v);
/* A register of the model's state. */
uint64_t reg_value(struct smmu3 *s, const char *name);
bool has_bank(struct smmu3 *s, enum smmu3_sec_sid sec);

#endif
