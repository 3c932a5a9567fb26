/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Two faults at once: which one is reported. IHI0070G.b 7.3.22. */
#include "walk.h"

#define S_(sec) ((sec) ? "Secure " : "")

/* What is wrong. Each row has two, the one that wins first. */
enum fault {
    SPAN0,        /* C_BAD_STREAMID */
    STE_ABORT,    /* F_STE_FETCH */
    STE_BAD,      /* C_BAD_STE */
    CONFIG_ABORT, /* no event */
    SSID_WRONG,   /* C_BAD_SUBSTREAMID: there are none */
    SSID_FAR,     /* C_BAD_SUBSTREAMID: beyond S1CDMax */
    NO_SSID,      /* F_STREAM_DISABLED */
    CD_S2,        /* stage 2 does not map the CD */
    CD_ABORT,     /* F_CD_FETCH */
    CD_BAD,       /* C_BAD_CD */
    VA_RANGE,     /* F_TRANSLATION */
    VA_EPD,
    TT_S2,        /* stage 2 does not map the table */
    TT_ABORT,     /* F_WALK_EABT of stage 1 */
    S1_INVALID, S1_SIZE, S1_AF, S1_PERM,
    IPA_RANGE,    /* F_TRANSLATION of stage 2 */
    S2_ABORT, S2_INVALID, S2_SIZE, S2_AF, S2_PERM,
    INPUT_SIZE    /* F_ADDR_SIZE of a stage 1 that is off */
};

enum stages { S1 = 1, S2 = 2, NEST = 3 };

static const struct pair {
    const char *name;
    uint8_t stages;       /* of the stream */
    enum fault first, second;
} pairs[] = {
    { "C_BAD_STREAMID before C_BAD_SUBSTREAMID", S1, SPAN0, SSID_WRONG },
    { "F_STE_FETCH before C_BAD_SUBSTREAMID", S1, STE_ABORT, SSID_WRONG },
    { "C_BAD_STE before C_BAD_SUBSTREAMID", S1, STE_BAD, SSID_WRONG },
    { "C_BAD_STE before F_STREAM_DISABLED", S1, STE_BAD, NO_SSID },
    { "C_BAD_STE before F_CD_FETCH", S1, STE_BAD, CD_ABORT },
    { "C_BAD_STE before C_BAD_CD", S1, STE_BAD, CD_BAD },
    { "C_BAD_STE before F_TRANSLATION", S1, STE_BAD, VA_RANGE },
    { "C_BAD_STE before a fault of stage 2", S2, STE_BAD, S2_INVALID },
    { "Config=0 before C_BAD_SUBSTREAMID", S1, CONFIG_ABORT, SSID_WRONG },
    { "Config=0 before F_TRANSLATION", S1, CONFIG_ABORT, VA_RANGE },
    { "Config=0 before a fault of stage 2", S2, CONFIG_ABORT, S2_INVALID },
    { "C_BAD_SUBSTREAMID before F_CD_FETCH", S1, SSID_WRONG, CD_ABORT },
    { "C_BAD_SUBSTREAMID before C_BAD_CD", S1, SSID_WRONG, CD_BAD },
    { "C_BAD_SUBSTREAMID before F_TRANSLATION", S1, SSID_WRONG, VA_RANGE },
    { "C_BAD_SUBSTREAMID (range) before F_CD_FETCH", S1, SSID_FAR, CD_ABORT },
    { "C_BAD_SUBSTREAMID (range) before F_TRANSLATION", S1, SSID_FAR, VA_RANGE },
    { "C_BAD_SUBSTREAMID before a fault of stage 2", S2, SSID_WRONG, S2_INVALID },
    { "C_BAD_SUBSTREAMID before F_ADDR_SIZE", S2, SSID_WRONG, INPUT_SIZE },
    { "C_BAD_SUBSTREAMID before stage 2 of the CD", NEST, SSID_WRONG, CD_S2 },
    { "F_STREAM_DISABLED before F_CD_FETCH", S1, NO_SSID, CD_ABORT },
    { "F_STREAM_DISABLED before C_BAD_CD", S1, NO_SSID, CD_BAD },
    { "F_STREAM_DISABLED before F_TRANSLATION", S1, NO_SSID, VA_RANGE },
    { "F_STREAM_DISABLED before stage 2 of the CD", NEST, NO_SSID, CD_S2 },
    { "stage 2 of the CD before F_TRANSLATION", NEST, CD_S2, VA_RANGE },
    { "stage 2 of the CD before C_BAD_CD", NEST, CD_S2, CD_BAD },
    { "F_CD_FETCH before F_TRANSLATION", S1, CD_ABORT, VA_RANGE },
    { "F_CD_FETCH before F_TRANSLATION", NEST, CD_ABORT, VA_RANGE },
    { "C_BAD_CD before F_TRANSLATION", S1, CD_BAD, VA_RANGE },
    { "C_BAD_CD before F_TRANSLATION", NEST, CD_BAD, VA_RANGE },
    { "C_BAD_CD before stage 2 of the table", NEST, CD_BAD, TT_S2 },
    { "C_BAD_CD before F_WALK_EABT", S1, CD_BAD, TT_ABORT },
    { "the range of the VA before F_WALK_EABT", S1, VA_RANGE, TT_ABORT },
    { "the range of the VA before stage 2 of the table", NEST, VA_RANGE, TT_S2 },
    { "EPD before F_WALK_EABT", S1, VA_EPD, TT_ABORT },
    { "EPD before stage 2 of the table", NEST, VA_EPD, TT_S2 },
    { "stage 2 of the table before its descriptor", NEST, TT_S2, S1_INVALID },
    { "F_WALK_EABT before stage 2 of the output", NEST, TT_ABORT, S2_INVALID },
    { "no descriptor before F_ADDR_SIZE", S1, S1_INVALID, S1_SIZE },
    { "no descriptor before F_ACCESS", S1, S1_INVALID, S1_AF },
    { "F_ADDR_SIZE before F_ACCESS", S1, S1_SIZE, S1_AF },
    { "F_ADDR_SIZE before F_PERMISSION", S1, S1_SIZE, S1_PERM },
    { "F_ACCESS before F_PERMISSION", S1, S1_AF, S1_PERM },
    { "F_TRANSLATION of stage 1 before stage 2", NEST, S1_INVALID, S2_INVALID },
    { "F_ADDR_SIZE of stage 1 before stage 2", NEST, S1_SIZE, S2_INVALID },
    { "F_ACCESS of stage 1 before stage 2", NEST, S1_AF, S2_INVALID },
    { "F_PERMISSION of stage 1 before F_TRANSLATION of stage 2", NEST, S1_PERM, S2_INVALID },
    { "F_PERMISSION of stage 1 before F_ACCESS of stage 2", NEST, S1_PERM, S2_AF },
    { "F_PERMISSION of stage 1 before that of stage 2", NEST, S1_PERM, S2_PERM },
    { "F_PERMISSION of stage 1 before F_WALK_EABT of stage 2", NEST, S1_PERM, S2_ABORT },
    { "F_ADDR_SIZE of the input before the range of stage 2", S2, INPUT_SIZE, IPA_RANGE },
    { "the range of the IPA before F_WALK_EABT", S2, IPA_RANGE, S2_ABORT },
    { "F_WALK_EABT of stage 2 before a missing descriptor", S2, S2_ABORT, S2_INVALID },
    { "no descriptor of stage 2 before F_ADDR_SIZE", S2, S2_INVALID, S2_SIZE },
    { "no descriptor of stage 2 before F_ACCESS", S2, S2_INVALID, S2_AF },
    { "F_ADDR_SIZE of stage 2 before F_ACCESS", S2, S2_SIZE, S2_AF },
    { "F_ADDR_SIZE of stage 2 before F_PERMISSION", S2, S2_SIZE, S2_PERM },
    { "F_ACCESS of stage 2 before F_PERMISSION", S2, S2_AF, S2_PERM },
    { "F_ACCESS of stage 2 before F_PERMISSION", NEST, S2_AF, S2_PERM },
    { "F_ADDR_SIZE of stage 2 before F_ACCESS", NEST, S2_SIZE, S2_AF },
};

/* A stream with one page through all its stages. */
struct two {
    struct conf *c;
    struct walk w;          /* of the last stage: WALK_S1, WALK_S2, WALK_NEST2 */
    struct conf_event e;    /* of the first fault */
};

/* The leaf of stage 1, whichever stage w is of. */
static uint64_t s1_leaf_addr(struct two *t)
{
    return smmu3t_pgt_desc_addr(&t->w.st.tt0, t->w.dma.addr, 3);
}

static void s1_bits(struct two *t, uint64_t clear, uint64_t set)
{
    uint64_t a = s1_leaf_addr(t);
    uint64_t d = smmu3t_pgt_read(&t->w.st.tt0, a);

    smmu3t_pgt_write(&t->w.st.tt0, a, (d & ~clear) | set);
}

static void s2_bits(struct two *t, uint64_t clear, uint64_t set)
{
    walk_set_desc(&t->w, (walk_desc(&t->w) & ~clear) | set);
}

/* Unmaps an IPA page that stage 2 had for the stream's own tables. */
static void unmap_ipa(struct two *t, uint64_t ipa)
{
    uint64_t a = smmu3t_pgt_desc_addr(&t->w.st.st2, ipa, 3);

    smmu3t_pgt_write(&t->w.st.st2, a, 0);
}

static uint64_t hole(struct two *t)
{
    return t->w.st.s2 ? conf_map_hole(&t->w.st) : conf_hole(t->c, t->w.pas);
}

static void l1std(struct two *t, uint64_t v)
{
    struct walk *w = &t->w;

    conf_write64(t->c, w->pas, smmu3t_strtab_l1_addr(&conf_bank(t->c, w->sec)->strtab, w->st.sid), v);
    conf_cmd(t->c, w->sec, smmu3t_cmd_cfgi_ste(w->st.sid, false, w->sec == DUT_S));
}

static uint64_t hole_l1std(struct two *t)
{
    uint64_t v = 0;

    PTE_PUT(v, L1STD_Span, 7);
    PTE_PUT(v, L1STD_L2Ptr, conf_hole(t->c, t->w.pas) >> 6);
    return v;
}

/* Limits the output of stage 1 or 2 and goes beyond it. */
static void size(struct two *t, bool s2)
{
    struct walk *w = &t->w;
    struct walk as = *w;
    unsigned bit;

    as.kind = s2 ? w->kind : w->st.s2 ? WALK_NEST1 : WALK_S1;
    bit = walk_limit(&as);
    if (s2) {
        STE_PUT(w->st.ste.w, S2PS, STE_GET(as.st.ste.w, S2PS));
        s2_bits(t, 0, smmu3t_pgt_put_addr(w->tt, UINT64_C(1) << bit));
    } else {
        CD_PUT(w->st.cd.w, IPS, CD_GET(as.st.cd.w, IPS));
        s1_bits(t, 0, smmu3t_pgt_put_addr(&w->st.tt0, UINT64_C(1) << bit));
    }
}

/* Stages that are not stage 2's walk of the data. */
static void put_early(struct two *t, enum fault f, struct conf_event *e)
{
    struct walk *w = &t->w;
    uint64_t h;

    switch (f) {
    case SPAN0:
        l1std(t, 0);
        *e = (struct conf_event){ .number = EVT_C_BAD_STREAMID };
        break;
    case STE_ABORT:
        l1std(t, hole_l1std(t));
        *e = (struct conf_event){ .number = EVT_F_STE_FETCH,
                                  .fetch = conf_hole(t->c, w->pas) + 64 * (w->st.sid & 63) };
        break;
    case STE_BAD:
        STE_PUT(w->st.ste.w, V, 0);
        *e = (struct conf_event){ .number = EVT_C_BAD_STE };
        break;
    case CONFIG_ABORT:
        STE_PUT(w->st.ste.w, Config, 0);
        *e = (struct conf_event){ 0 };
        break;
    case SSID_FAR:
    case SSID_WRONG:
        STE_PUT(w->st.ste.w, S1CDMax, f == SSID_FAR);
        w->dma.flags |= DUT_DMA_SSV;
        w->dma.substream_id = 2;
        *e = (struct conf_event){ .number = EVT_C_BAD_SUBSTREAMID };
        break;
    case NO_SSID:
        STE_PUT(w->st.ste.w, S1CDMax, 1);
        STE_PUT(w->st.ste.w, S1DSS, 0);
        *e = (struct conf_event){ .number = EVT_F_STREAM_DISABLED };
        break;
    case CD_S2:
        *e = (struct conf_event){ .number = EVT_F_TRANSLATION, .s2 = true, .class_ = CONF_CLASS_CD,
                                  .ipa = w->st.cds.base };
        unmap_ipa(t, w->st.cds.base);
        break;
    case CD_ABORT:
        h = hole(t);
        *e = (struct conf_event){ .number = EVT_F_CD_FETCH, .fetch = conf_hole(t->c, w->pas) };
        STE_PUT(w->st.ste.w, S1ContextPtr, h >> 6);
        break;
    default:
        CD_PUT(w->st.cd.w, TG0, 3);
        *e = (struct conf_event){ .number = EVT_C_BAD_CD };
        break;
    }
}

static void put_s1(struct two *t, enum fault f, struct conf_event *e)
{
    struct walk *w = &t->w;
    uint64_t root = w->st.tt0.root, idx;

    *e = (struct conf_event){ .class_ = CONF_CLASS_IN, .number = EVT_F_TRANSLATION };
    idx = smmu3t_pgt_desc_addr(&w->st.tt0, w->dma.addr & 0xffffffff, w->st.tt0.start) - root;
    switch (f) {
    case VA_RANGE:
        w->dma.addr |= UINT64_C(1) << w->st.bits1;
        break;
    case VA_EPD:
        CD_PUT(w->st.cd.w, EPD0, 1);
        break;
    case TT_S2:
        e->s2 = true;
        e->class_ = CONF_CLASS_TT;
        e->ipa = root + idx;
        unmap_ipa(t, root);
        break;
    case TT_ABORT:
        CD_PUT(w->st.cd.w, TTB0, hole(t) >> 4);
        e->number = EVT_F_WALK_EABT;
        e->class_ = CONF_CLASS_TT;
        e->fetch = conf_hole(t->c, w->pas) + idx;
        break;
    case S1_INVALID:
        s1_bits(t, 1, 0);
        break;
    case S1_SIZE:
        size(t, false);
        e->number = EVT_F_ADDR_SIZE;
        break;
    case S1_AF:
        s1_bits(t, SMMU3T_BIT(PTE_AF_LO), 0);
        e->number = EVT_F_ACCESS;
        break;
    default:
        s1_bits(t, 0, SMMU3T_S1_RO);
        e->number = EVT_F_PERMISSION;
        break;
    }
}

static void put_s2(struct two *t, enum fault f, struct conf_event *e)
{
    struct walk *w = &t->w;

    *e = walk_fault(w, EVT_F_TRANSLATION);
    switch (f) {
    case IPA_RANGE:
        w->dma.addr |= UINT64_C(1) << w->geo.bits;
        e->ipa = w->dma.addr;
        break;
    case S2_ABORT:
        e->number = EVT_F_WALK_EABT;
        e->fetch = walk_into_hole(w);
        break;
    case S2_INVALID:
        s2_bits(t, 1, 0);
        break;
    case S2_SIZE:
        size(t, true);
        e->number = EVT_F_ADDR_SIZE;
        break;
    case S2_AF:
        s2_bits(t, SMMU3T_BIT(PTE_AF_LO), 0);
        e->number = EVT_F_ACCESS;
        break;
    case S2_PERM:
        s2_bits(t, SMMU3T_S2_W, 0);
        e->number = EVT_F_PERMISSION;
        break;
    default:
        w->dma.addr |= UINT64_C(1) << 56;
        *e = (struct conf_event){ .number = EVT_F_ADDR_SIZE, .class_ = CONF_CLASS_IN };
        break;
    }
}

static void put(struct two *t, enum fault f, struct conf_event *e)
{
    if (f <= CD_BAD) {
        put_early(t, f, e);
    } else if (f <= S1_PERM) {
        put_s1(t, f, e);
    } else {
        put_s2(t, f, e);
    }
}

static bool aborts(enum fault f)
{
    return f == STE_ABORT || f == CD_ABORT || f == TT_ABORT || f == S2_ABORT;
}

static void needs(const struct pair *p, struct conf_need need[CONF_NEEDS])
{
    static const struct conf_need hole = CAN(HOLE), ssid = CAN(SSID),
                                  subs = NEED(IDR1, SSIDSIZE, MIN, 1),
                                  two = NEED(IDR0, ST_LEVEL, MIN, 1), oas = NEED(IDR5, OAS, MIN, 2);
    static const struct conf_need none;
    bool has_ssid = p->first == SSID_WRONG || p->second == SSID_WRONG || p->first == SSID_FAR;

    need[0] = aborts(p->first) || aborts(p->second) ? hole : none;
    need[1] = has_ssid ? ssid : none;
    need[2] = p->first == SPAN0 || p->first == STE_ABORT ? two
              : p->first == NO_SSID || p->second == NO_SSID || p->first == SSID_FAR ? subs : none;
    need[3] = p->first == IPA_RANGE || p->second == IPA_RANGE ? oas : none;
}

static void pair_row(struct conf *c, const struct pair *p, enum dut_sec sec)
{
    static const enum walk_kind kinds[] = { WALK_S1, WALK_S1, WALK_S2, WALK_NEST2 };
    struct conf_need need[CONF_NEEDS];
    struct two t = { .c = c, .w = { .kind = kinds[p->stages], .sec = sec, .level = 3,
                                    .geo = walk_plain_geometry(c, p->stages & S2) } };
    struct conf_event other;

    needs(p, need);
    t.w.split = need[2].op && p->first <= STE_ABORT ? 6 : 0;
    if (!conf_row(c, RULE_PRIORITY, CONF_ILLEGAL, need, "%s%s: %s", S_(sec),
                  p->stages == S1 ? "stage 1" : p->stages == S2 ? "stage 2" : "nested", p->name) ||
        !walk_build(c, &t.w)) {
        return;
    }
    /* The one that loses first: what wins may make its place unreachable. */
    put(&t, p->second, &other);
    put(&t, p->first, &t.e);
    if (p->first > STE_ABORT) {
        walk_update(&t.w);
    }
    if (t.e.number) {
        conf_faults(c, &t.w.dma, &t.e);
    } else {
        conf_aborts(c, &t.w.dma);
    }
}

static void priority(struct conf *c)
{
    for (size_t i = 0; i < CONF_COUNT(pairs); i++) {
        pair_row(c, &pairs[i], DUT_NS);
        pair_row(c, &pairs[i], DUT_S);
    }
}

const struct conf_case case_evt_priority = {
    "event/priority", { NEED(IDR0, STALL_MODEL, NOT, 2) }, priority
};
