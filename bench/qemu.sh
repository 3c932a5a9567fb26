#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
#
# `make bench-qemu`: what DMA through the SMMU costs in QEMU, ours and stock in one run: a table, build/bench/qemu.csv, and
# a plot of it.
# Arguments go to bench/qemu.py (--samples N, --largest PAGES, --only dma|commands).
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../scripts/lib.sh"

for binary in qemu-system-aarch64 qemu-stock-aarch64; do
  [ -x "$BUILD/$binary" ] || die "build/$binary is missing: run make qemu"
done
mkdir -p "$BUILD/bench"
say "CPU time of QEMU's main thread, ns for each 4 KiB page of an emulated NVMe's reads, and for each command"
PYTHONDONTWRITEBYTECODE=1 "$PYTHON" "$ROOT/bench/qemu.py" "$BUILD/qemu-system-aarch64" \
  "$BUILD/qemu-stock-aarch64" --csv "$BUILD/bench/qemu.csv" "$@"
. "$ROOT/bench/plot.sh"
plot qemu
