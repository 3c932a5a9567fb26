/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Command queues, IHI0070G.b 3.5, 4.1, 7.1: fetch, what is legal on which
 * queue, errors that stop the queue, and the commands that are neither
 * configuration nor TLB maintenance.
 */
#include "internal.h"

/* Who may use a command, and what the SMMU must have for it. */
#define ON_NS  (1u << 0)
#define ON_S   (1u << 1)
#define HAS_SSEC (1u << 2)
#define NEED_S1  (1u << 3)
#define NEED_S2  (1u << 4)
#define NEED_HYP (1u << 5)
#define S_EL2  (1u << 6)
#define STALLS (1u << 7)
#define BOTH   (ON_NS | ON_S)

/* IHI0070G.b 4.1.4 and the text of each command. What is missing here belongs
 * to features that are not advertised: ATC_INV, PRI_RESP, DPTI. */
static const uint16_t rules[256] = {
    [CMD_PREFETCH_CONFIG] = BOTH | HAS_SSEC,
    [CMD_PREFETCH_ADDR] = BOTH | HAS_SSEC,
    [CMD_CFGI_STE] = BOTH | HAS_SSEC,
    [CMD_CFGI_STE_RANGE] = BOTH | HAS_SSEC,
    [CMD_CFGI_CD] = BOTH | HAS_SSEC | NEED_S1,
    [CMD_CFGI_CD_ALL] = BOTH | HAS_SSEC | NEED_S1,
    [CMD_CFGI_VMS_PIDM] = BOTH | HAS_SSEC,
    [CMD_TLBI_NH_ALL] = BOTH | NEED_S1,
    [CMD_TLBI_NH_ASID] = BOTH | NEED_S1,
    [CMD_TLBI_NH_VA] = BOTH | NEED_S1,
    [CMD_TLBI_NH_VAA] = BOTH | NEED_S1,
    [CMD_TLBI_EL3_ALL] = ON_S | NEED_S1,
    [CMD_TLBI_EL3_VA] = ON_S | NEED_S1,
    [CMD_TLBI_EL2_ALL] = BOTH | NEED_S1 | NEED_HYP,
    [CMD_TLBI_EL2_ASID] = BOTH | NEED_S1 | NEED_HYP,
    [CMD_TLBI_EL2_VA] = BOTH | NEED_S1 | NEED_HYP,
    [CMD_TLBI_EL2_VAA] = BOTH | NEED_S1 | NEED_HYP,
    [CMD_TLBI_S12_VMALL] = BOTH | NEED_S2,
    [CMD_TLBI_S2_IPA] = BOTH | NEED_S2,
    [CMD_TLBI_NSNH_ALL] = BOTH,
    [CMD_RESUME] = BOTH | HAS_SSEC | STALLS,
    [CMD_STALL_TERM] = BOTH | HAS_SSEC | STALLS,
    [CMD_SYNC] = BOTH,
    [CMD_TLBI_S_EL2_ALL] = ON_S | NEED_S1 | S_EL2,
    [CMD_TLBI_S_EL2_ASID] = ON_S | NEED_S1 | S_EL2,
    [CMD_TLBI_S_EL2_VA] = ON_S | NEED_S1 | S_EL2,
    [CMD_TLBI_S_EL2_VAA] = ON_S | NEED_S1 | S_EL2,
    [CMD_TLBI_S_S12_VMALL] = ON_S | S_EL2,
    [CMD_TLBI_S_S2_IPA] = ON_S | S_EL2,
    [CMD_TLBI_SNH_ALL] = ON_S | S_EL2,
};

static enum smmu3_reason check(const struct smmu3 *s, enum smmu3_sec_sid queue,
                               const uint64_t cmd[2])
{
    unsigned r = rules[CMD_GET(cmd, Opcode) & 0xff];

    if (!r || (r & NEED_S1 && !ID(s, IDR0, S1P)) || (r & NEED_S2 && !ID(s, IDR0, S2P)) ||
        (r & NEED_HYP && !ID(s, IDR0, Hyp)) || (r & S_EL2 && !ID(s, S_IDR1, SEL2)) ||
        (r & STALLS && smmu3i_stall_model(s, queue) == 1)) {
        return SMMU3_R_CMD_OPCODE;
    }
    if (!(r & (queue == SMMU3_SEC_SID_S ? ON_S : ON_NS))) {
        return SMMU3_R_CMD_QUEUE;
    }
    if (r & HAS_SSEC && queue != SMMU3_SEC_SID_S && CMD_GET(cmd, SSec)) {
        return SMMU3_R_CMD_SSEC;
    }
    return SMMU3_R_NONE;
}

/* CMD_RESUME and CMD_STALL_TERM, 4.7.1, 4.7.2. */
static enum smmu3_reason resume(struct smmu3 *s, const uint64_t cmd[2])
{
    enum smmu3_sec_sid sec = CMD_GET(cmd, SSec) ? SMMU3_SEC_SID_S : SMMU3_SEC_SID_NS;
    uint32_t sid = (uint32_t)CMD_GET(cmd, StreamID);
    uint16_t stag = (uint16_t)CMD_GET(cmd, STAG);
    enum smmu3_resume action = SMMU3_RESUME_RETRY;

    if (CMD_GET(cmd, Opcode) == CMD_STALL_TERM) {
        smmu3i_stall_end(s, sec, &sid, NULL, SMMU3_RESUME_ABORT);
        return SMMU3_R_NONE;
    }
    if (!CMD_GET(cmd, Ac)) {
        action = CMD_GET(cmd, Ab) || ID(s, IDR0, TERM_MODEL) ? SMMU3_RESUME_ABORT
                                                             : SMMU3_RESUME_RAZWI;
    }
    smmu3i_stall_end(s, sec, &sid, &stag, action);
    return SMMU3_R_NONE;
}

static enum smmu3_reason execute(struct smmu3 *s, enum smmu3_sec_sid queue, const uint64_t cmd[2])
{
    unsigned op = (unsigned)CMD_GET(cmd, Opcode);

    switch (op) {
    case CMD_PREFETCH_CONFIG:
    case CMD_PREFETCH_ADDR:
        return SMMU3_R_NONE; /* a hint: 4.2 */
    case CMD_RESUME:
    case CMD_STALL_TERM:
        return resume(s, cmd);
    case CMD_SYNC:
        /* Commands are done one after the other: nothing is outstanding. */
        return CMD_GET(cmd, CS) == 3 ? SMMU3_R_CMD_SYNC_CS : SMMU3_R_NONE;
    default:
        return op < CMD_TLBI_NH_ALL ? smmu3i_cmd_cfgi(s, queue, cmd)
                                    : smmu3i_cmd_tlbi(s, queue, cmd);
    }
}

/* After CONS moved: the signal must not be seen before it (4.7.3). */
static void signal_sync(struct smmu3 *s, enum smmu3_sec_sid queue, const uint64_t cmd[2])
{
    if (CMD_GET(cmd, Opcode) != CMD_SYNC) {
        return;
    }
    if (CMD_GET(cmd, CS) == 1) {
        smmu3i_irq_cmd_sync(s, queue, cmd);
    } else if (CMD_GET(cmd, CS) == 2 && ID(s, IDR0, SEV) && s->host.sev) {
        s->host.sev(s->ctx);
    }
}

/*
 * A visit to a queue: its registers, which nobody changes behind the back of the
 * one thread that may access them. Only a callback can lead to a register
 * write, and s->written says so. CONS is stored when somebody could look.
 */
struct visit {
    struct queue q;
    struct smmu3_access acc; /* of the fetches, but for .addr */
};

static void store_cons(struct smmu3 *s, enum smmu3_sec_sid queue, const struct visit *v)
{
    struct bank *b = &s->bank[queue];

    lock(&s->lock);
    b->cmdq_cons = (b->cmdq_cons & ~Q_INDEX_MASK) | v->q.cons;
    unlock(&s->lock);
}

/* False: the queue rests. */
static bool look(struct smmu3 *s, enum smmu3_sec_sid queue, struct visit *v)
{
    struct bank *b = &s->bank[queue];
    bool go;

    lock(&s->lock);
    s->written = false;
    v->q = smmu3i_cmdq_of(s, b);
    v->acc = (struct smmu3_access){
        .pas = bank_pas(queue), .kind = SMMU3_ACC_CMDQ, .sec_sid = queue,
        .attr = smmu3i_attr_cr1(b->cr1, CR1_QUEUE_LO, b->cmdq_base, false),
        .mpam = smmu3i_mpam_reg(s, queue, b->gmpam),
    };
    /* Indices that make no sense stop consumption: 3.5.1. */
    go = b->cr0ack & CR0_CMDQEN && !((b->gerror ^ b->gerrorn) & GERROR_CMDQ) &&
         queue_used(&v->q) && queue_used(&v->q) <= 1u << v->q.log2size;
    unlock(&s->lock);
    return go;
}

/* At the command that CONS names. */
static void stop(struct smmu3 *s, enum smmu3_sec_sid queue, enum cerror err,
                 enum smmu3_reason reason, const uint64_t cmd[2])
{
    struct bank *b = &s->bank[queue];

    lock(&s->lock);
    b->cmdq_cons = (b->cmdq_cons & Q_INDEX_MASK) | (uint32_t)err << CONS_ERR_LO;
    unlock(&s->lock);
    smmu3i_trace(s, &(struct smmu3_trace){
        .kind = SMMU3_TRACE_CMD_ERROR, .sec_sid = queue, .reason = reason,
        .word = { (uint32_t)err, (uint32_t)cmd[0], (uint32_t)(cmd[0] >> 32), (uint32_t)cmd[1],
                  (uint32_t)(cmd[1] >> 32) } });
    smmu3i_gerror_raise(s, queue, GERROR_CMDQ);
}

static void trace_command(struct smmu3 *s, enum smmu3_sec_sid queue, const uint64_t cmd[2])
{
    if (s->host.trace) {
        smmu3i_trace(s, &(struct smmu3_trace){
            .kind = SMMU3_TRACE_CMD, .sec_sid = queue,
            .word = { (uint32_t)cmd[0], (uint32_t)(cmd[0] >> 32), (uint32_t)cmd[1],
                      (uint32_t)(cmd[1] >> 32) } });
    }
}

/* One command, of a queue that has one; false: it stopped the queue. */
static bool step(struct smmu3 *s, enum smmu3_sec_sid queue, struct visit *v)
{
    bool was_full = queue_used(&v->q) == 1u << v->q.log2size;
    enum smmu3_reason r = SMMU3_R_CMD_FETCH;
    enum cerror err = CERROR_ABT;
    uint64_t cmd[2] = { 0, 0 };
    uint8_t buf[16];

    v->acc.addr = queue_addr(s, &v->q, v->q.cons);
    if (smmu3i_mem_read(s, &v->acc, buf, 16) == SMMU3_MEM_OK) {
        cmd[0] = load_le64(buf);
        cmd[1] = load_le64(buf + 8);
        trace_command(s, queue, cmd);
        err = CERROR_ILL;
        r = check(s, queue, cmd);
        r = r ? r : execute(s, queue, cmd);
    }
    if (r) {
        store_cons(s, queue, v);
        stop(s, queue, err, r, cmd);
        return false;
    }
    v->q.cons = queue_next(&v->q, v->q.cons);
    if (was_full || CMD_GET(cmd, Opcode) == CMD_SYNC) {
        store_cons(s, queue, v);
        signal_sync(s, queue, cmd);
        if (was_full && ID(s, IDR0, SEV) && s->host.sev) {
            s->host.sev(s->ctx); /* a full queue has room again: 3.5.1 */
        }
    }
    return true;
}

void smmu3i_cmdq_run(struct smmu3 *s, enum smmu3_sec_sid sec)
{
    struct visit v;

    /* A callback may lead back here; the outer loop goes on. */
    if (s->in_cmdq[sec]) {
        return;
    }
    s->in_cmdq[sec] = true;
    while (look(s, sec, &v)) {
        while (queue_used(&v.q) && !s->written) {
            if (!step(s, sec, &v)) {
                s->in_cmdq[sec] = false;
                return;
            }
        }
        store_cons(s, sec, &v);
    }
    s->in_cmdq[sec] = false;
}
