/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * The memory attributes that a transaction goes out with: IHI0070G.b 13.
 * Attributes are MAIR bytes and SH codes. Write-Back, Non-shareable comes in
 * where a row says nothing else: the default of 13.1.3.
 */
#include "conf.h"

enum { NSH = 0, OSH = 2, ISH = 3 };
#define WB 0xffu
#define GBPA_UPDATE (1u << 31)

/* MemAttr of STE, GBPA and stage 2 leaves; the holes are Device-nGnRnE. 5.2 */
static const uint8_t memattr_mair[16] = { 0x00, 0x04, 0x08, 0x0c, 0x00, 0x44, 0x4b, 0x4f,
                                          0x00, 0xb4, 0xbb, 0xbf, 0x00, 0xf4, 0xfb, 0xff };
static const uint8_t shs[] = { NSH, ISH, OSH };

static bool always_osh(unsigned mair)
{
    return mair < 0x10 || mair == 0x44;
}

static unsigned strongest(unsigned a, unsigned b)
{
    return a == OSH || b == OSH ? OSH : a == ISH || b == ISH ? ISH : NSH;
}

/* What comes in with these comes out with those. */
struct in_out {
    uint8_t in, in_sh, out, out_sh;
};

static void changes(struct conf *c, const struct dut_dma *dma, const struct in_out *a)
{
    struct dut_dma d = *dma;
    struct dut_dma_result r;

    if (conf_failed(c)) {
        return;
    }
    d.flags |= DUT_DMA_ATTR;
    d.mair = a->in;
    d.sh = a->in_sh;
    r = conf_dma(c, &d);
    if (r.end != DUT_DMA_DONE) {
        conf_fail(c, "access of 0x%lx: expected to pass", (unsigned long)dma->addr);
        return;
    }
    conf_eq(c, "memory type and hints (MAIR)", r.out_mair, a->out);
    conf_eq(c, "shareability (SH)", r.out_sh, a->out_sh);
}

static void comes_out(struct conf *c, const struct dut_dma *dma, unsigned mair, unsigned sh)
{
    changes(c, dma, &(struct in_out){ WB, NSH, (uint8_t)mair, (uint8_t)sh });
}

/* ---- overrides ---- */

static const struct override {
    const char *name;
    uint8_t mtcfg, memattr, alloc, shcfg, mair, sh;
    uint8_t in, in_sh; /* 0: Write-Back, Non-shareable */
} overrides[] = {
    { "SHCFG=0b00, Inner Shareable comes in", 0, 0, 0, 0, 0xff, NSH, 0xff, ISH },
    { "SHCFG=0b01, Inner Shareable comes in", 0, 0, 0, 1, 0xff, ISH, 0xff, ISH },
    { "SHCFG=0b10, Inner Shareable comes in", 0, 0, 0, 2, 0xff, OSH, 0xff, ISH },
    { "SHCFG=0b00, Non-cacheable comes in", 0, 0, 0, 0, 0x44, OSH, 0x44, ISH },
    { "SHCFG=0b11, Device comes in", 0, 0, 0, 3, 0x08, OSH, 0x08, ISH },
    { "Write-Through, hints come in", 1, 0xa, 0, 1, 0x99, NSH, 0xdd, NSH },
    { "Write-Through, transient comes in", 1, 0xa, 0, 1, 0x33, NSH, 0x77, NSH },
    { "Write-Back, Non-cacheable comes in", 1, 0xf, 0, 3, 0xff, ISH, 0x44, NSH },
    { "Write-Through, Device comes in", 1, 0xa, 0, 3, 0xbb, ISH, 0x04, NSH },
    { "ALLOCCFG=0b1111, no hints come in", 0, 0, 0xf, 1, 0x77, NSH, 0xcc, NSH },
    { "ALLOCCFG=0b0000, transient comes in", 0, 0, 0x0, 1, 0x77, NSH, 0x77, NSH },
    { "ALLOCCFG of what is half Non-cacheable", 0, 0, 0xa, 1, 0x4d, NSH, 0x4f, NSH },
    { "ALLOCCFG, Device comes in", 0, 0, 0xf, 1, 0x04, OSH, 0x04, NSH },
    { "SHCFG=0b00", 0, 0, 0, 0, 0xff, NSH, 0, 0 },
    { "SHCFG=0b10", 0, 0, 0, 2, 0xff, OSH, 0, 0 },
    { "SHCFG=0b11", 0, 0, 0, 3, 0xff, ISH, 0, 0 },
    { "MemAttr without MTCFG", 0, 0x5, 0, 1, 0xff, NSH, 0, 0 },
    { "Non-cacheable, SHCFG=0b11", 1, 0x5, 0, 3, 0x44, OSH, 0, 0 },
    { "Device, SHCFG=0b00", 1, 0x1, 0, 0, 0x04, OSH, 0, 0 },
    { "Write-Through, SHCFG=0b11", 1, 0xa, 0, 3, 0xbb, ISH, 0, 0 },
    { "ALLOCCFG=0b0111", 0, 0, 0x7, 1, 0xff, NSH, 0, 0 },
    { "ALLOCCFG=0b1000", 0, 0, 0x8, 1, 0xcc, NSH, 0, 0 },
    { "ALLOCCFG=0b1001", 0, 0, 0x9, 1, 0xcc, NSH, 0, 0 },
    { "ALLOCCFG=0b1010", 0, 0, 0xa, 1, 0xdd, NSH, 0, 0 },
    { "ALLOCCFG=0b1011", 0, 0, 0xb, 1, 0x55, NSH, 0, 0 },
    { "ALLOCCFG=0b1100", 0, 0, 0xc, 1, 0xee, NSH, 0, 0 },
    { "ALLOCCFG=0b1101", 0, 0, 0xd, 1, 0x66, NSH, 0, 0 },
    { "ALLOCCFG=0b1110", 0, 0, 0xe, 1, 0xff, NSH, 0, 0 },
    { "ALLOCCFG=0b1111", 0, 0, 0xf, 1, 0x77, NSH, 0, 0 },
    { "ALLOCCFG of Non-cacheable", 1, 0x5, 0xf, 1, 0x44, OSH, 0, 0 },
    { "ALLOCCFG of Device", 1, 0x2, 0xf, 1, 0x08, OSH, 0, 0 },
    { "all of them", 1, 0xa, 0xd, 3, 0x22, ISH, 0, 0 },
};

static void one_override(struct conf *c, enum dut_sec sec, const struct override *o, bool gbpa)
{
    struct conf_stream st = { .sec = sec };
    struct smmu3t_bank *b = conf_start(c, sec);
    struct dut_dma dma = { .sec_sid = sec };

    if (gbpa) {
        smmu3t_bank_cr0(b, SMMU3T_CR0_CMDQEN | SMMU3T_CR0_EVENTQEN);
        smmu3t_bank_write(b, SMMU3T_GBPA, GBPA_UPDATE | (uint32_t)o->shcfg << 12 |
                                              (uint32_t)o->alloc << 8 | (uint32_t)o->mtcfg << 4 |
                                              o->memattr);
        for (unsigned n = 100000; n && smmu3t_bank_read(b, SMMU3T_GBPA) & GBPA_UPDATE; n--) {
        }
        dma.stream_id = conf_sid(c, sec, 0);
    } else if (conf_stream(c, &st)) {
        STE_PUT(st.ste.w, MTCFG, o->mtcfg);
        STE_PUT(st.ste.w, MemAttr, o->memattr);
        STE_PUT(st.ste.w, ALLOCCFG, o->alloc);
        STE_PUT(st.ste.w, SHCFG, o->shcfg);
        conf_stream_update(&st);
        dma = conf_access(&st, 0, 0);
    }
    dma.addr = conf_target(c, (enum dut_pas)sec);
    changes(c, &dma, &(struct in_out){ o->name[0] && !o->in ? WB : o->in, o->in_sh, o->mair, o->sh });
}

/* Both kinds of bypass leave these as they are, or make them consistent. */
static void bypass(struct conf *c, enum dut_sec sec, bool gbpa)
{
    static const struct in_out kept[] = {
        { 0xff, NSH, 0xff, NSH }, { 0xff, ISH, 0xff, ISH }, { 0xff, OSH, 0xff, OSH },
        { 0xbb, ISH, 0xbb, ISH }, { 0x44, NSH, 0x44, OSH }, { 0x44, ISH, 0x44, OSH },
        { 0x4f, ISH, 0x4f, ISH }, { 0xf4, NSH, 0xf4, NSH }, { 0x00, NSH, 0x00, OSH },
        { 0x04, ISH, 0x04, OSH }, { 0x08, NSH, 0x08, OSH }, { 0x0c, NSH, 0x0c, OSH },
        { 0x77, NSH, 0x77, NSH }, { 0x3f, NSH, 0x3f, NSH }, { 0xcc, NSH, 0xcc, NSH },
    };

    for (size_t i = 0; i < CONF_COUNT(kept); i++) {
        const struct override o = { "", 0, 0, 0, 1, kept[i].out, kept[i].out_sh, kept[i].in,
                                    kept[i].in_sh };

        if (conf_row(c, RULE_ATTR_BYPASS, CONF_LEGAL, conf_state_need[sec],
                     "%s %s: 0x%02x, SH %u come in", conf_state_name[sec], gbpa ? "GBPA" : "STE",
                     kept[i].in, kept[i].in_sh)) {
            one_override(c, sec, &o, gbpa);
        }
    }
}

static void attr_overrides(struct conf *c)
{
    for (unsigned k = 0; k < 4; k++) {
        enum dut_sec sec = (enum dut_sec)(k & 1);
        bool gbpa = k & 2;
        const struct conf_need ovr[CONF_NEEDS] = { NEED(IDR1, ATTR_TYPES_OVR, IS, 1),
                                                   conf_state_need[sec][0],
                                                   conf_state_need[sec][1] };
        const char *where = gbpa ? "GBPA" : "STE";

        bypass(c, sec, gbpa);
        for (size_t i = 0; i < CONF_COUNT(overrides); i++) {
            if (conf_row(c, gbpa ? RULE_ATTR_GBPA : RULE_ATTR_STE, CONF_LEGAL, ovr, "%s %s: %s",
                         conf_state_name[sec], where, overrides[i].name)) {
                one_override(c, sec, &overrides[i], gbpa);
            }
        }
        for (unsigned code = 0; code < 16; code++) {
            unsigned mair = memattr_mair[code];
            const struct override o = { "", 1, (uint8_t)code, 0, 1, (uint8_t)mair,
                                        always_osh(mair) ? OSH : NSH, WB, NSH };

            if (conf_row(c, gbpa ? RULE_ATTR_GBPA : RULE_ATTR_STE, CONF_LEGAL, ovr,
                         "%s %s: MemAttr=%u", conf_state_name[sec], where, code)) {
                one_override(c, sec, &o, gbpa);
            }
        }
    }
}

/* ---- translation ---- */

/* Pages of one stream, all of them of one piece of memory. */
struct pages {
    struct conf_stream st;
    uint64_t pa, page;
    unsigned n;
};

static bool build(struct conf *c, struct pages *p)
{
    conf_start(c, p->st.sec);
    if (!conf_stream(c, &p->st)) {
        return false;
    }
    p->pa = conf_target(c, (enum dut_pas)p->st.sec);
    p->page = UINT64_C(1) << (p->st.s1 ? p->st.gran1 : p->st.gran2);
    return !conf_failed(c);
}

/* The next page, with these bits for each stage; an access of it. */
static struct dut_dma next_page(struct pages *p, unsigned index, unsigned sh1, unsigned memattr,
                                unsigned sh2)
{
    uint64_t at = UINT64_C(0x50000000) + p->n++ * p->page, s1 = SMMU3T_S1_RW, s2 = SMMU3T_S2_RW;

    PTE_PUT(s1, AttrIndx, index);
    PTE_PUT(s2, MemAttr, memattr);
    if (!p->st.ds) {
        PTE_PUT(s1, SH, sh1);
        PTE_PUT(s2, SH, sh2);
    } else {
        PTE_PUT(s1, SH, 0); /* those are address bits */
    }
    if (p->st.s1) {
        conf_map1(&p->st, at, p->st.s2 ? at : p->pa, p->page, s1);
    }
    if (p->st.s2) {
        conf_map2(&p->st, at, p->pa, p->page, s2);
    }
    return conf_access(&p->st, at, 0);
}

/* What comes in has no say but for its hints, if it has any. */
static void s1_hints(struct conf *c, enum dut_sec sec)
{
    static const struct {
        uint8_t in, mair, out;
    } row[] = {
        { 0xbb, 0xff, 0xff }, { 0x44, 0xff, 0xff }, { 0x00, 0xff, 0xff }, { 0xdd, 0xff, 0xdd },
        { 0xff, 0xee, 0xee }, { 0xdd, 0xee, 0xcc }, { 0x77, 0xff, 0x77 }, { 0xff, 0x77, 0x77 },
        { 0xdd, 0xbb, 0x99 }, { 0x4d, 0xff, 0xfd }, { 0xd4, 0xff, 0xdf }, { 0x66, 0xdd, 0xcc },
        { 0x44, 0x66, 0x66 },
    };

    for (size_t i = 0; i < CONF_COUNT(row); i++) {
        struct pages p = { .st = { .sec = sec, .s1 = true } };

        if (conf_row(c, RULE_ATTR_S1_HINTS, CONF_LEGAL, conf_state_need[sec],
                     "%s 0x%02x comes in, MAIR byte 0x%02x", conf_state_name[sec], row[i].in,
                     row[i].mair) &&
            build(c, &p)) {
            struct dut_dma dma;

            CD_PUT(p.st.cd.w, MAIR0, row[i].mair);
            conf_stream_update(&p.st);
            dma = next_page(&p, 0, ISH, 0, 0);
            changes(c, &dma, &(struct in_out){ row[i].in, OSH, row[i].out, ISH });
        }
    }
}

static void stage1(struct conf *c, enum dut_sec sec)
{
    static const uint8_t mairs[] = { 0xff, 0xbb, 0x44, 0x00, 0x04, 0x08, 0x0c, 0x4f, 0xf4, 0xdd,
                                     0xee, 0xcc, 0x77, 0x33 };

    for (size_t i = 0; i < CONF_COUNT(mairs); i++) {
        struct pages p = { .st = { .sec = sec, .s1 = true } };

        if (conf_row(c, RULE_ATTR_S1, CONF_LEGAL, conf_state_need[sec], "%s MAIR byte 0x%02x",
                     conf_state_name[sec], mairs[i]) &&
            build(c, &p)) {
            CD_PUT(p.st.cd.w, MAIR0, mairs[i]);
            conf_stream_update(&p.st);
            for (unsigned k = 0; k < 3; k++) {
                struct dut_dma dma = next_page(&p, 0, shs[k], 0, 0);

                comes_out(c, &dma, mairs[i], always_osh(mairs[i]) ? OSH : shs[k]);
                comes_out(c, &dma, mairs[i], always_osh(mairs[i]) ? OSH : shs[k]);
            }
        }
    }
    s1_hints(c, sec);
    for (unsigned index = 0; index < 8; index++) {
        static const uint8_t bytes[8] = { 0xff, 0xbb, 0x44, 0x04, 0x4f, 0xf4, 0x77, 0xcc };
        struct pages p = { .st = { .sec = sec, .s1 = true } };

        if (conf_row(c, RULE_ATTR_MAIR, CONF_LEGAL, conf_state_need[sec], "%s AttrIndx=%u",
                     conf_state_name[sec], index) &&
            build(c, &p)) {
            struct dut_dma dma;

            CD_PUT(p.st.cd.w, MAIR0, 0x0444bbff);
            CD_PUT(p.st.cd.w, MAIR1, 0xcc77f44f);
            conf_stream_update(&p.st);
            dma = next_page(&p, index, ISH, 0, 0);
            comes_out(c, &dma, bytes[index], always_osh(bytes[index]) ? OSH : ISH);
        }
    }
}

static void stage2(struct conf *c, enum dut_sec sec)
{
    for (unsigned code = 0; code < 16; code++) {
        struct pages p = { .st = { .sec = sec, .s2 = true, .vmid = 1 } };
        unsigned mair = memattr_mair[code];

        if (conf_row(c, RULE_ATTR_S2, CONF_LEGAL, conf_state_need[sec], "%s stage 2 MemAttr=%u",
                     conf_state_name[sec], code) &&
            build(c, &p)) {
            for (unsigned k = 0; k < 3; k++) {
                struct dut_dma dma = next_page(&p, 0, 0, code, shs[k]);

                comes_out(c, &dma, mair, always_osh(mair) ? OSH : shs[k]);
            }
        }
    }
}

/* From weak to strong, by MAIR byte and stage 2 MemAttr: 13.2 */
static const struct {
    const char *name;
    uint8_t mair, memattr;
} types[] = {
    { "Write-Back", 0xff, 0xf }, { "Write-Through", 0xbb, 0xa }, { "Non-cacheable", 0x44, 0x5 },
    { "Device-GRE", 0x0c, 0x3 }, { "Device-nGRE", 0x08, 0x2 }, { "Device-nGnRE", 0x04, 0x1 },
    { "Device-nGnRnE", 0x00, 0x0 },
};

static void nested(struct conf *c, enum dut_sec sec)
{
    static const struct {
        uint8_t mair, sh1, memattr, sh2, want, sh;
    } mixed[] = {
        { 0x4f, ISH, 0xa, OSH, 0x4b, OSH }, /* the example of 13.2 */
        { 0xf4, ISH, 0x7, NSH, 0x44, OSH }, /* outer of one, inner of the other */
        { 0xbf, NSH, 0xb, NSH, 0xbf, NSH }, { 0xfb, NSH, 0xb, NSH, 0xbb, NSH },
        { 0xdd, ISH, 0xf, ISH, 0xdd, ISH }, { 0x77, ISH, 0xf, NSH, 0x77, ISH },
        { 0x77, ISH, 0xa, NSH, 0x33, ISH }, { 0xee, NSH, 0x7, NSH, 0x4e, NSH },
    };

    for (size_t a = 0; a < CONF_COUNT(types); a++) {
        struct pages p = { .st = { .sec = sec, .s1 = true, .s2 = true, .vmid = 1 } };

        if (!conf_row(c, RULE_ATTR_NESTED, CONF_LEGAL, conf_state_need[sec],
                      "%s %s at stage 1, each at stage 2", conf_state_name[sec], types[a].name) ||
            !build(c, &p)) {
            continue;
        }
        CD_PUT(p.st.cd.w, MAIR0, types[a].mair);
        conf_stream_update(&p.st);
        for (size_t k = 0; k < CONF_COUNT(types) * 9; k++) {
            size_t t2 = k / 9, strong = a > t2 ? a : t2;
            unsigned sh1 = shs[k / 3 % 3], sh2 = shs[k % 3], mair = types[strong].mair;
            struct dut_dma dma = next_page(&p, 0, sh1, types[t2].memattr, sh2);

            comes_out(c, &dma, mair, always_osh(mair) ? OSH : strongest(sh1, sh2));
        }
    }
    for (size_t i = 0; i < CONF_COUNT(mixed); i++) {
        struct pages p = { .st = { .sec = sec, .s1 = true, .s2 = true, .vmid = 1 } };

        if (conf_row(c, RULE_ATTR_NESTED, CONF_LEGAL, conf_state_need[sec],
                     "%s MAIR 0x%02x, MemAttr=%u", conf_state_name[sec], mixed[i].mair,
                     mixed[i].memattr) &&
            build(c, &p)) {
            struct dut_dma dma;

            CD_PUT(p.st.cd.w, MAIR0, mixed[i].mair);
            conf_stream_update(&p.st);
            dma = next_page(&p, 0, mixed[i].sh1, mixed[i].memattr, mixed[i].sh2);
            comes_out(c, &dma, mixed[i].want, mixed[i].sh);
        }
    }
}

/* The codes of S2FWB, but for those that are reserved; rows: types[]. */
static void fwb(struct conf *c, enum dut_sec sec)
{
    static const struct {
        uint8_t code, want[CONF_COUNT(types)];
    } row[] = {
        { 0, { 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00 } },
        { 1, { 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x00 } },
        { 2, { 0x08, 0x08, 0x08, 0x08, 0x08, 0x04, 0x00 } },
        { 3, { 0x0c, 0x0c, 0x0c, 0x0c, 0x08, 0x04, 0x00 } },
        { 5, { 0x44, 0x44, 0x44, 0x0c, 0x08, 0x04, 0x00 } },
        { 6, { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } },
        { 7, { 0xff, 0xbb, 0x44, 0x0c, 0x08, 0x04, 0x00 } },
    };
    const struct conf_need need[CONF_NEEDS] = { NEED(IDR3, FWB, IS, 1), conf_state_need[sec][0],
                                                conf_state_need[sec][1] };

    for (size_t i = 0; i < CONF_COUNT(row); i++) {
        for (size_t t = 0; t < CONF_COUNT(types); t++) {
            struct pages p = { .st = { .sec = sec, .s1 = true, .s2 = true, .vmid = 1 } };
            unsigned want = row[i].want[t];

            if (conf_row(c, RULE_ATTR_FWB, CONF_LEGAL, need, "%s MemAttr=%u, %s at stage 1",
                         conf_state_name[sec], row[i].code, types[t].name) &&
                build(c, &p)) {
                struct dut_dma dma;

                CD_PUT(p.st.cd.w, MAIR0, types[t].mair);
                STE_PUT(p.st.ste.w, S2FWB, 1);
                conf_stream_update(&p.st);
                dma = next_page(&p, 0, OSH, row[i].code, NSH);
                comes_out(c, &dma, want, OSH);
            }
        }
    }
}

/* 52-bit tables of 4 KB and 16 KB have no SH. */
static void ds_shareability(struct conf *c, enum dut_sec sec)
{
    const struct conf_need need[CONF_NEEDS] = { NEED(IDR5, DS, IS, 1), conf_state_need[sec][0],
                                                conf_state_need[sec][1] };

    for (unsigned k = 0; k < 9; k++) {
        struct pages p = { .st = { .sec = sec, .s1 = true, .s2 = true, .vmid = 1, .ds = true } };
        unsigned sh1 = shs[k / 3], sh2 = shs[k % 3];

        if (conf_row(c, RULE_ATTR_DS_SH, CONF_LEGAL, need, "%s SH0=%u S2SH0=%u",
                     conf_state_name[sec], sh1, sh2) &&
            build(c, &p)) {
            struct dut_dma dma;

            CD_PUT(p.st.cd.w, SH0, sh1);
            STE_PUT(p.st.ste.w, S2SH0, sh2);
            conf_stream_update(&p.st);
            dma = next_page(&p, 0, 0, 0xf, 0);
            comes_out(c, &dma, WB, strongest(sh1, sh2));
        }
    }
}

static void attr_stages(struct conf *c)
{
    for (unsigned sec = 0; sec < DUT_NUM_SEC; sec++) {
        stage1(c, (enum dut_sec)sec);
        stage2(c, (enum dut_sec)sec);
        nested(c, (enum dut_sec)sec);
        fwb(c, (enum dut_sec)sec);
        ds_shareability(c, (enum dut_sec)sec);
    }
}

const struct conf_case case_attr_overrides = { "attr/overrides", { CAN(SEE_ATTR) }, attr_overrides };
const struct conf_case case_attr_stages = { "attr/stages", { CAN(SEE_ATTR) }, attr_stages };
