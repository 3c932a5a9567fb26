# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
"""smmu3-testengine: Arm's SMMUv3TestEngine. docs/MASTERS.md.

The layout is typed here, not taken from spec/testengine.def.
"""
import random

import pytest
from machine import migrate
from master import BASE, MAX, MEM, OTHER, PLACE, PROFILE, SECURE_MACHINE, SECURE_MEM, Master, SecureBus
from qtest import ECAM
from smmu import Interface

pytestmark = pytest.mark.usefixtures("ours")
F_TRANSLATION = 0x10
ENGINE = ("-device", "smmu3-testengine,id=t")
NO_FRAME, HALTED, MEMCPY, RAND48, SUM64, ERROR, MISCONFIGURED = 0, 1, 2, 3, 4, 0xffffffff, 0xfffffffe
CMD, UCTRL, LAUNCHED, RETURNED, MSIADDRESS, MSIDATA, MSIATTR, ATTRIBUTES, SEED = (
    0x00, 0x04, 0x08, 0x0c, 0x10, 0x18, 0x1c, 0x20, 0x24)
BEGIN, END, STRIDE, UDATA = 0x28, 0x30, 0x38, 0x40
PRIVILEGED = 0x10000
PCTRL, PORT, STREAMID, SUBSTREAMID = (PRIVILEGED + o for o in (0, 4, 8, 12))
WIDE = {MSIADDRESS, BEGIN, END, STRIDE, *range(UDATA, UDATA + 64, 8)}
NO_SUBSTREAM, WB = 0xffffffff, 0x42ff42ff   # raWB and waWB, Inner Shareable, Non-secure; as Linux's drivers use


class Frame:
    def __init__(self, bus, number=0, base=BASE):
        self.bus, self.base = bus, base + 128 * number

    def get(self, offset):
        return (self.bus.readq if offset in WIDE else self.bus.readl)(self.base + offset)

    def set(self, offset, value):
        (self.bus.writeq if offset in WIDE else self.bus.writel)(self.base + offset, value)

    def start(self, command, begin=MEM, size=8, target=OTHER, stride=1, seed=0, sid=0, ssid=NO_SUBSTREAM, attributes=WB,
              msi=(0, 0, 0), port=0):
        """As tf-a-tests does it: the privileged frame, the user frame, the command; true if it is no configuration."""
        for offset, value in ((PORT, port), (STREAMID, sid), (SUBSTREAMID, ssid), (UCTRL, 0), (ATTRIBUTES, attributes),
                              (SEED, seed), (BEGIN, begin), (END, begin + size - 1), (STRIDE, stride), (UDATA, target),
                              (MSIADDRESS, msi[0]), (MSIDATA, msi[1]), (MSIATTR, msi[2]), (CMD, command)):
            self.set(offset, value)
        return self.get(CMD) == MISCONFIGURED

    def wait(self):
        for _ in range(100_000):
            if self.get(CMD) not in (MEMCPY, RAND48, SUM64):
                return self.get(CMD)
            self.bus.clock_step(100_000)
        raise AssertionError("the command does not end")

    def run(self, command, **how):
        self.start(command, **how)
        return self.wait()


@pytest.fixture
def frame(boot):
    return Frame(boot(*ENGINE))


def rand48(seed, first, size, begin):
    """The data of RAND48: a generator for each page, and one for where it begins."""
    out = bytearray()
    for address in range(first, first + size):
        if address % 4096 == 0 or address == begin or not out:
            x = ((seed ^ address >> 32 ^ address & 0xffffffff) & 0xffffffff) << 16 | 0x330e
        x = (x * 0x5deece66d + 0xb) % (1 << 48)
        out.append(x >> 17 & 0xff)
        x = (x * 0x5deece66d + 0xb) % (1 << 48)
    return bytes(out)


# Commands

@pytest.mark.parametrize("seed", [0, 0xffffffff, 42, 84])
@pytest.mark.parametrize("begin, target, size", [(MEM, OTHER, 0x2000), (MEM + 0x7f3, OTHER + 0x101, 0x1234),
                                                 (MEM + 5, OTHER, 1)])
def test_memcpy(frame, seed, begin, target, size):
    content = random.Random(seed).randbytes(size)
    frame.bus.write(begin, content)
    assert frame.run(MEMCPY, begin=begin, target=target, size=size, seed=seed) == HALTED
    assert frame.bus.read(target, size) == content
    assert frame.bus.read(target - 16, 16) == bytes(16) and frame.bus.read(target + size, 16) == bytes(16)
    assert frame.get(LAUNCHED) == frame.get(RETURNED) > 1


@pytest.mark.parametrize("seed", [0, 0xffffffff, 7])
def test_memcpy_with_stride(frame, seed):
    content = random.Random(seed).randbytes(256)
    frame.bus.write(MEM, content)
    # Words 0, 3, 6, 9: the last ends where END_INCL, rounded up, does.
    assert frame.run(MEMCPY, begin=MEM + 3, size=74, target=OTHER + 4, stride=24, seed=seed) == HALTED
    copied = bytearray(256)
    for n in (0, 24, 48, 72):
        copied[4 + n:12 + n] = content[n:n + 8]
    assert frame.bus.read(OTHER, 256) == bytes(copied)
    assert frame.get(LAUNCHED) == 8


def test_stride_larger_than_the_range(frame):
    frame.bus.writeq(MEM, 0x1234)
    assert frame.run(MEMCPY, size=8, stride=1 << 40) == HALTED and frame.get(LAUNCHED) == 2
    assert frame.bus.readq(OTHER) == 0x1234


@pytest.mark.parametrize("seed", [0, 42, 0xffffffff])
def test_rand48(frame, seed):
    assert frame.run(RAND48, begin=MEM + 0x123, size=0x2345, seed=seed) == HALTED
    begin, end = MEM + 0x123, MEM + 0x123 + 0x2345
    cuts = [begin, *range(MEM + 0x1000, end, 0x1000), end]
    for first, last in zip(cuts, cuts[1:]):
        assert frame.bus.read(first, last - first) == rand48(seed, first, last - first, begin)
    assert frame.bus.read(end, 8) == bytes(8)


def test_rand48_with_stride(frame):
    assert frame.run(RAND48, begin=MEM, size=64, stride=32, seed=9) == HALTED
    assert frame.bus.read(MEM, 8) == rand48(9, MEM, 8, MEM) and frame.bus.read(MEM + 8, 24) == bytes(24)
    assert frame.bus.read(MEM + 32, 8) == rand48(9, MEM + 32, 8, MEM + 32)


@pytest.mark.parametrize("seed", [0, 42])
@pytest.mark.parametrize("stride", [1, 8, 64])
def test_sum64(frame, seed, stride):
    words = [random.Random(n).getrandbits(64) for n in range(1024)]
    frame.bus.words(MEM, *words)
    frame.set(UDATA + 8, 99)
    assert frame.run(SUM64, size=8192, seed=seed, stride=stride) == HALTED
    assert frame.get(UDATA + 8) == sum(words[::max(1, stride // 8)]) % (1 << 64)


def test_error(frame):
    ram_end = 0x50000000
    assert frame.run(RAND48, begin=ram_end - 0x1000, size=0x2000) == ERROR
    assert frame.get(UDATA + 16) == ram_end
    assert frame.get(LAUNCHED) == frame.get(RETURNED) == 9   # pieces of 512 bytes, and the one that failed
    assert frame.run(MEMCPY, begin=ram_end - 8, size=8, target=ram_end + 8) == ERROR
    assert frame.get(UDATA + 16) == ram_end + 8


# No configurations

@pytest.mark.parametrize("command, how", [
    (5, {}), (0xfffffffd, {}), (0x80000002, {}),
    (MEMCPY, {"stride": 0}), (MEMCPY, {"stride": 2}), (MEMCPY, {"stride": 12}), (MEMCPY, {"size": 0}),
    (MEMCPY, {"begin": 0, "size": 1 << 64}), (RAND48, {"begin": 7, "size": (1 << 64) - 8}),
    (SUM64, {"begin": MEM + 4}), (SUM64, {"size": 12}),
    (MEMCPY, {"ssid": 0x100000}), (MEMCPY, {"sid": 8}), (MEMCPY, {"port": 64}),
    (MEMCPY, {"attributes": 0x42ff4244}), (MEMCPY, {"attributes": 0xc2ff42ff}), (MEMCPY, {"attributes": 0x42ff42f1}),
    (MEMCPY, {"msi": (MEM, 0, 0x42f8)}),
])
def test_misconfigured(frame, command, how):
    """It is read back at once, nothing is done, no MSI is sent."""
    how = {"msi": (MEM + 0x800, 0xcafe, 0x42ff), **how}
    assert frame.start(command, **how)
    assert frame.get(LAUNCHED) == 0 and frame.bus.readl(MEM + 0x800) == 0
    assert frame.run(MEMCPY) == HALTED


def test_states(frame):
    frame.set(CMD, NO_FRAME)
    assert frame.get(CMD) == HALTED
    frame.set(CMD, ERROR)
    assert frame.get(CMD) == ERROR
    frame.set(CMD, HALTED)
    assert frame.get(CMD) == HALTED


def test_running_frame_ignores_writes(frame):
    frame.start(RAND48, size=1 << 20)
    assert frame.get(CMD) == RAND48
    for offset in (BEGIN, SEED, UDATA, ATTRIBUTES, STREAMID, SUBSTREAMID, CMD):
        before = frame.get(offset)
        frame.set(offset, 1)
        assert frame.get(offset) == before, hex(offset)
    assert frame.wait() == HALTED


def test_frames_do_not_meet(boot):
    q = boot(*ENGINE)
    frames = [Frame(q, n) for n in range(0, 512, 37)] + [Frame(q, 511)]
    for n, f in enumerate(frames):
        f.start(RAND48, begin=MEM + n * 0x100000, size=0x40000, seed=n)
    assert {f.get(CMD) for f in frames} == {RAND48}
    for n, f in enumerate(frames):
        assert f.wait() == HALTED
        address = MEM + n * 0x100000 + 0x3f000
        assert q.read(address, 64) == rand48(n, address, 64, address)


def test_access_sizes(frame):
    """Any size, but for CMD."""
    q = frame.bus
    q.writeq(frame.base + ATTRIBUTES, 0x1122334455667788)
    assert (frame.get(ATTRIBUTES), frame.get(SEED)) == (0x55667788, 0x11223344)
    q.ask("writeb", frame.base + SEED + 1, 0xaa)
    q.ask("writew", frame.base + SEED + 2, 0xbbcc)
    assert frame.get(SEED) == 0xbbccaa44
    assert int(q.ask("readb", frame.base + SEED + 1), 0) == 0xaa
    assert int(q.ask("readw", frame.base + SEED + 2), 0) == 0xbbcc
    q.writeq(frame.base + CMD, MEMCPY)
    q.ask("writeb", frame.base + CMD, MEMCPY)
    assert frame.get(CMD) == HALTED and frame.get(LAUNCHED) == 0
    frame.set(LAUNCHED, 5)
    assert frame.get(LAUNCHED) == 0


# Behind translation

@pytest.fixture
def nested(boot):
    q = boot(*MAX, *ENGINE)
    return Frame(q), Interface(q)


def test_stream_and_substream(nested):
    frame, smmu = nested
    smmu.start()
    first = smmu.stage1(1, ssid_bits=3, s1dss=2)
    first.map(0x1000, MEM)
    smmu.context(1, first.table, 6).map(0x1000, OTHER)
    assert frame.run(RAND48, begin=0x1000, size=8, sid=1) == HALTED
    assert frame.bus.readq(MEM) and not frame.bus.readq(OTHER)
    assert frame.run(RAND48, begin=0x1000, size=8, sid=1, ssid=6) == HALTED and frame.bus.readq(OTHER)
    assert frame.run(MEMCPY, begin=0x1000, target=0x2000, size=8, sid=1, ssid=6) == ERROR
    assert frame.get(UDATA + 16) == 0x2000
    (event,) = smmu.events()
    assert event.has(type=F_TRANSLATION, sid=1, ssv=1, ssid=6, rnw=0, pnu=0, ind=0, address=0x2000)
    assert frame.run(MEMCPY, begin=0x3000, size=8, sid=1, attributes=WB | 0x500) == ERROR
    (event,) = smmu.events()
    assert event.has(type=F_TRANSLATION, sid=1, ssv=0, rnw=1, pnu=1, ind=1, address=0x3000)


def test_stall(nested):
    frame, smmu = nested
    smmu.start()
    space = smmu.stage1(0, stall=True)
    space.map(0x1000, MEM)
    frame.bus.writeq(MEM, 0x77)
    frame.start(MEMCPY, begin=0x1000, target=0x2ffc, size=8)
    assert frame.get(CMD) == MEMCPY
    space.map(0x2000, OTHER)
    (event,) = smmu.events()
    assert event.has(stall=1, address=0x2ffc)
    smmu.resume(0, event.stag, "retry")
    frame.bus.clock_step(1000)
    (event,) = smmu.events()   # the other half of the word is in another page
    assert event.has(stall=1, address=0x3000)
    smmu.resume(0, event.stag, "abort")
    assert frame.wait() == ERROR and frame.get(UDATA + 16) == 0x3000
    assert frame.bus.readl(OTHER + 0xffc) == 0x77


def test_msi(nested):
    frame, smmu = nested
    smmu.start()
    smmu.stage1(0).map(0x1000, MEM)
    msi = (0x1800, 0xcafe, 0x42ff)
    assert frame.run(RAND48, begin=0x1000, msi=msi) == HALTED and frame.bus.readl(MEM + 0x800) == 0xcafe
    frame.bus.writel(MEM + 0x800, 0)
    assert frame.run(RAND48, begin=0x2000, msi=msi) == ERROR and frame.bus.readl(MEM + 0x800) == 0xcafe
    assert frame.get(UCTRL) == 0
    assert frame.run(RAND48, begin=0x1000, msi=(0x4000, 1, 0)) == HALTED and frame.get(UCTRL) == 1   # MSI_ABORTED
    assert [e.address for e in smmu.events()] == [0x2000, 0x4000]


# Security states

def test_secure_frames(boot):
    """Only a Secure access makes a frame Secure; then it is none for others, and its stream is Secure."""
    q = boot(*PROFILE, *ENGINE, "-device", "smmu3-master,secure=any,devices=on,sid=16", **SECURE_MACHINE)
    bus = SecureBus(Master(q, BASE + PLACE), 31)
    ns, secure = Frame(q), Frame(bus)
    ns.set(PCTRL, 0)
    assert ns.get(PCTRL) == 1 and ns.run(MEMCPY) == HALTED
    assert ns.run(RAND48, begin=SECURE_MEM) == ERROR
    secure.set(PCTRL, 0x300)
    assert secure.get(PCTRL) == 0x300
    for offset in range(0, 0x80, 4):
        assert q.readl(ns.base + offset) == 0 and q.readl(ns.base + PRIVILEGED + offset) == 0
    ns.set(BEGIN, 1)
    ns.set(CMD, MEMCPY)
    assert Frame(q, 1).get(CMD) == HALTED   # others are as before
    secure.start(RAND48, begin=SECURE_MEM, size=64, sid=1, attributes=0, seed=3)   # attributes as in tf-a-tests
    assert secure.get(CMD) == HALTED
    assert bus.read(SECURE_MEM, 64) == rand48(3, SECURE_MEM, 64, SECURE_MEM)
    secure.start(RAND48, begin=SECURE_MEM, size=64, attributes=0x02000000)   # NS
    assert secure.get(CMD) == ERROR
    secure.start(RAND48, begin=MEM, size=64, attributes=0x02000000)
    assert secure.get(CMD) == HALTED and q.readq(MEM)
    secure.set(PCTRL, 1)
    assert ns.get(CMD) == HALTED


def test_no_secure_frames(boot):
    q = boot(*PROFILE, "-device", "smmu3-testengine,secure=off", "-device", "smmu3-testengine,secure=any",
             **SECURE_MACHINE)
    off, everybody = Frame(q), Frame(q, base=BASE + PLACE)
    off.set(PCTRL, 0)
    everybody.set(PCTRL, 0)
    assert off.get(PCTRL) == 1 and everybody.get(PCTRL) == 0
    assert everybody.run(RAND48, begin=SECURE_MEM, attributes=0) == HALTED


# The PCI function

def test_pci(boot):
    q = boot("-device", "smmu3-testengine-pci,addr=04.0")
    config = ECAM + (4 << 15)
    assert q.readl(config) == 0xff8013b5
    for bar, address in ((0x10, 0x10200000), (0x18, 0x10300000), (0x20, 0x10400000)):
        assert q.readl(config + bar) & 0xf == 4   # 64 bits
        q.writel(config + bar, address)
    q.writel(config + 4, 6)
    capability = q.readl(config + 0x34) & 0xff
    while q.readl(config + capability) & 0xff != 0x11:
        capability = q.readl(config + capability) >> 8 & 0xff
    q.writel(config + capability, q.readl(config + capability) | 1 << 31)
    for n, value in enumerate((0x1100, 0, 0xbeef, 0)):
        q.writel(0x10300000 + 16 * 2047 + 4 * n, value)
    frame, smmu = Frame(q, 3, base=0x10200000), Interface(q)
    smmu.start()
    smmu.stage1(0x20).map(0x1000, MEM)
    assert frame.run(RAND48, begin=0x1000, sid=77, msi=(1, 2047, 0)) == HALTED   # the RID is its StreamID
    assert q.readq(MEM) and q.readl(MEM + 0x100) == 0xbeef
    assert frame.start(RAND48, begin=0x1000, msi=(2, 0, 0)) and frame.start(RAND48, begin=0x1000, msi=(1, 2048, 0))
    q.writel(config + 4, 2)   # no bus master
    assert frame.start(RAND48, begin=0x1000)


# Life cycle

def test_reset(boot):
    q = boot(*MAX, *ENGINE)
    frame, smmu = Frame(q), Interface(q)
    smmu.start()
    smmu.stage1(0, stall=True)
    frame.start(RAND48, begin=0x1000)
    Frame(q, 1).start(RAND48, size=1 << 30)
    q.qmp("system_reset")
    assert frame.get(CMD) == Frame(q, 1).get(CMD) == HALTED
    assert (frame.get(PCTRL), frame.get(SUBSTREAMID), frame.get(BEGIN)) == (1, NO_SUBSTREAM, 0)
    assert frame.run(MEMCPY) == HALTED


def test_migration(boot):
    args = (*MAX, *ENGINE)
    q = boot(*args)
    frame, running, smmu = Frame(q), Frame(q, 500), Interface(q)
    smmu.start()
    space = smmu.stage1(0, stall=True)
    space.map(0x1000, MEM)
    smmu.bypass(1)
    q.writeq(MEM, 0x1122)
    frame.start(MEMCPY, begin=0x1000, target=0x2000)
    running.start(RAND48, begin=MEM + 0x1000, size=0x80000, seed=5, sid=1)
    assert running.get(CMD) == RAND48 and len(smmu.events()) == 1

    t = boot(*args, "-incoming", "defer")
    migrate(q, t)
    q.stop()
    frame, running, smmu.bus = Frame(t), Frame(t, 500), t
    assert running.wait() == HALTED
    assert t.read(MEM + 0x80000, 64) == rand48(5, MEM + 0x80000, 64, MEM + 0x80000)
    assert frame.get(CMD) == MEMCPY
    (event,) = smmu.events()
    space.map(0x2000, OTHER)
    smmu.resume(0, event.stag, "retry")
    assert frame.wait() == HALTED and t.readq(OTHER) == 0x1122
