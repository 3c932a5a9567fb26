/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * AArch64: system registers, barriers and device accesses. Registers newer than the assembler are named by their
 * encoding (S3_<op1>_C<n>_C<m>_<op2>), as DDI0487 C5 allows.
 */
#ifndef FW_ARCH_H
#define FW_ARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BIT(n) (1ul << (n))
#define FIELD(value, lsb, width) (((uint64_t)(value) >> (lsb)) & (BIT(width) - 1))
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define ALIGN_UP(x, a) (((x) + (a) - 1) & ~((a) - 1))

#define read_sysreg(name) ({                                        \
    uint64_t value_;                                                \
    __asm__ volatile("mrs %0, " #name : "=r"(value_));              \
    value_;                                                         \
})
#define write_sysreg(name, value) do {                              \
    uint64_t value_ = (value);                                      \
    __asm__ volatile("msr " #name ", %0" : : "r"(value_));          \
} while (0)

/* Numbered forms, so that binutils of any age takes them */
#define ID_AA64SMFR0_EL1 S3_0_C0_C4_5
#define ID_AA64PFR2_EL1 S3_0_C0_C4_2
#define ID_AA64ISAR2_EL1 S3_0_C0_C6_2
#define ID_AA64MMFR3_EL1 S3_0_C0_C7_3
#define ID_AA64MMFR4_EL1 S3_0_C0_C7_4
#define ZCR_EL3 S3_6_C1_C2_0
#define SMCR_EL3 S3_6_C1_C2_6
#define ICC_SRE_EL1 S3_0_C12_C12_5
#define ICC_SRE_EL2 S3_4_C12_C9_5
#define ICC_SRE_EL3 S3_6_C12_C12_5
#define ICC_CTLR_EL3 S3_6_C12_C12_4
#define ICC_PMR_EL1 S3_0_C4_C6_0
/* A register named by one of the macros above must be expanded before it is pasted into the instruction. */
#define read_sysreg_n(name) read_sysreg_x_(name)
#define read_sysreg_x_(name) read_sysreg(name)
#define write_sysreg_n(name, value) write_sysreg_x_(name, value)
#define write_sysreg_x_(name, value) write_sysreg(name, value)

static inline void isb(void) { __asm__ volatile("isb" : : : "memory"); }
static inline void dsb(void) { __asm__ volatile("dsb sy" : : : "memory"); }
static inline void wfe(void) { __asm__ volatile("wfe" : : : "memory"); }
static inline void wfi(void) { __asm__ volatile("wfi" : : : "memory"); }
static inline void sev(void) { __asm__ volatile("dsb sy\n\tsev" : : : "memory"); }

/*
 * Device accesses in assembly: one instruction each, which QEMU, a hypervisor or hardware sees at the size that
 * was written here, whatever the compiler thinks of volatile.
 */
static inline uint32_t read32(uintptr_t addr)
{
    uint32_t value;

    __asm__ volatile("ldr %w0, [%1]" : "=r"(value) : "r"(addr) : "memory");
    return value;
}

static inline uint64_t read64(uintptr_t addr)
{
    uint64_t value;

    __asm__ volatile("ldr %0, [%1]" : "=r"(value) : "r"(addr) : "memory");
    return value;
}

static inline uint16_t read16(uintptr_t addr)
{
    uint32_t value;

    __asm__ volatile("ldrh %w0, [%1]" : "=r"(value) : "r"(addr) : "memory");
    return (uint16_t)value;
}

static inline uint8_t read8(uintptr_t addr)
{
    uint32_t value;

    __asm__ volatile("ldrb %w0, [%1]" : "=r"(value) : "r"(addr) : "memory");
    return (uint8_t)value;
}

static inline void write32(uintptr_t addr, uint32_t value)
{
    __asm__ volatile("str %w0, [%1]" : : "r"(value), "r"(addr) : "memory");
}

static inline void write64(uintptr_t addr, uint64_t value)
{
    __asm__ volatile("str %0, [%1]" : : "r"(value), "r"(addr) : "memory");
}

static inline void write16(uintptr_t addr, uint16_t value)
{
    __asm__ volatile("strh %w0, [%1]" : : "r"(value), "r"(addr) : "memory");
}

static inline void write8(uintptr_t addr, uint8_t value)
{
    __asm__ volatile("strb %w0, [%1]" : : "r"(value), "r"(addr) : "memory");
}

/* The generic timer runs at the same rate for all Exception levels and needs no set-up. */
static inline uint64_t ticks(void)
{
    isb();
    return read_sysreg(cntpct_el0);
}

static inline uint64_t ticks_after_ms(uint64_t ms)
{
    return ticks() + read_sysreg(cntfrq_el0) * ms / 1000;
}

#endif
