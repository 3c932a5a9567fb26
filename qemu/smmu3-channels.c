/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "engine.h"
#include "migration/vmstate.h"

void smmu3q_engine_init(SMMU3Engine *e, DeviceState *dev,
                        const SMMU3EngineOps *ops)
{
    e->ops = *ops;
    e->timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, smmu3q_channels_run, e);
    for (int i = 0; i < SMMU3_CHANNELS; i++) {
        e->channel[i].engine = e;
        e->channel[i].client.resume = smmu3q_channel_resumed;
        smmu3q_channel_reset_registers(&e->channel[i]);
    }
    memory_region_init_io(&e->mmio, OBJECT(dev), &smmu3q_engine_mmio_ops, e,
                          object_get_typename(OBJECT(dev)),
                          SMMU3_CHANNELS * SMMU3_CHANNEL_SIZE);
}

static void cancel_all(SMMU3Engine *e)
{
    timer_del(e->timer);
    for (int i = 0; i < SMMU3_CHANNELS; i++) {
        smmu3q_client_cancel(&e->channel[i].client);
    }
}

void smmu3q_engine_reset(SMMU3Engine *e)
{
    cancel_all(e);
    for (int i = 0; i < SMMU3_CHANNELS; i++) {
        smmu3q_channel_reset_registers(&e->channel[i]);
        e->channel[i].starts++;
    }
    smmu3q_engine_update_irq(e);
}

void smmu3q_engine_destroy(SMMU3Engine *e)
{
    if (e->timer) {
        cancel_all(e);
        g_clear_pointer(&e->timer, timer_free);
    }
}

/* ---- migration ---- */

static int engine_pre_load(void *opaque)
{
    cancel_all(opaque);
    return 0;
}

/*
 * The SMMU's stalls do not move along: what was stalled is presented again,
 * as the SMMU might do at any time, and gets a STAG of this SMMU.
 */
static int engine_post_load(void *opaque, int version_id)
{
    SMMU3Engine *e = opaque;

    for (int i = 0; i < SMMU3_CHANNELS; i++) {
        SMMU3Channel *ch = &e->channel[i];

        if (smmu3q_channel_runs(ch)) {
            if (!smmu3q_channel_is_sane(ch)) {
                return -EINVAL;
            }
            smmu3q_channel_present_again(ch);
        }
    }
    return 0;
}

static bool buf_is_needed(void *opaque)
{
    const SMMU3Channel *ch = opaque;

    return ch->writing && smmu3q_channel_runs(ch);
}

static const VMStateDescription channel_buf_vmstate = {
    .name = "smmu3-master/channel/buf",
    .version_id = 1,
    .minimum_version_id = 1,
    .needed = buf_is_needed,
    .fields = (const VMStateField[]) {
        VMSTATE_BUFFER(buf, SMMU3Channel),
        VMSTATE_END_OF_LIST()
    },
};

static const VMStateDescription channel_vmstate = {
    .name = "smmu3-master/channel",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32_ARRAY(reg, SMMU3Channel, SMMU3_CHANNEL_WORDS),
        VMSTATE_UINT64(index, SMMU3Channel),
        VMSTATE_UINT32(offset, SMMU3Channel),
        VMSTATE_UINT32(piece, SMMU3Channel),
        VMSTATE_BOOL(writing, SMMU3Channel),
        VMSTATE_UINT8(client.verdict, SMMU3Channel),
        VMSTATE_END_OF_LIST()
    },
    .subsections = (const VMStateDescription *const[]) {
        &channel_buf_vmstate,
        NULL
    },
};

const VMStateDescription smmu3q_engine_vmstate = {
    .name = "smmu3-master/engine",
    .version_id = 1,
    .minimum_version_id = 1,
    .pre_load = engine_pre_load,
    .post_load = engine_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_STRUCT_ARRAY(channel, SMMU3Engine, SMMU3_CHANNELS, 1,
                             channel_vmstate, SMMU3Channel),
        VMSTATE_END_OF_LIST()
    },
};
