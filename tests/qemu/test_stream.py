# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
"""What a migration stream carries of the SMMU, and which streams are refused; without a guest, so it takes no time."""
import time

import pytest
from machine import QmpError

SECURE = ("-M", "virt,iommu=smmuv3,secure=on", "-cpu", "max", "-object", "rng-builtin,id=r", "-S")
DEVICES = ("-device", "virtio-rng-pci,rng=r,id=x,addr=2.0", "-device", "virtio-rng-pci,rng=r,id=y,addr=3.0")

pytestmark = pytest.mark.usefixtures("ours")


def finish(machine):
    """Until the migration has ended; how it did."""
    end = time.monotonic() + 30
    while (status := machine.qmp("query-migrate").get("status")) not in ("completed", "failed"):
        assert time.monotonic() < end, f"the migration is still {status}"
        time.sleep(0.05)
    return status


def sec_sids(machine):
    return [machine.qmp("qom-get", path=f"/machine/peripheral/{d}", property="sec-sid") for d in "xy"]


@pytest.fixture
def saved(start, tmp_path):
    """saved(*options, x=SEC_SID) -> the URI of a stream in which that device's sec-sid was set while running."""
    def saved(*options, x="non-secure"):
        machine = start(*SECURE, *DEVICES, *options)
        machine.qmp("qom-set", path="/machine/peripheral/x", property="sec-sid", value=x)
        machine.qmp("migrate", uri=f"file:{tmp_path}/stream")
        assert finish(machine) == "completed"
        machine.stop()
        return f"file:{tmp_path}/stream"

    return saved


@pytest.mark.parametrize("x, options, expected", [
    ("secure", [], ["secure", "non-secure"]),
    ("non-secure", [], ["non-secure", "non-secure"]),
    ("non-secure", ["-global", "virtio-rng-pci.sec-sid=secure"], ["non-secure", "non-secure"]),
], ids=["set", "not set", "set only there"])
def test_security_states_of_devices(x, options, expected, saved, start):
    """They come from the stream, whatever the command line of the destination says."""
    machine = start(*SECURE, *DEVICES, *options, "-incoming", saved(x=x))
    assert finish(machine) == "completed"
    assert sec_sids(machine) == expected


@pytest.mark.parametrize("options, devices, reason", [
    (["-global", "arm-smmuv3.profile=hafnium"], DEVICES, "ID registers differ"),
    (["-global", "arm-smmuv3.secure-impl=off"], DEVICES, "ID registers differ"),
    ([], DEVICES[2:], "there is no device /machine/peripheral/x here"),
], ids=["other SMMU", "no Secure state", "device missing"])
def test_refused(options, devices, reason, saved, start):
    machine = start(*SECURE, *devices, *options, "-incoming", saved(x="secure"))
    assert machine.wait_exit(30) == 1
    assert reason in machine.errors().splitlines()[0]


def test_not_set_once_running(start):
    machine = start(*SECURE, "-global", "arm-smmuv3.secure-spi=78")
    path = machine.qmp.find("arm-smmuv3")
    assert machine.qmp("qom-get", path=path, property="secure-spi") == 78
    with pytest.raises(QmpError, match="secure-spi"):
        machine.qmp("qom-set", path=path, property="secure-spi", value=80)


def test_secure_spi_must_exist(start):
    machine = start(*SECURE, "-global", "arm-smmuv3.secure-spi=253")
    assert machine.wait_exit(30) == 1
    assert "secure-spi=253: this GIC has SPIs up to 255" in machine.errors()
