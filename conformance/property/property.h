/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * A random legal program for an SMMUv3, and what it observes. Two devices that
 * run the same program must observe the same, whatever either caches, as long
 * as the program does all invalidations that the architecture asks for. It
 * does, and as few more as it can.
 *
 * A program is a list of steps. Each step names its objects by number (stream,
 * translation regime, address space, slot) and does an edit together with an
 * invalidation that is enough for it; a step that does not apply does nothing.
 * So any part of a program is a program, and shrink.c may drop steps at will.
 */
#ifndef SMMU3_PROPERTY_H
#define SMMU3_PROPERTY_H

#include <stdio.h>

#include "../../tables/bank.h"
#include "../dut.h"

#define PROP_COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* ---- programs: program.c ---- */

/* STEP(name, arguments by name): see step.def. */
enum prop_op {
#define STEP(name, a0, a1, a2, a3, a4, a5) PROP_##name,
#include "step.def"
#undef STEP
    PROP_NUM_OPS
};
#define PROP_ARGS 6
struct prop_step {
    uint8_t op;
    uint32_t arg[PROP_ARGS];
};

struct prop_program {
    uint32_t shape; /* granules, sizes, VMIDs and all else that a world is made of */
    unsigned n;
    struct prop_step *step;
};

/* What both devices have: fields of ID registers, the lesser of the two. */
struct prop_caps {
    bool s1, s2, secure, sel2, hyp, asid16, vmid16, vmw, ril, st2l, cd2l, ds, lpa, btm, ovr, had;
    bool ours;       /* promises of this library beyond the architecture */
    bool see_out, see_attr; /* both tell output addresses, attributes */
    bool big;        /* memory at any address */
    bool be_only, le_only;
    unsigned httu, bbml, stall, ssid_bits, sid_bits, s_sid_bits, oas, grans, max_bits, term,
        cmdq_log2, evtq_log2;
    bool stt, dvm, snapshot, ssid, priv, instr, ns_attr, wxn;
    unsigned num_sids[DUT_NUM_SEC]; /* 0: any */
    const uint32_t *sid[DUT_NUM_SEC];
    struct {
        uint64_t base, size;
    } ram[DUT_NUM_SEC]; /* the same addresses on both */
    bool blind;         /* aborts cannot be told from reads of 0 */
    uint32_t defects;   /* bits, enum prop_defect: what is left out */
};

/* What programs for a device avoid: defect.def. */
enum prop_defect {
#define DEFECT(name, clause, text) DEFECT_##name,
#include "defect.def"
#undef DEFECT
    PROP_NUM_DEFECTS
};
struct prop_defect_info {
    const char *name, *clause, *text;
};
extern const struct prop_defect_info prop_defects[PROP_NUM_DEFECTS];

/* A generator of random numbers; any seed. */
struct prop_rng {
    uint64_t s;
};
uint64_t prop_random(struct prop_rng *r);
/* 0..n-1 */
uint32_t prop_below(struct prop_rng *r, uint32_t n);

/* Fills *p with up to `steps` steps; free with prop_free(). */
void prop_generate(struct prop_program *p, uint64_t seed, unsigned steps,
                   const struct prop_caps *caps);
void prop_free(struct prop_program *p);
/* As text, one step a line; and back. False: a line that is none, in *line. */
void prop_print(FILE *f, const struct prop_program *p);
void prop_print_step(FILE *f, const struct prop_step *s);
bool prop_parse(FILE *f, struct prop_program *p, unsigned *line);

/* ---- devices ---- */

/* What struct smmu3_dut does not have; any may be NULL. */
struct prop_dvm {
    enum dut_sec sec;
    uint8_t regime, scope; /* as enum smmu3_dvm_regime, _scope */
    uint16_t vmid, asid;
    uint64_t addr;
    uint8_t tg, num, scale, ttl;
};
struct prop_device {
    struct smmu3_dut *dut;
    bool ours;
    uint32_t defects; /* bits: it has these */
    void *ctx;
    /* A broadcast TLB invalidation from a PE. */
    void (*dvm)(void *ctx, const struct prop_dvm *op);
    /* Saves the state, and goes on from what was saved. */
    void (*snapshot)(void *ctx);
};
/* The lesser of what two devices can do. */
void prop_caps_of(struct prop_caps *caps, const struct prop_device *a,
                  const struct prop_device *b);

/* ---- runs: world.c ---- */

enum prop_obs_kind { OBS_END, OBS_OUT, OBS_PAS, OBS_ATTR, OBS_EVENT, OBS_ERROR, OBS_WORD };
struct prop_obs {
    uint32_t step;
    uint8_t kind, n;
    uint64_t v;
};
struct prop_log {
    struct prop_obs *obs;
    unsigned n, room;
    bool broken;     /* the device is gone, or the driver's half failed */
    const char *why; /* ... at this; static */
    bool full;       /* all memory for tables is used: the program ended there */
};
void prop_log_free(struct prop_log *log);

/*
 * Runs a program on a device that is as out of reset, with memory of zeros
 * below what the program uses. trace: each command, edit and DMA as text.
 */
void prop_run(const struct prop_program *p, const struct prop_caps *caps,
              const struct prop_device *dev, struct prop_log *log, FILE *trace);
/* The first observation that differs; -1: none. text: what it is. */
int prop_compare(const struct prop_log *a, const struct prop_log *b, char *text, size_t len);

/* ---- shrink.c ---- */

/* Does this program still fail? */
typedef bool prop_fails_fn(void *ctx, const struct prop_program *p);
/* The smallest that delta-debugging finds, in place. Returns the runs it took. */
unsigned prop_shrink(struct prop_program *p, prop_fails_fn *fails, void *ctx);

#endif
