/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
#include "master.h"

#define GET(word, reg, field) SMMU3T_MASTER_GET(word, reg, field)
#define BIT_OF(reg, field, on) ((uint32_t)(on) << SMMU3T_M_##reg##_##field##_LO)
#define PAGE 4096u

static uint32_t at(const struct smmu3t_master *m, uint32_t reg)
{
    return m->channel * SMMU3T_MASTER_CHANNEL_SIZE + reg;
}

uint32_t smmu3t_master_read(const struct smmu3t_master *m, uint32_t reg)
{
    return m->mmio->read32(m->mmio->ctx, at(m, reg));
}

uint64_t smmu3t_master_read64(const struct smmu3t_master *m, uint32_t reg)
{
    uint64_t low = smmu3t_master_read(m, reg);

    return low | (uint64_t)smmu3t_master_read(m, reg + 4) << 32;
}

void smmu3t_master_write(const struct smmu3t_master *m, uint32_t reg, uint32_t v)
{
    m->mmio->write32(m->mmio->ctx, at(m, reg), v);
}

void smmu3t_master_write64(const struct smmu3t_master *m, uint32_t reg, uint64_t v)
{
    smmu3t_master_write(m, reg, (uint32_t)v);
    smmu3t_master_write(m, reg + 4, (uint32_t)(v >> 32));
}

bool smmu3t_master_present(const struct smmu3t_master *m)
{
    return smmu3t_master_read(m, SMMU3T_M_ID) == SMMU3T_MASTER_ID &&
           GET(smmu3t_master_read(m, SMMU3T_M_CAPS), CAPS, VERSION) == 1;
}

void smmu3t_dma_init(struct smmu3t_dma *d, uint8_t cmd)
{
    static const struct smmu3t_dma simple = { .sid = UINT32_MAX, .size = 8, .count = 1,
                                              .repeat = 1 };

    *d = simple;
    d->cmd = cmd;
}

int smmu3t_dma_length(struct smmu3t_dma *d, uint64_t bytes)
{
    if (!bytes || (bytes > PAGE && bytes % PAGE) || bytes / PAGE > UINT32_MAX) {
        return SMMU3T_EINVAL;
    }
    d->size = bytes < PAGE ? (uint32_t)bytes : PAGE;
    d->count = bytes < PAGE ? 1 : (uint32_t)(bytes / PAGE);
    d->stride = PAGE;
    return 0;
}

static uint32_t attr_word(const struct smmu3t_master_attr *a)
{
    return BIT_OF(READ_ATTR, PRIV, a->priv) | BIT_OF(READ_ATTR, INSTR, a->instr) |
           BIT_OF(READ_ATTR, NS, a->ns) | BIT_OF(READ_ATTR, NW, a->no_write) |
           BIT_OF(READ_ATTR, TYPED, a->typed) | BIT_OF(READ_ATTR, MAIR, a->mair) |
           BIT_OF(READ_ATTR, SH, a->sh & 3);
}

static uint32_t ctrl_word(const struct smmu3t_dma *d)
{
    return BIT_OF(CTRL, SEC, d->sec & 3) | BIT_OF(CTRL, CAN_STALL, d->can_stall) |
           BIT_OF(CTRL, TRANSLATED, d->translated) | BIT_OF(CTRL, GO_ON, d->go_on) |
           BIT_OF(CTRL, RANDOM, d->random) | BIT_OF(CTRL, MSI, d->msi) |
           BIT_OF(CTRL, DIRECT, d->direct);
}

static bool runs(uint32_t state)
{
    return state == SMMU3T_M_STATUS_BUSY || state == SMMU3T_M_STATUS_STALLED;
}

static uint32_t state_of(const struct smmu3t_master *m)
{
    return GET(smmu3t_master_read(m, SMMU3T_M_STATUS), STATUS, STATE);
}

int smmu3t_master_start(const struct smmu3t_master *m, const struct smmu3t_dma *d)
{
    if (runs(state_of(m))) {
        return SMMU3T_EBUSY;
    }
    smmu3t_master_write(m, SMMU3T_M_STREAM_ID, d->sid);
    smmu3t_master_write(m, SMMU3T_M_SUBSTREAM_ID,
                        d->ssid | BIT_OF(SUBSTREAM_ID, VALID, d->ssv));
    smmu3t_master_write(m, SMMU3T_M_READ_ATTR, attr_word(&d->read));
    smmu3t_master_write(m, SMMU3T_M_WRITE_ATTR, attr_word(&d->write));
    smmu3t_master_write(m, SMMU3T_M_CTRL, ctrl_word(d));
    smmu3t_master_write(m, SMMU3T_M_SEED, d->seed);
    smmu3t_master_write64(m, SMMU3T_M_SRC, d->src);
    smmu3t_master_write64(m, SMMU3T_M_DST, d->dst);
    smmu3t_master_write(m, SMMU3T_M_SIZE, d->size);
    smmu3t_master_write(m, SMMU3T_M_COUNT, d->count);
    smmu3t_master_write(m, SMMU3T_M_REPEAT, d->repeat);
    smmu3t_master_write64(m, SMMU3T_M_STRIDE, (uint64_t)d->stride);
    smmu3t_master_write64(m, SMMU3T_M_WDATA, d->data);
    if (d->msi) {
        smmu3t_master_write64(m, SMMU3T_M_MSI_ADDR, d->msi_addr);
        smmu3t_master_write(m, SMMU3T_M_MSI_DATA, d->msi_data);
        smmu3t_master_write(m, SMMU3T_M_MSI_ATTR, attr_word(&d->msi_attr));
    }
    smmu3t_master_write(m, SMMU3T_M_CMD, d->cmd);
    return state_of(m) == SMMU3T_M_STATUS_REFUSED ? SMMU3T_EINVAL : 0;
}

int smmu3t_master_wait(const struct smmu3t_master *m)
{
    for (uint32_t n = m->polls ? m->polls : 100000; n; n--) {
        if (state_of(m) != SMMU3T_M_STATUS_BUSY) {
            return 0;
        }
        if (m->relax) {
            m->relax(m->mmio->ctx);
        }
    }
    return SMMU3T_ETIMEOUT;
}

void smmu3t_master_result(const struct smmu3t_master *m, struct smmu3t_dma_result *r)
{
    uint32_t status = smmu3t_master_read(m, SMMU3T_M_STATUS);
    uint32_t info = smmu3t_master_read(m, SMMU3T_M_FAIL_INFO);
    uint32_t out = smmu3t_master_read(m, SMMU3T_M_OUT_ATTR);

    r->state = (uint8_t)GET(status, STATUS, STATE);
    r->reason = (uint8_t)GET(status, STATUS, REASON);
    r->cause = (uint8_t)GET(info, FAIL_INFO, CAUSE);
    r->fail_write = GET(info, FAIL_INFO, WRITE);
    r->fail_addr = smmu3t_master_read64(m, SMMU3T_M_FAIL_ADDR);
    r->ok = smmu3t_master_read64(m, SMMU3T_M_OK_COUNT);
    r->failed = smmu3t_master_read64(m, SMMU3T_M_FAIL_COUNT);
    r->bytes = smmu3t_master_read64(m, SMMU3T_M_BYTES);
    r->data = smmu3t_master_read64(m, SMMU3T_M_RDATA);
    r->crc = smmu3t_master_read(m, SMMU3T_M_CRC);
    r->stalls = smmu3t_master_read(m, SMMU3T_M_STALLS);
    r->ats = (uint8_t)GET(smmu3t_master_read(m, SMMU3T_M_ATS), ATS, STATUS);
    r->out_valid = GET(out, OUT_ATTR, VALID);
    r->out_bypass = GET(out, OUT_ATTR, BYPASS);
    r->out_priv = GET(out, OUT_ATTR, PRIV);
    r->out_instr = GET(out, OUT_ATTR, INSTR);
    r->out_typed = GET(out, OUT_ATTR, TYPED);
    r->out_pas = (uint8_t)GET(out, OUT_ATTR, PAS);
    r->out_mair = (uint8_t)GET(out, OUT_ATTR, MAIR);
    r->out_sh = (uint8_t)GET(out, OUT_ATTR, SH);
    r->out_addr = smmu3t_master_read64(m, SMMU3T_M_OUT_ADDR);
    r->out_mpam = smmu3t_master_read(m, SMMU3T_M_OUT_MPAM);
}

int smmu3t_master_run(const struct smmu3t_master *m, const struct smmu3t_dma *d,
                      struct smmu3t_dma_result *r)
{
    int err = smmu3t_master_start(m, d);

    if (err == SMMU3T_EBUSY) {
        return err;
    }
    if (!err) {
        err = smmu3t_master_wait(m);
    }
    smmu3t_master_result(m, r);
    return err;
}

void smmu3t_master_stop(const struct smmu3t_master *m)
{
    if (runs(state_of(m))) {
        smmu3t_master_write(m, SMMU3T_M_CMD, SMMU3T_M_CMD_STOP);
    }
}

/* splitmix64's finalizer of a doubleword's number and the seed. */
uint8_t smmu3t_master_pattern(uint32_t seed, uint64_t addr)
{
    uint64_t x = addr / 8 ^ (uint64_t)seed << 32;

    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    x ^= x >> 31;
    return (uint8_t)(x >> 8 * (addr % 8));
}
