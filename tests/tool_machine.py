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


def write(directory):
    directory = Path(directory)
    ram, secure = memories()
    (directory / "regs").write_text(REGISTERS)
    (directory / "ram").write_bytes(ram.data)
    (directory / "secure").write_bytes(secure.data)
    (directory / "elf").write_bytes(elf(ram))
    (directory / "short.elf").write_bytes(elf(ram)[:-100])
    (directory / "header.elf").write_bytes(elf(ram)[:80])
    (directory / "empty").touch()
    (directory / "bad.regs").write_text("CR0 0xd\nHELLO 1\n")
