# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
"""Devices that come and go, and machines that start again, with Linux's IOMMU domains strict and I/O going on."""
import re
import time

from events import complaints
from machine import VIRT, Disk, QmpError, drive, linux

STRICT = "iommu.strict=1"


def quiet(machine):
    """Nothing faulted and no driver complained."""
    assert complaints(machine.text()) == []
    assert {r["n"] for r in machine.reports("events")} == {"0"}


def test_usb_storage(start, guests, tmp_path):
    """xHCI: rings, contexts and scatter lists of its own, and a disk behind it."""
    disk = Disk(tmp_path, "usb0")
    machine = start(*VIRT, "-blockdev", f"driver=raw,node-name=usb0,file.driver=file,file.filename={disk.path},file.locking=off",
                    "-device", "qemu-xhci,id=xhci", "-device", "usb-storage,bus=xhci.0,drive=usb0",
                    *linux(guests["stable"], "smmu3.test=usb", STRICT))
    machine.wait_done()
    (report,) = machine.reports("disk")
    disk.matches(report)
    assert report["domain"] == "DMA"
    quiet(machine)


def plug(machine):
    """An NVMe into the root port. QEMU lets go of the last one's disk some time after the guest has."""
    end = time.monotonic() + 60
    while True:
        try:
            return machine.qmp("device_add", driver="nvme", id="disk", bus="rp0", drive="nvme0", serial="nvme0")
        except QmpError:
            if time.monotonic() > end:
                raise
        time.sleep(0.2)


def test_nvme_comes_and_goes(start, guests, tmp_path):
    """Plugged into a root port, taken away while it writes, and plugged again: each time a domain, and no fault ever."""
    disk = Disk(tmp_path, "nvme0")
    machine = start(*VIRT, "-device", "pcie-root-port,id=rp0,chassis=1", "-blockdev",
                    f"driver=raw,node-name=nvme0,file.driver=file,file.filename={disk.path},file.locking=off",
                    *linux(guests["stable"], "smmu3.test=hotplug", STRICT))
    for n in ("1", "2"):
        machine.wait_for(rf"SMMU3 hotplug round={n} next=plug")
        plug(machine)
        machine.wait_for(rf"SMMU3 hotplug round={n} next=unplug")
        disk.matches(machine.reports("disk")[-1])
        machine.qmp("device_del", id="disk")
        machine.wait_for(rf"SMMU3 hotplug round={n} next=none")
    machine.wait_done()
    assert [r["domain"] for r in machine.reports("disk")] == ["DMA", "DMA"]
    # Writes that were on their way when it was taken end as errors; nothing else may.
    assert [c for c in complaints(machine.text()) if not re.search(r"I/O error, dev nvme0n1", c)] == []
    assert machine.reports("events") == [{"n": "0"}]


def booted(machine):
    return len(machine.reports("init"))


def test_restart_under_io(start, guests, tmp_path):
    """The guest resets the machine while both disks write and the SMMU is on; then everything again."""
    disks = [Disk(tmp_path, "blk0"), Disk(tmp_path, "nvme0")]
    args = linux(guests["stable"], "smmu3.test=blk,nvme,restart", STRICT)
    args.remove("-no-reboot")
    machine = start(*VIRT, *drive("blk", disks[0]), *drive("nvme", disks[1]), *args)
    machine.wait_for(r"SMMU3 restart n=1")
    machine.wait_for(r"(?s)SMMU3 restart n=1.*SMMU3 init ")
    machine.wait_done()
    assert booted(machine) == 2
    assert [r["n"] for r in machine.reports("restart")] == ["1", "2"]
    reports = machine.reports("disk")
    assert len(reports) == 4
    for disk, report in zip(disks, reports[2:]):
        disk.matches(report)
    quiet(machine)


def test_reset_under_io(start, guests, tmp_path):
    """The host resets the machine (QMP system_reset) in the middle of the guest's loop over both disks."""
    disks = [Disk(tmp_path, "blk0"), Disk(tmp_path, "nvme0")]
    args = linux(guests["stable"], "smmu3.test=blk,nvme,loop", "smmu3.loops=6", STRICT)
    args.remove("-no-reboot")
    machine = start(*VIRT, *drive("blk", disks[0]), *drive("nvme", disks[1]), *args)
    machine.wait_for(r"SMMU3 loop n=2 ")
    machine.qmp("system_reset")
    machine.wait_for(r"(?s)SMMU3 loop n=2 .*SMMU3 init ")
    machine.wait_done()
    assert booted(machine) == 2
    assert [int(r["n"]) for r in machine.reports("loop")][-6:] == [1, 2, 3, 4, 5, 6]
    for disk in disks:
        (last,) = (r for r in machine.reports("looped") if r["label"] == disk.label)
        assert last["read"] == disk.md5(0, 8)
        assert last["back"] == disk.md5(8, 4)
    quiet(machine)
