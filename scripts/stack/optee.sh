#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
#
# `make stack-optee`: TF-A (Debian's source), Debian's OP-TEE at S-EL1, Debian's U-Boot, Debian's Linux with its OP-TEE
# driver. The SMMU is on, an NVMe and a virtio disk are behind it. OP-TEE's own log is the second serial port.
#
# Your own images:
#   TEE=DIR           where tee-header_v2.bin, tee-pager_v2.bin, tee-pageable_v2.bin of your OP-TEE build are
#   BL33=u-boot.bin   another normal-world boot loader
#   KERNEL=Image INITRD=initrd.gz APPEND='...'   instead of Debian's Linux; nothing is checked then
#   ARGS='...'        more arguments for QEMU;   QEMU=FILE another binary;   TIME_LIMIT=SECONDS
#
# BL31 leaves the SMMU as it comes out of reset, unlike in stack-tfa-sel2: U-Boot looks for boot files on every disk, has no
# SMMU driver, and would wait for DMA that never ends.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
. "$(dirname "${BASH_SOURCE[0]}")/tfa.sh"

find_optee() {
  local part
  if [ -n "${TEE:-}" ]; then
    tee=$TEE
  else
    package optee-os:arm64
    tee=$tree/usr/lib/optee/vexpress-qemu_armv8a
  fi
  for part in header pager pageable; do
    [ -f "$tee/tee-${part}_v2.bin" ] || die "${TEE:+TEE=}$tee has no tee-${part}_v2.bin"
  done
}

find_uboot() {
  uboot=${BL33:-}
  [ -z "$uboot" ] || return 0
  package u-boot-qemu
  need_in_tree usr/lib/u-boot/qemu_arm64/u-boot.bin
  uboot=$tree/usr/lib/u-boot/qemu_arm64/u-boot.bin
}

verify() {
  item "BL31 started" seen console.log 'NOTICE:  BL31: v'
  item "OP-TEE started in the Secure world and told so on the second serial port" seen secure.log 'I/TC: OP-TEE version: '
  item "and let the normal world boot" seen secure.log 'I/TC: Primary CPU switching to normal world boot'
  item "U-Boot loaded the kernel from QEMU's fw_cfg" seen console.log 'U-Boot 20'
  item "Linux found OP-TEE and talked to it" seen console.log 'SMMU3 tee name=tee0 '
  item "and drives the Non-secure side of the SMMU" seen console.log 'arm-smmu-v3 9050000.smmuv3: .*(oas|ias)'
  disk_items
}

begin optee
for name in BL33 KERNEL INITRD; do need_file $name "${!name:-}"; done
[ -z "${TEE:-}" ] || [ -d "$TEE" ] || die "TEE=$TEE: there is no such directory"
[ -z "${INITRD:-}${APPEND:-}" ] || [ -n "${KERNEL:-}" ] || die "INITRD and APPEND need a KERNEL"
build_qemu
find_optee
find_uboot
build_tfa optee SPD=opteed BL32="$tee/tee-header_v2.bin" BL32_EXTRA1="$tee/tee-pager_v2.bin" \
  BL32_EXTRA2="$tee/tee-pageable_v2.bin" BL33="$uboot"
machine=virt,secure=on,virtualization=on,gic-version=3,iommu=smmuv3,acpi=off
disks
if [ -n "${KERNEL:-}" ]; then
  say "your own kernel is in: nothing is checked; the log of the second UART is $RUN/uart1.log"
  export QEMU BIOS=$bios MACHINE=$machine SMMU3_RUN=$RUN
  ARGS="${ARGS:-} $(printf "'%s' " "${disk_args[@]}")"
  export ARGS
  exec "$ROOT/scripts/run.sh"
fi
guest stable
boot 240 '^NOTICE:|^ERROR:|^WARNING:|^U-Boot|optee:' -M $machine -cpu max -m 1G -smp 2 -nic none -bios "$bios" \
  -kernel "$kernel" -initrd "$initrd" -append "console=ttyAMA0 loglevel=7 smmu3.test=tee,nvme,blk" "${disk_args[@]}"
grep -a 'I/TC' "$RUN/secure.log" | sed 's/^/  /' || true
verify
finish
