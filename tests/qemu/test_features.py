# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
"""Linux on SMMUs with the features it knows that the default profile does not have.

HTTU, 52-bit addresses, EL2 (E2H) streams, range invalidation, MSIs, substreams: `max` has all of them. With
virtualization=on Linux runs at EL2 and uses the EL2-E2H StreamWorld.
"""
import re
import subprocess

import pytest
from events import F_TRANSLATION, Event, complaints, in_console
from machine import EDU, VIRT, Disk, drive, linux, nic

# Bits of the driver's "features", arm-smmu-v3.h of Linux
HYP, E2H, MSI, HA, HD, RIL = 1 << 12, 1 << 18, 1 << 8, 1 << 21, 1 << 22, 1 << 15


@pytest.mark.parametrize("profile, machine_args, wanted, oas", [
    ("max", [], HYP | MSI | RIL, 52),
    ("max", ["-M", "virtualization=on"], HYP | E2H | MSI | RIL, 52),
    ("hafnium", ["-M", "virtualization=on"], HYP | E2H | RIL, 48),
], ids=["max at EL1", "max at EL2", "hafnium at EL2"])
def test_profile(profile, machine_args, wanted, oas, start, guests, server, tmp_path, ours):
    disks = [Disk(tmp_path, "blk0"), Disk(tmp_path, "nvme0")]
    machine = start(*VIRT, *machine_args, "-global", f"arm-smmuv3.profile={profile}",
                    "-global", "arm-smmuv3.secure-impl=off",
                    *drive("blk", disks[0]), *drive("nvme", disks[1]), *nic("e1000e", 1),
                    *linux(guests["stable"], "smmu3.test=blk,nvme,net", f"smmu3.net={server.ports}", cpu="max"))
    machine.wait_done()
    reports = {r["label"]: r for r in machine.reports("disk")}
    for disk in disks:
        disk.matches(reports[disk.label])
    (net,) = machine.reports("net")
    assert net["got"] == server.md5
    found = re.search(r"oas (\d+)-bit \(features (0x[0-9a-f]+)\)", machine.text())
    assert int(found[1]) == oas
    assert int(found[2], 16) & wanted == wanted
    assert complaints(machine.text()) == []
    assert machine.reports("events") == [{"n": "0"}]


def test_msis_reach_the_its(start, qemu, guests, tmp_path, ours):
    """With an msi-parent for the SMMU, Linux takes its events by MSI: writes of DeviceID 0xffff to the ITS."""
    dtb = tmp_path / "virt.dtb"
    made = subprocess.run([qemu, "-M", f"virt,iommu=smmuv3,gic-version=3,dumpdtb={dtb}", "-m", "512M",
                           "-nic", "none"],
                          capture_output=True, check=False)
    assert dtb.exists(), made.stderr
    its = "/intc@8000000/its@8080000"
    phandle = subprocess.check_output(["fdtget", "-t", "x", dtb, its, "phandle"], text=True).strip()
    subprocess.check_call(["fdtput", "-t", "x", dtb, "/smmuv3@9050000", "msi-parent", phandle, "ffff"])
    log = tmp_path / "trace"
    machine = start(*VIRT, *EDU, "-dtb", str(dtb), "-global", "arm-smmuv3.profile=max",
                    "-global", "arm-smmuv3.secure-impl=off",
                    "-trace", "gicv3_its_translation_write", "-D", str(log),
                    *linux(guests["stable"], "smmu3.test=edu"))
    machine.wait_done()
    assert Event(F_TRANSLATION, 0x10, 0xab000, rnw=0) in in_console(machine.text())
    assert re.search(r"0xffff", log.read_text()), "no MSI of the SMMU"
