/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Fuzz target: recordings and trace logs, read and run. */
#include <stdlib.h>
#include <string.h>

#include "../tool/recording.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is decoded is what it would be encoded to, but for longer numbers. */
static void again(const struct smmu3_record *rec)
{
    uint8_t *buf = malloc(rec->len + SMMU3_RECORD_MAX);
    struct smmu3_record back;
    size_t n = smmu3_record_encode(rec, buf, rec->len + SMMU3_RECORD_MAX);

    if (!n || smmu3_record_decode(buf, n, &back) != n || back.kind != rec->kind ||
        back.time_ns != rec->time_ns || back.len != rec->len) {
        abort();
    }
    free(buf);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct smmu3_record rec;
    struct recording r;
    struct replayed out;
    struct why why;
    char *text;

    if (recording_begin(&r, data, size, &why)) {
        while (recording_next(&r, &rec)) {
            again(&rec);
            if (!*record_text(&rec)) {
                abort();
            }
        }
        replay_recording(data, size, &out, &why);
        return 0;
    }
    text = malloc(size + 1);
    memcpy(text, data, size);
    text[size] = 0;
    replay_log(text, NULL, &out, &why);
    free(text);
    return 0;
}
