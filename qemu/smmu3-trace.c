/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The library's trace, under the names that users of QEMU's model know. Where
 * those have no room for a fact there is an event of our own beside them.
 */
#include "qemu/osdep.h"
#include "device.h"
#include "hw/arm/smmu3/trace-smmu3.h"
#include "trace/trace-hw_arm.h"

static const char *const event_names[] = {
#define EVT(name, number, clause) [number] = #name,
#include "../spec/evt.def"
#undef EVT
};

static const char *const command_names[] = {
#define CMD(name, opcode, clause) [opcode] = #name,
#include "../spec/cmd.def"
#undef CMD
};

static const char *name_in(const char *const *names, size_t n, unsigned i)
{
    return i < n && names[i] ? names[i] : "UNKNOWN";
}

const char *smmu3q_event_name(uint8_t number)
{
    return name_in(event_names, ARRAY_SIZE(event_names), number);
}

const char *smmu3q_bank_name(enum smmu3_sec_sid sec_sid)
{
    static const char *const names[] = {
        [SMMU3_SEC_SID_NS] = "Non-secure",
        [SMMU3_SEC_SID_S] = "Secure",
        [SMMU3_SEC_SID_REALM] = "Realm",
    };

    return name_in(names, ARRAY_SIZE(names), sec_sid);
}

static void trace_command(const struct smmu3_trace *tr)
{
    const char *name = name_in(command_names, ARRAY_SIZE(command_names),
                               tr->word[0] & 0xff);
    char long_name[64];

    if (trace_event_get_state_backends(TRACE_SMMUV3_CMDQ_OPCODE)) {
        snprintf(long_name, sizeof(long_name), "SMMU_CMD_%s", name);
        trace_smmuv3_cmdq_opcode(long_name);
    }
    trace_smmuv3_command(smmu3q_bank_name(tr->sec_sid), name,
                         tr->word[0] | (uint64_t)tr->word[1] << 32,
                         tr->word[2] | (uint64_t)tr->word[3] << 32);
}

static void trace_command_error(const struct smmu3_trace *tr)
{
    const struct smmu3_reason_info *why = smmu3_reason_info(tr->reason);
    char what[256];

    if (trace_event_get_state_backends(TRACE_SMMUV3_CMDQ_CONSUME_ERROR)) {
        snprintf(what, sizeof(what), "%s (%s: %s)",
                 smmu3q_bank_name(tr->sec_sid), why->name, why->text);
        trace_smmuv3_cmdq_consume_error(what, tr->word[0]);
    }
}

/*
 * Not from the library's trace, which also has the events that belong to the
 * rest of an access that has been reported (smmu3-fault.c).
 */
void smmu3q_trace_event(const struct smmu3_request *req,
                        const struct smmu3_result *res)
{
    const struct smmu3_reason_info *why = smmu3_reason_info(res->reason);
    const char *name = smmu3q_event_name(res->event[0]);
    char what[96];

    if (!res->has_event) {
        return;
    }
    if (!res->recorded) {
        trace_smmuv3_event_lost(smmu3q_bank_name(req->sec_sid), name,
                                req->stream_id, why->name);
    } else {
        snprintf(what, sizeof(what), "SMMU_EVT_%s (%s, %s)", name, why->name,
                 smmu3q_bank_name(req->sec_sid));
        trace_smmu3q_event(what, req->stream_id);
    }
}

/* Numbers for people: lost counts of racing threads do no harm. */
static void count(uint32_t *n)
{
    qatomic_set(n, qatomic_read(n) + 1);
}

static uint32_t percent(uint32_t hits, uint32_t misses)
{
    return hits + misses ? (uint64_t)hits * 100 / (hits + misses) : 0;
}

static void trace_cache(SMMU3State *s, const struct smmu3_trace *tr)
{
    uint32_t ch = s->cfg_hits, cm = s->cfg_misses;
    uint32_t th = s->tlb_hits, tm = s->tlb_misses;

    switch (tr->kind) {
    case SMMU3_TRACE_CFG_HIT:
        trace_smmuv3_config_cache_hit(tr->stream_id, ch, cm, percent(ch, cm));
        break;
    case SMMU3_TRACE_CFG_MISS:
        trace_smmuv3_config_cache_miss(tr->stream_id, ch, cm, percent(ch, cm));
        break;
    /* ASID and VMID are not told: -1. */
    case SMMU3_TRACE_TLB_HIT:
        trace_smmu_iotlb_lookup_hit(-1, -1, tr->addr, th, tm, percent(th, tm));
        break;
    case SMMU3_TRACE_TLB_MISS:
        trace_smmu_iotlb_lookup_miss(-1, -1, tr->addr, th, tm,
                                     percent(th, tm));
        break;
    default:
        break;
    }
}

/* Lines are put together only if somebody reads them. */
void smmu3q_trace(void *ctx, const struct smmu3_trace *tr)
{
    SMMU3State *s = ctx;
    uint32_t *counter = NULL;

    if (unlikely(s->record)) {
        smmu3q_record_trace(s, tr);
    }
    switch (tr->kind) {
    case SMMU3_TRACE_CFG_HIT:
        counter = &s->cfg_hits;
        break;
    case SMMU3_TRACE_CFG_MISS:
        counter = &s->cfg_misses;
        break;
    case SMMU3_TRACE_TLB_HIT:
        counter = &s->tlb_hits;
        break;
    case SMMU3_TRACE_TLB_MISS:
        counter = &s->tlb_misses;
        break;
    case SMMU3_TRACE_CMD:
        count(&s->commands);
        if (unlikely(trace_events_enabled_count)) {
            trace_command(tr);
        }
        break;
    case SMMU3_TRACE_CMD_ERROR:
        count(&s->command_errors);
        trace_command_error(tr);
        break;
    case SMMU3_TRACE_EVENT:
        break;
    case SMMU3_TRACE_GERROR:
        trace_smmuv3_gerror(smmu3q_bank_name(tr->sec_sid), tr->word[0]);
        break;
    case SMMU3_TRACE_INIT:
        trace_smmuv3_init_inv_all();
        break;
    }
    if (counter) {
        count(counter);
        if (unlikely(trace_events_enabled_count)) {
            trace_cache(s, tr);
        }
    }
}
