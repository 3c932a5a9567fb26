#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
#
# Packages of other Debian suites and architectures, without touching the machine's apt: each suite and kind has a
# private apt root in the cache, fed by the mirror the machine already uses and checked with Debian's keyring.
# Suites are named, never versions: a mirror drops old versions, so a 404 means stale lists and earns one update.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

usage() {
  cat <<END
usage: apt-private.sh update   SUITE [ARCH|source]
       apt-private.sh version  SUITE PKG[:ARCH]|source/PKG      print the candidate's version
       apt-private.sh download SUITE DIR PKG[:ARCH]...          .deb files into DIR (print their paths)
       apt-private.sh closure  SUITE DIR PKG[:ARCH]             the same, with all that it depends on
       apt-private.sh unpack   SUITE DIR PKG[:ARCH]...          contents of the packages into DIR
       apt-private.sh source   SUITE DIR PKG                    .dsc and tarballs into DIR (print the .dsc)
       apt-private.sh pool     SUITE DIR PKG VERSION            the same of a version that no suite names any more
SUITE: bookworm, bookworm-backports, trixie, sid, ...
END
}

# The first Debian archive among the machine's sources, in either format: apt itself parses them.
mirror() {
  local uri
  # \$(…) is apt's own format language.
  # shellcheck disable=SC2016
  uri=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' 2>/dev/null |
    awk '$1 !~ /security|^cdrom:/ && $3 == "main" && $2 ~ /^(bookworm|trixie|forky|sid|stable|oldstable|testing|unstable)(-updates|-backports)?$/ && !n++ {print $1}')
  printf '%s\n' "${uri:-http://deb.debian.org/debian}"
}

# root SUITE KIND: makes the private root if it is not there; KIND is an architecture or "source".
root() {
  local suite=$1 kind=$2 dir=$CACHE/apt/$1-$2 line
  if [ "$kind" = source ]; then line="deb-src [signed-by=$KEYRING]"; else line="deb [arch=$kind signed-by=$KEYRING]"; fi
  mkdir -p "$dir/lists/partial" "$dir/archives/partial" "$dir/empty"
  : >"$dir/status"
  printf '%s %s %s main\n' "$line" "$(mirror)" "$suite" >"$dir/sources.list"
  cat >"$dir/options" <<END
-oDir::State=$dir
-oDir::State::Lists=$dir/lists
-oDir::State::status=$dir/status
-oDir::Cache=$dir
-oDir::Cache::archives=$dir/archives
-oDir::Etc::sourcelist=$dir/sources.list
-oDir::Etc::sourceparts=$dir/empty
-oDir::Etc::preferences=$dir/empty/none
-oDir::Etc::preferencesparts=$dir/empty
-oAPT::Sandbox::User=root
-oAcquire::Languages=none
-oAcquire::Retries=3
-oAPT::Update::Post-Invoke-Success::=true
END
  if [ "$kind" != source ]; then
    printf -- '-oAPT::Architecture=%s\n-oAPT::Architectures=%s\n' "$kind" "$kind" >>"$dir/options"
  fi
}

# run SUITE KIND TOOL ARGS...: apt-get or apt-cache in that private root.
run() {
  local dir=$CACHE/apt/$1-$2 tool=$3 opts
  shift 3
  mapfile -t opts <"$dir/options"
  "$tool" "${opts[@]}" -q "$@"
}

update() {
  local suite=$1 kind=$2 log=$CACHE/logs/apt-$1-$2.log
  root "$suite" "$kind"
  mkdir -p "$CACHE/logs"
  run "$suite" "$kind" apt-get update -o APT::Update::Error-Mode=any >"$log" 2>&1 ||
    die "cannot read the package lists of $suite ($kind) from $(mirror): check the suite's name and the network, then try again (apt's words: $log)"
}

# Lists are fetched at the first use, then kept: newer packages appear with `update` (setup.sh --update) or after a 404.
ready() {
  compgen -G "$CACHE/apt/$1-$2/lists/*_$([ "$2" = source ] && echo Sources || echo Packages)*" >/dev/null || update "$1" "$2"
}

# candidate SUITE KIND PKG: its version, or nothing if there is none
candidate() {
  local suite=$1 kind=$2 pkg=$3
  if [ "$kind" = source ]; then
    run "$suite" source apt-cache showsrc --only-source "$pkg" 2>/dev/null | awk '/^Version:/ {print $2}' | sort -V | tail -n 1 || true
  else
    run "$suite" "$kind" apt-cache show --no-all-versions "$pkg" 2>/dev/null | awk '/^Version:/ {print $2; exit}' || true
  fi
}

# fetch SUITE KIND DIR COMMAND...: runs apt-get in DIR; once more after an update if a file has gone from the mirror.
fetch() {
  local suite=$1 kind=$2 dir=$3 log=$CACHE/logs/apt-$1-$2.log
  shift 3
  mkdir -p "$dir" "$CACHE/logs"
  (cd "$dir" && run "$suite" "$kind" "$@") >"$log" 2>&1 && return
  update "$suite" "$kind"
  (cd "$dir" && run "$suite" "$kind" "$@") >"$log" 2>&1 ||
    die "cannot fetch ${*: -1} of $suite from $(mirror): check the network and the disk, then try again (apt's words: $log)"
}

# split PKG[:ARCH] into $pkg and $arch
split() {
  pkg=${1%%:*}
  case $1 in *:*) arch=${1##*:} ;; *) arch=$(dpkg --print-architecture) ;; esac
}

download() {
  local suite=$1 dir=$2 spec pkg arch version file
  shift 2
  for spec in "$@"; do
    split "$spec"
    ready "$suite" "$arch"
    version=$(candidate "$suite" "$arch" "$pkg")
    if [ -z "$version" ]; then
      update "$suite" "$arch"
      version=$(candidate "$suite" "$arch" "$pkg")
      [ -n "$version" ] || die "Debian's $suite has no package $pkg for $arch on $(mirror)"
    fi
    file=$(find_deb "$dir" "$pkg" "$version" "$arch")
    if [ -z "$file" ]; then
      fetch "$suite" "$arch" "$dir" apt-get download "$pkg"
      version=$(candidate "$suite" "$arch" "$pkg")
      file=$(find_deb "$dir" "$pkg" "$version" "$arch")
      [ -n "$file" ] || die "apt-get download $pkg ($suite, $arch) left no file in $dir"
    fi
    printf '%s\n' "$file"
  done
}

# apt writes the colon of an epoch as %3a in the file's name
find_deb() {
  local f
  for f in "$1/$2_${3//:/%3a}_$4.deb" "$1/$2_${3//:/%3a}_all.deb"; do
    if [ -f "$f" ]; then printf '%s\n' "$f"; return; fi
  done
}

# With nothing installed in the private root, what apt would install is the whole of it.
closure() {
  local suite=$1 dir=$2 pkg arch line file opts
  split "$3"
  ready "$suite" "$arch"
  [ -n "$(candidate "$suite" "$arch" "$pkg")" ] || die "Debian's $suite has no package $pkg for $arch on $(mirror)"
  mkdir -p "$dir/partial"
  opts=(-y --no-install-recommends -oDir::Cache::archives="$dir")
  fetch "$suite" "$arch" "$dir" apt-get "${opts[@]}" --download-only install "$pkg"
  run "$suite" "$arch" apt-get "${opts[@]}" -s install "$pkg" | sed -nE 's/^Inst ([^ ]+) \(([^ ]+) .*/\1 \2/p' |
    while read -r pkg line; do
      file=$(find_deb "$dir" "${pkg%:*}" "$line" "$arch")
      [ -n "$file" ] || die "apt-get install --download-only ${3} ($suite) left no $pkg in $dir"
      printf '%s\n' "$file"
    done
}

source_package() {
  local suite=$1 dir=$2 pkg=$3 version dsc
  ready "$suite" source
  version=$(candidate "$suite" source "$pkg")
  if [ -z "$version" ]; then
    update "$suite" source
    version=$(candidate "$suite" source "$pkg")
    [ -n "$version" ] || die "Debian's $suite has no source package $pkg on $(mirror)"
  fi
  fetch "$suite" source "$dir" apt-get source --download-only --only-source "$pkg"
  version=$(candidate "$suite" source "$pkg")
  dsc=$dir/${pkg}_${version#*:}.dsc
  [ -f "$dsc" ] || die "apt-get source $pkg ($suite) left no $dsc"
  printf '%s\n' "$dsc"
}

# A mirror often still has a version that has left the suites. No Release file vouches for it then, but its
# uploader's signature does: SUITE only says whose keyring to ask.
pool_source() {
  local suite=$1 dir=$2 pkg=$3 version=$4 url dsc file
  url=$(mirror)
  url=${url%/}/pool/main/${pkg:0:1}/$pkg
  dsc=$dir/${pkg}_${version#*:}.dsc
  mkdir -p "$dir"
  /usr/lib/apt/apt-helper -q -oAPT::Sandbox::User=root download-file "$url/${dsc##*/}" "$dsc" >&2 ||
    die "$url has no ${dsc##*/}: that version is gone from the mirror"
  unpack "$suite" "$CACHE/keyring" debian-keyring
  gpgv -q --keyring "$CACHE/keyring/usr/share/keyrings/debian-keyring.gpg" \
    --keyring "$CACHE/keyring/usr/share/keyrings/debian-nonupload.gpg" "$dsc" >&2 || {
    rm -f "$dsc"
    die "${dsc##*/} is not signed by a Debian developer"
  }
  awk '/^[A-Z]/ {in_sums = ($1 == "Checksums-Sha256:")} /^ / && in_sums {print $1, $3}' "$dsc" | while read -r sum file; do
    [ ! -f "$dir/$file" ] || ! echo "$sum  $dir/$file" | sha256sum -c --status || continue
    /usr/lib/apt/apt-helper -q -oAPT::Sandbox::User=root download-file "$url/$file" "$dir/$file" "SHA256:$sum" >&2 || die "cannot fetch $url/$file"
  done
  printf '%s\n' "$dsc"
}

unpack() {
  local suite=$1 dir=$2 debs deb
  shift 2
  mkdir -p "$dir"
  debs=$(download "$suite" "$CACHE/debs" "$@")
  while read -r deb; do
    dpkg-deb -x "$deb" "$dir" || die "cannot unpack $deb into $dir: is the disk full?"
  done <<<"$debs"
}

command -v apt-get >/dev/null || die "this needs a Debian machine: there is no apt-get here"
[ -f "$KEYRING" ] || die "$KEYRING is missing: apt-get install debian-archive-keyring"
[ $# -ge 2 ] || { usage >&2; exit 2; }
verb=$1 suite=$2
shift 2
lock "apt-$suite"
case $verb/$# in
  update/0) update "$suite" "$(dpkg --print-architecture)" ;;
  update/1) update "$suite" "$1" ;;
  version/1)
    case $1 in
      source/*) pkg=${1#source/} arch=source ;;
      *) split "$1" ;;
    esac
    ready "$suite" "$arch"
    version=$(candidate "$suite" "$arch" "$pkg")
    [ -n "$version" ] || die "Debian's $suite has no package $1"
    printf '%s\n' "$version"
    ;;
  download/0 | download/1 | unpack/0 | unpack/1) usage >&2; exit 2 ;;
  download/*) download "$suite" "$@" ;;
  closure/2) closure "$suite" "$@" ;;
  unpack/*) unpack "$suite" "$@" ;;
  source/2) source_package "$suite" "$@" ;;
  pool/3) pool_source "$suite" "$@" ;;
  *) usage >&2; exit 2 ;;
esac
