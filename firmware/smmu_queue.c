/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* The Secure Command queue and Event queue: IHI0070G.b 3.5, 4.7, 7. */
#include "print.h"
#include "smmu.h"
#include "smmu_regs.h"

#define QUEUE_MS 1000

/* An index and its wrap flag, one entry on */
static uint32_t next(uint32_t index, unsigned int log2)
{
    return (index + 1) & ((2u << log2) - 1);
}

static uint64_t entry(uint64_t queue, uint64_t bytes, uint32_t index, unsigned int log2)
{
    return queue + bytes * (index & ((1u << log2) - 1));
}

/* False (and a message) if the queue has stopped at a command that the SMMU refuses: 7.1. */
static bool running(const struct smmu *s)
{
    uint32_t active = read32(s->base + S_GERROR) ^ read32(s->base + S_GERRORN);
    uint32_t cons;

    if (!active) {
        return true;
    }
    cons = read32(s->base + S_CMDQ_CONS);
    print("[secure] S_GERROR reports 0x%x; S_CMDQ_CONS 0x%x (ERR %lu), S_CMDQ_PROD 0x%x\n", active, cons,
          FIELD(cons, CMDQ_CONS_ERR, 7), read32(s->base + S_CMDQ_PROD));
    return false;
}

/* Wait until the SMMU has consumed everything, which for a CMD_SYNC means completed: 4.7.3. */
static bool wait_consumed(const struct smmu *s)
{
    uint64_t end = ticks_after_ms(QUEUE_MS);
    uint32_t cons;

    do {
        cons = read32(s->base + S_CMDQ_CONS) & INDEX_MASK;
        if (cons == s->cmdq_prod) {
            return running(s);
        }
    } while (ticks() < end);
    print("[secure] after %u ms S_CMDQ_CONS.RD is 0x%x, S_CMDQ_PROD.WR 0x%x\n", QUEUE_MS, cons, s->cmdq_prod);
    running(s);
    return false;
}

/* The queue is never filled here: each command is waited for. */
static bool submit(struct smmu *s, const struct smmu3t_cmd *cmd)
{
    uint64_t addr = entry(s->cmdq, CMD_BYTES, s->cmdq_prod, s->cmdq_log2);

    if (!running(s)) {
        return false;
    }
    write64(addr, cmd->w[0]);
    write64(addr + 8, cmd->w[1]);
    dsb();
    s->cmdq_prod = next(s->cmdq_prod, s->cmdq_log2);
    write32(s->base + S_CMDQ_PROD, s->cmdq_prod);
    if (read32(s->base + S_CMDQ_PROD) != s->cmdq_prod) {
        print("[secure] S_CMDQ_PROD does not read back what was written, 0x%x\n", s->cmdq_prod);
        return false;
    }
    return wait_consumed(s);
}

bool smmu_command(struct smmu *s, struct smmu3t_cmd cmd)
{
    struct smmu3t_cmd sync = smmu3t_cmd_sync(SMMU3T_SYNC_NONE);

    return submit(s, &cmd) && submit(s, &sync);
}

bool smmu_event(struct smmu *s, uint64_t record[4])
{
    uint32_t prod = read32(s->base + S_EVENTQ_PROD);
    uint64_t addr = entry(s->eventq, EVENT_BYTES, s->eventq_cons, s->eventq_log2);

    if ((prod & INDEX_MASK) == s->eventq_cons) {
        return false;
    }
    for (unsigned int i = 0; i < 4; i++) {
        record[i] = read64(addr + 8 * i);
    }
    s->eventq_cons = next(s->eventq_cons, s->eventq_log2);
    /* OVACKFLG follows OVFLG: an overflow is acknowledged as soon as there is room (7.4). */
    write32(s->base + S_EVENTQ_CONS, s->eventq_cons | (prod & OVERFLOW_FLAG));
    return true;
}

static const char *event_name(uint64_t number)
{
    switch (number) {
#define EVT(name, num, clause) case num: return #name;
#include "../spec/evt.def"
#undef EVT
    default:
        return "unknown event";
    }
}

void smmu_print_event(const uint64_t record[4])
{
    static const char *const classes[] = {"CD fetch", "table walk", "input address", "reserved"};
    uint64_t number = EVT_GET(record, Number);

    print("[secure]   S_EVENTQ: %s (0x%02lx) StreamID 0x%lx, ", event_name(number), number, EVT_GET(record, StreamID));
    if (number >= EVT_F_TRANSLATION && number <= EVT_F_PERMISSION) {
        print("%s of 0x%lx, stage %u, %s\n", EVT_GET(record, RnW) ? "read" : "write", EVT_GET(record, InputAddr),
              EVT_GET(record, S2) ? 2 : 1, classes[EVT_GET(record, CLASS)]);
    } else {
        print("record %016lx %016lx %016lx %016lx\n", record[0], record[1], record[2], record[3]);
    }
}
