# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
# For bench/*.sh, after scripts/lib.sh. plot NAME: build/bench/NAME.csv by bench/plot-NAME.gp, as build/bench/NAME-*.svg.

plot() {
  if ! command -v gnuplot >/dev/null; then
    say "no plots: gnuplot is not installed"
    return
  fi
  gnuplot -e "csv='$BUILD/bench/$1.csv'; to='$BUILD/bench/$1-'" "$ROOT/bench/plot-$1.gp"
  say "plots: $(cd "$BUILD/bench" && printf "build/bench/%s " "$1"-*.svg)"
}
