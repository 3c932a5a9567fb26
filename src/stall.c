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
    bool used, recorded;
    uint8_t sec;
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

bool smmu3i_stall_begin(struct smmu3 *s, enum smmu3_sec_sid sec, uint32_t sid, void *cookie,
                 uint16_t *stag)
{
    bool found = false;

    lock(&s->lock);
    for (unsigned i = 0; i < s->nstall && !found; i++) {
        if (!s->stall[i].used) {
            s->stall[i] = (struct stall_slot){ true, true, (uint8_t)sec, sid, cookie };
            *stag = (uint16_t)i;
            found = true;
        }
    }
    unlock(&s->lock);
    return found;
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

/* Takes one slot that `want` accepts out of the pool; the host hears of it. */
static bool end_one(struct smmu3 *s, bool (*want)(const struct stall_slot *, unsigned, void *),
                    void *arg, enum smmu3_resume action)
{
    void *cookie = NULL;
    bool found = false;

    lock(&s->lock);
    for (unsigned i = 0; i < s->nstall && !found; i++) {
        if (s->stall[i].used && want(&s->stall[i], i, arg)) {
            cookie = s->stall[i].cookie;
            s->stall[i].used = false;
            found = true;
        }
    }
    unlock(&s->lock);
    if (found) {
        s->host.resume(s->ctx, cookie, action);
    }
    return found;
}

struct end_arg {
    enum smmu3_sec_sid sec;
    const uint32_t *sid;
    const uint16_t *stag;
};

static bool want_end(const struct stall_slot *e, unsigned i, void *arg)
{
    const struct end_arg *a = arg;

    return e->sec == a->sec && (!a->sid || e->sid == *a->sid) && (!a->stag || i == *a->stag);
}

void smmu3i_stall_end(struct smmu3 *s, enum smmu3_sec_sid sec, const uint32_t *sid,
               const uint16_t *stag, enum smmu3_resume action)
{
    struct end_arg a = { sec, sid, stag };

    /* A retry may fault and stall anew: at most once each. */
    for (unsigned n = s->nstall; n && end_one(s, want_end, &a, action); n--) {
    }
}

static bool want_pending(const struct stall_slot *e, unsigned i, void *arg)
{
    (void)i;
    return e->sec == *(enum smmu3_sec_sid *)arg && !e->recorded;
}

void smmu3i_stall_retry_pending(struct smmu3 *s, enum smmu3_sec_sid sec)
{
    for (unsigned n = s->nstall; n && end_one(s, want_pending, &sec, SMMU3_RESUME_RETRY); n--) {
    }
}

void smmu3_stall_cancel(struct smmu3 *s, void *cookie)
{
    lock(&s->lock);
    for (unsigned i = 0; i < s->nstall; i++) {
        if (s->stall[i].cookie == cookie) {
            s->stall[i].used = false;
        }
    }
    unlock(&s->lock);
}
