# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
#
# What every script here shares: where things live, how progress is shown, how a failure reads. Sourced, never run.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
BUILD=$ROOT/build
CACHE=${SMMU3_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/smmu3}
# Where Debian packages of other suites are unpacked (setup.sh fills it); our meson comes from here.
TOOLS=$CACHE/tools
# Debian's own interpreter: a pyenv or conda python3 earlier in PATH has none of Debian's modules.
PYTHON=/usr/bin/python3
# Without this, perl (dpkg-source) and gcc complain or translate on half-configured machines.
export LC_ALL=C.UTF-8
export ROOT BUILD CACHE TOOLS PYTHON

say() { printf 'smmu3: %s\n' "$*"; }
die() { printf 'smmu3: error: %s\n' "$*" >&2; exit 1; }

# The tag keeps backups away, and lets `make distclean` see that the directory is ours and nobody's /tmp.
if [ ! -e "$CACHE" ] && mkdir -p "$CACHE" 2>/dev/null; then
  printf 'Signature: 8a477f597d28d172789f06886806bc55\n# smmu3: sources, QEMU builds, guests\n' >"$CACHE/CACHEDIR.TAG"
fi
mkdir -p "$CACHE" 2>/dev/null || die "cannot create the cache $CACHE: set SMMU3_CACHE to a directory that can be written"
[ -w "$CACHE" ] || die "the cache $CACHE is not writable: set SMMU3_CACHE to a directory that can be written"

# lock NAME: serialise everything that changes a part of the cache, until this shell ends.
lock() {
  mkdir -p "$CACHE/locks"
  exec {lock_fd}>"$CACHE/locks/$1"
  flock -n "$lock_fd" && return
  # Not to stdout, which may be somebody's answer.
  say "waiting for another smmu3 build that holds $CACHE/locks/$1" >&2
  flock "$lock_fd"
}

# need_space DIR MIB WHAT: a full disk shows up as one line before the work, not as a compiler error in it.
need_space() {
  local free
  free=$(df -Pm "$1" | awk 'NR==2 {print $4}')
  [ "$free" -ge "$2" ] || die "$3 needs $2 MiB in $1, $free MiB are free: free some, or point SMMU3_CACHE elsewhere"
}

# stage LOG TEXT COMMAND...: one line on the terminal, the output in a log, and its tail if it fails.
stage() {
  local log=$1 text=$2 start=$SECONDS
  shift 2
  mkdir -p "$(dirname "$log")"
  printf 'smmu3: %s ... ' "$text"
  if "$@" </dev/null >"$log" 2>&1; then
    printf 'done (%d s)\n' $((SECONDS - start))
  else
    printf 'FAILED\n'
    # One of our own scripts has said it in one line already.
    if grep '^smmu3: error: ' "$log" >&2; then exit 1; fi
    tail -n 20 "$log" >&2
    die "$text failed; the whole log: $log"
  fi
}
