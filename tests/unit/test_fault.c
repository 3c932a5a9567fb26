/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Every fault that a nested walk can end with, at every step and level: which
 * event, every field of it, which comes first, and what A, R and S2R make of
 * it. IHI0070G.b 7.3, 7.3.12 to 7.3.16, 7.3.22, 3.12, 5.5.
 */
#include "machine.h"

#include <string.h>

#define VA UINT64_C(0x12345000)
#define IPA_OUT UINT64_C(0x8000000000)
#define PA_OUT UINT64_C(0x23456000)
#define SID 6
#define SSID 5

/* The steps of a nested walk, in the order of the architecture. */
enum kind { CD_S2, CD_READ, TT_S2, S1_DESC, IN_S2 };
struct site {
    enum kind kind;
    unsigned l1, l2; /* level of stage 1's descriptor, of stage 2's */
};
static struct site sites[32];
static unsigned nsites;

static void list_sites(void)
{
    unsigned n = 0;

    for (unsigned l2 = 1; l2 <= 3; l2++) {
        sites[n++] = (struct site){ CD_S2, 0, l2 };
    }
    sites[n++] = (struct site){ CD_READ, 0, 0 };
    for (unsigned l1 = 1; l1 <= 3; l1++) {
        for (unsigned l2 = 1; l2 <= 3; l2++) {
            sites[n++] = (struct site){ TT_S2, l1, l2 };
        }
        sites[n++] = (struct site){ S1_DESC, l1, 0 };
    }
    for (unsigned l2 = 1; l2 <= 3; l2++) {
        sites[n++] = (struct site){ IN_S2, 0, l2 };
    }
    nsites = n;
}

/* What can be wrong there. */
enum what { INVALID, RESERVED, ADDR_SIZE, AF, PERM, ABORT, POISON, NWHAT };
static const char *const what_name[] = { "invalid", "reserved type", "address size", "AF",
                                         "permission", "abort", "poison" };

struct walk {
    struct machine *m;
    struct stream st;
    enum smmu3_sec_sid sec;
    bool ns_out; /* Secure: stage 1's output is in the NS IPA space */
};

static void walk_new(struct walk *w, enum smmu3_sec_sid sec, bool ns_out)
{
    memset(w, 0, sizeof(*w));
    w->m = machine_new("base", NULL);
    w->sec = sec;
    w->ns_out = ns_out;
    w->st = (struct stream){ .sec = sec, .sid = SID, .s1 = true, .s2 = true, .ssid_bits = 4,
                             .asid = 1, .vmid = 2, .spread = true };
    machine_start(w->m, sec, 4, 0);
    stream_build(w->m, &w->st);
    stream_map1(&w->st, VA, IPA_OUT, 0x1000, SMMU3T_S1_RW | (ns_out ? SMMU3T_S1_NS : 0));
    assert_int_equal(smmu3t_pgt_map(ns_out ? &w->st.ns_st2 : &w->st.st2, IPA_OUT, PA_OUT, 0x1000,
                                    SMMU3T_S2_RW), 0);
    CD_PUT(w->st.cd.w, IPS, 4);
    STE_PUT(w->st.ste.w, S2PS, 4);
    assert_int_equal(smmu3t_cdtab_write(&w->st.cds, SSID, &w->st.cd), 0);
    stream_update(&w->st);
}

static uint64_t cd_ipa(const struct walk *w)
{
    return w->st.cds.base + 64 * SSID;
}

/* The IPA that stage 2 translates at a site of stage 2. */
static uint64_t site_ipa(const struct walk *w, const struct site *s)
{
    return s->kind == CD_S2 ? cd_ipa(w) :
           s->kind == TT_S2 ? smmu3t_pgt_desc_addr(&w->st.tt0, VA, s->l1) : IPA_OUT;
}

/* The table and the address of the descriptor that a site is about. */
static const struct smmu3t_pgt *site_table(const struct walk *w, const struct site *s)
{
    return s->kind == S1_DESC ? &w->st.tt0 :
           s->kind == IN_S2 && w->ns_out ? &w->st.ns_st2 : &w->st.st2;
}

static uint64_t site_desc(const struct walk *w, const struct site *s)
{
    if (s->kind == S1_DESC) {
        return smmu3t_pgt_desc_addr(&w->st.tt0, VA, s->l1);
    }
    return smmu3t_pgt_desc_addr(site_table(w, s), site_ipa(w, s), s->l2);
}

/* The physical address that is read there. */
static uint64_t site_pa(const struct walk *w, const struct site *s)
{
    if (s->kind == CD_READ) {
        return STREAM_PA(cd_ipa(w));
    }
    return s->kind == S1_DESC ? STREAM_PA(site_desc(w, s)) : site_desc(w, s);
}

static bool applies(const struct site *s, enum what what)
{
    bool leaf = (s->kind == S1_DESC ? s->l1 : s->l2) == 3;

    if (s->kind == CD_READ) {
        return what == ABORT || what == POISON;
    }
    return leaf || (what != AF && what != PERM);
}

/* Breaks the walk at a site; the old descriptor comes back. */
static uint64_t break_site(struct walk *w, const struct site *s, enum what what)
{
    const struct smmu3t_pgt *t = site_table(w, s);
    unsigned level = s->kind == S1_DESC ? s->l1 : s->l2;
    uint64_t a, d;

    if (what == ABORT || what == POISON) {
        machine_inject(w->m, w->sec, site_pa(w, s), 8,
                       what == ABORT ? SMMU3_MEM_ABORT : SMMU3_MEM_POISON);
        return 0;
    }
    a = site_desc(w, s);
    d = smmu3t_pgt_read(t, a);
    switch (what) {
    case INVALID:
        smmu3t_pgt_write(t, a, d & ~UINT64_C(1));
        break;
    case RESERVED: /* at level 3 only Page; above, types with bit 0 clear */
        smmu3t_pgt_write(t, a, level == 3 ? d & ~UINT64_C(2) : d & ~UINT64_C(3));
        break;
    case ADDR_SIZE:
        smmu3t_pgt_write(t, a, d | UINT64_C(1) << 44);
        break;
    case AF:
        smmu3t_pgt_write(t, a, d & ~(UINT64_C(1) << 10));
        break;
    default: /* nobody may do anything: stage 1 has no such code but PXN, UXN, RO, priv */
        smmu3t_pgt_write(t, a, s->kind == S1_DESC ? d & ~(UINT64_C(1) << 6)
                                                  : (d & ~UINT64_C(0xc0)) | UINT64_C(2) << 53);
    }
    return d;
}

static void mend_site(struct walk *w, const struct site *s, enum what what, uint64_t d)
{
    if (what == ABORT || what == POISON) {
        machine_clear_faults(w->m);
    } else {
        smmu3t_pgt_write(site_table(w, s), site_desc(w, s), d);
    }
    machine_flush(w->m, w->sec);
}

static const unsigned what_event[] = { 0x10, 0x10, 0x11, 0x12, 0x13, 0x0b, 0x0b };

/* The record that a fault at a site must make; words of 64 bits. */
static void expected(const struct walk *w, const struct site *s, enum what what, uint32_t flags,
                     bool ssv, uint64_t rec[4])
{
    bool s2 = s->kind != S1_DESC && s->kind != CD_READ;
    bool write = flags & SMMU3_REQ_WRITE;
    unsigned event = s->kind == CD_READ ? 0x09 : what_event[what];
    unsigned class_ = s->kind == CD_S2 ? 0 : s->kind == TT_S2 ? 1 : 2;

    memset(rec, 0, 4 * sizeof(*rec));
    if (event == 0x0b && s->kind == S1_DESC) {
        class_ = 1;
    }
    rec[0] = event | (ssv ? 1 << 11 | SSID << 12 : 0) | (uint64_t)SID << 32;
    if (s->kind != CD_READ) {
        rec[1] = (uint64_t)!!(flags & SMMU3_REQ_PRIV) << 33 |
                 (uint64_t)(flags & SMMU3_REQ_INSTR && !write) << 34 | (uint64_t)!write << 35 |
                 (uint64_t)s2 << 39 | (uint64_t)class_ << 40;
        rec[2] = VA + 0x123;
    }
    if (event == 0x13 && class_ == 1) {
        rec[1] |= UINT64_C(1) << 44; /* TTRnW: descriptors are read */
    }
    if (event >= 0x10 && s->kind == IN_S2 && w->ns_out) {
        rec[1] |= UINT64_C(1) << 38; /* NSIPA */
    }
    if (event == 0x0b || event == 0x09) {
        rec[3] = site_pa(w, s) & ~UINT64_C(7);
    } else if (s2) {
        rec[3] = site_ipa(w, s) & ~UINT64_C(0xfff);
    }
}

static struct smmu3_result access(struct walk *w, uint32_t flags, bool ssv)
{
    struct smmu3_request req = { .sec_sid = w->sec, .stream_id = SID, .ssv = ssv,
                                 .substream_id = ssv ? SSID : 0, .addr = VA + 0x123,
                                 .flags = flags };

    return machine_txn(w->m, &req);
}

static void check_record(struct walk *w, const struct smmu3_result *r, const uint64_t want[4])
{
    uint64_t got[4] = { 0 };

    ROW_EQ(r->has_event && r->recorded, true);
    ROW_EQ(machine_event(w->m, w->sec, got), true);
    for (unsigned i = 0; i < 4; i++) {
        if (i == 1 && ((want[0] & 0xff) == 0x0b || (want[0] & 0xff) == 0x09)) {
            got[1] &= ~UINT64_C(0xffff); /* Reason is IMPLEMENTATION DEFINED */
        }
        if (got[i] != want[i]) {
            row_fail("word %u of the record is %016llx, expected %016llx", i,
                     (unsigned long long)got[i], (unsigned long long)want[i]);
        }
        ROW_EQ(((uint64_t)r->event[2 * i + 1] << 32 | r->event[2 * i]) & ~(i == 1 ? 0xffffull : 0),
               got[i]);
    }
    ROW_EQ(machine_event(w->m, w->sec, got), false);
}

static void every_fault(enum smmu3_sec_sid sec, bool ns_out)
{
    static const uint32_t flags[] = { 0, SMMU3_REQ_WRITE, SMMU3_REQ_INSTR,
                                      SMMU3_REQ_WRITE | SMMU3_REQ_INSTR, SMMU3_REQ_PRIV };
    struct walk w;

    walk_new(&w, sec, ns_out);
    for (unsigned i = 0; i < nsites; i++) {
        for (unsigned what = 0; what < NWHAT; what++) {
            uint64_t d, want[4];

            if (!applies(&sites[i], (enum what)what)) {
                continue;
            }
            d = break_site(&w, &sites[i], (enum what)what);
            for (unsigned k = 0; k < 2 * ARRAY_SIZE(flags); k++) {
                uint32_t f = flags[k / 2];
                struct smmu3_result r;

                if (what == PERM && sites[i].kind == S1_DESC && f & (SMMU3_REQ_PRIV |
                                                                     SMMU3_REQ_INSTR)) {
                    continue; /* only unprivileged data was forbidden there */
                }
                if (sites[i].kind == CD_READ && !(k & 1)) {
                    continue; /* that is another CD */
                }
                row("bank %u ns %u site %u (kind %u level %u %u) %s flags %#x ssv %u", sec, ns_out,
                    i, sites[i].kind, sites[i].l1, sites[i].l2, what_name[what], f, k & 1);
                r = access(&w, f, k & 1);
                ROW_EQ(r.status, SMMU3_ST_ABORT);
                expected(&w, &sites[i], (enum what)what, f, k & 1, want);
                check_record(&w, &r, want);
            }
            mend_site(&w, &sites[i], (enum what)what, d);
            row("mended after site %u %s", i, what_name[what]);
            ROW_REASON(access(&w, 0, true), SMMU3_R_NONE);
            machine_flush(w.m, sec);
        }
    }
    machine_free(w.m);
}

static void test_every_fault(void **state)
{
    (void)state;
    every_fault(NS, false);
    every_fault(S, false);
    every_fault(S, true);
    rows_done();
}

/* Two faults: the one that comes first in the architecture's order. */
static void test_order_of_sites(void **state)
{
    struct walk w;

    (void)state;
    walk_new(&w, NS, false);
    for (unsigned a = 0; a < nsites; a++) {
        for (unsigned b = a + 1; b < nsites; b++) {
            enum what wa = sites[a].kind == CD_READ ? ABORT : INVALID;
            enum what wb = sites[b].kind == CD_READ ? ABORT : INVALID;
            uint64_t da, db, want[4];
            struct smmu3_result r;

            row("sites %u and %u", a, b);
            expected(&w, &sites[a], wa, 0, true, want);
            /* the later one first: finding its descriptor needs a whole walk */
            db = break_site(&w, &sites[b], wb);
            da = break_site(&w, &sites[a], wa);
            r = access(&w, 0, true);
            check_record(&w, &r, want);
            mend_site(&w, &sites[a], wa, da);
            mend_site(&w, &sites[b], wb, db);
        }
    }
    machine_free(w.m);
    rows_done();
}

/* Several things wrong with one leaf: ADDR_SIZE, AF, PERM in this order. */
static void test_order_in_leaf(void **state)
{
    static const enum what order[] = { ADDR_SIZE, AF, PERM };
    struct walk w;

    (void)state;
    walk_new(&w, NS, false);
    for (unsigned i = 0; i < nsites; i++) {
        const struct site *s = &sites[i];

        if (!applies(s, PERM)) {
            continue;
        }
        for (unsigned c = 1; c < 8; c++) {
            uint64_t d = smmu3t_pgt_read(site_table(&w, s), site_desc(&w, s)), want[4];
            enum what first = NWHAT;
            struct smmu3_result r;

            for (unsigned k = 3; k-- > 0;) {
                if (c >> k & 1) {
                    break_site(&w, s, order[k]);
                    first = order[k];
                }
            }
            row("site %u set %#x", i, c);
            expected(&w, s, first, 0, true, want);
            r = access(&w, 0, true);
            check_record(&w, &r, want);
            mend_site(&w, s, INVALID, d);
        }
    }
    /* stage 1 says no before stage 2 is asked where its output goes */
    {
        const struct site s1 = { S1_DESC, 3, 0 }, s2 = { IN_S2, 0, 3 };
        uint64_t want[4];
        struct smmu3_result r;

        row("stage 1 permission, stage 2 invalid");
        expected(&w, &s1, PERM, 0, true, want);
        break_site(&w, &s1, PERM);
        break_site(&w, &s2, INVALID);
        r = access(&w, 0, true);
        check_record(&w, &r, want);
    }
    machine_free(w.m);
    rows_done();
}

/* Blocks where there can be none: 16K and 64K at level 1, 4K at level 0. */
static void test_block_levels(void **state)
{
    static const struct { unsigned gran, bits, level; bool ok; } rows[] = {
        { 12, 48, 0, false }, { 12, 48, 1, true }, { 12, 48, 2, true },
        { 14, 48, 0, false }, { 14, 48, 1, false }, { 14, 48, 2, true },
        { 16, 48, 1, false }, { 16, 48, 2, true },
    };

    (void)state;
    for (unsigned stage = 1; stage <= 2; stage++) {
        for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
            struct machine *m = machine_new("base", NULL);
            unsigned g = rows[i].gran;
            struct stream st = { .sid = 1, .s1 = stage == 1, .s2 = stage == 2,
                                 .gran1 = (uint8_t)g, .bits1 = (uint8_t)rows[i].bits,
                                 .gran2 = (uint8_t)g, .start2 = g == 12 ? 0 : 1,
                                 .bits2 = 48 };
            struct smmu3t_pgt *t = stage == 1 ? &st.tt0 : &st.st2;

            if (stage == 2 && rows[i].level == 0 && g != 12) {
                machine_free(m);
                continue; /* needs 52 bits */
            }
            row("stage %u gran %u level %u", stage, g, rows[i].level);
            machine_start(m, NS, 4, 0);
            stream_build(m, &st);
            assert_int_equal(smmu3t_pgt_map(t, 0, 0, UINT64_C(1) << g, SMMU3T_S1_RW), 0);
            smmu3t_pgt_write(t, smmu3t_pgt_desc_addr(t, 0, rows[i].level), 0x7c1 | 0x3c);
            ROW_REASON(machine_dma(m, NS, 1, 0x10, 0), rows[i].ok ? SMMU3_R_NONE :
                       stage == 1 ? SMMU3_R_S1_DESC_INVALID : SMMU3_R_S2_DESC_INVALID);
            machine_free(m);
        }
    }
    rows_done();
}

/* AFFD: AF=0 is no fault, and nothing is written. */
static void test_affd(void **state)
{
    const struct site s1 = { S1_DESC, 3, 0 }, s2 = { IN_S2, 0, 3 };
    struct walk w;

    (void)state;
    walk_new(&w, NS, false);
    CD_PUT(w.st.cd.w, AFFD, 1);
    STE_PUT(w.st.ste.w, S2AFFD, 1);
    assert_int_equal(smmu3t_cdtab_write(&w.st.cds, SSID, &w.st.cd), 0);
    stream_update(&w.st);
    break_site(&w, &s1, AF);
    break_site(&w, &s2, AF);
    row("AFFD and S2AFFD");
    ROW_REASON(access(&w, 0, true), SMMU3_R_NONE);
    ROW_EQ(smmu3t_pgt_read(&w.st.tt0, site_desc(&w, &s1)) >> 10 & 1, 0);
    machine_free(w.m);
    rows_done();
}

/* A, R of the CD and S2R of the STE: 3.12, 5.5. Others always abort, recorded. */
static void test_policy(void **state)
{
    static const struct { struct site s; enum what what; } rows[] = {
        { { S1_DESC, 3, 0 }, INVALID }, { { S1_DESC, 2, 0 }, ADDR_SIZE },
        { { S1_DESC, 3, 0 }, AF },      { { S1_DESC, 3, 0 }, PERM },
        { { S1_DESC, 1, 0 }, ABORT },   { { IN_S2, 0, 2 }, INVALID },
        { { IN_S2, 0, 3 }, ADDR_SIZE }, { { IN_S2, 0, 3 }, AF },
        { { IN_S2, 0, 3 }, PERM },      { { IN_S2, 0, 1 }, ABORT },
        { { TT_S2, 2, 3 }, AF },        { { TT_S2, 2, 3 }, POISON },
        { { CD_S2, 0, 3 }, INVALID },   { { CD_S2, 0, 3 }, ABORT },
        { { CD_READ, 0, 0 }, ABORT },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct walk w;

        walk_new(&w, NS, false);
        break_site(&w, &rows[i].s, rows[i].what);
        for (unsigned c = 0; c < 8; c++) {
            bool a = c & 1, rec = c & 2, s2r = c & 4;
            bool trf = rows[i].what != ABORT && rows[i].what != POISON;
            bool s1 = rows[i].s.kind == S1_DESC;
            bool want_rec = !trf || (s1 ? rec : s2r), want_abort = !trf || !s1 || a;
            struct smmu3_result r;
            uint64_t got[4];

            CD_PUT(w.st.cd.w, A, a);
            CD_PUT(w.st.cd.w, R, rec);
            STE_PUT(w.st.ste.w, S2R, s2r);
            assert_int_equal(smmu3t_cdtab_write(&w.st.cds, SSID, &w.st.cd), 0);
            stream_update(&w.st);
            row("row %zu A %u R %u S2R %u", i, a, rec, s2r);
            r = access(&w, SMMU3_REQ_WRITE, true);
            ROW_EQ(r.status, want_abort ? SMMU3_ST_ABORT : SMMU3_ST_RAZWI);
            ROW_EQ(r.recorded, want_rec);
            ROW_EQ(machine_event(w.m, NS, got), want_rec);
            /* the repetition of a fault that has been reported */
            r = access(&w, SMMU3_REQ_WRITE | SMMU3_REQ_NO_EVENT, true);
            ROW_EQ(r.status, want_abort ? SMMU3_ST_ABORT : SMMU3_ST_RAZWI);
            ROW_EQ(r.recorded, false);
            ROW_EQ(machine_event(w.m, NS, got), false);
        }
        machine_free(w.m);
    }
    rows_done();
}

/* Above what a stream without stage 1 can use: F_ADDR_SIZE of stage 1. 3.4 */
static void test_bypass_address(void **state)
{
    static const struct {
        const char *tweaks;
        bool s2, dss;
        uint64_t addr;
        enum smmu3_reason want;
    } rows[] = {
        { NULL, false, false, 0xffffffffffff, SMMU3_R_NONE },
        { NULL, false, false, 0x1000000000000, SMMU3_R_BYPASS_ADDR },
        { NULL, false, false, 0xff00000000000000, SMMU3_R_BYPASS_ADDR },
        { "IDR5.OAS=4", false, false, 0xfffffffffff, SMMU3_R_NONE },
        { "IDR5.OAS=4", false, false, 0x100000000000, SMMU3_R_BYPASS_ADDR },
        { "IDR5.OAS=4", true, false, 0x100000000000, SMMU3_R_BYPASS_ADDR },
        { "IDR5.OAS=4", true, false, 0x10000000000, SMMU3_R_S2_IPA_RANGE },
        { "IDR5.OAS=4", false, true, 0x100000000000, SMMU3_R_BYPASS_ADDR },
        { "IDR5.OAS=4", true, true, 0x100000000000, SMMU3_R_BYPASS_ADDR },
        { "IDR5.OAS=4", true, true, 0x10000000000, SMMU3_R_S2_IPA_RANGE },
    };

    (void)state;
    for (unsigned sec = 0; sec < 2; sec++) {
        for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
            struct machine *m = machine_new("base", rows[i].tweaks);
            struct stream st = { .sec = (enum smmu3_sec_sid)sec, .sid = SID, .s1 = rows[i].dss,
                                 .s2 = rows[i].s2, .ssid_bits = rows[i].dss ? 2 : 0 };
            struct smmu3_result r;
            uint64_t rec[4] = { 0 };

            row("bank %u row %zu", sec, i);
            machine_start(m, st.sec, 4, 0);
            stream_build(m, &st);
            STE_PUT(st.ste.w, S1DSS, 1);
            STE_PUT(st.ste.w, S2R, 0); /* not configurable for BYPASS_ADDR */
            machine_ste(m, st.sec, SID, &st.ste);
            r = machine_dma(m, st.sec, SID, rows[i].addr, SMMU3_REQ_PRIV | SMMU3_REQ_WRITE);
            ROW_REASON(r, rows[i].want);
            ROW_EQ(r.recorded, rows[i].want == SMMU3_R_BYPASS_ADDR);
            if (r.recorded) {
                ROW_EQ(machine_event(m, st.sec, rec), true);
                ROW_EQ(rec[0], (uint64_t)SID << 32 | 0x11);
                ROW_EQ(rec[1], UINT64_C(1) << 33 | UINT64_C(2) << 40);
                ROW_EQ(rec[2], rows[i].addr);
                ROW_EQ(rec[3], 0);
            }
            machine_free(m);
        }
    }
    rows_done();
}

/* S2PTW: tables and CDs must not be in what stage 2 maps as Device; 5.2. */
static void test_s2ptw(void **state)
{
    static const struct {
        bool fwb;
        unsigned memattr;
        bool device;
    } rows[] = {
        { false, 0, true }, { false, 1, true }, { false, 3, true }, { false, 5, false },
        { false, 0xf, false }, { false, 4, false }, { true, 0, true }, { true, 3, true },
        { true, 5, false }, { true, 6, false }, { true, 7, false },
    };
    const struct site at[] = { { CD_S2, 0, 3 }, { TT_S2, 1, 3 }, { TT_S2, 3, 3 }, { IN_S2, 0, 3 } };

    (void)state;
    for (size_t k = 0; k < ARRAY_SIZE(at); k++) {
        for (size_t i = 0; i < 2 * ARRAY_SIZE(rows); i++) {
            bool ptw = i & 1;
            struct walk w;
            struct smmu3_result r;
            uint64_t a, d, want[4];

            if (!rows[i / 2].fwb && rows[i / 2].memattr == 4) {
                continue; /* reserved */
            }
            walk_new(&w, NS, false);
            STE_PUT(w.st.ste.w, S2PTW, ptw);
            STE_PUT(w.st.ste.w, S2FWB, rows[i / 2].fwb);
            stream_update(&w.st);
            row("S2PTW %u S2FWB %u MemAttr %#x site %zu", ptw, rows[i / 2].fwb,
                rows[i / 2].memattr, k);
            /* whatever else is there is Normal with FWB, too: 7 */
            a = site_desc(&w, &at[k]);
            d = smmu3t_pgt_read(&w.st.st2, a);
            smmu3t_pgt_write(&w.st.st2, a,
                             (d & ~UINT64_C(0x3c)) | (uint64_t)rows[i / 2].memattr << 2);
            machine_flush(w.m, NS);
            r = access(&w, SMMU3_REQ_WRITE, true);
            if (ptw && rows[i / 2].device && at[k].kind != IN_S2) {
                ROW_REASON(r, SMMU3_R_S2_PTW);
                expected(&w, &at[k], PERM, SMMU3_REQ_WRITE, true, want);
                check_record(&w, &r, want);
            } else {
                ROW_REASON(r, SMMU3_R_NONE);
            }
            machine_free(w.m);
        }
    }
    rows_done();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_every_fault),
        TEST(test_order_of_sites),
        TEST(test_order_in_leaf),
        TEST(test_block_levels),
        TEST(test_affd),
        TEST(test_policy),
        TEST(test_bypass_address),
        TEST(test_s2ptw),
    };

    list_sites();
    return machine_main("fault", tests, ARRAY_SIZE(tests), true);
}
