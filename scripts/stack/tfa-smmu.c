/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * BL31 on QEMU's virt: close the SMMU before any other image runs, with TF-A's own driver (drivers/arm/smmu/smmu_v3.c).
 * From then on no device reaches memory until somebody's Stream table says so. scripts/stack/tfa.sh puts this file and
 * its call into TF-A's tree; it does something only in builds with SMMU3_HOOK=1.
 */
#include <common/debug.h>
#include <drivers/arm/smmu_v3.h>
#include <drivers/generic_delay_timer.h>
#include <lib/mmio.h>

#define VIRT_SMMU_BASE 0x09050000ul
#define GBPA 0x44u
#define S_GBPA 0x8044u

void smmu3_hook(void);

void smmu3_hook(void)
{
	int security, init;

	if (!SMMU3_HOOK) {
		return;
	}
	/* Its time-outs need a timer, which this port does not set up. */
	generic_delay_timer_init();
	security = smmuv3_security_init(VIRT_SMMU_BASE);
	init = smmuv3_init(VIRT_SMMU_BASE);
	NOTICE("SMMUv3: smmuv3_security_init %d, smmuv3_init %d; GBPA 0x%x, S_GBPA 0x%x\n", security, init,
	       mmio_read_32(VIRT_SMMU_BASE + GBPA), mmio_read_32(VIRT_SMMU_BASE + S_GBPA));
}
