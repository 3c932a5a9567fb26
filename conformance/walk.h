/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* One translation whose descriptors a row can reach one by one. */
#ifndef SMMU3_CONFORMANCE_WALK_H
#define SMMU3_CONFORMANCE_WALK_H

#include "conf.h"

/* What walks the tables that are tested, and for what. */
enum walk_kind {
    WALK_S1,     /* stage 1 alone */
    WALK_S2,     /* stage 2 alone */
    WALK_NEST1,  /* stage 1, with stage 2 behind */
    WALK_NEST2,  /* stage 2, for what stage 1 gives */
    WALK_TT,     /* stage 2, for the first table of stage 1 */
    WALK_CD,     /* stage 2, for the CD */
    WALK_NUM_KINDS
};

struct walk_geometry {
    uint8_t gran, bits;
    int8_t start;        /* stage 2; stage 1's follows from bits */
    bool ds, upper;
};

struct walk {
    enum walk_kind kind;
    enum dut_sec sec;
    struct walk_geometry geo;
    int level;           /* of the descriptor that is tested */
    uint8_t cd_fmt;      /* SMMU3T_CD_* */
    uint8_t split;       /* of the Stream table; 0: linear */
    uint8_t ssid_bits;   /* 0: no SubstreamIDs; else the last one is used */

    struct conf *c;
    struct conf_stream st;
    struct smmu3t_pgt *tt;    /* the tables that are tested */
    enum dut_pas pas;
    uint64_t in, out;    /* of these tables */
    uint64_t pa;         /* where the access ends */
    struct dut_dma dma;  /* a write */
};

/* The smallest granule that there is, with a size that goes with any OAS. */
struct walk_geometry walk_plain_geometry(const struct conf *c, bool s2);
/* For reports, such as "stage 2 for a table". */
const char *walk_kind_name(enum walk_kind kind);
/* Is the stage that is tested stage 2? */
bool walk_is_s2(enum walk_kind kind);
int walk_start(const struct walk *w);
/* What the DUT must have. */
void walk_needs(const struct walk *w, struct conf_need need[CONF_NEEDS]);
/*
 * Builds it, for a fresh row: all levels down to a page; the row then puts
 * there what it tests. Fill in kind, sec, geo and level before. False: it
 * cannot be on this DUT; the row is skipped.
 */
bool walk_build(struct conf *c, struct walk *w);
/* The descriptor that is tested. */
uint64_t walk_desc(const struct walk *w);
void walk_set_desc(const struct walk *w, uint64_t desc);
/* A leaf of this level with these attributes on top of read and write. */
uint64_t walk_leaf(const struct walk *w);
bool walk_leaf_ok(const struct walk *w);
/* Makes the table of w->level lie in the hole; the address of the fetch. 0:
 * that hole is too small, or there is none (the row is skipped). */
uint64_t walk_into_hole(struct walk *w);
/* Limits IPS or S2PS; the lowest address bit beyond. 0: cannot be (skipped). */
unsigned walk_limit(struct walk *w);
/* A fault of the tested stage, at a leaf. PERM forbids a write. */
enum walk_fault_kind { WALK_F_RANGE, WALK_F_INVALID, WALK_F_SIZE, WALK_F_ACCESS, WALK_F_PERM,
                       WALK_NUM_FAULTS };
const char *walk_fault_name(enum walk_fault_kind f);
/* Puts it there; the event's number, 0: it cannot be on this DUT (skipped). */
uint8_t walk_put_fault(struct walk *w, enum walk_fault_kind f);
/* CD and STE again; the CD for the SubstreamID in use, too. */
void walk_update(struct walk *w);
/* The fault of this number that the tested stage has. */
struct conf_event walk_fault(const struct walk *w, uint8_t number);

#endif
