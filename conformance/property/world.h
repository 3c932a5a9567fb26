/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* What a program's steps work on. Private to this folder. */
#ifndef SMMU3_PROPERTY_WORLD_H
#define SMMU3_PROPERTY_WORLD_H

#include "property.h"

#define NGROUPS 11u
#define NAS 3u
#define NSTREAMS 10u
#define NSSIDS 4u
#define NSLOTS 16u
#define FRAMES_SIZE UINT64_C(0xa00000) /* what outputs are in: frame() in space.c */
#define SPACES 5u /* NAS of stage 1, then two of stage 2 */

/* Slots: pieces of the input, with the same leaf level in every table. */
enum slot_kind { SLOT_PAGE, SLOT_CONT, SLOT_BLOCK, SLOT_BIG, SLOT_GLOBAL, SLOT_UPPER };
/* 0..5 pages, 6 and 7 contiguous pages, 8 and 9 level 2 blocks, 10 a level 1
 * block, 11..13 global pages, 14 and 15 pages of TTB1's half. */
enum slot_kind slot_kind(unsigned slot);
#define FIRST_GLOBAL 11u
#define FIRST_UPPER 14u

enum regime { EL1, EL2, EL2_E2H, EL3 };

struct slot {
    bool mapped;
    uint32_t target, attr;
    bool split;          /* a block that is a table of pages */
    uint64_t oa;
};

/* One set of tables and what is in them. */
struct space {
    bool there;
    struct smmu3t_pgt lower, upper; /* upper: stage 1 of regimes with TTB1 */
    struct slot slot[NSLOTS];
    bool unlinked;          /* the table of slots 0..7 */
    uint64_t unlinked_desc;
    uint64_t split_table[2]; /* for slots 8 and 9, made when first needed */
};

struct group {
    bool there;
    enum dut_sec sec;
    enum regime regime;
    bool s1, s2;
    uint16_t vmid;
    uint16_t asid[NAS];
    bool combined;         /* entries of both stages may exist */
    uint8_t gran1, bits1, gran2, bits2;
    int8_t start2;
    bool ds1, ds2, lpa1, lpa2, big_endian;
    uint32_t style;        /* CD fields that all its CDs have */
    uint32_t aset;         /* CD.ASET, a bit for each address space */
    bool ns_global;        /* its global table is in Non-secure memory */
    bool not_global;       /* ... or has nG=1: every address space has its own entries */
    uint64_t global_table; /* level 3, shared by all its address spaces */
    struct space space[SPACES];
    struct smmu3_mem_ops ipa_mem;
    struct world *w;
};

struct stream {
    bool there;
    enum dut_sec sec;
    uint32_t sid;
    int group;           /* -1: none */
    bool s1, s2;
    uint32_t overrides;
    int as[NSSIDS];      /* -1: V=0, -2: illegal */
    struct smmu3t_cdtab cds[NGROUPS];
    struct smmu3t_ste ste;
};

struct world {
    const struct prop_program *p;
    const struct prop_caps *caps;
    const struct prop_device *dev;
    struct smmu3_dut *dut;
    struct prop_log *log;
    FILE *trace;
    unsigned step;

    struct smmu3_mem_ops mem;
    struct smmu3_mmio_ops mmio[DUT_NUM_SEC];
    struct smmu3t_bank bank[DUT_NUM_SEC];
    bool on[DUT_NUM_SEC];
    uint64_t brk[DUT_NUM_SEC], arena[DUT_NUM_SEC], arena_end[DUT_NUM_SEC];
    uint64_t frames[DUT_NUM_SEC]; /* where outputs are */
    uint64_t big_frames;
    bool e2h[DUT_NUM_SEC];
    unsigned vmw[DUT_NUM_SEC];
    bool off;             /* SMMUEN is 0 for the moment */

    struct group group[NGROUPS];
    struct stream stream[NSTREAMS];
    uint64_t written; /* data of the last write DMA */
    uint64_t inval_noise; /* bits that an invalidation may choose freely */
};

/* ---- world.c ---- */
void observe(struct world *w, enum prop_obs_kind kind, unsigned n, uint64_t v);
/* The program cannot go on, and it is not the SMMU's fault. */
void broken(struct world *w, const char *why);
void say(struct world *w, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
uint64_t world_read64(struct world *w, enum dut_sec sec, uint64_t addr);
void world_write64(struct world *w, enum dut_sec sec, uint64_t addr, uint64_t v);
uint64_t world_alloc(struct world *w, enum dut_sec sec, uint64_t size, uint64_t align);
/* Pushes commands to a queue and syncs. */
void world_run(struct world *w, enum dut_sec queue, const struct smmu3t_cmd *c, unsigned n);
void world_events(struct world *w);
/* CR0 with or without SMMUEN. */
void world_enable(struct world *w, enum dut_sec sec, bool on);

/* ---- space.c: tables and their slots ---- */
bool slot_there(const struct group *g, unsigned space, unsigned slot);
uint64_t slot_input(const struct group *g, unsigned space, unsigned slot);
uint64_t slot_size(const struct group *g, unsigned space, unsigned slot);
unsigned slot_level(unsigned slot);
/* Leaf descriptors of a slot: how many, and where the i-th is; 0: nowhere. */
unsigned slot_entries(const struct group *g, unsigned space, unsigned slot);
uint64_t slot_desc(struct group *g, unsigned space, unsigned slot, unsigned i);
struct smmu3t_pgt *slot_table(struct group *g, unsigned space, unsigned slot);
/* The same, for its leaf descriptors: they may be in another space. */
struct smmu3t_pgt leaf_table(struct group *g, unsigned space, unsigned slot);
/* The slot that is edited by its first owner: global slots are all of the
 * group's spaces at once. */
struct slot *slot_of(struct group *g, unsigned space, unsigned slot);
unsigned space_gran(const struct group *g, unsigned space);
bool space_make(struct world *w, struct group *g, unsigned space);
bool slot_map(struct world *w, struct group *g, unsigned space, unsigned slot, uint32_t target,
              uint32_t attr);
void slot_write(struct world *w, struct group *g, unsigned space, unsigned slot, uint64_t set,
                uint64_t clear);
void slot_clear(struct world *w, struct group *g, unsigned space, unsigned slot);
uint64_t slot_attr(const struct group *g, unsigned space, unsigned slot, uint32_t attr);

/* ---- inval.c: what must be invalidated after an edit ---- */
struct edit {
    struct group *g;
    unsigned space;
    uint64_t input, size;  /* what was mapped */
    unsigned entries;      /* leaves in it */
    unsigned level;        /* of these */
    bool global, table;    /* table: a Table descriptor changed, too */
};
void inval_edit(struct world *w, const struct edit *e, uint32_t form);
void inval_slot(struct world *w, struct group *g, unsigned space, unsigned slot, uint32_t form);
void inval_asid(struct world *w, struct group *g, uint16_t asid, uint32_t form);
void inval_group(struct world *w, struct group *g, uint32_t form);
void inval_ste(struct world *w, const struct stream *s, bool l1, uint32_t form);
void inval_cd(struct world *w, const struct stream *s, unsigned ssid, uint32_t form);
/* All of a state, by commands, by S_INIT or by a snapshot. */
void inval_state(struct world *w, enum dut_sec sec, uint32_t form);
void inval_everything(struct world *w, enum dut_sec sec);
void inval_noise(struct world *w, const uint32_t arg[PROP_ARGS]);

/* ---- config.c: streams, CDs, registers ---- */
void config_build(struct world *w);
void step_attach(struct world *w, const uint32_t a[PROP_ARGS]);
void step_detach(struct world *w, const uint32_t a[PROP_ARGS]);
void step_cd(struct world *w, const uint32_t a[PROP_ARGS]);
void step_renumber(struct world *w, const uint32_t a[PROP_ARGS]);
void step_revmid(struct world *w, const uint32_t a[PROP_ARGS]);
void step_restyle(struct world *w, const uint32_t a[PROP_ARGS]);
void step_override(struct world *w, const uint32_t a[PROP_ARGS]);
void step_e2h(struct world *w, const uint32_t a[PROP_ARGS]);
void step_vmw(struct world *w, const uint32_t a[PROP_ARGS]);
void step_sif(struct world *w, const uint32_t a[PROP_ARGS]);
void step_upheaval(struct world *w, const uint32_t a[PROP_ARGS]);
void step_l2move(struct world *w, const uint32_t a[PROP_ARGS]);

/* ---- edit.c, dma.c ---- */
void step_map(struct world *w, const uint32_t a[PROP_ARGS]);
void step_strip(struct world *w, const uint32_t a[PROP_ARGS]);
void step_unmap(struct world *w, const uint32_t a[PROP_ARGS]);
void step_remap(struct world *w, const uint32_t a[PROP_ARGS]);
void step_protect(struct world *w, const uint32_t a[PROP_ARGS]);
void step_relax(struct world *w, const uint32_t a[PROP_ARGS]);
void step_age(struct world *w, const uint32_t a[PROP_ARGS]);
void step_touch(struct world *w, const uint32_t a[PROP_ARGS]);
void step_unlink(struct world *w, const uint32_t a[PROP_ARGS]);
void step_link(struct world *w, const uint32_t a[PROP_ARGS]);
void step_split(struct world *w, const uint32_t a[PROP_ARGS]);
void step_poke(struct world *w, const uint32_t a[PROP_ARGS]);
void step_look(struct world *w, const uint32_t a[PROP_ARGS]);
/* Frames know their own address, for who cannot see where a DMA went. */
void tag_frames(struct world *w, enum dut_sec sec);
void step_dma(struct world *w, const uint32_t a[PROP_ARGS]);

#endif
