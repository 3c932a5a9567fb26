/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Steps that change translation tables. */
#include "world.h"

#define SLOT_PAGES 6u  /* the first slots are pages in a row */
#define HARDLY_ANY 24u /* leaves that are invalidated one by one */

/* The group, space and slot that a step names; false: there is no such. */
static bool named(struct world *w, const uint32_t a[PROP_ARGS], struct group **g, unsigned *space,
                  unsigned *slot)
{
    *g = &w->group[a[0] % NGROUPS];
    *space = a[1] % SPACES;
    *slot = a[2] % NSLOTS;
    if (!(*g)->there || !w->on[(*g)->sec] || !slot_there(*g, *space, *slot)) {
        return false;
    }
    if (*space < NAS && *space && ((*g)->regime == EL2 || (*g)->regime == EL3)) {
        return false; /* one address space */
    }
    if (*space < NAS && (*g)->s2 && !space_make(w, *g, NAS)) {
        return false; /* its tables are behind stage 2 */
    }
    if (!space_make(w, *g, *space) ||
        (slot_kind(*slot) == SLOT_GLOBAL && !space_make(w, *g, 0))) {
        return false;
    }
    return !((*g)->space[*space].unlinked &&
             (slot_kind(*slot) == SLOT_PAGE || slot_kind(*slot) == SLOT_CONT));
}

void step_map(struct world *w, const uint32_t a[PROP_ARGS])
{
    unsigned space, slot;
    struct group *g;

    if (named(w, a, &g, &space, &slot) && !slot_of(g, space, slot)->mapped) {
        slot_map(w, g, space, slot, a[3], a[4]);
    }
}

/* Mapped as a whole, by its own kind of leaf. */
static bool whole(struct world *w, const uint32_t a[PROP_ARGS], struct group **g, unsigned *space,
                  unsigned *slot)
{
    const struct slot *s;

    if (!named(w, a, g, space, slot)) {
        return false;
    }
    s = slot_of(*g, *space, *slot);
    return s->mapped && !s->split;
}

void step_unmap(struct world *w, const uint32_t a[PROP_ARGS])
{
    unsigned space, slot;
    struct group *g;

    if (whole(w, a, &g, &space, &slot)) {
        slot_clear(w, g, space, slot);
        inval_slot(w, g, space, slot, a[3]);
    }
}

/* Several pages, and one range that is all of them and no more. */
void step_strip(struct world *w, const uint32_t a[PROP_ARGS])
{
    unsigned first = a[2] % SLOT_PAGES, last = a[3] % SLOT_PAGES, space, slot;
    const uint32_t at[PROP_ARGS] = { a[0], a[1], first };
    struct group *g;
    struct edit e;

    if (last < first || !named(w, at, &g, &space, &slot)) {
        return;
    }
    e = (struct edit){ .g = g, .space = space, .input = slot_input(g, space, first),
                       .size = (last - first + 1) * slot_size(g, space, first),
                       .entries = last - first + 1, .level = 3 };
    for (slot = first; slot <= last; slot++) {
        if (slot_of(g, space, slot)->mapped) {
            slot_clear(w, g, space, slot);
        }
    }
    inval_edit(w, &e, a[4]);
}

void step_remap(struct world *w, const uint32_t a[PROP_ARGS])
{
    unsigned space, slot;
    struct group *g;

    if (whole(w, a, &g, &space, &slot)) {
        slot_clear(w, g, space, slot);
        inval_slot(w, g, space, slot, a[5]);
        slot_map(w, g, space, slot, a[3], a[4]);
    }
}

/* Address and type stay, so a break is not needed. */
void step_protect(struct world *w, const uint32_t a[PROP_ARGS])
{
    unsigned space, slot;
    struct group *g;

    if (whole(w, a, &g, &space, &slot)) {
        struct slot *s = slot_of(g, space, slot);
        uint32_t keep = 4 | 256; /* NS and memory type are part of the address */
        uint64_t old = slot_attr(g, space, slot, s->attr), new_;

        s->attr = (s->attr & keep) | (a[3] & ~keep);
        new_ = slot_attr(g, space, slot, s->attr);
        slot_write(w, g, space, slot, new_ & ~old, old & ~new_);
        /* What HTTU has set since is software's to clear. */
        slot_write(w, g, space, slot, new_ & (SMMU3T_S1_RO | SMMU3T_S2_AF),
                   ~new_ & (SMMU3T_S1_RO | SMMU3T_S2_AF));
        inval_slot(w, g, space, slot, a[4]);
    }
}

/*
 * Our own promise: what a page gains, an access that needs it finds. Only what
 * takes nothing away: what becomes writable must not have been executable
 * (CD.WXN, and the rule for PXN).
 */
void step_relax(struct world *w, const uint32_t a[PROP_ARGS])
{
    unsigned space, slot;
    struct group *g;

    if (w->caps->ours && whole(w, a, &g, &space, &slot) && space < NAS) {
        struct slot *s = slot_of(g, space, slot);
        uint32_t xn = 8 | 16;
        uint64_t old = slot_attr(g, space, slot, s->attr);

        s->attr &= (s->attr & xn) == xn ? ~1u : ~xn;
        slot_write(w, g, space, slot, 0, old & ~slot_attr(g, space, slot, s->attr));
    }
}

void step_age(struct world *w, const uint32_t a[PROP_ARGS])
{
    unsigned space, slot;
    struct group *g;

    if (w->caps->httu && whole(w, a, &g, &space, &slot)) {
        struct slot *s = slot_of(g, space, slot);
        bool clean = s->attr & 128;

        /* Writable and dirty becomes writable and clean. */
        if (clean && space < NAS) {
            slot_write(w, g, space, slot, SMMU3T_S1_RO, SMMU3T_S1_AF);
        } else {
            slot_write(w, g, space, slot, 0, SMMU3T_S1_AF | (clean ? SMMU3T_S2_W : 0));
        }
        inval_slot(w, g, space, slot, a[3]);
    }
}

/* AF=0 is never cached: IHI0070G.b 3.13.2. */
void step_touch(struct world *w, const uint32_t a[PROP_ARGS])
{
    unsigned space, slot;
    struct group *g;

    if (whole(w, a, &g, &space, &slot)) {
        slot_of(g, space, slot)->attr &= ~64u;
        slot_write(w, g, space, slot, SMMU3T_S1_AF, 0);
    }
}

/* ---- tables ---- */

/* After a Table descriptor: leaves and tables below it, one by one or at once. */
static void inval_table(struct world *w, struct group *g, unsigned space, uint32_t form)
{
    unsigned gran = space_gran(g, space), leaves = 0;
    uint64_t size = UINT64_C(1) << smmu3t_pgt_shift(gran, 2);
    struct edit all = { .g = g, .space = space, .input = size, .size = size, .entries = UINT32_MAX,
                        .level = 3, .table = true };

    for (unsigned k = 0; k < 8; k++) {
        leaves += g->space[space].slot[k].mapped ? slot_entries(g, space, k) : 0;
    }
    if (form & 1 || leaves > HARDLY_ANY || !leaves) {
        all.entries = UINT32_MAX / 2;
        inval_edit(w, &all, form >> 1);
        return;
    }
    for (unsigned k = 0; k < 8; k++) {
        struct edit e = { .g = g, .space = space, .input = slot_input(g, space, k),
                          .size = slot_size(g, space, k), .entries = slot_entries(g, space, k),
                          .level = 3, .table = true };

        if (g->space[space].slot[k].mapped) {
            inval_edit(w, &e, (form >> 1) + 3 * k);
        }
    }
}

void step_unlink(struct world *w, const uint32_t a[PROP_ARGS])
{
    const uint32_t first[PROP_ARGS] = { a[0], a[1], 0 };
    unsigned space, slot;
    struct group *g;
    struct space *sp;
    uint64_t at;

    if (!named(w, first, &g, &space, &slot)) {
        return;
    }
    sp = &g->space[space];
    at = smmu3t_pgt_desc_addr(&sp->lower, slot_input(g, space, 0), 2);
    if (!at || (smmu3t_pgt_read(&sp->lower, at) & 3) != 3) {
        return; /* no table there yet */
    }
    sp->unlinked_desc = smmu3t_pgt_read(&sp->lower, at);
    sp->unlinked = true;
    smmu3t_pgt_write(&sp->lower, at, 0);
    inval_table(w, g, space, a[2]);
}

void step_link(struct world *w, const uint32_t a[PROP_ARGS])
{
    struct group *g = &w->group[a[0] % NGROUPS];
    struct space *sp = &g->space[a[1] % SPACES];

    if (g->there && sp->there && sp->unlinked) {
        uint64_t at = smmu3t_pgt_desc_addr(&sp->lower, slot_input(g, a[1] % SPACES, 0), 2);

        smmu3t_pgt_write(&sp->lower, at, sp->unlinked_desc);
        sp->unlinked = false;
    }
}

/* The table of pages that says what a block says. */
static uint64_t page_table(struct group *g, unsigned space, unsigned slot)
{
    struct space *sp = &g->space[space];
    struct smmu3t_pgt *t = &sp->lower;
    const struct slot *s = slot_of(g, space, slot);
    uint64_t size = UINT64_C(1) << t->gran, *table = &sp->split_table[slot & 1];
    uint64_t attr = slot_attr(g, space, slot, s->attr);

    if (!*table) {
        *table = t->mem->alloc(t->mem->ctx, t->pas, size, size);
    }
    if (t->ds) {
        attr &= ~(UINT64_C(3) << PTE_SH_LO);
    }
    for (uint64_t i = 0; *table && i < size / 8; i++) {
        smmu3t_pgt_write(t, *table + 8 * i,
                         smmu3t_pgt_put_addr(t, s->oa + (i << t->gran)) | attr | 3);
    }
    return *table;
}

/* IHI0070G.b 3.21.1: break before make, or at once with BBML 2. */
void step_split(struct world *w, const uint32_t a[PROP_ARGS])
{
    unsigned space, slot;
    struct group *g;
    struct slot *s;
    struct smmu3t_pgt *t;
    uint64_t at, table, d;
    bool at_once = w->caps->bbml == 2 && a[3] & 0x10000;

    if (!named(w, a, &g, &space, &slot) || slot_kind(slot) != SLOT_BLOCK ||
        space_gran(g, space) != 12 || !slot_of(g, space, slot)->mapped) {
        return;
    }
    s = slot_of(g, space, slot);
    t = &g->space[space].lower;
    at = smmu3t_pgt_desc_addr(t, slot_input(g, space, slot), 2);
    if (!at) {
        broken(w, "a block is not where it was mapped");
        return;
    }
    if (!s->split) {
        table = page_table(g, space, slot);
        if (!table) {
            return;
        }
        d = smmu3t_pgt_put_addr(t, table) | 3;
    } else {
        d = smmu3t_pgt_put_addr(t, s->oa) | slot_attr(g, space, slot, s->attr) | 1;
        if (t->ds) {
            d = (d & ~(UINT64_C(3) << PTE_SH_LO)) | smmu3t_pgt_put_addr(t, s->oa);
        }
    }
    /* A page that was poked says something else than the block. */
    at_once = at_once && !s->split;
    smmu3t_pgt_write(t, at, at_once ? d : 0);
    if (s->split) {
        struct edit e = { .g = g, .space = space, .input = slot_input(g, space, slot),
                          .size = slot_size(g, space, slot), .entries = UINT32_MAX / 2,
                          .level = 3, .table = true };

        inval_edit(w, &e, a[3]);
    } else {
        inval_slot(w, g, space, slot, a[3]);
    }
    smmu3t_pgt_write(t, at, d);
    s->split = !s->split;
}

void step_poke(struct world *w, const uint32_t a[PROP_ARGS])
{
    unsigned space, slot;
    struct group *g;
    struct smmu3t_pgt *t;
    uint64_t at, d, in;

    if (!named(w, a, &g, &space, &slot) || slot_kind(slot) != SLOT_BLOCK ||
        !slot_of(g, space, slot)->split) {
        return;
    }
    t = &g->space[space].lower;
    in = slot_input(g, space, slot) + ((uint64_t)(a[3] & 7) << t->gran);
    at = smmu3t_pgt_desc_addr(t, in, 3);
    d = at ? smmu3t_pgt_read(t, at) : 0;
    if (at) {
        smmu3t_pgt_write(t, at, d ^ 3); /* to 0 and back */
    }
    if (d & 1) {
        struct edit e = { .g = g, .space = space, .input = in, .size = UINT64_C(1) << t->gran,
                          .entries = 1, .level = 3 };

        inval_edit(w, &e, a[4]);
    }
}

void step_look(struct world *w, const uint32_t a[PROP_ARGS])
{
    unsigned space, slot;
    struct group *g;

    if (whole(w, a, &g, &space, &slot)) {
        const struct smmu3t_pgt t = leaf_table(g, space, slot);
        uint64_t at = slot_desc(g, space, slot, 0);

        observe(w, OBS_WORD, 2, at ? smmu3t_pgt_read(&t, at) : 0);
    }
}
