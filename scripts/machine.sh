# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
#
# One QEMU run as a user sees it, for `make run` and the stacks: which binary, which guest, disks whose contents are known, the
# command line, and a summary of what was seen. Sourced after lib.sh. $RUN is where disks and logs of the run are.
# It leaves for whoever sources it: QEMU (a program); kernel, initrd, version (a guest); failed (0 or 1, set by item).
# shellcheck disable=SC2034

# The QEMU of this checkout, unless QEMU= names one.
build_qemu() {
  if [ -n "${QEMU:-}" ]; then
    [ -x "$QEMU" ] || die "QEMU=$QEMU: there is no such program"
  else
    "$ROOT/qemu/build.sh"
    QEMU=$BUILD/qemu-system-aarch64
    [ -x "$QEMU" ] || die "qemu/build.sh has left no $QEMU: see above"
  fi
}

# need_file NAME FILE: what the user gave as NAME=FILE can be read, or was not given
need_file() {
  local name=$1 path=$2
  [ -z "$path" ] || [ -f "$path" ] || die "$name=$path: there is no such file"
  [ -z "$path" ] || [ -r "$path" ] || die "$name=$path: cannot be read"
}

# guest SUITE: Debian's kernel of that suite and an initramfs, in $kernel, $initrd, $version
guest() {
  local line
  kernel='' initrd='' version=''
  while read -r line; do
    case $line in
      kernel=*) kernel=${line#kernel=} ;;
      initrd=*) initrd=${line#initrd=} ;;
      version=*) version=${line#version=} ;;
    esac
  done < <("$ROOT/scripts/guest.sh" "$1")
  [ -f "$kernel" ] || die "scripts/guest.sh has made no Linux guest: see above"
}

# The words of ARGS, in $extra. Quotes work as in a shell, but nothing is expanded.
extra_args() {
  local words
  extra=()
  [ -n "${ARGS:-}" ] || return 0
  words=$(xargs printf '%s\n' <<<"$ARGS" 2>/dev/null) || die "ARGS=$ARGS: unbalanced quotes"
  mapfile -t extra <<<"$words"
}

# The command as a user could type it, one option a line.
print_command() {
  local word text='' open=''
  for word in "$@"; do
    case $word in *[!A-Za-z0-9_./,=:@%+-]*) word="'${word//\'/\'\\\'\'}'" ;; esac
    case $word in -*) open=$' \\\n    ' ;; esac
    text+=$open$word
    open=' '
  done
  printf '  %s\n' "$text"
}

# make_disk FILE TEXT: 8 MiB of known data (a numbered text), 8 MiB of nothing behind it for Linux to write
make_disk() {
  local file=$RUN/$1
  seq -f "$2 line %010.0f" 1 400000 | head -c 8M >"$file.new" || true
  truncate -s 16M "$file.new"
  mv "$file.new" "$file"
}

first_md5() { head -c 8M "$1" | md5sum | cut -d' ' -f1; }
second_md5() { dd if="$1" bs=1M skip=8 count=4 2>/dev/null | md5sum | cut -d' ' -f1; }

# values KEY LABEL: from each line that Linux printed about the disk with that label; value: from the first
values() { sed -n "s/\r//; s/.*SMMU3 disk .*label=$2 .*\<$1=\([^ ]*\).*/\1/p" "$RUN/console.log"; }
value() { values "$@" | head -n 1; }

# disk_ok LABEL FILE: the guest read what the host's image holds, and the image holds what the guest wrote
disk_ok() {
  local label=$1 file=$RUN/$2
  [ "$(value read "$label")" = "$(first_md5 "$file")" ] && [ -n "$(value wrote "$label")" ] &&
    [ "$(value wrote "$label")" = "$(value back "$label")" ] && [ "$(value wrote "$label")" = "$(second_md5 "$file")" ]
}

# item TEXT COMMAND...: one line of the summary
item() {
  local text=$1
  shift
  if "$@"; then printf '  ok    %s\n' "$text"; else printf '  FAIL  %s\n' "$text"; failed=1; fi
}

# seen LOG REGEX, unseen LOG REGEX: is there a line in that log of this run?
seen() { grep -qaE -- "$2" "$RUN/$1"; }
unseen() { ! seen "$@"; }
