# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
"""The masters as devices of a machine: beside others, migrated, fuzzed, on the command line."""
import random
import subprocess
import time

import pytest
from events import complaints
from machine import VIRT, Disk, Machine, drive, linux, migrate
from master import BASE, MAX, MEM, OTHER, PLACE, PROFILE, SECURE_MACHINE, SECURE_MEM, STREAMS, X, Master, PciMaster
from smmu import READ_ONLY, RW, SMMU, Interface, Space

pytestmark = pytest.mark.usefixtures("ours")
F_TRANSLATION = 0x10


# Devices

def test_devices(boot):
    """With devices=on DMA reaches registers, its own too, which ends in no recursion."""
    q = boot("-device", "smmu3-master,devices=on")
    m = Master(q)
    assert m.run("READ", SRC=SMMU, SIZE=4) == "OK" and m.get("RDATA") == q.readl(SMMU)
    assert m.run("WRITE", DST=SMMU + 0x44, SIZE=4, WDATA=1 << 31 | 1 << 12) == "OK"   # GBPA
    assert q.readl(SMMU + 0x44) == 1 << 12
    m.start("WRITE", DST=m.frame + 0x10, SIZE=4, WDATA=2)   # CMD: QEMU allows no access inside an access
    assert m.state == "ABORTED"
    # In a slice of its own it may: it stops itself, or starts another channel.
    m.start("WRITE", DST=m.frame + 0x10, SIZE=4, COUNT=1000, WDATA=0, CTRL={"GO_ON": 1})
    assert m.wait() == "STOPPED"
    other = m.other(1)
    other.set("DST", MEM)
    other.set("WDATA", 0x77)
    m.start("WRITE", DST=other.frame + 0x10, SIZE=4, COUNT=1000, WDATA=2, CTRL={"GO_ON": 1})
    assert m.wait() == "ABORTED" and q.readq(MEM) == 0x77


def test_direct(boot):
    """With direct=on a channel goes past the SMMU where it is told, as a CPU would: here to what the Secure world has."""
    q = boot(*PROFILE, "-device", "smmu3-master,secure=any,devices=on,direct=on", **SECURE_MACHINE)
    m, secure = Master(q), {"SEC": "SECURE", "DIRECT": 1}
    assert m.field("CAPS", "DIRECT") == 1
    for offset in (0x44, 0x8044):   # GBPA, S_GBPA: abort
        assert m.run("WRITE", DST=SMMU + offset, SIZE=4, WDATA=1 << 31 | 1 << 20, CTRL=secure) == "OK"
    assert m.run("READ", SRC=SMMU + 0x8004, SIZE=4, CTRL=secure) == "OK" and m.get("RDATA") == 0xa0000006
    assert m.run("READ", SRC=SMMU + 0x8004, SIZE=4, CTRL={"DIRECT": 1}) == "OK" and m.get("RDATA") == 0
    assert m.run("WRITE", DST=SECURE_MEM + 8, WDATA=0x5ec, CTRL=secure) == "OK"
    assert m.run("COPY", SRC=SECURE_MEM + 8, DST=MEM, CTRL=secure) == "OK" and q.readq(MEM) == 0x5ec
    assert m.run("READ", SRC=SECURE_MEM + 8, CTRL={"DIRECT": 1}) == "ABORTED" and m.cause == "MEMORY"
    for ctrl in ({"SEC": "SECURE"}, {}):   # without DIRECT it is an SMMU's client
        assert m.run("READ", SRC=MEM, CTRL=ctrl) == "ABORTED" and m.cause == "SMMU"
    for wrong in ({"CAN_STALL": 1}, {"TRANSLATED": 1}, {"MSI": 1}):
        assert m.run("READ", SRC=MEM, CTRL={"DIRECT": 1, **wrong}) == "REFUSED" and m.reason == "BAD_DIRECT"
    assert m.run("TREQ", SRC=MEM, CTRL={"DIRECT": 1}) == "REFUSED" and m.reason == "BAD_DIRECT"


# Migration

def test_migration(boot):
    """A command that runs, one that is stalled in the middle of a copied access, and one that is over."""
    args = (*MAX, "-device", "smmu3-master,id=m,sid=0x10,num-sids=16", *PciMaster.ARGS)
    q = boot(*args)
    m, pci, smmu = Master(q), PciMaster(q), Interface(q)
    smmu.start()
    space = smmu.stage1(X, stall=True)
    space.map(0x1000, MEM)
    q.writeq(MEM + 0xff8, 0x1122334455667788)
    smmu.bypass(PciMaster.SID)
    m.start("COPY", SRC=0x1ff8, DST=0x5ffc, CTRL={"CAN_STALL": 1})
    space.map(0x5000, OTHER)
    smmu.resume(X, smmu.events()[0].stag, "retry")
    assert m.wait() == "STALLED" and m.get("BYTES") == 4   # the second half goes to another page
    q.writeq(MEM + 0xff8, 0)   # it has been read
    pci.start("WRITE", DST=MEM + 0x2000, SIZE=8, COUNT=5000, STRIDE=8, WDATA=3)
    assert pci.state == "BUSY"
    assert m.other(2).run("READ", SRC=0x1000, SIZE=16) == "OK"
    assert len(smmu.events()) == 1

    t = boot(*args, "-incoming", "defer")
    migrate(q, t)
    q.stop()
    m2, pci2 = Master(t), PciMaster(t)
    smmu.bus = t
    assert pci2.wait() == "OK" and pci2.get("OK_COUNT") == 5000
    assert t.readq(MEM + 0x2000 + 8 * 4999) == 3
    assert m2.other(2).state == "OK" and m2.other(2).get("BYTES") == 16
    # The stalled transaction has been presented again, and has a STAG of this SMMU.
    assert m2.wait() == "STALLED" and m2.get("STALLS") == 3
    (event,) = smmu.events()
    assert event.has(type=F_TRANSLATION, stall=1, address=0x6000)
    Space(smmu, space.l3, space.table).map(0x6000, OTHER + 0x1000)
    smmu.resume(X, event.stag, "retry")
    assert m2.wait() == "OK" and m2.get("BYTES") == 8
    assert t.readl(OTHER + 0xffc) == 0x55667788 and t.readl(OTHER + 0x1000) == 0x11223344


def test_snapshot(qemu, boot, tmp_path):
    """Taken back in the same process, where what was stalled since must not come back."""
    path = tmp_path / "disk.qcow2"
    maker = Machine(qemu, "-M", "none")
    try:
        qmp = maker.qmp
        qmp.job("blockdev-create", "file", options={"driver": "file", "filename": str(path), "size": 0})
        qmp("blockdev-add", driver="file", node_name="file", filename=str(path))
        qmp.job("blockdev-create", "image", options={"driver": "qcow2", "file": "file", "size": 1 << 20})
    finally:
        maker.remove()
    q = boot(*MAX, *STREAMS, "-blockdev", f"driver=qcow2,node-name=disk,file.driver=file,file.filename={path}")
    m, smmu = Master(q), Interface(q)
    smmu.start()
    space = smmu.stage1(X, stall=True)
    m.start("READ", SRC=0x1000, CTRL={"CAN_STALL": 1})
    (event,) = smmu.events()
    snapshot = {"tag": "s", "vmstate": "disk", "devices": ["disk"]}
    q.qmp.job("snapshot-save", "save", **snapshot)
    assert m.state == "STALLED"   # it goes on
    space.map(0x1000, MEM)
    smmu.resume(X, event.stag, "retry")
    assert m.wait() == "OK"
    for n in range(3):
        m.other(n).start("WRITE", DST=0x2000 + n, CTRL={"CAN_STALL": 1})
    q.qmp.job("snapshot-load", "load", **snapshot)
    assert m.other(1).state == "IDLE" and m.wait() == "STALLED"
    smmu.produced = q.readl(SMMU + 0x98)
    (event,) = smmu.events()
    assert event.has(stall=1, address=0x1000)
    space.map(0x1000, MEM)
    smmu.resume(X, event.stag, "retry")
    assert m.wait() == "OK"


# Whatever a guest writes

@pytest.mark.parametrize("seed", range(4))
def test_hammer(boot, seed):
    """Nonsense in all registers, with streams that translate, stall or abort: everything still works afterwards."""
    q = boot(*MAX, "-device", "smmu3-master,sid=0x10,num-sids=16,devices=on", "-device", "smmu3-testengine,sid=0x10",
             "-device", "smmu3-master-pci,addr=03.0,sid=0x10,num-sids=16")
    rng, smmu = random.Random(seed), Interface(q)
    smmu.start()
    for sid in (X, X + 1):
        space = smmu.stage1(sid, stall=sid == X)
        for page in range(16):
            space.map(page << 12, MEM + (page << 12), RW | (READ_ONLY if page % 3 == 0 else 0))
    smmu.bypass(X + 2)
    pci = PciMaster(q)

    def number(bits):
        return rng.choice((rng.getrandbits(bits), rng.getrandbits(5), rng.getrandbits(16), (1 << bits) - 1, 0, 1, 8,
                           0x1000, 0x2ffc, MEM, X, X + 1, X + 2, BASE + 0x10)) & (1 << bits) - 1

    def write():
        base, size = rng.choice(((BASE, 0x10000), (pci.base, 0x10000), (BASE + PLACE, 0x20000)))
        address = base + rng.choice((0, 0x80, 0x1000, 0xf000, 0x10000)) % size
        if rng.random() < 0.3:
            return address + rng.choice((0, 0x10)), rng.randrange(8)   # commands
        return address + 4 * rng.randrange(0x30), number(32)

    for _ in range(20):
        q.writels([write() for _ in range(rng.randrange(300))])
        q.clock_step(rng.choice((1000, 100_000)))
        stalls = [e for e in smmu.events()[:8] if e.stall]
        for event in stalls[::2]:
            smmu.resume(event.sid, event.stag, rng.choice(("retry", "abort", "terminate")))
    q.qmp("system_reset")
    m, pci = Master(q), PciMaster(q)
    assert m.run("FILL", DST=MEM, SIZE=4096) == "OK" and pci.run("VERIFY", SRC=MEM, SIZE=4096) == "OK"
    assert q.readl(BASE + PLACE) == 1


# The command line

@pytest.mark.parametrize("args, message", [
    (("-M", "iommu=none", "-device", "smmu3-master"), "there is no SMMU: add -machine iommu=smmuv3"),
    (("-device", "smmu3-master,base=0x09000000"), "there is something else"),
    (("-device", "smmu3-master,base=0x40000000"), "there is something else"),
    (("-device", "smmu3-master,base=0x09200001"), "not a multiple of 4 KiB"),
    (("-device", "smmu3-master", "-device", "smmu3-master,base=0x09108000"), "there is something else"),
    (("-device", "smmu3-master,spi=100000"), "this GIC has SPIs up to"),
    (("-device", "smmu3-master,num-sids=0"), "are no StreamIDs"),
    (("-device", "smmu3-master,sid=0xffffff00,num-sids=256"), "are no StreamIDs"),
    (("-device", "smmu3-master-pci,sid=1,num-sids=0xffffffff"), "are no StreamIDs"),
    (("-device", "smmu3-master,secure=on"), "the SMMU has no Secure state"),
    (("-device", "smmu3-master,secure=yes"), "give off, on or any"),
    (("-device", "smmu3-master") * 17, "more than 16 devices"),
])
def test_errors(start, ours, args, message):
    machine = start("-M", "virt,iommu=smmuv3", "-cpu", "cortex-a57", "-m", "64M", "-S", *args)
    assert machine.wait_exit(30) != 0
    (line,) = machine.errors().strip().splitlines()
    assert message in line


def fdt(dtb, node, prop, kind="x"):
    return subprocess.check_output(["fdtget", "-t", kind, dtb, node, prop], text=True).split()


def test_device_tree(qemu, ours, tmp_path):
    dtb = tmp_path / "dtb"
    subprocess.run([qemu, "-M", f"virt,iommu=smmuv3,secure=on,gic-version=3,dumpdtb={dtb}", "-nodefaults", "-display",
                    "none", "-device", "smmu3-master,num-sids=2", "-device", "smmu3-master,secure=on,sid=7,num-sids=1",
                    "-device", "smmu3-master,base=0x09ff0000,spi=200,num-sids=1000"], check=True, capture_output=True)
    phandle, = fdt(dtb, "/smmuv3@9050000", "phandle")
    first, second, third = (f"/smmu3-master@{a}" for a in ("9100000", "9120000", "9ff0000"))
    assert fdt(dtb, first, "compatible", "s") == ["smmu3,master"]
    assert fdt(dtb, first, "reg") == ["0", "9100000", "0", "10000"]
    assert fdt(dtb, first, "interrupts", "u") == ["0", "176", "4"]
    assert fdt(dtb, first, "iommus") == [phandle, "ff00", phandle, "ff01"]
    assert fdt(dtb, second, "iommus") == [phandle, "7"]
    assert fdt(dtb, second, "status", "s") == ["disabled"] and fdt(dtb, second, "secure-status", "s") == ["okay"]
    assert fdt(dtb, third, "interrupts", "u") == ["0", "200", "4"] and len(fdt(dtb, third, "iommus")) == 128


def test_without_device_tree(start, ours):
    """sbsa-ref has a device tree, but no SMMU in it."""
    machine = start("-M", "sbsa-ref", "-device", "smmu3-master,id=m", "-device", "smmu3-master-pci", "-S")
    assert machine.qmp("query-status")["status"] == "prelaunch"
    assert "smmu3-master" in machine.qmp.monitor("info mtree")


def test_linux_is_not_disturbed(start, guests, tmp_path, ours):
    """Its nodes have no driver and its PCI function none either."""
    disk = Disk(tmp_path, "blk0")
    machine = start(*VIRT, *drive("blk", disk), "-device", "smmu3-master", "-device", "smmu3-master,secure=any",
                    "-device", "smmu3-master-pci", *linux(guests["stable"], "smmu3.test=blk"))
    machine.wait_done()
    disk.matches(machine.reports("disk")[0])
    assert complaints(machine.text()) == [] and machine.reports("events") == [{"n": "0"}]
