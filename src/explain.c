/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* smmu3_explain(): the steps of translate.c, told to somebody as they happen. */
#include <string.h>

#include "internal.h"

struct observer {
    void (*told)(void *ctx, const struct smmu3_step *step);
    void *ctx;
};

static void tell(const struct txn *t, struct smmu3_step *step)
{
    step->sec_sid = t->sec;
    t->obs->told(t->obs->ctx, step);
}

void smmu3i_observe_fetch(struct txn *t, const struct smmu3_access *acc, uint64_t ipa,
                          const void *buf, size_t size)
{
    struct smmu3_step step = { .addr = acc->addr, .ipa = ipa, .pas = acc->pas, .attr = acc->attr };

    switch (acc->kind) {
    case SMMU3_ACC_STE:
        step.kind = size == 8 ? SMMU3_STEP_L1STD : SMMU3_STEP_STE;
        break;
    case SMMU3_ACC_CD:
        step.kind = size == 8 ? SMMU3_STEP_L1CD : SMMU3_STEP_CD;
        break;
    default:
        step.kind = SMMU3_STEP_VMS;
        break;
    }
    for (step.nwords = 0; step.nwords < size / 8; step.nwords++) {
        step.word[step.nwords] = load_le64((const uint8_t *)buf + 8 * step.nwords);
    }
    tell(t, &step);
}

/* Stage 2 for the sake of a CD or of a table of stage 1. */
static bool inner(const struct txn *t, unsigned stage)
{
    return stage == 2 && t->f.class_ != CLASS_IN;
}

void smmu3i_observe_desc(struct txn *t, const struct ttcfg *tt, int level,
                         const struct smmu3_access *acc, uint64_t ipa, uint64_t d)
{
    struct smmu3_step step = {
        .kind = SMMU3_STEP_DESC,
        .stage = tt->stage,
        .inner = inner(t, tt->stage),
        .level = (int8_t)level,
        .gran = tt->gran,
        .in_bits = (uint8_t)(64 - tt->tsz),
        .out_bits = tt->out_bits,
        .addr = acc->addr,
        .ipa = ipa,
        .pas = acc->pas,
        .attr = acc->attr,
        .nwords = 1,
        .word = { d },
    };

    tell(t, &step);
}

void smmu3i_observe_leaf(struct txn *t, unsigned stage, uint64_t in, unsigned needed,
                         const struct leaf *l)
{
    struct smmu3_step step = {
        .kind = SMMU3_STEP_LEAF,
        .stage = (uint8_t)stage,
        .inner = inner(t, stage),
        .level = (int8_t)l->level,
        .shift = l->shift,
        .input = in,
        .addr = l->out,
        .pas = space_pas(t->sec, l->ns),
        .perms = { l->perms & 7, l->perms >> 3 & 7 },
        .needs_priv = needed >= PERM_PR,
        .needs = (uint8_t)(needed >= PERM_PR ? needed >> 3 : needed),
        .attr = { l->attr, l->sh },
    };

    tell(t, &step);
}

void smmu3i_observe_request(struct txn *t, uint64_t va)
{
    struct smmu3_step step = {
        .kind = SMMU3_STEP_ACCESS,
        .input = va,
        .stage = (uint8_t)(t->s1 ? 1 : t->ste.s2 ? 2 : 0),
        .flags = (t->write ? SMMU3_REQ_WRITE : 0) | (t->priv ? SMMU3_REQ_PRIV : 0) |
                 (t->instr ? SMMU3_REQ_INSTR : 0) | (t->ns ? SMMU3_REQ_NS : 0),
    };

    tell(t, &step);
}

int smmu3_explain(struct smmu3 *s, const struct smmu3_request *req, struct smmu3_result *res,
                  void (*told)(void *ctx, const struct smmu3_step *step), void *ctx)
{
    struct observer obs = { told, ctx };
    struct smmu3_request probe;
    struct bank b;

    if (!s || !req || !res || !told || (unsigned)req->sec_sid >= SMMU3_NUM_BANKS ||
        (req->sec_sid == SMMU3_SEC_SID_S && !s->secure) || req->substream_id >> 20) {
        return SMMU3_EINVAL;
    }
    probe = *req;
    probe.flags |= SMMU3_REQ_PROBE;
    lock(&s->lock);
    b = s->bank[req->sec_sid];
    unlock(&s->lock);
    told(ctx, &(struct smmu3_step){
        .kind = SMMU3_STEP_REGS, .sec_sid = req->sec_sid, .nwords = 5,
        .word = { b.cr0ack, b.gbpa, b.strtab_base, b.strtab_base_cfg, b.cr2 } });
    smmu3i_run_observed(s, &probe, &obs, res);
    return SMMU3_OK;
}

bool smmu3_cached_next(struct smmu3 *s, uint32_t *pos, struct smmu3_cached *out)
{
    struct tlb_entry e;

    if (!s || !pos || !out) {
        return false;
    }
    for (; *pos < s->cfg.tlb_entries && s->cfg.tlb_entries != SMMU3_CACHE_OFF; ++*pos) {
        if (!smmu3i_tlb_get(s, *pos, &e)) {
            continue;
        }
        ++*pos;
        *out = (struct smmu3_cached){
            .sec_sid = (enum smmu3_sec_sid)e.sec_sid, .ipa = e.ipa, .ipa_ns = e.ipa_ns,
            .global = e.global, .vmid = e.vmid, .asid = e.asid,
            .input = e.in, .output = e.out, .mask = low_mask(e.shift),
            .pas = (enum smmu3_pas)e.pas, .perms = { e.perms & 7, e.perms >> 3 & 7 },
        };
        return true;
    }
    return false;
}
