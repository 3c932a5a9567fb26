/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Entry from BL31 at S-EL2, MMU off. TF-A's dispatcher (SPMD) enters here once on the first CPU and once on every CPU
 * that PSCI turns on later.
 */
#include "platform.h"

    .section .text.start, "ax"
    .global _start
_start:
    mrs     x9, mpidr_el1
    and     x9, x9, #0xffff
    cmp     x9, #MAX_CPUS
    b.hs    too_many
    adrp    x10, vectors
    add     x10, x10, :lo12:vectors
    msr     vbar_el2, x10
    isb
    ldr     x10, =stacks + STACK_SIZE
    mov     x11, #STACK_SIZE
    madd    x10, x9, x11, x10
    mov     sp, x10
    cbnz    x9, 2f

    mov     x19, x0             /* the SPMC manifest */
    ldr     x1, =bss_start
    ldr     x2, =bss_end
1:  cmp     x1, x2
    b.hs    3f
    stp     xzr, xzr, [x1], #16
    b       1b
3:  mov     x0, x19
    bl      spmc_main           /* does not return */
2:  bl      spmc_secondary

/* FFA_ERROR(NOT_SUPPORTED): the dispatcher goes on without an SPMC on this CPU. */
too_many:
    movz    x0, #0x8400, lsl #16
    movk    x0, #0x0060
    mov     x1, #0
    mov     x2, #-1
    smc     #0
    b       too_many

/* void ffa_call(struct ffa_args *): x0 to x7 out, and x0 to x17 of the answer or the next request back in. */
    .text
    .global ffa_call
ffa_call:
    stp     x29, x30, [sp, #-32]!
    str     x0, [sp, #16]
    mov     x18, x0
    ldp     x0, x1, [x18]
    ldp     x2, x3, [x18, #16]
    ldp     x4, x5, [x18, #32]
    ldp     x6, x7, [x18, #48]
    smc     #0
    ldr     x18, [sp, #16]
    stp     x0, x1, [x18]
    stp     x2, x3, [x18, #16]
    stp     x4, x5, [x18, #32]
    stp     x6, x7, [x18, #48]
    ldp     x29, x30, [sp], #32
    ret

    .macro  vector kind
    .balign 0x80
    mov     x0, #\kind
    mrs     x1, esr_el2
    mrs     x2, elr_el2
    mrs     x3, far_el2
    b       spmc_exception
    .endm

    .balign 0x800
vectors:
    .set    kind, 0
    .rept   16
    vector  kind
    .set    kind, kind + 1
    .endr

    .section .bss, "aw", %nobits
    .balign 16
stacks:
    .space  MAX_CPUS * STACK_SIZE
