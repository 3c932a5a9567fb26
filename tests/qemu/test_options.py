# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
"""What people type: options that are wrong get one line that says so, at start; what is right can be read back."""
import pytest
from machine import QmpError

VIRT = ("-M", "virt,iommu=smmuv3")
SECURE = ("-M", "virt,iommu=smmuv3,secure=on")

pytestmark = pytest.mark.usefixtures("ours")


def option(name, value):
    return ("-global", f"arm-smmuv3.{name}={value}")


@pytest.mark.parametrize("args, named", [
    ([*VIRT, *option("profile", "nosuch")], ["nosuch", "qemu-virt"]),
    ([*VIRT, *option("secure-impl", "on")], ["Secure", "-machine secure=on"]),
    ([*VIRT, *option("secure-impl", "perhaps")], ["secure-impl", "perhaps"]),
    ([*VIRT, *option("stage", "3")], ["stage", "3"]),
    ([*VIRT, *option("idr0", "nonsense")], ["idr0"]),
    ([*VIRT, *option("idr0", "0xffffffff")], ["IDR0."]),
    ([*VIRT, *option("idr0", hex(0x0d44101b | 1 << 16))], ["IDR0.PRI"]),
    ([*VIRT, *option("idr5", "0x7f")], ["IDR5.OAS"]),
    ([*VIRT, *option("idr0", "0x0d441018")], ["IDR0"]),   # neither stage
    ([*SECURE, "-device", "edu,sec-sid=maybe"], ["sec-sid", "maybe", "non-secure, secure"]),
    ([*SECURE, "-device", "edu,sec-sid=realm"], ["sec-sid=realm", "Realm"]),
    ([*VIRT, "-device", "edu,sec-sid=secure"], ["sec-sid=secure", "-machine secure=on"]),
    (["-M", "virt,secure=on", "-device", "edu,sec-sid=secure"], ["sec-sid=secure", "smmu"]),
    ([*SECURE, *option("secure-impl", "off"), "-device", "edu,sec-sid=secure"], ["sec-sid=secure", "secure-impl=on"]),
], ids=lambda value: value[-1] if isinstance(value, list) and len(value) > 2 else None)
def test_refused(args, named, start):
    machine = start(*args, "-cpu", "max", "-S")
    assert machine.wait_exit(30) == 1
    lines = machine.errors().splitlines()
    assert len(lines) == 1
    for word in named:
        assert word in lines[0]


@pytest.mark.parametrize("args", [
    VIRT,
    [*VIRT, *option("secure-impl", "off")],
    [*SECURE, *option("secure-impl", "on")],
    [*SECURE, *option("profile", "hafnium")],
    [*VIRT, *option("stage", "1")],
    [*VIRT, *option("stage", "2")],
    [*SECURE, "-device", "edu,sec-sid=secure", "-device", "edu,sec-sid=non-secure"],
    ["-M", "virt"],
], ids=lambda value: value[-1])
def test_accepted(args, start):
    machine = start(*args, "-cpu", "max", "-S")
    assert machine.qmp("query-status")["status"] == "prelaunch"
    assert machine.errors() == ""


def smmu_of(machine):
    return machine.qmp.find("arm-smmuv3")


def test_values_can_be_read(start):
    machine = start(*SECURE, *option("idr0", "0x0d44101a"), "-S")
    path = smmu_of(machine)
    get = lambda name: machine.qmp("qom-get", path=path, property=name)   # noqa: E731
    assert get("idr0") == 0x0d44101a
    assert get("profile") == "qemu-virt"
    assert get("secure-impl") == "on"
    assert get("s-idr1") >> 31 == 1
    assert "dev: arm-smmuv3" in machine.qmp.monitor("info qtree")


@pytest.mark.parametrize("stage, offered", [("1", 0b10), ("2", 0b01), ("nested", 0b11)])
def test_stage_decides_what_is_offered(stage, offered, start):
    machine = start(*VIRT, *option("stage", stage), "-S")
    assert machine.qmp("qom-get", path=smmu_of(machine), property="idr0") & 3 == offered   # S1P, S2P
    assert machine.qmp("qom-get", path=smmu_of(machine), property="stage") == stage


def test_identity_is_fixed_once_made(start):
    machine = start(*VIRT, "-S")
    for name, value in (("idr0", 0), ("profile", "max"), ("secure-impl", "on"), ("stage", "1")):
        with pytest.raises(QmpError, match=name):
            machine.qmp("qom-set", path=smmu_of(machine), property=name, value=value)


def test_without_secure_memory_there_is_no_secure_interface(start):
    machine = start(*VIRT, "-S")
    assert machine.qmp("qom-get", path=smmu_of(machine), property="secure-impl") == "off"
    assert machine.qmp("qom-get", path=smmu_of(machine), property="s-idr1") == 0


def test_sec_sid_at_run_time(start):
    machine = start(*SECURE, "-device", "edu,id=e", "-device", "edu,id=f,sec-sid=secure", "-S")

    def get(device):
        return machine.qmp("qom-get", path=f"/machine/peripheral/{device}", property="sec-sid")

    def put(value):
        machine.qmp("qom-set", path="/machine/peripheral/e", property="sec-sid", value=value)

    assert (get("e"), get("f")) == ("non-secure", "secure")
    put("secure")
    assert get("e") == "secure"
    for bad in ("realm", "maybe"):
        with pytest.raises(QmpError, match=bad):
            put(bad)
    assert get("e") == "secure"
    put("non-secure")
    assert (get("e"), get("f")) == ("non-secure", "secure")
    assert "sec-sid" in {p["name"] for p in machine.qmp("device-list-properties", typename="nvme")}


def test_sec_sid_is_refused_at_run_time_without_secure_state(start):
    machine = start(*VIRT, "-device", "edu,id=e", "-S")
    with pytest.raises(QmpError, match="secure=on"):
        machine.qmp("qom-set", path="/machine/peripheral/e", property="sec-sid", value="secure")


def test_every_property_is_described(start):
    """`-device arm-smmuv3,help` shows these, where -device can make one (QEMU 10.2)."""
    machine = start("-M", "none")
    found = {p["name"]: p.get("description")
             for p in machine.qmp("device-list-properties", typename="arm-smmuv3")}
    for name in ("profile", "stage", "secure-impl", "idr0", "idr1", "idr3", "idr5", "aidr", "s-idr0", "s-idr1"):
        assert found[name]
