/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * What the Non-secure world sees of the Secure interface, asked from the Non-secure world itself: copied to
 * Non-secure RAM, run at EL2 (or EL1) before the kernel. x0 = SMMU base; answers with FID_STUB_DONE and
 * x1 IDR1, x2 S_IDR1, x3 S_CR0ACK, x4 S_STRTAB_BASE after an attempt to write it, x5 S_CMDQ_PROD.
 */
#include "psci.h"

    .section .rodata.ns_stub, "a"
    .global ns_stub, ns_stub_end
    .balign 8
ns_stub:
    mov     x9, x0
    mov     x10, #0x8000
    add     x10, x10, x9        /* the S_ registers start here */
    ldr     w1, [x9, #0x4]
    ldr     w2, [x10, #0x4]
    ldr     w3, [x10, #0x24]
    str     wzr, [x10, #0x20]   /* S_CR0 = 0 would switch the Secure SMMU off */
    mov     x4, #-1
    str     x4, [x10, #0x80]    /* S_STRTAB_BASE */
    ldr     x4, [x10, #0x80]
    str     wzr, [x10, #0x98]   /* S_CMDQ_PROD */
    ldr     w5, [x10, #0x98]
    movz    w0, #(FID_STUB_DONE & 0xffff)
    movk    w0, #(FID_STUB_DONE >> 16), lsl #16
    smc     #0
1:  b       1b
    .balign 8
ns_stub_end:
