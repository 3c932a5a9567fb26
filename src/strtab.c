/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* From StreamID to Stream Table Entry, IHI0070G.b 3.3.1, 5.1. */
#include "internal.h"

#define STRTAB_ADDR_MASK UINT64_C(0x00ffffffffffffc0)

/* Clears the address bits that size-alignment makes 0; any bits. */
static uint64_t align_down(uint64_t addr, unsigned bits)
{
    return bits >= 64 ? 0 : addr & ~low_mask(bits);
}

static enum smmu3_mem read_table(struct txn *t, uint64_t addr, void *buf, size_t size)
{
    struct smmu3_access acc = {
        .addr = addr, .pas = bank_pas(t->sec), .kind = SMMU3_ACC_STE, .sec_sid = t->sec,
        .attr = smmu3i_attr_cr1(t->regs.cr1, CR1_TABLE_LO, t->regs.strtab_base, false),
        .mpam = smmu3i_mpam_reg(t->s, t->sec, t->regs.gmpam),
    };

    enum smmu3_mem r = smmu3i_mem_read(t->s, &acc, buf, size);

    if (t->obs && r == SMMU3_MEM_OK) {
        smmu3i_observe_fetch(t, &acc, addr, buf, size);
    }
    return r;
}

/* Where the STE is; addresses above OAS are truncated (docs/CHOICES.md). */
static bool ste_address(struct txn *t, uint64_t *addr)
{
    struct smmu3 *s = t->s;
    uint32_t cfg = t->regs.strtab_base_cfg;
    uint32_t sid = t->req->stream_id;
    uint64_t base = t->regs.strtab_base & STRTAB_ADDR_MASK & low_mask(s->oas);
    unsigned log2size = STRTAB_LOG2SIZE(cfg); /* alignment uses it as written */
    unsigned split = STRTAB_SPLIT(cfg);
    unsigned span, l2_align;
    uint64_t l1, l1addr;
    uint8_t buf[8];

    if (!ID(s, IDR0, ST_LEVEL) || STRTAB_FMT(cfg) != 1) {
        *addr = (align_down(base, log2size + 6) + UINT64_C(64) * sid) & low_mask(s->oas);
        return true;
    }
    if (split != 8 && split != 10) {
        split = 6;
    }
    l1addr = align_down(base, log2size > split + 3 ? log2size - split + 3 : 6);
    l1addr = (l1addr + UINT64_C(8) * (sid >> split)) & low_mask(s->oas);
    if (read_table(t, l1addr, buf, 8) != SMMU3_MEM_OK) {
        return fail_fetch(t, SMMU3_R_L1STD_FETCH, l1addr);
    }
    l1 = load_le64(buf);
    span = (unsigned)PTE_GET(l1, L1STD_Span);
    if (span == 0 || span > 11 || span > split + 1) {
        return fail_fetch(t, SMMU3_R_L1STD_SPAN, 0);
    }
    sid &= (uint32_t)low_mask(split);
    if (sid >> (span - 1)) {
        return fail_fetch(t, SMMU3_R_L1STD_RANGE, 0);
    }
    l2_align = 6 + span - 1;
    *addr = (align_down(l1 & STRTAB_ADDR_MASK, l2_align) + UINT64_C(64) * sid) & low_mask(s->oas);
    return true;
}

bool smmu3i_strtab_lookup(struct txn *t)
{
    struct smmu3 *s = t->s;
    uint32_t sid = t->req->stream_id;
    unsigned bits = STRTAB_LOG2SIZE(t->regs.strtab_base_cfg);
    uint64_t addr;
    uint8_t buf[64];
    bool hit;

    if (bits > smmu3i_sid_bits(s, t->sec)) {
        bits = smmu3i_sid_bits(s, t->sec);
    }
    if ((uint64_t)sid >> bits) {
        return fail_fetch(t, SMMU3_R_SID_RANGE, 0);
    }
    hit = !t->obs && smmu3i_cfg_lookup_ste(s, t->sec, sid, &t->ste);
    if (traced(t)) {
        smmu3i_trace(
            s, &(struct smmu3_trace){ .kind = hit ? SMMU3_TRACE_CFG_HIT : SMMU3_TRACE_CFG_MISS,
                                      .sec_sid = t->sec,
                                      .stream_id = sid });
    }
    if (!hit) {
        if (!ste_address(t, &addr)) {
            return false;
        }
        if (read_table(t, addr, buf, 64) != SMMU3_MEM_OK) {
            return fail_fetch(t, SMMU3_R_STE_FETCH, addr);
        }
        for (int i = 0; i < 8; i++) {
            t->ste.w[i] = load_le64(buf + 8 * i);
        }
        smmu3i_ste_decode(s, &t->regs, t->sec, &t->ste);
        if (!t->probe) {
            smmu3i_cfg_insert_ste(s, t->sec, sid, &t->ste, t->gen);
        }
    }
    return t->ste.bad ? fail_fetch(t, t->ste.bad, 0) : true;
}
