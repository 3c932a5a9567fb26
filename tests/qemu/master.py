# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
"""The DMA masters, driven by the names of spec/master.def."""
import random
import re
from pathlib import Path
from types import SimpleNamespace

from qtest import ECAM

SPEC = Path(__file__).resolve().parents[2] / "spec"


def table(name, prefix):
    """Registers {name: (offset, bits)}, fields {register: {name: (lo, width)}}, values {register: {name: value}}."""
    text = re.sub(r"/\*.*?\*/", "", (SPEC / name).read_text(encoding="utf-8"), flags=re.S)
    rows = {kind: [[a.strip() for a in row.split(",")] for row in re.findall(rf"^{prefix}_{kind}\((.*)\)$", text, re.M)]
            for kind in ("REG", "FIELD", "VALUE")}
    registers = {r[0]: (int(r[1], 0), int(r[2])) for r in rows["REG"]}
    fields, values = {}, {}
    for reg, field, lo, width, *_ in rows["FIELD"]:
        fields.setdefault(reg, {})[field] = (int(lo), int(width))
    for reg, value, number, *_ in rows["VALUE"]:
        values.setdefault(reg, {})[value] = int(number, 0)
    return SimpleNamespace(registers=registers, fields=fields, values=values)


TABLE = table("master.def", "MASTER")
TABLE.fields["WRITE_ATTR"] = TABLE.fields["MSI_ATTR"] = TABLE.fields["READ_ATTR"]
BASE, PLACE, SPI, SID, SIDS = 0x09100000, 0x20000, 176, 0xff00, 16   # of the first smmu3-master, and to the next

# Machines, streams and memory of the tests
MASTER = ("-device", "smmu3-master,id=m")
MAX = ("-global", "arm-smmuv3.profile=max", "-global", "arm-smmuv3.secure-impl=off")
STREAMS = ("-device", "smmu3-master,id=m,sid=0x10,num-sids=16")
X = 0x10   # a StreamID of it
SECURE_MACHINE = {"machine": "virt,iommu=smmuv3,secure=on,gic-version=3"}
SECURE_MEM = 0x0e000000
PROFILE = ("-global", "arm-smmuv3.profile=hafnium")
MEM, OTHER = 0x41000000, 0x42000000
IOVA = 0x5000


def data(size, seed=1):
    return random.Random(seed).randbytes(size)


def word(register, **fields):
    """A register's value from its fields, given as numbers, booleans or names."""
    value = 0
    for name, content in fields.items():
        lo, width = TABLE.fields[register][name]
        content = TABLE.values[register][content] if isinstance(content, str) else int(content)
        assert content >> width == 0, f"{register}.{name}={content:#x}"
        value |= content << lo
    return value


def pattern(seed, address):
    """What FILL writes to an address."""
    mask = (1 << 64) - 1
    x = address // 8 ^ seed << 32
    x = ((x ^ x >> 30) * 0xbf58476d1ce4e5b9) & mask
    x = ((x ^ x >> 27) * 0x94d049bb133111eb) & mask
    return (x ^ x >> 31) >> 8 * (address % 8) & 0xff


class Master:
    """One channel."""

    def __init__(self, qtest, base=BASE, channel=0):
        self.qtest, self.base, self.channel = qtest, base, channel
        self.frame = base + 0x1000 * channel

    def other(self, channel):
        return Master(self.qtest, self.base, channel)

    def get(self, register):
        offset, bits = TABLE.registers[register]
        return (self.qtest.readq if bits == 64 else self.qtest.readl)(self.frame + offset)

    def set(self, register, value):
        offset, bits = TABLE.registers[register]
        (self.qtest.writeq if bits == 64 else self.qtest.writel)(self.frame + offset, value & (1 << bits) - 1)

    def field(self, register, name):
        lo, width = TABLE.fields[register][name]
        return self.get(register) >> lo & (1 << width) - 1

    def name(self, register, field, names):
        """The name, among those given, of a field's value."""
        value = self.field(register, field)
        return next((n for n in names.split() if TABLE.values[register][n] == value), value)

    @property
    def state(self):
        return self.name("STATUS", "STATE", "IDLE BUSY STALLED OK ABORTED MISMATCH STOPPED REFUSED")

    @property
    def reason(self):
        names = [n for n in TABLE.values["STATUS"] if n.startswith(("BAD_", "NO_"))]
        return self.name("STATUS", "REASON", " ".join(names))

    @property
    def cause(self):
        return self.name("FAIL_INFO", "CAUSE", "NOTHING SMMU MEMORY DATA UR CA")

    def start(self, command, **registers):
        """Registers not given get their reset values; dictionaries are fields."""
        for name, value in {"STREAM_ID": 0xffffffff, "SUBSTREAM_ID": 0, "READ_ATTR": 0, "WRITE_ATTR": 0, "CTRL": 0,
                            "SEED": 0, "SRC": 0, "DST": 0, "SIZE": 8, "COUNT": 1, "STRIDE": 0, "REPEAT": 1,
                            "WDATA": 0, "MSI_ADDR": 0, "MSI_DATA": 0, "MSI_ATTR": 0, **registers}.items():
            self.set(name, word(name, **value) if isinstance(value, dict) else value)
        self.set("CMD", TABLE.values["CMD"][command])

    def wait(self, step=100_000):
        """Guest time goes on until the command does not."""
        for _ in range(100_000):
            if self.state != "BUSY":
                return self.state
            self.qtest.clock_step(step)
        raise AssertionError("the command does not end")

    def run(self, command, **registers):
        self.start(command, **registers)
        return self.wait()


class PciMaster(Master):
    """smmu3-master-pci in a slot of bus 0, its BAR somewhere in the window."""

    ARGS = ("-device", "smmu3-master-pci,addr=03.0,id=pci")
    SID = 0x18
    BARS = 0x10100000

    def __init__(self, qtest, slot=3, master=True, bars=BARS):
        self.config = ECAM + (slot << 15)
        qtest.writel(self.config + 0x10, bars)
        qtest.writel(self.config + 0x18, bars + 0x20000)   # the MSI-X table
        qtest.writel(self.config + 0x04, 0x0006 if master else 0x0002)
        super().__init__(qtest, bars)
        self.vectors = bars + 0x20000

    def enable_msix(self, channel, address, data):
        q = self.qtest
        capability = q.readl(self.config + 0x34) & 0xff
        while q.readl(self.config + capability) & 0xff != 0x11:
            capability = q.readl(self.config + capability) >> 8 & 0xff
            assert capability, "there is no MSI-X capability"
        q.writel(self.config + capability, q.readl(self.config + capability) | 1 << 31)
        for i, value in enumerate((address & 0xffffffff, address >> 32, data, 0)):
            q.writel(self.vectors + 16 * channel + 4 * i, value)


class SecureBus:
    """Secure accesses, which qtest has none of: made by a master with secure=any and devices=on, of a stream that the
    Secure SMMU lets through."""

    def __init__(self, master, sid):
        self.master, self.who = master, {"STREAM_ID": sid, "CTRL": {"SEC": "SECURE"}}

    def access(self, command, **registers):
        state = self.master.run(command, **self.who, **registers)
        assert state == "OK", f"{command} {registers}: {state}, {self.master.reason}, {self.master.cause}"

    def get(self, address, size):
        self.access("READ", SRC=address, SIZE=size)
        return self.master.get("RDATA") & (1 << 8 * size) - 1

    def put(self, address, size, value):
        self.access("WRITE", DST=address, SIZE=size, WDATA=value)

    def readl(self, address):
        return self.get(address, 4)

    def writel(self, address, value):
        self.put(address, 4, value)

    def writeq(self, address, value):
        self.put(address, 8, value)

    def read(self, address, size):
        return b"".join(self.get(address + i, 8).to_bytes(8, "little") for i in range(0, size, 8))

    def write(self, address, content):
        if not any(content):
            self.access("WRITE", DST=address, SIZE=min(len(content), 4096), COUNT=max(1, len(content) // 4096),
                        STRIDE=4096)
            return
        for i in range(0, len(content), 8):
            self.put(address + i, 8, int.from_bytes(content[i:i + 8], "little"))
