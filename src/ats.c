/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * ATS, which this SMMU does not have (IDR0.ATS = 0, so that the effective
 * STE.EATS is 0 everywhere): Translation Requests and Translated transactions
 * are refused, each in its way. IHI0070G.b 3.9.1.2, 3.9.1.3, 7.3.6, 7.3.8.
 */
#include "internal.h"

static bool refuse(struct txn *t, enum smmu3_reason reason)
{
    t->f.reason = reason;
    return false;
}

static bool request(struct txn *t)
{
    if (t->sec == SMMU3_SEC_SID_S) {
        return refuse(t, SMMU3_R_TREQ_SECURE); /* before any look-up */
    }
    if (!(t->regs.cr0ack & CR0_SMMUEN)) {
        return refuse(t, SMMU3_R_TREQ_OFF);
    }
    if (!smmu3i_strtab_lookup(t)) {
        return false;
    }
    return refuse(t, STE_GET(t->ste.w, Config) & 4 ? SMMU3_R_TREQ_EATS : SMMU3_R_STE_CONFIG_ABORT);
}

/* Without ATS there is no ATSCHK that could let them pass. */
static bool translated(struct txn *t)
{
    if (t->sec == SMMU3_SEC_SID_S) {
        return refuse(t, SMMU3_R_TRANSLATED_SECURE);
    }
    if (!(t->regs.cr0ack & CR0_SMMUEN)) {
        return refuse(t, SMMU3_R_TRANSLATED_OFF);
    }
    return refuse(t, SMMU3_R_TRANSLATED_NO_ATS);
}

bool smmu3i_ats_run(struct txn *t)
{
    return t->req->flags & SMMU3_REQ_TREQ ? request(t) : translated(t);
}

/* Of a request that was refused. What is wrong with a structure is a CA. */
enum smmu3_ats smmu3i_ats_completion(enum smmu3_reason reason)
{
    switch (reason) {
    case SMMU3_R_TREQ_SECURE:
    case SMMU3_R_TREQ_OFF:
    case SMMU3_R_TREQ_EATS:
    case SMMU3_R_STE_CONFIG_ABORT:
        return SMMU3_ATS_UR;
    default:
        return SMMU3_ATS_CA;
    }
}
