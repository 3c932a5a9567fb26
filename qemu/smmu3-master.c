/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * smmu3-master: a DMA master behind the SMMU that is not PCI, with StreamIDs
 * of its own. A device for tests: what it may do, its properties say.
 */
#include "qemu/osdep.h"
#include "engine.h"
#include "migration/vmstate.h"
#include "platform.h"
#include "qapi/error.h"
#include "system/reset.h"

#define TYPE_SMMU3_MASTER "smmu3-master"
OBJECT_DECLARE_SIMPLE_TYPE(SMMU3Master, SMMU3_MASTER)

struct SMMU3Master {
    DeviceState parent;

    SMMU3Place place;
    SMMU3Engine engine;
    bool devices, direct;
};

static unsigned identity(SMMU3Engine *e, SMMU3Identity *id)
{
    SMMU3Master *m = container_of(e, SMMU3Master, engine);
    const SMMU3Place *p = &m->place;
    SMMU3State *s = SMMU3Q(p->smmu);

    *id = (SMMU3Identity) {
        .smmu = s,
        .own = p->sid,
        .first = p->sid,
        .last = p->sid + p->num_sids - 1,
        .sec_sid = p->secure == SMMU3_SECURE_ON ? SMMU3_SEC_SID_S
                                                : SMMU3_SEC_SID_NS,
        .may_be_secure = p->secure != SMMU3_SECURE_OFF && s->secure,
    };
    return M_STATUS_NO_REASON;
}

static void set_irq(SMMU3Engine *e, bool level)
{
    qemu_set_irq(container_of(e, SMMU3Master, engine)->place.irq, level);
}

static void master_realize(DeviceState *dev, Error **errp)
{
    SMMU3Master *m = SMMU3_MASTER(dev);
    SMMU3EngineOps ops = {
        .identity = identity,
        .set_irq = set_irq,
        .secure_only = m->place.secure == SMMU3_SECURE_ON,
        .devices = m->devices,
        .direct = m->direct,
    };

    smmu3q_engine_init(&m->engine, dev, &ops);
    if (!smmu3q_place_realize(&m->place, dev, &m->engine.mmio, true, errp)) {
        smmu3q_engine_destroy(&m->engine);
        return;
    }
    smmu3q_place_add_node(&m->place, dev, "smmu3,master",
                          m->place.secure == SMMU3_SECURE_ON);
    qemu_register_resettable(OBJECT(dev));
}

static void master_reset_hold(Object *obj, ResetType type)
{
    smmu3q_engine_reset(&SMMU3_MASTER(obj)->engine);
}

static const VMStateDescription master_vmstate = {
    .name = TYPE_SMMU3_MASTER,
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_STRUCT(engine, SMMU3Master, 1, smmu3q_engine_vmstate,
                       SMMU3Engine),
        VMSTATE_END_OF_LIST()
    },
};

static const Property master_properties[] = {
    SMMU3_PLACE_PROPERTIES(SMMU3Master, place, SMMU3_AUTO, 16),
    DEFINE_PROP_BOOL("devices", SMMU3Master, devices, false),
    DEFINE_PROP_BOOL("direct", SMMU3Master, direct, false),
};

static void master_class_init(ObjectClass *klass, SMMU3Q_CLASS_DATA *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->realize = master_realize;
    dc->vmsd = &master_vmstate;
    dc->desc = "DMA master behind an SMMUv3, for tests";
    dc->hotpluggable = false;
    set_bit(DEVICE_CATEGORY_MISC, dc->categories);
    device_class_set_props(dc, master_properties);
    RESETTABLE_CLASS(klass)->phases.hold = master_reset_hold;
    smmu3q_place_add_secure(klass, offsetof(SMMU3Master, place));
}

static const TypeInfo master_types[] = {
    {
        .name = TYPE_SMMU3_MASTER,
        .parent = TYPE_DEVICE,
        .instance_size = sizeof(SMMU3Master),
        .class_init = master_class_init,
    },
};

DEFINE_TYPES(master_types)
