/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Devices on no bus at all: they find their SMMU and the interrupt controller,
 * take a place in the machine's memory, and tell the device tree.
 */
#ifndef SMMU3_QEMU_PLATFORM_H
#define SMMU3_QEMU_PLATFORM_H

#include "device.h"

/* Who may make it do Secure accesses. */
typedef enum SMMU3SecureUse {
    SMMU3_SECURE_OFF, /* nobody */
    SMMU3_SECURE_ON,  /* the Secure world, by Secure accesses */
    SMMU3_SECURE_ANY  /* everybody; for tests without a Secure world */
} SMMU3SecureUse;

/* Of the properties base, spi, sid: that of the next free place. */
#define SMMU3_AUTO UINT32_MAX

typedef struct SMMU3Place {
    /* properties */
    SMMUv3State *smmu;
    uint64_t base;
    uint32_t spi;
    uint32_t sid, num_sids;
    SMMU3SecureUse secure;

    bool secure_given;
    uint64_t size; /* of the registers */
    qemu_irq irq;
} SMMU3Place;

#define SMMU3_PLACE_PROPERTIES(type, member, default_sid, default_num)      \
    DEFINE_PROP_LINK("smmu", type, member.smmu, TYPE_ARM_SMMUV3,            \
                     SMMUv3State *),                                        \
    DEFINE_PROP_UINT64("base", type, member.base, SMMU3_AUTO),              \
    DEFINE_PROP_UINT32("spi", type, member.spi, SMMU3_AUTO),                \
    DEFINE_PROP_UINT32("sid", type, member.sid, default_sid),               \
    DEFINE_PROP_UINT32("num-sids", type, member.num_sids, default_num)

/* The property `secure`: off, on, any. place_offset: of the SMMU3Place in it. */
void smmu3q_place_add_secure(ObjectClass *klass, size_t place_offset);

/*
 * Puts the registers there and fills in what was SMMU3_AUTO. with_irq: there
 * is a wired interrupt.
 */
bool smmu3q_place_realize(SMMU3Place *p, DeviceState *dev, MemoryRegion *mr,
                          bool with_irq, Error **errp);
/*
 * A node for it, where the machine has a device tree with its SMMU in it.
 * secure_only: not for the Non-secure world.
 */
void smmu3q_place_add_node(const SMMU3Place *p, DeviceState *dev,
                           const char *compatible, bool secure_only);

#endif
