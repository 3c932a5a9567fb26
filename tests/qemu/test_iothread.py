# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
"""DMA from threads that do not hold QEMU's big lock: virtio disks served by iothreads."""
import struct
import time

import pytest
from events import F_TRANSLATION, Event, complaints
from machine import VIRT, VIRTIO, Disk, linux
from qtest import BAR0, Qtest
from test_qtest import EVENTQ_SPI, FIRST, IRQ_CTRL, PAGES, SECOND, SMMU, UNMAPPED, Smmu
from test_vhost import Virtio

NOTIFY = BAR0 + 0x3000
IN, WRITE_ONLY, NEXT = 0, 2, 1


def wait_until(condition):
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


class Disk0:
    """A virtio disk of zeros in slot 2, with its ring in the first page and status in the second."""

    def __init__(self, qtest):
        self.qtest, self.sent = qtest, 0
        self.virtio = Virtio(qtest)
        self.virtio.start(FIRST, SECOND)

    def read(self, *buffers):
        """One request to read into these (address, size); returns when it is done."""
        q, chain = self.qtest, [(FIRST + 0x800, 16, NEXT), *((a, s, NEXT | WRITE_ONLY) for a, s in buffers),
                                (FIRST + 0x900, 1, WRITE_ONLY)]
        q.write(PAGES[FIRST] + 0x800, struct.pack("<IIQ", IN, 0, 0) + b"\xff" * 0x100 + b"\xff")
        for i, (address, size, flags) in enumerate(chain):
            q.write(PAGES[FIRST] + 16 * i, struct.pack("<QIHH", address, size, flags, i + 1 if flags & NEXT else 0))
        q.write(PAGES[FIRST] + 0x100 + 4 + 2 * (self.sent % 4), struct.pack("<H", 0))
        self.sent += 1
        q.write(PAGES[FIRST] + 0x102, struct.pack("<H", self.sent))
        q.ask("writew", NOTIFY, 0)
        wait_until(lambda: q.read(PAGES[SECOND] + 2, 2) == struct.pack("<H", self.sent))


@pytest.fixture
def disk(qemu, request):
    q = Qtest(qemu, "-object", "iothread,id=t", "-blockdev", "null-co,node-name=zeros,size=1048576,read-zeroes=on",
              "-device", "virtio-blk-pci,drive=zeros,iothread=t,addr=02.0,iommu_platform=on,disable-legacy=on,vectors=0")
    request.node.machines = [q]
    q.smmu = Smmu(q, "s1")
    yield Disk0(q)
    q.remove()


def test_data(disk):
    q = disk.qtest
    q.write(PAGES[SECOND] + 0x400, b"\xff" * 0x400)
    disk.read((SECOND + 0x400, 512), (SECOND + 0x600, 512))
    assert q.read(PAGES[SECOND] + 0x400, 0x400) == bytes(0x400)
    assert q.smmu.events() == []


def test_fault(disk):
    """virtio maps its buffers and writes back into them when the request is done: one access all the same."""
    q = disk.qtest
    q.ask("irq_intercept_in", q.qmp.find("arm_gic"))
    q.writel(SMMU + IRQ_CTRL, 4)
    for _ in range(3):
        disk.read((UNMAPPED, 2048))
        # The interrupt waits for the big lock; it is seen when something is read.
        wait_until(lambda: q.readl(SMMU) and (EVENTQ_SPI, False) in q.irqs)
        assert q.smmu.events() == [Event(F_TRANSLATION, 0x10, UNMAPPED, rnw=0)]
        assert [i for i in q.irqs if i[0] == EVENTQ_SPI] == [(EVENTQ_SPI, True), (EVENTQ_SPI, False)]
        q.irqs.clear()


@pytest.mark.parametrize("suite", ["stable", "oldstable"])
def test_linux(suite, start, guests, tmp_path):
    disk = Disk(tmp_path, "blk0")
    machine = start(*VIRT, "-smp", "2", "-object", "iothread,id=t", "-blockdev",
                    f"driver=raw,node-name=blk0,file.driver=file,file.filename={disk.path},file.locking=off",
                    "-device", f"virtio-blk-pci,drive=blk0,serial=blk0,iothread=t,{VIRTIO}",
                    *linux(guests[suite], "smmu3.test=blk", "iommu.strict=1"))
    machine.wait_done()
    disk.matches(machine.reports("disk")[0])
    assert complaints(machine.text()) == []
    assert machine.reports("events") == [{"n": "0"}]
