#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
#
# `make stack-kexec`: three kernels, one after the other, on one SMMU that nothing resets. The first starts the second in order
# (kexec). The second crashes while both disks write, and the third, its crash kernel, finds the SMMU enabled and DMA in flight.
#
#   KERNEL=Image      instead of Debian's kernel, for all three (built-in: NVMe, virtio)
#   ARGS='...'        more arguments for QEMU;   QEMU=FILE another binary;   TIME_LIMIT=SECONDS
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# each_kernel LABEL FILE: all three read what the host's image holds, read back what they wrote, and the image holds the last one's data
each_kernel() {
  [ "$(values read "$1" | uniq -c | xargs)" = "3 $(first_md5 "$RUN/$2")" ] &&
    [ "$(values wrote "$1" | sort -u | wc -l)" = 3 ] && [ "$(values wrote "$1")" = "$(values back "$1")" ] &&
    [ "$(values wrote "$1" | tail -n 1)" = "$(second_md5 "$RUN/$2")" ]
}

# The trace up to where the last kernel makes the SMMU abort everything (GBPA, 0x44), and behind it
split_trace() {
  sed '/smmuv3_write_mmio addr: 0x44 /,$d' "$RUN/trace.log" >"$RUN/before.log"
  sed '1,/smmuv3_write_mmio addr: 0x44 /d' "$RUN/trace.log" >"$RUN/after.log"
}
enabled_twice() { [ "$(grep -c 'smmuv3_write_mmio addr: 0x20 val:0xd ' "$RUN/before.log")" = 2 ]; }
# None of the dead kernel's translations served any more: everything of the NVMe faulted until the new kernel's domain was there.
stopped() {
  say "accesses to the second kernel's NVMe queues that came too late: $(grep -c smmuv3_fault "$RUN/after.log")"
  [ "$(grep ' sid=0x8 ' "$RUN/after.log" | cut -d' ' -f1 | uniq | xargs)" = "smmuv3_fault smmuv3_translate_success" ] &&
    [ "$(grep smmuv3_fault "$RUN/after.log" | grep -vc ' sid=0x8 ')" = 0 ]
}

verify() {
  split_trace
  item "the first kernel started the second by kexec" seen console.log 'kexec_core: Starting new kernel'
  item "each of them enabled the SMMU" enabled_twice
  item "the second crashed in the middle of I/O" seen console.log 'Kernel panic - not syncing: sysrq triggered crash'
  item "the third, its crash kernel, found the SMMU enabled and took it over" seen console.log 'arm-smmu-v3 .*SMMU currently enabled! Resetting'
  item "no transaction faulted before that" unseen before.log smmuv3_fault
  item "from then on the SMMU stopped what the NVMe still did for the second, and nothing else" stopped
  item "all three read and wrote the NVMe: the host finds the same data" each_kernel smmu3-nvme nvme.img
  item "and the virtio disk" each_kernel smmu3-blk blk.img
  item "in translated domains, each time" [ "$(values domain 'smmu3-[a-z]*' | uniq -c | xargs)" = "6 DMA" ]
  item "the last one saw no SMMU event, and powered off" both_quiet
}

begin kexec
need_file KERNEL "${KERNEL:-}"
build_qemu
guest stable
kernel=${KERNEL:-$kernel}
closure kexec-tools:arm64
program usr/sbin/kexec
archive "$initrd" "$RUN/initrd.cpio"
disks
# After 40 writes at once the NVMe takes its time, so that many are left to do when the crash kernel comes.
disk_args[1]+=,throttling.iops-write=5,throttling.iops-write-max=40
boot 300 'kexec_core|SMMU currently enabled|crash kernel' -M virt,gic-version=3,iommu=smmuv3 -cpu cortex-a57 -m 1G -nic none \
  -trace smmuv3_fault -trace smmuv3_write_mmio -trace smmuv3_translate_success -D "$RUN/trace.log" -kernel "$kernel" -initrd "$RUN/initrd.cpio" \
  -append "console=ttyAMA0 loglevel=7 panic=-1 iommu.strict=1 init_on_alloc=0 smmu3.test=blk,nvme,kexec smmu3.then=blk,nvme,crash/blk,nvme" \
  "${disk_args[@]}" \
  -drive "if=none,id=d2,format=raw,readonly=on,file=$kernel" -device "virtio-blk-pci,drive=d2,serial=kernel,iommu_platform=on,disable-legacy=on" \
  -drive "if=none,id=d3,format=raw,readonly=on,file=$RUN/initrd.cpio" -device "virtio-blk-pci,drive=d3,serial=initrd,iommu_platform=on,disable-legacy=on"
verify
finish
