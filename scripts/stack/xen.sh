#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
#
# `make stack-xen`: the Xen hypervisor from Debian's source with its SMMUv3 driver, which Debian's own build leaves out (it
# is EXPERT), and Debian's Linux as dom0. Xen drives the SMMU; what a device does that no domain owns ends as an event.
# Xen on Arm gives PCI devices to no domain, dom0 included: so dom0 has no disks here, and its edu's DMA is that event.
#
#   XEN=FILE          your build of Xen (xen/xen) instead
#   KERNEL=Image      instead of Debian's kernel as dom0's
#   XEN_SUITE=NAME    the Debian suite of Xen's source (bookworm; trixie's and sid's were not on the mirrors in Nov 2026)
#   ARGS='...'        more arguments for QEMU;   QEMU=FILE another binary;   TIME_LIMIT=SECONDS
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

KERNEL_BASE=0x49000000
INITRD_BASE=0x4f000000
CONFIG='CONFIG_EXPERT=y
CONFIG_UNSUPPORTED=y
CONFIG_ARM_SMMU_V3=y
CONFIG_DEBUG=y
# CONFIG_ACPI is not set'

# In a copy of Debian's tree: its build leaves objects among its sources.
build_xen() {
  local SUITE=${XEN_SUITE:-bookworm} build
  source_tree xen
  build=$tree-build-$(hash_of "$CONFIG")
  xen=$build/xen/xen
  [ ! -s "$build/done" ] || return 0
  rm -rf "$build"
  cp -a "$tree" "$build"
  stage "$RUN/build.log" "building Xen ${tree##*/xen-}, a minute once" make_xen "$build"
  echo yes >"$build/done"
}

make_xen() {
  local make=(make -C "$1/xen" XEN_TARGET_ARCH=arm64 CROSS_COMPILE="$CROSS_COMPILE")
  "${make[@]}" defconfig
  printf '%s\n' "$CONFIG" >>"$1/xen/.config"
  "${make[@]}" olddefconfig
  grep -q '^CONFIG_ARM_SMMU_V3=y' "$1/xen/.config" || { echo "this Xen has no CONFIG_ARM_SMMU_V3"; return 1; }
  "${make[@]}" -j2 build
}

two_events() { [ "$(grep -cE '\(XEN\) SMMUv3: .*event 0x0?2 received' "$RUN/console.log")" = 2 ]; }

begin xen
for name in XEN KERNEL; do need_file $name "${!name:-}"; done
build_qemu
if [ -n "${XEN:-}" ]; then xen=$XEN; else build_xen; fi
guest stable
kernel=${KERNEL:-$kernel}
boot 300 '^\(XEN\) .*(SMMU|Xen version|Latest ChangeSet|Brought up)' -M virt,virtualization=on,gic-version=3,iommu=smmuv3,acpi=off -cpu cortex-a76 -m 2G -smp 2 \
  -nic none -kernel "$xen" -append "dom0_mem=768M console=dtuart dtuart=/pl011@9000000 loglvl=all guest_loglvl=all iommu=on,verbose,debug" \
  -device "guest-loader,addr=$KERNEL_BASE,kernel=$kernel,bootargs=console=hvc0 loglevel=7 smmu3.test=edu" \
  -device "guest-loader,addr=$INITRD_BASE,initrd=$initrd" -device edu,addr=02.0
item "Xen's SMMUv3 driver found the SMMU and accepted its ID registers" seen console.log '\(XEN\) SMMUv3: .*ias [0-9]+-bit, oas [0-9]+-bit'
item "and enabled I/O virtualisation with it" seen console.log '\(XEN\) I/O virtualisation enabled'
item "dom0, Linux $version, ran its init" seen console.log 'SMMU3 init kernel='
item "a device that no domain owns did DMA: Xen printed the event" seen console.log '\(XEN\) SMMUv3: .*event 0x0?2 received'
item "with edu's StreamID, 0x10" seen console.log '\(XEN\) SMMUv3: .*0x0*1000000002'
item "one event for each of edu's two transfers: the queue was consumed in between" two_events
item "dom0 ended well and Xen powered off" seen console.log 'SMMU3 DONE ok'
finish
