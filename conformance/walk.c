/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
#include "walk.h"

#define OFFSET 0x2468u /* of the access in its 64 KB */

const char *walk_kind_name(enum walk_kind kind)
{
    static const char *const names[] = { "stage 1", "stage 2", "nested stage 1", "nested stage 2",
                                         "stage 2 for a table", "stage 2 for the CD" };

    return names[kind];
}

struct walk_geometry walk_plain_geometry(const struct conf *c, bool s2)
{
    struct walk_geometry g = { ID(c, IDR5, GRAN4K) ? 12 : ID(c, IDR5, GRAN16K) ? 14 : 16, 39, -2,
                               false, false };

    if (s2) {
        g.bits = (uint8_t)(conf_oas(c) < 36 ? conf_oas(c) : 36);
        g.start = g.gran == 12 ? 1 : 2;
    }
    return g;
}

bool walk_is_s2(enum walk_kind kind)
{
    return kind != WALK_S1 && kind != WALK_NEST1;
}

int walk_start(const struct walk *w)
{
    return walk_is_s2(w->kind) ? w->geo.start : smmu3t_pgt_s1_start(w->geo.gran, w->geo.bits);
}

void walk_needs(const struct walk *w, struct conf_need need[CONF_NEEDS])
{
    static const struct conf_need none, ds = NEED(IDR5, DS, IS, 1), oas52 = NEED(IDR5, OAS, IS, 6),
                           vax = NEED(IDR5, VAX, MIN, 1), stt = NEED(IDR3, STT, IS, 1),
                           g4 = NEED(IDR5, GRAN4K, IS, 1), g16 = NEED(IDR5, GRAN16K, IS, 1),
                           g64 = NEED(IDR5, GRAN64K, IS, 1);
    const struct walk_geometry *g = &w->geo;
    bool big = g->bits > 48;

    need[0] = g->gran == 12 ? g4 : g->gran == 14 ? g16 : g64;
    need[1] = g->ds ? (g->gran == 16 ? oas52 : ds) : none;
    need[2] = g->bits < 25 || (walk_is_s2(w->kind) && g->gran == 12 && g->start == 3) ? stt : none;
    need[3] = big ? (walk_is_s2(w->kind) ? oas52 : vax) : none;
}

/* The last address of the RAM that this walk uses. */
static uint64_t ram_end(const struct walk *w)
{
    uint64_t base, size;

    conf_ram(w->c, w->pas, &base, &size);
    return base + size - 1;
}

static uint64_t mask(unsigned bits)
{
    return bits >= 64 ? ~UINT64_C(0) : (UINT64_C(1) << bits) - 1;
}

static unsigned shift(const struct walk *w, int level)
{
    return smmu3t_pgt_shift(w->geo.gran, level);
}

/* The start levels that only a large OAS has: VTCR_EL2.SL0. */
static bool possible(struct conf *c, const struct walk *w)
{
    const struct walk_geometry *g = &w->geo;
    unsigned oas = conf_oas(c);
    bool nested2 = walk_is_s2(w->kind) && w->kind != WALK_S2;

    if (walk_is_s2(w->kind) &&
        (g->bits > oas || (g->gran == 12 && g->start == 0 && oas < 44) ||
         (g->gran == 14 && g->start == 1 && oas < 42) ||
         (g->gran == 16 && g->start == 1 && oas < 44))) {
        conf_skip(c, "OAS is too small for this input size");
        return false;
    }
    /* The tables of stage 1 have their IPAs, too. */
    if (nested2 && (conf_ipa(c, ram_end(w)) >> g->bits)) {
        conf_skip(c, "the input size does not hold the DUT's RAM");
        return false;
    }
    return true;
}

/*
 * An input address like no other: every second bit above what the output
 * gives, the highest of them one.
 */
static uint64_t choose_input(const struct walk *w, uint64_t out)
{
    unsigned bits = w->geo.bits, low = shift(w, w->level);
    uint64_t pattern = UINT64_C(0x5555555555555555) << ((bits - 1) & 1);
    uint64_t in = (pattern & mask(bits) & ~mask(low)) | (out & mask(low));

    return w->geo.upper ? in | ~mask(bits) : in;
}

/* Would a block there hide what stage 2 maps for the stream's own tables? */
static bool collides(const struct walk *w)
{
    unsigned s = shift(w, w->level);
    uint64_t base, size, first;
    uint64_t last = conf_ipa(w->c, ram_end(w)) >> s;

    conf_ram(w->c, w->pas, &base, &size);
    first = conf_ipa(w->c, base) >> s;
    return w->in >> s >= first && w->in >> s <= last;
}

static void map_page(struct walk *w)
{
    uint64_t m = mask(w->geo.gran);
    uint64_t attr = walk_is_s2(w->kind) ? SMMU3T_S2_RW : SMMU3T_S1_RW;
    int err = smmu3t_pgt_map(w->tt, w->in & ~m, w->out & ~m, m + 1, attr);

    if (err && !conf_failed(w->c)) {
        conf_fail(w->c, "the suite cannot build this walk: error %d", err);
    }
}

void walk_update(struct walk *w)
{
    uint32_t last = (1u << w->ssid_bits) - 1;

    if (w->ssid_bits && w->st.s1 && smmu3t_cdtab_write(&w->st.cds, last, &w->st.cd)) {
        conf_fail(w->c, "the suite cannot write the CD of SubstreamID 0x%x", last);
    }
    conf_stream_update(&w->st);
}

/* What the tested tables map, and how an access comes there. */
static void build_path(struct walk *w)
{
    struct conf_stream *st = &w->st;
    struct conf *c = w->c;
    uint64_t target = conf_target(c, w->pas), ipa0 = conf_ipa(c, 0);
    uint64_t low = 0xffff, root_off = 0;

    w->pa = w->out = target + OFFSET;
    switch (w->kind) {
    case WALK_NEST1:
        w->out = conf_ipa(c, w->pa);
        conf_map2(st, w->out & ~low, target, low + 1, SMMU3T_S2_RW);
        break;
    case WALK_TT:
        root_off = smmu3t_pgt_desc_addr(&st->tt0, CONF_VA, st->tt0.start) - st->tt0.root;
        w->out = st->tt0.root + root_off - ipa0;
        break;
    case WALK_CD:
        w->out = st->cds.base - ipa0 + (w->ssid_bits ? 64u * ((1u << w->ssid_bits) - 1) : 0);
        break;
    default:
        break;
    }
    w->in = choose_input(w, w->out);
    if (w->kind >= WALK_NEST2 && collides(w)) {
        conf_skip(c, "the suite has no room for such a block");
        return;
    }
    map_page(w);
    w->dma = conf_access(st, w->in, DUT_DMA_WRITE | (w->ssid_bits ? DUT_DMA_SSV : 0));
    w->dma.substream_id = w->ssid_bits ? (1u << w->ssid_bits) - 1 : 0;
    if (w->kind == WALK_NEST2) {
        conf_map1(st, CONF_VA, w->in & ~low, low + 1, SMMU3T_S1_RW);
        w->dma.addr = CONF_VA + (w->in & low);
    } else if (w->kind == WALK_TT || w->kind == WALK_CD) {
        conf_map2(st, conf_ipa(c, target), target, low + 1, SMMU3T_S2_RW);
        conf_map1(st, CONF_VA, conf_ipa(c, target), low + 1, SMMU3T_S1_RW);
        w->dma.addr = CONF_VA + OFFSET;
        if (w->kind == WALK_TT) {
            CD_PUT(st->cd.w, TTB0, (w->in - root_off) >> 4);
        } else {
            STE_PUT(st->ste.w, S1ContextPtr, (w->in - (w->out - (st->cds.base - ipa0))) >> 6);
        }
    }
    walk_update(w);
}

bool walk_build(struct conf *c, struct walk *w)
{
    const struct walk_geometry *g = &w->geo;
    struct conf_stream *st = &w->st;
    bool s2 = walk_is_s2(w->kind);

    w->c = c;
    w->pas = conf_pas(w->sec);
    *st = (struct conf_stream){ .sec = w->sec, .s1 = w->kind != WALK_S2, .s2 = w->kind != WALK_S1,
                                .ds = g->ds, .ssid_bits = w->ssid_bits, .cd_fmt = w->cd_fmt,
                                .asid = 1, .vmid = 1, .both_halves = g->upper };
    if (s2) {
        st->gran2 = g->gran;
        st->bits2 = g->bits;
        st->start2 = g->start;
    } else {
        st->gran1 = g->gran;
        st->bits1 = g->bits;
    }
    if (g->ds && st->s1 && st->s2) { /* 52 bits pass through both */
        st->gran1 = st->gran2 = g->gran;
        st->start2 = s2 ? g->start : g->gran == 12 ? 1 : 2;
    }
    if (!conf_needs_state(c, w->sec) || !possible(c, w)) {
        return false;
    }
    conf_start_split(c, w->sec, w->split);
    if (!conf_stream(c, st)) {
        return false;
    }
    w->tt = s2 ? &st->st2 : g->upper ? &st->tt1 : &st->tt0;
    build_path(w);
    return !conf_failed(c);
}

uint64_t walk_desc(const struct walk *w)
{
    return smmu3t_pgt_read(w->tt, smmu3t_pgt_desc_addr(w->tt, w->in, w->level));
}

void walk_set_desc(const struct walk *w, uint64_t desc)
{
    uint64_t a = smmu3t_pgt_desc_addr(w->tt, w->in, w->level);

    if (!a || smmu3t_pgt_write(w->tt, a, desc)) {
        conf_fail(w->c, "the suite does not find the descriptor of level %d", w->level);
    }
}

uint64_t walk_leaf(const struct walk *w)
{
    uint64_t m = mask(shift(w, w->level));
    uint64_t attr = walk_is_s2(w->kind) ? SMMU3T_S2_RW : SMMU3T_S1_RW;

    if (w->tt->ds) {
        attr &= ~(UINT64_C(3) << PTE_SH_LO);
    }
    return smmu3t_pgt_put_addr(w->tt, w->out & ~m) | attr | (w->level == 3 ? 3 : 1);
}

bool walk_leaf_ok(const struct walk *w)
{
    /* One more level with 52-bit outputs, which 64 KB tables always have then. */
    bool big = w->geo.gran == 16 ? ID(w->c, IDR5, OAS) >= 6 : w->geo.ds;
    int top = (w->geo.gran == 12 ? 1 : 2) - big;

    return w->level >= top;
}

uint64_t walk_into_hole(struct walk *w)
{
    int start = walk_start(w);
    unsigned bits = w->level == start ? w->geo.bits - shift(w, w->level) : w->geo.gran - 3u;
    uint64_t index = w->in >> shift(w, w->level) & mask(bits);
    uint64_t pa, hole;

    if (!conf_can(w->c, DUT_CAN_HOLE) || bits > 13) {
        conf_skip(w->c, bits > 13 ? "the table is larger than the hole"
                                  : "the DUT has no memory that aborts");
        return 0;
    }
    pa = conf_hole(w->c, w->pas);
    hole = w->kind == WALK_NEST1 ? conf_map_hole(&w->st) : pa;
    if (w->level > start) {
        uint64_t a = smmu3t_pgt_desc_addr(w->tt, w->in, w->level - 1);

        smmu3t_pgt_write(w->tt, a, smmu3t_pgt_put_addr(w->tt, hole) | 3);
        return pa + 8 * index;
    }
    if (!walk_is_s2(w->kind)) {
        put_field(w->st.cd.w, w->geo.upper ? CD_TTB1_LO : CD_TTB0_LO, CD_TTB0_W, hole >> 4);
    } else if (w->sec == DUT_S) {
        STE_PUT(w->st.ste.w, S_S2TTB, hole >> 4);
    } else {
        STE_PUT(w->st.ste.w, S2TTB, hole >> 4);
    }
    if (w->kind == WALK_NEST2 || w->kind == WALK_TT) {
        conf_skip(w->c, "the CD comes first");
        return 0;
    }
    walk_update(w);
    return pa + 8 * index;
}

unsigned walk_limit(struct walk *w)
{
    static const uint8_t bits[] = { 32, 36, 40, 42, 44 };
    uint64_t end = ram_end(w);

    if (w->kind == WALK_NEST1) {
        end = conf_ipa(w->c, end);
    }
    for (unsigned i = 0; i < CONF_COUNT(bits); i++) {
        if (!(end >> bits[i])) {
            if (walk_is_s2(w->kind)) {
                STE_PUT(w->st.ste.w, S2PS, i);
            } else {
                CD_PUT(w->st.cd.w, IPS, i);
            }
            walk_update(w);
            return bits[i] < conf_oas(w->c) ? bits[i] : conf_oas(w->c);
        }
    }
    conf_skip(w->c, "the DUT's RAM is above 2^44");
    return 0;
}

struct conf_event walk_fault(const struct walk *w, uint8_t number)
{
    struct conf_event e = { .number = number, .s2 = walk_is_s2(w->kind), .class_ = CONF_CLASS_IN,
                            .ipa = w->in, .ttrnw = true };

    if (w->kind == WALK_TT) {
        e.class_ = CONF_CLASS_TT;
    } else if (w->kind == WALK_CD) {
        e.class_ = CONF_CLASS_CD;
    }
    return e;
}

/* ---- faults at a leaf ---- */

static const char *const fault_names[WALK_NUM_FAULTS] = {
    "address out of range", "no descriptor", "output too far", "AF=0", "read-only",
};

const char *walk_fault_name(enum walk_fault_kind f)
{
    return fault_names[f];
}

uint8_t walk_put_fault(struct walk *w, enum walk_fault_kind f)
{
    uint64_t d = walk_leaf(w);
    unsigned bit;

    switch (f) {
    case WALK_F_RANGE:
        if (walk_is_s2(w->kind) && w->geo.bits >= conf_oas(w->c)) {
            conf_skip(w->c, "stage 2 takes whatever is below OAS");
            return 0;
        }
        w->dma.addr |= UINT64_C(1) << w->geo.bits;
        w->in |= UINT64_C(1) << w->geo.bits;
        return EVT_F_TRANSLATION;
    case WALK_F_INVALID:
        walk_set_desc(w, 0);
        return EVT_F_TRANSLATION;
    case WALK_F_SIZE:
        bit = walk_limit(w);
        walk_set_desc(w, d | smmu3t_pgt_put_addr(w->tt, UINT64_C(1) << bit));
        return bit ? EVT_F_ADDR_SIZE : 0;
    case WALK_F_ACCESS:
        walk_set_desc(w, d & ~SMMU3T_BIT(PTE_AF_LO));
        return EVT_F_ACCESS;
    default:
        walk_set_desc(w, walk_is_s2(w->kind) ? d & ~SMMU3T_S2_W : d | SMMU3T_S1_RO);
        return EVT_F_PERMISSION;
    }
}
