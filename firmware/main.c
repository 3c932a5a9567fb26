/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * The order of things: start.S gives the first CPU a stack and calls fw_main(). EL3 opens its gates for the
 * Non-secure world (cpu.c) and hands it the interrupts (gic.c); demo.c shows what the Secure interface of the SMMU
 * does; linux.c loads what QEMU was given as kernel. From then on EL3 is only what trap.c and psci.c answer.
 * With the option "suite" (options.c) it is the conformance suite instead, and the end (suite.c).
 *
 * The console has sentences, "[el3] ..." and "[secure] ...", and for programs lines "FW step=ok|fail|absent".
 */
#include "cpu.h"
#include "demo.h"
#include "dt.h"
#include "gic.h"
#include "linux.h"
#include "mmu.h"
#include "options.h"
#include "platform.h"
#include "power.h"
#include "print.h"
#include "psci.h"
#include "suite.h"
#include "trap.h"

/* start.S */
void fw_main(void) __attribute__((noreturn));

static void welcome(void)
{
    struct dt_region ram = {0};

    dt_memory(&ram);
    print("\n[el3] smmu3 firmware at EL3: %lu MiB of Non-secure RAM, %lu MiB of Secure RAM, %u CPU%s\n", ram.size >> 20,
          SECURE_RAM_SIZE >> 20, dt_cpus(), dt_cpus() == 1 ? "" : "s");
}

static void setup_gic(void)
{
    struct dt_region gicd, gicr;

    if (!dt_reg("arm,gic-v3", 0, &gicd) || !dt_reg("arm,gic-v3", 1, &gicr)) {
        print("[el3] no GICv3 in the device tree: add gic-version=3 to -M virt\nFW gic=fail\n");
        power_exit(1);
    }
    gic_setup(gicd.base, gicr.base);
    if (!gic_setup_cpu()) {
        print("[el3] this CPU's GIC redistributor does not wake up\nFW gic=fail\n");
        power_exit(1);
    }
}

static void __attribute__((noreturn)) start_linux(void)
{
    uint64_t entry;

    switch (linux_load(&entry)) {
    case LINUX_READY:
        break;
    case LINUX_NONE:
        print("[el3] QEMU was given no kernel (-kernel): the end\n");
        power_exit(0);
    case LINUX_BAD:
        print("FW linux=fail\n");
        power_exit(1);
    }
    print("[el3] starting Linux in the Non-secure world, at EL%u\n", cpu_lower_el());
    lower_enter(entry, cpu_lower_spsr(), DT_BASE);
}

void fw_main(void)
{
    uart_init();
    if (!dt_init()) {
        power_exit(1);
    }
    welcome();
    if (option("suite")) {
        mmu_on_el3();
        power_exit(suite_run(true));
    }
    psci_init(dt_cpus());
    cpu_setup_nonsecure();
    setup_gic();
    if (!demo_run()) {
        power_exit(1);
    }
    start_linux();
}
