/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * A machine around one SMMU: sparse memory for each physical address space,
 * fault injection, recorded interrupts and accesses, and a driver (tables/)
 * for both programming interfaces. Everything goes through the public API.
 */
#ifndef MACHINE_H
#define MACHINE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "smmu3/smmu3.h"
#include "../../tables/bank.h"

#define NS SMMU3_SEC_SID_NS
#define S SMMU3_SEC_SID_S
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#define MACHINE_LOG 4096
#define MACHINE_FAULTS 8
#define MACHINE_CAS 64

struct machine_page {
    uint64_t key; /* address | pas, of a used slot */
    uint8_t *data;
};

struct machine_fault {
    uint64_t first, last; /* inclusive */
    unsigned pas;
    enum smmu3_mem result;
};

struct machine_access {
    struct smmu3_access acc;
    bool write;
    size_t size;
    enum smmu3_mem result;
};

struct machine {
    struct smmu3 *smmu;
    struct smmu3_config cfg;

    struct machine_page *pages;
    size_t nslots, npages;
    uint64_t brk[4];            /* next free address of each space */

    struct machine_fault fault[MACHINE_FAULTS];
    unsigned nfaults;

    /* What the SMMU did to memory, a ring of the last MACHINE_LOG accesses. */
    struct machine_access log[MACHINE_LOG];
    unsigned nlog;

    unsigned irq[SMMU3_NUM_BANKS][4];
    unsigned sev;
    unsigned ninval;
    struct smmu3_inval inval;   /* the last one */
    unsigned ntrace;
    struct smmu3_trace last_event;

    /* Hardware updates of descriptors; before the one at cas_at, cas_other is
     * written there by somebody else. */
    unsigned ncas;
    uint64_t cas_at, cas_other;
    void (*on_cas)(struct machine *m, const struct smmu3_access *acc); /* before each of them */
    void (*on_read)(struct machine *m, const struct smmu3_access *acc); /* once it has the data */
    struct machine_cas {
        struct smmu3_access acc;
        uint64_t expected, desired;
        bool done;
    } cas[MACHINE_CAS]; /* a ring of the last ones */

    /* Stalled transactions that were let go, in order. */
    unsigned nresume;
    struct { void *cookie; enum smmu3_resume action; } resume[16];

    struct smmu3_mem_ops mem;
    struct smmu3_mmio_ops mmio;
    struct smmu3t_bank bank[SMMU3_NUM_BANKS];

    bool no_probe; /* machine_dma() does not probe first */
};

/*
 * Cache sizes that machine_new() puts into the configuration. Test files whose
 * results must not depend on them run once for each of machine_cache_sizes[].
 */
extern uint32_t machine_cache;
extern const uint32_t machine_cache_sizes[];
#define MACHINE_NUM_CACHE_SIZES 4
bool machine_has_caches(void); /* large enough that nothing is evicted */

/* From a profile, or "base", which most tests start from; tweaks: "IDR0.S2P=0 IDR1=0x1234", NULL: none. */
struct machine *machine_new(const char *profile, const char *tweaks);
void machine_free(struct machine *m);
/* What "base" must give up to be an SMMUv3.2, 3.1 or 3.0. */
#define AS_V32 "AIDR=2 IDR3.EPAN=0 "
#define AS_V31 "AIDR=1 IDR3.EPAN=0 IDR3.E0PD=0 IDR3.PTWNNC=0 "
#define AS_V30 "AIDR=0 IDR3.EPAN=0 IDR3.E0PD=0 IDR3.PTWNNC=0 IDR3.FWB=0 IDR3.RIL=0 " \
               "IDR3.STT=0 IDR3.BBML=0 S_IDR1.SEL2=0 "
/* Only the configuration, for tests of smmu3_create(). */
void machine_config(struct smmu3_config *cfg, const char *profile, const char *tweaks);
/* The callbacks, for instances made by hand with ctx = a machine. */
extern const struct smmu3_host machine_host;

/* Memory */
void machine_write(struct machine *m, unsigned pas, uint64_t addr, const void *buf, size_t len);
void machine_read(struct machine *m, unsigned pas, uint64_t addr, void *buf, size_t len);
uint64_t machine_read64(struct machine *m, unsigned pas, uint64_t addr);
void machine_write64(struct machine *m, unsigned pas, uint64_t addr, uint64_t v);
uint64_t machine_alloc(struct machine *m, unsigned pas, uint64_t size, uint64_t align);
/* Accesses of the SMMU to [addr, addr+size) end with this result. */
void machine_inject(struct machine *m, unsigned pas, uint64_t addr, uint64_t size,
                    enum smmu3_mem result);
void machine_clear_faults(struct machine *m);
/* How many accesses of a kind the SMMU made to a space since the last clear. */
unsigned machine_accesses(const struct machine *m, enum smmu3_access_kind kind, unsigned pas);
bool machine_touched(const struct machine *m, unsigned pas, uint64_t addr);
void machine_clear_log(struct machine *m);

/* Registers. Plain ones come with Secure accesses, which reach everything. */
uint64_t machine_reg(struct machine *m, uint32_t offset, unsigned size, enum smmu3_pas pas);
void machine_set(struct machine *m, uint32_t offset, unsigned size, enum smmu3_pas pas,
                 uint64_t v);
uint32_t r32(struct machine *m, uint32_t offset);
void w32(struct machine *m, uint32_t offset, uint32_t v);
uint64_t r64(struct machine *m, uint32_t offset);
void w64(struct machine *m, uint32_t offset, uint64_t v);

/* Stream table of 2^log2size (split 0: linear), queues of 2^4, SMMUEN=1. */
void machine_start(struct machine *m, enum smmu3_sec_sid sec, unsigned log2size, unsigned split);
/* The same with 2^q entries in each queue. */
void machine_start_q(struct machine *m, enum smmu3_sec_sid sec, unsigned log2size, unsigned q);
/* Writes the STE, then CFGI_STE and SYNC. */
void machine_ste(struct machine *m, enum smmu3_sec_sid sec, uint32_t sid,
                 const struct smmu3t_ste *ste);
/* The command and a CMD_SYNC; the CERROR code. */
int machine_run(struct machine *m, enum smmu3_sec_sid sec, struct smmu3t_cmd c);
/* The command must be accepted. */
void machine_ok(struct machine *m, enum smmu3_sec_sid sec, struct smmu3t_cmd c);
/* All that this queue can invalidate. */
void machine_flush(struct machine *m, enum smmu3_sec_sid sec);

/*
 * One transaction. Before it the same is asked as a probe, which must leave no
 * trace and give the same answer; so every test is a test of the probe mode.
 */
struct smmu3_result machine_dma(struct machine *m, enum smmu3_sec_sid sec, uint32_t sid,
                                uint64_t addr, uint32_t flags);
struct smmu3_result machine_txn(struct machine *m, const struct smmu3_request *req);
/* Takes the oldest event of a bank. */
bool machine_event(struct machine *m, enum smmu3_sec_sid sec, uint64_t rec[4]);
unsigned machine_drain(struct machine *m, enum smmu3_sec_sid sec);

/* ---- a stream with translation, ready to be changed ---- */

/* What machine_stream() builds; set the first part before, zero is fine. */
struct stream {
    enum smmu3_sec_sid sec;
    uint32_t sid;
    bool s1, s2;
    uint8_t gran1, bits1;      /* 0: 12, 39 */
    uint8_t gran2, bits2;      /* 0: 12, 40, start level 1 */
    int8_t start2;
    bool ds;                   /* 52-bit tables: DS, or 64K with OAS=6 */
    bool both_halves;          /* TTB1 like TTB0 */
    uint16_t asid, vmid;
    uint8_t ssid_bits, cd_fmt;
    bool spread;               /* each table and CD in 1 GB of IPAs of its own */

    struct smmu3_mem_ops ipa_mem; /* IPA space of the tables of stage 1 */
    struct machine *m;
    struct smmu3t_pgt tt0, tt1;
    struct smmu3t_pgt st2;     /* stage 2; of Secure streams: Secure IPAs */
    struct smmu3t_pgt ns_st2;  /* Secure streams: Non-secure IPAs */
    struct smmu3t_cdtab cds;
    struct smmu3t_cd cd;
    struct smmu3t_ste ste;
};

/* IPA of a physical address that a nested stream's tables and CDs live at. */
#define STREAM_IPA(pa) ((pa) + UINT64_C(0x100000000))
#define STREAM_PA(ipa) ((ipa) - UINT64_C(0x100000000))

/*
 * Builds tables for the stream and writes its CD and STE. Nothing is mapped
 * but, if nested, stage 2 maps the memory of tables and CDs, STREAM_IPA().
 */
void stream_build(struct machine *m, struct stream *st);
/* CD and STE again, after the test changed st->cd or st->ste. With CFGI+SYNC. */
void stream_update(struct stream *st);
void stream_map1(struct stream *st, uint64_t va, uint64_t out, uint64_t size, uint64_t attr);
void stream_map2(struct stream *st, uint64_t ipa, uint64_t pa, uint64_t size, uint64_t attr);

/* ---- rows ---- */

/* Set by row(); failures name it. */
void row(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Counts a failure and prints it with the row; rows_done() fails the test. */
void row_fail(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void rows_done(void);
int rows_teardown(void **state);
/* A test that fails if it leaves failed rows behind. */
#define TEST(f) cmocka_unit_test_teardown(f, rows_teardown)
/* Runs the tests, with each_cache once for every machine_cache_sizes[]. */
int machine_main(const char *name, const struct CMUnitTest *tests, size_t n, bool each_cache);
#define ROW_EQ(got, want)                                                                 \
    do {                                                                                  \
        uint64_t g_ = (uint64_t)(got), w_ = (uint64_t)(want);                             \
        if (g_ != w_) {                                                                   \
            row_fail("%s:%d: %s is %#llx, expected %#llx", __FILE__, __LINE__, #got,      \
                     (unsigned long long)g_, (unsigned long long)w_);                     \
        }                                                                                 \
    } while (0)

const char *reason_name(enum smmu3_reason r);
#define ROW_REASON(res, want)                                                             \
    do {                                                                                  \
        if ((res).reason != (want)) {                                                     \
            row_fail("%s:%d: reason %s, expected %s", __FILE__, __LINE__,                 \
                     reason_name((res).reason), reason_name(want));                       \
        }                                                                                 \
    } while (0)

/* Fields of an event record by position, typed here and not from spec/. */
#define EV(rec, hi, lo) ev_bits(rec, hi, lo)
uint64_t ev_bits(const uint32_t rec[8], unsigned hi, unsigned lo);

#endif
