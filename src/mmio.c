/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Register accesses by the table of spec/regs.def. Order of checks: security,
 * presence, guard (IHI0070G.b 6.2). What is not allowed reads as zero and
 * writes nothing.
 */
#include <string.h>

#include "internal.h"

enum guard { G_RO, G_NONE, G_EN, G_CQ, G_EQ, G_IG, G_IE, G_CR0, G_CR1, G_GBPA, G_IRQ, G_GERN,
             G_INIT, G_PROD, G_CONS };
enum present { P_ALWAYS, P_MSI, P_MPAM };
enum { BANK_NS = SMMU3_SEC_SID_NS, BANK_S = SMMU3_SEC_SID_S };
#define NO_MEMBER UINT16_MAX

enum reg_name {
#define REG(name, off, bits, state, member, mask, guard, present) REG_##name,
#define REG_ID(name, off, state, present) REG_##name,
#include "../spec/regs.def"
#undef REG
#undef REG_ID
    REG_COUNT
};

struct reg {
    const char *name;
    uint64_t mask;
    uint32_t offset;
    uint16_t member;
    uint8_t bytes, bank, guard, present;
};

static const struct reg regs[REG_COUNT] = {
#define REG(name, off, bits, state, member, mask, guard, present)                              \
    { #name, UINT64_C(mask), off, offsetof(struct bank, member), bits / 8, BANK_##state,      \
      G_##guard, P_##present },
#define REG_ID(name, off, state, present)                                                      \
    { #name, 0, off, NO_MEMBER, 4, BANK_##state, G_RO, P_##present },
#include "../spec/regs.def"
#undef REG
#undef REG_ID
};

/* The register that holds this aligned access; rows are in order of offset. */
static const struct reg *find(uint32_t offset, unsigned size)
{
    unsigned lo = 0, hi = REG_COUNT;

    while (hi - lo > 1) {
        unsigned mid = (lo + hi) / 2;

        if (regs[mid].offset <= offset) {
            lo = mid;
        } else {
            hi = mid;
        }
    }
    return offset >= regs[lo].offset && offset + size <= regs[lo].offset + regs[lo].bytes
               ? &regs[lo] : NULL;
}

static bool is_present(const struct smmu3 *s, const struct reg *r)
{
    switch (r->present) {
    case P_MSI:
        return r->bank == BANK_S ? ID(s, S_IDR0, MSI) : ID(s, IDR0, MSI);
    case P_MPAM:
        return ID(s, IDR3, MPAM);
    default:
        return true;
    }
}

/* NULL: this access sees nothing there. */
static const struct reg *lookup(const struct smmu3 *s, uint32_t offset, unsigned size,
                                enum smmu3_pas pas)
{
    const struct reg *r;

    if ((size != 4 && size != 8) || offset % size) {
        return NULL;
    }
    r = find(offset, size);
    if (!r || !is_present(s, r)) {
        return NULL;
    }
    if (r->bank == BANK_S &&
        (!s->secure || (pas != SMMU3_PAS_S && pas != SMMU3_PAS_ROOT))) {
        return NULL;
    }
    return r;
}

static uint32_t read_id(struct smmu3 *s, enum reg_name name)
{
    switch (name) {
    case REG_IDR0:
        /* Stalling may be taken away by S_CR0.NSSTALLD: 6.3.57.1. */
        return (s->cfg.idr0 & ~(3u << ID_IDR0_STALL_MODEL_LO)) |
               smmu3i_stall_model(s, SMMU3_SEC_SID_NS) << ID_IDR0_STALL_MODEL_LO;
    case REG_IDR1:
        return s->cfg.idr1;
    case REG_IDR3:
        return s->cfg.idr3;
    case REG_IDR5:
        return s->cfg.idr5;
    case REG_IIDR:
        return s->cfg.iidr;
    case REG_AIDR:
        return s->cfg.aidr;
    case REG_STATUSR:
        return ID(s, IDR0, DORMHINT) && smmu3i_tlb_empty(s) && smmu3i_cfg_empty(s);
    case REG_MPAMIDR:
        return s->cfg.mpamidr;
    case REG_S_IDR0:
        return s->cfg.s_idr0;
    case REG_S_IDR1:
        return s->cfg.s_idr1;
    case REG_S_IDR3:
        return s->cfg.s_idr3;
    case REG_S_MPAMIDR:
        return s->cfg.s_mpamidr;
    /* 6.3.170: part 0x484, JEP106 of Arm, as QEMU's own model has them. */
    case REG_PIDR0:
        return 0x84;
    case REG_PIDR1:
        return 0xb4;
    case REG_PIDR2:
        return 0x0b;
    case REG_PIDR4:
        return 0x04;
    case REG_CIDR0:
        return 0x0d;
    case REG_CIDR1:
        return 0xf0;
    case REG_CIDR2:
        return 0x05;
    case REG_CIDR3:
        return 0xb1;
    default:
        return 0;
    }
}

static uint64_t load(const struct bank *b, const struct reg *r)
{
    uint32_t v32;
    uint64_t v64;

    if (r->bytes == 8) {
        memcpy(&v64, (const uint8_t *)b + r->member, 8);
        return v64;
    }
    memcpy(&v32, (const uint8_t *)b + r->member, 4);
    return v32;
}

static void store(struct bank *b, const struct reg *r, uint64_t v)
{
    uint32_t v32 = (uint32_t)v;

    if (r->bytes == 8) {
        memcpy((uint8_t *)b + r->member, &v, 8);
    } else {
        memcpy((uint8_t *)b + r->member, &v32, 4);
    }
}

/* The bits that exist: addresses end at OAS, fields at their feature. */
static uint64_t mask_of(const struct smmu3 *s, const struct reg *r)
{
    uint64_t m = r->mask;
    bool secure = r->bank == BANK_S;

    if (r->bytes == 8) {
        return m & (low_mask(s->oas) | UINT64_C(1) << 62);
    }
    switch (r->guard) {
    case G_CR0:
        if (!ID(s, IDR0, VMW)) {
            m &= ~(uint64_t)CR0_VMW;
        }
        if (!secure || ID(s, S_IDR0, STALL_MODEL)) {
            m &= ~(uint64_t)CR0_NSSTALLD;
        }
        break;
    case G_GERN:
        if (secure ? !ID(s, S_IDR0, MSI) : !ID(s, IDR0, MSI)) {
            m &= ~(uint64_t)GERROR_MSI;
        }
        break;
    case G_EN:
        if (r->member == offsetof(struct bank, cr2)) {
            m &= ~(uint64_t)(ID(s, IDR0, BTM) ? 0 : CR2_PTM);
            if (secure ? !ID(s, S_IDR1, SEL2) : !ID(s, IDR0, Hyp)) {
                m &= ~(uint64_t)CR2_E2H;
            }
        } else if (!ID(s, IDR0, ST_LEVEL)) {
            m &= 0x3f; /* STRTAB_BASE_CFG: FMT and SPLIT */
        }
        break;
    default:
        break;
    }
    return m;
}

/* Bits that this write may change now, IHI0070G.b 6.3 "Accessing". */
static uint64_t writable(const struct bank *b, const struct reg *r, uint64_t old, uint64_t v)
{
    uint32_t on = b->cr0 | b->cr0ack, irq = b->irq_ctrl | b->irq_ctrlack;
    uint64_t m = 0;

    switch (r->guard) {
    case G_RO:
        return 0;
    case G_EN:
        return on & CR0_SMMUEN ? 0 : UINT64_MAX;
    case G_CQ:
        return on & CR0_CMDQEN ? 0 : UINT64_MAX;
    case G_EQ:
        return on & CR0_EVENTQEN ? 0 : UINT64_MAX;
    case G_IG:
        return irq & IRQ_GERROR ? 0 : UINT64_MAX;
    case G_IE:
        return irq & IRQ_EVENTQ ? 0 : UINT64_MAX;
    case G_CR1:
        m |= on & CR0_SMMUEN ? 0 : CR1_TABLE;
        m |= on & (CR0_CMDQEN | CR0_EVENTQEN) ? 0 : CR1_QUEUE;
        return m;
    case G_GBPA:
        /* Update is in the data, and was done with before. */
        return v & GBPA_UPDATE && !(old & GBPA_UPDATE) ? UINT64_MAX : 0;
    default:
        return UINT64_MAX;
    }
}

static void after_write(struct smmu3 *s, const struct reg *r, uint32_t v)
{
    enum smmu3_sec_sid sec = (enum smmu3_sec_sid)r->bank;

    switch (r->guard) {
    case G_CR0:
        smmu3i_cr0_write(s, sec, v);
        break;
    case G_IRQ:
        smmu3i_irq_ctrl_write(s, sec, v);
        break;
    case G_GERN:
        smmu3i_gerrorn_write(s, sec, v);
        break;
    case G_INIT:
        smmu3i_init_write(s, v);
        break;
    case G_PROD:
        smmu3i_cmdq_run(s, sec);
        break;
    case G_CONS:
        smmu3i_stall_retry_pending(s, sec);
        break;
    default:
        break;
    }
}

/* An index that the SMMU writes has nothing above its wrap bit: 6.3.28. */
static uint64_t trim_index(const struct smmu3 *s, const struct reg *r, uint64_t v)
{
    const struct bank *b = &s->bank[r->bank];
    unsigned n;

    if (r->member == offsetof(struct bank, cmdq_cons)) {
        n = smmu3i_cmdq_of(s, b).log2size;
    } else if (r->member == offsetof(struct bank, eventq_prod)) {
        n = smmu3i_eventq_of(s, b).log2size;
    } else {
        return v;
    }
    return v & (low_mask(n + 1) | ~(uint64_t)Q_INDEX_MASK);
}

static bool in_window(uint32_t offset, unsigned size)
{
    return size && offset < SMMU3_MMIO_SIZE && size <= SMMU3_MMIO_SIZE - offset;
}

int smmu3_mmio_read(struct smmu3 *s, uint32_t offset, unsigned size, enum smmu3_pas pas,
                    uint64_t *value)
{
    const struct reg *r;

    if (!s || !value || !in_window(offset, size)) {
        return SMMU3_EINVAL;
    }
    *value = 0;
    r = lookup(s, offset, size, pas);
    if (!r) {
        return SMMU3_OK;
    }
    if (r->member == NO_MEMBER) {
        *value = read_id(s, (enum reg_name)(r - regs));
        return SMMU3_OK;
    }
    lock(&s->lock);
    *value = trim_index(s, r, load(&s->bank[r->bank], r));
    unlock(&s->lock);
    if (size < r->bytes) {
        *value = *value >> (8 * (offset - r->offset)) & UINT32_MAX;
    }
    return SMMU3_OK;
}

int smmu3_mmio_write(struct smmu3 *s, uint32_t offset, unsigned size, enum smmu3_pas pas,
                     uint64_t value)
{
    const struct reg *r;
    uint64_t old, v, m;
    struct bank *b;

    if (!s || !in_window(offset, size)) {
        return SMMU3_EINVAL;
    }
    r = lookup(s, offset, size, pas);
    if (!r || r->member == NO_MEMBER) {
        return SMMU3_OK;
    }
    b = &s->bank[r->bank];
    s->written = true;
    lock(&s->lock);
    old = load(b, r);
    v = value;
    if (size < r->bytes) {
        unsigned shift = 8 * (offset - r->offset);

        v = (old & ~((uint64_t)UINT32_MAX << shift)) | (value & UINT32_MAX) << shift;
    }
    m = writable(b, r, old, v);
    v = (old & ~m) | (v & m & mask_of(s, r));
    switch (r->guard) {
    case G_CR0:
    case G_IRQ:
    case G_INIT:
        break; /* stored by after_write, in the order of its effects */
    case G_GBPA:
        v &= ~(uint64_t)GBPA_UPDATE; /* in effect at once: 6.3.14.1 */
        store(b, r, v);
        smmu3i_cfg_registers_changed(s);
        break;
    default:
        store(b, r, v);
        if (r->member == offsetof(struct bank, gbpmpam)) {
            smmu3i_cfg_registers_changed(s);
        }
        break;
    }
    unlock(&s->lock);
    if (m) {
        after_write(s, r, (uint32_t)v);
    }
    return SMMU3_OK;
}

const char *smmu3_reg_name(uint32_t offset)
{
    const struct reg *r = find(offset & ~3u, 4);

    return r ? r->name : NULL;
}

void smmu3i_bank_reset(struct smmu3 *s, enum smmu3_sec_sid sec)
{
    struct bank *b = &s->bank[sec];

    lock(&s->evtq_lock); /* no record is on its way */
    lock(&s->lock);
    memset(b, 0, sizeof(*b));
    b->gbpa = sec == SMMU3_SEC_SID_S ? s->cfg.s_gbpa_reset : s->cfg.gbpa_reset;
    b->gbpa &= ~GBPA_UPDATE;
    if (ID(s, IDR0, BTM)) {
        b->cr2 = CR2_PTM; /* advised: 6.3.12 */
    }
    s->in_cmdq[sec] = false;
    if (sec == SMMU3_SEC_SID_S) {
        atomic_store(&s->nsstalld, false);
    }
    unlock(&s->lock);
    unlock(&s->evtq_lock);
}

/* ---- for snapshots: every stored register, by its offset ---- */

unsigned smmu3i_reg_count(void)
{
    return REG_COUNT;
}

bool smmu3i_reg_save(struct smmu3 *s, unsigned i, enum smmu3_sec_sid bank, uint32_t *offset,
                     uint64_t *v)
{
    if (regs[i].member == NO_MEMBER || regs[i].bank != bank) {
        return false;
    }
    *offset = regs[i].offset;
    *v = load(&s->bank[bank], &regs[i]);
    return true;
}

/* Into a bank that is not in use yet; bits that do not exist are dropped. */
bool smmu3i_reg_load(const struct smmu3 *s, struct bank *b, enum smmu3_sec_sid bank,
                     uint32_t offset, uint64_t v)
{
    const struct reg *r = find(offset, 4);
    uint64_t m;

    if (!r || r->offset != offset || r->member == NO_MEMBER || r->bank != bank ||
        !is_present(s, r)) {
        return false;
    }
    m = r->guard == G_INIT ? 0 : mask_of(s, r); /* INV_ALL never lasts */
    if (r->guard == G_RO) { /* CR0ACK, IRQ_CTRLACK, GERROR: the mask is the writable twin's */
        m = mask_of(s, r->member == offsetof(struct bank, gerror) ? r + 1 : r - 1);
    }
    store(b, r, v & m & ~(uint64_t)(r->guard == G_GBPA ? GBPA_UPDATE : 0));
    return true;
}
