# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
"""Other boards than virt, and other ways to get the device."""
import subprocess

import pytest

SBSA_SMMU = 0x60050000


def test_sbsa_ref(start):
    """The board always has the SMMU, and Secure memory."""
    machine = start("-M", "sbsa-ref", "-S")
    path = machine.qmp.find("arm-smmuv3")
    tree = machine.qmp.monitor("info mtree")
    assert f"{SBSA_SMMU:016x}-{SBSA_SMMU + 0x1ffff:016x}" in tree
    names = {p["name"] for p in machine.qmp("qom-list", path=path)}
    if "profile" in names:
        assert machine.qmp("qom-get", path=path, property="secure-impl") == "on"
    assert machine.errors() == ""


@pytest.mark.parametrize("board", ["virt", "virt,iommu=smmuv3", "sbsa-ref"])
def test_default_devices(board, qemu):
    """A command line that names no device: network card and display come with ROMs, which are found."""
    quits = subprocess.run([qemu, "-M", board, "-display", "none", "-serial", "none", "-monitor", "stdio", "-S"],
                           input="quit\n", capture_output=True, text=True, timeout=60, check=False)
    assert (quits.returncode, quits.stderr) == (0, "")


def has_device(start):
    """Can -device make an SMMU? (QEMU 10.2 and later)"""
    machine = start("-M", "none")
    types = machine.qmp("qom-list-types", implements="arm-smmuv3")
    version = machine.qmp("query-version")["qemu"]
    machine.stop()
    return types and (version["major"], version["minor"]) >= (10, 2)


def test_device(start):
    if not has_device(start):
        pytest.skip("-device arm-smmuv3 comes with QEMU 10.2")
    machine = start("-M", "virt", "-device", "arm-smmuv3,primary-bus=pcie.0,id=smmu", "-device", "edu,id=edu", "-S")
    assert machine.qmp("qom-list", path="/machine/peripheral/smmu")
    assert machine.errors() == ""


def test_two_devices(start):
    if not has_device(start):
        pytest.skip("-device arm-smmuv3 comes with QEMU 10.2")
    machine = start("-M", "virt", "-device", "arm-smmuv3,primary-bus=pcie.0,id=smmu0",
                    "-device", "pxb-pcie,id=pxb,bus_nr=8", "-device", "arm-smmuv3,primary-bus=pxb,id=smmu1", "-S")
    for name in ("smmu0", "smmu1"):
        assert machine.qmp("qom-list", path=f"/machine/peripheral/{name}")
    # The board describes only the first one in its device tree, and says so.
    assert all("warning:" in line for line in machine.errors().splitlines())
