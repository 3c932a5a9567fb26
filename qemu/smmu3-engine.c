/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "engine.h"
#include <zlib.h>

/* Transactions until somebody else gets a turn, and for how long he gets it. */
#define SLICE    256
#define SLICE_NS (20 * SCALE_US)

/* Whose transactions these are, for as long as a slice lasts. */
struct run {
    SMMU3Channel *ch;
    SMMU3State *smmu;
    enum smmu3_sec_sid sec_sid;
    uint32_t stream_id;
};

static void make(SMMU3Channel *ch, uint64_t addr);
static bool check(struct run *r, uint64_t addr);

static const struct command {
    bool valid, reads, writes, is_treq;
    void (*make)(SMMU3Channel *ch, uint64_t addr);  /* what is written */
    bool (*check)(struct run *r, uint64_t addr);    /* what was read */
} commands[] = {
    [M_CMD_READ] = { .valid = true, .reads = true },
    [M_CMD_WRITE] = { .valid = true, .writes = true, .make = make },
    [M_CMD_COPY] = { .valid = true, .reads = true, .writes = true },
    [M_CMD_FILL] = { .valid = true, .writes = true, .make = make },
    [M_CMD_VERIFY] = { .valid = true, .reads = true, .check = check },
    [M_CMD_TREQ] = { .valid = true, .is_treq = true },
};

static const struct command *command_of(const SMMU3Channel *ch)
{
    return &commands[ch->reg[M_CMD / 4]];
}

static uint32_t get(const SMMU3Channel *ch, unsigned offset)
{
    return ch->reg[offset / 4];
}

static void add(SMMU3Channel *ch, unsigned offset, uint64_t n)
{
    smmu3q_set_reg64(ch, offset, smmu3q_reg64(ch, offset) + n);
}

/* ---- data and order ---- */

/* The finalizer of splitmix64: every bit of x counts in every bit of it. */
static uint64_t mix(uint64_t x)
{
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

/* What FILL writes to an address: a byte of a word for each eight of them. */
static uint8_t pattern(const SMMU3Channel *ch, uint64_t addr)
{
    return mix(addr / 8 ^ (uint64_t)get(ch, M_SEED) << 32) >> 8 * (addr % 8);
}

static void make(SMMU3Channel *ch, uint64_t addr)
{
    uint64_t data = smmu3q_reg64(ch, M_WDATA);
    bool fill = get(ch, M_CMD) == M_CMD_FILL;

    for (uint32_t i = 0; i < ch->piece; i++) {
        ch->buf[i] = fill ? pattern(ch, addr + i)
                          : data >> 8 * ((ch->offset + i) % 8);
    }
}

/*
 * The n-th of COUNT in an order that SEED makes: a permutation of the next
 * power of four, in four Feistel rounds, until it falls below COUNT.
 */
static uint32_t shuffled(const SMMU3Channel *ch, uint32_t n)
{
    uint32_t count = get(ch, M_COUNT), seed = get(ch, M_SEED);
    unsigned half = MAX(1, (32 - clz32(count - 1) + 1) / 2);
    uint32_t mask = (1u << half) - 1;
    uint64_t x = n;

    if (count == 1) {
        return 0;
    }
    do {
        uint32_t left = x >> half, right = x & mask;

        for (int round = 0; round < 4; round++) {
            uint32_t next = left ^ (mix(right | (uint64_t)seed << 32 |
                                        (uint64_t)round << 17) & mask);

            left = right;
            right = next;
        }
        x = (uint64_t)left << half | right;
    } while (x >= count);
    return x;
}

/* The address of what comes next, from that of the first access. */
static uint64_t address(const SMMU3Channel *ch, unsigned first)
{
    uint32_t n = ch->index % get(ch, M_COUNT);

    if (M_FIELD(get(ch, M_CTRL), CTRL, RANDOM)) {
        n = shuffled(ch, n);
    }
    return smmu3q_reg64(ch, first) + n * smmu3q_reg64(ch, M_STRIDE) +
           ch->offset;
}

static uint32_t until_boundary(uint64_t addr)
{
    return SMMU3_PIECE - addr % SMMU3_PIECE;
}

/* ---- how a command ends ---- */

bool smmu3q_channel_runs(const SMMU3Channel *ch)
{
    unsigned state = M_FIELD(get(ch, M_STATUS), STATUS, STATE);

    return state == M_STATUS_BUSY || state == M_STATUS_STALLED;
}

void smmu3q_engine_update_irq(SMMU3Engine *e)
{
    bool level = false;

    for (int i = 0; i < SMMU3_CHANNELS; i++) {
        level |= get(&e->channel[i], M_IRQ_STATUS) &
                 get(&e->channel[i], M_IRQ_ENABLE);
    }
    e->ops.set_irq(e, level);
}

static void happened(SMMU3Channel *ch, unsigned bit)
{
    *smmu3q_reg(ch, M_IRQ_STATUS) |= 1u << bit;
    smmu3q_engine_update_irq(ch->engine);
}

static uint32_t request_flags(uint32_t attr, bool write)
{
    return (write ? SMMU3_REQ_WRITE : 0) |
           (M_FIELD(attr, READ_ATTR, PRIV) ? SMMU3_REQ_PRIV : 0) |
           (M_FIELD(attr, READ_ATTR, INSTR) ? SMMU3_REQ_INSTR : 0) |
           (M_FIELD(attr, READ_ATTR, NS) ? SMMU3_REQ_NS : 0) |
           (M_FIELD(attr, READ_ATTR, TYPED) ? SMMU3_REQ_ATTR : 0);
}

static struct smmu3_request request_of(const struct run *r, uint64_t addr,
                                       unsigned attr_reg, bool write)
{
    uint32_t attr = get(r->ch, attr_reg);

    return (struct smmu3_request) {
        .sec_sid = r->sec_sid,
        .stream_id = r->stream_id,
        .addr = addr,
        .flags = request_flags(attr, write),
        .attr = { M_FIELD(attr, READ_ATTR, MAIR), M_FIELD(attr, READ_ATTR, SH) },
    };
}

/* Last of all: whoever gets it may start the channel again. */
static void send_msi(const struct run *r)
{
    SMMU3Channel *ch = r->ch;
    SMMU3Engine *e = ch->engine;
    struct smmu3_request req;

    if (e->ops.msi) {
        e->ops.msi(e, ch - e->channel);
        return;
    }
    req = request_of(r, smmu3q_reg64(ch, M_MSI_ADDR), M_MSI_ATTR, true);
    if (!smmu3q_client_msi(&ch->client, r->smmu, &req, get(ch, M_MSI_DATA))) {
        happened(ch, M_IRQ_STATUS_MSI_ABORTED_LO);
    }
}

static void set_state(SMMU3Channel *ch, unsigned state, unsigned reason)
{
    uint32_t v = M_PUT(0, STATUS, STATE, state);

    *smmu3q_reg(ch, M_STATUS) = M_PUT(v, STATUS, REASON, reason);
}

static void end(const struct run *r, unsigned state)
{
    set_state(r->ch, state, M_STATUS_NO_REASON);
    happened(r->ch, M_IRQ_STATUS_END_LO);
    if (M_FIELD(get(r->ch, M_CTRL), CTRL, MSI)) {
        send_msi(r);
    }
}

void smmu3q_channel_stop(SMMU3Channel *ch)
{
    smmu3q_client_cancel(&ch->client);
    ch->starts++;
    set_state(ch, M_STATUS_STOPPED, M_STATUS_NO_REASON);
    happened(ch, M_IRQ_STATUS_END_LO);
}

/* ---- transaction by transaction ---- */

/* To the next access. False: there is none, the command has ended. */
static bool next_access(const struct run *r)
{
    SMMU3Channel *ch = r->ch;
    uint64_t total = (uint64_t)get(ch, M_COUNT) * get(ch, M_REPEAT);
    unsigned cause = M_FIELD(get(ch, M_FAIL_INFO), FAIL_INFO, CAUSE);

    ch->offset = 0;
    ch->writing = false;
    if (++ch->index < total) {
        return true;
    }
    end(r, cause == M_FAIL_INFO_NOTHING ? M_STATUS_OK
           : cause == M_FAIL_INFO_DATA ? M_STATUS_MISMATCH
           : M_STATUS_ABORTED);
    return false;
}

static bool fail(const struct run *r, unsigned cause, uint64_t addr, bool write)
{
    SMMU3Channel *ch = r->ch;

    if (!smmu3q_reg64(ch, M_FAIL_COUNT)) {
        uint32_t info = M_PUT(0, FAIL_INFO, CAUSE, cause);

        smmu3q_set_reg64(ch, M_FAIL_ADDR, addr);
        *smmu3q_reg(ch, M_FAIL_INFO) = M_PUT(info, FAIL_INFO, WRITE, write);
    }
    add(ch, M_FAIL_COUNT, 1);
    if (M_FIELD(get(ch, M_CTRL), CTRL, GO_ON)) {
        return next_access(r);
    }
    end(r, cause == M_FAIL_INFO_DATA ? M_STATUS_MISMATCH : M_STATUS_ABORTED);
    return false;
}

/* Bytes arrived. */
static bool advance(const struct run *r)
{
    SMMU3Channel *ch = r->ch;

    ch->writing = false;
    ch->offset += ch->piece;
    add(ch, M_BYTES, ch->piece);
    if (ch->offset < get(ch, M_SIZE)) {
        return true;
    }
    add(ch, M_OK_COUNT, 1);
    return next_access(r);
}

static bool check(struct run *r, uint64_t addr)
{
    SMMU3Channel *ch = r->ch;

    for (uint32_t i = 0; i < ch->piece; i++) {
        if (ch->buf[i] != pattern(ch, addr + i)) {
            return fail(r, M_FAIL_INFO_DATA, addr + i, false);
        }
    }
    return advance(r);
}

static void note_output(SMMU3Channel *ch, const struct smmu3_request *req,
                        const struct smmu3_result *res)
{
    bool typed = req->flags & SMMU3_REQ_ATTR;
    uint32_t v = M_PUT(0, OUT_ATTR, VALID, 1);

    v = M_PUT(v, OUT_ATTR, PAS, res->pas);
    v = M_PUT(v, OUT_ATTR, PRIV, res->priv);
    v = M_PUT(v, OUT_ATTR, INSTR, res->instr);
    v = M_PUT(v, OUT_ATTR, BYPASS, res->bypass);
    v = M_PUT(v, OUT_ATTR, TYPED, typed);
    if (typed) {
        v = M_PUT(v, OUT_ATTR, MAIR, res->attr.mair);
        v = M_PUT(v, OUT_ATTR, SH, res->attr.sh);
    }
    *smmu3q_reg(ch, M_OUT_ATTR) = v;
    smmu3q_set_reg64(ch, M_OUT_ADDR, res->addr);
    v = M_PUT(0, OUT_MPAM, PARTID, res->mpam.partid);
    v = M_PUT(v, OUT_MPAM, PMG, res->mpam.pmg);
    *smmu3q_reg(ch, M_OUT_MPAM) = M_PUT(v, OUT_MPAM, NS, res->mpam.ns);
}

/* Whether it goes on at once or waits. */
static void held(SMMU3Channel *ch, enum smmu3_status status)
{
    if (status == SMMU3_ST_STALL) {
        (*smmu3q_reg(ch, M_STALLS))++;
    }
    if (ch->client.smmu) {
        set_state(ch, M_STATUS_STALLED, M_STATUS_NO_REASON);
    }
    if (status == SMMU3_ST_STALL) {
        happened(ch, M_IRQ_STATUS_STALL_LO);
    }
}

/* What the SMMU says to a transaction, or said before. */
static enum smmu3_status present(const struct run *r, struct smmu3_request *req,
                                 struct smmu3_result *res)
{
    SMMU3Channel *ch = r->ch;
    uint32_t substream = get(ch, M_SUBSTREAM_ID), ctrl = get(ch, M_CTRL);
    enum smmu3_status status;

    if (M_FIELD(ctrl, CTRL, DIRECT)) {
        *res = (struct smmu3_result) {
            .status = SMMU3_ST_OK,
            .addr = req->addr,
            .pas = r->sec_sid == SMMU3_SEC_SID_S ? SMMU3_PAS_S : SMMU3_PAS_NS,
        };
        return res->status;
    }
    req->ssv = M_FIELD(substream, SUBSTREAM_ID, VALID);
    req->substream_id = M_FIELD(substream, SUBSTREAM_ID, SSID);
    if (M_FIELD(ctrl, CTRL, CAN_STALL)) {
        req->flags |= SMMU3_REQ_CAN_STALL;
    }
    if (M_FIELD(ctrl, CTRL, TRANSLATED)) {
        req->flags |= SMMU3_REQ_TRANSLATED;
    }
    status = smmu3q_client_translate(&ch->client, r->smmu, req, res);
    if (status == SMMU3_ST_OK) {
        note_output(ch, req, res);
    }
    return status;
}

/* A device that is accessed may start or stop the channel: then the command
 * that the access belongs to is no more. */
static bool reach(const struct run *r, const struct smmu3_result *res,
                   bool write, bool *gone)
{
    SMMU3Channel *ch = r->ch;
    unsigned starts = ch->starts;
    int device_id = ch->engine->ops.devices ? r->stream_id & 0xffff
                                            : SMMU3_NO_DEVICES;
    bool ok = smmu3q_memory_access(r->smmu, res, ch->buf, ch->piece, write,
                                   device_id);

    *gone = ch->starts != starts;
    return ok;
}

/* The bytes of one transaction, to or from buf; false: not all went well, and
 * *go_on says whether the command does. */
static bool transact(const struct run *r, uint64_t addr, bool write,
                     bool *go_on)
{
    SMMU3Channel *ch = r->ch;
    struct smmu3_request req =
        request_of(r, addr, write ? M_WRITE_ATTR : M_READ_ATTR, write);
    struct smmu3_result res;
    enum smmu3_status status = present(r, &req, &res);
    bool ok, gone;

    switch (status) {
    case SMMU3_ST_OK:
        ok = reach(r, &res, write, &gone);
        if (ok && !gone) {
            return true;
        }
        *go_on = !gone && fail(r, M_FAIL_INFO_MEMORY, addr, write);
        return false;
    case SMMU3_ST_RAZWI:
        if (!write) {
            memset(ch->buf, 0, ch->piece);
        }
        return true;
    case SMMU3_ST_ABORT:
        *go_on = fail(r, M_FAIL_INFO_SMMU, addr, write);
        return false;
    default:
        held(ch, status);
        *go_on = smmu3q_channel_runs(ch) && !ch->client.smmu;
        return false;
    }
}

static void note_read(SMMU3Channel *ch)
{
    *smmu3q_reg(ch, M_CRC) = crc32(get(ch, M_CRC), ch->buf, ch->piece);
    if (ch->offset < 8) {
        unsigned n = MIN(ch->piece, 8 - ch->offset);
        uint64_t old = ch->offset ? smmu3q_reg64(ch, M_RDATA) : 0;

        for (unsigned i = 0; i < n; i++) {
            old = deposit64(old, 8 * (ch->offset + i), 8, ch->buf[i]);
        }
        smmu3q_set_reg64(ch, M_RDATA, old);
    }
}

static bool request_translation(const struct run *r)
{
    SMMU3Channel *ch = r->ch;
    uint64_t addr = address(ch, M_SRC);
    bool write = !M_FIELD(get(ch, M_READ_ATTR), READ_ATTR, NW);
    struct smmu3_request req = request_of(r, addr, M_READ_ATTR, write);
    struct smmu3_result res = { .ats = SMMU3_ATS_NONE };

    req.flags |= SMMU3_REQ_TREQ;
    present(r, &req, &res);
    *smmu3q_reg(ch, M_ATS) = M_PUT(0, ATS, STATUS, res.ats);
    switch (res.ats) {
    case SMMU3_ATS_UR:
        return fail(r, M_FAIL_INFO_UR, addr, false);
    case SMMU3_ATS_CA:
        return fail(r, M_FAIL_INFO_CA, addr, false);
    default:
        ch->piece = get(ch, M_SIZE) - ch->offset;
        return advance(r);
    }
}

/* One transaction. False: the command has ended, or waits. */
static bool step(struct run *r)
{
    SMMU3Channel *ch = r->ch;
    const struct command *c = command_of(ch);
    uint64_t src = address(ch, M_SRC), dst = address(ch, M_DST);
    bool go_on = true;

    if (c->is_treq) {
        return request_translation(r);
    }
    if (!ch->writing) {
        ch->piece = get(ch, M_SIZE) - ch->offset;
        if (c->reads) {
            ch->piece = MIN(ch->piece, until_boundary(src));
        }
        if (c->writes) {
            ch->piece = MIN(ch->piece, until_boundary(dst));
        }
        if (!c->reads) {
            c->make(ch, dst);
        } else if (transact(r, src, false, &go_on)) {
            note_read(ch);
        } else {
            return go_on;
        }
        if (!c->writes) {
            return c->check ? c->check(r, src) : advance(r);
        }
        ch->writing = true;
        if (c->reads) {
            return true;
        }
    }
    return transact(r, dst, true, &go_on) ? advance(r) : go_on;
}

/* ---- start and slices ---- */

/* A REASON, or the stream this channel's transactions are of. */
static unsigned resolve(SMMU3Channel *ch, struct run *r)
{
    SMMU3Identity id = { .smmu = NULL };
    uint32_t sid = get(ch, M_STREAM_ID);
    unsigned reason = ch->engine->ops.identity(ch->engine, &id);

    if (reason != M_STATUS_NO_REASON) {
        return reason;
    }
    *r = (struct run) { .ch = ch, .smmu = id.smmu, .sec_sid = id.sec_sid };
    switch (M_FIELD(get(ch, M_CTRL), CTRL, SEC)) {
    case M_CTRL_OWN:
        break;
    case M_CTRL_NON_SECURE:
        r->sec_sid = SMMU3_SEC_SID_NS;
        break;
    case M_CTRL_SECURE:
        if (!id.may_be_secure) {
            return M_STATUS_BAD_SEC;
        }
        r->sec_sid = SMMU3_SEC_SID_S;
        break;
    default:
        return M_STATUS_BAD_SEC;
    }
    r->stream_id = sid == UINT32_MAX ? id.own : sid;
    if (r->stream_id != id.own && (sid < id.first || sid > id.last)) {
        return M_STATUS_BAD_STREAM;
    }
    return M_STATUS_NO_REASON;
}

/* What is wrong with what was asked for, whoever asks. */
static unsigned refusal(const SMMU3Channel *ch)
{
    uint32_t cmd = get(ch, M_CMD), size = get(ch, M_SIZE);
    uint32_t substream = get(ch, M_SUBSTREAM_ID), ctrl = get(ch, M_CTRL);

    if (cmd >= ARRAY_SIZE(commands) || !commands[cmd].valid) {
        return M_STATUS_BAD_CMD;
    }
    if (size < 1 || size > SMMU3_PIECE) {
        return M_STATUS_BAD_SIZE;
    }
    if (!get(ch, M_COUNT) || !get(ch, M_REPEAT)) {
        return M_STATUS_BAD_COUNT;
    }
    if (substream && !M_FIELD(substream, SUBSTREAM_ID, VALID)) {
        return M_STATUS_BAD_SUBSTREAM;
    }
    if (M_FIELD(ctrl, CTRL, TRANSLATED) &&
        (commands[cmd].is_treq || M_FIELD(ctrl, CTRL, CAN_STALL))) {
        return M_STATUS_BAD_ATS;
    }
    if (M_FIELD(ctrl, CTRL, DIRECT) &&
        (!ch->engine->ops.direct || commands[cmd].is_treq ||
         M_FIELD(ctrl, CTRL, CAN_STALL) || M_FIELD(ctrl, CTRL, TRANSLATED) ||
         M_FIELD(ctrl, CTRL, MSI))) {
        return M_STATUS_BAD_DIRECT;
    }
    return M_STATUS_NO_REASON;
}

static void continue_in(SMMU3Engine *e, int64_t ns)
{
    timer_mod_anticipate_ns(e->timer,
                            qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) + ns);
}

static void run_slice(SMMU3Channel *ch, unsigned budget)
{
    struct run r;

    if (resolve(ch, &r) != M_STATUS_NO_REASON) {
        smmu3q_channel_stop(ch); /* it has lost the right to go on */
        return;
    }
    while (budget--) {
        if (!step(&r)) {
            return;
        }
    }
    continue_in(ch->engine, SLICE_NS);
}

void smmu3q_channel_start(SMMU3Channel *ch)
{
    uint32_t cmd = get(ch, M_CMD);
    unsigned reason;
    struct run r;

    if (cmd == M_CMD_STOP) {
        return;
    }
    for (unsigned offset = M_OK_COUNT; offset <= M_ATS; offset += 4) {
        *smmu3q_reg(ch, offset) = 0;
    }
    reason = refusal(ch);
    if (reason == M_STATUS_NO_REASON) {
        reason = resolve(ch, &r);
    }
    if (reason != M_STATUS_NO_REASON) {
        set_state(ch, M_STATUS_REFUSED, reason);
        return;
    }
    ch->starts++;
    ch->index = 0;
    ch->offset = 0;
    ch->writing = false;
    ch->client.verdict = SMMU3_RESUME_RETRY;
    set_state(ch, M_STATUS_BUSY, M_STATUS_NO_REASON);
    run_slice(ch, SLICE);
}

void smmu3q_channels_run(void *opaque)
{
    SMMU3Engine *e = opaque;

    for (int i = 0; i < SMMU3_CHANNELS; i++) {
        SMMU3Channel *ch = &e->channel[i];

        if (M_FIELD(get(ch, M_STATUS), STATUS, STATE) == M_STATUS_BUSY) {
            run_slice(ch, SLICE / 4);
        }
    }
}

/* In the middle of whatever the SMMU does: only noted. */
void smmu3q_channel_resumed(SMMU3Client *c)
{
    smmu3q_channel_present_again(container_of(c, SMMU3Channel, client));
}

void smmu3q_channel_present_again(SMMU3Channel *ch)
{
    set_state(ch, M_STATUS_BUSY, M_STATUS_NO_REASON);
    continue_in(ch->engine, 0);
}

bool smmu3q_channel_is_sane(const SMMU3Channel *ch)
{
    uint32_t size = get(ch, M_SIZE);

    return refusal(ch) == M_STATUS_NO_REASON && ch->offset < size &&
           ch->index < (uint64_t)get(ch, M_COUNT) * get(ch, M_REPEAT) &&
           (!ch->writing || (ch->piece > 0 && ch->piece <= size - ch->offset)) &&
           ch->client.verdict <= SMMU3_RESUME_RAZWI;
}
