/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The property sec-sid of every PCI device: to which Security state its
 * stream belongs. It is added to the class of all PCI devices from outside, so
 * that QEMU's own files stay as they are; what it holds is in a table here.
 *
 * It may change while the guest runs, as a TDISP device's does when it is
 * locked. The next DMA sees it: streams remember the answer together with the
 * generation of the table.
 */
#include "qemu/osdep.h"
#include "device.h"
#include "hw/arm/smmu3/trace-smmu3.h"
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "qemu/lockable.h"
#include "system/system.h"

#define PROPERTY "sec-sid"
/* Holds nothing: it goes when its object goes, and takes the entry along. */
#define LIFETIME_PROPERTY "sec-sid-lifetime"

static const char *const names[] = {
    [SMMU3Q_SEC_SID_NON_SECURE] = "non-secure",
    [SMMU3Q_SEC_SID_SECURE] = "secure",
};

static QemuMutex table_lock;
static GHashTable *table;    /* Object * -> enum smmu3q_sec_sid; under the lock */
static unsigned generation = 1; /* of the table; 0: of none */
static QLIST_HEAD(, SMMU3State) all_smmus = QLIST_HEAD_INITIALIZER(all_smmus);

/* ---- the table ---- */

/* The table's lock is held. */
static enum smmu3q_sec_sid table_get(void *obj)
{
    return obj ? GPOINTER_TO_INT(g_hash_table_lookup(table, obj)) : 0;
}

static void table_set(Object *obj, enum smmu3q_sec_sid value)
{
    QEMU_LOCK_GUARD(&table_lock);
    if (value == SMMU3Q_SEC_SID_NON_SECURE) {
        g_hash_table_remove(table, obj);
    } else {
        g_hash_table_insert(table, obj, GINT_TO_POINTER(value));
    }
    qatomic_set(&generation, generation + 1);
}

static void forget(Object *obj, const char *name, void *opaque)
{
    table_set(obj, SMMU3Q_SEC_SID_NON_SECURE);
}

static enum smmu3q_sec_sid look_up(SMMU3Stream *st, PCIDevice *dev)
{
    enum smmu3q_sec_sid value;

    QEMU_LOCK_GUARD(&table_lock);
    value = table_get(dev);
    qatomic_set(&st->sec_sid, (uintptr_t)dev | value);
    qatomic_store_release(&st->sec_sid_gen, generation);
    return value;
}

/* Of the function that is now at the stream's place. Any thread. */
enum smmu3q_sec_sid smmu3q_sec_sid(SMMU3Stream *st)
{
    PCIDevice *dev = qatomic_read(&st->bus->devices[st->devfn]);
    const uintptr_t value_bits = 3;
    uintptr_t word;

    if (likely(qatomic_load_acquire(&st->sec_sid_gen) ==
               qatomic_read(&generation))) {
        word = qatomic_read(&st->sec_sid);
        if (likely((word & ~value_bits) == (uintptr_t)dev)) {
            return word & value_bits;
        }
    }
    return look_up(st, dev);
}

/* ---- who may be Secure ---- */

/* The stream of a device that is in its place, NULL if it has none. */
static SMMU3Stream *stream_of(PCIDevice *dev)
{
    return smmu3q_stream_of(pci_device_iommu_address_space(dev));
}

#define HOW_TO_GET_ONE \
    "add -machine secure=on, and -global " TYPE_ARM_SMMUV3 ".secure-impl=on"

static bool can_be_secure(Object *obj, Error **errp)
{
    PCIDevice *dev = PCI_DEVICE(obj);
    SMMU3Stream *st;
    SMMU3State *s;

    if (!DEVICE(dev)->realized) {
        /* About to be plugged into a running machine, no telling where. */
        QLIST_FOREACH(s, &all_smmus, next) {
            if (s->secure) {
                return true;
            }
        }
        error_setg(errp, PROPERTY "=secure: no SMMU here has a Secure state: "
                   HOW_TO_GET_ONE);
        return false;
    }
    st = stream_of(dev);
    if (!st) {
        error_setg(errp, PROPERTY "=secure: no SMMU translates for this "
                   "device: add -machine iommu=smmuv3");
        return false;
    }
    if (st->bus->devices[st->devfn] != dev) {
        error_setg(errp, PROPERTY "=secure: this device is behind a "
                   "conventional PCI bridge, so its StreamID is not its own: "
                   "put it on a PCI Express bus");
        return false;
    }
    if (!st->smmu->secure) {
        error_setg(errp, PROPERTY "=secure: the SMMU has no Secure state: "
                   HOW_TO_GET_ONE);
        return false;
    }
    return true;
}

/* At start devices may come before their SMMU: look when all are there. */
static void machine_done(Notifier *n, void *data)
{
    GHashTableIter i;
    void *obj;

    g_hash_table_iter_init(&i, table);
    while (g_hash_table_iter_next(&i, &obj, NULL)) {
        Error *err = NULL;

        if (DEVICE(obj)->realized && !can_be_secure(obj, &err)) {
            error_reportf_err(err, "device %s (%s): ",
                              DEVICE(obj)->id ? DEVICE(obj)->id : "without id",
                              object_get_typename(obj));
            exit(1);
        }
    }
}

static void check_when_done(void)
{
    static Notifier notifier = { .notify = machine_done };

    if (!notifier.node.le_prev) {
        qemu_add_machine_init_done_notifier(&notifier);
    }
}

/* ---- the property ---- */

static char *get_sec_sid(Object *obj, Error **errp)
{
    QEMU_LOCK_GUARD(&table_lock);
    return g_strdup(names[table_get(obj)]);
}

static void apply(Object *obj, enum smmu3q_sec_sid value)
{
    SMMU3Stream *st;

    if (!object_property_find(obj, LIFETIME_PROPERTY)) {
        object_property_add(obj, LIFETIME_PROPERTY, "bool", NULL, NULL, forget,
                            NULL);
    }
    trace_smmuv3_sec_sid(DEVICE(obj)->id ? DEVICE(obj)->id
                                         : object_get_typename(obj),
                         names[value]);
    table_set(obj, value);
    st = DEVICE(obj)->realized ? stream_of(PCI_DEVICE(obj)) : NULL;
    if (st) {
        smmu3q_new_epoch(st->smmu);
        smmu3q_unmap_stream(st);
    }
}

static void set_sec_sid(Object *obj, const char *str, Error **errp)
{
    int value;

    if (g_str_equal(str, "realm")) {
        error_setg(errp, PROPERTY "=realm: this SMMU has no Realm state yet");
        return;
    }
    for (value = 0; value < ARRAY_SIZE(names); value++) {
        if (g_str_equal(str, names[value])) {
            break;
        }
    }
    if (value == ARRAY_SIZE(names)) {
        error_setg(errp, PROPERTY "=%s: give non-secure, secure or realm", str);
        return;
    }
    if (value == SMMU3Q_SEC_SID_SECURE) {
        if (!phase_check(PHASE_MACHINE_READY)) {
            check_when_done();
        } else if (!can_be_secure(obj, errp)) {
            return;
        }
    }
    apply(obj, value);
}

void smmu3q_sec_sid_add_property(void)
{
    ObjectClass *klass = object_class_by_name(TYPE_PCI_DEVICE);

    qemu_mutex_init(&table_lock);
    table = g_hash_table_new(NULL, NULL);
    /* A QEMU that has the property itself knows better what it means. */
    if (klass && !object_class_property_find(klass, PROPERTY)) {
        object_class_property_add_str(klass, PROPERTY, get_sec_sid,
                                      set_sec_sid);
        object_class_property_set_description(klass, PROPERTY,
            "Security state of the device's stream behind an SMMUv3: "
            "non-secure (default), secure");
    }
}

void smmu3q_sec_sid_register(SMMU3State *s)
{
    QLIST_INSERT_HEAD(&all_smmus, s, next);
}

void smmu3q_sec_sid_unregister(SMMU3State *s)
{
    QLIST_SAFE_REMOVE(s, next);
}

/* ---- migration: a line "value path" for each device with an entry ---- */

char *smmu3q_sec_sid_save(void)
{
    GString *text = g_string_new("");
    GHashTableIter i;
    void *obj, *value;

    QEMU_LOCK_GUARD(&table_lock);
    g_hash_table_iter_init(&i, table);
    while (g_hash_table_iter_next(&i, &obj, &value)) {
        g_autofree char *path = object_get_canonical_path(obj);

        if (path) {
            g_string_append_printf(text, "%s %s\n",
                                   names[GPOINTER_TO_INT(value)], path);
        }
    }
    return g_string_free(text, false);
}

static bool load_line(char *line, Error **errp)
{
    char *path = strchr(line, ' ');
    Object *obj;

    if (!path || strncmp(line, "secure ", 7)) {
        error_setg(errp, PROPERTY ": no such state here: %s", line);
        return false;
    }
    obj = object_resolve_path_type(path + 1, TYPE_PCI_DEVICE, NULL);
    if (!obj) {
        error_setg(errp, PROPERTY "=secure: there is no device %s here",
                   path + 1);
        return false;
    }
    if (!can_be_secure(obj, errp)) {
        return false;
    }
    apply(obj, SMMU3Q_SEC_SID_SECURE);
    return true;
}

bool smmu3q_sec_sid_load(const char *text, Error **errp)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_autoptr(GList) objs = NULL;

    WITH_QEMU_LOCK_GUARD(&table_lock) {
        objs = g_hash_table_get_keys(table);
    }
    for (GList *l = objs; l; l = l->next) {
        apply(l->data, SMMU3Q_SEC_SID_NON_SECURE);
    }
    for (char **line = lines; *line; line++) {
        if (**line && !load_line(*line, errp)) {
            return false;
        }
    }
    return true;
}
