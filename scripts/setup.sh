#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
#
# Makes a fresh Debian 12 able to build and test everything here. Idempotent: with nothing to do it takes no time.
#   setup.sh            install what is missing (asks first on a terminal; SMMU3_YES=1 does not ask)
#   setup.sh --update   also read the package lists again, so that newer QEMU sources and kernels are seen
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

list() { sed 's/#.*//' "$ROOT/scripts/$1" | awk 'NF'; }

missing() {
  local wanted have
  mapfile -t wanted < <(list packages.txt)
  # One query for the whole list; it fails for packages dpkg never heard of, which is an answer too.
  have=$({ dpkg-query -W -f '${Package} ${db:Status-Status}\n' "${wanted[@]}" 2>/dev/null || true; } |
    awk '$2 == "installed" {print $1}')
  printf '%s\n' "${wanted[@]}" | grep -vxF "$have" || true
}

install_missing() {
  local need sudo=() log=$CACHE/logs/apt-install.log
  mapfile -t need < <(missing)
  [ "${#need[@]}" -gt 0 ] || return 0
  say "Debian packages to install: ${need[*]}"
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || die "run this as root once: apt-get install --no-install-recommends ${need[*]}"
    sudo=(sudo)
  fi
  if [ -t 0 ] && [ -z "${CI:-}${SMMU3_YES:-}" ]; then
    local answer
    read -r -p "smmu3: install them with ${sudo[*]:-}${sudo:+ }apt-get? [Y/n] " answer
    case $answer in '' | [Yy]*) ;; *) die "not installed; to do it by hand: apt-get install --no-install-recommends ${need[*]}" ;; esac
  elif [ "${#sudo[@]}" -gt 0 ]; then
    # Without a terminal nobody can type a password.
    sudo=(sudo -n)
    sudo -n true 2>/dev/null || die "run this as root once: apt-get install --no-install-recommends ${need[*]}"
  fi
  # The machine's other sources may be down without any harm to us, so only the installation's result counts.
  stage "$CACHE/logs/apt-update.log" "reading Debian's package lists" \
    bash -c '"$@" || echo "apt-get update had errors; going on with what it has"' _ "${sudo[@]}" apt-get -q update
  stage "$log" "installing ${#need[@]} Debian packages" \
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install "${need[@]}"
  mapfile -t need < <(missing)
  [ "${#need[@]}" -eq 0 ] || die "still not installed after apt-get: ${need[*]} (log: $log)"
}

unpack_tools() {
  local stamp=$TOOLS/stamp suite pkg
  if [ -f "$stamp" ] && [ "$stamp" -nt "$ROOT/scripts/tools.txt" ]; then return; fi
  # A fresh clone's tools.txt is newer than the stamp without being different.
  if [ -f "$stamp" ] && [ "$(list tools.txt)" = "$(cat "$stamp")" ]; then touch "$stamp"; return; fi
  rm -rf "$TOOLS"
  mkdir -p "$TOOLS/bin"
  while read -r suite pkg; do
    stage "$CACHE/logs/tools.log" "fetching $pkg from $suite" "$ROOT/scripts/apt-private.sh" unpack "$suite" "$TOOLS" "$pkg"
  done < <(list tools.txt)
  # Beside its modules the script finds them by itself, also when ninja starts it again later without our environment.
  cp "$TOOLS/usr/bin/meson" "$TOOLS/usr/lib/python3/dist-packages/meson.py"
  printf '#!/bin/sh\nexec %s %s "$@"\n' "$PYTHON" "$TOOLS/usr/lib/python3/dist-packages/meson.py" >"$TOOLS/bin/meson"
  chmod +x "$TOOLS/bin/meson"
  list tools.txt >"$stamp"
}

command -v apt-get >/dev/null || die "this needs a Debian machine: there is no apt-get here"
[ -e /etc/debian_version ] || die "this needs Debian 12 or newer"
lock setup
case ${1:-} in
  '') ;;
  --update) rm -rf "$CACHE/apt" ;;
  *) die "setup.sh: unknown option $1 (only --update)" ;;
esac
install_missing
unpack_tools
