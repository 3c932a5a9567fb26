#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
#
# `make bench`: what the library costs, beside a floor and a hash table measured in the same run: a table. CURVES=1 also measures how each
# figure grows (some minutes): build/bench/lib.csv, and with gnuplot build/bench/*.svg.
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
if [ -z "${CURVES:-}" ]; then exec "$out"; fi
"$out" --csv >"$BUILD/bench/lib.csv"
say "figures: build/bench/lib.csv"
if command -v gnuplot >/dev/null; then
  gnuplot -e "csv='$BUILD/bench/lib.csv'; dir='$BUILD/bench'" "$ROOT/bench/plot.gp"
  say "plots: $(cd "$BUILD/bench" && printf 'build/bench/%s ' *.svg)"
else
  say "no plots: gnuplot is not installed"
fi
