/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * From a failed check to what the client sees and what is recorded.
 * IHI0070G.b 3.12, 5.5 (A, R, S), 7.3.
 */
#include <string.h>

#include "internal.h"

static bool is_translation_fault(unsigned event)
{
    return event >= EVT_F_TRANSLATION && event <= EVT_F_PERMISSION;
}

/* The fields of the record that this kind of event has, in two 64-bit pairs. */
static void build_event(const struct txn *t, unsigned event, uint32_t rec[8])
{
    const struct smmu3_request *req = t->req;
    const struct fault *f = &t->f;
    uint64_t w[4] = { 0, 0, 0, 0 };

    EVT_PUT(w, Number, event);
    EVT_PUT(w, StreamID, req->stream_id);
    if (event == EVT_C_BAD_SUBSTREAMID) {
        EVT_PUT(w, SubstreamID, f->ssid);
    } else if (event != EVT_F_STREAM_DISABLED && event != EVT_F_TRANSL_FORBIDDEN && req->ssv) {
        EVT_PUT(w, SSV, 1);
        EVT_PUT(w, SubstreamID, req->substream_id);
    }
    if (event == EVT_F_WALK_EABT || is_translation_fault(event)) {
        EVT_PUT(w, PnU, t->priv);
        EVT_PUT(w, InD, t->instr);
        EVT_PUT(w, RnW, !t->write);
        EVT_PUT(w, S2, f->s2);
        EVT_PUT(w, CLASS, f->class_);
        EVT_PUT(w, InputAddr, req->addr);
    }
    if (event == EVT_F_BAD_ATS_TREQ) {
        EVT_PUT(w, Span, 1);
        EVT_PUT(w, P, (req->flags & SMMU3_REQ_PRIV) != 0); /* before overrides */
        EVT_PUT(w, X, (req->flags & SMMU3_REQ_INSTR) != 0);
        EVT_PUT(w, W, (req->flags & SMMU3_REQ_WRITE) != 0);
        EVT_PUT(w, R, 1);
        EVT_PUT(w, InputAddr, req->addr & ~UINT64_C(0xfff));
    }
    if (event == EVT_F_TRANSL_FORBIDDEN) {
        EVT_PUT(w, RnW, !t->write);
        EVT_PUT(w, InputAddr, req->addr);
    }
    if (is_translation_fault(event) && f->s2) {
        EVT_PUT(w, NSIPA, f->ipa_ns);
        EVT_PUT(w, IPA, f->ipa >> 12);
        EVT_PUT(w, TTRnW, event == EVT_F_PERMISSION && f->class_ == CLASS_TT && !f->tt_write);
    }
    if (event == EVT_F_STE_FETCH || event == EVT_F_CD_FETCH ||
        event == EVT_F_WALK_EABT || event == EVT_F_VMS_FETCH) {
        EVT_PUT(w, FetchAddr, f->fetch_addr >> 3);
    }
    for (int i = 0; i < 4; i++) {
        rec[2 * i] = (uint32_t)w[i];
        rec[2 * i + 1] = (uint32_t)(w[i] >> 32);
    }
}

/* What the faulting stage's configuration makes of it: abort or RAZ/WI, and
 * is there a record? */
static enum smmu3_status policy(const struct txn *t, unsigned event, bool *record)
{
    enum smmu3_reason r = t->f.reason;
    bool stall;

    *record = true;
    if (t->req->flags & SMMU3_REQ_TREQ) {
        *record = event == EVT_F_BAD_ATS_TREQ; /* CR2.REC_CFG_ATS is RES0 */
    } else if (event == EVT_C_BAD_STREAMID) {
        *record = t->regs.cr2 & CR2_RECINVSID;
    } else if (is_translation_fault(event) && r != SMMU3_R_BYPASS_ADDR &&
               r != SMMU3_R_SIF_BYPASS) {
        stall = t->f.s2 ? STE_GET(t->ste.w, S2S) : CD_GET(t->cd.w, S);
        if (stall) {
            /* A client that cannot wait is terminated instead: 3.12.2. So is one
             * whose fault never settled: what it waits for may have been. */
            return !t->last && (t->req->flags & (SMMU3_REQ_CAN_STALL | SMMU3_REQ_NO_EVENT)) ==
                                   SMMU3_REQ_CAN_STALL
                       ? SMMU3_ST_STALL : SMMU3_ST_ABORT;
        }
        if (t->f.s2) {
            *record = STE_GET(t->ste.w, S2R);
        } else {
            *record = t->cd.r;
            return t->cd.a ? SMMU3_ST_ABORT : SMMU3_ST_RAZWI;
        }
    }
    return SMMU3_ST_ABORT;
}

/* Holds the transaction and records it, now or when the queue has room. */
static void stall(struct txn *t, struct smmu3_result *res)
{
    uint16_t stag;

    switch (smmu3i_stall_begin(t, &stag)) {
    case STALL_STALE:
        t->again = true;
        return;
    case STALL_FULL:
        res->status = SMMU3_ST_BUSY;
        res->has_event = false;
        return;
    default:
        break;
    }
    res->event[2] |= stag | 1u << (EVTF_Stall_LO - 64);
    res->recorded = smmu3i_evtq_record(t->s, t->sec, res->event, true);
    if (!res->recorded) {
        smmu3i_stall_not_recorded(t->s, t->sec, stag, t->req->cookie);
    }
}

void smmu3i_fault_finish(struct txn *t, struct smmu3_result *res)
{
    unsigned event = smmu3_reason_info(t->f.reason)->event;
    bool record = false;

    memset(res, 0, sizeof(*res));
    res->reason = t->f.reason;
    res->status = SMMU3_ST_ABORT;
    if (t->req->flags & SMMU3_REQ_TREQ) {
        res->ats = smmu3i_ats_completion(t->f.reason);
    }
    if (event) {
        res->status = policy(t, event, &record);
        res->has_event = record;
        build_event(t, event, res->event);
        if (t->probe) {
            return;
        }
        if (res->status == SMMU3_ST_STALL) {
            stall(t, res);
            if (t->again) {
                return;
            }
        } else if (record && !(t->req->flags & SMMU3_REQ_NO_EVENT)) {
            res->recorded = smmu3i_evtq_record(t->s, t->sec, res->event, false);
        }
    }
    if (!t->probe && !(t->req->flags & SMMU3_REQ_NO_EVENT)) {
        struct smmu3_trace tr = { .kind = SMMU3_TRACE_EVENT, .sec_sid = t->sec,
                                  .stream_id = t->req->stream_id, .addr = t->req->addr,
                                  .reason = t->f.reason, .recorded = res->recorded };

        memcpy(tr.word, res->event, sizeof(tr.word));
        smmu3i_trace(t->s, &tr);
    }
}
