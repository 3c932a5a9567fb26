/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * EL3's gates. Each feature that Linux may find in the ID registers has a trap to EL3 that is closed at reset; a
 * kernel that uses the feature would end up in trap.c. Which gates exist is read from the same ID registers, so
 * that this works for any CPU model: a gate is opened when its field is at least `min`.
 */
#include "cpu.h"

#define SCR_NS BIT(0)
#define SCR_FIQ BIT(2)          /* Group 0 interrupts belong to EL3; it enables none */
#define SCR_RES1 (BIT(4) | BIT(5))
#define SCR_HCE BIT(8)
#define SCR_RW BIT(10)

enum id_reg { PFR0, PFR1, PFR2, ISAR0, ISAR1, ISAR2, MMFR0, MMFR1, MMFR3, ID_REGS };

static const struct gate {
    uint8_t reg, lsb, min, scr_bit;
} gates[] = {
    {ISAR1, 4, 1, 16}, {ISAR1, 4, 1, 17},       /* APA: pointer authentication: APK, API */
    {ISAR1, 8, 1, 16}, {ISAR1, 8, 1, 17},       /* API */
    {ISAR1, 24, 1, 16}, {ISAR1, 24, 1, 17},     /* GPA */
    {ISAR1, 28, 1, 16}, {ISAR1, 28, 1, 17},     /* GPI */
    {ISAR2, 8, 1, 16}, {ISAR2, 8, 1, 17},       /* GPA3 */
    {ISAR2, 12, 1, 16}, {ISAR2, 12, 1, 17},     /* APA3 */
    {PFR0, 28, 2, 21},                          /* RAS: FIEN */
    {PFR0, 56, 2, 25},                          /* CSV2: EnSCXT */
    {PFR1, 32, 1, 25},                          /* CSV2_frac: EnSCXT */
    {PFR1, 8, 2, 26},                           /* MTE: ATA */
    {MMFR0, 56, 1, 27},                         /* FGT: FGTEn */
    {MMFR0, 60, 2, 28},                         /* ECV: ECVEn */
    {ISAR0, 24, 1, 34},                         /* TME */
    {PFR0, 44, 2, 35},                          /* AMU: AMVOFFEN */
    {ISAR1, 60, 3, 36},                         /* LS64: EnAS0 */
    {ISAR1, 60, 3, 37},                         /* LS64: ADEn */
    {MMFR1, 40, 1, 38},                         /* HCX: HXEn */
    {PFR1, 44, 1, 39},                          /* GCS: GCSEn */
    {PFR1, 24, 1, 41},                          /* SME: EnTP2 */
    {PFR1, 48, 1, 42},                          /* THE: RCWMASKEn */
    {MMFR3, 0, 1, 43},                          /* TCRX: TCR2En */
    {MMFR3, 4, 1, 44},                          /* SCTLRX: SCTLR2En */
    {MMFR3, 8, 1, 45},                          /* S1PIE: PIEn */
    {MMFR3, 12, 1, 45},                         /* S2PIE: PIEn */
    {MMFR3, 16, 1, 45},                         /* S1POE: PIEn */
    {MMFR3, 20, 1, 45},                         /* S2POE: PIEn */
    {MMFR3, 24, 1, 46},                         /* AIE: AIEn */
    {MMFR3, 32, 1, 47},                         /* D128: D128En */
    {MMFR3, 28, 1, 49},                         /* MEC: MECEn */
    {PFR2, 32, 1, 50},                          /* FPMR: EnFPM */
    {PFR1, 60, 1, 53},                          /* PFAR: PFAREn */
    {ISAR2, 32, 1, 55},                         /* SYSREG_128: EnIDCP128 */
    {MMFR0, 56, 2, 59},                         /* FGT2: FGTEn2 */
};

#define CPTR_EZ BIT(8)
#define CPTR_ESM BIT(12)
#define VECTOR_LEN_MAX 0xful
#define SMCR_EZT0 BIT(30)
#define SMCR_FA64 BIT(31)

/* MDCR_EL3: profiling and trace buffers belong to the Non-secure world, nothing traps. */
#define MDCR_NSPB (3ul << 12)
#define MDCR_NSTB (3ul << 24)
#define MDCR_SBRBE (3ul << 32)
#define MDCR_ENPMSN BIT(36)
#define MDCR_ENPM2 BIT(7)

#define SPSR_EL1H 0x3c5ul
#define SPSR_EL2H 0x3c9ul

static uint64_t scr_value(void)
{
    const uint64_t id[ID_REGS] = {
        [PFR0] = read_sysreg(id_aa64pfr0_el1), [PFR1] = read_sysreg(id_aa64pfr1_el1),
        [PFR2] = read_sysreg_n(ID_AA64PFR2_EL1), [ISAR0] = read_sysreg(id_aa64isar0_el1),
        [ISAR1] = read_sysreg(id_aa64isar1_el1), [ISAR2] = read_sysreg_n(ID_AA64ISAR2_EL1),
        [MMFR0] = read_sysreg(id_aa64mmfr0_el1), [MMFR1] = read_sysreg(id_aa64mmfr1_el1),
        [MMFR3] = read_sysreg_n(ID_AA64MMFR3_EL1),
    };
    uint64_t scr = SCR_NS | SCR_FIQ | SCR_RES1 | SCR_HCE | SCR_RW;

    for (size_t i = 0; i < ARRAY_SIZE(gates); i++) {
        if (FIELD(id[gates[i].reg], gates[i].lsb, 4) >= gates[i].min) {
            scr |= BIT(gates[i].scr_bit);
        }
    }
    return scr;
}

/* SVE and SME: EL3 must let them through and also grants the longest vectors. */
static void setup_vectors(void)
{
    bool sve = FIELD(read_sysreg(id_aa64pfr0_el1), 32, 4) != 0;
    uint64_t sme = FIELD(read_sysreg(id_aa64pfr1_el1), 24, 4);

    write_sysreg(cptr_el3, (sve ? CPTR_EZ : 0) | (sme ? CPTR_ESM : 0));
    isb();
    if (sve) {
        write_sysreg_n(ZCR_EL3, VECTOR_LEN_MAX);
    }
    if (sme) {
        bool fa64 = FIELD(read_sysreg_n(ID_AA64SMFR0_EL1), 63, 1);

        write_sysreg_n(SMCR_EL3, VECTOR_LEN_MAX | (fa64 ? SMCR_FA64 : 0) | (sme >= 2 ? SMCR_EZT0 : 0));
    }
}

unsigned int cpu_lower_el(void)
{
    return FIELD(read_sysreg(id_aa64pfr0_el1), 8, 4) ? 2 : 1;
}

uint64_t cpu_lower_spsr(void)
{
    return cpu_lower_el() == 2 ? SPSR_EL2H : SPSR_EL1H;
}

void cpu_setup_nonsecure(void)
{
    write_sysreg(scr_el3, scr_value());
    write_sysreg(mdcr_el3, MDCR_NSPB | MDCR_NSTB | MDCR_SBRBE | MDCR_ENPMSN | MDCR_ENPM2);
    setup_vectors();
    isb();
    if (cpu_lower_el() == 2) {
        write_sysreg(sctlr_el2, 0x30c50830);    /* RES1 bits: MMU and caches off */
        write_sysreg(hcr_el2, BIT(31));         /* RW: EL1 is AArch64 */
        write_sysreg(cntvoff_el2, 0);
    }
    write_sysreg(sctlr_el1, 0x30d00800);
    isb();
}
