# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
"""One programming interface of the SMMU, driven by hand: tables, commands, events. For 64 streams and any bus.

The bits of every structure are typed from IHI0070G.b 5 and the VMSA, not taken from the project's own headers.
"""
import struct

SMMU, SECURE = 0x09050000, 0x8000
CR0, CR0ACK, CR2, GBPA = 0x20, 0x24, 0x2c, 0x44
STRTAB_BASE, STRTAB_BASE_CFG, CMDQ_BASE, CMDQ_PROD, CMDQ_CONS = 0x80, 0x88, 0x90, 0x98, 0x9c
EVENTQ_BASE, EVENTQ_PROD, EVENTQ_CONS = 0xa0, 0xa8, 0xac
LOG2_STREAMS, LOG2_CMDS, LOG2_EVENTS = 6, 8, 6

TABLE, PAGE, AF, NG, NS = 3, 3, 1 << 10, 1 << 11, 1 << 5
USER, READ_ONLY, UXN, PXN = 1 << 6, 1 << 7, 1 << 54, 1 << 53
RW = NG | AF | 3 << 8 | USER                 # for everybody
CFGI_STE, CFGI_CD, CFGI_ALL, TLBI_NH_ALL, TLBI_NSNH_ALL, RESUME, STALL_TERM, SYNC = (
    0x03, 0x05, 0x04, 0x10, 0x30, 0x44, 0x45, 0x46)


class Interface:
    """bus: has read, write, readl, writel, writeq for this interface's memory and registers."""

    def __init__(self, bus, memory=0x40100000, secure=False):
        self.bus, self.memory, self.secure = bus, memory, secure
        self.base = SMMU + (SECURE if secure else 0)
        self.page1 = self.base if secure else SMMU + 0x10000
        self.produced = self.consumed = 0
        self.free = memory + 0x10000
        self.strtab, self.cmdq, self.eventq = memory, memory + 0x2000, memory + 0x4000
        for offset, value in ((STRTAB_BASE, self.strtab), (CMDQ_BASE, self.cmdq | LOG2_CMDS),
                              (EVENTQ_BASE, self.eventq | LOG2_EVENTS)):
            bus.writeq(self.base + offset, value)
        bus.writel(self.base + STRTAB_BASE_CFG, LOG2_STREAMS)   # linear
        bus.writel(self.base + CR2, 2)                          # RECINVSID
        bus.write(self.strtab, bytes(64 << LOG2_STREAMS))
        self.enable(0xc)

    def enable(self, cr0):
        self.bus.writel(self.base + CR0, cr0)
        assert self.bus.readl(self.base + CR0ACK) == cr0

    def start(self):
        self.command(CFGI_ALL, 31)
        self.command(TLBI_NH_ALL if self.secure else TLBI_NSNH_ALL)
        self.enable(0xd)

    def words(self, address, *values):
        self.bus.write(address, struct.pack(f"<{len(values)}Q", *values))

    def page(self, pages=1):
        address, self.free = self.free, self.free + 0x1000 * pages
        self.bus.write(address, bytes(0x1000 * pages))
        return address

    def command(self, opcode, second=0, first=0):
        """One command and a CMD_SYNC; both are consumed. Its own Security state."""
        own = 1 << 10 if self.secure and opcode in (CFGI_STE, CFGI_CD, CFGI_ALL, RESUME, STALL_TERM) else 0
        for words in ((opcode | own | first, second), (SYNC, 0)):
            self.words(self.cmdq + 16 * (self.produced & 0xff), *words)
            self.produced += 1
        self.bus.writel(self.base + CMDQ_PROD, self.produced & 0x1ff)
        assert self.bus.readl(self.base + CMDQ_CONS) == self.produced & 0x1ff

    # Streams

    def ste(self, sid, *words):
        self.words(self.strtab + 64 * sid, *words, *[0] * (8 - len(words)))
        self.command(CFGI_STE, 1, sid << 32)

    def bypass(self, sid):
        self.ste(sid, 1 | 0b100 << 1, 1 << 44)

    def stage1(self, sid, ssid_bits=0, s1dss=0, **first):
        """A stream with a table of CDs; the first gets an address space, the others are made by context()."""
        table = self.page(max(1, (64 << ssid_bits) // 4096))
        self.ste(sid, 1 | 0b101 << 1 | table | ssid_bits << 59, s1dss | 1 << 2 | 1 << 4 | 3 << 6 | 1 << 44)
        return self.context(sid, table, 0, **first)

    def context(self, sid, table, ssid, stall=False, abort=True, record=True):
        """A CD with 39 bits of addresses in pages of 4 KiB, and an ASID of its own."""
        l1, l2, l3 = self.page(), self.page(), self.page()
        self.words(l1, l2 | TABLE)
        self.words(l2, l3 | TABLE)
        asid = (sid << 4 | ssid) + 1
        cd = table + 64 * ssid
        self.words(cd, 25 | 1 << 8 | 1 << 10 | 3 << 12 | 1 << 30 | 1 << 31 | 4 << 32 | 1 << 41 | stall << 44
                   | record << 45 | abort << 46 | 1 << 47 | asid << 48, l1, 0, 0xff, 0, 0, 0, 0)
        self.command(CFGI_CD, 1, sid << 32 | ssid << 12)
        return Space(self, l3, table)

    def resume(self, sid, stag, action):
        """action: 0 terminate with the behaviour the CD says, 1 retry, 2 terminate with abort."""
        self.command(RESUME, stag, sid << 32 | {"retry": 1 << 12, "abort": 1 << 13, "terminate": 0}[action])

    def events(self):
        """Records since the last call, as integers of 256 bits."""
        found = []
        produced = self.bus.readl(self.page1 + EVENTQ_PROD)
        overflow = produced & 1 << 31
        while self.consumed != produced ^ overflow:
            raw = self.bus.read(self.eventq + 32 * (self.consumed & (1 << LOG2_EVENTS) - 1), 32)
            found.append(Event(int.from_bytes(raw, "little")))
            self.consumed = (self.consumed + 1) & (2 << LOG2_EVENTS) - 1
        self.bus.writel(self.page1 + EVENTQ_CONS, self.consumed | overflow)
        return found


class Space:
    """Translations of one CD, for the first 2 MiB."""

    def __init__(self, interface, l3, table):
        self.interface, self.l3, self.table = interface, l3, table

    def map(self, iova, address, attributes=RW):
        self.interface.words(self.l3 + 8 * (iova >> 12), address | PAGE | attributes)

    def unmap(self, iova):
        self.interface.words(self.l3 + 8 * (iova >> 12), 0)


class Event:
    """A record by its fields (IHI0070G.b 7.3)."""

    def __init__(self, raw):
        self.raw = raw
        self.type, self.sid = self.bits(7, 0), self.bits(63, 32)
        self.ssv, self.ssid = self.bits(11, 11), self.bits(31, 12)
        self.stag, self.stall = self.bits(79, 64), self.bits(95, 95)
        self.pnu, self.ind, self.rnw = self.bits(97, 97), self.bits(98, 98), self.bits(99, 99)
        self.address = self.bits(191, 128)

    def bits(self, high, low):
        return self.raw >> low & (1 << high - low + 1) - 1

    def has(self, **fields):
        """Does it have these values? Else says which it has."""
        got = {name: getattr(self, name) for name in fields}
        assert got == fields, f"event {self.raw:064x}"
        return True
