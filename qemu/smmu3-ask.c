/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a debugger asks of a running device, by QMP's qom-get and qom-set; the
 * smmu3 command does. Nothing here changes what the guest sees.
 *
 *   state       registers: the library's snapshot, in hex
 *   statistics  lines "name value"; hits are counted from the first look on
 *   events      the last faults, oldest first, a line each:
 *               number time-ns SEC_SID StreamID SubstreamID|- address flags status reason recorded
 *               repetitions word...; the reason by name
 *   tlb         the translations that are cached, a line each: SEC_SID VMID ASID kind
 *               input size output PAS permissions permissions; the kind is "ipa",
 *               "ns-ipa", "global" or "va", the permissions unprivileged and
 *               privileged
 *   request     a question: "memory PAS ADDRESS BYTES", answered in hex, or
 *               "translate SEC_SID STREAM SUBSTREAM|- ADDRESS FLAGS", answered by
 *               "status reason address mask PAS permissions bypass"; a probe that
 *               looks into the caches
 *   answer      the answer to the last one
 */
#include "qemu/osdep.h"
#include "device.h"
#include "qapi/error.h"
#include "qemu/lockable.h"
#include "qemu/timer.h"

#define MAX_BYTES 65536

/* ---- the last faults ---- */

void smmu3q_recent_init(SMMU3State *s)
{
    qemu_mutex_init(&s->recent_lock);
}

void smmu3q_recent_add(SMMU3State *s, const struct smmu3_request *req,
                       const struct smmu3_result *res, bool continues)
{
    SMMU3Recent *r;

    QEMU_LOCK_GUARD(&s->recent_lock);
    if (continues) {
        /* A piece of the access that the last entry tells of, most likely. */
        r = &s->recent[(s->num_faults - 1) % SMMU3Q_NUM_RECENT];
        if (s->num_faults) {
            r->pieces++;
        }
        return;
    }
    r = &s->recent[s->num_faults++ % SMMU3Q_NUM_RECENT];
    r->req = *req;
    r->res = *res;
    r->when = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
    r->pieces = 0;
}

static char *get_events(Object *obj, Error **errp)
{
    SMMU3State *s = SMMU3Q(obj);
    g_autoptr(GString) text = g_string_new(NULL);
    uint64_t first;

    if (!s->lib) {
        return g_strdup("");
    }
    QEMU_LOCK_GUARD(&s->recent_lock);
    first = s->num_faults > SMMU3Q_NUM_RECENT ? s->num_faults - SMMU3Q_NUM_RECENT : 0;
    for (uint64_t n = first; n < s->num_faults; n++) {
        const SMMU3Recent *r = &s->recent[n % SMMU3Q_NUM_RECENT];

        g_string_append_printf(text, "%" PRIu64 " %" PRId64 " %u 0x%x ", n + 1, r->when,
                               (unsigned)r->req.sec_sid, r->req.stream_id);
        if (r->req.ssv) {
            g_string_append_printf(text, "0x%x", r->req.substream_id);
        } else {
            g_string_append(text, "-");
        }
        g_string_append_printf(text, " 0x%" PRIx64 " 0x%x %u %s %u %u", r->req.addr,
                               r->req.flags & ~SMMU3_REQ_UNTRACED, (unsigned)r->res.status,
                               smmu3_reason_info(r->res.reason)->name,
                               r->res.recorded, r->pieces);
        for (int i = 0; r->res.has_event && i < 8; i += 2) {
            g_string_append_printf(text, " 0x%08x%08x", r->res.event[i + 1], r->res.event[i]);
        }
        g_string_append_c(text, '\n');
    }
    return g_string_free(g_steal_pointer(&text), false);
}

static char *get_statistics(Object *obj, Error **errp)
{
    SMMU3State *s = SMMU3Q(obj);
    const struct { const char *name; uint64_t n; } all[] = {
        { "config-cache-hits", qatomic_read(&s->cfg_hits) },
        { "config-cache-misses", qatomic_read(&s->cfg_misses) },
        { "tlb-hits", qatomic_read(&s->tlb_hits) },
        { "tlb-misses", qatomic_read(&s->tlb_misses) },
        { "commands", qatomic_read(&s->commands) },
        { "command-errors", qatomic_read(&s->command_errors) },
        { "faults", s->num_faults },
    };
    g_autoptr(GString) text = g_string_new(NULL);

    /* A hit is too cheap to be counted for nobody. */
    qatomic_set(&s->count_hits, true);
    for (int i = 0; i < ARRAY_SIZE(all); i++) {
        g_string_append_printf(text, "%s %" PRIu64 "\n", all[i].name, all[i].n);
    }
    return g_string_free(g_steal_pointer(&text), false);
}

static char *get_tlb(Object *obj, Error **errp)
{
    SMMU3State *s = SMMU3Q(obj);
    g_autoptr(GString) text = g_string_new(NULL);
    struct smmu3_cached c;
    uint32_t pos = 0;

    while (s->lib && smmu3_cached_next(s->lib, &pos, &c)) {
        g_string_append_printf(text, "%u %u %u %s 0x%" PRIx64 " 0x%" PRIx64 " 0x%" PRIx64
                               " %u %u %u\n", (unsigned)c.sec_sid, c.vmid, c.asid,
                               c.ipa_ns ? "ns-ipa" : c.ipa ? "ipa" : c.global ? "global" : "va",
                               c.input, c.mask + 1, c.output, (unsigned)c.pas, c.perms[0],
                               c.perms[1]);
    }
    return g_string_free(g_steal_pointer(&text), false);
}

/* ---- registers ---- */

static char *to_hex(const uint8_t *p, size_t n)
{
    char *text = g_malloc(2 * n + 1);

    text[0] = 0;
    for (size_t i = 0; i < n; i++) {
        snprintf(text + 2 * i, 3, "%02x", p[i]);
    }
    return text;
}

static char *get_state(Object *obj, Error **errp)
{
    SMMU3State *s = SMMU3Q(obj);
    g_autofree uint8_t *blob = NULL;
    size_t len;

    if (!s->lib) {
        error_setg(errp, TYPE_ARM_SMMUV3 ": there is no state before realize");
        return NULL;
    }
    len = smmu3_save_size(s->lib);
    blob = g_malloc(len);
    smmu3_save(s->lib, blob, len);
    return to_hex(blob, len);
}

/* ---- questions ---- */

static char *ask_memory(SMMU3State *s, const char *question, Error **errp)
{
    struct smmu3_access acc = { .kind = SMMU3_ACC_TT };
    g_autofree uint8_t *buf = NULL;
    unsigned pas, size;

    if (sscanf(question, "memory %u 0x%" SCNx64 " %u", &pas, &acc.addr, &size) != 3 ||
        pas > SMMU3_PAS_S || !size || size > MAX_BYTES) {
        error_setg(errp, TYPE_ARM_SMMUV3 ": request: memory PAS 0xADDRESS BYTES, at most %u",
                   MAX_BYTES);
        return NULL;
    }
    acc.pas = pas;
    buf = g_malloc(size);
    if (smmu3q_host.read(s, &acc, buf, size) != SMMU3_MEM_OK) {
        error_setg(errp, TYPE_ARM_SMMUV3 ": no memory at 0x%" PRIx64 " of the %s space", acc.addr,
                   smmu3q_bank_name((enum smmu3_sec_sid)pas));
        return NULL;
    }
    return to_hex(buf, size);
}

static char *ask_translate(SMMU3State *s, const char *question, Error **errp)
{
    struct smmu3_request req = { .sec_sid = SMMU3_SEC_SID_NS };
    struct smmu3_result res;
    unsigned sec;
    char ssid[16];

    if (sscanf(question, "translate %u 0x%x %15s 0x%" SCNx64 " 0x%x", &sec, &req.stream_id, ssid,
               &req.addr, &req.flags) != 5) {
        error_setg(errp, TYPE_ARM_SMMUV3 ": request: translate SEC_SID 0xSTREAM 0xSUBSTREAM|- "
                   "0xADDRESS 0xFLAGS");
        return NULL;
    }
    req.sec_sid = sec;
    req.ssv = ssid[0] != '-';
    req.substream_id = req.ssv ? strtoul(ssid, NULL, 16) : 0;
    req.flags = (req.flags & (SMMU3_REQ_WRITE | SMMU3_REQ_PRIV | SMMU3_REQ_INSTR |
                              SMMU3_REQ_NS)) | SMMU3_REQ_PROBE;
    if (smmu3_translate(s->lib, &req, &res) != SMMU3_OK) {
        error_setg(errp, TYPE_ARM_SMMUV3 ": request: no such Security state or SubstreamID");
        return NULL;
    }
    return g_strdup_printf("%u %u 0x%" PRIx64 " 0x%" PRIx64 " %u %u %u", (unsigned)res.status,
                           (unsigned)res.reason, res.addr, res.mask, (unsigned)res.pas, res.perms,
                           res.bypass);
}

static void set_request(Object *obj, const char *value, Error **errp)
{
    static const struct {
        const char *word;
        char *(*ask)(SMMU3State *s, const char *question, Error **errp);
    } questions[] = {
        { "memory ", ask_memory },
        { "translate ", ask_translate },
    };
    SMMU3State *s = SMMU3Q(obj);

    g_clear_pointer(&s->answer, g_free);
    if (!s->lib) {
        error_setg(errp, TYPE_ARM_SMMUV3 ": request: only after realize");
        return;
    }
    for (int i = 0; i < ARRAY_SIZE(questions); i++) {
        if (g_str_has_prefix(value, questions[i].word)) {
            s->answer = questions[i].ask(s, value, errp);
            return;
        }
    }
    error_setg(errp, TYPE_ARM_SMMUV3 ": request=%s: memory ... or translate ...", value);
}

static char *get_answer(Object *obj, Error **errp)
{
    return g_strdup(SMMU3Q(obj)->answer ?: "");
}

void smmu3q_add_questions(ObjectClass *klass)
{
    object_class_property_add_str(klass, "state", get_state, NULL);
    object_class_property_set_description(klass, "state", "the registers, as smmu3_save() of "
                                          "libsmmu3 writes them, in hex");
    object_class_property_add_str(klass, "statistics", get_statistics, NULL);
    object_class_property_set_description(klass, "statistics", "misses of the caches, commands, faults; "
                                          "hits from the first look on");
    object_class_property_add_str(klass, "events", get_events, NULL);
    object_class_property_set_description(klass, "events", "the last faults, with their reasons");
    object_class_property_add_str(klass, "tlb", get_tlb, NULL);
    object_class_property_set_description(klass, "tlb", "the translations that are cached");
    object_class_property_add_str(klass, "request", NULL, set_request);
    object_class_property_set_description(klass, "request", "a question, see qemu/smmu3-ask.c");
    object_class_property_add_str(klass, "answer", get_answer, NULL);
    object_class_property_set_description(klass, "answer", "the answer to the last request");
}
