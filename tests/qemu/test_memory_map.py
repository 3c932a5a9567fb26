# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
"""The SMMU remembers where memory lies (qemu/smmu3-host.c). Here memory with its tables moves, hides, and is unplugged.

The memory is a BAR of QEMU's ivshmem behind a root port: RAM that config space moves about.
"""
import pytest
from events import F_TRANSLATION, Event
from qtest import ECAM, Edu, slot_power
from test_qtest import (  # noqa: F401
    CMDQ_BASE, CMDQ_CONS, CMDQ_PROD, CR0, EVENTQ, FIRST, GERROR, PAGES, S1_L2, S1_L3, SECOND, SMMU, TABLE, Smmu, boot,
    data,
)

F_WALK_EABT = 0x0b
GERRORN = 0x64
MIB = 1 << 20
HERE, THERE = 0x12000000, 0x14000000   # in virt's 32-bit PCI window
ROOT, CARD = ECAM + (4 << 15), ECAM + (1 << 20)
MEMORY_SPACE = 2
TLBI_NSNH_ALL = 0x30
CARD_CMDQ = HERE + 0x2000


class Card:
    ARGS = ("-device", "pcie-root-port,id=root,addr=04.0,chassis=1", "-object", "memory-backend-ram,id=ram,size=1M,share=on",
            "-device", "ivshmem-plain,id=card,memdev=ram,bus=root")

    def __init__(self, q):
        self.q = q
        q.writel(ROOT + 0x18, 0x00010100)   # bus 1
        window = HERE >> 16 & 0xfff0 | (THERE + 15 * MIB) & 0xfff00000
        q.writel(ROOT + 0x20, window)
        q.writel(ROOT + 0x24, window)       # prefetchable, too
        q.writel(ROOT + 0x04, 0x0006)
        self.at(HERE)

    def at(self, address):
        self.hide()
        self.q.writel(CARD + 0x18, address)   # BAR 2
        self.q.writel(CARD + 0x1c, 0)
        self.q.writel(CARD + 0x04, MEMORY_SPACE)

    def hide(self):
        self.q.writel(CARD + 0x04, 0)

    def unplug(self):
        self.q.qmp("device_del", id="card")
        slot_power(self.q, ROOT, False)
        self.q.qmp("object-del", id="ram")

    def plug(self, byte):
        """Another card, all of whose memory is this byte."""
        self.q.qmp("object-add", qom_type="memory-backend-ram", id="ram2", size=MIB, share=True)
        self.q.qmp("device_add", driver="ivshmem-plain", id="card2", memdev="ram2", bus="root")
        slot_power(self.q, ROOT, True)
        self.at(HERE)
        self.q.write(HERE, bytes([byte]) * 4096)


@pytest.fixture
def machine(boot):   # noqa: F811
    """edu behind an SMMU whose table of pages is on the card; the SMMU has read it."""
    q = boot(*Card.ARGS)
    q.card, q.smmu, q.edu = Card(q), Smmu(q, "s1"), Edu(q)
    q.write(HERE, q.read(S1_L3, 4096))
    tables_at(q, HERE)
    q.write(PAGES[FIRST], data(1))
    q.edu.load(FIRST)
    q.edu.store(SECOND)
    assert q.read(PAGES[SECOND], 4096) == data(1) and q.smmu.events() == []
    return q


def tables_at(q, address):
    q.words(S1_L2, address | TABLE)
    q.smmu.command(TLBI_NSNH_ALL)


def walk_faults(q):
    """What edu's next read leaves behind: types, where the walk was refused."""
    q.smmu.command(TLBI_NSNH_ALL)
    before = q.smmu.consumed
    q.edu.load(FIRST)
    assert len(q.smmu.events()) == 1
    raw = q.read(EVENTQ + 32 * (before & 0x7ff), 32)
    return raw[0], int.from_bytes(raw[24:32], "little") & 0xffffffffffff8


def test_hidden(machine):
    q = machine
    q.card.hide()
    assert walk_faults(q) == (F_WALK_EABT, HERE + 8 * (FIRST >> 12 & 0x1ff))
    q.card.at(HERE)
    q.smmu.command(TLBI_NSNH_ALL)
    q.edu.load(FIRST)
    assert q.smmu.events() == []


def test_moved(machine):
    """To where other memory was read before; and what was there is gone."""
    q = machine
    q.card.at(THERE)
    assert walk_faults(q)[0] == F_WALK_EABT
    tables_at(q, THERE)
    q.write(PAGES[FIRST], data(2))
    q.edu.load(FIRST)
    q.edu.store(SECOND)
    assert q.read(PAGES[SECOND], 4096) == data(2) and q.smmu.events() == []


def test_unplugged(machine):
    """QEMU has given the memory back to the host; another card comes, with tables that map nothing."""
    q = machine
    q.card.unplug()
    assert walk_faults(q)[0] == F_WALK_EABT
    q.card.plug(0)
    q.smmu.command(TLBI_NSNH_ALL)
    q.edu.load(FIRST)
    assert q.smmu.events() == [Event(F_TRANSLATION, Edu.SID, FIRST, rnw=1)]


def test_queue(machine):
    """Commands come from the card; then it is hidden under them: CERROR_ABT, and back again."""
    q = machine

    def sync():
        q.words(CARD_CMDQ + 16 * (q.smmu.produced & 0xff), 0x46, 0)

    q.writel(SMMU + CR0, 0)
    q.writeq(SMMU + CMDQ_BASE, CARD_CMDQ | 8)
    q.smmu.enable(0xd)
    sync()
    q.smmu.produced += 1
    q.writel(SMMU + CMDQ_PROD, q.smmu.produced & 0x1ff)
    assert q.readl(SMMU + CMDQ_CONS) == q.smmu.produced & 0x1ff
    q.card.hide()
    q.writel(SMMU + CMDQ_PROD, q.smmu.produced + 1 & 0x1ff)
    assert q.readl(SMMU + GERROR) & 1, "GERROR.CMDQ_ERR"
    assert q.readl(SMMU + CMDQ_CONS) == q.smmu.produced & 0x1ff | 2 << 24, "CERROR_ABT"
    q.card.at(HERE)
    sync()
    q.writel(SMMU + GERRORN, q.readl(SMMU + GERROR))
    assert q.readl(SMMU + CMDQ_CONS) & 0xfffff == q.smmu.produced + 1 & 0x1ff
