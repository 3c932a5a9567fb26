/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
#include "master.h"

uint32_t master_can(const struct smmu3t_master *m)
{
    uint32_t caps = smmu3t_master_read(m, SMMU3T_M_CAPS);
    uint32_t can = DUT_CAN_SSID | DUT_CAN_PRIV | DUT_CAN_INSTR | DUT_CAN_ATS | DUT_CAN_SEE_OUT |
                   DUT_CAN_SEE_ATTR;

    if (SMMU3T_MASTER_GET(caps, CAPS, SECURE)) {
        can |= DUT_CAN_NS_ATTR;
    }
    if (SMMU3T_MASTER_GET(caps, CAPS, STALL)) {
        can |= DUT_CAN_STALL;
    }
    /* All of any table, and some beyond. */
    if (!SMMU3T_MASTER_GET(caps, CAPS, PCI) && !smmu3t_master_read(m, SMMU3T_M_SID_FIRST) &&
        smmu3t_master_read(m, SMMU3T_M_SID_LAST) >= 0x1ffff) {
        can |= DUT_CAN_ANY_SID;
    }
    return can;
}

unsigned master_holds(const struct smmu3t_master *m)
{
    return SMMU3T_MASTER_GET(smmu3t_master_read(m, SMMU3T_M_CAPS), CAPS, CHANNELS);
}

static struct smmu3t_master_attr attributes(const struct dut_dma *dma)
{
    uint32_t flags = dma->flags;

    return (struct smmu3t_master_attr){
        .priv = flags & DUT_DMA_PRIV, .instr = flags & DUT_DMA_INSTR, .ns = flags & DUT_DMA_NS,
        .typed = flags & DUT_DMA_ATTR, .mair = dma->mair, .sh = dma->sh,
    };
}

static void finish(const struct smmu3t_master *m, struct dut_dma_result *res)
{
    struct smmu3t_dma_result r;

    smmu3t_master_result(m, &r);
    switch (r.state) {
    case SMMU3T_M_STATUS_OK:
        res->end = DUT_DMA_DONE;
        break;
    case SMMU3T_M_STATUS_ABORTED:
        res->end = DUT_DMA_ABORTED;
        break;
    case SMMU3T_M_STATUS_STALLED:
        res->end = DUT_DMA_STALLED;
        break;
    default:
        res->end = DUT_DMA_BROKEN;
        break;
    }
    res->data = r.data;
    res->out_addr = r.out_addr;
    res->out_pas = (enum dut_pas)r.out_pas;
    res->out_mair = r.out_mair;
    res->out_sh = r.out_sh;
}

/* Each hold is a channel. */
static struct smmu3t_master channel(const struct smmu3t_master *m, unsigned hold)
{
    struct smmu3t_master one = *m;

    one.channel = hold;
    return one;
}

void master_dma(const struct smmu3t_master *first, const struct dut_dma *dma,
                struct dut_dma_result *res)
{
    const struct smmu3t_master own = channel(first, dma->hold), *m = &own;
    struct smmu3t_dma d;
    uint8_t cmd = SMMU3T_M_CMD_READ;

    if (dma->flags & DUT_DMA_ATS_TR) {
        cmd = SMMU3T_M_CMD_TREQ;
    } else if (dma->flags & DUT_DMA_WRITE) {
        cmd = SMMU3T_M_CMD_WRITE;
    }
    smmu3t_dma_init(&d, cmd);
    d.sec = dma->sec_sid == DUT_S ? SMMU3T_M_CTRL_SECURE : SMMU3T_M_CTRL_NON_SECURE;
    d.sid = dma->stream_id;
    d.ssv = dma->flags & DUT_DMA_SSV;
    d.ssid = d.ssv ? dma->substream_id : 0;
    d.read = d.write = attributes(dma);
    d.write.instr = false;
    d.read.no_write = !(dma->flags & DUT_DMA_WRITE); /* of a Translation Request */
    d.can_stall = dma->flags & DUT_DMA_CAN_STALL;
    d.translated = dma->flags & DUT_DMA_TRANSLATED;
    d.src = d.dst = dma->addr;
    d.data = dma->data;
    /* One that a row left stalled is none of this DMA's business. */
    smmu3t_master_stop(m);
    if (smmu3t_master_start(m, &d) || smmu3t_master_wait(m)) {
        res->end = DUT_DMA_BROKEN;
        return;
    }
    finish(m, res);
}

void master_dma_poll(const struct smmu3t_master *m, unsigned hold, struct dut_dma_result *res)
{
    const struct smmu3t_master own = channel(m, hold);

    res->end = DUT_DMA_BROKEN;
    if (!smmu3t_master_wait(&own)) {
        finish(&own, res);
    }
}
