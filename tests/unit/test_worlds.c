/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * StreamWorlds: how each tags what it caches, who is served by whose entries,
 * what each TLBI of each queue reaches, E2H of both states, VMID wildcards, and
 * STATUSR.DORMANT. IHI0070G.b 3.3.3, 3.17, 4.4, 6.3.9.2, 6.3.12, 6.3.13.
 */
#include "contexts.h"

/* May (and does) an entry of a serve a lookup of b? 3.17, 3.17.1 */
static bool shares(const struct contexts *x, size_t a, size_t b)
{
    const struct context *p = &contexts[a], *q = &contexts[b];

    if (p->sec != q->sec || p->regime != q->regime || p->s1 != q->s1 || p->ns_ipa != q->ns_ipa ||
        ctx_vmid(x, a) != ctx_vmid(x, b)) {
        return false;
    }
    if (!ctx_has_asid(a)) {
        return true;
    }
    return ctx_global(a) ? p->aset == q->aset : p->asid == q->asid;
}

static void pairs(const char *tweaks, bool e2h, bool s_e2h)
{
    struct contexts x;

    ctx_new(&x, tweaks, e2h, s_e2h);
    for (size_t a = 0; a < NCONTEXTS; a++) {
        for (size_t b = 0; b < NCONTEXTS; b++) {
            struct smmu3_result r;

            if (a == b || !ctx_used(&x, a) || !ctx_used(&x, b)) {
                continue;
            }
            ctx_flush(&x);
            row("an entry of %s, then %s%s%s", contexts[a].name, contexts[b].name,
                tweaks ? " " : "", tweaks ? tweaks : "");
            ROW_EQ(ctx_dma(&x, a, CTX_VA).addr, CTX_OUT(a) + (CTX_VA & 0xfffffff));
            r = ctx_dma(&x, b, CTX_VA);
            ROW_REASON(r, SMMU3_R_NONE);
            ROW_EQ(r.addr, CTX_OUT(shares(&x, a, b) ? a : b) + (CTX_VA & 0xfffffff));
        }
    }
    machine_free(x.m);
}

/* Every kind of entry against every kind of lookup; also in a TLB of one set,
 * where only the tags keep them apart. */
static void test_tags(void **state)
{
    (void)state;
    for (unsigned k = 0; k < 2; k++) {
        machine_cache = k ? 2 : 0;
        pairs(NULL, false, false);
        pairs(NULL, true, true);
        pairs(NULL, true, false);
    }
    machine_cache = 0;
    rows_done();
}

/* Without Secure stage 2 Secure entries have no VMID: 3.17 (5). */
static void test_tags_no_sel2(void **state)
{
    (void)state;
    pairs("S_IDR1.SEL2=0", false, false);
    rows_done();
}

/* VMW is for invalidation, never for lookup: 3.17.6. */
static void test_vmw_lookup(void **state)
{
    struct contexts x;

    (void)state;
    ctx_new(&x, NULL, false, false);
    w32(x.m, 0x20, 0xd | 4 << 6);
    w32(x.m, 0x8020, 0xd | 4 << 6);
    row("VMW=4: VMID 1, then VMID 2");
    ROW_EQ(ctx_dma(&x, 0, CTX_VA).addr, CTX_OUT(0) + (CTX_VA & 0xfffffff));
    ROW_EQ(ctx_dma(&x, 5, CTX_VA).addr, CTX_OUT(5) + (CTX_VA & 0xfffffff));
    machine_free(x.m);
    rows_done();
}

/* ---- the reach of each command ---- */

struct tlbi_row {
    const char *name;
    uint8_t op;
    enum smmu3_sec_sid queue;
    uint16_t vmid, asid;
    bool block; /* by address: the block, else the page */
};

static const struct tlbi_row tlbis[] = {
    { "NH_ALL V1", 0x10, NS, 1, 0, false }, { "NH_ALL V0", 0x10, NS, 0, 0, false },
    { "S queue NH_ALL V0", 0x10, S, 0, 0, false }, { "S queue NH_ALL V1", 0x10, S, 1, 0, false },
    { "NH_ASID V1 A1", 0x11, NS, 1, 1, false }, { "NH_ASID V1 A3", 0x11, NS, 1, 3, false },
    { "NH_ASID V2 A1", 0x11, NS, 2, 1, false }, { "S queue NH_ASID V0 A1", 0x11, S, 0, 1, false },
    { "S queue NH_ASID V1 A1", 0x11, S, 1, 1, false },
    { "NH_VA V1 A1", 0x12, NS, 1, 1, false }, { "NH_VA V1 A9 block", 0x12, NS, 1, 9, true },
    { "NH_VA V3 A1", 0x12, NS, 3, 1, false }, { "S queue NH_VA V0 A9", 0x12, S, 0, 9, false },
    { "S queue NH_VA V2 A1 block", 0x12, S, 2, 1, true },
    { "NH_VAA V1", 0x13, NS, 1, 0, false }, { "S queue NH_VAA V0 block", 0x13, S, 0, 0, true },
    { "EL3_ALL", 0x18, S, 0, 0, false }, { "EL3_VA", 0x1a, S, 0, 0, true },
    { "EL2_ALL", 0x20, NS, 0, 0, false }, { "S queue EL2_ALL", 0x20, S, 0, 0, false },
    { "EL2_ASID A1", 0x21, NS, 0, 1, false }, { "S queue EL2_ASID A3", 0x21, S, 0, 3, false },
    { "EL2_VA A1", 0x22, NS, 0, 1, false }, { "S queue EL2_VA A9", 0x22, S, 0, 9, false },
    { "EL2_VAA block", 0x23, NS, 0, 0, true }, { "S queue EL2_VAA", 0x23, S, 0, 0, false },
    { "S12_VMALL V1", 0x28, NS, 1, 0, false }, { "S queue S12_VMALL V1", 0x28, S, 1, 0, false },
    { "S2_IPA V1", 0x2a, NS, 1, 0, false }, { "S queue S2_IPA V2", 0x2a, S, 2, 0, true },
    { "NSNH_ALL", 0x30, NS, 0, 0, false }, { "S queue NSNH_ALL", 0x30, S, 0, 0, false },
    { "S_EL2_ALL", 0x50, S, 0, 0, false }, { "S_EL2_ASID A1", 0x51, S, 0, 1, false },
    { "S_EL2_VA A2", 0x52, S, 0, 2, false }, { "S_EL2_VAA", 0x53, S, 0, 0, true },
    { "S_S12_VMALL V1", 0x58, S, 1, 0, false }, { "S_S12_VMALL V0", 0x58, S, 0, 0, false },
    { "S_S2_IPA V1", 0x5a, S, 1, 0, false }, { "SNH_ALL", 0x60, S, 0, 0, false },
};

static void run_tlbi(struct contexts *x, const void *arg)
{
    const struct tlbi_row *r = arg;
    struct smmu3t_tlbi t = { .vmid = r->vmid, .asid = r->asid,
                             .addr = r->block ? CTX_BLOCK + 0x5000 : CTX_VA };

    machine_ok(x->m, r->queue, smmu3t_cmd_tlbi(r->op, &t));
}

/* The table of 4.4, one command after the other. */
static unsigned tlbi_drops(const struct contexts *x, size_t i, const void *arg)
{
    const struct tlbi_row *r = arg;
    const struct context *c = &contexts[i];
    unsigned addr = r->block ? 2 : 1;
    bool mine = c->sec == r->queue; /* of the queue's own state */
    bool ns = c->sec == NS, s = !ns;
    bool el1 = c->regime == EL1, any_el2 = c->regime == EL2 || c->regime == EL2_E2H;
    bool vmid = ctx_vmid(x, i) < 0 || ctx_vmid(x, i) == r->vmid;
    bool asid = !ctx_global(i) && c->asid == r->asid;

    switch (r->op) {
    case 0x10:
        return mine && el1 && c->s1 && vmid ? 3 : 0;
    case 0x11:
        return mine && el1 && c->s1 && vmid && asid ? 3 : 0;
    case 0x12:
        return mine && el1 && c->s1 && vmid && (asid || ctx_global(i)) ? addr : 0;
    case 0x13:
        return mine && el1 && c->s1 && vmid ? addr : 0;
    case 0x18:
        return c->regime == EL3 ? 3 : 0;
    case 0x1a:
        return c->regime == EL3 ? addr : 0;
    case 0x20:
    case 0x50:
        return (r->op == 0x20 ? ns : s) && any_el2 ? 3 : 0;
    case 0x21:
    case 0x51:
        return (r->op == 0x21 ? ns : s) && c->regime == EL2_E2H && asid ? 3 : 0;
    case 0x22:
    case 0x52:
        return (r->op == 0x22 ? ns : s) &&
               (c->regime == EL2 || (c->regime == EL2_E2H && (asid || ctx_global(i)))) ? addr : 0;
    case 0x23:
    case 0x53:
        return (r->op == 0x23 ? ns : s) && any_el2 ? addr : 0;
    case 0x28:
    case 0x58:
        return (r->op == 0x28 ? ns : s) && el1 && vmid ? 3 : 0;
    case 0x2a:
    case 0x5a: /* both IPA spaces: docs/CHOICES.md */
        return (r->op == 0x2a ? ns : s) && el1 && !c->s1 && vmid ? addr : 0;
    case 0x30:
        return ns && el1 ? 3 : 0;
    default:
        return s && el1 ? 3 : 0;
    }
}

static void reach(const char *tweaks, bool e2h, bool s_e2h)
{
    struct contexts x;

    ctx_new(&x, tweaks, e2h, s_e2h);
    for (size_t i = 0; i < ARRAY_SIZE(tlbis); i++) {
        struct ctx_action a = { run_tlbi, tlbi_drops, &tlbis[i] };

        if (x.sel2 || tlbis[i].op < 0x50) {
            ctx_check_drops(&x, tlbis[i].name, &a);
        }
    }
    machine_free(x.m);
}

/* The command follows the E2H of the state it is about, not of its queue. */
static void test_reach(void **state)
{
    (void)state;
    reach(NULL, false, false);
    reach(NULL, true, false);
    reach(NULL, false, true);
    reach(NULL, true, true);
    rows_done();
}

static void test_reach_no_sel2(void **state)
{
    (void)state;
    reach("S_IDR1.SEL2=0", false, false);
    rows_done();
}

/* CR0.VMW and S_CR0.VMW: each for the VMIDs of its own state; 3.17.6. */
struct vmw_arg {
    struct tlbi_row row;
    unsigned vmw[2];
};

static unsigned vmw_drops(const struct contexts *x, size_t i, const void *arg)
{
    const struct vmw_arg *v = arg;
    struct tlbi_row r = v->row;
    unsigned n = v->vmw[contexts[i].sec] <= 4 ? v->vmw[contexts[i].sec] : 0;

    if (ctx_vmid(x, i) >= 0 && ctx_vmid(x, i) >> n == r.vmid >> n) {
        r.vmid = (uint16_t)ctx_vmid(x, i);
    }
    return tlbi_drops(x, i, &r);
}

static void vmw_act(struct contexts *x, const void *arg)
{
    const struct vmw_arg *v = arg;

    w32(x->m, 0x20, 0xd | v->vmw[NS] << 6);
    w32(x->m, 0x8020, 0xd | v->vmw[S] << 6);
    ROW_EQ(r32(x->m, 0x24) >> 6 & 7, v->vmw[NS]);
    ROW_EQ(r32(x->m, 0x8024) >> 6 & 7, v->vmw[S]);
    run_tlbi(x, &v->row);
    w32(x->m, 0x20, 0xd);
    w32(x->m, 0x8020, 0xd);
}

static void test_vmw(void **state)
{
    static const uint8_t wild[] = { 0, 1, 2, 4, 5, 7 };
    static const uint8_t ops[] = { 0x10, 0x11, 0x12, 0x13, 0x28, 0x2a, 0x58, 0x5a };
    struct contexts x;

    (void)state;
    ctx_new(&x, NULL, false, false);
    for (size_t k = 0; k < ARRAY_SIZE(wild) * ARRAY_SIZE(ops) * 2; k++) {
        uint8_t op = ops[k / 2 % ARRAY_SIZE(ops)];
        unsigned vmw = wild[k / 2 / ARRAY_SIZE(ops)];
        bool s_queue = k & 1 || op >= 0x50;
        bool about_s = op >= 0x50 || (s_queue && op < 0x20);
        struct vmw_arg v = { { "VMW", op, s_queue ? S : NS, 3, 1, false }, { 0, 0 } };
        struct ctx_action a = { vmw_act, vmw_drops, &v };

        v.vmw[about_s] = vmw;
        v.vmw[!about_s] = vmw ? 0 : 2;
        ctx_check_drops(&x, v.row.name, &a);
    }
    machine_free(x.m);
    row("IDR0.VMW=0");
    x.m = machine_new("base", "IDR0.VMW=0");
    w32(x.m, 0x20, 7 << 6);
    ROW_EQ(r32(x.m, 0x20) | r32(x.m, 0x24), 0);
    w32(x.m, 0x8020, 7 << 6);
    ROW_EQ(r32(x.m, 0x8020) | r32(x.m, 0x8024), 0);
    machine_free(x.m);
    rows_done();
}

/* EL2 has one range of addresses, EL2-E2H two; by the E2H of its own state. */
static void test_e2h(void **state)
{
    (void)state;
    for (unsigned k = 0; k < 8; k++) {
        enum smmu3_sec_sid sec = k & 1 ? S : NS;
        struct stream st = { .sec = sec, .sid = 1, .s1 = true, .both_halves = true };
        struct machine *m = machine_new("base", NULL);
        bool e2h[2] = { k & 2, k & 4 };

        row("bank %u, E2H %u %u", sec, e2h[0], e2h[1]);
        machine_start(m, sec, 4, 0);
        for (unsigned b = 0; b < 2; b++) {
            w32(m, b * 0x8000 + 0x20, 0xc);
            w32(m, b * 0x8000 + 0x2c, 2 | e2h[b]);
        }
        w32(m, sec * 0x8000u + 0x20, 0xd);
        stream_build(m, &st);
        STE_PUT(st.ste.w, STRW, 2);
        stream_update(&st);
        stream_map1(&st, UINT64_C(0xffffffffc0001000), CTX_OUT(0), 0x1000, SMMU3T_S1_RW);
        stream_map1(&st, CTX_VA, CTX_OUT(1), 0x1000, SMMU3T_S1_RW & ~SMMU3T_S1_USER);
        ROW_REASON(machine_dma(m, sec, 1, UINT64_C(0xffffffffc0001000), 0),
                   e2h[sec] ? SMMU3_R_NONE : SMMU3_R_S1_VA_RANGE);
        /* AP[1] counts as 1 where there is one privilege level */
        ROW_REASON(machine_dma(m, sec, 1, CTX_VA, 0),
                   e2h[sec] ? SMMU3_R_S1_PERM : SMMU3_R_NONE);
        /* read-only while SMMUEN is 1 */
        w32(m, sec * 0x8000u + 0x2c, 2 | !e2h[sec]);
        ROW_EQ(r32(m, sec * 0x8000u + 0x2c), 2 | e2h[sec]);
        machine_free(m);
    }
    row("E2H is RES0 without Hyp, without SEL2");
    for (unsigned k = 0; k < 2; k++) {
        struct machine *m = machine_new("base", k ? "S_IDR1.SEL2=0" : AS_V31 "IDR0.Hyp=0");

        w32(m, 0x2c, 1);
        w32(m, 0x802c, 1);
        ROW_EQ(r32(m, 0x2c), k);
        ROW_EQ(r32(m, 0x802c), !k);
        machine_free(m);
    }
    rows_done();
}

/* A Secure entry whose descriptor came from Non-secure memory is not global,
 * however nG is: 3.17.1. */
static void test_secure_global(void **state)
{
    (void)state;
    for (unsigned ns = 0; ns < 2; ns++) {
        struct machine *m = machine_new("base", NULL);
        struct stream st[2];

        machine_start(m, S, 4, 0);
        for (unsigned i = 0; i < 2; i++) {
            st[i] = (struct stream){ .sec = S, .sid = i, .s1 = true, .asid = (uint16_t)(i + 1) };
            stream_build(m, &st[i]);
            st[i].tt0.pas = ns ? SMMU3T_NS : SMMU3T_S;
            assert_int_equal(smmu3t_pgt_init(&st[i].tt0), 0);
            smmu3t_cd_init(&st[i].cd, &st[i].tt0, NULL, (uint16_t)(i + 1));
            CD_PUT(st[i].cd.w, NSCFG0, ns);
            stream_update(&st[i]);
            stream_map1(&st[i], CTX_VA, CTX_OUT(i), 0x1000, SMMU3T_S1_RW & ~SMMU3T_S1_NG);
        }
        row("tables in %s memory", ns ? "Non-secure" : "Secure");
        ROW_EQ(machine_dma(m, S, 0, CTX_VA, 0).addr, CTX_OUT(0));
        ROW_EQ(machine_dma(m, S, 1, CTX_VA, 0).addr, CTX_OUT(ns));
        ROW_EQ(machine_dma(m, S, 1, CTX_VA, 0).pas, ns ? SMMU3_PAS_NS : SMMU3_PAS_S);
        machine_free(m);
    }
    rows_done();
}

/* DORMANT: nothing is cached, of either state, of either kind: 6.3.13. */
static void test_dormant(void **state)
{
    static const struct smmu3t_tlbi none;

    (void)state;
    for (unsigned k = 0; k < 8; k++) {
        bool has = k & 1, translate = k & 4;
        enum smmu3_sec_sid sec = k & 2 ? S : NS;
        struct machine *m = machine_new("base", has ? "IDR0.DORMHINT=1" : "IDR0.DORMHINT=0");
        struct stream st = { .sec = sec, .sid = 1, .s1 = translate };

        row("DORMHINT %u bank %u translating %u", has, sec, translate);
        ROW_EQ(r32(m, 0x40), has);
        machine_start(m, sec, 4, 0);
        stream_build(m, &st);
        if (translate) {
            stream_map1(&st, CTX_VA, CTX_OUT(0), 0x1000, SMMU3T_S1_RW);
        }
        ROW_EQ(r32(m, 0x40), has);
        ROW_REASON(machine_dma(m, sec, 1, CTX_VA, 0), SMMU3_R_NONE);
        ROW_EQ(r32(m, 0x40), 0);
        w32(m, sec * 0x8000u + 0x20, 0xc); /* off: what is cached stays */
        ROW_EQ(r32(m, 0x40), 0);
        machine_ok(m, sec, smmu3t_cmd_cfgi_all(sec == S)); /* the TLB is not empty ... */
        ROW_EQ(r32(m, 0x40), has && !translate);
        machine_flush(m, sec);
        ROW_EQ(r32(m, 0x40), has);
        w32(m, sec * 0x8000u + 0x20, 0xd);
        ROW_REASON(machine_dma(m, sec, 1, CTX_VA, 0), SMMU3_R_NONE);
        machine_ok(m, sec, smmu3t_cmd_tlbi(sec == S ? 0x60 : 0x30, &none));
        ROW_EQ(r32(m, 0x40), 0); /* ... nor is the other cache */
        w32(m, sec * 0x8000u + 0x20, 0xc);
        machine_flush(m, sec);
        ROW_EQ(r32(m, 0x40), has);
        w32(m, sec * 0x8000u + 0x20, 0xd);
        ROW_REASON(machine_dma(m, sec, 1, CTX_VA, 0), SMMU3_R_NONE);
        ROW_EQ(r32(m, 0x40), 0);
        w32(m, sec * 0x8000u + 0x20, 0xc);
        w32(m, 0x803c, 1); /* S_INIT.INV_ALL */
        ROW_EQ(r32(m, 0x40), has);
        machine_free(m);
    }
    rows_done();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_tags),
        TEST(test_tags_no_sel2),
        TEST(test_vmw_lookup),
        TEST(test_reach),
        TEST(test_reach_no_sel2),
        TEST(test_vmw),
        TEST(test_e2h),
        TEST(test_secure_global),
        TEST(test_dormant),
    };

    return machine_main("worlds", tests, ARRAY_SIZE(tests), false);
}
