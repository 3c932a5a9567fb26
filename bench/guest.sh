#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
#
# `make bench-guest`: random reads of an NVMe by Debian's fio under Debian's kernel, with the SMMU and without it, ours and
# stock in one run: build/bench/guest.csv and a table. Arguments go to bench/guest.py (--boots N, --rounds N, --quick, ...).
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../scripts/stack/lib.sh"

for binary in qemu-system-aarch64 qemu-stock-aarch64; do
  [ -x "$BUILD/$binary" ] || die "build/$binary is missing: run make qemu"
done
RUN=$BUILD/bench/guest
mkdir -p "$RUN" "$STACKS"
lock bench-guest
guest stable
closure fio:arm64
program usr/bin/fio
archive "$initrd" "$RUN/initrd.cpio"
# Without the host's random addresses two runs differ less. Not everywhere is that allowed (Docker).
fixed=()
if setarch -R true 2>/dev/null; then fixed=(setarch -R); fi
exec env PYTHONDONTWRITEBYTECODE=1 "${fixed[@]}" "$PYTHON" "$ROOT/bench/guest.py" "$BUILD/qemu-system-aarch64" \
  "$BUILD/qemu-stock-aarch64" --kernel "$kernel" --initrd "$RUN/initrd.cpio" --csv "$BUILD/bench/guest.csv" "$@"
