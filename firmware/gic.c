/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* GICv3 (IHI0069) with two Security states: everything goes to Non-secure Group 1, Secure software polls. */
#include "gic.h"

#define GICD_CTLR 0x0000
#define GICD_TYPER 0x0004
#define GICD_IGROUPR(n) (0x0080 + 4 * (n))
#define GICD_IGRPMODR(n) (0x0d00 + 4 * (n))
#define GICD_CTLR_ENABLE_GRP1_NS BIT(1)
#define GICD_CTLR_ARE_S BIT(4)
#define GICD_CTLR_ARE_NS BIT(5)
#define GICD_CTLR_RWP BIT(31)

#define GICR_TYPER 0x0008
#define GICR_WAKER 0x0014
#define GICR_IGROUPR0 0x10080
#define GICR_IGRPMODR0 0x10d00
#define GICR_TYPER_VLPIS BIT(1)
#define GICR_TYPER_LAST BIT(4)
#define GICR_WAKER_PROCESSOR_SLEEP BIT(1)
#define GICR_WAKER_CHILDREN_ASLEEP BIT(2)
#define GICR_FRAME_SIZE 0x20000

#define SRE_ALL_EL3 0xf         /* SRE, DFB, DIB, Enable for the next lower level */
#define SRE_ALL_EL1 0x7
#define WAIT_MS 100

static uintptr_t dist, redist_base;

static void wait_clear(uintptr_t reg, uint32_t mask)
{
    uint64_t end = ticks_after_ms(WAIT_MS);

    while ((read32(reg) & mask) && ticks() < end) {
    }
}

void gic_setup(uintptr_t gicd, uintptr_t gicr)
{
    unsigned int lines;

    dist = gicd;
    redist_base = gicr;
    write32(dist + GICD_CTLR, 0);
    wait_clear(dist + GICD_CTLR, GICD_CTLR_RWP);
    /* ARE must be set while all groups are off (12.9.4). */
    write32(dist + GICD_CTLR, GICD_CTLR_ARE_S | GICD_CTLR_ARE_NS);
    wait_clear(dist + GICD_CTLR, GICD_CTLR_RWP);
    lines = (unsigned int)FIELD(read32(dist + GICD_TYPER), 0, 5) + 1;
    for (unsigned int i = 1; i < lines; i++) {
        write32(dist + GICD_IGROUPR(i), ~0u);
        write32(dist + GICD_IGRPMODR(i), 0);
    }
    write32(dist + GICD_CTLR, GICD_CTLR_ARE_S | GICD_CTLR_ARE_NS | GICD_CTLR_ENABLE_GRP1_NS);
    wait_clear(dist + GICD_CTLR, GICD_CTLR_RWP);
}

/* The redistributor of this CPU: the one whose TYPER has its affinity; 0 if there is none. */
static uintptr_t own_redist(void)
{
    uint64_t mpidr = read_sysreg(mpidr_el1);
    uint64_t affinity = FIELD(mpidr, 32, 8) << 24 | FIELD(mpidr, 0, 24);
    uint64_t typer;

    for (uintptr_t r = redist_base;; r += typer & GICR_TYPER_VLPIS ? 2 * GICR_FRAME_SIZE : GICR_FRAME_SIZE) {
        typer = read64(r + GICR_TYPER);
        if (typer >> 32 == affinity) {
            return r;
        }
        if (typer & GICR_TYPER_LAST) {
            return 0;
        }
    }
}

static void setup_interface(void)
{
    /* SRE at each level in turn: the lower ones exist only once the higher ones are on (12.2.22). */
    write_sysreg_n(ICC_SRE_EL3, SRE_ALL_EL3);
    isb();
    if (FIELD(read_sysreg(id_aa64pfr0_el1), 8, 4)) {
        write_sysreg_n(ICC_SRE_EL2, SRE_ALL_EL3);
    }
    write_sysreg_n(ICC_SRE_EL1, SRE_ALL_EL1);
    isb();
    write_sysreg_n(ICC_PMR_EL1, 0xff);
    isb();
}

bool gic_setup_cpu(void)
{
    uintptr_t r = own_redist();

    if (!r) {
        return false;
    }
    write32(r + GICR_WAKER, read32(r + GICR_WAKER) & ~(uint32_t)GICR_WAKER_PROCESSOR_SLEEP);
    wait_clear(r + GICR_WAKER, GICR_WAKER_CHILDREN_ASLEEP);
    write32(r + GICR_IGROUPR0, ~0u);
    write32(r + GICR_IGRPMODR0, 0);
    setup_interface();
    return !(read32(r + GICR_WAKER) & GICR_WAKER_CHILDREN_ASLEEP);
}

void gic_sleep_cpu(void)
{
    uintptr_t r = own_redist();
    uint64_t end = ticks_after_ms(WAIT_MS);

    if (r) {
        write32(r + GICR_WAKER, read32(r + GICR_WAKER) | GICR_WAKER_PROCESSOR_SLEEP);
        while (!(read32(r + GICR_WAKER) & GICR_WAKER_CHILDREN_ASLEEP) && ticks() < end) {
        }
    }
}
