/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QEMU 11 can have the host's SMMU do the work (accel=on), and its boards and
 * its smmuv3-accel.c ask the device about that. A model can only say no. With
 * that answer nothing but the property and smmuv3_ats_enabled() is ever used;
 * the rest is here because it is linked against.
 */
#include "qemu/osdep.h"
#include "device.h"
#include "qapi/error.h"

#if SMMU3Q_HAS_ACCEL

/* As in QEMU's smmuv3-internal.h, whose types would come with a whole model. */
int smmu_find_ste(SMMUv3State *s, uint32_t sid, void *ste, void *event);
void smmuv3_propagate_event(SMMUv3State *s, void *record);

int smmu_find_ste(SMMUv3State *s, uint32_t sid, void *ste, void *event)
{
    return -EINVAL;
}

void smmuv3_propagate_event(SMMUv3State *s, void *record)
{
}

bool smmuv3_ats_enabled(struct SMMUv3State *s)
{
    return false;
}

static bool get_accel(Object *obj, Error **errp)
{
    return false;
}

static void set_accel(Object *obj, bool value, Error **errp)
{
    if (value) {
        error_setg(errp, TYPE_ARM_SMMUV3 ": accel=on: this is a model, the "
                   "host's SMMU plays no part");
    }
}

/* Of the node in the ACPI table IORT; set by the board. */
static const Property board_properties[] = {
    DEFINE_PROP_UINT8("identifier", SMMUv3State, identifier, 0),
};

void smmu3q_add_board_properties(ObjectClass *klass)
{
    object_class_property_add_bool(klass, "accel", get_accel, set_accel);
    device_class_set_props(DEVICE_CLASS(klass), board_properties);
}

#else

void smmu3q_add_board_properties(ObjectClass *klass)
{
}

#endif
