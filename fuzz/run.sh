#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
#
# Fuzzing with clang's libFuzzer, under the address and undefined-behaviour sanitizers.
#   fuzz/run.sh [SECONDS [TARGET]]   all targets share SECONDS (60); new inputs stay in build/fuzz/corpus
#   fuzz/run.sh keep                 those of them that reach more code, smallest first, into fuzz/corpus
#   fuzz/run.sh coverage             what the inputs in fuzz/corpus reach of src/
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../scripts/lib.sh"

OUT=$BUILD/fuzz
TARGETS=(mmio cmd table state log record file)
# Those that are about the smmu3 command, and what it links.
TOOL_TARGETS=" log record file "
TOOL_READERS=(decode elf field judge linuxlog out recording regfile replay replaylog words)
# shellcheck disable=SC2054 # one option, with a comma in it
SAN=(-fsanitize=address,undefined -fno-sanitize-recover=all)
COMMON=(-std=c11 -g -O1 -I"$ROOT/include")

need_clang() {
  local rt
  command -v clang >/dev/null || die "fuzzing needs clang with libFuzzer: apt-get install clang libclang-rt-14-dev"
  rt=$(clang -print-file-name=libclang_rt.fuzzer-"$(uname -m)".a)
  [ -e "$rt" ] || die "clang has no libFuzzer: apt-get install libclang-rt-14-dev (for the clang of Debian 12)"
}

# Objects of src/ and tool/ watched by the fuzzer, of the rest not: what the harness does is no discovery.
build() {
  local flags=("$@") src obj
  mkdir -p "$OUT/obj"
  for src in "$ROOT"/src/*.c "$ROOT"/tables/*.c "$ROOT"/fuzz/*.c "${TOOL_READERS[@]/#/$ROOT/tool/}"; do
    src=${src%.c}.c
    obj=$OUT/obj/$(basename "$(dirname "$src")")_$(basename "$src" .c).o
    case $src in
      */tool/*) clang "${COMMON[@]}" -D_GNU_SOURCE "${flags[@]}" -c "$src" -o "$obj" ;;
      */src/*) clang "${COMMON[@]}" "${flags[@]}" -c "$src" -o "$obj" ;;
      *) clang "${COMMON[@]}" "${SAN[@]}" -c "$src" -o "$obj" ;;
    esac
  done
}

# link TARGET MAIN FLAG...
link() {
  local target=$1 main=$2 out=$3
  shift 3
  local objs=("$OUT"/obj/src_*.o "$OUT"/obj/tables_*.o) libs=()
  case $TOOL_TARGETS in
    *" $target "*)
      objs=("$OUT"/obj/src_*.o "$OUT"/obj/tool_*.o "$OUT/obj/fuzz_target_$target.o")
      libs=(-ljansson -lelf)
      ;;
    *) for o in stage scene check ops "target_$target"; do objs+=("$OUT/obj/fuzz_$o.o"); done ;;
  esac
  [ "$main" = libfuzzer ] || objs+=("$OUT/obj/fuzz_driver.o")
  clang "$@" "${objs[@]}" "${libs[@]}" -o "$out"
}

build_fuzzers() {
  build -fsanitize=fuzzer-no-link "${SAN[@]}"
  for t in "${TARGETS[@]}"; do link "$t" libfuzzer "$OUT/$t" -fsanitize=fuzzer "${SAN[@]}"; done
}

fuzz() {
  local seconds=$1 targets=("${@:2}") share t log
  share=$((seconds / ${#targets[@]}))
  [ "$share" -gt 0 ] || die "SECONDS=$seconds is less than a second for each of ${#targets[@]} targets"
  for t in "${targets[@]}"; do
    log=$OUT/$t.log
    mkdir -p "$OUT/corpus/$t" "$OUT/found"
    say "fuzzing $t for $share s"
    if ! "$OUT/$t" -max_total_time="$share" -max_len=1500 -timeout=20 -print_final_stats=1 \
      -artifact_prefix="$OUT/found/$t-" "$OUT/corpus/$t" "$ROOT/fuzz/corpus/$t" >"$log" 2>&1; then
      grep -aE '^broken: |ERROR: |runtime error: |Test unit written' "$log" >&2 || tail -n 20 "$log" >&2
      die "$t found something; to run it again: build/fuzz/$t FILE (log: $log)"
    fi
    grep -aE 'stat::(number_of_executed_units|average_exec_per_sec|new_units_added)' "$log" | tr -s ' ' | paste -sd' '
  done
}

keep() {
  local t new
  for t in "${TARGETS[@]}"; do
    new=$OUT/merged/$t
    rm -rf "$new"
    mkdir -p "$new" "$OUT/corpus/$t" "$ROOT/fuzz/corpus/$t"
    "$OUT/$t" -set_cover_merge=1 -use_counters=0 "$new" "$ROOT/fuzz/corpus/$t" "$OUT/corpus/$t" >"$OUT/$t.merge.log" 2>&1 ||
      die "$t: the merge failed: $OUT/$t.merge.log"
    rm -rf "$ROOT/fuzz/corpus/$t"
    cp -r "$new" "$ROOT/fuzz/corpus/$t"
    say "$t: $(find "$new" -type f | wc -l) inputs, $(du -sb "$new" | cut -f1) bytes"
  done
}

coverage() {
  local t objs=()
  command -v llvm-cov >/dev/null || die "coverage needs llvm-cov: apt-get install llvm"
  COMMON=(-std=c11 -g -O0 -I"$ROOT/include" -D_POSIX_C_SOURCE=200809L)
  SAN=()
  OUT=$BUILD/fuzz-coverage
  rm -rf "$OUT"
  build -fprofile-instr-generate -fcoverage-mapping
  for t in "${TARGETS[@]}"; do
    link "$t" driver "$OUT/$t" -fprofile-instr-generate
    LLVM_PROFILE_FILE=$OUT/$t.profraw "$OUT/$t" "$ROOT/fuzz/corpus/$t" >/dev/null
    objs+=(-object "$OUT/$t")
  done
  llvm-profdata merge -o "$OUT/all.profdata" "$OUT"/*.profraw
  llvm-cov report -instr-profile="$OUT/all.profdata" "${objs[@]}" -show-region-summary=false
}

case ${1:-60} in
  keep)
    need_clang
    build_fuzzers
    keep
    ;;
  coverage)
    need_clang
    coverage
    ;;
  *[!0-9]*) die "fuzz/run.sh: '$1' is not a number of seconds, nor keep or coverage" ;;
  *)
    if [ -n "${2:-}" ]; then
      case " ${TARGETS[*]} " in
        *" $2 "*) TARGETS=("$2") ;;
        *) die "there is no fuzz target '$2'; there are ${TARGETS[*]}" ;;
      esac
    fi
    need_clang
    stage "$OUT/build.log" "building the fuzz targets" build_fuzzers
    fuzz "${1:-60}" "${TARGETS[@]}"
    ;;
esac
