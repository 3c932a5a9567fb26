/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Translation tables and the slots of their input. */
#include <string.h>

#include "world.h"

enum slot_kind slot_kind(unsigned slot)
{
    static const uint8_t kind[NSLOTS] = {
        SLOT_PAGE, SLOT_PAGE, SLOT_PAGE, SLOT_PAGE, SLOT_PAGE, SLOT_PAGE, SLOT_CONT, SLOT_CONT,
        SLOT_BLOCK, SLOT_BLOCK, SLOT_BIG, SLOT_GLOBAL, SLOT_GLOBAL, SLOT_GLOBAL, SLOT_UPPER,
        SLOT_UPPER,
    };

    return (enum slot_kind)kind[slot];
}

unsigned space_gran(const struct group *g, unsigned space)
{
    return space < NAS ? g->gran1 : g->gran2;
}

static bool two_halves(const struct group *g)
{
    return g->regime == EL1 || g->regime == EL2_E2H;
}

bool slot_there(const struct group *g, unsigned space, unsigned slot)
{
    unsigned gran = space_gran(g, space);
    int start = space < NAS ? smmu3t_pgt_s1_start(g->gran1, g->bits1) : g->start2;
    bool big = g->w->caps->big;

    if (space < NAS ? !g->s1 : !g->s2 || (space == NAS + 1 && g->sec != DUT_S)) {
        return false;
    }
    if (start > (int)slot_level(slot)) {
        return false;
    }
    switch (slot_kind(slot)) {
    case SLOT_BLOCK:
        return gran == 12 || big;
    case SLOT_BIG:
        return gran == 12 && big && (space < NAS ? g->bits1 : g->bits2) > 31;
    case SLOT_GLOBAL:
        return space < NAS;
    case SLOT_UPPER:
        return space < NAS && two_halves(g);
    default:
        return true;
    }
}

unsigned slot_level(unsigned slot)
{
    return slot_kind(slot) == SLOT_BLOCK ? 2 : slot_kind(slot) == SLOT_BIG ? 1 : 3;
}

uint64_t slot_input(const struct group *g, unsigned space, unsigned slot)
{
    unsigned gran = space_gran(g, space), blk = smmu3t_pgt_shift(gran, 2);
    uint64_t i = slot, base = UINT64_C(1) << blk;

    switch (slot_kind(slot)) {
    case SLOT_CONT:
        return base + base / 2 + ((i - 6) << smmu3t_pgt_cont_shift(gran, 3));
    case SLOT_BLOCK:
        return (i - 6) << blk;
    case SLOT_BIG:
        return UINT64_C(1) << 30;
    case SLOT_GLOBAL:
        return (UINT64_C(4) << blk) + ((i - FIRST_GLOBAL) << gran);
    case SLOT_UPPER:
        return (~UINT64_C(0) << g->bits1) + base + ((i - FIRST_UPPER) << gran);
    default:
        return base + (i << gran);
    }
}

uint64_t slot_size(const struct group *g, unsigned space, unsigned slot)
{
    unsigned gran = space_gran(g, space);

    return UINT64_C(1) << (slot_kind(slot) == SLOT_CONT ? smmu3t_pgt_cont_shift(gran, 3)
                                                        : smmu3t_pgt_shift(gran,
                                                                           (int)slot_level(slot)));
}

struct smmu3t_pgt *slot_table(struct group *g, unsigned space, unsigned slot)
{
    return slot_kind(slot) == SLOT_UPPER ? &g->space[space].upper : &g->space[space].lower;
}

struct smmu3t_pgt leaf_table(struct group *g, unsigned space, unsigned slot)
{
    struct smmu3t_pgt t = *slot_table(g, space, slot);

    if (slot_kind(slot) == SLOT_GLOBAL && g->ns_global) {
        t.pas = DUT_NS;
    }
    return t;
}

struct slot *slot_of(struct group *g, unsigned space, unsigned slot)
{
    return &g->space[slot_kind(slot) == SLOT_GLOBAL ? 0 : space].slot[slot];
}

unsigned slot_entries(const struct group *g, unsigned space, unsigned slot)
{
    return slot_kind(slot) == SLOT_CONT
               ? 1u << (smmu3t_pgt_cont_shift(space_gran(g, space), 3) - space_gran(g, space))
               : 1u;
}

uint64_t slot_desc(struct group *g, unsigned space, unsigned slot, unsigned i)
{
    uint64_t step = UINT64_C(1) << smmu3t_pgt_shift(space_gran(g, space), (int)slot_level(slot));

    return smmu3t_pgt_desc_addr(slot_table(g, space, slot), slot_input(g, space, slot) + i * step,
                                (int)slot_level(slot));
}

/* Tables of stage 1 behind stage 2 are known by an IPA above all slots. */
static uint64_t ipa_base(const struct group *g)
{
    return UINT64_C(6) << smmu3t_pgt_shift(g->gran2, 2);
}

static uint64_t ipa_to_pa(const struct group *g, uint64_t ipa)
{
    return ipa - ipa_base(g) + g->w->arena[g->sec];
}

static int ipa_write64(void *ctx, unsigned pas, uint64_t addr, uint64_t v)
{
    struct group *g = ctx;

    (void)pas;
    world_write64(g->w, g->sec, ipa_to_pa(g, addr), v);
    return 0;
}

static uint64_t ipa_read64(void *ctx, unsigned pas, uint64_t addr)
{
    struct group *g = ctx;

    (void)pas;
    return world_read64(g->w, g->sec, ipa_to_pa(g, addr));
}

static uint64_t ipa_alloc(void *ctx, unsigned pas, uint64_t size, uint64_t align)
{
    struct group *g = ctx;
    uint64_t low = (UINT64_C(1) << g->gran2) - 1, pa, ipa;
    struct smmu3t_pgt t = g->space[NAS].lower;

    (void)pas;
    align = align > low ? align : low + 1;
    size = (size + low) & ~low;
    pa = world_alloc(g->w, g->sec, size, align);
    if (!pa) {
        return 0;
    }
    ipa = pa - g->w->arena[g->sec] + ipa_base(g);
    t.leaf_level = 3;
    t.contiguous = false;
    return smmu3t_pgt_map(&t, ipa, pa, size, SMMU3T_S2_RW) ? 0 : ipa;
}

/* A level 3 table that all address spaces of the group share. */
static bool share_global(struct group *g, unsigned space)
{
    struct smmu3t_pgt *t = &g->space[space].lower;
    uint64_t in = slot_input(g, space, FIRST_GLOBAL), size = UINT64_C(1) << t->gran, a;

    if (!g->global_table) {
        g->global_table = t->mem->alloc(t->mem->ctx, g->ns_global ? (unsigned)DUT_NS : t->pas,
                                        size, size);
    }
    /* Any page of the region makes the tables down to level 2. */
    t->leaf_level = 3;
    if (!g->global_table || smmu3t_pgt_map(t, in, 0, size, SMMU3T_S1_RW)) {
        return false;
    }
    a = smmu3t_pgt_desc_addr(t, in, 2);
    return !smmu3t_pgt_write(t, a, smmu3t_pgt_put_addr(t, g->global_table) | 3 |
                                       (g->ns_global ? SMMU3T_TABLE_NS : 0));
}

bool space_make(struct world *w, struct group *g, unsigned space)
{
    struct space *sp = &g->space[space];
    bool s1 = space < NAS;

    if (sp->there) {
        return true;
    }
    sp->lower = (struct smmu3t_pgt){ .mem = s1 && g->s2 ? &g->ipa_mem : &w->mem,
                                     .pas = (uint8_t)g->sec, .stage = s1 ? 1 : 2,
                                     .gran = s1 ? g->gran1 : g->gran2,
                                     .ia_bits = s1 ? g->bits1 : g->bits2, .start = g->start2,
                                     .ds = s1 ? g->ds1 : g->ds2, .lpa = s1 ? g->lpa1 : g->lpa2,
                                     .big_endian = g->big_endian };
    g->ipa_mem = (struct smmu3_mem_ops){ g, ipa_write64, ipa_read64, ipa_alloc };
    sp->upper = sp->lower;
    sp->upper.upper = true;
    if (smmu3t_pgt_init(&sp->lower) || (s1 && two_halves(g) && smmu3t_pgt_init(&sp->upper)) ||
        (s1 && !share_global(g, space))) {
        broken(w, "tables are not made");
        return false;
    }
    sp->there = true;
    return true;
}

/* ---- what slots map to ---- */

/* Where final outputs are: frames of the right alignment for any leaf. */
static uint64_t frame(const struct group *g, unsigned space, unsigned slot, uint32_t target,
                      uint32_t attr)
{
    const struct world *w = g->w;
    /* Where memory is not everywhere, in the space that the output is in. */
    bool ns = space == NAS + 1 || (space < NAS && attr & 4) ||
              (slot_kind(slot) == SLOT_GLOBAL && g->ns_global);
    uint64_t base = w->frames[ns && !w->caps->big ? DUT_NS : g->sec];
    uint64_t size = slot_size(g, space, slot);

    if (slot_kind(slot) == SLOT_BIG) {
        return UINT64_C(0xc0000000);
    }
    if (size > UINT64_C(0x200000)) {
        return w->big_frames + (target & 1) * size;
    }
    if (size > UINT64_C(0x10000)) {
        return base + (1 + (target & 3)) * UINT64_C(0x200000);
    }
    return base + (target & 15) * UINT64_C(0x10000);
}

/* Stage 1 behind stage 2: an IPA that some slot of stage 2 is about. */
static uint64_t ipa_target(const struct group *g, unsigned space, unsigned slot, uint32_t target)
{
    uint64_t size = slot_size(g, space, slot);
    unsigned to = target % FIRST_GLOBAL;
    uint64_t ipa = slot_input(g, NAS, slot_there(g, NAS, to) ? to : 0);

    ipa += (target >> 8 & 7) * size % slot_size(g, NAS, to);
    return ipa & ~(size - 1);
}

uint64_t slot_attr(const struct group *g, unsigned space, unsigned slot, uint32_t attr)
{
    bool httu = g->w->caps->httu >= 2;

    if (g->w->caps->defects >> DEFECT_HIT_PERMISSION & 1 && space >= NAS) {
        attr &= ~3u;
    }
    if (g->w->caps->defects >> DEFECT_PERMISSIONS & 1) {
        attr &= space < NAS ? ~(2u | 8 | 16) : ~(8u | 16);
    }

    if (space >= NAS) {
        return (attr & 64 ? 0 : SMMU3T_S2_AF) | (attr & 2 ? 0 : SMMU3T_S2_R) |
               (attr & 1 ? 0 : SMMU3T_S2_W) | SMMU3T_S2_XN(attr >> 3 & 2) |
               (attr & 256 ? SMMU3T_S2_DEVICE : SMMU3T_S2_WB) |
               (httu && attr & 128 ? SMMU3T_BIT(PTE_DBM_LO) : 0);
    }
    return (attr & 64 ? 0 : SMMU3T_S1_AF) | (attr & 2 ? 0 : SMMU3T_S1_USER) |
           (attr & 1 ? SMMU3T_S1_RO : 0) | (attr & 4 && g->sec == DUT_S ? SMMU3T_S1_NS : 0) |
           (attr & 8 ? SMMU3T_S1_UXN : 0) | (attr & 16 ? SMMU3T_S1_PXN : 0) |
           (httu && attr & 128 ? SMMU3T_BIT(PTE_DBM_LO) : 0) |
           (slot_kind(slot) == SLOT_GLOBAL && !g->not_global ? 0 : SMMU3T_S1_NG) | SMMU3T_S1_ISH |
           (attr & 256 ? UINT64_C(1) << PTE_AttrIndx_LO : 0);
}

/* Global slots are in a table that map() did not make. */
static int map_page(struct group *g, unsigned space, unsigned slot, uint64_t oa, uint64_t attr)
{
    const struct smmu3t_pgt t = leaf_table(g, space, slot);
    uint64_t a = slot_desc(g, space, slot, 0);

    if (t.ds) {
        attr &= ~(UINT64_C(3) << PTE_SH_LO);
    }
    return a ? smmu3t_pgt_write(&t, a, smmu3t_pgt_put_addr(&t, oa) | attr | 3) : SMMU3T_ENOENT;
}

bool slot_map(struct world *w, struct group *g, unsigned space, unsigned slot, uint32_t target,
              uint32_t attr)
{
    struct smmu3t_pgt *t = slot_table(g, space, slot);
    struct slot *s = slot_of(g, space, slot);
    uint64_t in = slot_input(g, space, slot);
    uint64_t oa = space < NAS && g->s2 ? ipa_target(g, space, slot, target)
                                       : frame(g, space, slot, target, attr);

    t->leaf_level = (uint8_t)slot_level(slot);
    t->contiguous = slot_kind(slot) == SLOT_CONT;
    if (slot_kind(slot) == SLOT_GLOBAL
            ? map_page(g, space, slot, oa, slot_attr(g, space, slot, attr))
            : smmu3t_pgt_map(t, in, oa, slot_size(g, space, slot),
                             slot_attr(g, space, slot, attr))) {
        broken(w, "something is not mapped");
        return false;
    }
    *s = (struct slot){ .mapped = true, .target = target, .attr = attr, .oa = oa };
    say(w, "      %#llx -> %#llx\n", (unsigned long long)in, (unsigned long long)oa);
    return true;
}

void slot_write(struct world *w, struct group *g, unsigned space, unsigned slot, uint64_t set,
                uint64_t clear)
{
    const struct smmu3t_pgt t = leaf_table(g, space, slot);

    for (unsigned i = 0; i < slot_entries(g, space, slot); i++) {
        uint64_t a = slot_desc(g, space, slot, i);

        if (a) {
            smmu3t_pgt_write(&t, a, (smmu3t_pgt_read(&t, a) & ~clear) | set);
        } else {
            broken(w, "a leaf is not where it was mapped");
        }
    }
}

void slot_clear(struct world *w, struct group *g, unsigned space, unsigned slot)
{
    slot_write(w, g, space, slot, 0, ~UINT64_C(0));
    slot_of(g, space, slot)->mapped = false;
}
