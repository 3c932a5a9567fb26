/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of the QEMU device share.
 *
 *   smmu3.c         the QOM type: life cycle, registers, reset
 *   smmu3-config.c  properties, and the configuration they add up to
 *   smmu3-accel.c   what QEMU 11 wants to know of an SMMU
 *   smmu3-host.c    what the library asks of its host: memory and interrupts
 *   smmu3-pci.c     DMA of PCI devices on its way through smmu3_translate()
 *   smmu3-client.c  DMA of our own masters (client.h)
 *   smmu3-notify.c  those who cache translations (vhost) hear of invalidations
 *   smmu3-fault.c   one event and one log line for each faulting access
 *   smmu3-secsid.c  the property sec-sid of every PCI device
 *   smmu3-ask.c     what a debugger asks while it runs (QMP)
 *   smmu3-record.c  the property record: all that goes in and comes out
 *   smmu3-trace.c   the library's trace under the names QEMU's users know
 *   smmu3-vmstate.c migration and snapshots
 *
 * Locking: everything runs under the BQL but the path of a DMA, which may be
 * taken by any thread: smmu3q_translate(), the memory callbacks, irq, trace.
 */
#ifndef SMMU3_QEMU_DEVICE_H
#define SMMU3_QEMU_DEVICE_H

#include "compat.h"
#include "qemu/queue.h"
#include "qemu/thread.h"
#include "smmu3/smmu3.h"

/* Four wired interrupts of the Non-secure bank, then four of the Secure one. */
#define SMMU3Q_IRQS_PER_BANK 4
#define SMMU3Q_NUM_IRQS (SMMU3Q_IRQS_PER_BANK * SMMU3_NUM_BANKS)

/* The properties of type uint32; a bit of .is_set says whether it was given. */
enum smmu3q_number {
    SMMU3Q_IDR0, SMMU3Q_IDR1, SMMU3Q_IDR3, SMMU3Q_IDR5, SMMU3Q_IIDR,
    SMMU3Q_AIDR, SMMU3Q_MPAMIDR, SMMU3Q_S_IDR0, SMMU3Q_S_IDR1, SMMU3Q_S_IDR3,
    SMMU3Q_S_MPAMIDR,
    SMMU3Q_TLB_ENTRIES, SMMU3Q_CFG_ENTRIES,
    SMMU3Q_IN_CONFIG, /* those before are members of struct smmu3_config */
    SMMU3Q_SECURE_SPI = SMMU3Q_IN_CONFIG,
    SMMU3Q_NUMBERS
};

/* The property sec-sid of a PCI device. */
enum smmu3q_sec_sid {
    SMMU3Q_SEC_SID_NON_SECURE,
    SMMU3Q_SEC_SID_SECURE,
};

/*
 * IOMMU indexes: what of the attributes of an access matters here. The rest
 * of an index is the PASID, 0 for none.
 */
enum smmu3q_attrs {
    SMMU3Q_ATTRS_NONE,   /* unspecified: whatever the device is */
    SMMU3Q_ATTRS_NS,     /* specified, and not Secure; PCI MSIs are that */
    SMMU3Q_ATTRS_SECURE,
    SMMU3Q_ATTRS_KINDS
};
#define SMMU3Q_NUM_PASIDS 256 /* MemTxAttrs.pid has 8 bits */

typedef struct SMMU3State SMMU3State;

/* Faulting accesses that the memory core is taking apart (smmu3-fault.c). */
#define SMMU3Q_NUM_BEGUN 4
typedef struct SMMU3Fold {
    bool live;       /* something below matters; read without the lock */
    unsigned epoch;
    unsigned step;   /* most bytes to the next fragment, 0: there is none */
    bool write;
    hwaddr last;     /* the last fragment of the last access */
    int64_t when;    /* QEMU_CLOCK_VIRTUAL of that */
    unsigned count;  /* of all; the last SMMU3Q_NUM_BEGUN are in begun[] */
    struct {
        hwaddr addr; /* where it began to fault */
        bool write;
    } begun[SMMU3Q_NUM_BEGUN];
} SMMU3Fold;

/* One line for many faults of a kind (smmu3-fault.c). */
typedef struct SMMU3Log {
    QemuMutex *lock; /* of what follows */
    enum smmu3_reason reason;
    uint32_t stream_id;
    hwaddr last;      /* where it happened last */
    bool write;
    unsigned count;   /* of faults like the one that has a line */
    QEMUTimer *timer; /* how often, if nothing else faults */
} SMMU3Log;

/*
 * What a PCI function's DMA passes through. Keyed by bus and devfn, since both
 * the function and the number of its bus may change while the guest runs.
 */
typedef struct SMMU3Stream {
    IOMMUMemoryRegion mr;
    AddressSpace as;
    SMMU3State *smmu;
    const char *name; /* for trace lines */
    PCIBus *bus;
    uint8_t devfn;
    int root_number;  /* of a root bus, which keeps it; -1: not asked yet */

    /* smmu3-secsid.c: PCIDevice * | enum smmu3q_sec_sid, as of sec_sid_gen */
    uintptr_t sec_sid;
    unsigned sec_sid_gen;

    QemuMutex lock; /* of what follows */
    SMMU3Fold fold;
    SMMU3Log log;

    QLIST_ENTRY(SMMU3Stream) next_notified; /* BQL */
} SMMU3Stream;

/* A fault, for those who ask (smmu3-ask.c). */
#define SMMU3Q_NUM_RECENT 64
typedef struct SMMU3Recent {
    struct smmu3_request req;
    struct smmu3_result res;
    int64_t when;    /* QEMU_CLOCK_VIRTUAL */
    unsigned pieces; /* more of the same access, which make no event */
} SMMU3Recent;

struct SMMU3State {
    SMMUv3State parent; /* boards know this type; its content is not used */

    struct smmu3 *lib;
    bool secure;        /* has a Secure programming interface */
    bool count_hits;    /* somebody has looked at the statistics */

    /* properties */
    char *profile;
    bool no_s1, no_s2;  /* stage=2, stage=1 */
    OnOffAuto secure_impl;
    bool secure_impl_given;
    uint32_t number[SMMU3Q_NUMBERS];
    uint32_t is_set;

    MemoryRegion mmio;
    qemu_irq irq[SMMU3Q_NUM_IRQS];
    uint32_t irq_pending; /* pulses that wait for the BQL, a bit for each */
    QEMUBH *irq_bh;

    /* physical address spaces by enum smmu3_pas; NULL: none */
    AddressSpace *as[SMMU3_PAS_S + 1];
    AddressSpace ns_as, secure_as;
    MemoryRegion raz_mr; /* reads as zero, ignores writes */
    AddressSpace raz_as;

    GHashTable *buses;   /* PCIBus * -> SMMU3Stream *[PCI_DEVFN_MAX] */
    QLIST_HEAD(, SMMU3Stream) notified;
    QLIST_HEAD(, SMMU3Client) waiting; /* for a STAG, BQL */
    QemuMutex masters_lock;
    SMMU3Log masters_log;
    unsigned epoch;      /* grows when an earlier fault may no longer stand */

    uint32_t cfg_hits, cfg_misses, tlb_hits, tlb_misses; /* for trace lines */
    uint32_t commands, command_errors;

    QemuMutex recent_lock; /* of these two */
    SMMU3Recent recent[SMMU3Q_NUM_RECENT];
    uint64_t num_faults;
    char *answer;          /* to the last request, BQL */
    char *record_file;     /* the property record */
    FILE *record;          /* NULL: nothing is recorded */

    uint8_t *snapshot;   /* while migrating */
    uint32_t snapshot_size;
    char *sec_sids;
    uint32_t sec_sids_size;
    QLIST_ENTRY(SMMU3State) next; /* all of them, BQL */
};

#define SMMU3Q(obj) ((SMMU3State *)ARM_SMMUV3(obj))

/* smmu3-config.c */
void smmu3q_add_properties(ObjectClass *klass);
bool smmu3q_configure(SMMU3State *s, bool have_secure_memory,
                      struct smmu3_config *cfg, Error **errp);
void smmu3q_free_properties(SMMU3State *s);

/* smmu3-accel.c */
void smmu3q_add_board_properties(ObjectClass *klass);

/* smmu3-host.c */
extern const struct smmu3_host smmu3q_host;
/* The machine's Secure memory, NULL if it has none. */
MemoryRegion *smmu3q_secure_memory(SMMU3State *s);
void smmu3q_init_memory(SMMU3State *s);
void smmu3q_init_irqs(SMMU3State *s);
/* The machine's interrupt controller, NULL if there is no one GIC. */
DeviceState *smmu3q_find_gic(uint32_t *num_spis);
/* The Secure bank's interrupts to the GIC, if the property secure-spi says. */
bool smmu3q_connect_secure_irqs(SMMU3State *s, Error **errp);

/* smmu3-pci.c */
bool smmu3q_attach_pci(SMMU3State *s, Error **errp);
/* The stream that translates for an address space, NULL if none of ours. */
SMMU3Stream *smmu3q_stream_of(AddressSpace *as);
uint32_t smmu3q_stream_id(SMMU3Stream *st);
enum smmu3_sec_sid smmu3q_stream_sec_sid(SMMU3Stream *st, int iommu_idx);
int smmu3q_attrs_to_index(IOMMUMemoryRegion *mr, MemTxAttrs attrs);

/* smmu3-client.c: struct smmu3_host.resume */
void smmu3q_resume(void *ctx, void *cookie, enum smmu3_resume action);

/* smmu3-notify.c */
int smmu3q_notify_flag_changed(IOMMUMemoryRegion *mr, IOMMUNotifierFlag old,
                               IOMMUNotifierFlag new, Error **errp);
void smmu3q_replay(IOMMUMemoryRegion *mr, IOMMUNotifier *n);
void smmu3q_invalidate(void *ctx, const struct smmu3_inval *inval);
void smmu3q_unmap_stream(SMMU3Stream *st);
void smmu3q_unmap_all(SMMU3State *s);

/* smmu3-fault.c */
bool smmu3q_fault_continues_slow(SMMU3Stream *st, hwaddr addr, bool write);
static inline bool smmu3q_fault_continues(SMMU3Stream *st, hwaddr addr,
                                          bool write)
{
    return unlikely(qatomic_read(&st->fold.live)) &&
           smmu3q_fault_continues_slow(st, addr, write);
}
void smmu3q_fault(SMMU3Stream *st, const struct smmu3_request *req,
                  const struct smmu3_result *res, bool continues);
void smmu3q_no_fault_slow(SMMU3Stream *st);
static inline void smmu3q_no_fault(SMMU3Stream *st)
{
    if (unlikely(qatomic_read(&st->fold.live))) {
        smmu3q_no_fault_slow(st);
    }
}
/* Whatever faults from now on is a new access. */
void smmu3q_new_epoch(SMMU3State *s);

void smmu3q_log_init(SMMU3Log *log, QemuMutex *lock);
/* Its trace lines, its log line; the log's lock is held. */
void smmu3q_log_fault(SMMU3Log *log, const char *name,
                      const struct smmu3_request *req,
                      const struct smmu3_result *res);

/* smmu3-ask.c */
void smmu3q_add_questions(ObjectClass *klass);
void smmu3q_recent_init(SMMU3State *s);
void smmu3q_recent_add(SMMU3State *s, const struct smmu3_request *req,
                       const struct smmu3_result *res, bool continues);

/* smmu3-record.c; all but the first two only if s->record */
struct smmu3q_mmio {
    bool write;
    hwaddr offset;
    unsigned size;
    enum smmu3_pas pas;
    uint64_t value;
};
void smmu3q_add_record(ObjectClass *klass);
bool smmu3q_record_open(SMMU3State *s, Error **errp);
void smmu3q_record_close(SMMU3State *s);
void smmu3q_record_mmio(SMMU3State *s, const struct smmu3q_mmio *m);
void smmu3q_record_dma(SMMU3State *s, const struct smmu3_request *req,
                       const struct smmu3_result *res);
void smmu3q_record_access(SMMU3State *s, bool write,
                          const struct smmu3_access *acc, const void *buf,
                          size_t size, enum smmu3_mem result);
void smmu3q_record_cas(SMMU3State *s, const struct smmu3_access *acc,
                       const uint64_t value[3], enum smmu3_mem result);
void smmu3q_record_irq(SMMU3State *s, enum smmu3_sec_sid bank,
                       enum smmu3_irq_kind irq);
void smmu3q_record_trace(SMMU3State *s, const struct smmu3_trace *tr);
void smmu3q_record_reset(SMMU3State *s);
void smmu3q_record_state(SMMU3State *s);

/* smmu3-secsid.c */
void smmu3q_sec_sid_add_property(void);
void smmu3q_sec_sid_register(SMMU3State *s);
void smmu3q_sec_sid_unregister(SMMU3State *s);
enum smmu3q_sec_sid smmu3q_sec_sid(SMMU3Stream *st);
/* All devices that are not Non-secure, as text; and back. */
char *smmu3q_sec_sid_save(void);
bool smmu3q_sec_sid_load(const char *text, Error **errp);

/* smmu3-trace.c */
void smmu3q_trace(void *ctx, const struct smmu3_trace *tr);
void smmu3q_trace_event(const struct smmu3_request *req,
                        const struct smmu3_result *res);
const char *smmu3q_event_name(uint8_t number);
const char *smmu3q_bank_name(enum smmu3_sec_sid sec_sid);

/* smmu3-vmstate.c */
extern const VMStateDescription smmu3q_vmstate;

#endif
