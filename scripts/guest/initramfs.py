#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
"""Write an initramfs (cpio "newc", uncompressed) from files and a kernel package's modules.

Needs neither root nor cpio nor depmod: device nodes are only entries in the archive, and each module carries the
names of those it needs. The archive gets /modules/NAME.ko and, for each module asked for, /modules/NAME.order: the
names to insmod, in this order. Modules are stored unpacked: the guest is emulated and would do it slowly.
"""
import argparse
import gzip
import lzma
import os
import re
import stat
import subprocess
import sys
from pathlib import PurePosixPath

DIRECTORIES = ("bin", "dev", "proc", "sys", "tmp", "modules")
MODULE = re.compile(r"(.+)\.ko(?:\.(?:xz|gz|zst))?$")


class Cpio:
    """A newc archive under construction."""

    def __init__(self, out):
        self.out, self.inode, self.directories = out, 0, set()

    def add(self, name, mode, data=b"", device=(0, 0)):
        self.inode += 1
        name = name.encode() + b"\0"
        # magic, then: ino mode uid gid nlink mtime filesize devmajor devminor rdevmajor rdevminor namesize check
        fields = (self.inode, mode, 0, 0, 1, 0, len(data), 0, 0, *device, len(name), 0)
        header = b"070701" + b"".join(b"%08x" % f for f in fields) + name
        self.out.write(header + b"\0" * (-len(header) % 4) + data + b"\0" * (-len(data) % 4))

    def add_directory(self, name):
        """And those above it, each once."""
        for directory in (*reversed(PurePosixPath(name).parents[:-1]), name):
            if str(directory) not in self.directories:
                self.directories.add(str(directory))
                self.add(str(directory), stat.S_IFDIR | 0o755)

    def end(self):
        self.add("TRAILER!!!", 0)


def unpacked(path):
    with open(path, "rb") as f:
        data = f.read()
    if path.endswith(".xz"):
        return lzma.decompress(data)
    if path.endswith(".gz"):
        return gzip.decompress(data)
    if path.endswith(".zst"):
        return subprocess.run(["zstd", "-dcq", path], check=True, stdout=subprocess.PIPE).stdout
    return data


def canonical(name):
    return name.replace("-", "_")


class Modules:
    """The modules of an unpacked kernel package, by name ('-' and '_' are the same, as for modprobe)."""

    def __init__(self, root):
        self.path, self.builtin, self.data = {}, set(), {}
        for directory, _, files in os.walk(root):
            for file in files:
                if match := MODULE.match(file):
                    self.path[canonical(match[1])] = os.path.join(directory, file)
                elif file == "modules.builtin":
                    with open(os.path.join(directory, file), encoding="ascii") as f:
                        self.builtin |= {canonical(os.path.basename(line.strip())[:-3]) for line in f}

    def order(self, name, seen=()):
        """Names to load for this one, it last; empty if it is built in."""
        name = canonical(name)
        if name not in self.path:
            # Since 7.x Debian's packages do not say what is built in; a guest that lacks a driver will say so itself.
            if name in self.builtin or not self.builtin:
                return []
            sys.exit(f"initramfs.py: the kernel package has no module {name}")
        if name in seen:
            return []
        if name not in self.data:
            self.data[name] = unpacked(self.path[name])
        # The .modinfo section is a list of key=value strings, each ended by a zero byte.
        depends = re.search(rb"\0depends=([^\0]*)\0", self.data[name])
        names = []
        for needed in depends[1].decode().split(",") if depends and depends[1] else []:
            names += [n for n in self.order(needed, (*seen, name)) if n not in names]
        return [*names, name]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", required=True)
    parser.add_argument("--modules-of", metavar="DIR", help="an unpacked kernel package")
    parser.add_argument("--file", action="append", default=[], metavar="NAME=PATH", help="an executable file")
    parser.add_argument("module", nargs="*")
    args = parser.parse_args()

    if args.module and not args.modules_of:
        parser.error("modules are taken from --modules-of")
    modules = Modules(args.modules_of or os.devnull)
    with open(args.output, "wb") as out:
        cpio = Cpio(out)
        for name in DIRECTORIES:
            cpio.add_directory(name)
        cpio.add("dev/console", stat.S_IFCHR | 0o600, device=(5, 1))
        for spec in args.file:
            name, path = spec.split("=", 1)
            if parent := os.path.dirname(name):
                cpio.add_directory(parent)
            with open(path, "rb") as f:
                cpio.add(name, stat.S_IFREG | 0o755, f.read())
        for name in args.module:
            order = "".join(f"{m}\n" for m in modules.order(name))
            cpio.add(f"modules/{canonical(name)}.order", stat.S_IFREG | 0o644, order.encode())
        for name, data in sorted(modules.data.items()):
            cpio.add(f"modules/{name}.ko", stat.S_IFREG | 0o644, data)
        cpio.end()


if __name__ == "__main__":
    main()
