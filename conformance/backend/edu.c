/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * A DMA by edu goes between memory and a buffer that only its own DMAs reach.
 * So what a read got is seen by a second DMA, and what a write shall write is
 * brought by one; for these this backend turns SMMUEN off for the moment (and
 * GBPA.ABORT, if it must), of which stock's model is known to keep no trace.
 *
 * edu does not tell an abort: a read gets zeros then. And stock QEMU tries an
 * aborted access again every 4 bytes, so an access here is 4 bytes, and 4 more
 * if the first ones made no event.
 */
#include "edu.h"

#include <stdlib.h>
#include <string.h>

#include "virt.h"

#define EDUS 8u
#define EDU_SRC 0x80
#define EDU_DST 0x88
#define EDU_COUNT 0x90
#define EDU_CMD 0x98
#define EDU_BUFFER 0x40000u
#define EDU_FROM_MEMORY 1u
#define EDU_TO_MEMORY 3u
#define EDU_DELAY_NS UINT64_C(100000001)
/* What the SMMU lets through while it is off goes from and to here. */
#define SCRATCH (VIRT_OURS + VIRT_OURS_SIZE)

#define CR0 0x20u
#define GBPA 0x44u
#define GBPA_UPDATE (1u << 31)
#define GBPA_ABORT (1u << 20)
#define EVENTQ_PROD 0x100a8u

struct edu {
    struct virt v;
    uint64_t bar[EDUS];
    uint32_t sid[EDUS];
};

/* ---- the device ---- */

static void transfer(struct edu *e, unsigned i, uint64_t memory, uint32_t cmd)
{
    bool in = cmd == EDU_FROM_MEMORY;

    qtest_write(e->v.q, e->bar[i] + EDU_SRC, 8, in ? memory : EDU_BUFFER);
    qtest_write(e->v.q, e->bar[i] + EDU_DST, 8, in ? EDU_BUFFER : memory);
    qtest_write(e->v.q, e->bar[i] + EDU_COUNT, 8, 4);
    qtest_write(e->v.q, e->bar[i] + EDU_CMD, 8, cmd);
    qtest_clock_step(e->v.q, EDU_DELAY_NS);
}

/* As above, past the SMMU. */
static void transfer_past(struct edu *e, unsigned i, uint64_t memory, uint32_t cmd)
{
    uint32_t cr0 = (uint32_t)virt_reg(&e->v, CR0, 4);
    uint32_t gbpa = (uint32_t)virt_reg(&e->v, GBPA, 4);

    if (gbpa & GBPA_ABORT) {
        virt_set(&e->v, GBPA, 4, (gbpa & ~GBPA_ABORT) | GBPA_UPDATE);
    }
    if (cr0 & 1) {
        virt_set(&e->v, CR0, 4, cr0 & ~1u);
    }
    transfer(e, i, memory, cmd);
    if (cr0 & 1) {
        virt_set(&e->v, CR0, 4, cr0);
    }
    if (gbpa & GBPA_ABORT) {
        virt_set(&e->v, GBPA, 4, gbpa | GBPA_UPDATE);
    }
}

static uint32_t read4(struct edu *e, unsigned i, uint64_t addr)
{
    uint8_t b[4] = { 0 };

    transfer(e, i, addr, EDU_FROM_MEMORY);
    transfer_past(e, i, SCRATCH, EDU_TO_MEMORY);
    virt_ram_read(&e->v, SCRATCH, b, 4);
    return b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static void write4(struct edu *e, unsigned i, uint64_t addr, uint32_t v)
{
    uint8_t b[4] = { (uint8_t)v, (uint8_t)(v >> 8), (uint8_t)(v >> 16), (uint8_t)(v >> 24) };

    virt_ram_write(&e->v, SCRATCH, b, 4);
    transfer_past(e, i, SCRATCH, EDU_FROM_MEMORY);
    transfer(e, i, addr, EDU_TO_MEMORY);
}

/* ---- the DUT ---- */

static void edu_dma(void *ctx, const struct dut_dma *dma, struct dut_dma_result *res)
{
    struct edu *e = ctx;
    uint64_t events = virt_reg(&e->v, EVENTQ_PROD, 4);
    unsigned i = 0;

    while (i < EDUS && e->sid[i] != dma->stream_id) {
        i++;
    }
    if (i == EDUS || dma->sec_sid != DUT_NS || dma->flags & ~DUT_DMA_WRITE) {
        return; /* BROKEN, as the caller set it: more than `can` says */
    }
    for (unsigned half = 0; half < 2; half++) {
        uint64_t addr = dma->addr + 4 * half;

        if (half && virt_reg(&e->v, EVENTQ_PROD, 4) != events) {
            break;
        }
        if (dma->flags & DUT_DMA_WRITE) {
            write4(e, i, addr, (uint32_t)(dma->data >> 32 * half));
        } else {
            res->data |= (uint64_t)read4(e, i, addr) << 32 * half;
        }
    }
    res->end = qtest_broken(e->v.q) ? DUT_DMA_BROKEN : DUT_DMA_DONE;
}

static void edu_set_up(struct virt *v)
{
    struct edu *e = (struct edu *)v;

    for (unsigned i = 0; i < EDUS; i++) {
        e->bar[i] = virt_pci_enable(v, e->sid[i], i);
    }
}

void edu_dut_free(struct smmu3_dut *dut)
{
    virt_stop(dut->ctx);
    free(dut->ctx);
}

struct smmu3_dut *edu_dut_new(const char *qemu)
{
#define ONE_EDU(slot) "-device", "edu,addr=" #slot ".0,dma_mask=0xffffffffffffffff"
    static const char *const args[] = {
        "-M", "virt,iommu=smmuv3,highmem-ecam=off,memory-backend=ram", "-cpu", "cortex-a57", "-m",
        "1G", ONE_EDU(1), ONE_EDU(2), ONE_EDU(3), ONE_EDU(4), ONE_EDU(5), ONE_EDU(6), ONE_EDU(7),
        ONE_EDU(8), NULL,
    };
    struct edu *e = calloc(1, sizeof(*e));

    if (!e) {
        return NULL;
    }
    virt_init(&e->v);
    e->v.binary = qemu;
    e->v.args = args;
    e->v.set_up = edu_set_up;
    e->v.dut.name = "stock QEMU";
    e->v.dut.blind = true;
    e->v.dut.reset_rows = true; /* STRTAB_BASE_CFG.FMT=1 is for ever, for example */
    e->v.dut.sid[DUT_NS] = e->sid;
    e->v.dut.num_sids[DUT_NS] = EDUS;
    e->v.dut.dma = edu_dma;
    for (unsigned i = 0; i < EDUS; i++) {
        e->sid[i] = (i + 1) << 3;
    }
    if (!virt_start(&e->v)) {
        edu_dut_free(&e->v.dut);
        return NULL;
    }
    return &e->v.dut;
}
