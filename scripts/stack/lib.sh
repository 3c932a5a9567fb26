# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
#
# What the stacks share. Each is a script of its own, run by `make stack-NAME`: it fetches Debian's packages into the
# cache, builds there, boots on our QEMU, checks the logs (build/stack/NAME), and says what was seen. Sourced, never run.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
. "$ROOT/scripts/machine.sh"

APT=$ROOT/scripts/apt-private.sh
STACKS=$CACHE/stack
CROSS_COMPILE=${CROSS_COMPILE:-aarch64-linux-gnu-}
# One suite for all of it, so that parts fit each other. Not "stable": a new release is tried before it is named here.
SUITE=${STACK_SUITE:-trixie}

# begin NAME: logs go to build/stack/NAME; two runs of one stack at once would write the same files.
begin() {
  STACK=$1
  RUN=$BUILD/stack/$STACK
  failed=0 status=0
  mkdir -p "$RUN" "$STACKS" "$CACHE/logs"
  exec {run_fd}>"$RUN/lock"
  flock -n "$run_fd" || { say "waiting for another run of stack-$STACK"; flock "$run_fd"; }
  command -v "${CROSS_COMPILE}gcc" >/dev/null ||
    die "${CROSS_COMPILE}gcc is missing: apt-get install gcc-aarch64-linux-gnu, or set CROSS_COMPILE"
  need_space "$STACKS" 1500 "stack-$STACK"
}

# hash_of TEXT...: names what was made from it
hash_of() { printf '%s\n' "$@" | sha256sum | cut -c1-10; }

# source_tree PKG: Debian's source of PKG, unpacked once per version, in $tree. A half-unpacked one never gets that name.
source_tree() {
  local pkg=$1 version dsc
  version=$("$APT" version "$SUITE" "source/$pkg") || exit 1
  tree=$STACKS/$pkg-${version//[^A-Za-z0-9.-]/_}
  lock "stack-$pkg"
  [ ! -d "$tree" ] || return 0
  stage "$CACHE/logs/$pkg-fetch.log" "fetching the source of $pkg $version" "$APT" source "$SUITE" "$CACHE/src" "$pkg"
  dsc=$(tail -n 1 "$CACHE/logs/$pkg-fetch.log")
  rm -rf "$tree.tmp"
  # Without --no-check it wants the uploader's key; apt has already checked the archive's signature and the hashes.
  stage "$CACHE/logs/$pkg-unpack.log" "unpacking it" dpkg-source --no-check -x "$dsc" "$tree.tmp"
  mv "$tree.tmp" "$tree"
}

# package PKG[:ARCH]: the contents of a binary package, unpacked once per version, in $tree
package() {
  local deb name
  deb=$("$APT" download "$SUITE" "$CACHE/debs" "$1") || exit 1
  name=${deb##*/}
  tree=$STACKS/${name%.deb}
  lock "stack-${1%%:*}"
  [ ! -d "$tree" ] || return 0
  rm -rf "$tree.tmp"
  mkdir -p "$tree.tmp"
  dpkg-deb -x "$deb" "$tree.tmp" || die "cannot unpack $deb: remove it and try again"
  mv "$tree.tmp" "$tree"
}

# closure PKG:ARCH: the same with everything it depends on, in one tree
closure() {
  local version debs deb
  version=$("$APT" version "$SUITE" "$1") || exit 1
  tree=$STACKS/with-${1%%:*}-${version//[^A-Za-z0-9.-]/_}
  lock "stack-with-${1%%:*}"
  [ ! -d "$tree" ] || return 0
  say "fetching $1 of Debian's $SUITE and all that it depends on"
  debs=$("$APT" closure "$SUITE" "$CACHE/debs" "$1") || exit 1
  rm -rf "$tree.tmp"
  mkdir -p "$tree.tmp"
  while read -r deb; do
    dpkg-deb -x "$deb" "$tree.tmp" || die "cannot unpack $deb: remove it and try again"
  done <<<"$debs"
  mv "$tree.tmp" "$tree"
}

# need_in_tree PATH: a file that a package must have, for one clear line when Debian moves it
need_in_tree() { [ -s "$tree/$1" ] || die "${tree##*/} of Debian's $SUITE has no $1: has the package changed?"; }

# needed PATH: it and all shared objects that it needs, one a line, as paths in $tree
needed() {
  local todo=("$1") name path done=' '
  while [ ${#todo[@]} -gt 0 ]; do
    path=${todo[0]}
    todo=("${todo[@]:1}")
    case $done in *" $path "*) continue ;; esac
    done+="$path "
    printf '%s\n' "$path"
    while read -r name; do
      path=$(find "$tree" -name "$name" -printf '%P\n' -quit)
      [ -n "$path" ] || die "$1 needs $name, which no package of its closure has"
      todo+=("$path")
    done < <("${CROSS_COMPILE}readelf" -d "$tree/$path" | sed -nE 's/.*\(NEEDED\).*\[(.*)\]/\1/p')
  done
}

# program PATH: in $program_files, what puts this dynamic program of $tree into an initramfs
program() {
  local path paths
  need_in_tree "$1"
  paths=$(needed "$1")
  program_files=()
  while read -r path; do
    case $path in
      "$1") program_files+=(--file "bin/${path##*/}=$tree/$path") ;;
      */ld-linux-*) program_files+=(--file "lib/${path##*/}=$tree/$path") ;;
      *) program_files+=(--file "lib/aarch64-linux-gnu/${path##*/}=$tree/$path") ;;
    esac
  done <<<"$paths"
}

# archive INITRD RESULT ARG...: that initramfs and, as a second archive behind it, $program_files and more --file
archive() {
  local from=$1 to=$2
  shift 2
  "$PYTHON" "$ROOT/scripts/guest/initramfs.py" --output "$to.new" "${program_files[@]}" "$@" || die "cannot build the initramfs $to"
  cat "$from" "$to.new" >"$to"
  rm "$to.new"
}

# show REGEX: the lines of the console that a newcomer should see, while they come
show() {
  awk -v wanted="$1" '
    { sub(/\r$/, "") }
    $0 ~ wanted || /SMMU3 |arm-smmu-v3|Linux version|Kernel panic|Oops|BUG:|PANIC/ {
      sub(/ \(debian-kernel.*/, "")
      print "  " substr($0, 1, 200)
      fflush()
    }'
}

# boot SECONDS REGEX ARG...: QEMU with UART 0 in console.log, UART 1 in secure.log; ARGS= comes last. The time limit is real time.
boot() {
  local limit=$1 wanted=$2 start=$SECONDS
  shift 2
  : >"$RUN/secure.log"
  extra_args
  set -- "$QEMU" -display none -monitor none -no-reboot -serial stdio -serial "file:$RUN/secure.log" "$@" "${extra[@]}"
  say "running this:"
  print_command "$@"
  echo
  set +e
  timeout "${TIME_LIMIT:-$limit}" "$@" </dev/null 2>&1 | tee "$RUN/console.log" | show "$wanted"
  status=${PIPESTATUS[0]}
  set -e
  tr -d '\r' <"$RUN/console.log" >"$RUN/console.txt" && mv "$RUN/console.txt" "$RUN/console.log"
  sed -i 's/\r//g' "$RUN/secure.log"
  [ "$status" != 124 ] || { printf '  FAIL  QEMU was stopped after %s s (TIME_LIMIT=)\n' "${TIME_LIMIT:-$limit}"; failed=1; }
  [ "$status" = 0 ] || [ "$status" = 124 ] || { printf '  FAIL  QEMU ended with status %s\n' "$status"; failed=1; }
  took=$((SECONDS - start))
  echo
  say "what was seen:"
}

# finish: the verdict, and the end of the logs if it is a bad one
finish() {
  local log
  if [ "$failed" = 0 ]; then
    say "stack-$STACK: all of it ok, $took s in QEMU; logs: $RUN"
    return
  fi
  for log in console.log secure.log; do
    [ -s "$RUN/$log" ] || continue
    say "the end of $RUN/$log:"
    tail -n 15 "$RUN/$log"
  done
  die "stack-$STACK failed; logs: $RUN"
}

# disks: two images of known contents, and the arguments that put them behind the SMMU, in $disk_args
disks() {
  make_disk nvme.img "smmu3 NVMe"
  make_disk blk.img "smmu3 virtio"
  # shellcheck disable=SC2034,SC2054  # for the stacks; commas belong to QEMU's options
  disk_args=(
    -drive "if=none,id=d0,format=raw,file=$RUN/nvme.img" -device nvme,drive=d0,serial=smmu3-nvme
    -drive "if=none,id=d1,format=raw,file=$RUN/blk.img"
    -device virtio-blk-pci,drive=d1,serial=smmu3-blk,iommu_platform=on,disable-legacy=on
  )
}

disk_items() {
  item "Linux $version read and wrote an NVMe disk behind the SMMU: the host finds the same data" disk_ok smmu3-nvme nvme.img
  item "and a virtio disk, its rings and data translated as well" disk_ok smmu3-blk blk.img
  item "both in translated domains of Linux's IOMMU driver" seen console.log 'label=smmu3-nvme .*domain=DMA'
  item "no SMMU event, and the machine powered off by PSCI" both_quiet
}
both_quiet() { seen console.log 'SMMU3 events n=0$' && seen console.log 'SMMU3 DONE ok'; }
