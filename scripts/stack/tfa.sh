# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
#
# Trusted Firmware-A from Debian's source, for QEMU's virt. Sourced by the stacks that boot it.
# shellcheck disable=SC2154,SC2034  # tree: source_tree leaves it; bios: for the stack

# Upstream's port for QEMU has no call of TF-A's own SMMU driver (other boards' have): with SMMU3_HOOK=1 BL31 gets one, in a
# file of ours.
HOOK=$ROOT/scripts/stack/tfa-smmu.c

# All options that differ from the port's defaults. QEMU's -cpu max has features that EL3 must let through.
TFA_OPTIONS=(
  PLAT=qemu DEBUG=1 LOG_LEVEL=40 QEMU_USE_GIC_DRIVER=QEMU_GICV3 BL32_RAM_LOCATION=tdram
  ENABLE_FEAT_TCR2=2 ENABLE_FEAT_SCTLR2=2 ENABLE_FEAT_S1PIE=2 ENABLE_FEAT_S2PIE=2 ENABLE_FEAT_S1POE=2
  ENABLE_FEAT_S2POE=2 ENABLE_FEAT_GCS=2 ENABLE_FEAT_THE=2 ENABLE_FEAT_FGT2=2 ENABLE_FEAT_MTE2=2
)

# Once per tree: the hook. The anchors are checked, so that a version without them says so instead of booting without it.
hook() {
  local setup=$tree/plat/qemu/common/qemu_bl31_setup.c mk=$tree/plat/qemu/common/common.mk
  cmp -s "$HOOK" "$tree/plat/qemu/common/smmu3_hook.c" || cp "$HOOK" "$tree/plat/qemu/common/smmu3_hook.c"
  ! grep -q smmu3_hook "$mk" || return 0
  grep -q '^	qemu_gpio_init();$' "$setup" ||
    die "$setup has no call of qemu_gpio_init(): this TF-A needs another place for the hook of scripts/stack/tfa.sh"
  sed -i 's/^	qemu_gpio_init();$/&\n	smmu3_hook();/; s/^#include "qemu_private.h"$/&\nvoid smmu3_hook(void);/' "$setup"
  # shellcheck disable=SC2016
  printf '%s\n' '' 'SMMU3_HOOK ?= 0' '$(eval $(call add_define,SMMU3_HOOK))' \
    'BL31_SOURCES += plat/qemu/common/smmu3_hook.c drivers/arm/smmu/smmu_v3.c' \
    'BL31_SOURCES += drivers/delay_timer/delay_timer.c drivers/delay_timer/generic_delay_timer.c' >>"$mk"
}

# build_tfa NAME OPTION...: the flash image, in $bios. Kept by its options; the images it takes in may have changed, so
# it is packed anew each time.
build_tfa() {
  local name=$1 base
  shift
  source_tree arm-trusted-firmware
  hook
  base=$tree-build/$name-$(hash_of "${TFA_OPTIONS[@]}" "$@")
  tfa_base=$base
  rm -f "$base/qemu/debug/fip.bin"
  stage "$RUN/build.log" "building TF-A ($name)" make -C "$tree" -j2 CROSS_COMPILE="$CROSS_COMPILE" \
    BUILD_BASE="$base" "${TFA_OPTIONS[@]}" "$@" all fip qemu_fw.bios
  bios=$RUN/flash.bin
  cp "$base/qemu/debug/qemu_fw.bios" "$bios"
  # For debuggers
  mkdir -p "$RUN/elf"
  cp "$base"/qemu/debug/bl1/bl1.elf "$base"/qemu/debug/bl2/bl2.elf "$base"/qemu/debug/bl31/bl31.elf "$RUN/elf/"
}

# loose_images BL32 MANIFEST PARTITIONS: the same as single files, under the names that BL1 and BL2 ask QEMU's semihosting for
loose_images() {
  local base=${tfa_base:?build_tfa comes first}/qemu/debug
  mkdir -p "$RUN/images"
  cp "$base/bl1.bin" "$base/bl2.bin" "$base/bl31.bin" "$RUN/images/"
  cp "$1" "$RUN/images/bl32.bin"
  cp "$base/fdts/$(basename "$2" .dts).dtb" "$RUN/images/tos_fw_config.dtb"
  cp "$base/fdts/$(basename "$3" .dts).dtb" "$RUN/images/tb_fw_config.dtb"
}
