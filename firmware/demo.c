/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* The demonstration: which steps, in which order, and what they add up to. */
#include "check.h"
#include "demo.h"
#include "demo_dma.h"
#include "demo_ns.h"
#include "dt.h"
#include "pci.h"
#include "print.h"
#include "smmu.h"

bool demo_run(void)
{
    static struct smmu smmu;
    struct dt_region reg;
    struct edu edu;
    uint32_t sid;

    if (!dt_reg("arm,smmu-v3", 0, &reg)) {
        print("[secure] no SMMUv3 in this machine: add iommu=smmuv3 to -M virt\nFW smmu=absent\n");
        return true;
    }
    switch (smmu_init(&smmu, reg.base)) {
    case SMMU_OK:
        check("smmu_init", true);
        break;
    case SMMU_ABSENT:
        print("[secure] S_IDR1.SECURE_IMPL is 0: this SMMU has no Secure interface, nothing to show\nFW secure=absent\n");
        return true;
    case SMMU_BAD:
        return check("smmu_init", false);
    }
    if (find_secure_edu("secure", &smmu, &edu, &sid)) {
        demo_dma(&smmu, &edu, sid);
        pci_enable(edu.id, false);
    } else {
        print("FW edu=absent\n");
    }
    demo_nonsecure(&smmu);
    if (checks_failed) {
        print("[secure] %u checks passed, %u FAILED\nFW summary=fail\n", checks_passed, checks_failed);
    } else {
        print("[secure] %u checks passed\nFW summary=ok\n", checks_passed);
    }
    return checks_failed == 0;
}
