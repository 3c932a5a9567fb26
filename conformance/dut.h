/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * The device under test: any SMMUv3 with memory, a DMA master behind it and
 * wires for its interrupts. A backend fills in one struct smmu3_dut; the suite
 * knows nothing else of it. Freestanding.
 *
 * The suite is single-threaded. Every function returns when its effect is
 * there as far as the DUT's host can tell; where the SMMU itself may take its
 * time, the suite polls what the architecture says to poll, and calls step()
 * between two looks.
 */
#ifndef SMMU3_CONFORMANCE_DUT_H
#define SMMU3_CONFORMANCE_DUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* SEC_SID and physical address spaces, as the architecture codes them. */
enum dut_sec { DUT_NS, DUT_S, DUT_NUM_SEC };
enum dut_pas { DUT_PAS_NS, DUT_PAS_S, DUT_PAS_REALM, DUT_PAS_ROOT, DUT_NUM_PAS };

/* Wired interrupts of one programming interface: IHI0070G.b 3.18. */
enum dut_irq { DUT_IRQ_EVENTQ, DUT_IRQ_PRIQ, DUT_IRQ_CMD_SYNC, DUT_IRQ_GERROR, DUT_NUM_IRQ };

/* What a DUT can do. A case that needs more is skipped with the reason. */
#define DUT_CAN_RESET     (1u << 0)  /* reset() */
#define DUT_CAN_SECURE    (1u << 1)  /* Secure MMIO and memory, Secure streams */
#define DUT_CAN_ANY_SID   (1u << 2)  /* the master takes any StreamID; else sid[] */
#define DUT_CAN_SSID      (1u << 3)  /* SubstreamIDs */
#define DUT_CAN_PRIV      (1u << 4)  /* privileged accesses, and unprivileged */
#define DUT_CAN_INSTR     (1u << 5)  /* instruction reads */
#define DUT_CAN_NS_ATTR   (1u << 6)  /* Secure streams: accesses with NS=1 */
#define DUT_CAN_STALL     (1u << 7)  /* the master can be held: dma_poll(), holds */
#define DUT_CAN_ATS       (1u << 8)  /* Translation Requests, Translated accesses */
#define DUT_CAN_HOLE      (1u << 9)  /* hole[]: memory that answers with an abort */
#define DUT_CAN_IRQ       (1u << 10) /* irqs() counts wired interrupts */
#define DUT_CAN_SEE_OUT   (1u << 11) /* dma() tells the output address and space */
#define DUT_CAN_SEE_ATTR  (1u << 12) /* DUT_DMA_ATTR: memory attributes, in and out */
#define DUT_CAN_BIG_ADDR  (1u << 13) /* memory anywhere below OAS, not only in ram[] */
#define DUT_CAN_ODD_MMIO  (1u << 14) /* register accesses of any size and alignment */

/* One DMA: 8 bytes, aligned. */
#define DUT_DMA_WRITE      (1u << 0)
#define DUT_DMA_PRIV       (1u << 1)
#define DUT_DMA_INSTR      (1u << 2)
#define DUT_DMA_NS         (1u << 3) /* Secure streams: input NS attribute */
#define DUT_DMA_SSV        (1u << 4)
#define DUT_DMA_CAN_STALL  (1u << 5)
#define DUT_DMA_ATS_TR     (1u << 6) /* an ATS Translation Request; no data moves */
#define DUT_DMA_TRANSLATED (1u << 7) /* an ATS Translated access */
#define DUT_DMA_ATTR       (1u << 8) /* with mair and sh, else with whatever the
                                        master has; the output's are told */
struct dut_dma {
    enum dut_sec sec_sid;
    uint32_t stream_id;
    uint32_t substream_id; /* with DUT_DMA_SSV */
    uint32_t flags;
    uint64_t addr;
    uint64_t data;         /* to be written, little-endian value */
    uint8_t hold;          /* with DUT_DMA_CAN_STALL: below holds, where the
                              master keeps it if it stalls */
    uint8_t mair, sh;      /* with DUT_DMA_ATTR: as DDI0487's MAIR and SH */
};

enum dut_dma_end {
    DUT_DMA_DONE,    /* data moved; RAZ/WI looks like this, too */
    DUT_DMA_ABORTED,
    DUT_DMA_STALLED, /* see dma_poll() */
    DUT_DMA_BROKEN   /* the backend failed; the run ends */
};
struct dut_dma_result {
    enum dut_dma_end end;
    uint64_t data;         /* read */
    /* with DUT_CAN_SEE_OUT, on DONE: */
    uint64_t out_addr;
    enum dut_pas out_pas;
    /* with DUT_DMA_ATTR, on DONE: as DDI0487's MAIR and SH */
    uint8_t out_mair, out_sh;
};

struct smmu3_dut {
    const char *name;  /* for the reports */
    void *ctx;         /* first argument of every function */
    uint32_t can;      /* DUT_CAN_* */
    unsigned dma_bits; /* address bits that the master drives; 64 for all */
    unsigned holds;    /* with DUT_CAN_STALL: DMAs that it can hold at a time */
    /* The master cannot tell an abort: it is DONE then, and a read got zeros. */
    bool blind;

    /* Looks at something that must change before the suite gives up; 0: 100000. */
    unsigned polls;

    /* With DUT_CAN_RESET: reset before each row, because this SMMU is known to
     * remember what it should not, and one row's failure shall be one. */
    bool reset_rows;

    /* Without DUT_CAN_ANY_SID: the StreamIDs there are, at least one. */
    const uint32_t *sid[DUT_NUM_SEC];
    unsigned num_sids[DUT_NUM_SEC];

    /* RAM that is the suite's alone, 64 KB-aligned, 4 MB or more; size 0: none
     * in this space. Spaces with RAM at the same addresses are fine. */
    struct {
        uint64_t base, size;
    } ram[DUT_NUM_PAS];
    /* With DUT_CAN_HOLE: a 64 KB-aligned address that aborts any access. */
    uint64_t hole[DUT_NUM_PAS];

    /* All registers as out of reset; memory may keep its content. */
    void (*reset)(void *ctx);
    /* One register access of 4 or 8 bytes, naturally aligned (DUT_CAN_ODD_MMIO:
     * 1 or 2, too, and anywhere); offset from the base of Page 0. */
    uint64_t (*mmio_read)(void *ctx, enum dut_pas pas, uint32_t offset, unsigned size);
    void (*mmio_write)(void *ctx, enum dut_pas pas, uint32_t offset, unsigned size, uint64_t v);
    /* As a CPU sees memory. */
    void (*mem_read)(void *ctx, enum dut_pas pas, uint64_t addr, void *buf, size_t len);
    void (*mem_write)(void *ctx, enum dut_pas pas, uint64_t addr, const void *buf, size_t len);
    void (*mem_zero)(void *ctx, enum dut_pas pas, uint64_t addr, size_t len);
    /* A DMA and its end, or its stall. */
    void (*dma)(void *ctx, const struct dut_dma *dma, struct dut_dma_result *res);
    /* With DUT_CAN_STALL: has the DMA that stalled ended? STALLED: not yet. A
     * new DMA with the same hold forgets it. */
    void (*dma_poll)(void *ctx, unsigned hold, struct dut_dma_result *res);
    /* With DUT_CAN_IRQ: pulses since the last call. */
    unsigned (*irqs)(void *ctx, enum dut_sec bank, enum dut_irq irq);
    /* Lets time pass: the SMMU gets its chance. NULL: not needed. */
    void (*step)(void *ctx);
    /* The connection is lost: nothing that is read is true. NULL: never. */
    bool (*broken)(void *ctx);
    /* A new DUT in place of a broken one, out of reset. NULL: there is none. */
    bool (*revive)(void *ctx);
};

#endif
