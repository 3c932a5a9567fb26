#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
#
# `make run`: the demonstration, or the user's own images on the same machine.
#
# Without variables: our firmware shows Secure DMA behind the Secure interface, then starts Debian's Linux, which uses
# two disks behind the Non-secure interface of the same SMMU. Exit status 0 only if everything was seen.
#
# With any of these, QEMU runs in the foreground with its console on this terminal (Ctrl-A X ends it):
#   BIOS=FILE     firmware for flash 0, instead of ours; gets a second serial port, shown with "[uart1]" before it.
#                 TF-A's bl1.bin with bl2.bin beside it: BL1 and BL2 load the other images from there, by semihosting
#   KERNEL=FILE   arm64 Linux Image;  INITRD=FILE  APPEND='command line'
#   MACHINE=...   instead of virt,secure=on,virtualization=on,gic-version=3,iommu=smmuv3
#   ARGS='...'    more QEMU arguments: devices, drives, -m, -smp, -trace
# In both cases QEMU=FILE runs that binary instead of building ours, and SMMU3_RUN=DIR (build/run) takes disks and logs.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
. "$ROOT/scripts/machine.sh"

RUN=${SMMU3_RUN:-$BUILD/run}
FIRMWARE=$BUILD/firmware/smmu3-fw.bin
DEFAULT_MACHINE=virt,secure=on,virtualization=on,gic-version=3,iommu=smmuv3
TIME_LIMIT=${TIME_LIMIT:-180}

# Each step of the firmware; its lines "FW STEP=ok" are what counts, the sentences are for people.
STEPS='smmu_init stream_config secure_copy ns_write ns_read ns_bit unmapped_write unmapped_read read_only unmap
stream_off ns_reads_zero ns_writes_ignored summary'

build_firmware() {
  local log=$CACHE/logs/firmware.log
  mkdir -p "$CACHE/logs"
  make -C "$ROOT/firmware" OUT="$BUILD/firmware" >"$log" 2>&1 ||
    { tail -n 20 "$log" >&2; die "building the firmware failed; the whole log: $log"; }
}

# absolute NAME...: these variables hold paths that are good from anywhere
absolute() {
  local name
  for name in "$@"; do
    [ -z "${!name:-}" ] || printf -v "$name" %s "$(realpath -s "${!name}")"
  done
}

# beside BL1: TF-A without a FIP opens its images by name in QEMU's working directory.
beside() {
  local dir
  [ "${1##*/}" = bl1.bin ] || return 0
  dir=$(cd "$(dirname "$1")" && pwd)
  [ -f "$dir/bl2.bin" ] || return 0
  args+=(-semihosting-config "enable=on,target=native")
  workdir=$dir
}

# ---- the user's own images -------------------------------------------------------------------------------------------

own() {
  local args=() extra=() tail_pid='' status=0 workdir=''
  need_file BIOS "${BIOS:-}"
  need_file KERNEL "${KERNEL:-}"
  need_file INITRD "${INITRD:-}"
  [ -z "${INITRD:-}${APPEND:-}" ] || [ -n "${KERNEL:-}" ] || die "INITRD and APPEND need a KERNEL"
  build_qemu
  mkdir -p "$RUN"
  absolute BIOS KERNEL INITRD QEMU RUN
  args=(-M "${MACHINE:-$DEFAULT_MACHINE}" -cpu max -m 2G -display none -no-reboot -serial mon:stdio)
  if [ -n "${BIOS:-}" ]; then
    : >"$RUN/uart1.log"
    args+=(-serial "file:$RUN/uart1.log" -bios "$BIOS")
    beside "$BIOS"
  else
    build_firmware
    # shellcheck disable=SC2054  # commas belong to QEMU's options
    args+=(-semihosting-config enable=on,target=native -bios "$FIRMWARE")
  fi
  [ -z "${KERNEL:-}" ] || args+=(-kernel "$KERNEL")
  [ -z "${INITRD:-}" ] || args+=(-initrd "$INITRD")
  [ -z "${APPEND:-}" ] || args+=(-append "$APPEND")
  [[ " ${ARGS:-}" == *" -nic"* || " ${ARGS:-}" == *" -net"* ]] || args+=(-nic none)
  extra_args
  args+=("${extra[@]}")
  say "running this (Ctrl-A X ends it):"
  print_command "$QEMU" "${args[@]}"
  if [ -n "${BIOS:-}" ]; then
    say "what comes from the second serial port is marked [uart1] and kept in $RUN/uart1.log"
    tail -n +1 -s 0.2 -f "$RUN/uart1.log" > >(sed -u 's/^/[uart1] /; s/\r//g') &
    tail_pid=$!
  fi
  [ -z "$workdir" ] || say "the images beside bl1.bin are loaded from $workdir, where relative paths in ARGS count, too"
  (cd "${workdir:-.}" && exec "$QEMU" "${args[@]}") || status=$?
  if [ -n "$tail_pid" ]; then
    sleep 0.5
    kill "$tail_pid"
    wait "$tail_pid" 2>/dev/null || true
  fi
  return $status
}

# ---- the demonstration -----------------------------------------------------------------------------------------------

# What a newcomer should see of the console, while it comes. All of it is in console.log.
show() {
  awk '
    { sub(/\r$/, "") }
    /^FW / { next }
    /^\[(el3|secure)\]/ || /SMMU3 / || /arm-smmu-v3/ || /Linux version/ || /Kernel panic|Oops|BUG:/ {
      sub(/ \(debian-kernel.*/, "")
      print "  " substr($0, 1, 300)
      fflush()
    }'
}

steps_ok() {
  local step
  for step in "$@"; do
    grep -qE "^FW $step=ok"$'\r?$' "$RUN/console.log" || return 1
  done
}
linux_ok() { grep -q "SMMU3 DONE ok" "$RUN/console.log"; }
no_events() { grep -qE "SMMU3 events n=0"$'\r?$' "$RUN/console.log"; }
ended_well() { [ "$status" = 0 ]; }

verify() {
  local missing='' failed=0 step
  echo
  say "what you saw:"
  item "firmware at EL3 brought the SMMU's Secure interface up, in the order of Hafnium's driver" steps_ok smmu_init
  item "edu, a device with sec-sid=secure, copied data through Secure stage 1 tables: to Secure and to Non-secure memory" \
    steps_ok stream_config secure_copy ns_write ns_read ns_bit
  item "where nothing is mapped, or is no more, or it may only read, it was stopped: one event each, all fields right" \
    steps_ok unmapped_write unmapped_read read_only unmap stream_off
  item "the Non-secure world reads zero from the Secure registers and cannot change them" \
    steps_ok ns_reads_zero ns_writes_ignored
  item "Linux $version read and wrote an NVMe disk through the Non-secure interface: the host finds the same data" \
    disk_ok smmu3-nvme nvme.img
  item "and a virtio disk, its rings and data translated as well" disk_ok smmu3-blk blk.img
  item "Linux saw no unexpected SMMU event, and powered off by the firmware's PSCI" linux_ok
  no_events || failed=1
  for step in $STEPS; do
    steps_ok "$step" || { missing+=" $step"; failed=1; }
  done
  ended_well || { printf '  FAIL  QEMU ended with status %s\n' "$status"; failed=1; }
  [ -z "$missing" ] || printf '  steps that failed or are missing:%s\n' "$missing"
  return $failed
}

demo() {
  local kernel='' initrd='' version='' start status=0 args
  build_qemu
  build_firmware
  guest stable
  mkdir -p "$RUN"
  # Two demonstrations at once would write the same disks and log.
  exec {run_fd}>"$RUN/lock"
  flock -n "$run_fd" || { say "waiting for another demonstration that uses $RUN"; flock "$run_fd"; }
  make_disk nvme.img "smmu3 NVMe"
  make_disk blk.img "smmu3 virtio"
  # shellcheck disable=SC2054
  args=(
    -M "$DEFAULT_MACHINE" -cpu max -m 1G
    -display none -monitor none -serial stdio -no-reboot -nic none
    -semihosting-config enable=on,target=native
    -bios "$FIRMWARE" -kernel "$kernel" -initrd "$initrd"
    -append "console=ttyAMA0 loglevel=7 smmu3.test=nvme,blk"
    -device edu,sec-sid=secure,addr=02.0,id=dma0
    -drive "if=none,id=d0,format=raw,file=$RUN/nvme.img" -device nvme,drive=d0,serial=smmu3-nvme
    -drive "if=none,id=d1,format=raw,file=$RUN/blk.img"
    -device virtio-blk-pci,drive=d1,serial=smmu3-blk,iommu_platform=on,disable-legacy=on
  )
  say "running this:"
  print_command "$QEMU" "${args[@]}"
  echo
  start=$SECONDS
  set +e
  timeout "$TIME_LIMIT" "$QEMU" "${args[@]}" </dev/null 2>&1 | tee "$RUN/console.log" | show
  status=${PIPESTATUS[0]}
  set -e
  if verify; then
    say "all of it in $((SECONDS - start)) s; the whole console is in $RUN/console.log"
  else
    [ "$status" != 124 ] || say "QEMU was stopped after $TIME_LIMIT s"
    say "the end of the console ($RUN/console.log):"
    tail -n 15 "$RUN/console.log" | tr -d '\r'
    die "the demonstration failed"
  fi
}

if [ -n "${BIOS:-}${KERNEL:-}${INITRD:-}${APPEND:-}${MACHINE:-}${ARGS:-}" ]; then own; else demo; fi
