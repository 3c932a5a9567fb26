/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Broadcast TLB maintenance: what each instruction of a PE reaches and what
 * keeps out of it (BTM, PTM, ASET, features that are not there), in which
 * state. IHI0070G.b 3.17.2 to 3.17.6, 6.3.1 BTM, 6.3.12.1.
 */
#include "contexts.h"

#define BTM "IDR0.BTM=1 "
enum { ALL = SMMU3_DVM_ALL, VMALL = SMMU3_DVM_VMALL, S12 = SMMU3_DVM_VMALLS12,
       ASID = SMMU3_DVM_ASID, VA = SMMU3_DVM_VA, VAA = SMMU3_DVM_VAA, IPA = SMMU3_DVM_IPAS2 };

struct op {
    const char *name;
    enum smmu3_sec_sid sec;
    enum smmu3_dvm_regime regime;
    int scope;
    uint16_t vmid, asid;
    bool block; /* by address: the block, else the page */
};

static const struct op ops[] = {
    { "ALLE1", NS, SMMU3_DVM_EL1, ALL, 9, 0, false },
    { "VMALLE1 V1", NS, SMMU3_DVM_EL1, VMALL, 1, 0, false },
    { "VMALLE1 V0", NS, SMMU3_DVM_EL1, VMALL, 0, 0, false },
    { "VMALLS12E1 V1", NS, SMMU3_DVM_EL1, S12, 1, 0, false },
    { "ASIDE1 V1 A1", NS, SMMU3_DVM_EL1, ASID, 1, 1, false },
    { "ASIDE1 V1 A3", NS, SMMU3_DVM_EL1, ASID, 1, 3, false },
    { "VAE1 V1 A1", NS, SMMU3_DVM_EL1, VA, 1, 1, false },
    { "VAE1 V1 A9 block", NS, SMMU3_DVM_EL1, VA, 1, 9, true },
    { "VAAE1 V1", NS, SMMU3_DVM_EL1, VAA, 1, 0, false },
    { "VAAE1 V2 block", NS, SMMU3_DVM_EL1, VAA, 2, 0, true },
    { "IPAS2E1 V1", NS, SMMU3_DVM_EL1, IPA, 1, 0, false },
    { "IPAS2E1 V2 block", NS, SMMU3_DVM_EL1, IPA, 2, 0, true },
    { "Secure ALLE1", S, SMMU3_DVM_EL1, ALL, 0, 0, false },
    { "Secure VMALLE1 V0", S, SMMU3_DVM_EL1, VMALL, 0, 0, false },
    { "Secure VMALLE1 V1", S, SMMU3_DVM_EL1, VMALL, 1, 0, false },
    { "Secure VMALLS12E1 V1", S, SMMU3_DVM_EL1, S12, 1, 0, false },
    { "Secure ASIDE1 V0 A1", S, SMMU3_DVM_EL1, ASID, 0, 1, false },
    { "Secure VAE1 V0 A3", S, SMMU3_DVM_EL1, VA, 0, 3, false },
    { "Secure VAAE1 V0 block", S, SMMU3_DVM_EL1, VAA, 0, 0, true },
    { "Secure VAAE1 V2", S, SMMU3_DVM_EL1, VAA, 2, 0, false },
    { "ALLE2", NS, SMMU3_DVM_EL2, ALL, 0, 0, false },
    { "VAE2", NS, SMMU3_DVM_EL2, VA, 0, 0, false },
    { "ALLE2 E2H", NS, SMMU3_DVM_EL2_E2H, ALL, 0, 0, false },
    { "ASIDE2 E2H A1", NS, SMMU3_DVM_EL2_E2H, ASID, 0, 1, false },
    { "VAE2 E2H A2", NS, SMMU3_DVM_EL2_E2H, VA, 0, 2, false },
    { "VAE2 E2H A3 block", NS, SMMU3_DVM_EL2_E2H, VA, 0, 3, true },
    { "VAAE2 E2H", NS, SMMU3_DVM_EL2_E2H, VAA, 0, 0, false },
    { "Secure ALLE2", S, SMMU3_DVM_EL2, ALL, 0, 0, false },
    { "Secure VAE2 block", S, SMMU3_DVM_EL2, VA, 0, 0, true },
    { "Secure ASIDE2 E2H A1", S, SMMU3_DVM_EL2_E2H, ASID, 0, 1, false },
    { "Secure VAAE2 E2H", S, SMMU3_DVM_EL2_E2H, VAA, 0, 0, false },
    { "ALLE3", S, SMMU3_DVM_EL3, ALL, 0, 0, false },
    { "VAE3 block", S, SMMU3_DVM_EL3, VA, 0, 0, true },
    { "Non-secure ALLE3", NS, SMMU3_DVM_EL3, ALL, 0, 0, false }, /* there is no such thing */
};

static struct smmu3_dvm dvm(const struct op *o)
{
    return (struct smmu3_dvm){ .sec_sid = o->sec, .regime = o->regime,
                               .scope = (enum smmu3_dvm_scope)o->scope, .vmid = o->vmid,
                               .asid = o->asid,
                               .addr = o->block ? CTX_BLOCK + 0x5123 : CTX_VA + 0x10 };
}

static void send(struct contexts *x, const void *arg)
{
    struct smmu3_dvm d = dvm(arg);

    ROW_EQ(smmu3_broadcast_tlbi(x->m->smmu, &d), SMMU3_OK);
}

/*
 * What an operation must reach. Where ASET lets an entry stay, this model lets
 * it stay in regimes with ASIDs; EL2 and EL3 entries always go (CHOICES).
 */
static unsigned drops(const struct contexts *x, size_t i, const void *arg)
{
    static const enum regime regime_of[] = { EL1, EL2, EL2_E2H, EL3 };
    const struct op *o = arg;
    const struct context *c = &contexts[i];
    bool by_asid = (o->scope == ASID || o->scope == VA) && ctx_has_asid(i);
    int vmid = ctx_vmid(x, i);
    unsigned addr = o->block ? 2 : 1;

    if (c->sec != o->sec || c->regime != regime_of[o->regime] ||
        (o->regime == SMMU3_DVM_EL3 && o->sec == NS)) {
        return 0;
    }
    if (o->scope != ALL && vmid >= 0 && vmid != o->vmid) {
        return 0;
    }
    if (o->scope == IPA) {
        return c->s1 ? 0 : addr;
    }
    if (!c->s1) {
        return o->scope == ALL || o->scope == S12 ? 3 : 0;
    }
    if (by_asid && (c->aset || (ctx_global(i) ? o->scope == ASID : c->asid != o->asid))) {
        return 0;
    }
    return o->scope == VA || o->scope == VAA ? addr : 3;
}

static unsigned nothing(const struct contexts *x, size_t i, const void *arg)
{
    (void)x, (void)i, (void)arg;
    return 0;
}

static void all_ops(const char *tweaks, bool e2h, bool s_e2h, bool ignored)
{
    struct contexts x;

    ctx_new(&x, tweaks, e2h, s_e2h);
    for (size_t i = 0; i < ARRAY_SIZE(ops); i++) {
        struct ctx_action a = { send, ignored ? nothing : drops, &ops[i] };

        ctx_check_drops(&x, ops[i].name, &a);
    }
    machine_free(x.m);
}

static void test_scopes(void **state)
{
    (void)state;
    all_ops(BTM, false, false, false);
    all_ops(BTM, true, true, false);
    rows_done();
}

/* Not implemented: ignored. SEL2=0: Secure entries have no VMID. */
static void test_features(void **state)
{
    (void)state;
    all_ops("IDR0.BTM=0", false, false, true);
    all_ops(BTM "S_IDR1.SEL2=0", false, false, false);
    rows_done();
}

/* CR2.PTM, each for its own state; it is 1 out of reset. 6.3.12.1 */
static void test_ptm(void **state)
{
    static const struct op both[] = {
        { "ALLE1", NS, SMMU3_DVM_EL1, ALL, 0, 0, false },
        { "ALLE2", NS, SMMU3_DVM_EL2, ALL, 0, 0, false },
        { "Secure ALLE1", S, SMMU3_DVM_EL1, ALL, 0, 0, false },
        { "Secure ALLE2", S, SMMU3_DVM_EL2, ALL, 0, 0, false },
        { "ALLE3", S, SMMU3_DVM_EL3, ALL, 0, 0, false },
    };

    (void)state;
    for (unsigned k = 0; k < 4; k++) {
        bool ptm[2] = { k & 1, k & 2 };
        struct contexts x;

        ctx_new(&x, BTM, false, false);
        for (unsigned b = 0; b < 2; b++) {
            w32(x.m, b * 0x8000 + 0x20, 0xc);
            w32(x.m, b * 0x8000 + 0x2c, 2 | (ptm[b] ? 4 : 0));
            w32(x.m, b * 0x8000 + 0x20, 0xd);
            row("CR2 of bank %u", b);
            ROW_EQ(r32(x.m, b * 0x8000 + 0x2c), 2 | (ptm[b] ? 4 : 0));
        }
        for (size_t i = 0; i < ARRAY_SIZE(both); i++) {
            struct ctx_action a = { send, ptm[both[i].sec] ? nothing : drops, &both[i] };

            ctx_check_drops(&x, both[i].name, &a);
        }
        smmu3_reset(x.m->smmu);
        row("out of reset");
        ROW_EQ(r32(x.m, 0x2c) & 4, 4);
        ROW_EQ(r32(x.m, 0x802c) & 4, 4);
        machine_free(x.m);
    }
    row("without BTM it is RES0");
    {
        struct machine *m = machine_new("base", "IDR0.BTM=0");

        ROW_EQ(r32(m, 0x2c) & 4, 0);
        w32(m, 0x2c, 4);
        w32(m, 0x802c, 4);
        ROW_EQ(r32(m, 0x2c), 0);
        ROW_EQ(r32(m, 0x802c), 0);
        machine_free(m);
    }
    rows_done();
}

/* VMW counts for broadcasts, too: 3.17.6. */
static unsigned vmw_drops(const struct contexts *x, size_t i, const void *arg)
{
    struct op o = *(const struct op *)arg;

    if (contexts[i].sec == NS && ctx_vmid(x, i) >= 0 && ctx_vmid(x, i) >> 2 == o.vmid >> 2) {
        o.vmid = (uint16_t)ctx_vmid(x, i);
    }
    return drops(x, i, &o);
}

static void test_vmw(void **state)
{
    static const struct op some[] = {
        { "VMW=2: VMALLE1 V3", NS, SMMU3_DVM_EL1, VMALL, 3, 0, false },
        { "VMW=2: VMALLS12E1 V3", NS, SMMU3_DVM_EL1, S12, 3, 0, false },
        { "VMW=2: VAE1 V3 A1", NS, SMMU3_DVM_EL1, VA, 3, 1, false },
        { "VMW=2: IPAS2E1 V4", NS, SMMU3_DVM_EL1, IPA, 4, 0, false },
        { "VMW=2 of the other: VMALLS12E1 V3", S, SMMU3_DVM_EL1, S12, 3, 0, false },
    };
    struct contexts x;

    (void)state;
    ctx_new(&x, BTM, false, false);
    w32(x.m, 0x20, 0xd | 2 << 6);
    for (size_t i = 0; i < ARRAY_SIZE(some); i++) {
        struct ctx_action a = { send, vmw_drops, &some[i] };

        ctx_check_drops(&x, some[i].name, &a);
    }
    machine_free(x.m);
    rows_done();
}

/* An SMMU without stage 2 is VMID 0 to the PEs: 3.17. */
static void test_no_stage2(void **state)
{
    static const struct { int scope; uint16_t vmid; bool dropped; } rows[] = {
        { ALL, 7, true }, { VMALL, 0, true }, { VMALL, 7, false }, { S12, 0, true },
        { S12, 7, false }, { ASID, 0, true }, { ASID, 7, false }, { VA, 0, true },
        { VA, 7, false }, { VAA, 0, true }, { VAA, 7, false }, { IPA, 0, false },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct machine *m = machine_new("base", BTM "IDR0.S2P=0 IDR0.Hyp=0 IDR0.VMW=0 "
                                                "IDR3.PTWNNC=0 S_IDR1.SEL2=0");
        struct stream st = { .sid = 1, .s1 = true, .asid = 1, .vmid = 5 };
        struct smmu3_dvm d = { .regime = SMMU3_DVM_EL1,
                               .scope = (enum smmu3_dvm_scope)rows[i].scope,
                               .vmid = rows[i].vmid, .asid = 1, .addr = CTX_VA };
        uint64_t a;

        row("scope %d VMID %u", rows[i].scope, rows[i].vmid);
        machine_start(m, NS, 4, 0);
        stream_build(m, &st);
        stream_map1(&st, CTX_VA, CTX_OUT(0), 0x1000, SMMU3T_S1_RW);
        ROW_REASON(machine_dma(m, NS, 1, CTX_VA, 0), SMMU3_R_NONE);
        a = smmu3t_pgt_desc_addr(&st.tt0, CTX_VA, 3);
        smmu3t_pgt_write(&st.tt0, a, 0);
        ROW_EQ(smmu3_broadcast_tlbi(m->smmu, &d), SMMU3_OK);
        ROW_EQ(machine_dma(m, NS, 1, CTX_VA, 0).status != SMMU3_ST_OK, rows[i].dropped);
        machine_free(m);
    }
    rows_done();
}

/* Range forms: as in commands, 4.4.1.1. Bits of the page 0 and the block 1. */
static void test_ranges(void **state)
{
    static const struct { uint64_t addr; uint8_t tg, num, scale, ttl; unsigned drops; } rows[] = {
        { CTX_VA, 1, 0, 1, 0, 1 },                  /* two pages */
        { CTX_VA - 0x1000, 1, 0, 1, 0, 1 },
        { CTX_VA - 0x2000, 1, 0, 1, 0, 0 },         /* ends before it */
        { CTX_VA + 0x1000, 1, 0, 1, 0, 0 },
        { CTX_VA, 1, 3, 9, 0, 3 },                  /* 8 MB */
        { CTX_VA - 0x1000, 1, 1, 9, 0, 1 },         /* 4 MB: up to the block */
        { CTX_VA, 1, 0, 0, 3, 1 },                  /* the level says pages */
        { CTX_VA, 1, 3, 9, 3, 1 },
        { CTX_VA & ~UINT64_C(0x1fffff), 1, 3, 9, 2, 2 },
        { CTX_VA, 2, 3, 9, 0, 0 }, { CTX_VA, 3, 3, 9, 0, 0 }, /* other granules */
        { CTX_VA, 1, 0, 0, 0, 0 },                  /* reserved */
        { CTX_VA, 0, 31, 31, 3, 1 },                /* TG=0: the others mean nothing */
    };
    struct contexts x;

    (void)state;
    ctx_new(&x, BTM "IDR3.RIL=1", false, false);
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct smmu3_dvm d = { .regime = SMMU3_DVM_EL1, .scope = SMMU3_DVM_VAA, .vmid = 1,
                               .addr = rows[i].addr, .tg = rows[i].tg, .num = rows[i].num,
                               .scale = rows[i].scale, .ttl = rows[i].ttl };
        unsigned kept;

        ctx_flush(&x);
        row("range row %zu", i);
        (void)ctx_dma(&x, 0, CTX_VA);
        (void)ctx_dma(&x, 0, CTX_BLOCK);
        ctx_hide(&x, 0, true);
        ROW_EQ(smmu3_broadcast_tlbi(x.m->smmu, &d), SMMU3_OK);
        kept = (ctx_dma(&x, 0, CTX_VA).status == SMMU3_ST_OK ? 1 : 0) |
               (ctx_dma(&x, 0, CTX_BLOCK).status == SMMU3_ST_OK ? 2 : 0);
        ROW_EQ(kept, 3 & ~rows[i].drops);
        ctx_hide(&x, 0, false);
        machine_drain(x.m, NS);
    }
    machine_free(x.m);
    rows_done();
}

/* Arguments, and the host that caches by itself. */
static void test_interface(void **state)
{
    static const struct { struct smmu3_dvm d; int want; } rows[] = {
        { { .regime = SMMU3_DVM_EL1 }, SMMU3_OK },
        { { .sec_sid = SMMU3_SEC_SID_REALM }, SMMU3_EINVAL },
        { { .regime = (enum smmu3_dvm_regime)4 }, SMMU3_EINVAL },
        { { .scope = (enum smmu3_dvm_scope)7 }, SMMU3_EINVAL },
        { { .scope = SMMU3_DVM_VA, .tg = 4 }, SMMU3_EINVAL },
        { { .scope = SMMU3_DVM_VA, .num = 32 }, SMMU3_EINVAL },
        { { .scope = SMMU3_DVM_VA, .scale = 64 }, SMMU3_EINVAL },
        { { .scope = SMMU3_DVM_VA, .ttl = 4 }, SMMU3_EINVAL },
    };
    struct contexts x;
    struct smmu3_dvm d = { .regime = SMMU3_DVM_EL1, .scope = SMMU3_DVM_ASID, .vmid = 1,
                           .asid = 2 };

    (void)state;
    ctx_new(&x, BTM, false, false);
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        unsigned told = x.m->ninval;

        row("arguments %zu", i);
        ROW_EQ(smmu3_broadcast_tlbi(x.m->smmu, &rows[i].d), rows[i].want);
        ROW_EQ(x.m->ninval - told, rows[i].want == SMMU3_OK);
    }
    row("NULL");
    ROW_EQ(smmu3_broadcast_tlbi(NULL, &d), SMMU3_EINVAL);
    ROW_EQ(smmu3_broadcast_tlbi(x.m->smmu, NULL), SMMU3_EINVAL);
    row("what the host is told");
    ROW_EQ(smmu3_broadcast_tlbi(x.m->smmu, &d), SMMU3_OK);
    ROW_EQ(x.m->inval.config, false);
    ROW_EQ(x.m->inval.sec_sid, NS);
    ROW_EQ(x.m->inval.by_vmid && x.m->inval.vmid == 1, true);
    ROW_EQ(x.m->inval.by_asid && x.m->inval.asid == 2, true);
    ROW_EQ(x.m->inval.all_addr, true);
    d.scope = SMMU3_DVM_VA;
    d.addr = CTX_VA;
    ROW_EQ(smmu3_broadcast_tlbi(x.m->smmu, &d), SMMU3_OK);
    ROW_EQ(x.m->inval.by_asid, false); /* global entries go with every ASID */
    ROW_EQ(x.m->inval.all_addr, false);
    ROW_EQ(x.m->inval.addr_first <= CTX_VA && x.m->inval.addr_last >= CTX_VA + 0xfff, true);
    machine_free(x.m);
    rows_done();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_scopes),
        TEST(test_features),
        TEST(test_ptm),
        TEST(test_vmw),
        TEST(test_no_stage2),
        TEST(test_ranges),
        TEST(test_interface),
    };

    return machine_main("dvm", tests, ARRAY_SIZE(tests), false);
}
