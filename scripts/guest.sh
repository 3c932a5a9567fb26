#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
#
# guest.sh [SUITE]...: a Linux guest for each Debian suite (default: stable): that suite's arm64 kernel as it is, and
# an initramfs of its busybox, the modules our tests need and scripts/guest/init. Nothing of it runs here, and root is
# not needed. Results are kept in the cache by package version and contents; on stdout, and nothing else there:
#   suite=…  version=…  kernel=/path  initrd=/path      (one per line, once per suite)
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
exec 3>&1 1>&2

APT=$ROOT/scripts/apt-private.sh
GUEST=$CACHE/guest
CROSS_COMPILE=${CROSS_COMPILE:-aarch64-linux-gnu-}
MODULES='virtio_pci virtio_blk virtio_net nvme ahci sd_mod e1000e igb pci-stub vfio-pci vfio_iommu_type1 optee xhci-pci usb-storage'
# Everything that goes into the initramfs from this tree; its hash names the result.
SOURCES=("$ROOT/scripts/guest.sh" "$ROOT/scripts/guest/init" "$ROOT/scripts/guest/initramfs.py"
  "$ROOT/scripts/guest/vfio-edu.c")

# fetch SUITE DIR: the kernel's and busybox's packages into DIR, their names into $debs. The kernel is what the
# meta-package names today; later Debian releases split it (image -> binary + modules), so names are followed.
fetch() {
  local suite=$1 dir=$2 pkg deb todo=(linux-image-arm64)
  debs=$("$APT" download "$suite" "$dir" busybox-static:arm64) || return 1
  while [ ${#todo[@]} -gt 0 ]; do
    pkg=${todo[0]}
    deb=$("$APT" download "$suite" "$dir" "$pkg:arm64") || return 1
    debs+=$'\n'$deb
    mapfile -t -O ${#todo[@]} todo < <(dpkg-deb -f "$deb" Pre-Depends Depends | sed 's/[,|]/\n/g' |
      sed -nE 's/^([A-Za-z-]+:)? *(linux-(image|binary|modules)-[^ (]+).*/\2/p')
    todo=("${todo[@]:1}")
  done
}

compile_helper() {
  "${CROSS_COMPILE}gcc" -std=gnu11 -Wall -Wextra -Werror -O2 -static -nostdlib -nostartfiles -ffreestanding \
    -fno-stack-protector -fno-builtin -o "$2" "$1" || die "cannot compile $1"
}

build() {
  local suite=$1 hash=$2 tmp version busybox kernel dir initrd
  command -v "${CROSS_COMPILE}gcc" >/dev/null ||
    die "${CROSS_COMPILE}gcc is missing: apt-get install gcc-aarch64-linux-gnu, or set CROSS_COMPILE"
  tmp=$(mktemp -d "$GUEST/tmp.XXXXXX")
  # shellcheck disable=SC2064
  trap "rm -rf '$tmp'" EXIT
  say "fetching Debian $suite's arm64 kernel and busybox (about 90 MB, once per version)"
  # The mirror may have replaced the kernel since the lists were read, name and all: then read them again, once.
  if ! fetch "$suite" "$CACHE/debs" 2>/dev/null; then
    "$APT" update "$suite" arm64
    fetch "$suite" "$CACHE/debs" || die "cannot fetch the arm64 kernel of Debian's suite '$suite'"
  fi
  need_space "$GUEST" 1200 "unpacking a kernel"
  while read -r deb; do
    dpkg-deb -x "$deb" "$tmp/root" || die "cannot unpack $deb: remove it and try again"
  done <<<"$debs"
  version=$(dpkg-deb -f "$(grep -F /linux-image-arm64_ <<<"$debs")" Version)
  kernel=$(find "$tmp/root/boot" "$tmp/root/usr/lib/modules" -name 'vmlinuz*' -type f 2>/dev/null | head -n 1) || true
  [ -n "$kernel" ] || die "the kernel package of $suite holds no vmlinuz"
  busybox=$(find "$tmp/root" -path '*/bin/busybox' -type f | head -n 1) || true
  [ -n "$busybox" ] || die "busybox-static of $suite holds no bin/busybox"
  compile_helper "$ROOT/scripts/guest/vfio-edu.c" "$tmp/vfio-edu"

  dir=$GUEST/linux-$version
  initrd=$dir/initrd-$hash.cpio
  mkdir -p "$dir"
  # shellcheck disable=SC2086
  "$PYTHON" "$ROOT/scripts/guest/initramfs.py" --output "$tmp/initrd" --modules-of "$tmp/root" \
    --file "init=$ROOT/scripts/guest/init" --file "bin/busybox=$busybox" --file "bin/vfio-edu=$tmp/vfio-edu" $MODULES ||
    die "cannot build the initramfs of $suite"
  find "$dir" "$GUEST" -maxdepth 1 -type f \( -name 'initrd-*' -o -name '*-????????????' \) -mtime +14 -delete
  mv "$kernel" "$dir/vmlinuz"
  mv "$tmp/initrd" "$initrd"
  printf 'suite=%s\nversion=%s\nkernel=%s\ninitrd=%s\n' "$suite" "$version" "$dir/vmlinuz" "$initrd" >"$tmp/stamp"
  mv "$tmp/stamp" "$GUEST/$suite-$hash"
  rm -rf "$tmp"
  say "guest of Debian $suite: Linux $version, initramfs of $(($(stat -c %s "$initrd") / 1024)) KiB"
}

# A guest is current while the package lists it was chosen from are: newer ones come with `apt-private.sh update`.
current() {
  local stamp=$GUEST/$1-$2 path
  [ -f "$stamp" ] || return 1
  while read -r path; do
    [ -s "$path" ] || return 1
  done < <(sed -nE 's/^(kernel|initrd)=//p' "$stamp")
  [ -z "$(find "$CACHE/apt/$1-arm64/lists" -maxdepth 1 -name '*_Packages*' -newer "$stamp" 2>/dev/null)" ]
}

for f in "${SOURCES[@]}"; do [ -f "$f" ] || die "$f is missing: is this checkout complete?"; done
mkdir -p "$GUEST"
hash=$(cat "${SOURCES[@]}" | sha256sum | cut -c1-12)
for suite in "${@:-stable}"; do
  [[ $suite =~ ^[a-z]+(-backports)?$ ]] || die "'$suite' is no Debian suite: say stable, oldstable, sid, trixie, ..."
  lock "guest-$suite"
  current "$suite" "$hash" || build "$suite" "$hash"
  cat "$GUEST/$suite-$hash" >&3
done
