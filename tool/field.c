/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Records as named fields, by the tables of spec/. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "../spec/fields.h"
#include "tool.h"

static const struct field ste_fields[] = {
#define STE_FIELD(n, lo, w) { #n, lo, w, 0 },
#include "../spec/ste.def"
#undef STE_FIELD
};
static const struct field cd_fields[] = {
#define CD_FIELD(n, lo, w) { #n, lo, w, 0 },
#include "../spec/cd.def"
#undef CD_FIELD
};
static const struct field cmd_fields[] = {
#define CMD_FIELD(n, lo, w) { #n, lo, w, 0 },
#include "../spec/cmd.def"
#undef CMD_FIELD
};
static const struct field evt_fields[] = {
#define EVT_FIELD(n, lo, w) { #n, lo, w, 0 },
#include "../spec/evt.def"
#undef EVT_FIELD
};
static const struct field pte_fields[] = {
#define PTE_FIELD(n, lo, w) { #n, lo, w, 0 },
#include "../spec/pte.def"
#undef PTE_FIELD
};

/* Addresses are stored without their low bits: how many. */
static const struct {
    const char *name;
    uint8_t shift;
} addresses[] = {
    { "S1ContextPtr", 6 }, { "S2TTB", 4 }, { "S_S2TTB", 4 }, { "VMSPtr", 12 }, { "TTB0", 4 },
    { "TTB1", 4 }, { "Address", 12 }, { "IPA", 12 }, { "MSIAddress", 2 }, { "FetchAddr", 3 },
    { "L1STD_L2Ptr", 6 }, { "L1CD_L2Ptr", 12 },
};

/* Which fields a kind of record has; NULL: all. */
static const struct kind {
    unsigned number;
    const char *name, *clause, *fields;
} commands[] = {
#define CMD(n, op, clause) { op, #n, clause, NULL },
#include "../spec/cmd.def"
#undef CMD
}, events[] = {
#define EVT(n, num, clause) { num, #n, clause, NULL },
#include "../spec/evt.def"
#undef EVT
};

#define ONE_ADDRESS "Leaf TTL128 TTL TG NUM SCALE"
static const struct {
    unsigned number;
    const char *fields;
} command_has[] = {
    { CMD_PREFETCH_CONFIG, "SSec SSV SubstreamID StreamID" },
    { CMD_PREFETCH_ADDR, "SSec SSV SubstreamID StreamID Address" },
    { CMD_CFGI_STE, "SSec StreamID Leaf" },
    { CMD_CFGI_STE_RANGE, "SSec StreamID Range" },
    { CMD_CFGI_CD, "SSec SubstreamID StreamID Leaf" },
    { CMD_CFGI_CD_ALL, "SSec StreamID" },
    { CMD_CFGI_VMS_PIDM, "SSec VMID" },
    { CMD_TLBI_NH_ALL, "VMID" },
    { CMD_TLBI_NH_ASID, "VMID ASID" },
    { CMD_TLBI_NH_VA, "VMID ASID Address " ONE_ADDRESS },
    { CMD_TLBI_NH_VAA, "VMID Address " ONE_ADDRESS },
    { CMD_TLBI_EL3_ALL, "" },
    { CMD_TLBI_EL3_VA, "Address " ONE_ADDRESS },
    { CMD_TLBI_EL2_ALL, "" },
    { CMD_TLBI_EL2_ASID, "ASID" },
    { CMD_TLBI_EL2_VA, "ASID Address " ONE_ADDRESS },
    { CMD_TLBI_EL2_VAA, "Address " ONE_ADDRESS },
    { CMD_TLBI_S12_VMALL, "VMID" },
    { CMD_TLBI_S2_IPA, "VMID IPA " ONE_ADDRESS },
    { CMD_TLBI_NSNH_ALL, "" },
    { CMD_RESUME, "SSec Ac Ab StreamID STAG" },
    { CMD_STALL_TERM, "SSec StreamID" },
    { CMD_SYNC, "CS MSH MSIAttr MSIData MSIAddress" },
    { CMD_TLBI_S_EL2_ALL, "" },
    { CMD_TLBI_S_EL2_ASID, "ASID" },
    { CMD_TLBI_S_EL2_VA, "ASID Address " ONE_ADDRESS },
    { CMD_TLBI_S_EL2_VAA, "Address " ONE_ADDRESS },
    { CMD_TLBI_S_S12_VMALL, "VMID" },
    { CMD_TLBI_S_S2_IPA, "VMID IPA " ONE_ADDRESS },
    { CMD_TLBI_SNH_ALL, "" },
};

#define WHO "SSV SubstreamID StreamID"
#define ACCESS " STAG Stall PnU InD RnW NSIPA S2 CLASS InputAddr IPA"
static const struct {
    unsigned number;
    const char *fields;
} event_has[] = {
    { EVT_F_UUT, WHO " Reason" },
    { EVT_C_BAD_STREAMID, WHO },
    { EVT_F_STE_FETCH, WHO " GPCF FetchAddr" },
    { EVT_C_BAD_STE, WHO },
    { EVT_F_STREAM_DISABLED, WHO },
    { EVT_F_TRANSL_FORBIDDEN, WHO " RnW InputAddr" },
    { EVT_C_BAD_SUBSTREAMID, WHO },
    { EVT_F_CD_FETCH, WHO " GPCF FetchAddr" },
    { EVT_C_BAD_CD, WHO },
    { EVT_F_WALK_EABT, WHO " STAG GPCF PnU InD RnW NSIPA S2 CLASS InputAddr FetchAddr" },
    { EVT_F_TRANSLATION, WHO ACCESS },
    { EVT_F_ADDR_SIZE, WHO ACCESS },
    { EVT_F_ACCESS, WHO ACCESS },
    { EVT_F_PERMISSION, WHO ACCESS " TTRnW" },
    { EVT_F_VMS_FETCH, WHO " GPCF FetchAddr" },
};

/* Leaves of stage 1 and 2, tables; with the address that all have. */
#define LEAF_FIELDS "Type SH AF Contiguous DBM Addr"
static const char *const record_has[NUM_RECORDS] = {
    [REC_L1STD] = "L1STD_Span L1STD_L2Ptr",
    [REC_L1CD] = "L1CD_V L1CD_L2Ptr",
    [REC_PTE1] = LEAF_FIELDS " AttrIndx NS AP1 AP2 nG PXN UXN",
    [REC_PTE2] = LEAF_FIELDS " MemAttr S2AP S2XN",
    [REC_TABLE] = "Type Addr PXNTable UXNTable APTable0 APTable1 NSTable",
};

static const struct {
    const char *name, *clause;
    const struct field *fields;
    uint8_t nfields, words;
} records[NUM_RECORDS] = {
    [REC_EVENT] = { "event", "7.3", evt_fields, ARRAY_SIZE(evt_fields), 4 },
    [REC_CMD] = { "command", "4.1", cmd_fields, ARRAY_SIZE(cmd_fields), 2 },
    [REC_STE] = { "STE", "5.2", ste_fields, ARRAY_SIZE(ste_fields), 8 },
    [REC_CD] = { "CD", "5.4", cd_fields, ARRAY_SIZE(cd_fields), 8 },
    [REC_L1STD] = { "L1STD", "5.1", pte_fields, ARRAY_SIZE(pte_fields), 1 },
    [REC_L1CD] = { "L1CD", "5.3", pte_fields, ARRAY_SIZE(pte_fields), 1 },
    [REC_PTE1] = { "stage 1 descriptor", "3.4", pte_fields, ARRAY_SIZE(pte_fields), 1 },
    [REC_PTE2] = { "stage 2 descriptor", "3.4", pte_fields, ARRAY_SIZE(pte_fields), 1 },
    [REC_TABLE] = { "table descriptor", "3.4", pte_fields, ARRAY_SIZE(pte_fields), 1 },
};

const char *record_name(enum record r)
{
    return records[r].name;
}

unsigned record_words(enum record r)
{
    return records[r].words;
}

const char *record_clause(enum record r)
{
    return records[r].clause;
}

static const struct kind *find_kind(const struct kind *k, size_t n, unsigned number)
{
    for (size_t i = 0; i < n; i++) {
        if (k[i].number == number) {
            return &k[i];
        }
    }
    return NULL;
}

const char *event_name(unsigned number)
{
    const struct kind *k = find_kind(events, ARRAY_SIZE(events), number);

    return k ? k->name : NULL;
}

const char *event_clause(unsigned number)
{
    const struct kind *k = find_kind(events, ARRAY_SIZE(events), number);

    return k ? k->clause : "7.3";
}

unsigned event_number(const char *name)
{
    for (size_t i = 0; i < ARRAY_SIZE(events); i++) {
        if (!strcasecmp(events[i].name, name)) {
            return events[i].number;
        }
    }
    return 0;
}

const char *command_name(unsigned opcode)
{
    const struct kind *k = find_kind(commands, ARRAY_SIZE(commands), opcode);

    return k ? k->name : NULL;
}

const char *command_clause(unsigned opcode)
{
    const struct kind *k = find_kind(commands, ARRAY_SIZE(commands), opcode);

    return k ? k->clause : "4.1";
}

const char *meaning(const char *record, const char *field, uint64_t value)
{
    static const struct {
        const char *record, *field;
        uint64_t value;
        const char *text;
    } meanings[] = {
#define MEANING(r, f, v, t) { r, f, v, t },
#include "meaning.def"
#undef MEANING
    };

    for (size_t i = 0; i < ARRAY_SIZE(meanings); i++) {
        if (meanings[i].value == value && !strcmp(meanings[i].field, field) &&
            !strcmp(meanings[i].record, record)) {
            return meanings[i].text;
        }
    }
    return NULL;
}

const char *advice(enum smmu3_reason reason)
{
    static const char *const texts[] = {
#define ADVICE(r, t) [SMMU3_R_##r] = t,
#include "advice.def"
#undef ADVICE
    };
    const char *text = reason < ARRAY_SIZE(texts) ? texts[reason] : NULL;

    return text ? text : "see the clause";
}

json_t *reason_json(enum smmu3_reason reason)
{
    const struct smmu3_reason_info *info = smmu3_reason_info(reason);
    json_t *j = json_pack("{s:s, s:s, s:s}", "name", info->name, "text", info->text, "clause",
                          info->clause);

    if (info->event) {
        json_object_set_new(j, "event", json_string(event_name(info->event)));
    }
    if (reason) {
        json_object_set_new(j, "advice", json_string(advice(reason)));
    }
    return j;
}

const char *bank_name(enum smmu3_sec_sid sec)
{
    return sec == SMMU3_SEC_SID_S ? "Secure" : sec == SMMU3_SEC_SID_NS ? "Non-secure" : "Realm";
}

const char *pas_name(enum smmu3_pas pas)
{
    static const char *const names[] = { "Non-secure", "Secure", "Realm", "Root" };

    return names[pas & 3];
}

const char *perms_text(unsigned perms)
{
    static const char *const texts[] = { "---", "r--", "-w-", "rw-", "--x", "r-x", "-wx", "rwx" };

    return texts[perms & 7];
}

/* Is the word in a list of words? */
static bool listed(const char *list, const char *word)
{
    size_t n = strlen(word);

    for (const char *p = list; (p = strstr(p, word)); p += n) {
        if ((p == list || p[-1] == ' ') && (p[n] == ' ' || !p[n])) {
            return true;
        }
    }
    return false;
}

/* The list for this record, NULL: all fields it can have. */
static const char *fields_of(enum record r, const uint64_t *w)
{
    if (r == REC_CMD) {
        for (size_t i = 0; i < ARRAY_SIZE(command_has); i++) {
            if (command_has[i].number == CMD_GET(w, Opcode)) {
                return command_has[i].fields;
            }
        }
        return "SSec SSV SubstreamID StreamID";
    }
    if (r == REC_EVENT) {
        for (size_t i = 0; i < ARRAY_SIZE(event_has); i++) {
            if (event_has[i].number == EVT_GET(w, Number)) {
                return event_has[i].fields;
            }
        }
        return WHO;
    }
    return record_has[r];
}

static uint8_t shift_of(const char *name)
{
    for (size_t i = 0; i < ARRAY_SIZE(addresses); i++) {
        if (!strcmp(addresses[i].name, name)) {
            return addresses[i].shift;
        }
    }
    return 0;
}

static json_t *field_json(const char *record, const char *name, unsigned lo, unsigned width,
                          uint64_t v)
{
    const char *text = meaning(record, name, v);
    json_t *j = json_pack("{s:s, s:o, s:o}", "name", name, "bits",
                          width == 1 ? json_sprintf("%u", lo)
                                     : json_sprintf("%u:%u", lo + width - 1, lo),
                          "value", hex(v));

    if (text) {
        json_object_set_new(j, "meaning", json_string(text));
    }
    return j;
}

/* "63:52 60" of what is set. */
static char *ranges(const uint64_t *w, unsigned words)
{
    char *text = NULL;
    size_t len;
    FILE *f = open_memstream(&text, &len);

    for (unsigned i = 0; f && i < words * 64; i++) {
        unsigned first = i;

        if (!(w[i / 64] >> (i % 64) & 1)) {
            continue;
        }
        while (i + 1 < words * 64 && w[(i + 1) / 64] >> ((i + 1) % 64) & 1) {
            i++;
        }
        fprintf(f, i == first ? "%s%u" : "%s%u:", ftell(f) ? " " : "", i);
        if (i != first) {
            fprintf(f, "%u", first);
        }
    }
    if (f) {
        fclose(f);
    }
    if (text && !*text) {
        free(text);
        text = NULL;
    }
    return text;
}

/* Of an STE whose Config does not use the stage: nobody looks at the field. */
static bool unused(enum record r, const uint64_t *w, const char *name)
{
    unsigned config = (unsigned)STE_GET(w, Config);

    if (r != REC_STE) {
        return false;
    }
    return (!(config & 1) && !strncmp(name, "S1", 2)) ||
           (!(config & 2) && (!strncmp(name, "S2", 2) || !strncmp(name, "S_S2", 4)));
}

json_t *record_fields(enum record r, const uint64_t *w, bool all, char **reserved)
{
    const char *list = fields_of(r, w);
    uint64_t left[8] = { 0 };
    json_t *out = json_array();

    memcpy(left, w, 8 * records[r].words);
    for (unsigned i = 0; i < records[r].nfields; i++) {
        const struct field *f = &records[r].fields[i];
        const char *name = f->name;
        uint64_t v = get_field(w, f->lo, f->width) << shift_of(name);

        if (list && !listed(list, name) && strcmp(name, "Opcode") && strcmp(name, "Number")) {
            continue;
        }
        put_field(left, f->lo, f->width, 0);
        name = !strncmp(name, "L1STD_", 6)  ? name + 6
               : !strncmp(name, "L1CD_", 5) ? name + 5
                                            : name;
        if (v || all || (meaning(records[r].name, name, 0) && !unused(r, w, name))) {
            json_array_append_new(out, field_json(records[r].name, name, f->lo, f->width, v));
        }
    }
    if (r == REC_PTE1 || r == REC_PTE2 || r == REC_TABLE) {
        left[0] &= ~UINT64_C(0x0000fffffffff000);
        if (r == REC_TABLE) {
            left[0] &= ~UINT64_C(0x07f8000000000ffc); /* ignored in tables */
        } else {
            left[0] &= ~UINT64_C(0x0780000000000000); /* for software and PBHA */
        }
    }
    if (reserved) {
        *reserved = ranges(left, records[r].words);
    }
    return out;
}

/* ---- registers ---- */

static const struct reg {
    const char *name;
    uint32_t offset;
    uint8_t bytes;
} regs[] = {
#define REG(name, off, bits, bank, member, mask, guard, present) { #name, off, bits / 8 },
#define REG_ID(name, off, bank, present) { #name, off, 4 },
#include "../spec/regs.def"
#undef REG
#undef REG_ID
};

static const struct reg_field {
    const char *reg, *name;
    uint8_t lo, width, shift;
} reg_field_table[] = {
#define REG_FIELD(r, f, lo, w, shift) { #r, #f, lo, w, shift },
#include "../spec/regfield.def"
#undef REG_FIELD
#define ID_FIELD(r, mem, f, lo, w, min, max) { #r, #f, lo, w, 0 },
#include "../spec/id.def"
#undef ID_FIELD
};

static const struct reg *find_reg(const char *name)
{
    if (!strncasecmp(name, "SMMU_", 5)) {
        name += 5;
    }
    for (size_t i = 0; i < ARRAY_SIZE(regs); i++) {
        if (!strcasecmp(regs[i].name, name)) {
            return &regs[i];
        }
    }
    return NULL;
}

long reg_offset(const char *name)
{
    const struct reg *r = find_reg(name);

    return r ? (long)r->offset : -1;
}

unsigned reg_size(uint32_t offset)
{
    for (size_t i = 0; i < ARRAY_SIZE(regs); i++) {
        if (regs[i].offset == offset) {
            return regs[i].bytes;
        }
    }
    return 0;
}

json_t *reg_fields(const char *name, uint64_t v, bool all)
{
    static const struct { const char *reg, *as; } same[] = {
        { "CR0ACK", "CR0" }, { "IRQ_CTRLACK", "IRQ_CTRL" }, { "GERRORN", "GERROR" },
    };
    const struct reg *r = find_reg(name);
    const char *as = r ? r->name : name;
    json_t *out = json_array();

    for (int pass = 0; pass < 2 && !json_array_size(out); pass++) {
        if (pass && !strncmp(as, "S_", 2)) {
            as += 2; /* S_IDR0 has a table of its own, S_CR0 has CR0's */
        }
        for (size_t i = 0; pass && i < ARRAY_SIZE(same); i++) {
            as = strcmp(as, same[i].reg) ? as : same[i].as;
        }
        for (size_t i = 0; i < ARRAY_SIZE(reg_field_table); i++) {
            const struct reg_field *f = &reg_field_table[i];
            uint64_t val = (v >> f->lo & field_mask(f->width)) << f->shift;

            if (!strcmp(f->reg, as) && (val || all || meaning(as, f->name, 0))) {
                json_array_append_new(out, field_json(as, f->name, f->lo, f->width, val));
            }
        }
    }
    return out;
}
