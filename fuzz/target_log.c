/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Fuzz target: what the smmu3 command is given as text: kernel logs, words, hex dumps. */
#include <stdlib.h>
#include <string.h>

#include "../tool/decode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Whatever was understood must also be a legal JSON document. */
static void decode(json_t *doc)
{
    char *text = json_dumps(doc, JSON_COMPACT);

    if (!text) {
        abort();
    }
    free(text);
    json_decref(doc);
}

static void judge(const uint64_t w[8])
{
    struct smmu3_config cfg;
    struct judged_pte pte;

    smmu3_config_profile(&cfg, "max");
    for (unsigned sec = 0; sec < SMMU3_NUM_BANKS; sec++) {
        judge_ste(&cfg, (enum smmu3_sec_sid)sec, w);
        judge_cd(&cfg, (enum smmu3_sec_sid)sec, NULL, w);
        judge_l1std(&cfg, (enum smmu3_sec_sid)sec, 8, w[0]);
        judge_cmd(&cfg, (enum smmu3_sec_sid)sec, w);
    }
    for (int level = 0; level < 4; level++) {
        judge_pte(&cfg, 1 + (w[1] & 1), 12 + 2 * (unsigned)(w[2] % 3), level, w[0], &pte);
    }
}

static void words(const char *text)
{
    uint64_t w[MAX_WORDS] = { 0 };
    struct why why;
    unsigned n;

    for (int r = 0; r < NUM_RECORDS; r++) {
        if (words_parse(text, record_words((enum record)r), w, &n, &why)) {
            decode(decode_record((enum record)r, w, true));
            judge(w);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    struct report *r;
    struct why why;
    size_t n;

    memcpy(text, data, size);
    text[size] = 0;
    if (linuxlog_parse(text, &r, &n, &why)) {
        for (size_t i = 0; i < n; i++) {
            decode(decode_report(&r[i], true));
        }
        free(r);
    }
    words(text);
    free(text);
    return 0;
}
