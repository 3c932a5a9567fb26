/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Recordings (smmu3/record.h) and QEMU's trace logs, read and run again. */
#ifndef SMMU3_TOOL_RECORDING_H
#define SMMU3_TOOL_RECORDING_H

#include "smmu3/record.h"
#include "tool.h"

struct recording {
    const uint8_t *data;
    size_t len, pos;
    uint64_t n;       /* records read */
    bool truncated;   /* ... and then one that is not whole */
};
/* After the header; false: not a recording, or of another version. */
bool recording_begin(struct recording *r, const void *data, size_t len, struct why *why);
/* The next record; false: there is none. */
bool recording_next(struct recording *r, struct smmu3_record *rec);
/* A record in words; static storage. */
const char *record_text(const struct smmu3_record *rec);

struct replayed {
    uint64_t records, inputs, compared, extra_reads;
    bool differs;
    uint64_t at;         /* number of the record, or line of the log */
    char text[500];      /* the first difference */
    bool truncated;
};
/* Runs all of it against the model. False: it cannot be run. */
bool replay_recording(const void *data, size_t len, struct replayed *out, struct why *why);
/* The register accesses of a log of -trace 'smmuv3_*'. profile NULL: what the ID
 * registers read there say. */
bool replay_log(const char *text, const char *profile, struct replayed *out, struct why *why);

#endif
