# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
"""Files of a small machine for the golden tests of the smmu3 command: registers, memory, an ELF dump.

Every word is typed from IHI0070G.b 5 and the VMSA. The machine has, on purpose, most of what lint looks for:
  StreamID 1   stage 1: three pages, one of them twice, one read-only; a table that leads to no memory
  StreamID 2   bypass              StreamID 3   an STE that is not legal
  StreamID 4   stage 2: a block of 2 MB over all of this memory, tables included; S2R=0
  StreamID 5   a CD with V=0
  Secure 1     stage 1 with tables in Non-secure memory, and a Non-secure page that StreamID 1 can write
"""
import struct
from pathlib import Path

RAM, SECURE_RAM = 0x40000000, 0x0e000000
STRTAB, CDS, L1, L2, L3, S2_L1, S2_L2, EVENTQ, S_L1, S_L2, S_L3 = (RAM + 0x1000 * n for n in range(11))
S_STRTAB, S_CD = SECURE_RAM, SECURE_RAM + 0x1000
AF, NG = 1 << 10, 1 << 11
RW, RO = NG | AF | 3 << 8 | 1 << 6 | 3, NG | AF | 3 << 8 | 3 << 6 | 3
# T0SZ 25, EPD1, V, IPS 44 bits, AA64, R, A, ASID 1
CD0 = 25 | 1 << 30 | 1 << 31 | 4 << 32 | 1 << 41 | 3 << 45 | 1 << 48


class Memory:
    def __init__(self, base, size):
        self.base, self.data = base, bytearray(size)

    def put(self, address, *words):
        struct.pack_into(f"<{len(words)}Q", self.data, address - self.base, *words)


def memories():
    ram, secure = Memory(RAM, 0x10000), Memory(SECURE_RAM, 0x2000)
    bypass = 1 << 44   # SHCFG: incoming
    ram.put(STRTAB + 64 * 1, 1 | 5 << 1 | CDS, bypass)
    ram.put(STRTAB + 64 * 2, 1 | 4 << 1, bypass)
    ram.put(STRTAB + 64 * 3, 1 | 6 << 1, bypass)
    # S2VMID 7, S2T0SZ 25, S2SL0 1, S2PS 44 bits, S2AA64
    ram.put(STRTAB + 64 * 4, 1 | 6 << 1, bypass, 7 | 25 << 32 | 1 << 38 | 4 << 48 | 1 << 51, S2_L1)
    ram.put(STRTAB + 64 * 5, 1 | 5 << 1 | (CDS + 0x40), bypass)
    ram.put(CDS, CD0, L1, 0, 0xff)
    ram.put(L1, L2 | 3, 0x7ff0000003)
    ram.put(L2, L3 | 3)
    ram.put(L3 + 8 * 0x100, 0x50000000 | RW, 0x50001000 | RW, 0x50002000 | RO, 0, 0x50000000 | RW)
    ram.put(S2_L1 + 8, S2_L2 | 3)
    ram.put(S2_L2, RAM | AF | 3 << 8 | 3 << 6 | 0xf << 2 | 1)
    secure.put(S_STRTAB + 64, 1 | 5 << 1 | S_CD, bypass)
    secure.put(S_CD, CD0, S_L1, 0, 0xff)
    ram.put(S_L1, S_L2 | 3)
    ram.put(S_L2, S_L3 | 3)
    ram.put(S_L3 + 8 * 0x100, 0x50000000 | 1 << 5 | RW)
    return ram, secure


REGISTERS = f"""# a machine of tests/tool_machine.py
IDR0 0x0d44101b
IDR1 = 0x02730010
0x14: 0x74
S_IDR1 0x80000010
CR0 0xd
STRTAB_BASE {STRTAB:#x}
STRTAB_BASE_CFG 6
CMDQ_BASE 0x40060028
EVENTQ_BASE {EVENTQ | 3:#x}
EVENTQ_PROD 0x3
GERROR 0x1
S_CR0 0x1
S_STRTAB_BASE {S_STRTAB:#x}
S_STRTAB_BASE_CFG 6
"""


def elf(memory):
    """As dump-guest-memory: a note, and a segment by physical address."""
    head = struct.pack("<16sHHIQQQIHHHHHH", b"\x7fELF\2\1\1", 4, 183, 1, 0, 64, 0, 0, 64, 56, 2, 0, 0, 0)
    note = struct.pack("<IIQQQQQQ", 4, 0, 176, 0, 0, 0, 0, 0)
    load = struct.pack("<IIQQQQQQ", 1, 0, 176, 0, memory.base, len(memory.data), len(memory.data), 0)
    return head + note + load + bytes(memory.data)


def varint(value):
    out = bytearray()
    while True:
        out.append(value & 0x7f | (0x80 if value > 0x7f else 0))
        value >>= 7
        if not value:
            return bytes(out)


def record(kind, time, *fields, data=None):
    """smmu3/record.h: kind, lane 0, then numbers; bytes as they are, after their number."""
    body = bytes([kind, 0]) + varint(time) + b"".join(map(varint, fields))
    return body if data is None else body + varint(len(data)) + data


def recording(output=0x50000010):
    """Registers are set, StreamID 1 reads a page, and goes where nothing is: one event."""
    state, mmio_read, mmio_write, dma, read, write, trace = 1, 2, 3, 4, 6, 7, 10
    ids = (0x0d44101b, 0x02730010, 0x1414, 0x74, 0, 1, 0, 0, 0, 0, 0)
    blob = struct.pack("<4I11I4I", 0x334d5353, 1, 16 + 44 + 16, 11, *ids, 0x424b0000, 0, 0x424b0001, 0)
    ram, _ = memories()
    out = b"SM3R" + struct.pack("<I", 1) + record(state, 0, data=blob)
    for n, (offset, size, value) in enumerate(((0x80, 8, STRTAB), (0x88, 4, 6), (0xa0, 8, EVENTQ | 3), (0x20, 4, 5))):
        out += record(mmio_write, 1000 + n, offset, size, 0, value)
    out += record(mmio_read, 2000, 0x24, 4, 0, 5)

    def fetch(time, address, size, kind):
        offset = address - RAM
        return record(read, time, address, 0, kind, 0, 0, data=bytes(ram.data[offset:offset + size]))

    out += fetch(3000, STRTAB + 64, 64, 0) + fetch(3001, CDS, 64, 1)
    out += fetch(3002, L1, 8, 3) + fetch(3003, L2, 8, 3) + fetch(3004, L3 + 0x800, 8, 3)
    # StreamID 1, no SubstreamID, read: OK, a page of 2^12 bytes, Non-secure, rwx
    out += record(dma, 3005, 0, 1, 0, 0, 0x100010, 0, 0, output, 12, 0, 7, 0)
    out += fetch(4000, L1, 8, 3) + fetch(4001, L2, 8, 3) + fetch(4002, L3 + 0x818, 8, 3)
    event = (0x10, 1, 0, 0x200, 0x103000, 0, 0, 0)
    out += record(write, 4003, EVENTQ, 0, 5, 0, 0, data=struct.pack("<8I", *event))
    # the reason is the place of S1_DESC_INVALID in smmu3/reason.def
    out += record(trace, 4004, 2, 0, 1, 0x103000, REASON, 1, *event)
    out += record(dma, 4005, 0, 1, 0, 0, 0x103000, 1, 1, REASON, 1)
    return out + record(mmio_write, 9000, 0x100ac, 4, 0, 1)


REASON = 53


def write(directory):
    directory = Path(directory)
    ram, secure = memories()
    (directory / "regs").write_text(REGISTERS)
    (directory / "ram").write_bytes(ram.data)
    (directory / "secure").write_bytes(secure.data)
    (directory / "elf").write_bytes(elf(ram))
    (directory / "short.elf").write_bytes(elf(ram)[:-100])
    (directory / "header.elf").write_bytes(elf(ram)[:80])
    (directory / "run").write_bytes(recording())
    (directory / "other.run").write_bytes(recording(output=0x50000020))
    (directory / "short.run").write_bytes(recording()[:-60])
    (directory / "new.run").write_bytes(b"SM3R\2\0\0\0")
    (directory / "empty").touch()
    (directory / "bad.regs").write_text("CR0 0xd\nHELLO 1\n")
