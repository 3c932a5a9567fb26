/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where QEMU 10.0, 10.2 and 11 differ for this device, in one place. Include
 * after qemu/osdep.h.
 */
#ifndef SMMU3_QEMU_COMPAT_H
#define SMMU3_QEMU_COMPAT_H

#if __has_include("system/memory.h")
#include "system/memory.h"
#include "system/address-spaces.h"
#else
#include "exec/memory.h"
#include "exec/address-spaces.h"
#endif

#if __has_include("hw/core/sysbus.h")
#include "hw/core/boards.h"
#include "hw/core/irq.h"
#include "hw/core/qdev-properties.h"
#include "hw/core/sysbus.h"
#else
#include "hw/boards.h"
#include "hw/irq.h"
#include "hw/qdev-properties.h"
#include "hw/sysbus.h"
#endif

#if __has_include("qemu/aio.h")
#include "qemu/aio.h"
#else
#include "block/aio.h"
#endif

#include "hw/arm/smmuv3.h"
#include "hw/pci/pci.h"
#include "hw/pci/pci_bus.h"
#include "hw/pci/pci_device.h"

#define SMMU3Q_QEMU_IS(major, minor) \
    (QEMU_VERSION_MAJOR > (major) || \
     (QEMU_VERSION_MAJOR == (major) && QEMU_VERSION_MINOR >= (minor)))

/* The data of a TypeInfo became const in 10.1. */
#if SMMU3Q_QEMU_IS(10, 1)
#define SMMU3Q_CLASS_DATA const void
#else
#define SMMU3Q_CLASS_DATA void
#endif

/* Since 10.2 boards let users create the device, one for each root bus. */
#define SMMU3Q_HAS_PER_BUS SMMU3Q_QEMU_IS(10, 2)

/* Which could not fail at first. */
#if SMMU3Q_QEMU_IS(11, 0)
#define SMMU3Q_SETUP_IOMMU_PER_BUS(bus, ops, opaque, errp) \
    pci_setup_iommu_per_bus(bus, ops, opaque, errp)
#else
#define SMMU3Q_SETUP_IOMMU_PER_BUS(bus, ops, opaque, errp) \
    (pci_setup_iommu_per_bus(bus, ops, opaque), true)
#endif

/* QEMU 11's virt asks its SMMU whether it is accelerated by the host's. */
#define SMMU3Q_HAS_ACCEL SMMU3Q_QEMU_IS(11, 0)

/* An event in the queue, in the trace of hw/arm. */
#if SMMU3Q_QEMU_IS(11, 0)
#define trace_smmu3q_event trace_smmuv3_propagate_event
#else
#define trace_smmu3q_event trace_smmuv3_record_event
#endif

/* VMStateDescription.post_save lost its result. */
#if SMMU3Q_QEMU_IS(11, 0)
#define SMMU3Q_POST_SAVE_RESULT void
#define SMMU3Q_POST_SAVE_DONE
#else
#define SMMU3Q_POST_SAVE_RESULT int
#define SMMU3Q_POST_SAVE_DONE 0
#endif

/*
 * enum ARMSecuritySpace of target/arm/cpu.h, which common code cannot include:
 * the values of MemTxAttrs.space.
 */
enum {
    SMMU3Q_SPACE_SECURE = 0,
    SMMU3Q_SPACE_NON_SECURE = 1,
    SMMU3Q_SPACE_ROOT = 2,
    SMMU3Q_SPACE_REALM = 3,
};

#endif
