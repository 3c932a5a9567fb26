#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
#
# tests/qemu: whole machines, with the binaries that `make qemu` left in build/. Arguments go to pytest:
#   scripts/system-tests.sh -k secure -x
#   scripts/system-tests.sh tests/qemu/test_linux.py
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

[ -d "$ROOT/tests/qemu" ] || die "there are no system tests: tests/qemu is missing"
cd "$ROOT"
# All of them, unless the arguments name some.
where=(tests/qemu)
for arg in "$@"; do
  if [ -e "${arg%%::*}" ]; then where=(); fi
done
# Plugins of some other python's would be loaded from the environment; the cache directory belongs into build/.
exec env -u PYTHONPATH PYTHONDONTWRITEBYTECODE=1 "$PYTHON" -m pytest -o cache_dir="$BUILD/pytest" "${where[@]}" "$@"
