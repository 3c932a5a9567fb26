/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * What is mapped is found out by asking the model (smmu3_explain()) at an
 * address, and going on behind what its answer covers: the block or page, or
 * all that an invalid descriptor stands for. So this knows no table format.
 */
#include <string.h>

#include "../spec/fields.h"
#include "ranges.h"

uint64_t reg_value(struct smmu3 *s, const char *name)
{
    long offset = reg_offset(name);
    uint64_t v = 0;

    if (offset >= 0) {
        smmu3_mmio_read(s, (uint32_t)offset, reg_size((uint32_t)offset), SMMU3_PAS_S, &v);
    }
    return v;
}

bool has_bank(struct smmu3 *s, enum smmu3_sec_sid sec)
{
    return sec == SMMU3_SEC_SID_NS || smmu3_get_config(s)->s_idr1 >> 31;
}

/* What a walk saw. */
struct seen {
    struct smmu3_step ste, cd, leaf[2]; /* by stage; of the access itself */
    bool has_ste, has_cd, has_leaf[2], l1std;
    struct smmu3_step desc[2];          /* the last one, by stage; stage 2's own */
    bool has_desc[2];
    struct smmu3_step path[16];
    unsigned npath;
    struct visitor *v;
};

static void see(void *ctx, const struct smmu3_step *step)
{
    struct seen *seen = ctx;
    unsigned stage = step->stage == 2;

    switch (step->kind) {
    case SMMU3_STEP_STE:
        seen->ste = *step;
        seen->has_ste = true;
        break;
    case SMMU3_STEP_CD:
        seen->cd = *step;
        seen->has_cd = true;
        break;
    case SMMU3_STEP_DESC:
        if (!step->inner) {
            seen->desc[stage] = *step;
            seen->has_desc[stage] = true;
            if (seen->npath < ARRAY_SIZE(seen->path)) {
                seen->path[seen->npath++] = *step;
            }
        }
        break;
    case SMMU3_STEP_LEAF:
        if (!step->inner) {
            seen->leaf[stage] = *step;
            seen->has_leaf[stage] = true;
        }
        break;
    default:
        break;
    }
    if (seen->v->read && step->nwords && step->kind != SMMU3_STEP_REGS) {
        seen->v->read(seen->v->ctx, step);
    }
}

static void look(struct smmu3 *s, const struct smmu3_request *req, struct seen *seen,
                 struct smmu3_result *res, struct visitor *v)
{
    memset(seen, 0, sizeof(*seen));
    seen->v = v;
    memset(res, 0, sizeof(*res));
    smmu3_explain(s, req, res, see, seen);
    v->budget -= v->budget > 0;
}

static bool is_perm(enum smmu3_reason r)
{
    return r == SMMU3_R_S1_PERM || r == SMMU3_R_S2_PERM || r == SMMU3_R_S1_E0PD ||
           r == SMMU3_R_S1_SIF;
}

/* log2 of the block or page that this descriptor is, or would be. */
static unsigned span(const struct smmu3_step *d)
{
    return d->gran + (unsigned)(3 - d->level) * (d->gran - 3u);
}

static unsigned min(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* log2 of what a failed walk says something about; 64: all. */
static unsigned failed_span(const struct seen *seen, const struct smmu3_result *res)
{
    unsigned size = 64;

    switch (res->reason) {
    case SMMU3_R_S2_IPA_RANGE:
    case SMMU3_R_S2_DESC_INVALID:
    case SMMU3_R_S2_WALK_EABT:
    case SMMU3_R_S2_ADDR_SIZE:
    case SMMU3_R_S2_AF:
    case SMMU3_R_S2_PERM:
    case SMMU3_R_S2_PTW:
        if (seen->has_leaf[0]) {
            /* of the access itself */
            size = seen->leaf[0].shift;
            return seen->has_desc[1] ? min(size, span(&seen->desc[1])) : size;
        }
        /* for a table of stage 1: what the table above it stands for */
        if (seen->has_desc[0]) {
            return span(&seen->desc[0]);
        }
        return seen->has_desc[1] && !seen->has_cd ? span(&seen->desc[1]) : 64;
    default:
        return seen->has_desc[0] ? span(&seen->desc[0]) : 64;
    }
}

/* Flags that get the farthest: what is not readable may be writable. */
static void best(struct smmu3 *s, struct smmu3_request *req, struct seen *seen,
                 struct smmu3_result *res, struct visitor *v)
{
    static const uint32_t tries[] = {
        0, SMMU3_REQ_PRIV, SMMU3_REQ_WRITE, SMMU3_REQ_WRITE | SMMU3_REQ_PRIV, SMMU3_REQ_INSTR,
        SMMU3_REQ_INSTR | SMMU3_REQ_PRIV,
    };

    for (size_t i = 0; i < ARRAY_SIZE(tries); i++) {
        req->flags = tries[i];
        look(s, req, seen, res, v);
        if (res->status == SMMU3_ST_OK || !is_perm(res->reason)) {
            return;
        }
    }
}

static bool joins(const struct range *a, const struct range *b)
{
    return a->last + 1 == b->in && a->reason == b->reason && a->pas == b->pas &&
           a->perms[0] == b->perms[0] && a->perms[1] == b->perms[1] && a->attr == b->attr &&
           a->sh == b->sh && a->s2_attr == b->s2_attr && a->stage == b->stage &&
           (a->reason || a->out + (a->last - a->in) + 1 == b->out);
}

static void emit(struct visitor *v, struct range *open, bool *is_open, const struct range *r)
{
    if (*is_open && r && joins(open, r)) {
        open->last = r->last;
        return;
    }
    if (*is_open) {
        v->range(v->ctx, open);
    }
    *is_open = r != NULL;
    if (r) {
        *open = *r;
    }
}

static bool unmapped(enum smmu3_reason r)
{
    return r == SMMU3_R_S1_DESC_INVALID || r == SMMU3_R_S2_DESC_INVALID || r == SMMU3_R_S1_EPD ||
           r == SMMU3_R_S1_VA_RANGE || r == SMMU3_R_BYPASS_ADDR || r == SMMU3_R_S2_IPA_RANGE;
}

static void fill(struct range *r, const struct seen *seen, const struct smmu3_result *res)
{
    const struct smmu3_step *first = &seen->leaf[seen->has_leaf[0] ? 0 : 1];
    const struct smmu3_step *last = &seen->leaf[seen->has_leaf[1] ? 1 : 0];

    r->stage = (seen->has_leaf[0] ? 1u : 0) | (seen->has_leaf[1] ? 2u : 0);
    r->bypass = res->bypass;
    r->pas = res->pas;
    r->out = res->addr;
    r->perms[0] = r->perms[1] = 7;
    if (!r->stage) {
        return;
    }
    for (int i = 0; i < 2; i++) {
        r->perms[i] = first->perms[i] & last->perms[i];
    }
    if (res->status != SMMU3_ST_OK) {
        r->out = last->addr;
        r->pas = last->pas;
    }
    r->attr = seen->has_leaf[0] ? seen->leaf[0].attr.mair : 0;
    r->s2_attr = seen->has_leaf[1] ? seen->leaf[1].attr.mair : 0;
    r->sh = first->attr.sh;
}

/* Descriptors that the walk before this one did not go through. */
static void new_descs(struct visitor *v, const struct seen *seen, const struct seen *before,
                      uint64_t in)
{
    for (unsigned i = 0; v->desc && i < seen->npath; i++) {
        const struct smmu3_step *d = &seen->path[i], *b = &before->path[i];

        if (!(d->word[0] & 1) ||
            (i < before->npath && b->addr == d->addr && b->stage == d->stage && b->pas == d->pas)) {
            continue;
        }
        v->desc(v->ctx, d, in);
    }
}

static bool visit_half(struct smmu3 *s, const struct space *sp, uint64_t first, uint64_t last,
                       struct visitor *v)
{
    struct smmu3_request req = { .sec_sid = sp->stream->sec, .stream_id = sp->stream->sid,
                                 .ssv = sp->ssv, .substream_id = sp->ssid };
    struct seen seen, before = { .npath = 0 };
    struct range open = { .in = 0 }, r;
    struct smmu3_result res;
    bool is_open = false;
    uint64_t a = first, mask;

    for (;;) {
        bool mapped;
        unsigned size;

        if (!v->budget) {
            return false;
        }
        req.addr = a;
        best(s, &req, &seen, &res, v);
        mapped = res.status == SMMU3_ST_OK || is_perm(res.reason);
        size = mapped && res.status != SMMU3_ST_OK && seen.has_leaf[0] && seen.has_leaf[1]
                   ? min(seen.leaf[0].shift, seen.leaf[1].shift)
               : mapped && res.status != SMMU3_ST_OK
                   ? seen.leaf[seen.has_leaf[0] ? 0 : 1].shift : failed_span(&seen, &res);
        mask = res.status == SMMU3_ST_OK ? res.mask
                                         : size >= 64 ? UINT64_MAX : (UINT64_C(1) << size) - 1;
        new_descs(v, &seen, &before, a);
        before = seen;
        if (mapped || !unmapped(res.reason)) {
            memset(&r, 0, sizeof(r));
            fill(&r, &seen, &res);
            r.in = a;
            r.last = (a | mask) < last ? a | mask : last;
            r.reason = mapped ? SMMU3_R_NONE : res.reason;
            emit(v, &open, &is_open, &r);
        } else {
            emit(v, &open, &is_open, NULL);
        }
        if ((a | mask) >= last) {
            break;
        }
        a = (a | mask) + 1;
    }
    emit(v, &open, &is_open, NULL);
    return true;
}

static bool visit_ranges(struct smmu3 *s, const struct space *sp, struct visitor *v)
{
    unsigned config = (unsigned)STE_GET(sp->stream->ste, Config);
    unsigned bits, oas_code = smmu3_get_config(s)->idr5 & 7;
    static const uint8_t oas_bits[] = { 32, 36, 40, 42, 44, 48, 52, 56 };

    if (v->no_ranges) {
        return true;
    }
    if (sp->has_cd) {
        uint64_t low = UINT64_MAX >> CD_GET(sp->cd, T0SZ),
                 high = UINT64_MAX >> CD_GET(sp->cd, T1SZ);

        /* In worlds without a second half the model says so at once. */
        return visit_half(s, sp, 0, low, v) &&
               (CD_GET(sp->cd, EPD1) || visit_half(s, sp, ~high, UINT64_MAX, v));
    }
    bits = oas_bits[oas_code];
    if (config & 2 && 64 - STE_GET(sp->stream->ste, S2T0SZ) < bits) {
        bits = 64 - (unsigned)STE_GET(sp->stream->ste, S2T0SZ);
    }
    return visit_half(s, sp, 0, (UINT64_C(1) << bits) - 1, v);
}

static bool visit_space(struct smmu3 *s, const struct stream *st, bool ssv, uint32_t ssid,
                        struct visitor *v, enum smmu3_reason *reason)
{
    struct smmu3_request req = { .sec_sid = st->sec, .stream_id = st->sid, .ssv = ssv,
                                 .substream_id = ssid };
    struct space sp = { .stream = st, .ssv = ssv, .ssid = ssid };
    struct smmu3_result res;
    struct seen seen;

    look(s, &req, &seen, &res, v);
    *reason = res.reason;
    sp.has_cd = seen.has_cd;
    memcpy(sp.cd, seen.cd.word, sizeof(sp.cd));
    sp.cd_addr = seen.cd.addr;
    sp.cd_pas = seen.cd.pas;
    if (res.status != SMMU3_ST_OK && smmu3_reason_info(res.reason)->event &&
        smmu3_reason_info(res.reason)->event <= EVT_C_BAD_CD) {
        sp.bad = res.reason;
    }
    if (ssv && sp.bad && (!sp.has_cd || !CD_GET(sp.cd, V))) {
        return true; /* a substream that nobody uses */
    }
    v->space(v->ctx, &sp);
    return sp.bad ? true : visit_ranges(s, &sp, v);
}

static bool visit_spaces(struct smmu3 *s, const struct stream *st, struct visitor *v)
{
    unsigned cdmax = (unsigned)STE_GET(st->ste, S1CDMax);
    bool s1 = STE_GET(st->ste, Config) & 1, has_ssids = smmu3_get_config(s)->idr1 >> 6 & 31;
    enum smmu3_reason reason;

    if (!visit_space(s, st, false, 0, v, &reason)) {
        return false;
    }
    if (!s1 || !has_ssids || !cdmax) {
        return true;
    }
    for (uint64_t ssid = STE_GET(st->ste, S1DSS) == 2; ssid >> cdmax == 0; ssid++) {
        if (!v->budget || !visit_space(s, st, true, (uint32_t)ssid, v, &reason)) {
            return false;
        }
        if (reason == SMMU3_R_L1CD_V || reason == SMMU3_R_L1CD_FETCH) {
            ssid |= 63; /* the smaller of the two table sizes */
        } else if (reason == SMMU3_R_SSID_RANGE) {
            break;
        }
    }
    return true;
}

bool visit_streams(struct smmu3 *s, enum smmu3_sec_sid sec, uint32_t first, uint32_t last,
                   struct visitor *v)
{
    uint64_t cfg = reg_value(s, sec == SMMU3_SEC_SID_S ? "S_STRTAB_BASE_CFG" : "STRTAB_BASE_CFG");
    unsigned split = (cfg >> 6 & 31) == 8 ? 8 : (cfg >> 6 & 31) == 10 ? 10 : 6;

    for (uint64_t sid = first; sid <= last; sid++) {
        struct smmu3_request req = { .sec_sid = sec, .stream_id = (uint32_t)sid };
        struct stream st = { .sec = sec, .sid = (uint32_t)sid };
        struct smmu3_result res;
        struct seen seen;

        if (!v->budget) {
            return false;
        }
        look(s, &req, &seen, &res, v);
        switch (res.reason) {
        case SMMU3_R_SID_RANGE:
        case SMMU3_R_GBPA_ABORT:
        case SMMU3_R_GBPA_ADDR:
            return true;
        case SMMU3_R_L1STD_SPAN:
        case SMMU3_R_L1STD_RANGE:
        case SMMU3_R_L1STD_FETCH:
            sid |= (UINT64_C(1) << split) - 1;
            continue;
        case SMMU3_R_STE_FETCH:
            sid |= 63; /* the rest of a page */
            continue;
        default:
            break;
        }
        if (!seen.has_ste) {
            return true; /* translation is off */
        }
        if (!STE_GET(seen.ste.word, V)) {
            continue;
        }
        st.ste_addr = seen.ste.addr;
        memcpy(st.ste, seen.ste.word, sizeof(st.ste));
        if (!strncmp(smmu3_reason_info(res.reason)->name, "STE_", 4)) {
            st.bad = res.reason;
        }
        v->stream(v->ctx, &st);
        if (!st.bad && !visit_spaces(s, &st, v)) {
            return false;
        }
    }
    return true;
}
