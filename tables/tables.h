/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * The driver's half of an SMMUv3: stream tables, Context descriptors, page
 * tables, commands and queues, built in any memory. Freestanding: nothing but
 * stdint and stdbool is needed. Never includes src/, so that a wrong field
 * cannot be wrong on both sides of a test unseen.
 *
 * All functions that can fail return 0 or a negative enum smmu3t_err.
 */
#ifndef SMMU3_TABLES_TABLES_H
#define SMMU3_TABLES_TABLES_H

#include <stdbool.h>
#include <stdint.h>

#include "../spec/fields.h"

enum smmu3t_err {
    SMMU3T_EINVAL = -1, /* an argument that no SMMUv3 can take */
    SMMU3T_ENOMEM = -2, /* alloc() gave nothing */
    SMMU3T_EBUSY = -3,  /* something else is mapped there */
    SMMU3T_ENOENT = -4, /* nothing is mapped there */
    SMMU3T_EIO = -5,    /* write64() failed */
    SMMU3T_ETIMEOUT = -6 /* the SMMU did not answer in time */
};

/* Physical address spaces; the values of enum smmu3_pas. */
enum smmu3t_pas { SMMU3T_NS, SMMU3T_S, SMMU3T_REALM, SMMU3T_ROOT };

/*
 * Memory as the tables see it. addr is a physical address of space pas; for
 * stage 1 tables behind stage 2 give ops that take IPAs. Values are in host
 * order, memory is little-endian: the ops convert.
 */
struct smmu3_mem_ops {
    void *ctx;
    /* 0, or anything else if the write failed. */
    int (*write64)(void *ctx, unsigned pas, uint64_t addr, uint64_t val);
    uint64_t (*read64)(void *ctx, unsigned pas, uint64_t addr);
    /* Zeroed memory, aligned to align (a power of two); 0: none is left. */
    uint64_t (*alloc)(void *ctx, unsigned pas, uint64_t size, uint64_t align);
};

/* The registers, by offset from Page 0. */
struct smmu3_mmio_ops {
    void *ctx;
    uint32_t (*read32)(void *ctx, uint32_t offset);
    void (*write32)(void *ctx, uint32_t offset, uint32_t val);
    void (*write64)(void *ctx, uint32_t offset, uint64_t val);
};

#endif
