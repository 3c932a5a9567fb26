/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
#include "pgtable.h"

#define DESC_INVALID 0
#define DESC_BLOCK 1
#define DESC_TABLE 3 /* and Page, at level 3 */

unsigned smmu3t_pgt_shift(unsigned gran, int level)
{
    return gran + (unsigned)(3 - level) * (gran - 3);
}

unsigned smmu3t_pgt_cont_shift(unsigned gran, int level)
{
    unsigned s = smmu3t_pgt_shift(gran, level);

    switch (gran) {
    case 12:
        return level >= 1 ? s + 4 : s;
    case 14:
        return level == 3 ? s + 7 : level == 2 ? s + 5 : s;
    default:
        return level >= 2 ? s + 5 : s;
    }
}

bool smmu3t_pgt_leaf_ok(unsigned gran, int level)
{
    return level == 3 || level == 2 || (level == 1 && gran == 12);
}

/* 52-bit output comes with blocks one level further up. */
static bool leaf_ok(const struct smmu3t_pgt *t, int level)
{
    return smmu3t_pgt_leaf_ok(t->gran, t->ds || t->lpa ? level + 1 : level) || level == 3;
}

int smmu3t_pgt_s1_start(unsigned gran, unsigned ia_bits)
{
    return 3 - (int)((ia_bits - 1 - gran) / (gran - 3));
}

bool smmu3t_pgt_s2_start_ok(unsigned gran, unsigned ia_bits, int start)
{
    unsigned stride = gran - 3;
    unsigned min;

    if (start > 3 || start < (gran == 12 ? -1 : gran == 14 ? 0 : 1)) {
        return false;
    }
    min = (unsigned)(3 - start) * stride + gran + 1;
    /* Up to sixteen tables may be concatenated: four more bits. */
    return ia_bits >= min && ia_bits <= min + stride - 1 + 4;
}

unsigned smmu3t_pgt_tg0(const struct smmu3t_pgt *t)
{
    return t->gran == 12 ? 0 : t->gran == 16 ? 1 : 2;
}

unsigned smmu3t_pgt_tg1(const struct smmu3t_pgt *t)
{
    return t->gran == 14 ? 1 : t->gran == 12 ? 2 : 3;
}

unsigned smmu3t_pgt_sl0(const struct smmu3t_pgt *t)
{
    if (t->gran != 12) {
        return (unsigned)(3 - t->start);
    }
    return t->start == 3 ? 3 : t->start == -1 ? 4 : (unsigned)(2 - t->start);
}

uint64_t smmu3t_pgt_put_addr(const struct smmu3t_pgt *t, uint64_t oa)
{
    if (t->ds) { /* 49:12 in place, 51:50 in the place of SH */
        return (oa & UINT64_C(0x0003fffffffff000)) | (oa >> 50 & 3) << 8;
    }
    if (t->lpa) {
        return (oa & UINT64_C(0x0000ffffffff0000)) | (oa >> 48 & 15) << 12;
    }
    return oa & UINT64_C(0x0000fffffffff000);
}

uint64_t smmu3t_pgt_get_addr(const struct smmu3t_pgt *t, uint64_t desc)
{
    if (t->ds) {
        return (desc & UINT64_C(0x0003fffffffff000)) | (desc >> 8 & 3) << 50;
    }
    if (t->lpa) {
        return (desc & UINT64_C(0x0000ffffffff0000)) | (desc >> 12 & 15) << 48;
    }
    return desc & UINT64_C(0x0000fffffffff000);
}

static uint64_t swap64(uint64_t v)
{
    uint64_t r = 0;

    for (unsigned i = 0; i < 8; i++) {
        r = r << 8 | ((v >> (8 * i)) & 0xff);
    }
    return r;
}

uint64_t smmu3t_pgt_read(const struct smmu3t_pgt *t, uint64_t addr)
{
    uint64_t d = t->mem->read64(t->mem->ctx, t->pas, addr);

    return t->big_endian ? swap64(d) : d;
}

int smmu3t_pgt_write(const struct smmu3t_pgt *t, uint64_t addr, uint64_t desc)
{
    uint64_t d = t->big_endian ? swap64(desc) : desc;

    return t->mem->write64(t->mem->ctx, t->pas, addr, d) ? SMMU3T_EIO : 0;
}

int smmu3t_pgt_init(struct smmu3t_pgt *t)
{
    unsigned top;
    uint64_t size;

    if ((t->gran != 12 && t->gran != 14 && t->gran != 16) || t->ia_bits > (t->ds || t->lpa ? 52 : 48) ||
        t->ia_bits <= t->gran) {
        return SMMU3T_EINVAL;
    }
    if (t->stage == 1) {
        t->start = (int8_t)smmu3t_pgt_s1_start(t->gran, t->ia_bits);
    } else if (!smmu3t_pgt_s2_start_ok(t->gran, t->ia_bits, t->start) ||
               (!t->ds && t->start < (t->gran == 12 ? 0 : 1))) {
        return SMMU3T_EINVAL;
    }
    top = t->ia_bits - smmu3t_pgt_shift(t->gran, t->start);
    size = UINT64_C(8) << top;
    t->root = t->mem->alloc(t->mem->ctx, t->pas, size, size < 64 ? 64 : size);
    return t->root ? 0 : SMMU3T_ENOMEM;
}

static uint64_t ia_mask(const struct smmu3t_pgt *t)
{
    return (UINT64_C(1) << t->ia_bits) - 1;
}

/* Where the descriptor for ia is in the table at base. */
static uint64_t slot(const struct smmu3t_pgt *t, uint64_t base, uint64_t ia, int level)
{
    unsigned shift = smmu3t_pgt_shift(t->gran, level);
    uint64_t i = (ia & ia_mask(t)) >> shift;

    if (level != t->start) {
        i &= (UINT64_C(1) << (t->gran - 3)) - 1;
    }
    return base + 8 * i;
}

uint64_t smmu3t_pgt_desc_addr(const struct smmu3t_pgt *t, uint64_t ia, int level)
{
    uint64_t base = t->root;

    for (int l = t->start;; l++) {
        uint64_t a = slot(t, base, ia, l), d;

        if (l == level) {
            return a;
        }
        d = smmu3t_pgt_read(t, a);
        if (l == 3 || (d & 3) != DESC_TABLE) {
            return 0;
        }
        base = smmu3t_pgt_get_addr(t, d);
    }
}

/* Is [ia, ia+size) a range of this half, in whole granules? */
static bool range_ok(const struct smmu3t_pgt *t, uint64_t ia, uint64_t size)
{
    uint64_t low = (UINT64_C(1) << t->gran) - 1;
    uint64_t m = ia_mask(t);

    if (!size || ((ia | size) & low) || (ia & ~m) != (t->upper ? ~m : 0)) {
        return false;
    }
    return size - 1 <= m && (ia & m) <= m - (size - 1);
}

/* The table below the descriptor at a, made if there is none; 0: *err. */
static uint64_t next_table(struct smmu3t_pgt *t, uint64_t a, int *err)
{
    uint64_t d = smmu3t_pgt_read(t, a);
    uint64_t size = UINT64_C(1) << t->gran;
    uint64_t base;

    if ((d & 3) == DESC_TABLE) {
        return smmu3t_pgt_get_addr(t, d);
    }
    if (d & 1) {
        *err = SMMU3T_EBUSY;
        return 0;
    }
    base = t->mem->alloc(t->mem->ctx, t->pas, size, size);
    if (!base) {
        *err = SMMU3T_ENOMEM;
        return 0;
    }
    *err = smmu3t_pgt_write(t, a, smmu3t_pgt_put_addr(t, base) | t->table_attr | DESC_TABLE);
    return *err ? 0 : base;
}

/* The level of the largest leaf for what is left of a mapping. */
static int best_level(const struct smmu3t_pgt *t, uint64_t ia, uint64_t oa, uint64_t size)
{
    for (int l = t->start; l < 3; l++) {
        uint64_t m = (UINT64_C(1) << smmu3t_pgt_shift(t->gran, l)) - 1;

        if (l >= t->leaf_level && leaf_ok(t, l) && !((ia | oa) & m) &&
            size > m) {
            return l;
        }
    }
    return 3;
}

/* Does the leaf at ia lie in a contiguous span that is mapped as a whole? */
static bool in_span(const struct smmu3t_pgt *t, int level, const uint64_t range[3], uint64_t ia)
{
    unsigned cs = smmu3t_pgt_cont_shift(t->gran, level);
    uint64_t m = (UINT64_C(1) << cs) - 1;
    uint64_t first = ia & ~m;

    if (!t->contiguous || cs == smmu3t_pgt_shift(t->gran, level)) {
        return false;
    }
    /* range: first input, last input, input minus output */
    return first >= range[0] && first + m <= range[1] && !(range[2] & m);
}

int smmu3t_pgt_map(struct smmu3t_pgt *t, uint64_t ia, uint64_t oa, uint64_t size, uint64_t attr)
{
    const uint64_t range[3] = { ia, ia + size - 1, ia - oa };

    if (!range_ok(t, ia, size) || (oa & ((UINT64_C(1) << t->gran) - 1))) {
        return SMMU3T_EINVAL;
    }
    if (t->ds) {
        attr &= ~(UINT64_C(3) << PTE_SH_LO); /* address bits there; CD.SHx, S2SH0 count */
    }
    while (size) {
        int level = best_level(t, ia, oa, size);
        uint64_t step = UINT64_C(1) << smmu3t_pgt_shift(t->gran, level);
        uint64_t base = t->root, a;
        uint64_t d = smmu3t_pgt_put_addr(t, oa) | attr | (level == 3 ? DESC_TABLE : DESC_BLOCK);
        int err = 0;

        for (int l = t->start; l < level; l++) {
            base = next_table(t, slot(t, base, ia, l), &err);
            if (!base) {
                return err;
            }
        }
        a = slot(t, base, ia, level);
        if (smmu3t_pgt_read(t, a) & 1) {
            return SMMU3T_EBUSY;
        }
        if (in_span(t, level, range, ia)) {
            PTE_PUT(d, Contiguous, 1);
        }
        err = smmu3t_pgt_write(t, a, d);
        if (err) {
            return err;
        }
        ia += step;
        oa += step;
        size -= step;
    }
    return 0;
}

int smmu3t_pgt_unmap(struct smmu3t_pgt *t, uint64_t ia, uint64_t size)
{
    if (!range_ok(t, ia, size)) {
        return SMMU3T_EINVAL;
    }
    while (size) {
        uint64_t base = t->root, a, d, step;
        int l = t->start, err;

        for (;; l++) {
            a = slot(t, base, ia, l);
            d = smmu3t_pgt_read(t, a);
            if (!(d & 1)) {
                return SMMU3T_ENOENT;
            }
            if (l == 3 || (d & 3) == DESC_BLOCK) {
                break;
            }
            base = smmu3t_pgt_get_addr(t, d);
        }
        step = UINT64_C(1) << smmu3t_pgt_shift(t->gran, l);
        if ((ia & (step - 1)) || size < step) {
            return SMMU3T_EINVAL;
        }
        err = smmu3t_pgt_write(t, a, DESC_INVALID);
        if (err) {
            return err;
        }
        ia += step;
        size -= step;
    }
    return 0;
}
