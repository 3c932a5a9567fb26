/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
#include "testengine.h"

#define BIT_OF(field, on) ((uint32_t)(on) << SMMU3T_T_ATTRIBUTES_##field##_LO)
/* raWB in both domains, Inner Shareable as ACE codes it */
#define WRITE_BACK 0x40ffu

static uint32_t at(const struct smmu3t_frame *f, uint32_t reg)
{
    return f->number * SMMU3T_TESTENGINE_FRAME_SIZE + reg;
}

uint32_t smmu3t_frame_read(const struct smmu3t_frame *f, uint32_t reg)
{
    return f->mmio->read32(f->mmio->ctx, at(f, reg));
}

uint64_t smmu3t_frame_read64(const struct smmu3t_frame *f, uint32_t reg)
{
    uint64_t low = smmu3t_frame_read(f, reg);

    return low | (uint64_t)smmu3t_frame_read(f, reg + 4) << 32;
}

static void put(const struct smmu3t_frame *f, uint32_t reg, uint32_t v)
{
    f->mmio->write32(f->mmio->ctx, at(f, reg), v);
}

static void put64(const struct smmu3t_frame *f, uint32_t reg, uint64_t v)
{
    put(f, reg, (uint32_t)v);
    put(f, reg + 4, (uint32_t)(v >> 32));
}

static uint32_t half(const struct smmu3t_frame_attr *a)
{
    return WRITE_BACK | BIT_OF(PRIV, a->priv) | BIT_OF(INSTR, a->instr) | BIT_OF(NS, a->ns);
}

static bool runs(uint32_t cmd)
{
    return cmd >= SMMU3T_T_MEMCPY && cmd <= SMMU3T_T_SUM64;
}

int smmu3t_frame_start(const struct smmu3t_frame *f, const struct smmu3t_work *w)
{
    if (runs(smmu3t_frame_read(f, SMMU3T_T_CMD))) {
        return SMMU3T_EBUSY;
    }
    put(f, SMMU3T_T_PCTRL, w->secure ? 0 : 1u << SMMU3T_T_PCTRL_SSD_NS_LO);
    if (smmu3t_frame_read(f, SMMU3T_T_CMD) == SMMU3T_T_NO_FRAME) {
        return SMMU3T_ENOENT;
    }
    put(f, SMMU3T_T_PORT, 0);
    put(f, SMMU3T_T_STREAMID, w->sid);
    put(f, SMMU3T_T_SUBSTREAMID, w->ssv ? w->ssid : UINT32_MAX);
    put(f, SMMU3T_T_UCTRL, 0);
    put64(f, SMMU3T_T_MSIADDRESS, w->msi_addr);
    put(f, SMMU3T_T_MSIDATA, w->msi_data);
    put(f, SMMU3T_T_MSIATTR, half(&w->write));
    put(f, SMMU3T_T_ATTRIBUTES, half(&w->read) | half(&w->write) << 16);
    put(f, SMMU3T_T_SEED, w->seed);
    put64(f, SMMU3T_T_BEGIN, w->begin);
    put64(f, SMMU3T_T_END_INCL, w->begin + w->bytes - 1);
    put64(f, SMMU3T_T_STRIDE, w->stride ? w->stride : 1);
    put64(f, SMMU3T_T_UDATA0, w->target);
    put(f, SMMU3T_T_CMD, w->cmd);
    return smmu3t_frame_read(f, SMMU3T_T_CMD) == SMMU3T_T_MISCONFIGURED ? SMMU3T_EINVAL : 0;
}

int smmu3t_frame_wait(const struct smmu3t_frame *f)
{
    for (uint32_t n = f->polls ? f->polls : 100000; n; n--) {
        uint32_t cmd = smmu3t_frame_read(f, SMMU3T_T_CMD);

        if (!runs(cmd)) {
            return cmd == SMMU3T_T_HALTED ? 0 : SMMU3T_EIO;
        }
        if (f->relax) {
            f->relax(f->mmio->ctx);
        }
    }
    return SMMU3T_ETIMEOUT;
}

int smmu3t_frame_run(const struct smmu3t_frame *f, const struct smmu3t_work *w)
{
    int err = smmu3t_frame_start(f, w);

    return err ? err : smmu3t_frame_wait(f);
}
