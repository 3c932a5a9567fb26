/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Translation tables of our own accesses, 4 KiB granule, 39 bits: DDI0487 D8. They are constants in flash. */
#include "mmu.h"
#include "platform.h"

#define BLOCK 0x401             /* a block, AF */
#define NS 0x20
#define TABLE 0x3
#define DEVICE (BLOCK | 0 << 2)
#define NORMAL (BLOCK | 1 << 2 | 3 << 8)
#define XN (1 << 54)

#define GIB 0x40000000
#define MIB2 0x200000
#define VARS_FIRST (SECURE_RAM_BASE / MIB2)
#define VARS_COUNT (SECURE_RAM_SIZE / MIB2)

    .macro  entries first, count, size, attr
    .set    i, \first
    .rept   \count
    .quad   i * \size + (\attr)
    .set    i, i + 1
    .endr
    .endm

/* The first GiB: flash 0, devices, our variables, devices. */
    .macro  first_gib vars, attr
    entries 0, 64, MIB2, (NORMAL + \attr)
    entries 64, (VARS_FIRST - 64), MIB2, (DEVICE + XN + \attr)
    entries (\vars / MIB2), VARS_COUNT, MIB2, (NORMAL + XN + \attr)
    entries (VARS_FIRST + VARS_COUNT), (512 - VARS_FIRST - VARS_COUNT), MIB2, (DEVICE + XN + \attr)
    .endm

    .section .rodata.mmu, "a"
    .balign 4096
el3_l1:
    .quad   el3_l2 + TABLE
    entries 1, 255, GIB, (NORMAL + XN)
    .quad   el3_l2_ns + TABLE
    entries 1, 255, GIB, (NORMAL + XN + NS)
el3_l2:
    first_gib SECURE_RAM_BASE, 0
el3_l2_ns:
    first_gib SECURE_RAM_BASE, NS
lower_l1:
    .quad   lower_l2 + TABLE
    entries 1, 255, GIB, (NORMAL + XN)
    entries 256, 256, GIB, (DEVICE + XN)
lower_l2:
    first_gib LOWER_RAM_BASE, 0

#define MAIR 0xff04             /* 0: Device-nGnRE, 1: Normal Write-Back */
/* T0SZ 25, Write-Back Inner Shareable walks; the rest depends on the level */
#define TCR (25 | 1 << 8 | 1 << 10 | 3 << 12)
#define TCR_RES1 (1 << 31 | 1 << 23)
#define SCTLR_ON (1 << 0 | 1 << 2 | 1 << 12)

/* x1: the output size that this CPU has, 48 bits at most, as TCR_ELx codes it. */
    .macro  output_size
    mrs     x1, id_aa64mmfr0_el1
    and     x1, x1, #0xf
    mov     x2, #5
    cmp     x1, x2
    csel    x1, x1, x2, ls
    .endm

    .text
    .global mmu_on_el3
mmu_on_el3:
    output_size
    ldr     x0, =TCR | TCR_RES1
    orr     x0, x0, x1, lsl #16
    msr     tcr_el3, x0
    ldr     x0, =MAIR
    msr     mair_el3, x0
    ldr     x0, =el3_l1
    msr     ttbr0_el3, x0
    dsb     sy
    tlbi    alle3
    dsb     sy
    isb
    mrs     x0, sctlr_el3
    ldr     x1, =SCTLR_ON
    orr     x0, x0, x1
    msr     sctlr_el3, x0
    isb
    ret

/* At EL2 or EL1, from start.S; uses x0 to x3 and no stack. */
    .global mmu_on_lower
mmu_on_lower:
    output_size
    ldr     x2, =MAIR
    ldr     x3, =lower_l1
    mrs     x0, CurrentEL
    cmp     x0, #(2 << 2)
    b.ne    1f
    ldr     x0, =TCR | TCR_RES1
    orr     x0, x0, x1, lsl #16
    msr     tcr_el2, x0
    msr     mair_el2, x2
    msr     ttbr0_el2, x3
    mov     x0, #0x80000000     /* HCR_EL2: RW; E2H off */
    msr     hcr_el2, x0
    mov     x0, #0x33ff         /* CPTR_EL2: FP does not trap */
    msr     cptr_el2, x0
    dsb     sy
    isb
    tlbi    alle2
    dsb     sy
    isb
    ldr     x0, =0x30c50830 | SCTLR_ON
    msr     sctlr_el2, x0
    isb
    ret
1:  ldr     x0, =TCR | 1 << 23  /* EPD1 */
    orr     x0, x0, x1, lsl #32
    msr     tcr_el1, x0
    msr     mair_el1, x2
    msr     ttbr0_el1, x3
    mov     x0, #(3 << 20)      /* CPACR_EL1: FP does not trap */
    msr     cpacr_el1, x0
    dsb     sy
    isb
    tlbi    vmalle1
    dsb     sy
    isb
    ldr     x0, =0x30d00800 | SCTLR_ON
    msr     sctlr_el1, x0
    isb
    ret
