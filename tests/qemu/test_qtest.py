# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
"""The device and its adapter to QEMU, without guest software: tables made here by hand, DMA by edu.

The bytes of every structure are typed from IHI0070G.b 5 and the VMSA, not taken from the project's own headers.
"""
import random

import pytest
from events import F_TRANSLATION, Event, decode
from qtest import Edu

SMMU = 0x09050000
IDR0, IDR1, CR0, CR0ACK, GBPA, IRQ_CTRL, GERROR = 0x0, 0x4, 0x20, 0x24, 0x44, 0x50, 0x60
STRTAB_BASE, STRTAB_BASE_CFG, CMDQ_BASE, CMDQ_PROD, CMDQ_CONS = 0x80, 0x88, 0x90, 0x98, 0x9c
EVENTQ_BASE, EVENTQ_PROD, EVENTQ_CONS = 0xa0, 0x100a8, 0x100ac
SECURE = 0x8000
F_PERMISSION = 0x13
EVENTQ_SPI = 74   # virt's

# Where things are in memory
STRTAB, CD, CMDQ, EVENTQ = 0x40010000, 0x40020000, 0x40050000, 0x40060000
S1_L1, S1_L2, S1_L3 = 0x40030000, 0x40031000, 0x40032000
S2_L1, S2_L2, S2_L3 = 0x40040000, 0x40041000, 0x40042000
S2_WINDOW = 0x80000000   # IPAs from here on are all of memory: 0x40000000 and up

# What edu sees: pages that are neighbours for it are not so in memory.
FIRST, SECOND, READ_ONLY, UNMAPPED = 0x100000, 0x101000, 0x102000, 0x103000
PAGES = {FIRST: 0x41000000, SECOND: 0x41011000, READ_ONLY: 0x41022000}

TABLE, PAGE, BLOCK = 3, 3, 1
AF = 1 << 10
NG = 1 << 11   # otherwise no TLBI by ASID would concern it
S1_RW, S1_RO = NG | AF | 3 << 8 | 1 << 6, NG | AF | 3 << 8 | 3 << 6
S2_RW, S2_RO = AF | 3 << 8 | 3 << 6 | 0xf << 2, AF | 3 << 8 | 1 << 6 | 0xf << 2


def data(seed):
    return random.Random(seed).randbytes(4096)


class Smmu:
    """The Non-secure interface as a small driver would use it, for edu's stream."""

    def __init__(self, qtest, stage):
        self.qtest, self.produced, self.consumed = qtest, 0, 0
        self.tables(stage)
        self.stream(stage)
        for offset, value in ((STRTAB_BASE, STRTAB), (CMDQ_BASE, CMDQ | 8), (EVENTQ_BASE, EVENTQ | 11)):
            qtest.writeq(SMMU + offset, value)
        qtest.writel(SMMU + STRTAB_BASE_CFG, 8)   # linear, 256 streams
        self.enable(0x8)
        self.command(0x04, 31)   # CFGI_ALL
        self.command(0x30)       # TLBI_NSNH_ALL
        self.enable(0xc)
        self.enable(0xd)

    def enable(self, cr0):
        self.qtest.writel(SMMU + CR0, cr0)
        assert self.qtest.readl(SMMU + CR0ACK) == cr0

    def tables(self, stage):
        """Three levels of 4 KiB tables for 39 bits, at each stage that is used."""
        q = self.qtest
        q.words(S1_L1, S1_L2 | TABLE)
        q.words(S1_L2, S1_L3 | TABLE)
        q.words(S2_L1, S2_L2 | TABLE, 0x40000000 | S2_RW | BLOCK, 0x40000000 | S2_RW | BLOCK)
        q.words(S2_L2, S2_L3 | TABLE)
        for iova, address in PAGES.items():
            self.map(iova, address, "ro" if iova == READ_ONLY else "rw", stage)

    def map(self, iova, address, access, stage):
        index = 8 * (iova >> 12 & 0x1ff)
        if stage == "nested":
            address += S2_WINDOW - 0x40000000
        self.qtest.words(S1_L3 + index, address | PAGE | (S1_RW if access == "rw" else S1_RO))
        self.qtest.words(S2_L3 + index, address | PAGE | (S2_RW if access == "rw" else S2_RO))

    def stream(self, stage):
        config = {"s1": 0b101, "s2": 0b110, "nested": 0b111}[stage]
        s1 = (1 << 2 | 1 << 4 | 3 << 6) if stage != "s2" else 0   # S1CIR, S1COR, S1CSH: cached, inner shareable
        s2 = 0
        if stage != "s1":
            # S2VMID 7, S2T0SZ 25, S2SL0: level 1, 4K, S2PS 44 bits, S2AA64, S2R: faults are recorded
            s2 = 7 | 25 << 32 | 1 << 38 | 1 << 40 | 1 << 42 | 3 << 44 | 4 << 48 | 1 << 51 | 1 << 58
        self.qtest.words(STRTAB + 64 * Edu.SID, 1 | config << 1 | (CD if stage != "s2" else 0), s1 | 1 << 44, s2,
                         S2_L1 if stage != "s1" else 0)
        # T0SZ 25, 4K, cached, EPD1, V, IPS 44 bits, AA64, R, A, ASET, ASID 1
        self.qtest.words(CD, 25 | 1 << 8 | 1 << 10 | 3 << 12 | 1 << 30 | 1 << 31 | 4 << 32 | 1 << 41 | 7 << 45
                         | 1 << 48, S1_L1, 0, 0xff)

    def command(self, opcode, second=0, first=0):
        """One command and a CMD_SYNC; both are consumed."""
        for words in ((opcode | first, second), (0x46, 0)):
            self.qtest.words(CMDQ + 16 * (self.produced & 0xff), *words)
            self.produced += 1
        self.qtest.writel(SMMU + CMDQ_PROD, self.produced & 0x1ff)
        assert self.qtest.readl(SMMU + CMDQ_CONS) == self.produced & 0x1ff

    def events(self):
        """Events since the last call."""
        records = []
        while self.consumed != self.qtest.readl(SMMU + EVENTQ_PROD):
            raw = self.qtest.read(EVENTQ + 32 * (self.consumed & 0x7ff), 32)
            records.append(decode([int.from_bytes(raw[i:i + 8], "little") for i in range(0, 32, 8)]))
            self.consumed = (self.consumed + 1) & 0xfff
        self.qtest.writel(SMMU + EVENTQ_CONS, self.consumed)
        return records


@pytest.fixture
def boot(boot):
    """The same with edu."""
    return lambda *args, **options: boot(*Edu.ARGS, *args, **options)


# Registers

def test_access_sizes(boot):
    q = boot()
    assert q.readl(SMMU + IDR0) and q.readl(SMMU + IDR1)
    assert q.readq(SMMU + IDR0) == 0   # both at once: docs/CHOICES.md, 6.2
    q.writeq(SMMU + CMDQ_BASE, 0x40050008)
    q.writel(SMMU + CMDQ_BASE + 4, 0x3)
    assert q.readq(SMMU + CMDQ_BASE) == 0x340050008
    assert q.readl(SMMU + CMDQ_BASE + 4) == 3


def test_base_is_guarded_while_enabled(boot):
    q = boot()
    Smmu(q, "s1")
    q.writeq(SMMU + CMDQ_BASE, 0x4a)
    q.writeq(SMMU + EVENTQ_BASE, 0x4a)
    q.writeq(SMMU + STRTAB_BASE, 0x4a000000)
    assert q.readq(SMMU + CMDQ_BASE) & 0xffffffffe0 | 8 == CMDQ | 8
    assert q.readq(SMMU + EVENTQ_BASE) & 0xffffffffe0 == EVENTQ
    assert q.readq(SMMU + STRTAB_BASE) & 0xffffffffff == STRTAB


@pytest.mark.parametrize("secure", ["on", "off"])
def test_secure_registers_are_raz_wi(boot, secure):
    q = boot(machine=f"virt,iommu=smmuv3,secure={secure}")
    for offset in range(0, 0x100, 4):
        q.writel(SMMU + SECURE + offset, 0xffffffff)
    assert {q.readl(SMMU + SECURE + offset) for offset in range(0, 0x200, 4)} == {0}
    assert q.readl(SMMU + CR0ACK) == 0 and q.readl(SMMU + GERROR) == 0


def test_reset(boot):
    q = boot()
    Smmu(q, "s1")
    q.qmp("system_reset")
    assert [q.readl(SMMU + r) for r in (CR0, CR0ACK, STRTAB_BASE_CFG, EVENTQ_PROD, CMDQ_CONS)] == [0] * 5


# Translation

@pytest.mark.parametrize("stage", ["s1", "s2", "nested"])
def test_data(boot, stage):
    q = boot()
    edu, smmu = Edu(q), Smmu(q, stage)
    q.write(PAGES[READ_ONLY], data(1))
    edu.load(READ_ONLY)
    edu.store(FIRST + 0x800)   # across two pages
    assert q.read(PAGES[FIRST] + 0x800, 0x800) + q.read(PAGES[SECOND], 0x800) == data(1)
    assert q.read(PAGES[FIRST], 0x800) == bytes(0x800) and q.read(PAGES[SECOND] + 0x800, 0x800) == bytes(0x800)
    assert smmu.events() == []


@pytest.mark.parametrize("stage", ["s1", "s2", "nested"])
def test_one_access_one_event(boot, stage):
    """QEMU's core repeats a faulting access every four bytes."""
    q = boot()
    edu, smmu = Edu(q), Smmu(q, stage)
    s2 = {"s2": 1, "ipa": UNMAPPED} if stage == "s2" else {}
    edu.store(UNMAPPED)
    assert smmu.events() == [Event(F_TRANSLATION, Edu.SID, UNMAPPED, rnw=0, **s2)]
    edu.store(UNMAPPED)   # again is another access
    assert smmu.events() == [Event(F_TRANSLATION, Edu.SID, UNMAPPED, rnw=0, **s2)]
    edu.load(UNMAPPED)
    edu.load(UNMAPPED, 64)
    assert smmu.events() == [Event(F_TRANSLATION, Edu.SID, UNMAPPED, rnw=1, **s2)] * 2


def test_event_at_the_page_boundary(boot):
    """What lies before the unmapped page arrives."""
    q = boot()
    edu, smmu = Edu(q), Smmu(q, "s1")
    q.write(PAGES[FIRST], data(2))
    edu.load(FIRST)
    smmu.map(READ_ONLY, PAGES[READ_ONLY], "rw", "s1")
    edu.store(READ_ONLY + 0xc00)
    assert q.read(PAGES[READ_ONLY] + 0xc00, 0x400) == data(2)[:0x400]
    assert smmu.events() == [Event(F_TRANSLATION, Edu.SID, UNMAPPED, rnw=0)]


@pytest.mark.parametrize("stage", ["s1", "s2"])
def test_read_only(boot, stage):
    q = boot()
    edu, smmu = Edu(q), Smmu(q, stage)
    q.write(PAGES[READ_ONLY], data(3))
    q.write(PAGES[FIRST], data(4))
    edu.load(FIRST)
    edu.store(READ_ONLY)
    assert q.read(PAGES[READ_ONLY], 4096) == data(3)
    s2 = {"s2": 1, "ipa": READ_ONLY} if stage == "s2" else {}
    assert smmu.events() == [Event(F_PERMISSION, Edu.SID, READ_ONLY, rnw=0, **s2)]


@pytest.mark.parametrize("command", [
    {"opcode": 0x10, "first": 0},                       # TLBI_NH_ALL
    {"opcode": 0x11, "first": 1 << 48},                 # TLBI_NH_ASID, ASID 1
    {"opcode": 0x12, "first": 1 << 48, "second": FIRST | 1},   # TLBI_NH_VA, Leaf
], ids=["all", "asid", "va"])
def test_invalidation(boot, command):
    q = boot()
    edu, smmu = Edu(q), Smmu(q, "s1")
    q.write(PAGES[SECOND], data(5))
    edu.load(SECOND)
    edu.store(FIRST)
    elsewhere = 0x41055000
    smmu.map(FIRST, elsewhere, "rw", "s1")
    smmu.command(**command)
    edu.store(FIRST)
    assert q.read(elsewhere, 4096) == data(5)


def test_bypass_and_abort_while_disabled(boot):
    q = boot()
    edu = Edu(q)
    q.qmp("qom-set", path="/machine/peripheral/edu", property="dma_mask", value=(1 << 40) - 1)
    q.write(0x41000000, data(6))
    edu.load(0x41000000)
    edu.store(0x41100000)
    assert q.read(0x41100000, 4096) == data(6)
    q.writel(SMMU + GBPA, 1 << 31 | 1 << 20)   # Update, ABORT
    assert q.readl(SMMU + GBPA) >> 31 == 0
    edu.store(0x41200000)
    assert q.read(0x41200000, 4096) == bytes(4096)


def test_event_interrupt(boot):
    """A pulse when the queue ceases to be empty, and only where it is asked for."""
    q = boot()
    edu, smmu = Edu(q), Smmu(q, "s1")
    q.ask("irq_intercept_in", q.qmp.find("arm_gic"))
    edu.store(UNMAPPED, 4)
    assert q.irqs == [] and len(smmu.events()) == 1
    q.writel(SMMU + IRQ_CTRL, 4)
    assert q.readl(SMMU + IRQ_CTRL + 4) == 4
    edu.store(UNMAPPED, 4)
    assert q.irqs == [(EVENTQ_SPI, True), (EVENTQ_SPI, False)]
    assert len(smmu.events()) == 1


def test_trace_tells_the_reason(boot, ours):
    q = boot(trace=["smmuv3_fault"])
    edu, _ = Edu(q), Smmu(q, "s1")
    edu.store(UNMAPPED)
    (fault,) = q.trace_lines("^smmuv3_fault ")
    for what in (f"sid={Edu.SID:#x}", f"iova={UNMAPPED:#x}", "event=F_TRANSLATION", "reason=", "clause="):
        assert what in fault


# Security states

SECURE_MACHINE = {"machine": "virt,iommu=smmuv3,secure=on"}


def test_msi_of_a_secure_device_is_non_secure(boot, ours):
    """MSIs have attributes that are all zero: in QEMU's enumeration that reads as "Secure"."""
    q = boot(**SECURE_MACHINE)
    edu, smmu = Edu(q), Smmu(q, "s1")
    q.qmp("qom-set", path="/machine/peripheral/edu", property="sec-sid", value="secure")
    edu.enable_msi(FIRST + 0x40, 0x1234)
    edu.interrupt()
    assert q.readl(PAGES[FIRST] + 0x40) == 0x1234
    assert smmu.events() == []
    # Its DMA does not use the Non-secure tables, and what becomes of it is not told there.
    q.write(PAGES[SECOND], data(7))
    edu.load(SECOND)
    edu.store(FIRST)
    assert q.readl(PAGES[FIRST] + 0x40) == 0x1234
    assert q.read(PAGES[FIRST] + 0x80, 0x1000 - 0x80) == bytes(0x1000 - 0x80)
    edu.store(UNMAPPED)
    assert smmu.events() == []


def test_sec_sid_changes_at_run_time(boot, ours):
    q = boot("-global", "edu.sec-sid=secure", **SECURE_MACHINE)
    edu, smmu = Edu(q), Smmu(q, "s1")
    q.write(PAGES[SECOND], data(8))
    edu.store(FIRST)
    edu.load(SECOND)
    assert q.read(PAGES[FIRST], 4096) == bytes(4096)
    q.qmp("qom-set", path="/machine/peripheral/edu", property="sec-sid", value="non-secure")
    edu.load(SECOND)
    edu.store(FIRST)
    assert q.read(PAGES[FIRST], 4096) == data(8)
    assert smmu.events() == []
