#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
#
# `make stack-nested`: Debian's kernel at EL2 as the host of a KVM guest, all of it emulated. The host gives an NVMe behind
# our SMMU to its guest by vfio-pci; Debian's arm64 QEMU runs the guest, whose unmodified NVMe driver reads and writes it.
#
#   STAGE=1|2         the stage that the SMMU offers (default: both; Linux then uses stage 1 for VFIO)
#   KERNEL=Image      instead of Debian's kernel, on both levels (built-in: KVM, VFIO, NVMe)
#   ARGS='...'        more arguments for QEMU;   QEMU=FILE another binary;   TIME_LIMIT=SECONDS
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# What the guest's own initramfs lacks, as a second archive behind it: QEMU, its libraries, and the inner guest.
make_initrd() {
  closure qemu-system-arm:arm64
  program usr/bin/qemu-system-aarch64
  archive "$initrd" "$RUN/initrd.cpio" --file "bin/inner=$ROOT/scripts/guest/inner.sh" --file "inner/vmlinuz=$kernel" \
    --file "inner/initrd=$initrd"
}

# Which stage VFIO's domain used shows in the invalidations of its unmaps.
used_stage() {
  local s1 s2
  s1=$(grep -cE 'TLBI_(NH|EL2)_VAA? ' "$RUN/trace.log" || true)
  s2=$(grep -cE 'TLBI_S2_IPA ' "$RUN/trace.log" || true)
  say "invalidations by address while it ran: $s1 of stage 1, $s2 of stage 2"
  case ${STAGE:-1} in 1) [ "$s1" -gt 0 ] && [ "$s2" = 0 ] ;; 2) [ "$s2" -gt 0 ] && [ "$s1" = 0 ] ;; esac
}

no_events() { [ "$(grep -c 'SMMU3 events n=0$' "$RUN/console.log")" = 2 ]; }
both_done() { [ "$(grep -c 'SMMU3 DONE ok$' "$RUN/console.log")" = 2 ]; }

verify() {
  item "the host kernel runs at EL2 with KVM" seen console.log '^\[.*kvm \[1\]: .*(VHE|Hyp|nVHE) mode initialized'
  item "it drives the SMMU and has given the NVMe to vfio-pci" seen console.log 'SMMU3 assign pci=.* driver=vfio-pci'
  item "a KVM guest booted in it, by Debian's arm64 QEMU" seen console.log '^\[inner\] .*SMMU3 init'
  item "the inner guest read and wrote the NVMe: the outermost host finds the same data" disk_ok smmu3-nvme nvme.img
  item "no IOMMU is in the inner guest, so this was VFIO's mapping" seen console.log '^\[inner\] .*SMMU3 disk .*domain=none'
  item "the host used stage ${STAGE:-1} of the SMMU for it (stages on offer: ${STAGE:-1 and 2})" used_stage
  item "no SMMU event, at no level" no_events
  item "both guests ended well and powered off" both_done
}

begin nested
need_file KERNEL "${KERNEL:-}"
case ${STAGE:-} in '' | 1 | 2) ;; *) die "STAGE=$STAGE: say 1 or 2, or nothing for both" ;; esac
build_qemu
guest stable
kernel=${KERNEL:-$kernel}
make_initrd
make_disk nvme.img "smmu3 NVMe"
stage_args=()
[ -z "${STAGE:-}" ] || stage_args=(-global "arm-smmuv3.idr0=0x$(printf %x $((STAGE == 1 ? 0x0d44101a : 0x0d441019)))")
boot 600 '^\[inner\] .*(Linux version|SMMU3)|kvm \[1\]' -M virt,virtualization=on,gic-version=3,iommu=smmuv3 -cpu neoverse-n1 -m 2G -smp 2 \
  -nic none -trace smmuv3_command -D "$RUN/trace.log" "${stage_args[@]}" -kernel "$kernel" -initrd "$RUN/initrd.cpio" \
  -append "console=ttyAMA0 loglevel=7 panic=-1 smmu3.test=assign" \
  -drive "if=none,id=d0,format=raw,file=$RUN/nvme.img" -device nvme,drive=d0,serial=smmu3-nvme
verify
finish
