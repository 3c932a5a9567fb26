#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Builds two binaries from one QEMU tree: build/qemu-stock-aarch64 as it is, build/qemu-system-aarch64 with our device.
# The change to QEMU's own files is one line of hw/arm/meson.build,
#     files('smmuv3.c') added when CONFIG_ARM_SMMUV3   ->   subdir('smmu3')
# plus a new folder: hw/arm/smmu3/, our rooms include, spec, src and qemu as they lie here, and a meson.build.
# `qemu/build.sh patch` writes that as build/smmu3-qemu.patch, for `patch -p1` in a tree of your own.
#
#   QEMU_SUITE=trixie   the Debian suite whose source package is built (trixie: 10.0.x, long-lived)
#   QEMU_VERSION=10.2.2+ds-1  a Debian version that has left the suites, if the mirror still has it
#   QEMU_SRC=DIR        your own tree instead; it is copied into the cache, never changed
#   QEMU_CONFIGURE=...  more options for QEMU's configure
#
# Trees and objects live in the cache, keyed by version and options, so that a fresh clone does not build QEMU again.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../scripts/lib.sh"

SUITE=${QEMU_SUITE:-trixie}
# Everything off but what the tests and users of this device need; without debug information it builds and links faster.
# ROMs of default devices are looked for where Debian's packages have them.
OPTIONS=(
  --python="$PYTHON" --target-list=aarch64-softmmu --without-default-features
  --enable-tcg --enable-fdt=system --enable-pixman --enable-slirp
  --enable-vhost-kernel --enable-vhost-net --enable-vhost-vdpa --enable-vhost-user --enable-vhost-user-blk-server
  --firmwarepath=/usr/share/qemu:/usr/share/seabios:/usr/lib/ipxe/qemu
  --disable-docs --disable-tools --disable-install-blobs --disable-debug-info
)
if [ -n "${QEMU_CONFIGURE:-}" ]; then
  read -r -a extra <<<"$QEMU_CONFIGURE"
  OPTIONS+=("${extra[@]}")
fi
LINE="^[a-z_]*ss\.add(when: 'CONFIG_ARM_SMMUV3', if_true: files('smmuv3\.c'))\$"

hash_of() { printf '%s\n' "$@" | sha256sum | cut -c1-8; }

# check_tree DIR WHAT: the tree is fit for us, or one line that says why not, before anything is copied or built.
check_tree() {
  local f
  [ -d "$1" ] || die "$2: no such directory"
  for f in configure VERSION hw/arm/meson.build hw/arm/smmuv3.c; do
    [ -f "$1/$f" ] || die "$2: no $f there; it must be a QEMU source tree, 10.0 or newer"
  done
  if grep -q "^subdir('smmu3')" "$1/hw/arm/meson.build"; then
    die "$2: hw/arm/meson.build has subdir('smmu3') already; give a tree without our change"
  fi
  grep -q "$LINE" "$1/hw/arm/meson.build" ||
    die "$2: hw/arm/meson.build has no line that adds files('smmuv3.c') when CONFIG_ARM_SMMUV3; this version cannot be patched"
}

# Debian's tree: $WORK/src. A half-unpacked one is never taken for a whole one, thanks to the rename.
debian_tree() {
  local version=${QEMU_VERSION:-} dsc get
  if [ -n "$version" ]; then
    get=(pool "$SUITE" "$CACHE/src" qemu "$version")
  else
    get=(source "$SUITE" "$CACHE/src" qemu)
    version=$("$ROOT/scripts/apt-private.sh" version "$SUITE" source/qemu) || exit 1
  fi
  version=${version#*:}
  WORK=$CACHE/qemu/${version//[^A-Za-z0-9.-]/_}-$(hash_of "${OPTIONS[@]}")
  NAME="QEMU $version"
  lock "qemu-${WORK##*/}"
  [ ! -d "$WORK/src" ] || return 0
  need_space "$CACHE" 2000 "building QEMU"
  stage "$CACHE/logs/qemu-fetch.log" "fetching the source of $NAME" "$ROOT/scripts/apt-private.sh" "${get[@]}"
  dsc=$(tail -n 1 "$CACHE/logs/qemu-fetch.log")
  mkdir -p "$WORK"
  rm -rf "$WORK/src.tmp"
  # Without --no-check it wants the uploader's key; apt has already checked the archive's signature and the hashes.
  stage "$WORK/unpack.log" "unpacking it" dpkg-source --no-check -x "$dsc" "$WORK/src.tmp"
  check_tree "$WORK/src.tmp" "$NAME"
  cp "$WORK/src.tmp/hw/arm/meson.build" "$WORK/meson.build.stock"
  mv "$WORK/src.tmp" "$WORK/src"
}

# The user's tree, copied; again when a file of it has changed. What we change in the copy is left out of the comparison.
user_tree() {
  local dir
  check_tree "$QEMU_SRC" "QEMU_SRC=$QEMU_SRC"
  dir=$(cd "$QEMU_SRC" && pwd)
  WORK=$CACHE/qemu/user-$(hash_of "$dir" "${OPTIONS[@]}")
  NAME="QEMU $(cat "$dir/VERSION") ($dir)"
  lock "qemu-${WORK##*/}"
  command -v rsync >/dev/null || die "rsync is missing: run scripts/setup.sh"
  mkdir -p "$WORK/src/hw/arm"
  need_space "$CACHE" 2000 "building QEMU"
  [ ! -f "$WORK/copying" ] || rm -f "$WORK/qemu-stock-aarch64"
  : >"$WORK/copying"
  stage "$WORK/copy.log" "copying $dir" rsync -a --omit-dir-times --delete --itemize-changes \
    --exclude=/.git --exclude=/build --exclude=__pycache__ --exclude=/hw/arm/meson.build --exclude=/hw/arm/smmu3 "$dir/" "$WORK/src/"
  if [ -s "$WORK/copy.log" ] || ! cmp -s "$dir/hw/arm/meson.build" "$WORK/meson.build.stock"; then
    rm -f "$WORK/qemu-stock-aarch64"
    cp "$dir/hw/arm/meson.build" "$WORK/meson.build.stock"
  fi
  rm -f "$WORK/copying"
}

# QEMU's configure looks for meson among python's installed packages, so it needs ours on the path, as ninja does later.
tools_env() {
  local modules=usr/lib/python3/dist-packages
  PATH=$TOOLS/usr/bin:$PATH PYTHONPATH=$TOOLS/$modules:$CACHE/tools-pip/$modules "$@"
}

# From 11 on, configure installs QEMU's own python modules with pip, which fails without network unless these are there.
pip_tools() {
  grep -q '^\[tooling\]' "$WORK/src/pythondeps.toml" || return 0
  [ ! -f "$CACHE/tools-pip/stamp" ] || return 0
  stage "$CACHE/logs/tools-pip.log" "fetching python modules that its configure wants" \
    "$ROOT/scripts/apt-private.sh" unpack bookworm "$CACHE/tools-pip" \
    python3-pip python3-setuptools python3-pkg-resources python3-wheel
  stage "$CACHE/logs/tools-pip.log" "fetching python3-qemu-qmp from forky" \
    "$ROOT/scripts/apt-private.sh" unpack forky "$CACHE/tools-pip" python3-qemu-qmp
  : >"$CACHE/tools-pip/stamp"
}

configure() {
  [ ! -f "$WORK/build/build.ninja" ] || return 0
  pip_tools
  rm -rf "$WORK/build"
  mkdir -p "$WORK/build"
  # The subshell keeps our own working directory.
  # shellcheck disable=SC2016
  stage "$WORK/configure.log" "configuring $NAME" \
    tools_env bash -c 'cd "$1" && shift && ../src/configure "$@"' _ "$WORK/build" "${OPTIONS[@]}"
}

# compile LOG TEXT: ninja, with a sign of life, since the first time takes minutes.
compile() {
  local log=$1 text=$2 start=$SECONDS pid next=0 state
  [ -t 1 ] || next=30
  NINJA_STATUS='[%f/%t] ' tools_env ninja -C "$WORK/build" qemu-system-aarch64 </dev/null >"$log" 2>&1 &
  pid=$!
  # Interrupting us must not leave a compiler storm behind.
  trap 'kill "$pid" 2>/dev/null || true' EXIT
  [ -t 1 ] || printf 'smmu3: %s ...' "$text"
  while kill -0 "$pid" 2>/dev/null; do
    sleep 0.2
    if [ $((SECONDS - start)) -lt "$next" ]; then continue; fi
    state=$(tail -c 2000 "$log" | grep -ao '\[[0-9]*/[0-9]*\]' | tail -n 1 || true)
    if [ -t 1 ]; then
      printf '\rsmmu3: %s ... %s\033[K' "$text" "$state"
      next=$((SECONDS - start + 1))
    else
      printf ' %s' "$state"
      next=$((SECONDS - start + 30))
    fi
  done
  trap - EXIT
  if wait "$pid"; then
    [ ! -t 1 ] || printf '\rsmmu3: %s ...' "$text"
    printf ' done (%d s)%s\n' $((SECONDS - start)) "$([ ! -t 1 ] || printf '\033[K')"
  else
    printf ' FAILED\n'
    # The compiler's words, not the list of what else was compiled meanwhile.
    { grep -aE -A3 '(error:|undefined reference|multiple definition|ERROR:)' "$log" || tail -n 20 "$log"; } | head -n 20 >&2 || true
    die "$text failed; the whole log: $log"
  fi
}

# put FROM TO: a copy whose time changes only with its content, so that ninja rebuilds only what differs.
put() {
  if cmp -s "$1" "$2"; then return; fi
  mkdir -p "$(dirname "$2")"
  cp --remove-destination "$1" "$2"
}

# our_files: what goes into the tree, relative to the repository.
our_files() {
  (cd "$ROOT" && shopt -s nullglob && printf '%s\n' {include/smmu3,spec}/*.{h,def} src/*.[ch] qemu/*.[ch] qemu/trace-events) |
    while read -r f; do if [ -f "$ROOT/$f" ]; then printf '%s\n' "$f"; fi; done
}

# insert_ours TREE STOCK_MESON: our files and the one changed line.
insert_ours() {
  local tree=$1 ours=$1/hw/arm/smmu3 tmp=$WORK/tmp set f
  mkdir -p "$ours" "$tmp"
  our_files >"$tmp/list"
  while read -r f; do put "$ROOT/$f" "$ours/$f"; done <"$tmp/list"
  # A file that has gone here must not live on there.
  (cd "$ours" && find . -type f ! -name meson.build -printf '%P\n') | sort >"$tmp/there"
  sort "$tmp/list" | comm -13 - "$tmp/there" | while read -r f; do rm -f "$ours/$f"; done

  set=$(sed -n "/$LINE/s/\.add(.*//p" "$2")
  sed -n "s|.*\.c\$|  '&',|p" "$tmp/list" >"$tmp/files"
  sed -e "s/@SET@/$set/" -e "/^@FILES@\$/{r $tmp/files" -e 'd}' "$ROOT/qemu/meson.build.in" >"$tmp/meson.build"
  put "$tmp/meson.build" "$ours/meson.build"
  sed "s/$LINE/subdir('smmu3')/" "$2" >"$tmp/arm.meson.build"
  put "$tmp/arm.meson.build" "$tree/hw/arm/meson.build"
}

# result FROM NAME: into build/. A copy, because the cache is shared: another clone may build another state next.
result() {
  mkdir -p "$BUILD"
  if cmp -s "$1" "$BUILD/$2" && [ ! -L "$BUILD/$2" ]; then return; fi
  cp --remove-destination "$1" "$BUILD/$2.tmp$$"
  mv "$BUILD/$2.tmp$$" "$BUILD/$2"
}

make_patch() {
  local a=$WORK/tmp/patch/a b=$WORK/tmp/patch/b
  rm -rf "$WORK/tmp/patch"
  mkdir -p "$a/hw/arm" "$b/hw/arm" "$BUILD"
  cp "$WORK/meson.build.stock" "$a/hw/arm/meson.build"
  insert_ours "$b" "$WORK/meson.build.stock"
  # diff says 1 when there are differences, which is the point.
  (cd "$WORK/tmp/patch" && diff -Nru a b) >"$BUILD/smmu3-qemu.patch" || true
  say "build/smmu3-qemu.patch: for $NAME"
}

what=${1:-build}
case $what in
  build | stock | patch | tree) ;;
  *) die "qemu/build.sh: unknown verb $what (build, stock, patch, tree)" ;;
esac
[ -x "$TOOLS/bin/meson" ] || die "the cache has no meson: run scripts/setup.sh"
if [ -n "${QEMU_SRC:-}" ]; then user_tree; else debian_tree; fi

case $what in
  tree) printf '%s\n' "$WORK/src"; exit ;;
  patch) make_patch; exit ;;
esac

if [ ! -x "$WORK/qemu-stock-aarch64" ]; then
  rm -rf "$WORK/src/hw/arm/smmu3"
  put "$WORK/meson.build.stock" "$WORK/src/hw/arm/meson.build"
  configure
  compile "$WORK/stock.log" "building $NAME, 3 to 10 minutes once"
  cp "$WORK/build/qemu-system-aarch64" "$WORK/qemu-stock-aarch64.tmp"
  mv "$WORK/qemu-stock-aarch64.tmp" "$WORK/qemu-stock-aarch64"
fi
result "$WORK/qemu-stock-aarch64" qemu-stock-aarch64
[ "$what" = build ] || exit 0

# Not grep -q: it would leave before all is written, and pipefail take that for a no.
if ! our_files | grep '^qemu/.*\.c$' >/dev/null; then
  die "there is no qemu/*.c to build: only build/qemu-stock-aarch64 is made"
fi
insert_ours "$WORK/src" "$WORK/meson.build.stock"
configure
compile "$WORK/ours.log" "building our device into $NAME"
result "$WORK/build/qemu-system-aarch64" qemu-system-aarch64
