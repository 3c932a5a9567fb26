# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
"""Debian's kernels drive disks and NICs through the Non-secure interface; host and guest compare checksums.

Two kernels, three sets of ID registers, three modes: all 18 machines. Every one has both disks, and one of the NICs
in turn.
"""
import itertools
import re

import pytest
from events import complaints, in_console
from machine import VIRT, Disk, drive, linux, nic

REGISTERS = {
    "nested": [],
    "stage1": ["-global", "arm-smmuv3.idr0=0x0d44101a"],
    "stage2": ["-global", "arm-smmuv3.idr0=0x0d441019"],
}
MODES = {
    # command line, type of the IOMMU domain that Linux then gives a device
    "strict": ([], "DMA"),
    "lazy": (["iommu.strict=0"], "DMA-FQ"),
    "passthrough": (["iommu.passthrough=1"], "identity"),
}
NICS = ["virtio-net-pci", "e1000e", "igb"]
MACHINES = [(*what, NICS[n % 4 % 3])   # virtio, the one that also keeps its queues behind the SMMU, most often
            for n, what in enumerate(itertools.product(["stable", "oldstable"], REGISTERS, MODES))]
TRANS_S1, TRANS_S2 = 1 << 9, 1 << 10   # in the driver's "features"
OFFERED = {"nested": TRANS_S1 | TRANS_S2, "stage1": TRANS_S1, "stage2": TRANS_S2}


@pytest.mark.parametrize("suite, registers, mode, model", MACHINES)
def test_disks_and_nic(suite, registers, mode, model, request, start, guests, server, tmp_path):
    if REGISTERS[registers]:
        request.getfixturevalue("ours")
    words, domain = MODES[mode]
    disks = [Disk(tmp_path, "blk0"), Disk(tmp_path, "nvme0")]
    machine = start(*VIRT, *REGISTERS[registers], *drive("blk", disks[0]), *drive("nvme", disks[1]), *nic(model, 1),
                    *linux(guests[suite], "smmu3.test=blk,nvme,net", f"smmu3.net={server.ports}", *words))
    machine.wait_done()

    reports = {r["label"]: r for r in machine.reports("disk")}
    assert set(reports) == {d.label for d in disks}
    for disk in disks:
        disk.matches(reports[disk.label])
    (net,) = machine.reports("net")
    assert net["got"] == server.md5
    assert net["sent"] == net["answer"] == server.received[0]
    assert {r["domain"] for r in (*reports.values(), net)} == {domain}

    features = int(re.search(r"arm-smmu-v3 .*\(features (0x[0-9a-f]+)\)", machine.text())[1], 16)
    assert features & (TRANS_S1 | TRANS_S2) == OFFERED[registers]
    assert in_console(machine.text()) == []
    assert complaints(machine.text()) == []
    assert machine.reports("events") == [{"n": "0"}]


@pytest.mark.parametrize("args, cpu", [
    ([], "max"),   # with every feature that QEMU's best CPU has; the others use a simple one because it is quicker
    (["-global", "arm-smmuv3.tlb-entries=2", "-global", "arm-smmuv3.cfg-entries=2"], "cortex-a57"),
], ids=["cpu max", "tiny caches"])
def test_nvme(args, cpu, request, start, guests, tmp_path):
    if args:
        request.getfixturevalue("ours")
    disk = Disk(tmp_path, "nvme0")
    machine = start(*VIRT, *args, *drive("nvme", disk), *linux(guests["stable"], "smmu3.test=nvme", cpu=cpu))
    machine.wait_done()
    disk.matches(machine.reports("disk")[0])
    assert complaints(machine.text()) == []
    assert machine.reports("events") == [{"n": "0"}]


def test_beside_a_secure_interface(start, guests, server, tmp_path, ours):
    """On a machine with Secure memory nothing changes for Linux. (Attributes of MSIs then look like Secure ones.)"""
    disk = Disk(tmp_path, "nvme0")
    machine = start("-M", "virt,iommu=smmuv3,gic-version=3,secure=on", "-global", "arm-smmuv3.secure-impl=on",
                    *drive("nvme", disk), *nic("virtio-net-pci", 1),
                    *linux(guests["stable"], "smmu3.test=nvme,net", f"smmu3.net={server.ports}"))
    machine.wait_done()
    disk.matches(machine.reports("disk")[0])
    assert machine.reports("net")[0]["got"] == server.md5
    assert complaints(machine.text()) == []
    assert machine.reports("events") == [{"n": "0"}]
