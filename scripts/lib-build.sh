#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
#
# The library by meson: build/lib as users get it, build/lib-san under the address and undefined-behaviour sanitizers.
#   lib-build.sh        build/libsmmu3.a, build/smmu3-conformance, build/smmu3
#   lib-build.sh test   and run the tests in both, unit by unit
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

meson() { "$TOOLS/bin/meson" "$@"; }

# configure DIR OPTION...: once; later changes of meson.build are ninja's business. But folders that meson.build lists
# are read at that time only, so a file that came or went means reading them again.
configure() {
  local dir=$BUILD/$1 log=$BUILD/$1.configure.log files
  shift
  files=$(find "$ROOT"/{src,tables,tests,conformance,fuzz} -name '*.c' -printf '%P\n' 2>/dev/null | sort || true)
  if [ -f "$dir/build.ninja" ]; then
    [ "$files" != "$(cat "$dir/files.txt" 2>/dev/null)" ] || return 0
    stage "$log" "configuring ${dir#"$ROOT/"} again" meson setup --reconfigure "$dir" "$ROOT"
    printf '%s\n' "$files" >"$dir/files.txt"
    return
  fi
  rm -rf "$dir"
  stage "$log" "configuring ${dir#"$ROOT/"}" meson setup "$@" "$dir" "$ROOT"
  printf '%s\n' "$files" >"$dir/files.txt"
}

# An archive of its own at a place that stays. Meson's may be a thin one, which only lists the objects beside it.
archive() {
  local from
  from=$(find "$BUILD/lib" -name libsmmu3.a -print -quit)
  [ -n "$from" ] || die "the library's meson.build made no libsmmu3.a under build/lib"
  if [ "$BUILD/libsmmu3.a" -nt "$from" ]; then return; fi
  rm -f "$BUILD/libsmmu3.a"
  if head -c 7 "$from" | grep -q thin; then
    printf 'create %s\naddlib %s\nsave\nend\n' "$BUILD/libsmmu3.a" "$from" | ar -M
  else
    cp "$from" "$BUILD/libsmmu3.a"
  fi
}

[ -x "$TOOLS/bin/meson" ] || die "the cache has no meson: run scripts/setup.sh"
mkdir -p "$BUILD"
exec {dir_fd}<"$BUILD" && flock "$dir_fd"
configure lib --buildtype=debugoptimized
stage "$BUILD/lib.log" "building the library" ninja -C "$BUILD/lib"
archive
cp -u "$BUILD/lib/conformance/smmu3-conformance" "$BUILD/lib/conformance/smmu3-property" "$BUILD"
cp -u "$BUILD/lib/tool/smmu3" "$BUILD/smmu3"
[ "${1:-}" = test ] || exit 0

configure lib-san --buildtype=debug -Doptimization=1 -Db_sanitize=address,undefined
stage "$BUILD/lib-san.log" "building it with sanitizers" ninja -C "$BUILD/lib-san"
# A sanitizer's finding is a failure, not a remark.
export ASAN_OPTIONS=abort_on_error=1:detect_stack_use_after_return=1 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
for dir in lib lib-san; do
  say "tests in build/$dir"
  meson test -C "$BUILD/$dir" --no-rebuild --print-errorlogs --timeout-multiplier 4
done
