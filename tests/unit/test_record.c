/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Recordings: each kind of record there and back, the bytes of one, and what is no record. */
#include "machine.h"

#include <string.h>

#include "smmu3/record.h"

static const uint8_t bytes[64] = { 1, 2, 3, 0xff };

static const struct smmu3_record records[] = {
    { .kind = SMMU3_REC_STATE, .data = bytes, .len = sizeof(bytes) },
    { .kind = SMMU3_REC_MMIO_READ, .lane = 255, .time_ns = UINT64_MAX, .offset = 0x1fffc, .size = 4,
      .pas = SMMU3_PAS_S, .value = UINT64_MAX },
    { .kind = SMMU3_REC_MMIO_WRITE, .offset = 0x20, .size = 8, .value = 1 },
    { .kind = SMMU3_REC_DMA,
      .req = { .sec_sid = SMMU3_SEC_SID_S, .stream_id = UINT32_MAX, .ssv = true,
               .substream_id = 0xfffff, .addr = UINT64_MAX, .flags = 0x1ff },
      .res = { .status = SMMU3_ST_OK, .addr = 0x123456789abc, .mask = 0xfff, .pas = SMMU3_PAS_S,
               .perms = 7, .bypass = true } },
    { .kind = SMMU3_REC_DMA, .res = { .status = SMMU3_ST_ABORT, .reason = SMMU3_R_S1_PERM,
                                      .recorded = true } },
    { .kind = SMMU3_REC_DMA, .res = { .status = SMMU3_ST_OK, .mask = UINT64_MAX } },
    { .kind = SMMU3_REC_RESET, .time_ns = 128 },
    { .kind = SMMU3_REC_READ, .acc = { .addr = 0x40, .pas = SMMU3_PAS_S, .kind = SMMU3_ACC_TT,
                                       .sec_sid = SMMU3_SEC_SID_S },
      .data = bytes, .len = 8 },
    { .kind = SMMU3_REC_READ, .result = SMMU3_MEM_ABORT },
    { .kind = SMMU3_REC_WRITE, .acc = { .kind = SMMU3_ACC_MSI }, .data = bytes, .len = 4 },
    { .kind = SMMU3_REC_CAS, .expected = 1, .desired = UINT64_MAX, .seen = 3 },
    { .kind = SMMU3_REC_IRQ, .bank = SMMU3_SEC_SID_S, .irq = SMMU3_IRQ_GERROR },
    { .kind = SMMU3_REC_TRACE,
      .trace = { .kind = SMMU3_TRACE_EVENT, .sec_sid = SMMU3_SEC_SID_S, .stream_id = 5, .addr = 6,
                 .reason = SMMU3_R_STE_V, .recorded = true,
                 .word = { 1, 2, 3, 4, 5, 6, 7, UINT32_MAX } } },
};

/* Field by field, because of padding; data by content. */
static void same(const struct smmu3_record *a, const struct smmu3_record *b)
{
    ROW_EQ(a->kind, b->kind);
    ROW_EQ(a->lane, b->lane);
    ROW_EQ(a->time_ns, b->time_ns);
    ROW_EQ(a->offset, b->offset);
    ROW_EQ(a->size, b->size);
    ROW_EQ(a->pas, b->pas);
    ROW_EQ(a->value, b->value);
    ROW_EQ(a->req.sec_sid, b->req.sec_sid);
    ROW_EQ(a->req.stream_id, b->req.stream_id);
    ROW_EQ(a->req.ssv, b->req.ssv);
    ROW_EQ(a->req.substream_id, b->req.substream_id);
    ROW_EQ(a->req.addr, b->req.addr);
    ROW_EQ(a->req.flags, b->req.flags);
    ROW_EQ(a->res.status, b->res.status);
    ROW_EQ(a->res.addr, b->res.addr);
    ROW_EQ(a->res.mask, b->res.mask);
    ROW_EQ(a->res.pas, b->res.pas);
    ROW_EQ(a->res.perms, b->res.perms);
    ROW_EQ(a->res.bypass, b->res.bypass);
    ROW_EQ(a->res.reason, b->res.reason);
    ROW_EQ(a->res.recorded, b->res.recorded);
    ROW_EQ(a->acc.addr, b->acc.addr);
    ROW_EQ(a->acc.pas, b->acc.pas);
    ROW_EQ(a->acc.kind, b->acc.kind);
    ROW_EQ(a->acc.sec_sid, b->acc.sec_sid);
    ROW_EQ(a->result, b->result);
    ROW_EQ(a->expected, b->expected);
    ROW_EQ(a->desired, b->desired);
    ROW_EQ(a->seen, b->seen);
    ROW_EQ(a->bank, b->bank);
    ROW_EQ(a->irq, b->irq);
    ROW_EQ(memcmp(&a->trace.word, &b->trace.word, sizeof(a->trace.word)), 0);
    ROW_EQ(a->trace.kind, b->trace.kind);
    ROW_EQ(a->trace.reason, b->trace.reason);
    ROW_EQ(a->trace.addr, b->trace.addr);
    ROW_EQ(a->len, b->len);
    ROW_EQ(a->len && memcmp(a->data, b->data, a->len), 0);
}

static void test_there_and_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(records); i++) {
        uint8_t buf[SMMU3_RECORD_MAX], less[SMMU3_RECORD_MAX];
        struct smmu3_record back;
        size_t n = smmu3_record_encode(&records[i], buf, sizeof(buf));

        row("record %zu", i);
        ROW_EQ(n > 0, true);
        ROW_EQ(smmu3_record_decode(buf, n, &back), n);
        same(&back, &records[i]);
        for (size_t k = 0; k < n; k++) {
            ROW_EQ(smmu3_record_encode(&records[i], less, k), 0);
            ROW_EQ(smmu3_record_decode(buf, k, &back), 0);
        }
    }
}

static void test_bytes(void **state)
{
    static const uint8_t want[] = { 3, 7, 0xac, 0x02, 0x20, 4, 0, 0xd };
    const struct smmu3_record r = { .kind = SMMU3_REC_MMIO_WRITE, .lane = 7, .time_ns = 300,
                                    .offset = 0x20, .size = 4, .value = 0xd };
    uint8_t buf[SMMU3_RECORD_MAX];

    (void)state;
    assert_int_equal(smmu3_record_encode(&r, buf, sizeof(buf)), sizeof(want));
    assert_memory_equal(buf, want, sizeof(want));
}

static void test_no_record(void **state)
{
    static const struct { const char *what; uint8_t bytes[16]; } rows[] = {
        { "kind 0", { 0, 0, 0 } },
        { "kind 11", { 11, 0, 0 } },
        { "register outside", { 2, 0, 0, 0x80, 0x80, 0x08, 4, 0, 0 } },
        { "a number without end", { 6, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                    0xff, 0xff } },
        { "data longer than any", { 6, 0, 0, 0, 0, 0, 0, 0, 65 } },
        { "no such reason", { 4, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, 0x7f, 0 } },
    };
    uint8_t header[SMMU3_RECORD_HEADER];
    struct smmu3_record r;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        row("%s", rows[i].what);
        ROW_EQ(smmu3_record_decode(rows[i].bytes, sizeof(rows[i].bytes), &r), 0);
    }
    row("header");
    smmu3_record_header(header);
    ROW_EQ(smmu3_record_check(header, sizeof(header)), SMMU3_OK);
    ROW_EQ(smmu3_record_check(header, 7), SMMU3_EFORMAT);
    header[4] = 2;
    ROW_EQ(smmu3_record_check(header, sizeof(header)), SMMU3_EVERSION);
    header[0] = 0;
    ROW_EQ(smmu3_record_check(header, sizeof(header)), SMMU3_EFORMAT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_there_and_back),
        TEST(test_bytes),
        TEST(test_no_record),
    };

    return machine_main("record", tests, ARRAY_SIZE(tests), false);
}
