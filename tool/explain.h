/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* A transaction explained as a JSON object, and that as text. */
#ifndef SMMU3_TOOL_EXPLAIN_H
#define SMMU3_TOOL_EXPLAIN_H

#include "source.h"
#include "tool.h"

/* The options that say which transaction. */
#define REQUEST_OPTIONS                                                                                 \
    { "write", 'w', NULL, 0, "A write (a read otherwise)", 0 },                                         \
        { "privileged", 'p', NULL, 0, "A privileged access", 0 },                                       \
        { "instruction", 'x', NULL, 0, "An instruction fetch", 0 },                                     \
        { "secure", 's', NULL, 0, "The device is Secure", 0 },                                          \
        { "non-secure", 'n', NULL, 0, "Of a Secure device: the access asks for Non-secure memory", 0 }, \
    {                                                                                                   \
        "substream", 'S', "N", 0, "With this SubstreamID (PASID)", 0                                    \
    }
/* Handles those and STREAM ADDRESS; ARGP_ERR_UNKNOWN for others. */
error_t request_parse(int key, char *arg, struct argp_state *state, struct smmu3_request *req,
                      unsigned *nargs);
bool parse_stream(const char *text, uint32_t *sid);

/* {request, steps, result} */
json_t *explain(struct smmu3 *s, const struct smmu3_request *req, struct smmu3_result *res);
/* walk: only what the tables said. */
void explain_print(const json_t *doc, bool walk);
/* What the running device answers, from its caches: {status, ...}; NULL with why. */
json_t *explain_ask(struct source *src, const struct smmu3_request *req, struct why *why);
/* Do both come to the same? */
bool explain_agrees(const json_t *result, const json_t *live);

#endif
