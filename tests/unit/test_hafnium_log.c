/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Replays tests/golden/hafnium-init.log: the register accesses that Hafnium's
 * driver made on another model, as recorded there, with the values it read.
 * Every read must return what was recorded, and the commands be consumed.
 *
 * What cannot apply:
 *  - lines that are not smmuv3_read_mmio or smmuv3_write_mmio are that model's
 *    own trace: what it thought, not what the driver saw. Of them only
 *    smmuv3_cmdq_consume_out is used: it says where CONS had got to.
 *  - the log has no memory. The commands are the two that its
 *    smmuv3_cmdq_opcode lines name, both CFGI_ALL (CFGI_STE_RANGE over all
 *    StreamIDs); the driver of today sends CMD_SYNC second, see below.
 *  - the queues' bases in the log, 0x0e14e000 for 16 KB and 0x0e153000 for
 *    32 KB, are not aligned to their size. That model took them as they are;
 *    an SMMU clears the low bits (IHI0070G.b 6.3.26), so the commands are put
 *    where an SMMU reads them, at 0x0e14c000. Today's driver aligns.
 */
#include "machine.h"

#include <stdio.h>
#include <string.h>

static struct machine *m;
static unsigned reads, writes, consumed, skipped;

/* Secure RAM at the base that the driver just wrote, filled as it would. */
static void supply_memory(uint32_t offset, uint64_t value)
{
    const uint64_t queue_bytes = 16u << 10;
    uint64_t cmdq = value & UINT64_C(0x00ffffffffffffe0) & ~(queue_bytes - 1);

    for (unsigned i = 0; offset == 0x8090 && i < 2; i++) {
        const struct smmu3t_cmd all = smmu3t_cmd_cfgi_all(true);

        machine_write64(m, S, cmdq + 16 * i, all.w[0]);
        machine_write64(m, S, cmdq + 16 * i + 8, all.w[1]);
    }
}

static void replay(const char *line, unsigned n)
{
    unsigned offset, size, prod, cons;
    unsigned long long value;

    if (sscanf(line, "smmuv3_read_mmio addr: %x val:%llx size: %x", &offset, &value, &size) == 3) {
        row("line %u: read %#x", n, offset);
        ROW_EQ(machine_reg(m, offset, size, SMMU3_PAS_S), value);
        reads++;
    } else if (sscanf(line, "smmuv3_write_mmio addr: %x val:%llx size: %x", &offset, &value,
                      &size) == 3) {
        row("line %u: write %#x", n, offset);
        machine_set(m, offset, size, SMMU3_PAS_S, value);
        supply_memory(offset, value);
        writes++;
    } else if (sscanf(line, "smmuv3_cmdq_consume_out prod:%u, cons:%u", &prod, &cons) == 2) {
        /* this trace comes before the write that caused it is logged */
        consumed = cons;
    } else {
        skipped++;
    }
}

static void test_replay(void **state)
{
    FILE *f = fopen(GOLDEN "/hafnium-init.log", "r");
    char line[200];
    unsigned n = 0;

    (void)state;
    assert_non_null(f);
    m = machine_new("hafnium-rfc", NULL);
    while (fgets(line, sizeof(line), f)) {
        replay(line, ++n);
    }
    fclose(f);
    row("the whole log");
    ROW_EQ(n, 64);
    ROW_EQ(reads, 27);
    ROW_EQ(writes, 17);
    ROW_EQ(reads + writes + skipped + 5, n); /* 5 consume_out lines */
    /* both commands are consumed, without an error */
    ROW_EQ(consumed, 2);
    ROW_EQ(r32(m, 0x809c), 2);
    ROW_EQ(r32(m, 0x8060), r32(m, 0x8064));
    ROW_EQ(m->log[0].acc.addr, 0x0e14c000);
    ROW_EQ(m->log[1].acc.addr, 0x0e14c010);
    ROW_EQ(m->nlog, 2);
    ROW_EQ(m->log[0].acc.pas, SMMU3_PAS_S);
    ROW_EQ(m->inval.sec_sid, S);
    ROW_EQ(m->inval.opcode, 0x04);
    /* and the Secure side translates now: an empty table stops everything */
    row("after the log");
    ROW_REASON(machine_dma(m, S, 0, 0x1000, 0), SMMU3_R_STE_V);
    ROW_EQ(machine_read64(m, S, 0x0e150000), 0x04);
    ROW_REASON(machine_dma(m, S, 32, 0x1000, 0), SMMU3_R_SID_RANGE);
    ROW_EQ(machine_dma(m, NS, 0, 0x1000, 0).status, SMMU3_ST_OK);
    machine_free(m);
    rows_done();
}

/* The longer sequence of reference/clients.md 2.1, of the driver as it is today. */
static void test_current_driver(void **state)
{
    struct machine *h = machine_new("hafnium", NULL);
    const uint64_t cmdq = 0x0e15f000, evtq = 0x0e16e000, strtab = 0x0e16f000;

    (void)state;
    row("set-up");
    w32(h, 0x8044, 0x80001000);
    ROW_EQ(r32(h, 0x8044) >> 31, 0);
    w32(h, 0x8020, 0);
    ROW_EQ(r32(h, 0x8024), 0);
    w32(h, 0x8028, 0xd75);
    w64(h, 0x8090, UINT64_C(0x4000000000000000) | cmdq | 7);
    w32(h, 0x809c, 0);
    w32(h, 0x8098, 0);
    w64(h, 0x80a0, UINT64_C(0x4000000000000000) | evtq | 7);
    w32(h, 0x80a8, 0);
    w32(h, 0x80ac, 0);
    w32(h, 0x8088, 6);
    w64(h, 0x8080, UINT64_C(0x4000000000000000) | strtab);
    for (unsigned sid = 0; sid < 64; sid++) { /* all bypass before SMMUEN */
        machine_write64(h, S, strtab + 64 * sid, 9);
        machine_write64(h, S, strtab + 64 * sid + 8, 0x0000100000000000);
    }
    w32(h, 0x8020, 8);
    ROW_EQ(r32(h, 0x8024), 8);
    w32(h, 0x8020, 0xc);
    ROW_EQ(r32(h, 0x8024), 0xc);
    w32(h, 0x803c, 1);
    ROW_EQ(r32(h, 0x803c), 0);
    machine_write64(h, S, cmdq, 0x0000000000000404);
    machine_write64(h, S, cmdq + 8, 0x1f);
    machine_write64(h, S, cmdq + 16, 0x46);
    w32(h, 0x8098, 1);
    ROW_EQ(r32(h, 0x8098), 1);
    ROW_EQ(r32(h, 0x809c), 1);
    w32(h, 0x8098, 2);
    ROW_EQ(r32(h, 0x809c), 2);
    ROW_EQ(r32(h, 0x8060) ^ r32(h, 0x8064), 0);
    w32(h, 0x8020, 0xd);
    ROW_EQ(r32(h, 0x8024), 0xd);
    row("bypass of all 64");
    for (unsigned sid = 0; sid < 65; sid++) {
        struct smmu3_result r = machine_dma(h, S, sid, 0x42000000, sid & 1 ? SMMU3_REQ_NS : 0);

        ROW_REASON(r, sid < 64 ? SMMU3_R_NONE : SMMU3_R_SID_RANGE);
        if (sid < 64) {
            ROW_EQ(r.pas, sid & 1 ? SMMU3_PAS_NS : SMMU3_PAS_S);
        }
    }
    machine_free(h);
    rows_done();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_replay),
        TEST(test_current_driver),
    };

    return machine_main("hafnium log", tests, ARRAY_SIZE(tests), false);
}
