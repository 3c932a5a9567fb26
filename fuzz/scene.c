/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * A scene: any SMMU that the model can be, both interfaces switched on the way
 * a driver does it, and streams of every kind with tables made by tables/. All
 * of it is legal, so that what an input changes afterwards is what is tested.
 */
#include <string.h>

#include "stage.h"

/* Features that come together; what a configuration cannot have is left out. */
static const char *const bundles[][4] = {
    { "IDR0.STALL_MODEL=0", "S_IDR0.STALL_MODEL=0", "IDR5.STALL_MAX=3" },
    { "IDR0.STALL_MODEL=2", "S_IDR0.STALL_MODEL=2", "IDR5.STALL_MAX=2" },
    { "IDR0.HTTU=2" },
    { "IDR0.HTTU=1" },
    { "IDR0.BTM=1" },
    { "S_IDR0=0", "S_IDR1=0", "S_IDR3=0", "S_MPAMIDR=0" },
    { "S_IDR1.SEL2=0" },
    { "IDR0.S2P=0", "IDR0.Hyp=0", "IDR0.VMW=0", "IDR3.PTWNNC=0" },
    { "IDR3.MPAM=0", "MPAMIDR=0", "S_MPAMIDR=0" },
    { "IDR3.MPAM=1", "MPAMIDR=0x1003f", "S_MPAMIDR=0x201003f" },
    { "IDR0.TTENDIAN=0" },
    { "IDR0.TTENDIAN=3" },
    { "IDR0.TTENDIAN=2" },
    { "IDR5.GRAN4K=0", "IDR5.OAS=5" },
    { "IDR5.GRAN16K=0", "IDR5.GRAN64K=0", "IDR5.OAS=5" },
    { "IDR5.DS=0", "IDR5.VAX=0", "IDR5.OAS=5" },
    { "IDR5.OAS=0" },
    { "IDR5.OAS=6", "IDR5.VAX=1", "IDR5.GRAN64K=1" },
    { "IDR0.ST_LEVEL=0", "IDR1.SIDSIZE=6" },
    { "IDR1.SIDSIZE=32", "S_IDR1.S_SIDSIZE=32" },
    { "IDR0.TERM_MODEL=1" },
    { "IDR0.MSI=1", "S_IDR0.MSI=1" },
    { "IDR0.VMID16=0", "IDR0.ASID16=0" },
    { "IDR1.SSIDSIZE=0" },
    { "IDR3.STT=0", "S_IDR1.SEL2=0" },
    { "IDR3.RIL=0", "AIDR=1" },
    { "IDR1.ATTR_PERMS_OVR=0", "IDR1.ATTR_TYPES_OVR=0" },
    { "IDR0.SEV=1", "IDR0.DORMHINT=1", "IDR0.VMW=1" },
    { "IDR1.CMDQS=19", "IDR1.EVENTQS=19" },
    { "IDR1.CMDQS=0", "IDR1.EVENTQS=0" },
    { "IDR3.XNX=0", "IDR3.FWB=0", "AIDR=0" },
    { "IDR3.BBML=0", "AIDR=1" },
};

static uint32_t number(const char *s)
{
    uint32_t v = 0;
    unsigned base = s[0] == '0' && s[1] == 'x' ? 16 : 10;

    for (s += base == 16 ? 2 : 0; *s; s++) {
        v = v * base + (uint32_t)(*s <= '9' ? *s - '0' : *s - 'a' + 10);
    }
    return v;
}

static void apply(struct smmu3_config *cfg, const char *const bundle[4])
{
    struct smmu3_config c = *cfg;

    for (unsigned i = 0; i < 4 && bundle[i]; i++) {
        const char *eq = strchr(bundle[i], '=');
        char name[32] = "";

        memcpy(name, bundle[i], (size_t)(eq - bundle[i]));
        CHECK(smmu3_config_set(&c, name, number(eq + 1)) == SMMU3_OK, "no field %s", name);
    }
    if (!smmu3_config_check(&c, NULL, 0)) {
        *cfg = c;
    }
}

/* Single fields, in the range that is implemented. */
static const struct {
    const char *name;
    uint32_t min, max;
} fields[] = {
#define ID_FIELD(reg, mem, f, lo, w, min, max) { #reg "." #f, min, max },
#include "../spec/id.def"
#undef ID_FIELD
};

static void apply_field(struct smmu3_config *cfg, unsigned i, uint32_t v)
{
    struct smmu3_config c = *cfg;

    i %= ARRAY_SIZE(fields);
    v = fields[i].min + v % (fields[i].max - fields[i].min + 1);
    CHECK(smmu3_config_set(&c, fields[i].name, v) == SMMU3_OK, "no field %s", fields[i].name);
    if (!smmu3_config_check(&c, NULL, 0)) {
        *cfg = c;
    }
}

static void configure(struct stage *st, struct input *in)
{
    static const uint32_t cache[] = { SMMU3_CACHE_OFF, 2, 16, 64 };
    const char *const *names = smmu3_profiles();
    unsigned n = 0, pick = (unsigned)take(in, 1), size;
    char why[100];

    while (names[n]) {
        n++;
    }
    CHECK(smmu3_config_profile(&st->cfg, names[pick % n]) == SMMU3_OK, "no such profile");
    for (unsigned i = 0; i < 4; i++) {
        unsigned b = (unsigned)take(in, 1);

        if (b) {
            apply(&st->cfg, bundles[b % ARRAY_SIZE(bundles)]);
        }
    }
    for (unsigned i = 0; i < 2; i++) {
        unsigned f = (unsigned)take(in, 1), v = (unsigned)take(in, 1);

        if (f) {
            apply_field(&st->cfg, f, v);
        }
    }
    size = (unsigned)take(in, 1);
    st->cfg.tlb_entries = cache[size & 3];
    st->cfg.cfg_entries = cache[size >> 2 & 3];
    st->caches = (size & 15) != 0;
    if (size >> 4 & 1) {
        st->cfg.gbpa_reset = 0x101000;
    }
    CHECK(!smmu3_config_check(&st->cfg, why, sizeof(why)), "%s", why);
    CHECK(smmu3_create(&st->cfg, &stage_host, st, &st->smmu) == SMMU3_OK, "it was legal");
    st->secure = st->cfg.s_idr1 >> 31;
    st->oas = (unsigned[]){ 32, 36, 40, 42, 44, 48, 52, 56 }[st->cfg.idr5 & 7];
}

static void bank_start(struct stage *st, unsigned sec, unsigned how)
{
    struct smmu3t_bank *b = &st->bank[sec];
    unsigned cmdqs = st->cfg.idr1 >> 21 & 31, evtqs = st->cfg.idr1 >> 16 & 31;
    unsigned sids = sec ? st->cfg.s_idr1 & 63 : st->cfg.idr1 & 63;

    *b = (struct smmu3t_bank){ .mmio = &st->mmio, .mem = &st->mem, .secure = sec, .polls = 2 };
    b->cmdq_log2 = (uint8_t)(cmdqs < 5 ? cmdqs : 5);
    b->evtq_log2 = (uint8_t)((how & 3) < evtqs ? how & 3 : evtqs);
    b->strtab = (struct smmu3t_strtab){ .mem = &st->mem, .pas = (uint8_t)sec,
                                        .log2size = (uint8_t)(sids < 7 ? sids : 7) };
    if (how & 4 && st->cfg.idr0 >> 27 & 1) {
        b->strtab.split = how & 8 ? 8 : 6;
    }
    st->bank_ok[sec] = !smmu3t_strtab_init(&b->strtab) && !smmu3t_bank_init(b);
    if (how & 16) {
        checked_write(st, smmu3t_bank_reg(b, SMMU3T_CR0), 4, SMMU3_PAS_S, 0);
        checked_write(st, smmu3t_bank_reg(b, SMMU3T_CR2), 4, SMMU3_PAS_S, how >> 5 & 7);
        checked_write(st, smmu3t_bank_reg(b, SMMU3T_CR0), 4, SMMU3_PAS_S, 0xc);
    }
    smmu3t_bank_irq_ctrl(b, 5);
    st->bank_ok[sec] = st->bank_ok[sec] && !smmu3t_bank_enable(b);
}

/* ---- streams ---- */

/* Tables of stage 1 behind stage 2 are at an IPA that equals their address. */
static uint64_t ipa_alloc(void *ctx, unsigned pas, uint64_t size, uint64_t align)
{
    struct stage *st = ctx;
    struct smmu3t_pgt *s2 = &st->building->st2[0];
    uint64_t low = (UINT64_C(1) << s2->gran) - 1, a;

    size = (size + low) & ~low;
    a = stage_alloc(st, pas, size, align > low ? align : low + 1);
    return smmu3t_pgt_map(s2, a, a, size, SMMU3T_S2_RW) ? 0 : a;
}

static unsigned granule(const struct stage *st, unsigned pick)
{
    static const uint8_t bit[] = { 4, 5, 6 }, gran[] = { 12, 14, 16 };

    for (unsigned i = 0; i < 3; i++) {
        unsigned k = (pick + i) % 3;

        if (st->cfg.idr5 >> bit[k] & 1) {
            return gran[k];
        }
    }
    return 12;
}

static bool make_table(struct stage *st, struct stream *s, struct smmu3t_pgt *t, unsigned pick)
{
    unsigned max, min = 32;
    bool wide = pick >> 2 & 1;

    t->gran = (uint8_t)granule(st, pick & 3);
    t->pas = (uint8_t)s->sec;
    t->mem = t->stage == 1 && s->s2 ? &st->ipa_mem : &st->mem;
    t->ds = wide && t->gran != 16 && st->cfg.idr5 >> 7 & 1;
    t->lpa = t->gran == 16 && st->oas > 48;
    t->contiguous = pick >> 3 & 1;
    max = t->ds || (t->lpa && t->stage == 2) || (t->gran == 16 && st->cfg.idr5 >> 10 & 1) ? 52 : 48;
    if (t->stage == 2 && max > st->oas) {
        max = st->oas;
    }
    if (t->gran == 16 && !t->lpa && max > 48) {
        max = 48; /* tables/ wants both */
    }
    t->ia_bits = (uint8_t)(min + (pick >> 8) % (max - min + 1));
    t->big_endian = (st->cfg.idr0 >> 21 & 3) == 3 || (!(st->cfg.idr0 >> 21 & 3) && pick >> 4 & 1);
    if (t->stage == 2) {
        t->start = t->ds ? -1 : 0;
        while (t->start < 3 && !smmu3t_pgt_s2_start_ok(t->gran, t->ia_bits, t->start)) {
            t->start++;
        }
        if (pick >> 5 & 1 && smmu3t_pgt_s2_start_ok(t->gran, t->ia_bits, t->start + 1)) {
            t->start++;
        }
    }
    return !smmu3t_pgt_init(t);
}

#define OUT UINT64_C(0x40000000) /* what stage 1 maps to */
#define PA UINT64_C(0x80000000)  /* what stage 2 makes of it */

static void map_stage1(struct stream *s, uint64_t attr)
{
    for (unsigned h = 0; h < 2; h++) {
        struct smmu3t_pgt *t = &s->tt[h];
        uint64_t top = t->upper ? ~UINT64_C(0) << t->ia_bits : 0;
        uint64_t pages = top + (UINT64_C(5) << t->gran);

        if (!t->root) {
            continue;
        }
        smmu3t_pgt_map(t, pages, OUT, UINT64_C(3) << t->gran, attr);
        s->va[2 * h] = pages;
        s->va[2 * h + 1] = top + (UINT64_C(1) << smmu3t_pgt_shift(t->gran, 2));
        smmu3t_pgt_map(t, s->va[2 * h + 1], OUT, UINT64_C(1) << smmu3t_pgt_shift(t->gran, 2),
                       SMMU3T_S1_RW);
    }
}

static void map_stage2(struct stream *s, uint64_t attr)
{
    for (unsigned i = 0; i < 2; i++) {
        struct smmu3t_pgt *t = &s->st2[i];
        uint64_t block = t->root ? UINT64_C(1) << smmu3t_pgt_shift(t->gran, 2) : 0;

        if (!t->root) {
            continue;
        }
        t->leaf_level = 3;
        smmu3t_pgt_map(t, OUT, PA, UINT64_C(8) << t->gran, attr);
        t->leaf_level = 0;
        smmu3t_pgt_map(t, OUT + block, PA + block, block, SMMU3T_S2_RW);
        s->in[2 * i] = OUT;
        s->in[2 * i + 1] = OUT + block;
    }
}

/* Any three bits of `v` are the value of a field that most streams leave 0. */
static void decorate(struct stage *st, struct stream *s, uint64_t v)
{
    bool httu = st->cfg.idr0 >> 6 & 3, stall = !(st->cfg.idr0 >> 24 & 3);
    bool always = (st->cfg.idr0 >> 24 & 3) == 2;

    CD_PUT(s->cd.w, S, always || (stall && v & 1));
    STE_PUT(s->ste.w, S2S, s->s2 && (always || (stall && v & 2)));
    CD_PUT(s->cd.w, HA, httu && v & 4);
    CD_PUT(s->cd.w, HD, (st->cfg.idr0 >> 6 & 3) == 2 && v & 8);
    STE_PUT(s->ste.w, S2HA, httu && v & 4);
    STE_PUT(s->ste.w, S2HD, (st->cfg.idr0 >> 6 & 3) == 2 && v & 8);
    CD_PUT(s->cd.w, TBI0, v >> 4 & 1);
    CD_PUT(s->cd.w, TBI1, v >> 4 & 1);
    CD_PUT(s->cd.w, WXN, v >> 5 & 1);
    CD_PUT(s->cd.w, PAN, v >> 6 & 1);
    CD_PUT(s->cd.w, EPAN, v >> 6 & 1);
    CD_PUT(s->cd.w, ASET, v >> 7 & 1);
    CD_PUT(s->cd.w, AFFD, v >> 8 & 1);
    CD_PUT(s->cd.w, HAD0, v >> 9 & 1);
    CD_PUT(s->cd.w, R, ~v >> 10 & 1);
    CD_PUT(s->cd.w, A, ~v >> 11 & 1 || st->cfg.idr0 >> 26 & 1);
    STE_PUT(s->ste.w, PRIVCFG, v >> 12 & 3);
    STE_PUT(s->ste.w, INSTCFG, v >> 14 & 3);
    STE_PUT(s->ste.w, NSCFG, v >> 16 & 3);
    STE_PUT(s->ste.w, S2PTW, v >> 18 & 1);
    STE_PUT(s->ste.w, S2FWB, v >> 19 & 1);
    STE_PUT(s->ste.w, S1MPAM, v >> 20 & 1);
    STE_PUT(s->ste.w, MTCFG, v >> 21 & 1);
    STE_PUT(s->ste.w, MemAttr, v >> 22 & 15);
    STE_PUT(s->ste.w, S2R, ~v >> 26 & 1);
    CD_PUT(s->cd.w, PARTID, v >> 27 & 7);
    STE_PUT(s->ste.w, VMSPtr, 0x1000);
}

static void add_stage2(struct stage *st, struct stream *s, unsigned pick, unsigned vmid)
{
    for (unsigned i = 0; i < (s->sec ? 2 : 1); i++) {
        s->st2[i].stage = 2;
        if (!make_table(st, s, &s->st2[i], pick)) {
            s->s2 = false;
            return;
        }
    }
    if (s->sec) {
        struct smmu3t_secure_s2 both = { .s_ipa = &s->st2[0], .ns_ipa = &s->st2[1],
                                         .vmid = (uint16_t)vmid, .nsa = true };

        smmu3t_ste_add_secure_s2(&s->ste, &both);
    } else {
        smmu3t_ste_add_s2(&s->ste, &s->st2[0], (uint16_t)vmid);
    }
}

static void add_stage1(struct stage *st, struct stream *s, unsigned pick, unsigned kind)
{
    unsigned ssids = st->cfg.idr1 >> 6 & 31, want = kind >> 3 & 7;

    for (unsigned h = 0; h < 2; h++) {
        s->tt[h].stage = 1;
        s->tt[h].upper = h;
        if (!make_table(st, s, &s->tt[h], pick)) {
            s->s1 = false;
            return;
        }
    }
    s->cds = (struct smmu3t_cdtab){ .mem = s->s2 ? &st->ipa_mem : &st->mem, .pas = (uint8_t)s->sec,
                                    .log2size = (uint8_t)(want < ssids ? want : ssids),
                                    .fmt = st->cfg.idr0 >> 19 & 1 ? (uint8_t)((kind >> 6) % 3) : 0 };
    if (smmu3t_cdtab_init(&s->cds)) {
        s->s1 = false;
        return;
    }
    smmu3t_cd_init(&s->cd, &s->tt[0], &s->tt[1], (uint16_t)(pick >> 6 & 3));
    smmu3t_ste_add_s1(&s->ste, &s->cds);
    STE_PUT(s->ste.w, S1DSS, s->cds.log2size ? kind >> 8 & 3 : 0);
}

static void add_stream(struct stage *st, struct input *in)
{
    struct stream *s = &st->stream[st->nstreams];
    unsigned kind = (unsigned)take(in, 2), pick1 = (unsigned)take(in, 2);
    unsigned pick2 = (unsigned)take(in, 2);
    uint64_t more = take(in, 4), attr = take(in, 2);
    bool s2ok = st->cfg.idr0 & 1, s1ok = st->cfg.idr0 & 2;

    memset(s, 0, sizeof(*s));
    s->sec = st->secure && kind >> 15 ? SMMU3_SEC_SID_S : SMMU3_SEC_SID_NS;
    if (s->sec) {
        s2ok = st->cfg.s_idr1 >> 29 & 1;
    }
    if (!st->bank_ok[s->sec]) {
        return;
    }
    s->sid = (st->nstreams * 0x15u) & (uint32_t)field_mask(st->bank[s->sec].strtab.log2size);
    s->s1 = s1ok && kind & 1;
    s->s2 = s2ok && kind & 2;
    st->building = s;
    smmu3t_ste_bypass(&s->ste);
    if (s->s2) {
        add_stage2(st, s, pick2, kind >> 10 & 3);
    }
    if (s->s1) {
        add_stage1(st, s, pick1, kind);
    }
    if (s->s1 && !s->s2) {
        STE_PUT(s->ste.w, STRW, kind >> 12 & 3);
        STE_PUT(s->ste.w, S2VMID, kind >> 10 & 3);
    }
    decorate(st, s, more);
    if (!(kind & 4) && (kind & 3)) {
        map_stage1(s, (attr & 1 ? SMMU3T_S1_RW : SMMU3T_S1_RW & ~SMMU3T_S1_AF) |
                          (attr & 2 ? SMMU3T_S1_RO : 0) | (attr & 4 ? SMMU3T_S1_NS : 0) |
                          (attr & 8 ? SMMU3T_BIT(PTE_DBM_LO) : 0));
        map_stage2(s, (attr & 16 ? SMMU3T_S2_RW : SMMU3T_S2_RW & ~SMMU3T_S2_AF) &
                          ~(attr & 32 ? SMMU3T_S2_W : 0) & ~(attr & 64 ? SMMU3T_S2_WB : 0)) ;
    }
    if (s->s1) {
        smmu3t_cdtab_write(&s->cds, 0, &s->cd);
        s->cd_addr = smmu3t_cdtab_addr(&s->cds, 0);
        if (s->cds.log2size) {
            smmu3t_cdtab_write(&s->cds, 1, &s->cd);
        }
    }
    smmu3t_strtab_write(&st->bank[s->sec].strtab, s->sid, &s->ste);
    s->ste_addr = smmu3t_strtab_addr(&st->bank[s->sec].strtab, s->sid);
    st->nstreams++;
}

void scene_build(struct stage *st, struct input *in)
{
    unsigned how0, how1, n;

    configure(st, in);
    st->ipa_mem = st->mem;
    st->ipa_mem.alloc = ipa_alloc;
    how0 = (unsigned)take(in, 1);
    how1 = (unsigned)take(in, 1);
    n = 1 + (unsigned)take(in, 1) % MAX_STREAMS;
    if (st->secure) {
        bank_start(st, SMMU3_SEC_SID_S, how1);
    }
    bank_start(st, SMMU3_SEC_SID_NS, how0);
    for (unsigned i = 0; i < n; i++) {
        add_stream(st, in);
    }
    /* The interfaces were on before the tables were whole. */
    for (unsigned b = 0; b < 2; b++) {
        struct smmu3t_cmd c = smmu3t_cmd_cfgi_all(b);

        if (st->bank_ok[b]) {
            smmu3t_bank_run(&st->bank[b], &c);
        }
    }
}
