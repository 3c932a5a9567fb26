/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * What happens to a transaction, as numbered steps in the order of the
 * architecture's procedure (IHI0070G.b 3.3, 3.4, 7.3.22, 13).
 */
#include <string.h>

#include "internal.h"

/* How often a CPU may change a descriptor under an update of its flags, or
 * invalidate what a fault came from, before the fault stands; each time the
 * CPU made progress. */
#define MAX_TRIES 1000

static void give(const struct txn *t, struct smmu3_result *res, uint64_t addr, unsigned shift,
                 bool ns, unsigned perms)
{
    res->status = SMMU3_ST_OK;
    res->addr = addr;
    res->mask = low_mask(shift);
    res->pas = space_pas(t->sec, ns);
    res->perms = (uint8_t)(t->priv ? perms >> 3 & 7 : perms & 7);
    res->priv = t->priv;
    res->instr = t->instr;
}

static bool fail(struct txn *t, enum smmu3_reason reason)
{
    t->f.reason = reason;
    t->f.class_ = CLASS_IN;
    t->f.s2 = false;
    return false;
}

/* An override of 2 bits, as INSTCFG, PRIVCFG, NSCFG are: 13.1.2. */
static bool override(unsigned code, bool incoming)
{
    return code & 2 ? code & 1 : incoming;
}

/* Step 1: translation is off for this Security state, GBPA decides (6.3.14). */
static bool bypass_all(struct txn *t, struct smmu3_result *res)
{
    uint32_t gbpa = t->regs.gbpa;
    bool secure = t->sec == SMMU3_SEC_SID_S;

    memset(&t->ste, 0, sizeof(t->ste));
    if (gbpa & GBPA_ABORT) {
        return fail(t, SMMU3_R_GBPA_ABORT);
    }
    if (t->req->addr >> t->s->oas) {
        return fail(t, SMMU3_R_GBPA_ADDR);
    }
    if (ID(t->s, IDR1, ATTR_PERMS_OVR)) {
        t->priv = override(gbpa >> GBPA_PRIVCFG_LO & 3, t->priv);
        t->instr = !t->write && override(gbpa >> GBPA_INSTCFG_LO & 3, t->instr);
        t->ns = secure && override(gbpa >> GBPA_NSCFG_LO & 3, t->ns);
    }
    if (t->obs) {
        smmu3i_observe_request(t, t->req->addr);
    }
    if (secure && t->regs.cr0ack & CR0_SIF && t->instr && t->ns) {
        return fail(t, SMMU3_R_SIF_BYPASS_OFF);
    }
    give(t, res, t->req->addr, t->s->oas, t->ns, PERM_ALL);
    res->bypass = true;
    res->mpam = smmu3i_mpam_reg(t->s, t->sec, t->regs.gbpmpam);
    if (t->req->flags & SMMU3_REQ_ATTR) {
        res->attr = smmu3i_attr_gbpa(t);
    }
    return true;
}

uint64_t smmu3i_rewrites(const struct txn *t)
{
    bool off = !(t->regs.cr0ack & CR0_SMMUEN), secure = t->sec == SMMU3_SEC_SID_S;
    bool ovr = ID(t->s, IDR1, ATTR_PERMS_OVR);
    unsigned priv = off ? t->regs.gbpa >> GBPA_PRIVCFG_LO & 3
                        : (unsigned)STE_GET(t->ste.w, PRIVCFG);
    unsigned inst = off ? t->regs.gbpa >> GBPA_INSTCFG_LO & 3
                        : (unsigned)STE_GET(t->ste.w, INSTCFG);
    unsigned ns = off ? t->regs.gbpa >> GBPA_NSCFG_LO & 3 : (unsigned)STE_GET(t->ste.w, NSCFG);
    uint64_t map = 0;

    for (unsigned f = 0; f < 16; f++) {
        bool write = f & SMMU3_REQ_WRITE;
        uint64_t r = override(ovr ? priv : 0, f & SMMU3_REQ_PRIV) ? REWRITE_PRIV : 0;

        r |= !write && override(ovr ? inst : 0, f & SMMU3_REQ_INSTR) ? REWRITE_INSTR : 0;
        r |= secure && override(ovr ? ns : 0, f & SMMU3_REQ_NS) ? REWRITE_NS : 0;
        map |= r << (3 * f);
    }
    return map;
}

/* Step 3: the STE replaces what the client said of its access (13.1.2). */
static void apply_overrides(struct txn *t)
{
    if (!ID(t->s, IDR1, ATTR_PERMS_OVR)) {
        return;
    }
    t->priv = override((unsigned)STE_GET(t->ste.w, PRIVCFG), t->priv);
    t->instr = !t->write && override((unsigned)STE_GET(t->ste.w, INSTCFG), t->instr);
    if (t->sec == SMMU3_SEC_SID_S) {
        t->ns = override((unsigned)STE_GET(t->ste.w, NSCFG), t->ns);
    }
}

/* Step 5: the VA is in a range, and its half is on. Strips a tag byte. */
static bool check_va(struct txn *t, uint64_t *va)
{
    bool high = high_half(t, *va);
    const struct ttcfg *tt = &t->cd.tt[high];
    uint64_t top;

    if (tt->tbi) {
        *va = high ? *va | UINT64_C(0xff) << 56 : *va & low_mask(56);
    }
    if (tt->epd) {
        return fail(t, SMMU3_R_S1_EPD);
    }
    top = *va >> (64 - tt->tsz);
    if (top != (high ? low_mask(tt->tsz) : 0)) {
        return fail(t, SMMU3_R_S1_VA_RANGE);
    }
    if (tt->e0pd && !t->priv) {
        return fail(t, SMMU3_R_S1_E0PD);
    }
    return true;
}

static struct tlb_space space_of(const struct txn *t)
{
    return t->s1 ? smmu3i_tlb_space((uint8_t)t->sec, (uint8_t)t->ste.world, t->ste.vmid,
                                    t->cd.asid, t->cd.aset)
                 : smmu3i_tlb_ipa_space((uint8_t)t->sec, (uint8_t)t->ste.world, t->ste.vmid,
                                        t->ns);
}

/* Both stages combined, as the TLB holds it. */
static void make_entry(const struct txn *t, uint64_t addr, const struct leaf *l1,
                       const struct leaf *l2, struct tlb_entry *e)
{
    const struct leaf *first = l1 ? l1 : l2, *last = l2 ? l2 : l1;
    const struct ttcfg *tt = l1 ? &t->cd.tt[high_half(t, addr)] : &t->ste.s2tt[t->ns];

    memset(e, 0, sizeof(*e));
    e->sec_sid = (uint8_t)t->sec;
    e->world = (uint8_t)t->ste.world;
    e->vmid = t->ste.vmid;
    e->global = l1 && !l1->nG && world_has_asid(t->ste.world);
    e->ipa = !l1;
    e->ipa_ns = !l1 && t->ns;
    e->shift = first->shift < last->shift ? first->shift : last->shift;
    e->in = addr & ~low_mask(e->shift);
    e->out = last->out & ~low_mask(e->shift);
    e->s1_shift = first->shift;
    e->gran = tt->gran;
    e->level = first->level;
    e->perms = first->perms & last->perms;
    e->pas = (uint8_t)space_pas(t->sec, last->ns);
    if (l1) {
        e->asid = e->global ? 0 : t->cd.asid;
        e->aset = t->cd.aset;
        e->s1_attr = l1->attr;
        e->s1_sh = l1->sh;
    }
    if (l2) {
        e->s2_attr = l2->attr;
        e->s2_sh = l2->sh;
    }
}

/* Steps 7 and 8: stage 1 with its permission, then stage 2. */
static bool walk_all(struct txn *t, uint64_t addr, struct tlb_entry *e)
{
    struct leaf l1, l2;
    uint64_t ipa = addr;
    bool ns = t->ns;

    if (t->s1) {
        if (!smmu3i_walk_s1(t, addr, &l1)) {
            return false;
        }
        ipa = l1.out;
        ns = l1.ns;
    }
    if (t->ste.s2 && !smmu3i_walk_s2(t, ipa, ns, CLASS_IN, need(t), &l2)) {
        return false;
    }
    make_entry(t, addr, t->s1 ? &l1 : NULL, t->ste.s2 ? &l2 : NULL, e);
    return true;
}

/* Is it in the TLB, with this permission? */
static bool in_tlb(const struct txn *t, uint64_t va, struct tlb_entry *e)
{
    struct tlb_space sp = space_of(t);

    return smmu3i_tlb_lookup(t->s, &sp, va, e) && e->perms & need(t);
}

static bool translate_addr(struct txn *t, struct smmu3_result *res)
{
    uint64_t va = t->req->addr;
    struct tlb_entry e;
    bool hit;

    if (t->obs) {
        smmu3i_observe_request(t, va);
    }
    /* 5. The input is within what the first stage in use can take. */
    if (t->s1) {
        if (!check_va(t, &va)) {
            return false;
        }
    } else {
        if (va >> (t->ste.s2 || t->ste.s1 ? t->s->ias : t->s->oas)) {
            return fail(t, SMMU3_R_BYPASS_ADDR);
        }
        if (t->sec == SMMU3_SEC_SID_S && t->regs.cr0ack & CR0_SIF && t->instr && t->ns) {
            return fail(t, SMMU3_R_SIF_BYPASS);
        }
        if (!t->ste.s2) {
            give(t, res, va, t->s->oas, t->ns, PERM_ALL);
            res->bypass = true;
            if (t->req->flags & SMMU3_REQ_ATTR) {
                res->attr = smmu3i_attr_output(t, NULL);
            }
            return true;
        }
    }
    /* 6. The TLB holds successes only; one that lacks this permission is
     *    walked again, which also finds out what exactly is missing. */
    hit = !t->obs && !t->not_in_tlb && in_tlb(t, va, &e);
    if (traced(t)) {
        smmu3i_trace(t->s, &(struct smmu3_trace){
            .kind = hit ? SMMU3_TRACE_TLB_HIT : SMMU3_TRACE_TLB_MISS,
            .sec_sid = t->sec, .stream_id = t->req->stream_id, .addr = va });
    }
    if (!hit) {
        /* 7. and 8. Stage 1, stage 2. */
        if (!walk_all(t, va, &e)) {
            return false;
        }
        if (!t->probe) {
            smmu3i_tlb_insert(t->s, &e, t->gen);
        }
    }
    /* 9. The output. */
    give(t, res, e.out | (va & low_mask(e.shift)), e.shift, false, e.perms);
    res->pas = (enum smmu3_pas)e.pas;
    if (t->req->flags & SMMU3_REQ_ATTR) {
        res->attr = smmu3i_attr_output(t, &e);
    }
    return true;
}

static bool run(struct txn *t, struct smmu3_result *res)
{
    if (t->req->flags & (SMMU3_REQ_TRANSLATED | SMMU3_REQ_TREQ)) {
        return smmu3i_ats_run(t);
    }
    if (!(t->regs.cr0ack & CR0_SMMUEN)) {
        return bypass_all(t, res);                      /* 1 */
    }
    if (!smmu3i_strtab_lookup(t)) {                     /* 2 */
        return false;
    }
    if (!(STE_GET(t->ste.w, Config) & 4)) {
        return fail(t, SMMU3_R_STE_CONFIG_ABORT);
    }
    apply_overrides(t);                                 /* 3 */
    if (!smmu3i_vms_lookup(t) || !smmu3i_cd_lookup(t) || /* 4 */
        !translate_addr(t, res)) {                      /* 5 to 9 */
        return false;
    }
    res->mpam = smmu3i_mpam_client(t);
    return true;
}

static void txn_init(struct txn *t, struct smmu3 *s, const struct smmu3_request *req)
{
    memset(t, 0, offsetof(struct txn, regs));
    t->s = s;
    t->req = req;
    t->sec = req->sec_sid;
    t->probe = req->flags & SMMU3_REQ_PROBE;
    t->write = req->flags & SMMU3_REQ_WRITE;
    t->priv = req->flags & SMMU3_REQ_PRIV;
    t->instr = !t->write && req->flags & SMMU3_REQ_INSTR;
    t->ns = t->sec == SMMU3_SEC_SID_S && req->flags & SMMU3_REQ_NS;
    /* The generation first: an invalidation from here on forbids insertion. */
    t->gen = atomic_load(&s->gen);
    lock(&s->lock);
    t->regs = s->bank[t->sec];
    unlock(&s->lock);
}

int smmu3i_procedure(struct smmu3 *s, const struct smmu3_request *req, bool not_in_tlb,
                     struct smmu3_result *res)
{
    struct txn t;

    for (int tries = 1;; tries++) {
        txn_init(&t, s, req);
        t.not_in_tlb = not_in_tlb && tries == 1;
        memset(res, 0, sizeof(*res));
        if (run(&t, res)) {
            smmu3i_hit_insert(&t, res);
            return SMMU3_OK;
        }
        /* A record must not tell of what was invalidated meanwhile: 4.7.3. */
        if (tries < MAX_TRIES && (t.again || atomic_load(&s->gen) != t.gen)) {
            continue;
        }
        t.again = false;
        t.last = tries >= MAX_TRIES;
        smmu3i_fault_finish(&t, res);
        if (!t.again) {
            return SMMU3_OK;
        }
    }
}

void smmu3i_run_observed(struct smmu3 *s, const struct smmu3_request *req, struct observer *obs,
                         struct smmu3_result *res)
{
    struct txn t;

    txn_init(&t, s, req);
    t.obs = obs;
    memset(res, 0, sizeof(*res));
    if (!run(&t, res)) {
        t.again = false;
        smmu3i_fault_finish(&t, res);
    }
}

bool smmu3_inval_affects(struct smmu3 *s, const struct smmu3_inval *inval,
                         enum smmu3_sec_sid sec_sid, uint32_t stream_id)
{
    struct ste ste;
    struct cd cd;

    if (inval->sec_sid != sec_sid || (unsigned)sec_sid >= SMMU3_NUM_BANKS) {
        return false;
    }
    if (inval->config) {
        return stream_id >= inval->stream_first && stream_id <= inval->stream_last;
    }
    /* Only what is cached is known to be what the translations came from. */
    if (!smmu3i_cfg_lookup_ste(s, sec_sid, stream_id, &ste) || ste.bad) {
        return true;
    }
    if (!ste.s1 && !ste.s2) {
        return false;
    }
    if (inval->by_vmid && ste.has_vmid && ((ste.vmid ^ inval->vmid) & inval->vmid_mask)) {
        return false;
    }
    /* Streams with many CDs have many ASIDs. */
    if (inval->by_asid && ste.s1 && !STE_GET(ste.w, S1CDMax) &&
        smmu3i_cfg_lookup_cd(s, sec_sid, stream_id, 0, &cd)) {
        return cd.asid == inval->asid;
    }
    return true;
}
