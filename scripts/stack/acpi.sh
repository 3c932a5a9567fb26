#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
#
# `make stack-acpi`: Debian's EDK2 and an ACPI Linux. The kernel finds the SMMU by the IORT, which is read back and checked,
# and uses an NVMe and a virtio disk behind it.
#
#   EDK2=QEMU_EFI.fd  another UEFI for virt
#   KERNEL=Image INITRD=initrd.gz APPEND='...'   instead of Debian's Linux; nothing is checked then
#   ARGS='...'        more arguments for QEMU;   QEMU=FILE another binary;   TIME_LIMIT=SECONDS
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

iort_ok() {
  # "SMMU3 acpi offset=N hex=...": the table in pieces
  sed -nE 's/.*SMMU3 acpi offset=[0-9]+ hex=([0-9a-f]+)$/\1/p' "$RUN/console.log" | tr -d '\n' |
    "$PYTHON" -c 'import sys; sys.stdout.buffer.write(bytes.fromhex(sys.stdin.read()))' >"$RUN/IORT"
  "$PYTHON" "$ROOT/scripts/stack/iort.py" "$RUN/IORT"
}

begin acpi
for name in EDK2 KERNEL INITRD; do need_file $name "${!name:-}"; done
[ -z "${INITRD:-}${APPEND:-}" ] || [ -n "${KERNEL:-}" ] || die "INITRD and APPEND need a KERNEL"
build_qemu
if [ -n "${EDK2:-}" ]; then
  edk2=$EDK2
else
  package qemu-efi-aarch64
  need_in_tree usr/share/qemu-efi-aarch64/QEMU_EFI.fd
  edk2=$tree/usr/share/qemu-efi-aarch64/QEMU_EFI.fd
fi
machine=virt,virtualization=on,gic-version=3,iommu=smmuv3
disks
if [ -n "${KERNEL:-}" ]; then
  say "your own kernel is in: nothing is checked"
  export QEMU BIOS=$edk2 MACHINE=$machine SMMU3_RUN=$RUN
  ARGS="${ARGS:-} $(printf "'%s' " "${disk_args[@]}")"
  export ARGS
  exec "$ROOT/scripts/run.sh"
fi
guest stable
boot 240 'UEFI firmware|EFI stub:|ACPI: IORT' -M $machine -cpu neoverse-n1 -m 1G -smp 2 -nic none -bios "$edk2" -kernel "$kernel" \
  -initrd "$initrd" -append "console=ttyAMA0 loglevel=7 smmu3.test=acpi,nvme,blk" "${disk_args[@]}"
item "EDK2 started Linux by its EFI stub" seen console.log 'EFI stub: Booting Linux Kernel'
item "there is no device tree: Linux has the machine from ACPI" seen console.log 'SMMU3 acpi tables=.*IORT.* dt=no'
item "the IORT is right: SMMU, interrupts, StreamIDs, DeviceIDs" iort_ok
item "Linux found the SMMU by it" seen console.log 'arm-smmu-v3 arm-smmu-v3\.[0-9]+\.auto: .*(ias|oas)'
disk_items
finish
