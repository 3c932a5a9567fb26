#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
#
# The conformance suite on bare metal: our firmware on our QEMU, at EL3 with both states and at EL2 with one.
#   PROFILE=max                        the ID registers (any profile of arm-smmuv3)
#   OPTIONS='filter=tlbi verbose'      see firmware/suite.h
#   QEMU=FILE                          that binary instead of building ours
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

FIRMWARE=$BUILD/firmware/smmu3-fw.bin
SECURE_SPI=200 # virt uses none above its platform bus
TIME_LIMIT=${TIME_LIMIT:-300}

if [ -n "${QEMU:-}" ]; then
  [ -x "$QEMU" ] || die "QEMU=$QEMU: there is no such program"
else
  "$ROOT/qemu/build.sh"
  QEMU=$BUILD/qemu-system-aarch64
fi
stage "$CACHE/logs/firmware.log" "building the firmware" make -C "$ROOT/firmware" OUT="$BUILD/firmware"

# suite EL MACHINE SECURE PROPERTY: TAP on the terminal, and the status that the firmware gives QEMU.
suite() {
  local el=$1 machine=$2 secure=$3 property=$4 status=0
  say "the suite from $el, profile ${PROFILE:-max}"
  timeout "$TIME_LIMIT" "$QEMU" -M "$machine" -cpu max -m 512M -display none -monitor none -serial stdio -no-reboot \
    -nic none -bios "$FIRMWARE" -semihosting-config enable=on,target=native \
    -global "arm-smmuv3.profile=${PROFILE:-max}" -global "arm-smmuv3.$property" \
    -device "smmu3-master,sid=0,num-sids=0x100000,secure=$secure" \
    -fw_cfg "name=opt/org.smmu3/options,string=suite secure-spi=$SECURE_SPI ${OPTIONS:-}" </dev/null || status=$?
  [ "$status" != 124 ] || die "the suite from $el did not end in $TIME_LIMIT s"
  return "$status"
}

failed=0
suite EL3 virt,secure=on,virtualization=on,gic-version=3,iommu=smmuv3 any "secure-spi=$SECURE_SPI" || failed=1
suite EL2 virt,virtualization=on,gic-version=3,iommu=smmuv3 off secure-impl=off || failed=1
exit "$failed"
