/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Exceptions taken to EL3: calls from the Non-secure world, and reports of everything that should not happen. */
#include "power.h"
#include "print.h"
#include "psci.h"
#include "trap.h"

/* ESR_EL3.EC (DDI0487 D24.2.42) */
#define EC_UNKNOWN 0x00
#define EC_SMC64 0x17
#define EC_SYSREG 0x18
#define EC_DATA_ABORT 0x25
#define EC_DATA_ABORT_LOWER 0x24

#define KIND_CURRENT_SYNC 4     /* vector of an exception from EL3 itself, on SP_EL3 */
#define KIND_LOWER_SYNC 8

uint64_t stub_answer[8];

static const char *const kind_type[] = {"synchronous exception", "IRQ", "FIQ", "SError"};
static const char *const kind_from[] = {"EL3 (SP_EL0)", "EL3", "a lower level (AArch64)", "a lower level (AArch32)"};

/* A trap of a system register means that cpu.c has left a trap on: name the register as the manual does. */
static void report_sysreg(uint64_t iss)
{
    print("[el3]   %s of S%u_%u_C%u_C%u_%u\n", FIELD(iss, 0, 1) ? "read" : "write", (unsigned int)FIELD(iss, 20, 2),
          (unsigned int)FIELD(iss, 14, 3), (unsigned int)FIELD(iss, 10, 4), (unsigned int)FIELD(iss, 1, 4),
          (unsigned int)FIELD(iss, 17, 3));
}

static void report(uint64_t kind, const struct trap_frame *f)
{
    uint64_t ec = FIELD(f->esr, 26, 6);

    print("\n[el3] unexpected %s from %s: ESR_EL3 0x%lx (EC 0x%02lx) ELR_EL3 0x%lx FAR_EL3 0x%lx SPSR_EL3 0x%lx\n",
          kind_type[kind & 3], kind_from[kind >> 2 & 3], f->esr, ec, f->elr, f->far, f->spsr);
    if (ec == EC_SYSREG) {
        report_sysreg(f->esr);
    } else if (ec == EC_DATA_ABORT || ec == EC_DATA_ABORT_LOWER) {
        print("[el3]   data %s, DFSC 0x%02lx\n", FIELD(f->esr, 6, 1) ? "write" : "read", FIELD(f->esr, 0, 6));
    }
    for (unsigned int i = 0; i < 31; i += 3) {
        for (unsigned int j = i; j < i + 3 && j < 31; j++) {
            print("  x%-2u %016lx", j, f->x[j]);
        }
        print("\n");
    }
    print("FW exception=fail\n");
    power_exit(1);
}

static void lower_smc(struct trap_frame *f)
{
    if ((uint32_t)f->x[0] == FID_STUB_DONE && lower_call_sp) {
        for (unsigned int i = 0; i < ARRAY_SIZE(stub_answer); i++) {
            stub_answer[i] = f->x[i];
        }
        lower_return();
    }
    psci_call(f);
}

void trap_handler(uint64_t kind, struct trap_frame *f)
{
    uint64_t ec = FIELD(f->esr, 26, 6);

    if (kind == KIND_LOWER_SYNC && ec == EC_SMC64) {
        lower_smc(f);
    } else if (kind == KIND_CURRENT_SYNC && ec == EC_UNKNOWN && f->elr == (uintptr_t)semihosting_hlt) {
        /* QEMU runs without semihosting */
        f->elr += 4;
    } else {
        report(kind, f);
    }
}

/* libfdt comes from Debian, built with the stack protector; our own code uses it too. */
uintptr_t __stack_chk_guard = 0x736d6d7533465721;
void __stack_chk_fail(void) __attribute__((noreturn));

void __stack_chk_fail(void)
{
    print("\n[el3] a stack buffer was overrun, seen on return to 0x%lx\nFW exception=fail\n",
          (uint64_t)(uintptr_t)__builtin_return_address(0));
    power_exit(1);
}
