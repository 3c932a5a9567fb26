# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
"""The machine is saved, restored and moved while Linux does disk I/O through the SMMU.

The guest checks each round of what it writes; what lies on the disks at the end, the host checks. NVMe is not here:
QEMU's nvme cannot be migrated. AHCI stands for the devices that do plain DMA, virtio for those with rings.
"""

import pytest
from events import F_TRANSLATION, Event, complaints, in_console
from machine import EDU, MIB, VIRT, Disk, Machine, QmpError, drive, linux, migrate

ROUNDS = 24
SID = 0x10


@pytest.fixture
def disks(tmp_path):
    return [Disk(tmp_path, "blk0"), Disk(tmp_path, "ahci0")]


def command_line(guest, disks, steps, nodes=(None, None)):
    return [*VIRT, *EDU, *drive("blk", disks[0], nodes[0]), *drive("ahci", disks[1], nodes[1]),
            *linux(guest, f"smmu3.test={steps}", f"smmu3.loops={ROUNDS}")]


def rounds(machine):
    return [int(r["n"]) for r in machine.reports("loop")]


def wait_rounds(machine, n):
    machine.wait_for(rf"SMMU3 loop n={n} ")


@pytest.mark.parametrize("suite", ["stable", "oldstable"])
def test_live_migration(suite, start, guests, disks):
    """To a second process; afterwards also the event queue works where it was."""
    args = command_line(guests[suite], disks, "blk,ahci,loop,replug,edu")
    source = start(*args)
    wait_rounds(source, 3)
    target = start(*args, "-incoming", "defer")
    uri = f"unix:{target.dir}/migration"
    target.qmp("migrate-incoming", uri=uri)
    source.qmp("migrate-set-parameters", max_bandwidth=1 << 30)
    source.qmp("migrate", uri=uri)
    target.wait_for(r"SMMU3 loop n=\d+ ", 90)
    assert source.qmp("query-migrate")["status"] == "completed"
    assert source.qmp("query-status")["status"] == "postmigrate"
    left, went_on = rounds(source), rounds(target)
    assert left[0] == 1 and 3 <= left[-1] < ROUNDS, "the migration came too late to show anything"
    assert went_on[0] == left[-1] + 1
    source.stop()

    target.wait_done()
    for disk, report in zip(disks, sorted(target.reports("looped"), key=lambda r: r["label"], reverse=True)):
        assert report["label"] == disk.label
        assert report["read"] == disk.md5(0, 8)
        assert report["back"] == disk.md5(8, 4)
    assert in_console(target.text()) == [
        Event(F_TRANSLATION, SID, 0xab000, rnw=0),
        Event(F_TRANSLATION, SID, 0xcd000, rnw=1),
    ]
    assert complaints(source.text() + target.text()) == []


def create_overlay(qemu, disk):
    """A qcow2 image over the raw one; made by QEMU itself, because its tools are not built. Returns its -blockdev."""
    path = f"{disk.path}.qcow2"
    maker = Machine(qemu, "-M", "none")
    try:
        qmp = maker.qmp
        qmp.job("blockdev-create", "file", options={"driver": "file", "filename": path, "size": 0})
        qmp("blockdev-add", driver="file", node_name="file", filename=path)
        qmp.job("blockdev-create", "image", options={"driver": "qcow2", "file": "file", "size": 16 * MIB})
    finally:
        maker.remove()
    return (f"driver=qcow2,node-name={disk.label},file.driver=file,file.filename={path},"
            f"backing.driver=raw,backing.read-only=on,backing.file.driver=file,backing.file.filename={disk.path}")


def test_savevm_loadvm(qemu, start, guests, disks):
    """Saved, run on, and taken back twice: to the same process, and into a fresh one that never was that machine."""
    nodes = [create_overlay(qemu, disk) for disk in disks]
    snapshot = {"tag": "s", "vmstate": "blk0", "devices": ["blk0", "ahci0"]}
    args = command_line(guests["stable"], disks, "blk,ahci,loop", nodes)
    machine = start(*args)
    wait_rounds(machine, 3)
    machine.qmp.job("snapshot-save", "save", **snapshot)
    saved = rounds(machine)[-1]
    wait_rounds(machine, saved + 3)
    machine.qmp.job("snapshot-load", "load", **snapshot)
    last = rounds(machine)[-1]
    machine.wait_for(rf"(?s)SMMU3 loop n={last} .*SMMU3 loop n={saved + 1} ")   # it was back
    again = rounds(machine)
    machine.stop()
    assert again[-1] < ROUNDS, "the machine was saved too late to show anything"

    fresh = start(*args, "-S")
    fresh.qmp.job("snapshot-load", "load", **snapshot)
    fresh.qmp("cont")
    fresh.wait_done()
    assert rounds(fresh) == list(range(saved + 1, ROUNDS + 1))
    for report in fresh.reports("looped"):
        disk = next(d for d in disks if d.label == report["label"])
        assert report["read"] == disk.md5(0, 8)
    assert {r["result"] for r in fresh.reports("loop")} == {"ok"}
    assert complaints(machine.text() + fresh.text()) == []
    assert fresh.reports("events") == [{"n": "0"}]


def test_other_registers_are_refused(start, guests, disks, ours):
    """A target whose ID registers differ would not be the machine that the guest knows."""
    args = command_line(guests["stable"], disks, "blk,ahci,loop")
    source = start(*args)
    wait_rounds(source, 1)
    target = start(*args, "-global", "arm-smmuv3.idr1=0x01cd0010", "-incoming", "defer")
    uri = f"unix:{target.dir}/migration"
    target.qmp("migrate-incoming", uri=uri)
    source.qmp("migrate", uri=uri)
    assert target.wait_exit(60) != 0
    assert "arm-smmuv3" in target.errors() or "smmu" in target.errors()
    with pytest.raises((QmpError, OSError)):
        target.qmp("query-status")
    # The source is none the worse for it.
    if source.qmp("query-status")["status"] != "running":
        source.qmp("cont")
    wait_rounds(source, rounds(source)[-1] + 1)


def test_sec_sid_moves_along(start, ours):
    """Set while the source ran, so the target's command line does not know."""
    args = ("-M", "virt,iommu=smmuv3,secure=on", "-cpu", "cortex-a57", "-m", "64M", "-device", "edu,id=e",
            "-device", "edu,id=f,sec-sid=secure")
    source = start(*args, "-S")
    source.qmp("qom-set", path="/machine/peripheral/e", property="sec-sid", value="secure")
    source.qmp("qom-set", path="/machine/peripheral/f", property="sec-sid", value="non-secure")
    target = start(*args, "-incoming", "defer")
    migrate(source, target)
    assert [target.qmp("qom-get", path=f"/machine/peripheral/{d}", property="sec-sid") for d in "ef"] == [
        "secure", "non-secure"]
