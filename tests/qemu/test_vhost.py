# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
"""Those who keep translations of their own hear what to forget: a vhost-user device in slot 2, without an OS and with Linux."""
import contextlib

import pytest
import vhost_blk
from events import complaints
from machine import Disk, linux
from qtest import BAR0, ECAM, Edu, Qtest
from test_qtest import CR0, FIRST, GBPA, PAGES, READ_ONLY, SECOND, SMMU, UNMAPPED, Smmu
from vhost_user import INVALIDATE, IOMMU_PLATFORM, UPDATE, Backend

EVERYTHING = [(0, 1 << 63), (1 << 63, 1 << 63)]
ASID = 1
SHARED = ("-M", "virt,iommu=smmuv3,gic-version=3,memory-backend=ram", "-object", "memory-backend-memfd,id=ram,size=512M,share=on")

# Of virtio's common configuration
DRIVER_FEATURE_SELECT, DRIVER_FEATURE, STATUS, QUEUE_SELECT, QUEUE_SIZE, QUEUE_ENABLE = 0x8, 0xc, 0x14, 0x16, 0x18, 0x1c
QUEUE_DESC, QUEUE_DRIVER, QUEUE_DEVICE = 0x20, 0x28, 0x30


class Virtio:
    """A virtio device in slot 2, as much of a driver as it takes to start vhost."""

    def __init__(self, qtest):
        self.qtest, config = qtest, ECAM + (2 << 15)
        qtest.writel(config + 0x20, BAR0)   # BAR 4, 64 bits
        qtest.writel(config + 0x24, 0)
        qtest.writel(config + 0x04, 0x0006)

    def put(self, offset, value, size):
        self.qtest.ask(f"write{'_bwlq'[size.bit_length()]}", BAR0 + offset, value)

    def start(self, descriptors, used):
        for status in (0, 1, 3):
            self.put(STATUS, status, 1)
        for select, features in ((0, 0), (1, 3)):   # VERSION_1, ACCESS_PLATFORM
            self.put(DRIVER_FEATURE_SELECT, select, 4)
            self.put(DRIVER_FEATURE, features, 4)
        self.put(STATUS, 11, 1)
        self.put(QUEUE_SELECT, 0, 2)
        self.put(QUEUE_SIZE, 4, 2)
        for offset, address in ((QUEUE_DESC, descriptors), (QUEUE_DRIVER, descriptors + 0x100), (QUEUE_DEVICE, used)):
            self.put(offset, address & 0xffffffff, 4)
            self.put(offset + 4, address >> 32, 4)
        self.put(QUEUE_ENABLE, 1, 2)
        self.put(STATUS, 15, 1)


class Rig:
    def __init__(self, qemu, directory, stage):
        self.backend = Backend(directory / "vhost")
        self.qtest = Qtest(
            qemu, "-object", "memory-backend-memfd,id=ram,size=256M,share=on",
            "-chardev", f"socket,id=vhost,path={directory}/vhost", "-device",
            "vhost-user-rng-pci,chardev=vhost,addr=02.0,iommu_platform=on,vectors=0",
            machine="virt,iommu=smmuv3,memory-backend=ram")
        self.smmu = Smmu(self.qtest, stage)
        self.virtio = Virtio(self.qtest)
        self.virtio.start(FIRST, SECOND)
        # QEMU translates the used ring at once.
        assert self.backend.take(1) == [(UPDATE, SECOND, 0x1000, PAGES[SECOND], 3)]

    def close(self):
        self.qtest.remove()
        self.backend.close()

    def forgotten(self, at_least=0):
        return [(iova, size) for kind, iova, size, *_ in self.backend.take(at_least) if kind == INVALIDATE]


@pytest.fixture
def rig(qemu, tmp_path_factory, request):
    rigs, request.node.machines = [], []

    def rig(stage="s1"):
        rigs.append(Rig(qemu, tmp_path_factory.mktemp("v"), stage))
        request.node.machines.append(rigs[-1].qtest)
        return rigs[-1]

    yield rig
    for r in rigs:
        r.close()


@pytest.mark.parametrize("stage", ["s1", "s2", "nested"])
def test_misses_are_answered(rig, stage):
    r = rig(stage)
    r.backend.miss(FIRST)
    assert r.backend.take(1) == [(UPDATE, FIRST, 0x1000, PAGES[FIRST], 3)]
    r.backend.miss(UNMAPPED)
    r.backend.miss(FIRST + 0x800, write=True)   # answers come in order: the one before has none
    assert r.backend.take(1) == [(UPDATE, FIRST, 0x1000, PAGES[FIRST], 3)]
    r.backend.miss(READ_ONLY, write=True)
    r.backend.miss(FIRST)
    assert [m[1] for m in r.backend.take(1)] == [FIRST]
    assert [(e.address, e.rnw) for e in r.smmu.events()] == [(UNMAPPED, 1), (READ_ONLY, 0)]


def test_by_address(rig):
    """Without a range nobody knows how large the leaf was: the block of 1 GiB around it goes, and nothing else."""
    r = rig()
    r.smmu.command(0x12, FIRST, ASID << 48)          # TLBI_NH_VA
    assert r.forgotten(1) == [(0, 1 << 30)]
    r.smmu.command(0x13, 0x40000000)                 # TLBI_NH_VAA
    assert r.forgotten(1) == [(1 << 30, 1 << 30)]
    r.smmu.command(0x13, 0xfffffffffffff000)
    assert r.forgotten(1) == [((1 << 64) - (1 << 30), 1 << 30)]
    r.smmu.command(0x12, FIRST, ASID << 48 | 1 << 32)   # of another VMID
    assert r.forgotten() == []


def test_by_range(rig):
    """Three pages that begin at an odd one: in naturally aligned pieces, as masks can say it."""
    r = rig()
    r.smmu.command(0x12, 0x101000 | 1 << 10 | 3 << 8, ASID << 48 | 2 << 12)   # TG 4K, TTL 3, NUM 2
    assert r.forgotten(2) == [(0x101000, 0x1000), (0x102000, 0x2000)]


@pytest.mark.parametrize("opcode, first, affects", [
    (0x10, 0, True),                  # TLBI_NH_ALL, VMID 0
    (0x11, ASID << 48, True),         # TLBI_NH_ASID
    (0x11, (ASID + 1) << 48, False),
    (0x30, 0, True),                  # TLBI_NSNH_ALL
], ids=hex)
def test_whole_spaces(rig, opcode, first, affects):
    r = rig()
    r.smmu.command(opcode, 0, first)
    assert r.forgotten(2 if affects else 0) == (EVERYTHING if affects else [])


@pytest.mark.parametrize("stage", ["s2", "nested"])
def test_by_vmid(rig, stage):
    r = rig(stage)
    r.smmu.command(0x28, 0, 8 << 32)    # TLBI_S12_VMALL of another VMID
    r.smmu.command(0x2a, FIRST, 8 << 32)
    assert r.forgotten() == []
    r.smmu.command(0x28, 0, 7 << 32)
    assert r.forgotten(2) == EVERYTHING
    r.smmu.command(0x2a, FIRST, 7 << 32)   # TLBI_S2_IPA: which IOVA that was, nobody knows
    assert r.forgotten(2) == EVERYTHING


def test_configuration(rig):
    r = rig()
    r.smmu.command(0x03, 1, Edu.SID << 32)   # CFGI_STE, leaf
    assert r.forgotten(2) == EVERYTHING
    r.smmu.command(0x03, 1, (Edu.SID + 8) << 32)
    assert r.forgotten() == []
    r.smmu.command(0x04, 31)                 # CFGI_ALL
    assert r.forgotten(2) == EVERYTHING
    r.smmu.command(0x05, 1, Edu.SID << 32)   # CFGI_CD
    assert r.forgotten(2) == EVERYTHING


def test_bypass_begins_and_ends(rig):
    """No command says so, but what is kept of one must not serve in the other."""
    r = rig()
    r.smmu.enable(0xc)
    assert r.forgotten(2) == EVERYTHING
    r.backend.miss(0x41234567)
    assert r.backend.take(1) == [(UPDATE, 0x41234000, 0x1000, 0x41234000, 3)]
    r.qtest.writel(SMMU + GBPA, 1 << 31 | 1 << 20)   # abort
    assert r.forgotten(2) == EVERYTHING
    r.smmu.enable(0xd)
    assert r.forgotten(2) == EVERYTHING
    r.backend.miss(FIRST)
    assert r.backend.take(1)[0][3] == PAGES[FIRST]


def test_reset(rig):
    r = rig()
    r.qtest.qmp("system_reset")
    assert r.qtest.readl(SMMU + CR0) == 0
    r.backend.take()   # the device stops first, and nobody listens any more


@pytest.mark.parametrize("words, domain", [("iommu.strict=1", "DMA"), ("iommu.strict=0", "DMA-FQ")], ids=["strict", "lazy"])
def test_linux_has_a_vhost_user_disk(words, domain, start, guests, tmp_path, tmp_path_factory):
    """Its rings and data are what our SMMU translates, and what Linux unmaps the backend forgets: else the next request
    at that IOVA would go to the pages of the last one."""
    disk, sock = Disk(tmp_path, "vhost0"), tmp_path_factory.mktemp("v") / "vhost"
    with contextlib.closing(vhost_blk.Disk(sock, disk.path, disk.label)) as backend:
        machine = start(*SHARED, "-chardev", f"socket,id=vhost,path={sock}",
                        "-device", "vhost-user-blk-pci,chardev=vhost,iommu_platform=on,disable-legacy=on",
                        *linux(guests["stable"], "smmu3.test=blk", words))
        machine.wait_done()
    (report,) = machine.reports("disk")
    disk.matches(report)
    assert report["domain"] == domain
    assert complaints(machine.text()) == []
    assert machine.reports("events") == [{"n": "0"}]

    assert backend.acked & IOMMU_PLATFORM
    assert backend.faults == []
    messages = backend.take()
    assert sum(size for kind, _, size, *_ in messages if kind == UPDATE) >= 16 << 20   # what it read and wrote
    invalidated = sum(kind == INVALIDATE for kind, *_ in messages)
    assert invalidated >= (sum(backend.served.values()) if domain == "DMA" else 1)
