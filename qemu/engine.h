/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The DMA engine of smmu3-master and smmu3-master-pci: channels of registers
 * (spec/master.def) that make accesses of a stream of one's choice.
 *
 *   smmu3-engine.c      a channel's command, transaction by transaction
 *   smmu3-registers.c   its registers
 *   smmu3-channels.c    all channels: their life cycle, migration
 *   smmu3-master.c      the platform device
 *   smmu3-master-pci.c  the PCI function
 *   smmu3-platform.c    a device on no bus: its place, its interrupt, its node
 *
 * A command runs in slices. The first belongs to the write that starts it, so
 * short commands are over when that returns; the others are timers of
 * QEMU_CLOCK_VIRTUAL, which stands still while the machine does. Guests can
 * hold the host up for a slice at most. Everything runs under the BQL.
 */
#ifndef SMMU3_QEMU_ENGINE_H
#define SMMU3_QEMU_ENGINE_H

#include "client.h"
#include "qemu/timer.h"

#define SMMU3_CHANNELS      16
#define SMMU3_CHANNEL_SIZE  0x1000
#define SMMU3_CHANNEL_WORDS 0x30 /* of registers */
#define SMMU3_PIECE         4096 /* bytes of a transaction at most */

/* Offsets, fields (_LO, _W) and values. */
enum {
#define MASTER_REG(name, offset, bits, access, mask, reset, meaning) \
    M_##name = offset,
#define MASTER_FIELD(reg, name, lo, width, meaning) \
    M_##reg##_##name##_LO = lo, M_##reg##_##name##_W = width,
#define MASTER_VALUE(reg, name, value, meaning) M_##reg##_##name = value,
#include "../spec/master.def"
};

#define M_FIELD(word, reg, name) \
    extract32(word, M_##reg##_##name##_LO, M_##reg##_##name##_W)
#define M_PUT(word, reg, name, value) \
    deposit32(word, M_##reg##_##name##_LO, M_##reg##_##name##_W, value)

typedef struct SMMU3Engine SMMU3Engine;

typedef struct SMMU3Channel {
    SMMU3Client client;
    SMMU3Engine *engine;
    uint32_t reg[SMMU3_CHANNEL_WORDS];

    /* Where the command is */
    uint64_t index;   /* of the access, in all rounds */
    uint32_t offset;  /* bytes of it that are done */
    uint32_t piece;   /* bytes of the transactions under way */
    bool writing;     /* they have been read, or made: they are in buf */
    unsigned starts;  /* and stops, to notice those inside an access */
    uint8_t buf[SMMU3_PIECE];
} SMMU3Channel;

/* Whose accesses a master's are. */
typedef struct SMMU3Identity {
    SMMU3State *smmu;
    uint32_t own, first, last; /* StreamIDs */
    enum smmu3_sec_sid sec_sid;
    bool may_be_secure;
} SMMU3Identity;

typedef struct SMMU3EngineOps {
    /* A REASON of STATUS if it may make none, or M_STATUS_NO_REASON. */
    unsigned (*identity)(SMMU3Engine *e, SMMU3Identity *id);
    void (*set_irq)(SMMU3Engine *e, bool level);
    /* NULL: an MSI is a write of MSI_DATA to MSI_ADDR. */
    void (*msi)(SMMU3Engine *e, unsigned channel);
    bool secure_only; /* registers are for Secure accesses */
    bool devices;     /* DMA reaches device registers too */
    bool direct;      /* CTRL.DIRECT: past the SMMU */
    bool pci;
} SMMU3EngineOps;

struct SMMU3Engine {
    SMMU3EngineOps ops;
    MemoryRegion mmio;
    QEMUTimer *timer;
    SMMU3Channel channel[SMMU3_CHANNELS];
};

/* smmu3-channels.c */
void smmu3q_engine_init(SMMU3Engine *e, DeviceState *dev,
                        const SMMU3EngineOps *ops);
void smmu3q_engine_destroy(SMMU3Engine *e);
void smmu3q_engine_reset(SMMU3Engine *e);
extern const VMStateDescription smmu3q_engine_vmstate;

/* smmu3-engine.c */
/* The CMD register was written while the channel may take it. */
void smmu3q_channel_start(SMMU3Channel *ch);
void smmu3q_channel_stop(SMMU3Channel *ch);
bool smmu3q_channel_runs(const SMMU3Channel *ch);
/* A slice for each channel that runs; the engine's timer. */
void smmu3q_channels_run(void *engine);
void smmu3q_channel_resumed(SMMU3Client *c);
/* What was under way elsewhere goes on here; if it can have been. */
void smmu3q_channel_present_again(SMMU3Channel *ch);
bool smmu3q_channel_is_sane(const SMMU3Channel *ch);
void smmu3q_engine_update_irq(SMMU3Engine *e);

/* smmu3-registers.c */
extern const MemoryRegionOps smmu3q_engine_mmio_ops;
void smmu3q_channel_reset_registers(SMMU3Channel *ch);
uint64_t smmu3q_reg64(const SMMU3Channel *ch, unsigned offset);
void smmu3q_set_reg64(SMMU3Channel *ch, unsigned offset, uint64_t value);

static inline uint32_t *smmu3q_reg(SMMU3Channel *ch, unsigned offset)
{
    return &ch->reg[offset / 4];
}

#endif
