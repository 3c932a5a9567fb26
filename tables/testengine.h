/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * A driver for a frame of Arm's SMMUv3TestEngine, on QEMU (smmu3-testengine)
 * or the FVP: spec/testengine.def, docs/MASTERS.md.
 */
#ifndef SMMU3_TABLES_TESTENGINE_H
#define SMMU3_TABLES_TESTENGINE_H

#include "tables.h"

/* Offsets SMMU3T_T_reg of frame 0, fields SMMU3T_T_reg_field_LO and _W. */
enum {
#define TESTENGINE_REG(name, offset, bits, access, mask, reset, meaning) SMMU3T_T_##name = offset,
#define TESTENGINE_FIELD(reg, name, lo, width, meaning) \
    SMMU3T_T_##reg##_##name##_LO = lo, SMMU3T_T_##reg##_##name##_W = width,
#include "../spec/testengine.def"
    SMMU3T_TESTENGINE_FRAMES = 512,
    SMMU3T_TESTENGINE_FRAME_SIZE = 128
};

/* Values of CMD. */
#define SMMU3T_T_NO_FRAME 0u
#define SMMU3T_T_HALTED 1u
#define SMMU3T_T_MEMCPY 2u
#define SMMU3T_T_RAND48 3u
#define SMMU3T_T_SUM64 4u
#define SMMU3T_T_ERROR 0xffffffffu
#define SMMU3T_T_MISCONFIGURED 0xfffffffeu

struct smmu3t_frame {
    /* Offsets are from the User page; write64 is not used. */
    const struct smmu3_mmio_ops *mmio;
    uint32_t number;          /* 0 to 511 */
    uint32_t polls;           /* of CMD before ETIMEOUT; 0: 100000 */
    void (*relax)(void *ctx); /* between two polls, with mmio->ctx; may be NULL */
};

/* Half of ATTRIBUTES: Write-Back, allocating, Inner Shareable memory. */
struct smmu3t_frame_attr {
    bool priv, instr;
    bool ns;                  /* of Secure streams: Non-secure memory */
};

struct smmu3t_work {
    uint32_t cmd;             /* SMMU3T_T_MEMCPY, _RAND48, _SUM64 */
    bool secure;              /* the frame becomes the Secure world's */
    uint32_t sid;
    bool ssv;
    uint32_t ssid;
    struct smmu3t_frame_attr read, write;
    uint32_t seed;            /* 0: upwards, all ones: downwards, else random */
    uint64_t begin, bytes, target;
    uint64_t stride;          /* 0: as 1, all of it; else a multiple of 8 */
    uint64_t msi_addr;        /* 0: no MSI */
    uint32_t msi_data;
};

uint32_t smmu3t_frame_read(const struct smmu3t_frame *f, uint32_t reg);
uint64_t smmu3t_frame_read64(const struct smmu3t_frame *f, uint32_t reg);
/* EBUSY: the frame runs; EINVAL: it says MISCONFIGURED; ENOENT: this frame is
 * the Secure world's, or there is none. */
int smmu3t_frame_start(const struct smmu3t_frame *f, const struct smmu3t_work *w);
/* Until it ends. 0: well; EIO: an access was aborted, its address is in UDATA2.
 * ETIMEOUT: it still runs. */
int smmu3t_frame_wait(const struct smmu3t_frame *f);
/* Both. The sum of SUM64 is in UDATA1. */
int smmu3t_frame_run(const struct smmu3t_frame *f, const struct smmu3t_work *w);

#endif
