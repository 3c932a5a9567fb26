/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Snapshots: a header, the ID registers, then a section for each bank with its
 * registers by offset, so that a later version may add some. Little-endian.
 *
 *   u32 magic, version, bytes in all, number of ID words; u32 ID words...
 *   per bank: u32 tag (BANK | SEC_SID), number of registers;
 *             per register: u32 offset, u64 value
 */
#include <string.h>

#include "internal.h"

#define MAGIC   0x334d5353u /* "SSM3" */
#define VERSION 1u
#define BANK    0x424b0000u
#define HEADER  16u
#define PER_REG 12u

#define GBPA_DEFAULT 0x1000u /* SHCFG: use incoming */

static unsigned id_words(const struct smmu3 *s, uint32_t ids[12])
{
    const struct smmu3_config *c = &s->cfg;
    const uint32_t all[] = { c->idr0, c->idr1, c->idr3, c->idr5, c->iidr, c->aidr, c->s_idr0,
                             c->s_idr1, c->s_idr3, c->mpamidr, c->s_mpamidr };

    memcpy(ids, all, sizeof(all));
    return sizeof(all) / sizeof(all[0]);
}

static unsigned bank_regs(const struct smmu3 *s, enum smmu3_sec_sid sec)
{
    struct smmu3 *w = (struct smmu3 *)(uintptr_t)s; /* smmu3i_reg_save() only reads */
    unsigned n = 0;
    uint32_t off;
    uint64_t v;

    for (unsigned i = 0; i < smmu3i_reg_count(); i++) {
        n += smmu3i_reg_save(w, i, sec, &off, &v);
    }
    return n;
}

size_t smmu3_save_size(const struct smmu3 *s)
{
    uint32_t ids[12];
    size_t n;

    if (!s) {
        return 0;
    }
    n = HEADER + 4 * id_words(s, ids);
    for (int b = 0; b < SMMU3_NUM_BANKS; b++) {
        n += 8 + (size_t)PER_REG * bank_regs(s, (enum smmu3_sec_sid)b);
    }
    return n;
}

int smmu3_save(struct smmu3 *s, void *buf, size_t len)
{
    uint32_t ids[12];
    size_t size = s ? smmu3_save_size(s) : 0;
    uint8_t *p = buf;
    unsigned n;

    if (!s || !buf || len < size) {
        return SMMU3_EINVAL;
    }
    n = id_words(s, ids);
    store_le32(p, MAGIC);
    store_le32(p + 4, VERSION);
    store_le32(p + 8, (uint32_t)size);
    store_le32(p + 12, n);
    p += HEADER;
    for (unsigned i = 0; i < n; i++, p += 4) {
        store_le32(p, ids[i]);
    }
    lock(&s->lock);
    for (unsigned b = 0; b < SMMU3_NUM_BANKS; b++) {
        store_le32(p, BANK | b);
        store_le32(p + 4, bank_regs(s, (enum smmu3_sec_sid)b));
        p += 8;
        for (unsigned i = 0; i < smmu3i_reg_count(); i++) {
            uint32_t off;
            uint64_t v;

            if (smmu3i_reg_save(s, i, (enum smmu3_sec_sid)b, &off, &v)) {
                store_le32(p, off);
                store_le64(p + 4, v);
                p += PER_REG;
            }
        }
    }
    unlock(&s->lock);
    return SMMU3_OK;
}

int smmu3_snapshot_config(const void *buf, size_t len, struct smmu3_config *cfg)
{
    const uint8_t *p = buf;
    struct smmu3_config c = { .gbpa_reset = GBPA_DEFAULT, .s_gbpa_reset = GBPA_DEFAULT };
    uint32_t *const words[] = { &c.idr0, &c.idr1, &c.idr3, &c.idr5, &c.iidr, &c.aidr, &c.s_idr0,
                                &c.s_idr1, &c.s_idr3, &c.mpamidr, &c.s_mpamidr };
    unsigned n = sizeof(words) / sizeof(words[0]);

    if (!buf || !cfg) {
        return SMMU3_EINVAL;
    }
    if (len < HEADER || load_le32(p) != MAGIC) {
        return SMMU3_EFORMAT;
    }
    if (load_le32(p + 4) != VERSION) {
        return SMMU3_EVERSION;
    }
    if (len < HEADER + 4 * n || load_le32(p + 12) != n) {
        return SMMU3_EFORMAT;
    }
    for (unsigned i = 0; i < n; i++) {
        *words[i] = load_le32(p + HEADER + 4 * i);
    }
    *cfg = c;
    return SMMU3_OK;
}

/* Header and ID registers; *pos: after them. */
static int check_header(const struct smmu3 *s, const uint8_t *p, size_t len, size_t *pos,
                        size_t *end)
{
    uint32_t ids[12];
    unsigned n = id_words(s, ids);

    if (len < HEADER || load_le32(p) != MAGIC) {
        return SMMU3_EFORMAT;
    }
    if (load_le32(p + 4) != VERSION) {
        return SMMU3_EVERSION;
    }
    *end = load_le32(p + 8);
    if (*end > len || *end < HEADER + 4 * n) {
        return SMMU3_EFORMAT;
    }
    if (load_le32(p + 12) != n) {
        return SMMU3_EMISMATCH;
    }
    for (unsigned i = 0; i < n; i++) {
        if (load_le32(p + HEADER + 4 * i) != ids[i]) {
            return SMMU3_EMISMATCH;
        }
    }
    *pos = HEADER + 4 * n;
    return SMMU3_OK;
}

int smmu3_load(struct smmu3 *s, const void *buf, size_t len)
{
    struct bank banks[SMMU3_NUM_BANKS];
    const uint8_t *p = buf;
    size_t pos, end;
    int err;

    if (!s || !buf) {
        return SMMU3_EINVAL;
    }
    err = check_header(s, p, len, &pos, &end);
    if (err) {
        return err;
    }
    memset(banks, 0, sizeof(banks));
    for (unsigned b = 0; b < SMMU3_NUM_BANKS; b++) {
        uint32_t n;

        if (end - pos < 8 || load_le32(p + pos) != (BANK | b)) {
            return SMMU3_EFORMAT;
        }
        n = load_le32(p + pos + 4);
        pos += 8;
        if (n > (end - pos) / PER_REG) {
            return SMMU3_EFORMAT;
        }
        for (; n; n--, pos += PER_REG) {
            if (!smmu3i_reg_load(s, &banks[b], (enum smmu3_sec_sid)b, load_le32(p + pos),
                          load_le64(p + pos + 4)) &&
                load_le64(p + pos + 4)) {
                return SMMU3_EFORMAT; /* a value for a register that is not there */
            }
        }
    }
    if (pos != end) {
        return SMMU3_EFORMAT;
    }
    for (unsigned b = 0; b < SMMU3_NUM_BANKS; b++) {
        /* Updates are done at once here: nothing is ever in transition. */
        banks[b].cr0ack = banks[b].cr0;
        banks[b].irq_ctrlack = banks[b].irq_ctrl;
    }
    smmu3_reset(s);
    lock(&s->lock);
    memcpy(s->bank, banks, sizeof(banks));
    atomic_store(&s->nsstalld, (banks[SMMU3_SEC_SID_S].cr0 & CR0_NSSTALLD) != 0);
    smmu3i_cfg_registers_changed(s);
    unlock(&s->lock);
    return SMMU3_OK;
}
