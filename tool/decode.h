/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Records as JSON objects, and those as text: what decode and others print. */
#ifndef SMMU3_TOOL_DECODE_H
#define SMMU3_TOOL_DECODE_H

#include "tool.h"

/* {record, kind, clause, words, fields, reserved, summary} */
json_t *decode_record(enum record r, const uint64_t *w, bool all);
/* "legal": true, or "illegal": the reason. */
void decode_verdict(json_t *doc, enum smmu3_reason reason);
json_t *decode_report(const struct report *r, bool all);
json_t *decode_gerror(uint32_t gerror, uint32_t gerrorn);
/* A sentence for an event record. Free it. */
char *event_sentence(const uint64_t w[4]);
/* "00:02.0" of a StreamID that is a PCI requester ID; static. */
const char *bdf(uint32_t sid);
void decode_print(const json_t *doc);

#endif
