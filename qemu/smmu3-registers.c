/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The registers of a DMA engine, as spec/master.def has them: a frame for each
 * channel, one word after the other.
 */
#include "qemu/osdep.h"
#include "engine.h"

enum access { RES0, RO, RW, ANY, W1C };

static const struct word {
    enum access access;
    uint32_t mask, reset;
} words[SMMU3_CHANNEL_WORDS] = {
#define LOW(offset, access, mask, reset) \
    [(offset) / 4] = { access, (uint32_t)(mask), (uint32_t)(reset) },
#define HIGH_32(offset, access, mask, reset)
#define HIGH_64(offset, access, mask, reset) \
    [(offset) / 4 + 1] = { access, (uint64_t)(mask) >> 32, \
                           (uint64_t)(reset) >> 32 },
#define MASTER_REG(name, offset, bits, access, mask, reset, meaning) \
    LOW(offset, access, mask, reset) HIGH_##bits(offset, access, mask, reset)
#include "../spec/master.def"
#undef LOW
#undef HIGH_32
#undef HIGH_64
};

uint64_t smmu3q_reg64(const SMMU3Channel *ch, unsigned offset)
{
    return ch->reg[offset / 4] | (uint64_t)ch->reg[offset / 4 + 1] << 32;
}

void smmu3q_set_reg64(SMMU3Channel *ch, unsigned offset, uint64_t value)
{
    ch->reg[offset / 4] = value;
    ch->reg[offset / 4 + 1] = value >> 32;
}

void smmu3q_channel_reset_registers(SMMU3Channel *ch)
{
    for (int i = 0; i < SMMU3_CHANNEL_WORDS; i++) {
        ch->reg[i] = words[i].reset;
    }
}

/* May this access be made at all? Others read as zero and write nothing. */
static bool is_allowed(const SMMU3Engine *e, MemTxAttrs attrs)
{
    return !e->ops.secure_only || (!attrs.unspecified && attrs.secure);
}

static uint32_t caps(const SMMU3Engine *e, const SMMU3Identity *id)
{
    uint32_t v = 0;
    const struct smmu3_config *cfg;

    v = M_PUT(v, CAPS, VERSION, 1);
    v = M_PUT(v, CAPS, PCI, e->ops.pci);
    v = M_PUT(v, CAPS, SECURE, id->may_be_secure);
    v = M_PUT(v, CAPS, DIRECT, e->ops.direct);
    v = M_PUT(v, CAPS, CHANNELS, SMMU3_CHANNELS);
    if (id->smmu) {
        cfg = smmu3_get_config(id->smmu->lib);
        v = M_PUT(v, CAPS, STALL, cfg->idr5 >> 16 != 0); /* STALL_MAX */
    }
    return v;
}

static uint32_t read_word(SMMU3Channel *ch, unsigned offset)
{
    SMMU3Identity id = { .smmu = NULL };

    switch (offset) {
    case M_CAPS:
    case M_SID_FIRST:
    case M_SID_LAST:
        ch->engine->ops.identity(ch->engine, &id);
        return offset == M_CAPS ? caps(ch->engine, &id)
               : offset == M_SID_FIRST ? id.first : id.last;
    default:
        return ch->reg[offset / 4];
    }
}

static MemTxResult engine_read(void *opaque, hwaddr addr, uint64_t *data,
                               unsigned size, MemTxAttrs attrs)
{
    SMMU3Engine *e = opaque;
    unsigned offset = addr % SMMU3_CHANNEL_SIZE;

    *data = 0;
    if (smmu3q_is_own_msi(attrs)) {
        return MEMTX_ACCESS_ERROR;
    }
    if (is_allowed(e, attrs) && offset / 4 < SMMU3_CHANNEL_WORDS) {
        *data = read_word(&e->channel[addr / SMMU3_CHANNEL_SIZE], offset);
    }
    return MEMTX_OK;
}

static void write_word(SMMU3Channel *ch, unsigned offset, uint32_t value)
{
    const struct word *w = &words[offset / 4];
    uint32_t *reg = smmu3q_reg(ch, offset);

    if (offset == M_CMD) {
        if (smmu3q_channel_runs(ch)) {
            if (value == M_CMD_STOP) {
                smmu3q_channel_stop(ch);
            }
            return;
        }
        *reg = value;
        smmu3q_channel_start(ch);
        return;
    }
    if (w->access == W1C) {
        *reg &= ~value;
    } else if (w->access == ANY ||
               (w->access == RW && !smmu3q_channel_runs(ch))) {
        *reg = (*reg & ~w->mask) | (value & w->mask);
    }
    if (offset == M_IRQ_STATUS || offset == M_IRQ_ENABLE) {
        smmu3q_engine_update_irq(ch->engine);
    }
}

/*
 * An MSI of the SMMU comes out of its middle, where it cannot be asked for a
 * translation.
 */
static MemTxResult engine_write(void *opaque, hwaddr addr, uint64_t data,
                                unsigned size, MemTxAttrs attrs)
{
    SMMU3Engine *e = opaque;
    unsigned offset = addr % SMMU3_CHANNEL_SIZE;

    if (smmu3q_is_own_msi(attrs)) {
        return MEMTX_ACCESS_ERROR;
    }
    if (is_allowed(e, attrs) && offset / 4 < SMMU3_CHANNEL_WORDS) {
        write_word(&e->channel[addr / SMMU3_CHANNEL_SIZE], offset, data);
    }
    return MEMTX_OK;
}

const MemoryRegionOps smmu3q_engine_mmio_ops = {
    .read_with_attrs = engine_read,
    .write_with_attrs = engine_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 4, .max_access_size = 8 },
    .impl = { .min_access_size = 4, .max_access_size = 4 },
};
