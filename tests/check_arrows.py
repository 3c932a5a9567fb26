#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
"""Reads the #includes of the tree and holds the arrows of docs/DESIGN.md.

Prints one line for each include that crosses a wall; exits 1 if there is any.
"""
import pathlib
import re
import sys

# Which rooms a room may include from, besides itself.
ARROWS = {
    "include": set(),
    "spec": set(),
    "src": {"include", "spec"},
    "tables": {"spec"},
    "conformance": {"tables", "spec"},
    # A backend knows the device it stands for, the suite does not.
    "conformance/property": {"conformance", "tables", "spec"},
    "conformance/example": {"conformance", "include"},
    "conformance/backend": {"conformance", "conformance/property", "include", "tables", "spec"},
    "firmware": {"tables", "conformance", "conformance/backend", "spec"},
    "qemu": {"include", "src", "spec"},
    "tool": {"include", "spec"},
    "tests": {"include", "src", "spec", "tables", "conformance"},
    "fuzz": {"include", "tables", "spec", "tool"},
    "bench": {"include", "src", "spec", "tables"},
}
# What freestanding code may take from the compiler.
FREESTANDING = {"stdbool.h", "stddef.h", "stdint.h", "stdarg.h", "limits.h"}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def room_of(path):
    """The room that a file is in: the innermost folder that is one."""
    for folder in path.parents:
        if folder.as_posix() in ARROWS:
            return folder.as_posix()
    return path.parts[0]


def resolve(root, source, name):
    """The file of the tree that a quoted include names, or None."""
    for base in (source.parent, root / "include", root):
        path = (base / name).resolve()
        if path.is_file() and path.is_relative_to(root):
            return path
    return None


def check(root):
    """All complaints about the tree."""
    bad = []
    for room, allowed in ARROWS.items():
        for source in sorted((root / room).rglob("*")):
            if source.suffix not in (".c", ".h", ".def") or not source.is_file():
                continue
            where = source.relative_to(root)
            if room_of(where) != room:
                continue
            for n, line in enumerate(source.read_text(errors="replace").splitlines(), 1):
                m = INCLUDE.match(line)
                if not m:
                    continue
                if m[1] == "<":
                    if room in ("tables", "spec", "include") and m[2] not in FREESTANDING:
                        bad.append(f"{where}:{n}: {room}/ is freestanding, but needs <{m[2]}>")
                    continue
                target = resolve(root, source, m[2])
                if target is None:
                    # QEMU's own headers, and those that a build generates
                    if room not in ("qemu", "firmware"):
                        bad.append(f"{where}:{n}: there is no \"{m[2]}\"")
                    continue
                to = room_of(target.relative_to(root))
                if to != room and to not in allowed:
                    bad.append(f"{where}:{n}: {room}/ must not include from {to}/")
    return bad


def main():
    """Checks the tree given, or the one this file is in."""
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else __file__).resolve()
    if root.is_file():
        root = root.parent.parent
    bad = check(root)
    print("\n".join(bad) if bad else "all arrows point the right way")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
