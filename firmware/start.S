/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Reset, exception vectors, and the ways between EL3 and lower Exception levels. With secure=on and an image in
 * flash, QEMU starts every CPU here at EL3, MMU off.
 */
#include "platform.h"

#define FRAME_SIZE 288          /* struct trap_frame */

    .section .text.start, "ax"
    .global _start
_start:
    mrs     x0, CurrentEL
    cmp     x0, #(3 << 2)
    b.ne    not_el3
    msr     daifset, #0xf
    ldr     x0, =0x30c50838     /* SCTLR_EL3: RES1 bits and SA; MMU and caches off */
    msr     sctlr_el3, x0
    msr     cptr_el3, xzr       /* no traps of FP: libfdt's authors may use it */
    adr     x0, vectors
    msr     vbar_el3, x0
    isb
    bl      cpu_index
    cbnz    x0, secondary

    bl      init_variables
    mov     x0, #0
    bl      set_stack
    bl      fw_main
5:  wfi
    b       5b

/* The first CPU gives the variables their initial values. */
init_variables:
    ldr     x0, =data_load
    ldr     x1, =data_start
    ldr     x2, =data_end
1:  cmp     x1, x2
    b.hs    2f
    ldp     x3, x4, [x0], #16
    stp     x3, x4, [x1], #16
    b       1b
2:  ldr     x1, =bss_start
    ldr     x2, =bss_end
3:  cmp     x1, x2
    b.hs    4f
    stp     xzr, xzr, [x1], #16
    b       3b
4:  ret

/* Also the way back to the pen of a CPU that PSCI turned off. Never returns. */
    .global cpu_park
cpu_park:
    bl      cpu_index
secondary:
    cmp     x0, #MAX_CPUS
    b.hs    6f
    mov     x19, x0
    bl      set_stack
    mov     x0, x19
    bl      secondary_main
6:  wfi                         /* a CPU that we have no stack for */
    b       6b

/* x0: this CPU's number, 16 of them per cluster. */
    .global cpu_index
cpu_index:
    mrs     x0, mpidr_el1
    ubfx    x1, x0, #8, #8
    and     x0, x0, #0xff
    add     x0, x0, x1, lsl #4
    ret

/* Make the stack of CPU x0 the current one. */
set_stack:
    ldr     x1, =cpu_stacks + STACK_SIZE
    mov     x2, #STACK_SIZE
    madd    x1, x0, x2, x1
    mov     sp, x1
    ret

/*
 * Not at EL3: the machine has no Secure state and none of our RAM. The suite can run here, too (lower.c); with a map
 * that finds our variables in Non-secure RAM (mmu.S).
 */
not_el3:
    msr     daifset, #0xf
    mrs     x0, mpidr_el1
    and     x0, x0, #0xff
1:  cbz     x0, 2f              /* PSCI starts the others, if anybody does */
    wfi
    b       1b
2:  mrs     x19, CurrentEL
    adr     x0, lower_vectors
    msr     vbar_el1, x0
    cmp     x19, #(2 << 2)
    b.ne    3f
    msr     vbar_el2, x0
3:  bl      mmu_on_lower
    bl      init_variables
    mov     x0, #0
    bl      set_stack
    lsr     x0, x19, #2
    bl      lower_main
4:  wfi
    b       4b

/* ---- exceptions ---------------------------------------------------------------------------------------------- */

/* EL2 and EL1: but for a semihosting call that QEMU gives no meaning, an exception is the end. */
    .macro  lower_vector kind
    .balign 0x80
    stp     x0, x1, [sp, #-16]!
    mov     x0, #\kind
    b       lower_entry
    .endm

    .balign 0x800
lower_vectors:
    .set    kind, 0
    .rept   16
    lower_vector kind
    .set    kind, kind + 1
    .endr

lower_entry:
    mrs     x1, CurrentEL
    cmp     x1, #(2 << 2)
    b.ne    1f
    mrs     x1, elr_el2
    mrs     x2, esr_el2
    mrs     x3, far_el2
    b       2f
1:  mrs     x1, elr_el1
    mrs     x2, esr_el1
    mrs     x3, far_el1
2:  ldr     x4, =semihosting_hlt
    cmp     x1, x4
    b.ne    lower_trap
    add     x1, x1, #4
    mrs     x4, CurrentEL
    cmp     x4, #(2 << 2)
    b.ne    3f
    msr     elr_el2, x1
    b       4f
3:  msr     elr_el1, x1
4:  ldp     x0, x1, [sp], #16
    mov     x0, #-1             /* semihosting's own sign of failure */
    eret

    .macro  vector kind
    .balign 0x80
    stp     x0, x1, [sp, #-FRAME_SIZE]!
    mov     x0, #\kind
    b       trap_entry
    .endm

    .balign 0x800
vectors:
    .set    kind, 0
    .rept   16
    vector  kind
    .set    kind, kind + 1
    .endr

trap_entry:
    stp     x2, x3, [sp, #16]
    stp     x4, x5, [sp, #32]
    stp     x6, x7, [sp, #48]
    stp     x8, x9, [sp, #64]
    stp     x10, x11, [sp, #80]
    stp     x12, x13, [sp, #96]
    stp     x14, x15, [sp, #112]
    stp     x16, x17, [sp, #128]
    stp     x18, x19, [sp, #144]
    stp     x20, x21, [sp, #160]
    stp     x22, x23, [sp, #176]
    stp     x24, x25, [sp, #192]
    stp     x26, x27, [sp, #208]
    stp     x28, x29, [sp, #224]
    mrs     x1, elr_el3
    stp     x30, x1, [sp, #240]
    mrs     x1, spsr_el3
    mrs     x2, esr_el3
    stp     x1, x2, [sp, #256]
    mrs     x1, far_el3
    str     x1, [sp, #272]
    mov     x1, sp
    bl      trap_handler

    ldp     x30, x1, [sp, #240]
    ldr     x2, [sp, #256]
    msr     elr_el3, x1
    msr     spsr_el3, x2
    ldp     x28, x29, [sp, #224]
    ldp     x26, x27, [sp, #208]
    ldp     x24, x25, [sp, #192]
    ldp     x22, x23, [sp, #176]
    ldp     x20, x21, [sp, #160]
    ldp     x18, x19, [sp, #144]
    ldp     x16, x17, [sp, #128]
    ldp     x14, x15, [sp, #112]
    ldp     x12, x13, [sp, #96]
    ldp     x10, x11, [sp, #80]
    ldp     x8, x9, [sp, #64]
    ldp     x6, x7, [sp, #48]
    ldp     x4, x5, [sp, #32]
    ldp     x2, x3, [sp, #16]
    ldp     x0, x1, [sp], #FRAME_SIZE
    eret

/* ---- EL3 and lower Exception levels -------------------------------------------------------------------------- */

/* void lower_enter(uint64_t entry, uint64_t spsr, uint64_t x0): start the next world for good. */
    .global lower_enter
lower_enter:
    msr     elr_el3, x0
    msr     spsr_el3, x1
    mov     x19, x2
    bl      cpu_index
    bl      set_stack
    mov     x0, x19
    mov     x1, #0
    mov     x2, #0
    mov     x3, #0
    eret

/*
 * void lower_call(uint64_t entry, uint64_t spsr, uint64_t x0): run code at a lower Exception level until it asks to
 * come back; lower_return(), called by the SMC handler, then makes this function return.
 */
    .global lower_call
lower_call:
    stp     x29, x30, [sp, #-96]!
    stp     x19, x20, [sp, #16]
    stp     x21, x22, [sp, #32]
    stp     x23, x24, [sp, #48]
    stp     x25, x26, [sp, #64]
    stp     x27, x28, [sp, #80]
    ldr     x3, =lower_call_sp
    mov     x4, sp
    str     x4, [x3]
    msr     elr_el3, x0
    msr     spsr_el3, x1
    mov     x0, x2
    eret

    .global lower_return
lower_return:
    ldr     x3, =lower_call_sp
    ldr     x4, [x3]
    str     xzr, [x3]
    mov     sp, x4
    ldp     x27, x28, [sp, #80]
    ldp     x25, x26, [sp, #64]
    ldp     x23, x24, [sp, #48]
    ldp     x21, x22, [sp, #32]
    ldp     x19, x20, [sp, #16]
    ldp     x29, x30, [sp], #96
    ret

/*
 * uint64_t semihosting(uint64_t op, const void *block): where QEMU gives the instruction no meaning, trap.c (or
 * lower_entry) skips it.
 */
    .global semihosting, semihosting_hlt
semihosting:
semihosting_hlt:
    hlt     #0xf000
    ret

    .section .bss, "aw", %nobits
    .balign 16
cpu_stacks:
    .space  MAX_CPUS * STACK_SIZE
    .global lower_call_sp
lower_call_sp:
    .space  16
