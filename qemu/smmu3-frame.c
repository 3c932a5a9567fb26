/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a frame of the SMMUv3TestEngine does. Where Arm's header leaves room
 * ("to be determined") it is said here: pieces of a contiguous range end at
 * 4 KiB boundaries and have at most SMMU3_FRAME_PIECE bytes, or, in random
 * order, 8, 16, 32 or 64; one transaction is under way at a time.
 */
#include "qemu/osdep.h"
#include "testengine.h"

/* Transactions until somebody else gets a turn, and for how long he gets it. */
#define SLICE    256
#define SLICE_NS (20 * SCALE_US)

/* rand48, as drand48() has it. */
#define RAND_A    UINT64_C(0x5deece66d)
#define RAND_C    UINT64_C(0xb)
#define RAND_MASK MAKE_64BIT_MASK(0, 48)

enum half { SOURCE, DESTINATION }; /* of ATTRIBUTES */

struct run {
    SMMU3Frame *f;
    SMMU3State *smmu;
    enum smmu3_sec_sid sec_sid;
    uint32_t stream_id;
};

static uint32_t get(SMMU3Frame *f, unsigned offset)
{
    return *smmu3q_frame_reg(f, offset);
}

static uint64_t get64(SMMU3Frame *f, unsigned offset)
{
    return smmu3q_frame_reg64(f, offset);
}

/* ---- random numbers ---- */

static uint64_t rand_seed(uint32_t seed)
{
    return (uint64_t)seed << 16 | 0x330e;
}

static uint64_t rand_next(uint64_t x)
{
    return (x * RAND_A + RAND_C) & RAND_MASK;
}

/* n steps at once: x -> a^n x + c (a^n - 1) / (a - 1), by squaring. */
static uint64_t rand_skip(uint64_t x, uint64_t n)
{
    uint64_t a = RAND_A, c = RAND_C;

    for (; n; n >>= 1) {
        if (n & 1) {
            x = (x * a + c) & RAND_MASK;
        }
        c = (c * a + c) & RAND_MASK;
        a = (a * a) & RAND_MASK;
    }
    return x;
}

/* A number of 32 bits takes two steps: 31 bits, and one from the second. */
static uint32_t rand_u32(uint64_t *x)
{
    uint32_t low;

    *x = rand_next(*x);
    low = *x >> 17 & 0x7fffffff;
    *x = rand_next(*x);
    return low | (*x & 0x80000000);
}

/*
 * RAND48's data: a byte of each number, from a seed of SEED and the address
 * where the page, or the first transaction in it, begins.
 */
static void make_random(SMMU3Frame *f)
{
    bool contiguous = get64(f, T_STRIDE) == 1;
    uint64_t from = f->at & ~UINT64_C(0xfff);
    uint64_t x;

    if (!contiguous) {
        from = f->at;
    } else if (from < get64(f, T_BEGIN)) {
        from = get64(f, T_BEGIN);
    }
    x = rand_skip(rand_seed(get(f, T_SEED) ^ (uint32_t)(from >> 32) ^
                            (uint32_t)from), 2 * (f->at - from));
    for (uint32_t i = 0; i < f->piece; i++) {
        f->buf[i] = rand_u32(&x);
    }
}

/* ---- attributes ---- */

static bool is_cacheable(unsigned acache)
{
    return acache >= 6;
}

/* A nibble of MAIR: WT or WB, read and write allocation, transient or not. */
static unsigned mair_nibble(unsigned acache, bool transient)
{
    unsigned alloc = (acache >> 2 & 1) << 1 | acache >> 3;

    if (!is_cacheable(acache)) {
        return 0x4;
    }
    return alloc | (acache & 1) << 2 | (transient ? 0 : 8);
}

static struct smmu3_attr memory_attr(uint32_t half)
{
    static const uint8_t sh_of_ace[] = { 0, 3, 2, 0 };
    unsigned outer = T_FIELD(half, ATTRIBUTES, OUTER);
    unsigned inner = T_FIELD(half, ATTRIBUTES, INNER);

    switch (outer) {
    case 0:
        return (struct smmu3_attr) { 0x00, 2 };
    case 1: /* nGnRE, nGRE, GRE */
        return (struct smmu3_attr) {
            inner & 8 ? 0x0c : inner & 4 ? 0x08 : 0x04, 2 };
    default:
        return (struct smmu3_attr) {
            mair_nibble(outer, T_FIELD(half, ATTRIBUTES, OUTER_TRANSIENT)) << 4 |
            mair_nibble(inner, T_FIELD(half, ATTRIBUTES, INNER_TRANSIENT)),
            sh_of_ace[T_FIELD(half, ATTRIBUTES, SH)] };
    }
}

static bool is_acache(unsigned v)
{
    return 0xcccf & 1u << v; /* 0 to 3, 6, 7, 10, 11, 14, 15 */
}

static bool is_valid_half(uint32_t half)
{
    unsigned outer = T_FIELD(half, ATTRIBUTES, OUTER);

    if (outer < 2) {
        return true; /* Device, whatever the rest says */
    }
    return is_acache(outer) && is_acache(T_FIELD(half, ATTRIBUTES, INNER)) &&
           T_FIELD(half, ATTRIBUTES, INNER) >= 2 &&
           T_FIELD(half, ATTRIBUTES, SH) < 3;
}

static struct smmu3_request request_of(const struct run *r, uint64_t addr,
                                       uint32_t half, bool write)
{
    uint32_t ssid = get(r->f, T_SUBSTREAMID);

    return (struct smmu3_request) {
        .sec_sid = r->sec_sid,
        .stream_id = r->stream_id,
        .ssv = ssid != UINT32_MAX,
        .substream_id = ssid != UINT32_MAX ? ssid : 0,
        .addr = addr,
        .flags = SMMU3_REQ_ATTR | (write ? SMMU3_REQ_WRITE : 0) |
                 (T_FIELD(half, ATTRIBUTES, PRIV) ? SMMU3_REQ_PRIV : 0) |
                 (T_FIELD(half, ATTRIBUTES, INSTR) ? SMMU3_REQ_INSTR : 0) |
                 (T_FIELD(half, ATTRIBUTES, NS) ? SMMU3_REQ_NS : 0) |
                 (r->f->engine->ops.can_stall ? SMMU3_REQ_CAN_STALL : 0),
        .attr = memory_attr(half),
    };
}

/* ---- what is to be done ---- */

bool smmu3q_frame_runs(const SMMU3Frame *f)
{
    uint32_t cmd = f->user[T_CMD / 4];

    return cmd >= T_CMD_MEMCPY && cmd <= T_CMD_SUM64;
}

static bool is_valid(SMMU3Frame *f)
{
    uint64_t begin = get64(f, T_BEGIN), end = get64(f, T_END_INCL);
    uint64_t stride = get64(f, T_STRIDE);
    uint32_t attributes = get(f, T_ATTRIBUTES), ssid = get(f, T_SUBSTREAMID);

    if (!smmu3q_frame_runs(f) || end < begin ||
        (!(begin & ~UINT64_C(7)) && (end | 7) == UINT64_MAX)) {
        return false;
    }
    if (stride != 1 && (stride % 8 || !stride)) {
        return false;
    }
    if (get(f, T_CMD) == T_CMD_SUM64 && (begin % 8 || end % 8 != 7)) {
        return false;
    }
    if (get64(f, T_MSIADDRESS) &&
        (f->engine->ops.msi_is_valid ? !f->engine->ops.msi_is_valid(f)
                                     : !is_valid_half(get(f, T_MSIATTR)))) {
        return false;
    }
    return (ssid == UINT32_MAX || ssid < 1u << 20) && get(f, T_PORT) < 64 &&
           is_valid_half(attributes) && is_valid_half(attributes >> 16);
}

/* Bytes, or elements whose last byte is not behind END_INCL rounded up. */
static uint64_t amount(SMMU3Frame *f)
{
    uint64_t begin = get64(f, T_BEGIN), end = get64(f, T_END_INCL);
    uint64_t stride = get64(f, T_STRIDE);

    if (stride == 1) {
        return end - begin + 1;
    }
    return ((end | 7) - 7 - (begin & ~UINT64_C(7))) / stride + 1;
}

static bool from_the_back(SMMU3Frame *f)
{
    switch (get(f, T_SEED)) {
    case 0:
        return false;
    case UINT32_MAX:
        return true;
    default:
        return rand_u32(&f->rng) & 1;
    }
}

static bool is_random(SMMU3Frame *f)
{
    return get(f, T_SEED) != 0 && get(f, T_SEED) != UINT32_MAX;
}

/* Takes the next piece off what is left, at one of its ends. */
static void pick(SMMU3Frame *f)
{
    uint64_t stride = get64(f, T_STRIDE), begin = get64(f, T_BEGIN);
    bool back = from_the_back(f);
    uint64_t most, end;

    f->written = 0;
    f->writing = false;
    if (stride != 1) {
        uint64_t n = back ? f->next + f->left - 1 : f->next;

        f->at = (begin & ~UINT64_C(7)) + n * stride;
        f->piece = 8;
        f->next += !back;
        f->left--;
        return;
    }
    most = is_random(f) ? 8u << (rand_u32(&f->rng) & 3) : SMMU3_FRAME_PIECE;
    most = MIN(most, f->left);
    if (back) {
        end = begin + f->next + f->left;
        most = MIN(most, (end - 1) % 0x1000 + 1);
        f->at = end - most;
    } else {
        f->at = begin + f->next;
        most = MIN(most, 0x1000 - f->at % 0x1000);
        f->next += most;
    }
    f->piece = most;
    f->left -= most;
}

/* Where MEMCPY puts the piece: as far from UDATA0 as it is from BEGIN. */
static uint64_t target(SMMU3Frame *f)
{
    uint64_t begin = get64(f, T_BEGIN);

    if (get(f, T_CMD) != T_CMD_MEMCPY) {
        return f->at;
    }
    if (get64(f, T_STRIDE) != 1) {
        begin &= ~UINT64_C(7);
    }
    return get64(f, T_UDATA0) + (f->at - begin);
}

/* ---- transaction by transaction ---- */

/* Last of all: whoever gets it may start the frame again. */
static void end(const struct run *r, uint32_t state)
{
    SMMU3Frame *f = r->f;
    uint64_t address = get64(f, T_MSIADDRESS);
    struct smmu3_request req;

    *smmu3q_frame_reg(f, T_CMD) = state;
    if (!address) {
        return;
    }
    if (f->engine->ops.msi) {
        f->engine->ops.msi(f);
        return;
    }
    req = request_of(r, address, get(f, T_MSIATTR), true);
    req.flags &= ~SMMU3_REQ_CAN_STALL;
    if (!smmu3q_client_msi(&f->client, r->smmu, &req, get(f, T_MSIDATA))) {
        *smmu3q_frame_reg(f, T_UCTRL) |= 1u << T_UCTRL_MSI_ABORTED_LO;
    }
}

enum outcome { DONE, ENDED, HELD, AGAIN };

static enum outcome transact(const struct run *r, uint64_t addr, uint32_t len,
                             bool write)
{
    SMMU3Frame *f = r->f;
    uint32_t half = get(f, T_ATTRIBUTES) >> (write ? 16 : 0);
    struct smmu3_request req = request_of(r, addr, half, write);
    uint8_t *buf = f->buf + f->written;
    struct smmu3_result res;

    (*smmu3q_frame_reg(f, T_LAUNCHED))++;
    switch (smmu3q_client_translate(&f->client, r->smmu, &req, &res)) {
    case SMMU3_ST_OK:
        if (smmu3q_memory_access(r->smmu, &res, buf, len, write,
                                 SMMU3_NO_DEVICES)) {
            break;
        }
        /* fall through */
    case SMMU3_ST_ABORT:
        (*smmu3q_frame_reg(f, T_RETURNED))++;
        smmu3q_frame_set64(f, T_UDATA2, addr);
        end(r, T_CMD_ERROR);
        return ENDED;
    case SMMU3_ST_RAZWI:
        if (!write) {
            memset(buf, 0, len);
        }
        break;
    default:
        (*smmu3q_frame_reg(f, T_LAUNCHED))--; /* it is, when it goes on */
        return f->client.smmu ? HELD : AGAIN;
    }
    (*smmu3q_frame_reg(f, T_RETURNED))++;
    return DONE;
}

static void add_up(SMMU3Frame *f)
{
    uint64_t sum = get64(f, T_UDATA1);

    for (uint32_t i = 0; i < f->piece; i += 8) {
        sum += ldq_le_p(f->buf + i);
    }
    smmu3q_frame_set64(f, T_UDATA1, sum);
}

/* The next piece, if there is one. False: the command has ended. */
static bool next_piece(const struct run *r)
{
    if (!r->f->left) {
        end(r, T_CMD_HALTED);
        return false;
    }
    pick(r->f);
    return true;
}

static bool write_some(const struct run *r)
{
    SMMU3Frame *f = r->f;
    uint64_t to = target(f) + f->written;
    uint32_t len = MIN(f->piece - f->written, 0x1000 - to % 0x1000);

    switch (transact(r, to, len, true)) {
    case DONE:
        f->written += len;
        return f->written < f->piece || next_piece(r);
    case AGAIN:
        return true;
    default:
        return false;
    }
}

/* At most one transaction. False: the command has ended, or waits. */
static bool step(const struct run *r)
{
    SMMU3Frame *f = r->f;
    uint32_t cmd = get(f, T_CMD);

    if (f->writing) {
        return write_some(r);
    }
    if (cmd == T_CMD_RAND48) {
        make_random(f);
        f->writing = true;
        return write_some(r);
    }
    switch (transact(r, f->at, f->piece, false)) {
    case DONE:
        break;
    case AGAIN:
        return true;
    default:
        return false;
    }
    if (cmd == T_CMD_SUM64) {
        add_up(f);
        return next_piece(r);
    }
    f->writing = true;
    return true;
}

/* ---- start and slices ---- */

void smmu3q_frames_continue(SMMU3TestEngine *e, int64_t ns)
{
    timer_mod_anticipate_ns(e->timer,
                            qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) + ns);
}

static bool resolve(SMMU3Frame *f, struct run *r)
{
    r->f = f;
    return f->engine->ops.stream(f, &r->smmu, &r->sec_sid, &r->stream_id);
}

static void run_slice(SMMU3Frame *f, unsigned budget)
{
    struct run r;

    if (!resolve(f, &r)) {
        /* It has lost the right to go on: as if it had been aborted. */
        smmu3q_frame_set64(f, T_UDATA2, f->at);
        *smmu3q_frame_reg(f, T_CMD) = T_CMD_ERROR;
        return;
    }
    while (budget--) {
        if (!step(&r)) {
            return;
        }
    }
    smmu3q_frames_continue(f->engine, SLICE_NS);
}

void smmu3q_frame_start(SMMU3Frame *f)
{
    struct run r;

    if (!is_valid(f) || !resolve(f, &r)) {
        *smmu3q_frame_reg(f, T_CMD) = T_CMD_MISCONFIGURED;
        return;
    }
    f->client.verdict = SMMU3_RESUME_RETRY;
    f->next = 0;
    f->left = amount(f);
    f->rng = rand_seed(get(f, T_SEED));
    if (get(f, T_CMD) == T_CMD_SUM64) {
        smmu3q_frame_set64(f, T_UDATA1, 0);
    }
    pick(f);
    run_slice(f, SLICE);
}

void smmu3q_frames_run(void *engine)
{
    SMMU3TestEngine *e = engine;
    unsigned budget = SLICE;

    /* Those that find nothing left of it have their turn the next time. */
    for (int i = 0; i < SMMU3_FRAMES; i++) {
        SMMU3Frame *f = &e->frame[(e->turn + i) % SMMU3_FRAMES];

        if (!smmu3q_frame_runs(f) || f->client.smmu) {
            continue;
        }
        if (!budget) {
            e->turn = (e->turn + i) % SMMU3_FRAMES;
            smmu3q_frames_continue(e, SLICE_NS);
            break;
        }
        run_slice(f, SLICE / 4);
        budget -= SLICE / 4;
    }
}

/* In the middle of whatever the SMMU does: only noted. */
void smmu3q_frame_resume(SMMU3Client *c)
{
    smmu3q_frames_continue(container_of(c, SMMU3Frame, client)->engine, 0);
}

bool smmu3q_frame_is_sane(SMMU3Frame *f)
{
    return is_valid(f) && f->left <= amount(f) && f->piece > 0 &&
           f->piece <= SMMU3_FRAME_PIECE && f->written < f->piece &&
           (!f->written || f->writing) &&
           f->client.verdict <= SMMU3_RESUME_RAZWI;
}
