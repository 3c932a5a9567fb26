# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
# DMA by working set, of build/bench/qemu.csv, as SVG: gnuplot -e "csv='FILE'; to='PREFIX'" plot-qemu.gp
set datafile separator comma
set terminal svg size 860,400 dynamic background rgb 'white' font 'sans-serif,12'
set logscale x
set format x '%.0f'
set yrange [0:*]
set grid
set key outside right
set xlabel 'pages in use'
set ylabel 'ns of CPU time a page'
rows(name) = sprintf("< awk -F, '$1 == \"%s\"' '%s'", name, csv)

set output to.'dma.svg'
set title 'DMA of an emulated NVMe behind the SMMU'
plot for [name in "'stage 1' nested"] rows(name) using 2:3 with linespoints title 'ours, '.name, \
  for [name in "'stage 1' nested"] rows(name) using 2:4 with linespoints title 'stock, '.name
