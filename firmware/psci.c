/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* PSCI 1.0 (Arm DEN0022) and SMCCC 1.2 (DEN0028) for the Non-secure world: with secure=on QEMU provides none. */
#include "cpu.h"
#include "gic.h"
#include "platform.h"
#include "power.h"
#include "print.h"
#include "psci.h"

#define PSCI_SUCCESS 0
#define PSCI_NOT_SUPPORTED (-1)
#define PSCI_INVALID_PARAMETERS (-2)
#define PSCI_ALREADY_ON (-4)
#define PSCI_ON_PENDING (-5)

#define VERSION(major, minor) ((major) << 16 | (minor))
#define MIGRATE_NOT_REQUIRED 2

enum power { OFF, PENDING, ON };

/* Written by the CPU that turns another one on, and by that one; Device memory, so no caches to think of. */
static struct cpu {
    volatile uint64_t state;    /* enum power */
    volatile uint64_t go;       /* the parked CPU waits for this */
    uint64_t entry, context;
} cpus[MAX_CPUS];

static uint64_t cpu_count = 1;

void psci_init(uint64_t count)
{
    cpu_count = count < MAX_CPUS ? count : MAX_CPUS;
    cpus[cpu_index()].state = ON;
}

static struct cpu *find_cpu(uint64_t mpidr)
{
    uint64_t index = FIELD(mpidr, 0, 8) + FIELD(mpidr, 8, 8) * 16;

    /* Affinity 0 above 15 or a higher affinity names no CPU of `virt` */
    if (FIELD(mpidr, 0, 8) > 15 || mpidr >> 16 || index >= cpu_count) {
        return NULL;
    }
    return &cpus[index];
}

static int64_t cpu_on(uint64_t mpidr, uint64_t entry, uint64_t context)
{
    struct cpu *cpu = find_cpu(mpidr);

    if (!cpu) {
        return PSCI_INVALID_PARAMETERS;
    }
    if (cpu->state != OFF) {
        return cpu->state == PENDING ? PSCI_ON_PENDING : PSCI_ALREADY_ON;
    }
    cpu->entry = entry;
    cpu->context = context;
    cpu->state = PENDING;
    dsb();
    cpu->go = 1;
    sev();
    return PSCI_SUCCESS;
}

static void cpu_off(void)
{
    gic_sleep_cpu();
    cpus[cpu_index()].state = OFF;
    dsb();
    cpu_park();
}

static int64_t affinity_info(uint64_t mpidr, uint64_t level)
{
    struct cpu *cpu = find_cpu(mpidr);

    if (!cpu || level) {
        return PSCI_INVALID_PARAMETERS;
    }
    if (cpu->state == ON) {
        return 0;
    }
    return cpu->state == PENDING ? 2 : 1;
}

/* Each parked CPU waits here, from reset or after CPU_OFF. Its flag may be left over from before a reset. */
void secondary_main(uint64_t index);

void secondary_main(uint64_t index)
{
    struct cpu *cpu = &cpus[index];

    cpu->go = 0;
    dsb();
    while (!cpu->go) {
        wfe();
    }
    cpu->go = 0;
    cpu_setup_nonsecure();
    gic_setup_cpu();
    cpu->state = ON;
    dsb();
    lower_enter(cpu->entry, cpu_lower_spsr(), cpu->context);
}

static int64_t features(uint32_t fid)
{
    switch (fid & ~(uint32_t)FID_SMC64) {
    case FID_PSCI_VERSION:
    case FID_CPU_SUSPEND:
    case FID_CPU_OFF:
    case FID_CPU_ON:
    case FID_AFFINITY_INFO:
    case FID_MIGRATE_INFO_TYPE:
    case FID_SYSTEM_OFF:
    case FID_SYSTEM_RESET:
    case FID_PSCI_FEATURES:
    case FID_SMCCC_VERSION:
        return PSCI_SUCCESS;
    default:
        return PSCI_NOT_SUPPORTED;
    }
}

static int64_t answer(const struct trap_frame *f)
{
    uint32_t fid = (uint32_t)f->x[0];

    switch (fid) {
    case FID_PSCI_VERSION:
        return VERSION(1, 0);
    case FID_SMCCC_VERSION:
        return VERSION(1, 2);
    case FID_SMCCC_ARCH_FEATURES:
        return f->x[1] == FID_SMCCC_VERSION || f->x[1] == FID_SMCCC_ARCH_FEATURES ? PSCI_SUCCESS : PSCI_NOT_SUPPORTED;
    case FID_PSCI_FEATURES:
        return features((uint32_t)f->x[1]);
    case FID_MIGRATE_INFO_TYPE:
        return MIGRATE_NOT_REQUIRED;
    case FID_CPU_ON:
    case FID_CPU_ON | FID_SMC64:
        return cpu_on(f->x[1], f->x[2], f->x[3]);
    case FID_AFFINITY_INFO:
    case FID_AFFINITY_INFO | FID_SMC64:
        return affinity_info(f->x[1], f->x[2]);
    case FID_CPU_SUSPEND:
    case FID_CPU_SUSPEND | FID_SMC64:
        /* Standby: a pending interrupt wakes WFI whatever PSTATE masks. */
        wfi();
        return PSCI_SUCCESS;
    case FID_CPU_OFF:
        cpu_off();
        return PSCI_SUCCESS;
    case FID_SYSTEM_OFF:
        power_off();
    case FID_SYSTEM_RESET:
        power_reset();
    default:
        return PSCI_NOT_SUPPORTED;
    }
}

void psci_call(struct trap_frame *f)
{
    f->x[0] = (uint64_t)answer(f);
}
