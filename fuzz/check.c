/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Calls of the library that check all that smmu3.h promises of them. */
#include <string.h>

#include "stage.h"

/* More accesses than any translation needs: nested, five levels each, four
 * structures through stage 2; and what one updated descriptor may repeat. */
#define WALK_MAX 64u
#define TRIES 1000u

static void begin(struct stage *st, bool quiet, int only)
{
    memset(&st->work, 0, sizeof(st->work));
    st->quiet = quiet;
    st->only = only;
}

static void end(struct stage *st)
{
    st->quiet = false;
    st->only = -1;
}

size_t checked_save(struct stage *st, uint8_t buf[SNAPSHOT_MAX])
{
    size_t n = smmu3_save_size(st->smmu);

    CHECK(n > 0 && n <= SNAPSHOT_MAX, "a snapshot of %zu bytes", n);
    CHECK(smmu3_save(st->smmu, buf, n) == SMMU3_OK, "not saved");
    return n;
}

/* Where the section of a bank begins: after it in a snapshot comes the next. */
static const uint8_t *section(const uint8_t *snap, unsigned bank, size_t *len)
{
    size_t pos = 16 + 4 * (size_t)snap[12], n;

    for (unsigned b = 0;; b++) {
        n = 8 + 12 * (size_t)(snap[pos + 4] | snap[pos + 5] << 8);
        if (b == bank) {
            *len = n;
            return snap + pos;
        }
        pos += n;
    }
}

/* From here on, if this call is one of those that are watched: snapshots cost
 * more than what they watch. */
static void watch(struct stage *st)
{
    if (st->watched) {
        st->snap_len = checked_save(st, st->snap);
    }
}

/* Since watch() the registers of this bank are what they were. */
static void unchanged(struct stage *st, unsigned bank, const char *what)
{
    static uint8_t now[SNAPSHOT_MAX];
    const uint8_t *a, *b;
    size_t na, nb;

    if (st->watched) {
        CHECK(checked_save(st, now) == st->snap_len, "a snapshot changed its size");
        a = section(st->snap, bank, &na);
        b = section(now, bank, &nb);
        CHECK(na == nb && !memcmp(a, b, na), "%s changed registers of bank %u", what, bank);
    }
}

/* ---- registers ---- */

uint64_t checked_read(struct stage *st, uint32_t offset, unsigned size, enum smmu3_pas pas)
{
    uint64_t v = UINT64_C(0x5a5a5a5a5a5a5a5a);
    bool inside = size && offset < SMMU3_MMIO_SIZE && size <= SMMU3_MMIO_SIZE - offset;
    bool secure = (offset & 0xffff) >= 0x8000 && offset < 0x10000;
    int rc;

    begin(st, true, -1);
    rc = smmu3_mmio_read(st->smmu, offset, size, pas, &v);
    end(st);
    CHECK(rc == (inside ? SMMU3_OK : SMMU3_EINVAL), "a read of %#x, %u bytes: %d", offset, size, rc);
    if (!inside) {
        CHECK(v == UINT64_C(0x5a5a5a5a5a5a5a5a), "a refused read gave a value");
        return 0;
    }
    CHECK(size >= 8 || !(v >> (8 * size)), "%u bytes of %#x: %#llx", size, offset,
          (unsigned long long)v);
    CHECK(v == 0 || size == 4 || size == 8, "a value of %u bytes", size);
    CHECK(!secure || v == 0 || (st->secure && (pas == SMMU3_PAS_S || pas == SMMU3_PAS_ROOT)),
          "%#x is Secure, and reads %#llx", offset, (unsigned long long)v);
    return v;
}

void checked_write(struct stage *st, uint32_t offset, unsigned size, enum smmu3_pas pas, uint64_t v)
{
    bool inside = size && offset < SMMU3_MMIO_SIZE && size <= SMMU3_MMIO_SIZE - offset;
    bool may_s = st->secure && (pas == SMMU3_PAS_S || pas == SMMU3_PAS_ROOT);
    bool secure = offset >= 0x8000 && offset < 0x10000;
    const char *name = smmu3_reg_name(offset);
    int rc;

    CHECK(!name || name[0], "a register without a name");
    watch(st);
    begin(st, false, secure && may_s ? -1 : SMMU3_SEC_SID_NS);
    rc = smmu3_mmio_write(st->smmu, offset, size, pas, v);
    end(st);
    CHECK(rc == (inside ? SMMU3_OK : SMMU3_EINVAL), "a write of %#x, %u bytes: %d", offset, size,
          rc);
    if (!secure || !may_s) {
        unchanged(st, SMMU3_SEC_SID_S, "a Non-secure write");
    }
    if (secure) {
        unchanged(st, SMMU3_SEC_SID_NS, "a Secure write");
    }
    if (secure && !may_s) {
        unchanged(st, SMMU3_SEC_SID_S, "a write that may not");
    }
    CHECK(st->work.cmds <= (1u << 20) && st->work.reads == st->work.cmds,
          "a write made %u reads, %u of commands", st->work.reads, st->work.cmds);
    CHECK(st->work.writes <= 4 * st->work.cmds + 8, "a write made %u writes", st->work.writes);
    CHECK(!st->work.cas && !st->work.events, "a write of a register translated");
}

void checked_dvm(struct stage *st, const struct smmu3_dvm *op)
{
    bool legal = (unsigned)op->sec_sid < SMMU3_NUM_BANKS && (unsigned)op->regime <= SMMU3_DVM_EL3 &&
                 (unsigned)op->scope <= SMMU3_DVM_IPAS2 && op->tg <= 3 && op->num <= 31 &&
                 op->scale <= 63 && op->ttl <= 3;
    int rc;

    watch(st);
    begin(st, false, op->sec_sid == SMMU3_SEC_SID_NS ? SMMU3_SEC_SID_NS : -1);
    rc = smmu3_broadcast_tlbi(st->smmu, op);
    end(st);
    CHECK(rc == (legal ? SMMU3_OK : SMMU3_EINVAL), "a broadcast: %d", rc);
    unchanged(st, SMMU3_SEC_SID_NS, "a broadcast");
    unchanged(st, SMMU3_SEC_SID_S, "a broadcast");
    CHECK(!st->work.reads && !st->work.writes && st->work.invals <= 1, "a broadcast did more");
}

/* ---- translations ---- */

static void check_ok(struct stage *st, const struct smmu3_request *req,
                     const struct smmu3_result *r)
{
    unsigned needed = req->flags & SMMU3_REQ_WRITE ? SMMU3_PERM_W
                      : r->instr                   ? SMMU3_PERM_X
                                                   : SMMU3_PERM_R;

    CHECK(!(r->addr >> st->oas), "output %#llx above OAS", (unsigned long long)r->addr);
    CHECK(!(r->mask & (r->mask + 1)), "mask %#llx", (unsigned long long)r->mask);
    CHECK(r->bypass ? r->mask == field_mask(st->oas)
                    : r->mask >= 0xfff && r->mask <= field_mask(st->oas < 42 ? st->oas : 42),
          "mask %#llx is no page or block", (unsigned long long)r->mask);
    CHECK((r->addr & r->mask) == (req->addr & r->mask), "the offset in the page changed");
    CHECK(r->pas == SMMU3_PAS_NS || (r->pas == SMMU3_PAS_S && req->sec_sid == SMMU3_SEC_SID_S),
          "output in space %d", r->pas);
    CHECK(r->perms <= 7 && r->perms & needed, "permissions %u", r->perms);
    CHECK(!r->instr || !(req->flags & SMMU3_REQ_WRITE), "a write of instructions");
    CHECK(r->reason == SMMU3_R_NONE && !r->has_event && !r->recorded, "an event, and OK");
    CHECK(st->cfg.idr3 >> 7 & 1 || (!r->mpam.partid && !r->mpam.pmg), "a label without MPAM");
    CHECK(!(req->flags & SMMU3_REQ_ATTR) || (r->attr.sh != 1 && r->attr.sh <= 3),
          "reserved shareability");
}

static void check_fault(struct stage *st, const struct smmu3_request *req,
                        const struct smmu3_result *r)
{
    const struct smmu3_reason_info *info = smmu3_reason_info(r->reason);
    bool can_stall = (req->flags & (SMMU3_REQ_CAN_STALL | SMMU3_REQ_NO_EVENT)) ==
                     SMMU3_REQ_CAN_STALL;

    CHECK(r->reason != SMMU3_R_NONE && (unsigned)r->reason < SMMU3_R_COUNT, "a fault of no reason");
    CHECK(info->name && info->text && info->clause, "a reason without a text");
    CHECK(!r->has_event || (info->event && (r->event[0] & 0xff) == info->event),
          "event %#x for %s", (unsigned)(r->event[0] & 0xff), info->name);
    CHECK(!r->recorded || (r->has_event && !(req->flags & (SMMU3_REQ_PROBE | SMMU3_REQ_NO_EVENT))),
          "recorded without an event");
    CHECK(!r->has_event || r->event[1] == req->stream_id, "an event of another stream");
    CHECK((r->status != SMMU3_ST_STALL && r->status != SMMU3_ST_BUSY) ||
              (can_stall && st->cfg.idr5 >> 16),
          "stalled, and cannot");
    CHECK(r->status != SMMU3_ST_BUSY || !r->has_event, "busy, with an event");
    CHECK(r->status != SMMU3_ST_STALL || r->event[2] >> 31 || req->flags & SMMU3_REQ_PROBE,
          "a stall without Stall");
}

static struct smmu3_result call(struct stage *st, const struct smmu3_request *req)
{
    struct smmu3_result r;
    unsigned limit = WALK_MAX * (st->work.cas || st->cas_others ? TRIES : 1);
    bool legal = (unsigned)req->sec_sid < SMMU3_NUM_BANKS &&
                 (st->secure || req->sec_sid == SMMU3_SEC_SID_NS) && !(req->substream_id >> 20);
    int rc;

    memset(&r, 0xa5, sizeof(r));
    rc = smmu3_translate(st->smmu, req, &r);
    CHECK(rc == (legal ? SMMU3_OK : SMMU3_EINVAL), "smmu3_translate: %d", rc);
    if (!legal) {
        memset(&r, 0, sizeof(r));
        r.status = SMMU3_ST_ABORT;
        return r;
    }
    CHECK((unsigned)r.status <= SMMU3_ST_BUSY, "status %d", r.status);
    if (r.status == SMMU3_ST_OK) {
        check_ok(st, req, &r);
    } else {
        check_fault(st, req, &r);
    }
    CHECK(st->work.reads <= limit, "%u reads for one access", st->work.reads);
    CHECK(st->work.events == (r.recorded ? 1u : 0u) || st->work.resumes,
          "%u records written, recorded is %d", st->work.events, r.recorded);
    return r;
}

static void same_answer(const struct smmu3_result *a, const struct smmu3_result *b,
                        const char *what)
{
    CHECK(a->status == b->status && a->reason == b->reason, "%s: status %d and %d, %s and %s", what,
          a->status, b->status, smmu3_reason_info(a->reason)->name,
          smmu3_reason_info(b->reason)->name);
    if (a->status == SMMU3_ST_OK) {
        CHECK(a->addr == b->addr && a->mask == b->mask && a->pas == b->pas, "%s: %#llx and %#llx",
              what, (unsigned long long)a->addr, (unsigned long long)b->addr);
        CHECK(a->perms == b->perms && a->bypass == b->bypass && a->priv == b->priv &&
                  a->instr == b->instr && a->mpam.partid == b->mpam.partid &&
                  a->mpam.pmg == b->mpam.pmg && a->mpam.ns == b->mpam.ns &&
                  a->attr.mair == b->attr.mair && a->attr.sh == b->attr.sh,
              "%s: not the same kind of access", what);
    } else if (a->has_event && b->has_event) {
        for (unsigned i = 0; i < 8; i++) {
            uint32_t m = i == 2 ? 0x7fff0000 : ~0u; /* the STAG */

            CHECK(!((a->event[i] ^ b->event[i]) & m), "%s: word %u of the event", what, i);
        }
    }
}

static struct smmu3_result probe(struct stage *st, const struct smmu3_request *req)
{
    struct smmu3_request q = *req;
    struct smmu3_result r;

    q.flags |= SMMU3_REQ_PROBE;
    begin(st, true, (int)req->sec_sid);
    r = call(st, &q);
    end(st);
    return r;
}

static void told(void *ctx, const struct smmu3_step *step)
{
    unsigned *steps = ctx;

    CHECK((unsigned)step->kind <= SMMU3_STEP_LEAF && step->nwords <= 8 && step->stage <= 2 &&
              step->level >= -1 && step->level <= 3 && step->perms[0] <= 7 && step->perms[1] <= 7,
          "a step that does not exist");
    CHECK(++*steps <= 4 * WALK_MAX, "explained without end");
}

/* The explanation ends as the transaction does, if that looked at memory. */
static void check_explained(struct stage *st, const struct smmu3_request *req,
                            const struct smmu3_result *r)
{
    struct smmu3_result e;
    unsigned steps = 0;

    begin(st, true, (int)req->sec_sid);
    CHECK(smmu3_explain(st->smmu, req, &e, told, &steps) == SMMU3_OK, "not explained");
    end(st);
    CHECK(steps > 0, "explained by nothing");
    if (!st->caches) {
        same_answer(r, &e, "explained");
    }
}

/* All of the region that one answer is for has this answer. */
static void check_region(struct stage *st, const struct smmu3_request *req,
                         const struct smmu3_result *r)
{
    static const uint64_t part[] = { 0, UINT64_MAX, 0x0123456789abcdef, 0xaaaaaaaaaaaaaaaa };

    for (unsigned i = 0; i < ARRAY_SIZE(part); i++) {
        struct smmu3_request q = *req;
        struct smmu3_result p;

        q.addr = (req->addr & ~r->mask) | (part[i] & r->mask);
        p = probe(st, &q);
        p.addr = (p.addr & ~r->mask) | (r->addr & r->mask);
        same_answer(r, &p, "elsewhere in the region");
    }
}

struct smmu3_result checked_translate(struct stage *st, const struct smmu3_request *req)
{
    bool legal = (unsigned)req->sec_sid < SMMU3_NUM_BANKS && !(req->substream_id >> 20);
    struct smmu3_result p, r;
    bool updated;

    watch(st);
    p = probe(st, req);
    unchanged(st, SMMU3_SEC_SID_NS, "a probe");
    unchanged(st, SMMU3_SEC_SID_S, "a probe");
    if (!legal || (!st->secure && req->sec_sid == SMMU3_SEC_SID_S)) {
        return p;
    }
    check_explained(st, req, &p);
    begin(st, false, (int)req->sec_sid);
    r = call(st, req);
    updated = st->work.cas;
    end(st);
    unchanged(st, req->sec_sid == SMMU3_SEC_SID_S ? 0 : 1, "a transaction");
    /* Tables that an update of a flag reached may read differently. Nor need
     * caches agree on what changed under them, or on streams that share a tag
     * and not their tables; that legal programs never see such a thing is what
     * conformance/property tests. */
    if (updated || req->flags & SMMU3_REQ_PROBE ||
        (st->caches && (st->stale || st->nstreams > 1))) {
        return r;
    }
    if (r.status != SMMU3_ST_BUSY && p.status != SMMU3_ST_BUSY) {
        same_answer(&p, &r, "a probe and the access");
    }
    if (r.status == SMMU3_ST_OK) {
        begin(st, false, (int)req->sec_sid);
        p = call(st, req);
        end(st);
        same_answer(&r, &p, "the same once more");
        if (!st->caches) {
            check_region(st, req, &r);
        }
    }
    return r;
}

/* ---- snapshots ---- */

static void same_behaviour(struct stage *st, struct smmu3 *twin)
{
    struct smmu3 *first = st->smmu;

    for (unsigned i = 0; i < 2 * st->nstreams; i++) {
        const struct stream *s = &st->stream[i / 2];
        struct smmu3_request req = { .sec_sid = s->sec, .stream_id = s->sid,
                                     .addr = i & 1 ? s->va[0] : s->in[0],
                                     .flags = i & 1 ? SMMU3_REQ_WRITE | SMMU3_REQ_ATTR : 0 };
        struct smmu3_result a, b;

        a = probe(st, &req);
        st->smmu = twin;
        b = probe(st, &req);
        st->smmu = first;
        same_answer(&a, &b, "after a snapshot");
    }
}

void checked_round_trip(struct stage *st)
{
    static uint8_t a[SNAPSHOT_MAX], b[SNAPSHOT_MAX];
    struct smmu3 *first = st->smmu, *twin;
    size_t n = checked_save(st, a);

    CHECK(smmu3_create(&st->cfg, &stage_host, st, &twin) == SMMU3_OK, "no twin");
    CHECK(smmu3_load(twin, a, n) == SMMU3_OK, "its own snapshot was refused");
    st->smmu = twin;
    CHECK(checked_save(st, b) == n && !memcmp(a, b, n), "a snapshot came back different");
    st->smmu = first;
    /* Loading empties the caches, so both look at the same memory. */
    CHECK(smmu3_load(first, a, n) == SMMU3_OK, "its own snapshot was refused");
    same_behaviour(st, twin);
    smmu3_destroy(twin);
}

void checked_load(struct stage *st, const uint8_t *buf, size_t len)
{
    static uint8_t a[SNAPSHOT_MAX], b[SNAPSHOT_MAX];
    size_t n = checked_save(st, a);
    struct smmu3_config cfg = st->cfg;
    int rc, said;

    said = smmu3_snapshot_config(buf, len, &cfg);
    CHECK(said == SMMU3_OK || !memcmp(&cfg, &st->cfg, sizeof(cfg)), "changed, and refused");
    begin(st, false, -1);
    rc = smmu3_load(st->smmu, buf, len);
    end(st);
    CHECK(rc == SMMU3_OK || rc == SMMU3_EFORMAT || rc == SMMU3_EVERSION || rc == SMMU3_EMISMATCH,
          "smmu3_load: %d", rc);
    CHECK(!st->work.reads && !st->work.writes && !st->work.irqs, "a load did more");
    CHECK(rc != SMMU3_OK || said == SMMU3_OK, "loaded, of no configuration: %d", said);
    if (rc) {
        CHECK(checked_save(st, b) == n && !memcmp(a, b, n), "a refused snapshot left a mark");
    } else {
        checked_round_trip(st);
    }
}
