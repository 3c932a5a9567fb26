#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
#
# `make stack-tfa-sel2`: TF-A's BL1, BL2 and BL31 from Debian's source, with its dispatcher (SPMD) and a secure partition
# manager at S-EL2. Our BL32 (firmware/spmc) stands where Hafnium does: it brings up the Secure interface of the SMMU
# and gives a Secure device Secure stage 2 with both contexts. Then Debian's Linux, as BL33, uses the Non-secure one.
#
# Your own images:
#   BL32=hafnium.bin MANIFEST=spmc.dts [PARTITIONS=tb_fw_config.dts SP_LAYOUT=layout.json]
#                     your SPMC instead of ours; then the machine runs on this terminal and nothing is checked
#   KERNEL=Image INITRD=initrd.gz APPEND='...'   instead of Debian's Linux
#   ARGS='...'        more arguments for QEMU;   QEMU=FILE another binary;   TIME_LIMIT=SECONDS
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
. "$(dirname "${BASH_SOURCE[0]}")/tfa.sh"

SPMC=$ROOT/firmware/spmc
BL33_BASE=0x60000000
INITRD_BASE=0x70000000

# Offsets of the writes to the Secure interface in the order of Hafnium's driver: S_GBPA; S_CR0; S_CR1; queues and Stream
# table; S_CR0.CMDQEN, EVENTQEN; S_INIT; CFGI_ALL and SYNC; S_CR0.SMMUEN; CFGI_STE and SYNC twice for the first stream. Before
# them is what BL31 writes; S_CR0=0 and S_CR2 are additions of our BL32 (firmware/smmu.h).
BL31_ORDER='8044 803c'
ORDER='8044 8020 8020 8028 802c 8090 809c 8098 80a0 80a8 80ac 8088 8080 8020 8020 803c 8098 8098 8020 8098 8098 8098 8098'

build_spmc() {
  local out=$BUILD/firmware
  stage "$RUN/spmc.log" "building BL32 for S-EL2" make -C "$SPMC" OUT="$out"
  bl32=$out/smmu3-spmc.bin
}

# The words of QEMU's -append cannot be had without -kernel; BL2 starts what the loader has put at BL33_BASE.
linux_args() {
  local size
  size=$(stat -c %s "$initrd")
  # shellcheck disable=SC2054
  linux=(
    -kernel "$kernel" -append "$append initrd=$INITRD_BASE,$size"
    -device "loader,file=$kernel,addr=$BL33_BASE,force-raw=on"
    -device "loader,file=$initrd,addr=$INITRD_BASE,force-raw=on"
  )
}

step_ok() {
  local step
  for step in "$@"; do seen secure.log "^FW $step=ok$" || return 1; done
}

order_ok() {
  awk -v order="$BL31_ORDER $ORDER" '
    BEGIN { n = split(order, want, " ") }
    /smmuv3_write_mmio addr: 0x8[0-9a-f][0-9a-f][0-9a-f] / {
      match($0, /addr: 0x[0-9a-f]+/)
      if (at < n && substr($0, RSTART + 8, 4) != want[++at]) { bad = 1; exit }
    }
    END { exit bad || at < n }' "$RUN/trace.log"
}

verify() {
  item "BL31's SMMU driver closed both interfaces at reset (GBPA, S_GBPA abort; S_INIT done)" \
    seen console.log 'NOTICE:  SMMUv3: smmuv3_security_init 0, smmuv3_init 0; GBPA 0x101000, S_GBPA 0x101000'
  item "BL31's dispatcher started BL32 at S-EL2" seen secure.log '^\[spmc\] BL32 at S-EL2'
  item "BL32 discovered, reset and initialised the Secure SMMU" step_ok smmu_init device s2_config
  item "in the order of Hafnium's driver" order_ok
  item "a Secure device copied Secure memory through the Secure IPA context (S_S2TTB)" step_ok s_ipa_copy
  item "and wrote Non-secure memory through the Non-secure IPA context (S2TTB)" step_ok ns_ipa_write ns_output
  item "and from one world to the other in one configuration, behind stage 1" step_ok nested_both
  item "unmapped pages were refused in each context, one event each with S2 and NSIPA right" \
    step_ok s_ipa_unmapped ns_ipa_unmapped
  item "a Non-secure page was refused as configured: not mapped, read-only, behind a leaf without NS" \
    step_ok ns_page_refused ns_read_only nested_refused
  item "and a Secure page in the Non-secure context" step_ok s_page_refused
  item "with S2R=0, as Hafnium has it, refusals leave no record; at last the stream is closed" step_ok silent stream_off
  item "BL32 told the dispatcher that it is ready, and nothing failed in it" step_ok summary
  item "Linux started as BL33, both CPUs through the dispatcher" seen console.log 'SMP: Total of 2 processors activated|Brought up 1 node, 2 CPUs'
  item "and drives the Non-secure side of the same SMMU" seen console.log 'arm-smmu-v3 9050000.smmuv3: .*(oas|ias)'
  disk_items
}

begin tfa-sel2
for name in BL32 MANIFEST PARTITIONS SP_LAYOUT KERNEL INITRD; do need_file $name "${!name:-}"; done
[ -z "${MANIFEST:-}${PARTITIONS:-}${SP_LAYOUT:-}" ] || [ -n "${BL32:-}" ] || die "MANIFEST, PARTITIONS and SP_LAYOUT belong to a BL32 of yours"
[ -z "${BL32:-}" ] || [ -n "${MANIFEST:-}" ] || die "BL32=$BL32 needs MANIFEST=FILE.dts, the manifest that TF-A's dispatcher reads"
[ -z "${INITRD:-}${APPEND:-}" ] || [ -n "${KERNEL:-}" ] || die "INITRD and APPEND need a KERNEL"
build_qemu
if [ -n "${BL32:-}" ]; then bl32=$BL32; else build_spmc; fi
layout=${SP_LAYOUT:-$RUN/no-partitions.json}
[ -n "${SP_LAYOUT:-}" ] || echo '{}' >"$layout"
manifest=${MANIFEST:-$SPMC/manifest.dts}
partitions=${PARTITIONS:-$SPMC/partitions.dts}
build_tfa tfa-sel2 SMMU3_HOOK=1 SPD=spmd SPMD_SPM_AT_SEL2=1 CTX_INCLUDE_EL2_REGS=1 NEED_FDT=yes BL32="$bl32" \
  QEMU_TOS_FW_CONFIG_DTS="$manifest" QEMU_TB_FW_CONFIG_DTS="$partitions" \
  SP_LAYOUT_FILE="$layout" ARM_LINUX_KERNEL_AS_BL33=1 PRELOADED_BL33_BASE=$BL33_BASE
loose_images "$bl32" "$manifest" "$partitions"

guest stable
append="console=ttyAMA0 loglevel=7 smmu3.test=nvme,blk"
if [ -n "${KERNEL:-}" ]; then
  kernel=$KERNEL initrd=${INITRD:-/dev/null} append=${APPEND:-console=ttyAMA0}
fi
linux_args
disks
machine=virt,secure=on,virtualization=on,gic-version=3,iommu=smmuv3
# shellcheck disable=SC2054
args=(
  -global arm-smmuv3.profile=hafnium -device edu,sec-sid=secure,addr=02.0,id=dma0
  "${disk_args[@]}" "${linux[@]}" -smp 2
)
if [ -n "${BL32:-}${KERNEL:-}" ]; then
  say "your own images are in: nothing is checked; the whole log of each UART is in $RUN"
  export QEMU BIOS=$bios MACHINE=$machine SMMU3_RUN=$RUN
  unset KERNEL INITRD APPEND
  # run.sh reads words as a shell does.
  ARGS="${ARGS:-} $(printf "'%s' " "${args[@]}")"
  export ARGS
  exec "$ROOT/scripts/run.sh"
fi
boot 240 '^NOTICE:|^ERROR:|^WARNING:' -M $machine -cpu max -m 1G -nic none -bios "$bios" \
  -trace smmuv3_write_mmio -D "$RUN/trace.log" "${args[@]}"
grep -aE '^\[(spmc|secure)\]' "$RUN/secure.log" | sed 's/^/  /' || true
verify
finish
