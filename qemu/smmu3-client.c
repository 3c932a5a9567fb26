/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "client.h"
#include "qemu/lockable.h"

static void fault(SMMU3State *s, const struct smmu3_request *req,
                  const struct smmu3_result *res)
{
    QEMU_LOCK_GUARD(&s->masters_lock);
    smmu3q_recent_add(s, req, res, false);
    smmu3q_log_fault(&s->masters_log, "master", req, res);
}

enum smmu3_status smmu3q_client_translate(SMMU3Client *c, SMMU3State *s,
                                          struct smmu3_request *req,
                                          struct smmu3_result *res)
{
    enum smmu3_resume verdict = c->verdict;

    c->verdict = SMMU3_RESUME_RETRY;
    if (verdict != SMMU3_RESUME_RETRY) {
        return verdict == SMMU3_RESUME_ABORT ? SMMU3_ST_ABORT : SMMU3_ST_RAZWI;
    }
    req->cookie = c;
    c->smmu = s; /* it may be resumed before the call returns */
    smmu3_translate(s->lib, req, res);
    if (unlikely(s->record)) {
        smmu3q_record_dma(s, req, res);
    }
    switch (res->status) {
    case SMMU3_ST_STALL:
        break;
    case SMMU3_ST_BUSY:
        c->waits = true;
        QLIST_INSERT_HEAD(&s->waiting, c, next_waiting);
        return res->status;
    default:
        c->smmu = NULL;
        break;
    }
    if (res->status != SMMU3_ST_OK) {
        fault(s, req, res);
    }
    return res->status;
}

static void wake(SMMU3Client *c, enum smmu3_resume action)
{
    if (c->waits) {
        QLIST_REMOVE(c, next_waiting);
        c->waits = false;
    }
    c->smmu = NULL;
    c->verdict = action;
    c->resume(c);
}

/* A STAG may have become free. */
static void wake_waiting(SMMU3State *s)
{
    SMMU3Client *c, *next;

    QLIST_FOREACH_SAFE(c, &s->waiting, next_waiting, next) {
        wake(c, SMMU3_RESUME_RETRY);
    }
}

void smmu3q_resume(void *ctx, void *cookie, enum smmu3_resume action)
{
    wake(cookie, action);
    wake_waiting(ctx);
}

void smmu3q_client_cancel(SMMU3Client *c)
{
    SMMU3State *s = c->smmu;

    if (!s) {
        return;
    }
    c->smmu = NULL;
    if (c->waits) {
        QLIST_REMOVE(c, next_waiting);
        c->waits = false;
    } else {
        smmu3_stall_cancel(s->lib, c);
        wake_waiting(s);
    }
}

bool smmu3q_client_msi(SMMU3Client *c, SMMU3State *s,
                       struct smmu3_request *req, uint32_t data)
{
    struct smmu3_result res;

    switch (smmu3q_client_translate(c, s, req, &res)) {
    case SMMU3_ST_OK:
        return smmu3q_msi_write(s, &res, req->stream_id & 0xffff, data);
    case SMMU3_ST_RAZWI:
        return true;
    default:
        return false;
    }
}
