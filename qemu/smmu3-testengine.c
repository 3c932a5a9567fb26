/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * smmu3-testengine: Arm's SMMUv3TestEngine as a platform device, as the FVP
 * has it in the place of its DMA-330s.
 */
#include "qemu/osdep.h"
#include "migration/vmstate.h"
#include "platform.h"
#include "qapi/error.h"
#include "system/reset.h"
#include "testengine.h"

#define TYPE_SMMU3_TESTENGINE "smmu3-testengine"
OBJECT_DECLARE_SIMPLE_TYPE(SMMU3TestEngineDevice, SMMU3_TESTENGINE)

/*
 * StreamIDs 0 and 1 are what Arm's tests use. On these machines 0 to 7 are
 * those of the PCI host bridge, which makes no DMA.
 */
#define FIRST_SID 0
#define NUM_SIDS  8

struct SMMU3TestEngineDevice {
    DeviceState parent;

    SMMU3Place place;
    SMMU3TestEngine engine;
};

static bool stream_of(SMMU3Frame *f, SMMU3State **smmu,
                      enum smmu3_sec_sid *sec_sid, uint32_t *stream_id)
{
    SMMU3TestEngineDevice *t =
        container_of(f->engine, SMMU3TestEngineDevice, engine);
    const SMMU3Place *p = &t->place;
    uint32_t sid = *smmu3q_frame_reg(f, T_STREAMID);
    bool ns = T_FIELD(*smmu3q_frame_reg(f, T_PCTRL), PCTRL, SSD_NS);

    *smmu = SMMU3Q(p->smmu);
    *sec_sid = ns ? SMMU3_SEC_SID_NS : SMMU3_SEC_SID_S;
    *stream_id = sid;
    return sid >= p->sid && sid - p->sid < p->num_sids;
}

static void testengine_realize(DeviceState *dev, Error **errp)
{
    SMMU3TestEngineDevice *t = SMMU3_TESTENGINE(dev);
    SMMU3TestEngineOps ops = { .stream = stream_of, .can_stall = true };

    smmu3q_testengine_init(&t->engine, dev, &ops);
    if (!smmu3q_place_realize(&t->place, dev, &t->engine.mmio, false, errp)) {
        smmu3q_testengine_destroy(&t->engine);
        return;
    }
    t->engine.ops.secure = t->place.secure != SMMU3_SECURE_OFF &&
                           SMMU3Q(t->place.smmu)->secure;
    t->engine.ops.anybody_secure = t->place.secure == SMMU3_SECURE_ANY;
    smmu3q_place_add_node(&t->place, dev, "arm,smmuv3-testengine", false);
    qemu_register_resettable(OBJECT(dev));
}

/* By default Secure frames there are, wherever the SMMU has Secure streams. */
static void testengine_init(Object *obj)
{
    SMMU3_TESTENGINE(obj)->place.secure = SMMU3_SECURE_ON;
}

static void testengine_reset_hold(Object *obj, ResetType type)
{
    smmu3q_testengine_reset(&SMMU3_TESTENGINE(obj)->engine);
}

static const VMStateDescription testengine_vmstate = {
    .name = TYPE_SMMU3_TESTENGINE,
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_STRUCT(engine, SMMU3TestEngineDevice, 1,
                       smmu3q_testengine_vmstate, SMMU3TestEngine),
        VMSTATE_END_OF_LIST()
    },
};

static const Property testengine_properties[] = {
    SMMU3_PLACE_PROPERTIES(SMMU3TestEngineDevice, place, FIRST_SID, NUM_SIDS),
};

static void testengine_class_init(ObjectClass *klass, SMMU3Q_CLASS_DATA *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->realize = testengine_realize;
    dc->vmsd = &testengine_vmstate;
    dc->desc = "Arm's SMMUv3TestEngine";
    dc->hotpluggable = false;
    set_bit(DEVICE_CATEGORY_MISC, dc->categories);
    device_class_set_props(dc, testengine_properties);
    RESETTABLE_CLASS(klass)->phases.hold = testengine_reset_hold;
    smmu3q_place_add_secure(klass, offsetof(SMMU3TestEngineDevice, place));
}

static const TypeInfo testengine_types[] = {
    {
        .name = TYPE_SMMU3_TESTENGINE,
        .parent = TYPE_DEVICE,
        .instance_size = sizeof(SMMU3TestEngineDevice),
        .instance_init = testengine_init,
        .class_init = testengine_class_init,
    },
};

DEFINE_TYPES(testengine_types)
