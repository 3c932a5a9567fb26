#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
"""Read an IORT (Arm DEN0049) and say whether it describes QEMU virt's SMMUv3 rightly.

usage: iort.py TABLE     the table as /sys/firmware/acpi/tables/IORT gives it
Prints the nodes; exits 1 with one line for each thing that is wrong.
"""
import struct
import sys

ITS_GROUP, ROOT_COMPLEX, SMMUV3 = 0, 2, 4
SMMU_BASE = 0x09050000
SPI = 32
# virt's four SPIs from 74 on, in the order of the node's fields
INTERRUPTS = {"Event": SPI + 74, "PRI": SPI + 75, "GERR": SPI + 77, "SYNC": SPI + 76}
COHACC = 1


class Node:
    """One node: its type, its body behind the common 16 bytes, its ID mappings."""

    def __init__(self, table, offset):
        self.offset = offset
        self.type, self.length, self.revision = struct.unpack_from("<BHB", table, offset)
        count, array = struct.unpack_from("<II", table, offset + 8)
        self.body = table[offset + 16:offset + self.length]
        self.mappings = [struct.unpack_from("<IIIII", table, offset + array + 20 * n) for n in range(count)]

    def covers(self, rid, target):
        """Does a mapping take this ID to that node, as the same ID?"""
        return any(first <= rid <= first + more and out + rid - first == rid and ref == target.offset
                   for first, more, out, ref, _ in self.mappings)


def nodes(table):
    count, offset = struct.unpack_from("<II", table, 36)
    for _ in range(count):
        node = Node(table, offset)
        yield node
        offset += node.length


def check_smmu(smmu, its):
    """Complaints about the SMMUv3 node."""
    base, flags = struct.unpack_from("<QI", smmu.body, 0)
    model, *gsivs = struct.unpack_from("<IIIII", smmu.body, 24)
    print(f"  SMMUv3 at 0x{base:x}, model {model}, flags 0x{flags:x}, GSIVs {gsivs}, {len(smmu.mappings)} ID mappings")
    if base != SMMU_BASE:
        yield f"the base address is 0x{base:x}, not 0x{SMMU_BASE:x}"
    if model:
        yield f"the model is {model}, not the generic SMMUv3"
    if not flags & COHACC:
        yield "COHACC override is 0: its table walks are coherent"
    for (name, want), gsiv in zip(INTERRUPTS.items(), gsivs):
        if gsiv != want:
            yield f"GSIV {name} is {gsiv}, not {want}"
    for sid in (0, 0x10, 0xffff):
        if not smmu.covers(sid, its):
            yield f"StreamID 0x{sid:x} does not lead to the ITS as the same DeviceID"


def check(table):
    """All complaints about the table."""
    found = list(nodes(table))
    by_type = {kind: [n for n in found if n.type == kind] for kind in (ITS_GROUP, ROOT_COMPLEX, SMMUV3)}
    print(f"  IORT revision {table[8]}, {len(found)} nodes: "
          + ", ".join(f"{len(by_type[k])} {name}" for k, name in ((ITS_GROUP, "ITS group"), (SMMUV3, "SMMUv3"),
                                                                   (ROOT_COMPLEX, "root complex"))))
    if table[:4] != b"IORT" or struct.unpack_from("<I", table, 4)[0] != len(table) or sum(table) & 0xff:
        yield "signature, length or checksum is wrong"
    if any(len(n) != 1 for n in by_type.values()):
        yield "there is not one node of each kind"
        return
    (its,), (root,), (smmu,) = (by_type[kind] for kind in (ITS_GROUP, ROOT_COMPLEX, SMMUV3))
    yield from check_smmu(smmu, its)
    for rid in (0, 0x10, 0xff):
        if not root.covers(rid, smmu):
            yield f"requester ID 0x{rid:x} does not lead to the SMMU as the same StreamID"


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with open(sys.argv[1], "rb") as f:
        table = f.read()
    try:
        wrong = list(check(table))
    except struct.error as e:
        wrong = [f"the table ends too early: {e}"]
    for line in wrong:
        print(f"  IORT: {line}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
