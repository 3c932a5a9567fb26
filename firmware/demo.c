/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* The demonstration: which steps, in which order, and what they add up to. */
#include "demo.h"
#include "demo_dma.h"
#include "demo_ns.h"
#include "dt.h"
#include "edu.h"
#include "pci.h"
#include "print.h"
#include "smmu.h"

static unsigned int passed, failed;

bool demo_check(const char *name, bool ok)
{
    print("FW %s=%s\n", name, ok ? "ok" : "fail");
    if (ok) {
        passed++;
    } else {
        failed++;
    }
    return ok;
}

/* False: there is no device to show anything with. */
static bool find_device(struct edu *e, uint32_t *sid, const struct smmu *s)
{
    if (!pci_init() || !edu_find(e)) {
        print("[secure] no edu device on PCI bus 0, so no Secure DMA: add -device edu,sec-sid=secure,addr=02.0\n");
        return false;
    }
    if (!dt_stream_id(e->id, sid) || *sid >> s->strtab.log2size) {
        print("[secure] edu at PCI " PCI_ID_FMT " has no Secure StreamID (there are %u): give it addr= below %u\n",
              PCI_ID_ARGS(e->id), 1u << s->strtab.log2size, (1u << s->strtab.log2size) / 8);
        return false;
    }
    print("[secure] edu at PCI " PCI_ID_FMT " is the DMA device: Secure StreamID 0x%x\n", PCI_ID_ARGS(e->id), *sid);
    return true;
}

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
        demo_check("smmu_init", true);
        break;
    case SMMU_ABSENT:
        print("[secure] S_IDR1.SECURE_IMPL is 0: this SMMU has no Secure interface, nothing to show\nFW secure=absent\n");
        return true;
    case SMMU_BAD:
        return demo_check("smmu_init", false);
    }
    if (find_device(&edu, &sid, &smmu)) {
        demo_dma(&smmu, &edu, sid);
        pci_enable(edu.id, false);
    } else {
        print("FW edu=absent\n");
    }
    demo_nonsecure(&smmu);
    if (failed) {
        print("[secure] %u checks passed, %u FAILED\nFW summary=fail\n", passed, failed);
    } else {
        print("[secure] %u checks passed\nFW summary=ok\n", passed);
    }
    return failed == 0;
}
