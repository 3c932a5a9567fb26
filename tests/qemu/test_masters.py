# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
"""smmu3-master and smmu3-master-pci, without guest software. docs/MASTERS.md."""
import re
import subprocess
import zlib
from pathlib import Path

import pytest
from master import (
    BASE, IOVA, MASTER, MAX, MEM, OTHER, PLACE, PROFILE, SECURE_MACHINE, SECURE_MEM, SID, SIDS, STREAMS, X,
    Master, PciMaster, SecureBus, data, pattern,
)
from smmu import NS, PXN, READ_ONLY, RW, STALL_TERM, USER, UXN, Interface

pytestmark = pytest.mark.usefixtures("ours")
C_BAD_STE, F_BAD_ATS_TREQ, F_STREAM_DISABLED, F_TRANSL_FORBIDDEN, C_BAD_SUBSTREAMID, C_BAD_CD = 4, 5, 6, 7, 8, 10
F_TRANSLATION, F_PERMISSION = 0x10, 0x13


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


def test_worked_example(qemu, ours):
    """The first DMA of docs/MASTERS.md, as it stands there."""
    page = Path(__file__).resolve().parents[2] / "docs/MASTERS.md"
    command, *lines = re.search(r"```\n\$ build/(.*?)```", page.read_text(encoding="utf-8"), re.S)[1].splitlines()
    lines = [line.split("#")[0].strip() for line in lines]
    said = []
    with subprocess.Popen([qemu, *command.split()[1:]], text=True, bufsize=1, stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        for line in lines:
            if not line.startswith("OK"):
                process.stdin.write(f"{line}\n")
                said.append(process.stdout.readline().strip())
        process.kill()
    assert [line for line in said if line != "OK"] == [line for line in lines if line.startswith("OK")]


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
    for address in (0x09000000, BASE, 0x09050000, 0xf00000000):
        assert master.run("READ", SRC=address, SIZE=4) == "ABORTED"
        assert (master.get("FAIL_ADDR"), master.cause, master.field("FAIL_INFO", "WRITE")) == (address, "MEMORY", 0)
        assert master.run("WRITE", DST=address, SIZE=4) == "ABORTED"
        assert (master.get("FAIL_ADDR"), master.cause, master.field("FAIL_INFO", "WRITE")) == (address, "MEMORY", 1)


# Which accesses

def test_stride_and_repeat(master):
    q = master.qtest
    assert master.run("WRITE", DST=MEM, SIZE=2, COUNT=5, STRIDE=8, REPEAT=3, WDATA=0xbbaa) == "OK"
    assert q.read(MEM, 40) == (b"\xaa\xbb" + bytes(6)) * 5 and q.read(MEM + 40, 8) == bytes(8)
    assert (master.get("OK_COUNT"), master.get("BYTES")) == (15, 30)
    content = data(64)
    q.write(MEM, content)
    assert master.run("READ", SRC=MEM + 56, SIZE=8, COUNT=8, STRIDE=-8) == "OK"   # downwards
    assert master.get("CRC") == zlib.crc32(b"".join(content[i:i + 8] for i in range(56, -1, -8)))
    assert master.get("RDATA") == int.from_bytes(content[:8], "little")


@pytest.mark.parametrize("count", [1, 2, 3, 16, 17, 1000])
def test_random_order(master, count):
    """Each access once, in an order of the seed's."""
    assert master.run("FILL", DST=MEM, SIZE=8, COUNT=count, STRIDE=8, SEED=9, CTRL={"RANDOM": 1}) == "OK"
    assert master.run("VERIFY", SRC=MEM, SIZE=8, COUNT=count, STRIDE=8, SEED=9) == "OK"
    crcs = set()
    for seed in range(4):
        assert master.run("READ", SRC=MEM, SIZE=8, COUNT=count, STRIDE=8, SEED=seed, CTRL={"RANDOM": 1}) == "OK"
        crcs.add(master.get("CRC"))
    assert len(crcs) > 1 or count <= 2


def test_addresses_wrap(master):
    """Addresses have 64 bits and wrap; without translation those above the output size are aborted."""
    assert master.run("WRITE", DST=0xfffffffffffffffc, SIZE=8, CTRL={"GO_ON": 1}, COUNT=2, STRIDE=MEM + 4) == "ABORTED"
    assert (master.get("FAIL_ADDR"), master.get("OK_COUNT"), master.get("FAIL_COUNT")) == (0xfffffffffffffffc, 1, 1)


def test_go_on(master):
    """With GO_ON all accesses are made and the first that failed is told; otherwise it is the last."""
    q, ram_end = master.qtest, 0x50000000
    assert master.run("WRITE", DST=ram_end + 0x2000, SIZE=8, COUNT=6, STRIDE=-0x1000, CTRL={"GO_ON": 1},
                      WDATA=7) == "ABORTED"
    assert (master.get("OK_COUNT"), master.get("FAIL_COUNT")) == (3, 3)
    assert master.get("FAIL_ADDR") == ram_end + 0x2000
    assert [q.readl(ram_end - 0x1000 * i) for i in (1, 2, 3)] == [7, 7, 7]
    assert master.run("WRITE", DST=ram_end - 0x2000, SIZE=8, COUNT=6, STRIDE=0x1000) == "ABORTED"
    assert (master.get("OK_COUNT"), master.get("FAIL_COUNT"), master.get("FAIL_ADDR")) == (2, 1, ram_end)


# What goes wrong

@pytest.mark.parametrize("reason, command, registers", [
    ("BAD_SIZE", "READ", {"SIZE": 0}),
    ("BAD_SIZE", "READ", {"SIZE": 4097}),
    ("BAD_SIZE", "COPY", {"SIZE": 0xffffffff}),
    ("BAD_COUNT", "READ", {"COUNT": 0}),
    ("BAD_COUNT", "READ", {"REPEAT": 0}),
    ("BAD_STREAM", "READ", {"STREAM_ID": 5}),
    ("BAD_STREAM", "READ", {"STREAM_ID": SID + SIDS}),
    ("BAD_SUBSTREAM", "READ", {"SUBSTREAM_ID": 1}),
    ("BAD_SEC", "READ", {"CTRL": {"SEC": "SECURE"}}),
    ("BAD_SEC", "READ", {"CTRL": {"SEC": 3}}),
    ("BAD_ATS", "TREQ", {"CTRL": {"TRANSLATED": 1}}),
    ("BAD_ATS", "READ", {"CTRL": {"TRANSLATED": 1, "CAN_STALL": 1}}),
    ("BAD_DIRECT", "READ", {"CTRL": {"DIRECT": 1}}),
])
def test_refused(master, reason, command, registers):
    master.set("IRQ_ENABLE", 7)
    master.start(command, SRC=MEM, DST=OTHER, **registers)
    assert (master.state, master.reason) == ("REFUSED", reason)
    assert master.get("IRQ_STATUS") == 0
    assert master.run("READ", SRC=MEM) == "OK" and master.reason == "NO_REASON"


@pytest.mark.parametrize("number", [7, 8, 15, 0xffffffff])
def test_no_such_command(master, number):
    master.set("CMD", number)
    assert (master.state, master.reason) == ("REFUSED", "BAD_CMD")
    master.set("CMD", 0)   # STOP of what does not run changes nothing
    assert master.state == "REFUSED"


def test_busy(master):
    """A long command is run in slices, as guest time goes on. Meanwhile only STOP counts."""
    master.start("WRITE", DST=MEM, SIZE=4096, COUNT=0xffffffff, REPEAT=0xffffffff, WDATA=1)
    assert master.state == "BUSY"
    done = master.get("OK_COUNT")
    assert 0 < done <= 256
    for register, value in (("DST", OTHER), ("SIZE", 1), ("COUNT", 1), ("CTRL", 0x10), ("WDATA", 2), ("CMD", 1)):
        before = master.get(register)
        master.set(register, value)
        assert master.get(register) == before, register
    assert master.get("OK_COUNT") == done   # the clock stands still
    master.qtest.clock_step(1_000_000)
    assert done < master.get("OK_COUNT") < 1_000_000 and master.state == "BUSY"
    master.set("CMD", 0)
    assert master.state == "STOPPED" and master.get("IRQ_STATUS") == 1
    done = master.get("OK_COUNT")
    master.qtest.clock_step(1_000_000)
    assert master.get("OK_COUNT") == done
    assert master.run("READ", SRC=MEM) == "OK"


def test_channels_do_not_meet(master):
    others = [master.other(n) for n in range(16)]
    for n, m in enumerate(others):
        m.start("WRITE", DST=MEM + 0x1000 * n, SIZE=8, COUNT=1000 + n, STRIDE=0, WDATA=n + 1)
    assert {m.state for m in others} == {"BUSY"}
    for n, m in enumerate(others):
        assert m.wait() == "OK" and m.get("OK_COUNT") == 1000 + n
        assert m.qtest.readq(MEM + 0x1000 * n) == n + 1


def test_access_sizes(master):
    """Words and doublewords; everything else, and what is behind the registers, is nothing."""
    q = master.qtest
    q.writeq(master.frame + 0x38, 0x1122334455667788)   # SRC
    assert q.readl(master.frame + 0x3c) == 0x11223344
    q.writel(master.frame + 0x38, 0x99)
    assert master.get("SRC") == 0x1122334400000099
    assert q.readl(master.frame + 0x0c0) == 0 and q.readl(master.frame + 0xffc) == 0
    q.writel(master.frame + 0xffc, 0xffffffff)
    for register in ("ID", "CAPS", "SID_FIRST", "STATUS", "CRC", "OUT_ADDR"):
        before = master.get(register)
        master.set(register, 0xffffffff)
        assert master.get(register) == before, register
    q.writel(master.frame + 0x48, 0xffffffff)   # SIZE has 13 bits
    assert master.get("SIZE") == 0x1fff


def test_reset(master):
    q = master.qtest
    master.start("WRITE", DST=MEM, SIZE=8, COUNT=0xffffffff, WDATA=1, CTRL={"MSI": 1})
    master.set("IRQ_ENABLE", 1)
    q.qmp("system_reset")
    if master.base != BASE:
        master = PciMaster(q)
    assert master.state == "IDLE" and master.get("SIZE") == 8 and master.get("STREAM_ID") == 0xffffffff
    assert master.get("IRQ_ENABLE") == 0 and master.get("CTRL") == 0
    q.write(MEM, bytes(8))
    q.clock_step(1_000_000)
    assert q.readq(MEM) == 0


# Behind translation

@pytest.fixture
def nested(boot):
    """A master for StreamIDs 0x10 to 0x1f, and the Non-secure interface of an SMMU with everything."""
    q = boot(*MAX, *STREAMS)
    return Master(q), Interface(q)


def test_stream_id(nested):
    """Each StreamID has its own translations, and events name it."""
    master, smmu = nested
    smmu.start()
    for sid in (X, X + 15):
        smmu.stage1(sid).map(IOVA, MEM + (sid << 12))
    for sid in (X, X + 15):
        assert master.run("WRITE", DST=IOVA + 8, STREAM_ID=sid, WDATA=sid) == "OK"
        assert master.qtest.readq(MEM + (sid << 12) + 8) == sid
        assert master.get("OUT_ADDR") == MEM + (sid << 12) + 8 and master.field("OUT_ATTR", "BYPASS") == 0
    assert master.run("WRITE", DST=IOVA, STREAM_ID=X + 1) == "ABORTED"
    assert (master.cause, master.field("FAIL_INFO", "WRITE"), master.get("FAIL_ADDR")) == ("SMMU", 1, IOVA)
    (event,) = smmu.events()
    assert event.has(type=C_BAD_STE, sid=X + 1)
    assert master.run("READ", SRC=IOVA) == "OK"   # without one: the first


def test_substream(nested):
    """A SubstreamID selects the CD."""
    master, smmu = nested
    smmu.start()
    first = smmu.stage1(X, ssid_bits=3, s1dss=2)
    first.map(IOVA, MEM)
    smmu.context(X, first.table, 5).map(IOVA, OTHER)
    assert master.run("WRITE", DST=IOVA, WDATA=1) == "OK"
    assert master.run("WRITE", DST=IOVA, WDATA=5, SUBSTREAM_ID={"SSID": 5, "VALID": 1}) == "OK"
    assert (master.qtest.readq(MEM), master.qtest.readq(OTHER)) == (1, 5)
    assert smmu.events() == []
    for ssid, number in ((8, C_BAD_SUBSTREAMID), (0, F_STREAM_DISABLED), (4, C_BAD_CD)):
        assert master.run("READ", SRC=IOVA, SUBSTREAM_ID={"SSID": ssid, "VALID": 1}) == "ABORTED"
        (event,) = smmu.events()
        assert event.has(type=number, sid=X)
    assert master.run("READ", SRC=IOVA + 0x1000, SUBSTREAM_ID={"SSID": 5, "VALID": 1}) == "ABORTED"
    (event,) = smmu.events()
    assert event.has(type=F_TRANSLATION, sid=X, ssv=1, ssid=5, address=IOVA + 0x1000)


def test_privilege_and_instruction(nested):
    master, smmu = nested
    smmu.start()
    space = smmu.stage1(X)
    rights = {   # descriptor bits: for whom they are no fault, of read, write, fetch; privileged ones in capitals
        RW & ~USER | UXN: "RWX", RW & ~USER | PXN | UXN: "RW", RW | UXN | PXN: "rwRW", RW | READ_ONLY: "rxRX",
        RW | READ_ONLY | UXN: "rRX", RW | READ_ONLY | PXN: "rxR",
    }
    for page, bits in enumerate(rights):
        space.map(page << 12, MEM + (page << 12), bits)
    for page, allowed in enumerate(rights.values()):
        for kind in "rwxRWX":
            attributes = {"PRIV": kind.isupper(), "INSTR": kind in "xX"}
            command = "WRITE" if kind in "wW" else "READ"
            state = master.run(command, SRC=page << 12, DST=page << 12, READ_ATTR=attributes, WRITE_ATTR=attributes)
            assert state == ("OK" if kind in allowed else "ABORTED"), f"{kind} of {allowed}"
            events = smmu.events()
            if kind in allowed:
                assert events == []
                assert master.field("OUT_ATTR", "PRIV") == kind.isupper()
                assert master.field("OUT_ATTR", "INSTR") == (kind in "xX")
            else:
                assert events[0].has(type=F_PERMISSION, sid=X, pnu=kind.isupper(), ind=kind in "xX",
                                     rnw=kind not in "wW", address=page << 12)


def test_memory_attributes(nested):
    """What an access says of its memory, and what stage 1 makes of it; QEMU itself carries none."""
    master, smmu = nested
    smmu.start()
    smmu.bypass(X)
    smmu.stage1(X + 1).map(IOVA, MEM)   # MAIR 0xff, Inner Shareable
    assert master.run("READ", SRC=MEM, READ_ATTR={"TYPED": 1, "MAIR": 0x04, "SH": 2}) == "OK"
    assert (master.field("OUT_ATTR", "TYPED"), master.field("OUT_ATTR", "MAIR")) == (1, 0x04)
    assert master.field("OUT_ATTR", "BYPASS") == 1
    assert master.run("READ", SRC=IOVA, STREAM_ID=X + 1, READ_ATTR={"TYPED": 1, "MAIR": 0x04, "SH": 2}) == "OK"
    assert (master.field("OUT_ATTR", "MAIR"), master.field("OUT_ATTR", "SH")) == (0xff, 3)
    assert master.run("READ", SRC=MEM) == "OK" and master.field("OUT_ATTR", "TYPED") == 0


def test_copy_across_pages(nested):
    """What a fault leaves behind: what lies before it has arrived."""
    master, smmu = nested
    smmu.start()
    space = smmu.stage1(X)
    for page, address in ((0, MEM), (1, MEM + 0x10000), (8, OTHER), (9, OTHER + 0x20000)):
        space.map(page << 12, address)
    content = data(0x2000)
    master.qtest.write(MEM, content[:0x1000])
    master.qtest.write(MEM + 0x10000, content[0x1000:])
    assert master.run("COPY", SRC=0x400, DST=0x8c00, SIZE=0x1000) == "OK"
    q = master.qtest
    assert q.read(OTHER + 0xc00, 0x400) + q.read(OTHER + 0x20000, 0xc00) == content[0x400:0x1400]
    assert master.run("COPY", SRC=0x1000, DST=0x9800, SIZE=0x1000) == "ABORTED"
    assert (master.get("FAIL_ADDR"), master.get("BYTES"), master.cause) == (0xa000, 0x800, "SMMU")
    assert q.read(OTHER + 0x20800, 0x800) == content[0x1000:0x1800]
    (event,) = smmu.events()
    assert event.has(type=F_TRANSLATION, rnw=0, address=0xa000)


# Stalls

@pytest.mark.parametrize("command", ["READ", "WRITE", "COPY"])
def test_stall_and_retry(nested, command):
    master, smmu = nested
    smmu.start()
    space = smmu.stage1(X, stall=True)
    space.map(0x1000, MEM)
    assert master.field("CAPS", "STALL") == 1
    at = 0x2000 if command == "READ" else 0x3000
    if command == "COPY":
        space.map(0x2000, MEM + 0x2000)
    master.qtest.writeq(MEM + 0x2000, 0x1234)
    master.start(command, SRC=0x2000, DST=0x3000, WDATA=0x1234, CTRL={"CAN_STALL": 1})
    assert master.state == "STALLED" and master.get("IRQ_STATUS") == 2 and master.get("STALLS") == 1
    (event,) = smmu.events()
    assert event.has(type=F_TRANSLATION, sid=X, stall=1, address=at, rnw=int(command == "READ"))
    smmu.resume(X, event.stag, "retry")   # the fault is still there
    assert master.wait() == "STALLED"
    (event,) = smmu.events()
    assert event.has(type=F_TRANSLATION, stall=1, address=at)
    space.map(at, MEM + 0x2000 if command == "READ" else OTHER)
    smmu.resume(X, event.stag, "retry")
    assert master.wait() == "OK" and master.get("STALLS") == 2
    assert master.get("RDATA") == 0x1234 if command == "READ" else master.qtest.readq(OTHER) == 0x1234
    assert smmu.events() == []


@pytest.mark.parametrize("end", ["abort", "STALL_TERM", "SMMUEN", "STOP", "terminate"])
def test_stall_ends(nested, end):
    master, smmu = nested
    smmu.start()
    smmu.stage1(X, stall=True)
    master.start("READ", SRC=IOVA, CTRL={"CAN_STALL": 1})
    assert master.state == "STALLED"
    (event,) = smmu.events()
    if end == "STALL_TERM":
        smmu.command(STALL_TERM, 0, X << 32)
    elif end == "SMMUEN":
        smmu.enable(0xc)
    elif end == "STOP":
        master.set("CMD", 0)
    else:
        smmu.resume(X, event.stag, end)
    # RESUME's "terminate" is RAZ/WI, because IDR0.TERM_MODEL is 0.
    assert master.wait() == {"STOP": "STOPPED", "terminate": "OK"}.get(end, "ABORTED")
    if end == "terminate":
        assert master.get("RDATA") == 0
    smmu.enable(0xd)
    # A STAG is software's until it has answered; then all are there again.
    smmu.resume(X, event.stag, "abort")
    assert master.run("READ", SRC=IOVA) == "ABORTED"   # cannot wait
    (event,) = smmu.events()
    assert event.has(type=F_TRANSLATION, stall=0)


def test_more_stalls_than_stags(boot):
    """STALL_MAX is 2: others wait without an event until a STAG is free."""
    q = boot(*MAX, *STREAMS, "-global", "arm-smmuv3.idr5=0x000204f6")
    master, smmu = Master(q), Interface(q)
    smmu.start()
    space = smmu.stage1(X, stall=True)
    channels = [master.other(n) for n in range(4)]
    for n, m in enumerate(channels):
        m.start("READ", SRC=0x1000 * n, CTRL={"CAN_STALL": 1})
    assert {m.state for m in channels} == {"STALLED"}
    events = smmu.events()
    assert [e.address for e in events] == [0, 0x1000]
    for n in range(4):
        space.map(0x1000 * n, MEM)
    for event in events:
        smmu.resume(X, event.stag, "retry")
    assert [m.wait() for m in channels] == ["OK"] * 4
    assert smmu.events() == []


def test_stalls_and_reset(nested):
    master, smmu = nested
    smmu.start()
    smmu.stage1(X, stall=True)
    for n in range(16):
        master.other(n).start("READ", SRC=IOVA, CTRL={"CAN_STALL": 1})
    master.qtest.qmp("system_reset")
    assert {master.other(n).state for n in range(16)} == {"IDLE"}
    assert master.run("READ", SRC=MEM) == "OK"


# ATS

@pytest.mark.parametrize("write", [0, 1])
def test_translation_request(nested, write):
    master, smmu = nested
    registers = {"SRC": IOVA + 8, "READ_ATTR": {"NW": not write, "PRIV": 1}, "SUBSTREAM_ID": {"SSID": 3, "VALID": 1}}
    assert master.run("TREQ", **registers) == "ABORTED"   # SMMUEN=0
    assert (master.cause, master.name("ATS", "STATUS", "NONE SUCCESS UR CA")) == ("UR", "UR")
    (event,) = smmu.events()
    assert event.has(type=F_BAD_ATS_TREQ, sid=X, ssv=1, ssid=3, address=IOVA)
    assert event.bits(95, 92) == 0b1001 | write << 2   # R, W, X, P
    assert event.bits(67, 64) == 1   # Span
    smmu.start()
    assert master.run("TREQ", **registers) == "ABORTED"   # no STE
    assert master.cause == "CA" and smmu.events() == []
    smmu.stage1(X).map(IOVA, MEM)
    assert master.run("TREQ", **registers) == "ABORTED"
    assert master.cause == "UR" and [e.type for e in smmu.events()] == [F_BAD_ATS_TREQ]
    assert master.run("TREQ", SRC=IOVA, STREAM_ID=X, CTRL={"CAN_STALL": 1}, COUNT=3) == "ABORTED"
    assert len(smmu.events()) == 1


def test_translated(nested):
    master, smmu = nested
    assert master.run("WRITE", DST=MEM, CTRL={"TRANSLATED": 1}, WDATA=1) == "ABORTED"
    smmu.start()
    smmu.stage1(X).map(IOVA, MEM)
    for address in (IOVA, MEM):
        assert master.run("WRITE", DST=address, CTRL={"TRANSLATED": 1}, WDATA=1) == "ABORTED"
    assert master.cause == "SMMU" and master.qtest.readq(MEM) == 0
    for event, address in zip(smmu.events(), (MEM, IOVA, MEM), strict=True):
        assert event.has(type=F_TRANSL_FORBIDDEN, sid=X, rnw=0, address=address)


# Security states

def test_secure_needs_permission(boot):
    """Only a master with secure=any is one for everybody, one with secure=on is for the Secure world."""
    q = boot(*PROFILE, "-device", "smmu3-master", "-device", "smmu3-master,secure=on",
             "-device", "smmu3-master,secure=any", **SECURE_MACHINE)
    off, on, everybody = (Master(q, BASE + n * PLACE) for n in range(3))
    assert off.field("CAPS", "SECURE") == 0 and everybody.field("CAPS", "SECURE") == 1
    off.start("READ", SRC=MEM, CTRL={"SEC": "SECURE"})
    assert off.reason == "BAD_SEC"
    assert on.get("ID") == on.get("CAPS") == 0   # RAZ/WI
    on.set("CMD", 1)
    assert on.get("STATUS") == 0
    # What the memory of the Secure world is, an access with NS=0 finds out.
    assert everybody.run("FILL", DST=SECURE_MEM, SIZE=64, SEED=1, CTRL={"SEC": "SECURE"}) == "OK"
    assert everybody.run("VERIFY", SRC=SECURE_MEM, SIZE=64, SEED=1, CTRL={"SEC": "SECURE"}) == "OK"
    assert everybody.field("OUT_ATTR", "PAS") == 1
    assert everybody.run("READ", SRC=SECURE_MEM, CTRL={"SEC": "SECURE"}, READ_ATTR={"NS": 1}) == "ABORTED"
    assert everybody.run("READ", SRC=SECURE_MEM) == "ABORTED"
    assert off.run("READ", SRC=SECURE_MEM) == "ABORTED" and off.cause == "MEMORY"
    assert everybody.run("READ", SRC=MEM, CTRL={"SEC": "SECURE"}, READ_ATTR={"NS": 1}) == "OK"
    assert everybody.field("OUT_ATTR", "PAS") == 0


def test_secure_registers_by_a_secure_master(boot):
    """A master with secure=on does its accesses as Secure by itself; devices=on lets another reach its registers."""
    q = boot(*PROFILE, "-device", "smmu3-master,secure=on", "-device", "smmu3-master,secure=any,devices=on",
             **SECURE_MACHINE)
    tool = Master(q, BASE + PLACE)
    bus = SecureBus(tool, SID + SIDS)
    on = Master(bus, BASE)
    assert on.get("ID").to_bytes(4, "little") == b"SMM3" and on.field("CAPS", "SECURE") == 1
    assert on.run("FILL", DST=SECURE_MEM + 0x100, SIZE=32, SEED=2) == "OK" and on.field("OUT_ATTR", "PAS") == 1
    assert on.run("READ", SRC=SECURE_MEM + 0x100, CTRL={"SEC": "NON_SECURE"}) == "ABORTED"


def test_secure_stream(boot):
    """The Secure interface, programmed through a master: its tables, its events, its memory; none of the others'."""
    q = boot(*PROFILE, "-device", "smmu3-master,secure=any,devices=on,sid=0x10,num-sids=16", **SECURE_MACHINE)
    master, bus = Master(q), SecureBus(Master(q, channel=1), X + 15)
    ns, secure = Interface(q), Interface(bus, SECURE_MEM + 0x100000, secure=True)
    secure.bypass(X + 15)
    secure.start()
    ns.start()
    space = secure.stage1(X)
    space.map(0x1000, SECURE_MEM + 0x8000)
    space.map(0x2000, MEM, RW | NS)
    ns.stage1(X).map(0x1000, OTHER)
    sec = {"SEC": "SECURE"}
    assert master.run("WRITE", DST=0x1000, WDATA=0x51, CTRL=sec) == "OK"
    assert bus.get(SECURE_MEM + 0x8000, 8) == 0x51 and master.field("OUT_ATTR", "PAS") == 1
    assert master.run("WRITE", DST=0x2000, WDATA=0x52, CTRL=sec) == "OK"
    assert q.readq(MEM) == 0x52 and master.field("OUT_ATTR", "PAS") == 0
    assert master.run("WRITE", DST=0x1000, WDATA=0x53) == "OK" and q.readq(OTHER) == 0x53
    assert ns.events() == [] and secure.events() == []
    assert master.run("READ", SRC=0x3000, CTRL=sec) == "ABORTED"
    assert ns.events() == []
    (event,) = secure.events()
    assert event.has(type=F_TRANSLATION, sid=X, address=0x3000)
    # ATS is not for Secure streams.
    assert master.run("TREQ", SRC=0x1000, CTRL=sec) == "ABORTED" and master.cause == "UR"
    assert master.run("READ", SRC=0x1000, CTRL={**sec, "TRANSLATED": 1}) == "ABORTED"
    assert [e.type for e in secure.events()] == [F_BAD_ATS_TREQ, F_TRANSL_FORBIDDEN]
    assert ns.events() == []


def test_secure_stall(boot):
    """Stalls of the two states are apart; NSSTALLD takes them from the Non-secure side."""
    q = boot("-global", "arm-smmuv3.profile=max", "-device",
             "smmu3-master,secure=any,devices=on,sid=0x10,num-sids=16", **SECURE_MACHINE)
    master, bus = Master(q), SecureBus(Master(q, channel=1), X + 15)
    secure = Interface(bus, SECURE_MEM + 0x100000, secure=True)
    secure.bypass(X + 15)
    secure.start()
    space = secure.stage1(X, stall=True)
    master.start("READ", SRC=0x1000, CTRL={"SEC": "SECURE", "CAN_STALL": 1})
    assert master.state == "STALLED"
    (event,) = secure.events()
    assert event.has(type=F_TRANSLATION, stall=1)
    ns = Interface(q)
    ns.start()
    ns.resume(X, event.stag, "abort")   # not the Non-secure side's
    assert master.wait() == "STALLED"
    space.map(0x1000, SECURE_MEM)
    secure.resume(X, event.stag, "retry")
    assert master.wait() == "OK"


def test_pci_and_sec_sid(boot):
    """The function is what sec-sid says, also at run time, and never more."""
    q = boot(*PROFILE, *PciMaster.ARGS, **SECURE_MACHINE)
    m = PciMaster(q)
    m.start("READ", SRC=MEM, CTRL={"SEC": "SECURE"})
    assert m.reason == "BAD_SEC" and m.field("CAPS", "SECURE") == 0
    q.qmp("qom-set", path="/machine/peripheral/pci", property="sec-sid", value="secure")
    assert m.field("CAPS", "SECURE") == 1
    assert m.run("FILL", DST=SECURE_MEM, SIZE=64) == "OK"   # its own state
    assert m.run("READ", SRC=SECURE_MEM, CTRL={"SEC": "NON_SECURE"}) == "ABORTED"
    q.qmp("qom-set", path="/machine/peripheral/pci", property="sec-sid", value="non-secure")
    assert m.run("READ", SRC=SECURE_MEM) == "ABORTED"
