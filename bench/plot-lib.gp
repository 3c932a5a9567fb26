# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
# The curves of build/bench/lib.csv as SVG: gnuplot -e "csv='FILE'; to='PREFIX'" plot-lib.gp
set datafile separator comma
set terminal svg size 860,400 dynamic background rgb 'white' font 'sans-serif,12'
set logscale xy
set format x '%.0f'
set grid
set key outside right
set ylabel 'ns of CPU time'
rows(name) = sprintf("< awk -F, '$1 == \"%s\"' '%s'", name, csv)

set xlabel 'pages in use'
set output to.'translate.svg'
set title 'a translation at random'
plot for [name in "floor hit 'hit in a full TLB' 'hash table' miss 'miss nested'"] rows(name) using 3:4 with linespoints title name

set xlabel 'TLB entries, all in use'
set output to.'invalidate.svg'
set title 'a command through the queue; the hash table alone, without one'
set yrange [1:*]
plot for [name in "queue TLBI_NH_ASID TLBI_NH_VA 'TLBI_NH_VA 512 pages' TLBI_NH_VAA CFGI_STE \
  'hash table ASID' 'hash table 512 pages'"] \
  rows(name) using 3:4 with linespoints title name noenhanced
unset yrange

set xlabel 'streams, substreams'
set output to.'streams.svg'
set title 'a hit, at random over streams or substreams'
plot for [name in "'hit by streams' 'hit by substreams' 'two cold lines'"] rows(name) using 3:4 with linespoints title name

unset logscale
set xlabel 'threads (of 2 CPUs)'
set output to.'threads.svg'
set title 'a hit, in each thread'
set yrange [0:*]
set xtics 1
plot for [name in "'hit by threads' 'hit by threads beside invalidations'"] rows(name) using 3:4 with linespoints title name
