/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Translation regimes and the streams that use them; STEs, CDs, registers. */
#include <string.h>

#include "world.h"

/* Numbers whose low bits are alike, for who keys by too few of them. */
static const uint16_t asids16[] = { 1, 0x101, 2, 0x1001 }, asids8[] = { 1, 0x81, 2, 3 };
static const uint16_t vmids16[] = { 1, 0x101, 0x1001, 2, 3, 0x8001, 0x4003, 7 };
static const uint16_t vmids8[] = { 1, 0x81, 0x41, 2, 3, 4, 5, 7 };
/* Bits of a style: see cd_of(). */
#define STYLE_BITS 8u

static uint16_t asid_of(const struct world *w, unsigned i)
{
    return w->caps->asid16 ? asids16[i % PROP_COUNT(asids16)] : asids8[i % PROP_COUNT(asids8)];
}

static uint16_t vmid_of(const struct world *w, unsigned i)
{
    return w->caps->vmid16 ? vmids16[i % PROP_COUNT(vmids16)] : vmids8[i % PROP_COUNT(vmids8)];
}

/* ---- what there is ---- */

static const struct {
    uint8_t sec, regime;
    bool s1, s2;
} kinds[NGROUPS] = {
    { DUT_NS, EL1, true, false }, { DUT_NS, EL1, true, false }, { DUT_NS, EL1, true, true },
    { DUT_NS, EL1, true, true },  { DUT_NS, EL2, true, false }, { DUT_S, EL1, true, false },
    { DUT_S, EL1, true, true },   { DUT_S, EL1, true, true },   { DUT_S, EL2, true, false },
    { DUT_S, EL3, true, false },
};

static unsigned pick_gran(const struct prop_caps *c, uint64_t r)
{
    static const uint8_t gran[] = { 12, 14, 16 };

    for (unsigned i = 0;; i++) {
        if (c->grans >> ((r + i) % 3) & 1) {
            return gran[(r + i) % 3];
        }
    }
}

static unsigned between(uint64_t r, unsigned min, unsigned max)
{
    return max <= min ? min : min + (unsigned)(r % (max - min + 1));
}

static void pick_tables(struct world *w, struct group *g, struct prop_rng *r)
{
    const struct prop_caps *c = w->caps;
    static const uint8_t least1[] = { 25, 0, 28, 0, 32 }, least2[] = { 31, 0, 31, 0, 32 };
    unsigned max;

    g->gran1 = (uint8_t)pick_gran(c, prop_random(r) >> 7);
    g->gran2 = (uint8_t)pick_gran(c, prop_random(r) >> 7);
    g->ds1 = c->ds && g->gran1 != 16 && prop_below(r, 2);
    g->ds2 = c->ds && g->gran2 != 16 && prop_below(r, 2);
    g->lpa1 = g->gran1 == 16 && c->oas > 48;
    g->lpa2 = g->gran2 == 16 && c->oas > 48;
    max = g->ds1 || (g->gran1 == 16 && g->lpa1) ? c->max_bits : 48;
    g->bits1 = (uint8_t)between(prop_random(r), least1[g->gran1 - 12], max);
    max = g->ds2 || g->lpa2 ? 52 : 48;
    g->bits2 = (uint8_t)between(prop_random(r), least2[g->gran2 - 12], max < c->oas ? max : c->oas);
    g->start2 = g->ds2 ? -1 : g->gran2 == 12 ? 0 : 1;
    while (!smmu3t_pgt_s2_start_ok(g->gran2, g->bits2, g->start2) ||
           (g->gran2 == 12 && g->start2 == 0 && c->oas < 44) ||
           (g->gran2 == 14 && g->start2 < 2 && !g->ds2 && c->oas < 42) ||
           (g->gran2 == 16 && g->start2 < 2 && c->oas < 44)) {
        g->start2++;
    }
    while (c->defects >> DEFECT_CONCATENATION & 1 &&
           g->bits2 > smmu3t_pgt_shift(g->gran2, g->start2 - 1)) {
        g->bits2--; /* the first start level that fits needs few tables, if not one */
    }
    if (!(c->defects >> DEFECT_CONCATENATION & 1) && prop_below(r, 2) &&
        smmu3t_pgt_s2_start_ok(g->gran2, g->bits2, g->start2 + 1) &&
        (g->start2 < 2 || c->stt || g->gran2 != 12)) {
        g->start2++;
    }
    g->big_endian = c->be_only || (!c->le_only && prop_below(r, 4) == 0);
}

static void build_group(struct world *w, unsigned i, struct prop_rng *r)
{
    const struct prop_caps *c = w->caps;
    struct group *g = &w->group[i];

    *g = (struct group){ .w = w, .sec = (enum dut_sec)kinds[i].sec,
                         .regime = (enum regime)kinds[i].regime, .s1 = kinds[i].s1 && c->s1,
                         .s2 = kinds[i].s2 };
    pick_tables(w, g, r);
    /* Secure stage 1 alone is VMID 0, whatever the STE says: 3.17. */
    g->vmid = g->sec == DUT_S && !g->s2 ? 0 : vmid_of(w, i);
    for (unsigned k = 0; k < NAS; k++) {
        g->asid[k] = asid_of(w, k);
    }
    g->style = prop_below(r, 1u << STYLE_BITS);
    g->aset = prop_below(r, 3) ? 0 : prop_below(r, 8);
    g->ns_global = g->sec == DUT_S && !g->s2 && prop_below(r, 2);
    g->not_global = c->defects >> DEFECT_GLOBAL & 1;
    g->there = g->s1 || g->s2;
    if (g->sec == DUT_S) {
        g->there &= c->secure && (g->regime == EL3 || (!g->s2 && g->regime == EL1) || c->sel2);
    } else {
        g->there &= (!g->s2 || c->s2) && (g->regime != EL2 || c->hyp) && (i != 1 || c->s2);
    }
}

void config_build(struct world *w)
{
    struct prop_rng r = { w->p->shape };
    static const uint8_t sids[] = { 0, 1, 2, 0x41, 0xc7 };

    for (unsigned i = 0; i < NGROUPS; i++) {
        build_group(w, i, &r);
    }
    w->e2h[DUT_NS] = w->caps->hyp && w->p->shape & 8;
    w->e2h[DUT_S] = w->caps->sel2 && w->p->shape & 16;
    for (unsigned i = 0; i < NGROUPS; i++) {
        struct group *g = &w->group[i];

        g->regime = g->regime == EL2 && w->e2h[g->sec] ? EL2_E2H : g->regime;
    }
    for (unsigned i = 0; i < NSTREAMS; i++) {
        struct stream *s = &w->stream[i];
        const struct prop_caps *c = w->caps;
        unsigned bits = i < NSTREAMS / 2 ? c->sid_bits : c->s_sid_bits, n;

        *s = (struct stream){ .sec = i < NSTREAMS / 2 ? DUT_NS : DUT_S, .group = -1 };
        s->there = s->sec == DUT_NS || c->secure;
        n = c->num_sids[s->sec];
        s->sid = n ? c->sid[s->sec][i % n] : sids[i % (NSTREAMS / 2)];
        /* Without a StreamID of its own it would be somebody else's stream. */
        s->there &= bits >= 8 || s->sid >> bits == 0;
        s->there &= !n || i % (NSTREAMS / 2) < n;
        for (unsigned k = 0; k < NSSIDS; k++) {
            s->as[k] = -1;
        }
    }
}

/* ---- CDs and STEs as they should be ---- */

static void cd_of(struct world *w, const struct group *g, unsigned as, struct smmu3t_cd *cd)
{
    const struct space *sp = &g->space[as];
    bool two = g->regime == EL1 || g->regime == EL2_E2H;
    const struct prop_caps *c = w->caps;

    smmu3t_cd_init(cd, &sp->lower, two ? &sp->upper : NULL, g->asid[as]);
    if (!two) {
        CD_PUT(cd->w, ASID, 0);
    }
    CD_PUT(cd->w, ASET, g->aset >> as & 1);
    CD_PUT(cd->w, S, c->stall == 2);
    CD_PUT(cd->w, HA, c->httu >= 1 && g->style & 1);
    CD_PUT(cd->w, HD, c->httu >= 2 && g->style & 1);
    CD_PUT(cd->w, AFFD, g->style >> 1 & 1);
    CD_PUT(cd->w, TBI0, g->style >> 2 & 1);
    CD_PUT(cd->w, TBI1, g->style >> 2 & 1);
    if (c->wxn) {
        CD_PUT(cd->w, WXN, g->style >> 3 & 1);
        CD_PUT(cd->w, PAN, (g->style >> 4 & 3) == 1);
    }
    CD_PUT(cd->w, R, g->style >> 6 != 1);
    CD_PUT(cd->w, A, c->term || g->style >> 6 != 2);
}

static void ste_of(struct world *w, struct stream *s)
{
    struct group *g = s->group < 0 ? NULL : &w->group[s->group];
    bool httu = w->caps->httu >= 1 && g && g->style & 1;
    struct smmu3t_ste *ste = &s->ste;

    smmu3t_ste_bypass(ste);
    if (!g) {
        return;
    }
    if (s->s2 && g->sec == DUT_S) {
        struct smmu3t_secure_s2 both = { .s_ipa = &g->space[NAS].lower,
                                         .ns_ipa = &g->space[NAS + 1].lower, .vmid = g->vmid,
                                         .sa = w->caps->big && g->style >> 5 & 1, .nsa = true };

        smmu3t_ste_add_secure_s2(ste, &both);
    } else if (s->s2) {
        smmu3t_ste_add_s2(ste, &g->space[NAS].lower, g->vmid);
    }
    if (s->s2) {
        STE_PUT(ste->w, S2S, w->caps->stall == 2);
        STE_PUT(ste->w, S2HA, httu);
        STE_PUT(ste->w, S2HD, httu && w->caps->httu >= 2);
        STE_PUT(ste->w, S2AFFD, g->style >> 1 & 1);
    }
    if (s->s1) {
        smmu3t_ste_add_s1(ste, &s->cds[s->group]);
        STE_PUT(ste->w, S1DSS, s->cds[s->group].log2size ? 2 : 0);
        STE_PUT(ste->w, STRW, s->s2 || g->regime == EL1 ? 0 : g->regime == EL3 ? 1 : 2);
        STE_PUT(ste->w, S2VMID, g->sec == DUT_S && !g->s2 ? vmid_of(w, s->sid) : g->vmid);
    }
    if (w->caps->ovr) {
        STE_PUT(ste->w, PRIVCFG, s->overrides & 3);
        STE_PUT(ste->w, INSTCFG, s->overrides >> 2 & 3);
        STE_PUT(ste->w, NSCFG, s->sec == DUT_S && w->caps->big ? s->overrides >> 4 & 3 : 0);
    }
}

static void write_ste(struct world *w, struct stream *s, uint32_t form)
{
    bool fresh = !smmu3t_strtab_addr(&w->bank[s->sec].strtab, s->sid);

    ste_of(w, s);
    if (smmu3t_strtab_write(&w->bank[s->sec].strtab, s->sid, &s->ste)) {
        broken(w, "an STE is not written");
    }
    inval_ste(w, s, fresh, form);
}

static void write_cd(struct world *w, struct stream *s, unsigned ssid, uint32_t form)
{
    struct group *g = &w->group[s->group];
    struct smmu3t_cd cd = { { 0 } };

    if (s->as[ssid] >= 0) {
        if (!space_make(w, g, (unsigned)s->as[ssid])) {
            return;
        }
        cd_of(w, g, (unsigned)s->as[ssid], &cd);
    } else if (s->as[ssid] == -2) {
        cd_of(w, g, 0, &cd); /* AA64=0 is not supported */
        CD_PUT(cd.w, AA64, 0);
    }
    if (smmu3t_cdtab_write(&s->cds[s->group], ssid, &cd)) {
        broken(w, "a CD is not written");
    }
    inval_cd(w, s, ssid, form);
}

/* Every stream of a group, or every CD of an address space, anew. */
static void rewrite(struct world *w, const struct group *g, int as, uint32_t form)
{
    for (unsigned i = 0; i < NSTREAMS; i++) {
        struct stream *s = &w->stream[i];

        if (s->group < 0 || &w->group[s->group] != g) {
            continue;
        }
        for (unsigned k = 0; s->s1 && k < 1u << s->cds[s->group].log2size; k++) {
            if (s->as[k] >= 0 && (as < 0 || s->as[k] == as)) {
                write_cd(w, s, k, form);
            }
        }
        if (as < 0) {
            write_ste(w, s, form);
        }
    }
}

/* ---- steps ---- */

/* The stream and the regime that a step names, if they can meet. */
static bool named(struct world *w, uint32_t stream, struct stream **s)
{
    *s = &w->stream[stream % NSTREAMS];
    return (*s)->there && w->on[(*s)->sec];
}

static bool make_cds(struct world *w, struct stream *s, struct group *g)
{
    struct smmu3t_cdtab *t = &s->cds[s->group];
    unsigned bits = w->caps->ssid_bits;

    if (t->base) {
        return true;
    }
    *t = (struct smmu3t_cdtab){ .mem = g->s2 ? &g->ipa_mem : &w->mem, .pas = (uint8_t)s->sec,
                                .log2size = (uint8_t)(bits < 2 ? bits : 2),
                                .fmt = w->caps->cd2l ? (uint8_t)((w->p->shape >> 1) % 3) : 0 };
    if (!w->caps->ssid) {
        t->log2size = 0;
    }
    return !smmu3t_cdtab_init(t);
}

static void say_group(struct world *w, const struct group *g, bool s1, bool s2)
{
    static const char *const regimes[] = { "EL1", "EL2", "EL2-E2H", "EL3" };

    say(w, "      %s %s, VMID %#x", g->sec ? "Secure" : "Non-secure", regimes[g->regime], g->vmid);
    if (s1) {
        say(w, "; stage 1: %u KB pages, %u bits%s", 1u << (g->gran1 - 10), g->bits1,
            g->ds1 ? ", DS" : "");
    }
    if (s2) {
        say(w, "; stage 2: %u KB pages, %u bits, start level %d%s", 1u << (g->gran2 - 10), g->bits2,
            g->start2, g->ds2 ? ", DS" : "");
    }
    say(w, "%s\n", g->big_endian ? "; big-endian" : "");
}

void step_attach(struct world *w, const uint32_t a[PROP_ARGS])
{
    struct group *g = &w->group[a[1] % NGROUPS];
    struct stream *s;
    bool s2, s1;

    if (!named(w, a[0], &s) || !g->there || g->sec != s->sec) {
        return;
    }
    s2 = g->s2;
    s1 = g->s1 && (!s2 || a[2] & 1);
    if (s2 && (!space_make(w, g, NAS) || (g->sec == DUT_S && !space_make(w, g, NAS + 1)))) {
        return;
    }
    say_group(w, g, s1, s2);
    s->group = (int)(a[1] % NGROUPS);
    s->s1 = s1;
    s->s2 = s2;
    g->combined |= s1 && s2;
    if (s1) {
        if (!make_cds(w, s, g)) {
            broken(w, "there is no room for CDs");
            return;
        }
        for (unsigned k = 0; k < 1u << s->cds[s->group].log2size; k++) {
            s->as[k] = g->regime == EL2 || g->regime == EL3 ? 0 : (int)((a[3] + k) % NAS);
            write_cd(w, s, k, a[4] >> 4);
        }
    }
    write_ste(w, s, a[4]);
}

void step_detach(struct world *w, const uint32_t a[PROP_ARGS])
{
    struct stream *s;
    bool fresh;

    if (!named(w, a[0], &s)) {
        return;
    }
    s->group = -1;
    s->s1 = s->s2 = false;
    fresh = !smmu3t_strtab_addr(&w->bank[s->sec].strtab, s->sid);
    ste_of(w, s);
    switch (a[1] & 3 & (w->caps->defects >> DEFECT_ABORTS & 1 ? 1u : 3u)) {
    case 0:
        smmu3t_ste_abort(&s->ste);
        break;
    case 1:
        STE_PUT(s->ste.w, V, 0);
        break;
    case 2:
        STE_PUT(s->ste.w, Config, SMMU3T_CFG_S2); /* S2AA64=0 is not supported */
        break;
    default:
        break;
    }
    if (smmu3t_strtab_write(&w->bank[s->sec].strtab, s->sid, &s->ste)) {
        broken(w, "an STE is not written");
    }
    inval_ste(w, s, fresh, a[2]);
}

void step_cd(struct world *w, const uint32_t a[PROP_ARGS])
{
    struct stream *s;
    unsigned k;
    struct group *g;

    if (!named(w, a[0], &s) || s->group < 0 || !s->s1) {
        return;
    }
    g = &w->group[s->group];
    k = a[1] & ((1u << s->cds[s->group].log2size) - 1);
    s->as[k] = a[2] == 3 ? -1 : a[2] > 3 ? -2
               : g->regime == EL2 || g->regime == EL3 ? 0 : (int)(a[2] % NAS);
    if (s->as[k] == -2 && !space_make(w, g, 0)) {
        return;
    }
    write_cd(w, s, k, a[3]);
}

void step_renumber(struct world *w, const uint32_t a[PROP_ARGS])
{
    struct group *g = &w->group[a[0] % NGROUPS];
    unsigned as = a[1] % NAS;
    uint16_t asid = asid_of(w, a[2]);

    if (!g->there || !g->s1 || !w->on[g->sec] || (g->regime != EL1 && g->regime != EL2_E2H)) {
        return;
    }
    for (unsigned k = 0; k < NAS; k++) {
        if (g->asid[k] == asid) {
            return; /* in use */
        }
    }
    /* Whoever had it before may have left something. */
    inval_asid(w, g, asid, a[3]);
    g->asid[as] = asid;
    rewrite(w, g, (int)as, a[3] >> 4);
}

void step_revmid(struct world *w, const uint32_t a[PROP_ARGS])
{
    struct group *g = &w->group[a[0] % NGROUPS];
    uint16_t vmid = vmid_of(w, a[1]);

    if (!g->there || g->regime != EL1 || !w->on[g->sec] ||
        !(g->sec == DUT_S ? w->caps->sel2 && g->s2 : w->caps->s2)) {
        return;
    }
    for (unsigned k = 0; k < NGROUPS; k++) {
        if (w->group[k].sec == g->sec && w->group[k].vmid == vmid) {
            return;
        }
    }
    g->vmid = vmid;
    inval_group(w, g, a[2]); /* whoever had it before may have left something */
    rewrite(w, g, -1, a[2] >> 4);
}

void step_restyle(struct world *w, const uint32_t a[PROP_ARGS])
{
    struct group *g = &w->group[a[0] % NGROUPS];

    if (!g->there || !w->on[g->sec]) {
        return;
    }
    g->style = a[1] & ((1u << STYLE_BITS) - 1);
    rewrite(w, g, -1, a[2] >> 4);
    inval_group(w, g, a[2] & 14);
}

void step_override(struct world *w, const uint32_t a[PROP_ARGS])
{
    struct stream *s;

    if (named(w, a[0], &s) && s->group >= 0) {
        s->overrides = a[1] & 63;
        write_ste(w, s, a[2]);
    }
}

/* Registers that are only read while SMMUEN is 0, and what they cached. */
void step_e2h(struct world *w, const uint32_t a[PROP_ARGS])
{
    enum dut_sec sec = (enum dut_sec)(a[0] % DUT_NUM_SEC);
    const struct smmu3t_bank *b = &w->bank[sec];
    uint32_t cr2;

    if (!w->on[sec] || !(sec == DUT_S ? w->caps->sel2 : w->caps->hyp)) {
        return;
    }
    w->e2h[sec] = a[1] & 1;
    world_enable(w, sec, false);
    cr2 = smmu3t_bank_read(b, SMMU3T_CR2);
    smmu3t_bank_write(b, SMMU3T_CR2, (cr2 & ~1u) | (a[1] & 1));
    world_enable(w, sec, true);
    for (unsigned i = 0; i < NGROUPS; i++) {
        struct group *g = &w->group[i];

        if (g->sec != sec || (g->regime != EL2 && g->regime != EL2_E2H)) {
            continue;
        }
        g->regime = w->e2h[sec] ? EL2_E2H : EL2;
        /* All there is of it is made anew: the other regime has TTB1, or not. */
        for (unsigned k = 0; k < NAS; k++) {
            g->space[k] = (struct space){ .there = false };
        }
        g->global_table = 0;
        for (unsigned k = 0; k < NSTREAMS; k++) {
            struct stream *s = &w->stream[k];

            if (s->group == (int)i) {
                const uint32_t off[PROP_ARGS] = { k, 0, 2 };

                step_detach(w, off);
            }
        }
    }
    inval_state(w, sec, a[2]);
}

void step_vmw(struct world *w, const uint32_t a[PROP_ARGS])
{
    enum dut_sec sec = (enum dut_sec)(a[0] % DUT_NUM_SEC);
    const struct smmu3t_bank *b = &w->bank[sec];
    uint32_t cr0;

    if (!w->on[sec] || !w->caps->vmw || (sec == DUT_S && !w->caps->sel2)) {
        return;
    }
    w->vmw[sec] = a[1] % 7;
    cr0 = smmu3t_bank_read(b, SMMU3T_CR0) & ~(7u << 6);
    if (smmu3t_bank_cr0(b, cr0 | w->vmw[sec] << 6)) {
        broken(w, "CR0 is not acknowledged");
    }
    inval_everything(w, sec); /* 6.3.9: may be cached */
}

void step_sif(struct world *w, const uint32_t a[PROP_ARGS])
{
    const struct smmu3t_bank *b = &w->bank[DUT_S];
    uint32_t cr0;

    if (w->on[DUT_S]) {
        cr0 = smmu3t_bank_read(b, SMMU3T_CR0) & ~(1u << 5);
        if (smmu3t_bank_cr0(b, cr0 | (a[0] & 1) << 5)) {
            broken(w, "S_CR0 is not acknowledged");
        }
        inval_everything(w, DUT_S);
    }
}

/* Nothing is there any more, and the SMMU hears of it all at once. */
void step_upheaval(struct world *w, const uint32_t a[PROP_ARGS])
{
    enum dut_sec sec = (enum dut_sec)(a[0] % DUT_NUM_SEC);

    if (!w->on[sec]) {
        return;
    }
    for (unsigned i = 0; i < NGROUPS; i++) {
        struct group *g = &w->group[i];

        for (unsigned k = 0; g->there && g->sec == sec && k < SPACES * NSLOTS; k++) {
            unsigned space = k / NSLOTS, slot = k % NSLOTS;
            const struct space *sp = &g->space[space];

            if (sp->there && sp->slot[slot].mapped && !sp->slot[slot].split &&
                !(sp->unlinked && slot_level(slot) == 3 && slot < 8)) {
                slot_clear(w, g, space, slot);
            }
        }
    }
    for (unsigned i = 0; i < NSTREAMS && a[1] & 4; i++) {
        struct stream *s = &w->stream[i];

        if (s->there && s->sec == sec && s->group >= 0) {
            s->group = -1;
            s->s1 = s->s2 = false;
            smmu3t_ste_bypass(&s->ste);
            if (smmu3t_strtab_write(&w->bank[sec].strtab, s->sid, &s->ste)) {
                broken(w, "an STE is not written");
            }
        }
    }
    inval_state(w, sec, a[1]);
}

/* The second-level array of a stream, moved to another place. */
void step_l2move(struct world *w, const uint32_t a[PROP_ARGS])
{
    struct smmu3t_strtab *t;
    struct stream *s;
    uint64_t old, l1, l2, size;

    if (!named(w, a[0], &s)) {
        return;
    }
    t = &w->bank[s->sec].strtab;
    if (!t->split || !smmu3t_strtab_addr(t, s->sid)) {
        return;
    }
    size = UINT64_C(64) << t->split;
    l1 = world_read64(w, s->sec, smmu3t_strtab_l1_addr(t, s->sid));
    old = PTE_GET(l1, L1STD_L2Ptr) << 6;
    l2 = world_alloc(w, s->sec, size, size);
    if (!l2) {
        return;
    }
    for (uint64_t i = 0; i < size; i += 8) {
        uint64_t v = world_read64(w, s->sec, old + i);

        if (v) {
            world_write64(w, s->sec, l2 + i, v);
        }
    }
    PTE_PUT(l1, L1STD_L2Ptr, l2 >> 6);
    world_write64(w, s->sec, smmu3t_strtab_l1_addr(t, s->sid), l1);
    /* What was there before says the same; from now on only the new counts. */
    for (unsigned i = 0; i < NSTREAMS; i++) {
        const struct stream *o = &w->stream[i];

        if (o->there && o->sec == s->sec && o->sid >> t->split == s->sid >> t->split) {
            inval_ste(w, o, true, a[1]);
        }
    }
    for (uint64_t i = 0; i < size; i += 64) {
        world_write64(w, s->sec, old + i, 0);
    }
}
