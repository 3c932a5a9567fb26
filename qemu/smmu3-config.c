/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The properties of arm-smmuv3 and the SMMU that they add up to. From weak to
 * strong: the profile, `stage`, the presence of Secure memory, `secure-impl`,
 * single ID registers.
 */
#include "qemu/osdep.h"
#include "device.h"
#include "qapi/error.h"
#include "qapi/visitor.h"
#include "qemu/error-report.h"

#define DEFAULT_PROFILE "qemu-virt"
#define S_IDR1_SECURE_IMPL (1u << 31)
#define IDR0_S2P (1u << 0)
#define IDR0_S1P (1u << 1)

static const struct number {
    const char *name;
    size_t offset; /* in struct smmu3_config */
    const char *what;
} numbers[SMMU3Q_NUMBERS] = {
#define NUMBER(index, name, member, what) \
    [SMMU3Q_##index] = { name, offsetof(struct smmu3_config, member), what }
    NUMBER(IDR0, "idr0", idr0, "SMMU_IDR0 instead of the profile's"),
    NUMBER(IDR1, "idr1", idr1, "SMMU_IDR1 instead of the profile's"),
    NUMBER(IDR3, "idr3", idr3, "SMMU_IDR3 instead of the profile's"),
    NUMBER(IDR5, "idr5", idr5, "SMMU_IDR5 instead of the profile's"),
    NUMBER(IIDR, "iidr", iidr, "SMMU_IIDR instead of the profile's"),
    NUMBER(AIDR, "aidr", aidr, "SMMU_AIDR instead of the profile's"),
    NUMBER(MPAMIDR, "mpamidr", mpamidr, "SMMU_MPAMIDR instead of the profile's"),
    NUMBER(S_IDR0, "s-idr0", s_idr0, "SMMU_S_IDR0 instead of the profile's"),
    NUMBER(S_IDR1, "s-idr1", s_idr1, "SMMU_S_IDR1 instead of the profile's"),
    NUMBER(S_IDR3, "s-idr3", s_idr3, "SMMU_S_IDR3 instead of the profile's"),
    NUMBER(S_MPAMIDR, "s-mpamidr", s_mpamidr,
           "SMMU_S_MPAMIDR instead of the profile's"),
    NUMBER(TLB_ENTRIES, "tlb-entries", tlb_entries,
           "translations that the TLB holds, 32 bytes each; 0: 1048576"),
    NUMBER(CFG_ENTRIES, "cfg-entries", cfg_entries,
           "STEs and CDs that the configuration cache holds, 0: a default"),
#undef NUMBER
    [SMMU3Q_SECURE_SPI] = { "secure-spi", 0,
        "first of four SPIs for the Secure interface's event queue, PRI "
        "queue, CMD_SYNC and global errors; without it they go nowhere" },
};

static uint32_t *number_in(struct smmu3_config *cfg, int i)
{
    return (uint32_t *)((char *)cfg + numbers[i].offset);
}

/* Properties describe what realize makes; later there is no changing it. */
static bool may_set(Object *obj, const char *name, Error **errp)
{
    if (DEVICE(obj)->realized) {
        error_setg(errp, TYPE_ARM_SMMUV3 ": %s cannot be set after realize",
                   name);
        return false;
    }
    return true;
}

static void get_number(Object *obj, Visitor *v, const char *name, void *opaque,
                       Error **errp)
{
    SMMU3State *s = SMMU3Q(obj);
    int i = (const struct number *)opaque - numbers;
    uint32_t value = s->number[i];

    if (s->lib && i < SMMU3Q_IN_CONFIG) {
        /* What the guest sees, wherever it came from. */
        struct smmu3_config cfg = *smmu3_get_config(s->lib);

        value = *number_in(&cfg, i);
    }
    visit_type_uint32(v, name, &value, errp);
}

static void set_number(Object *obj, Visitor *v, const char *name, void *opaque,
                       Error **errp)
{
    SMMU3State *s = SMMU3Q(obj);
    int i = (const struct number *)opaque - numbers;

    if (may_set(obj, name, errp) &&
        visit_type_uint32(v, name, &s->number[i], errp)) {
        s->is_set |= 1u << i;
    }
}

static char *get_profile(Object *obj, Error **errp)
{
    SMMU3State *s = SMMU3Q(obj);

    return g_strdup(s->profile ? s->profile : DEFAULT_PROFILE);
}

static void set_profile(Object *obj, const char *value, Error **errp)
{
    SMMU3State *s = SMMU3Q(obj);

    if (may_set(obj, "profile", errp)) {
        g_free(s->profile);
        s->profile = g_strdup(value);
    }
}

static char *get_stage(Object *obj, Error **errp)
{
    SMMU3State *s = SMMU3Q(obj);

    return g_strdup(s->no_s2 ? "1" : s->no_s1 ? "2" : "nested");
}

/*
 * Boards set "nested" after -global has been applied, so "nested" takes
 * nothing back: it means all the stages that are left.
 */
static void set_stage(Object *obj, const char *value, Error **errp)
{
    SMMU3State *s = SMMU3Q(obj);

    if (!may_set(obj, "stage", errp) || g_str_equal(value, "nested")) {
        return;
    }
    if (g_str_equal(value, "1") || g_str_equal(value, "2")) {
        s->no_s2 = value[0] == '1';
        s->no_s1 = value[0] == '2';
    } else {
        error_setg(errp, TYPE_ARM_SMMUV3 ": stage=%s: give 1, 2 or nested",
                   value);
    }
}

static void get_secure_impl(Object *obj, Visitor *v, const char *name,
                            void *opaque, Error **errp)
{
    SMMU3State *s = SMMU3Q(obj);
    g_autofree char *str = NULL;

    str = g_strdup(s->lib ? (s->secure ? "on" : "off")
                          : OnOffAuto_str(s->secure_impl));
    visit_type_str(v, name, &str, errp);
}

/* A word or, from JSON, a boolean. */
static void set_secure_impl(Object *obj, Visitor *v, const char *name,
                            void *opaque, Error **errp)
{
    static const struct {
        const char *word;
        OnOffAuto value;
    } words[] = {
        { "on", ON_OFF_AUTO_ON }, { "true", ON_OFF_AUTO_ON },
        { "yes", ON_OFF_AUTO_ON }, { "off", ON_OFF_AUTO_OFF },
        { "false", ON_OFF_AUTO_OFF }, { "no", ON_OFF_AUTO_OFF },
        { "auto", ON_OFF_AUTO_AUTO },
    };
    SMMU3State *s = SMMU3Q(obj);
    g_autofree char *str = NULL;
    bool boolean;

    if (!may_set(obj, name, errp)) {
        return;
    }
    if (!visit_type_str(v, name, &str, NULL)) {
        if (!visit_type_bool(v, name, &boolean, errp)) {
            return;
        }
        str = g_strdup(boolean ? "on" : "off");
    }
    for (int i = 0; i < ARRAY_SIZE(words); i++) {
        if (g_str_equal(str, words[i].word)) {
            s->secure_impl = words[i].value;
            s->secure_impl_given = true;
            return;
        }
    }
    error_setg(errp, TYPE_ARM_SMMUV3 ": secure-impl=%s: give on, off or auto",
               str);
}

void smmu3q_add_properties(ObjectClass *klass)
{
    smmu3q_add_board_properties(klass);
    object_class_property_add_str(klass, "profile", get_profile, set_profile);
    object_class_property_set_description(klass, "profile",
        "what SMMU it is: qemu-virt (default), hafnium, max, ...");
    object_class_property_add_str(klass, "stage", get_stage, set_stage);
    object_class_property_set_description(klass, "stage",
        "stages of translation: 1, 2 or nested (all that the profile has)");
    object_class_property_add(klass, "secure-impl", "OnOffAuto",
                              get_secure_impl, set_secure_impl, NULL, NULL);
    object_class_property_set_description(klass, "secure-impl",
        "Secure programming interface: on, off, auto (if there is Secure memory)");
    for (int i = 0; i < SMMU3Q_NUMBERS; i++) {
        object_class_property_add(klass, numbers[i].name, "uint32", get_number,
                                  set_number, NULL, (void *)&numbers[i]);
        object_class_property_set_description(klass, numbers[i].name,
                                              numbers[i].what);
    }
}

void smmu3q_free_properties(SMMU3State *s)
{
    g_free(s->profile);
}

static bool take_profile(SMMU3State *s, struct smmu3_config *cfg, Error **errp)
{
    const char *name = s->profile ? s->profile : DEFAULT_PROFILE;
    g_autofree char *known = NULL;

    if (smmu3_config_profile(cfg, name) == SMMU3_OK) {
        return true;
    }
    known = g_strjoinv(", ", (char **)smmu3_profiles());
    error_setg(errp, TYPE_ARM_SMMUV3 ": no profile %s; there are: %s", name,
               known);
    return false;
}

/*
 * A stage less, by `stage` or by an idr0 without it, with all that depends on
 * it. The names are the library's, so they are known to exist.
 */
static void drop_stages(SMMU3State *s, struct smmu3_config *cfg)
{
    bool no_s1 = s->no_s1, no_s2 = s->no_s2;
    static const char *const of_s2[] = {
        "IDR0.S2P", "IDR0.VMID16", "IDR0.VMW", "IDR0.Hyp", "IDR3.FWB",
        "IDR3.PTWNNC", "S_IDR1.SEL2",
    };
    static const char *const of_s1[] = {
        "IDR0.S1P", "IDR0.ASID16", "IDR0.CD2L", "IDR0.Hyp", "IDR1.SSIDSIZE",
        "IDR3.HAD",
    };

    if (s->is_set & (1u << SMMU3Q_IDR0)) {
        no_s1 = !(s->number[SMMU3Q_IDR0] & IDR0_S1P);
        no_s2 = !(s->number[SMMU3Q_IDR0] & IDR0_S2P);
    }
    for (int i = 0; no_s2 && i < ARRAY_SIZE(of_s2); i++) {
        smmu3_config_set(cfg, of_s2[i], 0);
    }
    for (int i = 0; no_s1 && i < ARRAY_SIZE(of_s1); i++) {
        smmu3_config_set(cfg, of_s1[i], 0);
    }
}

static void drop_secure(struct smmu3_config *cfg)
{
    cfg->s_idr0 = 0;
    cfg->s_idr1 = 0;
    cfg->s_idr3 = 0;
    cfg->s_mpamidr = 0;
}

/* Did somebody ask for a Secure interface, rather than just get one? */
static bool secure_wanted(const SMMU3State *s)
{
    if (s->secure_impl_given) {
        return s->secure_impl == ON_OFF_AUTO_ON;
    }
    if (s->is_set & (1u << SMMU3Q_S_IDR1)) {
        return s->number[SMMU3Q_S_IDR1] & S_IDR1_SECURE_IMPL;
    }
    return s->profile && !g_str_equal(s->profile, DEFAULT_PROFILE);
}

/* Takes away a Secure interface that cannot or shall not be. */
static bool settle_secure(SMMU3State *s, bool have_secure_memory,
                          struct smmu3_config *cfg, Error **errp)
{
    bool has = cfg->s_idr1 & S_IDR1_SECURE_IMPL;

    if (s->secure_impl == ON_OFF_AUTO_OFF) {
        if (s->is_set & (1u << SMMU3Q_S_IDR1) && has) {
            error_setg(errp, TYPE_ARM_SMMUV3 ": s-idr1=0x%" PRIx32 " has "
                       "SECURE_IMPL, but secure-impl=off", cfg->s_idr1);
            return false;
        }
        drop_secure(cfg);
        return true;
    }
    if (!has) {
        if (s->secure_impl == ON_OFF_AUTO_ON) {
            error_setg(errp, TYPE_ARM_SMMUV3 ": secure-impl=on, but S_IDR1 "
                       "(0x%" PRIx32 ") has no SECURE_IMPL: take another "
                       "profile or s-idr1", cfg->s_idr1);
            return false;
        }
        return true;
    }
    if (have_secure_memory) {
        return true;
    }
    if (secure_wanted(s)) {
        error_setg(errp, TYPE_ARM_SMMUV3 ": a Secure interface needs Secure "
                   "memory, and this machine has none: add -machine secure=on, "
                   "or -global " TYPE_ARM_SMMUV3 ".secure-impl=off");
        return false;
    }
    drop_secure(cfg);
    return true;
}

/*
 * More than the library's default: enough for 4 GB mapped for DMA by pages. No
 * invalidation looks at entries, and memory that was never used for one is
 * never touched.
 */
#define DEFAULT_TLB_ENTRIES (1u << 20)

bool smmu3q_configure(SMMU3State *s, bool have_secure_memory,
                      struct smmu3_config *cfg, Error **errp)
{
    char why[256] = "";

    if (!take_profile(s, cfg, errp)) {
        return false;
    }
    drop_stages(s, cfg);
    for (int i = 0; i < SMMU3Q_IN_CONFIG; i++) {
        if (s->is_set & (1u << i)) {
            *number_in(cfg, i) = s->number[i];
        }
    }
    if (!cfg->tlb_entries) {
        cfg->tlb_entries = DEFAULT_TLB_ENTRIES;
    }
    if (!settle_secure(s, have_secure_memory, cfg, errp)) {
        return false;
    }
    if (smmu3_config_check(cfg, why, sizeof(why)) == SMMU3_OK) {
        return true;
    }
    if (cfg->s_idr1 && !secure_wanted(s)) {
        /* Perhaps only the Secure side that nobody asked for is in the way. */
        struct smmu3_config ns = *cfg;

        drop_secure(&ns);
        if (smmu3_config_check(&ns, NULL, 0) == SMMU3_OK) {
            info_report(TYPE_ARM_SMMUV3 ": no Secure interface: %s", why);
            *cfg = ns;
            return true;
        }
    }
    error_setg(errp, TYPE_ARM_SMMUV3 ": %s", why);
    return false;
}
