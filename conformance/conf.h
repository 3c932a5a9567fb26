/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * What a case of the suite has at hand. Freestanding but for string.h.
 *
 * A case is a function that goes through rows. A row tests one thing: it names
 * a rule of the architecture (rules_*.def) and the form it is tested in, sets
 * up, does something, and compares with what the clause says. Every row starts
 * from conf_fresh(): an SMMU that is off and memory that is all there.
 */
#ifndef SMMU3_CONFORMANCE_CONF_H
#define SMMU3_CONFORMANCE_CONF_H

#include <stdarg.h>

#include "../tables/bank.h"
#include "dut.h"

/* The physical address space that is a state's own. */
static inline enum dut_pas conf_pas(enum dut_sec sec)
{
    return sec == DUT_S ? DUT_PAS_S : DUT_PAS_NS;
}

#define CONF_COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* ---- rules ---- */

enum conf_rule {
#define RULE(id, clause, forms, text) RULE_##id,
#include "rules.def"
#undef RULE
    CONF_NUM_RULES
};
/* How a rule is tested; a rule's `forms` says which of these it must have. */
enum conf_form { CONF_LEGAL = 1, CONF_ILLEGAL = 2, CONF_BOTH = 3 };

struct conf_rule_info {
    const char *id, *clause, *text;
    unsigned forms;
};
extern const struct conf_rule_info conf_rules[CONF_NUM_RULES];

/* ---- conditions on the DUT ---- */

enum conf_id_reg { CONF_IDR0, CONF_IDR1, CONF_IDR3, CONF_IDR5, CONF_AIDR, CONF_S_IDR0, CONF_S_IDR1,
                   CONF_S_IDR3, CONF_MPAMIDR, CONF_S_MPAMIDR, CONF_NUM_IDS };
enum {
#define ID_FIELD(reg, mem, f, lo, w, min, max) CONF_ID_##reg##_##f = CONF_##reg << 16 | lo << 8 | w,
#include "../spec/id.def"
#undef ID_FIELD
};
enum conf_op { CONF_NONE, CONF_IS, CONF_NOT, CONF_MIN, CONF_MAX, CONF_CAN };
/* NEED(IDR3, STT, IS, 0), CAN(SSID); unused ones are zero. */
struct conf_need {
    uint32_t field;
    enum conf_op op;
    uint32_t v;
};
#define NEED(reg, f, op, v) { CONF_ID_##reg##_##f, CONF_##op, v }
#define CAN(x) { 0, CONF_CAN, DUT_CAN_##x }
#define CONF_NEEDS 4
#define IN_SECURE CAN(SECURE), NEED(S_IDR1, SECURE_IMPL, IS, 1)

/* What every row about a state needs, and how the state is called. */
extern const struct conf_need conf_state_need[DUT_NUM_SEC][CONF_NEEDS];
extern const char *const conf_state_name[DUT_NUM_SEC];

/* A field of an STE or CD and what to put there. width 0: nothing. */
struct conf_set {
    uint16_t lo, width;
    uint64_t v;
};
#define STE_SET(f, v) { STE_##f##_LO, STE_##f##_W, v }
#define CD_SET(f, v) { CD_##f##_LO, CD_##f##_W, v }
void conf_apply(uint64_t *w, const struct conf_set *set, unsigned n);

struct conf;
/* The value of an ID register's field: conf_id(c, CONF_ID_IDR0_S2P). */
uint32_t conf_id(const struct conf *c, uint32_t field);
#define ID(c, reg, f) conf_id(c, CONF_ID_##reg##_##f)
bool conf_can(const struct conf *c, uint32_t can);
/* Is there such a Security state to test? Skips the row if not. */
bool conf_needs_state(struct conf *c, enum dut_sec sec);
/* STALL_MODEL as this state's streams have it. */
unsigned conf_stall_model(const struct conf *c, enum dut_sec sec);
/* What IDR5.OAS says, in bits. */
unsigned conf_oas(const struct conf *c);
/* Does the DUT have a Secure interface that can be reached? */
bool conf_has_secure(const struct conf *c);

/* ---- cases and rows ---- */

struct conf_case {
    const char *name;   /* room and noun: "ste/validity" */
    struct conf_need need[CONF_NEEDS];
    void (*run)(struct conf *c);
};
/* All cases, in the order in which they run; see cases.c. */
extern const struct conf_case *const conf_cases[];
extern const size_t conf_num_cases;

/*
 * Begins a row and ends the one before. need: CONF_NEEDS conditions, or NULL.
 * False: the row is skipped (its reason is reported), go on with the next.
 * On true the DUT is fresh. The name must be unique in its case.
 */
bool conf_row(struct conf *c, enum conf_rule rule, enum conf_form form,
              const struct conf_need *need, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
/* Skips the row that was begun, or (before any row) the case. */
void conf_skip(struct conf *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* A failure of the current row: what was expected, what came. */
void conf_fail(struct conf *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Values as 0x%lx. False: they differ, and it has been reported. */
bool conf_eq(struct conf *c, const char *what, uint64_t got, uint64_t want);
/* Has the current row failed already? */
bool conf_failed(const struct conf *c);

/* ---- the DUT's registers and memory ---- */

/* Off, errors acknowledged, all memory free again. (conf_row() did it.) */
void conf_fresh(struct conf *c);
/* conf_fresh() by a real reset. False: the DUT cannot; the row is skipped. */
bool conf_reset(struct conf *c);

/* Lets time pass, for an SMMU that takes its time. */
void conf_step(struct conf *c);
uint64_t conf_reg(struct conf *c, enum dut_pas pas, uint32_t offset, unsigned size);
void conf_set(struct conf *c, enum dut_pas pas, uint32_t offset, unsigned size, uint64_t v);
/* 32 bits, as the bank's own state: Secure offsets with Secure accesses. */
uint32_t conf_r32(struct conf *c, uint32_t offset);
void conf_w32(struct conf *c, uint32_t offset, uint32_t v);

uint64_t conf_read64(struct conf *c, enum dut_pas pas, uint64_t addr);
void conf_write64(struct conf *c, enum dut_pas pas, uint64_t addr, uint64_t v);
/* Zeroed memory of the row; never fails (a DUT without room ends the row). */
uint64_t conf_alloc(struct conf *c, enum dut_pas pas, uint64_t size, uint64_t align);
/* 64 KB, aligned, that DMA may go to. */
uint64_t conf_target(struct conf *c, enum dut_pas pas);
/* The memory of this space that is the suite's. */
void conf_ram(const struct conf *c, enum dut_pas pas, uint64_t *base, uint64_t *size);
/* With DUT_CAN_HOLE: a 64 KB-aligned address where everything aborts. */
uint64_t conf_hole(const struct conf *c, enum dut_pas pas);
/* Waits until memory has this value (an SMMU's write may take its time). */
bool conf_poll64(struct conf *c, enum dut_pas pas, uint64_t addr, uint64_t want);
/* Pulses of a wired interrupt since the last call; 0 without DUT_CAN_IRQ. */
unsigned conf_irqs(struct conf *c, enum dut_sec bank, enum dut_irq irq);

/* A StreamID of this state; i: the how-manieth, below conf_num_sids(). */
uint32_t conf_sid(const struct conf *c, enum dut_sec sec, unsigned i);
unsigned conf_num_sids(const struct conf *c, enum dut_sec sec);
/* How many bits StreamIDs of this state have: SIDSIZE. */
unsigned conf_sid_bits(const struct conf *c, enum dut_sec sec);

/* ---- one programming interface, and streams ---- */

/* On with queues of 2^4 entries and an empty Stream table for the DUT's
 * StreamIDs, interrupts enabled. split 0: linear. */
struct smmu3t_bank *conf_start(struct conf *c, enum dut_sec sec);
struct smmu3t_bank *conf_start_split(struct conf *c, enum dut_sec sec, unsigned split);
struct smmu3t_bank *conf_bank(struct conf *c, enum dut_sec sec);
/* A command and a CMD_SYNC; reports any error. */
void conf_cmd(struct conf *c, enum dut_sec sec, struct smmu3t_cmd cmd);
/* The CERROR of a command that must not be accepted, 0: it was. CMDQ_CONS must
 * be at it, and the queue goes on once it is mended and acknowledged (7.1). */
int conf_cmd_error(struct conf *c, enum dut_sec sec, struct smmu3t_cmd cmd);

/* What conf_stream() builds; set the first part before, zero is fine. */
struct conf_stream {
    enum dut_sec sec;
    unsigned index;            /* conf_sid() */
    bool s1, s2;
    uint8_t gran1, bits1;      /* 0: the smallest granule, 39 bits or so */
    uint8_t gran2, bits2;      /* 0: likewise, 36 to 40 bits */
    int8_t start2;             /* with gran2 */
    bool ds;
    bool big_endian;           /* set if the SMMU can do nothing else */
    bool both_halves;
    uint16_t asid, vmid;
    uint8_t ssid_bits, cd_fmt;

    uint32_t sid;
    struct conf *c;
    struct smmu3_mem_ops ipa_mem;
    struct smmu3t_pgt tt0, tt1;
    struct smmu3t_pgt st2;     /* Secure streams: of Secure IPAs */
    struct smmu3t_pgt ns_st2;  /* Secure streams: of Non-secure IPAs */
    struct smmu3t_cdtab cds;
    struct smmu3t_cd cd;
    struct smmu3t_ste ste;
    unsigned maps;             /* of conf_map() */
};

/* Tables, CD and STE in memory, caches told. Nothing is mapped, but what a
 * nested stream's own tables need. False: not possible on this DUT (skipped). */
bool conf_stream(struct conf *c, struct conf_stream *st);
/* CD and STE again, after a case changed st->cd or st->ste. */
void conf_stream_update(struct conf_stream *st);
void conf_map1(struct conf_stream *st, uint64_t va, uint64_t out, uint64_t size, uint64_t attr);
void conf_map2(struct conf_stream *st, uint64_t ipa, uint64_t pa, uint64_t size, uint64_t attr);
/*
 * Maps 64 KB of new memory of the stream's own space for reads and writes
 * through what stages there are; the input address, and in *pa the output.
 */
uint64_t conf_map(struct conf_stream *st, uint64_t *pa);
/* Where conf_map() puts the first; the next ones follow. */
#define CONF_VA UINT64_C(0x12340000)
/* With DUT_CAN_HOLE: the hole of the stream's own space, for what stage 1 or
 * the STE points to: its address before stage 2, which maps it now. */
uint64_t conf_map_hole(struct conf_stream *st);
/* The IPA at which a nested stream finds a physical address of its tables. */
uint64_t conf_ipa(const struct conf *c, uint64_t pa);

/* ---- stimulus and expectation ---- */

struct dut_dma_result conf_dma(struct conf *c, const struct dut_dma *dma);
/* A DMA of the stream with these DUT_DMA_* flags; SSV takes the SubstreamID. */
struct dut_dma conf_access(const struct conf_stream *st, uint64_t addr, uint32_t flags);

/* It must read (write) this place, and no event be recorded. */
bool conf_reaches(struct conf *c, const struct dut_dma *dma, enum dut_pas pas, uint64_t addr);
/* It must move nothing, read zero, and record nothing: RAZ/WI. */
bool conf_razwi(struct conf *c, const struct dut_dma *dma);
/* It must abort and record nothing. */
bool conf_aborts(struct conf *c, const struct dut_dma *dma);

/* An event that a DMA must record; what the DMA itself says is filled in. */
enum conf_override { CONF_AS_IS, CONF_NO, CONF_YES };
struct conf_event {
    uint8_t number;      /* EVT_x of spec/evt.def */
    bool s2, nsipa, ttrnw;
    uint8_t class_;      /* CONF_CLASS_* */
    uint64_t ipa;        /* of stage 2 faults */
    uint64_t fetch;      /* of aborted fetches */
    bool stall;          /* Stall=1: the DMA stalls; STAG is not compared */
    enum conf_override pnu, ind; /* after PRIVCFG, INSTCFG */
};
enum { CONF_CLASS_CD, CONF_CLASS_TT, CONF_CLASS_IN };
/* It must abort and record exactly this event, all fields compared. */
bool conf_faults(struct conf *c, const struct dut_dma *dma, const struct conf_event *want);
/* As above, but the client sees RAZ/WI (CD.A=0). */
bool conf_faults_razwi(struct conf *c, const struct dut_dma *dma, const struct conf_event *want);
/* One of these two, where the architecture leaves the choice. */
bool conf_faults_either(struct conf *c, const struct dut_dma *dma, const struct conf_event *a,
                        const struct conf_event *b);
/* Anything may become of it but this event. */
bool conf_never(struct conf *c, const struct dut_dma *dma, uint8_t number);
/* The record that the event queue must hold for it, and which bits count. */
void conf_event_record(const struct dut_dma *dma, const struct conf_event *want, uint64_t rec[4],
                       uint64_t mask[4]);
/* The record that the last of the above took from the queue. */
const uint64_t *conf_last_event(const struct conf *c);
/* How many DMAs the master can hold at a time. */
unsigned conf_holds(const struct conf *c);
/* How a stalled DMA ends, if it does; by the end of it: what conf_dma() says. */
struct dut_dma_result conf_stalled(struct conf *c, unsigned hold);
/* No event is in this queue; any is reported and removed. */
bool conf_quiet(struct conf *c, enum dut_sec sec);

#endif
