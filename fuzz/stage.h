/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * What all fuzz targets share: an SMMU with memory around it whose callbacks
 * hold the SMMU to its promises, a scene of legal tables (scene.c), operations
 * on both (ops.c), and calls that check what they return (check.c).
 */
#ifndef FUZZ_STAGE_H
#define FUZZ_STAGE_H

#include "smmu3/smmu3.h"
#include "../tables/bank.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* Prints what was broken and ends the process: libFuzzer keeps the input. */
_Noreturn void broken(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
#define CHECK(ok, ...)           \
    do {                         \
        if (!(ok)) {             \
            broken(__VA_ARGS__); \
        }                        \
    } while (0)

/* The rest of an input; past its end everything is 0. */
struct input {
    const uint8_t *p;
    size_t left;
};
uint64_t take(struct input *in, unsigned bytes);

#define PAGE_SIZE 4096u
#define MAX_PAGES 768u
#define PAGE_SLOTS 2048u
#define MAX_WORDS 2048u
#define MAX_STREAMS 6u
#define MAX_BAD 4u
#define MAX_COOKIES 16u

struct page {
    uint64_t key; /* address | pas << 1 | 1; 0: unused */
    uint8_t *data;
};

/* What a scene's stream is made of. Both halves of a table may be there. */
struct stream {
    enum smmu3_sec_sid sec;
    uint32_t sid;
    bool s1, s2;
    uint64_t ste_addr, cd_addr; /* cd_addr: physical */
    struct smmu3t_ste ste;
    struct smmu3t_cd cd;
    struct smmu3t_pgt tt[2], st2[2];
    struct smmu3t_cdtab cds;
    uint64_t va[4], in[4]; /* inputs of stage 1, of stage 2, that are mapped */
};

/* Host calls of one API call, by what they were. */
struct work {
    unsigned reads, writes, cas, irqs, resumes, invals, cmds, events;
};

#define SNAPSHOT_MAX 4096u

struct stage {
    struct smmu3_config cfg;
    struct smmu3 *smmu;
    unsigned oas;
    bool secure, caches;
    bool stale;   /* something was changed that caches may hold */

    struct page page[PAGE_SLOTS];
    unsigned npages;
    uint8_t *arena;
    uint64_t brk[2];

    /* Where the scene put something, for operations that change it. */
    struct { uint64_t addr; uint8_t pas; } word[MAX_WORDS];
    unsigned nwords;
    struct { uint64_t first, last; uint8_t pas; enum smmu3_mem how; } bad[MAX_BAD];
    unsigned nbad;

    struct smmu3t_bank bank[2];
    bool bank_ok[2];
    struct smmu3_mem_ops mem, ipa_mem;
    struct smmu3_mmio_ops mmio;
    struct stream stream[MAX_STREAMS];
    unsigned nstreams;
    struct stream *building; /* whose IPAs ipa_mem is about */

    /* The API call that is under way. */
    struct work work;
    bool watched;            /* compare snapshots before and after */
    uint8_t snap[SNAPSHOT_MAX];
    size_t snap_len;
    bool quiet;              /* a probe: nothing may be written */
    int only;                /* -1, or the one state that may act */
    unsigned cas_others;     /* so many updates find the descriptor changed */
    struct { void *cookie; enum smmu3_resume how; } resumed[MAX_COOKIES];
    unsigned nresumed;
    uint64_t next_cookie;
};

struct stage *stage_new(void);
void stage_free(struct stage *st);
/* Both sides' memory, without the SMMU knowing. */
uint64_t stage_read64(struct stage *st, unsigned pas, uint64_t addr);
void stage_write64(struct stage *st, unsigned pas, uint64_t addr, uint64_t v);
uint64_t stage_alloc(struct stage *st, unsigned pas, uint64_t size, uint64_t align);
extern const struct smmu3_host stage_host;

/* ---- scene.c ---- */

/* A configuration, an SMMU, both interfaces and some streams, as in says. */
void scene_build(struct stage *st, struct input *in);

/* ---- check.c: API calls that hold the SMMU to its contract ---- */

struct smmu3_result checked_translate(struct stage *st, const struct smmu3_request *req);
uint64_t checked_read(struct stage *st, uint32_t offset, unsigned size, enum smmu3_pas pas);
void checked_write(struct stage *st, uint32_t offset, unsigned size, enum smmu3_pas pas,
                   uint64_t v);
void checked_dvm(struct stage *st, const struct smmu3_dvm *op);
/* Saves, loads into another SMMU, saves that: the same bytes and behaviour. */
void checked_round_trip(struct stage *st);
/* Any bytes as a snapshot: loaded, or refused with nothing changed. */
void checked_load(struct stage *st, const uint8_t *buf, size_t len);
size_t checked_save(struct stage *st, uint8_t buf[SNAPSHOT_MAX]);

/* ---- ops.c ---- */

/* Kinds of operations that a target may use. */
#define OPS_MMIO (1u << 0)
#define OPS_CMD (1u << 1)
#define OPS_TABLE (1u << 2)
#define OPS_STATE (1u << 3)
#define OPS_DMA (1u << 4)
/* Takes operations from the input until it ends. */
void ops_run(struct stage *st, struct input *in, unsigned kinds);

#endif
