/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Secure stage 2 has two contexts: S_S2TTB translates Secure IPAs, S2TTB Non-secure ones. Which one a transaction meets
 * is decided by the NS attribute it has before stage 2: the device's own (Secure), the STE's (NSCFG), or, with stage 1
 * on, the NS bit of the stage 1 leaf.
 */
#include "../check.h"
#include "../heap.h"
#include "../print.h"
#include "platform.h"
#include "streams.h"

#define PAGE 4096ul
#define VMID 0x8001             /* as Hafnium numbers its first partition; needs VMID16 */
#define ASID 1
#define IA_BITS 39              /* start level 1 with 4 KiB tables */

/* IPAs; edu masks its addresses to 28 bits. */
#define S_SOURCE 0x00400000ul   /* Secure IPAs: in S_S2TTB only */
#define S_TARGET 0x00401000ul
#define NS_PAGE 0x00600000ul    /* Non-secure IPAs: in S2TTB only */
#define NS_READ_ONLY 0x00601000ul
#define NS_SECURE_PA 0x00602000ul
#define UNMAPPED 0x00abc000ul
/* IOVAs of stage 1 */
#define V_SOURCE 0x00800000ul
#define V_NONSECURE 0x00801000ul
#define V_WRONG_SPACE 0x00802000ul

/* STE.NSCFG, IHI0070G.b 5.2 */
enum nscfg { NSCFG_INCOMING = 0, NSCFG_NONSECURE = 3 };

struct streams {
    struct smmu *smmu;
    const struct edu *edu;
    uint32_t sid;
    struct smmu3t_pgt s_ipa, ns_ipa, s1;
    struct smmu3t_cdtab cds;
    struct smmu3t_ste ste;
    uint64_t *source, *target;  /* pages of Secure RAM */
    uint64_t *nonsecure;        /* a page of Non-secure RAM */
};

/* ---- reports and events ---------------------------------------------------------------------------------------- */

static void report(const char *name, bool ok, const char *sentence)
{
    check_report("spmc", name, ok, sentence);
}

static bool holds(const uint64_t *page, uint64_t seed)
{
    return page_holds("spmc", page, seed);
}

/* What one refused access must have left behind: exactly one record, of stage 2. */
struct refusal {
    uint64_t number, ipa;
    bool read, nsipa;
};

static bool one_event(const struct streams *d, const struct refusal *want)
{
    uint64_t r[4];
    bool ok;

    if (!smmu_event(d->smmu, r)) {
        print("[spmc]   expected event 0x%02lx for IPA 0x%lx, seen none\n", want->number, want->ipa);
        return false;
    }
    smmu_print_event(r);
    /* Without stage 1 the input address is the IPA. */
    ok = EVT_GET(r, Number) == want->number && EVT_GET(r, StreamID) == d->sid && EVT_GET(r, S2) == 1 &&
         EVT_GET(r, NSIPA) == want->nsipa && EVT_GET(r, IPA) << 12 == want->ipa && EVT_GET(r, InputAddr) == want->ipa &&
         EVT_GET(r, RnW) == want->read && EVT_GET(r, CLASS) == 2 && !EVT_GET(r, Stall) && !EVT_GET(r, SSV);
    print("[spmc]   stage 2, %s IPA 0x%lx\n", EVT_GET(r, NSIPA) ? "Non-secure" : "Secure", EVT_GET(r, IPA) << 12);
    return no_event(d->smmu) && ok;
}

/* ---- the stream's configuration -------------------------------------------------------------------------------- */

static bool map(struct smmu3t_pgt *t, uint64_t ia, const uint64_t *page, uint64_t attr)
{
    return !smmu3t_pgt_map(t, ia, (uintptr_t)page, PAGE, attr);
}

static bool make_stage2(struct streams *d)
{
    d->s_ipa = (struct smmu3t_pgt){.mem = &secure_mem, .pas = SMMU3T_S, .stage = 2, .gran = 12, .ia_bits = IA_BITS, .start = 1};
    d->ns_ipa = d->s_ipa;
    return !smmu3t_pgt_init(&d->s_ipa) && !smmu3t_pgt_init(&d->ns_ipa) &&
           map(&d->s_ipa, S_SOURCE, d->source, SMMU3T_S2_RW) && map(&d->s_ipa, S_TARGET, d->target, SMMU3T_S2_RW) &&
           map(&d->ns_ipa, NS_PAGE, d->nonsecure, SMMU3T_S2_RW) &&
           map(&d->ns_ipa, NS_READ_ONLY, d->nonsecure, SMMU3T_S2_RW & ~SMMU3T_S2_W) &&
           map(&d->ns_ipa, NS_SECURE_PA, d->target, SMMU3T_S2_RW);
}

static uint64_t page_of(uint64_t address)
{
    return address & ~(PAGE - 1);
}

/* Stage 1 for the nested step. Its tables are read through stage 2, as Secure IPAs: map them one to one. */
static bool make_stage1(struct streams *d)
{
    d->s1 = (struct smmu3t_pgt){.mem = &secure_mem, .pas = SMMU3T_S, .stage = 1, .gran = 12, .ia_bits = IA_BITS};
    d->cds = (struct smmu3t_cdtab){.mem = &secure_mem, .pas = SMMU3T_S};
    if (smmu3t_pgt_init(&d->s1) || smmu3t_cdtab_init(&d->cds) ||
        smmu3t_pgt_map(&d->s1, V_SOURCE, S_SOURCE, PAGE, SMMU3T_S1_RW) ||
        smmu3t_pgt_map(&d->s1, V_NONSECURE, NS_PAGE, PAGE, SMMU3T_S1_RW | SMMU3T_S1_NS) ||
        smmu3t_pgt_map(&d->s1, V_WRONG_SPACE, NS_PAGE, PAGE, SMMU3T_S1_RW)) {
        return false;
    }
    /* The three IOVAs share their tables. */
    for (int level = 1; level <= 3; level++) {
        uint64_t table = page_of(smmu3t_pgt_desc_addr(&d->s1, V_SOURCE, level));

        if (smmu3t_pgt_map(&d->s_ipa, table, table, PAGE, SMMU3T_S2_RW)) {
            return false;
        }
    }
    return smmu3t_pgt_map(&d->s_ipa, page_of(d->cds.base), page_of(d->cds.base), PAGE, SMMU3T_S2_RW) != SMMU3T_ENOMEM;
}

static void basic_ste(struct streams *d)
{
    const struct smmu3t_secure_s2 s2 = {.s_ipa = &d->s_ipa, .ns_ipa = &d->ns_ipa, .vmid = VMID, .nsa = true};

    smmu3t_ste_bypass(&d->ste);
    smmu3t_ste_add_secure_s2(&d->ste, &s2);
}

/* Everything cached of this stream's translations is forgotten, too. */
static bool set_ste(struct streams *d)
{
    const struct smmu3t_tlbi what = {.vmid = VMID};

    return smmu_set_ste(d->smmu, d->sid, &d->ste) && smmu_command(d->smmu, smmu3t_cmd_tlbi(CMD_TLBI_S_S12_VMALL, &what));
}

static bool configure(struct streams *d)
{
    d->source = secure_alloc(PAGE, PAGE);
    d->target = secure_alloc(PAGE, PAGE);
    d->nonsecure = (uint64_t *)NS_BUFFER_BASE;
    if (!make_stage2(d) || !make_stage1(d)) {
        return false;
    }
    basic_ste(d);
    print("[spmc] S_S2TTB 0x%lx: Secure IPA 0x%lx, 0x%lx -> Secure 0x%lx, 0x%lx\n", d->s_ipa.root, S_SOURCE, S_TARGET,
          (uint64_t)(uintptr_t)d->source, (uint64_t)(uintptr_t)d->target);
    print("[spmc] S2TTB 0x%lx: Non-secure IPA 0x%lx -> Non-secure 0x%lx, 0x%lx the same page read-only\n", d->ns_ipa.root,
          NS_PAGE, (uint64_t)(uintptr_t)d->nonsecure, NS_READ_ONLY);
    return set_ste(d);
}

/* ---- the steps ------------------------------------------------------------------------------------------------- */

/* The device's own accesses are Secure, so without stage 1 they meet S_S2TTB. */
static void steps_secure_ipa(struct streams *d)
{
    bool ok;

    page_fill(d->source, 1);
    page_fill(d->target, 2);
    ok = edu_read_memory(d->edu, S_SOURCE) && edu_write_memory(d->edu, S_TARGET) && no_event(d->smmu) && holds(d->target, 1);
    report("s_ipa_copy", ok, "edu copied 4096 bytes of Secure memory through the Secure IPA context");

    page_fill(d->target, 3);
    ok = edu_write_memory(d->edu, UNMAPPED) && holds(d->target, 3);
    ok &= one_event(d, &(struct refusal){.number = EVT_F_TRANSLATION, .ipa = UNMAPPED});
    report("s_ipa_unmapped", ok, "its write to a Secure IPA that nothing is mapped at was refused and recorded");

    page_fill(d->nonsecure, 4);
    ok = edu_read_memory(d->edu, NS_PAGE);
    ok &= one_event(d, &(struct refusal){.number = EVT_F_TRANSLATION, .ipa = NS_PAGE, .read = true});
    report("ns_page_refused", ok, "its Secure read of a page that only the Non-secure context maps was refused and recorded");
}

/* The STE says that all its accesses are Non-secure: S2TTB. */
static void steps_nonsecure_ipa(struct streams *d)
{
    bool ok;

    page_fill(d->source, 5);
    page_fill(d->nonsecure, 6);
    ok = edu_read_memory(d->edu, S_SOURCE);
    STE_PUT(d->ste.w, NSCFG, NSCFG_NONSECURE);
    ok &= set_ste(d) && edu_write_memory(d->edu, NS_PAGE) && no_event(d->smmu) && holds(d->nonsecure, 5);
    report("ns_ipa_write", ok, "with STE.NSCFG Non-secure edu wrote Non-secure memory through the Non-secure IPA context");

    page_fill(d->nonsecure, 7);
    ok = edu_read_memory(d->edu, NS_READ_ONLY) && edu_write_memory(d->edu, NS_PAGE) && no_event(d->smmu) && holds(d->nonsecure, 7);
    ok &= edu_read_memory(d->edu, NS_PAGE);
    page_fill(d->nonsecure, 8);
    ok &= edu_write_memory(d->edu, NS_READ_ONLY) && holds(d->nonsecure, 8);
    ok &= one_event(d, &(struct refusal){.number = EVT_F_PERMISSION, .ipa = NS_READ_ONLY, .nsipa = true});
    report("ns_read_only", ok, "it may read the page that is mapped read-only there; its write was refused and recorded");

    ok = edu_write_memory(d->edu, UNMAPPED);
    ok &= one_event(d, &(struct refusal){.number = EVT_F_TRANSLATION, .ipa = UNMAPPED, .nsipa = true});
    report("ns_ipa_unmapped", ok, "its write to a Non-secure IPA that nothing is mapped at was refused and recorded");

    ok = edu_read_memory(d->edu, S_SOURCE);
    ok &= one_event(d, &(struct refusal){.number = EVT_F_TRANSLATION, .ipa = S_SOURCE, .read = true, .nsipa = true});
    report("s_page_refused", ok, "its Non-secure read of a page that only the Secure context maps was refused and recorded");

    /* S2NSA=1: this context's output is Non-secure, where Secure RAM does not exist. */
    page_fill(d->target, 9);
    ok = edu_write_memory(d->edu, NS_SECURE_PA) && no_event(d->smmu) && holds(d->target, 9);
    report("ns_output", ok, "the address of a Secure page in the Non-secure context does not reach that page (S2NSA)");
}

/* Stage 1 of a partition chooses the context for each page. */
static void steps_nested(struct streams *d)
{
    struct smmu3t_cd cd;
    uint64_t r[4];
    bool ok;

    basic_ste(d);
    smmu3t_cd_init(&cd, &d->s1, NULL, ASID);
    ok = !smmu3t_cdtab_write(&d->cds, 0, &cd);
    smmu3t_ste_add_s1(&d->ste, &d->cds);
    ok &= set_ste(d);
    page_fill(d->source, 10);
    page_fill(d->nonsecure, 11);
    ok &= edu_read_memory(d->edu, V_SOURCE) && edu_write_memory(d->edu, V_NONSECURE) && no_event(d->smmu) && holds(d->nonsecure, 10);
    report("nested_both", ok, "with stage 1 before it, edu copied from Secure to Non-secure memory: one context for each page");

    page_fill(d->nonsecure, 12);
    ok = edu_write_memory(d->edu, V_WRONG_SPACE) && holds(d->nonsecure, 12) && smmu_event(d->smmu, r);
    if (ok) {
        smmu_print_event(r);
        ok = EVT_GET(r, Number) == EVT_F_TRANSLATION && EVT_GET(r, S2) && !EVT_GET(r, NSIPA) &&
             EVT_GET(r, IPA) << 12 == NS_PAGE && EVT_GET(r, InputAddr) == V_WRONG_SPACE;
    }
    ok &= no_event(d->smmu);
    report("nested_refused", ok, "the same Non-secure page behind a stage 1 leaf without NS was refused and recorded");
}

/* As Hafnium configures it: S2R=0, so refused accesses leave no record. */
static void step_silent(struct streams *d)
{
    bool ok;

    basic_ste(d);
    STE_PUT(d->ste.w, S2R, 0);
    page_fill(d->source, 13);
    page_fill(d->target, 14);
    ok = set_ste(d) && edu_read_memory(d->edu, S_SOURCE) && edu_write_memory(d->edu, UNMAPPED) && no_event(d->smmu) &&
         edu_write_memory(d->edu, S_TARGET) && holds(d->target, 13);
    report("silent", ok, "with S2R=0, as Hafnium sets it, a refused write leaves no record, and the stream goes on");
}

/* BL33 is about to see the device on its PCI bus: it must not have any memory left. */
static void step_stream_off(struct streams *d)
{
    bool ok;

    smmu3t_ste_abort(&d->ste);
    page_fill(d->source, 15);
    ok = set_ste(d) && edu_write_memory(d->edu, S_SOURCE) && no_event(d->smmu) && holds(d->source, 15);
    report("stream_off", ok, "with its STE set to abort, edu reaches nothing any more");
}

void streams_run(struct smmu *s, const struct edu *e, uint32_t sid)
{
    struct streams d = {.smmu = s, .edu = e, .sid = sid};

    if (!check("s2_config", configure(&d))) {
        return;
    }
    steps_secure_ipa(&d);
    steps_nonsecure_ipa(&d);
    steps_nested(&d);
    step_silent(&d);
    step_stream_off(&d);
}
