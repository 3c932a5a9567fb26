/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * One stream for each way in which a cached translation can be tagged, and
 * what the table of IHI0070G.b 3.17 says of each. Every stream maps the same
 * input to an output of its own, so that one that is served by another's entry
 * gives itself away.
 */
#ifndef CONTEXTS_H
#define CONTEXTS_H

#include "machine.h"

#include <string.h>

enum regime { EL1, EL2, EL2_E2H, EL3 };

struct context {
    const char *name;
    enum smmu3_sec_sid sec;
    enum regime regime;
    bool s1, s2;
    bool ns_ipa;         /* Secure stage 2 only: by way of the Non-secure IPA space */
    uint16_t vmid, asid; /* of STE and CD; used as a tag or not */
    bool global, aset;
};

static const struct context contexts[] = {
    { "NS-EL1 V1 A1", NS, EL1, true, false, false, 1, 1, false, false },
    { "NS-EL1 V1 A1, again", NS, EL1, true, false, false, 1, 1, false, false },
    { "NS-EL1 V1 A1 ASET", NS, EL1, true, false, false, 1, 1, false, true },
    { "NS-EL1 V1 A2", NS, EL1, true, false, false, 1, 2, false, false },
    { "NS-EL1 V1 A0x101", NS, EL1, true, false, false, 1, 0x101, false, false },
    { "NS-EL1 V2 A1", NS, EL1, true, false, false, 2, 1, false, false },
    { "NS-EL1 V0x101 A1", NS, EL1, true, false, false, 0x101, 1, false, false },
    { "NS-EL1 V0 A0", NS, EL1, true, false, false, 0, 0, false, false },
    { "NS-EL1 V1 A3 global", NS, EL1, true, false, false, 1, 3, true, false },
    { "NS-EL1 V1 A4 global ASET", NS, EL1, true, false, false, 1, 4, true, true },
    { "NS-EL1 V2 A3 global", NS, EL1, true, false, false, 2, 3, true, false },
    { "NS nested V3 A1", NS, EL1, true, true, false, 3, 1, false, false },
    { "NS stage 2 V1", NS, EL1, false, true, false, 1, 0, false, false },
    { "NS stage 2 V1, again", NS, EL1, false, true, false, 1, 0, false, false },
    { "NS stage 2 V2", NS, EL1, false, true, false, 2, 0, false, false },
    { "NS-EL2 (V1 A1)", NS, EL2, true, false, false, 1, 1, false, false },
    { "NS-EL2 (V2 A2) global", NS, EL2, true, false, false, 2, 2, true, false },
    { "NS-EL2-E2H A1", NS, EL2_E2H, true, false, false, 1, 1, false, false },
    { "NS-EL2-E2H A1 (V2)", NS, EL2_E2H, true, false, false, 2, 1, false, false },
    { "NS-EL2-E2H A2", NS, EL2_E2H, true, false, false, 1, 2, false, false },
    { "NS-EL2-E2H A2 ASET", NS, EL2_E2H, true, false, false, 1, 2, false, true },
    { "NS-EL2-E2H A3 global", NS, EL2_E2H, true, false, false, 1, 3, true, false },
    { "NS-EL2-E2H A3 global ASET", NS, EL2_E2H, true, false, false, 1, 3, true, true },
    { "Secure A1 (V1)", S, EL1, true, false, false, 1, 1, false, false },
    { "Secure A1 (V2)", S, EL1, true, false, false, 2, 1, false, false },
    { "Secure A2", S, EL1, true, false, false, 0, 2, false, false },
    { "Secure A3 global", S, EL1, true, false, false, 0, 3, true, false },
    { "Secure A3 global ASET", S, EL1, true, false, false, 0, 3, true, true },
    { "Secure nested V1 A1", S, EL1, true, true, false, 1, 1, false, false },
    { "Secure nested V2 A1", S, EL1, true, true, false, 2, 1, false, false },
    { "Secure stage 2 V1", S, EL1, false, true, false, 1, 0, false, false },
    { "Secure stage 2 V1 NS IPA", S, EL1, false, true, true, 1, 0, false, false },
    { "Secure stage 2 V2", S, EL1, false, true, false, 2, 0, false, false },
    { "S-EL2 (A1)", S, EL2, true, false, false, 1, 1, false, false },
    { "S-EL2 (A2)", S, EL2, true, false, false, 2, 2, false, false },
    { "S-EL2-E2H A1", S, EL2_E2H, true, false, false, 1, 1, false, false },
    { "S-EL2-E2H A2", S, EL2_E2H, true, false, false, 1, 2, false, false },
    { "S-EL2-E2H A3 global", S, EL2_E2H, true, false, false, 1, 3, true, false },
    { "EL3 (A1)", S, EL3, true, false, false, 1, 1, false, false },
    { "EL3 (A2)", S, EL3, true, false, false, 2, 2, false, true },
};
#define NCONTEXTS ARRAY_SIZE(contexts)

#define CTX_VA UINT64_C(0x40001000)
#define CTX_BLOCK UINT64_C(0x40400000) /* 2 MB */
#define CTX_OUT(i) (UINT64_C(0x12300000000) + (uint64_t)(i) * UINT64_C(0x10000000))

struct contexts {
    struct machine *m;
    bool e2h[2];    /* CR2.E2H, S_CR2.E2H */
    bool sel2;
    struct stream st[NCONTEXTS];
};

/* Does this context exist, with the E2H bits and features as they are? */
static inline bool ctx_used(const struct contexts *x, size_t i)
{
    const struct context *c = &contexts[i];

    if ((c->regime == EL2 && x->e2h[c->sec]) || (c->regime == EL2_E2H && !x->e2h[c->sec])) {
        return false;
    }
    return c->sec == NS || x->sel2 || (!c->s2 && c->regime != EL2 && c->regime != EL2_E2H);
}

/* The VMID of a context's entries, -1: they have none. 3.17 (1) and (5) */
static inline int ctx_vmid(const struct contexts *x, size_t i)
{
    const struct context *c = &contexts[i];

    if (c->regime != EL1 || (c->sec == S && !x->sel2)) {
        return -1;
    }
    return c->sec == S && !c->s2 ? 0 : c->vmid;
}

static inline bool ctx_has_asid(size_t i)
{
    return contexts[i].s1 && (contexts[i].regime == EL1 || contexts[i].regime == EL2_E2H);
}

static inline bool ctx_global(size_t i)
{
    return ctx_has_asid(i) && contexts[i].global;
}

static inline struct smmu3_result ctx_dma(struct contexts *x, size_t i, uint64_t va)
{
    return machine_dma(x->m, contexts[i].sec, (uint32_t)i, va,
                       contexts[i].ns_ipa ? SMMU3_REQ_NS : 0);
}

static inline void ctx_build(struct contexts *x, size_t i)
{
    static const uint8_t strw[] = { 0, 2, 2, 1 };
    static const uint64_t in[] = { CTX_VA, CTX_BLOCK }, size[] = { 0x1000, 0x200000 };
    const struct context *c = &contexts[i];
    struct stream *st = &x->st[i];

    *st = (struct stream){ .sec = c->sec, .sid = (uint32_t)i, .s1 = c->s1, .s2 = c->s2,
                           .vmid = c->vmid, .asid = c->asid };
    stream_build(x->m, st);
    STE_PUT(st->ste.w, STRW, strw[c->regime]);
    CD_PUT(st->cd.w, ASET, c->aset);
    stream_update(st);
    for (unsigned k = 0; k < 2; k++) {
        uint64_t out = CTX_OUT(i) + (in[k] & 0xfffffff);

        if (c->s1 && c->s2) {
            stream_map1(st, in[k], UINT64_C(0x2000000000) + (in[k] & 0xfffffff), size[k],
                        SMMU3T_S1_RW);
            stream_map2(st, UINT64_C(0x2000000000) + (in[k] & 0xfffffff), out, size[k],
                        SMMU3T_S2_RW);
        } else if (c->s1) {
            stream_map1(st, in[k], out, size[k],
                        c->global ? SMMU3T_S1_RW & ~SMMU3T_S1_NG : SMMU3T_S1_RW);
        } else {
            assert_int_equal(smmu3t_pgt_map(c->ns_ipa ? &st->ns_st2 : &st->st2, in[k], out,
                                            size[k], SMMU3T_S2_RW), 0);
        }
    }
}

/* Both interfaces on, with these E2H bits. */
static inline void ctx_new(struct contexts *x, const char *tweaks, bool e2h, bool s_e2h)
{
    memset(x, 0, sizeof(*x));
    x->m = machine_new("base", tweaks);
    x->e2h[NS] = e2h;
    x->e2h[S] = s_e2h;
    x->sel2 = x->m->cfg.s_idr1 >> 29 & 1;
    machine_start(x->m, S, 6, 0);
    machine_start(x->m, NS, 6, 0);
    for (unsigned b = 0; b < 2; b++) {
        uint32_t base = b ? 0x8000 : 0;

        w32(x->m, base + 0x20, 0xc);
        w32(x->m, base + 0x2c, x->e2h[b] ? 3 : 2);
        w32(x->m, base + 0x20, 0xd);
    }
    for (size_t i = 0; i < NCONTEXTS; i++) {
        if (ctx_used(x, i)) {
            ctx_build(x, i);
        }
    }
}

/* Takes the leaf of a context away, or puts it back; the TLB may not notice. */
static inline void ctx_hide(struct contexts *x, size_t i, bool hide)
{
    const struct context *c = &contexts[i];
    struct stream *st = &x->st[i];
    struct smmu3t_pgt *t = c->s1 ? &st->tt0 : c->ns_ipa ? &st->ns_st2 : &st->st2;

    for (unsigned k = 0; k < 2; k++) {
        uint64_t a = smmu3t_pgt_desc_addr(t, k ? CTX_BLOCK : CTX_VA, k ? 2 : 3);
        uint64_t d = smmu3t_pgt_read(t, a);

        smmu3t_pgt_write(t, a, hide ? d & ~UINT64_C(1) : d | 1);
    }
}

static inline void ctx_flush(struct contexts *x)
{
    machine_flush(x->m, NS);
    machine_flush(x->m, S);
}

/*
 * Each context alone: its two entries are cached, its leaves hidden, `act`
 * runs, and what is left must be what `want` says (bit 0 page, bit 1 block).
 * One at a time, so that contexts with equal tags do not meet.
 */
struct ctx_action {
    void (*act)(struct contexts *x, const void *arg);
    unsigned (*drops)(const struct contexts *x, size_t i, const void *arg);
    const void *arg;
};

static inline void ctx_check_drops(struct contexts *x, const char *name,
                                   const struct ctx_action *a)
{
    for (size_t i = 0; i < NCONTEXTS; i++) {
        unsigned drops, kept;

        if (!ctx_used(x, i)) {
            continue;
        }
        ctx_flush(x);
        row("%s: %s (E2H %u %u)", name, contexts[i].name, x->e2h[NS], x->e2h[S]);
        ROW_REASON(ctx_dma(x, i, CTX_VA), SMMU3_R_NONE);
        ROW_REASON(ctx_dma(x, i, CTX_BLOCK), SMMU3_R_NONE);
        ctx_hide(x, i, true);
        a->act(x, a->arg);
        kept = (ctx_dma(x, i, CTX_VA).status == SMMU3_ST_OK ? 1 : 0) |
               (ctx_dma(x, i, CTX_BLOCK).status == SMMU3_ST_OK ? 2 : 0);
        drops = a->drops(x, i, a->arg);
        ROW_EQ(kept, 3 & ~drops);
        ctx_hide(x, i, false);
        machine_drain(x->m, contexts[i].sec);
    }
}

#endif
