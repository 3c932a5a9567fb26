#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
#
# `make bench`: what the library costs, beside a floor and a hash table measured in the same run: a
# table, then how each figure grows: build/bench/lib.csv and, with gnuplot, plots. Some 40 s.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../scripts/lib.sh"

mkdir -p "$BUILD/bench"
out=$BUILD/bench/bench
glib=()
if pkg-config --exists glib-2.0 2>/dev/null; then
  read -ra glib <<<"-DHAVE_GLIB $(pkg-config --cflags --libs glib-2.0)"
else
  say "without the comparison with a hash table: pkg-config finds no glib-2.0"
fi
cc -std=c11 -O2 -I"$ROOT/include" -o "$out" "$ROOT"/bench/*.c "$ROOT"/src/*.c "$ROOT"/tables/*.c -pthread "${glib[@]}" ||
  die "building the benchmark failed: see above"
"$out" --csv "$BUILD/bench/lib.csv"
say "figures, and how they grow: build/bench/lib.csv"
. "$ROOT/bench/plot.sh"
plot lib
