/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * What the files of src/ share. Read translate.c for the translation path and
 * mmio.c for the programming interface.
 *
 * Locks: s->lock guards registers and whoever changes a cache; it is held for a
 * few lines and never across a host callback, except in evtq.c (see there).
 * What a hit reads is read without it: cache.h.
 */
#ifndef SMMU3_INTERNAL_H
#define SMMU3_INTERNAL_H

#include <stdatomic.h>

#include "smmu3/smmu3.h"
#include "../spec/fields.h"
#include "cache.h"

/* Field of an ID register of this instance: ID(s, IDR0, S1P). */
enum {
#define ID_FIELD(reg, mem, f, lo, w, min, max) ID_##reg##_##f##_LO = lo, ID_##reg##_##f##_W = w,
#include "../spec/id.def"
#undef ID_FIELD
};
#define ID_REG_IDR0 idr0
#define ID_REG_IDR1 idr1
#define ID_REG_IDR3 idr3
#define ID_REG_IDR5 idr5
#define ID_REG_AIDR aidr
#define ID_REG_S_IDR0 s_idr0
#define ID_REG_S_IDR1 s_idr1
#define ID_REG_S_IDR3 s_idr3
#define ID_REG_MPAMIDR mpamidr
#define ID_REG_S_MPAMIDR s_mpamidr
#define CFG_ID(cfg, reg, f) \
    ((unsigned)(((cfg)->ID_REG_##reg >> ID_##reg##_##f##_LO) & field_mask(ID_##reg##_##f##_W)))
#define ID(s, reg, f) CFG_ID(&(s)->cfg, reg, f)

/* CR0 and CR0ACK, IHI0070G.b 6.3.9, 6.3.57 */
#define CR0_SMMUEN   (1u << 0)
#define CR0_EVENTQEN (1u << 2)
#define CR0_CMDQEN   (1u << 3)
#define CR0_SIF      (1u << 5) /* S_CR0 */
#define CR0_VMW_LO   6
#define CR0_VMW      (7u << CR0_VMW_LO)
#define CR0_NSSTALLD (1u << 9) /* S_CR0 */
/* CR1, 6.3.11 */
#define CR1_TABLE 0xfc0u
#define CR1_QUEUE 0x03fu
/* CR2, 6.3.12 */
#define CR2_E2H       (1u << 0)
#define CR2_RECINVSID (1u << 1)
#define CR2_PTM       (1u << 2)
/* GBPA and S_GBPA, 6.3.14, 6.3.63 */
#define GBPA_UPDATE     (1u << 31)
#define GBPA_ABORT      (1u << 20)
#define GBPA_INSTCFG_LO 18
#define GBPA_PRIVCFG_LO 16
#define GBPA_NSCFG_LO   14
#define GBPA_SHCFG_LO   12
#define GBPA_ALLOCCFG_LO 8
#define GBPA_MTCFG_BIT  4
/* IRQ_CTRL, 6.3.16 */
#define IRQ_GERROR (1u << 0)
#define IRQ_EVENTQ (1u << 2)
/* GERROR, 6.3.19 */
#define GERROR_CMDQ       (1u << 0)
#define GERROR_EVENTQ_ABT (1u << 2)
#define GERROR_MSI_CMDQ_ABT   (1u << 4)
#define GERROR_MSI_EVENTQ_ABT (1u << 5)
#define GERROR_MSI_GERROR_ABT (1u << 7)
#define GERROR_MSI            (GERROR_MSI_CMDQ_ABT | GERROR_MSI_EVENTQ_ABT | GERROR_MSI_GERROR_ABT)
/* STRTAB_BASE_CFG, 6.3.25 */
#define STRTAB_LOG2SIZE(v) ((v) & 0x3f)
#define STRTAB_SPLIT(v)    (((v) >> 6) & 0x1f)
#define STRTAB_FMT(v)      (((v) >> 16) & 3)
/* Queues, 6.3.26 to 6.3.29 */
#define Q_LOG2SIZE(v) ((v) & 0x1f)
#define Q_ADDR_MASK   UINT64_C(0x00ffffffffffffe0)
#define Q_INDEX_MASK  0xfffffu
#define CONS_ERR_LO   24
#define OVFLG         (1u << 31)

enum cerror { CERROR_NONE = 0, CERROR_ILL = 1, CERROR_ABT = 2, CERROR_ATC_INV_SYNC = 3 };

/* The registers of one Security state; Secure's S_ registers are the same. */
struct bank {
    uint32_t cr0, cr0ack, cr1, cr2;
    uint32_t gbpa, init;
    uint32_t irq_ctrl, irq_ctrlack;
    uint32_t gerror, gerrorn;
    uint32_t strtab_base_cfg;
    uint32_t gmpam, gbpmpam;
    uint32_t cmdq_prod, cmdq_cons;
    uint32_t eventq_prod, eventq_cons;
    uint32_t gerror_irq_cfg1, gerror_irq_cfg2, eventq_irq_cfg1, eventq_irq_cfg2;
    uint64_t strtab_base, cmdq_base, eventq_base;
    uint64_t gerror_irq_cfg0, eventq_irq_cfg0;
};

/* StreamWorld, IHI0070G.b 3.3.3; always together with a SEC_SID. */
enum world { WORLD_NONE, WORLD_EL1, WORLD_EL2, WORLD_EL2_E2H, WORLD_EL3 };

static inline bool world_has_asid(enum world w)
{
    return w == WORLD_EL1 || w == WORLD_EL2_E2H;
}

/* One translation table: one half of stage 1, or one IPA space of stage 2. */
struct ttcfg {
    uint64_t ttb;       /* aligned base of the start level */
    uint8_t stage;      /* 1 or 2 */
    uint8_t gran;       /* log2 of the granule: 12, 14, 16 */
    uint8_t tsz;        /* TxSZ: the input has 64-tsz bits */
    int8_t level;       /* start level, -1 with DS */
    uint8_t out_bits;   /* effective output size */
    uint8_t sh;         /* of leaves with DS: CD.SHx, STE.S2SH0 */
    bool ds;            /* 52-bit addresses with 4K and 16K granules */
    bool lpa;           /* 52-bit addresses with the 64K granule */
    bool big_endian;
    bool affd;          /* AF=0 is no fault */
    bool ha, hd;        /* hardware sets AF, makes clean pages dirty */
    bool hier_off;      /* HADx: hierarchical permissions are ignored */
    bool epd, e0pd;     /* stage 1 */
    bool tbi;           /* stage 1 */
    bool ns;            /* Secure: the space of the start level is NS */
    struct smmu3_attr attr; /* of the walk's own accesses */
};

struct ste {
    uint64_t w[8];
    enum smmu3_reason bad;  /* R_NONE: legal */
    enum world world;
    bool s1, s2;            /* STE.Config */
    bool has_vmid;
    uint16_t vmid;          /* the tag, 0 if there is none */
    struct ttcfg s2tt[2];   /* by the NS of the IPA; only [0] unless Secure */
    bool s2_out_ns[2];      /* Secure: output space by the NS of the IPA */
    struct smmu3_mpam mpam; /* label of the stream itself */
    bool vms_valid;
    uint16_t vms[32];       /* PARTID_MAP, if valid */
};

struct cd {
    uint64_t w[8];
    enum smmu3_reason bad;
    struct ttcfg tt[2];
    uint16_t asid;
    bool aset;
    bool wxn, pan, epan;
    bool a, r;
};

/* ---- stalled transactions (stall.c) ---- */

int smmu3i_stall_init(struct smmu3 *s);
void smmu3i_stall_free(struct smmu3 *s);
void smmu3i_stall_reset(struct smmu3 *s);
/* Its event found no room: it is retried when there is some. */
void smmu3i_stall_not_recorded(struct smmu3 *s, enum smmu3_sec_sid sec, uint16_t stag,
                               void *cookie);
/* Ends those of a state, of one stream, with one STAG (NULL: any). */
void smmu3i_stall_end(struct smmu3 *s, enum smmu3_sec_sid sec, const uint32_t *sid,
               const uint16_t *stag, enum smmu3_resume action);
/* The Event queue is writable again. */
void smmu3i_stall_retry_pending(struct smmu3 *s, enum smmu3_sec_sid sec);

/*
 * The fields that every hit reads stay away from those that are written all
 * the time, or threads would take the cache line from each other.
 */
#define CACHE_LINE 64
struct hit_slot;
struct stall_slot;
struct smmu3 {
    struct smmu3_config cfg;
    struct smmu3_host host;
    void *ctx;

    unsigned oas, ias;   /* bits */
    bool secure;         /* S_IDR1.SECURE_IMPL */
    struct hit_slot *hit;
    void *hit_mem;       /* hit, unaligned */
    uint32_t nhit;       /* power of two; 0: off */
    struct tlb tlb;
    struct cfgcache cfgc;

    char pad[CACHE_LINE];
    atomic_flag lock;
    atomic_flag evtq_lock; /* one writer of the Event queues at a time */
    _Atomic uint64_t gen;  /* counts invalidations of any cache: cache.h */
    struct bank bank[SMMU3_NUM_BANKS];
    bool in_cmdq[SMMU3_NUM_BANKS];
    bool written;          /* a register, since a command queue looked at them */
    atomic_bool nsstalld; /* S_CR0.NSSTALLD, for readers without the lock */
    struct stall_slot *stall;
    unsigned nstall;
};

static inline void lock(atomic_flag *f)
{
    smmu3i_test_point();
    while (atomic_flag_test_and_set_explicit(f, memory_order_acquire)) {
        smmu3i_test_point();
    }
}

static inline void unlock(atomic_flag *f)
{
    atomic_flag_clear_explicit(f, memory_order_release);
    smmu3i_test_point();
}

/* The count of an invalidation that begins, and its end: what it reached is
 * out of use when this returns. s->lock is held. (smmu3.c) */
uint64_t smmu3i_inval_begin(struct smmu3 *s);
void smmu3i_inval_end(struct smmu3 *s, place *newest, uint64_t now);

/* ---- little-endian memory images ---- */

static inline uint32_t load_le32(const uint8_t *p)
{
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static inline uint64_t load_le64(const uint8_t *p)
{
    return load_le32(p) | (uint64_t)load_le32(p + 4) << 32;
}

static inline void store_le32(uint8_t *p, uint32_t v)
{
    p[0] = (uint8_t)v;
    p[1] = (uint8_t)(v >> 8);
    p[2] = (uint8_t)(v >> 16);
    p[3] = (uint8_t)(v >> 24);
}

static inline void store_le64(uint8_t *p, uint64_t v)
{
    store_le32(p, (uint32_t)v);
    store_le32(p + 4, (uint32_t)(v >> 32));
}

/* The physical address space that a bank's tables, queues and MSIs are in. */
static inline enum smmu3_pas bank_pas(enum smmu3_sec_sid sec)
{
    return (enum smmu3_pas)sec;
}

/* The address space of a Secure (or other) stream's access with this NS. */
static inline enum smmu3_pas space_pas(enum smmu3_sec_sid sec, bool ns)
{
    return sec == SMMU3_SEC_SID_S && ns ? SMMU3_PAS_NS : bank_pas(sec);
}

static inline uint64_t low_mask(unsigned bits)
{
    return field_mask(bits);
}

/* The stall model in force for a state, IHI0070G.b 6.3.1 and 6.3.57.1. */
unsigned smmu3i_stall_model(const struct smmu3 *s, enum smmu3_sec_sid sec);
unsigned smmu3i_sid_bits(const struct smmu3 *s, enum smmu3_sec_sid sec);
unsigned smmu3i_gran_shift(const struct smmu3 *s, unsigned tg); /* TG0/S2TG code; 0: not there */
unsigned smmu3i_addr_bits(unsigned code);                       /* of OAS, IPS, S2PS */
unsigned smmu3i_out_bits(const struct smmu3 *s, const struct ttcfg *tt, unsigned ps); /* (ste.c) */
unsigned smmu3i_table_align(const struct ttcfg *tt);            /* (ste.c) */
unsigned smmu3i_tsz_max(const struct smmu3 *s, unsigned gran);  /* (ste.c) */

/* ---- the translation path ---- */

/* A failed check on its way to an event record. */
struct fault {
    enum smmu3_reason reason; /* R_NONE: no fault */
    bool s2;                  /* raised by stage 2 */
    uint8_t class_;           /* CLASS_* */
    bool tt_write;            /* CLASS_TT: the descriptor was being updated */
    bool ipa_ns;
    uint64_t ipa;             /* stage 2's input */
    uint64_t fetch_addr;      /* of an aborted fetch */
    uint32_t ssid;            /* C_BAD_SUBSTREAMID: the index used */
};
#define CLASS_CD 0
#define CLASS_TT 1
#define CLASS_IN 2

/* A transaction on its way: what all steps of translate.c share. */
struct txn {
    struct smmu3 *s;
    const struct smmu3_request *req;
    enum smmu3_sec_sid sec;
    uint64_t gen;              /* of the caches, then */
    bool probe;
    bool write, priv, instr;   /* after overrides */
    bool ns;                   /* Secure: input NS after overrides */
    bool s1;                   /* stage 1 translates this one */
    bool again;                /* a descriptor changed under us: start over */
    bool not_in_tlb;           /* the TLB need not be asked */
    bool last;                 /* ... no more: the fault stands, without a stall */
    struct observer *obs;      /* smmu3_explain(): told of each step, no caches */
    struct fault f;
    /* Nobody clears what follows; it is there from where it says on. */
    struct bank regs;          /* as they were when it arrived */
    struct ste ste;            /* step 2; cleared with translation off */
    struct cd cd;              /* step 4, if stage 1 translates */
};

/* The result of one stage for one address. */
struct leaf {
    uint64_t out;       /* address */
    uint8_t shift;      /* log2 of the block or page */
    uint8_t level;
    uint8_t perms;      /* PERM_ */
    bool ns;            /* Secure: output space */
    bool nG;
    uint8_t attr, sh;   /* stage 1: MAIR byte, stage 2: MemAttr */
};

/* Does the host hear of hits and misses of this one? */
static inline bool traced(const struct txn *t)
{
    return t->s->host.trace && !t->probe;
}

/* A check of a structure failed; fetch_addr: where a fetch was aborted. */
static inline bool fail_fetch(struct txn *t, enum smmu3_reason reason, uint64_t fetch_addr)
{
    t->f.reason = reason;
    t->f.fetch_addr = fetch_addr;
    return false;
}

/* Is this address in TTB1's half? One-range worlds have none. */
static inline bool high_half(const struct txn *t, uint64_t va)
{
    return world_has_asid(t->ste.world) && (va >> 55 & 1);
}

static inline bool s2_fwb(const struct txn *t)
{
    return ID(t->s, IDR3, FWB) && STE_GET(t->ste.w, S2FWB);
}

/* The permission bit that this access needs. */
static inline unsigned need(const struct txn *t)
{
    unsigned bit = t->write ? PERM_UW : t->instr ? PERM_UX : PERM_UR;

    return t->priv ? bit << 3 : bit;
}

/* Takes a STAG for a faulting transaction. (stall.c) */
enum stall_try {
    STALL_BEGUN,
    STALL_FULL,  /* all STAGs are taken */
    STALL_STALE  /* an invalidation came in between: translate again */
};
enum stall_try smmu3i_stall_begin(const struct txn *t, uint16_t *stag);
/* StreamID -> STE. False: t->f is set. (strtab.c) */
bool smmu3i_strtab_lookup(struct txn *t);
/* Fills everything but w[] from w[]. (ste.c) */
void smmu3i_ste_decode(const struct smmu3 *s, const struct bank *b, enum smmu3_sec_sid sec,
                struct ste *ste);
/* SubstreamID -> CD. False: t->f is set. Sets t->s1. (cd.c) */
bool smmu3i_cd_lookup(struct txn *t);
void smmu3i_cd_decode(const struct smmu3 *s, enum smmu3_sec_sid sec, const struct ste *ste,
               struct cd *cd);
/* One stage of one address; stage 1 calls stage 2 for its tables. (walk.c) */
bool smmu3i_walk_s1(struct txn *t, uint64_t va, struct leaf *out);
/* needed: one PERM_ bit. */
bool smmu3i_walk_s2(struct txn *t, uint64_t ipa, bool ipa_ns, uint8_t class_, unsigned needed,
             struct leaf *out);
/* The attributes of the output, with translation off and on. (attr.c) */
struct smmu3_attr smmu3i_attr_gbpa(const struct txn *t);
struct smmu3_attr smmu3i_attr_output(const struct txn *t, const struct tlb_entry *e);
/* An ATS transaction or request: t->f says why it is refused. (ats.c) */
bool smmu3i_ats_run(struct txn *t);
enum smmu3_ats smmu3i_ats_completion(enum smmu3_reason reason);
/* Puts the event record of t->f together and records it. (fault.c) */
void smmu3i_fault_finish(struct txn *t, struct smmu3_result *res);
enum smmu3_mem smmu3i_mem_read(struct smmu3 *s, const struct smmu3_access *acc, void *buf,
                               size_t size);

/* ---- smmu3_explain() (explain.c); only if t->obs ---- */

/* A table was read: L1STD, STE, L1CD, CD, VMS. ipa: where, before stage 2. */
void smmu3i_observe_fetch(struct txn *t, const struct smmu3_access *acc, uint64_t ipa,
                          const void *buf, size_t size);
/* A descriptor was read. */
void smmu3i_observe_desc(struct txn *t, const struct ttcfg *tt, int level,
                         const struct smmu3_access *acc, uint64_t ipa, uint64_t d);
/* A stage is done with an address; needed: one PERM_ bit. */
void smmu3i_observe_leaf(struct txn *t, unsigned stage, uint64_t in, unsigned needed,
                         const struct leaf *l);
/* The request as the STE or GBPA changed it; the first stage's input. */
void smmu3i_observe_request(struct txn *t, uint64_t va);
/* The steps of translate.c with caches off, the answer in *res. */
void smmu3i_run_observed(struct smmu3 *s, const struct smmu3_request *req, struct observer *obs,
                         struct smmu3_result *res);

/* ---- attributes of what the SMMU itself accesses, 13.5 (attr.c) ---- */

/* CR1.TABLE_* and QUEUE_*, with the hint of the base register's bit 62. */
#define CR1_TABLE_LO 6
#define CR1_QUEUE_LO 0
#define BASE_HINT    62
struct smmu3_attr smmu3i_attr_cr1(uint32_t cr1, unsigned lo, uint64_t base, bool write);
/* Of tables: CD.IRx, ORx, SHx; STE.S2IR0, S2OR0, S2SH0. */
struct smmu3_attr smmu3i_attr_walk(unsigned ir, unsigned or_, unsigned sh);
/* STE.S1CIR, S1COR, S1CSH. */
struct smmu3_attr smmu3i_attr_cd(const struct ste *ste);
/* One of these two, on memory that stage 2 maps like this. */
struct smmu3_attr smmu3i_attr_behind_s2(const struct txn *t, struct smmu3_attr a,
                                        const struct leaf *l2);
/* IRQ_CFG2, and the fields of CMD_SYNC. */
struct smmu3_attr smmu3i_attr_msi(unsigned memattr, unsigned sh);

/* ---- MPAM labels and the VMS (mpam.c) ---- */

struct smmu3_mpam smmu3i_mpam_reg(const struct smmu3 *s, enum smmu3_sec_sid sec, uint32_t reg);
struct smmu3_mpam smmu3i_mpam_ste(const struct smmu3 *s, enum smmu3_sec_sid sec,
                                  const struct ste *ste);
struct smmu3_mpam smmu3i_mpam_client(const struct txn *t);
/* Is there any PARTID but 0 for streams of this state? */
bool smmu3i_mpam_usable(const struct smmu3 *s, enum smmu3_sec_sid sec);
bool smmu3i_vms_enabled(const struct smmu3 *s, enum smmu3_sec_sid sec, const struct ste *ste);
/* Reads the stream's VMS if it is to be used. False: t->f is set. */
bool smmu3i_vms_lookup(struct txn *t);

/* ---- the programming interface ---- */

/* One bank's registers as reset leaves them. (mmio.c) */
void smmu3i_bank_reset(struct smmu3 *s, enum smmu3_sec_sid sec);
/* For snapshots: row i of the table, if it is a stored register of the bank. */
unsigned smmu3i_reg_count(void);
bool smmu3i_reg_save(struct smmu3 *s, unsigned i, enum smmu3_sec_sid bank, uint32_t *offset,
                     uint64_t *v);
bool smmu3i_reg_load(const struct smmu3 *s, struct bank *b, enum smmu3_sec_sid bank,
                     uint32_t offset, uint64_t v);

/* Writes with consequences; the value is masked and the guard passed. They
 * return after the effect is in place and acknowledged. (control.c) */
void smmu3i_cr0_write(struct smmu3 *s, enum smmu3_sec_sid sec, uint32_t v);
void smmu3i_irq_ctrl_write(struct smmu3 *s, enum smmu3_sec_sid sec, uint32_t v);
void smmu3i_gerrorn_write(struct smmu3 *s, enum smmu3_sec_sid sec, uint32_t v);
void smmu3i_init_write(struct smmu3 *s, uint32_t v);

/* A queue by its three registers; queue.c. */
struct queue {
    uint64_t base;
    uint32_t prod, cons;
    unsigned log2size;
    uint32_t entry;      /* bytes */
};
struct queue smmu3i_cmdq_of(const struct smmu3 *s, const struct bank *b);
struct queue smmu3i_eventq_of(const struct smmu3 *s, const struct bank *b);

/* More than its size: the indices are inconsistent. */
static inline uint32_t queue_used(const struct queue *q)
{
    return (q->prod - q->cons) & (uint32_t)low_mask(q->log2size + 1);
}

/* Or inconsistent. */
static inline bool queue_full(const struct queue *q)
{
    return queue_used(q) >= 1u << q->log2size;
}

/* The base is aligned to the queue's size, and all of it is below OAS. */
static inline uint64_t queue_addr(const struct smmu3 *s, const struct queue *q, uint32_t index)
{
    uint64_t size = (uint64_t)q->entry << q->log2size;
    uint64_t base = q->base & ~((size < 32 ? 32 : size) - 1);

    index &= (uint32_t)low_mask(q->log2size);
    return (base + (uint64_t)index * q->entry) & low_mask(s->oas);
}

/* The wrap bit included. */
static inline uint32_t queue_next(const struct queue *q, uint32_t index)
{
    return (index + 1) & (uint32_t)low_mask(q->log2size + 1);
}

/* Writes a record if the queue is writable; false: it was not. A stall record
 * is not lost by that and makes no overflow. Any thread. (evtq.c) */
bool smmu3i_evtq_record(struct smmu3 *s, enum smmu3_sec_sid sec, const uint32_t rec[8], bool stall);
bool smmu3i_evtq_writable(struct smmu3 *s, enum smmu3_sec_sid sec);
/* Runs commands until the queue is empty, off or in error. (cmdq.c) */
void smmu3i_cmdq_run(struct smmu3 *s, enum smmu3_sec_sid sec);
/* Activates errors that are not active yet, with their interrupt. (gerror.c) */
void smmu3i_gerror_raise(struct smmu3 *s, enum smmu3_sec_sid sec, uint32_t bits);
/* By wire, and by MSI where one is configured. (irq.c) */
void smmu3i_irq_pulse(struct smmu3 *s, enum smmu3_sec_sid sec, enum smmu3_irq_kind irq);
/* What a CMD_SYNC with CS=IRQ sends. (irq.c) */
void smmu3i_irq_cmd_sync(struct smmu3 *s, enum smmu3_sec_sid sec, const uint64_t cmd[2]);

/* One command; both return R_NONE or why it is illegal. (cmd_cfgi.c, cmd_tlbi.c) */
enum smmu3_reason smmu3i_cmd_cfgi(struct smmu3 *s, enum smmu3_sec_sid queue, const uint64_t cmd[2]);
enum smmu3_reason smmu3i_cmd_tlbi(struct smmu3 *s, enum smmu3_sec_sid queue, const uint64_t cmd[2]);

/* VMID bits that count in an invalidation. (cmd_tlbi.c) */
uint16_t smmu3i_vmid_mask(const struct smmu3 *s, enum smmu3_sec_sid sec);
/* The addresses: one, or a range with its hints (4.4.1.1), coded as in a
 * command. False: a reserved combination. (cmd_tlbi.c) */
bool smmu3i_tlbi_range(const struct smmu3 *s, uint64_t addr, unsigned tg, unsigned num,
                       unsigned scale, unsigned ttl, struct tlb_match *m);
/* The TLB, then the host's copies. op: the command's number. (cmd_tlbi.c) */
void smmu3i_tlbi_do(struct smmu3 *s, const struct tlb_match *m, uint8_t op);

/* A transaction for which the caches have no answer; not_in_tlb: not even its
 * translation. (translate.c) */
int smmu3i_procedure(struct smmu3 *s, const struct smmu3_request *req, bool not_in_tlb,
                     struct smmu3_result *res);

/* What the client's flags become under the overrides in force: for each value
 * of its low four flags a 3-bit number, see REWRITE_. (translate.c) */
#define REWRITE_PRIV  1u
#define REWRITE_INSTR 2u
#define REWRITE_NS    4u
uint64_t smmu3i_rewrites(const struct txn *t);

/* Everything in every cache, with the host told. (smmu3.c) */
void smmu3i_invalidate_everything(struct smmu3 *s);
void smmu3i_trace(struct smmu3 *s, const struct smmu3_trace *tr);

#endif
