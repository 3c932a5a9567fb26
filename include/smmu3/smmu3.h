/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * libsmmu3: one Arm SMMUv3 (IHI 0070 G.b) as a library.
 *
 * An embedder creates an instance from a configuration and a set of host
 * callbacks, forwards register accesses to smmu3_mmio_read()/_write(), and
 * asks smmu3_translate() about every DMA. Nothing else is needed for a model
 * that real drivers can use.
 *
 * Two kinds of error never mix. A negative enum smmu3_err says that the
 * *caller* did something wrong and that nothing changed. What the architecture
 * says about a transaction is data in struct smmu3_result.
 *
 * Threads: smmu3_translate() may be called from any number of threads at once,
 * and at the same time as one thread that does register accesses. All other
 * functions on one instance must not run at the same time as each other.
 * Instances share nothing. Host callbacks may be called from any thread that
 * is inside a function of this header and must not call back into the same
 * instance, but for smmu3_inval_affects() inside invalidate().
 */
#ifndef SMMU3_SMMU3_H
#define SMMU3_SMMU3_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SMMU3_VERSION_MAJOR 0
#define SMMU3_VERSION_MINOR 1

/* Errors of the caller. On any of them the instance is unchanged. */
enum smmu3_err {
    SMMU3_OK = 0,
    SMMU3_EINVAL = -1,   /* an argument is NULL or out of its documented range */
    SMMU3_ENOMEM = -2,   /* memory could not be allocated */
    SMMU3_ECONFIG = -3,  /* the configuration is not one this model can be */
    SMMU3_ENAME = -4,    /* no such profile, register or field */
    SMMU3_EFORMAT = -5,  /* a snapshot is truncated or not a snapshot */
    SMMU3_EVERSION = -6, /* a snapshot of a format version not known here */
    SMMU3_EMISMATCH = -7 /* a snapshot of an SMMU with other ID registers */
};

/* A sentence for an enum smmu3_err. Never NULL; static storage. */
const char *smmu3_strerror(int err);

/*
 * SEC_SID: the Security state that a stream belongs to (IHI0070G.b 3.10.1).
 * It selects the bank of registers, the queues and the Stream table.
 */
enum smmu3_sec_sid {
    SMMU3_SEC_SID_NS = 0,
    SMMU3_SEC_SID_S = 1,
    SMMU3_SEC_SID_REALM = 2
};
#define SMMU3_NUM_BANKS 2 /* Realm's bank takes the third place when it exists */

/* A physical address space (IHI0070G.b 3.10). */
enum smmu3_pas {
    SMMU3_PAS_NS = 0,
    SMMU3_PAS_S = 1,
    SMMU3_PAS_REALM = 2,
    SMMU3_PAS_ROOT = 3
};

/* Why a check failed: one code for each check, see spec/reason.def. */
enum smmu3_reason {
#define SMMU3_REASON(name, event, clause, text) SMMU3_R_##name,
#include "smmu3/reason.def"
#undef SMMU3_REASON
    SMMU3_R_COUNT
};

struct smmu3_reason_info {
    const char *name;   /* the code as a word, such as "STE_V" */
    uint8_t event;      /* the event number it raises, 0: none */
    const char *clause; /* where IHI 0070 G.b says so */
    const char *text;   /* what failed, in one sentence */
};
/* Static storage; reasons out of range give that of SMMU3_R_NONE. */
const struct smmu3_reason_info *smmu3_reason_info(enum smmu3_reason reason);

/* ------------------------------------------------------------------ */
/* Configuration                                                       */

/*
 * What the SMMU is. The ID registers *are* the configuration: each feature is
 * the field of the ID register that advertises it, and smmu3_config_check()
 * refuses any value this model does not implement, by name. Take a profile and
 * change single registers or fields.
 */
struct smmu3_config {
    uint32_t idr0;   /* SMMU_IDR0, IHI0070G.b 6.3.1 */
    uint32_t idr1;   /* SMMU_IDR1, 6.3.2 */
    uint32_t idr3;   /* SMMU_IDR3, 6.3.4 */
    uint32_t idr5;   /* SMMU_IDR5, 6.3.6 */
    uint32_t iidr;   /* SMMU_IIDR, 6.3.7: any value */
    uint32_t aidr;   /* SMMU_AIDR, 6.3.8: 0..3 for SMMUv3.0..3.3 */
    uint32_t s_idr0; /* SMMU_S_IDR0, 6.3.52; 0 if there is no Secure state */
    uint32_t s_idr1; /* SMMU_S_IDR1, 6.3.53; 0 if there is no Secure state */
    uint32_t s_idr3; /* SMMU_S_IDR3, 6.3.55 */
    uint32_t mpamidr;   /* SMMU_MPAMIDR, 6.3.41; 0 without IDR3.MPAM */
    uint32_t s_mpamidr; /* SMMU_S_MPAMIDR, 6.3.87 */

    /* GBPA and S_GBPA out of reset, without Update. Any defined field. */
    uint32_t gbpa_reset;
    uint32_t s_gbpa_reset;

    /* Translations held in the TLB. 2..4194304 rounded up to a power of two;
     * 0: the default, 4096; SMMU3_CACHE_OFF: no TLB. */
    uint32_t tlb_entries;
    /* STEs and CDs held. As above; default 256 of each. */
    uint32_t cfg_entries;
};
#define SMMU3_CACHE_OFF UINT32_MAX

/* The names of the profiles, in a NULL-terminated static array. */
const char *const *smmu3_profiles(void);

/* Fills *cfg from a profile. SMMU3_ENAME: no such profile. */
int smmu3_config_profile(struct smmu3_config *cfg, const char *profile);

/*
 * Sets a whole ID register ("IDR0") or one field ("IDR0.S2P"), case-blind.
 * SMMU3_ENAME: no such name; SMMU3_EINVAL: the value does not fit the field.
 */
int smmu3_config_set(struct smmu3_config *cfg, const char *name, uint32_t value);

/*
 * Is this an SMMU that the architecture allows and this model implements? On
 * SMMU3_ECONFIG a sentence that names the field goes to why[len] (may be NULL).
 */
int smmu3_config_check(const struct smmu3_config *cfg, char *why, size_t len);

/* ------------------------------------------------------------------ */
/* The host                                                            */

/* What kind of access the SMMU itself makes. */
enum smmu3_access_kind {
    SMMU3_ACC_STE,   /* L1STD or STE */
    SMMU3_ACC_CD,    /* L1CD or CD */
    SMMU3_ACC_VMS,
    SMMU3_ACC_TT,    /* a translation table descriptor */
    SMMU3_ACC_CMDQ,
    SMMU3_ACC_EVENTQ,
    SMMU3_ACC_MSI
};

/* How an access of the SMMU to memory ended. */
enum smmu3_mem {
    SMMU3_MEM_OK = 0,
    SMMU3_MEM_ABORT,  /* external abort */
    SMMU3_MEM_POISON  /* the data is known to be corrupt */
};

/* An MPAM label (IHI0070G.b 17); all 0 without IDR3.MPAM. */
struct smmu3_mpam {
    uint16_t partid;
    uint8_t pmg;
    bool ns; /* in the Non-secure PARTID space */
};

/* Memory attributes, as DDI0487 MAIR_ELx and SH code them. */
struct smmu3_attr {
    uint8_t mair; /* an Attr byte */
    uint8_t sh;   /* 0 Non-, 2 Outer, 3 Inner Shareable */
};
/* What an access that does not say is (IHI0070G.b 13.1.3). */
#define SMMU3_ATTR_DEFAULT ((struct smmu3_attr){ 0xff, 0 })

/* One access that the SMMU itself makes. */
struct smmu3_access {
    uint64_t addr;               /* naturally aligned, or to 8 for more bytes */
    enum smmu3_pas pas;
    enum smmu3_access_kind kind;
    enum smmu3_sec_sid sec_sid;  /* on whose behalf */
    struct smmu3_attr attr;      /* as its configuration says (13.5) */
    struct smmu3_mpam mpam;
};

/* Wired interrupts: each call is one pulse (IHI0070G.b 3.18). */
enum smmu3_irq_kind {
    SMMU3_IRQ_EVENTQ,
    SMMU3_IRQ_PRIQ,
    SMMU3_IRQ_CMD_SYNC,
    SMMU3_IRQ_GERROR
};

/*
 * What an invalidation was about, for hosts that keep translations of their
 * own (smmu3_inval_affects() tells which streams it reaches).
 */
struct smmu3_inval {
    enum smmu3_sec_sid sec_sid;
    bool config;         /* a CFGI: stream_first..stream_last, else a TLBI */
    uint32_t stream_first, stream_last;
    uint8_t opcode;      /* the command's number, 0 for S_INIT */
    bool by_vmid, by_asid;
    uint16_t vmid, vmid_mask; /* mask: bits that must match */
    uint16_t asid;
    bool all_addr;       /* the whole space; else addr_first..addr_last */
    uint64_t addr_first, addr_last; /* inclusive */
};

enum smmu3_trace_kind {
    SMMU3_TRACE_CMD,       /* word[0..3]: the command */
    SMMU3_TRACE_CMD_ERROR, /* word[0]: the CERROR code; reason */
    SMMU3_TRACE_EVENT,     /* word[0..7]: the record; reason; recorded */
    SMMU3_TRACE_CFG_HIT,
    SMMU3_TRACE_CFG_MISS,
    SMMU3_TRACE_TLB_HIT,
    SMMU3_TRACE_TLB_MISS,
    SMMU3_TRACE_GERROR,    /* word[0]: the bits that became active */
    SMMU3_TRACE_INIT       /* S_INIT.INV_ALL was done */
};

struct smmu3_trace {
    enum smmu3_trace_kind kind;
    enum smmu3_sec_sid sec_sid;
    uint32_t stream_id;
    uint64_t addr;
    enum smmu3_reason reason;
    bool recorded; /* EVENT: is it in the queue? */
    uint32_t word[8];
};

/* How a stalled transaction goes on (IHI0070G.b 4.7.1). */
enum smmu3_resume {
    SMMU3_RESUME_RETRY, /* present it again, as if it had newly arrived */
    SMMU3_RESUME_ABORT,
    SMMU3_RESUME_RAZWI
};

/* Callbacks. All but read and write may be NULL. ctx is smmu3_create()'s. */
struct smmu3_host {
    /*
     * size: 8, 16 or 64 bytes. Bytes are in memory order. Each aligned 8 bytes
     * must be read with single-copy atomicity. On anything but SMMU3_MEM_OK
     * the buffer is not looked at.
     */
    enum smmu3_mem (*read)(void *ctx, const struct smmu3_access *acc,
                           void *buf, size_t size);
    /* size: 4 or 32 bytes. */
    enum smmu3_mem (*write)(void *ctx, const struct smmu3_access *acc,
                            const void *buf, size_t size);
    /*
     * Needed if IDR0.HTTU is not 0: replaces the 8 bytes, as a little-endian
     * integer, if they are `expected`, atomically against the CPUs; *seen is
     * what was there.
     */
    enum smmu3_mem (*cas64)(void *ctx, const struct smmu3_access *acc,
                            uint64_t expected, uint64_t desired, uint64_t *seen);
    /*
     * Needed if IDR5.STALL_MAX is not 0: a transaction that was answered with
     * SMMU3_ST_STALL goes on. cookie is the request's. May be called inside
     * smmu3_mmio_write() and smmu3_reset(); present it again (RETRY) only
     * after that call returned. With several threads it may come before the
     * smmu3_translate() that it is about has returned SMMU3_ST_STALL.
     */
    void (*resume)(void *ctx, void *cookie, enum smmu3_resume action);
    /* Pulse a wired interrupt of this bank. */
    void (*irq)(void *ctx, enum smmu3_sec_sid bank, enum smmu3_irq_kind irq);
    /* CMD_SYNC with CS=SEV, if IDR0.SEV. */
    void (*sev)(void *ctx);
    /* Something cached went stale; called before the command is consumed. */
    void (*invalidate)(void *ctx, const struct smmu3_inval *inval);
    void (*trace)(void *ctx, const struct smmu3_trace *trace);
};

/* ------------------------------------------------------------------ */
/* Life cycle                                                          */

struct smmu3;

/*
 * Makes an SMMU in its reset state. *cfg and *host are copied. ctx goes to
 * every callback. Returns SMMU3_OK, SMMU3_EINVAL, SMMU3_ENOMEM, SMMU3_ECONFIG.
 */
int smmu3_create(const struct smmu3_config *cfg, const struct smmu3_host *host,
                 void *ctx, struct smmu3 **out);
/* NULL is fine. No other call may be under way. */
void smmu3_destroy(struct smmu3 *s);
/* All registers to their reset values, all caches empty (IHI0070G.b 3.11). */
void smmu3_reset(struct smmu3 *s);
/* The configuration it was made with, defaults filled in. */
const struct smmu3_config *smmu3_get_config(const struct smmu3 *s);

/* ------------------------------------------------------------------ */
/* Registers                                                           */

/* Bytes of the register window: Page 0 and Page 1 (IHI0070G.b 6.1). */
#define SMMU3_MMIO_SIZE 0x20000u

/*
 * One register access, little-endian value in *value. offset is from the base
 * of Page 0, size in bytes, pas the physical address space the access came
 * with. Every access has an answer: one that the architecture does not allow
 * (wrong size, unaligned, no register there, wrong state) reads 0 and writes
 * nothing (docs/CHOICES.md). Writes may run commands and call host callbacks.
 * SMMU3_EINVAL only for offset+size outside the window or a NULL value.
 * (IHI0070G.b 6.2)
 */
int smmu3_mmio_read(struct smmu3 *s, uint32_t offset, unsigned size,
                    enum smmu3_pas pas, uint64_t *value);
int smmu3_mmio_write(struct smmu3 *s, uint32_t offset, unsigned size,
                     enum smmu3_pas pas, uint64_t value);

/* The name of the register at offset, NULL if none. Static storage. */
const char *smmu3_reg_name(uint32_t offset);

/* ------------------------------------------------------------------ */
/* Transactions                                                        */

/* Of struct smmu3_request.flags. */
#define SMMU3_REQ_WRITE (1u << 0) /* else a read */
#define SMMU3_REQ_PRIV  (1u << 1) /* else unprivileged */
#define SMMU3_REQ_INSTR (1u << 2) /* instruction read; ignored on writes */
#define SMMU3_REQ_NS    (1u << 3) /* Secure streams: the access asks for
                                     Non-secure memory (input NS attribute) */
#define SMMU3_REQ_PROBE (1u << 4) /* no side effect: no event, no cache fill */
#define SMMU3_REQ_NO_EVENT (1u << 5) /* a repetition of a fault that has been
                                        reported: no event, no stall */

#define SMMU3_REQ_ATTR (1u << 6) /* attr is given, and the output's wanted */

#define SMMU3_REQ_CAN_STALL (1u << 7) /* the client can wait; without it a
                                         stalling fault is an abort */
#define SMMU3_REQ_TRANSLATED (1u << 8) /* an ATS Translated transaction */
#define SMMU3_REQ_TREQ (1u << 9) /* no transaction but an ATS Translation
                                    Request: WRITE is !NW, INSTR Execute, PRIV
                                    Privileged; answered by result.ats */
#define SMMU3_REQ_UNTRACED (1u << 10) /* trace() does not hear of it if the
                                         caches have the answer: nobody listens */

struct smmu3_request {
    enum smmu3_sec_sid sec_sid; /* of the device, not of the access */
    uint32_t stream_id;
    bool ssv;                   /* has a SubstreamID */
    uint32_t substream_id;      /* 20 bits */
    uint64_t addr;              /* as presented, 64 bits */
    uint32_t flags;             /* SMMU3_REQ_* */
    struct smmu3_attr attr;     /* with SMMU3_REQ_ATTR */
    void *cookie;               /* with SMMU3_REQ_CAN_STALL: for resume() */
};

enum smmu3_status {
    SMMU3_ST_OK,    /* go on with the output address */
    SMMU3_ST_ABORT, /* answer with an abort */
    SMMU3_ST_RAZWI, /* reads are zero, writes are dropped, no error */
    SMMU3_ST_STALL, /* wait for resume() */
    SMMU3_ST_BUSY   /* would stall, but STALL_MAX others do: present it again
                       after any resume(); nothing was recorded */
};

/* How an ATS Translation Request is completed (IHI0070G.b 3.9.1.2). */
enum smmu3_ats {
    SMMU3_ATS_NONE,    /* it was a transaction */
    SMMU3_ATS_SUCCESS, /* not while IDR0.ATS is 0 */
    SMMU3_ATS_UR,      /* Unsupported Request */
    SMMU3_ATS_CA       /* Completer Abort */
};

#define SMMU3_PERM_R (1u << 0)
#define SMMU3_PERM_W (1u << 1)
#define SMMU3_PERM_X (1u << 2)

struct smmu3_result {
    enum smmu3_status status;
    /* On SMMU3_ST_OK: */
    uint64_t addr;       /* output address of request.addr */
    uint64_t mask;       /* size-1 of the naturally aligned region around the
                            input that has the same answer, offset for offset */
    enum smmu3_pas pas;  /* where the output address is */
    uint8_t perms;       /* SMMU3_PERM_* at the request's privilege */
    bool bypass;         /* no stage translated */
    bool priv, instr;    /* of the access that goes on (13.1.2) */
    struct smmu3_mpam mpam;
    struct smmu3_attr attr; /* with SMMU3_REQ_ATTR */
    /* Otherwise: */
    enum smmu3_ats ats;  /* with SMMU3_REQ_TREQ; the status is SMMU3_ST_ABORT */
    enum smmu3_reason reason;
    bool has_event;      /* an event record belongs to it, in event[] */
    bool recorded;       /* ... and went into the Event queue */
    uint32_t event[8];   /* IHI0070G.b 7.3, little-endian words as integers */
};

/*
 * What happens to one transaction (IHI0070G.b 3.3, 15). req and res must not
 * be NULL. A sec_sid that the SMMU does not implement, or a SubstreamID wider
 * than 20 bits is SMMU3_EINVAL and leaves *res alone; everything else is
 * SMMU3_OK with the answer in *res. Any thread, any time.
 */
int smmu3_translate(struct smmu3 *s, const struct smmu3_request *req,
                    struct smmu3_result *res);

/* ------------------------------------------------------------------ */
/* Why?                                                                */

enum smmu3_step_kind {
    SMMU3_STEP_REGS,   /* word[]: CR0ACK, GBPA, STRTAB_BASE, STRTAB_BASE_CFG, CR2 */
    SMMU3_STEP_L1STD,  /* read; 1 word */
    SMMU3_STEP_STE,    /* read; 8 words */
    SMMU3_STEP_VMS,    /* read; 8 words */
    SMMU3_STEP_L1CD,   /* read; 1 word */
    SMMU3_STEP_CD,     /* read; 8 words */
    SMMU3_STEP_ACCESS, /* what the STE or GBPA made of the access: flags; input;
                          stage: the first that translates it, 0: none */
    SMMU3_STEP_DESC,   /* a translation table descriptor was read; 1 word */
    SMMU3_STEP_LEAF    /* a stage found the output of an address; permission
                          has not been checked yet */
};

/* One step of smmu3_explain(). What a kind does not mention is 0. */
struct smmu3_step {
    enum smmu3_step_kind kind;
    enum smmu3_sec_sid sec_sid;
    uint8_t stage;       /* DESC, LEAF: 1 or 2 */
    bool inner;          /* DESC, LEAF of stage 2 on behalf of a CD or a table */
    int8_t level;        /* DESC: -1..3; LEAF: of the block or page */
    uint8_t gran;        /* DESC: log2 of the granule */
    uint8_t in_bits, out_bits; /* DESC: sizes of the stage's input and output */
    uint8_t shift;       /* LEAF: log2 of the block or page */
    /* Of reads: where. LEAF: the output. pas belongs to it. */
    uint64_t addr;
    enum smmu3_pas pas;
    uint64_t ipa;        /* reads: the address before stage 2, if that is on */
    uint64_t input;      /* ACCESS, LEAF: the address that goes in */
    uint32_t flags;      /* ACCESS: SMMU3_REQ_WRITE, _PRIV, _INSTR, _NS */
    uint8_t perms[2];    /* LEAF: SMMU3_PERM_*, unprivileged and privileged */
    bool needs_priv;     /* LEAF: which of the two this access is judged by */
    uint8_t needs;       /* LEAF: the SMMU3_PERM_* that it needs */
    /* Reads: of the read itself. LEAF of stage 1: MAIR byte and SH; of stage 2:
     * .mair is the descriptor's MemAttr. */
    struct smmu3_attr attr;
    unsigned nwords;
    uint64_t word[8];    /* as read, in host order */
};

/*
 * smmu3_translate() with SMMU3_REQ_PROBE, but from memory alone: no cache is
 * looked at or filled. told() hears of each step in order, up to the one after
 * which the transaction succeeded or failed; the end is in *res. Errors and
 * threads as smmu3_translate(); told() must not call back into the instance.
 */
int smmu3_explain(struct smmu3 *s, const struct smmu3_request *req, struct smmu3_result *res,
                  void (*told)(void *ctx, const struct smmu3_step *step), void *ctx);

/* A translation that the TLB holds. */
struct smmu3_cached {
    enum smmu3_sec_sid sec_sid;
    bool ipa;            /* the input is an IPA: stage 2 only */
    bool ipa_ns;         /* ... in the Non-secure IPA space of a Secure stream */
    bool global;         /* for every ASID */
    uint16_t vmid, asid; /* 0 where there is none */
    uint64_t input, output;
    uint64_t mask;       /* size-1 of both */
    enum smmu3_pas pas;
    uint8_t perms[2];    /* SMMU3_PERM_*, unprivileged and privileged */
};

/*
 * The translations that are cached, one a call: *pos is 0 before the first
 * call, and is the function's own after that. False: there are no more. Any
 * thread, any time; what comes and goes meanwhile may be told or not.
 */
bool smmu3_cached_next(struct smmu3 *s, uint32_t *pos, struct smmu3_cached *out);

/* ------------------------------------------------------------------ */
/* Broadcast maintenance                                               */

/*
 * A broadcast TLB invalidation as a PE sends it (IHI0070G.b 3.17.4; needs
 * IDR0.BTM). Regimes and scopes are those of the PE's TLBI instructions.
 */
enum smmu3_dvm_regime { SMMU3_DVM_EL1, SMMU3_DVM_EL2, SMMU3_DVM_EL2_E2H, SMMU3_DVM_EL3 };
enum smmu3_dvm_scope {
    SMMU3_DVM_ALL,       /* ALLE1, ALLE2, ALLE3 */
    SMMU3_DVM_VMALL,     /* VMALLE1 */
    SMMU3_DVM_VMALLS12,  /* VMALLS12E1 */
    SMMU3_DVM_ASID,      /* ASIDE1 */
    SMMU3_DVM_VA,        /* VAE1, VAE2, VAE3 and the L forms */
    SMMU3_DVM_VAA,       /* VAAE1 */
    SMMU3_DVM_IPAS2      /* IPAS2E1 */
};
struct smmu3_dvm {
    enum smmu3_sec_sid sec_sid; /* Security state of the operation */
    enum smmu3_dvm_regime regime;
    enum smmu3_dvm_scope scope;
    uint16_t vmid, asid;        /* vmid: 0 from a PE without EL2 */
    uint64_t addr;              /* VA or IPA; low bits are ignored */
    /* Range forms: as in CMD_TLBI_*, IHI0070G.b 4.4.1.1; tg 0: one address. */
    uint8_t tg, num, scale, ttl;
};

/*
 * Drops what the operation reaches; without IDR0.BTM, with CR2.PTM of that
 * state, or for a regime the SMMU does not have, nothing. As for register
 * accesses, one thread at a time. SMMU3_EINVAL: a value that does not exist.
 */
int smmu3_broadcast_tlbi(struct smmu3 *s, const struct smmu3_dvm *op);

/* The client of a stalled transaction is gone: resume() will not be called for
 * this cookie. Any cookie is fine. */
void smmu3_stall_cancel(struct smmu3 *s, void *cookie);

/*
 * Does this invalidation reach translations of the stream? Judged by the
 * configuration that is cached for it, without side effects. For hosts that
 * cache; may say true once too often. NULL is not allowed.
 */
bool smmu3_inval_affects(struct smmu3 *s, const struct smmu3_inval *inval,
                         enum smmu3_sec_sid sec_sid, uint32_t stream_id);

/* ------------------------------------------------------------------ */
/* Snapshots                                                           */

/* Bytes that smmu3_save() writes for this instance. */
size_t smmu3_save_size(const struct smmu3 *s);
/*
 * The whole programmer-visible state (no cache content) as bytes that any
 * build of any later version can load. SMMU3_EINVAL: len is too small.
 * Little-endian: u32 magic "SSM3", version 1, bytes in all, number of ID words;
 * that many u32 (idr0 to s_mpamidr of struct smmu3_config); for each bank u32
 * tag (0x424b0000 | SEC_SID), number of registers; for each u32 offset, u64
 * value.
 */
int smmu3_save(struct smmu3 *s, void *buf, size_t len);
/*
 * The state of a snapshot; caches are emptied. The ID registers must be equal,
 * else SMMU3_EMISMATCH. SMMU3_EFORMAT, SMMU3_EVERSION. All-or-nothing.
 */
int smmu3_load(struct smmu3 *s, const void *buf, size_t len);

/*
 * The ID registers of the SMMU that a snapshot was made of; the rest of *cfg
 * is that of the defaults. SMMU3_EINVAL, SMMU3_EFORMAT, SMMU3_EVERSION; *cfg
 * is unchanged then.
 */
int smmu3_snapshot_config(const void *buf, size_t len, struct smmu3_config *cfg);

#ifdef __cplusplus
}
#endif

#endif
