/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The frames of the SMMUv3TestEngine as registers (spec/testengine.def), and
 * their life cycle.
 */
#include "qemu/osdep.h"
#include "testengine.h"
#include "migration/vmstate.h"
#include "qapi/error.h"

struct word {
    bool writable;
    uint32_t mask, reset;
};

/* Both pages in one array: the user's words, then the privileged ones. */
#define INDEX(offset) \
    ((offset) / 4 % SMMU3_FRAME_WORDS + \
     ((offset) >= SMMU3_FRAME_PAGE ? SMMU3_FRAME_WORDS : 0))
#define WRITABLE_RO  false
#define WRITABLE_RW  true
#define WRITABLE_CMD true
static const struct word words[2 * SMMU3_FRAME_WORDS] = {
#define HIGH_32(offset, writable, mask, reset)
#define HIGH_64(offset, writable, mask, reset) \
    [INDEX(offset) + 1] = { writable, (uint64_t)(mask) >> 32, \
                            (uint64_t)(reset) >> 32 },
#define TESTENGINE_REG(name, offset, bits, access, mask, reset, meaning) \
    [INDEX(offset)] = { WRITABLE_##access, (uint32_t)(mask), \
                        (uint32_t)(reset) }, \
    HIGH_##bits(offset, WRITABLE_##access, mask, reset)
#include "../spec/testengine.def"
};

static void reset_registers(SMMU3Frame *f)
{
    for (int i = 0; i < SMMU3_FRAME_WORDS; i++) {
        f->user[i] = words[i].reset;
        f->privileged[i] = words[SMMU3_FRAME_WORDS + i].reset;
    }
}

static bool is_secure(const SMMU3TestEngine *e, MemTxAttrs attrs)
{
    return e->ops.anybody_secure || (!attrs.unspecified && attrs.secure);
}

/* A frame of the Secure world is none for others. */
static bool is_allowed(SMMU3Frame *f, MemTxAttrs attrs)
{
    return *smmu3q_frame_reg(f, T_PCTRL) & 1u << T_PCTRL_SSD_NS_LO ||
           is_secure(f->engine, attrs);
}

static SMMU3Frame *frame_at(SMMU3TestEngine *e, hwaddr addr)
{
    return &e->frame[addr % SMMU3_FRAME_PAGE / SMMU3_FRAME_SIZE];
}

static uint32_t *word_at(SMMU3Frame *f, hwaddr addr)
{
    return smmu3q_frame_reg(f, addr % SMMU3_FRAME_SIZE +
                               (addr / SMMU3_FRAME_PAGE) * SMMU3_FRAME_PAGE);
}

static MemTxResult frames_read(void *opaque, hwaddr addr, uint64_t *data,
                               unsigned size, MemTxAttrs attrs)
{
    SMMU3Frame *f = frame_at(opaque, addr);
    uint64_t value;

    *data = 0;
    if (smmu3q_is_own_msi(attrs)) {
        return MEMTX_ACCESS_ERROR;
    }
    if (!is_allowed(f, attrs)) {
        return MEMTX_OK;
    }
    value = *word_at(f, addr & ~3ull);
    if (size == 8) {
        value |= (uint64_t)*word_at(f, addr + 4) << 32;
    }
    *data = extract64(value, addr % 4 * 8, MIN(size * 8, 64 - addr % 4 * 8));
    return MEMTX_OK;
}

static void write_cmd(SMMU3Frame *f, uint32_t value)
{
    uint32_t *reg = smmu3q_frame_reg(f, T_CMD);

    *reg = value;
    if (value == T_CMD_NO_FRAME) {
        *reg = T_CMD_HALTED;
    } else if (value != T_CMD_HALTED && value != T_CMD_ERROR) {
        smmu3q_frame_start(f);
    }
}

/* Some bits of one word. */
static void write_word(SMMU3Frame *f, hwaddr addr, uint32_t value,
                       uint32_t bits, MemTxAttrs attrs)
{
    unsigned offset = addr % SMMU3_FRAME_SIZE +
                      (addr / SMMU3_FRAME_PAGE) * SMMU3_FRAME_PAGE;
    const struct word *w = &words[INDEX(offset)];
    uint32_t *reg = word_at(f, addr);

    bits &= w->writable ? w->mask : 0;
    if (offset == T_CMD) {
        return; /* by words only */
    }
    if (offset == T_PCTRL &&
        !(f->engine->ops.secure && is_secure(f->engine, attrs))) {
        bits &= ~(1u << T_PCTRL_SSD_NS_LO);
    }
    *reg = (*reg & ~bits) | (value & bits);
}

static MemTxResult frames_write(void *opaque, hwaddr addr, uint64_t data,
                                unsigned size, MemTxAttrs attrs)
{
    SMMU3Frame *f = frame_at(opaque, addr);
    unsigned shift = addr % 4 * 8;

    if (smmu3q_is_own_msi(attrs)) {
        return MEMTX_ACCESS_ERROR;
    }
    if (!is_allowed(f, attrs) || smmu3q_frame_runs(f)) {
        return MEMTX_OK;
    }
    if (size == 4 && addr < SMMU3_FRAME_PAGE &&
        addr % SMMU3_FRAME_SIZE == T_CMD) {
        write_cmd(f, data);
        return MEMTX_OK;
    }
    if (size == 8) {
        write_word(f, addr, data, UINT32_MAX, attrs);
        write_word(f, addr + 4, data >> 32, UINT32_MAX, attrs);
    } else {
        write_word(f, addr & ~3ull, (uint32_t)data << shift,
                   MAKE_64BIT_MASK(shift, size * 8), attrs);
    }
    return MEMTX_OK;
}

/* Aligned accesses of every size: none crosses a frame. */
static const MemoryRegionOps frames_ops = {
    .read_with_attrs = frames_read,
    .write_with_attrs = frames_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 8 },
    .impl = { .min_access_size = 1, .max_access_size = 8 },
};

/* ---- life cycle ---- */

void smmu3q_testengine_init(SMMU3TestEngine *e, DeviceState *dev,
                            const SMMU3TestEngineOps *ops)
{
    e->ops = *ops;
    e->timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, smmu3q_frames_run, e);
    for (int i = 0; i < SMMU3_FRAMES; i++) {
        e->frame[i].engine = e;
        e->frame[i].client.resume = smmu3q_frame_resume;
        reset_registers(&e->frame[i]);
    }
    memory_region_init_io(&e->mmio, OBJECT(dev), &frames_ops, e,
                          object_get_typename(OBJECT(dev)),
                          2 * SMMU3_FRAME_PAGE);
}

static void cancel_all(SMMU3TestEngine *e)
{
    timer_del(e->timer);
    for (int i = 0; i < SMMU3_FRAMES; i++) {
        smmu3q_client_cancel(&e->frame[i].client);
    }
}

void smmu3q_testengine_reset(SMMU3TestEngine *e)
{
    cancel_all(e);
    for (int i = 0; i < SMMU3_FRAMES; i++) {
        reset_registers(&e->frame[i]);
    }
}

void smmu3q_testengine_destroy(SMMU3TestEngine *e)
{
    if (e->timer) {
        cancel_all(e);
        g_clear_pointer(&e->timer, timer_free);
    }
}

/* ---- migration ---- */

static int pre_load(void *opaque)
{
    cancel_all(opaque);
    return 0;
}

/* What was stalled is presented again, see smmu3-engine.c. */
static int post_load(void *opaque, int version_id)
{
    SMMU3TestEngine *e = opaque;

    for (int i = 0; i < SMMU3_FRAMES; i++) {
        SMMU3Frame *f = &e->frame[i];

        if (smmu3q_frame_runs(f)) {
            if (!smmu3q_frame_is_sane(f)) {
                return -EINVAL;
            }
            smmu3q_frames_continue(e, 0);
        }
    }
    return 0;
}

static bool runs(void *opaque)
{
    return smmu3q_frame_runs(opaque);
}

static const VMStateDescription running_vmstate = {
    .name = "smmu3-testengine/frame/running",
    .version_id = 1,
    .minimum_version_id = 1,
    .needed = runs,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT64(next, SMMU3Frame),
        VMSTATE_UINT64(left, SMMU3Frame),
        VMSTATE_UINT64(rng, SMMU3Frame),
        VMSTATE_UINT64(at, SMMU3Frame),
        VMSTATE_UINT32(piece, SMMU3Frame),
        VMSTATE_UINT32(written, SMMU3Frame),
        VMSTATE_BOOL(writing, SMMU3Frame),
        VMSTATE_UINT8(client.verdict, SMMU3Frame),
        VMSTATE_BUFFER(buf, SMMU3Frame),
        VMSTATE_END_OF_LIST()
    },
};

static const VMStateDescription frame_vmstate = {
    .name = "smmu3-testengine/frame",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32_ARRAY(user, SMMU3Frame, SMMU3_FRAME_WORDS),
        VMSTATE_UINT32_ARRAY(privileged, SMMU3Frame, SMMU3_FRAME_WORDS),
        VMSTATE_END_OF_LIST()
    },
    .subsections = (const VMStateDescription *const[]) {
        &running_vmstate,
        NULL
    },
};

const VMStateDescription smmu3q_testengine_vmstate = {
    .name = "smmu3-testengine/frames",
    .version_id = 1,
    .minimum_version_id = 1,
    .pre_load = pre_load,
    .post_load = post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_STRUCT_ARRAY(frame, SMMU3TestEngine, SMMU3_FRAMES, 1,
                             frame_vmstate, SMMU3Frame),
        VMSTATE_END_OF_LIST()
    },
};
