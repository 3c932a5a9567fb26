# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
"""smmu3-master and smmu3-master-pci, without guest software. docs/MASTERS.md."""
import random
import zlib

import pytest
from master import BASE, SID, SIDS, Master, PciMaster, pattern
from qtest import Qtest

MASTER = ("-device", "smmu3-master,id=m")
MEM, OTHER = 0x41000000, 0x42000000


@pytest.fixture
def boot(qemu, ours, request):
    """boot(*args) -> Qtest; all of them end with the test."""
    machines = request.node.machines = []

    def boot(*args, **options):
        machines.append(Qtest(qemu, *args, **options))
        return machines[-1]

    yield boot
    for machine in machines:
        machine.remove()


def data(size, seed=1):
    return random.Random(seed).randbytes(size)


@pytest.fixture(params=["platform", "pci"])
def master(boot, request):
    """One of each kind; translation is off."""
    if request.param == "pci":
        return PciMaster(boot(*PciMaster.ARGS))
    return Master(boot(*MASTER))


# What it is

def test_identity(boot):
    q = boot(*MASTER, *PciMaster.ARGS)
    platform, pci = Master(q), PciMaster(q)
    for m in (platform, pci):
        assert m.get("ID").to_bytes(4, "little") == b"SMM3"
        assert m.field("CAPS", "VERSION") == 1 and m.field("CAPS", "CHANNELS") == 16
        assert m.field("CAPS", "SECURE") == 0 and m.field("CAPS", "STALL") == 0
        assert m.state == "IDLE"
    assert platform.field("CAPS", "PCI") == 0 and pci.field("CAPS", "PCI") == 1
    assert (platform.get("SID_FIRST"), platform.get("SID_LAST")) == (SID, SID + SIDS - 1)
    assert (pci.get("SID_FIRST"), pci.get("SID_LAST")) == (PciMaster.SID,) * 2


# Commands

def test_read(master):
    content = data(4096)
    master.qtest.write(MEM, content)
    assert master.run("READ", SRC=MEM, SIZE=4096) == "OK"
    assert master.get("CRC") == zlib.crc32(content)
    assert master.get("RDATA") == int.from_bytes(content[:8], "little")
    assert master.run("READ", SRC=MEM + 3, SIZE=3) == "OK"
    assert master.get("RDATA") == int.from_bytes(content[3:6], "little")
    assert (master.get("OK_COUNT"), master.get("FAIL_COUNT"), master.get("BYTES")) == (1, 0, 3)


def test_write(master):
    assert master.run("WRITE", DST=MEM + 1, SIZE=11, WDATA=0x8877665544332211) == "OK"
    assert master.qtest.read(MEM, 16) == bytes.fromhex("00 1122334455667788 112233 00000000")


def test_copy(master):
    content = data(16384)
    master.qtest.write(MEM + 0x123, content)
    # Source and destination cross pages at different places.
    assert master.run("COPY", SRC=MEM + 0x123, DST=OTHER + 0xabc, SIZE=4096, COUNT=4, STRIDE=4096) == "OK"
    assert master.qtest.read(OTHER + 0xabc, 16384) == content
    assert master.qtest.read(OTHER, 0xabc) == bytes(0xabc)
    assert master.get("BYTES") == 16384 and master.get("OK_COUNT") == 4
    assert master.get("CRC") == zlib.crc32(content)


def test_fill_and_verify(master):
    assert master.run("FILL", DST=MEM + 5, SIZE=100, SEED=0x1234) == "OK"
    assert master.qtest.read(MEM + 5, 100) == bytes(pattern(0x1234, MEM + 5 + i) for i in range(100))
    assert master.run("VERIFY", SRC=MEM + 5, SIZE=100, SEED=0x1234) == "OK"
    master.qtest.write(MEM + 50, bytes([pattern(0x1234, MEM + 50) ^ 1]))
    assert master.run("VERIFY", SRC=MEM + 5, SIZE=100, SEED=0x1234) == "MISMATCH"
    assert (master.get("FAIL_ADDR"), master.cause) == (MEM + 50, "DATA")


def test_no_memory(master):
    """DMA reaches memory only: nothing happens to a device, and nothing is read of it."""
    for address in (0x09000000, BASE, 0x09050000, 0x00f00000000):
        assert master.run("READ", SRC=address, SIZE=4) == "ABORTED"
        assert (master.get("FAIL_ADDR"), master.cause, master.field("FAIL_INFO", "WRITE")) == (address, "MEMORY", 0)
        assert master.run("WRITE", DST=address, SIZE=4) == "ABORTED"
        assert (master.get("FAIL_ADDR"), master.cause, master.field("FAIL_INFO", "WRITE")) == (address, "MEMORY", 1)
