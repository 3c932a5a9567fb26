/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the library asks of its host: memory of a physical address space, and
 * interrupts.
 */
#include "qemu/osdep.h"
#include "client.h"
#include "qemu/main-loop.h"
#include "qemu/rcu.h"
#include "system/runstate.h"
#include "trace/trace-hw_arm.h"

#define GIC_INTERNAL 32

/* As DeviceID of the SMMU's own MSIs: no PCI function of these machines. */
#define OWN_REQUESTER_ID 0xffff

/* ---- memory ---- */

/* Boards of QEMU 11 hand it over, those before have it in a known place. */
MemoryRegion *smmu3q_secure_memory(SMMU3State *s)
{
    Object *mr = NULL;

    if (object_property_find(OBJECT(s), "secure-memory")) {
        mr = object_property_get_link(OBJECT(s), "secure-memory", NULL);
    }
    if (!mr) {
        mr = object_resolve_path("/machine/secure-memory[0]", NULL);
    }
    return (MemoryRegion *)object_dynamic_cast(mr, TYPE_MEMORY_REGION);
}

static MemoryRegion *non_secure_memory(SMMU3State *s)
{
    Object *mr = NULL;

    if (object_property_find(OBJECT(s), "memory")) {
        mr = object_property_get_link(OBJECT(s), "memory", NULL);
    }
    return (MemoryRegion *)object_dynamic_cast(mr, TYPE_MEMORY_REGION);
}

static uint64_t raz_read(void *opaque, hwaddr addr, unsigned size)
{
    return 0;
}

static void raz_write(void *opaque, hwaddr addr, uint64_t data, unsigned size)
{
}

static const MemoryRegionOps raz_ops = {
    .read = raz_read,
    .write = raz_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 8, .unaligned = true },
    .impl = { .min_access_size = 1, .max_access_size = 8, .unaligned = true },
};

/* ---- the memory map, for host_read()'s windows ---- */

static unsigned memory_map = 1; /* counts changes; 0: none */
static unsigned map_changing;

static void map_begin(MemoryListener *listener)
{
    qatomic_inc(&map_changing);
}

static void map_commit(MemoryListener *listener)
{
    qatomic_inc(&memory_map);
    qatomic_dec(&map_changing);
}

/* The listener of any address space hears of every change. */
static void listen_to_map(void)
{
    static MemoryListener listener = {
        .name = "arm-smmuv3", .begin = map_begin, .commit = map_commit,
    };

    if (!listener.address_space) {
        memory_listener_register(&listener, &address_space_memory);
    }
}

void smmu3q_init_memory(SMMU3State *s)
{
    MemoryRegion *ns = non_secure_memory(s);

    s->as[SMMU3_PAS_NS] = &address_space_memory;
    if (ns && ns != address_space_memory.root) {
        address_space_init(&s->ns_as, ns, "smmuv3-non-secure");
        s->as[SMMU3_PAS_NS] = &s->ns_as;
    }
    if (s->secure) {
        address_space_init(&s->secure_as, smmu3q_secure_memory(s),
                           "smmuv3-secure");
        s->as[SMMU3_PAS_S] = &s->secure_as;
    }
    listen_to_map();
    memory_region_init_io(&s->raz_mr, OBJECT(s), &raz_ops, s, "smmuv3-raz",
                          UINT64_MAX);
    /* Without state, any number of accesses at once do no harm. */
    s->raz_mr.disable_reentrancy_guard = true;
    address_space_init(&s->raz_as, &s->raz_mr, "smmuv3-raz");
}

/*
 * .memory keeps the SMMU off devices: a queue or table put over registers
 * must not run a device's code from inside a translation.
 */
static MemTxAttrs attrs_of(enum smmu3_pas pas)
{
    bool secure = pas == SMMU3_PAS_S;

    return (MemTxAttrs) {
        .secure = secure,
        .space = secure ? SMMU3Q_SPACE_SECURE : SMMU3Q_SPACE_NON_SECURE,
        .memory = 1,
    };
}

static AddressSpace *as_of(SMMU3State *s, enum smmu3_pas pas)
{
    return pas < ARRAY_SIZE(s->as) ? s->as[pas] : NULL;
}

/* Whole doublewords at once: CPUs change descriptors while we read them. */
static void copy_doublewords(void *to, const void *from, size_t size)
{
    if ((uintptr_t)from % 8 || size % 8) {
        memcpy(to, from, size);
        return;
    }
    for (size_t i = 0; i < size; i += 8) {
        uint64_t v = qatomic_read__nocheck((const uint64_t *)(from + i));

        memcpy(to + i, &v, 8);
    }
}

/*
 * Where memory lies that was read before: most walks read the same gigabyte. A
 * thread has windows of its own, so they need no lock; a change of the memory
 * map makes all of them old. They are looked at, and what they point to is
 * used, in one RCU critical section: if that began before the change, what goes
 * with the change stays until it ends.
 */
#define WINDOW_BITS 30
#define NUM_WINDOWS 4

static __thread struct {
    const AddressSpace *as;
    unsigned map;           /* as of this memory map */
    hwaddr first, last;
    const uint8_t *host;    /* of first */
} windows[NUM_WINDOWS];

static unsigned window_of(hwaddr addr)
{
    return (addr >> WINDOW_BITS) % NUM_WINDOWS;
}

/* Memory that is in a window; NULL: it is not. Within rcu_read_lock(). */
static const void *in_window(const AddressSpace *as, hwaddr addr, size_t size)
{
    unsigned i = window_of(addr);

    if (windows[i].as != as || addr < windows[i].first ||
        addr > windows[i].last || windows[i].last - addr < size - 1 ||
        qatomic_load_acquire(&map_changing) ||
        windows[i].map != qatomic_load_acquire(&memory_map)) {
        return NULL;
    }
    return windows[i].host + (addr - windows[i].first);
}

/* From addr to the end of its block of memory, or of its gigabyte. */
static void open_window(AddressSpace *as, hwaddr addr, MemTxAttrs attrs)
{
    unsigned i = window_of(addr), map = qatomic_load_acquire(&memory_map);
    hwaddr offset, len = (1ull << WINDOW_BITS) - addr % (1ull << WINDOW_BITS);
    MemoryRegion *mr;

    windows[i].as = NULL;
    if (qatomic_load_acquire(&map_changing)) {
        return;
    }
    mr = address_space_translate(as, addr, &offset, &len, false, attrs);
    /* RAM only: it is all whose end `len` respects (flash can be direct, too). */
    if (!memory_region_is_ram(mr) ||
        !memory_access_is_direct(mr, false, attrs) || !len) {
        return;
    }
    windows[i].as = as;
    windows[i].first = addr;
    windows[i].last = addr + len - 1;
    windows[i].host = qemu_map_ram_ptr(mr->ram_block, offset);
    windows[i].map = map;
}

static enum smmu3_mem read_memory(SMMU3State *s, const struct smmu3_access *acc,
                                  void *buf, size_t size)
{
    AddressSpace *as = as_of(s, acc->pas);
    MemTxAttrs attrs = attrs_of(acc->pas);
    const void *memory;
    size_t done = 0;

    if (!as) {
        return SMMU3_MEM_ABORT;
    }
    RCU_READ_LOCK_GUARD();
    memory = in_window(as, acc->addr, size);
    if (likely(memory)) {
        copy_doublewords(buf, memory, size);
        return SMMU3_MEM_OK;
    }
    open_window(as, acc->addr, attrs);
    while (done < size) {
        hwaddr len = size - done;
        hwaddr offset;
        MemoryRegion *mr = address_space_translate(as, acc->addr + done,
                                                   &offset, &len, false, attrs);

        if (!memory_access_is_direct(mr, false, attrs) || !len) {
            return SMMU3_MEM_ABORT;
        }
        copy_doublewords(buf + done, qemu_map_ram_ptr(mr->ram_block, offset),
                         len);
        done += len;
    }
    return SMMU3_MEM_OK;
}

static enum smmu3_mem host_read(void *ctx, const struct smmu3_access *acc,
                                void *buf, size_t size)
{
    SMMU3State *s = ctx;
    enum smmu3_mem result = read_memory(s, acc, buf, size);

    if (unlikely(s->record)) {
        smmu3q_record_access(s, false, acc, buf, size, result);
    }
    return result;
}

/*
 * MSIs are what may reach a device: the library holds no lock when it sends
 * one.
 */
static enum smmu3_mem write_memory(SMMU3State *s,
                                   const struct smmu3_access *acc,
                                   const void *buf, size_t size)
{
    AddressSpace *as = as_of(s, acc->pas);
    MemTxAttrs attrs = attrs_of(acc->pas);

    if (acc->kind == SMMU3_ACC_MSI) {
        attrs.memory = 0;
        attrs.requester_id = OWN_REQUESTER_ID;
    }
    if (!as ||
        address_space_write(as, acc->addr, attrs, buf, size) != MEMTX_OK) {
        return SMMU3_MEM_ABORT;
    }
    return SMMU3_MEM_OK;
}

static enum smmu3_mem host_write(void *ctx, const struct smmu3_access *acc,
                                 const void *buf, size_t size)
{
    SMMU3State *s = ctx;
    enum smmu3_mem result = write_memory(s, acc, buf, size);

    if (unlikely(s->record)) {
        smmu3q_record_access(s, true, acc, buf, size, result);
    }
    return result;
}

/*
 * Updates of access flags and dirty state. Through a mapping, because that
 * also marks the page as written: for migration, and if it holds code.
 */
static enum smmu3_mem cas_memory(SMMU3State *s, const struct smmu3_access *acc,
                                 uint64_t expected, uint64_t desired,
                                 uint64_t *seen)
{
    AddressSpace *as = as_of(s, acc->pas);
    MemTxAttrs attrs = attrs_of(acc->pas);
    hwaddr len = 8, offset;
    MemoryRegion *mr;
    uint64_t *p;

    if (!as || acc->addr % 8) {
        return SMMU3_MEM_ABORT;
    }
    RCU_READ_LOCK_GUARD();
    mr = address_space_translate(as, acc->addr, &offset, &len, true, attrs);
    if (!memory_access_is_direct(mr, true, attrs) || len < 8) {
        return SMMU3_MEM_ABORT;
    }
    p = address_space_map(as, acc->addr, &len, true, attrs);
    if (!p || len < 8 || (uintptr_t)p % 8) {
        if (p) {
            address_space_unmap(as, p, len, true, 0);
        }
        return SMMU3_MEM_ABORT;
    }
    *seen = le64_to_cpu(qatomic_cmpxchg__nocheck(p, cpu_to_le64(expected),
                                                 cpu_to_le64(desired)));
    address_space_unmap(as, p, 8, true, 8);
    return SMMU3_MEM_OK;
}

static enum smmu3_mem host_cas64(void *ctx, const struct smmu3_access *acc,
                                 uint64_t expected, uint64_t desired,
                                 uint64_t *seen)
{
    SMMU3State *s = ctx;
    enum smmu3_mem result = cas_memory(s, acc, expected, desired, seen);

    if (unlikely(s->record)) {
        uint64_t value[3] = { expected, desired,
                              result == SMMU3_MEM_OK ? *seen : 0 };

        smmu3q_record_cas(s, acc, value, result);
    }
    return result;
}

/* ---- memory as our own masters see it ---- */

bool smmu3q_memory_access(SMMU3State *s, const struct smmu3_result *res,
                          void *buf, size_t len, bool write, int device_id)
{
    AddressSpace *as = as_of(s, res->pas);
    MemTxAttrs attrs = attrs_of(res->pas);

    if (device_id != SMMU3_NO_DEVICES) {
        attrs.memory = 0;
        attrs.requester_id = device_id;
    }
    return as && address_space_rw(as, res->addr, attrs, buf, len,
                                  write) == MEMTX_OK;
}

bool smmu3q_msi_write(SMMU3State *s, const struct smmu3_result *res,
                      uint32_t device_id, uint32_t data)
{
    AddressSpace *as = as_of(s, res->pas);
    MemTxAttrs attrs = attrs_of(res->pas);
    MemTxResult result;

    if (!as) {
        return false;
    }
    attrs.memory = 0;
    attrs.requester_id = device_id;
    address_space_stl_le(as, res->addr, data, attrs, &result);
    return result == MEMTX_OK;
}

bool smmu3q_is_own_msi(MemTxAttrs attrs)
{
    return !attrs.unspecified && attrs.requester_id == OWN_REQUESTER_ID;
}

/* ---- interrupts ---- */

static void pulse(SMMU3State *s, unsigned irq)
{
    trace_smmuv3_trigger_irq(irq);
    qemu_irq_pulse(s->irq[irq]);
}

static void pulse_pending(void *opaque)
{
    SMMU3State *s = opaque;
    uint32_t pending = qatomic_xchg(&s->irq_pending, 0);

    for (unsigned i = 0; i < SMMU3Q_NUM_IRQS; i++) {
        if (pending & (1u << i)) {
            pulse(s, i);
        }
    }
}

/*
 * A fault on an iothread has no BQL, and must not wait for it: whoever holds
 * it may be waiting for a lock that the library holds here.
 */
static void host_irq(void *ctx, enum smmu3_sec_sid bank,
                     enum smmu3_irq_kind kind)
{
    SMMU3State *s = ctx;
    unsigned irq = bank * SMMU3Q_IRQS_PER_BANK + kind;

    if (unlikely(s->record)) {
        smmu3q_record_irq(s, bank, kind);
    }
    if (bql_locked()) {
        pulse(s, irq);
    } else {
        qatomic_or(&s->irq_pending, 1u << irq);
        qemu_bh_schedule(s->irq_bh);
    }
}

/* Nothing pending may be left over when the interrupt controller is saved. */
static void vm_state_changed(void *opaque, bool running, RunState state)
{
    if (!running) {
        pulse_pending(opaque);
    }
}

void smmu3q_init_irqs(SMMU3State *s)
{
    s->irq_bh = aio_bh_new(qemu_get_aio_context(), pulse_pending, s);
    qemu_add_vm_change_state_handler(vm_state_changed, s);
}

/* Its SPIs are all of its interrupts but the 32 that are the CPUs' own. */
DeviceState *smmu3q_find_gic(uint32_t *num_spis)
{
    Object *gic = object_resolve_path_type("", "arm-gicv3-common", NULL);

    if (!gic) {
        gic = object_resolve_path_type("", "arm_gic_common", NULL);
    }
    if (!gic) {
        return NULL;
    }
    *num_spis = object_property_get_uint(gic, "num-irq", NULL) - GIC_INTERNAL;
    return DEVICE(gic);
}

/* Boards know four interrupts only. */
bool smmu3q_connect_secure_irqs(SMMU3State *s, Error **errp)
{
    uint32_t spi = s->number[SMMU3Q_SECURE_SPI];
    DeviceState *gic;
    uint32_t num;

    if (!(s->is_set & (1u << SMMU3Q_SECURE_SPI)) || !s->secure) {
        return true;
    }
    gic = smmu3q_find_gic(&num);
    if (!gic) {
        error_setg(errp, TYPE_ARM_SMMUV3 ": secure-spi: there is no one GIC");
        return false;
    }
    if (spi >= num || num - spi < SMMU3Q_IRQS_PER_BANK) {
        error_setg(errp, TYPE_ARM_SMMUV3 ": secure-spi=%" PRIu32 ": this GIC "
                   "has SPIs up to %" PRIu32, spi, num - 1);
        return false;
    }
    for (int i = 0; i < SMMU3Q_IRQS_PER_BANK; i++) {
        sysbus_connect_irq(SYS_BUS_DEVICE(s), SMMU3Q_IRQS_PER_BANK + i,
                           qdev_get_gpio_in(gic, spi + i));
    }
    return true;
}

/*
 * No .sev: until QEMU 11 WFE does not wait, and since then no device can reach
 * the CPUs' event registers. Nobody waits for long: commands have been done
 * when the write of CMDQ_PROD returns.
 */
const struct smmu3_host smmu3q_host = {
    .read = host_read,
    .write = host_write,
    .cas64 = host_cas64,
    .resume = smmu3q_resume,
    .irq = host_irq,
    .invalidate = smmu3q_invalidate,
    .trace = smmu3q_trace,
};
