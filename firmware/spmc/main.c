/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * BL32 in the place that Hafnium has: at S-EL2, below TF-A's dispatcher. It brings up the Secure interface of the SMMU,
 * gives one Secure device Secure stage 2, and lets the Non-secure world boot. There are no partitions in it.
 *
 * The console has sentences, "[spmc] ...", and for programs lines "FW step=ok|fail".
 */
#include "../check.h"
#include "../dt.h"
#include "../pci.h"
#include "../power.h"
#include "../print.h"
#include "ffa.h"
#include "streams.h"

/* start.S */
void spmc_main(const void *manifest) __attribute__((noreturn));
void spmc_secondary(void) __attribute__((noreturn));
void spmc_exception(uint64_t kind, uint64_t esr, uint64_t elr, uint64_t far) __attribute__((noreturn));

/* heap.c and others end here when nothing can go on. */
void power_exit(int status)
{
    print("[spmc] giving up (%d); BL31 goes on without an SPMC\nFW summary=fail\n", status);
    ffa_fail();
}

static bool start_smmu(struct smmu *s)
{
    struct dt_region reg;

    if (!dt_valid()) {
        return false;
    }
    if (!dt_reg("arm,smmu-v3", 0, &reg)) {
        print("[spmc] no SMMUv3 in the device tree: add iommu=smmuv3 to -M virt\n");
        return false;
    }
    if (smmu_init(s, reg.base) != SMMU_OK) {
        return false;
    }
    if (!smmu_has_secure_stage2(s)) {
        print("[spmc] S_IDR1.SEL2 is 0: no Secure stage 2; add -global arm-smmuv3.profile=hafnium\n");
        return false;
    }
    return true;
}

void spmc_main(const void *manifest)
{
    static struct smmu smmu;
    struct edu edu;
    uint32_t sid;

    uart_init();
    print("\n[spmc] BL32 at S-EL%lu, SPMC manifest at 0x%lx\n", FIELD(read_sysreg(CurrentEL), 2, 2),
          (uint64_t)(uintptr_t)manifest);
    if (check("smmu_init", start_smmu(&smmu)) && check("device", find_secure_edu("spmc", &smmu, &edu, &sid))) {
        streams_run(&smmu, &edu, sid);
        pci_enable(edu.id, false);
    }
    print("[spmc] %u checks passed, %u failed; FFA_MSG_WAIT: the Non-secure world may start\nFW summary=%s\n",
          checks_passed, checks_failed, checks_failed ? "fail" : "ok");
    ffa_serve();
}

void spmc_secondary(void)
{
    ffa_serve();
}

void spmc_exception(uint64_t kind, uint64_t esr, uint64_t elr, uint64_t far)
{
    print("\n[spmc] unexpected exception (vector %lu): ESR_EL2 0x%lx ELR_EL2 0x%lx FAR_EL2 0x%lx\n", kind, esr, elr, far);
    power_exit(1);
}

/* libfdt comes from Debian, built with the stack protector; our own code uses it too. */
uintptr_t __stack_chk_guard = 0x736d6d7533535043;
void __stack_chk_fail(void) __attribute__((noreturn));

void __stack_chk_fail(void)
{
    print("\n[spmc] a stack buffer was overrun, seen on return to 0x%lx\n",
          (uint64_t)(uintptr_t)__builtin_return_address(0));
    power_exit(1);
}
