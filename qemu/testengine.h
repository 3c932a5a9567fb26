/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Arm's SMMUv3TestEngine, frame for frame: spec/testengine.def.
 *
 *   smmu3-frame.c       what a frame is asked to do, transaction by transaction
 *   smmu3-frames.c      the frames as registers, their life cycle
 *   smmu3-testengine.c  the platform device
 *   smmu3-testengine-pci.c  the PCI function
 *
 * Commands run in slices, as those of engine.h do, and under the BQL.
 */
#ifndef SMMU3_QEMU_TESTENGINE_H
#define SMMU3_QEMU_TESTENGINE_H

#include "client.h"
#include "qemu/timer.h"

#define SMMU3_FRAMES      512
#define SMMU3_FRAME_SIZE  128
#define SMMU3_FRAME_WORDS (SMMU3_FRAME_SIZE / 4)
#define SMMU3_FRAME_PAGE  0x10000
#define SMMU3_FRAME_PIECE 512 /* bytes of a transaction at most */

/* Offsets, fields (_LO, _W) and values. */
enum {
#define TESTENGINE_REG(name, offset, bits, access, mask, reset, meaning) \
    T_##name = offset,
#define TESTENGINE_FIELD(reg, name, lo, width, meaning) \
    T_##reg##_##name##_LO = lo, T_##reg##_##name##_W = width,
#include "../spec/testengine.def"
};
#define TESTENGINE_VALUE(reg, name, value, meaning) \
    static const uint32_t T_##reg##_##name G_GNUC_UNUSED = value;
#include "../spec/testengine.def"

#define T_FIELD(word, reg, name) \
    extract32(word, T_##reg##_##name##_LO, T_##reg##_##name##_W)

typedef struct SMMU3TestEngine SMMU3TestEngine;

typedef struct SMMU3Frame {
    SMMU3Client client;
    SMMU3TestEngine *engine;
    uint32_t user[SMMU3_FRAME_WORDS];
    uint32_t privileged[SMMU3_FRAME_WORDS];

    /* What is left: bytes, or elements of 8 bytes STRIDE apart. */
    uint64_t next, left;
    uint64_t rng; /* of the order */
    /* The piece under way: from here, `piece` bytes, of which `written` are. */
    uint64_t at;
    uint32_t piece, written;
    bool writing; /* it has been read, or made: it is in buf */
    uint8_t buf[SMMU3_FRAME_PIECE];
} SMMU3Frame;

typedef struct SMMU3TestEngineOps {
    /* The stream a frame's transactions are of; false: not one it may use. */
    bool (*stream)(SMMU3Frame *f, SMMU3State **smmu, enum smmu3_sec_sid *sec_sid,
                   uint32_t *stream_id);
    /* Can it be sent? NULL: MSIs are writes. */
    bool (*msi_is_valid)(SMMU3Frame *f);
    void (*msi)(SMMU3Frame *f);
    bool can_stall;
    bool secure;         /* frames may become Secure */
    bool anybody_secure; /* ... by anybody's access */
} SMMU3TestEngineOps;

struct SMMU3TestEngine {
    SMMU3TestEngineOps ops;
    MemoryRegion mmio;
    QEMUTimer *timer;
    unsigned turn; /* the frame whose slice is next */
    SMMU3Frame frame[SMMU3_FRAMES];
};

void smmu3q_testengine_init(SMMU3TestEngine *e, DeviceState *dev,
                            const SMMU3TestEngineOps *ops);
void smmu3q_testengine_destroy(SMMU3TestEngine *e);
void smmu3q_testengine_reset(SMMU3TestEngine *e);
extern const VMStateDescription smmu3q_testengine_vmstate;

/* smmu3-frame.c */
/* CMD was written, with a command. */
void smmu3q_frame_start(SMMU3Frame *f);
bool smmu3q_frame_runs(const SMMU3Frame *f);
/* Is a state that was loaded one that can be? */
bool smmu3q_frame_is_sane(SMMU3Frame *f);
void smmu3q_frame_resume(SMMU3Client *c);
void smmu3q_frames_run(void *engine);
void smmu3q_frames_continue(SMMU3TestEngine *e, int64_t ns);

static inline uint32_t *smmu3q_frame_reg(SMMU3Frame *f, unsigned offset)
{
    return offset < SMMU3_FRAME_PAGE
           ? &f->user[offset / 4]
           : &f->privileged[(offset - SMMU3_FRAME_PAGE) / 4];
}

static inline uint64_t smmu3q_frame_reg64(SMMU3Frame *f, unsigned offset)
{
    return *smmu3q_frame_reg(f, offset) |
           (uint64_t)*smmu3q_frame_reg(f, offset + 4) << 32;
}

static inline void smmu3q_frame_set64(SMMU3Frame *f, unsigned offset,
                                      uint64_t value)
{
    *smmu3q_frame_reg(f, offset) = value;
    *smmu3q_frame_reg(f, offset + 4) = value >> 32;
}

#endif
