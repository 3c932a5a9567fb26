/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Recordings: what went into an SMMU and what came out, as one compact stream
 * of bytes that can be run again (smmu3 replay) or looked at (smmu3 trace).
 *
 * A host that records calls smmu3_record_encode() beside each call of the
 * library and in each of its callbacks, and appends the bytes to a file that
 * begins with smmu3_record_header() and a SMMU3_REC_STATE. An input (a register
 * access, a DMA, a reset) is written when it is done, after all that it caused
 * in the same lane (memory accesses, commands, events, interrupts). No function
 * here keeps state, allocates or locks.
 */
#ifndef SMMU3_RECORD_H
#define SMMU3_RECORD_H

#include "smmu3/smmu3.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SMMU3_RECORD_VERSION 1
#define SMMU3_RECORD_HEADER  8   /* bytes */
#define SMMU3_RECORD_MAX     192 /* bytes of any record but STATE */

enum smmu3_record_kind {
    SMMU3_REC_STATE = 1, /* data: a snapshot; what follows begins with it */
    SMMU3_REC_MMIO_READ, /* offset, size, pas, value */
    SMMU3_REC_MMIO_WRITE,
    SMMU3_REC_DMA,       /* req (no attr, cookie); res: of OK addr, mask, pas,
                            perms, bypass; else reason, recorded */
    SMMU3_REC_RESET,
    SMMU3_REC_READ,      /* acc (no attr, mpam), result, data */
    SMMU3_REC_WRITE,
    SMMU3_REC_CAS,       /* acc, result, expected, desired, seen */
    SMMU3_REC_IRQ,       /* bank, irq */
    SMMU3_REC_TRACE,     /* trace: CMD, CMD_ERROR, EVENT, GERROR, INIT */
    SMMU3_REC_KINDS
};

struct smmu3_record {
    enum smmu3_record_kind kind;
    uint8_t lane;      /* threads that run at once have different ones */
    uint64_t time_ns;  /* of any clock that does not run backwards */

    uint32_t offset;
    unsigned size;     /* MMIO */
    enum smmu3_pas pas;
    uint64_t value;

    struct smmu3_request req;
    struct smmu3_result res;

    struct smmu3_access acc;
    enum smmu3_mem result;
    uint64_t expected, desired, seen;

    enum smmu3_sec_sid bank;
    enum smmu3_irq_kind irq;

    struct smmu3_trace trace;

    const void *data;  /* of READ (if OK), WRITE: up to 64 bytes; STATE: any */
    size_t len;
};

/* What a file begins with. */
void smmu3_record_header(uint8_t header[SMMU3_RECORD_HEADER]);
/* SMMU3_OK, SMMU3_EFORMAT, SMMU3_EVERSION. */
int smmu3_record_check(const void *header, size_t len);

/* Bytes written; 0: the record does not fit or is none. STATE: len + 32. */
size_t smmu3_record_encode(const struct smmu3_record *r, void *buf, size_t len);
/*
 * The record at buf; bytes of it. *r->data points into buf. 0: it is truncated,
 * or no record: nothing after it can be read.
 */
size_t smmu3_record_decode(const void *buf, size_t len, struct smmu3_record *r);

#ifdef __cplusplus
}
#endif

#endif
