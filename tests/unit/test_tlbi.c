/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Which cached translations each TLBI drops and which stay: one entry of each
 * kind is cached, the tables are emptied, the command runs, and what still
 * translates was kept. IHI0070G.b 3.17, 4.4. Dropping more than asked is
 * allowed by the architecture; this model does not, so that is tested too.
 */
#include "machine.h"

#define VA UINT64_C(0x40001000)    /* of each stream, and ... */
#define VA2 UINT64_C(0x40007000)   /* ... its second page */
#define BLOCK UINT64_C(0x40400000) /* a 2 MB block */
#define OUT UINT64_C(0x12300000000)

/* The kinds of entries. Bits of a set; VA, VA2 and BLOCK of each. */
enum who {
    EL1_V1_A1, EL1_V1_A2, EL1_V1_GLOBAL, EL1_V2_A1, NESTED_V1_A1, S2_V1, EL2,
    SEC_A1, SEC_NESTED_V1_A1, SEC_S2_V1, SEC_S2_NSIPA_V1, SEC_EL2, SEC_EL3, NWHO
};
#define BIT(w) (1u << (w))
static const char *const who_name[] = {
    "NS-EL1 VMID 1 ASID 1", "NS-EL1 VMID 1 ASID 2", "NS-EL1 VMID 1 global", "NS-EL1 VMID 2 ASID 1",
    "NS nested VMID 1 ASID 1", "NS stage 2 VMID 1", "NS-EL2 (ASID 1)", "Secure VMID 0 ASID 1",
    "Secure nested VMID 1 ASID 1", "Secure stage 2 VMID 1", "Secure stage 2 NS IPA VMID 1",
    "S-EL2 (ASID 1)", "EL3"
};
#define NS_EL1 (BIT(EL1_V1_A1) | BIT(EL1_V1_A2) | BIT(EL1_V1_GLOBAL) | BIT(NESTED_V1_A1))
#define NS_ALL (NS_EL1 | BIT(EL1_V2_A1) | BIT(S2_V1))
#define S_V1 (BIT(SEC_NESTED_V1_A1) | BIT(SEC_S2_V1) | BIT(SEC_S2_NSIPA_V1))

struct world {
    struct machine *m;
    struct stream st[NWHO];
};

static enum smmu3_sec_sid sec_of(unsigned w)
{
    return w >= SEC_A1 ? S : NS;
}

static uint32_t flags_of(unsigned w)
{
    return w == SEC_S2_NSIPA_V1 ? SMMU3_REQ_NS : 0;
}

/* The stage that turns this stream's input into an output, and its tables. */
static struct smmu3t_pgt *tables(struct world *x, unsigned w)
{
    struct stream *st = &x->st[w];

    return st->s1 ? &st->tt0 : w == SEC_S2_NSIPA_V1 ? &st->ns_st2 : &st->st2;
}

static void build(struct world *x, unsigned w)
{
    static const struct { bool s1, s2; uint8_t vmid, asid, strw; } kind[] = {
        [EL1_V1_A1] = { true, false, 1, 1, 0 },     [EL1_V1_A2] = { true, false, 1, 2, 0 },
        [EL1_V1_GLOBAL] = { true, false, 1, 1, 0 }, [EL1_V2_A1] = { true, false, 2, 1, 0 },
        [NESTED_V1_A1] = { true, true, 1, 1, 0 },   [S2_V1] = { false, true, 1, 0, 0 },
        [EL2] = { true, false, 1, 1, 2 },           [SEC_A1] = { true, false, 1, 1, 0 },
        [SEC_NESTED_V1_A1] = { true, true, 1, 1, 0 }, [SEC_S2_V1] = { false, true, 1, 0, 0 },
        [SEC_S2_NSIPA_V1] = { false, true, 1, 0, 0 }, [SEC_EL2] = { true, false, 1, 1, 2 },
        [SEC_EL3] = { true, false, 1, 1, 1 },
    };
    static const struct { uint64_t in, size; } pages[] = {
        { VA, 0x1000 }, { VA2, 0x1000 }, { BLOCK, 0x200000 }
    };
    struct stream *st = &x->st[w];
    bool global = w == EL1_V1_GLOBAL;

    *st = (struct stream){ .sec = sec_of(w), .sid = w, .s1 = kind[w].s1, .s2 = kind[w].s2,
                           .vmid = kind[w].vmid, .asid = kind[w].asid };
    stream_build(x->m, st);
    STE_PUT(st->ste.w, STRW, kind[w].strw);
    if (global) {
        CD_PUT(st->cd.w, ASET, 1); /* keeps its globals away from the others */
        CD_PUT(st->cd.w, ASID, 7);
    }
    stream_update(st);
    for (size_t i = 0; i < ARRAY_SIZE(pages); i++) {
        uint64_t in = pages[i].in, out = OUT + w * UINT64_C(0x40000000) + (in & 0xfffffff);

        if (st->s1 && st->s2) {
            uint64_t ipa = UINT64_C(0x2000000000) + (in & 0xfffffff);

            stream_map1(st, in, ipa, pages[i].size, SMMU3T_S1_RW);
            stream_map2(st, ipa, out, pages[i].size, SMMU3T_S2_RW);
        } else if (st->s1) {
            stream_map1(st, in, out, pages[i].size,
                        global ? SMMU3T_S1_RW & ~SMMU3T_S1_NG : SMMU3T_S1_RW);
        } else {
            assert_int_equal(smmu3t_pgt_map(tables(x, w), in, out, pages[i].size, SMMU3T_S2_RW),
                             0);
        }
    }
}

static bool translates(struct world *x, unsigned w, uint64_t in)
{
    struct smmu3_result r = machine_dma(x->m, sec_of(w), w, in, flags_of(w));

    if (r.status == SMMU3_ST_OK) {
        ROW_EQ(r.addr, OUT + w * UINT64_C(0x40000000) + (in & 0xfffffff));
    }
    return r.status == SMMU3_ST_OK;
}

/* A machine with the streams of a set, all cached, all tables emptied then. */
static void world_new(struct world *x, const char *tweaks, bool e2h, unsigned only)
{
    x->m = machine_new("base", tweaks);
    machine_start(x->m, S, 4, 0);
    machine_start(x->m, NS, 4, 0);
    for (unsigned b = 0; e2h && b <= 0x8000; b += 0x8000) {
        w32(x->m, b + 0x20, 0xc);
        w32(x->m, b + 0x2c, 3);
        w32(x->m, b + 0x20, 0xd);
    }
    for (unsigned w = 0; w < NWHO; w++) {
        if (only & BIT(w)) {
            build(x, w);
        }
    }
    /* Cache everything, then empty the tables under it. */
    for (unsigned w = 0; w < NWHO; w++) {
        if (only & BIT(w)) {
            row("fill %s", who_name[w]);
            ROW_EQ(translates(x, w, VA) && translates(x, w, VA2) && translates(x, w, BLOCK), true);
        }
    }
    for (unsigned w = 0; w < NWHO; w++) {
        if (only & BIT(w)) {
            assert_int_equal(smmu3t_pgt_unmap(tables(x, w), VA, 0x1000), 0);
            assert_int_equal(smmu3t_pgt_unmap(tables(x, w), VA2, 0x1000), 0);
            assert_int_equal(smmu3t_pgt_unmap(tables(x, w), BLOCK, 0x200000), 0);
        }
    }
}

/*
 * What is in one world together: address spaces that do not meet, and no more
 * equal addresses of one VMID than a set of the TLB holds.
 */
static const unsigned groups[] = {
    BIT(EL1_V1_A1) | BIT(EL1_V1_A2) | BIT(EL1_V1_GLOBAL) | BIT(EL1_V2_A1) | BIT(EL2) |
        BIT(SEC_A1) | BIT(SEC_NESTED_V1_A1) | BIT(SEC_S2_V1) | BIT(SEC_EL2) | BIT(SEC_EL3),
    BIT(NESTED_V1_A1) | BIT(SEC_S2_NSIPA_V1) | BIT(S2_V1),
};

static void check_dropped(struct world *x, unsigned group, unsigned va, unsigned va2,
                          unsigned block)
{
    for (unsigned w = 0; w < NWHO; w++) {
        static const char *const name[] = { "VA", "VA2", "block" };
        const uint64_t in[] = { VA, VA2, BLOCK + 0x1ff000 };
        const unsigned want[] = { va, va2, block };

        if (!(group & BIT(w))) {
            continue;
        }
        for (unsigned i = 0; i < 3; i++) {
            bool dropped = !translates(x, w, in[i]);

            if (dropped != !!(want[i] & BIT(w))) {
                row_fail("%s of %s was %s", name[i], who_name[w], dropped ? "dropped" : "kept");
            }
        }
        machine_drain(x->m, sec_of(w));
    }
}

struct row_tlbi {
    const char *name;
    uint8_t op;
    enum smmu3_sec_sid queue;
    struct smmu3t_tlbi t;
    unsigned drops;      /* whose entries for the addresses the command is about */
    char where;          /* 'a'll, 'v': VA only, '2': VA2 only, 'b': the block only */
};

static void run_rows(const struct row_tlbi *rows, size_t n, bool e2h, const char *tweaks)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t g = 0; g < ARRAY_SIZE(groups); g++) {
            const struct row_tlbi *r = &rows[i];
            struct world x;
            char a = r->where;

            world_new(&x, tweaks, e2h, groups[g]);
            row("%s%s, %s queue", r->name, e2h ? " (E2H)" : "", r->queue == S ? "Secure" : "NS");
            ROW_EQ(machine_run(x.m, r->queue, smmu3t_cmd_tlbi(r->op, &r->t)), 0);
            check_dropped(&x, groups[g], a == 'a' || a == 'v' ? r->drops : 0,
                          a == 'a' || a == '2' ? r->drops : 0,
                          a == 'a' || a == 'b' ? r->drops : 0);
            machine_free(x.m);
        }
    }
}

/* Opcodes typed: 4.4. */
static const struct row_tlbi rows[] = {
    { "NH_ALL VMID 1", 0x10, NS, { .vmid = 1 }, NS_EL1, 'a' },
    { "NH_ALL VMID 2", 0x10, NS, { .vmid = 2 }, BIT(EL1_V2_A1), 'a' },
    { "NH_ALL VMID 3", 0x10, NS, { .vmid = 3 }, 0, 'a' },
    { "NH_ALL VMID 1", 0x10, S, { .vmid = 1 }, BIT(SEC_NESTED_V1_A1), 'a' },
    { "NH_ALL VMID 0", 0x10, S, { .vmid = 0 }, BIT(SEC_A1), 'a' },
    { "NH_ASID 1", 0x11, NS, { .vmid = 1, .asid = 1 }, BIT(EL1_V1_A1) | BIT(NESTED_V1_A1), 'a' },
    { "NH_ASID 2", 0x11, NS, { .vmid = 1, .asid = 2 }, BIT(EL1_V1_A2), 'a' },
    { "NH_ASID of the globals", 0x11, NS, { .vmid = 1, .asid = 7 }, 0, 'a' },
    { "NH_ASID VMID 2", 0x11, NS, { .vmid = 2, .asid = 1 }, BIT(EL1_V2_A1), 'a' },
    { "NH_ASID VMID 0", 0x11, S, { .vmid = 0, .asid = 1 }, BIT(SEC_A1), 'a' },
    { "NH_ASID VMID 1", 0x11, S, { .vmid = 1, .asid = 1 }, BIT(SEC_NESTED_V1_A1), 'a' },
    { "NH_VA", 0x12, NS, { .vmid = 1, .asid = 1, .addr = VA },
      BIT(EL1_V1_A1) | BIT(EL1_V1_GLOBAL) | BIT(NESTED_V1_A1), 'v' },
    { "NH_VA Leaf", 0x12, NS, { .vmid = 1, .asid = 2, .addr = VA2, .leaf = true },
      BIT(EL1_V1_A2) | BIT(EL1_V1_GLOBAL), '2' },
    { "NH_VA in the block", 0x12, NS, { .vmid = 1, .asid = 1, .addr = BLOCK + 0x123000 },
      BIT(EL1_V1_A1) | BIT(EL1_V1_GLOBAL) | BIT(NESTED_V1_A1), 'b' },
    { "NH_VA beside the block", 0x12, NS, { .vmid = 1, .asid = 1, .addr = BLOCK + 0x200000 }, 0,
      'a' },
    { "NH_VA", 0x12, S, { .vmid = 0, .asid = 1, .addr = VA }, BIT(SEC_A1), 'v' },
    { "NH_VA VMID 1", 0x12, S, { .vmid = 1, .asid = 1, .addr = VA }, BIT(SEC_NESTED_V1_A1), 'v' },
    { "NH_VAA", 0x13, NS, { .vmid = 1, .addr = VA2 }, NS_EL1, '2' },
    { "NH_VAA VMID 2", 0x13, NS, { .vmid = 2, .addr = VA2 }, BIT(EL1_V2_A1), '2' },
    { "NH_VAA", 0x13, S, { .vmid = 1, .addr = VA2 }, BIT(SEC_NESTED_V1_A1), '2' },
    { "EL3_ALL", 0x18, S, { 0 }, BIT(SEC_EL3), 'a' },
    { "EL3_VA", 0x1a, S, { .addr = VA }, BIT(SEC_EL3), 'v' },
    { "EL2_ALL", 0x20, NS, { 0 }, BIT(EL2), 'a' },
    { "EL2_ALL", 0x20, S, { 0 }, BIT(EL2), 'a' },
    { "EL2_ASID", 0x21, NS, { .asid = 1 }, 0, 'a' },
    { "EL2_VA", 0x22, NS, { .asid = 9, .addr = VA }, BIT(EL2), 'v' },
    { "EL2_VA", 0x22, S, { .asid = 9, .addr = VA }, BIT(EL2), 'v' },
    { "EL2_VAA", 0x23, NS, { .addr = VA2 }, BIT(EL2), '2' },
    { "EL2_VAA", 0x23, S, { .addr = VA2 }, BIT(EL2), '2' },
    { "S12_VMALL 1", 0x28, NS, { .vmid = 1 }, NS_EL1 | BIT(S2_V1), 'a' },
    { "S12_VMALL 1", 0x28, S, { .vmid = 1 }, NS_EL1 | BIT(S2_V1), 'a' },
    { "S12_VMALL 2", 0x28, NS, { .vmid = 2 }, BIT(EL1_V2_A1), 'a' },
    { "S2_IPA", 0x2a, NS, { .vmid = 1, .addr = VA }, BIT(S2_V1), 'v' },
    { "S2_IPA", 0x2a, S, { .vmid = 1, .addr = BLOCK + 0xfff }, BIT(S2_V1), 'b' },
    { "S2_IPA VMID 2", 0x2a, NS, { .vmid = 2, .addr = VA }, 0, 'v' },
    { "NSNH_ALL", 0x30, NS, { 0 }, NS_ALL, 'a' },
    { "NSNH_ALL", 0x30, S, { 0 }, NS_ALL, 'a' },
    { "S_EL2_ALL", 0x50, S, { 0 }, BIT(SEC_EL2), 'a' },
    { "S_EL2_ASID", 0x51, S, { .asid = 1 }, 0, 'a' },
    { "S_EL2_VA", 0x52, S, { .asid = 9, .addr = VA }, BIT(SEC_EL2), 'v' },
    { "S_EL2_VAA", 0x53, S, { .addr = VA2 }, BIT(SEC_EL2), '2' },
    { "S_S12_VMALL 1", 0x58, S, { .vmid = 1 }, S_V1, 'a' },
    { "S_S12_VMALL 0", 0x58, S, { .vmid = 0 }, BIT(SEC_A1), 'a' },
    /* both IPA spaces: docs/CHOICES.md, the bit that tells is not known */
    { "S_S2_IPA", 0x5a, S, { .vmid = 1, .addr = VA }, BIT(SEC_S2_V1) | BIT(SEC_S2_NSIPA_V1), 'v' },
    { "SNH_ALL", 0x60, S, { 0 }, S_V1 | BIT(SEC_A1), 'a' },
    /* ranges: 4.4.1.1. VA..VA2 are 7 pages apart */
    { "NH_VA 1 page of 4K", 0x12, NS, { .vmid = 1, .asid = 2, .addr = VA, .tg = 1, .ttl = 3 },
      BIT(EL1_V1_A2) | BIT(EL1_V1_GLOBAL), 'v' },
    { "NH_VA TTL 2", 0x12, NS, { .vmid = 1, .asid = 2, .addr = VA & ~0x1fffff, .tg = 1, .ttl = 2,
                                 .num = 0 }, 0, 'v' },
    { "NH_VA TTL 2, block", 0x12, NS, { .vmid = 1, .asid = 2, .addr = BLOCK, .tg = 1, .ttl = 2 },
      BIT(EL1_V1_A2) | BIT(EL1_V1_GLOBAL), 'b' },
    { "NH_VA 7 pages", 0x12, NS, { .vmid = 1, .asid = 2, .addr = VA, .tg = 1, .num = 5 },
      BIT(EL1_V1_A2) | BIT(EL1_V1_GLOBAL), 'v' },
    { "NH_VAA 4 pages from VA2", 0x13, NS, { .vmid = 1, .addr = VA2, .tg = 1, .num = 3 }, NS_EL1,
      '2' },
    { "NH_VAA 16 MB", 0x13, NS, { .vmid = 1, .addr = VA & ~0xffffff, .tg = 1, .scale = 11,
                                  .num = 1 }, NS_EL1, 'a' },
    { "NH_VAA 16 MB, TTL 3", 0x13, NS, { .vmid = 2, .addr = VA & ~0xffffff, .tg = 1, .scale = 12,
                                         .num = 0, .ttl = 2 }, BIT(EL1_V2_A1), 'b' },
    { "NH_VAA of 16K granules", 0x13, NS, { .vmid = 1, .addr = VA & ~0xffffff, .tg = 2,
                                            .scale = 11 }, 0, 'a' },
    { "NH_VAA of 64K granules", 0x13, NS, { .vmid = 1, .addr = VA & ~0xffffff, .tg = 3,
                                            .scale = 11 }, 0, 'a' },
    { "NH_VAA to the top of everything", 0x13, NS, { .vmid = 2, .addr = VA & ~0xffffff, .tg = 1,
                                                     .scale = 31, .num = 31 }, BIT(EL1_V2_A1), 'a' },
    { "S2_IPA range", 0x2a, NS, { .vmid = 1, .addr = VA, .tg = 1, .num = 1 }, BIT(S2_V1), 'v' },
    { "S_S2_IPA range", 0x5a, S, { .vmid = 1, .addr = VA2, .tg = 1, .num = 1 },
      BIT(SEC_S2_V1) | BIT(SEC_S2_NSIPA_V1), '2' },
    { "EL3_VA range", 0x1a, S, { .addr = VA2, .tg = 1, .ttl = 3 }, BIT(SEC_EL3), '2' },
};

static void test_scopes(void **state)
{
    (void)state;
    run_rows(rows, ARRAY_SIZE(rows), false, NULL);
    rows_done();
}

/* With CR2.E2H=1 the EL2 streams have ASIDs: 4.4.2.8 to 4.4.2.14. */
static const struct row_tlbi e2h_rows[] = {
    { "EL2_ALL", 0x20, NS, { 0 }, BIT(EL2), 'a' },
    { "EL2_ASID 1", 0x21, NS, { .asid = 1 }, BIT(EL2), 'a' },
    { "EL2_ASID 2", 0x21, NS, { .asid = 2 }, 0, 'a' },
    { "EL2_ASID 1", 0x21, S, { .asid = 1 }, BIT(EL2), 'a' },
    { "EL2_VA ASID 1", 0x22, NS, { .asid = 1, .addr = VA }, BIT(EL2), 'v' },
    { "EL2_VA ASID 2", 0x22, NS, { .asid = 2, .addr = VA }, 0, 'v' },
    { "EL2_VAA", 0x23, NS, { .addr = VA }, BIT(EL2), 'v' },
    { "S_EL2_ALL", 0x50, S, { 0 }, BIT(SEC_EL2), 'a' },
    { "S_EL2_ASID 1", 0x51, S, { .asid = 1 }, BIT(SEC_EL2), 'a' },
    { "S_EL2_ASID 2", 0x51, S, { .asid = 2 }, 0, 'a' },
    { "S_EL2_VA ASID 1", 0x52, S, { .asid = 1, .addr = VA }, BIT(SEC_EL2), 'v' },
    { "S_EL2_VA ASID 2", 0x52, S, { .asid = 2, .addr = VA }, 0, 'v' },
    { "S_EL2_VAA", 0x53, S, { .addr = VA2 }, BIT(SEC_EL2), '2' },
    { "NSNH_ALL", 0x30, NS, { 0 }, NS_ALL, 'a' },
    { "EL3_ALL", 0x18, S, { 0 }, BIT(SEC_EL3), 'a' },
};

static void test_e2h(void **state)
{
    (void)state;
    run_rows(e2h_rows, ARRAY_SIZE(e2h_rows), true, NULL);
    rows_done();
}

/* IDR3.RIL=0: TG, NUM, SCALE and TTL are RES0. */
static void test_no_ril(void **state)
{
    static const struct row_tlbi r[] = {
        { "NH_VA with TG", 0x12, NS, { .vmid = 1, .asid = 2, .addr = VA, .tg = 2, .num = 31,
                                       .scale = 31 }, BIT(EL1_V1_A2) | BIT(EL1_V1_GLOBAL), 'v' },
        { "NH_VA with TTL", 0x12, NS, { .vmid = 1, .asid = 2, .addr = VA, .tg = 1, .ttl = 1 },
          BIT(EL1_V1_A2) | BIT(EL1_V1_GLOBAL), 'v' },
    };

    (void)state;
    run_rows(r, ARRAY_SIZE(r), false, AS_V31 "IDR3.RIL=0");
    rows_done();
}

/* CR0.VMW: low bits of the VMID that invalidation does not look at; 3.17.6. */
static void test_vmw(void **state)
{
    (void)state;
    for (unsigned vmw = 0; vmw < 8; vmw++) {
        for (unsigned k = 0; k < 2; k++) {
            uint32_t b = k ? 0x8000 : 0;
            unsigned bits = vmw <= 4 ? vmw : 0;

            for (unsigned vmid = 0; vmid < 33; vmid++) {
                struct world x;
                bool hit1 = vmid >> bits == 1u >> bits, hit2 = vmid >> bits == 2u >> bits;
                unsigned drops = k ? (hit1 ? S_V1 : 0) | (vmid >> bits == 0 ? BIT(SEC_A1) : 0)
                                   : (hit1 ? NS_EL1 | BIT(S2_V1) : 0) | (hit2 ? BIT(EL1_V2_A1) : 0);
                struct smmu3t_tlbi t = { .vmid = (uint16_t)vmid };

                if (vmid > 3 && vmid != 8 && vmid != 15 && vmid != 16 && vmid != 32) {
                    continue;
                }
                world_new(&x, NULL, false, groups[0]);
                row("bank %u VMW %u VMID %u", k, vmw, vmid);
                w32(x.m, b + 0x20, 0xd | vmw << 6);
                /* the other bank's VMW is its own */
                w32(x.m, (b ^ 0x8000) + 0x20, 0xd | (vmw ? 0 : 4) << 6);
                machine_ok(x.m, k ? S : NS, smmu3t_cmd_tlbi(k ? 0x58 : 0x28, &t));
                check_dropped(&x, groups[0], drops, drops, drops);
                machine_free(x.m);
            }
        }
    }
    rows_done();
}

/* Broadcasts of PEs reach what their instruction is about: 3.17.3 to 3.17.5. */
static void test_broadcast(void **state)
{
#define E1 SMMU3_DVM_EL1
#define E2 SMMU3_DVM_EL2
#define E20 SMMU3_DVM_EL2_E2H
#define E3 SMMU3_DVM_EL3
    static const struct {
        const char *name;
        struct smmu3_dvm op;
        unsigned drops;
        char where;
        bool e2h;
    } r[] = {
        { "ALLE1", { NS, E1, SMMU3_DVM_ALL, 0, 0, 0, 0, 0, 0, 0 }, NS_ALL, 'a', false },
        { "ALLE1 Secure", { S, E1, SMMU3_DVM_ALL, 0, 0, 0, 0, 0, 0, 0 }, S_V1 | BIT(SEC_A1), 'a',
          false },
        { "VMALLE1", { NS, E1, SMMU3_DVM_VMALL, 1, 0, 0, 0, 0, 0, 0 }, NS_EL1, 'a', false },
        { "VMALLS12E1", { NS, E1, SMMU3_DVM_VMALLS12, 1, 0, 0, 0, 0, 0, 0 }, NS_EL1 | BIT(S2_V1),
          'a', false },
        /* the globals have ASET=1, which keeps them out of what names an ASID */
        { "ASIDE1", { NS, E1, SMMU3_DVM_ASID, 1, 1, 0, 0, 0, 0, 0 },
          BIT(EL1_V1_A1) | BIT(NESTED_V1_A1), 'a', false },
        { "VAE1", { NS, E1, SMMU3_DVM_VA, 1, 2, VA, 0, 0, 0, 0 }, BIT(EL1_V1_A2), 'v', false },
        { "VAAE1", { NS, E1, SMMU3_DVM_VAA, 1, 0, VA2, 0, 0, 0, 0 }, NS_EL1, '2', false },
        { "IPAS2E1", { NS, E1, SMMU3_DVM_IPAS2, 1, 0, VA, 0, 0, 0, 0 }, BIT(S2_V1), 'v', false },
        { "VAE1 Secure, VMID 0", { S, E1, SMMU3_DVM_VA, 0, 1, VA, 0, 0, 0, 0 }, BIT(SEC_A1), 'v',
          false },
        { "ALLE2", { NS, E2, SMMU3_DVM_ALL, 0, 0, 0, 0, 0, 0, 0 }, BIT(EL2), 'a', false },
        { "ALLE2 of E2H", { NS, E20, SMMU3_DVM_ALL, 0, 0, 0, 0, 0, 0, 0 }, BIT(EL2), 'a', true },
        { "VAE2", { NS, E2, SMMU3_DVM_VA, 0, 9, VA, 0, 0, 0, 0 }, BIT(EL2), 'v', false },
        { "VAE2 of E2H, ASID 9", { NS, E20, SMMU3_DVM_VA, 0, 9, VA, 0, 0, 0, 0 }, 0, 'v', true },
        { "ALLE3", { S, E3, SMMU3_DVM_ALL, 0, 0, 0, 0, 0, 0, 0 }, BIT(SEC_EL3), 'a', false },
        { "ALLE3, NS", { NS, E3, SMMU3_DVM_ALL, 0, 0, 0, 0, 0, 0, 0 }, 0, 'a', false },
        { "RVAAE1", { NS, E1, SMMU3_DVM_VAA, 2, 0, VA & ~0xffffffull, 1, 1, 11, 0 },
          BIT(EL1_V2_A1), 'a', false },
    };

    (void)state;
    for (unsigned mode = 0; mode < 3; mode++) { /* BTM, PTM, no BTM */
        for (size_t i = 0; i < ARRAY_SIZE(r); i++) {
            for (size_t g = 0; g < ARRAY_SIZE(groups); g++) {
                unsigned d = mode ? 0 : r[i].drops;
                struct world x;

                world_new(&x, mode < 2 ? "IDR0.BTM=1" : NULL, r[i].e2h, groups[g]);
                row("%s, mode %u", r[i].name, mode);
                for (uint32_t b = 0; mode == 1 && b <= 0x8000; b += 0x8000) {
                    uint32_t cr2 = r32(x.m, b + 0x2c);

                    w32(x.m, b + 0x20, 0xc);
                    w32(x.m, b + 0x2c, cr2 | 4);
                    w32(x.m, b + 0x20, 0xd);
                    ROW_EQ(r32(x.m, b + 0x2c), cr2 | 4);
                }
                ROW_EQ(smmu3_broadcast_tlbi(x.m->smmu, &r[i].op), SMMU3_OK);
                check_dropped(&x, groups[g], r[i].where == 'a' || r[i].where == 'v' ? d : 0,
                              r[i].where == 'a' || r[i].where == '2' ? d : 0,
                              r[i].where == 'a' || r[i].where == 'b' ? d : 0);
                machine_free(x.m);
            }
        }
    }
    rows_done();
}

/* Values that no PE can send are the caller's mistake. */
static void test_broadcast_misuse(void **state)
{
    struct machine *m = machine_new("max", "IDR0.BTM=1");
    const struct smmu3_dvm bad[] = {
        { .sec_sid = SMMU3_SEC_SID_REALM },
        { .sec_sid = (enum smmu3_sec_sid)9 },
        { .regime = (enum smmu3_dvm_regime)4 },
        { .scope = (enum smmu3_dvm_scope)7 },
        { .scope = SMMU3_DVM_VA, .tg = 4 },
        { .scope = SMMU3_DVM_VA, .tg = 1, .num = 32 },
        { .scope = SMMU3_DVM_VA, .tg = 1, .scale = 64 },
        { .scope = SMMU3_DVM_VA, .tg = 1, .ttl = 4 },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        row("row %zu", i);
        ROW_EQ(smmu3_broadcast_tlbi(m->smmu, &bad[i]), SMMU3_EINVAL);
    }
    ROW_EQ(smmu3_broadcast_tlbi(m->smmu, NULL), SMMU3_EINVAL);
    ROW_EQ(smmu3_broadcast_tlbi(NULL, &bad[0]), SMMU3_EINVAL);
    machine_free(m);
    rows_done();
}

/* IDR0.DORMHINT: STATUSR.DORMANT says that nothing is cached; 6.3.13. */
static void test_dormant(void **state)
{
    (void)state;
    for (unsigned has = 0; has < 2; has++) {
        struct machine *m = machine_new("base", has ? "IDR0.DORMHINT=1" : NULL);
        struct stream st = { .sid = 1, .s1 = true };

        row("DORMHINT %u", has);
        ROW_EQ(r32(m, 0x40), has);
        machine_start(m, NS, 4, 0);
        stream_build(m, &st);
        stream_map1(&st, VA, OUT, 0x1000, SMMU3T_S1_RW);
        ROW_EQ(r32(m, 0x40), has);
        (void)machine_dma(m, NS, 1, VA, 0);
        ROW_EQ(r32(m, 0x40), 0);
        machine_ok(m, NS, smmu3t_cmd_cfgi_all(false));
        ROW_EQ(r32(m, 0x40), 0); /* the TLB is not empty */
        machine_ok(m, NS, smmu3t_cmd_tlbi(CMD_TLBI_NSNH_ALL, &(struct smmu3t_tlbi){ 0 }));
        ROW_EQ(r32(m, 0x40), has);
        machine_free(m);
    }
    rows_done();
}

/* Stage 1 block over stage 2 pages: any address of the block drops its parts. */
static void test_block_in_pieces(void **state)
{
    struct machine *m = machine_new("base", NULL);
    struct stream st = { .sid = 1, .s1 = true, .s2 = true, .vmid = 1, .asid = 1 };
    struct smmu3t_tlbi t = { .vmid = 1, .asid = 1, .addr = BLOCK + 0x1f0000 };

    (void)state;
    machine_start(m, NS, 4, 0);
    stream_build(m, &st);
    st.st2.leaf_level = 3;
    stream_map1(&st, BLOCK, UINT64_C(0x2000000000), 0x200000, SMMU3T_S1_RW);
    stream_map2(&st, UINT64_C(0x2000000000), OUT, 0x10000, SMMU3T_S2_RW);
    row("stage 1 block, stage 2 pages");
    ROW_EQ(machine_dma(m, NS, 1, BLOCK + 0x3004, 0).addr, OUT + 0x3004);
    assert_int_equal(smmu3t_pgt_unmap(&st.tt0, BLOCK, 0x200000), 0);
    ROW_REASON(machine_dma(m, NS, 1, BLOCK + 0x3004, 0), SMMU3_R_NONE);
    machine_ok(m, NS, smmu3t_cmd_tlbi(CMD_TLBI_NH_VA, &t));
    ROW_REASON(machine_dma(m, NS, 1, BLOCK + 0x3004, 0), SMMU3_R_S1_DESC_INVALID);
    machine_free(m);
    rows_done();
}

/* What the host is told, and smmu3_inval_affects(). */
static void test_host_is_told(void **state)
{
    struct machine *m = machine_new("base", NULL);
    struct stream a = { .sid = 1, .s1 = true, .vmid = 1, .asid = 1 };
    struct stream b = { .sid = 2, .s1 = true, .vmid = 2, .asid = 2 };
    struct smmu3t_tlbi t = { .vmid = 1, .asid = 1, .addr = VA };

    (void)state;
    machine_start(m, NS, 4, 0);
    machine_start(m, S, 4, 0);
    stream_build(m, &a);
    stream_build(m, &b);
    m->ninval = 0;
    row("a stream that was not seen yet: who knows");
    machine_ok(m, NS, smmu3t_cmd_tlbi(CMD_TLBI_NH_VA, &t));
    ROW_EQ(smmu3_inval_affects(m->smmu, &m->inval, NS, 2), true);
    machine_dma(m, NS, 1, VA, 0);
    machine_dma(m, NS, 2, VA, 0);
    m->ninval = 0;
    row("NH_VA");
    machine_ok(m, NS, smmu3t_cmd_tlbi(CMD_TLBI_NH_VA, &t));
    ROW_EQ(m->ninval, 1);
    ROW_EQ(m->inval.sec_sid, NS);
    ROW_EQ(m->inval.config, false);
    ROW_EQ(m->inval.opcode, 0x12);
    ROW_EQ(m->inval.by_vmid && m->inval.vmid == 1, true);
    ROW_EQ(m->inval.all_addr, false);
    ROW_EQ(m->inval.addr_first <= VA && m->inval.addr_last >= VA, true);
    ROW_EQ(smmu3_inval_affects(m->smmu, &m->inval, NS, 1), true);
    ROW_EQ(smmu3_inval_affects(m->smmu, &m->inval, NS, 2), false);
    ROW_EQ(smmu3_inval_affects(m->smmu, &m->inval, S, 1), false);
    row("NH_VA without a granule: the leaf may be a block of any");
    ROW_EQ(m->inval.addr_first <= (VA & ~UINT64_C(0x3fffffff)), true);
    ROW_EQ(m->inval.addr_last >= (VA | 0x3fffffff), true);
    row("NH_VA range");
    t.tg = 1;
    t.num = 3;
    t.ttl = 3;
    machine_ok(m, NS, smmu3t_cmd_tlbi(CMD_TLBI_NH_VA, &t));
    ROW_EQ(m->inval.addr_first <= VA && m->inval.addr_last >= VA + 0x3fff, true);
    t.tg = t.num = t.ttl = 0;
    row("NH_ASID");
    machine_ok(m, NS, smmu3t_cmd_tlbi(CMD_TLBI_NH_ASID, &t));
    ROW_EQ(m->inval.by_asid && m->inval.asid == 1, true);
    ROW_EQ(m->inval.all_addr, true);
    ROW_EQ(smmu3_inval_affects(m->smmu, &m->inval, NS, 1), true);
    row("NSNH_ALL from the Secure queue");
    machine_ok(m, S, smmu3t_cmd_tlbi(CMD_TLBI_NSNH_ALL, &t));
    ROW_EQ(m->inval.sec_sid, NS);
    ROW_EQ(smmu3_inval_affects(m->smmu, &m->inval, NS, 2), true);
    ROW_EQ(smmu3_inval_affects(m->smmu, &m->inval, S, 1), false);
    {
        struct smmu3t_ste pass;

        smmu3t_ste_bypass(&pass);
        machine_ste(m, NS, 5, &pass);
        machine_dma(m, NS, 5, VA, 0);
        machine_ok(m, S, smmu3t_cmd_tlbi(CMD_TLBI_NSNH_ALL, &t));
        ROW_EQ(smmu3_inval_affects(m->smmu, &m->inval, NS, 5), false); /* nothing to drop */
    }
    row("CFGI_STE_RANGE");
    machine_ok(m, NS, smmu3t_cmd_cfgi_ste_range(3, 0, false));
    ROW_EQ(m->inval.config, true);
    ROW_EQ(m->inval.stream_first, 2);
    ROW_EQ(m->inval.stream_last, 3);
    ROW_EQ(smmu3_inval_affects(m->smmu, &m->inval, NS, 2), true);
    ROW_EQ(smmu3_inval_affects(m->smmu, &m->inval, NS, 1), false);
    row("CFGI_ALL");
    machine_ok(m, NS, smmu3t_cmd_cfgi_all(false));
    ROW_EQ(m->inval.stream_first, 0);
    ROW_EQ(m->inval.stream_last, UINT32_MAX);
    machine_free(m);
    rows_done();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_scopes),
        TEST(test_e2h),
        TEST(test_no_ril),
        TEST(test_vmw),
        TEST(test_broadcast),
        TEST(test_broadcast_misuse),
        TEST(test_dormant),
        TEST(test_block_in_pieces),
        TEST(test_host_is_told),
    };

    /* Only with caches that evict nothing can be said what is kept. */
    return machine_main("tlbi", tests, ARRAY_SIZE(tests), false);
}
