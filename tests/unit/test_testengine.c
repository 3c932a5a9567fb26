/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * The driver of the SMMUv3TestEngine (tables/testengine.h), against a register
 * file. Offsets and bits are typed here.
 */
#include "machine.h"

#include <string.h>

#include "../../tables/testengine.h"

static struct {
    uint32_t word[0x20000 / 4];
    uint32_t last_write, end, polls;
    unsigned relaxed;
    bool absent;
} dev;

static uint32_t dev_read(void *ctx, uint32_t offset)
{
    uint32_t *w = &dev.word[offset / 4];

    (void)ctx;
    if (dev.absent) {
        return 0;
    }
    if (offset < 0x10000 && offset % 0x80 == 0 && *w >= 2 && *w <= 4 && dev.polls-- == 0) {
        *w = dev.end;
    }
    return *w;
}

static void dev_write(void *ctx, uint32_t offset, uint32_t v)
{
    (void)ctx;
    dev.word[offset / 4] = v;
    dev.last_write = offset;
}

static void dev_relax(void *ctx)
{
    (void)ctx;
    dev.relaxed++;
}

static const struct smmu3_mmio_ops ops = { .read32 = dev_read, .write32 = dev_write };
static const struct smmu3t_frame frame = { .mmio = &ops, .number = 7, .polls = 10,
                                           .relax = dev_relax };

static int setup(void **state)
{
    (void)state;
    memset(&dev, 0, sizeof(dev));
    dev.word[7 * 0x80 / 4] = 1;
    dev.end = 1;
    return 0;
}

static uint32_t user(uint32_t offset)
{
    return dev.word[(7 * 0x80 + offset) / 4];
}

static uint64_t user64(uint32_t offset)
{
    return user(offset) | (uint64_t)user(offset + 4) << 32;
}

static void test_registers(void **state)
{
    const struct smmu3t_work w = {
        .cmd = SMMU3T_T_MEMCPY, .sid = 0x12345, .ssv = true, .ssid = 0x54321,
        .read = { .priv = true, .ns = true }, .write = { .instr = true }, .seed = 42,
        .begin = UINT64_C(0x123456789000), .bytes = 0x2000, .target = UINT64_C(0xabcdef012345),
        .msi_addr = UINT64_C(0x8000000010), .msi_data = 0xcafe,
    };

    (void)state;
    dev.polls = 3;
    assert_int_equal(smmu3t_frame_run(&frame, &w), 0);
    assert_int_equal(dev.last_write, 7 * 0x80); /* CMD comes last */
    assert_true(dev.relaxed > 0);
    assert_int_equal(dev.word[(0x10000 + 7 * 0x80) / 4], 1);
    assert_int_equal(dev.word[(0x10000 + 7 * 0x80) / 4 + 2], 0x12345);
    assert_int_equal(dev.word[(0x10000 + 7 * 0x80) / 4 + 3], 0x54321);
    assert_true(user64(0x10) == w.msi_addr);
    assert_int_equal(user(0x18), 0xcafe);
    assert_int_equal(user(0x20), 0x44ff43ff);
    assert_int_equal(user(0x24), 42);
    assert_true(user64(0x28) == w.begin && user64(0x30) == w.begin + 0x1fff);
    assert_true(user64(0x38) == 1 && user64(0x40) == w.target);
}

static void test_ends(void **state)
{
    struct smmu3t_work w = { .cmd = SMMU3T_T_SUM64, .bytes = 64, .stride = 16, .secure = true };

    (void)state;
    dev.end = 0xffffffff;
    assert_int_equal(smmu3t_frame_run(&frame, &w), SMMU3T_EIO);
    assert_int_equal(dev.word[(0x10000 + 7 * 0x80) / 4], 0);
    assert_int_equal(dev.word[(0x10000 + 7 * 0x80) / 4 + 3], UINT32_MAX); /* no SubstreamID */
    assert_true(user64(0x38) == 16);
    dev.end = 0xfffffffe;
    dev.polls = 0;
    assert_int_equal(smmu3t_frame_run(&frame, &w), SMMU3T_EINVAL);
    dev.polls = 1000;
    assert_int_equal(smmu3t_frame_run(&frame, &w), SMMU3T_ETIMEOUT);
    dev.last_write = 0;
    assert_int_equal(smmu3t_frame_start(&frame, &w), SMMU3T_EBUSY);
    assert_int_equal(dev.last_write, 0);
    dev.absent = true;
    assert_int_equal(smmu3t_frame_run(&frame, &w), SMMU3T_ENOENT);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_registers, setup),
        cmocka_unit_test_setup(test_ends, setup),
    };

    return cmocka_run_group_tests_name("testengine", tests, NULL, NULL);
}
