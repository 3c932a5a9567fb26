/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * A map for those who need one (mmu.S has it as constants, so that it is there before any variable):
 *   - the suite at EL3, which makes Non-secure accesses besides Secure ones: all is where it is, and again,
 *     Non-secure, NS_ALIAS above;
 *   - EL2 and EL1, where there is no Secure RAM: all is where it is, but for our variables, which are linked to
 *     Secure RAM's addresses and lie in LOWER_RAM_BASE.
 */
#ifndef FW_MMU_H
#define FW_MMU_H

#define NS_ALIAS 0x4000000000   /* 256 GiB */

#ifndef __ASSEMBLER__
/* At EL3, once. */
void mmu_on_el3(void);
#endif

#endif
