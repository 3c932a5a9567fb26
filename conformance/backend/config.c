/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct config_entry config_all[] = {
#define CONFIG(spec, why) { spec, why },
#include "configs.def"
#undef CONFIG
    { NULL, NULL },
};

static bool number(const char *s, uint32_t *v)
{
    char *end;
    unsigned long n = strtoul(s, &end, 0);

    *v = (uint32_t)n;
    return s[0] >= '0' && s[0] <= '9' && !*end && n == *v;
}

static uint32_t entries(uint32_t n)
{
    return n ? n : SMMU3_CACHE_OFF;
}

/* One NAME=VALUE, which it cuts at the =. */
static bool set(struct smmu3_config *cfg, char *item, char *why, size_t len)
{
    char *value = strchr(item, '=');
    uint32_t v;
    int err;

    if (!value || !number(value + 1, &v)) {
        snprintf(why, len, "\"%s\" is not NAME=NUMBER", item);
        return false;
    }
    *value = 0;
    if (!strcmp(item, "tlb")) {
        cfg->tlb_entries = entries(v);
        return true;
    }
    if (!strcmp(item, "cfg")) {
        cfg->cfg_entries = entries(v);
        return true;
    }
    err = smmu3_config_set(cfg, item, v);
    if (err) {
        snprintf(why, len, "%s=%s: %s", item, value + 1, smmu3_strerror(err));
    }
    return !err;
}

static bool take_profile(struct smmu3_config *cfg, const char *name, char *why, size_t len)
{
    size_t n;

    if (!smmu3_config_profile(cfg, name)) {
        return true;
    }
    n = (size_t)snprintf(why, len, "there is no profile \"%s\"; there are:", name);
    for (const char *const *p = smmu3_profiles(); *p && n < len; p++) {
        n += (size_t)snprintf(why + n, len - n, " %s", *p);
    }
    return false;
}

bool config_parse(const char *spec, struct smmu3_config *cfg, char *why, size_t len)
{
    char text[512], *rest, *item;

    if (strlen(spec) >= sizeof(text)) {
        snprintf(why, len, "longer than %zu characters", sizeof(text) - 1);
        return false;
    }
    strcpy(text, spec);
    rest = text;
    item = strsep(&rest, ":");
    if (!take_profile(cfg, item, why, len)) {
        return false;
    }
    while ((item = strsep(&rest, ","))) {
        if (!set(cfg, item, why, len)) {
            return false;
        }
    }
    return smmu3_config_check(cfg, why, len) == SMMU3_OK;
}
