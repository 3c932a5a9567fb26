/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* What a Secure device can reach, step by step: its tables, its transfers, and the events of what was stopped. */
#include "check.h"
#include "demo_dma.h"
#include "heap.h"
#include "platform.h"
#include "print.h"

#define PAGE 4096ul
#define ASID 1
#define IA_BITS 39              /* three levels of 4 KiB tables */

/* Input addresses; edu masks its addresses to 28 bits. */
#define IOVA_SOURCE 0x00400000ul
#define IOVA_TARGET 0x00401000ul
#define IOVA_READ_ONLY 0x00402000ul
#define IOVA_NONSECURE 0x00600000ul
#define IOVA_WRONG_SPACE 0x00601000ul
#define IOVA_UNMAPPED 0x00abc000ul

struct demo {
    struct smmu *smmu;
    const struct edu *edu;
    uint32_t sid;
    struct smmu3t_pgt tables;
    uint64_t *source, *target;  /* pages of Secure RAM */
    uint64_t *nonsecure;        /* a page of Non-secure RAM */
};

static bool report(const char *name, bool ok, const char *sentence)
{
    return check_report("secure", name, ok, sentence);
}

static bool holds(const uint64_t *page, uint64_t seed)
{
    return page_holds("secure", page, seed);
}

/* True if exactly one event is waiting and it is this one, of an unprivileged data access stopped at stage 1. */
static bool one_event(const struct demo *d, uint64_t number, uint64_t iova, bool read)
{
    uint64_t r[4];
    bool ok;

    if (!smmu_event(d->smmu, r)) {
        print("[secure]   expected event 0x%02lx for the %s of 0x%lx, seen none\n", number, read ? "read" : "write", iova);
        return false;
    }
    smmu_print_event(r);
    ok = EVT_GET(r, Number) == number && EVT_GET(r, StreamID) == d->sid && EVT_GET(r, InputAddr) == iova &&
         EVT_GET(r, RnW) == read && !EVT_GET(r, S2) && !EVT_GET(r, SSV) && !EVT_GET(r, PnU) && !EVT_GET(r, InD) &&
         !EVT_GET(r, Stall) && EVT_GET(r, CLASS) == 2;
    if (!ok) {
        print("[secure]   expected 0x%02lx StreamID 0x%x, %s of 0x%lx; seen %016lx %016lx %016lx %016lx\n", number, d->sid,
              read ? "read" : "write", iova, r[0], r[1], r[2], r[3]);
    }
    return no_event(d->smmu) && ok;
}

/* ---- the stream's configuration ------------------------------------------------------------------------------ */

static bool map(struct demo *d, uint64_t iova, const uint64_t *page, uint64_t attr)
{
    return !smmu3t_pgt_map(&d->tables, iova, (uintptr_t)page, PAGE, SMMU3T_S1_RW | attr);
}

static bool configure(struct demo *d)
{
    struct smmu3t_cdtab cds = {.mem = &secure_mem, .pas = SMMU3T_S};
    struct smmu3t_cd cd;
    struct smmu3t_ste ste;
    bool ok;

    d->source = secure_alloc(PAGE, PAGE);
    d->target = secure_alloc(PAGE, PAGE);
    d->nonsecure = (uint64_t *)NS_BUFFER_BASE;
    d->tables = (struct smmu3t_pgt){.mem = &secure_mem, .pas = SMMU3T_S, .stage = 1, .gran = 12, .ia_bits = IA_BITS};
    ok = !smmu3t_pgt_init(&d->tables) && !smmu3t_cdtab_init(&cds) && map(d, IOVA_SOURCE, d->source, 0) &&
         map(d, IOVA_TARGET, d->target, 0) && map(d, IOVA_READ_ONLY, d->target, SMMU3T_S1_RO) &&
         map(d, IOVA_NONSECURE, d->nonsecure, SMMU3T_S1_NS) &&
         map(d, IOVA_WRONG_SPACE, d->target, SMMU3T_S1_NS);
    if (!ok) {
        return false;
    }
    smmu3t_cd_init(&cd, &d->tables, NULL, ASID);
    smmu3t_cdtab_write(&cds, 0, &cd);
    smmu3t_ste_bypass(&ste);
    smmu3t_ste_add_s1(&ste, &cds);
    print("[secure] stage 1 tables at 0x%lx and CD at 0x%lx in Secure RAM; 0x%lx, 0x%lx -> Secure 0x%lx, 0x%lx; 0x%lx -> "
          "Non-secure 0x%lx\n", d->tables.root, cds.base, IOVA_SOURCE, IOVA_TARGET, (uint64_t)(uintptr_t)d->source,
          (uint64_t)(uintptr_t)d->target, IOVA_NONSECURE, (uint64_t)(uintptr_t)d->nonsecure);
    return smmu_command(d->smmu, smmu3t_cmd_cfgi_cd(d->sid, 0, true, true)) && smmu_set_ste(d->smmu, d->sid, &ste);
}

static bool invalidate(struct demo *d, uint64_t iova)
{
    const struct smmu3t_tlbi what = {.asid = ASID, .addr = iova, .leaf = true};

    return smmu_command(d->smmu, smmu3t_cmd_tlbi(CMD_TLBI_NH_VA, &what));
}

/* ---- the steps ----------------------------------------------------------------------------------------------- */

static void step_secure_copy(const struct demo *d)
{
    bool ok;

    page_fill(d->source, 1);
    page_fill(d->target, 2);
    ok = edu_read_memory(d->edu, IOVA_SOURCE) && edu_write_memory(d->edu, IOVA_TARGET) && no_event(d->smmu) &&
         holds(d->target, 1);
    if (!report("secure_copy", ok, "edu copied 4096 bytes between two Secure pages, through IOVAs 0x400000 and 0x401000")) {
        print("[secure]   is the device Secure? It needs sec-sid=secure\n");
    }
}

static void step_nonsecure(const struct demo *d)
{
    bool ok;

    page_fill(d->source, 3);
    page_fill(d->nonsecure, 4);
    ok = edu_read_memory(d->edu, IOVA_SOURCE) && edu_write_memory(d->edu, IOVA_NONSECURE) && no_event(d->smmu) &&
         holds(d->nonsecure, 3);
    report("ns_write", ok, "edu wrote Non-secure memory through IOVA 0x600000, whose leaf says NS");
    page_fill(d->nonsecure, 5);
    page_fill(d->target, 6);
    ok = edu_read_memory(d->edu, IOVA_NONSECURE) && edu_write_memory(d->edu, IOVA_TARGET) && no_event(d->smmu) &&
         holds(d->target, 5);
    report("ns_read", ok, "edu read the same Non-secure page and wrote it to Secure memory");
}

/*
 * `virt` shows all Non-secure memory in the Secure space too, so the steps above would pass if NS were ignored. Secure
 * RAM exists in the Secure space only: there the bit makes a difference, and the write ends as a bus error.
 */
static void step_wrong_space(const struct demo *d)
{
    bool ok;

    page_fill(d->source, 13);
    page_fill(d->target, 14);
    ok = edu_read_memory(d->edu, IOVA_SOURCE) && edu_write_memory(d->edu, IOVA_WRONG_SPACE) && no_event(d->smmu) &&
         holds(d->target, 14);
    report("ns_bit", ok, "edu's write through a leaf with a Secure page's address but NS set did not reach that page");
}

static void step_unmapped(const struct demo *d)
{
    bool ok;

    page_fill(d->source, 7);
    page_fill(d->target, 8);
    ok = edu_read_memory(d->edu, IOVA_SOURCE) && edu_write_memory(d->edu, IOVA_UNMAPPED) && holds(d->source, 7) &&
         holds(d->target, 8);
    ok &= one_event(d, EVT_F_TRANSLATION, IOVA_UNMAPPED, false);
    report("unmapped_write", ok, "edu's write to IOVA 0xabc000, which nothing is mapped at, was stopped and recorded");
    ok = edu_read_memory(d->edu, IOVA_UNMAPPED);
    ok &= one_event(d, EVT_F_TRANSLATION, IOVA_UNMAPPED, true);
    report("unmapped_read", ok, "edu's read of the same IOVA was stopped and recorded");
}

static void step_read_only(const struct demo *d)
{
    bool ok;

    page_fill(d->source, 9);
    page_fill(d->target, 10);
    ok = edu_read_memory(d->edu, IOVA_SOURCE) && edu_write_memory(d->edu, IOVA_READ_ONLY) && holds(d->target, 10);
    ok &= one_event(d, EVT_F_PERMISSION, IOVA_READ_ONLY, false);
    report("read_only", ok, "edu's write through IOVA 0x402000, which is read-only, was stopped and recorded");
}

static void step_unmap(struct demo *d)
{
    bool ok;

    page_fill(d->target, 11);
    ok = !smmu3t_pgt_unmap(&d->tables, IOVA_TARGET, PAGE) && invalidate(d, IOVA_TARGET) &&
         edu_write_memory(d->edu, IOVA_TARGET) && holds(d->target, 11);
    ok &= one_event(d, EVT_F_TRANSLATION, IOVA_TARGET, false);
    report("unmap", ok, "after unmapping IOVA 0x401000, CMD_TLBI_NH_VA and CMD_SYNC, edu's write there was stopped");
}

/* The Non-secure world is about to see the device on its PCI bus: it must not have any memory left. */
static void step_stream_off(struct demo *d)
{
    struct smmu3t_ste ste;
    bool ok;

    smmu3t_ste_abort(&ste);
    page_fill(d->source, 12);
    ok = smmu_set_ste(d->smmu, d->sid, &ste) && edu_write_memory(d->edu, IOVA_SOURCE) && no_event(d->smmu) &&
         holds(d->source, 12);
    report("stream_off", ok, "with its STE set to abort, edu reaches nothing any more, silently");
}

void demo_dma(struct smmu *s, const struct edu *e, uint32_t sid)
{
    struct demo d = {.smmu = s, .edu = e, .sid = sid};

    if (!check("stream_config", configure(&d))) {
        return;
    }
    step_secure_copy(&d);
    step_nonsecure(&d);
    step_wrong_space(&d);
    step_unmapped(&d);
    step_read_only(&d);
    step_unmap(&d);
    step_stream_off(&d);
}
