/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * The driver of the DMA master (tables/master.h), against a register file:
 * what it writes where, in which order, and how it waits. Offsets and bits are
 * typed here.
 */
#include "machine.h"

#include <string.h>

#include "../../tables/master.h"

static struct {
    uint32_t reg[16][0x400];
    unsigned nwrites, reads_of_status, busy_for;
    uint32_t last_write; /* offset */
    uint32_t state_after;
    unsigned relaxed;
} dev;

static uint32_t dev_read(void *ctx, uint32_t offset)
{
    uint32_t *r = &dev.reg[offset >> 12][(offset & 0xfff) / 4];

    (void)ctx;
    if ((offset & 0xfff) == 0x14 && (*r & 0xf) == 1 && ++dev.reads_of_status > dev.busy_for) {
        *r = dev.state_after;
    }
    return *r;
}

static void dev_write(void *ctx, uint32_t offset, uint32_t v)
{
    (void)ctx;
    dev.reg[offset >> 12][(offset & 0xfff) / 4] = v;
    dev.last_write = offset;
    dev.nwrites++;
    if ((offset & 0xfff) == 0x10 && v) {
        dev.reg[offset >> 12][0x14 / 4] = v == 0xf ? 0x107 : 1; /* REFUSED, BUSY */
        dev.reads_of_status = 0;
    }
}

static void dev_relax(void *ctx)
{
    (void)ctx;
    dev.relaxed++;
}

static const struct smmu3_mmio_ops ops = { .read32 = dev_read, .write32 = dev_write };

static uint32_t reg(unsigned channel, uint32_t offset)
{
    return dev.reg[channel][offset / 4];
}

static uint64_t reg64(unsigned channel, uint32_t offset)
{
    return reg(channel, offset) | (uint64_t)reg(channel, offset + 4) << 32;
}

static void test_present(void **state)
{
    const struct smmu3t_master m = { .mmio = &ops, .channel = 2 };

    (void)state;
    memset(&dev, 0, sizeof(dev));
    assert_false(smmu3t_master_present(&m));
    dev.reg[2][0] = 0x334d4d53;
    assert_false(smmu3t_master_present(&m));
    dev.reg[2][1] = 0x00100601;
    assert_true(smmu3t_master_present(&m));
    dev.reg[2][1] = 0x00100602; /* a later version */
    assert_false(smmu3t_master_present(&m));
}

static void test_registers(void **state)
{
    const struct smmu3t_master m = { .mmio = &ops, .channel = 5 };
    struct smmu3t_dma d = {
        .cmd = 3, .sec = 2, .sid = 0x12345, .ssv = true, .ssid = 0x54321,
        .read = { .priv = true, .ns = true, .typed = true, .mair = 0x44, .sh = 2 },
        .write = { .instr = true, .no_write = true, .mair = 0xff, .sh = 3 },
        .can_stall = true, .go_on = true, .seed = 77, .src = UINT64_C(0x123456789abcdef0),
        .dst = UINT64_C(0xfedcba9876543210), .size = 100, .count = 200, .repeat = 300,
        .stride = -8, .data = UINT64_C(0x1111222233334444), .msi = true,
        .msi_addr = UINT64_C(0x8000000010), .msi_data = 0xcafe, .msi_attr = { .priv = true },
    };

    (void)state;
    memset(&dev, 0, sizeof(dev));
    assert_int_equal(smmu3t_master_start(&m, &d), 0);
    assert_int_equal(dev.last_write, 0x5010); /* CMD comes last */
    assert_int_equal(reg(5, 0x10), 3);
    assert_int_equal(reg(5, 0x20), 0x12345);
    assert_int_equal(reg(5, 0x24), 0x80054321);
    assert_int_equal(reg(5, 0x28), 0x00014425);
    assert_int_equal(reg(5, 0x2c), 0x0000ff3a);
    assert_int_equal(reg(5, 0x30), 0x56);
    assert_int_equal(reg(5, 0x34), 77);
    assert_true(reg64(5, 0x38) == d.src && reg64(5, 0x40) == d.dst);
    assert_int_equal(reg(5, 0x48), 100);
    assert_int_equal(reg(5, 0x4c), 200);
    assert_true(reg64(5, 0x50) == UINT64_MAX - 7);
    assert_int_equal(reg(5, 0x58), 300);
    assert_true(reg64(5, 0x60) == d.data && reg64(5, 0x70) == d.msi_addr);
    assert_int_equal(reg(5, 0x78), 0xcafe);
    assert_int_equal(reg(5, 0x7c), 1);
    d.translated = d.random = true;
    d.sec = 0;
    dev.reg[5][0x14 / 4] = 3;
    assert_int_equal(smmu3t_master_start(&m, &d), 0);
    assert_int_equal(reg(5, 0x30), 0x7c);
}

static void test_simple(void **state)
{
    struct smmu3t_dma d;

    (void)state;
    smmu3t_dma_init(&d, 1);
    assert_int_equal(d.cmd, 1);
    assert_int_equal(d.sid, UINT32_MAX);
    assert_int_equal(d.size, 8);
    assert_true(d.count == 1 && d.repeat == 1 && !d.ssv && !d.msi && !d.can_stall);
    assert_int_equal(smmu3t_dma_length(&d, 0), SMMU3T_EINVAL);
    assert_int_equal(smmu3t_dma_length(&d, 4097), SMMU3T_EINVAL);
    assert_int_equal(smmu3t_dma_length(&d, UINT64_C(0x100000000000)), SMMU3T_EINVAL);
    assert_int_equal(smmu3t_dma_length(&d, 4096), 0);
    assert_true(d.size == 4096 && d.count == 1);
    assert_int_equal(smmu3t_dma_length(&d, 100), 0);
    assert_true(d.size == 100 && d.count == 1);
    assert_int_equal(smmu3t_dma_length(&d, 0x7000), 0);
    assert_true(d.size == 4096 && d.count == 7 && d.stride == 4096);
}

static void test_waiting(void **state)
{
    struct smmu3t_master m = { .mmio = &ops, .polls = 10, .relax = dev_relax };
    struct smmu3t_dma_result r;
    struct smmu3t_dma d;

    (void)state;
    memset(&dev, 0, sizeof(dev));
    smmu3t_dma_init(&d, 1);
    dev.busy_for = 5;
    dev.state_after = 4;
    dev.reg[0][0xa0 / 4] = 0x11;
    dev.reg[0][0x98 / 4] = 0x1000;
    assert_int_equal(smmu3t_master_run(&m, &d, &r), 0);
    assert_true(r.state == SMMU3T_M_STATUS_ABORTED && r.cause == SMMU3T_M_FAIL_INFO_SMMU);
    assert_true(r.fail_write && r.fail_addr == 0x1000 && dev.relaxed > 0);

    dev.busy_for = 1000;
    assert_int_equal(smmu3t_master_run(&m, &d, &r), SMMU3T_ETIMEOUT);
    assert_int_equal(r.state, SMMU3T_M_STATUS_BUSY);
    dev.nwrites = 0;
    assert_int_equal(smmu3t_master_start(&m, &d), SMMU3T_EBUSY);
    assert_int_equal(dev.nwrites, 0);
    smmu3t_master_stop(&m);
    assert_int_equal(reg(0, 0x10), 0);

    dev.reg[0][0x14 / 4] = 6;
    d.cmd = 0xf;
    assert_int_equal(smmu3t_master_run(&m, &d, &r), SMMU3T_EINVAL);
    assert_true(r.state == SMMU3T_M_STATUS_REFUSED && r.reason == SMMU3T_M_STATUS_BAD_CMD);

    /* One that is stalled is waited for no longer: software has to let it go. */
    d.cmd = 1;
    dev.busy_for = 2;
    dev.state_after = 2;
    assert_int_equal(smmu3t_master_run(&m, &d, &r), 0);
    assert_int_equal(r.state, SMMU3T_M_STATUS_STALLED);
    assert_int_equal(smmu3t_master_run(&m, &d, &r), SMMU3T_EBUSY);
}

static void test_result(void **state)
{
    const struct smmu3t_master m = { .mmio = &ops, .channel = 1 };
    struct smmu3t_dma_result r;

    (void)state;
    memset(&dev, 0, sizeof(dev));
    for (unsigned i = 0x68 / 4; i < 0xc0 / 4; i++) {
        dev.reg[1][i] = 0x01010101 * i;
    }
    dev.reg[1][0xac / 4] = 0x8000f644; /* all of OUT_ATTR */
    dev.reg[1][0xbc / 4] = 2;
    smmu3t_master_result(&m, &r);
    assert_true(r.data == UINT64_C(0x1b1b1b1b1a1a1a1a));
    assert_true(r.ok == UINT64_C(0x2121212120202020) && r.failed == UINT64_C(0x2323232322222222));
    assert_true(r.bytes == UINT64_C(0x2525252524242424));
    assert_int_equal(r.crc, 0x29292929);
    assert_int_equal(r.stalls, 0x2a2a2a2a);
    assert_true(r.out_addr == UINT64_C(0x2d2d2d2d2c2c2c2c) && r.out_mpam == 0x2e2e2e2e);
    assert_true(r.out_valid && r.out_bypass && r.out_typed && r.out_instr && r.out_priv);
    assert_true(r.out_pas == 1 && r.out_sh == 2 && r.out_mair == 0x44);
    assert_int_equal(r.ats, 2);
}

/* Values of the generator as it was published (splitmix64's finalizer), by hand. */
static void test_pattern(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 8; i++) {
        assert_int_equal(smmu3t_master_pattern(0, i), 0); /* of zero */
    }
    /* mix(1) = 0x5692161d100b05e5 */
    assert_int_equal(smmu3t_master_pattern(0, 8), 0xe5);
    assert_int_equal(smmu3t_master_pattern(0, 11), 0x10);
    assert_int_equal(smmu3t_master_pattern(0, 15), 0x56);
    assert_true(smmu3t_master_pattern(1, 8) != smmu3t_master_pattern(2, 8));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_present), cmocka_unit_test(test_registers),
        cmocka_unit_test(test_simple), cmocka_unit_test(test_waiting),
        cmocka_unit_test(test_result), cmocka_unit_test(test_pattern),
    };

    return cmocka_run_group_tests_name("master", tests, NULL, NULL);
}
