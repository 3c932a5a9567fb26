#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
#
# docs/COVERAGE.md and docs/CONFORMANCE-STOCK.md anew: the suite on the library and on both QEMUs (about two minutes).
# Without QEMUs in build/ the pages keep what they say of those.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

cd "$ROOT"
out=$BUILD/conformance
mkdir -p "$out"
args=()
# suite NAME OPTION...: a run whose rows may fail
suite() {
  local name=$1 status=0
  shift
  say "the suite: $name"
  "$BUILD/smmu3-conformance" -f json -o "$out/$name.json" "$@" 2>"$out/$name.log" || status=$?
  [ "$status" -lt 2 ] || die "the suite could not be run: $out/$name.log"
}
if [ -x "$BUILD/qemu-system-aarch64" ]; then
  args+=(--ours)
  for profile in qemu-virt hafnium max; do
    suite "qemu-$profile" -b qemu -c "$profile"
    args+=("$out/qemu-$profile.json")
  done
fi
if [ -x "$BUILD/qemu-stock-aarch64" ]; then
  suite stock -b stock
  args+=(--stock "$out/stock.json")
  "$PYTHON" scripts/stock.py "$ROOT" "$out/stock.json"
fi
exec "$PYTHON" scripts/coverage.py "$BUILD/smmu3-conformance" "$ROOT" "${args[@]}"
