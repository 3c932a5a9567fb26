/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * One stream for each way in which a cached translation is tagged
 * (IHI0070G.b 3.17), with the same input addresses and an output of its own.
 * No two of them may share an entry, but where a global one is about.
 */
#ifndef SMMU3_CONFORMANCE_CONTEXT_H
#define SMMU3_CONFORMANCE_CONTEXT_H

#include "conf.h"

enum conf_regime { CONF_EL1, CONF_EL2, CONF_EL2_E2H, CONF_EL3 };

struct conf_context {
    const char *name;
    enum dut_sec sec;
    enum conf_regime regime;
    bool s1, s2;
    bool ns_ipa;         /* Secure stage 2 only: by way of the Non-secure IPA space */
    uint16_t vmid, asid; /* of STE and CD, whether or not they are tags */
    bool global, aset;
};
extern const struct conf_context conf_contexts[];
extern const unsigned conf_num_contexts;

/* A page, and (not of nested streams) a block. */
enum conf_leaf { CONF_PAGE, CONF_BLOCK };
struct conf_ctx {
    const struct conf_context *k;
    struct conf_stream st;
    enum dut_pas pas;
    uint64_t in[2], out[2]; /* by enum conf_leaf; input 0: there is none */
};

/* Does the DUT have such a stream, with E2H of its state as the regime says? */
bool conf_ctx_exists(const struct conf *c, const struct conf_context *k);
/* VMID and ASID that tag its entries; -1: none do. */
int conf_ctx_vmid(const struct conf *c, const struct conf_context *k);
int conf_ctx_asid(const struct conf_context *k);
/* May an entry of one serve a lookup of the other? */
bool conf_ctx_shares(const struct conf *c, const struct conf_context *a,
                     const struct conf_context *b);

/* conf_start() of its state, with the E2H bit that it takes. */
void conf_ctx_start(struct conf *c, const struct conf_context *k);
/* Tables, CD, STE. Its StreamID may be another's, too: then build it, or update
 * x->st, before each use. False: the row has failed or is skipped. */
bool conf_ctx_build(struct conf *c, struct conf_ctx *x, const struct conf_context *k);
/* With this granule (12, 14, 16) at each stage; 0: the smallest there is. */
bool conf_ctx_build_with(struct conf *c, struct conf_ctx *x, const struct conf_context *k,
                         unsigned gran);
struct dut_dma conf_ctx_access(const struct conf_ctx *x, enum conf_leaf leaf);
/* It must come out where its tables say. */
bool conf_ctx_reaches(struct conf_ctx *x, enum conf_leaf leaf);
/* It must be a translation fault at its last stage. */
bool conf_ctx_faults(struct conf_ctx *x, enum conf_leaf leaf);
/* Takes the leaf out of the tables, or puts it back; caches are not told. */
void conf_ctx_hide(struct conf_ctx *x, enum conf_leaf leaf, bool hide);
/* The table, and the level of the leaf in it, that conf_ctx_hide() works on. */
struct smmu3t_pgt *conf_ctx_table(struct conf_ctx *x, enum conf_leaf leaf, int *level);

/*
 * A Secure stream of both stages whose CD and stage 1 tables are in Non-secure
 * memory, because S2SA=1 puts Secure IPAs there; nothing is mapped yet. With
 * `other`, behind the same stage 2 as that one. 3.10.2.2
 */
bool conf_nested_in_ns(struct conf *c, struct conf_stream *st, const struct conf_stream *other);

#endif
