#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
#
# `make bench`: what the library costs, beside a floor measured in the same run. CSV=file also keeps the numbers.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../scripts/lib.sh"

out=$BUILD/bench
mkdir -p "$BUILD"
cc -std=c11 -O2 -I"$ROOT/include" -o "$out" "$ROOT"/bench/bench.c "$ROOT"/src/*.c "$ROOT"/tables/*.c ||
  die "building bench/bench.c failed: see above"
if [ -n "${CSV:-}" ]; then
  "$out" --csv | tee "$CSV"
else
  "$out"
fi
