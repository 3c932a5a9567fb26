#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
#
# install.sh PREFIX [DESTDIR]: the library, its header and pkg-config file, the command, man pages, bash completion.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

prefix=${1:?install.sh PREFIX [DESTDIR]} destdir=${2:-}
meson() { "$TOOLS/bin/meson" "$@"; }

[ "${prefix#/}" != "$prefix" ] || die "prefix=$prefix: give an absolute path"
[ -x "$TOOLS/bin/meson" ] || die "the cache has no meson: run scripts/setup.sh"
mkdir -p "$BUILD"
dir=$BUILD/install
# The prefix is in the pkg-config file, so another one is another build.
if [ "$(cat "$dir/prefix" 2>/dev/null)" != "$prefix" ]; then
  rm -rf "$dir"
  stage "$BUILD/install.configure.log" "configuring build/install" \
    meson setup "$dir" "$ROOT" --prefix="$prefix" --buildtype=release -Dtests=false
  printf '%s\n' "$prefix" >"$dir/prefix"
fi
stage "$BUILD/install.log" "building" ninja -C "$dir"
stage "$BUILD/install.log" "installing into $destdir$prefix" meson install -C "$dir" --no-rebuild ${destdir:+--destdir "$destdir"}
