/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
#include "check.h"
#include "dt.h"
#include "pci.h"
#include "print.h"

#define PAGE_WORDS 512u

unsigned int checks_passed, checks_failed;

bool check(const char *name, bool ok)
{
    print("FW %s=%s\n", name, ok ? "ok" : "fail");
    if (ok) {
        checks_passed++;
    } else {
        checks_failed++;
    }
    return ok;
}

bool check_report(const char *who, const char *name, bool ok, const char *sentence)
{
    print("[%s] %s: %s\n", who, sentence, ok ? "yes" : "NO");
    return check(name, ok);
}

static uint64_t pattern(uint64_t seed, uint64_t i)
{
    return (seed * 0x9e3779b97f4a7c15ul) ^ (i * 0x0101010101010101ul) ^ i << 32;
}

void page_fill(uint64_t *page, uint64_t seed)
{
    for (uint64_t i = 0; i < PAGE_WORDS; i++) {
        page[i] = pattern(seed, i);
    }
    dsb();
}

bool page_holds(const char *who, const uint64_t *page, uint64_t seed)
{
    for (uint64_t i = 0; i < PAGE_WORDS; i++) {
        uint64_t seen = read64((uintptr_t)&page[i]);

        if (seen != pattern(seed, i)) {
            print("[%s]   at offset 0x%lx: expected 0x%016lx, seen 0x%016lx\n", who, i * 8, pattern(seed, i), seen);
            return false;
        }
    }
    return true;
}

bool no_event(struct smmu *s)
{
    uint64_t record[4];
    bool none = true;

    while (smmu_event(s, record)) {
        smmu_print_event(record);
        none = false;
    }
    return none;
}

bool find_secure_edu(const char *who, const struct smmu *s, struct edu *e, uint32_t *sid)
{
    if (!pci_init() || !edu_find(e)) {
        print("[%s] no edu device on PCI bus 0, so no Secure DMA: add -device edu,sec-sid=secure,addr=02.0\n", who);
        return false;
    }
    if (!dt_stream_id(e->id, sid) || *sid >> s->strtab.log2size) {
        print("[%s] edu at PCI " PCI_ID_FMT " has no Secure StreamID (there are %u): give it addr= below %u\n", who,
              PCI_ID_ARGS(e->id), 1u << s->strtab.log2size, (1u << s->strtab.log2size) / 8);
        return false;
    }
    print("[%s] edu at PCI " PCI_ID_FMT " is the DMA device: Secure StreamID 0x%x\n", who, PCI_ID_ARGS(e->id), *sid);
    return true;
}
