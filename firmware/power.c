/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* The end of a run: the Secure world's GPIO (PSCI below EL3), or a semihosting call that can carry an exit status. */
#include "arch.h"
#include "platform.h"
#include "power.h"
#include "psci.h"

/* PL061 (DDI0190): the address bits of GPIODATA select the pins that a write changes. */
#define GPIO_DATA(pins) (SECURE_GPIO_BASE + ((pins) << 2))
#define GPIO_DIR (SECURE_GPIO_BASE + 0x400)
#define PIN_POWER_OFF 0x01u
#define PIN_RESET 0x02u

#define SYS_EXIT_EXTENDED 0x20
#define ADP_STOPPED_APPLICATION_EXIT 0x20026

static void raise_pin(uint32_t pin)
{
    write32(GPIO_DIR, read32(GPIO_DIR) | pin);
    write32(GPIO_DATA(pin), pin);
    for (;;) {
        wfi();
    }
}

unsigned int power_el(void)
{
    return (unsigned int)FIELD(read_sysreg(CurrentEL), 2, 2);
}

/* QEMU's own PSCI: by SMC from EL2, by HVC from EL1. */
static void psci_off(void)
{
    register uint64_t x0 __asm__("x0") = FID_SYSTEM_OFF;

    if (power_el() == 2) {
        __asm__ volatile("smc #0" : "+r"(x0) : : "memory");
    } else {
        __asm__ volatile("hvc #0" : "+r"(x0) : : "memory");
    }
}

void power_off(void)
{
    if (power_el() < 3) {
        psci_off();
    }
    raise_pin(PIN_POWER_OFF);
    __builtin_unreachable();
}

void power_reset(void)
{
    raise_pin(PIN_RESET);
    __builtin_unreachable();
}

void power_exit(int status)
{
    const uint64_t block[2] = {ADP_STOPPED_APPLICATION_EXIT, (uint64_t)status};

    semihosting(SYS_EXIT_EXTENDED, block);
    power_off();
}
