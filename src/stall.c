/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Stalled transactions, IHI0070G.b 3.12.2, 4.7. A slot a transaction; its
 * index is the STAG. A stall whose record found the Event queue not writable
 * is presented again when it is: the new fault, if there still is one, is
 * recorded then, so no record is ever stale and none is lost (7.2, 4.7.3).
 */
#include <stdlib.h>

#include "internal.h"

struct stall_slot {
    bool used;
    bool recorded;  /* software knows the STAG */
    bool ending;    /* chosen to go on, as `action` says */
    bool cancelled; /* the client is gone; the STAG is not free yet */
    uint8_t sec, action;
    uint32_t sid;
    void *cookie;
};

int smmu3i_stall_init(struct smmu3 *s)
{
    s->nstall = ID(s, IDR5, STALL_MAX);
    s->stall = s->nstall ? calloc(s->nstall, sizeof(*s->stall)) : NULL;
    return s->nstall && !s->stall ? SMMU3_ENOMEM : SMMU3_OK;
}

void smmu3i_stall_free(struct smmu3 *s)
{
    free(s->stall);
}

/* Forgets everything: after reset nobody waits for a CMD_RESUME. */
void smmu3i_stall_reset(struct smmu3 *s)
{
    for (int i = 0; i < SMMU3_NUM_BANKS; i++) {
        smmu3i_stall_end(s, (enum smmu3_sec_sid)i, NULL, NULL, SMMU3_RESUME_ABORT);
    }
}

enum stall_try smmu3i_stall_begin(const struct txn *t, uint16_t *stag)
{
    struct smmu3 *s = t->s;
    enum stall_try r = STALL_FULL;

    lock(&s->lock);
    if (atomic_load(&s->gen) != t->gen || !(s->bank[t->sec].cr0ack & CR0_SMMUEN)) {
        /* What was found is out of date, and its command may have been the
         * last to end stalls of this stream. */
        r = STALL_STALE;
    }
    for (unsigned i = 0; i < s->nstall && r == STALL_FULL; i++) {
        if (!s->stall[i].used) {
            s->stall[i] = (struct stall_slot){ .used = true, .recorded = true,
                                               .sec = (uint8_t)t->sec,
                                               .sid = t->req->stream_id,
                                               .cookie = t->req->cookie };
            *stag = (uint16_t)i;
            r = STALL_BEGUN;
        }
    }
    unlock(&s->lock);
    return r;
}

void smmu3i_stall_not_recorded(struct smmu3 *s, enum smmu3_sec_sid sec, uint16_t stag, void *cookie)
{
    lock(&s->lock);
    if (s->stall[stag].used && s->stall[stag].cookie == cookie) {
        s->stall[stag].recorded = false;
    }
    unlock(&s->lock);
    /* The queue may have got room before that line. */
    if (smmu3i_evtq_writable(s, sec)) {
        smmu3i_stall_retry_pending(s, sec);
    }
}

/* Frees those of the slots that are ending, one by one, without the lock at the host:
 * it may present the next transaction at once. */
static void end_chosen(struct smmu3 *s, unsigned first, unsigned end)
{
    for (unsigned i = first; i < end; i++) {
        struct stall_slot e;

        lock(&s->lock);
        e = s->stall[i];
        if (e.ending) {
            s->stall[i] = (struct stall_slot){ .used = false };
        }
        unlock(&s->lock);
        if (e.ending && !e.cancelled) {
            s->host.resume(s->ctx, e.cookie, (enum smmu3_resume)e.action);
        }
    }
}

void smmu3i_stall_end(struct smmu3 *s, enum smmu3_sec_sid sec, const uint32_t *sid,
                      const uint16_t *stag, enum smmu3_resume action)
{
    unsigned first = stag ? *stag : 0;
    unsigned end = !stag ? s->nstall : first < s->nstall ? first + 1 : first;

    lock(&s->lock);
    for (unsigned i = first; i < end; i++) {
        struct stall_slot *e = &s->stall[i];

        if (e->used && !e->ending && e->sec == sec && (!sid || e->sid == *sid)) {
            e->ending = true;
            e->action = (uint8_t)action;
        }
    }
    unlock(&s->lock);
    end_chosen(s, first, end);
}

void smmu3i_stall_retry_pending(struct smmu3 *s, enum smmu3_sec_sid sec)
{
    lock(&s->lock);
    for (unsigned i = 0; i < s->nstall; i++) {
        struct stall_slot *e = &s->stall[i];

        if (e->used && !e->ending && e->sec == sec && !e->recorded) {
            e->ending = true;
            e->action = SMMU3_RESUME_RETRY;
        }
    }
    unlock(&s->lock);
    end_chosen(s, 0, s->nstall);
}

void smmu3_stall_cancel(struct smmu3 *s, void *cookie)
{
    lock(&s->lock);
    for (unsigned i = 0; i < s->nstall; i++) {
        struct stall_slot *e = &s->stall[i];

        if (e->used && e->cookie == cookie) {
            /* A STAG that software knows stays taken until it answers. */
            e->used = e->recorded;
            e->cancelled = true;
        }
    }
    unlock(&s->lock);
}
