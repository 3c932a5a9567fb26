/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * arm-smmuv3 on libsmmu3: the QOM type, its life cycle and its registers.
 *
 * The type has the name and the parent of QEMU's own model, whose place it
 * takes in the build, so boards wire it up unchanged: one window of registers
 * and four interrupts. Nothing of the parent's code runs but its properties.
 * The Secure bank's interrupts are four more, which boards do not connect; the
 * property secure-spi does.
 */
#include "qemu/osdep.h"
#include "device.h"
#include "migration/vmstate.h"
#include "qapi/error.h"
#include "trace/trace-hw_arm.h"

/* The registers that turn translation on and off, IHI0070G.b 6.3 */
#define REG_CR0    0x0020
#define REG_GBPA   0x0044
#define REG_S_CR0  0x8020
#define REG_S_GBPA 0x8044

/*
 * The physical address space of a register access. CPUs always say; who does
 * not (qtest, a debugger's monitor) is Non-secure.
 */
static enum smmu3_pas mmio_pas(MemTxAttrs attrs)
{
    if (attrs.unspecified) {
        return SMMU3_PAS_NS;
    }
    if (attrs.secure) {
        return attrs.space == SMMU3Q_SPACE_ROOT ? SMMU3_PAS_ROOT : SMMU3_PAS_S;
    }
    return attrs.space == SMMU3Q_SPACE_REALM ? SMMU3_PAS_REALM : SMMU3_PAS_NS;
}

static MemTxResult mmio_read(void *opaque, hwaddr offset, uint64_t *data,
                             unsigned size, MemTxAttrs attrs)
{
    SMMU3State *s = opaque;

    *data = 0;
    smmu3_mmio_read(s->lib, offset, size, mmio_pas(attrs), data);
    trace_smmuv3_read_mmio(offset, *data, size, MEMTX_OK);
    if (unlikely(s->record)) {
        smmu3q_record_mmio(s, &(struct smmu3q_mmio) {
            false, offset, size, mmio_pas(attrs), *data });
    }
    return MEMTX_OK;
}

/* Does this register decide whether, or with what, streams are translated? */
static bool switches_translation(hwaddr offset, unsigned size)
{
    static const uint16_t regs[] = { REG_CR0, REG_GBPA, REG_S_CR0, REG_S_GBPA };

    for (int i = 0; i < ARRAY_SIZE(regs); i++) {
        if (offset < regs[i] + 4 && regs[i] < offset + size) {
            return true;
        }
    }
    return false;
}

static MemTxResult mmio_write(void *opaque, hwaddr offset, uint64_t data,
                              unsigned size, MemTxAttrs attrs)
{
    SMMU3State *s = opaque;

    trace_smmuv3_write_mmio(offset, data, size, MEMTX_OK);
    /* The guest has had the CPU: what faults after this is another access. */
    smmu3q_new_epoch(s);
    smmu3_mmio_write(s->lib, offset, size, mmio_pas(attrs), data);
    if (unlikely(s->record)) {
        smmu3q_record_mmio(s, &(struct smmu3q_mmio) {
            true, offset, size, mmio_pas(attrs), data });
    }
    if (switches_translation(offset, size)) {
        /* No command tells those who cache that bypass began or ended. */
        smmu3q_unmap_all(s);
    }
    return MEMTX_OK;
}

/* Of every size and alignment: what is not allowed is the library's to say. */
static const MemoryRegionOps mmio_ops = {
    .read_with_attrs = mmio_read,
    .write_with_attrs = mmio_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 8, .unaligned = true },
    .impl = { .min_access_size = 1, .max_access_size = 8, .unaligned = true },
};

static bool create_lib(SMMU3State *s, Error **errp)
{
    struct smmu3_config cfg;
    int err;

    if (!smmu3q_configure(s, smmu3q_secure_memory(s) != NULL, &cfg, errp)) {
        return false;
    }
    err = smmu3_create(&cfg, &smmu3q_host, s, &s->lib);
    if (err) {
        error_setg(errp, TYPE_ARM_SMMUV3 ": %s", smmu3_strerror(err));
        return false;
    }
    s->secure = (cfg.s_idr1 >> 31) & 1; /* S_IDR1.SECURE_IMPL */
    return true;
}

static void smmu3q_realize(DeviceState *dev, Error **errp)
{
    SMMU3State *s = SMMU3Q(dev);
    SysBusDevice *sbd = SYS_BUS_DEVICE(dev);

    if (!create_lib(s, errp)) {
        return;
    }
    smmu3q_init_memory(s);
    memory_region_init_io(&s->mmio, OBJECT(s), &mmio_ops, s, TYPE_ARM_SMMUV3,
                          SMMU3_MMIO_SIZE);
    sysbus_init_mmio(sbd, &s->mmio);
    for (int i = 0; i < SMMU3Q_NUM_IRQS; i++) {
        sysbus_init_irq(sbd, &s->irq[i]);
    }
    if (!smmu3q_record_open(s, errp) ||
        !smmu3q_connect_secure_irqs(s, errp) || !smmu3q_attach_pci(s, errp)) {
        return;
    }
    smmu3q_init_irqs(s);
    smmu3q_sec_sid_register(s);
}

/*
 * In the last phase of a reset, when all devices have stopped their DMA: one
 * that is still under way would otherwise go through an SMMU already disabled.
 */
static void smmu3q_reset_exit(Object *obj, ResetType type)
{
    SMMU3State *s = SMMU3Q(obj);

    trace_smmu_reset_exit();
    smmu3_reset(s->lib);
    if (s->record) {
        smmu3q_record_reset(s);
    }
    smmu3q_new_epoch(s);
    smmu3q_unmap_all(s);
}

static void smmu3q_instance_init(Object *obj)
{
    SMMU3State *s = SMMU3Q(obj);

    QLIST_INIT(&s->notified);
    QLIST_INIT(&s->waiting);
    s->secure_impl = ON_OFF_AUTO_AUTO;
    smmu3q_recent_init(s);
    smmu3q_log_init(&s->masters_log, &s->masters_lock);
}

/* After an introspection, or a realize that failed: nothing is attached yet. */
static void smmu3q_instance_finalize(Object *obj)
{
    SMMU3State *s = SMMU3Q(obj);

    smmu3q_sec_sid_unregister(s);
    timer_free(s->masters_log.timer);
    if (s->irq_bh) {
        qemu_bh_delete(s->irq_bh);
    }
    g_clear_pointer(&s->buses, g_hash_table_destroy);
    smmu3_destroy(s->lib);
    g_free(s->snapshot);
    g_free(s->sec_sids);
    g_free(s->answer);
    smmu3q_record_close(s);
    smmu3q_free_properties(s);
}

static void smmu3q_class_init(ObjectClass *klass, SMMU3Q_CLASS_DATA *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->realize = smmu3q_realize;
    dc->vmsd = &smmu3q_vmstate;
    dc->desc = "Arm SMMUv3 (libsmmu3)";
    dc->hotpluggable = false;
#if SMMU3Q_HAS_PER_BUS
    dc->user_creatable = true;
#endif
    RESETTABLE_CLASS(klass)->phases.exit = smmu3q_reset_exit;
    smmu3q_add_properties(klass);
    smmu3q_add_questions(klass);
    smmu3q_add_record(klass);
    smmu3q_sec_sid_add_property();
}

static const TypeInfo smmu3q_types[] = {
    {
        .name = TYPE_ARM_SMMUV3,
        .parent = TYPE_ARM_SMMU,
        .instance_size = sizeof(SMMU3State),
        .instance_init = smmu3q_instance_init,
        .instance_finalize = smmu3q_instance_finalize,
        .class_size = sizeof(SMMUv3Class),
        .class_init = smmu3q_class_init,
    },
};

DEFINE_TYPES(smmu3q_types)
